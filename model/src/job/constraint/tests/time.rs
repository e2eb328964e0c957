//! Delay and deadline.

use crate::ids::UserId;
use crate::job::info::JobInfo;
use crate::job::scheduler::tests::device::*;
use crate::job::scheduler::PackageEvent;
use crate::job::{Alarm, Constraints};
use crate::looper;
use crate::rules::ctrl_time::*;
use crate::time::Elapsed;

/// Starts at 100 000 ms: [`Device::booted`].
const START: i64 = 100_000;

fn delayed(id: i32, millis: i64) -> JobInfo {
    JobInfo { has_early_constraint: true, min_latency_millis: millis, ..job(id) }
}

fn limited(id: i32, millis: i64) -> JobInfo {
    JobInfo { has_late_constraint: true, max_execution_delay_millis: millis, ..waiting(id) }
}

fn alarm(device: &Device, alarm: Alarm) -> Option<i64> {
    device.looper.alarm(&looper::Alarm::Job(alarm)).map(|at| at.millis() - START)
}

fn has(device: &Device, id: i32, constraint: Constraints) -> bool {
    device.stored(APP, id).is_constraint_satisfied(constraint)
}

#[test]
fn ctrl_time_001_what_is_due_at_tracking_start_holds_at_once() {
    let mut device = Device::booted();
    device.schedule(APP, JobInfo { constraint_flags: 4, ..delayed(1, -1) }).expect("accepted");
    assert!(has(&device, 1, Constraints::TIMING_DELAY));
    device.schedule(APP, limited(2, 0)).expect("accepted");
    assert!(has(&device, 2, Constraints::DEADLINE));
    assert_eq!(device.bound().len(), 1, "a passed deadline overrides");
    device.schedule(APP, delayed(3, 1)).expect("accepted");
    assert!(device.went_by(&CTRL_TIME_001) && !has(&device, 3, Constraints::TIMING_DELAY));
}

#[test]
fn ctrl_time_002_equal_deadlines_run_the_later_job_first() {
    let mut device = Device::booted();
    for id in 1..=2 {
        device.schedule(APP, limited(id, 60_000)).expect("accepted");
    }
    device.advance(60_000);
    let order: Vec<_> = device
        .out
        .decisions
        .iter()
        .filter(|decision| *decision.rule == CTRL_TIME_007)
        .map(|decision| decision.facts[0].1.clone())
        .collect();
    assert_eq!(order.len(), 2);
    assert!(order[0] > order[1], "{order:?}");
}

#[test]
fn ctrl_time_003_at_the_instant_itself_and_for_good() {
    let mut device = Device::booted();
    let both = JobInfo {
        has_late_constraint: true,
        max_execution_delay_millis: 60_000,
        constraint_flags: 4,
        ..delayed(1, 30_000)
    };
    device.schedule(APP, both).expect("accepted");
    device.act(|scheduler, world| scheduler.set_backing_up(APP, true, world));
    device.advance(59_999);
    assert!(!has(&device, 1, Constraints::DEADLINE));
    device.advance(1);
    device.act(|scheduler, world| scheduler.on_storage_low(false, world));
    assert!(has(&device, 1, Constraints::DEADLINE) && has(&device, 1, Constraints::TIMING_DELAY));
}

#[test]
fn ctrl_time_004_delay_alarms_come_30_seconds_apart() {
    let mut device = Device::booted();
    device.schedule(APP, delayed(1, 60_000)).expect("accepted");
    device.schedule(APP, delayed(2, 60_001)).expect("accepted");
    assert_eq!(alarm(&device, Alarm::Delay), Some(60_000));
    device.advance(60_000);
    assert!(device.went_by(&CTRL_TIME_004));
    assert_eq!(alarm(&device, Alarm::Delay), Some(90_000));
    // A job that also waits for something else has none.
    let mut device = Device::booted();
    device.schedule(APP, JobInfo { constraint_flags: 4, ..delayed(1, 60_000) }).expect("accepted");
    assert_eq!(alarm(&device, Alarm::Delay), None);
}

#[test]
fn ctrl_time_005_deadline_alarms_are_not_put_off() {
    let mut device = Device::booted();
    device.schedule(APP, limited(1, 60_000)).expect("accepted");
    device.schedule(APP, limited(2, 60_001)).expect("accepted");
    assert_eq!(alarm(&device, Alarm::Deadline), Some(60_000));
    device.advance(60_000);
    assert!(device.went_by(&CTRL_TIME_005));
    assert_eq!(alarm(&device, Alarm::Deadline), Some(60_001));
    device.cancel(APP, 2);
    assert_eq!(alarm(&device, Alarm::Deadline), None);
}

#[test]
fn ctrl_time_006_a_job_that_waits_for_its_deadline_is_reported_each_time() {
    let mut device = Device::booted();
    let both = JobInfo {
        has_late_constraint: true,
        max_execution_delay_millis: 3_600_000,
        constraint_flags: 4,
        ..delayed(1, 0)
    };
    device.schedule(APP, both).expect("accepted");
    device.reason(APP, 1);
    device.schedule(APP, delayed(2, 60_000)).expect("accepted");
    device.advance(60_000);
    assert!(device.went_by(&CTRL_TIME_006));
    assert_eq!(device.bound().len(), 1);
    let reported = device
        .out
        .decisions
        .iter()
        .any(|decision| *decision.rule == CTRL_TIME_006 && decision.facts[0].1 == "2");
    assert!(reported, "the one whose delay has passed, and the one that waits");
}

#[test]
fn ctrl_time_007_a_passed_deadline_runs_the_job_if_it_is_ready() {
    let mut device = Device::booted();
    device.schedule(APP, limited(1, 60_000)).expect("accepted");
    device.advance(59_999);
    assert!(device.bound().is_empty());
    device.advance(1);
    assert!(device.went_by(&CTRL_TIME_007));
    assert_eq!(device.bound().len(), 1);
}

#[test]
fn ctrl_time_008_the_evaluation_of_a_job_moves_the_alarm_to_it() {
    let mut device = Device::booted();
    device.schedule(APP, delayed(1, 600_000)).expect("accepted");
    device.schedule(APP, delayed(2, 300_000)).expect("accepted");
    assert!(device.went_by(&CTRL_TIME_008));
    assert_eq!(alarm(&device, Alarm::Delay), Some(300_000));
    device.schedule(APP, delayed(3, 900_000)).expect("accepted");
    assert_eq!(alarm(&device, Alarm::Delay), Some(300_000), "later than the alarm: left alone");
}

#[test]
fn ctrl_time_009_the_end_of_one_job_has_the_whole_list_walked() {
    let mut device = Device::booted();
    let token = device.run(APP, job(7));
    device.finish(APP, token, true);
    assert_eq!(alarm(&device, Alarm::Delay), None, "nothing looked at the successor");
    device.schedule(APP, delayed(1, 600_000)).expect("accepted");
    device.cancel(APP, 1);
    assert_eq!(alarm(&device, Alarm::Delay), Some(30_000));
    // So does a change of any package's components.
    let mut device = Device::booted();
    let token = device.run(APP, job(7));
    device.finish(APP, token, true);
    device.act(|scheduler, world| {
        let event = PackageEvent::ComponentsChanged;
        scheduler.on_package_event(event, "com.example.other", OTHER, world);
    });
    assert_eq!(alarm(&device, Alarm::Delay), Some(30_000));
}

#[test]
fn ctrl_time_010_an_expedited_retry_waits_for_its_delay() {
    let mut device = Device::booted();
    let token = device.run(APP, expedited(1));
    device.finish(APP, token, true);
    assert!(device.bound().is_empty());
    assert!(device.stored(APP, 1).has_timing_delay_constraint());
    device.act(|scheduler, world| scheduler.on_storage_low(false, world));
    device.advance(29_999);
    assert!(device.bound().is_empty());
    device.advance(1);
    assert_eq!(device.bound().len(), 1);
}

#[test]
fn ctrl_time_011_a_job_that_waits_for_power_is_found_by_the_power() {
    let mut device = Device::booted();
    let needy = JobInfo { constraint_flags: 1, ..delayed(1, 300_000) };
    device.schedule(APP, needy).expect("accepted");
    device.advance(400_000);
    assert_eq!(alarm(&device, Alarm::Delay), None);
    device.act(|scheduler, world| scheduler.on_charging(true, world));
    assert_eq!(device.bound().len(), 1);
}

#[test]
fn ctrl_time_012_a_successor_has_no_alarm_until_something_looks() {
    let mut device = Device::booted();
    let token = device.run(APP, job(1));
    device.finish(APP, token, true);
    device.advance(10_000);
    assert_eq!(alarm(&device, Alarm::Delay), None);
    device.act(|scheduler, world| scheduler.on_storage_low(false, world));
    assert_eq!(alarm(&device, Alarm::Delay), Some(30_000));
    device.advance(20_000);
    assert_eq!(device.bound().len(), 1);
    assert_eq!(device.now.elapsed, Elapsed(START + 30_000));
    assert_eq!(device.stored(APP, 1).user(), UserId(0));
}
