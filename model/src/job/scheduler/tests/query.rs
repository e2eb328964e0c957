//! What apps and the system may ask.

use super::device::*;
use crate::ids::Uid;
use crate::job::call::JobSchedulerCall as Call;
use crate::job::info::JobInfo;
use crate::reply::Reply;
use crate::rules::job_api::*;

fn ids(reply: Reply) -> Vec<i32> {
    match reply {
        Reply::Jobs(jobs) => jobs.iter().map(|job| job.id).collect(),
        other => panic!("not a list: {other:?}"),
    }
}

#[test]
fn job_api_070_all_namespaces_that_have_jobs() {
    let mut device = Device::booted();
    device.schedule_in(APP, "n", waiting(1)).expect("accepted");
    device.run(APP, job(2));
    let Ok(Reply::JobsByNamespace(by_namespace)) = device.call(APP, Call::GetAllPendingJobs) else {
        panic!("not by namespace");
    };
    let listed: Vec<_> = by_namespace
        .into_iter()
        .map(|(namespace, jobs)| (namespace, jobs.iter().map(|job| job.id).collect::<Vec<_>>()))
        .collect();
    assert_eq!(listed, [(None, vec![2]), (Some("n".to_owned()), vec![1])]);
}

#[test]
fn job_api_071_one_namespace_running_jobs_included() {
    let mut device = Device::booted();
    device.schedule_in(APP, "n", waiting(1)).expect("accepted");
    device.run(APP, job(2));
    let of = |device: &mut Device, namespace: Option<&str>| {
        let namespace = namespace.map(str::to_owned);
        ids(device.call(APP, Call::GetAllPendingJobsInNamespace { namespace }).expect("accepted"))
    };
    assert_eq!(of(&mut device, None), [2]);
    assert_eq!(of(&mut device, Some("n")), [1]);
    assert_eq!(of(&mut device, Some("m")), [0; 0]);
}

#[test]
fn job_api_072_one_job_or_null() {
    let mut device = Device::booted();
    device.run(APP, job(2));
    let get = |id| Call::GetPendingJob { namespace: None, id };
    assert_eq!(device.call(APP, get(2)), Ok(Reply::Job(Some(Box::new(job(2))))));
    assert_eq!(device.call(APP, get(3)), Ok(Reply::Job(None)));
    assert_eq!(device.call(OTHER, get(2)), Ok(Reply::Job(None)));
}

#[test]
fn job_api_074_the_service_level_order() {
    let mut device = Device::booted();
    assert_eq!(device.reason(APP, 1), -2);
    device.run(APP, job(1));
    assert_eq!(device.reason(APP, 1), -1);
    assert!(device.went_by(&JOB_API_074));
    device.facts.bad.insert(APP);
    device.act(|scheduler, world| scheduler.set_backing_up(APP, true, world));
    device.schedule(APP, waiting(2)).expect("accepted");
    assert_eq!(device.reason(APP, 2), 8, "its own constraint first");
    device.schedule(APP, job(3)).expect("accepted");
    assert_eq!(device.reason(APP, 3), 1, "then the backup");
}

#[test]
fn job_api_075_the_record_level_order() {
    let mut device = Device::booted();
    let needy = JobInfo { constraint_flags: 4 | 8, ..job(1) };
    device.act(|scheduler, world| scheduler.on_storage_low(true, world));
    device.schedule(APP, needy).expect("accepted");
    assert_eq!(device.reason(APP, 1), 8, "idle before storage");
    assert!(device.went_by(&JOB_API_075));
}

#[test]
fn job_api_076_answers_are_kept_until_the_job_changes() {
    let mut device = Device::booted();
    device.schedule(APP, waiting(1)).expect("accepted");
    assert_eq!(device.reason(APP, 1), 8);
    assert!(device.went_by(&JOB_API_076));
    assert_eq!(device.reason(APP, 1), 8);
    assert!(!device.went_by(&JOB_API_076), "from the cache");
    device.schedule(APP, job(1)).expect("accepted");
    assert_eq!(device.reason(APP, 1), -1, "tracking it anew drops the answer");
    device.cancel(APP, 1);
    assert_eq!(device.reason(APP, 1), -2, "and so does its end");
}

#[test]
fn job_api_077_a_greedy_look_leaves_a_stale_answer() {
    let mut device = Device::booted();
    device.act(|scheduler, world| scheduler.on_storage_low(true, world));
    let needy = JobInfo {
        constraint_flags: 8,
        required_network: crate::job::info::NetworkRequest::of_type(1, Some(APP)),
        ..job(1)
    };
    device.schedule(APP, needy).expect("accepted");
    let network = network(1);
    device.act(|scheduler, world| scheduler.on_default_network(Some(network), world));
    assert_eq!(device.reason(APP, 1), 11);
    // A storage report without a loss runs jobs, and changes no answer; the network's loss does.
    device.act(|scheduler, world| scheduler.on_default_network(None, world));
    device.reason(APP, 1);
    device.act(|scheduler, world| scheduler.on_storage_low(false, world));
    assert_eq!(device.reason(APP, 1), 6);
    assert!(device.went_by(&JOB_API_077));
}

#[test]
fn job_api_080_only_about_ones_own_package() {
    let mut device = Device::booted();
    let about = |package: &str| Call::CanRunUserInitiatedJobs { package: package.to_owned() };
    assert_eq!(device.call(APP, about(PACKAGE)), Ok(Reply::Boolean(true)));
    for package in ["com.example.other", "com.example.absent"] {
        device.refuses(APP, about(package), "SecurityException", &JOB_API_080);
    }
}

#[test]
fn job_api_081_or_about_anybody_by_the_platform() {
    let mut device = Device::booted();
    let about = |package: &str| Call::HasRunUserInitiatedJobsPermission {
        package: package.to_owned(),
        user: 0,
    };
    device.refuses(OTHER, about(PACKAGE), "SecurityException", &JOB_API_081);
    assert_eq!(device.call(Uid(9_999), about(PACKAGE)), Ok(Reply::Boolean(true)));
    assert_eq!(device.call(Uid(9_999), about("com.example.absent")), Ok(Reply::Boolean(false)));
}

#[test]
fn job_api_082_started_jobs_are_for_the_system() {
    let mut device = Device::booted();
    device.run(APP, job(1));
    device.schedule(APP, waiting(2)).expect("accepted");
    device.refuses(APP, Call::GetStartedJobs, "SecurityException", &JOB_API_082);
    let started = device.call(Uid::SYSTEM, Call::GetStartedJobs).expect("accepted");
    assert_eq!(ids(started), [1]);
}

#[test]
fn job_api_083_snapshots_are_for_the_system() {
    let mut device = Device::booted();
    device.facts.binds_refused = true;
    device.schedule(APP, job(1)).expect("accepted");
    device.schedule(APP, waiting(2)).expect("accepted");
    device.refuses(APP, Call::GetAllJobSnapshots, "SecurityException", &JOB_API_083);
    let Ok(Reply::Snapshots(all)) = device.call(Uid::SYSTEM, Call::GetAllJobSnapshots) else {
        panic!("not snapshots");
    };
    let told: Vec<_> = all.iter().map(|of| (of.job.id, of.runnable)).collect();
    assert_eq!(told, [(1, true), (2, false)]);
}

#[test]
fn job_api_003_every_operation_is_answered() {
    let mut device = Device::booted();
    let (namespace, package) = (None, Some(PACKAGE.to_owned()));
    let job = Some(Box::new(waiting(1)));
    let calls = [
        Call::Schedule { namespace: None, job: job.clone() },
        Call::Enqueue { namespace: None, job: job.clone(), work: Some(Box::default()) },
        Call::ScheduleAsPackage { namespace, job, package: package.clone(), user: 0, tag: None },
        Call::Cancel { namespace: None, id: 7 },
        Call::CancelAll,
        Call::CancelAllInNamespace { namespace: None },
        Call::GetAllPendingJobs,
        Call::GetAllPendingJobsInNamespace { namespace: None },
        Call::GetPendingJob { namespace: None, id: 1 },
        Call::GetPendingJobReason { namespace: None, id: 1 },
        Call::CanRunUserInitiatedJobs { package: PACKAGE.to_owned() },
        Call::HasRunUserInitiatedJobsPermission { package: PACKAGE.to_owned(), user: 0 },
        Call::GetStartedJobs,
        Call::GetAllJobSnapshots,
        Call::RegisterUserVisibleJobObserver { observer: Some(1) },
        Call::UnregisterUserVisibleJobObserver { observer: Some(1) },
        Call::NotePendingUserRequestedAppStop { package, user: 0, debug_reason: None },
    ];
    let for_others = "android.permission.UPDATE_DEVICE_STATS".to_owned();
    device.facts.denied.insert((for_others, APP), crate::package::Granted::Granted);
    for (index, call) in calls.into_iter().enumerate() {
        let uid = if index < 12 { APP } else { Uid::SYSTEM };
        let answer = device.call(uid, call);
        assert!(answer.is_ok(), "{index}: {answer:?}");
    }
}

/// Numbers and names as the specification lists them.
fn assert_codes<T: Copy>(
    all: &[T],
    code: impl Fn(T) -> i32,
    name: impl Fn(T) -> &'static str,
    list: &str,
) {
    let codes: Vec<_> = all.iter().map(|&of| format!("{} {}", name(of), code(of))).collect();
    assert_eq!(codes.join("; "), list);
}

#[test]
fn job_api_073_pending_reasons() {
    use crate::job::PendingJobReason as Reason;
    let list = "INVALID_JOB_ID -2; EXECUTING -1; UNDEFINED 0; APP 1; APP_STANDBY 2; \
        BACKGROUND_RESTRICTION 3; CONSTRAINT_BATTERY_NOT_LOW 4; CONSTRAINT_CHARGING 5; \
        CONSTRAINT_CONNECTIVITY 6; CONSTRAINT_CONTENT_TRIGGER 7; CONSTRAINT_DEVICE_IDLE 8; \
        CONSTRAINT_MINIMUM_LATENCY 9; CONSTRAINT_PREFETCH 10; CONSTRAINT_STORAGE_NOT_LOW 11; \
        DEVICE_STATE 12; JOB_SCHEDULER_OPTIMIZATION 13; QUOTA 14; USER 15";
    assert_codes(Reason::ALL, Reason::code, Reason::name, list);
}

#[test]
fn job_stop_001_public_stop_reasons() {
    use crate::job::StopReason as Reason;
    let list = "UNDEFINED 0; CANCELLED_BY_APP 1; PREEMPT 2; TIMEOUT 3; DEVICE_STATE 4; \
        CONSTRAINT_BATTERY_NOT_LOW 5; CONSTRAINT_CHARGING 6; CONSTRAINT_CONNECTIVITY 7; \
        CONSTRAINT_DEVICE_IDLE 8; CONSTRAINT_STORAGE_NOT_LOW 9; QUOTA 10; \
        BACKGROUND_RESTRICTION 11; APP_STANDBY 12; USER 13; SYSTEM_PROCESSING 14; \
        ESTIMATED_APP_LAUNCH_TIME_CHANGED 15";
    assert_codes(Reason::ALL, Reason::code, Reason::name, list);
}

#[test]
fn job_stop_002_internal_stop_reasons() {
    use crate::job::InternalStopReason as Reason;
    let list = "UNKNOWN -1; CANCELED 0; CONSTRAINTS_NOT_SATISFIED 1; PREEMPT 2; TIMEOUT 3; \
        DEVICE_IDLE 4; DEVICE_THERMAL 5; RESTRICTED_BUCKET 6; UNINSTALL 7; DATA_CLEARED 8; \
        RTC_UPDATED 9; SUCCESSFUL_FINISH 10; USER_UI_STOP 11; ANR 12";
    assert_codes(Reason::ALL, Reason::code, Reason::name, list);
}
