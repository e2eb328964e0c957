//! `ActivityManager.PROCESS_STATE_*`: how important a process is, and what follows from that alone.
//!
//! The trap: smaller is more important, and "cached" means two things. [`ProcState::is_cached`] starts at
//! 16, uid events call everything past RECEIVER cached.

use serde::{Deserialize, Serialize};
use std::fmt;

use super::Capabilities;

/// A process state with the number Android gives it; smaller is more important.
///
/// Rule: PROC-STATE-001.
#[derive(
    Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ProcState {
    /// No information.
    Unknown = -1,
    /// A persistent system process.
    Persistent = 0,
    /// Persistent and showing UI.
    PersistentUi = 1,
    /// Hosts the top or a visible activity, the device is awake.
    Top = 2,
    /// Bound by a TOP process.
    BoundTop = 3,
    /// Runs a foreground service.
    ForegroundService = 4,
    /// Bound with the importance of a foreground service.
    BoundForegroundService = 5,
    /// Important to the user, who knows it.
    ImportantForeground = 6,
    /// Important to the user, who does not know it.
    ImportantBackground = 7,
    /// In the background, tries to finish something.
    TransientBackground = 8,
    /// Backup or restore.
    Backup = 9,
    /// A started background service.
    Service = 10,
    /// Runs a receiver.
    Receiver = 11,
    /// As TOP, but the device sleeps.
    TopSleeping = 12,
    /// Heavy-weight, not in the foreground.
    HeavyWeight = 13,
    /// Hosts the home activity.
    Home = 14,
    /// Hosts the activity shown before.
    LastActivity = 15,
    /// Cached with activities.
    CachedActivity = 16,
    /// Cached, a client has activities.
    CachedActivityClient = 17,
    /// Cached, has an activity in recents.
    CachedRecent = 18,
    /// Cached and empty.
    CachedEmpty = 19,
    /// There is no process.
    #[default]
    Nonexistent = 20,
}

use ProcState as P;

/// Every state, by number from -1.
const ALL: [P; 22] = [
    P::Unknown,
    P::Persistent,
    P::PersistentUi,
    P::Top,
    P::BoundTop,
    P::ForegroundService,
    P::BoundForegroundService,
    P::ImportantForeground,
    P::ImportantBackground,
    P::TransientBackground,
    P::Backup,
    P::Service,
    P::Receiver,
    P::TopSleeping,
    P::HeavyWeight,
    P::Home,
    P::LastActivity,
    P::CachedActivity,
    P::CachedActivityClient,
    P::CachedRecent,
    P::CachedEmpty,
    P::Nonexistent,
];

/// Android's names without the common prefix, in the order of [`ALL`].
const NAMES: [&str; 22] = [
    "UNKNOWN",
    "PERSISTENT",
    "PERSISTENT_UI",
    "TOP",
    "BOUND_TOP",
    "FOREGROUND_SERVICE",
    "BOUND_FOREGROUND_SERVICE",
    "IMPORTANT_FOREGROUND",
    "IMPORTANT_BACKGROUND",
    "TRANSIENT_BACKGROUND",
    "BACKUP",
    "SERVICE",
    "RECEIVER",
    "TOP_SLEEPING",
    "HEAVY_WEIGHT",
    "HOME",
    "LAST_ACTIVITY",
    "CACHED_ACTIVITY",
    "CACHED_ACTIVITY_CLIENT",
    "CACHED_RECENT",
    "CACHED_EMPTY",
    "NONEXISTENT",
];

impl ProcState {
    /// Android's number: -1 … 20.
    pub const fn number(self) -> i32 {
        self as i32
    }

    /// The state with this number, if there is one.
    pub fn from_number(number: i32) -> Option<Self> {
        ALL.into_iter().find(|state| state.number() == number)
    }

    /// Android's name without `PROCESS_STATE_`.
    pub fn name(self) -> &'static str {
        ALL.into_iter().zip(NAMES).find(|&(state, _)| state == self).map_or("", |(_, name)| name)
    }

    /// The state with this name (without `PROCESS_STATE_`), if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        ALL.into_iter().zip(NAMES).find(|&(_, known)| known == name).map(|(state, _)| state)
    }

    /// `isProcStateBackground`. Rule: PROC-STATE-002.
    pub fn is_background(self) -> bool {
        self >= P::TransientBackground
    }

    /// `isProcStateCached`. Rule: PROC-STATE-002.
    pub fn is_cached(self) -> bool {
        self >= P::CachedActivity
    }

    /// What CACHED and UNCACHED in a uid event tell apart. Rule: PROC-STATE-002.
    pub fn is_cached_for_uid_events(self) -> bool {
        self > P::Receiver
    }

    /// `isProcStateConsideredInteraction`. Rule: PROC-STATE-002.
    pub fn is_interaction(self) -> bool {
        self <= P::BoundTop
    }

    /// `isForegroundService`: exactly that state. Rule: PROC-STATE-002.
    pub fn is_foreground_service(self) -> bool {
        self == P::ForegroundService
    }

    /// Important enough to use battery without being watched for it. Rule: PROC-STATE-002.
    pub fn is_important_for_battery(self) -> bool {
        self < P::Service
    }

    /// `RunningAppProcessInfo.importance`. Rule: PROC-STATE-003.
    pub fn importance(self) -> i32 {
        match self {
            P::Nonexistent => 1000,
            P::Home
            | P::LastActivity
            | P::CachedActivity
            | P::CachedActivityClient
            | P::CachedRecent
            | P::CachedEmpty => 400,
            P::HeavyWeight => 350,
            P::TopSleeping => 325,
            P::Service | P::Receiver => 300,
            P::TransientBackground | P::Backup => 230,
            P::ImportantForeground | P::ImportantBackground => 200,
            P::ForegroundService | P::BoundForegroundService => 125,
            P::Unknown | P::Persistent | P::PersistentUi | P::Top | P::BoundTop => 100,
        }
    }

    /// Whether a uid in this state passes the firewall of doze and battery saver.
    /// Rule: PROC-STATE-006.
    pub fn is_allowed_while_idle_or_power_save_mode(self, capabilities: Capabilities) -> bool {
        self != P::Unknown
            && (self <= P::BoundForegroundService
                || capabilities.contains(Capabilities::POWER_RESTRICTED_NETWORK))
    }

    /// Whether a uid in this state passes data saver and metered restrictions. Rule: PROC-STATE-006.
    pub fn is_allowed_while_on_restrict_background(self, capabilities: Capabilities) -> bool {
        self != P::Unknown
            && (self <= P::BoundForegroundService
                || (self <= P::ImportantForeground
                    && capabilities.contains(Capabilities::USER_RESTRICTED_NETWORK)))
    }

    /// Whether a uid in this state passes low-power standby; one without a state does not.
    /// Rule: PROC-STATE-006.
    pub fn is_allowed_while_in_low_power_standby(self) -> bool {
        self != P::Nonexistent && self <= P::BoundTop
    }

    /// `PowerExemptionManager.getReasonCodeFromProcState`; -1 is denied. Rule: PROC-STATE-007.
    pub fn reason_code(self) -> i32 {
        match self {
            P::Unknown | P::Persistent => 10,
            P::PersistentUi => 11,
            P::Top => 12,
            P::BoundTop => 13,
            P::ForegroundService => 14,
            P::BoundForegroundService => 15,
            P::ImportantForeground
            | P::ImportantBackground
            | P::TransientBackground
            | P::Backup
            | P::Service
            | P::Receiver
            | P::TopSleeping
            | P::HeavyWeight
            | P::Home
            | P::LastActivity
            | P::CachedActivity
            | P::CachedActivityClient
            | P::CachedRecent
            | P::CachedEmpty
            | P::Nonexistent => -1,
        }
    }
}

/// Which of the cached places a state competes for. Rules: PROC-ADJ-038, PROC-ADJ-045.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Caching {
    /// None, or not for its state.
    NotCached,
    /// With activities, its own or those of a client.
    Activities,
    /// With a task in recents.
    Recent,
    /// Empty.
    Empty,
}

/// `ProcessList.PROC_MEM_*`: how much memory a process of this state is expected to use.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum MemoryClass {
    /// Persistent.
    Persistent,
    /// Top.
    Top,
    /// Important.
    Important,
    /// Service.
    Service,
    /// Cached; receivers count as cached, too.
    Cached,
}

impl ProcState {
    pub(super) fn caching(self) -> Caching {
        match self {
            P::CachedActivity | P::CachedActivityClient => Caching::Activities,
            P::CachedRecent => Caching::Recent,
            P::CachedEmpty => Caching::Empty,
            P::Unknown
            | P::Persistent
            | P::PersistentUi
            | P::Top
            | P::BoundTop
            | P::ForegroundService
            | P::BoundForegroundService
            | P::ImportantForeground
            | P::ImportantBackground
            | P::TransientBackground
            | P::Backup
            | P::Service
            | P::Receiver
            | P::TopSleeping
            | P::HeavyWeight
            | P::Home
            | P::LastActivity
            | P::Nonexistent => Caching::NotCached,
        }
    }

    /// `procStatesDifferForMem` compares these. The platform's table has BOUND_TOP and
    /// FOREGROUND_SERVICE the wrong way round: state 3 is important, state 4 top. Rule: PROC-ADJ-043.
    pub(super) fn memory_class(self) -> MemoryClass {
        match self {
            P::Unknown | P::Persistent | P::PersistentUi => MemoryClass::Persistent,
            P::Top | P::ForegroundService | P::TopSleeping => MemoryClass::Top,
            P::BoundTop
            | P::BoundForegroundService
            | P::ImportantForeground
            | P::ImportantBackground
            | P::TransientBackground
            | P::Backup
            | P::HeavyWeight => MemoryClass::Important,
            P::Service => MemoryClass::Service,
            P::Receiver
            | P::Home
            | P::LastActivity
            | P::CachedActivity
            | P::CachedActivityClient
            | P::CachedRecent
            | P::CachedEmpty
            | P::Nonexistent => MemoryClass::Cached,
        }
    }
}

impl fmt::Display for ProcState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
