//! A job as vectors and scenarios describe it: the calls on its builder, and what became of it so far.

use std::str::FromStr;
use std::sync::Arc;

use jobwarden_model::device_config::DeviceConfig;
use jobwarden_model::job::info::{
    BuildingApp, Bundle, BundleValue, ClipData, InvalidJob, JobInfoBuilder, NetCapabilities,
    NetworkRequest, Transports, TriggerContentUri,
};
use jobwarden_model::job::status::{InternalFlags, Lifetime, Origin};
use jobwarden_model::job::{JobInfo, JobStatus, RecordId, StandbyBucket};
use jobwarden_model::{ComponentName, Elapsed, Uid};
use serde::Deserialize;
use serde_json::{Map, Value};

/// The uid of a job that names none.
const DEFAULT_UID: Uid = Uid(10_123);

/// A job description, with the defaults all slices share.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct JobDescription {
    /// `JobInfo.Builder` calls, in order.
    #[serde(default)]
    pub(super) calls: Vec<Value>,
    /// The bucket of its app.
    #[serde(default = "active")]
    pub(super) standby_bucket: StandbyBucket,
    /// Its app.
    #[serde(default = "default_uid")]
    pub(super) uid: Uid,
    /// `None`: the default namespace.
    #[serde(default)]
    pub(super) namespace: Option<String>,
    /// How often earlier incarnations failed.
    #[serde(default)]
    pub(super) num_failures: i32,
    /// How often the system stopped them.
    #[serde(default)]
    pub(super) num_system_stops: i32,
    /// Names of `INTERNAL_FLAG_*`.
    #[serde(default)]
    pub(super) internal_flags: Vec<String>,
}

fn active() -> StandbyBucket {
    StandbyBucket::Active
}

fn default_uid() -> Uid {
    DEFAULT_UID
}

impl JobDescription {
    /// The description under this id; valid for an app that targets API level 34.
    pub(super) fn job_info(&self, id: i32) -> Result<JobInfo, String> {
        job_info(&self.calls, id, self.uid)
    }

    /// The record of the job when it is scheduled `now`, with the past it is said to have.
    pub(super) fn record(
        &self,
        record: RecordId,
        id: i32,
        is_cloud_media_provider: bool,
        now: Elapsed,
    ) -> Result<JobStatus, String> {
        let job = Arc::new(self.job_info(id)?);
        let origin = Origin {
            namespace: self.namespace.as_deref().map(Arc::from),
            standby_bucket: self.standby_bucket,
            is_cloud_media_provider,
            ..Origin::own(record, self.uid)
        };
        let fresh = JobStatus::create_from_job_info(Arc::clone(&job), origin.clone(), now);
        let lifetime = Lifetime {
            num_failures: self.num_failures,
            num_system_stops: self.num_system_stops,
            ..fresh.lifetime()
        };
        let mut status = JobStatus::new(job, origin, lifetime);
        status.add_internal_flags(self.internal_flags()?);
        Ok(status)
    }

    fn internal_flags(&self) -> Result<InternalFlags, String> {
        self.internal_flags.iter().try_fold(InternalFlags::NONE, |flags, name| {
            let known = InternalFlags::NAMED.iter().find(|(_, known)| known == name);
            known.map(|(flag, _)| flags.with(*flag)).ok_or_else(|| format!("unknown flag `{name}`"))
        })
    }
}

/// The package of a uid, where there is one package per uid.
pub(super) fn package_of(uid: Uid) -> String {
    format!("p{}", uid.app_id())
}

/// The valid description that these calls build for an app that targets API level 34.
pub(super) fn job_info(calls: &[Value], id: i32, uid: Uid) -> Result<JobInfo, String> {
    let service = ComponentName::new(package_of(uid), ".Service");
    let mut builder = JobInfoBuilder::new(BuildingApp::new(Some(uid), 34), id, service);
    for call in calls {
        apply(&mut builder, call)?.map_err(|why| format!("{call}: {why}"))?;
    }
    builder.build().map_err(|why| why.to_string())
}

/// Performs one call `[method, args...]`. The outer error: the call is not understood.
pub(super) fn apply(
    builder: &mut JobInfoBuilder,
    call: &Value,
) -> Result<Result<(), InvalidJob>, String> {
    let args = call.as_array().ok_or_else(|| format!("not a call: {call}"))?;
    let arg = |index: usize| args.get(index).unwrap_or(&Value::Null);
    let long = |index| arg(index).as_i64().ok_or_else(|| format!("not a number: {call}"));
    let int = |index| i32::try_from(long(index)?).map_err(|why| format!("{call}: {why}"));
    let boolean = |index| arg(index).as_bool().ok_or_else(|| format!("not a boolean: {call}"));
    match arg(0).as_str().unwrap_or_default() {
        "setBias" => builder.set_bias(int(1)?),
        "setPriority" => return Ok(builder.set_priority(int(1)?).map(|_| ())),
        "setFlags" => builder.set_flags(int(1)?),
        "setExtras" => builder.set_extras(bundle(arg(1))?),
        "setTransientExtras" => builder.set_transient_extras(bundle(arg(1))?),
        "setClipData" => builder.set_clip_data(clip(arg(1)), int(2)?),
        "setRequiredNetworkType" => builder.set_required_network_type(int(1)?),
        "setRequiredNetwork" => {
            let request = network_request(builder, arg(1))?;
            builder.set_required_network(request)
        }
        "setEstimatedNetworkBytes" => builder.set_estimated_network_bytes(long(1)?, long(2)?),
        "setMinimumNetworkChunkBytes" => {
            return Ok(builder.set_minimum_network_chunk_bytes(long(1)?).map(|_| ()));
        }
        "setRequiresCharging" => builder.set_requires_charging(boolean(1)?),
        "setRequiresBatteryNotLow" => builder.set_requires_battery_not_low(boolean(1)?),
        "setRequiresDeviceIdle" => builder.set_requires_device_idle(boolean(1)?),
        "setRequiresStorageNotLow" => builder.set_requires_storage_not_low(boolean(1)?),
        "setPrefersCharging" => builder.set_prefers_charging(boolean(1)?),
        "setPrefersBatteryNotLow" => builder.set_prefers_battery_not_low(boolean(1)?),
        "setPrefersDeviceIdle" => builder.set_prefers_device_idle(boolean(1)?),
        "addTriggerContentUri" => {
            let uri = arg(1).as_str().ok_or_else(|| format!("not a uri: {call}"))?.to_owned();
            builder.add_trigger_content_uri(TriggerContentUri { uri, flags: int(2)? })
        }
        "setTriggerContentUpdateDelay" => builder.set_trigger_content_update_delay(long(1)?),
        "setTriggerContentMaxDelay" => builder.set_trigger_content_max_delay(long(1)?),
        "setPeriodic" if args.len() > 2 => builder.set_periodic_with_flex(long(1)?, long(2)?),
        "setPeriodic" => builder.set_periodic(long(1)?),
        "setMinimumLatency" => builder.set_minimum_latency(long(1)?),
        "setOverrideDeadline" => builder.set_override_deadline(long(1)?),
        "setBackoffCriteria" => builder.set_backoff_criteria(long(1)?, int(2)?),
        "setExpedited" => builder.set_expedited(boolean(1)?),
        "setUserInitiated" => builder.set_user_initiated(boolean(1)?),
        "setImportantWhileForeground" => builder.set_important_while_foreground(boolean(1)?),
        "setPrefetch" => builder.set_prefetch(boolean(1)?),
        "setPersisted" => builder.set_persisted(boolean(1)?),
        _ => return Err(format!("unknown call {call}")),
    };
    Ok(Ok(()))
}

/// An object of numbers and texts; `null` stands for itself.
fn bundle(value: &Value) -> Result<Option<Bundle>, String> {
    let entry = |(key, value): (&String, &Value)| {
        let value = match value {
            Value::Bool(value) => BundleValue::Boolean(*value),
            Value::Number(value) => BundleValue::Long(value.as_i64().unwrap_or_default()),
            Value::String(value) => BundleValue::String(value.clone()),
            _ => return Err(format!("extras cannot hold {value}")),
        };
        Ok((key.clone(), value))
    };
    value.as_object().map(|entries: &Map<_, _>| entries.iter().map(entry).collect()).transpose()
}

fn clip(text: &Value) -> Option<ClipData> {
    text.as_str().map(|_| ClipData { uris: Vec::new() })
}

/// What stands for a request: removals first, then additions, then the specifier.
fn network_request(
    builder: &JobInfoBuilder,
    request: &Value,
) -> Result<Option<NetworkRequest>, String> {
    if request.is_null() {
        return Ok(None);
    }
    let numbers = |key: &str| -> Result<Vec<u8>, String> {
        match request.get(key) {
            None => Ok(Vec::new()),
            Some(list) => serde_json::from_value(list.clone()).map_err(|why| why.to_string()),
        }
    };
    let mut wanted = builder
        .network_request()
        .remove_capabilities(NetCapabilities::from(numbers("removeCapability")?))
        .add_capabilities(NetCapabilities::from(numbers("addCapability")?))
        .add_transports(Transports::from(numbers("addTransportType")?));
    if let Some(specifier) = request.get("networkSpecifier") {
        wanted = wanted.set_network_specifier(specifier.as_str().map(str::to_owned));
    }
    Ok(Some(wanted.build()))
}

/// The value of one of Android's enums by its name without prefix.
pub(super) fn named<T>(name: &str) -> Result<T, String>
where
    T: FromStr,
    T::Err: std::fmt::Display,
{
    name.parse().map_err(|why: T::Err| why.to_string())
}

/// Properties as they stand in an input: texts, numbers and booleans.
pub(super) fn device_config(properties: &Map<String, Value>) -> DeviceConfig {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    DeviceConfig(properties.iter().map(|(key, value)| (key.clone(), text(value))).collect())
}

/// An object without the members that are `false`, `null` or empty lists.
pub(super) fn compact(value: Value) -> Value {
    let Value::Object(members) = value else { return value };
    let says_nothing = |value: &Value| match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(list) => list.is_empty(),
        Value::Bool(true) | Value::Number(_) | Value::String(_) | Value::Object(_) => false,
    };
    members.into_iter().filter(|(_, value)| !says_nothing(value)).collect()
}
