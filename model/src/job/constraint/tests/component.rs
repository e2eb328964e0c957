//! Whether the service is there.

use crate::ids::UserId;
use crate::job::scheduler::tests::device::*;
use crate::job::scheduler::{PackageEvent, UserEvent};
use crate::rules::ctrl_comp::*;

fn event(device: &mut Device, event: PackageEvent) {
    device.act(|scheduler, world| scheduler.on_package_event(event, PACKAGE, APP, world));
}

fn process(device: &Device) -> Option<String> {
    device.stored(APP, 1).service_process_name.as_deref().map(str::to_owned)
}

#[test]
fn ctrl_comp_001_the_process_of_the_service_in_the_callers_user() {
    let mut device = Device::booted();
    device.schedule(APP, waiting(1)).expect("accepted");
    assert!(device.went_by(&CTRL_COMP_001));
    assert_eq!(process(&device).as_deref(), Some(PACKAGE));
    // A locked user reaches direct-boot aware services only.
    let mut device = Device::booted();
    device.facts.users.clear();
    device.schedule(APP, job(1)).expect("accepted");
    assert_eq!((process(&device), device.bound().len()), (None, 0));
}

#[test]
fn ctrl_comp_002_a_look_up_is_kept() {
    let mut device = Device::booted();
    device.schedule(APP, waiting(1)).expect("accepted");
    let key = (job(1).service, UserId(0));
    device.facts.services.get_mut(&key).expect("declared").process_name = "other".to_owned();
    device.schedule(APP, waiting(1)).expect("accepted");
    assert_eq!(process(&device).as_deref(), Some(PACKAGE), "not asked again");
}

#[test]
fn ctrl_comp_003_events_that_look_again() {
    for what in [PackageEvent::ComponentsChanged, PackageEvent::Replaced] {
        let mut device = Device::booted();
        device.schedule(APP, waiting(1)).expect("accepted");
        device.facts.services.clear();
        event(&mut device, what);
        assert!(device.went_by(&CTRL_COMP_003), "{what:?}");
        assert_eq!(process(&device), None, "{what:?}");
    }
    let mut device = Device::booted();
    device.schedule(APP, waiting(1)).expect("accepted");
    device.facts.users.clear();
    let user = UserId(0);
    device.act(|scheduler, world| scheduler.on_user_event(UserEvent::Stopped, user, world));
    assert_eq!(process(&device), None);
}

#[test]
fn ctrl_comp_004_a_fresh_install_does_nothing() {
    let mut device = Device::booted();
    device.schedule(APP, waiting(1)).expect("accepted");
    device.facts.services.clear();
    event(&mut device, PackageEvent::Added);
    assert!(!device.went_by(&CTRL_COMP_003));
    assert_eq!(process(&device).as_deref(), Some(PACKAGE));
}

#[test]
fn ctrl_comp_006_a_missing_component_gives_no_reason() {
    let mut device = Device::booted();
    device.facts.users.clear();
    device.schedule(APP, job(1)).expect("accepted");
    assert_eq!(device.reason(APP, 1), 0);
}
