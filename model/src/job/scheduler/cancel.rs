//! Cancelling: one job, all jobs of a uid, of a package, of a user. Rules: JOB-SCHED-060 to JOB-SCHED-065,
//! JOB-STOP-004, JOB-STOP-006, JOB-STOP-007.

use super::{ConcurrencyManager, JobScheduler, StateControllers, World};
use crate::facts;
use crate::ids::{Uid, UserId};
use crate::job::execution::StopCause;
use crate::job::{InternalStopReason, JobKey, RecordId, StopReason};
use crate::rules::job_api::{JOB_API_060, JOB_API_063};
use crate::rules::job_sched::{JOB_SCHED_060, JOB_SCHED_061, JOB_SCHED_064, JOB_SCHED_065};

/// Which jobs of a uid are meant.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Whose {
    /// Those it scheduled.
    Calling,
    /// Those, and those that others scheduled for it.
    CallingAndSource,
}

/// Which namespaces are meant.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Namespaces<'a> {
    /// Every one.
    All,
    /// One; `None`: the default namespace.
    One(Option<&'a str>),
}

impl<C: StateControllers, M: ConcurrencyManager<C>> JobScheduler<C, M> {
    /// `cancelJobImplLocked`: in the order of JOB-SCHED-060. `incoming` takes the place of the job.
    pub(super) fn cancel_job(
        &mut self,
        record: RecordId,
        incoming: Option<RecordId>,
        cause: &StopCause,
        world: &mut World<'_>,
    ) {
        world.out.decide(&JOB_SCHED_060, "cancelled", || {
            facts!(record = record, job = self.desk.board.key(record), cause = cause)
        });
        self.unprepare(record, world);
        self.desk.stop_tracking(record, incoming, world);
        self.desk.board.pending.remove(record);
        self.desk.board.remove_changed(record);
        world.out.decide(&JOB_SCHED_061, "stopped, if it runs", || {
            facts!(record = record, running = self.desk.board.is_running(record))
        });
        let ended = self.manager.stop_job(record, cause.clone(), &mut self.desk, world);
        self.finish(ended, world);
        if let Some(incoming) = incoming {
            self.desk.start_tracking(incoming, Some(record), world);
        }
        self.desk.board.recompute_active(world);
        if !self.desk.board.is_running(record) {
            self.desk.board.store.forget(record);
        }
    }

    /// `cancelJob`: whether there was one. Rule: JOB-API-060.
    pub(in crate::job) fn cancel_by_key(
        &mut self,
        key: &JobKey,
        reason: StopReason,
        world: &mut World<'_>,
    ) -> bool {
        let found = self.desk.board.store.find(key);
        world.out.decide(&JOB_API_060, "cancel", || facts!(job = key, found = found));
        let Some(record) = found else { return false };
        let cause = StopCause::new(reason, InternalStopReason::Canceled, "cancel() called by app");
        self.cancel_job(record, None, &cause, world);
        true
    }

    /// `cancelJobsForUid`: whether there was one. Rules: JOB-API-061, JOB-API-062,
    /// JOB-API-063, JOB-SCHED-062.
    pub(super) fn cancel_jobs_for_uid(
        &mut self,
        uid: Uid,
        whose: Whose,
        namespaces: Namespaces<'_>,
        cause: &StopCause,
        world: &mut World<'_>,
    ) -> bool {
        if uid == Uid::SYSTEM && !matches!(namespaces, Namespaces::One(Some(_))) {
            world.out.decide(&JOB_API_063, "not all jobs of the system", || facts!(uid = uid));
            return false;
        }
        let records: Vec<_> = self
            .jobs_of(uid, whose)
            .into_iter()
            .filter(|&record| match namespaces {
                Namespaces::All => true,
                Namespaces::One(namespace) => self
                    .desk
                    .board
                    .job(record)
                    .is_some_and(|job| job.namespace().map(|name| &**name) == namespace),
            })
            .collect();
        self.cancel_jobs(&records, cause, world)
    }

    /// All jobs that a uid scheduled, on behalf of the shell. Rule: JOB-API-115.
    pub(in crate::job) fn cancel_jobs_by_shell(&mut self, uid: Uid, world: &mut World<'_>) -> bool {
        let internal = InternalStopReason::Canceled;
        let cause = StopCause::new(StopReason::User, internal, "cancel shell command for package");
        self.cancel_jobs_for_uid(uid, Whose::Calling, Namespaces::All, &cause, world)
    }

    /// `cancelJobsForPackageAndUidLocked`. Rules: JOB-SCHED-064, JOB-SCHED-065.
    pub(super) fn cancel_jobs_for_package(
        &mut self,
        package: &str,
        uid: Uid,
        whose: Whose,
        cause: &StopCause,
        world: &mut World<'_>,
    ) -> bool {
        if package == "android" {
            world.out.decide(&JOB_SCHED_065, "not the system package", || facts!(uid = uid));
            return false;
        }
        let records: Vec<_> = self
            .jobs_of(uid, whose)
            .into_iter()
            .filter(|&record| {
                self.desk.board.job(record).is_some_and(|job| {
                    *job.service_component().package == *package
                        || (whose == Whose::CallingAndSource && **job.source_package() == *package)
                })
            })
            .collect();
        self.cancel_jobs(&records, cause, world)
    }

    /// `cancelJobsForUserLocked`. Rule: JOB-SCHED-064.
    pub(super) fn cancel_jobs_for_user(&mut self, user: UserId, world: &mut World<'_>) -> bool {
        let records: Vec<_> = self.desk.board.store.of_user(user).into_iter().collect();
        let cause = StopCause::new(StopReason::User, InternalStopReason::Uninstall, "user removed");
        self.cancel_jobs(&records, &cause, world)
    }

    fn cancel_jobs(
        &mut self,
        records: &[RecordId],
        cause: &StopCause,
        world: &mut World<'_>,
    ) -> bool {
        world.out.decide(&JOB_SCHED_064, "jobs to cancel", || {
            facts!(count = records.len(), cause = cause)
        });
        for &record in records {
            self.cancel_job(record, None, cause, world);
        }
        !records.is_empty()
    }

    fn jobs_of(&self, uid: Uid, whose: Whose) -> Vec<RecordId> {
        let store = &self.desk.board.store;
        let mut records: Vec<_> = store.of_uid(uid).collect();
        if whose == Whose::CallingAndSource {
            records.extend(store.of_source_uid(uid));
            records.sort_unstable();
            records.dedup();
        }
        records
    }
}
