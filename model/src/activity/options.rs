//! What sender and creator of a pending intent say about background starts. Rules: BAL-049, BAL-060 … 064.

use serde::{Deserialize, Serialize};

use super::BackgroundStartPrivileges;
use crate::rules::bal::{BAL_049, BAL_050, BAL_060, BAL_061, BAL_064};
use crate::{facts, Exception, Output, Uid};

/// `MODE_BACKGROUND_ACTIVITY_START_*`. Rule: BAL-061.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum BackgroundActivityStartMode {
    /// 0: no choice, the key is absent.
    #[default]
    SystemDefined,
    /// 1
    Allowed,
    /// 2
    Denied,
}

impl BackgroundActivityStartMode {
    /// The mode with this number, as the setter of the sender takes it.
    ///
    /// # Errors
    ///
    /// There is no such mode. Rule: BAL-061.
    pub fn from_number(number: i32, out: &mut Output) -> Result<Self, Exception> {
        match number {
            0 => Ok(Self::SystemDefined),
            1 => Ok(Self::Allowed),
            2 => Ok(Self::Denied),
            unknown => {
                out.decide(&BAL_061, "unknown mode", || facts!(mode = unknown));
                Err(Exception::IllegalArgument(format!("{unknown} is not a valid mode")))
            }
        }
    }

    /// What this setting is once `later` is laid over it; no choice overrides nothing.
    fn overlaid_by(self, later: Self) -> Self {
        match later {
            Self::SystemDefined => self,
            Self::Allowed | Self::Denied => later,
        }
    }
}

/// The background-start part of `ActivityOptions`.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StartOptions {
    /// What the creator of the pending intent lends.
    pub creator_mode: BackgroundActivityStartMode,
    /// What its sender lends.
    pub sender_mode: BackgroundActivityStartMode,
    /// The sender's permission counts.
    pub allowed_by_permission: bool,
}

impl StartOptions {
    /// The options of an activity pending intent: the creator's, overlaid by the sender's.
    ///
    /// Rule: BAL-064.
    pub fn merged(creator: Option<Self>, sender: Option<Self>, out: &mut Output) -> Option<Self> {
        let (creator, sender) = match (creator, sender) {
            (Some(creator), Some(sender)) => (creator, sender),
            (one, other) => return one.or(other),
        };
        out.decide(&BAL_064, "options merged", || facts!(creator = creator, sender = sender));
        Some(Self {
            creator_mode: creator.creator_mode.overlaid_by(sender.creator_mode),
            sender_mode: creator.sender_mode.overlaid_by(sender.sender_mode),
            allowed_by_permission: creator.allowed_by_permission || sender.allowed_by_permission,
        })
    }

    /// Whether the sender made no choice. Rule: BAL-063.
    pub fn is_system_defined(options: Option<Self>) -> bool {
        options.map_or(true, |options| {
            options.sender_mode == BackgroundActivityStartMode::SystemDefined
        })
    }
}

/// What a sender lends; `rescinds` says that change 244637991 is on for it.
///
/// Rule: BAL-060.
pub fn lent_by_sender(
    options: Option<StartOptions>,
    rescinds: bool,
    out: &mut Output,
) -> BackgroundStartPrivileges {
    let lent = match options.unwrap_or_default().sender_mode {
        BackgroundActivityStartMode::Allowed => BackgroundStartPrivileges::AllowBal,
        BackgroundActivityStartMode::Denied => BackgroundStartPrivileges::None,
        BackgroundActivityStartMode::SystemDefined if rescinds => {
            BackgroundStartPrivileges::AllowFgs
        }
        BackgroundActivityStartMode::SystemDefined => BackgroundStartPrivileges::AllowBal,
    };
    out.decide(&BAL_060, "lent by the sender", || facts!(lent = lent, rescinds = rescinds));
    lent
}

/// A pending intent on its way.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Sending {
    /// Who made it.
    pub creator: Uid,
    /// Who sends it.
    pub sender: Uid,
    /// The sender passed the token of the notification service, and that is registered for this kind.
    pub by_notification: bool,
    /// The sender has an active visible window.
    pub sender_visible: bool,
    /// The sender's own options; the creator's are not read.
    pub options: Option<StartOptions>,
    /// Change 244637991 is on for the sender.
    pub rescinds: bool,
}

impl Sending {
    /// What a service start or a broadcast by pending intent may do.
    ///
    /// Rule: BAL-049.
    pub fn privileges_for_service_or_broadcast(
        &self,
        out: &mut Output,
    ) -> BackgroundStartPrivileges {
        if self.by_notification {
            out.decide(&BAL_050, "sent from a notification", || facts!(sender = self.sender));
            return BackgroundStartPrivileges::Notification;
        }
        if self.creator != self.sender && self.sender_visible {
            out.decide(&BAL_049, "sent by a visible app", || facts!(sender = self.sender));
            return lent_by_sender(self.options, self.rescinds, out);
        }
        out.decide(&BAL_049, "nothing handed along", || facts!(sender = self.sender));
        BackgroundStartPrivileges::None
    }

    /// What an activity start by pending intent is handed along. Rule: BAL-049.
    pub fn privileges_for_activity(&self) -> BackgroundStartPrivileges {
        if self.by_notification {
            BackgroundStartPrivileges::Notification
        } else {
            BackgroundStartPrivileges::None
        }
    }
}
