//! Building the job that a scenario describes, as an app would with `JobInfo.Builder`.
//!
//! What only the app's side checks is thrown here. What the scheduler checks again is sent to it as
//! it is, so that an implementation has to refuse it by itself.

use jobwarden_model::job::info::{
    BuildingApp, Bundle, BundleValue, ClipData, InvalidJob, JobInfo, JobInfoBuilder,
    TriggerContentUri,
};
use jobwarden_model::{ComponentName, Exception};
use std::collections::BTreeMap;

use super::super::job_spec::{JobSpec, NameOrNumber};
use super::super::name;
use super::{Cast, NoInput};

impl Cast {
    /// The description, if the app's side accepts it.
    pub(super) fn job(&self, package: &str, spec: &JobSpec) -> Result<Box<JobInfo>, NoInput> {
        let (uid, target_sdk, first) = match self.packages.get(package) {
            Some(known) => {
                let declared = &known.description;
                let first = declared.services.first().map(|service| service.class.as_str());
                (known.uid(), declared.target_sdk, first)
            }
            None => return Err(format!("`{package}` is not installed").into()),
        };
        let class = spec.service.as_deref().or(first);
        let class = class.ok_or_else(|| format!("`{package}` has no service to run a job"))?;
        let app = BuildingApp::new(Some(uid), target_sdk);
        let service = ComponentName::new(package, class);
        let mut builder = JobInfoBuilder::new(app, spec.id, service);
        call_setters(&mut builder, spec)?;
        match builder.clone().build() {
            Err(error) if error.is_checked_by_the_app_alone() => Err(thrown(error)),
            Ok(_) | Err(_) => Ok(Box::new(builder.build_unchecked())),
        }
    }
}

fn thrown(error: InvalidJob) -> NoInput {
    NoInput::Thrown(Exception::from(error))
}

fn call_setters(builder: &mut JobInfoBuilder, spec: &JobSpec) -> Result<(), NoInput> {
    type Setter = fn(&mut JobInfoBuilder, bool) -> &mut JobInfoBuilder;
    let switches: [(Option<bool>, Setter); 12] = [
        (spec.expedited, JobInfoBuilder::set_expedited),
        (spec.user_initiated, JobInfoBuilder::set_user_initiated),
        (spec.prefetch, JobInfoBuilder::set_prefetch),
        (spec.important_while_foreground, JobInfoBuilder::set_important_while_foreground),
        (spec.requires_charging, JobInfoBuilder::set_requires_charging),
        (spec.requires_battery_not_low, JobInfoBuilder::set_requires_battery_not_low),
        (spec.requires_storage_not_low, JobInfoBuilder::set_requires_storage_not_low),
        (spec.requires_device_idle, JobInfoBuilder::set_requires_device_idle),
        (spec.prefers_charging, JobInfoBuilder::set_prefers_charging),
        (spec.prefers_battery_not_low, JobInfoBuilder::set_prefers_battery_not_low),
        (spec.prefers_device_idle, JobInfoBuilder::set_prefers_device_idle),
        (spec.persisted, JobInfoBuilder::set_persisted),
    ];
    for (set, setter) in switches {
        if let Some(value) = set {
            setter(builder, value);
        }
    }
    set_times(builder, spec)?;
    set_network(builder, spec)?;
    set_content(builder, spec);
    if let Some(priority) = &spec.priority {
        let priority = match priority {
            NameOrNumber::Name(text) => named(text)?,
            NameOrNumber::Number(number) => *number,
        };
        builder.set_priority(priority).map_err(thrown)?;
    }
    if let Some(flags) = spec.flags {
        builder.set_flags(flags);
    }
    Ok(())
}

fn set_times(builder: &mut JobInfoBuilder, spec: &JobSpec) -> Result<(), NoInput> {
    if let Some(millis) = spec.minimum_latency {
        builder.set_minimum_latency(millis.0);
    }
    if let Some(millis) = spec.override_deadline {
        builder.set_override_deadline(millis.0);
    }
    match (spec.periodic, spec.flex) {
        (Some(interval), Some(flex)) => {
            builder.set_periodic_with_flex(interval.0, flex.0);
        }
        (Some(interval), None) => {
            builder.set_periodic(interval.0);
        }
        (None, Some(_)) => return Err("`flex` needs `periodic`".to_owned().into()),
        (None, None) => {}
    }
    if let Some(backoff) = &spec.backoff {
        builder.set_backoff_criteria(backoff.initial.0, named(&backoff.policy)?);
    }
    Ok(())
}

fn set_network(builder: &mut JobInfoBuilder, spec: &JobSpec) -> Result<(), NoInput> {
    if let Some(network_type) = &spec.required_network_type {
        builder.set_required_network_type(named(network_type)?);
    }
    if spec.estimated_download.is_some() || spec.estimated_upload.is_some() {
        let bytes = |size: Option<super::super::Bytes>| size.map_or(-1, |bytes| bytes.0);
        builder.set_estimated_network_bytes(
            bytes(spec.estimated_download),
            bytes(spec.estimated_upload),
        );
    }
    if let Some(chunk) = spec.minimum_chunk {
        builder.set_minimum_network_chunk_bytes(chunk.0).map_err(thrown)?;
    }
    Ok(())
}

fn set_content(builder: &mut JobInfoBuilder, spec: &JobSpec) {
    for uri in &spec.trigger_content_uris {
        builder.add_trigger_content_uri(TriggerContentUri { uri: uri.as_str().into(), flags: 0 });
    }
    if !spec.extras.is_empty() {
        builder.set_extras(Some(bundle(&spec.extras)));
    }
    if !spec.transient_extras.is_empty() {
        builder.set_transient_extras(Some(bundle(&spec.transient_extras)));
    }
    if !spec.clip_data.is_empty() {
        builder.set_clip_data(Some(ClipData { uris: spec.clip_data.clone() }), 0);
    }
}

fn bundle(entries: &BTreeMap<String, i64>) -> Bundle {
    entries.iter().map(|(key, &value)| (key.clone(), BundleValue::Long(value))).collect()
}

fn named(text: &str) -> Result<i32, NoInput> {
    name::number(text)
        .ok_or_else(|| NoInput::Scenario(format!("`{text}` is no constant that scenarios know")))
}
