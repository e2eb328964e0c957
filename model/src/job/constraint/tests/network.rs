//! What becomes of a running job when its network is not what new jobs would get.

use crate::device_config::DeviceConfig;
use crate::input::NetworkFacts;
use crate::job::info::NetworkRequest;
use crate::job::scheduler::tests::device::*;
use crate::job::JobInfo;
use crate::rules::ctrl_net::*;

/// Milliseconds of an hour.
const HOUR: i64 = 3_600_000;

#[test]
fn job_time_030_the_transfer_is_reckoned_over_the_network_that_the_job_was_assigned() {
    let guarantee = |kbps: i32, bytes: i64, estimates: &str| {
        let mut device = Device::booted();
        device.facts.may_schedule_user_initiated.insert(APP);
        let mut config = DeviceConfig::default();
        config.0.insert("runtime_use_data_estimates_for_limits".to_owned(), estimates.to_owned());
        device.scheduler.on_config_changed(&config).expect("no window is negative");
        let network = NetworkFacts { down_kbps: kbps, ..network(1) };
        device.act(|scheduler, world| scheduler.on_default_network(Some(network), world));
        device.run(APP, JobInfo { network_download_bytes: bytes, ..user_initiated(1) });
        let manager = device.scheduler.manager();
        let slot = manager.active_slots().first().expect("it runs");
        let view = manager.execution().view(*slot).expect("it runs");
        view.earliest_stop.since(device.now.elapsed)
    };
    // 45 GB at 20 Mbit/s take five hours, which with the margin of 1.35 are six and three quarters.
    assert_eq!(guarantee(20_000, 45_000_000_000, "true"), 6 * HOUR + 3 * HOUR / 4);
    assert_eq!(guarantee(20_000, 45_000_000_000, "false"), 6 * HOUR, "estimates do not count");
    assert_eq!(guarantee(20_000, 45_000_000, "true"), 6 * HOUR, "never less than without");
    assert_eq!(guarantee(20, 45_000_000_000, "true"), 12 * HOUR, "never more than the limit");
    assert_eq!(guarantee(0, 45_000_000_000, "true"), 6 * HOUR, "no bandwidth is known");
    assert_eq!(guarantee(20_000, -1, "true"), 6 * HOUR, "no size is known");
}

/// `BLOCKED_REASON_RESTRICTED_MODE`: no job may bypass it.
const RESTRICTED_MODE: u32 = 8;

#[test]
fn ctrl_net_025_a_running_job_keeps_a_network_that_is_still_good_enough() {
    let mut device = Device::booted();
    device.act(|scheduler, world| scheduler.on_default_network(Some(network(1)), world));
    let needs_network =
        |id| JobInfo { required_network: NetworkRequest::of_type(1, Some(APP)), ..job(id) };
    device.run(APP, needs_network(1));
    device.act(|scheduler, world| scheduler.on_network_blocked(APP, RESTRICTED_MODE, world));
    assert!(device.went_by(&CTRL_NET_025));
    assert_eq!(device.stops(), []);
    assert_eq!(device.stored(APP, 1).network, Some(1));
    device.schedule(APP, needs_network(2)).expect("accepted");
    assert!(device.bound().is_empty(), "a new job gets no network");
    device.act(|scheduler, world| scheduler.on_default_network(None, world));
    assert!(!device.went_by(&CTRL_NET_025));
    assert_eq!(device.stops().len(), 1, "the network is gone");
}
