//! Runs the model for real: locks, timers, outboxes, journal, sensors and Binder.
//!
//! # Map
//!
//! | question | room |
//! |---|---|
//! | which lock after which, and who may call out? | [`sync::rank`] |
//! | how does one call go from caller to effect? | [`warden`] |
//! | who gets an effect, and what if it does not read? | [`outbox`] |
//! | when is the engine looked at again? | [`timer`] |
//! | what survives a crash, and how is it replayed? | [`journal`] |
//! | which facts of the kernel become inputs? | [`sensor`] |
//! | how does it end? | [`shutdown`] |
//! | what does all this need of an engine? | [`engine`] |
//! | what has been decided lately, and why? | [`traced`] |
//! | what is wrong with what it declares? | `lint` (feature `manifest`) |
//! | who calls, and what goes over the wire? | `ipc` (feature `ipc`) |

#[cfg(feature = "ipc")]
pub mod client;
pub mod engine;
#[cfg(feature = "ipc")]
pub mod ipc;
pub mod journal;
#[cfg(feature = "manifest")]
pub mod lint;
pub mod outbox;
pub mod sensor;
pub mod shutdown;
pub mod sync;
pub mod timer;
pub mod traced;
pub mod warden;

pub use engine::Engine;
pub use warden::Warden;
