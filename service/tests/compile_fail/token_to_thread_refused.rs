//! A token handed to a thread that does not hold what it proves.
use jobwarden_service::sync::rank::Core;
use jobwarden_service::sync::{Held, Ranked};

fn main() {
    let core = Ranked::<Core, _>::new(1);
    std::thread::scope(|scope| {
        let mut none = Held::enter();
        scope.spawn(|| drop(none.lock(&core).0));
    });
}
