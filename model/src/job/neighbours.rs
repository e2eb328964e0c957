//! What the job scheduler asks the rest of the platform: package facts, process facts, permissions.
//!
//! The scheduler never keeps an answer longer than Android does; where Android caches one, the cache is
//! the scheduler's own and the rule that says so stands beside it.

use serde::{Deserialize, Serialize};

use super::execution::{
    BindRequest, NotificationKey, NotificationPost, UserInitiatedNotifications,
};
use super::SlotId;
use crate::ids::{ComponentName, Pid, Uid, UserId};
use crate::looper::Looper;
use crate::output::Output;
use crate::package::{Change, Granted};
use crate::time::Now;

/// A declared service that exists and is enabled, as the package manager resolves it.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ServiceInfo {
    /// The uid that hosts it.
    pub uid: Uid,
    /// The permission a binder must hold; the application's where the service names none.
    pub permission: Option<String>,
    /// The process it runs in.
    pub process_name: String,
    /// Runs before the user first unlocks.
    pub direct_boot_aware: bool,
}

/// What the scheduler asks about an installed application.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ApplicationInfo {
    /// May be debugged.
    pub debuggable: bool,
}

/// The rest of the platform, as the job scheduler sees it. Every answer is that of this very instant.
pub trait Neighbours {
    /// The uid of a package in a user.
    fn package_uid(&self, package: &str, user: UserId) -> Option<Uid>;

    /// The packages of a uid.
    fn packages_for_uid(&self, uid: Uid) -> Vec<String>;

    /// The application, if it is installed for the user.
    fn application_info(&self, package: &str, user: UserId) -> Option<ApplicationInfo>;

    /// A service that exists and is enabled; locked or unlocked users alike.
    fn service_info(&self, component: &ComponentName, user: UserId) -> Option<ServiceInfo>;

    /// Whether a compat change is on for every package of a uid. Rule: JOB-VAL-002.
    fn is_change_enabled(&self, change: Change, uid: Uid) -> bool;

    /// The state of a permission of a process, app-ops included.
    fn check_permission(&self, permission: &str, uid: Uid, pid: Option<Pid>) -> Granted;

    /// The state of `RUN_USER_INITIATED_JOBS` of an app. Rule: UIJ-VIS-011.
    fn check_run_user_initiated_jobs(&self, uid: Uid, package: &str) -> Granted {
        let _ = package;
        self.check_permission("android.permission.RUN_USER_INITIATED_JOBS", uid, None)
    }

    /// Whether the user exists at all.
    fn user_exists(&self, user: UserId) -> bool;

    /// The user in front.
    fn current_user(&self) -> UserId {
        UserId(0)
    }

    /// Whether the user's credential storage is open.
    fn is_user_unlocked(&self, user: UserId) -> bool;

    /// Whether the process state of the uid is `TOP`, asked of the activity manager.
    fn is_uid_top(&self, uid: Uid) -> bool;

    /// Whether the uid is active, asked of the activity manager.
    fn is_uid_active(&self, uid: Uid) -> bool;

    /// Whether the uid may not start processes for the package at all. Rule: JOB-SCHED-018.
    fn is_app_start_mode_disabled(&self, uid: Uid, package: &str) -> bool;

    /// Whether the app may schedule user-initiated jobs, apart from being `TOP`. Rule: JOB-SCHED-040.
    ///
    /// The decisions behind the answer go to `out`.
    fn can_schedule_user_initiated_jobs(
        &self,
        uid: Uid,
        pid: Option<Pid>,
        package: &str,
        out: &mut Output,
    ) -> bool;

    /// Whether the process crashes all the time.
    fn is_process_bad(&self, process: &str, uid: Uid) -> bool;

    /// `bindService` to a job service: whether the activity manager takes it. Rule: JOB-RUN-015.
    fn bind_service(&mut self, request: &BindRequest, out: &mut Output) -> bool {
        let _ = out;
        self.service_info(&request.component, request.uid.user()).is_some()
    }

    /// Whether a call to the app in this slot gets through: its process still lives.
    fn is_job_service_reachable(&self, slot: SlotId) -> bool {
        let _ = slot;
        true
    }

    /// Whether network information may be delivered to the app. Rule: JOB-RUN-010.
    fn may_deliver_network_information(&self, uid: Uid, package: &str) -> bool {
        let _ = package;
        let state = self.check_permission("android.permission.ACCESS_NETWORK_STATE", uid, None);
        state == Granted::Granted
    }

    /// The app standby bucket of a package, as `UsageStatsManager.STANDBY_BUCKET_*`.
    fn standby_bucket(&self, package: &str, user: UserId) -> i32;

    /// When the user is expected to open the app next, wall clock milliseconds; `i64::MAX`: never.
    fn next_estimated_launch_time(&self, package: &str, user: UserId) -> i64 {
        let _ = (package, user);
        i64::MAX
    }

    /// Whether the app id is on the user's own list of apps exempt from power saving.
    fn is_power_allowlisted_by_user(&self, app_id: u32) -> bool {
        let _ = app_id;
        false
    }

    /// Whether the app id is exempt from power saving, by the system or the user, idle apart.
    fn is_power_allowlisted_except_idle(&self, app_id: u32) -> bool {
        self.is_power_allowlisted_by_user(app_id)
    }

    /// Whether the app id is temporarily exempt from power saving.
    fn is_temporarily_allowlisted(&self, app_id: u32) -> bool {
        let _ = app_id;
        false
    }

    /// Whether the app-op `RUN_ANY_IN_BACKGROUND` is allowed for the package.
    fn may_run_any_in_background(&self, uid: Uid, package: &str) -> bool {
        let _ = (uid, package);
        true
    }

    /// Whether data saver keeps the uid from metered networks.
    fn is_data_saver_on_for(&self, uid: Uid) -> bool {
        let _ = uid;
        false
    }

    /// Whether `from` may grant access to a uri. Rule: JOB-SCHED-028.
    fn may_grant_uri(&self, from: Uid, uri: &str, flags: i32, owner: UserId) -> bool {
        let _ = (from, uri, flags, owner);
        true
    }

    /// Whether the app has a notification channel of this id. Rule: JOB-RUN-052.
    fn notification_channel_exists(&self, package: &str, uid: Uid, channel: &str) -> bool {
        let _ = (package, uid, channel);
        true
    }

    /// Whether the app's jobs are within their regular quota.
    fn is_within_quota(&self, uid: Uid, package: &str) -> bool {
        let _ = (uid, package);
        true
    }

    /// Whether the app's jobs are within their expedited quota.
    fn is_within_expedited_quota(&self, uid: Uid, package: &str) -> bool {
        let _ = (uid, package);
        true
    }

    /// The shell drops what is known of a package's use of its quota. Rule: SHELL-052.
    fn clear_quota_history(&mut self, package: &str, user: UserId) {
        let _ = (package, user);
    }

    /// Hands a notification of a job to the notification manager.
    fn enqueue_notification(
        &mut self,
        post: NotificationPost,
        user_initiated: &UserInitiatedNotifications,
        now: Now,
        looper: &mut Looper,
        out: &mut Output,
    ) {
        let _ = (post, user_initiated, now, looper, out);
    }

    /// Has the notification manager cancel a notification. Rule: JOB-NOTIF-011.
    fn cancel_notification(
        &mut self,
        key: &NotificationKey,
        now: Now,
        looper: &mut Looper,
        out: &mut Output,
    ) {
        let _ = (key, now, looper, out);
    }

    /// Has the notification manager take the user-initiated-job flag off a notification.
    /// Rule: JOB-NOTIF-028.
    fn remove_user_initiated_job_flag(
        &mut self,
        key: &NotificationKey,
        now: Now,
        looper: &mut Looper,
        out: &mut Output,
    ) {
        let _ = (key, now, looper, out);
    }
}
