//! The rooms below the scheduler in this slice: controllers that set every bit once, and execution slots
//! that a step starts and ends.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;

use jobwarden_model::job::execution::{Completed, StopCause};
use jobwarden_model::job::neighbours::Neighbours;
use jobwarden_model::job::scheduler::{
    Board, ConcurrencyManager, Desk, JobScheduler, StateControllers, World,
};
use jobwarden_model::job::{
    Constraints, InternalStopReason, JobKey, JobStatus, RecordId, SlotId, StopReason,
};
use jobwarden_model::{Output, Uid, UserId};
use serde_json::{json, Value};

/// The scheduler of this slice.
pub(super) type Scheduler = JobScheduler<Told, Imagined>;

/// Controllers that hold what the vector says, throughout.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    pub(super) satisfied: Constraints,
}

impl Told {
    fn look_at_service(board: &mut Board, record: RecordId, neighbours: &dyn Neighbours) {
        let Some(job) = board.job_mut(record) else { return };
        let found = neighbours.service_info(job.service_component(), job.user());
        job.service_process_name = found.map(|service| Arc::from(service.process_name));
    }

    fn look_at_time(board: &mut Board, record: RecordId, world: &World<'_>) {
        let now = world.elapsed();
        let Some(job) = board.job_mut(record) else { return };
        let deadline = job.has_deadline_constraint() && job.latest_run_time() <= now;
        if deadline {
            job.set_deadline_constraint_satisfied(now, true);
        }
        let delayed = job.has_timing_delay_constraint();
        if delayed && (deadline || job.earliest_run_time() <= now) {
            job.set_constraint_satisfied(Constraints::TIMING_DELAY, now, true);
        }
    }
}

impl StateControllers for Told {
    fn start_tracking(
        &mut self,
        board: &mut Board,
        record: RecordId,
        _last: Option<RecordId>,
        world: &mut World<'_>,
    ) {
        Self::look_at_time(board, record, world);
        let now = world.elapsed();
        let Some(job) = board.job_mut(record) else { return };
        let uid = job.source_uid();
        let package = job.source_package().to_string();
        let always = Constraints::PREFETCH | Constraints::FLEXIBLE;
        for (constraint, _) in Constraints::NAMED {
            if (self.satisfied | always).contains(*constraint) && job.has_constraint(*constraint) {
                job.set_constraint_satisfied(*constraint, now, true);
            }
        }
        job.set_background_not_restricted_constraint_satisfied(now, true, false);
        job.set_uid_active(uid.is_core() || world.neighbours.is_uid_active(uid));
        job.set_device_not_dozing_constraint_satisfied(now, true, false);
        let within = job.should_treat_as_user_initiated_job()
            || world.neighbours.is_within_quota(uid, &package);
        job.set_quota_constraint_satisfied(now, within);
        let expedited = job.is_requested_expedited_job();
        let approved = expedited && world.neighbours.is_within_expedited_quota(uid, &package);
        job.set_expedited_job_quota_approved(now, approved);
        job.set_tare_wealth_constraint_satisfied(now, true);
        job.set_expedited_job_tare_approved(now, expedited);
        Self::look_at_service(board, record, &*world.neighbours);
    }

    fn stop_tracking(
        &mut self,
        _board: &mut Board,
        _record: RecordId,
        _incoming: Option<RecordId>,
        _world: &mut World<'_>,
    ) {
    }

    fn evaluate_state(&mut self, board: &mut Board, record: RecordId, world: &mut World<'_>) {
        Self::look_at_time(board, record, world);
    }

    fn reevaluate_state(&mut self, board: &mut Board, uid: Uid, world: &mut World<'_>) {
        let records: Vec<_> = board.jobs_scheduled_by(uid).map(JobStatus::record).collect();
        for record in records {
            Self::look_at_service(board, record, &*world.neighbours);
        }
    }

    fn is_within_expedited_quota(
        &mut self,
        board: &Board,
        record: RecordId,
        world: &mut World<'_>,
    ) -> bool {
        board.job(record).is_some_and(|job| {
            world.neighbours.is_within_expedited_quota(job.source_uid(), job.source_package())
        })
    }

    fn next_estimated_launch_time(
        &mut self,
        _board: &Board,
        _record: RecordId,
        _world: &mut World<'_>,
    ) -> i64 {
        i64::MAX
    }
}

/// One run in an imagined slot.
#[derive(Clone, Debug)]
struct Run {
    record: RecordId,
    /// The reasons of the user's mark, and of the first stop request.
    marked: Option<(i32, i32)>,
    stopped: Option<(i32, i32)>,
    ended: bool,
}

/// Slots that start nothing by themselves.
#[derive(Clone, Debug, Default)]
pub(super) struct Imagined {
    runs: Vec<Run>,
    /// What happened to runs, as `expect` tells it, each with the number of effects before it.
    pub(super) events: Vec<(usize, Value)>,
}

impl Imagined {
    /// The job starts, if it is pending: the number of the execution.
    pub(super) fn run(&mut self, desk: &mut Desk<Told>, key: &JobKey) -> Option<usize> {
        let record = desk.board.find(key).filter(|&record| desk.board.is_pending(record))?;
        let far = jobwarden_model::Elapsed(i64::MAX);
        desk.board.note_started(record, far);
        let job = desk.board.job_mut(record)?;
        job.started_as_expedited_job = job.should_treat_as_expedited_job();
        job.started_as_user_initiated_job = job.should_treat_as_user_initiated_job();
        self.runs.push(Run { record, marked: None, stopped: None, ended: false });
        Some(self.runs.len() - 1)
    }

    /// The record of an execution that has not ended.
    pub(super) fn record_of(&self, execution: usize) -> Option<RecordId> {
        self.runs.get(execution).filter(|run| !run.ended).map(|run| run.record)
    }

    /// The execution that runs a record.
    pub(super) fn execution_of(&self, record: RecordId) -> Option<usize> {
        self.runs.iter().position(|run| !run.ended && run.record == record)
    }

    /// An execution ends.
    pub(super) fn end(&mut self, execution: usize, wants_reschedule: bool) -> Option<Completed> {
        let run = self.runs.get_mut(execution).filter(|run| !run.ended)?;
        run.ended = true;
        let finished = (StopReason::Undefined.code(), InternalStopReason::SuccessfulFinish.code());
        let (stop_reason, internal_stop_reason) = run.marked.or(run.stopped).unwrap_or(finished);
        Some(Completed {
            slot: SlotId(u32::try_from(execution).unwrap_or(u32::MAX)),
            record: run.record,
            work_type: 0,
            stop_reason,
            internal_stop_reason,
            wants_reschedule,
        })
    }

    fn note(&mut self, what: &str, execution: usize, reasons: (i32, i32), out: &Output) {
        let public = StopReason::from_code(reasons.0).map(StopReason::name);
        let internal = InternalStopReason::from_code(reasons.1).map(InternalStopReason::name);
        self.events.push((out.effects.len(), json!([what, execution, public, internal])));
    }
}

impl ConcurrencyManager<Told> for Imagined {
    type Assignment = Infallible;

    fn determine_assignments(
        &mut self,
        _desk: &mut Desk<Told>,
        _world: &mut World<'_>,
    ) -> Vec<Infallible> {
        Vec::new()
    }

    fn carry_out(
        &mut self,
        assignment: Infallible,
        _desk: &mut Desk<Told>,
        _world: &mut World<'_>,
    ) -> Option<Completed> {
        match assignment {}
    }

    fn active_jobs(&self) -> Vec<RecordId> {
        self.runs.iter().filter(|run| !run.ended).map(|run| run.record).collect()
    }

    fn stop_job(
        &mut self,
        record: RecordId,
        cause: StopCause,
        _desk: &mut Desk<Told>,
        world: &mut World<'_>,
    ) -> Option<Completed> {
        let execution = self.execution_of(record)?;
        let reasons = (cause.stop_reason, cause.internal_stop_reason);
        if self.runs[execution].stopped.is_none() {
            self.runs[execution].stopped = Some(reasons);
            self.note("stop", execution, reasons, world.out);
        }
        None
    }

    fn mark_jobs_for_user_stop(
        &mut self,
        user: UserId,
        package: &str,
        cause: &StopCause,
        desk: &mut Desk<Told>,
        world: &mut World<'_>,
    ) {
        let reasons = (cause.stop_reason, cause.internal_stop_reason);
        let matches = |run: &Run| {
            !run.ended
                && desk.board.job(run.record).is_some_and(|job| {
                    job.user() == user && *job.service_component().package == *package
                })
        };
        let marked: BTreeSet<_> =
            (0..self.runs.len()).filter(|&e| matches(&self.runs[e])).collect();
        for execution in marked.into_iter().rev() {
            self.runs[execution].marked = Some(reasons);
            self.note("markForProcessDeath", execution, reasons, world.out);
        }
    }

    fn inform_of_network_change(
        &mut self,
        _record: RecordId,
        _network: Option<i32>,
        _desk: &mut Desk<Told>,
        _world: &mut World<'_>,
    ) -> Option<Completed> {
        None
    }

    fn on_job_completed(
        &mut self,
        completed: &Completed,
        desk: &mut Desk<Told>,
        _world: &mut World<'_>,
    ) {
        desk.board.note_ended(completed.record);
    }

    fn on_uid_bias_changed(&mut self, _old: i32, _new: i32, _desk: &Desk<Told>) -> bool {
        false
    }
}
