//! `JobNotificationCoordinator`: which notification belongs to which running job. Rules: JOB-NOTIF-001 to 015.
//!
//! The trap: several jobs of one package may share a notification id, and what becomes of the
//! notification is decided by the last one to end, by *its* policy, whatever the others asked for.
//! Showing, cancelling and stripping are the notification manager's work and leave through [`Host`].

use std::collections::{BTreeMap, BTreeSet};

use super::host::{NotificationKey, NotificationPost, Turn};
use crate::exception::Exception;
use crate::facts;
use crate::ids::{Pid, Uid, UserId};
use crate::job::SlotId;
use crate::notification::Notification;
use crate::rules::job_notif::{
    JOB_NOTIF_002, JOB_NOTIF_004, JOB_NOTIF_010, JOB_NOTIF_011, JOB_NOTIF_012, JOB_NOTIF_013,
    JOB_NOTIF_014,
};
use crate::rules::job_run::JOB_RUN_052;

/// `Notification.FLAG_USER_INITIATED_JOB`. Rule: JOB-NOTIF-002.
pub const FLAG_USER_INITIATED_JOB: u32 = 0x8000;
/// The notification stays when the job ends. Rule: JOB-API-230.
pub const JOB_END_NOTIFICATION_POLICY_DETACH: i32 = 0;
/// The notification goes when the job ends. Rule: JOB-API-230.
pub const JOB_END_NOTIFICATION_POLICY_REMOVE: i32 = 1;

/// An app in one user: notification ids and channels of different ones have nothing in common.
type UserPackage = (UserId, String);

/// The notification that a slot's job set last: table (b) of JOB-NOTIF-001.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
struct NotificationDetails {
    key: NotificationKey,
    channel: String,
    /// `JOB_END_NOTIFICATION_POLICY_*`.
    end_policy: i32,
    /// The job that set it runs as a user-initiated one; a slot's job never changes while it has details.
    user_initiated: bool,
}

/// What a running job asks for with `setNotification`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct SetNotification {
    /// The package of the job service.
    pub(super) package: String,
    /// The process that calls.
    pub(super) pid: Option<Pid>,
    /// The uid that calls: that of the running job.
    pub(super) uid: Uid,
    /// Chosen by the app.
    pub(super) id: i32,
    /// `None` stands for Java's `null`.
    pub(super) notification: Option<Box<Notification>>,
    /// What becomes of it when the job ends.
    pub(super) end_policy: i32,
    /// The job was started as a user-initiated one.
    pub(super) user_initiated: bool,
}

/// Which notification ids and channels count as those of user-initiated jobs: tables (c) and (d) of
/// JOB-NOTIF-001. The notification manager looks here before it lets an app touch one.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct UserInitiatedNotifications {
    ids: BTreeMap<UserPackage, BTreeSet<i32>>,
    channels: BTreeMap<UserPackage, BTreeSet<String>>,
}

impl UserInitiatedNotifications {
    /// `isNotificationAssociatedWithAnyUserInitiatedJobs`. Rules: JOB-API-103, JOB-NOTIF-022.
    pub fn has_id(&self, id: i32, user: UserId, package: &str) -> bool {
        self.ids.get(&(user, package.to_owned())).is_some_and(|ids| ids.contains(&id))
    }

    /// `isNotificationChannelAssociatedWithAnyUserInitiatedJobs`. Rules: JOB-API-103, JOB-NOTIF-023.
    pub fn has_channel(&self, channel: &str, user: UserId, package: &str) -> bool {
        self.channels
            .get(&(user, package.to_owned()))
            .is_some_and(|channels| channels.contains(channel))
    }

    /// Every app with such an id or channel, its ids and its channels, in order.
    pub fn iter(&self) -> impl Iterator<Item = (UserId, &str, Vec<i32>, Vec<&str>)> {
        let apps: BTreeSet<&UserPackage> = self.ids.keys().chain(self.channels.keys()).collect();
        apps.into_iter().map(|app| {
            let ids = self.ids.get(app).into_iter().flatten().copied().collect();
            let channels = self.channels.get(app).into_iter().flatten().map(String::as_str);
            (app.0, app.1.as_str(), ids, channels.collect())
        })
    }

    fn add(&mut self, app: &UserPackage, id: i32, channel: &str) {
        self.ids.entry(app.clone()).or_default().insert(id);
        self.channels.entry(app.clone()).or_default().insert(channel.to_owned());
    }

    fn remove_id(&mut self, app: &UserPackage, id: i32) {
        if let Some(ids) = self.ids.get_mut(app) {
            ids.remove(&id);
            if ids.is_empty() {
                self.ids.remove(app);
            }
        }
    }

    fn remove_channel(&mut self, app: &UserPackage, channel: &str) {
        if let Some(channels) = self.channels.get_mut(app) {
            channels.remove(channel);
            if channels.is_empty() {
                self.channels.remove(app);
            }
        }
    }
}

/// The notifications of all running jobs.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub(super) struct JobNotificationCoordinator {
    /// Table (a) of JOB-NOTIF-001.
    associations: BTreeMap<UserPackage, BTreeMap<i32, BTreeSet<SlotId>>>,
    /// Table (b) of JOB-NOTIF-001.
    details: BTreeMap<SlotId, NotificationDetails>,
    user_initiated: UserInitiatedNotifications,
}

impl JobNotificationCoordinator {
    /// Tables (c) and (d).
    pub(super) fn user_initiated(&self) -> &UserInitiatedNotifications {
        &self.user_initiated
    }

    /// Shows a notification for the job in `slot` and ties the two together. Another job of the app
    /// may be tied to it already, and so may this one. Rules: JOB-NOTIF-003, JOB-NOTIF-005.
    ///
    /// # Errors
    ///
    /// The notification is invalid. Rule: JOB-RUN-052.
    pub(super) fn enqueue_notification(
        &mut self,
        slot: SlotId,
        request: SetNotification,
        turn: &mut Turn<'_>,
    ) -> Result<(), Exception> {
        let mut notification = validate(&request, turn)?;
        let SetNotification { package, pid, uid, id, end_policy, user_initiated, .. } = request;
        let app = (uid.user(), package.clone());
        // Another id: the old one goes by the policy it was set with. Rule: JOB-API-234.
        if self.details.get(&slot).is_some_and(|old| old.key.id != id) {
            self.remove_association(slot, false, turn);
        }
        if user_initiated {
            turn.out.decide(&JOB_NOTIF_002, "flagged as that of a user-initiated job", || {
                facts!(slot = slot, package = package, id = id, channel = notification.channel)
            });
            notification.flags |= FLAG_USER_INITIATED_JOB;
            self.user_initiated.add(&app, id, &notification.channel);
        } else {
            turn.out.decide(&JOB_NOTIF_004, "associated without a flag", || {
                facts!(slot = slot, package = package, id = id)
            });
        }
        self.associations.entry(app).or_default().entry(id).or_default().insert(slot);
        let key = NotificationKey { package, user: uid.user(), uid, pid, id };
        let details = NotificationDetails {
            key: key.clone(),
            channel: notification.channel.clone(),
            end_policy,
            user_initiated,
        };
        self.details.insert(slot, details);
        let post = NotificationPost { key, notification };
        // The notification manager looks into the tables while it takes the notification in, so they
        // are up to date by now.
        turn.host.enqueue_notification(post, &self.user_initiated, turn.now, turn.looper, turn.out);
        Ok(())
    }

    /// Unties the job in `slot` from its notification. `user_stop`: the public reason is `USER`.
    pub(super) fn remove_association(
        &mut self,
        slot: SlotId,
        user_stop: bool,
        turn: &mut Turn<'_>,
    ) {
        let Some(details) = self.details.remove(&slot) else {
            turn.out.decide(&JOB_NOTIF_010, "no notification to untie", || facts!(slot = slot));
            return;
        };
        let app = (details.key.user, details.key.package.clone());
        let remaining = self.remove_slot(&app, details.key.id, slot);
        let last = remaining.is_empty();
        if last && (details.end_policy == JOB_END_NOTIFICATION_POLICY_REMOVE || user_stop) {
            let rule = if user_stop { &JOB_NOTIF_012 } else { &JOB_NOTIF_011 };
            turn.out.decide(rule, "cancelled with the last job that uses it", || {
                facts!(slot = slot, id = details.key.id, end_policy = details.end_policy)
            });
            turn.host.cancel_notification(&details.key, turn.now, turn.looper, turn.out);
        } else if !self.any_user_initiated(&remaining) {
            let rule = if last { &JOB_NOTIF_011 } else { &JOB_NOTIF_013 };
            turn.out.decide(rule, "stays, no longer that of a user-initiated job", || {
                facts!(slot = slot, id = details.key.id, remaining = remaining)
            });
            turn.host.remove_user_initiated_job_flag(&details.key, turn.now, turn.looper, turn.out);
        } else {
            turn.out.decide(&JOB_NOTIF_013, "stays with another user-initiated job", || {
                facts!(slot = slot, id = details.key.id, remaining = remaining)
            });
        }
        if details.user_initiated {
            self.forget_user_initiated(&app, &details, &remaining, turn);
        }
    }

    /// Takes the slot out of table (a) and tells which slots are left with the id.
    fn remove_slot(&mut self, app: &UserPackage, id: i32, slot: SlotId) -> BTreeSet<SlotId> {
        let Some(ids) = self.associations.get_mut(app) else { return BTreeSet::new() };
        let mut remaining = ids.remove(&id).unwrap_or_default();
        remaining.remove(&slot);
        if !remaining.is_empty() {
            ids.insert(id, remaining.clone());
        } else if ids.is_empty() {
            self.associations.remove(app);
        }
        remaining
    }

    /// Rule: JOB-NOTIF-014. The channel is that of the latest details: an earlier one stays behind
    /// (JOB-NOTIF-015).
    fn forget_user_initiated(
        &mut self,
        app: &UserPackage,
        ended: &NotificationDetails,
        remaining: &BTreeSet<SlotId>,
        turn: &mut Turn<'_>,
    ) {
        let id_in_use = self.any_user_initiated(remaining);
        if !id_in_use {
            self.user_initiated.remove_id(app, ended.key.id);
        }
        let channel_in_use = self.details.values().any(|other| {
            other.user_initiated
                && (other.key.user, &other.key.package) == (app.0, &app.1)
                && other.channel == ended.channel
        });
        if !channel_in_use {
            self.user_initiated.remove_channel(app, &ended.channel);
        }
        turn.out.decide(&JOB_NOTIF_014, "id and channel freed unless in use", || {
            facts!(id_in_use = id_in_use, channel_in_use = channel_in_use)
        });
    }

    fn any_user_initiated(&self, slots: &BTreeSet<SlotId>) -> bool {
        slots.iter().any(|slot| self.details.get(slot).is_some_and(|d| d.user_initiated))
    }
}

/// Checks 3 to 6 of JOB-RUN-052; the first that fails is the one the app hears of.
fn validate(request: &SetNotification, turn: &mut Turn<'_>) -> Result<Notification, Exception> {
    let refused = |why: &str| Exception::IllegalArgument(why.to_owned());
    let checked = match &request.notification {
        None => Err(Exception::NullPointer("notification".to_owned())),
        Some(notification) if !notification.small_icon => Err(refused("small icon required")),
        Some(notification)
            if !turn.host.notification_channel_exists(
                &request.package,
                request.uid,
                &notification.channel,
            ) =>
        {
            Err(refused("invalid notification channel"))
        }
        Some(_)
            if request.end_policy != JOB_END_NOTIFICATION_POLICY_DETACH
                && request.end_policy != JOB_END_NOTIFICATION_POLICY_REMOVE =>
        {
            Err(refused("invalid job end notification policy"))
        }
        Some(notification) => Ok(Notification::clone(notification)),
    };
    if let Err(exception) = &checked {
        turn.out.decide(&JOB_RUN_052, "notification refused", || facts!(exception = exception));
    }
    checked
}
