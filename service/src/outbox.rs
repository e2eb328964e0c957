//! One outbox and one sender thread per client: effects leave in model order, never under a lock.
//!
//! A client that does not read delays nobody but itself. What waits for it is bounded; once the bound
//! is reached, or a delivery fails, the client counts as dead: its queue is dropped and the engine
//! hears of it. Nobody else's effects are touched.

use std::collections::{BTreeMap, VecDeque};

use jobwarden_model::Uid;

use crate::sync::primitive::Arc;
use crate::sync::rank::{After, Core, Deadline, Outbox, Unlocked};
use crate::sync::{Held, Ranked, Signal};

/// Who carries out an effect.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Addressee {
    /// An app.
    App {
        /// Whose process.
        uid: Uid,
        /// Of an effect: which process, or `None` for the first that is connected. Of a client: the
        /// process it speaks for, or `None` for every process of its uid.
        process: Option<String>,
    },
    /// Whoever handed in the callback object with this id. Ids are never used twice.
    Observer(u64),
    /// The system side of the service.
    System,
    /// Nobody: the effect is only for the reader of a trail.
    Nobody,
}

/// An effect on its way.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Envelope<F> {
    /// Counts all effects of the engine: what has the higher number was decided later.
    pub sequence: u64,
    /// What is to be carried out.
    pub effect: F,
}

/// Hands effects to one client. Called on the sender thread of that client, which holds no lock.
///
/// It may block, for a limited time: a transport without a time limit must be given one.
pub trait Deliver<F>: Send + 'static {
    /// Delivers one effect; an error means that the client is dead.
    fn deliver(&mut self, envelope: Envelope<F>) -> Result<(), ClientDead>;
}

impl<F, D> Deliver<F> for D
where
    D: FnMut(Envelope<F>) -> Result<(), ClientDead> + Send + 'static,
{
    fn deliver(&mut self, envelope: Envelope<F>) -> Result<(), ClientDead> {
        self(envelope)
    }
}

/// The client did not take an effect and never will again.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("client is dead")]
pub struct ClientDead;

/// Names one connection of a client; a client that comes back gets a new one.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ClientId(pub(crate) u64);

/// What waits for one client.
#[derive(Debug)]
pub(crate) struct Mailbox<F> {
    queue: Ranked<Outbox, Queue<F>>,
    changed: Signal,
}

#[derive(Debug)]
struct Queue<F> {
    waiting: VecDeque<Envelope<F>>,
    capacity: usize,
    life: Life,
    sender: Sender,
}

/// Whether anything may still be put into a mailbox.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Life {
    Open,
    /// The service stops: what waits is still delivered.
    Closing,
    /// What waits is dropped.
    Dead,
}

/// What the sender thread does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Sender {
    Waiting,
    Delivering,
    Finished,
}

/// What became of an effect that was put into a mailbox.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Posted {
    Queued,
    /// The bound is reached: the client is dead from here on.
    Overflow,
    /// It was dead, or the service stops.
    Refused,
}

impl<F> Mailbox<F> {
    pub(crate) fn new(capacity: usize) -> Self {
        let queue =
            Queue { waiting: VecDeque::new(), capacity, life: Life::Open, sender: Sender::Waiting };
        Self { queue: Ranked::new(queue), changed: Signal::default() }
    }

    /// Puts an effect in; the core lock is held, so that the order is the engine's.
    pub(crate) fn post(&self, held: &mut Held<'_, Core>, envelope: Envelope<F>) -> Posted {
        let (mut queue, _) = held.lock(&self.queue);
        if queue.life != Life::Open {
            return Posted::Refused;
        }
        if queue.waiting.len() >= queue.capacity {
            queue.die();
            drop(queue);
            self.changed.raise();
            return Posted::Overflow;
        }
        queue.waiting.push_back(envelope);
        drop(queue);
        self.changed.raise();
        Posted::Queued
    }

    /// Takes the next effect, waiting for it; `None` once there will never be one again.
    pub(crate) fn take(&self, none: &mut Held<'_, Unlocked>) -> Option<Envelope<F>> {
        none.wait(&self.queue, &self.changed, |queue| {
            if let Some(envelope) = queue.waiting.pop_front() {
                queue.sender = Sender::Delivering;
                return Some(Some(envelope));
            }
            if queue.sender == Sender::Delivering {
                queue.sender = Sender::Waiting;
                self.changed.raise(); // Whoever waits for this client to be idle.
            }
            (queue.life != Life::Open).then_some(None)
        })
    }

    /// The client is dead: drops what waits for it.
    pub(crate) fn kill<R>(&self, held: &mut Held<'_, R>)
    where
        Outbox: After<R>,
    {
        held.lock(&self.queue).0.die();
        self.changed.raise();
    }

    /// Takes no more effects; those that wait are still delivered.
    pub(crate) fn close(&self, held: &mut Held<'_, Core>) {
        let (mut queue, _) = held.lock(&self.queue);
        if queue.life == Life::Open {
            queue.life = Life::Closing;
        }
        drop(queue);
        self.changed.raise();
    }

    /// The sender thread is at its end.
    pub(crate) fn finish(&self, none: &mut Held<'_, Unlocked>) {
        none.lock(&self.queue).0.sender = Sender::Finished;
        self.changed.raise();
    }

    /// Waits until the sender thread is at its end.
    pub(crate) fn wait_finished(
        &self,
        none: &mut Held<'_, Unlocked>,
        deadline: Deadline,
    ) -> Option<()> {
        none.wait_until(&self.queue, &self.changed, deadline, |queue| {
            (queue.sender == Sender::Finished).then_some(())
        })
    }

    /// Waits until everything put in so far has been delivered, or the client is dead.
    pub(crate) fn wait_idle(&self, none: &mut Held<'_, Unlocked>) {
        none.wait(&self.queue, &self.changed, |queue| {
            let idle = queue.waiting.is_empty() && queue.sender != Sender::Delivering;
            (idle || queue.life == Life::Dead).then_some(())
        });
    }
}

impl<F> Queue<F> {
    fn die(&mut self) {
        self.life = Life::Dead;
        self.waiting.clear();
    }
}

/// The register of clients. Lives under the core lock.
#[derive(Debug)]
pub(crate) struct Clients<F, W> {
    by_address: BTreeMap<Addressee, ClientId>,
    by_id: BTreeMap<ClientId, Client<F, W>>,
}

/// One connected client.
#[derive(Debug)]
pub(crate) struct Client<F, W> {
    pub(crate) addressee: Addressee,
    pub(crate) mailbox: Arc<Mailbox<F>>,
    /// What the engine hears when the client is dead.
    pub(crate) last_will: Option<W>,
}

impl<F, W> Default for Clients<F, W> {
    fn default() -> Self {
        Self { by_address: BTreeMap::new(), by_id: BTreeMap::new() }
    }
}

impl<F, W> Clients<F, W> {
    /// Enters a client. Whoever had the address before must have been removed.
    pub(crate) fn insert(&mut self, id: ClientId, client: Client<F, W>) {
        self.by_address.insert(client.addressee.clone(), id);
        self.by_id.insert(id, client);
    }

    /// Strikes a client out; `None` if it has been already.
    pub(crate) fn remove(&mut self, id: ClientId) -> Option<Client<F, W>> {
        let client = self.by_id.remove(&id)?;
        self.by_address.remove(&client.addressee);
        Some(client)
    }

    /// A client that is still connected.
    pub(crate) fn get_mut(&mut self, id: ClientId) -> Option<&mut Client<F, W>> {
        self.by_id.get_mut(&id)
    }

    /// Who has exactly this address.
    pub(crate) fn at(&self, addressee: &Addressee) -> Option<ClientId> {
        self.by_address.get(addressee).copied()
    }

    /// Who carries out what is addressed to `addressee`.
    pub(crate) fn find(&self, addressee: &Addressee) -> Option<(ClientId, &Client<F, W>)> {
        let id = self.at(addressee).or_else(|| match addressee {
            Addressee::App { uid, process: Some(_) } => {
                self.at(&Addressee::App { uid: *uid, process: None })
            }
            Addressee::App { uid, process: None } => self.first_process(*uid),
            Addressee::Observer(_) | Addressee::System | Addressee::Nobody => None,
        })?;
        self.by_id.get(&id).map(|client| (id, client))
    }

    fn first_process(&self, uid: Uid) -> Option<ClientId> {
        let of_uid =
            |address: &Addressee| matches!(address, Addressee::App { uid: u, .. } if *u == uid);
        self.by_address
            .range(Addressee::App { uid, process: None }..)
            .take_while(|(address, _)| of_uid(address))
            .map(|(_, id)| *id)
            .min() // The lowest id connected first.
    }

    /// Every client, in the order of connecting.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Client<F, W>> {
        self.by_id.values()
    }
}
