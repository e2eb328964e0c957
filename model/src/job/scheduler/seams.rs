//! What the scheduler asks of the rooms below it: the constraint controllers, and whoever decides which
//! pending job starts where.

use super::{Board, Desk, World};
use crate::ids::{Uid, UserId};
use crate::job::execution::{Completed, StopCause};
use crate::job::{ControllerPosted, JobStatus, RecordId};

/// The constraint controllers, all of them together, as the scheduler calls them. They write the bits of
/// records on the board and report there what has changed.
///
/// The order among the controllers is theirs: forward or reverse, as CTRL-GEN-003 says for each call.
pub trait StateControllers {
    /// A record is tracked from now on; `last` is the one it replaces or continues.
    /// Rules: JOB-SCHED-030, CTRL-GEN-015.
    fn start_tracking(
        &mut self,
        board: &mut Board,
        record: RecordId,
        last: Option<RecordId>,
        world: &mut World<'_>,
    );

    /// A record is not tracked any more; `incoming` is the one that takes its place.
    fn stop_tracking(
        &mut self,
        board: &mut Board,
        record: RecordId,
        incoming: Option<RecordId>,
        world: &mut World<'_>,
    );

    /// Looks at one job that is not ready. Rules: JOB-READY-042, CTRL-GEN-016.
    fn evaluate_state(&mut self, board: &mut Board, record: RecordId, world: &mut World<'_>);

    /// Looks at what concerns a uid. Rule: CTRL-GEN-016.
    fn reevaluate_state(&mut self, board: &mut Board, uid: Uid, world: &mut World<'_>);

    /// A record is about to be started. Rule: CONC-EXEC-003.
    fn prepare_for_execution(
        &mut self,
        board: &mut Board,
        record: RecordId,
        world: &mut World<'_>,
    ) {
        let _ = (board, record, world);
    }

    /// A record could not be started after all, or has ended. Rule: CONC-EXEC-004.
    fn unprepare_from_execution(
        &mut self,
        board: &mut Board,
        record: RecordId,
        world: &mut World<'_>,
    ) {
        let _ = (board, record, world);
    }

    /// A record continues another one that failed. Rule: CTRL-CONTENT-008.
    fn reschedule_for_failure(&mut self, board: &mut Board, next: RecordId, failed: RecordId) {
        let _ = (board, next, failed);
    }

    /// The bias of a uid changed. Rule: CTRL-BIAS-005.
    fn on_uid_bias_changed(
        &mut self,
        board: &mut Board,
        uid: Uid,
        old: i32,
        new: i32,
        world: &mut World<'_>,
    ) {
        let _ = (board, uid, old, new, world);
    }

    /// A uid was reported active, or not. Rule: CTRL-DOZE-006.
    fn on_uid_active(&mut self, board: &mut Board, uid: Uid, active: bool, world: &mut World<'_>) {
        let _ = (board, uid, active, world);
    }

    /// A package is gone for good.
    fn on_app_removed(
        &mut self,
        board: &mut Board,
        package: &str,
        uid: Uid,
        world: &mut World<'_>,
    ) {
        let _ = (board, package, uid, world);
    }

    /// A user is gone.
    fn on_user_removed(&mut self, board: &mut Board, user: UserId, world: &mut World<'_>) {
        let _ = (board, user, world);
    }

    /// The components of a package may have changed. Rule: CTRL-COMP-003.
    fn on_components_changed(
        &mut self,
        board: &mut Board,
        package: &str,
        user: UserId,
        world: &mut World<'_>,
    ) {
        let _ = (board, package, user, world);
    }

    /// What a user can reach changed: it was unlocked, or stopped. Rule: CTRL-COMP-003.
    fn on_user_unlock_changed(&mut self, board: &mut Board, user: UserId, world: &mut World<'_>) {
        let _ = (board, user, world);
    }

    /// A message that a controller posted to itself.
    fn on_posted(&mut self, board: &mut Board, posted: ControllerPosted, world: &mut World<'_>) {
        let _ = (board, posted, world);
    }

    /// `isWithinEJQuotaLocked`. Rule: JOB-SCHED-024.
    fn is_within_expedited_quota(
        &mut self,
        board: &Board,
        record: RecordId,
        world: &mut World<'_>,
    ) -> bool;

    /// When the app of a prefetch job is expected to be opened next, wall clock. Rule: JOB-PROC-022.
    fn next_estimated_launch_time(
        &mut self,
        board: &Board,
        record: RecordId,
        world: &mut World<'_>,
    ) -> i64;

    /// The most that quota lets a job run, milliseconds. Rule: JOB-TIME-021.
    fn max_execution_time_by_quota_millis(&self, board: &Board, job: &JobStatus) -> i64 {
        let _ = (board, job);
        i64::MAX
    }

    /// How long the transfer of a job will take, if that can be told. Rule: JOB-TIME-030.
    fn estimated_transfer_time_millis(&self, board: &Board, job: &JobStatus) -> Option<i64> {
        let _ = (board, job);
        None
    }
}

/// Which pending job starts where, and what becomes of the jobs that run: the platform's
/// `JobConcurrencyManager`.
pub trait ConcurrencyManager<C> {
    /// One change that an assignment pass decided on.
    type Assignment;

    /// One assignment pass: everything it decides, before any of it is carried out. Rule: CONC-EXEC-006.
    fn determine_assignments(
        &mut self,
        desk: &mut Desk<C>,
        world: &mut World<'_>,
    ) -> Vec<Self::Assignment>;

    /// Carries out one change of a pass; the execution that it ended at once, if it did.
    fn carry_out(
        &mut self,
        assignment: Self::Assignment,
        desk: &mut Desk<C>,
        world: &mut World<'_>,
    ) -> Option<Completed>;

    /// The records in active slots, in the order in which they were started.
    fn active_jobs(&self) -> Vec<RecordId>;

    /// `stopJobOnServiceContextLocked`: asks a running record to stop; the execution, if that ended it.
    /// Rule: JOB-SCHED-061.
    fn stop_job(
        &mut self,
        record: RecordId,
        cause: StopCause,
        desk: &mut Desk<C>,
        world: &mut World<'_>,
    ) -> Option<Completed>;

    /// `markJobsForUserStopLocked`: the user stops an app; its process is killed next. Rule: JOB-API-096.
    fn mark_jobs_for_user_stop(
        &mut self,
        user: UserId,
        package: &str,
        cause: &StopCause,
        desk: &mut Desk<C>,
        world: &mut World<'_>,
    );

    /// A running record got another network. Rule: CTRL-NET-027.
    fn inform_of_network_change(
        &mut self,
        record: RecordId,
        network: Option<i32>,
        desk: &mut Desk<C>,
        world: &mut World<'_>,
    ) -> Option<Completed>;

    /// `onJobCompletedLocked`: the slot of an ended execution is free; it may take another job at once.
    /// Rule: CONC-DONE-001.
    fn on_job_completed(
        &mut self,
        completed: &Completed,
        desk: &mut Desk<C>,
        world: &mut World<'_>,
    );

    /// The bias of a uid changed; whether an assignment pass is due. Rule: QUEUE-BIAS-004.
    fn on_uid_bias_changed(&mut self, old: i32, new: i32, desk: &Desk<C>) -> bool;

    /// A package is gone for good. Rule: CONC-PKG-001.
    fn on_app_removed(&mut self, package: &str, uid: Uid) {
        let _ = (package, uid);
    }

    /// A user is gone. Rule: CONC-TYPE-005.
    fn on_user_removed(&mut self, user: UserId) {
        let _ = user;
    }
}
