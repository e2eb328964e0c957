//! WITHIN_QUOTA and the approval of expedited treatment. How much quota an app has is a fact of the
//! neighbours; which jobs it applies to is decided here.

use super::Approval;
use crate::facts;
use crate::ids::Uid;
use crate::job::scheduler::{Board, World};
use crate::job::{JobStatus, RecordId, StandbyBucket};
use crate::rules::ctrl_restrict::CTRL_RESTRICT_005;
use crate::rules::job_sched::JOB_SCHED_025;

/// What the controller remembers: nothing of its own.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub(super) struct QuotaController;

impl QuotaController {
    pub(super) fn start_tracking(
        &mut self,
        board: &mut Board,
        record: RecordId,
        world: &mut World<'_>,
    ) -> Approval {
        self.update(board, record, world).1
    }

    /// Sets the quota bit and the approval: whether the bit changed, and what became of the approval.
    fn update(
        &self,
        board: &mut Board,
        record: RecordId,
        world: &mut World<'_>,
    ) -> (bool, Approval) {
        let now = world.elapsed();
        let Some(job) = board.job(record) else { return (false, Approval::Unchanged) };
        let within = self.is_within_quota(job, world);
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
            let (bit, approval) = self.update(board, record, world);
            if bit || approval != Approval::Unchanged {
                changed.push(record);
            }
        }
        world.out.decide(&CTRL_RESTRICT_005, "bucket changed", || {
            facts!(package = package, bucket = bucket, changed = changed.len())
        });
        board.on_controller_state_changed(changed, world);
        restricted
    }

    /// User-initiated jobs are always within quota. Rule: JOB-READY-025.
    fn is_within_quota(&self, job: &JobStatus, world: &World<'_>) -> bool {
        job.should_treat_as_user_initiated_job()
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
