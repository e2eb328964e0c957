//! Slice `jobnotif` told to a whole implementation: an app with jobs and foreground services, and the user.
//!
//! The app is on top of a device with a network, so that every job starts at once; a job that has ended
//! is cancelled before it starts again. Compared are which notifications look different after each step,
//! which are gone, what the caller is thrown, and how the app is crashed.

mod play;

use serde_json::{json, Value};

use super::super::jobnotif::Input;
use super::super::{differences, Difference, Vector};
use super::Untold;
use crate::adapter::Adapter;

/// Tells one vector.
pub(super) fn tell(vector: &Vector, adapter: &mut dyn Adapter) -> Result<Vec<Difference>, Untold> {
    let input: Input = serde_json::from_value(vector.input.clone())
        .map_err(|error| Untold::NotUnderstood(error.to_string()))?;
    can_be_told(&input)?;
    let mut play = play::Play::begin(&input, adapter)?;
    let trace: Vec<Value> =
        input.steps.iter().map(|step| play.step(step)).collect::<Result<_, _>>()?;
    Ok(differences(&json!({ "trace": vector.expect["trace"] }), &json!({ "trace": trace })))
}

/// Whether there are inputs for all that happens.
fn can_be_told(input: &Input) -> Result<(), Untold> {
    if input.allow_dismiss_ongoing == Some(false) {
        return Err(Untold::Inexpressible("a flag of the system UI"));
    }
    if input.device_owner {
        return Err(Untold::Inexpressible("a role that the device policy gives"));
    }
    if input.steps.iter().any(|step| step[0] == "timeout") {
        return Err(Untold::Inexpressible("a time-out that was not posted with it"));
    }
    Ok(())
}
