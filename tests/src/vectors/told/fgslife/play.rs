//! Plays the steps of one vector: what app, client and device do, and what they hear.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jobwarden_model::effect::{NotificationEffect, ProcessEffect, ServiceEffect};
use jobwarden_model::fgs::call::ServiceCall;
use jobwarden_model::fgs::effect::{ConnectionToken, ServiceToken};
use jobwarden_model::fgs::types::ForegroundServiceType;
use jobwarden_model::input::{
    ActivityEvent, ActivityFacts, DeviceSignal, MemoryLevel, PersonAct, ProcessEvent,
};
use jobwarden_model::notification::call::NotificationCall;
use jobwarden_model::{Caller, Effect, Exception, Input as Told, Pid, Reply, Uid};
use serde_json::{json, Map, Value};

use super::super::super::fgslife::describe;
use super::super::super::fgslife::hears::Ears;
use super::super::super::fgslife::input::Input;
use super::super::super::fgslife::step::{self, USER};
use super::super::super::fgslife::system::{
    app_op_mode, APP, APP_NAME, CLIENT, CLIENT_NAME, FLAG_FOREGROUND_SERVICE,
};
use super::super::timeline::{outcome, Timeline};
use super::super::Untold;
use super::expected::looks;
use super::setting;
use crate::adapter::{Adapter, Answer};

/// The first pid that is handed out.
const FIRST_PID: i32 = 1_000;

type Members = Map<String, Value>;

/// One vector while it is played.
pub(super) struct Play<'a> {
    timeline: Timeline<'a>,
    ears: Ears,
    /// The process of each service.
    homes: BTreeMap<String, String>,
    /// Held by the app at the moment, and those of them that are held in use only.
    held: BTreeSet<String>,
    while_in_use: BTreeSet<String>,
    process_start_ms: i64,
    survives_crashes: bool,
    pids: i32,
    /// Running processes.
    processes: BTreeMap<String, Pid>,
    /// Processes on their way, and when they will be there.
    starting: Vec<(String, i64)>,
    top: Option<String>,
    /// Instances of services, by name.
    running: BTreeMap<String, ServiceToken>,
    bound: BTreeSet<String>,
    /// What the app is about to say, and from which process.
    answers: VecDeque<(String, ServiceCall)>,
    /// Processes that were sent a crash.
    crashed: VecDeque<String>,
    /// Visible notifications, and their flags.
    visible: BTreeMap<i32, u32>,
    heard: Vec<Value>,
    seen: Vec<Value>,
}

impl<'a> Play<'a> {
    /// Everything before the first step.
    pub(super) fn begin(input: &Input, adapter: &'a mut dyn Adapter) -> Result<Self, Untold> {
        let homes = input.services.iter().map(|(name, it)| (name.clone(), it.process.clone()));
        let mut play = Self {
            timeline: Timeline::new(adapter),
            ears: Ears::new(&input.services).map_err(Untold::NotUnderstood)?,
            homes: homes.collect(),
            held: setting::held_permissions(&input.app),
            while_in_use: input.app.while_in_use_permissions.clone(),
            process_start_ms: input.process_start_ms,
            survives_crashes: input.app_survives_crashes,
            pids: FIRST_PID,
            processes: BTreeMap::new(),
            starting: Vec::new(),
            top: None,
            running: BTreeMap::new(),
            bound: BTreeSet::new(),
            answers: VecDeque::new(),
            crashed: VecDeque::new(),
            visible: BTreeMap::new(),
            heard: Vec::new(),
            seen: Vec::new(),
        };
        for told in setting::inputs(input)? {
            play.timeline.accept(&told)?;
        }
        play.start_process(APP_NAME)?;
        if input.client.is_some() {
            play.start_process(CLIENT_NAME)?;
        }
        play.timeline.rest()?;
        play.set_state(APP_NAME, &input.app.state)?;
        if let Some(client) = &input.client {
            play.set_state(CLIENT_NAME, &client.state)?;
        }
        play.settle()?;
        play.recompute()?;
        play.settle()?;
        play.heard.clear();
        play.seen.clear();
        Ok(play)
    }

    /// One step, and what could be seen of it.
    pub(super) fn step(&mut self, step: &[Value]) -> Result<Value, Untold> {
        let result = self.act(step)?;
        self.settle()?;
        self.recompute()?;
        self.settle()?;
        let types = self.types()?;
        let (heard, seen) = (std::mem::take(&mut self.heard), std::mem::take(&mut self.seen));
        Ok(
            json!({ "result": result, "events": heard, "notifications": looks(&seen), "types": types }),
        )
    }

    // --- what the steps do

    fn act(&mut self, step: &[Value]) -> Result<Option<Value>, Untold> {
        let text = |at: usize| step.get(at).and_then(Value::as_str);
        let malformed = || Untold::NotUnderstood(format!("step {step:?}"));
        let truth = || step.get(1).and_then(Value::as_bool).ok_or_else(malformed);
        let kind = text(0).ok_or_else(malformed)?;
        let name = text(1).unwrap_or_default();
        match kind {
            "advance" => {
                let millis = step.get(1).and_then(Value::as_i64).ok_or_else(malformed)?;
                self.advance(millis)?;
            }
            "app" => self.set_state(APP_NAME, name)?,
            "client" => self.set_state(CLIENT_NAME, name)?,
            "startService" | "startForegroundService" | "stopService" => {
                let by = text(2).unwrap_or(APP_NAME);
                return self.call(by, step::start_or_stop(kind, name, by));
            }
            "bind" => {
                let call = step::bind(name, self.connection(name));
                if self.processes.contains_key(CLIENT_NAME) {
                    self.bound.insert(name.to_owned());
                }
                return self.call(CLIENT_NAME, call);
            }
            "unbind" => {
                if !self.bound.remove(name) {
                    return Ok(Some(json!("noService")));
                }
                let connection = self.connection(name);
                return self.call(CLIENT_NAME, ServiceCall::Unbind { connection });
            }
            "startForeground" => {
                let call = step::start_foreground(step).map_err(Untold::NotUnderstood)?;
                return self.of_service(name, call);
            }
            "stopForeground" => return self.of_service(name, step::stop_foreground(step)),
            "stopSelf" => return self.of_service(name, step::stop_self(step)),
            "notify" => {
                let id = step.get(1).and_then(Value::as_i64).ok_or_else(malformed)? as i32;
                return self.notify(id);
            }
            "processDies" => {
                let name = text(1).unwrap_or(APP_NAME);
                if !self.processes.contains_key(name) {
                    return Ok(Some(json!("noProcess")));
                }
                self.die(name)?;
            }
            "stopAppForUser" => {
                self.starting.clear();
                let act = PersonAct::StopApp { package: APP_NAME.to_owned(), user: USER };
                self.tell_quietly(&Told::Person { act })?;
            }
            "batteryOptimizationExempt" => {
                self.tell_quietly(&setting::power_allowlist(truth()?))?
            }
            "backgroundRestricted" => {
                self.tell_quietly(&setting::background_restricted(truth()?))?;
            }
            "startForegroundAppOp" => {
                let mode = app_op_mode(name).map_err(Untold::NotUnderstood)?;
                self.tell_quietly(&setting::start_foreground_op(mode))?;
            }
            "mediaProjection" => self.tell_quietly(&setting::media_projection(truth()?))?,
            "deny" | "grant" => self.permission(name, kind == "grant")?,
            "deviceConfig" => {
                let value = step.get(2).ok_or_else(malformed)?;
                self.tell_quietly(&setting::device_config(name, value))?;
            }
            _ => return Err(malformed()),
        }
        Ok(None)
    }

    fn permission(&mut self, name: &str, granted: bool) -> Result<(), Untold> {
        if granted {
            self.held.insert(name.to_owned());
        } else {
            self.held.remove(name);
        }
        self.tell_quietly(&setting::permission(name, granted))?;
        let modes: Vec<_> = setting::op_modes(&self.held, &self.while_in_use).collect();
        modes.iter().try_for_each(|mode| self.tell_quietly(mode))
    }

    /// A call from a process, and its result.
    fn call(&mut self, process: &str, call: ServiceCall) -> Result<Option<Value>, Untold> {
        let Some(caller) = self.caller(process) else { return Ok(Some(json!("noProcess"))) };
        let outcome = self.tell(&Told::Service { caller, call })?;
        Ok(step::result(&outcome))
    }

    /// A call of a running service about itself.
    fn of_service(
        &mut self,
        name: &str,
        call: impl FnOnce(ServiceToken) -> ServiceCall,
    ) -> Result<Option<Value>, Untold> {
        let Some(&token) = self.running.get(name) else { return Ok(Some(json!("noService"))) };
        let home = self.homes.get(name).cloned().unwrap_or_default();
        self.call(&home, call(token))
    }

    fn notify(&mut self, id: i32) -> Result<Option<Value>, Untold> {
        let Some(caller) = self.caller(APP_NAME) else { return Ok(Some(json!("noProcess"))) };
        let call = NotificationCall::Notify {
            package: APP_NAME.to_owned(),
            tag: None,
            id,
            notification: Box::new(step::plain_notification()),
        };
        self.tell_quietly(&Told::Notification { caller, call })?;
        Ok(None)
    }

    fn connection(&self, name: &str) -> ConnectionToken {
        let at = self.homes.keys().position(|it| it == name).unwrap_or_default();
        ConnectionToken(at as u64)
    }

    fn caller(&self, process: &str) -> Option<Caller> {
        self.processes.get(process).map(|&pid| Caller { uid: uid_of(process), pid: Some(pid) })
    }

    // --- processes

    fn start_process(&mut self, name: &str) -> Result<(), Untold> {
        self.pids += 1;
        let (pid, uid) = (Pid(self.pids), uid_of(name));
        self.processes.insert(name.to_owned(), pid);
        let package = if uid == CLIENT { CLIENT_NAME } else { APP_NAME }.to_owned();
        let change = ProcessEvent::Started { pid, uid, name: name.to_owned(), package };
        self.event(self.timeline.now(), "processStart", vec![json!(name)]);
        self.tell_quietly(&Told::Process { change })
    }

    fn die(&mut self, name: &str) -> Result<(), Untold> {
        let Some(pid) = self.processes.remove(name) else { return Ok(()) };
        self.event(self.timeline.now(), "processDied", vec![json!(name)]);
        self.crashed.retain(|it| it != name);
        self.answers.retain(|(from, _)| from != name);
        let homes = &self.homes;
        self.running.retain(|service, _| homes.get(service).is_some_and(|home| home != name));
        if self.top.as_deref() == Some(name) {
            self.top = None;
        }
        self.tell_quietly(&Told::Process { change: ProcessEvent::Died { pid } })
    }

    /// Top, visible or in the background; without a process the app gets one first.
    fn set_state(&mut self, process: &str, state: &str) -> Result<(), Untold> {
        let visible = state != "background";
        if !self.processes.contains_key(process) {
            if !visible {
                return Ok(());
            }
            self.starting.retain(|(name, _)| name != process);
            self.start_process(process)?;
            self.settle()?;
        }
        if state == "top" {
            let other = self.top.replace(process.to_owned()).filter(|other| other != process);
            self.set_activities(process, true)?;
            self.set_top(Some(process))?;
            if let Some(other) = other {
                self.set_activities(&other, false)?;
            }
        } else {
            if self.top.as_deref() == Some(process) {
                self.top = None;
                self.set_top(None)?;
            }
            self.set_activities(process, visible)?;
        }
        Ok(())
    }

    fn set_top(&mut self, process: Option<&str>) -> Result<(), Untold> {
        let pid = process.and_then(|name| self.processes.get(name)).copied();
        self.tell_quietly(&Told::Activity { change: ActivityEvent::Top { pid } })
    }

    fn set_activities(&mut self, process: &str, visible: bool) -> Result<(), Untold> {
        let Some(&pid) = self.processes.get(process) else { return Ok(()) };
        let activities = visible.then(ActivityFacts::resumed).into_iter().collect();
        self.tell_quietly(&Told::Activity { change: ActivityEvent::Activities { pid, activities } })
    }

    // --- time

    fn advance(&mut self, millis: i64) -> Result<(), Untold> {
        let end = self.timeline.now() + millis;
        while self.timeline.now() < end {
            let until = self.starting.iter().map(|(_, due)| *due).min().unwrap_or(end).min(end);
            for answer in self.timeline.pass(until - self.timeline.now())? {
                self.take(answer)?;
            }
            self.settle()?;
        }
        Ok(())
    }

    /// Everything there is to do at this instant for app and client.
    fn settle(&mut self) -> Result<(), Untold> {
        loop {
            let now = self.timeline.now();
            if let Some(at) = self.starting.iter().position(|(_, due)| *due <= now) {
                let (name, _) = self.starting.remove(at);
                self.start_process(&name)?;
            } else if let Some((process, call)) = self.answers.pop_front() {
                self.call(&process, call)?;
            } else if let Some(process) = self.crashed.pop_front() {
                self.die(&process)?;
            } else {
                return Ok(());
            }
        }
    }

    /// Has all process states computed once more: a signal that changes nothing.
    fn recompute(&mut self) -> Result<(), Untold> {
        let signal = DeviceSignal::Memory { level: MemoryLevel::Normal };
        self.tell_quietly(&Told::Device { signal })
    }

    // --- what is heard and seen

    fn tell(&mut self, input: &Told) -> Result<Result<Reply, Exception>, Untold> {
        let answer = self.timeline.apply(input)?;
        let outcome = outcome(&answer);
        self.take(answer)?;
        Ok(outcome)
    }

    /// Something that must not be refused.
    fn tell_quietly(&mut self, input: &Told) -> Result<(), Untold> {
        let answer = self.timeline.accept(input)?;
        self.take(answer)
    }

    fn take(&mut self, answer: Answer) -> Result<(), Untold> {
        let at = self.timeline.time_of(&answer);
        for effect in answer.effects {
            match effect {
                Effect::Service(effect) => self.on_service(at, effect),
                Effect::Notification(effect) => self.on_notification(at, effect),
                Effect::Process(ProcessEffect::StartProcess { process, .. }) => {
                    self.starting.push((process, at + self.process_start_ms));
                }
                Effect::Process(ProcessEffect::KillProcess { pid, .. }) => {
                    let found = self.processes.iter().find(|(_, it)| **it == pid);
                    if let Some(name) = found.map(|(name, _)| name.clone()) {
                        self.die(&name)?;
                    }
                }
                Effect::Job(_) => {}
            }
        }
        Ok(())
    }

    fn on_service(&mut self, at: i64, effect: ServiceEffect) {
        match &effect {
            ServiceEffect::CreateService { service, class, .. } => {
                self.running.insert(class.clone(), *service);
            }
            ServiceEffect::CrashApp { process, .. } if !self.survives_crashes => {
                self.crashed.push_back(process.clone());
            }
            _ => {}
        }
        let destroyed = match &effect {
            ServiceEffect::DestroyService { service, .. } => Some(*service),
            _ => None,
        };
        let (event, response) = self.ears.hear(effect);
        if let Some((kind, rest)) = event {
            self.event(at, kind, rest);
        }
        if let Some((token, call)) = response {
            let home = self.ears.name(token).and_then(|name| self.homes.get(name));
            self.answers.extend(home.map(|home| (home.clone(), call)));
        }
        self.running.retain(|_, token| Some(*token) != destroyed);
    }

    fn on_notification(&mut self, at: i64, effect: NotificationEffect) {
        let (kind, id) = match effect {
            NotificationEffect::Show { id, notification, .. } => {
                let before = self.visible.insert(id, notification.flags);
                let lost = before.is_some_and(|before| {
                    before & !notification.flags & FLAG_FOREGROUND_SERVICE != 0
                });
                let kind = match before {
                    None => "show",
                    Some(_) if lost => "unflag",
                    Some(_) => "update",
                };
                (kind, json!(id))
            }
            NotificationEffect::Remove { id, .. } => {
                self.visible.remove(&id);
                ("cancel", json!(id))
            }
            NotificationEffect::CrashApp { exception, .. } => ("crash", json!(exception)),
        };
        self.seen.push(json!([at, kind, id]));
    }

    fn event(&mut self, at: i64, kind: &str, rest: Vec<Value>) {
        let mut event = vec![json!(at), json!(kind)];
        event.extend(rest);
        self.heard.push(Value::Array(event));
    }

    /// What each running service in the foreground is told when it asks for its types.
    fn types(&mut self) -> Result<Members, Untold> {
        let mut types = Members::new();
        for (name, token) in self.running.clone() {
            let home = self.homes.get(&name).cloned().unwrap_or_default();
            let Some(caller) = self.caller(&home) else { continue };
            let call = ServiceCall::GetForegroundServiceType { service: token };
            let outcome = self.tell(&Told::Service { caller, call })?;
            if let Ok(Reply::Int(mask)) = outcome {
                if mask != 0 {
                    types.insert(name, json!(describe::types(ForegroundServiceType(mask))));
                }
            }
        }
        Ok(types)
    }
}

fn uid_of(process: &str) -> Uid {
    if process == CLIENT_NAME {
        CLIENT
    } else {
        APP
    }
}
