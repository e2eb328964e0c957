//! What the activity manager says of a slot's binding. Rules: JOB-RUN-017 to 020, 037, 038.

use super::at_work::SlotAtWork;
use super::slot::Verb;
use super::Completed;
use crate::facts;
use crate::ids::ComponentName;
use crate::job::effect::JobEffect;
use crate::rules::job_run::{
    JOB_RUN_017, JOB_RUN_018, JOB_RUN_019, JOB_RUN_020, JOB_RUN_037, JOB_RUN_038,
};

impl SlotAtWork<'_, '_> {
    /// `onServiceConnected`.
    pub(super) fn on_service_connected(&mut self, component: &ComponentName) -> Option<Completed> {
        let (slot, verb) = (self.id, self.context.verb());
        let (record, cancelled) = {
            let running = self.running()?;
            (running.record, running.cancelled)
        };
        if self.turn.host.record(record).service_component() != component {
            self.turn.out.decide(&JOB_RUN_018, "another component connected", || {
                facts!(slot = slot, component = component)
            });
            return self.close(true, Some("connected for different component"));
        }
        if verb != Verb::Binding {
            self.turn.out.decide(&JOB_RUN_017, "connected once more", || facts!(verb = verb));
            return self.close(false, Some("started job not pending"));
        }
        if cancelled {
            self.turn.out.decide(&JOB_RUN_019, "cancelled before it was bound", || {
                facts!(slot = slot, record = record)
            });
            return self.close(true, Some("cancelled while waiting for bind"));
        }
        self.send_start();
        None
    }

    /// A call that does not get through changes nothing: the timer is armed already.
    fn send_start(&mut self) {
        let slot = self.id;
        let reachable = self.turn.host.is_app_reachable(slot);
        let Some(running) = self.running() else { return };
        running.verb = Verb::Starting;
        let (record, parameters) = (running.record, running.parameters.clone());
        self.schedule_op_timeout();
        self.turn.out.decide(&JOB_RUN_020, "startJob", || {
            facts!(slot = slot, record = record, reachable = reachable)
        });
        if reachable {
            let uid = self.turn.host.record(record).calling_uid();
            let (process, parameters) = (self.process_name(record), Box::new(parameters));
            self.turn.out.effect(JobEffect::StartJob { uid, process, parameters });
        }
    }

    /// `onServiceDisconnected`: the process died. A death that was announced has the reasons that were
    /// announced with it, and the app hears of neither. Rules: JOB-RUN-037, JOB-USERSTOP-007.
    pub(super) fn on_service_disconnected(&mut self) -> Option<Completed> {
        let slot = self.id;
        let running = self.running()?;
        if let Some(mark) = running.death_mark.clone() {
            running.set_stop_reason(&mark);
        }
        let announced = running.death_mark.is_some();
        self.turn.out.decide(&JOB_RUN_037, "the process died", || {
            facts!(slot = slot, announced = announced)
        });
        self.close(true, Some("unexpectedly disconnected"))
    }

    /// `onBindingDied`.
    pub(super) fn on_binding_died(&mut self) -> Option<Completed> {
        let slot = self.id;
        self.turn.out.decide(&JOB_RUN_038, "binding died: retried", || facts!(slot = slot));
        self.close(true, Some("binding died"))
    }

    /// `onNullBinding`: an explicit choice of the app, so there is no second try.
    pub(super) fn on_null_binding(&mut self) -> Option<Completed> {
        let slot = self.id;
        self.turn.out.decide(&JOB_RUN_038, "null binding: not retried", || facts!(slot = slot));
        self.close(false, Some("null binding"))
    }
}
