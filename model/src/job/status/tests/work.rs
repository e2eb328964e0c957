//! Work items of a record and the estimates they add to.

use super::*;
use crate::job::info::JobWorkItem;

fn work(download: i64, upload: i64, chunk: i64) -> JobWorkItem {
    JobWorkItem {
        download_bytes: download,
        upload_bytes: upload,
        minimum_chunk_bytes: chunk,
        ..JobWorkItem::default()
    }
}

fn estimating(download: i64, upload: i64, chunk: i64) -> JobStatus {
    record(|job| {
        job.network_download_bytes = download;
        job.network_upload_bytes = upload;
        job.minimum_network_chunk_bytes = chunk;
    })
}

fn bytes(status: &JobStatus) -> (i64, i64, i64) {
    let bytes = status.network_bytes();
    (bytes.download, bytes.upload, bytes.minimum_chunk)
}

fn ids(work: &[JobWorkItem]) -> Vec<i32> {
    work.iter().map(|item| item.work_id).collect()
}

#[test]
fn job_info_029_waiting_work_adds_to_the_estimates() {
    assert_eq!(bytes(&estimating(-2, i64::MIN, -1)), (-1, -1, -1), "negative is unknown");
    let mut status = estimating(-1, 100, -1);
    status.enqueue_work(work(10, -1, -1));
    status.enqueue_work(work(20, 0, -1));
    status.enqueue_work(work(-5, 7, -1));
    assert_eq!(bytes(&status), (30, 107, -1));
    status.enqueue_work(work(i64::MAX, -1, -1));
    assert_eq!(status.network_bytes().download, i64::MIN + 29, "the sum wraps");
}

#[test]
fn job_info_030_the_least_chunk_counts() {
    let mut status = estimating(-1, -1, -1);
    status.enqueue_work(work(-1, -1, 50));
    assert_eq!(status.network_bytes().minimum_chunk, 50);
    status.enqueue_work(work(-1, -1, -1));
    assert_eq!(status.network_bytes().minimum_chunk, 50);
    status.enqueue_work(work(-1, -1, 20));
    status.enqueue_work(work(-1, -1, 30));
    assert_eq!(status.network_bytes().minimum_chunk, 20);
}

#[test]
fn job_info_031_a_dequeue_leaves_the_estimates_stale() {
    let mut status = estimating(1, -1, -1);
    status.enqueue_work(work(10, -1, -1));
    status.enqueue_work(work(100, -1, -1));
    assert_eq!(status.network_bytes().download, 111);
    assert_eq!(status.dequeue_work().map(|work| work.work_id), Some(1));
    assert_eq!(status.network_bytes().download, 111, "stale");
    assert_eq!(status.complete_work(2), None, "it was not handed out");
    assert_eq!(status.network_bytes().download, 111);
    assert_eq!(status.complete_work(1).map(|work| work.work_id), Some(1));
    assert_eq!(status.network_bytes().download, 101);
    status.dequeue_work();
    let mut successor = estimating(5, -1, -1);
    status.transfer_work(&mut successor);
    assert_eq!(status.network_bytes().download, 1);
    assert_eq!(successor.network_bytes().download, 105, "what was handed out waits again");
}

#[test]
fn job_resched_023_handed_out_work_comes_first_in_the_successor() {
    let mut status = record(|_| ());
    for _ in 0..3 {
        status.enqueue_work(work(-1, -1, -1));
    }
    status.dequeue_work();
    status.dequeue_work();
    assert_eq!((ids(status.executing_work()), ids(status.pending_work())), (vec![1, 2], vec![3]));
    let mut successor = record(|_| ());
    status.transfer_work(&mut successor);
    assert_eq!(ids(successor.pending_work()), [1, 2, 3]);
    let deliveries: Vec<_> = successor.pending_work().iter().map(|w| w.delivery_count).collect();
    assert_eq!(deliveries, [1, 1, 0], "delivery counts are kept");
    assert_eq!(successor.enqueue_work(work(-1, -1, -1)), 4, "ids go on");
    assert!(!status.has_work());
    assert_eq!(ids(&successor.drop_work()), [1, 2, 3, 4]);
    assert_eq!(successor.work_count(), 0);
}

#[test]
fn a_record_without_work_has_nothing_to_hand_out() {
    let mut status = record(|_| ());
    assert_eq!(status.dequeue_work(), None);
    assert_eq!(status.complete_work(1), None);
    assert_eq!(status.drop_work(), []);
}
