//! Accepts connections: blocking, by kernel-vouched uid, with a limit per uid and for all.
//!
//! `RpcServer`'s own loop polls, admits everybody, and a few thousand connections of one uid abort the
//! process. This one wakes up for a connection only, asks the kernel who it is, and counts.

use std::collections::BTreeMap;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;
use std::time::Duration;

use jobwarden_aidl::binder::rpc::transport::UnixTransport;
use jobwarden_aidl::binder::rpc::{PeerIdentity, RpcResult, RpcServer, RpcTransport};
use nix::libc;
use nix::sys::socket::{shutdown, Shutdown};

/// How many connections there may be. Root is not counted against either.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Limits {
    /// Of one uid.
    pub per_uid: usize,
    /// Of all uids.
    pub total: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { per_uid: 64, total: 512 }
    }
}

/// Counts connections. Only the accepting thread admits, so there is nothing to lock: a connection that
/// ends meanwhile makes room a moment later at worst.
#[derive(Debug, Default)]
pub(crate) struct Admissions {
    per_uid: BTreeMap<u32, Arc<AtomicUsize>>,
    total: Arc<AtomicUsize>,
}

impl Admissions {
    /// Admits a connection of `uid`, or tells which limit is reached.
    pub(crate) fn admit(&mut self, uid: u32, limits: Limits) -> Result<Permit, &'static str> {
        self.per_uid.retain(|_, live| live.load(Ordering::Acquire) > 0);
        let of_uid = self.per_uid.entry(uid).or_default();
        if uid != 0 && of_uid.load(Ordering::Acquire) >= limits.per_uid {
            return Err("the limit of its uid");
        }
        if uid != 0 && self.total.load(Ordering::Acquire) >= limits.total {
            return Err("the limit of all connections");
        }
        let counters = [of_uid.clone(), self.total.clone()];
        counters.iter().for_each(|counter| {
            counter.fetch_add(1, Ordering::AcqRel);
        });
        Ok(Permit { counters })
    }
}

/// One admitted connection; dropping it makes room for another.
#[derive(Debug)]
pub(crate) struct Permit {
    counters: [Arc<AtomicUsize>; 2],
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.counters.iter().for_each(|counter| {
            counter.fetch_sub(1, Ordering::AcqRel);
        });
    }
}

/// Accepts until the listener is shut down.
pub(crate) fn accept_all(listener: &UnixListener, server: &Arc<RpcServer>, limits: Limits) {
    let mut admissions = Admissions::default();
    loop {
        let stream = match listener.accept() {
            Ok((stream, _)) => stream,
            Err(error) => match error.raw_os_error() {
                Some(libc::EINTR | libc::ECONNABORTED) => continue,
                // Nothing a new try could change at once; connections that end make room.
                Some(libc::EMFILE | libc::ENFILE | libc::ENOMEM | libc::ENOBUFS) => {
                    tracing::warn!(%error, "cannot accept");
                    std::thread::sleep(Duration::from_millis(50));
                    continue;
                }
                _ => return, // shut down
            },
        };
        let Ok(transport) = UnixTransport::from_stream(stream) else { continue };
        let Some(uid) = transport.peer_identity().uid() else { continue }; // nobody vouches
        match admissions.admit(uid, limits) {
            Ok(permit) => server.serve_connection(Box::new(Guarded { transport, _permit: permit })),
            Err(limit) => tracing::warn!(uid, "connection refused: {limit} is reached"),
        }
    }
}

/// Makes [`accept_all`] return.
pub(crate) fn stop_accepting(listener: &UnixListener) -> io::Result<()> {
    shutdown(listener.as_raw_fd(), Shutdown::Both).map_err(Into::into)
}

/// A transport that keeps its permit for as long as the connection lives.
struct Guarded {
    transport: UnixTransport,
    _permit: Permit,
}

// Every method is passed on, also those that have a default: descriptors, deadlines and draining would
// silently be lost otherwise.
impl RpcTransport for Guarded {
    fn send_frame(&self, body: &[u8]) -> RpcResult<()> {
        self.transport.send_frame(body)
    }
    fn recv_frame(&self) -> RpcResult<Vec<u8>> {
        self.transport.recv_frame()
    }
    fn peer_identity(&self) -> PeerIdentity {
        self.transport.peer_identity()
    }
    fn describe(&self) -> &str {
        self.transport.describe()
    }
    fn set_read_timeout(&self, timeout: Option<Duration>) -> RpcResult<()> {
        self.transport.set_read_timeout(timeout)
    }
    fn set_write_timeout(&self, timeout: Option<Duration>) -> RpcResult<()> {
        self.transport.set_write_timeout(timeout)
    }
    fn set_liveness(&self, timeout: Option<Duration>) -> RpcResult<()> {
        self.transport.set_liveness(timeout)
    }
    fn peer_closed(&self) -> Option<bool> {
        self.transport.peer_closed()
    }
    fn shutdown_handle(&self) -> Option<Box<dyn FnOnce() + Send>> {
        self.transport.shutdown_handle()
    }
    fn shutdown(&self) -> RpcResult<()> {
        self.transport.shutdown()
    }
    fn supports_fd_passing(&self) -> bool {
        self.transport.supports_fd_passing()
    }
    fn send_frame_with_fds(&self, body: &[u8], fds: &[BorrowedFd<'_>]) -> RpcResult<()> {
        self.transport.send_frame_with_fds(body, fds)
    }
    fn recv_frame_with_fds(&self) -> RpcResult<(Vec<u8>, Vec<OwnedFd>)> {
        self.transport.recv_frame_with_fds()
    }
    fn send_raw(&self, bytes: &[u8]) -> RpcResult<()> {
        self.transport.send_raw(bytes)
    }
    fn recv_raw(&self, bytes: &mut [u8]) -> RpcResult<usize> {
        self.transport.recv_raw(bytes)
    }
    fn send_raw_with_fds(&self, bytes: &[u8], fds: &[BorrowedFd<'_>]) -> RpcResult<()> {
        self.transport.send_raw_with_fds(bytes, fds)
    }
    fn recv_raw_with_fds(&self, bytes: &mut [u8]) -> RpcResult<(usize, Vec<OwnedFd>)> {
        self.transport.recv_raw_with_fds(bytes)
    }
    fn send_raw_draining(
        &self,
        bytes: &[u8],
        fds: &[BorrowedFd<'_>],
        drain: &mut dyn FnMut() -> RpcResult<()>,
    ) -> RpcResult<()> {
        self.transport.send_raw_draining(bytes, fds, drain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { per_uid: 2, total: 3 };

    #[test]
    fn one_uid_cannot_lock_out_another() {
        let mut admissions = Admissions::default();
        let first: Vec<_> = (0..2).map(|_| admissions.admit(10_001, LIMITS).unwrap()).collect();
        assert_eq!(admissions.admit(10_001, LIMITS).unwrap_err(), "the limit of its uid");
        let other = admissions.admit(10_002, LIMITS).unwrap();
        assert_eq!(admissions.admit(10_003, LIMITS).unwrap_err(), "the limit of all connections");
        assert!(admissions.admit(0, LIMITS).is_ok(), "root can always get in");
        drop((first, other));
        assert!(admissions.admit(10_003, LIMITS).is_ok());
    }

    #[test]
    fn a_connection_that_ends_makes_room() {
        let mut admissions = Admissions::default();
        for _ in 0..100 {
            let _permit = admissions.admit(10_001, LIMITS).unwrap();
        }
        let _kept = admissions.admit(10_001, LIMITS).unwrap();
        assert_eq!(admissions.per_uid.len(), 1);
    }
}
