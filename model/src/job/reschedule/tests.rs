//! Backoff, demotion and periods.

use super::*;
use crate::ids::Uid;
use crate::job::info::{
    JobInfo, NetworkRequest, FLAG_EXPEDITED, FLAG_USER_INITIATED, PRIORITY_HIGH, PRIORITY_MAX,
};
use crate::job::status::{Constraints, OverrideState};
use crate::job::RecordId;
use crate::time::Wall;

const MINUTE: i64 = 60_000;
const START: Elapsed = Elapsed(100_000_000);

const FAILURE: Ending = Ending {
    stop_reason: StopReason::Undefined,
    internal_stop_reason: InternalStopReason::SuccessfulFinish,
};
const SYSTEM_STOP: Ending = Ending {
    stop_reason: StopReason::ConstraintCharging,
    internal_stop_reason: InternalStopReason::ConstraintsNotSatisfied,
};
const USER_STOP: Ending =
    Ending { stop_reason: StopReason::User, internal_stop_reason: InternalStopReason::UserUiStop };

fn at(millis: i64) -> Now {
    Now { elapsed: START.plus(millis), ..Now::at_boot(Wall(1_700_000_000_000 + millis)) }
}

fn origin(record: u64) -> Origin {
    Origin::own(RecordId(record), Uid(10_123))
}

fn lived(change: impl FnOnce(&mut JobInfo), lifetime: Lifetime) -> JobStatus {
    let mut job = JobInfo::default();
    change(&mut job);
    JobStatus::new(job, origin(1), lifetime)
}

fn record(change: impl FnOnce(&mut JobInfo)) -> JobStatus {
    lived(change, Lifetime::default())
}

fn user_initiated(job: &mut JobInfo) {
    job.flags = FLAG_USER_INITIATED;
    job.priority = PRIORITY_MAX;
    job.required_network = NetworkRequest::of_type(1, None);
}

fn after_with(job: &JobStatus, ending: Ending, constants: &Constants) -> Option<JobStatus> {
    let origin = job.origin_for(RecordId(2));
    reschedule_for_failure(job, ending, origin, constants, at(0), &mut Output::new())
}

fn after(job: &JobStatus, ending: Ending) -> JobStatus {
    after_with(job, ending, &Constants::android_14()).expect("it is to run again")
}

fn counters(job: &JobStatus) -> (i32, i32) {
    (job.num_failures(), job.num_system_stops())
}

/// Milliseconds of delay after a failure or a system stop that leads to these counters.
fn delay(
    change: impl FnOnce(&mut JobInfo),
    counters: (i32, i32),
    config: &[(&str, &str)],
) -> Option<i64> {
    let (num_failures, num_system_stops) = (counters.0.wrapping_sub(1), counters.1);
    let lifetime = Lifetime { num_failures, num_system_stops, ..Lifetime::default() };
    let constants = Constants::android_14().with_config(&config.iter().copied().collect());
    let next = after_with(&lived(change, lifetime), FAILURE, &constants)?;
    let earliest = next.earliest_run_time();
    (earliest != NO_EARLIEST_RUNTIME).then(|| earliest.since(START))
}

#[test]
fn job_resched_001_linear_and_exponential_have_their_own_least_backoff() {
    let base = |policy, config: &[(&str, &str)]| {
        let given = |job: &mut JobInfo| {
            job.backoff_policy = policy;
            job.initial_backoff_millis = 1;
        };
        delay(given, (1, 0), config)
    };
    assert_eq!(base(0, &[]), Some(10_000));
    assert_eq!(base(1, &[]), Some(10_000));
    assert_eq!(base(0, &[("min_linear_backoff_time_ms", "20000")]), Some(20_000));
    assert_eq!(base(1, &[("min_linear_backoff_time_ms", "20000")]), Some(10_000));
    assert_eq!(base(1, &[("min_exp_backoff_time_ms", "20000")]), Some(20_000));
}

#[test]
fn job_resched_002_the_user_ends_a_visible_job_for_good() {
    let default = Constants::android_14();
    let mut visible = record(user_initiated);
    assert_eq!(after_with(&visible, USER_STOP, &default), None);
    visible.add_internal_flags(InternalFlags::DEMOTED_BY_SYSTEM_UIJ);
    assert!(after_with(&visible, USER_STOP, &default).is_some());
    visible.started_as_user_initiated_job = true;
    assert_eq!(after_with(&visible, USER_STOP, &default), None, "it was started as one");
    assert!(after_with(&record(|_| ()), USER_STOP, &default).is_some());
    let other = Ending { internal_stop_reason: InternalStopReason::Canceled, ..USER_STOP };
    assert!(after_with(&record(user_initiated), other, &default).is_some());
}

#[test]
fn job_resched_003_the_app_and_the_user_fail_the_rest_are_system_stops() {
    let job = record(|_| ());
    for internal in InternalStopReason::ALL {
        for public in StopReason::ALL {
            let ending = Ending { stop_reason: *public, internal_stop_reason: *internal };
            let failure = matches!(
                internal,
                InternalStopReason::SuccessfulFinish
                    | InternalStopReason::Timeout
                    | InternalStopReason::Anr
            ) || *public == StopReason::User;
            let expected = if failure { (1, 0) } else { (0, 1) };
            assert_eq!(counters(&after(&job, ending)), expected, "{public} {internal}");
        }
    }
}

#[test]
fn job_resched_004_three_system_stops_count_as_one_failure() {
    let attempts = |failures, stops, ratio: &str| {
        let config = [("system_stop_to_failure_ratio", ratio)].into_iter().collect();
        backoff_attempts(failures, stops, &Constants::android_14().with_config(&config))
    };
    assert_eq!([2, 3, 5, 6].map(|stops| attempts(1, stops, "3")), [1, 2, 2, 3]);
    assert_eq!(attempts(0, 4, "1"), 4);
    assert_eq!(attempts(2, 4, "0"), 2, "no division by zero");
    assert_eq!(attempts(0, i32::MIN, "-1"), i32::MIN, "it wraps");
}

#[test]
fn job_resched_005_two_system_stops_cost_nothing() {
    let first = after(&record(|_| ()), SYSTEM_STOP);
    assert!(!first.has_timing_delay_constraint());
    let second = after(&first, SYSTEM_STOP);
    assert!(!second.has_timing_delay_constraint());
    let third = after(&second, SYSTEM_STOP);
    assert_eq!(third.earliest_run_time(), START.plus(30_000));
}

#[test]
fn job_resched_006_linear_backoff_grows_by_its_base() {
    let linear = |initial| {
        move |job: &mut JobInfo| {
            job.backoff_policy = BACKOFF_POLICY_LINEAR;
            job.initial_backoff_millis = initial;
        }
    };
    let delays = [1, 2, 3].map(|failures| delay(linear(20_000), (failures, 0), &[]));
    assert_eq!(delays, [Some(20_000), Some(40_000), Some(60_000)]);
    assert_eq!(delay(linear(i64::MAX), (2, 0), &[]), Some(-2), "the product wraps");
}

#[test]
fn job_resched_007_exponential_backoff_is_32_bit_float() {
    let exponential = |policy, initial| {
        move |job: &mut JobInfo| {
            job.backoff_policy = policy;
            job.initial_backoff_millis = initial;
        }
    };
    let delays = [1, 2, 3, 4].map(|failures| delay(exponential(1, 20_000), (failures, 0), &[]));
    assert_eq!(delays, [Some(20_000), Some(40_000), Some(80_000), Some(160_000)]);
    assert_eq!(delay(exponential(77, 20_000), (3, 0), &[]), Some(80_000), "any other policy");
    assert_eq!(delay(exponential(1, 16_777_217), (1, 0), &[]), Some(16_777_216));
    assert_eq!(delay(exponential(1, 17_000_001), (1, 0), &[]), Some(17_000_000));
    assert_eq!(scalb(1, 200), i64::MAX, "infinity");
    assert_eq!(scalb(10_000, i32::MAX), i64::MAX);
    assert_eq!(scalb(-1, 100), i64::MIN);
    assert_eq!((scalb(7, -1), scalb(7, -3), scalb(i64::MAX, i32::MIN)), (3, 0, 0));
}

#[test]
fn job_resched_008_no_delay_is_longer_than_five_hours() {
    let linear = |job: &mut JobInfo| job.backoff_policy = BACKOFF_POLICY_LINEAR;
    assert_eq!(delay(linear, (600, 0), &[]), Some(18_000_000));
    assert_eq!(delay(linear, (601, 0), &[]), Some(18_000_000));
    assert_eq!(delay(|_| (), (1_000, 0), &[]), Some(18_000_000));
    let huge = |job: &mut JobInfo| job.initial_backoff_millis = i64::MAX;
    assert_eq!(delay(huge, (1, 0), &[]), Some(18_000_000));
}

#[test]
fn job_resched_009_these_are_the_default_delays() {
    let table = [((1, 0), 30_000), ((2, 0), 60_000), ((3, 3), 240_000), ((11, 0), 18_000_000)];
    for (counters, expected) in table {
        assert_eq!(delay(|_| (), counters, &[]), Some(expected), "{counters:?}");
    }
    assert_eq!(delay(|_| (), (0, 1), &[]), None);
    assert_eq!(delay(|_| (), (0, 2), &[]), None);
    assert_eq!(delay(|_| (), (0, 3), &[]), Some(30_000));
}

#[test]
fn job_resched_010_the_successor_keeps_who_and_loses_what_was_told() {
    let lifetime = Lifetime {
        latest_run_time: START,
        last_successful_run_time: Wall(5),
        cumulative_execution_time_ms: 77,
        internal_flags: InternalFlags::HAS_FOREGROUND_EXEMPTION,
        dynamic_constraints: Constraints::CHARGING,
        ..Lifetime::default()
    };
    let mut job = lived(|job| job.id = 9, lifetime);
    job.override_state = OverrideState::Full;
    job.started_as_expedited_job = true;
    job.first_force_batched_time = Elapsed(3);
    job.when_standby_deferred = Elapsed(4);
    job.last_evaluated_bias = 40;
    job.set_constraint_satisfied(Constraints::CHARGING, START, true);
    job.set_expedited_job_quota_approved(START, true);
    let next = after(&job, FAILURE);
    assert_eq!(next.record(), RecordId(2));
    assert_eq!(next.key(), job.key());
    assert_eq!(next.source_package(), job.source_package());
    assert_eq!(next.standby_bucket(), job.standby_bucket());
    assert_eq!(next.internal_flags(), InternalFlags::HAS_FOREGROUND_EXEMPTION);
    assert_eq!(next.dynamic_constraints(), Constraints::CHARGING);
    assert_eq!(next.last_successful_run_time(), Wall(5));
    assert_eq!(next.last_failed_run_time(), at(0).wall);
    assert_eq!(next.cumulative_execution_time_ms(), 77);
    assert!(!next.has_deadline_constraint());
    assert_eq!(next.override_state, OverrideState::None);
    assert!(!next.started_as_expedited_job && !next.is_expedited_quota_approved());
    assert_eq!(
        (next.first_force_batched_time, next.when_standby_deferred),
        (Elapsed(0), Elapsed(0))
    );
    assert_eq!((next.last_evaluated_bias, next.satisfied_constraints()), (0, Constraints::NONE));
}

#[test]
fn job_resched_011_a_user_stop_demotes_whatever_the_kind() {
    let expedited = record(|job| {
        job.flags = FLAG_EXPEDITED;
        job.priority = PRIORITY_MAX;
    });
    let next = after(&expedited, USER_STOP);
    assert_eq!(next.internal_flags(), InternalFlags::DEMOTED_BY_USER);
    assert_eq!(next.effective_priority(), PRIORITY_HIGH);
    assert_eq!(after(&expedited, FAILURE).internal_flags(), InternalFlags::NONE);
}

#[test]
fn job_resched_012_a_day_of_execution_demotes_a_user_initiated_job() {
    let ran = |change: fn(&mut JobInfo), millis, flags| {
        let lifetime = Lifetime {
            cumulative_execution_time_ms: millis,
            internal_flags: flags,
            ..Lifetime::default()
        };
        after(&lived(change, lifetime), FAILURE).internal_flags()
    };
    let (none, by_system) = (InternalFlags::NONE, InternalFlags::DEMOTED_BY_SYSTEM_UIJ);
    assert_eq!(ran(user_initiated, 86_399_999, none), none);
    assert_eq!(ran(user_initiated, 86_400_000, none), by_system);
    assert_eq!(ran(|_| (), i64::MAX, none), none, "others are not concerned");
    let by_user = InternalFlags::DEMOTED_BY_USER;
    assert_eq!(ran(user_initiated, i64::MAX, by_user), by_user, "it is not one any more");
}

#[test]
fn job_resched_013_no_number_of_failures_demotes() {
    let lifetime = Lifetime { num_failures: 1_000, ..Lifetime::default() };
    let next = after(&lived(user_initiated, lifetime), FAILURE);
    assert!(next.should_treat_as_user_initiated_job());
    assert_eq!(next.effective_priority(), PRIORITY_MAX);
}

#[test]
fn job_resched_014_demotion_is_inherited_by_every_successor() {
    let demoted = InternalFlags::DEMOTED_BY_USER.with(InternalFlags::DEMOTED_BY_SYSTEM_UIJ);
    let lifetime = Lifetime { internal_flags: demoted, ..Lifetime::default() };
    let job = lived(|job| job.is_periodic = true, lifetime);
    assert_eq!(after(&job, SYSTEM_STOP).internal_flags(), demoted);
    let next = reschedule_for_periodic(&job, origin(2), at(0), &mut Output::new());
    assert_eq!(next.internal_flags(), demoted);
}

#[test]
fn job_resched_015_a_long_run_defers_all_but_user_initiated_jobs() {
    let deferred = |change: fn(&mut JobInfo), internal_stop_reason| {
        let ending = Ending { stop_reason: StopReason::Timeout, internal_stop_reason };
        let mut next = record(change);
        defer_after_long_run(&mut next, ending, &mut Output::new());
        next.dynamic_constraints()
    };
    let imposed = Constraints::DEVICE_NOT_DOZING | Constraints::BACKGROUND_NOT_RESTRICTED;
    for internal in InternalStopReason::ALL {
        let long = matches!(internal, InternalStopReason::Timeout | InternalStopReason::Preempt);
        let expected = if long { imposed } else { Constraints::NONE };
        assert_eq!(deferred(|_| (), *internal), expected, "{internal}");
        assert_eq!(deferred(user_initiated, *internal), Constraints::NONE);
    }
}

#[test]
fn job_resched_017_cumulative_time_is_inherited_and_reset_by_a_period() {
    let mut job = record(|job| job.is_periodic = true);
    job.increment_cumulative_execution_time(40);
    job.increment_cumulative_execution_time(2);
    assert_eq!(after(&job, FAILURE).cumulative_execution_time_ms(), 42);
    let next = reschedule_for_periodic(&job, origin(2), at(0), &mut Output::new());
    assert_eq!(next.cumulative_execution_time_ms(), 0);
    job.increment_cumulative_execution_time(i64::MAX);
    assert_eq!(job.cumulative_execution_time_ms(), i64::MIN + 41, "it wraps");
}

#[test]
fn job_resched_018_the_first_retry_is_not_flexible() {
    let job = record(|job| job.preferred_constraint_flags = 1);
    let first = after(&job, FAILURE);
    assert!(!first.has_flexibility_constraint());
    assert!(after(&first, FAILURE).has_flexibility_constraint(), "its window has no end");
}

fn periodic(interval: i64, flex: i64, original: i64) -> JobStatus {
    let mut job = record(|job| {
        job.is_periodic = true;
        job.interval_millis = interval;
        job.flex_millis = flex;
    });
    job.set_original_latest_run_time(Elapsed(original));
    job
}

/// The next window of a job whose present one ends at `end`, in milliseconds since `START`.
fn next_window(now: i64, end: i64, interval: i64, flex: i64) -> (i64, i64) {
    let job = periodic(interval, flex, START.plus(end).millis());
    let next = reschedule_for_periodic(&job, origin(2), at(now), &mut Output::new());
    (next.earliest_run_time().since(START), next.latest_run_time().since(START))
}

fn window_in_minutes(now: i64, end: i64, period: i64, flex: i64) -> (i64, i64) {
    let window = next_window(now * MINUTE, end * MINUTE, period * MINUTE, flex * MINUTE);
    (window.0 / MINUTE, window.1 / MINUTE)
}

#[test]
fn job_resched_030_interval_and_flex_are_clamped_and_the_grid_has_a_start() {
    assert_eq!(next_window(0, 0, 0, 0), (600_000, 900_000));
    let year = 31_536_000_000;
    let (earliest, latest) = next_window(0, 0, i64::MAX, i64::MAX);
    assert_eq!((earliest, latest), (1_800_000, year), "the buffer is 30 minutes");
    for original in [-1, i64::MIN, i64::MAX] {
        let job = periodic(3_600_000, 300_000, original);
        let next = reschedule_for_periodic(&job, origin(2), at(7), &mut Output::new());
        assert_eq!(next.latest_run_time(), START.plus(3_600_007), "{original} is no end");
    }
}

#[test]
fn job_resched_031_a_run_late_in_its_window_pushes_the_next_one() {
    assert_eq!(window_in_minutes(30, 60, 60, 60), (60, 120));
    assert_eq!(window_in_minutes(50, 60, 60, 60), (60, 120), "10 minutes are a sixth");
    let just_less = next_window(50 * MINUTE + 1, 60 * MINUTE, 60 * MINUTE, 60 * MINUTE);
    assert_eq!(just_less, (60 * MINUTE + 1, 120 * MINUTE));
    assert_eq!(window_in_minutes(60, 60, 60, 60), (70, 120));
    let day = 1_440;
    assert_eq!(window_in_minutes(day - 30, day, day, day), (day, 2 * day));
    let just_late = next_window((day - 30) * MINUTE + 1, day * MINUTE, day * MINUTE, day * MINUTE);
    assert_eq!(just_late.0, (day + 30) * MINUTE, "the buffer is capped");
}

#[test]
fn job_resched_032_a_run_after_its_window_counts_towards_the_next() {
    assert_eq!(window_in_minutes(61, 60, 60, 60), (60, 120));
    assert_eq!(window_in_minutes(120, 60, 60, 60), (120, 180));
    assert_eq!(window_in_minutes(96, 60, 60, 20), (100, 120));
    let six = 60 * MINUTE + 36 * MINUTE + 40_000;
    let window = |now| next_window(now, 60 * MINUTE, 60 * MINUTE, 20 * MINUTE).1 / MINUTE;
    assert_eq!((window(six - 1), window(six)), (120, 180), "a sixth of the flex");
    assert_eq!(
        window_in_minutes(119, 60, 60, 20),
        (160, 180),
        "within the window, it is too close"
    );
}

#[test]
fn job_resched_033_a_window_in_the_past_is_replaced() {
    let job = periodic(3_600_000, 600_000, 0);
    let far = Now { elapsed: Elapsed(i64::MAX - 10), ..at(0) };
    let next = reschedule_for_periodic(&job, origin(2), far, &mut Output::new());
    let window = (next.earliest_run_time(), next.latest_run_time());
    assert_eq!(window, (far.elapsed.plus(3_000_000), far.elapsed.plus(3_600_000)));
}

#[test]
fn job_resched_034_these_are_the_next_windows() {
    let table = [
        ((30, 60, 60, 60), (60, 120)),
        ((55, 60, 60, 60), (65, 120)),
        ((60, 60, 60, 60), (70, 120)),
        ((61, 60, 60, 60), (60, 120)),
        ((58, 60, 60, 20), (100, 120)),
        ((96, 60, 60, 20), (100, 120)),
        ((97, 60, 60, 20), (160, 180)),
        ((70, 60, 60, 20), (100, 120)),
        ((1425, 1440, 1440, 1440), (1470, 2880)),
    ];
    for ((now, end, period, flex), expected) in table {
        assert_eq!(window_in_minutes(now, end, period, flex), expected, "{now} {end}");
    }
    let short = next_window(14 * MINUTE, 15 * MINUTE, 15 * MINUTE, 15 * MINUTE);
    assert_eq!(short, (990_000, 30 * MINUTE));
}

#[test]
fn job_resched_035_a_period_begins_with_clean_counters() {
    let lifetime = Lifetime {
        num_failures: 3,
        num_system_stops: 4,
        last_failed_run_time: Wall(6),
        cumulative_execution_time_ms: 9,
        internal_flags: InternalFlags::DEMOTED_BY_USER,
        dynamic_constraints: Constraints::DYNAMIC_EXPEDITED_DEFERRAL,
        ..Lifetime::default()
    };
    let mut job = lived(|job| job.is_periodic = true, lifetime);
    job.enqueue_work(crate::job::info::JobWorkItem::default());
    let next = reschedule_for_periodic(&job, origin(2), at(0), &mut Output::new());
    assert_eq!(counters(&next), (0, 0));
    assert_eq!(next.last_successful_run_time(), at(0).wall);
    assert_eq!(next.last_failed_run_time(), Wall(6));
    assert_eq!(next.cumulative_execution_time_ms(), 0);
    assert_eq!(next.original_latest_run_time(), next.latest_run_time());
    assert_eq!(next.internal_flags(), InternalFlags::DEMOTED_BY_USER);
    assert_eq!(next.dynamic_constraints(), Constraints::DYNAMIC_EXPEDITED_DEFERRAL);
    assert!(!next.has_work());
}

#[test]
fn job_resched_036_the_grid_stands_still_while_a_period_is_retried() {
    let job = periodic(3_600_000, 3_600_000, 555);
    let retry = after(&after(&job, FAILURE), SYSTEM_STOP);
    assert!(!retry.has_deadline_constraint());
    assert_eq!(retry.original_latest_run_time(), Elapsed(555));
    let once = after(&record(|_| ()), FAILURE);
    assert_eq!(once.original_latest_run_time(), NO_LATEST_RUNTIME, "only periodic jobs have one");
}
