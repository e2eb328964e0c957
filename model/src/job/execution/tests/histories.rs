//! What holds after every history: all sequences of events up to a length, from every verb.

use super::*;

/// A name, and what happens.
type Event = (&'static str, fn(&mut Stage));

/// Everything that may happen to a slot, in a few variants.
const EVENTS: &[Event] = &[
    ("connected", |stage| stage.connect(S0)),
    ("disconnected", |stage| stage.disconnect(S0)),
    ("null binding", |stage| {
        let end = stage.turn(|execution, turn| execution.null_binding(S0, turn));
        stage.note(end);
    }),
    ("ack start", |stage| app(stage, JobCallbackCall::AcknowledgeStart { ongoing: true })),
    ("ack stop", |stage| app(stage, JobCallbackCall::AcknowledgeStop { reschedule: true })),
    ("finished", |stage| app(stage, JobCallbackCall::JobFinished { reschedule: false })),
    ("dequeue", |stage| app(stage, JobCallbackCall::DequeueWork)),
    ("cancel", |stage| stage.cancel(S0, StopReason::DeviceState, InternalStopReason::Preempt)),
    ("quota", |stage| {
        stage.cancel(S0, StopReason::Quota, InternalStopReason::ConstraintsNotSatisfied);
    }),
    ("mark", |stage| stage.mark(S0, StopReason::User, InternalStopReason::UserUiStop)),
    ("network", |stage| stage.network(S0, Some(7))),
    ("notification", |stage| {
        let notification =
            Notification { channel: "main".to_owned(), small_icon: true, ..Default::default() };
        let notification = Some(Box::new(notification));
        app(stage, JobCallbackCall::SetNotification { id: 1, notification, end_policy: 0 });
    }),
    ("8 seconds", |stage| stage.advance(8_000)),
    ("5 minutes", |stage| stage.advance(300_000)),
    ("the app is gone", |stage| stage.world.unreachable = true),
];

/// A call of the only execution there is, over or not.
fn app(stage: &mut Stage, call: JobCallbackCall) {
    let answer = stage.call_with(CallbackToken(1), UID, call);
    let fine = !matches!(answer, Err(Exception::IllegalArgument(_) | Exception::IllegalState(_)));
    assert!(fine, "{answer:?}");
}

fn count(log: &[String], event: &str) -> usize {
    log.iter().filter(|what| what.starts_with(event)).count()
}

/// What must hold of a whole history, whatever it was.
fn check(stage: &Stage, history: &[&str]) {
    let (log, verb) = (&stage.log, stage.verb(S0));
    let runs = usize::from(verb != Verb::Finished);
    let ended = 1 - runs;
    assert_eq!(stage.ended.len(), ended, "{history:?}: an execution ends once");
    assert_eq!(count(log, "completed"), ended, "{history:?}");
    assert_eq!(count(log, "wakeLockRelease"), ended, "{history:?}: the wake lock is given back");
    assert_eq!(count(log, "unbind"), ended, "{history:?}: and so is the binding");
    assert_eq!(stage.world.noted_active.len(), runs, "{history:?}");
    assert!(count(log, "startJob") <= 1, "{history:?}: it is started once");
    assert!(count(log, "stopJob") <= 1, "{history:?}: it is stopped once");
    assert!(count(log, "stopJob") <= count(log, "startJob"), "{history:?}: after its start");
    let told_of_end = count(log, "observers(100 false)");
    let visible = stage.world.record(RecordId(0)).is_user_visible_job();
    assert_eq!(told_of_end, if visible { ended } else { 0 }, "{history:?}: observers");
    let (tables, owner) = (stage.execution.user_initiated_notifications(), UID.user());
    assert!(runs == 1 || !tables.has_id(1, owner, "com.app"), "{history:?}: tables");
    match verb {
        Verb::Finished => assert_eq!(stage.timer(S0), None, "{history:?}: no timer is left"),
        // An answer to nothing takes the timer of the bind away.
        Verb::Binding => {}
        Verb::Starting | Verb::Executing | Verb::Stopping => {
            assert!(stage.timer(S0).is_some(), "{history:?}: the app is waited for");
        }
    }
}

/// Plays every history of `length` more events; tells how many of them saw the job end.
fn play(stage: &Stage, history: &mut Vec<&'static str>, length: usize) -> usize {
    if length == 0 {
        return stage.ended.len();
    }
    let outcomes = EVENTS.iter().map(|(name, event)| {
        let mut next = stage.clone();
        event(&mut next);
        history.push(name);
        check(&next, history);
        let ends = play(&next, history, length - 1);
        history.pop();
        ends
    });
    outcomes.sum()
}

#[test]
fn every_execution_ends_once_and_gives_back_what_it_took() {
    for kind in [Regular, Expedited, UserInitiated] {
        for verb in [Verb::Binding, Verb::Starting, Verb::Executing, Verb::Stopping] {
            let mut stage = Stage::new();
            let job = stage.job(kind);
            stage.reach(S0, job, verb);
            let ends = play(&stage, &mut Vec::new(), 3);
            let all = EVENTS.len().pow(3);
            assert!(0 < ends && ends < all, "{kind:?} {verb:?}: some end, some do not: {ends}");
        }
    }
}
