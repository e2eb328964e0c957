//! How much longer the history of an app lets its jobs run (`QuotaController`'s share of the limits).
//!
//! Pure arithmetic over sessions that are over: no running timer, no quota bump, no reward.

use super::bucket::StandbyBucket;
use super::status::JobStatus;
use crate::time::Elapsed;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
/// `MAX_PERIOD_MS`, and the default window of expedited quota.
const DAY: i64 = 24 * HOUR;

/// A time during which jobs of an app ran.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct TimingSession {
    /// When it began.
    pub start: Elapsed,
    /// When it ended.
    pub end: Elapsed,
}

impl TimingSession {
    fn length(self) -> i64 {
        self.end.since(self.start)
    }

    /// How much of it lies after `start`.
    fn after(self, start: Elapsed) -> i64 {
        self.end.since(self.start.max(start)).max(0)
    }
}

/// How much an app may run: data, so that other releases and device config can say otherwise.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct QuotaLimits {
    /// `qc_max_execution_time_ms`: in 24 hours.
    pub max_execution_time_ms: i64,
    /// `qc_allowed_time_per_period_*_ms`, by bucket index.
    pub allowed_time_per_period_ms: [i64; 7],
    /// `qc_window_size_*_ms`, by bucket index.
    pub window_size_ms: [i64; 7],
    /// `qc_ej_limit_*_ms`, by bucket index.
    pub ej_limit_ms: [i64; 7],
    /// `qc_ej_window_size_ms`.
    pub ej_window_size_ms: i64,
}

impl QuotaLimits {
    /// The defaults of Android 14. Rule: QUOTA-CONST.
    pub const fn android_14() -> Self {
        let allowed = 10 * MINUTE;
        Self {
            max_execution_time_ms: 4 * HOUR,
            allowed_time_per_period_ms: [allowed, allowed, allowed, allowed, 0, allowed, allowed],
            window_size_ms: [allowed, 2 * HOUR, 8 * HOUR, DAY, 0, DAY, allowed],
            ej_limit_ms: [
                30 * MINUTE,
                30 * MINUTE,
                10 * MINUTE,
                10 * MINUTE,
                0,
                5 * MINUTE,
                45 * MINUTE,
            ],
            ej_window_size_ms: DAY,
        }
    }

    fn of(table: &[i64; 7], bucket: StandbyBucket) -> i64 {
        usize::try_from(bucket.code()).ok().and_then(|index| table.get(index)).map_or(0, |ms| *ms)
    }
}

/// When jobs of an app ran, oldest session first.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct QuotaHistory {
    /// Regular jobs.
    pub sessions: Vec<TimingSession>,
    /// Expedited jobs.
    pub expedited_sessions: Vec<TimingSession>,
}

/// What makes quota free, or more plentiful, at this moment.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct QuotaRelief {
    /// The device charges.
    pub charging: bool,
    /// The source uid is on top, or the job was started while it was.
    pub top: bool,
    /// The source uid has a foreground service or better.
    pub foreground: bool,
}

/// `QuotaController.getMaxJobExecutionTimeMsLocked`. `free_quota_max_limit_ms` is the constant of that
/// name; the bucket of the app is asked for, not that of the record. Rule: JOB-TIME-021.
pub fn max_job_execution_time_ms(
    job: &JobStatus,
    bucket: StandbyBucket,
    history: &QuotaHistory,
    limits: &QuotaLimits,
    relief: QuotaRelief,
    free_quota_max_limit_ms: i64,
    now: Elapsed,
) -> i64 {
    let expedited = job.should_treat_as_expedited_job();
    let free = relief.charging || (!expedited && (relief.top || relief.foreground));
    if free {
        return free_quota_max_limit_ms;
    }
    if !expedited {
        return time_until_quota_consumed_ms(&history.sessions, bucket, limits, now);
    }
    let least = if job.effective_standby_bucket() == StandbyBucket::Exempted {
        QuotaLimits::of(&limits.ej_limit_ms, StandbyBucket::Exempted) / 2
    } else if relief.top {
        QuotaLimits::of(&limits.ej_limit_ms, StandbyBucket::Active) / 2
    } else if relief.foreground {
        QuotaLimits::of(&limits.ej_limit_ms, StandbyBucket::Working) / 2
    } else {
        i64::MIN
    };
    time_until_ej_quota_consumed_ms(&history.expedited_sessions, bucket, limits, now).max(least)
}

/// `getTimeUntilQuotaConsumedLocked`: old sessions leave the window while the app goes on.
/// Rules: QUOTA-WIN-031, QUOTA-WIN-032.
pub fn time_until_quota_consumed_ms(
    sessions: &[TimingSession],
    bucket: StandbyBucket,
    limits: &QuotaLimits,
    now: Elapsed,
) -> i64 {
    if bucket == StandbyBucket::Never {
        return 0;
    }
    let allowed = QuotaLimits::of(&limits.allowed_time_per_period_ms, bucket);
    let window = QuotaLimits::of(&limits.window_size_ms, bucket);
    let unlimited = window == allowed;
    if sessions.is_empty() {
        return if unlimited { limits.max_execution_time_ms } else { allowed };
    }
    let left = |length: i64, limit: i64| {
        let start = now.plus(length.wrapping_neg());
        let used: i64 = sessions.iter().map(|session| session.after(start)).sum();
        roll(sessions, start, limit - used)
    };
    let in_a_day = left(DAY, limits.max_execution_time_ms);
    if unlimited {
        in_a_day
    } else {
        in_a_day.min(left(window, allowed))
    }
}

/// How long it takes from `start` until `dead_space_ms` of time without sessions is used up.
/// Rule: QUOTA-WIN-033.
fn roll(sessions: &[TimingSession], start: Elapsed, mut dead_space_ms: i64) -> i64 {
    let (mut time_ms, mut cursor) = (0, start);
    for session in sessions.iter().filter(|session| session.end >= start) {
        if session.start <= start {
            time_ms += session.end.since(start);
        } else {
            let gap = session.start.since(cursor);
            if gap > dead_space_ms {
                break;
            }
            time_ms += gap + session.length();
            dead_space_ms -= gap;
        }
        cursor = session.end;
    }
    time_ms + dead_space_ms
}

/// `getTimeUntilEJQuotaConsumedLocked`. Rules: QUOTA-EJ-010, QUOTA-EJ-020.
pub fn time_until_ej_quota_consumed_ms(
    sessions: &[TimingSession],
    bucket: StandbyBucket,
    limits: &QuotaLimits,
    now: Elapsed,
) -> i64 {
    let limit = QuotaLimits::of(&limits.ej_limit_ms, bucket);
    let start = now.plus(limits.ej_window_size_ms.wrapping_neg());
    let recent: Vec<_> = sessions.iter().filter(|session| session.end >= start).collect();
    // The ledger never lets an app that is never used run; the rest is what sessions have taken.
    let used: i64 = recent.iter().map(|session| session.after(start)).sum();
    let mut remaining = if bucket == StandbyBucket::Never { 0 } else { limit - used };
    if recent.is_empty() {
        return remaining;
    }
    let start = start.max(Elapsed(0));
    let (mut dead_space_ms, mut phased_out_ms, mut cursor) = (0, 0, start);
    for session in recent {
        if session.start < start {
            phased_out_ms = session.end.since(start);
        } else {
            let gap = session.start.since(cursor);
            let used_gap = remaining.min(gap);
            dead_space_ms += used_gap;
            if used_gap == gap {
                phased_out_ms += session.length();
            }
            remaining -= used_gap;
            if remaining <= 0 {
                break;
            }
        }
        cursor = session.end;
    }
    limit.min(dead_space_ms + phased_out_ms + remaining)
}

#[cfg(test)]
mod tests;
