//! What the core lock protects: engine, clock and register of clients, and the one way an input goes.

use jobwarden_model::{Elapsed, Now, Wall};

use super::{Route, SubmitError, VirtualTimeError};
use crate::engine::Engine;
use crate::journal::{Journal, Line, LineNumber};
use crate::outbox::{Addressee, Client, ClientId, Clients, Envelope, Mailbox, Posted};
use crate::sync::primitive::Arc;
use crate::sync::{rank, Held};
use crate::timer::{is_due, Clock, Device, Step};

/// An input and its line for the journal, if there is one.
#[derive(Debug)]
pub(super) struct Recorded<I> {
    pub(super) input: I,
    pub(super) line: Option<Line>,
}

/// Whether the engine may be used.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Condition {
    Open,
    /// It is in the middle of an input. Seen by nobody, unless it panicked there.
    Applying,
    Closed,
}

pub(super) struct Core<E: Engine> {
    engine: E,
    clock: Clock,
    route: Route<E::Effect>,
    clients: Clients<E::Effect, Recorded<E::Input>>,
    condition: Condition,
    /// Effects so far.
    sequence: u64,
    undelivered: u64,
    connected: u64,
    /// For inputs whose reply nobody waits for.
    unheard: E::Output,
}

impl<E: Engine> Core<E> {
    pub(super) fn new(engine: E, clock: Clock, route: Route<E::Effect>) -> Self {
        Self {
            engine,
            clock,
            route,
            clients: Clients::default(),
            condition: Condition::Open,
            sequence: 0,
            undelivered: 0,
            connected: 0,
            unheard: E::Output::default(),
        }
    }

    pub(super) fn condition(&self) -> Condition {
        self.condition
    }

    pub(super) fn undelivered(&self) -> u64 {
        self.undelivered
    }

    pub(super) fn sequence(&self) -> u64 {
        self.sequence
    }

    pub(super) fn look<T>(&self, look: impl FnOnce(&E, Now) -> T) -> T {
        look(&self.engine, self.clock.now())
    }

    pub(super) fn ready(&self) -> Result<(), SubmitError> {
        match self.condition {
            Condition::Open => Ok(()),
            Condition::Applying => Err(SubmitError::Broken),
            Condition::Closed => Err(SubmitError::Closed),
        }
    }

    /// The engine takes `input`, and hears of every client that this is too much for.
    pub(super) fn take(
        &mut self,
        held: &mut Held<'_, rank::Core>,
        journal: Option<&Journal>,
        input: Recorded<E::Input>,
        out: &mut E::Output,
    ) -> Option<LineNumber> {
        let mut dead = Vec::new();
        let now = self.clock.now();
        let mut number = self.apply(held, journal, now, input, out, &mut dead);
        let mut unheard = std::mem::take(&mut self.unheard);
        // Ends: each round strikes a client out.
        while let Some(id) = dead.pop() {
            let will = self.clients.remove(id).and_then(|client| client.last_will);
            if let Some(will) = will {
                let later = self.apply(held, journal, now, will, &mut unheard, &mut dead);
                number = later.or(number);
            }
        }
        self.unheard = unheard;
        self.clock.arm(self.engine.next_wakeup(), now);
        number
    }

    fn apply(
        &mut self,
        held: &mut Held<'_, rank::Core>,
        journal: Option<&Journal>,
        now: Now,
        Recorded { input, line }: Recorded<E::Input>,
        out: &mut E::Output,
        dead: &mut Vec<ClientId>,
    ) -> Option<LineNumber> {
        let number = journal.zip(line).map(|(journal, line)| journal.queue(held, now, line));
        E::clear(out);
        self.condition = Condition::Applying;
        self.engine.apply(now, input, out);
        self.condition = Condition::Open;
        for effect in E::effects(out).drain(..) {
            self.post(held, effect, dead);
        }
        number
    }

    /// Puts one effect into the outbox of whoever carries it out.
    fn post(
        &mut self,
        held: &mut Held<'_, rank::Core>,
        effect: E::Effect,
        dead: &mut Vec<ClientId>,
    ) {
        self.sequence += 1;
        let to = (self.route)(&effect);
        if to == Addressee::Nobody {
            return;
        }
        let Some((id, client)) = self.clients.find(&to) else {
            self.undelivered += 1;
            return tracing::debug!(?to, "nobody is there to carry out an effect");
        };
        match client.mailbox.post(held, Envelope { sequence: self.sequence, effect }) {
            Posted::Queued => {}
            Posted::Overflow => {
                tracing::warn!(?to, "client does not read: it counts as dead");
                dead.push(id);
            }
            Posted::Refused => self.undelivered += 1,
        }
    }

    /// Lets what is due happen.
    pub(super) fn tick(
        &mut self,
        held: &mut Held<'_, rank::Core>,
        journal: Option<&Journal>,
        tick: Recorded<E::Input>,
    ) {
        if self.condition != Condition::Open {
            return;
        }
        self.clock.went_off();
        if is_due(self.engine.next_wakeup(), self.clock.now()) {
            let mut unheard = E::Output::default();
            self.take(held, journal, tick, &mut unheard);
        } else {
            self.clock.arm(self.engine.next_wakeup(), self.clock.now());
        }
    }

    pub(super) fn next_client_id(&mut self) -> ClientId {
        self.connected += 1;
        ClientId(self.connected)
    }

    /// Enters a client; whoever had its address is dead, and the engine hears of that first.
    pub(super) fn enter(
        &mut self,
        held: &mut Held<'_, rank::Core>,
        journal: Option<&Journal>,
        id: ClientId,
        client: Client<E::Effect, Recorded<E::Input>>,
    ) -> Result<(), SubmitError> {
        self.ready()?;
        if let Some(before) = self.clients.at(&client.addressee) {
            self.part(held, journal, before);
        }
        self.clients.insert(id, client);
        Ok(())
    }

    /// What the engine takes when a client is dead; at once, if it is dead already.
    pub(super) fn bequeath(
        &mut self,
        held: &mut Held<'_, rank::Core>,
        journal: Option<&Journal>,
        id: ClientId,
        will: Recorded<E::Input>,
    ) {
        match self.clients.get_mut(id) {
            Some(client) => client.last_will = Some(will),
            None if self.condition == Condition::Open => {
                let mut unheard = E::Output::default();
                self.take(held, journal, will, &mut unheard);
            }
            None => {}
        }
    }

    /// A client is dead: nothing waits for it any more, and the engine hears of it, once.
    pub(super) fn part(
        &mut self,
        held: &mut Held<'_, rank::Core>,
        journal: Option<&Journal>,
        id: ClientId,
    ) {
        let Some(client) = self.clients.remove(id) else { return };
        client.mailbox.kill(held);
        if let (Some(will), Condition::Open) = (client.last_will, self.condition) {
            let mut unheard = E::Output::default();
            self.take(held, journal, will, &mut unheard);
        }
    }

    pub(super) fn mailboxes(&self) -> Vec<Arc<Mailbox<E::Effect>>> {
        self.clients.iter().map(|client| client.mailbox.clone()).collect()
    }

    /// Takes no more inputs; the outboxes take no more effects.
    #[allow(clippy::type_complexity)]
    pub(super) fn close(
        &mut self,
        held: &mut Held<'_, rank::Core>,
    ) -> Vec<(Addressee, Arc<Mailbox<E::Effect>>)> {
        self.condition = Condition::Closed;
        self.clients
            .iter()
            .map(|client| {
                client.mailbox.close(held);
                (client.addressee.clone(), client.mailbox.clone())
            })
            .collect()
    }

    /// Moves a virtual clock towards `target`, at most to the next instant at which something is due,
    /// and lets that happen.
    pub(super) fn step(
        &mut self,
        held: &mut Held<'_, rank::Core>,
        journal: Option<&Journal>,
        target: Elapsed,
        device: Device,
        tick: Recorded<E::Input>,
    ) -> Result<Step, VirtualTimeError> {
        self.ready()?;
        let wakeup = self.engine.next_wakeup();
        let Clock::Virtual(clock) = &mut self.clock else { return Err(VirtualTimeError::Real) };
        let step = clock.step(target, device, wakeup);
        if step == Step::Due {
            let mut unheard = E::Output::default();
            self.take(held, journal, tick, &mut unheard);
        }
        Ok(step)
    }

    /// Sets the wall clock of a virtual clock.
    pub(super) fn set_wall(&mut self, wall: Wall) -> Result<(), VirtualTimeError> {
        let Clock::Virtual(clock) = &mut self.clock else { return Err(VirtualTimeError::Real) };
        clock.set_wall(wall);
        Ok(())
    }
}
