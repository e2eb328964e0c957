//! What the execution slots may ask and have done: the desk and the neighbours, behind
//! [`execution::Host`](crate::job::execution::Host).

use super::stop::StopPolicy;
use crate::ids::Uid;
use crate::job::execution::{
    BindRequest, Host, NotificationKey, NotificationPost, UserInitiatedNotifications, WorkType,
};
use crate::job::info::JobWorkItem;
use crate::job::neighbours::Neighbours;
use crate::job::scheduler::{
    may_run_user_initiated_jobs, Desk, IfRunning, StateControllers, World,
};
use crate::job::time_limits::{self, LimitFacts};
use crate::job::{JobStatus, RecordId, SlotId};
use crate::looper::Looper;
use crate::output::Output;
use crate::package::Change;
use crate::time::Now;

/// The neighbours of the slots.
pub(super) struct SlotHost<'a, C> {
    pub(super) desk: &'a mut Desk<C>,
    pub(super) neighbours: &'a mut dyn Neighbours,
    pub(super) stop_policy: &'a StopPolicy,
}

impl<C: StateControllers> LimitFacts for SlotHost<'_, C> {
    fn may_run_user_initiated_jobs(&self, job: &JobStatus) -> bool {
        may_run_user_initiated_jobs(job.source_uid(), &*self.neighbours)
    }

    fn estimated_transfer_time_ms(&self, job: &JobStatus) -> Option<i64> {
        self.desk.controllers.estimated_transfer_time_millis(&self.desk.board, job)
    }

    fn max_execution_time_by_quota_ms(&self, job: &JobStatus) -> i64 {
        self.desk.controllers.max_execution_time_by_quota_millis(&self.desk.board, job)
    }
}

impl<C: StateControllers> Host for SlotHost<'_, C> {
    fn record(&self, record: RecordId) -> &JobStatus {
        let found = self.desk.board.job(record);
        found.expect("the board keeps a record for as long as a slot runs it")
    }

    fn record_mut(&mut self, record: RecordId) -> &mut JobStatus {
        let found = self.desk.board.job_mut(record);
        found.expect("the board keeps a record for as long as a slot runs it")
    }

    fn min_job_execution_guarantee_ms(
        &mut self,
        record: RecordId,
        _now: Now,
        out: &mut Output,
    ) -> i64 {
        let constants = &self.desk.board.constants;
        time_limits::min_job_execution_guarantee_ms(self.record(record), self, constants, out)
    }

    fn max_job_execution_time_ms(&mut self, record: RecordId, _now: Now, out: &mut Output) -> i64 {
        let constants = &self.desk.board.constants;
        time_limits::max_job_execution_time_ms(self.record(record), self, constants, out)
    }

    fn is_change_enabled(&self, change: Change, uid: Uid) -> bool {
        self.neighbours.is_change_enabled(change, uid)
    }

    fn may_deliver_network_information(&self, uid: Uid, package: &str) -> bool {
        self.neighbours.may_deliver_network_information(uid, package)
    }

    fn bind_service(&mut self, request: &BindRequest, out: &mut Output) -> bool {
        self.neighbours.bind_service(request, out)
    }

    fn is_app_reachable(&self, slot: SlotId) -> bool {
        self.neighbours.is_job_service_reachable(slot)
    }

    fn is_ready_to_be_executed(
        &mut self,
        record: RecordId,
        now: Now,
        looper: &mut Looper,
        out: &mut Output,
    ) -> bool {
        let mut world = World { now, neighbours: &mut *self.neighbours, looper, out };
        self.desk.is_ready_to_be_executed(record, IfRunning::Accept, &mut world)
    }

    fn should_stop_running_job(
        &mut self,
        slot: SlotId,
        record: RecordId,
        work_type: WorkType,
        now: Now,
        out: &mut Output,
    ) -> Option<String> {
        let board = &self.desk.board;
        self.stop_policy.should_stop_running_job(slot, record, work_type, board, now, out)
    }

    fn note_active(&mut self, record: RecordId, now: Now) {
        self.record_mut(record).made_active = now.uptime;
    }

    fn note_inactive(&mut self, record: RecordId, internal_stop_reason: i32, now: Now) {
        let _ = (internal_stop_reason, now);
        self.record_mut(record).made_active = crate::time::Uptime(0);
    }

    fn touch_job(&mut self, record: RecordId, looper: &mut Looper, out: &mut Output) {
        let _ = looper;
        self.desk.board.touch(record, out);
    }

    fn revoke_work_grants(&mut self, record: RecordId, work: &JobWorkItem, out: &mut Output) {
        self.desk.board.revoke_work_grants(record, work.work_id, out);
    }

    fn notification_channel_exists(&self, package: &str, uid: Uid, channel: &str) -> bool {
        self.neighbours.notification_channel_exists(package, uid, channel)
    }

    fn enqueue_notification(
        &mut self,
        post: NotificationPost,
        user_initiated: &UserInitiatedNotifications,
        now: Now,
        looper: &mut Looper,
        out: &mut Output,
    ) {
        self.neighbours.enqueue_notification(post, user_initiated, now, looper, out);
    }

    fn cancel_notification(
        &mut self,
        key: &NotificationKey,
        now: Now,
        looper: &mut Looper,
        out: &mut Output,
    ) {
        self.neighbours.cancel_notification(key, now, looper, out);
    }

    fn remove_user_initiated_job_flag(
        &mut self,
        key: &NotificationKey,
        now: Now,
        looper: &mut Looper,
        out: &mut Output,
    ) {
        self.neighbours.remove_user_initiated_job_flag(key, now, looper, out);
    }
}
