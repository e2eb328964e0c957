//! `ServiceRecord`: a service of an app, started, bound or in the foreground. Rule: FGS-START-002.

use std::collections::{BTreeMap, VecDeque};

use super::connection::{ConnectionKey, ConnectionRecord, IntentBindRecord};
use super::constants::Constants;
use super::delegate::DelegateOptions;
use super::effect::ServiceToken;
use super::neighbours::ServiceInfo;
use super::reason::ReasonCode;
use super::types::ForegroundServiceType;
use crate::ids::{ComponentName, Pid, Uid, UserId};
use crate::notification::Notification;
use crate::time::{Elapsed, Uptime};

/// One start that the app is to hear of, or has heard of.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) struct StartItem {
    /// Counts the starts of the service.
    pub id: i32,
    /// It is no start: the user removed the app's task. Rule: FGS-STOP-041.
    pub task_removed: bool,
    /// A call with a null intent, made because the process of the service died.
    pub null_intent: bool,
    /// When it was last handed to the app.
    pub delivered_time: Uptime,
    /// How often it was handed to the app.
    pub delivery_count: u32,
    /// How often the app was done with it and wanted it again.
    pub done_executing_count: u32,
}

impl StartItem {
    /// A start that the app has not heard of.
    pub fn new(id: i32) -> Self {
        Self {
            id,
            task_removed: false,
            null_intent: false,
            delivered_time: Uptime(0),
            delivery_count: 0,
            done_executing_count: 0,
        }
    }
}

/// `ShortFgsInfo`: since when a short service runs. Rule: FGS-SHORT-003.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(super) struct ShortFgsInfo {
    /// When its time began.
    pub start_time: Uptime,
    /// The record's `start_foreground_count` then, or at the latest `startForeground`.
    pub start_foreground_count: u32,
    /// The record's last start id then, or at the latest `startForeground`. Rule: FGS-SHORT-014.
    pub start_id: i32,
}

impl ShortFgsInfo {
    /// When the app is told. Rule: FGS-SHORT-004.
    pub fn timeout_time(&self, constants: &Constants) -> Uptime {
        self.start_time.plus(constants.short_fgs_timeout)
    }

    /// When it no longer counts for the process state. Rule: FGS-SHORT-004.
    pub fn proc_state_demote_time(&self, constants: &Constants) -> Uptime {
        self.timeout_time(constants).plus(constants.short_fgs_proc_state_extra_wait)
    }

    /// When it does not respond. Rule: FGS-SHORT-004.
    pub fn anr_time(&self, constants: &Constants) -> Uptime {
        self.timeout_time(constants).plus(constants.short_fgs_anr_extra_wait)
    }
}

/// The flags of a record that background-start restriction and type policy look at.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(super) struct Restriction {
    /// While-in-use access. Rule: FGS-WIU-001.
    pub allow_while_in_use: bool,
    /// Why, as last computed; not the same thing as the flag. Rule: FGS-WIU-041.
    pub while_in_use_reason: ReasonCode,
    /// Why it may become a foreground service; DENIED: it may not.
    pub allow_start_foreground: ReasonCode,
}

/// The three marks of FGS-DEFER-009, except "pending", which is a list of its own.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(super) struct Deferral {
    /// Its notification is held back.
    pub deferred: bool,
    /// Its notification was shown at the end of a deferral, or for another reason meanwhile.
    pub shown: bool,
    /// When it is to be shown; 0: it never was deferred.
    pub display_time: Uptime,
}

/// What is remembered for restarts after the process died. Rules: FGS-START-091 … 093.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(super) struct Restart {
    /// How often the app crashed in a row.
    pub crash_count: u32,
    /// Milliseconds; 0: never restarted, or the counters were reset.
    pub delay: i64,
    /// When it was last created in a process.
    pub restart_time: Uptime,
    /// When the next restart is due.
    pub next_time: Uptime,
    /// The next restart is due no earlier than this.
    pub earliest_time: Uptime,
    /// When the next restart was decided on.
    pub scheduling_time: Uptime,
}

/// A service of an app.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct ServiceRecord {
    pub(super) token: ServiceToken,
    pub(super) info: ServiceInfo,
    pub(super) user: UserId,
    pub(super) create_real_time: Elapsed,
    /// The process that runs it.
    pub(super) app: Option<Pid>,
    /// It is being destroyed: its token names it only for the callbacks that are still out.
    pub(super) destroying: bool,

    pub(super) start_requested: bool,
    pub(super) delayed: bool,
    pub(super) delayed_stop: bool,
    pub(super) call_start: bool,
    pub(super) stop_if_killed: bool,
    pub(super) last_start_id: i32,
    pub(super) pending_starts: VecDeque<StartItem>,
    pub(super) delivered_starts: Vec<StartItem>,
    pub(super) starting_bg_timeout: Uptime,
    /// The first bring-up of it was asked for by someone in the foreground.
    pub(super) created_from_fg: bool,

    pub(super) fg_required: bool,
    pub(super) fg_waiting: bool,
    pub(super) is_foreground: bool,
    pub(super) foreground_id: i32,
    pub(super) foreground_noti: Option<Box<Notification>>,
    pub(super) foreground_service_type: ForegroundServiceType,
    pub(super) start_foreground_count: u32,
    pub(super) fgs_enter_time: Uptime,
    pub(super) short_fgs_info: Option<ShortFgsInfo>,
    pub(super) deferral: Deferral,

    pub(super) restriction: Restriction,
    /// The reason at the time it entered the foreground state. Rule: FGS-STOP-051.
    pub(super) allow_start_foreground_at_entering: ReasonCode,
    /// Rule: FGS-START-026.
    pub(super) allow_ui_job_scheduling: bool,
    /// The mark of FGS-WIU-040; 0: none.
    pub(super) last_untrusted_allowed_time: Elapsed,
    pub(super) recent_calling_uid: Uid,
    pub(super) recent_calling_package: Option<String>,
    pub(super) not_app_component_usage: bool,

    /// Rule: FGS-OOM-015.
    pub(super) last_activity: Uptime,
    /// Rule: PROC-ADJ-018; 0: never.
    pub(super) last_top_almost_perceptible_bind: Uptime,
    pub(super) execute_nesting: u32,
    pub(super) execute_fg: bool,
    pub(super) executing_start: Uptime,

    pub(super) restart: Restart,
    pub(super) bindings: Vec<IntentBindRecord>,
    pub(super) connections: BTreeMap<ConnectionKey, ConnectionRecord>,
    pub(super) delegate: Option<DelegateOptions>,
}

impl ServiceRecord {
    /// A service that nobody has started or bound yet.
    pub(super) fn new(
        token: ServiceToken,
        info: ServiceInfo,
        user: UserId,
        now: Elapsed,
        caller_fg: bool,
    ) -> Self {
        Self {
            token,
            info,
            user,
            create_real_time: now,
            app: None,
            destroying: false,
            start_requested: false,
            delayed: false,
            delayed_stop: false,
            call_start: false,
            stop_if_killed: false,
            last_start_id: 0,
            pending_starts: VecDeque::new(),
            delivered_starts: Vec::new(),
            starting_bg_timeout: Uptime(0),
            created_from_fg: caller_fg,
            fg_required: false,
            fg_waiting: false,
            is_foreground: false,
            foreground_id: 0,
            foreground_noti: None,
            foreground_service_type: ForegroundServiceType::NONE,
            start_foreground_count: 0,
            fgs_enter_time: Uptime(0),
            short_fgs_info: None,
            deferral: Deferral::default(),
            restriction: Restriction::default(),
            allow_start_foreground_at_entering: ReasonCode::DENIED,
            allow_ui_job_scheduling: false,
            last_untrusted_allowed_time: Elapsed(0),
            recent_calling_uid: Uid::ROOT,
            recent_calling_package: None,
            not_app_component_usage: false,
            last_activity: Uptime(0),
            last_top_almost_perceptible_bind: Uptime(0),
            execute_nesting: 0,
            execute_fg: false,
            executing_start: Uptime(0),
            restart: Restart::default(),
            bindings: Vec::new(),
            connections: BTreeMap::new(),
            delegate: None,
        }
    }

    /// What names it in calls.
    pub fn token(&self) -> ServiceToken {
        self.token
    }

    /// What the package manager says of it.
    pub fn info(&self) -> &ServiceInfo {
        &self.info
    }

    /// Its component.
    pub fn name(&self) -> &ComponentName {
        &self.info.name
    }

    /// Its user.
    pub fn user(&self) -> UserId {
        self.user
    }

    /// The process that runs it.
    pub fn app(&self) -> Option<Pid> {
        self.app
    }

    /// When the record was made. Rule: FGS-BG-037.
    pub fn created(&self) -> Elapsed {
        self.create_real_time
    }

    /// Started and not stopped since.
    pub fn start_requested(&self) -> bool {
        self.start_requested
    }

    /// `startForeground` is owed. Rule: FGS-START-025.
    pub fn fg_required(&self) -> bool {
        self.fg_required
    }

    /// In the foreground state.
    pub fn is_foreground(&self) -> bool {
        self.is_foreground
    }

    /// The types it is in the foreground with. Rule: FGS-COMBO-017.
    pub fn foreground_service_type(&self) -> ForegroundServiceType {
        self.foreground_service_type
    }

    /// The id of its notification; 0: none is associated.
    pub fn foreground_id(&self) -> i32 {
        self.foreground_id
    }

    /// While-in-use access. Rule: FGS-WIU-001.
    pub fn allow_while_in_use(&self) -> bool {
        self.restriction.allow_while_in_use
    }

    /// Why it has while-in-use access, as last computed. Rule: FGS-WIU-041.
    pub fn allow_while_in_use_reason(&self) -> ReasonCode {
        self.restriction.while_in_use_reason
    }

    /// Why it may become a foreground service.
    pub fn allow_start_foreground(&self) -> ReasonCode {
        self.restriction.allow_start_foreground
    }

    /// Its process may schedule user-initiated jobs while it is in the foreground.
    /// Rules: FGS-START-026, UIJ-VIS-040.
    pub fn allow_ui_job_scheduling(&self) -> bool {
        self.allow_ui_job_scheduling
    }

    /// When it last did something. Rule: FGS-OOM-015.
    pub fn last_activity(&self) -> Uptime {
        self.last_activity
    }

    /// Rule: PROC-ADJ-018; 0: never.
    pub fn last_top_almost_perceptible_bind(&self) -> Uptime {
        self.last_top_almost_perceptible_bind
    }

    /// The connections to it.
    pub fn connections(&self) -> impl Iterator<Item = &ConnectionRecord> {
        self.connections.values()
    }

    /// Rule: FGS-SHORT-002.
    pub fn is_short_fgs(&self) -> bool {
        self.start_requested
            && self.is_foreground
            && self.foreground_service_type == ForegroundServiceType::SHORT_SERVICE
    }

    /// When its time as a short service began, while that is tracked. Rule: FGS-OOM-013.
    pub fn short_fgs_started(&self) -> Option<Uptime> {
        self.short_fgs_info.filter(|_| self.is_short_fgs()).map(|info| info.start_time)
    }

    /// Whether the tracking belongs to the present stay in the foreground. Rule: FGS-SHORT-003.
    pub(super) fn short_fgs_info_current(&self) -> Option<ShortFgsInfo> {
        self.short_fgs_info
            .filter(|info| info.start_foreground_count == self.start_foreground_count)
    }

    pub(super) fn short_fgs_info_now(&self, start_time: Uptime) -> ShortFgsInfo {
        ShortFgsInfo {
            start_time,
            start_foreground_count: self.start_foreground_count,
            start_id: self.last_start_id,
        }
    }

    /// The next start id; after the greatest one comes 1. Rule: FGS-START-002.
    pub(super) fn make_next_start_id(&mut self) -> i32 {
        self.last_start_id = self.last_start_id.wrapping_add(1);
        if self.last_start_id < 1 {
            self.last_start_id = 1;
        }
        self.last_start_id
    }

    pub(super) fn has_auto_create_connections(&self) -> bool {
        self.connections.values().any(|connection| connection.auto_create())
    }

    /// Whether anything wants it to run. Rule: FGS-STOP-020.
    pub(super) fn is_needed(&self) -> bool {
        self.start_requested || self.has_auto_create_connections()
    }

    /// Rule: FGS-START-091.
    pub(super) fn can_stop_if_killed(&self, start_cancelled: bool) -> bool {
        self.is_short_fgs()
            || (self.start_requested
                && (self.stop_if_killed || start_cancelled)
                && self.pending_starts.is_empty())
    }

    /// Takes the delivered item with this id out.
    pub(super) fn take_delivered_start(&mut self, id: i32, task_removed: bool) {
        let found = self
            .delivered_starts
            .iter()
            .position(|item| item.id == id && item.task_removed == task_removed);
        if let Some(index) = found {
            self.delivered_starts.remove(index);
        }
    }

    pub(super) fn reset_restart_counter(&mut self) {
        self.restart.delay = 0;
        self.restart.restart_time = Uptime(0);
    }

    pub(super) fn package(&self) -> &str {
        &self.info.name.package
    }
}
