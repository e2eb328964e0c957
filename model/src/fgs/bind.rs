//! `bindService`, `unbindService`. Rules: FGS-STOP-031, FGS-BG-002, FGS-BG-038, FGS-BG-045.

use super::active_services::{ActiveServices, Context};
use super::call::BackgroundStartPrivileges;
use super::connection::{ConnectionKey, ConnectionRecord, IntentBindRecord};
use super::effect::{ConnectionToken, ServiceEffect, ServiceToken};
use super::exemption::Identity;
use super::lookup::{Lookup, Wanted};
use super::neighbours::OomAdjReason;
use super::restriction::Occasion;
use crate::exception::Exception;
use crate::facts;
use crate::ids::{Caller, ComponentName, Pid, Uid, UserId};
use crate::process::{BindFlags, Binding, BindingId, ProcState};
use crate::rules::{fgs_bg as bg, fgs_stop as rule, fgs_wiu as wiu};

/// `Context.BIND_ALLOW_FOREGROUND_SERVICE_STARTS_FROM_BACKGROUND`. Rule: FGS-BG-045.
const ALLOW_FOREGROUND_SERVICE_STARTS_FROM_BACKGROUND: BindFlags = BindFlags::from_bits(0x4_0000);
/// `Context.BIND_ALLOW_INSTANT`.
const ALLOW_INSTANT: BindFlags = BindFlags::from_bits(0x40_0000);

/// One `bindService`.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct BindRequest {
    /// Which service.
    pub service: ComponentName,
    /// The user of the service.
    pub user: UserId,
    /// Bindings with different actions are bound separately.
    pub action: Option<String>,
    /// The client's connection object.
    pub connection: ConnectionToken,
    /// How.
    pub flags: BindFlags,
    /// As what the client calls.
    pub package: Option<String>,
}

impl ActiveServices {
    /// `bindService`: 1 bound, 0 not, -1 not allowed.
    ///
    /// # Errors
    ///
    /// `SecurityException`: unknown caller, or flags that it may not use.
    pub fn bind_service(
        &mut self,
        caller: Caller,
        request: &BindRequest,
        cx: &mut Context<'_>,
    ) -> Result<i32, Exception> {
        let Some(client) = caller.pid else {
            return Err(Exception::Security("unable to find app for caller".to_owned()));
        };
        let caller_fg = Self::caller_fg(Some(client), cx)?;
        check_flags(caller, request.flags, cx)?;
        let who = Identity { uid: caller.uid, pid: caller.pid, package: request.package.clone() };
        let wanted = Wanted {
            component: &request.service,
            user: request.user,
            who: &who,
            create: true,
            caller_fg,
        };
        let token = match self.retrieve_service(&wanted, cx) {
            Lookup::Missing => return Ok(0),
            Lookup::Refused(_) => return Ok(-1),
            Lookup::Found(token) => token,
        };
        let frozen = self.defer_bind_if_frozen(token, caller_fg, cx);
        let review = !frozen && self.permission_review_pending(token, caller_fg, cx);
        self.unschedule_restart(token, caller.uid, false, cx);
        self.connect(token, client, caller.uid, request, cx);
        let auto_create = request.flags.has(BindFlags::AUTO_CREATE);
        if auto_create {
            self.record_mut(token).last_activity = cx.now.uptime;
            if self.bring_up_service(token, caller_fg, false, frozen || review, cx).is_err() {
                return Ok(0);
            }
        }
        if self.constants.fgs_while_in_use_fix_enabled {
            cx.out.decide(&wiu::FGS_WIU_040, "a bind grants nothing", || facts!(token));
        } else {
            cx.out.decide(&bg::FGS_BG_038, "with the rights of the client", || facts!(who));
            let none = BackgroundStartPrivileges::None;
            self.set_fgs_restriction(token, &who, none, Occasion::Bind, cx);
        }
        self.after_bind(token, client, auto_create, cx);
        self.hand_over_binder(token, client, &request.action, request.connection, caller_fg, cx);
        self.ensure_not_starting_background(token, cx);
        Ok(1)
    }

    /// Makes the connection record.
    fn connect(
        &mut self,
        token: ServiceToken,
        client: Pid,
        client_uid: Uid,
        request: &BindRequest,
        cx: &mut Context<'_>,
    ) {
        self.last_connection += 1;
        let order = self.last_connection;
        let key = ConnectionKey { client, connection: request.connection };
        let flags = request.flags;
        let record = self.record_mut(token);
        if flags.has(BindFlags::AUTO_CREATE) {
            record.last_activity = cx.now.uptime;
        }
        record.not_app_component_usage |= flags.has(BindFlags::NOT_APP_COMPONENT_USAGE);
        if !record.bindings.iter().any(|binding| binding.action == request.action) {
            record.bindings.push(IntentBindRecord::new(request.action.clone()));
        }
        let connection = ConnectionRecord {
            key,
            client_uid,
            client_package: request.package.clone(),
            flags,
            action: request.action.clone(),
            service_dead: false,
            order,
        };
        let earlier = record.connections.insert(key, connection);
        let binding = Binding { client, service: token, flags, activity_visible: None };
        let processes = cx.neighbours.processes_mut();
        if let Some(earlier) = earlier {
            processes.unbind(BindingId(earlier.order));
        }
        processes.bind(BindingId(order), binding, cx.now);
        if flags.has(BindFlags::ALLOW_BACKGROUND_ACTIVITY_STARTS) {
            cx.neighbours.set_service_allowed_by_binding(token, true, cx.out);
        }
        let bound = self.connections.entry(key).or_default();
        if !bound.contains(&token) {
            bound.push(token);
        }
    }

    fn after_bind(
        &mut self,
        token: ServiceToken,
        _client: Pid,
        auto_create: bool,
        cx: &mut Context<'_>,
    ) {
        let app = self.record_mut(token).app;
        if let Some(pid) = app {
            cx.out
                .decide(&bg::FGS_BG_013, "its host is now the most recently used", || facts!(pid));
            cx.neighbours.processes_mut().touch(pid, cx.now);
        }
        if auto_create || app.is_some() {
            self.update_oom_adj(OomAdjReason::BindService, cx);
        }
    }

    /// The client is connected at once, or `onBind` is asked for. Rule: FGS-STOP-031.
    fn hand_over_binder(
        &mut self,
        token: ServiceToken,
        client: Pid,
        action: &Option<String>,
        connection: ConnectionToken,
        caller_fg: bool,
        cx: &mut Context<'_>,
    ) {
        let record = self.record_mut(token);
        let Some(binding) = record.bindings.iter().find(|it| it.action == *action) else { return };
        let (received, requested) = (binding.received, binding.requested);
        let (has_binder, do_rebind) = (binding.has_binder, binding.do_rebind);
        if record.app.is_some() && received {
            let alone = record
                .connections
                .values()
                .filter(|it| it.action == *action)
                .all(|it| it.key.client == client);
            let component = record.name().clone();
            let key = ConnectionKey { client, connection };
            let Some(client_uid) = record.connections.get(&key).map(|it| it.client_uid) else {
                return;
            };
            cx.out.decide(&rule::FGS_STOP_031, "connected at once", || facts!(component));
            let service = has_binder.then_some(token);
            cx.effect(ServiceEffect::Connected {
                client: client_uid,
                process: cx.process_name(client),
                connection,
                component,
                service,
                dead: false,
            });
            if alone && do_rebind {
                self.request_service_binding(token, action, caller_fg, true, cx);
            }
        } else if !requested {
            self.request_service_binding(token, action, caller_fg, false, cx);
        }
    }

    /// Asks for `onBind` for every intent that somebody is bound with.
    pub(super) fn request_service_bindings(
        &mut self,
        token: ServiceToken,
        exec_in_fg: bool,
        cx: &mut Context<'_>,
    ) {
        let actions: Vec<_> =
            self.record_mut(token).bindings.iter().rev().map(|it| it.action.clone()).collect();
        for action in actions {
            self.request_service_binding(token, &action, exec_in_fg, false, cx);
        }
    }

    /// Asks for `onBind`, or `onRebind`. Rule: FGS-STOP-031.
    pub(super) fn request_service_binding(
        &mut self,
        token: ServiceToken,
        action: &Option<String>,
        exec_in_fg: bool,
        rebind: bool,
        cx: &mut Context<'_>,
    ) {
        let record = self.record_mut(token);
        let (uid, process) = (record.info.uid, record.info.process.clone());
        let bound = record.connections.values().any(|it| it.action == *action);
        let Some(binding) = record.bindings.iter().find(|it| it.action == *action) else { return };
        if record.app.is_none() || (binding.requested && !rebind) || !bound {
            return;
        }
        self.bump_service_executing(token, exec_in_fg, Some(OomAdjReason::BindService), cx);
        for binding in &mut self.record_mut(token).bindings {
            if binding.action == *action {
                binding.requested |= !rebind;
                binding.has_bound = true;
                binding.do_rebind = false;
            }
        }
        cx.out.decide(&rule::FGS_STOP_031, "onBind", || facts!(token, rebind));
        let action = action.clone();
        cx.effect(ServiceEffect::BindService { uid, process, service: token, action, rebind });
    }

    /// `unbindService`; whether the connection was known.
    pub(super) fn unbind_service(
        &mut self,
        client: Pid,
        connection: ConnectionToken,
        cx: &mut Context<'_>,
    ) -> bool {
        let key = ConnectionKey { client, connection };
        let Some(bound) = self.connections.remove(&key) else { return false };
        for token in bound {
            self.remove_connection(token, key, cx);
        }
        self.update_oom_adj(OomAdjReason::UnbindService, cx);
        true
    }

    /// One client no longer is bound to a service. Rule: FGS-STOP-031.
    pub(super) fn remove_connection(
        &mut self,
        token: ServiceToken,
        key: ConnectionKey,
        cx: &mut Context<'_>,
    ) {
        let Some(record) = self.records.get_mut(&token) else { return };
        let Some(connection) = record.connections.remove(&key) else { return };
        cx.neighbours.processes_mut().unbind(BindingId(connection.order));
        let lends = |flags: BindFlags| flags.has(BindFlags::ALLOW_BACKGROUND_ACTIVITY_STARTS);
        if lends(connection.flags) {
            let still = record.connections.values().any(|other| lends(other.flags));
            cx.neighbours.set_service_allowed_by_binding(token, still, cx.out);
        }
        if connection.service_dead {
            return;
        }
        self.unbind_intent_if_last(token, &connection, cx);
        let record = self.record_mut(token);
        if record.connections.is_empty() {
            self.pending_services.retain(|pending| *pending != token);
            self.pending_bring_ups.remove(&token);
        }
        if connection.auto_create() {
            cx.out.decide(&rule::FGS_STOP_031, "a binding ends", || facts!(token));
            self.bring_down_if_needed(token, cx);
        }
    }

    fn unbind_intent_if_last(
        &mut self,
        token: ServiceToken,
        connection: &ConnectionRecord,
        cx: &mut Context<'_>,
    ) {
        let record = self.record_mut(token);
        let (uid, app) = (record.info.uid, record.app);
        let process = record.info.process.clone();
        let action = connection.action.clone();
        let still_bound = record.connections.values().any(|it| it.action == action);
        let has_bound = record.bindings.iter().any(|it| it.action == action && it.has_bound);
        let Some(pid) = app.filter(|_| !still_bound && has_bound) else { return };
        self.bump_service_executing(token, false, Some(OomAdjReason::UnbindService), cx);
        let state = cx.process(app).map_or(ProcState::Nonexistent, |it| it.set_proc_state);
        if connection.key.client != pid
            && !connection.flags.has(BindFlags::WAIVE_PRIORITY)
            && state <= ProcState::HeavyWeight
        {
            cx.neighbours.processes_mut().touch(pid, cx.now);
        }
        for binding in &mut self.record_mut(token).bindings {
            if binding.action == action {
                binding.has_bound = false;
                binding.do_rebind = false;
            }
        }
        cx.effect(ServiceEffect::UnbindService { uid, process, service: token, action });
    }
}

/// Flags that only the system may use, or only with a permission.
fn check_flags(caller: Caller, flags: BindFlags, cx: &mut Context<'_>) -> Result<(), Exception> {
    let system_only = [
        (BindFlags::SCHEDULE_LIKE_TOP_APP, "BIND_SCHEDULE_LIKE_TOP_APP"),
        (BindFlags::ALLOW_WHITELIST_MANAGEMENT, "BIND_ALLOW_WHITELIST_MANAGEMENT"),
        (ALLOW_INSTANT, "BIND_ALLOW_INSTANT"),
        (BindFlags::ALMOST_PERCEPTIBLE, "BIND_ALMOST_PERCEPTIBLE"),
    ];
    let guarded = [
        (BindFlags::TREAT_LIKE_ACTIVITY, "android.permission.MANAGE_ACTIVITY_TASKS"),
        (
            BindFlags::ALLOW_BACKGROUND_ACTIVITY_STARTS,
            "android.permission.START_ACTIVITIES_FROM_BACKGROUND",
        ),
        (
            ALLOW_FOREGROUND_SERVICE_STARTS_FROM_BACKGROUND,
            "android.permission.START_FOREGROUND_SERVICES_FROM_BACKGROUND",
        ),
    ];
    for (flag, name) in system_only {
        if flags.has(flag) && caller.uid != Uid::SYSTEM {
            return Err(Exception::Security(format!("non-system caller set {name}")));
        }
    }
    for (flag, permission) in guarded {
        if flags.has(flag) && !cx.neighbours.holds(permission, caller.pid, caller.uid) {
            cx.out.decide(&bg::FGS_BG_045, "flag without permission", || facts!(permission));
            return Err(Exception::Security(format!("binding requires {permission}")));
        }
    }
    Ok(())
}
