//! Manifests: what is read from them, and what is refused.

mod hostile;
mod mutated;
mod reading;
