//! What was answered when apps asked why a job does not run: the platform's pending-reason cache.
//!
//! The trap: an answer stays until one of the few events of JOB-API-076 drops it, however wrong it has
//! become meanwhile (JOB-API-077). "Undefined" is never served from here, and "no such job" need not be
//! kept, because the job's arrival drops it.

use std::collections::BTreeMap;

use super::{JobKey, PendingJobReason};

/// The answers given so far.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct PendingReasonCache {
    reasons: BTreeMap<JobKey, PendingJobReason>,
}

impl PendingReasonCache {
    /// What was answered before, if that still counts.
    pub fn get(&self, key: &JobKey) -> Option<PendingJobReason> {
        self.reasons.get(key).copied()
    }

    /// Keeps an answer.
    pub fn put(&mut self, key: JobKey, reason: PendingJobReason) {
        match reason {
            PendingJobReason::Undefined | PendingJobReason::InvalidJobId => {
                self.reasons.remove(&key);
            }
            PendingJobReason::Executing
            | PendingJobReason::App
            | PendingJobReason::AppStandby
            | PendingJobReason::BackgroundRestriction
            | PendingJobReason::ConstraintBatteryNotLow
            | PendingJobReason::ConstraintCharging
            | PendingJobReason::ConstraintConnectivity
            | PendingJobReason::ConstraintContentTrigger
            | PendingJobReason::ConstraintDeviceIdle
            | PendingJobReason::ConstraintMinimumLatency
            | PendingJobReason::ConstraintPrefetch
            | PendingJobReason::ConstraintStorageNotLow
            | PendingJobReason::DeviceState
            | PendingJobReason::JobSchedulerOptimization
            | PendingJobReason::Quota
            | PendingJobReason::User => {
                self.reasons.insert(key, reason);
            }
        }
    }

    /// Drops the answer about one job.
    pub fn reset(&mut self, key: &JobKey) {
        self.reasons.remove(key);
    }

    /// Drops every answer.
    pub fn clear(&mut self) {
        self.reasons.clear();
    }
}
