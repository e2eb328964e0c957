//! Slice `bal`: `BackgroundActivityStartController`, one activity start.

use jobwarden_model::activity::{
    check_background_activity_start, ActivityStart, AppSwitchState, BackgroundActivityStartMode,
    BackgroundStartPrivileges, BalCode, Purpose, StartFacts, StartOptions,
};
use jobwarden_model::package::{AppOpMode, Change};
use jobwarden_model::process::ProcState;
use jobwarden_model::{Exception, Output, Pid, Uid, UserId};
use serde::Deserialize;
use serde_json::{json, Value};

use super::balprocess::Process;

/// The caller's process, its sisters from the pid after on, and the real caller's.
const CALLER: Pid = Pid(100);
const REAL_CALLER: Pid = Pid(200);
const CALLING_PACKAGE: &str = "calling";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Input {
    #[serde(default = "calling_uid")]
    calling_uid: u32,
    real_calling_uid: Option<u32>,
    app_switch_state: AppSwitchState,
    calling: App,
    #[serde(default)]
    real_calling: App,
    pending_intent: Option<PendingIntent>,
    caller_app: Option<Process>,
    #[serde(default)]
    other_processes: Vec<Process>,
    real_caller_app: Option<Process>,
    #[serde(default = "yes", rename = "system_exempt_from_activity_bg_start_restriction_enabled")]
    exemption_enabled: bool,
}

fn calling_uid() -> u32 {
    10123
}

fn yes() -> bool {
    true
}

fn target_sdk() -> i32 {
    34
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct App {
    #[serde(default)]
    proc_state: ProcState,
    #[serde(default = "target_sdk")]
    target_sdk_version: i32,
    #[serde(default)]
    visible_activity: bool,
    #[serde(default)]
    non_app_visible_window: bool,
    #[serde(default)]
    start_activities_from_background: bool,
    #[serde(default)]
    home: bool,
    #[serde(default)]
    active_ime: bool,
    #[serde(default)]
    recents: bool,
    #[serde(default)]
    device_owner: bool,
    #[serde(default)]
    affiliated_profile_owner: bool,
    #[serde(default)]
    companion_app: bool,
    #[serde(default)]
    system_exempt_from_activity_bg_start_restriction: bool,
    #[serde(default)]
    system_alert_window_permission: bool,
    #[serde(default)]
    system_alert_window_app_op: AppOpMode,
}

impl Default for App {
    fn default() -> Self {
        serde_json::from_value(json!({})).expect("every member has a default")
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PendingIntent {
    creator_mode: Option<BackgroundActivityStartMode>,
    sender_mode: Option<BackgroundActivityStartMode>,
    #[serde(default)]
    allowed_by_permission: bool,
    background_start_privileges: BackgroundStartPrivileges,
}

impl PendingIntent {
    fn options(&self) -> Option<StartOptions> {
        (self.creator_mode.is_some() || self.sender_mode.is_some()).then(|| StartOptions {
            creator_mode: self.creator_mode.unwrap_or_default(),
            sender_mode: self.sender_mode.unwrap_or_default(),
            allowed_by_permission: self.allowed_by_permission,
        })
    }
}

impl Input {
    fn real_calling_uid(&self) -> Uid {
        Uid(self.real_calling_uid.unwrap_or(self.calling_uid))
    }

    fn app(&self, uid: Uid) -> Option<&App> {
        if uid.0 == self.calling_uid {
            Some(&self.calling)
        } else {
            (uid == self.real_calling_uid()).then_some(&self.real_calling)
        }
    }

    fn is(&self, uid: Uid, fact: impl FnOnce(&App) -> bool) -> bool {
        self.app(uid).is_some_and(fact)
    }

    fn process(&self, pid: Pid) -> Option<&Process> {
        match pid {
            CALLER => self.caller_app.as_ref(),
            REAL_CALLER => self.real_caller_app.as_ref(),
            Pid(other) => self.other_processes.get(usize::try_from(other - CALLER.0 - 1).ok()?),
        }
    }

    fn is_real_caller_alone(&self) -> bool {
        self.real_calling_uid().0 != self.calling_uid
    }
}

impl StartFacts for Input {
    fn app_switch_state(&self) -> AppSwitchState {
        self.app_switch_state
    }

    fn uid_proc_state(&self, uid: Uid) -> ProcState {
        self.app(uid).map_or(ProcState::Nonexistent, |app| app.proc_state)
    }

    fn has_active_visible_window(&self, uid: Uid) -> bool {
        self.is(uid, |app| app.visible_activity || app.non_app_visible_window)
    }

    fn has_non_app_visible_window(&self, uid: Uid) -> bool {
        self.is(uid, |app| app.non_app_visible_window)
    }

    fn home_process(&self) -> Option<Uid> {
        let calling = self.calling.home.then_some(Uid(self.calling_uid));
        calling.or_else(|| self.real_calling.home.then(|| self.real_calling_uid()))
    }

    fn default_home(&self, _: UserId) -> Option<String> {
        None
    }

    fn input_method_window_owner(&self) -> Option<Uid> {
        let calling = self.calling.active_ime.then_some(Uid(self.calling_uid));
        calling.or_else(|| self.real_calling.active_ime.then(|| self.real_calling_uid()))
    }

    fn is_recents(&self, uid: Uid) -> bool {
        self.is(uid, |app| app.recents)
    }

    fn is_device_owner(&self, uid: Uid) -> bool {
        self.is(uid, |app| app.device_owner)
    }

    fn is_affiliated_profile_owner(&self, uid: Uid) -> bool {
        self.is(uid, |app| app.affiliated_profile_owner)
    }

    fn is_companion_app(&self, uid: Uid) -> bool {
        self.is(uid, |app| app.companion_app)
    }

    fn holds_start_activities_from_background(&self, _: Option<Pid>, uid: Uid) -> bool {
        uid.holds_everything() || self.is(uid, |app| app.start_activities_from_background)
    }

    fn may_draw_over_apps(&self, _: Option<Pid>, uid: Uid, _: Option<&str>) -> bool {
        self.is(uid, |app| {
            jobwarden_model::activity::may_draw_over_apps(
                app.system_alert_window_app_op,
                app.system_alert_window_permission,
            )
        })
    }

    fn is_exempt_by_system(&self, uid: Uid, _: Option<&str>) -> bool {
        self.exemption_enabled
            && self.is(uid, |app| app.system_exempt_from_activity_bg_start_restriction)
    }

    fn rescinds_sender_privileges(&self, uid: Option<Uid>) -> bool {
        let change = Change::DEFAULT_RESCIND_BAL_PRIVILEGES_FROM_PENDING_INTENT_SENDER;
        uid.is_some_and(|uid| {
            self.is(uid, |app| change.enabled_for_target_sdk(app.target_sdk_version))
        })
    }

    fn process_uid(&self, pid: Pid) -> Option<Uid> {
        self.process(pid)?;
        Some(if pid == REAL_CALLER { self.real_calling_uid() } else { Uid(self.calling_uid) })
    }

    fn processes_of(&self, uid: Uid) -> Vec<Pid> {
        let mut pids = Vec::new();
        if uid.0 == self.calling_uid {
            pids.extend(self.caller_app.iter().map(|_| CALLER));
            pids.extend((CALLER.0 + 1..).zip(&self.other_processes).map(|(pid, _)| Pid(pid)));
        }
        if uid == self.real_calling_uid() && self.is_real_caller_alone() {
            pids.extend(self.real_caller_app.iter().map(|_| REAL_CALLER));
        }
        pids
    }

    fn check_process(&self, pid: Pid, out: &mut Output) -> Result<BalCode, Exception> {
        match self.process(pid) {
            Some(process) => process.decide(self.app_switch_state, Purpose::Activity, out),
            None => Ok(BalCode::BalBlock),
        }
    }
}

/// The decision about one start.
pub(super) fn answer(input: &Value) -> Result<Value, String> {
    let input: Input = serde_json::from_value(input.clone()).map_err(|error| error.to_string())?;
    let start = ActivityStart {
        calling_uid: Uid(input.calling_uid),
        calling_pid: Some(CALLER),
        calling_package: Some(CALLING_PACKAGE),
        real_calling_uid: Some(input.real_calling_uid()),
        real_calling_pid: Some(REAL_CALLER),
        caller: input.caller_app.as_ref().map(|_| CALLER),
        by_pending_intent: input.pending_intent.is_some(),
        privileges: input
            .pending_intent
            .as_ref()
            .map_or(BackgroundStartPrivileges::None, |sent| sent.background_start_privileges),
        options: input.pending_intent.as_ref().and_then(PendingIntent::options),
    };
    match check_background_activity_start(&start, &input, &mut Output::new()) {
        Ok(code) => Ok(json!({ "result": code.name(), "allowed": code.is_allowed() })),
        Err(exception) => Ok(json!({ "throws": exception.class_name() })),
    }
}
