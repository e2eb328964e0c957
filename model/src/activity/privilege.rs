//! `BackgroundStartPrivileges`: what a start from the background may do, and how processes come to hold it.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::fgs::effect::ServiceToken;
use crate::ids::Caller;
use crate::rules::bal::BAL_045;
use crate::{facts, Exception, Output};

/// What a start may do from the background beyond what the caller's own state allows.
///
/// Of all originating tokens only that of the notification service is ever told apart, so it is the only
/// one kept here. Rule: BAL-040.
#[derive(
    Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum BackgroundStartPrivileges {
    /// Nothing.
    #[default]
    None,
    /// Foreground services, but no activities.
    AllowFgs,
    /// Activities, and therefore foreground services.
    AllowBal,
    /// The same, with the token of the notification service.
    Notification,
}

impl BackgroundStartPrivileges {
    /// The privileges with these two bits.
    ///
    /// # Errors
    ///
    /// Activities without foreground services cannot be had. Rule: BAL-040.
    pub fn of(activities: bool, foreground_services: bool) -> Result<Self, Exception> {
        match (activities, foreground_services) {
            (false, false) => Ok(Self::None),
            (false, true) => Ok(Self::AllowFgs),
            (true, true) => Ok(Self::AllowBal),
            (true, false) => Err(Exception::IllegalArgument(
                "background activity starts imply background foreground-service starts".to_owned(),
            )),
        }
    }

    /// Whether activities may be started.
    pub const fn allows_background_activity_starts(self) -> bool {
        matches!(self, Self::AllowBal | Self::Notification)
    }

    /// Whether foreground services may be started.
    pub const fn allows_background_fgs_starts(self) -> bool {
        matches!(self, Self::AllowFgs | Self::AllowBal | Self::Notification)
    }

    /// Whether anything may be started.
    pub const fn allows_any(self) -> bool {
        !matches!(self, Self::None)
    }

    /// Both together; a token survives only if both have it, or one side is nothing at all.
    ///
    /// Rule: BAL-041.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        match (self, other) {
            (Self::None, one) | (one, Self::None) => one,
            (Self::Notification, Self::Notification) => Self::Notification,
            (Self::AllowFgs, Self::AllowFgs) => Self::AllowFgs,
            (
                Self::AllowFgs | Self::AllowBal | Self::Notification,
                Self::AllowFgs | Self::AllowBal | Self::Notification,
            ) => Self::AllowBal,
        }
    }
}

/// What a broadcast may do, given what it was handed along and whether its options ask for activity starts.
///
/// # Errors
///
/// `SecurityException` if they ask and the real caller does not hold `START_ACTIVITIES_FROM_BACKGROUND`; nothing
/// is sent then. Rule: BAL-045.
pub fn privileges_of_broadcast(
    handed_along: BackgroundStartPrivileges,
    asks_for_activities: bool,
    caller: Caller,
    holds: bool,
    out: &mut Output,
) -> Result<BackgroundStartPrivileges, Exception> {
    if !asks_for_activities {
        return Ok(handed_along);
    }
    out.decide(&BAL_045, "options ask for activity starts", || {
        facts!(caller = caller, holds = holds)
    });
    if holds {
        return Ok(BackgroundStartPrivileges::AllowBal);
    }
    Err(Exception::Security(format!(
        "uid {} may not let a broadcast start activities from the background: \
         START_ACTIVITIES_FROM_BACKGROUND required",
        caller.uid
    )))
}

/// What lends a process its privileges.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Entity {
    /// A broadcast dispatched to it. Rule: BAL-044.
    Broadcast(u64),
    /// A service it hosts. Rules: BAL-046, BAL-048.
    Service(ServiceToken),
    /// Another part of the system.
    System(u64),
}

/// The privileges a process holds, by what lends them.
///
/// Rule: BAL-042.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct PrivilegeTokens {
    by_entity: BTreeMap<Entity, BackgroundStartPrivileges>,
}

impl PrivilegeTokens {
    /// Lends privileges, in place of what the entity lent before.
    ///
    /// # Errors
    ///
    /// Privileges that allow nothing cannot be lent.
    pub fn add_or_update(
        &mut self,
        entity: Entity,
        privileges: BackgroundStartPrivileges,
    ) -> Result<(), Exception> {
        if !privileges.allows_any() {
            return Err(Exception::IllegalArgument(
                "background start privileges do not allow anything".to_owned(),
            ));
        }
        self.by_entity.insert(entity, privileges);
        Ok(())
    }

    /// Takes back what the entity lent; nothing happens if it lent nothing.
    pub fn remove(&mut self, entity: Entity) {
        self.by_entity.remove(&entity);
    }

    /// Whether nothing is lent.
    pub fn is_empty(&self) -> bool {
        self.by_entity.is_empty()
    }

    /// Everything lent, merged.
    pub fn merged(&self) -> BackgroundStartPrivileges {
        self.iter().fold(BackgroundStartPrivileges::None, BackgroundStartPrivileges::merge)
    }

    /// Everything lent, one by one.
    pub fn iter(&self) -> impl Iterator<Item = BackgroundStartPrivileges> + '_ {
        self.by_entity.values().copied()
    }
}
