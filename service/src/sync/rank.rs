//! Lock ranks as types: `Unlocked -> Core -> Journal -> Outbox -> Sensor -> Switchboard`.
//!
//! A lock is taken through the token [`Held`] of what the thread already holds, and lends that token
//! out for as long as its guard lives. Three things therefore do not compile. Order reversed:
//!
//! ```compile_fail,E0277
//! use jobwarden_service::sync::{rank::{Core, Outbox}, Held, Ranked};
//! let (core, outbox) = (Ranked::<Core, _>::new(1), Ranked::<Outbox, _>::new(2));
//! let mut none = Held::enter();
//! let (_b, mut held) = none.lock(&outbox);
//! let (_a, _) = held.lock(&core); // `Core` is not after `Outbox`
//! ```
//!
//! Its twin, in order:
//!
//! ```
//! use jobwarden_service::sync::{rank::{Core, Outbox}, Held, Ranked};
//! let (core, outbox) = (Ranked::<Core, _>::new(1), Ranked::<Outbox, _>::new(2));
//! let mut none = Held::enter();
//! let (_a, mut held) = none.lock(&core);
//! let (_b, _) = held.lock(&outbox);
//! ```
//!
//! A call to a client while a lock is held:
//!
//! ```compile_fail,E0499
//! use jobwarden_service::sync::{call_out, rank::Core, Held, Ranked};
//! let core = Ranked::<Core, _>::new(1);
//! let mut none = Held::enter();
//! let (guard, _) = none.lock(&core);
//! call_out(&mut none, || "transact"); // `none` is lent to `guard`
//! drop(guard);
//! ```
//!
//! Its twin, after the lock:
//!
//! ```
//! use jobwarden_service::sync::{call_out, rank::Core, Held, Ranked};
//! let core = Ranked::<Core, _>::new(1);
//! let mut none = Held::enter();
//! let (guard, _) = none.lock(&core);
//! drop(guard);
//! call_out(&mut none, || "transact");
//! ```
//!
//! Waiting while another lock is held:
//!
//! ```compile_fail,E0308
//! use jobwarden_service::sync::{rank::{Core, Outbox}, Held, Ranked, Signal};
//! let (core, outbox) = (Ranked::<Core, _>::new(1), Ranked::<Outbox, _>::new(2));
//! let mut none = Held::enter();
//! let (_a, mut held) = none.lock(&core);
//! Held::wait(&mut held, &outbox, &Signal::default(), |value| Some(*value));
//! ```
//!
//! Its twin, holding nothing:
//!
//! ```
//! use jobwarden_service::sync::{rank::{Core, Outbox}, Held, Ranked, Signal};
//! let (core, outbox) = (Ranked::<Core, _>::new(1), Ranked::<Outbox, _>::new(2));
//! let mut none = Held::enter();
//! let (guard, _) = none.lock(&core);
//! drop(guard);
//! Held::wait(&mut none, &outbox, &Signal::default(), |value| Some(*value));
//! ```

use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use super::primitive::{Condvar, Mutex, MutexGuard, Woken};

pub use super::primitive::Deadline;

/// `Self` may be taken while `R` is the last rank taken.
///
/// Never implement it by hand: `ranks!` makes it transitive, and a cycle becomes two conflicting
/// implementations.
pub trait After<R> {}

macro_rules! ranks {
    ($($(#[$doc:meta])* $lower:ty => $rank:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub enum $rank {}
        impl After<$lower> for $rank {}
        impl<R> After<R> for $rank where $lower: After<R> {}
    )*};
}

/// No lock is held.
#[derive(Debug)]
pub enum Unlocked {}

ranks! {
    /// The engine, its clock and the register of clients.
    Unlocked => Core;
    /// The entries that wait to be written.
    Core => Journal;
    /// The effects that wait for one client.
    Journal => Outbox;
    /// What a sensor watches.
    Outbox => Sensor;
    /// Who can be reached over binder.
    Sensor => Switchboard;
}

/// Proof of the highest rank this thread holds. Not `Send`: a token stays with its thread.
pub struct Held<'t, R>(PhantomData<(&'t mut R, *const ())>);

impl Held<'_, Unlocked> {
    /// For the first line of a thread or of a binder transaction, and for nowhere else.
    ///
    /// Binder may serve a nested call on a thread that waits for a reply, so "once per thread" would
    /// be wrong; the debug build counts held locks instead.
    pub fn enter() -> Self {
        debug_assert_eq!(depth::get(), 0, "a token was made while this thread holds a lock");
        Self(PhantomData)
    }

    /// Waits under `lock` until `ready` gives something; `signal` says when to look again.
    ///
    /// Whoever waits holds nothing else: that is why only this token has the method.
    pub fn wait<N: After<Unlocked>, T, U>(
        &mut self,
        lock: &Ranked<N, T>,
        signal: &Signal,
        mut ready: impl FnMut(&mut T) -> Option<U>,
    ) -> U {
        loop {
            if let Some(found) = self.wait_until(lock, signal, Deadline::NEVER, &mut ready) {
                return found;
            }
        }
    }

    /// As [`wait`](Self::wait), but gives up at `deadline`.
    pub fn wait_until<N: After<Unlocked>, T, U>(
        &mut self,
        lock: &Ranked<N, T>,
        signal: &Signal,
        deadline: Deadline,
        mut ready: impl FnMut(&mut T) -> Option<U>,
    ) -> Option<U> {
        let (mut guard, _) = self.lock(lock);
        loop {
            if let Some(found) = ready(&mut guard) {
                return Some(found);
            }
            let (inner, woken) = signal.0.wait(guard.inner, deadline);
            guard.inner = inner;
            if woken == Woken::TooLate {
                return ready(&mut guard);
            }
        }
    }
}

impl<R> Held<'_, R> {
    /// Takes `lock` and gives the token for what may be taken next.
    pub fn lock<'a, N: After<R>, T>(
        &'a mut self,
        lock: &'a Ranked<N, T>,
    ) -> (Guard<'a, T>, Held<'a, N>) {
        let guard = Guard { inner: lock.value.lock(), _depth: depth::Mark::new() };
        (guard, Held(PhantomData))
    }
}

/// A value behind a lock of rank `R`.
#[derive(Debug)]
pub struct Ranked<R, T> {
    value: Mutex<T>,
    // A function type: a rank is a name, not something the lock owns or must be `Send` for.
    rank: PhantomData<fn() -> R>,
}

impl<R, T> Ranked<R, T> {
    /// Puts `value` behind a lock.
    pub fn new(value: T) -> Self {
        Self { value: Mutex::new(value), rank: PhantomData }
    }
}

/// The lock is held for as long as this lives.
pub struct Guard<'a, T> {
    inner: MutexGuard<'a, T>,
    _depth: depth::Mark,
}

impl<T> Deref for Guard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.inner
    }
}

impl<T> DerefMut for Guard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.inner
    }
}

/// Says that what [`Held::wait`] looks at has changed.
#[derive(Debug, Default)]
pub struct Signal(Condvar);

impl Signal {
    /// Makes every waiter look again.
    pub fn raise(&self) {
        self.0.notify_all();
    }
}

/// Calls a client, writes a file, blocks in any other way: only who holds no lock can call this.
pub fn call_out<T>(_none: &mut Held<'_, Unlocked>, call: impl FnOnce() -> T) -> T {
    call()
}

/// How many locks this thread holds, counted in debug builds: what [`Held::enter`] trusts.
mod depth {
    #[cfg(debug_assertions)]
    use std::cell::Cell;

    #[cfg(debug_assertions)]
    use crate::sync::primitive::thread_local;

    #[cfg(debug_assertions)]
    thread_local! {
        #[allow(clippy::missing_const_for_thread_local)] // loom's macro takes no `const` block.
        static DEPTH: Cell<u32> = Cell::new(0);
    }

    #[cfg(debug_assertions)]
    pub(super) fn get() -> u32 {
        DEPTH.with(Cell::get)
    }

    #[cfg(not(debug_assertions))]
    pub(super) fn get() -> u32 {
        0
    }

    /// Counts one lock for as long as it lives. Not `Send`, as it belongs to its thread's count.
    pub(super) struct Mark(std::marker::PhantomData<*const ()>);

    impl Mark {
        pub(super) fn new() -> Self {
            #[cfg(debug_assertions)]
            DEPTH.with(|depth| depth.set(depth.get() + 1));
            Self(std::marker::PhantomData)
        }
    }

    impl Drop for Mark {
        fn drop(&mut self) {
            #[cfg(debug_assertions)]
            DEPTH.with(|depth| depth.set(depth.get() - 1));
        }
    }
}

#[cfg(test)]
#[cfg(not(jobwarden_loom))]
mod tests {
    use super::*;

    #[test]
    fn a_wait_ends_when_the_condition_holds() {
        let lock = Ranked::<Outbox, _>::new(0);
        let signal = Signal::default();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut none = Held::enter();
                *none.lock(&lock).0 = 7;
                signal.raise();
            });
            let mut none = Held::enter();
            assert_eq!(
                none.wait(&lock, &signal, |value| (*value == 7).then_some("seven")),
                "seven"
            );
        });
    }

    #[test]
    fn a_wait_gives_up_at_its_deadline() {
        let (lock, signal) = (Ranked::<Outbox, _>::new(0), Signal::default());
        let soon = Deadline::after(std::time::Duration::from_millis(1));
        let found = Held::enter().wait_until(&lock, &signal, soon, |_| None::<()>);
        assert_eq!(found, None);
    }

    #[test]
    #[cfg(debug_assertions)]
    fn a_second_token_under_a_lock_is_caught() {
        let lock = Ranked::<Core, _>::new(0);
        let mut none = Held::enter();
        let caught = {
            let _guard = none.lock(&lock);
            std::panic::catch_unwind(|| {
                Held::enter();
            })
        };
        assert!(caught.is_err());
        Held::enter(); // and once it is released, a token may be made again
    }
}
