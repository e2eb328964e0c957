//! Slice `fgslife`: the life of foreground services over time.

pub(super) mod describe;
#[cfg(test)]
mod explore;
pub(super) mod hears;
pub(super) mod input;
mod run;
pub(super) mod step;
pub(super) mod system;

use serde_json::{json, Value};

/// What happened, step by step.
pub(super) fn answer(input: &Value) -> Result<Value, String> {
    let input: input::Input = serde_json::from_value(input.clone()).map_err(|e| e.to_string())?;
    let mut run = run::Run::new(&input)?;
    let initial = run.initial();
    let trace = input.steps.iter().map(|step| run.step(step)).collect::<Result<Vec<_>, _>>()?;
    Ok(json!({ "initial": initial, "trace": trace }))
}
