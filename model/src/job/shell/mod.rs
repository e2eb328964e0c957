//! Shell verbs of the job scheduler: `JobSchedulerShellCommand`. Rules: JOB-API-110 to JOB-API-116,
//! JOB-READY-061, JOB-STOP-022, SHELL-002 to SHELL-056.

mod arguments;
mod device;

use self::arguments::{parse_int, Arguments, Failure, UserArgument};
use super::execution::{BytePair, StopCause, StopFilter};
use super::scheduler::{
    ConcurrencyManager, JobScheduler, PlatformJobScheduler, StateControllers, World,
};
use super::status::OverrideState;
use super::{InternalStopReason, JobKey, JobStatus, StopReason};
use crate::facts;
use crate::ids::{Caller, Uid, UserId};
use crate::package::Granted;
use crate::reply::Reply;
use crate::rules::job_api::*;
use crate::rules::job_ready::JOB_READY_061;
use crate::rules::job_stop::JOB_STOP_022;
use crate::rules::shell::SHELL_056;

const CHANGE_APP_IDLE_STATE: &str = "android.permission.CHANGE_APP_IDLE_STATE";

/// What a verb that names a package or a job did not find.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum NotFound {
    /// `CMD_ERR_NO_PACKAGE`: -1000.
    Package,
    /// `CMD_ERR_NO_JOB`: -1001.
    Job,
    /// `CMD_ERR_CONSTRAINTS`: -1002.
    Constraints,
}

impl NotFound {
    /// The exit code.
    pub const fn exit_code(self) -> i32 {
        match self {
            Self::Package => -1000,
            Self::Job => -1001,
            Self::Constraints => -1002,
        }
    }
}

/// A direction of transfer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Direction {
    Download,
    Upload,
}

impl Direction {
    fn of(self, bytes: BytePair) -> i64 {
        match self {
            Self::Download => bytes.download,
            Self::Upload => bytes.upload,
        }
    }
}

/// The job that a verb names.
struct Named {
    package: String,
    user: UserArgument,
    namespace: Option<String>,
    id: i32,
}

impl Named {
    fn user_id(&self, world: &World<'_>) -> UserId {
        match self.user {
            UserArgument::All => UserId(0),
            UserArgument::Current => world.neighbours.current_user(),
            UserArgument::One(user) => UserId(user as u32),
        }
    }

    fn find(
        &self,
        scheduler: &PlatformJobScheduler,
        world: &World<'_>,
    ) -> Result<JobKey, (NotFound, String)> {
        let Some(uid) = world.neighbours.package_uid(&self.package, self.user_id(world)) else {
            return Err((NotFound::Package, format!("unknown({})\n", self.package)));
        };
        let key = JobKey { uid, namespace: self.namespace.as_deref().map(Into::into), id: self.id };
        match scheduler.job(&key) {
            Some(_) => Ok(key),
            None => {
                let uid = format_uid(uid);
                Err((NotFound::Job, format!("unknown({uid}/jid{})\n", self.id)))
            }
        }
    }

    /// `printError`. Rule: SHELL-008.
    fn error(&self, not_found: NotFound) -> String {
        let user = match self.user {
            UserArgument::All => -1,
            UserArgument::Current => -2,
            UserArgument::One(user) => user,
        };
        let namespace =
            self.namespace.as_ref().map_or(String::new(), |name| format!(" / namespace {name}"));
        let (package, id) = (&self.package, self.id);
        match not_found {
            NotFound::Package => format!("Package not found: {package} / user {user}\n"),
            NotFound::Job => {
                format!("Could not find job {id} in package {package}{namespace} / user {user}\n")
            }
            NotFound::Constraints => format!(
                "Job {id} in package {package}{namespace} / user {user} has functional constraints \
                 but --force not specified\n"
            ),
        }
    }
}

/// The end of a command: its exit code and what it printed.
type Ended = Result<(i32, String), Failure>;

impl PlatformJobScheduler {
    /// A shell command: the verb and its arguments. Rule: JOB-API-110.
    pub fn shell(&mut self, caller: Caller, command: &[String], world: &mut World<'_>) -> Reply {
        let (verb, arguments) = match command.split_first() {
            Some((verb, arguments)) => (verb.as_str(), arguments),
            None => ("", command),
        };
        let ended = self.run_verb(caller, verb, Arguments::new(arguments), world);
        let (exit_code, output) =
            ended.unwrap_or_else(|failure| (-1, format!("Exception: {failure}\n")));
        Reply::Shell { exit_code, output }
    }

    fn run_verb(
        &mut self,
        caller: Caller,
        verb: &str,
        mut arguments: Arguments<'_>,
        world: &mut World<'_>,
    ) -> Ended {
        let arguments = &mut arguments;
        if let Some(ended) = self.shell_open_verb(verb, world) {
            return ended;
        }
        let Some(operation) = operation_of(verb) else {
            return Ok((-1, format!("Unknown command: {verb}\n")));
        };
        check_permission(caller, operation, world)?;
        match verb {
            "run" => self.shell_run(arguments, world),
            "timeout" => {
                let cause = (StopReason::Timeout.code(), InternalStopReason::Timeout.code());
                self.shell_stop(arguments, cause, &[], world)
            }
            "stop" => {
                let cause = (StopReason::User.code(), InternalStopReason::Unknown.code());
                let options = &["-s", "--stop-reason", "-i", "--internal-stop-reason"];
                self.shell_stop(arguments, cause, options, world)
            }
            "cancel" => self.shell_cancel(arguments, world),
            "get-job-state" => self.shell_job_state(arguments, world),
            "get-estimated-download-bytes" => {
                self.shell_estimated_bytes(arguments, Direction::Download, world)
            }
            "get-estimated-upload-bytes" => {
                self.shell_estimated_bytes(arguments, Direction::Upload, world)
            }
            "get-transferred-download-bytes" => {
                self.shell_transferred_bytes(arguments, Direction::Download, world)
            }
            "get-transferred-upload-bytes" => {
                self.shell_transferred_bytes(arguments, Direction::Upload, world)
            }
            "reset-execution-quota" => self.shell_reset_execution_quota(arguments, world),
            "reset-schedule-quota" => {
                self.reset_schedule_quota();
                Ok((0, String::new()))
            }
            "monitor-battery" => self.shell_monitor_battery(arguments, world),
            "trigger-dock-state" => self.shell_trigger_dock_state(arguments, world),
            _ => Ok((-1, "Heartbeat command is no longer supported\n".to_owned())),
        }
    }

    /// `run`. Rules: JOB-API-111, JOB-API-112, JOB-READY-061.
    fn shell_run(&mut self, arguments: &mut Arguments<'_>, world: &mut World<'_>) -> Ended {
        let (mut force, mut satisfied) = (false, false);
        let (mut user, mut namespace) = (UserArgument::One(0), None);
        while let Some(option) = arguments.next_option()? {
            match option {
                "-f" | "--force" => force = true,
                "-s" | "--satisfied" => satisfied = true,
                "-u" | "--user" => user = arguments.required_user_number()?,
                "-n" | "--namespace" => namespace = Some(arguments.required()?.to_owned()),
                other => return Ok(unknown_option(other)),
            }
        }
        if force && satisfied {
            return Ok((-1, "Cannot specify both --force and --satisfied\n".to_owned()));
        }
        let package = arguments.required()?.to_owned();
        let named = Named { package, user, namespace, id: arguments.required_int()? };
        let state = match (force, satisfied) {
            (true, _) => OverrideState::Full,
            (false, true) => OverrideState::Sorting,
            (false, false) => OverrideState::Soft,
        };
        Ok(match self.execute_run_command(&named, state, world) {
            Ok(()) if force => (0, "Running job [FORCED]\n".to_owned()),
            Ok(()) => (0, "Running job\n".to_owned()),
            Err(not_found) => (not_found.exit_code(), named.error(not_found)),
        })
    }

    fn execute_run_command(
        &mut self,
        named: &Named,
        state: OverrideState,
        world: &mut World<'_>,
    ) -> Result<(), NotFound> {
        let key = named.find(self, world).map_err(|(not_found, _)| not_found)?;
        let record = self.board().find(&key).ok_or(NotFound::Job)?;
        self.override_job(record, state);
        self.reevaluate(key.uid, world);
        let satisfied = self.board().job(record).is_some_and(JobStatus::is_constraints_satisfied);
        world.out.decide(&JOB_READY_061, "run by the shell", || {
            facts!(job = key, state = state, satisfied = satisfied)
        });
        if !satisfied {
            world.out.decide(&JOB_API_111, "functional constraints do not hold", Vec::new);
            self.override_job(record, OverrideState::None);
            return Err(NotFound::Constraints);
        }
        self.queue_ready_jobs_for_execution(world);
        self.maybe_run_pending_jobs(world);
        let running = self.board().is_running(record);
        world.out.decide(&JOB_API_112, "told so, whether or not it starts", || {
            facts!(record = record, running = running)
        });
        Ok(())
    }

    /// `timeout` and `stop`. Rules: JOB-API-113, JOB-API-114, JOB-STOP-022, SHELL-020 to SHELL-024.
    fn shell_stop(
        &mut self,
        arguments: &mut Arguments<'_>,
        (mut stop_reason, mut internal_stop_reason): (i32, i32),
        more_options: &[&str],
        world: &mut World<'_>,
    ) -> Ended {
        let (mut user, mut namespace) = (UserArgument::All, None);
        while let Some(option) = arguments.next_option()? {
            match option {
                "-u" | "--user" => user = arguments.required_user()?,
                "-n" | "--namespace" => namespace = Some(arguments.required()?.to_owned()),
                "-s" | "--stop-reason" if more_options.contains(&option) => {
                    stop_reason = arguments.required_int()?;
                }
                "-i" | "--internal-stop-reason" if more_options.contains(&option) => {
                    internal_stop_reason = arguments.required_int()?;
                }
                other => return Ok(unknown_option(other)),
            }
        }
        let filter = StopFilter {
            user: match user {
                UserArgument::All => None,
                UserArgument::Current => Some(world.neighbours.current_user()),
                UserArgument::One(user) => Some(UserId(user as u32)),
            },
            package: arguments.next().map(str::to_owned),
            namespace,
            job_id: arguments.next().map(parse_int).transpose()?,
        };
        let debug_reason = "stopped by shell command".to_owned();
        let cause = StopCause { stop_reason, internal_stop_reason, debug_reason };
        let stopped = self.stop_executing_jobs(&filter, &cause, world);
        let rule = if more_options.is_empty() { &JOB_API_113 } else { &JOB_API_114 };
        world.out.decide(rule, "stopped by the shell", || {
            facts!(filter = filter, cause = cause, stopped = stopped)
        });
        world.out.decide(&JOB_STOP_022, "only working jobs", || facts!(stopped = stopped.len()));
        let mut output = String::new();
        for job in &stopped {
            output.push_str(&format!("Stopping job: {job}\n"));
        }
        if stopped.is_empty() {
            output.push_str("No matching executing jobs found.\n");
        }
        Ok((0, output))
    }

    /// `cancel`. Rules: JOB-API-115, SHELL-030 to SHELL-033.
    fn shell_cancel(&mut self, arguments: &mut Arguments<'_>, world: &mut World<'_>) -> Ended {
        let (mut user, mut namespace) = (UserArgument::One(0), None);
        while let Some(option) = arguments.next_option()? {
            match option {
                "-u" | "--user" => user = arguments.required_user()?,
                "-n" | "--namespace" => namespace = Some(arguments.required()?.to_owned()),
                other => return Ok(unknown_option(other)),
            }
        }
        let user = match user {
            UserArgument::One(user) => u32::try_from(user).ok().map(UserId),
            UserArgument::All | UserArgument::Current => None,
        };
        let Some(user) = user else {
            return Ok((-1, "Error: must specify a concrete user ID\n".to_owned()));
        };
        let package = arguments.next().unwrap_or("null");
        let id = arguments.next().map(parse_int).transpose()?;
        let namespace = namespace.as_deref();
        Ok(match self.execute_cancel_command(package, user, namespace, id, world) {
            Err(not_found) => (not_found.exit_code(), format!("Package {package} not found.\n")),
            Ok(cancelled) => {
                let mut output = match id {
                    None => format!("Canceling all jobs for {package} in user {user}\n"),
                    Some(id) => format!("Canceling job {package}/#{id} in user {user}\n"),
                };
                if !cancelled {
                    let none = if id.is_none() { "jobs" } else { "job" };
                    output.push_str(&format!("No matching {none} found.\n"));
                }
                (0, output)
            }
        })
    }

    /// `get-job-state`. Rules: JOB-API-116, SHELL-040 to SHELL-042.
    fn shell_job_state(&mut self, arguments: &mut Arguments<'_>, world: &mut World<'_>) -> Ended {
        let named = match named_job(arguments)? {
            Ok(named) => named,
            Err(ended) => return Ok(ended),
        };
        let key = match named.find(self, world) {
            Ok(key) => key,
            Err((not_found, printed)) => return Ok(not_found_end(&named, not_found, &printed)),
        };
        let Some(record) = self.board().find(&key) else { return Ok((0, String::new())) };
        let states = self.board().states(record, world);
        world.out.decide(&JOB_API_116, "state of a job", || facts!(job = key, states = states));
        let mut output = String::new();
        for (index, state) in states.iter().enumerate() {
            let space = if index > 0 { " " } else { "" };
            let end = if *state == "pending" { "" } else { "\n" };
            output.push_str(&format!("{space}{state}{end}"));
        }
        if states.is_empty() {
            output.push_str("waiting");
        }
        output.push('\n');
        Ok((0, output))
    }

    /// `reset-execution-quota`: no job is looked at again. Rules: JOB-API-116, SHELL-052.
    fn shell_reset_execution_quota(
        &mut self,
        arguments: &mut Arguments<'_>,
        world: &mut World<'_>,
    ) -> Ended {
        let mut user = UserArgument::One(0);
        while let Some(option) = arguments.next_option()? {
            match option {
                "-u" | "--user" => user = arguments.required_user()?,
                other => return Ok(unknown_option(other)),
            }
        }
        let package = arguments.required()?;
        let user = match user {
            UserArgument::Current => world.neighbours.current_user(),
            UserArgument::All => UserId(u32::MAX),
            UserArgument::One(user) => UserId(user as u32),
        };
        world.out.decide(&JOB_API_116, "quota history dropped", || {
            facts!(package = package, user = user)
        });
        world.neighbours.clear_quota_history(package, user);
        Ok((0, String::new()))
    }

    fn shell_estimated_bytes(
        &mut self,
        arguments: &mut Arguments<'_>,
        direction: Direction,
        world: &mut World<'_>,
    ) -> Ended {
        self.shell_bytes(arguments, world, |scheduler, package, job| {
            let total = job.network_bytes();
            let total = BytePair { download: total.download, upload: total.upload };
            let slot = scheduler.concurrency().slot_of(job.record());
            let running = slot.filter(|_| **job.source_package() == *package);
            let execution = scheduler.concurrency().execution();
            direction.of(running
                .and_then(|slot| execution.estimated_network_bytes(slot))
                .unwrap_or(total))
        })
    }

    fn shell_transferred_bytes(
        &mut self,
        arguments: &mut Arguments<'_>,
        direction: Direction,
        world: &mut World<'_>,
    ) -> Ended {
        self.shell_bytes(arguments, world, |scheduler, package, job| {
            let slot = scheduler.concurrency().slot_of(job.record());
            let running = slot.filter(|_| **job.source_package() == *package);
            let execution = scheduler.concurrency().execution();
            let bytes = running.and_then(|slot| execution.transferred_network_bytes(slot));
            direction.of(bytes.unwrap_or_default())
        })
    }

    /// The four byte queries. Rule: SHELL-044.
    fn shell_bytes(
        &mut self,
        arguments: &mut Arguments<'_>,
        world: &mut World<'_>,
        bytes: impl FnOnce(&Self, &str, &JobStatus) -> i64,
    ) -> Ended {
        let named = match named_job(arguments)? {
            Ok(named) => named,
            Err(ended) => return Ok(ended),
        };
        match named.find(self, world) {
            Err((not_found, printed)) => Ok(not_found_end(&named, not_found, &printed)),
            Ok(key) => {
                let bytes = self.job(&key).map_or(0, |job| bytes(self, &named.package, job));
                world
                    .out
                    .decide(&JOB_API_116, "bytes of a job", || facts!(job = key, bytes = bytes));
                Ok((0, format!("{bytes}\n\n")))
            }
        }
    }
}

impl<C: StateControllers, M: ConcurrencyManager<C>> JobScheduler<C, M> {
    /// `executeCancelCommand`: whether there was anything to cancel. Rule: JOB-API-115.
    ///
    /// # Errors
    ///
    /// The package is not installed for the user.
    pub fn execute_cancel_command(
        &mut self,
        package: &str,
        user: UserId,
        namespace: Option<&str>,
        id: Option<i32>,
        world: &mut World<'_>,
    ) -> Result<bool, NotFound> {
        let uid = world.neighbours.package_uid(package, user).ok_or(NotFound::Package)?;
        world.out.decide(&JOB_API_115, "cancel by the shell", || {
            facts!(package = package, uid = uid, namespace = namespace, id = id)
        });
        Ok(match id {
            None => self.cancel_jobs_by_shell(uid, world),
            Some(id) => {
                let key = JobKey { uid, namespace: namespace.map(Into::into), id };
                self.cancel_by_key(&key, StopReason::User, world)
            }
        })
    }
}

/// `[-u USER] [-n NAMESPACE] PACKAGE JOB_ID`; the inner error is the end of the command.
fn named_job(arguments: &mut Arguments<'_>) -> Result<Result<Named, (i32, String)>, Failure> {
    let (mut user, mut namespace) = (UserArgument::One(0), None);
    while let Some(option) = arguments.next_option()? {
        match option {
            "-u" | "--user" => user = arguments.required_user()?,
            "-n" | "--namespace" => namespace = Some(arguments.required()?.to_owned()),
            other => return Ok(Err(unknown_option(other))),
        }
    }
    let package = arguments.required()?.to_owned();
    Ok(Ok(Named { package, user, namespace, id: arguments.required_int()? }))
}

fn not_found_end(named: &Named, not_found: NotFound, printed: &str) -> (i32, String) {
    (not_found.exit_code(), format!("{printed}{}", named.error(not_found)))
}

fn unknown_option(option: &str) -> (i32, String) {
    (-1, format!("Error: unknown option '{option}'\n"))
}

/// What a verb is called where it is refused. Rule: SHELL-056.
fn operation_of(verb: &str) -> Option<&'static str> {
    Some(match verb {
        "run" => "force scheduled jobs",
        "timeout" => "force timeout jobs",
        "stop" => "stop jobs",
        "cancel" => "cancel jobs",
        "get-job-state" => "get job state",
        "get-estimated-download-bytes" | "get-estimated-upload-bytes" => "get estimated bytes",
        "get-transferred-download-bytes" | "get-transferred-upload-bytes" => {
            "get transferred bytes"
        }
        "reset-execution-quota" => "reset execution quota",
        "reset-schedule-quota" => "reset schedule quota",
        "monitor-battery" => "change battery monitoring",
        "trigger-dock-state" => "trigger wireless charging dock state",
        "heartbeat" => "manipulate scheduler heartbeat",
        _ => return None,
    })
}

/// Root may do anything. Rule: JOB-API-110.
fn check_permission(
    caller: Caller,
    operation: &'static str,
    world: &mut World<'_>,
) -> Result<(), Failure> {
    let state = world.neighbours.check_permission(CHANGE_APP_IDLE_STATE, caller.uid, caller.pid);
    let allowed = caller.uid == Uid::ROOT || state == Granted::Granted;
    world.out.decide(&JOB_API_110, "may use the shell, or not", || {
        facts!(uid = caller.uid, operation = operation, allowed = allowed)
    });
    if allowed {
        Ok(())
    } else {
        world.out.decide(&SHELL_056, "the refusal names the operation", || {
            facts!(operation = operation)
        });
        Err(Failure::Security { uid: caller.uid.0, operation })
    }
}

/// `UserHandle.formatUid`. Rule: DUMP-004.
pub(in crate::job) fn format_uid(uid: Uid) -> String {
    let (user, app_id) = (uid.user(), uid.app_id());
    match app_id {
        _ if uid.0 < 10_000 => uid.to_string(),
        99_001.. => format!("u{user}i{}", app_id - 99_000),
        90_000..=99_000 => format!("u{user}ai{}", app_id - 90_000),
        10_000..=89_999 => format!("u{user}a{}", app_id - 10_000),
        0..=9_999 => format!("u{user}s{app_id}"),
    }
}

#[cfg(test)]
mod tests;
