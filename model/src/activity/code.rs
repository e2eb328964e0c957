//! `BAL_*`: the answer to "may this start go ahead although nothing of the caller is on screen?".

use serde::{Deserialize, Serialize};
use std::fmt;

/// Why a start is allowed, or that it is not.
///
/// Rule: BAL-001.
#[derive(
    Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum BalCode {
    /// Not allowed.
    #[default]
    BalBlock = 0,
    /// Never computed; the decision itself does not answer this.
    BalAllowDefault = 1,
    /// Root, system or NFC.
    BalAllowAllowlistedUid = 2,
    /// Home, input method, recents, device owner, affiliated profile owner, companion app.
    BalAllowAllowlistedComponent = 3,
    /// Visible, persistent, or bound by an opted-in visible uid.
    BalAllowVisibleWindow = 4,
    /// Because of the sender of the pending intent.
    BalAllowPendingIntent = 5,
    /// Permission, privileged instrumentation, privilege token or exemption op.
    BalAllowPermission = 6,
    /// May draw over other apps.
    BalAllowSawPermission = 7,
    /// An activity was started or finished within the last ten seconds.
    BalAllowGracePeriod = 8,
    /// Has an activity in a visible task.
    BalAllowForeground = 9,
    /// SDK sandbox of a visible app.
    BalAllowSdkSandbox = 10,
}

impl BalCode {
    /// Android's number.
    pub const fn number(self) -> i32 {
        self as i32
    }

    /// Whether the start may go ahead.
    pub fn is_allowed(self) -> bool {
        self != Self::BalBlock
    }

    /// Android's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::BalBlock => "BAL_BLOCK",
            Self::BalAllowDefault => "BAL_ALLOW_DEFAULT",
            Self::BalAllowAllowlistedUid => "BAL_ALLOW_ALLOWLISTED_UID",
            Self::BalAllowAllowlistedComponent => "BAL_ALLOW_ALLOWLISTED_COMPONENT",
            Self::BalAllowVisibleWindow => "BAL_ALLOW_VISIBLE_WINDOW",
            Self::BalAllowPendingIntent => "BAL_ALLOW_PENDING_INTENT",
            Self::BalAllowPermission => "BAL_ALLOW_PERMISSION",
            Self::BalAllowSawPermission => "BAL_ALLOW_SAW_PERMISSION",
            Self::BalAllowGracePeriod => "BAL_ALLOW_GRACE_PERIOD",
            Self::BalAllowForeground => "BAL_ALLOW_FOREGROUND",
            Self::BalAllowSdkSandbox => "BAL_ALLOW_SDK_SANDBOX",
        }
    }
}

impl fmt::Display for BalCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
