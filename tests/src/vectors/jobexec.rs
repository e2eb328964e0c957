//! Slice `jobexec`: how long a job may run.

use jobwarden_model::job::bucket::StandbyBucket;
use jobwarden_model::job::constants::Constants;
use jobwarden_model::job::quota_time::{
    self, QuotaHistory, QuotaLimits, QuotaRelief, TimingSession,
};
use jobwarden_model::job::time_limits::{
    self, max_job_execution_time_ms, min_job_execution_guarantee_ms, LimitFacts, LinkBandwidth,
};
use jobwarden_model::job::{JobStatus, RecordId};
use jobwarden_model::process::ProcState;
use jobwarden_model::{Elapsed, Output};
use serde::Deserialize;
use serde_json::{json, Map, Value};

use super::job_description::{device_config, JobDescription};

/// The moment all sessions refer to.
const NOW: Elapsed = Elapsed(2_592_000_000);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    job: JobDescription,
    #[serde(default)]
    charging: bool,
    proc_state: Option<ProcState>,
    #[serde(default = "yes")]
    expedited_approved: bool,
    #[serde(default = "yes")]
    has_run_user_initiated_jobs_permission: bool,
    #[serde(default)]
    timing_sessions: Vec<[i64; 3]>,
    #[serde(default)]
    expedited_timing_sessions: Vec<[i64; 3]>,
    network: Option<Link>,
    #[serde(default)]
    device_config: Map<String, Value>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct Link {
    link_downstream_bandwidth_kbps: i32,
    link_upstream_bandwidth_kbps: i32,
}

fn yes() -> bool {
    true
}

/// The device around the job.
struct Facts<'a> {
    input: &'a Input,
    constants: &'a Constants,
}

impl Facts<'_> {
    fn relief(&self) -> QuotaRelief {
        let no_better_than = |state: ProcState| {
            self.input.proc_state.is_some_and(|now| now > ProcState::Unknown && now <= state)
        };
        QuotaRelief {
            charging: self.input.charging,
            top: no_better_than(ProcState::Top),
            foreground: no_better_than(ProcState::ForegroundService),
        }
    }
}

impl LimitFacts for Facts<'_> {
    fn may_run_user_initiated_jobs(&self, _: &JobStatus) -> bool {
        self.input.has_run_user_initiated_jobs_permission
    }

    fn estimated_transfer_time_ms(&self, job: &JobStatus) -> Option<i64> {
        let link = self.input.network.map(|link| LinkBandwidth {
            downstream_kbps: link.link_downstream_bandwidth_kbps,
            upstream_kbps: link.link_upstream_bandwidth_kbps,
        });
        time_limits::estimated_transfer_time_ms(job.network_bytes(), link)
    }

    fn max_execution_time_by_quota_ms(&self, job: &JobStatus) -> i64 {
        let history = QuotaHistory {
            sessions: sessions(&self.input.timing_sessions),
            expedited_sessions: sessions(&self.input.expedited_timing_sessions),
        };
        let bucket: StandbyBucket = self.input.job.standby_bucket;
        let free = self.constants.runtime_free_quota_max_limit_ms;
        let limits = QuotaLimits::android_14();
        let relief = self.relief();
        quota_time::max_job_execution_time_ms(job, bucket, &history, &limits, relief, free, NOW)
    }
}

fn sessions(list: &[[i64; 3]]) -> Vec<TimingSession> {
    let session =
        |[start, end, _]: &[i64; 3]| TimingSession { start: Elapsed(*start), end: Elapsed(*end) };
    list.iter().map(session).collect()
}

pub(super) fn answer(input: &Value) -> Result<Value, String> {
    let input: Input = Deserialize::deserialize(input).map_err(|why| format!("input: {why}"))?;
    let constants = Constants::android_14().with_config(&device_config(&input.device_config));
    let mut job = input.job.record(RecordId(1), 1, false, NOW)?;
    job.set_expedited_job_tare_approved(NOW, true);
    job.set_expedited_job_quota_approved(NOW, input.expedited_approved);
    let facts = Facts { input: &input, constants: &constants };
    let mut out = Output::new();
    Ok(json!({
        "minJobExecutionGuaranteeMs":
            min_job_execution_guarantee_ms(&job, &facts, &constants, &mut out),
        "maxJobExecutionTimeMs": max_job_execution_time_ms(&job, &facts, &constants, &mut out),
        "estimatedTransferTimeMs": facts.estimated_transfer_time_ms(&job),
    }))
}
