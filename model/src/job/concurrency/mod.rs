//! Which pending job starts in which slot: the platform's `JobConcurrencyManager`.
//!
//! Here pending jobs are taken into free slots, in queue order, until as many run as may run at the
//! same time.

mod host;
mod pending_queue;
mod stop;

use std::collections::VecDeque;

pub use pending_queue::PendingJobQueue;

use self::host::SlotHost;
use self::stop::StopPolicy;
use super::execution::{Completed, Execution, StopCause, Timeouts, Turn, WorkType};
use super::info::{BIAS_FOREGROUND_SERVICE, BIAS_TOP_APP};
use super::scheduler::{Board, ConcurrencyManager, Desk, StateControllers, World};
use super::{JobStatus, RecordId, SlotId};
use crate::facts;
use crate::ids::UserId;
use crate::rules::conc_exec::{CONC_EXEC_003, CONC_EXEC_004};

/// How many jobs run at the same time on a device with enough memory. Rule: CONC-CFG-001.
const DEFAULT_CONCURRENCY_LIMIT: usize = 16;

/// `WORK_TYPE_*`. Rule: CONC-TYPE-001.
mod work_type {
    use super::WorkType;

    pub(super) const TOP: WorkType = 1;
    pub(super) const FGS: WorkType = 2;
    pub(super) const UI: WorkType = 4;
    pub(super) const EJ: WorkType = 8;
    pub(super) const BG: WorkType = 16;
}

/// The slots, and who runs in them.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct JobConcurrencyManager {
    execution: Execution,
    /// Slots with a job, in start order.
    active: Vec<SlotId>,
    idle: VecDeque<SlotId>,
    created: u32,
    policy: StopPolicy,
}

/// One start that a pass decided on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Start {
    record: RecordId,
    work_type: WorkType,
}

impl JobConcurrencyManager {
    /// A manager without a slot; `ro.hw_timeout_multiplier` stretches what the slots wait for.
    pub fn new(timeout_multiplier: i64) -> Self {
        Self {
            execution: Execution::new(Timeouts::with_multiplier(timeout_multiplier)),
            active: Vec::new(),
            idle: VecDeque::new(),
            created: 0,
            policy: StopPolicy {
                limit: DEFAULT_CONCURRENCY_LIMIT,
                battery_saver: false,
                deep_doze: false,
            },
        }
    }

    /// The slots.
    pub fn execution(&self) -> &Execution {
        &self.execution
    }

    /// Slots with a job, in start order.
    pub fn active_slots(&self) -> &[SlotId] {
        &self.active
    }

    /// The slot that runs a record.
    pub fn slot_of(&self, record: RecordId) -> Option<SlotId> {
        self.active.iter().copied().find(|&slot| self.execution.running(slot) == Some(record))
    }

    /// Battery saver begins or ends.
    pub(in crate::job) fn set_battery_saver(&mut self, on: bool) {
        self.policy.battery_saver = on;
    }

    /// Deep Doze begins or ends.
    pub(in crate::job) fn set_deep_doze(&mut self, on: bool) {
        self.policy.deep_doze = on;
    }

    /// Lets the slots act, with everything that they may ask.
    pub(in crate::job) fn with_slots<C: StateControllers, R>(
        &mut self,
        desk: &mut Desk<C>,
        world: &mut World<'_>,
        act: impl FnOnce(&mut Execution, &mut Turn<'_>) -> R,
    ) -> R {
        let mut host =
            SlotHost { desk, neighbours: &mut *world.neighbours, stop_policy: &self.policy };
        let mut turn = Turn {
            now: world.now,
            host: &mut host,
            looper: &mut *world.looper,
            out: &mut *world.out,
        };
        act(&mut self.execution, &mut turn)
    }

    fn take_idle_slot(&mut self) -> SlotId {
        self.idle.pop_front().unwrap_or_else(|| {
            self.created += 1;
            SlotId(self.created - 1)
        })
    }

    /// `startJobLocked`: the job leaves the queue whether or not it starts. Rules: CONC-EXEC-003, CONC-EXEC-004.
    fn start_job<C: StateControllers>(
        &mut self,
        start: Start,
        slot: SlotId,
        desk: &mut Desk<C>,
        world: &mut World<'_>,
    ) {
        let Start { record, work_type } = start;
        desk.controllers.prepare_for_execution(&mut desk.board, record, world);
        let started = self.with_slots(desk, world, |execution, turn| {
            execution.start(slot, record, work_type, turn)
        });
        let rule = if started { &CONC_EXEC_003 } else { &CONC_EXEC_004 };
        world.out.decide(rule, "started, or not", || facts!(record = record, slot = slot));
        if started {
            self.active.push(slot);
            let until = self.execution.view(slot).map(|view| view.earliest_stop);
            desk.board.note_started(record, until.unwrap_or(world.now.elapsed));
        } else {
            desk.board.pending.remove(record);
            self.idle.push_back(slot);
            desk.controllers.unprepare_from_execution(&mut desk.board, record, world);
        }
    }

    /// Running jobs for which `which` holds, in start order.
    fn active_where(&self, board: &Board, which: impl Fn(&JobStatus) -> bool) -> Vec<SlotId> {
        let runs = |slot: &SlotId| {
            self.execution.running(*slot).and_then(|record| board.job(record)).is_some_and(&which)
        };
        self.active.iter().copied().filter(runs).collect()
    }
}

impl<C: StateControllers> ConcurrencyManager<C> for JobConcurrencyManager {
    type Assignment = Start;

    fn determine_assignments(&mut self, desk: &mut Desk<C>, _world: &mut World<'_>) -> Vec<Start> {
        let board = &mut desk.board;
        let pending: Vec<_> = board.pending.iter().collect();
        let mut starts = Vec::new();
        for record in pending {
            if board.is_running(record) {
                board.pending.remove(record);
                continue;
            }
            if self.active.len() + starts.len() >= self.policy.limit {
                break;
            }
            starts.extend(evaluated_start(board, record));
        }
        starts
    }

    fn carry_out(
        &mut self,
        start: Start,
        desk: &mut Desk<C>,
        world: &mut World<'_>,
    ) -> Option<Completed> {
        let slot = self.take_idle_slot();
        self.start_job(start, slot, desk, world);
        None
    }

    fn active_jobs(&self) -> Vec<RecordId> {
        self.active.iter().filter_map(|&slot| self.execution.running(slot)).collect()
    }

    fn stop_job(
        &mut self,
        record: RecordId,
        cause: StopCause,
        desk: &mut Desk<C>,
        world: &mut World<'_>,
    ) -> Option<Completed> {
        let slot = self.slot_of(record)?;
        self.with_slots(desk, world, |execution, turn| execution.cancel(slot, cause, turn))
    }

    fn mark_jobs_for_user_stop(
        &mut self,
        user: UserId,
        package: &str,
        cause: &StopCause,
        desk: &mut Desk<C>,
        world: &mut World<'_>,
    ) {
        let marked = self.active_where(&desk.board, |job| {
            job.user() == user && *job.service_component().package == *package
        });
        for slot in marked.into_iter().rev() {
            let cause = cause.clone();
            self.with_slots(desk, world, |execution, turn| {
                execution.mark_for_process_death(slot, cause, turn);
            });
        }
    }

    fn inform_of_network_change(
        &mut self,
        record: RecordId,
        network: Option<i32>,
        desk: &mut Desk<C>,
        world: &mut World<'_>,
    ) -> Option<Completed> {
        let slot = self.slot_of(record)?;
        self.with_slots(desk, world, |execution, turn| {
            execution.network_changed(slot, network, turn)
        })
    }

    fn on_job_completed(
        &mut self,
        completed: &Completed,
        desk: &mut Desk<C>,
        world: &mut World<'_>,
    ) {
        let slot = completed.slot;
        desk.controllers.unprepare_from_execution(&mut desk.board, completed.record, world);
        desk.board.note_ended(completed.record);
        self.active.retain(|&active| active != slot);
        self.execution.clear_preferred_uid(slot);
        self.idle.push_back(slot);
        let next = desk.board.pending.iter().find(|&record| !desk.board.is_running(record));
        if self.active.len() < self.policy.limit {
            if let Some(start) = next.and_then(|next| evaluated_start(&mut desk.board, next)) {
                let slot = self.take_idle_slot();
                self.start_job(start, slot, desk, world);
            }
        }
    }

    fn on_uid_bias_changed(&mut self, old: i32, new: i32, desk: &Desk<C>) -> bool {
        (old == BIAS_TOP_APP || new == BIAS_TOP_APP) && !desk.board.pending.is_empty()
    }
}

/// The work type that the bias and the kind of a job give it, lowest first. Rule: CONC-TYPE-002.
fn evaluated_start(board: &mut Board, record: RecordId) -> Option<Start> {
    let bias = board.evaluate_job_bias(board.job(record)?);
    let job = board.job_mut(record)?;
    job.last_evaluated_bias = bias;
    let work_type = if bias >= BIAS_TOP_APP {
        work_type::TOP
    } else if bias >= BIAS_FOREGROUND_SERVICE {
        work_type::FGS
    } else if job.should_treat_as_user_initiated_job() {
        work_type::UI
    } else if job.should_treat_as_expedited_job() {
        work_type::EJ
    } else {
        work_type::BG
    };
    Some(Start { record, work_type })
}
