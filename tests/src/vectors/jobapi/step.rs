//! The steps of a vector as calls of the scheduler.

use std::sync::Arc;

use jobwarden_model::job::call::JobSchedulerCall as Call;
use jobwarden_model::job::info::{JobInfo, JobWorkItem, WorkIntent};
use jobwarden_model::job::scheduler::{PackageEvent, UserEvent, World};
use jobwarden_model::job::shell::NotFound;
use jobwarden_model::job::{JobKey, JobStatus, PendingJobReason, RecordId};
use jobwarden_model::{Exception, Reply, Uid, UserId};
use serde::Deserialize;
use serde_json::{json, Map, Value};

use super::rooms::Scheduler;
use super::world::Platform;
use super::{outcome, Device, Origin};

/// What a step answered, apart from its events.
enum Answer {
    Nothing,
    Result(Value),
    Throws(Exception),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Work {
    intent: Option<Intent>,
    download_bytes: i64,
    upload_bytes: i64,
    minimum_chunk_bytes: i64,
    delivery_count: i32,
}

impl Default for Work {
    fn default() -> Self {
        Self {
            intent: None,
            download_bytes: -1,
            upload_bytes: -1,
            minimum_chunk_bytes: -1,
            delivery_count: 0,
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Intent {
    flags: i32,
    data: Option<String>,
    clip: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Many {
    count: i32,
    #[serde(default = "one")]
    id_step: i32,
    #[serde(default)]
    every_ms: i64,
    package: Option<String>,
}

fn one() -> i32 {
    1
}

/// The arguments of a step.
struct Args<'a>(&'a [Value]);

impl Args<'_> {
    fn value(&self, index: usize) -> &Value {
        self.0.get(index).unwrap_or(&Value::Null)
    }

    fn name(&self) -> &str {
        self.value(0).as_str().unwrap_or_default()
    }

    fn text(&self, index: usize) -> Option<String> {
        self.value(index).as_str().map(str::to_owned)
    }

    fn required(&self, index: usize) -> Result<&str, String> {
        self.value(index).as_str().ok_or_else(|| format!("argument {index} is no text"))
    }

    fn long(&self, index: usize) -> Result<i64, String> {
        self.value(index).as_i64().ok_or_else(|| format!("argument {index} is no number"))
    }

    fn int(&self, index: usize) -> Result<i32, String> {
        i32::try_from(self.long(index)?).map_err(|why| why.to_string())
    }

    fn number(&self, index: usize) -> Result<usize, String> {
        usize::try_from(self.long(index)?).map_err(|why| why.to_string())
    }

    fn uid(&self, index: usize) -> Result<Uid, String> {
        u32::try_from(self.long(index)?).map(Uid).map_err(|why| why.to_string())
    }

    fn user(&self, index: usize) -> Result<UserId, String> {
        u32::try_from(self.long(index)?).map(UserId).map_err(|why| why.to_string())
    }

    fn flag(&self, index: usize) -> bool {
        self.value(index).as_bool().unwrap_or_default()
    }
}

/// As the scheduler trims it.
fn trimmed(namespace: Option<&str>) -> Option<Arc<str>> {
    namespace.map(|name| name.trim_matches(|c: char| c <= ' ').into())
}

impl Device {
    /// One step: what it answered and what happened.
    pub(super) fn step(&mut self, step: &[Value]) -> Result<Value, String> {
        self.out.clear();
        let args = Args(step);
        let answer = self.perform(&args)?;
        let (manager, _) = self.scheduler.rooms_mut();
        let of_runs = std::mem::take(&mut manager.events);
        let (mut events, restricted) = outcome::events(&self.out, &self.observers, of_runs);
        if concerns_many_jobs(args.name()) {
            events.sort_by_key(Value::to_string);
        }
        let mut told = Map::new();
        match answer {
            Answer::Nothing => {}
            Answer::Result(value) => {
                told.insert("result".to_owned(), value);
            }
            Answer::Throws(exception) => {
                told.insert("throws".to_owned(), json!(exception.class_name()));
            }
        }
        if !restricted.is_empty() {
            told.insert("restricted".to_owned(), Value::Object(restricted));
        }
        if !events.is_empty() {
            told.insert("events".to_owned(), Value::Array(events));
        }
        Ok(Value::Object(told))
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

    fn job_info(&self, args: &Args<'_>, uid: Uid) -> Result<Option<Box<JobInfo>>, String> {
        if args.value(2).is_null() {
            return Ok(None);
        }
        let described = self.described.get(args.number(2)?).ok_or("no such description")?;
        Ok(Some(Box::new(described.job_info(uid)?)))
    }

    fn schedule(&mut self, args: &Args<'_>) -> Result<Answer, String> {
        let uid = args.uid(1)?;
        let (job, namespace) = (self.job_info(args, uid)?, args.text(3));
        let id = job.as_ref().map(|job| job.id);
        let call = match args.name() {
            "schedule" => Call::Schedule { namespace: namespace.clone(), job },
            "enqueue" => {
                Call::Enqueue { namespace: namespace.clone(), job, work: work(args.value(4))? }
            }
            _ => Call::ScheduleAsPackage {
                namespace: namespace.clone(),
                job,
                package: args.text(4),
                user: args.int(5)?,
                tag: args.text(6),
            },
        };
        let reply = self.call(uid, call);
        if let Some(id) = id {
            let key = JobKey { uid, namespace: trimmed(namespace.as_deref()), id };
            self.note_origin(&key, Origin { job: args.number(2)?, of_many: false });
        }
        Ok(scheduled(reply))
    }

    /// Ids one after the other; equal outcomes in a row are counted.
    fn schedule_many(&mut self, args: &Args<'_>) -> Result<Answer, String> {
        let uid = args.uid(1)?;
        let many: Many =
            serde_json::from_value(args.value(4).clone()).map_err(|why| why.to_string())?;
        let namespace = args.text(3);
        let mut outcomes: Vec<(Value, u64)> = Vec::new();
        for index in 0..many.count {
            let mut job = self.job_info(args, uid)?.ok_or("no description")?;
            job.id = job.id.wrapping_add(index.wrapping_mul(many.id_step));
            let id = job.id;
            let (namespace, job) = (namespace.clone(), Some(job));
            let key = JobKey { uid, namespace: trimmed(namespace.as_deref()), id };
            let call = match &many.package {
                None => Call::Schedule { namespace, job },
                Some(package) => Call::ScheduleAsPackage {
                    namespace,
                    job,
                    package: Some(package.clone()),
                    user: i32::try_from(uid.user().0).map_err(|why| why.to_string())?,
                    tag: None,
                },
            };
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
        let call = match args.name() {
            "cancel" => Call::Cancel { namespace: args.text(2), id: args.int(3)? },
            "cancelAll" => Call::CancelAll,
            "cancelAllInNamespace" => Call::CancelAllInNamespace { namespace: args.text(2) },
            "getPendingJob" => Call::GetPendingJob { namespace: args.text(2), id: args.int(3)? },
            "getAllPendingJobs" => Call::GetAllPendingJobs,
            "getAllPendingJobsInNamespace" => {
                Call::GetAllPendingJobsInNamespace { namespace: args.text(2) }
            }
            "getPendingJobReason" => {
                Call::GetPendingJobReason { namespace: args.text(2), id: args.int(3)? }
            }
            "canRunUserInitiatedJobs" => {
                Call::CanRunUserInitiatedJobs { package: args.required(2)?.to_owned() }
            }
            "hasRunUserInitiatedJobsPermission" => Call::HasRunUserInitiatedJobsPermission {
                package: args.required(2)?.to_owned(),
                user: args.int(3)?,
            },
            "getStartedJobs" => Call::GetStartedJobs,
            "getAllJobSnapshots" => Call::GetAllJobSnapshots,
            "registerUserVisibleJobObserver" => {
                Call::RegisterUserVisibleJobObserver { observer: self.observer(args.text(2)) }
            }
            "unregisterUserVisibleJobObserver" => {
                Call::UnregisterUserVisibleJobObserver { observer: self.observer(args.text(2)) }
            }
            "notePendingUserRequestedAppStop" => Call::NotePendingUserRequestedAppStop {
                package: args.text(2),
                user: args.int(3)?,
                debug_reason: None,
            },
            other => return Err(format!("unknown step {other}")),
        };
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

    fn observer(&mut self, name: Option<String>) -> Option<u64> {
        let name = name?;
        let known = self.observers.iter().position(|known| *known == name);
        let index = known.unwrap_or_else(|| {
            self.observers.push(name);
            self.observers.len() - 1
        });
        u64::try_from(index).ok()
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

/// Steps whose events come in no fixed order.
fn concerns_many_jobs(step: &str) -> bool {
    [
        "cancelAll",
        "cancelAllInNamespace",
        "shellCancel",
        "packageRemoved",
        "packageDisabled",
        "packageChanged",
        "packageUpdated",
        "forceStop",
        "clearData",
        "uidGone",
        "uidIdle",
        "userStarted",
        "userStopping",
        "userRemoved",
    ]
    .contains(&step)
}

fn scheduled(reply: Result<Reply, Exception>) -> Answer {
    match reply {
        Ok(Reply::Int(1)) => Answer::Result(json!("RESULT_SUCCESS")),
        Ok(_) => Answer::Result(json!("RESULT_FAILURE")),
        Err(exception) => Answer::Throws(exception),
    }
}

fn work(value: &Value) -> Result<Option<Box<JobWorkItem>>, String> {
    if value.is_null() {
        return Ok(None);
    }
    let work: Work = serde_json::from_value(value.clone()).map_err(|why| why.to_string())?;
    Ok(Some(Box::new(JobWorkItem {
        intent: work.intent.map(|intent| WorkIntent {
            flags: intent.flags,
            data: intent.data,
            clip: intent.clip,
        }),
        download_bytes: work.download_bytes,
        upload_bytes: work.upload_bytes,
        minimum_chunk_bytes: work.minimum_chunk_bytes,
        delivery_count: work.delivery_count,
        ..JobWorkItem::default()
    })))
}
