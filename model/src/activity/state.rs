//! `ActivityTaskManagerService`: windows, activity times, tokens of processes and app switches over time.
//!
//! Activities themselves are facts of the process room; what is remembered of them beyond their life is here.

use std::collections::BTreeMap;

use super::service_privilege::{Cancel, ServicePrivileges, TokenChange};
use super::{
    AppSwitches, BackgroundStartPrivileges, BalCode, Entity, Message, Neighbours, PrivilegeTokens,
    ProcessFacts, Purpose, Roles, TokenFilter,
};
use crate::fgs::effect::ServiceToken;
use crate::ids::{Pid, Uid};
use crate::looper::Message as Timer;
use crate::package::Change;
use crate::process::{BindFlags, ProcessList, ProcessRecord};
use crate::rules::bal::{BAL_022, BAL_024, BAL_025, BAL_043, BAL_044, BAL_083};
use crate::time::{Now, Uptime};
use crate::{facts, Exception, Looper, Output};

/// Times that settings may change; milliseconds of uptime. Rule: BAL-002.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Constants {
    /// `service_bg_activity_start_timeout`.
    pub service_bg_activity_start_timeout_ms: i64,
    /// `bcast_allow_bg_activity_start_timeout`, already multiplied for slow hardware.
    pub allow_bg_activity_start_timeout_ms: i64,
    /// `default_background_activity_starts_enabled`. Rule: BAL-090.
    pub default_background_activity_starts_enabled: bool,
    /// `system_exempt_from_activity_bg_start_restriction_enabled`. Rule: BAL-075.
    pub system_exempt_from_activity_bg_start_restriction_enabled: bool,
}

impl Constants {
    /// The values of Android 14 on hardware with this timeout multiplier.
    pub const fn android_14(timeout_multiplier: i64) -> Self {
        Self {
            service_bg_activity_start_timeout_ms: 10_000,
            allow_bg_activity_start_timeout_ms: timeout_multiplier.wrapping_mul(10_000),
            default_background_activity_starts_enabled: false,
            system_exempt_from_activity_bg_start_restriction_enabled: true,
        }
    }
}

/// `WindowProcessController`: what is remembered of one process.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
struct WindowProcess {
    last_activity_launch: Uptime,
    last_activity_finish: Uptime,
    tokens: PrivilegeTokens,
}

/// Everything the activity task manager remembers.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct ActivityTaskManager {
    constants: Constants,
    app_switches: AppSwitches,
    roles: Roles,
    /// Shown windows that are no activity's, by uid. Rule: BAL-022.
    non_app_windows: BTreeMap<Uid, u32>,
    processes: BTreeMap<Pid, WindowProcess>,
    services: BTreeMap<ServiceToken, ServicePrivileges>,
    /// Numbers removals, so that each is a message of its own.
    removals: u64,
}

impl ActivityTaskManager {
    /// Nothing is visible, nothing is lent.
    pub fn new(constants: Constants) -> Self {
        Self {
            constants,
            app_switches: AppSwitches::default(),
            roles: Roles::default(),
            non_app_windows: BTreeMap::new(),
            processes: BTreeMap::new(),
            services: BTreeMap::new(),
            removals: 0,
        }
    }

    /// The times and switches in force.
    pub fn constants(&self) -> &Constants {
        &self.constants
    }

    /// The times and switches in force, to change them.
    pub fn constants_mut(&mut self) -> &mut Constants {
        &mut self.constants
    }

    /// Whether apps may switch.
    pub fn app_switches(&self) -> &AppSwitches {
        &self.app_switches
    }

    /// The same, to stop and resume them.
    pub fn app_switches_mut(&mut self) -> &mut AppSwitches {
        &mut self.app_switches
    }

    /// Who plays which part.
    pub fn roles(&self) -> &Roles {
        &self.roles
    }

    /// The same, for whoever appoints.
    pub fn roles_mut(&mut self) -> &mut Roles {
        &mut self.roles
    }

    /// A window of system type, other than toasts and private presentations, is shown or hidden.
    ///
    /// Hiding what was never shown does nothing. Rule: BAL-022.
    pub fn on_non_app_window(&mut self, uid: Uid, shown: bool, out: &mut Output) {
        let count = self.non_app_windows.remove(&uid).unwrap_or(0);
        let count = if shown { count.saturating_add(1) } else { count.saturating_sub(1) };
        out.decide(&BAL_022, "non-application windows", || facts!(uid = uid, count = count));
        if count > 0 {
            self.non_app_windows.insert(uid, count);
        }
    }

    /// Whether the uid shows such a window.
    pub fn has_non_app_visible_window(&self, uid: Uid) -> bool {
        self.non_app_windows.contains_key(&uid)
    }

    /// An activity of the process is started now. Rule: BAL-024.
    pub fn on_activity_launched(&mut self, pid: Pid, now: Now, out: &mut Output) {
        out.decide(&BAL_024, "activity launched", || facts!(pid = pid));
        if let Some(process) = self.processes.get_mut(&pid) {
            process.last_activity_launch = process.last_activity_launch.max(now.uptime);
        }
    }

    /// An activity of the process asks to finish; noted only while one of its activities is in a visible
    /// task. Rule: BAL-025.
    pub fn on_activity_finish(
        &mut self,
        pid: Pid,
        processes: &ProcessList,
        now: Now,
        out: &mut Output,
    ) {
        let visible = processes.get(pid).is_some_and(has_activity_in_visible_task);
        out.decide(&BAL_025, "activity asks to finish", || facts!(pid = pid, noted = visible));
        if let Some(process) = self.processes.get_mut(&pid).filter(|_| visible) {
            process.last_activity_finish = process.last_activity_finish.max(now.uptime);
        }
    }

    /// A process comes into being: from now on there is something to remember of it.
    pub fn on_process_started(&mut self, pid: Pid) {
        self.processes.insert(pid, WindowProcess::default());
    }

    /// A process is gone, and with it what was remembered of it. Services are told apart, see
    /// [`Self::set_service_process`].
    pub fn on_process_died(&mut self, pid: Pid) {
        self.processes.remove(&pid);
    }

    /// Lends a process privileges; one that is gone has no use for them.
    ///
    /// # Errors
    ///
    /// Privileges that allow nothing. Rule: BAL-042.
    pub fn add_token(
        &mut self,
        pid: Pid,
        entity: Entity,
        privileges: BackgroundStartPrivileges,
    ) -> Result<(), Exception> {
        match self.processes.get_mut(&pid) {
            Some(process) => process.tokens.add_or_update(entity, privileges),
            None => PrivilegeTokens::default().add_or_update(entity, privileges),
        }
    }

    /// Takes back what the entity lent.
    pub fn remove_token(&mut self, pid: Pid, entity: Entity) {
        if let Some(process) = self.processes.get_mut(&pid) {
            process.tokens.remove(entity);
        }
    }

    /// A broadcast that carries privileges is dispatched to a process. Rule: BAL-044.
    pub fn on_broadcast(
        &mut self,
        pid: Pid,
        broadcast: u64,
        privileges: BackgroundStartPrivileges,
        now: Now,
        looper: &mut Looper,
        out: &mut Output,
    ) {
        let entity = Entity::Broadcast(broadcast);
        if self.add_token(pid, entity, privileges).is_err() {
            return;
        }
        out.decide(&BAL_044, "broadcast lends privileges", || {
            facts!(pid = pid, privileges = privileges)
        });
        self.removals += 1;
        let message = Message::BroadcastPrivileges { pid, broadcast, removal: self.removals };
        let at = now.uptime.plus(self.constants.allow_bg_activity_start_timeout_ms);
        looper.send_at(Timer::Activity(message), at);
    }

    /// A message of this room is due.
    pub fn on_message(&mut self, message: Message, out: &mut Output) {
        match message {
            Message::ResumeFgAppSwitch => self.app_switches.on_resume_fg_app_switch(out),
            Message::BroadcastPrivileges { pid, broadcast, .. } => {
                self.remove_token(pid, Entity::Broadcast(broadcast));
            }
            Message::ServicePrivileges { service, removal } => {
                let Some(privileges) = self.services.get_mut(&service) else { return };
                privileges.removals.retain(|&known| known != removal);
                let change = privileges.expire(service, out);
                self.apply(service, change);
            }
        }
    }

    /// A service is started with privileges. Rule: BAL-046.
    pub fn on_service_start(
        &mut self,
        service: ServiceToken,
        host: Option<Pid>,
        lent: BackgroundStartPrivileges,
        now: Now,
        looper: &mut Looper,
        out: &mut Output,
    ) {
        if !lent.allows_any() {
            return;
        }
        self.set_service_process(service, host, looper, out);
        self.removals += 1;
        let privileges = self.services.entry(service).or_default();
        privileges.removals.push_back(self.removals);
        let change = privileges.start(service, lent, out);
        self.apply(service, change);
        let message = Message::ServicePrivileges { service, removal: self.removals };
        let at = now.uptime.plus(self.constants.service_bg_activity_start_timeout_ms);
        looper.send_at(Timer::Activity(message), at);
    }

    /// `ServiceRecord.setProcess`: the service runs in this process now, or in none. Rule: BAL-047.
    pub fn set_service_process(
        &mut self,
        service: ServiceToken,
        host: Option<Pid>,
        looper: &mut Looper,
        out: &mut Output,
    ) {
        if self.services.get(&service).and_then(ServicePrivileges::host) == host {
            return;
        }
        let privileges = self.services.entry(service).or_default();
        let (changes, cancel) = privileges.set_host(service, host, out);
        if cancel == Cancel::Removals {
            for removal in privileges.removals.drain(..) {
                let message = Message::ServicePrivileges { service, removal };
                looper.remove_message(&Timer::Activity(message));
            }
        }
        for change in changes {
            self.apply(service, Some(change));
        }
        self.services.retain(|_, privileges| privileges.host().is_some() || !privileges.is_spent());
    }

    /// Whether a connection to the service has `BIND_ALLOW_BACKGROUND_ACTIVITY_STARTS`. Rule: BAL-048.
    pub fn set_service_allowed_by_binding(
        &mut self,
        service: ServiceToken,
        bound: bool,
        out: &mut Output,
    ) {
        let privileges = self.services.entry(service).or_default();
        let change = privileges.set_by_binding(service, bound, out);
        self.apply(service, change);
    }

    fn apply(&mut self, service: ServiceToken, change: Option<TokenChange>) {
        let entity = Entity::Service(service);
        match change {
            None => {}
            Some(TokenChange::TakeBack(pid)) => self.remove_token(pid, entity),
            Some(TokenChange::Lend(pid, lent)) => {
                let lent = self.add_token(pid, entity, lent);
                debug_assert!(lent.is_ok(), "a service never lends nothing");
            }
        }
    }

    /// What a process holds, merged. Rule: BAL-042.
    pub fn privileges_of(&self, pid: Pid) -> BackgroundStartPrivileges {
        self.processes
            .get(&pid)
            .map_or(BackgroundStartPrivileges::None, |process| process.tokens.merged())
    }

    /// What the processes of a uid hold, merged. Rule: BAL-043.
    pub fn privileges_of_uid(
        &self,
        uid: Uid,
        processes: &ProcessList,
        out: &mut Output,
    ) -> BackgroundStartPrivileges {
        let merged = processes
            .of_uid(uid)
            .map(|process| self.privileges_of(process.pid()))
            .fold(BackgroundStartPrivileges::None, BackgroundStartPrivileges::merge);
        out.decide(&BAL_043, "privileges of a uid", || facts!(uid = uid, merged = merged));
        merged
    }

    /// Whether something of the uid is on screen. Rule: BAL-021.
    pub fn has_active_visible_window(&self, uid: Uid, processes: &ProcessList) -> bool {
        self.has_non_app_visible_window(uid) || processes.of_uid(uid).any(has_visible_activity)
    }

    /// The decision about one process; [`BalCode::BalBlock`] where there is none. Rule: BAL-080.
    ///
    /// # Errors
    ///
    /// As for [`ProcessFacts::are_background_activity_starts_allowed`].
    pub fn are_background_activity_starts_allowed(
        &self,
        pid: Pid,
        purpose: Purpose,
        neighbours: &dyn Neighbours,
        now: Now,
        out: &mut Output,
    ) -> Result<BalCode, Exception> {
        self.with_process(pid, neighbours, |facts| {
            facts.are_background_activity_starts_allowed(purpose, now.uptime, out)
        })
        .unwrap_or(Ok(BalCode::BalBlock))
    }

    /// Whether a process may start foreground services by window-manager rules. Rule: BAL-083.
    pub fn are_background_fgs_starts_allowed(
        &self,
        pid: Pid,
        neighbours: &dyn Neighbours,
        now: Now,
        out: &mut Output,
    ) -> bool {
        let purpose = Purpose::ForegroundService;
        let code = self.are_background_activity_starts_allowed(pid, purpose, neighbours, now, out);
        let allowed = matches!(code, Ok(code) if code.is_allowed());
        out.decide(&BAL_083, "foreground services by window-manager rules", || {
            facts!(pid = pid, allowed = allowed)
        });
        allowed
    }

    /// Whether a process may close system dialogs by token. Rule: BAL-084.
    pub fn can_close_system_dialogs_by_token(
        &self,
        pid: Pid,
        neighbours: &dyn Neighbours,
        out: &mut Output,
    ) -> bool {
        self.with_process(pid, neighbours, |facts| facts.can_close_system_dialogs_by_token(out))
            .unwrap_or(false)
    }

    fn with_process<T>(
        &self,
        pid: Pid,
        neighbours: &dyn Neighbours,
        ask: impl FnOnce(&ProcessFacts<'_>) -> T,
    ) -> Option<T> {
        let processes = neighbours.processes();
        let record = processes.get(pid)?;
        let nothing = WindowProcess::default();
        let process = self.processes.get(&pid).unwrap_or(&nothing);
        let instrumentation = record.facts().instrumentation;
        Some(ask(&ProcessFacts {
            uid: record.uid(),
            app_switches: self.app_switches.state(),
            last_stop: self.app_switches.last_stop(),
            instrumented_with_privileges: instrumentation
                .is_some_and(|by| by.start_activities_from_background),
            tokens: &process.tokens,
            filter: self.token_filter(record.uid(), neighbours),
            bound_by_visible: self.is_bound_by_visible(record, neighbours),
            has_activity_in_visible_task: has_activity_in_visible_task(record),
            last_activity_launch: process.last_activity_launch,
            last_activity_finish: process.last_activity_finish,
        }))
    }

    /// Rule: BAL-051.
    fn token_filter(&self, uid: Uid, neighbours: &dyn Neighbours) -> TokenFilter {
        let general = Change::NOTIFICATION_TRAMPOLINE_BLOCK;
        let by_role = if self.roles.exempt_from_trampolines.contains(&uid) {
            Change::NOTIFICATION_TRAMPOLINE_BLOCK_FOR_EXEMPT_ROLES
        } else {
            general
        };
        TokenFilter::Notifications {
            blocks_trampolines: neighbours.is_change_enabled(by_role, uid),
            blocks_closing_dialogs: neighbours.is_change_enabled(general, uid),
        }
    }

    /// Whether an opted-in client is visible; app switches do not matter. Rule: BAL-026.
    fn is_bound_by_visible(&self, host: &ProcessRecord, neighbours: &dyn Neighbours) -> bool {
        let processes = neighbours.processes();
        host.running_services().flat_map(|(token, _)| processes.bindings_of(token)).any(
            |(_, binding)| {
                let Some(client) = processes.get(binding.client) else { return false };
                let opted_in = binding.flags.has(BindFlags::ALLOW_ACTIVITY_STARTS)
                    || !neighbours.is_change_enabled(
                        Change::DEFAULT_RESCIND_BAL_FG_PRIVILEGES_BOUND_SERVICE,
                        client.uid(),
                    );
                opted_in && self.has_active_visible_window(client.uid(), processes)
            },
        )
    }
}

/// Rule: BAL-021.
fn has_visible_activity(process: &ProcessRecord) -> bool {
    let activities = &process.facts().activities;
    activities.iter().any(|activity| activity.visible_requested || activity.window_visible)
}

/// Rule: BAL-023.
fn has_activity_in_visible_task(process: &ProcessRecord) -> bool {
    process.facts().activities.iter().any(|activity| activity.task_layer.is_some())
}
