//! One slot in one turn: what the state machine acts upon.

use super::host::Turn;
use super::notification::JobNotificationCoordinator;
use super::slot::{JobServiceContext, Running};
use super::timers::Timeouts;
use crate::job::SlotId;

/// One slot, what it shares with the others, and the turn it is its turn in.
pub(super) struct SlotAtWork<'a, 'b> {
    pub(super) id: SlotId,
    pub(super) context: &'a mut JobServiceContext,
    pub(super) notifications: &'a mut JobNotificationCoordinator,
    pub(super) timeouts: &'a Timeouts,
    pub(super) turn: &'a mut Turn<'b>,
}

impl SlotAtWork<'_, '_> {
    /// The execution in this slot, to be changed.
    pub(super) fn running(&mut self) -> Option<&mut Running> {
        self.context.running.as_mut()
    }
}
