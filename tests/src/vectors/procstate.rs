//! Slice `procstate`: `OomAdjuster` over a small world of processes.

use std::collections::BTreeMap;

use jobwarden_model::fgs::effect::ServiceToken;
use jobwarden_model::looper::Fired;
use jobwarden_model::process::{
    Activity, ActivityState, Adj, BindFlags, Binding, BindingId, Capabilities, Constants,
    Instrumentation, ProcessList, ProcessRecord, ProcessStart, ProviderClient, ProviderConnection,
    ProviderConnectionId, RunningService, UidOutcome, UidRecord, Urgency,
};
use jobwarden_model::{Elapsed, Looper, Now, Output, Pid, Uid, Uptime, UserId, Wall};
use serde::Deserialize;
use serde_json::{json, Map, Value};

/// Long after boot; the two clocks differ.
const START: Now =
    Now { elapsed: Elapsed(5_000_000_000), uptime: Uptime(4_000_000_000), wall: Wall(0) };

type Members = Map<String, Value>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    processes: Vec<Members>,
    #[serde(default)]
    bindings: Vec<Bind>,
    #[serde(default)]
    providers: Vec<Provider>,
    #[serde(default)]
    temp_allowlist: Vec<u32>,
    #[serde(default)]
    steps: Vec<Vec<Value>>,
    #[serde(flatten)]
    device: Members,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Bind {
    client: i32,
    host: i32,
    #[serde(default)]
    service: u64,
    flags: Vec<String>,
    activity_visible: Option<bool>,
}

#[derive(Deserialize)]
struct Provider {
    client: Option<i32>,
    host: i32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[derive(Default)]
struct ActivityInput {
    visible: bool,
    layer_rank: Option<i32>,
    state: Option<String>,
    finishing: bool,
}

/// The world of one vector.
struct World {
    list: ProcessList,
    looper: Looper,
    now: Now,
    /// How many services each process has had.
    services: Vec<u64>,
    bindings: u64,
    providers: u64,
    events: Vec<Value>,
    seen: BTreeMap<(&'static str, u32), Value>,
}

/// The states over time.
pub(super) fn answer(input: &Value) -> Result<Value, String> {
    let input: Input = serde_json::from_value(input.clone()).map_err(|error| error.to_string())?;
    let mut world = World::new(&input)?;
    let mut trace = vec![world.update()];
    for step in &input.steps {
        world.step(step)?;
        trace.push(world.update());
    }
    Ok(json!({ "trace": trace }))
}

impl World {
    fn new(input: &Input) -> Result<Self, String> {
        let mut world = Self {
            list: ProcessList::new(Constants::android_14()),
            looper: Looper::default(),
            now: START,
            services: vec![0; input.processes.len()],
            bindings: 0,
            providers: 0,
            events: Vec::new(),
            seen: BTreeMap::new(),
        };
        for (index, members) in input.processes.iter().enumerate() {
            world.add(index, members, &input.temp_allowlist)?;
        }
        for bind in &input.bindings {
            world.bind(bind)?;
        }
        for provider in &input.providers {
            let client = match provider.client {
                Some(client) => ProviderClient::Process(Pid(client)),
                None => ProviderClient::External,
            };
            let connection = ProviderConnection { host: Pid(provider.host), client };
            world.list.connect_provider(ProviderConnectionId(world.providers), connection);
            world.providers += 1;
        }
        world.device(&input.device)?;
        Ok(world)
    }

    fn add(&mut self, index: usize, members: &Members, listed: &[u32]) -> Result<(), String> {
        let pid = Pid(index as i32);
        let uid = members.get("uid").and_then(Value::as_u64).ok_or("no uid")? as u32;
        let mut start = ProcessStart::of_app(pid, Uid(uid), format!("p{index}"));
        start.uid_allow_listed = listed.contains(&uid);
        let mut facts = Members::new();
        for (name, value) in members {
            match name.as_str() {
                "uid" => {}
                "targetSdkVersion" => start.target_sdk = int(value)? as i32,
                "attached" => start.attached = truth(value)?,
                "fixed" => start.max_adj = Some(fixed(value)?),
                _ => {
                    facts.insert(name.clone(), value.clone());
                }
            }
        }
        self.list.add(start);
        self.process(pid, &facts)
    }

    fn step(&mut self, step: &[Value]) -> Result<(), String> {
        let at = |index: usize| step.get(index).ok_or("step too short");
        let process =
            |index| at(index).map_err(String::from).and_then(int).map(|pid| Pid(pid as i32));
        match at(0)?.as_str().ok_or("no step")? {
            "nothing" => {}
            "advance" => self.advance(int(at(1)?)?),
            "sleep" => self.now = self.now.asleep_for(int(at(1)?)?),
            "device" => self.device(object(at(1)?)?)?,
            "process" => self.process(process(1)?, object(at(2)?)?)?,
            "service" => {
                let (host, token) = (process(1)?, token(process(1)?, int(at(2)?)? as u64));
                self.service(host, token, object(at(3)?)?)?;
                self.list.update_foreground(host);
            }
            "addService" => self.add_service(process(1)?, object(at(2)?)?)?,
            "removeService" => {
                let (host, token) = (process(1)?, token(process(1)?, int(at(2)?)? as u64));
                self.list.stop_executing(host, token);
                self.list.forget_service(token);
                self.list.update_foreground(host);
            }
            "bind" => {
                let bind: Bind =
                    serde_json::from_value(at(1)?.clone()).map_err(|e| e.to_string())?;
                self.bind(&bind)?;
                if bind.flags.iter().any(|flag| flag == "AUTO_CREATE") {
                    let now = self.now.uptime;
                    if let Some(service) =
                        self.list.service_mut(token(Pid(bind.host), bind.service))
                    {
                        service.last_activity = now;
                    }
                }
            }
            "unbind" => self.list.unbind(BindingId(int(at(1)?)? as u64)),
            "removeProvider" => {
                self.list.disconnect_provider(ProviderConnectionId(int(at(1)?)? as u64), self.now);
            }
            "tempAllowlist" => {
                self.list.set_uid_temp_allow_listed(Uid(int(at(1)?)? as u32), truth(at(2)?)?);
            }
            unknown => return Err(format!("unknown step `{unknown}`")),
        }
        Ok(())
    }

    /// Time passes; what the process code sent itself is handled on the way.
    fn advance(&mut self, millis: i64) {
        let end = self.now.awake_for(millis);
        while let Some(at) = self.looper.next_wakeup().uptime.filter(|&at| at <= end.uptime) {
            self.now = self.now.awake_for(at.since(self.now.uptime).max(0));
            while let Some(Fired::Message(_)) = self.looper.pop_due(self.now) {
                let mut out = Output::new();
                let outcomes = self.list.on_idle_uids(self.now, &mut self.looper, &mut out);
                self.note(outcomes);
            }
        }
        self.now = end;
    }

    fn device(&mut self, members: &Members) -> Result<(), String> {
        for (name, value) in members {
            let pid = || match value {
                Value::Null => Ok(None),
                value => int(value).map(|pid| Some(Pid(pid as i32))),
            };
            let device = self.list.device_mut();
            match name.as_str() {
                "awake" => device.awake = truth(value)?,
                "launchInProgress" => device.launch_in_progress = truth(value)?,
                "memoryLevelNormal" => device.memory_level_normal = truth(value)?,
                "top" => device.top = pid()?,
                "home" => device.home = pid()?,
                "previous" => device.previous = pid()?,
                "heavyWeight" => device.heavy_weight = pid()?,
                "backup" => {
                    device.backup = pid()?.map(|pid| (UserId(0), pid)).into_iter().collect()
                }
                unknown => return Err(format!("unknown device member `{unknown}`")),
            }
        }
        Ok(())
    }

    fn process(&mut self, pid: Pid, members: &Members) -> Result<(), String> {
        let now = self.now.uptime;
        for (name, value) in members {
            if name == "services" {
                for service in value.as_array().ok_or("services")? {
                    self.add_service(pid, object(service)?)?;
                }
                continue;
            }
            if name == "lastTopMsAgo" {
                self.list.set_last_top(pid, now.plus(-int(value)?));
                continue;
            }
            let facts = self.list.facts_mut(pid).ok_or("no such process")?;
            match name.as_str() {
                "activities" => facts.activities = activities(value)?,
                "recentTasks" => facts.has_recent_tasks = truth(value)?,
                "hasShownUi" => facts.has_shown_ui = truth(value)?,
                "topUi" => facts.has_top_ui = truth(value)?,
                "overlayUi" => facts.has_overlay_ui = truth(value)?,
                "remoteAnimation" => facts.running_remote_animation = truth(value)?,
                "forcedImportant" => facts.forcing_to_important = truth(value)?,
                "instrumentation" => {
                    facts.instrumentation = truth(value)?.then(Instrumentation::default);
                }
                "large" => facts.exceeds_cached_restore_threshold = truth(value)?,
                "receiving" => facts.receiving = urgency(value)?,
                "providerLastUsedMsAgo" => {
                    facts.last_provider_time = ago(value)?.map(|ms| now.plus(-ms));
                }
                unknown => return Err(format!("unknown process member `{unknown}`")),
            }
        }
        Ok(())
    }

    fn add_service(&mut self, host: Pid, members: &Members) -> Result<(), String> {
        let next = self.services.get_mut(host.0 as usize).ok_or("no such process")?;
        let token = token(host, *next);
        *next += 1;
        let service =
            RunningService { last_activity: self.now.uptime, ..RunningService::default() };
        self.list.start_service(host, token, service);
        self.service(host, token, members)?;
        self.list.update_foreground(host);
        Ok(())
    }

    fn service(&mut self, host: Pid, token: ServiceToken, members: &Members) -> Result<(), String> {
        let now = self.now.uptime;
        for (name, value) in members {
            if name == "executing" {
                self.list.stop_executing(host, token);
                if let Some(urgency) = urgency(value)? {
                    self.list.start_executing(host, token, urgency);
                }
                continue;
            }
            let service = self.list.service_mut(token).ok_or("no such service")?;
            match name.as_str() {
                "started" => service.start_requested = truth(value)?,
                "lastActivityMsAgo" => service.last_activity = now.plus(-int(value)?),
                "foreground" => service.is_foreground = truth(value)?,
                "types" => service.foreground_types = types(value)?,
                "whileInUse" => service.while_in_use = truth(value)?,
                "startForegroundOwed" => service.start_foreground_owed = truth(value)?,
                "shortTrackedSinceMsAgo" => {
                    service.short_started = ago(value)?.map(|ms| now.plus(-ms));
                }
                "keepWarm" => service.keep_warm = truth(value)?,
                unknown => return Err(format!("unknown service member `{unknown}`")),
            }
        }
        Ok(())
    }

    fn bind(&mut self, bind: &Bind) -> Result<(), String> {
        let mut flags = BindFlags::NONE;
        for name in &bind.flags {
            flags = flags | BindFlags::from_name(name).ok_or_else(|| format!("flag `{name}`"))?;
        }
        let binding = Binding {
            client: Pid(bind.client),
            service: token(Pid(bind.host), bind.service),
            flags,
            activity_visible: bind.activity_visible,
        };
        self.list.bind(BindingId(self.bindings), binding, self.now);
        self.bindings += 1;
        Ok(())
    }

    fn note(&mut self, outcomes: Vec<UidOutcome>) {
        self.events.extend(outcomes.into_iter().map(|outcome| match outcome {
            UidOutcome::Event(event) => {
                json!([event.uid, event.changes.names().collect::<Vec<_>>()])
            }
            UidOutcome::StopBackgroundServices(uid) => json!([uid, ["stopBackgroundServices"]]),
        }));
    }

    /// Computes everything and answers what changed since the entry before.
    fn update(&mut self) -> Value {
        let outcomes = self.list.update(self.now, &mut self.looper, &mut Output::new());
        self.note(outcomes);
        let mut entry = Members::new();
        let processes = self
            .list
            .iter()
            .filter(|process| process.is_attached())
            .map(|process| (process.pid().0 as u32, process_state(process)))
            .collect::<Vec<_>>();
        let uids = self.list.uids().map(|uid| (uid.uid().0, uid_state(uid))).collect::<Vec<_>>();
        for (name, states) in [("processes", processes), ("uids", uids)] {
            let mut changed = Members::new();
            for (key, state) in states {
                if self.seen.get(&(name, key)) != Some(&state) {
                    self.seen.insert((name, key), state.clone());
                    changed.insert(key.to_string(), state);
                }
            }
            if !changed.is_empty() {
                entry.insert(name.to_owned(), Value::Object(changed));
            }
        }
        if !self.events.is_empty() {
            entry.insert("uidEvents".to_owned(), Value::Array(std::mem::take(&mut self.events)));
        }
        Value::Object(entry)
    }
}

fn process_state(process: &ProcessRecord) -> Value {
    let mut state = Members::new();
    state.insert("adj".to_owned(), json!(process.adj()));
    if process.raw_adj() != process.adj() {
        state.insert("rawAdj".to_owned(), json!(process.raw_adj()));
    }
    state.insert("procState".to_owned(), json!(process.cur_proc_state().name()));
    put_capabilities(&mut state, process.capabilities());
    state.insert("schedGroup".to_owned(), json!(process.sched_group()));
    put_flag(&mut state, "hasForegroundActivities", process.has_foreground_activities());
    match process.last_invisible() {
        Elapsed(i64::MAX) => put_flag(&mut state, "hasVisibleActivities", true),
        Elapsed(0) => {}
        at => {
            state.insert("lastInvisible".to_owned(), json!(at.since(START.elapsed)));
        }
    }
    put_flag(&mut state, "hasStartedServices", process.has_started_services());
    put_flag(&mut state, "hasForegroundServices", process.has_foreground_services());
    Value::Object(state)
}

fn uid_state(uid: &UidRecord) -> Value {
    let mut state = Members::new();
    state.insert("procState".to_owned(), json!(uid.set_proc_state().name()));
    put_capabilities(&mut state, uid.capabilities());
    put_flag(&mut state, "idle", uid.is_set_idle());
    put_flag(&mut state, "hasForegroundServices", uid.has_foreground_services());
    Value::Object(state)
}

fn put_capabilities(state: &mut Members, capabilities: Capabilities) {
    if capabilities == Capabilities::ALL {
        state.insert("capabilities".to_owned(), json!("ALL"));
    } else if capabilities != Capabilities::NONE {
        state.insert("capabilities".to_owned(), json!(capabilities.names().collect::<Vec<_>>()));
    }
}

fn put_flag(state: &mut Members, name: &str, on: bool) {
    if on {
        state.insert(name.to_owned(), json!(true));
    }
}

fn token(host: Pid, service: u64) -> ServiceToken {
    ServiceToken(host.0 as u64 * 1000 + service)
}

fn int(value: &Value) -> Result<i64, String> {
    value.as_i64().ok_or_else(|| format!("not a number: {value}"))
}

fn truth(value: &Value) -> Result<bool, String> {
    value.as_bool().ok_or_else(|| format!("not a boolean: {value}"))
}

fn object(value: &Value) -> Result<&Members, String> {
    value.as_object().ok_or_else(|| format!("not an object: {value}"))
}

/// `null` stands for "not at all".
fn ago(value: &Value) -> Result<Option<i64>, String> {
    if value.is_null() {
        Ok(None)
    } else {
        int(value).map(Some)
    }
}

fn urgency(value: &Value) -> Result<Option<Urgency>, String> {
    match value.as_str() {
        None if value.is_null() => Ok(None),
        Some("foreground") => Ok(Some(Urgency::Foreground)),
        Some("background") => Ok(Some(Urgency::Background)),
        _ => Err(format!("not an urgency: {value}")),
    }
}

fn fixed(value: &Value) -> Result<Adj, String> {
    match value.as_str() {
        Some("SYSTEM") => Ok(Adj::SYSTEM),
        Some("PERSISTENT_PROC") => Ok(Adj::PERSISTENT_PROC),
        Some("PERSISTENT_SERVICE") => Ok(Adj::PERSISTENT_SERVICE),
        _ => Err(format!("not a maximum: {value}")),
    }
}

fn types(value: &Value) -> Result<i32, String> {
    let names = value.as_array().ok_or("types")?;
    names.iter().try_fold(0, |types, name| {
        let bit = match name.as_str().unwrap_or_default() {
            "DATA_SYNC" => 0,
            "MEDIA_PLAYBACK" => 1,
            "PHONE_CALL" => 2,
            "LOCATION" => 3,
            "CONNECTED_DEVICE" => 4,
            "MEDIA_PROJECTION" => 5,
            "CAMERA" => 6,
            "MICROPHONE" => 7,
            "HEALTH" => 8,
            "REMOTE_MESSAGING" => 9,
            "SYSTEM_EXEMPTED" => 10,
            "SHORT_SERVICE" => 11,
            "FILE_MANAGEMENT" => 12,
            "SPECIAL_USE" => 30,
            unknown => return Err(format!("unknown type `{unknown}`")),
        };
        Ok(types | (1 << bit))
    })
}

fn activities(value: &Value) -> Result<Vec<Activity>, String> {
    let inputs: Vec<ActivityInput> =
        serde_json::from_value(value.clone()).map_err(|error| error.to_string())?;
    inputs
        .into_iter()
        .map(|input| {
            let state = match input.state.as_deref() {
                None if input.visible => ActivityState::Resumed,
                Some("PAUSING") => ActivityState::Pausing,
                Some("PAUSED") => ActivityState::Paused,
                Some("STOPPING") => ActivityState::Stopping,
                None | Some("STOPPED") => ActivityState::Stopped,
                Some(unknown) => return Err(format!("unknown activity state `{unknown}`")),
            };
            Ok(Activity {
                visible_requested: input.visible,
                window_visible: input.visible,
                task_layer: input.layer_rank,
                state,
                finishing: input.finishing,
            })
        })
        .collect()
}
