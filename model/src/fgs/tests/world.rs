//! A small device around the service code, whose every fact a test may set, and which writes a log.

mod react;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::fgs::call::ServiceCall;
use crate::fgs::effect::{ConnectionToken, ServiceToken};
use crate::fgs::reason::ReasonCode;
use crate::fgs::types::ForegroundServiceType;
use crate::fgs::{
    ActiveServices, AppProcess, BackgroundStartFacts, Constants, Context, FgsTempAllowlist,
    Recomputed, ServiceInfo, ServiceRecord, UserState,
};
use crate::looper::{Fired, Message, Posted};
use crate::notification::Notification;
use crate::package::AppOpMode;
use crate::process::{Activity, ActivityState, ProcessList, ProcessStart, UidOutcome};
use crate::{
    Caller, ComponentName, Elapsed, Exception, Looper, Now, Output, Pid, Reply, Uid, Uptime,
    UserId, Wall,
};

pub(super) const APP: Uid = Uid(10_123);
pub(super) const CLIENT: Uid = Uid(10_200);
pub(super) const USER: UserId = UserId(0);
pub(super) const START: Now =
    Now { elapsed: Elapsed(2_000_000_000), uptime: Uptime(1_000_000_000), wall: Wall(0) };
pub(super) const DATA_SYNC: ForegroundServiceType = ForegroundServiceType::DATA_SYNC;
pub(super) const SHORT: ForegroundServiceType = ForegroundServiceType::SHORT_SERVICE;

/// Everything that is not the service code.
pub(super) struct Device {
    pub list: ProcessList,
    pub services: BTreeMap<String, ServiceInfo>,
    pub target_sdk: BTreeMap<Uid, i32>,
    pub changes: BTreeMap<(Uid, u64), bool>,
    pub denied: BTreeSet<String>,
    pub held: BTreeSet<(Uid, String)>,
    pub ops: BTreeMap<(Uid, String), AppOpMode>,
    pub restricted: bool,
    pub permanent_allowlist: bool,
    pub allowlist: FgsTempAllowlist,
    pub while_in_use: FgsTempAllowlist,
    pub while_in_use_package: Option<String>,
    pub foreign_packages: BTreeSet<String>,
    pub background: BackgroundStartFacts,
    pub device_owner: Option<Uid>,
    pub profile_owner: Option<Uid>,
    pub companion: Option<Uid>,
    pub demo_mode: bool,
    pub input_method: Option<String>,
    pub user: Option<UserState>,
    pub frozen: bool,
    pub review: bool,
    pub closed_gates: BTreeSet<String>,
    pub bad_processes: bool,
    pub process_start_ms: i64,
    pub starting: Vec<(String, Uptime)>,
    pub memory_level: usize,
    pub shutting_down: bool,
    pub screen_on: bool,
    pub uij: bool,
    pub app_icon: bool,
    /// What the tests change of a process beyond what is computed.
    pub patches: BTreeMap<String, fn(&mut AppProcess)>,
    /// Displayed notifications: id and whether it is flagged.
    pub notifications: BTreeMap<i32, bool>,
    pub log: Vec<String>,
}

/// The device with its services, at one instant.
pub(super) struct World {
    pub device: Device,
    pub services: ActiveServices,
    pub looper: Looper,
    pub out: Output,
    pub now: Now,
    /// What `onStartCommand` returns.
    pub start_result: i32,
    /// The app answers its callbacks.
    pub answering: bool,
    answers: VecDeque<(Pid, ServiceCall)>,
    names: BTreeMap<ServiceToken, String>,
    pids: i32,
}

pub(super) fn component(name: &str) -> ComponentName {
    ComponentName::new("app", name)
}

pub(super) fn plain() -> Notification {
    Notification { channel: "channel".to_owned(), small_icon: true, ..Notification::default() }
}

fn info(name: &str, process: &str) -> ServiceInfo {
    ServiceInfo {
        name: component(name),
        uid: APP,
        process: process.to_owned(),
        types: ForegroundServiceType(0x4000_0fff),
        exported: true,
        target_sdk: 34,
        ..ServiceInfo::default()
    }
}

impl Device {
    fn new() -> Self {
        Self {
            list: ProcessList::default(),
            services: [("s", "app"), ("t", "app"), ("u", "app"), ("r", "app:remote")]
                .map(|(name, process)| (name.to_owned(), info(name, process)))
                .into(),
            target_sdk: BTreeMap::new(),
            changes: BTreeMap::new(),
            denied: BTreeSet::new(),
            held: BTreeSet::new(),
            ops: BTreeMap::new(),
            restricted: false,
            permanent_allowlist: false,
            allowlist: FgsTempAllowlist::default(),
            while_in_use: FgsTempAllowlist::default(),
            while_in_use_package: None,
            foreign_packages: BTreeSet::new(),
            background: BackgroundStartFacts::default(),
            device_owner: None,
            profile_owner: None,
            companion: None,
            demo_mode: false,
            input_method: None,
            user: Some(UserState::Started),
            frozen: false,
            review: false,
            closed_gates: BTreeSet::new(),
            bad_processes: false,
            process_start_ms: 0,
            starting: Vec::new(),
            memory_level: 0,
            shutting_down: false,
            screen_on: true,
            uij: false,
            app_icon: true,
            patches: BTreeMap::new(),
            notifications: BTreeMap::new(),
            log: Vec::new(),
        }
    }

    pub(super) fn pid(&self, name: &str) -> Option<Pid> {
        self.list.iter().find(|record| record.name() == name).map(|record| record.pid())
    }

    pub(super) fn update(&mut self, now: Now, looper: &mut Looper, out: &mut Output) -> Recomputed {
        let bound = |list: &ProcessList| -> BTreeSet<Pid> {
            list.iter()
                .filter(|it| it.facts().background_restricted && it.is_bound_by_non_restricted())
                .map(|it| it.pid())
                .collect()
        };
        let before = bound(&self.list);
        let outcomes = self.list.update(now, looper, out);
        let after = bound(&self.list);
        let unbound = before.difference(&after).map(|_| (APP, "app".to_owned())).collect();
        let of_services = |outcome: &UidOutcome| match outcome {
            UidOutcome::Event(event) => {
                let record = self.list.uid(event.uid)?;
                record.has_foreground_services().then_some(event.uid)
            }
            UidOutcome::StopBackgroundServices(_) => None,
        };
        Recomputed { unbound, uids: outcomes.iter().filter_map(of_services).collect() }
    }
}

impl World {
    /// An app that targets 34 and its client, each with one process in the background.
    pub(super) fn new() -> Self {
        let mut world = Self {
            device: Device::new(),
            services: ActiveServices::new(Constants::default()),
            looper: Looper::default(),
            out: Output::tracing(),
            now: START,
            start_result: 1,
            answering: true,
            answers: VecDeque::new(),
            names: BTreeMap::new(),
            pids: 1_000,
        };
        world.add_process(APP, "app");
        world.add_process(CLIENT, "client");
        world.settle();
        world
    }

    /// The same with the app on top.
    pub(super) fn on_top() -> Self {
        let mut world = Self::new();
        world.top("app");
        world
    }

    /// The service `s` runs in the foreground with these types; its app is in the background.
    pub(super) fn with_fgs(types: ForegroundServiceType) -> Self {
        let mut world = Self::on_top();
        world.start_fg("s").expect("started");
        world.promote("s", types).expect("promoted");
        world.background("app");
        world.take();
        world
    }

    pub(super) fn add_process(&mut self, uid: Uid, name: &str) -> Pid {
        self.pids += 1;
        let pid = Pid(self.pids);
        let package = if uid == APP { "app" } else { "client" };
        let mut start = ProcessStart::of_app(pid, uid, package);
        start.name = name.to_owned();
        start.target_sdk = self.device.target_sdk.get(&uid).copied().unwrap_or(34);
        self.device.list.add(start);
        pid
    }

    // --- what is visible

    pub(super) fn top(&mut self, process: &str) {
        let pid = self.device.pid(process).expect("running");
        self.device.list.device_mut().top = Some(pid);
        self.activities(pid, true);
    }

    pub(super) fn visible(&mut self, process: &str) {
        let pid = self.device.pid(process).expect("running");
        self.device.list.device_mut().top = None;
        self.activities(pid, true);
    }

    pub(super) fn background(&mut self, process: &str) {
        let pid = self.device.pid(process).expect("running");
        if self.device.list.device().top == Some(pid) {
            self.device.list.device_mut().top = None;
        }
        self.activities(pid, false);
    }

    /// In the background for so long that nothing of having been visible is left.
    pub(super) fn long_in_background(&mut self, process: &str) {
        self.background(process);
        self.advance(5_000);
    }

    fn activities(&mut self, pid: Pid, visible: bool) {
        let facts = self.device.list.facts_mut(pid).expect("running");
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
        self.device.list.touch(pid, self.now);
        self.settle();
    }

    // --- calls

    fn caller(&self, process: &str) -> Caller {
        let uid = if process == "client" { CLIENT } else { APP };
        Caller { uid, pid: self.device.pid(process) }
    }

    /// A call of a process; everything it causes is done before this returns.
    pub(super) fn call(&mut self, by: &str, call: ServiceCall) -> Result<Reply, Exception> {
        let reply = self.bare_call(self.caller(by), call);
        self.settle();
        reply
    }

    /// A call, and nothing after it.
    pub(super) fn bare_call(
        &mut self,
        caller: Caller,
        call: ServiceCall,
    ) -> Result<Reply, Exception> {
        let Self { device, services, looper, out, now, .. } = self;
        let mut cx = Context { now: *now, neighbours: device, looper, out };
        let reply = services.call(caller, call, &mut cx);
        self.drain();
        reply
    }

    pub(super) fn start_call(by: &str, service: &str, fg: bool) -> ServiceCall {
        let service = component(service);
        let calling_package = Some(by.split(':').next().unwrap_or_default().to_owned());
        if fg {
            ServiceCall::StartForegroundService { service, calling_package, user: USER }
        } else {
            ServiceCall::StartService { service, calling_package, user: USER }
        }
    }

    /// What a start by `by` returns: the package of the component, or nothing.
    pub(super) fn start_by(
        &mut self,
        by: &str,
        service: &str,
        fg: bool,
    ) -> Result<Option<String>, Exception> {
        match self.call(by, Self::start_call(by, service, fg))? {
            Reply::Component(component) => Ok(component.map(|it| it.package.to_string())),
            other => panic!("not a component: {other:?}"),
        }
    }

    pub(super) fn start(&mut self, service: &str) -> Result<Option<String>, Exception> {
        self.start_by("app", service, false)
    }

    pub(super) fn start_fg(&mut self, service: &str) -> Result<Option<String>, Exception> {
        self.start_by("app", service, true)
    }

    pub(super) fn promote(
        &mut self,
        service: &str,
        types: ForegroundServiceType,
    ) -> Result<(), Exception> {
        self.promote_with(service, 1, Some(plain()), types)
    }

    pub(super) fn promote_with(
        &mut self,
        service: &str,
        id: i32,
        notification: Option<Notification>,
        types: ForegroundServiceType,
    ) -> Result<(), Exception> {
        let token = self.record(service).token;
        let notification = notification.map(Box::new);
        let call =
            ServiceCall::StartForeground { service: token, id, notification, types: types.0 };
        self.call("app", call).map(|_| ())
    }

    pub(super) fn stop_foreground(&mut self, service: &str, flags: i32) {
        let service = self.record(service).token;
        self.call("app", ServiceCall::StopForeground { service, flags }).expect("no checks");
    }

    pub(super) fn stop_self(&mut self, service: &str, start_id: i32) -> bool {
        let service = self.record(service).token;
        let reply = self.call("app", ServiceCall::StopSelf { service, start_id });
        reply == Ok(Reply::Boolean(true))
    }

    pub(super) fn stop(&mut self, by: &str, service: &str) -> Result<Reply, Exception> {
        self.call(by, ServiceCall::StopService { service: component(service), user: USER })
    }

    pub(super) fn bind_with(&mut self, service: &str, flags: u64) -> Result<Reply, Exception> {
        self.call(
            "client",
            ServiceCall::Bind {
                service: component(service),
                action: None,
                connection: ConnectionToken(
                    service.len() as u64 + u64::from(service.as_bytes()[0]),
                ),
                flags,
                calling_package: Some("client".to_owned()),
                user: USER,
            },
        )
    }

    pub(super) fn bind(&mut self, service: &str) {
        assert_eq!(self.bind_with(service, 1), Ok(Reply::Int(1)));
    }

    pub(super) fn unbind(&mut self, service: &str) {
        let connection = ConnectionToken(service.len() as u64 + u64::from(service.as_bytes()[0]));
        assert_eq!(
            self.call("client", ServiceCall::Unbind { connection }),
            Ok(Reply::Boolean(true))
        );
    }

    /// Something that others report to the service code.
    pub(super) fn with(&mut self, act: impl FnOnce(&mut ActiveServices, &mut Context<'_>)) {
        let Self { device, services, looper, out, now, .. } = self;
        act(services, &mut Context { now: *now, neighbours: device, looper, out });
        self.drain();
    }

    pub(super) fn restrict(&mut self, restricted: bool) {
        self.device.restricted = restricted;
        self.with(|services, cx| services.on_background_restricted(APP, "app", restricted, cx));
        self.settle();
    }

    pub(super) fn allowlist(&mut self, reason: ReasonCode, millis: i64) {
        self.device.allowlist.add(self.now.elapsed, APP, millis, reason, &mut self.out);
    }

    pub(super) fn die(&mut self, process: &str) {
        let pid = self.device.pid(process).expect("running");
        self.answers.retain(|(from, _)| *from != pid);
        if self.device.list.device().top == Some(pid) {
            self.device.list.device_mut().top = None;
        }
        self.device.list.remove(pid, &mut self.out);
        self.with(|services, cx| services.process_died(pid, true, cx));
        self.settle();
    }

    // --- time

    pub(super) fn advance(&mut self, millis: i64) {
        let end = self.now.awake_for(millis);
        while let Some(at) = self.next_instant().filter(|at| *at <= end.uptime) {
            self.now = self.now.awake_for(at.since(self.now.uptime).max(0));
            self.settle();
        }
        self.now = end;
        self.settle();
    }

    fn next_instant(&self) -> Option<Uptime> {
        let starts = self.device.starting.iter().map(|(_, at)| *at);
        self.looper.next_wakeup().uptime.into_iter().chain(starts).min()
    }

    /// Does everything there is to do at this instant, then computes all process states.
    pub(super) fn settle(&mut self) {
        self.do_everything();
        self.services.report_services(&mut self.device.list);
        let found = self.device.update(self.now, &mut self.looper, &mut self.out);
        self.with(|services, cx| services.on_recomputed(found, cx));
        self.do_everything();
    }

    fn do_everything(&mut self) {
        loop {
            if self.answering && !self.answers.is_empty() {
                let (pid, call) = self.answers.pop_front().expect("not empty");
                self.bare_call(Caller { uid: APP, pid: Some(pid) }, call).expect("an answer");
            } else if self.finish_process_start() || self.fire() {
                // There may be more.
            } else if let Some(posted) = self.looper.pop_posted() {
                if let Posted::Service(posted) = posted {
                    self.with(|services, cx| services.on_posted(posted, cx));
                }
            } else {
                return;
            }
        }
    }

    fn finish_process_start(&mut self) -> bool {
        let now = self.now.uptime;
        let due = self.device.starting.iter().position(|(_, at)| *at <= now);
        let Some(at) = due else { return false };
        let (name, _) = self.device.starting.remove(at);
        let pid = self.add_process(APP, &name);
        self.device.log.push(format!("processStart {name}"));
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
                    self.device.list.on_idle_uids(self.now, &mut self.looper, &mut self.out);
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

    // --- what happened

    /// The log since the last time, decisions forgotten.
    pub(super) fn take(&mut self) -> Vec<String> {
        self.out.decisions.clear();
        std::mem::take(&mut self.device.log)
    }

    /// Whether a decision since the last [`World::take`] names this rule.
    pub(super) fn decided(&self, rule: &str) -> bool {
        self.out.decisions.iter().any(|decision| decision.rule.id == rule)
    }

    pub(super) fn known(&self, service: &str) -> Option<&ServiceRecord> {
        self.services.by_name(USER, &component(service))
    }

    pub(super) fn record(&self, service: &str) -> &ServiceRecord {
        self.known(service).expect("a known service")
    }

    pub(super) fn edit(&mut self, service: &str) -> &mut ServiceRecord {
        let token = self.record(service).token;
        self.services.record_mut(token)
    }

    /// The state and the capability to start foreground services of a process, as applied.
    pub(super) fn state(&self, process: &str) -> (&'static str, bool) {
        let pid = self.device.pid(process).expect("running");
        let record = self.device.list.get(pid).expect("running");
        let bfsl = record.capabilities().contains(crate::process::Capabilities::BFSL);
        (record.set_proc_state().name(), bfsl)
    }

    /// When the timer that `which` names is due, in milliseconds from now.
    pub(super) fn due(&self, which: impl Fn(&crate::fgs::Message) -> bool) -> Option<i64> {
        self.looper.messages().into_iter().find_map(|(message, at)| match message {
            Message::Service(message) if which(message) => Some(at.since(self.now.uptime)),
            Message::Service(_) | Message::Activity(_) | Message::Job(_) | Message::Process(_) => {
                None
            }
        })
    }
}
