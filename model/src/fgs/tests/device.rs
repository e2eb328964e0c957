//! The answers of the small device.

use super::world::{Device, APP};
use crate::fgs::call::BackgroundStartPrivileges;
use crate::fgs::effect::ServiceToken;
use crate::fgs::reason::ReasonCode;
use crate::fgs::types::{AppOp, ExemptionFact, Facts, Host, Permission};
use crate::fgs::{
    ActiveServices, AppProcess, BackgroundStartFacts, FgsStartAllowlist, Gate, Identity,
    LastInvisible, NamedProcess, Neighbours, NotificationPolicy, OomAdjReason, Recomputed,
    ServiceInfo, UidFacts, UserState,
};
use crate::notification::Notification;
use crate::package::{AppOpMode, Change};
use crate::process::{ProcessList, SchedGroup};
use crate::{ComponentName, Elapsed, Looper, Now, Output, Pid, Uid, UserId};

impl Facts for Device {
    fn is_permission_granted(&self, _: &Host<'_>, permission: Permission) -> bool {
        !self.denied.contains(permission.name())
    }
    fn app_op_mode(&self, host: &Host<'_>, op: AppOp) -> AppOpMode {
        let key = (host.uid, op.public_name().to_owned());
        self.ops.get(&key).copied().unwrap_or(AppOpMode::Allowed)
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
        let target = self.target_sdk.get(&uid).copied().unwrap_or(34);
        let by_target = change.enabled_for_target_sdk(target);
        self.changes.get(&(uid, change.0)).copied().unwrap_or(by_target)
    }
    fn skips_manifest_type_check(&self) -> bool {
        false
    }
}

impl Neighbours for Device {
    fn resolve_service(&self, name: &ComponentName, _: UserId, _: Uid) -> Option<ServiceInfo> {
        let mut info = self.services.get(&*name.class)?.clone();
        if let Some(target_sdk) = self.target_sdk.get(&APP) {
            info.target_sdk = *target_sdk;
        }
        Some(info)
    }
    fn passes(&self, gate: Gate, _: Uid, _: Option<&str>, _: &ServiceInfo) -> bool {
        !self.closed_gates.contains(&format!("{gate:?}"))
    }
    fn holds(&self, permission: &str, _: Option<Pid>, uid: Uid) -> bool {
        let ordinary = uid == APP && permission == "android.permission.FOREGROUND_SERVICE";
        (ordinary && !self.denied.contains(permission))
            || self.held.contains(&(uid, permission.to_owned()))
    }
    fn app_op_of(&self, permission: &str) -> Option<String> {
        (permission == "op.permission").then(|| "android:op".to_owned())
    }
    fn app_op(&self, op: &str, uid: Uid, _: &str) -> AppOpMode {
        let usual = match op {
            "android:start_foreground" | "android:run_in_background" => AppOpMode::Allowed,
            "android:instant_app_start_foreground" | "android:system_alert_window" => {
                AppOpMode::Default
            }
            _ => AppOpMode::Ignored,
        };
        self.ops.get(&(uid, op.to_owned())).copied().unwrap_or(usual)
    }
    fn user(&self, _: UserId) -> UserState {
        self.user.unwrap_or(UserState::Missing)
    }
    fn package_frozen(&self, _: &str, _: UserId) -> bool {
        self.frozen
    }
    fn needs_permission_review(&self, _: &str, _: UserId) -> bool {
        self.review
    }
    fn owns_package(&self, _: Uid, package: &str) -> bool {
        !self.foreign_packages.contains(package)
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
        let mut app = AppProcess {
            uid: record.uid(),
            name: record.name().to_owned(),
            package: record.packages().first().cloned().unwrap_or_default(),
            cur_proc_state: record.cur_proc_state(),
            set_proc_state: record.set_proc_state(),
            background_sched_group: record.sched_group() == SchedGroup::Background,
            background_restricted: record.facts().background_restricted,
            bound_by_non_restricted: record.is_bound_by_non_restricted(),
            last_invisible,
            instrumentation: record.facts().instrumentation,
            ..AppProcess::default()
        };
        if let Some(patch) = self.patches.get(record.name()) {
            patch(&mut app);
        }
        Some(app)
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
        if uid == APP && self.permanent_allowlist {
            return Some(FgsStartAllowlist::Permanent);
        }
        self.allowlist.get(now.elapsed, uid).map(FgsStartAllowlist::Temporary)
    }
    fn temp_while_in_use_allowlisted(&self, now: Now, uid: Uid) -> bool {
        self.while_in_use.allows_while_in_use(now.elapsed, uid, &mut Output::new())
    }
    fn while_in_use_allowlisted(&self, package: &str) -> bool {
        self.while_in_use_package.as_deref() == Some(package)
    }
    fn background_start_facts(&self, _: Uid, _: &str) -> BackgroundStartFacts {
        self.background
    }
    fn background_restricted(&self, uid: Uid, _: &str) -> bool {
        uid == APP && self.restricted
    }
    fn device_owner(&self, uid: Uid) -> bool {
        self.device_owner == Some(uid)
    }
    fn profile_owner(&self, uid: Uid) -> bool {
        self.profile_owner == Some(uid)
    }
    fn companion_app(&self, uid: Uid) -> bool {
        self.companion == Some(uid)
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
        self.uij
    }
    fn memory_level(&self) -> usize {
        self.memory_level
    }
    fn shutting_down(&self) -> bool {
        self.shutting_down
    }
    fn screen_on(&self) -> bool {
        self.screen_on
    }
    fn start_process(
        &mut self,
        now: Now,
        service: &ServiceInfo,
        _: &mut Looper,
        _: &mut Output,
    ) -> bool {
        if !self.bad_processes {
            self.starting.push((service.process.clone(), now.uptime.plus(self.process_start_ms)));
        }
        !self.bad_processes
    }
    fn processes_mut(&mut self) -> &mut ProcessList {
        &mut self.list
    }
    fn update_oom_adj(
        &mut self,
        now: Now,
        reason: OomAdjReason,
        looper: &mut Looper,
        out: &mut Output,
    ) -> Recomputed {
        if reason == OomAdjReason::ShortFgsTimeout {
            self.log.push("demoted".to_owned());
        }
        self.update(now, looper, out)
    }
    fn add_start_privileges(
        &mut self,
        _: Now,
        _: ServiceToken,
        privileges: BackgroundStartPrivileges,
        _: &mut Looper,
        _: &mut Output,
    ) {
        self.log.push(format!("privileges {privileges:?}"));
    }
    fn set_background_restricted(&mut self, pid: Pid, restricted: bool) {
        if let Some(facts) = self.list.facts_mut(pid) {
            facts.background_restricted = restricted;
        }
    }
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
        self.log.push(format!("allowlist {duration} {}", reason.0));
        self.allowlist.add(now.elapsed, uid, duration, reason, out);
    }
    fn has_channel(&self, _: Uid, _: &str, channel: &str) -> bool {
        channel == "channel"
    }
    fn has_app_icon(&self, _: Uid, _: &str) -> bool {
        self.app_icon
    }
    fn enqueue_notification(
        &mut self,
        _: Now,
        _: Uid,
        _: &str,
        id: i32,
        _: &Notification,
        policy: NotificationPolicy,
        _: &mut Looper,
        _: &mut Output,
    ) -> bool {
        let known = self.notifications.contains_key(&id);
        if policy == NotificationPolicy::UpdateOnly && !known {
            self.log.push(format!("hold {id}"));
            return false;
        }
        self.notifications.insert(id, policy != NotificationPolicy::NotForegroundService);
        self.log.push(format!("{} {id}", if known { "update" } else { "show" }));
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
            self.log.push(format!("cancel {id}"));
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
        if let Some(flagged) = self.notifications.get_mut(&id) {
            *flagged = false;
            self.log.push(format!("unflag {id}"));
        }
    }
}
