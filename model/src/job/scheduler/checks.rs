//! What a call must get past before the scheduler does anything. Rules: JOB-API-010 to JOB-API-052.
//!
//! The order of the checks is the rule: the first that refuses is the one the app hears of.

use std::collections::BTreeMap;

use super::World;
use crate::exception::Exception;
use crate::facts;
use crate::ids::{Caller, Pid, Uid, UserId};
use crate::job::info::{
    JobInfo, JobWorkItem, ValidityGates, FLAG_EXEMPT_FROM_APP_STANDBY, FLAG_WILL_BE_FOREGROUND,
    NETWORK_BYTES_UNKNOWN,
};
use crate::package::{Change, Granted};
use crate::rules::job_api::*;

/// `android.permission.BIND_JOB_SERVICE`.
const BIND_JOB_SERVICE: &str = "android.permission.BIND_JOB_SERVICE";
/// `android.permission.RECEIVE_BOOT_COMPLETED`.
const RECEIVE_BOOT_COMPLETED: &str = "android.permission.RECEIVE_BOOT_COMPLETED";
/// `android.permission.ACCESS_NETWORK_STATE`.
const ACCESS_NETWORK_STATE: &str = "android.permission.ACCESS_NETWORK_STATE";
/// `android.permission.CONNECTIVITY_INTERNAL`.
const CONNECTIVITY_INTERNAL: &str = "android.permission.CONNECTIVITY_INTERNAL";
/// `android.permission.UPDATE_DEVICE_STATS`.
const UPDATE_DEVICE_STATS: &str = "android.permission.UPDATE_DEVICE_STATS";
/// `android.permission.RUN_USER_INITIATED_JOBS`.
pub(in crate::job) const RUN_USER_INITIATED_JOBS: &str =
    "android.permission.RUN_USER_INITIATED_JOBS";

/// The longest namespace, in UTF-16 code units. Rule: JOB-API-052.
const MAX_NAMESPACE_LENGTH: usize = 1000;

/// Outcomes of permission checks, kept until a package event of the uid. Rule: JOB-API-008.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct PermissionCache {
    outcomes: BTreeMap<Uid, BTreeMap<(Option<Pid>, &'static str), bool>>,
}

impl PermissionCache {
    /// `hasPermission`: what was answered first for this uid, process and permission.
    fn holds(&mut self, permission: &'static str, caller: Caller, world: &World<'_>) -> bool {
        let of_uid = self.outcomes.entry(caller.uid).or_default();
        *of_uid.entry((caller.pid, permission)).or_insert_with(|| {
            world.neighbours.check_permission(permission, caller.uid, caller.pid)
                == Granted::Granted
        })
    }

    /// Something about a package of the uid changed.
    pub(super) fn forget_uid(&mut self, uid: Uid) {
        self.outcomes.remove(&uid);
    }

    /// A user is gone.
    pub(super) fn forget_user(&mut self, user: UserId) {
        self.outcomes.retain(|uid, _| uid.user() != user);
    }
}

/// For whom a job is scheduled, as the caller puts it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct OnBehalfOf<'a> {
    /// The package.
    pub package: &'a str,
    /// Its user; -1: none.
    pub user: i32,
}

impl OnBehalfOf<'_> {
    /// The uid of the package, if both are given and it is installed. Rules: JOB-INFO-018, JOB-API-033.
    pub(super) fn uid(&self, world: &World<'_>) -> Option<Uid> {
        world.neighbours.package_uid(self.package, self.user_id())
    }

    /// The user argument. "None" becomes a user that cannot exist: nothing is installed for it.
    pub(super) fn user_id(&self) -> UserId {
        UserId(self.user as u32)
    }
}

/// Refused without an exception: the caller reads `RESULT_FAILURE`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Checked {
    /// Nothing speaks against it.
    Passed,
    /// `RESULT_FAILURE`.
    Failure,
}

/// `scheduleAsPackage` only: the two checks that come before all others. Rule: JOB-API-012.
pub(super) fn enforce_may_schedule_for_others<'a>(
    package: Option<&'a str>,
    caller: Caller,
    world: &mut World<'_>,
) -> Result<&'a str, Exception> {
    let Some(package) = package else {
        world.out.decide(&JOB_API_012, "no package", || facts!(uid = caller.uid));
        return Err(Exception::NullPointer(
            "must specify a package for scheduleAsPackage()".to_owned(),
        ));
    };
    let state = world.neighbours.check_permission(UPDATE_DEVICE_STATS, caller.uid, caller.pid);
    if state != Granted::Granted {
        world.out.decide(&JOB_API_012, "may not schedule for others", || {
            facts!(uid = caller.uid, package = package)
        });
        return Err(Exception::Security(format!(
            "caller uid {} not permitted to schedule jobs for other apps",
            caller.uid
        )));
    }
    Ok(package)
}

/// A description must be there. Rule: JOB-API-014.
pub(super) fn require_job(
    job: Option<Box<JobInfo>>,
    world: &mut World<'_>,
) -> Result<JobInfo, Exception> {
    job.map(|job| *job).ok_or_else(|| {
        world.out.decide(&JOB_API_014, "no description", Vec::new);
        Exception::NullPointer("job is null".to_owned())
    })
}

/// A work item must be there. Rule: JOB-API-011.
pub(super) fn require_work(
    work: Option<Box<JobWorkItem>>,
    world: &mut World<'_>,
) -> Result<JobWorkItem, Exception> {
    work.map(|work| *work).ok_or_else(|| {
        world.out.decide(&JOB_API_011, "no work item", Vec::new);
        Exception::NullPointer("work is null".to_owned())
    })
}

/// `enforceValidJobRequest`: the service and the permissions that its use of the device takes.
pub(super) fn enforce_valid_job_request(
    job: &JobInfo,
    caller: Caller,
    permissions: &mut PermissionCache,
    world: &mut World<'_>,
) -> Result<(), Exception> {
    enforce_service(job, caller, world)?;
    if job.is_persisted && !permissions.holds(RECEIVE_BOOT_COMPLETED, caller, world) {
        world.out.decide(&JOB_API_023, "may not run after a reboot", || facts!(uid = caller.uid));
        return Err(Exception::IllegalArgument(format!(
            "requested job cannot be persisted without holding {RECEIVE_BOOT_COMPLETED} permission"
        )));
    }
    let change = Change::REQUIRE_NETWORK_PERMISSIONS_FOR_CONNECTIVITY_JOBS;
    if job.required_network.is_some()
        && world.neighbours.is_change_enabled(change, caller.uid)
        && !permissions.holds(ACCESS_NETWORK_STATE, caller, world)
    {
        world.out.decide(&JOB_API_024, "may not see networks", || facts!(uid = caller.uid));
        return Err(Exception::Security(format!(
            "{ACCESS_NETWORK_STATE} required for jobs with a connectivity constraint"
        )));
    }
    Ok(())
}

fn enforce_service(job: &JobInfo, caller: Caller, world: &mut World<'_>) -> Result<(), Exception> {
    let component = &job.service;
    let Some(service) = world.neighbours.service_info(component, caller.uid.user()) else {
        world.out.decide(&JOB_API_020, "no such service", || facts!(component = component));
        return Err(Exception::IllegalArgument(format!("no such service {component}")));
    };
    if service.uid != caller.uid {
        world.out.decide(&JOB_API_021, "the service of another uid", || {
            facts!(uid = caller.uid, hosted_by = service.uid)
        });
        return Err(Exception::IllegalArgument(format!(
            "uid {} cannot schedule job in {}",
            caller.uid, component.package
        )));
    }
    if service.permission.as_deref() != Some(BIND_JOB_SERVICE) {
        world.out.decide(&JOB_API_022, "the service is not guarded", || {
            facts!(permission = service.permission)
        });
        return Err(Exception::IllegalArgument(format!(
            "scheduled service {component} does not require {BIND_JOB_SERVICE} permission"
        )));
    }
    Ok(())
}

/// `validateJob`: the description itself, its flags, who may have it, and the work item.
pub(super) fn validate_job(
    job: &JobInfo,
    caller: Caller,
    on_behalf_of: Option<OnBehalfOf<'_>>,
    work: Option<&JobWorkItem>,
    world: &mut World<'_>,
) -> Result<Checked, Exception> {
    let gates = ValidityGates::new(|change| world.neighbours.is_change_enabled(change, caller.uid));
    job.explain_validity(gates, world.out).map_err(|refused| {
        world.out.decide(&JOB_API_030, "not a valid description", || facts!(uid = caller.uid));
        Exception::IllegalArgument(refused.to_string())
    })?;
    enforce_flags(job, caller, world)?;
    if job.is_user_initiated()
        && validate_user_initiated(job, caller, on_behalf_of, world)? == Checked::Failure
    {
        return Ok(Checked::Failure);
    }
    if let Some(work) = work {
        validate_work(job, work, gates, caller, world)?;
    }
    Ok(Checked::Passed)
}

fn enforce_flags(job: &JobInfo, caller: Caller, world: &mut World<'_>) -> Result<(), Exception> {
    if job.flags & FLAG_WILL_BE_FOREGROUND != 0
        && world.neighbours.check_permission(CONNECTIVITY_INTERNAL, caller.uid, caller.pid)
            != Granted::Granted
    {
        world.out.decide(&JOB_API_031, "will-be-foreground refused", || facts!(uid = caller.uid));
        return Err(Exception::Security(format!(
            "uid {} does not hold {CONNECTIVITY_INTERNAL}",
            caller.uid
        )));
    }
    if job.flags & FLAG_EXEMPT_FROM_APP_STANDBY != 0 && caller.uid != Uid::SYSTEM {
        world.out.decide(&JOB_API_032, "exempt-from-standby refused", || facts!(uid = caller.uid));
        return Err(Exception::Security("job has invalid flags".to_owned()));
    }
    Ok(())
}

/// Who must hold the permission, and whose state counts. Rules: JOB-API-033 to JOB-API-035.
fn validate_user_initiated(
    job: &JobInfo,
    caller: Caller,
    on_behalf_of: Option<OnBehalfOf<'_>>,
    world: &mut World<'_>,
) -> Result<Checked, Exception> {
    let calling_package = &*job.service.package;
    let source = on_behalf_of.and_then(|of| of.uid(world).map(|uid| (uid, of.package)));
    let is_caller_too = source == Some((caller.uid, calling_package));
    let mut sufficient = false;
    if let Some((uid, package)) = source {
        if enforce_may_run_user_initiated_jobs(uid, package, world)? == Checked::Failure {
            return Ok(Checked::Failure);
        }
        let pid = caller.pid.filter(|_| is_caller_too);
        sufficient = is_in_state_to_schedule_user_initiated_jobs(uid, pid, package, world);
    }
    if !is_caller_too {
        if enforce_may_run_user_initiated_jobs(caller.uid, calling_package, world)?
            == Checked::Failure
        {
            return Ok(Checked::Failure);
        }
        sufficient = sufficient
            || is_in_state_to_schedule_user_initiated_jobs(
                caller.uid,
                caller.pid,
                calling_package,
                world,
            );
    }
    world.out.decide(&JOB_API_033, "who was checked", || {
        facts!(caller = caller.uid, source = source, is_caller_too = is_caller_too)
    });
    world
        .out
        .decide(&JOB_API_035, "in a state to schedule, or not", || facts!(sufficient = sufficient));
    Ok(if sufficient { Checked::Passed } else { Checked::Failure })
}

/// `validateRunUserInitiatedJobsPermission`. Rule: JOB-API-034.
fn enforce_may_run_user_initiated_jobs(
    uid: Uid,
    package: &str,
    world: &mut World<'_>,
) -> Result<Checked, Exception> {
    let state = world.neighbours.check_run_user_initiated_jobs(uid, package);
    world.out.decide(&JOB_API_034, "permission for user-initiated jobs", || {
        facts!(uid = uid, state = state)
    });
    match state {
        Granted::Granted => Ok(Checked::Passed),
        Granted::SoftDenied => Ok(Checked::Failure),
        Granted::HardDenied => Err(Exception::Security(format!(
            "{RUN_USER_INITIATED_JOBS} required to schedule user-initiated jobs"
        ))),
    }
}

/// `isInStateToScheduleUserInitiatedJobs`. Rules: JOB-SCHED-040, JOB-SCHED-080.
fn is_in_state_to_schedule_user_initiated_jobs(
    uid: Uid,
    pid: Option<Pid>,
    package: &str,
    world: &mut World<'_>,
) -> bool {
    let top = world.neighbours.is_uid_top(uid);
    let sufficient =
        top || world.neighbours.can_schedule_user_initiated_jobs(uid, pid, package, world.out);
    world.out.decide(&crate::rules::job_sched::JOB_SCHED_040, "state of the app", || {
        facts!(uid = uid, pid = pid, top = top, sufficient = sufficient)
    });
    sufficient
}

fn validate_work(
    job: &JobInfo,
    work: &JobWorkItem,
    gates: ValidityGates,
    caller: Caller,
    world: &mut World<'_>,
) -> Result<(), Exception> {
    work.enforce_validity(gates.reject_negative_network_estimates).map_err(|refused| {
        world.out.decide(&JOB_API_036, "not a valid work item", || facts!(refused = refused));
        Exception::IllegalArgument(refused.to_string())
    })?;
    let bytes = [work.download_bytes, work.upload_bytes, work.minimum_chunk_bytes];
    if job.required_network.is_none() && bytes.iter().any(|&b| b != NETWORK_BYTES_UNKNOWN) {
        let change = Change::REQUIRE_NETWORK_CONSTRAINT_FOR_NETWORK_JOB_WORK_ITEMS;
        let refused = world.neighbours.is_change_enabled(change, caller.uid);
        world.out.decide(&JOB_API_037, "work with bytes, job without network", || {
            facts!(refused = refused, bytes = bytes)
        });
        if refused {
            return Err(Exception::IllegalArgument(
                "work item implies network usage but job doesn't specify a network constraint"
                    .to_owned(),
            ));
        }
    }
    if job.is_persisted && work.intent.is_some() {
        world.out.decide(&JOB_API_038, "an intent cannot be persisted", Vec::new);
        return Err(Exception::IllegalArgument(
            "cannot persist work items with intents".to_owned(),
        ));
    }
    Ok(())
}

/// `validateNamespace`: trimmed as Java trims. Rules: JOB-API-051, JOB-API-052.
pub(super) fn validate_namespace(
    namespace: Option<&str>,
    world: &mut World<'_>,
) -> Result<Option<std::sync::Arc<str>>, Exception> {
    let Some(namespace) = namespace else { return Ok(None) };
    let trimmed = namespace.trim_matches(|c: char| c <= ' ');
    if trimmed.is_empty() {
        world.out.decide(&JOB_API_051, "the namespace is empty", Vec::new);
        return Err(Exception::IllegalArgument("namespace cannot be empty".to_owned()));
    }
    let length = trimmed.encode_utf16().count();
    if length > MAX_NAMESPACE_LENGTH {
        world.out.decide(&JOB_API_052, "the namespace is too long", || facts!(length = length));
        return Err(Exception::IllegalArgument(
            "namespace cannot be more than 1000 characters".to_owned(),
        ));
    }
    Ok(Some(trimmed.into()))
}
