//! Activities, windows and app switches: what is visible of whom.

use serde::{Deserialize, Serialize};

use crate::ids::{Pid, Uid};

/// Something about activities or windows.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ActivityEvent {
    /// The activities of a process are now these.
    Activities {
        /// Which process.
        pid: Pid,
        /// All of them.
        activities: Vec<ActivityFacts>,
    },
    /// The process whose activity is on top.
    Top {
        /// `None`: no app's.
        pid: Option<Pid>,
    },
    /// An activity of the process is started now.
    Launched {
        /// Which process.
        pid: Pid,
    },
    /// An activity of the process asks to finish now.
    FinishRequested {
        /// Which process.
        pid: Pid,
    },
    /// A window that belongs to no activity is shown or hidden.
    NonAppWindow {
        /// Whose window.
        uid: Uid,
        /// Whether it is shown.
        visible: bool,
    },
    /// Whether apps may switch.
    AppSwitches {
        /// What is now so.
        state: AppSwitches,
    },
}

/// One activity.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ActivityFacts {
    /// Visibility was requested.
    pub visible: bool,
    /// Its window is still shown.
    pub window_visible: bool,
    /// Its task has a visible layer.
    pub task_visible: bool,
    /// Where it is in its life.
    pub state: ActivityState,
    /// It is about to go away.
    pub finishing: bool,
}

impl ActivityFacts {
    /// An activity the user looks at.
    pub const fn resumed() -> Self {
        Self {
            visible: true,
            window_visible: true,
            task_visible: true,
            state: ActivityState::Resumed,
            finishing: false,
        }
    }
}

/// `ActivityRecord.State`, as far as anything here looks at it.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ActivityState {
    /// In front.
    Resumed,
    /// On its way to paused.
    Pausing,
    /// Visible, not in front.
    Paused,
    /// On its way to stopped.
    Stopping,
    /// Not visible.
    #[default]
    Stopped,
}

/// Whether apps may switch. Rule: BAL-010.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AppSwitches {
    /// Nobody may.
    Disallow,
    /// Only apps in the foreground.
    ForegroundOnly,
    /// As usual.
    #[default]
    Allow,
}
