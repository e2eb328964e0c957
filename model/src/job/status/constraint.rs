//! Constraints of a record as one set: what the app required and what the system adds.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::{BitAnd, BitOr, Not};

/// A set of `JobStatus.CONSTRAINT_*` bits. Rules: JOB-INFO-020, JOB-READY-001, CTRL-GEN-001.
#[derive(
    Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Constraints(pub u32);

impl Constraints {
    /// No constraint.
    pub const NONE: Self = Self(0);
    /// `CONSTRAINT_CHARGING`.
    pub const CHARGING: Self = Self(1);
    /// `CONSTRAINT_BATTERY_NOT_LOW`.
    pub const BATTERY_NOT_LOW: Self = Self(1 << 1);
    /// `CONSTRAINT_IDLE`.
    pub const IDLE: Self = Self(1 << 2);
    /// `CONSTRAINT_STORAGE_NOT_LOW`.
    pub const STORAGE_NOT_LOW: Self = Self(1 << 3);
    /// `CONSTRAINT_FLEXIBLE`: enough of the preferred constraints hold.
    pub const FLEXIBLE: Self = Self(1 << 21);
    /// `CONSTRAINT_BACKGROUND_NOT_RESTRICTED`; implicit.
    pub const BACKGROUND_NOT_RESTRICTED: Self = Self(1 << 22);
    /// `CONSTRAINT_PREFETCH`.
    pub const PREFETCH: Self = Self(1 << 23);
    /// `CONSTRAINT_WITHIN_QUOTA`; implicit.
    pub const WITHIN_QUOTA: Self = Self(1 << 24);
    /// `CONSTRAINT_DEVICE_NOT_DOZING`; implicit.
    pub const DEVICE_NOT_DOZING: Self = Self(1 << 25);
    /// `CONSTRAINT_CONTENT_TRIGGER`.
    pub const CONTENT_TRIGGER: Self = Self(1 << 26);
    /// `CONSTRAINT_TARE_WEALTH`; implicit.
    pub const TARE_WEALTH: Self = Self(1 << 27);
    /// `CONSTRAINT_CONNECTIVITY`.
    pub const CONNECTIVITY: Self = Self(1 << 28);
    /// `CONSTRAINT_DEADLINE`.
    pub const DEADLINE: Self = Self(1 << 30);
    /// `CONSTRAINT_TIMING_DELAY`.
    pub const TIMING_DELAY: Self = Self(1 << 31);

    /// `IMPLICIT_CONSTRAINTS`: apply to every job and are never in the required set.
    pub const IMPLICIT: Self = Self(
        Self::BACKGROUND_NOT_RESTRICTED.0
            | Self::DEVICE_NOT_DOZING.0
            | Self::TARE_WEALTH.0
            | Self::WITHIN_QUOTA.0,
    );
    /// `SOFT_OVERRIDE_CONSTRAINTS`: what `OVERRIDE_SOFT` takes as satisfied. Rule: JOB-INFO-042.
    pub const SOFT_OVERRIDE: Self = Self(
        Self::CHARGING.0
            | Self::BATTERY_NOT_LOW.0
            | Self::STORAGE_NOT_LOW.0
            | Self::TIMING_DELAY.0
            | Self::IDLE.0
            | Self::PREFETCH.0
            | Self::FLEXIBLE.0,
    );
    /// `CONSTRAINTS_OF_INTEREST`: what makes a job's own conditions complete.
    pub const OF_INTEREST: Self =
        Self(Self::SOFT_OVERRIDE.0 | Self::CONNECTIVITY.0 | Self::CONTENT_TRIGGER.0);
    /// `DYNAMIC_RESTRICTED_CONSTRAINTS`: what the restricted bucket imposes. Rule: JOB-INFO-027.
    pub const DYNAMIC_RESTRICTED: Self =
        Self(Self::BATTERY_NOT_LOW.0 | Self::CHARGING.0 | Self::CONNECTIVITY.0 | Self::IDLE.0);
    /// `DYNAMIC_EXPEDITED_DEFERRAL_CONSTRAINTS`: imposed after a long run. Rule: JOB-RESCHED-015.
    pub const DYNAMIC_EXPEDITED_DEFERRAL: Self =
        Self(Self::DEVICE_NOT_DOZING.0 | Self::BACKGROUND_NOT_RESTRICTED.0);

    /// Every constraint with its name, lowest bit first.
    pub const NAMED: &'static [(Self, &'static str)] = &[
        (Self::CHARGING, "CHARGING"),
        (Self::BATTERY_NOT_LOW, "BATTERY_NOT_LOW"),
        (Self::IDLE, "IDLE"),
        (Self::STORAGE_NOT_LOW, "STORAGE_NOT_LOW"),
        (Self::FLEXIBLE, "FLEXIBLE"),
        (Self::BACKGROUND_NOT_RESTRICTED, "BACKGROUND_NOT_RESTRICTED"),
        (Self::PREFETCH, "PREFETCH"),
        (Self::WITHIN_QUOTA, "WITHIN_QUOTA"),
        (Self::DEVICE_NOT_DOZING, "DEVICE_NOT_DOZING"),
        (Self::CONTENT_TRIGGER, "CONTENT_TRIGGER"),
        (Self::TARE_WEALTH, "TARE_WEALTH"),
        (Self::CONNECTIVITY, "CONNECTIVITY"),
        (Self::DEADLINE, "DEADLINE"),
        (Self::TIMING_DELAY, "TIMING_DELAY"),
    ];

    /// The bits of a description's constraint flags, as Java takes them over.
    pub const fn from_flags(flags: i32) -> Self {
        // The sign bit is TIMING_DELAY: the bits are what counts, not the number.
        Self(flags as u32)
    }

    /// Every constraint of `other` is in this set.
    #[inline]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Some constraint of `other` is in this set.
    #[inline]
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// There is none in this set.
    #[inline]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// This set with those of `other`.
    #[inline]
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// This set without those of `other`.
    #[inline]
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// This set with, or without, those of `other`.
    #[inline]
    #[must_use]
    pub const fn set(self, other: Self, present: bool) -> Self {
        if present {
            self.with(other)
        } else {
            self.without(other)
        }
    }

    /// This set, with those of `other` if `condition` holds.
    #[must_use]
    pub const fn with_if(self, other: Self, condition: bool) -> Self {
        if condition {
            self.with(other)
        } else {
            self
        }
    }

    /// The names of those in this set, lowest bit first.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::NAMED.iter().filter(move |(bit, _)| self.contains(*bit)).map(|(_, name)| *name)
    }
}

impl BitOr for Constraints {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.with(other)
    }
}

impl BitAnd for Constraints {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl Not for Constraints {
    type Output = Self;

    fn not(self) -> Self {
        Self(!self.0)
    }
}

impl fmt::Display for Constraints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for name in self.names() {
            write!(f, "{separator}{name}")?;
            separator = " ";
        }
        Ok(())
    }
}
