//! Packages, processes, activities and users: what happened, passed on to the rooms it concerns.

use super::{Model, Turn};
use crate::exception::Exception;
use crate::ids::{Pid, Uid};
use crate::input::{self, ActivityEvent, AppSwitches, PackageMark, ProcessEvent, SystemFact};
use crate::job::scheduler::{ConnectionEvent, PackageEvent, UserEvent};
use crate::package::{self, Changed, EnabledState};
use crate::process::{Capabilities, ProcState, UidChanges};
use crate::reply::Reply;
use crate::system::SYSTEM_SERVER;

type Answer = Result<Reply, Exception>;

impl Model {
    pub(super) fn on_package(&mut self, change: package::Event, turn: &mut Turn<'_>) -> Answer {
        let refused = |error: package::PackageError| Exception::IllegalArgument(error.to_string());
        let changed = self.system.packages.on_event(&change).map_err(refused)?;
        let Some((package, user)) = change.package() else { return Ok(Reply::Nothing) };
        let (uid, event) = match changed {
            Changed::Added(uid) => (uid, PackageEvent::Added),
            Changed::Replaced(uid) => (uid, PackageEvent::Replaced),
            Changed::Removed(uid) => (uid, PackageEvent::FullyRemoved),
            Changed::Enabled(uid, EnabledState::Default) => (uid, PackageEvent::ComponentsChanged),
            Changed::Enabled(uid, EnabledState::Disabled | EnabledState::DisabledByUser) => {
                (uid, PackageEvent::Disabled)
            }
            Changed::Component(uid) => (uid, PackageEvent::ComponentsChanged),
            Changed::Nothing => return Ok(Reply::Nothing),
        };
        if event == PackageEvent::FullyRemoved {
            self.services.forget_pending_intents(user, package);
        }
        if matches!(event, PackageEvent::FullyRemoved | PackageEvent::Disabled) {
            self.with_services(turn, |services, cx| services.bring_down_package(user, package, cx));
        }
        self.with_jobs(turn, |jobs, world| jobs.on_package_event(event, package, uid, world));
        Ok(Reply::Nothing)
    }

    pub(super) fn on_process(&mut self, change: ProcessEvent, turn: &mut Turn<'_>) -> Answer {
        match change {
            ProcessEvent::Started { pid, uid, name, package } => {
                if self.system.processes.get(pid).is_some() {
                    return Err(illegal(format!("process {pid} runs already")));
                }
                self.system.start_process(pid, uid, &name, &package);
                self.with_services(turn, |services, cx| services.attach_application(pid, cx));
                self.update_processes(turn);
            }
            ProcessEvent::StartTimedOut { uid, name } => {
                self.system.forget_starting_process(uid, &name);
                self.with_services(turn, |services, cx| {
                    services.process_start_timed_out(uid, &name, cx);
                });
                self.update_processes(turn);
            }
            ProcessEvent::Crashed { pid } => {
                if self.system.processes.get(pid).is_none() {
                    return Err(illegal(format!("no process {pid}")));
                }
                self.with_services(turn, |services, cx| services.note_crash(pid, cx));
            }
            ProcessEvent::Died { pid } => self.on_process_died(pid, turn)?,
            ProcessEvent::Bad { name, uid, bad } => self.system.set_process_bad(&name, uid, bad),
            ProcessEvent::JobServiceConnected { token, component } => {
                let event = ConnectionEvent::Connected(component);
                self.with_jobs(turn, |jobs, world| jobs.on_connection(token, &event, world));
            }
            ProcessEvent::JobServiceNullBinding { token } => {
                let event = ConnectionEvent::NullBinding;
                self.with_jobs(turn, |jobs, world| jobs.on_connection(token, &event, world));
            }
            ProcessEvent::JobServiceBindingDied { token } => {
                let event = ConnectionEvent::BindingDied;
                self.with_jobs(turn, |jobs, world| jobs.on_connection(token, &event, world));
            }
            ProcessEvent::JobServiceDisconnected { token } => {
                let event = ConnectionEvent::Disconnected;
                self.with_jobs(turn, |jobs, world| jobs.on_connection(token, &event, world));
            }
            ProcessEvent::UidState { uid, process_state } => {
                self.report_state(uid, process_state, turn)?;
            }
            ProcessEvent::UidActive { uid, active } => {
                self.system.report_active(uid, active);
                self.with_jobs(turn, |jobs, world| {
                    if active {
                        jobs.on_uid_active(uid, world);
                    } else {
                        jobs.on_uid_idle(uid, false, world);
                    }
                });
            }
            ProcessEvent::UidGone { uid, disabled } => {
                self.system.forget_reports(uid);
                self.with_jobs(turn, |jobs, world| jobs.on_uid_gone(uid, disabled, world));
            }
        }
        Ok(Reply::Nothing)
    }

    /// The death of a process reaches its services, then the executions it hosted, then its uid.
    fn on_process_died(&mut self, pid: Pid, turn: &mut Turn<'_>) -> Result<(), Exception> {
        let Some(process) = self.system.processes.get(pid) else {
            return Err(illegal(format!("no process {pid}")));
        };
        if pid == SYSTEM_SERVER {
            return Err(illegal("the system process does not die alone".to_owned()));
        }
        let (uid, name) = (process.uid(), process.name().to_owned());
        self.with_services(turn, |services, cx| services.process_died(pid, true, cx));
        self.system.activities.on_process_died(pid);
        if let Some(event) = self.system.processes.remove(pid, turn.out) {
            self.system.uid_observers.enqueue(event, &mut self.looper, turn.out);
        }
        self.system.forget_process(pid, uid);
        for token in self.jobs.executions_in(uid, &name) {
            let event = ConnectionEvent::Disconnected;
            self.with_jobs(turn, |jobs, world| jobs.on_connection(token, &event, world));
        }
        self.update_processes(turn);
        Ok(())
    }

    /// A fact of another part of Android. A package that is no longer frozen gets what was asked of it.
    /// Rule: FGS-START-022.
    pub(super) fn on_fact(&mut self, fact: &SystemFact, turn: &mut Turn<'_>) {
        self.system.on_fact(fact, turn.now, turn.out);
        if let SystemFact::Package { package, user, mark: PackageMark::Frozen, holds: false } = fact
        {
            self.with_services(turn, |services, cx| services.package_unfrozen(*user, package, cx));
        }
        self.update_processes(turn);
    }

    /// A uid's state is told from now on, whatever its processes say; or derived again.
    fn report_state(
        &mut self,
        uid: Uid,
        number: Option<i32>,
        turn: &mut Turn<'_>,
    ) -> Result<(), Exception> {
        let told = match number {
            None => None,
            Some(number) => {
                let unknown = || illegal(format!("no process state {number}"));
                Some(ProcState::from_number(number).ok_or_else(unknown)?)
            }
        };
        self.system.report_state(uid, told);
        let state = self.system.uid_state(uid);
        let capabilities = match told {
            Some(state) => Capabilities::by_default(state, false),
            None => self.system.processes.uid_capabilities(uid),
        };
        self.with_jobs(turn, |jobs, world| {
            jobs.on_uid_state_changed(uid, state, capabilities, world);
        });
        Ok(())
    }

    /// What observers of uids hear; a uid of which something is told hears nothing else of it.
    pub(super) fn tell_of_uids(&mut self, turn: &mut Turn<'_>) {
        for event in self.system.uid_observers.dispatch() {
            let uid = event.uid;
            let (state_told, active_told) =
                (self.system.is_state_reported(uid), self.system.is_activity_reported(uid));
            self.with_jobs(turn, |jobs, world| {
                if event.changes.has(UidChanges::GONE) {
                    jobs.on_uid_gone(uid, false, world);
                    return;
                }
                if event.changes.has(UidChanges::IDLE) && !active_told {
                    jobs.on_uid_idle(uid, false, world);
                }
                if event.changes.has(UidChanges::ACTIVE) && !active_told {
                    jobs.on_uid_active(uid, world);
                }
                if event.changes.has(UidChanges::PROCSTATE | UidChanges::CAPABILITY) && !state_told
                {
                    jobs.on_uid_state_changed(uid, event.proc_state, event.capabilities, world);
                }
            });
        }
    }

    pub(super) fn on_activity(&mut self, change: ActivityEvent, turn: &mut Turn<'_>) -> Answer {
        let unknown = |pid: Pid| illegal(format!("no process {pid}"));
        let (now, out) = (turn.now, &mut *turn.out);
        match change {
            ActivityEvent::Activities { pid, activities } => {
                self.system.set_activities(pid, &activities).ok_or_else(|| unknown(pid))?;
            }
            ActivityEvent::Top { pid } => {
                if let Some(pid) = pid.filter(|pid| self.system.processes.get(*pid).is_none()) {
                    return Err(unknown(pid));
                }
                self.system.processes.device_mut().top = pid;
            }
            ActivityEvent::Launched { pid } => {
                self.system.activities.on_activity_launched(pid, now, out);
            }
            ActivityEvent::FinishRequested { pid } => {
                let processes = &self.system.processes;
                self.system.activities.on_activity_finish(pid, processes, now, out);
            }
            ActivityEvent::NonAppWindow { uid, visible } => {
                self.system.activities.on_non_app_window(uid, visible, out);
            }
            ActivityEvent::AppSwitches { state } => {
                let switches = self.system.activities.app_switches_mut();
                match state {
                    AppSwitches::Disallow | AppSwitches::ForegroundOnly => {
                        switches.stop(now, &mut self.looper, out);
                    }
                    AppSwitches::Allow => switches.resume(&mut self.looper, out),
                }
            }
        }
        self.update_processes(turn);
        Ok(Reply::Nothing)
    }

    pub(super) fn on_user(&mut self, change: input::UserEvent, turn: &mut Turn<'_>) {
        use input::UserEvent as Told;
        let (user, events): (_, &[UserEvent]) = match change {
            Told::Started { user } => {
                self.system.set_user(user, |facts| facts.starts());
                (user, &[UserEvent::Starting])
            }
            Told::Unlocked { user } => {
                self.system.set_user(user, |facts| facts.unlocks());
                (user, &[UserEvent::StartCompleted, UserEvent::Unlocked])
            }
            Told::Stopping { user } => {
                self.system.set_user(user, |facts| facts.is_stopping());
                (user, &[UserEvent::Stopping])
            }
            Told::Stopped { user } => {
                self.system.set_user(user, |facts| facts.stops());
                (user, &[UserEvent::Stopped])
            }
            Told::Switched { user } => (user, &[]),
            Told::Removed { user } => {
                self.system.remove_user(user);
                (user, &[UserEvent::Removed])
            }
        };
        for &event in events {
            self.with_jobs(turn, |jobs, world| jobs.on_user_event(event, user, world));
        }
    }
}

pub(super) fn illegal(why: String) -> Exception {
    Exception::IllegalArgument(why)
}
