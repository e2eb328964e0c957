//! Cancelling, and what events of packages, uids and users do to jobs.

use super::device::*;
use crate::ids::{ComponentName, Uid, UserId};
use crate::job::call::{JobCallbackCall, JobSchedulerCall as Call};
use crate::job::info::{ClipData, JobInfo, JobWorkItem, WorkIntent};
use crate::job::scheduler::{PackageEvent, UserEvent};
use crate::package::Granted;
use crate::rules::job_api::*;
use crate::rules::job_sched::*;

fn of_other(id: i32) -> JobInfo {
    JobInfo { service: ComponentName::new("com.example.other", ".Service"), ..waiting(id) }
}

/// The app's own job 1, and job 2 that another app scheduled for it.
fn own_and_proxied() -> Device {
    let mut device = Device::booted();
    let permission = "android.permission.UPDATE_DEVICE_STATS".to_owned();
    device.facts.denied.insert((permission, OTHER), Granted::Granted);
    device.schedule(APP, waiting(1)).expect("accepted");
    device.schedule_as(OTHER, PACKAGE, of_other(2)).expect("accepted");
    device
}

fn package_event(device: &mut Device, event: PackageEvent) {
    device.act(|scheduler, world| scheduler.on_package_event(event, PACKAGE, APP, world));
}

fn left(device: &Device) -> Vec<i32> {
    let mut left: Vec<_> = device.scheduler.jobs().map(|job| job.job_id()).collect();
    left.sort_unstable();
    left
}

#[test]
fn job_api_060_an_unknown_id_is_no_error() {
    let mut device = Device::booted();
    let before = device.scheduler.clone();
    device.cancel(APP, 1);
    assert!(device.went_by(&JOB_API_060));
    assert_eq!(device.scheduler, before);
    let token = device.run(APP, job(1));
    device.cancel(APP, 1);
    assert_eq!(device.stops(), [(1, 0)]);
    assert!(device.scheduler.execution_of(token).is_some(), "it is still winding down");
}

#[test]
fn job_api_061_one_namespace_only() {
    let mut device = Device::booted();
    device.schedule_in(APP, "n", waiting(1)).expect("accepted");
    device.schedule(APP, waiting(2)).expect("accepted");
    let all = Call::CancelAllInNamespace { namespace: None };
    device.call(APP, all).expect("accepted");
    assert_eq!(left(&device), [1]);
    let all = Call::CancelAllInNamespace { namespace: Some(" n ".to_owned()) };
    device.call(APP, all).expect("accepted");
    assert_eq!(left(&device), [0; 0]);
}

#[test]
fn job_api_062_every_namespace() {
    let mut device = Device::booted();
    device.schedule_in(APP, "n", waiting(1)).expect("accepted");
    device.schedule(APP, waiting(2)).expect("accepted");
    device.schedule(OTHER, of_other(3)).expect("accepted");
    device.call(APP, Call::CancelAll).expect("accepted");
    assert_eq!(left(&device), [3]);
}

#[test]
fn job_api_063_the_systems_jobs_are_not_cancelled_all_at_once() {
    let mut device = Device::booted();
    device.facts.install("android", Uid::SYSTEM);
    let systems =
        |id| JobInfo { service: ComponentName::new("android", ".Service"), ..waiting(id) };
    device.schedule(Uid::SYSTEM, systems(1)).expect("accepted");
    device.schedule_in(Uid::SYSTEM, "n", systems(2)).expect("accepted");
    device.call(Uid::SYSTEM, Call::CancelAll).expect("accepted");
    let namespace = None;
    device.call(Uid::SYSTEM, Call::CancelAllInNamespace { namespace }).expect("accepted");
    assert!(device.went_by(&JOB_API_063));
    assert_eq!(left(&device), [1, 2]);
    let namespace = Some("n".to_owned());
    device.call(Uid::SYSTEM, Call::CancelAllInNamespace { namespace }).expect("accepted");
    device.cancel(Uid::SYSTEM, 1);
    assert_eq!(left(&device), [0; 0]);
}

#[test]
fn job_sched_060_grants_of_the_clip_then_of_waiting_then_of_executing_work() {
    let mut device = Device::booted();
    let clip = Some(ClipData { uris: vec!["content://x/clip".to_owned()] });
    let shared = JobInfo { clip_data: clip, clip_grant_flags: 1, ..job(1) };
    let work = |uri: &str| {
        let data = Some(format!("content://x/{uri}"));
        let intent = Some(WorkIntent { flags: 1, data, clip: Vec::new() });
        JobWorkItem { intent, ..JobWorkItem::default() }
    };
    device.enqueue(APP, shared.clone(), work("1")).expect("accepted");
    let token = device.bound()[0];
    device.start_work(APP, token);
    device.callback(APP, token, JobCallbackCall::DequeueWork).expect("the first item");
    // A job with a clip is replaced; its work goes on to the successor without a grant or revocation.
    device.enqueue(APP, shared, work("2")).expect("accepted");
    let grants = device.grants();
    assert_eq!(grants, ["+content://x/clip", "-content://x/clip", "+content://x/2"]);
    device.cancel(APP, 1);
    let grants = device.grants();
    assert_eq!(grants, ["-content://x/clip", "-content://x/1", "-content://x/2"]);
    assert!(device.went_by(&JOB_SCHED_060));
}

#[test]
fn job_sched_061_by_identity_and_by_phase() {
    let mut device = Device::booted();
    device.schedule(APP, job(1)).expect("accepted");
    let token = device.bound()[0];
    // Cancelled while binding: the app never sees it.
    device.cancel(APP, 1);
    assert_eq!(device.stops(), []);
    device.act(|scheduler, world| {
        let connected = crate::job::scheduler::ConnectionEvent::Connected(job(1).service);
        scheduler.on_connection(token, &connected, world);
    });
    assert!(device.scheduler.execution_of(token).is_none());
    assert_eq!(device.stops(), []);
}

#[test]
fn job_sched_062_internal_cancels_tell_whether_there_was_a_job() {
    let mut device = Device::booted();
    device.schedule(APP, waiting(1)).expect("accepted");
    let cause = crate::job::execution::StopCause::new(
        crate::job::StopReason::User,
        crate::job::InternalStopReason::Canceled,
        "test",
    );
    let cancel = |device: &mut Device| {
        device.act(|scheduler, world| scheduler.cancel_jobs_of_uid(APP, false, &cause, world))
    };
    assert!(cancel(&mut device));
    assert!(!cancel(&mut device));
}

#[test]
fn job_api_101_by_uid_with_or_without_what_others_scheduled() {
    let cause = crate::job::execution::StopCause::new(
        crate::job::StopReason::User,
        crate::job::InternalStopReason::Canceled,
        "test",
    );
    for (include_source_app, stays) in [(false, vec![2]), (true, vec![])] {
        let mut device = own_and_proxied();
        device.act(|scheduler, world| {
            scheduler.cancel_jobs_of_uid(APP, include_source_app, &cause, world)
        });
        assert!(device.went_by(&JOB_API_101));
        assert_eq!(left(&device), stays);
    }
}

#[test]
fn job_sched_064_which_event_takes_which_jobs() {
    let events: [(PackageEvent, &[i32]); 4] = [
        (PackageEvent::Disabled, &[]),
        (PackageEvent::FullyRemoved, &[]),
        (PackageEvent::Restarted, &[2]),
        (PackageEvent::DataCleared, &[]),
    ];
    for (event, stays) in events {
        let mut device = own_and_proxied();
        package_event(&mut device, event);
        assert!(device.went_by(&JOB_SCHED_064), "{event:?}");
        assert_eq!(left(&device), stays, "{event:?}");
    }
    for disabled in [false, true] {
        let mut device = own_and_proxied();
        device.act(|scheduler, world| scheduler.on_uid_idle(APP, disabled, world));
        assert_eq!(left(&device).is_empty(), disabled);
        let mut device = own_and_proxied();
        device.act(|scheduler, world| scheduler.on_uid_gone(APP, disabled, world));
        assert_eq!(left(&device).is_empty(), disabled);
    }
    let mut device = own_and_proxied();
    let gone = UserId(0);
    device.act(|scheduler, world| scheduler.on_user_event(UserEvent::Removed, gone, world));
    assert_eq!(left(&device), [0; 0]);
}

#[test]
fn job_stop_004_reasons_by_cause() {
    let events: [(PackageEvent, (i32, i32)); 4] = [
        (PackageEvent::Restarted, (13, 0)),
        (PackageEvent::FullyRemoved, (13, 7)),
        (PackageEvent::Disabled, (13, 7)),
        (PackageEvent::DataCleared, (13, 8)),
    ];
    for (event, reasons) in events {
        let mut device = Device::booted();
        device.run(APP, job(1));
        package_event(&mut device, event);
        assert_eq!(device.stops(), [reasons], "{event:?}");
    }
    let mut device = Device::booted();
    device.run(APP, job(1));
    device.act(|scheduler, world| scheduler.on_uid_idle(APP, true, world));
    assert_eq!(device.stops(), [(11, 1)]);
}

#[test]
fn job_stop_006_a_cancelled_job_is_out_of_the_store_before_it_stops() {
    let mut device = Device::booted();
    let token = device.run(APP, job(1));
    device.cancel(APP, 1);
    assert!(!device.is_stored(APP, 1));
    assert_eq!(device.stops().len(), 1);
    let stopped = JobCallbackCall::AcknowledgeStop { reschedule: true };
    device.callback(APP, token, stopped).expect("accepted");
    assert!(!device.is_stored(APP, 1));
}

#[test]
fn job_stop_007_a_package_cancel_looks_at_the_package() {
    let mut device = own_and_proxied();
    device.facts.install("com.example.shared", APP);
    let shared =
        JobInfo { service: ComponentName::new("com.example.shared", ".Service"), ..waiting(3) };
    device.schedule(APP, shared).expect("accepted");
    package_event(&mut device, PackageEvent::FullyRemoved);
    assert_eq!(left(&device), [3], "another package of the same uid");
}

#[test]
fn job_sched_065_the_system_package_is_spared() {
    let mut device = Device::booted();
    device.facts.install("android", Uid::SYSTEM);
    let systems = JobInfo { service: ComponentName::new("android", ".Service"), ..waiting(1) };
    device.schedule(Uid::SYSTEM, systems).expect("accepted");
    let events = [PackageEvent::Disabled, PackageEvent::FullyRemoved, PackageEvent::Restarted];
    for event in events {
        device.act(|scheduler, world| {
            scheduler.on_package_event(event, "android", Uid::SYSTEM, world);
        });
        assert!(device.went_by(&JOB_SCHED_065));
    }
    device.act(|scheduler, world| scheduler.on_uid_gone(Uid::SYSTEM, true, world));
    assert_eq!(left(&device), [1]);
}

#[test]
fn job_sched_066_would_a_force_stop_affect_the_package() {
    let mut device = own_and_proxied();
    let asked = |device: &mut Device, package: &str, uid| {
        let package = package.to_owned();
        device.act(|scheduler, world| scheduler.would_force_stop_affect(&package, uid, world))
    };
    assert!(asked(&mut device, PACKAGE, APP));
    assert!(device.went_by(&JOB_SCHED_066));
    assert!(!asked(&mut device, "com.example.other", OTHER), "its job runs for another");
}

#[test]
fn job_sched_067_nothing_follows_an_uninstall_or_cleared_data() {
    let mut device = Device::booted();
    let periodic = JobInfo {
        is_periodic: true,
        has_early_constraint: true,
        has_late_constraint: true,
        interval_millis: 900_000,
        flex_millis: 900_000,
        ..job(1)
    };
    let token = device.run(APP, periodic);
    package_event(&mut device, PackageEvent::DataCleared);
    let stopped = JobCallbackCall::AcknowledgeStop { reschedule: true };
    device.callback(APP, token, stopped).expect("accepted");
    assert!(device.went_by(&JOB_SCHED_067));
    assert!(!device.is_stored(APP, 1));
}

#[test]
fn job_api_100_the_systems_own_jobs_of_one_namespace() {
    let mut device = Device::booted();
    device.facts.install("android", Uid::SYSTEM);
    device.facts.install("com.android.settings", Uid::SYSTEM);
    for (id, package) in [(1, "android"), (2, "com.android.settings")] {
        let systems = JobInfo { service: ComponentName::new(package, ".Service"), ..waiting(id) };
        device.schedule_in(Uid::SYSTEM, "n", systems.clone()).expect("accepted");
        device.schedule(Uid::SYSTEM, systems).expect("accepted");
    }
    let own = device.act(|scheduler, world| scheduler.system_scheduled_own_jobs(Some("n"), world));
    assert_eq!(own.iter().map(|job| job.id).collect::<Vec<_>>(), [1]);
    assert!(device.went_by(&JOB_API_100));
}

#[test]
fn job_api_102_the_end_of_a_backup_has_all_jobs_looked_at() {
    let mut device = Device::booted();
    device.act(|scheduler, world| scheduler.set_backing_up(APP, true, world));
    device.schedule(APP, job(1)).expect("accepted");
    assert!(device.bound().is_empty());
    device.act(|scheduler, world| scheduler.set_backing_up(APP, false, world));
    assert!(device.went_by(&JOB_API_102));
    assert_eq!(device.bound().len(), 1);
    // A uid without own jobs brings about no look.
    device.schedule(APP, waiting(2)).expect("accepted");
    device.act(|scheduler, world| scheduler.set_backing_up(OTHER, false, world));
    assert!(!device.went_by(&crate::rules::job_proc::JOB_PROC_010));
}
