//! What an app says of a job (`JobInfo`).

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::ids::ComponentName;

mod builder;
pub mod network_request;
mod parameters;
mod validity;
mod work_item;

#[cfg(test)]
mod tests;

pub use builder::{BuildingApp, JobInfoBuilder};
pub use network_request::{
    NetCapabilities, NetworkRequest, NetworkRequestBuilder, NetworkType, Transports,
};
pub use parameters::{JobParameters, JobSnapshot, UserVisibleJobSummary};
pub use validity::{InvalidJob, ValidityGates};
pub use work_item::{InvalidWork, JobWorkItem, JobWorkItemBuilder, WorkIntent};

/// `JobInfo.FLAG_WILL_BE_FOREGROUND`. Rule: JOB-INFO-002.
pub const FLAG_WILL_BE_FOREGROUND: i32 = 1;
/// `JobInfo.FLAG_IMPORTANT_WHILE_FOREGROUND`.
pub const FLAG_IMPORTANT_WHILE_FOREGROUND: i32 = 2;
/// `JobInfo.FLAG_PREFETCH`.
pub const FLAG_PREFETCH: i32 = 4;
/// `JobInfo.FLAG_EXEMPT_FROM_APP_STANDBY`.
pub const FLAG_EXEMPT_FROM_APP_STANDBY: i32 = 8;
/// `JobInfo.FLAG_EXPEDITED`.
pub const FLAG_EXPEDITED: i32 = 16;
/// `JobInfo.FLAG_USER_INITIATED`.
pub const FLAG_USER_INITIATED: i32 = 32;

/// `JobInfo.CONSTRAINT_FLAG_CHARGING`. Rule: JOB-INFO-003.
pub const CONSTRAINT_FLAG_CHARGING: i32 = 1;
/// `JobInfo.CONSTRAINT_FLAG_BATTERY_NOT_LOW`.
pub const CONSTRAINT_FLAG_BATTERY_NOT_LOW: i32 = 2;
/// `JobInfo.CONSTRAINT_FLAG_DEVICE_IDLE`.
pub const CONSTRAINT_FLAG_DEVICE_IDLE: i32 = 4;
/// `JobInfo.CONSTRAINT_FLAG_STORAGE_NOT_LOW`.
pub const CONSTRAINT_FLAG_STORAGE_NOT_LOW: i32 = 8;

/// `JobInfo.PRIORITY_MIN`. Rules: JOB-INFO-005, QUEUE-PRI-001.
pub const PRIORITY_MIN: i32 = 100;
/// `JobInfo.PRIORITY_LOW`.
pub const PRIORITY_LOW: i32 = 200;
/// `JobInfo.PRIORITY_DEFAULT`.
pub const PRIORITY_DEFAULT: i32 = 300;
/// `JobInfo.PRIORITY_HIGH`.
pub const PRIORITY_HIGH: i32 = 400;
/// `JobInfo.PRIORITY_MAX`.
pub const PRIORITY_MAX: i32 = 500;

/// `JobInfo.BIAS_DEFAULT`. Rules: JOB-INFO-006, QUEUE-BIAS-001.
pub const BIAS_DEFAULT: i32 = 0;
/// `JobInfo.BIAS_SYNC_EXPEDITED`.
pub const BIAS_SYNC_EXPEDITED: i32 = 10;
/// `JobInfo.BIAS_SYNC_INITIALIZATION`.
pub const BIAS_SYNC_INITIALIZATION: i32 = 20;
/// `JobInfo.BIAS_BOUND_FOREGROUND_SERVICE`.
pub const BIAS_BOUND_FOREGROUND_SERVICE: i32 = 30;
/// `JobInfo.BIAS_FOREGROUND_SERVICE`.
pub const BIAS_FOREGROUND_SERVICE: i32 = 35;
/// `JobInfo.BIAS_TOP_APP`.
pub const BIAS_TOP_APP: i32 = 40;
/// `JobInfo.BIAS_ADJ_OFTEN_RUNNING`.
pub const BIAS_ADJ_OFTEN_RUNNING: i32 = -40;
/// `JobInfo.BIAS_ADJ_ALWAYS_RUNNING`.
pub const BIAS_ADJ_ALWAYS_RUNNING: i32 = -80;

/// `JobInfo.BACKOFF_POLICY_LINEAR`. Rule: JOB-INFO-007.
pub const BACKOFF_POLICY_LINEAR: i32 = 0;
/// `JobInfo.BACKOFF_POLICY_EXPONENTIAL`; every other number counts as this one.
pub const BACKOFF_POLICY_EXPONENTIAL: i32 = 1;
/// `JobInfo.DEFAULT_INITIAL_BACKOFF_MILLIS`.
pub const DEFAULT_INITIAL_BACKOFF_MILLIS: i64 = 30_000;
/// `JobInfo.MIN_BACKOFF_MILLIS`.
pub const MIN_BACKOFF_MILLIS: i64 = 10_000;
/// `JobInfo.MAX_BACKOFF_DELAY_MILLIS`: five hours.
pub const MAX_BACKOFF_DELAY_MILLIS: i64 = 18_000_000;
/// `JobInfo.getMinPeriodMillis()`: 15 minutes.
pub const MIN_PERIOD_MILLIS: i64 = 900_000;
/// `JobInfo.getMinFlexMillis()`: 5 minutes.
pub const MIN_FLEX_MILLIS: i64 = 300_000;

/// `JobInfo.NETWORK_BYTES_UNKNOWN`.
pub const NETWORK_BYTES_UNKNOWN: i64 = -1;

/// The value of one entry of a bundle.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum BundleValue {
    /// `boolean`.
    Boolean(bool),
    /// `int` or `long`.
    Long(i64),
    /// `String`.
    String(String),
    /// A list of any of these.
    List(Vec<BundleValue>),
    /// A nested bundle.
    Bundle(Bundle),
}

/// `PersistableBundle` or `Bundle`. Compared by structure. Rule: JOB-INFO-014.
pub type Bundle = BTreeMap<String, BundleValue>;

/// A content uri that triggers a job. Rule: JOB-INFO-015.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
pub struct TriggerContentUri {
    /// The uri.
    pub uri: String,
    /// 1: also what lies below it.
    pub flags: i32,
}

impl TriggerContentUri {
    /// `TriggerContentUri.FLAG_NOTIFY_FOR_DESCENDANTS`.
    pub const FLAG_NOTIFY_FOR_DESCENDANTS: i32 = 1;
}

/// Clip data of a job. On Android equal only to itself. Rule: JOB-INFO-013.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClipData {
    /// The items' uris, and after each the data uri of its intent, where present.
    pub uris: Vec<String>,
}

/// `android.app.job.JobInfo`: what an app says of a job. Rule: JOB-INFO-001.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct JobInfo {
    /// The id the app chose.
    pub id: i32,
    /// The job service.
    pub service: ComponentName,
    /// Kept across restarts with the job.
    pub extras: Bundle,
    /// Not kept.
    pub transient_extras: Bundle,
    /// Content to share with the job service.
    pub clip_data: Option<ClipData>,
    /// `Intent.FLAG_GRANT_*` for the clip.
    pub clip_grant_flags: i32,
    /// `CONSTRAINT_FLAG_*` that must hold. Rule: JOB-INFO-003.
    pub constraint_flags: i32,
    /// `CONSTRAINT_FLAG_*` that would be nice.
    pub preferred_constraint_flags: i32,
    /// `None` is not the same as an empty list. Rule: JOB-VAL-026.
    pub trigger_content_uris: Option<Vec<TriggerContentUri>>,
    /// Milliseconds; negative: default.
    pub trigger_content_update_delay: i64,
    /// Milliseconds; negative: default.
    pub trigger_content_max_delay: i64,
    /// `setMinimumLatency` or `setPeriodic` was called.
    pub has_early_constraint: bool,
    /// `setOverrideDeadline` or `setPeriodic` was called.
    pub has_late_constraint: bool,
    /// The network it needs.
    pub required_network: Option<NetworkRequest>,
    /// Bytes; -1 is unknown.
    pub network_download_bytes: i64,
    /// Bytes; -1 is unknown.
    pub network_upload_bytes: i64,
    /// Bytes; -1 is unknown.
    pub minimum_network_chunk_bytes: i64,
    /// Milliseconds.
    pub min_latency_millis: i64,
    /// Milliseconds.
    pub max_execution_delay_millis: i64,
    /// Runs again and again.
    pub is_periodic: bool,
    /// Survives a reboot.
    pub is_persisted: bool,
    /// Milliseconds.
    pub interval_millis: i64,
    /// Milliseconds.
    pub flex_millis: i64,
    /// Milliseconds.
    pub initial_backoff_millis: i64,
    /// 0 linear, else exponential.
    pub backoff_policy: i32,
    /// Set by the system only.
    pub bias: i32,
    /// `PRIORITY_*`. Rule: JOB-INFO-005.
    pub priority: i32,
    /// `FLAG_*`. Rule: JOB-INFO-002.
    pub flags: i32,
}

impl Default for JobInfo {
    fn default() -> Self {
        Self::new(0, ComponentName::default())
    }
}

impl JobInfo {
    /// A description built with no setter called. Rule: JOB-INFO-001.
    pub fn new(id: i32, service: ComponentName) -> Self {
        Self {
            id,
            service,
            extras: Bundle::new(),
            transient_extras: Bundle::new(),
            clip_data: None,
            clip_grant_flags: 0,
            constraint_flags: 0,
            preferred_constraint_flags: 0,
            trigger_content_uris: None,
            trigger_content_update_delay: -1,
            trigger_content_max_delay: -1,
            has_early_constraint: false,
            has_late_constraint: false,
            required_network: None,
            network_download_bytes: -1,
            network_upload_bytes: -1,
            minimum_network_chunk_bytes: -1,
            min_latency_millis: 0,
            max_execution_delay_millis: 0,
            is_periodic: false,
            is_persisted: false,
            interval_millis: 0,
            flex_millis: 0,
            initial_backoff_millis: 30_000,
            backoff_policy: 1,
            bias: 0,
            priority: 300,
            flags: 0,
        }
    }
}

impl JobInfo {
    /// `FLAG_EXPEDITED`. Rule: JOB-INFO-008.
    #[inline]
    pub const fn is_expedited(&self) -> bool {
        self.flags & FLAG_EXPEDITED != 0
    }

    /// `FLAG_USER_INITIATED`.
    #[inline]
    pub const fn is_user_initiated(&self) -> bool {
        self.flags & FLAG_USER_INITIATED != 0
    }

    /// `FLAG_IMPORTANT_WHILE_FOREGROUND`.
    pub const fn is_important_while_foreground(&self) -> bool {
        self.flags & FLAG_IMPORTANT_WHILE_FOREGROUND != 0
    }

    /// `FLAG_PREFETCH`.
    pub const fn is_prefetch(&self) -> bool {
        self.flags & FLAG_PREFETCH != 0
    }

    /// `FLAG_EXEMPT_FROM_APP_STANDBY` on a job that is not periodic. Rule: JOB-INFO-009.
    pub const fn is_exempted_from_app_standby(&self) -> bool {
        self.flags & FLAG_EXEMPT_FROM_APP_STANDBY != 0 && !self.is_periodic
    }

    /// Requires charging. Rule: JOB-INFO-008.
    pub const fn is_require_charging(&self) -> bool {
        self.constraint_flags & CONSTRAINT_FLAG_CHARGING != 0
    }

    /// Requires the battery not to be low.
    pub const fn is_require_battery_not_low(&self) -> bool {
        self.constraint_flags & CONSTRAINT_FLAG_BATTERY_NOT_LOW != 0
    }

    /// Requires the device to be idle.
    pub const fn is_require_device_idle(&self) -> bool {
        self.constraint_flags & CONSTRAINT_FLAG_DEVICE_IDLE != 0
    }

    /// Requires storage not to be low.
    pub const fn is_require_storage_not_low(&self) -> bool {
        self.constraint_flags & CONSTRAINT_FLAG_STORAGE_NOT_LOW != 0
    }

    /// Prefers charging.
    pub const fn is_prefer_charging(&self) -> bool {
        self.preferred_constraint_flags & CONSTRAINT_FLAG_CHARGING != 0
    }

    /// Prefers the battery not to be low.
    pub const fn is_prefer_battery_not_low(&self) -> bool {
        self.preferred_constraint_flags & CONSTRAINT_FLAG_BATTERY_NOT_LOW != 0
    }

    /// Prefers the device to be idle.
    pub const fn is_prefer_device_idle(&self) -> bool {
        self.preferred_constraint_flags & CONSTRAINT_FLAG_DEVICE_IDLE != 0
    }

    /// The legacy view of the required network. Rule: JOB-INFO-010.
    pub fn network_type(&self) -> NetworkType {
        self.required_network.as_ref().map_or(NetworkType::None, NetworkRequest::network_type)
    }

    /// `JobInfo.equals` between a stored description and one that came in. Rule: JOB-INFO-013.
    ///
    /// Clip data that crossed a process boundary is equal to no other, so a description that carries
    /// any equals no other description.
    pub fn equals(&self, other: &Self) -> bool {
        self.clip_data.is_none() && other.clip_data.is_none() && self == other
    }
}
