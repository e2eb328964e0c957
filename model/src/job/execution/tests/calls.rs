//! What the app says through its callback. Rules: JOB-RUN-039 to 041, 044, 045, 049, 050, 052, 053.

use super::*;
use crate::rules::job_run::JOB_RUN_040;

#[test]
fn job_run_039_the_token_alone_tells_whose_call_it_is() {
    let mut stage = Stage::new();
    let (first, second) = (stage.job(Regular), stage.job(Regular));
    stage.bring(S0, first, Verb::Starting);
    stage.bring(S1, second, Verb::Starting);
    let token = stage.token(S1);
    let stranger = Uid(10_777);
    let call = JobCallbackCall::AcknowledgeStart { ongoing: true };
    assert_eq!(stage.call_with(token, stranger, call), Ok(Reply::Nothing));
    assert_eq!((stage.verb(S0), stage.verb(S1)), (Verb::Starting, Verb::Executing));
    // Every execution has a token of its own, also in the same slot.
    stage.disconnect(S1);
    stage.bring(S1, second, Verb::Binding);
    assert_ne!(stage.token(S1), token);
    assert_eq!((stage.execution.slot_of(token), slot_of(token)), (None, S1));
}

#[test]
fn job_run_040_most_stale_calls_do_nothing() {
    let calls = [
        JobCallbackCall::AcknowledgeStart { ongoing: false },
        JobCallbackCall::AcknowledgeStop { reschedule: true },
        JobCallbackCall::JobFinished { reschedule: true },
        JobCallbackCall::AcknowledgeTransferredDownloadBytes { bytes: 1 },
        JobCallbackCall::AcknowledgeTransferredUploadBytes { bytes: 1 },
        JobCallbackCall::UpdateEstimatedNetworkBytes { download: 1, upload: 1 },
        JobCallbackCall::UpdateTransferredNetworkBytes { download: 1, upload: 1 },
        JobCallbackCall::SetNotification { id: 1, notification: None, end_policy: 9 },
    ];
    for call in calls {
        let mut stage = Stage::with(Regular, Verb::Executing);
        let stale = CallbackToken(stage.token(S0).0 + 1);
        let before = stage.execution.clone();
        let answer = stage.call_with(stale, Uid(1), call.clone());
        assert_eq!((answer, stage.log().len()), (Ok(Reply::Nothing), 0), "{call:?}");
        assert_eq!(stage.execution, before, "{call:?}");
        assert!(stage.decided(&JOB_RUN_040));
    }
}

#[test]
fn job_run_040_a_token_that_was_never_given_out_is_stale() {
    let mut stage = Stage::new();
    let before = stage.execution.clone();
    let call = JobCallbackCall::JobFinished { reschedule: true };
    assert_eq!(stage.call_with(CallbackToken(u64::MAX), UID, call), Ok(Reply::Nothing));
    assert_eq!(stage.execution, before, "no slot comes to be for it");
}

/// The answers to the two strict calls of an execution that is over.
fn strict(stage: &mut Stage, stale: CallbackToken) -> [Result<Reply, Exception>; 2] {
    [JobCallbackCall::DequeueWork, JobCallbackCall::CompleteWork { work_id: 1 }]
        .map(|call| stage.call_with(stale, UID, call))
}

#[test]
fn job_run_041_an_app_that_was_stopped_unasked_is_borne_with_for_15_seconds() {
    for (waited, borne_with) in [(0, true), (14_999, true), (15_000, false)] {
        let mut stage = Stage::with(Regular, Verb::Executing);
        let stale = stage.token(S0);
        stage.disconnect(S0);
        stage.advance(waited);
        let answers = strict(&mut stage, stale);
        if borne_with {
            assert_eq!(answers, [Ok(Reply::Work(None)), Ok(Reply::Boolean(true))]);
        } else {
            let message = "Caller no longer running, last stopped 15000 ms ago because: \
                           unexpectedly disconnected";
            let refused = Err(Exception::Security(message.to_owned()));
            assert_eq!(answers, [refused.clone(), refused]);
        }
    }
}

#[test]
fn job_run_041_an_app_that_said_that_it_is_done_is_not_borne_with() {
    let mut stage = Stage::with(Regular, Verb::Executing);
    let stale = stage.token(S0);
    stage.finish(S0, false).expect("finished");
    let message = "Caller no longer running, last stopped 0 ms ago because: app called jobFinished";
    let refused = Err(Exception::Security(message.to_owned()));
    assert_eq!(strict(&mut stage, stale), [refused.clone(), refused]);
}

#[test]
fn job_run_041_what_counts_is_the_last_job_of_the_slot_not_that_of_the_token() {
    let mut stage = Stage::with(Regular, Verb::Executing);
    let stale = stage.token(S0);
    stage.disconnect(S0);
    let next = stage.job(Regular);
    stage.bring(S0, next, Verb::Executing);
    assert_eq!(strict(&mut stage, stale)[0], Ok(Reply::Work(None)));
    stage.finish(S0, false).expect("finished");
    // Why the execution of the token was stopped is not known any more.
    let refused = Err(Exception::Security("Caller no longer running".to_owned()));
    assert_eq!(strict(&mut stage, stale), [refused.clone(), refused]);
}

#[test]
fn job_run_044_where_finishing_does_not_end_the_job_its_reasons_stay() {
    let mut stage = Stage::with(Regular, Verb::Starting);
    stage.finish(S0, true).expect("taken for the answer to onStartJob");
    assert_eq!(stage.verb(S0), Verb::Executing);
    stage.disconnect(S0);
    assert_eq!(stage.log(), ended(0, 10, true));
    assert!(stage.execution.slots[&S0].previous_job_had_successful_finish);

    let mut stage = Stage::with(Regular, Verb::Starting);
    stage.cancel(S0, StopReason::CancelledByApp, InternalStopReason::Canceled);
    stage.finish(S0, true).expect("taken for the answer to onStartJob");
    assert_eq!(stage.log(), ["stopJob(0 10)"], "not the reasons of the cancel");

    let mut stage = Stage::with(Regular, Verb::Stopping);
    stage.finish(S0, true).expect("taken for the answer to onStopJob");
    assert_eq!(stage.log(), ended(0, 10, true));
}

#[test]
fn job_run_045_a_network_that_came_early_is_delivered_with_the_start_if_it_is_news() {
    // changes while starting: delivered
    let table: [(&[Option<i32>], &[&str]); 5] = [
        (&[Some(101)], &["onNetworkChanged(Some(101))"]),
        (&[Some(101), Some(102)], &["onNetworkChanged(Some(102))"]),
        (&[Some(100)], &[]),
        (&[Some(101), None], &[]),
        (&[None], &[]),
    ];
    for (changes, delivered) in table {
        let mut stage = Stage::new();
        let job = stage.job_with(Regular, |info| {
            info.required_network = NetworkRequest::of_type(1, None);
        });
        stage.bring(S0, job, Verb::Starting);
        for change in changes {
            stage.network(S0, *change);
        }
        stage.ack_start(S0, true).expect("acknowledged");
        assert_eq!(stage.log(), delivered, "{changes:?}");
        if !delivered.is_empty() {
            let running = stage.execution.slots[&S0].running.as_ref().expect("it runs");
            assert_eq!(running.pending_network, None, "{changes:?}");
        }
    }
}

#[test]
fn job_run_045_a_working_app_hears_of_every_change_it_may_see() {
    let mut stage = Stage::with(UserInitiated, Verb::Executing);
    for change in [Some(100), None, Some(101)] {
        stage.network(S0, change);
    }
    let all =
        ["onNetworkChanged(Some(100))", "onNetworkChanged(None)", "onNetworkChanged(Some(101))"];
    assert_eq!(stage.log(), all, "also of none, and of the one it has");
    // Without a required network, or the permission, only the loss gets through.
    let mut blind = Stage::with(UserInitiated, Verb::Executing);
    blind.world.holds_network_permission = false;
    for mut stage in [Stage::with(Regular, Verb::Executing), blind] {
        stage.network(S0, Some(101));
        stage.network(S0, None);
        assert_eq!(stage.log(), ["onNetworkChanged(None)"]);
    }
}

#[test]
fn job_run_045_an_app_that_cannot_be_told_is_retried() {
    let mut stage = Stage::with(UserInitiated, Verb::Executing);
    stage.world.unreachable = true;
    stage.network(S0, Some(101));
    assert_eq!(stage.log()[3], "completed(0 -1 true)");
}

#[test]
fn job_run_045_an_end_within_the_acknowledgement_trips_the_caller() {
    let mut stage = Stage::with(UserInitiated, Verb::Starting);
    stage.network(S0, Some(101));
    stage.world.unreachable = true;
    let answer = stage.ack_start(S0, true);
    assert!(matches!(answer, Err(Exception::NullPointer(_))), "{answer:?}");
    let ends = ["wakeLockRelease", "unbind", "observers(100 false)", "completed(0 -1 true)"];
    assert_eq!(stage.log(), ends, "and observers are not told that it runs");
}

#[test]
fn job_run_045_the_platform_goes_on_with_the_next_job_of_the_slot() {
    let mut stage = Stage::with(UserInitiated, Verb::Starting);
    let next = stage.job(UserInitiated);
    stage.network(S0, Some(101));
    stage.world.unreachable = true;
    let token = stage.token(S0);
    let caller = Caller { uid: UID, pid: None };
    let call = JobCallbackCall::AcknowledgeStart { ongoing: true };
    let Called { completed, answer } =
        stage.turn(|execution, turn| execution.callback(token, caller, call, turn));
    assert_eq!(completed.map(|end| end.slot), Some(S0));
    stage.bring(S0, next, Verb::Binding);
    assert_eq!(stage.turn(|execution, turn| execution.answer(answer, turn)), Ok(Reply::Nothing));
    assert_eq!(stage.log(), ["observers(101 true)"], "though it has not begun");
}

#[test]
fn job_run_049_an_estimate_is_taken_as_it_is_and_changes_nothing_else() {
    for verb in [Verb::Binding, Verb::Starting, Verb::Executing, Verb::Stopping] {
        let mut stage = Stage::with(UserInitiated, verb);
        let timer = stage.timer(S0);
        let before = stage.status(RecordId(0)).clone();
        let call = JobCallbackCall::UpdateEstimatedNetworkBytes { download: -7, upload: i64::MAX };
        assert_eq!(stage.call(S0, call), Ok(Reply::Nothing));
        let said = stage.execution.estimated_network_bytes(S0);
        assert_eq!(said, Some(BytePair { download: -7, upload: i64::MAX }), "{verb:?}");
        assert_eq!((stage.timer(S0), stage.status(RecordId(0)) == &before), (timer, true));
    }
    let idle = Stage::with(UserInitiated, Verb::Finished);
    assert_eq!(idle.execution.estimated_network_bytes(S0), None);
}

#[test]
fn job_run_050_transferred_bytes_are_absolute_and_an_answer_replaces_one_of_them() {
    let mut stage = Stage::with(UserInitiated, Verb::Binding);
    let transferred = |stage: &Stage| {
        let bytes = stage.execution.transferred_network_bytes(S0).expect("it runs");
        (bytes.download, bytes.upload)
    };
    assert_eq!(transferred(&stage), (0, 0));
    let call = JobCallbackCall::UpdateTransferredNetworkBytes { download: 10, upload: 20 };
    stage.call(S0, call).expect("taken");
    let call = JobCallbackCall::UpdateTransferredNetworkBytes { download: 5, upload: -1 };
    stage.call(S0, call).expect("taken");
    assert_eq!(transferred(&stage), (5, -1));
    let call = JobCallbackCall::AcknowledgeTransferredDownloadBytes { bytes: 6 };
    stage.call(S0, call).expect("taken");
    assert_eq!(transferred(&stage), (6, -1));
    let call = JobCallbackCall::AcknowledgeTransferredUploadBytes { bytes: 7 };
    stage.call(S0, call).expect("taken");
    assert_eq!(transferred(&stage), (6, 7));
}

#[test]
fn job_run_052_which_fault_of_a_notification_wins() {
    let security = "SecurityException";
    let null = "NullPointerException";
    let illegal = "IllegalArgumentException";
    // own uid, notification, small icon, channel, end policy: exception and its message
    let table = [
        (false, false, false, "none", 9, security, "on behalf of another app"),
        (true, false, false, "none", 9, null, "notification"),
        (true, true, false, "none", 9, illegal, "small icon"),
        (true, true, true, "none", 9, illegal, "channel"),
        (true, true, true, "main", 9, illegal, "policy"),
        (true, true, true, "main", -1, illegal, "policy"),
        (true, true, true, "main", 2, illegal, "policy"),
    ];
    for (own, some, small_icon, channel, end_policy, exception, message) in table {
        let mut stage = Stage::with(UserInitiated, Verb::Executing);
        let notification =
            Notification { channel: channel.to_owned(), small_icon, ..Notification::default() };
        let notification = some.then(|| Box::new(notification));
        let call = JobCallbackCall::SetNotification { id: 1, notification, end_policy };
        let before = (stage.execution.clone(), stage.looper.clone());
        let token = stage.token(S0);
        let answer = stage.call_with(token, if own { UID } else { Uid(10_777) }, call);
        let refused = answer.expect_err("it is refused");
        assert_eq!(refused.class_name(), exception);
        assert!(refused.to_string().contains(message), "{refused}");
        assert_eq!((stage.execution, stage.looper), before);
    }
    for end_policy in [JOB_END_NOTIFICATION_POLICY_DETACH, JOB_END_NOTIFICATION_POLICY_REMOVE] {
        let mut stage = Stage::with(UserInitiated, Verb::Executing);
        assert_eq!(stage.set_notification_on(S0, 1, "main", end_policy), Ok(Reply::Nothing));
    }
}

#[test]
fn job_run_053_a_notification_lifts_the_ten_second_limit() {
    let mut stage = Stage::with(UserInitiated, Verb::Executing);
    stage.advance(9_999);
    stage.set_notification(S0, 1, 0);
    assert_eq!(stage.timer(S0), Some(300_000), "counted anew from now");
    stage.advance(MINUTE);
    stage.set_notification(S0, 1, 0);
    assert_eq!(stage.timer(S0), Some(240_000), "the second one changes no timer");
}

#[test]
fn job_run_053_it_may_come_in_any_verb_and_a_faulty_one_does_not_count() {
    for verb in [Verb::Binding, Verb::Starting] {
        let mut stage = Stage::with(UserInitiated, verb);
        stage.advance(1_000);
        let timer = stage.timer(S0);
        stage.set_notification(S0, 1, 0);
        assert_eq!(stage.log(), ["notify(1 main flagged)"]);
        assert_eq!(stage.timer(S0), timer, "{verb:?}");
        assert!(!stage.execution.view(S0).expect("it runs").awaiting_notification);
    }
    let mut stage = Stage::with(UserInitiated, Verb::Stopping);
    stage.set_notification(S0, 1, 0);
    assert_eq!((stage.timer(S0), stage.log().len()), (Some(8_000), 1));

    let mut stage = Stage::with(UserInitiated, Verb::Executing);
    stage.set_notification_on(S0, 1, "none", 0).expect_err("there is no such channel");
    assert!(stage.execution.view(S0).expect("it runs").awaiting_notification);
    assert_eq!(stage.timer(S0), Some(10_000));
}
