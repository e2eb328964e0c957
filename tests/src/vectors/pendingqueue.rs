//! Slice `pendingqueue`: the order of pending jobs.

use jobwarden_model::job::concurrency::PendingJobQueue;
use jobwarden_model::job::status::OverrideState;
use jobwarden_model::job::{JobStatus, RecordId};
use jobwarden_model::Elapsed;
use serde::de::DeserializeOwned;
use serde::Deserialize;
use serde_json::{json, Value};

use super::job_description::JobDescription;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Job {
    #[serde(flatten)]
    description: JobDescription,
    enqueue_time: Elapsed,
    #[serde(default)]
    last_evaluated_bias: i32,
    #[serde(default)]
    r#override: Option<OverrideState>,
}

impl Job {
    /// The record; its number is the index of the job.
    fn record(&self, index: usize) -> Result<JobStatus, String> {
        let id = i32::try_from(index).map_err(|why| why.to_string())?;
        let record = RecordId(index as u64);
        let mut job = self.description.record(record, id, false, self.enqueue_time)?;
        job.enqueue_time = self.enqueue_time;
        job.last_evaluated_bias = self.last_evaluated_bias;
        job.override_state = self.r#override.unwrap_or(OverrideState::None);
        Ok(job)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    jobs: Vec<Job>,
    #[serde(default)]
    optimize_iteration: Option<bool>,
    ops: Vec<Value>,
}

pub(super) fn answer(input: &Value) -> Result<Value, String> {
    let input: Input = serde_json::from_value(input.clone()).map_err(|why| why.to_string())?;
    let records = input.jobs.iter().enumerate().map(|(index, job)| job.record(index));
    let jobs: Vec<_> = records.collect::<Result<_, _>>()?;
    let job = |index: usize| jobs.get(index).ok_or_else(|| format!("no job {index}"));
    let mut queue = PendingJobQueue::default();
    queue.set_optimize_iteration(input.optimize_iteration.unwrap_or(true));
    let mut results = Vec::new();
    for op in &input.ops {
        match op[0].as_str().unwrap_or_default() {
            "addAll" => {
                let indices: Vec<usize> = argument(op)?;
                let added: Vec<_> = indices.into_iter().map(job).collect::<Result<_, _>>()?;
                queue.add_all(added);
            }
            "add" => queue.add(job(argument(op)?)?),
            "remove" => results.push(json!(queue.remove(job(argument(op)?)?.record()))),
            "contains" => results.push(json!(queue.contains(job(argument(op)?)?.record()))),
            "size" => results.push(json!(queue.len())),
            "resetIterator" => queue.reset_iterator(),
            "next" => results.push(next(&mut queue, argument(op)?)),
            _ => return Err(format!("unknown operation {op}")),
        }
    }
    Ok(json!({ "results": results }))
}

/// What so many calls return; none is made after one that returns nothing.
fn next(queue: &mut PendingJobQueue, calls: usize) -> Value {
    let mut taken = Vec::new();
    for _ in 0..calls {
        let record = queue.next();
        taken.push(json!(record.map(|record| record.0)));
        if record.is_none() {
            break;
        }
    }
    Value::Array(taken)
}

fn argument<T: DeserializeOwned>(op: &Value) -> Result<T, String> {
    T::deserialize(&op[1]).map_err(|why| format!("{op}: {why}"))
}
