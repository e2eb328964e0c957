//! `JobStore`: every record the scheduler knows, and the ways to find one.
//!
//! A record is *stored* while it stands for its key; it may outlive that in an execution slot. No look-up
//! on behalf of an app walks over other apps' jobs. Rules: JOB-INFO-017, JOB-API-006, JOB-API-053,
//! JOB-SCHED-026.
//!
//! Walks over all jobs go from the highest calling uid to the lowest and, inside a uid, from the oldest
//! record to the newest. Android leaves that order open.

use std::collections::{btree_map, BTreeMap, BTreeSet};
use std::sync::Arc;

use super::record_set::{RecordMap, RecordSet};
use super::{JobKey, JobStatus, RecordId};
use crate::ids::{Uid, UserId};

/// All records, stored or still running.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct JobStore {
    records: RecordMap<Entry>,
    /// All that belongs to one uid in one place: a call touches few far-apart places of memory, however
    /// many jobs there are.
    apps: BTreeMap<Uid, AppJobs>,
    stored: usize,
    created: u64,
}

/// A record, and whether it stands for its key.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
struct Entry {
    job: JobStatus,
    stored: bool,
}

/// The stored records that concern one uid.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
struct AppJobs {
    /// Those it scheduled, by what is left of the key.
    by_key: BTreeMap<(Option<Arc<str>>, i32), RecordId>,
    /// Those it scheduled for itself.
    own: RecordSet,
    /// Those it scheduled on behalf of others.
    for_others: RecordSet,
    /// Those that others scheduled on its behalf.
    by_others: RecordSet,
}

impl AppJobs {
    fn is_empty(&self) -> bool {
        self.by_key.is_empty() && self.by_others.len() == 0
    }

    /// Those it scheduled, oldest first.
    fn calling(&self) -> impl Iterator<Item = RecordId> + '_ {
        self.own.union(&self.for_others)
    }

    /// Those that run on its behalf, oldest first.
    fn source(&self) -> impl Iterator<Item = RecordId> + '_ {
        self.own.union(&self.by_others)
    }
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
        self.records.insert(record, Box::new(Entry { job, stored: false }));
        record
    }

    /// Stores a record under its key. Whoever stood there must have been removed.
    pub fn add(&mut self, record: RecordId) {
        let Some(entry) = self.records.get_mut(record).filter(|entry| !entry.stored) else {
            return;
        };
        entry.stored = true;
        self.stored += 1;
        let job = &entry.job;
        let (key, source_uid) = (job.key(), job.source_uid());
        let is_own = key.uid == source_uid;
        let caller = self.apps.entry(key.uid).or_default();
        let previous = caller.by_key.insert((key.namespace, key.id), record);
        debug_assert!(previous.is_none(), "the key was taken");
        if is_own {
            caller.own.insert(record);
        } else {
            caller.for_others.insert(record);
            self.apps.entry(source_uid).or_default().by_others.insert(record);
        }
    }

    /// Removes a record from the store; `false` if it is not stored. The record itself stays until
    /// [`JobStore::forget`].
    pub fn remove(&mut self, record: RecordId) -> bool {
        let Some(entry) = self.records.get_mut(record).filter(|entry| entry.stored) else {
            return false;
        };
        entry.stored = false;
        self.stored -= 1;
        let job = &entry.job;
        let (key, source_uid) = (job.key(), job.source_uid());
        let is_own = key.uid == source_uid;
        self.change(key.uid, |caller| {
            caller.by_key.remove(&(key.namespace, key.id));
            if !caller.own.remove(record) {
                caller.for_others.remove(record);
            }
        });
        if !is_own {
            self.change(source_uid, |source| {
                source.by_others.remove(record);
            });
        }
        true
    }

    /// Changes what is known of a uid, and drops it once nothing is left.
    fn change(&mut self, uid: Uid, change: impl FnOnce(&mut AppJobs)) {
        let btree_map::Entry::Occupied(mut app) = self.apps.entry(uid) else { return };
        change(app.get_mut());
        if app.get().is_empty() {
            app.remove();
        }
    }

    /// Drops a record that is neither stored nor running any more.
    pub fn forget(&mut self, record: RecordId) {
        if !self.contains(record) {
            self.records.remove(record);
        }
    }

    /// Whether this very record is stored.
    pub fn contains(&self, record: RecordId) -> bool {
        self.records.get(record).is_some_and(|entry| entry.stored)
    }

    /// A record, stored or not.
    pub fn get(&self, record: RecordId) -> Option<&JobStatus> {
        self.records.get(record).map(|entry| &entry.job)
    }

    /// A record, stored or not, to be changed. Its key and its source never change.
    pub fn get_mut(&mut self, record: RecordId) -> Option<&mut JobStatus> {
        self.records.get_mut(record).map(|entry| &mut entry.job)
    }

    /// Takes back the newest record, which never came to be stored: as if it had not been made.
    pub fn discard(&mut self, record: RecordId) {
        self.forget(record);
        if record == RecordId(self.created) && self.records.get(record).is_none() {
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
        let Some(mut taken) = self.records.remove(first) else { return };
        if let Some(other) = self.records.get_mut(second) {
            act(&mut taken.job, &mut other.job);
        }
        self.records.insert(first, taken);
    }

    /// The stored record of a key.
    pub fn find(&self, key: &JobKey) -> Option<RecordId> {
        let app = self.apps.get(&key.uid)?;
        app.by_key.get(&(key.namespace.clone(), key.id)).copied()
    }

    /// The stored records that a uid scheduled, oldest first.
    pub fn of_uid(&self, uid: Uid) -> impl Iterator<Item = RecordId> + '_ {
        self.apps.get(&uid).into_iter().flat_map(AppJobs::calling)
    }

    /// The stored records that run on behalf of a uid, oldest first.
    pub fn of_source_uid(&self, uid: Uid) -> impl Iterator<Item = RecordId> + '_ {
        self.apps.get(&uid).into_iter().flat_map(AppJobs::source)
    }

    /// The stored records that were scheduled in a user, or that run on behalf of one.
    pub fn of_user(&self, user: UserId) -> BTreeSet<RecordId> {
        let apps = self.apps.range(Uid::of(user, 0)..=Uid::of(user, 99_999));
        apps.flat_map(|(_, app)| app.calling().chain(app.by_others.iter())).collect()
    }

    /// How many stored jobs a uid scheduled for itself, in all namespaces. Rule: JOB-SCHED-026.
    pub fn count_jobs_for_uid(&self, uid: Uid) -> usize {
        self.apps.get(&uid).map_or(0, |app| app.own.len())
    }

    /// All stored records, in the order of a walk.
    pub fn iter(&self) -> impl Iterator<Item = RecordId> + '_ {
        self.apps.values().rev().flat_map(AppJobs::calling)
    }

    /// How many records are stored.
    pub fn len(&self) -> usize {
        self.stored
    }

    /// Whether none is stored.
    pub fn is_empty(&self) -> bool {
        self.stored == 0
    }
}
