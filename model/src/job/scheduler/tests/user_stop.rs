//! The Task Manager: observers, and the user's Stop button.

use super::device::*;
use crate::ids::Uid;
use crate::job::call::{CallbackToken, JobCallbackCall, JobSchedulerCall as Call};
use crate::job::effect::JobEffect;
use crate::job::info::JobWorkItem;
use crate::job::status::InternalFlags;
use crate::package::Granted;
use crate::reply::Reply;
use crate::rules::job_api::*;
use crate::rules::job_userstop::*;

fn stop_call(package: Option<&str>) -> Call {
    let package = package.map(str::to_owned);
    Call::NotePendingUserRequestedAppStop { package, user: 0, debug_reason: None }
}

fn press_stop(device: &mut Device) {
    assert_eq!(device.call(Uid::SYSTEM, stop_call(Some(PACKAGE))), Ok(Reply::Nothing));
}

fn told(device: &Device) -> Vec<(u64, i32, bool)> {
    let told = |effect: JobEffect| match effect {
        JobEffect::UserVisibleJob { observer, summary, running } => {
            Some((observer, summary.job_id, running))
        }
        _ => None,
    };
    device.effects().into_iter().filter_map(told).collect()
}

/// A device with a network, on which the app is on top.
fn on_top() -> Device {
    let mut device = Device::booted();
    device.facts.top.insert(APP);
    let network = network(1);
    device.act(|scheduler, world| scheduler.on_default_network(Some(network), world));
    device
}

fn observe(device: &mut Device, observer: u64) {
    let call = Call::RegisterUserVisibleJobObserver { observer: Some(observer) };
    assert_eq!(device.call(Uid::SYSTEM, call), Ok(Reply::Nothing));
}

#[test]
fn job_api_090_observers_need_both_permissions_then_an_observer() {
    let mut device = Device::booted();
    let one = "android.permission.MANAGE_ACTIVITY_TASKS".to_owned();
    device.facts.denied.insert((one, APP), Granted::Granted);
    let register = |observer| Call::RegisterUserVisibleJobObserver { observer };
    let unregister = |observer| Call::UnregisterUserVisibleJobObserver { observer };
    device.refuses(APP, register(Some(1)), "SecurityException", &JOB_API_090);
    device.refuses(APP, unregister(None), "SecurityException", &JOB_API_090);
    for call in [register(None), unregister(None)] {
        let refused = device.call(Uid::SYSTEM, call).expect_err("no observer");
        assert_eq!(refused.class_name(), "NullPointerException");
    }
}

#[test]
fn job_api_091_a_new_observer_hears_of_every_running_one_latest_first() {
    let mut device = on_top();
    device.run(APP, user_initiated(1));
    device.schedule(APP, user_initiated(2)).expect("accepted");
    device.run(APP, job(3));
    for _ in 0..2 {
        observe(&mut device, 7);
        assert_eq!(told(&device), [(7, 2, true), (7, 1, true)]);
        assert!(device.went_by(&JOB_API_091));
    }
}

#[test]
fn job_api_092_observers_hear_of_a_start_when_it_is_acknowledged() {
    let mut device = on_top();
    observe(&mut device, 7);
    device.schedule(APP, user_initiated(1)).expect("accepted");
    assert_eq!(told(&device), []);
    let token = device.bound()[0];
    device.start_work(APP, token);
    assert_eq!(told(&device), [(7, 1, true)]);
    assert!(device.went_by(&JOB_API_092));
}

#[test]
fn job_api_093_observers_hear_of_an_end_without_a_beginning() {
    let mut device = on_top();
    observe(&mut device, 7);
    device.schedule(APP, user_initiated(1)).expect("accepted");
    let token = device.bound()[0];
    device.kill(token);
    assert_eq!(told(&device), [(7, 1, false)]);
    assert!(device.went_by(&JOB_API_093));
    device.scheduler.on_observer_died(7);
    device.run(APP, user_initiated(2));
    assert_eq!(told(&device), []);
}

#[test]
fn job_userstop_012_told_after_the_state_has_changed() {
    let mut device = on_top();
    observe(&mut device, 7);
    let token = device.run(APP, user_initiated(1));
    device.finish(APP, token, false);
    assert_eq!(told(&device), [(7, 1, false)]);
    assert!(device.went_by(&JOB_USERSTOP_012));
    assert!(device.scheduler.execution_of(token).is_none());
}

#[test]
fn job_userstop_002_the_note_call_needs_both_permissions_then_a_package() {
    let mut device = Device::booted();
    device.refuses(APP, stop_call(None), "SecurityException", &JOB_USERSTOP_002);
    device.refuses(Uid::SYSTEM, stop_call(None), "NullPointerException", &JOB_API_095);
}

#[test]
fn job_userstop_003_an_unknown_package_has_no_effect() {
    let mut device = Device::booted();
    let before = device.scheduler.clone();
    let call = stop_call(Some("com.example.absent"));
    assert_eq!(device.call(Uid::SYSTEM, call), Ok(Reply::Nothing));
    assert!(device.went_by(&JOB_USERSTOP_003));
    assert_eq!(device.scheduler, before);
}

#[test]
fn job_api_096_running_jobs_are_marked_and_not_told() {
    let mut device = Device::booted();
    let token = device.run(APP, job(1));
    press_stop(&mut device);
    assert!(device.went_by(&JOB_API_096) && device.went_by(&JOB_USERSTOP_004));
    assert_eq!(device.stops(), []);
    device.kill(token);
    assert_eq!(device.stored(APP, 1).num_failures(), 1, "a stop by the user is a failure");
}

#[test]
fn job_userstop_005_every_job_of_the_uid_is_demoted_and_leaves_the_queue() {
    let mut device = Device::booted();
    device.schedule(APP, waiting(1)).expect("accepted");
    device.schedule_in(APP, "n", waiting(2)).expect("accepted");
    let record = device.stored(APP, 1).record();
    device.scheduler.desk.board.pending.add(&device.stored(APP, 1));
    press_stop(&mut device);
    assert!(device.went_by(&JOB_USERSTOP_005));
    assert!(!device.scheduler.board().is_pending(record));
    for job in device.scheduler.jobs() {
        assert!(job.internal_flags().intersects(InternalFlags::DEMOTED_BY_USER));
    }
}

#[test]
fn job_api_098_a_job_that_left_the_queue_says_it_was_the_user() {
    let mut device = Device::booted();
    device.schedule(APP, waiting(1)).expect("accepted");
    device.scheduler.desk.board.pending.add(&device.stored(APP, 1));
    device.schedule(APP, waiting(2)).expect("accepted");
    press_stop(&mut device);
    assert!(device.went_by(&JOB_API_098));
    assert_eq!((device.reason(APP, 1), device.reason(APP, 2)), (15, 8));
}

fn stop_and_kill(device: &mut Device, token: CallbackToken) {
    press_stop(device);
    device.kill(token);
}

#[test]
fn job_userstop_008_outcome_per_job() {
    let mut device = on_top();
    let visible = device.run(APP, user_initiated(1));
    stop_and_kill(&mut device, visible);
    assert!(!device.is_stored(APP, 1), "started as user-initiated: dropped");
    let plain = device.run(APP, job(2));
    device.schedule(APP, waiting(3)).expect("accepted");
    stop_and_kill(&mut device, plain);
    for (id, failures) in [(2, 1), (3, 0)] {
        let kept = device.stored(APP, id);
        assert!(kept.internal_flags().intersects(InternalFlags::DEMOTED_BY_USER));
        assert_eq!(kept.num_failures(), failures);
    }
}

#[test]
fn job_userstop_011_the_way_back() {
    let mut device = on_top();
    let off = None;
    device.act(|scheduler, world| scheduler.on_default_network(off, world));
    device.schedule(APP, user_initiated(1)).expect("accepted");
    device.schedule(APP, user_initiated(2)).expect("accepted");
    press_stop(&mut device);
    assert!(!device.stored(APP, 1).should_treat_as_user_initiated_job());
    device.schedule(APP, user_initiated(1)).expect("accepted");
    device.enqueue(APP, user_initiated(2), JobWorkItem::default()).expect("accepted");
    assert!(device.stored(APP, 1).should_treat_as_user_initiated_job());
    assert!(device.stored(APP, 2).should_treat_as_user_initiated_job());
    // In no state for it there is no way back.
    press_stop(&mut device);
    device.facts.top.clear();
    assert_eq!(device.schedule(APP, user_initiated(1)), Ok(Reply::Int(0)));
    assert!(!device.stored(APP, 1).should_treat_as_user_initiated_job());
}

#[test]
fn job_userstop_019_the_note_call_by_itself_stops_nothing() {
    let mut device = Device::booted();
    let token = device.run(APP, job(1));
    press_stop(&mut device);
    assert!(device.scheduler.execution_of(token).is_some());
    let dequeue = JobCallbackCall::UpdateTransferredNetworkBytes { download: 1, upload: 1 };
    assert_eq!(device.callback(APP, token, dequeue), Ok(Reply::Nothing), "it works on");
    assert!(device.is_stored(APP, 1) && device.stops().is_empty());
}

#[test]
fn job_userstop_013_what_a_summary_says() {
    let mut device = on_top();
    observe(&mut device, 7);
    device.schedule_in(APP, "n", user_initiated(1)).expect("accepted");
    let token = device.bound()[0];
    device.start_work(APP, token);
    let summary = device.effects().into_iter().find_map(|effect| match effect {
        JobEffect::UserVisibleJob { summary, .. } => Some(summary),
        _ => None,
    });
    let summary = summary.expect("told");
    assert_eq!((summary.calling_uid, &*summary.calling_package), (APP, PACKAGE));
    assert_eq!((summary.source_user.0, &*summary.source_package), (0, PACKAGE));
    assert_eq!((summary.namespace.as_deref(), summary.job_id), (Some("n"), 1));
}
