//! How long a slot waits for an answer, and for how long it lets a job run unasked. Rules: JOB-RUN-003 to 005.
//!
//! The trap: the timer is a delayed message, so it runs on uptime; the deadlines that are compared
//! when it fires are on the elapsed clock.

use super::at_work::SlotAtWork;
use super::slot::Verb;
use crate::facts;
use crate::job::{Message, SlotId};
use crate::looper;
use crate::rules::job_run::{JOB_RUN_004, JOB_RUN_005};

/// `EXECUTION_DURATION_STAMP_PERIOD_MILLIS`. Rule: JOB-RUN-003.
pub const EXECUTION_DURATION_STAMP_PERIOD_MILLIS: i64 = 300_000;
/// For how long calls of an app that missed its stop are borne with. Rules: JOB-RUN-003, JOB-RUN-041.
pub const STALE_CALLBACK_TOLERANCE_MILLIS: i64 = 15_000;

/// The time-outs that a slow device stretches. Rule: JOB-RUN-003.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Timeouts {
    /// `OP_BIND_TIMEOUT_MILLIS`: for the bind.
    pub bind_millis: i64,
    /// `OP_TIMEOUT_MILLIS`: for `onStartJob` and `onStopJob`.
    pub op_millis: i64,
    /// `NOTIFICATION_TIMEOUT_MILLIS`: for the notification of a user-initiated job.
    pub notification_millis: i64,
}

impl Timeouts {
    /// The time-outs of a device with this `ro.hw_timeout_multiplier`.
    pub const fn with_multiplier(multiplier: i64) -> Self {
        Self {
            bind_millis: 18_000_i64.wrapping_mul(multiplier),
            op_millis: 8_000_i64.wrapping_mul(multiplier),
            notification_millis: 10_000_i64.wrapping_mul(multiplier),
        }
    }
}

/// The slot's only timer: arming it anew replaces it. Rule: JOB-RUN-004.
pub(super) fn op_timeout(slot: SlotId) -> looper::Message {
    looper::Message::Job(Message::SlotTimeout { slot })
}

impl SlotAtWork<'_, '_> {
    /// `scheduleOpTimeOutLocked`: arms the slot's only timer for what it waits for now.
    pub(super) fn schedule_op_timeout(&mut self) {
        let timeouts = *self.timeouts;
        let (now, slot) = (self.turn.now, self.id);
        let Some(running) = &mut self.context.running else { return };
        let millis = match running.verb {
            Verb::Binding => timeouts.bind_millis,
            Verb::Executing => {
                let earliest = running.earliest_stop();
                let until = if now.elapsed < earliest { earliest } else { running.latest_stop() };
                let mut millis = until.since(now.elapsed);
                if running.awaiting_notification {
                    millis = millis.min(timeouts.notification_millis);
                }
                millis.min(EXECUTION_DURATION_STAMP_PERIOD_MILLIS)
            }
            Verb::Starting | Verb::Stopping | Verb::Finished => timeouts.op_millis,
        };
        running.timeout_at = now.elapsed.plus(millis);
        let rule = if running.verb == Verb::Executing { &JOB_RUN_005 } else { &JOB_RUN_004 };
        let verb = running.verb;
        self.turn
            .out
            .decide(rule, "timer armed", || facts!(slot = slot, verb = verb, millis = millis));
        self.turn.looper.send_at(op_timeout(slot), now.uptime.plus(millis.max(0)));
    }

    /// `removeOpTimeOutLocked`.
    pub(super) fn remove_op_timeout(&mut self) {
        self.turn.looper.remove_message(&op_timeout(self.id));
    }
}
