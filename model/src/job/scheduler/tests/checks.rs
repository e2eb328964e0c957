//! What a call must get past. Each test takes the rule's check alone, and one the order among them.

use super::device::*;
use crate::ids::{ComponentName, Uid, UserId};
use crate::job::call::JobSchedulerCall as Call;
use crate::job::info::{
    JobInfo, JobWorkItem, NetworkRequest, WorkIntent, FLAG_EXEMPT_FROM_APP_STANDBY,
    FLAG_WILL_BE_FOREGROUND,
};
use crate::job::scheduler::PackageEvent;
use crate::package::{Change, Granted};
use crate::reply::Reply;
use crate::rules::job_api::*;
use crate::rules::job_sched::JOB_SCHED_040;

const RUN_USER_INITIATED_JOBS: &str = "android.permission.RUN_USER_INITIATED_JOBS";
const RECEIVE_BOOT_COMPLETED: &str = "android.permission.RECEIVE_BOOT_COMPLETED";
const UPDATE_DEVICE_STATS: &str = "android.permission.UPDATE_DEVICE_STATS";

fn networked(id: i32) -> JobInfo {
    JobInfo { required_network: NetworkRequest::of_type(1, Some(APP)), ..job(id) }
}

fn deny(device: &mut Device, permission: &str, uid: Uid, state: Granted) {
    device.facts.denied.insert((permission.to_owned(), uid), state);
}

fn as_package(job: JobInfo, package: Option<&str>) -> Call {
    Call::ScheduleAsPackage {
        namespace: None,
        job: Some(Box::new(job)),
        package: package.map(str::to_owned),
        user: 0,
        tag: None,
    }
}

#[test]
fn job_api_001_result_codes() {
    assert_eq!((super::super::RESULT_FAILURE, super::super::RESULT_SUCCESS), (0, 1));
}

#[test]
fn job_api_006_calls_reach_the_callers_own_jobs_only() {
    let mut device = Device::booted();
    deny(&mut device, UPDATE_DEVICE_STATS, OTHER, Granted::Granted);
    let theirs =
        JobInfo { service: ComponentName::new("com.example.other", ".Service"), ..waiting(1) };
    assert_eq!(device.schedule_as(OTHER, PACKAGE, theirs), Ok(Reply::Int(1)));
    assert_eq!(device.stored(OTHER, 1).source_uid(), APP);
    // Scheduled on behalf of the app, but not by it.
    assert_eq!(
        device.call(APP, Call::GetPendingJob { namespace: None, id: 1 }),
        Ok(Reply::Job(None))
    );
    device.cancel(APP, 1);
    device.call(APP, Call::CancelAll).expect("accepted");
    assert!(device.is_stored(OTHER, 1));
}

#[test]
fn job_api_007_only_the_system_of_user_0_is_the_system() {
    let mut device = Device::booted();
    assert!(device.call(Uid::SYSTEM, Call::GetStartedJobs).is_ok());
    let system_of_user_10 = Uid::of(UserId(10), 1000);
    device.refuses(system_of_user_10, Call::GetStartedJobs, "SecurityException", &JOB_API_082);
}

#[test]
fn job_api_008_outcomes_are_kept_until_a_package_event() {
    let mut device = Device::booted();
    let persisted = JobInfo { is_persisted: true, ..waiting(1) };
    device.schedule(APP, persisted.clone()).expect("granted");
    deny(&mut device, RECEIVE_BOOT_COMPLETED, APP, Granted::HardDenied);
    device.schedule(APP, persisted.clone()).expect("not noticed");
    device.act(|scheduler, world| {
        scheduler.on_package_event(PackageEvent::Added, PACKAGE, APP, world);
    });
    let call = schedule_call(persisted);
    device.refuses(APP, call, "IllegalArgumentException", &JOB_API_023);
}

#[test]
fn job_api_010_the_first_check_that_refuses_is_the_one_heard_of() {
    let mut device = Device::booted();
    // Everything is wrong; then one thing after the other is put right.
    let mut wrong = JobInfo {
        service: ComponentName::new("com.example.absent", ".Service"),
        is_persisted: true,
        flags: user_initiated(1).flags | FLAG_WILL_BE_FOREGROUND | FLAG_EXEMPT_FROM_APP_STANDBY,
        priority: 1,
        ..user_initiated(1)
    };
    deny(&mut device, RECEIVE_BOOT_COMPLETED, APP, Granted::HardDenied);
    deny(&mut device, "android.permission.ACCESS_NETWORK_STATE", APP, Granted::HardDenied);
    deny(&mut device, RUN_USER_INITIATED_JOBS, APP, Granted::HardDenied);
    let refused = |device: &mut Device, job: &JobInfo, rule| {
        let call =
            Call::Schedule { namespace: Some(" ".to_owned()), job: Some(Box::new(job.clone())) };
        let before = device.scheduler.jobs().count();
        let outcome = device.call(APP, call);
        assert!(device.went_by(rule), "{outcome:?} was not by {rule}");
        assert_eq!(device.scheduler.jobs().count(), before);
        outcome
    };
    assert!(refused(&mut device, &wrong, &JOB_API_020).is_err());
    wrong.service = ComponentName::new("com.example.other", ".Service");
    assert!(refused(&mut device, &wrong, &JOB_API_021).is_err());
    wrong.service = ComponentName::new(PACKAGE, ".Service");
    let key = (wrong.service.clone(), UserId(0));
    device.facts.services.get_mut(&key).expect("declared").permission = None;
    assert!(refused(&mut device, &wrong, &JOB_API_022).is_err());
    device.facts.install(PACKAGE, APP);
    assert!(refused(&mut device, &wrong, &JOB_API_023).is_err());
    wrong.is_persisted = false;
    assert!(refused(&mut device, &wrong, &JOB_API_024).is_err());
    device
        .facts
        .changes_off
        .insert((Change::REQUIRE_NETWORK_PERMISSIONS_FOR_CONNECTIVITY_JOBS, APP));
    assert!(refused(&mut device, &wrong, &JOB_API_030).is_err());
    wrong.priority = 500;
    assert!(refused(&mut device, &wrong, &JOB_API_031).is_err());
    wrong.flags &= !FLAG_WILL_BE_FOREGROUND;
    assert!(refused(&mut device, &wrong, &JOB_API_032).is_err());
    wrong.flags &= !FLAG_EXEMPT_FROM_APP_STANDBY;
    assert!(refused(&mut device, &wrong, &JOB_API_034).is_err());
    device.facts.denied.remove(&(RUN_USER_INITIATED_JOBS.to_owned(), APP));
    assert_eq!(refused(&mut device, &wrong, &JOB_API_035), Ok(Reply::Int(0)));
    device.facts.top.insert(APP);
    assert!(refused(&mut device, &wrong, &JOB_API_051).is_err());
}

#[test]
fn job_api_011_a_missing_work_item_comes_between_permissions_and_validity() {
    let mut device = Device::booted();
    let no_work = |job| Call::Enqueue { namespace: None, job: Some(Box::new(job)), work: None };
    let invalid = JobInfo { priority: 1, ..job(1) };
    device.refuses(APP, no_work(invalid.clone()), "NullPointerException", &JOB_API_011);
    let elsewhere = JobInfo { service: ComponentName::new("absent", ".S"), ..invalid };
    device.refuses(APP, no_work(elsewhere), "IllegalArgumentException", &JOB_API_020);
}

#[test]
fn job_api_012_scheduling_for_others_needs_a_package_and_a_permission_first() {
    let mut device = Device::booted();
    let absent = JobInfo { service: ComponentName::new("absent", ".S"), ..job(1) };
    device.refuses(APP, as_package(absent.clone(), None), "NullPointerException", &JOB_API_012);
    let call = as_package(absent.clone(), Some(PACKAGE));
    device.refuses(APP, call.clone(), "SecurityException", &JOB_API_012);
    deny(&mut device, UPDATE_DEVICE_STATS, APP, Granted::Granted);
    device.refuses(APP, call, "IllegalArgumentException", &JOB_API_020);
}

#[test]
fn job_api_013_only_a_proxied_job_has_a_source_and_a_tag() {
    let mut device = Device::booted();
    deny(&mut device, UPDATE_DEVICE_STATS, APP, Granted::Granted);
    device.schedule(APP, waiting(1)).expect("accepted");
    let own = device.stored(APP, 1);
    assert_eq!((own.source_uid(), own.source_tag()), (APP, None));
    device.schedule_as(APP, "com.example.other", waiting(2)).expect("accepted");
    let proxied = device.stored(APP, 2);
    assert_eq!(proxied.source_uid(), OTHER);
    assert_eq!(proxied.source_tag().map(|tag| &**tag), Some("tag"));
}

#[test]
fn job_api_014_no_description_is_refused_before_the_namespace() {
    let mut device = Device::booted();
    let namespace = Some(String::new());
    let schedule = Call::Schedule { namespace: namespace.clone(), job: None };
    device.refuses(APP, schedule, "NullPointerException", &JOB_API_014);
    let enqueue = Call::Enqueue { namespace, job: None, work: None };
    device.refuses(APP, enqueue, "NullPointerException", &JOB_API_014);
}

#[test]
fn job_api_020_the_service_must_exist_and_be_enabled() {
    let mut device = Device::booted();
    device.facts.services.clear();
    device.refuses(APP, schedule_call(job(1)), "IllegalArgumentException", &JOB_API_020);
}

#[test]
fn job_api_021_the_service_must_be_the_callers_own() {
    let mut device = Device::booted();
    device.refuses(OTHER, schedule_call(job(1)), "IllegalArgumentException", &JOB_API_021);
    // Packages that share a uid may use each other's services.
    device.facts.install("com.example.shared", APP);
    let shared =
        JobInfo { service: ComponentName::new("com.example.shared", ".Service"), ..waiting(1) };
    assert_eq!(device.schedule(APP, shared), Ok(Reply::Int(1)));
}

#[test]
fn job_api_022_the_service_must_be_guarded_by_exactly_one_permission() {
    for permission in [None, Some("android.permission.BIND_PRINT_SERVICE".to_owned())] {
        let mut device = Device::booted();
        let key = (job(1).service, UserId(0));
        device.facts.services.get_mut(&key).expect("declared").permission = permission;
        device.refuses(APP, schedule_call(job(1)), "IllegalArgumentException", &JOB_API_022);
    }
}

#[test]
fn job_api_023_persisted_jobs_need_the_boot_permission() {
    let mut device = Device::booted();
    deny(&mut device, RECEIVE_BOOT_COMPLETED, APP, Granted::HardDenied);
    let persisted = JobInfo { is_persisted: true, ..job(1) };
    device.refuses(APP, schedule_call(persisted), "IllegalArgumentException", &JOB_API_023);
    assert_eq!(device.schedule(APP, job(1)), Ok(Reply::Int(1)));
}

#[test]
fn job_api_024_network_jobs_need_the_network_permission_from_34_on() {
    let mut device = Device::booted();
    deny(&mut device, "android.permission.ACCESS_NETWORK_STATE", APP, Granted::HardDenied);
    device.refuses(APP, schedule_call(networked(1)), "SecurityException", &JOB_API_024);
    let change = Change::REQUIRE_NETWORK_PERMISSIONS_FOR_CONNECTIVITY_JOBS;
    device.facts.changes_off.insert((change, APP));
    assert_eq!(device.schedule(APP, networked(1)), Ok(Reply::Int(1)));
}

#[test]
fn job_api_030_a_description_is_checked_again_with_the_gates_of_the_caller() {
    let mut device = Device::booted();
    let negative = JobInfo { network_upload_bytes: -2, ..networked(1) };
    device.refuses(APP, schedule_call(negative.clone()), "IllegalArgumentException", &JOB_API_030);
    device.facts.changes_off.insert((Change::REJECT_NEGATIVE_NETWORK_ESTIMATES, APP));
    assert_eq!(device.schedule(APP, negative), Ok(Reply::Int(1)));
}

#[test]
fn job_api_031_will_be_foreground_is_for_holders_of_a_permission() {
    let mut device = Device::booted();
    let flagged = JobInfo { flags: FLAG_WILL_BE_FOREGROUND, ..waiting(1) };
    device.refuses(APP, schedule_call(flagged.clone()), "SecurityException", &JOB_API_031);
    deny(&mut device, "android.permission.CONNECTIVITY_INTERNAL", APP, Granted::Granted);
    assert_eq!(device.schedule(APP, flagged), Ok(Reply::Int(1)));
}

#[test]
fn job_api_032_exempt_from_standby_is_for_the_system() {
    let mut device = Device::booted();
    let flagged = JobInfo { flags: FLAG_EXEMPT_FROM_APP_STANDBY, ..waiting(1) };
    device.refuses(APP, schedule_call(flagged.clone()), "SecurityException", &JOB_API_032);
    device.facts.install("android", Uid::SYSTEM);
    let systems = JobInfo { service: ComponentName::new("android", ".Service"), ..flagged };
    assert_eq!(device.schedule(Uid::SYSTEM, systems), Ok(Reply::Int(1)));
}

#[test]
fn job_api_033_source_and_caller_are_both_checked() {
    let mut device = Device::booted();
    deny(&mut device, UPDATE_DEVICE_STATS, APP, Granted::Granted);
    device.facts.top.extend([APP, OTHER]);
    deny(&mut device, RUN_USER_INITIATED_JOBS, OTHER, Granted::HardDenied);
    let call = as_package(user_initiated(1), Some("com.example.other"));
    device.refuses(APP, call.clone(), "SecurityException", &JOB_API_034);
    deny(&mut device, RUN_USER_INITIATED_JOBS, OTHER, Granted::Granted);
    deny(&mut device, RUN_USER_INITIATED_JOBS, APP, Granted::SoftDenied);
    device.fails(APP, call.clone(), &JOB_API_034);
    deny(&mut device, RUN_USER_INITIATED_JOBS, APP, Granted::Granted);
    assert_eq!(device.call(APP, call), Ok(Reply::Int(1)));
    assert!(device.went_by(&JOB_API_033));
}

#[test]
fn job_api_034_hard_denied_throws_and_soft_denied_fails() {
    let mut device = Device::booted();
    device.facts.top.insert(APP);
    deny(&mut device, RUN_USER_INITIATED_JOBS, APP, Granted::HardDenied);
    device.refuses(APP, schedule_call(user_initiated(1)), "SecurityException", &JOB_API_034);
    deny(&mut device, RUN_USER_INITIATED_JOBS, APP, Granted::SoftDenied);
    device.fails(APP, schedule_call(user_initiated(1)), &JOB_API_034);
}

#[test]
fn job_api_035_an_app_in_no_state_for_it_fails_and_keeps_its_job() {
    let mut device = Device::booted();
    device.schedule(APP, waiting(1)).expect("accepted");
    device.fails(APP, schedule_call(user_initiated(1)), &JOB_API_035);
    assert!(!device.stored(APP, 1).job().is_user_initiated());
}

#[test]
fn job_sched_040_top_or_allowed_by_the_activity_manager() {
    let mut device = Device::booted();
    device.fails(APP, schedule_call(user_initiated(1)), &JOB_SCHED_040);
    device.facts.may_schedule_user_initiated.insert(APP);
    assert_eq!(device.schedule(APP, user_initiated(1)), Ok(Reply::Int(1)));
    let mut device = Device::booted();
    device.facts.top.insert(APP);
    assert_eq!(device.schedule(APP, user_initiated(1)), Ok(Reply::Int(1)));
}

#[test]
fn job_api_036_a_work_item_is_checked_after_the_app_state() {
    let mut device = Device::booted();
    let bad = JobWorkItem { download_bytes: -2, ..JobWorkItem::default() };
    let call = enqueue_call(networked(1), bad.clone());
    device.refuses(APP, call, "IllegalArgumentException", &JOB_API_036);
    device.fails(APP, enqueue_call(user_initiated(1), bad), &JOB_API_035);
}

#[test]
fn job_api_037_work_with_bytes_needs_a_job_with_a_network_from_34_on() {
    let mut device = Device::booted();
    let work = JobWorkItem { upload_bytes: 0, ..JobWorkItem::default() };
    let call = enqueue_call(waiting(1), work.clone());
    device.refuses(APP, call, "IllegalArgumentException", &JOB_API_037);
    let change = Change::REQUIRE_NETWORK_CONSTRAINT_FOR_NETWORK_JOB_WORK_ITEMS;
    device.facts.changes_off.insert((change, APP));
    assert_eq!(device.enqueue(APP, waiting(1), work), Ok(Reply::Int(1)));
}

#[test]
fn job_api_038_persisted_jobs_take_work_without_an_intent_only() {
    let mut device = Device::booted();
    let persisted = JobInfo { is_persisted: true, ..waiting(1) };
    let intent = Some(WorkIntent::default());
    let call = enqueue_call(persisted.clone(), JobWorkItem { intent, ..JobWorkItem::default() });
    device.refuses(APP, call, "IllegalArgumentException", &JOB_API_038);
    assert_eq!(device.enqueue(APP, persisted, JobWorkItem::default()), Ok(Reply::Int(1)));
}

#[test]
fn job_api_051_a_namespace_is_trimmed_and_not_empty() {
    let mut device = Device::booted();
    device.schedule_in(APP, "\t n\u{1f} ", waiting(1)).expect("accepted");
    assert_eq!(device.stored_in(APP, Some("n"), 1).job_id(), 1);
    let cancel = Call::Cancel { namespace: Some(" \n".to_owned()), id: 1 };
    device.refuses(APP, cancel, "IllegalArgumentException", &JOB_API_051);
    // U+0085 is white space, but not to Java's trim.
    device.schedule_in(APP, "\u{85}", waiting(1)).expect("accepted");
}

#[test]
fn job_api_052_a_namespace_has_at_most_1000_utf_16_units() {
    let mut device = Device::booted();
    // Each of these takes two units.
    let exactly = "\u{1f600}".repeat(500);
    assert_eq!(device.schedule_in(APP, &exactly, waiting(1)), Ok(Reply::Int(1)));
    let namespace = Some(format!("{exactly}x"));
    let query = Call::GetPendingJob { namespace, id: 1 };
    device.refuses(APP, query, "IllegalArgumentException", &JOB_API_052);
}

#[test]
fn job_api_053_namespaces_do_not_touch_each_other() {
    let mut device = Device::booted();
    for namespace in ["a", "b"] {
        device.schedule_in(APP, namespace, waiting(1)).expect("accepted");
    }
    device.schedule(APP, waiting(1)).expect("accepted");
    let cancel = Call::Cancel { namespace: Some("a".to_owned()), id: 1 };
    device.call(APP, cancel).expect("accepted");
    let left: Vec<_> =
        device.scheduler.jobs().map(|job| job.namespace().map(ToString::to_string)).collect();
    assert_eq!(left, [Some("b".to_owned()), None]);
}
