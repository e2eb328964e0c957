//! What follows an execution.

use super::device::*;
use crate::job::call::JobCallbackCall;
use crate::job::info::{JobInfo, JobWorkItem};
use crate::reply::Reply;
use crate::rules::job_resched::*;

fn periodic(id: i32) -> JobInfo {
    JobInfo {
        is_periodic: true,
        has_early_constraint: true,
        has_late_constraint: true,
        interval_millis: 3_600_000,
        flex_millis: 3_600_000,
        ..job(id)
    }
}

#[test]
fn job_resched_020_what_becomes_of_a_record_that_has_run() {
    let mut device = Device::booted();
    let token = device.run(APP, job(1));
    device.finish(APP, token, false);
    assert!(!device.is_stored(APP, 1));
    let token = device.run(APP, job(1));
    device.finish(APP, token, true);
    assert_eq!(device.stored(APP, 1).num_failures(), 1);
    let token = device.run(APP, periodic(2));
    let end = device.stored(APP, 2).latest_run_time();
    device.finish(APP, token, false);
    assert_eq!(device.stored(APP, 2).latest_run_time(), end.plus(3_600_000));
    let history: Vec<_> =
        device.scheduler.completed_jobs().map(|completed| completed.key.id).collect();
    assert_eq!(history, [1, 1, 2]);
    for _ in 0..30 {
        let token = device.run(APP, job(1));
        device.finish(APP, token, false);
    }
    assert_eq!(device.scheduler.completed_jobs().count(), 20);
}

#[test]
fn job_resched_022_no_quota_is_asked_for_a_retry() {
    let mut device = Device::booted();
    let token = device.run(APP, expedited(1));
    device.facts.out_of_expedited_quota.insert(APP);
    device.finish(APP, token, true);
    let retry = device.stored(APP, 1);
    assert!(retry.is_requested_expedited_job() && !retry.should_treat_as_expedited_job());
}

#[test]
fn a_retry_gets_executing_items_first() {
    let mut device = Device::booted();
    device.enqueue(APP, job(1), JobWorkItem::default()).expect("accepted");
    let token = device.bound()[0];
    device.enqueue(APP, job(1), JobWorkItem::default()).expect("accepted");
    device.start_work(APP, token);
    device.callback(APP, token, JobCallbackCall::DequeueWork).expect("the first item");
    device.kill(token);
    let retry = device.stored(APP, 1);
    let items: Vec<_> =
        retry.pending_work().iter().map(|work| (work.work_id, work.delivery_count)).collect();
    assert_eq!((items, retry.next_work_id()), (vec![(1, 1), (2, 0)], 3));
}

#[test]
fn job_resched_024_only_an_expedited_successor_without_delay_is_looked_at() {
    for (kind, bound) in [(job(1), 0), (expedited(1), 1)] {
        let mut device = Device::booted();
        let token = device.run(APP, kind);
        // The first system stop costs no delay.
        device.kill(token);
        assert_eq!(device.stored(APP, 1).num_system_stops(), 1);
        assert_eq!(device.bound().len(), bound);
    }
    // A periodic job that nothing looks at misses its next window.
    let mut device = Device::booted();
    let token = device.run(APP, periodic(1));
    device.finish(APP, token, false);
    device.advance(10 * 3_600_000);
    assert_eq!(device.reason(APP, 1), 9);
    assert!(!device.went_by(&JOB_RESCHED_021));
    assert_eq!(device.schedule(APP, waiting(2)), Ok(Reply::Int(1)));
}

#[test]
fn job_stop_005_only_periodic_jobs_go_on_after_an_end_without_a_wish() {
    let mut device = Device::booted();
    for (id, stays) in [(1, false), (2, true)] {
        let job = if stays { periodic(id) } else { job(id) };
        device.schedule(APP, job).expect("accepted");
        let token = device.bound()[0];
        // The bind takes too long.
        device.advance(18_000);
        assert!(device.scheduler.execution_of(token).is_none());
        assert_eq!(device.is_stored(APP, id), stays);
    }
    assert_eq!(device.stored(APP, 2).num_failures(), 0);
}

#[test]
fn job_stop_021_a_stopped_user_initiated_job_comes_back_if_the_app_wants_it() {
    for wants in [false, true] {
        let mut device = Device::booted();
        device.facts.top.insert(APP);
        let network = network(1);
        device.act(|scheduler, world| scheduler.on_default_network(Some(network), world));
        let token = device.run(APP, user_initiated(1));
        device.act(|scheduler, world| scheduler.on_default_network(None, world));
        assert_eq!(device.stops(), [(7, 1)]);
        let stopped = JobCallbackCall::AcknowledgeStop { reschedule: wants };
        device.callback(APP, token, stopped).expect("accepted");
        assert_eq!(device.is_stored(APP, 1), wants);
        if wants {
            assert!(device.stored(APP, 1).should_treat_as_user_initiated_job());
        }
    }
}
