//! Tests of this room; [`Phone`] is the room with an app, its jobs and its services around it.

use std::collections::{BTreeMap, BTreeSet};

use super::call::NotificationCall;
use super::effect::NotificationEffect;
use super::*;
use crate::effect::Effect;
use crate::exception::Exception;
use crate::fgs::NotificationPolicy;
use crate::ids::{Caller, Uid, UserId};
use crate::looper::{self, Fired, Looper};
use crate::output::Output;
use crate::reply::Reply;
use crate::time::{Now, Wall};

mod channels;
mod protection;
mod stripping;

const UID: Uid = Uid(10_123);
const USER: UserId = UserId(0);
const APP: &str = "com.example";

/// What stands around the manager.
#[derive(Clone, Debug, Default)]
struct Around {
    /// The ids of user-initiated jobs, and their channels.
    jobs: BTreeMap<i32, String>,
    /// The ids of foreground services, and the channels their notifications are on.
    services: BTreeMap<i32, String>,
    /// Foreground services whose notification waits.
    deferred: BTreeSet<i32>,
    blocked: bool,
    device_owner: bool,
}

impl Neighbours for Around {
    fn is_package_of(&self, uid: Uid, package: &str) -> bool {
        uid == UID && package == APP
    }

    fn may_post_notifications(&self, _: Uid) -> bool {
        !self.blocked
    }

    fn can_be_non_dismissible(&self, _: Uid, _: &str) -> bool {
        self.device_owner
    }

    fn apply_foreground_service_notification(
        &mut self,
        key: &Key,
        notification: &Notification,
    ) -> NotificationPolicy {
        assert_eq!(key.tag, None, "foreground services have no tags");
        match self.services.get_mut(&key.id) {
            None => NotificationPolicy::NotForegroundService,
            Some(channel) => {
                channel.clone_from(&notification.channel);
                if self.deferred.contains(&key.id) {
                    NotificationPolicy::UpdateOnly
                } else {
                    NotificationPolicy::ShowImmediately
                }
            }
        }
    }

    fn has_foreground_service_notification(&self, _: UserId, _: &str, channel: &str) -> bool {
        self.services.values().any(|used| used == channel)
    }

    fn has_user_initiated_job_id(&self, _: UserId, _: &str, id: i32) -> bool {
        self.jobs.contains_key(&id)
    }

    fn has_user_initiated_job_channel(&self, _: UserId, _: &str, channel: &str) -> bool {
        self.jobs.values().any(|used| used == channel)
    }
}

/// The manager, one app, and what happens to the app's notifications.
#[derive(Clone, Debug)]
struct Phone {
    manager: NotificationManager,
    around: Around,
    looper: Looper,
    now: Now,
    out: Output,
}

impl Phone {
    /// The app has a channel of every importance, named after it.
    fn new() -> Self {
        let mut phone = Self {
            manager: NotificationManager::new(),
            around: Around::default(),
            looper: Looper::default(),
            now: Now::at_boot(Wall(0)),
            out: Output::tracing(),
        };
        for (level, channel) in (0..).zip(["none", "min", "low", "default", "high"]) {
            let created = phone.manager.create_channel(USER, APP, channel, level, None);
            created.expect("a valid channel");
        }
        phone
    }

    /// Handles the manager's messages.
    fn settle(&mut self) {
        while let Some(posted) = self.looper.pop_posted() {
            let looper::Posted::Notification(posted) = posted else { continue };
            let Self { manager, around, looper, now, out } = self;
            manager.on_posted(posted, *now, around, looper, out);
        }
    }

    /// A call of the app and what follows from it.
    fn call(&mut self, call: NotificationCall) -> Result<Reply, Exception> {
        let caller = Caller { uid: UID, pid: None };
        let Self { manager, around, looper, out, .. } = self;
        let answer = manager.call(caller, call, around, looper, out);
        self.settle();
        answer
    }

    /// The app posts a notification.
    fn notify(&mut self, id: i32, notification: Notification) {
        let notification = Box::new(notification);
        let call = NotificationCall::Notify { package: APP.into(), tag: None, id, notification };
        self.call(call).expect("a valid notification");
    }

    /// A user-initiated job posts a notification; the id and its channel are the job's from now on.
    fn post_for_job(&mut self, id: i32, mut notification: Notification) {
        self.around.jobs.insert(id, notification.channel.clone());
        notification.flags |= FLAG_USER_INITIATED_JOB;
        self.enqueue(id, notification);
    }

    /// A foreground service posts a notification.
    fn post_for_service(&mut self, id: i32, notification: Notification) {
        self.around.services.insert(id, notification.channel.clone());
        self.enqueue(id, notification);
    }

    fn enqueue(&mut self, id: i32, notification: Notification) {
        let post = Post { key: key(id), uid: UID, notification, policy: None };
        let Self { manager, around, looper, out, .. } = self;
        manager.enqueue(post, around, looper, out);
        self.settle();
    }

    /// The app cancels a notification.
    fn cancel(&mut self, id: i32) {
        self.call(NotificationCall::Cancel { package: APP.into(), tag: None, id })
            .expect("an app may always ask");
    }

    /// The app cancels all it can.
    fn cancel_all(&mut self) {
        self.call(NotificationCall::CancelAll { package: APP.into() })
            .expect("an app may always ask");
    }

    /// Something that the user or the system does.
    fn act(&mut self, act: impl FnOnce(&mut NotificationManager, &mut Looper, &mut Output)) {
        act(&mut self.manager, &mut self.looper, &mut self.out);
        self.settle();
    }

    fn dismiss(&mut self, id: i32) {
        self.act(|manager, looper, _| manager.on_dismiss(&key(id), looper));
    }

    fn remove_flag(&mut self, id: i32, of: ServiceOrJob) {
        self.act(|manager, looper, _| manager.remove_flag(USER, APP, id, of, looper));
    }

    fn set_importance(&mut self, channel: &str, importance: Importance) {
        self.act(|manager, looper, out| {
            manager.on_channel_importance(USER, APP, channel, importance, looper, out);
        });
    }

    fn importance(&self, channel: &str) -> Option<Importance> {
        self.manager.channel_importance(USER, APP, channel)
    }

    /// The flags of what is shown under the id.
    fn flags(&self, id: i32) -> Option<u32> {
        self.manager.shown().find(|shown| *shown.key == key(id)).map(|shown| shown.flags)
    }

    /// The ids of what is shown, in order.
    fn ids(&self) -> Vec<i32> {
        self.manager.shown().map(|shown| shown.key.id).collect()
    }

    /// Whether this rule decided anything so far.
    fn cites(&self, rule: &str) -> bool {
        self.out.decisions.iter().any(|decision| decision.rule.id == rule)
    }
}

fn key(id: i32) -> Key {
    Key { user: USER, package: APP.to_owned(), tag: None, id }
}

/// A notification with these flags on the channel.
fn on(channel: &str, flags: u32) -> Notification {
    Notification { channel: channel.to_owned(), flags, small_icon: true, ..Notification::default() }
}

/// The same as a member of a group.
fn of_group(channel: &str, flags: u32, group: &str) -> Notification {
    Notification { group: Some(group.to_owned()), ..on(channel, flags) }
}
