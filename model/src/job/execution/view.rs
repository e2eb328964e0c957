//! What others may see of a slot: for the shell, for dumps, and to decide what to run next.

use super::slot::{BytePair, Running, Verb};
use super::timers::op_timeout;
use super::{slot_of, Execution, UserInitiatedNotifications, WorkType};
use crate::ids::Uid;
use crate::job::call::CallbackToken;
use crate::job::{RecordId, SlotId};
use crate::looper::Looper;
use crate::time::{Elapsed, Uptime};

/// A slot with a job in it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SlotView {
    /// What it waits for.
    pub verb: Verb,
    /// The running record.
    pub record: RecordId,
    /// As it was started.
    pub work_type: WorkType,
    /// Names the execution.
    pub token: CallbackToken,
    /// When the execution began: at the bind.
    pub started_at: Elapsed,
    /// Until when the job is not asked to make room. Rule: JOB-TIME-042.
    pub earliest_stop: Elapsed,
    /// When the job has to stop at the latest.
    pub latest_stop: Elapsed,
    /// When the timer fires, counted on the elapsed clock as dumps do.
    pub timeout_at: Elapsed,
    /// The app must set a notification yet.
    pub awaiting_notification: bool,
    /// As the app was told, or told us last. Rule: JOB-RUN-049.
    pub estimated: BytePair,
    /// As the app told us last. Rule: JOB-RUN-050.
    pub transferred: BytePair,
    /// The stop that waits for the guarantee to be used up: public and internal reason, and text.
    pub pending_stop: Option<(i32, i32, String)>,
}

impl Execution {
    /// What runs in a slot, and how far it is; `None`: nothing.
    pub fn view(&self, slot: SlotId) -> Option<SlotView> {
        let running = self.slot(slot)?;
        Some(SlotView {
            verb: running.verb,
            record: running.record,
            work_type: running.work_type,
            token: running.token,
            started_at: running.started_at,
            earliest_stop: running.earliest_stop(),
            latest_stop: running.latest_stop(),
            timeout_at: running.timeout_at,
            awaiting_notification: running.awaiting_notification,
            estimated: running.estimated,
            transferred: running.transferred,
            pending_stop: running.pending_stop.as_ref().map(|cause| {
                (cause.stop_reason, cause.internal_stop_reason, cause.debug_reason.clone())
            }),
        })
    }

    /// The record that runs in a slot.
    pub fn running(&self, slot: SlotId) -> Option<RecordId> {
        self.slot(slot).map(|running| running.record)
    }

    /// What a slot waits for. Rule: JOB-RUN-002.
    pub fn verb(&self, slot: SlotId) -> Verb {
        self.slots.get(&slot).map_or(Verb::Finished, |context| context.verb())
    }

    /// The slot whose current execution this token names. A token of an earlier one names none.
    pub fn slot_of(&self, token: CallbackToken) -> Option<SlotId> {
        let slot = slot_of(token);
        self.slot(slot).filter(|running| running.token == token).map(|_| slot)
    }

    /// The work type that the job in a slot was started as.
    pub fn work_type(&self, slot: SlotId) -> Option<WorkType> {
        self.slot(slot).map(|running| running.work_type)
    }

    /// When the execution in a slot began.
    pub fn started_at(&self, slot: SlotId) -> Option<Elapsed> {
        self.slot(slot).map(|running| running.started_at)
    }

    /// `getRemainingGuaranteedTimeMs`: never negative; 0 where nothing runs.
    pub fn remaining_guaranteed_millis(&self, slot: SlotId, now: Elapsed) -> i64 {
        self.slot(slot).map_or(0, |running| running.earliest_stop().since(now).max(0))
    }

    /// `isWithinExecutionGuaranteeTime`. Where nothing runs, nothing is in overtime. Rule: JOB-TIME-042.
    pub fn is_within_execution_guarantee_time(&self, slot: SlotId, now: Elapsed) -> bool {
        self.slot(slot).map_or(true, |running| now < running.earliest_stop())
    }

    /// Estimated bytes of the job in a slot, as the shell shows them. Rule: JOB-RUN-049.
    pub fn estimated_network_bytes(&self, slot: SlotId) -> Option<BytePair> {
        self.slot(slot).map(|running| running.estimated)
    }

    /// Transferred bytes of the job in a slot, as the shell shows them. Rule: JOB-RUN-050.
    pub fn transferred_network_bytes(&self, slot: SlotId) -> Option<BytePair> {
        self.slot(slot).map(|running| running.transferred)
    }

    /// When the timer of a slot fires.
    pub fn timer_at(&self, slot: SlotId, looper: &Looper) -> Option<Uptime> {
        looper.message(&op_timeout(slot))
    }

    /// When and why the last job of an idle slot was first told to stop: for dumps.
    pub fn last_stop(&self, slot: SlotId) -> Option<(Elapsed, &str)> {
        let (_, stopped) = self.slots.get(&slot)?.last_stopped.as_ref()?;
        stopped.as_ref().map(|stopped| (stopped.at, stopped.reason.as_str()))
    }

    /// Which notification ids and channels are those of user-initiated jobs. Rule: JOB-NOTIF-001.
    pub fn user_initiated_notifications(&self) -> &UserInitiatedNotifications {
        self.notifications.user_initiated()
    }

    /// Every slot that has a preferred uid, by slot. Rule: JOB-RUN-042.
    pub fn preferred_uids(&self) -> impl Iterator<Item = (SlotId, Uid)> + '_ {
        self.slots.iter().filter_map(|(slot, context)| Some((*slot, context.preferred_uid?)))
    }

    fn slot(&self, slot: SlotId) -> Option<&Running> {
        self.slots.get(&slot)?.running.as_ref()
    }
}
