//! Slices `jobworld` and `jobsystem`: the whole job scheduler over time, on a device with apps.
//!
//! Both are answered by one device; `jobsystem` records more of what happens, and has more steps.

mod app;
mod device;
mod step;
mod system;
mod world;

use std::collections::BTreeMap;

use jobwarden_model::Uid;
use serde::Deserialize;
use serde_json::{json, Map, Value};

use self::app::Job;
use self::device::Device;
use self::world::App;

/// Which of the two slices is recorded.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Slice {
    World,
    System,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    #[serde(default)]
    uids: BTreeMap<Uid, App>,
    #[serde(default)]
    users: BTreeMap<u32, DescribedUser>,
    jobs: Vec<Job>,
    #[serde(default)]
    heartbeat_ms: Option<i64>,
    #[serde(default)]
    device_config: Map<String, Value>,
    steps: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(default)]
struct DescribedUser {
    started: bool,
}

impl Default for DescribedUser {
    fn default() -> Self {
        Self { started: true }
    }
}

/// What the scheduler answers, without internal stop reasons.
pub(super) fn answer(input: &Value) -> Result<Value, String> {
    trace(input, Slice::World)
}

/// What the scheduler answers, with all that `jobsystem` records.
pub(super) fn answer_system(input: &Value) -> Result<Value, String> {
    trace(input, Slice::System)
}

fn trace(input: &Value, slice: Slice) -> Result<Value, String> {
    let input: Input = serde_json::from_value(input.clone()).map_err(|why| why.to_string())?;
    let mut device = Device::new(&input, slice)?;
    let mut trace = Vec::new();
    for step in &input.steps {
        let mut entry = Map::new();
        match device.step(step).map_err(|why| format!("{step}: {why}"))? {
            step::Heard::Nothing => {}
            step::Heard::Result(result) => {
                entry.insert("result".to_owned(), result);
            }
            step::Heard::Exception(name) => {
                entry.insert("throws".to_owned(), json!(name));
            }
        }
        device.advance(1);
        let events = device.take_events();
        if !events.is_empty() {
            entry.insert("events".to_owned(), Value::Array(events));
        }
        let reasons = device.changed_reasons();
        if !reasons.is_empty() {
            entry.insert("pendingJobReason".to_owned(), Value::Object(reasons));
        }
        trace.push(Value::Object(entry));
    }
    Ok(json!({ "trace": trace }))
}
