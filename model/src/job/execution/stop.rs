//! Telling a job to stop: by the scheduler, by the user's mark, by the shell. Rules: JOB-RUN-023, 042, 043,
//! 055, JOB-USERSTOP-004.

use super::at_work::SlotAtWork;
use super::slot::{StopCause, Verb};
use super::Completed;
use crate::facts;
use crate::ids::UserId;
use crate::job::effect::JobEffect;
use crate::job::StopReason;
use crate::rules::job_run::{JOB_RUN_017, JOB_RUN_023, JOB_RUN_042, JOB_RUN_043, JOB_RUN_055};
use crate::rules::job_stop::JOB_STOP_003;
use crate::rules::job_userstop::JOB_USERSTOP_004;

/// Which jobs the shell wants stopped. Rule: SHELL-021.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct StopFilter {
    /// The calling user; `None`: all users.
    pub user: Option<UserId>,
    /// The source package; `None`: any.
    pub package: Option<String>,
    /// `None` is the default namespace, not "any".
    pub namespace: Option<String>,
    /// The id the app chose; `None`: any.
    pub job_id: Option<i32>,
}

impl SlotAtWork<'_, '_> {
    /// `cancelExecutingJobLocked`. The guarantee protects against quota only, and only a job that was
    /// started as expedited. Rules: JOB-RUN-042, JOB-STOP-013, JOB-TIME-041.
    pub(super) fn do_cancel(&mut self, cause: StopCause) -> Option<Completed> {
        let (slot, now) = (self.id, self.turn.now.elapsed);
        let verb = self.context.verb();
        let record = self.running()?.record;
        if verb == Verb::Stopping {
            self.turn.out.decide(&JOB_RUN_042, "too late to cancel", || facts!(slot = slot));
            return None;
        }
        let job = self.turn.host.record(record);
        let (expedited, uid) = (job.started_as_expedited_job, job.calling_uid());
        let running = self.context.running.as_mut()?;
        if expedited && cause.is(StopReason::Quota) && now < running.earliest_stop() {
            let earliest = running.earliest_stop();
            running.pending_stop = Some(cause);
            self.turn.out.decide(&JOB_RUN_043, "quota stop deferred", || {
                facts!(slot = slot, earliest = earliest)
            });
            return None;
        }
        running.set_stop_reason(&cause);
        if cause.is(StopReason::Preempt) {
            self.context.preferred_uid = Some(uid);
        }
        self.turn.out.decide(&JOB_RUN_042, "cancel taken", || {
            facts!(slot = slot, verb = verb, cause = cause)
        });
        self.handle_cancel(Some(&cause.debug_reason))
    }

    /// `handleCancelLocked`: at once where the app works, else as soon as the app has answered.
    pub(super) fn handle_cancel(&mut self, debug: Option<&str>) -> Option<Completed> {
        let now = self.turn.now.elapsed;
        match self.context.verb() {
            Verb::Binding | Verb::Starting => {
                let running = self.running()?;
                running.cancelled = true;
                if let Some(reason) = debug {
                    running.apply_stopped_reason(reason, now);
                }
                None
            }
            Verb::Executing => self.send_stop_message(debug),
            Verb::Stopping | Verb::Finished => None,
        }
    }

    /// `sendStopMessageLocked`: has the app called `onStopJob`, which only a working app ever sees.
    pub(super) fn send_stop_message(&mut self, debug: Option<&str>) -> Option<Completed> {
        let (slot, now) = (self.id, self.turn.now.elapsed);
        self.remove_op_timeout();
        let reachable = self.turn.host.is_app_reachable(slot);
        let verb = self.context.verb();
        if verb != Verb::Executing {
            self.turn.out.decide(&JOB_STOP_003, "not working: no onStopJob", || {
                facts!(slot = slot, verb = verb)
            });
            return self.close(false, debug);
        }
        let running = self.running()?;
        if let Some(reason) = debug {
            running.apply_stopped_reason(reason, now);
        }
        running.verb = Verb::Stopping;
        let (record, parameters) = (running.record, running.parameters.clone());
        self.schedule_op_timeout();
        self.turn.out.decide(&JOB_RUN_023, "stopJob", || {
            facts!(slot = slot, record = record, reachable = reachable)
        });
        if !reachable {
            return self.close(true, Some("host crashed when trying to stop"));
        }
        let uid = self.turn.host.record(record).calling_uid();
        let (process, parameters) = (self.process_name(record), Box::new(parameters));
        self.turn.out.effect(JobEffect::StopJob { uid, process, parameters });
        None
    }

    /// `markForProcessDeathLocked`: the app is not told; it is about to be killed.
    pub(super) fn mark_for_process_death(&mut self, cause: StopCause) {
        let slot = self.id;
        let Some(running) = self.running() else {
            self.turn.out.decide(&JOB_RUN_017, "nothing to mark", || facts!(slot = slot));
            return;
        };
        let stopping_already = running.parameters.stop_reason != StopReason::Undefined.code();
        if !stopping_already {
            running.set_stop_reason(&cause);
        }
        self.turn.out.decide(&JOB_USERSTOP_004, "marked for process death", || {
            facts!(slot = slot, cause = cause, stopping_already = stopping_already)
        });
        // An undefined reason is no mark: the platform asks for the reason, not for the mark.
        let marks = !cause.is(StopReason::Undefined);
        if let Some(running) = self.running() {
            running.death_mark = marks.then_some(cause);
        }
    }

    /// `stopIfExecutingLocked`: whether the job was one to stop, and works.
    pub(super) fn stop_if_executing(
        &mut self,
        filter: &StopFilter,
        cause: &StopCause,
    ) -> (bool, Option<Completed>) {
        let (slot, verb) = (self.id, self.context.verb());
        let matches = self.context.running.as_ref().is_some_and(|running| {
            let job = self.turn.host.record(running.record);
            filter.user.map_or(true, |user| user == job.user())
                && filter
                    .package
                    .as_deref()
                    .map_or(true, |package| package == &**job.source_package())
                && filter.namespace.as_deref() == job.namespace().map(|name| &**name)
                && filter.job_id.map_or(true, |id| id == job.job_id())
        });
        let stops = matches && verb == Verb::Executing;
        self.turn.out.decide(&JOB_RUN_055, "stopped by the shell, or not", || {
            facts!(slot = slot, matches = matches, verb = verb)
        });
        if !stops {
            return (false, None);
        }
        if let Some(running) = self.running() {
            running.set_stop_reason(cause);
        }
        (true, self.send_stop_message(Some(&cause.debug_reason)))
    }
}
