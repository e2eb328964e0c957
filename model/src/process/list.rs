//! `ProcessList`: all processes in their order of use, their uids, and the roles some of them play.

use std::collections::{BTreeMap, BTreeSet};

use super::record::ProcessFacts;
use super::{
    Binding, BindingId, Capabilities, Constants, ProcState, ProcessRecord, ProcessStart,
    ProviderConnection, ProviderConnectionId, UidChanges, UidEvent, UidRecord,
};
use crate::fgs::effect::ServiceToken;
use crate::ids::{Pid, Uid, UserId};
use crate::rules::proc_state::PROC_STATE_025;
use crate::time::{Now, Uptime};
use crate::{facts, Output};

/// What the device and the roles of its processes add to the facts. Change freely, then update.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct DeviceFacts {
    /// Awake, as opposed to asleep or dozing.
    pub awake: bool,
    /// An activity is being launched, which forces the top state even while asleep.
    pub launch_in_progress: bool,
    /// The memory level is normal.
    pub memory_level_normal: bool,
    /// The process of the top activity.
    pub top: Option<Pid>,
    /// The process of the home activity.
    pub home: Option<Pid>,
    /// The process that showed UI before the present one.
    pub previous: Option<Pid>,
    /// The heavy-weight process.
    pub heavy_weight: Option<Pid>,
    /// The process that is being backed up, per user.
    pub backup: BTreeMap<UserId, Pid>,
    /// When a user was last unlocked, if ever. Rule: PROC-ADJ-045.
    pub last_user_unlocking: Option<Uptime>,
}

impl Default for DeviceFacts {
    fn default() -> Self {
        Self {
            awake: true,
            launch_in_progress: false,
            memory_level_normal: true,
            top: None,
            home: None,
            previous: None,
            heavy_weight: None,
            backup: BTreeMap::new(),
            last_user_unlocking: None,
        }
    }
}

/// Counts that one update leaves for the next.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(super) struct Counts {
    /// Processes at `SERVICE_ADJ`, or below it as "B". Rule: PROC-ADJ-033.
    pub(super) service: usize,
    /// Not counted as cached or empty. Rule: PROC-ADJ-038.
    pub(super) non_cached: usize,
    /// Cached with activities, their own or those of a client.
    pub(super) cached_hidden: usize,
}

/// All processes and what is known about them.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct ProcessList {
    pub(super) constants: Constants,
    pub(super) device: DeviceFacts,
    /// Least recently used first.
    pub(super) lru: Vec<ProcessRecord>,
    /// Where in `lru` each process is.
    pub(super) index: BTreeMap<Pid, usize>,
    pub(super) uids: BTreeMap<Uid, UidRecord>,
    /// Where each service runs.
    pub(super) hosts: BTreeMap<ServiceToken, Pid>,
    pub(super) bindings: BTreeMap<BindingId, Binding>,
    /// The same by service.
    pub(super) bound: BTreeSet<(ServiceToken, BindingId)>,
    pub(super) providers: BTreeMap<ProviderConnectionId, ProviderConnection>,
    /// When a service was last bound as almost perceptible while its process was top.
    /// It belongs to the service and outlives its process. Rule: PROC-ADJ-018.
    pub(super) top_binds: BTreeMap<ServiceToken, Uptime>,
    pub(super) counts: Counts,
}

impl ProcessList {
    /// No processes yet; times as in `constants`.
    pub fn new(constants: Constants) -> Self {
        Self { constants, ..Self::default() }
    }

    /// The times in force; they take effect with the next update.
    pub fn constants_mut(&mut self) -> &mut Constants {
        &mut self.constants
    }

    /// The times in force.
    pub fn constants(&self) -> &Constants {
        &self.constants
    }

    /// Adds a process as the most recently used one. A process with the same pid is replaced.
    pub fn add(&mut self, start: ProcessStart) {
        if self.index.contains_key(&start.pid) {
            self.take(start.pid);
        }
        self.uids
            .entry(start.uid)
            .or_insert_with(|| UidRecord::new(start.uid, start.ephemeral, start.uid_allow_listed));
        self.index.insert(start.pid, self.lru.len());
        self.lru.push(ProcessRecord::new(start));
    }

    /// The application thread of a process that was starting is attached now.
    pub fn attach(&mut self, pid: Pid) {
        if let Some(record) = self.record_mut(pid) {
            record.start.attached = true;
        }
    }

    /// Another package runs in the process from now on.
    pub fn add_package(&mut self, pid: Pid, package: &str) {
        if let Some(record) = self.record_mut(pid) {
            if !record.start.packages.iter().any(|known| known == package) {
                record.start.packages.push(package.to_owned());
            }
        }
    }

    /// Removes a process that died, its connections as a client and its providers' connections.
    ///
    /// What runs in it is the service code's to clear away first. Answers the event of a uid that has
    /// no process any more; an active uid is reported idle with it.
    pub fn remove(&mut self, pid: Pid, out: &mut Output) -> Option<UidEvent> {
        let record = self.take(pid)?;
        let uid = record.uid();
        self.drop_bindings(|binding| binding.client == pid);
        self.hosts.retain(|_, host| *host != pid);
        let gone = |connection: &ProviderConnection| {
            connection.host == pid || connection.client == super::ProviderClient::Process(pid)
        };
        self.providers.retain(|_, connection| !gone(connection));
        if self.of_uid(uid).next().is_some() {
            return None;
        }
        let uid_record = self.uids.remove(&uid)?;
        let mut changes = UidChanges::GONE | UidChanges::PROCSTATE;
        if !uid_record.idle {
            changes |= UidChanges::IDLE;
        }
        out.decide(&PROC_STATE_025, "uid gone", || facts!(uid = uid, was_idle = uid_record.idle));
        Some(UidEvent {
            uid,
            changes,
            proc_state: ProcState::Nonexistent,
            capabilities: Capabilities::NONE,
            ephemeral: uid_record.ephemeral,
        })
    }

    /// The process becomes the most recently used one.
    pub fn touch(&mut self, pid: Pid, now: Now) {
        if let Some(mut record) = self.take(pid) {
            record.last_activity = now.uptime;
            self.index.insert(pid, self.lru.len());
            self.lru.push(record);
        }
    }

    /// The facts about a process, for whoever reports them.
    pub fn facts_mut(&mut self, pid: Pid) -> Option<&mut ProcessFacts> {
        self.record_mut(pid).map(|record| &mut record.facts)
    }

    /// When a process was last top, where that is known from elsewhere. Rule: PROC-ADJ-043.
    pub fn set_last_top(&mut self, pid: Pid, at: Uptime) {
        if let Some(record) = self.record_mut(pid) {
            record.state.last_top = at;
        }
    }

    /// The facts about the device, for whoever reports them.
    pub fn device_mut(&mut self) -> &mut DeviceFacts {
        &mut self.device
    }

    /// The facts about the device.
    pub fn device(&self) -> &DeviceFacts {
        &self.device
    }

    /// The mark of the temporary power allow-list on the record of this very uid; nothing happens
    /// without a record. Rule: PROC-STATE-020.
    pub fn set_uid_temp_allow_listed(&mut self, uid: Uid, listed: bool) {
        if let Some(record) = self.uids.get_mut(&uid) {
            record.cur_allow_listed = listed;
        }
    }

    /// The process with this pid.
    pub fn get(&self, pid: Pid) -> Option<&ProcessRecord> {
        self.index.get(&pid).and_then(|&at| self.lru.get(at))
    }

    /// The process of this uid with this name.
    pub fn named(&self, uid: Uid, name: &str) -> Option<&ProcessRecord> {
        self.of_uid(uid).find(|record| record.name() == name)
    }

    /// All processes, least recently used first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &ProcessRecord> + ExactSizeIterator {
        self.lru.iter()
    }

    /// The processes of a uid, least recently used first.
    pub fn of_uid(&self, uid: Uid) -> impl DoubleEndedIterator<Item = &ProcessRecord> {
        self.lru.iter().filter(move |record| record.uid() == uid)
    }

    /// The record of a uid that has processes.
    pub fn uid(&self, uid: Uid) -> Option<&UidRecord> {
        self.uids.get(&uid)
    }

    /// The uids that have processes.
    pub fn uids(&self) -> impl Iterator<Item = &UidRecord> {
        self.uids.values()
    }

    /// The state of a uid now: 20 without a process. Rule: PROC-STATE-010.
    pub fn uid_proc_state(&self, uid: Uid) -> ProcState {
        self.uids.get(&uid).map_or(ProcState::Nonexistent, |record| record.cur_proc_state)
    }

    /// The capabilities of a uid as last applied. Rule: PROC-STATE-010.
    pub fn uid_capabilities(&self, uid: Uid) -> Capabilities {
        self.uids.get(&uid).map_or(Capabilities::NONE, |record| record.set_capability)
    }

    /// Whether a uid is active. Rule: PROC-STATE-023.
    pub fn is_uid_active(&self, uid: Uid) -> bool {
        self.uids.get(&uid).is_some_and(|record| !record.set_idle)
    }

    pub(super) fn record_mut(&mut self, pid: Pid) -> Option<&mut ProcessRecord> {
        self.index.get(&pid).and_then(|&at| self.lru.get_mut(at))
    }

    /// Takes a process out of the order of use.
    fn take(&mut self, pid: Pid) -> Option<ProcessRecord> {
        let at = self.index.remove(&pid)?;
        let record = self.lru.remove(at);
        for (at, later) in self.lru.iter().enumerate().skip(at) {
            self.index.insert(later.pid(), at);
        }
        Some(record)
    }
}
