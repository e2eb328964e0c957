//! The order within an app, and the order in which apps take turns.

use std::sync::Arc;

use super::*;
use crate::job::info::{JobInfo, FLAG_EXPEDITED, FLAG_USER_INITIATED};
use crate::job::status::Origin;

const A: Uid = Uid(10_001);
const B: Uid = Uid(10_002);

/// A job of an app: its number, and when it was enqueued.
fn job(uid: Uid, id: i32, enqueued: i64) -> JobStatus {
    built(uid, id, enqueued, JobInfo::default(), None)
}

fn built(uid: Uid, id: i32, enqueued: i64, info: JobInfo, namespace: Option<&str>) -> JobStatus {
    let record = RecordId(id as u64);
    let origin = Origin { namespace: namespace.map(Arc::from), ..Origin::own(record, uid) };
    let info = Arc::new(JobInfo { id, ..info });
    let mut job = JobStatus::create_from_job_info(info, origin, Elapsed(enqueued));
    job.enqueue_time = Elapsed(enqueued);
    job
}

fn of_priority(id: i32, enqueued: i64, priority: i32, namespace: Option<&str>) -> JobStatus {
    built(A, id, enqueued, JobInfo { priority, ..JobInfo::default() }, namespace)
}

fn user_initiated(uid: Uid, id: i32, enqueued: i64) -> JobStatus {
    built(uid, id, enqueued, JobInfo { flags: FLAG_USER_INITIATED, ..JobInfo::default() }, None)
}

fn overridden(mut job: JobStatus, state: OverrideState) -> JobStatus {
    job.override_state = state;
    job
}

/// The queue after single insertions in this order.
fn queue(jobs: &[JobStatus]) -> PendingJobQueue {
    let mut queue = PendingJobQueue::default();
    jobs.iter().for_each(|job| queue.add(job));
    queue
}

fn order(queue: &PendingJobQueue) -> Vec<u64> {
    queue.iter().map(|record| record.0).collect()
}

fn step(queue: &mut PendingJobQueue) -> Option<u64> {
    queue.next().map(|record| record.0)
}

#[test]
fn queue_ord_001_a_job_is_there_at_most_once() {
    let mut queue = queue(&[job(A, 1, 10), job(A, 1, 10), job(B, 2, 20)]);
    queue.add_all([&job(B, 2, 20), &job(B, 3, 30)]);
    assert_eq!(queue.len(), 3);
    assert!(queue.contains(RecordId(2)) && !queue.contains(RecordId(4)));
    assert!(queue.remove(RecordId(1)) && !queue.remove(RecordId(1)));
    assert_eq!((queue.len(), order(&queue)), (2, vec![2, 3]));
    queue.clear();
    assert!(queue.is_empty());
}

#[test]
fn queue_ord_002_the_first_difference_decides() {
    let expedited =
        |id| built(A, id, 50, JobInfo { flags: FLAG_EXPEDITED, ..JobInfo::default() }, None);
    let mut foreground = job(A, 2, 50);
    foreground.last_evaluated_bias = 35;
    // The first comes before the second, for what the third says.
    let table = [
        (overridden(job(A, 1, 50), OverrideState::Sorting), user_initiated(A, 2, 10), "override"),
        (user_initiated(A, 1, 50), expedited(2), "user-initiated"),
        (expedited(1), of_priority(2, 10, 400, None), "expedited"),
        (of_priority(1, 50, 400, None), foreground.clone(), "priority"),
        (foreground, job(A, 1, 10), "bias"),
        (job(A, 1, 10), job(A, 2, 11), "enqueue time"),
    ];
    for (first, second, why) in table {
        let expected = [first.record().0, second.record().0];
        assert_eq!(order(&queue(&[first.clone(), second.clone()])), expected, "{why}");
        assert_eq!(order(&queue(&[second, first])), expected, "{why}");
    }
}

#[test]
fn queue_ord_003_priorities_count_within_a_namespace_only() {
    let a = of_priority(1, 30, 400, None);
    let b = of_priority(2, 20, 300, Some("x"));
    let c = of_priority(3, 10, 300, None);
    let entry = Entry::new;
    assert_eq!(entry(&a).compare(&entry(&c)), Ordering::Less);
    assert_eq!(entry(&c).compare(&entry(&b)), Ordering::Less);
    assert_eq!(entry(&b).compare(&entry(&a)), Ordering::Less);
    assert_eq!(order(&queue(&[a.clone(), b.clone(), c.clone()])), [3, 2, 1]);
    assert_eq!(order(&queue(&[c, b, a])), [1, 3, 2]);
}

#[test]
fn queue_ord_004_an_equal_one_is_put_before_the_one_it_meets() {
    let same: Vec<_> = (1..=4).map(|id| job(A, id, 10)).collect();
    assert_eq!(order(&queue(&same[..2])), [2, 1]);
    assert_eq!(order(&queue(&same[..3])), [3, 2, 1]);
    assert_eq!(order(&queue(&same)), [3, 4, 2, 1]);
}

#[test]
fn queue_ord_005_a_job_keeps_its_place() {
    let mut late = job(A, 2, 20);
    let mut queue = queue(&[job(A, 1, 10), late.clone()]);
    late.last_evaluated_bias = 40;
    queue.add(&late);
    assert_eq!(order(&queue), [1, 2]);
    queue.remove(late.record());
    queue.add(&late);
    assert_eq!(order(&queue), [2, 1]);
}

#[test]
fn queue_ord_006_adjusted_times_never_decrease_along_a_list() {
    let times = |queue: &PendingJobQueue| -> Vec<i64> {
        queue.apps[&A].jobs.iter().map(|entry| entry.adjusted_time.millis()).collect()
    };
    let jobs =
        [job(A, 1, 10), user_initiated(A, 2, 20), job(A, 3, 30), of_priority(4, 25, 400, None)];
    assert_eq!(times(&queue(&jobs[..2])), [20, 20]);
    assert_eq!(times(&queue(&jobs)), [20, 25, 25, 30]);
    let mut bulk = PendingJobQueue::default();
    bulk.add_all(&jobs);
    assert_eq!(times(&bulk), [20, 25, 25, 30]);
}

#[test]
fn queue_ord_007_many_are_added_app_by_app_in_their_order() {
    let mut queue = PendingJobQueue::default();
    queue.add_all(&[job(A, 1, 10), job(B, 2, 10), job(A, 3, 10), job(B, 4, 5)]);
    assert_eq!(order(&queue), [4, 3, 2, 1], "each list as by single insertions");
}

#[test]
fn queue_ord_008_a_removal_moves_the_iteration_back() {
    let mut queue = queue(&[job(A, 1, 10), job(A, 2, 20), job(A, 3, 30)]);
    assert_eq!((step(&mut queue), step(&mut queue)), (Some(1), Some(2)));
    queue.remove(RecordId(1));
    assert_eq!(step(&mut queue), Some(3), "none is left out");
}

#[test]
fn queue_iter_001_an_iteration_removes_nothing_and_starts_anew_after_a_reset() {
    let mut queue = queue(&[job(A, 1, 10), job(A, 2, 20)]);
    assert_eq!(step(&mut queue), Some(1));
    queue.reset_iterator();
    assert_eq!((step(&mut queue), step(&mut queue)), (Some(1), Some(2)));
    assert_eq!((step(&mut queue), queue.len()), (None, 2));
}

#[test]
fn queue_iter_002_override_then_adjusted_time() {
    let late = overridden(job(B, 2, 99), OverrideState::Soft);
    assert_eq!(order(&queue(&[job(A, 1, 10), late])), [2, 1]);
    assert_eq!(order(&queue(&[job(A, 1, 11), job(B, 2, 10)])), [2, 1]);
}

#[test]
fn queue_iter_003_ties_come_in_the_order_of_the_heap() {
    let jobs: Vec<_> = (0..4_i32).map(|n| job(Uid(10_001 + n as u32), n, 10)).collect();
    let mut queue = PendingJobQueue::default();
    queue.add_all(&jobs);
    // Offered 3 2 1 0; the last takes the place of each head that is taken out.
    assert_eq!(order(&queue), [3, 0, 1, 2]);
}

#[test]
fn queue_iter_004_more_apps_more_jobs_in_a_row() {
    let in_a_row = |apps: u32, optimize: bool| {
        let mut queue = PendingJobQueue::default();
        queue.set_optimize_iteration(optimize);
        for app in 0..apps {
            for n in 0..5 {
                let id = (app * 5 + n) as i32;
                queue.add(&job(Uid(10_001 + app), id, i64::from(100 * n + app)));
            }
        }
        let taken = order(&queue);
        taken.iter().take_while(|&&id| id < 5).count()
    };
    let rows: Vec<_> = [4, 5, 8, 9, 20].map(|apps| in_a_row(apps, true)).into();
    assert_eq!(rows, [1, 2, 2, 3, 3]);
    assert_eq!(in_a_row(9, false), 1);
}

#[test]
fn queue_iter_005_the_head_is_given_up_at_another_override_state() {
    let mut jobs: Vec<_> = (0..5_u32).map(|n| job(Uid(10_002 + n), 10 + n as i32, 5)).collect();
    jobs.push(overridden(job(A, 1, 10), OverrideState::Full));
    jobs.push(job(A, 2, 20));
    jobs.push(job(A, 3, 30));
    let order = order(&queue(&jobs));
    assert_eq!(order[0], 1);
    assert!(order[1] >= 10, "although two may come in a row: {order:?}");
    assert_eq!(order[6..], [2, 3]);
}

#[test]
fn queue_iter_006_priority_does_not_cross_apps() {
    assert_eq!(order(&queue(&[user_initiated(A, 1, 20), job(B, 2, 10)])), [2, 1]);
}

#[test]
fn queue_iter_007_a_late_first_job_holds_the_app_back() {
    assert_eq!(order(&queue(&[job(A, 1, 10), user_initiated(A, 2, 20), job(B, 3, 15)])), [3, 2, 1]);
}

#[test]
fn queue_iter_008_changes_during_an_iteration() {
    let mut changed = queue(&[job(A, 1, 10), job(A, 2, 20), job(B, 3, 15)]);
    assert_eq!(step(&mut changed), Some(1));
    changed.add(&job(B, 4, 5));
    assert_eq!(step(&mut changed), Some(4), "a new first one is offered");
    changed.remove(RecordId(3));
    assert_eq!(step(&mut changed), Some(2));
    assert_eq!(step(&mut changed), None);
    changed.add_all([&job(B, 5, 50)]);
    assert_eq!(step(&mut changed), Some(5), "at the present indices");
    let mut emptied = queue(&[job(A, 1, 10), job(B, 2, 20)]);
    emptied.remove(RecordId(1));
    assert_eq!((step(&mut emptied), step(&mut emptied)), (Some(2), None));
}
