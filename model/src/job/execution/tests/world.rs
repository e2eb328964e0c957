//! Neighbours of slots that answer what a test sets, and say what they were told.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

/// Neighbours whose answers are fields.
#[derive(Clone)]
pub(super) struct World {
    pub(super) jobs: BTreeMap<RecordId, JobStatus>,
    pub(super) guarantee: i64,
    pub(super) maximum: i64,
    pub(super) target_sdk: i32,
    pub(super) holds_network_permission: bool,
    pub(super) bind_accepted: bool,
    /// The bind itself takes the job's approval as expedited.
    pub(super) bind_disapproves: bool,
    pub(super) unreachable: bool,
    pub(super) executable: bool,
    pub(super) overtime_reason: Option<String>,
    pub(super) channels: BTreeSet<&'static str>,
    pub(super) touched: Vec<RecordId>,
    pub(super) revoked: Vec<i32>,
    pub(super) noted_active: Vec<RecordId>,
    /// What neighbours were told: after how many effects, and what.
    pub(super) told: Vec<(usize, String)>,
}

impl World {
    pub(super) fn new() -> Self {
        Self {
            jobs: BTreeMap::new(),
            guarantee: 10 * MINUTE,
            maximum: 30 * MINUTE,
            target_sdk: 34,
            holds_network_permission: true,
            bind_accepted: true,
            bind_disapproves: false,
            unreachable: false,
            executable: false,
            overtime_reason: None,
            channels: BTreeSet::from(["main", "other"]),
            touched: Vec::new(),
            revoked: Vec::new(),
            noted_active: Vec::new(),
            told: Vec::new(),
        }
    }

    fn told(&mut self, out: &Output, what: String) {
        self.told.push((out.effects.len(), what));
    }
}

impl Host for World {
    fn record(&self, record: RecordId) -> &JobStatus {
        &self.jobs[&record]
    }

    fn record_mut(&mut self, record: RecordId) -> &mut JobStatus {
        self.jobs.get_mut(&record).expect("a slot runs a record that exists")
    }

    fn min_job_execution_guarantee_ms(&mut self, _: RecordId, _: Now, _: &mut Output) -> i64 {
        self.guarantee
    }

    fn max_job_execution_time_ms(&mut self, _: RecordId, _: Now, _: &mut Output) -> i64 {
        self.maximum
    }

    fn is_change_enabled(&self, change: Change, _: Uid) -> bool {
        change.enabled_for_target_sdk(self.target_sdk)
    }

    fn may_deliver_network_information(&self, uid: Uid, package: &str) -> bool {
        assert_eq!((uid, package), (UID, "com.app"), "the app that does the work is asked about");
        self.holds_network_permission
    }

    fn bind_service(&mut self, request: &BindRequest, out: &mut Output) -> bool {
        self.told(out, format!("bindService({:#x})", request.flags));
        if self.bind_disapproves {
            for job in self.jobs.values_mut() {
                job.set_expedited_job_quota_approved(Default::default(), false);
            }
        }
        self.bind_accepted
    }

    fn is_app_reachable(&self, _: SlotId) -> bool {
        !self.unreachable
    }

    fn is_ready_to_be_executed(
        &mut self,
        _: RecordId,
        _: Now,
        _: &mut Looper,
        _: &mut Output,
    ) -> bool {
        self.executable
    }

    fn should_stop_running_job(
        &mut self,
        _: SlotId,
        _: RecordId,
        _: WorkType,
        _: Now,
        _: &mut Output,
    ) -> Option<String> {
        self.overtime_reason.clone()
    }

    fn note_active(&mut self, record: RecordId, _: Now) {
        self.noted_active.push(record);
    }

    fn note_inactive(&mut self, record: RecordId, _: i32, _: Now) {
        self.noted_active.retain(|active| *active != record);
    }

    fn touch_job(&mut self, record: RecordId, _: &mut Looper, _: &mut Output) {
        self.touched.push(record);
    }

    fn revoke_work_grants(&mut self, _: RecordId, work: &JobWorkItem, _: &mut Output) {
        self.revoked.push(work.work_id);
    }

    fn notification_channel_exists(&self, _: &str, _: Uid, channel: &str) -> bool {
        self.channels.contains(channel)
    }

    fn enqueue_notification(
        &mut self,
        post: NotificationPost,
        tables: &UserInitiatedNotifications,
        _: Now,
        _: &mut Looper,
        out: &mut Output,
    ) {
        let NotificationPost { key, notification } = post;
        let flagged = notification.flags & FLAG_USER_INITIATED_JOB != 0;
        let known = tables.has_id(key.id, key.user, &key.package);
        assert!(!flagged || known, "the tables are up to date when the notification is posted");
        let flag = if flagged { " flagged" } else { "" };
        self.told(out, format!("notify({} {}{flag})", key.id, notification.channel));
    }

    fn cancel_notification(
        &mut self,
        key: &NotificationKey,
        _: Now,
        _: &mut Looper,
        out: &mut Output,
    ) {
        self.told(out, format!("cancelNotification({})", key.id));
    }

    fn remove_user_initiated_job_flag(
        &mut self,
        key: &NotificationKey,
        _: Now,
        _: &mut Looper,
        out: &mut Output,
    ) {
        self.told(out, format!("stripFlag({})", key.id));
    }
}
