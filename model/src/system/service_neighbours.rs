//! What the service code asks, and what it has others do at exactly that point of a decision.

use super::System;
use crate::activity;
use crate::effect::ProcessEffect;
use crate::fgs::call::BackgroundStartPrivileges;
use crate::fgs::effect::ServiceToken;
use crate::fgs::reason::ReasonCode;
use crate::fgs::types::ForegroundServiceType;
use crate::fgs::{
    ActiveServices, AppProcess, BackgroundStartFacts, FgsStartAllowlist, Gate, Identity,
    LastInvisible, NamedProcess, Neighbours, NotificationPolicy, OomAdjReason, Recomputed,
    ServiceInfo, UidFacts, UserState,
};
use crate::ids::{ComponentName, Pid, Uid, UserId};
use crate::input::{DeviceMark, MemoryLevel, PackageMark, UidMark};
use crate::looper::Looper;
use crate::notification::{Key, Notification, Post, ServiceOrJob};
use crate::output::Output;
use crate::package::{default_mode, permission_to_op, AppOpMode, Granted};
use crate::process::{ProcessList, SchedGroup};
use crate::time::{Elapsed, Now};

/// `UsageStatsManager.STANDBY_BUCKET_RESTRICTED`.
const STANDBY_BUCKET_RESTRICTED: i32 = 45;

impl Neighbours for System {
    fn resolve_service(
        &self,
        component: &ComponentName,
        user: UserId,
        _caller: Uid,
    ) -> Option<ServiceInfo> {
        let service = self.packages.service(component, user)?;
        let package = self.packages.description(&component.package, user)?;
        Some(ServiceInfo {
            name: component.clone(),
            uid: package.uid(user),
            process: package.process_of(service).to_owned(),
            types: ForegroundServiceType(i32::from_ne_bytes(
                service.foreground_service_types.to_ne_bytes(),
            )),
            exported: service.exported,
            permission: service.permission.clone(),
            stop_with_task: false,
            target_sdk: package.target_sdk,
            instant: package.instant,
            persistent: self.told.package(&component.package, user, PackageMark::Persistent),
            request_foreground_service_exemption: self.told.package(
                &component.package,
                user,
                PackageMark::RequestsForegroundServiceExemption,
            ),
        })
    }

    fn passes(
        &self,
        gate: Gate,
        caller: Uid,
        caller_package: Option<&str>,
        to: &ServiceInfo,
    ) -> bool {
        match gate {
            Gate::Association => {
                let caller = (caller, caller_package.unwrap_or_default());
                self.told.are_associated(caller, (to.uid, &to.name.package))
            }
            Gate::Firewall => !self.told.is_firewalled(&to.name),
        }
    }

    fn holds(&self, permission: &str, _pid: Option<Pid>, uid: Uid) -> bool {
        self.packages.permission(uid, permission) == Granted::Granted
    }

    fn app_op_of(&self, permission: &str) -> Option<String> {
        permission_to_op(permission)
    }

    fn app_op(&self, op: &str, uid: Uid, package: &str) -> AppOpMode {
        match self.packages.app_op(package, uid.user(), op) {
            AppOpMode::Default => default_mode(op),
            mode => mode,
        }
    }

    fn user(&self, user: UserId) -> UserState {
        match self.users.get(&user) {
            None => UserState::Missing,
            Some(facts) if facts.started && facts.stopping => UserState::Stopping,
            Some(facts) if facts.started => UserState::Started,
            Some(_) => UserState::Stopped,
        }
    }

    fn package_frozen(&self, package: &str, user: UserId) -> bool {
        self.told.package(package, user, PackageMark::Frozen)
    }

    fn needs_permission_review(&self, package: &str, user: UserId) -> bool {
        self.told.package(package, user, PackageMark::NeedsPermissionReview)
    }

    fn owns_package(&self, uid: Uid, package: &str) -> bool {
        uid.holds_everything() || self.packages.uid_of(package, uid.user()) == Some(uid)
    }

    fn process_named(&self, name: &str, uid: Uid) -> NamedProcess {
        match self.processes.named(uid, name) {
            Some(process) => NamedProcess::Attached(process.pid()),
            None if self.starting_processes.contains(&(uid, name.to_owned())) => {
                NamedProcess::Starting
            }
            None => NamedProcess::Absent,
        }
    }

    fn process(&self, pid: Pid) -> Option<AppProcess> {
        let process = self.processes.get(pid).filter(|process| process.is_attached())?;
        let package = process.packages().first().cloned().unwrap_or_default();
        Some(AppProcess {
            uid: process.uid(),
            name: process.name().to_owned(),
            killed: self.is_killed(pid),
            debugging: self.told.is_debugging(pid),
            persistent: process.is_fixed(),
            cur_proc_state: process.cur_proc_state(),
            set_proc_state: process.set_proc_state(),
            background_sched_group: process.sched_group() == SchedGroup::Background,
            background_restricted: process.facts().background_restricted,
            bound_by_non_restricted: process.is_bound_by_non_restricted(),
            last_invisible: match process.last_invisible() {
                Elapsed(0) => LastInvisible::Never,
                Elapsed(i64::MAX) => LastInvisible::Visible,
                since => LastInvisible::Since(since),
            },
            instrumentation: process.facts().instrumentation,
            background_fgs_starts_allowed: self.may_start_foreground_services(pid, self.now),
            package,
        })
    }

    fn processes_of_uid(&self, uid: Uid) -> Vec<Pid> {
        self.processes.of_uid(uid).rev().map(|process| process.pid()).collect()
    }

    fn process_in_package(&self, uid: Uid, package: &str) -> Option<Pid> {
        self.processes
            .of_uid(uid)
            .filter(|process| process.packages().iter().any(|name| name == package))
            .min_by_key(|process| process.name().to_owned())
            .map(|process| process.pid())
    }

    fn uid(&self, uid: Uid) -> Option<UidFacts> {
        let record = self.processes.uid(uid)?;
        Some(UidFacts {
            cur_proc_state: self.uid_state(uid),
            cur_capabilities: self.processes.uid_capabilities(uid),
            idle: record.is_idle(),
            set_idle: record.is_set_idle(),
        })
    }

    fn uid_visible(&self, uid: Uid) -> bool {
        self.has_visible_window(uid)
    }

    fn fgs_start_allowlist(&self, now: Now, uid: Uid) -> Option<FgsStartAllowlist> {
        if self.power_allowlist.contains(&uid.app_id()) {
            return Some(FgsStartAllowlist::Permanent);
        }
        self.fgs_start_allowlist.get(now.elapsed, uid).map(FgsStartAllowlist::Temporary)
    }

    fn temp_while_in_use_allowlisted(&self, now: Now, uid: Uid) -> bool {
        self.while_in_use_allowlist.allows_while_in_use(now.elapsed, uid, &mut Output::new())
    }

    fn while_in_use_allowlisted(&self, package: &str) -> bool {
        self.activities.roles().while_in_use_packages.contains(package)
    }

    fn background_start_facts(&self, uid: Uid, package: &str) -> BackgroundStartFacts {
        let app_id = uid.app_id();
        BackgroundStartFacts {
            instant: self.packages.description(package, uid.user()).is_some_and(|d| d.instant),
            device_idle_allowlisted: self.power_allowlist.contains(&app_id),
            except_idle_allowlisted: self.power_allowlist.contains(&app_id),
            temp_allowlisted: self.temporary_power_allowlist.contains(&app_id),
            about_to_be_top: self.told.uid(uid, UidMark::AboutToBeTop),
            persistent: self.told.package(package, uid.user(), PackageMark::Persistent),
            background_allowlisted: self.told.uid(uid, UidMark::BackgroundAllowlisted),
            restricted_bucket: !self.on_power
                && self.standby_bucket(package, uid.user()) == STANDBY_BUCKET_RESTRICTED,
            background_check_forced: self.told.device(DeviceMark::BackgroundCheckForced),
        }
    }

    fn background_restricted(&self, uid: Uid, package: &str) -> bool {
        self.background_restricted.contains(&(uid, package.to_owned()))
    }

    fn device_owner(&self, uid: Uid) -> bool {
        self.activities.roles().is_device_owner(uid)
    }

    fn profile_owner(&self, uid: Uid) -> bool {
        self.activities.roles().profile_owners.contains(&uid)
    }

    fn companion_app(&self, uid: Uid) -> bool {
        self.activities.roles().is_companion_app(uid)
    }

    fn device_demo_mode(&self) -> bool {
        self.told.device(DeviceMark::DemoMode)
    }

    fn input_method_package(&self, user: UserId) -> Option<String> {
        self.told.package_with(user, PackageMark::DefaultInputMethod).map(str::to_owned)
    }

    fn can_schedule_user_initiated_jobs(
        &self,
        services: &ActiveServices,
        now: Now,
        who: &Identity,
        out: &mut Output,
    ) -> bool {
        let package = who.package.as_deref().unwrap_or_default();
        let who = activity::Identity { uid: who.uid, pid: who.pid, package };
        System::can_schedule_user_initiated_jobs(self, services, now, who, out)
    }

    fn memory_level(&self) -> usize {
        match self.memory {
            MemoryLevel::Normal => 0,
            MemoryLevel::Moderate => 1,
            MemoryLevel::Low => 2,
            MemoryLevel::Critical => 3,
        }
    }

    fn shutting_down(&self) -> bool {
        self.told.device(DeviceMark::ShuttingDown)
    }

    fn screen_on(&self) -> bool {
        self.screen_on
    }

    fn start_process(
        &mut self,
        _now: Now,
        service: &ServiceInfo,
        _looper: &mut Looper,
        out: &mut Output,
    ) -> bool {
        self.starting_processes.insert((service.uid, service.process.clone()));
        out.effect(ProcessEffect::StartProcess {
            uid: service.uid,
            process: service.process.clone(),
        });
        true
    }

    fn processes_mut(&mut self) -> &mut ProcessList {
        &mut self.processes
    }

    fn update_oom_adj(
        &mut self,
        now: Now,
        _reason: OomAdjReason,
        looper: &mut Looper,
        out: &mut Output,
    ) -> Recomputed {
        self.update_processes(now, looper, out)
    }

    fn add_start_privileges(
        &mut self,
        now: Now,
        service: ServiceToken,
        privileges: BackgroundStartPrivileges,
        looper: &mut Looper,
        out: &mut Output,
    ) {
        let host = self.processes.host(service);
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

    fn set_background_restricted(&mut self, process: Pid, restricted: bool) {
        if let Some(facts) = self.processes.facts_mut(process) {
            facts.background_restricted = restricted;
        }
    }

    fn temp_allowlist_uid(
        &mut self,
        now: Now,
        uid: Uid,
        duration: i64,
        reason: ReasonCode,
        _calling_uid: Uid,
        _looper: &mut Looper,
        out: &mut Output,
    ) {
        self.fgs_start_allowlist.add(now.elapsed, uid, duration, reason, out);
    }

    fn app_not_responding(&mut self, process: Pid, out: &mut Output) -> bool {
        self.on_not_responding(process, out)
    }

    fn has_channel(&self, uid: Uid, package: &str, channel: &str) -> bool {
        self.notifications.channel_importance(uid.user(), package, channel).is_some()
    }

    fn has_app_icon(&self, uid: Uid, package: &str) -> bool {
        !self.told.package(package, uid.user(), PackageMark::NoIcon)
    }

    fn enqueue_notification(
        &mut self,
        _now: Now,
        uid: Uid,
        package: &str,
        id: i32,
        notification: &Notification,
        policy: NotificationPolicy,
        looper: &mut Looper,
        out: &mut Output,
    ) -> bool {
        let key = Key { user: uid.user(), package: package.to_owned(), tag: None, id };
        let notification = notification.clone();
        let post = Post { key, uid, notification, policy: Some(policy) };
        let (manager, mut neighbours) = self.notification_room(None, policy);
        manager.enqueue(post, &mut neighbours, looper, out)
    }

    fn cancel_notification(
        &mut self,
        _now: Now,
        uid: Uid,
        package: &str,
        id: i32,
        looper: &mut Looper,
        _out: &mut Output,
    ) {
        let key = Key { user: uid.user(), package: package.to_owned(), tag: None, id };
        self.notifications.cancel_by_system(key, looper);
    }

    fn remove_foreground_service_flag(
        &mut self,
        _now: Now,
        package: &str,
        id: i32,
        user: UserId,
        looper: &mut Looper,
        _out: &mut Output,
    ) {
        let of = ServiceOrJob::ForegroundService;
        self.notifications.remove_flag(user, package, id, of, looper);
    }
}
