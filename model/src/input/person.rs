//! What the person at the device does, and what the system UI cannot show to them.

use serde::{Deserialize, Serialize};

use crate::fgs::PendingIntentKey;
use crate::ids::{Pid, UserId};

/// An act of the person at the device.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum PersonAct {
    /// Presses Stop beside an app in the Task Manager. Rule: JOB-USERSTOP-001.
    StopApp {
        /// Which app.
        package: String,
        /// Of which user.
        user: UserId,
    },
    /// Force-stops an app in its settings.
    ForceStop {
        /// Which app.
        package: String,
        /// Of which user.
        user: UserId,
    },
    /// Clears the data of an app.
    ClearData {
        /// Which app.
        package: String,
        /// Of which user.
        user: UserId,
    },
    /// Answers the dialog about a process that does not respond. Rule: FGS-SHORT-018.
    AnswerNotResponding {
        /// Which process.
        pid: Pid,
        /// Closes the app; otherwise waits for it.
        close: bool,
    },
    /// Taps a notification, or one of its actions, that starts a service. Rules: BAL-050, FGS-START-100.
    TapNotification {
        /// Its pending intent.
        intent: PendingIntentKey,
    },
    /// The system UI cannot show a notification, and says so. Rules: JOB-NOTIF-026, FGS-EXC-062.
    NotificationError {
        /// Whose.
        package: String,
        /// Of which user.
        user: UserId,
        /// Chosen by the app.
        tag: Option<String>,
        /// Chosen by the app.
        id: i32,
    },
    /// Taps a notification that has no pending intent, or whose intent is sent besides: if it cancels
    /// itself, it goes. Rule: JOB-NOTIF-020.
    ClickNotification {
        /// Whose.
        package: String,
        /// Of which user.
        user: UserId,
        /// Chosen by the app.
        tag: Option<String>,
        /// Chosen by the app.
        id: i32,
    },
    /// Clears the shade.
    ClearNotifications {
        /// Whose shade.
        user: UserId,
    },
    /// Chooses how important a channel is; nothing if there is no such channel. Rule: JOB-NOTIF-029.
    SetChannelImportance {
        /// Whose channel.
        package: String,
        /// Of which user.
        user: UserId,
        /// Its id.
        channel: String,
        /// `NotificationManager.IMPORTANCE_*`.
        importance: i32,
    },
    /// Swipes a notification away.
    DismissNotification {
        /// Whose.
        package: String,
        /// Of which user.
        user: UserId,
        /// Chosen by the app.
        tag: Option<String>,
        /// Chosen by the app.
        id: i32,
    },
}
