//! What app and client hear of the service code, as the recordings write it down, and what they answer.

use std::collections::BTreeMap;

use jobwarden_model::fgs::call::{ServiceCall, ServiceDone};
use jobwarden_model::fgs::effect::{
    FgsStopReason, ForegroundServiceChange, ServiceEffect, ServiceToken, TimeoutKind,
};
use jobwarden_model::fgs::types::ForegroundServiceType;
use jobwarden_model::ComponentName;
use serde_json::{json, Value};

use super::describe;
use super::input::Service;
use super::step::start_result;

/// What `onTaskRemoved` answers with.
const TASK_REMOVED_COMPLETE: i32 = 1000;

/// An event without its time: its kind, and the rest.
pub(in crate::vectors) type Event = (&'static str, Vec<Value>);
/// What the process that hosts a service says about it.
pub(in crate::vectors) type Response = (ServiceToken, ServiceCall);

/// The app and its client, who remember which service is which.
#[derive(Clone, Default)]
pub(in crate::vectors) struct Ears {
    /// The name of each record there ever was.
    names: BTreeMap<ServiceToken, String>,
    /// What `onStartCommand` returns.
    results: BTreeMap<String, i32>,
}

impl Ears {
    pub fn new(services: &BTreeMap<String, Service>) -> Result<Self, String> {
        let results = services
            .iter()
            .map(|(name, it)| Ok((name.clone(), start_result(&it.start_command_result)?)))
            .collect::<Result<_, String>>()?;
        Ok(Self { names: BTreeMap::new(), results })
    }

    pub fn name(&self, token: ServiceToken) -> Option<&str> {
        self.names.get(&token).map(String::as_str)
    }

    /// How an effect is written down, and the answer to it; both at once, if at all.
    pub fn hear(&mut self, effect: ServiceEffect) -> (Option<Event>, Option<Response>) {
        let done =
            |service, done| Some((service, ServiceCall::ServiceDoneExecuting { service, done }));
        let (event, response): (Event, _) = match effect {
            ServiceEffect::CreateService { service, class, .. } => {
                self.names.insert(service, class.clone());
                (("create", vec![json!(class)]), done(service, ServiceDone::Anonymous))
            }
            ServiceEffect::StartCommand { service, start_id, flags, null_intent, .. } => {
                let mut rest = vec![json!(self.name(service)), json!(start_id)];
                rest.extend(null_intent.then(|| json!("nullIntent")));
                rest.extend((flags & 1 != 0).then(|| json!("REDELIVERY")));
                rest.extend((flags & 2 != 0).then(|| json!("RETRY")));
                let result = self.name(service).and_then(|name| self.results.get(name)).copied();
                let result = result.unwrap_or(1);
                (("onStartCommand", rest), done(service, ServiceDone::Start { start_id, result }))
            }
            ServiceEffect::TaskRemoved { service, start_id, .. } => (
                ("onTaskRemoved", vec![json!(self.name(service))]),
                done(service, ServiceDone::Start { start_id, result: TASK_REMOVED_COMPLETE }),
            ),
            ServiceEffect::BindService { service, rebind: true, .. } => {
                (("rebind", vec![json!(self.name(service))]), done(service, ServiceDone::Anonymous))
            }
            ServiceEffect::BindService { service, action, .. } => {
                let call = ServiceCall::PublishService { service, action, binder: true };
                (("bind", vec![json!(self.name(service))]), Some((service, call)))
            }
            ServiceEffect::UnbindService { service, .. } => {
                (("unbind", vec![json!(self.name(service))]), done(service, ServiceDone::Anonymous))
            }
            ServiceEffect::Timeout { service, start_id, .. } => (
                ("onTimeout", vec![json!(self.name(service)), json!(start_id)]),
                Some((service, ServiceCall::ShouldServiceTimeOut { service })),
            ),
            ServiceEffect::DestroyService { service, .. } => {
                (("destroy", vec![json!(self.name(service))]), done(service, ServiceDone::Stop))
            }
            ServiceEffect::Connected { component, dead, .. } => {
                let kind = if dead { "disconnected" } else { "connected" };
                ((kind, vec![json!(&*component.class)]), None)
            }
            ServiceEffect::Anr { kind, .. } => {
                let kind = match kind {
                    TimeoutKind::ServiceStart => "SERVICE_START",
                    TimeoutKind::ServiceExec => "SERVICE_EXEC",
                    TimeoutKind::ShortFgsTimeout => "SHORT_FGS_TIMEOUT",
                };
                (("anr", vec![json!(kind)]), None)
            }
            ServiceEffect::CrashApp { exception, .. } => (("crash", vec![json!(exception)]), None),
            ServiceEffect::ForegroundServiceState { component, change, .. } => {
                (state(&component, change), None)
            }
            ServiceEffect::ForegroundServiceObserver { .. }
            | ServiceEffect::UsageEvent { .. }
            | ServiceEffect::PackageUnstopped { .. }
            | ServiceEffect::ReviewPermissions { .. }
            | ServiceEffect::StartForegroundOp { .. }
            | ServiceEffect::Delegate { .. } => return (None, None),
        };
        (Some(event), response)
    }
}

fn state(component: &ComponentName, change: ForegroundServiceChange) -> Event {
    let name = json!(&*component.class);
    match change {
        ForegroundServiceChange::Enter { types, reason, while_in_use, .. } => {
            let types = describe::types(ForegroundServiceType(types));
            let reason = reason.name().map_or(json!(reason.0), |name| json!(name));
            ("ENTER", vec![name, json!(types), reason, json!(while_in_use)])
        }
        ForegroundServiceChange::Exit { duration, cause } => {
            let cause = match cause {
                FgsStopReason::StopForeground => "STOP_FOREGROUND",
                FgsStopReason::StopService => "STOP_SERVICE",
            };
            ("EXIT", vec![name, json!(duration), json!(cause)])
        }
        ForegroundServiceChange::Denied { type_check: 0, .. } => ("DENIED", vec![name]),
        ForegroundServiceChange::Denied { type_check, .. } => {
            ("DENIED", vec![name, json!(type_check)])
        }
        ForegroundServiceChange::TimedOut { duration } => {
            ("TIMED_OUT", vec![name, json!(duration)])
        }
    }
}
