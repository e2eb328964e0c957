//! Slice `jobready`: `JobStatus` while the controllers tell it what holds.

use jobwarden_model::job::status::{
    Constraints, OverrideState, NO_EARLIEST_RUNTIME, NO_LATEST_RUNTIME,
};
use jobwarden_model::job::{JobStatus, PendingJobReason, RecordId, StandbyBucket, StopReason};
use jobwarden_model::Elapsed;
use serde::Deserialize;
use serde_json::{json, Value};

use super::job_description::{compact, named, JobDescription};

/// When the job is scheduled; any instant but 0, which would mean "no delay" to a job without one.
const SCHEDULED_AT: Elapsed = Elapsed(100_000_000);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Input {
    pub(super) job: JobDescription,
    pub(super) initial: Initial,
    pub(super) events: Vec<Vec<Value>>,
    #[serde(default = "yes")]
    pub(super) service_process_present: bool,
    #[serde(default)]
    pub(super) uid_active: bool,
    #[serde(rename = "override", default = "no_override")]
    pub(super) override_state: OverrideState,
    #[serde(default)]
    pub(super) cloud_media_provider: bool,
    #[serde(default)]
    pub(super) disallow_run_in_battery_saver_and_doze: bool,
    pub(super) started_as: Option<StartedAs>,
    #[serde(default)]
    elapsed_since_scheduled_ms: i64,
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Initial {
    None,
    All,
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum StartedAs {
    Expedited,
    UserInitiated,
}

fn yes() -> bool {
    true
}

fn no_override() -> OverrideState {
    OverrideState::None
}

/// What `ALL` tells, in this order.
const ALL: &[&str] = &[
    "charging",
    "batteryNotLow",
    "storageNotLow",
    "prefetch",
    "timingDelay",
    "deviceIdle",
    "connectivity",
    "contentTrigger",
    "deviceNotDozing",
    "backgroundNotRestricted",
    "withinQuota",
    "expeditedQuotaApproved",
    "flexible",
];

pub(super) fn answer(input: &Value) -> Result<Value, String> {
    let input: Input = Deserialize::deserialize(input).map_err(|why| format!("input: {why}"))?;
    let mut status = input.job.record(RecordId(1), 1, input.cloud_media_provider, SCHEDULED_AT)?;
    prepare(&mut status, &input);
    let mut trace = String::new();
    let mut note = |status: &JobStatus| trace.push(if status.is_ready() { 'R' } else { '-' });
    note(&status);
    for event in &input.events {
        tell(&mut status, event)?;
        note(&status);
    }
    Ok(final_state(&status, trace, SCHEDULED_AT.plus(input.elapsed_since_scheduled_ms)))
}

fn prepare(status: &mut JobStatus, input: &Input) {
    status.set_uid_active(input.uid_active);
    status.override_state = input.override_state;
    status.service_process_name = input.service_process_present.then(|| "process".into());
    if input.disallow_run_in_battery_saver_and_doze {
        status.disallow_run_in_battery_saver_and_doze();
    }
    status.started_as_expedited_job = input.started_as == Some(StartedAs::Expedited);
    status.started_as_user_initiated_job = input.started_as == Some(StartedAs::UserInitiated);
    status.set_tare_wealth_constraint_satisfied(SCHEDULED_AT, true);
    status.set_expedited_job_tare_approved(SCHEDULED_AT, true);
    if input.initial == Initial::All {
        for name in ALL {
            set(status, name, true, false).unwrap_or_default();
        }
    }
}

fn tell(status: &mut JobStatus, event: &[Value]) -> Result<(), String> {
    let name = event.first().and_then(Value::as_str).ok_or("event without a name")?;
    if name == "standbyBucket" {
        let bucket = event.get(1).and_then(Value::as_str).ok_or("bucket without a name")?;
        status.set_standby_bucket(named::<StandbyBucket>(bucket)?);
        return Ok(());
    }
    let flag = |index: usize| event.get(index).and_then(Value::as_bool);
    let state = flag(1).ok_or_else(|| format!("event {name} without a state"))?;
    set(status, name, state, flag(2).unwrap_or(false))
}

fn set(status: &mut JobStatus, name: &str, state: bool, fact: bool) -> Result<(), String> {
    let now = SCHEDULED_AT;
    let constraint = match name {
        "uidActive" => {
            status.set_uid_active(state);
            return Ok(());
        }
        "expeditedQuotaApproved" => {
            status.set_expedited_job_quota_approved(now, state);
            return Ok(());
        }
        "deviceNotDozing" => {
            status.set_device_not_dozing_constraint_satisfied(now, state, fact);
            return Ok(());
        }
        "backgroundNotRestricted" => {
            status.set_background_not_restricted_constraint_satisfied(now, state, fact);
            return Ok(());
        }
        "charging" => Constraints::CHARGING,
        "batteryNotLow" => Constraints::BATTERY_NOT_LOW,
        "storageNotLow" => Constraints::STORAGE_NOT_LOW,
        "prefetch" => Constraints::PREFETCH,
        "timingDelay" => Constraints::TIMING_DELAY,
        "deadline" => Constraints::DEADLINE,
        "deviceIdle" => Constraints::IDLE,
        "connectivity" => Constraints::CONNECTIVITY,
        "contentTrigger" => Constraints::CONTENT_TRIGGER,
        "withinQuota" => Constraints::WITHIN_QUOTA,
        "tareWealth" => Constraints::TARE_WEALTH,
        "flexible" => Constraints::FLEXIBLE,
        _ => return Err(format!("unknown event {name}")),
    };
    status.set_constraint_satisfied(constraint, now, state);
    Ok(())
}

/// The order and the names of the recorded lists.
const CONSTRAINTS: &[(Constraints, &str)] = &[
    (Constraints::CHARGING, "CHARGING"),
    (Constraints::BATTERY_NOT_LOW, "BATTERY_NOT_LOW"),
    (Constraints::STORAGE_NOT_LOW, "STORAGE_NOT_LOW"),
    (Constraints::IDLE, "DEVICE_IDLE"),
    (Constraints::TIMING_DELAY, "TIMING_DELAY"),
    (Constraints::DEADLINE, "DEADLINE"),
    (Constraints::CONNECTIVITY, "CONNECTIVITY"),
    (Constraints::CONTENT_TRIGGER, "CONTENT_TRIGGER"),
    (Constraints::PREFETCH, "PREFETCH"),
    (Constraints::DEVICE_NOT_DOZING, "DEVICE_NOT_DOZING"),
    (Constraints::BACKGROUND_NOT_RESTRICTED, "BACKGROUND_NOT_RESTRICTED"),
    (Constraints::WITHIN_QUOTA, "WITHIN_QUOTA"),
    (Constraints::TARE_WEALTH, "TARE_WEALTH"),
    (Constraints::FLEXIBLE, "FLEXIBLE"),
];

fn names(holds: impl Fn(Constraints) -> bool) -> Vec<&'static str> {
    CONSTRAINTS.iter().filter(|(one, _)| holds(*one)).map(|(_, name)| *name).collect()
}

fn final_state(status: &JobStatus, trace: String, now: Elapsed) -> Value {
    let after = |at: Elapsed, none: Elapsed| (at != none).then(|| at.since(SCHEDULED_AT));
    let would_be = names(|constraint| status.would_be_ready_with_constraint(constraint));
    let would_be = if would_be.len() == CONSTRAINTS.len() { json!("ALL") } else { json!(would_be) };
    let reason = status.pending_job_reason();
    let stop = status.stop_reason();
    let flexible = status.num_required_flexible_constraints();
    let triggered = status.has_content_trigger_constraint();
    compact(json!({
        "readyTrace": trace,
        "isReady": status.is_ready(),
        "isConstraintsSatisfied": status.is_constraints_satisfied(),
        "areDynamicConstraintsSatisfied": status.are_dynamic_constraints_satisfied(),
        "effectiveStandbyBucket": status.effective_standby_bucket(),
        "canRunInDoze": status.can_run_in_doze(),
        "canRunInBatterySaver": status.can_run_in_battery_saver(),
        "shouldTreatAsExpeditedJob": status.should_treat_as_expedited_job(),
        "shouldTreatAsUserInitiatedJob": status.should_treat_as_user_initiated_job(),
        "isUserVisibleJob": status.is_user_visible_job(),
        "effectivePriority": status.effective_priority(),
        "pendingJobReason": (reason != PendingJobReason::Undefined).then_some(reason),
        "stopReason": (stop != StopReason::Undefined).then_some(stop),
        "requiredConstraints": names(|one| status.required_constraints().contains(one)),
        "dynamicConstraints": names(|one| status.dynamic_constraints().contains(one)),
        "wouldBeReadyWithConstraint": would_be,
        "earliestRunTimeMs": after(status.earliest_run_time(), NO_EARLIEST_RUNTIME),
        "latestRunTimeMs": after(status.latest_run_time(), NO_LATEST_RUNTIME),
        "fractionRunTime": status.fraction_run_time(now),
        "numRequiredFlexibleConstraints": (flexible != 0).then_some(flexible),
        "triggerContentUpdateDelay":
            triggered.then(|| status.trigger_content_update_delay()),
        "triggerContentMaxDelay": triggered.then(|| status.trigger_content_max_delay()),
    }))
}
