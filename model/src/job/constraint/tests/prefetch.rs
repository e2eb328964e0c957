//! When an app will be opened next, and what that means for its prefetch jobs.

use crate::job::info::{JobInfo, CONSTRAINT_FLAG_STORAGE_NOT_LOW, FLAG_PREFETCH};
use crate::job::scheduler::tests::device::*;
use crate::job::Constraints;
use crate::rules::job_proc::JOB_PROC_022;

/// A prefetch job that waits for somebody to look; its app will be opened at this wall-clock time.
fn waiting_for_launch(at: Option<i64>) -> Device {
    let mut device = Device::booted();
    device.act(|scheduler, world| scheduler.on_storage_low(true, world));
    if let Some(at) = at {
        device.facts.launches.insert(PACKAGE.to_owned(), at);
    }
    let constraint_flags = CONSTRAINT_FLAG_STORAGE_NOT_LOW;
    let prefetch = JobInfo { flags: FLAG_PREFETCH, constraint_flags, ..job(1) };
    device.schedule(APP, prefetch).expect("accepted");
    let (record, now) = (device.stored(APP, 1).record(), device.now.elapsed);
    let job = device.scheduler.desk.board.job_mut(record).expect("stored");
    job.set_constraint_satisfied(Constraints::STORAGE_NOT_LOW, now, true);
    device
}

/// Whether the batching look starts the job.
fn look(device: &mut Device) -> bool {
    device.act(|scheduler, world| scheduler.check_all_jobs(world));
    assert!(device.went_by(&JOB_PROC_022));
    !device.bound().is_empty()
}

#[test]
fn job_proc_022_an_unknown_launch_is_never_and_asked_for() {
    let now = Device::booted().now.wall.millis();
    let mut device = waiting_for_launch(Some(now + 60_000));
    assert!(!look(&mut device), "nothing was known when it looked");
    assert!(look(&mut device), "the answer has come since");
    let mut device = waiting_for_launch(None);
    assert!(!look(&mut device) && !look(&mut device), "usage statistics know no more");
}

#[test]
fn job_proc_022_soon_is_one_hour() {
    let now = Device::booted().now.wall.millis();
    for (at, soon) in [(now + 3_600_000, true), (now + 3_600_001, false)] {
        let mut device = waiting_for_launch(Some(at));
        look(&mut device);
        assert_eq!(look(&mut device), soon, "{at}");
    }
}

#[test]
fn job_proc_022_an_estimate_twenty_minutes_old_still_counts() {
    for (age, counts) in [(1_200_000, true), (1_200_001, false)] {
        let now = Device::booted().now.wall.millis();
        let mut device = waiting_for_launch(Some(now));
        look(&mut device);
        device.advance(age);
        assert_eq!(look(&mut device), counts, "{age} ms later");
        // Asked again it is as old as before.
        assert!(counts || !look(&mut device));
        device.facts.launches.insert(PACKAGE.to_owned(), device.now.wall.millis());
        assert!(counts || !look(&mut device) && look(&mut device), "a fresh answer counts");
    }
}
