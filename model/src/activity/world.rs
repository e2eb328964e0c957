//! The decision about an activity start, answered from the state of this room and its neighbours.

use super::start::StartFacts;
use super::{
    check_background_activity_start, may_draw_over_apps, ActivityStart, ActivityTaskManager,
    AppSwitchState, BalCode, Neighbours, Purpose,
};
use crate::ids::{Pid, Uid, UserId};
use crate::package::{AppOpMode, Change};
use crate::process::{ProcState, ProcessRecord};
use crate::rules::bal::BAL_079;
use crate::time::Now;
use crate::{facts, Exception, Output};

/// `android.permission.START_ACTIVITIES_FROM_BACKGROUND`.
const START_ACTIVITIES_FROM_BACKGROUND: &str =
    "android.permission.START_ACTIVITIES_FROM_BACKGROUND";

struct World<'a> {
    room: &'a ActivityTaskManager,
    neighbours: &'a dyn Neighbours,
    now: Now,
}

impl ActivityTaskManager {
    /// Decides one activity start as everything is at this instant.
    ///
    /// # Errors
    ///
    /// As for [`check_background_activity_start`].
    pub fn check_background_activity_start(
        &self,
        start: &ActivityStart<'_>,
        neighbours: &dyn Neighbours,
        now: Now,
        out: &mut Output,
    ) -> Result<BalCode, Exception> {
        if start.real_calling_uid.is_none() {
            out.decide(&BAL_079, "task to front", || facts!(uid = start.calling_uid));
        }
        check_background_activity_start(start, &World { room: self, neighbours, now }, out)
    }
}

impl StartFacts for World<'_> {
    fn app_switch_state(&self) -> AppSwitchState {
        self.room.app_switches().state()
    }

    fn uid_proc_state(&self, uid: Uid) -> ProcState {
        // What was last applied: the window manager hears of states when they are.
        self.neighbours
            .processes()
            .uid(uid)
            .map_or(ProcState::Nonexistent, |record| record.set_proc_state())
    }

    fn has_active_visible_window(&self, uid: Uid) -> bool {
        self.room.has_active_visible_window(uid, self.neighbours.processes())
    }

    fn has_non_app_visible_window(&self, uid: Uid) -> bool {
        self.room.has_non_app_visible_window(uid)
    }

    fn home_process(&self) -> Option<Uid> {
        let processes = self.neighbours.processes();
        processes.get(processes.device().home?).map(ProcessRecord::uid)
    }

    fn default_home(&self, user: UserId) -> Option<String> {
        self.room.roles().default_home.get(&user).cloned()
    }

    fn input_method_window_owner(&self) -> Option<Uid> {
        self.room.roles().input_method_window_owner
    }

    fn is_recents(&self, uid: Uid) -> bool {
        self.room.roles().is_recents(uid)
    }

    fn is_device_owner(&self, uid: Uid) -> bool {
        self.room.roles().is_device_owner(uid)
    }

    fn is_affiliated_profile_owner(&self, uid: Uid) -> bool {
        self.room.roles().is_affiliated_profile_owner(uid)
    }

    fn is_companion_app(&self, uid: Uid) -> bool {
        self.room.roles().is_companion_app(uid)
    }

    fn holds_start_activities_from_background(&self, pid: Option<Pid>, uid: Uid) -> bool {
        self.neighbours.holds(START_ACTIVITIES_FROM_BACKGROUND, pid, uid)
    }

    fn may_draw_over_apps(&self, pid: Option<Pid>, uid: Uid, package: Option<&str>) -> bool {
        let mode =
            self.neighbours.app_op("android:system_alert_window", uid, package.unwrap_or_default());
        let held = self.neighbours.holds("android.permission.SYSTEM_ALERT_WINDOW", pid, uid);
        may_draw_over_apps(mode, held)
    }

    fn is_exempt_by_system(&self, uid: Uid, package: Option<&str>) -> bool {
        let op = "android:system_exempt_from_activity_bg_start_restriction";
        self.room.constants().system_exempt_from_activity_bg_start_restriction_enabled
            && self.neighbours.app_op(op, uid, package.unwrap_or_default()) == AppOpMode::Allowed
    }

    fn rescinds_sender_privileges(&self, uid: Option<Uid>) -> bool {
        let change = Change::DEFAULT_RESCIND_BAL_PRIVILEGES_FROM_PENDING_INTENT_SENDER;
        uid.is_some_and(|uid| self.neighbours.is_change_enabled(change, uid))
    }

    fn process_uid(&self, pid: Pid) -> Option<Uid> {
        self.neighbours.processes().get(pid).map(ProcessRecord::uid)
    }

    fn processes_of(&self, uid: Uid) -> Vec<Pid> {
        let mut pids =
            self.neighbours.processes().of_uid(uid).map(ProcessRecord::pid).collect::<Vec<_>>();
        pids.sort_unstable();
        pids
    }

    fn check_process(&self, pid: Pid, out: &mut Output) -> Result<BalCode, Exception> {
        let (room, now) = (self.room, self.now);
        room.are_background_activity_starts_allowed(
            pid,
            Purpose::Activity,
            self.neighbours,
            now,
            out,
        )
    }
}
