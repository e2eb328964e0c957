//! Services of apps: started, bound and in the foreground.

pub mod call;
pub mod effect;
pub mod reason;
pub mod types;

/// Delayed messages of the service code.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Message {}

/// Messages that the service code posts to itself.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Posted {}
