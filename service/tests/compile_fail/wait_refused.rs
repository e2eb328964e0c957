//! Waiting for an outbox under the core lock.
use jobwarden_service::sync::rank::{Core, Outbox};
use jobwarden_service::sync::{Held, Ranked, Signal};

fn main() {
    let (core, outbox) = (Ranked::<Core, _>::new(1), Ranked::<Outbox, _>::new(2));
    let mut none = Held::enter();
    let (_core, mut held) = none.lock(&core);
    held.wait(&outbox, &Signal::default(), |value| Some(*value));
}
