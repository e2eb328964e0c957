//! From ready to pending: what the scheduler does with the messages it posts to itself.
//! Rules: JOB-PROC-003 to JOB-PROC-026.

use std::mem;

use super::{ConcurrencyManager, IfRunning, JobScheduler, StateControllers, World};
use crate::facts;
use crate::job::bucket::StandbyBucket;
use crate::job::execution::StopCause;
use crate::job::{InternalStopReason, JobStatus, PendingJobReason, Posted, RecordId, StopReason};
use crate::rules::job_proc::*;
use crate::rules::job_stop::{JOB_STOP_012, JOB_STOP_014, JOB_STOP_015};
use crate::time::Elapsed;

/// What a batching or changed-list evaluation has found so far: `MaybeReadyJobQueueFunctor`.
#[derive(Debug, Default)]
struct Classified {
    batched: i32,
    unbatched: i32,
    runnable: Vec<RecordId>,
}

impl<C: StateControllers, M: ConcurrencyManager<C>> JobScheduler<C, M> {
    /// `MSG_CHECK_INDIVIDUAL_JOB`. Rule: JOB-PROC-004.
    pub(super) fn check_individual_job(&mut self, record: RecordId, world: &mut World<'_>) {
        let executable = self.desk.is_ready_to_be_executed(record, IfRunning::Reject, world);
        world.out.decide(&JOB_PROC_004, "checked by itself", || {
            facts!(record = record, executable = executable)
        });
        if executable {
            self.make_pending([record], world);
        }
        self.desk.board.remove_changed(record);
    }

    /// `MSG_CHECK_JOB`. Rule: JOB-PROC-010.
    pub(super) fn check_job(&mut self, world: &mut World<'_>) {
        let active = self.desk.board.is_reported_active();
        world.out.decide(&JOB_PROC_010, "all jobs are looked at", || facts!(active = active));
        if active {
            self.queue_ready_jobs_for_execution(world);
        } else {
            self.maybe_queue_ready_jobs_for_execution(world);
        }
    }

    /// `queueReadyJobsForExecutionLocked`: every executable job, without batching. Rule: JOB-PROC-011.
    pub(in crate::job) fn queue_ready_jobs_for_execution(&mut self, world: &mut World<'_>) {
        world.remove_posted(|posted| {
            matches!(
                posted,
                Posted::CheckJobGreedy
                    | Posted::CheckIndividualJob { .. }
                    | Posted::CheckJob
                    | Posted::CheckChangedJobList
            )
        });
        self.desk.board.take_changed();
        self.desk.board.pending.clear();
        self.stop_non_ready_active_jobs(world);
        let all: Vec<_> = self.desk.board.store.iter().collect();
        let ready: Vec<_> = all
            .into_iter()
            .filter(|&record| self.desk.is_ready_to_be_executed(record, IfRunning::Reject, world))
            .collect();
        world.out.decide(&JOB_PROC_011, "every ready job is taken", || facts!(jobs = ready.len()));
        self.make_pending(ready, world);
    }

    /// `maybeQueueReadyJobsForExecutionLocked`: the batching evaluation of JOB-PROC-010.
    fn maybe_queue_ready_jobs_for_execution(&mut self, world: &mut World<'_>) {
        world.remove_posted(|posted| {
            matches!(posted, Posted::CheckJob | Posted::CheckChangedJobList)
        });
        self.desk.board.take_changed();
        self.desk.board.pending.clear();
        self.stop_non_ready_active_jobs(world);
        let all: Vec<_> = self.desk.board.store.iter().collect();
        self.classify_and_decide(all, world);
    }

    /// `checkChangedJobListLocked`. Rule: JOB-PROC-012.
    pub(super) fn check_changed_job_list(&mut self, world: &mut World<'_>) {
        world.remove_posted(|posted| matches!(posted, Posted::CheckChangedJobList));
        let changed = self.desk.board.take_changed();
        world
            .out
            .decide(&JOB_PROC_012, "changed jobs are looked at", || facts!(jobs = changed.len()));
        if !changed.is_empty() {
            self.classify_and_decide(changed, world);
        }
    }

    fn classify_and_decide(
        &mut self,
        records: impl IntoIterator<Item = RecordId>,
        world: &mut World<'_>,
    ) {
        let mut found = Classified::default();
        for record in records {
            self.classify(record, &mut found, world);
        }
        self.decide_on_batch(found, world);
    }

    /// `MaybeReadyJobQueueFunctor#accept`; a running job counts like one that waits. Rules: JOB-PROC-013,
    /// JOB-PROC-015, JOB-PROC-018, JOB-PROC-019.
    fn classify(&mut self, record: RecordId, found: &mut Classified, world: &mut World<'_>) {
        let is_running = self.desk.board.is_running(record);
        if !self.desk.is_ready_to_be_executed(record, IfRunning::Accept, world) {
            if is_running {
                self.stop_not_executable(record, world);
            } else if self.desk.board.pending.remove(record) {
                world.out.decide(&JOB_PROC_018, "leaves the queue", || facts!(record = record));
            }
            return;
        }
        let Some(job) = self.desk.board.job(record) else { return };
        let package = &job.service_component().package;
        if world.neighbours.is_app_start_mode_disabled(job.calling_uid(), package) {
            world.out.decide(&JOB_PROC_019, "the app may not start", || {
                facts!(record = record, is_running = is_running)
            });
            if is_running {
                world.post(Posted::StopJob { record });
            } else {
                self.desk.board.pending.remove(record);
            }
            return;
        }
        let batched = self.should_force_batch(record, world);
        world.out.decide(&JOB_PROC_013, "batched, or not", || {
            facts!(record = record, batched = batched)
        });
        if batched {
            found.batched = found.batched.saturating_add(1);
            self.stamp_first_batched(record, world.elapsed());
        } else {
            found.unbatched = found.unbatched.saturating_add(1);
        }
        if !is_running {
            found.runnable.push(record);
        }
    }

    /// The table of JOB-PROC-013, first match.
    fn should_force_batch(&mut self, record: RecordId, world: &mut World<'_>) -> bool {
        let board = &self.desk.board;
        let Some(job) = board.job(record) else { return false };
        let constants = &board.constants;
        if job.should_treat_as_expedited_job() || job.should_treat_as_user_initiated_job() {
            return false;
        }
        let bucket = job.effective_standby_bucket();
        if bucket == StandbyBucket::Restricted {
            return true;
        }
        if job.job().is_prefetch() {
            let soon = constants.prefetch_force_batch_relax_threshold_ms;
            let relatively_soon = world.now.wall.plus(soon).millis();
            let controllers = &mut self.desk.controllers;
            return controllers.next_estimated_launch_time(board, record, world) > relatively_soon;
        }
        if job.num_previous_attempts() > 0 {
            return false;
        }
        constants.min_ready_non_active_jobs_count > 1
            && !matches!(bucket, StandbyBucket::Active | StandbyBucket::Exempted)
            && !self.is_batch_delay_expired(job, world)
    }

    /// Rule: JOB-PROC-016.
    fn is_batch_delay_expired(&self, job: &JobStatus, world: &mut World<'_>) -> bool {
        let since = job.first_force_batched_time;
        let limit = self.desk.board.constants.max_non_active_job_batch_delay_ms;
        let expired = since.millis() > 0 && world.elapsed().since(since) >= limit;
        world.out.decide(&JOB_PROC_016, "batch delay", || facts!(since = since, expired = expired));
        expired
    }

    fn stamp_first_batched(&mut self, record: RecordId, now: Elapsed) {
        if let Some(job) = self.desk.board.job_mut(record) {
            if job.first_force_batched_time == Elapsed(0) {
                job.first_force_batched_time = now;
            }
        }
    }

    /// `MaybeReadyJobQueueFunctor#postProcessLocked`. Rules: JOB-PROC-014, JOB-PROC-017.
    fn decide_on_batch(&mut self, mut found: Classified, world: &mut World<'_>) {
        let enough = self.desk.board.constants.min_ready_non_active_jobs_count;
        let run = found.unbatched > 0 || found.batched >= enough;
        world.out.decide(&JOB_PROC_014, "the batch runs, or waits", || {
            facts!(found = found, enough = enough, run = run)
        });
        let runnable = mem::take(&mut found.runnable);
        if run {
            self.make_pending(runnable, world);
            return;
        }
        for record in runnable {
            if let Some(key) = self.desk.board.key(record) {
                world.out.decide(&JOB_PROC_017, "waits for a batch", || facts!(job = key));
                let reason = PendingJobReason::JobSchedulerOptimization;
                self.desk.board.pending_reasons.put(key, reason);
            }
        }
    }

    /// `stopNonReadyActiveJobsLocked`: all running jobs, in start order. Rules: JOB-STOP-012, JOB-STOP-020.
    fn stop_non_ready_active_jobs(&mut self, world: &mut World<'_>) {
        for record in self.manager.active_jobs() {
            let Some(job) = self.desk.board.job(record) else { continue };
            let cause = if !job.is_ready() {
                not_ready_cause(job)
            } else if self.desk.board.is_restricted(record, world.elapsed(), world.out) {
                StopCause::new(
                    StopReason::DeviceState,
                    InternalStopReason::DeviceThermal,
                    "restricted due to thermal",
                )
            } else {
                continue;
            };
            world
                .out
                .decide(&JOB_STOP_012, "may not go on", || facts!(record = record, cause = cause));
            let ended = self.manager.stop_job(record, cause, &mut self.desk, world);
            self.finish(ended, world);
        }
    }

    /// The public reason is the recorded one, whatever the internal reason. Rules: JOB-STOP-014, JOB-STOP-015.
    fn stop_not_executable(&mut self, record: RecordId, world: &mut World<'_>) {
        let board = &self.desk.board;
        let Some(job) = board.job(record) else { return };
        let cause = if !job.is_ready() {
            not_ready_cause(job)
        } else {
            let (internal, debug) = if board.is_restricted(record, world.elapsed(), world.out) {
                (InternalStopReason::DeviceThermal, "restricted due to thermal")
            } else {
                (InternalStopReason::Unknown, "couldn't figure out why the job should stop running")
            };
            StopCause::new(job.stop_reason(), internal, debug)
        };
        let unknown = cause.internal_stop_reason == InternalStopReason::Unknown.code();
        let rule = if unknown { &JOB_STOP_015 } else { &JOB_STOP_014 };
        world
            .out
            .decide(rule, "not executable any more", || facts!(record = record, cause = cause));
        let ended = self.manager.stop_job(record, cause, &mut self.desk, world);
        self.finish(ended, world);
    }

    /// Puts jobs into the pending queue, in this order.
    pub(super) fn make_pending(
        &mut self,
        records: impl IntoIterator<Item = RecordId>,
        world: &mut World<'_>,
    ) {
        let uptime = world.now.uptime;
        let board = &mut self.desk.board;
        let records: Vec<_> = records.into_iter().collect();
        for &record in &records {
            if let Some(job) = board.store.get_mut(record) {
                job.made_pending = uptime;
            }
        }
        let store = &board.store;
        board.pending.add_all(records.iter().filter_map(|&record| store.get(record)));
    }

    /// `maybeRunPendingJobsLocked`: an assignment pass, and activity anew. Rules: JOB-PROC-006, JOB-PROC-020.
    pub(in crate::job) fn maybe_run_pending_jobs(&mut self, world: &mut World<'_>) {
        self.assign_jobs_to_contexts(world);
        self.desk.board.recompute_active(world);
    }

    /// One assignment pass: decided first, then carried out. Rule: CONC-EXEC-006.
    pub(super) fn assign_jobs_to_contexts(&mut self, world: &mut World<'_>) {
        if self.desk.board.pending.is_empty() {
            return;
        }
        for assignment in self.manager.determine_assignments(&mut self.desk, world) {
            let ended = self.manager.carry_out(assignment, &mut self.desk, world);
            self.finish(ended, world);
        }
    }
}

/// Why a running job that is not ready is stopped. Rule: JOB-STOP-012.
fn not_ready_cause(job: &JobStatus) -> StopCause {
    let reason = job.stop_reason();
    let restricted = job.effective_standby_bucket() == StandbyBucket::Restricted;
    if restricted && reason == StopReason::AppStandby {
        let internal = InternalStopReason::RestrictedBucket;
        StopCause::new(reason, internal, "cancelled due to restricted bucket")
    } else {
        let internal = InternalStopReason::ConstraintsNotSatisfied;
        StopCause::new(reason, internal, "cancelled due to unsatisfied constraints")
    }
}
