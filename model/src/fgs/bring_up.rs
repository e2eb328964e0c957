//! Bringing a service up: its process, its creation in it, and the delivery of its starts.
//!
//! Rules: FGS-START-028, -029, -070 … 072, -095, -097. The trap: the contract timer starts when start
//! arguments are delivered, not when `startForegroundService` is called.

use super::active_services::{ActiveServices, Context};
use super::effect::{ServiceEffect, ServiceToken};
use super::neighbours::{NamedProcess, OomAdjReason, UserState};
use super::reason::ReasonCode;
use super::record::{ServiceRecord, StartItem};
use super::Message;
use crate::facts;
use crate::ids::{Pid, Uid};
use crate::rules::fgs_start as rule;

/// `UsageEvents.Event.APP_COMPONENT_USED`.
const APP_COMPONENT_USED: i32 = 31;
/// `Service.START_FLAG_REDELIVERY`.
const START_FLAG_REDELIVERY: i32 = 1;
/// `Service.START_FLAG_RETRY`.
const START_FLAG_RETRY: i32 = 2;

impl ActiveServices {
    /// Has a service run: delivers to its instance, creates one, or waits for its process.
    ///
    /// # Errors
    ///
    /// Why it cannot run; it has been brought down. Rule: FGS-START-029.
    pub(super) fn bring_up_service(
        &mut self,
        token: ServiceToken,
        exec_in_fg: bool,
        while_restarting: bool,
        held_back: bool,
        cx: &mut Context<'_>,
    ) -> Result<(), String> {
        if self.record_mut(token).app.is_some() {
            self.send_service_args(token, exec_in_fg, true, cx);
            return Ok(());
        }
        if !while_restarting && self.restarting.contains(&token) {
            return Ok(());
        }
        self.restarting.retain(|waiting| *waiting != token);
        self.remove_from_delayed(token);
        let record = self.record_mut(token);
        let (info, user) = (record.info.clone(), record.user);
        if !matches!(cx.neighbours.user(user), UserState::Started | UserState::Stopping) {
            cx.out.decide(&rule::FGS_START_029, "user is stopped", || facts!(user));
            self.bring_down_service(token, cx);
            return Err(format!("unable to launch app {}: user {user} is stopped", info.uid));
        }
        self.report_use(token, cx);
        match cx.neighbours.process_named(&info.process, info.uid) {
            NamedProcess::Attached(pid) => {
                self.real_start_service(token, pid, exec_in_fg, cx);
                return Ok(());
            }
            NamedProcess::Absent if !held_back => {
                if !cx.neighbours.start_process(cx.now, &info, cx.looper, cx.out) {
                    cx.out.decide(&rule::FGS_START_029, "no process", || {
                        facts!(process = info.process)
                    });
                    self.bring_down_service(token, cx);
                    return Err(format!("unable to launch app {}: process is bad", info.uid));
                }
            }
            NamedProcess::Absent | NamedProcess::Starting => {}
        }
        self.wait_for_process(token, cx);
        Ok(())
    }

    /// Its package is used, and no longer stopped. Rule: FGS-START-097.
    fn report_use(&mut self, token: ServiceToken, cx: &mut Context<'_>) {
        let record = self.record_mut(token);
        let (package, user) = (record.package().to_owned(), record.user);
        let by_another = record.recent_calling_package.as_deref() != Some(package.as_str());
        if by_another && !record.not_app_component_usage {
            cx.out.decide(&rule::FGS_START_097, "used by another app", || facts!(package));
            cx.effect(ServiceEffect::UsageEvent {
                package: package.clone(),
                class: None,
                user,
                event: APP_COMPONENT_USED,
            });
        }
        cx.effect(ServiceEffect::PackageUnstopped { package, user });
    }

    /// The service waits for its process. Rule: FGS-START-028.
    fn wait_for_process(&mut self, token: ServiceToken, cx: &mut Context<'_>) {
        let timeout = self.constants.service_start_foreground_timeout;
        let record = self.record_mut(token);
        let (uid, caller) = (record.info.uid, record.recent_calling_uid);
        if record.fg_required {
            cx.out.decide(&rule::FGS_START_028, "launch allow-list", || facts!(uid, timeout));
            let reason = ReasonCode::SERVICE_LAUNCH;
            cx.neighbours
                .temp_allowlist_uid(cx.now, uid, timeout, reason, caller, cx.looper, cx.out);
        }
        if !self.pending_services.contains(&token) {
            self.pending_services.push(token);
        }
        self.apply_delayed_stop(token, cx);
    }

    /// A stop that came while the service was delayed. Rule: FGS-STOP-020.
    fn apply_delayed_stop(&mut self, token: ServiceToken, cx: &mut Context<'_>) {
        let record = self.record_mut(token);
        if std::mem::take(&mut record.delayed_stop) && record.start_requested {
            self.stop_service_record(token, cx);
        }
    }

    /// Creates the service in its process and delivers its starts. Rule: FGS-START-095.
    pub(super) fn real_start_service(
        &mut self,
        token: ServiceToken,
        pid: Pid,
        exec_in_fg: bool,
        cx: &mut Context<'_>,
    ) {
        let now = cx.now.uptime;
        let record = self.record_mut(token);
        record.app = Some(pid);
        record.restart.restart_time = now;
        record.last_activity = now;
        cx.neighbours.set_service_process(token, Some(pid), cx.looper, cx.out);
        self.start_in_process(token, pid, cx);
        self.bump_service_executing(token, exec_in_fg, None, cx);
        cx.neighbours.processes_mut().touch(pid, cx.now);
        self.update_service_foreground(pid, cx);
        self.update_oom_adj(OomAdjReason::StartService, cx);
        let record = self.record_mut(token);
        let (uid, class) = (record.info.uid, record.name().class.to_string());
        let process = record.info.process.clone();
        cx.out.decide(&rule::FGS_START_095, "created", || facts!(class, pid));
        cx.effect(ServiceEffect::CreateService { uid, process, service: token, class });
        self.post_notification(token, cx);
        self.request_service_bindings(token, exec_in_fg, cx);
        let record = self.record_mut(token);
        if record.start_requested && record.call_start && record.pending_starts.is_empty() {
            let id = record.make_next_start_id();
            record.pending_starts.push_back(StartItem { null_intent: true, ..StartItem::new(id) });
            cx.out.decide(&rule::FGS_START_090, "a start without an intent", || facts!(id));
        }
        self.send_service_args(token, exec_in_fg, false, cx);
        self.remove_from_delayed(token);
        self.apply_delayed_stop(token, cx);
    }

    /// Hands the pending starts to the running instance. Rules: FGS-START-070, FGS-START-071.
    pub(super) fn send_service_args(
        &mut self,
        token: ServiceToken,
        exec_in_fg: bool,
        update: bool,
        cx: &mut Context<'_>,
    ) {
        let record = self.record_mut(token);
        let pending = std::mem::take(&mut record.pending_starts);
        if pending.is_empty() {
            return;
        }
        let (uid, several) = (record.info.uid, pending.len() > 1);
        let process = record.info.process.clone();
        let mut sent = Vec::new();
        for mut item in pending {
            if item.null_intent && several {
                continue;
            }
            item.delivered_time = cx.now.uptime;
            item.delivery_count += 1;
            sent.push(start_effect(uid, process.clone(), token, &item));
            self.record_mut(token).delivered_starts.push(item);
            self.bump_service_executing(token, exec_in_fg, None, cx);
            self.start_contract_timer(token, cx);
        }
        if update {
            self.update_oom_adj(OomAdjReason::StartService, cx);
        }
        for effect in sent {
            cx.effect(effect);
        }
    }

    /// Tells each process of a newly attached one what waits for it. Rule: FGS-START-095.
    pub fn attach_application(&mut self, pid: Pid, cx: &mut Context<'_>) {
        let Some(app) = cx.neighbours.process(pid) else { return };
        let restricted = cx.neighbours.background_restricted(app.uid, &app.package);
        cx.neighbours.set_background_restricted(pid, restricted);
        let waits =
            |record: &ServiceRecord| record.info.uid == app.uid && record.info.process == app.name;
        let pending: Vec<_> = self
            .pending_services
            .iter()
            .copied()
            .filter(|token| self.record(*token).is_some_and(waits))
            .collect();
        for token in pending {
            if !self.pending_services.contains(&token) {
                continue;
            }
            self.pending_services.retain(|waiting| *waiting != token);
            let fg = self.record_mut(token).created_from_fg;
            self.real_start_service(token, pid, fg, cx);
            if self.record(token).is_some_and(|it| !it.destroying && !it.is_needed()) {
                cx.out.decide(&rule::FGS_START_095, "no longer needed", || facts!(token));
                self.bring_down_service(token, cx);
            }
        }
        self.restart_at_once(app.uid, &app.name, cx);
    }

    /// A process has not attached in time; what waits for it is brought down. Rule: FGS-START-095.
    pub fn process_start_timed_out(&mut self, uid: Uid, process: &str, cx: &mut Context<'_>) {
        let waiting = self.pending_services.clone();
        for token in waiting {
            let meant = self
                .record(token)
                .is_some_and(|it| it.info.uid == uid && it.info.process == process);
            if meant {
                self.pending_services.retain(|pending| *pending != token);
                self.bring_down_service(token, cx);
            }
        }
    }

    /// The contract timer. Rules: FGS-START-070 … 072, FGS-START-079.
    fn start_contract_timer(&mut self, token: ServiceToken, cx: &mut Context<'_>) {
        let timeout = self.constants.service_start_foreground_timeout;
        let record = self.record_mut(token);
        if !record.fg_required {
            return;
        }
        if record.fg_waiting {
            cx.out.decide(&rule::FGS_START_079, "no new timer", || facts!(token));
            return;
        }
        if record.is_foreground {
            cx.out.decide(&rule::FGS_START_071, "in the foreground already", || facts!(token));
            record.fg_required = false;
            return;
        }
        record.fg_waiting = true;
        cx.out.decide(&rule::FGS_START_070, "startForeground must follow", || facts!(timeout));
        let due = cx.now.uptime.plus(timeout);
        cx.send_at(Message::StartForegroundTimeout { service: token }, due);
    }
}

/// What the app hears of one item.
fn start_effect(
    uid: Uid,
    process: String,
    service: ServiceToken,
    item: &StartItem,
) -> ServiceEffect {
    if item.task_removed {
        return ServiceEffect::TaskRemoved { uid, process, service, start_id: item.id };
    }
    let mut flags = 0;
    if item.delivery_count > 1 {
        flags |= START_FLAG_RETRY;
    }
    if item.done_executing_count > 0 {
        flags |= START_FLAG_REDELIVERY;
    }
    ServiceEffect::StartCommand {
        uid,
        process,
        service,
        start_id: item.id,
        flags,
        null_intent: item.null_intent,
    }
}
