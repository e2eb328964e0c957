//! Who can be reached: attached processes, bound job services, observers.
//!
//! Everything here is about delivery. What a process *is* to the rules, the model knows; it hears of an
//! attached process when it comes and, as the last will of its client, when it is gone.

use std::collections::BTreeMap;
use std::sync::Arc;

use jobwarden_aidl::aidl::dev::jobwarden::IForegroundServiceObserver::IForegroundServiceObserver;
use jobwarden_aidl::aidl::dev::jobwarden::IJobCallback::IJobCallback;
use jobwarden_aidl::aidl::dev::jobwarden::IJobService::IJobService;
use jobwarden_aidl::aidl::dev::jobwarden::IServiceCallback::IServiceCallback;
use jobwarden_aidl::aidl::dev::jobwarden::IUserVisibleJobObserver::IUserVisibleJobObserver;
use jobwarden_aidl::binder::{DeathRecipient, Interface, SIBinder, Status, Strong};
use jobwarden_model::fgs::call::ServiceCall;
use jobwarden_model::input::ProcessEvent;
use jobwarden_model::job::call::{CallbackToken, JobSchedulerCall};
use jobwarden_model::{Caller, ComponentName, Input, Pid, Uid};

use super::deliver::{ask_to_bind, on_death, AppSink, Leaving, ObserverSink};
use super::host::{Desk, Host, Identity};
use super::status::{illegal_state, security, unsupported};
use super::wire::signed;
use crate::outbox::{Addressee, ClientId};
use crate::sensor::process::Watch;
use crate::sync::{rank, Held, Ranked};

/// Callback objects of one uid.
const CALLBACKS_PER_UID: usize = 256;

/// The register. Looked into and changed in short steps; nobody is called meanwhile.
pub(crate) struct Switchboard {
    state: Ranked<rank::Switchboard, State>,
}

impl Default for Switchboard {
    fn default() -> Self {
        Self { state: Ranked::new(State::default()) }
    }
}

#[derive(Default)]
pub(crate) struct State {
    pub(crate) apps: BTreeMap<Pid, App>,
    pub(crate) binds: BTreeMap<CallbackToken, Bind>,
    observers: BTreeMap<u64, Observer>,
    /// Counts attached processes and observers; a number is never used twice.
    given: u64,
}

/// An attached process.
pub(crate) struct App {
    number: u64,
    pub(crate) identity: Identity,
    pub(crate) uid: Uid,
    pub(crate) package: String,
    pub(crate) process: String,
    pub(crate) callback: Strong<dyn IServiceCallback>,
    /// `None` while it is being attached.
    client: Option<ClientId>,
    /// A process of this machine, and not one that a test plays.
    pub(crate) real: bool,
    obituary: Option<Arc<dyn DeathRecipient>>,
}

/// A binding of the scheduler to a job service.
pub(crate) struct Bind {
    pub(crate) uid: Uid,
    pub(crate) component: ComponentName,
    /// The process that hosts the service, as its manifest names it.
    pub(crate) process: String,
    /// The process that was asked; `None`: none is attached yet.
    pub(crate) host: Option<Pid>,
    pub(crate) service: Option<Strong<dyn IJobService>>,
    pub(crate) callback: Option<Strong<dyn IJobCallback>>,
}

struct Observer {
    uid: Uid,
    binder: SIBinder,
    client: Option<ClientId>,
    obituary: Option<Arc<dyn DeathRecipient>>,
}

impl Switchboard {
    /// Looks into the register. The closure calls nobody.
    pub(crate) fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        let mut none = Held::enter();
        let (mut state, _) = none.lock(&self.state);
        look(&mut state)
    }
}

impl State {
    fn number(&mut self) -> u64 {
        self.given += 1;
        self.given
    }

    /// The named process of `uid`, if it is attached; without a name any of them.
    pub(crate) fn app_of(&self, uid: Uid, process: Option<&str>) -> Option<(Pid, &App)> {
        let mut of_uid = self.apps.iter().filter(|(_, app)| app.uid == uid);
        let found = of_uid.find(|(_, app)| process.map_or(true, |name| app.process == name));
        found.map(|(pid, app)| (*pid, app))
    }

    /// Refuses one more callback object of a uid that has its share.
    fn check_share(&self, uid: Uid) -> Result<(), Status> {
        let apps = self.apps.values().filter(|app| app.uid == uid).count();
        let observers = self.observers.values().filter(|observer| observer.uid == uid).count();
        let binds = self.binds.values().filter(|bind| bind.uid == uid && bind.service.is_some());
        if apps + observers + binds.count() >= CALLBACKS_PER_UID {
            return Err(illegal_state(&format!("uid {uid} has {CALLBACKS_PER_UID} callbacks")));
        }
        Ok(())
    }

    /// Takes over the binds of `uid` that waited for this process.
    fn adopt(&mut self, uid: Uid, pid: Pid, name: &str) -> Vec<(CallbackToken, ComponentName)> {
        let waits = |bind: &Bind| bind.uid == uid && bind.host.is_none() && bind.process == name;
        let waiting = self.binds.iter_mut().filter(|(_, bind)| waits(bind));
        waiting
            .map(|(token, bind)| {
                bind.host = Some(pid);
                (*token, bind.component.clone())
            })
            .collect()
    }
}

/// A process attaches. Rule: FGS-START-095.
pub(crate) fn attach(
    desk: &Desk,
    package: String,
    process: String,
    callback: &Strong<dyn IServiceCallback>,
) -> Result<(), Status> {
    let caller = desk.caller()?;
    let Some(pid) = caller.pid else {
        return Err(unsupported("the transport does not know the caller's process"));
    };
    let real_uid = desk.real_uid()?;
    if let Some(uid) = real_uid {
        watch(&desk.host, pid, uid)?;
    }
    let app = App {
        number: 0,
        identity: desk.identity,
        uid: caller.uid,
        package: package.clone(),
        process: process.clone(),
        callback: callback.clone(),
        client: None,
        real: real_uid.is_some(),
        obituary: None,
    };
    let host = &desk.host;
    let number = host.switchboard.with(|state| enter(state, pid, app))?;
    let name = process.clone();
    let attached = introduce(host, caller, pid, number, package, process, callback);
    if attached.is_err() {
        detach(host, pid, number);
        return attached;
    }
    for (token, component) in host.switchboard.with(|state| state.adopt(caller.uid, pid, &name)) {
        ask_to_bind(callback, token, &component);
    }
    Ok(())
}

/// Has the kernel tell when a process ends. Whoever had its pid before is dead.
fn watch(host: &Host, pid: Pid, uid: Uid) -> Result<(), Status> {
    let watched = host.processes.watch(&mut Held::enter(), pid, uid);
    match watched.map_err(|error| illegal_state(&error.to_string()))? {
        Watch::New | Watch::Same => {}
        Watch::Successor => {
            end(host, pid);
        }
    }
    Ok(())
}

/// A process has ended: its client is dead. Whether it was attached.
pub(crate) fn end(host: &Host, pid: Pid) -> bool {
    let client = host.switchboard.with(|state| {
        state.apps.get(&pid).and_then(|app| app.client.map(|client| (app.number, client)))
    });
    if let Some((number, client)) = client {
        host.warden.disconnect(&mut Held::enter(), client);
        detach(host, pid, number);
    }
    client.is_some()
}

fn enter(state: &mut State, pid: Pid, mut app: App) -> Result<u64, Status> {
    if state.apps.contains_key(&pid) {
        return Err(illegal_state(&format!("process {pid} is attached already")));
    }
    state.check_share(app.uid)?;
    app.number = state.number();
    let number = app.number;
    state.apps.insert(pid, app);
    Ok(number)
}

/// Tells the model of the process, connects it, and watches its binder.
fn introduce(
    host: &Arc<Host>,
    caller: Caller,
    pid: Pid,
    number: u64,
    package: String,
    name: String,
    callback: &Strong<dyn IServiceCallback>,
) -> Result<(), Status> {
    let owner = host.warden.look(&mut Held::enter(), |engine, _| {
        engine.model().packages().uid_of(&package, caller.uid.user())
    });
    if owner != Some(caller.uid) {
        return Err(security(&format!(
            "package `{package}` does not belong to uid {}",
            caller.uid
        )));
    }
    // Connected before the model hears of it: what follows from its start is addressed to it.
    let addressee = Addressee::App { uid: caller.uid, process: Some(name.clone()) };
    let sink = AppSink { host: host.clone(), pid, number, callback: callback.clone() };
    let client = host.connect(&mut Held::enter(), addressee, None, sink)?;
    let started = ProcessEvent::Started { pid, uid: caller.uid, name, package };
    if let Err(refused) = host.submit(Input::Process { change: started }) {
        host.warden.disconnect(&mut Held::enter(), client);
        return Err(refused);
    }
    let died = Input::Process { change: ProcessEvent::Died { pid } };
    let willed = host.warden.bequeath(&mut Held::enter(), client, died);
    willed.map_err(|error| illegal_state(&error.to_string()))?;
    let obituary = on_death(host, client, &callback.as_binder());
    host.switchboard.with(|state| {
        if let Some(app) = state.apps.get_mut(&pid).filter(|app| app.number == number) {
            (app.client, app.obituary) = (Some(client), obituary);
        }
    });
    Ok(())
}

/// The process is gone, or its connection: nothing is delivered to it any more.
pub(crate) fn detach(host: &Host, pid: Pid, number: u64) {
    let removed = host.switchboard.with(|state| {
        state.apps.get(&pid).filter(|app| app.number == number)?;
        state.binds.retain(|_, bind| bind.host != Some(pid));
        state.apps.remove(&pid)
    });
    drop(removed); // Releases the callback, outside the lock.
}

/// Registers an observer of user-visible jobs.
pub(crate) fn observe_jobs(
    host: &Arc<Host>,
    caller: Caller,
    observer: &Strong<dyn IUserVisibleJobObserver>,
) -> Result<(), Status> {
    let binder = observer.as_binder();
    let number = match observer_number(host, caller, &binder) {
        Some(number) => number,
        None => {
            let sink = ObserverSink::Jobs(observer.clone());
            let call = |number| JobSchedulerCall::UnregisterUserVisibleJobObserver {
                observer: Some(number),
            };
            let system = Caller { uid: Uid::SYSTEM, pid: None };
            let will = |number| Input::JobScheduler { caller: system, call: call(number) };
            enter_observer(host, caller, binder, sink, |number| Some(will(number)))?
        }
    };
    let call = JobSchedulerCall::RegisterUserVisibleJobObserver { observer: Some(number) };
    let registered = host.submit(Input::JobScheduler { caller, call });
    if registered.is_err() {
        forget_observer(host, number);
    }
    registered.map(|_| ())
}

/// Registers an observer of foreground services.
pub(crate) fn observe_services(
    host: &Arc<Host>,
    caller: Caller,
    observer: &Strong<dyn IForegroundServiceObserver>,
) -> Result<(), Status> {
    let sink = ObserverSink::Services(observer.clone());
    let number = enter_observer(host, caller, observer.as_binder(), sink, |_| None)?;
    let call = ServiceCall::RegisterForegroundServiceObserver { observer: number };
    let registered = host.submit(Input::Service { caller, call });
    if registered.is_err() {
        forget_observer(host, number);
    }
    registered.map(|_| ())
}

fn enter_observer(
    host: &Arc<Host>,
    caller: Caller,
    binder: SIBinder,
    sink: ObserverSink,
    last_will: impl FnOnce(u64) -> Option<Input>,
) -> Result<u64, Status> {
    let observer =
        Observer { uid: caller.uid, binder: binder.clone(), client: None, obituary: None };
    let number = host.switchboard.with(|state| {
        state.check_share(caller.uid)?;
        let number = state.number();
        state.observers.insert(number, observer);
        Ok::<_, Status>(number)
    })?;
    let sink = Leaving { host: host.clone(), number, sink };
    let addressee = Addressee::Observer(number);
    let client = host.connect(&mut Held::enter(), addressee, last_will(number), sink)?;
    let obituary = on_death(host, client, &binder);
    host.switchboard.with(|state| {
        if let Some(observer) = state.observers.get_mut(&number) {
            (observer.client, observer.obituary) = (Some(client), obituary);
        }
    });
    Ok(number)
}

/// The number of an observer that this uid registered.
pub(crate) fn observer_number(host: &Host, caller: Caller, binder: &SIBinder) -> Option<u64> {
    host.switchboard.with(|state| {
        let mut known = state.observers.iter();
        let same = known.find(|(_, known)| known.uid == caller.uid && known.binder == *binder);
        same.map(|(number, _)| *number)
    })
}

/// Takes an observer out and ends its connection.
pub(crate) fn forget_observer(host: &Host, number: u64) {
    let removed = host.switchboard.with(|state| state.observers.remove(&number));
    if let Some(client) = removed.and_then(|observer| observer.client) {
        host.warden.disconnect(&mut Held::enter(), client);
    }
}

/// A job service answers a bind.
pub(crate) fn publish(
    host: &Host,
    caller: Caller,
    bind: u64,
    service: Option<&Strong<dyn IJobService>>,
) -> Result<(), Status> {
    let token = CallbackToken(bind);
    let component = host.switchboard.with(|state| {
        let hosted = state.binds.get(&token).filter(|bind| bind.uid == caller.uid);
        let Some(component) = hosted.map(|bind| bind.component.clone()) else {
            return Err(security(&format!("no bind {} of uid {}", signed(bind), caller.uid)));
        };
        state.check_share(caller.uid)?;
        if let Some(bind) = state.binds.get_mut(&token) {
            bind.service = service.cloned();
        }
        Ok(component)
    })?;
    let change = match service {
        Some(_) => ProcessEvent::JobServiceConnected { token, component },
        None => ProcessEvent::JobServiceNullBinding { token },
    };
    host.submit(Input::Process { change }).map(|_| ())
}
