//! Locks with ranks: what the crate may name; nothing else imports a mutex, a condition or a thread.
//!
//! [`rank`] draws the order and holds the tokens that prove it. `primitive` is the only file that
//! knows which library the primitives come from: under `--cfg jobwarden_loom` they are loom's, and
//! what loom explores is the code that ships.

pub(crate) mod primitive;
pub mod rank;

pub use rank::{call_out, Deadline, Guard, Held, Ranked, Signal};
