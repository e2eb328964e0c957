//! What happened, written down as the recordings do, and what the app answers.

use jobwarden_model::fgs::call::{ServiceCall, ServiceDone};
use jobwarden_model::fgs::effect::{
    FgsStopReason, ForegroundServiceChange, ServiceEffect, ServiceToken, TimeoutKind,
};
use jobwarden_model::fgs::types::ForegroundServiceType;
use jobwarden_model::fgs::ServiceRecord;
use jobwarden_model::{ComponentName, Effect};
use serde_json::{json, Value};

use super::super::describe;
use super::super::system::Displayed;
use super::{Run, START};

impl Run {
    /// Writes down what was decided, and has the app answer later.
    pub(super) fn drain(&mut self) {
        for effect in std::mem::take(&mut self.out.effects) {
            if let Effect::Service(effect) = effect {
                self.service_effect(effect);
            }
        }
        for (what, id) in std::mem::take(&mut self.system.displayed) {
            let kind = match what {
                Displayed::Show => "show",
                Displayed::Update => "update",
                Displayed::Hold => "hold",
                Displayed::Cancel => "cancel",
                Displayed::Unflag => "unflag",
            };
            self.event(kind, &[json!(id)]);
        }
    }

    pub(super) fn event(&mut self, kind: &str, rest: &[Value]) {
        let at = self.now.uptime.since(START.uptime);
        let mut event = vec![json!(at), json!(kind)];
        event.extend_from_slice(rest);
        self.events.push(Value::Array(event));
    }

    /// The app answers from the process that hosts the service.
    fn reply_later(&mut self, token: ServiceToken, call: ServiceCall) {
        if let Some(pid) = self.services.record(token).and_then(ServiceRecord::app) {
            let ahead = self.posted_ahead();
            self.answers.push_back((ahead, pid, call));
        }
    }

    fn done(&mut self, service: ServiceToken, done: ServiceDone) {
        self.reply_later(service, ServiceCall::ServiceDoneExecuting { service, done });
    }

    pub(super) fn name(&self, token: ServiceToken) -> Value {
        self.names.get(&token).map_or(Value::Null, |name| json!(name))
    }

    fn service_effect(&mut self, effect: ServiceEffect) {
        match effect {
            ServiceEffect::CreateService { service, class, .. } => {
                self.names.insert(service, class.clone());
                self.event("create", &[json!(class)]);
                self.done(service, ServiceDone::Anonymous);
            }
            ServiceEffect::StartCommand { service, start_id, flags, null_intent, .. } => {
                let mut rest = vec![self.name(service), json!(start_id)];
                rest.extend(null_intent.then(|| json!("nullIntent")));
                rest.extend((flags & 1 != 0).then(|| json!("REDELIVERY")));
                rest.extend((flags & 2 != 0).then(|| json!("RETRY")));
                self.event("onStartCommand", &rest);
                let name = self.names.get(&service).cloned().unwrap_or_default();
                let result = self.results.get(&name).copied().unwrap_or(1);
                self.done(service, ServiceDone::Start { start_id, result });
            }
            ServiceEffect::TaskRemoved { service, start_id, .. } => {
                self.event("onTaskRemoved", &[self.name(service)]);
                self.done(service, ServiceDone::Start { start_id, result: 1000 });
            }
            ServiceEffect::BindService { service, action, rebind, .. } => {
                self.event(if rebind { "rebind" } else { "bind" }, &[self.name(service)]);
                if rebind {
                    self.done(service, ServiceDone::Anonymous);
                } else {
                    let call = ServiceCall::PublishService { service, action, binder: true };
                    self.reply_later(service, call);
                }
            }
            ServiceEffect::UnbindService { service, .. } => {
                self.event("unbind", &[self.name(service)]);
                self.done(service, ServiceDone::Anonymous);
            }
            ServiceEffect::Timeout { service, start_id, .. } => {
                self.event("onTimeout", &[self.name(service), json!(start_id)]);
                self.reply_later(service, ServiceCall::ShouldServiceTimeOut { service });
            }
            ServiceEffect::DestroyService { service, .. } => {
                self.event("destroy", &[self.name(service)]);
                self.done(service, ServiceDone::Stop);
            }
            ServiceEffect::Connected { component, dead, .. } => {
                let kind = if dead { "disconnected" } else { "connected" };
                self.event(kind, &[json!(&*component.class)]);
            }
            ServiceEffect::Anr { kind, .. } => {
                let kind = match kind {
                    TimeoutKind::ServiceStart => "SERVICE_START",
                    TimeoutKind::ServiceExec => "SERVICE_EXEC",
                    TimeoutKind::ShortFgsTimeout => "SHORT_FGS_TIMEOUT",
                };
                self.event("anr", &[json!(kind)]);
            }
            ServiceEffect::CrashApp { process, exception, .. } => {
                self.event("crash", &[json!(exception)]);
                if !self.survives_crashes {
                    self.crashed.extend(self.system.pid(&process));
                }
            }
            ServiceEffect::ForegroundServiceState { component, change, .. } => {
                self.state_event(&component, change);
            }
            ServiceEffect::ForegroundServiceObserver { .. }
            | ServiceEffect::UsageEvent { .. }
            | ServiceEffect::PackageUnstopped { .. }
            | ServiceEffect::ReviewPermissions { .. }
            | ServiceEffect::StartForegroundOp { .. }
            | ServiceEffect::Delegate { .. } => {}
        }
    }

    fn state_event(&mut self, component: &ComponentName, change: ForegroundServiceChange) {
        let name = json!(&*component.class);
        match change {
            ForegroundServiceChange::Enter { types, reason, while_in_use, .. } => {
                let types = describe::types(ForegroundServiceType(types));
                let reason = reason.name().map_or(json!(reason.0), |name| json!(name));
                self.event("ENTER", &[name, json!(types), reason, json!(while_in_use)]);
            }
            ForegroundServiceChange::Exit { duration, cause } => {
                let cause = match cause {
                    FgsStopReason::StopForeground => "STOP_FOREGROUND",
                    FgsStopReason::StopService => "STOP_SERVICE",
                };
                self.event("EXIT", &[name, json!(duration), json!(cause)]);
            }
            ForegroundServiceChange::Denied { type_check: 0, .. } => self.event("DENIED", &[name]),
            ForegroundServiceChange::Denied { type_check, .. } => {
                self.event("DENIED", &[name, json!(type_check)]);
            }
            ForegroundServiceChange::TimedOut { duration } => {
                self.event("TIMED_OUT", &[name, json!(duration)]);
            }
        }
    }
}
