//! `ActiveServices`: all services of all users, and what is waiting to happen to them.

use std::collections::{BTreeMap, BTreeSet};

use super::active_apps::ActiveForegroundApp;
use super::connection::{ConnectionKey, ConnectionRecord};
use super::constants::Constants;
use super::deferral::PendingNotification;
use super::effect::ServiceToken;
use super::frozen::PendingBringUp;
use super::hosted::HostedServices;
use super::neighbours::{AppProcess, Neighbours, OomAdjReason};
use super::pending_intent::{PendingIntentKey, PendingIntentRecord};
use super::record::ServiceRecord;
use super::types::ForegroundServiceTypePolicy;
use super::{Message, Posted};
use crate::effect::Effect;
use crate::ids::{ComponentName, Pid, Uid, UserId};
use crate::looper::Looper;
use crate::output::Output;
use crate::rules::fgs_start as start;
use crate::time::{Now, Uptime};
use crate::{facts, looper};

/// What every entry of the service code is handed: the instant, the neighbours, and where to leave
/// timers and effects.
pub struct Context<'a> {
    /// The instant.
    pub now: Now,
    /// Whom to ask, and whom to have act.
    pub neighbours: &'a mut dyn Neighbours,
    /// Timers and posted messages.
    pub looper: &'a mut Looper,
    /// Effects and decisions.
    pub out: &'a mut Output,
}

impl Context<'_> {
    pub(super) fn effect(&mut self, effect: impl Into<Effect>) {
        self.out.effect(effect);
    }

    pub(super) fn send_at(&mut self, message: Message, at: Uptime) {
        self.looper.send_at(looper::Message::Service(message), at);
    }

    pub(super) fn remove_message(&mut self, message: Message) {
        self.looper.remove_message(&looper::Message::Service(message));
    }

    pub(super) fn post(&mut self, posted: Posted) {
        self.looper.post(looper::Posted::Service(posted));
    }

    pub(super) fn process(&self, pid: Option<Pid>) -> Option<AppProcess> {
        self.neighbours.process(pid?)
    }

    /// The name of a process; empty if it is gone.
    pub(super) fn process_name(&self, pid: Pid) -> String {
        self.process(Some(pid)).map(|process| process.name).unwrap_or_default()
    }
}

/// What is kept for one user.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub(super) struct ServiceMap {
    /// Started, but not to be brought up yet. Rule: FGS-START-027.
    pub delayed_start: Vec<ServiceToken>,
    /// Brought up in the background and not settled yet. Rule: FGS-START-027.
    pub starting_background: Vec<ServiceToken>,
    /// By package. Rule: FGS-STOP-053.
    pub active_apps: BTreeMap<String, ActiveForegroundApp>,
}

/// All services of all users.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct ActiveServices {
    pub(super) constants: Constants,
    pub(super) type_policy: ForegroundServiceTypePolicy,
    /// Live records, and those that wait for `onDestroy` to return.
    pub(super) records: BTreeMap<ServiceToken, ServiceRecord>,
    /// Live records by name.
    pub(super) by_name: BTreeMap<(UserId, ComponentName), ServiceToken>,
    pub(super) last_token: u64,
    pub(super) last_connection: u64,
    /// What each connection object of a client is bound to, dead services included.
    pub(super) connections: BTreeMap<ConnectionKey, Vec<ServiceToken>>,
    pub(super) processes: BTreeMap<Pid, HostedServices>,
    /// Waiting for their process, in the order in which they were asked for.
    pub(super) pending_services: Vec<ServiceToken>,
    /// Waiting for a restart, by its time.
    pub(super) restarting: Vec<ServiceToken>,
    /// Asked for while their package was frozen. Rule: FGS-START-022.
    pub(super) pending_bring_ups: BTreeMap<ServiceToken, Vec<PendingBringUp>>,
    pub(super) users: BTreeMap<UserId, ServiceMap>,
    /// Rule: FGS-DEFER-009.
    pub(super) pending_notifications: Vec<PendingNotification>,
    /// Until when the notifications of a uid are not held back. Rule: FGS-DEFER-003.
    pub(super) deferral_eligible: BTreeMap<Uid, Uptime>,
    pub(super) observers: BTreeSet<u64>,
    pub(super) pending_intents: BTreeMap<PendingIntentKey, PendingIntentRecord>,
    /// Packages whose services are restarted without back-off. Rule: FGS-START-093.
    pub(super) restart_backoff_disabled: BTreeSet<String>,
}

impl ActiveServices {
    /// No services yet.
    pub fn new(constants: Constants) -> Self {
        Self { constants, ..Self::default() }
    }

    /// The configuration in force.
    pub fn constants(&self) -> &Constants {
        &self.constants
    }

    /// Sets a constant of `activity_manager`, or of the global setting `activity_manager_constants`.
    pub fn device_config(&mut self, key: &str, value: Option<&str>) {
        self.constants.configure(key, value);
        self.type_policy.on_device_config(key, value);
    }

    /// The policy for the types of foreground services.
    pub fn type_policy(&self) -> &ForegroundServiceTypePolicy {
        &self.type_policy
    }

    /// The service with this name.
    pub fn by_name(&self, user: UserId, name: &ComponentName) -> Option<&ServiceRecord> {
        self.record(*self.by_name.get(&(user, name.clone()))?)
    }

    /// Every live service, in the order of users and names.
    pub fn services(&self) -> impl Iterator<Item = &ServiceRecord> {
        self.by_name.values().filter_map(|token| self.record(*token))
    }

    /// The service with this token, also while it is being destroyed.
    pub fn record(&self, token: ServiceToken) -> Option<&ServiceRecord> {
        self.records.get(&token)
    }

    /// The live service that an app means. Its token is a binder that only its own app was handed; as a
    /// number here could be guessed, it counts only in the hands of that app. Rule: FGS-START-040.
    pub(super) fn find(&self, token: ServiceToken, caller: Uid) -> Option<&ServiceRecord> {
        self.record(token).filter(|record| !record.destroying && record.info.uid == caller)
    }

    /// The record of a token that is known to be one.
    ///
    /// Invariant: a token in one of the lists of this room, or found in the same call, has a record.
    pub(super) fn record_mut(&mut self, token: ServiceToken) -> &mut ServiceRecord {
        match self.records.get_mut(&token) {
            Some(record) => record,
            None => unreachable!("no record for a token of this room: {token:?}"),
        }
    }

    pub(super) fn user_mut(&mut self, user: UserId) -> &mut ServiceMap {
        self.users.entry(user).or_default()
    }

    /// The live services of a user, in the order of their names.
    pub(super) fn tokens_of_user(&self, user: UserId) -> Vec<ServiceToken> {
        self.by_name.iter().filter(|((of, _), _)| *of == user).map(|(_, token)| *token).collect()
    }

    /// The services that run in a process, in the order in which they were created in it.
    pub fn running_in(&self, pid: Pid) -> impl Iterator<Item = &ServiceRecord> {
        self.processes
            .get(&pid)
            .into_iter()
            .flat_map(|process| &process.running)
            .filter_map(|token| self.record(*token))
    }

    /// Every connection to a service that runs in a process of `uid`, the most recently used process
    /// first. Rule: FGS-BG-029.
    pub(super) fn connections_to<'a>(
        &'a self,
        neighbours: &'a dyn Neighbours,
        uid: Uid,
    ) -> impl Iterator<Item = &'a ConnectionRecord> {
        neighbours
            .processes_of_uid(uid)
            .into_iter()
            .flat_map(|pid| self.running_in(pid))
            .flat_map(|service| service.connections.values())
    }

    /// A process that runs a foreground service which says so may schedule user-initiated jobs from
    /// the background. Rules: FGS-START-026, UIJ-VIS-040.
    pub fn may_schedule_user_initiated_jobs(&self, pid: Pid) -> bool {
        self.running_in(pid).any(|it| it.is_foreground && it.allow_ui_job_scheduling)
    }

    /// Whether a caller counts as being in the foreground; a caller without a thread does.
    ///
    /// # Errors
    ///
    /// `SecurityException`: the caller's process is not known. Rule: FGS-START-011.
    pub(super) fn caller_fg(
        thread: Option<Pid>,
        cx: &mut Context<'_>,
    ) -> Result<bool, crate::Exception> {
        let Some(pid) = thread else { return Ok(true) };
        match cx.neighbours.process(pid) {
            Some(app) => Ok(!app.background_sched_group),
            None => {
                cx.out.decide(&start::FGS_START_011, "unknown caller", || facts!(pid));
                Err(crate::Exception::Security(format!("unable to find app for caller {pid}")))
            }
        }
    }

    /// Reports what is now so of every running service, then computes all process states once more.
    pub(super) fn update_oom_adj(&mut self, reason: OomAdjReason, cx: &mut Context<'_>) {
        self.report_services(cx.neighbours.processes_mut());
        let found = cx.neighbours.update_oom_adj(cx.now, reason, cx.looper, cx.out);
        self.on_recomputed(found, cx);
    }
}
