//! Slice `fgslife` told to a whole implementation: an app and its client with their services over time.
//!
//! Compared are the result of each step, everything that app and client hear and when, the foreground
//! states that are reported, the notifications that the user sees, and the types that a running service
//! is told it has. Notifications are compared beside the rest, not among it: the notification manager
//! has a queue of its own. Timers, the records behind services and process states are not visible, but
//! what they bring about is.

mod expected;
mod play;
mod setting;

use serde_json::{json, Value};

use super::super::fgslife::input::Input;
use super::super::{differences, Difference, Vector};
use super::Untold;
use crate::adapter::Adapter;

/// Tells one vector.
pub(super) fn tell(vector: &Vector, adapter: &mut dyn Adapter) -> Result<Vec<Difference>, Untold> {
    let input: Input = serde_json::from_value(vector.input.clone())
        .map_err(|error| Untold::NotUnderstood(error.to_string()))?;
    setting::can_be_told(&input)?;
    let mut play = play::Play::begin(&input, adapter)?;
    let trace: Vec<Value> =
        input.steps.iter().map(|step| play.step(step)).collect::<Result<_, _>>()?;
    let expected = expected::visible(&vector.expect, input.steps.len())?;
    Ok(differences(&json!({ "trace": expected }), &json!({ "trace": trace })))
}
