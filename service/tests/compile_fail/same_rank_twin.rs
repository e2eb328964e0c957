//! Two outboxes, one after the other.
use jobwarden_service::sync::rank::Outbox;
use jobwarden_service::sync::{Held, Ranked};

fn main() {
    let (one, two) = (Ranked::<Outbox, _>::new(1), Ranked::<Outbox, _>::new(2));
    let mut none = Held::enter();
    drop(none.lock(&one).0);
    let (_two, _) = none.lock(&two);
}
