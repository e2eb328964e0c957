//! `shortService`: the timers of a short service. Rules: FGS-SHORT-001 … 016, FGS-SHORT-030.
//!
//! A start of one needs no permission of its own (FGS-SHORT-006); a regular service may become one at any
//! time (FGS-SHORT-026), and beside another type it is none (FGS-SHORT-027). Each has timers of its own
//! (FGS-SHORT-049), which no exemption (FGS-SHORT-045) and no changed constant (FGS-SHORT-046) moves.
//! What is left of a stopped one that is bound (FGS-SHORT-043) has none until the next `startForeground`
//! (FGS-SHORT-044). The process state follows by its own computation: strictly after the demotion time
//! (FGS-SHORT-047), and with the next computation after the tracking began (FGS-SHORT-048).
//!
//! The trap: nobody cancels a timer that has lost its meaning. Each event looks whether it still
//! applies. Rule: FGS-SHORT-005.

use super::active_services::{ActiveServices, Context};
use super::constants::Constants;
use super::contract::report_anr;
use super::effect::{ForegroundServiceChange, ServiceEffect, ServiceToken, TimeoutKind};
use super::neighbours::OomAdjReason;
use super::record::ShortFgsInfo;
use super::Message;
use crate::facts;
use crate::rules::{fgs_short as rule, fgs_type as types};
use crate::time::Uptime;

impl ActiveServices {
    /// After a `startForeground` that was not refused. Rule: FGS-SHORT-010.
    pub(super) fn update_short_fgs_tracking(
        &mut self,
        token: ServiceToken,
        extend: bool,
        cx: &mut Context<'_>,
    ) {
        let now = cx.now.uptime;
        let record = self.record_mut(token);
        if !record.is_short_fgs() {
            record.short_fgs_info = None;
            cx.out.decide(&rule::FGS_SHORT_010, "not a short service", || facts!(token));
            unschedule(token, cx);
            return;
        }
        let start_time = match record.short_fgs_info {
            Some(info) if !extend => info.start_time,
            _ => now,
        };
        let anew = extend || record.short_fgs_info.is_none();
        let info = record.short_fgs_info_now(start_time);
        record.short_fgs_info = Some(info);
        let target_sdk = record.info.target_sdk;
        cx.out.decide(&rule::FGS_SHORT_010, "tracked", || facts!(info, anew));
        if target_sdk < 34 {
            cx.out.decide(&types::FGS_TYPE_172, "whatever the app targets", || facts!(target_sdk));
        }
        if anew {
            unschedule(token, cx);
            cx.out.decide(&rule::FGS_SHORT_011, "its time begins", || facts!(start_time));
            let due = info.timeout_time(&self.constants);
            cx.send_at(Message::ShortFgsTimeout { service: token }, due);
        }
    }

    /// It is stopped, leaves the foreground or is brought down: its tracking ends. The timers are
    /// left alone where it is no short service any more; they will find themselves stale.
    /// Rules: FGS-SHORT-042, FGS-SHORT-043.
    pub(super) fn stop_short_fgs_timeout(&mut self, token: ServiceToken, cx: &mut Context<'_>) {
        let record = self.record_mut(token);
        record.short_fgs_info = None;
        if !record.is_short_fgs() {
            return;
        }
        cx.out.decide(&rule::FGS_SHORT_042, "no more timers", || facts!(token));
        unschedule(token, cx);
    }

    /// Whether a timed event still applies. Rule: FGS-SHORT-005.
    fn short_fgs_event(
        &self,
        token: ServiceToken,
        due: fn(&ShortFgsInfo, &Constants) -> Uptime,
        cx: &mut Context<'_>,
    ) -> Option<ShortFgsInfo> {
        let applies = self.record(token).and_then(|record| {
            let alive = cx.process(record.app).is_some_and(|app| !app.killed);
            let info = record.short_fgs_info_current()?;
            let reached = due(&info, &self.constants) <= cx.now.uptime;
            (alive && record.is_short_fgs() && reached).then_some(info)
        });
        if applies.is_none() {
            cx.out.decide(&rule::FGS_SHORT_005, "stale", || facts!(token));
        }
        applies
    }

    /// Whether the time of a short service is up. Rule: FGS-SHORT-013.
    pub(super) fn should_service_time_out(
        &self,
        token: ServiceToken,
        cx: &mut Context<'_>,
    ) -> bool {
        let applies = self.short_fgs_event(token, ShortFgsInfo::timeout_time, cx).is_some();
        cx.out.decide(&rule::FGS_SHORT_013, "timed out?", || facts!(token, applies));
        applies
    }

    /// Its time is up: the app is told. Rule: FGS-SHORT-012.
    pub(super) fn on_short_fgs_timeout(&mut self, token: ServiceToken, cx: &mut Context<'_>) {
        let Some(info) = self.short_fgs_event(token, ShortFgsInfo::timeout_time, cx) else {
            return;
        };
        let record = self.record_mut(token);
        let (component, uid) = (record.name().clone(), record.info.uid);
        let process = record.info.process.clone();
        let duration = cx.now.uptime.since(record.fgs_enter_time).max(0);
        cx.out.decide(&rule::FGS_SHORT_012, "timed out", || facts!(component, duration));
        let change = ForegroundServiceChange::TimedOut { duration };
        cx.effect(ServiceEffect::ForegroundServiceState { component, uid, change });
        cx.out.decide(&rule::FGS_SHORT_014, "told of this start", || {
            facts!(start_id = info.start_id)
        });
        cx.effect(ServiceEffect::Timeout { uid, process, service: token, start_id: info.start_id });
        let demote = info.proc_state_demote_time(&self.constants);
        let anr = info.anr_time(&self.constants);
        cx.send_at(Message::ShortFgsDemotion { service: token }, demote);
        cx.send_at(Message::ShortFgsAnr { service: token }, anr);
    }

    /// It no longer counts for the state of its process. Rule: FGS-SHORT-015.
    pub(super) fn on_short_fgs_demotion(&mut self, token: ServiceToken, cx: &mut Context<'_>) {
        let due = ShortFgsInfo::proc_state_demote_time;
        if self.short_fgs_event(token, due, cx).is_some() {
            cx.out.decide(&rule::FGS_SHORT_015, "demoted", || facts!(token));
            self.update_oom_adj(OomAdjReason::ShortFgsTimeout, cx);
        }
    }

    /// It has still not stopped. Rules: FGS-SHORT-016, FGS-SHORT-017.
    pub(super) fn on_short_fgs_anr(&mut self, token: ServiceToken, cx: &mut Context<'_>) {
        if self.short_fgs_event(token, ShortFgsInfo::anr_time, cx).is_none() {
            return;
        }
        let record = self.record_mut(token);
        let (component, app) = (record.name().clone(), record.app);
        let Some(pid) = app else { return };
        cx.out.decide(&rule::FGS_SHORT_016, "does not respond", || facts!(component));
        let reason = format!(
            "A foreground service of FOREGROUND_SERVICE_TYPE_SHORT_SERVICE did not stop within a timeout: {component}"
        );
        report_anr(pid, TimeoutKind::ShortFgsTimeout, reason, cx);
    }
}

fn unschedule(token: ServiceToken, cx: &mut Context<'_>) {
    cx.remove_message(Message::ShortFgsTimeout { service: token });
    cx.remove_message(Message::ShortFgsDemotion { service: token });
    cx.remove_message(Message::ShortFgsAnr { service: token });
}
