//! Charging and battery not low.

use crate::job::info::JobInfo;
use crate::job::scheduler::tests::device::*;
use crate::job::Constraints;
use crate::process::{Capabilities, ProcState};
use crate::rules::ctrl_batt::*;
use crate::rules::job_proc::{JOB_PROC_011, JOB_PROC_012};

fn charging(id: i32) -> JobInfo {
    JobInfo { constraint_flags: 1, ..job(id) }
}

fn set(device: &mut Device, connected: bool, charging: bool, low: bool) {
    device.act(|scheduler, world| {
        scheduler.on_power_connected(connected, world);
        scheduler.on_charging(charging, world);
        scheduler.on_battery_low(low, world);
    });
}

fn on_top(device: &mut Device, top: bool) {
    let state = if top { ProcState::Top } else { ProcState::CachedEmpty };
    device.act(|scheduler, world| {
        scheduler.on_uid_state_changed(APP, state, Capabilities::NONE, world);
    });
}

fn holds(device: &Device, id: i32) -> bool {
    device.stored(APP, id).is_constraint_satisfied(Constraints::CHARGING)
}

#[test]
fn ctrl_batt_002_only_a_change_is_passed_on() {
    let mut device = Device::booted();
    device.act(|scheduler, world| scheduler.on_charging(false, world));
    assert!(!device.went_by(&CTRL_BATT_010));
    device.act(|scheduler, world| scheduler.on_charging(true, world));
    assert!(device.went_by(&CTRL_BATT_010));
}

#[test]
fn ctrl_batt_004_a_plug_report_that_changes_nothing_is_ignored() {
    let mut device = Device::booted();
    device.act(|scheduler, world| scheduler.on_power_connected(false, world));
    assert!(device.went_by(&CTRL_BATT_004) && !device.went_by(&CTRL_BATT_009));
    device.act(|scheduler, world| scheduler.on_power_connected(true, world));
    assert!(device.went_by(&CTRL_BATT_009));
}

#[test]
fn ctrl_batt_005_which_jobs_are_tracked() {
    for (flags, tracked) in [(0, false), (1, true), (2, true), (4, false), (8, false)] {
        let mut device = Device::booted();
        device.schedule(APP, JobInfo { constraint_flags: flags, ..job(1) }).expect("accepted");
        assert_eq!(device.went_by(&CTRL_BATT_006), tracked, "{flags}");
    }
}

#[test]
fn ctrl_batt_006_the_priority_is_not_looked_at_when_tracking_starts() {
    let mut device = Device::booted();
    on_top(&mut device, true);
    set(&mut device, true, false, false);
    device.schedule(APP, JobInfo { priority: 100, ..charging(1) }).expect("accepted");
    assert!(device.went_by(&CTRL_BATT_006));
    assert_eq!(device.bound().len(), 1);
}

/// The table as the specification prints it: connected, charging, not low, top and priority >= 300.
#[test]
fn ctrl_batt_012_decision_table() {
    let table = [
        ([0, 0, 0, 0], false),
        ([0, 0, 1, 1], false),
        ([1, 0, 0, 0], false),
        ([1, 0, 1, 1], true),
        ([1, 1, 0, 0], false),
        ([1, 1, 0, 1], true),
        ([1, 1, 1, 0], true),
        ([0, 1, 0, 0], false),
        ([0, 1, 1, 0], true),
        ([0, 1, 1, 1], false),
    ];
    for (row, satisfied) in table {
        let [connected, is_charging, not_low, top] = row.map(|bit| bit == 1);
        let mut device = Device::booted();
        // Idleness is required, too, so that the job does not start.
        device.schedule(APP, JobInfo { constraint_flags: 5, ..job(1) }).expect("accepted");
        on_top(&mut device, top);
        set(&mut device, connected, is_charging, !not_low);
        assert_eq!(holds(&device, 1), satisfied, "{row:?}");
    }
}

#[test]
fn ctrl_batt_007_a_low_priority_is_not_exempt_when_looked_at_again() {
    for (priority, satisfied) in [(300, true), (200, false)] {
        let mut device = Device::booted();
        on_top(&mut device, true);
        let waiting = JobInfo { constraint_flags: 5, priority, ..job(1) };
        device.schedule(APP, waiting).expect("accepted");
        set(&mut device, true, false, false);
        assert_eq!(device.went_by(&CTRL_BATT_007), !satisfied);
        assert_eq!(holds(&device, 1), satisfied);
    }
}

#[test]
fn ctrl_batt_008_a_job_started_on_top_stays_exempt() {
    let mut device = Device::booted();
    on_top(&mut device, true);
    set(&mut device, true, false, false);
    device.run(APP, charging(1));
    on_top(&mut device, false);
    assert!(device.went_by(&CTRL_BATT_008));
    assert!(holds(&device, 1));
    assert_eq!(device.stops(), []);
}

#[test]
fn ctrl_batt_009_greedy_unless_the_battery_is_low() {
    let mut device = Device::booted();
    set(&mut device, true, true, false);
    device.run(APP, charging(1));
    device.act(|scheduler, world| scheduler.on_charging(false, world));
    assert!(device.went_by(&JOB_PROC_011), "also when a bit was lost");
    assert_eq!(device.stops(), [(6, 1)]);
    let mut device = Device::booted();
    set(&mut device, true, true, false);
    device.run(APP, charging(1));
    device.act(|scheduler, world| scheduler.on_battery_low(true, world));
    assert!(device.went_by(&JOB_PROC_012) && !device.went_by(&JOB_PROC_011));
    assert_eq!(device.stops(), [(6, 1)]);
}

#[test]
fn ctrl_batt_010_any_app_on_top_has_all_jobs_looked_at() {
    let mut device = Device::booted();
    device.act(|scheduler, world| {
        scheduler.on_uid_state_changed(OTHER, ProcState::Top, Capabilities::NONE, world);
    });
    assert!(device.went_by(&CTRL_BATT_009));
    device.act(|scheduler, world| {
        let state = ProcState::ForegroundService;
        scheduler.on_uid_state_changed(APP, state, Capabilities::NONE, world);
    });
    assert!(!device.went_by(&CTRL_BATT_009));
}

#[test]
fn ctrl_batt_013_user_initiated_jobs_are_not_exempt() {
    let mut device = Device::booted();
    device.facts.top.insert(APP);
    let network = network(1);
    device.act(|scheduler, world| scheduler.on_default_network(Some(network), world));
    set(&mut device, true, true, false);
    device.run(APP, JobInfo { constraint_flags: 1, ..user_initiated(1) });
    device.act(|scheduler, world| scheduler.on_charging(false, world));
    assert_eq!(device.stops(), [(6, 1)]);
}
