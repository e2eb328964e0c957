//! IDLE: nobody uses the device, as the platform's `IdleController` sets it. Rules: CTRL-IDLE-001 to
//! CTRL-IDLE-003.

use crate::facts;
use crate::job::record_set::RecordSet;
use crate::job::scheduler::{Board, World};
use crate::job::{Constraints, JobStatus, RecordId};
use crate::rules::ctrl_idle::{CTRL_IDLE_001, CTRL_IDLE_002};

use super::idleness::{DeviceIdlenessTracker, IdlenessEvent};

/// What the controller remembers.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub(super) struct IdleController {
    tracker: DeviceIdlenessTracker,
    tracked: RecordSet,
}

impl IdleController {
    /// Rule: CTRL-IDLE-001.
    pub(super) fn start_tracking(
        &mut self,
        board: &mut Board,
        record: RecordId,
        world: &mut World<'_>,
    ) {
        if board.job(record).is_some_and(JobStatus::has_idle_constraint) {
            self.tracked.insert(record);
            self.update(board, record, world);
            let idle = self.tracker.is_idle();
            world.out.decide(&CTRL_IDLE_001, "tracked", || facts!(record = record, idle = idle));
        }
    }

    pub(super) fn stop_tracking(&mut self, record: RecordId) {
        self.tracked.remove(record);
    }

    /// A job enters or leaves the restricted bucket. Rule: CTRL-IDLE-003.
    pub(super) fn on_restricted_bucket(
        &mut self,
        board: &mut Board,
        record: RecordId,
        world: &mut World<'_>,
    ) {
        self.tracked.remove(record);
        self.start_tracking(board, record, world);
    }

    /// The device is used, or not. Rule: CTRL-IDLE-005.
    pub(super) fn on_event(
        &mut self,
        board: &mut Board,
        event: IdlenessEvent,
        world: &mut World<'_>,
    ) {
        if self.tracker.on_event(event, world) {
            self.report(board, world);
        }
    }

    /// The wait of CTRL-IDLE-005 is over.
    pub(super) fn on_idle_alarm(&mut self, board: &mut Board, world: &mut World<'_>) {
        if self.tracker.on_alarm(world) {
            self.report(board, world);
        }
    }

    /// The device counts as idle, or not, whatever it is used for.
    pub(super) fn on_idle(&mut self, board: &mut Board, idle: bool, world: &mut World<'_>) {
        if self.tracker.set_idle(idle) {
            self.report(board, world);
        }
    }

    /// Every tracked job counts as changed. Rule: CTRL-IDLE-002.
    fn report(&self, board: &mut Board, world: &mut World<'_>) {
        for record in self.tracked.iter() {
            self.update(board, record, world);
        }
        let idle = self.tracker.is_idle();
        world.out.decide(&CTRL_IDLE_002, "idle, or not", || {
            facts!(idle = idle, jobs = self.tracked.len())
        });
        board.on_controller_state_changed(self.tracked.iter(), world);
    }

    fn update(&self, board: &mut Board, record: RecordId, world: &World<'_>) {
        if let Some(job) = board.job_mut(record) {
            let idle = self.tracker.is_idle();
            job.set_constraint_satisfied(Constraints::IDLE, world.elapsed(), idle);
        }
    }
}
