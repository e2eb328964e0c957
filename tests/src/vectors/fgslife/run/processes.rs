//! Processes that come and go, and what of them is visible.

use jobwarden_model::process::{Activity, ActivityState};
use jobwarden_model::Pid;
use serde_json::json;

use super::super::system::{APP, APP_NAME, CLIENT};
use super::Run;

impl Run {
    /// Top, visible or in the background; without a process the app gets one first.
    pub(super) fn set_state(&mut self, process: &str, state: &str) -> Result<(), String> {
        let visible = match state {
            "top" | "visible" => true,
            "background" => false,
            other => return Err(format!("unknown state {other}")),
        };
        let pid = match self.system.pid(process) {
            Some(pid) => pid,
            None if !visible => return Ok(()),
            None => {
                let uid = if process == APP_NAME { APP } else { CLIENT };
                self.system.starting.retain(|(name, _)| name != process);
                let pid = self.system.attach_process(uid, process);
                self.event("processStart", &[json!(process)]);
                self.with(|services, cx| services.attach_application(pid, cx));
                self.settle();
                pid
            }
        };
        let top = self.system.list.device().top;
        if state == "top" {
            if let Some(other) = top.filter(|other| *other != pid) {
                self.set_activities(other, false);
            }
            self.system.list.device_mut().top = Some(pid);
        } else if top == Some(pid) {
            self.system.list.device_mut().top = None;
        }
        self.set_activities(pid, visible);
        self.system.list.touch(pid, self.now);
        Ok(())
    }

    fn set_activities(&mut self, pid: Pid, visible: bool) {
        let Some(facts) = self.system.list.facts_mut(pid) else { return };
        facts.activities.clear();
        if visible {
            facts.activities.push(Activity {
                visible_requested: true,
                window_visible: true,
                task_layer: Some(1),
                state: ActivityState::Resumed,
                finishing: false,
            });
            facts.has_shown_ui = true;
        }
    }

    pub(super) fn die(&mut self, pid: Pid, allow_restart: bool) {
        let Some(name) = self.system.list.get(pid).map(|it| it.name().to_owned()) else { return };
        self.event("processDied", &[json!(name)]);
        self.crashed.retain(|it| *it != pid);
        self.answers.retain(|(_, from, _)| *from != pid);
        if self.system.list.device().top == Some(pid) {
            self.system.list.device_mut().top = None;
        }
        if name == APP_NAME {
            self.system.debugging = false;
        }
        let uid = self.system.list.get(pid).map(|it| it.uid());
        self.system.list.remove(pid, &mut self.out);
        if uid == Some(APP) && self.system.list.uid(APP).is_none() {
            self.system.fgs_allowlist.remove(APP);
        }
        self.with(|services, cx| services.process_died(pid, allow_restart, cx));
    }
}
