//! Manifests: what is read from them, what is found in them, and what is refused.

mod build;
#[cfg(feature = "ipc")]
mod cli;
mod hostile;
mod lint;
mod reading;
