//! `NotificationManagerService`, as far as jobs and foreground services need it. Rules: JOB-NOTIF-020 ff.
//!
//! Which notifications are shown, which flags they carry, and who can take them away. A flag for a
//! foreground service or a user-initiated job protects a notification from its own app; it comes and
//! goes with its reason, and what the notification looks like afterwards is *not* what it looked like
//! before, but what it looked like when it was accepted (JOB-NOTIF-028).
//!
//! The trap: next to nothing happens at once. Posting, cancelling and stripping are messages that the
//! manager handles one after the other; between the call and its message the world may have changed.
//! What a call refuses, it refuses at once; what a message finds no longer true, it drops silently.
//!
//! | question | file |
//! |---|---|
//! | what may be posted, and how does it look then? | `enqueue` |
//! | who may take it away? | `cancel` |
//! | what may the user do, and the system UI? | `delegate` |
//! | what becomes of it when its job or service is done? | `strip` |
//! | how important is a channel, and who said so? | `channel` |

pub mod call;
mod cancel;
mod channel;
mod delegate;
pub mod effect;
mod enqueue;
mod flags;
mod manager;
mod neighbours;
mod record;
mod strip;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use cancel::{Cancel, CancelAll};
pub use channel::{Importance, DEFAULT_CHANNEL_ID};
pub use enqueue::Post;
pub use flags::{
    FLAG_AUTO_CANCEL, FLAG_BUBBLE, FLAG_FOREGROUND_SERVICE, FLAG_GROUP_SUMMARY, FLAG_NO_CLEAR,
    FLAG_NO_DISMISS, FLAG_ONGOING_EVENT, FLAG_USER_INITIATED_JOB,
};
pub use manager::{NotificationManager, Shown};
pub use neighbours::Neighbours;
pub use record::{Key, NotificationRecord};
pub use strip::{RemoveFlag, ServiceOrJob};

/// Alarms of the notification manager.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Alarm {
    /// A notification's own time-out.
    Timeout(Key),
}

/// Messages that the notification manager posts to itself.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Posted {
    /// Takes in a notification that was accepted.
    Enqueue(Box<NotificationRecord>),
    /// Shows a notification that was taken in.
    Post(Key),
    /// Takes a notification away.
    Cancel(Cancel),
    /// Takes many away.
    CancelAll(CancelAll),
    /// Takes the flag of a service or a job off a notification.
    RemoveFlag(RemoveFlag),
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
    /// How long after it was posted it goes away by itself, in milliseconds; 0: it does not.
    pub timeout_after_millis: i64,
    /// `Notification.FOREGROUND_SERVICE_*`: 1 immediate, 2 deferred. Rule: FGS-DEFER-002.
    pub foreground_service_behavior: i32,
    /// `Notification.CATEGORY_*`.
    pub category: Option<String>,
    /// It has the media style.
    pub media_style: bool,
    /// How many buttons it has.
    pub actions: u32,
}

impl Notification {
    /// `isFgsOrUij`: it belongs to a foreground service or to a user-initiated job.
    pub fn is_fgs_or_uij(&self) -> bool {
        self.flags & (FLAG_FOREGROUND_SERVICE | FLAG_USER_INITIATED_JOB) != 0
    }

    /// Stands for its group.
    pub fn is_group_summary(&self) -> bool {
        self.group.is_some() && self.flags & FLAG_GROUP_SUMMARY != 0
    }

    /// Belongs to a group without standing for it.
    pub fn is_group_child(&self) -> bool {
        self.group.is_some() && self.flags & FLAG_GROUP_SUMMARY == 0
    }
}
