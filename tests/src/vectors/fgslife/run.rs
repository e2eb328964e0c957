//! Plays the steps of one vector: calls, time, and what app and client answer at once.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jobwarden_model::fgs::call::{ServiceCall, ServiceDone};
use jobwarden_model::fgs::effect::{
    ConnectionToken, FgsStopReason, ForegroundServiceChange, ServiceEffect, ServiceToken,
    TimeoutKind,
};
use jobwarden_model::fgs::reason::ReasonCode;
use jobwarden_model::fgs::types::ForegroundServiceType;
use jobwarden_model::fgs::{
    ActiveServices, Constants, Context, Posted as ServicePosted, ServiceRecord,
};
use jobwarden_model::looper::{Fired, Message, Posted};
use jobwarden_model::notification::Notification;
use jobwarden_model::process::{Activity, ActivityState, ProcessStart, UidOutcome};
use jobwarden_model::{
    Caller, ComponentName, Effect, Elapsed, Exception, Looper, Now, Output, Pid, Reply, Uid,
    Uptime, UserId, Wall,
};
use serde_json::{json, Map, Value};

use super::describe;
use super::input::Input;
use super::system::{app_op_mode, Displayed, System, APP, APP_NAME, CHANNEL, CLIENT, CLIENT_NAME};

const START: Now =
    Now { elapsed: Elapsed(1_000_000_000), uptime: Uptime(1_000_000_000), wall: Wall(0) };
const USER: UserId = UserId(0);
/// `Context.BIND_AUTO_CREATE`.
const BIND_AUTO_CREATE: u64 = 1;

type Members = Map<String, Value>;

pub(super) struct Run {
    system: System,
    services: ActiveServices,
    looper: Looper,
    out: Output,
    now: Now,
    /// The name of each record there ever was.
    names: BTreeMap<ServiceToken, String>,
    /// What `onStartCommand` returns.
    results: BTreeMap<String, i32>,
    /// What the app is about to say, and from which process.
    answers: VecDeque<(Pid, ServiceCall)>,
    /// Processes that were sent a crash.
    crashed: VecDeque<Pid>,
    survives_crashes: bool,
    pids: i32,
    events: Vec<Value>,
    seen: BTreeMap<&'static str, Value>,
    bound: BTreeSet<String>,
}

fn start_result(name: &str) -> Result<i32, String> {
    Ok(match name {
        "STICKY_COMPATIBILITY" => 0,
        "STICKY" => 1,
        "NOT_STICKY" => 2,
        "REDELIVER_INTENT" => 3,
        other => return Err(format!("unknown result {other}")),
    })
}

impl Run {
    pub(super) fn new(input: &Input) -> Result<Self, String> {
        let mut services = ActiveServices::new(Constants::default());
        for (key, value) in &input.device_config {
            services.device_config(key, Some(&value.to_string()));
        }
        let results = input
            .services
            .iter()
            .map(|(name, it)| Ok((name.clone(), start_result(&it.start_command_result)?)))
            .collect::<Result<_, String>>()?;
        let mut run = Self {
            system: System::new(input)?,
            services,
            looper: Looper::default(),
            out: Output::new(),
            now: START,
            names: BTreeMap::new(),
            results,
            answers: VecDeque::new(),
            crashed: VecDeque::new(),
            survives_crashes: input.app_survives_crashes,
            pids: 1_000,
            events: Vec::new(),
            seen: BTreeMap::new(),
            bound: BTreeSet::new(),
        };
        for (key, value) in &input.device_config {
            run.configure_processes(key, value);
        }
        run.add_process(APP, APP_NAME);
        if input.client.is_some() {
            run.add_process(CLIENT, CLIENT_NAME);
        }
        run.update();
        run.set_state(APP_NAME, &input.app.state)?;
        if let Some(client) = &input.client {
            run.set_state(CLIENT_NAME, &client.state)?;
        }
        run.settle();
        run.update();
        run.settle();
        Ok(run)
    }

    pub(super) fn initial(&mut self) -> Value {
        let mut members = Members::new();
        self.changes(&mut members);
        self.events.clear();
        members.remove("events");
        Value::Object(members)
    }

    pub(super) fn step(&mut self, step: &[Value]) -> Result<Value, String> {
        let result = self.act(step)?;
        self.settle();
        self.update();
        self.settle();
        let mut members = Members::new();
        if let Some(result) = result {
            members.insert("result".to_owned(), result);
        }
        self.changes(&mut members);
        Ok(Value::Object(members))
    }

    // --- what the steps do

    fn act(&mut self, step: &[Value]) -> Result<Option<Value>, String> {
        let text = |at: usize| step.get(at).and_then(Value::as_str);
        let truth = |at: usize| step.get(at).and_then(Value::as_bool).ok_or("no truth value");
        let kind = text(0).ok_or("no step")?;
        let name = text(1).unwrap_or_default().to_owned();
        match kind {
            "advance" => {
                let millis = step.get(1).and_then(Value::as_i64).ok_or("no time")?;
                self.advance(millis);
            }
            "app" => self.set_state(APP_NAME, &name)?,
            "client" => self.set_state(CLIENT_NAME, &name)?,
            "startService" | "startForegroundService" | "stopService" => {
                return Ok(self.start_or_stop(kind, &name, text(2)));
            }
            "bind" => return Ok(self.bind(&name)),
            "unbind" => return Ok(self.unbind(&name)),
            "startForeground" => return self.start_foreground(&name, step),
            "stopForeground" => {
                let flags = match text(2) {
                    Some("REMOVE") => 1,
                    Some("DETACH") => 2,
                    _ => 0,
                };
                return Ok(self
                    .of_service(&name, |service| ServiceCall::StopForeground { service, flags }));
            }
            "stopSelf" => {
                let start_id = step.get(2).and_then(Value::as_i64).unwrap_or(-1) as i32;
                return Ok(
                    self.of_service(&name, |service| ServiceCall::StopSelf { service, start_id })
                );
            }
            "processDies" => {
                let name = text(1).unwrap_or(APP_NAME).to_owned();
                match self.system.pid(&name) {
                    Some(pid) => self.die(pid, true),
                    None => return Ok(Some(json!("noProcess"))),
                }
            }
            "taskRemoved" => {
                self.with(|services, cx| services.clean_up_services(USER, APP_NAME, cx))
            }
            "stopAppForUser" => self.stop_app_for_user(),
            "notify" => {
                let id = step.get(1).and_then(Value::as_i64).ok_or("no id")? as i32;
                if self.system.pid(APP_NAME).is_none() {
                    return Ok(Some(json!("noProcess")));
                }
                self.notify(id);
            }
            _ => self.change_device(kind, step, &name, truth(1))?,
        }
        Ok(None)
    }

    fn change_device(
        &mut self,
        kind: &str,
        step: &[Value],
        name: &str,
        truth: Result<bool, &'static str>,
    ) -> Result<(), String> {
        match kind {
            "tempAllowlist" => {
                let entry = match step.get(1).and_then(Value::as_str) {
                    Some(reason) => {
                        let code = ReasonCode::by_name(reason).ok_or("unknown reason")?;
                        let millis = step.get(2).and_then(Value::as_i64).ok_or("no time")?;
                        Some((code, millis))
                    }
                    None => None,
                };
                self.system.temp_allowlist(self.now, entry);
            }
            "batteryOptimizationExempt" => self.system.exempt = truth?,
            "backgroundRestricted" => {
                let restricted = truth?;
                self.system.restricted = restricted;
                self.with(|services, cx| {
                    services.on_background_restricted(APP, APP_NAME, restricted, cx);
                });
            }
            "startForegroundAppOp" => self.system.start_foreground_op = app_op_mode(name)?,
            "mediaProjection" => self.system.media_projection = truth?,
            "deny" => {
                self.system.permissions.remove(name);
            }
            "grant" => {
                self.system.permissions.insert(name.to_owned());
            }
            "deviceConfig" => {
                let value = step.get(2).ok_or("no value")?;
                self.services.device_config(name, Some(&value.to_string()));
                self.configure_processes(name, value);
            }
            "debugging" => self.system.debugging = truth?,
            other => return Err(format!("unknown step `{other}`")),
        }
        Ok(())
    }

    fn configure_processes(&mut self, key: &str, value: &Value) {
        let constants = self.system.list.constants_mut();
        let Some(millis) = value.as_i64() else { return };
        match key {
            "short_fgs_timeout_duration" => constants.short_fgs_timeout_duration_ms = millis,
            "short_fgs_proc_state_extra_wait_duration" => {
                constants.short_fgs_proc_state_extra_wait_duration_ms = millis;
            }
            _ => {}
        }
    }

    fn start_or_stop(&mut self, kind: &str, name: &str, by: Option<&str>) -> Option<Value> {
        let (uid, process) = match by {
            Some("client") => (CLIENT, CLIENT_NAME),
            _ => (APP, APP_NAME),
        };
        let Some(pid) = self.system.pid(process) else { return Some(json!("noProcess")) };
        let service = ComponentName::new(APP_NAME, name);
        let calling_package = Some(process.to_owned());
        let call = match kind {
            "startService" => ServiceCall::StartService { service, calling_package, user: USER },
            "startForegroundService" => {
                ServiceCall::StartForegroundService { service, calling_package, user: USER }
            }
            _ => ServiceCall::StopService { service, user: USER },
        };
        match self.call(Caller { uid, pid: Some(pid) }, call) {
            Err(exception) => Some(json!(exception.class_name())),
            Ok(Reply::Component(None)) => Some(json!("null")),
            Ok(Reply::Component(Some(component))) => match &*component.package {
                special @ ("?" | "!" | "!!") => Some(json!(special)),
                _ => None,
            },
            Ok(Reply::Int(0)) => Some(json!(0)),
            Ok(_) => None,
        }
    }

    fn connection(&self, name: &str) -> ConnectionToken {
        let at = self.system.services.keys().position(|it| it == name).unwrap_or_default();
        ConnectionToken(at as u64)
    }

    fn bind(&mut self, name: &str) -> Option<Value> {
        let Some(pid) = self.system.pid(CLIENT_NAME) else { return Some(json!("noProcess")) };
        let call = ServiceCall::Bind {
            service: ComponentName::new(APP_NAME, name),
            action: None,
            connection: self.connection(name),
            flags: BIND_AUTO_CREATE,
            calling_package: Some(CLIENT_NAME.to_owned()),
            user: USER,
        };
        self.bound.insert(name.to_owned());
        let outcome = self.call(Caller { uid: CLIENT, pid: Some(pid) }, call);
        outcome.err().map(|exception| json!(exception.class_name()))
    }

    fn unbind(&mut self, name: &str) -> Option<Value> {
        if !self.bound.remove(name) {
            return Some(json!("noService"));
        }
        let Some(pid) = self.system.pid(CLIENT_NAME) else { return Some(json!("noProcess")) };
        let connection = self.connection(name);
        let call = ServiceCall::Unbind { connection };
        let outcome = self.call(Caller { uid: CLIENT, pid: Some(pid) }, call);
        outcome.err().map(|exception| json!(exception.class_name()))
    }

    fn record(&self, name: &str) -> Option<&ServiceRecord> {
        self.services.by_name(USER, &ComponentName::new(APP_NAME, name))
    }

    /// A call of a running service about itself.
    fn of_service(
        &mut self,
        name: &str,
        call: impl FnOnce(ServiceToken) -> ServiceCall,
    ) -> Option<Value> {
        let running = self.record(name).and_then(|it| Some((it.token(), it.app()?)));
        let Some((token, pid)) = running else { return Some(json!("noService")) };
        match self.call(Caller { uid: APP, pid: Some(pid) }, call(token)) {
            Err(exception) => Some(json!(exception.class_name())),
            Ok(Reply::Boolean(false)) => Some(json!("false")),
            Ok(_) => None,
        }
    }

    fn start_foreground(&mut self, name: &str, step: &[Value]) -> Result<Option<Value>, String> {
        let types = match step.get(2) {
            Some(Value::String(_)) => ForegroundServiceType::MANIFEST,
            Some(Value::Array(list)) => {
                let keywords: Vec<_> = list.iter().filter_map(Value::as_str).collect();
                ForegroundServiceType::from_manifest_attribute(&keywords.join("|"))
                    .map_err(|error| error.to_string())?
            }
            _ => return Err("no types".to_owned()),
        };
        let options = step.get(3);
        let id = options.and_then(|it| it.get("id")).and_then(Value::as_i64).unwrap_or(1);
        let notification = match options.and_then(|it| it.get("notification")) {
            None => Some(notification("")?),
            Some(Value::Null) => None,
            Some(kind) => Some(notification(kind.as_str().unwrap_or_default())?),
        };
        Ok(self.of_service(name, |service| ServiceCall::StartForeground {
            service,
            id: id as i32,
            notification: notification.map(Box::new),
            types: types.0,
        }))
    }

    /// The app posts a notification itself.
    fn notify(&mut self, id: i32) {
        let mut posted =
            Notification { channel: CHANNEL.to_owned(), small_icon: true, ..Default::default() };
        let Self { system, services, looper, out, now, .. } = self;
        let mut cx = Context { now: *now, neighbours: system, looper, out };
        let policy = services.apply_foreground_service_notification(
            USER,
            APP_NAME,
            id,
            &mut posted,
            &mut cx,
        );
        let shown = cx
            .neighbours
            .enqueue_notification(*now, APP, APP_NAME, id, &posted, policy, cx.looper, cx.out);
        services
            .on_foreground_service_notification_update(shown, USER, APP_NAME, id, &posted, &mut cx);
        self.drain();
    }

    fn stop_app_for_user(&mut self) {
        let mut processes: Vec<(String, Option<Pid>)> = self
            .system
            .list
            .of_uid(APP)
            .map(|it| (it.name().to_owned(), Some(it.pid())))
            .chain(self.system.starting.drain(..).map(|(name, _)| (name, None)))
            .collect();
        processes.sort();
        for (name, pid) in processes {
            match pid {
                Some(pid) => self.die(pid, false),
                None => self.event("processDied", &[json!(name)]),
            }
        }
        self.with(|services, cx| services.bring_down_package(USER, APP_NAME, cx));
    }

    // --- processes

    fn add_process(&mut self, uid: Uid, name: &str) -> Pid {
        self.pids += 1;
        let pid = Pid(self.pids);
        let package = if uid == APP { APP_NAME } else { CLIENT_NAME };
        let mut start = ProcessStart::of_app(pid, uid, package);
        start.name = name.to_owned();
        start.target_sdk = self.system.target_sdk.get(&uid).copied().unwrap_or(34);
        start.uid_allow_listed = uid == APP && self.system.temp_allowlisted_until.is_some();
        self.system.list.add(start);
        pid
    }

    /// Top, visible or in the background; without a process the app gets one first.
    fn set_state(&mut self, process: &str, state: &str) -> Result<(), String> {
        let visible = match state {
            "top" | "visible" => true,
            "background" => false,
            other => return Err(format!("unknown state {other}")),
        };
        let pid = match self.system.pid(process) {
            Some(pid) => pid,
            None if !visible => return Ok(()),
            None => {
                let uid = if process == APP_NAME { APP } else { CLIENT };
                self.system.starting.retain(|(name, _)| name != process);
                let pid = self.add_process(uid, process);
                self.event("processStart", &[json!(process)]);
                self.with(|services, cx| services.attach_application(pid, cx));
                self.settle();
                pid
            }
        };
        let top = self.system.list.device().top;
        if state == "top" {
            if let Some(other) = top.filter(|other| *other != pid) {
                self.set_activities(other, false);
            }
            self.system.list.device_mut().top = Some(pid);
        } else if top == Some(pid) {
            self.system.list.device_mut().top = None;
        }
        self.set_activities(pid, visible);
        self.system.list.touch(pid, self.now);
        Ok(())
    }

    fn set_activities(&mut self, pid: Pid, visible: bool) {
        let Some(facts) = self.system.list.facts_mut(pid) else { return };
        facts.activities.clear();
        if visible {
            facts.activities.push(Activity {
                visible_requested: true,
                window_visible: true,
                task_layer: Some(1),
                state: ActivityState::Resumed,
                finishing: false,
            });
            facts.has_shown_ui = true;
        }
    }

    fn die(&mut self, pid: Pid, allow_restart: bool) {
        let Some(name) = self.system.list.get(pid).map(|it| it.name().to_owned()) else { return };
        self.event("processDied", &[json!(name)]);
        self.crashed.retain(|it| *it != pid);
        self.answers.retain(|(from, _)| *from != pid);
        if self.system.list.device().top == Some(pid) {
            self.system.list.device_mut().top = None;
        }
        if name == APP_NAME {
            self.system.debugging = false;
        }
        let uid = self.system.list.get(pid).map(|it| it.uid());
        self.system.list.remove(pid, &mut self.out);
        if uid == Some(APP) && self.system.list.uid(APP).is_none() {
            self.system.fgs_allowlist.remove(APP);
        }
        self.with(|services, cx| services.process_died(pid, allow_restart, cx));
    }

    // --- time

    fn advance(&mut self, millis: i64) {
        let end = self.now.awake_for(millis);
        while let Some(at) = self.next_instant().filter(|at| *at <= end.uptime) {
            let wait = at.since(self.now.uptime).max(0);
            self.now = self.now.awake_for(wait);
            self.settle();
        }
        self.now = end;
    }

    fn next_instant(&self) -> Option<Uptime> {
        let starts = self.system.starting.iter().map(|(_, at)| *at);
        self.looper
            .next_wakeup()
            .uptime
            .into_iter()
            .chain(starts)
            .chain(self.system.temp_allowlisted_until)
            .min()
    }

    /// Does everything there is to do at this instant.
    fn settle(&mut self) {
        loop {
            if self.expire_allowlist() || self.finish_process_start() || self.fire() {
                // There may be more.
            } else if self.restart_comes_next() && self.answer_next() {
                // The callbacks of what the same process brought up come before it.
            } else if let Some(posted) = self.looper.pop_posted() {
                if let Posted::Service(posted) = posted {
                    self.with(|services, cx| services.on_posted(posted, cx));
                }
            } else if self.answer_next() {
                // What was posted comes first: it was there first.
            } else if let Some(pid) = self.crashed.pop_front() {
                self.die(pid, true);
            } else {
                return;
            }
        }
    }

    fn restart_comes_next(&self) -> bool {
        let restart =
            |posted: &Posted| matches!(posted, Posted::Service(ServicePosted::Restart { .. }));
        self.looper.is_posted(restart)
            && !self.looper.is_posted(|posted| matches!(posted, Posted::Service(it) if !matches!(it, ServicePosted::Restart { .. } | ServicePosted::RescheduleRestarts)))
    }

    fn answer_next(&mut self) -> bool {
        match self.answers.pop_front() {
            Some((pid, call)) => {
                self.answer(pid, call);
                true
            }
            None => false,
        }
    }

    fn expire_allowlist(&mut self) -> bool {
        let due = self.system.temp_allowlisted_until.is_some_and(|at| at <= self.now.uptime);
        if due {
            self.system.temp_allowlist(self.now, None);
            self.update();
        }
        due
    }

    fn finish_process_start(&mut self) -> bool {
        let now = self.now.uptime;
        let Some(at) = self.system.starting.iter().position(|(_, due)| *due <= now) else {
            return false;
        };
        let (name, _) = self.system.starting.remove(at);
        let pid = self.add_process(APP, &name);
        self.event("processStart", &[json!(name)]);
        self.with(|services, cx| services.attach_application(pid, cx));
        true
    }

    fn fire(&mut self) -> bool {
        match self.looper.pop_due(self.now) {
            Some(Fired::Message(Message::Service(message))) => {
                self.with(|services, cx| services.on_message(message, cx));
                true
            }
            Some(Fired::Message(Message::Process(_))) => {
                let outcomes =
                    self.system.list.on_idle_uids(self.now, &mut self.looper, &mut self.out);
                for outcome in outcomes {
                    if let UidOutcome::StopBackgroundServices(uid) = outcome {
                        self.with(|services, cx| services.stop_in_background(uid, cx));
                    }
                }
                true
            }
            Some(_) => true,
            None => false,
        }
    }

    fn update(&mut self) {
        self.services.report_services(&mut self.system.list);
        let found = self.system.update(self.now, &mut self.looper, &mut self.out);
        self.with(|services, cx| services.on_recomputed(found, cx));
    }

    // --- calls and what they cause

    fn with(&mut self, act: impl FnOnce(&mut ActiveServices, &mut Context<'_>)) {
        let Self { system, services, looper, out, now, .. } = self;
        act(services, &mut Context { now: *now, neighbours: system, looper, out });
        self.drain();
    }

    fn call(&mut self, caller: Caller, call: ServiceCall) -> Result<Reply, Exception> {
        let Self { system, services, looper, out, now, .. } = self;
        let mut cx = Context { now: *now, neighbours: system, looper, out };
        let reply = services.call(caller, call, &mut cx);
        self.drain();
        reply
    }

    fn answer(&mut self, pid: Pid, call: ServiceCall) {
        let timeout = match &call {
            ServiceCall::ShouldServiceTimeOut { service } => Some(*service),
            _ => None,
        };
        let reply = self.call(Caller { uid: APP, pid: Some(pid) }, call);
        if let (Some(token), Ok(Reply::Boolean(true))) = (timeout, reply) {
            debug_assert!(self.names.contains_key(&token));
        }
    }

    /// Writes down what was decided, and has the app answer later.
    fn drain(&mut self) {
        for effect in std::mem::take(&mut self.out.effects) {
            if let Effect::Service(effect) = effect {
                self.service_effect(effect);
            }
        }
        for (what, id) in std::mem::take(&mut self.system.displayed) {
            let kind = match what {
                Displayed::Show => "show",
                Displayed::Update => "update",
                Displayed::Hold => "hold",
                Displayed::Cancel => "cancel",
                Displayed::Unflag => "unflag",
            };
            self.event(kind, &[json!(id)]);
        }
    }

    fn event(&mut self, kind: &str, rest: &[Value]) {
        let at = self.now.uptime.since(START.uptime);
        let mut event = vec![json!(at), json!(kind)];
        event.extend_from_slice(rest);
        self.events.push(Value::Array(event));
    }

    /// The app answers from the process that hosts the service.
    fn reply_later(&mut self, token: ServiceToken, call: ServiceCall) {
        if let Some(pid) = self.services.record(token).and_then(ServiceRecord::app) {
            self.answers.push_back((pid, call));
        }
    }

    fn done(&mut self, service: ServiceToken, done: ServiceDone) {
        self.reply_later(service, ServiceCall::ServiceDoneExecuting { service, done });
    }

    fn name(&self, token: ServiceToken) -> Value {
        self.names.get(&token).map_or(Value::Null, |name| json!(name))
    }

    fn service_effect(&mut self, effect: ServiceEffect) {
        match effect {
            ServiceEffect::CreateService { service, class, .. } => {
                self.names.insert(service, class.clone());
                self.event("create", &[json!(class)]);
                self.done(service, ServiceDone::Anonymous);
            }
            ServiceEffect::StartCommand { service, start_id, flags, null_intent, .. } => {
                let mut rest = vec![self.name(service), json!(start_id)];
                rest.extend(null_intent.then(|| json!("nullIntent")));
                rest.extend((flags & 1 != 0).then(|| json!("REDELIVERY")));
                rest.extend((flags & 2 != 0).then(|| json!("RETRY")));
                self.event("onStartCommand", &rest);
                let name = self.names.get(&service).cloned().unwrap_or_default();
                let result = self.results.get(&name).copied().unwrap_or(1);
                self.done(service, ServiceDone::Start { start_id, result });
            }
            ServiceEffect::TaskRemoved { service, start_id, .. } => {
                self.event("onTaskRemoved", &[self.name(service)]);
                self.done(service, ServiceDone::Start { start_id, result: 1000 });
            }
            ServiceEffect::BindService { service, action, rebind, .. } => {
                self.event(if rebind { "rebind" } else { "bind" }, &[self.name(service)]);
                if rebind {
                    self.done(service, ServiceDone::Anonymous);
                } else {
                    let call = ServiceCall::PublishService { service, action, binder: true };
                    self.reply_later(service, call);
                }
            }
            ServiceEffect::UnbindService { service, .. } => {
                self.event("unbind", &[self.name(service)]);
                self.done(service, ServiceDone::Anonymous);
            }
            ServiceEffect::Timeout { service, start_id, .. } => {
                self.event("onTimeout", &[self.name(service), json!(start_id)]);
                self.reply_later(service, ServiceCall::ShouldServiceTimeOut { service });
            }
            ServiceEffect::DestroyService { service, .. } => {
                self.event("destroy", &[self.name(service)]);
                self.done(service, ServiceDone::Stop);
            }
            ServiceEffect::Connected { component, dead, .. } => {
                let kind = if dead { "disconnected" } else { "connected" };
                self.event(kind, &[json!(&*component.class)]);
            }
            ServiceEffect::Anr { kind, .. } => {
                let kind = match kind {
                    TimeoutKind::ServiceStart => "SERVICE_START",
                    TimeoutKind::ServiceExec => "SERVICE_EXEC",
                    TimeoutKind::ShortFgsTimeout => "SHORT_FGS_TIMEOUT",
                };
                self.event("anr", &[json!(kind)]);
            }
            ServiceEffect::CrashApp { process, exception, .. } => {
                self.event("crash", &[json!(exception)]);
                if !self.survives_crashes {
                    self.crashed.extend(self.system.pid(&process));
                }
            }
            ServiceEffect::ForegroundServiceState { component, change, .. } => {
                self.state_event(&component, change);
            }
            ServiceEffect::ForegroundServiceObserver { .. }
            | ServiceEffect::UsageEvent { .. }
            | ServiceEffect::PackageUnstopped { .. }
            | ServiceEffect::ReviewPermissions { .. }
            | ServiceEffect::StartForegroundOp { .. }
            | ServiceEffect::Delegate { .. } => {}
        }
    }

    fn state_event(&mut self, component: &ComponentName, change: ForegroundServiceChange) {
        let name = json!(&*component.class);
        match change {
            ForegroundServiceChange::Enter { types, reason, while_in_use, .. } => {
                let types = describe::types(ForegroundServiceType(types));
                let reason = reason.name().map_or(json!(reason.0), |name| json!(name));
                self.event("ENTER", &[name, json!(types), reason, json!(while_in_use)]);
            }
            ForegroundServiceChange::Exit { duration, cause } => {
                let cause = match cause {
                    FgsStopReason::StopForeground => "STOP_FOREGROUND",
                    FgsStopReason::StopService => "STOP_SERVICE",
                };
                self.event("EXIT", &[name, json!(duration), json!(cause)]);
            }
            ForegroundServiceChange::Denied { type_check: 0 } => self.event("DENIED", &[name]),
            ForegroundServiceChange::Denied { type_check } => {
                self.event("DENIED", &[name, json!(type_check)]);
            }
            ForegroundServiceChange::TimedOut { duration } => {
                self.event("TIMED_OUT", &[name, json!(duration)]);
            }
        }
    }

    // --- what is new

    fn changes(&mut self, members: &mut Members) {
        if !self.events.is_empty() {
            members.insert("events".to_owned(), Value::Array(std::mem::take(&mut self.events)));
        }
        let mut services = Members::new();
        for name in self.system.services.keys() {
            let state = self.record(name).map_or(Value::Null, describe::service);
            services.insert(name.clone(), state);
        }
        let mut processes: Members = ["app"]
            .into_iter()
            .chain(self.system.services.values().map(|it| it.process.as_str()))
            .map(|name| (name.to_owned(), Value::Null))
            .collect();
        for record in self.system.list.of_uid(APP) {
            processes.insert(record.name().to_owned(), describe::process(record));
        }
        self.changed_members("services", services, members);
        let timers = self.timers();
        let before = self.seen.insert("timers", timers.clone());
        if before.unwrap_or_else(|| json!([])) != timers {
            members.insert("timers".to_owned(), timers);
        }
        self.changed_members("processes", processes, members);
    }

    fn timers(&self) -> Value {
        let pending = self.looper.messages().into_iter().filter_map(|(message, at)| {
            let (kind, service) = describe::timer(message)?;
            let due = at.since(START.uptime);
            Some(match service {
                Some(service) => json!([due, kind, self.name(service)]),
                None => json!([due, kind]),
            })
        });
        Value::Array(pending.collect())
    }

    /// Adds those members of `now` that differ from last time.
    fn changed_members(&mut self, what: &'static str, now: Members, into: &mut Members) {
        let before = self.seen.insert(what, Value::Object(now.clone()));
        let before = before.as_ref().and_then(Value::as_object).cloned().unwrap_or_default();
        let changed: Members = now
            .into_iter()
            .filter(|(name, value)| before.get(name).unwrap_or(&Value::Null) != value)
            .collect();
        if !changed.is_empty() {
            into.insert(what.to_owned(), Value::Object(changed));
        }
    }
}

fn notification(kind: &str) -> Result<Notification, String> {
    let mut it =
        Notification { channel: CHANNEL.to_owned(), small_icon: true, ..Default::default() };
    match kind {
        "" => {}
        "immediate" => it.foreground_service_behavior = 1,
        "deferred" => it.foreground_service_behavior = 2,
        "call" | "navigation" => it.category = Some(kind.to_owned()),
        "action" => it.actions = 1,
        "media" => it.media_style = true,
        "deferredWithAction" => {
            it.foreground_service_behavior = 2;
            it.actions = 1;
        }
        "badChannel" => it.channel = "unknown".to_owned(),
        other => return Err(format!("unknown notification {other}")),
    }
    Ok(it)
}
