//! When a record is ready.

use super::*;
use crate::job::info::{CONSTRAINT_FLAG_CHARGING, CONSTRAINT_FLAG_STORAGE_NOT_LOW};
use crate::output::Output;

fn charging(job: &mut JobInfo) {
    job.constraint_flags = CONSTRAINT_FLAG_CHARGING;
}

fn set(status: &mut JobStatus, constraint: Constraints, state: bool) -> bool {
    status.set_constraint_satisfied(constraint, NOW, state)
}

#[test]
fn job_ready_004_nothing_holds_at_first_but_doze_exemptions() {
    let status = record(|_| ());
    assert_eq!(status.satisfied_constraints(), Constraints::NONE);
    assert!(!status.is_ready());
    // All but "not dozing" is told; a demoted user-initiated job has that from its construction.
    let demoted =
        Lifetime { internal_flags: InternalFlags::DEMOTED_BY_USER, ..Lifetime::default() };
    for (change, expected) in [(user_initiated as fn(&mut JobInfo), true), (needs_network, false)] {
        let mut status = lived(change, demoted);
        status.service_process_name = Some("com.example".into());
        status.set_tare_wealth_constraint_satisfied(NOW, true);
        status.set_quota_constraint_satisfied(NOW, true);
        status.set_background_not_restricted_constraint_satisfied(NOW, true, false);
        set(&mut status, Constraints::CONNECTIVITY, true);
        assert!(!status.can_run_in_doze());
        assert_eq!(status.is_ready(), expected);
        set(&mut status, Constraints::DEVICE_NOT_DOZING, true);
        set(&mut status, Constraints::DEVICE_NOT_DOZING, false);
        assert!(!status.is_ready(), "the first change of the bit ends it");
    }
}

#[test]
fn job_ready_005_flags_follow_only_changes_of_their_bit() {
    let mut status = ready(|_| ());
    status.set_device_not_dozing_constraint_satisfied(NOW, false, false);
    assert!(!status.is_ready());
    assert!(!status.set_device_not_dozing_constraint_satisfied(NOW, false, true), "no change");
    assert!(status.app_has_doze_exemption(), "the fact is stored all the same");
    assert!(!status.is_ready(), "but the flag is not computed anew");
    status.set_device_not_dozing_constraint_satisfied(NOW, true, true);
    status.set_device_not_dozing_constraint_satisfied(NOW, false, true);
    assert!(status.is_ready());
    let mut urgent = record(expedited);
    satisfy_implicit(&mut urgent);
    urgent.set_device_not_dozing_constraint_satisfied(NOW, false, false);
    assert!(!urgent.is_ready());
    approve_expedited(&mut urgent);
    assert!(urgent.is_ready(), "approval computes it anew");
}

#[test]
fn job_ready_006_a_deadline_ends_the_wait_of_a_job_that_is_not_periodic() {
    let with_deadline = |periodic| {
        let mut status = ready(|job| {
            charging(job);
            job.is_periodic = periodic;
            job.interval_millis = 900_000;
            job.flex_millis = 900_000;
            job.has_late_constraint = true;
        });
        set(&mut status, Constraints::TIMING_DELAY, true);
        status.set_deadline_constraint_satisfied(NOW, true);
        status.is_ready()
    };
    assert!(with_deadline(false));
    assert!(!with_deadline(true));
    let mut without = ready(charging);
    without.set_deadline_constraint_satisfied(NOW, true);
    assert!(!without.is_ready(), "it has no deadline");
}

#[test]
fn job_ready_020_each_condition_can_keep_a_job_from_being_ready() {
    assert!(ready(|_| ()).is_ready());
    type Lose = fn(&mut JobStatus);
    let losses: [(Obstacle, Lose); 7] = [
        (Obstacle::Quota, |s| {
            s.set_quota_constraint_satisfied(NOW, false);
        }),
        (Obstacle::Quota, |s| {
            s.set_tare_wealth_constraint_satisfied(NOW, false);
        }),
        (Obstacle::NeverBucket, |s| s.set_standby_bucket(StandbyBucket::Never)),
        (Obstacle::Dozing, |s| {
            s.set_device_not_dozing_constraint_satisfied(NOW, false, false);
        }),
        (Obstacle::BackgroundRestricted, |s| {
            s.set_background_not_restricted_constraint_satisfied(NOW, false, false);
        }),
        (Obstacle::ComponentMissing, |s| s.service_process_name = None),
        (Obstacle::Constraints(Constraints::CHARGING), |s| {
            set(s, Constraints::CHARGING, false);
        }),
    ];
    for (obstacle, lose) in losses {
        let mut status = ready(charging);
        set(&mut status, Constraints::CHARGING, true);
        assert!(status.is_ready());
        lose(&mut status);
        assert!(!status.is_ready(), "{obstacle:?}");
        assert_eq!(status.obstacle(), Some(obstacle));
        let mut out = Output::tracing();
        assert!(!status.explain_ready(&mut out));
        assert_eq!(out.decisions[0].rule, obstacle.rule());
    }
    let mut out = Output::tracing();
    assert!(ready(|_| ()).explain_ready(&mut out));
    assert_eq!(out.decisions[0].rule.id, "JOB-READY-020");
}

#[test]
fn job_ready_021_an_override_replaces_what_the_app_required() {
    let mut status = ready(|job| {
        charging(job);
        needs_network(job);
    });
    set(&mut status, Constraints::CONNECTIVITY, true);
    assert!(!status.is_constraints_satisfied());
    status.override_state = OverrideState::Soft;
    assert!(status.is_constraints_satisfied());
    set(&mut status, Constraints::CONNECTIVITY, false);
    assert!(!status.is_constraints_satisfied(), "a network is functional");
    status.override_state = OverrideState::Full;
    assert!(status.is_constraints_satisfied() && status.is_ready());
}

#[test]
fn job_info_042_no_override_touches_the_implicit_constraints() {
    let mut status = ready(charging);
    status.override_state = OverrideState::Full;
    assert!(status.is_ready());
    status.set_quota_constraint_satisfied(NOW, false);
    assert!(!status.is_ready());
    status.set_quota_constraint_satisfied(NOW, true);
    status.service_process_name = None;
    assert!(!status.is_ready());
}

#[test]
fn job_ready_060_sorting_overrides_nothing() {
    let numbers: Vec<_> = OverrideState::ALL.iter().map(|o| (o.code(), o.name())).collect();
    assert_eq!(numbers, [(0, "NONE"), (1, "SORTING"), (2, "SOFT"), (3, "FULL")]);
    let mut status = ready(charging);
    status.override_state = OverrideState::Sorting;
    assert!(!status.is_ready());
    let successor =
        JobStatus::new(Arc::clone(status.job()), status.origin_for(RecordId(2)), status.lifetime());
    assert_eq!(successor.override_state, OverrideState::None, "not inherited");
}

#[test]
fn job_ready_022_a_passed_deadline_does_not_replace_quota_or_doze() {
    let mut status = ready(|job| {
        charging(job);
        job.has_late_constraint = true;
    });
    status.set_deadline_constraint_satisfied(NOW, true);
    let mut out = Output::tracing();
    assert!(status.explain_ready(&mut out));
    assert_eq!(out.decisions[0].rule.id, "JOB-READY-022");
    status.set_quota_constraint_satisfied(NOW, false);
    assert!(!status.is_ready());
    status.set_quota_constraint_satisfied(NOW, true);
    status.set_standby_bucket(StandbyBucket::Never);
    assert!(!status.is_ready());
}

fn satisfy_restricted(status: &mut JobStatus, state: bool) {
    for bit in [Constraints::CHARGING, Constraints::BATTERY_NOT_LOW, Constraints::IDLE] {
        set(status, bit, state);
    }
}

#[test]
fn job_ready_023_imposed_constraints_make_up_for_quota() {
    let mut status = record_in(StandbyBucket::Restricted, |_| ());
    satisfy_implicit(&mut status);
    assert!(status.is_ready(), "within quota they need not hold");
    assert!(!status.are_dynamic_constraints_satisfied());
    status.set_quota_constraint_satisfied(NOW, false);
    assert!(!status.is_ready());
    satisfy_restricted(&mut status, true);
    assert!(status.are_dynamic_constraints_satisfied() && status.is_ready());
    set(&mut status, Constraints::IDLE, false);
    assert!(!status.is_ready());
    let mut urgent = ready(expedited);
    urgent.set_quota_constraint_satisfied(NOW, false);
    assert!(!urgent.is_ready());
    approve_expedited(&mut urgent);
    assert!(urgent.is_ready(), "expedited treatment makes up for it, too");
}

#[test]
fn job_ready_024_leaving_the_restricted_bucket_lifts_all_of_its_set() {
    let mut status = record(needs_network);
    status.add_dynamic_constraints(Constraints::CHARGING | Constraints::DEVICE_NOT_DOZING);
    status.set_standby_bucket(StandbyBucket::Restricted);
    let all = Constraints::DYNAMIC_RESTRICTED | Constraints::DEVICE_NOT_DOZING;
    assert_eq!(status.dynamic_constraints(), all);
    status.set_standby_bucket(StandbyBucket::Rare);
    let left = status.dynamic_constraints();
    assert_eq!(left, Constraints::DEVICE_NOT_DOZING, "whoever had added them");
    let quota = Constraints::WITHIN_QUOTA | Constraints::TARE_WEALTH;
    status.add_dynamic_constraints(quota | Constraints::CONTENT_TRIGGER);
    assert_eq!(status.dynamic_constraints(), left, "these can never be imposed on it");
}

#[test]
fn job_ready_025_no_bucket_but_never_keeps_a_user_initiated_job() {
    for bucket in StandbyBucket::ALL {
        let mut status = record_in(*bucket, user_initiated);
        satisfy_implicit(&mut status);
        set(&mut status, Constraints::CONNECTIVITY, true);
        assert_eq!(status.is_ready(), *bucket != StandbyBucket::Never, "{bucket}");
    }
}

#[test]
fn job_ready_030_one_constraint_can_be_assumed() {
    let mut status = ready(|job| {
        charging(job);
        job.preferred_constraint_flags = 2;
    });
    let before = status.clone();
    assert!(status.would_be_ready_with_constraint(Constraints::CHARGING), "flexible is assumed");
    assert!(!status.would_be_ready_with_constraint(Constraints::FLEXIBLE), "charging is not");
    assert!(status.would_be_ready_with_constraint(Constraints::DEADLINE), "even without one");
    assert!(!status.would_be_ready_with_constraint(Constraints::WITHIN_QUOTA));
    assert_eq!(status, before, "asking changes nothing");
    set(&mut status, Constraints::CHARGING, true);
    assert!(!status.is_ready(), "flexible does not hold");
    for implicit in [
        Constraints::BACKGROUND_NOT_RESTRICTED,
        Constraints::DEVICE_NOT_DOZING,
        Constraints::TARE_WEALTH,
        Constraints::WITHIN_QUOTA,
    ] {
        assert!(status.readiness_status_with_constraint(implicit, true));
        assert!(!status.readiness_status_with_constraint(implicit, false));
    }
}

#[test]
fn job_ready_030_an_imposed_implicit_constraint_counts_as_lost_in_the_question() {
    let mut status = ready(charging);
    status.disallow_run_in_battery_saver_and_doze();
    status.set_quota_constraint_satisfied(NOW, false);
    set(&mut status, Constraints::CHARGING, true);
    assert!(status.is_ready(), "its imposed constraints make up for quota");
    assert!(!status.would_be_ready_with_constraint(Constraints::CHARGING));
    assert!(status.would_be_ready_with_constraint(Constraints::DEADLINE), "they are not looked at");
}

#[test]
fn ctrl_gen_007_wealth_counts_as_quota_does() {
    let mut status = record_in(StandbyBucket::Restricted, |_| ());
    satisfy_implicit(&mut status);
    status.set_tare_wealth_constraint_satisfied(NOW, false);
    assert_eq!(status.obstacle(), Some(Obstacle::Quota));
    satisfy_restricted(&mut status, true);
    assert!(status.is_ready());
}

#[test]
fn ctrl_gen_013_losing_doze_is_judged_without_the_exemption() {
    let mut status = ready(user_initiated);
    set(&mut status, Constraints::CONNECTIVITY, true);
    assert!(status.can_run_in_doze() && status.is_ready());
    assert!(!status.readiness_status_with_constraint(Constraints::DEVICE_NOT_DOZING, false));
    status.set_device_not_dozing_constraint_satisfied(NOW, false, false);
    assert!(status.is_ready());
    assert_eq!(status.stop_reason(), StopReason::DeviceState);
}

#[test]
fn job_ready_032_doze_leaves_a_reason_on_a_job_that_stays_ready() {
    let mut status = ready(|job| job.flags = crate::job::info::FLAG_WILL_BE_FOREGROUND);
    assert_eq!(status.stop_reason(), StopReason::Undefined);
    status.set_device_not_dozing_constraint_satisfied(NOW, false, false);
    assert!(status.is_ready());
    assert_eq!(status.stop_reason(), StopReason::DeviceState);
    status.set_device_not_dozing_constraint_satisfied(NOW, true, false);
    assert_eq!(status.stop_reason(), StopReason::Undefined);
}

#[test]
fn job_resched_016_deferral_makes_up_for_quota() {
    let mut status = ready(|_| ());
    status.set_quota_constraint_satisfied(NOW, false);
    assert!(!status.is_ready());
    status.disallow_run_in_battery_saver_and_doze();
    assert!(status.is_ready(), "out of quota, but neither dozing nor saving");
    status.set_device_not_dozing_constraint_satisfied(NOW, false, false);
    assert!(!status.is_ready());
}

#[test]
fn ctrl_gen_004_the_last_ten_changes_are_kept() {
    let mut status = record(|job| job.constraint_flags = CONSTRAINT_FLAG_STORAGE_NOT_LOW);
    assert_eq!(status.constraint_history().changes().count(), 0);
    for millis in 1..=12 {
        let changed = status.set_constraint_satisfied(
            Constraints::STORAGE_NOT_LOW,
            Elapsed(millis),
            millis % 2 == 1,
        );
        assert!(changed);
    }
    let unchanged =
        status.set_constraint_satisfied(Constraints::STORAGE_NOT_LOW, Elapsed(99), false);
    assert!(!unchanged, "that is no change");
    let times: Vec<_> =
        status.constraint_history().changes().map(|change| change.at.millis()).collect();
    assert_eq!(times, (3..=12).collect::<Vec<_>>());
}

#[test]
fn flexible_constraints_are_dropped_and_taken_back_within_bounds() {
    let mut status = record(|job| job.preferred_constraint_flags = 7);
    assert_eq!(status.num_required_flexible_constraints(), 3);
    status.adjust_num_required_flexible_constraints(-2);
    assert_eq!(status.num_required_flexible_constraints(), 1);
    status.adjust_num_required_flexible_constraints(-5);
    assert_eq!(status.num_required_flexible_constraints(), 0);
    status.adjust_num_required_flexible_constraints(i32::MAX);
    assert_eq!(status.num_required_flexible_constraints(), 3);
}

#[test]
fn fraction_run_time_is_the_part_of_the_window_that_has_passed() {
    let at = |earliest, latest, now| {
        let lifetime = Lifetime {
            earliest_run_time: Elapsed(earliest),
            latest_run_time: Elapsed(latest),
            ..Lifetime::default()
        };
        lived(|_| (), lifetime).fraction_run_time(Elapsed(now))
    };
    assert_eq!(at(0, i64::MAX, 5), 1.0);
    assert_eq!((at(0, 10, 9), at(0, 10, 10)), (0.0, 1.0));
    assert_eq!((at(10, i64::MAX, 9), at(10, i64::MAX, 10)), (0.0, 1.0));
    assert_eq!([at(10, 20, 10), at(10, 20, 15), at(10, 20, 20)], [0.0, 0.5, 1.0]);
}
