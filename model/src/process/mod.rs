//! Processes of apps: what state they are in, how important they are, what they may do. Rules: PROC-STATE, PROC-ADJ.
//!
//! Others report facts: [`ProcessList::facts_mut`] (activities, UI, broadcasts), [`ProcessList::device_mut`]
//! (awake, top, home), `start_service` and its sisters (what runs where), `bind` and `connect_provider` (who holds
//! on to whom). Then [`ProcessList::update`] computes everything anew and says which uids changed.
//!
//! The trap: between a changed fact and the next update every state is the old one, as on the platform.

mod adj;
mod adjuster;
mod apply;
mod bind;
mod cached;
mod capability;
mod claim;
mod client;
mod constants;
pub mod effect;
mod graph;
mod idle;
mod list;
mod observers;
mod record;
mod service;
mod state;
mod uid;

pub use adj::{Adj, SchedGroup};
pub use apply::UidOutcome;
pub use bind::{
    BindFlags, Binding, BindingId, ProviderClient, ProviderConnection, ProviderConnectionId,
};
pub use capability::Capabilities;
pub use constants::Constants;
pub use list::{DeviceFacts, ProcessList};
pub use observers::{UidCallback, UidChanges, UidEvent, UidObserverController};
pub use record::{
    Activity, ActivityState, Instrumentation, ProcessFacts, ProcessRecord, ProcessStart,
    RunningService, Urgency,
};
pub use state::ProcState;
pub use uid::UidRecord;

/// Delayed messages of the process code.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Message {
    /// `IDLE_UIDS_MSG`: look for uids that have been in the background long enough. Rule: PROC-STATE-020.
    IdleUids,
}

/// Messages that the process code posts to itself.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Posted {
    /// Tell the observers of uids. Rule: PROC-STATE-011.
    DispatchUidsChanged,
}

#[cfg(test)]
mod tests;
