//! What stands around the notification manager and the execution slots of one app.

use std::collections::BTreeMap;

use jobwarden_model::fgs::NotificationPolicy;
use jobwarden_model::job::execution::{
    BindRequest, Host, NotificationKey, NotificationPost, UserInitiatedNotifications, WorkType,
};
use jobwarden_model::job::info::JobWorkItem;
use jobwarden_model::job::{JobStatus, RecordId, SlotId};
use jobwarden_model::notification::{
    Key, Neighbours, Notification, NotificationManager, Post, ServiceOrJob,
};
use jobwarden_model::package::Change;
use jobwarden_model::{Elapsed, Looper, Now, Output, Uid, UserId};
use serde_json::json;

use super::super::job_description::JobDescription;
use super::{text, PACKAGE, UID, USER};

/// The app's jobs and services, and what the user and the device say of the app.
pub(super) struct World {
    pub(super) manager: NotificationManager,
    /// Foreground services: the id of the notification, and the channel it is on.
    pub(super) services: BTreeMap<i32, String>,
    jobs: BTreeMap<RecordId, JobStatus>,
    notifications_blocked: bool,
    device_owner: bool,
}

/// What the notification manager sees of it.
pub(super) struct Around<'a> {
    services: &'a mut BTreeMap<i32, String>,
    user_initiated: &'a UserInitiatedNotifications,
    notifications_blocked: bool,
    device_owner: bool,
}

impl World {
    pub(super) fn new(notifications_blocked: bool, device_owner: bool) -> Self {
        Self {
            manager: NotificationManager::new(),
            services: BTreeMap::new(),
            jobs: BTreeMap::new(),
            notifications_blocked,
            device_owner,
        }
    }

    pub(super) fn add_job(&mut self, record: RecordId, user_initiated: bool) -> Result<(), String> {
        let calls = if user_initiated {
            json!([["setUserInitiated", true], ["setRequiredNetworkType", 1]])
        } else {
            json!([])
        };
        let description: JobDescription =
            serde_json::from_value(json!({ "calls": calls, "uid": UID.0 })).map_err(text)?;
        let id = i32::try_from(record.0).map_err(text)?;
        self.jobs.insert(record, description.record(record, id, false, Elapsed(0))?);
        Ok(())
    }

    /// The manager, and what it sees around itself.
    pub(super) fn split<'a>(
        &'a mut self,
        user_initiated: &'a UserInitiatedNotifications,
    ) -> (&'a mut NotificationManager, Around<'a>) {
        let around = Around {
            services: &mut self.services,
            user_initiated,
            notifications_blocked: self.notifications_blocked,
            device_owner: self.device_owner,
        };
        (&mut self.manager, around)
    }
}

impl Neighbours for Around<'_> {
    fn is_package_of(&self, uid: Uid, package: &str) -> bool {
        uid == UID && package == PACKAGE
    }

    fn may_post_notifications(&self, _: Uid) -> bool {
        !self.notifications_blocked
    }

    fn can_be_non_dismissible(&self, _: Uid, _: &str) -> bool {
        self.device_owner
    }

    fn apply_foreground_service_notification(
        &mut self,
        key: &Key,
        notification: &Notification,
    ) -> NotificationPolicy {
        match self.services.get_mut(&key.id) {
            Some(channel) => {
                channel.clone_from(&notification.channel);
                NotificationPolicy::ShowImmediately
            }
            None => NotificationPolicy::NotForegroundService,
        }
    }

    fn has_foreground_service_notification(&self, _: UserId, _: &str, channel: &str) -> bool {
        self.services.values().any(|used| used == channel)
    }

    fn has_user_initiated_job_id(&self, user: UserId, package: &str, id: i32) -> bool {
        self.user_initiated.has_id(id, user, package)
    }

    fn has_user_initiated_job_channel(&self, user: UserId, package: &str, channel: &str) -> bool {
        self.user_initiated.has_channel(channel, user, package)
    }
}

impl Host for World {
    fn record(&self, record: RecordId) -> &JobStatus {
        &self.jobs[&record]
    }

    fn record_mut(&mut self, record: RecordId) -> &mut JobStatus {
        self.jobs.get_mut(&record).expect("a job that was started")
    }

    fn min_job_execution_guarantee_ms(&mut self, _: RecordId, _: Now, _: &mut Output) -> i64 {
        0
    }

    fn max_job_execution_time_ms(&mut self, _: RecordId, _: Now, _: &mut Output) -> i64 {
        i64::MAX
    }

    fn is_change_enabled(&self, change: Change, _: Uid) -> bool {
        change.enabled_for_target_sdk(34)
    }

    fn may_deliver_network_information(&self, _: Uid, _: &str) -> bool {
        true
    }

    fn bind_service(&mut self, _: &BindRequest, _: &mut Output) -> bool {
        true
    }

    fn is_app_reachable(&self, _: SlotId) -> bool {
        true
    }

    fn is_ready_to_be_executed(
        &mut self,
        _: RecordId,
        _: Now,
        _: &mut Looper,
        _: &mut Output,
    ) -> bool {
        true
    }

    fn should_stop_running_job(
        &mut self,
        _: SlotId,
        _: RecordId,
        _: WorkType,
        _: Now,
        _: &mut Output,
    ) -> Option<String> {
        None
    }

    fn note_active(&mut self, _: RecordId, _: Now) {}

    fn note_inactive(&mut self, _: RecordId, _: i32, _: Now) {}

    fn touch_job(&mut self, _: RecordId, _: &mut Looper, _: &mut Output) {}

    fn revoke_work_grants(&mut self, _: RecordId, _: &JobWorkItem, _: &mut Output) {}

    fn notification_channel_exists(&self, package: &str, uid: Uid, channel: &str) -> bool {
        self.manager.channel_importance(uid.user(), package, channel).is_some()
    }

    fn enqueue_notification(
        &mut self,
        post: NotificationPost,
        user_initiated: &UserInitiatedNotifications,
        _: Now,
        looper: &mut Looper,
        out: &mut Output,
    ) {
        let NotificationPost { key, notification } = post;
        let post = Post { key: named(&key), uid: key.uid, notification, policy: None };
        let (manager, mut around) = self.split(user_initiated);
        manager.enqueue(post, &mut around, looper, out);
    }

    fn cancel_notification(
        &mut self,
        key: &NotificationKey,
        _: Now,
        looper: &mut Looper,
        _: &mut Output,
    ) {
        self.manager.cancel_by_system(named(key), looper);
    }

    fn remove_user_initiated_job_flag(
        &mut self,
        key: &NotificationKey,
        _: Now,
        looper: &mut Looper,
        _: &mut Output,
    ) {
        let job = ServiceOrJob::UserInitiatedJob;
        self.manager.remove_flag(USER, &key.package, key.id, job, looper);
    }
}

/// A job's notification has no tag.
fn named(key: &NotificationKey) -> Key {
    Key { user: key.user, package: key.package.clone(), tag: None, id: key.id }
}
