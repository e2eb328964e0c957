//! The state machine of a slot. Rules: JOB-RUN-001, 002, 017 to 022, 034 to 038.

use super::*;
use crate::rules::job_run::{JOB_RUN_018, JOB_RUN_034};

const VERBS: [Verb; 5] =
    [Verb::Binding, Verb::Starting, Verb::Executing, Verb::Stopping, Verb::Finished];

/// What an event does to a regular job, verb by verb: the end, or where it stands then and what was done.
fn outcomes(event: impl Fn(&mut Stage)) -> Vec<String> {
    let outcome = |verb: &Verb| {
        let mut stage = Stage::with(Regular, *verb);
        event(&mut stage);
        match stage.completed {
            Some(end) => {
                format!("{} {} {}", end.stop_reason, end.internal_stop_reason, end.wants_reschedule)
            }
            None => {
                let timer = stage.timer(S0).map_or("no timer".to_owned(), |at| at.to_string());
                format!("{:?} {timer}", stage.verb(S0)) + &stage.log().join(" ")
            }
        }
    };
    VERBS.iter().map(outcome).collect()
}

/// A verb that nothing happened to.
const STANDS: [&str; 5] =
    ["Binding 18000", "Starting 8000", "Executing 300000", "Stopping 8000", "Finished no timer"];

#[test]
fn job_run_001_a_slot_is_free_at_first_and_again_after_a_job() {
    let mut stage = Stage::new();
    assert_eq!((stage.verb(S0), stage.execution.preferred_uid(S0)), (Verb::Finished, None));
    let job = stage.job(Regular);
    stage.bring(S0, job, Verb::Executing);
    stage.cancel(S0, StopReason::Preempt, InternalStopReason::Preempt);
    stage.mark(S0, StopReason::User, InternalStopReason::UserUiStop);
    stage.ack_stop(S0, true).expect("acknowledged");
    // Only three things outlive the job: who is preferred, and how and when it ended.
    let context = &stage.execution.slots[&S0];
    assert_eq!(context.running, None);
    assert_eq!(context.preferred_uid, Some(UID));
    assert!(!context.previous_job_had_successful_finish);
    assert_eq!(context.last_unsuccessful_finish, stage.now.elapsed);
    stage.execution.clear_preferred_uid(S0);
    assert_eq!(stage.execution.preferred_uid(S0), None);
    stage.bring(S0, job, Verb::Executing);
    stage.finish(S0, false).expect("finished");
    assert_eq!(stage.completed.map(|end| end.stop_reason), Some(0), "the mark is gone");
    assert!(stage.execution.slots[&S0].previous_job_had_successful_finish);
}

#[test]
fn job_run_002_verbs_have_the_numbers_of_the_platform() {
    assert_eq!(VERBS.map(|verb| verb as u8), [0, 1, 2, 3, 4]);
}

#[test]
fn job_run_017_service_connected() {
    let same = outcomes(|stage| stage.connect(S0));
    let closed = "0 -1 false";
    let stopped = "3 3 false";
    assert_eq!(same, ["Starting 8000startJob", closed, closed, stopped, STANDS[4]]);
    let other = ComponentName::new("com.app", ".Other");
    let other = outcomes(|stage| stage.connect_component(S0, other.clone()));
    assert_eq!(other, ["0 -1 true", "0 -1 true", "0 -1 true", "3 3 true", STANDS[4]]);
}

#[test]
fn job_run_017_service_lost() {
    let lost = ["0 -1 true", "0 -1 true", "0 -1 true", "3 3 true", STANDS[4]];
    assert_eq!(outcomes(|stage| stage.disconnect(S0)), lost);
    let died = outcomes(|stage| {
        let end = stage.turn(|execution, turn| execution.binding_died(S0, turn));
        stage.note(end);
    });
    assert_eq!(died, lost);
    let null = outcomes(|stage| {
        let end = stage.turn(|execution, turn| execution.null_binding(S0, turn));
        stage.note(end);
    });
    assert_eq!(null, ["0 -1 false", "0 -1 false", "0 -1 false", "3 3 false", STANDS[4]]);
}

/// A call of the app whose execution the slot runs, or ran last.
fn app(call: JobCallbackCall) -> impl Fn(&mut Stage) {
    move |stage| {
        let token = CallbackToken(1);
        let answer = stage.call_with(token, UID, call.clone());
        assert!(answer.is_ok(), "{call:?}: {answer:?}");
    }
}

#[test]
fn job_run_017_answers_are_taken_by_the_verb() {
    for wish in [true, false] {
        let start = outcomes(app(JobCallbackCall::AcknowledgeStart { ongoing: wish }));
        let stop = outcomes(app(JobCallbackCall::AcknowledgeStop { reschedule: wish }));
        let closed = format!("0 -1 {wish}");
        let started = if wish { "Executing 300000" } else { "0 -1 false" };
        let stopped = format!("3 3 {wish}");
        let expected = ["Binding no timer", started, &closed, &stopped, STANDS[4]];
        assert_eq!(start, expected);
        assert_eq!(stop, expected);

        let finished = outcomes(app(JobCallbackCall::JobFinished { reschedule: wish }));
        let closed = format!("0 10 {wish}");
        let started = if wish { "Executing 300000" } else { "0 10 false" };
        assert_eq!(finished, ["Binding no timer", started, &closed, &closed, STANDS[4]]);
    }
    let dequeued = outcomes(app(JobCallbackCall::DequeueWork));
    let done = "0 10 false";
    assert_eq!(dequeued, ["Binding no timer", done, done, STANDS[3], STANDS[4]]);
}

#[test]
fn job_run_017_cancel_network_and_mark() {
    let cancelled = outcomes(|stage| {
        stage.cancel(S0, StopReason::DeviceState, InternalStopReason::DeviceIdle);
    });
    let stops = "Stopping 8000stopJob(4 4)";
    assert_eq!(cancelled, [STANDS[0], STANDS[1], stops, STANDS[3], STANDS[4]]);

    let marked = outcomes(|stage| {
        stage.mark(S0, StopReason::User, InternalStopReason::UserUiStop);
    });
    assert_eq!(marked, STANDS);

    let mut stage = Stage::with(UserInitiated, Verb::Executing);
    stage.network(S0, Some(7));
    assert_eq!(stage.log(), ["onNetworkChanged(Some(7))"]);
    for verb in [Verb::Binding, Verb::Starting, Verb::Stopping, Verb::Finished] {
        let mut stage = Stage::with(UserInitiated, verb);
        stage.network(S0, Some(7));
        assert_eq!((stage.verb(S0), stage.log().len()), (verb, 0));
    }
}

#[test]
fn job_run_017_timer() {
    let fired = outcomes(|stage| {
        let end = stage.turn(|execution, turn| execution.timed_out(S0, turn));
        stage.note(end);
    });
    let stamped = "Executing 300000";
    assert_eq!(fired, ["0 12 false", "0 12 false", stamped, "3 3 true", STANDS[4]]);
}

#[test]
fn job_run_018_another_component_ends_the_execution_and_asks_for_another_try() {
    let mut stage = Stage::with(Regular, Verb::Binding);
    stage.connect_component(S0, ComponentName::new("com.app", ".Other"));
    assert_eq!(stage.log(), ended(0, -1, true));
    assert!(stage.decided(&JOB_RUN_018));
    let mut stage = Stage::with(Regular, Verb::Binding);
    stage.connect(S0);
    assert!(!stage.decided(&JOB_RUN_018));
    assert_eq!(stage.timer(S0), Some(8_000), "the timer of the bind is gone");
}

#[test]
fn job_run_019_a_job_cancelled_while_it_binds_is_never_seen_by_the_app() {
    let mut stage = Stage::with(Regular, Verb::Binding);
    stage.cancel(S0, StopReason::CancelledByApp, InternalStopReason::Canceled);
    stage.connect(S0);
    assert_eq!(stage.log(), ended(1, 0, true));
}

#[test]
fn job_run_020_a_start_that_does_not_get_through_ends_by_its_timer() {
    let mut stage = Stage::with(Regular, Verb::Binding);
    stage.world.unreachable = true;
    stage.connect(S0);
    assert_eq!((stage.verb(S0), stage.timer(S0)), (Verb::Starting, Some(8_000)));
    assert_eq!(stage.log(), [""; 0]);
    stage.advance(8_000);
    assert_eq!(stage.completed.map(|end| end.internal_stop_reason), Some(12));
}

#[test]
fn job_run_021_after_the_start_the_timer_then_the_network_then_the_observers() {
    let mut stage = Stage::with(UserInitiated, Verb::Starting);
    stage.network(S0, Some(101));
    assert_eq!(stage.ack_start(S0, true), Ok(Reply::Nothing));
    assert_eq!(stage.log(), ["onNetworkChanged(Some(101))", "observers(100 true)"]);
    assert_eq!((stage.verb(S0), stage.timer(S0)), (Verb::Executing, Some(10_000)));
}

#[test]
fn job_run_021_a_job_cancelled_meanwhile_is_stopped_and_nobody_is_told_that_it_runs() {
    let mut stage = Stage::with(UserInitiated, Verb::Starting);
    stage.network(S0, Some(101));
    stage.cancel(S0, StopReason::CancelledByApp, InternalStopReason::Canceled);
    stage.ack_start(S0, true).expect("acknowledged");
    assert_eq!(stage.log(), ["stopJob(1 0)"]);
    assert_eq!((stage.verb(S0), stage.timer(S0)), (Verb::Stopping, Some(8_000)));
}

#[test]
fn job_run_022_on_start_job_returned_false_is_an_end_but_no_successful_finish() {
    for cancelled in [false, true] {
        let mut stage = Stage::with(Regular, Verb::Starting);
        let reasons = if cancelled {
            stage.cancel(S0, StopReason::CancelledByApp, InternalStopReason::Canceled);
            (1, 0)
        } else {
            (0, -1)
        };
        stage.ack_start(S0, false).expect("acknowledged");
        assert_eq!(stage.log(), ended(reasons.0, reasons.1, false));
        assert!(!stage.execution.slots[&S0].previous_job_had_successful_finish);
    }
}

#[test]
fn job_run_034_a_timer_that_finds_nothing_running_does_nothing() {
    let mut stage = Stage::with(Regular, Verb::Finished);
    let before = stage.execution.clone();
    let end = stage.turn(|execution, turn| execution.timed_out(S0, turn));
    assert_eq!((end, stage.execution == before), (None, true));
    assert!(stage.decided(&JOB_RUN_034));
}

#[test]
fn job_run_035_everything_that_an_end_does_in_order() {
    let mut stage = Stage::new();
    let job = stage.job(UserInitiated);
    stage.bring(S0, job, Verb::Executing);
    stage.set_notification(S0, 1, JOB_END_NOTIFICATION_POLICY_REMOVE);
    let token = stage.token(S0);
    stage.advance(MINUTE);
    stage.log.clear();
    stage.finish(S0, false).expect("finished");
    let expected = [
        "cancelNotification(1)",
        "wakeLockRelease",
        "unbind",
        "observers(100 false)",
        "completed(0 10 false)",
    ];
    assert_eq!(stage.log(), expected);
    assert_eq!((stage.verb(S0), stage.timer(S0)), (Verb::Finished, None));
    assert_eq!(stage.execution.slot_of(token), None);
    assert!(stage.world.noted_active.is_empty());
    assert_eq!(stage.status(job).cumulative_execution_time_ms(), MINUTE);
    let end = stage.completed.take().expect("it ended");
    assert_eq!((end.slot, end.record, end.work_type), (S0, job, 1));
    stage.disconnect(S0);
    assert_eq!(stage.log(), [""; 0], "a second end does nothing");
}

#[test]
fn job_run_036_observers_hear_of_the_end_of_a_job_that_never_began() {
    for verb in [Verb::Binding, Verb::Starting] {
        let mut stage = Stage::with(UserInitiated, verb);
        stage.disconnect(S0);
        assert_eq!(stage.log()[2], "observers(100 false)", "{verb:?}");
    }
    // Even if it has been demoted by then: it was started as one.
    let mut stage = Stage::with(UserInitiated, Verb::Executing);
    stage.status(RecordId(0)).add_internal_flags(InternalFlags::DEMOTED_BY_USER);
    stage.disconnect(S0);
    assert_eq!(stage.log()[2], "observers(100 false)");
    let mut stage = Stage::with(Expedited, Verb::Executing);
    stage.disconnect(S0);
    assert_eq!(stage.log(), ended(0, -1, true), "nobody hears of the others");
}

#[test]
fn job_run_037_a_death_keeps_the_reasons_there_are_unless_it_was_announced() {
    // cancelled before, marked before: public and internal reason
    let table = [
        (false, false, (0, -1)),
        (true, false, (4, 4)),
        (false, true, (13, 11)),
        (true, true, (13, 11)),
    ];
    for (cancelled, marked, (public, internal)) in table {
        let mut stage = Stage::with(Regular, Verb::Executing);
        if cancelled {
            stage.cancel(S0, StopReason::DeviceState, InternalStopReason::DeviceIdle);
        }
        if marked {
            stage.mark(S0, StopReason::User, InternalStopReason::UserUiStop);
        }
        stage.log.clear();
        stage.disconnect(S0);
        assert_eq!(stage.log(), ended(public, internal, true), "{cancelled} {marked}");
    }
    // The announced reasons are also those that are logged: what the app said of itself is gone.
    let mut stage = Stage::with(Regular, Verb::Starting);
    stage.mark(S0, StopReason::User, InternalStopReason::UserUiStop);
    stage.finish(S0, true).expect("taken for the answer to onStartJob");
    stage.disconnect(S0);
    assert!(!stage.execution.slots[&S0].previous_job_had_successful_finish);
}

#[test]
fn job_run_038_a_dead_binding_is_retried_a_null_binding_is_not() {
    let mut stage = Stage::with(Regular, Verb::Executing);
    stage.cancel(S0, StopReason::Timeout, InternalStopReason::Timeout);
    stage.log.clear();
    let end = stage.turn(|execution, turn| execution.binding_died(S0, turn));
    stage.note(end);
    assert_eq!(stage.log(), ended(3, 3, true));
    let mut stage = Stage::with(Regular, Verb::Binding);
    let end = stage.turn(|execution, turn| execution.null_binding(S0, turn));
    stage.note(end);
    assert_eq!(stage.log(), ended(0, -1, false));
}
