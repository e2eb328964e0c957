//! The life of a job from `schedule` to its end.

use super::device::*;
use crate::ids::Uid;
use crate::job::call::{CallbackToken, JobCallbackCall, JobSchedulerCall as Call};
use crate::job::effect::JobEffect;
use crate::job::info::{JobInfo, JobWorkItem, CONSTRAINT_FLAG_STORAGE_NOT_LOW};
use crate::job::status::InternalFlags;
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
/// The states of JOB-SCHED-070, as a test can see them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Life {
    Absent,
    Waiting,
    Pending,
    Running,
}

fn life(device: &Device, id: i32) -> Life {
    if !device.is_stored(APP, id) {
        return Life::Absent;
    }
    let record = device.stored(APP, id).record();
    if device.scheduler.board().is_running(record) {
        Life::Running
    } else if device.is_pending(APP, id) {
        Life::Pending
    } else {
        Life::Waiting
    }
}

/// A job that waits for storage, which is low.
fn needy(id: i32) -> JobInfo {
    JobInfo { constraint_flags: CONSTRAINT_FLAG_STORAGE_NOT_LOW, ..job(id) }
}

fn storage(device: &mut Device, low: bool) {
    device.act(|scheduler, world| scheduler.on_storage_low(low, world));
}

/// A device on which job 1 is in this state, and the token of its execution if it runs.
fn in_state(state: Life) -> (Device, Option<CallbackToken>) {
    let mut device = Device::booted();
    let token = match state {
        Life::Absent => None,
        Life::Waiting => {
            storage(&mut device, true);
            device.schedule(APP, needy(1)).expect("accepted");
            None
        }
        Life::Pending => {
            device.schedule(APP, waiting(1)).expect("accepted");
            device.scheduler.desk.board.pending.add(&device.stored(APP, 1));
            None
        }
        Life::Running => Some(device.run(APP, job(1))),
    };
    assert_eq!(life(&device, 1), state);
    (device, token)
}

const STORED: [Life; 3] = [Life::Waiting, Life::Pending, Life::Running];

#[test]
fn job_sched_070_absent_and_waiting() {
    let (mut device, _) = in_state(Life::Absent);
    device.schedule(APP, waiting(1)).expect("accepted");
    assert_eq!(life(&device, 1), Life::Waiting);
    device.enqueue(APP, waiting(2), JobWorkItem::default()).expect("accepted");
    assert_eq!(life(&device, 2), Life::Waiting);
    // Executable at once: pending, and with a free slot that is running.
    device.schedule(APP, job(3)).expect("accepted");
    assert_eq!(life(&device, 3), Life::Running);
    let (mut device, _) = in_state(Life::Waiting);
    storage(&mut device, false);
    assert_eq!(life(&device, 1), Life::Running, "becomes executable: a start is attempted");
}

#[test]
fn job_sched_070_the_same_identity_again() {
    for state in STORED {
        let (mut device, token) = in_state(state);
        let before = device.stored(APP, 1).record();
        device.schedule(APP, waiting(1)).expect("accepted");
        assert_eq!(life(&device, 1), Life::Waiting, "{state:?}");
        assert_ne!(device.stored(APP, 1).record(), before, "{state:?}: a new record");
        let told = if token.is_some() { vec![(1, 0)] } else { vec![] };
        assert_eq!(device.stops(), told, "{state:?}");
    }
    // An equal description that only brings work leaves the record alone.
    for state in STORED {
        let (mut device, _) = in_state(state);
        let (before, info) =
            (device.stored(APP, 1).record(), JobInfo::clone(device.stored(APP, 1).job()));
        device.enqueue(APP, info, JobWorkItem::default()).expect("accepted");
        assert_eq!((device.stored(APP, 1).record(), life(&device, 1)), (before, state));
    }
}

#[test]
fn job_sched_070_cancel() {
    for state in STORED {
        let (mut device, token) = in_state(state);
        device.cancel(APP, 1);
        assert_eq!(life(&device, 1), Life::Absent, "{state:?}");
        if let Some(token) = token {
            assert!(device.scheduler.execution_of(token).is_some(), "winding down");
            let call = JobCallbackCall::AcknowledgeStop { reschedule: true };
            assert_eq!(device.callback(APP, token, call), Ok(Reply::Nothing));
            assert_eq!(life(&device, 1), Life::Absent, "it cannot come back");
        }
    }
}

#[test]
fn job_sched_070_user_stop() {
    let stop = || Call::NotePendingUserRequestedAppStop {
        package: Some(PACKAGE.to_owned()),
        user: 0,
        debug_reason: None,
    };
    for state in STORED {
        let (mut device, token) = in_state(state);
        device.call(Uid::SYSTEM, stop()).expect("may");
        if let Some(token) = token {
            device.kill(token);
        }
        assert_eq!(life(&device, 1), Life::Waiting, "{state:?}");
        let flags = device.stored(APP, 1).internal_flags();
        assert!(flags.intersects(InternalFlags::DEMOTED_BY_USER), "{state:?}");
    }
    let mut device = Device::booted();
    device.facts.top.insert(APP);
    device.act(|scheduler, world| scheduler.on_default_network(Some(network(1)), world));
    let visible = device.run(APP, user_initiated(1));
    device.call(Uid::SYSTEM, stop()).expect("may");
    device.kill(visible);
    assert_eq!(life(&device, 1), Life::Absent, "user-visible");
}

#[test]
fn job_sched_070_the_end_of_an_execution() {
    let ended = |info: JobInfo, reschedule| {
        let mut device = Device::booted();
        let token = device.run(APP, info);
        device.finish(APP, token, reschedule);
        let next = life(&device, 1);
        let again = device.is_stored(APP, 1).then(|| device.stored(APP, 1).num_failures());
        (next, again)
    };
    let periodic = || JobInfo {
        is_periodic: true,
        interval_millis: 900_000,
        flex_millis: 900_000,
        has_early_constraint: true,
        has_late_constraint: true,
        ..job(1)
    };
    assert_eq!(ended(job(1), false), (Life::Absent, None));
    assert_eq!(ended(periodic(), false), (Life::Waiting, Some(0)), "the next period");
    assert_eq!(ended(job(1), true), (Life::Waiting, Some(1)), "backoff");
    assert_eq!(ended(periodic(), true), (Life::Waiting, Some(1)), "backoff");
    let (mut device, token) = in_state(Life::Running);
    device.kill(token.expect("it runs"));
    assert_eq!(life(&device, 1), Life::Waiting, "stopped by the system: retried");
}
