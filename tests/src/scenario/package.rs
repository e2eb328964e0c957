//! An installed package: what it declares, spelled out or in a manifest beside the scenario.

use jobwarden_manifest::{Assumed, Undescribable};
use jobwarden_model::fgs::types::ForegroundServiceType;
use jobwarden_model::package::{PackageDescription, ServiceDescription};
use jobwarden_model::{ComponentName, Uid};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_saphyr::Spanned;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const BIND_JOB_SERVICE: &str = "android.permission.BIND_JOB_SERVICE";
/// What a package is made for that does not say.
const CURRENT_SDK: i32 = 34;

/// An installed package.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(try_from = "PackageShape")]
#[schemars(with = "PackageShape")]
pub struct PackageSpec {
    /// What it declares. As long as `manifest` is not read, only what the scenario says.
    pub description: PackageDescription,
    /// Its process runs at the start.
    pub running: bool,
    /// The manifest that is still to be read.
    manifest: Option<ManifestFile>,
}

/// A manifest that a scenario names, and what a build would add to it.
#[derive(Clone, Debug)]
struct ManifestFile {
    path: PathBuf,
    place: (u64, u64),
    assumed: Assumed,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(rename = "PackageSpec")]
struct PackageShape {
    /// An `AndroidManifest.xml`, as text or compiled, or an `.apk`, relative to the scenario: it says all
    /// but the uid. `name` and `target-sdk` then say what its build would add.
    #[schemars(with = "Option<String>")]
    manifest: Option<Spanned<PathBuf>>,
    /// Its name, with at least one dot.
    name: Option<String>,
    /// Its uid in user 0; packages with the same uid share it.
    uid: u32,
    /// The SDK it was made for; 34.
    target_sdk: Option<i32>,
    /// Permissions, by full name or without `android.permission.`. What is not said: those that an
    /// ordinary app with jobs declares.
    permissions: Option<Vec<String>>,
    /// Its services: class names, or more about each.
    services: Option<Vec<ServiceShape>>,
    /// May be debugged.
    debuggable: Option<bool>,
    /// Its process runs at the start.
    #[serde(default = "yes")]
    running: bool,
}

/// A service: `.Name`, or a mapping that says more.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged, expecting = "a class name such as `.Upload`, or a mapping with `class`")]
enum ServiceShape {
    /// A job service, guarded as it must be.
    Class(String),
    Full(FullService),
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct FullService {
    /// The class, relative to the package if it starts with a dot.
    class: String,
    /// What a caller must hold. `none`: nothing; not said: `android.permission.BIND_JOB_SERVICE` without types.
    #[serde(default)]
    permission: Option<String>,
    /// Foreground-service types, as in the manifest.
    #[serde(default)]
    types: Vec<String>,
    /// Its process, if not the package's own.
    #[serde(default)]
    process: Option<String>,
    /// Others may use it.
    #[serde(default)]
    exported: bool,
    /// `property` elements.
    #[serde(default)]
    properties: BTreeMap<String, String>,
}

fn yes() -> bool {
    true
}

fn usual_permissions() -> Vec<String> {
    ["ACCESS_NETWORK_STATE", "RECEIVE_BOOT_COMPLETED", "RUN_USER_INITIATED_JOBS"]
        .map(str::to_owned)
        .to_vec()
}

impl TryFrom<PackageShape> for PackageSpec {
    type Error = String;

    fn try_from(shape: PackageShape) -> Result<Self, String> {
        let running = shape.running;
        let Some(manifest) = &shape.manifest else {
            return Ok(Self { description: shape.describe()?, running, manifest: None });
        };
        let said = [
            ("permissions", shape.permissions.is_some()),
            ("services", shape.services.is_some()),
            ("debuggable", shape.debuggable.is_some()),
        ];
        if let Some((key, _)) = said.iter().find(|(_, said)| *said) {
            return Err(format!("`{key}` is what the manifest says; leave out one of the two"));
        }
        let manifest = ManifestFile {
            path: manifest.value.clone(),
            place: (manifest.referenced.line(), manifest.referenced.column()),
            assumed: Assumed { package: shape.name.clone(), target_sdk: shape.target_sdk },
        };
        let description = PackageDescription {
            name: shape.name.unwrap_or_default(),
            app_id: shape.uid,
            ..PackageDescription::default()
        };
        Ok(Self { description, running, manifest: Some(manifest) })
    }
}

impl PackageShape {
    /// What is spelled out in the scenario.
    fn describe(self) -> Result<PackageDescription, String> {
        let name = self.name.ok_or("a package needs `name`, or `manifest`")?;
        let permissions = self.permissions.unwrap_or_else(usual_permissions);
        let services = self.services.unwrap_or_default();
        let services = services.into_iter().map(|service| service.describe(&name));
        Ok(PackageDescription {
            services: services.collect::<Result<_, _>>()?,
            name,
            app_id: self.uid,
            target_sdk: self.target_sdk.unwrap_or(CURRENT_SDK),
            debuggable: self.debuggable.unwrap_or(false),
            permissions: permissions.iter().map(|name| full_permission(name)).collect(),
            ..PackageDescription::default()
        })
    }
}

impl ServiceShape {
    fn describe(self, package: &str) -> Result<ServiceDescription, String> {
        let service = match self {
            Self::Class(class) => FullService {
                class,
                permission: None,
                types: Vec::new(),
                process: None,
                exported: false,
                properties: BTreeMap::new(),
            },
            Self::Full(service) => service,
        };
        let permission = match service.permission {
            Some(none) if none == "none" => None,
            None if service.types.is_empty() => Some(BIND_JOB_SERVICE.to_owned()),
            permission => permission,
        };
        let types = ForegroundServiceType::from_manifest_attribute(&service.types.join("|"))
            .map_err(|error| format!("service `{}`: {error}", service.class))?;
        Ok(ServiceDescription {
            class: ComponentName::new(package, &*service.class).class.to_string(),
            permission,
            process: service.process,
            exported: service.exported,
            foreground_service_types: types.0.cast_unsigned(),
            properties: service.properties,
        })
    }
}

impl PackageSpec {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.description.name
    }

    /// Its uid in user 0.
    pub fn uid(&self) -> Uid {
        Uid(self.description.app_id)
    }

    /// Reads the manifest, if the scenario in `folder` names one.
    pub(super) fn read_manifest(&mut self, folder: &Path) -> Result<(), ((u64, u64), String)> {
        let Some(ManifestFile { path, place, assumed }) = self.manifest.take() else {
            return Ok(());
        };
        let wrong = |error: &dyn std::fmt::Display| (place, format!("{}: {error}", path.display()));
        let manifest = jobwarden_manifest::read(&folder.join(&path), &assumed);
        let manifest = manifest.map_err(|error| wrong(&error))?;
        let described = manifest.describe(self.description.app_id);
        self.description = described.map_err(|error| match error {
            Undescribable::NoPackage => wrong(&format!("{error}; say which with `name`")),
            Undescribable::UnknownType { .. } => wrong(&error),
        })?;
        Ok(())
    }
}

/// A permission by its full name.
pub(super) fn full_permission(name: &str) -> String {
    match name.contains('.') {
        true => name.to_owned(),
        false => format!("android.permission.{name}"),
    }
}
