//! `jobwarden app`: a sample app, as a process of its own.

mod commands;
mod download;
mod overstay;

use std::process::ExitCode;
use std::sync::Arc;

use jobwarden_service::client::app::{App, Ended};
use jobwarden_service::client::Connection;
use jobwarden_service::ipc::aidl::IAppSession::IAppSession;
use jobwarden_service::ipc::aidl::IForegroundServices::IForegroundServices;
use jobwarden_service::ipc::aidl::IJobScheduler::IJobScheduler;
use jobwarden_service::ipc::aidl::INotificationManager::INotificationManager;
use jobwarden_service::ipc::binder::Strong;

use super::{Failure, Where};
use commands::Commands;
use download::Downloads;
use overstay::Overstay;

/// The channel of this app's notifications.
const CHANNEL: &str = "downloads";

/// Be an app: a process with a job service that downloads over a real connection.
///
/// The app attaches to the service, then does what it reads from standard input, one command a line:
/// `schedule [ID]` (a user-initiated download), `cancel [ID]`, `reason [ID]` (why it does not run),
/// `short-service` (start a foreground service of type shortService that never stops), `quit`.
/// It prints a line for everything that happens to it.
///
/// Its package must be installed (ISystem.installPackage) with this uid, a job service `.Downloads` and, for
/// `short-service`, a service `.Short`. `jobwarden demo` does all of that.
///
/// Exit codes: 0 told to quit; 1 refused; 3 no service, or the service is gone; 134 crashed by the system.
#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    service: Where,
    /// The package this process runs.
    #[arg(long, default_value = "com.example.files")]
    package: String,
    /// Act as this uid instead of this account's own; the service must allow sessions.
    #[arg(long, value_name = "UID")]
    as_uid: Option<i32>,
    /// How much a download has.
    #[arg(long, value_name = "BYTES", default_value_t = 4 * 1024 * 1024)]
    bytes: u64,
    /// How fast it comes.
    #[arg(long, value_name = "BYTES_PER_SECOND", default_value_t = 1024 * 1024)]
    rate: u64,
}

/// What the app talks to. The session, if there is one, lives as long as this.
pub(super) struct Platform {
    pub(super) package: String,
    pub(super) jobs: Strong<dyn IJobScheduler>,
    pub(super) services: Strong<dyn IForegroundServices>,
    pub(super) notifications: Strong<dyn INotificationManager>,
    _session: Option<Strong<dyn IAppSession>>,
    _connection: Connection,
}

impl Platform {
    fn connect(arguments: &Arguments) -> Result<Self, Failure> {
        let connection = arguments.service.connect()?;
        let package = arguments.package.clone();
        let Some(uid) = arguments.as_uid else {
            return Ok(Self {
                package,
                jobs: connection.job_scheduler()?,
                services: connection.foreground_services()?,
                notifications: connection.notification_manager()?,
                _session: None,
                _connection: connection,
            });
        };
        let pid = i32::try_from(std::process::id())?;
        let session = connection.system()?.openApp(uid, pid)?;
        Ok(Self {
            package,
            jobs: session.getJobScheduler()?,
            services: session.getForegroundServices()?,
            notifications: session.getNotificationManager()?,
            _session: Some(session),
            _connection: connection,
        })
    }
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let platform = Arc::new(Platform::connect(arguments)?);
    let package = &arguments.package;
    let downloads = Downloads::new(arguments.bytes, arguments.rate)?;
    let app = App::new(platform.services.clone())
        .job_service(&format!("{package}.Downloads"), downloads)
        .service(&format!("{package}.Short"), Overstay);
    app.attach(package, package)?;
    // Importance 3: default.
    platform.notifications.createChannel(package, CHANNEL, 3, None)?;
    println!("attached as {package}");
    let commands = Commands { platform, bytes: arguments.bytes };
    std::thread::Builder::new().name("commands".into()).spawn(move || commands.run())?;
    match app.run() {
        Ended::Crashed { exception, message } => {
            println!("crashed: {exception}: {message}");
            Ok(ExitCode::from(134))
        }
        Ended::Disconnected => Err(Failure::unreachable(&"the service is gone")),
    }
}
