//! `IShell`, and the dump: text for people.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Write};

use jobwarden_aidl::aidl::dev::jobwarden::IShell::IShell;
use jobwarden_aidl::aidl::dev::jobwarden::ShellResult::ShellResult;
use jobwarden_aidl::binder::{BinderResult, Interface, ParcelFileDescriptor, Status};
use jobwarden_model::job::call::JobSchedulerCall;
use jobwarden_model::{Caller, Input, Reply, Uid};

use super::host::{read, unexpected, Desk, Identity};
use super::status::illegal_state;
use crate::sync::Held;

/// The binder object.
pub(crate) struct Shell(pub(crate) Desk);

impl Interface for Shell {}

impl Shell {
    fn execute(&self, arguments: &[String]) -> Result<(i32, String), Status> {
        let caller = shell_caller(&self.0)?;
        let arguments = read(|budget| budget.texts("arguments", arguments))?;
        match self.0.host.submit(Input::Shell { caller, arguments })? {
            Reply::Shell { exit_code, output } => Ok((exit_code, output)),
            other => Err(unexpected(&other)),
        }
    }
}

/// The account of an embedded service may do what root may. As another identity, only what that may:
/// SHELL-001 is asked by the model.
fn shell_caller(desk: &Desk) -> Result<Caller, Status> {
    match desk.identity {
        Identity::Fixed(_) => desk.caller(),
        Identity::Caller => {
            let caller = desk.privileged()?;
            match caller.uid {
                Uid::ROOT | Uid::SHELL | Uid::SYSTEM => Ok(caller),
                _ => Ok(Caller { uid: Uid::ROOT, pid: caller.pid }),
            }
        }
    }
}

#[allow(non_snake_case, reason = "names of the interface")]
impl IShell for Shell {
    fn run(&self, arguments: &[String]) -> BinderResult<ShellResult> {
        let (exit_code, output) = self.execute(arguments)?;
        Ok(ShellResult { exitCode: exit_code, output })
    }

    fn runTo(&self, fd: &ParcelFileDescriptor, arguments: &[String]) -> BinderResult<i32> {
        let (exit_code, output) = self.execute(arguments)?;
        write_to(fd, &output).map_err(|error| illegal_state(&error.to_string()))?;
        Ok(exit_code)
    }
}

/// Writes text to a client's descriptor. A pipe that nobody reads blocks this client's thread only.
pub(crate) fn write_to(fd: &ParcelFileDescriptor, text: &str) -> io::Result<()> {
    let fd = fd.as_ref().try_clone()?;
    File::from(fd).write_all(text.as_bytes())
}

/// What the service knows, as text. Whoever may not see it reads a line that says so. Rule: DUMP-001.
pub(crate) fn dump(desk: &Desk, arguments: &[String]) -> Result<String, Status> {
    let caller = desk.caller()?;
    read(|budget| budget.texts("arguments", arguments))?;
    if desk.privileged().is_err() {
        let pid = caller.pid.map_or(-1, |pid| pid.0);
        return Ok(format!(
            "Permission Denial: can't dump jobscheduler from from pid={pid}, uid={} due to missing \
             android.permission.DUMP permission\n",
            caller.uid
        ));
    }
    let mut text = String::new();
    let _ = (processes(desk, &mut text), jobs(desk, &mut text)); // Writing to a String cannot fail.
    Ok(text)
}

fn processes(desk: &Desk, text: &mut String) -> std::fmt::Result {
    let (now, sequence) =
        desk.host.warden.look(&mut Held::enter(), |engine, now| (now, engine.sequence()));
    writeln!(text, "jobwarden: {} inputs, elapsed {} ms", sequence, now.elapsed.millis())?;
    desk.host.switchboard.with(|state| {
        writeln!(text, "Attached processes: {}", state.apps.len())?;
        for (pid, app) in &state.apps {
            let (uid, process, package) = (app.uid, &app.process, &app.package);
            writeln!(text, "  {pid}:{process}/{uid} package={package}")?;
        }
        writeln!(text, "Bound job services: {}", state.binds.len())?;
        for bind in state.binds.values() {
            let how = if bind.service.is_some() { "connected" } else { "waiting" };
            writeln!(text, "  {}/{} {how}", bind.component, bind.uid)?;
        }
        Ok(())
    })
}

fn jobs(desk: &Desk, text: &mut String) -> std::fmt::Result {
    let caller = Caller { uid: Uid::SYSTEM, pid: None };
    let call = JobSchedulerCall::GetAllJobSnapshots;
    let all = match desk.host.submit(Input::JobScheduler { caller, call }) {
        Ok(Reply::Snapshots(all)) => all,
        Ok(_) => Vec::new(),
        Err(status) => return writeln!(text, "Registered jobs: {status}"),
    };
    writeln!(text, "Registered jobs: {}", all.len())?;
    for snapshot in all {
        let (job, satisfied) = (&snapshot.job, snapshot.satisfied_constraints);
        let runnable = if snapshot.runnable { "runnable" } else { "not runnable" };
        writeln!(text, "  #{} {} satisfied=0x{satisfied:x} {runnable}", job.id, job.service)?;
    }
    Ok(())
}
