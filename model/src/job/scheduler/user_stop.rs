//! User-visible jobs: who watches them, and the user's Stop button. Rules: JOB-API-090 to JOB-API-099,
//! JOB-USERSTOP-002 to JOB-USERSTOP-013, JOB-USERSTOP-019. What becomes of each job of the stopped app
//! (JOB-USERSTOP-008) follows from the flag set here, and the way back (JOB-USERSTOP-011) from the
//! checks of the schedule path.

use super::{ConcurrencyManager, JobScheduler, StateControllers, World};
use crate::exception::Exception;
use crate::facts;
use crate::ids::{Caller, UserId};
use crate::job::effect::JobEffect;
use crate::job::execution::StopCause;
use crate::job::info::UserVisibleJobSummary;
use crate::job::status::InternalFlags;
use crate::job::{InternalStopReason, PendingJobReason, Posted, StopReason};
use crate::package::Granted;
use crate::rules::job_api::*;
use crate::rules::job_userstop::*;

/// What observers and the Task Manager must hold, both of it.
const TASK_MANAGER_PERMISSIONS: [&str; 2] =
    ["android.permission.MANAGE_ACTIVITY_TASKS", "android.permission.INTERACT_ACROSS_USERS_FULL"];

impl<C: StateControllers, M: ConcurrencyManager<C>> JobScheduler<C, M> {
    /// `registerUserVisibleJobObserver`. Rules: JOB-API-090, JOB-API-091.
    pub(super) fn register_observer(
        &mut self,
        caller: Caller,
        observer: Option<u64>,
        world: &mut World<'_>,
    ) -> Result<(), Exception> {
        let observer = enforce_observer(caller, observer, world)?;
        if !self.observers.contains(&observer) {
            self.observers.push(observer);
        }
        world.post(Posted::InformObserverOfAllUserVisibleJobs { observer });
        Ok(())
    }

    /// `unregisterUserVisibleJobObserver`. Rule: JOB-API-090.
    pub(super) fn unregister_observer(
        &mut self,
        caller: Caller,
        observer: Option<u64>,
        world: &mut World<'_>,
    ) -> Result<(), Exception> {
        let observer = enforce_observer(caller, observer, world)?;
        self.observers.retain(|&known| known != observer);
        Ok(())
    }

    /// An observer is gone, and nobody will tell it anything any more. Rule: JOB-USERSTOP-012.
    pub fn on_observer_died(&mut self, observer: u64) {
        self.observers.retain(|&known| known != observer);
    }

    /// A new observer hears of every user-visible job in a slot, latest first. Rule: JOB-API-091.
    pub(super) fn inform_observer_of_all(&self, observer: u64, world: &mut World<'_>) {
        for record in self.manager.active_jobs().into_iter().rev() {
            let Some(job) = self.desk.board.job(record).filter(|job| job.is_user_visible_job())
            else {
                continue;
            };
            world.out.decide(&JOB_API_091, "told of a running job", || facts!(record = record));
            world.effect(JobEffect::UserVisibleJob {
                observer,
                summary: Box::new(job.user_visible_job_summary()),
                running: true,
            });
        }
    }

    /// Every observer hears that a job started or ended. Rules: JOB-API-092, JOB-API-093.
    pub(super) fn inform_observers(
        &self,
        summary: &UserVisibleJobSummary,
        running: bool,
        world: &mut World<'_>,
    ) {
        let rule = if running { &JOB_API_092 } else { &JOB_API_093 };
        world.out.decide(rule, "observers told", || facts!(observers = self.observers.len()));
        // Android broadcasts from the last one registered to the first.
        for &observer in self.observers.iter().rev() {
            let summary = Box::new(summary.clone());
            world.effect(JobEffect::UserVisibleJob { observer, summary, running });
        }
    }

    /// `notePendingUserRequestedAppStop`. Rules: JOB-API-095 to JOB-API-098.
    pub(super) fn note_pending_user_requested_app_stop(
        &mut self,
        caller: Caller,
        package: Option<&str>,
        user: i32,
        debug_reason: Option<&str>,
        world: &mut World<'_>,
    ) -> Result<(), Exception> {
        enforce_task_manager(caller, &JOB_USERSTOP_002, world)?;
        let Some(package) = package else {
            world.out.decide(&JOB_API_095, "no package", Vec::new);
            return Err(Exception::NullPointer("packageName".to_owned()));
        };
        let user = u32::try_from(user).ok().map(UserId);
        let found = user
            .and_then(|user| world.neighbours.package_uid(package, user).map(|uid| (user, uid)));
        let Some((user, uid)) = found else {
            world.out.decide(&JOB_USERSTOP_003, "no such package", || facts!(package = package));
            return Ok(());
        };
        let cause = StopCause::new(
            StopReason::User,
            InternalStopReason::UserUiStop,
            debug_reason.unwrap_or_default(),
        );
        world.out.decide(&JOB_API_096, "running jobs are marked", || facts!(package = package));
        self.manager.mark_jobs_for_user_stop(user, package, &cause, &mut self.desk, world);
        let board = &mut self.desk.board;
        let records: Vec<_> = board.store.of_uid(uid).collect();
        world.out.decide(&JOB_USERSTOP_005, "all jobs of the uid are demoted", || {
            facts!(uid = uid, jobs = records.len())
        });
        for record in records {
            if let Some(job) = board.store.get_mut(record) {
                job.add_internal_flags(InternalFlags::DEMOTED_BY_USER);
            }
            if board.pending.remove(record) {
                world.out.decide(&JOB_API_098, "leaves the queue", || facts!(record = record));
                if let Some(key) = board.key(record) {
                    board.pending_reasons.put(key, PendingJobReason::User);
                }
            }
        }
        Ok(())
    }
}

fn enforce_observer(
    caller: Caller,
    observer: Option<u64>,
    world: &mut World<'_>,
) -> Result<u64, Exception> {
    enforce_task_manager(caller, &JOB_API_090, world)?;
    observer.ok_or_else(|| Exception::NullPointer("observer".to_owned()))
}

fn enforce_task_manager(
    caller: Caller,
    rule: &'static crate::rules::Rule,
    world: &mut World<'_>,
) -> Result<(), Exception> {
    for permission in TASK_MANAGER_PERMISSIONS {
        let state = world.neighbours.check_permission(permission, caller.uid, caller.pid);
        if state != Granted::Granted {
            world.out.decide(rule, "not the Task Manager", || {
                facts!(uid = caller.uid, permission = permission)
            });
            return Err(Exception::Security(format!(
                "uid {} does not hold {permission}",
                caller.uid
            )));
        }
    }
    Ok(())
}
