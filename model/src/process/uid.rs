//! `UidRecord`: state, capabilities and idleness of all processes of a uid together.

use super::{Capabilities, ProcState};
use crate::ids::Uid;
use crate::time::Elapsed;

/// What is known about a uid that has processes.
///
/// "cur" is what the running computation has found, "set" what was last applied.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct UidRecord {
    pub(super) uid: Uid,
    pub(super) ephemeral: bool,
    pub(super) cur_proc_state: ProcState,
    pub(super) set_proc_state: ProcState,
    pub(super) cur_capability: Capabilities,
    pub(super) set_capability: Capabilities,
    pub(super) cur_allow_listed: bool,
    pub(super) set_allow_listed: bool,
    /// True until the uid is first seen in the foreground. Rule: PROC-STATE-020.
    pub(super) idle: bool,
    pub(super) set_idle: bool,
    pub(super) foreground_services: bool,
    pub(super) proc_adj_changed: bool,
    /// When it went to the background; 0 while it is not there, or was never out of it.
    pub(super) last_background: Elapsed,
}

impl UidRecord {
    /// The record of a uid whose first process comes into being.
    pub(super) fn new(uid: Uid, ephemeral: bool, allow_listed: bool) -> Self {
        Self {
            uid,
            ephemeral,
            cur_proc_state: ProcState::CachedEmpty,
            set_proc_state: ProcState::Nonexistent,
            cur_capability: Capabilities::NONE,
            set_capability: Capabilities::NONE,
            cur_allow_listed: allow_listed,
            set_allow_listed: allow_listed,
            idle: true,
            set_idle: false,
            foreground_services: false,
            proc_adj_changed: false,
            last_background: Elapsed(0),
        }
    }

    /// Before a computation. Rule: PROC-STATE-010.
    pub(super) fn reset(&mut self) {
        self.cur_proc_state = ProcState::CachedEmpty;
        self.cur_capability = Capabilities::NONE;
        self.foreground_services = false;
    }

    /// Whose record it is.
    pub fn uid(&self) -> Uid {
        self.uid
    }

    /// The smallest state of its processes, as the last computation found it.
    pub fn cur_proc_state(&self) -> ProcState {
        self.cur_proc_state
    }

    /// The same, as last applied: what observers have been told.
    pub fn set_proc_state(&self) -> ProcState {
        self.set_proc_state
    }

    /// The capabilities of its processes together, as last applied.
    pub fn capabilities(&self) -> Capabilities {
        self.set_capability
    }

    /// Whether it is idle.
    pub fn is_idle(&self) -> bool {
        self.idle
    }

    /// Whether it is idle, as last applied. Rule: PROC-STATE-023.
    pub fn is_set_idle(&self) -> bool {
        self.set_idle
    }

    /// The mark of the temporary power allow-list.
    pub fn is_allow_listed(&self) -> bool {
        self.cur_allow_listed
    }

    /// Whether a process of it has foreground services.
    pub fn has_foreground_services(&self) -> bool {
        self.foreground_services
    }
}
