//! What happened, written down as the recordings do, and what the app answers later.

use jobwarden_model::fgs::call::ServiceCall;
use jobwarden_model::fgs::effect::{ServiceEffect, ServiceToken};
use jobwarden_model::fgs::ServiceRecord;
use jobwarden_model::Effect;
use serde_json::{json, Value};

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

    fn service_effect(&mut self, effect: ServiceEffect) {
        let crashing = match &effect {
            ServiceEffect::CrashApp { process, .. } if !self.survives_crashes => {
                self.system.pid(process)
            }
            _ => None,
        };
        let (event, response) = self.ears.hear(effect);
        if let Some((kind, rest)) = event {
            self.event(kind, &rest);
        }
        if let Some((token, call)) = response {
            self.reply_later(token, call);
        }
        self.crashed.extend(crashing);
    }

    /// The app answers from the process that hosts the service.
    fn reply_later(&mut self, token: ServiceToken, call: ServiceCall) {
        if let Some(pid) = self.services.record(token).and_then(ServiceRecord::app) {
            let ahead = self.posted_ahead();
            self.answers.push_back((ahead, pid, call));
        }
    }
}
