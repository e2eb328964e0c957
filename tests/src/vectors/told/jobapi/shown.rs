//! What a `jobapi` vector and a whole device both show: jobs by their descriptions, and what of the trace
//! can be compared.

use std::collections::BTreeSet;

use jobwarden_model::job::call::JobSchedulerCall as Call;
use jobwarden_model::job::info::JobInfo;
use jobwarden_model::job::JobKey;
use jobwarden_model::{Reply, Uid};
use serde_json::{json, Map, Value};

use super::super::Untold;
use super::Telling;
use crate::vectors::{differences, Difference};

impl Telling<'_> {
    /// The first description with this content, or that but for the id.
    pub(super) fn index_of(&self, job: &JobInfo) -> usize {
        let content = |job: &JobInfo| {
            let mut job = job.clone();
            if let Some(network) = &mut job.required_network {
                network.uid = None;
            }
            job
        };
        let described: Vec<_> = self
            .described
            .iter()
            .map(|described| described.job_info(Uid(0)).map(|job| content(&job)))
            .collect();
        let wanted = content(job);
        let same = |described: &Result<JobInfo, String>| described.as_ref() == Ok(&wanted);
        let but_for_id = |described: &Result<JobInfo, String>| {
            described
                .as_ref()
                .is_ok_and(|other| JobInfo { id: wanted.id, ..other.clone() } == wanted)
        };
        let place = described.iter().position(same);
        place.or_else(|| described.iter().position(but_for_id)).unwrap_or(usize::MAX)
    }

    /// The same for an index of the vector.
    fn canonical_index(&self, index: &Value) -> Value {
        let described = index.as_u64().and_then(|index| {
            self.described.get(usize::try_from(index).ok()?)?.job_info(Uid(0)).ok()
        });
        described.map_or_else(|| index.clone(), |job| json!(self.index_of(&job)))
    }

    /// What can be seen of an entry of the recorded trace. Marks for the death of a process do not show.
    pub(super) fn visible(&self, step: &str, mut recorded: Value) -> Value {
        if let Some(events) = recorded.get_mut("events").and_then(Value::as_array_mut) {
            events.retain(|event| event[0] != "markForProcessDeath");
            if events.is_empty() {
                recorded.as_object_mut().map(|members| members.remove("events"));
            }
        }
        if let Some(result) = recorded.get_mut("result") {
            self.name_anew(step, result);
        }
        recorded
    }

    /// Descriptions with the same content cannot be told apart: the first stands for all.
    fn name_anew(&self, step: &str, result: &mut Value) {
        match (step, result) {
            ("getPendingJob", index) => *index = self.canonical_index(index),
            ("getStartedJobs" | "getAllPendingJobsInNamespace", Value::Array(list)) => {
                list.iter_mut().for_each(|index| *index = self.canonical_index(index));
                list.sort_by_key(Value::to_string);
            }
            ("getAllPendingJobs", Value::Object(by_namespace)) => {
                for list in by_namespace.values_mut() {
                    self.name_anew("getStartedJobs", list);
                }
            }
            ("getAllJobSnapshots", Value::Array(list)) => {
                for snapshot in list.iter_mut() {
                    snapshot["job"] = self.canonical_index(&snapshot["job"]);
                }
                list.sort_by_key(Value::to_string);
            }
            _ => {}
        }
    }

    /// The jobs at the end: of every uid, by `getAllPendingJobs` and by the shell.
    pub(super) fn compare_jobs(&mut self, expect: &Value) -> Result<Vec<Difference>, Untold> {
        let (mut told, mut many) = (Map::new(), Map::new());
        let mut unseen = BTreeSet::new();
        let mut uids = self.world.uids();
        uids.extend(self.origins.keys().map(|key| key.uid));
        for uid in uids {
            let Ok(Reply::JobsByNamespace(all)) = self.call(uid, Call::GetAllPendingJobs)? else {
                return Err(Untold::NotUnderstood("no list of pending jobs".to_owned()));
            };
            for (namespace, jobs) in all {
                for job in jobs {
                    let (id, name) = (job.id, namespace.as_deref());
                    let key = JobKey { uid, namespace: name.map(Into::into), id };
                    if self.origins.get(&key).is_some_and(|&(_, of_many)| of_many) {
                        let count = many.get(&uid.to_string()).and_then(Value::as_u64);
                        many.insert(uid.to_string(), json!(count.unwrap_or_default() + 1));
                        continue;
                    }
                    let mut shown = json!({ "job": self.index_of(&job) });
                    let states = self.states(uid, name, id)?;
                    let place = place(uid, name, id);
                    match states.filter(|_| !self.looked) {
                        Some(states) => {
                            shown["pending"] = json!(states.contains("pending"));
                            shown["execution"] = json!(states.contains("active"));
                        }
                        None => {
                            unseen.insert(place.clone());
                        }
                    }
                    told.insert(place, shown);
                }
            }
        }
        let recorded: Map<_, _> = expect["jobs"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|job| {
                let uid = job["uid"].as_u64().and_then(|uid| u32::try_from(uid).ok());
                let id = job["id"].as_i64().and_then(|id| i32::try_from(id).ok());
                let uid = Uid(uid.unwrap_or_default());
                let place = place(uid, job["namespace"].as_str(), id.unwrap_or_default());
                let mut shown = json!({ "job": self.canonical_index(&job["job"]) });
                if !unseen.contains(&place) {
                    shown["pending"] = json!(job["pending"] == true);
                    shown["execution"] = json!(job.get("execution").is_some());
                }
                (place, shown)
            })
            .collect();
        let recorded =
            json!({ "jobs": recorded, "manyJobs": expect.get("manyJobs").unwrap_or(&json!({})) });
        Ok(differences(&recorded, &json!({ "jobs": told, "manyJobs": many })))
    }
}

/// What depends on when jobs were looked at last: whether, and why, they wait.
pub(super) fn leave_out_waiting(step: &str, entry: &mut Value) {
    match (step, entry.get_mut("result")) {
        ("getPendingJobReason", Some(reason)) => *reason = Value::Null,
        ("getAllJobSnapshots", Some(Value::Array(snapshots))) => {
            for snapshot in snapshots.iter_mut().filter_map(Value::as_object_mut) {
                snapshot.remove("runnable");
            }
            snapshots.sort_by_key(Value::to_string);
        }
        _ => {}
    }
}

fn place(uid: Uid, namespace: Option<&str>, id: i32) -> String {
    format!("{uid}/{}/{id}", namespace.unwrap_or_default())
}
