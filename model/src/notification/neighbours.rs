//! What the notification manager must ask of its neighbours.

use super::record::Key;
use super::Notification;
use crate::fgs::NotificationPolicy;
use crate::ids::{Uid, UserId};

/// The rest of the system, as the notification manager sees it.
pub trait Neighbours {
    /// Whether the package belongs to the uid.
    fn is_package_of(&self, uid: Uid, package: &str) -> bool;

    /// Whether the app may show notifications at all: `POST_NOTIFICATIONS`, which the user gives and
    /// takes.
    fn may_post_notifications(&self, uid: Uid) -> bool;

    /// Whether an ongoing notification of the app may withstand a swipe: a device or profile owner,
    /// or exempt by device policy.
    fn can_be_non_dismissible(&self, uid: Uid, package: &str) -> bool;

    /// `applyForegroundServiceNotification`: a notification without a tag is on its way. A service
    /// that uses its id takes it as its own from now on. Rules: FGS-DEFER-*.
    fn apply_foreground_service_notification(
        &mut self,
        key: &Key,
        notification: &Notification,
    ) -> NotificationPolicy;

    /// `hasForegroundServiceNotification`: the notification of a foreground service of the package is
    /// on this channel.
    fn has_foreground_service_notification(
        &self,
        user: UserId,
        package: &str,
        channel: &str,
    ) -> bool;

    /// A user-initiated job of the package uses this id: table (c) of JOB-NOTIF-001.
    fn has_user_initiated_job_id(&self, user: UserId, package: &str, id: i32) -> bool;

    /// A user-initiated job of the package uses this channel: table (d) of JOB-NOTIF-001.
    fn has_user_initiated_job_channel(&self, user: UserId, package: &str, channel: &str) -> bool;
}
