//! The neighbours of the slots, as an input describes them.

use jobwarden_model::job::constants::Constants;
use jobwarden_model::job::execution::{
    BindRequest, Host, NotificationKey, NotificationPost, UserInitiatedNotifications, WorkType,
    FLAG_USER_INITIATED_JOB,
};
use jobwarden_model::job::info::JobWorkItem;
use jobwarden_model::job::status::{Origin, Source};
use jobwarden_model::job::time_limits::{
    max_job_execution_time_ms, min_job_execution_guarantee_ms, LimitFacts,
};
use jobwarden_model::job::{JobStatus, RecordId, SlotId};
use jobwarden_model::package::Change;
use jobwarden_model::{ComponentName, Elapsed, Looper, Now, Output, Uid};
use serde::Deserialize;
use serde_json::{json, Value};
use std::collections::{BTreeMap, BTreeSet};

use super::text;
use crate::vectors::job_description::{device_config, package_of, JobDescription};

const RUN_USER_INITIATED_JOBS: &str = "android.permission.RUN_USER_INITIATED_JOBS";
const ACCESS_NETWORK_STATE: &str = "android.permission.ACCESS_NETWORK_STATE";
/// When all jobs are scheduled.
const AT_START: Elapsed = Elapsed(0);
/// The channels that every app has.
const CHANNELS: [&str; 2] = ["main", "other"];

/// What an input says of one uid.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct App {
    target_sdk_version: i32,
    denied_permissions: BTreeSet<String>,
}

impl Default for App {
    fn default() -> Self {
        Self { target_sdk_version: 34, denied_permissions: BTreeSet::new() }
    }
}

/// The rest of the platform.
pub(super) struct World {
    jobs: Vec<JobStatus>,
    quota_max_ms: Vec<i64>,
    constants: Constants,
    apps: BTreeMap<Uid, App>,
    unreachable: BTreeSet<SlotId>,
    overtime_stop: BTreeSet<SlotId>,
    executable: BTreeSet<SlotId>,
    slot_of: BTreeMap<RecordId, SlotId>,
    /// What the next bind call answers.
    pub(super) bind_accepted: bool,
    /// What slots had their neighbours do: after how many effects, and what.
    pub(super) calls: Vec<(usize, Value)>,
}

impl World {
    pub(super) fn new(input: &Value) -> Result<Self, String> {
        let mut apps = BTreeMap::new();
        for (uid, app) in input["uids"].as_object().into_iter().flatten() {
            let app: App = serde_json::from_value(app.clone()).map_err(text)?;
            apps.insert(Uid(uid.parse().map_err(text)?), app);
        }
        let jobs: Vec<Job> = serde_json::from_value(input["jobs"].clone()).map_err(text)?;
        let records = jobs.iter().enumerate().map(|(index, job)| job.record(index));
        let config = input["deviceConfig"].as_object().map(device_config).unwrap_or_default();
        Ok(Self {
            jobs: records.collect::<Result<_, _>>()?,
            quota_max_ms: jobs.iter().map(|job| job.quota_max_ms.unwrap_or(1_800_000)).collect(),
            constants: Constants::android_14().with_config(&config),
            apps,
            unreachable: BTreeSet::new(),
            overtime_stop: BTreeSet::new(),
            executable: BTreeSet::new(),
            slot_of: BTreeMap::new(),
            bind_accepted: true,
            calls: Vec::new(),
        })
    }

    pub(super) fn set_answer(&mut self, name: &str, slot: SlotId, value: bool) {
        let slots = match name {
            "appUnreachable" => &mut self.unreachable,
            "overtimeStop" => &mut self.overtime_stop,
            _ => &mut self.executable,
        };
        if value {
            slots.insert(slot);
        } else {
            slots.remove(&slot);
        }
    }

    /// An accepted start resets what a slot is told when it asks.
    pub(super) fn started(&mut self, slot: SlotId, record: RecordId) {
        self.slot_of.insert(record, slot);
        self.unreachable.remove(&slot);
        self.overtime_stop.remove(&slot);
        self.executable.remove(&slot);
    }

    pub(super) fn component_of(&self, record: RecordId) -> ComponentName {
        self.record(record).service_component().clone()
    }

    pub(super) fn job_mut(&mut self, record: RecordId) -> Result<&mut JobStatus, String> {
        self.jobs.get_mut(record.0 as usize).ok_or_else(|| "no such job".to_owned())
    }

    pub(super) fn uid_of(&self, record: RecordId) -> Result<Uid, String> {
        self.jobs
            .get(record.0 as usize)
            .map(JobStatus::calling_uid)
            .ok_or_else(|| "no such job".to_owned())
    }

    pub(super) fn cumulative_execution_time(&self, record: RecordId) -> i64 {
        self.record(record).cumulative_execution_time_ms()
    }

    pub(super) fn cumulative_execution_times(&self) -> Vec<i64> {
        self.jobs.iter().map(JobStatus::cumulative_execution_time_ms).collect()
    }

    fn holds(&self, uid: Uid, permission: &str) -> bool {
        !self.apps.get(&uid).is_some_and(|app| app.denied_permissions.contains(permission))
    }

    fn limits(&self, record: RecordId) -> Limits<'_> {
        Limits { world: self, quota_max_ms: self.quota_max_ms[record.0 as usize] }
    }

    fn note(&mut self, out: &Output, call: Value) {
        self.calls.push((out.effects.len(), call));
    }
}

impl Host for World {
    fn record(&self, record: RecordId) -> &JobStatus {
        &self.jobs[record.0 as usize]
    }

    fn record_mut(&mut self, record: RecordId) -> &mut JobStatus {
        &mut self.jobs[record.0 as usize]
    }

    fn min_job_execution_guarantee_ms(
        &mut self,
        record: RecordId,
        _now: Now,
        out: &mut Output,
    ) -> i64 {
        let facts = self.limits(record);
        min_job_execution_guarantee_ms(self.record(record), &facts, &self.constants, out)
    }

    fn max_job_execution_time_ms(&mut self, record: RecordId, _now: Now, out: &mut Output) -> i64 {
        let facts = self.limits(record);
        max_job_execution_time_ms(self.record(record), &facts, &self.constants, out)
    }

    fn is_change_enabled(&self, change: Change, uid: Uid) -> bool {
        change.enabled_for_target_sdk(self.apps.get(&uid).map_or(34, |app| app.target_sdk_version))
    }

    fn may_deliver_network_information(&self, uid: Uid, _package: &str) -> bool {
        self.holds(uid, ACCESS_NETWORK_STATE)
    }

    fn bind_service(&mut self, request: &BindRequest, out: &mut Output) -> bool {
        if !self.bind_accepted {
            // A refused call is an event, too.
            self.note(out, super::trace::bind(request.slot, request.flags, request.uid.user().0));
        }
        self.bind_accepted
    }

    fn is_app_reachable(&self, slot: SlotId) -> bool {
        !self.unreachable.contains(&slot)
    }

    fn is_ready_to_be_executed(
        &mut self,
        record: RecordId,
        _now: Now,
        _looper: &mut Looper,
        _out: &mut Output,
    ) -> bool {
        self.slot_of.get(&record).is_some_and(|slot| self.executable.contains(slot))
    }

    fn should_stop_running_job(
        &mut self,
        slot: SlotId,
        _record: RecordId,
        _work_type: WorkType,
        _now: Now,
        _out: &mut Output,
    ) -> Option<String> {
        self.overtime_stop.contains(&slot).then(|| "overtime".to_owned())
    }

    fn note_active(&mut self, _record: RecordId, _now: Now) {}

    fn note_inactive(&mut self, _record: RecordId, _internal_stop_reason: i32, _now: Now) {}

    fn touch_job(&mut self, _record: RecordId, _looper: &mut Looper, _out: &mut Output) {}

    fn revoke_work_grants(&mut self, _record: RecordId, _work: &JobWorkItem, _out: &mut Output) {}

    fn notification_channel_exists(&self, _package: &str, _uid: Uid, channel: &str) -> bool {
        CHANNELS.contains(&channel)
    }

    fn enqueue_notification(
        &mut self,
        post: NotificationPost,
        _user_initiated: &UserInitiatedNotifications,
        _now: Now,
        _looper: &mut Looper,
        out: &mut Output,
    ) {
        let NotificationPost { key, notification } = post;
        let flagged = notification.flags & FLAG_USER_INITIATED_JOB != 0;
        let channel = notification.channel;
        self.note(out, json!(["notify", key.package, key.user, key.id, channel, flagged]));
    }

    fn cancel_notification(
        &mut self,
        key: &NotificationKey,
        _now: Now,
        _looper: &mut Looper,
        out: &mut Output,
    ) {
        self.note(out, json!(["cancelNotification", key.package, key.user, key.id]));
    }

    fn remove_user_initiated_job_flag(
        &mut self,
        key: &NotificationKey,
        _now: Now,
        _looper: &mut Looper,
        out: &mut Output,
    ) {
        self.note(out, json!(["stripUserInitiatedFlag", key.package, key.user, key.id]));
    }
}

/// The description of one job, besides what all slices share.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Job {
    #[serde(flatten)]
    description: JobDescription,
    source_uid: Option<Uid>,
    network: Option<i32>,
    expedited_approved: Option<bool>,
    quota_max_ms: Option<i64>,
}

impl Job {
    /// The record of the job, scheduled at time 0. Its id is its index.
    fn record(&self, index: usize) -> Result<JobStatus, String> {
        let id = i32::try_from(index).map_err(text)?;
        let record = RecordId(index as u64);
        let scheduled = self.description.record(record, id, false, AT_START)?;
        let uid = self.source_uid.unwrap_or(self.description.uid);
        let source = Source { package: package_of(uid).into(), user: uid.user(), uid, tag: None };
        let origin = Origin { source: Some(source), ..scheduled.origin_for(record) };
        let job = std::sync::Arc::clone(scheduled.job());
        let mut job = JobStatus::new(job, origin, scheduled.lifetime());
        job.network = self.network;
        job.service_process_name = Some(package_of(self.description.uid).into());
        job.set_expedited_job_tare_approved(AT_START, true);
        let approved = self.expedited_approved.unwrap_or(true);
        job.set_expedited_job_quota_approved(AT_START, approved);
        Ok(job)
    }
}

/// What the time limits of a job depend on.
struct Limits<'a> {
    world: &'a World,
    quota_max_ms: i64,
}

impl LimitFacts for Limits<'_> {
    fn may_run_user_initiated_jobs(&self, job: &JobStatus) -> bool {
        self.world.holds(job.source_uid(), RUN_USER_INITIATED_JOBS)
    }

    fn estimated_transfer_time_ms(&self, _job: &JobStatus) -> Option<i64> {
        None
    }

    fn max_execution_time_by_quota_ms(&self, _job: &JobStatus) -> i64 {
        self.quota_max_ms
    }
}
