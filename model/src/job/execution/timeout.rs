//! The slot's timer has fired: `handleOpTimeoutLocked`. Rules: JOB-RUN-024 to 034, JOB-TIME-040.

use super::at_work::SlotAtWork;
use super::slot::{StopCause, Verb};
use super::Completed;
use crate::facts;
use crate::job::effect::{JobEffect, SlowAnswer};
use crate::job::{InternalStopReason, StopReason};
use crate::package::Change;
use crate::rules::job_run::{
    JOB_RUN_024, JOB_RUN_025, JOB_RUN_026, JOB_RUN_028, JOB_RUN_029, JOB_RUN_030, JOB_RUN_031,
    JOB_RUN_032, JOB_RUN_033, JOB_RUN_034,
};
use crate::rules::Rule;

/// What follows if an app does not answer.
struct Slowness {
    rule: &'static Rule,
    what: SlowAnswer,
    debug: &'static str,
    /// The stop under way keeps its reasons; anything else ends for not responding.
    keeps_reasons: bool,
    reschedule: bool,
}

const BINDING: Slowness = Slowness {
    rule: &JOB_RUN_024,
    what: SlowAnswer::Bind,
    debug: "timed out while binding",
    keeps_reasons: false,
    reschedule: false,
};
const STARTING: Slowness = Slowness {
    rule: &JOB_RUN_025,
    what: SlowAnswer::OnStartJob,
    debug: "timed out while starting",
    keeps_reasons: false,
    reschedule: false,
};
const STOPPING: Slowness = Slowness {
    rule: &JOB_RUN_026,
    what: SlowAnswer::OnStopJob,
    debug: "timed out while stopping",
    keeps_reasons: true,
    reschedule: true,
};
const NOTIFICATION: Slowness = Slowness {
    rule: &JOB_RUN_032,
    what: SlowAnswer::Notification,
    debug: "required notification not provided",
    keeps_reasons: false,
    reschedule: true,
};

impl SlotAtWork<'_, '_> {
    /// `handleOpTimeoutLocked`.
    pub(super) fn handle_op_timeout(&mut self) -> Option<Completed> {
        match self.context.verb() {
            Verb::Binding => self.on_slow_app_response(&BINDING),
            Verb::Starting => self.on_slow_app_response(&STARTING),
            Verb::Stopping => self.on_slow_app_response(&STOPPING),
            Verb::Executing => self.handle_executing_timeout(),
            Verb::Finished => {
                let slot = self.id;
                self.turn.out.decide(&JOB_RUN_034, "nothing runs", || facts!(slot = slot));
                None
            }
        }
    }

    /// The checks of JOB-RUN-027 in their order.
    fn handle_executing_timeout(&mut self) -> Option<Completed> {
        if let Some(cause) = self.pending_stop_still_due() {
            if let Some(running) = self.running() {
                running.set_stop_reason(&cause);
            }
            return self.send_stop_message(Some(&cause.debug_reason));
        }
        let (slot, now) = (self.id, self.turn.now.elapsed);
        let (earliest, latest, awaiting) = {
            let running = self.running()?;
            (running.earliest_stop(), running.latest_stop(), running.awaiting_notification)
        };
        if now >= latest {
            self.turn.out.decide(&JOB_RUN_029, "maximum time reached", || {
                facts!(slot = slot, latest = latest)
            });
            let cause = StopCause::new(
                StopReason::Timeout,
                InternalStopReason::Timeout,
                "client timed out",
            );
            self.running()?.set_stop_reason(&cause);
            self.send_stop_message(Some("timeout while executing"))
        } else if now >= earliest {
            self.handle_overtime()
        } else if awaiting {
            self.on_slow_app_response(&NOTIFICATION)
        } else {
            self.stamp_duration();
            None
        }
    }

    /// The deferred quota stop, unless the job could start again by now. Rule: JOB-RUN-028.
    fn pending_stop_still_due(&mut self) -> Option<StopCause> {
        let running = self.running()?;
        let (record, cause) = (running.record, running.pending_stop.clone()?);
        let executable = self.turn.host.is_ready_to_be_executed(
            record,
            self.turn.now,
            self.turn.looper,
            self.turn.out,
        );
        self.turn.out.decide(&JOB_RUN_028, "deferred stop: due, or erased", || {
            facts!(record = record, executable = executable)
        });
        if executable {
            self.running()?.pending_stop = None;
            return None;
        }
        Some(cause)
    }

    /// The guarantee is used up, the maximum is not. Rules: JOB-RUN-030, JOB-RUN-031, JOB-TIME-040.
    fn handle_overtime(&mut self) -> Option<Completed> {
        let slot = self.id;
        let (record, work_type) = {
            let running = self.running()?;
            (running.record, running.work_type)
        };
        let turn = &mut *self.turn;
        match turn.host.should_stop_running_job(slot, record, work_type, turn.now, turn.out) {
            Some(why) => {
                self.turn.out.decide(&JOB_RUN_030, "guarantee used up: stopped", || {
                    facts!(slot = slot, why = why)
                });
                let cause =
                    StopCause::new(StopReason::DeviceState, InternalStopReason::Timeout, why);
                self.running()?.set_stop_reason(&cause);
                self.send_stop_message(Some(&cause.debug_reason))
            }
            None => {
                self.turn
                    .out
                    .decide(&JOB_RUN_031, "guarantee used up: goes on", || facts!(slot = slot));
                self.schedule_op_timeout();
                None
            }
        }
    }

    /// Accounts for the time run so far, so that little is lost if the system goes down. Rule: JOB-RUN-033.
    fn stamp_duration(&mut self) {
        let (slot, now) = (self.id, self.turn.now.elapsed);
        let Some(running) = self.running() else { return };
        let record = running.record;
        let millis = now.since(running.stamped_at);
        running.stamped_at = now;
        self.turn.host.record_mut(record).increment_cumulative_execution_time(millis);
        self.turn
            .out
            .decide(&JOB_RUN_033, "duration stamped", || facts!(slot = slot, millis = millis));
        let turn = &mut *self.turn;
        turn.host.touch_job(record, turn.looper, turn.out);
        self.schedule_op_timeout();
    }

    /// `onSlowAppResponseLocked`.
    fn on_slow_app_response(&mut self, slowness: &Slowness) -> Option<Completed> {
        let slot = self.id;
        let running = self.running()?;
        if !slowness.keeps_reasons {
            let cause =
                StopCause::new(StopReason::Undefined, InternalStopReason::Anr, slowness.debug);
            running.set_stop_reason(&cause);
        }
        let record = running.record;
        let job = self.turn.host.record(record);
        let (uid, process) =
            (job.calling_uid(), job.service_process_name.as_deref().unwrap_or_default().to_owned());
        // The notification is new with user-initiated jobs: no app is too old to be held to it.
        let reported = slowness.what == SlowAnswer::Notification
            || self.turn.host.is_change_enabled(Change::ANR_PRE_UDC_APIS_ON_SLOW_RESPONSES, uid);
        self.turn.out.decide(slowness.rule, "no answer in time", || {
            facts!(slot = slot, uid = uid, reported = reported)
        });
        if reported {
            self.turn.out.effect(JobEffect::Anr { uid, process, what: slowness.what });
        }
        self.close(slowness.reschedule, Some(slowness.debug))
    }
}
