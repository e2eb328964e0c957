//! `jobwarden app-info`: what an app declares, as the service would install it.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use jobwarden_manifest::{read, Assumed, Undescribable};
use jobwarden_model::fgs::types::ForegroundServiceType;
use jobwarden_model::package::{PackageDescription, ServiceDescription};

use super::Failure;

/// Show what an app declares: from an .apk, or an AndroidManifest.xml as text or compiled.
///
/// With `--format json` it prints the description of a package that `install` takes.
///
/// Exit codes: 0 shown; 2 unreadable.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// An .apk or an AndroidManifest.xml.
    file: PathBuf,
    /// For whom to print.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// The app id to install it with; the first app of a device has 10000.
    #[arg(long, value_name = "NUMBER", default_value_t = 10_000,
          value_parser = clap::value_parser!(u32).range(..100_000))]
    app_id: u32,
    #[command(flatten)]
    build: Build,
}

/// What a build would add to a source file.
#[derive(clap::Args)]
pub(super) struct Build {
    /// The package, where the file leaves it to the build; wins over what the file says.
    #[arg(long, value_name = "NAME")]
    package: Option<String>,
    /// The target SDK, likewise. A source file that names none is taken for 34.
    #[arg(long, value_name = "LEVEL")]
    target_sdk: Option<i32>,
}

impl Build {
    pub(super) fn assumed(&self) -> Assumed {
        Assumed { package: self.package.clone(), target_sdk: self.target_sdk }
    }
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Format {
    /// People.
    Human,
    /// Programs: one JSON object.
    Json,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let package = describe(&arguments.file, &arguments.build, arguments.app_id)?;
    let mut out = io::stdout().lock();
    match arguments.format {
        Format::Human => show(&package, &mut out)?,
        Format::Json => {
            serde_json::to_writer_pretty(&mut out, &package)?;
            writeln!(out)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The package that a file describes.
pub(super) fn describe(
    file: &Path,
    build: &Build,
    app_id: u32,
) -> Result<PackageDescription, Failure> {
    let unreadable = |why: &str| Failure { message: format!("{}: {why}", file.display()), code: 2 };
    let manifest = read(file, &build.assumed()).map_err(|error| unreadable(&error.to_string()))?;
    manifest.describe(app_id).map_err(|error| match error {
        Undescribable::NoPackage => unreadable(&format!("{error}; say which with --package")),
        Undescribable::UnknownType { .. } => unreadable(&error.to_string()),
    })
}

/// For people: what a package declares.
pub(super) fn show(package: &PackageDescription, out: &mut impl Write) -> io::Result<()> {
    let debuggable = if package.debuggable { ", debuggable" } else { "" };
    writeln!(out, "{}: target SDK {}{debuggable}", package.name, package.target_sdk)?;
    writeln!(out, "permissions: {}", package.permissions.len())?;
    for permission in &package.permissions {
        writeln!(out, "  {permission}")?;
    }
    writeln!(out, "services: {}", package.services.len())?;
    for service in &package.services {
        show_service(package, service, out)?;
    }
    Ok(())
}

fn show_service(
    package: &PackageDescription,
    service: &ServiceDescription,
    out: &mut impl Write,
) -> io::Result<()> {
    let exported = if service.exported { " (exported)" } else { "" };
    writeln!(out, "  {}{exported}", service.class)?;
    if service.foreground_service_types != 0 {
        writeln!(out, "    types       {}", labels(service.foreground_service_types))?;
    }
    if let Some(permission) = &service.permission {
        writeln!(out, "    permission  {permission}")?;
    }
    if service.process.is_some() {
        writeln!(out, "    process     {}", package.process_of(service))?;
    }
    for (name, value) in &service.properties {
        writeln!(out, "    property    {name} = {}", value.escape_debug())?;
    }
    Ok(())
}

/// The names of the types, and as a number what has none.
fn labels(mask: u32) -> String {
    let bits = (0..u32::BITS).map(|bit| 1_u32 << bit).filter(|bit| mask & bit != 0);
    let label = |bit: u32| {
        let known = ForegroundServiceType(i32::from_ne_bytes(bit.to_ne_bytes())).label();
        if known == "unknown" {
            format!("0x{bit:x}")
        } else {
            known.to_owned()
        }
    };
    bits.map(label).collect::<Vec<_>>().join("|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_shown_by_name_and_bits_without_one_as_numbers() {
        assert_eq!(labels(0x1 | 0x800), "dataSync|shortService");
        assert_eq!(labels(0x8000_2000), "0x2000|0x80000000");
    }
}
