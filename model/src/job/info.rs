//! What an app says of a job (`JobInfo`), of a piece of work (`JobWorkItem`), and what it is told.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

use super::call::CallbackToken;
use crate::ids::{ComponentName, Uid, UserId};

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

/// A network an app asks for: what it must be able to do and travel over. Rule: JOB-VAL-027.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NetworkRequest {
    /// `NetworkCapabilities.NET_CAPABILITY_*`.
    pub capabilities: BTreeSet<i32>,
    /// `NetworkCapabilities.TRANSPORT_*`; empty: any.
    pub transports: BTreeSet<i32>,
    /// A specifier narrows the request to one network.
    pub specifier: Option<String>,
    /// Networks limited to certain uids must name one of these.
    pub uids: BTreeSet<Uid>,
}

/// A content uri that triggers a job. Rule: JOB-INFO-015.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
pub struct TriggerContentUri {
    /// The uri.
    pub uri: String,
    /// 1: also what lies below it.
    pub flags: i32,
}

/// Clip data of a job. Equal only to itself. Rule: JOB-INFO-013.
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
    /// A description built with no setter called. Rule: JOB-INFO-001.
    fn default() -> Self {
        Self {
            id: 0,
            service: ComponentName::default(),
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

/// An intent inside a work item, as far as the scheduler looks at it.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WorkIntent {
    /// `Intent.FLAG_*`.
    pub flags: i32,
    /// The data uri.
    pub data: Option<String>,
    /// The uris of its clip data.
    pub clip: Vec<String>,
}

/// `android.app.job.JobWorkItem`: one piece of work for a job. Rule: JOB-VAL-080.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct JobWorkItem {
    /// What the app hands itself.
    pub extras: Bundle,
    /// What the app hands itself, the older way.
    pub intent: Option<WorkIntent>,
    /// Bytes; -1 is unknown.
    pub download_bytes: i64,
    /// Bytes; -1 is unknown.
    pub upload_bytes: i64,
    /// Bytes; -1 is unknown.
    pub minimum_chunk_bytes: i64,
    /// How often it was handed out.
    pub delivery_count: i32,
    /// Given by the scheduler; 0 before.
    pub work_id: i32,
}

impl Default for JobWorkItem {
    fn default() -> Self {
        Self {
            extras: Bundle::new(),
            intent: None,
            download_bytes: -1,
            upload_bytes: -1,
            minimum_chunk_bytes: -1,
            delivery_count: 0,
            work_id: 0,
        }
    }
}

/// `android.app.job.JobParameters`: what the app is handed with an execution. Rule: JOB-RUN-008.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct JobParameters {
    /// Names the execution; the app's calls carry it.
    pub token: CallbackToken,
    /// `None`: the default namespace.
    pub namespace: Option<String>,
    /// The id the app chose.
    pub job_id: i32,
    /// The job service that is to run it.
    pub service: ComponentName,
    /// As described.
    pub extras: Bundle,
    /// As described.
    pub transient_extras: Bundle,
    /// As described.
    pub clip_data: Option<ClipData>,
    /// As described.
    pub clip_grant_flags: i32,
    /// Its deadline has passed. Rule: JOB-RUN-009.
    pub deadline_expired: bool,
    /// Treated as expedited. Rule: JOB-API-206.
    pub expedited: bool,
    /// Treated as user-initiated. Rule: JOB-API-206.
    pub user_initiated: bool,
    /// Content that triggered it.
    pub triggered_uris: Option<Vec<String>>,
    /// Authorities of that content.
    pub triggered_authorities: Option<Vec<String>>,
    /// The network to use.
    pub network: Option<i32>,
    /// `JobParameters.STOP_REASON_*`. Rule: JOB-STOP-001.
    pub stop_reason: i32,
    /// `JobParameters.INTERNAL_STOP_REASON_*`. Rule: JOB-STOP-002.
    pub internal_stop_reason: i32,
    /// For logs.
    pub debug_stop_reason: Option<String>,
}

/// What observers of user-visible jobs are told. Rule: JOB-API-094.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserVisibleJobSummary {
    /// The uid that scheduled it.
    pub calling_uid: Uid,
    /// The package of its service.
    pub calling_package: String,
    /// The user it runs for.
    pub source_user: UserId,
    /// The package it runs for.
    pub source_package: String,
    /// `None`: the default namespace.
    pub namespace: Option<String>,
    /// The id the app chose.
    pub job_id: i32,
}

/// A job with its state, for the system. Rule: JOB-API-083.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JobSnapshot {
    /// The description.
    pub job: JobInfo,
    /// Server constraint bits that are satisfied. Rule: JOB-INFO-020.
    pub satisfied_constraints: u32,
    /// It could start now.
    pub runnable: bool,
}
