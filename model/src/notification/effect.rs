//! What the notification manager has others carry out.

use serde::{Deserialize, Serialize};

use super::Notification;
use crate::ids::{Uid, UserId};

/// An effect of the notification manager.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum NotificationEffect {
    /// The user now sees this notification, new or changed.
    Show {
        /// Whose.
        package: String,
        /// For which user.
        user: UserId,
        /// Chosen by the app.
        tag: Option<String>,
        /// Chosen by the app.
        id: i32,
        /// `NotificationManager.IMPORTANCE_*`.
        importance: i32,
        /// With the flags as they are now.
        notification: Box<Notification>,
    },
    /// The user no longer sees it.
    Remove {
        /// Whose.
        package: String,
        /// For which user.
        user: UserId,
        /// Chosen by the app.
        tag: Option<String>,
        /// Chosen by the app.
        id: i32,
    },
    /// The app must be crashed for its notification.
    CrashApp {
        /// Whose notification.
        uid: Uid,
        /// The simple name of the exception.
        exception: String,
    },
}
