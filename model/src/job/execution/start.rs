//! Giving a job to a slot: `executeRunnableJob`. Rules: JOB-RUN-006 to 016.

use super::at_work::SlotAtWork;
use super::host::BindRequest;
use super::slot::{BytePair, Running, Verb};
use super::WorkType;
use crate::facts;
use crate::job::call::CallbackToken;
use crate::job::effect::JobEffect;
use crate::job::info::JobParameters;
use crate::job::{InternalStopReason, JobStatus, RecordId, StopReason};
use crate::package::Change;
use crate::rules::job_run::{
    JOB_RUN_006, JOB_RUN_007, JOB_RUN_009, JOB_RUN_010, JOB_RUN_011, JOB_RUN_014, JOB_RUN_015,
    JOB_RUN_016, JOB_RUN_054,
};
use crate::rules::job_time::JOB_TIME_022;

/// `Context.BIND_*` flags of the bindings that slots make. Rule: PROC-ADJ-040.
pub mod bind_flags {
    /// Creates the service.
    pub const AUTO_CREATE: u64 = 0x1;
    /// Does not raise the process to the foreground.
    pub const NOT_FOREGROUND: u64 = 0x4;
    /// Does not make the process perceptible.
    pub const NOT_PERCEPTIBLE: u64 = 0x100;
    /// Does not count as use of the app.
    pub const NOT_APP_COMPONENT_USAGE: u64 = 0x8000;
    /// Makes the process almost perceptible.
    pub const ALMOST_PERCEPTIBLE: u64 = 0x1_0000;
    /// Has the network in spite of Doze and battery saver.
    pub const BYPASS_POWER_NETWORK_RESTRICTIONS: u64 = 0x2_0000;
    /// Has the network in spite of data saver.
    pub const BYPASS_USER_NETWORK_RESTRICTIONS: u64 = 0x1_0000_0000;

    /// Of a job treated as user-initiated. Rule: JOB-RUN-014.
    pub const USER_INITIATED: u64 = AUTO_CREATE
        | ALMOST_PERCEPTIBLE
        | BYPASS_POWER_NETWORK_RESTRICTIONS
        | BYPASS_USER_NETWORK_RESTRICTIONS
        | NOT_APP_COMPONENT_USAGE;
    /// Of a job treated as expedited. Rule: JOB-RUN-014.
    pub const EXPEDITED: u64 = AUTO_CREATE
        | NOT_FOREGROUND
        | ALMOST_PERCEPTIBLE
        | BYPASS_POWER_NETWORK_RESTRICTIONS
        | NOT_APP_COMPONENT_USAGE;
    /// Of any other job. Rule: JOB-RUN-014.
    pub const REGULAR: u64 =
        AUTO_CREATE | NOT_FOREGROUND | NOT_PERCEPTIBLE | NOT_APP_COMPONENT_USAGE;
}

impl SlotAtWork<'_, '_> {
    /// `executeRunnableJob`: whether the job now runs in this slot.
    pub(super) fn execute_runnable_job(
        &mut self,
        record: RecordId,
        work_type: WorkType,
        token: CallbackToken,
    ) -> bool {
        let slot = self.id;
        if let Some(running) = &self.context.running {
            let busy_with = running.record;
            self.turn.out.decide(&JOB_RUN_006, "the slot is busy", || {
                facts!(slot = slot, record = record, busy_with = busy_with)
            });
            return false;
        }
        self.context.preferred_uid = None;
        let running = self.prepare(record, work_type, token);
        let request = self.bind_request(&running);
        self.context.running = Some(running);
        self.turn.host.record_mut(record).clear_persisted_utc_times();
        self.turn.out.decide(&JOB_RUN_011, "persisted times dropped", || facts!(record = record));
        let attributed_to = self.turn.host.record(record).source_uid();
        // Held from before the bind until the end, for the app the job runs for. Rule: JOB-RUN-012.
        self.turn.out.effect(JobEffect::WakeLockAcquire { slot, uid: attributed_to });
        self.schedule_op_timeout();
        if self.turn.host.bind_service(&request, self.turn.out) {
            self.accepted(record, request);
            true
        } else {
            self.turn.out.decide(&JOB_RUN_015, "bind refused", || {
                facts!(slot = slot, component = request.component)
            });
            self.context.running = None;
            self.turn.out.effect(JobEffect::WakeLockRelease { slot });
            self.remove_op_timeout();
            false
        }
    }

    /// What is stored before the bind. The limits are snapshots. Rules: JOB-RUN-007, JOB-TIME-022.
    fn prepare(&mut self, record: RecordId, work_type: WorkType, token: CallbackToken) -> Running {
        let now = self.turn.now;
        let parameters = self.parameters(record, token);
        let turn = &mut *self.turn;
        let guarantee = turn.host.min_job_execution_guarantee_ms(record, now, turn.out);
        let maximum = turn.host.max_job_execution_time_ms(record, now, turn.out);
        self.turn.out.decide(&JOB_TIME_022, "limits of this execution", || {
            facts!(guarantee = guarantee, maximum = maximum)
        });
        let job = self.turn.host.record(record);
        let awaiting_notification = job.is_user_visible_job();
        // Rules: JOB-RUN-047, JOB-API-228.
        let bytes = job.network_bytes();
        let estimated = BytePair { download: bytes.download, upload: bytes.upload };
        self.turn.out.decide(&JOB_RUN_054, "must show a notification, or need not", || {
            facts!(awaiting_notification = awaiting_notification)
        });
        self.turn.out.decide(&JOB_RUN_007, "slot taken", || {
            facts!(record = record, token = token, estimated = estimated)
        });
        Running {
            verb: Verb::Binding,
            record,
            work_type,
            token,
            parameters,
            started_at: now.elapsed,
            min_guarantee_millis: guarantee,
            max_execution_millis: maximum.max(guarantee),
            awaiting_notification,
            stamped_at: now.elapsed,
            estimated,
            transferred: BytePair::default(),
            cancelled: false,
            death_mark: None,
            pending_stop: None,
            pending_network: None,
            timeout_at: now.elapsed,
            stopped: None,
        }
    }

    /// What the app will be handed. Rules: JOB-RUN-008, JOB-API-204, JOB-API-208.
    fn parameters(&mut self, record: RecordId, token: CallbackToken) -> JobParameters {
        let now = self.turn.now.elapsed;
        let network_allowed = self.can_get_network_information(record);
        let job = self.turn.host.record(record);
        let latest = job.latest_run_time();
        let deadline_expired = job.has_deadline_constraint() && latest < now;
        self.turn.out.decide(&JOB_RUN_009, "deadline expired, or not", || {
            facts!(deadline_expired = deadline_expired, latest = latest)
        });
        let info = job.job();
        let changed = job.changed_content.as_deref();
        JobParameters {
            token,
            namespace: job.namespace().map(ToString::to_string),
            job_id: job.job_id(),
            service: info.service.clone(),
            extras: info.extras.clone(),
            transient_extras: info.transient_extras.clone(),
            clip_data: info.clip_data.clone(),
            clip_grant_flags: info.clip_grant_flags,
            deadline_expired,
            expedited: job.should_treat_as_expedited_job(),
            user_initiated: job.should_treat_as_user_initiated_job(),
            triggered_uris: changed.map(|content| content.uris.iter().cloned().collect()),
            triggered_authorities: changed
                .map(|content| content.authorities.iter().cloned().collect()),
            network: if network_allowed { job.network } else { None },
            stop_reason: StopReason::Undefined.code(),
            internal_stop_reason: InternalStopReason::Unknown.code(),
            debug_stop_reason: None,
        }
    }

    /// `canGetNetworkInformation`: the app that does the work must be allowed to see networks.
    pub(super) fn can_get_network_information(&mut self, record: RecordId) -> bool {
        let job = self.turn.host.record(record);
        if job.job().required_network.is_none() {
            return false;
        }
        let (uid, package) = (job.calling_uid(), job.service_component().package.to_string());
        let change = Change::REQUIRE_NETWORK_PERMISSIONS_FOR_CONNECTIVITY_JOBS;
        let allowed = !self.turn.host.is_change_enabled(change, uid)
            || self.turn.host.may_deliver_network_information(uid, &package);
        self.turn.out.decide(&JOB_RUN_010, "may see networks, or not", || {
            facts!(uid = uid, package = package, allowed = allowed)
        });
        allowed
    }

    /// The process that hosts the job service, as its manifest names it.
    pub(super) fn process_name(&self, record: RecordId) -> String {
        let name = self.turn.host.record(record).service_process_name.as_deref();
        name.unwrap_or_default().to_owned()
    }

    fn bind_request(&mut self, running: &Running) -> BindRequest {
        let job = self.turn.host.record(running.record);
        let flags = flags_of(job);
        let (component, uid) = (job.service_component().clone(), job.calling_uid());
        let job_id = job.job_id();
        self.turn.out.decide(&JOB_RUN_014, "kind of binding", || facts!(flags = flags));
        BindRequest { slot: self.id, token: running.token, job_id, component, uid, flags }
    }

    /// The kind is latched only now: the bind itself may have changed it. Rule: JOB-RUN-016.
    fn accepted(&mut self, record: RecordId, request: BindRequest) {
        let BindRequest { slot, token, component, uid, flags, .. } = request;
        let process = self.process_name(record);
        self.turn.out.effect(JobEffect::Bind { slot, token, component, uid, process, flags });
        self.turn.host.note_active(record, self.turn.now);
        let job = self.turn.host.record_mut(record);
        let (expedited, user_initiated) =
            (job.should_treat_as_expedited_job(), job.should_treat_as_user_initiated_job());
        job.started_as_expedited_job = expedited;
        job.started_as_user_initiated_job = user_initiated;
        self.context.last_stopped = None;
        self.turn.out.decide(&JOB_RUN_016, "bind accepted", || {
            facts!(slot = slot, expedited = expedited, user_initiated = user_initiated)
        });
    }
}

/// Rule: JOB-RUN-014.
fn flags_of(job: &JobStatus) -> u64 {
    if job.should_treat_as_user_initiated_job() {
        bind_flags::USER_INITIATED
    } else if job.should_treat_as_expedited_job() {
        bind_flags::EXPEDITED
    } else {
        bind_flags::REGULAR
    }
}
