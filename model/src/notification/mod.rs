//! The notification manager, as far as jobs and foreground services need it.

pub mod call;
pub mod effect;

use serde::{Deserialize, Serialize};

/// Alarms of the notification manager.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Alarm {
    /// A notification's own time-out.
    Timeout,
}

/// Messages that the notification manager posts to itself.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Posted {
    /// Shows a notification that was accepted.
    Post,
}

/// `android.app.Notification`, as far as anything here looks at it.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Notification {
    /// The channel it is posted to.
    pub channel: String,
    /// `Notification.FLAG_*`.
    pub flags: u32,
    /// It has a small icon; without one it is invalid.
    pub small_icon: bool,
    /// What the user reads.
    pub title: String,
    /// What the user reads below the title.
    pub text: String,
    /// Progress: done and total.
    pub progress: Option<(i64, i64)>,
    /// The group it belongs to.
    pub group: Option<String>,
    /// `Notification.FOREGROUND_SERVICE_*`: 1 immediate, 2 deferred. Rule: FGS-DEFER-002.
    pub foreground_service_behavior: i32,
    /// `Notification.CATEGORY_*`.
    pub category: Option<String>,
    /// It has the media style.
    pub media_style: bool,
    /// How many buttons it has.
    pub actions: u32,
}
