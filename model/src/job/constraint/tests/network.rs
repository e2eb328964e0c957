//! What becomes of a running job when its network is not what new jobs would get.

use crate::job::info::NetworkRequest;
use crate::job::scheduler::tests::device::*;
use crate::job::JobInfo;
use crate::rules::ctrl_net::*;

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
