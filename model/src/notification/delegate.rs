//! What the user does with notifications, what the system UI reports, and what time does.

use super::cancel::{Cancel, CancelAll, Reason};
use super::effect::NotificationEffect;
use super::flags::{
    FLAG_AUTO_CANCEL, FLAG_BUBBLE, FLAG_FOREGROUND_SERVICE, FLAG_NO_DISMISS, FLAG_ONGOING_EVENT,
    FLAG_USER_INITIATED_JOB, PROTECTED,
};
use super::manager::{NotificationManager, PostNotification};
use super::record::Key;
use super::{Alarm, Importance};
use crate::exception::RemoteServiceException;
use crate::facts;
use crate::ids::UserId;
use crate::looper::Looper;
use crate::output::Output;
use crate::rules::fgs_exc::FGS_EXC_062;
use crate::rules::job_notif::{JOB_NOTIF_026, JOB_NOTIF_029};

impl NotificationManager {
    /// `onNotificationClear`: the user swipes a notification away. Rule: JOB-NOTIF-021.
    pub fn on_dismiss(&self, key: &Key, looper: &mut Looper) {
        // The platform looks tag and id up by the key. If that fails it goes on with those that
        // nothing was looked up for.
        let key = match self.records.by_key(key) {
            Some(record) => record.key.clone(),
            None => Key { tag: None, id: 0, ..key.clone() },
        };
        let must_not_have =
            if self.allow_dismiss_ongoing { FLAG_NO_DISMISS } else { FLAG_ONGOING_EVENT };
        looper.post_notification(Cancel { key, must_have: 0, must_not_have, reason: Reason::User });
    }

    /// `onNotificationClick`: the user taps a notification; those that cancel themselves go.
    /// Rule: JOB-NOTIF-020.
    pub fn on_click(&self, key: &Key, looper: &mut Looper) {
        if self.records.by_key(key).is_some() {
            looper.post_notification(Cancel {
                key: key.clone(),
                must_have: FLAG_AUTO_CANCEL,
                must_not_have: PROTECTED | FLAG_BUBBLE,
                reason: Reason::User,
            });
        }
    }

    /// `onClearAll`: the user clears the shade.
    pub fn on_clear_all(&self, user: UserId, looper: &mut Looper) {
        looper.post_notification(CancelAll::by_user(user));
    }

    /// The user chooses the importance of a channel; nothing happens if there is no such channel.
    /// Rule: JOB-NOTIF-029.
    pub fn on_channel_importance(
        &mut self,
        user: UserId,
        package: &str,
        channel: &str,
        importance: Importance,
        looper: &mut Looper,
        out: &mut Output,
    ) {
        if self.channels.get(user, package, channel).is_none() {
            return;
        }
        if importance == Importance::None {
            out.decide(&JOB_NOTIF_029, "channel blocked, its notifications go", || {
                facts!(channel = channel)
            });
            looper.post_notification(CancelAll::of_channel(user, package, channel));
        }
        self.channels.set_by_user(user, package, channel, importance);
    }

    /// `onNotificationError`: the system UI cannot show a notification. It goes, and the app of a
    /// service or job behind it crashes. Rules: JOB-NOTIF-026, FGS-EXC-062.
    pub fn on_error(&self, key: &Key, looper: &mut Looper, out: &mut Output) {
        let found = self.records.find(key);
        looper.post_notification(Cancel {
            key: key.clone(),
            must_have: 0,
            must_not_have: 0,
            reason: Reason::Other,
        });
        let Some(record) = found else { return };
        let flags = record.notification.flags;
        let (rule, exception) = if flags & FLAG_FOREGROUND_SERVICE != 0 {
            (&FGS_EXC_062, RemoteServiceException::BadForegroundServiceNotification)
        } else if flags & FLAG_USER_INITIATED_JOB != 0 {
            (&JOB_NOTIF_026, RemoteServiceException::BadUserInitiatedJobNotification)
        } else {
            return;
        };
        out.decide(rule, "bad notification, the app crashes", || facts!(key = key, flags = flags));
        let exception = exception.class_name().to_owned();
        out.effect(NotificationEffect::CrashApp { uid: record.uid, exception });
    }

    /// An alarm of the manager has fired.
    pub fn on_alarm(&self, alarm: &Alarm, looper: &mut Looper) {
        match alarm {
            Alarm::Timeout(key) => self.on_timeout(key, looper),
        }
    }

    /// A notification's own time-out is over. Rule: JOB-NOTIF-020.
    pub fn on_timeout(&self, key: &Key, looper: &mut Looper) {
        if self.records.find(key).is_some() {
            looper.post_notification(Cancel {
                key: key.clone(),
                must_have: 0,
                must_not_have: PROTECTED,
                reason: Reason::Other,
            });
        }
    }
}
