//! What the job scheduler asks.

use super::System;
use crate::activity;
use crate::fgs::{self, ActiveServices};
use crate::ids::{ComponentName, Pid, Uid, UserId};
use crate::job::execution::{NotificationKey, NotificationPost, UserInitiatedNotifications};
use crate::job::neighbours::{ApplicationInfo, Neighbours, ServiceInfo};
use crate::looper::Looper;
use crate::notification::{Key, Post, ServiceOrJob};
use crate::output::Output;
use crate::package::{AppOpMode, Change, Granted};
use crate::process::ProcState;
use crate::time::Now;

/// The system and the services beside it, as the job scheduler sees them at one instant.
pub(crate) struct JobNeighbours<'a> {
    pub(crate) system: &'a mut System,
    pub(crate) services: &'a mut ActiveServices,
    pub(crate) now: Now,
}

impl Neighbours for JobNeighbours<'_> {
    fn package_uid(&self, package: &str, user: UserId) -> Option<Uid> {
        self.system.packages.uid_of(package, user)
    }

    fn packages_for_uid(&self, uid: Uid) -> Vec<String> {
        self.system.packages.of_uid(uid).map(str::to_owned).collect()
    }

    fn application_info(&self, package: &str, user: UserId) -> Option<ApplicationInfo> {
        let description = self.system.packages.description(package, user)?;
        Some(ApplicationInfo { debuggable: description.debuggable })
    }

    fn service_info(&self, component: &ComponentName, user: UserId) -> Option<ServiceInfo> {
        let packages = &self.system.packages;
        let service = packages.service(component, user)?;
        let package = packages.description(&component.package, user)?;
        Some(ServiceInfo {
            uid: package.uid(user),
            permission: service.permission.clone(),
            process_name: package.process_of(service).to_owned(),
            direct_boot_aware: false,
        })
    }

    fn is_change_enabled(&self, change: Change, uid: Uid) -> bool {
        self.system.packages.change_enabled(uid, change)
    }

    fn check_permission(&self, permission: &str, uid: Uid, _pid: Option<Pid>) -> Granted {
        self.system.packages.permission(uid, permission)
    }

    fn user_exists(&self, user: UserId) -> bool {
        self.system.users.contains_key(&user)
    }

    fn is_user_unlocked(&self, user: UserId) -> bool {
        self.system.users.get(&user).is_some_and(|facts| facts.unlocked)
    }

    fn is_uid_top(&self, uid: Uid) -> bool {
        self.system.uid_state(uid) == ProcState::Top
    }

    fn is_uid_active(&self, uid: Uid) -> bool {
        self.system.is_uid_active(uid)
    }

    fn is_app_start_mode_disabled(&self, uid: Uid, package: &str) -> bool {
        let description = self.system.packages.description(package, uid.user());
        description.is_some_and(|d| d.instant) && !self.system.is_uid_active(uid)
    }

    fn can_schedule_user_initiated_jobs(
        &self,
        uid: Uid,
        pid: Option<Pid>,
        package: &str,
        out: &mut Output,
    ) -> bool {
        let who = activity::Identity { uid, pid, package };
        self.system.can_schedule_user_initiated_jobs(self.services, self.now, who, out)
    }

    fn is_process_bad(&self, process: &str, uid: Uid) -> bool {
        self.system.bad_processes.contains(&(process.to_owned(), uid))
    }

    fn standby_bucket(&self, package: &str, user: UserId) -> i32 {
        self.system.standby_bucket(package, user)
    }

    fn is_power_allowlisted_by_user(&self, app_id: u32) -> bool {
        self.system.power_allowlist.contains(&app_id)
    }

    fn is_temporarily_allowlisted(&self, app_id: u32) -> bool {
        self.system.temporary_power_allowlist.contains(&app_id)
    }

    fn may_run_any_in_background(&self, uid: Uid, package: &str) -> bool {
        !self.system.background_restricted.contains(&(uid, package.to_owned()))
            && self.system.packages.app_op(package, uid.user(), "android:run_any_in_background")
                != AppOpMode::Ignored
    }

    fn notification_channel_exists(&self, package: &str, uid: Uid, channel: &str) -> bool {
        self.system.notifications.channel_importance(uid.user(), package, channel).is_some()
    }

    fn is_within_quota(&self, uid: Uid, _package: &str) -> bool {
        self.system.quota_verdicts.get(&uid).map_or(true, |&(regular, _)| regular)
    }

    fn is_within_expedited_quota(&self, uid: Uid, _package: &str) -> bool {
        self.system.quota_verdicts.get(&uid).map_or(true, |&(_, expedited)| expedited)
    }

    fn enqueue_notification(
        &mut self,
        post: NotificationPost,
        user_initiated: &UserInitiatedNotifications,
        now: Now,
        looper: &mut Looper,
        out: &mut Output,
    ) {
        let NotificationPost { key, mut notification } = post;
        self.system.user_initiated = user_initiated.clone();
        let (user, id) = (key.user, key.id);
        let context = &mut fgs::Context { now, neighbours: self.system, looper, out };
        let policy = self.services.apply_foreground_service_notification(
            user,
            &key.package,
            id,
            &mut notification,
            context,
        );
        let uid = key.uid;
        let key = Key { user, package: key.package, tag: None, id };
        let post = Post { key, uid, notification, policy: Some(policy) };
        let (manager, mut neighbours) = self.system.notification_room(None, policy);
        manager.enqueue(post, &mut neighbours, looper, out);
    }

    fn cancel_notification(
        &mut self,
        key: &NotificationKey,
        _now: Now,
        looper: &mut Looper,
        _out: &mut Output,
    ) {
        let key = Key { user: key.user, package: key.package.clone(), tag: None, id: key.id };
        self.system.notifications.cancel_by_system(key, looper);
    }

    fn remove_user_initiated_job_flag(
        &mut self,
        key: &NotificationKey,
        _now: Now,
        looper: &mut Looper,
        _out: &mut Output,
    ) {
        let of = ServiceOrJob::UserInitiatedJob;
        self.system.notifications.remove_flag(key.user, &key.package, key.id, of, looper);
    }
}
