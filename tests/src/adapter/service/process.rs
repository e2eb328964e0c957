//! The process of a service under test: started on a socket of its own, and ended without a trace.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use jobwarden_aidl::binder::rpc::transport::UnixTransport;
use jobwarden_aidl::binder::rpc::{RpcClientConfig, RpcSession, RpcTransport};
use jobwarden_aidl::binder::StatusCode;
use nix::sys::signal::{kill, Signal};
use nix::unistd::Pid;
use tempfile::TempDir;

use super::super::AdapterError;

/// How long a service may take to end after it was told to.
const END_MAX: Duration = Duration::from_secs(5);
/// How much of what it wrote last is quoted when it has died, in bytes.
const LAST_WORDS_MAX: usize = 2000;

/// A running service and the connection to it.
pub(super) struct Serving {
    program: PathBuf,
    child: Child,
    session: Option<RpcSession>,
    /// Holds the socket and what the service logs.
    folder: TempDir,
}

impl Serving {
    /// Starts `program serve` with the virtual clock, and connects.
    pub(super) fn start(program: &Path) -> Result<Self, AdapterError> {
        let unreachable = |why: &dyn std::fmt::Display| {
            AdapterError::Unreachable(format!("`{} serve`: {why}", program.display()))
        };
        let folder = tempfile::tempdir().map_err(|error| unreachable(&error))?;
        let socket = folder.path().join("s");
        let log = File::create(folder.path().join("log")).map_err(|error| unreachable(&error))?;
        let child = Command::new(program)
            .args(["serve", "--clock", "virtual", "--socket"])
            .arg(&socket)
            .env("JOBWARDEN_LOG", "error,rsbinder=off")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .map_err(|error| unreachable(&error))?;
        let mut serving = Self { program: program.to_owned(), child, session: None, folder };
        let mut said = String::new();
        if let Some(stdout) = serving.child.stdout.take() {
            // A service that cannot start ends, and with it its output.
            BufReader::new(stdout).read_line(&mut said).map_err(|error| unreachable(&error))?;
        }
        if !said.starts_with("ready") {
            return Err(serving.gone(&format!("it said `{}` instead of `ready`", said.trim_end())));
        }
        match connect(&socket) {
            Ok(session) => serving.session = Some(session),
            Err(status) => return Err(serving.gone(&format!("no connection: {status}"))),
        }
        Ok(serving)
    }

    /// The connection, which a service that was started has.
    pub(super) fn session(&mut self) -> Result<&RpcSession, AdapterError> {
        match &self.session {
            Some(session) => Ok(session),
            None => Err(AdapterError::Unreachable("the connection is closed".to_owned())),
        }
    }

    pub(super) fn process_id(&self) -> u32 {
        self.child.id()
    }

    /// Says why a call failed; if the service is dead, with its last words.
    pub(super) fn gone(&mut self, why: &str) -> AdapterError {
        let ended = match self.wait(Duration::from_millis(300)) {
            Some(status) => format!("{status}: "),
            None => String::new(),
        };
        let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        let from = log.len().saturating_sub(LAST_WORDS_MAX);
        let from = (from..=log.len()).find(|&at| log.is_char_boundary(at)).unwrap_or(log.len());
        let said = log[from..].trim_end();
        let said = if said.is_empty() { String::new() } else { format!("\n{said}") };
        let program = self.program.display();
        AdapterError::Unreachable(format!("`{program} serve`: {ended}{why}{said}"))
    }

    /// Its exit status, if it ends in time.
    fn wait(&mut self, patience: Duration) -> Option<std::process::ExitStatus> {
        let start = Instant::now();
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) if start.elapsed() < patience => {
                    std::thread::sleep(Duration::from_millis(1));
                }
                Ok(None) | Err(_) => return None,
            }
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        if let Some(session) = self.session.take() {
            session.close_session(); // Dropping alone leaves the threads for callbacks running.
        }
        if let Ok(id) = i32::try_from(self.child.id()) {
            if matches!(self.child.try_wait(), Ok(None)) {
                // Not waited for yet, so the number is still its own.
                let _ = kill(Pid::from_raw(id), Signal::SIGTERM);
            }
        }
        if self.wait(END_MAX).is_none() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// Connects with a connection for callbacks. The folder of the socket is ours, so nobody else serves it.
fn connect(socket: &Path) -> Result<RpcSession, StatusCode> {
    let connect = || {
        let transport = UnixTransport::connect(socket).map_err(|_| StatusCode::DeadObject)?;
        Ok(Box::new(transport) as Box<dyn RpcTransport>)
    };
    let config = RpcClientConfig::new(2, connect).incoming_connections(1);
    let session = RpcSession::setup_client_android13plus_with_config(config)?;
    session.set_timeout(Some(Duration::from_secs(60)));
    Ok(session)
}
