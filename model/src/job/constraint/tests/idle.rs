//! How the device comes to count as idle, and which jobs hear of it.

use crate::job::constraint::IdlenessEvent::{self, *};
use crate::job::scheduler::tests::device::*;
use crate::job::Constraints;
use crate::rules::ctrl_idle::*;
use crate::rules::job_proc::JOB_PROC_012;

/// How long nobody must look at the device.
const THRESHOLD: i64 = 1_860_000;

fn event(device: &mut Device, event: IdlenessEvent) {
    device.act(|scheduler, world| scheduler.on_idleness(event, world));
}

fn is_idle(device: &Device) -> bool {
    device.stored(APP, 1).is_constraint_satisfied(Constraints::IDLE)
}

/// A device with a job that waits for it to be idle, and never starts.
fn device() -> Device {
    let mut device = Device::booted();
    let never =
        crate::job::JobInfo { required_network: user_initiated(1).required_network, ..waiting(1) };
    device.schedule(APP, never).expect("accepted");
    device
}

#[test]
fn ctrl_idle_001_only_jobs_that_require_it_and_from_the_present_value_on() {
    let mut device = Device::booted();
    event(&mut device, ScreenOff);
    device.advance(THRESHOLD);
    device.schedule(APP, job(2)).expect("accepted");
    assert!(!device.went_by(&CTRL_IDLE_001));
    device.schedule(APP, waiting(1)).expect("accepted");
    assert!(device.went_by(&CTRL_IDLE_001) && is_idle(&device));
}

#[test]
fn ctrl_idle_002_every_tracked_job_counts_as_changed() {
    let mut device = device();
    device.act(|scheduler, world| scheduler.on_device_idle(true, world));
    assert!(device.went_by(&CTRL_IDLE_002) && is_idle(&device));
    assert!(device.went_by(&JOB_PROC_012), "the changed list, although the job is not ready");
}

#[test]
fn ctrl_idle_003_the_restricted_bucket_is_idleness_to_wait_for() {
    let mut device = Device::booted();
    let needs_network =
        crate::job::JobInfo { required_network: user_initiated(1).required_network, ..job(1) };
    device.schedule(APP, needs_network).expect("accepted");
    let bucket = |device: &mut Device, bucket| {
        device.act(|scheduler, world| scheduler.on_standby_bucket(PACKAGE, APP, bucket, world));
    };
    bucket(&mut device, 45);
    assert!(device.went_by(&CTRL_IDLE_001));
    device.act(|scheduler, world| scheduler.on_device_idle(true, world));
    assert!(is_idle(&device), "tracked in the bucket");
    bucket(&mut device, 10);
    device.act(|scheduler, world| scheduler.on_device_idle(false, world));
    assert!(is_idle(&device), "not tracked any more: the bit stays as it was");
}

#[test]
fn ctrl_idle_005_idle_after_half_an_hour_without_use() {
    // What happened, how long ago the last of it was, and whether the device is idle then.
    let table: &[(&[IdlenessEvent], i64, bool)] = &[
        (&[], THRESHOLD, false),
        (&[ScreenOff], THRESHOLD - 1, false),
        (&[ScreenOff], THRESHOLD, true),
        (&[DreamStarted], THRESHOLD, true),
        (&[DockIdle], THRESHOLD, true),
        (&[ScreenOff, ScreenOn], THRESHOLD, false),
        (&[DreamStarted, DreamStopped { interactive: true }], THRESHOLD, false),
        (&[DreamStarted, DreamStopped { interactive: false }], THRESHOLD, true),
        (&[DockIdle, DockActive { interactive: true }], THRESHOLD, false),
        (&[DockIdle, DockActive { interactive: false }], THRESHOLD, true),
        (&[ScreenOff, DockActive { interactive: true }], THRESHOLD, true),
        (&[ScreenOff, TriggerIdle], 0, true),
        (&[TriggerIdle], 0, false),
        (&[ScreenOff, TriggerIdle, ScreenOn], 0, false),
        (&[ScreenOff, Projection { active: true }], THRESHOLD, false),
        (&[Projection { active: true }, ScreenOff, TriggerIdle], THRESHOLD, false),
        (&[ScreenOff, TriggerIdle, Projection { active: true }], 0, false),
        (&[Projection { active: true }, ScreenOff, Projection { active: false }], THRESHOLD, true),
    ];
    for &(events, wait, idle) in table {
        let mut device = device();
        for &happened in events {
            event(&mut device, happened);
        }
        device.advance(wait);
        device.act(|_, _| {});
        assert_eq!(is_idle(&device), idle, "{events:?} and {wait} ms");
    }
}

#[test]
fn ctrl_idle_005_each_event_starts_the_wait_anew() {
    let mut device = device();
    event(&mut device, ScreenOff);
    device.advance(THRESHOLD - 1);
    event(&mut device, DreamStarted);
    device.advance(THRESHOLD - 1);
    assert!(!is_idle(&device));
    device.advance(1);
    device.act(|_, _| {});
    assert!(is_idle(&device));
}

#[test]
fn ctrl_idle_007_only_a_change_is_reported() {
    let mut device = device();
    event(&mut device, ScreenOn);
    assert!(device.went_by(&CTRL_IDLE_007) && !device.went_by(&CTRL_IDLE_002));
    event(&mut device, ScreenOff);
    event(&mut device, TriggerIdle);
    assert!(device.went_by(&CTRL_IDLE_002) && !device.went_by(&CTRL_IDLE_007));
    event(&mut device, TriggerIdle);
    assert!(!device.went_by(&CTRL_IDLE_002));
}
