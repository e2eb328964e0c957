//! `jobwarden demo`: a story in real time, with real processes, in which every claim is checked.

mod actor;
mod stage;
mod story;
mod trail;

use std::path::PathBuf;
use std::process::ExitCode;

use super::Failure;
use stage::Stage;

/// Watch the rules at work, in under a minute.
///
/// Starts a service and a few app processes of its own and plays a story: a download that the user asked for
/// waits for a network, starts, shows its progress, is stopped by heat and goes on; the user stops the app in
/// the Task Manager; an app in the background is refused; a short service overstays. Each event is shown with
/// the rules that decided it, and checked.
///
/// As root the apps are processes of uids of their own, vouched for by the kernel; otherwise they act as such
/// uids through sessions. Nothing is left behind.
///
/// Exit codes: 0 the story was true; 1 it was not, and the last line says what was not.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Keep the journal of inputs in this file; `jobwarden explain` plays it again.
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let mut stage = Stage::set(arguments.record.as_deref())?;
    story::play(&mut stage)?;
    stage.strike()?;
    println!("\nEverything above was checked while it happened.");
    if let Some(path) = &arguments.record {
        println!("The inputs are in {0}; `jobwarden explain {0}` says why, again.", path.display());
    }
    Ok(ExitCode::SUCCESS)
}
