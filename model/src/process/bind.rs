//! Connections: who holds on to a service or a provider of whom, and with which `Context.BIND_*`.

use serde::{Deserialize, Serialize};
use std::ops::BitOr;

use crate::fgs::effect::ServiceToken;
use crate::ids::Pid;

/// The flags of `bindService`.
///
/// Rule: PROC-ADJ-040.
#[derive(
    Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct BindFlags(u64);

/// Declares the flags with their names.
macro_rules! flags {
    ($($(#[$doc:meta])* $name:ident = $bit:literal;)*) => {
        impl BindFlags {
            $($(#[$doc])* pub const $name: Self = Self($bit);)*
            const NAMED: &'static [(&'static str, Self)] = &[$((stringify!($name), Self::$name)),*];
        }
    };
}

flags! {
    /// Creates the service as long as the binding exists.
    AUTO_CREATE = 0x1;
    /// Does not raise the service to the foreground.
    NOT_FOREGROUND = 0x4;
    /// The service is more important than the client.
    ABOVE_CLIENT = 0x8;
    /// The service may be killed as a started one would.
    ALLOW_OOM_MANAGEMENT = 0x10;
    /// The binding does not count for the priority of the service.
    WAIVE_PRIORITY = 0x20;
    /// The service is as important as the client.
    IMPORTANT = 0x40;
    /// The service is raised while the activity of the client is visible.
    ADJUST_WITH_ACTIVITY = 0x80;
    /// The service becomes at most PERCEPTIBLE_LOW.
    NOT_PERCEPTIBLE = 0x100;
    /// The client lends its right to start activities. Rule: BAL-004.
    ALLOW_ACTIVITY_STARTS = 0x200;
    /// The capabilities of the client pass to the service.
    INCLUDE_CAPABILITIES = 0x1000;
    /// The binding does not count as use of the app.
    NOT_APP_COMPONENT_USAGE = 0x8000;
    /// The service becomes at most almost perceptible.
    ALMOST_PERCEPTIBLE = 0x1_0000;
    /// The network capability of doze and battery saver passes to the service.
    BYPASS_POWER_NETWORK_RESTRICTIONS = 0x2_0000;
    /// The service may be put on temporary allow-lists by its client.
    ALLOW_WHITELIST_MANAGEMENT = 0x100_0000;
    /// The service is scheduled like the top app.
    SCHEDULE_LIKE_TOP_APP = 0x8_0000;
    /// The service may start activities from the background. Rule: BAL-004.
    ALLOW_BACKGROUND_ACTIVITY_STARTS = 0x10_0000;
    /// The service becomes IMPORTANT_BACKGROUND.
    IMPORTANT_BACKGROUND = 0x80_0000;
    /// The service counts as a foreground service while the device is awake.
    FOREGROUND_SERVICE_WHILE_AWAKE = 0x200_0000;
    /// The service counts as a foreground service.
    FOREGROUND_SERVICE = 0x400_0000;
    /// The service is kept like an activity.
    TREAT_LIKE_ACTIVITY = 0x800_0000;
    /// The service becomes like a visible foreground service.
    TREAT_LIKE_VISIBLE_FOREGROUND_SERVICE = 0x1000_0000;
    /// The service shows UI on behalf of the client.
    SHOWING_UI = 0x2000_0000;
    /// The service becomes at most PERCEPTIBLE.
    NOT_VISIBLE = 0x4000_0000;
    /// The network capability of data saver passes to the service.
    BYPASS_USER_NETWORK_RESTRICTIONS = 0x1_0000_0000;
}

impl BindFlags {
    /// No flag.
    pub const NONE: Self = Self(0);

    /// The flags with these bits; unknown bits are kept.
    pub const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// Android's bits.
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// The flag with this name (without `BIND_`), if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::NAMED.iter().find(|(known, _)| *known == name).map(|&(_, flag)| flag)
    }

    /// `ConnectionRecord.hasFlag`: at least one of `flags` is set.
    pub const fn has(self, flags: Self) -> bool {
        self.0 & flags.0 != 0
    }
}

impl BitOr for BindFlags {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// Names a connection to a service; the service code chooses it and never reuses it.
#[derive(
    Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct BindingId(pub u64);

/// `ConnectionRecord`: one binding of a client process to a service, hosted or not.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Binding {
    /// The process that holds it.
    pub client: Pid,
    /// To which service.
    pub service: ServiceToken,
    /// How.
    pub flags: BindFlags,
    /// Bound on behalf of an activity: whether that one is visible now.
    pub activity_visible: Option<bool>,
}

/// Names a connection to a provider.
#[derive(
    Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct ProviderConnectionId(pub u64);

/// `ContentProviderConnection`: someone uses a provider that a process publishes.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct ProviderConnection {
    /// The process that publishes the provider.
    pub host: Pid,
    /// Who uses it.
    pub client: ProviderClient,
}

/// Who uses a provider.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum ProviderClient {
    /// A process of an app.
    Process(Pid),
    /// A native process: an external handle.
    External,
}
