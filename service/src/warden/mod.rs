//! The host of the engine: one core lock, one order, and everything that blocks outside it.
//!
//! One call: take the core lock, queue the journal line, let the engine take the input, put its
//! effects into the outboxes of their clients in the engine's order, set the timers, release the lock,
//! wait for the disk if that was promised, answer. Effects leave by the sender threads, never under a
//! lock.

mod client;
mod core;
mod virtual_time;

#[cfg(all(test, not(jobwarden_loom)))]
mod tests;

use std::time::Duration;

use jobwarden_model::Now;

use self::core::{Condition, Core, Recorded};
use crate::engine::Engine;
use crate::journal::{Journal, Line, Unwritable};
use crate::outbox::{Addressee, ClientId};
use crate::sync::primitive::{thread, Arc, Stopwatch};
use crate::sync::rank::{self, Deadline, Unlocked};
use crate::sync::{call_out, Held, Ranked};
use crate::timer::{Bell, Clock, Rang};

pub use client::ConnectError;
pub use virtual_time::VirtualTimeError;

/// A core lock held for longer is logged.
const HELD_MAX: Duration = Duration::from_millis(1);

/// Runs one engine. A clone is another handle on the same one.
pub struct Warden<E: Engine> {
    shared: Arc<Shared<E>>,
}

impl<E: Engine> Clone for Warden<E> {
    fn clone(&self) -> Self {
        Self { shared: self.shared.clone() }
    }
}

struct Shared<E: Engine> {
    core: Ranked<rank::Core, Core<E>>,
    journal: Option<Journal>,
    bell: Option<Arc<Bell>>,
    outbox_capacity: usize,
}

/// Who carries out an effect.
pub type Route<F> = Box<dyn Fn(&F) -> Addressee + Send>;

/// What a warden is made of, besides the engine.
pub struct Setup<F> {
    /// Who carries out an effect.
    pub route: Route<F>,
    /// The clock the engine lives by.
    pub clock: Clock,
    /// Where inputs are written down.
    pub journal: Option<Journal>,
    /// How many effects may wait for one client before it counts as dead.
    pub outbox_capacity: usize,
}

/// Why an input was not taken, or its reply cannot be given.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SubmitError {
    /// The service stops.
    #[error("the service is shutting down")]
    Closed,
    /// The engine panicked in an earlier call: its state cannot be trusted.
    #[error("the engine broke in an earlier call")]
    Broken,
    /// The input cannot be written down. If it could be queued, it has had its effect.
    #[error(transparent)]
    Journal(#[from] Unwritable),
}

/// How a warden stopped.
#[derive(Debug, Default)]
pub struct Closed {
    /// Clients that did not take what waited for them in time.
    pub abandoned: Vec<Addressee>,
    /// The journal, if it could not be written to its end.
    pub journal: Option<Unwritable>,
}

impl<E: Engine> Warden<E> {
    /// Starts to run `engine`; on the kernel's clock, with a thread that waits for its timers.
    pub fn start(engine: E, setup: Setup<E::Effect>) -> std::io::Result<Self> {
        let bell = match &setup.clock {
            Clock::Real(clock) => Some(clock.bell()),
            Clock::Virtual(_) => None,
        };
        let warden = Self {
            shared: Arc::new(Shared {
                core: Ranked::new(Core::new(engine, setup.clock, setup.route)),
                journal: setup.journal,
                bell: bell.clone(),
                outbox_capacity: setup.outbox_capacity,
            }),
        };
        if let Some(bell) = bell {
            let ticking = warden.clone();
            thread::Builder::new()
                .name("timers".into())
                .spawn(move || ticking.run_timers(&bell))?;
        }
        // The engine may come out of a journal with timers set.
        warden.tick(&mut Held::enter());
        Ok(warden)
    }

    /// Lets the engine take `input`; `out` holds what it answered, without the effects, which are on
    /// their way. Returns once the reply may be given.
    ///
    /// # Errors
    /// The input was not taken, or, with acknowledged durability, is not on disk.
    pub fn submit(
        &self,
        none: &mut Held<'_, Unlocked>,
        input: E::Input,
        out: &mut E::Output,
    ) -> Result<(), SubmitError> {
        let input = self.record(input)?;
        let number = self.locked(none, "submit", |core, held| {
            core.ready()?;
            Ok::<_, SubmitError>(core.take(held, self.journal(), input, out))
        })?;
        if let Some((journal, number)) = self.journal().zip(number) {
            journal.wait_for(none, number)?;
        }
        Ok(())
    }

    /// Looks at the engine, as it is between two inputs.
    pub fn look<T>(&self, none: &mut Held<'_, Unlocked>, look: impl FnOnce(&E, Now) -> T) -> T {
        self.locked(none, "look", |core, _| core.look(look))
    }

    /// Tells the engine that time has come, if anything is due: decided under the lock, so that a timer
    /// which lost the race against the call that disarmed it does nothing.
    pub fn tick(&self, none: &mut Held<'_, Unlocked>) {
        let tick = match self.record(E::tick()) {
            Ok(tick) => tick,
            Err(error) => return tracing::error!(%error, "a tick cannot be written down"),
        };
        self.locked(none, "tick", |core, held| core.tick(held, self.journal(), tick));
    }

    /// Stops: takes no more inputs, lets what waits in the outboxes and the journal out, no longer
    /// than `grace` for each client.
    pub fn close(&self, none: &mut Held<'_, Unlocked>, grace: Duration) -> Closed {
        let deadline = Deadline::after(grace);
        let clients = self.locked(none, "close", |core, held| core.close(held));
        if let Some(bell) = &self.shared.bell {
            bell.ring_the_end();
        }
        let abandoned = clients
            .into_iter()
            .filter(|(_, mailbox)| mailbox.wait_finished(none, deadline).is_none())
            .map(|(addressee, _)| addressee)
            .collect();
        let journal = self.journal().and_then(|journal| journal.close(none).err());
        Closed { abandoned, journal }
    }

    /// Takes the core lock: the only place that does. Logs, after release, who held it for too long.
    fn locked<T>(
        &self,
        none: &mut Held<'_, Unlocked>,
        purpose: &'static str,
        work: impl FnOnce(&mut Core<E>, &mut Held<'_, rank::Core>) -> T,
    ) -> T {
        let (mut core, mut held) = none.lock(&self.shared.core);
        let watch = Stopwatch::start();
        let result = work(&mut core, &mut held);
        let spent = watch.elapsed();
        drop(core);
        if spent > HELD_MAX {
            tracing::warn!(purpose, micros = spent.as_micros(), "core lock held for too long");
        }
        result
    }

    fn journal(&self) -> Option<&Journal> {
        self.shared.journal.as_ref()
    }

    /// `input` with its line for the journal, made before any lock is taken.
    fn record(&self, input: E::Input) -> Result<Recorded<E::Input>, Unwritable> {
        let line: Option<Line> = self.journal().map(|journal| journal.line(&input)).transpose()?;
        Ok(Recorded { input, line })
    }

    /// The timer thread.
    fn run_timers(&self, bell: &Bell) {
        let mut none = Held::enter();
        loop {
            match call_out(&mut none, || bell.wait()) {
                Ok(Rang::Timer) => self.tick(&mut none),
                Ok(Rang::End) => return,
                Err(error) => return tracing::error!(%error, "timers do not work any more"),
            }
        }
    }
}

impl<E: Engine> Warden<E> {
    /// How many effects had nobody to carry them out.
    pub fn undelivered(&self, none: &mut Held<'_, Unlocked>) -> u64 {
        self.locked(none, "look", |core, _| core.undelivered())
    }

    /// Whether inputs are still taken.
    pub fn is_open(&self, none: &mut Held<'_, Unlocked>) -> bool {
        self.locked(none, "look", |core, _| core.condition() == Condition::Open)
    }

    fn id(&self, none: &mut Held<'_, Unlocked>) -> ClientId {
        self.locked(none, "connect", |core, _| core.next_client_id())
    }
}
