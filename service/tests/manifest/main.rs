//! What is found in manifests, and how the commands tell it.

#[cfg(feature = "ipc")]
mod cli;
mod lint;
mod sarif;
