//! `IForegroundServices`: processes and services of apps.

use jobwarden_aidl::aidl::dev::jobwarden::IForegroundServiceObserver::IForegroundServiceObserver;
use jobwarden_aidl::aidl::dev::jobwarden::IForegroundServices::{
    self as codes, IForegroundServices,
};
use jobwarden_aidl::aidl::dev::jobwarden::IJobService::IJobService;
use jobwarden_aidl::aidl::dev::jobwarden::IServiceCallback::IServiceCallback;
use jobwarden_aidl::aidl::dev::jobwarden::{ComponentName, Notification};
use jobwarden_aidl::binder::{BinderResult, Interface, Status, Strong};
use jobwarden_model::activity::{BackgroundActivityStartMode as Mode, StartOptions};
use jobwarden_model::fgs::call::{ServiceCall as Call, ServiceDone};
use jobwarden_model::fgs::effect::{ConnectionToken, ServiceToken};
use jobwarden_model::fgs::reason::ReasonCode;
use jobwarden_model::fgs::{PendingIntentKey, SendOptions, TempAllowlistType, TemporaryAllowlist};
use jobwarden_model::input::ProcessEvent;
use jobwarden_model::{Input, Reply};

use super::host::{boolean, int, nothing, read, require_callbacks, unexpected, Desk};
use super::status::{illegal_argument, null_pointer};
use super::switchboard;
use super::wire::{bits, choose, component_to_wire, notification_from_wire, user, Budget, Wire};

/// The binder object.
pub(crate) struct ForegroundServices(pub(crate) Desk);

impl Interface for ForegroundServices {}

impl ForegroundServices {
    fn ask(&self, build: impl FnOnce(&mut Budget) -> Wire<Call>) -> Result<Reply, Status> {
        let caller = self.0.caller()?;
        let call = read(build)?;
        self.0.host.submit(Input::Service { caller, call })
    }

    fn done(&self, service: i64, done: ServiceDone) -> BinderResult<()> {
        nothing(self.ask(|_| Ok(Call::ServiceDoneExecuting { service: token(service), done }))?)
    }
}

/// `None`: no options at all.
const START_MODES: [(i32, Option<Mode>); 4] = [
    (codes::MODE_BACKGROUND_ACTIVITY_START_WITHOUT_OPTIONS, None),
    (codes::MODE_BACKGROUND_ACTIVITY_START_SYSTEM_DEFINED, Some(Mode::SystemDefined)),
    (codes::MODE_BACKGROUND_ACTIVITY_START_ALLOWED, Some(Mode::Allowed)),
    (codes::MODE_BACKGROUND_ACTIVITY_START_DENIED, Some(Mode::Denied)),
];
const ALLOWLIST_TYPES: [(i32, TempAllowlistType); 4] = [
    (codes::TEMPORARY_ALLOW_LIST_TYPE_NONE, TempAllowlistType::None),
    (
        codes::TEMPORARY_ALLOW_LIST_TYPE_FOREGROUND_SERVICE_ALLOWED,
        TempAllowlistType::ForegroundServiceAllowed,
    ),
    (
        codes::TEMPORARY_ALLOW_LIST_TYPE_FOREGROUND_SERVICE_NOT_ALLOWED,
        TempAllowlistType::ForegroundServiceNotAllowed,
    ),
    (codes::TEMPORARY_ALLOW_LIST_TYPE_APP_FREEZING_DELAYED, TempAllowlistType::AppFreezingDelayed),
];

/// A pending intent, by the name that its creator gave it.
pub(super) fn pending_intent(
    package: &str,
    user_id: i32,
    request_code: i32,
    budget: &mut Budget,
) -> Wire<PendingIntentKey> {
    let package = budget.name("package name", package)?;
    Ok(PendingIntentKey { package, user: user(user_id)?, request_code })
}

fn token(service: i64) -> ServiceToken {
    ServiceToken(bits(service))
}

fn component(reply: Reply) -> BinderResult<Option<ComponentName::ComponentName>> {
    match reply {
        Reply::Component(component) => Ok(component.as_ref().map(component_to_wire)),
        other => Err(unexpected(&other)),
    }
}

/// A `boolean` as `IActivityManager` gives it: some of these calls answer with a number.
fn truth(reply: Reply) -> BinderResult<bool> {
    match reply {
        Reply::Int(number) => Ok(number > 0),
        other => boolean(other),
    }
}

#[allow(non_snake_case, reason = "names of the interface")]
impl IForegroundServices for ForegroundServices {
    fn attachApplication(
        &self,
        package: &str,
        process: &str,
        callback: &Strong<dyn IServiceCallback>,
    ) -> BinderResult<()> {
        self.0.caller()?;
        require_callbacks()?;
        let (package, process) = read(|budget| {
            Ok((budget.name("package name", package)?, budget.name("process name", process)?))
        })?;
        switchboard::attach(&self.0, package, process, callback)
    }

    fn handleApplicationCrash(&self) -> BinderResult<()> {
        let caller = self.0.caller()?;
        let pid = caller.pid.ok_or_else(|| illegal_argument("no process is known that calls"))?;
        let change = ProcessEvent::Crashed { pid };
        nothing(self.0.host.submit(Input::Process { change })?)
    }

    fn publishJobService(
        &self,
        bind: i64,
        service: Option<&Strong<dyn IJobService>>,
    ) -> BinderResult<()> {
        let caller = self.0.caller()?;
        switchboard::publish(&self.0.host, caller, bits(bind), service)
    }

    fn startService(
        &self,
        service: &ComponentName::ComponentName,
        package: Option<&str>,
        user_id: i32,
    ) -> BinderResult<Option<ComponentName::ComponentName>> {
        component(self.ask(|budget| {
            Ok(Call::StartService {
                service: budget.component(service)?,
                calling_package: budget.optional("package name", package)?,
                user: user(user_id)?,
            })
        })?)
    }

    fn startForegroundService(
        &self,
        service: &ComponentName::ComponentName,
        package: Option<&str>,
        user_id: i32,
    ) -> BinderResult<Option<ComponentName::ComponentName>> {
        component(self.ask(|budget| {
            Ok(Call::StartForegroundService {
                service: budget.component(service)?,
                calling_package: budget.optional("package name", package)?,
                user: user(user_id)?,
            })
        })?)
    }

    fn createPendingIntent(
        &self,
        package: &str,
        request_code: i32,
        service: &ComponentName::ComponentName,
        foreground: bool,
    ) -> BinderResult<()> {
        let user = self.0.caller()?.uid.user();
        nothing(self.ask(|budget| {
            let package = budget.name("package name", package)?;
            let intent = PendingIntentKey { package, user, request_code };
            let service = budget.component(service)?;
            Ok(Call::CreatePendingIntent { intent, service, foreground })
        })?)
    }

    fn sendPendingIntent(
        &self,
        package: &str,
        user_id: i32,
        request_code: i32,
        start_mode: i32,
        duration: i64,
        kind: i32,
        reason: i32,
    ) -> BinderResult<i32> {
        int(self.ask(|budget| {
            let mode = choose("mode of background starts", &START_MODES, start_mode)?;
            let start = |sender_mode| StartOptions { sender_mode, ..StartOptions::default() };
            let kind = choose("type of the temporary allow-list", &ALLOWLIST_TYPES, kind)?;
            let wish = TemporaryAllowlist { duration, kind, reason: ReasonCode(reason) };
            let options = SendOptions {
                start: mode.map(start),
                temporary_allowlist: (duration != 0).then_some(wish),
            };
            let intent = pending_intent(package, user_id, request_code, budget)?;
            Ok(Call::SendPendingIntent { intent, options })
        })?)
    }

    fn cancelPendingIntent(&self, package: &str, request_code: i32) -> BinderResult<()> {
        let user = self.0.caller()?.uid.user();
        nothing(self.ask(|budget| {
            let package = budget.name("package name", package)?;
            let intent = PendingIntentKey { package, user, request_code };
            Ok(Call::CancelPendingIntent { intent })
        })?)
    }

    fn stopService(
        &self,
        service: &ComponentName::ComponentName,
        user_id: i32,
    ) -> BinderResult<bool> {
        truth(self.ask(|budget| {
            Ok(Call::StopService { service: budget.component(service)?, user: user(user_id)? })
        })?)
    }

    fn stopSelf(&self, service: i64, start_id: i32) -> BinderResult<bool> {
        truth(self.ask(|_| Ok(Call::StopSelf { service: token(service), start_id }))?)
    }

    fn bindService(
        &self,
        service: &ComponentName::ComponentName,
        action: Option<&str>,
        connection: i64,
        flags: i64,
        package: Option<&str>,
        user_id: i32,
    ) -> BinderResult<bool> {
        truth(self.ask(|budget| {
            Ok(Call::Bind {
                service: budget.component(service)?,
                action: budget.optional("action", action)?,
                connection: ConnectionToken(bits(connection)),
                flags: bits(flags),
                calling_package: budget.optional("package name", package)?,
                user: user(user_id)?,
            })
        })?)
    }

    fn unbindService(&self, connection: i64) -> BinderResult<bool> {
        let connection = ConnectionToken(bits(connection));
        truth(self.ask(|_| Ok(Call::Unbind { connection }))?)
    }

    fn startForeground(
        &self,
        service: i64,
        id: i32,
        notification: Option<&Notification::Notification>,
        types: i32,
    ) -> BinderResult<()> {
        nothing(self.ask(|budget| {
            let notification = notification
                .map(|notification| notification_from_wire(notification, budget).map(Box::new))
                .transpose()?;
            Ok(Call::StartForeground { service: token(service), id, notification, types })
        })?)
    }

    fn stopForeground(&self, service: i64, flags: i32) -> BinderResult<()> {
        nothing(self.ask(|_| Ok(Call::StopForeground { service: token(service), flags }))?)
    }

    fn getForegroundServiceType(&self, service: i64) -> BinderResult<i32> {
        int(self.ask(|_| Ok(Call::GetForegroundServiceType { service: token(service) }))?)
    }

    fn shouldServiceTimeOut(&self, service: i64) -> BinderResult<bool> {
        truth(self.ask(|_| Ok(Call::ShouldServiceTimeOut { service: token(service) }))?)
    }

    fn serviceDoneExecuting(&self, service: i64) -> BinderResult<()> {
        self.done(service, ServiceDone::Anonymous)
    }

    fn startCommandDone(&self, service: i64, start_id: i32, result: i32) -> BinderResult<()> {
        self.done(service, ServiceDone::Start { start_id, result })
    }

    fn serviceDestroyed(&self, service: i64) -> BinderResult<()> {
        self.done(service, ServiceDone::Stop)
    }

    fn publishService(&self, service: i64, action: Option<&str>, binder: bool) -> BinderResult<()> {
        nothing(self.ask(|budget| {
            let action = budget.optional("action", action)?;
            Ok(Call::PublishService { service: token(service), action, binder })
        })?)
    }

    fn unbindFinished(
        &self,
        service: i64,
        action: Option<&str>,
        do_rebind: bool,
    ) -> BinderResult<()> {
        nothing(self.ask(|budget| {
            let action = budget.optional("action", action)?;
            Ok(Call::UnbindFinished { service: token(service), action, do_rebind })
        })?)
    }

    fn registerForegroundServiceObserver(
        &self,
        observer: Option<&Strong<dyn IForegroundServiceObserver>>,
    ) -> BinderResult<()> {
        let caller = self.0.caller()?;
        let Some(observer) = observer else { return Err(null_pointer("observer is null")) };
        require_callbacks()?;
        switchboard::observe_services(&self.0.host, caller, observer)
    }
}
