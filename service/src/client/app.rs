//! What an app is made of on this side: job services, services, and one main thread that runs them all.
//!
//! The platform's order: calls of the system are queued and handled on the main thread one after the other;
//! an answer is sent when the callback returns. Rule: JOB-API-220.

use std::collections::BTreeMap;
use std::sync::mpsc::{channel, Receiver, Sender};
use std::sync::Arc;

use jobwarden_aidl::aidl::dev::jobwarden::BundleEntry::BundleEntry;
use jobwarden_aidl::aidl::dev::jobwarden::ComponentName::ComponentName;
use jobwarden_aidl::aidl::dev::jobwarden::IForegroundServices::{self as fgs, IForegroundServices};
use jobwarden_aidl::aidl::dev::jobwarden::IJobCallback::IJobCallback;
use jobwarden_aidl::aidl::dev::jobwarden::IJobService::{BnJobService, IJobService};
use jobwarden_aidl::aidl::dev::jobwarden::IServiceCallback::{BnServiceCallback, IServiceCallback};
use jobwarden_aidl::aidl::dev::jobwarden::JobParameters::JobParameters;
use jobwarden_aidl::aidl::dev::jobwarden::JobWorkItem::JobWorkItem;
use jobwarden_aidl::binder::{BinderResult, Interface, Status, Strong};

/// `android.app.job.JobService`, called on the main thread.
pub trait JobService: Send {
    /// `onStartJob`; whether work goes on after it returns.
    fn on_start_job(&mut self, job: Job) -> bool;
    /// `onStopJob`; whether the app wants the job again.
    fn on_stop_job(&mut self, job: Job) -> bool;
    /// `onNetworkChanged`.
    fn on_network_changed(&mut self, _job: Job) {}
}

/// An execution of a job: what the app was handed, and how it answers.
#[derive(Clone)]
pub struct Job {
    /// `JobParameters`.
    pub parameters: Arc<JobParameters>,
    /// Where answers go.
    pub callback: Strong<dyn IJobCallback>,
}

/// `android.app.Service`, called on the main thread.
pub trait Service: Send {
    /// `onStartCommand`; `Service.START_*`.
    fn on_start_command(&mut self, service: &Running, start_id: i32) -> i32;
    /// `onTimeout` of a short service.
    fn on_timeout(&mut self, _service: &Running, _start_id: i32) {}
    /// `onDestroy`.
    fn on_destroy(&mut self, _service: &Running) {}
}

/// A running service of the app.
#[derive(Clone)]
pub struct Running {
    /// Names it in every call.
    pub token: i64,
    /// Where its calls go.
    pub services: Strong<dyn IForegroundServices>,
}

/// Why the main thread ends.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Ended {
    /// An exception was thrown into the process.
    Crashed {
        /// Its class.
        exception: String,
        /// What it says.
        message: String,
    },
    /// The connection to the system is gone.
    Disconnected,
}

/// A call of the system, on its way to the main thread.
enum Event {
    BindJob { bind: i64, service: ComponentName },
    UnbindJob,
    Start { class: String, job: Job },
    Stop { class: String, job: Job },
    Network { class: String, job: Job },
    Create { service: i64, class: String },
    Command { service: i64, start_id: i32 },
    Timeout { service: i64, start_id: i32 },
    Destroy { service: i64 },
    Bind { service: i64, action: Option<String>, rebind: bool },
    Unbind { service: i64, action: Option<String> },
    Crash(Ended),
    NotResponding(String),
}

/// An app that is being put together.
pub struct App {
    services: Strong<dyn IForegroundServices>,
    job_services: BTreeMap<String, Box<dyn JobService>>,
    kinds: BTreeMap<String, Box<dyn Service>>,
    running: BTreeMap<i64, String>,
    sender: Sender<Event>,
    events: Receiver<Event>,
}

impl App {
    /// An app with no services, connected through `services`.
    pub fn new(services: Strong<dyn IForegroundServices>) -> Self {
        let (sender, events) = channel();
        Self {
            services,
            job_services: BTreeMap::new(),
            kinds: BTreeMap::new(),
            running: BTreeMap::new(),
            sender,
            events,
        }
    }

    /// Adds a job service by its full class name.
    #[must_use]
    pub fn job_service(mut self, class: &str, service: impl JobService + 'static) -> Self {
        self.job_services.insert(class.to_owned(), Box::new(service));
        self
    }

    /// Adds a service by its full class name.
    #[must_use]
    pub fn service(mut self, class: &str, service: impl Service + 'static) -> Self {
        self.kinds.insert(class.to_owned(), Box::new(service));
        self
    }

    /// Attaches this process. From now on the system can call; [`run`](Self::run) handles it.
    ///
    /// # Errors
    ///
    /// What the system answers.
    pub fn attach(&self, package: &str, process: &str) -> Result<(), Status> {
        let thread = BnServiceCallback::new_binder(Thread { main: self.sender.clone() });
        self.services.attachApplication(package, process, &thread)
    }

    /// The main thread: handles calls until the process is to end.
    pub fn run(mut self) -> Ended {
        loop {
            let Ok(event) = self.events.recv() else { return Ended::Disconnected };
            if let Event::Crash(ended) = event {
                if let Err(status) = self.services.handleApplicationCrash() {
                    tracing::warn!(%status, "the system does not hear of the crash");
                }
                return ended;
            }
            if let Err(status) = self.handle(event) {
                tracing::warn!(%status, "the system refuses an answer");
            }
        }
    }

    fn handle(&mut self, event: Event) -> Result<(), Status> {
        match event {
            Event::BindJob { bind, service } => self.bind_job(bind, service.className),
            Event::Start { class, job } => {
                let Some(service) = self.job_services.get_mut(&class) else { return Ok(()) };
                let ongoing = service.on_start_job(job.clone());
                job.callback.acknowledgeStartMessage(job.parameters.jobId, ongoing)
            }
            Event::Stop { class, job } => {
                let Some(service) = self.job_services.get_mut(&class) else { return Ok(()) };
                let reschedule = service.on_stop_job(job.clone());
                job.callback.acknowledgeStopMessage(job.parameters.jobId, reschedule)
            }
            Event::Network { class, job } => {
                if let Some(service) = self.job_services.get_mut(&class) {
                    service.on_network_changed(job);
                }
                Ok(())
            }
            Event::Create { service, class } => {
                self.running.insert(service, class);
                self.services.serviceDoneExecuting(service)
            }
            Event::Command { service, start_id } => {
                let (kind, running) = self.running(service);
                let sticky = kind.map_or(fgs::START_NOT_STICKY, |kind| {
                    kind.on_start_command(&running, start_id)
                });
                self.services.startCommandDone(service, start_id, sticky)
            }
            Event::Timeout { service, start_id } => {
                if self.services.shouldServiceTimeOut(service)? {
                    let (kind, running) = self.running(service);
                    if let Some(kind) = kind {
                        kind.on_timeout(&running, start_id);
                    }
                }
                Ok(())
            }
            Event::Destroy { service } => {
                let (kind, running) = self.running(service);
                if let Some(kind) = kind {
                    kind.on_destroy(&running);
                }
                self.running.remove(&service);
                self.services.serviceDestroyed(service)
            }
            Event::Bind { service, rebind: true, .. } => {
                self.services.serviceDoneExecuting(service)
            }
            Event::Bind { service, action, rebind: false } => {
                self.services.publishService(service, action.as_deref(), true)
            }
            Event::Unbind { service, action } => {
                self.services.unbindFinished(service, action.as_deref(), false)
            }
            Event::NotResponding(reason) => {
                tracing::warn!(reason, "this process does not respond");
                Ok(())
            }
            Event::UnbindJob | Event::Crash(_) => Ok(()),
        }
    }

    /// Answers a bind with a binder of the class, or with nothing if there is no such job service.
    fn bind_job(&self, bind: i64, class: String) -> Result<(), Status> {
        let known = self.job_services.contains_key(&class);
        let engine =
            known.then(|| BnJobService::new_binder(Engine { class, main: self.sender.clone() }));
        self.services.publishJobService(bind, engine.as_ref())
    }

    fn running(&mut self, service: i64) -> (Option<&mut Box<dyn Service>>, Running) {
        let running = Running { token: service, services: self.services.clone() };
        let kind = self.running.get(&service).and_then(|class| self.kinds.get_mut(class));
        (kind, running)
    }
}

/// `IApplicationThread`: queues for the main thread.
struct Thread {
    main: Sender<Event>,
}

impl Thread {
    fn queue(&self, event: Event) -> BinderResult<()> {
        let _ = self.main.send(event); // An app that has ended hears nothing.
        Ok(())
    }
}

impl Interface for Thread {}

#[allow(non_snake_case, reason = "names of the interface")]
impl IServiceCallback for Thread {
    fn bindJobService(&self, bind: i64, service: &ComponentName) -> BinderResult<()> {
        let service = ComponentName {
            packageName: service.packageName.clone(),
            className: service.className.clone(),
        };
        self.queue(Event::BindJob { bind, service })
    }
    fn unbindJobService(&self, _bind: i64) -> BinderResult<()> {
        self.queue(Event::UnbindJob)
    }
    fn onCreate(&self, service: i64, class: &str) -> BinderResult<()> {
        self.queue(Event::Create { service, class: class.to_owned() })
    }
    fn onStartCommand(
        &self,
        service: i64,
        start_id: i32,
        _flags: i32,
        _null_intent: bool,
    ) -> BinderResult<()> {
        self.queue(Event::Command { service, start_id })
    }
    fn onTaskRemoved(&self, service: i64, start_id: i32) -> BinderResult<()> {
        self.queue(Event::Command { service, start_id })
    }
    fn onBind(&self, service: i64, action: Option<&str>, rebind: bool) -> BinderResult<()> {
        self.queue(Event::Bind { service, action: action.map(str::to_owned), rebind })
    }
    fn onUnbind(&self, service: i64, action: Option<&str>) -> BinderResult<()> {
        self.queue(Event::Unbind { service, action: action.map(str::to_owned) })
    }
    fn onTimeout(&self, service: i64, start_id: i32) -> BinderResult<()> {
        self.queue(Event::Timeout { service, start_id })
    }
    fn onDestroy(&self, service: i64) -> BinderResult<()> {
        self.queue(Event::Destroy { service })
    }
    fn onServiceConnected(
        &self,
        connection: i64,
        service: &ComponentName,
        binder: bool,
        dead: bool,
    ) -> BinderResult<()> {
        tracing::debug!(connection, service.className, binder, dead, "service connection");
        Ok(())
    }
    fn crash(&self, exception: &str, message: &str) -> BinderResult<()> {
        let (exception, message) = (exception.to_owned(), message.to_owned());
        self.queue(Event::Crash(Ended::Crashed { exception, message }))
    }
    fn notResponding(&self, reason: &str) -> BinderResult<()> {
        self.queue(Event::NotResponding(reason.to_owned()))
    }
}

/// `JobServiceEngine`: queues for the main thread. One per bind.
struct Engine {
    class: String,
    main: Sender<Event>,
}

impl Engine {
    fn queue(
        &self,
        event: impl FnOnce(String, Job) -> Event,
        parameters: &JobParameters,
        callback: &Strong<dyn IJobCallback>,
    ) -> BinderResult<()> {
        let job = Job { parameters: Arc::new(copy(parameters)), callback: callback.clone() };
        let _ = self.main.send(event(self.class.clone(), job)); // As above.
        Ok(())
    }
}

/// Generated parcelables cannot be cloned.
fn copy(from: &JobParameters) -> JobParameters {
    let bundle = |entries: &[BundleEntry]| entries.iter().map(copy_entry).collect();
    JobParameters {
        namespace: from.namespace.clone(),
        jobId: from.jobId,
        service: ComponentName {
            packageName: from.service.packageName.clone(),
            className: from.service.className.clone(),
        },
        extras: bundle(&from.extras),
        transientExtras: bundle(&from.transientExtras),
        clipUris: from.clipUris.clone(),
        clipGrantFlags: from.clipGrantFlags,
        triggeredUris: from.triggeredUris.clone(),
        triggeredAuthorities: from.triggeredAuthorities.clone(),
        deadlineExpired: from.deadlineExpired,
        expedited: from.expedited,
        userInitiated: from.userInitiated,
        hasNetwork: from.hasNetwork,
        network: from.network,
        stopReason: from.stopReason,
        internalStopReason: from.internalStopReason,
        debugStopReason: from.debugStopReason.clone(),
    }
}

fn copy_entry(from: &BundleEntry) -> BundleEntry {
    BundleEntry {
        depth: from.depth,
        key: from.key.clone(),
        r#type: from.r#type,
        number: from.number,
        text: from.text.clone(),
    }
}

impl Interface for Engine {}

#[allow(non_snake_case, reason = "names of the interface")]
impl IJobService for Engine {
    fn startJob(
        &self,
        parameters: &JobParameters,
        callback: &Strong<dyn IJobCallback>,
    ) -> BinderResult<()> {
        self.queue(|class, job| Event::Start { class, job }, parameters, callback)
    }
    fn stopJob(
        &self,
        parameters: &JobParameters,
        callback: &Strong<dyn IJobCallback>,
    ) -> BinderResult<()> {
        self.queue(|class, job| Event::Stop { class, job }, parameters, callback)
    }
    fn onNetworkChanged(
        &self,
        parameters: &JobParameters,
        callback: &Strong<dyn IJobCallback>,
    ) -> BinderResult<()> {
        self.queue(|class, job| Event::Network { class, job }, parameters, callback)
    }
    fn getTransferredDownloadBytes(
        &self,
        _parameters: &JobParameters,
        _callback: &Strong<dyn IJobCallback>,
        _item: Option<&JobWorkItem>,
    ) -> BinderResult<()> {
        Ok(()) // The system of Android 14 never asks. Rule: JOB-API-229.
    }
    fn getTransferredUploadBytes(
        &self,
        _parameters: &JobParameters,
        _callback: &Strong<dyn IJobCallback>,
        _item: Option<&JobWorkItem>,
    ) -> BinderResult<()> {
        Ok(()) // As above.
    }
}
