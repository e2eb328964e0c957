//! `jobwarden cmd` and `jobwarden dump`: what `adb shell` offers, for a running service.

use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::ExitCode;

use jobwarden_service::ipc::binder::{ParcelFileDescriptor, Status};
use jobwarden_service::ipc::status::exception_of;

use super::{Failure, Where};

/// Press a button of the job scheduler, as `adb shell cmd jobscheduler` does.
///
/// The words are Android's: `run [-f | -s] [-u USER] [-n NAMESPACE] PACKAGE JOB_ID`, `timeout`, `stop`,
/// `cancel`, `get-job-state`, `get-estimated-download-bytes`, `reset-execution-quota`, ... Without any, or with
/// `help`, the service explains them.
///
/// Exit codes are Android's, of which a process keeps the low 8 bits: 0 done; 255 usage, unknown command or
/// exception; 24 no such package; 23 no such job; 22 constraints not satisfied. 3: no service could be reached.
#[derive(clap::Args)]
pub(super) struct CmdArguments {
    #[command(flatten)]
    service: Where,
    /// The command and its arguments.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "WORD")]
    words: Vec<String>,
}

pub(super) fn run_cmd(arguments: &CmdArguments) -> Result<ExitCode, Failure> {
    let connection = arguments.service.connect()?;
    let result = connection.shell()?.run(&arguments.words).map_err(refused)?;
    io::stdout().write_all(result.output.as_bytes())?;
    // As a process exit status does: the low 8 bits.
    Ok(ExitCode::from(result.exitCode.to_le_bytes()[0]))
}

/// Print what the service knows: processes, bound job services, jobs.
#[derive(clap::Args)]
pub(super) struct DumpArguments {
    #[command(flatten)]
    service: Where,
    /// Arguments for the dump.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "WORD")]
    words: Vec<String>,
}

pub(super) fn run_dump(arguments: &DumpArguments) -> Result<ExitCode, Failure> {
    let connection = arguments.service.connect()?;
    let scheduler = connection.job_scheduler()?;
    let (mut read, write) = UnixStream::pair()?;
    // A long dump fills the buffer: it is read while it is written.
    let reading = std::thread::spawn(move || {
        let mut text = Vec::new();
        read.read_to_end(&mut text).map(|_| text)
    });
    let fd = ParcelFileDescriptor::new(OwnedFd::from(write));
    let dumped = scheduler.dumpTo(&fd, &arguments.words).map_err(refused);
    drop(fd);
    let text = reading.join().map_err(|_| Failure::new("the reader panicked"))??;
    io::stdout().write_all(&text)?;
    dumped.map(|()| ExitCode::SUCCESS)
}

/// What the service said instead of doing it.
pub(super) fn refused(status: Status) -> Failure {
    match exception_of(&status) {
        Some(exception) => Failure::new(format!("{}: {exception}", exception.class_name())),
        None => Failure { message: format!("the service is gone: {status}"), code: 3 },
    }
}
