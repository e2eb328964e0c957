//! What a manifest says: the package, its permissions and its services.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::ids::{Uid, UserId};

/// A package as its manifest describes it.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PackageDescription {
    /// Its name.
    pub name: String,
    /// The same in every user; packages that share a user id share it.
    pub app_id: u32,
    /// The SDK it was made for.
    pub target_sdk: i32,
    /// May be debugged: some mistakes then throw.
    pub debuggable: bool,
    /// Runs without being installed.
    pub instant: bool,
    /// Part of the system image.
    pub system: bool,
    /// `uses-permission`, by full name. All are granted on installation.
    pub permissions: Vec<String>,
    /// Its services.
    pub services: Vec<ServiceDescription>,
}

impl Default for PackageDescription {
    fn default() -> Self {
        Self {
            name: String::new(),
            app_id: 0,
            target_sdk: 34,
            debuggable: false,
            instant: false,
            system: false,
            permissions: Vec::new(),
            services: Vec::new(),
        }
    }
}

/// A service as its manifest describes it.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ServiceDescription {
    /// The fully qualified class name.
    pub class: String,
    /// What a caller must hold to use it.
    pub permission: Option<String>,
    /// The process it runs in; `None`: the package's own.
    pub process: Option<String>,
    /// Others may use it.
    pub exported: bool,
    /// `foregroundServiceType`, as a mask; 0 where the attribute is absent.
    pub foreground_service_types: u32,
    /// `property` elements by name.
    pub properties: BTreeMap<String, String>,
}

impl PackageDescription {
    /// The uid of the package in a user.
    pub fn uid(&self, user: UserId) -> Uid {
        Uid::of(user, self.app_id)
    }

    /// The process a service of this package runs in.
    pub fn process_of<'a>(&'a self, service: &'a ServiceDescription) -> &'a str {
        service.process.as_deref().unwrap_or(&self.name)
    }

    /// What is wrong with the description, if anything.
    pub(super) fn check(&self) -> Result<(), &'static str> {
        if self.name.is_empty() {
            return Err("a package needs a name");
        }
        if self.app_id >= 100_000 {
            return Err("an app id lies below 100000");
        }
        let mut classes: Vec<_> = self.services.iter().map(|service| &service.class).collect();
        classes.sort_unstable();
        if classes.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err("two services have the same class");
        }
        Ok(())
    }
}
