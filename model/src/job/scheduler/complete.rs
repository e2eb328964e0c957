//! `onJobCompletedLocked`: what follows an execution. Rules: JOB-RESCHED-020 to JOB-RESCHED-024, JOB-SCHED-063,
//! JOB-SCHED-067, JOB-STOP-005, JOB-STOP-021.

use super::{ConcurrencyManager, JobScheduler, StateControllers, World};
use crate::facts;
use crate::job::constants::NUM_COMPLETED_JOB_HISTORY;
use crate::job::execution::Completed;
use crate::job::reschedule::{
    defer_after_long_run, reschedule_for_failure, reschedule_for_periodic, Ending,
};
use crate::job::status::Origin;
use crate::job::{InternalStopReason, JobKey, Posted, RecordId, StopReason};
use crate::rules::job_resched::*;
use crate::rules::job_sched::{JOB_SCHED_063, JOB_SCHED_067};
use crate::time::Elapsed;

/// One entry of the list of completed jobs, for people.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct CompletedJob {
    /// Which job.
    pub key: JobKey,
    /// When its execution ended.
    pub at: Elapsed,
    /// `JobParameters.INTERNAL_STOP_REASON_*`.
    pub internal_stop_reason: i32,
}

impl<C: StateControllers, M: ConcurrencyManager<C>> JobScheduler<C, M> {
    /// Steps 11 and 12 of JOB-RUN-035, if an execution has just ended.
    pub fn finish(&mut self, ended: Option<Completed>, world: &mut World<'_>) {
        let Some(completed) = ended else { return };
        self.on_job_completed(&completed, world);
        self.manager.on_job_completed(&completed, &mut self.desk, world);
    }

    /// In the order of JOB-RESCHED-020. The record still counts as running.
    fn on_job_completed(&mut self, completed: &Completed, world: &mut World<'_>) {
        let record = completed.record;
        self.note_completed(completed, world);
        let internal = completed.internal_stop_reason;
        if internal == InternalStopReason::Uninstall.code()
            || internal == InternalStopReason::DataCleared.code()
        {
            world.out.decide(&JOB_SCHED_067, "nothing else happens", || {
                facts!(record = record, internal_stop_reason = internal)
            });
            self.unprepare(record, world);
            self.desk.board.recompute_active(world);
            return;
        }
        let retry = completed
            .wants_reschedule
            .then(|| self.reschedule_for_failure(completed, world))
            .flatten();
        if !self.desk.stop_tracking(record, retry, world) {
            self.on_removed_job_completed(record, retry, world);
            return;
        }
        if let Some(next) = retry.or_else(|| self.reschedule_for_periodic(record, world)) {
            self.track_successor(record, next, world);
        }
        self.unprepare(record, world);
        self.desk.board.recompute_active(world);
    }

    /// The record was cancelled or replaced while it ran. Rule: JOB-SCHED-063.
    fn on_removed_job_completed(
        &mut self,
        record: RecordId,
        retry: Option<RecordId>,
        world: &mut World<'_>,
    ) {
        if let Some(retry) = retry {
            self.desk.board.store.forget(retry);
        }
        let newer = self.desk.board.key(record).and_then(|key| self.desk.board.store.find(&key));
        world.out.decide(&JOB_SCHED_063, "not stored any more", || {
            facts!(record = record, newer = newer)
        });
        if let Some(newer) = newer {
            world.post(Posted::CheckIndividualJob { record: newer });
        }
    }

    /// The record of the next try. Rules: JOB-RESCHED-002 to JOB-RESCHED-015.
    fn reschedule_for_failure(
        &mut self,
        completed: &Completed,
        world: &mut World<'_>,
    ) -> Option<RecordId> {
        let origin = self.origin_of_successor(completed.record)?;
        let board = &mut self.desk.board;
        let ending = Ending {
            // A code that the platform does not know is neither of those that count.
            stop_reason: StopReason::from_code(completed.stop_reason)
                .unwrap_or(StopReason::Undefined),
            internal_stop_reason: InternalStopReason::from_code(completed.internal_stop_reason)
                .unwrap_or(InternalStopReason::Unknown),
        };
        let old = board.store.get(completed.record)?;
        let mut job =
            reschedule_for_failure(old, ending, origin, &board.constants, world.now, world.out)?;
        defer_after_long_run(&mut job, ending, world.out);
        let record = board.store.create(job);
        self.desk.controllers.reschedule_for_failure(board, record, completed.record);
        Some(record)
    }

    fn origin_of_successor(&mut self, record: RecordId) -> Option<Origin> {
        let board = &mut self.desk.board;
        let next = board.store.next_record();
        let old = board.store.get(record)?;
        let is_cloud_media_provider =
            board.is_cloud_media_provider(old.source_user(), old.source_package());
        Some(Origin { is_cloud_media_provider, ..old.origin_for(next) })
    }

    /// The record of the next period. Rules: JOB-RESCHED-030 to JOB-RESCHED-035.
    fn reschedule_for_periodic(
        &mut self,
        record: RecordId,
        world: &mut World<'_>,
    ) -> Option<RecordId> {
        self.desk.board.store.get(record).filter(|job| job.job().is_periodic)?;
        let origin = self.origin_of_successor(record)?;
        let board = &mut self.desk.board;
        let job = reschedule_for_periodic(board.store.get(record)?, origin, world.now, world.out);
        Some(board.store.create(job))
    }

    /// The successor is tracked without the checks of a call: no expedited quota is asked for.
    /// Rules: JOB-RESCHED-021, JOB-RESCHED-022, JOB-RESCHED-023,
    /// JOB-RESCHED-024.
    fn track_successor(&mut self, old: RecordId, next: RecordId, world: &mut World<'_>) {
        let regranted = self.prepare(next, world);
        self.desk.start_tracking(next, Some(old), world);
        world.out.decide(&JOB_RESCHED_021, "the successor is stored, not pending", || {
            facts!(old = old, next = next, regranted = regranted.is_ok())
        });
    }

    fn note_completed(&mut self, completed: &Completed, world: &mut World<'_>) {
        world.out.decide(&JOB_RESCHED_020, "completed", || facts!(completed = completed));
        let Some(key) = self.desk.board.key(completed.record) else { return };
        if self.completed.len() == NUM_COMPLETED_JOB_HISTORY {
            self.completed.pop_front();
        }
        self.completed.push_back(CompletedJob {
            key,
            at: world.elapsed(),
            internal_stop_reason: completed.internal_stop_reason,
        });
    }
}
