//! A call to a client under the core lock.
use jobwarden_service::sync::rank::Core;
use jobwarden_service::sync::{call_out, Held, Ranked};

fn main() {
    let core = Ranked::<Core, _>::new(1);
    let mut none = Held::enter();
    let (guard, _) = none.lock(&core);
    call_out(&mut none, || "transact");
    drop(guard);
}
