//! How a scenario fared.

use super::units::Millis;
use std::fmt;

/// What came of playing a scenario.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// Every expectation held.
    Passed,
    /// The implementation does not claim the rules it shows.
    NotClaimed,
    /// Some step was not as expected; the rest was not played.
    Failed(StepFailure),
}

/// A step that was not as expected.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StepFailure {
    /// Where the step stands in the file.
    pub line: u64,
    /// When it was.
    pub at: Millis,
    /// What was not as expected.
    pub failures: Vec<String>,
    /// What happened since the step before, a line each, with the reasons.
    pub story: Vec<String>,
}

impl fmt::Display for StepFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "line {}, at {}:", self.line, self.at)?;
        for failure in &self.failures {
            writeln!(f, "  {failure}")?;
        }
        if !self.story.is_empty() {
            writeln!(f, "  what happened:")?;
        }
        for line in &self.story {
            writeln!(f, "    {line}")?;
        }
        Ok(())
    }
}
