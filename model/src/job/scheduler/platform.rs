//! The scheduler with its own rooms: calls from running jobs, bindings, timers and device signals.

use super::{ConcurrencyManager, JobScheduler, World};
use crate::device_config::DeviceConfig;
use crate::exception::Exception;
use crate::facts;
use crate::ids::{Caller, ComponentName, Uid};
use crate::input::{Doze, NetworkFacts, ThermalStatus};
use crate::job::call::{CallbackToken, JobCallbackCall};
use crate::job::concurrency::JobConcurrencyManager;
use crate::job::constants::Constants;
use crate::job::constraint::{Controllers, IdlenessEvent};
use crate::job::execution::{Completed, StopCause, StopFilter, Verb};
use crate::job::rate_limit::{NegativeWindow, RateLimit};
use crate::job::shell::format_uid;
use crate::job::{
    Alarm, InternalStopReason, JobStatus, Message, RecordId, SlotId, StandbyBucket, StopReason,
};
use crate::reply::Reply;
use crate::rules::job_stop::{JOB_STOP_016, JOB_STOP_017, JOB_STOP_018};

/// The scheduler as it is on a device.
pub type PlatformJobScheduler = JobScheduler<Controllers, JobConcurrencyManager>;

/// What became of the binding to a job service.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ConnectionEvent {
    /// A component answered with its binder.
    Connected(ComponentName),
    /// It answered with nothing.
    NullBinding,
    /// The binding is dead for good.
    BindingDied,
    /// The process behind it is gone.
    Disconnected,
}

impl PlatformJobScheduler {
    /// A scheduler that knows no job. `timeout_multiplier` is `ro.hw_timeout_multiplier`.
    pub fn new(timeout_multiplier: i64) -> Self {
        Self::with_rooms(Controllers::default(), JobConcurrencyManager::new(timeout_multiplier))
    }

    /// One call of `IJobCallback`. Rule: JOB-RUN-039.
    ///
    /// # Errors
    ///
    /// The exception that the app hears.
    pub fn callback(
        &mut self,
        now_calling: Caller,
        token: CallbackToken,
        call: JobCallbackCall,
        world: &mut World<'_>,
    ) -> Result<Reply, Exception> {
        let called = self.manager.with_slots(&mut self.desk, world, |execution, turn| {
            execution.callback(token, now_calling, call, turn)
        });
        self.finish(called.completed, world);
        let answer = called.answer;
        self.manager
            .with_slots(&mut self.desk, world, |execution, turn| execution.answer(answer, turn))
    }

    /// Something about the binding of an execution. One that is over hears nothing.
    pub fn on_connection(
        &mut self,
        token: CallbackToken,
        event: &ConnectionEvent,
        world: &mut World<'_>,
    ) {
        let Some(slot) = self.manager.execution().slot_of(token) else { return };
        let ended = self.manager.with_slots(&mut self.desk, world, |execution, turn| match event {
            ConnectionEvent::Connected(component) => {
                execution.service_connected(slot, component, turn)
            }
            ConnectionEvent::NullBinding => execution.null_binding(slot, turn),
            ConnectionEvent::BindingDied => execution.binding_died(slot, turn),
            ConnectionEvent::Disconnected => execution.service_disconnected(slot, turn),
        });
        self.finish(ended, world);
    }

    /// The executions that are connected to a process, the earliest started first.
    pub fn executions_in(&self, uid: Uid, process: &str) -> Vec<CallbackToken> {
        let execution = self.manager.execution();
        self.manager
            .active_slots()
            .iter()
            .filter_map(|&slot| execution.view(slot))
            .filter(|view| view.verb != Verb::Binding)
            .filter(|view| {
                self.desk.board.job(view.record).is_some_and(|job| {
                    job.calling_uid() == uid && job.service_process_name.as_deref() == Some(process)
                })
            })
            .map(|view| view.token)
            .collect()
    }

    /// An alarm of the scheduler has gone off.
    pub fn on_alarm(&mut self, alarm: &Alarm, world: &mut World<'_>) {
        self.desk.controllers.on_alarm(&mut self.desk.board, alarm, world);
        self.tell_network_changes(world);
    }

    /// A delayed message of the scheduler has come due.
    pub fn on_message(&mut self, message: &Message, world: &mut World<'_>) {
        match message {
            Message::SlotTimeout { slot } => {
                let slot = *slot;
                let ended = self
                    .manager
                    .with_slots(&mut self.desk, world, |slots, turn| slots.timed_out(slot, turn));
                self.finish(ended, world);
            }
            Message::DozeExitPass { .. } => {
                self.desk.controllers.on_message(&mut self.desk.board, message, world);
            }
        }
        self.tell_network_changes(world);
    }

    /// The `jobscheduler` namespace of `device_config` changed. Rules: JOB-CONST-001, JOB-SCHED-019.
    ///
    /// # Errors
    ///
    /// The window of the schedule limit is negative; nothing changes then. Rule: JOB-CONST-008.
    pub fn on_config_changed(&mut self, config: &DeviceConfig) -> Result<(), NegativeWindow> {
        self.configure(Constants::android_14().with_config(config))
    }

    /// A charger is connected, or not.
    pub fn on_power_connected(&mut self, connected: bool, world: &mut World<'_>) {
        self.desk.controllers.on_power_connected(&mut self.desk.board, connected, world);
    }

    /// The device charges, or not.
    pub fn on_charging(&mut self, charging: bool, world: &mut World<'_>) {
        self.desk.controllers.on_charging(charging, world);
    }

    /// The battery is low, or not.
    pub fn on_battery_low(&mut self, low: bool, world: &mut World<'_>) {
        self.desk.controllers.on_battery_low(low, world);
    }

    /// Whether the battery has charged for long enough, as was reported last.
    pub fn is_battery_charging(&self) -> bool {
        self.desk.controllers.is_battery_charging()
    }

    /// Whether the battery is not low, as was reported last.
    pub fn is_battery_not_low(&self) -> bool {
        self.desk.controllers.is_battery_not_low()
    }

    /// Whether storage does not run short, as was reported last.
    pub fn is_storage_not_low(&self) -> bool {
        self.desk.controllers.is_storage_not_low()
    }

    /// Storage is low, or not.
    pub fn on_storage_low(&mut self, low: bool, world: &mut World<'_>) {
        self.desk.controllers.on_storage_low(&mut self.desk.board, low, world);
    }

    /// The device counts as idle for jobs that need that, or not.
    pub fn on_device_idle(&mut self, idle: bool, world: &mut World<'_>) {
        self.desk.controllers.on_idle(&mut self.desk.board, idle, world);
    }

    /// The device is used, or not: how it comes to count as idle. Rule: CTRL-IDLE-005.
    pub fn on_idleness(&mut self, event: IdlenessEvent, world: &mut World<'_>) {
        self.desk.controllers.on_idleness(&mut self.desk.board, event, world);
    }

    /// The default network of every app, or none.
    pub fn on_default_network(&mut self, network: Option<NetworkFacts>, world: &mut World<'_>) {
        self.desk.controllers.on_default_network(&mut self.desk.board, network, world);
        self.tell_network_changes(world);
    }

    /// Why the network of a uid is blocked: `ConnectivityManager.BLOCKED_REASON_*`.
    pub fn on_network_blocked(&mut self, uid: Uid, reasons: u32, world: &mut World<'_>) {
        self.desk.controllers.on_blocked_reasons(&mut self.desk.board, uid, reasons, world);
        self.tell_network_changes(world);
    }

    /// Doze begins, deepens or ends. Rules: CTRL-DOZE-006, CTRL-DOZE-007, JOB-STOP-016.
    pub fn on_doze(&mut self, doze: Doze, world: &mut World<'_>) {
        self.desk.controllers.on_doze(&mut self.desk.board, doze, world);
        self.manager.set_deep_doze(doze == Doze::Deep);
        if doze == Doze::Deep {
            let unexempted = self.active_jobs_where(|job, _| !job.can_run_in_doze());
            let internal = InternalStopReason::DeviceIdle;
            let cause = StopCause::new(StopReason::DeviceState, internal, "cancelled due to doze");
            world.out.decide(&JOB_STOP_016, "deep Doze", || facts!(stopped = unexempted));
            self.stop_jobs(&unexempted, &cause, world);
            self.stop_overtime_jobs("deep doze", world);
        }
        self.tell_network_changes(world);
    }

    /// Battery saver begins or ends. Rules: CTRL-BG-009, JOB-STOP-017.
    pub fn on_battery_saver(&mut self, on: bool, world: &mut World<'_>) {
        self.desk.controllers.on_battery_saver(on, world);
        self.manager.set_battery_saver(on);
        if on {
            world.out.decide(&JOB_STOP_017, "battery saver", Vec::new);
            self.stop_overtime_jobs("battery saver", world);
        }
    }

    /// The device gets hotter or cooler. Rules: CTRL-THERMAL-004, CTRL-THERMAL-006, JOB-STOP-018,
    /// JOB-STOP-019.
    pub fn on_thermal_status(&mut self, status: ThermalStatus, world: &mut World<'_>) {
        let Some(change) = self.desk.board.thermal.set_status(status, world.out) else { return };
        self.post_check_job("thermal status changed", world);
        if change.stop_overtime_jobs {
            let now = world.elapsed();
            let board = &self.desk.board;
            // Without the exemption of apps in the foreground, and from the latest started to the first.
            let hot: Vec<_> = ConcurrencyManager::<Controllers>::active_jobs(&self.manager)
                .into_iter()
                .rev()
                .filter(|&record| board.is_in_overtime(record, now))
                .filter(|&record| board.is_thermally_restricted(record, now, world.out))
                .collect();
            world.out.decide(&JOB_STOP_018, "hotter", || facts!(stopped = hot));
            let internal = InternalStopReason::DeviceThermal;
            let cause = StopCause::new(StopReason::DeviceState, internal, "thermal");
            self.stop_jobs(&hot, &cause, world);
        }
    }

    /// A power-exemption list changed. Rules: CTRL-DOZE-006, CTRL-BG-009.
    pub fn on_power_allowlist_changed(&mut self, world: &mut World<'_>) {
        self.desk.controllers.on_power_allowlist_changed(&mut self.desk.board, world);
    }

    /// The user restricts what an app does in the background, or no longer. Rule: CTRL-BG-009.
    pub fn on_background_restricted(&mut self, uid: Uid, world: &mut World<'_>) {
        self.desk.controllers.on_background_restricted(uid, world);
    }

    /// The standby bucket of a package, as `UsageStatsManager.STANDBY_BUCKET_*`. Rule: CTRL-RESTRICT-005.
    pub fn on_standby_bucket(
        &mut self,
        package: &str,
        uid: Uid,
        bucket: i32,
        world: &mut World<'_>,
    ) {
        let bucket = StandbyBucket::from_usage_stats(bucket);
        let desk = &mut self.desk;
        desk.controllers.on_standby_bucket(&mut desk.board, package, uid, bucket, world);
        self.tell_network_changes(world);
    }

    /// The neighbours have another verdict about the quota of a uid.
    pub fn on_quota_changed(&mut self, uid: Uid, world: &mut World<'_>) {
        self.desk.controllers.on_quota_changed(&mut self.desk.board, uid, world);
    }

    /// The slots, for those who look only.
    pub fn concurrency(&self) -> &JobConcurrencyManager {
        &self.manager
    }

    /// A record by its identity, stored or running.
    pub fn record(&self, record: RecordId) -> Option<&JobStatus> {
        self.desk.board.job(record)
    }

    /// The slot and the record of the execution that a token names.
    pub fn execution_of(&self, token: CallbackToken) -> Option<(SlotId, &JobStatus)> {
        let slot = self.manager.execution().slot_of(token)?;
        let record = self.manager.execution().running(slot)?;
        Some((slot, self.desk.board.job(record)?))
    }

    /// `executeStopCommandLocked`: stops working jobs; what they are called. Rule: JOB-RUN-055.
    pub(in crate::job) fn stop_executing_jobs(
        &mut self,
        filter: &StopFilter,
        cause: &StopCause,
        world: &mut World<'_>,
    ) -> Vec<String> {
        let mut stopped = Vec::new();
        for slot in self.manager.active_slots().to_vec() {
            let name = self.manager.execution().running(slot).and_then(|record| {
                let job = self.desk.board.job(record)?;
                let space = job.namespace().map_or("#".to_owned(), |name| format!("{name}:"));
                let (uid, id) = (format_uid(job.calling_uid()), job.job_id());
                let component = job.service_component().flatten_to_short_string();
                Some(format!("{space}{uid}/{id} {component}"))
            });
            let (found, ended) = self.manager.with_slots(&mut self.desk, world, |slots, turn| {
                slots.stop_if_executing(slot, filter, cause, turn)
            });
            if found {
                stopped.extend(name);
            }
            self.finish(ended, world);
        }
        stopped
    }

    fn stop_overtime_jobs(&mut self, debug_reason: &str, world: &mut World<'_>) {
        let now = world.elapsed();
        let overtime = self.active_jobs_where(|_, is_in_overtime| is_in_overtime(now));
        let internal = InternalStopReason::Timeout;
        let cause = StopCause::new(StopReason::DeviceState, internal, debug_reason);
        self.stop_jobs(&overtime, &cause, world);
    }

    fn active_jobs_where(
        &self,
        which: impl Fn(&JobStatus, &dyn Fn(crate::time::Elapsed) -> bool) -> bool,
    ) -> Vec<RecordId> {
        let board = &self.desk.board;
        ConcurrencyManager::<Controllers>::active_jobs(&self.manager)
            .into_iter()
            .filter(|&record| {
                let overtime = |now| board.is_in_overtime(record, now);
                board.job(record).is_some_and(|job| which(job, &overtime))
            })
            .collect()
    }

    fn stop_jobs(&mut self, records: &[RecordId], cause: &StopCause, world: &mut World<'_>) {
        for &record in records {
            let ended: Option<Completed> =
                self.manager.stop_job(record, cause.clone(), &mut self.desk, world);
            self.finish(ended, world);
        }
    }
}

/// The schedule limit as the constants have it.
pub(super) fn rate_limit_of(constants: &Constants) -> RateLimit {
    RateLimit {
        enabled: constants.enable_api_quotas,
        limit: constants.api_quota_schedule_count,
        window_millis: constants.api_quota_schedule_window_ms,
    }
}
