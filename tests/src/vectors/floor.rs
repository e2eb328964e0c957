//! The floor: which vectors passed before, so that none of them fails unnoticed.

use super::Report;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

/// What must pass, by slice. It rises and never sinks.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Floor(BTreeMap<String, Level>);

/// What must pass of one slice.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(untagged)]
enum Level {
    /// Every vector there is.
    Whole(All),
    /// These.
    Ids(BTreeSet<String>),
}

#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
enum All {
    #[serde(rename = "all")]
    All,
}

/// Why a floor cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FloorError {
    /// The file cannot be read or written.
    #[error("{}: {source}", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file holds something else.
    #[error("{}: not a floor: {source}", file.display())]
    NotAFloor {
        /// The file.
        file: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
}

/// How a report compares with the floor.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Standing {
    /// Ids of the floor that do not pass, or that the file does not have.
    pub below: Vec<String>,
    /// Ids that pass although the floor does not demand it.
    pub beyond: Vec<String>,
}

impl Floor {
    /// Reads a floor.
    ///
    /// # Errors
    ///
    /// The file cannot be read or is not a floor.
    pub fn read(path: &Path) -> Result<Self, FloorError> {
        let file = || path.to_owned();
        let text =
            std::fs::read(path).map_err(|source| FloorError::File { file: file(), source })?;
        serde_json::from_slice(&text)
            .map_err(|source| FloorError::NotAFloor { file: file(), source })
    }

    /// Writes it, a line for each slice or id.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), FloorError> {
        let text = format!("{:#}\n", serde_json::json!(self));
        std::fs::write(path, text)
            .map_err(|source| FloorError::File { file: path.to_owned(), source })
    }

    /// The slices it says something about.
    pub fn slices(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Whether every vector of a slice must pass.
    pub fn demands_all(&self, slice: &str) -> bool {
        matches!(self.0.get(slice), Some(Level::Whole(All::All)))
    }

    /// Whether this vector must pass.
    pub fn demands(&self, slice: &str, id: &str) -> bool {
        match self.0.get(slice) {
            None => false,
            Some(Level::Whole(All::All)) => true,
            Some(Level::Ids(ids)) => ids.contains(id),
        }
    }

    /// Compares a report with what is demanded of its slice.
    pub fn compare(&self, report: &Report) -> Standing {
        let below = match self.0.get(&report.slice) {
            None => Vec::new(),
            Some(Level::Whole(All::All)) => report.failed.iter().map(|f| f.id.clone()).collect(),
            Some(Level::Ids(ids)) => {
                let passed: BTreeSet<_> = report.passed.iter().collect();
                ids.iter().filter(|id| !passed.contains(id)).cloned().collect()
            }
        };
        let beyond =
            report.passed.iter().filter(|id| !self.demands(&report.slice, id)).cloned().collect();
        Standing { below, beyond }
    }

    /// Demands from now on what passed in this report, too. What was demanded stays so.
    pub fn raise(&mut self, report: &Report) {
        if report.failed.is_empty() {
            let whole = Level::Whole(All::All);
            match self.0.get(&report.slice) {
                Some(Level::Ids(ids)) if ids.iter().any(|id| !report.passed.contains(id)) => {}
                Some(_) | None => {
                    self.0.insert(report.slice.clone(), whole);
                    return;
                }
            }
        }
        let level =
            self.0.entry(report.slice.clone()).or_insert_with(|| Level::Ids(BTreeSet::new()));
        match level {
            Level::Whole(All::All) => {}
            Level::Ids(ids) => ids.extend(report.passed.iter().cloned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vectors::Failure;
    use serde_json::json;

    fn floor(value: serde_json::Value) -> Floor {
        serde_json::from_value(value).unwrap()
    }

    fn report(passed: &[&str], failed: &[&str]) -> Report {
        let failure = |id: &&str| Failure { id: (*id).to_owned(), differences: Vec::new() };
        Report {
            slice: "s".to_owned(),
            file: PathBuf::new(),
            passed: passed.iter().map(|&id| id.to_owned()).collect(),
            failed: failed.iter().map(failure).collect(),
        }
    }

    #[test]
    fn a_demanded_vector_that_fails_or_is_gone_is_below() {
        let standing = floor(json!({"s": ["a", "b", "c"]})).compare(&report(&["a"], &["b"]));
        assert_eq!(standing.below, ["b", "c"]);
        assert_eq!(standing.beyond, [""; 0]);
    }

    #[test]
    fn all_demands_every_vector_of_the_file() {
        let standing = floor(json!({"s": "all"})).compare(&report(&["a"], &["new"]));
        assert_eq!(standing.below, ["new"]);
    }

    #[test]
    fn what_passes_undemanded_is_beyond() {
        let standing = floor(json!({"s": ["a"], "t": ["b"]})).compare(&report(&["a", "b"], &[]));
        assert_eq!((standing.below.len(), standing.beyond), (0, vec!["b".to_owned()]));
    }

    #[test]
    fn raising_adds_what_passes_and_keeps_what_was_demanded() {
        let mut raised = floor(json!({"s": ["a"], "t": "all"}));
        raised.raise(&report(&["b"], &["a"]));
        assert_eq!(raised, floor(json!({"s": ["a", "b"], "t": "all"})));
    }

    #[test]
    fn raising_by_a_complete_report_demands_all() {
        let mut raised = floor(json!({"s": ["a"]}));
        raised.raise(&report(&["a", "b"], &[]));
        assert_eq!(raised, floor(json!({"s": "all"})));
    }

    #[test]
    fn raising_by_another_file_does_not_drop_what_that_file_lacks() {
        let mut raised = floor(json!({"s": ["a"]}));
        raised.raise(&report(&["b"], &[]));
        assert_eq!(raised, floor(json!({"s": ["a", "b"]})));
    }

    #[test]
    fn raising_never_lowers_all() {
        let mut raised = floor(json!({"s": "all"}));
        raised.raise(&report(&["a"], &["b"]));
        assert_eq!(raised, floor(json!({"s": "all"})));
    }
}
