//! Services on a whole device: an app with two of them, and its client.

mod constants;
mod crashes;
mod facts;
mod not_responding;
mod notifications;
mod refusals;

use crate::effect::{Effect, ServiceEffect};
use crate::fgs::call::{ServiceCall, ServiceDone};
use crate::fgs::effect::ServiceToken;
use crate::input::{ActivityEvent, ActivityFacts, ProcessEvent, SystemFact};
use crate::notification::call::NotificationCall;
use crate::notification::Notification;
use crate::package::{Event, PackageDescription, ServiceDescription};
use crate::platform::Platform;
use crate::{
    Caller, ComponentName, Elapsed, Exception, Input, Model, Now, Output, Pid, Reply, Uid, Uptime,
    UserId, Wall,
};

const USER: UserId = UserId(0);
const APP: Caller = Caller { uid: Uid(10_123), pid: Some(Pid(100)) };
const CLIENT: Caller = Caller { uid: Uid(10_200), pid: Some(Pid(200)) };
const NAME: &str = "com.example.app";
const CLIENT_NAME: &str = "com.example.client";
const DATA_SYNC: i32 = 1;
const SHORT: i32 = 0x800;
const START: Now =
    Now { elapsed: Elapsed(2_000_000_000), uptime: Uptime(1_000_000_000), wall: Wall(0) };

/// A device with an app that has the services `S` and `T`, and a client of it.
#[derive(Clone)]
struct Phone {
    model: Model,
    now: Now,
    /// Callbacks of services return at once.
    answering: bool,
    services: Vec<(String, ServiceToken)>,
    /// Since the last look.
    effects: Vec<Effect>,
    decided: Vec<&'static str>,
}

fn service(class: &str, permission: Option<&str>) -> ServiceDescription {
    ServiceDescription {
        class: format!("{NAME}.{class}"),
        permission: permission.map(str::to_owned),
        exported: true,
        foreground_service_types: 0x4000_0fff,
        ..ServiceDescription::default()
    }
}

fn component(class: &str) -> ComponentName {
    ComponentName::new(NAME, format!("{NAME}.{class}"))
}

fn notification() -> Notification {
    Notification { channel: "sync".to_owned(), small_icon: true, ..Notification::default() }
}

impl Phone {
    fn new() -> Self {
        Self::on(Platform::android_14())
    }

    fn on(platform: Platform) -> Self {
        let mut phone = Self {
            model: Model::new(platform),
            now: START,
            answering: true,
            services: Vec::new(),
            effects: Vec::new(),
            decided: Vec::new(),
        };
        let permissions = [
            "FOREGROUND_SERVICE",
            "FOREGROUND_SERVICE_DATA_SYNC",
            "CAMERA",
            "REQUEST_COMPANION_START_FOREGROUND_SERVICES_FROM_BACKGROUND",
        ]
        .map(|name| format!("android.permission.{name}"))
        .to_vec();
        let guarded = service("Guarded", Some("android.permission.CAMERA"));
        for (name, caller, services) in [
            (NAME, APP, vec![service("S", None), service("T", None), guarded]),
            (CLIENT_NAME, CLIENT, Vec::new()),
        ] {
            let package = Box::new(PackageDescription {
                name: name.to_owned(),
                app_id: caller.uid.app_id(),
                permissions: permissions.clone(),
                services,
                ..PackageDescription::default()
            });
            phone.tell(Input::Package { change: Event::Installed { package, user: USER } });
            phone.run(name, caller);
        }
        let (package, channel) = (NAME.to_owned(), "sync".to_owned());
        let call = NotificationCall::CreateChannel { package, channel, importance: 3, group: None };
        phone.tell(Input::Notification { caller: APP, call });
        phone
    }

    /// `S` is in the foreground with these types, its app no longer visible.
    fn with_fgs(types: i32) -> Self {
        let mut phone = Self::new();
        phone.show(APP, true);
        assert_eq!(phone.start("S", true), Ok(Some(NAME.to_owned())));
        phone.promote("S", 1, types).expect("allowed on top");
        phone.show(APP, false);
        phone.forget();
        phone
    }

    fn run(&mut self, name: &str, caller: Caller) {
        let (pid, name, package) =
            (caller.pid.expect("a process"), name.to_owned(), name.to_owned());
        let change = ProcessEvent::Started { pid, uid: caller.uid, name, package };
        self.tell(Input::Process { change });
    }

    fn apply(&mut self, input: Input) -> Result<Reply, Exception> {
        let mut out = Output::tracing();
        self.model.apply(self.now, input, &mut out);
        self.decided.extend(out.decisions.iter().map(|decision| decision.rule.id));
        for effect in &out.effects {
            self.react(effect);
        }
        self.effects.extend(out.effects);
        out.reply.unwrap_or(Ok(Reply::Nothing))
    }

    fn tell(&mut self, input: Input) {
        self.apply(input).expect("not refused");
    }

    fn fact(&mut self, fact: SystemFact) {
        self.tell(Input::Fact { fact });
    }

    fn react(&mut self, effect: &Effect) {
        let Effect::Service(effect) = effect else { return };
        let call = match effect {
            ServiceEffect::CreateService { service, class, .. } => {
                self.services.push((class.clone(), *service));
                ServiceCall::ServiceDoneExecuting {
                    service: *service,
                    done: ServiceDone::Anonymous,
                }
            }
            ServiceEffect::StartCommand { service, start_id, .. } => {
                ServiceCall::ServiceDoneExecuting {
                    service: *service,
                    done: ServiceDone::Start { start_id: *start_id, result: 1 },
                }
            }
            ServiceEffect::DestroyService { service, .. } => {
                ServiceCall::ServiceDoneExecuting { service: *service, done: ServiceDone::Stop }
            }
            _ => return,
        };
        if self.answering {
            self.call(APP, call).expect("an answer");
        }
    }

    fn call(&mut self, caller: Caller, call: ServiceCall) -> Result<Reply, Exception> {
        self.apply(Input::Service { caller, call })
    }

    /// The package of what a start by its own app returns.
    fn start(&mut self, class: &str, foreground: bool) -> Result<Option<String>, Exception> {
        self.start_by(APP, NAME, class, foreground)
    }

    fn start_by(
        &mut self,
        caller: Caller,
        package: &str,
        class: &str,
        foreground: bool,
    ) -> Result<Option<String>, Exception> {
        let (service, calling_package) = (component(class), Some(package.to_owned()));
        let call = if foreground {
            ServiceCall::StartForegroundService { service, calling_package, user: USER }
        } else {
            ServiceCall::StartService { service, calling_package, user: USER }
        };
        match self.call(caller, call)? {
            Reply::Component(found) => Ok(found.map(|it| it.package.to_string())),
            other => panic!("not a component: {other:?}"),
        }
    }

    /// The token of the latest service of this class.
    fn token(&self, class: &str) -> ServiceToken {
        let class = format!("{NAME}.{class}");
        let found = self.services.iter().rev().find(|(known, _)| *known == class);
        found.map(|(_, token)| *token).expect("it was created")
    }

    fn promote(&mut self, class: &str, id: i32, types: i32) -> Result<(), Exception> {
        let service = self.token(class);
        let notification = Some(Box::new(notification()));
        let call = ServiceCall::StartForeground { service, id, notification, types };
        self.call(APP, call).map(|_| ())
    }

    /// The app is on top, or nowhere to be seen.
    fn show(&mut self, caller: Caller, shown: bool) {
        let pid = caller.pid.expect("a process");
        let activities = if shown { vec![ActivityFacts::resumed()] } else { Vec::new() };
        self.tell(Input::Activity { change: ActivityEvent::Activities { pid, activities } });
        let top = shown.then_some(pid);
        self.tell(Input::Activity { change: ActivityEvent::Top { pid: top } });
    }

    fn die(&mut self, caller: Caller) {
        let pid = caller.pid.expect("a process");
        self.tell(Input::Process { change: ProcessEvent::Died { pid } });
    }

    /// Time passes, awake; what falls due on the way happens at its own instant.
    fn advance(&mut self, millis: i64) {
        let end = self.now.awake_for(millis);
        while let Some(wait) = self.model.next_wakeup().in_millis(self.now) {
            let next = self.now.awake_for(wait.max(0));
            if next.uptime > end.uptime {
                break;
            }
            self.now = next;
            self.tell(Input::Tick);
        }
        self.now = end;
        self.tell(Input::Tick);
    }

    fn forget(&mut self) {
        self.effects.clear();
        self.decided.clear();
    }

    fn has(&self, wanted: impl Fn(&Effect) -> bool) -> bool {
        self.effects.iter().any(wanted)
    }

    fn is_running(&self, class: &str) -> bool {
        self.model.services.by_name(USER, &component(class)).is_some_and(|it| it.app().is_some())
    }
}
