//! `PendingJobQueue`: jobs that may start as soon as there is room.
//!
//! Here they come in the order of override state and enqueue time; how apps share the queue is not
//! looked at.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::job::{JobStatus, RecordId};
use crate::time::Elapsed;

/// Where a job stands: overridden ones first, then the one enqueued first, then the one added first.
type Place = (Reverse<i32>, Elapsed, u64);

/// The pending queue. A job is in it at most once; its place is that of the moment it was added.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct PendingJobQueue {
    order: BTreeMap<Place, RecordId>,
    places: BTreeMap<RecordId, Place>,
    added: u64,
}

impl PendingJobQueue {
    /// Adds a job; nothing happens if it is there already.
    pub fn add(&mut self, job: &JobStatus) {
        let record = job.record();
        if self.contains(record) {
            return;
        }
        self.added += 1;
        let place = (Reverse(job.override_state.code()), job.enqueue_time, self.added);
        self.order.insert(place, record);
        self.places.insert(record, place);
    }

    /// Removes a job; whether it was there.
    pub fn remove(&mut self, record: RecordId) -> bool {
        match self.places.remove(&record) {
            Some(place) => self.order.remove(&place).is_some(),
            None => false,
        }
    }

    /// Removes every job.
    pub fn clear(&mut self) {
        self.order.clear();
        self.places.clear();
    }

    /// Whether a job is there.
    pub fn contains(&self, record: RecordId) -> bool {
        self.places.contains_key(&record)
    }

    /// How many jobs are there.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether none is there.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The jobs, next one first.
    pub fn iter(&self) -> impl Iterator<Item = RecordId> + '_ {
        self.order.values().copied()
    }
}
