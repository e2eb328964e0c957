//! What surrounds the scheduler in this slice: apps, services and the state of their uids.

use std::collections::{BTreeMap, BTreeSet};

use jobwarden_model::job::neighbours::{ApplicationInfo, Neighbours, ServiceInfo};
use jobwarden_model::job::StandbyBucket;
use jobwarden_model::package::{Change, Granted};
use jobwarden_model::{Caller, ComponentName, Pid, Uid, UserId};
use serde::Deserialize;
use serde_json::Value;

const RUN_USER_INITIATED_JOBS: &str = "android.permission.RUN_USER_INITIATED_JOBS";

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::vectors) struct App {
    pub(in crate::vectors) app_id: u32,
    pub(in crate::vectors) users: BTreeSet<u32>,
    pub(in crate::vectors) target_sdk_version: i32,
    pub(in crate::vectors) debuggable: bool,
    pub(in crate::vectors) disabled: bool,
    pub(in crate::vectors) services: BTreeMap<String, Service>,
}

impl Default for App {
    fn default() -> Self {
        Self {
            app_id: 0,
            users: BTreeSet::from([0]),
            target_sdk_version: 34,
            debuggable: false,
            disabled: false,
            services: BTreeMap::from([("S".to_owned(), Service::default())]),
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
pub(in crate::vectors) struct Service {
    pub(in crate::vectors) permission: Option<String>,
    pub(in crate::vectors) enabled: bool,
}

impl Default for Service {
    fn default() -> Self {
        Self { permission: Some("android.permission.BIND_JOB_SERVICE".to_owned()), enabled: true }
    }
}

#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase")]
pub(in crate::vectors) enum CallingProcess {
    CallingProcess,
}

/// Whether the activity manager lets an app schedule user-initiated jobs.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(untagged)]
pub(in crate::vectors) enum MaySchedule {
    Always(bool),
    FromProcess(CallingProcess),
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::vectors) struct UidState {
    pub(in crate::vectors) permissions: BTreeSet<String>,
    pub(in crate::vectors) soft_denied: bool,
    pub(in crate::vectors) proc_state: String,
    pub(in crate::vectors) can_schedule_user_initiated_jobs: MaySchedule,
    pub(in crate::vectors) uid_active: bool,
    pub(in crate::vectors) app_start_mode_disabled: bool,
    pub(in crate::vectors) within_expedited_quota: bool,
    pub(in crate::vectors) within_quota: bool,
    pub(in crate::vectors) standby_bucket: StandbyBucket,
    pub(in crate::vectors) process_bad: bool,
}

impl Default for UidState {
    fn default() -> Self {
        let held = ["RECEIVE_BOOT_COMPLETED", "ACCESS_NETWORK_STATE", "RUN_USER_INITIATED_JOBS"];
        Self {
            permissions: held.map(|name| format!("android.permission.{name}")).into(),
            soft_denied: false,
            proc_state: "CACHED_EMPTY".to_owned(),
            can_schedule_user_initiated_jobs: MaySchedule::Always(false),
            uid_active: false,
            app_start_mode_disabled: false,
            within_expedited_quota: true,
            within_quota: true,
            standby_bucket: StandbyBucket::Active,
            process_bad: false,
        }
    }
}

/// The world, with the values that were given kept as JSON so that a step can change single members.
#[derive(Clone, Debug, Default)]
pub(in crate::vectors) struct Platform {
    pub(in crate::vectors) apps: BTreeMap<String, App>,
    apps_given: BTreeMap<String, Value>,
    uids: BTreeMap<Uid, UidState>,
    uids_given: BTreeMap<Uid, Value>,
    pub(in crate::vectors) ungrantable: BTreeSet<String>,
}

impl Platform {
    /// `app` with these members changed.
    pub(in crate::vectors) fn set_app(
        &mut self,
        package: &str,
        members: &Value,
    ) -> Result<(), String> {
        let given = self.apps_given.entry(package.to_owned()).or_default();
        merge(given, members);
        self.apps.insert(package.to_owned(), parse(given)?);
        Ok(())
    }

    /// One service of an app with these members changed.
    pub(in crate::vectors) fn set_service(
        &mut self,
        component: &str,
        members: &Value,
    ) -> Result<(), String> {
        let (package, name) = component.split_once('/').ok_or("not a component")?;
        let default = serde_json::json!({"services": {"S": {}}});
        let given = self.apps_given.entry(package.to_owned()).or_default();
        if given.get("services").is_none() {
            merge(given, &default);
        }
        let service = &mut given["services"][name];
        merge(service, members);
        let given = given.clone();
        self.apps.insert(package.to_owned(), parse(&given)?);
        Ok(())
    }

    /// The state of a uid with these members changed.
    pub(in crate::vectors) fn set_uid(&mut self, uid: Uid, members: &Value) -> Result<(), String> {
        let given = self.uids_given.entry(uid).or_default();
        merge(given, members);
        self.uids.insert(uid, parse(given)?);
        Ok(())
    }

    pub(in crate::vectors) fn disable(&mut self, package: &str) -> Result<(), String> {
        self.set_app(package, &serde_json::json!({"disabled": true}))
    }

    pub(in crate::vectors) fn uninstall(&mut self, package: &str, user: UserId) {
        if let Some(app) = self.apps.get_mut(package) {
            app.users.remove(&user.0);
        }
        if let Some(given) = self.apps_given.get_mut(package) {
            let users: Vec<_> = self.apps[package].users.iter().copied().collect();
            merge(given, &serde_json::json!({ "users": users }));
        }
    }

    pub(in crate::vectors) fn remove_user(&mut self, user: UserId) {
        let packages: Vec<_> = self.apps.keys().cloned().collect();
        for package in packages {
            self.uninstall(&package, user);
        }
    }

    /// The state of a uid; a uid of which nothing is said has the defaults.
    pub(in crate::vectors) fn uid(&self, uid: Uid) -> UidState {
        self.uids.get(&uid).cloned().unwrap_or_default()
    }

    /// The uid calls from a process of its own, always the same.
    pub(super) fn caller(uid: Uid) -> Caller {
        Caller { uid, pid: Some(Pid(100_000 + i32::try_from(uid.0 % 1_000_000).unwrap_or(0))) }
    }

    pub(in crate::vectors) fn app(&self, package: &str, user: UserId) -> Option<&App> {
        self.apps.get(package).filter(|app| app.users.contains(&user.0))
    }
}

fn merge(given: &mut Value, members: &Value) {
    if !given.is_object() {
        *given = serde_json::json!({});
    }
    for (key, value) in members.as_object().into_iter().flatten() {
        given[key] = value.clone();
    }
}

fn parse<T: serde::de::DeserializeOwned>(value: &Value) -> Result<T, String> {
    serde_json::from_value(value.clone()).map_err(|why| format!("{value}: {why}"))
}

impl Neighbours for Platform {
    fn package_uid(&self, package: &str, user: UserId) -> Option<Uid> {
        self.app(package, user).map(|app| Uid::of(user, app.app_id))
    }

    fn packages_for_uid(&self, uid: Uid) -> Vec<String> {
        let of_uid =
            |(package, _): &(&String, &App)| self.package_uid(package, uid.user()) == Some(uid);
        self.apps.iter().filter(of_uid).map(|(package, _)| package.clone()).collect()
    }

    fn application_info(&self, package: &str, user: UserId) -> Option<ApplicationInfo> {
        self.app(package, user).map(|app| ApplicationInfo { debuggable: app.debuggable })
    }

    fn service_info(&self, component: &ComponentName, user: UserId) -> Option<ServiceInfo> {
        let app = self.app(&component.package, user).filter(|app| !app.disabled)?;
        let service = app.services.get(&*component.class).filter(|service| service.enabled)?;
        Some(ServiceInfo {
            uid: Uid::of(user, app.app_id),
            permission: service.permission.clone(),
            process_name: component.package.to_string(),
            direct_boot_aware: true,
        })
    }

    fn is_change_enabled(&self, change: Change, uid: Uid) -> bool {
        self.packages_for_uid(uid)
            .iter()
            .all(|package| change.enabled_for_target_sdk(self.apps[package].target_sdk_version))
    }

    fn check_permission(&self, permission: &str, uid: Uid, _pid: Option<Pid>) -> Granted {
        let state = self.uid(uid);
        if permission == RUN_USER_INITIATED_JOBS && state.soft_denied {
            Granted::SoftDenied
        } else if uid.holds_everything() || state.permissions.contains(permission) {
            Granted::Granted
        } else {
            Granted::HardDenied
        }
    }

    fn user_exists(&self, _user: UserId) -> bool {
        true
    }

    fn is_user_unlocked(&self, _user: UserId) -> bool {
        true
    }

    fn is_uid_top(&self, uid: Uid) -> bool {
        self.uid(uid).proc_state == "TOP"
    }

    fn is_uid_active(&self, uid: Uid) -> bool {
        self.uid(uid).uid_active
    }

    fn is_app_start_mode_disabled(&self, uid: Uid, _package: &str) -> bool {
        self.uid(uid).app_start_mode_disabled
    }

    fn can_schedule_user_initiated_jobs(
        &self,
        uid: Uid,
        pid: Option<Pid>,
        _package: &str,
        _: &mut jobwarden_model::Output,
    ) -> bool {
        match self.uid(uid).can_schedule_user_initiated_jobs {
            MaySchedule::Always(may) => may,
            MaySchedule::FromProcess(CallingProcess::CallingProcess) => {
                pid == Self::caller(uid).pid
            }
        }
    }

    fn is_process_bad(&self, _process: &str, uid: Uid) -> bool {
        self.uid(uid).process_bad
    }

    fn standby_bucket(&self, package: &str, user: UserId) -> i32 {
        let uid = self.package_uid(package, user);
        uid.map_or(StandbyBucket::Active, |uid| self.uid(uid).standby_bucket).usage_stats()
    }

    fn may_grant_uri(&self, _from: Uid, uri: &str, _flags: i32, _owner: UserId) -> bool {
        !self.ungrantable.contains(uri)
    }

    fn is_within_quota(&self, uid: Uid, _package: &str) -> bool {
        self.uid(uid).within_quota
    }

    fn is_within_expedited_quota(&self, uid: Uid, _package: &str) -> bool {
        self.uid(uid).within_expedited_quota
    }
}
