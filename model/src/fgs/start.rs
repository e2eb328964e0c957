//! `startService` and `startForegroundService`: the checks in order, then the start itself.
//!
//! Rules: FGS-START-010 … 030. An ordinary start is never refused by the restriction of foreground
//! starts, it only remembers the flags (FGS-START-013), and a short service that is started again runs
//! on as it did (FGS-START-031, FGS-SHORT-028).
//!
//! The trap: `fgRequired` is overwritten by each start, not added to.

use super::active_services::{ActiveServices, Context};
use super::call::BackgroundStartPrivileges;
use super::effect::{ForegroundServiceChange, ServiceEffect, ServiceToken};
use super::exemption::Identity;
use super::lookup::{Lookup, Wanted};
use super::neighbours::{FgsStartAllowlist, NamedProcess, Neighbours, UserState};
use super::reason::ReasonCode;
use super::record::StartItem;
use super::restriction::Occasion;
use super::start_mode::{AppStartMode, StartModeRequest};
use crate::exception::Exception;
use crate::facts;
use crate::ids::{ComponentName, Pid, Uid, UserId};
use crate::package::{AppOpMode, Change};
use crate::process::ProcState;
use crate::rules::{fgs_bg as bg, fgs_exc as exc, fgs_start as rule};
use crate::time::Now;
use std::sync::Arc;

/// The op that lets an app have foreground services.
pub(super) const OP_START_FOREGROUND: &str = "android:start_foreground";

/// One start, whoever asked for it.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct StartRequest {
    /// Which service.
    pub service: ComponentName,
    /// The user of the service.
    pub user: UserId,
    /// Who starts it; for a pending intent its creator. Rule: FGS-START-100.
    pub who: Identity,
    /// The process whose thread calls; `None`: a start by the system.
    pub thread: Option<Pid>,
    /// `startForegroundService`.
    pub fg_required: bool,
    /// What the start lends. Rule: FGS-BG-018.
    pub privileges: BackgroundStartPrivileges,
}

/// A result that is no component of the app: package and class, for the client to read.
fn special(package: &str, class: impl Into<Arc<str>>) -> Option<ComponentName> {
    Some(ComponentName { package: package.into(), class: class.into() })
}

/// What the client makes of the result of a start. Rule: FGS-START-030.
///
/// # Errors
///
/// `SecurityException`, or the exception for a start from the background.
pub fn client_result(
    result: Option<ComponentName>,
    foreground: bool,
) -> Result<Option<ComponentName>, Exception> {
    let Some(component) = result else { return Ok(None) };
    match &*component.package {
        "!" => Err(Exception::Security(format!(
            "not allowed to start service without permission {}",
            component.class
        ))),
        "!!" => Err(Exception::Security(format!("unable to start service: {}", component.class))),
        // Rules: FGS-EXC-040, FGS-EXC-041.
        "?" if foreground => Err(Exception::ForegroundServiceStartNotAllowed(format!(
            "not allowed to start service: {}",
            component.class
        ))),
        "?" => Err(Exception::BackgroundServiceStartNotAllowed(format!(
            "not allowed to start service: {}",
            component.class
        ))),
        _ => Ok(Some(component)),
    }
}

impl ActiveServices {
    /// Starts a service: the checks of FGS-START-010 in their order.
    ///
    /// # Errors
    ///
    /// `SecurityException` for an unknown caller, `ForegroundServiceStartNotAllowedException`.
    pub fn start_service(
        &mut self,
        request: &StartRequest,
        cx: &mut Context<'_>,
    ) -> Result<Option<ComponentName>, Exception> {
        let caller_fg = Self::caller_fg(request.thread, cx)?;
        let wanted = Wanted {
            component: &request.service,
            user: request.user,
            who: &request.who,
            create: true,
            caller_fg,
        };
        let token = match self.retrieve_service(&wanted, cx) {
            Lookup::Missing => return Ok(None),
            Lookup::Refused(why) => return Ok(special("!", why)),
            Lookup::Found(token) => token,
        };
        let occasion = if request.fg_required {
            Occasion::StartForegroundService
        } else {
            Occasion::StartService
        };
        self.set_fgs_restriction(token, &request.who, request.privileges, occasion, cx);
        if cx.neighbours.user(request.user) == UserState::Missing {
            cx.out.decide(&rule::FGS_START_014, "no such user", || facts!(user = request.user));
            return Ok(None);
        }
        let forced_standby = self.forced_standby(token, cx);
        if request.fg_required && self.start_refused_from_background(token, request, cx)? {
            return Ok(None);
        }
        let (fg_required, silent) = match self.start_foreground_op(token, request, cx) {
            StartOp::Continue => (request.fg_required, false),
            StartOp::Degraded => (false, true),
            StartOp::Refused => return Ok(special("!!", "foreground not allowed as per app op")),
        };
        if let Some(refusal) = self.background_check(
            token,
            request,
            BackgroundCheck { forced_standby, fg_required, silent },
            cx,
        ) {
            return Ok(refusal);
        }
        let fg_required = fg_required && self.contract_for_target(token, cx);
        if self.defer_start_if_frozen(token, request, fg_required, caller_fg, cx)
            || self.permission_review_pending(token, caller_fg, cx)
        {
            return Ok(None);
        }
        Ok(self.start_service_inner(token, request, fg_required, caller_fg, cx))
    }

    /// Whether the start is refused because the app is in the background. Rule: FGS-START-012.
    fn start_refused_from_background(
        &mut self,
        token: ServiceToken,
        request: &StartRequest,
        cx: &mut Context<'_>,
    ) -> Result<bool, Exception> {
        let record = self.record_mut(token);
        if !record.restriction.allow_start_foreground.is_denied() {
            return Ok(false);
        }
        let (name, uid) = (record.name().clone(), record.info.uid);
        let types = record.foreground_service_type.0;
        if !self.bg_fgs_restriction_enabled(token, &*cx.neighbours, cx.out) {
            return Ok(false);
        }
        cx.out.decide(&bg::FGS_BG_044, "denied", || facts!(name));
        let change = ForegroundServiceChange::Denied { types, type_check: 0 };
        cx.effect(ServiceEffect::ForegroundServiceState { component: name.clone(), uid, change });
        let throws = cx.neighbours.is_change_enabled(request.who.uid, Change::FGS_START_EXCEPTION);
        cx.out.decide(&rule::FGS_START_012, "not from the background", || facts!(name, throws));
        if throws {
            cx.out.decide(&exc::FGS_EXC_040, "startForegroundService() not allowed", Vec::new);
            return Err(Exception::ForegroundServiceStartNotAllowed(format!(
                "startForegroundService() not allowed from the background: service {name}"
            )));
        }
        Ok(true)
    }

    /// The op of the service's app. Rule: FGS-START-017.
    fn start_foreground_op(
        &self,
        token: ServiceToken,
        request: &StartRequest,
        cx: &mut Context<'_>,
    ) -> StartOp {
        let Some(record) = self.record(token).filter(|_| request.fg_required) else {
            return StartOp::Continue;
        };
        let mode = cx.neighbours.app_op(OP_START_FOREGROUND, record.info.uid, record.package());
        match mode {
            AppOpMode::Allowed | AppOpMode::Default | AppOpMode::Foreground => StartOp::Continue,
            AppOpMode::Ignored => {
                cx.out.decide(&rule::FGS_START_017, "an ordinary start", || facts!(mode));
                StartOp::Degraded
            }
            AppOpMode::Errored => {
                cx.out.decide(&rule::FGS_START_017, "refused", || facts!(mode));
                StartOp::Refused
            }
        }
    }

    /// The check of starts from the background; `None`: it may start, or is not checked.
    /// Rules: FGS-START-018, FGS-START-020.
    fn background_check(
        &self,
        token: ServiceToken,
        request: &StartRequest,
        check: BackgroundCheck,
        cx: &mut Context<'_>,
    ) -> Option<Option<ComponentName>> {
        let record = self.record(token)?;
        if !check.forced_standby && (record.start_requested || check.fg_required) {
            cx.out.decide(&rule::FGS_START_018, "not checked", || facts!(check));
            return None;
        }
        let mode = Self::app_start_mode(
            &StartModeRequest {
                uid: record.info.uid,
                package: record.package(),
                target_sdk: record.info.target_sdk,
                caller: request.who.pid,
                forced_standby: check.forced_standby,
            },
            cx,
        );
        if mode == AppStartMode::Normal {
            return None;
        }
        let silent = mode == AppStartMode::Delayed
            || check.silent
            || (check.forced_standby && check.fg_required);
        cx.out.decide(&rule::FGS_START_020, "refused", || facts!(mode, check, silent));
        let uid = record.info.uid;
        Some(if silent { None } else { special("?", format!("app is in background uid {uid}")) })
    }

    /// Rule: FGS-START-021.
    fn contract_for_target(&self, token: ServiceToken, cx: &mut Context<'_>) -> bool {
        let target_sdk = self.record(token).map_or(0, |record| record.info.target_sdk);
        if target_sdk < 26 {
            cx.out.decide(&rule::FGS_START_021, "no contract", || facts!(target_sdk));
        }
        target_sdk >= 26
    }

    /// Whether only a foreground app may start services of this app now. Rule: FGS-START-016.
    fn forced_standby(&self, token: ServiceToken, cx: &mut Context<'_>) -> bool {
        let Some(record) = self.record(token) else { return false };
        let uid = record.info.uid;
        let active = cx.neighbours.uid(uid).is_some_and(|uid| !uid.set_idle);
        let forced = !active
            && cx.neighbours.background_restricted(uid, record.package())
            && !temp_allowed_by_alarm_clock(cx.now, uid, &*cx.neighbours);
        if forced {
            cx.out.decide(&rule::FGS_START_016, "forced into standby", || facts!(uid));
        }
        forced
    }

    /// Rule: FGS-START-023.
    pub(super) fn permission_review_pending(
        &self,
        token: ServiceToken,
        caller_fg: bool,
        cx: &mut Context<'_>,
    ) -> bool {
        let Some(record) = self.record(token) else { return false };
        let (package, user) = (record.package().to_owned(), record.user);
        if !cx.neighbours.needs_permission_review(&package, user) {
            return false;
        }
        cx.out.decide(&rule::FGS_START_023, "review first", || facts!(package, caller_fg));
        if caller_fg {
            cx.effect(ServiceEffect::ReviewPermissions { package, user });
        }
        true
    }

    /// The start itself. Rule: FGS-START-024.
    pub(super) fn start_service_inner(
        &mut self,
        token: ServiceToken,
        request: &StartRequest,
        fg_required: bool,
        caller_fg: bool,
        cx: &mut Context<'_>,
    ) -> Option<ComponentName> {
        self.unschedule_restart(token, request.who.uid, false, cx);
        let now = cx.now.uptime;
        let record = self.record_mut(token);
        record.last_activity = now;
        record.start_requested = true;
        record.delayed_stop = false;
        record.fg_required = fg_required;
        let id = record.make_next_start_id();
        record.pending_starts.push_back(StartItem::new(id));
        let (name, uid, fg_waiting) = (record.name().clone(), record.info.uid, record.fg_waiting);
        cx.out.decide(&rule::FGS_START_024, "started", || facts!(name, id, fg_required));
        if fg_waiting && !fg_required {
            cx.out.decide(&rule::FGS_START_078, "the contract is cancelled", || facts!(name));
        }
        self.update_ui_job_scheduling(token, &request.who, cx);
        if fg_required {
            let package = name.package.to_string();
            cx.out.decide(&rule::FGS_START_025, "the contract is open", || facts!(name));
            cx.effect(ServiceEffect::StartForegroundOp { package, uid, active: true });
        }
        let to_starting = match self.background_start_queue(token, fg_required, caller_fg, cx) {
            Queue::Delayed => return Some(name),
            Queue::Starting => true,
            Queue::Neither => false,
        };
        if request.privileges != BackgroundStartPrivileges::None {
            cx.neighbours.add_start_privileges(
                cx.now,
                token,
                request.privileges,
                cx.looper,
                cx.out,
            );
        }
        self.bring_up_started(token, caller_fg, to_starting, cx)
    }

    /// Whether its process may schedule user-initiated jobs. Rule: FGS-START-026.
    fn update_ui_job_scheduling(
        &mut self,
        token: ServiceToken,
        who: &Identity,
        cx: &mut Context<'_>,
    ) {
        let record = self.record_mut(token);
        let mut allowed = false;
        if record.is_foreground || record.fg_required {
            let reason = record.restriction.while_in_use_reason;
            allowed = allows_user_initiated_jobs(reason)
                || cx.neighbours.can_schedule_user_initiated_jobs(self, cx.now, who, cx.out);
            cx.out.decide(&rule::FGS_START_026, "may schedule user-initiated jobs?", || {
                facts!(reason, allowed)
            });
        }
        self.record_mut(token).allow_ui_job_scheduling = allowed;
    }

    /// Brings a started service up, now or when its turn has come. Rule: FGS-START-024.
    pub(super) fn bring_up_started(
        &mut self,
        token: ServiceToken,
        caller_fg: bool,
        to_starting: bool,
        cx: &mut Context<'_>,
    ) -> Option<ComponentName> {
        let record = self.record_mut(token);
        record.call_start = false;
        let (name, user) = (record.name().clone(), record.user);
        if let Err(why) = self.bring_up_service(token, caller_fg, false, false, cx) {
            return special("!!", why);
        }
        let Some(record) = self.record(token) else { return Some(name) };
        if record.start_requested && to_starting {
            self.add_to_starting(token, user, cx);
        } else if caller_fg || record.fg_required {
            self.ensure_not_starting_background(token, cx);
        }
        Some(name)
    }

    /// Where a start from the background goes. Rule: FGS-START-027.
    fn background_start_queue(
        &mut self,
        token: ServiceToken,
        fg_required: bool,
        caller_fg: bool,
        cx: &mut Context<'_>,
    ) -> Queue {
        let record = self.record_mut(token);
        let user = record.user;
        let started = matches!(cx.neighbours.user(user), UserState::Started | UserState::Stopping);
        if caller_fg || fg_required || record.app.is_some() || !started {
            return Queue::Neither;
        }
        let state = match cx.neighbours.process_named(&record.info.process, record.info.uid) {
            NamedProcess::Attached(pid) => cx.process(Some(pid)).map(|app| app.cur_proc_state),
            NamedProcess::Starting | NamedProcess::Absent => None,
        };
        match state {
            Some(state) if state < ProcState::Service => Queue::Neither,
            Some(state) if state <= ProcState::Receiver => Queue::Starting,
            _ if record.delayed => Queue::Delayed,
            _ => {
                let maximum = self.constants.max_starting_background;
                let map = self.user_mut(user);
                if map.starting_background.len() < maximum {
                    return Queue::Starting;
                }
                map.delayed_start.push(token);
                self.record_mut(token).delayed = true;
                cx.out.decide(&rule::FGS_START_027, "delayed", || facts!(token, maximum));
                Queue::Delayed
            }
        }
    }
}

/// What FGS-START-017 makes of a start.
enum StartOp {
    Continue,
    Degraded,
    Refused,
}

/// What FGS-START-027 makes of a start.
enum Queue {
    Delayed,
    Starting,
    Neither,
}

/// What the check of FGS-START-018 depends on.
#[derive(Clone, Copy, Debug)]
struct BackgroundCheck {
    forced_standby: bool,
    fg_required: bool,
    silent: bool,
}

/// Rule: FGS-START-016. A permanent entry hides a temporary one.
pub(super) fn temp_allowed_by_alarm_clock(now: Now, uid: Uid, neighbours: &dyn Neighbours) -> bool {
    neighbours.fgs_start_allowlist(now, uid)
        == Some(FgsStartAllowlist::Temporary(ReasonCode::ALARM_MANAGER_ALARM_CLOCK))
}

/// Whether while-in-use access for this reason also is the right to schedule user-initiated jobs.
/// Rules: FGS-START-026, UIJ-VIS-023.
pub fn allows_user_initiated_jobs(reason: ReasonCode) -> bool {
    [
        ReasonCode::PROC_STATE_PERSISTENT,
        ReasonCode::PROC_STATE_PERSISTENT_UI,
        ReasonCode::PROC_STATE_TOP,
        ReasonCode::PROC_STATE_BTOP,
        ReasonCode::UID_VISIBLE,
        ReasonCode::SYSTEM_UID,
        ReasonCode::START_ACTIVITY_FLAG,
        ReasonCode::ACTIVITY_VISIBILITY_GRACE_PERIOD,
        ReasonCode::SYSTEM_ALERT_WINDOW_PERMISSION,
        ReasonCode::COMPANION_DEVICE_MANAGER,
        ReasonCode::BACKGROUND_ACTIVITY_PERMISSION,
        ReasonCode::INSTR_BACKGROUND_ACTIVITY_PERMISSION,
    ]
    .contains(&reason)
}
