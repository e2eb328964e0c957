//! Vectors told to a whole implementation: what a slice asks of one class alone becomes calls, signals
//! and time, and the answer is read from what an implementation shows to the outside.
//!
//! Not every vector can be told: some set what nobody outside can set. Such a vector says why.

mod fgslife;
mod jobapi;
mod jobinfo;
mod jobnotif;
mod jobready;
mod jobresched;
mod jobrun;
mod single;
mod slots;
mod stage;
mod timeline;
mod uijstate;
mod world;

use std::collections::BTreeMap;
use std::path::Path;

use rayon::prelude::*;

use super::{file, read, Difference, Failure, FileError, Report, Vector};
use crate::adapter::{Adapter, AdapterError};

/// How one vector is told.
pub type Teller = fn(&Vector, &mut dyn Adapter) -> Result<Vec<Difference>, Untold>;

/// Why a vector has no answer here.
#[derive(Debug, thiserror::Error)]
pub enum Untold {
    /// It asks for what nobody outside can bring about or see; a few words, the same for the same cause.
    #[error("{0}")]
    Inexpressible(&'static str),
    /// Its input is not what the slice's schema promises.
    #[error("not understood: {0}")]
    NotUnderstood(String),
    /// The implementation cannot be asked.
    #[error(transparent)]
    Adapter(#[from] AdapterError),
}

/// A slice whose vectors can be told, at least some of them.
#[derive(Clone, Copy)]
pub struct Told {
    /// As in the file name up to the first dot.
    pub name: &'static str,
    /// Tells a vector, and says where what was seen differs from what was recorded.
    pub tell: Teller,
}

/// Every slice that can be told, by name.
pub const TOLD: &[Told] = &[
    Told { name: "fgslife", tell: fgslife::tell },
    Told { name: "jobapi", tell: jobapi::tell },
    Told { name: "jobinfo", tell: jobinfo::tell },
    Told { name: "jobnotif", tell: jobnotif::tell },
    Told { name: "jobready", tell: jobready::tell },
    Told { name: "jobresched", tell: jobresched::tell },
    Told { name: "jobrun", tell: jobrun::tell },
    Told { name: "uijstate", tell: uijstate::tell },
];

/// What became of a file's vectors: the report, and why the others were not told.
#[derive(Debug)]
pub struct ToldReport {
    /// Those that were told.
    pub report: Report,
    /// How many were not, by reason.
    pub untold: BTreeMap<&'static str, usize>,
}

/// Tells up to `sample` vectors of a file, spread over all of it, each to a fresh implementation.
///
/// # Errors
///
/// The slice is unknown or cannot be told, or the file cannot be read.
pub fn tell(
    path: &Path,
    sample: Option<usize>,
    start: &(dyn Fn() -> Result<Box<dyn Adapter>, AdapterError> + Sync),
    progress: impl Fn(u64, u64) + Sync,
) -> Result<ToldReport, FileError> {
    let name = file::slice_name(path);
    let told = TOLD
        .iter()
        .find(|told| told.name == name)
        .ok_or_else(|| FileError::UnknownSlice { slice: name.clone(), file: path.to_owned() })?;
    let all = read(path)?;
    let stride = sample.map_or(1, |most| all.len().div_ceil(most.max(1)).max(1));
    let vectors: Vec<_> = all.into_iter().step_by(stride).collect();
    let total = vectors.len() as u64;
    let outcomes: Vec<_> = vectors
        .par_iter()
        .map(|vector| {
            progress(1, total);
            start()
                .map_err(Untold::from)
                .and_then(|mut adapter| (told.tell)(vector, adapter.as_mut()))
        })
        .collect();
    let mut report =
        Report { slice: name, file: path.to_owned(), passed: Vec::new(), failed: Vec::new() };
    let mut untold = BTreeMap::new();
    for (vector, outcome) in vectors.into_iter().zip(outcomes) {
        match outcome {
            Ok(differences) if differences.is_empty() => report.passed.push(vector.id),
            Ok(differences) => report.failed.push(Failure { id: vector.id, differences }),
            Err(Untold::Inexpressible(why)) => *untold.entry(why).or_default() += 1,
            Err(error @ (Untold::NotUnderstood(_) | Untold::Adapter(_))) => {
                let differences = vec![Difference::note(error.to_string())];
                report.failed.push(Failure { id: vector.id, differences });
            }
        }
    }
    Ok(ToldReport { report, untold })
}
