//! Installed packages: who they are, what they declare, and what they may do.
//!
//! The facts a package manager, a permission manager, an app-op service and the compat framework would
//! answer with. Everything here comes in as an [`Event`]; nothing is derived from behaviour.

mod app_ops;
mod compat;
mod description;
mod event;
mod permission;

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

pub use app_ops::{default_mode, permission_to_op};
pub use compat::Change;
pub use description::{PackageDescription, ServiceDescription};
pub use event::Event;
pub use permission::{AppOpMode, Granted};

use crate::ids::{ComponentName, Uid, UserId};
use crate::name_map::NameMap;

/// What the shell of `adb` holds, as far as anything here asks.
const SHELL_PERMISSIONS: &[&str] = &[
    "android.permission.CHANGE_APP_IDLE_STATE",
    "android.permission.DUMP",
    "android.permission.FORCE_STOP_PACKAGES",
    "android.permission.INTERACT_ACROSS_USERS_FULL",
    "android.permission.MANAGE_ACTIVITY_TASKS",
    "android.permission.START_ACTIVITIES_FROM_BACKGROUND",
];

/// Whether a package can be used at all: `PackageManager.COMPONENT_ENABLED_STATE_*`.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum EnabledState {
    /// As declared.
    #[default]
    Default,
    /// Disabled by the app itself or the system.
    Disabled,
    /// Disabled by the user.
    DisabledByUser,
}

/// What is known of one package in one user.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
struct Installed {
    description: PackageDescription,
    enabled: EnabledState,
    disabled_services: BTreeSet<String>,
    permissions: permission::Permissions,
}

/// All installed packages of all users.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Packages {
    installed: BTreeMap<UserId, NameMap<String, Installed>>,
    by_uid: BTreeMap<Uid, BTreeSet<String>>,
    overrides: BTreeMap<(String, Change), bool>,
    /// The holders of each role, by user.
    roles: BTreeMap<(String, UserId), BTreeSet<String>>,
    /// Uids that the user allowed to capture the screen.
    media_projections: BTreeSet<Uid>,
}

/// What a package event did, for the rooms that react to it.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Changed {
    /// A package is new in a user.
    Added(Uid),
    /// A package has a new version.
    Replaced(Uid),
    /// A package is gone from a user.
    Removed(Uid),
    /// The whole package was enabled or disabled.
    Enabled(Uid, EnabledState),
    /// A component was enabled or disabled.
    Component(Uid),
    /// Nothing that anybody reacts to.
    Nothing,
}

/// Why a package event cannot be.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PackageError {
    /// The package is not installed in that user.
    #[error("package `{package}` is not installed for user {user}")]
    Unknown {
        /// Which package.
        package: String,
        /// In which user.
        user: UserId,
    },
    /// The service is not declared.
    #[error("package `{package}` declares no service `{class}`")]
    UnknownService {
        /// Which package.
        package: String,
        /// Which class.
        class: String,
    },
    /// The description makes no sense.
    #[error("package `{package}`: {why}")]
    Invalid {
        /// Which package.
        package: String,
        /// What is wrong with it.
        why: &'static str,
    },
}

impl Packages {
    /// Takes an event in.
    ///
    /// # Errors
    ///
    /// The event names a package or a service that is not there; nothing is changed.
    pub fn on_event(&mut self, event: &Event) -> Result<Changed, PackageError> {
        match event {
            Event::Installed { package, user } => self.install(package, *user),
            Event::Removed { package, user } => self.remove(package, *user),
            Event::EnabledChanged { package, user, state } => {
                let installed = self.installed_mut(package, *user)?;
                installed.enabled = *state;
                Ok(Changed::Enabled(installed.description.uid(*user), *state))
            }
            Event::ServiceEnabledChanged { service, user, enabled } => {
                self.enable_service(service, *user, *enabled)
            }
            Event::PermissionChanged { package, user, permission, granted } => {
                self.installed_mut(package, *user)?.permissions.grant(permission, *granted);
                Ok(Changed::Nothing)
            }
            Event::AppOpChanged { package, user, op, mode } => {
                self.installed_mut(package, *user)?.permissions.set_app_op(op, *mode);
                Ok(Changed::Nothing)
            }
            Event::RoleChanged { role, package, user, held } => {
                self.installed_mut(package, *user)?;
                let holders = self.roles.entry((role.clone(), *user)).or_default();
                if *held {
                    holders.insert(package.clone());
                } else {
                    holders.remove(package);
                }
                Ok(Changed::Nothing)
            }
            Event::MediaProjectionChanged { package, user, active } => {
                let uid = self.installed_mut(package, *user)?.description.uid(*user);
                if *active {
                    self.media_projections.insert(uid);
                } else {
                    self.media_projections.remove(&uid);
                }
                Ok(Changed::Nothing)
            }
            Event::CompatOverridden { package, change, enabled } => {
                self.overrides.insert((package.clone(), *change), *enabled);
                Ok(Changed::Nothing)
            }
        }
    }

    fn install(
        &mut self,
        description: &PackageDescription,
        user: UserId,
    ) -> Result<Changed, PackageError> {
        description
            .check()
            .map_err(|why| PackageError::Invalid { package: description.name.clone(), why })?;
        let uid = description.uid(user);
        let before = self.installed(&description.name, user);
        if before.is_some_and(|installed| installed.description.uid(user) != uid) {
            return Err(PackageError::Invalid {
                package: description.name.clone(),
                why: "an update cannot change the app id",
            });
        }
        let mut permissions = before.map(|old| old.permissions.clone()).unwrap_or_default();
        permissions.declare(&description.permissions);
        let changed = if before.is_some() { Changed::Replaced(uid) } else { Changed::Added(uid) };
        self.installed.entry(user).or_default().insert(
            description.name.clone(),
            Installed {
                description: description.clone(),
                enabled: EnabledState::Default,
                disabled_services: BTreeSet::new(),
                permissions,
            },
        );
        self.by_uid.entry(uid).or_default().insert(description.name.clone());
        Ok(changed)
    }

    fn remove(&mut self, package: &str, user: UserId) -> Result<Changed, PackageError> {
        let removed = self
            .installed
            .get_mut(&user)
            .and_then(|of_user| of_user.remove(package))
            .ok_or_else(|| PackageError::Unknown { package: package.to_owned(), user })?;
        let uid = removed.description.uid(user);
        if let Some(names) = self.by_uid.get_mut(&uid) {
            names.remove(package);
            if names.is_empty() {
                self.by_uid.remove(&uid);
            }
        }
        Ok(Changed::Removed(uid))
    }

    fn enable_service(
        &mut self,
        service: &ComponentName,
        user: UserId,
        enabled: bool,
    ) -> Result<Changed, PackageError> {
        let installed = self.installed_mut(&service.package, user)?;
        if !installed.description.services.iter().any(|known| known.class == *service.class) {
            return Err(PackageError::UnknownService {
                package: service.package.to_string(),
                class: service.class.to_string(),
            });
        }
        if enabled {
            installed.disabled_services.remove(&*service.class);
        } else {
            installed.disabled_services.insert(service.class.to_string());
        }
        Ok(Changed::Component(installed.description.uid(user)))
    }

    fn installed_mut(
        &mut self,
        package: &str,
        user: UserId,
    ) -> Result<&mut Installed, PackageError> {
        self.installed
            .get_mut(&user)
            .and_then(|of_user| of_user.get_mut(package))
            .ok_or_else(|| PackageError::Unknown { package: package.to_owned(), user })
    }

    fn installed(&self, package: &str, user: UserId) -> Option<&Installed> {
        self.installed.get(&user)?.get(package)
    }

    /// The uid of a package in a user.
    pub fn uid_of(&self, package: &str, user: UserId) -> Option<Uid> {
        self.installed(package, user).map(|installed| installed.description.uid(user))
    }

    /// The packages of a uid, in the order of their names.
    pub fn of_uid(&self, uid: Uid) -> impl Iterator<Item = &str> {
        self.by_uid.get(&uid).into_iter().flatten().map(String::as_str)
    }

    /// Every uid that has a package.
    pub fn uids(&self) -> impl Iterator<Item = Uid> + '_ {
        self.by_uid.keys().copied()
    }

    /// What a package declares.
    pub fn description(&self, package: &str, user: UserId) -> Option<&PackageDescription> {
        self.installed(package, user).map(|installed| &installed.description)
    }

    /// Whether the package as a whole can be used.
    pub fn enabled(&self, package: &str, user: UserId) -> Option<EnabledState> {
        self.installed(package, user).map(|installed| installed.enabled)
    }

    /// A declared service that is enabled in an enabled package.
    pub fn service(&self, component: &ComponentName, user: UserId) -> Option<&ServiceDescription> {
        let installed = self.installed(&component.package, user)?;
        if installed.enabled != EnabledState::Default
            || installed.disabled_services.contains(&*component.class)
        {
            return None;
        }
        installed.description.services.iter().find(|service| service.class == *component.class)
    }

    /// Whether a uid holds a permission, by any of its packages.
    pub fn permission(&self, uid: Uid, permission: &str) -> Granted {
        if uid.holds_everything()
            || (uid.app_id() == Uid::SHELL.0 && SHELL_PERMISSIONS.contains(&permission))
        {
            return Granted::Granted;
        }
        self.of_uid(uid)
            .filter_map(|package| self.installed(package, uid.user()))
            .map(|installed| installed.permissions.check(permission))
            .min()
            .unwrap_or(Granted::HardDenied)
    }

    /// Whether a package is among the holders of a role. Rule: FGS-TYPE-036.
    pub fn holds_role(&self, role: &str, package: &str, user: UserId) -> bool {
        self.roles.get(&(role.to_owned(), user)).is_some_and(|holders| holders.contains(package))
    }

    /// Whether a uid holds a live token to capture the screen. Rule: FGS-TYPE-110.
    pub fn has_media_projection(&self, uid: Uid) -> bool {
        self.media_projections.contains(&uid)
    }

    /// The mode of an app-op of a package, where it was set.
    pub fn app_op(&self, package: &str, user: UserId, op: &str) -> AppOpMode {
        self.installed(package, user)
            .map_or(AppOpMode::Default, |installed| installed.permissions.app_op(op))
    }

    /// Whether a compat change is on for a uid: for all of its packages. Rule: JOB-VAL-002.
    pub fn change_enabled(&self, uid: Uid, change: Change) -> bool {
        let mut packages = self.of_uid(uid).peekable();
        if packages.peek().is_none() {
            return change.enabled_since().is_some();
        }
        packages.all(|package| self.change_enabled_for(package, uid.user(), change))
    }

    /// Whether a compat change is on for one package.
    pub fn change_enabled_for(&self, package: &str, user: UserId, change: Change) -> bool {
        let forced = self.overrides.get(&(package.to_owned(), change)).copied();
        if let Some(enabled) = forced.filter(|_| change.is_overridable()) {
            return enabled;
        }
        self.installed(package, user).map_or(change.enabled_since().is_some(), |installed| {
            change.enabled_for_target_sdk(installed.description.target_sdk)
        })
    }
}

#[cfg(test)]
mod tests;
