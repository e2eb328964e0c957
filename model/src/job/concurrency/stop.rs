//! May a job that has used up its guaranteed time go on? Rules: CONC-STOP-001 to CONC-STOP-006.

use crate::facts;
use crate::job::execution::WorkType;
use crate::job::scheduler::Board;
use crate::job::{RecordId, SlotId};
use crate::output::Output;
use crate::rules::conc_stop::{CONC_STOP_003, CONC_STOP_004, CONC_STOP_005, CONC_STOP_006};
use crate::time::Now;

/// What the answer goes by, besides the board.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) struct StopPolicy {
    /// How many jobs may run at the same time.
    pub(super) limit: usize,
    /// Battery saver is on.
    pub(super) battery_saver: bool,
    /// The device is in deep Doze.
    pub(super) deep_doze: bool,
}

impl StopPolicy {
    /// `shouldStopRunningJobLocked`: why it must make room; `None`: it may go on.
    pub(super) fn should_stop_running_job(
        &self,
        slot: SlotId,
        record: RecordId,
        work_type: WorkType,
        board: &Board,
        now: Now,
        out: &mut Output,
    ) -> Option<String> {
        let (rule, reason) = if self.battery_saver {
            (&CONC_STOP_003, Some("battery saver"))
        } else if self.deep_doze {
            (&CONC_STOP_003, Some("deep doze"))
        } else if board.is_restricted(record, now.elapsed, out) {
            (&CONC_STOP_004, Some("restriction:thermal"))
        } else if board.running().count() > self.limit {
            (&CONC_STOP_005, Some("too many jobs running"))
        } else if board.pending.is_empty() {
            (&CONC_STOP_006, None)
        } else {
            (&CONC_STOP_005, Some("blocking other jobs"))
        };
        out.decide(rule, reason.unwrap_or("may go on"), || {
            facts!(slot = slot, record = record, work_type = work_type)
        });
        reason.map(str::to_owned)
    }
}
