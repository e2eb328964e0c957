//! A piece of work for a job (`JobWorkItem`), and what a work item may not say.

use serde::{Deserialize, Serialize};

use super::validity::{exceeds_estimate, is_known_below};
use super::{Bundle, NETWORK_BYTES_UNKNOWN};
use crate::exception::Exception;
use crate::rules::{job_val, Rule};

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

/// Why a work item cannot be built or enqueued: an `IllegalArgumentException`. Rule: JOB-VAL-082.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, thiserror::Error)]
pub enum InvalidWork {
    /// `null` given to the builder.
    #[error("work extras are null")]
    NullExtras,
    /// Less than no download, given to the builder.
    #[error("network download bytes {0} are negative")]
    DownloadGivenNegative(i64),
    /// Less than no upload, given to the builder.
    #[error("network upload bytes {0} are negative")]
    UploadGivenNegative(i64),
    /// A chunk that is neither positive nor unknown, given to the builder.
    #[error("minimum chunk size {0} is not positive")]
    ChunkGivenNotPositive(i64),
    /// Less than no upload.
    #[error("network upload bytes {0} are negative")]
    NegativeUpload(i64),
    /// Less than no download.
    #[error("network download bytes {0} are negative")]
    NegativeDownload(i64),
    /// One piece is more than the whole.
    #[error("minimum chunk size {0} exceeds the estimated network bytes")]
    ChunkExceedsEstimate(i64),
    /// A chunk that is neither positive nor unknown.
    #[error("minimum chunk size {0} is not positive")]
    ChunkNotPositive(i64),
}

impl InvalidWork {
    /// The rule that refuses.
    pub fn rule(self) -> &'static Rule {
        match self {
            Self::NullExtras
            | Self::DownloadGivenNegative(_)
            | Self::UploadGivenNegative(_)
            | Self::ChunkGivenNotPositive(_) => &job_val::JOB_VAL_081,
            Self::NegativeUpload(_)
            | Self::NegativeDownload(_)
            | Self::ChunkExceedsEstimate(_)
            | Self::ChunkNotPositive(_) => &job_val::JOB_VAL_082,
        }
    }
}

impl From<InvalidWork> for Exception {
    fn from(why: InvalidWork) -> Self {
        Self::IllegalArgument(why.to_string())
    }
}

impl JobWorkItem {
    /// `enforceValidity`: no network is needed at this point. Rules: JOB-VAL-082, JOB-VAL-083.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong with it.
    pub fn enforce_validity(&self, reject_negative_estimates: bool) -> Result<(), InvalidWork> {
        let (download, upload) = (self.download_bytes, self.upload_bytes);
        let chunk = self.minimum_chunk_bytes;
        if reject_negative_estimates && is_known_below(upload, 0) {
            return Err(InvalidWork::NegativeUpload(upload));
        }
        if reject_negative_estimates && is_known_below(download, 0) {
            return Err(InvalidWork::NegativeDownload(download));
        }
        if exceeds_estimate(chunk, download, upload) {
            return Err(InvalidWork::ChunkExceedsEstimate(chunk));
        }
        if is_known_below(chunk, 1) {
            return Err(InvalidWork::ChunkNotPositive(chunk));
        }
        Ok(())
    }
}

/// `JobWorkItem.Builder`. Its setters are stricter than validity, whatever the app targets.
/// Rule: JOB-VAL-081.
#[derive(Clone, Debug, Default)]
pub struct JobWorkItemBuilder {
    work: JobWorkItem,
}

impl JobWorkItemBuilder {
    /// A builder with every default. Rule: JOB-VAL-080.
    pub fn new() -> Self {
        Self::default()
    }

    /// `setDeliveryCount`, hidden.
    pub fn set_delivery_count(&mut self, count: i32) -> &mut Self {
        self.work.delivery_count = count;
        self
    }

    /// `setExtras`; `None` stands for `null`.
    ///
    /// # Errors
    ///
    /// `null`.
    pub fn set_extras(&mut self, extras: Option<Bundle>) -> Result<&mut Self, InvalidWork> {
        self.work.extras = extras.ok_or(InvalidWork::NullExtras)?;
        Ok(self)
    }

    /// `setIntent`; none is allowed.
    pub fn set_intent(&mut self, intent: Option<WorkIntent>) -> &mut Self {
        self.work.intent = intent;
        self
    }

    /// `setEstimatedNetworkBytes`.
    ///
    /// # Errors
    ///
    /// Known and negative; download first.
    pub fn set_estimated_network_bytes(
        &mut self,
        download: i64,
        upload: i64,
    ) -> Result<&mut Self, InvalidWork> {
        if is_known_below(download, 0) {
            return Err(InvalidWork::DownloadGivenNegative(download));
        }
        if is_known_below(upload, 0) {
            return Err(InvalidWork::UploadGivenNegative(upload));
        }
        self.work.download_bytes = download;
        self.work.upload_bytes = upload;
        Ok(self)
    }

    /// `setMinimumNetworkChunkBytes`.
    ///
    /// # Errors
    ///
    /// Known and not positive.
    pub fn set_minimum_network_chunk_bytes(
        &mut self,
        chunk: i64,
    ) -> Result<&mut Self, InvalidWork> {
        if is_known_below(chunk, 1) {
            return Err(InvalidWork::ChunkGivenNotPositive(chunk));
        }
        self.work.minimum_chunk_bytes = chunk;
        Ok(self)
    }

    /// `build()`. Rule: JOB-VAL-083.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong with it.
    pub fn build(self, reject_negative_estimates: bool) -> Result<JobWorkItem, InvalidWork> {
        self.work.enforce_validity(reject_negative_estimates)?;
        Ok(self.work)
    }
}
