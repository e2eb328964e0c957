//! The same inputs at the same instants: the same answers, on every machine.

use std::fs::File;
use std::io::{self, BufReader, Write};
use std::path::Path;

use jobwarden_model::{Input, Model, Output};
use serde::Serialize;

use super::{Damage, Entry, Reader};
use crate::engine::Engine;

/// Applies `entries` to `engine`, and shows what came out of each.
///
/// # Errors
/// The first error of the entries or of `shown`.
pub fn replay<E: Engine, X>(
    engine: &mut E,
    entries: impl IntoIterator<Item = Result<Entry<E::Input>, X>>,
    out: &mut E::Output,
    mut shown: impl FnMut(&mut E::Output) -> Result<(), X>,
) -> Result<(), X> {
    for entry in entries {
        let Entry { now, input } = entry?;
        E::clear(out);
        engine.apply(now, input, out);
        shown(out)?;
    }
    Ok(())
}

/// Why a trail ends early.
#[derive(Debug, thiserror::Error)]
pub enum TrailError {
    /// The journal is damaged.
    #[error(transparent)]
    Journal(#[from] Damage),
    /// The trail cannot be written.
    #[error("the trail cannot be written")]
    Unwritable(#[from] io::Error),
}

/// One line of a trail.
#[derive(Serialize)]
struct Step<'a> {
    now: jobwarden_model::Now,
    input: &'a Input,
    reply: Option<Result<&'a jobwarden_model::Reply, &'a jobwarden_model::Exception>>,
    effects: &'a [jobwarden_model::Effect],
    decisions: &'a [jobwarden_model::Decision],
}

/// Replays a journal on `model` and writes what it decided and why, one JSON line for each entry.
///
/// Two trails of one journal are the same bytes: that is what makes a journal evidence.
pub fn trail(
    model: &mut Model,
    entries: impl IntoIterator<Item = Result<Entry<Input>, Damage>>,
    to: &mut impl Write,
) -> Result<(), TrailError> {
    let mut out = Output::tracing();
    for entry in entries {
        let Entry { now, input } = entry?;
        out.clear();
        model.apply(now, input.clone(), &mut out);
        let step = Step {
            now,
            input: &input,
            reply: out.reply.as_ref().map(Result::as_ref),
            effects: &out.effects,
            decisions: &out.decisions,
        };
        serde_json::to_writer(&mut *to, &step).map_err(io::Error::from)?;
        to.write_all(b"\n")?;
    }
    Ok(())
}

/// As [`trail`], for the journal at `path`. Where a crash tore the last line, the trail ends before it.
pub fn trail_of_file(
    model: &mut Model,
    path: &Path,
    to: &mut impl Write,
) -> Result<(), TrailError> {
    let file = File::open(path).map_err(Damage::from)?;
    trail(model, Reader::new(BufReader::new(file)), to)
}
