//! Posting, cancelling and unflagging the notifications of foreground services.
//!
//! The service code only asks for it; it is done after the present call, in the order of the requests.
//! Rules: FGS-STOP-006, FGS-STOP-032, FGS-START-059.

use super::active_services::{ActiveServices, Context};
use super::deferral::NotificationPolicy;
use super::effect::{ServiceEffect, ServiceToken};
use super::record::ServiceRecord;
use super::Posted;
use crate::facts;
use crate::ids::{Pid, Uid, UserId};
use crate::notification::Notification;
use crate::rules::{fgs_exc as exc, fgs_start as start, fgs_stop as rule};

/// A request of the service code to the notification manager.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct PostRequest {
    /// Whose notification.
    pub service: ServiceToken,
    /// The uid of its app.
    pub uid: Uid,
    /// The process it ran in.
    pub pid: Pid,
    /// The user of the service.
    pub user: UserId,
    /// Its package.
    pub package: String,
    /// The id at the time of the request.
    pub id: i32,
    /// The notification at the time of the request.
    pub notification: Box<Notification>,
    /// The app's target SDK.
    pub target_sdk: i32,
}

impl ActiveServices {
    /// Asks for the notification to be posted; nothing for a service without a process.
    pub(super) fn post_notification(&mut self, token: ServiceToken, cx: &mut Context<'_>) {
        let record = self.record_mut(token);
        let (Some(pid), Some(notification)) = (record.app, record.foreground_noti.clone()) else {
            return;
        };
        if record.is_foreground {
            cx.out.decide(&rule::FGS_STOP_032, "post queued", || facts!(token));
            cx.post(Posted::PostNotification(Box::new(PostRequest {
                service: token,
                uid: record.info.uid,
                pid,
                user: record.user,
                package: record.package().to_owned(),
                id: record.foreground_id,
                notification,
                target_sdk: record.info.target_sdk,
            })));
        }
    }

    /// Asks for the notification to be cancelled, unless another foreground service of the package
    /// uses its id. Rule: FGS-STOP-006.
    pub(super) fn cancel_foreground_notification(
        &mut self,
        token: ServiceToken,
        cx: &mut Context<'_>,
    ) {
        let record = self.record_mut(token);
        if record.foreground_noti.is_none() || self.shares_notification(token) {
            return;
        }
        let record = self.record_mut(token);
        cx.post(Posted::CancelNotification {
            uid: record.info.uid,
            user: record.user,
            package: record.package().to_owned(),
            id: record.foreground_id,
        });
    }

    /// Asks for the flag to be taken off, on the same condition. Rules: FGS-STOP-002, FGS-STOP-006.
    pub(super) fn drop_fgs_notification_state(
        &mut self,
        token: ServiceToken,
        cx: &mut Context<'_>,
    ) {
        let record = self.record_mut(token);
        if record.foreground_noti.is_none() {
            return;
        }
        if self.shares_notification(token) {
            cx.out.decide(&rule::FGS_STOP_006, "the flag stays", || facts!(token));
            return;
        }
        let record = self.record_mut(token);
        cx.post(Posted::RemoveForegroundServiceFlag {
            user: record.user,
            package: record.package().to_owned(),
            id: record.foreground_id,
        });
    }

    /// Whether another foreground service of the same package and user uses the same id.
    /// Rule: FGS-START-057.
    fn shares_notification(&self, token: ServiceToken) -> bool {
        let Some(record) = self.record(token) else { return false };
        self.services().any(|other| {
            other.token != token
                && other.user == record.user
                && other.is_foreground
                && other.foreground_id == record.foreground_id
                && other.package() == record.package()
        })
    }

    /// A queued post is done. Rules: FGS-START-059, FGS-EXC-061.
    pub(super) fn do_post_notification(&mut self, request: &PostRequest, cx: &mut Context<'_>) {
        let mut notification = (*request.notification).clone();
        if let Err(why) = repair(request, &mut notification, cx) {
            cx.out.decide(&start::FGS_START_059, "bad notification", || facts!(why));
            self.kill_misbehaving_service(request, why, cx);
            return;
        }
        let (user, id) = (request.user, request.id);
        let package = request.package.as_str();
        let policy =
            self.apply_foreground_service_notification(user, package, id, &mut notification, cx);
        let shown = cx.neighbours.enqueue_notification(
            cx.now,
            request.uid,
            package,
            id,
            &notification,
            policy,
            cx.looper,
            cx.out,
        );
        if policy != NotificationPolicy::NotForegroundService || shown {
            self.on_foreground_service_notification_update(
                shown,
                user,
                package,
                id,
                &notification,
                cx,
            );
        }
        if let Some(record) = self.records.get_mut(&request.service) {
            record.foreground_noti = Some(Box::new(notification));
        }
    }

    /// Its notification cannot be posted: it is stopped, and its app crashed. Rule: FGS-EXC-061.
    fn kill_misbehaving_service(
        &mut self,
        request: &PostRequest,
        why: &'static str,
        cx: &mut Context<'_>,
    ) {
        let token = request.service;
        if self.record(token).is_some_and(|record| !record.destroying) {
            self.stop_service_record(token, cx);
        }
        let process = cx.neighbours.process(request.pid).map(|app| app.name);
        let Some(process) = process else { return };
        cx.out.decide(&exc::FGS_EXC_061, "crashed", || facts!(token, why));
        cx.effect(ServiceEffect::CrashApp {
            uid: request.uid,
            process,
            exception: "CannotPostForegroundServiceNotificationException".to_owned(),
            message: format!("bad notification for startForeground: {why}"),
            forced: true,
        });
    }
}

/// Gives a notification without icon that of its app.
///
/// # Errors
///
/// Why it cannot be posted.
fn repair(
    request: &PostRequest,
    notification: &mut Notification,
    cx: &mut Context<'_>,
) -> Result<(), &'static str> {
    notification.small_icon |= cx.neighbours.has_app_icon(request.uid, &request.package);
    let channel = &notification.channel;
    let known = cx.neighbours.has_channel(request.uid, &request.package, channel);
    if !known && request.target_sdk >= 27 {
        return Err("invalid channel for service notification");
    }
    if notification.small_icon {
        Ok(())
    } else {
        Err("invalid service notification")
    }
}

impl ServiceRecord {
    /// The notification it is in the foreground with.
    pub fn foreground_notification(&self) -> Option<&Notification> {
        self.foreground_noti.as_deref()
    }
}
