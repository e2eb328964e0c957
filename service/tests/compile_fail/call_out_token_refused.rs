//! A call to a client with the token of who holds the core lock.
use jobwarden_service::sync::rank::Core;
use jobwarden_service::sync::{call_out, Held, Ranked};

fn main() {
    let core = Ranked::<Core, _>::new(1);
    let mut none = Held::enter();
    let (_guard, mut held) = none.lock(&core);
    call_out(&mut held, || "transact");
}
