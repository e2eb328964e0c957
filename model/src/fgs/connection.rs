//! `ConnectionRecord`, `IntentBindRecord`: who is bound to a service, and with which intent.

use super::effect::ConnectionToken;
use crate::ids::{Pid, Uid};
use crate::process::BindFlags;

/// Names a connection: the client's object is its own only within its process.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ConnectionKey {
    /// The process that is bound.
    pub client: Pid,
    /// Its connection object.
    pub connection: ConnectionToken,
}

/// One binding of a client to a service.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct ConnectionRecord {
    pub(super) key: ConnectionKey,
    pub(super) client_uid: Uid,
    pub(super) client_package: Option<String>,
    pub(super) flags: BindFlags,
    /// The action of the intent it was bound with.
    pub(super) action: Option<String>,
    /// The service was brought down.
    pub(super) service_dead: bool,
    /// In the order of binding, over all connections.
    pub(super) order: u64,
}

impl ConnectionRecord {
    /// What names it.
    pub fn key(&self) -> ConnectionKey {
        self.key
    }

    /// Whose process is bound.
    pub fn client_uid(&self) -> Uid {
        self.client_uid
    }

    /// As what the client bound.
    pub fn client_package(&self) -> Option<&str> {
        self.client_package.as_deref()
    }

    /// How.
    pub fn flags(&self) -> BindFlags {
        self.flags
    }

    /// A number that no other connection has.
    pub fn order(&self) -> u64 {
        self.order
    }

    pub(super) fn auto_create(&self) -> bool {
        self.flags.has(BindFlags::AUTO_CREATE)
    }
}

/// One intent that a service is bound with, by any number of clients. Rule: FGS-STOP-031.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) struct IntentBindRecord {
    /// The action: all that tells one intent of a service from another.
    pub action: Option<String>,
    /// `onBind` was asked for.
    pub requested: bool,
    /// `onBind` was answered.
    pub received: bool,
    /// What it answered.
    pub has_binder: bool,
    /// An `onUnbind` is owed when the last client goes.
    pub has_bound: bool,
    /// The next client comes with `onRebind`.
    pub do_rebind: bool,
}

impl IntentBindRecord {
    pub(super) fn new(action: Option<String>) -> Self {
        Self {
            action,
            requested: false,
            received: false,
            has_binder: false,
            has_bound: false,
            do_rebind: false,
        }
    }
}
