//! Slice `jobinfo`, told: an app schedules what it built, and asks for it again.
//!
//! What the app's own library refuses at once reaches nobody. What `build()` refuses is sent all the
//! same, as an app without that library could: the scheduler checks every description itself.

use jobwarden_model::input::ProcessEvent;
use jobwarden_model::job::call::JobSchedulerCall as Call;
use jobwarden_model::job::info::{BuildingApp, InvalidJob, JobInfoBuilder, ValidityGates};
use jobwarden_model::job::info::{FLAG_EXEMPT_FROM_APP_STANDBY, FLAG_USER_INITIATED};
use jobwarden_model::job::JobInfo;
use jobwarden_model::package::{Change, Event as PackageEvent, PackageDescription};
use jobwarden_model::{Caller, ComponentName, Reply, Uid, UserId};
use serde_json::{json, Value};

use super::stage::{caller, job_service, Stage};
use super::Untold;
use crate::adapter::Adapter;
use crate::vectors::job_description::apply;
use crate::vectors::jobinfo::{described, Input};
use crate::vectors::{differences, Difference, Vector};

const PACKAGE: &str = "p";
const APP_ID: u32 = 10_123;
/// `ActivityManager.PROCESS_STATE_TOP`.
const TOP: i32 = 2;
/// All that a description may ask for.
const PERMISSIONS: &[&str] = &[
    "android.permission.RECEIVE_BOOT_COMPLETED",
    "android.permission.ACCESS_NETWORK_STATE",
    "android.permission.CONNECTIVITY_INTERNAL",
    "android.permission.RUN_USER_INITIATED_JOBS",
];

pub(super) fn tell(vector: &Vector, adapter: &mut dyn Adapter) -> Result<Vec<Difference>, Untold> {
    let input = Input::read(&vector.input).map_err(Untold::NotUnderstood)?;
    let mut stage = Stage::new(adapter);
    let job = build(&input)?;
    let caller = install(&mut stage, &input, &job)?;
    let told = match schedule(&mut stage, caller, &job)?.as_str() {
        "ok" => {
            let call = Call::GetPendingJob { namespace: None, id: job.id };
            let found = match stage.call(caller, call)? {
                Ok(Reply::Job(Some(found))) => described(&found),
                other => json!(format!("{other:?}")),
            };
            json!({"result": "ok", "jobInfo": found})
        }
        refused => json!({"result": "throws", "exception": refused, "where": "build"}),
    };
    let mut told = told;
    if vector.expect.get("resultByGates").is_some() {
        told["resultByGates"] = by_gates(&mut stage, caller, &job)?;
    }
    Ok(differences(&vector.expect, &told))
}

/// The description as the app's library would send it, valid or not.
fn build(input: &Input) -> Result<JobInfo, Untold> {
    let uid = Uid::of(UserId(0), APP_ID);
    let app = BuildingApp::new(Some(uid), input.target_sdk_version);
    let service = ComponentName::new(PACKAGE, ".Service");
    let mut builder = JobInfoBuilder::new(app, input.job_id, service);
    let library = Untold::Inexpressible("the app's own library refuses it");
    for call in &input.calls {
        if apply(&mut builder, call).map_err(Untold::NotUnderstood)?.is_err() {
            return Err(library);
        }
    }
    let lenient = ValidityGates::default();
    match builder.clone().build_with(lenient) {
        Err(InvalidJob::BackoffWhileIdle | InvalidJob::NullExtras) => Err(library),
        Ok(_) | Err(_) => Ok(builder.build_unchecked()),
    }
}

/// The app, allowed to do all that its description asks for, and on top.
fn install(stage: &mut Stage<'_>, input: &Input, job: &JobInfo) -> Result<Caller, Untold> {
    let for_the_system = job.flags & FLAG_EXEMPT_FROM_APP_STANDBY != 0;
    let uid = if for_the_system { Uid::SYSTEM } else { Uid::of(UserId(0), APP_ID) };
    let package = PackageDescription {
        name: PACKAGE.to_owned(),
        app_id: uid.app_id(),
        target_sdk: input.target_sdk_version,
        permissions: PERMISSIONS.iter().map(|&name| name.to_owned()).collect(),
        services: vec![job_service(&job.service.class)],
        ..PackageDescription::default()
    };
    stage.install(package, UserId(0))?;
    if job.flags & FLAG_USER_INITIATED != 0 {
        stage.process(ProcessEvent::UidState { uid, process_state: Some(TOP) })?;
    }
    Ok(caller(uid))
}

/// `ok`, or the exception.
fn schedule(stage: &mut Stage<'_>, caller: Caller, job: &JobInfo) -> Result<String, Untold> {
    let call = Call::Schedule { namespace: None, job: Some(Box::new(job.clone())) };
    Ok(match stage.call(caller, call)? {
        Ok(Reply::Int(1)) => "ok".to_owned(),
        Ok(other) => format!("{other:?}"),
        Err(exception) => exception.class_name().to_owned(),
    })
}

/// The outcome under each setting of the two gates, forced on or off for the app.
fn by_gates(stage: &mut Stage<'_>, caller: Caller, job: &JobInfo) -> Result<Value, Untold> {
    let mut outcomes = Vec::new();
    for (deadlines, estimates) in [(false, false), (false, true), (true, false), (true, true)] {
        for (change, enabled) in [
            (Change::DISALLOW_DEADLINES_FOR_PREFETCH_JOBS, deadlines),
            (Change::REJECT_NEGATIVE_NETWORK_ESTIMATES, estimates),
        ] {
            let package = PACKAGE.to_owned();
            stage.package(PackageEvent::CompatOverridden { package, change, enabled })?;
        }
        outcomes.push(schedule(stage, caller, job)?);
    }
    Ok(json!(outcomes))
}
