//! The apps of the played world, each as a client of the service.

use std::collections::BTreeMap;
use std::sync::Arc;

use jobwarden_aidl::aidl::dev::jobwarden::IForegroundServices::IForegroundServices;
use jobwarden_aidl::aidl::dev::jobwarden::IJobScheduler::IJobScheduler;
use jobwarden_aidl::aidl::dev::jobwarden::IJobService::BnJobService;
use jobwarden_aidl::aidl::dev::jobwarden::INotificationManager::INotificationManager;
use jobwarden_aidl::aidl::dev::jobwarden::IServiceCallback::BnServiceCallback;
use jobwarden_aidl::aidl::dev::jobwarden::IShell::IShell;
use jobwarden_aidl::aidl::dev::jobwarden::ISystem::ISystem;
use jobwarden_aidl::binder::{BinderResult, Strong};
use jobwarden_model::effect::JobEffect;
use jobwarden_model::input::ProcessEvent;
use jobwarden_model::job::call::{CallbackToken, JobCallbackCall};
use jobwarden_model::{Caller, ComponentName, Effect, Input, Pid, Uid};

use super::super::AdapterError;
use super::calls::{self, heard, Heard};
use super::inbox::{Inbox, JobService, Process};
use super::process::Serving;
use super::trail::Noted;
use super::wire::signed;
use super::{some_process, Said};

/// How many identities keep their interfaces open.
const DESKS_MAX: usize = 64;
/// How many binds are remembered.
const BINDS_MAX: usize = 256;

/// The interfaces as one identity sees them.
#[derive(Clone)]
struct Desk {
    jobs: Strong<dyn IJobScheduler>,
    services: Strong<dyn IForegroundServices>,
    notifications: Strong<dyn INotificationManager>,
    shell: Strong<dyn IShell>,
}

/// A bind of the scheduler to a job service.
struct Bind {
    uid: Uid,
    component: ComponentName,
    /// Who answered it with a job service.
    publisher: Option<Caller>,
    /// `startJob` was decided while the publisher lived.
    started: bool,
    over: bool,
}

/// Every app that has called, every process that has attached, and the job services they published.
pub(super) struct Apps {
    system: Strong<dyn ISystem>,
    desks: BTreeMap<Caller, Desk>,
    attached: BTreeMap<Pid, Uid>,
    binds: BTreeMap<CallbackToken, Bind>,
    inbox: Arc<Inbox>,
}

impl Apps {
    pub(super) fn new(system: Strong<dyn ISystem>) -> Self {
        Self {
            system,
            desks: BTreeMap::new(),
            attached: BTreeMap::new(),
            binds: BTreeMap::new(),
            inbox: Arc::new(Inbox::default()),
        }
    }

    /// Says what an app asks, as that app.
    pub(super) fn say(
        &mut self,
        input: &Input,
        serving: &mut Serving,
    ) -> Result<Said, AdapterError> {
        let said = match input {
            Input::JobScheduler { caller, call } => {
                let desk = self.desk(some_process(*caller), serving)?;
                calls::job_scheduler(&desk.jobs, call)
            }
            Input::Notification { caller, call } => {
                let desk = self.desk(some_process(*caller), serving)?;
                calls::notification(&desk.notifications, call)
            }
            Input::Shell { caller, arguments } => {
                let desk = self.desk(some_process(*caller), serving)?;
                Some(heard(desk.shell.run(arguments)))
            }
            // Which process calls, and whether there is one, matters here.
            Input::Service { caller, call } if caller.pid.is_some() => {
                calls::service(&self.desk(*caller, serving)?.services, call)
            }
            Input::JobCallback { caller, token, call } => {
                self.callback(*caller, *token, call, serving)?
            }
            Input::Service { .. }
            | Input::Tick
            | Input::Package { .. }
            | Input::Process { .. }
            | Input::Activity { .. }
            | Input::User { .. }
            | Input::Device { .. }
            | Input::Fact { .. }
            | Input::Person { .. }
            | Input::DeviceConfig { .. } => None,
        };
        Ok(said.map_or(Said::Not, Said::Typed))
    }

    fn desk(&mut self, caller: Caller, serving: &mut Serving) -> Result<Desk, AdapterError> {
        if let Some(desk) = self.desks.get(&caller) {
            return Ok(desk.clone());
        }
        let pid = caller.pid.map_or(0, |pid| pid.0);
        let open = || -> BinderResult<Desk> {
            let session = self.system.openApp(caller.uid.0.cast_signed(), pid)?;
            Ok(Desk {
                jobs: session.getJobScheduler()?,
                services: session.getForegroundServices()?,
                notifications: session.getNotificationManager()?,
                shell: session.getShell()?,
            })
        };
        let desk = open()
            .map_err(|status| serving.gone(&format!("openApp({}, {pid}): {status}", caller.uid)))?;
        if self.desks.len() >= DESKS_MAX {
            self.desks.clear();
        }
        self.desks.insert(caller, desk.clone());
        Ok(desk)
    }

    /// Answers through the object that was handed over with `startJob`, if it was, and to this caller.
    fn callback(
        &mut self,
        caller: Caller,
        token: CallbackToken,
        call: &JobCallbackCall,
        serving: &mut Serving,
    ) -> Result<Option<Heard>, AdapterError> {
        let bind = self.binds.get_mut(&token);
        let Some(bind) = bind.filter(|bind| bind.started && bind.publisher == Some(caller)) else {
            return Ok(None);
        };
        match self.inbox.wait_for(token, bind.over) {
            Some(execution) => Ok(Some(calls::job_callback(&execution, call))),
            None if bind.over => {
                bind.started = false; // The bind was gone before the call: it never comes.
                Ok(None)
            }
            None => {
                Err(serving.gone(&format!("startJob of execution {} does not arrive", token.0)))
            }
        }
    }

    /// Says what a process does itself: it attaches, and answers binds.
    pub(super) fn of_process(
        &mut self,
        change: &ProcessEvent,
        serving: &mut Serving,
    ) -> Result<Said, AdapterError> {
        match change {
            ProcessEvent::Started { pid, uid, name, package } => {
                let desk = self.desk(Caller { uid: *uid, pid: Some(*pid) }, serving)?;
                let callback = BnServiceCallback::new_binder(Process);
                let outcome = desk.services.attachApplication(package, name, &callback);
                match outcome {
                    Ok(()) => {
                        self.attached.insert(*pid, *uid);
                        Ok(Said::Typed(heard(Ok(()))))
                    }
                    // Refused as a process that attaches: it is reported as one that does not.
                    Err(_) => Ok(Said::Not),
                }
            }
            ProcessEvent::JobServiceConnected { token, component } => {
                self.publish(*token, Some(component), serving)
            }
            ProcessEvent::JobServiceNullBinding { token } => self.publish(*token, None, serving),
            ProcessEvent::Crashed { pid } => {
                let Some(uid) = self.attached.get(pid).copied() else { return Ok(Said::Not) };
                let desk = self.desk(Caller { uid, pid: Some(*pid) }, serving)?;
                Ok(Said::Typed(heard(desk.services.handleApplicationCrash())))
            }
            ProcessEvent::StartTimedOut { .. }
            | ProcessEvent::Died { .. }
            | ProcessEvent::Bad { .. }
            | ProcessEvent::JobServiceBindingDied { .. }
            | ProcessEvent::JobServiceDisconnected { .. }
            | ProcessEvent::UidState { .. }
            | ProcessEvent::UidActive { .. }
            | ProcessEvent::UidGone { .. } => Ok(Said::Not),
        }
    }

    fn publish(
        &mut self,
        token: CallbackToken,
        component: Option<&ComponentName>,
        serving: &mut Serving,
    ) -> Result<Said, AdapterError> {
        let Some(bind) = self.binds.get(&token) else { return Ok(Said::Not) };
        if component.is_some_and(|component| *component != bind.component) {
            return Ok(Said::Not); // An app answers with what it was asked for.
        }
        let host = self.attached.iter().find(|(_, uid)| **uid == bind.uid);
        let Some(caller) = host.map(|(pid, uid)| Caller { uid: *uid, pid: Some(*pid) }) else {
            return Ok(Said::Not);
        };
        let desk = self.desk(caller, serving)?;
        let service = component
            .map(|_| BnJobService::new_binder(JobService { token, inbox: self.inbox.clone() }));
        let outcome = desk.services.publishJobService(signed(token.0), service.as_ref());
        if let (Ok(()), Some(bind)) = (&outcome, self.binds.get_mut(&token)) {
            bind.publisher = service.is_some().then_some(caller);
        }
        Ok(Said::Typed(heard(outcome)))
    }

    /// Takes note of what the service decided.
    pub(super) fn note(&mut self, noted: &Noted) -> Result<(), AdapterError> {
        for effect in &noted.answer.effects {
            let Effect::Job(effect) = effect else { continue };
            match effect {
                JobEffect::Bind { token, component, uid, .. } => {
                    let (uid, component) = (*uid, component.clone());
                    let bind =
                        Bind { uid, component, publisher: None, started: false, over: false };
                    self.binds.insert(*token, bind);
                    if self.binds.len() > BINDS_MAX {
                        self.binds.pop_first();
                    }
                }
                JobEffect::StartJob { parameters, .. } => {
                    if let Some(bind) = self.binds.get_mut(&parameters.token) {
                        bind.started = bind.publisher.is_some();
                    }
                }
                JobEffect::Unbind { token, .. } => {
                    if let Some(bind) = self.binds.get_mut(token) {
                        bind.over = true;
                    }
                }
                JobEffect::StopJob { .. }
                | JobEffect::NetworkChanged { .. }
                | JobEffect::Anr { .. }
                | JobEffect::WakeLockAcquire { .. }
                | JobEffect::WakeLockRelease { .. }
                | JobEffect::UserVisibleJob { .. }
                | JobEffect::RestrictApp { .. }
                | JobEffect::GrantUri { .. }
                | JobEffect::RevokeUri { .. }
                | JobEffect::JobsActive { .. }
                | JobEffect::Persist { .. } => {}
            }
        }
        if noted.input.contains("\"died\"") {
            if let Input::Process { change: ProcessEvent::Died { pid } } = noted.input()? {
                self.bury(pid);
            }
        }
        Ok(())
    }

    fn bury(&mut self, pid: Pid) {
        self.attached.remove(&pid);
        self.desks.retain(|caller, _| caller.pid != Some(pid));
        for bind in self.binds.values_mut() {
            if bind.publisher.is_some_and(|publisher| publisher.pid == Some(pid)) {
                bind.over = true;
            }
        }
    }
}
