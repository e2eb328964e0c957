//! Taking the flag of a foreground service or a user-initiated job off a notification that stays.
//!
//! The trap: the flags become what they were when the notification was accepted, less the one that is
//! taken off. What came or went since is undone, so a flag that was taken off before comes back.

use super::cancel::{hide, timeout_of};
use super::enqueue::MAX_PACKAGE_NOTIFICATIONS;
use super::flags::{FLAG_FOREGROUND_SERVICE, FLAG_USER_INITIATED_JOB};
use super::manager::{NotificationManager, PostNotification};
use super::record::Key;
use super::Posted;
use crate::facts;
use crate::ids::UserId;
use crate::looper::Looper;
use crate::output::Output;
use crate::rules::job_notif::{JOB_NOTIF_025, JOB_NOTIF_028};

/// What a notification no longer belongs to.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum ServiceOrJob {
    /// A foreground service.
    ForegroundService,
    /// A user-initiated job.
    UserInitiatedJob,
}

impl ServiceOrJob {
    const fn flag(self) -> u32 {
        match self {
            Self::ForegroundService => FLAG_FOREGROUND_SERVICE,
            Self::UserInitiatedJob => FLAG_USER_INITIATED_JOB,
        }
    }
}

/// Takes a flag off the notification without a tag that has this id.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct RemoveFlag {
    key: Key,
    of: ServiceOrJob,
}

impl From<RemoveFlag> for Posted {
    fn from(remove: RemoveFlag) -> Self {
        Self::RemoveFlag(remove)
    }
}

impl NotificationManager {
    /// `removeForegroundServiceFlagFromNotification`, `removeUserInitiatedJobFlagFromNotification`.
    pub fn remove_flag(
        &self,
        user: UserId,
        package: &str,
        id: i32,
        of: ServiceOrJob,
        looper: &mut Looper,
    ) {
        let key = Key { user, package: package.to_owned(), tag: None, id };
        looper.post_notification(RemoveFlag { key, of });
    }

    /// `removeFlagFromNotificationLocked`. A package that has too many notifications loses this one.
    /// Rules: JOB-NOTIF-025, JOB-NOTIF-028.
    pub(super) fn do_remove_flag(
        &mut self,
        remove: &RemoveFlag,
        looper: &mut Looper,
        out: &mut Output,
    ) {
        let RemoveFlag { key, of } = remove;
        let count = self.records.count(key.user, &key.package, None);
        if count > MAX_PACKAGE_NOTIFICATIONS {
            if let Some(record) = self.records.find(key).cloned() {
                out.decide(&JOB_NOTIF_025, "one too many without its flag", || {
                    facts!(key = key, count = count)
                });
                self.records.remove(key);
                looper.cancel_alarm(&timeout_of(key));
                hide(&record, out);
            }
            return;
        }
        let enqueued = self.records.enqueued.iter_mut().filter(|record| record.key == *key);
        for record in enqueued.chain(self.records.posted.get_mut(key)) {
            let (before, after) = (record.notification.flags, record.original_flags & !of.flag());
            out.decide(&JOB_NOTIF_028, "flags as accepted, less one", || {
                facts!(key = key, of = of, before = before, after = after)
            });
            record.notification.flags = after;
        }
        if let Some(record) = self.records.posted.get(key) {
            record.show(out);
        }
    }
}
