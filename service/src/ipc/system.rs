//! `ISystem`: facts, the clock and the records, for emulators and tests.

use jobwarden_aidl::aidl::dev::jobwarden::IAppSession::{BnAppSession, IAppSession};
use jobwarden_aidl::aidl::dev::jobwarden::ISystem::{self as codes, ISystem};
use jobwarden_aidl::aidl::dev::jobwarden::{
    ActivityFacts, ComponentName, Instant, NetworkFacts, PackageDescription, TrailEntry,
};
use jobwarden_aidl::binder::{BinderResult, Interface, Strong};
use jobwarden_model::fgs::reason::ReasonCode;
use jobwarden_model::input::{
    ActivityEvent, DeviceSignal, PersonAct, ProcessEvent, SystemFact, UserEvent,
};
use jobwarden_model::package::{Change, Event as PackageEvent};
use jobwarden_model::{Caller, Input, Wall};

use super::host::{nothing, read, Desk, Identity};
use super::services::pending_intent;
use super::session::AppSession;
use super::status::{illegal_argument, unsupported};
use super::switchboard::end;
use super::trail::{instant, reply_json, time_error, trail_entry};
use super::wire::{
    activities, bits, choose, count, network_facts, package, pid, uid, unsigned, user, Budget,
    InvalidParcel, Wire, DEVICE_MARKS, DOZE, ENABLED, GRANTED, LISTS, MAX_CALL, MAX_LIST, MEMORY,
    MODES, PACKAGE_MARKS, SWITCHES, THERMAL, UID_MARKS,
};
use crate::sync::Held;
use crate::traced::Trace;

/// The binder object.
pub(crate) struct System(pub(crate) Desk);

impl Interface for System {}

impl System {
    /// Who asks, then the fact, then the model's answer.
    fn fact(&self, build: impl FnOnce(&mut Budget) -> Wire<Input>) -> BinderResult<()> {
        self.0.privileged()?;
        nothing(self.0.host.submit(read(build)?)?)
    }

    fn package(&self, build: impl FnOnce(&mut Budget) -> Wire<PackageEvent>) -> BinderResult<()> {
        self.fact(|budget| Ok(Input::Package { change: build(budget)? }))
    }

    fn process(&self, build: impl FnOnce(&mut Budget) -> Wire<ProcessEvent>) -> BinderResult<()> {
        self.fact(|budget| Ok(Input::Process { change: build(budget)? }))
    }

    fn activity(&self, build: impl FnOnce() -> Wire<ActivityEvent>) -> BinderResult<()> {
        self.fact(|_| Ok(Input::Activity { change: build()? }))
    }

    fn device(&self, build: impl FnOnce(&mut Budget) -> Wire<DeviceSignal>) -> BinderResult<()> {
        self.fact(|budget| Ok(Input::Device { signal: build(budget)? }))
    }

    fn told(&self, build: impl FnOnce(&mut Budget) -> Wire<SystemFact>) -> BinderResult<()> {
        self.fact(|budget| Ok(Input::Fact { fact: build(budget)? }))
    }

    fn person(&self, build: impl FnOnce(&mut Budget) -> Wire<PersonAct>) -> BinderResult<()> {
        self.fact(|budget| Ok(Input::Person { act: build(budget)? }))
    }
}

fn user_event(user_id: i32, state: i32) -> Wire<UserEvent> {
    let user = user(user_id)?;
    match state {
        codes::USER_STARTED => Ok(UserEvent::Started { user }),
        codes::USER_UNLOCKED => Ok(UserEvent::Unlocked { user }),
        codes::USER_STOPPING => Ok(UserEvent::Stopping { user }),
        codes::USER_STOPPED => Ok(UserEvent::Stopped { user }),
        codes::USER_SWITCHED => Ok(UserEvent::Switched { user }),
        codes::USER_REMOVED => Ok(UserEvent::Removed { user }),
        value => Err(InvalidParcel::Number { what: "state of a user", value: value.into() }),
    }
}

#[allow(non_snake_case, reason = "names of the interface")]
impl ISystem for System {
    fn installPackage(
        &self,
        description: &PackageDescription::PackageDescription,
        user_id: i32,
    ) -> BinderResult<()> {
        self.package(|budget| {
            let package = Box::new(package(description, budget)?);
            Ok(PackageEvent::Installed { package, user: user(user_id)? })
        })
    }

    fn removePackage(&self, name: &str, user_id: i32) -> BinderResult<()> {
        self.package(|budget| {
            let package = budget.name("package name", name)?;
            Ok(PackageEvent::Removed { package, user: user(user_id)? })
        })
    }

    fn setPackageEnabled(&self, name: &str, user_id: i32, state: i32) -> BinderResult<()> {
        self.package(|budget| {
            Ok(PackageEvent::EnabledChanged {
                package: budget.name("package name", name)?,
                user: user(user_id)?,
                state: choose("state of a package", &ENABLED, state)?,
            })
        })
    }

    fn setServiceEnabled(
        &self,
        service: &ComponentName::ComponentName,
        user_id: i32,
        enabled: bool,
    ) -> BinderResult<()> {
        self.package(|budget| {
            let service = budget.component(service)?;
            Ok(PackageEvent::ServiceEnabledChanged { service, user: user(user_id)?, enabled })
        })
    }

    fn setPermission(
        &self,
        name: &str,
        user_id: i32,
        permission: &str,
        granted: i32,
    ) -> BinderResult<()> {
        self.package(|budget| {
            Ok(PackageEvent::PermissionChanged {
                package: budget.name("package name", name)?,
                user: user(user_id)?,
                permission: budget.name("permission", permission)?,
                granted: choose("permission state", &GRANTED, granted)?,
            })
        })
    }

    fn setAppOp(&self, name: &str, user_id: i32, op: &str, mode: i32) -> BinderResult<()> {
        self.package(|budget| {
            Ok(PackageEvent::AppOpChanged {
                package: budget.name("package name", name)?,
                user: user(user_id)?,
                op: budget.name("app-op", op)?,
                mode: choose("mode", &MODES, mode)?,
            })
        })
    }

    fn setCompatChange(&self, name: &str, change: i64, enabled: bool) -> BinderResult<()> {
        self.package(|budget| {
            let package = budget.name("package name", name)?;
            Ok(PackageEvent::CompatOverridden { package, change: Change(bits(change)), enabled })
        })
    }

    fn processStarted(
        &self,
        process: i32,
        owner: i32,
        name: &str,
        package: &str,
    ) -> BinderResult<()> {
        self.process(|budget| {
            Ok(ProcessEvent::Started {
                pid: pid(process)?,
                uid: uid(owner)?,
                name: budget.name("process name", name)?,
                package: budget.name("package name", package)?,
            })
        })
    }

    fn processStartTimedOut(&self, owner: i32, name: &str) -> BinderResult<()> {
        self.process(|budget| {
            let name = budget.name("process name", name)?;
            Ok(ProcessEvent::StartTimedOut { uid: uid(owner)?, name })
        })
    }

    fn processDied(&self, process: i32) -> BinderResult<()> {
        self.0.privileged()?;
        // Of an attached process, the last will of its client says so.
        match end(&self.0.host, read(|_| pid(process))?) {
            true => Ok(()),
            false => self.process(|_| Ok(ProcessEvent::Died { pid: pid(process)? })),
        }
    }

    fn setProcessBad(&self, name: &str, owner: i32, bad: bool) -> BinderResult<()> {
        self.process(|budget| {
            Ok(ProcessEvent::Bad {
                name: budget.name("process name", name)?,
                uid: uid(owner)?,
                bad,
            })
        })
    }

    fn setUidState(&self, owner: i32, state: i32) -> BinderResult<()> {
        self.process(|_| {
            let process_state = match state {
                -1 => None,
                0..=20 => Some(state),
                value => {
                    return Err(InvalidParcel::Number {
                        what: "process state",
                        value: value.into(),
                    })
                }
            };
            Ok(ProcessEvent::UidState { uid: uid(owner)?, process_state })
        })
    }

    fn setUidActive(&self, owner: i32, active: bool) -> BinderResult<()> {
        self.process(|_| Ok(ProcessEvent::UidActive { uid: uid(owner)?, active }))
    }

    fn uidGone(&self, owner: i32, disabled: bool) -> BinderResult<()> {
        self.process(|_| Ok(ProcessEvent::UidGone { uid: uid(owner)?, disabled }))
    }

    fn setActivities(
        &self,
        process: i32,
        all: &[ActivityFacts::ActivityFacts],
    ) -> BinderResult<()> {
        self.activity(|| {
            Ok(ActivityEvent::Activities { pid: pid(process)?, activities: activities(all)? })
        })
    }

    fn setTop(&self, process: i32) -> BinderResult<()> {
        self.activity(|| {
            let top = (process != -1).then(|| pid(process)).transpose()?;
            Ok(ActivityEvent::Top { pid: top })
        })
    }

    fn activityLaunched(&self, process: i32) -> BinderResult<()> {
        self.activity(|| Ok(ActivityEvent::Launched { pid: pid(process)? }))
    }

    fn activityFinishRequested(&self, process: i32) -> BinderResult<()> {
        self.activity(|| Ok(ActivityEvent::FinishRequested { pid: pid(process)? }))
    }

    fn setNonAppWindow(&self, owner: i32, visible: bool) -> BinderResult<()> {
        self.activity(|| Ok(ActivityEvent::NonAppWindow { uid: uid(owner)?, visible }))
    }

    fn setAppSwitches(&self, state: i32) -> BinderResult<()> {
        self.activity(|| {
            Ok(ActivityEvent::AppSwitches { state: choose("app switches", &SWITCHES, state)? })
        })
    }

    fn markPackage(&self, name: &str, user_id: i32, mark: i32, holds: bool) -> BinderResult<()> {
        self.told(|budget| {
            let package = budget.name("package name", name)?;
            let mark = choose("mark of a package", &PACKAGE_MARKS, mark)?;
            Ok(SystemFact::Package { package, user: user(user_id)?, mark, holds })
        })
    }

    fn markUid(&self, owner: i32, mark: i32, holds: bool) -> BinderResult<()> {
        self.told(|_| {
            let mark = choose("mark of a uid", &UID_MARKS, mark)?;
            Ok(SystemFact::Uid { uid: uid(owner)?, mark, holds })
        })
    }

    fn markDevice(&self, mark: i32, holds: bool) -> BinderResult<()> {
        self.told(|_| {
            let mark = choose("mark of the device", &DEVICE_MARKS, mark)?;
            Ok(SystemFact::Device { mark, holds })
        })
    }

    fn setDebugging(&self, process: i32, holds: bool) -> BinderResult<()> {
        self.told(|_| Ok(SystemFact::Debugging { pid: pid(process)?, holds }))
    }

    fn setAppsControlDisallowed(&self, user_id: i32, holds: bool) -> BinderResult<()> {
        self.told(|_| Ok(SystemFact::AppsControlDisallowed { user: user(user_id)?, holds }))
    }

    fn setFirewalled(
        &self,
        service: &ComponentName::ComponentName,
        blocked: bool,
    ) -> BinderResult<()> {
        self.told(|budget| {
            Ok(SystemFact::Firewall { service: budget.component(service)?, blocked })
        })
    }

    fn setAssociations(&self, name: &str, allowed: Option<&[Option<String>]>) -> BinderResult<()> {
        self.told(|budget| {
            let package = budget.name("package name", name)?;
            let allowed = budget.optional_texts("associations", allowed)?;
            let allowed = allowed.map(|names| names.into_iter().collect());
            Ok(SystemFact::Associations { package, allowed })
        })
    }

    fn allowlistTemporarily(
        &self,
        owner: i32,
        list: i32,
        duration: i64,
        reason: i32,
    ) -> BinderResult<()> {
        self.told(|_| {
            let (uid, list) = (uid(owner)?, choose("temporary list", &LISTS, list)?);
            let reason = ReasonCode(reason);
            Ok(SystemFact::TemporaryAllowlist { uid, list, duration, reason })
        })
    }

    fn setUserState(&self, user_id: i32, state: i32) -> BinderResult<()> {
        self.fact(|_| Ok(Input::User { change: user_event(user_id, state)? }))
    }

    fn setPowerConnected(&self, connected: bool) -> BinderResult<()> {
        self.device(|_| Ok(DeviceSignal::PowerConnected { connected }))
    }

    fn setCharging(&self, charging: bool) -> BinderResult<()> {
        self.device(|_| Ok(DeviceSignal::Charging { charging }))
    }

    fn setBatteryLow(&self, low: bool) -> BinderResult<()> {
        self.device(|_| Ok(DeviceSignal::BatteryLow { low }))
    }

    fn setStorageLow(&self, low: bool) -> BinderResult<()> {
        self.device(|_| Ok(DeviceSignal::StorageLow { low }))
    }

    fn setDefaultNetwork(&self, network: Option<&NetworkFacts::NetworkFacts>) -> BinderResult<()> {
        self.device(|_| {
            Ok(DeviceSignal::DefaultNetwork { network: network.map(network_facts).transpose()? })
        })
    }

    fn setNetworkBlocked(&self, owner: i32, reasons: i32) -> BinderResult<()> {
        self.device(|_| {
            let reasons = u32::from_ne_bytes(reasons.to_ne_bytes());
            Ok(DeviceSignal::NetworkBlocked { uid: uid(owner)?, reasons })
        })
    }

    fn setDoze(&self, doze: i32) -> BinderResult<()> {
        self.device(|_| Ok(DeviceSignal::Doze { doze: choose("doze", &DOZE, doze)? }))
    }

    fn setBatterySaver(&self, on: bool) -> BinderResult<()> {
        self.device(|_| Ok(DeviceSignal::BatterySaver { on }))
    }

    fn setThermalStatus(&self, status: i32) -> BinderResult<()> {
        self.device(|_| {
            Ok(DeviceSignal::Thermal { status: choose("thermal status", &THERMAL, status)? })
        })
    }

    fn setMemoryLevel(&self, level: i32) -> BinderResult<()> {
        self.device(|_| Ok(DeviceSignal::Memory { level: choose("memory level", &MEMORY, level)? }))
    }

    fn setScreen(&self, on: bool) -> BinderResult<()> {
        self.device(|_| Ok(DeviceSignal::Screen { on }))
    }

    fn setDeviceIdle(&self, idle: bool) -> BinderResult<()> {
        self.device(|_| Ok(DeviceSignal::DeviceIdle { idle }))
    }

    fn setStandbyBucket(&self, name: &str, user_id: i32, bucket: i32) -> BinderResult<()> {
        self.device(|budget| {
            let value = InvalidParcel::Number { what: "standby bucket", value: bucket.into() };
            Ok(DeviceSignal::StandbyBucket {
                package: budget.name("package name", name)?,
                user: user(user_id)?,
                bucket: u8::try_from(bucket).map_err(|_| value)?,
            })
        })
    }

    fn setPowerAllowlist(&self, permanent: &[i32], temporary: &[i32]) -> BinderResult<()> {
        self.device(|_| {
            let ids = |list: &[i32]| {
                count("allow-list", list.len(), MAX_LIST)?;
                list.iter().map(|&id| unsigned("app id", id)).collect::<Wire<_>>()
            };
            let (permanent, temporary) = (ids(permanent)?, ids(temporary)?);
            Ok(DeviceSignal::PowerAllowlist { permanent, temporary })
        })
    }

    fn setBackgroundRestricted(
        &self,
        owner: i32,
        name: &str,
        restricted: bool,
    ) -> BinderResult<()> {
        self.device(|budget| {
            let package = budget.name("package name", name)?;
            Ok(DeviceSignal::BackgroundRestricted { uid: uid(owner)?, package, restricted })
        })
    }

    fn setQuotaVerdict(&self, owner: i32, regular: bool, expedited: bool) -> BinderResult<()> {
        self.device(|_| Ok(DeviceSignal::QuotaVerdict { uid: uid(owner)?, regular, expedited }))
    }

    fn forceStop(&self, name: &str, user_id: i32) -> BinderResult<()> {
        self.person(|budget| {
            let package = budget.name("package name", name)?;
            Ok(PersonAct::ForceStop { package, user: user(user_id)? })
        })
    }

    fn clearData(&self, name: &str, user_id: i32) -> BinderResult<()> {
        self.person(|budget| {
            let package = budget.name("package name", name)?;
            Ok(PersonAct::ClearData { package, user: user(user_id)? })
        })
    }

    fn answerNotResponding(&self, process: i32, close: bool) -> BinderResult<()> {
        self.person(|_| Ok(PersonAct::AnswerNotResponding { pid: pid(process)?, close }))
    }

    fn tapNotification(&self, name: &str, user_id: i32, request_code: i32) -> BinderResult<()> {
        self.person(|budget| {
            let intent = pending_intent(name, user_id, request_code, budget)?;
            Ok(PersonAct::TapNotification { intent })
        })
    }

    fn clickNotification(
        &self,
        name: &str,
        user_id: i32,
        tag: Option<&str>,
        id: i32,
    ) -> BinderResult<()> {
        self.person(|budget| {
            Ok(PersonAct::ClickNotification {
                package: budget.name("package name", name)?,
                user: user(user_id)?,
                tag: budget.optional("tag", tag)?,
                id,
            })
        })
    }

    fn clearNotifications(&self, user_id: i32) -> BinderResult<()> {
        self.person(|_| Ok(PersonAct::ClearNotifications { user: user(user_id)? }))
    }

    fn setChannelImportance(
        &self,
        name: &str,
        user_id: i32,
        channel: &str,
        importance: i32,
    ) -> BinderResult<()> {
        self.person(|budget| {
            Ok(PersonAct::SetChannelImportance {
                package: budget.name("package name", name)?,
                user: user(user_id)?,
                channel: budget.name("channel", channel)?,
                importance,
            })
        })
    }

    fn dismissNotification(
        &self,
        name: &str,
        user_id: i32,
        tag: Option<&str>,
        id: i32,
    ) -> BinderResult<()> {
        self.person(|budget| {
            Ok(PersonAct::DismissNotification {
                package: budget.name("package name", name)?,
                user: user(user_id)?,
                tag: budget.optional("tag", tag)?,
                id,
            })
        })
    }

    fn setDeviceConfig(&self, namespace: &str, key: &str, value: Option<&str>) -> BinderResult<()> {
        self.fact(|budget| {
            Ok(Input::DeviceConfig {
                namespace: budget.name("namespace", namespace)?,
                key: budget.name("key", key)?,
                value: budget.optional("value", value)?,
            })
        })
    }

    fn now(&self) -> BinderResult<Instant::Instant> {
        self.0.privileged()?;
        Ok(self.0.host.warden.look(&mut Held::enter(), |_, now| instant(now)))
    }

    fn nextWakeupMillis(&self) -> BinderResult<i64> {
        self.0.privileged()?;
        let due = |engine: &crate::traced::Traced, now| engine.model().next_wakeup().in_millis(now);
        Ok(self.0.host.warden.look(&mut Held::enter(), due).unwrap_or(-1))
    }

    fn advance(&self, millis: i64) -> BinderResult<()> {
        self.0.privileged()?;
        let moved = self.0.host.warden.advance(&mut Held::enter(), millis);
        moved.map_err(|error| time_error(&error))
    }

    fn sleep(&self, millis: i64) -> BinderResult<()> {
        self.0.privileged()?;
        let moved = self.0.host.warden.sleep(&mut Held::enter(), millis);
        moved.map_err(|error| time_error(&error))
    }

    fn setWallClock(&self, millis: i64) -> BinderResult<()> {
        self.0.privileged()?;
        let set = self.0.host.warden.set_wall(&mut Held::enter(), Wall(millis));
        set.map_err(|error| time_error(&error))
    }

    fn apply(&self, input: &str) -> BinderResult<Option<String>> {
        self.0.privileged()?;
        if input.len() > MAX_CALL {
            return Err(illegal_argument("an input has at most 1 MiB"));
        }
        let input = serde_json::from_str(input).map_err(|error| {
            illegal_argument(&InvalidParcel::Json(error.to_string()).to_string())
        })?;
        Ok(self.0.host.try_submit(input)?.as_ref().map(reply_json))
    }

    fn readTrail(&self, from: i64, max: i32) -> BinderResult<Vec<TrailEntry::TrailEntry>> {
        self.0.privileged()?;
        let from = u64::try_from(from).unwrap_or(0);
        let max = usize::try_from(max).unwrap_or(0).min(MAX_LIST);
        // Copied under the lock, written as text outside it.
        let traces: Vec<Trace> = self
            .0
            .host
            .warden
            .look(&mut Held::enter(), |engine, _| engine.traces(from, max).cloned().collect());
        Ok(traces.iter().map(trail_entry).collect())
    }

    fn flush(&self) -> BinderResult<()> {
        self.0.privileged()?;
        self.0.host.warden.settle(&mut Held::enter());
        Ok(())
    }

    fn openApp(&self, owner: i32, process: i32) -> BinderResult<Strong<dyn IAppSession>> {
        self.0.privileged()?;
        if !self.0.host.sessions {
            return Err(unsupported(
                "identities come from the kernel alone: sessions are not allowed",
            ));
        }
        let fixed = read(|_| Ok(Caller { uid: uid(owner)?, pid: Some(pid(process)?) }))?;
        let desk = Desk { host: self.0.host.clone(), identity: Identity::Fixed(fixed) };
        Ok(BnAppSession::new_binder(AppSession(desk)))
    }
}
