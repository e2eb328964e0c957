//! The manager's state, the calls of apps, and the order in which its own messages are handled.

use super::call::NotificationCall;
use super::cancel::CancelAll;
use super::channel::{Channels, Importance, DEFAULT_CHANNEL_ID};
use super::enqueue::Post;
use super::record::{Key, Records};
use super::{Neighbours, Notification, Posted};
use crate::exception::Exception;
use crate::facts;
use crate::ids::{Caller, Uid, UserId};
use crate::looper::Looper;
use crate::output::Output;
use crate::reply::Reply;
use crate::rules::job_notif::JOB_NOTIF_023;
use crate::time::Now;

/// The notification manager.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct NotificationManager {
    pub(super) records: Records,
    pub(super) channels: Channels,
    /// System UI flag `ALLOW_DISMISS_ONGOING`: a swipe takes ongoing notifications, too, except those
    /// with `NO_DISMISS`. Rule: JOB-NOTIF-021.
    pub(super) allow_dismiss_ongoing: bool,
}

/// A notification as the user sees it.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Shown<'a> {
    /// Which.
    pub key: &'a Key,
    /// The channel it is on.
    pub channel: &'a str,
    /// `Notification.FLAG_*`.
    pub flags: u32,
    /// As of its posting.
    pub importance: Importance,
}

impl Default for NotificationManager {
    fn default() -> Self {
        Self::new()
    }
}

impl NotificationManager {
    /// Nothing is shown, and no app has a channel.
    pub fn new() -> Self {
        Self {
            records: Records::default(),
            channels: Channels::default(),
            allow_dismiss_ongoing: true,
        }
    }

    /// Sets the system UI flag `ALLOW_DISMISS_ONGOING`.
    pub fn set_allow_dismiss_ongoing(&mut self, allow: bool) {
        self.allow_dismiss_ongoing = allow;
    }

    /// A call of an app. What it sets off is posted.
    ///
    /// # Errors
    ///
    /// `SecurityException` if the package is not the caller's, and what the call itself refuses.
    pub fn call(
        &mut self,
        caller: Caller,
        call: NotificationCall,
        neighbours: &mut dyn Neighbours,
        looper: &mut Looper,
        out: &mut Output,
    ) -> Result<Reply, Exception> {
        let user = caller.uid.user();
        check_is_package_of(caller.uid, call.package(), neighbours)?;
        match call {
            NotificationCall::CreateChannel { package, channel, importance, group } => {
                self.create_channel(user, &package, &channel, importance, group.as_deref())?;
            }
            NotificationCall::DeleteChannel { package, channel } => {
                self.delete_channel(user, &package, &channel, neighbours, looper, out)?;
            }
            NotificationCall::DeleteChannelGroup { package, group } => {
                self.delete_channel_group(user, &package, &group, neighbours, looper, out)?;
            }
            NotificationCall::Notify { package, tag, id, notification } => {
                self.check_notify(caller, &package, &notification, neighbours)?;
                let key = Key { user, package, tag, id };
                let post = Post { key, uid: caller.uid, notification: *notification, policy: None };
                self.enqueue(post, neighbours, looper, out);
            }
            NotificationCall::Cancel { package, tag, id } => {
                self.cancel_by_app(Key { user, package, tag, id }, looper);
            }
            NotificationCall::CancelAll { package } => {
                self.cancel_all_by_app(user, &package, looper);
            }
        }
        Ok(Reply::Nothing)
    }

    /// What `notify` refuses aloud.
    ///
    /// # Errors
    ///
    /// `SecurityException` if the package is not the caller's, `IllegalArgumentException` without icon.
    pub fn check_notify(
        &self,
        caller: Caller,
        package: &str,
        notification: &Notification,
        neighbours: &dyn Neighbours,
    ) -> Result<(), Exception> {
        check_is_package_of(caller.uid, package, neighbours)?;
        if notification.small_icon {
            return Ok(());
        }
        Err(Exception::IllegalArgument("invalid notification: no small icon".to_owned()))
    }

    /// Handles one of its own messages.
    pub fn on_posted(
        &mut self,
        posted: Posted,
        now: Now,
        neighbours: &mut dyn Neighbours,
        looper: &mut Looper,
        out: &mut Output,
    ) {
        match posted {
            Posted::Enqueue(record) => self.take_in(*record, now, looper, out),
            Posted::Post(key) => self.post(&key, neighbours, out),
            Posted::Cancel(cancel) => self.do_cancel(&cancel, looper, out),
            Posted::CancelAll(cancel) => self.do_cancel_all(&cancel, looper, out),
            Posted::RemoveFlag(remove) => self.do_remove_flag(&remove, looper, out),
        }
    }

    /// `createNotificationChannel`.
    ///
    /// # Errors
    ///
    /// `IllegalArgumentException` for an importance that does not exist and for a reserved id.
    pub fn create_channel(
        &mut self,
        user: UserId,
        package: &str,
        channel: &str,
        importance: i32,
        group: Option<&str>,
    ) -> Result<(), Exception> {
        self.channels.create(user, package, channel, importance, group)
    }

    /// `deleteNotificationChannel`: its notifications go, too. Rule: JOB-NOTIF-023.
    ///
    /// # Errors
    ///
    /// `IllegalArgumentException` for the default channel, `SecurityException` for one that a
    /// foreground service or a user-initiated job uses, in this order.
    pub fn delete_channel(
        &mut self,
        user: UserId,
        package: &str,
        channel: &str,
        neighbours: &dyn Neighbours,
        looper: &mut Looper,
        out: &mut Output,
    ) -> Result<(), Exception> {
        if channel == DEFAULT_CHANNEL_ID {
            return Err(Exception::IllegalArgument("the default channel stays".to_owned()));
        }
        enforce_deletable(user, package, channel, neighbours, out)?;
        looper.post_notification(CancelAll::of_channel(user, package, channel));
        self.channels.delete(user, package, channel);
        Ok(())
    }

    /// `deleteNotificationChannelGroup`: all of its channels, or none. Rule: JOB-NOTIF-023.
    ///
    /// # Errors
    ///
    /// `SecurityException` for the first channel that a foreground service or a user-initiated job
    /// uses.
    pub fn delete_channel_group(
        &mut self,
        user: UserId,
        package: &str,
        group: &str,
        neighbours: &dyn Neighbours,
        looper: &mut Looper,
        out: &mut Output,
    ) -> Result<(), Exception> {
        let channels = self.channels.of_group(user, package, group);
        for channel in &channels {
            enforce_deletable(user, package, channel, neighbours, out)?;
        }
        for channel in &channels {
            self.channels.delete(user, package, channel);
            looper.post_notification(CancelAll::of_channel(user, package, channel));
        }
        Ok(())
    }

    /// The importance of a channel; `None` if there is no such channel.
    pub fn channel_importance(
        &self,
        user: UserId,
        package: &str,
        channel: &str,
    ) -> Option<Importance> {
        self.channels.get(user, package, channel).map(|channel| channel.importance)
    }

    /// What is shown, in the order of user, package, tag and id.
    pub fn shown(&self) -> impl Iterator<Item = Shown<'_>> {
        self.records.posted.values().map(|record| Shown {
            key: &record.key,
            channel: &record.notification.channel,
            flags: record.notification.flags,
            importance: record.importance,
        })
    }

    /// Whether a notification is shown under this key.
    pub fn is_shown(&self, key: &Key) -> bool {
        self.records.posted.contains_key(key)
    }

    /// An app is gone: its notifications and its channels go. What is under way finds nothing left.
    pub fn package_removed(&mut self, user: UserId, package: &str, looper: &mut Looper) {
        looper.post_notification(CancelAll::of_package(user, package));
        self.channels.forget(user, package);
    }
}

impl NotificationCall {
    /// The package that the call is about.
    fn package(&self) -> &str {
        match self {
            Self::CreateChannel { package, .. }
            | Self::DeleteChannel { package, .. }
            | Self::DeleteChannelGroup { package, .. }
            | Self::Notify { package, .. }
            | Self::Cancel { package, .. }
            | Self::CancelAll { package } => package,
        }
    }
}

/// `checkCallerIsSystemOrSameApp`.
fn check_is_package_of(
    uid: Uid,
    package: &str,
    neighbours: &dyn Neighbours,
) -> Result<(), Exception> {
    if uid.holds_everything() || neighbours.is_package_of(uid, package) {
        return Ok(());
    }
    Err(Exception::Security(format!("uid {uid} cannot act for package {package}")))
}

/// The two checks that protect a channel in use. Rule: JOB-NOTIF-023.
fn enforce_deletable(
    user: UserId,
    package: &str,
    channel: &str,
    neighbours: &dyn Neighbours,
    out: &mut Output,
) -> Result<(), Exception> {
    let holder = if neighbours.has_foreground_service_notification(user, package, channel) {
        "a foreground service"
    } else if neighbours.has_user_initiated_job_channel(user, package, channel) {
        "a user-initiated job"
    } else {
        return Ok(());
    };
    out.decide(&JOB_NOTIF_023, "channel is in use", || facts!(channel = channel, holder = holder));
    Err(Exception::Security(format!("channel {channel} cannot be deleted: {holder} uses it")))
}

/// Posting to the manager itself.
pub(super) trait PostNotification {
    /// Posts a message for [`NotificationManager::on_posted`].
    fn post_notification(&mut self, posted: impl Into<Posted>);
}

impl PostNotification for Looper {
    fn post_notification(&mut self, posted: impl Into<Posted>) {
        self.post(crate::looper::Posted::Notification(posted.into()));
    }
}
