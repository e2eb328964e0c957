//! The apps of a told vector: their processes and services, what they hear, and what they answer at once.

use std::collections::{BTreeMap, VecDeque};

use jobwarden_model::effect::{JobEffect, NotificationEffect, ProcessEffect, ServiceEffect};
use jobwarden_model::fgs::call::ServiceCall;
use jobwarden_model::fgs::effect::ServiceToken;
use jobwarden_model::input::{
    ActivityEvent, ActivityFacts, DeviceSignal, MemoryLevel, PersonAct, ProcessEvent,
};
use jobwarden_model::{Caller, Effect, Exception, Input, Pid, Reply, Uid};
use serde_json::{json, Value};

use super::super::fgslife::hears::Ears;
use super::super::fgslife::step;
use super::timeline::{outcome, Timeline};
use super::Untold;
use crate::adapter::{Adapter, Answer};

/// The first pid that is handed out.
const FIRST_PID: i32 = 1_000;

/// What is fixed of the apps of a slice.
pub(super) struct Cast {
    /// The uid of a process, and its package.
    pub(super) identity: fn(&str) -> (Uid, &str),
    /// The process of each service.
    pub(super) homes: BTreeMap<String, String>,
    pub(super) ears: Ears,
    /// How long a process takes to start for a service.
    pub(super) process_start_ms: i64,
    /// A process that is sent a crash goes on.
    pub(super) survives_crashes: bool,
}

/// Apps that answer callbacks at once, on an implementation.
pub(super) struct World<'a> {
    pub(super) timeline: Timeline<'a>,
    cast: Cast,
    pids: i32,
    /// Running processes.
    processes: BTreeMap<String, Pid>,
    /// Processes on their way, and when they will be there.
    starting: Vec<(String, i64)>,
    /// Instances of services, by name.
    running: BTreeMap<String, ServiceToken>,
    /// What an app is about to say, and from which process.
    answers: VecDeque<(String, ServiceCall)>,
    /// Processes that were sent a crash.
    crashed: VecDeque<String>,
    /// Processes that do not respond: the user decides to wait.
    not_responding: VecDeque<String>,
    /// What apps heard and what became of their processes since it was last taken, with times.
    pub(super) heard: Vec<Value>,
    /// The same of what the notification manager did.
    pub(super) notified: Vec<(i64, NotificationEffect)>,
    /// The same of what the job scheduler did.
    pub(super) jobs: VecDeque<(i64, JobEffect)>,
}

impl<'a> World<'a> {
    pub(super) fn new(cast: Cast, adapter: &'a mut dyn Adapter) -> Self {
        Self {
            timeline: Timeline::new(adapter),
            cast,
            pids: FIRST_PID,
            processes: BTreeMap::new(),
            starting: Vec::new(),
            running: BTreeMap::new(),
            answers: VecDeque::new(),
            crashed: VecDeque::new(),
            not_responding: VecDeque::new(),
            heard: Vec::new(),
            notified: Vec::new(),
            jobs: VecDeque::new(),
        }
    }

    // --- calls

    /// Applies an input that may be refused.
    pub(super) fn tell(&mut self, input: &Input) -> Result<Result<Reply, Exception>, Untold> {
        let answer = self.timeline.apply(input)?;
        let outcome = outcome(&answer);
        self.take(answer)?;
        Ok(outcome)
    }

    /// Applies an input that must not be refused.
    pub(super) fn report(&mut self, input: &Input) -> Result<(), Untold> {
        let answer = self.timeline.accept(input)?;
        self.take(answer)
    }

    /// A call from a process, and its result.
    pub(super) fn call(
        &mut self,
        process: &str,
        call: ServiceCall,
    ) -> Result<Option<Value>, Untold> {
        let Some(caller) = self.caller(process) else { return Ok(Some(json!("noProcess"))) };
        let outcome = self.tell(&Input::Service { caller, call })?;
        Ok(step::result(&outcome))
    }

    /// A call of a running service about itself.
    pub(super) fn of_service(
        &mut self,
        name: &str,
        call: impl FnOnce(ServiceToken) -> ServiceCall,
    ) -> Result<Option<Value>, Untold> {
        let Some(&token) = self.running.get(name) else { return Ok(Some(json!("noService"))) };
        let home = self.home(name);
        self.call(&home, call(token))
    }

    /// The running services and who speaks for each.
    pub(super) fn services(&self) -> Vec<(String, ServiceToken, Caller)> {
        let speakers = self.running.iter().filter_map(|(name, &token)| {
            let caller = self.caller(&self.home(name))?;
            Some((name.clone(), token, caller))
        });
        speakers.collect()
    }

    fn home(&self, service: &str) -> String {
        self.cast.homes.get(service).cloned().unwrap_or_default()
    }

    pub(super) fn caller(&self, process: &str) -> Option<Caller> {
        let uid = (self.cast.identity)(process).0;
        self.processes.get(process).map(|&pid| Caller { uid, pid: Some(pid) })
    }

    pub(super) fn is_running(&self, process: &str) -> bool {
        self.processes.contains_key(process)
    }

    // --- processes

    /// A process starts and attaches, be it on its way or not.
    pub(super) fn start_process(&mut self, name: &str) -> Result<(), Untold> {
        self.starting.retain(|(it, _)| it != name);
        self.pids += 1;
        let pid = Pid(self.pids);
        self.processes.insert(name.to_owned(), pid);
        let (uid, package) = (self.cast.identity)(name);
        let (name, package) = (name.to_owned(), package.to_owned());
        self.event(self.timeline.now(), "processStart", vec![json!(name)]);
        self.report(&Input::Process { change: ProcessEvent::Started { pid, uid, name, package } })
    }

    /// Processes on their way will not come.
    pub(super) fn forget_starting(&mut self) {
        self.starting.clear();
    }

    pub(super) fn die(&mut self, name: &str) -> Result<(), Untold> {
        let Some(pid) = self.processes.remove(name) else { return Ok(()) };
        self.event(self.timeline.now(), "processDied", vec![json!(name)]);
        self.crashed.retain(|it| it != name);
        self.answers.retain(|(from, _)| from != name);
        let homes = &self.cast.homes;
        self.running.retain(|service, _| homes.get(service).is_some_and(|home| home != name));
        self.report(&Input::Process { change: ProcessEvent::Died { pid } })
    }

    pub(super) fn set_top(&mut self, process: Option<&str>) -> Result<(), Untold> {
        let pid = process.and_then(|name| self.processes.get(name)).copied();
        self.report(&Input::Activity { change: ActivityEvent::Top { pid } })
    }

    pub(super) fn set_activities(
        &mut self,
        process: &str,
        activities: Vec<ActivityFacts>,
    ) -> Result<(), Untold> {
        let Some(&pid) = self.processes.get(process) else { return Ok(()) };
        self.report(&Input::Activity { change: ActivityEvent::Activities { pid, activities } })
    }

    /// Has all process states computed once more: a signal that changes nothing.
    pub(super) fn recompute(&mut self) -> Result<(), Untold> {
        let signal = DeviceSignal::Memory { level: MemoryLevel::Normal };
        self.report(&Input::Device { signal })
    }

    // --- time

    /// Time passes; what falls due on the way is answered when it is due.
    pub(super) fn advance(&mut self, millis: i64) -> Result<(), Untold> {
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

    /// The device sleeps: only elapsed time passes.
    pub(super) fn sleep(&mut self, millis: i64) -> Result<(), Untold> {
        for answer in self.timeline.sleep(millis)? {
            self.take(answer)?;
        }
        Ok(())
    }

    /// Everything there is to do at this instant for the apps.
    pub(super) fn settle(&mut self) -> Result<(), Untold> {
        loop {
            let now = self.timeline.now();
            if let Some(at) = self.starting.iter().position(|(_, due)| *due <= now) {
                let (name, _) = self.starting.remove(at);
                self.start_process(&name)?;
            } else if let Some((process, call)) = self.answers.pop_front() {
                self.call(&process, call)?;
            } else if let Some(process) = self.not_responding.pop_front() {
                if let Some(pid) = self.processes.get(&process).copied() {
                    let act = PersonAct::AnswerNotResponding { pid, close: false };
                    self.report(&Input::Person { act })?;
                }
            } else if let Some(process) = self.crashed.pop_front() {
                self.die(&process)?;
            } else {
                return Ok(());
            }
        }
    }

    // --- what is heard

    fn take(&mut self, answer: Answer) -> Result<(), Untold> {
        let at = self.timeline.time_of(&answer);
        for effect in answer.effects {
            match effect {
                Effect::Service(effect) => self.on_service(at, effect),
                Effect::Notification(effect) => self.notified.push((at, effect)),
                Effect::Process(ProcessEffect::StartProcess { process, .. }) => {
                    self.starting.push((process, at + self.cast.process_start_ms));
                }
                Effect::Process(ProcessEffect::KillProcess { pid, .. }) => {
                    if !self.not_responding.is_empty() {
                        return Err(Untold::Inexpressible("a process that an ANR leaves alive"));
                    }
                    let found = self.processes.iter().find(|(_, it)| **it == pid);
                    if let Some(name) = found.map(|(name, _)| name.clone()) {
                        self.die(&name)?;
                    }
                }
                Effect::Job(effect) => self.jobs.push_back((at, effect)),
            }
        }
        Ok(())
    }

    fn on_service(&mut self, at: i64, effect: ServiceEffect) {
        match &effect {
            ServiceEffect::CreateService { service, class, .. } => {
                self.running.insert(class.clone(), *service);
            }
            ServiceEffect::CrashApp { process, .. } if !self.cast.survives_crashes => {
                self.crashed.push_back(process.clone());
            }
            ServiceEffect::Anr { process, .. } => self.not_responding.push_back(process.clone()),
            ServiceEffect::DestroyService { service, .. } => {
                self.running.retain(|_, token| token != service);
            }
            _ => {}
        }
        let (event, response) = self.cast.ears.hear(effect);
        if let Some((kind, rest)) = event {
            self.event(at, kind, rest);
        }
        if let Some((token, call)) = response {
            let home = self.cast.ears.name(token).map(|name| self.home(name));
            self.answers.extend(home.map(|home| (home, call)));
        }
    }

    fn event(&mut self, at: i64, kind: &str, rest: Vec<Value>) {
        let mut event = vec![json!(at), json!(kind)];
        event.extend(rest);
        self.heard.push(Value::Array(event));
    }
}
