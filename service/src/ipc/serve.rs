//! The running service: its binder objects on a socket, on the kernel's binder, or both.

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock, Weak};
use std::thread::JoinHandle;
use std::time::Duration;

use jobwarden_aidl::aidl::dev::jobwarden::IForegroundServices::BnForegroundServices;
use jobwarden_aidl::aidl::dev::jobwarden::IJobScheduler::BnJobScheduler;
use jobwarden_aidl::aidl::dev::jobwarden::INotificationManager::BnNotificationManager;
use jobwarden_aidl::aidl::dev::jobwarden::IShell::BnShell;
use jobwarden_aidl::aidl::dev::jobwarden::ISystem::BnSystem;
use jobwarden_aidl::aidl::dev::jobwarden::ITaskManager::BnTaskManager;
use jobwarden_aidl::binder::entry::KernelEndpoint;
use jobwarden_aidl::binder::rpc::{FileDescriptorTransportMode as FdMode, RpcServer, RpcTransport};
use jobwarden_aidl::binder::{serve, Endpoint, Interface, SIBinder, ServerGuard, StatusCode};
use jobwarden_model::{Input, Model, Now, Output, Uid, Wall};

use super::acceptor::{accept_all, stop_accepting, Limits};
use super::caller::Privileged;
use super::deliver::SystemSink;
use super::host::{ClockKind, Desk, Host, Identity};
use super::names;
use super::notifications::NotificationManager;
use super::scheduler::JobScheduler;
use super::services::ForegroundServices;
use super::shell::Shell;
use super::socket::{Access, Socket, SocketError};
use super::switchboard::{end, Switchboard};
use super::system::System;
use super::task_manager::TaskManager;
use crate::engine::addressee;
use crate::journal::Journal;
use crate::outbox::Addressee;
use crate::sensor::device::{DeviceWatch, Sources};
use crate::sensor::process::Processes;
use crate::sync::Held;
use crate::timer::Clock;
use crate::traced::Traced;
use crate::warden::{Closed, ConnectError, Setup, Warden};

/// How a service is reached and what it lives by.
pub struct Config {
    /// What decides.
    pub model: Model,
    /// Whether time moves by itself.
    pub clock: ClockKind,
    /// Where a virtual clock starts.
    pub start: Now,
    /// Whether privileged clients may act as other uids.
    pub sessions: bool,
    /// Where inputs are written down.
    pub journal: Option<Journal>,
    /// How many inputs are kept with their decisions.
    pub keep: usize,
    /// Listen here.
    pub socket: Option<(PathBuf, Access)>,
    /// Register with the kernel's binder, by its device.
    pub binder: Option<PathBuf>,
    /// Connections over the socket.
    pub limits: Limits,
    /// How long a client may take to take a call, and to answer one.
    pub patience: Duration,
    /// Whether charger, battery, heat and memory are as this machine's kernel sees them.
    pub sensors: bool,
    /// Started with uid and process name when an app needs a process.
    pub launcher: Option<PathBuf>,
    /// The account of the service, which may use the privileged interfaces.
    pub own: Uid,
}

impl Config {
    /// A service of this account on no transport.
    pub fn new(model: Model, clock: ClockKind) -> Self {
        Self {
            model,
            clock,
            start: Now::at_boot(Wall(0)),
            sessions: clock == ClockKind::Virtual,
            journal: None,
            keep: 1024,
            socket: None,
            binder: None,
            limits: Limits::default(),
            patience: Duration::from_secs(5),
            sensors: false,
            launcher: None,
            own: Uid(nix::unistd::Uid::effective().as_raw()),
        }
    }
}

/// Why a service does not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The socket.
    #[error(transparent)]
    Socket(#[from] SocketError),
    /// The warden.
    #[error("cannot start: {0}")]
    Start(#[from] io::Error),
    /// The system side cannot connect to the warden.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// Binder.
    #[error("binder{}: {status}", .device.as_ref().map(|d| format!(" {}", d.display())).unwrap_or_default())]
    Binder {
        /// The kernel's device, if it is about that.
        device: Option<PathBuf>,
        /// What binder said.
        status: StatusCode,
    },
}

impl From<StatusCode> for ServeError {
    fn from(status: StatusCode) -> Self {
        Self::Binder { device: None, status }
    }
}

/// A running service. Stop it with [`stop`](Self::stop).
pub struct Service {
    host: Arc<Host>,
    rpc: Arc<RpcServer>,
    _private: tempfile::TempDir,
    socket: Option<(Arc<Socket>, JoinHandle<()>)>,
    kernel: Option<ServerGuard>,
    sensors: Option<DeviceWatch>,
}

impl Service {
    /// Starts to serve. When this returns, clients can connect.
    pub fn start(config: Config) -> Result<Self, ServeError> {
        let Config { limits, patience, sensors, .. } = config;
        let (socket, device) = (config.socket.clone(), config.binder.clone());
        // First what may fail because of others.
        let socket = socket.map(|(path, access)| Socket::listen(&path, access)).transpose()?;
        let host = start_host(config)?;
        let objects = objects(&host);
        let (rpc, private) = rpc_server(&objects, patience)?;
        let socket = socket.map(|socket| accept_on(Arc::new(socket), &rpc, limits)).transpose()?;
        let kernel = device.map(|device| kernel_server(&objects, device)).transpose()?;
        let sensors = sensors.then(|| watch_device(&host)).transpose()?;
        Ok(Self { host, rpc, _private: private, socket, kernel, sensors })
    }

    /// Serves one connection that did not come through the socket, as whoever its transport says.
    pub fn serve_transport(&self, transport: Box<dyn RpcTransport>) {
        self.rpc.serve_connection(transport);
    }

    /// Takes no more connections and calls, lets what is on its way out, no longer than `grace`.
    pub fn stop(self, grace: Duration) -> Closed {
        if let Some((socket, accepting)) = self.socket {
            if stop_accepting(socket.listener()).is_ok() {
                let _ = accepting.join();
            }
        }
        if let Some(sensors) = &self.sensors {
            sensors.stop();
        }
        self.host.processes.stop();
        let closed = self.host.warden.close(&mut Held::enter(), grace);
        self.rpc.terminate();
        drop(self.kernel);
        closed
    }
}

fn start_host(config: Config) -> Result<Arc<Host>, ServeError> {
    let clock = match config.clock {
        ClockKind::Real => Clock::real()?,
        ClockKind::Virtual => Clock::at(config.start),
    };
    let setup =
        Setup { route: Box::new(addressee), clock, journal: config.journal, outbox_capacity: 1024 };
    // The sensor is made before the host it reports to.
    let host_of_deaths = Arc::new(OnceLock::<Weak<Host>>::new());
    let reports_to = host_of_deaths.clone();
    let processes = Processes::start(move |_, pid| {
        if let Some(host) = reports_to.get().and_then(Weak::upgrade) {
            end(&host, pid);
        }
    })?;
    let host = Arc::new(Host {
        warden: Warden::start(Traced::new(config.model, config.keep), setup)?,
        switchboard: Switchboard::default(),
        privileged: Privileged::of(config.own),
        sessions: config.sessions,
        processes,
        launcher: config.launcher,
    });
    let _ = host_of_deaths.set(Arc::downgrade(&host)); // Nobody else sets it.
    let sink = SystemSink(host.clone());
    host.warden.connect(&mut Held::enter(), Addressee::System, None, sink)?;
    Ok(host)
}

/// Has the kernel's signals go to the model.
fn watch_device(host: &Arc<Host>) -> io::Result<DeviceWatch> {
    let warden = host.warden.clone();
    DeviceWatch::start(Sources::default(), move |none, signal| {
        let told = warden.submit(none, Input::Device { signal }, &mut Output::new());
        if let Err(error) = told {
            tracing::warn!(%error, "a signal of the device was refused");
        }
    })
}

/// The binder objects by name.
fn objects(host: &Arc<Host>) -> Vec<(&'static str, SIBinder)> {
    let desk = || Desk { host: host.clone(), identity: Identity::Caller };
    vec![
        (names::JOB_SCHEDULER, BnJobScheduler::new_binder(JobScheduler(desk())).as_binder()),
        (
            names::FOREGROUND_SERVICES,
            BnForegroundServices::new_binder(ForegroundServices(desk())).as_binder(),
        ),
        (
            names::NOTIFICATION_MANAGER,
            BnNotificationManager::new_binder(NotificationManager(desk())).as_binder(),
        ),
        (names::SHELL, BnShell::new_binder(Shell(desk())).as_binder()),
        (names::SYSTEM, BnSystem::new_binder(System(desk())).as_binder()),
        (names::TASK_MANAGER, BnTaskManager::new_binder(TaskManager(desk())).as_binder()),
    ]
}

/// The server of RPC connections. It insists on a listener; the one it gets, nobody can reach.
fn rpc_server(
    objects: &[(&'static str, SIBinder)],
    patience: Duration,
) -> Result<(Arc<RpcServer>, tempfile::TempDir), ServeError> {
    let private = tempfile::tempdir()?;
    let server = RpcServer::setup_unix_server(private.path().join("unused"))?;
    server.set_android13plus(2);
    server.set_max_threads(8);
    server.set_handshake_timeout(Some(Duration::from_secs(2)));
    server.set_reply_timeout(Some(patience));
    server.set_supported_fd_modes(&[FdMode::None, FdMode::Unix]);
    for (name, object) in objects {
        server.add_service(name, object.clone())?;
    }
    Ok((server, private))
}

fn accept_on(
    socket: Arc<Socket>,
    rpc: &Arc<RpcServer>,
    limits: Limits,
) -> io::Result<(Arc<Socket>, JoinHandle<()>)> {
    let (listening, rpc) = (socket.clone(), rpc.clone());
    let accepting = std::thread::Builder::new()
        .name("accept".into())
        .spawn(move || accept_all(listening.listener(), &rpc, limits))?;
    Ok((socket, accepting))
}

fn kernel_server(
    objects: &[(&'static str, SIBinder)],
    device: PathBuf,
) -> Result<ServerGuard, ServeError> {
    let failed = |status| ServeError::Binder { device: Some(device.clone()), status };
    let endpoint = Endpoint::from(KernelEndpoint::default().with_driver(device.clone()));
    let mut server = serve(endpoint).map_err(failed)?;
    for (name, object) in objects {
        server = server.add(name, object.clone()).map_err(failed)?;
    }
    server.spawn().map_err(failed)
}
