//! What the scheduler hears of packages, users, uids and the device. Rules: JOB-SCHED-064 to JOB-SCHED-066,
//! JOB-API-100 to JOB-API-102, JOB-PROC-003, JOB-PROC-005, JOB-PROC-027.

use super::cancel::{Namespaces, Whose};
use super::{ConcurrencyManager, JobScheduler, StateControllers, World};
use crate::facts;
use crate::ids::{Uid, UserId};
use crate::job::execution::StopCause;
use crate::job::info::JobInfo;
use crate::job::{InternalStopReason, Posted, RecordId, StopReason};
use crate::process::{Capabilities, ProcState};
use crate::rules::job_api::{JOB_API_100, JOB_API_101, JOB_API_102};
use crate::rules::job_proc::{JOB_PROC_003, JOB_PROC_005, JOB_PROC_027};
use crate::rules::job_sched::JOB_SCHED_066;

/// Something that happened to a package in one user, as the package manager broadcasts it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PackageEvent {
    /// Installed for the first time.
    Added,
    /// Installed anew: a new version.
    Replaced,
    /// Some component was enabled or disabled, or the whole package was enabled.
    ComponentsChanged,
    /// Something about it changed that names no component.
    Changed,
    /// The whole package was disabled. Rule: JOB-STOP-007.
    Disabled,
    /// Gone for good.
    FullyRemoved,
    /// Force-stopped.
    Restarted,
    /// Its data was cleared.
    DataCleared,
}

/// Something that happened to an Android user.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum UserEvent {
    /// It is starting: it counts as started, and that is all.
    Starting,
    /// Starting is completed.
    StartCompleted,
    /// Its credential storage is open.
    Unlocked,
    /// It is stopping: it does not count as started any more.
    Stopping,
    /// It has stopped.
    Stopped,
    /// It is gone.
    Removed,
}

impl<C: StateControllers, M: ConcurrencyManager<C>> JobScheduler<C, M> {
    /// A package event. The uid is that of the package in its user.
    pub fn on_package_event(
        &mut self,
        event: PackageEvent,
        package: &str,
        uid: Uid,
        world: &mut World<'_>,
    ) {
        match event {
            PackageEvent::Added | PackageEvent::Changed => self.permissions.forget_uid(uid),
            PackageEvent::Replaced => {
                self.permissions.forget_uid(uid);
                self.components_changed(package, uid, world);
            }
            PackageEvent::ComponentsChanged => {
                self.permissions.forget_uid(uid);
                self.components_changed(package, uid, world);
                self.reevaluate(uid, world);
            }
            PackageEvent::Disabled => {
                self.permissions.forget_uid(uid);
                let cause = uninstalled("app disabled");
                self.cancel_jobs_for_package(package, uid, Whose::CallingAndSource, &cause, world);
                self.components_changed(package, uid, world);
                self.reevaluate(uid, world);
            }
            PackageEvent::FullyRemoved => self.on_package_fully_removed(package, uid, world),
            PackageEvent::Restarted => {
                let internal = InternalStopReason::Canceled;
                let cause = StopCause::new(StopReason::User, internal, "app force stopped");
                self.cancel_jobs_for_package(package, uid, Whose::Calling, &cause, world);
            }
            PackageEvent::DataCleared => {
                let internal = InternalStopReason::DataCleared;
                let cause = StopCause::new(StopReason::User, internal, "app data cleared");
                self.cancel_all_of(uid, &cause, world);
            }
        }
        self.tell_network_changes(world);
    }

    fn on_package_fully_removed(&mut self, package: &str, uid: Uid, world: &mut World<'_>) {
        self.permissions.forget_uid(uid);
        let cause = uninstalled("app uninstalled");
        self.cancel_jobs_for_package(package, uid, Whose::CallingAndSource, &cause, world);
        self.desk.controllers.on_app_removed(&mut self.desk.board, package, uid, world);
        self.debuggable_apps.remove(&Some(package.to_owned()));
        self.rate_limiter.on_package_removed(uid.user(), package);
        self.manager.on_app_removed(package, uid);
    }

    fn components_changed(&mut self, package: &str, uid: Uid, world: &mut World<'_>) {
        let user = uid.user();
        self.desk.controllers.on_components_changed(&mut self.desk.board, package, user, world);
    }

    /// The controllers look at what concerns a uid. Rule: CTRL-GEN-016.
    pub(in crate::job) fn reevaluate(&mut self, uid: Uid, world: &mut World<'_>) {
        self.desk.controllers.reevaluate_state(&mut self.desk.board, uid, world);
    }

    /// `ACTION_QUERY_PACKAGE_RESTART`: whether a force-stop would affect the package. Rule: JOB-SCHED-066.
    pub fn would_force_stop_affect(&self, package: &str, uid: Uid, world: &mut World<'_>) -> bool {
        let store = &self.desk.board.store;
        let affected = store
            .of_uid(uid)
            .any(|record| store.get(record).is_some_and(|job| **job.source_package() == *package));
        world.out.decide(&JOB_SCHED_066, "restart query", || facts!(affected = affected));
        affected
    }

    /// A user event.
    pub fn on_user_event(&mut self, event: UserEvent, user: UserId, world: &mut World<'_>) {
        let desk = &mut self.desk;
        match event {
            UserEvent::Starting => desk.board.set_user_started(user, true),
            UserEvent::Stopping => desk.board.set_user_started(user, false),
            UserEvent::StartCompleted => self.post_check_job("user started", world),
            UserEvent::Unlocked => {
                desk.controllers.on_user_unlock_changed(&mut desk.board, user, world);
                self.post_check_job("user unlocked", world);
            }
            UserEvent::Stopped => {
                desk.controllers.on_user_unlock_changed(&mut desk.board, user, world);
            }
            UserEvent::Removed => {
                self.cancel_jobs_for_user(user, world);
                let desk = &mut self.desk;
                desk.controllers.on_user_removed(&mut desk.board, user, world);
                self.manager.on_user_removed(user);
                self.permissions.forget_user(user);
                self.rate_limiter.on_user_removed(user);
            }
        }
        self.tell_network_changes(world);
    }

    /// `onUidStateChanged`: a message. Rules: CTRL-BIAS-001, JOB-PROC-005.
    pub fn on_uid_state_changed(
        &mut self,
        uid: Uid,
        proc_state: ProcState,
        capabilities: Capabilities,
        world: &mut World<'_>,
    ) {
        world.post(Posted::UidStateChanged { uid, proc_state, capabilities });
    }

    /// `onUidGone`: a message. Rule: CTRL-BIAS-003.
    pub fn on_uid_gone(&mut self, uid: Uid, disabled: bool, world: &mut World<'_>) {
        world.post(Posted::UidGone { uid, disabled });
    }

    /// `onUidActive`: a message. Rule: CTRL-DOZE-006.
    pub fn on_uid_active(&mut self, uid: Uid, world: &mut World<'_>) {
        world.post(Posted::UidActive { uid });
    }

    /// `onUidIdle`: a message. Rule: CTRL-DOZE-006.
    pub fn on_uid_idle(&mut self, uid: Uid, disabled: bool, world: &mut World<'_>) {
        world.post(Posted::UidIdle { uid, disabled });
    }

    /// `ACTION_UID_REMOVED`, not of an update. Rule: CTRL-BIAS-003.
    pub fn on_uid_removed(&mut self, uid: Uid) {
        self.desk.board.on_uid_removed(uid);
    }

    pub(super) fn update_uid_state(
        &mut self,
        uid: Uid,
        proc_state: ProcState,
        capabilities: Capabilities,
        world: &mut World<'_>,
    ) {
        let desk = &mut self.desk;
        let (old, new) = desk.board.update_uid_state(uid, proc_state, capabilities);
        if old == new {
            return;
        }
        desk.controllers.on_uid_bias_changed(&mut desk.board, uid, old, new, world);
        if self.manager.on_uid_bias_changed(old, new, &self.desk) {
            self.assign_jobs_to_contexts(world);
        }
    }

    pub(super) fn uid_gone(&mut self, uid: Uid, disabled: bool, world: &mut World<'_>) {
        self.update_uid_state(uid, ProcState::CachedEmpty, Capabilities::NONE, world);
        self.uid_inactive(uid, disabled, "uid gone", world);
    }

    pub(super) fn uid_inactive(
        &mut self,
        uid: Uid,
        disabled: bool,
        debug_reason: &str,
        world: &mut World<'_>,
    ) {
        if disabled {
            let cause = StopCause::new(
                StopReason::BackgroundRestriction,
                InternalStopReason::ConstraintsNotSatisfied,
                debug_reason,
            );
            self.cancel_all_of(uid, &cause, world);
        }
        self.desk.controllers.on_uid_active(&mut self.desk.board, uid, false, world);
    }

    fn cancel_all_of(&mut self, uid: Uid, cause: &StopCause, world: &mut World<'_>) {
        let whose = Whose::CallingAndSource;
        self.cancel_jobs_for_uid(uid, whose, Namespaces::All, cause, world);
    }

    /// `cancelJobsForUid` of the interface for other services: whether there was one. Rule: JOB-API-101.
    pub fn cancel_jobs_of_uid(
        &mut self,
        uid: Uid,
        include_source_app: bool,
        cause: &StopCause,
        world: &mut World<'_>,
    ) -> bool {
        let whose = if include_source_app { Whose::CallingAndSource } else { Whose::Calling };
        world.out.decide(&JOB_API_101, "cancel by uid", || facts!(uid = uid, whose = whose));
        self.cancel_jobs_for_uid(uid, whose, Namespaces::All, cause, world)
    }

    /// `getSystemScheduledOwnJobs`. Rule: JOB-API-100.
    pub fn system_scheduled_own_jobs(
        &self,
        namespace: Option<&str>,
        world: &mut World<'_>,
    ) -> Vec<JobInfo> {
        let board = &self.desk.board;
        let own: Vec<_> = board
            .store
            .of_uid(Uid::SYSTEM)
            .filter_map(|record| board.job(record))
            .filter(|job| {
                job.source_uid() == Uid::SYSTEM
                    && **job.source_package() == *"android"
                    && job.namespace().map(|name| &**name) == namespace
            })
            .map(|job| JobInfo::clone(job.job()))
            .collect();
        world.out.decide(&JOB_API_100, "the system's own jobs", || {
            facts!(namespace = namespace, jobs = own.len())
        });
        own
    }

    /// `addBackingUpUid` and `removeBackingUpUid`. Rule: JOB-API-102.
    pub fn set_backing_up(&mut self, uid: Uid, backing_up: bool, world: &mut World<'_>) {
        self.desk.board.set_backing_up(uid, backing_up);
        let store = &self.desk.board.store;
        let check = !backing_up && store.count_jobs_for_uid(uid) > 0;
        world.out.decide(&JOB_API_102, "backup marked, or not any more", || {
            facts!(uid = uid, backing_up = backing_up, check = check)
        });
        if check {
            self.post_check_job("backup ended", world);
        }
    }

    /// `clearAllBackingUpUids`. Rule: JOB-API-102.
    pub fn clear_all_backing_up(&mut self, world: &mut World<'_>) {
        if self.desk.board.clear_backing_up() {
            self.post_check_job("all backups ended", world);
        }
    }

    /// Another app provides cloud media to a user, or none does. Rule: JOB-PROC-027.
    pub fn on_cloud_media_provider_changed(
        &mut self,
        user: UserId,
        package: Option<&str>,
        world: &mut World<'_>,
    ) {
        if let Some(from) = self.desk.board.set_cloud_media_provider(user, package) {
            let to = package.map(str::to_owned);
            world.post(Posted::CheckMediaExemption { user, from, to });
        }
    }

    /// `updateMediaBackupExemptionLocked`. Rule: JOB-PROC-027.
    pub(super) fn check_media_exemption(
        &mut self,
        user: UserId,
        from: Option<&str>,
        to: Option<&str>,
        world: &mut World<'_>,
    ) {
        let board = &mut self.desk.board;
        let mut changed = Vec::new();
        for package in from.into_iter().chain(to) {
            let Some(uid) = world.neighbours.package_uid(package, user) else { continue };
            let is_provider = board.is_cloud_media_provider(user, package);
            let records: Vec<_> = board.store.of_source_uid(uid).collect();
            changed.extend(records.into_iter().filter(|&record| {
                board.job_mut(record).is_some_and(|job| {
                    **job.source_package() == *package
                        && job.update_media_backup_exemption_status(is_provider)
                })
            }));
        }
        world.out.decide(&JOB_PROC_027, "cloud media provider changed", || {
            facts!(user = user, from = from, to = to, changed = changed.len())
        });
        for record in changed {
            board.add_changed(record);
        }
        world.post(Posted::CheckChangedJobList);
    }

    /// System services are ready: jobs of users that do not exist are dropped. Rule: JOB-SCHED-064.
    pub fn on_system_services_ready(&mut self, world: &mut World<'_>) {
        let board = &mut self.desk.board;
        let unlisted: Vec<RecordId> = board
            .store
            .iter()
            .filter(|&record| {
                board.job(record).is_some_and(|job| {
                    !world.neighbours.user_exists(job.user())
                        || !world.neighbours.user_exists(job.source_user())
                })
            })
            .collect();
        for record in unlisted {
            board.store.remove(record);
            board.store.forget(record);
        }
        board.pending_reasons.clear();
    }

    /// Third-party apps may start: every job is shown to every controller. Rule: JOB-PROC-005.
    pub fn on_third_party_apps_can_start(&mut self, world: &mut World<'_>) {
        self.desk.board.set_ready_to_rock();
        world.out.decide(&JOB_PROC_005, "jobs attached to controllers", || {
            facts!(jobs = self.desk.board.store.len())
        });
        self.desk.attach_all(world);
        world.post(Posted::CheckJob);
        self.tell_network_changes(world);
    }

    /// Has all jobs looked at: `MSG_CHECK_JOB`. Rule: JOB-PROC-003.
    pub fn check_all_jobs(&mut self, world: &mut World<'_>) {
        self.post_check_job("asked to", world);
    }

    pub(super) fn post_check_job(&self, why: &'static str, world: &mut World<'_>) {
        world.out.decide(&JOB_PROC_003, "all jobs to be looked at", || facts!(why = why));
        world.post(Posted::CheckJob);
    }

    /// Running jobs whose network changed hear of it. Rule: CTRL-NET-027.
    pub(super) fn tell_network_changes(&mut self, world: &mut World<'_>) {
        for (record, network) in self.desk.board.take_network_changes() {
            let ended =
                self.manager.inform_of_network_change(record, network, &mut self.desk, world);
            self.finish(ended, world);
        }
    }
}

fn uninstalled(debug_reason: &str) -> StopCause {
    StopCause::new(StopReason::User, InternalStopReason::Uninstall, debug_reason)
}
