//! What the activity task manager asks, and what follows from a change of process states.

use std::collections::BTreeMap;

use super::System;
use crate::activity::{self, BackgroundStartPrivileges};
use crate::fgs::reason::ReasonCode;
use crate::fgs::{self, ActiveServices, Recomputed};
use crate::ids::{Pid, Uid};
use crate::looper::Looper;
use crate::output::Output;
use crate::package::{AppOpMode, Change, Granted};
use crate::process::{ProcState, ProcessList, UidOutcome};
use crate::time::Now;

impl activity::Neighbours for System {
    fn processes(&self) -> &ProcessList {
        &self.processes
    }

    fn is_change_enabled(&self, change: Change, uid: Uid) -> bool {
        self.packages.change_enabled(uid, change)
    }

    fn holds(&self, permission: &str, _pid: Option<Pid>, uid: Uid) -> bool {
        self.packages.permission(uid, permission) == Granted::Granted
    }

    fn app_op(&self, op: &str, uid: Uid, package: &str) -> AppOpMode {
        self.packages.app_op(package, uid.user(), op)
    }
}

/// The service code, as the activity task manager sees it.
struct ServicesView<'a> {
    system: &'a System,
    services: &'a ActiveServices,
}

impl activity::Services for ServicesView<'_> {
    fn while_in_use_reason(
        &self,
        who: activity::Identity<'_>,
        _privileges: BackgroundStartPrivileges,
        now: Now,
        out: &mut Output,
    ) -> ReasonCode {
        let identity =
            fgs::Identity { uid: who.uid, pid: who.pid, package: Some(who.package.to_owned()) };
        self.services.while_in_use_reason(now, &identity, self.system, out)
    }

    fn has_service_for_user_initiated_jobs(&self, pid: Pid) -> bool {
        self.services.may_schedule_user_initiated_jobs(pid)
    }
}

impl System {
    /// An activity or another window of the uid is visible. Rules: BAL-021, BAL-022.
    pub(crate) fn has_visible_window(&self, uid: Uid) -> bool {
        self.activities.has_active_visible_window(uid, &self.processes)
    }

    /// Rule: BAL-083.
    pub(crate) fn may_start_foreground_services(&self, pid: Pid, now: Now) -> bool {
        self.activities.are_background_fgs_starts_allowed(pid, self, now, &mut Output::new())
    }

    /// Rules: UIJ-VIS-020, UIJ-VIS-021. A state that was told counts as one that was derived.
    pub(crate) fn can_schedule_user_initiated_jobs(
        &self,
        services: &ActiveServices,
        now: Now,
        who: activity::Identity<'_>,
        out: &mut Output,
    ) -> bool {
        let services = &ServicesView { system: self, services };
        self.activities.can_schedule_user_initiated_jobs(who, self, services, now, out)
            || self.reported_states.get(&who.uid).is_some_and(|state| *state <= ProcState::BoundTop)
    }

    /// Computes all process states once more and queues what observers of uids are to hear.
    pub(crate) fn update_processes(
        &mut self,
        now: Now,
        looper: &mut Looper,
        out: &mut Output,
    ) -> Recomputed {
        let before = self.bound_by_non_restricted();
        let outcomes = self.processes.update(now, looper, out);
        let after = self.bound_by_non_restricted();
        let lost = before.into_iter().filter(|(pid, _)| !after.contains_key(pid));
        let mut recomputed =
            Recomputed { unbound: lost.map(|(_, app)| app).collect(), uids: Vec::new() };
        for outcome in outcomes {
            if let UidOutcome::Event(event) = &outcome {
                if self.processes.uid(event.uid).is_some_and(|it| it.has_foreground_services()) {
                    recomputed.uids.push(event.uid);
                }
            }
            self.note(outcome, looper, out);
        }
        recomputed
    }

    /// Restricted processes that an app binds that is not restricted, with uid and package.
    fn bound_by_non_restricted(&self) -> BTreeMap<Pid, (Uid, String)> {
        self.processes
            .iter()
            .filter(|it| it.facts().background_restricted && it.is_bound_by_non_restricted())
            .map(|it| {
                let package = it.packages().first().cloned().unwrap_or_default();
                (it.pid(), (it.uid(), package))
            })
            .collect()
    }

    /// Takes what became of a uid.
    pub(crate) fn note(&mut self, outcome: UidOutcome, looper: &mut Looper, out: &mut Output) {
        match outcome {
            UidOutcome::Event(event) => self.uid_observers.enqueue(event, looper, out),
            UidOutcome::StopBackgroundServices(uid) => self.idle_uids.push(uid),
        }
    }
}
