//! Plays the steps of one vector, and asks after each.

use std::collections::BTreeMap;

use jobwarden_model::activity::{BackgroundActivityStartMode, StartOptions};
use jobwarden_model::fgs::call::ServiceCall;
use jobwarden_model::fgs::effect::{ConnectionToken, ServiceToken};
use jobwarden_model::fgs::{PendingIntentKey, SendOptions};
use jobwarden_model::input::{
    ActivityEvent, ActivityFacts, ActivityState, AppSwitches, DeviceSignal,
};
use jobwarden_model::job::call::JobSchedulerCall;
use jobwarden_model::notification::Notification;
use jobwarden_model::package::Granted;
use jobwarden_model::process::BindFlags;
use jobwarden_model::{Caller, ComponentName, Input as Told, Reply};
use serde_json::{json, Map, Value};

use super::super::super::fgslife::hears::Ears;
use super::super::super::fgslife::step::{result, USER};
use super::super::super::uijstate::step::{number, package_of, text, truth, ActivityInput};
use super::super::super::uijstate::{uid, Input, Query};
use super::super::world::{Cast, World};
use super::super::Untold;
use super::setting;
use crate::adapter::Adapter;

/// One vector while it is played.
pub(super) struct Play<'a> {
    world: World<'a>,
    queries: &'a BTreeMap<usize, Query>,
    /// Connections by service and client process.
    bound: BTreeMap<(String, String), ConnectionToken>,
    connections: u64,
}

/// What a step came to; `None` where there is nothing to say.
type Answer = Result<Option<Value>, Untold>;

impl<'a> Play<'a> {
    /// Everything before the first step.
    pub(super) fn begin(
        input: &Input,
        queries: &'a BTreeMap<usize, Query>,
        adapter: &'a mut dyn Adapter,
    ) -> Result<Self, Untold> {
        let homes = input.services.iter().map(|(name, it)| (name.clone(), it.process.clone()));
        let cast = Cast {
            identity: setting::identity,
            homes: homes.collect(),
            ears: Ears::default(),
            process_start_ms: 0,
            survives_crashes: false,
        };
        let mut world = World::new(cast, adapter);
        for told in setting::inputs(input)? {
            world.report(&told)?;
        }
        let mut processes = input.processes.clone().unwrap_or_else(|| vec!["app".to_owned()]);
        processes.sort_by(|one, other| other.cmp(one));
        // That of the system is persistent, and nobody's in what follows.
        for process in processes.iter().filter(|process| *process != "system") {
            world.start_process(process)?;
        }
        world.timeline.rest()?;
        world.recompute()?;
        Ok(Self { world, queries, bound: BTreeMap::new(), connections: 0 })
    }

    /// Asks for a job, for each query, and takes it back.
    pub(super) fn ask(&mut self) -> Result<Map<String, Value>, Untold> {
        let mut answers = Map::new();
        for (index, query) in self.queries {
            answers.insert(index.to_string(), self.ask_one(query)?);
        }
        Ok(answers)
    }

    fn ask_one(&mut self, query: &Query) -> Result<Value, Untold> {
        let uid = uid(&query.uid).map_err(Untold::NotUnderstood)?;
        let process = query.process.as_deref().and_then(|process| self.world.caller(process));
        let caller = process.unwrap_or(Caller { uid, pid: None });
        let job = query.job(uid).map_err(|why| Untold::NotUnderstood(why.to_string()))?;
        let (namespace, id, job) = (None, job.id, Some(Box::new(job)));
        let call = match &query.source_package {
            None => JobSchedulerCall::Schedule { namespace, job },
            Some(source) => JobSchedulerCall::ScheduleAsPackage {
                namespace,
                job,
                package: Some(source.clone()),
                user: 0,
                tag: None,
            },
        };
        let outcome = self.world.tell(&Told::JobScheduler { caller, call })?;
        if outcome == Ok(Reply::Int(1)) {
            let call = JobSchedulerCall::Cancel { namespace: None, id };
            self.world.report(&Told::JobScheduler { caller, call })?;
        }
        Ok(match outcome {
            Ok(reply) => json!(reply == Reply::Int(1)),
            Err(exception) => json!(exception.class_name()),
        })
    }

    /// One step and what follows from it.
    pub(super) fn step(&mut self, step: &[Value]) -> Answer {
        let result = self.act(step)?;
        self.world.settle()?;
        self.world.recompute()?;
        self.world.settle()?;
        Ok(result)
    }

    fn act(&mut self, step: &[Value]) -> Answer {
        let wrong = Untold::NotUnderstood;
        let kind = text(step, 0).map_err(wrong)?;
        match kind {
            "nothing" => {}
            "advance" => self.world.advance(number(step, 1).map_err(wrong)?)?,
            "sleep" => self.world.sleep(number(step, 1).map_err(wrong)?)?,
            "screen" => {
                let signal = DeviceSignal::Screen { on: truth(step, 1).map_err(wrong)? };
                self.world.report(&Told::Device { signal })?;
            }
            "deviceConfig" => {
                let value = step.get(2).cloned().unwrap_or_default();
                let key = text(step, 1).map_err(wrong)?;
                self.world.report(&setting::device_config(key, &value))?;
            }
            "run" | "die" | "activities" | "top" | "launch" | "finish" => {
                return self.process_step(kind, step)
            }
            "stopAppSwitches" => self.activity(AppSwitches::Disallow)?,
            "resumeAppSwitches" => self.activity(AppSwitches::Allow)?,
            "nonAppWindow" => {
                let of = text(step, 1).and_then(uid).map_err(wrong)?;
                let visible = truth(step, 2).map_err(wrong)?;
                let change = ActivityEvent::NonAppWindow { uid: of, visible };
                self.world.report(&Told::Activity { change })?;
            }
            "grant" | "deny" => {
                let (of, name) = (text(step, 1).map_err(wrong)?, text(step, 2).map_err(wrong)?);
                for told in setting::permission(of, name, kind == "grant") {
                    self.world.report(&told)?;
                }
            }
            "systemAlertWindow" => {
                let mode = step.get(2).cloned().unwrap_or_default();
                let package = text(step, 1).map_err(wrong)?;
                self.world.report(&setting::system_alert_window(package, &mode)?)?;
            }
            "batteryOptimizationExempt" => {
                let exempt = truth(step, 1).map_err(wrong)?;
                self.world.report(&setting::power_allowlist(exempt))?;
            }
            "runUserInitiatedJobs" => {
                let granted = match text(step, 2).map_err(wrong)? {
                    "SOFT_DENIED" => Granted::SoftDenied,
                    "HARD_DENIED" => Granted::HardDenied,
                    _ => Granted::Granted,
                };
                let (package, name) = (text(step, 1).map_err(wrong)?, "RUN_USER_INITIATED_JOBS");
                self.world.report(&setting::package_permission(package, name, granted))?;
            }
            _ => return self.service_step(kind, step),
        }
        Ok(None)
    }

    fn activity(&mut self, state: AppSwitches) -> Result<(), Untold> {
        self.world.report(&Told::Activity { change: ActivityEvent::AppSwitches { state } })
    }

    /// Something about one process.
    fn process_step(&mut self, kind: &str, step: &[Value]) -> Answer {
        if kind == "top" && step.get(1).is_some_and(Value::is_null) {
            self.world.set_top(None)?;
            return Ok(None);
        }
        let process = text(step, 1).map_err(Untold::NotUnderstood)?;
        match (kind, self.world.caller(process).and_then(|caller| caller.pid)) {
            ("run", Some(_)) => return Ok(Some(json!("running"))),
            ("run", None) => self.world.start_process(process)?,
            (_, None) => return Ok(Some(json!("noProcess"))),
            ("die", Some(_)) => {
                self.world.die(process)?;
                self.bound.retain(|(_, client), _| client != process);
            }
            ("top", Some(_)) => self.world.set_top(Some(process))?,
            ("activities", Some(_)) => self.world.set_activities(process, activities(step)?)?,
            (_, Some(pid)) => {
                let change = if kind == "launch" {
                    ActivityEvent::Launched { pid }
                } else {
                    ActivityEvent::FinishRequested { pid }
                };
                self.world.report(&Told::Activity { change })?;
            }
        }
        Ok(None)
    }

    /// Calls about services.
    fn service_step(&mut self, kind: &str, step: &[Value]) -> Answer {
        let name = text(step, 1).map_err(Untold::NotUnderstood)?;
        let by = step.get(2).and_then(Value::as_str).unwrap_or("app");
        let (service, user) = (ComponentName::new("app", name), USER);
        let calling_package = Some(package_of(by).to_owned());
        match kind {
            "startService" | "startForegroundService"
                if step.get(2).is_some_and(Value::is_object) =>
            {
                self.send(service, kind == "startForegroundService", &step[2])
            }
            "startService" => {
                self.world.call(by, ServiceCall::StartService { service, calling_package, user })
            }
            "startForegroundService" => {
                let call = ServiceCall::StartForegroundService { service, calling_package, user };
                self.world.call(by, call)
            }
            "stopService" => {
                let found = self.world.call(by, ServiceCall::StopService { service, user })?;
                Ok(found.map(|it| if it == json!(0) { json!("notFound") } else { it }))
            }
            "bind" => self.bind(name, by, step),
            "unbind" => {
                if !self.world.is_running(by) {
                    return Ok(Some(json!("noProcess")));
                }
                match self.bound.remove(&(name.to_owned(), by.to_owned())) {
                    None => Ok(Some(json!("notBound"))),
                    Some(connection) => {
                        let found = self.world.call(by, ServiceCall::Unbind { connection })?;
                        Ok(found.filter(|it| it != "false"))
                    }
                }
            }
            "startForeground" => {
                let types = setting::types(step.get(2))?;
                let notification = Notification {
                    channel: setting::CHANNEL.to_owned(),
                    small_icon: true,
                    ..Notification::default()
                };
                let notification = Some(Box::new(notification));
                let call = |service: ServiceToken| ServiceCall::StartForeground {
                    service,
                    id: 1,
                    notification,
                    types,
                };
                self.world.of_service(name, call)
            }
            "stopForeground" => {
                let call = |service| ServiceCall::StopForeground { service, flags: 1 };
                self.world.of_service(name, call)
            }
            "stopSelf" => {
                let call = |service| ServiceCall::StopSelf { service, start_id: -1 };
                self.world.of_service(name, call)
            }
            unknown => Err(Untold::NotUnderstood(format!("unknown step `{unknown}`"))),
        }
    }

    /// A pending intent of one app, sent by another, who does not hear what becomes of it.
    fn send(&mut self, service: ComponentName, foreground: bool, sent: &Value) -> Answer {
        let name =
            |member: &str, default: &str| sent[member].as_str().unwrap_or(default).to_owned();
        let (creator, sender) = (name("creator", "app"), name("sender", "client"));
        let intent = PendingIntentKey { package: creator.clone(), user: USER, request_code: 0 };
        let call = ServiceCall::CreatePendingIntent { intent: intent.clone(), service, foreground };
        let caller = self.caller(&creator)?;
        self.world.report(&Told::Service { caller, call })?;
        let mode: Option<BackgroundActivityStartMode> =
            serde_json::from_value(sent["senderMode"].clone())
                .map_err(|error| Untold::NotUnderstood(error.to_string()))?;
        let start = mode.map(|sender_mode| StartOptions { sender_mode, ..StartOptions::default() });
        let options = SendOptions { start, ..SendOptions::default() };
        let call = ServiceCall::SendPendingIntent { intent, options };
        let caller = self.caller(&sender)?;
        self.world.report(&Told::Service { caller, call })?;
        Ok(None)
    }

    /// An app, as its process if it has one.
    fn caller(&self, app: &str) -> Result<Caller, Untold> {
        let uid = uid(app).map_err(Untold::NotUnderstood)?;
        Ok(self.world.caller(app).unwrap_or(Caller { uid, pid: None }))
    }

    fn bind(&mut self, name: &str, by: &str, step: &[Value]) -> Answer {
        let Some(caller) = self.world.caller(by) else { return Ok(Some(json!("noProcess"))) };
        let key = (name.to_owned(), by.to_owned());
        if self.bound.contains_key(&key) {
            return Ok(Some(json!("alreadyBound")));
        }
        let mut flags = BindFlags::AUTO_CREATE;
        for flag in step.get(3).and_then(Value::as_array).into_iter().flatten() {
            let known = flag.as_str().and_then(BindFlags::from_name);
            let unknown = || Untold::NotUnderstood(format!("unknown flag {flag}"));
            flags = flags | known.ok_or_else(unknown)?;
        }
        self.connections += 1;
        let connection = ConnectionToken(self.connections);
        let call = ServiceCall::Bind {
            service: ComponentName::new("app", name),
            action: None,
            connection,
            flags: flags.bits(),
            calling_package: Some(package_of(by).to_owned()),
            user: USER,
        };
        let outcome = self.world.tell(&Told::Service { caller, call })?;
        if outcome.is_ok() {
            self.bound.insert(key, connection);
            return Ok(None);
        }
        Ok(result(&outcome))
    }
}

fn activities(step: &[Value]) -> Result<Vec<ActivityFacts>, Untold> {
    let wrong = |why: String| Untold::NotUnderstood(why);
    let inputs: Vec<ActivityInput> =
        serde_json::from_value(step.get(2).cloned().unwrap_or_default())
            .map_err(|error| wrong(error.to_string()))?;
    let facts = inputs.into_iter().map(|input| {
        let state = match input.state.as_deref() {
            None if input.visible => ActivityState::Resumed,
            Some("RESUMED") => ActivityState::Resumed,
            Some("PAUSING") => ActivityState::Pausing,
            Some("PAUSED") => ActivityState::Paused,
            Some("STOPPING") => ActivityState::Stopping,
            None | Some("STOPPED") => ActivityState::Stopped,
            Some(unknown) => return Err(wrong(format!("unknown activity state `{unknown}`"))),
        };
        Ok(ActivityFacts {
            visible: input.visible,
            window_visible: input.window_visible.unwrap_or(input.visible),
            task_visible: input.task_visible.unwrap_or(input.visible),
            state,
            finishing: input.finishing,
        })
    });
    facts.collect()
}
