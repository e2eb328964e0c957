//! An outbox before the journal.
use jobwarden_service::sync::rank::{Journal, Outbox};
use jobwarden_service::sync::{Held, Ranked};

fn main() {
    let (journal, outbox) = (Ranked::<Journal, _>::new(2), Ranked::<Outbox, _>::new(3));
    let mut none = Held::enter();
    let (_outbox, mut held) = none.lock(&outbox);
    let (_journal, _) = held.lock(&journal);
}
