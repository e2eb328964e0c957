//! What was asked of app, activity manager, observers and notification manager, written down.

use jobwarden_model::effect::{JobEffect, NotificationEffect};
use jobwarden_model::job::call::CallbackToken;
use jobwarden_model::job::SlotId;
use jobwarden_model::notification::FLAG_USER_INITIATED_JOB;
use jobwarden_model::Effect;
use serde_json::{json, Value};

use super::super::super::jobrun::trace::of_effect;
use super::super::Untold;
use super::play::{Execution, Play};
use super::setting::SOME_NETWORK;
use crate::adapter::Answer;

impl Play<'_> {
    /// Writes down what was asked of others. A job that is over is cancelled before it comes back.
    pub(super) fn take(&mut self, answer: Answer) -> Result<(), Untold> {
        let at = self.timeline.time_of(&answer);
        let mut ended = Vec::new();
        for effect in &answer.effects {
            match effect {
                Effect::Job(job) => {
                    if let JobEffect::Unbind { slot, .. } = job {
                        ended.extend(self.taken.get(slot).copied());
                    }
                    if matches!(job, JobEffect::Bind { token, .. } if !self.knows(*token)) {
                        return Err(Untold::Inexpressible("a job that starts again at once"));
                    }
                    self.hear(at, job, effect)?;
                }
                Effect::Notification(effect) => self.see(effect),
                Effect::Service(_) | Effect::Process(_) => {}
            }
        }
        for execution in ended {
            if !std::mem::replace(&mut self.executions[execution].over, true) {
                self.cancel(execution)?;
            }
        }
        Ok(())
    }

    fn hear(&mut self, at: i64, job: &JobEffect, effect: &Effect) -> Result<(), Untold> {
        let event = match job {
            JobEffect::WakeLockAcquire { slot, .. }
            | JobEffect::WakeLockRelease { slot }
            | JobEffect::Bind { slot, .. }
            | JobEffect::Unbind { slot, .. } => {
                let execution = self.taken.get(slot).copied();
                self.of_execution(*slot, execution, effect)?
            }
            JobEffect::StartJob { parameters, .. }
            | JobEffect::StopJob { parameters, .. }
            | JobEffect::NetworkChanged { parameters, .. } => {
                let token = parameters.token;
                let execution = self.executions.iter().position(|it| it.token == token);
                self.of_execution(SlotId(0), execution, effect)?
            }
            JobEffect::Anr { uid, process, what } => json!(["anr", what, process, uid]),
            JobEffect::UserVisibleJob { summary, running, .. } => {
                let id = summary.job_id;
                let of = |it: &Execution| i64::try_from(it.job).ok() == Some(i64::from(id));
                json!(["userVisibleJob", self.executions.iter().rposition(of), id, running])
            }
            JobEffect::RestrictApp { .. }
            | JobEffect::GrantUri { .. }
            | JobEffect::RevokeUri { .. }
            | JobEffect::JobsActive { .. }
            | JobEffect::Persist { .. } => return Ok(()),
        };
        let mut members = vec![json!(at)];
        members.extend(event.as_array().cloned().unwrap_or_default());
        self.heard.push(Value::Array(members));
        Ok(())
    }

    fn of_execution(
        &self,
        slot: SlotId,
        execution: Option<usize>,
        effect: &Effect,
    ) -> Result<Value, Untold> {
        let mut event = of_effect(slot, effect).map_err(Untold::NotUnderstood)?;
        event[1] = json!(execution);
        // Recorded without a network, it must have one here.
        if let Some(told) = event.get_mut(2).and_then(Value::as_object_mut) {
            told.retain(|name, value| name != "network" || *value != json!(SOME_NETWORK));
        }
        Ok(event)
    }

    fn see(&mut self, effect: &NotificationEffect) {
        match effect {
            NotificationEffect::Show { package, user, id, notification, .. } => {
                let flagged = notification.flags & FLAG_USER_INITIATED_JOB != 0;
                let look = json!([notification.channel, flagged]);
                self.shown.insert(format!("{user}/{package}/{id}"), look);
            }
            NotificationEffect::Remove { package, user, id, .. } => {
                self.shown.remove(&format!("{user}/{package}/{id}"));
            }
            NotificationEffect::CrashApp { exception, .. } => {
                self.heard.push(json!(["crash", exception]));
            }
        }
    }

    fn knows(&self, token: CallbackToken) -> bool {
        self.executions.iter().any(|execution| execution.token == token)
    }
}
