//! The resource economy, which is off: everybody can afford everything. Rules: CTRL-TARE-001, CTRL-TARE-002.

use super::Approval;
use crate::facts;
use crate::job::scheduler::{Board, World};
use crate::job::RecordId;
use crate::rules::ctrl_tare::CTRL_TARE_001;

/// What the controller remembers: nothing.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub(super) struct TareController;

impl TareController {
    /// The last controller to see a record: what became of its approval of expedited treatment.
    pub(super) fn start_tracking(
        &mut self,
        board: &mut Board,
        record: RecordId,
        world: &mut World<'_>,
    ) -> Approval {
        let now = world.elapsed();
        let Some(job) = board.job_mut(record) else { return Approval::Unchanged };
        job.set_tare_wealth_constraint_satisfied(now, true);
        let expedited = job.is_requested_expedited_job();
        let changed = !job.should_treat_as_user_initiated_job()
            && job.set_expedited_job_tare_approved(now, expedited);
        world.out.decide(&CTRL_TARE_001, "affordable", || {
            facts!(record = record, expedited = expedited)
        });
        Approval::new(expedited, changed)
    }
}
