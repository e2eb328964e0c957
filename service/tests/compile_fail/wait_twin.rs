//! Waiting for an outbox, holding nothing.
use jobwarden_service::sync::rank::{Core, Outbox};
use jobwarden_service::sync::{Held, Ranked, Signal};

fn main() {
    let (core, outbox) = (Ranked::<Core, _>::new(1), Ranked::<Outbox, _>::new(2));
    let mut none = Held::enter();
    drop(none.lock(&core).0);
    none.wait(&outbox, &Signal::default(), |value| Some(*value));
}
