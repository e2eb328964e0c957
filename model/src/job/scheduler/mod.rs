//! `JobSchedulerService`: what happens on every call, event and message.
//!
//! The scheduler keeps the records and decides *whether* a job may run; the controllers
//! ([`StateControllers`]) tell it what has changed, and the concurrency manager
//! ([`ConcurrencyManager`]) decides *where* it runs. Both are type parameters, so that the scheduler can be
//! driven alone; [`PlatformJobScheduler`] is the whole.
//!
//! | question | file |
//! |---|---|
//! | may this call be made at all? | `checks` |
//! | what does a schedule call do? | `schedule` |
//! | what does a cancel do? | `cancel` |
//! | may this job start now? | `desk`, `board` |
//! | how do ready jobs get into the queue? | `evaluate` |
//! | what follows an execution? | `complete` |
//! | what may one ask? | `query` |
//! | what of packages, users, uids, boot? | `events` |
//! | what of the Task Manager? | `user_stop` |
//! | what of running jobs, timers and the device? | `platform` |
//!
//! A job is absent, waiting, pending or running, and goes from one to another as JOB-SCHED-070 says. Nothing
//! stores that state: it is where its record is found, in the store, in the queue, in a slot.

mod board;
mod cancel;
mod checks;
mod complete;
mod desk;
mod evaluate;
mod events;
mod platform;
mod query;
mod schedule;
mod seams;
mod user_stop;
mod world;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

pub use board::Board;
pub use complete::CompletedJob;
pub use desk::{Desk, IfRunning};
pub use events::{PackageEvent, UserEvent};
pub use platform::{ConnectionEvent, PlatformJobScheduler};
pub(in crate::job) use query::may_run_user_initiated_jobs;
pub use schedule::{RESULT_FAILURE, RESULT_SUCCESS};
pub use seams::{ConcurrencyManager, StateControllers};
pub use world::World;

use self::cancel::{Namespaces, Whose};
use self::checks::{Checked, OnBehalfOf, PermissionCache};
use self::schedule::Request;
use super::call::JobSchedulerCall;
use super::constants::Constants;
use super::execution::StopCause;
use super::info::{JobInfo, JobWorkItem};
use super::rate_limit::{NegativeWindow, ScheduleRateLimiter};
use super::status::OverrideState;
use super::{InternalStopReason, JobKey, JobStatus, Posted, RecordId, StopReason};
use crate::exception::Exception;
use crate::ids::{Caller, Uid};
use crate::reply::Reply;
use crate::rules::job_proc::JOB_PROC_006;

/// The job scheduler.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct JobScheduler<C, M> {
    pub(in crate::job) desk: Desk<C>,
    pub(in crate::job) manager: M,
    rate_limiter: ScheduleRateLimiter,
    permissions: PermissionCache,
    /// By the source package *argument*, which `schedule` does not have. Rule: JOB-SCHED-017.
    debuggable_apps: BTreeMap<Option<String>, bool>,
    observers: Vec<u64>,
    completed: VecDeque<CompletedJob>,
}

impl<C: StateControllers, M: ConcurrencyManager<C>> JobScheduler<C, M> {
    /// A scheduler that knows no job, before third-party apps may start.
    pub fn with_rooms(controllers: C, manager: M) -> Self {
        Self {
            desk: Desk { board: Board::default(), controllers },
            manager,
            rate_limiter: ScheduleRateLimiter::default(),
            permissions: PermissionCache::default(),
            debuggable_apps: BTreeMap::new(),
            observers: Vec::new(),
            completed: VecDeque::new(),
        }
    }

    /// Takes a new configuration over. Rules: JOB-CONST-001, JOB-SCHED-019.
    ///
    /// # Errors
    ///
    /// The window of the schedule limit is negative; nothing changes then. Rule: JOB-CONST-008.
    pub fn configure(&mut self, constants: Constants) -> Result<(), NegativeWindow> {
        self.rate_limiter.configure(platform::rate_limit_of(&constants))?;
        self.desk.board.constants = constants;
        Ok(())
    }

    /// As if no permission had been checked yet: what a refusal may leave behind. Rule: JOB-API-008.
    #[cfg(test)]
    pub(crate) fn forget_permission_checks(&mut self) {
        self.permissions = PermissionCache::default();
        self.debuggable_apps.clear();
    }

    /// One call of `IJobScheduler`. Rule: JOB-API-003.
    ///
    /// # Errors
    ///
    /// The exception that the caller hears. Nothing has changed then, save what the rule that refused says.
    pub fn call(
        &mut self,
        caller: Caller,
        call: JobSchedulerCall,
        world: &mut World<'_>,
    ) -> Result<Reply, Exception> {
        use JobSchedulerCall as Call;
        let uid = caller.uid;
        match call {
            Call::Schedule { namespace, job } => {
                let job = checks::require_job(job, world)?;
                self.schedule(caller, job, None, None, None, namespace, world)
            }
            Call::Enqueue { namespace, job, work } => {
                let job = checks::require_job(job, world)?;
                let work = Some(work);
                self.schedule(caller, job, work, None, None, namespace, world)
            }
            Call::ScheduleAsPackage { namespace, job, package, user, tag } => {
                let package =
                    checks::enforce_may_schedule_for_others(package.as_deref(), caller, world)?;
                let job = checks::require_job(job, world)?;
                let on_behalf_of = Some(OnBehalfOf { package, user });
                self.schedule(caller, job, None, on_behalf_of, tag, namespace, world)
            }
            Call::Cancel { namespace, id } => {
                let key = key_of(uid, namespace.as_deref(), id, world)?;
                self.cancel_by_key(&key, StopReason::CancelledByApp, world);
                Ok(Reply::Nothing)
            }
            Call::CancelAll => {
                let cause = cancelled_by_app("cancelAll() called by app");
                self.cancel_jobs_for_uid(uid, Whose::Calling, Namespaces::All, &cause, world);
                Ok(Reply::Nothing)
            }
            Call::CancelAllInNamespace { namespace } => {
                let namespace = checks::validate_namespace(namespace.as_deref(), world)?;
                let which = Namespaces::One(namespace.as_deref());
                let cause = cancelled_by_app("cancelAllInNamespace() called by app");
                self.cancel_jobs_for_uid(uid, Whose::Calling, which, &cause, world);
                Ok(Reply::Nothing)
            }
            Call::GetAllPendingJobs => Ok(Reply::JobsByNamespace(self.all_pending_jobs(uid))),
            Call::GetAllPendingJobsInNamespace { namespace } => {
                let namespace = checks::validate_namespace(namespace.as_deref(), world)?;
                Ok(Reply::Jobs(self.pending_jobs_in_namespace(uid, namespace.as_deref())))
            }
            Call::GetPendingJob { namespace, id } => {
                let key = key_of(uid, namespace.as_deref(), id, world)?;
                Ok(Reply::Job(self.pending_job(&key)))
            }
            Call::GetPendingJobReason { namespace, id } => {
                let key = key_of(uid, namespace.as_deref(), id, world)?;
                Ok(Reply::Int(self.pending_job_reason(&key, world).code()))
            }
            Call::CanRunUserInitiatedJobs { package } => {
                self.can_run_user_initiated_jobs(caller, &package, world)
            }
            Call::HasRunUserInitiatedJobsPermission { package, user } => {
                self.has_run_user_initiated_jobs_permission(caller, &package, user, world)
            }
            Call::GetStartedJobs => self.started_jobs(caller, world),
            Call::GetAllJobSnapshots => self.all_job_snapshots(caller, world),
            Call::RegisterUserVisibleJobObserver { observer } => {
                self.register_observer(caller, observer, world).map(|()| Reply::Nothing)
            }
            Call::UnregisterUserVisibleJobObserver { observer } => {
                self.unregister_observer(caller, observer, world).map(|()| Reply::Nothing)
            }
            Call::NotePendingUserRequestedAppStop { package, user, debug_reason } => self
                .note_pending_user_requested_app_stop(
                    caller,
                    package.as_deref(),
                    user,
                    debug_reason.as_deref(),
                    world,
                )
                .map(|()| Reply::Nothing),
        }
    }

    /// `schedule`, `enqueue` and `scheduleAsPackage`, each in its order. Rules: JOB-API-010 to JOB-API-012.
    /// `work` is there with `enqueue` only, and then may still be `null`.
    #[allow(clippy::too_many_arguments)] // The arguments of the three calls, side by side.
    fn schedule(
        &mut self,
        caller: Caller,
        job: JobInfo,
        work: Option<Option<Box<JobWorkItem>>>,
        on_behalf_of: Option<OnBehalfOf<'_>>,
        tag: Option<String>,
        namespace: Option<String>,
        world: &mut World<'_>,
    ) -> Result<Reply, Exception> {
        checks::enforce_valid_job_request(&job, caller, &mut self.permissions, world)?;
        let work = work.map(|work| checks::require_work(work, world)).transpose()?;
        let checked = checks::validate_job(&job, caller, on_behalf_of, work.as_ref(), world)?;
        if checked == Checked::Failure {
            return Ok(Reply::Int(RESULT_FAILURE));
        }
        let request = Request {
            job: Arc::new(job),
            work,
            calling_uid: caller.uid,
            on_behalf_of,
            namespace: checks::validate_namespace(namespace.as_deref(), world)?,
            tag: tag.map(Arc::from),
        };
        self.schedule_as_package(request, world).map(Reply::Int)
    }

    /// `reset-schedule-quota` of the shell: every schedule call so far is forgotten. Rule: JOB-API-116.
    pub fn reset_schedule_quota(&mut self) {
        self.rate_limiter.clear();
    }

    /// The shell overrides what a job waits for, or no longer. Rule: JOB-INFO-042.
    pub(in crate::job) fn override_job(&mut self, record: RecordId, state: OverrideState) {
        if let Some(job) = self.desk.board.job_mut(record) {
            job.override_state = state;
        }
    }

    /// The stored jobs, in the order of a walk.
    pub fn jobs(&self) -> impl Iterator<Item = &JobStatus> {
        let store = &self.desk.board.store;
        store.iter().filter_map(|record| store.get(record))
    }

    /// The stored job of a key.
    pub fn job(&self, key: &JobKey) -> Option<&JobStatus> {
        let store = &self.desk.board.store;
        store.get(store.find(key)?)
    }

    /// The shared state, for those who look only.
    pub fn board(&self) -> &Board {
        &self.desk.board
    }

    /// The room that decides where jobs run.
    pub fn manager(&self) -> &M {
        &self.manager
    }

    /// The room that decides where jobs run, and the desk it works at.
    pub fn rooms_mut(&mut self) -> (&mut M, &mut Desk<C>) {
        (&mut self.manager, &mut self.desk)
    }

    /// The last jobs that ended, oldest first. Rule: JOB-RESCHED-020.
    pub fn completed_jobs(&self) -> impl Iterator<Item = &CompletedJob> {
        self.completed.iter()
    }

    /// One message of the scheduler to itself. Before third-party apps may start it is dropped; each that is
    /// handled ends with an assignment pass. Rules: JOB-PROC-003 to JOB-PROC-006.
    pub fn on_posted(&mut self, posted: Posted, world: &mut World<'_>) {
        if !self.desk.board.is_ready_to_rock() {
            return;
        }
        match posted {
            Posted::CheckJob => self.check_job(world),
            Posted::CheckJobGreedy => self.queue_ready_jobs_for_execution(world),
            Posted::CheckChangedJobList => self.check_changed_job_list(world),
            Posted::CheckIndividualJob { record } => self.check_individual_job(record, world),
            Posted::StopJob { record } => {
                let cause = StopCause::new(
                    StopReason::BackgroundRestriction,
                    InternalStopReason::ConstraintsNotSatisfied,
                    "app no longer allowed to run",
                );
                self.cancel_job(record, None, &cause, world);
            }
            Posted::UidStateChanged { uid, proc_state, capabilities } => {
                self.update_uid_state(uid, proc_state, capabilities, world);
            }
            Posted::UidGone { uid, disabled } => self.uid_gone(uid, disabled, world),
            Posted::UidActive { uid } => {
                let desk = &mut self.desk;
                desk.controllers.on_uid_active(&mut desk.board, uid, true, world);
            }
            Posted::UidIdle { uid, disabled } => {
                self.uid_inactive(uid, disabled, "app uid idle", world);
            }
            Posted::CheckMediaExemption { user, from, to } => {
                self.check_media_exemption(user, from.as_deref(), to.as_deref(), world);
            }
            Posted::InformObserverOfAllUserVisibleJobs { observer } => {
                self.inform_observer_of_all(observer, world);
            }
            Posted::InformObserversOfUserVisibleJobChange { summary, running } => {
                self.inform_observers(&summary, running, world);
            }
            Posted::Controller(posted) => {
                let desk = &mut self.desk;
                desk.controllers.on_posted(&mut desk.board, posted, world);
                self.tell_network_changes(world);
                return;
            }
        }
        world.out.decide(&JOB_PROC_006, "a pass ends every message", Vec::new);
        self.maybe_run_pending_jobs(world);
        self.tell_network_changes(world);
    }
}

fn key_of(
    uid: Uid,
    namespace: Option<&str>,
    id: i32,
    world: &mut World<'_>,
) -> Result<JobKey, Exception> {
    Ok(JobKey { uid, namespace: checks::validate_namespace(namespace, world)?, id })
}

fn cancelled_by_app(debug_reason: &str) -> StopCause {
    StopCause::new(StopReason::CancelledByApp, InternalStopReason::Canceled, debug_reason)
}

#[cfg(test)]
pub(in crate::job) mod tests;
