//! Permissions and app-ops of one package in one user.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The outcome of a permission check, best first.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Granted {
    /// Held.
    Granted,
    /// Held, but its app-op says no: refused without an exception.
    SoftDenied,
    /// Not held.
    HardDenied,
}

/// `AppOpsManager.MODE_*`.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AppOpMode {
    /// 0
    Allowed,
    /// 1
    Ignored,
    /// 2
    Errored,
    /// 3
    #[default]
    Default,
    /// 4
    Foreground,
}

/// What a package holds.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub(super) struct Permissions {
    held: BTreeMap<String, Granted>,
    app_ops: BTreeMap<String, AppOpMode>,
}

impl Permissions {
    /// Declared permissions are held; those no longer declared are gone. A change made since stays.
    pub(super) fn declare(&mut self, declared: &[String]) {
        self.held.retain(|name, _| declared.contains(name));
        for name in declared {
            self.held.entry(name.clone()).or_insert(Granted::Granted);
        }
    }

    pub(super) fn grant(&mut self, permission: &str, granted: Granted) {
        self.held.insert(permission.to_owned(), granted);
    }

    pub(super) fn check(&self, permission: &str) -> Granted {
        self.held.get(permission).copied().unwrap_or(Granted::HardDenied)
    }

    pub(super) fn set_app_op(&mut self, op: &str, mode: AppOpMode) {
        self.app_ops.insert(op.to_owned(), mode);
    }

    pub(super) fn app_op(&self, op: &str) -> AppOpMode {
        self.app_ops.get(op).copied().unwrap_or_default()
    }
}
