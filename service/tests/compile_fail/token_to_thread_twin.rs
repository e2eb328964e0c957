//! A token of the thread's own.
use jobwarden_service::sync::rank::Core;
use jobwarden_service::sync::{Held, Ranked};

fn main() {
    let core = Ranked::<Core, _>::new(1);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut none = Held::enter();
            drop(none.lock(&core).0);
        });
    });
}
