//! Stops: by the scheduler, by the user, by the shell. Rules: JOB-RUN-023, 042, 043, 055, JOB-STOP-003, 013,
//! 023, JOB-TIME-041, JOB-USERSTOP-004, 007, 009, 010.

use super::*;

#[test]
fn job_run_023_the_app_is_told_why_and_has_8_seconds() {
    let mut stage = Stage::with(Regular, Verb::Executing);
    stage.cancel(S0, StopReason::DeviceState, InternalStopReason::DeviceIdle);
    assert_eq!(stage.log(), ["stopJob(4 4)"]);
    assert_eq!((stage.verb(S0), stage.timer(S0)), (Verb::Stopping, Some(8_000)));
    let handed = stage.parameters.clone().expect("stopJob was sent");
    assert_eq!((handed.token, handed.stop_reason), (stage.token(S0), 4));
    assert_eq!(handed.debug_stop_reason.as_deref(), Some("a test"));
    // Dumps show what began the end, not what completed it.
    let at = stage.now.elapsed;
    stage.advance(1_000);
    stage.disconnect(S0);
    assert_eq!(stage.execution.last_stop(S0), Some((at, "a test")));
}

#[test]
fn job_run_023_an_app_that_is_gone_is_retried() {
    let mut stage = Stage::with(Regular, Verb::Executing);
    stage.world.unreachable = true;
    stage.cancel(S0, StopReason::DeviceState, InternalStopReason::DeviceIdle);
    assert_eq!(stage.log(), ended(4, 4, true));
    assert_eq!(stage.timer(S0), None);
}

#[test]
fn job_run_042_the_last_cancel_before_the_app_works_counts() {
    for verb in [Verb::Binding, Verb::Starting] {
        let mut stage = Stage::with(Regular, verb);
        stage.cancel(S0, StopReason::Preempt, InternalStopReason::Preempt);
        assert_eq!(stage.execution.preferred_uid(S0), Some(UID), "{verb:?}");
        stage.cancel(S0, StopReason::User, InternalStopReason::DataCleared);
        assert_eq!((stage.verb(S0), stage.log().len()), (verb, 0));
        stage.disconnect(S0);
        assert_eq!(stage.log(), ended(13, 8, true));
    }
}

#[test]
fn job_run_042_a_job_that_stops_or_is_gone_is_not_cancelled() {
    for verb in [Verb::Stopping, Verb::Finished] {
        let mut stage = Stage::with(Regular, verb);
        let before = stage.execution.clone();
        stage.cancel(S0, StopReason::Preempt, InternalStopReason::Preempt);
        assert_eq!(stage.execution, before, "{verb:?}");
        assert_eq!(stage.log(), [""; 0]);
    }
}

#[test]
fn job_run_042_only_preemption_by_the_same_app_keeps_the_slot_for_it() {
    let mut stage = Stage::with(Regular, Verb::Executing);
    stage.cancel(S0, StopReason::DeviceState, InternalStopReason::Preempt);
    assert_eq!(stage.execution.preferred_uid(S0), None);
}

#[test]
fn job_run_043_a_quota_stop_of_an_expedited_job_waits_for_the_guarantee() {
    // started as, public reason, after: stopped at once
    let quota = StopReason::Quota;
    let guarantee = 3 * MINUTE;
    let table = [
        (Expedited, quota, guarantee - 1, false),
        (Expedited, quota, guarantee, true),
        (Expedited, StopReason::DeviceState, 0, true),
        (Regular, quota, 0, true),
        (UserInitiated, quota, 0, true),
    ];
    for (kind, reason, after, at_once) in table {
        let mut stage = Stage::new();
        stage.world.guarantee = guarantee;
        let job = stage.job(kind);
        stage.bring(S0, job, Verb::Executing);
        stage.now = stage.now.awake_for(after);
        stage.cancel(S0, reason, InternalStopReason::ConstraintsNotSatisfied);
        let stopped = stage.verb(S0) == Verb::Stopping;
        assert_eq!(stopped, at_once, "{kind:?} {reason:?} after {after}");
    }
}

#[test]
fn job_run_043_a_deferred_stop_is_remembered_in_every_verb_and_the_latest_counts() {
    for verb in [Verb::Binding, Verb::Starting, Verb::Executing] {
        let mut stage = Stage::with(Expedited, verb);
        stage.cancel(S0, StopReason::Quota, InternalStopReason::ConstraintsNotSatisfied);
        stage.cancel(S0, StopReason::Quota, InternalStopReason::RestrictedBucket);
        let pending = stage.execution.view(S0).expect("it runs").pending_stop;
        assert_eq!(pending, Some((10, 6, "a test".to_owned())), "{verb:?}");
        assert_eq!((stage.verb(S0), stage.log().len()), (verb, 0));
        // The parameters know nothing of it, and the job is not cancelled.
        stage.disconnect(S0);
        assert_eq!(stage.log(), ended(0, -1, true));
    }
}

#[test]
fn job_run_043_how_the_job_was_started_counts_not_how_it_is_treated() {
    let mut stage = Stage::with(Expedited, Verb::Executing);
    let now = stage.now.elapsed;
    stage.status(RecordId(0)).set_expedited_job_quota_approved(now, false);
    stage.cancel(S0, StopReason::Quota, InternalStopReason::ConstraintsNotSatisfied);
    assert_eq!(stage.verb(S0), Verb::Executing);
}

#[test]
fn job_run_055_whom_the_shell_stops() {
    let any = StopFilter::default;
    let user = |user| StopFilter { user: Some(crate::ids::UserId(user)), ..any() };
    let package = |package: &str| StopFilter { package: Some(package.to_owned()), ..any() };
    let namespace = |name: &str| StopFilter { namespace: Some(name.to_owned()), ..any() };
    let id = |id| StopFilter { job_id: Some(id), ..any() };
    let table = [
        (any(), true),
        (user(0), true),
        (user(10), false),
        (package("com.app"), true),
        (package("com.other"), false),
        (namespace("ns"), false),
        (id(100), true),
        (id(101), false),
    ];
    let cause =
        StopCause { stop_reason: 99, internal_stop_reason: -7, debug_reason: "shell".into() };
    for (filter, stopped) in table {
        let mut stage = Stage::with(Regular, Verb::Executing);
        let (found, end) =
            stage.turn(|execution, turn| execution.stop_if_executing(S0, &filter, &cause, turn));
        assert_eq!((found, end), (stopped, None), "{filter:?}");
        let expected = if stopped { vec!["stopJob(99 -7)".to_owned()] } else { vec![] };
        assert_eq!(stage.log(), expected, "any number will do");
    }
    for verb in [Verb::Binding, Verb::Starting, Verb::Stopping, Verb::Finished] {
        let mut stage = Stage::with(Regular, verb);
        let (found, end) =
            stage.turn(|execution, turn| execution.stop_if_executing(S0, &any(), &cause, turn));
        assert_eq!((found, end, stage.log().len()), (false, None, 0), "{verb:?}");
    }
}

#[test]
fn job_run_055_an_app_that_is_gone_counts_as_found() {
    let mut stage = Stage::with(Regular, Verb::Executing);
    stage.world.unreachable = true;
    let cause = StopCause::new(StopReason::User, InternalStopReason::Unknown, "shell");
    let (found, end) = stage.turn(|execution, turn| {
        execution.stop_if_executing(S0, &StopFilter::default(), &cause, turn)
    });
    assert!(found);
    assert_eq!(end.map(|end| (end.stop_reason, end.wants_reschedule)), Some((13, true)));
}

#[test]
fn job_stop_003_only_an_app_that_works_sees_on_stop_job() {
    let cancelled_in = |verb| {
        let mut stage = Stage::with(Regular, verb);
        stage.cancel(S0, StopReason::CancelledByApp, InternalStopReason::Canceled);
        stage
    };
    let told = |stage: &mut Stage| stage.log().iter().any(|event| event.starts_with("stopJob"));

    let mut stage = cancelled_in(Verb::Binding);
    stage.connect(S0);
    assert!(!told(&mut stage));
    let mut stage = cancelled_in(Verb::Starting);
    assert!(!told(&mut stage));
    stage.ack_start(S0, true).expect("acknowledged");
    assert!(told(&mut stage), "as soon as it works");
    let mut stage = cancelled_in(Verb::Starting);
    stage.ack_start(S0, false).expect("acknowledged");
    assert!(!told(&mut stage));
    let mut stage = cancelled_in(Verb::Executing);
    assert!(told(&mut stage));
}

#[test]
fn job_stop_013_a_lost_constraint_stops_even_a_user_initiated_job_within_its_guarantee() {
    let mut stage = Stage::with(UserInitiated, Verb::Executing);
    stage.cancel(
        S0,
        StopReason::ConstraintConnectivity,
        InternalStopReason::ConstraintsNotSatisfied,
    );
    assert_eq!(stage.log(), ["stopJob(7 1)"]);
    assert!(stage.execution.is_within_execution_guarantee_time(S0, stage.now.elapsed));
}

#[test]
fn job_stop_023_only_the_apps_own_word_is_a_successful_finish() {
    let successful = |stage: &Stage| stage.execution.slots[&S0].previous_job_had_successful_finish;
    let mut stage = Stage::with(Regular, Verb::Executing);
    stage.finish(S0, true).expect("finished");
    assert!(successful(&stage), "even if it wants the job again");
    let mut stage = Stage::with(Regular, Verb::Starting);
    stage.ack_start(S0, false).expect("acknowledged");
    assert!(!successful(&stage));
    let mut stage = Stage::with(Regular, Verb::Stopping);
    stage.ack_stop(S0, false).expect("acknowledged");
    assert!(!successful(&stage));
}

#[test]
fn job_time_041_the_guarantee_protects_against_two_questions_only() {
    let within = |kind| Stage::with(kind, Verb::Executing);
    let reasons = [
        (StopReason::CancelledByApp, InternalStopReason::Canceled),
        (StopReason::ConstraintCharging, InternalStopReason::ConstraintsNotSatisfied),
        (StopReason::DeviceState, InternalStopReason::DeviceThermal),
        (StopReason::DeviceState, InternalStopReason::DeviceIdle),
        (StopReason::User, InternalStopReason::Uninstall),
        (StopReason::Preempt, InternalStopReason::Preempt),
    ];
    for (stop, internal) in reasons {
        let mut stage = within(Expedited);
        stage.cancel(S0, stop, internal);
        assert_eq!(stage.verb(S0), Verb::Stopping, "{stop:?}");
    }
    let mut stage = within(Expedited);
    stage.disconnect(S0);
    assert_eq!(stage.verb(S0), Verb::Finished, "process death");
    let mut stage = within(Expedited);
    stage.world.overtime_reason = Some("too many jobs".to_owned());
    stage.cancel(S0, StopReason::Quota, InternalStopReason::ConstraintsNotSatisfied);
    stage.world.executable = true;
    stage.advance(10 * MINUTE - 1);
    assert_eq!(stage.verb(S0), Verb::Executing, "quota, and those who wait for the slot");
}

#[test]
fn job_userstop_004_a_mark_is_recorded_and_nobody_is_told() {
    for verb in [Verb::Binding, Verb::Starting, Verb::Executing] {
        let mut stage = Stage::with(Regular, verb);
        stage.mark(S0, StopReason::User, InternalStopReason::UserUiStop);
        assert_eq!((stage.verb(S0), stage.log().len()), (verb, 0));
        let end = stage.turn(|execution, turn| execution.binding_died(S0, turn));
        stage.note(end);
        assert_eq!(stage.log(), ended(13, 11, true), "the parameters took the reasons");
    }
    let mut stage = Stage::with(Regular, Verb::Finished);
    let before = stage.execution.clone();
    stage.mark(S0, StopReason::User, InternalStopReason::UserUiStop);
    assert_eq!(stage.execution, before, "nothing runs");
}

#[test]
fn job_userstop_004_a_stop_under_way_keeps_its_reason() {
    let mut stage = Stage::with(Regular, Verb::Starting);
    stage.cancel(S0, StopReason::Timeout, InternalStopReason::Timeout);
    stage.mark(S0, StopReason::User, InternalStopReason::UserUiStop);
    stage.ack_start(S0, true).expect("acknowledged");
    assert_eq!(stage.log(), ["stopJob(3 3)"]);
}

#[test]
fn job_userstop_007_the_kill_that_follows_is_not_announced_to_the_app() {
    let mut stage = Stage::with(UserInitiated, Verb::Executing);
    stage.mark(S0, StopReason::User, InternalStopReason::UserUiStop);
    stage.disconnect(S0);
    let expected = ["wakeLockRelease", "unbind", "observers(100 false)", "completed(13 11 true)"];
    assert_eq!(stage.log(), expected);
}

#[test]
fn job_userstop_009_a_marked_job_that_finishes_is_rescheduled_by_the_mark() {
    let mut stage = Stage::with(UserInitiated, Verb::Executing);
    stage.set_notification(S0, 1, JOB_END_NOTIFICATION_POLICY_DETACH);
    stage.mark(S0, StopReason::User, InternalStopReason::UserUiStop);
    stage.log.clear();
    stage.finish(S0, true).expect("finished");
    assert_eq!(stage.log()[0], "cancelNotification(1)", "the mark decides about it, too");
    let end = stage.completed.expect("it ended");
    assert_eq!((end.stop_reason, end.internal_stop_reason), (13, 11));
    let context = &stage.execution.slots[&S0];
    assert!(context.previous_job_had_successful_finish, "what is logged is the real reason");
}

#[test]
fn job_userstop_010_a_mark_stays_until_the_job_ends_and_limits_stay_as_they_are() {
    let mut stage = Stage::with(Regular, Verb::Executing);
    stage.mark(S0, StopReason::User, InternalStopReason::UserUiStop);
    stage.status(RecordId(0)).add_internal_flags(InternalFlags::DEMOTED_BY_USER);
    let before = stage.execution.view(S0);
    stage.advance(29 * MINUTE);
    let after = stage.execution.view(S0);
    let limits =
        |view: &Option<SlotView>| view.as_ref().map(|view| (view.earliest_stop, view.latest_stop));
    assert_eq!(limits(&before), limits(&after));
    stage.advance(MINUTE);
    assert_eq!(stage.log(), ["stopJob(3 3)"], "a later stop has reasons of its own");
    stage.ack_stop(S0, true).expect("acknowledged");
    assert_eq!(stage.log(), ended(13, 11, true), "but the mark decides");
}
