//! Restrictions of the whole device: heat (`ThermalStatusRestriction`), the only one there is.

use super::info::{BIAS_FOREGROUND_SERVICE, PRIORITY_HIGH, PRIORITY_LOW, PRIORITY_MIN};
use super::reason::{InternalStopReason, PendingJobReason, StopReason};
use super::status::JobStatus;
use crate::facts;
use crate::input::ThermalStatus;
use crate::output::Output;
use crate::rules::ctrl_thermal;

/// Whether a job runs, and for how long compared with what it was guaranteed. Rule: JOB-TIME-042.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Execution {
    /// It does not run.
    NotRunning,
    /// It runs within its guaranteed time.
    WithinGuarantee,
    /// It has had its guaranteed time.
    Overtime,
}

/// What a restriction means for a job that it applies to. Rule: CTRL-THERMAL-001.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Restriction {
    /// Told to the app.
    pub stop_reason: StopReason,
    /// Recorded by the system.
    pub internal_stop_reason: InternalStopReason,
    /// Why a job does not start.
    pub pending_reason: PendingJobReason,
}

/// The device is too hot. Rules: CTRL-THERMAL-001, JOB-READY-050.
pub const THERMAL: Restriction = Restriction {
    stop_reason: StopReason::DeviceState,
    internal_stop_reason: InternalStopReason::DeviceThermal,
    pending_reason: PendingJobReason::DeviceState,
};

/// The jobs must be looked at again because of the heat. Rule: CTRL-THERMAL-004.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct SignificantChange {
    /// It got hotter: jobs in overtime may have to stop at once. Rule: CTRL-THERMAL-006.
    pub stop_overtime_jobs: bool,
}

/// `ThermalStatusRestriction`.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct ThermalStatusRestriction {
    status: ThermalStatus,
}

impl ThermalStatusRestriction {
    /// The last status.
    pub fn status(&self) -> ThermalStatus {
        self.status
    }

    /// The status became `status`. Rules: CTRL-THERMAL-004, JOB-READY-054.
    pub fn set_status(
        &mut self,
        status: ThermalStatus,
        out: &mut Output,
    ) -> Option<SignificantChange> {
        use ThermalStatus as Status;
        let old = std::mem::replace(&mut self.status, status);
        let significant = (Status::Light..=Status::Severe).contains(&status)
            || (old >= Status::Light && status < Status::Light)
            || (old < Status::Severe && status > Status::Severe);
        let verdict = if significant { "significant" } else { "without consequence" };
        out.decide(&ctrl_thermal::CTRL_THERMAL_004, verdict, || facts!(old = old, new = status));
        significant.then_some(SignificantChange { stop_overtime_jobs: status > old })
    }

    /// `checkIfRestricted`: what applies to a job of this bias. Rules: CTRL-THERMAL-005, JOB-READY-050.
    pub fn check_if_restricted(
        &self,
        job: &JobStatus,
        evaluated_bias: i32,
        execution: Execution,
        out: &mut Output,
    ) -> Option<Restriction> {
        if evaluated_bias >= BIAS_FOREGROUND_SERVICE {
            out.decide(&ctrl_thermal::CTRL_THERMAL_005, "never restricted", || {
                facts!(job = job.job_id(), bias = evaluated_bias)
            });
            return None;
        }
        self.is_job_restricted(job, execution, out).then_some(THERMAL)
    }

    /// `isJobRestricted`: the matrix, whatever the bias. Rules: CTRL-THERMAL-002, CTRL-THERMAL-003,
    /// JOB-READY-051; after a stop for heat CTRL-THERMAL-008.
    pub fn is_job_restricted(
        &self,
        job: &JobStatus,
        execution: Execution,
        out: &mut Output,
    ) -> bool {
        let restricted = match self.status {
            ThermalStatus::None => false,
            ThermalStatus::Light => is_restricted_when_light(job, execution),
            ThermalStatus::Moderate => is_restricted_when_moderate(job, execution),
            ThermalStatus::Severe
            | ThermalStatus::Critical
            | ThermalStatus::Emergency
            | ThermalStatus::Shutdown => true,
        };
        let verdict = if restricted { "restricted" } else { "not restricted" };
        out.decide(&ctrl_thermal::CTRL_THERMAL_002, verdict, || {
            facts!(
                job = job.job_id(),
                status = self.status,
                execution = execution,
                priority = job.effective_priority(),
                previous_attempts = job.num_previous_attempts(),
            )
        });
        restricted
    }
}

fn is_restricted_when_light(job: &JobStatus, execution: Execution) -> bool {
    match job.effective_priority() {
        PRIORITY_MIN => true,
        PRIORITY_LOW => execution != Execution::WithinGuarantee,
        _ => false,
    }
}

fn is_restricted_when_moderate(job: &JobStatus, execution: Execution) -> bool {
    if job.should_treat_as_user_initiated_job() {
        false
    } else if job.should_treat_as_expedited_job() {
        job.num_previous_attempts() > 0 || execution == Execution::Overtime
    } else {
        job.effective_priority() != PRIORITY_HIGH || execution != Execution::WithinGuarantee
    }
}

#[cfg(test)]
mod tests;
