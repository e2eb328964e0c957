//! Time by command: a virtual clock moves from one due instant to the next.

use jobwarden_model::{Elapsed, Wall};

use super::{SubmitError, Warden};
use crate::engine::Engine;
use crate::sync::rank::Unlocked;
use crate::sync::Held;
use crate::timer::{Device, Step};

/// Why time does not move.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum VirtualTimeError {
    /// The kernel's clocks move by themselves.
    #[error("the clock is real: it does not move by command")]
    Real,
    /// Time has only one direction.
    #[error("time cannot move by {0} ms")]
    Backwards(i64),
    /// No inputs are taken, or none can be written down.
    #[error(transparent)]
    Refused(#[from] SubmitError),
}

impl<E: Engine> Warden<E> {
    /// Lets `millis` pass on a device that is awake.
    ///
    /// At each instant at which something is due, it happens, and its effects are delivered before
    /// time moves on: a client that is slow slows this down, until its time limit.
    ///
    /// # Errors
    /// The clock is real, or `millis` is negative.
    pub fn advance(
        &self,
        none: &mut Held<'_, Unlocked>,
        millis: i64,
    ) -> Result<(), VirtualTimeError> {
        self.pass(none, millis, Device::Awake)
    }

    /// As [`advance`](Self::advance), until elapsed realtime is `at`; not at all if it is already.
    ///
    /// # Errors
    /// The clock is real.
    pub fn advance_to(
        &self,
        none: &mut Held<'_, Unlocked>,
        at: Elapsed,
    ) -> Result<(), VirtualTimeError> {
        self.pass_until(none, at, Device::Awake)
    }

    /// Lets `millis` pass on a device that sleeps: uptime stands still. An alarm wakes the device for
    /// an instant, a delayed message waits.
    ///
    /// # Errors
    /// The clock is real, or `millis` is negative.
    pub fn sleep(
        &self,
        none: &mut Held<'_, Unlocked>,
        millis: i64,
    ) -> Result<(), VirtualTimeError> {
        self.pass(none, millis, Device::Asleep)
    }

    /// Sets the wall clock; the engine must be told by an input of its own.
    ///
    /// # Errors
    /// The clock is real.
    pub fn set_wall(
        &self,
        none: &mut Held<'_, Unlocked>,
        wall: Wall,
    ) -> Result<(), VirtualTimeError> {
        self.locked(none, "set-wall", |core, _| core.set_wall(wall))
    }

    fn pass(
        &self,
        none: &mut Held<'_, Unlocked>,
        millis: i64,
        device: Device,
    ) -> Result<(), VirtualTimeError> {
        if millis < 0 {
            return Err(VirtualTimeError::Backwards(millis));
        }
        let now = self.look(none, |_, now| now);
        self.pass_until(none, now.elapsed.plus(millis), device)
    }

    fn pass_until(
        &self,
        none: &mut Held<'_, Unlocked>,
        target: Elapsed,
        device: Device,
    ) -> Result<(), VirtualTimeError> {
        loop {
            let tick = self.record(E::tick()).map_err(SubmitError::from)?;
            let step = self.locked(none, "advance", |core, held| {
                core.step(held, self.journal(), target, device, tick)
            });
            self.settle(none);
            match step? {
                Step::Due => {}
                Step::Arrived => return Ok(()),
            }
        }
    }
}
