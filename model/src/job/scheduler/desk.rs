//! The board together with the constraint controllers: tracking, and "may it start now?".
//! Rules: JOB-READY-040 to 043, JOB-SCHED-030, JOB-SCHED-032.

use super::{Board, StateControllers, World};
use crate::facts;
use crate::job::{JobStatus, RecordId};
use crate::rules::job_ready::JOB_READY_041;
use crate::rules::job_sched::JOB_SCHED_030;

/// What a decision about one job needs: the shared state and the controllers.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Desk<C> {
    /// The shared state.
    pub board: Board,
    /// The constraint controllers.
    pub controllers: C,
}

/// Whether a job that already runs may count as executable.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum IfRunning {
    /// It does not: it is to be started.
    Reject,
    /// It does: the question is whether it may go on.
    Accept,
}

impl<C: StateControllers> Desk<C> {
    /// `isReadyToBeExecutedLocked`: the tests of JOB-READY-041, in order. The controllers may evaluate the
    /// job, which can change its bits. What makes up for which obstacle: JOB-READY-070.
    pub(in crate::job) fn is_ready_to_be_executed(
        &mut self,
        record: RecordId,
        if_running: IfRunning,
        world: &mut World<'_>,
    ) -> bool {
        let obstacle = self.obstacle(record, if_running, world);
        world.out.decide(&JOB_READY_041, obstacle.unwrap_or("executable"), || {
            facts!(record = record, job = self.board.key(record))
        });
        obstacle.is_none()
    }

    fn obstacle(
        &mut self,
        record: RecordId,
        if_running: IfRunning,
        world: &mut World<'_>,
    ) -> Option<&'static str> {
        if !self.is_ready_after_evaluation(record, world) {
            return Some("not ready");
        }
        let board = &self.board;
        if !board.store.contains(record) {
            return Some("not stored");
        }
        if !board.is_in_place(record) {
            return Some("user not started, or backup under way");
        }
        if board.is_restricted(record, world.elapsed(), world.out) {
            return Some("the device is too hot");
        }
        if board.pending.contains(record) {
            return Some("pending already");
        }
        if if_running == IfRunning::Reject && board.is_running(record) {
            return Some("running already");
        }
        let usable = board.job(record).is_some_and(|job| board.is_component_usable(job, world));
        (!usable).then_some("component not usable")
    }

    /// Ready, or ready once the controllers have looked again. Rule: JOB-READY-042.
    fn is_ready_after_evaluation(&mut self, record: RecordId, world: &mut World<'_>) -> bool {
        let is_ready = |board: &Board| board.job(record).is_some_and(JobStatus::is_ready);
        is_ready(&self.board) || {
            self.controllers.evaluate_state(&mut self.board, record, world);
            is_ready(&self.board)
        }
    }

    /// `startTrackingJobLocked`. Rule: JOB-SCHED-030.
    pub(in crate::job) fn start_tracking(
        &mut self,
        record: RecordId,
        last: Option<RecordId>,
        world: &mut World<'_>,
    ) {
        let Some(job) = self.board.job_mut(record) else { return };
        job.enqueue_time = world.elapsed();
        let key = job.key();
        self.board.store.add(record);
        self.board.pending_reasons.reset(&key);
        self.board.touch(record, world.out);
        world.out.decide(&JOB_SCHED_030, "tracked", || facts!(record = record, job = key));
        if self.board.is_ready_to_rock() {
            self.controllers.start_tracking(&mut self.board, record, last, world);
        }
    }

    /// Every stored job is shown to the controllers, which have seen none. Rule: JOB-PROC-005.
    pub(in crate::job) fn attach_all(&mut self, world: &mut World<'_>) {
        let all: Vec<_> = self.board.store.iter().collect();
        for record in all {
            self.controllers.start_tracking(&mut self.board, record, None, world);
        }
    }

    /// `stopTrackingJobLocked`: work items go to the successor or are lost, the record leaves the store and
    /// the controllers. `false` if it was not stored. Rules: JOB-SCHED-060, JOB-SCHED-051.
    pub(in crate::job) fn stop_tracking(
        &mut self,
        record: RecordId,
        incoming: Option<RecordId>,
        world: &mut World<'_>,
    ) -> bool {
        self.hand_over_work(record, incoming, world);
        if let Some(key) = self.board.key(record) {
            self.board.pending_reasons.reset(&key);
        }
        let removed = self.board.store.remove(record);
        if removed {
            self.board.touch(record, world.out);
        }
        if self.board.is_ready_to_rock() {
            self.controllers.stop_tracking(&mut self.board, record, incoming, world);
        }
        removed
    }

    /// Nothing is granted or taken back if there is a successor; else everything is taken back.
    fn hand_over_work(
        &mut self,
        record: RecordId,
        incoming: Option<RecordId>,
        world: &mut World<'_>,
    ) {
        let board = &mut self.board;
        match incoming {
            Some(incoming) => {
                board.store.with_two(record, incoming, JobStatus::transfer_work);
                board.grants.move_work(record, incoming);
            }
            None => {
                let dropped = board.job_mut(record).map(JobStatus::drop_work).unwrap_or_default();
                for work in dropped {
                    board.grants.revoke_work(record, work.work_id, world.out);
                }
            }
        }
    }
}
