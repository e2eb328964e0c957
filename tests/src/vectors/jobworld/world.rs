//! What surrounds the scheduler: apps, users and lists, as steps change them.

use std::collections::{BTreeMap, BTreeSet};

use jobwarden_model::job::execution::{
    BindRequest, NotificationKey, NotificationPost, UserInitiatedNotifications,
};
use jobwarden_model::job::neighbours::{ApplicationInfo, Neighbours, ServiceInfo};
use jobwarden_model::job::StandbyBucket;
use jobwarden_model::package::{Change, Granted};
use jobwarden_model::{Caller, ComponentName, Looper, Now, Output, Pid, Uid, UserId};
use serde::Deserialize;
use serde_json::{json, Value};

use crate::vectors::job_description::package_of;

/// What an input says of a uid, and what steps make of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::vectors) struct App {
    pub(super) standby_bucket: StandbyBucket,
    target_sdk_version: i32,
    pub(super) can_schedule_user_initiated_jobs: bool,
    pub(super) denied_permissions: BTreeSet<String>,
    #[serde(skip)]
    pub(super) state: AppState,
}

/// What only steps say of a uid.
#[derive(Clone, Debug, Default)]
pub(super) struct AppState {
    pub(super) top: bool,
    pub(super) active: bool,
    pub(super) background_restricted: bool,
    pub(super) process_bad: bool,
    pub(super) disabled: bool,
    pub(super) service_disabled: bool,
    pub(super) removed: bool,
    pub(super) blocked_for_metered: bool,
    pub(super) launch_time: Option<i64>,
}

impl Default for App {
    fn default() -> Self {
        Self {
            standby_bucket: StandbyBucket::Active,
            target_sdk_version: 34,
            can_schedule_user_initiated_jobs: false,
            denied_permissions: BTreeSet::new(),
            state: AppState::default(),
        }
    }
}

/// A user of the device.
#[derive(Clone, Debug)]
pub(super) struct User {
    pub(super) unlocked: bool,
}

/// The rest of the platform.
#[derive(Clone, Debug, Default)]
pub(super) struct World {
    pub(super) apps: BTreeMap<Uid, App>,
    pub(super) users: BTreeMap<UserId, User>,
    pub(super) current_user: UserId,
    pub(super) allowlist: BTreeSet<u32>,
    pub(super) temporary_allowlist: BTreeSet<u32>,
    /// The jobs, by id, for which bind calls return false.
    pub(super) refused_binds: BTreeSet<i32>,
    /// What the notification manager was asked, after how many effects.
    pub(super) asked: Vec<(usize, Value)>,
}

impl World {
    pub(super) fn app(&self, uid: Uid) -> App {
        self.apps.get(&uid).cloned().unwrap_or_default()
    }

    pub(super) fn app_mut(&mut self, uid: Uid) -> &mut App {
        self.apps.entry(uid).or_default()
    }

    /// The only process of an app.
    pub(super) fn caller(uid: Uid) -> Caller {
        Caller { uid, pid: i32::try_from(uid.0).ok().map(Pid) }
    }

    fn installed(&self, package: &str, user: UserId) -> Option<(Uid, &App)> {
        let app_id: u32 = package.strip_prefix('p')?.parse().ok()?;
        let uid = Uid::of(user, app_id);
        self.apps.get(&uid).filter(|app| !app.state.removed).map(|app| (uid, app))
    }
}

impl Neighbours for World {
    fn package_uid(&self, package: &str, user: UserId) -> Option<Uid> {
        self.installed(package, user).map(|(uid, _)| uid)
    }

    fn packages_for_uid(&self, uid: Uid) -> Vec<String> {
        let package = package_of(uid);
        if self.installed(&package, uid.user()).is_some() {
            vec![package]
        } else {
            Vec::new()
        }
    }

    fn application_info(&self, package: &str, user: UserId) -> Option<ApplicationInfo> {
        self.installed(package, user).map(|_| ApplicationInfo { debuggable: false })
    }

    fn service_info(&self, component: &ComponentName, user: UserId) -> Option<ServiceInfo> {
        let (uid, app) = self.installed(&component.package, user)?;
        let there = !app.state.disabled && !app.state.service_disabled;
        there.then(|| ServiceInfo {
            uid,
            permission: Some("android.permission.BIND_JOB_SERVICE".to_owned()),
            process_name: component.package.to_string(),
            direct_boot_aware: false,
        })
    }

    fn is_change_enabled(&self, change: Change, uid: Uid) -> bool {
        change.enabled_for_target_sdk(self.app(uid).target_sdk_version)
    }

    fn check_permission(&self, permission: &str, uid: Uid, _pid: Option<Pid>) -> Granted {
        if self.app(uid).denied_permissions.contains(permission) {
            Granted::HardDenied
        } else {
            Granted::Granted
        }
    }

    fn user_exists(&self, user: UserId) -> bool {
        self.users.contains_key(&user)
    }

    fn current_user(&self) -> UserId {
        self.current_user
    }

    fn is_user_unlocked(&self, user: UserId) -> bool {
        self.users.get(&user).is_some_and(|user| user.unlocked)
    }

    fn is_uid_top(&self, uid: Uid) -> bool {
        self.app(uid).state.top
    }

    fn is_uid_active(&self, uid: Uid) -> bool {
        self.app(uid).state.active
    }

    fn is_app_start_mode_disabled(&self, _uid: Uid, _package: &str) -> bool {
        false
    }

    fn can_schedule_user_initiated_jobs(
        &self,
        uid: Uid,
        _: Option<Pid>,
        _package: &str,
        _out: &mut Output,
    ) -> bool {
        self.app(uid).can_schedule_user_initiated_jobs
    }

    fn is_process_bad(&self, _process: &str, uid: Uid) -> bool {
        self.app(uid).state.process_bad
    }

    fn bind_service(&mut self, request: &BindRequest, out: &mut Output) -> bool {
        let refused = self.refused_binds.contains(&request.job_id);
        if refused {
            self.asked.push((out.effects.len(), json!(["bind", request.job_id, "refused"])));
        }
        !refused
    }

    fn standby_bucket(&self, package: &str, user: UserId) -> i32 {
        let installed = self.installed(package, user);
        installed.map_or(StandbyBucket::Active, |(_, app)| app.standby_bucket).usage_stats()
    }

    fn next_estimated_launch_time(&self, package: &str, user: UserId) -> i64 {
        let installed = self.installed(package, user);
        installed.and_then(|(_, app)| app.state.launch_time).unwrap_or(i64::MAX)
    }

    fn is_power_allowlisted_by_user(&self, app_id: u32) -> bool {
        self.allowlist.contains(&app_id)
    }

    fn is_temporarily_allowlisted(&self, app_id: u32) -> bool {
        self.temporary_allowlist.contains(&app_id)
    }

    fn may_run_any_in_background(&self, uid: Uid, _package: &str) -> bool {
        !self.app(uid).state.background_restricted
    }

    fn is_data_saver_on_for(&self, uid: Uid) -> bool {
        self.app(uid).state.blocked_for_metered
    }

    fn enqueue_notification(
        &mut self,
        _post: NotificationPost,
        _user_initiated: &UserInitiatedNotifications,
        _now: Now,
        _looper: &mut Looper,
        _out: &mut Output,
    ) {
    }

    fn cancel_notification(
        &mut self,
        key: &NotificationKey,
        _now: Now,
        _looper: &mut Looper,
        out: &mut Output,
    ) {
        let uid = key.uid;
        self.asked.push((out.effects.len(), json!(["cancelNotification", uid, key.id])));
    }

    fn remove_user_initiated_job_flag(
        &mut self,
        key: &NotificationKey,
        _now: Now,
        _looper: &mut Looper,
        out: &mut Output,
    ) {
        let uid = key.uid;
        self.asked.push((out.effects.len(), json!(["stripUserInitiatedFlag", uid, key.id])));
    }
}
