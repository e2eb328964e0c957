//! Delay and deadline, as the platform's `TimeController` handles them. Rules: CTRL-TIME-001 to CTRL-TIME-012.
//! No job kind is exempt (CTRL-TIME-010): a rescheduled expedited job waits out its back-off here.
//!
//! The trap (CTRL-TIME-011): an alarm is set only for a job that *would be ready* with the constraint, and nothing
//! looks at a record by itself. A job that also waits for something else has no alarm; the evaluation
//! that the other event brings about finds the passed delay.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::facts;
use crate::job::scheduler::{Board, World};
use crate::job::{Alarm, Constraints, JobStatus, RecordId};
use crate::looper;
use crate::rules::ctrl_time::*;
use crate::time::Elapsed;

/// `DELAY_COALESCE_TIME_MS`. Rule: CTRL-TIME-004.
const DELAY_COALESCE_TIME_MILLIS: i64 = 30_000;
/// No alarm.
const NEVER: Elapsed = Elapsed(i64::MAX);

/// Where a job stands in the list: by deadline, a later one before an earlier one of the same deadline.
/// Rule: CTRL-TIME-002.
type Place = (Elapsed, Reverse<u64>);

/// What the controller remembers.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) struct TimeController {
    /// The tracked jobs, in list order.
    list: BTreeMap<Place, RecordId>,
    /// Where each tracked job stands, and when its delay ends.
    places: BTreeMap<RecordId, (Place, Elapsed)>,
    /// Tracked jobs whose delay has not passed, earliest first.
    waiting: BTreeSet<(Elapsed, RecordId)>,
    /// Tracked jobs whose delay has passed and that wait for their deadline.
    passed: BTreeSet<RecordId>,
    inserted: u64,
    /// Stays after the alarm has fired, until it is set again.
    next_deadline: Elapsed,
    next_delay: Elapsed,
    last_fired_delay: Elapsed,
}

impl Default for TimeController {
    fn default() -> Self {
        Self {
            list: BTreeMap::new(),
            places: BTreeMap::new(),
            waiting: BTreeSet::new(),
            passed: BTreeSet::new(),
            inserted: 0,
            next_deadline: NEVER,
            next_delay: NEVER,
            last_fired_delay: Elapsed(0),
        }
    }
}

impl TimeController {
    /// Rule: CTRL-TIME-001.
    pub(super) fn start_tracking(
        &mut self,
        board: &mut Board,
        record: RecordId,
        world: &mut World<'_>,
    ) {
        let Some(job) = board.job(record) else { return };
        let (delayed, limited) = (job.has_timing_delay_constraint(), job.has_deadline_constraint());
        if !delayed && !limited {
            return;
        }
        self.stop_tracking(board, record, world);
        let now = world.elapsed();
        if limited && evaluate_deadline(board, record, now) {
            return;
        }
        let passed = delayed && evaluate_delay(board, record, now);
        if passed && !limited {
            return;
        }
        self.insert(board, record, passed);
        world.out.decide(&CTRL_TIME_001, "waits for its time", || {
            facts!(record = record, delayed = delayed, limited = limited)
        });
        if delayed && self.would_be_ready(board, record, Constraints::TIMING_DELAY, world) {
            let at = earliest(board, record);
            if at < self.next_delay {
                self.set_delay_alarm(at, world);
            }
        }
        if limited && self.would_be_ready(board, record, Constraints::DEADLINE, world) {
            let at = latest(board, record);
            if at < self.next_deadline {
                self.set_deadline_alarm(at, world);
            }
        }
    }

    /// Rule: CTRL-TIME-009.
    pub(super) fn stop_tracking(
        &mut self,
        board: &mut Board,
        record: RecordId,
        world: &mut World<'_>,
    ) {
        if self.remove(record) {
            self.check_expired_delays(board, world);
            self.check_expired_deadlines(board, world);
        }
    }

    /// Rule: CTRL-TIME-008.
    pub(super) fn evaluate_state(
        &mut self,
        board: &mut Board,
        record: RecordId,
        world: &mut World<'_>,
    ) {
        let now = world.elapsed();
        let Some(job) = board.job(record) else { return };
        let unmet =
            |constraint| job.has_constraint(constraint) && !job.is_constraint_satisfied(constraint);
        let deadline_due =
            unmet(Constraints::DEADLINE) && job.latest_run_time() <= self.next_deadline;
        if deadline_due {
            if evaluate_deadline(board, record, now) {
                if board.job(record).is_some_and(JobStatus::is_ready) {
                    board.on_run_job_now(record, world);
                }
                self.remove(record);
            } else if self.would_be_ready(board, record, Constraints::DEADLINE, world) {
                self.set_deadline_alarm(latest(board, record), world);
            }
        }
        let Some(job) = board.job(record) else { return };
        let delay_due = job.has_timing_delay_constraint()
            && !job.is_constraint_satisfied(Constraints::TIMING_DELAY)
            && job.earliest_run_time() <= self.next_delay;
        if delay_due {
            if evaluate_delay(board, record, now) {
                self.delay_has_passed(board, record);
            } else if self.would_be_ready(board, record, Constraints::TIMING_DELAY, world) {
                self.set_delay_alarm(earliest(board, record), world);
            }
        }
        world.out.decide(&CTRL_TIME_008, "looked at by itself", || {
            facts!(record = record, deadline_due = deadline_due, delay_due = delay_due)
        });
    }

    /// Rule: CTRL-TIME-009.
    pub(super) fn reevaluate_state(&mut self, board: &mut Board, world: &mut World<'_>) {
        self.check_expired_deadlines(board, world);
        self.check_expired_delays(board, world);
    }

    /// The deadline alarm fired. Rule: CTRL-TIME-007.
    pub(super) fn on_deadline_alarm(&mut self, board: &mut Board, world: &mut World<'_>) {
        self.check_expired_deadlines(board, world);
    }

    /// The delay alarm fired. Rule: CTRL-TIME-006.
    pub(super) fn on_delay_alarm(&mut self, board: &mut Board, world: &mut World<'_>) {
        self.last_fired_delay = world.elapsed();
        self.check_expired_delays(board, world);
    }

    /// `checkExpiredDelaysAndResetAlarm`. Rule: CTRL-TIME-006.
    fn check_expired_delays(&mut self, board: &mut Board, world: &mut World<'_>) {
        let now = world.elapsed();
        let expired: Vec<_> =
            self.waiting.range(..=(now, RecordId(u64::MAX))).map(|&(_, record)| record).collect();
        // A job that waits for its deadline only is reported again each time.
        let mut changed: BTreeSet<_> = self.passed.clone();
        for record in expired {
            evaluate_delay(board, record, now);
            self.delay_has_passed(board, record);
            changed.insert(record);
        }
        world.out.decide(&CTRL_TIME_006, "passed delays", || facts!(jobs = changed.len()));
        board.on_controller_state_changed(changed, world);
        let next = self
            .waiting
            .iter()
            .find(|&&(_, record)| {
                self.would_be_ready(board, record, Constraints::TIMING_DELAY, world)
            })
            .map_or(NEVER, |&(at, _)| at);
        self.set_delay_alarm(next, world);
    }

    /// `checkExpiredDeadlinesAndResetAlarm`. Rule: CTRL-TIME-007.
    fn check_expired_deadlines(&mut self, board: &mut Board, world: &mut World<'_>) {
        let now = world.elapsed();
        let expired: Vec<_> =
            self.list.range(..=(now, Reverse(0))).map(|(_, &record)| record).collect();
        for record in expired {
            if !board.job(record).is_some_and(JobStatus::has_deadline_constraint) {
                continue;
            }
            evaluate_deadline(board, record, now);
            if board.job(record).is_some_and(JobStatus::is_ready) {
                world
                    .out
                    .decide(&CTRL_TIME_007, "deadline passed: run now", || facts!(record = record));
                board.on_run_job_now(record, world);
            }
            self.remove(record);
        }
        let next = self
            .list
            .range(..(NEVER, Reverse(u64::MAX)))
            .find(|&(_, &record)| {
                board.job(record).is_some_and(JobStatus::has_deadline_constraint)
                    && self.would_be_ready(board, record, Constraints::DEADLINE, world)
            })
            .map_or(NEVER, |(&(at, _), _)| at);
        self.set_deadline_alarm(next, world);
    }

    fn would_be_ready(
        &self,
        board: &Board,
        record: RecordId,
        constraint: Constraints,
        world: &mut World<'_>,
    ) -> bool {
        board.job(record).is_some_and(|job| job.would_be_ready_with_constraint(constraint))
            && board.are_components_in_place(record, world)
    }

    fn set_delay_alarm(&mut self, at: Elapsed, world: &mut World<'_>) {
        let coalesced = at.max(self.last_fired_delay.plus(DELAY_COALESCE_TIME_MILLIS));
        let at = coalesced.max(world.elapsed());
        if self.next_delay == at {
            return;
        }
        self.next_delay = at;
        world.out.decide(&CTRL_TIME_004, "delay alarm", || facts!(at = at));
        set_alarm(Alarm::Delay, at, world);
    }

    fn set_deadline_alarm(&mut self, at: Elapsed, world: &mut World<'_>) {
        let at = at.max(world.elapsed());
        if self.next_deadline == at {
            return;
        }
        self.next_deadline = at;
        world.out.decide(&CTRL_TIME_005, "deadline alarm", || facts!(at = at));
        set_alarm(Alarm::Deadline, at, world);
    }

    fn insert(&mut self, board: &Board, record: RecordId, passed: bool) {
        let Some(job) = board.job(record) else { return };
        self.inserted += 1;
        let place = (job.latest_run_time(), Reverse(self.inserted));
        self.list.insert(place, record);
        self.places.insert(record, (place, job.earliest_run_time()));
        if passed {
            self.passed.insert(record);
        } else if job.has_timing_delay_constraint() {
            self.waiting.insert((job.earliest_run_time(), record));
        }
    }

    fn remove(&mut self, record: RecordId) -> bool {
        let Some((place, earliest)) = self.places.remove(&record) else { return false };
        self.list.remove(&place);
        self.passed.remove(&record);
        self.waiting.remove(&(earliest, record));
        true
    }

    fn delay_has_passed(&mut self, board: &Board, record: RecordId) {
        let Some(job) = board.job(record) else { return };
        self.waiting.remove(&(job.earliest_run_time(), record));
        if !job.has_deadline_constraint() || job.is_constraint_satisfied(Constraints::DEADLINE) {
            self.remove(record);
        } else if self.places.contains_key(&record) {
            self.passed.insert(record);
        }
    }
}

fn set_alarm(alarm: Alarm, at: Elapsed, world: &mut World<'_>) {
    let alarm = looper::Alarm::Job(alarm);
    if at == NEVER {
        world.looper.cancel_alarm(&alarm);
    } else {
        world.looper.set_alarm(alarm, at);
    }
}

fn earliest(board: &Board, record: RecordId) -> Elapsed {
    board.job(record).map_or(NEVER, JobStatus::earliest_run_time)
}

fn latest(board: &Board, record: RecordId) -> Elapsed {
    board.job(record).map_or(NEVER, JobStatus::latest_run_time)
}

/// Whether the deadline has passed; then both bits hold for good. Rule: CTRL-TIME-003.
fn evaluate_deadline(board: &mut Board, record: RecordId, now: Elapsed) -> bool {
    board.job_mut(record).is_some_and(|job| {
        let passed = job.latest_run_time() <= now;
        if passed {
            if job.has_timing_delay_constraint() {
                job.set_constraint_satisfied(Constraints::TIMING_DELAY, now, true);
            }
            job.set_deadline_constraint_satisfied(now, true);
        }
        passed
    })
}

/// Whether the delay has passed; then the bit holds for good. Rule: CTRL-TIME-003.
fn evaluate_delay(board: &mut Board, record: RecordId, now: Elapsed) -> bool {
    board.job_mut(record).is_some_and(|job| {
        let passed = job.earliest_run_time() <= now;
        if passed {
            job.set_constraint_satisfied(Constraints::TIMING_DELAY, now, true);
        }
        passed
    })
}
