//! What every part of the scheduler looks at: the store, what is pending and what runs, and the facts
//! that the scheduler keeps about users and uids.
//!
//! The board is also where controllers report what has changed: the platform's `StateChangedListener`.
//! Rule: CTRL-GEN-008.

use std::collections::{BTreeMap, BTreeSet};

use super::World;
use crate::facts;
use crate::ids::{Uid, UserId};
use crate::job::concurrency::PendingJobQueue;
use crate::job::constants::Constants;
use crate::job::effect::JobEffect;
use crate::job::info::BIAS_DEFAULT;
use crate::job::pending_reason::PendingReasonCache;
use crate::job::restriction::{Execution, ThermalStatusRestriction};
use crate::job::store::JobStore;
use crate::job::uri_grants::UriGrants;
use crate::job::{bias, JobKey, JobStatus, Posted, RecordId};
use crate::output::Output;
use crate::process::{Capabilities, ProcState};
use crate::rules;
use crate::time::Elapsed;

/// The scheduler's shared state.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Board {
    /// Every record.
    pub(in crate::job) store: JobStore,
    /// Jobs that may start as soon as there is room.
    pub(in crate::job) pending: PendingJobQueue,
    /// Records in execution slots, each with the end of its guaranteed time.
    running: BTreeMap<RecordId, Elapsed>,
    /// The configuration.
    pub(in crate::job) constants: Constants,
    /// Answers to "why does it not run".
    pub(in crate::job) pending_reasons: PendingReasonCache,
    /// Uri permissions granted on behalf of jobs.
    pub(in crate::job) grants: UriGrants,
    /// Heat.
    pub(in crate::job) thermal: ThermalStatusRestriction,
    /// Reported by controllers, not looked at yet: `mChangedJobList`.
    changed: BTreeSet<RecordId>,
    started_users: BTreeSet<UserId>,
    backing_up: BTreeSet<Uid>,
    uid_bias: BTreeMap<Uid, i32>,
    uid_proc_states: BTreeMap<Uid, ProcState>,
    uid_capabilities: BTreeMap<Uid, Capabilities>,
    cloud_media_providers: BTreeMap<UserId, String>,
    /// Running jobs whose network changed: to be told once the controllers are done.
    network_changes: Vec<(RecordId, Option<i32>)>,
    /// What the Doze controller was told last: `mReportedActive`. Rule: JOB-PROC-020.
    reported_active: bool,
    /// Third-party apps may start: `mReadyToRock`. Rule: JOB-PROC-005.
    ready_to_rock: bool,
}

impl Board {
    /// A record that exists, by its id.
    pub fn job(&self, record: RecordId) -> Option<&JobStatus> {
        self.store.get(record)
    }

    /// A record that exists, to be changed.
    pub fn job_mut(&mut self, record: RecordId) -> Option<&mut JobStatus> {
        self.store.get_mut(record)
    }

    /// The key of a record.
    pub(in crate::job) fn key(&self, record: RecordId) -> Option<JobKey> {
        self.store.get(record).map(JobStatus::key)
    }

    /// The stored record of a key.
    pub fn find(&self, key: &JobKey) -> Option<RecordId> {
        self.store.find(key)
    }

    /// The stored jobs that a uid scheduled, oldest first.
    pub fn jobs_scheduled_by(&self, uid: Uid) -> impl Iterator<Item = &JobStatus> {
        self.store.of_uid(uid).filter_map(|record| self.store.get(record))
    }

    // What runs.

    /// A record runs from now on, and is guaranteed to run until `until`. It leaves the pending queue, and
    /// what was answered about it does not count any more. Rule: CONC-EXEC-003.
    pub fn note_started(&mut self, record: RecordId, until: Elapsed) {
        self.running.insert(record, until);
        self.pending.remove(record);
        if let Some(key) = self.key(record) {
            self.pending_reasons.reset(&key);
        }
    }

    /// A record does not run any more. One that is not stored either is forgotten. Rule: CONC-DONE-001.
    pub fn note_ended(&mut self, record: RecordId) {
        self.running.remove(&record);
        self.store.forget(record);
    }

    /// Whether this very record runs.
    pub fn is_running(&self, record: RecordId) -> bool {
        self.running.contains_key(&record)
    }

    /// The records that run.
    pub fn running(&self) -> impl Iterator<Item = RecordId> + '_ {
        self.running.keys().copied()
    }

    /// Whether a record runs beyond its guaranteed time. Rule: JOB-TIME-042.
    pub(in crate::job) fn is_in_overtime(&self, record: RecordId, now: Elapsed) -> bool {
        self.running.get(&record).is_some_and(|&until| now >= until)
    }

    /// Whether a record is in the pending queue.
    pub fn is_pending(&self, record: RecordId) -> bool {
        self.pending.contains(record)
    }

    /// A work item of a record is done: what was granted with it is taken back. Rule: JOB-API-211.
    pub fn revoke_work_grants(&mut self, record: RecordId, work_id: i32, out: &mut Output) {
        self.grants.revoke_work(record, work_id, out);
    }

    // Users and backups.

    /// Sets whether a user counts as started.
    pub(in crate::job) fn set_user_started(&mut self, user: UserId, started: bool) {
        if started {
            self.started_users.insert(user);
        } else {
            self.started_users.remove(&user);
        }
    }

    /// `areUsersStartedLocked`. Rule: JOB-READY-043.
    pub(in crate::job) fn are_users_started(&self, job: &JobStatus) -> bool {
        self.started_users.contains(&job.source_user()) && self.started_users.contains(&job.user())
    }

    /// Marks or unmarks a uid as being backed up; whether that changed anything.
    pub(in crate::job) fn set_backing_up(&mut self, uid: Uid, backing_up: bool) -> bool {
        if backing_up {
            self.backing_up.insert(uid)
        } else {
            self.backing_up.remove(&uid)
        }
    }

    /// Unmarks every uid; whether any was marked.
    pub(in crate::job) fn clear_backing_up(&mut self) -> bool {
        !std::mem::take(&mut self.backing_up).is_empty()
    }

    /// Whether a source uid is being backed up. Rule: JOB-READY-044.
    pub(in crate::job) fn is_backing_up(&self, uid: Uid) -> bool {
        self.backing_up.contains(&uid)
    }

    /// Another app provides cloud media to a user: the one before, if that is a change.
    pub(in crate::job) fn set_cloud_media_provider(
        &mut self,
        user: UserId,
        package: Option<&str>,
    ) -> Option<Option<String>> {
        let before = self.cloud_media_providers.get(&user).cloned();
        if before.as_deref() == package {
            return None;
        }
        match package {
            Some(package) => self.cloud_media_providers.insert(user, package.to_owned()),
            None => self.cloud_media_providers.remove(&user),
        };
        Some(before)
    }

    /// Whether a package provides cloud media to a user. Rule: JOB-INFO-040.
    pub(in crate::job) fn is_cloud_media_provider(&self, user: UserId, package: &str) -> bool {
        self.cloud_media_providers.get(&user).is_some_and(|provider| provider == package)
    }

    // Process states.

    /// `updateUidState`: takes a process state over; the old and the new bias. Rules: CTRL-BIAS-001, CTRL-BIAS-002.
    pub(in crate::job) fn update_uid_state(
        &mut self,
        uid: Uid,
        proc_state: ProcState,
        capabilities: Capabilities,
    ) -> (i32, i32) {
        let before = self.uid_bias(uid);
        self.uid_proc_states.insert(uid, proc_state);
        let bias = bias::uid_bias(proc_state);
        if bias == BIAS_DEFAULT {
            self.uid_bias.remove(&uid);
        } else {
            self.uid_bias.insert(uid, bias);
        }
        if capabilities == Capabilities::NONE || proc_state == ProcState::Nonexistent {
            self.uid_capabilities.remove(&uid);
        } else {
            self.uid_capabilities.insert(uid, capabilities);
        }
        (before, bias)
    }

    /// A uid is gone for good: nothing is kept, nobody is told. Rule: CTRL-BIAS-003.
    pub(in crate::job) fn on_uid_removed(&mut self, uid: Uid) {
        self.uid_bias.remove(&uid);
        self.uid_proc_states.remove(&uid);
        self.uid_capabilities.remove(&uid);
    }

    /// The bias that the process state of a uid lends its jobs.
    pub(in crate::job) fn uid_bias(&self, uid: Uid) -> i32 {
        self.uid_bias.get(&uid).copied().unwrap_or(BIAS_DEFAULT)
    }

    /// The last process state of a uid.
    pub(in crate::job) fn uid_proc_state(&self, uid: Uid) -> ProcState {
        self.uid_proc_states.get(&uid).copied().unwrap_or(ProcState::Unknown)
    }

    /// `evaluateJobBiasLocked`, the load of the package left out. Rules: CTRL-BIAS-006, QUEUE-BIAS-005.
    pub(in crate::job) fn evaluate_job_bias(&self, job: &JobStatus) -> i32 {
        let of_uid = self.uid_bias(job.source_uid());
        bias::evaluate_job_bias(job.job().bias, of_uid, || 0.0, &self.constants)
    }

    // Boot.

    /// Third-party apps may start.
    pub(in crate::job) fn set_ready_to_rock(&mut self) {
        self.ready_to_rock = true;
    }

    /// Whether third-party apps may start. Rule: JOB-PROC-005.
    pub(in crate::job) fn is_ready_to_rock(&self) -> bool {
        self.ready_to_rock
    }

    // Readiness beyond the record's own.

    /// `checkIfRestricted`: whether the heat of the device holds a job back. Rule: JOB-READY-050.
    pub(in crate::job) fn is_restricted(
        &self,
        record: RecordId,
        now: Elapsed,
        out: &mut Output,
    ) -> bool {
        self.store.get(record).is_some_and(|job| {
            let bias = self.evaluate_job_bias(job);
            let execution = self.execution_of(record, now);
            self.thermal.check_if_restricted(job, bias, execution, out).is_some()
        })
    }

    /// Whether heat alone would hold a job back, foreground or not. Rule: JOB-STOP-018.
    pub(in crate::job) fn is_thermally_restricted(
        &self,
        record: RecordId,
        now: Elapsed,
        out: &mut Output,
    ) -> bool {
        self.store.get(record).is_some_and(|job| {
            self.thermal.is_job_restricted(job, self.execution_of(record, now), out)
        })
    }

    fn execution_of(&self, record: RecordId, now: Elapsed) -> Execution {
        match self.running.get(&record) {
            None => Execution::NotRunning,
            Some(&until) if now < until => Execution::WithinGuarantee,
            Some(_) => Execution::Overtime,
        }
    }

    /// `isComponentUsable`. Rule: JOB-READY-046.
    pub(in crate::job) fn is_component_usable(&self, job: &JobStatus, world: &World<'_>) -> bool {
        job.service_process_name
            .as_deref()
            .is_some_and(|process| !world.neighbours.is_process_bad(process, job.calling_uid()))
    }

    /// Whether a record is stored, its users are started and no backup is under way.
    pub(in crate::job) fn is_in_place(&self, record: RecordId) -> bool {
        self.store.contains(record)
            && self.store.get(record).is_some_and(|job| {
                self.are_users_started(job) && !self.is_backing_up(job.source_uid())
            })
    }

    /// `areComponentsInPlaceLocked`: all that readiness needs besides the record. Rule: CTRL-GEN-011.
    pub(in crate::job) fn are_components_in_place(
        &self,
        record: RecordId,
        world: &mut World<'_>,
    ) -> bool {
        self.is_in_place(record)
            && !self.is_restricted(record, world.elapsed(), world.out)
            && self.store.get(record).is_some_and(|job| self.is_component_usable(job, world))
    }

    /// What the shell calls the state of a job, in its order. Rule: JOB-API-116.
    pub(in crate::job) fn states(&self, record: RecordId, world: &World<'_>) -> Vec<&'static str> {
        let Some(job) = self.store.get(record) else { return Vec::new() };
        let service = world.neighbours.service_info(job.service_component(), job.user());
        let present = service.is_some_and(|service| {
            service.direct_boot_aware || world.neighbours.is_user_unlocked(job.user())
        });
        [
            ("pending", self.is_pending(record)),
            ("active", self.is_running(record)),
            ("user-stopped", !self.started_users.contains(&job.user())),
            ("source-user-stopped", !self.started_users.contains(&job.source_user())),
            ("backing-up", self.is_backing_up(job.source_uid())),
            ("no-component", !present),
            ("ready", job.is_ready()),
        ]
        .into_iter()
        .filter_map(|(state, holds)| holds.then_some(state))
        .collect()
    }

    // What controllers report.

    /// `onControllerStateChanged` with jobs: they are looked at soon. Rule: CTRL-GEN-008.
    pub(in crate::job) fn on_controller_state_changed(
        &mut self,
        jobs: impl IntoIterator<Item = RecordId>,
        world: &mut World<'_>,
    ) {
        let mut any = false;
        for record in jobs {
            any = true;
            if let Some(key) = self.key(record) {
                self.pending_reasons.reset(&key);
            }
            self.changed.insert(record);
        }
        if any {
            world.out.decide(&rules::ctrl_gen::CTRL_GEN_008, "changed jobs to be checked", || {
                facts!(jobs = self.changed.len())
            });
            world.post(Posted::CheckChangedJobList);
        }
    }

    /// `onRunJobNow` without a job: every ready job is taken. Rule: CTRL-GEN-008.
    pub(in crate::job) fn on_run_all_now(&mut self, world: &mut World<'_>) {
        world.post(Posted::CheckJobGreedy);
    }

    /// `onRunJobNow` with a job. Rule: CTRL-GEN-008.
    pub(in crate::job) fn on_run_job_now(&mut self, record: RecordId, world: &mut World<'_>) {
        world.post(Posted::CheckIndividualJob { record });
    }

    /// `onNetworkChanged`: a running job gets another network. Rule: CTRL-NET-027.
    pub(in crate::job) fn on_network_changed(&mut self, record: RecordId, network: Option<i32>) {
        self.network_changes.push((record, network));
    }

    /// `onDeviceIdleStateChanged`: Doze begins or ends. Its end brings an evaluation,
    /// its beginning none (JOB-PROC-024). Rules: CTRL-GEN-008, JOB-PROC-020.
    pub(in crate::job) fn on_device_idle_state_changed(
        &mut self,
        idle: bool,
        world: &mut World<'_>,
    ) {
        if !idle && self.ready_to_rock {
            self.report_active(true, world);
            world.post(Posted::CheckJob);
        }
    }

    /// Takes the network changes that running jobs are still to be told of.
    pub(in crate::job) fn take_network_changes(&mut self) -> Vec<(RecordId, Option<i32>)> {
        std::mem::take(&mut self.network_changes)
    }

    /// Adds to the changed list without any report.
    pub(in crate::job) fn add_changed(&mut self, record: RecordId) {
        self.changed.insert(record);
    }

    /// Removes from the changed list.
    pub(in crate::job) fn remove_changed(&mut self, record: RecordId) {
        self.changed.remove(&record);
    }

    /// Empties the changed list.
    pub(in crate::job) fn take_changed(&mut self) -> BTreeSet<RecordId> {
        std::mem::take(&mut self.changed)
    }

    // Activity.

    /// `reportActiveLocked`: tells the Doze controller whether jobs are active. Rules: JOB-PROC-020,
    /// JOB-PROC-021.
    pub(in crate::job) fn recompute_active(&mut self, world: &mut World<'_>) {
        let active = !self.pending.is_empty()
            || self
                .running()
                .any(|record| self.store.get(record).is_some_and(|job| !job.can_run_in_doze()));
        self.report_active(active, world);
    }

    fn report_active(&mut self, active: bool, world: &mut World<'_>) {
        if self.reported_active != active {
            self.reported_active = active;
            world.out.decide(&rules::job_proc::JOB_PROC_020, "activity reported", || {
                facts!(active = active)
            });
            world.effect(JobEffect::JobsActive { active });
        }
    }

    /// What was reported last.
    pub(in crate::job) fn is_reported_active(&self) -> bool {
        self.reported_active
    }

    /// What is kept of a job changed: its file is written, if it has one.
    pub(in crate::job) fn touch(&self, record: RecordId, out: &mut Output) {
        if let Some(job) = self.store.get(record).filter(|job| job.job().is_persisted) {
            out.effect(JobEffect::Persist { uid: job.calling_uid() });
        }
    }
}
