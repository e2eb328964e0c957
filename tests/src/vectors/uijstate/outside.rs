//! Everything around the service code in a vector of `uijstate`: processes, windows, rights and lists.

use std::collections::{BTreeMap, BTreeSet};

use jobwarden_model::activity::{self, ActivityTaskManager, BackgroundStartPrivileges};
use jobwarden_model::fgs::effect::ServiceToken;
use jobwarden_model::fgs::reason::ReasonCode;
use jobwarden_model::fgs::types::{
    AppOp, ExemptionFact, Facts, ForegroundServiceType, Host, Permission,
};
use jobwarden_model::fgs::{
    ActiveServices, AppProcess, BackgroundStartFacts, FgsStartAllowlist, FgsTempAllowlist, Gate,
    Identity, LastInvisible, NamedProcess, Neighbours, NotificationPolicy, OomAdjReason,
    Recomputed, ServiceInfo, UidFacts, UserState,
};
use jobwarden_model::notification::Notification;
use jobwarden_model::package::{AppOpMode, Change};
use jobwarden_model::process::{Adj, ProcessList, ProcessStart, SchedGroup};
use jobwarden_model::{ComponentName, Elapsed, Looper, Now, Output, Pid, Uid, Uptime, UserId};

pub(in crate::vectors) const APP: Uid = Uid(10_123);
pub(in crate::vectors) const CLIENT: Uid = Uid(10_200);

/// What a service of package `app` declares.
pub(super) struct Declared {
    pub process: String,
    pub types: ForegroundServiceType,
}

/// The rest of the platform, filled from the input.
pub(super) struct Outside {
    pub list: ProcessList,
    pub activities: ActivityTaskManager,
    pub declared: BTreeMap<String, Declared>,
    pub target_sdk: BTreeMap<String, i32>,
    pub held: BTreeSet<(Uid, String)>,
    pub alert_window: BTreeMap<String, AppOpMode>,
    pub while_in_use: FgsTempAllowlist,
    pub fgs_starts: FgsTempAllowlist,
    /// Until when, on the uptime clock, uids are on the temporary power allow-list.
    pub temporary: BTreeMap<Uid, Uptime>,
    pub permanent: bool,
    pub screen_on: bool,
    /// Processes that were started and have not attached yet.
    pub starting: Vec<String>,
    /// The instant, for questions that come without one.
    pub now: Now,
    pids: i32,
}

/// Whose process has this name.
pub(in crate::vectors) fn uid_of_process(name: &str) -> Uid {
    match name {
        "client" => CLIENT,
        "system" => Uid::SYSTEM,
        _ => APP,
    }
}

/// The package that a process runs.
fn package_of_process(name: &str) -> &str {
    if name == "app:remote" {
        "app"
    } else {
        name
    }
}

impl Outside {
    pub(super) fn new(target_sdk: BTreeMap<String, i32>, now: Now) -> Self {
        Self {
            list: ProcessList::default(),
            activities: ActivityTaskManager::new(activity::Constants::android_14(1)),
            declared: BTreeMap::new(),
            target_sdk,
            held: BTreeSet::new(),
            alert_window: BTreeMap::new(),
            while_in_use: FgsTempAllowlist::default(),
            fgs_starts: FgsTempAllowlist::default(),
            temporary: BTreeMap::new(),
            permanent: false,
            screen_on: true,
            starting: Vec::new(),
            now,
            pids: 0,
        }
    }

    pub(super) fn pid(&self, process: &str) -> Option<Pid> {
        self.list.named(uid_of_process(process), process).map(|record| record.pid())
    }

    /// The process attaches.
    pub(super) fn run(&mut self, process: &str) -> Pid {
        self.pids += 1;
        let (pid, uid) = (Pid(1000 + self.pids), uid_of_process(process));
        let mut start = ProcessStart::of_app(pid, uid, package_of_process(process));
        start.name = process.to_owned();
        start.target_sdk = self.sdk_of(uid);
        start.max_adj = (process == "system").then_some(Adj::PERSISTENT_PROC);
        start.uid_allow_listed = self.temporary.contains_key(&uid);
        self.list.add(start);
        self.activities.on_process_started(pid);
        pid
    }

    pub(super) fn sdk_of(&self, uid: Uid) -> i32 {
        let package = if uid == CLIENT { "client" } else { "app" };
        self.target_sdk.get(package).copied().unwrap_or(34)
    }

    /// On the temporary power allow-list, and on that for foreground-service starts.
    pub(super) fn allow_temporarily(
        &mut self,
        uid: Uid,
        reason: ReasonCode,
        duration: i64,
        now: Now,
        out: &mut Output,
    ) {
        self.temporary.insert(uid, now.uptime.plus(duration));
        self.fgs_starts.add(now.elapsed, uid, duration, reason, out);
        self.list.set_uid_temp_allow_listed(uid, true);
    }

    /// Takes everybody off whose time on the temporary power allow-list is over.
    pub(super) fn expire_temporary(&mut self, now: Now) {
        let over = |at: &Uptime| *at <= now.uptime;
        let uids = self.temporary.iter().filter(|(_, at)| over(at)).map(|(&uid, _)| uid);
        for uid in uids.collect::<Vec<_>>() {
            self.temporary.remove(&uid);
            self.list.set_uid_temp_allow_listed(uid, false);
        }
    }

    pub(super) fn has_permission(&self, permission: &str, uid: Uid) -> bool {
        const GIVEN: [&str; 4] = [
            "START_ACTIVITIES_FROM_BACKGROUND",
            "START_FOREGROUND_SERVICES_FROM_BACKGROUND",
            "SYSTEM_ALERT_WINDOW",
            "REQUEST_COMPANION_RUN_IN_BACKGROUND",
        ];
        let name = permission.rsplit('.').next().unwrap_or(permission);
        if uid.holds_everything() {
            return true;
        }
        if GIVEN.contains(&name) {
            return self.held.contains(&(uid, name.to_owned()));
        }
        name.starts_with("FOREGROUND_SERVICE")
    }

    fn identity<'a>(&self, who: &'a Identity) -> activity::Identity<'a> {
        activity::Identity {
            uid: who.uid,
            pid: who.pid,
            package: who.package.as_deref().unwrap_or_default(),
        }
    }
}

/// The service code as the activity task manager sees it.
pub(super) struct View<'a> {
    pub services: &'a ActiveServices,
    pub outside: &'a Outside,
}

impl activity::Services for View<'_> {
    fn while_in_use_reason(
        &self,
        who: activity::Identity<'_>,
        privileges: BackgroundStartPrivileges,
        now: Now,
        out: &mut Output,
    ) -> ReasonCode {
        let host = who.pid.filter(|&pid| self.outside.list.get(pid).is_some());
        let who = Identity { uid: who.uid, pid: who.pid, package: Some(who.package.to_owned()) };
        self.services.while_in_use_reason_of(now, &who, host, privileges, self.outside, out)
    }

    fn has_service_for_user_initiated_jobs(&self, pid: Pid) -> bool {
        self.services.may_schedule_user_initiated_jobs(pid)
    }
}

impl activity::Neighbours for Outside {
    fn processes(&self) -> &ProcessList {
        &self.list
    }

    fn is_change_enabled(&self, change: Change, uid: Uid) -> bool {
        change.enabled_for_target_sdk(self.sdk_of(uid))
    }

    fn holds(&self, permission: &str, _: Option<Pid>, uid: Uid) -> bool {
        self.has_permission(permission, uid)
    }

    fn app_op(&self, op: &str, _: Uid, package: &str) -> AppOpMode {
        match op {
            "android:system_alert_window" => {
                self.alert_window.get(package).copied().unwrap_or_default()
            }
            "android:start_foreground" => AppOpMode::Allowed,
            _ => AppOpMode::Default,
        }
    }
}

impl Facts for Outside {
    fn is_permission_granted(&self, host: &Host<'_>, _: Permission) -> bool {
        host.uid == APP
    }

    fn app_op_mode(&self, _: &Host<'_>, _: AppOp) -> AppOpMode {
        AppOpMode::Allowed
    }

    fn holds_role(&self, _: &Host<'_>, _: &str) -> bool {
        false
    }

    fn may_use_usb_device(&self, _: &str, _: Pid, _: Uid) -> bool {
        false
    }

    fn may_use_usb_accessory(&self, _: Pid, _: Uid) -> bool {
        false
    }

    fn has_media_projection(&self, _: Uid) -> bool {
        true
    }

    fn is_exempt(&self, _: &Host<'_>, _: ExemptionFact) -> bool {
        true
    }

    fn is_change_enabled(&self, uid: Uid, change: Change) -> bool {
        change.enabled_for_target_sdk(self.sdk_of(uid))
    }

    fn skips_manifest_type_check(&self) -> bool {
        false
    }
}

impl Neighbours for Outside {
    fn resolve_service(&self, name: &ComponentName, _: UserId, _: Uid) -> Option<ServiceInfo> {
        let class: &str = &name.class;
        let declared = self.declared.get(class)?;
        Some(ServiceInfo {
            name: name.clone(),
            uid: APP,
            process: declared.process.clone(),
            types: declared.types,
            exported: true,
            target_sdk: self.sdk_of(APP),
            ..ServiceInfo::default()
        })
    }

    fn passes(&self, _: Gate, _: Uid, _: Option<&str>, _: &ServiceInfo) -> bool {
        true
    }

    fn holds(&self, permission: &str, _: Option<Pid>, uid: Uid) -> bool {
        self.has_permission(permission, uid)
    }

    fn app_op_of(&self, _: &str) -> Option<String> {
        None
    }

    fn app_op(&self, op: &str, uid: Uid, package: &str) -> AppOpMode {
        activity::Neighbours::app_op(self, op, uid, package)
    }

    fn user(&self, user: UserId) -> UserState {
        if user == UserId(0) {
            UserState::Started
        } else {
            UserState::Missing
        }
    }

    fn package_frozen(&self, _: &str, _: UserId) -> bool {
        false
    }

    fn needs_permission_review(&self, _: &str, _: UserId) -> bool {
        false
    }

    fn owns_package(&self, uid: Uid, package: &str) -> bool {
        match package {
            "app" | "other" => uid.app_id() == APP.app_id(),
            "client" => uid == CLIENT,
            _ => false,
        }
    }

    fn process_named(&self, name: &str, uid: Uid) -> NamedProcess {
        match self.list.named(uid, name) {
            Some(record) => NamedProcess::Attached(record.pid()),
            None if self.starting.iter().any(|starting| starting == name) => NamedProcess::Starting,
            None => NamedProcess::Absent,
        }
    }

    fn process(&self, pid: Pid) -> Option<AppProcess> {
        let record = self.list.get(pid)?;
        let background_fgs_starts_allowed = self.activities.are_background_fgs_starts_allowed(
            pid,
            self,
            self.now,
            &mut Output::new(),
        );
        Some(AppProcess {
            uid: record.uid(),
            name: record.name().to_owned(),
            package: record.packages().first().cloned().unwrap_or_default(),
            persistent: record.is_fixed(),
            cur_proc_state: record.cur_proc_state(),
            set_proc_state: record.set_proc_state(),
            background_sched_group: record.sched_group() == SchedGroup::Background,
            last_invisible: match record.last_invisible() {
                Elapsed(0) => LastInvisible::Never,
                Elapsed(i64::MAX) => LastInvisible::Visible,
                at => LastInvisible::Since(at),
            },
            instrumentation: record.facts().instrumentation,
            background_fgs_starts_allowed,
            ..AppProcess::default()
        })
    }

    fn processes_of_uid(&self, uid: Uid) -> Vec<Pid> {
        let mut records = self.list.of_uid(uid).collect::<Vec<_>>();
        records.sort_by_key(|record| record.name());
        records.into_iter().map(|record| record.pid()).collect()
    }

    fn process_in_package(&self, uid: Uid, package: &str) -> Option<Pid> {
        let mut records = self.list.of_uid(uid).collect::<Vec<_>>();
        records.sort_by_key(|record| record.name());
        let runs = |packages: &[String]| packages.iter().any(|known| known == package);
        records.into_iter().find(|record| runs(record.packages())).map(|record| record.pid())
    }

    fn uid(&self, uid: Uid) -> Option<UidFacts> {
        self.list.uid(uid).map(|record| UidFacts {
            cur_proc_state: record.cur_proc_state(),
            cur_capabilities: record.capabilities(),
            idle: record.is_idle(),
            set_idle: record.is_set_idle(),
        })
    }

    fn uid_visible(&self, uid: Uid) -> bool {
        self.activities.has_active_visible_window(uid, &self.list)
    }

    fn fgs_start_allowlist(&self, now: Now, uid: Uid) -> Option<FgsStartAllowlist> {
        if self.permanent && uid == APP {
            return Some(FgsStartAllowlist::Permanent);
        }
        self.fgs_starts.get(now.elapsed, uid).map(FgsStartAllowlist::Temporary)
    }

    fn temp_while_in_use_allowlisted(&self, now: Now, uid: Uid) -> bool {
        self.while_in_use.allows_while_in_use(now.elapsed, uid, &mut Output::new())
    }

    fn while_in_use_allowlisted(&self, package: &str) -> bool {
        self.activities.roles().while_in_use_packages.contains(package)
    }

    fn background_start_facts(&self, uid: Uid, _: &str) -> BackgroundStartFacts {
        let permanent = self.permanent && uid == APP;
        BackgroundStartFacts {
            device_idle_allowlisted: permanent,
            except_idle_allowlisted: permanent,
            temp_allowlisted: self.temporary.contains_key(&uid),
            ..BackgroundStartFacts::default()
        }
    }

    fn background_restricted(&self, _: Uid, _: &str) -> bool {
        false
    }

    fn device_owner(&self, uid: Uid) -> bool {
        self.activities.roles().is_device_owner(uid)
    }

    fn profile_owner(&self, _: Uid) -> bool {
        false
    }

    fn companion_app(&self, uid: Uid) -> bool {
        self.activities.roles().is_companion_app(uid)
    }

    fn device_demo_mode(&self) -> bool {
        false
    }

    fn input_method_package(&self, _: UserId) -> Option<String> {
        None
    }

    fn can_schedule_user_initiated_jobs(
        &self,
        services: &ActiveServices,
        now: Now,
        who: &Identity,
        out: &mut Output,
    ) -> bool {
        let view = View { services, outside: self };
        let who = self.identity(who);
        self.activities.can_schedule_user_initiated_jobs(who, self, &view, now, out)
    }

    fn memory_level(&self) -> usize {
        0
    }

    fn shutting_down(&self) -> bool {
        false
    }

    fn screen_on(&self) -> bool {
        self.screen_on
    }

    fn start_process(
        &mut self,
        _: Now,
        service: &ServiceInfo,
        _: &mut Looper,
        _: &mut Output,
    ) -> bool {
        if !self.starting.contains(&service.process) {
            self.starting.push(service.process.clone());
        }
        true
    }

    fn processes_mut(&mut self) -> &mut ProcessList {
        &mut self.list
    }

    fn update_oom_adj(
        &mut self,
        now: Now,
        _: OomAdjReason,
        looper: &mut Looper,
        out: &mut Output,
    ) -> Recomputed {
        self.list.update(now, looper, out);
        Recomputed::default()
    }

    fn add_start_privileges(
        &mut self,
        now: Now,
        service: ServiceToken,
        privileges: BackgroundStartPrivileges,
        looper: &mut Looper,
        out: &mut Output,
    ) {
        let host = self.list.host(service);
        self.activities.on_service_start(service, host, privileges, now, looper, out);
    }

    fn set_service_process(
        &mut self,
        service: ServiceToken,
        host: Option<Pid>,
        looper: &mut Looper,
        out: &mut Output,
    ) {
        self.activities.set_service_process(service, host, looper, out);
    }

    fn set_service_allowed_by_binding(
        &mut self,
        service: ServiceToken,
        bound: bool,
        out: &mut Output,
    ) {
        self.activities.set_service_allowed_by_binding(service, bound, out);
    }

    fn set_background_restricted(&mut self, _: Pid, _: bool) {}

    fn temp_allowlist_uid(
        &mut self,
        now: Now,
        uid: Uid,
        duration: i64,
        reason: ReasonCode,
        _: Uid,
        _: &mut Looper,
        out: &mut Output,
    ) {
        self.allow_temporarily(uid, reason, duration, now, out);
    }

    fn has_channel(&self, _: Uid, _: &str, _: &str) -> bool {
        true
    }

    fn has_app_icon(&self, _: Uid, _: &str) -> bool {
        true
    }

    fn enqueue_notification(
        &mut self,
        _: Now,
        _: Uid,
        _: &str,
        _: i32,
        _: &Notification,
        _: NotificationPolicy,
        _: &mut Looper,
        _: &mut Output,
    ) -> bool {
        true
    }

    fn cancel_notification(
        &mut self,
        _: Now,
        _: Uid,
        _: &str,
        _: i32,
        _: &mut Looper,
        _: &mut Output,
    ) {
    }

    fn remove_foreground_service_flag(
        &mut self,
        _: Now,
        _: &str,
        _: i32,
        _: UserId,
        _: &mut Looper,
        _: &mut Output,
    ) {
    }
}
