//! What an app declares: `AndroidManifest.xml` as text, as binary XML, and inside an `.apk`.
//!
//! [`read`] opens a file and finds out which of the three it is; [`Manifest`] is what it says, and
//! [`Manifest::describe`] turns it into the package that the model installs.
//!
//! The trap: in binary XML an attribute is what its resource id says, not what its name says, and a
//! value is what its type says. The platform looks at nothing else, so neither do we; otherwise a file
//! could tell us one thing and a device another.
//!
//! Input is hostile. Every reader has limits ([`limit`]) on bytes, depth, elements, attributes and text;
//! what exceeds one is refused with the element at which that was seen. Nothing is guessed: a document
//! that is broken in one place is refused as a whole.
//!
//! ```
//! use jobwarden_manifest::{read_bytes, Assumed};
//!
//! let xml = br#"<manifest package="com.example.files"
//!     xmlns:android="http://schemas.android.com/apk/res/android">
//!   <uses-sdk android:targetSdkVersion="34"/>
//!   <application><service android:name=".Sync" android:foregroundServiceType="dataSync"/></application>
//! </manifest>"#;
//! let package = read_bytes(xml, &Assumed::default())?.describe(10_000)?;
//! assert_eq!(package.services[0].class, "com.example.files.Sync");
//! assert_eq!(package.services[0].foreground_service_types, 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Map
//!
//! | question | file |
//! |---|---|
//! | which elements and attributes matter, and what do they mean? | `document`, `collect` |
//! | how is each notation read? | `text`; `binary` and `pool`; `apk` |
//! | what can be wrong? | `error` |
//! | how does a test get an `.apk`? | `compile` (feature `compile`) |
//!
//! # Deliberately absent
//!
//! `resources.arsc`: a value behind a resource reference is not looked up. A text stays `@0x7f010002`, a
//! truth value counts as not given, a number that the description needs is an error.

mod apk;
mod binary;
mod collect;
#[cfg(feature = "compile")]
pub mod compile;
mod document;
mod error;
mod pool;
mod text;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use jobwarden_model::fgs::types::ForegroundServiceType;
use jobwarden_model::package::{PackageDescription, ServiceDescription};

pub use error::{Fault, Problem, ReadError, Undescribable};

/// What a reader takes at most; beyond it the input is refused.
pub mod limit {
    /// Bytes of a manifest, inflated.
    pub const MANIFEST_BYTES_MAX: u64 = 4 << 20;
    /// Entries in the directory of an `.apk`.
    pub const ARCHIVE_ENTRIES_MAX: usize = 500_000;
    /// Elements within each other.
    pub const DEPTH_MAX: usize = 64;
    /// Elements of a document.
    pub const ELEMENTS_MAX: usize = 50_000;
    /// Attributes of one element.
    pub const ATTRIBUTES_MAX: usize = 256;
    /// Namespace prefixes in force at one element.
    pub const PREFIXES_MAX: usize = 64;
    /// Services of a package.
    pub const SERVICES_MAX: usize = 5_000;
    /// Bytes of a name: of a class, a permission, a process.
    pub const NAME_BYTES_MAX: usize = 1_024;
    /// Bytes of one value.
    pub const VALUE_BYTES_MAX: usize = 32 << 10;
    /// Bytes of all values together.
    pub const TEXT_BYTES_MAX: usize = 8 << 20;
}

/// The API level of the platform that is modelled: what a source file is made for that does not say, and
/// where `maxSdkVersion` is measured.
pub const PLATFORM_SDK: i32 = 34;

/// What a build would add to a source file.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Assumed {
    /// The package, instead of what the file says.
    pub package: Option<String>,
    /// The target SDK, instead of what the file says.
    pub target_sdk: Option<i32>,
}

/// Where in a file something stands.
#[derive(Clone, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub struct Place {
    /// The element and, if it has one, its name: `service com.example.Sync`.
    pub element: String,
    /// The line; binary XML has one only if the build kept it.
    pub line: Option<u32>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: <{}>", self.element.escape_debug()),
            None => write!(f, "<{}>", self.element.escape_debug()),
        }
    }
}

/// What a manifest says, as far as jobs and foreground services are concerned.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Manifest {
    /// The package; a source file may leave it to the build.
    pub package: Option<String>,
    /// The SDK it is made for.
    pub target_sdk: i32,
    /// May be debugged.
    pub debuggable: bool,
    /// `uses-permission`, in order.
    pub permissions: Vec<UsesPermission>,
    /// `uses-feature`, by name.
    pub features: BTreeSet<String>,
    /// The actions of all intent filters of the application.
    pub actions: BTreeSet<String>,
    /// The services, in order.
    pub services: Vec<Service>,
    /// Where the root stands.
    pub place: Place,
}

/// A permission that the app asks for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UsesPermission {
    /// Its full name.
    pub name: String,
    /// The last API level on which it is asked for.
    pub max_sdk: Option<i32>,
    /// Where it stands.
    pub place: Place,
}

impl UsesPermission {
    /// Whether it is asked for on the platform that is modelled.
    pub fn applies(&self) -> bool {
        self.max_sdk.map_or(true, |max| max >= PLATFORM_SDK)
    }
}

/// A service as it is declared.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Service {
    /// The class, fully qualified if the package is known.
    pub class: String,
    /// What a caller must hold: its own, or the application's where it has none.
    pub permission: Option<String>,
    /// The process it runs in; `None`: the package's own.
    pub process: Option<String>,
    /// Others may use it.
    pub exported: bool,
    /// The attribute `foregroundServiceType`.
    pub types: DeclaredTypes,
    /// `property` elements by name.
    pub properties: BTreeMap<String, String>,
    /// Has an intent filter.
    pub has_intent_filter: bool,
    /// Where it stands.
    pub place: Place,
}

/// The attribute `foregroundServiceType`, as far as it can be understood.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct DeclaredTypes {
    /// The mask of what is understood.
    pub mask: ForegroundServiceType,
    /// Parts that are neither a keyword nor a number.
    pub unknown: Vec<String>,
}

impl Manifest {
    /// The names of the permissions that the app asks for on the platform that is modelled.
    pub fn requested(&self) -> BTreeSet<&str> {
        let asked = self.permissions.iter().filter(|permission| permission.applies());
        asked.map(|permission| permission.name.as_str()).collect()
    }

    /// The package as the model installs it.
    ///
    /// # Errors
    ///
    /// Without a name, or with a type that has no meaning, there is no such package.
    pub fn describe(&self, app_id: u32) -> Result<PackageDescription, Undescribable> {
        let name = self.package.clone().ok_or(Undescribable::NoPackage)?;
        let services =
            self.services.iter().map(Service::describe).collect::<Result<Vec<_>, _>>()?;
        let requested = self.requested();
        let mut permissions = Vec::with_capacity(requested.len());
        for permission in &self.permissions {
            let fresh = !permissions.contains(&permission.name);
            if fresh && requested.contains(permission.name.as_str()) {
                permissions.push(permission.name.clone());
            }
        }
        Ok(PackageDescription {
            name,
            app_id,
            target_sdk: self.target_sdk,
            debuggable: self.debuggable,
            permissions,
            services,
            ..PackageDescription::default()
        })
    }
}

impl Service {
    fn describe(&self) -> Result<ServiceDescription, Undescribable> {
        if let Some(keyword) = self.types.unknown.first() {
            let (place, keyword) = (self.place.clone(), keyword.clone());
            return Err(Undescribable::UnknownType { place, keyword });
        }
        Ok(ServiceDescription {
            class: self.class.clone(),
            permission: self.permission.clone(),
            process: self.process.clone(),
            exported: self.exported,
            // The mask as the description has it is unsigned; bit 31 is a bit like any other.
            foreground_service_types: u32::from_ne_bytes(self.types.mask.0.to_ne_bytes()),
            properties: self.properties.clone(),
        })
    }
}

/// Reads a file: an `.apk`, a manifest in binary XML, or one as text, by its first bytes.
///
/// # Errors
///
/// The file cannot be read, exceeds a limit, or is none of the three.
pub fn read(path: &Path, assumed: &Assumed) -> Result<Manifest, ReadError> {
    let mut file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(ReadError::Folder);
    }
    let mut bytes = Vec::new();
    file.by_ref().take(4).read_to_end(&mut bytes)?;
    if apk::is_zip(&bytes) {
        return document::read_binary(&apk::manifest_of_file(file)?, assumed);
    }
    file.take(limit::MANIFEST_BYTES_MAX).read_to_end(&mut bytes)?;
    read_document(&bytes, assumed)
}

/// The same for bytes that are in memory already.
///
/// # Errors
///
/// As for [`read`].
pub fn read_bytes(bytes: &[u8], assumed: &Assumed) -> Result<Manifest, ReadError> {
    match apk::is_zip(bytes) {
        true => document::read_binary(&apk::manifest_of_bytes(bytes)?, assumed),
        false => read_document(bytes, assumed),
    }
}

fn read_document(bytes: &[u8], assumed: &Assumed) -> Result<Manifest, ReadError> {
    if bytes.len() as u64 > limit::MANIFEST_BYTES_MAX {
        return Err(ReadError::TooLarge { bytes_max: limit::MANIFEST_BYTES_MAX });
    }
    match binary::is_binary(bytes) {
        true => document::read_binary(bytes, assumed),
        false => document::read_text(bytes, assumed),
    }
}
