//! A job as a scenario describes it: the calls of `JobInfo.Builder`, by their names.

use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

use jobwarden_model::job::info::{JobWorkItem, WorkIntent};

use super::units::{Bytes, Millis};

/// A job. Each member stands for a call of the builder; what is not said is not called.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct JobSpec {
    /// The id the app chooses.
    pub id: i32,
    /// The job service; not said: the first one of the package.
    pub service: Option<String>,
    /// The namespace of the scheduler handle.
    pub namespace: Option<String>,
    /// `setUserInitiated`.
    pub user_initiated: Option<bool>,
    /// `setExpedited`.
    pub expedited: Option<bool>,
    /// `setPrefetch`.
    pub prefetch: Option<bool>,
    /// `setImportantWhileForeground`.
    pub important_while_foreground: Option<bool>,
    /// `setRequiredNetworkType`: `NETWORK_TYPE_*`.
    pub required_network_type: Option<String>,
    /// `setEstimatedNetworkBytes`, first argument.
    pub estimated_download: Option<Bytes>,
    /// `setEstimatedNetworkBytes`, second argument.
    pub estimated_upload: Option<Bytes>,
    /// `setMinimumNetworkChunkBytes`.
    pub minimum_chunk: Option<Bytes>,
    /// `setRequiresCharging`.
    pub requires_charging: Option<bool>,
    /// `setRequiresBatteryNotLow`.
    pub requires_battery_not_low: Option<bool>,
    /// `setRequiresStorageNotLow`.
    pub requires_storage_not_low: Option<bool>,
    /// `setRequiresDeviceIdle`.
    pub requires_device_idle: Option<bool>,
    /// `setPrefersCharging`.
    pub prefers_charging: Option<bool>,
    /// `setPrefersBatteryNotLow`.
    pub prefers_battery_not_low: Option<bool>,
    /// `setPrefersDeviceIdle`.
    pub prefers_device_idle: Option<bool>,
    /// `setMinimumLatency`.
    pub minimum_latency: Option<Millis>,
    /// `setOverrideDeadline`.
    pub override_deadline: Option<Millis>,
    /// `setPeriodic`, first argument.
    pub periodic: Option<Millis>,
    /// `setPeriodic`, second argument.
    pub flex: Option<Millis>,
    /// `setPersisted`.
    pub persisted: Option<bool>,
    /// `setPriority`: `PRIORITY_*`, or a number.
    pub priority: Option<NameOrNumber>,
    /// `setBackoffCriteria`.
    pub backoff: Option<Backoff>,
    /// `addTriggerContentUri`, once for each.
    pub trigger_content_uris: Vec<String>,
    /// `setExtras`.
    pub extras: BTreeMap<String, i64>,
    /// `setTransientExtras`.
    pub transient_extras: BTreeMap<String, i64>,
    /// `setClipData`, as uris.
    pub clip_data: Vec<String>,
    /// `setFlags`, after all others: the hidden call.
    pub flags: Option<i32>,
}

/// `setBackoffCriteria`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Backoff {
    /// The first delay.
    pub initial: Millis,
    /// `BACKOFF_POLICY_LINEAR` or `BACKOFF_POLICY_EXPONENTIAL`.
    pub policy: String,
}

/// A constant of Android by its name, or any number.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "a constant of Android by its name, or a number")]
pub enum NameOrNumber {
    /// By name.
    Name(String),
    /// Any number.
    Number(i32),
}

/// A work item.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct WorkSpec {
    /// Estimated bytes down.
    pub download: Option<Bytes>,
    /// Estimated bytes up.
    pub upload: Option<Bytes>,
    /// Minimum chunk.
    pub minimum_chunk: Option<Bytes>,
    /// It has an intent.
    pub intent: bool,
}

impl WorkSpec {
    /// The work item.
    pub(super) fn build(&self) -> JobWorkItem {
        JobWorkItem {
            intent: self.intent.then(WorkIntent::default),
            download_bytes: self.download.map_or(-1, |bytes| bytes.0),
            upload_bytes: self.upload.map_or(-1, |bytes| bytes.0),
            minimum_chunk_bytes: self.minimum_chunk.map_or(-1, |bytes| bytes.0),
            ..JobWorkItem::default()
        }
    }
}
