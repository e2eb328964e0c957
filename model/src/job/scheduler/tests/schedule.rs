//! What happens inside a schedule call: limits, replacement, work items, grants.

use super::device::*;
use crate::ids::{ComponentName, Uid, UserId};
use crate::job::call::{JobCallbackCall, JobSchedulerCall as Call};
use crate::job::constants::Constants;
use crate::job::effect::JobEffect;
use crate::job::info::{ClipData, JobInfo, JobWorkItem, WorkIntent};
use crate::job::scheduler::PackageEvent;
use crate::job::status::InternalFlags;
use crate::package::Granted;
use crate::reply::Reply;
use crate::rules::job_sched::*;

fn persisted(id: i32) -> JobInfo {
    JobInfo { is_persisted: true, ..waiting(id) }
}

fn with_clip(id: i32, uris: &[&str]) -> JobInfo {
    let uris = uris.iter().map(|uri| (*uri).to_owned()).collect();
    JobInfo { clip_data: Some(ClipData { uris }), clip_grant_flags: 1, ..waiting(id) }
}

fn sharing(data: &str) -> JobWorkItem {
    let intent = WorkIntent { flags: 1, data: Some(data.to_owned()), clip: Vec::new() };
    JobWorkItem { intent: Some(intent), ..JobWorkItem::default() }
}

/// A device on which the app has called `schedule` as often as it may.
fn at_the_limit() -> Device {
    let mut device = Device::booted();
    for _ in 0..250 {
        assert_eq!(device.schedule(APP, persisted(1)), Ok(Reply::Int(1)));
    }
    device
}

fn may_schedule_for_others(device: &mut Device, uid: Uid) {
    let permission = "android.permission.UPDATE_DEVICE_STATS".to_owned();
    device.facts.denied.insert((permission, uid), Granted::Granted);
}

fn configure(device: &mut Device, change: impl FnOnce(&mut Constants)) {
    let mut constants = Constants::android_14();
    change(&mut constants);
    device.scheduler.configure(constants).expect("a good configuration");
}

fn restrictions(device: &Device) -> usize {
    let restricts = |effect: &JobEffect| matches!(effect, JobEffect::RestrictApp { .. });
    device.effects().iter().filter(|effect| restricts(effect)).count()
}

#[test]
fn job_sched_001_the_rate_limit_comes_first_and_the_start_last() {
    let mut device = at_the_limit();
    device.facts.debuggable.insert(PACKAGE.to_owned());
    device.facts.start_mode_disabled.insert(APP);
    let refused = device.schedule(APP, persisted(1)).expect_err("over the limit");
    assert_eq!(refused.class_name(), "LimitExceededException");
    assert!(!device.went_by(&JOB_SCHED_018));
    let mut device = Device::booted();
    device.schedule(APP, job(1)).expect("accepted");
    let order: Vec<_> = device.out.decisions.iter().map(|decision| decision.rule.id).collect();
    let at = |id| order.iter().position(|rule| *rule == id).expect(id);
    assert!(at("JOB-SCHED-030") < at("JOB-PROC-002"));
}

#[test]
fn job_sched_002_a_refused_call_keeps_its_event_but_nothing_else() {
    let mut device = Device::booted();
    for _ in 0..250 {
        device.facts.start_mode_disabled.insert(APP);
        assert_eq!(device.schedule(APP, persisted(1)), Ok(Reply::Int(0)));
    }
    assert!(device.scheduler.jobs().next().is_none());
    device.schedule(APP, persisted(1)).expect("no exception");
    assert_eq!(restrictions(&device), 1, "the refused calls count");
}

#[test]
fn job_sched_003_success_only_means_stored() {
    let mut device = Device::booted();
    assert_eq!(device.schedule(APP, waiting(1)), Ok(Reply::Int(1)));
    assert_eq!(device.bound(), []);
    device.facts.binds_refused = true;
    assert_eq!(device.schedule(APP, job(2)), Ok(Reply::Int(1)));
    assert!(device.is_stored(APP, 2));
}

#[test]
fn job_sched_010_persisted_and_self_scheduled_calls_count() {
    let mut device = Device::booted();
    may_schedule_for_others(&mut device, APP);
    for _ in 0..251 {
        device.schedule(APP, waiting(1)).expect("not persisted");
        device.schedule_as(APP, "com.example.other", persisted(2)).expect("for another");
    }
    device.schedule(APP, persisted(3)).expect("within the limit");
    assert_eq!(restrictions(&device), 0);
    for _ in 0..249 {
        device.schedule_as(APP, PACKAGE, persisted(3)).expect("for itself by its own name");
    }
    device.schedule(APP, persisted(3)).expect("no exception");
    assert_eq!(restrictions(&device), 1);
}

#[test]
fn job_sched_013_every_call_over_the_limit_restricts_the_app() {
    let mut device = at_the_limit();
    for _ in 0..2 {
        assert_eq!(device.schedule(APP, persisted(1)), Ok(Reply::Int(1)));
        assert_eq!(restrictions(&device), 1);
        assert!(device.went_by(&JOB_SCHED_013));
    }
}

#[test]
fn job_sched_014_debuggable_apps_get_an_exception() {
    let mut device = at_the_limit();
    device.facts.debuggable.insert(PACKAGE.to_owned());
    let refused = device.schedule(APP, persisted(1)).expect_err("over the limit");
    assert_eq!(refused.class_name(), "LimitExceededException");
    assert!(device.went_by(&JOB_SCHED_014));
    configure(&mut device, |constants| constants.api_quota_schedule_throw_exception = false);
    assert_eq!(device.schedule(APP, persisted(1)), Ok(Reply::Int(1)));
}

#[test]
fn job_sched_015_an_unknown_application_fails() {
    let mut device = at_the_limit();
    device.facts.packages.remove(&(PACKAGE.to_owned(), UserId(0)));
    device.fails(APP, schedule_call(persisted(1)), &JOB_SCHED_015);
}

#[test]
fn job_sched_016_a_failure_result_if_configured() {
    let mut device = at_the_limit();
    configure(&mut device, |constants| {
        constants.api_quota_schedule_return_failure_result = true;
    });
    assert_eq!(device.schedule(APP, persisted(1)), Ok(Reply::Int(0)));
    assert!(device.went_by(&JOB_SCHED_016));
}

#[test]
fn job_sched_017_the_first_app_over_the_limit_decides_for_all() {
    let mut device = at_the_limit();
    device.schedule(APP, persisted(1)).expect("not debuggable");
    device.facts.debuggable.insert("com.example.other".to_owned());
    let theirs =
        JobInfo { service: ComponentName::new("com.example.other", ".Service"), ..persisted(1) };
    for _ in 0..251 {
        assert_eq!(device.schedule(OTHER, theirs.clone()), Ok(Reply::Int(1)));
    }
    assert!(device.went_by(&JOB_SCHED_017));
}

#[test]
fn job_sched_018_an_app_that_may_not_start_fails() {
    let mut device = Device::booted();
    device.facts.start_mode_disabled.insert(APP);
    device.fails(APP, schedule_call(job(1)), &JOB_SCHED_018);
}

#[test]
fn job_sched_020_an_equal_description_with_work_takes_the_fast_path() {
    let mut device = Device::booted();
    device.schedule(APP, waiting(1)).expect("accepted");
    let before = device.stored(APP, 1).record();
    device.enqueue(APP, waiting(1), JobWorkItem::default()).expect("accepted");
    assert_eq!(device.stored(APP, 1).record(), before);
    let changed = JobInfo { priority: 200, ..waiting(1) };
    device.enqueue(APP, changed, JobWorkItem::default()).expect("accepted");
    assert_ne!(device.stored(APP, 1).record(), before);
    assert!(device.went_by(&JOB_SCHED_020));
    // Without work even an equal description replaces.
    let before = device.stored(APP, 1).record();
    device.schedule(APP, JobInfo { priority: 200, ..waiting(1) }).expect("accepted");
    assert_ne!(device.stored(APP, 1).record(), before);
}

#[test]
fn job_sched_021_a_persisted_job_carries_so_much_work() {
    let mut device = Device::booted();
    configure(&mut device, |constants| constants.max_num_persisted_job_work_items = 2);
    for _ in 0..2 {
        device.enqueue(APP, persisted(1), JobWorkItem::default()).expect("accepted");
        device.enqueue(APP, waiting(2), JobWorkItem::default()).expect("accepted");
    }
    let refused = device.enqueue(APP, persisted(1), JobWorkItem::default());
    assert_eq!(refused.expect_err("too many").class_name(), "IllegalStateException");
    assert!(device.went_by(&JOB_SCHED_021));
    assert_eq!(device.stored(APP, 1).work_count(), 2);
    device.enqueue(APP, waiting(2), JobWorkItem::default()).expect("not persisted");
}

#[test]
fn job_sched_022_the_fast_path_undoes_demotions_of_user_initiated_jobs_only() {
    let mut device = Device::booted();
    device.facts.top.insert(APP);
    let demotions = InternalFlags::DEMOTED_BY_USER.with(InternalFlags::DEMOTED_BY_SYSTEM_UIJ);
    for job in [user_initiated(1), waiting(2)] {
        let id = job.id;
        device.schedule(APP, job.clone()).expect("accepted");
        let record = device.stored(APP, id).record();
        let board = &mut device.scheduler.desk.board;
        board.job_mut(record).expect("stored").add_internal_flags(demotions);
        device.facts.active.insert(APP);
        device.enqueue(APP, job, JobWorkItem::default()).expect("accepted");
        assert!(device.went_by(&JOB_SCHED_022));
        let flags = device.stored(APP, id).internal_flags();
        assert_eq!(flags.intersects(demotions), id == 2);
        assert!(flags.intersects(InternalFlags::HAS_FOREGROUND_EXEMPTION));
    }
}

#[test]
fn job_sched_023_descriptions_with_a_clip_are_never_equal() {
    let mut device = Device::booted();
    device.schedule(APP, with_clip(1, &[])).expect("accepted");
    let before = device.stored(APP, 1).record();
    device.enqueue(APP, with_clip(1, &[]), JobWorkItem::default()).expect("accepted");
    assert_ne!(device.stored(APP, 1).record(), before);
}

#[test]
fn job_sched_024_an_expedited_job_out_of_quota_fails_and_keeps_the_old_one() {
    let mut device = Device::booted();
    device.schedule(APP, waiting(1)).expect("accepted");
    device.facts.out_of_expedited_quota.insert(APP);
    device.fails(APP, schedule_call(expedited(1)), &JOB_SCHED_024);
    assert!(!device.stored(APP, 1).is_requested_expedited_job());
    device.facts.out_of_expedited_quota.clear();
    assert_eq!(device.schedule(APP, expedited(1)), Ok(Reply::Int(1)));
}

#[test]
fn job_sched_025_other_kinds_are_never_refused_for_quota() {
    let mut device = Device::booted();
    device.facts.out_of_expedited_quota.insert(APP);
    device.facts.out_of_quota.insert(APP);
    device.facts.top.insert(APP);
    assert_eq!(device.schedule(APP, job(1)), Ok(Reply::Int(1)));
    assert_eq!(device.schedule(APP, user_initiated(2)), Ok(Reply::Int(1)));
}

#[test]
fn job_api_039_an_expedited_job_asks_for_quota_only() {
    let mut device = Device::booted();
    let permission = "android.permission.RUN_USER_INITIATED_JOBS".to_owned();
    device.facts.denied.insert((permission, APP), Granted::HardDenied);
    assert_eq!(device.schedule(APP, expedited(1)), Ok(Reply::Int(1)));
    device.facts.out_of_expedited_quota.insert(APP);
    device.fails(APP, schedule_call(expedited(2)), &JOB_SCHED_024);
}

#[test]
fn job_sched_026_an_app_holds_151_jobs() {
    let mut device = Device::booted();
    for id in 0..151 {
        assert_eq!(device.schedule(APP, waiting(id)), Ok(Reply::Int(1)));
    }
    let call = schedule_call(waiting(151));
    device.refuses(APP, call, "IllegalStateException", &JOB_SCHED_026);
}

#[test]
fn job_sched_027_at_the_limit_even_replacing_fails_but_the_fast_path_works() {
    let mut device = Device::booted();
    may_schedule_for_others(&mut device, APP);
    for id in 0..150 {
        device.schedule(APP, waiting(id)).expect("accepted");
    }
    // For itself by its own name: never limited, but counted.
    device.schedule_as(APP, PACKAGE, waiting(150)).expect("accepted");
    device.refuses(APP, schedule_call(waiting(1)), "IllegalStateException", &JOB_SCHED_026);
    device.enqueue(APP, waiting(1), JobWorkItem::default()).expect("the fast path");
    device.schedule_as(APP, PACKAGE, waiting(151)).expect("never limited");
    device.cancel(APP, 151);
    device.cancel(APP, 150);
    // For others: not counted.
    device.schedule_as(APP, "com.example.other", waiting(151)).expect("accepted");
    device.schedule(APP, waiting(150)).expect("the 151st of its own");
}

#[test]
fn job_sched_028_a_clip_is_granted_in_order_and_taken_back_from_the_end() {
    let mut device = Device::booted();
    device.schedule(APP, with_clip(1, &["content://x/1", "content://10@x/2"])).expect("accepted");
    let granted: Vec<_> = device
        .effects()
        .into_iter()
        .filter_map(|effect| match effect {
            JobEffect::GrantUri { uri, owner, user, .. } => Some((uri, owner.0, user.0)),
            _ => None,
        })
        .collect();
    let expected = [("content://x/1".to_owned(), 0, 0), ("content://x/2".to_owned(), 10, 0)];
    assert_eq!(granted, expected);
    device.cancel(APP, 1);
    assert_eq!(device.grants(), ["-content://x/2", "-content://x/1"]);
    // Without read and write flags nothing is granted.
    let plain = JobInfo { clip_grant_flags: 64, ..with_clip(2, &["content://x/1"]) };
    device.schedule(APP, plain).expect("accepted");
    assert_eq!(device.grants(), [""; 0]);
    // A refusal leaves what was granted before it.
    device.facts.ungrantable.insert("content://x/9".to_owned());
    let call = schedule_call(with_clip(3, &["content://x/1", "content://x/9"]));
    device.refuses(APP, call, "SecurityException", &JOB_SCHED_028);
    assert_eq!(device.grants(), ["+content://x/1"]);
}

#[test]
fn job_sched_029_a_replacement_with_work_counts_what_the_old_job_has() {
    let mut device = Device::booted();
    configure(&mut device, |constants| constants.max_num_persisted_job_work_items = 1);
    device.enqueue(APP, persisted(1), JobWorkItem::default()).expect("the first is never limited");
    let changed = JobInfo { priority: 200, ..persisted(1) };
    device.enqueue(APP, changed, JobWorkItem::default()).expect_err("too many");
    assert!(device.went_by(&JOB_SCHED_029));
    assert_eq!(device.stored(APP, 1).job().priority, 300, "the old one stays");
}

#[test]
fn job_sched_030_tracking_stamps_stores_and_writes() {
    let mut device = Device::booted();
    device.schedule(APP, persisted(1)).expect("accepted");
    let stored = device.stored(APP, 1);
    assert_eq!(stored.enqueue_time, device.now.elapsed);
    assert!(stored.service_process_name.is_some(), "seen by the controllers");
    assert!(device.effects().contains(&JobEffect::Persist { uid: APP }));
    let mut device = Device::before_boot();
    device.schedule(APP, job(1)).expect("accepted");
    assert!(device.stored(APP, 1).service_process_name.is_none(), "seen by none before boot");
}

#[test]
fn job_sched_031_a_refused_work_item_uses_up_its_id() {
    let mut device = Device::booted();
    device.enqueue(APP, waiting(1), sharing("content://x/1")).expect("accepted");
    assert_eq!(device.grants(), ["+content://x/1"]);
    device.facts.ungrantable.insert("content://x/9".to_owned());
    let refused = device.enqueue(APP, waiting(1), sharing("content://x/9"));
    assert_eq!(refused.expect_err("refused").class_name(), "SecurityException");
    device.enqueue(APP, waiting(1), JobWorkItem::default()).expect("accepted");
    let ids: Vec<_> =
        device.stored(APP, 1).pending_work().iter().map(|work| work.work_id).collect();
    assert_eq!(ids, [1, 3]);
    // In a new job the same refusal leaves the job, which is not started.
    let refused = device.enqueue(APP, job(2), sharing("content://x/9"));
    assert_eq!(refused.expect_err("refused").class_name(), "SecurityException");
    assert!(device.is_stored(APP, 2) && device.bound().is_empty());
    assert!(device.went_by(&JOB_SCHED_031));
}

#[test]
fn job_sched_033_no_batching_at_schedule_time() {
    let mut device = Device::booted();
    device.facts.buckets.insert(APP, 40);
    device.schedule(APP, job(1)).expect("accepted");
    assert_eq!(device.bound().len(), 1);
}

#[test]
fn job_sched_034_the_schedule_call_is_the_first_evaluation() {
    let mut device = Device::booted();
    let delayed = JobInfo { min_latency_millis: 60_000, has_early_constraint: true, ..job(1) };
    device.schedule(APP, delayed).expect("accepted");
    device.advance(59_999);
    assert!(device.bound().is_empty());
    device.advance(1);
    assert_eq!(device.bound().len(), 1, "the alarm was set by the call");
}

#[test]
fn job_sched_050_the_same_identity_replaces() {
    let mut device = Device::booted();
    device.schedule(APP, waiting(1)).expect("accepted");
    let before = device.stored(APP, 1).record();
    device.schedule(APP, waiting(1)).expect("accepted");
    assert_ne!(device.stored(APP, 1).record(), before);
    assert!(device.went_by(&JOB_SCHED_050));
    assert_eq!(device.scheduler.jobs().count(), 1);
}

#[test]
fn job_sched_051_work_items_survive_replacement_executing_ones_first() {
    let mut device = Device::booted();
    device.enqueue(APP, job(1), JobWorkItem::default()).expect("accepted");
    let token = device.bound()[0];
    device.enqueue(APP, job(1), JobWorkItem::default()).expect("accepted");
    device.start_work(APP, token);
    device.callback(APP, token, JobCallbackCall::DequeueWork).expect("the first item");
    device.schedule(APP, waiting(1)).expect("accepted");
    let items: Vec<_> = device
        .stored(APP, 1)
        .pending_work()
        .iter()
        .map(|work| (work.work_id, work.delivery_count))
        .collect();
    assert_eq!(items, [(1, 1), (2, 0)]);
    device.enqueue(APP, waiting(1), JobWorkItem::default()).expect("accepted");
    assert_eq!(device.stored(APP, 1).pending_work()[2].work_id, 3);
}

#[test]
fn job_sched_052_demotions_do_not_survive_replacement() {
    let mut device = Device::booted();
    device.schedule(APP, waiting(1)).expect("accepted");
    let record = device.stored(APP, 1).record();
    let job = device.scheduler.desk.board.job_mut(record).expect("stored");
    job.add_internal_flags(InternalFlags::DEMOTED_BY_USER);
    device.schedule(APP, waiting(1)).expect("accepted");
    assert_eq!(device.stored(APP, 1).internal_flags(), InternalFlags::NONE);
}

#[test]
fn job_sched_053_replacing_a_running_job_asks_it_to_stop() {
    let mut device = Device::booted();
    let token = device.run(APP, job(1));
    device.schedule(APP, waiting(1)).expect("accepted");
    assert_eq!(device.stops(), [(1, 0)]);
    let successor = device.stored(APP, 1).record();
    let stopped = JobCallbackCall::AcknowledgeStop { reschedule: true };
    device.callback(APP, token, stopped).expect("accepted");
    assert_eq!(device.stored(APP, 1).record(), successor, "the old one does not come back");
    assert!(device.went_by(&JOB_SCHED_063), "the successor is checked");
}

#[test]
fn job_sched_063_a_cancelled_job_does_not_come_back_whatever_the_app_answers() {
    let mut device = Device::booted();
    let token = device.run(APP, job(1));
    device.cancel(APP, 1);
    let stopped = JobCallbackCall::AcknowledgeStop { reschedule: true };
    device.callback(APP, token, stopped).expect("accepted");
    assert!(!device.is_stored(APP, 1));
    assert!(device.went_by(&JOB_SCHED_063));
}

#[test]
fn an_uninstalled_package_takes_its_events_with_it() {
    let mut device = at_the_limit();
    device.facts.uninstall(PACKAGE, UserId(0));
    device.act(|scheduler, world| {
        scheduler.on_package_event(PackageEvent::FullyRemoved, PACKAGE, APP, world);
    });
    device.facts.install(PACKAGE, APP);
    device.schedule(APP, persisted(1)).expect("accepted");
    assert_eq!(restrictions(&device), 0);
    assert_eq!(device.call(APP, Call::CancelAll), Ok(Reply::Nothing));
}
