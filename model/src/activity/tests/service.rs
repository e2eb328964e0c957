//! Services that carry the right to schedule user-initiated jobs, on a whole device.

use super::START;
use crate::effect::{Effect, ServiceEffect};
use crate::fgs::call::{ServiceCall, ServiceDone};
use crate::fgs::effect::{ConnectionToken, ServiceToken};
use crate::input::{ActivityEvent, ActivityFacts, ProcessEvent};
use crate::job::call::JobSchedulerCall;
use crate::job::info::{BuildingApp, JobInfoBuilder};
use crate::notification::call::NotificationCall;
use crate::notification::Notification;
use crate::package::{Event, PackageDescription, ServiceDescription};
use crate::platform::Platform;
use crate::process::BindFlags;
use crate::{Caller, ComponentName, Exception, Input, Model, Now, Output, Pid, Reply, Uid, UserId};

const USER: UserId = UserId(0);
const PACKAGE: &str = "com.example.files";
const APP: Caller = Caller { uid: Uid(10_101), pid: Some(Pid(4242)) };
/// `FOREGROUND_SERVICE_TYPE_DATA_SYNC`.
const DATA_SYNC: i32 = 1;

/// A device with one app that answers every callback of its services at once.
struct Phone {
    model: Model,
    now: Now,
    service: Option<ServiceToken>,
}

impl Phone {
    fn new() -> Self {
        let mut phone =
            Self { model: Model::new(Platform::android_14()), now: START, service: None };
        let service = |class, permission: Option<&str>, types| ServiceDescription {
            class: format!("{PACKAGE}{class}"),
            permission: permission.map(str::to_owned),
            foreground_service_types: types,
            ..ServiceDescription::default()
        };
        let package = PackageDescription {
            name: PACKAGE.to_owned(),
            app_id: APP.uid.app_id(),
            permissions: [
                "FOREGROUND_SERVICE",
                "FOREGROUND_SERVICE_DATA_SYNC",
                "RUN_USER_INITIATED_JOBS",
                "ACCESS_NETWORK_STATE",
            ]
            .map(|name| format!("android.permission.{name}"))
            .into(),
            services: vec![
                service(".Job", Some("android.permission.BIND_JOB_SERVICE"), 0),
                service(".Sync", None, 1),
            ],
            ..PackageDescription::default()
        };
        let change = Event::Installed { package: Box::new(package), user: USER };
        phone.apply(Input::Package { change });
        let (pid, uid) = (Pid(4242), APP.uid);
        let (name, package) = (PACKAGE.to_owned(), PACKAGE.to_owned());
        phone.apply(Input::Process { change: ProcessEvent::Started { pid, uid, name, package } });
        let (package, channel) = (PACKAGE.to_owned(), "sync".to_owned());
        let call = NotificationCall::CreateChannel { package, channel, importance: 3, group: None };
        phone.apply(Input::Notification { caller: APP, call });
        phone
    }

    /// What the input is answered; callbacks of services return at once.
    fn apply(&mut self, input: Input) -> Option<Result<Reply, Exception>> {
        let mut out = Output::new();
        self.model.apply(self.now, input, &mut out);
        for effect in out.effects {
            let Effect::Service(effect) = effect else { continue };
            let call = match effect {
                ServiceEffect::CreateService { service, .. } => {
                    self.service = Some(service);
                    ServiceCall::ServiceDoneExecuting { service, done: ServiceDone::Anonymous }
                }
                ServiceEffect::StartCommand { service, start_id, .. } => {
                    let done = ServiceDone::Start { start_id, result: 1 };
                    ServiceCall::ServiceDoneExecuting { service, done }
                }
                ServiceEffect::BindService { service, action, .. } => {
                    ServiceCall::PublishService { service, action, binder: true }
                }
                _ => continue,
            };
            self.apply(Input::Service { caller: APP, call });
        }
        out.reply
    }

    fn call(&mut self, call: ServiceCall) {
        let reply = self.apply(Input::Service { caller: APP, call });
        assert!(matches!(reply, Some(Ok(_))), "{reply:?}");
    }

    fn show(&mut self) {
        let (pid, activities) = (Pid(4242), vec![ActivityFacts::resumed()]);
        self.apply(Input::Activity { change: ActivityEvent::Activities { pid, activities } });
        self.apply(Input::Activity { change: ActivityEvent::Top { pid: Some(pid) } });
    }

    /// The app leaves the screen, and all grace for that passes.
    fn hide(&mut self) {
        let (pid, activities) = (Pid(4242), Vec::new());
        self.apply(Input::Activity { change: ActivityEvent::Activities { pid, activities } });
        self.apply(Input::Activity { change: ActivityEvent::Top { pid: None } });
        self.pass(10_000);
    }

    fn pass(&mut self, millis: i64) {
        self.now = self.now.awake_for(millis);
        self.apply(Input::Tick);
    }

    fn start(&mut self, foreground: bool) {
        let service = ComponentName::new(PACKAGE, ".Sync");
        let (calling_package, user) = (Some(PACKAGE.to_owned()), USER);
        self.call(if foreground {
            ServiceCall::StartForegroundService { service, calling_package, user }
        } else {
            ServiceCall::StartService { service, calling_package, user }
        });
    }

    fn start_foreground(&mut self) {
        let service = self.service.expect("it was created");
        let notification = Some(Box::new(Notification {
            channel: "sync".to_owned(),
            small_icon: true,
            ..Notification::default()
        }));
        self.call(ServiceCall::StartForeground { service, id: 1, notification, types: DATA_SYNC });
    }

    fn schedule(&mut self, id: i32, user_initiated: bool) -> i32 {
        let service = ComponentName::new(PACKAGE, ".Job");
        let mut builder = JobInfoBuilder::new(BuildingApp::new(Some(APP.uid), 34), id, service);
        builder.set_user_initiated(user_initiated);
        builder.set_required_network_type(1);
        let job = Some(Box::new(builder.build().expect("a valid job")));
        let call = JobSchedulerCall::Schedule { namespace: None, job };
        match self.apply(Input::JobScheduler { caller: APP, call }) {
            Some(Ok(Reply::Int(result))) => result,
            other => panic!("unexpected {other:?}"),
        }
    }
}

#[test]
fn uij_vis_005_checked_at_every_schedule_of_a_user_initiated_job_only() {
    let mut phone = Phone::new();
    phone.show();
    assert_eq!(phone.schedule(1, true), 1);
    phone.hide();
    assert_eq!(phone.schedule(1, true), 0, "also when it replaces a job");
    assert_eq!(phone.schedule(2, false), 1, "other jobs are not subject to it");
}

#[test]
fn uij_vis_043_start_foreground_itself_never_sets_the_flag() {
    let mut phone = Phone::new();
    phone.show();
    phone.start(false);
    phone.start_foreground();
    phone.hide();
    assert_eq!(phone.schedule(1, true), 0, "a legitimate foreground service, all the same");
    phone.show();
    phone.start(false);
    phone.hide();
    assert_eq!(phone.schedule(1, true), 1, "started once more while in the foreground");
}

#[test]
fn uij_vis_044_the_flag_sustains_itself() {
    let mut phone = Phone::new();
    phone.show();
    phone.start(true);
    phone.start_foreground();
    phone.hide();
    assert_eq!(phone.schedule(1, true), 1);
    phone.start(false);
    assert_eq!(phone.schedule(2, true), 1, "the app qualifies by the service it starts");
    let service = phone.service.expect("it was created");
    phone.call(ServiceCall::StopForeground { service, flags: 1 });
    assert_eq!(phone.schedule(3, true), 0, "gone with the foreground state");
}

#[test]
fn uij_vis_045_a_service_that_was_only_bound_has_no_flag() {
    let mut phone = Phone::new();
    phone.show();
    phone.call(ServiceCall::Bind {
        service: ComponentName::new(PACKAGE, ".Sync"),
        action: None,
        connection: ConnectionToken(1),
        flags: BindFlags::AUTO_CREATE.bits(),
        calling_package: Some(PACKAGE.to_owned()),
        user: USER,
    });
    phone.start_foreground();
    phone.hide();
    assert_eq!(phone.schedule(1, true), 0);
}
