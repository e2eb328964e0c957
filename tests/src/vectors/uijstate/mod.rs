//! Slice `uijstate`: may an app schedule a user-initiated job now?

mod job;
pub(super) mod outside;
pub(super) mod step;
mod trace;

use std::collections::BTreeMap;

use jobwarden_model::effect::{Effect, ServiceEffect};
use jobwarden_model::fgs::call::{ServiceCall, ServiceDone};
use jobwarden_model::fgs::effect::ServiceToken;
use jobwarden_model::fgs::types::ForegroundServiceType;
use jobwarden_model::fgs::{ActiveServices, Constants, Context};
use jobwarden_model::job::info::{BuildingApp, JobInfo, JobInfoBuilder};
use jobwarden_model::looper::{Fired, Message, Posted};
use jobwarden_model::process::UidOutcome;
use jobwarden_model::{
    Caller, ComponentName, Elapsed, Exception, Looper, Now, Output, Pid, Uid, Uptime, UserId, Wall,
};
use serde::Deserialize;
use serde_json::{json, Value};

use outside::{Declared, Outside, APP, CLIENT};
use trace::{Seen, View as _};

/// Long after boot; the two clocks differ.
const START: Now =
    Now { elapsed: Elapsed(5_000_000_000), uptime: Uptime(4_000_000_000), wall: Wall(0) };
const USER: UserId = UserId(0);
/// The class of the job service of each package.
pub(super) const JOB_SERVICE: &str = "Job";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Input {
    #[serde(default)]
    pub(super) target_sdk_version: BTreeMap<String, i32>,
    pub(super) processes: Option<Vec<String>>,
    #[serde(default)]
    pub(super) permissions: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub(super) services: BTreeMap<String, Service>,
    #[serde(default)]
    pub(super) app_is_browser: bool,
    #[serde(default)]
    pub(super) device_config: BTreeMap<String, Value>,
    pub(super) queries: Option<Vec<Query>>,
    pub(super) steps: Vec<Vec<Value>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Service {
    #[serde(default = "app")]
    pub(super) process: String,
    pub(super) types: Option<Vec<String>>,
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Query {
    #[serde(default = "app")]
    pub(super) uid: String,
    pub(super) process: Option<String>,
    #[serde(default = "app")]
    pub(super) package: String,
    pub(super) source_package: Option<String>,
}

fn app() -> String {
    "app".to_owned()
}

impl Input {
    /// What is asked after each step: one question at least.
    pub(super) fn queries(&self) -> Vec<Query> {
        let one =
            || Query { uid: app(), process: Some(app()), package: app(), source_package: None };
        self.queries.clone().unwrap_or_else(|| vec![one()])
    }
}

impl Query {
    /// A user-initiated job of the package, the least that is valid.
    pub(super) fn job(&self, by: Uid) -> Result<JobInfo, Exception> {
        let service = ComponentName::new(self.package.as_str(), JOB_SERVICE);
        let mut builder = JobInfoBuilder::new(BuildingApp::new(Some(by), 34), 1, service);
        builder.set_user_initiated(true);
        builder.set_required_network_type(1);
        builder.build().map_err(|why| Exception::IllegalArgument(why.to_string()))
    }
}

/// The uid with this name.
pub(super) fn uid(name: &str) -> Result<Uid, String> {
    Ok(match name {
        "app" => APP,
        "client" => CLIENT,
        "system" => Uid::SYSTEM,
        "shell" => Uid::SHELL,
        "nfc" => Uid(1027),
        "root" => Uid::ROOT,
        "app10" => Uid(1_010_123),
        unknown => return Err(format!("unknown uid `{unknown}`")),
    })
}

/// The world of one vector.
struct World {
    services: ActiveServices,
    outside: Outside,
    looper: Looper,
    now: Now,
    out: Output,
    queries: Vec<Query>,
    /// Connections by service and client process.
    bound: BTreeMap<(String, String), u64>,
    connections: u64,
    /// The state of `RUN_USER_INITIATED_JOBS` of packages.
    permission_states: BTreeMap<String, String>,
    seen: Seen,
}

/// The states over time.
pub(super) fn answer(input: &Value) -> Result<Value, String> {
    let input: Input = serde_json::from_value(input.clone()).map_err(|error| error.to_string())?;
    let mut world = World::new(&input)?;
    let initial = world.look(None);
    let mut trace = Vec::new();
    for step in &input.steps {
        let result = world.step(step)?;
        world.settle();
        world.update();
        trace.push(world.look(result));
    }
    Ok(json!({ "initial": initial, "trace": trace }))
}

impl World {
    fn new(input: &Input) -> Result<Self, String> {
        let mut world = Self {
            services: ActiveServices::new(Constants::default()),
            outside: Outside::new(input.target_sdk_version.clone(), START),
            looper: Looper::default(),
            now: START,
            out: Output::new(),
            queries: input.queries(),
            bound: BTreeMap::new(),
            connections: 0,
            permission_states: BTreeMap::new(),
            seen: Seen::default(),
        };
        for (key, value) in &input.device_config {
            world.configure(key, value);
        }
        for (name, service) in &input.services {
            let types = service
                .types
                .as_ref()
                .map_or_else(|| "dataSync".to_owned(), |types| types.join("|"));
            let types = ForegroundServiceType::from_manifest_attribute(&types)
                .map_err(|error| error.to_string())?;
            let declared = Declared { process: service.process.clone(), types };
            world.outside.declared.insert(name.clone(), declared);
        }
        for (name, permissions) in &input.permissions {
            for permission in permissions {
                world.outside.held.insert((uid(name)?, permission.clone()));
            }
        }
        if input.app_is_browser {
            world.outside.activities.roles_mut().exempt_from_trampolines.insert(APP);
        }
        let mut running = input.processes.clone().unwrap_or_else(|| vec![app()]);
        running.sort_by_key(|name| std::cmp::Reverse(name.clone()));
        for process in &running {
            world.outside.run(process);
        }
        world.update();
        Ok(world)
    }

    fn configure(&mut self, key: &str, value: &Value) {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        self.services.device_config(key, Some(&text));
    }

    fn component(&self, service: &str) -> ComponentName {
        ComponentName::new("app", service)
    }

    fn token(&self, service: &str) -> Option<ServiceToken> {
        self.services.by_name(USER, &self.component(service)).map(|record| record.token())
    }

    fn with_services<T>(
        &mut self,
        act: impl FnOnce(&mut ActiveServices, &mut Context<'_>) -> T,
    ) -> T {
        let mut cx = Context {
            now: self.now,
            neighbours: &mut self.outside,
            looper: &mut self.looper,
            out: &mut self.out,
        };
        act(&mut self.services, &mut cx)
    }

    /// Computes all process states.
    fn update(&mut self) {
        self.services.report_services(&mut self.outside.list);
        let outcomes = self.outside.list.update(self.now, &mut self.looper, &mut self.out);
        self.follow(outcomes);
    }

    fn follow(&mut self, outcomes: Vec<UidOutcome>) {
        for outcome in outcomes {
            match outcome {
                UidOutcome::Event(_) => {}
                UidOutcome::StopBackgroundServices(uid) => {
                    self.with_services(|services, cx| services.stop_in_background(uid, cx));
                }
            }
        }
    }

    /// Everything due is done; apps answer callbacks at once; who crashed is gone in the end.
    fn settle(&mut self) {
        let mut crashed = Vec::new();
        loop {
            let effects = std::mem::take(&mut self.out.effects);
            if !effects.is_empty() {
                for effect in effects {
                    self.on_effect(effect, &mut crashed);
                }
            } else if let Some(posted) = self.looper.pop_posted() {
                if let Posted::Service(posted) = posted {
                    self.with_services(|services, cx| services.on_posted(posted, cx));
                }
            } else if !self.outside.starting.is_empty() {
                let process = self.outside.starting.remove(0);
                let pid = self.outside.run(&process);
                self.with_services(|services, cx| services.attach_application(pid, cx));
            } else if let Some(Fired::Message(message)) = self.looper.pop_due(self.now) {
                self.on_message(message);
            } else if let Some(process) = crashed.pop() {
                self.die(&process);
            } else {
                return;
            }
        }
    }

    fn on_message(&mut self, message: Message) {
        match message {
            Message::Service(message) => {
                self.with_services(|services, cx| services.on_message(message, cx));
            }
            Message::Process(_) => {
                let outcomes =
                    self.outside.list.on_idle_uids(self.now, &mut self.looper, &mut self.out);
                self.follow(outcomes);
            }
            Message::Activity(message) => {
                self.outside.activities.on_message(message, &mut self.out);
            }
            _ => {}
        }
    }

    fn on_effect(&mut self, effect: Effect, crashed: &mut Vec<String>) {
        let Effect::Service(effect) = effect else { return };
        let (service, call) = match effect {
            ServiceEffect::CreateService { service, .. } => {
                (service, done(service, ServiceDone::Anonymous))
            }
            ServiceEffect::StartCommand { service, start_id, .. }
            | ServiceEffect::TaskRemoved { service, start_id, .. } => {
                (service, done(service, ServiceDone::Start { start_id, result: 1 }))
            }
            ServiceEffect::BindService { service, rebind: true, .. } => {
                (service, done(service, ServiceDone::Anonymous))
            }
            ServiceEffect::BindService { service, action, .. } => {
                (service, ServiceCall::PublishService { service, action, binder: true })
            }
            ServiceEffect::UnbindService { service, action, .. } => {
                (service, ServiceCall::UnbindFinished { service, action, do_rebind: false })
            }
            ServiceEffect::DestroyService { service, .. } => {
                (service, done(service, ServiceDone::Stop))
            }
            ServiceEffect::CrashApp { process, .. } => {
                if !crashed.contains(&process) {
                    crashed.push(process);
                }
                return;
            }
            _ => return,
        };
        let Some(caller) = self.host(service) else { return };
        // An answer can only be late, never wrong.
        let _ = self.with_services(|services, cx| services.call(caller, call, cx));
    }

    fn host(&self, service: ServiceToken) -> Option<Caller> {
        let record = self.services.record(service)?;
        let pid = record.app()?;
        Some(Caller { uid: self.outside.list.get(pid)?.uid(), pid: Some(pid) })
    }

    fn die(&mut self, process: &str) {
        let Some(pid) = self.outside.pid(process) else { return };
        if self.outside.list.device().top == Some(pid) {
            self.outside.list.device_mut().top = None;
        }
        self.outside.list.remove(pid, &mut self.out);
        self.with_services(|services, cx| services.process_died(pid, true, cx));
        self.outside.activities.on_process_died(pid);
        self.bound.retain(|(_, client), _| client != process);
    }

    /// Time passes; what falls due on the way is done when it is due.
    fn advance(&mut self, millis: i64) {
        let end = self.now.awake_for(millis);
        loop {
            let message = self.looper.next_wakeup().uptime;
            let expiry = self.outside.temporary.values().min().copied();
            let next = message.into_iter().chain(expiry).min();
            let Some(at) = next.filter(|&at| at <= end.uptime) else { break };
            self.set_now(self.now.awake_for(at.since(self.now.uptime).max(0)));
            self.outside.expire_temporary(self.now);
            self.settle();
        }
        self.set_now(end);
    }

    fn set_now(&mut self, now: Now) {
        self.now = now;
        self.outside.now = now;
    }

    fn pid(&self, process: &str) -> Option<Pid> {
        self.outside.pid(process)
    }
}

fn done(service: ServiceToken, done: ServiceDone) -> ServiceCall {
    ServiceCall::ServiceDoneExecuting { service, done }
}
