//! Whoever answers a scenario: the model in this process, a service over binder, or another program.

mod exec;
mod model;
mod name;
mod service;

use jobwarden_model::{Effect, Exception, Input, Reply};
use serde::{Deserialize, Serialize};

pub use exec::Exec;
pub use model::InProcess;
pub use name::AdapterName;
pub use service::{Noted, Service};

/// What one input led to, at one instant.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// Milliseconds since the start of the scenario.
    pub at: i64,
    /// The result of a call, or what it threw; `None` where nobody waits.
    #[serde(default)]
    pub reply: Option<Result<Reply, Exception>>,
    /// What the outside had to carry out, in order.
    #[serde(default)]
    pub effects: Vec<Effect>,
    /// The rules that decided, and what they said; empty where no reasons are given.
    #[serde(default)]
    pub decisions: Vec<Reason>,
}

/// One decision, as far as it travels.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// The id of the rule.
    pub rule: String,
    /// What it decided, with the facts.
    pub text: String,
}

/// Why an implementation could not be asked.
#[derive(Debug, thiserror::Error)]
pub enum AdapterError {
    /// The program or the service cannot be reached, or is gone.
    #[error("{0}")]
    Unreachable(String),
    /// What it said is not an answer.
    #[error("not an answer: {0}")]
    Malformed(String),
}

/// Something that can be asked. It starts at instant 0 of a device that has just booted.
pub trait Adapter {
    /// Whether its answers say which rules decided.
    fn gives_reasons(&self) -> bool;

    /// Whether it wants to be measured against a scenario that shows these rules.
    fn claims(&self, rules: &[String]) -> bool;

    /// Applies one input now.
    ///
    /// # Errors
    ///
    /// The implementation cannot be asked.
    fn apply(&mut self, input: &Input) -> Result<Answer, AdapterError>;

    /// Milliseconds until something falls due on a device that stays awake; `None`: nothing will.
    ///
    /// # Errors
    ///
    /// The implementation cannot be asked.
    fn next_wakeup(&mut self) -> Result<Option<i64>, AdapterError>;

    /// Lets time pass, at most up to the next wakeup; what falls due then has happened afterwards.
    ///
    /// # Errors
    ///
    /// The implementation cannot be asked.
    fn pass(&mut self, millis: i64, asleep: bool) -> Result<Vec<Answer>, AdapterError>;
}
