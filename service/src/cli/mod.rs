//! The command line: one module per sub-command, and what they share.

mod app;
mod app_info;
mod check;
mod demo;
mod explain;
mod install;
mod rules;
mod run;
mod serve;
mod talk;

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory, Parser, Subcommand};
use clap_complete::Shell;
use jobwarden_service::client::{Connection, Target};
use jobwarden_service::ipc::socket::default_path;
use tracing_subscriber::EnvFilter;

/// Android 14's job scheduler and foreground-service rules, as a service for real processes.
///
/// Start one with `jobwarden serve`, look at what it knows with `jobwarden dump`, press its buttons with
/// `jobwarden cmd`. `jobwarden demo` shows all of it in under a minute.
///
/// Exit codes, unless a command says otherwise: 0 done; 1 refused or failed; 2 wrong usage; 3 no service
/// could be reached. Logs go to standard error; JOBWARDEN_LOG sets what is logged (default: info).
#[derive(Parser)]
#[command(version, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Serve(serve::Arguments),
    App(app::Arguments),
    Cmd(talk::CmdArguments),
    Dump(talk::DumpArguments),
    Demo(demo::Arguments),
    Run(run::Arguments),
    Rules(rules::Arguments),
    Explain(explain::Arguments),
    Install(install::Arguments),
    AppInfo(app_info::Arguments),
    Check(check::Arguments),
    /// Print a completion script for a shell.
    ///
    /// For bash: `source <(jobwarden completions bash)`.
    Completions {
        /// Which shell.
        shell: Shell,
    },
}

/// Which service to talk to.
#[derive(Args, Clone)]
struct Where {
    /// The socket of the service.
    #[arg(long, value_name = "PATH", default_value_os_t = default_path())]
    socket: PathBuf,
    /// Use the kernel's binder instead, by its device.
    #[arg(long, value_name = "DEVICE", conflicts_with = "socket")]
    binder: Option<PathBuf>,
}

impl Where {
    fn target(&self) -> Target {
        match &self.binder {
            Some(device) => Target::Binder(device.clone()),
            None => Target::Socket(self.socket.clone()),
        }
    }

    fn connect(&self) -> Result<Connection, Failure> {
        Connection::open(&self.target()).map_err(|error| Failure::unreachable(&error))
    }
}

/// Why a command ends without success: what it says, and the exit code.
#[derive(Debug)]
struct Failure {
    message: String,
    code: u8,
}

impl Failure {
    /// Refused or failed.
    fn new(message: impl ToString) -> Self {
        Self { message: message.to_string(), code: 1 }
    }

    /// No service could be reached.
    fn unreachable(message: &impl ToString) -> Self {
        Self { message: message.to_string(), code: 3 }
    }
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::new(error)
    }
}

/// Runs the command that was asked for.
pub(crate) fn main() -> ExitCode {
    let arguments = Arguments::parse();
    log();
    let outcome = match arguments.command {
        Command::Serve(arguments) => serve::run(&arguments),
        Command::App(arguments) => app::run(&arguments),
        Command::Cmd(arguments) => talk::run_cmd(&arguments),
        Command::Dump(arguments) => talk::run_dump(&arguments),
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Run(arguments) => run::run(&arguments),
        Command::Rules(arguments) => rules::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Install(arguments) => install::run(&arguments),
        Command::AppInfo(arguments) => app_info::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Completions { shell } => {
            let mut command = Arguments::command();
            clap_complete::generate(shell, &mut command, "jobwarden", &mut io::stdout());
            Ok(ExitCode::SUCCESS)
        }
    };
    outcome.unwrap_or_else(|failure| {
        eprintln!("jobwarden: {}", failure.message);
        ExitCode::from(failure.code)
    })
}

/// Logs to standard error. The transport logs every bad parcel as an error: a stranger could fill the disk.
fn log() {
    let filter = EnvFilter::try_from_env("JOBWARDEN_LOG")
        .unwrap_or_else(|_| EnvFilter::new("info,rsbinder=off"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).init();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_command_and_option_says_what_it_does() {
        fn check(command: &clap::Command) {
            assert!(command.get_about().is_some(), "{}", command.get_name());
            for argument in command.get_arguments() {
                assert!(
                    argument.get_help().is_some(),
                    "{} {}",
                    command.get_name(),
                    argument.get_id()
                );
            }
            command.get_subcommands().for_each(check);
        }
        check(&Arguments::command());
    }
}
