//! What the app and the system are told of a job: parameters of an execution, summaries, snapshots.

use serde::{Deserialize, Serialize};

use super::{Bundle, ClipData, JobInfo};
use crate::ids::{ComponentName, Uid, UserId};
use crate::job::call::CallbackToken;

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
