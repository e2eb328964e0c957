//! Signals of the device: battery, storage, network, heat, memory, idleness.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

use crate::ids::{Uid, UserId};

/// Something about the device that is now so.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(tag = "signal", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum DeviceSignal {
    /// A charger is connected, or not.
    PowerConnected {
        /// Whether it is.
        connected: bool,
    },
    /// The battery charges and has done so for long enough, or not.
    Charging {
        /// Whether it does.
        charging: bool,
    },
    /// The battery is low, or not.
    BatteryLow {
        /// Whether it is.
        low: bool,
    },
    /// Storage runs short, or not.
    StorageLow {
        /// Whether it does.
        low: bool,
    },
    /// The default network of every app.
    DefaultNetwork {
        /// `None`: there is none.
        network: Option<NetworkFacts>,
    },
    /// Why one uid's default network is blocked. Rule: CTRL-NET-004.
    NetworkBlocked {
        /// Whose network.
        uid: Uid,
        /// Bits of `ConnectivityManager.BLOCKED_REASON_*`; 0: not blocked.
        reasons: u32,
    },
    /// Doze.
    Doze {
        /// How deep.
        doze: Doze,
    },
    /// Battery saver.
    BatterySaver {
        /// Whether it is on.
        on: bool,
    },
    /// Heat.
    Thermal {
        /// How hot.
        status: ThermalStatus,
    },
    /// Memory pressure.
    Memory {
        /// How bad.
        level: MemoryLevel,
    },
    /// The screen.
    Screen {
        /// Whether it is on.
        on: bool,
    },
    /// The device counts as idle for jobs that require it.
    DeviceIdle {
        /// Whether it does.
        idle: bool,
    },
    /// The standby bucket of an app.
    StandbyBucket {
        /// Which app.
        package: String,
        /// Of which user.
        user: UserId,
        /// `UsageStatsManager.STANDBY_BUCKET_*`, 5 to 50.
        bucket: u8,
    },
    /// The apps that are exempt from power saving, by app id.
    PowerAllowlist {
        /// Chosen by the system or the user.
        permanent: BTreeSet<u32>,
        /// For a while.
        temporary: BTreeSet<u32>,
    },
    /// The user restricts what an app does in the background.
    BackgroundRestricted {
        /// Which uid.
        uid: Uid,
        /// Of which package.
        package: String,
        /// Whether it is restricted.
        restricted: bool,
    },
    /// A uid's expedited quota, as far as it is not computed here.
    QuotaVerdict {
        /// Which uid.
        uid: Uid,
        /// Regular jobs are within quota.
        regular: bool,
        /// Expedited jobs are within quota.
        expedited: bool,
    },
}

/// A network as connectivity describes it.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NetworkFacts {
    /// Its id.
    pub id: i32,
    /// `NetworkCapabilities.NET_CAPABILITY_*`, as bits.
    pub capabilities: u64,
    /// `NetworkCapabilities.TRANSPORT_*`, as bits.
    pub transports: u32,
    /// Kbit/s; 0 is unknown.
    pub down_kbps: i32,
    /// Kbit/s; 0 is unknown.
    pub up_kbps: i32,
}

/// Doze of the device.
#[derive(
    Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize,
)]
#[serde(rename_all = "camelCase")]
pub enum Doze {
    /// Awake.
    #[default]
    Off,
    /// Light.
    Light,
    /// Deep.
    Deep,
}

/// `PowerManager.THERMAL_STATUS_*`.
#[derive(
    Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize,
)]
#[serde(rename_all = "camelCase")]
pub enum ThermalStatus {
    /// 0
    #[default]
    None,
    /// 1
    Light,
    /// 2
    Moderate,
    /// 3
    Severe,
    /// 4
    Critical,
    /// 5
    Emergency,
    /// 6
    Shutdown,
}

/// How short memory is: `ProcessStats.ADJ_MEM_FACTOR_*`.
#[derive(
    Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize,
)]
#[serde(rename_all = "camelCase")]
pub enum MemoryLevel {
    /// 0
    #[default]
    Normal,
    /// 1
    Moderate,
    /// 2
    Low,
    /// 3
    Critical,
}
