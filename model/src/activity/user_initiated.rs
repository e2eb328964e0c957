//! May this app schedule a user-initiated job now? Rules: UIJ-VIS-020 … 033.
//!
//! The trap: this is not the decision about activity starts. Visibility counts although app switches are stopped,
//! notification tokens count although trampolines are blocked; home and recents count for nothing (BAL-100 sets
//! both side by side, UIJ-VIS-050 gives examples). Deliberately absent: an activity on Recents (UIJ-VIS-003) and
//! the temporary power allow-list (BAL-101).

use super::{
    may_draw_over_apps, ActivityTaskManager, BackgroundStartPrivileges, Identity, Neighbours,
    Services,
};
use crate::ids::Uid;
use crate::process::{ProcState, ProcessRecord};
use crate::rules::uij_vis::{
    UIJ_VIS_020, UIJ_VIS_021, UIJ_VIS_022, UIJ_VIS_023, UIJ_VIS_030, UIJ_VIS_031, UIJ_VIS_032,
    UIJ_VIS_033,
};
use crate::time::{Elapsed, Now};
use crate::{facts, Output};

/// How long after becoming invisible; elapsed time. No key changes it. Rule: BAL-002.
const VISIBLE_TO_INVISIBLE_UIJ_SCHEDULE_GRACE_MS: i64 = 5_000;
/// `android.permission.SYSTEM_ALERT_WINDOW`.
const SYSTEM_ALERT_WINDOW: &str = "android.permission.SYSTEM_ALERT_WINDOW";
/// The app-op of the same name.
const OP_SYSTEM_ALERT_WINDOW: &str = "android:system_alert_window";
/// `android.permission.REQUEST_COMPANION_RUN_IN_BACKGROUND`.
const COMPANION_RUN_IN_BACKGROUND: &str = "android.permission.REQUEST_COMPANION_RUN_IN_BACKGROUND";

impl ActivityTaskManager {
    /// `isInStateToScheduleUserInitiatedJobs`: what the job scheduler asks about an app.
    ///
    /// Asked at every call that schedules such a job and never again. Rules: UIJ-VIS-005, UIJ-VIS-020.
    pub fn is_in_state_to_schedule_user_initiated_jobs(
        &self,
        who: Identity<'_>,
        neighbours: &dyn Neighbours,
        services: &dyn Services,
        now: Now,
        out: &mut Output,
    ) -> bool {
        let state = neighbours.processes().uid_proc_state(who.uid);
        if state == ProcState::Top {
            out.decide(&UIJ_VIS_020, "the uid is on top", || facts!(uid = who.uid));
            return true;
        }
        self.can_schedule_user_initiated_jobs(who, neighbours, services, now, out)
    }

    /// `canScheduleUserInitiatedJobs`: the activity manager's part of it.
    ///
    /// Rule: UIJ-VIS-021.
    pub fn can_schedule_user_initiated_jobs(
        &self,
        who: Identity<'_>,
        neighbours: &dyn Neighbours,
        services: &dyn Services,
        now: Now,
        out: &mut Output,
    ) -> bool {
        // Whose uid the process is does not matter.
        let process = who.pid.and_then(|pid| neighbours.processes().get(pid));
        if process.is_some_and(|it| self.process_may_schedule(it, services, now, out)) {
            out.decide(&UIJ_VIS_032, "the calling process", || facts!(pid = who.pid));
            return true;
        }
        let privileges = self.privileges_of_caller(who, neighbours, out);
        if privileges.allows_background_activity_starts() {
            out.decide(&UIJ_VIS_021, "may start activities", || facts!(uid = who.uid));
            return true;
        }
        self.has_while_in_use_access(who, privileges, services, now, out)
            || self.some_process_may_schedule(who.uid, neighbours, services, now, out)
            || self.has_right_of_its_own(who, neighbours, out)
    }

    /// What the calling process holds; where that is not known, what the processes of the uid hold.
    ///
    /// Rule: UIJ-VIS-021, step 1.
    pub fn privileges_of_caller(
        &self,
        who: Identity<'_>,
        neighbours: &dyn Neighbours,
        out: &mut Output,
    ) -> BackgroundStartPrivileges {
        match who.pid.filter(|&pid| neighbours.processes().get(pid).is_some()) {
            Some(pid) => self.privileges_of(pid),
            None => self.privileges_of_uid(who.uid, neighbours.processes(), out),
        }
    }

    /// Any reason will do, also those that do not set the flag of a service.
    fn has_while_in_use_access(
        &self,
        who: Identity<'_>,
        privileges: BackgroundStartPrivileges,
        services: &dyn Services,
        now: Now,
        out: &mut Output,
    ) -> bool {
        let reason = services.while_in_use_reason(who, privileges, now, out);
        out.decide(&UIJ_VIS_022, "reason for while-in-use access", || {
            facts!(uid = who.uid, reason = reason)
        });
        if reason.is_denied() {
            return false;
        }
        out.decide(&UIJ_VIS_023, "every reason counts", || facts!(reason = reason));
        true
    }

    fn some_process_may_schedule(
        &self,
        uid: Uid,
        neighbours: &dyn Neighbours,
        services: &dyn Services,
        now: Now,
        out: &mut Output,
    ) -> bool {
        let processes = neighbours.processes();
        let found = processes
            .of_uid(uid)
            .find(|process| self.process_may_schedule(process, services, now, out))
            .map(ProcessRecord::pid);
        if let Some(pid) = found {
            out.decide(&UIJ_VIS_032, "a process of the uid", || facts!(pid = pid));
        }
        found.is_some()
    }

    /// Draws over other apps, or is a companion that may run in the background: by package and by uid.
    fn has_right_of_its_own(
        &self,
        who: Identity<'_>,
        neighbours: &dyn Neighbours,
        out: &mut Output,
    ) -> bool {
        let mode = neighbours.app_op(OP_SYSTEM_ALERT_WINDOW, who.uid, who.package);
        let holds = |permission| neighbours.holds(permission, who.pid, who.uid);
        if may_draw_over_apps(mode, holds(SYSTEM_ALERT_WINDOW)) {
            out.decide(&UIJ_VIS_033, "this package draws over other apps", || {
                facts!(uid = who.uid, package = who.package)
            });
            return true;
        }
        let companion =
            self.roles().is_companion_app(who.uid) && holds(COMPANION_RUN_IN_BACKGROUND);
        out.decide(&UIJ_VIS_021, "companion app, or nothing", || {
            facts!(uid = who.uid, companion = companion)
        });
        companion
    }

    /// Whether this process alone would do, and by what. Rule: UIJ-VIS-030.
    pub fn process_may_schedule(
        &self,
        process: &ProcessRecord,
        services: &dyn Services,
        now: Now,
        out: &mut Output,
    ) -> bool {
        let pid = process.pid();
        let why = if self.privileges_of(pid).allows_background_activity_starts() {
            "may start activities"
        } else if process.cur_proc_state() <= ProcState::BoundTop {
            "top or bound by top"
        } else if was_just_visible(process, now, out) {
            "was just visible"
        } else if has_flagged_service(process, services) {
            "has a foreground service of the user's"
        } else {
            return false;
        };
        out.decide(&UIJ_VIS_030, why, || facts!(pid = pid));
        true
    }
}

/// A process that was never visible gets no grace, nor does one that is visible. Rule: UIJ-VIS-031.
fn was_just_visible(process: &ProcessRecord, now: Now, out: &mut Output) -> bool {
    let at = process.last_invisible();
    let just = at > Elapsed(0)
        && at < Elapsed(i64::MAX)
        && now.elapsed.since(at) < VISIBLE_TO_INVISIBLE_UIJ_SCHEDULE_GRACE_MS;
    out.decide(&UIJ_VIS_031, "since the process became invisible", || {
        facts!(last_invisible = at, within_grace = just)
    });
    just
}

fn has_flagged_service(process: &ProcessRecord, services: &dyn Services) -> bool {
    process.has_foreground_services() && services.has_service_for_user_initiated_jobs(process.pid())
}
