//! A service in this process and clients of any identity, over socket pairs.

use std::os::fd::{BorrowedFd, OwnedFd};
use std::time::Duration;

use jobwarden_model::{Model, Platform};
use jobwarden_service::client::Connection;
use jobwarden_service::ipc::aidl::ComponentName::ComponentName;
use jobwarden_service::ipc::aidl::JobInfo::JobInfo;
use jobwarden_service::ipc::aidl::PackageDescription::PackageDescription;
use jobwarden_service::ipc::aidl::ServiceDescription::ServiceDescription;
use jobwarden_service::ipc::binder::rpc::transport::UnixTransport;
use jobwarden_service::ipc::binder::rpc::{
    FileDescriptorTransportMode as FdMode, PeerIdentity, RpcClientConfig, RpcResult, RpcSession,
    RpcTransport,
};
use jobwarden_service::ipc::binder::{ExceptionCode, Status};
use jobwarden_service::ipc::host::ClockKind;
use jobwarden_service::ipc::serve::{Config, Service};

/// The account the services of these tests run under.
pub const OWN: u32 = 4242;
/// The app that most tests use.
pub const APP: u32 = 10_123;
/// Its package.
pub const PACKAGE: &str = "com.example.app";

/// A service with a virtual clock on no socket.
pub fn service() -> Service {
    with(|_| {})
}

/// The same, changed.
pub fn with(change: impl FnOnce(&mut Config)) -> Service {
    let mut config = Config::new(Model::new(Platform::android_14()), ClockKind::Virtual);
    config.own = jobwarden_model::Uid(OWN);
    config.patience = Duration::from_millis(500);
    change(&mut config);
    Service::start(config).unwrap()
}

/// Connects as `uid`, with callbacks.
pub fn connect(service: &Service, uid: u32, pid: i32) -> Connection {
    Connection::from_session(session(service, PeerIdentity::Local { uid, pid }, 1))
}

/// A session of any identity, with any number of connections for callbacks.
pub fn session(service: &Service, identity: PeerIdentity, incoming: u32) -> RpcSession {
    let config = RpcClientConfig::new(2, || {
        let (client, server) = UnixTransport::pair()?;
        service.serve_transport(Box::new(As(server, identity.clone())));
        Ok(Box::new(client) as Box<dyn RpcTransport>)
    });
    let config = config.incoming_connections(incoming).fd_mode(FdMode::Unix);
    RpcSession::setup_client_android13plus_with_config(config).unwrap()
}

/// A service as the system, with the app of [`PACKAGE`] installed.
pub fn install(system: &Connection) {
    let job_service = ServiceDescription {
        className: ".Jobs".into(),
        permission: Some("android.permission.BIND_JOB_SERVICE".into()),
        ..ServiceDescription::default()
    };
    let description = PackageDescription {
        name: PACKAGE.into(),
        appId: APP.try_into().unwrap(),
        services: vec![job_service],
        ..PackageDescription::default()
    };
    system.system().unwrap().installPackage(&description, 0).unwrap();
}

/// A job of [`PACKAGE`] that asks for nothing.
pub fn job(id: i32) -> JobInfo {
    JobInfo {
        id,
        service: ComponentName { packageName: PACKAGE.into(), className: ".Jobs".into() },
        ..JobInfo::default()
    }
}

/// Code and message of a refusal.
pub fn refusal<T: std::fmt::Debug>(outcome: Result<T, Status>) -> (ExceptionCode, String) {
    let status = outcome.unwrap_err();
    (status.exception_code(), status.message().unwrap_or_default().to_owned())
}

/// A transport whose peer is whoever the test says.
struct As(UnixTransport, PeerIdentity);

impl RpcTransport for As {
    fn send_frame(&self, body: &[u8]) -> RpcResult<()> {
        self.0.send_frame(body)
    }
    fn recv_frame(&self) -> RpcResult<Vec<u8>> {
        self.0.recv_frame()
    }
    fn peer_identity(&self) -> PeerIdentity {
        self.1.clone()
    }
    fn describe(&self) -> &str {
        self.0.describe()
    }
    fn set_read_timeout(&self, timeout: Option<Duration>) -> RpcResult<()> {
        self.0.set_read_timeout(timeout)
    }
    fn set_write_timeout(&self, timeout: Option<Duration>) -> RpcResult<()> {
        self.0.set_write_timeout(timeout)
    }
    fn peer_closed(&self) -> Option<bool> {
        self.0.peer_closed()
    }
    fn shutdown_handle(&self) -> Option<Box<dyn FnOnce() + Send>> {
        self.0.shutdown_handle()
    }
    fn shutdown(&self) -> RpcResult<()> {
        self.0.shutdown()
    }
    fn supports_fd_passing(&self) -> bool {
        self.0.supports_fd_passing()
    }
    fn send_frame_with_fds(&self, body: &[u8], fds: &[BorrowedFd<'_>]) -> RpcResult<()> {
        self.0.send_frame_with_fds(body, fds)
    }
    fn recv_frame_with_fds(&self) -> RpcResult<(Vec<u8>, Vec<OwnedFd>)> {
        self.0.recv_frame_with_fds()
    }
    fn send_raw(&self, bytes: &[u8]) -> RpcResult<()> {
        self.0.send_raw(bytes)
    }
    fn recv_raw(&self, bytes: &mut [u8]) -> RpcResult<usize> {
        self.0.recv_raw(bytes)
    }
    fn send_raw_with_fds(&self, bytes: &[u8], fds: &[BorrowedFd<'_>]) -> RpcResult<()> {
        self.0.send_raw_with_fds(bytes, fds)
    }
    fn recv_raw_with_fds(&self, bytes: &mut [u8]) -> RpcResult<(usize, Vec<OwnedFd>)> {
        self.0.recv_raw_with_fds(bytes)
    }
    fn send_raw_draining(
        &self,
        bytes: &[u8],
        fds: &[BorrowedFd<'_>],
        drain: &mut dyn FnMut() -> RpcResult<()>,
    ) -> RpcResult<()> {
        self.0.send_raw_draining(bytes, fds, drain)
    }
}
