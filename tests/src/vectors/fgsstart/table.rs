//! Neighbours of the service code that answer from the input of one vector.

use std::collections::{BTreeMap, BTreeSet};

use jobwarden_model::fgs::call::BackgroundStartPrivileges;
use jobwarden_model::fgs::effect::ServiceToken;
use jobwarden_model::fgs::reason::ReasonCode;
use jobwarden_model::fgs::types::{AppOp, ExemptionFact, Facts, Host, Permission};
use jobwarden_model::fgs::{
    ActiveServices, AppProcess, BackgroundStartFacts, FgsStartAllowlist, Gate, Identity,
    LastInvisible, NamedProcess, Neighbours, NotificationPolicy, OomAdjReason, Recomputed,
    ServiceInfo, UidFacts, UserState,
};
use jobwarden_model::notification::Notification;
use jobwarden_model::package::{AppOpMode, Change};
use jobwarden_model::process::{Capabilities, Instrumentation, ProcState, ProcessList};
use jobwarden_model::{ComponentName, Looper, Now, Output, Pid, Uid, UserId};
use serde::Deserialize;

/// The state of an app.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(super) struct App {
    uid_proc_state: Option<String>,
    visible: bool,
    temp_allowlisted_for_fgs_while_in_use: bool,
    device_owner: bool,
    profile_owner: bool,
    companion_app: bool,
    system_alert_window: bool,
    system_exempt_from_power_restrictions_app_op: bool,
    activate_vpn_app_op: bool,
    activate_platform_vpn_app_op: bool,
    uid_has_bfsl_capability: bool,
    device_idle_except_idle_allowlisted: bool,
    permissions: BTreeSet<String>,
    temp_allowlist_reason: Option<String>,
    processes: Option<Vec<Process>>,
    /// Of a client.
    persistent: bool,
    /// Of a client.
    pub(super) bind_allow_background_activity_starts: bool,
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Process {
    proc_state: String,
    last_invisible_ms_ago: Option<i64>,
    #[serde(default)]
    are_background_fgs_starts_allowed: bool,
    instrumentation: Option<Starter>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Starter {
    has_background_activity_starts_permission: bool,
    has_background_foreground_service_starts_permission: bool,
}

/// One uid and its processes, the most recently used first.
struct Known {
    app: App,
    state: Option<ProcState>,
    processes: Vec<Pid>,
}

/// What the neighbours know.
pub(super) struct Table {
    pub app_uid: Uid,
    pub while_in_use_package: Option<String>,
    pub input_method: Option<String>,
    pub demo_mode: bool,
    pub target_sdk: BTreeMap<Uid, i32>,
    /// While the scene is set.
    pub holds_everything: bool,
    uids: BTreeMap<Uid, Known>,
    processes: BTreeMap<Pid, AppProcess>,
    list: ProcessList,
}

impl Table {
    pub(super) fn new(uid: Uid, app: &App) -> Result<Self, String> {
        let mut table = Self {
            app_uid: uid,
            while_in_use_package: None,
            input_method: None,
            demo_mode: false,
            target_sdk: BTreeMap::new(),
            holds_everything: false,
            uids: BTreeMap::new(),
            processes: BTreeMap::new(),
            list: ProcessList::default(),
        };
        table.add_uid(uid, app, app.processes.clone().unwrap_or_default())?;
        Ok(table)
    }

    /// Adds a client; a client without processes has one, in its uid's state.
    pub(super) fn add(&mut self, uid: Uid, app: &App) -> Result<Pid, String> {
        let only = || Process {
            proc_state: app.uid_proc_state.clone().unwrap_or_else(|| "CACHED_EMPTY".to_owned()),
            last_invisible_ms_ago: None,
            are_background_fgs_starts_allowed: false,
            instrumentation: None,
        };
        let processes = app.processes.clone().unwrap_or_else(|| vec![only()]);
        self.add_uid(uid, app, processes)?;
        self.first_process(uid).ok_or_else(|| "a client without process".to_owned())
    }

    fn add_uid(&mut self, uid: Uid, app: &App, processes: Vec<Process>) -> Result<(), String> {
        let state = app.uid_proc_state.as_deref().map(proc_state).transpose()?;
        let mut pids = Vec::new();
        for process in processes {
            let pid = Pid(1_000 + i32::try_from(self.processes.len()).unwrap_or_default());
            self.processes.insert(pid, app_process(uid, app, &process)?);
            pids.insert(0, pid);
        }
        self.uids.insert(uid, Known { app: app.clone(), state, processes: pids });
        Ok(())
    }

    /// The least recently used process of a uid, which hosts its service.
    pub(super) fn first_process(&self, uid: Uid) -> Option<Pid> {
        self.uids.get(&uid)?.processes.last().copied()
    }

    fn app(&self, uid: Uid) -> Option<&App> {
        self.uids.get(&uid).map(|known| &known.app)
    }

    fn is(&self, uid: Uid, flag: impl Fn(&App) -> bool) -> bool {
        self.app(uid).is_some_and(flag)
    }
}

fn proc_state(name: &str) -> Result<ProcState, String> {
    ProcState::from_name(name).ok_or_else(|| format!("unknown state {name}"))
}

fn app_process(uid: Uid, app: &App, process: &Process) -> Result<AppProcess, String> {
    let state = proc_state(&process.proc_state)?;
    let last_invisible = process
        .last_invisible_ms_ago
        .map_or(LastInvisible::Never, |ago| LastInvisible::Since(super::NOW.elapsed.plus(-ago)));
    let instrumentation = process.instrumentation.map(|starter| Instrumentation {
        start_activities_from_background: starter.has_background_activity_starts_permission,
        start_foreground_services_from_background: starter
            .has_background_foreground_service_starts_permission,
    });
    Ok(AppProcess {
        uid,
        persistent: app.persistent,
        cur_proc_state: state,
        set_proc_state: state,
        last_invisible,
        instrumentation,
        background_fgs_starts_allowed: process.are_background_fgs_starts_allowed,
        ..AppProcess::default()
    })
}

fn allowed(is: bool) -> AppOpMode {
    if is {
        AppOpMode::Allowed
    } else {
        AppOpMode::Ignored
    }
}

impl Facts for Table {
    fn is_permission_granted(&self, _: &Host<'_>, _: Permission) -> bool {
        true
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
        false
    }
    fn is_exempt(&self, _: &Host<'_>, _: ExemptionFact) -> bool {
        false
    }
    fn is_change_enabled(&self, uid: Uid, change: Change) -> bool {
        change.enabled_for_target_sdk(self.target_sdk.get(&uid).copied().unwrap_or(34))
    }
    fn skips_manifest_type_check(&self) -> bool {
        false
    }
}

impl Neighbours for Table {
    fn resolve_service(&self, name: &ComponentName, _: UserId, _: Uid) -> Option<ServiceInfo> {
        let (name, uid) = (name.clone(), self.app_uid);
        let process = "app".to_owned();
        Some(ServiceInfo { name, uid, process, exported: true, ..ServiceInfo::default() })
    }
    fn passes(&self, _: Gate, _: Uid, _: Option<&str>, _: &ServiceInfo) -> bool {
        true
    }
    fn holds(&self, permission: &str, _: Option<Pid>, uid: Uid) -> bool {
        self.holds_everything || self.is(uid, |app| app.permissions.contains(permission))
    }
    fn app_op_of(&self, _: &str) -> Option<String> {
        None
    }
    fn app_op(&self, op: &str, uid: Uid, _: &str) -> AppOpMode {
        allowed(self.is(uid, |app| match op {
            "android:system_alert_window" => app.system_alert_window,
            "android:system_exempt_from_power_restrictions" => {
                app.system_exempt_from_power_restrictions_app_op
            }
            "android:activate_vpn" => app.activate_vpn_app_op,
            "android:activate_platform_vpn" => app.activate_platform_vpn_app_op,
            _ => false,
        }))
    }
    fn user(&self, _: UserId) -> UserState {
        UserState::Started
    }
    fn package_frozen(&self, _: &str, _: UserId) -> bool {
        false
    }
    fn needs_permission_review(&self, _: &str, _: UserId) -> bool {
        false
    }
    fn owns_package(&self, _: Uid, _: &str) -> bool {
        true
    }
    fn process_named(&self, _: &str, uid: Uid) -> NamedProcess {
        self.first_process(uid).map_or(NamedProcess::Absent, NamedProcess::Attached)
    }
    fn process(&self, pid: Pid) -> Option<AppProcess> {
        self.processes.get(&pid).cloned()
    }
    fn processes_of_uid(&self, uid: Uid) -> Vec<Pid> {
        self.uids.get(&uid).map(|known| known.processes.clone()).unwrap_or_default()
    }
    fn process_in_package(&self, uid: Uid, _: &str) -> Option<Pid> {
        self.first_process(uid)
    }
    fn uid(&self, uid: Uid) -> Option<UidFacts> {
        let known = self.uids.get(&uid)?;
        let cur_capabilities =
            if known.app.uid_has_bfsl_capability { Capabilities::BFSL } else { Capabilities::NONE };
        let cur_proc_state = known.state.unwrap_or(ProcState::Nonexistent);
        Some(UidFacts { cur_proc_state, cur_capabilities, idle: false, set_idle: false })
    }
    fn uid_visible(&self, uid: Uid) -> bool {
        self.is(uid, |app| app.visible)
    }
    fn fgs_start_allowlist(&self, _: Now, uid: Uid) -> Option<FgsStartAllowlist> {
        let app = self.app(uid)?;
        if app.device_idle_except_idle_allowlisted {
            return Some(FgsStartAllowlist::Permanent);
        }
        let reason = ReasonCode::by_name(app.temp_allowlist_reason.as_deref()?)?;
        Some(FgsStartAllowlist::Temporary(reason))
    }
    fn temp_while_in_use_allowlisted(&self, _: Now, uid: Uid) -> bool {
        self.is(uid, |app| app.temp_allowlisted_for_fgs_while_in_use)
    }
    fn while_in_use_allowlisted(&self, package: &str) -> bool {
        self.while_in_use_package.as_deref() == Some(package)
    }
    fn background_start_facts(&self, _: Uid, _: &str) -> BackgroundStartFacts {
        BackgroundStartFacts::default()
    }
    fn background_restricted(&self, _: Uid, _: &str) -> bool {
        false
    }
    fn device_owner(&self, uid: Uid) -> bool {
        self.is(uid, |app| app.device_owner)
    }
    fn profile_owner(&self, uid: Uid) -> bool {
        self.is(uid, |app| app.profile_owner)
    }
    fn companion_app(&self, uid: Uid) -> bool {
        self.is(uid, |app| app.companion_app)
    }
    fn device_demo_mode(&self) -> bool {
        self.demo_mode
    }
    fn input_method_package(&self, _: UserId) -> Option<String> {
        self.input_method.clone()
    }
    fn can_schedule_user_initiated_jobs(
        &self,
        _: &ActiveServices,
        _: Now,
        _: &Identity,
        _: &mut Output,
    ) -> bool {
        false
    }
    fn memory_level(&self) -> usize {
        0
    }
    fn shutting_down(&self) -> bool {
        false
    }
    fn screen_on(&self) -> bool {
        true
    }
    fn start_process(&mut self, _: Now, _: &ServiceInfo, _: &mut Looper, _: &mut Output) -> bool {
        false
    }
    fn processes_mut(&mut self) -> &mut ProcessList {
        &mut self.list
    }
    fn update_oom_adj(
        &mut self,
        _: Now,
        _: OomAdjReason,
        _: &mut Looper,
        _: &mut Output,
    ) -> Recomputed {
        Recomputed::default()
    }
    fn add_start_privileges(
        &mut self,
        _: Now,
        _: ServiceToken,
        _: BackgroundStartPrivileges,
        _: &mut Looper,
        _: &mut Output,
    ) {
    }
    fn set_background_restricted(&mut self, _: Pid, _: bool) {}
    fn temp_allowlist_uid(
        &mut self,
        _: Now,
        _: Uid,
        _: i64,
        _: ReasonCode,
        _: Uid,
        _: &mut Looper,
        _: &mut Output,
    ) {
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
