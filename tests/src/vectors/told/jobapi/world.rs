//! Apps, uids and users of a `jobapi` vector, reported as facts.
//!
//! The vector's own picture of the world is kept beside: a step changes single members of it, and only
//! what changed is reported.

use std::collections::{BTreeMap, BTreeSet};

use jobwarden_model::input::{
    ActivityEvent, ActivityFacts, DeviceSignal, NetworkFacts, ProcessEvent, UserEvent,
};
use jobwarden_model::job::StandbyBucket;
use jobwarden_model::package::{
    EnabledState, Event as PackageEvent, Granted, PackageDescription, ServiceDescription,
};
use jobwarden_model::process::ProcState;
use jobwarden_model::{ComponentName, Input, Uid, UserId};
use serde_json::{json, Value};

use super::super::slots::{BUSY_PACKAGE, BUSY_USER};
use super::super::stage::{caller, Stage};
use super::super::Untold;
use crate::vectors::jobapi::world::{App, MaySchedule, Platform, UidState};
use crate::vectors::jobapi::Input as Vector;

const RUN_USER_INITIATED_JOBS: &str = "android.permission.RUN_USER_INITIATED_JOBS";

/// What the vector says is so.
pub(super) struct World {
    platform: Platform,
    /// Uids that have a process because it is seen.
    seen: BTreeSet<Uid>,
}

impl World {
    /// Everything as it is at the start.
    pub(super) fn new(input: &Vector, stage: &mut Stage<'_>) -> Result<Self, Untold> {
        let said = format!("{}{}", json!(input.steps), json!(input.calls()));
        if input.ungrantable_uris.iter().any(|uri| said.contains(uri)) {
            return Err(Untold::Inexpressible("uris that cannot be granted"));
        }
        let mut platform = Platform::default();
        for (package, members) in &input.apps {
            platform.set_app(package, members).map_err(Untold::NotUnderstood)?;
        }
        for (&uid, members) in &input.uids {
            platform.set_uid(Uid(uid), members).map_err(Untold::NotUnderstood)?;
        }
        let asks = |call: &str| input.jobs.iter().any(|job| job.asks(call));
        let mut world = Self { platform, seen: BTreeSet::new() };
        world.users(input, stage)?;
        device(&input.satisfied, asks, stage)?;
        for (package, app) in world.platform.apps.clone() {
            for &user in &app.users {
                world.install(&package, &app, UserId(user), stage)?;
            }
        }
        for uid in world.uids() {
            let state = world.platform.uid(uid);
            world.report(uid, None, &state, stage)?;
        }
        Ok(world)
    }

    /// Every uid of an app, and every one of which something is said.
    pub(super) fn uids(&self) -> BTreeSet<Uid> {
        let apps = self.platform.apps.values();
        apps.flat_map(|app| app.users.iter().map(|&user| Uid::of(UserId(user), app.app_id)))
            .collect()
    }

    pub(super) fn is_installed(&self, package: &str, user: UserId) -> bool {
        self.platform.app(package, user).is_some()
    }

    fn users(&self, input: &Vector, stage: &mut Stage<'_>) -> Result<(), Untold> {
        let started: BTreeSet<u32> = input.started_users.iter().copied().collect();
        let with_apps = self.platform.apps.values().flat_map(|app| app.users.iter().copied());
        for user in started.iter().copied().chain(with_apps).collect::<BTreeSet<_>>() {
            let user = UserId(user);
            stage.user(UserEvent::Started { user })?;
            stage.user(UserEvent::Unlocked { user })?;
            if !started.contains(&user.0) {
                stage.user(UserEvent::Stopping { user })?;
            }
        }
        if !started.contains(&0) {
            stage.user(UserEvent::Stopping { user: UserId(0) })?;
        }
        Ok(())
    }

    fn install(
        &self,
        package: &str,
        app: &App,
        user: UserId,
        stage: &mut Stage<'_>,
    ) -> Result<(), Untold> {
        let uid = Uid::of(user, app.app_id);
        let services = app.services.iter().map(|(class, service)| ServiceDescription {
            class: class.clone(),
            permission: service.permission.clone(),
            ..ServiceDescription::default()
        });
        let description = PackageDescription {
            name: package.to_owned(),
            app_id: app.app_id,
            target_sdk: app.target_sdk_version,
            debuggable: app.debuggable,
            instant: self.platform.uid(uid).app_start_mode_disabled,
            permissions: self.platform.uid(uid).permissions.into_iter().collect(),
            services: services.collect(),
            ..PackageDescription::default()
        };
        stage.install(description, user)?;
        for (class, _) in app.services.iter().filter(|(_, service)| !service.enabled) {
            set_service(&ComponentName::new(package, class.as_str()), user, false, stage)?;
        }
        if app.disabled {
            disable(package, user, stage)?;
        }
        Ok(())
    }

    /// Reports what is new of a uid.
    fn report(
        &mut self,
        uid: Uid,
        old: Option<&UidState>,
        new: &UidState,
        stage: &mut Stage<'_>,
    ) -> Result<(), Untold> {
        self.report_permissions(uid, old, new, stage)?;
        if new.app_start_mode_disabled && (new.uid_active || uid.is_core()) {
            return Err(Untold::Inexpressible("an active app may not start"));
        }
        if new.standby_bucket == StandbyBucket::Never && new.within_quota {
            return Err(Untold::Inexpressible("an app that is never used has quota"));
        }
        if old.is_some_and(|old| old.app_start_mode_disabled != new.app_start_mode_disabled) {
            return Err(Untold::Inexpressible("whether an app may start changes"));
        }
        let changed =
            |differs: fn(&UidState, &UidState) -> bool| old.is_none_or(|old| differs(old, new));
        if changed(|old, new| old.proc_state != new.proc_state) {
            self.report_state(uid, stage)?;
        }
        if changed(|old, new| old.uid_active != new.uid_active) {
            stage.process(ProcessEvent::UidActive { uid, active: new.uid_active })?;
        }
        let quota = (new.within_quota, new.within_expedited_quota);
        if old.map_or((true, true), |old| (old.within_quota, old.within_expedited_quota)) != quota {
            let (regular, expedited) = quota;
            stage.device(DeviceSignal::QuotaVerdict { uid, regular, expedited })?;
        }
        for (package, _) in self.apps_of(uid) {
            if old.is_some_and(|old| old.process_bad) != new.process_bad {
                let (name, bad) = (package.clone(), new.process_bad);
                stage.process(ProcessEvent::Bad { name, uid, bad })?;
            }
            if changed(|old, new| old.standby_bucket != new.standby_bucket) {
                let bucket = u8::try_from(new.standby_bucket.usage_stats());
                let bucket = bucket.map_err(|why| Untold::NotUnderstood(why.to_string()))?;
                stage.device(DeviceSignal::StandbyBucket { package, user: uid.user(), bucket })?;
            }
        }
        self.report_visibility(uid, old, new, stage)
    }

    /// Packages of a uid.
    fn apps_of(&self, uid: Uid) -> Vec<(String, App)> {
        let of_uid = |(_, app): &(&String, &App)| {
            app.app_id == uid.app_id() && app.users.contains(&uid.user().0)
        };
        let apps = self.platform.apps.iter().filter(of_uid);
        apps.map(|(package, app)| (package.clone(), app.clone())).collect()
    }

    fn report_permissions(
        &self,
        uid: Uid,
        old: Option<&UidState>,
        new: &UidState,
        stage: &mut Stage<'_>,
    ) -> Result<(), Untold> {
        let held = |state: &UidState| -> BTreeMap<String, Granted> {
            let mut held: BTreeMap<_, _> =
                state.permissions.iter().map(|name| (name.clone(), Granted::Granted)).collect();
            if state.soft_denied {
                held.insert(RUN_USER_INITIATED_JOBS.to_owned(), Granted::SoftDenied);
            }
            held
        };
        if new.soft_denied && uid.holds_everything() {
            return Err(Untold::Inexpressible("the system is denied a permission"));
        }
        let (before, after) = (old.map(held).unwrap_or_default(), held(new));
        let taken = before.keys().filter(|name| !after.contains_key(*name));
        let taken = taken.map(|name| (name, Granted::HardDenied));
        let given = after.iter().filter(|(name, state)| before.get(*name) != Some(state));
        let given = given.map(|(name, state)| (name, *state));
        for (permission, granted) in taken.chain(given) {
            for (package, _) in self.apps_of(uid) {
                let (permission, user) = (permission.clone(), uid.user());
                stage.package(PackageEvent::PermissionChanged {
                    package,
                    user,
                    permission,
                    granted,
                })?;
            }
        }
        Ok(())
    }

    fn state(&self, uid: Uid) -> Result<ProcState, Untold> {
        let name = Value::String(self.platform.uid(uid).proc_state);
        serde_json::from_value(name).map_err(|why| Untold::NotUnderstood(why.to_string()))
    }

    /// Whether the activity manager says of a uid what the vector says. It lets the system schedule
    /// user-initiated jobs, and whoever is as important as an app in use.
    pub(super) fn user_initiated_as_told(&self, uid: Uid) -> Result<(), Untold> {
        let told = self.platform.uid(uid).can_schedule_user_initiated_jobs;
        let state = self.state(uid)?;
        let always = uid.is_core() || (state <= ProcState::BoundTop && state != ProcState::Top);
        if always && told != MaySchedule::Always(true) {
            return Err(Untold::Inexpressible("so important, and not allowed user-initiated jobs"));
        }
        Ok(())
    }

    /// The uid of a package, where it is installed.
    pub(super) fn uid_of(&self, package: &str, user: UserId) -> Option<Uid> {
        self.platform.app(package, user).map(|app| Uid::of(user, app.app_id))
    }

    fn report_state(&self, uid: Uid, stage: &mut Stage<'_>) -> Result<(), Untold> {
        let state = self.state(uid)?;
        stage.process(ProcessEvent::UidState { uid, process_state: Some(state.number()) })
    }

    /// What the activity manager says of user-initiated jobs follows from who is seen: a process of the
    /// uid, for all of its calls; a process of another uid under the caller's pid, for that one only.
    fn report_visibility(
        &mut self,
        uid: Uid,
        old: Option<&UidState>,
        new: &UidState,
        stage: &mut Stage<'_>,
    ) -> Result<(), Untold> {
        let before =
            old.map_or(&MaySchedule::Always(false), |old| &old.can_schedule_user_initiated_jobs);
        let after = &new.can_schedule_user_initiated_jobs;
        if before == after {
            return Ok(());
        }
        let Some(pid) = caller(uid).pid else { return Ok(()) };
        if self.seen.remove(&uid) {
            stage.process(ProcessEvent::Died { pid })?;
        }
        let (owner, package) = match after {
            MaySchedule::Always(false) => return self.report_again(uid, stage),
            MaySchedule::Always(true) => match self.apps_of(uid).into_iter().next() {
                Some((package, _)) => (uid, package),
                None => return Ok(()),
            },
            MaySchedule::FromProcess(_) => {
                (Uid::of(BUSY_USER, uid.app_id()), BUSY_PACKAGE.to_owned())
            }
        };
        let name = package.clone();
        stage.process(ProcessEvent::Started { pid, uid: owner, name, package })?;
        self.seen.insert(uid);
        let activities = vec![ActivityFacts::resumed()];
        let change = ActivityEvent::Activities { pid, activities };
        stage.report(&Input::Activity { change })?;
        stage.report(&Input::Activity { change: ActivityEvent::Top { pid: Some(pid) } })?;
        self.report_again(uid, stage)
    }

    /// What counts is what was reported, whatever processes come and go.
    fn report_again(&self, uid: Uid, stage: &mut Stage<'_>) -> Result<(), Untold> {
        self.report_state(uid, stage)?;
        let active = self.platform.uid(uid).uid_active;
        stage.process(ProcessEvent::UidActive { uid, active })
    }

    /// `["uid", uid, members]`: whether something changed that controllers follow.
    pub(super) fn change_uid(
        &mut self,
        uid: Uid,
        members: &Value,
        stage: &mut Stage<'_>,
    ) -> Result<bool, Untold> {
        let old = self.platform.uid(uid);
        self.platform.set_uid(uid, members).map_err(Untold::NotUnderstood)?;
        let new = self.platform.uid(uid);
        self.report(uid, Some(&old), &new, stage)?;
        Ok(followed(&old) != followed(&new))
    }

    /// `["service", component, members]`.
    pub(super) fn change_service(
        &mut self,
        component: &str,
        members: &Value,
        stage: &mut Stage<'_>,
    ) -> Result<(), Untold> {
        let enabled = members.get("enabled").and_then(Value::as_bool);
        let (Some(enabled), Some((package, class))) = (enabled, component.split_once('/')) else {
            return Err(Untold::Inexpressible("the guard of a service changes"));
        };
        self.platform.set_service(component, members).map_err(Untold::NotUnderstood)?;
        let users = self.platform.apps.get(package).map(|app| app.users.clone());
        for user in users.unwrap_or_default() {
            set_service(&ComponentName::new(package, class), UserId(user), enabled, stage)?;
        }
        Ok(())
    }

    /// Steps about one package; it is installed.
    pub(super) fn package_event(
        &mut self,
        step: &str,
        package: &str,
        user: UserId,
        stage: &mut Stage<'_>,
    ) -> Result<(), Untold> {
        let Some(app) = self.platform.app(package, user).cloned() else {
            return Err(Untold::Inexpressible("a broadcast about a package that is not there"));
        };
        match step {
            "packageRemoved" => {
                self.platform.uninstall(package, user);
                stage.package(PackageEvent::Removed { package: package.to_owned(), user })
            }
            "packageDisabled" => {
                self.platform.disable(package).map_err(Untold::NotUnderstood)?;
                if app.users.len() > 1 {
                    return Err(Untold::Inexpressible("disabled for every user at once"));
                }
                disable(package, user, stage)
            }
            "packageUpdated" if app.disabled => {
                Err(Untold::Inexpressible("an update leaves the package disabled"))
            }
            "packageUpdated" => self.install(package, &app, user, stage),
            _ => match app.services.iter().next() {
                Some((class, service)) => {
                    let component = ComponentName::new(package, class.as_str());
                    set_service(&component, user, service.enabled, stage)
                }
                None => Err(Untold::Inexpressible("a package without components changed")),
            },
        }
    }

    /// `["uidGone", uid, disabled]`; what is reported of the uid holds on.
    pub(super) fn uid_gone(
        &self,
        uid: Uid,
        disabled: bool,
        stage: &mut Stage<'_>,
    ) -> Result<(), Untold> {
        stage.process(ProcessEvent::UidGone { uid, disabled })?;
        self.report_again(uid, stage)
    }

    /// `["userRemoved", user]`: its packages go, too.
    pub(super) fn remove_user(
        &mut self,
        user: UserId,
        stage: &mut Stage<'_>,
    ) -> Result<(), Untold> {
        stage.user(UserEvent::Removed { user })?;
        for (package, app) in self.platform.apps.clone() {
            if app.users.contains(&user.0) {
                stage.package(PackageEvent::Removed { package, user })?;
            }
        }
        self.platform.remove_user(user);
        Ok(())
    }

    /// A package of the uid, if there is one.
    pub(super) fn package_of(&self, uid: Uid) -> Option<String> {
        self.apps_of(uid).into_iter().next().map(|(package, _)| package)
    }
}

/// What controllers follow of a uid.
fn followed(state: &UidState) -> impl PartialEq {
    let UidState { uid_active, within_quota, within_expedited_quota, standby_bucket, .. } = state;
    let seen = state.can_schedule_user_initiated_jobs != MaySchedule::Always(false);
    (*uid_active, *within_quota, *within_expedited_quota, *standby_bucket, seen)
}

fn set_service(
    service: &ComponentName,
    user: UserId,
    enabled: bool,
    stage: &mut Stage<'_>,
) -> Result<(), Untold> {
    let service = service.clone();
    stage.package(PackageEvent::ServiceEnabledChanged { service, user, enabled })
}

fn disable(package: &str, user: UserId, stage: &mut Stage<'_>) -> Result<(), Untold> {
    let (package, state) = (package.to_owned(), EnabledState::Disabled);
    stage.package(PackageEvent::EnabledChanged { package, user, state })
}

/// Signals under which exactly these constraints hold.
fn device(
    satisfied: &[String],
    asks: impl Fn(&str) -> bool,
    stage: &mut Stage<'_>,
) -> Result<(), Untold> {
    let holds = |name: &str| satisfied.iter().any(|known| known == name);
    if holds("CONTENT_TRIGGER") {
        return Err(Untold::Inexpressible("content that changed"));
    }
    let (mut charging, mut not_low) = (holds("CHARGING"), holds("BATTERY_NOT_LOW"));
    if charging && !not_low {
        // It is enough if nobody can tell.
        if !asks("setRequiresBatteryNotLow") {
            not_low = true;
        } else if !asks("setRequiresCharging") {
            charging = false;
        } else {
            return Err(Untold::Inexpressible("charging with a low battery"));
        }
    }
    stage.device(DeviceSignal::PowerConnected { connected: charging })?;
    stage.device(DeviceSignal::BatteryLow { low: !not_low })?;
    stage.device(DeviceSignal::Charging { charging })?;
    stage.device(DeviceSignal::StorageLow { low: !holds("STORAGE_NOT_LOW") })?;
    stage.device(DeviceSignal::DeviceIdle { idle: holds("DEVICE_IDLE") })?;
    let everything = NetworkFacts {
        id: 100,
        capabilities: u64::MAX,
        transports: u32::MAX,
        down_kbps: 0,
        up_kbps: 0,
    };
    let network = holds("CONNECTIVITY").then_some(everything);
    stage.device(DeviceSignal::DefaultNetwork { network })
}
