//! Taking notifications away: one with the children of its group, or all that match.
//!
//! A cancel is a message, judged by the flags that the notification has when the message is handled.

use super::effect::NotificationEffect;
use super::flags::{
    FLAG_AUTOGROUP_SUMMARY, FLAG_BUBBLE, FLAG_FOREGROUND_SERVICE, FLAG_NO_CLEAR,
    FLAG_ONGOING_EVENT, FLAG_USER_INITIATED_JOB, PROTECTED,
};
use super::manager::{NotificationManager, PostNotification};
use super::record::{Key, NotificationRecord};
use super::{Alarm, Posted};
use crate::facts;
use crate::ids::UserId;
use crate::looper::{self, Looper};
use crate::output::Output;
use crate::rules::job_notif::{JOB_NOTIF_020, JOB_NOTIF_021};

/// Who takes a notification away, as far as it matters to the children of its group.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(super) enum Reason {
    /// The app, or the system in its name: children of services and jobs stay.
    App,
    /// The user: bubbles stay.
    User,
    /// Anything else.
    Other,
}

/// Takes one notification away, and with a summary its group.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Cancel {
    pub(super) key: Key,
    /// All of these flags must be set.
    pub(super) must_have: u32,
    /// None of these flags may be set.
    pub(super) must_not_have: u32,
    pub(super) reason: Reason,
}

/// Takes all notifications away that match.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct CancelAll {
    user: UserId,
    /// `None`: of all packages.
    package: Option<String>,
    /// `None`: on all channels.
    channel: Option<String>,
    /// None of these flags may be set.
    must_not_have: u32,
}

impl From<Cancel> for Posted {
    fn from(cancel: Cancel) -> Self {
        Self::Cancel(cancel)
    }
}

impl From<CancelAll> for Posted {
    fn from(cancel: CancelAll) -> Self {
        Self::CancelAll(cancel)
    }
}

impl CancelAll {
    /// The channel is blocked or deleted: whatever is on it goes.
    pub(super) fn of_channel(user: UserId, package: &str, channel: &str) -> Self {
        let channel = Some(channel.to_owned());
        Self { channel, ..Self::of_package(user, package) }
    }

    /// The package is gone.
    pub(super) fn of_package(user: UserId, package: &str) -> Self {
        Self { user, package: Some(package.to_owned()), channel: None, must_not_have: 0 }
    }

    /// "Clear all" in the shade.
    pub(super) fn by_user(user: UserId) -> Self {
        let must_not_have = FLAG_ONGOING_EVENT | FLAG_NO_CLEAR | FLAG_BUBBLE;
        Self { user, package: None, channel: None, must_not_have }
    }

    fn matches(&self, record: &NotificationRecord) -> bool {
        let key = &record.key;
        key.user == self.user
            && self.package.as_ref().map_or(true, |package| key.package == *package)
            && self.channel.as_ref().map_or(true, |one| record.notification.channel == *one)
    }
}

impl NotificationManager {
    /// `cancelNotificationWithTag` by the app, which cannot take away what belongs to its foreground
    /// services and user-initiated jobs. Rule: JOB-NOTIF-020.
    pub fn cancel_by_app(&self, key: Key, looper: &mut Looper) {
        let must_not_have = PROTECTED | FLAG_AUTOGROUP_SUMMARY;
        looper.post_notification(Cancel { key, must_have: 0, must_not_have, reason: Reason::App });
    }

    /// The same by the system, for a job or a service that is done: nothing protects the
    /// notification itself.
    pub fn cancel_by_system(&self, key: Key, looper: &mut Looper) {
        looper.post_notification(Cancel {
            key,
            must_have: 0,
            must_not_have: 0,
            reason: Reason::App,
        });
    }

    /// `cancelAllNotifications` of a package. Rule: JOB-NOTIF-020.
    pub fn cancel_all_by_app(&self, user: UserId, package: &str, looper: &mut Looper) {
        let all = CancelAll::of_package(user, package);
        looper.post_notification(CancelAll { must_not_have: PROTECTED, ..all });
    }

    /// `CancelNotificationRunnable`.
    pub(super) fn do_cancel(&mut self, cancel: &Cancel, looper: &mut Looper, out: &mut Output) {
        let Some(found) = self.records.find(&cancel.key) else { return };
        let flags = found.notification.flags;
        let barred = flags & cancel.must_not_have;
        if flags & cancel.must_have != cancel.must_have || barred != 0 {
            let rule = match barred & (FLAG_USER_INITIATED_JOB | FLAG_FOREGROUND_SERVICE) {
                0 => &JOB_NOTIF_021,
                _ => &JOB_NOTIF_020,
            };
            out.decide(rule, "the notification stays", || {
                facts!(key = cancel.key, flags = flags, barred = barred)
            });
            return;
        }
        let gone = found.clone();
        if self.records.remove(&cancel.key) {
            hide(&gone, out);
        }
        looper.cancel_alarm(&timeout_of(&cancel.key));
        let child_may_go = |flags: u32| {
            let kept = match cancel.reason {
                Reason::App => PROTECTED,
                Reason::User => FLAG_BUBBLE,
                Reason::Other => 0,
            };
            flags & (kept | cancel.must_not_have) == 0
        };
        self.cancel_children(&gone, child_may_go, looper, out);
    }

    /// `cancelAllNotificationsInt`, `cancelAllLocked`.
    pub(super) fn do_cancel_all(
        &mut self,
        cancel: &CancelAll,
        looper: &mut Looper,
        out: &mut Output,
    ) {
        let barred =
            |record: &NotificationRecord| record.notification.flags & cancel.must_not_have != 0;
        for kept in self.records.posted.values() {
            if cancel.matches(kept) && barred(kept) && kept.notification.is_fgs_or_uij() {
                out.decide(&JOB_NOTIF_020, "the notification stays", || facts!(key = kept.key));
            }
        }
        self.remove_all(|record| cancel.matches(record) && !barred(record), looper, out);
    }

    /// `cancelGroupChildrenLocked`: what belongs to the group goes with its summary, as far as
    /// `may_go` says so of its flags. Rule: JOB-NOTIF-020.
    pub(super) fn cancel_children(
        &mut self,
        summary: &NotificationRecord,
        may_go: impl Fn(u32) -> bool,
        looper: &mut Looper,
        out: &mut Output,
    ) {
        if !summary.notification.is_group_summary() {
            return;
        }
        for child in self.records.posted.values().filter(|record| record.is_child_of(summary)) {
            if !may_go(child.notification.flags) {
                out.decide(&JOB_NOTIF_020, "the child stays without its summary", || {
                    facts!(key = child.key, flags = child.notification.flags)
                });
            }
        }
        let goes = |record: &NotificationRecord| {
            record.is_child_of(summary) && may_go(record.notification.flags)
        };
        self.remove_all(goes, looper, out);
    }

    fn remove_all(
        &mut self,
        which: impl Fn(&NotificationRecord) -> bool,
        looper: &mut Looper,
        out: &mut Output,
    ) {
        let (posted, enqueued) = self.records.remove_all(which);
        for gone in posted.iter().chain(&enqueued) {
            looper.cancel_alarm(&timeout_of(&gone.key));
        }
        for gone in &posted {
            hide(gone, out);
        }
    }
}

/// The alarm of the notification's own time-out.
pub(super) fn timeout_of(key: &Key) -> looper::Alarm {
    looper::Alarm::Notification(Alarm::Timeout(key.clone()))
}

/// Tells who shows notifications that this one is gone.
pub(super) fn hide(record: &NotificationRecord, out: &mut Output) {
    let Key { user, package, tag, id } = record.key.clone();
    out.effect(NotificationEffect::Remove { package, user, tag, id });
}
