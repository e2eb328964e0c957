//! All ways to stop a service, and its bring-down. Rules: FGS-STOP-020 … 030, FGS-START-074.

use super::active_services::{ActiveServices, Context};
use super::effect::{FgsStopReason, ForegroundServiceChange, ServiceEffect, ServiceToken};
use super::exemption::Identity;
use super::lookup::{Lookup, Wanted};
use super::neighbours::OomAdjReason;
use super::{Message, Posted};
use crate::exception::Exception;
use crate::facts;
use crate::ids::{Caller, ComponentName, UserId};
use crate::notification::Notification;
use crate::rules::{fgs_exc as exc, fgs_start as start, fgs_stop as rule};

/// `UsageEvents.Event.FOREGROUND_SERVICE_STOP`.
pub(super) const FOREGROUND_SERVICE_STOP: i32 = 20;

impl ActiveServices {
    /// `stopService`: 1 found, 0 unknown, -1 no permission. Rule: FGS-STOP-020.
    ///
    /// # Errors
    ///
    /// `SecurityException` for an unknown caller.
    pub(super) fn stop_service(
        &mut self,
        caller: Caller,
        service: &ComponentName,
        user: UserId,
        cx: &mut Context<'_>,
    ) -> Result<i32, Exception> {
        Self::caller_fg(caller.pid, cx)?;
        let who = Identity { uid: caller.uid, pid: caller.pid, package: None };
        let wanted =
            Wanted { component: service, user, who: &who, create: false, caller_fg: false };
        let found = self.retrieve_service(&wanted, cx);
        cx.out.decide(&rule::FGS_STOP_020, "stopService", || facts!(service, found));
        match found {
            Lookup::Missing => Ok(0),
            Lookup::Refused(_) => Ok(-1),
            Lookup::Found(token) => {
                self.stop_service_record(token, cx);
                Ok(1)
            }
        }
    }

    /// Takes a service out of the started state and brings it down unless something else wants it.
    /// Rule: FGS-STOP-020.
    pub(super) fn stop_service_record(&mut self, token: ServiceToken, cx: &mut Context<'_>) {
        let record = self.record_mut(token);
        if record.delayed {
            cx.out.decide(&rule::FGS_STOP_020, "stopped later", || facts!(token));
            record.delayed_stop = true;
            return;
        }
        self.no_longer_started(token, cx);
        self.bring_down_if_needed(token, cx);
    }

    fn no_longer_started(&mut self, token: ServiceToken, cx: &mut Context<'_>) {
        self.stop_short_fgs_timeout(token, cx);
        let record = self.record_mut(token);
        record.start_requested = false;
        record.call_start = false;
    }

    /// `stopSelf`, `stopSelfResult`. Rules: FGS-STOP-021, FGS-STOP-022.
    pub(super) fn stop_service_token(
        &mut self,
        token: ServiceToken,
        start_id: i32,
        cx: &mut Context<'_>,
    ) -> bool {
        let record = self.record_mut(token);
        if start_id >= 0 {
            let upto = record
                .delivered_starts
                .iter()
                .position(|item| item.id == start_id && !item.task_removed);
            if let Some(index) = upto {
                record.delivered_starts.drain(..=index);
            }
            if record.last_start_id != start_id {
                let last = record.last_start_id;
                cx.out.decide(&rule::FGS_STOP_022, "not the last start", || facts!(start_id, last));
                return false;
            }
        }
        cx.out.decide(&rule::FGS_STOP_021, "stopped by itself", || facts!(token, start_id));
        self.no_longer_started(token, cx);
        self.bring_down_if_needed(token, cx);
        true
    }

    /// Rule: FGS-STOP-020.
    pub(super) fn bring_down_if_needed(&mut self, token: ServiceToken, cx: &mut Context<'_>) {
        let Some(record) = self.record(token) else { return };
        if record.is_needed() {
            if record.fg_required && !record.start_requested {
                cx.out.decide(&start::FGS_START_076, "kept by a binding", || facts!(token));
            }
            return;
        }
        if self.pending_services.contains(&token) {
            cx.out.decide(&start::FGS_START_095, "brought down at attach", || facts!(token));
            return;
        }
        self.bring_down_service(token, cx);
    }

    /// The end of a record. Rule: FGS-STOP-030.
    pub(super) fn bring_down_service(&mut self, token: ServiceToken, cx: &mut Context<'_>) {
        let record = self.record_mut(token);
        cx.out.decide(&rule::FGS_STOP_030, "brought down", || facts!(name = record.name()));
        if record.is_short_fgs() {
            self.stop_short_fgs_timeout(token, cx);
        }
        self.tell_clients_of_death(token, cx);
        let mut adjusted = self.unbind_all_intents(token, cx);
        self.break_contract(token, cx);
        self.remove_from_tables(token, cx);
        self.leave_foreground_for_good(token, cx);
        let record = self.record_mut(token);
        record.delivered_starts.clear();
        record.pending_starts.clear();
        let (user, app) = (record.user, record.app);
        self.user_mut(user).delayed_start.retain(|delayed| *delayed != token);
        if let Some(pid) = app {
            self.stop_in_process(token, cx);
            cx.neighbours.processes_mut().touch(pid, cx.now);
            self.update_service_foreground(pid, cx);
            adjusted |= self.send_destroy(token, adjusted, cx);
        }
        if !adjusted {
            self.update_oom_adj(OomAdjReason::StopService, cx);
        }
        self.ensure_not_starting_background(token, cx);
        if self.record(token).is_some_and(|record| record.app.is_none()) {
            self.forget(token, cx);
        }
    }

    /// Step 2 of FGS-STOP-030, first half.
    fn tell_clients_of_death(&mut self, token: ServiceToken, cx: &mut Context<'_>) {
        let record = self.record_mut(token);
        let component = record.name().clone();
        for connection in record.connections.values_mut() {
            connection.service_dead = true;
            cx.effect(ServiceEffect::Connected {
                client: connection.client_uid,
                process: cx.process_name(connection.key.client),
                connection: connection.key.connection,
                component: component.clone(),
                service: None,
                dead: true,
            });
        }
    }

    /// Step 2 of FGS-STOP-030, second half.
    fn unbind_all_intents(&mut self, token: ServiceToken, cx: &mut Context<'_>) -> bool {
        let record = self.record_mut(token);
        if record.app.is_none() {
            return false;
        }
        let (uid, process) = (record.info.uid, record.info.process.clone());
        let bound: Vec<_> = record
            .bindings
            .iter()
            .rev()
            .filter(|it| it.has_bound)
            .map(|it| it.action.clone())
            .collect();
        let mut adjusted = false;
        for action in bound {
            adjusted |=
                self.bump_service_executing(token, false, Some(OomAdjReason::UnbindService), cx);
            for binding in &mut self.record_mut(token).bindings {
                if binding.action == action {
                    binding.has_bound = false;
                    binding.requested = false;
                }
            }
            cx.effect(ServiceEffect::UnbindService {
                uid,
                process: process.clone(),
                service: token,
                action,
            });
        }
        adjusted
    }

    /// The contract of `startForegroundService` is broken. Rules: FGS-START-074, FGS-STOP-023.
    fn break_contract(&mut self, token: ServiceToken, cx: &mut Context<'_>) {
        let record = self.record_mut(token);
        if !record.fg_required {
            return;
        }
        record.fg_required = false;
        record.fg_waiting = false;
        let (app, component, uid) = (record.app, record.name().clone(), record.info.uid);
        let package = component.package.to_string();
        cx.remove_message(Message::StartForegroundTimeout { service: token });
        cx.effect(ServiceEffect::StartForegroundOp { package, uid, active: false });
        cx.out.decide(&start::FGS_START_074, "the contract is broken", || facts!(component, app));
        if let Some(pid) = app {
            cx.post(Posted::ForegroundCrash { pid, component });
        }
    }

    /// Crashes the app, if its process still lives. Rules: FGS-START-074, FGS-EXC-060.
    pub(super) fn service_foreground_crash(
        &mut self,
        pid: crate::ids::Pid,
        component: &ComponentName,
        cx: &mut Context<'_>,
    ) {
        let Some(app) = cx.neighbours.process(pid) else { return };
        cx.out.decide(&exc::FGS_EXC_060, "crashed", || facts!(pid, component));
        cx.effect(ServiceEffect::CrashApp {
            uid: app.uid,
            process: app.name,
            exception: "ForegroundServiceDidNotStartInTimeException".to_owned(),
            message: format!(
                "Context.startForegroundService() did not then call Service.startForeground(): {component}"
            ),
            forced: false,
        });
    }

    /// Step 4 of FGS-STOP-030.
    fn remove_from_tables(&mut self, token: ServiceToken, cx: &mut Context<'_>) {
        let record = self.record_mut(token);
        let key = (record.user, record.name().clone());
        self.by_name.remove(&key);
        self.unschedule_restart(token, crate::ids::Uid::ROOT, true, cx);
        self.pending_services.retain(|pending| *pending != token);
        self.pending_bring_ups.remove(&token);
    }

    /// Steps 5 to 7 of FGS-STOP-030.
    fn leave_foreground_for_good(&mut self, token: ServiceToken, cx: &mut Context<'_>) {
        self.cancel_foreground_notification(token, cx);
        let exiting = self.record_mut(token).is_foreground;
        if exiting {
            self.stop_short_fgs_timeout(token, cx);
            self.dec_active_foreground_app(token, cx);
            self.exit_foreground(token, FgsStopReason::StopService, cx);
            self.report_foreground_usage(token, FOREGROUND_SERVICE_STOP, cx);
        }
        self.record_mut(token).is_foreground = false;
        self.drop_fgs_notification_state(token, cx);
        let record = self.record_mut(token);
        record.foreground_id = 0;
        record.foreground_noti = None::<Box<Notification>>;
        self.reset_fgs_restriction(token, cx.out);
        if exiting {
            self.signal_foreground_service_observers(token, cx);
        }
    }

    /// The op ends and the EXIT event is recorded.
    pub(super) fn exit_foreground(
        &mut self,
        token: ServiceToken,
        cause: FgsStopReason,
        cx: &mut Context<'_>,
    ) {
        let record = self.record_mut(token);
        let (component, uid) = (record.name().clone(), record.info.uid);
        let duration = cx.now.uptime.since(record.fgs_enter_time).max(0);
        let package = component.package.to_string();
        cx.effect(ServiceEffect::StartForegroundOp { package, uid, active: false });
        let change = ForegroundServiceChange::Exit { duration, cause };
        cx.effect(ServiceEffect::ForegroundServiceState { component, uid, change });
    }

    /// Step 9 of FGS-STOP-030; a delegate has no code to tell. Rule: FGS-START-099.
    fn send_destroy(&mut self, token: ServiceToken, adjusted: bool, cx: &mut Context<'_>) -> bool {
        let record = self.record_mut(token);
        if let Some(delegate) = record.delegate.clone() {
            let component = record.name().clone();
            record.app = None;
            if let Some(connection) = delegate.connection {
                cx.effect(ServiceEffect::Delegate { connection, component, connected: false });
            }
            return false;
        }
        let (uid, process) = (record.info.uid, record.info.process.clone());
        record.destroying = true;
        let reason = (!adjusted).then_some(OomAdjReason::StopService);
        let adjusted = self.bump_service_executing(token, false, reason, cx);
        cx.effect(ServiceEffect::DestroyService { uid, process, service: token });
        adjusted
    }
}
