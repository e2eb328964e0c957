//! Work items of a record: waiting ones, those handed out, and what they add to its estimates.

use super::JobStatus;
use crate::job::info::{JobInfo, JobWorkItem, NETWORK_BYTES_UNKNOWN};

/// Estimates of the traffic a job causes; -1 is unknown.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct NetworkBytes {
    /// Bytes down.
    pub download: i64,
    /// Bytes up.
    pub upload: i64,
    /// The smallest piece that is worth anything.
    pub minimum_chunk: i64,
}

/// Only jobs that were ever given work have one.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) struct WorkList {
    pending: Vec<JobWorkItem>,
    executing: Vec<JobWorkItem>,
    next_work_id: i32,
    /// As of the last event of JOB-INFO-031: stale after a dequeue.
    bytes: NetworkBytes,
}

impl WorkList {
    fn new(job: &JobInfo) -> Self {
        let bytes = network_bytes(job, &[]);
        Self { pending: Vec::new(), executing: Vec::new(), next_work_id: 1, bytes }
    }
}

/// The description's estimates and those of waiting work. Sums wrap. Rules: JOB-INFO-029, JOB-INFO-030.
fn network_bytes(job: &JobInfo, pending: &[JobWorkItem]) -> NetworkBytes {
    let known = |bytes: i64| if bytes < 0 { NETWORK_BYTES_UNKNOWN } else { bytes };
    let add = |total: i64, bytes: i64| match (total, bytes) {
        (total, i64::MIN..=0) => total,
        (NETWORK_BYTES_UNKNOWN, bytes) => bytes,
        (total, bytes) => total.wrapping_add(bytes),
    };
    let start = NetworkBytes {
        download: known(job.network_download_bytes),
        upload: known(job.network_upload_bytes),
        minimum_chunk: job.minimum_network_chunk_bytes,
    };
    pending.iter().fold(start, |sum, work| NetworkBytes {
        download: add(sum.download, work.download_bytes),
        upload: add(sum.upload, work.upload_bytes),
        minimum_chunk: match (sum.minimum_chunk, work.minimum_chunk_bytes) {
            (NETWORK_BYTES_UNKNOWN, chunk) => chunk,
            (chunk, NETWORK_BYTES_UNKNOWN) => chunk,
            (one, other) => one.min(other),
        },
    })
}

impl JobStatus {
    /// Adds a work item behind the waiting ones and gives it its id. Rule: JOB-SCHED-021.
    pub fn enqueue_work(&mut self, mut work: JobWorkItem) -> i32 {
        let list = self.work.get_or_insert_with(|| Box::new(WorkList::new(&self.job)));
        let id = list.next_work_id;
        list.next_work_id = id.wrapping_add(1);
        work.work_id = id;
        list.pending.push(work);
        self.update_network_bytes();
        id
    }

    /// A work item was refused: its id is not given again. Rule: JOB-SCHED-031.
    pub fn consume_work_id(&mut self) {
        let list = self.work.get_or_insert_with(|| Box::new(WorkList::new(&self.job)));
        list.next_work_id = list.next_work_id.wrapping_add(1);
    }

    /// Hands out the first waiting item and counts the delivery. The estimates stay. Rule: JOB-INFO-031.
    pub fn dequeue_work(&mut self) -> Option<&JobWorkItem> {
        let list = self.work.as_mut()?;
        if list.pending.is_empty() {
            return None;
        }
        let mut work = list.pending.remove(0);
        work.delivery_count = work.delivery_count.wrapping_add(1);
        list.executing.push(work);
        list.executing.last()
    }

    /// Takes an item that was handed out off the record; `None` if there is none with this id.
    pub fn complete_work(&mut self, work_id: i32) -> Option<JobWorkItem> {
        let list = self.work.as_mut()?;
        let index = list.executing.iter().position(|work| work.work_id == work_id)?;
        let work = list.executing.remove(index);
        self.update_network_bytes();
        Some(work)
    }

    /// Waiting items, first one first.
    pub fn pending_work(&self) -> &[JobWorkItem] {
        self.work.as_ref().map_or(&[], |list| &list.pending)
    }

    /// Items that were handed out and are not complete.
    pub fn executing_work(&self) -> &[JobWorkItem] {
        self.work.as_ref().map_or(&[], |list| &list.executing)
    }

    /// How many items there are, waiting and handed out.
    pub fn work_count(&self) -> usize {
        self.pending_work().len() + self.executing_work().len()
    }

    /// There is an item, waiting or handed out.
    pub fn has_work(&self) -> bool {
        self.work_count() > 0
    }

    /// The id of the next item.
    pub fn next_work_id(&self) -> i32 {
        self.work.as_ref().map_or(1, |list| list.next_work_id)
    }

    /// Moves all items to the record that takes this one's place, those handed out first, and goes on
    /// counting ids there. Waiting items that `incoming` had are lost to items handed out here.
    /// Rules: JOB-RESCHED-023, JOB-SCHED-053.
    pub fn transfer_work(&mut self, incoming: &mut Self) {
        let Some(list) = self.work.take() else {
            // Android hands the counter on whether or not there ever was work.
            if let Some(to) = incoming.work.as_mut() {
                to.next_work_id = 1;
            }
            incoming.update_network_bytes();
            return;
        };
        let WorkList { pending, executing, next_work_id, .. } = *list;
        let to = incoming.work.get_or_insert_with(|| Box::new(WorkList::new(&incoming.job)));
        if !executing.is_empty() {
            to.pending = executing;
        }
        to.pending.extend(pending);
        to.next_work_id = next_work_id;
        incoming.update_network_bytes();
    }

    /// Drops all items and returns them, so that their grants can be taken back: waiting ones first.
    pub fn drop_work(&mut self) -> Vec<JobWorkItem> {
        let Some(list) = self.work.as_mut() else { return Vec::new() };
        let mut dropped = std::mem::take(&mut list.pending);
        dropped.append(&mut list.executing);
        self.update_network_bytes();
        dropped
    }

    /// The record's estimates as of the last event that recomputed them. Rule: JOB-INFO-031.
    pub fn network_bytes(&self) -> NetworkBytes {
        self.work.as_ref().map_or_else(|| network_bytes(&self.job, &[]), |list| list.bytes)
    }

    fn update_network_bytes(&mut self) {
        if let Some(list) = self.work.as_mut() {
            list.bytes = network_bytes(&self.job, &list.pending);
        }
    }
}
