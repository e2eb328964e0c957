//! From ready to pending: messages, classification, batching, activity.

use super::device::*;
use crate::ids::UserId;
use crate::job::effect::JobEffect;
use crate::job::info::{JobInfo, FLAG_PREFETCH};
use crate::job::scheduler::UserEvent;
use crate::rules::job_proc::*;
use crate::rules::job_ready::*;
use crate::rules::job_stop::*;

/// Jobs of a rarely used app that need storage, which is low: they wait for the storage controller.
fn waiting_for_storage(device: &mut Device, count: i32) {
    device.facts.buckets.insert(APP, 40);
    device.act(|scheduler, world| scheduler.on_storage_low(true, world));
    for id in 1..=count {
        let needy = JobInfo { constraint_flags: 8, ..job(id) };
        device.schedule(APP, needy).expect("accepted");
        assert!(device.bound().is_empty());
    }
}

/// All bits hold, and nobody was told.
fn storage_is_silently_fine(device: &mut Device) {
    let records: Vec<_> = device.scheduler.jobs().map(|job| job.record()).collect();
    let now = device.now.elapsed;
    for record in records {
        let job = device.scheduler.desk.board.job_mut(record).expect("stored");
        job.set_constraint_satisfied(crate::job::Constraints::STORAGE_NOT_LOW, now, true);
    }
}

fn check(device: &mut Device) {
    device.act(|scheduler, world| scheduler.check_all_jobs(world));
}

#[test]
fn job_proc_003_what_brings_about_which_look() {
    let mut device = Device::booted();
    device.act(|scheduler, world| scheduler.on_storage_low(false, world));
    assert!(device.went_by(&JOB_PROC_011), "greedy");
    let user = UserId(0);
    device.act(|scheduler, world| scheduler.on_user_event(UserEvent::Starting, user, world));
    assert!(!device.went_by(&JOB_PROC_010), "a starting user triggers no look");
    for event in [UserEvent::StartCompleted, UserEvent::Unlocked] {
        device.act(|scheduler, world| scheduler.on_user_event(event, user, world));
        assert!(device.went_by(&JOB_PROC_003) && device.went_by(&JOB_PROC_010));
    }
}

#[test]
fn job_proc_004_an_individual_check_takes_one_job() {
    let mut device = Device::booted();
    waiting_for_storage(&mut device, 2);
    let due = JobInfo {
        constraint_flags: 8,
        has_late_constraint: true,
        max_execution_delay_millis: 60_000,
        ..job(9)
    };
    device.schedule(APP, due).expect("accepted");
    device.advance(60_000);
    assert!(device.went_by(&JOB_PROC_004));
    assert_eq!(device.bound().len(), 1, "its deadline starts it, and nothing else");
}

#[test]
fn job_proc_005_before_boot_completes_every_message_is_dropped() {
    let mut device = Device::before_boot();
    let user = UserId(0);
    device.act(|scheduler, world| {
        scheduler.on_user_event(UserEvent::Starting, user, world);
        scheduler.call(caller(APP), schedule_call(job(1)), world).expect("accepted");
    });
    check(&mut device);
    assert!(!device.went_by(&JOB_PROC_010) && device.bound().is_empty());
    device.act(|scheduler, world| scheduler.on_third_party_apps_can_start(world));
    assert!(device.went_by(&JOB_PROC_005));
    assert_eq!(device.bound().len(), 1);
}

#[test]
fn job_proc_006_every_message_ends_with_an_assignment_pass() {
    let mut device = Device::booted();
    waiting_for_storage(&mut device, 1);
    let record = device.stored(APP, 1).record();
    storage_is_silently_fine(&mut device);
    device.act(|scheduler, world| {
        scheduler.make_pending([record], world);
        scheduler.on_uid_active(OTHER, world);
    });
    assert_eq!(device.bound().len(), 1);
    assert!(device.went_by(&JOB_PROC_006));
}

#[test]
fn job_proc_010_inactive_the_check_batches_and_active_it_does_not() {
    let mut device = Device::booted();
    waiting_for_storage(&mut device, 1);
    storage_is_silently_fine(&mut device);
    check(&mut device);
    assert!(device.bound().is_empty(), "batched");
    device.act(|scheduler, world| {
        scheduler.desk.board.on_device_idle_state_changed(false, world);
    });
    assert!(device.went_by(&JOB_PROC_010));
    assert_eq!(device.bound().len(), 1, "after Doze the scheduler counts as active");
}

#[test]
fn job_proc_011_a_greedy_look_takes_all_ready_jobs() {
    let mut device = Device::booted();
    waiting_for_storage(&mut device, 4);
    device.act(|scheduler, world| scheduler.on_storage_low(false, world));
    assert!(device.went_by(&JOB_PROC_011));
    assert_eq!(device.bound().len(), 4, "fewer than a batch");
}

#[test]
fn job_proc_012_only_the_changed_jobs_are_looked_at() {
    let mut device = Device::booted();
    device.facts.buckets.insert(APP, 10);
    let idle = |id| waiting(id);
    device.schedule(APP, idle(1)).expect("accepted");
    device.schedule(APP, job(2)).expect("accepted");
    device.act(|scheduler, world| scheduler.on_device_idle(true, world));
    assert!(device.went_by(&JOB_PROC_012) && !device.went_by(&JOB_PROC_010));
    assert_eq!(device.bound().len(), 1);
}

#[test]
fn job_proc_013_who_is_batched() {
    let batched = |change: &dyn Fn(&mut Device) -> JobInfo| {
        let mut device = Device::booted();
        device.act(|scheduler, world| scheduler.on_storage_low(true, world));
        device.facts.buckets.insert(APP, 40);
        let job = change(&mut device);
        device.schedule(APP, JobInfo { constraint_flags: 8, ..job }).expect("accepted");
        storage_is_silently_fine(&mut device);
        check(&mut device);
        assert!(device.went_by(&JOB_PROC_013));
        device.bound().is_empty()
    };
    assert!(batched(&|_| job(1)));
    assert!(!batched(&|device| {
        device.facts.buckets.insert(APP, 10);
        job(1)
    }));
    assert!(!batched(&|_| expedited(1)));
    assert!(!batched(&|device| {
        device.facts.top.insert(APP);
        let network = network(1);
        device.act(|scheduler, world| scheduler.on_default_network(Some(network), world));
        user_initiated(1)
    }));
    assert!(batched(&|device| {
        device.facts.buckets.insert(APP, 45);
        job(1)
    }));
    assert!(batched(&|device| {
        device.facts.buckets.insert(APP, 10);
        JobInfo { flags: FLAG_PREFETCH, ..job(1) }
    }));
}

#[test]
fn job_proc_014_five_batched_jobs_or_one_unbatched_release_all() {
    for (count, started) in [(4, 0), (5, 5)] {
        let mut device = Device::booted();
        waiting_for_storage(&mut device, count);
        storage_is_silently_fine(&mut device);
        check(&mut device);
        assert!(device.went_by(&JOB_PROC_014));
        assert_eq!(device.bound().len(), started, "of {count}");
    }
}

#[test]
fn job_proc_016_the_batch_delay_needs_somebody_who_looks() {
    let mut device = Device::booted();
    waiting_for_storage(&mut device, 1);
    storage_is_silently_fine(&mut device);
    check(&mut device);
    device.advance(1_859_999);
    check(&mut device);
    assert!(device.bound().is_empty());
    device.advance(24 * 3_600_000);
    assert!(device.bound().is_empty(), "time alone starts nothing");
    check(&mut device);
    assert!(device.went_by(&JOB_PROC_016));
    assert_eq!(device.bound().len(), 1);
}

#[test]
fn job_proc_017_batched_jobs_say_so() {
    let mut device = Device::booted();
    waiting_for_storage(&mut device, 1);
    storage_is_silently_fine(&mut device);
    check(&mut device);
    assert!(device.went_by(&JOB_PROC_017));
    assert_eq!(device.reason(APP, 1), 13);
}

#[test]
fn job_proc_018_a_pending_job_that_is_looked_at_leaves_the_queue() {
    let mut device = Device::booted();
    device.facts.binds_refused = true;
    waiting_for_storage(&mut device, 1);
    let record = device.stored(APP, 1).record();
    storage_is_silently_fine(&mut device);
    device.act(|scheduler, world| scheduler.make_pending([record], world));
    assert!(device.is_pending(APP, 1));
    device.act(|scheduler, world| {
        scheduler.desk.board.on_controller_state_changed([record], world);
    });
    assert!(device.went_by(&JOB_PROC_018));
    assert!(!device.is_pending(APP, 1));
}

#[test]
fn job_proc_019_an_app_that_may_not_start_any_more() {
    let mut device = Device::booted();
    let token = device.run(APP, job(1));
    device.facts.start_mode_disabled.insert(APP);
    let record = device.stored(APP, 1).record();
    device.act(|scheduler, world| {
        scheduler.desk.board.on_controller_state_changed([record], world);
    });
    assert!(device.went_by(&JOB_PROC_019));
    assert_eq!(device.stops(), [(11, 1)]);
    assert!(!device.is_stored(APP, 1), "cancelled, not only stopped");
    assert!(device.scheduler.execution_of(token).is_some());
}

#[test]
fn job_proc_020_activity_is_reported_when_it_changes() {
    let mut device = Device::booted();
    let told = |device: &Device| {
        let told = |effect: &JobEffect| match effect {
            JobEffect::JobsActive { active } => Some(*active),
            _ => None,
        };
        device.effects().iter().filter_map(told).collect::<Vec<_>>()
    };
    let token = device.run(APP, job(1));
    device.schedule(APP, job(2)).expect("accepted");
    assert_eq!(told(&device), [], "active already");
    let second = device.bound()[0];
    device.start_work(APP, second);
    device.finish(APP, second, false);
    device.finish(APP, token, false);
    assert_eq!(told(&device), [], "the finishing job still counts as running");
    device.act(|scheduler, world| scheduler.on_uid_active(OTHER, world));
    assert_eq!(told(&device), [false], "the end of the next message");
    assert!(device.went_by(&JOB_PROC_020));
}

#[test]
fn job_proc_021_a_running_expedited_job_does_not_make_it_active() {
    let mut device = Device::booted();
    device.run(APP, expedited(1));
    assert!(!device.scheduler.board().is_reported_active());
    device.run(APP, job(2));
    assert!(device.scheduler.board().is_reported_active());
}

#[test]
fn job_proc_026_a_replacement_may_run_beside_its_predecessor() {
    let mut device = Device::booted();
    let old = device.run(APP, job(1));
    device.schedule(APP, job(1)).expect("accepted");
    let new = device.bound();
    assert_eq!(new.len(), 1);
    assert!(device.scheduler.execution_of(old).is_some());
    assert!(device.scheduler.execution_of(new[0]).is_some());
}

#[test]
fn job_proc_027_another_cloud_media_provider() {
    let mut device = Device::booted();
    let user = UserId(0);
    device.act(|scheduler, world| {
        scheduler.on_cloud_media_provider_changed(user, Some(PACKAGE), world);
    });
    assert!(device.went_by(&JOB_PROC_027) && device.went_by(&JOB_PROC_012));
    device.act(|scheduler, world| {
        scheduler.on_cloud_media_provider_changed(user, Some(PACKAGE), world);
    });
    assert!(!device.went_by(&JOB_PROC_027), "the same one");
}

#[test]
fn job_ready_041_the_first_obstacle_ends_the_test() {
    let mut device = Device::booted();
    let obstacle = |device: &Device| {
        let asked = device.out.decisions.iter().rev().find(|d| *d.rule == JOB_READY_041);
        asked.expect("asked").verdict
    };
    device.facts.bad.insert(APP);
    device.schedule(APP, waiting(1)).expect("accepted");
    assert_eq!(obstacle(&device), "not ready");
    device.act(|scheduler, world| scheduler.set_backing_up(APP, true, world));
    device.schedule(APP, job(1)).expect("accepted");
    assert_eq!(obstacle(&device), "user not started, or backup under way");
    device.act(|scheduler, world| scheduler.clear_all_backing_up(world));
    assert_eq!(obstacle(&device), "component not usable");
    device.facts.bad.clear();
    check(&mut device);
    assert_eq!(device.bound().len(), 1);
}

#[test]
fn job_ready_043_both_users_must_be_started() {
    let mut device = Device::booted();
    let user = UserId(0);
    device.act(|scheduler, world| scheduler.on_user_event(UserEvent::Stopping, user, world));
    device.schedule(APP, job(1)).expect("accepted");
    assert!(device.bound().is_empty());
    assert_eq!(device.reason(APP, 1), 15);
    device.act(|scheduler, world| scheduler.on_user_event(UserEvent::Starting, user, world));
    device.act(|scheduler, world| scheduler.on_user_event(UserEvent::StartCompleted, user, world));
    assert_eq!(device.bound().len(), 1);
}

#[test]
fn job_ready_044_a_backup_keeps_jobs_from_starting_and_stops_none() {
    let mut device = Device::booted();
    device.run(APP, job(1));
    device.act(|scheduler, world| scheduler.set_backing_up(APP, true, world));
    check(&mut device);
    assert_eq!(device.stops(), []);
    device.schedule(APP, job(2)).expect("accepted");
    assert!(device.bound().is_empty());
    assert_eq!(device.reason(APP, 2), 1);
}

#[test]
fn job_ready_046_a_bad_process_keeps_its_jobs_from_starting() {
    let mut device = Device::booted();
    device.facts.bad.insert(APP);
    device.schedule(APP, job(1)).expect("accepted");
    assert!(device.bound().is_empty());
    assert_eq!(device.reason(APP, 1), 1);
}

#[test]
fn job_stop_012_a_full_look_stops_running_jobs_that_are_not_ready() {
    let mut device = Device::booted();
    device.run(APP, JobInfo { constraint_flags: 8, ..job(1) });
    let record = device.stored(APP, 1).record();
    let now = device.now.elapsed;
    let job = device.scheduler.desk.board.job_mut(record).expect("stored");
    job.set_constraint_satisfied(crate::job::Constraints::STORAGE_NOT_LOW, now, false);
    check(&mut device);
    assert!(device.went_by(&JOB_STOP_012));
    assert_eq!(device.stops(), [(9, 1)]);
}

#[test]
fn job_stop_014_a_changed_list_look_gives_the_recorded_reason() {
    let mut device = Device::booted();
    device.run(APP, JobInfo { constraint_flags: 8, ..job(1) });
    device.act(|scheduler, world| scheduler.on_storage_low(true, world));
    assert!(device.went_by(&JOB_STOP_014) && !device.went_by(&JOB_STOP_012));
    assert_eq!(device.stops(), [(9, 1)]);
}

#[test]
fn job_stop_015_other_obstacles_stop_with_an_unknown_reason() {
    let mut device = Device::booted();
    device.run(APP, job(1));
    let record = device.stored(APP, 1).record();
    device.facts.bad.insert(APP);
    device.act(|scheduler, world| {
        scheduler.desk.board.on_controller_state_changed([record], world);
    });
    assert!(device.went_by(&JOB_STOP_015));
    assert_eq!(device.stops(), [(0, -1)]);
}

#[test]
fn job_proc_015_a_running_unbatched_job_releases_the_batch() {
    let mut device = Device::booted();
    waiting_for_storage(&mut device, 1);
    // Expedited jobs are never batched, and leave the scheduler inactive.
    device.run(APP, expedited(9));
    storage_is_silently_fine(&mut device);
    check(&mut device);
    assert!(device.went_by(&JOB_PROC_014));
    assert_eq!(device.bound().len(), 1);
}

#[test]
fn job_proc_024_entering_doze_brings_about_no_look() {
    let mut device = Device::booted();
    device.run(APP, job(1));
    device.act(|scheduler, world| scheduler.on_doze(crate::input::Doze::Light, world));
    assert!(!device.went_by(&JOB_PROC_006), "no message");
    assert_eq!(device.stops(), []);
    check(&mut device);
    assert_eq!(device.stops(), [(4, 1)], "the next look finds it");
}

#[test]
fn job_proc_025_after_doze_plain_jobs_wait_three_seconds_more() {
    let mut device = Device::booted();
    device.act(|scheduler, world| scheduler.on_doze(crate::input::Doze::Light, world));
    device.schedule(APP, job(1)).expect("accepted");
    assert!(device.bound().is_empty());
    device.act(|scheduler, world| scheduler.on_doze(crate::input::Doze::Off, world));
    assert!(device.bound().is_empty());
    device.advance(2_999);
    assert!(device.bound().is_empty());
    device.advance(1);
    assert_eq!(device.bound().len(), 1);
}
