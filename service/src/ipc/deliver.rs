//! Effects on their way out: calls to apps and observers, kills, and what only the log hears.
//!
//! Every sink runs on the sender thread of one client and may block there, no longer than the transport's
//! time limit. An error means that the client is dead.

use std::sync::Arc;
use std::time::Duration;

use jobwarden_aidl::aidl::dev::jobwarden::IForegroundServiceObserver::IForegroundServiceObserver;
use jobwarden_aidl::aidl::dev::jobwarden::IJobCallback::{BnJobCallback, IJobCallback};
use jobwarden_aidl::aidl::dev::jobwarden::IJobService::IJobService;
use jobwarden_aidl::aidl::dev::jobwarden::IServiceCallback::IServiceCallback;
use jobwarden_aidl::aidl::dev::jobwarden::IUserVisibleJobObserver::IUserVisibleJobObserver;
use jobwarden_aidl::binder::{
    BinderResult, DeathRecipient, SIBinder, StatusCode, Strong, WIBinder,
};
use jobwarden_model::effect::{
    Effect, JobEffect, NotificationEffect, ProcessEffect, ServiceEffect,
};
use jobwarden_model::job::call::CallbackToken;
use jobwarden_model::job::info::JobParameters;
use jobwarden_model::{ComponentName, Pid, Uid};

use super::callback::JobCallback;
use super::host::{Desk, Host};
use super::switchboard::{detach, end, Bind};
use super::wire::{component_to_wire, parameters_to_wire, signed, summary_to_wire};
use crate::outbox::{ClientDead, ClientId, Deliver, Envelope};
use crate::sync::Held;

/// How long a process may take to die of an exception before it is killed.
const CRASH_GRACE: Duration = Duration::from_millis(500);

/// When the binder dies, the client is dead. Nothing else happens on binder's thread. Keep what is
/// returned: the link lives no longer.
pub(crate) fn on_death(
    host: &Arc<Host>,
    client: ClientId,
    binder: &SIBinder,
) -> Option<Arc<dyn DeathRecipient>> {
    let recipient: Arc<dyn DeathRecipient> = Arc::new(Obituary { host: host.clone(), client });
    match binder.link_to_death(Arc::downgrade(&recipient)) {
        Ok(()) => Some(recipient),
        Err(StatusCode::DeadObject) => {
            host.warden.disconnect(&mut Held::enter(), client);
            None
        }
        // An object of this very process outlives nobody.
        Err(error) => {
            tracing::debug!(%error, "no death notification");
            None
        }
    }
}

struct Obituary {
    host: Arc<Host>,
    client: ClientId,
}

impl DeathRecipient for Obituary {
    fn binder_died(&self, _who: &WIBinder) {
        self.host.warden.disconnect(&mut Held::enter(), self.client);
    }
}

/// Delivers to one attached process.
pub(crate) struct AppSink {
    pub(crate) host: Arc<Host>,
    pub(crate) pid: Pid,
    pub(crate) number: u64,
    pub(crate) callback: Strong<dyn IServiceCallback>,
}

impl Drop for AppSink {
    fn drop(&mut self) {
        detach(&self.host, self.pid, self.number);
    }
}

impl Deliver<Effect> for AppSink {
    fn deliver(&mut self, envelope: Envelope<Effect>) -> Result<(), ClientDead> {
        let sent = match &envelope.effect {
            Effect::Job(effect) => self.job(effect),
            Effect::Service(effect) => self.service(effect),
            Effect::Notification(_) | Effect::Process(_) => Ok(()),
        };
        sent.map_err(|status| {
            tracing::info!(pid = self.pid.0, %status, "process does not take its calls: it counts as dead");
            ClientDead
        })
    }
}

impl AppSink {
    fn job(&self, effect: &JobEffect) -> BinderResult<()> {
        match effect {
            JobEffect::StartJob { parameters, .. } => self
                .to_job_service(parameters, |service, wire, callback| {
                    service.startJob(wire, callback)
                }),
            JobEffect::StopJob { parameters, .. } => self
                .to_job_service(parameters, |service, wire, callback| {
                    service.stopJob(wire, callback)
                }),
            JobEffect::NetworkChanged { parameters, .. } => self
                .to_job_service(parameters, |service, wire, callback| {
                    service.onNetworkChanged(wire, callback)
                }),
            _ => Ok(()),
        }
    }

    /// Calls the job service that was published for an execution.
    fn to_job_service(
        &self,
        parameters: &JobParameters,
        call: impl FnOnce(
            &dyn IJobService,
            &WireParameters,
            &Strong<dyn IJobCallback>,
        ) -> BinderResult<()>,
    ) -> BinderResult<()> {
        let (host, token) = (&self.host, parameters.token);
        let found = host.switchboard.with(|state| {
            let identity = state.apps.get(&self.pid).map(|app| app.identity)?;
            let bind = state.binds.get_mut(&token)?;
            let service = bind.service.clone()?;
            let callback = bind.callback.get_or_insert_with(|| {
                let desk = Desk { host: host.clone(), identity };
                BnJobCallback::new_binder(JobCallback { desk, token, uid: bind.uid })
            });
            Some((service, callback.clone()))
        });
        match found {
            Some((service, callback)) => {
                call(&*service, &parameters_to_wire(parameters), &callback)
            }
            None => {
                tracing::debug!(?token, "no job service is bound for this execution any more");
                Ok(())
            }
        }
    }

    fn service(&self, effect: &ServiceEffect) -> BinderResult<()> {
        let to = &self.callback;
        match effect {
            ServiceEffect::CreateService { service, class, .. } => {
                to.onCreate(signed(service.0), class)
            }
            ServiceEffect::StartCommand { service, start_id, flags, null_intent, .. } => {
                to.onStartCommand(signed(service.0), *start_id, *flags, *null_intent)
            }
            ServiceEffect::TaskRemoved { service, start_id, .. } => {
                to.onTaskRemoved(signed(service.0), *start_id)
            }
            ServiceEffect::BindService { service, action, rebind, .. } => {
                to.onBind(signed(service.0), action.as_deref(), *rebind)
            }
            ServiceEffect::UnbindService { service, action, .. } => {
                to.onUnbind(signed(service.0), action.as_deref())
            }
            ServiceEffect::Timeout { service, start_id, .. } => {
                to.onTimeout(signed(service.0), *start_id)
            }
            ServiceEffect::DestroyService { service, .. } => to.onDestroy(signed(service.0)),
            ServiceEffect::Connected { connection, component, service, dead, .. } => to
                .onServiceConnected(
                    signed(connection.0),
                    &component_to_wire(component),
                    service.is_some(),
                    *dead,
                ),
            _ => Ok(()),
        }
    }
}

type WireParameters = jobwarden_aidl::aidl::dev::jobwarden::JobParameters::JobParameters;

/// Whom an observer's sink calls.
pub(crate) enum ObserverSink {
    /// `IUserVisibleJobObserver`.
    Jobs(Strong<dyn IUserVisibleJobObserver>),
    /// `IForegroundServiceObserver`.
    Services(Strong<dyn IForegroundServiceObserver>),
}

/// Delivers to one observer, and forgets it when it is dead.
pub(crate) struct Leaving {
    pub(crate) host: Arc<Host>,
    pub(crate) number: u64,
    pub(crate) sink: ObserverSink,
}

impl Drop for Leaving {
    fn drop(&mut self) {
        super::switchboard::forget_observer(&self.host, self.number);
    }
}

impl Deliver<Effect> for Leaving {
    fn deliver(&mut self, envelope: Envelope<Effect>) -> Result<(), ClientDead> {
        let sent = match (&self.sink, &envelope.effect) {
            (
                ObserverSink::Jobs(observer),
                Effect::Job(JobEffect::UserVisibleJob { summary, running, .. }),
            ) => observer.onUserVisibleJobStateChanged(&summary_to_wire(summary), *running),
            (
                ObserverSink::Services(observer),
                Effect::Service(ServiceEffect::ForegroundServiceObserver {
                    service,
                    package,
                    user,
                    foreground,
                    ..
                }),
            ) => observer.onForegroundStateChanged(
                signed(service.0),
                package,
                i32::from_ne_bytes(user.0.to_ne_bytes()),
                *foreground,
            ),
            _ => Ok(()),
        };
        sent.map_err(|_| ClientDead)
    }
}

/// Carries out what no app has a part in.
pub(crate) struct SystemSink(pub(crate) Arc<Host>);

impl Deliver<Effect> for SystemSink {
    fn deliver(&mut self, envelope: Envelope<Effect>) -> Result<(), ClientDead> {
        match envelope.effect {
            Effect::Job(effect) => self.job(effect),
            Effect::Service(effect) => self.service(effect),
            Effect::Notification(effect) => self.notification(effect),
            Effect::Process(ProcessEffect::StartProcess { uid, process }) => {
                self.0.start_process(uid, &process);
            }
            Effect::Process(ProcessEffect::KillProcess { pid, uid, reason }) => {
                self.kill(pid, uid, &reason);
            }
        }
        Ok(()) // The system side never dies.
    }
}

impl SystemSink {
    fn job(&self, effect: JobEffect) {
        match effect {
            JobEffect::Bind { token, component, uid, process, .. } => {
                self.bind(token, component, uid, process);
            }
            JobEffect::Unbind { token, .. } => self.unbind(token),
            JobEffect::Anr { uid, process, what } => {
                self.not_responding(uid, &process, &format!("no answer to {what:?}"));
            }
            other => tracing::debug!(effect = ?other, "job scheduler"),
        }
    }

    fn service(&self, effect: ServiceEffect) {
        match effect {
            ServiceEffect::Anr { uid, process, reason, .. } => {
                self.not_responding(uid, &process, &reason);
            }
            ServiceEffect::CrashApp { uid, process, exception, message, .. } => {
                self.crash(uid, Some(&process), &exception, &message);
            }
            other => tracing::debug!(effect = ?other, "services"),
        }
    }

    fn notification(&self, effect: NotificationEffect) {
        match effect {
            NotificationEffect::CrashApp { uid, exception, .. } => {
                self.crash(uid, None, &exception, "bad notification for a foreground service");
            }
            other => tracing::debug!(effect = ?other, "notifications"),
        }
    }

    /// Asks the process that hosts a job service for its binder; later, if none is attached yet.
    fn bind(&self, token: CallbackToken, component: ComponentName, uid: Uid, process: String) {
        let callback = self.0.switchboard.with(|state| {
            let app = state.app_of(uid, Some(&process));
            let found = app.map(|(pid, app)| (pid, app.callback.clone()));
            let (host, callback) = found.unzip();
            let bind = Bind {
                uid,
                component: component.clone(),
                process: process.clone(),
                host,
                service: None,
                callback: None,
            };
            state.binds.insert(token, bind);
            callback
        });
        match callback {
            Some(callback) => ask_to_bind(&callback, token, &component),
            None => tracing::info!(%component, process, "bind waits for its process"),
        }
    }

    fn unbind(&self, token: CallbackToken) {
        let callback = self.0.switchboard.with(|state| {
            let bind = state.binds.remove(&token)?;
            let callback = state.apps.get(&bind.host?).map(|app| app.callback.clone());
            Some((bind, callback)) // The bind's own binders are released outside the lock.
        });
        if let Some((_, Some(callback))) = callback {
            if let Err(status) = callback.unbindJobService(signed(token.0)) {
                tracing::debug!(%status, "unbind");
            }
        }
    }

    fn not_responding(&self, uid: Uid, process: &str, reason: &str) {
        tracing::warn!(%uid, process, reason, "application does not respond");
        let callback = self
            .0
            .switchboard
            .with(|state| state.app_of(uid, Some(process)).map(|(_, app)| app.callback.clone()));
        if let Some(Err(status)) = callback.map(|callback| callback.notResponding(reason)) {
            tracing::debug!(%status, "not responding");
        }
    }

    /// Throws an exception into a process, and sees to it that it dies.
    fn crash(&self, uid: Uid, process: Option<&str>, exception: &str, message: &str) {
        tracing::warn!(%uid, process, exception, message, "application crashes");
        let target = self.0.switchboard.with(|state| {
            let (pid, app) = state.app_of(uid, process)?;
            Some((pid, app.real, app.callback.clone()))
        });
        let Some((pid, real, callback)) = target else { return };
        if let Err(status) = callback.crash(exception, message) {
            tracing::debug!(%status, "crash");
        }
        if !real {
            return; // Whoever plays the process says when it is dead.
        }
        let (host, reason) = (self.0.clone(), exception.to_owned());
        let later = std::thread::Builder::new().name("crash-grace".into()).spawn(move || {
            std::thread::sleep(CRASH_GRACE);
            SystemSink(host).kill(pid, uid, &reason);
        });
        if later.is_err() {
            self.kill(pid, uid, exception);
        }
    }

    /// Ends a process: a real one by a signal, one that a test plays by saying that it is dead.
    fn kill(&self, pid: Pid, uid: Uid, reason: &str) {
        let real = self
            .0
            .switchboard
            .with(|state| state.apps.get(&pid).filter(|app| app.uid == uid).map(|app| app.real));
        tracing::info!(%pid, %uid, reason, ?real, "kill");
        // Of a process that was only reported, the one who reported it says that it is dead.
        let Some(real) = real else { return };
        if real {
            if let Err(error) = self.0.processes.kill(&mut Held::enter(), pid) {
                return tracing::error!(%error, "still alive");
            }
        }
        end(&self.0, pid);
    }
}

/// Asks a process for the binder of a job service. If that fails, its death will be noticed anyway.
pub(crate) fn ask_to_bind(
    callback: &Strong<dyn IServiceCallback>,
    token: CallbackToken,
    component: &ComponentName,
) {
    if let Err(status) = callback.bindJobService(signed(token.0), &component_to_wire(component)) {
        tracing::info!(%component, %status, "bind failed");
    }
}
