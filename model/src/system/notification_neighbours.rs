//! What the notification manager asks.

use super::System;
use crate::fgs::{ActiveServices, NotificationPolicy};
use crate::ids::{Uid, UserId};
use crate::job::execution::UserInitiatedNotifications;
use crate::notification::{Key, Neighbours, Notification};
use crate::package::{Granted, Packages};

/// The system and the services beside it, as the notification manager sees them.
pub(crate) struct NotificationNeighbours<'a> {
    pub(crate) packages: &'a Packages,
    pub(crate) device_owner: Option<Uid>,
    pub(crate) user_initiated: &'a UserInitiatedNotifications,
    pub(crate) services: Option<&'a ActiveServices>,
    /// What the service code has made of the notification that is being posted.
    pub(crate) policy: NotificationPolicy,
}

impl Neighbours for NotificationNeighbours<'_> {
    fn is_package_of(&self, uid: Uid, package: &str) -> bool {
        self.packages.uid_of(package, uid.user()) == Some(uid)
    }

    fn may_post_notifications(&self, uid: Uid) -> bool {
        // Apps that target an older release have it unless the user takes it away.
        let permission = "android.permission.POST_NOTIFICATIONS";
        self.packages.permission(uid, permission) != Granted::SoftDenied
    }

    fn can_be_non_dismissible(&self, uid: Uid, _package: &str) -> bool {
        self.device_owner == Some(uid)
    }

    fn apply_foreground_service_notification(
        &mut self,
        _key: &Key,
        _notification: &Notification,
    ) -> NotificationPolicy {
        self.policy
    }

    fn has_foreground_service_notification(
        &self,
        user: UserId,
        package: &str,
        channel: &str,
    ) -> bool {
        self.services.is_some_and(|services| {
            services.has_foreground_service_notification(package, user, channel)
        })
    }

    fn has_user_initiated_job_id(&self, user: UserId, package: &str, id: i32) -> bool {
        self.user_initiated.has_id(id, user, package)
    }

    fn has_user_initiated_job_channel(&self, user: UserId, package: &str, channel: &str) -> bool {
        self.user_initiated.has_channel(channel, user, package)
    }
}

impl System {
    /// The notification manager together with what it asks. Services are needed where a channel is to be
    /// deleted; `policy` is what they made of a notification that is being posted.
    pub(crate) fn notification_room<'a>(
        &'a mut self,
        services: Option<&'a ActiveServices>,
        policy: NotificationPolicy,
    ) -> (&'a mut crate::notification::NotificationManager, NotificationNeighbours<'a>) {
        let neighbours = NotificationNeighbours {
            packages: &self.packages,
            device_owner: self.activities.roles().device_owner,
            user_initiated: &self.user_initiated,
            services,
            policy,
        };
        (&mut self.notifications, neighbours)
    }
}
