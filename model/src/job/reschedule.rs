//! What follows a run: the successor of a job that is to run again, and of a periodic one.

use super::constants::{Constants, PERIODIC_JOB_WINDOW_BUFFER};
use super::info::{BACKOFF_POLICY_LINEAR, MAX_BACKOFF_DELAY_MILLIS};
use super::reason::{InternalStopReason, StopReason};
use super::status::{
    effective_flex, effective_period, InternalFlags, JobStatus, Lifetime, Origin,
    NO_EARLIEST_RUNTIME, NO_LATEST_RUNTIME,
};
use crate::facts;
use crate::output::Output;
use crate::rules::job_resched;
use crate::time::{Elapsed, Now};

/// How an execution ended.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Ending {
    /// What the app was told.
    pub stop_reason: StopReason,
    /// What the system goes by.
    pub internal_stop_reason: InternalStopReason,
}

impl Ending {
    /// The app or the user is to blame, not the system. Rule: JOB-RESCHED-003.
    fn is_failure(self) -> bool {
        matches!(
            self.internal_stop_reason,
            InternalStopReason::SuccessfulFinish
                | InternalStopReason::Timeout
                | InternalStopReason::Anr
        ) || self.stop_reason == StopReason::User
    }
}

/// `getRescheduleJobForFailureLocked`: the record that takes the place of `job`, which is to run
/// again; `None` if the user does not want that. `origin` is [`JobStatus::origin_for`] the successor,
/// brought up to date by the caller. Rules: JOB-RESCHED-010, JOB-RESCHED-036.
pub fn reschedule_for_failure(
    job: &JobStatus,
    ending: Ending,
    origin: Origin,
    constants: &Constants,
    now: Now,
    out: &mut Output,
) -> Option<JobStatus> {
    let stopped_by_user = ending.internal_stop_reason == InternalStopReason::UserUiStop;
    if stopped_by_user && job.is_user_visible_job() {
        out.decide(&job_resched::JOB_RESCHED_002, "dropped", || facts!(job = job.job_id()));
        return None;
    }
    let failure = ending.is_failure();
    let num_failures = job.num_failures().wrapping_add(i32::from(failure));
    let num_system_stops = job.num_system_stops().wrapping_add(i32::from(!failure));
    let verdict = if failure { "failure" } else { "system stop" };
    out.decide(&job_resched::JOB_RESCHED_003, verdict, || {
        facts!(
            job = job.job_id(),
            ending = ending,
            failures = num_failures,
            stops = num_system_stops
        )
    });
    let attempts = backoff_attempts(num_failures, num_system_stops, constants);
    let lifetime = Lifetime {
        earliest_run_time: earliest_after_backoff(job, attempts, constants, now.elapsed, out),
        latest_run_time: NO_LATEST_RUNTIME,
        num_failures,
        num_system_stops,
        last_failed_run_time: now.wall,
        ..job.lifetime()
    };
    let mut successor = JobStatus::new(job.job().clone(), origin, lifetime);
    demote(&mut successor, ending, constants, out);
    if job.job().is_periodic {
        successor.set_original_latest_run_time(job.original_latest_run_time());
    }
    Some(successor)
}

/// System stops count for less than failures. Rules: JOB-RESCHED-004, JOB-RESCHED-009.
///
/// A ratio of 0 brings Android's system server down. Here system stops then do not count at all.
fn backoff_attempts(num_failures: i32, num_system_stops: i32, constants: &Constants) -> i32 {
    let ratio = constants.system_stop_to_failure_ratio;
    let for_stops = if ratio == 0 { 0 } else { num_system_stops.wrapping_div(ratio) };
    num_failures.wrapping_add(for_stops)
}

/// When the successor may run at the earliest. Rules: JOB-RESCHED-005, JOB-RESCHED-008.
fn earliest_after_backoff(
    job: &JobStatus,
    attempts: i32,
    constants: &Constants,
    now: Elapsed,
    out: &mut Output,
) -> Elapsed {
    if attempts == 0 {
        out.decide(&job_resched::JOB_RESCHED_005, "no delay", || facts!(job = job.job_id()));
        return NO_EARLIEST_RUNTIME;
    }
    let initial = job.job().initial_backoff_millis;
    let (uncapped, rule) = if job.job().backoff_policy == BACKOFF_POLICY_LINEAR {
        let base = initial.max(constants.min_linear_backoff_time_ms);
        (base.wrapping_mul(i64::from(attempts)), &job_resched::JOB_RESCHED_006)
    } else {
        let base = initial.max(constants.min_exp_backoff_time_ms);
        (scalb(base, attempts.wrapping_sub(1)), &job_resched::JOB_RESCHED_007)
    };
    let delay = uncapped.min(MAX_BACKOFF_DELAY_MILLIS);
    out.decide(rule, "delayed", || {
        facts!(job = job.job_id(), attempts = attempts, uncapped_ms = uncapped, delay_ms = delay)
    });
    now.plus(delay)
}

/// `(long) Math.scalb((float) base, power)`: 32-bit floats, the way back to an integer cuts off and
/// saturates. Rule: JOB-RESCHED-007.
fn scalb(base: i64, power: i32) -> i64 {
    // Powers of two are exact in 64 bits, and beyond these bounds every float has become 0 or infinite.
    let scale = 2f64.powi(power.clamp(-512, 512));
    let scaled = (f64::from(base as f32) * scale) as f32;
    scaled as i64
}

/// Privileges a successor loses; never for the number of failures. Rules: JOB-RESCHED-011,
/// JOB-RESCHED-012, JOB-RESCHED-013, JOB-RESCHED-014.
fn demote(successor: &mut JobStatus, ending: Ending, constants: &Constants, out: &mut Output) {
    let id = successor.job_id();
    if ending.stop_reason == StopReason::User {
        successor.add_internal_flags(InternalFlags::DEMOTED_BY_USER);
        out.decide(&job_resched::JOB_RESCHED_011, "demoted by the user", || facts!(job = id));
    }
    let time = successor.cumulative_execution_time_ms();
    let used_up = time >= constants.runtime_cumulative_ui_limit_ms;
    if used_up && successor.should_treat_as_user_initiated_job() {
        successor.add_internal_flags(InternalFlags::DEMOTED_BY_SYSTEM_UIJ);
        out.decide(&job_resched::JOB_RESCHED_012, "demoted by the system", || {
            facts!(job = id, cumulative_ms = time)
        });
    }
}

/// A job that ran too long, or lost its place, waits for the end of doze and battery saver from now
/// on. Rule: JOB-RESCHED-015.
pub fn defer_after_long_run(successor: &mut JobStatus, ending: Ending, out: &mut Output) {
    let ran_long = matches!(
        ending.internal_stop_reason,
        InternalStopReason::Timeout | InternalStopReason::Preempt
    );
    if ran_long && !successor.should_treat_as_user_initiated_job() {
        successor.disallow_run_in_battery_saver_and_doze();
        out.decide(&job_resched::JOB_RESCHED_015, "deferred", || facts!(job = successor.job_id()));
    }
}

/// `getRescheduleJobForPeriodic`: the record of the next period. Rules: JOB-RESCHED-030, JOB-RESCHED-035.
pub fn reschedule_for_periodic(
    job: &JobStatus,
    origin: Origin,
    now: Now,
    out: &mut Output,
) -> JobStatus {
    let (earliest_run_time, latest_run_time) = next_period(job, now.elapsed, out);
    let lifetime = Lifetime {
        earliest_run_time,
        latest_run_time,
        num_failures: 0,
        num_system_stops: 0,
        last_successful_run_time: now.wall,
        cumulative_execution_time_ms: 0,
        ..job.lifetime()
    };
    JobStatus::new(job.job().clone(), origin, lifetime)
}

/// Earliest and latest time of the next run. Rules: JOB-RESCHED-030, JOB-RESCHED-031, JOB-RESCHED-032,
/// JOB-RESCHED-033; in examples JOB-RESCHED-034.
fn next_period(job: &JobStatus, now: Elapsed, out: &mut Output) -> (Elapsed, Elapsed) {
    let period = effective_period(job.job());
    let flex = effective_flex(job.job(), period);
    let original = job.original_latest_run_time();
    let end = if original.millis() < 0 || original == NO_LATEST_RUNTIME { now } else { original };
    let distance = now.since(end).wrapping_abs();
    let (latest, buffer, rule) = if now > end {
        let skipped = skipped_windows(distance, period, flex);
        let latest = end.plus(period.wrapping_mul(skipped));
        (latest, 0, &job_resched::JOB_RESCHED_032)
    } else {
        (end.plus(period), buffer_before(distance, period), &job_resched::JOB_RESCHED_031)
    };
    let window = if latest < now {
        (now.plus(period - flex), now.plus(period))
    } else {
        (latest.plus(flex.min(period.wrapping_sub(buffer)).wrapping_neg()), latest)
    };
    out.decide(rule, "next period", || {
        facts!(
            job = job.job_id(),
            end = end,
            period_ms = period,
            flex_ms = flex,
            buffer_ms = buffer,
            earliest = window.0,
            latest = window.1,
        )
    });
    window
}

/// How many periods after its window a late job ended, the one in which that would be too close to
/// the next window included. Rule: JOB-RESCHED-032.
fn skipped_windows(late_by: i64, period: i64, flex: i64) -> i64 {
    let too_close = period != flex && (period - flex).wrapping_sub(late_by % period) <= flex / 6;
    (late_by / period).wrapping_add(1).wrapping_add(i64::from(too_close))
}

/// How much later the next window opens, so that two runs are not too close. Rule: JOB-RESCHED-031.
fn buffer_before(early_by: i64, period: i64) -> i64 {
    if early_by < PERIODIC_JOB_WINDOW_BUFFER && early_by < period / 6 {
        (period / 6).wrapping_sub(early_by).min(PERIODIC_JOB_WINDOW_BUFFER)
    } else {
        0
    }
}

#[cfg(test)]
mod tests;
