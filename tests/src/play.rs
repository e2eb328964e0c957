//! Playing many scenario files against one kind of implementation, and saying how they fared.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::adapter::{Adapter, AdapterError};
use crate::scenario::{self, Outcome};

/// Starts a fresh implementation for each scenario.
pub type Start<'a> = dyn Fn() -> Result<Box<dyn Adapter>, AdapterError> + 'a;

/// How many scenarios fared how.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Summary {
    /// As expected.
    pub passed: usize,
    /// Not as expected.
    pub failed: usize,
    /// Not claimed by the implementation.
    pub skipped: usize,
    /// Not readable, or the implementation could not be asked.
    pub broken: usize,
}

impl Summary {
    /// 0: all passed; 1: some failed; 2: some could not be played.
    pub fn exit_code(self) -> u8 {
        match (self.broken, self.failed) {
            (0, 0) => 0,
            (0, _) => 1,
            (_, _) => 2,
        }
    }
}

/// The scenario files behind what was named: files as they are, folders with all `.yaml` files below.
pub fn scenario_files(named: &[PathBuf]) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in named {
        if path.is_dir() {
            collect(path, &mut files)?;
        } else {
            files.push(path.clone());
        }
    }
    Ok(files)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut entries: Vec<_> =
        std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            files.push(path);
        }
    }
    Ok(())
}

/// Plays every file, a line each on `out`, and the closing counts.
///
/// # Errors
///
/// `out` cannot be written.
pub fn play(files: &[PathBuf], start: &Start<'_>, out: &mut dyn Write) -> io::Result<Summary> {
    let mut summary = Summary::default();
    for file in files {
        let shown = file.display();
        match play_one(file, start) {
            Ok(Outcome::Passed) => {
                summary.passed += 1;
                writeln!(out, "ok      {shown}")?;
            }
            Ok(Outcome::NotClaimed) => {
                summary.skipped += 1;
                writeln!(out, "skipped {shown} (not claimed)")?;
            }
            Ok(Outcome::Failed(failure)) => {
                summary.failed += 1;
                writeln!(out, "FAILED  {shown}:{failure}")?;
            }
            Err(why) => {
                summary.broken += 1;
                writeln!(out, "BROKEN  {why}")?;
            }
        }
    }
    let failed = summary.failed + summary.broken;
    writeln!(out, "{} passed, {failed} failed, {} skipped", summary.passed, summary.skipped)?;
    Ok(summary)
}

/// Plays one file.
///
/// # Errors
///
/// The file is not a scenario, or the implementation cannot be asked.
pub fn play_one(file: &Path, start: &Start<'_>) -> Result<Outcome, String> {
    let scenario = scenario::parse(file).map_err(|error| error.to_string())?;
    let asked = |error: AdapterError| format!("{}: {error}", file.display());
    let mut adapter = start().map_err(asked)?;
    scenario::run(&scenario, adapter.as_mut()).map_err(asked)
}
