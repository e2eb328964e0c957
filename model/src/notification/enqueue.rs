//! `enqueueNotificationInternal` and the two messages after it: taking a notification in, showing it.
//!
//! What is refused is refused silently: the app hears nothing, and an older notification under the
//! same key stays as it is.

use super::channel::DEFAULT_CHANNEL_ID;
use super::flags::{
    FLAG_AUTO_CANCEL, FLAG_FOREGROUND_SERVICE, FLAG_NO_CLEAR, FLAG_NO_DISMISS, FLAG_ONGOING_EVENT,
    FLAG_USER_INITIATED_JOB, PROTECTED,
};
use super::manager::{NotificationManager, PostNotification};
use super::record::{Key, NotificationRecord};
use super::{Alarm, Importance, Neighbours, Notification, Posted};
use crate::facts;
use crate::fgs::NotificationPolicy;
use crate::ids::Uid;
use crate::looper::{self, Looper};
use crate::output::Output;
use crate::rules::job_notif::{
    JOB_NOTIF_020, JOB_NOTIF_022, JOB_NOTIF_024, JOB_NOTIF_025, JOB_NOTIF_027, JOB_NOTIF_029,
};
use crate::time::Now;

/// `MAX_PACKAGE_NOTIFICATIONS`: how many notifications one package may have. Rule: JOB-NOTIF-025.
pub(super) const MAX_PACKAGE_NOTIFICATIONS: usize = 50;

/// A notification on its way in: from an app, a job or a foreground service.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Post {
    /// What it is known by.
    pub key: Key,
    /// In whose name it is posted.
    pub uid: Uid,
    /// What to show.
    pub notification: Notification,
    /// What the service code makes of it, where that is known already; `None`: it is asked.
    pub policy: Option<NotificationPolicy>,
}

impl NotificationManager {
    /// `enqueueNotificationInternal`: whether the notification is on its way now.
    pub fn enqueue(
        &mut self,
        post: Post,
        neighbours: &mut dyn Neighbours,
        looper: &mut Looper,
        out: &mut Output,
    ) -> bool {
        let Post { key, uid, mut notification, policy } = post;
        let policy = match policy {
            // Foreground services have no tags.
            _ if key.tag.is_some() => NotificationPolicy::NotForegroundService,
            Some(policy) => policy,
            None => neighbours.apply_foreground_service_notification(&key, &notification),
        };
        self.fix(&mut notification, &key, uid, policy, neighbours, out);
        if policy == NotificationPolicy::UpdateOnly && self.records.find(&key).is_none() {
            return false;
        }
        let Some(record) = self.accept(key, uid, notification, out) else { return false };
        if self.is_refused(&record, neighbours, out) {
            return false;
        }
        looper.post_notification(Posted::Enqueue(Box::new(record)));
        true
    }

    /// `fixNotification`: which of its flags a notification may keep. Rules: JOB-NOTIF-020,
    /// JOB-NOTIF-022.
    fn fix(
        &self,
        notification: &mut Notification,
        key: &Key,
        uid: Uid,
        policy: NotificationPolicy,
        neighbours: &dyn Neighbours,
        out: &mut Output,
    ) {
        let flags = &mut notification.flags;
        match policy {
            NotificationPolicy::NotForegroundService => *flags &= !FLAG_FOREGROUND_SERVICE,
            NotificationPolicy::ShowImmediately | NotificationPolicy::UpdateOnly => {
                *flags |= FLAG_FOREGROUND_SERVICE;
            }
        }
        let flagged = *flags & FLAG_USER_INITIATED_JOB != 0;
        if flagged && !neighbours.has_user_initiated_job_id(key.user, &key.package, key.id) {
            out.decide(&JOB_NOTIF_022, "no user-initiated job uses the id", || facts!(key = key));
            *flags &= !FLAG_USER_INITIATED_JOB;
        }
        if *flags & PROTECTED != 0 && *flags & FLAG_AUTO_CANCEL != 0 {
            out.decide(&JOB_NOTIF_020, "a click will not take it away", || facts!(key = key));
            *flags &= !FLAG_AUTO_CANCEL;
        }
        if self.allow_dismiss_ongoing {
            if *flags & FLAG_ONGOING_EVENT != 0
                && neighbours.can_be_non_dismissible(uid, &key.package)
            {
                *flags |= FLAG_NO_DISMISS;
            } else {
                *flags &= !FLAG_NO_DISMISS;
            }
        }
    }

    /// Makes a record of it, on a channel that is visible enough; `None` if there is no such channel.
    fn accept(
        &mut self,
        key: Key,
        uid: Uid,
        notification: Notification,
        out: &mut Output,
    ) -> Option<NotificationRecord> {
        let id = notification.channel.clone();
        let channel = self.channels.get_mut(key.user, &key.package, &id)?;
        let of_task = notification.is_fgs_or_uij();
        let mut record = NotificationRecord::new(key, uid, notification, channel);
        if !of_task {
            return Some(record);
        }
        let first = !channel.user_visible_task_shown;
        let chosen = channel.importance_locked && !first;
        if record.importance.is_min_or_none() && !chosen {
            out.decide(&JOB_NOTIF_024, "importance raised", || {
                let from = record.importance;
                facts!(channel = id, from = from, locked = channel.importance_locked, first = first)
            });
            channel.importance = Importance::Low;
            // Saved as the system's wish, not the user's, which clears the lock whatever it was.
            channel.importance_locked = false;
            channel.user_visible_task_shown = true;
            record.system_importance = Some(Importance::Low);
            record.take_importance_of(channel);
        } else if first && !id.is_empty() && id != DEFAULT_CHANNEL_ID {
            out.decide(&JOB_NOTIF_024, "channel has shown a task", || facts!(channel = id));
            channel.user_visible_task_shown = true;
        }
        Some(record)
    }

    /// `checkDisqualifyingFeatures`: too many of the package, or blocked by the user.
    fn is_refused(
        &self,
        record: &NotificationRecord,
        neighbours: &dyn Neighbours,
        out: &mut Output,
    ) -> bool {
        let Key { user, package, .. } = &record.key;
        let of_system = matches!(record.uid.app_id(), 1000 | 1001) || package == "android";
        if !of_system && !record.notification.is_fgs_or_uij() {
            let count = self.records.count(*user, package, Some(&record.key));
            if count >= MAX_PACKAGE_NOTIFICATIONS {
                out.decide(&JOB_NOTIF_025, "too many notifications", || {
                    facts!(package = package, count = count)
                });
                return true;
            }
        }
        is_blocked(record, neighbours, out)
    }

    /// `EnqueueNotificationRunnable`: it counts from now on, and is shown next.
    pub(super) fn take_in(
        &mut self,
        record: NotificationRecord,
        now: Now,
        looper: &mut Looper,
        out: &mut Output,
    ) {
        let key = record.key.clone();
        let timeout_millis = record.notification.timeout_after_millis;
        if timeout_millis > 0 {
            // An update without a time-out leaves an earlier one running.
            let alarm = looper::Alarm::Notification(Alarm::Timeout(key.clone()));
            looper.set_alarm(alarm, now.elapsed.plus(timeout_millis));
        }
        let summary = self.records.by_key(&key).filter(|old| {
            let stays = record.notification.is_group_summary()
                && record.notification.group == old.notification.group;
            old.notification.is_group_summary() && !stays
        });
        let summary = summary.cloned();
        self.records.enqueued.push(record);
        if let Some(summary) = summary {
            self.cancel_children(&summary, |flags| flags & PROTECTED == 0, looper, out);
        }
        looper.post_notification(Posted::Post(key));
    }

    /// `PostNotificationRunnable`: shows the oldest that is on its way under this key.
    pub(super) fn post(&mut self, key: &Key, neighbours: &dyn Neighbours, out: &mut Output) {
        let Some(index) = self.records.enqueued.iter().position(|record| record.key == *key) else {
            return;
        };
        let mut record = self.records.enqueued.remove(index);
        if is_blocked(&record, neighbours, out) {
            return;
        }
        let old = self.records.posted.get(key);
        let kept = old.map_or(0, |old| old.notification.flags & FLAG_FOREGROUND_SERVICE);
        record.notification.flags |= kept;
        if record.notification.flags & FLAG_FOREGROUND_SERVICE != 0 {
            record.notification.flags |= FLAG_NO_CLEAR;
        }
        let channel = self.channels.get(key.user, &key.package, &record.notification.channel);
        if let Some(channel) = channel {
            record.take_importance_of(channel);
        }
        record.known_by_key = true;
        record.show(out);
        self.records.posted.insert(key.clone(), record);
    }
}

/// The user lets the app or the channel show nothing. Rules: JOB-NOTIF-027, JOB-NOTIF-029.
fn is_blocked(record: &NotificationRecord, neighbours: &dyn Neighbours, out: &mut Output) -> bool {
    let key = &record.key;
    if !neighbours.may_post_notifications(record.uid) {
        out.decide(&JOB_NOTIF_027, "the app's notifications are off", || facts!(key = key));
        return true;
    }
    if record.importance == Importance::None {
        out.decide(&JOB_NOTIF_029, "the channel is off", || {
            facts!(key = key, channel = record.notification.channel)
        });
        return true;
    }
    false
}
