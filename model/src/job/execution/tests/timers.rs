//! Timers, and what happens when they fire. Rules: JOB-RUN-003 to 005, 024 to 033, JOB-TIME-040, 042.

use super::*;
use crate::rules::job_run::JOB_RUN_030;

#[test]
fn job_run_003_time_outs_stretch_with_the_device() {
    let plain = Timeouts { bind_millis: 18_000, op_millis: 8_000, notification_millis: 10_000 };
    assert_eq!(Timeouts::with_multiplier(1), plain);
    assert_eq!(EXECUTION_DURATION_STAMP_PERIOD_MILLIS, 300_000);
    assert_eq!(STALE_CALLBACK_TOLERANCE_MILLIS, 15_000);

    let mut stage = Stage::new();
    stage.execution = Execution::new(Timeouts::with_multiplier(3));
    let job = stage.job(UserInitiated);
    stage.bring(S0, job, Verb::Binding);
    assert_eq!(stage.timer(S0), Some(54_000));
    stage.connect(S0);
    assert_eq!(stage.timer(S0), Some(24_000));
    stage.ack_start(S0, true).expect("acknowledged");
    assert_eq!(stage.timer(S0), Some(30_000));
    stage.set_notification(S0, 1, 0);
    assert_eq!(stage.timer(S0), Some(300_000), "the stamp period is not stretched");
}

#[test]
fn job_run_004_the_timer_waits_for_uptime_the_deadline_does_not() {
    let mut stage = Stage::with(Regular, Verb::Executing);
    stage.now = stage.now.asleep_for(40 * MINUTE);
    assert_eq!(stage.timer(S0), Some(300_000), "deep sleep does not count");
    stage.advance(299_999);
    assert_eq!(stage.verb(S0), Verb::Executing);
    stage.advance(1);
    assert_eq!(stage.log(), ["stopJob(3 3)"], "but the maximum was over long ago");
}

#[test]
fn job_run_004_a_slot_has_one_timer_and_slots_fire_in_the_order_of_arming() {
    let mut stage = Stage::new();
    let (first, second) = (stage.job(Regular), stage.job(Regular));
    stage.bring(S1, first, Verb::Starting);
    stage.bring(S0, second, Verb::Starting);
    stage.advance(7_999);
    assert_eq!(stage.ended, []);
    stage.advance(1);
    assert_eq!(stage.ended, [first, second], "not in the order of the slots");
    assert_eq!(stage.looper.next_wakeup(), Default::default());
}

#[test]
fn job_run_005_how_long_the_app_is_left_to_itself() {
    // guarantee, maximum, time in STARTING, user-initiated: timer after the acknowledgement
    let table = [
        (600_000, 1_800_000, 0, false, 300_000),
        (300_000, 1_800_000, 1_000, false, 299_000),
        (300_001, 1_800_000, 0, false, 300_000),
        (7_000, 10_000, 6_999, false, 1),
        (7_000, 10_000, 7_000, false, 3_000),
        (600_000, 1_800_000, 0, true, 10_000),
        (6_000, 600_000, 0, true, 6_000),
        (5_000, 14_000, 5_000, true, 9_000),
        (5_000, 15_001, 5_000, true, 10_000),
        (5_000, 7_000, 7_000, false, 0),
        (5_000, 7_000, 7_500, false, 0),
    ];
    for (guarantee, maximum, starting, user_initiated, timer) in table {
        let mut stage = Stage::new();
        stage.world.guarantee = guarantee;
        stage.world.maximum = maximum;
        let job = stage.job(if user_initiated { UserInitiated } else { Regular });
        stage.bring(S0, job, Verb::Starting);
        stage.advance(starting);
        stage.ack_start(S0, true).expect("acknowledged");
        assert_eq!(stage.timer(S0), Some(timer), "{guarantee} {maximum} {starting}");
    }
}

#[test]
fn job_run_024_a_bind_may_take_18_seconds() {
    for (target_sdk, reported) in [(34, true), (33, false)] {
        let mut stage = Stage::with(Regular, Verb::Binding);
        stage.world.target_sdk = target_sdk;
        stage.advance(17_999);
        assert_eq!((stage.verb(S0), stage.log().len()), (Verb::Binding, 0));
        stage.advance(1);
        let mut expected = ended(0, 12, false);
        if reported {
            expected.insert(0, "anr(10123 com.app:jobs Bind)".to_owned());
        }
        assert_eq!(stage.log(), expected);
    }
}

#[test]
fn job_run_025_on_start_job_may_take_8_seconds() {
    for (target_sdk, reported) in [(34, true), (33, false)] {
        let mut stage = Stage::with(Regular, Verb::Starting);
        stage.world.target_sdk = target_sdk;
        stage.cancel(S0, StopReason::CancelledByApp, InternalStopReason::Canceled);
        stage.advance(7_999);
        assert_eq!((stage.verb(S0), stage.log().len()), (Verb::Starting, 0));
        stage.advance(1);
        let mut expected = ended(0, 12, false);
        if reported {
            expected.insert(0, "anr(10123 com.app:jobs OnStartJob)".to_owned());
        }
        assert_eq!(stage.log(), expected, "not the reasons of the cancel");
    }
}

#[test]
fn job_run_026_on_stop_job_may_take_8_seconds_and_silence_is_a_wish() {
    for (target_sdk, reported) in [(34, true), (33, false)] {
        let mut stage = Stage::with(Regular, Verb::Stopping);
        stage.world.target_sdk = target_sdk;
        stage.advance(7_999);
        assert_eq!((stage.verb(S0), stage.log().len()), (Verb::Stopping, 0));
        stage.advance(1);
        let mut expected = ended(3, 3, true);
        if reported {
            expected.insert(0, "anr(10123 com.app:jobs OnStopJob)".to_owned());
        }
        assert_eq!(stage.log(), expected, "the reasons of the stop stay");
    }
}

/// A stage whose expedited job has a quota stop pending.
fn with_pending_stop(kind: Kind, guarantee: i64, maximum: i64) -> Stage {
    let mut stage = Stage::new();
    stage.world.guarantee = guarantee;
    stage.world.maximum = maximum;
    let job = stage.job(kind);
    stage.bring(S0, job, Verb::Executing);
    stage.cancel(S0, StopReason::Quota, InternalStopReason::ConstraintsNotSatisfied);
    assert_eq!(stage.verb(S0), Verb::Executing, "the stop is pending");
    stage
}

#[test]
fn job_run_027_the_first_check_that_holds_decides() {
    // A pending stop comes before the maximum, the maximum before the concurrency manager.
    let mut stage = with_pending_stop(Expedited, MINUTE, MINUTE);
    stage.advance(MINUTE);
    assert_eq!(stage.log(), ["stopJob(10 1)"]);
    let mut stage = with_pending_stop(Expedited, MINUTE, MINUTE);
    stage.world.executable = true;
    stage.world.overtime_reason = Some("too many jobs".to_owned());
    stage.advance(MINUTE);
    assert_eq!(stage.log(), ["stopJob(3 3)"], "an erased stop lets the checks go on");
    let mut stage = with_pending_stop(Expedited, MINUTE, 2 * MINUTE);
    stage.world.executable = true;
    stage.world.overtime_reason = Some("too many jobs".to_owned());
    stage.advance(MINUTE);
    assert_eq!(stage.log(), ["stopJob(4 3)"]);
    // The concurrency manager comes before the missing notification.
    let mut stage = Stage::new();
    (stage.world.guarantee, stage.world.maximum) = (5_000, 60_000);
    let job = stage.job(UserInitiated);
    stage.bring(S0, job, Verb::Executing);
    stage.advance(59_999);
    assert_eq!(stage.verb(S0), Verb::Executing, "past the guarantee nobody minds");
    stage.advance(1);
    assert_eq!(stage.log(), ["stopJob(3 3)"]);
}

#[test]
fn job_run_028_a_deferred_stop_is_looked_at_by_the_next_timer() {
    let mut stage = with_pending_stop(Expedited, 3 * MINUTE, 30 * MINUTE);
    stage.advance(3 * MINUTE - 1);
    assert_eq!(stage.verb(S0), Verb::Executing);
    stage.advance(1);
    assert_eq!(stage.log(), ["stopJob(10 1)"]);
    // If the guarantee is longer than the stamp period, that timer comes within it.
    let mut stage = with_pending_stop(Expedited, 10 * MINUTE, 30 * MINUTE);
    stage.advance(5 * MINUTE);
    assert_eq!(stage.log(), ["stopJob(10 1)"]);
    // A job that could start again goes on, for good.
    let mut stage = with_pending_stop(Expedited, 3 * MINUTE, 30 * MINUTE);
    stage.world.executable = true;
    stage.advance(3 * MINUTE);
    stage.world.executable = false;
    stage.advance(20 * MINUTE);
    assert_eq!((stage.verb(S0), stage.log().len()), (Verb::Executing, 0));
}

#[test]
fn job_run_029_the_maximum_is_reached_at_that_instant() {
    let mut stage = Stage::with(Regular, Verb::Executing);
    stage.advance(30 * MINUTE - 1);
    assert_eq!((stage.verb(S0), stage.log().len()), (Verb::Executing, 0));
    stage.advance(1);
    assert_eq!(stage.log(), ["stopJob(3 3)"], "and that is no failure to respond");
}

#[test]
fn job_run_030_past_the_guarantee_the_concurrency_manager_may_take_the_slot() {
    let mut stage = Stage::with(Regular, Verb::Executing);
    stage.world.overtime_reason = Some("battery saver".to_owned());
    stage.advance(10 * MINUTE - 1);
    assert_eq!((stage.verb(S0), stage.log().len()), (Verb::Executing, 0));
    assert!(!stage.decided(&JOB_RUN_030), "nobody asks within the guarantee");
    stage.advance(1);
    assert_eq!(stage.log(), ["stopJob(4 3)"]);
    let handed = stage.parameters.clone().expect("stopJob was sent");
    assert_eq!(handed.debug_stop_reason.as_deref(), Some("battery saver"));
}

#[test]
fn job_run_031_past_the_guarantee_time_is_not_stamped() {
    let mut stage = Stage::with(Regular, Verb::Executing);
    stage.advance(10 * MINUTE);
    assert_eq!(stage.status(RecordId(0)).cumulative_execution_time_ms(), 5 * MINUTE);
    assert_eq!(stage.timer(S0), Some(5 * MINUTE));
    stage.advance(15 * MINUTE);
    assert_eq!(stage.status(RecordId(0)).cumulative_execution_time_ms(), 5 * MINUTE);
    stage.finish(S0, false).expect("finished");
    assert_eq!(stage.status(RecordId(0)).cumulative_execution_time_ms(), 25 * MINUTE);
}

#[test]
fn job_run_032_the_notification_is_due_10_seconds_after_the_acknowledgement() {
    for target_sdk in [33, 34] {
        let mut stage = Stage::with(UserInitiated, Verb::Starting);
        stage.world.target_sdk = target_sdk;
        stage.advance(7_000);
        stage.ack_start(S0, true).expect("acknowledged");
        stage.log.clear();
        stage.advance(9_999);
        assert_eq!((stage.verb(S0), stage.log().len()), (Verb::Executing, 0));
        stage.advance(1);
        let expected = [
            "anr(10123 com.app:jobs Notification)",
            "wakeLockRelease",
            "unbind",
            "observers(100 false)",
            "completed(0 12 true)",
        ];
        assert_eq!(stage.log(), expected, "whatever the target SDK, and without onStopJob");
    }
}

#[test]
fn job_run_033_every_five_minutes_the_time_is_stamped() {
    let mut stage = Stage::with(Regular, Verb::Starting);
    stage.advance(1_000);
    stage.ack_start(S0, true).expect("acknowledged");
    stage.advance(299_999);
    assert_eq!(stage.status(RecordId(0)).cumulative_execution_time_ms(), 0);
    assert_eq!(stage.world.touched, []);
    stage.advance(1);
    assert_eq!(stage.status(RecordId(0)).cumulative_execution_time_ms(), 301_000, "since the bind");
    assert_eq!(stage.world.touched, [RecordId(0)]);
    assert_eq!(stage.timer(S0), Some(299_000), "what is left of the guarantee");
}

#[test]
fn job_time_040_past_the_guarantee_the_question_is_asked_again_at_every_timer() {
    let mut stage = Stage::with(Regular, Verb::Executing);
    stage.advance(10 * MINUTE);
    stage.world.overtime_reason = Some("deep doze".to_owned());
    stage.advance(5 * MINUTE - 1);
    assert_eq!(stage.verb(S0), Verb::Executing, "between two timers nobody asks");
    stage.advance(1);
    assert_eq!(stage.log(), ["stopJob(4 3)"]);
}

#[test]
fn job_time_042_overtime_begins_when_the_guarantee_is_used_up() {
    let mut stage = Stage::with(Regular, Verb::Binding);
    let started = stage.now.elapsed;
    let at = |millis| started.plus(millis);
    let execution = &stage.execution;
    assert!(execution.is_within_execution_guarantee_time(S0, at(599_999)));
    assert!(!execution.is_within_execution_guarantee_time(S0, at(600_000)));
    assert_eq!(execution.remaining_guaranteed_millis(S0, at(599_999)), 1);
    assert_eq!(execution.remaining_guaranteed_millis(S0, at(600_001)), 0);
    stage.disconnect(S0);
    assert!(stage.execution.is_within_execution_guarantee_time(S0, at(600_000)), "nothing runs");
}
