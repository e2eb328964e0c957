//! The life of a job from `schedule` to its end.

use super::device::*;
use crate::job::call::JobCallbackCall;
use crate::job::effect::JobEffect;
use crate::job::info::JobInfo;
use crate::reply::Reply;
use crate::rules::job_proc::JOB_PROC_002;
use crate::rules::job_resched::JOB_RESCHED_021;

#[test]
fn job_proc_002_an_executable_job_is_bound_before_the_call_returns() {
    let mut device = Device::booted();
    assert_eq!(device.schedule(APP, job(1)), Ok(Reply::Int(1)));
    assert_eq!(device.bound().len(), 1);
    assert!(device.went_by(&JOB_PROC_002));
    // One that has to wait is stored and not bound.
    let later = JobInfo { min_latency_millis: 1, has_early_constraint: true, ..job(2) };
    assert_eq!(device.schedule(APP, later), Ok(Reply::Int(1)));
    assert_eq!(device.bound(), []);
    assert!(device.is_stored(APP, 2));
}

#[test]
fn a_job_runs_and_ends() {
    let mut device = Device::booted();
    device.schedule(APP, job(1)).expect("accepted");
    let token = device.bound()[0];
    device.start_work(APP, token);
    assert_eq!(device.reason(APP, 1), -1);
    let done = JobCallbackCall::JobFinished { reschedule: false };
    assert_eq!(device.callback(APP, token, done), Ok(Reply::Nothing));
    assert!(device.effects().iter().any(|e| matches!(e, JobEffect::Unbind { .. })));
    assert!(!device.is_stored(APP, 1));
}

#[test]
fn job_resched_021_the_successor_is_stored_but_nothing_looks_at_it() {
    let mut device = Device::booted();
    device.schedule(APP, job(1)).expect("accepted");
    let token = device.bound()[0];
    device.start_work(APP, token);
    let again = JobCallbackCall::JobFinished { reschedule: true };
    assert_eq!(device.callback(APP, token, again), Ok(Reply::Nothing));
    assert!(device.went_by(&JOB_RESCHED_021));
    assert!(device.is_stored(APP, 1));
    assert_eq!(device.bound(), []);
    device.advance(3_600_000);
    assert_eq!(device.reason(APP, 1), 9, "its delay has passed unnoticed");
    device.act(|scheduler, world| scheduler.on_storage_low(false, world));
    assert_eq!(device.bound().len(), 1, "any look finds it");
}
