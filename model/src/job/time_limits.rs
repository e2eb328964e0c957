//! How long a job may run: what it is guaranteed, and the most it can get.

use super::bucket::StandbyBucket;
use super::constants::{Constants, MAX_EJ_GUARANTEE_RESTRICTED_MS};
use super::info::NETWORK_BYTES_UNKNOWN;
use super::status::{JobStatus, NetworkBytes};
use crate::facts;
use crate::output::Output;
use crate::rules::job_time;

/// What the limits depend on besides the record. Asked at the moment of the query, each only where
/// it matters.
pub trait LimitFacts {
    /// The source app holds `RUN_USER_INITIATED_JOBS`: permission and app-op.
    fn may_run_user_initiated_jobs(&self, job: &JobStatus) -> bool;

    /// How long the job's transfers are estimated to take; see [`estimated_transfer_time_ms`].
    fn estimated_transfer_time_ms(&self, job: &JobStatus) -> Option<i64>;

    /// The most that the quota of the app leaves the job. Rule: JOB-TIME-021.
    fn max_execution_time_by_quota_ms(&self, job: &JobStatus) -> i64;
}

/// Bandwidth of a link, in kilobits per second; 0 where the network does not know.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct LinkBandwidth {
    /// Towards the device.
    pub downstream_kbps: i32,
    /// Away from the device.
    pub upstream_kbps: i32,
}

/// The limits of one execution, in milliseconds. Rules: JOB-TIME-022, JOB-TIME-023.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct TimeLimits {
    /// Nothing but a lost condition ends it earlier.
    pub guarantee_ms: i64,
    /// It ends at the latest then; never less than the guarantee.
    pub max_ms: i64,
}

/// Both limits, as a slot takes them when it starts a job. Rule: JOB-TIME-022.
pub fn time_limits(
    job: &JobStatus,
    facts: &impl LimitFacts,
    constants: &Constants,
    out: &mut Output,
) -> TimeLimits {
    let guarantee_ms = min_job_execution_guarantee_ms(job, facts, constants, out);
    let max_ms = max_job_execution_time_ms(job, facts, constants, out).max(guarantee_ms);
    TimeLimits { guarantee_ms, max_ms }
}

/// `getMinJobExecutionGuaranteeMs`. Time spent in earlier executions does not count.
/// Rules: JOB-TIME-010, JOB-TIME-012, JOB-TIME-033, JOB-CONST-004.
pub fn min_job_execution_guarantee_ms(
    job: &JobStatus,
    facts: &impl LimitFacts,
    constants: &Constants,
    out: &mut Output,
) -> i64 {
    let (guarantee, verdict) = if job.should_treat_as_user_initiated_job()
        && facts.may_run_user_initiated_jobs(job)
    {
        (user_initiated_guarantee_ms(job, facts, constants), "guarantee of a user-initiated job")
    } else if job.should_treat_as_expedited_job() {
        let restricted = job.effective_standby_bucket() == StandbyBucket::Restricted;
        let cap = if restricted { MAX_EJ_GUARANTEE_RESTRICTED_MS } else { i64::MAX };
        (constants.runtime_min_ej_guarantee_ms.min(cap), "guarantee of an expedited job")
    } else {
        (constants.runtime_min_guarantee_ms, "guarantee of a regular job")
    };
    out.decide(&job_time::JOB_TIME_010, verdict, || {
        facts!(job = job.job_id(), guarantee_ms = guarantee)
    });
    guarantee
}

fn user_initiated_guarantee_ms(
    job: &JobStatus,
    facts: &impl LimitFacts,
    constants: &Constants,
) -> i64 {
    let data_transfer = constants.runtime_min_ui_data_transfer_guarantee_ms;
    // No valid description leads here. Rule: JOB-TIME-011.
    if job.job().required_network.is_none() {
        return constants.runtime_min_ui_guarantee_ms;
    }
    // By default an estimate changes nothing. Rules: JOB-TIME-032, JOB-CONST-006.
    if !constants.runtime_use_data_estimates_for_limits {
        return constants.runtime_min_ui_guarantee_ms.max(data_transfer);
    }
    match facts.estimated_transfer_time_ms(job) {
        None => data_transfer,
        Some(time) => {
            let factor = constants.runtime_min_ui_data_transfer_guarantee_buffer_factor.get();
            buffered_ms(time, factor).max(data_transfer).min(constants.runtime_ui_limit_ms)
        }
    }
}

/// The estimate with a margin. Android multiplies in 32-bit floats; the way back to an integer cuts
/// off and saturates. Rule: JOB-TIME-013.
fn buffered_ms(time_ms: i64, factor: f32) -> i64 {
    (time_ms as f32 * factor) as i64
}

/// `getMaxJobExecutionTimeMs`. Rules: JOB-TIME-020, JOB-CONST-005.
pub fn max_job_execution_time_ms(
    job: &JobStatus,
    facts: &impl LimitFacts,
    constants: &Constants,
    out: &mut Output,
) -> i64 {
    let free_quota = constants.runtime_free_quota_max_limit_ms;
    let (max, verdict) = if !job.should_treat_as_user_initiated_job() {
        (facts.max_execution_time_by_quota_ms(job).min(free_quota), "limit by quota")
    } else if facts.may_run_user_initiated_jobs(job) {
        (constants.runtime_ui_limit_ms, "limit of a user-initiated job")
    } else {
        (free_quota, "limit of a user-initiated job without permission")
    };
    out.decide(&job_time::JOB_TIME_020, verdict, || facts!(job = job.job_id(), max_ms = max));
    max
}

/// `getEstimatedTransferTimeMs`: both directions, one after the other; `None`: unknown. `link` is that
/// of the network the job was assigned, if its capabilities are known. Rule: JOB-TIME-030.
pub fn estimated_transfer_time_ms(bytes: NetworkBytes, link: Option<LinkBandwidth>) -> Option<i64> {
    let link = link?;
    let download = calculate_transfer_time_ms(bytes.download, link.downstream_kbps);
    let upload = calculate_transfer_time_ms(bytes.upload, link.upstream_kbps);
    match (download, upload) {
        (Some(download), Some(upload)) => Some(download.wrapping_add(upload)),
        (one, other) => one.or(other),
    }
}

/// `calculateTransferTimeMs`; the product may wrap. Rule: JOB-TIME-031.
fn calculate_transfer_time_ms(bytes: i64, kbps: i32) -> Option<i64> {
    if bytes == NETWORK_BYTES_UNKNOWN || kbps <= 0 {
        return None;
    }
    let bytes_per_second = i64::from(kbps) * 1000 / 8;
    Some(bytes.wrapping_mul(1000) / bytes_per_second)
}

#[cfg(test)]
mod tests;
