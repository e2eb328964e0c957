//! When apps are expected to be opened next, as the platform's `PrefetchController` remembers it.
//!
//! Deliberately absent: the PREFETCH bit itself, which nobody controls yet.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::facts;
use crate::ids::UserId;
use crate::job::scheduler::{Board, World};
use crate::job::{ControllerPosted, Posted, RecordId};
use crate::rules::job_proc::JOB_PROC_022;

/// `pc_launch_time_allowance_ms`: an estimate that lies further back has lost its meaning.
const LAUNCH_TIME_ALLOWANCE_MS: i64 = 20 * 60 * 1_000;
/// No estimate: the app counts as one that is never opened.
const NEVER: i64 = i64::MAX;

/// What the controller remembers: wall clock milliseconds by source app.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub(super) struct PrefetchController {
    estimated_launch_times: BTreeMap<(UserId, Arc<str>), i64>,
}

impl PrefetchController {
    /// `getNextEstimatedLaunchTimeLocked`. Without an estimate that still means something the answer is
    /// "never", and usage statistics are asked as soon as this is over. Rule: JOB-PROC-022.
    pub(super) fn next_estimated_launch_time(
        &mut self,
        board: &Board,
        record: RecordId,
        world: &mut World<'_>,
    ) -> i64 {
        let Some(job) = board.job(record) else { return NEVER };
        let (user, package) = (job.source_user(), Arc::clone(job.source_package()));
        let key = (user, package);
        let known = self.estimated_launch_times.get(&key).copied();
        let oldest = world.now.wall.plus(-LAUNCH_TIME_ALLOWANCE_MS).millis();
        let estimate = known.filter(|&estimate| estimate >= oldest);
        world.out.decide(&JOB_PROC_022, "next launch of the app", || {
            facts!(package = key.1, known = known, estimate = estimate)
        });
        estimate.unwrap_or_else(|| {
            let (user, package) = key.clone();
            world.post(Posted::Controller(ControllerPosted::RetrieveLaunchTime { user, package }));
            self.estimated_launch_times.insert(key, NEVER);
            NEVER
        })
    }

    /// Usage statistics answer.
    pub(super) fn on_retrieve(&mut self, user: UserId, package: Arc<str>, world: &mut World<'_>) {
        let estimate = world.neighbours.next_estimated_launch_time(&package, user);
        self.estimated_launch_times.insert((user, package), estimate);
    }

    pub(super) fn on_app_removed(&mut self, package: &str, user: UserId) {
        self.estimated_launch_times.retain(|(of, known), _| (*of, &**known) != (user, package));
    }

    pub(super) fn on_user_removed(&mut self, user: UserId) {
        self.estimated_launch_times.retain(|(of, _), _| *of != user);
    }
}
