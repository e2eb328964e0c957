//! Slice `uijstate` told to a whole implementation: apps come and go, and after each step one asks for a
//! user-initiated job.
//!
//! The question is asked as an app asks it: by scheduling a job, which needs a network that never comes
//! and is cancelled at once. Compared are its answer and the result of each step. The states that lead
//! to the answer are not visible.

mod play;
mod setting;

use std::collections::BTreeMap;

use serde_json::{json, Map, Value};

use super::super::uijstate::Input;
use super::super::{differences, Difference, Vector};
use super::Untold;
use crate::adapter::Adapter;

/// Tells one vector.
pub(super) fn tell(vector: &Vector, adapter: &mut dyn Adapter) -> Result<Vec<Difference>, Untold> {
    let input: Input = serde_json::from_value(vector.input.clone())
        .map_err(|error| Untold::NotUnderstood(error.to_string()))?;
    setting::can_be_told(&input)?;
    let asked = setting::queries(&input)?;
    let mut play = play::Play::begin(&input, &asked, adapter)?;
    let mut trace = vec![json!({ "answers": play.ask()? })];
    for step in &input.steps {
        let result = play.step(step)?;
        trace.push(json!({ "result": result, "answers": play.ask()? }));
    }
    let expected = expected(&input.steps, &vector.expect, asked.keys().copied());
    Ok(differences(&json!({ "trace": expected }), &json!({ "trace": trace })))
}

/// What of the recording can be seen: the state at first, then after each step, in full.
fn expected(
    steps: &[Vec<Value>],
    expect: &Value,
    asked: impl Iterator<Item = usize>,
) -> Vec<Value> {
    let mut answers: BTreeMap<String, Value> =
        asked.map(|index| (index.to_string(), json!(false))).collect();
    let mut all = Vec::new();
    let mut see = |entry: &Value| -> Value {
        for (index, state) in entry["answers"].as_object().into_iter().flatten() {
            if let Some(answer) = answers.get_mut(index) {
                *answer = match (&state["throws"], &state["mayScheduleUserInitiatedJob"]) {
                    (Value::Null, may) => json!(*may == json!(true)),
                    (exception, _) => exception.clone(),
                };
            }
        }
        let answers: Map<String, Value> =
            answers.iter().map(|(index, answer)| (index.clone(), answer.clone())).collect();
        Value::Object(answers)
    };
    all.push(json!({ "answers": see(&expect["initial"]) }));
    for (step, entry) in steps.iter().zip(expect["trace"].as_array().into_iter().flatten()) {
        // Who sends a pending intent does not hear what becomes of it.
        let sent = step.iter().any(Value::is_object);
        let result = if sent { Value::Null } else { entry["result"].clone() };
        all.push(json!({ "result": result, "answers": see(entry) }));
    }
    all
}
