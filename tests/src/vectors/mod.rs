//! Recorded vectors: what Android 14's own classes answered, and what an implementation answers.
//!
//! A slice is one platform class driven alone. Its file holds one JSON object a line, `{id, input,
//! expect}`; [`Slice::answer`] turns an input into an answer of the same form as `expect`, and
//! [`run`] compares the two, field by field.

mod bal;
mod balprocess;
mod compare;
mod fgslife;
mod fgsstart;
mod fgstype;
mod file;
mod floor;
mod job_description;
mod jobapi;
mod jobexec;
mod jobinfo;
mod jobnotif;
mod jobready;
mod jobresched;
mod jobrun;
mod jobworld;
mod pendingqueue;
mod procstate;
mod thermal;
mod told;
mod uijstate;

use rayon::prelude::*;
use serde::Serialize;
use serde_json::Value;
use std::path::{Path, PathBuf};

pub use compare::{differences, Difference};
pub use file::{read, slice_name, FileError, Vector};
pub use floor::{Floor, FloorError, Standing};
pub use told::{tell, Told, ToldReport, Untold, TOLD};

/// One kind of vectors.
#[derive(Clone, Copy)]
pub struct Slice {
    /// As in the file name up to the first dot.
    pub name: &'static str,
    /// The answer of the model to an input, in the form of `expect`.
    ///
    /// # Errors
    ///
    /// What could not be understood in the input.
    pub answer: fn(&Value) -> Result<Value, String>,
}

/// Every slice the model can answer, by name.
pub const SLICES: &[Slice] = &[
    Slice { name: "bal", answer: bal::answer },
    Slice { name: "balprocess", answer: balprocess::answer },
    Slice { name: "fgslife", answer: fgslife::answer },
    Slice { name: "fgsstart", answer: fgsstart::answer },
    Slice { name: "fgstype", answer: fgstype::answer },
    Slice { name: "jobapi", answer: jobapi::answer },
    Slice { name: "jobexec", answer: jobexec::answer },
    Slice { name: "jobinfo", answer: jobinfo::answer },
    Slice { name: "jobnotif", answer: jobnotif::answer },
    Slice { name: "jobready", answer: jobready::answer },
    Slice { name: "jobresched", answer: jobresched::answer },
    Slice { name: "jobrun", answer: jobrun::answer },
    Slice { name: "jobsystem", answer: jobworld::answer_system },
    Slice { name: "jobworld", answer: jobworld::answer },
    Slice { name: "pendingqueue", answer: pendingqueue::answer },
    Slice { name: "procstate", answer: procstate::answer },
    Slice { name: "thermal", answer: thermal::answer },
    Slice { name: "uijstate", answer: uijstate::answer },
];

/// The slice with this name.
pub fn find(name: &str) -> Option<&'static Slice> {
    SLICES.iter().find(|slice| slice.name == name)
}

/// How one vector fared.
#[derive(Clone, Debug, Serialize)]
pub struct Failure {
    /// Which vector.
    pub id: String,
    /// Where the answer differs from what was recorded.
    pub differences: Vec<Difference>,
}

/// How all vectors of one file fared.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The slice they belong to.
    pub slice: String,
    /// The file they came from.
    pub file: PathBuf,
    /// Ids of the vectors with equal answers, in the order of the file.
    pub passed: Vec<String>,
    /// The others.
    pub failed: Vec<Failure>,
}

/// Answers every vector of a file and compares. `progress` is called once for each vector.
///
/// # Errors
///
/// The slice is unknown, or the file cannot be read.
pub fn run(path: &Path, progress: impl Fn(u64, u64) + Sync) -> Result<Report, FileError> {
    let name = slice_name(path);
    let slice = find(&name)
        .ok_or_else(|| FileError::UnknownSlice { slice: name.clone(), file: path.to_owned() })?;
    let vectors = read(path)?;
    let total = vectors.len() as u64;
    let outcomes: Vec<_> = vectors
        .par_iter()
        .map(|vector| {
            progress(1, total);
            judge(slice, vector)
        })
        .collect();
    let (mut passed, mut failed) = (Vec::new(), Vec::new());
    for (vector, failure) in vectors.into_iter().zip(outcomes) {
        match failure {
            None => passed.push(vector.id),
            Some(differences) => failed.push(Failure { id: vector.id, differences }),
        }
    }
    Ok(Report { slice: name, file: path.to_owned(), passed, failed })
}

/// `None` where the answer is the recorded one. A panic of the model is an answer, too: a wrong one.
fn judge(slice: &Slice, vector: &Vector) -> Option<Vec<Difference>> {
    let answer = std::panic::catch_unwind(|| (slice.answer)(&vector.input));
    let answer = match answer {
        Ok(Ok(answer)) => answer,
        Ok(Err(why)) => return Some(vec![Difference::note(format!("not understood: {why}"))]),
        Err(_) => return Some(vec![Difference::note("the model panicked".to_owned())]),
    };
    let found = differences(&vector.expect, &answer);
    (!found.is_empty()).then_some(found)
}
