//! The last changes of a record's constraints, for the dump.

use super::Constraints;
use crate::time::Elapsed;

/// `NUM_CONSTRAINT_CHANGE_HISTORY`.
const LENGTH: usize = 10;

/// One change: when, and what was satisfied after it.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct ConstraintChange {
    /// When.
    pub at: Elapsed,
    /// Everything that was satisfied then.
    pub satisfied: Constraints,
}

/// The last ten changes. Rules: CTRL-GEN-004, DUMP-011.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct ConstraintHistory {
    // Two arrays instead of one of pairs: no padding in a record that exists a million times.
    times: [Elapsed; LENGTH],
    masks: [Constraints; LENGTH],
    next: u8,
}

impl ConstraintHistory {
    /// Forgets the oldest change for a new one.
    #[inline]
    pub(super) fn push(&mut self, at: Elapsed, satisfied: Constraints) {
        let index = usize::from(self.next) % LENGTH;
        self.times[index] = at;
        self.masks[index] = satisfied;
        self.next = (self.next + 1) % LENGTH as u8;
    }

    /// The changes there were, oldest first. As on Android, a place never written has the time 0.
    pub fn changes(&self) -> impl Iterator<Item = ConstraintChange> + '_ {
        (0..LENGTH)
            .map(|offset| (usize::from(self.next) + offset) % LENGTH)
            .map(|index| ConstraintChange { at: self.times[index], satisfied: self.masks[index] })
            .filter(|change| change.at != Elapsed(0))
    }
}
