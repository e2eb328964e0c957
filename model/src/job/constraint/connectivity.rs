//! CONNECTIVITY, as the platform's `ConnectivityController` sets it, on a device with one default network.
//! Rules: CTRL-NET-005 to 007, 013, 020, 024 to 028, 039.
//!
//! Every app has the same default network; per uid it may be blocked. Sizes, congestion and signal
//! strength are not looked at.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts;
use crate::ids::Uid;
use crate::input::NetworkFacts;
use crate::job::info::{
    NetCapabilities, NetworkRequest, Transports, BIAS_BOUND_FOREGROUND_SERVICE,
    FLAG_WILL_BE_FOREGROUND,
};
use crate::job::scheduler::{Board, World};
use crate::job::time_limits::{estimated_transfer_time_ms, LinkBandwidth};
use crate::job::{Constraints, JobStatus, RecordId};
use crate::process::ProcState;
use crate::rules::ctrl_net::*;

/// `ConnectivityManager.BLOCKED_REASON_*`. Rule: CTRL-NET-004.
mod blocked {
    pub(super) const BATTERY_SAVER: u32 = 1;
    pub(super) const DOZE: u32 = 1 << 1;
    pub(super) const APP_STANDBY: u32 = 1 << 2;
    pub(super) const METERED_DATA_SAVER: u32 = 1 << 16;
    pub(super) const METERED_USER_RESTRICTED: u32 = 1 << 17;

    /// What expedited jobs get past.
    pub(super) const POWER: u32 = BATTERY_SAVER | DOZE | APP_STANDBY;
    /// What user-initiated jobs and apps in the foreground get past.
    pub(super) const POWER_AND_USER: u32 = POWER | METERED_DATA_SAVER | METERED_USER_RESTRICTED;
}

/// What the controller remembers.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub(super) struct ConnectivityController {
    network: Option<NetworkFacts>,
    blocked: BTreeMap<Uid, u32>,
    /// Jobs that need a network, by source uid.
    tracked: BTreeMap<Uid, BTreeSet<RecordId>>,
    /// Follows changes only: 0 until the first one. Rule: CTRL-NET-039.
    bias: BTreeMap<Uid, i32>,
}

impl ConnectivityController {
    /// Rule: CTRL-NET-001.
    pub(super) fn start_tracking(
        &mut self,
        board: &mut Board,
        record: RecordId,
        world: &mut World<'_>,
    ) {
        let Some(job) = board.job(record).filter(|job| job.has_connectivity_constraint()) else {
            return;
        };
        self.tracked.entry(job.source_uid()).or_default().insert(record);
        self.update(board, record, world);
    }

    pub(super) fn stop_tracking(&mut self, board: &Board, record: RecordId) {
        let Some(uid) = board.job(record).map(JobStatus::source_uid) else { return };
        if let Some(records) = self.tracked.get_mut(&uid) {
            records.remove(&record);
            if records.is_empty() {
                self.tracked.remove(&uid);
                self.bias.remove(&uid);
            }
        }
    }

    /// Rule: CTRL-NET-028.
    pub(super) fn evaluate_state(
        &mut self,
        board: &mut Board,
        record: RecordId,
        world: &mut World<'_>,
    ) {
        let Some(job) = board.job(record).filter(|job| job.has_connectivity_constraint()) else {
            return;
        };
        let privileged =
            job.should_treat_as_expedited_job() || job.should_treat_as_user_initiated_job();
        let asked = job.is_requested_expedited_job() || job.job().is_user_initiated();
        let satisfied = job.is_constraint_satisfied(Constraints::CONNECTIVITY);
        if (privileged && !satisfied) || (asked && !privileged && satisfied) {
            world.out.decide(&CTRL_NET_028, "looked at by itself", || facts!(record = record));
            self.update(board, record, world);
        }
    }

    /// Something about a uid's components changed. Rule: CTRL-GEN-016.
    pub(super) fn reevaluate_state(&mut self, board: &mut Board, uid: Uid, world: &mut World<'_>) {
        for record in self.of_uid(uid) {
            self.evaluate_state(board, record, world);
        }
    }

    /// A job enters or leaves the restricted bucket.
    pub(super) fn on_restricted_bucket(
        &mut self,
        board: &mut Board,
        record: RecordId,
        world: &mut World<'_>,
    ) {
        if board.job(record).is_some_and(JobStatus::has_connectivity_constraint) {
            self.update(board, record, world);
        }
    }

    /// How long the transfers of a job take over the network it was assigned; `None`: that cannot be
    /// told. Rule: JOB-TIME-030.
    pub(super) fn estimated_transfer_time_millis(&self, job: &JobStatus) -> Option<i64> {
        let network = self.network.as_ref().filter(|network| Some(network.id) == job.network);
        let link = network.map(|network| LinkBandwidth {
            downstream_kbps: network.down_kbps,
            upstream_kbps: network.up_kbps,
        });
        estimated_transfer_time_ms(job.network_bytes(), link)
    }

    /// Jobs are not looked at; the stored bias counts from the next time on. Rule: CTRL-NET-039.
    pub(super) fn on_uid_bias_changed(&mut self, uid: Uid, bias: i32) {
        if self.tracked.contains_key(&uid) {
            self.bias.insert(uid, bias);
        }
    }

    /// Rule: CTRL-NET-036.
    pub(super) fn on_default_network(
        &mut self,
        board: &mut Board,
        network: Option<NetworkFacts>,
        world: &mut World<'_>,
    ) {
        self.network = network;
        let uids: Vec<_> = self.tracked.keys().copied().collect();
        let mut changed = Vec::new();
        for uid in uids {
            changed.extend(self.update_uid(board, uid, world));
        }
        world.out.decide(&CTRL_NET_036, "another default network", || {
            facts!(network = self.network.as_ref().map(|network| network.id), jobs = changed.len())
        });
        board.on_controller_state_changed(changed, world);
    }

    /// Rule: CTRL-NET-036.
    pub(super) fn on_blocked_reasons(
        &mut self,
        board: &mut Board,
        uid: Uid,
        reasons: u32,
        world: &mut World<'_>,
    ) {
        if reasons == 0 {
            self.blocked.remove(&uid);
        } else {
            self.blocked.insert(uid, reasons);
        }
        let changed = self.update_uid(board, uid, world);
        board.on_controller_state_changed(changed, world);
    }

    /// If anything changed for a uid, all its jobs count as changed. Rule: CTRL-NET-030.
    fn update_uid(&mut self, board: &mut Board, uid: Uid, world: &mut World<'_>) -> Vec<RecordId> {
        let records = self.of_uid(uid);
        let mut changed = false;
        for &record in &records {
            changed |= self.update(board, record, world);
        }
        if changed {
            records
        } else {
            Vec::new()
        }
    }

    fn of_uid(&self, uid: Uid) -> Vec<RecordId> {
        self.tracked.get(&uid).into_iter().flatten().copied().collect()
    }

    /// `updateConstraintsSatisfied`: whether the bit changed. Rules: CTRL-NET-024, CTRL-NET-027.
    fn update(&self, board: &mut Board, record: RecordId, world: &mut World<'_>) -> bool {
        let now = world.elapsed();
        let running = board.is_running(record);
        let Some(job) = board.job(record) else { return false };
        let proc_state = board.uid_proc_state(job.source_uid());
        let network = self.network.as_ref().filter(|_| !self.is_blocked(job));
        let satisfied =
            network.is_some_and(|network| is_satisfied(job, network, proc_state, world));
        let id = network.map(|network| network.id);
        let unmetered =
            satisfied && network.is_some_and(|network| has(network, NetCapabilities::NOT_METERED));
        world.out.decide(&CTRL_NET_006, "network good enough, or not", || {
            facts!(record = record, network = id, satisfied = satisfied)
        });
        if !satisfied && running && self.may_keep_network(job, proc_state, world) {
            world.out.decide(&CTRL_NET_025, "keeps its network", || facts!(record = record));
            return false;
        }
        let Some(job) = board.job_mut(record) else { return false };
        let changed = job.set_constraint_satisfied(Constraints::CONNECTIVITY, now, satisfied);
        job.has_access_to_unmetered = unmetered;
        let had_network = job.network.is_some();
        job.network = id;
        if !changed && satisfied && had_network && running {
            world.out.decide(&CTRL_NET_027, "the running job is told", || {
                facts!(record = record, network = id)
            });
            board.on_network_changed(record, id);
        }
        changed
    }

    /// The network that a running job was given is still there and good enough, if not for new jobs.
    /// Rule: CTRL-NET-025.
    fn may_keep_network(
        &self,
        job: &JobStatus,
        proc_state: ProcState,
        world: &mut World<'_>,
    ) -> bool {
        let network = self.network.as_ref().filter(|network| job.network == Some(network.id));
        network.is_some_and(|network| is_satisfied(job, network, proc_state, world))
    }

    /// Rule: CTRL-NET-005.
    fn is_blocked(&self, job: &JobStatus) -> bool {
        let uid = job.source_uid();
        let reasons = self.blocked.get(&uid).copied().unwrap_or_default();
        let bias = self.bias.get(&uid).copied().unwrap_or_default();
        let ignored = if bias >= BIAS_BOUND_FOREGROUND_SERVICE
            || job.job().flags & FLAG_WILL_BE_FOREGROUND != 0
            || job.should_treat_as_user_initiated_job()
        {
            blocked::POWER_AND_USER
        } else if job.should_treat_as_expedited_job() || job.started_as_expedited_job {
            blocked::POWER
        } else {
            0
        };
        reasons & !ignored != 0
    }
}

/// Usable, metered use allowed, and what the app asked for. Rule: CTRL-NET-006.
fn is_satisfied(
    job: &JobStatus,
    network: &NetworkFacts,
    proc_state: ProcState,
    world: &mut World<'_>,
) -> bool {
    let usable = has(network, NetCapabilities::NOT_SUSPENDED);
    let metered = usable && is_metered_allowed(job, network, proc_state, world);
    usable
        && metered
        && job.job().required_network.as_ref().is_some_and(|asked| matches(asked, network))
}

/// Rule: CTRL-NET-013.
fn is_metered_allowed(
    job: &JobStatus,
    network: &NetworkFacts,
    proc_state: ProcState,
    world: &World<'_>,
) -> bool {
    has(network, NetCapabilities::NOT_METERED)
        || has(network, NetCapabilities::TEMPORARILY_NOT_METERED)
        || (proc_state != ProcState::Unknown && proc_state < ProcState::ImportantForeground)
        || job.job().flags & FLAG_WILL_BE_FOREGROUND != 0
        || job.should_treat_as_user_initiated_job()
        || !world.neighbours.is_data_saver_on_for(job.source_uid())
}

fn has(network: &NetworkFacts, capability: NetCapabilities) -> bool {
    NetCapabilities(network.capabilities).contains(capability)
}

/// Rule: CTRL-NET-020.
fn matches(asked: &NetworkRequest, network: &NetworkFacts) -> bool {
    has(network, asked.capabilities)
        && (asked.transports.is_empty()
            || Transports(u64::from(network.transports)).intersects(asked.transports))
        && asked.specifier.is_none()
}
