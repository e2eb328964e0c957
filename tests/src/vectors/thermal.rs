//! Slice `thermal`: `ThermalStatusRestriction`, with the exemption of foreground apps.

use jobwarden_model::input::ThermalStatus;
use jobwarden_model::job::bias::{evaluate_job_bias, uid_bias};
use jobwarden_model::job::constants::Constants;
use jobwarden_model::job::restriction::{Execution, ThermalStatusRestriction};
use jobwarden_model::job::RecordId;
use jobwarden_model::process::ProcState;
use jobwarden_model::{Elapsed, Output};
use serde::Deserialize;
use serde_json::{json, Value};

use super::job_description::{compact, JobDescription};

/// When the job is looked at.
const NOW: Elapsed = Elapsed(100_000_000);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    job: JobDescription,
    thermal_status: Status,
    execution: How,
    #[serde(default = "yes")]
    expedited_approved: bool,
    proc_state: Option<ProcState>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Status {
    None,
    Light,
    Moderate,
    Severe,
    Critical,
    Emergency,
    Shutdown,
}

impl From<Status> for ThermalStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::None => Self::None,
            Status::Light => Self::Light,
            Status::Moderate => Self::Moderate,
            Status::Severe => Self::Severe,
            Status::Critical => Self::Critical,
            Status::Emergency => Self::Emergency,
            Status::Shutdown => Self::Shutdown,
        }
    }
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum How {
    NotRunning,
    Running,
    Overtime,
}

fn yes() -> bool {
    true
}

pub(super) fn answer(input: &Value) -> Result<Value, String> {
    let input: Input = Deserialize::deserialize(input).map_err(|why| format!("input: {why}"))?;
    let mut out = Output::new();
    let mut job = input.job.record(RecordId(1), 1, false, NOW)?;
    job.set_expedited_job_tare_approved(NOW, true);
    job.set_expedited_job_quota_approved(NOW, input.expedited_approved);
    let execution = match input.execution {
        How::NotRunning => Execution::NotRunning,
        How::Running => Execution::WithinGuarantee,
        How::Overtime => Execution::Overtime,
    };
    let app = input.proc_state.map_or(0, uid_bias);
    let bias = evaluate_job_bias(job.job().bias, app, || 0.0, &Constants::android_14());
    let mut restriction = ThermalStatusRestriction::default();
    restriction.set_status(input.thermal_status.into(), &mut out);
    let restricted = restriction.check_if_restricted(&job, bias, execution, &mut out);
    Ok(compact(json!({
        "isRestricted": restricted.is_some(),
        "stopReason": restricted.map(|why| why.stop_reason),
        "pendingJobReason": restricted.map(|why| why.pending_reason),
        "effectivePriority": job.effective_priority(),
        "evaluatedBias": bias,
    })))
}
