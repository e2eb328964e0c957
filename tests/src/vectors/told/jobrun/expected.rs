//! What of a recording can be seen from outside, with executions in place of slots.

use std::collections::BTreeMap;

use serde_json::{json, Value};

use super::super::Untold;

/// Events of one slot that others hear of.
const OF_SLOTS: [&str; 8] = [
    "wakeLockAcquire",
    "wakeLockRelease",
    "bind",
    "unbind",
    "startJob",
    "stopJob",
    "onNetworkChanged",
    "userVisibleJob",
];

/// Steps whose results nobody outside hears.
const SILENT: [&str; 2] = ["query", "stopIfExecuting"];

/// One entry for each step.
pub(super) fn visible(steps: &[Value], expect: &Value) -> Result<Vec<Value>, Untold> {
    let malformed = || Untold::NotUnderstood("no trace with an entry for each step".to_owned());
    let trace =
        expect["trace"].as_array().filter(|it| it.len() == steps.len()).ok_or_else(malformed)?;
    let (mut slots, mut executions) = (BTreeMap::new(), 0_usize);
    let mut shown = BTreeMap::new();
    let mut all = Vec::new();
    for (step, entry) in steps.iter().zip(trace) {
        let verb = step[0].as_str().unwrap_or_default();
        if verb == "start" {
            if entry["result"] != json!(true) {
                return Err(Untold::Inexpressible("a slot is asked to run what it cannot"));
            }
            slots.insert(step[1].as_i64(), executions);
            executions += 1;
        }
        let mut heard = Vec::new();
        for event in entry["events"].as_array().into_iter().flatten() {
            let kind = event[1].as_str().unwrap_or_default();
            if OF_SLOTS.contains(&kind) {
                if event[3]["deadlineExpired"] == json!(true) {
                    return Err(Untold::Inexpressible("a job that waited for its deadline"));
                }
                let mut event = event.clone();
                event[2] = json!(slots.get(&event[2].as_i64()));
                heard.push(event);
            } else if kind == "anr" {
                heard.push(json!([event[0], kind, event[3], event[4], event[5]]));
            } else {
                notify(kind, event, &mut shown);
            }
        }
        let silent = verb == "start" || SILENT.contains(&verb);
        let result = if silent { Value::Null } else { entry["result"].clone() };
        let shown: Vec<_> = shown.iter().collect();
        all.push(json!({
            "result": result, "throws": entry["throws"], "events": heard, "shown": shown,
        }));
    }
    Ok(all)
}

/// What is asked of the notification manager.
fn notify(kind: &str, event: &Value, shown: &mut BTreeMap<String, Value>) {
    let key = format!("{}/{}/{}", event[3], event[2].as_str().unwrap_or_default(), event[4]);
    match kind {
        "notify" => {
            shown.insert(key, json!([event[5], event[6]]));
        }
        "cancelNotification" => {
            shown.remove(&key);
        }
        "stripUserInitiatedFlag" => {
            if let Some(look) = shown.get_mut(&key) {
                look[1] = json!(false);
            }
        }
        // The end of a job: what the scheduler makes of it shows later.
        _ => {}
    }
}
