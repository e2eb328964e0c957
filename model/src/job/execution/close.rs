//! The end of an execution: `closeAndCleanupJobLocked`. Rules: JOB-RUN-035, JOB-RUN-036, JOB-STOP-023.

use super::at_work::SlotAtWork;
use super::Completed;
use crate::facts;
use crate::job::effect::JobEffect;
use crate::job::{InternalStopReason, Posted, RecordId, StopReason};
use crate::looper;
use crate::rules::job_run::{JOB_RUN_035, JOB_RUN_036};
use crate::rules::job_stop::JOB_STOP_023;
use crate::rules::job_userstop::JOB_USERSTOP_012;

impl SlotAtWork<'_, '_> {
    /// Steps 1 to 10 of JOB-RUN-035; nothing if no job runs.
    pub(super) fn close(&mut self, reschedule: bool, debug: Option<&str>) -> Option<Completed> {
        let (slot, now) = (self.id, self.turn.now);
        let mut running = self.context.running.take()?;
        if let Some(reason) = debug {
            running.apply_stopped_reason(reason, now.elapsed);
        }
        let record = running.record;
        let unaccounted = now.elapsed.since(running.stamped_at);
        self.turn.host.record_mut(record).increment_cumulative_execution_time(unaccounted);

        // What is logged and what decides about rescheduling differ if the job ended for a reason of
        // its own between the user's mark and the death of its process. The mark holds until then,
        // however long that takes. Rules: JOB-USERSTOP-009, JOB-USERSTOP-010.
        let logged = (running.parameters.stop_reason, running.parameters.internal_stop_reason);
        let decisive =
            running.death_mark.map_or(logged, |mark| (mark.stop_reason, mark.internal_stop_reason));
        self.note_finish(logged.1);
        self.turn.host.note_inactive(record, logged.1, now);
        let user_stop = decisive.0 == StopReason::User.code();
        self.notifications.remove_association(slot, user_stop, self.turn);
        self.turn.out.effect(JobEffect::WakeLockRelease { slot });
        self.turn.out.effect(JobEffect::Unbind { slot, token: running.token });
        self.context.last_stopped = Some((running.token, running.stopped));
        self.remove_op_timeout();
        self.turn.out.decide(&JOB_RUN_035, "slot closed", || {
            facts!(
                slot = slot,
                record = record,
                logged = logged,
                decisive = decisive,
                reschedule = reschedule
            )
        });
        if self.turn.host.record(record).is_user_visible_job() {
            self.turn.out.decide(&JOB_RUN_036, "observers told of the end", || {
                facts!(record = record, verb = running.verb)
            });
            self.inform_observers(record, false);
        }
        Some(Completed {
            slot,
            record,
            work_type: running.work_type,
            stop_reason: decisive.0,
            internal_stop_reason: decisive.1,
            wants_reschedule: reschedule,
        })
    }

    /// Only an app that said so itself has finished successfully.
    fn note_finish(&mut self, internal_stop_reason: i32) {
        let successful = internal_stop_reason == InternalStopReason::SuccessfulFinish.code();
        self.context.previous_job_had_successful_finish = successful;
        if !successful {
            self.context.last_unsuccessful_finish = self.turn.now.elapsed;
        }
        self.turn.out.decide(&JOB_STOP_023, "finished successfully, or not", || {
            facts!(successful = successful)
        });
    }

    /// `informObserversOfUserVisibleJobChange`: a message, told after the state has changed.
    pub(super) fn inform_observers(&mut self, record: RecordId, running: bool) {
        let summary = self.turn.host.record(record).user_visible_job_summary();
        self.turn.out.decide(&JOB_USERSTOP_012, "observers to be told", || {
            facts!(summary = summary, running = running)
        });
        let posted =
            Posted::InformObserversOfUserVisibleJobChange { summary: Box::new(summary), running };
        self.turn.looper.post(looper::Posted::Job(posted));
    }
}
