//! Bad input: numbers at their ends and at both sides of each limit, hostile strings, masses, ids of others.

use super::device::*;
use crate::ids::{Uid, UserId};
use crate::job::call::{CallbackToken, JobCallbackCall, JobSchedulerCall as Call};
use crate::job::info::{Bundle, BundleValue, JobInfo, JobWorkItem, NetworkRequest};
use crate::job::scheduler::UserEvent;
use crate::reply::Reply;

type Set = fn(&mut JobInfo, i64);

/// What becomes of a description: stored, refused with `IllegalArgumentException`, or with `SecurityException`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum End {
    Stored,
    Illegal,
    Forbidden,
}
use End::{Forbidden, Illegal, Stored};

/// Only its low half, as a parcel would carry it.
fn int(value: i64) -> i32 {
    i32::try_from(value).expect("a table of 32-bit numbers")
}

fn needs_network(job: &mut JobInfo) {
    job.required_network = NetworkRequest::of_type(1, Some(APP));
}

const I32: [i64; 4] = [i32::MIN as i64, -1, 0, i32::MAX as i64];
const I64: [i64; 5] = [i64::MIN, i64::MIN + 1, 0, i64::MAX - 1, i64::MAX];

/// Schedules the description and lets a week pass; nothing may break, and a refusal leaves no trace.
fn end_of(name: &str, value: i64, set: Set) -> End {
    let mut device = Device::booted();
    device.act(|scheduler, world| scheduler.on_default_network(Some(network(1)), world));
    let mut info = job(1);
    set(&mut info, value);
    let id = info.id;
    let before = device.scheduler.clone();
    let end = match device.schedule(APP, info) {
        Ok(Reply::Int(1)) => Stored,
        Ok(other) => panic!("{name} = {value}: {other:?}"),
        Err(refused) => match refused.class_name() {
            "IllegalArgumentException" => Illegal,
            "SecurityException" => Forbidden,
            class => panic!("{name} = {value}: {class}"),
        },
    };
    if end == Stored {
        assert!(device.is_stored(APP, id), "{name} = {value}");
        let token = device.bound().first().copied();
        if let Some(token) = token {
            device.start_work(APP, token);
            device.finish(APP, token, true);
        }
        device.advance(7 * 24 * 3_600_000);
        device.act(|scheduler, world| scheduler.check_all_jobs(world));
        device.cancel(APP, id);
    } else {
        let mut after = device.scheduler.clone();
        after.permissions = before.permissions.clone();
        assert!(before == after, "{name} = {value} left a trace");
    }
    end
}

fn every(name: &str, values: &[i64], expected: End, set: Set) {
    for &value in values {
        assert_eq!(end_of(name, value, set), expected, "{name} = {value}");
    }
}

#[test]
fn numbers_that_nobody_limits_are_taken_as_they_are() {
    every("id", &I32, Stored, |job, value| job.id = int(value));
    every("bias", &I32, Stored, |job, value| job.bias = int(value));
    every("backoff policy", &I32, Stored, |job, value| job.backoff_policy = int(value));
    every("clip flags", &I32, Stored, |job, value| job.clip_grant_flags = int(value));
    every("initial backoff", &I64, Stored, |job, value| job.initial_backoff_millis = value);
    let around_the_least = [9_999, 10_000, 18_000_000, 18_000_001];
    every("backoff", &around_the_least, Stored, |job, value| job.initial_backoff_millis = value);
    every("update delay", &I64, Stored, |job, value| job.trigger_content_update_delay = value);
    every("max delay", &I64, Stored, |job, value| job.trigger_content_max_delay = value);
}

#[test]
fn job_info_023_times_wrap_and_are_never_refused() {
    every("latency", &I64, Stored, |job, value| {
        job.has_early_constraint = true;
        job.min_latency_millis = value;
    });
    every("deadline", &I64, Stored, |job, value| {
        job.has_late_constraint = true;
        job.max_execution_delay_millis = value;
    });
    let periods = [&I64[..], &[899_999, 900_000, 31_536_000_000, 31_536_000_001]].concat();
    every("period", &periods, Stored, |job, value| {
        job.is_periodic = true;
        (job.interval_millis, job.flex_millis) = (value, value);
    });
    let flexes = [&I64[..], &[299_999, 300_000, 900_000, 900_001]].concat();
    every("flex", &flexes, Stored, |job, value| {
        job.is_periodic = true;
        (job.interval_millis, job.flex_millis) = (900_000, value);
    });
}

#[test]
fn job_val_048_priorities_are_five_numbers() {
    let set: Set = |job, value| job.priority = int(value);
    every("priority", &[100, 200, 300, 400], Stored, set);
    every("priority", &I32, Illegal, set);
    every("priority", &[99, 101, 199, 201, 299, 301, 399, 401, 499, 500, 501], Illegal, set);
}

#[test]
fn flags_are_bits_of_which_some_exclude_each_other() {
    let constraints: Set = |job, value| job.constraint_flags = int(value);
    every("constraints", &I32, Stored, constraints);
    let preferred: Set = |job, value| job.preferred_constraint_flags = int(value);
    every("preferred constraints", &I32, Stored, preferred);
    every("both", &[i32::MAX as i64, -1], Illegal, |job, value| {
        (job.constraint_flags, job.preferred_constraint_flags) = (int(value), int(value));
    });
    let flags: Set = |job, value| job.flags = int(value);
    every("no flag that is known", &[0, i64::from(i32::MIN), 64], Stored, flags);
    // FLAG_WILL_BE_FOREGROUND is not for apps, FLAG_EXPEDITED and FLAG_USER_INITIATED exclude each other.
    every("will be foreground", &[1], Forbidden, flags);
    every("expedited and user-initiated", &[48], Illegal, flags);
}

#[test]
fn job_val_034_estimates_at_both_sides_of_zero() {
    let download: Set = |job, value| {
        needs_network(job);
        job.network_download_bytes = value;
    };
    let upload: Set = |job, value| {
        needs_network(job);
        job.network_upload_bytes = value;
    };
    for (name, set) in [("download", download), ("upload", upload)] {
        every(name, &[-1, 0, 1, i64::MAX - 1, i64::MAX], Stored, set);
        every(name, &[-2, i64::MIN + 1, i64::MIN], Illegal, set);
    }
    every("without a network", &[1, i64::MAX], Illegal, |job, value| {
        job.network_download_bytes = value;
    });
    let chunk: Set = |job, value| {
        needs_network(job);
        job.network_download_bytes = 1_000;
        job.minimum_network_chunk_bytes = value;
    };
    every("chunk", &[-1, 1, 999, 1_000], Stored, chunk);
    every("chunk", &[-2, 0, 1_001, i64::MIN, i64::MAX], Illegal, chunk);
    // The sum of both estimates wraps to -2, and every chunk is larger.
    every("wrapped", &[1, i64::MAX], Illegal, |job, value| {
        needs_network(job);
        (job.network_download_bytes, job.network_upload_bytes) = (i64::MAX, i64::MAX);
        job.minimum_network_chunk_bytes = value;
    });
}

#[test]
fn job_val_082_estimates_of_work_at_both_sides_of_zero() {
    let enqueue = |work: JobWorkItem| {
        let mut device = Device::booted();
        let mut info = waiting(1);
        needs_network(&mut info);
        device.enqueue(APP, info, work).map_err(|refused| refused.class_name())
    };
    let download = |bytes| JobWorkItem { download_bytes: bytes, ..JobWorkItem::default() };
    let upload = |bytes| JobWorkItem { upload_bytes: bytes, ..JobWorkItem::default() };
    let chunk = |bytes| JobWorkItem { minimum_chunk_bytes: bytes, ..download(1_000) };
    let illegal = Err("IllegalArgumentException");
    for bytes in [-1, 0, 1, i64::MAX] {
        assert_eq!(enqueue(download(bytes)), Ok(Reply::Int(1)), "{bytes}");
        assert_eq!(enqueue(upload(bytes)), Ok(Reply::Int(1)), "{bytes}");
    }
    for bytes in [-2, i64::MIN] {
        assert_eq!(enqueue(download(bytes)), illegal, "{bytes}");
        assert_eq!(enqueue(upload(bytes)), illegal, "{bytes}");
    }
    for (bytes, expected) in
        [(-1, Ok(Reply::Int(1))), (1, Ok(Reply::Int(1))), (1_000, Ok(Reply::Int(1)))]
    {
        assert_eq!(enqueue(chunk(bytes)), expected, "{bytes}");
    }
    for bytes in [-2, 0, 1_001, i64::MAX, i64::MIN] {
        assert_eq!(enqueue(chunk(bytes)), illegal, "{bytes}");
    }
    // Numbers that the platform chooses are not the app's.
    let counts =
        JobWorkItem { work_id: i32::MAX, delivery_count: i32::MIN, ..JobWorkItem::default() };
    assert_eq!(enqueue(counts), Ok(Reply::Int(1)));
}

#[test]
fn strings_may_contain_anything() {
    let mut device = Device::booted();
    for namespace in ["a", "a\0b", "\u{fffd}", &"x".repeat(1_000)] {
        device.schedule_in(APP, namespace, waiting(1)).expect("accepted");
    }
    assert_eq!(device.scheduler.jobs().count(), 4, "each is a name of its own");
    device.schedule_in(APP, "\0a\0", waiting(1)).expect("accepted");
    assert_eq!(device.scheduler.jobs().count(), 4, "a NUL at an end is trimmed like a space");
    let namespace = Some("a\0b".to_owned());
    device.call(APP, Call::Cancel { namespace, id: 1 }).expect("may");
    assert_eq!(device.scheduler.jobs().count(), 3);
    assert!(device.stored_in(APP, Some("a"), 1).namespace().is_some(), "the other one stays");
    let long =
        Call::Schedule { namespace: Some("x".repeat(1_001)), job: Some(Box::new(waiting(1))) };
    let refused = device.call(APP, long).map_err(|it| it.class_name());
    assert_eq!(refused, Err("IllegalArgumentException"));
    // A class with a NUL is one that nobody declares.
    let service = crate::ComponentName::new(PACKAGE, ".Service\0");
    let refused = device.schedule(APP, JobInfo { service, ..waiting(2) });
    assert_eq!(refused.map_err(|it| it.class_name()), Err("IllegalArgumentException"));
}

#[test]
fn four_megabytes_of_extras_are_kept_once() {
    let mut device = Device::booted();
    let megabytes = BundleValue::String("x".repeat(4 << 20));
    let extras: Bundle = [("data".to_owned(), megabytes)].into_iter().collect();
    let huge = JobInfo { extras, ..waiting(1) };
    device.schedule(APP, huge.clone()).expect("accepted");
    assert_eq!(device.stored(APP, 1).job().extras, huge.extras);
    let before = device.stored(APP, 1).record();
    device.enqueue(APP, huge, JobWorkItem::default()).expect("accepted");
    assert_eq!(device.stored(APP, 1).record(), before, "an equal description");
}

#[test]
fn ten_thousand_work_items_come_out_in_order() {
    let mut device = Device::booted();
    device.act(|scheduler, world| scheduler.on_storage_low(true, world));
    let needy = || JobInfo { constraint_flags: 8, ..job(1) };
    for _ in 0..10_000 {
        assert_eq!(device.enqueue(APP, needy(), JobWorkItem::default()), Ok(Reply::Int(1)));
    }
    device.act(|scheduler, world| scheduler.on_storage_low(false, world));
    let token = device.bound()[0];
    device.start_work(APP, token);
    for expected in 1..=10_000 {
        match device.callback(APP, token, JobCallbackCall::DequeueWork) {
            Ok(Reply::Work(Some(work))) => assert_eq!(work.work_id, expected),
            other => panic!("{other:?}"),
        }
        let done = JobCallbackCall::CompleteWork { work_id: expected };
        assert_eq!(device.callback(APP, token, done), Ok(Reply::Boolean(true)));
    }
    assert_eq!(device.callback(APP, token, JobCallbackCall::DequeueWork), Ok(Reply::Work(None)));
    assert!(!device.is_stored(APP, 1), "with the last item the job is done");
}

#[test]
fn an_id_means_one_job_of_one_namespace() {
    let mut device = Device::booted();
    device.schedule(APP, waiting(1)).expect("accepted");
    device.schedule_in(APP, "n", waiting(1)).expect("accepted");
    let before = device.stored_in(APP, Some("n"), 1).record();
    device.schedule(APP, waiting(1)).expect("accepted");
    assert_eq!(device.stored_in(APP, Some("n"), 1).record(), before, "not replaced");
    let other = Some("other".to_owned());
    let unknown = device.call(APP, Call::Cancel { namespace: other.clone(), id: 1 });
    assert_eq!(unknown, Ok(Reply::Nothing));
    assert_eq!(device.scheduler.jobs().count(), 2, "nobody's job");
    let find = Call::GetPendingJob { namespace: other.clone(), id: 1 };
    assert_eq!(device.call(APP, find), Ok(Reply::Job(None)));
    let why = Call::GetPendingJobReason { namespace: other, id: 1 };
    assert_eq!(device.call(APP, why), Ok(Reply::Int(-2)));
    device.cancel(APP, 1);
    assert_eq!(device.stored_in(APP, Some("n"), 1).record(), before, "not cancelled");
    // Another app's job of the same id is another one.
    device.call(OTHER, Call::CancelAll).expect("may");
    assert_eq!(device.scheduler.jobs().count(), 1);
}

#[test]
fn a_user_that_is_gone_has_no_jobs_and_gets_none() {
    let user = UserId(10);
    let uid = Uid::of(user, APP.app_id());
    let mut device = Device::booted();
    device.facts.users.insert(user);
    device.facts.install(PACKAGE, uid);
    device.act(|scheduler, world| scheduler.on_user_event(UserEvent::Starting, user, world));
    device.schedule(uid, waiting(1)).expect("accepted");
    device.facts.users.remove(&user);
    device.facts.uninstall(PACKAGE, user);
    device.act(|scheduler, world| scheduler.on_user_event(UserEvent::Removed, user, world));
    assert!(!device.is_stored(uid, 1));
    let before = device.scheduler.clone();
    let refused = device.schedule(uid, waiting(2)).expect_err("no such service there");
    assert_eq!(refused.class_name(), "IllegalArgumentException");
    let mut after = device.scheduler.clone();
    after.permissions = before.permissions.clone();
    assert!(before == after, "a refusal left a trace");
    device.cancel(uid, 1);
    assert_eq!(device.reason(uid, 1), -2);
}

#[test]
fn job_run_040_a_stale_token_changes_nothing() {
    let mut device = Device::booted();
    let stale = device.run(APP, job(1));
    device.finish(APP, stale, false);
    device.run(APP, job(2));
    device.advance(20_000);
    let calls = [
        JobCallbackCall::AcknowledgeStart { ongoing: false },
        JobCallbackCall::AcknowledgeStop { reschedule: true },
        JobCallbackCall::JobFinished { reschedule: true },
        JobCallbackCall::DequeueWork,
        JobCallbackCall::CompleteWork { work_id: i32::MIN },
        JobCallbackCall::UpdateTransferredNetworkBytes { download: i64::MIN, upload: i64::MAX },
        JobCallbackCall::UpdateEstimatedNetworkBytes { download: i64::MAX, upload: i64::MIN },
        JobCallbackCall::SetNotification { id: i32::MAX, notification: None, end_policy: i32::MIN },
    ];
    for token in [stale, CallbackToken(0), CallbackToken(u64::MAX)] {
        for call in calls.clone() {
            for uid in [APP, OTHER, Uid(u32::MAX)] {
                let before = device.scheduler.clone();
                let strict = matches!(
                    call,
                    JobCallbackCall::DequeueWork | JobCallbackCall::CompleteWork { .. }
                );
                let reply = device.callback(uid, token, call.clone());
                let class = reply.map_err(|refused| refused.class_name());
                let expected = if strict { Err("SecurityException") } else { Ok(Reply::Nothing) };
                assert_eq!(class, expected, "{call:?}");
                assert!(before == device.scheduler, "{call:?} with {token:?} left a trace");
            }
        }
    }
}
