//! What the package manager tells the rest of the system.

use serde::{Deserialize, Serialize};

use super::{AppOpMode, Change, EnabledState, Granted, PackageDescription};
use crate::ids::{ComponentName, UserId};

/// A change of installed packages or of what they may do.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Event {
    /// Installed for a user, or replaced by another version.
    Installed {
        /// As its manifest says.
        package: Box<PackageDescription>,
        /// For whom.
        user: UserId,
    },
    /// Fully removed for a user.
    Removed {
        /// Which package.
        package: String,
        /// For whom.
        user: UserId,
    },
    /// Enabled or disabled as a whole.
    EnabledChanged {
        /// Which package.
        package: String,
        /// For whom.
        user: UserId,
        /// What it is now.
        state: EnabledState,
    },
    /// One service was enabled or disabled.
    ServiceEnabledChanged {
        /// Which service.
        service: ComponentName,
        /// For whom.
        user: UserId,
        /// What it is now.
        enabled: bool,
    },
    /// A permission was granted or taken away.
    PermissionChanged {
        /// Which package.
        package: String,
        /// For whom.
        user: UserId,
        /// By its full name.
        permission: String,
        /// What it is now.
        granted: Granted,
    },
    /// An app-op was set.
    AppOpChanged {
        /// Which package.
        package: String,
        /// For whom.
        user: UserId,
        /// By its public name: `android:camera`.
        op: String,
        /// What it is now.
        mode: AppOpMode,
    },
    /// A compat change was forced on or off for a package.
    CompatOverridden {
        /// Which package.
        package: String,
        /// Which change.
        change: Change,
        /// What it is now.
        enabled: bool,
    },
}
