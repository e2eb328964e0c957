//! The other side of the socket: what apps, tools and tests use to reach a running service.

pub mod app;

use std::path::PathBuf;
use std::time::Duration;

use jobwarden_aidl::aidl::dev::jobwarden::IForegroundServices::IForegroundServices;
use jobwarden_aidl::aidl::dev::jobwarden::IJobScheduler::IJobScheduler;
use jobwarden_aidl::aidl::dev::jobwarden::INotificationManager::INotificationManager;
use jobwarden_aidl::aidl::dev::jobwarden::IShell::IShell;
use jobwarden_aidl::aidl::dev::jobwarden::ISystem::ISystem;
use jobwarden_aidl::aidl::dev::jobwarden::ITaskManager::ITaskManager;
use jobwarden_aidl::binder::entry::KernelEndpoint;
use jobwarden_aidl::binder::rpc::transport::UnixTransport;
use jobwarden_aidl::binder::rpc::{
    FileDescriptorTransportMode as FdMode, RpcClientConfig, RpcSession, RpcTransport,
};
use jobwarden_aidl::binder::{Client, Endpoint, FromIBinder, StatusCode, Strong};

use crate::ipc::names;

/// Where a service is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Target {
    /// RPC binder over a Unix socket.
    Socket(PathBuf),
    /// The kernel's binder, by its device.
    Binder(PathBuf),
}

/// Why a service cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// Nobody listens, or not to us.
    #[error("no service at {target}: {status}")]
    Unreachable {
        /// Where.
        target: String,
        /// What the transport said.
        status: StatusCode,
    },
    /// Somebody else listens there.
    #[error(
        "{path} is served by uid {uid}, which is neither root, nor the system, nor this account"
    )]
    Impostor {
        /// Where.
        path: PathBuf,
        /// Who.
        uid: u32,
    },
    /// The service does not have this interface.
    #[error("the service has no {name}: {status}")]
    NoInterface {
        /// Which.
        name: &'static str,
        /// What the transport said.
        status: StatusCode,
    },
}

/// A connection to a service. It ends when this is dropped.
pub struct Connection {
    link: Link,
}

enum Link {
    Rpc(RpcSession),
    Kernel(Client),
}

impl Connection {
    /// Connects, with callbacks. A call that takes longer than a minute fails.
    ///
    /// # Errors
    ///
    /// Nobody listens, or somebody else than the target's owner should be.
    pub fn open(target: &Target) -> Result<Self, ConnectError> {
        let link = match target {
            Target::Socket(path) => Link::Rpc(open_socket(path)?),
            Target::Binder(device) => {
                let endpoint = Endpoint::from(KernelEndpoint::default().with_driver(device));
                Link::Kernel(Client::open(endpoint).map_err(|status| {
                    ConnectError::Unreachable { target: device.display().to_string(), status }
                })?)
            }
        };
        Ok(Self { link })
    }

    /// Takes over a session that was made elsewhere.
    pub fn from_session(session: RpcSession) -> Self {
        Self { link: Link::Rpc(session) }
    }

    /// `IJobScheduler`.
    ///
    /// # Errors
    ///
    /// The service does not have it.
    pub fn job_scheduler(&self) -> Result<Strong<dyn IJobScheduler>, ConnectError> {
        self.get(names::JOB_SCHEDULER)
    }

    /// `IForegroundServices`.
    ///
    /// # Errors
    ///
    /// The service does not have it.
    pub fn foreground_services(&self) -> Result<Strong<dyn IForegroundServices>, ConnectError> {
        self.get(names::FOREGROUND_SERVICES)
    }

    /// `INotificationManager`.
    ///
    /// # Errors
    ///
    /// The service does not have it.
    pub fn notification_manager(&self) -> Result<Strong<dyn INotificationManager>, ConnectError> {
        self.get(names::NOTIFICATION_MANAGER)
    }

    /// `IShell`.
    ///
    /// # Errors
    ///
    /// The service does not have it.
    pub fn shell(&self) -> Result<Strong<dyn IShell>, ConnectError> {
        self.get(names::SHELL)
    }

    /// `ISystem`.
    ///
    /// # Errors
    ///
    /// The service does not have it.
    pub fn system(&self) -> Result<Strong<dyn ISystem>, ConnectError> {
        self.get(names::SYSTEM)
    }

    /// `ITaskManager`.
    ///
    /// # Errors
    ///
    /// The service does not have it.
    pub fn task_manager(&self) -> Result<Strong<dyn ITaskManager>, ConnectError> {
        self.get(names::TASK_MANAGER)
    }

    fn get<T: FromIBinder + ?Sized>(&self, name: &'static str) -> Result<Strong<T>, ConnectError> {
        let found = match &self.link {
            Link::Rpc(session) => session.get_interface(name),
            Link::Kernel(client) => client.get(name),
        };
        found.map_err(|status| ConnectError::NoInterface { name, status })
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Link::Rpc(session) = &self.link {
            session.close_session(); // Dropping alone leaves the callback threads running.
        }
    }
}

/// Connects to a socket after looking who serves it.
fn open_socket(path: &PathBuf) -> Result<RpcSession, ConnectError> {
    let unreachable =
        |status| ConnectError::Unreachable { target: path.display().to_string(), status };
    let mut impostor = None;
    let connect = || {
        let transport = UnixTransport::connect(path).map_err(|_| StatusCode::DeadObject)?;
        let uid = transport.peer_identity().uid().unwrap_or(u32::MAX);
        let own = nix::unistd::Uid::effective().as_raw();
        if uid == 0 || uid == 1000 || uid == own {
            return Ok(Box::new(transport) as Box<dyn RpcTransport>);
        }
        impostor = Some(uid);
        Err(StatusCode::PermissionDenied)
    };
    let config = RpcClientConfig::new(2, connect).incoming_connections(1).fd_mode(FdMode::Unix);
    let session = RpcSession::setup_client_android13plus_with_config(config);
    if let Some(uid) = impostor {
        return Err(ConnectError::Impostor { path: path.clone(), uid });
    }
    let session = session.map_err(unreachable)?;
    session.set_timeout(Some(Duration::from_secs(60)));
    Ok(session)
}
