//! Slice `jobrun` told to a whole implementation: jobs that start when they are scheduled, and end.
//!
//! A slot of the slice is whichever the scheduler takes: executions are numbered in the order of their
//! starts. All constraints hold, apps are visible; a job that has ended is cancelled, so that it does not
//! come back. Compared are results and exceptions, what the app and the activity manager are asked for
//! and when, what observers hear, and which notifications are shown after each step. The state of a slot
//! and the account of what a job is to become are not visible.

mod expected;
mod hear;
mod play;
mod setting;

use serde_json::{json, Value};

use super::super::{differences, Difference, Vector};
use super::Untold;
use crate::adapter::Adapter;

/// Tells one vector.
pub(super) fn tell(vector: &Vector, adapter: &mut dyn Adapter) -> Result<Vec<Difference>, Untold> {
    let setting = setting::Setting::read(&vector.input)?;
    let expected = expected::visible(&setting.steps, &vector.expect)?;
    let mut play = play::Play::begin(&setting, adapter)?;
    let mut trace: Vec<Value> = Vec::new();
    for step in &setting.steps {
        trace.push(play.step(step)?);
    }
    Ok(differences(&json!({ "trace": expected }), &json!({ "trace": trace })))
}
