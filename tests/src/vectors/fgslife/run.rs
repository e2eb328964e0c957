//! Plays the steps of one vector: calls, time, and what app and client answer at once.

mod effects;
mod processes;
mod report;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jobwarden_model::fgs::call::ServiceCall;
use jobwarden_model::fgs::effect::{ConnectionToken, ServiceToken};
use jobwarden_model::fgs::reason::ReasonCode;
use jobwarden_model::fgs::{
    ActiveServices, Constants, Context, Posted as ServicePosted, ServiceRecord,
};
use jobwarden_model::looper::{Fired, Message, Posted};
use jobwarden_model::process::UidOutcome;
use jobwarden_model::{
    Caller, ComponentName, Elapsed, Exception, Looper, Now, Output, Pid, Reply, Uptime, Wall,
};
use serde_json::{json, Map, Value};

use super::hears::Ears;
use super::input::Input;
use super::step::{self, USER};
use super::system::{app_op_mode, System, APP, APP_NAME, CLIENT, CLIENT_NAME};

const START: Now =
    Now { elapsed: Elapsed(1_000_000_000), uptime: Uptime(1_000_000_000), wall: Wall(0) };

type Members = Map<String, Value>;

#[derive(Clone)]
pub(super) struct Run {
    system: System,
    services: ActiveServices,
    looper: Looper,
    out: Output,
    now: Now,
    ears: Ears,
    /// What the app is about to say: after how many posted messages, and from which process.
    answers: VecDeque<(usize, Pid, ServiceCall)>,
    /// Processes that were sent a crash.
    crashed: VecDeque<Pid>,
    survives_crashes: bool,
    events: Vec<Value>,
    seen: BTreeMap<&'static str, Value>,
    bound: BTreeSet<String>,
}

impl Run {
    pub(super) fn new(input: &Input) -> Result<Self, String> {
        let mut services = ActiveServices::new(Constants::default());
        for (key, value) in &input.device_config {
            services.device_config(key, Some(&value.to_string()));
        }
        let mut run = Self {
            system: System::new(input)?,
            services,
            looper: Looper::default(),
            out: Output::new(),
            now: START,
            ears: Ears::new(&input.services)?,
            answers: VecDeque::new(),
            crashed: VecDeque::new(),
            survives_crashes: input.app_survives_crashes,
            events: Vec::new(),
            seen: BTreeMap::new(),
            bound: BTreeSet::new(),
        };
        for (key, value) in &input.device_config {
            run.configure_processes(key, value);
        }
        run.system.add_process(APP, APP_NAME, true);
        if input.client.is_some() {
            run.system.add_process(CLIENT, CLIENT_NAME, true);
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
                return Ok(self.of_service(&name, step::stop_foreground(step)));
            }
            "stopSelf" => return Ok(self.of_service(&name, step::stop_self(step))),
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
        let call = step::start_or_stop(kind, name, process);
        step::result(&self.call(Caller { uid, pid: Some(pid) }, call))
    }

    fn connection(&self, name: &str) -> ConnectionToken {
        let at = self.system.services.keys().position(|it| it == name).unwrap_or_default();
        ConnectionToken(at as u64)
    }

    fn bind(&mut self, name: &str) -> Option<Value> {
        let Some(pid) = self.system.pid(CLIENT_NAME) else { return Some(json!("noProcess")) };
        let call = step::bind(name, self.connection(name));
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
        step::result(&self.call(Caller { uid: APP, pid: Some(pid) }, call(token)))
    }

    fn start_foreground(&mut self, name: &str, step: &[Value]) -> Result<Option<Value>, String> {
        let call = step::start_foreground(step)?;
        Ok(self.of_service(name, call))
    }

    /// The app posts a notification itself.
    fn notify(&mut self, id: i32) {
        let mut posted = step::plain_notification();
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
        self.system.starting.clear();
        let mut processes: Vec<_> =
            self.system.list.of_uid(APP).map(|it| (it.name().to_owned(), it.pid())).collect();
        processes.sort();
        for (_, pid) in processes {
            self.die(pid, false);
        }
        self.with(|services, cx| services.bring_down_package(USER, APP_NAME, cx));
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

    /// Does everything there is to do at this instant. What the app answers waits for what was posted
    /// before it; services that wait for a restart wait for the answers.
    fn settle(&mut self) {
        loop {
            if self.expire_allowlist() || self.finish_process_start() || self.fire() {
                // There may be more.
            } else if self.answers.front().is_some_and(|(ahead, ..)| *ahead == 0) {
                self.answer_next();
            } else if let Some(posted) = self.looper.pop_posted() {
                if !restarts(&posted) {
                    for (ahead, ..) in &mut self.answers {
                        *ahead = ahead.saturating_sub(1);
                    }
                }
                if let Posted::Service(posted) = posted {
                    self.with(|services, cx| services.on_posted(posted, cx));
                }
            } else if !self.answers.is_empty() {
                self.answer_next();
            } else if let Some(pid) = self.crashed.pop_front() {
                self.with(|services, cx| services.note_crash(pid, cx));
                self.die(pid, true);
            } else {
                return;
            }
        }
    }

    /// How many posted messages an answer has to wait for now.
    fn posted_ahead(&self) -> usize {
        let count = Cell::new(0);
        self.looper.is_posted(|posted| {
            count.set(count.get() + usize::from(!restarts(posted)));
            false
        });
        count.get()
    }

    fn answer_next(&mut self) {
        if let Some((_, pid, call)) = self.answers.pop_front() {
            self.answer(pid, call);
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
        let pid = self.system.attach_process(APP, &name);
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
        // Nobody waits for what the app hears in return.
        let _ = self.call(Caller { uid: APP, pid: Some(pid) }, call);
    }
}

/// Restarts of services wait for all answers.
fn restarts(posted: &Posted) -> bool {
    matches!(
        posted,
        Posted::Service(ServicePosted::Restart { .. } | ServicePosted::RescheduleRestarts)
    )
}
