//! The conformance kit: recorded vectors of Android 14 and the means to compare with them.

pub mod adapter;
pub mod history;
pub mod play;
pub mod scenario;
pub mod vectors;
