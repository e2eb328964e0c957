//! Scenarios: a timeline of inputs and expectations in Android's vocabulary.
//!
//! A file is read ([`parse`]) and played ([`run`]) against any implementation behind an
//! [`Adapter`](crate::adapter::Adapter). The grammar is described in `docs/scenarios.md`.

mod action;
mod cast;
mod check;
mod expect;
mod grammar;
mod job_spec;
mod name;
mod package;
mod report;
mod runner;
mod step;
mod units;

pub use grammar::{Behaviour, Given, JobBehaviour, Scenario};
pub use package::PackageSpec;
pub use report::{Outcome, StepFailure};
pub use runner::run;
pub use step::Step;
pub use units::{Bytes, Millis};

use std::path::{Path, PathBuf};

/// Why a scenario cannot be played at all.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    /// The file cannot be read.
    #[error("{}: {source}", file.display())]
    Unreadable {
        /// Which file.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The text is not a scenario.
    #[error("{}:{line}:{column}: {why}", file.display())]
    Malformed {
        /// Which file.
        file: PathBuf,
        /// Counted from 1.
        line: u64,
        /// Counted from 1.
        column: u64,
        /// What was found, and what was expected.
        why: String,
    },
}

/// Reads a scenario file.
///
/// # Errors
///
/// The file cannot be read, or its text is not a scenario; the error names line and column.
pub fn parse(file: &Path) -> Result<Scenario, ScenarioError> {
    let text = std::fs::read_to_string(file)
        .map_err(|source| ScenarioError::Unreadable { file: file.to_owned(), source })?;
    parse_text(file, &text)
}

/// Reads a scenario from its text. `file` is named in errors, and manifests are looked for beside it.
///
/// # Errors
///
/// The text is not a scenario, or a manifest that it names cannot be read; the error names line and column.
pub fn parse_text(file: &Path, text: &str) -> Result<Scenario, ScenarioError> {
    let mut scenario: Scenario = serde_saphyr::from_str(text).map_err(|error| {
        let error = error.without_snippet();
        let (line, column) =
            error.location().map_or((0, 0), |place| (place.line(), place.column()));
        ScenarioError::Malformed {
            file: file.to_owned(),
            line,
            column,
            why: strip_place(&error.to_string()),
        }
    })?;
    let folder = file.parent().unwrap_or(Path::new(""));
    scenario.read_manifests(folder).and_then(|()| scenario.check()).map_err(
        |((line, column), why)| ScenarioError::Malformed {
            file: file.to_owned(),
            line,
            column,
            why,
        },
    )?;
    Ok(scenario)
}

/// The parser repeats the place behind its message; the error names it in front already.
fn strip_place(message: &str) -> String {
    match message.rfind(" at line ") {
        Some(end) => message[..end].to_owned(),
        None => message.to_owned(),
    }
}

/// The JSON Schema of scenario files, for editors.
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(Scenario)
}

#[cfg(test)]
mod tests;
