//! What a running slot asks of its neighbours, and what it has them do.

use super::notification::UserInitiatedNotifications;
use super::WorkType;
use crate::ids::{ComponentName, Pid, Uid, UserId};
use crate::job::call::CallbackToken;
use crate::job::info::JobWorkItem;
use crate::job::{JobStatus, RecordId, SlotId};
use crate::looper::Looper;
use crate::notification::Notification;
use crate::output::Output;
use crate::package::Change;
use crate::time::Now;

/// One turn of the scheduler: the instant, and everything a slot may reach besides itself.
pub struct Turn<'a> {
    /// The instant, on all three clocks.
    pub now: Now,
    /// The neighbours.
    pub host: &'a mut dyn Host,
    /// Where slots set their timers and post to observers.
    pub looper: &'a mut Looper,
    /// Where effects and decisions go.
    pub out: &'a mut Output,
}

/// A call of `bindService`. Rule: JOB-RUN-013.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct BindRequest {
    /// For which slot.
    pub slot: SlotId,
    /// The execution it is for.
    pub token: CallbackToken,
    /// The id of the job, chosen by its app. The activity manager does not see it.
    pub job_id: i32,
    /// The job service.
    pub component: ComponentName,
    /// The uid that hosts it; the bind is made in its user.
    pub uid: Uid,
    /// `Context.BIND_*`. Rule: JOB-RUN-014.
    pub flags: u64,
}

/// Names a notification that a job set: the tag is always absent. Rule: JOB-NOTIF-002.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct NotificationKey {
    /// The package of the job service.
    pub package: String,
    /// The user of `uid`.
    pub user: UserId,
    /// The uid that set it.
    pub uid: Uid,
    /// The process that set it, where the transport knows it.
    pub pid: Option<Pid>,
    /// Chosen by the app.
    pub id: i32,
}

/// A notification on its way to the notification manager.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct NotificationPost {
    /// Which.
    pub key: NotificationKey,
    /// What to show, flagged where it belongs to a user-initiated job.
    pub notification: Notification,
}

/// The neighbours of the slots, as a slot sees them. Every answer is that of this very instant.
pub trait Host {
    /// A running record. A record that a slot runs is never dropped, even if it left the store.
    fn record(&self, record: RecordId) -> &JobStatus;

    /// As [`Host::record`], to be changed.
    fn record_mut(&mut self, record: RecordId) -> &mut JobStatus;

    /// `getMinJobExecutionGuaranteeMs`. Rule: JOB-TIME-010.
    fn min_job_execution_guarantee_ms(
        &mut self,
        record: RecordId,
        now: Now,
        out: &mut Output,
    ) -> i64;

    /// `getMaxJobExecutionTimeMs`. Rule: JOB-TIME-020.
    fn max_job_execution_time_ms(&mut self, record: RecordId, now: Now, out: &mut Output) -> i64;

    /// Whether a compat change is on for a uid.
    fn is_change_enabled(&self, change: Change, uid: Uid) -> bool;

    /// Whether network information may be delivered to the app: `ACCESS_NETWORK_STATE`, checked for
    /// data delivery. Rule: JOB-RUN-010.
    fn may_deliver_network_information(&self, uid: Uid, package: &str) -> bool;

    /// `bindService`: whether the activity manager takes the bind. A `SecurityException` is a `false`, too.
    /// The slot itself adds the effect that carries an accepted bind out. Rule: JOB-RUN-015.
    fn bind_service(&mut self, request: &BindRequest, out: &mut Output) -> bool;

    /// Whether a call to the app in this slot gets through: its process still lives.
    fn is_app_reachable(&self, slot: SlotId) -> bool;

    /// `isReadyToBeExecutedLocked` for a job that runs already. May have the controllers evaluate the
    /// job once more. Rule: JOB-RUN-028.
    fn is_ready_to_be_executed(
        &mut self,
        record: RecordId,
        now: Now,
        looper: &mut Looper,
        out: &mut Output,
    ) -> bool;

    /// `shouldStopRunningJobLocked`: why the job in this slot, whose guaranteed time is used up, should
    /// make room; `None`: it may go on. Rule: JOB-RUN-030.
    fn should_stop_running_job(
        &mut self,
        slot: SlotId,
        record: RecordId,
        work_type: WorkType,
        now: Now,
        out: &mut Output,
    ) -> Option<String>;

    /// The job runs from now on. Rule: JOB-RUN-016.
    fn note_active(&mut self, record: RecordId, now: Now);

    /// The job runs no longer. Rule: JOB-RUN-035.
    fn note_inactive(&mut self, record: RecordId, internal_stop_reason: i32, now: Now);

    /// `JobStore.touchJob`: what is kept of the job has changed. Rule: JOB-RUN-033.
    fn touch_job(&mut self, record: RecordId, looper: &mut Looper, out: &mut Output);

    /// Takes back the grants of a work item that is done. Rule: JOB-RUN-048.
    fn revoke_work_grants(&mut self, record: RecordId, work: &JobWorkItem, out: &mut Output);

    /// Whether the app has this notification channel. Rule: JOB-RUN-052.
    fn notification_channel_exists(&self, package: &str, uid: Uid, channel: &str) -> bool;

    /// Hands a notification to the notification manager, which may look into `user_initiated`.
    fn enqueue_notification(
        &mut self,
        post: NotificationPost,
        user_initiated: &UserInitiatedNotifications,
        now: Now,
        looper: &mut Looper,
        out: &mut Output,
    );

    /// Has the notification manager cancel a notification. Rule: JOB-NOTIF-011.
    fn cancel_notification(
        &mut self,
        key: &NotificationKey,
        now: Now,
        looper: &mut Looper,
        out: &mut Output,
    );

    /// Has the notification manager take the user-initiated-job flag off a notification.
    /// Rule: JOB-NOTIF-028.
    fn remove_user_initiated_job_flag(
        &mut self,
        key: &NotificationKey,
        now: Now,
        looper: &mut Looper,
        out: &mut Output,
    );
}
