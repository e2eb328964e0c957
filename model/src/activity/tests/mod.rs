//! Tests of the activity room, one small world each.

mod matrix;
mod privilege;
mod process_start;
mod service;
mod start;
mod switch;
mod user_initiated;

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::fgs::effect::ServiceToken;
use crate::fgs::reason::ReasonCode;
use crate::package::{AppOpMode, Change};
use crate::process::{Activity, ActivityState, ProcState, ProcessList, ProcessStart};
use crate::{Elapsed, Exception, Looper, Now, Output, Pid, Uid, Uptime, Wall};

const START: Now =
    Now { elapsed: Elapsed(2_000_000_000), uptime: Uptime(1_000_000_000), wall: Wall(0) };
const APP: Uid = Uid(10_100);
const OTHER: Uid = Uid(10_200);
const SAFB: &str = "android.permission.START_ACTIVITIES_FROM_BACKGROUND";

/// The rest of the platform, as a table.
#[derive(Default)]
struct Around {
    list: ProcessList,
    held: BTreeSet<(Uid, &'static str)>,
    ops: BTreeMap<(Uid, &'static str), AppOpMode>,
    /// 34 unless noted.
    target_sdk: BTreeMap<Uid, i32>,
    /// What the service code answers about while-in-use access.
    reasons: BTreeMap<Uid, ReasonCode>,
    /// Processes with a foreground service whose flag is set.
    flagged: BTreeSet<Pid>,
}

impl Neighbours for Around {
    fn processes(&self) -> &ProcessList {
        &self.list
    }

    fn is_change_enabled(&self, change: Change, uid: Uid) -> bool {
        change.enabled_for_target_sdk(self.target_sdk.get(&uid).copied().unwrap_or(34))
    }

    fn holds(&self, permission: &str, _: Option<Pid>, uid: Uid) -> bool {
        uid.holds_everything()
            || self.held.iter().any(|&(of, held)| of == uid && held == permission)
    }

    fn app_op(&self, op: &str, uid: Uid, _: &str) -> AppOpMode {
        let found = self.ops.iter().find(|(&(of, known), _)| of == uid && known == op);
        found.map_or(AppOpMode::Default, |(_, &mode)| mode)
    }
}

impl Services for Around {
    fn while_in_use_reason(
        &self,
        who: Identity<'_>,
        _: BackgroundStartPrivileges,
        _: Now,
        _: &mut Output,
    ) -> ReasonCode {
        self.reasons.get(&who.uid).copied().unwrap_or_default()
    }

    fn has_service_for_user_initiated_jobs(&self, pid: Pid) -> bool {
        self.flagged.contains(&pid)
    }
}

/// The room and what surrounds it.
struct World {
    room: ActivityTaskManager,
    around: Around,
    looper: Looper,
    now: Now,
    out: Output,
}

impl World {
    fn new() -> Self {
        Self {
            room: ActivityTaskManager::new(Constants::android_14(1)),
            around: Around::default(),
            looper: Looper::default(),
            now: START,
            out: Output::new(),
        }
    }

    /// A process of `APP` that does nothing.
    fn with_app() -> (Self, Pid) {
        let mut world = Self::new();
        let pid = world.process(APP);
        (world, pid)
    }

    fn process(&mut self, uid: Uid) -> Pid {
        let pid = Pid(1 + self.around.list.iter().len() as i32);
        self.around.list.add(ProcessStart::of_app(pid, uid, format!("p{pid}")));
        self.room.on_process_started(pid);
        self.update();
        pid
    }

    fn update(&mut self) {
        self.around.list.update(self.now, &mut self.looper, &mut self.out);
    }

    fn activities(&mut self, pid: Pid, activities: Vec<Activity>) {
        self.around.list.facts_mut(pid).expect("the process was added").activities = activities;
        self.update();
    }

    /// The process has a visible activity.
    fn show(&mut self, pid: Pid) {
        self.activities(pid, vec![visible()]);
    }

    fn lend(&mut self, pid: Pid, entity: u64, lent: BackgroundStartPrivileges) {
        self.room.add_token(pid, Entity::System(entity), lent).expect("it allows something");
    }

    fn stop_switches(&mut self) {
        self.room.app_switches_mut().stop(self.now, &mut self.looper, &mut self.out);
    }

    /// Time passes and what falls due is handled.
    fn pass(&mut self, millis: i64) {
        self.now = self.now.awake_for(millis);
        while let Some(fired) = self.looper.pop_due(self.now) {
            if let crate::looper::Fired::Message(crate::looper::Message::Activity(message)) = fired
            {
                self.room.on_message(message, &mut self.out);
            }
        }
    }

    fn process_code(&mut self, pid: Pid, purpose: Purpose) -> Result<BalCode, Exception> {
        self.room.are_background_activity_starts_allowed(
            pid,
            purpose,
            &self.around,
            self.now,
            &mut self.out,
        )
    }

    /// What an activity start by `APP` itself, from this process, is answered.
    fn start(&mut self, caller: Option<Pid>) -> BalCode {
        self.check(&direct(caller))
    }

    fn check(&mut self, start: &ActivityStart<'_>) -> BalCode {
        self.room
            .check_background_activity_start(start, &self.around, self.now, &mut self.out)
            .expect("no tokens for foreground services only")
    }

    fn may_schedule(&mut self, pid: Option<Pid>) -> bool {
        let who = Identity { uid: APP, pid, package: "app" };
        let (around, now) = (&self.around, self.now);
        let out = &mut self.out;
        self.room.is_in_state_to_schedule_user_initiated_jobs(who, around, around, now, out)
    }

    /// The rules that decided `ask`, in order.
    fn rules(&mut self, ask: impl FnOnce(&mut Self)) -> Vec<&'static str> {
        self.out = Output::tracing();
        ask(self);
        std::mem::take(&mut self.out).decisions.into_iter().map(|it| it.rule.id).collect()
    }
}

fn visible() -> Activity {
    Activity {
        visible_requested: true,
        window_visible: true,
        task_layer: Some(1),
        state: ActivityState::Resumed,
        finishing: false,
    }
}

/// Hidden below the activity of another app in a visible task.
fn hidden_in_visible_task() -> Activity {
    Activity { task_layer: Some(1), ..Activity::default() }
}

fn direct(caller: Option<Pid>) -> ActivityStart<'static> {
    ActivityStart {
        calling_uid: APP,
        calling_pid: caller,
        calling_package: Some("app"),
        real_calling_uid: Some(APP),
        real_calling_pid: caller,
        caller,
        by_pending_intent: false,
        privileges: BackgroundStartPrivileges::None,
        options: None,
    }
}

/// A pending intent of `APP`, sent by `OTHER` with these options.
fn sent(pid: Option<Pid>, options: Option<StartOptions>) -> ActivityStart<'static> {
    ActivityStart {
        calling_pid: None,
        real_calling_uid: Some(OTHER),
        real_calling_pid: pid,
        caller: None,
        by_pending_intent: true,
        options,
        ..direct(None)
    }
}

fn sender(mode: BackgroundActivityStartMode) -> Option<StartOptions> {
    Some(StartOptions { sender_mode: mode, ..StartOptions::default() })
}
