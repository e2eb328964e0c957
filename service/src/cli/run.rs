//! `jobwarden run`: scenarios, played against the model or against another program.

use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;

use jobwarden_conformance::adapter::{Adapter, AdapterError, Exec, InProcess};
use jobwarden_conformance::play;
use jobwarden_model::Platform;

use super::Failure;

/// Play scenarios: timelines of what happens and what is expected, in Android's vocabulary.
///
/// Exit codes: 0 all passed; 1 some failed; 2 some could not be played.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Scenario files, or folders of them.
    #[arg(required = true, value_name = "SCENARIO")]
    scenarios: Vec<PathBuf>,
    /// Who answers: `model`, or `exec:PROGRAM` for a program that speaks the protocol of docs/adapter.md.
    #[arg(long, default_value = "model", value_name = "NAME")]
    adapter: Answerer,
}

#[derive(Clone)]
enum Answerer {
    Model,
    Exec(String),
}

impl FromStr for Answerer {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name.split_once(':') {
            None if name == "model" => Ok(Self::Model),
            Some(("exec", program)) if !program.is_empty() => Ok(Self::Exec(program.to_owned())),
            Some(_) | None => Err("expected `model` or `exec:PROGRAM`".to_owned()),
        }
    }
}

impl Answerer {
    fn start(&self) -> Result<Box<dyn Adapter>, AdapterError> {
        Ok(match self {
            Self::Model => Box::new(InProcess::new(Platform::android_14())),
            Self::Exec(program) => Box::new(Exec::start(program)?),
        })
    }
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let unplayable =
        |error: &dyn std::fmt::Display| Failure { message: error.to_string(), code: 2 };
    let files = play::scenario_files(&arguments.scenarios).map_err(|error| unplayable(&error))?;
    let start = || arguments.adapter.start();
    let summary = play::play(&files, &start, &mut std::io::stdout());
    Ok(ExitCode::from(summary.map_err(|error| unplayable(&error))?.exit_code()))
}
