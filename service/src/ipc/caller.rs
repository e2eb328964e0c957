//! Who calls: the one place that asks, and it fails closed.
//!
//! `get_calling_uid()` is not used anywhere: outside a transaction it answers with the service's own uid,
//! which is root's or the system's. Here, no transaction means nobody, and nobody may do nothing.

use jobwarden_aidl::binder::rpc::PeerIdentity;
use jobwarden_aidl::binder::{self, calling_caller, Status};
use jobwarden_model::{Caller, Pid, Uid};

use super::status::security;

/// The caller of the binder transaction that this thread handles.
///
/// On RPC binder the uid and pid are those of whoever connected the socket, frozen at that moment; on
/// kernel binder they are those of the sender. The pid names a process to the rules, never a right.
///
/// # Errors
///
/// `SecurityException` outside a transaction, and where no kernel vouches for the peer.
pub fn caller() -> Result<Caller, Status> {
    let (uid, pid) = match calling_caller() {
        Some(binder::Caller::Kernel { uid, pid, .. }) => (uid, pid),
        Some(binder::Caller::Rpc(PeerIdentity::Local { uid, pid })) => (uid, pid),
        _ => return Err(security("nobody vouches for the caller")),
    };
    if uid == u32::MAX {
        return Err(security("nobody vouches for the caller"));
    }
    Ok(Caller { uid: Uid(uid), pid: (pid > 0).then_some(Pid(pid)) })
}

/// Who may use the privileged interfaces: root, system, shell, and the account of the service itself.
///
/// Whoever can run code as the service's own account could replace the service, so nothing is given away;
/// it is what makes an embedded host without root useful.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Privileged {
    own: Uid,
}

impl Privileged {
    /// For a service that runs under this uid.
    pub const fn of(own: Uid) -> Self {
        Self { own }
    }

    /// # Errors
    ///
    /// `SecurityException` naming the uid.
    pub fn check(self, caller: Caller) -> Result<Caller, Status> {
        if matches!(caller.uid, Uid::ROOT | Uid::SYSTEM | Uid::SHELL) || caller.uid == self.own {
            return Ok(caller);
        }
        Err(security(&format!("uid {} may not use a privileged interface", caller.uid)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jobwarden_aidl::binder::ExceptionCode;

    #[test]
    fn outside_a_transaction_nobody_calls() {
        assert_eq!(caller().unwrap_err().exception_code(), ExceptionCode::Security);
    }

    #[test]
    fn privileged_are_root_system_shell_and_the_service_itself() {
        let privileged = Privileged::of(Uid(1234));
        let may = |uid| privileged.check(Caller { uid: Uid(uid), pid: None }).is_ok();
        assert_eq!([0, 1000, 2000, 1234].map(may), [true; 4]);
        // The same app ids in another user are not the system.
        assert_eq!([1, 999, 1001, 10_001, 100_000, 101_000].map(may), [false; 6]);
    }
}
