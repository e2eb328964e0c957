//! BACKGROUND_NOT_RESTRICTED: who is restricted, and when that is noticed.

use crate::job::scheduler::tests::device::*;
use crate::job::status::InternalFlags;
use crate::job::{Constraints, JobInfo};
use crate::rules::ctrl_bg::*;
use crate::Uid;

type Change = fn(&mut Device);

fn saver(device: &mut Device) {
    device.act(|scheduler, world| scheduler.on_battery_saver(true, world));
}

fn denied(device: &mut Device) {
    device.facts.background_restricted.insert(APP);
    device.act(|scheduler, world| scheduler.on_background_restricted(APP, world));
}

fn active(device: &mut Device) {
    device.act(|scheduler, world| scheduler.on_uid_active(APP, world));
}

fn power_exempt(device: &mut Device) {
    device.facts.power_allowlisted.insert(APP.app_id());
    device.act(|scheduler, world| scheduler.on_power_allowlist_changed(world));
}

fn bucket(device: &mut Device, bucket: i32) {
    device.act(|scheduler, world| scheduler.on_standby_bucket(PACKAGE, APP, bucket, world));
}

/// Job 1 is stored and waits for the device to be idle.
fn stored(info: JobInfo) -> Device {
    let mut device = Device::booted();
    device.schedule(APP, info).expect("accepted");
    device
}

fn restricted(device: &Device) -> bool {
    !device.stored(APP, 1).is_constraint_satisfied(Constraints::BACKGROUND_NOT_RESTRICTED)
}

#[test]
fn ctrl_bg_002_first_match_decides() {
    let nothing: Change = |_| ();
    let exempted: Change = |device| bucket(device, 5);
    let exempted_once: Change = |device| {
        bucket(device, 5);
        bucket(device, 10);
    };
    let rows: [(&str, Change, [bool; 3]); 5] = [
        // Without anything, in battery saver, denied by the user.
        ("nothing", nothing, [false, true, true]),
        ("active", active, [false, false, false]),
        ("power-exempt", power_exempt, [false, false, false]),
        ("exempted by an event", exempted, [false, false, true]),
        ("exempted no longer", exempted_once, [false, true, true]),
    ];
    for (name, exemption, expected) in rows {
        for (obstacle, expected) in [nothing, saver, denied].into_iter().zip(expected) {
            let mut device = stored(waiting(1));
            exemption(&mut device);
            obstacle(&mut device);
            assert_eq!(restricted(&device), expected, "{name}");
        }
    }
    // In the bucket since boot, without an event: not in the set.
    let mut device = Device::booted();
    device.facts.buckets.insert(APP, 5);
    device.schedule(APP, waiting(1)).expect("accepted");
    saver(&mut device);
    assert!(restricted(&device));
    // A job of its own kind: scheduled while its app was active.
    let mut device = Device::booted();
    device.facts.active.insert(APP);
    device.schedule(APP, waiting(1)).expect("accepted");
    device.facts.active.clear();
    let flags = device.stored(APP, 1).internal_flags();
    assert!(flags.intersects(InternalFlags::HAS_FOREGROUND_EXEMPTION));
    saver(&mut device);
    assert!(!restricted(&device));
    denied(&mut device);
    assert!(restricted(&device), "the user comes first");
}

#[test]
fn ctrl_bg_009_which_event_looks_at_which_jobs() {
    let other = |id| JobInfo {
        service: crate::ComponentName::new("com.example.other", ".Service"),
        ..waiting(id)
    };
    let looked_at = |event: Change| {
        let mut device = stored(waiting(1));
        device.schedule(OTHER, other(1)).expect("accepted");
        event(&mut device);
        let looks = device.out.decisions.iter().filter(|it| *it.rule == CTRL_BG_002).count();
        (device.went_by(&CTRL_BG_009), looks)
    };
    assert_eq!(looked_at(saver), (true, 2), "all jobs");
    assert_eq!(looked_at(power_exempt), (true, 2), "all jobs");
    assert_eq!(looked_at(|device| bucket(device, 5)), (true, 2), "all jobs");
    assert_eq!(looked_at(|device| bucket(device, 20)), (false, 0), "not about the set");
    assert_eq!(looked_at(active), (true, 1), "of the uid");
    assert_eq!(looked_at(denied), (true, 1), "of the uid");
    let again: Change = |device| {
        active(device);
        active(device);
    };
    assert_eq!(looked_at(again), (false, 0), "it was active already");
    let tracked: Change = |device| {
        device.schedule(APP, waiting(2)).expect("accepted");
    };
    assert_eq!(looked_at(tracked), (false, 1), "that job, and nobody is told");
    assert_eq!(looked_at(|device| device.cancel(Uid(APP.0), 1)), (false, 0));
}
