//! The steps of a vector as calls of the scheduler.

use std::sync::Arc;

use jobwarden_model::job::call::JobSchedulerCall as Call;
use jobwarden_model::job::info::JobInfo;
use jobwarden_model::job::scheduler::{PackageEvent, UserEvent, World};
use jobwarden_model::job::shell::NotFound;
use jobwarden_model::job::{JobKey, JobStatus, PendingJobReason, RecordId};
use jobwarden_model::{Exception, Reply, Uid};
use serde_json::{json, Map, Value};

use super::call::{concerns_many_jobs, scheduled, trimmed, Answer, Args, Many};
use super::rooms::Scheduler;
use super::world::Platform;
use super::{outcome, Device, Origin};

impl Device {
    /// One step: what it answered and what happened.
    pub(super) fn step(&mut self, step: &[Value]) -> Result<Value, String> {
        self.out.clear();
        let args = Args(step);
        let answer = self.perform(&args)?;
        let (manager, _) = self.scheduler.rooms_mut();
        let of_runs = std::mem::take(&mut manager.events);
        let (mut events, restricted) = outcome::events(&self.out.effects, &self.observers, of_runs);
        if concerns_many_jobs(args.name()) {
            events.sort_by_key(Value::to_string);
        }
        Ok(answer.told(events, restricted))
    }

    fn perform(&mut self, args: &Args<'_>) -> Result<Answer, String> {
        match args.name() {
            "schedule" | "enqueue" | "scheduleAsPackage" => self.schedule(args),
            "scheduleMany" => self.schedule_many(args),
            "run" | "dequeueWork" | "completeWork" | "finish" => self.execution(args),
            "advance" => {
                self.now = self.now.awake_for(args.long(1)?);
                Ok(Answer::Nothing)
            }
            "uid" => self.platform.set_uid(args.uid(1)?, args.value(2)).map(|()| Answer::Nothing),
            "app" => {
                self.platform.set_app(args.required(1)?, args.value(2)).map(|()| Answer::Nothing)
            }
            "service" => self
                .platform
                .set_service(args.required(1)?, args.value(2))
                .map(|()| Answer::Nothing),
            "packageRemoved" | "packageDisabled" | "packageChanged" | "packageUpdated"
            | "forceStop" | "queryRestart" => self.package_event(args),
            "clearData" | "uidGone" | "uidIdle" | "backup" => self.uid_event(args),
            "userStarted" | "userStopping" | "userRemoved" => self.user_event(args),
            "check" => {
                self.act(|scheduler, world| scheduler.check_all_jobs(world));
                Ok(Answer::Nothing)
            }
            "shellCancel" => {
                let (package, user) = (args.required(1)?, args.user(2)?);
                let (namespace, id) = (args.text(3), args.int(4).ok());
                let cancelled = self.act(|scheduler, world| {
                    let namespace = namespace.as_deref();
                    scheduler.execute_cancel_command(package, user, namespace, id, world)
                });
                Ok(Answer::Result(json!(match cancelled {
                    Ok(true) => "OK",
                    Ok(false) => "NO_JOB",
                    Err(NotFound::Package) => "NO_PACKAGE",
                    Err(NotFound::Job | NotFound::Constraints) => "?",
                })))
            }
            _ => self.query(args),
        }
    }

    fn call(&mut self, uid: Uid, call: Call) -> Result<Reply, Exception> {
        self.act(|scheduler, world| scheduler.call(Platform::caller(uid), call, world))
    }

    fn schedule(&mut self, args: &Args<'_>) -> Result<Answer, String> {
        let uid = args.uid(1)?;
        let (job, namespace) = (args.job_info(&self.described, uid)?, args.text(3));
        let id = job.as_ref().map(|job| job.id);
        let reply = self.call(uid, args.schedule(job)?);
        if let Some(id) = id {
            let key = JobKey { uid, namespace: trimmed(namespace.as_deref()), id };
            self.note_origin(&key, Origin { job: args.number(2)?, of_many: false });
        }
        Ok(scheduled(reply))
    }

    /// Ids one after the other; equal outcomes in a row are counted.
    fn schedule_many(&mut self, args: &Args<'_>) -> Result<Answer, String> {
        let uid = args.uid(1)?;
        let many = Many::read(args)?;
        let namespace = args.text(3);
        let mut outcomes: Vec<(Value, u64)> = Vec::new();
        for index in 0..many.count {
            let job = args.job_info(&self.described, uid)?.ok_or("no description")?;
            let (id, call) = many.call(index, job, namespace.clone(), uid)?;
            let key = JobKey { uid, namespace: trimmed(namespace.as_deref()), id };
            let outcome = match scheduled(self.call(uid, call)) {
                Answer::Result(value) => value,
                Answer::Throws(exception) => json!(exception.class_name()),
                Answer::Nothing => Value::Null,
            };
            let of_many = many.id_step != 0;
            self.note_origin(&key, Origin { job: args.number(2)?, of_many });
            match outcomes.last_mut() {
                Some((last, count)) if *last == outcome => *count += 1,
                _ => outcomes.push((outcome, 1)),
            }
            if index + 1 < many.count {
                self.now = self.now.awake_for(many.every_ms);
            }
        }
        Ok(Answer::Result(json!(outcomes)))
    }

    fn execution(&mut self, args: &Args<'_>) -> Result<Answer, String> {
        if args.name() == "run" {
            let namespace = args.text(2).map(Into::into);
            let key = JobKey { uid: args.uid(1)?, namespace, id: args.int(3)? };
            let (manager, desk) = self.scheduler.rooms_mut();
            let execution = manager.run(desk, &key);
            return Ok(Answer::Result(execution.map_or(json!(false), |e| json!(e))));
        }
        let execution = args.number(1)?;
        let (manager, desk) = self.scheduler.rooms_mut();
        let record = manager.record_of(execution);
        match args.name() {
            "dequeueWork" => {
                let job = record.and_then(|record| desk.board.job_mut(record));
                let work = job.and_then(JobStatus::dequeue_work);
                let told = work.map(|work| json!([work.work_id, work.delivery_count]));
                Ok(Answer::Result(told.unwrap_or_default()))
            }
            "completeWork" => {
                let work_id = args.int(2)?;
                let Some(record) = record else { return Ok(Answer::Result(json!(false))) };
                let job = desk.board.job_mut(record);
                let done = job.and_then(|job| job.complete_work(work_id)).is_some();
                if done {
                    desk.board.revoke_work_grants(record, work_id, &mut self.out);
                }
                Ok(Answer::Result(json!(done)))
            }
            _ => {
                let wants_reschedule = args.flag(2);
                let ended = manager.end(execution, wants_reschedule);
                let key = record.and_then(|record| desk.board.job(record)).map(JobStatus::key);
                let origin = record.and_then(|record| self.origins.get(&record)).copied();
                self.act(|scheduler, world| scheduler.finish(ended, world));
                if let (Some(key), Some(origin)) = (key, origin) {
                    self.note_origin(&key, origin);
                }
                Ok(Answer::Nothing)
            }
        }
    }

    fn package_event(&mut self, args: &Args<'_>) -> Result<Answer, String> {
        use jobwarden_model::job::neighbours::Neighbours;
        let (package, user) = (args.required(1)?, args.user(2)?);
        let uid = self.platform.package_uid(package, user);
        let event = match args.name() {
            "packageRemoved" => {
                self.platform.uninstall(package, user);
                PackageEvent::FullyRemoved
            }
            "packageDisabled" => {
                if uid.is_some() {
                    self.platform.disable(package)?;
                }
                PackageEvent::Disabled
            }
            "packageChanged" => PackageEvent::ComponentsChanged,
            "packageUpdated" => PackageEvent::Replaced,
            "forceStop" => PackageEvent::Restarted,
            _ => {
                let affected = uid.is_some_and(|uid| {
                    self.act(|scheduler, world| {
                        scheduler.would_force_stop_affect(package, uid, world)
                    })
                });
                return Ok(Answer::Result(json!(affected)));
            }
        };
        if let Some(uid) = uid {
            self.act(|scheduler, world| scheduler.on_package_event(event, package, uid, world));
        }
        Ok(Answer::Nothing)
    }

    fn uid_event(&mut self, args: &Args<'_>) -> Result<Answer, String> {
        let uid = args.uid(1)?;
        let on = args.flag(2);
        let act: &dyn Fn(&mut Scheduler, &mut World<'_>) = match args.name() {
            "clearData" => &|scheduler, world| {
                scheduler.on_package_event(PackageEvent::DataCleared, "", uid, world);
            },
            "uidGone" => &|scheduler, world| scheduler.on_uid_gone(uid, on, world),
            "uidIdle" => &|scheduler, world| scheduler.on_uid_idle(uid, on, world),
            _ => &|scheduler, world| scheduler.set_backing_up(uid, on, world),
        };
        self.act(act);
        Ok(Answer::Nothing)
    }

    fn user_event(&mut self, args: &Args<'_>) -> Result<Answer, String> {
        let user = args.user(1)?;
        let events: &[UserEvent] = match args.name() {
            "userStarted" => &[UserEvent::Starting, UserEvent::StartCompleted],
            "userStopping" => &[UserEvent::Stopping],
            _ => {
                self.platform.remove_user(user);
                &[UserEvent::Removed]
            }
        };
        self.act(|scheduler, world| {
            for &event in events {
                scheduler.on_user_event(event, user, world);
            }
        });
        Ok(Answer::Nothing)
    }

    fn query(&mut self, args: &Args<'_>) -> Result<Answer, String> {
        let uid = args.uid(1)?;
        let call = args.query(&mut self.observers)?;
        let reason = args.name() == "getPendingJobReason";
        let namespace = match args.name() {
            "getPendingJob" | "getAllPendingJobsInNamespace" => {
                Some(trimmed(args.text(2).as_deref()))
            }
            _ => None,
        };
        let reply = self.call(uid, call);
        Ok(match reply {
            Err(exception) => Answer::Throws(exception),
            Ok(Reply::Int(code)) if reason => {
                let reason = PendingJobReason::from_code(code).map(PendingJobReason::name);
                Answer::Result(json!(reason))
            }
            Ok(reply) => self.answer(uid, namespace.as_ref(), reply),
        })
    }

    /// `namespace`: the one that was asked about, where one was.
    fn answer(&self, uid: Uid, namespace: Option<&Option<Arc<str>>>, reply: Reply) -> Answer {
        let of_caller: Vec<_> = self
            .scheduler
            .board()
            .jobs_scheduled_by(uid)
            .filter(|job| namespace.is_none_or(|asked| job.namespace() == asked.as_ref()))
            .collect();
        match reply {
            Reply::Boolean(value) => Answer::Result(json!(value)),
            Reply::Job(job) => Answer::Result(
                job.map_or(Value::Null, |job| json!(self.index_of(&of_caller, &job, &mut vec![]))),
            ),
            Reply::Jobs(jobs) => {
                let running = self.running();
                let started: Vec<_> = of_caller.iter().copied().chain(running).collect();
                Answer::Result(json!(self.indices(&started, &jobs)))
            }
            Reply::JobsByNamespace(by_namespace) => {
                let mut told = Map::new();
                for (namespace, jobs) in by_namespace {
                    let inside: Vec<_> = of_caller
                        .iter()
                        .copied()
                        .filter(|job| job.namespace().map(|name| &**name) == namespace.as_deref())
                        .collect();
                    told.insert(namespace.unwrap_or_default(), json!(self.indices(&inside, &jobs)));
                }
                Answer::Result(Value::Object(told))
            }
            Reply::Snapshots(snapshots) => {
                let all: Vec<_> = self.scheduler.jobs().collect();
                let mut used = Vec::new();
                let mut told: Vec<_> = snapshots
                    .iter()
                    .map(|of| outcome::snapshot(of, self.index_of(&all, &of.job, &mut used)))
                    .collect();
                told.sort_by_key(Value::to_string);
                Answer::Result(json!(told))
            }
            Reply::Nothing
            | Reply::Int(_)
            | Reply::Work(_)
            | Reply::Component(_)
            | Reply::Shell { .. } => Answer::Nothing,
        }
    }

    fn running(&self) -> Vec<&JobStatus> {
        let board = self.scheduler.board();
        board.running().filter_map(|record| board.job(record)).collect()
    }

    fn indices(&self, among: &[&JobStatus], jobs: &[JobInfo]) -> Vec<usize> {
        let mut used = Vec::new();
        let mut indices: Vec<_> =
            jobs.iter().map(|job| self.index_of(among, job, &mut used)).collect();
        indices.sort_unstable();
        indices
    }

    /// From which description a job in an answer was made: that of the record it belongs to.
    fn index_of(&self, among: &[&JobStatus], job: &JobInfo, used: &mut Vec<RecordId>) -> usize {
        let found = among
            .iter()
            .find(|status| !used.contains(&status.record()) && **status.job() == *job)
            .map(|status| status.record());
        used.extend(found);
        found.and_then(|record| self.origins.get(&record)).map_or(usize::MAX, |origin| origin.job)
    }

    /// The execution that runs a record.
    pub(super) fn execution_of(&self, record: RecordId) -> Option<usize> {
        self.scheduler.manager().execution_of(record)
    }
}
