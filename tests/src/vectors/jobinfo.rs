//! Slice `jobinfo`: `JobInfo.Builder` and validity.

use jobwarden_model::job::info::{
    BuildingApp, InvalidJob, JobInfoBuilder, NetworkRequest, ValidityGates,
};
use jobwarden_model::job::JobInfo;
use jobwarden_model::{ComponentName, Exception};
use serde::Deserialize;
use serde_json::{json, Map, Value};

use super::job_description::apply;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Input {
    pub(super) target_sdk_version: i32,
    pub(super) job_id: i32,
    pub(super) calls: Vec<Value>,
}

impl Input {
    pub(super) fn read(input: &Value) -> Result<Self, String> {
        Deserialize::deserialize(input).map_err(|why| format!("input: {why}"))
    }
}

pub(super) fn answer(input: &Value) -> Result<Value, String> {
    let input = Input::read(input)?;
    let app = BuildingApp::new(None, input.target_sdk_version);
    let service = ComponentName::new("p", ".Service");
    let mut builder = JobInfoBuilder::new(app, input.job_id, service);
    for (index, call) in input.calls.iter().enumerate() {
        if let Err(why) = apply(&mut builder, call)? {
            return Ok(thrown(why, &format!("calls[{index}]")));
        }
    }
    let by_gates = results_by_gates(&builder);
    let mut answer = match builder.build() {
        Ok(job) => json!({"result": "ok", "jobInfo": described(&job)}),
        Err(why) => thrown(why, "build"),
    };
    if let Some(by_gates) = by_gates {
        answer["resultByGates"] = by_gates;
    }
    Ok(answer)
}

/// The getters that differ from those of a job built with no call at all.
pub(super) fn described(job: &JobInfo) -> Value {
    differing(getters(job), getters(&JobInfo::default()))
}

fn class_name(why: InvalidJob) -> &'static str {
    Exception::from(why).class_name()
}

fn thrown(why: InvalidJob, place: &str) -> Value {
    json!({"result": "throws", "exception": class_name(why), "where": place})
}

/// The outcome under each setting of the two gates, where it depends on them.
fn results_by_gates(builder: &JobInfoBuilder) -> Option<Value> {
    let outcome = |(disallow_prefetch_deadlines, reject_negative_network_estimates)| {
        let gates =
            ValidityGates { disallow_prefetch_deadlines, reject_negative_network_estimates };
        builder.clone().build_with(gates).map_or_else(class_name, |_| "ok")
    };
    let outcomes = [(false, false), (false, true), (true, false), (true, true)].map(outcome);
    outcomes.iter().any(|one| *one != outcomes[0]).then(|| json!(outcomes))
}

fn differing(getters: Map<String, Value>, defaults: Map<String, Value>) -> Value {
    let differs =
        |(name, value): &(String, Value)| name == "id" || defaults.get(name) != Some(value);
    getters.into_iter().filter(differs).collect()
}

fn request(request: &NetworkRequest) -> Value {
    json!({
        "capabilities": request.capabilities,
        "transportTypes": request.transports,
        "hasSpecifier": request.specifier.is_some(),
    })
}

fn getters(job: &JobInfo) -> Map<String, Value> {
    let triggers = job.trigger_content_uris.as_ref();
    let views = json!({
        "id": job.id,
        "priority": job.priority,
        "bias": job.bias,
        "flags": job.flags,
        "isExpedited": job.is_expedited(),
        "isUserInitiated": job.is_user_initiated(),
        "isPrefetch": job.is_prefetch(),
        "isImportantWhileForeground": job.is_important_while_foreground(),
        "isExemptedFromAppStandby": job.is_exempted_from_app_standby(),
        "constraintFlags": job.constraint_flags,
        "isRequireCharging": job.is_require_charging(),
        "isRequireBatteryNotLow": job.is_require_battery_not_low(),
        "isRequireDeviceIdle": job.is_require_device_idle(),
        "isRequireStorageNotLow": job.is_require_storage_not_low(),
        "preferredConstraintFlags": job.preferred_constraint_flags,
        "isPreferCharging": job.is_prefer_charging(),
        "isPreferBatteryNotLow": job.is_prefer_battery_not_low(),
        "isPreferDeviceIdle": job.is_prefer_device_idle(),
        "networkType": job.network_type().code(),
        "hasRequiredNetwork": job.required_network.is_some(),
        "requiredNetwork": job.required_network.as_ref().map(request),
        "triggerContentUris":
            triggers.map(|list| list.iter().map(|t| json!([t.uri, t.flags])).collect::<Vec<_>>()),
    });
    let fields = json!({
        "triggerContentUpdateDelay": job.trigger_content_update_delay,
        "triggerContentMaxDelay": job.trigger_content_max_delay,
        "estimatedNetworkDownloadBytes": job.network_download_bytes,
        "estimatedNetworkUploadBytes": job.network_upload_bytes,
        "minimumNetworkChunkBytes": job.minimum_network_chunk_bytes,
        "minLatencyMillis": job.min_latency_millis,
        "maxExecutionDelayMillis": job.max_execution_delay_millis,
        "hasEarlyConstraint": job.has_early_constraint,
        "hasLateConstraint": job.has_late_constraint,
        "isPeriodic": job.is_periodic,
        "isPersisted": job.is_persisted,
        "intervalMillis": job.interval_millis,
        "flexMillis": job.flex_millis,
        "initialBackoffMillis": job.initial_backoff_millis,
        "backoffPolicy": job.backoff_policy,
        "extrasSize": job.extras.len(),
        "transientExtrasSize": job.transient_extras.len(),
        "hasClipData": job.clip_data.is_some(),
        "clipGrantFlags": job.clip_grant_flags,
    });
    [views, fields].into_iter().filter_map(|part| part.as_object().cloned()).flatten().collect()
}
