//! `ProcessServiceRecord`: the services of one process, their callbacks in flight, and what of it the
//! process code is told. Rules: FGS-OOM-001, FGS-OOM-002, FGS-START-096.
//!
//! What the process code makes of it: FGS-OOM-003, FGS-OOM-010, FGS-OOM-011, FGS-OOM-012, FGS-OOM-014,
//! FGS-OOM-016, FGS-OOM-017, FGS-OOM-019, FGS-OOM-020 and, for while-in-use access, FGS-WIU-020.

use std::collections::BTreeSet;

use super::active_services::{ActiveServices, Context};
use super::contract::report_anr;
use super::effect::{ServiceToken, TimeoutKind};
use super::neighbours::OomAdjReason;
use super::record::ServiceRecord;
use super::Message;
use crate::facts;
use crate::ids::Pid;
use crate::process::{ProcState, ProcessList, RunningService, Urgency};
use crate::rules::{fgs_oom as oom, fgs_start as start};

/// The services of one process.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub(super) struct HostedServices {
    /// In the order of their creation.
    pub running: Vec<ServiceToken>,
    /// Those with a callback in flight.
    pub executing: BTreeSet<ServiceToken>,
    /// One of the callbacks was sent for someone in the foreground.
    pub exec_services_fg: bool,
}

impl ServiceRecord {
    /// What the process code looks at.
    fn as_running(&self) -> RunningService {
        RunningService {
            start_requested: self.start_requested,
            last_activity: self.last_activity,
            is_foreground: self.is_foreground,
            foreground_types: self.foreground_service_type.0,
            start_foreground_owed: self.fg_required,
            while_in_use: self.restriction.allow_while_in_use,
            short_started: self.short_fgs_started(),
            keep_warm: false,
        }
    }
}

impl ActiveServices {
    /// Adds a service to a process; `false` if it was there already.
    pub(super) fn start_in_process(
        &mut self,
        token: ServiceToken,
        pid: Pid,
        cx: &mut Context<'_>,
    ) -> bool {
        let hosted = self.processes.entry(pid).or_default();
        let new = !hosted.running.contains(&token);
        if new {
            hosted.running.push(token);
        }
        let running = self.record_mut(token).as_running();
        cx.neighbours.processes_mut().start_service(pid, token, running);
        new
    }

    /// Takes a service out of its process.
    pub(super) fn stop_in_process(&mut self, token: ServiceToken, cx: &mut Context<'_>) {
        if let Some(pid) = self.record(token).and_then(ServiceRecord::app) {
            if let Some(hosted) = self.processes.get_mut(&pid) {
                hosted.running.retain(|running| *running != token);
            }
        }
        cx.neighbours.processes_mut().stop_service(token);
    }

    /// Tells the process code what is now so of every running service. Whoever has all process
    /// states computed for a reason of its own calls this first.
    pub fn report_services(&self, processes: &mut ProcessList) {
        for token in self.processes.values().flat_map(|hosted| &hosted.running) {
            if let (Some(record), Some(known)) =
                (self.record(*token), processes.service_mut(*token))
            {
                *known = record.as_running();
            }
        }
    }

    /// Sums up the foreground services of a process. Rules: FGS-OOM-001, FGS-OOM-002.
    pub(super) fn update_service_foreground(&mut self, pid: Pid, cx: &mut Context<'_>) {
        self.report_services(cx.neighbours.processes_mut());
        cx.neighbours.processes_mut().update_foreground(pid);
        cx.out.decide(&oom::FGS_OOM_001, "summed up", || {
            let has = self.running_in(pid).any(|it| it.is_foreground || it.fg_required);
            facts!(pid, has_foreground_services = has)
        });
    }

    /// A callback of a service begins; whether the process states were computed for it.
    /// Rule: FGS-START-096.
    pub(super) fn bump_service_executing(
        &mut self,
        token: ServiceToken,
        fg: bool,
        reason: Option<OomAdjReason>,
        cx: &mut Context<'_>,
    ) -> bool {
        let record = self.record_mut(token);
        let (first, app) = (record.execute_nesting == 0, record.app);
        if first {
            record.execute_fg = fg;
        }
        if let Some(pid) = app {
            let hosted = self.processes.entry(pid).or_default();
            let was_fg = hosted.exec_services_fg;
            if first {
                hosted.executing.insert(token);
            }
            hosted.exec_services_fg |= fg;
            let check = (first && hosted.executing.len() == 1) || (!first && fg && !was_fg);
            let urgency = if fg { Urgency::Foreground } else { Urgency::Background };
            cx.neighbours.processes_mut().start_executing(pid, token, urgency);
            if check {
                self.schedule_service_timeout(pid, cx);
            }
        }
        let mut adjusted = false;
        if let (Some(reason), Some(app)) = (reason, cx.process(app)) {
            if app.cur_proc_state > ProcState::Service {
                self.update_oom_adj(reason, cx);
                adjusted = true;
            }
        }
        let now = cx.now.uptime;
        let record = self.record_mut(token);
        record.execute_fg |= fg;
        record.execute_nesting += 1;
        record.executing_start = now;
        adjusted
    }

    /// The limit of a callback as things are now; milliseconds of uptime.
    fn callback_limit(&self, pid: Pid) -> i64 {
        if self.processes.get(&pid).is_some_and(|hosted| hosted.exec_services_fg) {
            self.constants.service_timeout
        } else {
            self.constants.service_background_timeout
        }
    }

    fn schedule_service_timeout(&mut self, pid: Pid, cx: &mut Context<'_>) {
        let due = cx.now.uptime.plus(self.callback_limit(pid));
        cx.send_at(Message::ServiceTimeout { pid }, due);
    }

    /// Looks whether a callback takes too long. Rule: FGS-START-096.
    pub(super) fn service_timeout(&mut self, pid: Pid, cx: &mut Context<'_>) {
        let Some(app) = cx.neighbours.process(pid) else { return };
        let Some(hosted) = self.processes.get(&pid) else { return };
        if app.debugging || app.killed || hosted.executing.is_empty() {
            cx.out.decide(&start::FGS_START_096, "nothing to look for", || facts!(pid));
            return;
        }
        let limit = self.callback_limit(pid);
        let latest_good = cx.now.uptime.plus(-limit);
        let executing = || hosted.executing.iter().filter_map(|token| self.record(*token));
        let late = executing().find(|service| service.executing_start < latest_good);
        if let Some(service) = late {
            let reason = format!("executing service {}", service.name());
            cx.out.decide(&start::FGS_START_096, "a callback takes too long", || facts!(reason));
            report_anr(pid, TimeoutKind::ServiceExec, reason, cx);
        } else if let Some(next) = executing().map(|service| service.executing_start).max() {
            cx.out.decide(&start::FGS_START_096, "look again", || facts!(pid));
            // Due at this very instant it would find the same again: only a later one can be late.
            let due = next.plus(limit).max(cx.now.uptime.plus(1));
            cx.send_at(Message::ServiceTimeout { pid }, due);
        }
    }

    /// A callback of a service is over, or all of them are. Rule: FGS-OOM-021.
    pub(super) fn done_executing(
        &mut self,
        token: ServiceToken,
        finishing: bool,
        reason: OomAdjReason,
        cx: &mut Context<'_>,
    ) {
        let record = self.record_mut(token);
        let destroying = record.destroying;
        record.execute_nesting = record.execute_nesting.saturating_sub(1);
        if record.execute_nesting > 0 {
            return;
        }
        let (app, was_fg) = (record.app, record.execute_fg);
        if let Some(pid) = app {
            self.stop_executing(pid, token, was_fg, cx);
            if destroying {
                self.record_mut(token).bindings.clear();
            }
            self.update_oom_adj(reason, cx);
        }
        self.record_mut(token).execute_fg = false;
        if finishing {
            self.stop_in_process(token, cx);
            self.record_mut(token).app = None;
            cx.neighbours.set_service_process(token, None, cx.looper, cx.out);
            if destroying {
                self.forget(token, cx);
            }
        }
    }

    fn stop_executing(
        &mut self,
        pid: Pid,
        token: ServiceToken,
        was_fg: bool,
        cx: &mut Context<'_>,
    ) {
        cx.neighbours.processes_mut().stop_executing(pid, token);
        let Some(hosted) = self.processes.get_mut(&pid) else { return };
        hosted.executing.remove(&token);
        hosted.exec_services_fg = false;
        if hosted.executing.is_empty() {
            cx.remove_message(Message::ServiceTimeout { pid });
        } else if was_fg {
            let left = &self.processes[&pid].executing;
            let fg = left.iter().any(|token| self.record(*token).is_some_and(|it| it.execute_fg));
            self.processes.entry(pid).or_default().exec_services_fg = fg;
        }
    }

    /// Nothing of the record is needed any more.
    pub(super) fn forget(&mut self, token: ServiceToken, cx: &mut Context<'_>) {
        self.records.remove(&token);
        cx.neighbours.processes_mut().forget_service(token);
    }
}
