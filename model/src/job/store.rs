//! `JobStore`: every record the scheduler knows, and the ways to find one.
//!
//! A record is *stored* while it stands for its key; it may outlive that in an execution slot. No look-up
//! on behalf of an app walks over other apps' jobs. Rules: JOB-INFO-017, JOB-API-006, JOB-API-053,
//! JOB-SCHED-026.
//!
//! Walks over all jobs go from the highest calling uid to the lowest and, inside a uid, from the oldest
//! record to the newest. Android leaves that order open.

use std::collections::{btree_map, BTreeMap, BTreeSet};

use super::{JobKey, JobStatus, RecordId};
use crate::ids::{Uid, UserId};

/// All records, stored or still running.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct JobStore {
    records: BTreeMap<RecordId, JobStatus>,
    by_key: BTreeMap<JobKey, RecordId>,
    by_uid: BTreeMap<Uid, BTreeSet<RecordId>>,
    by_source_uid: BTreeMap<Uid, BTreeSet<RecordId>>,
    /// How many stored jobs a uid scheduled for itself.
    own: BTreeMap<Uid, usize>,
    created: u64,
}

impl JobStore {
    /// The identity of the next new record.
    pub fn next_record(&mut self) -> RecordId {
        self.created += 1;
        RecordId(self.created)
    }

    /// Takes a new record in; it is not stored yet.
    pub fn create(&mut self, job: JobStatus) -> RecordId {
        let record = job.record();
        self.records.insert(record, job);
        record
    }

    /// Stores a record under its key. Whoever stood there must have been removed.
    pub fn add(&mut self, record: RecordId) {
        let Some(job) = self.records.get(&record) else { return };
        let previous = self.by_key.insert(job.key(), record);
        debug_assert!(previous.map_or(true, |other| other == record), "the key was taken");
        let (uid, source_uid) = (job.calling_uid(), job.source_uid());
        let is_new = self.by_uid.entry(uid).or_default().insert(record);
        self.by_source_uid.entry(source_uid).or_default().insert(record);
        if is_new && uid == source_uid {
            *self.own.entry(uid).or_default() += 1;
        }
    }

    /// Removes a record from the store; `false` if it is not stored. The record itself stays until
    /// [`JobStore::forget`].
    pub fn remove(&mut self, record: RecordId) -> bool {
        let Some(job) = self.records.get(&record) else { return false };
        let (uid, source_uid) = (job.calling_uid(), job.source_uid());
        if !remove_from(&mut self.by_uid, uid, record) {
            return false;
        }
        self.by_key.remove(&job.key());
        remove_from(&mut self.by_source_uid, source_uid, record);
        if uid == source_uid {
            if let btree_map::Entry::Occupied(mut own) = self.own.entry(uid) {
                *own.get_mut() -= 1;
                if *own.get() == 0 {
                    own.remove();
                }
            }
        }
        true
    }

    /// Drops a record that is neither stored nor running any more.
    pub fn forget(&mut self, record: RecordId) {
        if !self.contains(record) {
            self.records.remove(&record);
        }
    }

    /// Whether this very record is stored.
    pub fn contains(&self, record: RecordId) -> bool {
        self.records.get(&record).is_some_and(|job| {
            self.by_uid.get(&job.calling_uid()).is_some_and(|records| records.contains(&record))
        })
    }

    /// A record, stored or not.
    pub fn get(&self, record: RecordId) -> Option<&JobStatus> {
        self.records.get(&record)
    }

    /// A record, stored or not, to be changed. Its key and its source never change.
    pub fn get_mut(&mut self, record: RecordId) -> Option<&mut JobStatus> {
        self.records.get_mut(&record)
    }

    /// Takes back the newest record, which never came to be stored: as if it had not been made.
    pub fn discard(&mut self, record: RecordId) {
        self.forget(record);
        if record == RecordId(self.created) && !self.records.contains_key(&record) {
            self.created -= 1;
        }
    }

    /// Acts on two different records at once; nothing happens if either does not exist.
    pub fn with_two(
        &mut self,
        first: RecordId,
        second: RecordId,
        act: impl FnOnce(&mut JobStatus, &mut JobStatus),
    ) {
        let Some(mut taken) = self.records.remove(&first) else { return };
        if let Some(other) = self.records.get_mut(&second) {
            act(&mut taken, other);
        }
        self.records.insert(first, taken);
    }

    /// The stored record of a key.
    pub fn find(&self, key: &JobKey) -> Option<RecordId> {
        self.by_key.get(key).copied()
    }

    /// The stored records that a uid scheduled, oldest first.
    pub fn of_uid(&self, uid: Uid) -> impl Iterator<Item = RecordId> + '_ {
        self.by_uid.get(&uid).into_iter().flatten().copied()
    }

    /// The stored records that run on behalf of a uid, oldest first.
    pub fn of_source_uid(&self, uid: Uid) -> impl Iterator<Item = RecordId> + '_ {
        self.by_source_uid.get(&uid).into_iter().flatten().copied()
    }

    /// The stored records that were scheduled in a user, or that run on behalf of one.
    pub fn of_user(&self, user: UserId) -> BTreeSet<RecordId> {
        let uids = Uid::of(user, 0)..=Uid::of(user, 99_999);
        let calling = self.by_uid.range(uids.clone()).flat_map(|(_, records)| records);
        let source = self.by_source_uid.range(uids).flat_map(|(_, records)| records);
        calling.chain(source).copied().collect()
    }

    /// How many stored jobs a uid scheduled for itself, in all namespaces. Rule: JOB-SCHED-026.
    pub fn count_jobs_for_uid(&self, uid: Uid) -> usize {
        self.own.get(&uid).copied().unwrap_or_default()
    }

    /// All stored records, in the order of a walk.
    pub fn iter(&self) -> impl Iterator<Item = RecordId> + '_ {
        self.by_uid.values().rev().flatten().copied()
    }

    /// How many records are stored.
    pub fn len(&self) -> usize {
        self.by_key.len()
    }

    /// Whether none is stored.
    pub fn is_empty(&self) -> bool {
        self.by_key.is_empty()
    }
}

fn remove_from(index: &mut BTreeMap<Uid, BTreeSet<RecordId>>, uid: Uid, record: RecordId) -> bool {
    let btree_map::Entry::Occupied(mut records) = index.entry(uid) else { return false };
    let removed = records.get_mut().remove(&record);
    if records.get().is_empty() {
        records.remove();
    }
    removed
}
