//! `Service.startForeground`: the checks in order, then the commit. Rules: FGS-START-040 … 061.
//!
//! A refused call leaves a running service as it was (FGS-START-055), and which refusals leave its
//! process state stale is a matter of where they stand (FGS-START-060).
//!
//! The trap: the contract is fulfilled in the middle of the checks. What is refused before that leaves
//! it open, what is refused after it does not. Rule: FGS-START-045.

use super::active_services::{ActiveServices, Context};
use super::call::BackgroundStartPrivileges;
use super::effect::{ForegroundServiceChange, ServiceEffect, ServiceToken};
use super::exemption::Identity;
use super::reason::ReasonCode;
use super::restriction::Occasion;
use super::start::{temp_allowed_by_alarm_clock, OP_START_FOREGROUND};
use super::types::{
    resolve_type, ForegroundServiceType, Host, PolicyCheck, TypeDenied, TypeRequest,
};
use super::Message;
use crate::exception::Exception;
use crate::facts;
use crate::ids::Pid;
use crate::notification::Notification;
use crate::package::{AppOpMode, Change};
use crate::process::ProcState;
use crate::rules::{
    fgs_bg as bg, fgs_combo as combo, fgs_exc as exc, fgs_short as short, fgs_start as rule,
    fgs_wiu as wiu,
};

/// `Notification.FLAG_FOREGROUND_SERVICE`.
pub(super) const FLAG_FOREGROUND_SERVICE: u32 = 0x40;

/// One `startForeground` with an id that is not 0.
pub(super) struct StartForeground {
    pub id: i32,
    pub notification: Option<Box<Notification>>,
    /// As passed.
    pub types: ForegroundServiceType,
}

/// What the background check leaves for the commit.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
struct Permitted {
    /// Its time as a short service begins anew.
    extend: bool,
}

impl ActiveServices {
    /// Takes a service into the foreground state, or updates it there.
    ///
    /// # Errors
    ///
    /// The first row of FGS-EXC-070 that applies.
    pub(super) fn start_foreground(
        &mut self,
        token: ServiceToken,
        call: StartForeground,
        cx: &mut Context<'_>,
    ) -> Result<(), Exception> {
        let Some(notification) = call.notification else {
            cx.out.decide(&rule::FGS_START_041, "no notification", || facts!(token));
            return Err(Exception::IllegalArgument("null notification".to_owned()));
        };
        let Some(pid) = self.record_mut(token).app else { return Ok(()) };
        if !self.check_permission(token, pid, cx)? {
            return Ok(());
        }
        let types = self.resolve_types(token, pid, call.types, cx)?;
        let op_started = self.fulfil_contract(token, cx);
        let outcome = self.decide_foreground(token, pid, types, call.types, cx);
        let outcome = match outcome {
            Ok(Some((permitted, code))) => {
                let commit = Commit { id: call.id, notification, types, code };
                self.commit_foreground(token, pid, commit, cx);
                self.update_short_fgs_tracking(token, permitted.extend, cx);
                Ok(())
            }
            Ok(None) => Ok(()),
            Err(exception) => Err(exception),
        };
        if let Some((package, uid)) = op_started {
            cx.effect(ServiceEffect::StartForegroundOp { package, uid, active: false });
        }
        outcome
    }

    /// The right to have foreground services at all; `false`: silently not.
    /// Rules: FGS-START-042, FGS-START-043.
    fn check_permission(
        &self,
        token: ServiceToken,
        pid: Pid,
        cx: &mut Context<'_>,
    ) -> Result<bool, Exception> {
        let Some(record) = self.record(token) else { return Ok(false) };
        let (uid, target_sdk) = (record.info.uid, record.info.target_sdk);
        let needed = if record.info.instant {
            let op = "android:instant_app_start_foreground";
            let mode = cx.neighbours.app_op(op, uid, record.package());
            cx.out.decide(&rule::FGS_START_043, "an instant app", || facts!(mode));
            match mode {
                AppOpMode::Allowed => return Ok(true),
                AppOpMode::Ignored => return Ok(false),
                AppOpMode::Errored => {
                    cx.out.decide(&exc::FGS_EXC_021, "refused by app-op", || facts!(mode));
                    return Err(Exception::Security(format!(
                        "instant app {} does not have permission to create foreground services",
                        record.package()
                    )));
                }
                AppOpMode::Default | AppOpMode::Foreground => {
                    "android.permission.INSTANT_APP_FOREGROUND_SERVICE"
                }
            }
        } else if target_sdk >= 28 {
            "android.permission.FOREGROUND_SERVICE"
        } else {
            return Ok(true);
        };
        if cx.neighbours.holds(needed, Some(pid), uid) {
            return Ok(true);
        }
        cx.out.decide(&rule::FGS_START_042, "permission missing", || facts!(needed, target_sdk));
        cx.out.decide(&exc::FGS_EXC_021, "permission missing", || facts!(needed));
        Err(Exception::Security(format!("startForeground from uid {uid} requires {needed}")))
    }

    fn resolve_types(
        &self,
        token: ServiceToken,
        pid: Pid,
        requested: ForegroundServiceType,
        cx: &mut Context<'_>,
    ) -> Result<ForegroundServiceType, Exception> {
        let Some(record) = self.record(token) else { return Ok(requested) };
        let request = TypeRequest {
            requested,
            manifest: record.info.types,
            instant_app: record.info.instant,
        };
        let types = resolve_type(&request, &host(record, pid), &*cx.neighbours, cx.out).map_err(
            |refusal| {
                cx.out.decide(&exc::FGS_EXC_030, "not a subset", || facts!(requested));
                if record.fg_required {
                    cx.out.decide(&combo::FGS_COMBO_013, "still owed", || facts!(token));
                }
                refusal
            },
        )?;
        cx.out.decide(&rule::FGS_START_044, "types resolved", || facts!(requested, types));
        Ok(types)
    }

    /// `startForeground` was owed, and has come; whose op ends with this call. Rule: FGS-START-045.
    fn fulfil_contract(
        &mut self,
        token: ServiceToken,
        cx: &mut Context<'_>,
    ) -> Option<(String, crate::ids::Uid)> {
        let record = self.record_mut(token);
        if !record.fg_required {
            return None;
        }
        record.fg_required = false;
        record.fg_waiting = false;
        let whose = (record.package().to_owned(), record.info.uid);
        cx.out.decide(&rule::FGS_START_045, "the contract is fulfilled", || facts!(token));
        cx.remove_message(Message::StartForegroundTimeout { service: token });
        Some(whose)
    }

    /// From the app-op to the type policy; `None`: the rest of the call is ignored.
    fn decide_foreground(
        &mut self,
        token: ServiceToken,
        pid: Pid,
        types: ForegroundServiceType,
        requested: ForegroundServiceType,
        cx: &mut Context<'_>,
    ) -> Result<Option<(Permitted, PolicyCheck)>, Exception> {
        if self.op_ignores(token, cx)? || self.restriction_ignores(token, pid, cx) {
            cx.out.decide(&combo::FGS_COMBO_031, "ignored without a type check", Vec::new);
            return Ok(None);
        }
        let record = self.record_mut(token);
        if types == ForegroundServiceType::SHORT_SERVICE && !record.start_requested {
            cx.out.decide(&rule::FGS_START_049, "not started", || facts!(token));
            cx.out.decide(&exc::FGS_EXC_050, "shortService on a stopped service", Vec::new);
            return Err(Exception::StartForegroundCalledOnStoppedService(
                "startForeground(SHORT_SERVICE) called on a service that is not started".to_owned(),
            ));
        }
        if !record.start_requested {
            cx.out.decide(&rule::FGS_START_061, "only bound", || facts!(token, types));
        }
        let was_short = record.is_short_fgs();
        let (permitted, bypass) = self.reevaluate(token, pid, types, was_short, cx);
        if !bypass && self.refused_from_background(token, pid, was_short, cx)? {
            cx.out.decide(&combo::FGS_COMBO_031, "ignored without a type check", Vec::new);
            return Ok(None);
        }
        let code = self.check_types(token, pid, types, requested, cx)?;
        Ok(Some((permitted, code)))
    }

    /// Rule: FGS-START-046.
    fn op_ignores(&self, token: ServiceToken, cx: &mut Context<'_>) -> Result<bool, Exception> {
        let Some(record) = self.record(token) else { return Ok(true) };
        let mode = cx.neighbours.app_op(OP_START_FOREGROUND, record.info.uid, record.package());
        match mode {
            AppOpMode::Allowed | AppOpMode::Default | AppOpMode::Foreground => Ok(false),
            AppOpMode::Ignored => {
                cx.out.decide(&rule::FGS_START_046, "ignored", || facts!(mode));
                Ok(true)
            }
            AppOpMode::Errored => {
                cx.out.decide(&rule::FGS_START_046, "refused", || facts!(mode));
                cx.out.decide(&exc::FGS_EXC_021, "refused by app-op", || facts!(mode));
                Err(Exception::Security("foreground not allowed as per app op".to_owned()))
            }
        }
    }

    /// The user restricted the app. Rules: FGS-START-047, FGS-START-060.
    fn restriction_ignores(&mut self, token: ServiceToken, pid: Pid, cx: &mut Context<'_>) -> bool {
        let uid = self.record_mut(token).info.uid;
        if Self::allowed_under_restriction(pid, cx)
            || temp_allowed_by_alarm_clock(cx.now, uid, &*cx.neighbours)
        {
            return false;
        }
        cx.out.decide(&rule::FGS_START_047, "the app is restricted", || facts!(uid));
        self.update_service_foreground(pid, cx);
        true
    }

    /// Whether a process may have foreground services although its app is restricted.
    /// Rule: FGS-START-048.
    pub(super) fn allowed_under_restriction(pid: Pid, cx: &mut Context<'_>) -> bool {
        let Some(app) = cx.neighbours.process(pid) else { return false };
        let state = app.set_proc_state;
        let allowed = !app.background_restricted
            || state <= ProcState::BoundTop
            || (state == ProcState::ForegroundService && app.bound_by_non_restricted);
        if app.background_restricted {
            cx.out.decide(&rule::FGS_START_048, "allowed?", || facts!(pid, state, allowed));
        }
        allowed
    }

    /// Computes the flags anew where the situation asks for it; whether a short service's time begins
    /// anew, and whether the background check is passed by. Rule: FGS-START-050.
    fn reevaluate(
        &mut self,
        token: ServiceToken,
        pid: Pid,
        types: ForegroundServiceType,
        was_short: bool,
        cx: &mut Context<'_>,
    ) -> (Permitted, bool) {
        if was_short {
            return self.reevaluate_short(token, pid, types, cx);
        }
        let record = self.record_mut(token);
        let (count, foreground) = (record.start_foreground_count, record.is_foreground);
        let age = cx.now.elapsed.since(record.create_real_time);
        let mark = record.last_untrusted_allowed_time;
        let trusted = self.constants.fgs_start_foreground_timeout;
        if self.constants.fgs_while_in_use_fix_enabled {
            if !foreground && mark.0 != 0 && cx.now.elapsed.since(mark) > trusted {
                self.reset_fgs_restriction(token, cx.out);
            }
            cx.out.decide(&wiu::FGS_WIU_040, "always computed anew", || facts!(token));
            self.set_own_restriction(token, pid, cx);
        } else if count >= 1 {
            cx.out.decide(&bg::FGS_BG_035, "was in the foreground before", || facts!(count));
            self.set_own_restriction(token, pid, cx);
        } else if age > trusted {
            cx.out.decide(&bg::FGS_BG_037, "took too long", || facts!(age, trusted));
            self.reset_fgs_restriction(token, cx.out);
            self.set_own_restriction(token, pid, cx);
        }
        (Permitted::default(), false)
    }

    /// A short service calls again. Rules: FGS-SHORT-020 … 024.
    fn reevaluate_short(
        &mut self,
        token: ServiceToken,
        pid: Pid,
        types: ForegroundServiceType,
        cx: &mut Context<'_>,
    ) -> (Permitted, bool) {
        self.record_mut(token).restriction.allow_start_foreground = ReasonCode::DENIED;
        self.set_own_restriction(token, pid, cx);
        let reason = self.record_mut(token).restriction.allow_start_foreground;
        let allowed =
            !self.bg_fgs_restriction_enabled(token, &*cx.neighbours, cx.out) || !reason.is_denied();
        cx.out.decide(&short::FGS_SHORT_020, "computed anew", || facts!(reason, allowed));
        let stays_short = types == ForegroundServiceType::SHORT_SERVICE;
        match (stays_short, allowed) {
            (true, true) => {
                cx.out.decide(&short::FGS_SHORT_021, "extended", || facts!(token));
            }
            (true, false) => {
                cx.out.decide(&short::FGS_SHORT_022, "not extended", || facts!(token));
            }
            (false, true) => {
                cx.out.decide(&short::FGS_SHORT_023, "may change its type", || facts!(types));
            }
            (false, false) => {
                cx.out.decide(&short::FGS_SHORT_024, "may not change its type", || facts!(types));
            }
        }
        (Permitted { extend: stays_short && allowed }, stays_short && !allowed)
    }

    /// The flags for the service's own app.
    fn set_own_restriction(&mut self, token: ServiceToken, pid: Pid, cx: &mut Context<'_>) {
        let record = self.record_mut(token);
        let package = Some(record.package().to_owned());
        let who = Identity { uid: record.info.uid, pid: Some(pid), package };
        let none = BackgroundStartPrivileges::None;
        self.set_fgs_restriction(token, &who, none, Occasion::StartForeground, cx);
    }

    /// Rule: FGS-START-051.
    fn refused_from_background(
        &mut self,
        token: ServiceToken,
        pid: Pid,
        was_short: bool,
        cx: &mut Context<'_>,
    ) -> Result<bool, Exception> {
        let record = self.record_mut(token);
        if !record.restriction.allow_start_foreground.is_denied() {
            return Ok(false);
        }
        let (component, uid) = (record.name().clone(), record.info.uid);
        let types = record.foreground_service_type.0;
        if !self.bg_fgs_restriction_enabled(token, &*cx.neighbours, cx.out) {
            return Ok(false);
        }
        self.update_service_foreground(pid, cx);
        self.update_oom_adj(super::neighbours::OomAdjReason::UiVisibility, cx);
        let change = ForegroundServiceChange::Denied { types, type_check: 0 };
        let denied =
            ServiceEffect::ForegroundServiceState { component: component.clone(), uid, change };
        cx.effect(denied);
        let throws = cx.neighbours.is_change_enabled(uid, Change::FGS_START_EXCEPTION);
        cx.out.decide(&rule::FGS_START_051, "not from the background", || {
            facts!(component, was_short, throws)
        });
        if !throws {
            return Ok(true);
        }
        cx.out.decide(&exc::FGS_EXC_040, "startForeground() not allowed", || facts!(was_short));
        let called_on = if was_short { " (called on SHORT_SERVICE)" } else { "" };
        Err(Exception::ForegroundServiceStartNotAllowed(format!(
            "Service.startForeground() not allowed from the background: service {component}{called_on}"
        )))
    }

    /// The policy of chapter 07, with the flag of the record. Rules: FGS-START-052, FGS-WIU-030.
    fn check_types(
        &self,
        token: ServiceToken,
        pid: Pid,
        types: ForegroundServiceType,
        requested: ForegroundServiceType,
        cx: &mut Context<'_>,
    ) -> Result<PolicyCheck, Exception> {
        let Some(record) = self.record(token) else { return Ok(PolicyCheck::Unknown) };
        let while_in_use = record.restriction.allow_while_in_use;
        cx.out.decide(&rule::FGS_START_052, "type policy", || facts!(types, while_in_use));
        if !while_in_use {
            cx.out.decide(&wiu::FGS_WIU_021, "without while-in-use access", || facts!(types));
        }
        let host = host(record, pid);
        let checked = self.type_policy.validate(types, requested, &host, &*cx.neighbours, cx.out);
        checked.map_err(|TypeDenied { code, exception, .. }| {
            if record.is_short_fgs() {
                cx.out.decide(&short::FGS_SHORT_025, "stays a short service", || facts!(types));
            }
            // Nothing of the new mask is stored: what ran before runs on. Rule: FGS-COMBO-027.
            let before = record.foreground_service_type;
            cx.out.decide(&combo::FGS_COMBO_030, "denied by type", || facts!(code, types = before));
            let change =
                ForegroundServiceChange::Denied { types: before.0, type_check: code.code() };
            cx.effect(ServiceEffect::ForegroundServiceState {
                component: record.name().clone(),
                uid: record.info.uid,
                change,
            });
            exception
        })
    }
}

/// The process that the type policy looks at.
fn host(record: &super::record::ServiceRecord, pid: Pid) -> Host<'_> {
    Host {
        uid: record.info.uid,
        pid,
        process: &record.info.process,
        package: record.package(),
        target_sdk: record.info.target_sdk,
        allow_while_in_use: record.restriction.allow_while_in_use,
    }
}

/// What a successful `startForeground` makes of the record.
pub(super) struct Commit {
    pub id: i32,
    pub notification: Box<Notification>,
    pub types: ForegroundServiceType,
    /// The last code of the type policy.
    pub code: PolicyCheck,
}
