//! `jobwarden install`: an app in a running service, as its manifest describes it.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use jobwarden_model::package::{PackageDescription, ServiceDescription};
use jobwarden_model::{Uid, UserId};
use jobwarden_service::ipc::aidl;
use jobwarden_service::ipc::aidl::ISystem::ISystem;

use super::app_info::{self, Build};
use super::talk::refused;
use super::{Failure, Where};

/// Install an app in a running service: what an .apk or an AndroidManifest.xml declares.
///
/// The file is read here; the service is told what it says, through ISystem.installPackage. A package that is
/// installed already is replaced by another version and keeps its uid. All permissions are granted that it asks
/// for. Prints what was installed.
///
/// Exit codes: 0 installed; 1 refused by the service, with the reason; 2 unreadable, not a package, or wrong
/// usage; 3 no service could be reached.
#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    service: Where,
    /// An .apk or an AndroidManifest.xml.
    file: PathBuf,
    /// Install with this uid; packages with the same uid share it. The user is in it: 1010000 is app 10000 of
    /// user 10. The first app of a device has 10000.
    #[arg(long, value_name = "UID", default_value_t = 10_000,
          value_parser = clap::value_parser!(u32).range(..=i64::from(i32::MAX)))]
    uid: u32,
    #[command(flatten)]
    build: Build,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let uid = Uid(arguments.uid);
    let package = app_info::describe(&arguments.file, &arguments.build, uid.app_id())?;
    let connection = arguments.service.connect()?;
    let UserId(user) = uid.user();
    connection.system()?.installPackage(&to_wire(&package), signed(user)).map_err(refused)?;
    let mut out = io::stdout().lock();
    writeln!(out, "installed for user {user} with uid {uid}")?;
    app_info::show(&package, &mut out)?;
    Ok(ExitCode::SUCCESS)
}

/// As the wire has it, which knows no unsigned numbers.
fn signed(bits: u32) -> i32 {
    i32::from_ne_bytes(bits.to_ne_bytes())
}

fn to_wire(package: &PackageDescription) -> aidl::PackageDescription::PackageDescription {
    aidl::PackageDescription::PackageDescription {
        name: package.name.clone(),
        appId: signed(package.app_id),
        targetSdk: package.target_sdk,
        debuggable: package.debuggable,
        instant: package.instant,
        system: package.system,
        permissions: package.permissions.clone(),
        services: package.services.iter().map(service_to_wire).collect(),
    }
}

fn service_to_wire(service: &ServiceDescription) -> aidl::ServiceDescription::ServiceDescription {
    let property = |(name, value): (&String, &String)| aidl::Property::Property {
        name: name.clone(),
        value: value.clone(),
    };
    aidl::ServiceDescription::ServiceDescription {
        className: service.class.clone(),
        permission: service.permission.clone(),
        process: service.process.clone(),
        exported: service.exported,
        foregroundServiceTypes: signed(service.foreground_service_types),
        properties: service.properties.iter().map(property).collect(),
    }
}
