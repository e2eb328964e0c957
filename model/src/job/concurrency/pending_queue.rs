//! `PendingJobQueue`: jobs that may start as soon as there is room. Rules: QUEUE-ORD-*, QUEUE-ITER-*.
//!
//! Each app has a sorted list of its own, and apps take turns. The trap: neither order is a total one. What
//! comes first in a list depends on the order of insertion, and apps that tie come in the order of the heap
//! that the platform keeps them in; both are kept here step by step.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::ids::Uid;
use crate::job::status::OverrideState;
use crate::job::{JobStatus, RecordId};
use crate::time::Elapsed;

/// How many jobs of one app come in a row at most. Rule: QUEUE-ITER-004.
const MAX_PULL_LIMIT: usize = 3;

/// The pending queue. A job is in it at most once. Rule: QUEUE-ORD-001.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct PendingJobQueue {
    apps: BTreeMap<Uid, AppJobQueue>,
    uids: BTreeMap<RecordId, Uid>,
    /// Apps in the order of their next jobs: the platform's binary heap. Rule: QUEUE-ITER-003.
    heap: Vec<Uid>,
    pulled: usize,
    reset_wanted: bool,
    one_at_a_time: bool,
}

/// The jobs of one source uid and how far an iteration has come in them.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
struct AppJobQueue {
    jobs: Vec<Entry>,
    next: usize,
}

/// A job as it was when it was added. Rule: QUEUE-ORD-005.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
struct Entry {
    record: RecordId,
    override_state: OverrideState,
    user_initiated: bool,
    expedited: bool,
    namespace: Option<Arc<str>>,
    priority: i32,
    bias: i32,
    enqueue_time: Elapsed,
    /// Never decreases along a list. Rule: QUEUE-ORD-006.
    adjusted_time: Elapsed,
}

impl Entry {
    fn new(job: &JobStatus) -> Self {
        Self {
            record: job.record(),
            override_state: job.override_state,
            user_initiated: job.job().is_user_initiated(),
            expedited: job.is_requested_expedited_job(),
            namespace: job.namespace().cloned(),
            priority: job.effective_priority(),
            bias: job.last_evaluated_bias,
            enqueue_time: job.enqueue_time,
            adjusted_time: job.enqueue_time,
        }
    }

    /// Rule: QUEUE-ORD-002. Not transitive: priorities count within a namespace only (QUEUE-ORD-003).
    fn compare(&self, other: &Self) -> Ordering {
        let by_priority = if self.namespace == other.namespace {
            other.priority.cmp(&self.priority)
        } else {
            Ordering::Equal
        };
        other
            .override_state
            .code()
            .cmp(&self.override_state.code())
            .then(other.user_initiated.cmp(&self.user_initiated))
            .then(other.expedited.cmp(&self.expedited))
            .then(by_priority)
            .then(other.bias.cmp(&self.bias))
            .then(self.enqueue_time.cmp(&other.enqueue_time))
    }
}

impl AppJobQueue {
    fn peek(&self) -> Option<&Entry> {
        self.jobs.get(self.next)
    }

    fn next_time(&self) -> Option<Elapsed> {
        self.peek().map(|entry| entry.adjusted_time)
    }

    /// Where the entry has gone. Rule: QUEUE-ORD-004.
    fn insert(&mut self, entry: Entry) -> usize {
        let (mut low, mut high) = (0, self.jobs.len());
        while low < high {
            let middle = (low + high - 1) / 2;
            match self.jobs[middle].compare(&entry) {
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
                Ordering::Equal => {
                    low = middle;
                    break;
                }
            }
        }
        self.jobs.insert(low, entry);
        self.next = self.next.min(low);
        low
    }

    /// Rules: QUEUE-ORD-004, QUEUE-ORD-006.
    fn add(&mut self, entry: Entry) {
        let place = self.insert(entry);
        let mut time = self.jobs[place].adjusted_time;
        if let Some(before) = place.checked_sub(1).and_then(|index| self.jobs.get(index)) {
            time = time.max(before.adjusted_time);
        }
        self.jobs[place].adjusted_time = time;
        for later in self.jobs.iter_mut().skip(place + 1) {
            if later.adjusted_time > time {
                break;
            }
            later.adjusted_time = time;
        }
    }

    /// Rules: QUEUE-ORD-006, QUEUE-ORD-007.
    fn add_all(&mut self, entries: impl IntoIterator<Item = Entry>) {
        let Some(first) = entries.into_iter().map(|entry| self.insert(entry)).min() else { return };
        for index in first.max(1)..self.jobs.len() {
            let before = self.jobs[index - 1].adjusted_time;
            let entry = &mut self.jobs[index];
            entry.adjusted_time = entry.adjusted_time.max(before);
        }
    }

    /// Rule: QUEUE-ORD-008.
    fn remove(&mut self, record: RecordId) -> bool {
        let Some(index) = self.jobs.iter().position(|entry| entry.record == record) else {
            return false;
        };
        self.jobs.remove(index);
        if index < self.next {
            self.next -= 1;
        }
        true
    }
}

impl PendingJobQueue {
    /// Has apps take turns after each job, however many they are. Rule: QUEUE-ITER-004.
    pub fn set_optimize_iteration(&mut self, optimize: bool) {
        self.one_at_a_time = !optimize;
    }

    /// Adds a job; nothing happens if it is there already. Rule: QUEUE-ITER-008.
    pub fn add(&mut self, job: &JobStatus) {
        let (record, uid) = (job.record(), job.source_uid());
        if self.contains(record) {
            return;
        }
        self.uids.insert(record, uid);
        let app = self.apps.entry(uid).or_default();
        let before = app.next_time();
        app.add(Entry::new(job));
        if app.next_time() != before {
            self.offer_anew(uid);
        }
    }

    /// Adds jobs; those that are there already stay where they are. Rules: QUEUE-ORD-007, QUEUE-ITER-008.
    pub fn add_all<'a>(&mut self, jobs: impl IntoIterator<Item = &'a JobStatus>) {
        let mut by_uid: BTreeMap<Uid, Vec<Entry>> = BTreeMap::new();
        for job in jobs {
            if self.uids.insert(job.record(), job.source_uid()).is_none() {
                by_uid.entry(job.source_uid()).or_default().push(Entry::new(job));
            }
        }
        for (uid, entries) in by_uid {
            self.apps.entry(uid).or_default().add_all(entries);
        }
        self.heap.clear();
    }

    /// Removes a job; whether it was there. Rule: QUEUE-ITER-008.
    pub fn remove(&mut self, record: RecordId) -> bool {
        let Some(uid) = self.uids.remove(&record) else { return false };
        let Some(app) = self.apps.get_mut(&uid) else { return false };
        let before = app.next_time();
        app.remove(record);
        if app.jobs.is_empty() {
            self.take_out(uid);
            self.apps.remove(&uid);
        } else if app.next_time() != before {
            self.offer_anew(uid);
        }
        true
    }

    /// Removes every job.
    pub fn clear(&mut self) {
        *self = Self { one_at_a_time: self.one_at_a_time, ..Self::default() };
    }

    /// Whether a job is there.
    pub fn contains(&self, record: RecordId) -> bool {
        self.uids.contains_key(&record)
    }

    /// How many jobs are there.
    pub fn len(&self) -> usize {
        self.uids.len()
    }

    /// Whether none is there.
    pub fn is_empty(&self) -> bool {
        self.uids.is_empty()
    }

    /// The jobs from the first on, next one first; the queue's own iteration stays where it is.
    /// Rule: QUEUE-ITER-001.
    pub fn iter(&self) -> impl Iterator<Item = RecordId> {
        let mut queue = self.clone();
        queue.reset_iterator();
        std::iter::from_fn(move || queue.next())
    }

    /// The next step begins with the first job again. Rules: QUEUE-ITER-001, QUEUE-ITER-008.
    pub fn reset_iterator(&mut self) {
        self.reset_wanted = true;
    }

    /// The next job of the iteration, which stays in the queue. Rule: QUEUE-ITER-005.
    #[allow(clippy::should_implement_trait)] // The platform's name; the queue is no iterator: it can be reset.
    pub fn next(&mut self) -> Option<RecordId> {
        if std::mem::take(&mut self.reset_wanted) {
            self.apps.values_mut().for_each(|app| app.next = 0);
            self.heap.clear();
        }
        if self.heap.is_empty() {
            self.pulled = 0;
            let uids: Vec<_> = self.apps.keys().rev().copied().collect();
            uids.into_iter().for_each(|uid| self.offer(uid));
        }
        let limit = self.pull_limit();
        let head = *self.heap.first()?;
        let app = self.apps.get_mut(&head)?;
        let taken = app.peek().map(|entry| (entry.record, entry.override_state));
        if taken.is_some() {
            app.next += 1;
        }
        let following = app.peek().map(|entry| entry.override_state);
        self.pulled += 1;
        let other_override = taken.is_some_and(|(_, state)| following != Some(state));
        if self.pulled >= limit || other_override || following.is_none() {
            self.take_out_at(0);
            if following.is_some() {
                self.offer(head);
            }
            self.pulled = 0;
        }
        taken.map(|(record, _)| record)
    }

    /// Rule: QUEUE-ITER-004.
    fn pull_limit(&self) -> usize {
        if self.one_at_a_time {
            1
        } else {
            MAX_PULL_LIMIT.min(self.heap.len().saturating_sub(1) / 4 + 1)
        }
    }

    // The heap of QUEUE-ITER-003.

    /// Whether the next job of one app comes before that of another: only override and adjusted time count.
    /// Rules: QUEUE-ITER-002, QUEUE-ITER-006, QUEUE-ITER-007.
    fn is_before(&self, one: Uid, other: Uid) -> bool {
        let key = |uid| {
            let entry = self.apps.get(&uid).and_then(AppJobQueue::peek)?;
            Some((-entry.override_state.code(), entry.adjusted_time))
        };
        match (key(one), key(other)) {
            (Some(one), Some(other)) => one < other,
            (one, other) => one.is_some() && other.is_none(),
        }
    }

    fn offer_anew(&mut self, uid: Uid) {
        self.take_out(uid);
        self.offer(uid);
    }

    fn offer(&mut self, uid: Uid) {
        self.heap.push(uid);
        self.sift_up(self.heap.len() - 1);
    }

    fn take_out(&mut self, uid: Uid) {
        if let Some(index) = self.heap.iter().position(|&offered| offered == uid) {
            self.take_out_at(index);
        }
    }

    fn take_out_at(&mut self, index: usize) {
        self.heap.swap_remove(index);
        if index < self.heap.len() && self.sift_down(index) == index {
            self.sift_up(index);
        }
    }

    fn sift_up(&mut self, mut index: usize) {
        while index > 0 {
            let parent = (index - 1) / 2;
            if !self.is_before(self.heap[index], self.heap[parent]) {
                return;
            }
            self.heap.swap(index, parent);
            index = parent;
        }
    }

    /// Where it has gone.
    fn sift_down(&mut self, mut index: usize) -> usize {
        loop {
            let (left, right) = (2 * index + 1, 2 * index + 2);
            let Some(&left_uid) = self.heap.get(left) else { return index };
            let child = match self.heap.get(right) {
                Some(&right_uid) if self.is_before(right_uid, left_uid) => right,
                Some(_) | None => left,
            };
            if !self.is_before(self.heap[child], self.heap[index]) {
                return index;
            }
            self.heap.swap(index, child);
            index = child;
        }
    }
}

#[cfg(test)]
mod tests;
