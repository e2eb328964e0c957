//! The device around the services: processes, permissions, allow-lists, displayed notifications.

use std::collections::{BTreeMap, BTreeSet};

use jobwarden_model::fgs::call::BackgroundStartPrivileges;
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
use jobwarden_model::process::{ProcState, ProcessList, ProcessStart, SchedGroup, UidOutcome};
use jobwarden_model::{ComponentName, Elapsed, Looper, Now, Output, Pid, Uid, Uptime, UserId};

use super::input::{App, Input};

pub(in crate::vectors) const APP: Uid = Uid(10_123);
pub(in crate::vectors) const CLIENT: Uid = Uid(10_200);
/// The process and package of the app.
pub(in crate::vectors) const APP_NAME: &str = "app";
/// The process and package of the client.
pub(in crate::vectors) const CLIENT_NAME: &str = "client";
/// `Notification.FLAG_FOREGROUND_SERVICE`.
pub(in crate::vectors) const FLAG_FOREGROUND_SERVICE: u32 = 0x40;
/// A channel that exists.
pub(in crate::vectors) const CHANNEL: &str = "channel";

/// A notification that was displayed, changed, held back, taken away or unflagged.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Displayed {
    Show,
    Update,
    Hold,
    Cancel,
    Unflag,
}

/// Everything that is not the service code.
#[derive(Clone)]
pub(super) struct System {
    pub list: ProcessList,
    pub services: BTreeMap<String, ServiceInfo>,
    pub target_sdk: BTreeMap<Uid, i32>,
    pub overrides: BTreeMap<u64, bool>,
    pub permissions: BTreeSet<String>,
    pub while_in_use_permissions: BTreeSet<String>,
    pub instant: bool,
    pub instant_op: AppOpMode,
    pub start_foreground_op: AppOpMode,
    pub restricted: bool,
    pub exempt: bool,
    pub media_projection: bool,
    pub debugging: bool,
    pub fgs_allowlist: FgsTempAllowlist,
    /// Until when the app is on the temporary power allow-list.
    pub temp_allowlisted_until: Option<Uptime>,
    pub process_start_ms: i64,
    /// Processes on their way: name, and when they will be there.
    pub starting: Vec<(String, Uptime)>,
    pids: i32,
    pub notifications: BTreeMap<i32, u32>,
    /// What happened to notifications, for the log.
    pub displayed: Vec<(Displayed, i32)>,
}

/// Every normal and dangerous permission that a type asks for.
pub(in crate::vectors) fn ordinary_permissions() -> BTreeSet<String> {
    let signature = [
        "CAPTURE_VIDEO_OUTPUT",
        "SYSTEM_CAMERA",
        "CAPTURE_AUDIO_HOTWORD",
        "CAPTURE_AUDIO_OUTPUT",
        "CAPTURE_MEDIA_OUTPUT",
        "CAPTURE_TUNER_AUDIO_INPUT",
        "CAPTURE_VOICE_COMMUNICATION_OUTPUT",
        "SCHEDULE_EXACT_ALARM",
    ];
    Permission::ALL
        .iter()
        .map(|permission| permission.name().to_owned())
        .filter(|name| !signature.iter().any(|it| name.ends_with(&format!(".{it}"))))
        .chain(["android.permission.FOREGROUND_SERVICE".to_owned()])
        .collect()
}

pub(in crate::vectors) fn app_op_mode(name: &str) -> Result<AppOpMode, String> {
    Ok(match name {
        "allowed" => AppOpMode::Allowed,
        "ignored" => AppOpMode::Ignored,
        "errored" => AppOpMode::Errored,
        "default" => AppOpMode::Default,
        "foreground" => AppOpMode::Foreground,
        other => return Err(format!("unknown mode {other}")),
    })
}

impl System {
    pub(super) fn new(input: &Input) -> Result<Self, String> {
        let app: &App = &input.app;
        let mut permissions = ordinary_permissions();
        permissions.retain(|name| !app.denied_permissions.contains(name));
        permissions.extend(app.granted_permissions.iter().cloned());
        let client_sdk = input.client.as_ref().map_or(34, |client| client.target_sdk_version);
        let mut services = BTreeMap::new();
        for (name, service) in &input.services {
            let types = ForegroundServiceType::from_manifest_attribute(&service.types.join("|"))
                .map_err(|error| error.to_string())?;
            let info = ServiceInfo {
                name: ComponentName::new(APP_NAME, name.as_str()),
                uid: APP,
                process: service.process.clone(),
                types,
                exported: true,
                permission: None,
                stop_with_task: service.stop_with_task,
                target_sdk: app.target_sdk_version,
                instant: app.instant,
                persistent: false,
                request_foreground_service_exemption: false,
            };
            services.insert(name.clone(), info);
        }
        Ok(Self {
            list: ProcessList::default(),
            services,
            target_sdk: BTreeMap::from([(APP, app.target_sdk_version), (CLIENT, client_sdk)]),
            overrides: input.change_overrides.clone(),
            permissions,
            while_in_use_permissions: app.while_in_use_permissions.clone(),
            instant: app.instant,
            instant_op: app_op_mode(&app.instant_app_start_foreground_app_op)?,
            start_foreground_op: AppOpMode::Allowed,
            restricted: false,
            exempt: false,
            media_projection: false,
            debugging: false,
            fgs_allowlist: FgsTempAllowlist::default(),
            temp_allowlisted_until: None,
            process_start_ms: input.process_start_ms,
            starting: Vec::new(),
            pids: 1_000,
            notifications: BTreeMap::new(),
            displayed: Vec::new(),
        })
    }

    pub(super) fn pid(&self, name: &str) -> Option<Pid> {
        self.list
            .iter()
            .find(|record| record.name() == name && record.is_attached())
            .map(|record| record.pid())
    }

    /// Adds a process, attached or still on its way.
    pub(super) fn add_process(&mut self, uid: Uid, name: &str, attached: bool) -> Pid {
        self.pids += 1;
        let pid = Pid(self.pids);
        let package = if uid == APP { APP_NAME } else { CLIENT_NAME };
        let mut start = ProcessStart::of_app(pid, uid, package);
        start.name = name.to_owned();
        start.target_sdk = self.target_sdk.get(&uid).copied().unwrap_or(34);
        start.uid_allow_listed = uid == APP && self.temp_allowlisted_until.is_some();
        start.attached = attached;
        self.list.add(start);
        pid
    }

    /// A process on its way is there; a new one where none is on its way.
    pub(super) fn attach_process(&mut self, uid: Uid, name: &str) -> Pid {
        let waiting = self.list.iter().find(|it| it.name() == name && !it.is_attached());
        match waiting.map(|record| record.pid()) {
            Some(pid) => {
                self.list.attach(pid);
                pid
            }
            None => self.add_process(uid, name, true),
        }
    }

    /// Puts the app on the temporary power allow-list, or takes it off.
    pub(super) fn temp_allowlist(&mut self, now: Now, entry: Option<(ReasonCode, i64)>) {
        match entry {
            Some((reason, millis)) => {
                let out = &mut Output::new();
                self.fgs_allowlist.add(now.elapsed, APP, millis, reason, out);
                // An entry is never cut short by a later one.
                let until = now.uptime.plus(millis);
                self.temp_allowlisted_until = self.temp_allowlisted_until.max(Some(until));
            }
            None => {
                self.fgs_allowlist.remove(APP);
                self.temp_allowlisted_until = None;
            }
        }
        let listed = self.temp_allowlisted_until.is_some();
        self.list.set_uid_temp_allow_listed(APP, listed);
    }

    /// Computes all process states once more.
    pub(super) fn update(&mut self, now: Now, looper: &mut Looper, out: &mut Output) -> Recomputed {
        let bound = |list: &ProcessList| -> BTreeSet<Pid> {
            list.iter()
                .filter(|it| it.facts().background_restricted && it.is_bound_by_non_restricted())
                .map(|it| it.pid())
                .collect()
        };
        let before = bound(&self.list);
        let outcomes = self.list.update(now, looper, out);
        let after = bound(&self.list);
        let unbound = before.difference(&after).map(|_| (APP, APP_NAME.to_owned())).collect();
        let uids = outcomes.iter().filter_map(|it| self.concerns_services(it)).collect();
        Recomputed { unbound, uids }
    }

    /// A uid that has foreground services and of which something changed.
    fn concerns_services(&self, outcome: &UidOutcome) -> Option<Uid> {
        match outcome {
            UidOutcome::Event(event) => {
                let record = self.list.uid(event.uid)?;
                record.has_foreground_services().then_some(event.uid)
            }
            UidOutcome::StopBackgroundServices(_) => None,
        }
    }
}

impl Facts for System {
    fn is_permission_granted(&self, _: &Host<'_>, permission: Permission) -> bool {
        self.permissions.contains(permission.name())
    }
    fn app_op_mode(&self, _: &Host<'_>, op: AppOp) -> AppOpMode {
        let of = |set: &BTreeSet<String>| {
            Permission::ALL.iter().any(|it| it.app_op() == Some(op) && set.contains(it.name()))
        };
        if of(&self.while_in_use_permissions) {
            AppOpMode::Foreground
        } else if of(&self.permissions) {
            AppOpMode::Allowed
        } else {
            op.default_mode()
        }
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
    fn has_media_projection(&self, uid: Uid) -> bool {
        self.media_projection && uid == APP
    }
    fn is_exempt(&self, _: &Host<'_>, fact: ExemptionFact) -> bool {
        let reason = fact.reason();
        self.exempt
            && (reason == ReasonCode::SYSTEM_ALLOW_LISTED
                || reason == ReasonCode::ALLOWLISTED_PACKAGE)
    }
    fn is_change_enabled(&self, uid: Uid, change: Change) -> bool {
        let by_target =
            change.enabled_for_target_sdk(self.target_sdk.get(&uid).copied().unwrap_or(34));
        if uid == APP {
            self.overrides.get(&change.0).copied().unwrap_or(by_target)
        } else {
            by_target
        }
    }
    fn skips_manifest_type_check(&self) -> bool {
        false
    }
}

impl Neighbours for System {
    fn resolve_service(&self, name: &ComponentName, _: UserId, _: Uid) -> Option<ServiceInfo> {
        self.services.get(&*name.class).cloned()
    }
    fn passes(&self, _: Gate, _: Uid, _: Option<&str>, _: &ServiceInfo) -> bool {
        true
    }
    fn holds(&self, permission: &str, _: Option<Pid>, uid: Uid) -> bool {
        uid == APP && self.permissions.contains(permission)
    }
    fn app_op_of(&self, _: &str) -> Option<String> {
        None
    }
    fn app_op(&self, op: &str, uid: Uid, _: &str) -> AppOpMode {
        match op {
            "android:start_foreground" if uid == APP => self.start_foreground_op,
            "android:instant_app_start_foreground" => self.instant_op,
            "android:run_in_background" | "android:start_foreground" => AppOpMode::Allowed,
            "android:system_alert_window" => AppOpMode::Default,
            _ => AppOpMode::Ignored,
        }
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
    fn process_named(&self, name: &str, _: Uid) -> NamedProcess {
        match self.pid(name) {
            Some(pid) => NamedProcess::Attached(pid),
            None if self.starting.iter().any(|(it, _)| it == name) => NamedProcess::Starting,
            None => NamedProcess::Absent,
        }
    }
    fn process(&self, pid: Pid) -> Option<AppProcess> {
        let record = self.list.get(pid)?;
        let last_invisible = match record.last_invisible() {
            Elapsed(0) => LastInvisible::Never,
            Elapsed(i64::MAX) => LastInvisible::Visible,
            at => LastInvisible::Since(at),
        };
        Some(AppProcess {
            uid: record.uid(),
            name: record.name().to_owned(),
            package: record.packages().first().cloned().unwrap_or_default(),
            debugging: self.debugging && record.name() == APP_NAME,
            cur_proc_state: record.cur_proc_state(),
            set_proc_state: record.set_proc_state(),
            background_sched_group: record.sched_group() == SchedGroup::Background,
            background_restricted: record.facts().background_restricted,
            bound_by_non_restricted: record.is_bound_by_non_restricted(),
            last_invisible,
            ..AppProcess::default()
        })
    }
    fn processes_of_uid(&self, uid: Uid) -> Vec<Pid> {
        self.list.of_uid(uid).rev().map(|record| record.pid()).collect()
    }
    fn process_in_package(&self, uid: Uid, _: &str) -> Option<Pid> {
        let mut records: Vec<_> = self.list.of_uid(uid).collect();
        records.sort_by_key(|record| record.name().to_owned());
        records.first().map(|record| record.pid())
    }
    fn uid(&self, uid: Uid) -> Option<UidFacts> {
        let record = self.list.uid(uid)?;
        Some(UidFacts {
            cur_proc_state: record.cur_proc_state(),
            cur_capabilities: record.capabilities(),
            idle: record.is_idle(),
            set_idle: record.is_set_idle(),
        })
    }
    fn uid_visible(&self, uid: Uid) -> bool {
        self.list
            .of_uid(uid)
            .any(|record| record.facts().activities.iter().any(|it| it.visible_requested))
    }
    fn fgs_start_allowlist(&self, now: Now, uid: Uid) -> Option<FgsStartAllowlist> {
        if uid == APP && self.exempt {
            return Some(FgsStartAllowlist::Permanent);
        }
        self.fgs_allowlist.get(now.elapsed, uid).map(FgsStartAllowlist::Temporary)
    }
    fn temp_while_in_use_allowlisted(&self, _: Now, _: Uid) -> bool {
        false
    }
    fn while_in_use_allowlisted(&self, _: &str) -> bool {
        false
    }
    fn background_start_facts(&self, uid: Uid, _: &str) -> BackgroundStartFacts {
        BackgroundStartFacts {
            instant: uid == APP && self.instant,
            device_idle_allowlisted: uid == APP && self.exempt,
            except_idle_allowlisted: uid == APP && self.exempt,
            temp_allowlisted: uid == APP && self.temp_allowlisted_until.is_some(),
            ..BackgroundStartFacts::default()
        }
    }
    fn background_restricted(&self, uid: Uid, _: &str) -> bool {
        uid == APP && self.restricted
    }
    fn device_owner(&self, _: Uid) -> bool {
        false
    }
    fn profile_owner(&self, _: Uid) -> bool {
        false
    }
    fn companion_app(&self, _: Uid) -> bool {
        false
    }
    fn device_demo_mode(&self) -> bool {
        false
    }
    fn input_method_package(&self, _: UserId) -> Option<String> {
        None
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
    fn start_process(
        &mut self,
        now: Now,
        service: &ServiceInfo,
        _: &mut Looper,
        _: &mut Output,
    ) -> bool {
        self.add_process(APP, &service.process, false);
        self.starting.push((service.process.clone(), now.uptime.plus(self.process_start_ms)));
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
        self.update(now, looper, out)
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
    fn set_background_restricted(&mut self, pid: Pid, restricted: bool) {
        if let Some(facts) = self.list.facts_mut(pid) {
            facts.background_restricted = restricted;
        }
    }
    fn temp_allowlist_uid(
        &mut self,
        now: Now,
        _: Uid,
        duration: i64,
        reason: ReasonCode,
        _: Uid,
        _: &mut Looper,
        _: &mut Output,
    ) {
        self.temp_allowlist(now, Some((reason, duration)));
    }
    fn has_channel(&self, _: Uid, _: &str, channel: &str) -> bool {
        channel == CHANNEL
    }
    fn has_app_icon(&self, _: Uid, _: &str) -> bool {
        true
    }
    fn enqueue_notification(
        &mut self,
        _: Now,
        _: Uid,
        _: &str,
        id: i32,
        notification: &Notification,
        policy: NotificationPolicy,
        _: &mut Looper,
        _: &mut Output,
    ) -> bool {
        let known = self.notifications.contains_key(&id);
        if policy == NotificationPolicy::UpdateOnly && !known {
            self.displayed.push((Displayed::Hold, id));
            return false;
        }
        let mut flags = notification.flags;
        if policy == NotificationPolicy::NotForegroundService {
            flags &= !FLAG_FOREGROUND_SERVICE;
        }
        self.notifications.insert(id, flags);
        self.displayed.push((if known { Displayed::Update } else { Displayed::Show }, id));
        true
    }
    fn cancel_notification(
        &mut self,
        _: Now,
        _: Uid,
        _: &str,
        id: i32,
        _: &mut Looper,
        _: &mut Output,
    ) {
        if self.notifications.remove(&id).is_some() {
            self.displayed.push((Displayed::Cancel, id));
        }
    }
    fn remove_foreground_service_flag(
        &mut self,
        _: Now,
        _: &str,
        id: i32,
        _: UserId,
        _: &mut Looper,
        _: &mut Output,
    ) {
        if let Some(flags) = self.notifications.get_mut(&id) {
            *flags &= !FLAG_FOREGROUND_SERVICE;
            self.displayed.push((Displayed::Unflag, id));
        }
    }
}

/// The state of a process as the recordings name it.
pub(super) fn state_name(state: ProcState) -> &'static str {
    state.name()
}
