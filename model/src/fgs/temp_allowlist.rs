//! `FgsTempAllowList`: who may do something for a while, and why.
//!
//! Rules: FGS-BG-032, FGS-BG-034, FGS-WIU-014. The trap: a later entry replaces an earlier one only if
//! it ends later; otherwise the old one stays, with its old reason.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::reason::ReasonCode;
use crate::facts;
use crate::ids::Uid;
use crate::output::Output;
use crate::rules::{fgs_bg as rule, fgs_wiu as wiu};
use crate::time::Elapsed;

/// Uids with an expiry and a reason each.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct FgsTempAllowlist {
    entries: BTreeMap<Uid, Entry>,
}

#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
struct Entry {
    expiry: Elapsed,
    reason: ReasonCode,
}

impl FgsTempAllowlist {
    /// Adds a uid for a while; whether the entry is now that of this call. Rule: FGS-BG-032.
    pub fn add(
        &mut self,
        now: Elapsed,
        uid: Uid,
        duration: i64,
        reason: ReasonCode,
        out: &mut Output,
    ) -> bool {
        let expiry = now.plus(duration);
        let known = self.entries.get(&uid);
        let later = known.map_or(true, |entry| expiry > entry.expiry);
        let taken = duration > 0 && later;
        if taken {
            self.entries.insert(uid, Entry { expiry, reason });
        }
        out.decide(&rule::FGS_BG_032, "added?", || facts!(uid, duration, reason, taken));
        taken
    }

    /// Takes a uid off.
    pub fn remove(&mut self, uid: Uid) {
        self.entries.remove(&uid);
    }

    /// Takes an app off, for all users. Rule: FGS-BG-032.
    pub fn remove_app(&mut self, app_id: u32) {
        self.entries.retain(|uid, _| uid.app_id() != app_id);
    }

    /// The reason of the entry of a uid; it still counts at exactly its expiry. Rule: FGS-BG-032.
    pub fn get(&self, now: Elapsed, uid: Uid) -> Option<ReasonCode> {
        self.entries.get(&uid).filter(|entry| entry.expiry >= now).map(|entry| entry.reason)
    }

    /// The same for the list of while-in-use access. Rule: FGS-WIU-014.
    pub fn allows_while_in_use(&self, now: Elapsed, uid: Uid, out: &mut Output) -> bool {
        let allowed = self.get(now, uid).is_some();
        out.decide(&wiu::FGS_WIU_014, "temporarily allowed?", || facts!(uid, allowed));
        allowed
    }
}

/// `PowerExemptionManager.TEMPORARY_ALLOW_LIST_TYPE_*`. Rule: FGS-BG-034.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TempAllowlistType {
    /// -1: the request is dropped.
    None,
    /// 0: the app may start foreground services.
    ForegroundServiceAllowed,
    /// 1: it may not.
    ForegroundServiceNotAllowed,
    /// 4: the app is not frozen.
    AppFreezingDelayed,
}

impl TempAllowlistType {
    /// The type of a request with this reason, given the type that was asked for and
    /// `push_messaging_over_quota_behavior`. Rule: FGS-BG-034.
    pub fn for_reason(self, reason: ReasonCode, over_quota: i32, out: &mut Output) -> Self {
        let mapped = if reason == ReasonCode::PUSH_MESSAGING_OVER_QUOTA {
            match over_quota {
                -1 => Self::None,
                0 => Self::ForegroundServiceAllowed,
                _ => Self::ForegroundServiceNotAllowed,
            }
        } else if reason.is_denied() {
            Self::None
        } else {
            self
        };
        out.decide(&rule::FGS_BG_034, "type of the request", || facts!(reason, mapped));
        mapped
    }
}
