//! `OomAdjuster`: one computation over all processes. Rules: PROC-ADJ-003 … 037.
//!
//! Processes are evaluated most recently used first, each after its clients. The trap: bindings form cycles,
//! and then the outcome depends on the order of evaluation; the procedure of PROC-ADJ-037 is kept to the letter.

use super::claim::Claim;
use super::graph::Graph;
use super::record::ProcessRecord;
use super::{Adj, Capabilities, Constants, DeviceFacts, ProcState, SchedGroup};
use crate::ids::Pid;
use crate::rules::proc_adj::{PROC_ADJ_004, PROC_ADJ_005, PROC_ADJ_033, PROC_ADJ_038};
use crate::rules::Rule;
use crate::time::Now;

/// How often processes in a cycle are evaluated again at most.
const ROUNDS_MAX: usize = 10;

/// Where the evaluation of a process stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Phase {
    Pending,
    Running,
    Done,
}

/// What the first pass found in the activities of a process; kept in the rounds. Rule: PROC-ADJ-011.
#[derive(Clone, Copy, Debug)]
pub(super) struct FromActivities {
    pub(super) adj: Adj,
    pub(super) state: ProcState,
    pub(super) group: SchedGroup,
    pub(super) foreground: bool,
    pub(super) visible: bool,
}

/// The notes of one computation about one process.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    phase: Phase,
    /// It was met while it was being evaluated, or met such a client.
    cyclic: bool,
    pub(super) activities: Option<FromActivities>,
    /// What raised it last.
    pub(super) why: (&'static Rule, &'static str),
}

/// How an evaluation came about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Origin {
    /// What a process without a claim of its own starts from.
    pub(super) unclaimed: Adj,
    /// Not the first pass.
    pub(super) again: bool,
}

/// What a process was before it was evaluated.
#[derive(Clone, Copy, Debug)]
struct Before {
    adj: Adj,
    state: ProcState,
    capability: Capabilities,
}

/// What holds for all processes during one computation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stage<'a> {
    pub(super) device: &'a DeviceFacts,
    pub(super) constants: &'a Constants,
    pub(super) now: Now,
}

impl Stage<'_> {
    /// `getTopProcessState`. Rule: PROC-ADJ-006.
    pub(super) fn top_state(&self) -> ProcState {
        if self.device.awake || self.device.launch_in_progress {
            ProcState::Top
        } else {
            ProcState::TopSleeping
        }
    }
}

/// One computation.
pub(super) struct Pass<'a> {
    pub(super) records: &'a mut [ProcessRecord],
    pub(super) graph: &'a Graph,
    pub(super) stage: Stage<'a>,
    pub(super) marks: Vec<Mark>,
    /// Processes at [`Adj::SERVICE`] in this and in the previous computation, and those classed "A".
    pub(super) service_procs: usize,
    pub(super) previous_service_procs: usize,
    a_service_procs: usize,
}

impl<'a> Pass<'a> {
    pub(super) fn new(
        records: &'a mut [ProcessRecord],
        graph: &'a Graph,
        stage: Stage<'a>,
        previous_service_procs: usize,
    ) -> Self {
        for record in records.iter_mut() {
            record.state.cur_raw_proc_state = ProcState::CachedEmpty;
            record.state.cur_raw_adj = Adj::UNKNOWN;
            record.state.cur_bound_by_non_restricted = false;
        }
        let mark = Mark {
            phase: Phase::Pending,
            cyclic: false,
            activities: None,
            why: (&PROC_ADJ_038, "cached"),
        };
        let marks = vec![mark; records.len()];
        let (service_procs, a_service_procs) = (0, 0);
        Self {
            records,
            graph,
            stage,
            marks,
            service_procs,
            previous_service_procs,
            a_service_procs,
        }
    }

    /// The first pass: most recently used first.
    pub(super) fn first_pass(&mut self) {
        let origin = Origin { unclaimed: Adj::UNKNOWN, again: false };
        for at in (0..self.records.len()).rev() {
            if self.takes_part(at) {
                self.compute(at, origin);
            }
        }
    }

    /// Evaluates processes in cycles again until none improves, least recently used first.
    ///
    /// Rule: PROC-ADJ-037.
    pub(super) fn rounds(&mut self) {
        let mut again = self.marks.iter().any(|mark| mark.cyclic);
        for _ in 0..ROUNDS_MAX {
            if !again {
                return;
            }
            again = false;
            for at in 0..self.records.len() {
                if self.takes_part(at) && self.marks[at].cyclic {
                    self.marks[at].phase = Phase::Pending;
                }
            }
            for at in 0..self.records.len() {
                if self.takes_part(at) && self.marks[at].cyclic {
                    let unclaimed = self.records[at].state.cur_raw_adj;
                    again |= self.compute(at, Origin { unclaimed, again: true });
                }
            }
        }
    }

    /// Whether the process is evaluated for its own sake.
    pub(super) fn takes_part(&self, at: usize) -> bool {
        self.records[at].start.attached && !self.records[at].killed
    }

    /// Whether a cycle was met at this process.
    pub(super) fn is_cyclic(&self, at: usize) -> bool {
        self.marks[at].cyclic
    }

    pub(super) fn pid(&self, at: usize) -> Pid {
        self.records[at].start.pid
    }

    /// Evaluates one process after its clients. Answers whether it improved.
    pub(super) fn compute(&mut self, at: usize, origin: Origin) -> bool {
        match self.marks[at].phase {
            Phase::Done => return false,
            Phase::Running => {
                self.marks[at].cyclic = true;
                return false;
            }
            Phase::Pending => {}
        }
        if !self.records[at].start.attached {
            self.compute_starting(at);
            return false;
        }
        self.marks[at].phase = Phase::Running;
        let state = &mut self.records[at].state;
        state.cached = false;
        let (adj, capability) = (state.cur_adj, state.cur_capability);
        let before = Before { adj, state: state.cur_proc_state, capability };
        if self.records[at].is_fixed() {
            self.compute_fixed(at);
            self.marks[at].phase = Phase::Done;
            let state = &self.records[at].state;
            return state.cur_adj < before.adj || state.cur_proc_state < before.state;
        }
        let mut claim = self.claim_of_its_own(at, origin);
        if origin.again {
            let state = &self.records[at].state;
            claim.state = claim.state.min(state.cur_raw_proc_state);
            claim.adj = claim.adj.min(state.cur_raw_adj);
            claim.group = claim.group.max(state.cur_sched_group);
        }
        let state = &mut self.records[at].state;
        state.cur_raw_adj = claim.adj;
        state.cur_raw_proc_state = claim.state;
        state.has_started_services = false;
        self.claim_backup(at, &mut claim);
        self.claim_by_services(at, &mut claim, origin);
        self.claim_by_providers(at, &mut claim, origin);
        self.claim_recent_provider(at, &mut claim);
        self.refine_cached(at, &mut claim);
        self.settle(at, claim, origin);
        self.marks[at].phase = Phase::Done;
        let state = &self.records[at].state;
        state.cur_adj < before.adj
            || state.cur_proc_state < before.state
            || state.cur_capability != before.capability
    }

    /// Whether the client gives its host nothing for now. Rule: PROC-ADJ-037.
    pub(super) fn skips_for_cycle(
        &mut self,
        at: usize,
        client: usize,
        claim: &Claim,
        origin: Origin,
    ) -> bool {
        if !self.marks[client].cyclic {
            return false;
        }
        self.marks[at].cyclic = true;
        if self.marks[client].phase == Phase::Done {
            return false;
        }
        let client = &self.records[client].state;
        !origin.again
            || (client.cur_raw_proc_state >= claim.state && client.cur_raw_adj >= claim.adj)
    }

    /// No application thread yet. Rule: PROC-ADJ-004.
    fn compute_starting(&mut self, at: usize) {
        let state = &mut self.records[at].state;
        state.cur_sched_group = SchedGroup::Background;
        state.cur_proc_state = ProcState::CachedEmpty;
        state.cur_adj = Adj::CACHED_APP_MAX;
        state.cur_raw_adj = Adj::CACHED_APP_MAX;
        state.cur_capability = Capabilities::NONE;
        self.marks[at].phase = Phase::Done;
        self.marks[at].why = (&PROC_ADJ_004, "starting");
    }

    /// Nothing can lower a process with such a maximum. Rule: PROC-ADJ-005.
    fn compute_fixed(&mut self, at: usize) {
        let device = self.stage.device;
        let record = &mut self.records[at];
        let shows_ui = device.top == Some(record.start.pid)
            || record.facts.has_top_ui
            || record.facts.activities.iter().any(|activity| activity.visible_requested);
        let adj = record.start.max_adj.unwrap_or(Adj::FOREGROUND_APP);
        let (proc_state, group) = if !shows_ui {
            (ProcState::Persistent, SchedGroup::Default)
        } else if device.awake || record.facts.running_remote_animation {
            (ProcState::PersistentUi, SchedGroup::TopApp)
        } else {
            (ProcState::BoundForegroundService, SchedGroup::Restricted)
        };
        let state = &mut record.state;
        state.has_foreground_activities = false;
        state.cur_raw_adj = adj;
        state.cur_adj = adj;
        state.cur_proc_state = proc_state;
        state.cur_raw_proc_state = proc_state;
        state.cur_sched_group = group;
        state.cur_capability = Capabilities::ALL;
        self.marks[at].why = (&PROC_ADJ_005, "fixed");
    }

    /// The last steps: B services, the client of an above-client service, the cap, sleep and capabilities.
    ///
    /// Rules: PROC-ADJ-033, PROC-ADJ-034, PROC-ADJ-035, PROC-ADJ-036; for the right to start foreground
    /// services FGS-OOM-018: whatever gave it, it does not outlast the state.
    fn settle(&mut self, at: usize, mut claim: Claim, origin: Origin) {
        if claim.adj == Adj::SERVICE {
            self.class_service(at, &mut claim, origin);
        }
        self.records[at].state.cur_raw_adj = claim.adj;
        let mut adj = below_service(claim.adj, self.graph.has_above_client[at]);
        let record = &mut self.records[at];
        if let Some(max) = record.start.max_adj.filter(|&max| adj > max) {
            adj = max;
            if adj <= Adj::PERCEPTIBLE_LOW_APP {
                claim.group = SchedGroup::Default;
            }
        }
        if claim.state >= ProcState::BoundForegroundService
            && !self.stage.device.awake
            && !claim.scheduled_like_top
        {
            claim.group = claim.group.min(SchedGroup::Restricted);
        }
        let mut capability = claim.capability;
        if record.services.has_foreground {
            capability |= claim.foreground_capability;
        }
        let instrumented = record.facts.instrumentation.is_some();
        capability |= Capabilities::by_default(claim.state, instrumented);
        if claim.state > ProcState::BoundForegroundService {
            capability = capability.without(Capabilities::BFSL);
        }
        let state = &mut record.state;
        state.cur_adj = adj;
        state.cur_capability = capability;
        state.cur_sched_group = claim.group;
        state.cur_proc_state = claim.state;
        state.cur_raw_proc_state = claim.state;
        state.note_visibility(claim.visible_activities, self.stage.now);
        state.has_foreground_activities = claim.foreground_activities;
        self.marks[at].why = claim.why;
    }

    /// A started service far down the order of use, or a large one when memory is short, is "B".
    ///
    /// Rule: PROC-ADJ-033.
    fn class_service(&mut self, at: usize, claim: &mut Claim, origin: Origin) {
        let memory_is_short = !self.stage.device.memory_level_normal;
        let record = &mut self.records[at];
        if !origin.again {
            self.service_procs += 1;
            record.state.service_b = self.a_service_procs > self.previous_service_procs / 3;
            if !record.state.service_b {
                if memory_is_short && record.facts.exceeds_cached_restore_threshold {
                    record.state.service_b = true;
                } else {
                    self.a_service_procs += 1;
                }
            }
        }
        if record.state.service_b {
            claim.adj = Adj::SERVICE_B;
            claim.why = (&PROC_ADJ_033, "B service");
        }
    }
}

/// `modifyRawOomAdj`: a process that bound a service above itself ranks below that service.
///
/// Rule: PROC-ADJ-034.
pub(super) fn below_service(adj: Adj, has_above_client: bool) -> Adj {
    if !has_above_client || adj < Adj::FOREGROUND_APP {
        return adj;
    }
    let levels =
        [Adj::VISIBLE_APP, Adj::PERCEPTIBLE_APP, Adj::PERCEPTIBLE_LOW_APP, Adj::CACHED_APP_MIN];
    match levels.into_iter().find(|&level| adj < level) {
        Some(level) => level,
        None if adj < Adj::CACHED_APP_MAX => adj.plus(1),
        None => adj,
    }
}
