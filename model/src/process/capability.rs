//! `ActivityManager.PROCESS_CAPABILITY_*`: what a process or uid may do beyond its state.

use serde::{Deserialize, Serialize};
use std::ops::{BitAnd, BitOr, BitOrAssign};

use super::ProcState;

/// A set of capabilities.
///
/// Rule: PROC-STATE-004.
#[derive(
    Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Capabilities(u32);

impl Capabilities {
    /// `PROCESS_CAPABILITY_NONE`.
    pub const NONE: Self = Self(0);
    /// Location while in use.
    pub const FOREGROUND_LOCATION: Self = Self(1);
    /// Camera while in use.
    pub const FOREGROUND_CAMERA: Self = Self(2);
    /// Microphone while in use.
    pub const FOREGROUND_MICROPHONE: Self = Self(4);
    /// Network in doze and battery saver.
    pub const POWER_RESTRICTED_NETWORK: Self = Self(8);
    /// May start foreground services from the background through bindings.
    pub const BFSL: Self = Self(16);
    /// Network under data saver.
    pub const USER_RESTRICTED_NETWORK: Self = Self(32);
    /// `PROCESS_CAPABILITY_ALL`.
    pub const ALL: Self = Self(63);
    /// `PROCESS_CAPABILITY_ALL_IMPLICIT`: camera and microphone.
    pub const ALL_IMPLICIT: Self = Self(6);
    /// Both network bits.
    pub(crate) const NETWORK: Self = Self(8 + 32);

    const NAMED: [(Self, &'static str); 6] = [
        (Self::FOREGROUND_LOCATION, "FOREGROUND_LOCATION"),
        (Self::FOREGROUND_CAMERA, "FOREGROUND_CAMERA"),
        (Self::FOREGROUND_MICROPHONE, "FOREGROUND_MICROPHONE"),
        (Self::POWER_RESTRICTED_NETWORK, "POWER_RESTRICTED_NETWORK"),
        (Self::BFSL, "BFSL"),
        (Self::USER_RESTRICTED_NETWORK, "USER_RESTRICTED_NETWORK"),
    ];

    /// The set with these bits; unknown bits are kept, as the platform does.
    pub const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// Android's bits.
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// Whether all of `others` are in this set.
    pub const fn contains(self, others: Self) -> bool {
        self.0 & others.0 == others.0
    }

    /// This set without `others`.
    #[must_use]
    pub const fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    /// Android's names of the known bits, by bit.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::NAMED.into_iter().filter(move |&(bit, _)| self.contains(bit)).map(|(_, name)| name)
    }

    /// What a process has by its final state alone.
    ///
    /// Rules: PROC-STATE-005, FGS-OOM-018.
    pub(crate) fn by_default(state: ProcState, instrumented: bool) -> Self {
        match state {
            ProcState::Persistent | ProcState::PersistentUi | ProcState::Top => Self::ALL,
            ProcState::BoundTop => Self::BFSL | Self::NETWORK,
            ProcState::ForegroundService if instrumented => Self::ALL_IMPLICIT | Self::NETWORK,
            ProcState::ForegroundService | ProcState::BoundForegroundService => Self::NETWORK,
            ProcState::Unknown
            | ProcState::ImportantForeground
            | ProcState::ImportantBackground
            | ProcState::TransientBackground
            | ProcState::Backup
            | ProcState::Service
            | ProcState::Receiver
            | ProcState::TopSleeping
            | ProcState::HeavyWeight
            | ProcState::Home
            | ProcState::LastActivity
            | ProcState::CachedActivity
            | ProcState::CachedActivityClient
            | ProcState::CachedRecent
            | ProcState::CachedEmpty
            | ProcState::Nonexistent => Self::NONE,
        }
    }
}

impl BitOr for Capabilities {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Capabilities {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

impl BitAnd for Capabilities {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}
