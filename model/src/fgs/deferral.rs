//! Whether the notification of a foreground service is displayed now or later. Rules: FGS-DEFER-*.
//!
//! The trap: "not deferred" and "shown" are two marks. A notification that is displayed at once is
//! neither, so the next post of it is decided anew. Rule: FGS-DEFER-009.

use super::active_services::{ActiveServices, Context};
use super::effect::ServiceToken;
use super::foreground::FLAG_FOREGROUND_SERVICE;
use super::record::ServiceRecord;
use super::types::ForegroundServiceType;
use super::Message;
use crate::facts;
use crate::ids::{Uid, UserId};
use crate::notification::Notification;
use crate::rules::fgs_defer as rule;
use crate::time::Uptime;

/// `Notification.FOREGROUND_SERVICE_IMMEDIATE`.
const BEHAVIOR_IMMEDIATE: i32 = 1;
/// `Notification.FOREGROUND_SERVICE_DEFERRED`.
const BEHAVIOR_DEFERRED: i32 = 2;

/// What the notification manager is to do with a post. Rule: FGS-DEFER-007.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum NotificationPolicy {
    /// No foreground service has this id.
    NotForegroundService,
    /// It is displayed.
    ShowImmediately,
    /// It is displayed only where an earlier one is.
    UpdateOnly,
}

/// A record that is "pending": it waits for its display time. Rule: FGS-DEFER-009.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) struct PendingNotification {
    pub token: ServiceToken,
    pub uid: Uid,
    pub user: UserId,
    pub package: String,
    pub display_time: Uptime,
}

impl ActiveServices {
    /// A notification without tag is about to be posted, by anybody: sets its foreground-service flag
    /// and decides whether it is displayed. Rule: FGS-DEFER-007.
    pub fn apply_foreground_service_notification(
        &mut self,
        user: UserId,
        package: &str,
        id: i32,
        notification: &mut Notification,
        cx: &mut Context<'_>,
    ) -> NotificationPolicy {
        let first = self.services().find(|it| it.is_foreground_with(user, package, id));
        let Some(token) = first.map(ServiceRecord::token) else {
            return NotificationPolicy::NotForegroundService;
        };
        notification.flags |= FLAG_FOREGROUND_SERVICE;
        let record = self.record_mut(token);
        record.foreground_noti = Some(Box::new(notification.clone()));
        cx.out.decide(&rule::FGS_DEFER_007, "of a foreground service", || facts!(token, id));
        if self.should_show_now(token, cx) {
            self.record_mut(token).deferral.deferred = false;
            return NotificationPolicy::ShowImmediately;
        }
        self.start_deferral_timer(token, cx);
        NotificationPolicy::UpdateOnly
    }

    /// The first line of FGS-DEFER-002 that applies.
    fn should_show_now(&self, token: ServiceToken, cx: &mut Context<'_>) -> bool {
        let Some(record) = self.record(token) else { return true };
        let now = cx.now.uptime;
        let deferral = record.deferral;
        let eligible = self.deferral_eligible.get(&record.info.uid).copied().unwrap_or(Uptime(0));
        let lines: [(&str, bool); 5] = [
            ("deferral is off", !self.constants.deferral_enabled),
            ("end of deferral", deferral.deferred && now >= deferral.display_time),
            ("rate limit", now >= deferral.display_time && now < eligible),
            ("legacy app", self.constants.deferral_api_gated && record.info.target_sdk < 31),
            ("shown before", deferral.shown),
        ];
        let line = lines.iter().find(|(_, holds)| *holds).map(|&(verdict, _)| verdict);
        let show = line.is_some() || wants_to_show_now(record);
        cx.out.decide(&rule::FGS_DEFER_002, "show now?", || facts!(token, show, line));
        show
    }

    /// Holds a notification back. Rule: FGS-DEFER-003.
    fn start_deferral_timer(&mut self, token: ServiceToken, cx: &mut Context<'_>) {
        if self.pending_notifications.iter().any(|pending| pending.token == token) {
            return;
        }
        let Some(record) = self.record(token) else { return };
        let short = record.is_short_fgs();
        let (uid, user, package) = (record.info.uid, record.user, record.package().to_owned());
        let constants = &self.constants;
        let (interval, exclusion) = if short {
            (constants.deferral_interval_for_short, constants.deferral_exclusion_time_for_short)
        } else {
            (constants.deferral_interval, constants.deferral_exclusion_time)
        };
        let display_time = self
            .pending_notifications
            .iter()
            .filter(|pending| pending.uid == uid)
            .map(|pending| pending.display_time)
            .fold(cx.now.uptime.plus(interval), Uptime::min);
        cx.out.decide(&rule::FGS_DEFER_003, "held back", || facts!(token, display_time));
        self.deferral_eligible.insert(uid, display_time.plus(exclusion));
        let deferral = &mut self.record_mut(token).deferral;
        deferral.display_time = display_time;
        deferral.deferred = true;
        deferral.shown = false;
        let pending = PendingNotification { token, uid, user, package, display_time };
        self.pending_notifications.push(pending);
        cx.send_at(
            Message::DeferredNotifications { at: display_time, service: token },
            display_time,
        );
    }

    /// A display time has come. Rule: FGS-DEFER-004.
    pub(super) fn post_deferred_notifications(&mut self, cx: &mut Context<'_>) {
        let now = cx.now.uptime;
        let pending = std::mem::take(&mut self.pending_notifications);
        let (due, later) = pending.into_iter().partition(|it| it.display_time <= now);
        self.pending_notifications = later;
        let due: Vec<PendingNotification> = due;
        for pending in due.into_iter().rev() {
            let token = pending.token;
            let running = self.record(token).is_some_and(|it| it.is_foreground && it.app.is_some());
            cx.out.decide(&rule::FGS_DEFER_004, "end of deferral", || facts!(token, running));
            if running {
                self.post_notification(token, cx);
                self.record_mut(token).deferral.shown = true;
            }
        }
    }

    /// The notification manager has displayed a notification, or not. Rule: FGS-DEFER-006.
    pub fn on_foreground_service_notification_update(
        &mut self,
        shown: bool,
        user: UserId,
        package: &str,
        id: i32,
        notification: &Notification,
        cx: &mut Context<'_>,
    ) {
        if shown {
            let meant: Vec<ServiceToken> = self
                .pending_notifications
                .iter()
                .filter(|it| it.user == user && it.package == package)
                .map(|it| it.token)
                .filter(|token| self.record(*token).map_or(0, |it| it.foreground_id) == id)
                .collect();
            for token in meant {
                cx.out.decide(&rule::FGS_DEFER_006, "shown meanwhile", || facts!(token, id));
                self.pending_notifications.retain(|pending| pending.token != token);
                if self.records.contains_key(&token) {
                    let deferral = &mut self.record_mut(token).deferral;
                    deferral.shown = true;
                    deferral.deferred = false;
                }
            }
        }
        let current: Vec<ServiceToken> = self
            .services()
            .filter(|it| it.is_foreground_with(user, package, id))
            .map(ServiceRecord::token)
            .collect();
        for token in current {
            self.record_mut(token).foreground_noti = Some(Box::new(notification.clone()));
        }
    }

    /// The app is stopped: nothing of it is pending any more. Rule: FGS-DEFER-006.
    pub(super) fn remove_deferrals(&mut self, package: &str, user: UserId) {
        self.pending_notifications.retain(|it| it.user != user || it.package != package);
    }

    /// Whether a channel cannot be deleted because a foreground service uses it. Rule: FGS-DEFER-008.
    pub fn has_foreground_service_notification(
        &self,
        package: &str,
        user: UserId,
        channel: &str,
    ) -> bool {
        self.services().any(|it| {
            it.user == user
                && it.is_foreground
                && it.package() == package
                && it.foreground_noti.as_ref().is_some_and(|noti| noti.channel == channel)
        })
    }
}

impl ServiceRecord {
    fn is_foreground_with(&self, user: UserId, package: &str, id: i32) -> bool {
        self.is_foreground
            && self.foreground_id == id
            && self.user == user
            && self.package() == package
    }
}

/// The last line of FGS-DEFER-002.
fn wants_to_show_now(record: &ServiceRecord) -> bool {
    let Some(notification) = record.foreground_noti.as_deref() else { return true };
    if notification.foreground_service_behavior == BEHAVIOR_DEFERRED {
        return false;
    }
    let immediate_types = ForegroundServiceType::MEDIA_PLAYBACK.0
        | ForegroundServiceType::PHONE_CALL.0
        | ForegroundServiceType::CONNECTED_DEVICE.0
        | ForegroundServiceType::MEDIA_PROJECTION.0;
    notification.foreground_service_behavior == BEHAVIOR_IMMEDIATE
        || notification.media_style
        || matches!(notification.category.as_deref(), Some("call" | "navigation"))
        || notification.actions > 0
        || record.foreground_service_type.0 & immediate_types != 0
}
