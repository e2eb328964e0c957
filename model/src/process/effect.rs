//! What the process code of the activity manager has others carry out.

use serde::{Deserialize, Serialize};

use crate::ids::{Pid, Uid};

/// An effect of the process code.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ProcessEffect {
    /// Starts a process for an app.
    StartProcess {
        /// Whose.
        uid: Uid,
        /// Its name.
        process: String,
    },
    /// Kills a process.
    KillProcess {
        /// Which.
        pid: Pid,
        /// Whose.
        uid: Uid,
        /// Why: `ApplicationExitInfo` reason and sub-reason, for people.
        reason: String,
    },
}
