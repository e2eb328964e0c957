//! `NotificationRecord`: a notification that was accepted, and the lists of them.

use std::collections::BTreeMap;

use super::channel::{Channel, Importance};
use super::effect::NotificationEffect;
use super::Notification;
use crate::ids::{Uid, UserId};
use crate::output::Output;

/// Names a notification: one that is posted under the same key replaces it.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Key {
    /// For which user.
    pub user: UserId,
    /// Whose.
    pub package: String,
    /// Chosen by the app.
    pub tag: Option<String>,
    /// Chosen by the app.
    pub id: i32,
}

/// A notification that was accepted.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct NotificationRecord {
    pub(super) key: Key,
    pub(super) uid: Uid,
    pub(super) notification: Notification,
    /// `mOriginalFlags`: as accepted. Rule: JOB-NOTIF-028.
    pub(super) original_flags: u32,
    /// The importance of the channel, unless the system raised it.
    pub(super) importance: Importance,
    /// The system raised it. Rule: JOB-NOTIF-024.
    pub(super) system_importance: Option<Importance>,
    /// It is in the platform's map by key, too. A child of a group that goes away before it was ever
    /// shown takes the entry of its key with it, even if another notification is shown under it.
    pub(super) known_by_key: bool,
}

impl NotificationRecord {
    pub(super) fn new(key: Key, uid: Uid, notification: Notification, channel: &Channel) -> Self {
        Self {
            key,
            uid,
            original_flags: notification.flags,
            notification,
            importance: channel.importance,
            system_importance: None,
            known_by_key: false,
        }
    }

    /// `calculateImportance`: that of the channel, unless the system said otherwise.
    pub(super) fn take_importance_of(&mut self, channel: &Channel) {
        self.importance = self.system_importance.unwrap_or(channel.importance);
    }

    /// A child of the group that `summary` stands for.
    pub(super) fn is_child_of(&self, summary: &Self) -> bool {
        self.notification.is_group_child()
            && self.notification.group == summary.notification.group
            && (self.key.user, &self.key.package) == (summary.key.user, &summary.key.package)
    }

    /// Tells who shows notifications to show this one as it is.
    pub(super) fn show(&self, out: &mut Output) {
        let Key { user, package, tag, id } = self.key.clone();
        out.effect(NotificationEffect::Show {
            package,
            user,
            tag,
            id,
            importance: self.importance.level(),
            notification: Box::new(self.notification.clone()),
        });
    }
}

/// What is shown, and what is accepted and not shown yet.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub(super) struct Records {
    /// `mNotificationList`.
    pub(super) posted: BTreeMap<Key, NotificationRecord>,
    /// `mEnqueuedNotifications`, oldest first; the same key may occur more than once.
    pub(super) enqueued: Vec<NotificationRecord>,
}

impl Records {
    /// `findNotificationLocked`: the one that is shown, else the oldest that is on its way.
    pub(super) fn find(&self, key: &Key) -> Option<&NotificationRecord> {
        self.posted.get(key).or_else(|| self.enqueued.iter().find(|record| record.key == *key))
    }

    /// `mNotificationsByKey`.
    pub(super) fn by_key(&self, key: &Key) -> Option<&NotificationRecord> {
        self.posted.get(key).filter(|record| record.known_by_key)
    }

    /// How many of the package there are, shown or not, without what is shown under `except`.
    pub(super) fn count(&self, user: UserId, package: &str, except: Option<&Key>) -> usize {
        let of_package = |key: &Key| key.user == user && key.package == package;
        let posted = self.posted.keys().filter(|key| of_package(key) && Some(*key) != except);
        let enqueued = self.enqueued.iter().filter(|record| of_package(&record.key));
        posted.count() + enqueued.count()
    }

    /// `removeFromNotificationListsLocked`: the notification and its updates go; whether it was shown.
    pub(super) fn remove(&mut self, key: &Key) -> bool {
        self.enqueued.retain(|record| record.key != *key);
        self.posted.remove(key).is_some()
    }

    /// Takes out all that `which` names: those that were shown, then those that were not.
    pub(super) fn remove_all(
        &mut self,
        which: impl Fn(&NotificationRecord) -> bool,
    ) -> (Vec<NotificationRecord>, Vec<NotificationRecord>) {
        let keys: Vec<_> =
            self.posted.values().filter(|record| which(record)).map(|r| r.key.clone()).collect();
        let posted = keys.iter().filter_map(|key| self.posted.remove(key)).collect();
        let (gone, left) =
            std::mem::take(&mut self.enqueued).into_iter().partition::<Vec<_>, _>(which);
        self.enqueued = left;
        for record in &gone {
            if let Some(shown) = self.posted.get_mut(&record.key) {
                shown.known_by_key = false;
            }
        }
        (posted, gone)
    }
}
