//! The constraint controllers: what each knows of the device, and which bits it sets on which jobs.
//!
//! One file per platform controller. The bits are stored on the records and change on the events of
//! each controller only; the facade here keeps the order among them. Rules: CTRL-GEN-003, CTRL-GEN-015,
//! CTRL-GEN-016.

mod background;
mod battery;
mod component;
mod connectivity;
mod device_idle;
mod idle;
mod idleness;
mod prefetch;
mod quota;
mod storage;
mod tare;
mod time;

use crate::ids::{Uid, UserId};
use crate::input::{Doze, NetworkFacts};
use crate::job::info::BIAS_FOREGROUND_SERVICE;
use crate::job::scheduler::{Board, StateControllers, World};
use crate::job::{
    Alarm, Constraints, ControllerPosted, JobStatus, Message, Posted, RecordId, StandbyBucket,
};

use self::background::BackgroundJobsController;
use self::battery::BatteryController;
use self::component::ComponentController;
use self::connectivity::ConnectivityController;
use self::device_idle::DeviceIdleJobsController;
use self::idle::IdleController;
pub use self::idleness::IdlenessEvent;
use self::prefetch::PrefetchController;
use self::quota::QuotaController;
use self::storage::StorageController;
use self::tare::TareController;
use self::time::TimeController;

/// All constraint controllers, in the order of CTRL-GEN-003.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Controllers {
    prefetch: PrefetchController,
    connectivity: ConnectivityController,
    time: TimeController,
    idle: IdleController,
    battery: BatteryController,
    storage: StorageController,
    background: BackgroundJobsController,
    device_idle: DeviceIdleJobsController,
    quota: QuotaController,
    component: ComponentController,
    tare: TareController,
}

impl StateControllers for Controllers {
    fn start_tracking(
        &mut self,
        board: &mut Board,
        record: RecordId,
        _last: Option<RecordId>,
        world: &mut World<'_>,
    ) {
        satisfy_what_nobody_controls(board, record, world);
        self.connectivity.start_tracking(board, record, world);
        self.time.start_tracking(board, record, world);
        self.idle.start_tracking(board, record, world);
        self.battery.start_tracking(board, record, world);
        self.storage.start_tracking(board, record, world);
        self.background.start_tracking(board, record, world);
        self.device_idle.start_tracking(board, record, world);
        let by_quota = self.quota.start_tracking(board, record, world);
        self.on_expedited_approval(by_quota, board, record, world);
        self.component.start_tracking(board, record, world);
        let by_tare = self.tare.start_tracking(board, record, world);
        self.on_expedited_approval(by_tare, board, record, world);
    }

    fn stop_tracking(
        &mut self,
        board: &mut Board,
        record: RecordId,
        _incoming: Option<RecordId>,
        world: &mut World<'_>,
    ) {
        self.connectivity.stop_tracking(board, record);
        self.time.stop_tracking(board, record, world);
        self.idle.stop_tracking(record);
        self.battery.stop_tracking(record);
        self.storage.stop_tracking(record);
        self.quota.stop_tracking(record);
    }

    fn evaluate_state(&mut self, board: &mut Board, record: RecordId, world: &mut World<'_>) {
        self.background.evaluate_state(board, record, world);
        self.time.evaluate_state(board, record, world);
        self.connectivity.evaluate_state(board, record, world);
    }

    fn reevaluate_state(&mut self, board: &mut Board, uid: Uid, world: &mut World<'_>) {
        self.time.reevaluate_state(board, world);
        self.connectivity.reevaluate_state(board, uid, world);
    }

    fn prepare_for_execution(
        &mut self,
        board: &mut Board,
        record: RecordId,
        world: &mut World<'_>,
    ) {
        self.battery.prepare_for_execution(board, record);
        self.quota.prepare_for_execution(board, record, world);
    }

    fn unprepare_from_execution(
        &mut self,
        _board: &mut Board,
        record: RecordId,
        _world: &mut World<'_>,
    ) {
        self.battery.unprepare_from_execution(record);
        self.quota.unprepare_from_execution(record);
    }

    fn estimated_transfer_time_millis(&self, _board: &Board, job: &JobStatus) -> Option<i64> {
        self.connectivity.estimated_transfer_time_millis(job)
    }

    fn on_uid_bias_changed(
        &mut self,
        board: &mut Board,
        uid: Uid,
        old: i32,
        new: i32,
        world: &mut World<'_>,
    ) {
        self.connectivity.on_uid_bias_changed(uid, new);
        self.battery.on_uid_bias_changed(board, old, new, world);
        let foreground = |bias| bias >= BIAS_FOREGROUND_SERVICE;
        if foreground(old) != foreground(new) {
            self.on_quota_changed(board, uid, world);
        }
    }

    fn on_uid_active(&mut self, board: &mut Board, uid: Uid, active: bool, world: &mut World<'_>) {
        self.device_idle.on_uid_active(board, uid, active, world);
        self.background.on_uid_active(uid, active, world);
    }

    fn on_app_removed(
        &mut self,
        _board: &mut Board,
        package: &str,
        uid: Uid,
        _world: &mut World<'_>,
    ) {
        self.prefetch.on_app_removed(package, uid.user());
        self.component.on_app_removed(package, uid.user());
    }

    fn on_user_removed(&mut self, _board: &mut Board, user: UserId, _world: &mut World<'_>) {
        self.prefetch.on_user_removed(user);
        self.component.on_user_removed(user);
    }

    fn on_components_changed(
        &mut self,
        board: &mut Board,
        package: &str,
        user: UserId,
        world: &mut World<'_>,
    ) {
        self.component.on_package_changed(board, package, user, world);
    }

    fn on_user_unlock_changed(&mut self, board: &mut Board, user: UserId, world: &mut World<'_>) {
        self.component.on_user_unlock_changed(board, user, world);
    }

    fn on_posted(&mut self, board: &mut Board, posted: ControllerPosted, world: &mut World<'_>) {
        match posted {
            ControllerPosted::ReevaluateBattery => self.battery.reevaluate(board, world),
            ControllerPosted::UpdateAllBackground => self.background.update_all(board, world),
            ControllerPosted::UpdateBackgroundOfUid { uid, active } => {
                self.background.update_uid(board, uid, active, world);
            }
            ControllerPosted::RetrieveLaunchTime { user, package } => {
                self.prefetch.on_retrieve(user, package, world);
            }
        }
    }

    fn is_within_expedited_quota(
        &mut self,
        board: &Board,
        record: RecordId,
        world: &mut World<'_>,
    ) -> bool {
        self.quota.is_within_expedited_quota(board, record, world)
    }

    fn next_estimated_launch_time(
        &mut self,
        board: &Board,
        record: RecordId,
        world: &mut World<'_>,
    ) -> i64 {
        self.prefetch.next_estimated_launch_time(board, record, world)
    }
}

impl Controllers {
    /// A charger is connected, or not. Rule: CTRL-BATT-004.
    pub(in crate::job) fn on_power_connected(
        &mut self,
        board: &mut Board,
        connected: bool,
        world: &mut World<'_>,
    ) {
        self.battery.on_power_connected(board, connected, world);
    }

    /// The device charges, or not. Rule: CTRL-BATT-002.
    pub(in crate::job) fn on_charging(&mut self, charging: bool, world: &mut World<'_>) {
        self.battery.on_charging(charging, world);
    }

    /// The battery is low, or not. Rule: CTRL-BATT-002.
    pub(in crate::job) fn on_battery_low(&mut self, low: bool, world: &mut World<'_>) {
        self.battery.on_battery_low(low, world);
    }

    /// As was reported last.
    pub(in crate::job) fn is_battery_charging(&self) -> bool {
        self.battery.is_charging()
    }

    /// As was reported last.
    pub(in crate::job) fn is_battery_not_low(&self) -> bool {
        self.battery.is_battery_not_low()
    }

    /// As was reported last.
    pub(in crate::job) fn is_storage_not_low(&self) -> bool {
        self.storage.is_storage_not_low()
    }

    /// Storage is low, or not. Rule: CTRL-STOR-003.
    pub(in crate::job) fn on_storage_low(
        &mut self,
        board: &mut Board,
        low: bool,
        world: &mut World<'_>,
    ) {
        self.storage.on_storage_low(board, low, world);
    }

    /// The device counts as idle for jobs, or not. Rule: CTRL-IDLE-002.
    pub(in crate::job) fn on_idle(&mut self, board: &mut Board, idle: bool, world: &mut World<'_>) {
        self.idle.on_idle(board, idle, world);
    }

    /// The device is used, or not. Rule: CTRL-IDLE-005.
    pub(in crate::job) fn on_idleness(
        &mut self,
        board: &mut Board,
        event: IdlenessEvent,
        world: &mut World<'_>,
    ) {
        self.idle.on_event(board, event, world);
    }

    /// The default network of every app, or none. Rule: CTRL-NET-036.
    pub(in crate::job) fn on_default_network(
        &mut self,
        board: &mut Board,
        network: Option<NetworkFacts>,
        world: &mut World<'_>,
    ) {
        self.connectivity.on_default_network(board, network, world);
    }

    /// Why a uid's network is blocked. Rule: CTRL-NET-036.
    pub(in crate::job) fn on_blocked_reasons(
        &mut self,
        board: &mut Board,
        uid: Uid,
        reasons: u32,
        world: &mut World<'_>,
    ) {
        self.connectivity.on_blocked_reasons(board, uid, reasons, world);
    }

    /// Doze begins, deepens or ends. Rule: CTRL-DOZE-006.
    pub(in crate::job) fn on_doze(&mut self, board: &mut Board, doze: Doze, world: &mut World<'_>) {
        self.device_idle.on_doze(board, doze, world);
    }

    /// The temporary allow-list changed. Rules: CTRL-DOZE-006, CTRL-BG-009.
    pub(in crate::job) fn on_power_allowlist_changed(
        &mut self,
        board: &mut Board,
        world: &mut World<'_>,
    ) {
        self.device_idle.on_temp_allowlist_changed(board, world);
        self.background.post_update_all(world);
    }

    /// Battery saver begins or ends. Rule: CTRL-BG-009.
    pub(in crate::job) fn on_battery_saver(&mut self, on: bool, world: &mut World<'_>) {
        self.background.on_force_all_apps_standby(on, world);
    }

    /// The user restricts an app, or no longer. Rule: CTRL-BG-009.
    pub(in crate::job) fn on_background_restricted(&mut self, uid: Uid, world: &mut World<'_>) {
        self.background.on_user_restriction_changed(uid, world);
    }

    /// The bucket of a package changed. Rule: CTRL-RESTRICT-005.
    pub(in crate::job) fn on_standby_bucket(
        &mut self,
        board: &mut Board,
        package: &str,
        uid: Uid,
        bucket: StandbyBucket,
        world: &mut World<'_>,
    ) {
        self.background.on_standby_bucket(uid, package, bucket, world);
        let restricted = self.quota.on_standby_bucket(board, package, uid, bucket, world);
        if restricted.is_empty() {
            return;
        }
        for record in restricted {
            self.idle.on_restricted_bucket(board, record, world);
            self.connectivity.on_restricted_bucket(board, record, world);
            self.battery.on_restricted_bucket(board, record, world);
        }
        world.post(Posted::CheckJob);
    }

    /// The quota of a uid changed. Rule: CTRL-TARE-003.
    pub(in crate::job) fn on_quota_changed(
        &mut self,
        board: &mut Board,
        uid: Uid,
        world: &mut World<'_>,
    ) {
        let (changed, approvals) = self.quota.reevaluate(board, uid, world);
        for (record, approval) in approvals {
            self.on_expedited_approval(approval, board, record, world);
        }
        board.on_controller_state_changed(changed, world);
    }

    /// An alarm of a controller.
    pub(in crate::job) fn on_alarm(
        &mut self,
        board: &mut Board,
        alarm: &Alarm,
        world: &mut World<'_>,
    ) {
        match alarm {
            Alarm::Deadline => self.time.on_deadline_alarm(board, world),
            Alarm::Delay => self.time.on_delay_alarm(board, world),
            Alarm::IdleCheck => self.idle.on_idle_alarm(board, world),
        }
    }

    /// A delayed message of a controller.
    pub(in crate::job) fn on_message(
        &mut self,
        board: &mut Board,
        message: &Message,
        world: &mut World<'_>,
    ) {
        match message {
            Message::DozeExitPass { .. } => self.device_idle.on_delayed_pass(board, world),
            Message::SlotTimeout { .. } => {}
        }
    }

    /// As if no running job had been started while its app was on top.
    #[cfg(test)]
    pub(in crate::job) fn forget_top_starts(&mut self) {
        self.quota.forget_top_starts();
    }

    /// If an approval really changed, two controllers look again; a job that is approved and ready now
    /// is run. Rule: CTRL-TARE-003.
    fn on_expedited_approval(
        &mut self,
        approval: Approval,
        board: &mut Board,
        record: RecordId,
        world: &mut World<'_>,
    ) {
        if approval == Approval::Unchanged {
            return;
        }
        self.background.evaluate_state(board, record, world);
        self.connectivity.evaluate_state(board, record, world);
        if approval == Approval::Given && board.job(record).is_some_and(JobStatus::is_ready) {
            board.on_run_job_now(record, world);
        }
    }
}

/// What became of one approval of expedited treatment.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Approval {
    /// Given just now.
    Given,
    /// Taken back just now.
    Taken,
    /// As before.
    Unchanged,
}

impl Approval {
    fn new(approved: bool, changed: bool) -> Self {
        match (changed, approved) {
            (false, _) => Self::Unchanged,
            (true, true) => Self::Given,
            (true, false) => Self::Taken,
        }
    }
}

/// Constraints without a controller hold: the app is about to be opened, preferences are met.
fn satisfy_what_nobody_controls(board: &mut Board, record: RecordId, world: &World<'_>) {
    let now = world.elapsed();
    if let Some(job) = board.job_mut(record) {
        for constraint in [Constraints::PREFETCH, Constraints::FLEXIBLE] {
            if job.has_constraint(constraint) {
                job.set_constraint_satisfied(constraint, now, true);
            }
        }
    }
}

#[cfg(test)]
mod tests;
