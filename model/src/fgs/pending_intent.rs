//! Pending intents that start a service: made by one app, sent by another, and judged as their creator.
//!
//! Rule: FGS-START-100. The trap: the sender hears nothing of what becomes of the start, and only two
//! things of the sender matter: what it lends (BAL-049), and whether it may put the creator on the
//! temporary allow-list.

use serde::{Deserialize, Serialize};

use super::active_services::{ActiveServices, Context};
use super::exemption::Identity;
use super::reason::ReasonCode;
use super::start::StartRequest;
use super::temp_allowlist::TempAllowlistType;
use crate::activity::{Sending, StartOptions};
use crate::exception::Exception;
use crate::facts;
use crate::ids::{Caller, ComponentName, Pid, Uid, UserId};
use crate::package::Change;
use crate::process::BindFlags;
use crate::rules::fgs_start as rule;

/// `ActivityManager.START_SUCCESS`: the pending intent was sent, whatever became of it.
pub const START_SUCCESS: i32 = 0;
/// `ActivityManager.START_CANCELED`: there is no such pending intent, or no longer.
pub const START_CANCELED: i32 = -96;

/// What a notification lends the creator of its pending intents; milliseconds. Rule: BAL-050.
const NOTIFICATION_ALLOWLIST_DURATION: i64 = 30_000;

/// Any of them lets a process put others on the temporary allow-list.
const ALLOWLIST_PERMISSIONS: [&str; 3] = [
    "android.permission.CHANGE_DEVICE_IDLE_TEMP_WHITELIST",
    "android.permission.START_ACTIVITIES_FROM_BACKGROUND",
    "android.permission.START_FOREGROUND_SERVICES_FROM_BACKGROUND",
];

/// Names a pending intent. Whoever knows the name has been handed the object on a device.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PendingIntentKey {
    /// As what its creator calls.
    pub package: String,
    /// Of which user; its service is one of this user.
    pub user: UserId,
    /// Chosen by the creator.
    pub request_code: i32,
}

/// What the sender adds: the parts of `BroadcastOptions` and `ActivityOptions` that matter here.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SendOptions {
    /// What it lends; `None`: it passes no options. Rule: BAL-060.
    pub start: Option<StartOptions>,
    /// `setTemporaryAppAllowlist`.
    pub temporary_allowlist: Option<TemporaryAllowlist>,
}

/// A wish to put the creator on the temporary allow-list.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TemporaryAllowlist {
    /// Milliseconds.
    pub duration: i64,
    /// `TEMPORARY_ALLOW_LIST_TYPE_*`.
    pub kind: TempAllowlistType,
    /// `PowerExemptionManager.REASON_*`.
    pub reason: ReasonCode,
}

/// What the activity manager keeps of a pending intent.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) struct PendingIntentRecord {
    creator: Uid,
    service: ComponentName,
    /// `PendingIntent.getForegroundService`.
    foreground: bool,
}

/// Who sends, and with what in hand.
struct Sender {
    uid: Uid,
    pid: Option<Pid>,
    options: SendOptions,
    /// It sends with the token of the notification service.
    from_notification: bool,
}

impl ActiveServices {
    /// `PendingIntent.getService`, `getForegroundService`; one of the same name is replaced.
    ///
    /// # Errors
    ///
    /// `SecurityException`: the package, or the user, is not the caller's.
    pub(super) fn create_pending_intent(
        &mut self,
        caller: Caller,
        intent: PendingIntentKey,
        service: ComponentName,
        foreground: bool,
        cx: &mut Context<'_>,
    ) -> Result<(), Exception> {
        self.own_pending_intent(caller, &intent, cx)?;
        let record = PendingIntentRecord { creator: caller.uid, service, foreground };
        cx.out.decide(&rule::FGS_START_100, "created", || facts!(intent, record));
        self.pending_intents.insert(intent, record);
        Ok(())
    }

    /// `PendingIntent.cancel`.
    ///
    /// # Errors
    ///
    /// `SecurityException`: the package, or the user, is not the caller's.
    pub(super) fn cancel_pending_intent(
        &mut self,
        caller: Caller,
        intent: &PendingIntentKey,
        cx: &mut Context<'_>,
    ) -> Result<(), Exception> {
        self.own_pending_intent(caller, intent, cx)?;
        cx.out.decide(&rule::FGS_START_100, "cancelled", || facts!(intent));
        self.pending_intents.remove(intent);
        Ok(())
    }

    /// The package is removed, and its pending intents with it.
    pub fn forget_pending_intents(&mut self, user: UserId, package: &str) {
        self.pending_intents.retain(|key, _| key.user != user || key.package != package);
    }

    fn own_pending_intent(
        &self,
        caller: Caller,
        intent: &PendingIntentKey,
        cx: &mut Context<'_>,
    ) -> Result<(), Exception> {
        let own = caller.uid.user() == intent.user
            && cx.neighbours.owns_package(caller.uid, &intent.package);
        if own || caller.uid.holds_everything() {
            return Ok(());
        }
        cx.out.decide(&rule::FGS_START_100, "not its own", || facts!(caller, intent));
        Err(Exception::Security(format!(
            "uid {} is not allowed to send as package {} of user {}",
            caller.uid, intent.package, intent.user
        )))
    }

    /// `PendingIntent.send` by an app: [`START_SUCCESS`] or [`START_CANCELED`].
    pub(super) fn send_pending_intent(
        &mut self,
        caller: Caller,
        intent: &PendingIntentKey,
        options: SendOptions,
        cx: &mut Context<'_>,
    ) -> i32 {
        let sender = Sender { uid: caller.uid, pid: caller.pid, options, from_notification: false };
        self.start_by_pending_intent(&sender, intent, cx)
    }

    /// The person taps a notification or one of its actions: the system sends the pending intent, with the
    /// token that the notification service has registered on it. Rule: BAL-050.
    pub fn send_pending_intent_of_notification(
        &mut self,
        intent: &PendingIntentKey,
        cx: &mut Context<'_>,
    ) -> i32 {
        let options = SendOptions::default();
        let sender = Sender { uid: Uid::SYSTEM, pid: None, options, from_notification: true };
        self.start_by_pending_intent(&sender, intent, cx)
    }

    fn start_by_pending_intent(
        &mut self,
        sender: &Sender,
        intent: &PendingIntentKey,
        cx: &mut Context<'_>,
    ) -> i32 {
        let Some(record) = self.pending_intents.get(intent).cloned() else {
            cx.out.decide(&rule::FGS_START_100, "unknown or cancelled", || facts!(intent));
            return START_CANCELED;
        };
        self.allowlist_creator(sender, &record, cx);
        let change = Change::DEFAULT_RESCIND_BAL_PRIVILEGES_FROM_PENDING_INTENT_SENDER;
        let sending = Sending {
            creator: record.creator,
            sender: sender.uid,
            by_notification: sender.from_notification,
            sender_visible: cx.neighbours.uid_visible(sender.uid),
            options: sender.options.start,
            rescinds: cx.neighbours.is_change_enabled(sender.uid, change),
        };
        let privileges = sending.privileges_for_service_or_broadcast(cx.out);
        let package = Some(intent.package.clone());
        let request = StartRequest {
            service: record.service,
            user: intent.user,
            who: Identity { uid: record.creator, pid: None, package },
            thread: None,
            fg_required: record.foreground,
            privileges,
        };
        let outcome = self.start_service(&request, cx);
        cx.out.decide(&rule::FGS_START_100, "sent", || facts!(intent, privileges, outcome));
        START_SUCCESS
    }

    /// Puts the creator on the temporary allow-list, if the sender may do that.
    fn allowlist_creator(
        &self,
        sender: &Sender,
        record: &PendingIntentRecord,
        cx: &mut Context<'_>,
    ) {
        let wish = if sender.from_notification {
            // The system UI sends it, which holds all of these permissions.
            TemporaryAllowlist {
                duration: NOTIFICATION_ALLOWLIST_DURATION,
                kind: TempAllowlistType::ForegroundServiceAllowed,
                reason: ReasonCode::NOTIFICATION_SERVICE,
            }
        } else {
            let asked = sender.options.temporary_allowlist;
            let Some(wish) = asked.filter(|it| record.foreground && it.duration > 0) else {
                return;
            };
            if !self.may_allowlist(sender, cx) {
                cx.out.decide(&rule::FGS_START_100, "may not allow-list", || facts!(wish));
                return;
            }
            wish
        };
        let over_quota = self.constants.push_messaging_over_quota_behavior;
        let kind = wish.kind.for_reason(wish.reason, over_quota, cx.out);
        cx.out.decide(&rule::FGS_START_100, "allow-listed?", || facts!(wish, kind));
        if kind == TempAllowlistType::ForegroundServiceAllowed {
            let (now, creator, by) = (cx.now, record.creator, sender.uid);
            let (looper, out) = (&mut *cx.looper, &mut *cx.out);
            let (duration, reason) = (wish.duration, wish.reason);
            cx.neighbours.temp_allowlist_uid(now, creator, duration, reason, by, looper, out);
        }
    }

    /// Its process is known, and has a permission for it, or hosts a service that the system trusts with it.
    fn may_allowlist(&self, sender: &Sender, cx: &Context<'_>) -> bool {
        let Some(pid) = sender.pid.filter(|pid| cx.neighbours.process(*pid).is_some()) else {
            return false;
        };
        let trusted = self
            .running_in(pid)
            .flat_map(|service| service.connections.values())
            .any(|it| it.flags.has(BindFlags::ALLOW_WHITELIST_MANAGEMENT));
        trusted
            || ALLOWLIST_PERMISSIONS
                .iter()
                .any(|permission| cx.neighbours.holds(permission, Some(pid), sender.uid))
    }
}
