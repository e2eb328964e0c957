//! DEVICE_NOT_DOZING, as the platform's `DeviceIdleJobsController` sets it. Rules:
//! CTRL-DOZE-001 to CTRL-DOZE-006.

use std::collections::BTreeSet;

use crate::facts;
use crate::ids::Uid;
use crate::input::Doze;
use crate::job::scheduler::{Board, World};
use crate::job::{JobStatus, Message, RecordId};
use crate::looper;
use crate::rules::ctrl_doze::*;

/// How long after Doze plain jobs of inactive apps still wait. Rule: CTRL-DOZE-006.
const BACKGROUND_JOBS_DELAY_MILLIS: i64 = 3_000;

/// What the controller remembers.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub(super) struct DeviceIdleJobsController {
    dozing: bool,
    /// As reported; not the activity manager's present view. Rule: CTRL-DOZE-002.
    active_uids: BTreeSet<Uid>,
    /// Names delayed passes, of which several may be on their way.
    passes: u32,
}

impl DeviceIdleJobsController {
    pub(super) fn start_tracking(
        &mut self,
        board: &mut Board,
        record: RecordId,
        world: &mut World<'_>,
    ) {
        self.update(board, record, world);
    }

    /// `updateIdleMode`. Rules: CTRL-DOZE-006, JOB-PROC-025.
    pub(super) fn on_doze(&mut self, board: &mut Board, doze: Doze, world: &mut World<'_>) {
        let changed = self.dozing != (doze != Doze::Off);
        self.dozing = doze != Doze::Off;
        let all: Vec<_> = board.store.iter().collect();
        if self.dozing {
            self.cancel_passes(world);
            for record in all {
                self.update(board, record, world);
            }
        } else {
            for record in all {
                let at_once = board.job(record).is_some_and(|job| {
                    job.is_requested_expedited_job() || self.active_uids.contains(&job.source_uid())
                });
                if at_once {
                    self.update(board, record, world);
                }
            }
            self.passes = self.passes.wrapping_add(1);
            let pass = looper::Message::Job(Message::DozeExitPass { serial: self.passes });
            world.looper.send_at(pass, world.now.uptime.plus(BACKGROUND_JOBS_DELAY_MILLIS));
        }
        world
            .out
            .decide(&CTRL_DOZE_006, "Doze reported", || facts!(doze = doze, changed = changed));
        if changed {
            board.on_device_idle_state_changed(self.dozing, world);
        }
    }

    fn cancel_passes(&mut self, world: &mut World<'_>) {
        for serial in 0..=self.passes {
            world.looper.remove_message(&looper::Message::Job(Message::DozeExitPass { serial }));
        }
        self.passes = 0;
    }

    /// The delayed pass over all jobs. Rule: CTRL-DOZE-006.
    pub(super) fn on_delayed_pass(&mut self, board: &mut Board, world: &mut World<'_>) {
        let all: Vec<_> = board.store.iter().collect();
        self.update_and_report(board, all, world);
    }

    /// Rule: CTRL-DOZE-006.
    pub(super) fn on_temp_allowlist_changed(&mut self, board: &mut Board, world: &mut World<'_>) {
        let important: Vec<_> = board
            .store
            .iter()
            .filter(|&record| {
                board.job(record).is_some_and(|job| job.job().is_important_while_foreground())
            })
            .collect();
        self.update_and_report(board, important, world);
    }

    /// `setUidActiveLocked`. Rule: CTRL-DOZE-006.
    pub(super) fn on_uid_active(
        &mut self,
        board: &mut Board,
        uid: Uid,
        active: bool,
        world: &mut World<'_>,
    ) {
        let changed =
            if active { self.active_uids.insert(uid) } else { self.active_uids.remove(&uid) };
        if changed {
            let records: Vec<_> = board.store.of_source_uid(uid).collect();
            self.update_and_report(board, records, world);
        }
    }

    fn update_and_report(
        &mut self,
        board: &mut Board,
        records: Vec<RecordId>,
        world: &mut World<'_>,
    ) {
        let changed: Vec<_> =
            records.into_iter().filter(|&record| self.update(board, record, world)).collect();
        board.on_controller_state_changed(changed, world);
    }

    /// Rule: CTRL-DOZE-002.
    fn update(&self, board: &mut Board, record: RecordId, world: &mut World<'_>) -> bool {
        let now = world.elapsed();
        let Some(job) = board.job_mut(record) else { return false };
        let app_id = job.source_uid().app_id();
        let allowlisted = world.neighbours.is_power_allowlisted_by_user(app_id);
        let may_run = !self.dozing || allowlisted || self.is_exempt_while_dozing(job, world);
        world.out.decide(&CTRL_DOZE_002, "not dozing, or exempt", || {
            facts!(record = record, dozing = self.dozing, may_run = may_run)
        });
        job.set_device_not_dozing_constraint_satisfied(now, may_run, allowlisted)
    }

    fn is_exempt_while_dozing(&self, job: &JobStatus, world: &World<'_>) -> bool {
        let uid = job.source_uid();
        job.job().is_important_while_foreground()
            && (self.active_uids.contains(&uid)
                || world.neighbours.is_temporarily_allowlisted(uid.app_id()))
    }
}
