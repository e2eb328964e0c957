//! `ProcessErrorStateRecord`: what becomes of a process that does not respond, and which processes were
//! killed but are not known to be dead yet. Rule: FGS-SHORT-018.

use super::System;
use crate::effect::ProcessEffect;
use crate::exception::Exception;
use crate::facts;
use crate::ids::Pid;
use crate::input::DeviceMark;
use crate::output::Output;
use crate::process::{ActivityState, ProcessRecord};
use crate::rules::fgs_short::FGS_SHORT_018;

impl System {
    /// A process does not respond; whether that is reported. One that shows the user nothing is killed
    /// at once, of the others the person is asked.
    pub(crate) fn on_not_responding(&mut self, pid: Pid, out: &mut Output) -> bool {
        let Some(process) = self.processes.get(pid) else { return false };
        let known = self.not_responding.contains(&pid);
        let killed = self.killed.contains(&pid);
        let shutting_down = self.told.device(DeviceMark::ShuttingDown);
        if known || killed || shutting_down {
            out.decide(&FGS_SHORT_018, "skipped", || facts!(pid, known, killed, shutting_down));
            return false;
        }
        let (shown, debugged) = (is_interesting(process), self.told.is_debugging(pid));
        if shown || debugged {
            out.decide(&FGS_SHORT_018, "the user is asked", || facts!(pid, shown, debugged));
            self.not_responding.insert(pid);
        } else {
            out.decide(&FGS_SHORT_018, "killed", || facts!(pid));
            self.kill(pid, "bg anr", out);
        }
        true
    }

    /// The person has looked at the dialog: closes the app, or waits for it.
    ///
    /// # Errors
    ///
    /// `IllegalArgumentException`: nothing was asked about this process.
    pub(crate) fn answer_not_responding(
        &mut self,
        pid: Pid,
        close: bool,
        out: &mut Output,
    ) -> Result<(), Exception> {
        if !self.not_responding.remove(&pid) {
            return Err(Exception::IllegalArgument(format!("process {pid} responds")));
        }
        out.decide(&FGS_SHORT_018, "the user answered", || facts!(pid, close));
        if close {
            self.kill(pid, "anr", out);
        }
        Ok(())
    }

    /// Kills a process. It is gone when its death is reported.
    pub(crate) fn kill(&mut self, pid: Pid, reason: &str, out: &mut Output) {
        let Some(process) = self.processes.get(pid) else { return };
        let uid = process.uid();
        self.killed.insert(pid);
        out.effect(ProcessEffect::KillProcess { pid, uid, reason: reason.to_owned() });
    }

    pub(crate) fn is_killed(&self, pid: Pid) -> bool {
        self.killed.contains(&pid)
    }
}

/// `isInterestingForBackgroundTraces`: it shows something, or has a foreground service.
fn is_interesting(process: &ProcessRecord) -> bool {
    let facts = process.facts();
    let shows = facts.activities.iter().any(|activity| {
        activity.visible_requested
            || activity.window_visible
            || matches!(activity.state, ActivityState::Resumed | ActivityState::Pausing)
    });
    shows || facts.has_top_ui || facts.has_overlay_ui || process.has_foreground_services()
}
