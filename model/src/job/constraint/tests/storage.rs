//! Storage not low.

use crate::job::info::JobInfo;
use crate::job::scheduler::tests::device::*;
use crate::job::Constraints;
use crate::rules::ctrl_stor::*;
use crate::rules::job_proc::{JOB_PROC_011, JOB_PROC_012};

fn needy(id: i32) -> JobInfo {
    JobInfo { constraint_flags: 8, ..job(id) }
}

fn low(device: &mut Device, low: bool) {
    device.act(|scheduler, world| scheduler.on_storage_low(low, world));
}

#[test]
fn ctrl_stor_001_storage_is_not_low_until_reported() {
    let mut device = Device::booted();
    device.schedule(APP, needy(1)).expect("accepted");
    assert_eq!(device.bound().len(), 1);
}

#[test]
fn ctrl_stor_002_only_jobs_that_require_it() {
    let mut device = Device::booted();
    low(&mut device, true);
    device.schedule(APP, needy(1)).expect("accepted");
    assert!(device.went_by(&CTRL_STOR_002) && device.bound().is_empty());
    device.schedule(APP, job(2)).expect("accepted");
    assert!(!device.went_by(&CTRL_STOR_002));
    assert_eq!(device.bound().len(), 1);
}

#[test]
fn ctrl_stor_003_every_report_counts() {
    let mut device = Device::booted();
    low(&mut device, false);
    assert!(device.went_by(&CTRL_STOR_003) && device.went_by(&JOB_PROC_011), "greedy");
    device.run(APP, needy(1));
    low(&mut device, true);
    assert!(device.went_by(&JOB_PROC_012));
    assert_eq!(device.stops(), [(9, 1)]);
    low(&mut device, true);
    assert!(!device.went_by(&JOB_PROC_012), "nothing changed");
}

#[test]
fn ctrl_stor_004_no_kind_is_exempt() {
    let mut device = Device::booted();
    low(&mut device, true);
    device.schedule(APP, JobInfo { constraint_flags: 8, ..expedited(1) }).expect("accepted");
    assert!(device.bound().is_empty());
    assert!(!device.stored(APP, 1).is_constraint_satisfied(Constraints::STORAGE_NOT_LOW));
}
