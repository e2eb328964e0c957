//! Doze.

use crate::input::Doze;
use crate::job::info::{JobInfo, FLAG_IMPORTANT_WHILE_FOREGROUND};
use crate::job::scheduler::tests::device::*;
use crate::job::Constraints;
use crate::rules::ctrl_doze::*;

fn doze(device: &mut Device, doze: Doze) {
    device.act(|scheduler, world| scheduler.on_doze(doze, world));
}

fn may_run(device: &Device, id: i32) -> bool {
    device.stored(APP, id).is_constraint_satisfied(Constraints::DEVICE_NOT_DOZING)
}

#[test]
fn ctrl_doze_001_light_and_deep_both_count() {
    for depth in [Doze::Light, Doze::Deep] {
        let mut device = Device::booted();
        device.schedule(APP, waiting(1)).expect("accepted");
        assert!(may_run(&device, 1));
        doze(&mut device, depth);
        assert!(!may_run(&device, 1));
    }
}

#[test]
fn ctrl_doze_002_important_jobs_of_active_apps_are_exempt() {
    let mut device = Device::booted();
    let important = JobInfo { flags: FLAG_IMPORTANT_WHILE_FOREGROUND, ..waiting(1) };
    device.schedule(APP, important).expect("accepted");
    doze(&mut device, Doze::Deep);
    assert!(!may_run(&device, 1));
    device.act(|scheduler, world| scheduler.on_uid_active(APP, world));
    assert!(device.went_by(&CTRL_DOZE_002) && may_run(&device, 1));
    device.act(|scheduler, world| scheduler.on_uid_idle(APP, false, world));
    assert!(!may_run(&device, 1));
}

#[test]
fn ctrl_doze_006_a_second_end_within_three_seconds_makes_a_second_pass() {
    let mut device = Device::booted();
    device.schedule(APP, waiting(1)).expect("accepted");
    doze(&mut device, Doze::Light);
    doze(&mut device, Doze::Off);
    assert!(device.went_by(&CTRL_DOZE_006) && !may_run(&device, 1));
    device.advance(2_000);
    doze(&mut device, Doze::Off);
    device.advance(1_000);
    assert!(may_run(&device, 1));
    assert!(device.looper.next_wakeup().uptime.is_some(), "the second pass is yet to come");
    doze(&mut device, Doze::Deep);
    assert!(device.looper.next_wakeup().uptime.is_none(), "entering Doze drops it");
}
