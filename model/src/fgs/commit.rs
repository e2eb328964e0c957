//! Entering and leaving the foreground state. Rules: FGS-START-053 … 057, FGS-STOP-001 … 006.
//!
//! Whether its notification is displayed makes no difference to the state. Rule: FGS-DEFER-005.

use super::active_services::{ActiveServices, Context};
use super::call::{STOP_FOREGROUND_DETACH, STOP_FOREGROUND_REMOVE};
use super::effect::{FgsStopReason, ForegroundServiceChange, ServiceEffect, ServiceToken};
use super::foreground::{Commit, FLAG_FOREGROUND_SERVICE};
use super::neighbours::OomAdjReason;
use super::stop::FOREGROUND_SERVICE_STOP;
use super::types::ForegroundServiceType;
use crate::facts;
use crate::ids::Pid;
use crate::rules::{fgs_combo as combo, fgs_start as start, fgs_stop as rule};
use crate::time::Elapsed;

/// `UsageEvents.Event.FOREGROUND_SERVICE_START`.
const FOREGROUND_SERVICE_START: i32 = 19;

impl ActiveServices {
    /// Nothing refused: the steps of FGS-START-053, except the last.
    pub(super) fn commit_foreground(
        &mut self,
        token: ServiceToken,
        pid: Pid,
        commit: Commit,
        cx: &mut Context<'_>,
    ) {
        if self.record_mut(token).foreground_id != commit.id {
            self.cancel_foreground_notification(token, cx);
            self.record_mut(token).foreground_id = commit.id;
        }
        let mut notification = commit.notification;
        notification.flags |= FLAG_FOREGROUND_SERVICE;
        let record = self.record_mut(token);
        record.foreground_noti = Some(notification);
        let before = std::mem::replace(&mut record.foreground_service_type, commit.types);
        let repeated = record.is_foreground;
        cx.out.decide(&combo::FGS_COMBO_017, "stored", || facts!(token, types = commit.types));
        if repeated {
            note_change_of_types(before, commit.types, cx);
            cx.out.decide(&start::FGS_START_054, "updated", || facts!(token, types = commit.types));
        } else {
            cx.out.decide(&start::FGS_START_053, "entered", || facts!(token, types = commit.types));
            self.enter_foreground(token, commit.code.code(), cx);
        }
        self.signal_foreground_service_observers(token, cx);
        self.post_notification(token, cx);
        self.update_service_foreground(pid, cx);
        self.update_oom_adj(OomAdjReason::UiVisibility, cx);
        self.ensure_not_starting_background(token, cx);
    }

    /// Step 3 of FGS-START-053.
    fn enter_foreground(&mut self, token: ServiceToken, type_check: i32, cx: &mut Context<'_>) {
        self.inc_active_foreground_app(token, cx);
        let now = cx.now.uptime;
        let record = self.record_mut(token);
        record.is_foreground = true;
        record.last_untrusted_allowed_time = Elapsed(0);
        record.allow_start_foreground_at_entering = record.restriction.allow_start_foreground;
        record.start_foreground_count = record.start_foreground_count.wrapping_add(1);
        record.fgs_enter_time = now;
        let (component, uid) = (record.name().clone(), record.info.uid);
        let package = component.package.to_string();
        cx.out.decide(&combo::FGS_COMBO_030, "entered", || facts!(component, type_check));
        let change = ForegroundServiceChange::Enter {
            types: record.foreground_service_type.0,
            reason: record.restriction.allow_start_foreground,
            while_in_use: record.restriction.allow_while_in_use,
            type_check,
        };
        cx.effect(ServiceEffect::StartForegroundOp { package, uid, active: true });
        self.report_foreground_usage(token, FOREGROUND_SERVICE_START, cx);
        cx.effect(ServiceEffect::ForegroundServiceState { component, uid, change });
    }

    pub(super) fn report_foreground_usage(
        &mut self,
        token: ServiceToken,
        event: i32,
        cx: &mut Context<'_>,
    ) {
        let record = self.record_mut(token);
        cx.effect(ServiceEffect::UsageEvent {
            package: record.package().to_owned(),
            class: Some(record.name().class.to_string()),
            user: record.user,
            event,
        });
    }

    /// `stopForeground`, and `startForeground` with id 0. Rules: FGS-STOP-001, FGS-START-056.
    pub(super) fn stop_foreground(
        &mut self,
        token: ServiceToken,
        flags: i32,
        cx: &mut Context<'_>,
    ) {
        let record = self.record_mut(token);
        if !record.is_foreground {
            cx.out.decide(&start::FGS_START_077, "not in the foreground", || facts!(token));
            return;
        }
        cx.out.decide(&rule::FGS_STOP_001, "leaves the foreground", || facts!(token, flags));
        self.dec_active_foreground_app(token, cx);
        self.stop_short_fgs_timeout(token, cx);
        self.leave_notification(token, flags, cx);
        self.record_mut(token).is_foreground = false;
        self.exit_foreground(token, FgsStopReason::StopForeground, cx);
        self.record_mut(token).foreground_service_type = ForegroundServiceType::NONE;
        self.signal_foreground_service_observers(token, cx);
        self.reset_fgs_restriction(token, cx.out);
        self.report_foreground_usage(token, FOREGROUND_SERVICE_STOP, cx);
        if let Some(pid) = self.record_mut(token).app {
            cx.neighbours.processes_mut().touch(pid, cx.now);
            self.update_service_foreground(pid, cx);
            self.update_oom_adj(OomAdjReason::UiVisibility, cx);
        }
    }

    /// What becomes of its notification. Rule: FGS-STOP-002.
    fn leave_notification(&mut self, token: ServiceToken, flags: i32, cx: &mut Context<'_>) {
        let target_sdk = self.record_mut(token).info.target_sdk;
        let shown = self.record_mut(token).deferral.shown;
        cx.out.decide(&rule::FGS_STOP_002, "notification", || facts!(flags, shown, target_sdk));
        if flags & STOP_FOREGROUND_REMOVE != 0 {
            self.cancel_foreground_notification(token, cx);
            self.dissociate_notification(token);
        } else if target_sdk >= 21 {
            if !shown {
                self.post_notification(token, cx);
            }
            self.drop_fgs_notification_state(token, cx);
            if flags & STOP_FOREGROUND_DETACH != 0 {
                self.dissociate_notification(token);
            }
        }
    }

    fn dissociate_notification(&mut self, token: ServiceToken) {
        let record = self.record_mut(token);
        record.foreground_id = 0;
        record.foreground_noti = None;
    }

    /// Tells everybody who wants to hear of foreground services. Rule: FGS-STOP-064.
    pub(super) fn signal_foreground_service_observers(
        &mut self,
        token: ServiceToken,
        cx: &mut Context<'_>,
    ) {
        let Some(record) = self.record(token) else { return };
        for observer in &self.observers {
            cx.effect(ServiceEffect::ForegroundServiceObserver {
                observer: *observer,
                service: token,
                package: record.package().to_owned(),
                user: record.user,
                foreground: record.is_foreground,
            });
        }
    }

    /// A new observer hears of the running foreground services of its own uid only.
    /// Rule: FGS-STOP-064.
    ///
    /// # Errors
    ///
    /// `SecurityException` without both permissions.
    pub(super) fn register_observer(
        &mut self,
        caller: crate::ids::Caller,
        observer: u64,
        cx: &mut Context<'_>,
    ) -> Result<(), crate::Exception> {
        for permission in [
            "android.permission.MANAGE_ACTIVITY_TASKS",
            "android.permission.INTERACT_ACROSS_USERS_FULL",
        ] {
            if !cx.neighbours.holds(permission, caller.pid, caller.uid) {
                return Err(crate::Exception::Security(format!(
                    "uid {} requires {permission}",
                    caller.uid
                )));
            }
        }
        cx.out.decide(&rule::FGS_STOP_064, "observes", || facts!(observer));
        for record in self.services().filter(|it| it.is_foreground && it.info.uid == caller.uid) {
            cx.effect(ServiceEffect::ForegroundServiceObserver {
                observer,
                service: record.token,
                package: record.package().to_owned(),
                user: record.user,
                foreground: true,
            });
        }
        self.observers.insert(observer);
        Ok(())
    }
}

/// A running foreground service has other types now. Rules: FGS-COMBO-027, FGS-COMBO-028.
fn note_change_of_types(
    before: ForegroundServiceType,
    now: ForegroundServiceType,
    cx: &mut Context<'_>,
) {
    let (added, removed) = (now.0 & !before.0, before.0 & !now.0);
    if added != 0 {
        cx.out.decide(&combo::FGS_COMBO_027, "types were added", || facts!(added));
    }
    if removed != 0 {
        cx.out.decide(&combo::FGS_COMBO_028, "types were removed", || facts!(removed));
    }
}
