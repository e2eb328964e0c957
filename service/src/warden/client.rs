//! Clients come and go: one sender thread each, and what the engine hears when one is dead.

use super::core::Recorded;
use super::{SubmitError, Warden};
use crate::engine::Engine;
use crate::outbox::{Addressee, Client, ClientDead, ClientId, Deliver, Mailbox};
use crate::sync::primitive::{isolate, thread, Arc};
use crate::sync::rank::Unlocked;
use crate::sync::{call_out, Held};

/// Why a client cannot connect.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// No inputs are taken.
    #[error(transparent)]
    Refused(#[from] SubmitError),
    /// There is no thread to send from.
    #[error("no thread can be started for the client")]
    NoThread(#[from] std::io::Error),
}

impl<E: Engine> Warden<E> {
    /// Connects a client: from now on `sink` is given what is addressed to it, in the engine's order,
    /// on a thread of its own. A client that was connected for the same address is dead.
    ///
    /// `last_will` is what the engine takes when the client is dead: because it says so
    /// ([`disconnect`](Self::disconnect)), because `sink` fails, or because it does not read.
    ///
    /// # Errors
    /// The service stops or is broken, or there is no thread to send from.
    pub fn connect(
        &self,
        none: &mut Held<'_, Unlocked>,
        addressee: Addressee,
        last_will: Option<E::Input>,
        sink: impl Deliver<E::Effect>,
    ) -> Result<ClientId, ConnectError> {
        let last_will = last_will.map(|input| self.record(input)).transpose();
        let last_will: Option<Recorded<_>> = last_will.map_err(SubmitError::from)?;
        let mailbox = Arc::new(Mailbox::new(self.shared.outbox_capacity));
        let id = self.id(none);
        let (warden, outgoing) = (self.clone(), mailbox.clone());
        thread::Builder::new()
            .name(format!("client-{}", id.0))
            .spawn(move || warden.run_sender(id, &outgoing, sink))?;
        let client = Client { addressee, mailbox: mailbox.clone(), last_will };
        let entered =
            self.locked(none, "connect", |core, held| core.enter(held, self.journal(), id, client));
        if entered.is_err() {
            mailbox.kill(none); // Its thread ends.
        }
        Ok(entered.map(|()| id)?)
    }

    /// Says what the engine takes when the client is dead, instead of what was said before. If it is dead
    /// already, the engine takes it now.
    ///
    /// # Errors
    /// The input cannot be written down.
    pub fn bequeath(
        &self,
        none: &mut Held<'_, Unlocked>,
        id: ClientId,
        last_will: E::Input,
    ) -> Result<(), SubmitError> {
        let will = self.record(last_will)?;
        self.locked(none, "bequeath", |core, held| core.bequeath(held, self.journal(), id, will));
        Ok(())
    }

    /// The client is dead, for instance because binder says so. Nothing waits for it any more.
    pub fn disconnect(&self, none: &mut Held<'_, Unlocked>, id: ClientId) {
        self.locked(none, "disconnect", |core, held| core.part(held, self.journal(), id));
    }

    /// Waits until every effect so far has been delivered, and those that followed from delivering
    /// them. Not for sender threads, which would wait for themselves.
    pub fn settle(&self, none: &mut Held<'_, Unlocked>) {
        loop {
            let (sequence, mailboxes) =
                self.locked(none, "settle", |core, _| (core.sequence(), core.mailboxes()));
            for mailbox in mailboxes {
                mailbox.wait_idle(none);
            }
            if self.locked(none, "settle", |core, _| core.sequence()) == sequence {
                return;
            }
        }
    }

    /// The sender thread of one client.
    fn run_sender(
        &self,
        id: ClientId,
        mailbox: &Mailbox<E::Effect>,
        mut sink: impl Deliver<E::Effect>,
    ) {
        let mut none = Held::enter();
        while let Some(envelope) = mailbox.take(&mut none) {
            let delivered = call_out(&mut none, || {
                isolate(|| sink.deliver(envelope)).unwrap_or(Err(ClientDead))
            });
            if delivered.is_err() {
                self.disconnect(&mut none, id);
                break;
            }
        }
        mailbox.finish(&mut none);
    }
}
