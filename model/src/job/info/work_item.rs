//! A piece of work for a job (`JobWorkItem`), and what a work item may not say.

use serde::{Deserialize, Serialize};

use super::{Bundle, NETWORK_BYTES_UNKNOWN};

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
            download_bytes: NETWORK_BYTES_UNKNOWN,
            upload_bytes: NETWORK_BYTES_UNKNOWN,
            minimum_chunk_bytes: NETWORK_BYTES_UNKNOWN,
            delivery_count: 0,
            work_id: 0,
        }
    }
}
