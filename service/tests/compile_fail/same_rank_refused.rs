//! Two outboxes at once: nothing says which of them comes first.
use jobwarden_service::sync::rank::Outbox;
use jobwarden_service::sync::{Held, Ranked};

fn main() {
    let (one, two) = (Ranked::<Outbox, _>::new(1), Ranked::<Outbox, _>::new(2));
    let mut none = Held::enter();
    let (_one, mut held) = none.lock(&one);
    let (_two, _) = held.lock(&two);
}
