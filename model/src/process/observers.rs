//! `UidObserverController`: what changed about uids, on its way to the observers.

use std::ops::{BitOr, BitOrAssign};

use super::{Capabilities, ProcState};
use crate::ids::Uid;
use crate::looper::Posted as Queue;
use crate::rules::proc_state::PROC_STATE_011;
use crate::{facts, Looper, Output};

/// `UidRecord.CHANGE_*`: which parts of a uid record changed.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct UidChanges(u32);

impl UidChanges {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// The last process is gone.
    pub const GONE: Self = Self(1);
    /// Became idle.
    pub const IDLE: Self = Self(1 << 1);
    /// Became active.
    pub const ACTIVE: Self = Self(1 << 2);
    /// Became cached.
    pub const CACHED: Self = Self(1 << 3);
    /// Ceased to be cached.
    pub const UNCACHED: Self = Self(1 << 4);
    /// Its capabilities changed.
    pub const CAPABILITY: Self = Self(1 << 5);
    /// The adjustment of one of its processes changed.
    pub const PROCADJ: Self = Self(1 << 6);
    /// Its state changed.
    pub const PROCSTATE: Self = Self(1 << 31);

    const NAMED: [(Self, &'static str); 8] = [
        (Self::GONE, "GONE"),
        (Self::IDLE, "IDLE"),
        (Self::ACTIVE, "ACTIVE"),
        (Self::CACHED, "CACHED"),
        (Self::UNCACHED, "UNCACHED"),
        (Self::CAPABILITY, "CAPABILITY"),
        (Self::PROCADJ, "PROCADJ"),
        (Self::PROCSTATE, "PROCSTATE"),
    ];

    /// Whether one of `others` is among these.
    pub const fn has(self, others: Self) -> bool {
        self.0 & others.0 != 0
    }

    /// Whether nothing changed.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Android's names, by bit.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::NAMED.into_iter().filter(move |&(bit, _)| self.has(bit)).map(|(_, name)| name)
    }

    const fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    const fn only(self, others: Self) -> Self {
        Self(self.0 & others.0)
    }

    /// These changes after `older` ones that no observer has seen yet.
    ///
    /// Rule: PROC-STATE-011.
    #[must_use]
    pub fn merged_over(self, older: Self) -> Self {
        let mut merged = self;
        for pair in [Self::IDLE | Self::ACTIVE, Self::CACHED | Self::UNCACHED] {
            if !merged.has(pair) {
                merged |= older.only(pair);
            }
        }
        if merged.has(Self::GONE) {
            merged = merged.without(Self::ACTIVE | Self::CACHED);
        }
        merged | older.only(Self::CAPABILITY | Self::PROCSTATE | Self::PROCADJ)
    }
}

impl BitOr for UidChanges {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for UidChanges {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

/// What observers hear about one uid.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct UidEvent {
    /// Which uid.
    pub uid: Uid,
    /// What changed.
    pub changes: UidChanges,
    /// Its state now.
    pub proc_state: ProcState,
    /// Its capabilities now.
    pub capabilities: Capabilities,
    /// An instant app.
    pub ephemeral: bool,
}

/// What one observer, such as the job scheduler, is called with.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum UidCallback {
    /// `onUidIdle`.
    Idle {
        /// Which uid.
        uid: Uid,
        /// An instant app.
        ephemeral: bool,
    },
    /// `onUidActive`.
    Active {
        /// Which uid.
        uid: Uid,
    },
    /// `onUidGone`.
    Gone {
        /// Which uid.
        uid: Uid,
        /// An instant app.
        ephemeral: bool,
    },
    /// `onUidStateChanged`.
    StateChanged {
        /// Which uid.
        uid: Uid,
        /// Its state.
        proc_state: ProcState,
        /// Its capabilities.
        capabilities: Capabilities,
    },
}

impl UidEvent {
    /// The calls for an observer of states, gone, idle and active, in their order.
    ///
    /// An event about an adjustment alone is not for it. Rule: PROC-STATE-012.
    pub fn callbacks(&self) -> impl Iterator<Item = UidCallback> {
        let (uid, ephemeral) = (self.uid, self.ephemeral);
        let idleness = if self.changes.has(UidChanges::IDLE) {
            Some(UidCallback::Idle { uid, ephemeral })
        } else {
            self.changes.has(UidChanges::ACTIVE).then_some(UidCallback::Active { uid })
        };
        let state = if self.changes.has(UidChanges::GONE) {
            Some(UidCallback::Gone { uid, ephemeral })
        } else {
            let (proc_state, capabilities) = (self.proc_state, self.capabilities);
            let told = self.changes != UidChanges::PROCADJ;
            told.then_some(UidCallback::StateChanged { uid, proc_state, capabilities })
        };
        idleness.into_iter().chain(state)
    }
}

/// Events that are queued until the dispatch that was posted for them.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct UidObserverController {
    pending: Vec<UidEvent>,
}

impl UidObserverController {
    /// Queues an event, or merges it with one of the same uid that is still queued.
    ///
    /// Posts [`super::Posted::DispatchUidsChanged`] for the first.
    pub fn enqueue(&mut self, event: UidEvent, looper: &mut Looper, out: &mut Output) {
        if self.pending.is_empty() {
            looper.post(Queue::Process(super::Posted::DispatchUidsChanged));
        }
        out.decide(&PROC_STATE_011, "uid event queued", || {
            facts!(uid = event.uid, proc_state = event.proc_state, changes = event.changes)
        });
        match self.pending.iter_mut().find(|pending| pending.uid == event.uid) {
            Some(pending) => {
                let changes = event.changes.merged_over(pending.changes);
                *pending = UidEvent { changes, ..event };
            }
            None => self.pending.push(event),
        }
    }

    /// Takes what is to be dispatched, in the order in which the uids were first queued.
    pub fn dispatch(&mut self) -> Vec<UidEvent> {
        std::mem::take(&mut self.pending)
    }
}
