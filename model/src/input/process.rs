//! Processes, their bindings, and Android users.

use serde::{Deserialize, Serialize};

use crate::ids::{ComponentName, Pid, Uid, UserId};
use crate::job::call::CallbackToken;

/// Something about processes.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ProcessEvent {
    /// A process of an app runs and has attached to the system.
    Started {
        /// Its pid.
        pid: Pid,
        /// Its uid.
        uid: Uid,
        /// Its name.
        name: String,
        /// The package it runs.
        package: String,
    },
    /// A process that was to be started never attached. Rule: FGS-START-029.
    StartTimedOut {
        /// Its uid.
        uid: Uid,
        /// Its name.
        name: String,
    },
    /// An app reports that it crashed; its process is about to die. Rule: FGS-START-093.
    Crashed {
        /// Its pid.
        pid: Pid,
    },
    /// A process is gone, whatever the cause.
    Died {
        /// Its pid.
        pid: Pid,
    },
    /// A process crashes all the time, or no longer does.
    Bad {
        /// Its name.
        name: String,
        /// Its uid.
        uid: Uid,
        /// Whether it does.
        bad: bool,
    },
    /// A job service answered a bind with its binder.
    JobServiceConnected {
        /// The execution that was bound for.
        token: CallbackToken,
        /// The component that answered.
        component: ComponentName,
    },
    /// A job service answered a bind with nothing.
    JobServiceNullBinding {
        /// The execution that was bound for.
        token: CallbackToken,
    },
    /// A binding is dead for good.
    JobServiceBindingDied {
        /// The execution that was bound for.
        token: CallbackToken,
    },
    /// The process behind a binding is gone.
    JobServiceDisconnected {
        /// The execution that was bound for.
        token: CallbackToken,
    },
    /// A uid's process state, where it is reported and not derived.
    UidState {
        /// Which uid.
        uid: Uid,
        /// `ActivityManager.PROCESS_STATE_*`; `None`: no process, or derived again.
        process_state: Option<i32>,
    },
    /// A uid is active, or idle.
    UidActive {
        /// Which uid.
        uid: Uid,
        /// Whether it is.
        active: bool,
    },
    /// A uid is gone.
    UidGone {
        /// Which uid.
        uid: Uid,
        /// Its background starts are disabled.
        disabled: bool,
    },
}

/// Something about Android users.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum UserEvent {
    /// The user is starting.
    Started {
        /// Which user.
        user: UserId,
    },
    /// Starting is completed and storage unlocked.
    Unlocked {
        /// Which user.
        user: UserId,
    },
    /// The user is stopping.
    Stopping {
        /// Which user.
        user: UserId,
    },
    /// The user has stopped.
    Stopped {
        /// Which user.
        user: UserId,
    },
    /// The user is in front.
    Switched {
        /// Which user.
        user: UserId,
    },
    /// The user is gone.
    Removed {
        /// Which user.
        user: UserId,
    },
}
