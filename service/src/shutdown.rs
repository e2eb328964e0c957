//! The orderly end: SIGTERM, SIGINT, or whoever asks.

use std::io;
use std::os::fd::AsFd;
use std::sync::Arc;

use nix::errno::Errno;
use nix::poll::{poll, PollFd, PollFlags, PollTimeout};
use nix::sys::eventfd::{EfdFlags, EventFd};
use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};

/// Waits for the end of the service. A clone waits for, and asks for, the same end.
#[derive(Clone, Debug)]
pub struct Shutdown {
    sources: Arc<Sources>,
}

#[derive(Debug)]
struct Sources {
    signals: SignalFd,
    asked: EventFd,
}

/// Why the service ends.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reason {
    /// SIGTERM or SIGINT.
    Signal(Signal),
    /// [`Shutdown::ask`].
    Asked,
}

impl Shutdown {
    /// Keeps SIGTERM and SIGINT from killing the process; [`wait`](Self::wait) hears of them instead.
    ///
    /// To be called before any thread is started: each thread inherits what is blocked.
    pub fn listen() -> io::Result<Self> {
        let mut signals = SigSet::empty();
        signals.add(Signal::SIGTERM);
        signals.add(Signal::SIGINT);
        signals.thread_block()?;
        let signals =
            SignalFd::with_flags(&signals, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK)?;
        let asked = EventFd::from_flags(EfdFlags::EFD_CLOEXEC | EfdFlags::EFD_NONBLOCK)?;
        Ok(Self { sources: Arc::new(Sources { signals, asked }) })
    }

    /// Ends every [`wait`](Self::wait), now and later.
    pub fn ask(&self) {
        // Cannot fail short of 2^64 requests.
        let _ = self.sources.asked.write(1);
    }

    /// Blocks until the service is to end.
    pub fn wait(&self) -> io::Result<Reason> {
        let Sources { signals, asked } = &*self.sources;
        loop {
            let mut fds = [
                PollFd::new(asked.as_fd(), PollFlags::POLLIN),
                PollFd::new(signals.as_fd(), PollFlags::POLLIN),
            ];
            match poll(&mut fds, PollTimeout::NONE) {
                Ok(_) => {}
                Err(Errno::EINTR) => continue,
                Err(error) => return Err(error.into()),
            }
            if fds[0].any().unwrap_or(false) {
                return Ok(Reason::Asked);
            }
            // Another clone may have been quicker.
            if let Some(signal) = signals.read_signal()? {
                let signal = i32::try_from(signal.ssi_signo).map_err(io::Error::other)?;
                self.ask();
                return Ok(Reason::Signal(Signal::try_from(signal)?));
            }
        }
    }
}

#[cfg(all(test, not(jobwarden_loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_signal_ends_the_service_for_everyone_who_waits() {
        for signal in [Signal::SIGTERM, Signal::SIGINT] {
            let shutdown = Shutdown::listen().unwrap();
            let other = shutdown.clone();
            nix::sys::signal::raise(signal).unwrap(); // to this thread, which blocks it
            assert_eq!(shutdown.wait().unwrap(), Reason::Signal(signal));
            assert_eq!(other.wait().unwrap(), Reason::Asked);
        }
    }

    #[test]
    fn asking_ends_a_wait_under_way() {
        let shutdown = Shutdown::listen().unwrap();
        let waiting = shutdown.clone();
        let waiting = std::thread::spawn(move || waiting.wait().unwrap());
        shutdown.ask();
        assert_eq!(waiting.join().unwrap(), Reason::Asked);
    }
}
