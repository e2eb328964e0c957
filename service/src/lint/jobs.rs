//! Job services and user-initiated jobs, as far as a manifest shows them.

use jobwarden_model::package::Change;
use jobwarden_model::rules::job_api;

use super::{App, Finding, Level};
use jobwarden_manifest::Service;

const BIND_JOB_SERVICE: &str = "android.permission.BIND_JOB_SERVICE";
const RUN_USER_INITIATED_JOBS: &str = "android.permission.RUN_USER_INITIATED_JOBS";
const ACCESS_NETWORK_STATE: &str = "android.permission.ACCESS_NETWORK_STATE";

/// How the names of classes end that extend a job service, by custom.
const JOB_SERVICE_ENDINGS: &[&str] = &["JobService", "JobIntentService"];
/// What the names of classes contain that run user-initiated jobs, by custom.
const USER_INITIATED_MARKS: &[&str] = &["userinitiated", "uidt"];

pub(super) fn check(app: &App<'_>, findings: &mut Vec<Finding>) {
    for service in &app.manifest.services {
        guard(service, findings);
        user_initiated_service(app, service, findings);
    }
    user_initiated_app(app, findings);
}

fn is_guarded(service: &Service) -> bool {
    service.permission.as_deref() == Some(BIND_JOB_SERVICE)
}

/// Rule: JOB-API-022. Nobody but the system calls a job service, so one with an intent filter is none.
fn guard(service: &Service, findings: &mut Vec<Finding>) {
    let by_its_name = JOB_SERVICE_ENDINGS.iter().any(|ending| service.class.ends_with(ending));
    if !by_its_name || is_guarded(service) || service.has_intent_filter {
        return;
    }
    let instead = match &service.permission {
        Some(permission) => format!("is guarded by {permission}"),
        None => "has no permission".to_owned(),
    };
    findings.push(Finding {
        rule: &job_api::JOB_API_022,
        level: Level::Warning,
        place: service.place.clone(),
        message: format!(
            "looks like a job service but {instead}: scheduling a job for it throws \
             IllegalArgumentException"
        ),
        fix: format!("set android:permission=\"{BIND_JOB_SERVICE}\" on the service"),
    });
}

/// Rule: JOB-API-034, where the name of a job service shows what it is for.
fn user_initiated_service(app: &App<'_>, service: &Service, findings: &mut Vec<Finding>) {
    let class = service.class.to_ascii_lowercase();
    let by_its_name = USER_INITIATED_MARKS.iter().any(|mark| class.contains(mark));
    if !by_its_name || !is_guarded(service) || app.requests(RUN_USER_INITIATED_JOBS) {
        return;
    }
    findings.push(Finding {
        rule: &job_api::JOB_API_034,
        level: Level::Warning,
        place: service.place.clone(),
        message: format!(
            "looks like a service for user-initiated jobs: scheduling one throws SecurityException \
             without {RUN_USER_INITIATED_JOBS}"
        ),
        fix: app.how_to_request(RUN_USER_INITIATED_JOBS),
    });
}

/// What an app lacks that asks for user-initiated jobs. Rules: JOB-API-022, JOB-API-024, JOB-VAL-064.
fn user_initiated_app(app: &App<'_>, findings: &mut Vec<Finding>) {
    let mut asked = app.manifest.permissions.iter().filter(|permission| permission.applies());
    let Some(asked) = asked.find(|permission| permission.name == RUN_USER_INITIATED_JOBS) else {
        return;
    };
    let checked = Change::REQUIRE_NETWORK_PERMISSIONS_FOR_CONNECTIVITY_JOBS
        .enabled_for_target_sdk(app.manifest.target_sdk);
    if checked && !app.requests(ACCESS_NETWORK_STATE) {
        findings.push(Finding {
            rule: &job_api::JOB_API_024,
            level: Level::Warning,
            place: asked.place.clone(),
            message: format!(
                "user-initiated jobs require a network, and scheduling a job that does throws \
                 SecurityException without {ACCESS_NETWORK_STATE}"
            ),
            fix: app.how_to_request(ACCESS_NETWORK_STATE),
        });
    }
    if !app.manifest.services.iter().any(is_guarded) {
        findings.push(Finding {
            rule: &job_api::JOB_API_022,
            level: Level::Note,
            place: asked.place.clone(),
            message: format!(
                "asks for user-initiated jobs, but no service is guarded by {BIND_JOB_SERVICE}"
            ),
            fix: "declare the job service, or drop the permission".to_owned(),
        });
    }
}
