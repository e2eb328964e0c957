//! Shell verbs that ask what the scheduler knows of the device, or tell it something of the device. Rules:
//! SHELL-009, SHELL-043, SHELL-050, SHELL-051.
//!
//! `get-battery-seq` and `get-storage-seq` are not among them: no fact that comes in has the sequence number
//! of a broadcast.

use super::arguments::Arguments;
use super::{Ended, PlatformJobScheduler};
use crate::facts;
use crate::job::constraint::IdlenessEvent;
use crate::job::scheduler::World;
use crate::rules::shell::{SHELL_009, SHELL_050, SHELL_051};

/// What `help` says: every verb there is, and what it takes.
const HELP: &str = "\
Job scheduler (jobscheduler) commands:
  help
  run [-f | --force] [-s | --satisfied] [-u | --user USER_ID] [-n | --namespace NAMESPACE] PACKAGE JOB_ID
  timeout [-u | --user USER_ID] [-n | --namespace NAMESPACE] [PACKAGE] [JOB_ID]
  stop [-u | --user USER_ID] [-n | --namespace NAMESPACE] [-s | --stop-reason STOP_REASON]
      [-i | --internal-stop-reason STOP_REASON] [PACKAGE] [JOB_ID]
  cancel [-u | --user USER_ID] [-n | --namespace NAMESPACE] PACKAGE [JOB_ID]
  get-job-state [-u | --user USER_ID] [-n | --namespace NAMESPACE] PACKAGE JOB_ID
  get-estimated-download-bytes [-u | --user USER_ID] [-n | --namespace NAMESPACE] PACKAGE JOB_ID
  get-estimated-upload-bytes [-u | --user USER_ID] [-n | --namespace NAMESPACE] PACKAGE JOB_ID
  get-transferred-download-bytes [-u | --user USER_ID] [-n | --namespace NAMESPACE] PACKAGE JOB_ID
  get-transferred-upload-bytes [-u | --user USER_ID] [-n | --namespace NAMESPACE] PACKAGE JOB_ID
  get-battery-charging
  get-battery-not-low
  get-storage-not-low
  monitor-battery [on|off]
  reset-execution-quota [-u | --user USER_ID] PACKAGE
  reset-schedule-quota
  trigger-dock-state [idle|active]
";

impl PlatformJobScheduler {
    /// The verbs that anybody may use who reaches the shell; `None`: it is none of these.
    pub(super) fn shell_open_verb(&self, verb: &str, world: &mut World<'_>) -> Option<Ended> {
        let tell = |value: bool| Some(Ok((0, format!("{value}\n"))));
        match verb {
            "" | "help" | "-h" => {
                world.out.decide(&SHELL_009, "help is no success", Vec::new);
                Some(Ok((-1, HELP.to_owned())))
            }
            "get-battery-charging" => tell(self.is_battery_charging()),
            "get-battery-not-low" => tell(self.is_battery_not_low()),
            "get-storage-not-low" => tell(self.is_storage_not_low()),
            _ => None,
        }
    }

    /// `monitor-battery`: what would be listened to is told anyway, so nothing changes. Rule: SHELL-050.
    pub(super) fn shell_monitor_battery(
        &self,
        arguments: &mut Arguments<'_>,
        world: &mut World<'_>,
    ) -> Ended {
        let (exit_code, output) = match arguments.required()? {
            "on" => (0, "Battery monitoring enabled\n".to_owned()),
            "off" => (0, "Battery monitoring disabled\n".to_owned()),
            other => unknown_word(other),
        };
        world.out.decide(&SHELL_050, "battery monitoring", || facts!(exit_code = exit_code));
        Ok((exit_code, output))
    }

    /// `trigger-dock-state`. Rule: SHELL-051.
    pub(super) fn shell_trigger_dock_state(
        &mut self,
        arguments: &mut Arguments<'_>,
        world: &mut World<'_>,
    ) -> Ended {
        let event = match arguments.required()? {
            "idle" => IdlenessEvent::DockIdle,
            // All that is known of interactivity is the screen, and that the tracker asks for itself.
            "active" => IdlenessEvent::DockActive { interactive: true },
            other => return Ok(unknown_word(other)),
        };
        world.out.decide(&SHELL_051, "dock state by the shell", || facts!(event = event));
        self.on_idleness(event, world);
        Ok((0, String::new()))
    }
}

/// Neither of the two words. Rule: SHELL-004.
fn unknown_word(word: &str) -> (i32, String) {
    (1, format!("Error: unknown option {word}\n"))
}
