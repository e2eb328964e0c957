//! BACKGROUND_NOT_RESTRICTED, as the platform's `BackgroundJobsController` sets it. Rules: CTRL-BG-*.

use std::collections::BTreeSet;

use crate::facts;
use crate::ids::{Uid, UserId};
use crate::job::scheduler::{Board, World};
use crate::job::{ControllerPosted, JobStatus, Posted, RecordId, StandbyBucket};
use crate::rules::ctrl_bg::*;

/// What the controller, and the app-state tracker behind it, remember.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub(super) struct BackgroundJobsController {
    /// Battery saver, as far as jobs are concerned. Rule: CTRL-BG-003.
    force_all_apps_standby: bool,
    active_uids: BTreeSet<Uid>,
    /// Follows bucket events only: empty at boot. Rule: CTRL-BG-002.
    exempted_packages: BTreeSet<(UserId, String)>,
}

impl BackgroundJobsController {
    pub(super) fn start_tracking(
        &mut self,
        board: &mut Board,
        record: RecordId,
        world: &mut World<'_>,
    ) {
        self.update(board, record, None, world);
    }

    /// Only jobs that asked for expedited treatment are looked at again. Rule: CTRL-BG-009.
    pub(super) fn evaluate_state(
        &mut self,
        board: &mut Board,
        record: RecordId,
        world: &mut World<'_>,
    ) {
        if board.job(record).is_some_and(JobStatus::is_requested_expedited_job) {
            self.update(board, record, None, world);
        }
    }

    /// A uid was reported active, or not.
    pub(super) fn on_uid_active(&mut self, uid: Uid, active: bool, world: &mut World<'_>) {
        let changed =
            if active { self.active_uids.insert(uid) } else { self.active_uids.remove(&uid) };
        if changed {
            let active = Some(active);
            world.post(Posted::Controller(ControllerPosted::UpdateBackgroundOfUid { uid, active }));
        }
    }

    /// The user restricts an app, or no longer. Rule: CTRL-BG-009.
    pub(super) fn on_user_restriction_changed(&mut self, uid: Uid, world: &mut World<'_>) {
        let active = None;
        world.post(Posted::Controller(ControllerPosted::UpdateBackgroundOfUid { uid, active }));
    }

    /// Rule: CTRL-BG-009.
    pub(super) fn on_force_all_apps_standby(&mut self, on: bool, world: &mut World<'_>) {
        if self.force_all_apps_standby != on {
            self.force_all_apps_standby = on;
            self.post_update_all(world);
        }
    }

    /// The exempted set follows bucket events. Rule: CTRL-BG-002.
    pub(super) fn on_standby_bucket(
        &mut self,
        uid: Uid,
        package: &str,
        bucket: StandbyBucket,
        world: &mut World<'_>,
    ) {
        let key = (uid.user(), package.to_owned());
        let changed = if bucket == StandbyBucket::Exempted {
            self.exempted_packages.insert(key)
        } else {
            self.exempted_packages.remove(&key)
        };
        if changed {
            self.post_update_all(world);
        }
    }

    pub(super) fn post_update_all(&self, world: &mut World<'_>) {
        world.post(Posted::Controller(ControllerPosted::UpdateAllBackground));
    }

    pub(super) fn update_all(&mut self, board: &mut Board, world: &mut World<'_>) {
        let all: Vec<_> = board.store.iter().collect();
        self.update_and_report(board, all, None, world);
    }

    pub(super) fn update_uid(
        &mut self,
        board: &mut Board,
        uid: Uid,
        active: Option<bool>,
        world: &mut World<'_>,
    ) {
        let records: Vec<_> = board.store.of_source_uid(uid).collect();
        self.update_and_report(board, records, active, world);
    }

    fn update_and_report(
        &mut self,
        board: &mut Board,
        records: Vec<RecordId>,
        active: Option<bool>,
        world: &mut World<'_>,
    ) {
        let changed: Vec<_> = records
            .into_iter()
            .filter(|&record| self.update(board, record, active, world))
            .collect();
        world
            .out
            .decide(&CTRL_BG_009, "background jobs looked at", || facts!(changed = changed.len()));
        board.on_controller_state_changed(changed, world);
    }

    /// `updateSingleJobRestrictionLocked`. Rules: CTRL-BG-001, CTRL-BG-007, CTRL-BG-008.
    fn update(
        &self,
        board: &mut Board,
        record: RecordId,
        active: Option<bool>,
        world: &mut World<'_>,
    ) -> bool {
        let now = world.elapsed();
        let Some(job) = board.job_mut(record) else { return false };
        let uid = job.source_uid();
        let by_user = !world.neighbours.may_run_any_in_background(uid, job.source_package());
        let restricted = self.are_jobs_restricted(job, by_user, world);
        let active = active.unwrap_or_else(|| self.is_uid_active(uid));
        world.out.decide(&CTRL_BG_002, "restricted in the background, or not", || {
            facts!(record = record, restricted = restricted, by_user = by_user, active = active)
        });
        let bit = job.set_background_not_restricted_constraint_satisfied(now, !restricted, by_user);
        job.set_uid_active(active) || bit
    }

    /// The list of CTRL-BG-002, first match.
    fn are_jobs_restricted(&self, job: &JobStatus, by_user: bool, world: &World<'_>) -> bool {
        let uid = job.source_uid();
        if self.is_uid_active(uid)
            || world.neighbours.is_power_allowlisted_except_idle(uid.app_id())
            || world.neighbours.is_temporarily_allowlisted(uid.app_id())
        {
            return false;
        }
        if by_user {
            return true;
        }
        let key = (job.source_user(), job.source_package().to_string());
        if job.can_run_in_battery_saver() || self.exempted_packages.contains(&key) {
            return false;
        }
        self.force_all_apps_standby
    }

    fn is_uid_active(&self, uid: Uid) -> bool {
        uid.is_core() || self.active_uids.contains(&uid)
    }
}
