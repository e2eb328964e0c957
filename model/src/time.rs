//! The three clocks of Android, each a type of its own, so that mixing them does not compile.

use serde::{Deserialize, Serialize};

/// Declares one clock: milliseconds since its own origin.
macro_rules! clock {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl $name {
            /// The instant in milliseconds since the origin of this clock.
            pub const fn millis(self) -> i64 {
                self.0
            }

            /// This instant moved by `millis`, wrapping as Java's `long` does.
            #[must_use]
            pub const fn plus(self, millis: i64) -> Self {
                Self(self.0.wrapping_add(millis))
            }

            /// Milliseconds from `earlier` to this instant, wrapping as Java's `long` does.
            pub const fn since(self, earlier: Self) -> i64 {
                self.0.wrapping_sub(earlier.0)
            }
        }
    };
}

clock! {
    /// `SystemClock.elapsedRealtime()`: time since boot, deep sleep included. Alarms run on it.
    Elapsed
}
clock! {
    /// `SystemClock.uptimeMillis()`: time since boot, deep sleep not counted. Handler delays run on it.
    Uptime
}
clock! {
    /// `System.currentTimeMillis()`: wall-clock time, which a user may set.
    Wall
}

/// One instant on all three clocks. Every input of the model comes with one.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize)]
pub struct Now {
    /// Elapsed realtime.
    pub elapsed: Elapsed,
    /// Uptime; never ahead of `elapsed`.
    pub uptime: Uptime,
    /// Wall clock.
    pub wall: Wall,
}

impl Now {
    /// The instant at which a device starts: elapsed realtime and uptime are 0.
    pub const fn at_boot(wall: Wall) -> Self {
        Self { elapsed: Elapsed(0), uptime: Uptime(0), wall }
    }

    /// The instant `millis` later on a device that is awake meanwhile.
    #[must_use]
    pub const fn awake_for(self, millis: i64) -> Self {
        Self {
            elapsed: self.elapsed.plus(millis),
            uptime: self.uptime.plus(millis),
            wall: self.wall.plus(millis),
        }
    }

    /// The instant `millis` later on a device that sleeps meanwhile: uptime stands still.
    #[must_use]
    pub const fn asleep_for(self, millis: i64) -> Self {
        Self {
            elapsed: self.elapsed.plus(millis),
            uptime: self.uptime,
            wall: self.wall.plus(millis),
        }
    }
}

/// When time itself becomes an input: the earliest instant on each clock, if any.
///
/// Whoever runs the model applies [`crate::Input::Tick`] as soon as either is reached.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize)]
pub struct Wakeup {
    /// The earliest alarm; it also wakes the device out of deep sleep.
    pub elapsed: Option<Elapsed>,
    /// The earliest delayed message; it waits while the device sleeps.
    pub uptime: Option<Uptime>,
}

impl Wakeup {
    /// Milliseconds from `now` until the first of the two on a device that stays awake; never negative.
    pub fn in_millis(self, now: Now) -> Option<i64> {
        let alarm = self.elapsed.map(|at| at.0.saturating_sub(now.elapsed.0));
        let message = self.uptime.map(|at| at.0.saturating_sub(now.uptime.0));
        match (alarm, message) {
            (Some(a), Some(m)) => Some(a.min(m).max(0)),
            (one, other) => one.or(other).map(|millis| millis.max(0)),
        }
    }
}
