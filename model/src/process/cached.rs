//! The places of cached processes: who is killed first among those nobody needs. Rules: PROC-ADJ-038, PROC-ADJ-045.

use super::adjuster::{below_service, Pass};
use super::list::Counts;
use super::state::Caching;
use super::{Adj, Constants};
use crate::rules::proc_adj::PROC_ADJ_038;
use crate::time::Uptime;

/// How many places there are for each kind of cached process.
const SLOTS: usize = 10;
/// From one place to the next.
const SLOT_STEP: i32 = 10;
/// `MAX_EMPTY_TIME`, uptime: how long an empty process may go unused.
const EMPTY_TIME_MAX_MS: i64 = 1000 * 60 * 60 * 1000;

/// Hands out the places of one kind, the best first.
#[derive(Clone, Copy, Debug)]
struct Slots {
    current: Adj,
    next: Adj,
    shared: usize,
    step: Option<usize>,
}

impl Slots {
    /// Places from `first` on, as if `processes` had to share them.
    fn new(first: Adj, processes: usize) -> Self {
        let shared = processes.div_ceil(SLOTS).max(1);
        Self { current: first, next: first.plus(SLOT_STEP), shared, step: None }
    }

    fn take(&mut self) -> Adj {
        if self.current != self.next {
            let step = self.step.map_or(0, |step| step + 1);
            self.step = Some(step);
            if step >= self.shared {
                self.step = Some(0);
                self.current = self.next;
                self.next = self.next.plus(SLOT_STEP).min(Adj::CACHED_APP_MAX);
            }
        }
        self.current
    }
}

/// How many cached and empty processes are kept. Rule: PROC-ADJ-045.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Limits {
    pub(super) cached: usize,
    pub(super) empty: usize,
    /// Empty ones beyond this many go if they were not used for long.
    pub(super) trim_empty: usize,
}

impl Limits {
    pub(super) fn of(constants: &Constants) -> Self {
        let total = usize::try_from(constants.max_cached_processes).unwrap_or(0);
        let empty = total / 2;
        Self { cached: total - empty, empty, trim_empty: total.min(1024) / 2 / 2 }
    }

    /// How many empty processes stay when one more is met, and why that one must go, if it must.
    pub(super) fn meet_empty(
        self,
        empty: usize,
        last_used: Uptime,
        now: Uptime,
        kills_surplus: bool,
    ) -> (usize, Option<&'static str>) {
        if empty > self.trim_empty && last_used < now.plus(-EMPTY_TIME_MAX_MS) {
            (empty, Some("empty for too long"))
        } else {
            let too_many = kills_surplus && empty >= self.empty;
            (empty + 1, too_many.then_some("too many empty"))
        }
    }
}

impl Pass<'_> {
    /// Gives a place to every process that nothing else claimed, most recently used first.
    ///
    /// Rule: PROC-ADJ-038.
    pub(super) fn assign_cached(&mut self, previous: Counts) {
        let total = self.records.len();
        let empty = total.saturating_sub(previous.non_cached + previous.cached_hidden);
        let limit = Limits::of(self.stage.constants).cached;
        let mut with_activities = Slots::new(Adj::CACHED_APP_MIN, previous.cached_hidden);
        let mut without = Slots::new(Adj::CACHED_APP_MIN.plus(SLOT_STEP / 2), empty.min(limit));
        for at in (0..total).rev() {
            if !self.takes_part(at) || self.records[at].state.cur_adj < Adj::UNKNOWN {
                continue;
            }
            let adj = if self.stage.constants.use_tiered_cached_adj {
                self.tier(at)
            } else {
                match self.records[at].state.cur_proc_state.caching() {
                    Caching::Activities | Caching::Recent => with_activities.take(),
                    Caching::Empty | Caching::NotCached => without.take(),
                }
            };
            let state = &mut self.records[at].state;
            state.cur_raw_adj = adj;
            state.cur_adj = below_service(adj, self.graph.has_above_client[at]);
            self.marks[at].why = (&PROC_ADJ_038, "cached");
        }
    }

    /// Cached for long, or not.
    fn tier(&self, at: usize) -> Adj {
        let state = &self.records[at].state;
        let decays = state.last_state.plus(self.stage.constants.tiered_cached_adj_decay_time_ms);
        if state.set_adj >= Adj::CACHED_APP_MIN && decays < self.stage.now.uptime {
            Adj::CACHED_APP_LMK_FIRST
        } else {
            Adj::CACHED_APP_MIN.plus(SLOT_STEP)
        }
    }
}
