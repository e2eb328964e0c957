//! What of a recording can be seen from outside.

use std::collections::BTreeMap;

use serde_json::{json, Map, Value};

use super::super::Untold;

/// Events that the user sees, beside those that apps hear.
const NOTIFICATIONS: [&str; 4] = ["show", "update", "cancel", "unflag"];
/// A notification whose display is deferred: nothing happens that anybody could see.
const HELD: &str = "hold";

/// One entry for each step, of what an implementation shows.
pub(super) fn visible(expect: &Value, steps: usize) -> Result<Vec<Value>, Untold> {
    let malformed = || Untold::NotUnderstood("no trace with an entry for each step".to_owned());
    let trace = expect["trace"].as_array().filter(|it| it.len() == steps).ok_or_else(malformed)?;
    let mut services = BTreeMap::new();
    Ok(trace.iter().map(|entry| visible_entry(entry, &mut services)).collect())
}

/// What the user sees of notifications at each instant: several changes at once are one, and those of
/// different notifications have no order.
pub(super) fn looks(events: &[Value]) -> Vec<Value> {
    let mut all: Vec<Value> = Vec::new();
    for event in events {
        let same = |it: &&mut Value| it[0] == event[0] && it[2] == event[2];
        match all.iter_mut().rev().find(same) {
            Some(last) if last[1] != "cancel" => {
                let (before, now) = (last[1].clone(), &event[1]);
                last[1] = match (before.as_str(), now.as_str()) {
                    (_, Some("cancel")) => now.clone(),
                    (Some("update"), Some("unflag")) => now.clone(),
                    _ => before,
                };
            }
            _ => all.push(event.clone()),
        }
    }
    let place = |it: &Value| (it[0].as_i64(), it[2].as_i64());
    all.sort_by_key(place);
    all
}

fn visible_entry(entry: &Value, services: &mut BTreeMap<String, Value>) -> Value {
    let (mut heard, mut seen) = (Vec::new(), Vec::new());
    for event in entry["events"].as_array().into_iter().flatten() {
        match event[1].as_str() {
            Some(HELD) => {}
            Some(kind) if NOTIFICATIONS.contains(&kind) => seen.push(event.clone()),
            _ => heard.push(event.clone()),
        }
    }
    for (name, state) in entry["services"].as_object().into_iter().flatten() {
        services.insert(name.clone(), state.clone());
    }
    // A service that does not run is told nothing.
    let types: Map<String, Value> = services
        .iter()
        .filter(|(_, state)| state["process"] != json!(false))
        .filter(|(_, state)| state["foreground"].as_array().is_some_and(|types| !types.is_empty()))
        .map(|(name, state)| (name.clone(), state["foreground"].clone()))
        .collect();
    json!({ "result": entry["result"], "events": heard, "notifications": looks(&seen), "types": types })
}
