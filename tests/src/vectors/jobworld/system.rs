//! Steps that only `jobsystem` has: misbehaving apps, processes, packages, users, the shell.

use jobwarden_model::job::call::{JobCallbackCall, JobSchedulerCall};
use jobwarden_model::job::info::JobWorkItemBuilder;
use jobwarden_model::job::scheduler::{ConnectionEvent, PackageEvent, UserEvent};
use jobwarden_model::job::{InternalStopReason, StopReason};
use jobwarden_model::{Exception, Reply, Uid, UserId};
use serde_json::{json, Value};

use super::app::Run;
use super::device::Device;
use super::step::{heard_exception, result_of_schedule, Heard, Step};
use super::world::User;
use crate::vectors::job_description::{compact, job_info, named, package_of};

/// `ConnectivityManager.BLOCKED_REASON_*` and `BLOCKED_METERED_REASON_*`.
const BLOCKED_REASONS: &[(&str, u32)] = &[
    ("BATTERY_SAVER", 1),
    ("DOZE", 1 << 1),
    ("APP_STANDBY", 1 << 2),
    ("RESTRICTED_MODE", 1 << 3),
    ("LOCKDOWN_VPN", 1 << 4),
    ("LOW_POWER_STANDBY", 1 << 5),
    ("DATA_SAVER", 1 << 16),
    ("USER_RESTRICTED", 1 << 17),
    ("ADMIN_DISABLED", 1 << 18),
];

impl Device {
    /// Takes a step that only `jobsystem` has.
    pub(super) fn step_of_system(&mut self, step: Step<'_>) -> Result<Heard, String> {
        match step.name() {
            "enqueue" => return self.enqueue(step.arg(1)?, step.raw(2)),
            "cancelAll" => {
                return Ok(heard_exception(self.call(step.arg(1)?, JobSchedulerCall::CancelAll)));
            }
            "cancelAllInNamespace" => {
                let namespace = step.arg(2)?;
                let call = JobSchedulerCall::CancelAllInNamespace { namespace };
                return Ok(heard_exception(self.call(step.arg(1)?, call)));
            }
            "jobFinished"
            | "ackStart"
            | "ackStop"
            | "setNotification"
            | "dequeueWork"
            | "completeWork"
            | "updateEstimatedNetworkBytes"
            | "updateTransferredNetworkBytes" => {
                return self.callback_step(step);
            }
            "state" => return Ok(Heard::Result(self.state(step.arg(1)?))),
            "startedJobs" => return Ok(Heard::Result(self.started_jobs())),
            "shellRun"
            | "shellTimeout"
            | "shellStop"
            | "shellCancel"
            | "shellCancelAll"
            | "shellResetExecutionQuota" => return self.shell_step(step),
            "userStarted" | "userUnlocked" | "userStopping" | "userStopped" | "userSwitched"
            | "userRemoved" => self.user_step(step.name(), UserId(step.arg(1)?)),
            "networkBlocked" => self.network_blocked(step.arg(1)?, step.arg(2)?)?,
            "lookAgain" => self.act(|scheduler, world| scheduler.check_all_jobs(world)),
            "notePendingUserRequestedAppStop" => {
                let uid: Uid = step.arg(1)?;
                let call = JobSchedulerCall::NotePendingUserRequestedAppStop {
                    package: Some(package_of(uid)),
                    user: i32::try_from(uid.user().0).unwrap_or(0),
                    debug_reason: Some("stopped in the Task Manager".to_owned()),
                };
                return Ok(heard_exception(self.call(Uid::SYSTEM, call)));
            }
            "bindingDied" => {
                let run = self.latest_run(step.arg(1)?).filter(|run| !run.over);
                if let Some(Run { token, .. }) = run {
                    let died = ConnectionEvent::BindingDied;
                    self.act(|scheduler, world| scheduler.on_connection(token, &died, world));
                }
            }
            _ => self.step_about_uid(step, step.arg(1)?)?,
        }
        Ok(Heard::Nothing)
    }

    fn step_about_uid(&mut self, step: Step<'_>, uid: Uid) -> Result<(), String> {
        match step.name() {
            "processDied" => self.process_died(uid),
            "processBad" => self.around.app_mut(uid).state.process_bad = step.arg(2)?,
            "uidGone" => self.act(|scheduler, world| scheduler.on_uid_gone(uid, false, world)),
            "canScheduleUserInitiatedJobs" => {
                self.around.app_mut(uid).can_schedule_user_initiated_jobs = step.arg(2)?;
            }
            "permission" => {
                let (name, granted): (String, bool) = (step.arg(2)?, step.arg(3)?);
                let denied = &mut self.around.app_mut(uid).denied_permissions;
                if granted {
                    denied.remove(&name);
                } else {
                    denied.insert(name);
                }
            }
            "packageRestarted" => self.package(PackageEvent::Restarted, uid),
            "packageFullyRemoved" => {
                self.around.app_mut(uid).state.removed = true;
                self.package(PackageEvent::FullyRemoved, uid);
            }
            "packageReplaced" => {
                self.process_died(uid);
                self.package(PackageEvent::Replaced, uid);
            }
            "appDisabled" => {
                let disabled: bool = step.arg(2)?;
                self.around.app_mut(uid).state.disabled = disabled;
                let change =
                    if disabled { PackageEvent::Disabled } else { PackageEvent::ComponentsChanged };
                self.package(change, uid);
            }
            "serviceDisabled" => {
                self.around.app_mut(uid).state.service_disabled = step.arg(2)?;
                self.package(PackageEvent::ComponentsChanged, uid);
            }
            "dataCleared" => self.package(PackageEvent::DataCleared, uid),
            "launchTime" => {
                let at: Option<i64> = step.arg(2)?;
                let wall = at.map(|at| self.wall_at(at));
                self.around.app_mut(uid).state.launch_time = wall;
            }
            other => return Err(format!("the model has no step {other}")),
        }
        Ok(())
    }

    fn package(&mut self, event: PackageEvent, uid: Uid) {
        let package = package_of(uid);
        self.act(|scheduler, world| scheduler.on_package_event(event, &package, uid, world));
    }

    fn process_died(&mut self, uid: Uid) {
        let of_uid = |run: &&Run| run.connected && !run.over && self.jobs[run.job].uid == uid;
        let dead: Vec<_> = self.runs.iter().filter(of_uid).map(|run| run.token).collect();
        for token in dead {
            let gone = ConnectionEvent::Disconnected;
            self.turn(|scheduler, world| scheduler.on_connection(token, &gone, world));
        }
        self.act(|_, _| {});
    }

    fn user_step(&mut self, name: &str, user: UserId) {
        let event = match name {
            "userStarted" => UserEvent::Starting,
            "userUnlocked" => UserEvent::Unlocked,
            "userStopping" => UserEvent::Stopping,
            "userStopped" => UserEvent::Stopped,
            "userRemoved" => UserEvent::Removed,
            _ => {
                self.around.current_user = user;
                return;
            }
        };
        match event {
            UserEvent::Unlocked => self.around.unlock(user),
            UserEvent::Removed => self.around.remove_user(user),
            UserEvent::Starting
            | UserEvent::StartCompleted
            | UserEvent::Stopping
            | UserEvent::Stopped => {}
        }
        self.act(|scheduler, world| scheduler.on_user_event(event, user, world));
    }

    fn network_blocked(&mut self, uid: Uid, names: Vec<String>) -> Result<(), String> {
        let mut reasons = 0;
        for name in &names {
            let known = BLOCKED_REASONS.iter().find(|(known, _)| known == name);
            reasons |= known.ok_or_else(|| format!("unknown reason {name}"))?.1;
        }
        self.act(|scheduler, world| scheduler.on_network_blocked(uid, reasons, world));
        Ok(())
    }

    fn enqueue(&mut self, index: usize, work: &Value) -> Result<Heard, String> {
        let key = self.key(index);
        let job = Some(Box::new(job_info(&self.jobs[index].calls, key.id, key.uid)?));
        let namespace = key.namespace.map(|name| name.to_string());
        let bytes = |name: &str| work[name].as_i64().unwrap_or(-1);
        let mut item = JobWorkItemBuilder::new();
        item.set_estimated_network_bytes(bytes("downloadBytes"), bytes("uploadBytes"))
            .map_err(|why| why.to_string())?;
        let work = item.build(true).map_err(|why| why.to_string())?;
        let call = JobSchedulerCall::Enqueue { namespace, job, work: Some(Box::new(work)) };
        Ok(Heard::Result(result_of_schedule(self.call(key.uid, call))))
    }

    // What apps say with the callback of an execution, over or not.

    fn latest_run(&self, job: usize) -> Option<Run> {
        self.runs.iter().rev().find(|run| run.job == job).copied()
    }

    fn callback_step(&mut self, step: Step<'_>) -> Result<Heard, String> {
        let job = step.arg(1)?;
        let call = match step.name() {
            "jobFinished" => JobCallbackCall::JobFinished { reschedule: step.arg(2)? },
            "ackStart" => JobCallbackCall::AcknowledgeStart { ongoing: step.arg(2)? },
            "ackStop" => JobCallbackCall::AcknowledgeStop { reschedule: step.arg(2)? },
            "setNotification" => self.set_notification_call(job),
            "dequeueWork" => JobCallbackCall::DequeueWork,
            "completeWork" => JobCallbackCall::CompleteWork { work_id: step.arg(2)? },
            "updateEstimatedNetworkBytes" => JobCallbackCall::UpdateEstimatedNetworkBytes {
                download: step.arg(2)?,
                upload: step.arg(3)?,
            },
            _ => JobCallbackCall::UpdateTransferredNetworkBytes {
                download: step.arg(2)?,
                upload: step.arg(3)?,
            },
        };
        let Some(run) = self.latest_run(job) else { return Ok(Heard::Result(json!("none"))) };
        let answered = self.callback(run.token, job, call);
        self.act(|_, _| {});
        Ok(match answered {
            Ok(Reply::Work(None)) => Heard::Result(Value::Null),
            Ok(Reply::Work(Some(work))) => Heard::Result(
                json!({ "workId": work.work_id, "deliveryCount": work.delivery_count }),
            ),
            Ok(Reply::Boolean(done)) => Heard::Result(json!(done)),
            Ok(_) => Heard::Nothing,
            Err(exception) => Heard::Exception(exception.class_name().to_owned()),
        })
    }

    // What is asked of the scheduler.

    fn state(&self, index: usize) -> Value {
        let Some(job) = self.scheduler.job(&self.key(index)) else { return Value::Null };
        let since_start = |at: i64| at - (self.elapsed_now() - self.since_start());
        let counted = |count: i64| if count == 0 { Value::Null } else { json!(count) };
        let (earliest, latest) = (job.earliest_run_time().millis(), job.latest_run_time().millis());
        let flags = job.internal_flags();
        let flags: Vec<_> = flags.names().collect();
        compact(json!({
            "numFailures": counted(job.num_failures().into()),
            "numSystemStops": counted(job.num_system_stops().into()),
            "earliestRunAt": (earliest != 0).then(|| since_start(earliest)),
            "latestRunAt": (latest != i64::MAX).then(|| since_start(latest)),
            "cumulativeExecutionTimeMs": counted(job.cumulative_execution_time_ms()),
            "internalFlags": flags,
            "treatedAsUserInitiated": job.should_treat_as_user_initiated_job(),
            "treatedAsExpedited": job.should_treat_as_expedited_job(),
            "standbyBucket": job.effective_standby_bucket(),
            "workItems": counted(job.work_count() as i64),
        }))
    }

    fn started_jobs(&mut self) -> Value {
        let started: Result<Reply, Exception> =
            self.call(Uid::SYSTEM, JobSchedulerCall::GetStartedJobs);
        let mut ids: Vec<_> = match started {
            Ok(Reply::Jobs(jobs)) => jobs.iter().map(|job| job.id).collect(),
            Ok(_) | Err(_) => Vec::new(),
        };
        ids.sort_unstable();
        json!(ids)
    }

    fn shell_step(&mut self, step: Step<'_>) -> Result<Heard, String> {
        let mut words: Vec<String> = Vec::new();
        match step.name() {
            "shellRun" => {
                words.push("run".to_owned());
                match &*step.arg::<String>(2)? {
                    "force" => words.push("-f".to_owned()),
                    "satisfied" => words.push("-s".to_owned()),
                    _ => {}
                }
            }
            "shellTimeout" => words.push("timeout".to_owned()),
            "shellStop" => {
                words.push("stop".to_owned());
                if let Some(reason) = step.raw(2).as_str() {
                    let reason: StopReason = named(reason)?;
                    words.extend(["-s".to_owned(), reason.code().to_string()]);
                }
                if let Some(reason) = step.raw(3).as_str() {
                    let reason: InternalStopReason = named(reason)?;
                    words.extend(["-i".to_owned(), reason.code().to_string()]);
                }
            }
            "shellResetExecutionQuota" => words.push("reset-execution-quota".to_owned()),
            _ => words.push("cancel".to_owned()),
        }
        let whole_app = matches!(step.name(), "shellCancelAll" | "shellResetExecutionQuota");
        let uid = if whole_app { step.arg(1)? } else { self.key(step.arg(1)?).uid };
        words.extend(["-u".to_owned(), uid.user().to_string()]);
        if whole_app {
            words.push(package_of(uid));
        } else {
            let key = self.key(step.arg(1)?);
            words.extend(key.namespace.iter().flat_map(|name| ["-n".to_owned(), name.to_string()]));
            words.extend([package_of(uid), key.id.to_string()]);
        }
        let caller = super::world::World::caller(Uid::ROOT);
        let ended = self.act(|scheduler, world| scheduler.shell(caller, &words, world));
        let Reply::Shell { exit_code, output } = ended else { return Ok(Heard::Nothing) };
        if step.name() == "shellResetExecutionQuota" {
            return Ok(Heard::Nothing);
        }
        Ok(Heard::Result(json!(match exit_code {
            0 => "OK",
            -1000 => "NO_PACKAGE",
            -1001 => "NO_JOB",
            -1002 => "CONSTRAINTS",
            _ => return Err(output),
        })))
    }
}

impl super::world::World {
    fn unlock(&mut self, user: UserId) {
        self.users.entry(user).or_insert(User { unlocked: true }).unlocked = true;
    }

    fn remove_user(&mut self, user: UserId) {
        self.users.remove(&user);
        for (_, app) in self.apps.iter_mut().filter(|(uid, _)| uid.user() == user) {
            app.state.removed = true;
        }
    }
}
