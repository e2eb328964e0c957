//! STORAGE_NOT_LOW, as the platform's `StorageController` sets it. Rules: CTRL-STOR-001 to
//! CTRL-STOR-004.

use crate::facts;
use crate::job::record_set::RecordSet;
use crate::job::scheduler::{Board, World};
use crate::job::{Constraints, JobStatus, RecordId};
use crate::rules::ctrl_stor::*;

/// What the controller remembers.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub(super) struct StorageController {
    low: bool,
    tracked: RecordSet,
}

impl StorageController {
    pub(super) fn is_storage_not_low(&self) -> bool {
        !self.low
    }

    /// Rule: CTRL-STOR-002.
    pub(super) fn start_tracking(
        &mut self,
        board: &mut Board,
        record: RecordId,
        world: &mut World<'_>,
    ) {
        if board.job(record).is_some_and(JobStatus::has_storage_not_low_constraint) {
            self.tracked.insert(record);
            self.update(board, record, world);
            world.out.decide(&CTRL_STOR_002, "tracked", || facts!(record = record, low = self.low));
        }
    }

    pub(super) fn stop_tracking(&mut self, record: RecordId) {
        self.tracked.remove(record);
    }

    /// Every report is acted upon, also one that changes nothing. Rules: CTRL-STOR-001, CTRL-STOR-003.
    pub(super) fn on_storage_low(&mut self, board: &mut Board, low: bool, world: &mut World<'_>) {
        self.low = low;
        let tracked: Vec<_> = self.tracked.iter().collect();
        let mut changed = false;
        for &record in &tracked {
            changed |= self.update(board, record, world);
        }
        world.out.decide(&CTRL_STOR_003, "storage reported", || {
            facts!(low = low, changed = changed, tracked = tracked.len())
        });
        if !low {
            board.on_run_all_now(world);
        } else if changed {
            board.on_controller_state_changed(tracked, world);
        }
    }

    fn update(&self, board: &mut Board, record: RecordId, world: &World<'_>) -> bool {
        let now = world.elapsed();
        board.job_mut(record).is_some_and(|job| {
            job.set_constraint_satisfied(Constraints::STORAGE_NOT_LOW, now, !self.low)
        })
    }
}
