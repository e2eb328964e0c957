//! Why: the trail of decisions that led to an answer.

use serde::Serialize;
use std::fmt;

use crate::rules::Rule;

/// One decision: the rule that decided, what it decided, and the facts it looked at.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Decision {
    /// The rule that decided.
    pub rule: &'static Rule,
    /// What it decided, in a few words.
    pub verdict: &'static str,
    /// What it looked at: name and value.
    pub facts: Facts,
}

/// Names and values of the facts behind a decision. Build one with [`facts!`](crate::facts).
pub type Facts = Vec<(&'static str, String)>;

/// The facts behind a decision: names with their values, or variables that name themselves.
#[macro_export]
macro_rules! facts {
    (@value $name:ident) => {
        format!("{:?}", $name)
    };
    (@value $name:ident = $value:expr) => {
        format!("{:?}", $value)
    };
    ($($name:ident $(= $value:expr)?),* $(,)?) => {
        vec![$((stringify!($name), $crate::facts!(@value $name $(= $value)?))),*]
    };
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.rule.id, self.verdict)?;
        for (name, value) in &self.facts {
            write!(f, " {name}={value}")?;
        }
        Ok(())
    }
}

impl Serialize for Decision {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut out = serializer.serialize_struct("Decision", 3)?;
        out.serialize_field("rule", self.rule.id)?;
        out.serialize_field("verdict", self.verdict)?;
        out.serialize_field("facts", &self.facts)?;
        out.end()
    }
}
