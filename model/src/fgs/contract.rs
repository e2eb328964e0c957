//! The contract of `startForegroundService`: its timer, and the ANR after it.
//! Rules: FGS-START-073, FGS-START-075; the whole state table is FGS-START-082, and which refusals of
//! `startForeground` leave it open is FGS-START-080.

use super::active_services::{ActiveServices, Context};
use super::effect::{ServiceEffect, ServiceToken, TimeoutKind};
use super::Message;
use crate::facts;
use crate::ids::{ComponentName, Pid};
use crate::rules::fgs_start as rule;

impl ActiveServices {
    /// `startForeground` has not come in time. Rule: FGS-START-073.
    pub(super) fn service_foreground_timeout(&mut self, token: ServiceToken, cx: &mut Context<'_>) {
        let Some(record) = self.record(token) else { return };
        if !record.fg_required || !record.fg_waiting || record.destroying {
            cx.out.decide(&rule::FGS_START_073, "nothing owed", || facts!(token));
            return;
        }
        let (app, component) = (record.app, record.name().clone());
        if cx.process(app).is_some_and(|app| app.debugging) {
            cx.out.decide(&rule::FGS_START_073, "being debugged", || facts!(app));
            return;
        }
        cx.out.decide(&rule::FGS_START_073, "startForeground did not follow", || facts!(component));
        self.record_mut(token).fg_waiting = false;
        self.stop_service_record(token, cx);
        if let Some(pid) = app {
            let due = cx.now.uptime.plus(self.constants.service_start_foreground_anr_delay);
            cx.send_at(Message::StartForegroundAnr { pid, component, service: token }, due);
        }
    }

    /// The app has neither crashed nor answered since. Rule: FGS-START-075.
    pub(super) fn service_foreground_timeout_anr(
        &mut self,
        pid: Pid,
        component: &ComponentName,
        cx: &mut Context<'_>,
    ) {
        if cx.neighbours.process(pid).map_or(true, |app| app.killed) {
            cx.out.decide(&rule::FGS_START_075, "the process is gone", || facts!(pid));
            return;
        }
        cx.out.decide(&rule::FGS_START_075, "does not respond", || facts!(pid));
        let reason = format!(
            "Context.startForegroundService() did not then call Service.startForeground(): {component}"
        );
        report_anr(pid, TimeoutKind::ServiceStart, reason, cx);
    }
}

/// A process does not respond, unless nobody is to hear of that. Rule: FGS-SHORT-018.
pub(super) fn report_anr(pid: Pid, kind: TimeoutKind, reason: String, cx: &mut Context<'_>) {
    let Some(app) = cx.neighbours.process(pid) else { return };
    // What becomes of the process follows its report.
    let at = cx.out.effects.len();
    if cx.neighbours.app_not_responding(pid, cx.out) {
        let anr = ServiceEffect::Anr { uid: app.uid, process: app.name, kind, reason };
        cx.out.effects.insert(at, anr.into());
    }
}
