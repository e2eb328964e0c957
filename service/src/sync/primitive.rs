//! The only file that names `parking_lot` and `loom`: the same few primitives from either.

pub use imp::Deadline;
pub(crate) use imp::{isolate, thread, Arc, Condvar, Mutex, MutexGuard, Stopwatch, Woken};

#[cfg(debug_assertions)]
pub(crate) use imp::thread_local;

#[cfg(not(jobwarden_loom))]
mod imp {
    use std::time::{Duration, Instant};

    pub(crate) use parking_lot::MutexGuard;
    pub(crate) use std::sync::Arc;
    pub(crate) use std::thread;
    #[cfg(debug_assertions)]
    pub(crate) use std::thread_local;

    /// Mutual exclusion; a panic under it does not poison it.
    #[derive(Debug)]
    pub(crate) struct Mutex<T>(parking_lot::Mutex<T>);

    impl<T> Mutex<T> {
        pub(crate) fn new(value: T) -> Self {
            Self(parking_lot::Mutex::new(value))
        }

        pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
            self.0.lock()
        }
    }

    /// A condition to wait for under a [`Mutex`].
    #[derive(Debug, Default)]
    pub(crate) struct Condvar(parking_lot::Condvar);

    impl Condvar {
        pub(crate) fn notify_all(&self) {
            self.0.notify_all();
        }

        /// Waits for a notification, or until `deadline`.
        pub(crate) fn wait<'a, T>(
            &self,
            mut guard: MutexGuard<'a, T>,
            deadline: Deadline,
        ) -> (MutexGuard<'a, T>, Woken) {
            let Some(at) = deadline.0 else {
                self.0.wait(&mut guard);
                return (guard, Woken::Notified);
            };
            let late = self.0.wait_until(&mut guard, at).timed_out();
            (guard, if late { Woken::TooLate } else { Woken::Notified })
        }
    }

    /// The latest instant at which a wait ends.
    #[derive(Clone, Copy, Debug)]
    pub struct Deadline(Option<Instant>);

    impl Deadline {
        /// Waits for as long as it takes.
        pub const NEVER: Self = Self(None);

        /// Waits no longer than `limit` from now.
        pub fn after(limit: Duration) -> Self {
            Self(Instant::now().checked_add(limit))
        }
    }

    /// Why a wait came back.
    #[derive(Clone, Copy, Debug, Eq, PartialEq)]
    pub(crate) enum Woken {
        Notified,
        TooLate,
    }

    /// Runs `call` so that its panic ends nothing but itself; `None` if it did.
    pub(crate) fn isolate<T>(call: impl FnOnce() -> T) -> Option<T> {
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(call)).ok()
    }

    /// Measures how long a lock is held.
    pub(crate) struct Stopwatch(Instant);

    impl Stopwatch {
        pub(crate) fn start() -> Self {
            Self(Instant::now())
        }

        pub(crate) fn elapsed(&self) -> Duration {
            self.0.elapsed()
        }
    }
}

#[cfg(jobwarden_loom)]
mod imp {
    use std::sync::PoisonError;
    use std::time::Duration;

    pub(crate) use loom::sync::{Arc, MutexGuard};
    pub(crate) use loom::thread;
    // All loom threads share one OS thread: std's macro would be one variable for all of them.
    #[cfg(debug_assertions)]
    pub(crate) use loom::thread_local;

    #[derive(Debug)]
    pub(crate) struct Mutex<T>(loom::sync::Mutex<T>);

    impl<T> Mutex<T> {
        pub(crate) fn new(value: T) -> Self {
            Self(loom::sync::Mutex::new(value))
        }

        pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner)
        }
    }

    #[derive(Debug, Default)]
    pub(crate) struct Condvar(loom::sync::Condvar);

    impl Condvar {
        pub(crate) fn notify_all(&self) {
            self.0.notify_all();
        }

        pub(crate) fn wait<'a, T>(
            &self,
            guard: MutexGuard<'a, T>,
            _: Deadline,
        ) -> (MutexGuard<'a, T>, Woken) {
            (self.0.wait(guard).unwrap_or_else(PoisonError::into_inner), Woken::Notified)
        }
    }

    /// Time does not pass under loom: a wait that nothing ends is a deadlock, and loom says so.
    #[derive(Clone, Copy, Debug)]
    pub struct Deadline;

    impl Deadline {
        /// Waits for as long as it takes.
        pub const NEVER: Self = Self;

        /// Waits for as long as it takes: no time passes.
        pub fn after(_: Duration) -> Self {
            Self
        }
    }

    #[derive(Clone, Copy, Debug, Eq, PartialEq)]
    pub(crate) enum Woken {
        Notified,
        #[allow(dead_code)] // Only where time passes.
        TooLate,
    }

    /// A panic under loom is loom's finding: it must come out.
    pub(crate) fn isolate<T>(call: impl FnOnce() -> T) -> Option<T> {
        Some(call())
    }

    pub(crate) struct Stopwatch;

    impl Stopwatch {
        pub(crate) fn start() -> Self {
            Self
        }

        pub(crate) fn elapsed(&self) -> Duration {
            Duration::ZERO
        }
    }
}
