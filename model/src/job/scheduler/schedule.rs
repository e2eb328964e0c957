//! `scheduleAsPackage`: what happens once a call has passed its checks. Rules: JOB-SCHED-001 to JOB-SCHED-053.

use std::sync::Arc;

use super::checks::OnBehalfOf;
use super::{ConcurrencyManager, IfRunning, JobScheduler, StateControllers, World};
use crate::exception::Exception;
use crate::facts;
use crate::ids::{Uid, UserId};
use crate::job::bucket::StandbyBucket;
use crate::job::constants::MAX_JOBS_PER_APP;
use crate::job::effect::JobEffect;
use crate::job::execution::StopCause;
use crate::job::info::{JobInfo, JobWorkItem};
use crate::job::status::{InternalFlags, Origin, Source};
use crate::job::uri_grants::Parties;
use crate::job::{InternalStopReason, JobKey, JobStatus, RecordId, StopReason};
use crate::rules::job_sched::*;
use crate::rules::Rule;

/// `JobScheduler.RESULT_FAILURE`. Rule: JOB-API-001.
pub const RESULT_FAILURE: i32 = 0;
/// `JobScheduler.RESULT_SUCCESS`. Rule: JOB-API-001.
pub const RESULT_SUCCESS: i32 = 1;

/// A call to schedule a job that has passed its checks. Only `scheduleAsPackage` brings a source and a
/// tag. Rule: JOB-API-013.
pub(super) struct Request<'a> {
    /// The description, as it came.
    pub job: Arc<JobInfo>,
    /// One more work item, with `enqueue` only.
    pub work: Option<JobWorkItem>,
    /// Who calls.
    pub calling_uid: Uid,
    /// For whom, with `scheduleAsPackage` only.
    pub on_behalf_of: Option<OnBehalfOf<'a>>,
    /// `None`: the default namespace.
    pub namespace: Option<Arc<str>>,
    /// For battery attribution, with `scheduleAsPackage` only.
    pub tag: Option<Arc<str>>,
}

impl Request<'_> {
    fn key(&self) -> JobKey {
        JobKey { uid: self.calling_uid, namespace: self.namespace.clone(), id: self.job.id }
    }

    /// The package that the rate limit, the restriction and the bucket are about.
    fn package(&self) -> &str {
        self.on_behalf_of.map_or(&*self.job.service.package, |of| of.package)
    }

    /// The user argument; the caller's own unless another one is named.
    fn user(&self) -> UserId {
        self.on_behalf_of.map_or_else(|| self.calling_uid.user(), |of| of.user_id())
    }
}

/// The call ends here, and this is its result.
type Ended = Option<i32>;

impl<C: StateControllers, M: ConcurrencyManager<C>> JobScheduler<C, M> {
    /// The steps of JOB-SCHED-001. What step 1 recorded stays when a later step refuses the call.
    /// That the job is stored says nothing of whether it runs yet. Rules: JOB-SCHED-002, JOB-SCHED-003.
    pub(super) fn schedule_as_package(
        &mut self,
        request: Request<'_>,
        world: &mut World<'_>,
    ) -> Result<i32, Exception> {
        if let Some(result) = self.limit_schedule_rate(&request, world)? {
            return Ok(result);
        }
        let service_package = &request.job.service.package;
        if world.neighbours.is_app_start_mode_disabled(request.calling_uid, service_package) {
            world.out.decide(&JOB_SCHED_018, "the app may not start", || {
                facts!(uid = request.calling_uid, package = service_package)
            });
            return Ok(RESULT_FAILURE);
        }
        let existing = self.desk.board.store.find(&request.key());
        if let Some(result) = self.enqueue_on_unchanged_job(&request, existing, world)? {
            return Ok(result);
        }
        let Request { work, .. } = &request;
        let work = work.clone();
        let record = self.create_record(&request, world);
        let admitted = self.admit(record, &request, existing, world);
        if !matches!(admitted, Ok(None)) {
            self.desk.board.grants.forget(record);
            self.desk.board.store.discard(record);
            return admitted.map(|ended| ended.unwrap_or(RESULT_FAILURE));
        }
        match existing {
            Some(existing) => self.replace(existing, record, world),
            None => self.desk.start_tracking(record, None, world),
        }
        if let Some(work) = work {
            self.enqueue_work(record, work, world)?;
        }
        self.start_at_once_if_executable(record, world);
        Ok(RESULT_SUCCESS)
    }

    /// Step 1. Rules: JOB-SCHED-010 to JOB-SCHED-017.
    fn limit_schedule_rate(
        &mut self,
        request: &Request<'_>,
        world: &mut World<'_>,
    ) -> Result<Ended, Exception> {
        let package = request.package();
        let own = *package == *request.job.service.package;
        if !request.job.is_persisted || !own {
            return Ok(None);
        }
        let user = request.user();
        let now = world.elapsed();
        let within = self.rate_limiter.is_within_quota(user, package, now);
        world.out.decide(&JOB_SCHED_011, "schedule limit", || {
            facts!(package = package, user = user, within = within)
        });
        if !within {
            if let Some(result) = self.over_schedule_limit(request, user, world)? {
                return Ok(Some(result));
            }
        }
        self.rate_limiter.note_event(user, package, now);
        Ok(None)
    }

    fn over_schedule_limit(
        &mut self,
        request: &Request<'_>,
        user: UserId,
        world: &mut World<'_>,
    ) -> Result<Ended, Exception> {
        let package = request.package().to_owned();
        world.out.decide(&JOB_SCHED_013, "the app is to be restricted", || {
            facts!(package = package, user = user)
        });
        world.effect(JobEffect::RestrictApp { package: package.clone(), user });
        let constants = &self.desk.board.constants;
        if constants.api_quota_schedule_throw_exception {
            // The argument, not the package: every call of `schedule` shares one entry.
            let argument = request.on_behalf_of.map(|of| of.package.to_owned());
            let debuggable = match self.debuggable_apps.get(&argument) {
                Some(&debuggable) => debuggable,
                None => match world.neighbours.application_info(&package, user) {
                    Some(info) => {
                        self.debuggable_apps.insert(argument, info.debuggable);
                        info.debuggable
                    }
                    None => {
                        world.out.decide(&JOB_SCHED_015, "no such application", || {
                            facts!(package = package)
                        });
                        return Ok(Some(RESULT_FAILURE));
                    }
                },
            };
            world.out.decide(&JOB_SCHED_017, "debuggable, or counted so", || {
                facts!(package = package, debuggable = debuggable)
            });
            if debuggable {
                let config = self.rate_limiter.config();
                world.out.decide(&JOB_SCHED_014, "over the limit", || facts!(config = config));
                return Err(Exception::LimitExceeded(format!(
                    "schedule()/enqueue() called more than {} times in the past {}ms",
                    config.limit, config.window_millis
                )));
            }
        }
        if constants.api_quota_schedule_return_failure_result {
            world.out.decide(&JOB_SCHED_016, "over the limit", || facts!(package = package));
            return Ok(Some(RESULT_FAILURE));
        }
        Ok(None)
    }

    /// Step 4: the job stays as it is and gets one more work item. Rules: JOB-SCHED-020 to
    /// JOB-SCHED-022. A description with clip data equals none and never comes here: JOB-SCHED-023.
    fn enqueue_on_unchanged_job(
        &mut self,
        request: &Request<'_>,
        existing: Option<RecordId>,
        world: &mut World<'_>,
    ) -> Result<Ended, Exception> {
        let (Some(work), Some(record)) = (&request.work, existing) else { return Ok(None) };
        let Some(job) = self.desk.board.job(record) else { return Ok(None) };
        if !job.job().equals(&request.job) {
            world.out.decide(&JOB_SCHED_020, "the description changed", || facts!(job = job.key()));
            return Ok(None);
        }
        self.enforce_work_limit(record, &JOB_SCHED_021, world)?;
        self.enqueue_work(record, work.clone(), world)?;
        world.out.decide(&JOB_SCHED_022, "one more work item for the same job", || {
            facts!(record = record)
        });
        let Some(job) = self.desk.board.job_mut(record) else { return Ok(None) };
        if job.job().is_user_initiated() {
            job.remove_internal_flags(
                InternalFlags::DEMOTED_BY_USER.with(InternalFlags::DEMOTED_BY_SYSTEM_UIJ),
            );
        }
        job.maybe_add_foreground_exemption(|uid| is_uid_active_synced(uid, world));
        self.desk.board.touch(record, world.out);
        Ok(Some(RESULT_SUCCESS))
    }

    /// A persisted job carries only so much work. Rules: JOB-SCHED-021, JOB-SCHED-029.
    fn enforce_work_limit(
        &self,
        record: RecordId,
        rule: &'static Rule,
        world: &mut World<'_>,
    ) -> Result<(), Exception> {
        let limit = self.desk.board.constants.max_num_persisted_job_work_items;
        let Some(job) = self.desk.board.job(record) else { return Ok(()) };
        let count = i64::try_from(job.work_count()).unwrap_or(i64::MAX);
        if job.job().is_persisted && count >= i64::from(limit) {
            world.out.decide(rule, "too many work items", || facts!(count = count, limit = limit));
            return Err(Exception::IllegalState(format!(
                "apps may not persist more than {limit} work items per job"
            )));
        }
        Ok(())
    }

    /// Step 5. Rules: JOB-INFO-018 to JOB-INFO-034.
    fn create_record(&mut self, request: &Request<'_>, world: &mut World<'_>) -> RecordId {
        let source = request.on_behalf_of.and_then(|of| {
            let uid = of.uid(world)?;
            Some(Source {
                package: of.package.into(),
                user: uid.user(),
                uid,
                tag: request.tag.clone(),
            })
        });
        let (package, user) = match &source {
            Some(source) => (&*source.package, source.user),
            None => (&*request.job.service.package, request.calling_uid.user()),
        };
        let bucket = world.neighbours.standby_bucket(request.package(), request.user());
        let origin = Origin {
            record: self.desk.board.store.next_record(),
            calling_uid: request.calling_uid,
            namespace: request.namespace.clone(),
            standby_bucket: StandbyBucket::from_usage_stats(bucket),
            is_cloud_media_provider: self.desk.board.is_cloud_media_provider(user, package),
            source,
        };
        let now = world.elapsed();
        let job = JobStatus::create_from_job_info(Arc::clone(&request.job), origin, now);
        self.desk.board.store.create(job)
    }

    /// Steps 6 to 10: whether the new record may enter the store. Rules: JOB-SCHED-024,
    /// JOB-SCHED-027, JOB-API-039.
    fn admit(
        &mut self,
        record: RecordId,
        request: &Request<'_>,
        existing: Option<RecordId>,
        world: &mut World<'_>,
    ) -> Result<Ended, Exception> {
        let desk = &mut self.desk;
        if request.job.is_expedited() {
            let within = desk.controllers.is_within_expedited_quota(&desk.board, record, world);
            world.out.decide(&JOB_SCHED_024, "expedited quota", || facts!(within = within));
            if !within {
                return Ok(Some(RESULT_FAILURE));
            }
        }
        if let Some(job) = desk.board.job_mut(record) {
            job.maybe_add_foreground_exemption(|uid| is_uid_active_synced(uid, world));
        }
        if request.on_behalf_of.is_none() {
            let count = desk.board.store.count_jobs_for_uid(request.calling_uid);
            if count > MAX_JOBS_PER_APP {
                world.out.decide(&JOB_SCHED_026, "too many jobs", || facts!(count = count));
                return Err(Exception::IllegalState(format!(
                    "apps may not schedule more than {MAX_JOBS_PER_APP} distinct jobs"
                )));
            }
        }
        self.prepare(record, world)?;
        if let Some(existing) = existing.filter(|_| request.work.is_some()) {
            self.enforce_work_limit(existing, &JOB_SCHED_029, world)?;
        }
        Ok(None)
    }

    /// `prepareLocked`: grants what the clip of a job shares. Rule: JOB-SCHED-028.
    pub(super) fn prepare(
        &mut self,
        record: RecordId,
        world: &mut World<'_>,
    ) -> Result<(), Exception> {
        let board = &mut self.desk.board;
        let Some(job) = board.store.get_mut(record) else { return Ok(()) };
        job.prepared = true;
        let parties = Parties {
            from: job.source_uid(),
            package: job.source_package(),
            user: job.source_user(),
        };
        let (clip, flags) = (job.job().clip_data.as_ref(), job.job().clip_grant_flags);
        board.grants.grant_clip(record, clip, flags, parties, &*world.neighbours, world.out)
    }

    /// `unprepareLocked`: takes that back.
    pub(super) fn unprepare(&mut self, record: RecordId, world: &mut World<'_>) {
        let board = &mut self.desk.board;
        if let Some(job) = board.store.get_mut(record) {
            job.prepared = false;
        }
        board.grants.revoke_clip(record, world.out);
    }

    /// `enqueueWorkLocked`. Rule: JOB-SCHED-031.
    fn enqueue_work(
        &mut self,
        record: RecordId,
        work: JobWorkItem,
        world: &mut World<'_>,
    ) -> Result<(), Exception> {
        let board = &mut self.desk.board;
        let Some(job) = board.store.get_mut(record) else { return Ok(()) };
        let work_id = job.next_work_id();
        let parties = Parties {
            from: job.source_uid(),
            package: job.source_package(),
            user: job.source_user(),
        };
        let intent = work.intent.as_ref();
        let granted = board.grants.grant_work(
            record,
            work_id,
            intent,
            parties,
            &*world.neighbours,
            world.out,
        );
        world.out.decide(&JOB_SCHED_031, "work item appended, or refused", || {
            facts!(work_id = work_id, granted = granted.is_ok())
        });
        match granted {
            Ok(()) => job.enqueue_work(work),
            Err(refused) => {
                job.consume_work_id();
                return Err(refused);
            }
        };
        Ok(())
    }

    /// Step 11 where a record exists. Nothing is copied from it to the new one but its work items.
    /// Rules: JOB-SCHED-050 to JOB-SCHED-053, JOB-SCHED-052 for what is lost.
    fn replace(&mut self, existing: RecordId, record: RecordId, world: &mut World<'_>) {
        world
            .out
            .decide(&JOB_SCHED_050, "replaced", || facts!(existing = existing, record = record));
        let cause = StopCause::new(
            StopReason::CancelledByApp,
            InternalStopReason::Canceled,
            "job rescheduled by app",
        );
        self.cancel_job(existing, Some(record), &cause, world);
    }

    /// Step 13, without batching. Rules: JOB-PROC-002, JOB-SCHED-032, JOB-SCHED-033, JOB-SCHED-034.
    fn start_at_once_if_executable(&mut self, record: RecordId, world: &mut World<'_>) {
        let executable = self.desk.is_ready_to_be_executed(record, IfRunning::Reject, world);
        world.out.decide(&crate::rules::job_proc::JOB_PROC_002, "started at once, or not", || {
            facts!(record = record, executable = executable)
        });
        if executable {
            self.make_pending([record], world);
            self.maybe_run_pending_jobs(world);
        }
    }
}

/// `AppStateTrackerImpl#isUidActiveSynced`: core uids always are. Rule: JOB-INFO-043.
fn is_uid_active_synced(uid: Uid, world: &World<'_>) -> bool {
    uid.is_core() || world.neighbours.is_uid_active(uid)
}
