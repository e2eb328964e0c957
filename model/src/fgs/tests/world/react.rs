//! What the small device makes of effects: a line in the log, and an answer of the app.

use super::World;
use crate::fgs::call::{ServiceCall, ServiceDone};
use crate::fgs::effect::{ForegroundServiceChange, ServiceEffect, ServiceToken};
use crate::fgs::ServiceRecord;
use crate::Effect;

impl World {
    /// Writes down what was decided, and has the app answer later.
    pub(super) fn drain(&mut self) {
        for effect in std::mem::take(&mut self.out.effects) {
            if let Effect::Service(effect) = effect {
                self.react(effect);
            }
        }
    }

    fn later(&mut self, token: ServiceToken, call: ServiceCall) {
        if let Some(pid) = self.services.record(token).and_then(ServiceRecord::app) {
            self.answers.push_back((pid, call));
        }
    }

    fn done(&mut self, service: ServiceToken, done: ServiceDone) {
        self.later(service, ServiceCall::ServiceDoneExecuting { service, done });
    }

    fn react(&mut self, effect: ServiceEffect) {
        let name = |world: &Self, token: ServiceToken| {
            world.names.get(&token).cloned().unwrap_or_default()
        };
        let line = match effect {
            ServiceEffect::CreateService { service, class, .. } => {
                self.names.insert(service, class.clone());
                self.done(service, ServiceDone::Anonymous);
                format!("create {class}")
            }
            ServiceEffect::StartCommand { service, start_id, flags, null_intent, .. } => {
                let result = self.start_result;
                self.done(service, ServiceDone::Start { start_id, result });
                let extra = match (null_intent, flags) {
                    (true, _) => " null",
                    (false, 0) => "",
                    (false, 1) => " redelivery",
                    (false, 2) => " retry",
                    (false, _) => " redelivery retry",
                };
                format!("start {} {start_id}{extra}", name(self, service))
            }
            ServiceEffect::TaskRemoved { service, start_id, .. } => {
                self.done(service, ServiceDone::Start { start_id, result: 1000 });
                format!("taskRemoved {}", name(self, service))
            }
            ServiceEffect::BindService { service, action, rebind, .. } => {
                if rebind {
                    self.done(service, ServiceDone::Anonymous);
                } else {
                    self.later(
                        service,
                        ServiceCall::PublishService { service, action, binder: true },
                    );
                }
                format!("{} {}", if rebind { "rebind" } else { "bind" }, name(self, service))
            }
            ServiceEffect::UnbindService { service, .. } => {
                self.done(service, ServiceDone::Anonymous);
                format!("unbind {}", name(self, service))
            }
            ServiceEffect::Timeout { service, start_id, .. } => {
                format!("timeout {} {start_id}", name(self, service))
            }
            ServiceEffect::DestroyService { service, .. } => {
                self.done(service, ServiceDone::Stop);
                format!("destroy {}", name(self, service))
            }
            ServiceEffect::Connected { component, dead, .. } => {
                format!("{} {}", if dead { "disconnected" } else { "connected" }, component.class)
            }
            ServiceEffect::Anr { kind, process, .. } => format!("anr {kind:?} {process}"),
            ServiceEffect::CrashApp { exception, process, .. } => {
                format!("crash {process} {exception}")
            }
            ServiceEffect::ForegroundServiceState { component, change, .. } => {
                let types = match &change {
                    ForegroundServiceChange::Denied { types, .. } => format!(" {types:#x}"),
                    ForegroundServiceChange::Enter { .. }
                    | ForegroundServiceChange::Exit { .. }
                    | ForegroundServiceChange::TimedOut { .. } => String::new(),
                };
                format!("{} {}{types}", state(&change), component.class)
            }
            ServiceEffect::ForegroundServiceObserver { observer, foreground, service, .. } => {
                format!("observer {observer} {} {foreground}", name(self, service))
            }
            ServiceEffect::UsageEvent { event, .. } => format!("usage {event}"),
            ServiceEffect::PackageUnstopped { .. } => "unstopped".to_owned(),
            ServiceEffect::ReviewPermissions { .. } => "review".to_owned(),
            ServiceEffect::StartForegroundOp { active, .. } => format!("op {active}"),
            ServiceEffect::Delegate { connected, .. } => format!("delegate {connected}"),
        };
        self.device.log.push(line);
    }
}

fn state(change: &ForegroundServiceChange) -> String {
    match change {
        ForegroundServiceChange::Enter { types, reason, while_in_use, .. } => {
            format!("ENTER {types:#x} {} {while_in_use}", reason.name().unwrap_or("?"))
        }
        ForegroundServiceChange::Exit { duration, cause } => format!("EXIT {duration} {cause:?}"),
        ForegroundServiceChange::Denied { type_check, .. } => format!("DENIED {type_check}"),
        ForegroundServiceChange::TimedOut { duration } => format!("TIMED_OUT {duration}"),
    }
}
