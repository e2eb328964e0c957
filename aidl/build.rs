//! Generates the crate from `dev/jobwarden/*.aidl`; a warning of the AIDL compiler fails the build.

use std::error::Error;
use std::process::{exit, Command};

/// Set in the child process that runs the compiler.
const GENERATE: &str = "JOBWARDEN_AIDL_GENERATE";

fn main() {
    let outcome = if std::env::var_os(GENERATE).is_some() { generate() } else { supervise() };
    if let Err(error) = outcome {
        eprintln!("{error}");
        exit(1);
    }
}

/// The compiler prints its warnings for cargo and has no switch that makes them errors, so it runs in a
/// child whose output is looked at.
fn supervise() -> Result<(), Box<dyn Error>> {
    let child = Command::new(std::env::current_exe()?).env(GENERATE, "1").output()?;
    let printed = String::from_utf8_lossy(&child.stdout);
    eprint!("{}", String::from_utf8_lossy(&child.stderr));
    let warnings: Vec<_> =
        printed.lines().filter_map(|line| line.strip_prefix("cargo:warning=")).collect();
    if !warnings.is_empty() {
        return Err(format!("the AIDL compiler warns:\n{}", warnings.join("\n")).into());
    }
    print!("{printed}");
    println!("cargo:rerun-if-changed=dev");
    if child.status.success() {
        Ok(())
    } else {
        Err("the AIDL compiler failed".into())
    }
}

fn generate() -> Result<(), Box<dyn Error>> {
    rsbinder_aidl::Builder::new()
        .source("dev")
        .include_dir(".")
        .output("jobwarden_aidl.rs")
        .generate()
        .map_err(|error| format!("{error:?}").into())
}
