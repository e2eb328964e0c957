//! What happens to services from outside: their process dies, their task or their app is removed.
//! Rules: FGS-STOP-040, FGS-STOP-041, FGS-STOP-063, FGS-START-081.

use super::active_services::{ActiveServices, Context};
use super::effect::ServiceToken;
use super::neighbours::{Neighbours, OomAdjReason};
use super::record::StartItem;
use super::Message;
use crate::facts;
use crate::ids::{Pid, Uid, UserId};
use crate::rules::{fgs_start as start, fgs_stop as rule};

/// `MIN_CRASH_INTERVAL`: crashes further apart do not add up; milliseconds of uptime.
const MIN_CRASH_INTERVAL: i64 = 120_000;

impl ActiveServices {
    /// A process is gone. Its services are detached from it, then restarted or brought down.
    /// Rules: FGS-STOP-040, FGS-START-091.
    pub fn process_died(&mut self, pid: Pid, allow_restart: bool, cx: &mut Context<'_>) {
        let process = self.process_of(pid, &*cx.neighbours);
        let keys: Vec<_> =
            self.connections.keys().filter(|key| key.client == pid).copied().collect();
        for key in keys.into_iter().rev() {
            for token in self.connections.remove(&key).unwrap_or_default() {
                self.remove_connection(token, key, cx);
            }
        }
        let hosted = self.processes.remove(&pid).unwrap_or_default();
        let executing: Vec<ServiceToken> = hosted.executing.into_iter().collect();
        cx.remove_message(Message::ServiceTimeout { pid });
        for token in hosted.running.iter().rev() {
            self.detach(*token, pid, cx);
        }
        for token in hosted.running.iter().rev() {
            cx.neighbours.processes_mut().stop_service(*token);
            if self.record(*token).is_some() {
                cx.out.decide(&rule::FGS_STOP_040, "its process died", || facts!(token, pid));
                self.restart_or_bring_down(*token, allow_restart, cx);
            }
        }
        if let Some((uid, name)) = process.filter(|_| !allow_restart) {
            self.forget_waiting_for(uid, &name, cx);
        }
        for token in executing {
            cx.neighbours.processes_mut().stop_executing(pid, token);
            if self.record(token).is_some_and(|record| record.destroying) {
                self.forget(token, cx);
            }
        }
        self.update_oom_adj(OomAdjReason::ProcessEnd, cx);
    }

    /// Uid and name of a process, of which there may be nothing left but its services.
    fn process_of(&self, pid: Pid, neighbours: &dyn Neighbours) -> Option<(Uid, String)> {
        let hosted = || self.running_in(pid).next();
        let by_service = || hosted().map(|it| (it.info.uid, it.info.process.clone()));
        neighbours.process(pid).map(|app| (app.uid, app.name)).or_else(by_service)
    }

    /// `killServicesLocked` without restarts: nothing waits for this process any more, be it for a
    /// restart, for its start, or for the end of an update. The records stay, for whoever asks again.
    fn forget_waiting_for(&mut self, uid: Uid, process: &str, cx: &mut Context<'_>) {
        let records = &self.records;
        let meant = |token: &ServiceToken| {
            let info = records.get(token).map(|record| &record.info);
            info.is_some_and(|info| info.uid == uid && info.process == process)
        };
        let restarting: Vec<ServiceToken> = self.restarting.iter().copied().filter(meant).collect();
        self.pending_services.retain(|token| !meant(token));
        self.pending_bring_ups.retain(|token, _| !meant(token));
        self.restarting.retain(|token| !restarting.contains(token));
        for service in restarting {
            cx.out.decide(&rule::FGS_STOP_040, "not restarted", || facts!(service));
            cx.remove_message(Message::Restart { service });
        }
    }

    /// The service no longer runs in the process, which is gone.
    fn detach(&mut self, token: ServiceToken, pid: Pid, cx: &mut Context<'_>) {
        cx.neighbours.set_service_process(token, None, cx.looper, cx.out);
        cx.neighbours.processes_mut().stop_executing(pid, token);
        let record = self.record_mut(token);
        record.app = None;
        record.execute_nesting = 0;
        record.execute_fg = false;
        for binding in &mut record.bindings {
            binding.has_binder = false;
            binding.requested = false;
            binding.received = false;
            binding.has_bound = false;
        }
    }

    /// The app crashed, which counts against the restart of its services; a service that ran for
    /// longer than two minutes starts over. Rule: FGS-START-093.
    pub fn note_crash(&mut self, pid: Pid, cx: &mut Context<'_>) {
        let now = cx.now.uptime;
        let tokens: Vec<ServiceToken> = self.running_in(pid).map(|it| it.token).collect();
        for token in tokens {
            let restart = &mut self.record_mut(token).restart;
            restart.crash_count = if now > restart.restart_time.plus(MIN_CRASH_INTERVAL) {
                1
            } else {
                restart.crash_count.saturating_add(1)
            };
            let count = restart.crash_count;
            cx.out.decide(&start::FGS_START_093, "crashed", || facts!(token, count));
        }
    }

    /// The user removed the app's task. Rule: FGS-STOP-041.
    pub fn clean_up_services(&mut self, user: UserId, package: &str, cx: &mut Context<'_>) {
        for token in self.tokens_of_user(user) {
            let Some(record) = self.record(token) else { continue };
            if record.package() != package || !record.start_requested {
                continue;
            }
            let stop = record.info.stop_with_task;
            cx.out.decide(&rule::FGS_STOP_041, "its task is removed", || facts!(token, stop));
            if stop {
                self.stop_service_record(token, cx);
                continue;
            }
            let record = self.record_mut(token);
            let id = record.last_start_id;
            record.pending_starts.push_back(StartItem { task_removed: true, ..StartItem::new(id) });
            if record.app.is_some() {
                self.send_service_args(token, true, true, cx);
            }
        }
    }

    /// All services of a package are brought down without restart, and without a crash for an open
    /// contract: they are detached from their processes first. Rule: FGS-STOP-063.
    pub fn bring_down_package(&mut self, user: UserId, package: &str, cx: &mut Context<'_>) {
        let mut meant: Vec<ServiceToken> = Vec::new();
        for token in self.tokens_of_user(user).into_iter().rev() {
            if self.record(token).is_some_and(|it| it.package() == package) {
                self.stop_in_process(token, cx);
                let app = self.record_mut(token).app.take();
                cx.neighbours.set_service_process(token, None, cx.looper, cx.out);
                if let Some(hosted) = app.and_then(|pid| self.processes.get_mut(&pid)) {
                    hosted.executing.remove(&token);
                }
                meant.push(token);
            }
        }
        cx.out.decide(&rule::FGS_STOP_063, "stopped for the user", || facts!(package, meant));
        self.force_stop_package(user, package, cx);
        for token in meant.into_iter().rev() {
            self.bring_down_service(token, cx);
        }
    }

    /// Nothing of the package is waiting any more. Rules: FGS-START-022, FGS-DEFER-006.
    fn force_stop_package(&mut self, user: UserId, package: &str, cx: &mut Context<'_>) {
        self.forget_active_app(package, user, cx);
        let records = &self.records;
        self.pending_bring_ups.retain(|token, _| {
            records.get(token).is_some_and(|it| it.package() != package || it.user != user)
        });
        self.restart_backoff_disabled.remove(package);
        self.remove_deferrals(package, user);
    }

    /// Switches the back-off of restarts of a package off or on. Rule: FGS-START-093.
    pub fn set_restart_backoff(&mut self, package: &str, enabled: bool) {
        if enabled {
            self.restart_backoff_disabled.remove(package);
        } else {
            self.restart_backoff_disabled.insert(package.to_owned());
        }
    }
}
