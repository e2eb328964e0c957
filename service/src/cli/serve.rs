//! `jobwarden serve`: the service, in the foreground, until it is told to stop.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::ValueEnum;
use jobwarden_model::input::ProcessEvent;
use jobwarden_model::{Input, Model, Now, Output, Pid, Platform, Wall};
use jobwarden_service::engine::Engine;
use jobwarden_service::ipc::host::ClockKind;
use jobwarden_service::ipc::serve::{Config, Service};
use jobwarden_service::ipc::socket::{default_path, Access};
use jobwarden_service::journal::{self, Durability, Journal};
use jobwarden_service::shutdown::Shutdown;

use super::Failure;

/// Run the service until SIGTERM or SIGINT.
///
/// Prints `ready` and where it listens once clients can connect. Calls are judged by the uid that the kernel
/// vouches for; ISystem, ITaskManager and IShell are open to root, system (1000), shell (2000) and the account
/// that runs the service.
///
/// Exit codes: 0 stopped as told; 1 cannot start, or the journal could not be written to its end.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Listen here. The directory is made if there is none, open to this account only.
    #[arg(long, value_name = "PATH", default_value_os_t = default_path())]
    socket: PathBuf,
    /// Do not listen on a socket.
    #[arg(long, conflicts_with = "socket", requires = "binder")]
    no_socket: bool,
    /// Let every account of this machine connect to the socket, as apps with uids of their own must.
    #[arg(long)]
    everybody: bool,
    /// Register with the kernel's binder, too.
    #[arg(long, value_name = "DEVICE")]
    binder: Option<PathBuf>,
    /// What time is.
    #[arg(long, value_enum, default_value_t = ClockName::Real)]
    clock: ClockName,
    /// What a virtual wall clock shows at the start, in milliseconds since 1970.
    #[arg(long, value_name = "MILLIS", default_value_t = 1_700_000_000_000)]
    wall: i64,
    /// Let privileged clients act as other uids with the real clock, too.
    ///
    /// For machines where apps cannot have accounts of their own. With the virtual clock they always may.
    #[arg(long)]
    sessions: bool,
    /// Write every input to this file, one JSON object a line; `jobwarden explain` reads it.
    ///
    /// A file that is not empty is only continued with --resume.
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
    /// Take up what the journal holds first. Processes it knows of are gone.
    #[arg(long, requires = "journal")]
    resume: bool,
    /// Answer a call only when its input is on disk.
    #[arg(long, requires = "journal")]
    durable: bool,
    /// How many inputs are kept in memory with all their reasons.
    #[arg(long, value_name = "COUNT", default_value_t = 4096)]
    keep: usize,
    /// Charger, battery, heat and memory pressure are as this machine's kernel sees them.
    ///
    /// Without this, and for everything else in any case, ISystem says how things are.
    #[arg(long)]
    sensors: bool,
    /// Start this program with uid and process name when an app needs a process.
    #[arg(long, value_name = "PROGRAM")]
    launcher: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum ClockName {
    /// The kernel's clocks.
    Real,
    /// Stands still until ISystem moves it; a privileged client may then act as any app.
    Virtual,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let shutdown = Shutdown::listen()?; // Before any thread is started.
    let mut config = Config::new(
        Model::new(Platform::android_14()),
        match arguments.clock {
            ClockName::Real => ClockKind::Real,
            ClockName::Virtual => ClockKind::Virtual,
        },
    );
    config.start = Now::at_boot(Wall(arguments.wall));
    config.keep = arguments.keep;
    config.sessions |= arguments.sessions;
    config.sensors = arguments.sensors;
    config.launcher.clone_from(&arguments.launcher);
    config.binder.clone_from(&arguments.binder);
    let access = if arguments.everybody { Access::Everybody } else { Access::Own };
    config.socket = (!arguments.no_socket).then(|| (arguments.socket.clone(), access));
    if let Some(path) = &arguments.journal {
        open_journal(path, arguments, &mut config)?;
    }
    let service = Service::start(config)?;
    match arguments.no_socket {
        true => println!("ready"),
        false => println!("ready {}", arguments.socket.display()),
    }
    let reason = shutdown.wait()?;
    tracing::info!(?reason, "stopping");
    let closed = service.stop(Duration::from_secs(2));
    if !closed.abandoned.is_empty() {
        tracing::warn!(clients = ?closed.abandoned, "did not take what waited for them");
    }
    match closed.journal {
        None => Ok(ExitCode::SUCCESS),
        Some(error) => Err(Failure::new(error)),
    }
}

fn open_journal(path: &Path, arguments: &Arguments, config: &mut Config) -> Result<(), Failure> {
    let opened = journal::open::<Input>(path)?;
    if !opened.entries.is_empty() && !arguments.resume {
        let path = path.display();
        return Err(Failure::new(format!("{path} is not empty; --resume continues it")));
    }
    resume(opened.entries, config)?;
    let durability = match arguments.durable {
        true => Durability::Acknowledged,
        false => Durability::Eventual,
    };
    let file: File = opened.file;
    config.journal = Some(Journal::start(file, durability)?);
    Ok(())
}

/// Brings the model to where the journal ends. Whatever ran then is not connected now.
fn resume(entries: Vec<journal::Entry<Input>>, config: &mut Config) -> Result<(), Failure> {
    let Some(last) = entries.last().map(|entry| entry.now) else { return Ok(()) };
    let mut out = Output::new();
    let mut running: BTreeSet<Pid> = BTreeSet::new();
    for journal::Entry { now, input } in entries {
        if let Input::Process { change } = &input {
            match change {
                ProcessEvent::Started { pid, .. } => running.insert(*pid),
                ProcessEvent::Died { pid } => running.remove(pid),
                _ => false,
            };
        }
        out.clear();
        Engine::apply(&mut config.model, now, input, &mut out);
    }
    for pid in running {
        out.clear();
        let change = ProcessEvent::Died { pid };
        Engine::apply(&mut config.model, last, Input::Process { change }, &mut out);
    }
    config.start = last;
    Ok(())
}
