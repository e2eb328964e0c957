//! Plays the steps of one vector: apps, activity manager and time.

use std::collections::BTreeMap;

use jobwarden_model::effect::JobEffect;
use jobwarden_model::input::{ActivityEvent, ActivityFacts, ProcessEvent};
use jobwarden_model::job::call::{CallbackToken, JobCallbackCall, JobSchedulerCall};
use jobwarden_model::job::info::JobWorkItem;
use jobwarden_model::job::{InternalStopReason, SlotId, StopReason};
use jobwarden_model::{Caller, ComponentName, Effect, Exception, Input as Told, Pid, Reply, Uid};
use serde_json::{json, Value};

use super::super::super::job_description::package_of;
use super::super::super::jobrun::{app_call, int};
use super::super::timeline::{outcome, Timeline};
use super::super::Untold;
use super::setting::{network, Setting};
use crate::adapter::Adapter;

/// One execution of a job.
pub(super) struct Execution {
    pub(super) job: usize,
    pub(super) token: CallbackToken,
    pub(super) over: bool,
}

/// One vector while it is played.
pub(super) struct Play<'a> {
    pub(super) timeline: Timeline<'a>,
    setting: &'a Setting,
    /// The one process of each app.
    processes: BTreeMap<Uid, Pid>,
    pub(super) executions: Vec<Execution>,
    /// The latest execution in a slot of the vector.
    slots: BTreeMap<i64, usize>,
    /// The latest execution in a slot of the scheduler.
    pub(super) taken: BTreeMap<SlotId, usize>,
    /// Work that came before its job was scheduled.
    work: BTreeMap<usize, Vec<JobWorkItem>>,
    network: Option<i32>,
    pub(super) heard: Vec<Value>,
    pub(super) shown: BTreeMap<String, Value>,
}

type Outcome = Result<Reply, Exception>;

impl<'a> Play<'a> {
    /// Everything before the first step.
    pub(super) fn begin(
        setting: &'a Setting,
        adapter: &'a mut dyn Adapter,
    ) -> Result<Self, Untold> {
        let mut timeline = Timeline::new(adapter);
        for told in setting.inputs() {
            timeline.accept(&told)?;
        }
        let mut processes = BTreeMap::new();
        for (uid, number) in setting.uids().zip(1_000..) {
            let (pid, name) = (Pid(number), package_of(uid));
            let package = name.clone();
            let change = ProcessEvent::Started { pid, uid, name, package };
            timeline.accept(&Told::Process { change })?;
            let activities = vec![ActivityFacts::resumed()];
            let change = ActivityEvent::Activities { pid, activities };
            timeline.accept(&Told::Activity { change })?;
            processes.insert(uid, pid);
        }
        timeline.rest()?;
        Ok(Self {
            timeline,
            setting,
            processes,
            executions: Vec::new(),
            slots: BTreeMap::new(),
            taken: BTreeMap::new(),
            work: BTreeMap::new(),
            network: None,
            heard: Vec::new(),
            shown: BTreeMap::new(),
        })
    }

    /// One step, and what can be seen of it.
    pub(super) fn step(&mut self, step: &Value) -> Result<Value, Untold> {
        let (result, throws) = match self.act(step)? {
            Err(exception) => (Value::Null, json!(exception.class_name())),
            Ok(Reply::Work(work)) => (
                work.map_or(
                    Value::Null,
                    |work| json!({ "workId": work.work_id, "deliveryCount": work.delivery_count }),
                ),
                Value::Null,
            ),
            Ok(Reply::Boolean(value)) => (json!(value), Value::Null),
            Ok(_) => (Value::Null, Value::Null),
        };
        let shown: Vec<_> = self.shown.iter().collect();
        let heard = std::mem::take(&mut self.heard);
        Ok(json!({ "result": result, "throws": throws, "events": heard, "shown": shown }))
    }

    fn act(&mut self, step: &Value) -> Result<Outcome, Untold> {
        let verb = step[0].as_str().unwrap_or_default();
        match verb {
            "advance" => self.advance(number(&step[1])?)?,
            "start" => self.start(number(&step[1])?, number(&step[2])?)?,
            "query" | "overtimeStop" | "executable" => {}
            "connected" | "nullBinding" | "bindingDied" | "disconnected" => {
                self.on_binding(verb, step)?;
            }
            "cancel" => {
                if let Some(execution) = self.running_in(number(&step[1])?) {
                    self.cancel(execution)?;
                }
            }
            "markForProcessDeath" => self.mark(number(&step[1])?)?,
            "network" => self.change_network(step)?,
            "stopIfExecuting" => self.stop_if_executing(step)?,
            "enqueueWork" => self.enqueue(step)?,
            _ => return self.on_app(verb, step),
        }
        Ok(Ok(Reply::Nothing))
    }

    fn advance(&mut self, millis: i64) -> Result<(), Untold> {
        let end = self.timeline.now() + millis;
        while self.timeline.now() < end {
            for answer in self.timeline.pass(end - self.timeline.now())? {
                self.take(answer)?;
            }
        }
        Ok(())
    }

    /// The app schedules the job, which starts at once.
    fn start(&mut self, slot: i64, job: i64) -> Result<(), Untold> {
        let index = usize::try_from(job).unwrap_or(usize::MAX);
        let unknown = || Untold::NotUnderstood(format!("no job {job}"));
        let it = self.setting.jobs.get(index).ok_or_else(unknown)?;
        if let Some(wanted) = it.network {
            if self.network != Some(wanted) {
                if self.networked().next().is_some() {
                    return Err(Untold::Inexpressible("jobs on different networks"));
                }
                self.network = Some(wanted);
                self.tell(&network(wanted))?
                    .map_err(|why| Untold::NotUnderstood(why.to_string()))?;
            }
        }
        let id = i32::try_from(job).map_err(|_| unknown())?;
        let info = it.description.job_info(id).map_err(Untold::NotUnderstood)?;
        let namespace = it.description.namespace.clone();
        let caller = self.caller(it.description.uid);
        let (before, job) = (self.executions.len(), Some(Box::new(info)));
        let mut work = self.work.remove(&index).unwrap_or_default().into_iter();
        let call = match work.next() {
            Some(_) if it.source != it.description.uid => {
                return Err(Untold::Inexpressible("work on behalf of another app"))
            }
            None if it.source != it.description.uid => JobSchedulerCall::ScheduleAsPackage {
                namespace: namespace.clone(),
                job: job.clone(),
                package: Some(package_of(it.source)),
                user: it.source.user().0.cast_signed(),
                tag: None,
            },
            None => JobSchedulerCall::Schedule { namespace: namespace.clone(), job: job.clone() },
            Some(item) => {
                let work = Some(Box::new(item));
                JobSchedulerCall::Enqueue { namespace: namespace.clone(), job: job.clone(), work }
            }
        };
        let answer = self.timeline.apply(&Told::JobScheduler { caller, call })?;
        let bind = answer.effects.iter().find_map(|effect| match effect {
            Effect::Job(JobEffect::Bind { slot, token, .. }) => Some((*slot, *token)),
            _ => None,
        });
        let Some((taken, token)) = bind.filter(|_| outcome(&answer) == Ok(Reply::Int(1))) else {
            return Err(Untold::Inexpressible("a job that does not start when it is scheduled"));
        };
        self.executions.push(Execution { job: index, token, over: false });
        self.taken.insert(taken, before);
        self.slots.insert(slot, before);
        self.take(answer)?;
        for item in work {
            let (namespace, work) = (namespace.clone(), Some(Box::new(item)));
            let call = JobSchedulerCall::Enqueue { namespace, job: job.clone(), work };
            self.expect_success(&Told::JobScheduler { caller, call })?;
        }
        Ok(())
    }

    fn on_binding(&mut self, verb: &str, step: &Value) -> Result<(), Untold> {
        let Some(&execution) = self.slots.get(&number(&step[1])?) else { return Ok(()) };
        let Execution { job, token, .. } = self.executions[execution];
        let change = match verb {
            "connected" => {
                let package = package_of(self.setting.jobs[job].description.uid);
                let component = if step[2].is_null() {
                    ComponentName::new(package, ".Service")
                } else {
                    ComponentName::new("other", ".Component")
                };
                ProcessEvent::JobServiceConnected { token, component }
            }
            "nullBinding" => ProcessEvent::JobServiceNullBinding { token },
            "bindingDied" => ProcessEvent::JobServiceBindingDied { token },
            _ => ProcessEvent::JobServiceDisconnected { token },
        };
        self.tell(&Told::Process { change }).map(|_| ())
    }

    /// The app cancels a job.
    pub(super) fn cancel(&mut self, execution: usize) -> Result<(), Untold> {
        let job = self.executions[execution].job;
        let description = &self.setting.jobs[job].description;
        let call = JobSchedulerCall::Cancel {
            namespace: description.namespace.clone(),
            id: i32::try_from(job).unwrap_or_default(),
        };
        let caller = self.caller(description.uid);
        self.tell(&Told::JobScheduler { caller, call }).map(|_| ())
    }

    /// The user is about to stop the app of the one job that it runs.
    fn mark(&mut self, slot: i64) -> Result<(), Untold> {
        let Some(execution) = self.running_in(slot) else { return Ok(()) };
        let uid = |execution: &Execution| self.setting.jobs[execution.job].description.uid;
        let of = uid(&self.executions[execution]);
        if self.executions.iter().filter(|it| !it.over && uid(it) == of).count() > 1 {
            return Err(Untold::Inexpressible("one of several jobs of an app"));
        }
        let call = JobSchedulerCall::NotePendingUserRequestedAppStop {
            package: Some(package_of(of)),
            user: of.user().0.cast_signed(),
            debug_reason: None,
        };
        self.tell(&Told::JobScheduler { caller: SYSTEM, call }).map(|_| ())
    }

    fn change_network(&mut self, step: &Value) -> Result<(), Untold> {
        let running = self.running_in(number(&step[1])?);
        let Some(id) = step[2].as_i64().and_then(|id| i32::try_from(id).ok()) else {
            return Err(Untold::Inexpressible("a job loses its network and goes on"));
        };
        let concerned: Vec<usize> = self.networked().collect();
        if running.is_none()
            || concerned.as_slice() != running.as_slice()
            || self.network == Some(id)
        {
            return Err(Untold::Inexpressible("the network of one job alone"));
        }
        self.network = Some(id);
        self.tell(&network(id)).map(|_| ())
    }

    fn stop_if_executing(&mut self, step: &Value) -> Result<(), Untold> {
        let running = self.running_in(number(&step[1])?);
        if self.executions.iter().filter(|it| !it.over).count() != usize::from(running.is_some()) {
            return Err(Untold::Inexpressible("one of several jobs that match"));
        }
        let options = &step[2];
        let code = |reason: Option<i32>| {
            reason.ok_or_else(|| Untold::NotUnderstood(format!("no reasons: {step}")))
        };
        let stop = options["stopReason"].as_str().and_then(|name| name.parse::<StopReason>().ok());
        let internal = options["internalStopReason"].as_str();
        let internal = internal.and_then(|name| name.parse::<InternalStopReason>().ok());
        let mut words = vec![
            "stop".to_owned(),
            "-s".to_owned(),
            code(stop.map(|it| it.code()))?.to_string(),
            "-i".to_owned(),
            code(internal.map(|it| it.code()))?.to_string(),
        ];
        for (option, name) in [("-u", "user"), ("-n", "namespace")] {
            let value = &options[name];
            let value =
                value.as_str().map(str::to_owned).or(value.as_i64().map(|it| it.to_string()));
            words.extend(value.into_iter().flat_map(|value| [option.to_owned(), value]));
        }
        match (options["package"].as_str(), options["jobId"].as_i64()) {
            (None, Some(_)) => return Err(Untold::Inexpressible("a job id without a package")),
            (package, id) => {
                words.extend(package.map(str::to_owned));
                words.extend(id.map(|id| id.to_string()));
            }
        }
        let caller = Caller { uid: Uid::ROOT, pid: None };
        self.tell(&Told::Shell { caller, arguments: words }).map(|_| ())
    }

    fn enqueue(&mut self, step: &Value) -> Result<(), Untold> {
        let job = usize::try_from(number(&step[1])?).unwrap_or(usize::MAX);
        let bytes = |name: &str| step[2][name].as_i64().unwrap_or(-1);
        let item = JobWorkItem {
            download_bytes: bytes("downloadBytes"),
            upload_bytes: bytes("uploadBytes"),
            ..JobWorkItem::default()
        };
        match self.executions.iter().find(|it| it.job == job).map(|it| it.over) {
            None => {
                self.work.entry(job).or_default().push(item);
                Ok(())
            }
            Some(true) => Err(Untold::Inexpressible("work for a job that is over")),
            Some(false)
                if self.setting.jobs[job].source != self.setting.jobs[job].description.uid =>
            {
                Err(Untold::Inexpressible("work on behalf of another app"))
            }
            Some(false) => {
                let description = &self.setting.jobs[job].description;
                let id = i32::try_from(job).unwrap_or_default();
                let info = description.job_info(id).map_err(Untold::NotUnderstood)?;
                let call = JobSchedulerCall::Enqueue {
                    namespace: description.namespace.clone(),
                    job: Some(Box::new(info)),
                    work: Some(Box::new(item)),
                };
                let caller = self.caller(description.uid);
                self.expect_success(&Told::JobScheduler { caller, call })
            }
        }
    }

    /// A call through the callback of an execution.
    fn on_app(&mut self, verb: &str, step: &Value) -> Result<Outcome, Untold> {
        let execution = usize::try_from(number(&step[1])?).unwrap_or(usize::MAX);
        let unknown = || Untold::NotUnderstood(format!("no execution: {step}"));
        let Execution { job, token, .. } = self.executions.get(execution).ok_or_else(unknown)?;
        let (token, uid) = (*token, self.setting.jobs[*job].description.uid);
        let (caller, call): (Caller, JobCallbackCall) =
            app_call(verb, step, uid).map_err(Untold::NotUnderstood)?;
        let caller = self.caller(caller.uid);
        self.tell(&Told::JobCallback { caller, token, call })
    }

    // --- what is asked, and what is heard

    fn caller(&self, uid: Uid) -> Caller {
        Caller { uid, pid: self.processes.get(&uid).copied() }
    }

    /// The execution that goes on in a slot of the vector.
    fn running_in(&self, slot: i64) -> Option<usize> {
        self.slots.get(&slot).copied().filter(|&execution| !self.executions[execution].over)
    }

    /// Executions that go on and have a network.
    fn networked(&self) -> impl Iterator<Item = usize> + '_ {
        let has = |it: &Execution| self.setting.jobs[it.job].network.is_some() && !it.over;
        self.executions.iter().enumerate().filter(move |(_, it)| has(it)).map(|(index, _)| index)
    }

    fn expect_success(&mut self, input: &Told) -> Result<(), Untold> {
        match self.tell(input)? {
            Ok(Reply::Int(1)) => Ok(()),
            _ => Err(Untold::Inexpressible("work that the scheduler does not take")),
        }
    }

    fn tell(&mut self, input: &Told) -> Result<Outcome, Untold> {
        let answer = self.timeline.apply(input)?;
        let outcome = outcome(&answer);
        self.take(answer)?;
        Ok(outcome)
    }
}

const SYSTEM: Caller = Caller { uid: Uid::SYSTEM, pid: None };

fn number(value: &Value) -> Result<i64, Untold> {
    int(value).map_err(Untold::NotUnderstood)
}
