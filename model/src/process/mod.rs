//! Processes of apps: their states, capabilities and deaths.

pub mod effect;

/// Delayed messages of the process code.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Message {}
