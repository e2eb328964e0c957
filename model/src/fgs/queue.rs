//! The queue of services that are started in the background. Rule: FGS-START-027.

use super::active_services::{ActiveServices, Context};
use super::effect::ServiceToken;
use super::{Message, Posted};
use crate::facts;
use crate::ids::UserId;
use crate::looper;
use crate::rules::fgs_start as rule;

impl ActiveServices {
    /// A service that was brought up in the background has a while to settle.
    pub(super) fn add_to_starting(
        &mut self,
        token: ServiceToken,
        user: UserId,
        cx: &mut Context<'_>,
    ) {
        let limit = cx.now.uptime.plus(self.constants.service_bg_start_timeout);
        self.record_mut(token).starting_bg_timeout = limit;
        let starting = &mut self.user_mut(user).starting_background;
        let first = starting.is_empty();
        starting.push(token);
        cx.out.decide(&rule::FGS_START_027, "starting", || facts!(token, limit));
        if first {
            self.reschedule_delayed_starts(user, cx);
        }
    }

    /// It has settled: is bound, in the foreground, idle, gone, or was started from the foreground.
    pub(super) fn ensure_not_starting_background(
        &mut self,
        token: ServiceToken,
        cx: &mut Context<'_>,
    ) {
        let Some(user) = self.record(token).map(|record| record.user) else { return };
        let map = self.user_mut(user);
        let before = map.starting_background.len();
        map.starting_background.retain(|starting| *starting != token);
        map.delayed_start.retain(|delayed| *delayed != token);
        if map.starting_background.len() != before {
            let next = looper::Posted::Service(Posted::NextDelayedStart { user });
            cx.looper.remove_posted(|posted| *posted == next);
            cx.post(Posted::NextDelayedStart { user });
        }
    }

    pub(super) fn remove_from_delayed(&mut self, token: ServiceToken) {
        let record = self.record_mut(token);
        if record.delayed {
            record.delayed = false;
            let user = record.user;
            self.user_mut(user).delayed_start.retain(|delayed| *delayed != token);
        }
    }

    /// Drops from the starting list what has had its time, and brings up as many delayed services as
    /// there is room for, in the order in which they were delayed.
    pub(super) fn reschedule_delayed_starts(&mut self, user: UserId, cx: &mut Context<'_>) {
        cx.remove_message(Message::BackgroundStartTimeout { user });
        let now = cx.now.uptime;
        let starting = std::mem::take(&mut self.user_mut(user).starting_background);
        self.user_mut(user).starting_background = starting
            .into_iter()
            .filter(|token| self.record(*token).is_some_and(|it| it.starting_bg_timeout > now))
            .collect();
        let maximum = self.constants.max_starting_background;
        while self.user_mut(user).starting_background.len() < maximum
            && !self.user_mut(user).delayed_start.is_empty()
        {
            let token = self.user_mut(user).delayed_start.remove(0);
            let record = self.record_mut(token);
            record.delayed = false;
            if !record.pending_starts.is_empty() {
                cx.out.decide(&rule::FGS_START_027, "its turn has come", || facts!(token));
                self.bring_up_started(token, false, true, cx);
            }
        }
        let first = self.user_mut(user).starting_background.first().copied();
        if let Some(limit) = first.and_then(|it| self.record(it)).map(|it| it.starting_bg_timeout) {
            cx.send_at(Message::BackgroundStartTimeout { user }, limit.max(now));
        }
    }
}
