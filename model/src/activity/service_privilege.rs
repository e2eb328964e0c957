//! Tokens that services hold for their processes: by privileged starts and by privileged bindings.
//!
//! Rules: BAL-046 … 048. The trap: a start's removal is the removal of the *oldest* start's privileges, and a
//! service that moves to another process cancels the removals but keeps the queue they would have drained.

use std::collections::VecDeque;

use super::BackgroundStartPrivileges;
use crate::fgs::effect::ServiceToken;
use crate::ids::Pid;
use crate::rules::bal::{BAL_046, BAL_047, BAL_048};
use crate::{facts, Output};

/// What a service lends the process that hosts it.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub(super) struct ServicePrivileges {
    /// `app`: the process it runs in.
    host: Option<Pid>,
    /// `mAppForAllowingBgActivityStartsByStart`: the process that was lent the privileges of a start.
    lent_to: Option<Pid>,
    /// The privileges of starts, oldest first.
    by_start: VecDeque<BackgroundStartPrivileges>,
    by_start_merged: BackgroundStartPrivileges,
    by_binding: bool,
    /// Removals that are under way, by number.
    pub(super) removals: VecDeque<u64>,
}

/// What is to be done to the tokens of a process.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum TokenChange {
    Lend(Pid, BackgroundStartPrivileges),
    TakeBack(Pid),
}

impl ServicePrivileges {
    /// Whether nothing is left to remember.
    pub(super) fn is_spent(&self) -> bool {
        *self == Self { host: self.host, ..Self::default() }
    }

    pub(super) fn host(&self) -> Option<Pid> {
        self.host
    }

    /// A start with privileges. Rule: BAL-046.
    pub(super) fn start(
        &mut self,
        service: ServiceToken,
        privileges: BackgroundStartPrivileges,
        out: &mut Output,
    ) -> Option<TokenChange> {
        out.decide(&BAL_046, "start lends privileges", || {
            facts!(service = service, privileges = privileges)
        });
        self.by_start.push_back(privileges);
        let merged = privileges.merge(self.by_start_merged);
        // The platform compares instances: only those of the notification service are made anew each time.
        let same =
            merged == self.by_start_merged && merged != BackgroundStartPrivileges::Notification;
        self.by_start_merged = merged;
        if self.host.is_some() {
            self.lent_to = self.host;
        }
        if same {
            None
        } else {
            self.of_host()
        }
    }

    /// The time of the oldest start is over. Rule: BAL-046.
    pub(super) fn expire(
        &mut self,
        service: ServiceToken,
        out: &mut Output,
    ) -> Option<TokenChange> {
        self.by_start.pop_front()?;
        out.decide(&BAL_046, "privileges of a start expire", || {
            facts!(service = service, left = self.by_start.len())
        });
        if let Some((&first, rest)) = split_first(&self.by_start) {
            self.by_start_merged = rest.rev().fold(first, |merged, &next| merged.merge(next));
            return Some(TokenChange::Lend(self.lent_to?, self.lent()));
        }
        let lent_to = self.lent_to.take();
        if self.host == lent_to {
            self.by_start_merged = BackgroundStartPrivileges::None;
            self.of_host()
        } else {
            lent_to.map(TokenChange::TakeBack)
        }
    }

    /// The service runs in another process, or in none. Rule: BAL-047.
    pub(super) fn set_host(
        &mut self,
        service: ServiceToken,
        host: Option<Pid>,
        out: &mut Output,
    ) -> (Vec<TokenChange>, Cancel) {
        let (mut changes, mut cancel) = (Vec::new(), Cancel::Nothing);
        if let Some(new) = host {
            if let Some(old) = self.lent_to.filter(|&old| old != new) {
                out.decide(&BAL_047, "privileges move with the service", || {
                    facts!(service = service, from = old, to = new)
                });
                changes.push(TokenChange::TakeBack(old));
                cancel = Cancel::Removals;
            }
            self.lent_to = self.by_start_merged.allows_any().then_some(new);
            changes.push(match self.lent() {
                BackgroundStartPrivileges::None => TokenChange::TakeBack(new),
                lent => TokenChange::Lend(new, lent),
            });
        }
        if let Some(old) = self.host.filter(|_| self.host != host) {
            if !self.by_start_merged.allows_any() {
                changes.push(TokenChange::TakeBack(old));
            }
        }
        self.host = host;
        (changes, cancel)
    }

    /// A connection with `BIND_ALLOW_BACKGROUND_ACTIVITY_STARTS` exists, or none any more. Rule: BAL-048.
    pub(super) fn set_by_binding(
        &mut self,
        service: ServiceToken,
        bound: bool,
        out: &mut Output,
    ) -> Option<TokenChange> {
        out.decide(&BAL_048, "privileged binding", || facts!(service = service, bound = bound));
        self.by_binding = bound;
        self.of_host()
    }

    /// `updateParentProcessBgActivityStartsToken`.
    fn of_host(&self) -> Option<TokenChange> {
        let host = self.host?;
        Some(match self.lent() {
            BackgroundStartPrivileges::None => TokenChange::TakeBack(host),
            lent => TokenChange::Lend(host, lent),
        })
    }

    /// What the process holds: plain activity starts while privileged bindings exist, else what starts lent.
    fn lent(&self) -> BackgroundStartPrivileges {
        if self.by_binding {
            BackgroundStartPrivileges::AllowBal
        } else if self.by_start.is_empty() {
            BackgroundStartPrivileges::None
        } else {
            self.by_start_merged
        }
    }
}

/// What becomes of removals that are under way.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Cancel {
    Nothing,
    Removals,
}

fn split_first<T>(queue: &VecDeque<T>) -> Option<(&T, impl DoubleEndedIterator<Item = &T>)> {
    let mut all = queue.iter();
    Some((all.next()?, all))
}
