//! Slice `jobapi`, told: apps call the scheduler of a whole device whose slots are all taken.
//!
//! What is compared: every reply and exception, the grants, stops, restrictions and observers among the
//! effects, and at the end the jobs of every uid as the interface and the shell show them.

mod shown;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use jobwarden_model::effect::JobEffect;
use jobwarden_model::input::{PersonAct, ProcessEvent, UserEvent};
use jobwarden_model::job::call::{JobCallbackCall, JobSchedulerCall as Call};
use jobwarden_model::job::info::JobInfo;
use jobwarden_model::job::{InternalStopReason, JobKey, PendingJobReason, StopReason};
use jobwarden_model::{Effect, Input as Told, Reply, Uid};
use serde_json::{json, Value};

use self::shown::leave_out_waiting;
use self::world::World;
use super::slots::{is_busy, Slots, BUSY_PACKAGE, BUSY_USER};
use super::stage::{caller, Replied, Stage};
use super::Untold;
use crate::adapter::Adapter;
use crate::vectors::jobapi::call::{concerns_many_jobs, scheduled, trimmed, Answer, Args, Many};
use crate::vectors::jobapi::{outcome, Described, Input};
use crate::vectors::{differences, Difference, Vector};

/// When the vector begins. At 0, "no delay" and "now" would be the same.
const START: i64 = 1_000_000_000;
/// How long an app may take to answer a bind, and less.
const SHORT_MS: i64 = 5_000;

/// A device in the middle of a vector.
struct Telling<'a> {
    stage: Stage<'a>,
    world: World,
    slots: Slots,
    described: Vec<Described>,
    observers: Vec<String>,
    /// From which description a job was made last, and whether it is one of many: only counted.
    origins: BTreeMap<JobKey, (usize, bool)>,
    /// A change was reported, or a timer was: the scheduler has looked at jobs that the vector's has not.
    looked: bool,
}

pub(super) fn tell(vector: &Vector, adapter: &mut dyn Adapter) -> Result<Vec<Difference>, Untold> {
    let input: Input = serde_json::from_value(vector.input.clone())
        .map_err(|why| Untold::NotUnderstood(why.to_string()))?;
    let mut stage = Stage::new(adapter);
    stage.wait(START)?;
    let slots = Slots::fill(&mut stage, time_passes(&input.steps) > SHORT_MS)?;
    for (key, value) in &input.device_config {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        stage.configure(key, text)?;
    }
    let world = World::new(&input, &mut stage)?;
    stage.effects();
    let mut telling = Telling {
        stage,
        world,
        slots,
        described: input.jobs,
        observers: Vec::new(),
        origins: BTreeMap::new(),
        looked: false,
    };
    let mut found = Vec::new();
    let recorded = vector.expect.get("trace").and_then(Value::as_array);
    for (index, step) in input.steps.iter().enumerate() {
        let args = Args(step);
        let mut told = telling.step(&args)?;
        let recorded = recorded.and_then(|trace| trace.get(index)).cloned().unwrap_or_default();
        let mut recorded = telling.visible(args.name(), recorded);
        if telling.looked {
            leave_out_waiting(args.name(), &mut recorded);
            leave_out_waiting(args.name(), &mut told);
        }
        for difference in differences(&recorded, &told) {
            let path = format!("trace[{index}].{} of {}", difference.path, json!(step));
            found.push(Difference { path, ..difference });
        }
    }
    found.extend(telling.compare_jobs(&vector.expect)?);
    Ok(found)
}

fn time_passes(steps: &[Vec<Value>]) -> i64 {
    steps.iter().fold(0, |passed, step| {
        let args = Args(step);
        let millis = match args.name() {
            "advance" => args.long(1).unwrap_or_default(),
            "scheduleMany" => Many::read(&args)
                .map_or(0, |many| i64::from(many.count).saturating_mul(many.every_ms)),
            _ => 0,
        };
        passed.saturating_add(millis)
    })
}

fn not_understood<T>(read: Result<T, String>) -> Result<T, Untold> {
    read.map_err(Untold::NotUnderstood)
}

impl Telling<'_> {
    /// One step: what it answered and what happened, as the trace has it.
    fn step(&mut self, args: &Args<'_>) -> Result<Value, Untold> {
        let answer = self.perform(args)?;
        self.looked |= self.stage.looked();
        let effects = self.stage.effects();
        self.slots.note_binds(&effects);
        let mut of_runs = Vec::new();
        let mut told = Vec::new();
        for effect in effects {
            let Effect::Job(effect) = effect else { continue };
            match &effect {
                other if is_busy(other) => continue,
                JobEffect::StopJob { parameters, .. } => {
                    let execution = self.slots.execution_of(parameters.token);
                    if let Some(run) = execution.and_then(|e| self.slots.runs.get_mut(e)) {
                        run.stopping = true;
                    }
                    let public = StopReason::from_code(parameters.stop_reason);
                    let internal = InternalStopReason::from_code(parameters.internal_stop_reason);
                    let (public, internal) =
                        (public.map(StopReason::name), internal.map(InternalStopReason::name));
                    of_runs.push((told.len(), json!(["stop", execution, public, internal])));
                }
                JobEffect::Bind { .. } => {
                    return Err(Untold::Inexpressible("a job starts by itself"));
                }
                JobEffect::Unbind { token, .. } => {
                    let run = self.slots.execution_of(*token).and_then(|e| self.slots.runs.get(e));
                    if run.is_some_and(|run| !run.over) {
                        return Err(Untold::Inexpressible("a run ends by itself"));
                    }
                }
                // Only what a registration brings is recorded.
                JobEffect::UserVisibleJob { .. }
                    if args.name() != "registerUserVisibleJobObserver" => {}
                _ => told.push(Effect::Job(effect)),
            }
        }
        let (mut events, restricted) = outcome::events(&told, &self.observers, of_runs);
        if concerns_many_jobs(args.name()) {
            events.sort_by_key(Value::to_string);
        }
        if args.name() == "finish" {
            self.slots.keep_busy(&mut self.stage)?;
        }
        Ok(answer.told(events, restricted))
    }

    fn perform(&mut self, args: &Args<'_>) -> Result<Answer, Untold> {
        match args.name() {
            "schedule" | "enqueue" | "scheduleAsPackage" => self.schedule(args),
            "scheduleMany" => self.schedule_many(args),
            "run" | "dequeueWork" | "completeWork" | "finish" => self.execution(args),
            "shellCancel" => self.shell_cancel(args),
            "queryRestart" => Err(Untold::Inexpressible("would a restart affect the app?")),
            "backup" => Err(Untold::Inexpressible("backup")),
            "advance" | "uid" | "service" | "packageRemoved" | "packageDisabled"
            | "packageChanged" | "packageUpdated" | "forceStop" | "clearData" | "uidGone"
            | "uidIdle" | "userStarted" | "userStopping" | "userRemoved" | "check" => {
                self.world_changes(args).map(|()| Answer::Nothing)
            }
            _ => self.query(args),
        }
    }

    fn world_changes(&mut self, args: &Args<'_>) -> Result<(), Untold> {
        let (world, stage) = (&mut self.world, &mut self.stage);
        let number = |index| not_understood(args.uid(index));
        let user = |index| not_understood(args.user(index));
        let text = |index| not_understood(args.required(index));
        match args.name() {
            "advance" => {
                self.looked |= stage.wait(not_understood(args.long(1))?)?;
                Ok(())
            }
            "uid" => {
                self.looked |= world.change_uid(number(1)?, args.value(2), stage)?;
                Ok(())
            }
            "service" => world.change_service(text(1)?, args.value(2), stage),
            "forceStop" => {
                let (package, user) = (text(1)?.to_owned(), user(2)?);
                if !world.is_installed(&package, user) {
                    return Err(Untold::Inexpressible(
                        "a broadcast about a package that is not there",
                    ));
                }
                stage.report(&Told::Person { act: PersonAct::ForceStop { package, user } })
            }
            "clearData" => {
                let uid = number(1)?;
                let Some(package) = world.package_of(uid) else {
                    return Err(Untold::Inexpressible(
                        "a broadcast about a package that is not there",
                    ));
                };
                let act = PersonAct::ClearData { package, user: uid.user() };
                stage.report(&Told::Person { act })
            }
            "uidGone" => world.uid_gone(number(1)?, args.flag(2), stage),
            "uidIdle" if args.flag(2) => {
                Err(Untold::Inexpressible("an idle uid whose starts are disabled"))
            }
            "uidIdle" => stage.process(ProcessEvent::UidActive { uid: number(1)?, active: false }),
            "userStarted" => {
                let user = user(1)?;
                stage.user(UserEvent::Started { user })?;
                stage.user(UserEvent::Unlocked { user })
            }
            "userStopping" => stage.user(UserEvent::Stopping { user: user(1)? }),
            "userRemoved" => world.remove_user(user(1)?, stage),
            // A user that starts has all jobs looked at.
            "check" => stage.user(UserEvent::Unlocked { user: BUSY_USER }),
            step => world.package_event(step, text(1)?, user(2)?, stage),
        }
    }

    fn schedule(&mut self, args: &Args<'_>) -> Result<Answer, Untold> {
        let uid = not_understood(args.uid(1))?;
        let job = not_understood(args.job_info(&self.described, uid))?;
        if job.as_ref().is_some_and(|job| job.is_user_initiated()) {
            self.world.user_initiated_as_told(uid)?;
            let source = args.text(4).zip(args.user(5).ok());
            if let Some((package, user)) = source.filter(|_| args.name() == "scheduleAsPackage") {
                let source = self.world.uid_of(&package, user);
                source.map_or(Ok(()), |uid| self.world.user_initiated_as_told(uid))?;
            }
        }
        if args.name() == "scheduleAsPackage" && self.world.package_of(uid).is_none() {
            return Err(Untold::Inexpressible("a uid without packages holds permissions"));
        }
        let made = job.as_ref().map(|job| (job.id, self.index_of(job)));
        let replied = self.call(uid, not_understood(args.schedule(job))?)?;
        if let (Some((id, index)), Ok(Reply::Int(1))) = (made, &replied) {
            let namespace = trimmed(args.text(3).as_deref());
            let key = JobKey { uid, namespace, id };
            let known = self.origins.get(&key);
            // More work for the same job leaves the job what it was.
            if args.name() != "enqueue" || known.is_none_or(|&(known, _)| known != index) {
                self.origins.insert(key, (index, false));
            }
        }
        Ok(scheduled(replied))
    }

    fn schedule_many(&mut self, args: &Args<'_>) -> Result<Answer, Untold> {
        let uid = not_understood(args.uid(1))?;
        let (many, namespace) = (not_understood(Many::read(args))?, args.text(3));
        let mut outcomes: Vec<(Value, u64)> = Vec::new();
        for index in 0..many.count {
            let job = not_understood(args.job_info(&self.described, uid))?;
            let job = job.ok_or_else(|| Untold::NotUnderstood("no description".to_owned()))?;
            let mut made = (*job).clone();
            let (id, call) = not_understood(many.call(index, job, namespace.clone(), uid))?;
            made.id = id;
            let replied = self.call(uid, call)?;
            if matches!(replied, Ok(Reply::Int(1))) {
                let namespace = trimmed(namespace.as_deref());
                let origin = (self.index_of(&made), many.id_step != 0);
                self.origins.insert(JobKey { uid, namespace, id }, origin);
            }
            let outcome = match scheduled(replied) {
                Answer::Result(value) => value,
                Answer::Throws(exception) => json!(exception.class_name()),
                Answer::Nothing => Value::Null,
            };
            match outcomes.last_mut() {
                Some((last, count)) if *last == outcome => *count += 1,
                _ => outcomes.push((outcome, 1)),
            }
            if index + 1 < many.count {
                self.looked |= self.stage.wait(many.every_ms)?;
            }
        }
        Ok(Answer::Result(json!(outcomes)))
    }

    fn call(&mut self, uid: Uid, call: Call) -> Result<Replied, Untold> {
        self.stage.call(caller(uid), call)
    }

    fn execution(&mut self, args: &Args<'_>) -> Result<Answer, Untold> {
        if args.name() == "run" {
            return self.run(args);
        }
        let execution = not_understood(args.number(1))?;
        if args.name() == "finish" {
            self.slots.finish(&mut self.stage, execution, args.flag(2))?;
            return Ok(Answer::Nothing);
        }
        let dequeues = args.name() == "dequeueWork";
        let Some(run) = self.slots.runs.get(execution).filter(|run| !run.over) else {
            return Ok(Answer::Result(if dequeues { Value::Null } else { json!(false) }));
        };
        let call = if dequeues {
            JobCallbackCall::DequeueWork
        } else {
            JobCallbackCall::CompleteWork { work_id: not_understood(args.int(2))? }
        };
        Ok(match self.stage.answer(run.caller, run.token, call)? {
            Ok(Reply::Work(work)) => {
                Answer::Result(work.map_or(Value::Null, |w| json!([w.work_id, w.delivery_count])))
            }
            Ok(Reply::Boolean(done)) => Answer::Result(json!(done)),
            Ok(other) => Answer::Result(json!(format!("{other:?}"))),
            Err(exception) => Answer::Throws(exception),
        })
    }

    /// `["run", uid, namespace, id]`: the job starts if it waits for a slot, and is the first to do so.
    fn run(&mut self, args: &Args<'_>) -> Result<Answer, Untold> {
        let (uid, id) = (not_understood(args.uid(1))?, not_understood(args.int(3))?);
        let namespace = args.text(2);
        self.reliable()?;
        let Some(states) = self.states(uid, namespace.as_deref(), id)? else {
            return Ok(Answer::Result(json!(false)));
        };
        if !states.contains("pending") {
            return Ok(Answer::Result(json!(false)));
        }
        let Some((execution, started)) = self.slots.start_next(&mut self.stage)? else {
            return Ok(Answer::Result(json!("nobody comes")));
        };
        if (started.namespace, started.job_id) != (namespace, id)
            || self.slots.runs[execution].caller.uid != uid
        {
            return Err(Untold::Inexpressible("another job is first in the queue"));
        }
        Ok(Answer::Result(json!(execution)))
    }

    /// What the shell says of a job; `None`: nothing.
    fn states(
        &mut self,
        uid: Uid,
        namespace: Option<&str>,
        id: i32,
    ) -> Result<Option<BTreeSet<String>>, Untold> {
        let Some(package) = self.world.package_of(uid) else { return Ok(None) };
        let (user, id) = (uid.user().to_string(), id.to_string());
        let mut words = vec!["get-job-state", "-u", &user];
        words.extend(namespace.iter().flat_map(|name| ["-n", name]));
        words.extend([package.as_str(), id.as_str()]);
        let (code, printed) = self.stage.shell(&words)?;
        let states = || printed.split_whitespace().map(str::to_owned).collect();
        Ok((code == 0).then(states))
    }

    /// Whether jobs wait can only be compared where both have looked at them at the same times.
    fn reliable(&self) -> Result<(), Untold> {
        if self.looked {
            return Err(Untold::Inexpressible("changes are reported, and jobs looked at"));
        }
        Ok(())
    }

    fn shell_cancel(&mut self, args: &Args<'_>) -> Result<Answer, Untold> {
        let (package, user) = (not_understood(args.required(1))?, args.value(2).to_string());
        let (namespace, id) = (args.text(3), args.int(4).ok().map(|id| id.to_string()));
        let mut words = vec!["cancel", "-u", &user];
        words.extend(namespace.iter().flat_map(|name| ["-n", name]));
        words.push(package);
        words.extend(id.as_deref());
        let (code, printed) = self.stage.shell(&words)?;
        Ok(Answer::Result(json!(match code {
            0 if printed.contains("No matching") => "NO_JOB",
            0 => "OK",
            -1000 => "NO_PACKAGE",
            _ => "?",
        })))
    }

    fn query(&mut self, args: &Args<'_>) -> Result<Answer, Untold> {
        let uid = not_understood(args.uid(1))?;
        let reason = args.name() == "getPendingJobReason";
        let call = not_understood(args.query(&mut self.observers))?;
        Ok(match self.call(uid, call)? {
            Err(exception) => Answer::Throws(exception),
            Ok(Reply::Int(code)) if reason => {
                let reason = PendingJobReason::from_code(code).map(PendingJobReason::name);
                Answer::Result(json!(reason))
            }
            Ok(reply) => self.answer(reply),
        })
    }

    fn answer(&self, reply: Reply) -> Answer {
        match reply {
            Reply::Boolean(value) => Answer::Result(json!(value)),
            Reply::Job(job) => Answer::Result(json!(job.map(|job| self.index_of(&job)))),
            Reply::Jobs(jobs) => Answer::Result(self.indices(&jobs)),
            Reply::JobsByNamespace(by_namespace) => {
                let told = by_namespace
                    .into_iter()
                    .map(|(namespace, jobs)| (namespace.unwrap_or_default(), self.indices(&jobs)));
                Answer::Result(Value::Object(told.collect()))
            }
            Reply::Snapshots(snapshots) => {
                let known = snapshots.iter().filter(|of| *of.job.service.package != *BUSY_PACKAGE);
                let mut told: Vec<_> =
                    known.map(|of| outcome::snapshot(of, self.index_of(&of.job))).collect();
                told.sort_by_key(Value::to_string);
                Answer::Result(Value::Array(told))
            }
            Reply::Nothing
            | Reply::Int(_)
            | Reply::Work(_)
            | Reply::Component(_)
            | Reply::Shell { .. } => Answer::Nothing,
        }
    }

    fn indices(&self, jobs: &[JobInfo]) -> Value {
        let known = jobs.iter().filter(|job| *job.service.package != *BUSY_PACKAGE);
        let mut indices: Vec<_> = known.map(|job| json!(self.index_of(job))).collect();
        indices.sort_by_key(Value::to_string);
        Value::Array(indices)
    }
}
