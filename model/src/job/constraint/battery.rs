//! CHARGING and BATTERY_NOT_LOW, as the platform's `BatteryController` sets them. Rules:
//! CTRL-BATT-002 to CTRL-BATT-013.
//!
//! The bits are stored, not derived: they change when one of the events of CTRL-BATT-010 makes
//! [`BatteryController::reevaluate`] run and at no other time, however stale that leaves them.

use std::collections::BTreeSet;

use crate::facts;
use crate::job::info::{BIAS_TOP_APP, PRIORITY_DEFAULT};
use crate::job::record_set::RecordSet;
use crate::job::scheduler::{Board, World};
use crate::job::{Constraints, ControllerPosted, JobStatus, Posted, RecordId};
use crate::rules::ctrl_batt::*;
use crate::time::Elapsed;

/// What the controller remembers between events.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) struct BatteryController {
    charging: bool,
    battery_not_low: bool,
    power_connected: bool,
    tracked: RecordSet,
    /// Prepared for execution while their uid was on top. Rule: CTRL-BATT-008.
    top_started: BTreeSet<RecordId>,
}

impl Default for BatteryController {
    /// A device on battery whose battery is not low.
    fn default() -> Self {
        Self {
            charging: false,
            battery_not_low: true,
            power_connected: false,
            tracked: RecordSet::default(),
            top_started: BTreeSet::new(),
        }
    }
}

impl BatteryController {
    pub(super) fn is_charging(&self) -> bool {
        self.charging
    }

    pub(super) fn is_battery_not_low(&self) -> bool {
        self.battery_not_low
    }

    /// Rules: CTRL-BATT-005, CTRL-BATT-006.
    pub(super) fn start_tracking(
        &mut self,
        board: &mut Board,
        record: RecordId,
        world: &mut World<'_>,
    ) {
        let now = world.elapsed();
        let Some(top) = self.top_exemption(board, record) else { return };
        let Some(job) = board.job_mut(record).filter(|job| job.has_power_constraint()) else {
            return;
        };
        self.tracked.insert(record);
        if job.has_charging_constraint() {
            let charging = if top { self.power_connected } else { self.is_power_stable() };
            job.set_constraint_satisfied(Constraints::CHARGING, now, charging);
        }
        job.set_constraint_satisfied(Constraints::BATTERY_NOT_LOW, now, self.battery_not_low);
        world
            .out
            .decide(&CTRL_BATT_006, "power constraints set", || facts!(record = record, top = top));
    }

    pub(super) fn stop_tracking(&mut self, record: RecordId) {
        self.tracked.remove(record);
        self.top_started.remove(&record);
    }

    /// A job enters or leaves the restricted bucket. Rule: CTRL-BATT-011.
    pub(super) fn on_restricted_bucket(
        &mut self,
        board: &mut Board,
        record: RecordId,
        world: &mut World<'_>,
    ) {
        if board.job(record).is_some_and(JobStatus::has_power_constraint) {
            self.start_tracking(board, record, world);
        } else {
            self.tracked.remove(record);
        }
    }

    /// A job is started while its app is on top. Rule: CTRL-BATT-008.
    pub(super) fn prepare_for_execution(&mut self, board: &Board, record: RecordId) {
        let on_top = board.job(record).is_some_and(|job| {
            job.has_power_constraint() && board.uid_bias(job.source_uid()) == BIAS_TOP_APP
        });
        if on_top {
            self.top_started.insert(record);
        }
    }

    pub(super) fn unprepare_from_execution(&mut self, record: RecordId) {
        self.top_started.remove(&record);
    }

    /// Power connected or disconnected; a report that changes nothing is ignored. Rule: CTRL-BATT-004.
    pub(super) fn on_power_connected(
        &mut self,
        board: &mut Board,
        connected: bool,
        world: &mut World<'_>,
    ) {
        let changed = self.power_connected != connected;
        world.out.decide(&CTRL_BATT_004, "power connected, or not", || {
            facts!(connected = connected, changed = changed)
        });
        if changed {
            self.power_connected = connected;
            self.reevaluate(board, world);
        }
    }

    /// Rule: CTRL-BATT-002.
    pub(super) fn on_charging(&mut self, charging: bool, world: &mut World<'_>) {
        if self.charging != charging {
            self.charging = charging;
            self.on_battery_state_changed(world);
        }
    }

    /// Rule: CTRL-BATT-002.
    pub(super) fn on_battery_low(&mut self, low: bool, world: &mut World<'_>) {
        if self.battery_not_low == low {
            self.battery_not_low = !low;
            self.on_battery_state_changed(world);
        }
    }

    /// The battery controller looks later, not at once. Rules: CTRL-BATT-002, CTRL-BATT-010.
    fn on_battery_state_changed(&mut self, world: &mut World<'_>) {
        world.out.decide(&CTRL_BATT_010, "to be looked at", || {
            facts!(charging = self.charging, battery_not_low = self.battery_not_low)
        });
        world.post(Posted::Controller(ControllerPosted::ReevaluateBattery));
    }

    /// Any app comes to the top or leaves it: all tracked jobs. Rule: CTRL-BATT-010.
    pub(super) fn on_uid_bias_changed(
        &mut self,
        board: &mut Board,
        old: i32,
        new: i32,
        world: &mut World<'_>,
    ) {
        if old == BIAS_TOP_APP || new == BIAS_TOP_APP {
            self.reevaluate(board, world);
        }
    }

    /// `maybeReportNewChargingStateLocked`. Rules: CTRL-BATT-007, CTRL-BATT-009.
    pub(super) fn reevaluate(&mut self, board: &mut Board, world: &mut World<'_>) {
        let now = world.elapsed();
        let tracked: Vec<_> = self.tracked.iter().collect();
        let changed: Vec<_> =
            tracked.into_iter().filter(|&record| self.update(board, record, now, world)).collect();
        world.out.decide(&CTRL_BATT_009, "power looked at", || {
            facts!(battery_not_low = self.battery_not_low, changed = changed.len())
        });
        if self.battery_not_low {
            board.on_run_all_now(world);
        } else {
            board.on_controller_state_changed(changed, world);
        }
    }

    /// One row of CTRL-BATT-007, the charging bit as in CTRL-BATT-012; whether a bit changed.
    fn update(
        &self,
        board: &mut Board,
        record: RecordId,
        now: Elapsed,
        world: &mut World<'_>,
    ) -> bool {
        let Some(top) = self.top_exemption(board, record) else { return false };
        let Some(job) = board.job_mut(record) else { return false };
        let mut changed = false;
        if job.has_charging_constraint() {
            let exempt = top && job.effective_priority() >= PRIORITY_DEFAULT;
            let charging = if exempt { self.power_connected } else { self.is_power_stable() };
            let rule = if exempt { &CTRL_BATT_008 } else { &CTRL_BATT_007 };
            world.out.decide(rule, "charging, or not", || {
                facts!(record = record, charging = charging, top = top)
            });
            changed |= job.set_constraint_satisfied(Constraints::CHARGING, now, charging);
        }
        if job.has_battery_not_low_constraint() {
            let not_low = self.battery_not_low;
            changed |= job.set_constraint_satisfied(Constraints::BATTERY_NOT_LOW, now, not_low);
        }
        changed
    }

    fn is_power_stable(&self) -> bool {
        self.charging && self.battery_not_low
    }

    /// Rule: CTRL-BATT-008.
    fn top_exemption(&self, board: &Board, record: RecordId) -> Option<bool> {
        let job = board.job(record)?;
        let on_top = board.uid_bias(job.source_uid()) == BIAS_TOP_APP;
        Some(on_top || self.top_started.contains(&record))
    }
}
