//! What makes the system stop running jobs: Doze, battery saver, heat, lost constraints.

use super::device::*;
use crate::input::{Doze, ThermalStatus};
use crate::job::info::{JobInfo, NetworkRequest};
use crate::process::{Capabilities, ProcState};
use crate::rules::job_stop::*;

/// The regular job 1 works, and has done so for longer than it is guaranteed.
fn in_overtime() -> Device {
    let mut device = Device::booted();
    device.run(APP, job(1));
    device.advance(600_000);
    assert_eq!(device.stops(), [], "nothing competes");
    device
}

#[test]
fn job_stop_016_deep_doze_stops_what_may_not_run_in_it_then_overtime() {
    let mut device = Device::booted();
    device.run(APP, job(1));
    device.run(APP, expedited(2));
    device.act(|scheduler, world| scheduler.on_doze(Doze::Light, world));
    assert_eq!(device.stops(), [], "light Doze does not stop at once");
    device.act(|scheduler, world| scheduler.on_doze(Doze::Deep, world));
    assert!(device.went_by(&JOB_STOP_016));
    assert_eq!(device.stops(), [(4, 4)]);
    let mut device = Device::booted();
    device.run(APP, expedited(2));
    device.advance(180_000);
    device.act(|scheduler, world| scheduler.on_doze(Doze::Deep, world));
    assert_eq!(device.stops(), [(4, 3)], "exempt, but in overtime");
}

#[test]
fn job_stop_017_battery_saver_stops_overtime_only() {
    let mut device = Device::booted();
    device.run(APP, expedited(1));
    device.act(|scheduler, world| scheduler.on_battery_saver(true, world));
    assert_eq!(device.stops(), []);
    let mut device = in_overtime();
    device.act(|scheduler, world| scheduler.on_battery_saver(true, world));
    assert!(device.went_by(&JOB_STOP_017));
    assert_eq!(device.stops(), [(4, 3)]);
}

#[test]
fn job_stop_018_heat_stops_overtime_even_of_apps_in_the_foreground() {
    let foreground = |device: &mut Device| {
        device.act(|scheduler, world| {
            let state = ProcState::ForegroundService;
            scheduler.on_uid_state_changed(APP, state, Capabilities::NONE, world);
        });
    };
    let mut device = in_overtime();
    foreground(&mut device);
    device.act(|scheduler, world| scheduler.on_thermal_status(ThermalStatus::Moderate, world));
    assert!(device.went_by(&JOB_STOP_018));
    assert_eq!(device.stops(), [(4, 5)]);
    // Within the guarantee the full look decides, and it spares the foreground.
    let mut device = Device::booted();
    device.run(APP, job(1));
    foreground(&mut device);
    device.act(|scheduler, world| scheduler.on_thermal_status(ThermalStatus::Severe, world));
    assert_eq!(device.stops(), []);
}

#[test]
fn job_stop_019_a_user_initiated_job_bears_moderate_heat() {
    let mut device = Device::booted();
    device.facts.top.insert(APP);
    let network = network(1);
    device.act(|scheduler, world| scheduler.on_default_network(Some(network), world));
    device.run(APP, user_initiated(1));
    device.act(|scheduler, world| scheduler.on_thermal_status(ThermalStatus::Moderate, world));
    assert_eq!(device.stops(), []);
    device.act(|scheduler, world| scheduler.on_thermal_status(ThermalStatus::Severe, world));
    assert_eq!(device.stops(), [(4, 5)]);
}

#[test]
fn a_network_change_is_told_and_a_loss_stops() {
    let mut device = Device::booted();
    let (first, second) = (network(1), network(2));
    device.act(|scheduler, world| scheduler.on_default_network(Some(first), world));
    let networked = JobInfo { required_network: NetworkRequest::of_type(1, Some(APP)), ..job(1) };
    device.run(APP, networked);
    device.act(|scheduler, world| scheduler.on_default_network(Some(second), world));
    let told = device.effects().iter().any(|effect| {
        matches!(effect, crate::job::effect::JobEffect::NetworkChanged { parameters, .. }
            if parameters.network == Some(2))
    });
    assert!(told);
    device.act(|scheduler, world| scheduler.on_default_network(None, world));
    assert_eq!(device.stops(), [(7, 1)]);
}
