//! How often an app may call `schedule` with a persisted job: the platform's `CountQuotaTracker`.
//!
//! The test looks at the events of a sliding window and comes before the call's own event is noted.
//! Rules: JOB-SCHED-010 to JOB-SCHED-012, JOB-SCHED-019.

use std::collections::{BTreeMap, VecDeque};

use crate::ids::UserId;
use crate::time::Elapsed;

/// The shortest window, milliseconds. Rule: JOB-SCHED-019.
pub const MIN_WINDOW_MILLIS: i64 = 20_000;
/// The longest window, milliseconds. Rule: JOB-SCHED-019.
pub const MAX_WINDOW_MILLIS: i64 = 2_592_000_000;
/// The limit is never below this. Rule: JOB-SCHED-019.
pub const MIN_LIMIT: i32 = 250;

/// How the limiter is configured.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct RateLimit {
    /// `enable_api_quotas`.
    pub enabled: bool,
    /// `aq_schedule_count`.
    pub limit: i32,
    /// `aq_schedule_window_ms`.
    pub window_millis: i64,
}

impl Default for RateLimit {
    fn default() -> Self {
        Self { enabled: true, limit: MIN_LIMIT, window_millis: 60_000 }
    }
}

/// A window that cannot be configured. Rule: JOB-CONST-008.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the window of the schedule limit is {millis} ms, which is negative")]
pub struct NegativeWindow {
    /// What was asked for.
    pub millis: i64,
}

/// Counts the `schedule` calls of every app.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct ScheduleRateLimiter {
    config: RateLimit,
    /// Per user and package, oldest first.
    events: BTreeMap<UserId, BTreeMap<String, VecDeque<Elapsed>>>,
}

impl ScheduleRateLimiter {
    /// Takes a new configuration over, clamped. Switching off forgets every event.
    ///
    /// # Errors
    ///
    /// The window is negative; nothing changes then.
    pub fn configure(&mut self, to: RateLimit) -> Result<(), NegativeWindow> {
        if to.window_millis < 0 {
            return Err(NegativeWindow { millis: to.window_millis });
        }
        if !to.enabled {
            self.events.clear();
        }
        self.config = RateLimit {
            enabled: to.enabled,
            limit: to.limit.max(MIN_LIMIT),
            window_millis: to.window_millis.clamp(MIN_WINDOW_MILLIS, MAX_WINDOW_MILLIS),
        };
        Ok(())
    }

    /// The configuration in force.
    pub fn config(&self) -> RateLimit {
        self.config
    }

    /// Whether one more call now is within the limit. Rule: JOB-SCHED-011.
    pub fn is_within_quota(&self, user: UserId, package: &str, now: Elapsed) -> bool {
        if !self.config.enabled {
            return true;
        }
        let Some(events) = self.events.get(&user).and_then(|of_user| of_user.get(package)) else {
            return true;
        };
        let start = now.millis().wrapping_sub(self.config.window_millis);
        let older = events.partition_point(|event| event.millis() < start);
        // A limit is never negative: it was raised to `MIN_LIMIT`.
        events.len() - older < usize::try_from(self.config.limit).unwrap_or(usize::MAX)
    }

    /// Notes a call. Rule: JOB-SCHED-012.
    pub fn note_event(&mut self, user: UserId, package: &str, now: Elapsed) {
        if !self.config.enabled {
            return;
        }
        let of_user = self.events.entry(user).or_default();
        if !of_user.contains_key(package) {
            of_user.insert(package.to_owned(), VecDeque::new());
        }
        let Some(events) = of_user.get_mut(package) else { return };
        // What no window of this configuration reaches any more would only take up room.
        let start = now.millis().wrapping_sub(self.config.window_millis);
        while events.front().is_some_and(|event| event.millis() < start) {
            events.pop_front();
        }
        events.push_back(now);
    }

    /// `reset-schedule-quota` of the shell. Rule: JOB-API-116.
    pub fn clear(&mut self) {
        self.events.clear();
    }

    /// A package is gone for good. Rule: JOB-SCHED-019.
    pub fn on_package_removed(&mut self, user: UserId, package: &str) {
        if let Some(of_user) = self.events.get_mut(&user) {
            of_user.remove(package);
        }
    }

    /// A user is gone. Rule: JOB-SCHED-019.
    pub fn on_user_removed(&mut self, user: UserId) {
        self.events.remove(&user);
    }
}

#[cfg(test)]
mod tests;
