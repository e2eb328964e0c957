//! What an app is told: why its job was stopped, and why it does not run.

use super::*;
use crate::job::info::CONSTRAINT_FLAG_CHARGING;
use crate::job::reason::PendingJobReason;

/// A job that requires everything an app can require.
fn demanding(job: &mut JobInfo) {
    job.constraint_flags = 15;
    job.flags = FLAG_PREFETCH;
    needs_network(job);
    job.trigger_content_uris = Some(Vec::new());
    job.preferred_constraint_flags = 1 << 4;
    job.has_early_constraint = true;
    job.min_latency_millis = 1;
}

/// The order of JOB-READY-081, with the reason of a job that requires the constraint.
const IN_ORDER: [(Constraints, PendingJobReason); 13] = [
    (Constraints::BACKGROUND_NOT_RESTRICTED, PendingJobReason::DeviceState),
    (Constraints::BATTERY_NOT_LOW, PendingJobReason::ConstraintBatteryNotLow),
    (Constraints::CHARGING, PendingJobReason::ConstraintCharging),
    (Constraints::CONNECTIVITY, PendingJobReason::ConstraintConnectivity),
    (Constraints::CONTENT_TRIGGER, PendingJobReason::ConstraintContentTrigger),
    (Constraints::DEVICE_NOT_DOZING, PendingJobReason::DeviceState),
    (Constraints::FLEXIBLE, PendingJobReason::JobSchedulerOptimization),
    (Constraints::IDLE, PendingJobReason::ConstraintDeviceIdle),
    (Constraints::PREFETCH, PendingJobReason::ConstraintPrefetch),
    (Constraints::STORAGE_NOT_LOW, PendingJobReason::ConstraintStorageNotLow),
    (Constraints::TARE_WEALTH, PendingJobReason::Quota),
    (Constraints::TIMING_DELAY, PendingJobReason::ConstraintMinimumLatency),
    (Constraints::WITHIN_QUOTA, PendingJobReason::Quota),
];

#[test]
fn job_ready_081_the_first_unsatisfied_constraint_is_the_reason() {
    let mut status = record(demanding);
    status.service_process_name = Some("com.example".into());
    for (constraint, reason) in IN_ORDER {
        assert_eq!(status.pending_job_reason(), reason, "{constraint}");
        assert!(status.set_constraint_satisfied(constraint, NOW, true));
    }
    assert_eq!(status.pending_job_reason(), PendingJobReason::App, "the test is inverted");
    status.service_process_name = None;
    assert_eq!(status.pending_job_reason(), PendingJobReason::Undefined);
}

#[test]
fn job_ready_081_what_the_bucket_imposes_is_app_standby() {
    let mut status = record_in(StandbyBucket::Restricted, |_| ());
    satisfy_implicit(&mut status);
    for imposed in [Constraints::BATTERY_NOT_LOW, Constraints::CHARGING, Constraints::IDLE] {
        assert_eq!(status.pending_job_reason(), PendingJobReason::AppStandby);
        status.set_constraint_satisfied(imposed, NOW, true);
    }
    let mut restricted = record(|_| ());
    restricted.set_background_not_restricted_constraint_satisfied(NOW, false, true);
    assert_eq!(restricted.pending_job_reason(), PendingJobReason::BackgroundRestriction);
}

#[test]
fn job_ready_083_never_is_a_reason_only_where_nothing_else_is() {
    let mut status = record_in(StandbyBucket::Never, |_| ());
    satisfy_implicit(&mut status);
    assert_eq!(status.pending_job_reason(), PendingJobReason::User);
    status.set_quota_constraint_satisfied(NOW, false);
    assert_eq!(status.pending_job_reason(), PendingJobReason::Quota);
    status.set_quota_constraint_satisfied(NOW, true);
    status.set_uid_active(true);
    assert_eq!(status.pending_job_reason(), PendingJobReason::App, "its app is active");
}

/// The stop reason after this constraint is lost by a ready job.
fn stop_reason(status: &JobStatus, constraint: Constraints) -> StopReason {
    let mut status = status.clone();
    assert!(status.is_ready());
    status.set_constraint_satisfied(constraint, NOW, false);
    assert!(!status.is_ready());
    status.stop_reason()
}

#[test]
fn ctrl_gen_005_the_lost_constraint_is_the_stop_reason() {
    let mut status = record(demanding);
    satisfy_implicit(&mut status);
    for (constraint, _) in IN_ORDER {
        status.set_constraint_satisfied(constraint, NOW, true);
    }
    let table = [
        (Constraints::BATTERY_NOT_LOW, StopReason::ConstraintBatteryNotLow),
        (Constraints::CHARGING, StopReason::ConstraintCharging),
        (Constraints::CONNECTIVITY, StopReason::ConstraintConnectivity),
        (Constraints::IDLE, StopReason::ConstraintDeviceIdle),
        (Constraints::STORAGE_NOT_LOW, StopReason::ConstraintStorageNotLow),
        (Constraints::BACKGROUND_NOT_RESTRICTED, StopReason::DeviceState),
        (Constraints::DEVICE_NOT_DOZING, StopReason::DeviceState),
        (Constraints::PREFETCH, StopReason::EstimatedAppLaunchTimeChanged),
        (Constraints::TARE_WEALTH, StopReason::Quota),
        (Constraints::WITHIN_QUOTA, StopReason::Quota),
        (Constraints::CONTENT_TRIGGER, StopReason::Undefined),
        (Constraints::TIMING_DELAY, StopReason::Undefined),
    ];
    for (constraint, reason) in table {
        assert_eq!(stop_reason(&status, constraint), reason, "{constraint}");
    }
    status.set_background_not_restricted_constraint_satisfied(NOW, true, true);
    let by_user = stop_reason(&status, Constraints::BACKGROUND_NOT_RESTRICTED);
    assert_eq!(by_user, StopReason::BackgroundRestriction);
}

#[test]
fn ctrl_gen_005_an_imposed_constraint_stops_with_app_standby() {
    let mut status = record_in(StandbyBucket::Restricted, |_| ());
    satisfy_implicit(&mut status);
    let imposed = [Constraints::BATTERY_NOT_LOW, Constraints::CHARGING, Constraints::IDLE];
    for constraint in imposed {
        status.set_constraint_satisfied(constraint, NOW, true);
    }
    status.set_quota_constraint_satisfied(NOW, false);
    for constraint in imposed {
        assert_eq!(stop_reason(&status, constraint), StopReason::AppStandby);
    }
}

#[test]
fn ctrl_gen_005_losing_expedited_approval_is_quota() {
    let mut status = ready(expedited);
    approve_expedited(&mut status);
    status.set_quota_constraint_satisfied(NOW, false);
    assert!(status.is_ready());
    status.set_expedited_job_quota_approved(NOW, false);
    assert!(!status.is_ready());
    assert_eq!(status.stop_reason(), StopReason::Quota);
    status.set_expedited_job_quota_approved(NOW, true);
    assert_eq!(status.stop_reason(), StopReason::Undefined);
}

#[test]
fn ctrl_gen_006_an_optional_constraint_is_no_reason() {
    let mut status = ready(|job| job.constraint_flags = CONSTRAINT_FLAG_CHARGING);
    assert_eq!(status.pending_job_reason(), PendingJobReason::ConstraintCharging);
    status.set_constraint_satisfied(Constraints::CHARGING, NOW, true);
    assert_eq!(status.pending_job_reason(), PendingJobReason::App);
    status.set_constraint_satisfied(Constraints::STORAGE_NOT_LOW, NOW, true);
    status.set_constraint_satisfied(Constraints::STORAGE_NOT_LOW, NOW, false);
    assert_eq!(status.pending_job_reason(), PendingJobReason::App);
}
