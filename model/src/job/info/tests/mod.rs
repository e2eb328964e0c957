//! The description of a job, alone.

mod builder;
mod fields;
mod kinds;
mod network;
mod properties;
mod validity;
mod work;

use super::*;

/// A builder of an app that targets this API level.
fn builder(target_sdk: i32) -> JobInfoBuilder {
    let app = BuildingApp::new(Some(crate::Uid(10_123)), target_sdk);
    JobInfoBuilder::new(app, 7, ComponentName::new("com.example", ".Service"))
}

/// What an app that targets this API level gets from these calls.
fn built_for(
    target_sdk: i32,
    calls: impl FnOnce(&mut JobInfoBuilder) -> Result<&mut JobInfoBuilder, InvalidJob>,
) -> Result<JobInfo, InvalidJob> {
    let mut builder = builder(target_sdk);
    calls(&mut builder)?;
    builder.build()
}

/// What an app that targets API level 34 gets from calls that never throw themselves.
fn built(
    calls: impl FnOnce(&mut JobInfoBuilder) -> &mut JobInfoBuilder,
) -> Result<JobInfo, InvalidJob> {
    built_for(34, |builder| Ok(calls(builder)))
}

/// A description with some fields set, as no builder need have made it.
fn job(change: impl FnOnce(&mut JobInfo)) -> JobInfo {
    let mut job = JobInfo::default();
    change(&mut job);
    job
}

/// What validity says of it with both compat changes on.
fn validity_of(change: impl FnOnce(&mut JobInfo)) -> Result<(), InvalidJob> {
    job(change).enforce_validity(ValidityGates::of_target_sdk(34))
}

/// Makes it a user-initiated job that is valid.
fn user_initiated(job: &mut JobInfo) {
    job.flags |= FLAG_USER_INITIATED;
    job.priority = PRIORITY_MAX;
    job.required_network = NetworkRequest::of_type(1, None);
}

/// Makes it an expedited job that is valid.
fn expedited(job: &mut JobInfo) {
    job.flags |= FLAG_EXPEDITED;
    job.priority = PRIORITY_MAX;
}

fn trigger() -> TriggerContentUri {
    TriggerContentUri { uri: "content://com.example/items".into(), flags: 1 }
}

fn one_extra() -> Bundle {
    Bundle::from([("key".to_owned(), BundleValue::Long(1))])
}
