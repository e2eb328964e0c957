//! How this slice writes down what happened.

use jobwarden_model::effect::Effect;
use jobwarden_model::job::effect::JobEffect;
use jobwarden_model::job::info::{JobSnapshot, NETWORK_BYTES_UNKNOWN};
use jobwarden_model::job::status::{NO_EARLIEST_RUNTIME, NO_LATEST_RUNTIME};
use jobwarden_model::job::{Constraints, JobStatus};
use serde_json::{json, Map, Value};

use super::{Device, START};

/// The effects of a step and what happened to runs, and how often which app was to be restricted.
pub(in crate::vectors) fn events(
    effects: &[Effect],
    observers: &[String],
    of_runs: Vec<(usize, Value)>,
) -> (Vec<Value>, Map<String, Value>) {
    let mut events = Vec::new();
    let mut of_runs = of_runs.into_iter().peekable();
    let mut restricted: Map<String, Value> = Map::new();
    for (index, effect) in effects.iter().enumerate() {
        while let Some((_, event)) = of_runs.next_if(|(before, _)| *before <= index) {
            events.push(event);
        }
        let Effect::Job(effect) = effect else { continue };
        match effect {
            JobEffect::GrantUri { from, package, uri, flags, owner, user } => {
                events.push(json!(["grant", from, package, uri, flags, owner, user]));
            }
            JobEffect::RevokeUri { uri, flags, user } => {
                events.push(json!(["revoke", uri, flags, user]));
            }
            JobEffect::UserVisibleJob { observer, summary, running } => {
                let name = usize::try_from(*observer).ok().and_then(|index| observers.get(index));
                let told = json!({
                    "callingUid": summary.calling_uid,
                    "callingPackage": summary.calling_package,
                    "sourceUser": summary.source_user,
                    "sourcePackage": summary.source_package,
                    "namespace": summary.namespace,
                    "id": summary.job_id,
                });
                events.push(json!(["observer", name, told, running]));
            }
            JobEffect::RestrictApp { package, user } => {
                // A user argument of -1 stands for nobody.
                let key = format!("{package}/{}", user.0 as i32);
                let count = restricted.entry(key).or_insert(json!(0));
                *count = json!(count.as_u64().unwrap_or_default() + 1);
            }
            _ => {}
        }
    }
    events.extend(of_runs.map(|(_, event)| event));
    (events, restricted)
}

/// One stored job.
pub(super) fn stored(device: &Device, status: &JobStatus, index: usize) -> Value {
    let job = status.job();
    let mut told = json!({ "uid": status.calling_uid(), "id": status.job_id(), "job": index });
    let mut put = |key: &str, value: Value| told[key] = value;
    if let Some(namespace) = status.namespace() {
        put("namespace", json!(**namespace));
    }
    if status.source_uid() != status.calling_uid() {
        put("sourceUid", json!(status.source_uid()));
    }
    if **status.source_package() != *job.service.package {
        put("sourcePackage", json!(**status.source_package()));
    }
    if let Some(tag) = status.source_tag() {
        put("sourceTag", json!(**tag));
    }
    if status.earliest_run_time() != NO_EARLIEST_RUNTIME {
        put("earliestRunTime", json!(status.earliest_run_time().millis().wrapping_sub(START)));
    }
    if status.latest_run_time() != NO_LATEST_RUNTIME {
        put("latestRunTime", json!(status.latest_run_time().millis().wrapping_sub(START)));
    }
    let flags: Vec<_> = status.internal_flags().names().collect();
    if !flags.is_empty() {
        put("internalFlags", json!(flags));
    }
    for (key, count) in
        [("numFailures", status.num_failures()), ("numSystemStops", status.num_system_stops())]
    {
        if count != 0 {
            put(key, json!(count));
        }
    }
    let executing = status
        .executing_work()
        .iter()
        .map(|work| json!([work.work_id, work.delivery_count, "executing"]));
    let pending =
        status.pending_work().iter().map(|work| json!([work.work_id, work.delivery_count]));
    let work: Vec<_> = executing.chain(pending).collect();
    if !work.is_empty() {
        put("work", json!(work));
    }
    let bytes = status.network_bytes();
    for (key, bytes) in [
        ("estimatedDownloadBytes", bytes.download),
        ("estimatedUploadBytes", bytes.upload),
        ("minimumChunkBytes", bytes.minimum_chunk),
    ] {
        if bytes != NETWORK_BYTES_UNKNOWN {
            put(key, json!(bytes));
        }
    }
    for (key, holds) in [
        ("expedited", status.should_treat_as_expedited_job()),
        ("userInitiated", status.should_treat_as_user_initiated_job()),
        ("pending", device.scheduler.board().is_pending(status.record())),
    ] {
        if holds {
            put(key, json!(true));
        }
    }
    if let Some(execution) = device.execution_of(status.record()) {
        put("execution", json!(execution));
    }
    told
}

/// One snapshot of a job made from the description with this index.
pub(in crate::vectors) fn snapshot(snapshot: &JobSnapshot, index: usize) -> Value {
    let mut told = json!({ "job": index });
    if snapshot.runnable {
        told["runnable"] = json!(true);
    }
    let job = &snapshot.job;
    let satisfied = Constraints(snapshot.satisfied_constraints);
    let unsatisfied: Vec<_> = [
        ("CHARGING", job.is_require_charging(), Constraints::CHARGING),
        ("BATTERY_NOT_LOW", job.is_require_battery_not_low(), Constraints::BATTERY_NOT_LOW),
        ("DEVICE_IDLE", job.is_require_device_idle(), Constraints::IDLE),
        ("STORAGE_NOT_LOW", job.is_require_storage_not_low(), Constraints::STORAGE_NOT_LOW),
    ]
    .into_iter()
    .filter(|(_, required, bit)| *required && !satisfied.contains(*bit))
    .map(|(name, ..)| name)
    .collect();
    if !unsatisfied.is_empty() {
        told["unsatisfied"] = json!(unsatisfied);
    }
    told
}
