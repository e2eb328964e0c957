//! Core, then journal, then outbox; a rank may be left out.
use jobwarden_service::sync::rank::{Core, Journal, Outbox};
use jobwarden_service::sync::{Held, Ranked};

fn main() {
    let core = Ranked::<Core, _>::new(1);
    let (journal, outbox) = (Ranked::<Journal, _>::new(2), Ranked::<Outbox, _>::new(3));
    let mut none = Held::enter();
    {
        let (_core, mut held) = none.lock(&core);
        let (_journal, mut held) = held.lock(&journal);
        let (_outbox, _) = held.lock(&outbox);
    }
    let (_core, mut held) = none.lock(&core);
    let (_outbox, _) = held.lock(&outbox);
}
