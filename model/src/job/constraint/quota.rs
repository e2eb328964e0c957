//! WITHIN_QUOTA and the approval of expedited treatment. How much quota an app has is a fact of the
//! neighbours; which jobs it applies to is decided here.

use std::collections::BTreeSet;

use super::Approval;
use crate::facts;
use crate::ids::Uid;
use crate::job::scheduler::{Board, World};
use crate::job::{JobStatus, RecordId, StandbyBucket};
use crate::rules::ctrl_restrict::CTRL_RESTRICT_005;
use crate::rules::job_sched::JOB_SCHED_025;
use crate::rules::job_stop::JOB_STOP_024;

/// What the controller remembers.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub(super) struct QuotaController {
    /// Running jobs that were started while their app was on top: quota does not end them.
    top_started: BTreeSet<RecordId>,
}

impl QuotaController {
    pub(super) fn start_tracking(
        &mut self,
        board: &mut Board,
        record: RecordId,
        world: &mut World<'_>,
    ) -> Approval {
        self.update(board, record, world).1
    }

    pub(super) fn stop_tracking(&mut self, record: RecordId) {
        self.top_started.remove(&record);
    }

    pub(super) fn prepare_for_execution(
        &mut self,
        board: &Board,
        record: RecordId,
        world: &World<'_>,
    ) {
        let uid = board.job(record).map(JobStatus::source_uid);
        if uid.is_some_and(|uid| world.neighbours.is_uid_top(uid)) {
            self.top_started.insert(record);
        }
    }

    #[cfg(test)]
    pub(super) fn forget_top_starts(&mut self) {
        self.top_started.clear();
    }

    pub(super) fn unprepare_from_execution(&mut self, record: RecordId) {
        self.top_started.remove(&record);
    }

    /// Looks at one job by itself: whether its bit changed, and what became of the approval.
    fn update(
        &self,
        board: &mut Board,
        record: RecordId,
        world: &mut World<'_>,
    ) -> (bool, Approval) {
        let within = board.job(record).is_some_and(|job| self.is_within_quota(job, world));
        self.set(board, record, within, world)
    }

    /// Looks at a job as one of its package in this bucket: whoever has the effective bucket of the
    /// package gets the verdict on the package, exempt or not. Rule: QUOTA-STATE-011.
    fn update_in_package(
        &self,
        board: &mut Board,
        record: RecordId,
        bucket: StandbyBucket,
        world: &mut World<'_>,
    ) -> (bool, Approval) {
        let Some(job) = board.job(record) else { return (false, Approval::Unchanged) };
        let of_package = !matches!(bucket, StandbyBucket::Exempted | StandbyBucket::Active)
            && bucket == job.effective_standby_bucket();
        let within = if self.top_started.contains(&record) {
            true
        } else if of_package {
            bucket != StandbyBucket::Never
                && world.neighbours.is_within_quota(job.source_uid(), job.source_package())
        } else {
            self.is_within_quota(job, world)
        };
        self.set(board, record, within, world)
    }

    fn set(
        &self,
        board: &mut Board,
        record: RecordId,
        within: bool,
        world: &mut World<'_>,
    ) -> (bool, Approval) {
        let now = world.elapsed();
        let Some(job) = board.job(record) else { return (false, Approval::Unchanged) };
        let expedited = job.is_requested_expedited_job()
            && self.is_within_expedited_quota(board, record, world);
        board.job_mut(record).map_or((false, Approval::Unchanged), |job| {
            let bit = job.set_quota_constraint_satisfied(now, within);
            let changed = job.set_expedited_job_quota_approved(now, expedited);
            (bit, Approval::new(expedited, changed))
        })
    }

    /// The quota of a uid changed: the jobs whose bit or approval did, and every job's approval.
    pub(super) fn reevaluate(
        &mut self,
        board: &mut Board,
        uid: Uid,
        world: &mut World<'_>,
    ) -> (Vec<RecordId>, Vec<(RecordId, Approval)>) {
        let records: Vec<_> = board.store.of_source_uid(uid).collect();
        let (mut changed, mut approvals) = (Vec::new(), Vec::new());
        for record in records {
            let (bit, approval) = self.update(board, record, world);
            if bit || approval != Approval::Unchanged {
                changed.push(record);
            }
            approvals.push((record, approval));
        }
        (changed, approvals)
    }

    /// The bucket of a package changed: the jobs that entered or left the restricted one.
    /// Rule: CTRL-RESTRICT-005.
    pub(super) fn on_standby_bucket(
        &mut self,
        board: &mut Board,
        package: &str,
        uid: Uid,
        bucket: StandbyBucket,
        world: &mut World<'_>,
    ) -> Vec<RecordId> {
        let records: Vec<_> = board
            .store
            .of_source_uid(uid)
            .filter(|&record| {
                board.job(record).is_some_and(|job| **job.source_package() == *package)
            })
            .collect();
        let mut restricted = Vec::new();
        for &record in &records {
            let Some(job) = board.job_mut(record) else { continue };
            let before = job.standby_bucket();
            let involved =
                before == StandbyBucket::Restricted || bucket == StandbyBucket::Restricted;
            if before != bucket && involved {
                restricted.push(record);
            }
            job.set_standby_bucket(bucket);
        }
        let mut changed = Vec::new();
        for record in records {
            let (bit, approval) = self.update_in_package(board, record, bucket, world);
            if bit || approval != Approval::Unchanged {
                changed.push(record);
            }
        }
        if bucket == StandbyBucket::Never {
            world.out.decide(
                &JOB_STOP_024,
                "jobs of an inactive app are not ready any more",
                || facts!(package = package, changed = changed.len()),
            );
        }
        world.out.decide(&CTRL_RESTRICT_005, "bucket changed", || {
            facts!(package = package, bucket = bucket, changed = changed.len())
        });
        board.on_controller_state_changed(changed, world);
        restricted
    }

    /// User-initiated jobs are always within quota by themselves. Rule: JOB-READY-025.
    fn is_within_quota(&self, job: &JobStatus, world: &World<'_>) -> bool {
        job.should_treat_as_user_initiated_job()
            || self.top_started.contains(&job.record())
            || (job.effective_standby_bucket() != StandbyBucket::Never
                && world.neighbours.is_within_quota(job.source_uid(), job.source_package()))
    }

    /// `isWithinEJQuotaLocked`. Rule: JOB-SCHED-024.
    pub(super) fn is_within_expedited_quota(
        &self,
        board: &Board,
        record: RecordId,
        world: &mut World<'_>,
    ) -> bool {
        let within = board.job(record).is_some_and(|job| {
            world.neighbours.is_within_expedited_quota(job.source_uid(), job.source_package())
        });
        world.out.decide(&JOB_SCHED_025, "expedited jobs only have this quota", || {
            facts!(record = record, within = within)
        });
        within
    }
}
