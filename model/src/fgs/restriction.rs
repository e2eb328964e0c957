//! `setFgsRestriction`: the flags of a record that say whether it may go to the foreground, and when
//! they are computed, kept and reset. Rules: FGS-BG-001 … 004, FGS-BG-036, FGS-BG-039.
//!
//! While-in-use access is kept while the service runs (FGS-WIU-031) and may come later (FGS-WIU-032).

use super::active_services::{ActiveServices, Context};
use super::call::BackgroundStartPrivileges;
use super::effect::ServiceToken;
use super::exemption::{Identity, Look};
use super::neighbours::{Neighbours, ServiceInfo};
use super::reason::ReasonCode;
use super::record::Restriction;
use crate::facts;
use crate::ids::{Pid, Uid};
use crate::output::Output;
use crate::package::Change;
use crate::rules::{fgs_bg as bg, fgs_wiu as wiu};
use crate::time::{Elapsed, Now};

/// On what occasion flags are computed. Rule: FGS-BG-002.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Occasion {
    /// `startService`.
    StartService,
    /// `startForegroundService`.
    StartForegroundService,
    /// `bindService`.
    Bind,
    /// `startForeground`.
    StartForeground,
}

/// Whose right to a foreground service is asked about, apart from any record.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct StartCheck {
    /// Who starts, binds or promotes the service.
    pub who: Identity,
    /// The service.
    pub service: ServiceInfo,
    /// Who looked it up last. Rule: FGS-START-003.
    pub recent_caller: Uid,
    /// The process that hosts it.
    pub host: Option<Pid>,
    /// What the start lends.
    pub privileges: BackgroundStartPrivileges,
    /// Asked for a bind.
    pub is_bind: bool,
}

/// What flags a new record would get. Rule: FGS-BG-003.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct StartVerdict {
    /// While-in-use access.
    pub allow_while_in_use: bool,
    /// Why; not the same thing. Rule: FGS-WIU-041.
    pub while_in_use_reason: ReasonCode,
    /// Why it may go to the foreground.
    pub allow_start_foreground: ReasonCode,
    /// A denied flag has an effect. Rule: FGS-BG-001.
    pub restriction_enabled: bool,
}

impl StartVerdict {
    /// Whether it may go to the foreground.
    pub fn allowed(&self) -> bool {
        !self.restriction_enabled || !self.allow_start_foreground.is_denied()
    }
}

impl ActiveServices {
    /// What flags a new record would get. Rules: FGS-BG-001, FGS-BG-003.
    pub fn check_start(
        &self,
        now: Now,
        check: &StartCheck,
        neighbours: &dyn Neighbours,
        out: &mut Output,
    ) -> StartVerdict {
        let look = Look {
            now,
            services: self,
            neighbours,
            who: &check.who,
            host: check.host,
            target: Some(&check.service),
            privileges: check.privileges,
            is_bind: check.is_bind,
            while_in_use_fix: self.constants().fgs_while_in_use_fix_enabled,
        };
        let flags = recompute(&look, self.initial_flags(Restriction::default(), out), out);
        let (uid, caller) = (check.service.uid, check.recent_caller);
        StartVerdict {
            allow_while_in_use: flags.allow_while_in_use,
            while_in_use_reason: flags.while_in_use_reason,
            allow_start_foreground: flags.allow_start_foreground,
            restriction_enabled: self.restriction_in_force(uid, caller, neighbours, out),
        }
    }

    /// Rule: FGS-BG-004.
    fn initial_flags(&self, mut flags: Restriction, out: &mut Output) -> Restriction {
        if !self.constants().background_fgs_start_restriction_enabled {
            out.decide(&bg::FGS_BG_004, "while-in-use access for everybody", Vec::new);
            flags.allow_while_in_use = true;
        }
        flags
    }

    /// Whether a denied flag has any effect on this record. Rule: FGS-BG-001.
    pub(super) fn bg_fgs_restriction_enabled(
        &self,
        token: ServiceToken,
        neighbours: &dyn Neighbours,
        out: &mut Output,
    ) -> bool {
        let Some(record) = self.record(token) else { return false };
        let (uid, caller) = (record.info.uid, record.recent_calling_uid);
        self.restriction_in_force(uid, caller, neighbours, out)
    }

    fn restriction_in_force(
        &self,
        uid: Uid,
        caller: Uid,
        neighbours: &dyn Neighbours,
        out: &mut Output,
    ) -> bool {
        let gate = Change::FGS_BG_START_RESTRICTION;
        let constants = self.constants();
        let enabled = constants.fgs_start_restriction_enabled
            && neighbours.is_change_enabled(uid, gate)
            && (!constants.fgs_start_restriction_check_caller_target_sdk
                || neighbours.is_change_enabled(caller, gate));
        out.decide(&bg::FGS_BG_001, "in force?", || facts!(enabled, uid, caller));
        enabled
    }

    /// Computes the flags of a record for someone who starts, binds or promotes it. They only ever go
    /// from denied to allowed. Rules: FGS-BG-003, FGS-BG-004.
    pub(super) fn set_fgs_restriction(
        &mut self,
        token: ServiceToken,
        who: &Identity,
        privileges: BackgroundStartPrivileges,
        occasion: Occasion,
        cx: &mut Context<'_>,
    ) {
        let Some(record) = self.record(token) else { return };
        let mut flags = self.initial_flags(record.restriction, cx.out);
        let newly_allowed;
        if flags.allow_while_in_use && !flags.allow_start_foreground.is_denied() {
            cx.out.decide(&bg::FGS_BG_003, "kept as they are", || facts!(flags));
            flags.while_in_use_reason = ReasonCode::UNKNOWN;
            newly_allowed = false;
        } else {
            let before = flags;
            let look = Look {
                now: cx.now,
                services: self,
                neighbours: &*cx.neighbours,
                who,
                host: record.app,
                target: Some(&record.info),
                privileges,
                is_bind: occasion == Occasion::Bind,
                while_in_use_fix: self.constants().fgs_while_in_use_fix_enabled,
            };
            flags = recompute(&look, flags, cx.out);
            newly_allowed = flags.allow_while_in_use != before.allow_while_in_use
                || flags.allow_start_foreground != before.allow_start_foreground;
        }
        let now = cx.now.elapsed;
        let record = self.record_mut(token);
        record.restriction = flags;
        if occasion == Occasion::StartService && !record.is_foreground && newly_allowed {
            record.last_untrusted_allowed_time = now;
        }
    }

    /// Back to denied. Rule: FGS-BG-036.
    pub(super) fn reset_fgs_restriction(&mut self, token: ServiceToken, out: &mut Output) {
        let record = self.record_mut(token);
        out.decide(&bg::FGS_BG_036, "flags reset", || facts!(before = record.restriction));
        record.restriction = Restriction::default();
        record.last_untrusted_allowed_time = Elapsed(0);
        record.allow_ui_job_scheduling = false;
    }

    /// Whether an app may start a foreground service now. Rule: FGS-BG-039.
    pub fn can_start_foreground_service(
        &self,
        now: Now,
        who: &Identity,
        neighbours: &dyn Neighbours,
        out: &mut Output,
    ) -> bool {
        if !self.constants().background_fgs_start_restriction_enabled {
            out.decide(&bg::FGS_BG_039, "everybody may", || facts!(who));
            return true;
        }
        let look = self.look_without_target(now, who, neighbours);
        let while_in_use = look.while_in_use(out);
        let reason = look.start_foreground(while_in_use, out);
        out.decide(&bg::FGS_BG_039, "may start?", || facts!(who, reason));
        !reason.is_denied()
    }

    /// Why an app has while-in-use access now, apart from any service. Rule: UIJ-VIS-022.
    pub fn while_in_use_reason(
        &self,
        now: Now,
        who: &Identity,
        neighbours: &dyn Neighbours,
        out: &mut Output,
    ) -> ReasonCode {
        self.look_without_target(now, who, neighbours).while_in_use(out)
    }

    /// Why an app may start a foreground service now: rows 1 to 24, or all rows. Rule: FGS-BG-010.
    pub fn start_foreground_reason(
        &self,
        now: Now,
        who: &Identity,
        neighbours: &dyn Neighbours,
        out: &mut Output,
    ) -> ReasonCode {
        let look = self.look_without_target(now, who, neighbours);
        let while_in_use = look.while_in_use(out);
        look.start_foreground(while_in_use, out)
    }

    fn look_without_target<'a>(
        &'a self,
        now: Now,
        who: &'a Identity,
        neighbours: &'a dyn Neighbours,
    ) -> Look<'a> {
        Look {
            now,
            services: self,
            neighbours,
            who,
            host: None,
            target: None,
            privileges: BackgroundStartPrivileges::None,
            is_bind: false,
            while_in_use_fix: self.constants().fgs_while_in_use_fix_enabled,
        }
    }
}

fn recompute(look: &Look<'_>, mut flags: Restriction, out: &mut Output) -> Restriction {
    let reason = look.while_in_use(out);
    flags.while_in_use_reason = reason;
    if !flags.allow_while_in_use {
        flags.allow_while_in_use = !reason.is_denied();
    } else if reason.is_denied() {
        out.decide(&wiu::FGS_WIU_041, "access without a reason", Vec::new);
    }
    if flags.allow_start_foreground.is_denied() {
        flags.allow_start_foreground = look.start_foreground(reason, out);
    }
    flags
}
