//! Work items of a running job. Rules: JOB-RUN-046 to 048.

use super::*;

/// A stage whose job works and has this many work items.
fn with_work(items: i32) -> Stage {
    let mut stage = Stage::with(Regular, Verb::Executing);
    for n in 1..=items {
        let work = JobWorkItem { download_bytes: i64::from(n), ..JobWorkItem::default() };
        assert_eq!(stage.status(RecordId(0)).enqueue_work(work), n);
    }
    stage
}

/// Id and delivery count of the next item.
fn dequeue(stage: &mut Stage) -> Option<(i32, i32)> {
    match stage.call(S0, JobCallbackCall::DequeueWork) {
        Ok(Reply::Work(work)) => work.map(|work| (work.work_id, work.delivery_count)),
        other => panic!("unexpected answer {other:?}"),
    }
}

fn complete(stage: &mut Stage, work_id: i32) -> bool {
    match stage.call(S0, JobCallbackCall::CompleteWork { work_id }) {
        Ok(Reply::Boolean(known)) => known,
        other => panic!("unexpected answer {other:?}"),
    }
}

#[test]
fn job_run_046_asking_for_work_when_none_is_left_ends_the_job() {
    let mut stage = with_work(2);
    assert_eq!(dequeue(&mut stage), Some((1, 1)));
    assert_eq!(dequeue(&mut stage), Some((2, 1)));
    assert_eq!(stage.world.touched, [RecordId(0), RecordId(0)]);
    assert_eq!(dequeue(&mut stage), None);
    assert_eq!((stage.verb(S0), stage.log().len()), (Verb::Executing, 0), "two are not complete");
    assert!(complete(&mut stage, 1) && complete(&mut stage, 2));
    assert_eq!(stage.verb(S0), Verb::Executing, "completing does not end it");
    assert_eq!(dequeue(&mut stage), None);
    assert_eq!(stage.log(), ended(0, 10, false));
}

#[test]
fn job_run_046_a_job_that_stops_is_given_no_more_work() {
    let mut stage = with_work(1);
    stage.cancel(S0, StopReason::Timeout, InternalStopReason::Timeout);
    stage.log.clear();
    assert_eq!(dequeue(&mut stage), None);
    assert_eq!((stage.verb(S0), stage.log().len()), (Verb::Stopping, 0));
    assert_eq!(stage.status(RecordId(0)).pending_work().len(), 1);
}

#[test]
fn job_run_046_work_may_be_taken_before_the_start_is_acknowledged() {
    let mut stage = Stage::with(Regular, Verb::Starting);
    stage.status(RecordId(0)).enqueue_work(JobWorkItem::default());
    assert_eq!(dequeue(&mut stage), Some((1, 1)));
    assert_eq!((stage.verb(S0), stage.timer(S0)), (Verb::Starting, Some(8_000)));
    // A cancelled record has lost its items: the next question ends the execution.
    stage.cancel(S0, StopReason::CancelledByApp, InternalStopReason::Canceled);
    stage.status(RecordId(0)).drop_work();
    assert!(!complete(&mut stage, 1));
    assert_eq!(dequeue(&mut stage), None);
    assert_eq!(stage.log(), ended(0, 10, false));
}

#[test]
fn job_run_047_totals_follow_what_waits_but_not_what_is_handed_out() {
    let mut stage = Stage::new();
    let job = stage.job_with(UserInitiated, |info| info.network_download_bytes = 100);
    let work = |download_bytes, upload_bytes| JobWorkItem {
        download_bytes,
        upload_bytes,
        ..JobWorkItem::default()
    };
    stage.status(job).enqueue_work(work(10, -1));
    stage.status(job).enqueue_work(work(-1, 7));
    let totals = |stage: &mut Stage| {
        let bytes = stage.status(job).network_bytes();
        (bytes.download, bytes.upload)
    };
    assert_eq!(totals(&mut stage), (110, 7));
    stage.bring(S0, job, Verb::Executing);
    let started_with = stage.execution.estimated_network_bytes(S0);
    assert_eq!(started_with, Some(BytePair { download: 110, upload: 7 }));
    assert_eq!(dequeue(&mut stage), Some((1, 1)));
    assert_eq!(totals(&mut stage), (110, 7), "not yet");
    assert!(complete(&mut stage, 1));
    assert_eq!(totals(&mut stage), (100, 7));
    assert_eq!(stage.execution.estimated_network_bytes(S0), started_with, "the slot keeps its own");
}

#[test]
fn job_run_048_a_work_item_is_complete_once_and_its_grants_go() {
    let mut stage = with_work(2);
    assert!(!complete(&mut stage, 1), "it was not handed out");
    assert_eq!(dequeue(&mut stage), Some((1, 1)));
    stage.world.touched.clear();
    assert!(complete(&mut stage, 1));
    assert_eq!((stage.world.revoked.clone(), stage.world.touched.len()), (vec![1], 1));
    assert!(!complete(&mut stage, 1), "it is unknown by now");
    assert_eq!((stage.world.revoked.len(), stage.world.touched.len()), (1, 1));
}
