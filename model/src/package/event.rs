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
    /// A role was given to a package, or taken from it.
    RoleChanged {
        /// `android.app.role.*`.
        role: String,
        /// Which package.
        package: String,
        /// For whom.
        user: UserId,
        /// What it is now.
        held: bool,
    },
    /// The user let an app capture the screen, or no longer does.
    MediaProjectionChanged {
        /// Which package.
        package: String,
        /// For whom.
        user: UserId,
        /// What it is now.
        active: bool,
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

impl Event {
    /// The package it is about and its user, where it is about one.
    pub fn package(&self) -> Option<(&str, UserId)> {
        match self {
            Self::Installed { package, user } => Some((&package.name, *user)),
            Self::Removed { package, user }
            | Self::EnabledChanged { package, user, .. }
            | Self::PermissionChanged { package, user, .. }
            | Self::AppOpChanged { package, user, .. }
            | Self::RoleChanged { package, user, .. }
            | Self::MediaProjectionChanged { package, user, .. } => Some((package, *user)),
            Self::ServiceEnabledChanged { service, user, .. } => Some((&service.package, *user)),
            Self::CompatOverridden { .. } => None,
        }
    }
}
