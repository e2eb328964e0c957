//! `jobwarden run`: scenarios, played against the model, a service or another program.

use std::path::PathBuf;
use std::process::ExitCode;

use jobwarden_conformance::adapter::AdapterName;
use jobwarden_conformance::play;

use super::Failure;

/// Play scenarios: timelines of what happens and what is expected, in Android's vocabulary.
///
/// Exit codes: 0 all passed; 1 some failed; 2 some could not be played.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Scenario files, or folders of them.
    #[arg(required = true, value_name = "SCENARIO")]
    scenarios: Vec<PathBuf>,
    /// Who answers: `model`; `service`, started anew for each scenario and asked over binder; or
    /// `exec:PROGRAM` for a program that speaks the protocol of docs/adapter.md.
    #[arg(long, default_value = "model", value_name = "NAME")]
    adapter: AdapterName,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let unplayable =
        |error: &dyn std::fmt::Display| Failure { message: error.to_string(), code: 2 };
    let jobwarden = std::env::current_exe()?;
    let files = play::scenario_files(&arguments.scenarios).map_err(|error| unplayable(&error))?;
    let start = || arguments.adapter.start(&jobwarden);
    let summary = play::play(&files, &start, &mut std::io::stdout());
    Ok(ExitCode::from(summary.map_err(|error| unplayable(&error))?.exit_code()))
}
