//! The quota part of the longest execution.

use super::*;
use crate::ids::Uid;
use crate::job::info::{JobInfo, FLAG_EXPEDITED, PRIORITY_MAX};
use crate::job::status::Origin;
use crate::job::RecordId;

const NOW: Elapsed = Elapsed(30 * DAY);
const FREE: i64 = 30 * MINUTE;

fn record(flags: i32, bucket: StandbyBucket) -> JobStatus {
    let job = JobInfo { flags, priority: PRIORITY_MAX, ..JobInfo::default() };
    let origin = Origin { standby_bucket: bucket, ..Origin::own(RecordId(1), Uid(10_123)) };
    let mut status = JobStatus::create_from_job_info(job, origin, NOW);
    status.set_expedited_job_quota_approved(NOW, true);
    status.set_expedited_job_tare_approved(NOW, true);
    status
}

/// A session of so many minutes that ended so many minutes ago.
fn session(length: i64, ago: i64) -> TimingSession {
    let end = NOW.plus(-ago * MINUTE);
    TimingSession { start: end.plus(-length * MINUTE), end }
}

fn max(flags: i32, bucket: StandbyBucket, history: &QuotaHistory, relief: QuotaRelief) -> i64 {
    let job = record(flags, bucket);
    let limits = QuotaLimits::android_14();
    max_job_execution_time_ms(&job, bucket, history, &limits, relief, FREE, NOW) / MINUTE
}

#[test]
fn job_time_021_quota_limits_unless_something_makes_it_free() {
    let used_up =
        QuotaHistory { sessions: vec![session(10, 1)], expedited_sessions: vec![session(45, 1)] };
    let none = QuotaRelief::default();
    let charging = QuotaRelief { charging: true, ..none };
    let top = QuotaRelief { top: true, foreground: true, ..none };
    let foreground = QuotaRelief { foreground: true, ..none };
    let frequent = StandbyBucket::Frequent;
    assert_eq!(max(0, frequent, &used_up, none), 0);
    assert_eq!(max(0, frequent, &QuotaHistory::default(), none), 10);
    for relief in [charging, top, foreground] {
        assert_eq!(max(0, frequent, &used_up, relief), 30);
    }
    let expedited = FLAG_EXPEDITED;
    assert_eq!(max(expedited, frequent, &QuotaHistory::default(), none), 10);
    assert_eq!(max(expedited, frequent, &used_up, charging), 30);
    assert_eq!(max(expedited, frequent, &used_up, top), 15);
    assert_eq!(max(expedited, frequent, &used_up, foreground), 15);
    assert_eq!(max(expedited, StandbyBucket::Exempted, &used_up, none), 22);
    assert_eq!(max(expedited, StandbyBucket::Never, &QuotaHistory::default(), none), 0);
    assert_eq!(max(0, StandbyBucket::Never, &QuotaHistory::default(), none), 0);
}

#[test]
fn an_app_in_use_is_limited_by_the_day_only() {
    let limits = QuotaLimits::android_14();
    let sessions = [session(60, 600), session(30, 5)];
    let left = time_until_quota_consumed_ms(&sessions, StandbyBucket::Active, &limits, NOW);
    assert_eq!(left, 4 * HOUR - 90 * MINUTE);
    let empty = time_until_quota_consumed_ms(&[], StandbyBucket::Active, &limits, NOW);
    assert_eq!(empty, 4 * HOUR);
}

#[test]
fn a_session_that_leaves_the_window_gives_its_time_back() {
    let limits = QuotaLimits::android_14();
    // Five minutes of it are still in the window of two hours, and leave it meanwhile.
    let sessions = [session(10, 115)];
    let left = time_until_quota_consumed_ms(&sessions, StandbyBucket::Working, &limits, NOW);
    assert_eq!(left, 10 * MINUTE);
}
