//! What the story is played on: a service, its facts, and the apps. All of it goes when the story ends.

use std::path::Path;
use std::time::Duration;

use jobwarden_service::client::{Connection, Target};
use jobwarden_service::ipc::aidl::ActivityFacts::ActivityFacts;
use jobwarden_service::ipc::aidl::ISystem::{self as codes, ISystem};
use jobwarden_service::ipc::aidl::ITaskManager::ITaskManager;
use jobwarden_service::ipc::aidl::NetworkFacts::NetworkFacts;
use jobwarden_service::ipc::aidl::PackageDescription::PackageDescription;
use jobwarden_service::ipc::aidl::ServiceDescription::ServiceDescription;
use jobwarden_service::ipc::binder::Strong;
use nix::unistd::Uid;

use super::super::Failure;
use super::actor::Actor;
use super::trail::Trail;

/// An app of the story.
#[derive(Clone, Copy)]
pub(super) struct Role {
    pub(super) name: &'static str,
    pub(super) package: &'static str,
    pub(super) uid: u32,
}

/// The app that downloads.
pub(super) const FILES: Role = Role { name: "files", package: "com.example.files", uid: 10_123 };
/// The app that is not visible.
pub(super) const LURKER: Role = Role { name: "lurker", package: "com.example.lurker", uid: 10_124 };
/// The app with the short service.
pub(super) const NOTES: Role = Role { name: "notes", package: "com.example.notes", uid: 10_125 };

/// `FOREGROUND_SERVICE_TYPE_SHORT_SERVICE`.
const SHORT_SERVICE: i32 = 1 << 11;

/// The stage.
pub(super) struct Stage {
    // In the order of being dropped: apps first, the service last, then its directory.
    pub(super) system: Strong<dyn ISystem>,
    pub(super) tasks: Strong<dyn ITaskManager>,
    pub(super) trail: Trail,
    _connection: Connection,
    service: Actor,
    socket: String,
    directory: tempfile::TempDir,
}

impl Stage {
    /// Starts the service and tells it the facts: three installed apps, a device without a network.
    pub(super) fn set(record: Option<&Path>) -> Result<Self, Failure> {
        let directory = tempfile::Builder::new().prefix("jobwarden-demo-").tempdir()?;
        let socket = directory.path().join("run/binder.sock");
        let socket = socket.to_string_lossy().into_owned();
        let mut arguments = vec!["serve".to_owned(), "--socket".to_owned(), socket.clone()];
        if Uid::effective().is_root() {
            // The apps' own uids must reach the socket.
            let mode = std::os::unix::fs::PermissionsExt::from_mode(0o711);
            std::fs::set_permissions(directory.path(), mode)?;
            arguments.push("--everybody".to_owned());
        } else {
            arguments.push("--sessions".to_owned());
        }
        if let Some(path) = record {
            let path = std::env::current_dir()?.join(path);
            arguments.extend(["--journal".to_owned(), path.to_string_lossy().into_owned()]);
        }
        let service = Actor::start("service", None, &arguments, false)?;
        service.await_line("ready", Duration::from_secs(10))?;
        let connection = Connection::open(&Target::Socket(socket.clone().into()))?;
        let (system, tasks) = (connection.system()?, connection.task_manager()?);
        let trail = Trail::new(system.clone());
        for role in [FILES, LURKER, NOTES] {
            system.installPackage(&manifest(role), 0)?;
        }
        Ok(Self { system, tasks, trail, _connection: connection, service, socket, directory })
    }

    /// Starts the process of an app and waits until it is attached.
    pub(super) fn enter(&mut self, role: Role) -> Result<Actor, Failure> {
        let mut arguments: Vec<String> =
            ["app", "--socket", &self.socket, "--package", role.package].map(str::to_owned).into();
        let uid = Uid::effective().is_root().then_some(role.uid);
        if uid.is_none() {
            arguments.extend(["--as-uid".to_owned(), role.uid.to_string()]);
        }
        let app = Actor::start(role.name, uid, &arguments, true)?;
        app.await_line("attached", Duration::from_secs(10))?;
        Ok(app)
    }

    /// Brings an app to the front of the screen.
    pub(super) fn show(&self, app: &Actor) -> Result<(), Failure> {
        let resumed = ActivityFacts {
            visible: true,
            windowVisible: true,
            taskVisible: true,
            state: codes::ACTIVITY_RESUMED,
            finishing: false,
        };
        self.system.setActivities(app.pid()?, &[resumed])?;
        Ok(self.system.setTop(app.pid()?)?)
    }

    /// Takes an app off the screen.
    pub(super) fn hide(&self, app: &Actor) -> Result<(), Failure> {
        self.system.setTop(-1)?;
        Ok(self.system.setActivities(app.pid()?, &[])?)
    }

    /// Wi-Fi with access to the internet, as connectivity describes it.
    pub(super) fn connect_wifi(&self) -> Result<(), Failure> {
        // NOT_METERED, INTERNET, NOT_RESTRICTED, TRUSTED, NOT_VPN, VALIDATED, NOT_ROAMING, FOREGROUND,
        // NOT_CONGESTED, NOT_SUSPENDED, NOT_VCN_MANAGED.
        let capabilities = [11, 12, 13, 14, 15, 16, 18, 19, 20, 21, 28].map(|bit| 1_i64 << bit);
        let wifi = NetworkFacts {
            id: 100,
            capabilities: capabilities.iter().sum(),
            transports: 1 << 1,
            downKbps: 50_000,
            upKbps: 20_000,
        };
        Ok(self.system.setDefaultNetwork(Some(&wifi))?)
    }

    /// Ends the service as its owner would, and checks that nothing is left.
    pub(super) fn strike(mut self) -> Result<(), Failure> {
        self.service.end()?;
        if Path::new(&self.socket).exists() {
            return Err(Failure::new("not true: the service removes its socket"));
        }
        Ok(self.directory.close()?)
    }
}

/// What the manifest of an app says.
fn manifest(role: Role) -> PackageDescription {
    let permission = |name: &str| format!("android.permission.{name}");
    let downloads = ServiceDescription {
        className: ".Downloads".to_owned(),
        permission: Some(permission("BIND_JOB_SERVICE")),
        ..ServiceDescription::default()
    };
    let short = ServiceDescription {
        className: ".Short".to_owned(),
        foregroundServiceTypes: SHORT_SERVICE,
        ..ServiceDescription::default()
    };
    PackageDescription {
        name: role.package.to_owned(),
        appId: i32::try_from(role.uid).unwrap_or_default(),
        permissions: [
            "ACCESS_NETWORK_STATE",
            "FOREGROUND_SERVICE",
            "INTERNET",
            "POST_NOTIFICATIONS",
            "RUN_USER_INITIATED_JOBS",
        ]
        .map(permission)
        .into(),
        services: vec![downloads, short],
        ..PackageDescription::default()
    }
}
