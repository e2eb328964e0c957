//! Slice `jobresched`: what follows a run, time after time.

use jobwarden_model::job::constants::Constants;
use jobwarden_model::job::reschedule::{reschedule_for_failure, reschedule_for_periodic, Ending};
use jobwarden_model::job::status::{NO_EARLIEST_RUNTIME, NO_LATEST_RUNTIME};
use jobwarden_model::job::{JobStatus, RecordId};
use jobwarden_model::{Elapsed, Now, Output, Wall};
use serde::Deserialize;
use serde_json::{json, Map, Value};

use super::job_description::{device_config, named, JobDescription};

/// When the job is scheduled; any instant but 0, which would mean "no delay".
const SCHEDULED_AT: i64 = 100_000_000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Input {
    #[serde(flatten)]
    pub(super) job: JobDescription,
    pub(super) runs: Vec<Vec<Value>>,
    #[serde(default)]
    pub(super) execution_time_per_run_ms: i64,
    #[serde(default)]
    pub(super) device_config: Map<String, Value>,
}

pub(super) fn answer(input: &Value) -> Result<Value, String> {
    let input: Input = Deserialize::deserialize(input).map_err(|why| format!("input: {why}"))?;
    let constants = Constants::android_14().with_config(&device_config(&input.device_config));
    let mut now = Now { elapsed: Elapsed(SCHEDULED_AT), ..Now::at_boot(Wall(1_700_000_000_000)) };
    let mut job = input.job.record(RecordId(0), 1, false, now.elapsed)?;
    let mut schedules = vec![state(&job)];
    for (record, run) in (1..).zip(&input.runs) {
        let millis = run.first().and_then(Value::as_i64).ok_or("run without a time")?;
        now = now.awake_for(millis);
        job.increment_cumulative_execution_time(input.execution_time_per_run_ms);
        match after(&job, run, RecordId(record), &constants, now)? {
            Some(successor) => job = successor,
            None => {
                schedules.push(Value::Null);
                break;
            }
        }
        schedules.push(state(&job));
    }
    Ok(json!({ "schedules": schedules }))
}

/// The record that takes the place of `job` after this run, if one does.
fn after(
    job: &JobStatus,
    run: &[Value],
    record: RecordId,
    constants: &Constants,
    now: Now,
) -> Result<Option<JobStatus>, String> {
    let text = |index: usize| run.get(index).and_then(Value::as_str).unwrap_or_default();
    let (origin, mut out) = (job.origin_for(record), Output::new());
    match text(1) {
        "success" => {
            let periodic = job.job().is_periodic;
            Ok(periodic.then(|| reschedule_for_periodic(job, origin, now, &mut out)))
        }
        "failure" => {
            let ending =
                Ending { stop_reason: named(text(2))?, internal_stop_reason: named(text(3))? };
            Ok(reschedule_for_failure(job, ending, origin, constants, now, &mut out))
        }
        other => Err(format!("unknown outcome `{other}`")),
    }
}

fn state(job: &JobStatus) -> Value {
    let since = |at: Elapsed, none: Elapsed| (at != none).then(|| at.since(Elapsed(SCHEDULED_AT)));
    let mut state = json!({
        "earliestRunTime": since(job.earliest_run_time(), NO_EARLIEST_RUNTIME),
        "latestRunTime": since(job.latest_run_time(), NO_LATEST_RUNTIME),
        "numFailures": job.num_failures(),
        "numSystemStops": job.num_system_stops(),
        "effectivePriority": job.effective_priority(),
    });
    let flags: Vec<_> = job.internal_flags().names().collect();
    if !flags.is_empty() {
        state["internalFlags"] = json!(flags);
    }
    state
}
