//! IDLE: the device is not used and does not charge fast, as the platform's `IdleController` is told.
//!
//! How the device comes to count as idle is not decided here: the fact is an input.

use std::collections::BTreeSet;

use crate::facts;
use crate::job::scheduler::{Board, World};
use crate::job::{Constraints, JobStatus, RecordId};
use crate::rules::ctrl_idle::{CTRL_IDLE_001, CTRL_IDLE_002};

/// What the controller remembers.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub(super) struct IdleController {
    idle: bool,
    tracked: BTreeSet<RecordId>,
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
            world
                .out
                .decide(&CTRL_IDLE_001, "tracked", || facts!(record = record, idle = self.idle));
        }
    }

    pub(super) fn stop_tracking(&mut self, record: RecordId) {
        self.tracked.remove(&record);
    }

    /// A job enters or leaves the restricted bucket.
    pub(super) fn on_restricted_bucket(
        &mut self,
        board: &mut Board,
        record: RecordId,
        world: &mut World<'_>,
    ) {
        self.tracked.remove(&record);
        self.start_tracking(board, record, world);
    }

    /// Rule: CTRL-IDLE-002.
    pub(super) fn on_idle(&mut self, board: &mut Board, idle: bool, world: &mut World<'_>) {
        if self.idle == idle {
            return;
        }
        self.idle = idle;
        let tracked: Vec<_> = self.tracked.iter().copied().collect();
        let changed: Vec<_> =
            tracked.into_iter().filter(|&record| self.update(board, record, world)).collect();
        world.out.decide(&CTRL_IDLE_002, "idle, or not", || {
            facts!(idle = idle, changed = changed.len())
        });
        board.on_controller_state_changed(changed, world);
    }

    fn update(&self, board: &mut Board, record: RecordId, world: &World<'_>) -> bool {
        let now = world.elapsed();
        board
            .job_mut(record)
            .is_some_and(|job| job.set_constraint_satisfied(Constraints::IDLE, now, self.idle))
    }
}
