//! Heat.

use super::*;
use crate::ids::Uid;
use crate::job::info::{
    JobInfo, NetworkRequest, FLAG_EXPEDITED, FLAG_USER_INITIATED, PRIORITY_DEFAULT, PRIORITY_MAX,
};
use crate::job::status::{InternalFlags, Lifetime, Origin};
use crate::job::RecordId;
use crate::time::Elapsed;
use ThermalStatus::{Critical, Emergency, Light, Moderate, None as Cool, Severe, Shutdown};

const NOW: Elapsed = Elapsed(1);
const ALL: [ThermalStatus; 7] = [Cool, Light, Moderate, Severe, Critical, Emergency, Shutdown];

fn job_with(flags: i32, priority: i32, attempts: (i32, i32)) -> JobStatus {
    let network = (flags == FLAG_USER_INITIATED).then(|| NetworkRequest::of_type(1, None));
    let required_network = network.flatten();
    let job = JobInfo { flags, priority, required_network, ..JobInfo::default() };
    let lifetime =
        Lifetime { num_failures: attempts.0, num_system_stops: attempts.1, ..Lifetime::default() };
    JobStatus::new(job, Origin::own(RecordId(1), Uid(10_123)), lifetime)
}

fn expedited(attempts: (i32, i32), approved: bool) -> JobStatus {
    let mut job = job_with(FLAG_EXPEDITED, PRIORITY_MAX, attempts);
    job.set_expedited_job_quota_approved(NOW, approved);
    job.set_expedited_job_tare_approved(NOW, approved);
    job
}

/// Restricted when not running, within the guarantee, in overtime.
fn row(job: &JobStatus, status: ThermalStatus) -> [bool; 3] {
    let mut restriction = ThermalStatusRestriction::default();
    restriction.set_status(status, &mut Output::new());
    [Execution::NotRunning, Execution::WithinGuarantee, Execution::Overtime]
        .map(|execution| restriction.is_job_restricted(job, execution, &mut Output::new()))
}

#[test]
fn ctrl_thermal_001_a_restriction_carries_these_codes() {
    assert_eq!(THERMAL.stop_reason.code(), 4);
    assert_eq!(THERMAL.internal_stop_reason.code(), 5);
    assert_eq!(THERMAL.pending_reason.code(), 12);
    assert_eq!(ThermalStatusRestriction::default().status(), Cool);
}

#[test]
fn ctrl_thermal_002_the_hotter_the_fewer() {
    const NEVER: [bool; 3] = [false; 3];
    const ALWAYS: [bool; 3] = [true; 3];
    let table = [
        (job_with(FLAG_USER_INITIATED, PRIORITY_MAX, (0, 0)), NEVER, NEVER),
        (expedited((0, 0), true), NEVER, [false, false, true]),
        (expedited((1, 0), true), NEVER, ALWAYS),
        (expedited((0, 1), true), NEVER, ALWAYS),
        (expedited((0, 0), false), NEVER, ALWAYS),
        (job_with(0, PRIORITY_HIGH, (0, 0)), NEVER, [true, false, true]),
        (job_with(0, PRIORITY_DEFAULT, (0, 0)), NEVER, ALWAYS),
        (job_with(0, PRIORITY_LOW, (0, 0)), [true, false, true], ALWAYS),
        (job_with(0, PRIORITY_MIN, (0, 0)), ALWAYS, ALWAYS),
    ];
    for (index, (job, light, moderate)) in table.iter().enumerate() {
        assert_eq!(row(job, Cool), NEVER, "row {index}");
        assert_eq!(row(job, Light), *light, "row {index}");
        assert_eq!(row(job, Moderate), *moderate, "row {index}");
        for hot in [Severe, Critical, Emergency, Shutdown] {
            assert_eq!(row(job, hot), ALWAYS, "row {index}");
        }
    }
}

#[test]
fn job_ready_051_the_decision_names_the_matrix() {
    let mut restriction = ThermalStatusRestriction::default();
    restriction.set_status(Severe, &mut Output::new());
    let mut out = Output::tracing();
    let job = job_with(0, PRIORITY_DEFAULT, (0, 0));
    assert!(restriction.is_job_restricted(&job, Execution::NotRunning, &mut out));
    assert_eq!(out.decisions[0].rule.id, "CTRL-THERMAL-002");
}

#[test]
fn ctrl_thermal_003_a_demoted_user_initiated_job_counts_as_high() {
    let mut demoted = job_with(FLAG_USER_INITIATED, PRIORITY_MAX, (0, 0));
    demoted.add_internal_flags(InternalFlags::DEMOTED_BY_USER);
    assert_eq!(row(&demoted, Moderate), [true, false, true]);
    let failed = expedited((2, 0), false);
    assert_eq!(row(&failed, Moderate), [true, false, true], "two failures make it high");
}

#[test]
fn ctrl_thermal_004_only_some_changes_are_looked_at() {
    for old in ALL {
        for new in ALL {
            let mut restriction = ThermalStatusRestriction::default();
            restriction.set_status(old, &mut Output::new());
            let change = restriction.set_status(new, &mut Output::new());
            let (from, to) = (old as i32, new as i32);
            let significant =
                (1..=3).contains(&to) || (from >= 1 && to < 1) || (from < 3 && to > 3);
            let expected =
                significant.then_some(SignificantChange { stop_overtime_jobs: to > from });
            assert_eq!(change, expected, "{old:?} to {new:?}");
            assert_eq!(restriction.status(), new);
        }
    }
}

#[test]
fn job_ready_054_from_severe_to_critical_nothing_happens() {
    let mut restriction = ThermalStatusRestriction::default();
    assert!(restriction.set_status(Severe, &mut Output::new()).is_some());
    assert_eq!(restriction.set_status(Critical, &mut Output::new()), None);
    let cooler = restriction.set_status(Severe, &mut Output::new());
    assert_eq!(cooler, Some(SignificantChange { stop_overtime_jobs: false }));
}

#[test]
fn ctrl_thermal_005_a_foreground_service_is_never_restricted() {
    let mut restriction = ThermalStatusRestriction::default();
    restriction.set_status(Shutdown, &mut Output::new());
    let job = job_with(0, PRIORITY_MIN, (0, 0));
    let check = |bias| {
        let mut out = Output::tracing();
        let restricted = restriction.check_if_restricted(&job, bias, Execution::Overtime, &mut out);
        (restricted, out.decisions[0].rule.id)
    };
    assert_eq!(check(35), (None, "CTRL-THERMAL-005"));
    assert_eq!(check(34), (Some(THERMAL), "CTRL-THERMAL-002"));
}

#[test]
fn job_ready_050_there_is_no_restriction_on_a_cool_device() {
    let restriction = ThermalStatusRestriction::default();
    let job = job_with(0, PRIORITY_MIN, (9, 9));
    let out = &mut Output::new();
    assert_eq!(restriction.check_if_restricted(&job, 0, Execution::NotRunning, out), None);
}

#[test]
fn ctrl_thermal_008_a_job_stopped_for_heat_is_blocked_when_it_retries() {
    use crate::job::reschedule::{reschedule_for_failure, Ending};
    let ending = Ending {
        stop_reason: THERMAL.stop_reason,
        internal_stop_reason: THERMAL.internal_stop_reason,
    };
    let stopped = expedited((0, 0), true);
    assert!(!row(&stopped, Moderate)[0]);
    let mut retry = reschedule_for_failure(
        &stopped,
        ending,
        stopped.origin_for(RecordId(2)),
        &crate::job::constants::Constants::android_14(),
        crate::time::Now::default(),
        &mut Output::new(),
    )
    .unwrap();
    assert_eq!((retry.num_failures(), retry.num_system_stops()), (0, 1));
    retry.set_expedited_job_quota_approved(NOW, true);
    retry.set_expedited_job_tare_approved(NOW, true);
    assert!(row(&retry, Moderate)[0]);
}
