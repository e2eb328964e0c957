//! The system takes services down: idle uids, and apps that the user restricted.
//! Rules: FGS-STOP-050 … 052, FGS-SHORT-040.

use super::active_services::{ActiveServices, Context};
use super::effect::ServiceToken;
use super::neighbours::Recomputed;
use super::reason::ReasonCode;
use super::start::temp_allowed_by_alarm_clock;
use super::start_mode::{AppStartMode, StartModeRequest};
use super::Posted;
use crate::facts;
use crate::ids::Uid;
use crate::rules::{fgs_short as short, fgs_stop as rule};

impl ActiveServices {
    /// A uid became idle: its started services end. Rule: FGS-STOP-050.
    pub fn stop_in_background(&mut self, uid: Uid, cx: &mut Context<'_>) {
        let mut stopping: Vec<ServiceToken> = Vec::new();
        for token in self.tokens_of_user(uid.user()).into_iter().rev() {
            let Some(record) = self.record(token) else { continue };
            if record.info.uid != uid || !record.start_requested {
                continue;
            }
            let package = record.package().to_owned();
            let request = StartModeRequest {
                uid,
                package: &package,
                target_sdk: record.info.target_sdk,
                caller: None,
                forced_standby: false,
            };
            if Self::app_start_mode(&request, cx) == AppStartMode::Normal {
                continue;
            }
            cx.out.decide(&rule::FGS_STOP_050, "the app is idle", || facts!(token, uid));
            stopping.push(token);
            if cx.neighbours.background_restricted(uid, &package) {
                self.cancel_foreground_notification(token, cx);
            }
        }
        for token in stopping.into_iter().rev() {
            if self.record(token).is_none() {
                continue;
            }
            self.record_mut(token).delayed = false;
            self.ensure_not_starting_background(token, cx);
            cx.out.decide(&short::FGS_SHORT_040, "an ordinary service", || facts!(token));
            self.stop_service_record(token, cx);
        }
    }

    /// The user restricted an app, or lifted the restriction. Rule: FGS-STOP-051.
    pub fn on_background_restricted(
        &mut self,
        uid: Uid,
        package: &str,
        restricted: bool,
        cx: &mut Context<'_>,
    ) {
        let running: Vec<_> = cx
            .neighbours
            .processes_of_uid(uid)
            .into_iter()
            .filter(|pid| cx.neighbours.process(*pid).is_some_and(|app| app.package == package))
            .collect();
        for pid in running {
            cx.neighbours.set_background_restricted(pid, restricted);
        }
        if !self.allowed_under_restriction_by_name(uid, package, cx)
            && !temp_allowed_by_alarm_clock(cx.now, uid, &*cx.neighbours)
        {
            cx.out.decide(&rule::FGS_STOP_051, "not allowed", || facts!(package, restricted));
            self.stop_all_foreground_services(uid, package, cx);
        }
    }

    /// The same of an app by name: without a process it is not. Rule: FGS-START-048.
    pub(super) fn allowed_under_restriction_by_name(
        &mut self,
        uid: Uid,
        package: &str,
        cx: &mut Context<'_>,
    ) -> bool {
        cx.neighbours
            .process_in_package(uid, package)
            .is_some_and(|pid| Self::allowed_under_restriction(pid, cx))
    }

    /// Its services leave the foreground, except those an alarm clock let in. Rule: FGS-STOP-051.
    pub(super) fn stop_all_foreground_services(
        &mut self,
        uid: Uid,
        package: &str,
        cx: &mut Context<'_>,
    ) {
        let spared = ReasonCode::ALARM_MANAGER_ALARM_CLOCK;
        let meant: Vec<ServiceToken> = self
            .services()
            .filter(|it| it.user == uid.user())
            .filter(|it| it.info.uid == uid || it.package() == package)
            .filter(|it| it.is_foreground && it.allow_start_foreground_at_entering != spared)
            .map(|it| it.token)
            .collect();
        for token in meant {
            self.stop_foreground(token, 0, cx);
        }
    }

    /// Process states were computed: restricted apps that lost a privileged binding, and uids that
    /// came to the top or left it. Rule: FGS-STOP-052.
    pub fn on_recomputed(&mut self, found: Recomputed, cx: &mut Context<'_>) {
        for (uid, package) in found.unbound {
            cx.out.decide(&rule::FGS_STOP_052, "the binding is lost", || facts!(uid, package));
            cx.post(Posted::StopAllForegroundServices { uid, package });
        }
        for uid in found.uids {
            self.foreground_service_proc_state_changed(uid, cx);
        }
    }
}
