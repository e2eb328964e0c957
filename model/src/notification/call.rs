//! What apps ask of the notification manager, as values.

use serde::{Deserialize, Serialize};

use super::Notification;

/// A call of the notification manager. The caller is never an argument.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(tag = "call", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum NotificationCall {
    /// Creates a channel, or renames it.
    CreateChannel {
        /// The caller's package.
        package: String,
        /// The id the app chose.
        channel: String,
        /// `NotificationManager.IMPORTANCE_*`.
        importance: i32,
        /// The group it belongs to, if any.
        #[serde(default)]
        group: Option<String>,
    },
    /// Deletes a channel.
    DeleteChannel {
        /// The caller's package.
        package: String,
        /// The id the app chose.
        channel: String,
    },
    /// Deletes all channels of a group.
    DeleteChannelGroup {
        /// The caller's package.
        package: String,
        /// The id the app chose.
        group: String,
    },
    /// Posts a notification.
    Notify {
        /// The caller's package.
        package: String,
        /// Chosen by the app.
        tag: Option<String>,
        /// Chosen by the app.
        id: i32,
        /// What to show.
        notification: Box<Notification>,
    },
    /// Takes a notification back.
    Cancel {
        /// The caller's package.
        package: String,
        /// Chosen by the app.
        tag: Option<String>,
        /// Chosen by the app.
        id: i32,
    },
    /// Takes back all it can.
    CancelAll {
        /// The caller's package.
        package: String,
    },
}
