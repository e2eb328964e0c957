//! What apps and the system may ask. Rules: JOB-API-070 to JOB-API-084, JOB-READY-080 to 083.

use std::collections::BTreeMap;

use super::checks::RUN_USER_INITIATED_JOBS;
use super::{ConcurrencyManager, IfRunning, JobScheduler, StateControllers, World};
use crate::exception::Exception;
use crate::facts;
use crate::ids::{Caller, Uid, UserId};
use crate::job::info::{JobInfo, JobSnapshot};
use crate::job::neighbours::Neighbours;
use crate::job::{JobKey, PendingJobReason};
use crate::package::Granted;
use crate::reply::Reply;
use crate::rules::job_api::*;
use crate::rules::job_ready::JOB_READY_080;

impl<C: StateControllers, M: ConcurrencyManager<C>> JobScheduler<C, M> {
    /// `getAllPendingJobs`: every job of the caller, by namespace. Rule: JOB-API-070.
    pub(super) fn all_pending_jobs(&self, uid: Uid) -> Vec<(Option<String>, Vec<JobInfo>)> {
        let mut by_namespace: BTreeMap<Option<String>, Vec<JobInfo>> = BTreeMap::new();
        for job in self.desk.board.jobs_scheduled_by(uid) {
            let namespace = job.namespace().map(ToString::to_string);
            by_namespace.entry(namespace).or_default().push(JobInfo::clone(job.job()));
        }
        by_namespace.into_iter().collect()
    }

    /// `getAllPendingJobsInNamespace`. Rule: JOB-API-071.
    pub(super) fn pending_jobs_in_namespace(
        &self,
        uid: Uid,
        namespace: Option<&str>,
    ) -> Vec<JobInfo> {
        self.desk
            .board
            .jobs_scheduled_by(uid)
            .filter(|job| job.namespace().map(|name| &**name) == namespace)
            .map(|job| JobInfo::clone(job.job()))
            .collect()
    }

    /// `getPendingJob`. Rule: JOB-API-072.
    pub(super) fn pending_job(&self, key: &JobKey) -> Option<Box<JobInfo>> {
        let store = &self.desk.board.store;
        store.get(store.find(key)?).map(|job| Box::new(JobInfo::clone(job.job())))
    }

    /// `getPendingJobReason`: from the cache, else afresh. Rules: JOB-API-076, JOB-API-077, JOB-READY-082.
    pub(super) fn pending_job_reason(
        &mut self,
        key: &JobKey,
        world: &mut World<'_>,
    ) -> PendingJobReason {
        if let Some(reason) = self.desk.board.pending_reasons.get(key) {
            world.out.decide(&JOB_API_077, "answered before", || facts!(reason = reason));
            return reason;
        }
        let reason = self.compute_pending_job_reason(key, world);
        world
            .out
            .decide(&JOB_READY_080, "why it does not run", || facts!(job = key, reason = reason));
        world.out.decide(&JOB_API_076, "kept for later", || facts!(reason = reason));
        self.desk.board.pending_reasons.put(key.clone(), reason);
        reason
    }

    /// Forgets every answer to "why does it not run": the next ones are worked out anew.
    pub fn forget_pending_job_reasons(&mut self) {
        self.desk.board.pending_reasons.clear();
    }

    /// `getPendingJobReasonLocked`: the first that applies. Rule: JOB-API-074.
    fn compute_pending_job_reason(&self, key: &JobKey, world: &mut World<'_>) -> PendingJobReason {
        let board = &self.desk.board;
        let found = board.store.find(key).and_then(|record| Some((record, board.job(record)?)));
        let Some((record, job)) = found else { return PendingJobReason::InvalidJobId };
        world.out.decide(&JOB_API_074, "service-level order", || facts!(record = record));
        if board.is_running(record) {
            PendingJobReason::Executing
        } else if !job.is_ready() {
            let reason = job.pending_job_reason();
            world.out.decide(&JOB_API_075, "record-level order", || facts!(reason = reason));
            reason
        } else if !board.are_users_started(job) {
            PendingJobReason::User
        } else if board.is_backing_up(job.source_uid()) {
            PendingJobReason::App
        } else if board.is_restricted(record, world.elapsed(), world.out)
            || board.pending.contains(record)
        {
            PendingJobReason::DeviceState
        } else if !board.is_component_usable(job, world) {
            PendingJobReason::App
        } else {
            PendingJobReason::Undefined
        }
    }

    /// `canRunUserInitiatedJobs`. Rule: JOB-API-080.
    pub(super) fn can_run_user_initiated_jobs(
        &self,
        caller: Caller,
        package: &str,
        world: &mut World<'_>,
    ) -> Result<Reply, Exception> {
        let uid = world.neighbours.package_uid(package, caller.uid.user());
        world.out.decide(&JOB_API_080, "only about oneself", || {
            facts!(caller = caller.uid, package = package, uid = uid)
        });
        if uid != Some(caller.uid) {
            return Err(Exception::Security(format!(
                "uid {} cannot query canRunUserInitiatedJobs for package {package}",
                caller.uid
            )));
        }
        let may = uid.is_some_and(|uid| may_run_user_initiated_jobs(uid, &*world.neighbours));
        Ok(Reply::Boolean(may))
    }

    /// `hasRunUserInitiatedJobsPermission`. Rule: JOB-API-081.
    pub(super) fn has_run_user_initiated_jobs_permission(
        &self,
        caller: Caller,
        package: &str,
        user: i32,
        world: &mut World<'_>,
    ) -> Result<Reply, Exception> {
        let user = u32::try_from(user).ok().map(UserId);
        let uid = user.and_then(|user| world.neighbours.package_uid(package, user));
        world.out.decide(&JOB_API_081, "only about oneself, or by the system", || {
            facts!(caller = caller.uid, package = package, uid = uid)
        });
        if uid != Some(caller.uid) && !caller.uid.is_core() {
            return Err(Exception::Security(format!(
                "uid {} cannot query hasRunUserInitiatedJobsPermission for package {package}",
                caller.uid
            )));
        }
        let may = uid.is_some_and(|uid| may_run_user_initiated_jobs(uid, &*world.neighbours));
        Ok(Reply::Boolean(may))
    }

    /// `getStartedJobs`. Rule: JOB-API-082.
    pub(super) fn started_jobs(
        &self,
        caller: Caller,
        world: &mut World<'_>,
    ) -> Result<Reply, Exception> {
        enforce_system(caller, "getStartedJobs()", &JOB_API_082, world)?;
        let board = &self.desk.board;
        let running = board.running().filter_map(|record| board.job(record));
        Ok(Reply::Jobs(running.map(|job| JobInfo::clone(job.job())).collect()))
    }

    /// `getAllJobSnapshots`: the mask is read before the controllers are asked. Rules: JOB-API-083, JOB-API-084.
    pub(super) fn all_job_snapshots(
        &mut self,
        caller: Caller,
        world: &mut World<'_>,
    ) -> Result<Reply, Exception> {
        enforce_system(caller, "getAllJobSnapshots()", &JOB_API_083, world)?;
        let all: Vec<_> = self.desk.board.store.iter().collect();
        let mut snapshots = Vec::with_capacity(all.len());
        for record in all {
            let Some(job) = self.desk.board.job(record) else { continue };
            let (info, satisfied) = (JobInfo::clone(job.job()), job.satisfied_constraints());
            let runnable = self.desk.is_ready_to_be_executed(record, IfRunning::Reject, world);
            snapshots.push(JobSnapshot { job: info, satisfied_constraints: satisfied.0, runnable });
        }
        Ok(Reply::Snapshots(snapshots))
    }
}

/// `checkRunUserInitiatedJobsPermission`.
pub(in crate::job) fn may_run_user_initiated_jobs(uid: Uid, neighbours: &dyn Neighbours) -> bool {
    neighbours.check_permission(RUN_USER_INITIATED_JOBS, uid, None) == Granted::Granted
}

/// The full uid must be that of the system. Rule: JOB-API-007.
fn enforce_system(
    caller: Caller,
    what: &str,
    rule: &'static crate::rules::Rule,
    world: &mut World<'_>,
) -> Result<(), Exception> {
    let allowed = caller.uid == Uid::SYSTEM;
    world.out.decide(rule, "for the system only", || facts!(uid = caller.uid, allowed = allowed));
    if allowed {
        Ok(())
    } else {
        Err(Exception::Security(format!("{what} is system internal use only")))
    }
}
