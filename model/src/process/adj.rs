//! `ProcessList.*_ADJ`: the oom score adjustment, and the scheduling group beside it.

use serde::{Deserialize, Serialize};

/// An oom score adjustment: the larger, the sooner a process is killed for memory.
///
/// Rule: PROC-ADJ-001.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Adj(pub i32);

impl Adj {
    /// `INVALID_ADJ`: never applied.
    pub const INVALID: Self = Self(-10_000);
    /// `NATIVE_ADJ`.
    pub const NATIVE: Self = Self(-1000);
    /// `SYSTEM_ADJ`.
    pub const SYSTEM: Self = Self(-900);
    /// `PERSISTENT_PROC_ADJ`.
    pub const PERSISTENT_PROC: Self = Self(-800);
    /// `PERSISTENT_SERVICE_ADJ`.
    pub const PERSISTENT_SERVICE: Self = Self(-700);
    /// `FOREGROUND_APP_ADJ`.
    pub const FOREGROUND_APP: Self = Self(0);
    /// `PERCEPTIBLE_RECENT_FOREGROUND_APP_ADJ`.
    pub const PERCEPTIBLE_RECENT_FOREGROUND_APP: Self = Self(50);
    /// `VISIBLE_APP_ADJ`.
    pub const VISIBLE_APP: Self = Self(100);
    /// `PERCEPTIBLE_APP_ADJ`.
    pub const PERCEPTIBLE_APP: Self = Self(200);
    /// `PERCEPTIBLE_MEDIUM_APP_ADJ`.
    pub const PERCEPTIBLE_MEDIUM_APP: Self = Self(225);
    /// `PERCEPTIBLE_LOW_APP_ADJ`.
    pub const PERCEPTIBLE_LOW_APP: Self = Self(250);
    /// `BACKUP_APP_ADJ`.
    pub const BACKUP_APP: Self = Self(300);
    /// `HEAVY_WEIGHT_APP_ADJ`.
    pub const HEAVY_WEIGHT_APP: Self = Self(400);
    /// `SERVICE_ADJ`.
    pub const SERVICE: Self = Self(500);
    /// `HOME_APP_ADJ`.
    pub const HOME_APP: Self = Self(600);
    /// `PREVIOUS_APP_ADJ`.
    pub const PREVIOUS_APP: Self = Self(700);
    /// `SERVICE_B_ADJ`.
    pub const SERVICE_B: Self = Self(800);
    /// `CACHED_APP_MIN_ADJ`.
    pub const CACHED_APP_MIN: Self = Self(900);
    /// `CACHED_APP_LMK_FIRST_ADJ`.
    pub const CACHED_APP_LMK_FIRST: Self = Self(950);
    /// `CACHED_APP_MAX_ADJ`.
    pub const CACHED_APP_MAX: Self = Self(999);
    /// `UNKNOWN_ADJ`: yet to be assigned.
    pub const UNKNOWN: Self = Self(1001);

    /// This adjustment plus `steps`.
    #[must_use]
    pub(crate) const fn plus(self, steps: i32) -> Self {
        Self(self.0.wrapping_add(steps))
    }
}

/// `ProcessList.SCHED_GROUP_*`: how the threads of a process are scheduled.
///
/// Rule: PROC-ADJ-046.
#[derive(
    Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SchedGroup {
    /// In the background.
    #[default]
    Background,
    /// Restricted: bound foreground services while the device sleeps.
    Restricted,
    /// Default.
    Default,
    /// The top app.
    TopApp,
    /// Bound by the top app.
    TopAppBound,
}
