//! `PreferencesHelper`: the channels of apps, what the app gave them and what the user made of them.

use std::collections::BTreeMap;

use crate::exception::Exception;
use crate::ids::UserId;

/// `NotificationChannel.DEFAULT_CHANNEL_ID`: the system's own, for apps without channels.
pub const DEFAULT_CHANNEL_ID: &str = "miscellaneous";

/// `NotificationManager.IMPORTANCE_*`, lowest first.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Importance {
    /// Nothing is shown.
    None,
    /// Only in the shade, below the fold.
    Min,
    /// Without a sound.
    Low,
    /// With a sound.
    Default,
    /// Peeks.
    High,
    /// As high.
    Max,
}

impl Importance {
    /// All of them, by level.
    const ALL: [Self; 6] = [Self::None, Self::Min, Self::Low, Self::Default, Self::High, Self::Max];

    /// The importance with this number, if there is one.
    pub fn from_level(level: i32) -> Option<Self> {
        usize::try_from(level).ok().and_then(|index| Self::ALL.get(index)).copied()
    }

    /// Its number.
    pub const fn level(self) -> i32 {
        self as i32
    }

    /// Hardly or not at all visible, which the notification of a job or a service must not be.
    pub(super) const fn is_min_or_none(self) -> bool {
        matches!(self, Self::Min | Self::None)
    }
}

/// `NotificationChannel`.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) struct Channel {
    pub(super) importance: Importance,
    pub(super) group: Option<String>,
    /// `USER_LOCKED_IMPORTANCE`: the user chose it.
    pub(super) importance_locked: bool,
    /// It has shown the notification of a job or a service. Rule: JOB-NOTIF-024.
    pub(super) user_visible_task_shown: bool,
    /// A deleted channel is remembered: created again, it is as it was.
    deleted: bool,
}

/// The channels of all apps.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub(super) struct Channels(BTreeMap<(UserId, String), BTreeMap<String, Channel>>);

impl Channels {
    /// `createNotificationChannel` by the app: of a channel that exists it can only lower the
    /// importance, and only as long as the user has not chosen one.
    ///
    /// # Errors
    ///
    /// `IllegalArgumentException` for an importance that does not exist and for a reserved id.
    pub(super) fn create(
        &mut self,
        user: UserId,
        package: &str,
        id: &str,
        importance: i32,
        group: Option<&str>,
    ) -> Result<(), Exception> {
        let refused = |why: String| Exception::IllegalArgument(why);
        let importance = Importance::from_level(importance)
            .ok_or_else(|| refused(format!("invalid importance level {importance}")))?;
        if id == DEFAULT_CHANNEL_ID {
            return Err(refused(format!("reserved channel id `{id}`")));
        }
        let channels = self.0.entry((user, package.to_owned())).or_default();
        let group = group.map(str::to_owned);
        match channels.get_mut(id) {
            Some(channel) => {
                channel.deleted = false;
                if channel.group.is_none() {
                    channel.group = group;
                }
                if !channel.importance_locked && importance < channel.importance {
                    channel.importance = importance;
                }
            }
            None => {
                let channel = Channel {
                    importance,
                    group,
                    importance_locked: false,
                    user_visible_task_shown: false,
                    deleted: false,
                };
                channels.insert(id.to_owned(), channel);
            }
        }
        Ok(())
    }

    /// The channel, unless it is deleted.
    pub(super) fn get(&self, user: UserId, package: &str, id: &str) -> Option<&Channel> {
        self.0.get(&(user, package.to_owned()))?.get(id).filter(|channel| !channel.deleted)
    }

    /// The channel to be changed, unless it is deleted.
    pub(super) fn get_mut(
        &mut self,
        user: UserId,
        package: &str,
        id: &str,
    ) -> Option<&mut Channel> {
        let channels = self.0.get_mut(&(user, package.to_owned()))?;
        channels.get_mut(id).filter(|channel| !channel.deleted)
    }

    /// The user chooses an importance. To choose the one that it has locks nothing.
    pub(super) fn set_by_user(&mut self, user: UserId, package: &str, id: &str, to: Importance) {
        if let Some(channel) = self.get_mut(user, package, id) {
            channel.importance_locked |= channel.importance != to;
            channel.importance = to;
        }
    }

    /// Deletes the channel, which stays remembered.
    pub(super) fn delete(&mut self, user: UserId, package: &str, id: &str) {
        if let Some(channel) = self.get_mut(user, package, id) {
            channel.deleted = true;
        }
    }

    /// The ids of the channels of a group that are not deleted, in order.
    pub(super) fn of_group(&self, user: UserId, package: &str, group: &str) -> Vec<String> {
        let channels = self.0.get(&(user, package.to_owned())).into_iter().flatten();
        channels
            .filter(|(_, channel)| !channel.deleted && channel.group.as_deref() == Some(group))
            .map(|(id, _)| id.clone())
            .collect()
    }

    /// Forgets all channels of an app that is gone.
    pub(super) fn forget(&mut self, user: UserId, package: &str) {
        self.0.remove(&(user, package.to_owned()));
    }
}
