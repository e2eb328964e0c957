//! The record the scheduler keeps of one job (`JobStatus`): who asked for it, when it may run, what
//! it waits for, and what became of it so far.
//!
//! A record is a value: every fact that Android looks up elsewhere is an argument here. What the
//! constraint setters derive (readiness, the stop reason) is private to this room.

mod constraint;
mod explain;
mod history;
mod ready;
mod record;
mod views;
mod work;

#[cfg(test)]
mod tests;

pub use constraint::Constraints;
pub use explain::Obstacle;
pub use history::{ConstraintChange, ConstraintHistory};
pub(crate) use record::{effective_flex, effective_period};
pub use record::{
    ChangedContent, InternalFlags, JobKey, Lifetime, Origin, OverrideState, PersistedUtcTimes,
    Source, MIN_WINDOW_FOR_FLEXIBILITY_MS, NO_EARLIEST_RUNTIME, NO_LATEST_RUNTIME,
};
pub use work::NetworkBytes;

use std::sync::Arc;

use self::ready::ReadyFlags;
use self::work::WorkList;
use super::bucket::StandbyBucket;
use super::info::JobInfo;
use super::reason::StopReason;
use super::RecordId;
use crate::ids::{Uid, UserId};
use crate::time::{Elapsed, Uptime, Wall};

/// `JobStatus`: one incarnation of a job. A job that is scheduled again, or runs again after it was
/// stopped, is a new record with a new [`RecordId`].
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct JobStatus {
    record: RecordId,
    job: Arc<JobInfo>,
    namespace: Option<Arc<str>>,
    source_package: Arc<str>,
    source_tag: Option<Arc<str>>,
    calling_uid: Uid,
    source_uid: Uid,
    source_user: UserId,

    earliest_run_time: Elapsed,
    latest_run_time: Elapsed,
    original_latest_run_time: Elapsed,
    num_failures: i32,
    num_system_stops: i32,
    last_successful_run_time: Wall,
    last_failed_run_time: Wall,
    cumulative_execution_time_ms: i64,

    required_constraints: Constraints,
    satisfied_constraints: Constraints,
    dynamic_constraints: Constraints,
    constraint_history: ConstraintHistory,
    internal_flags: InternalFlags,
    standby_bucket: StandbyBucket,
    ready: ReadyFlags,
    reason_ready_to_unready: StopReason,
    num_required_flexible_constraints: u8,
    num_dropped_flexible_constraints: u8,
    tracking_controllers: u8,
    app_has_doze_exemption: bool,
    is_user_bg_restricted: bool,
    uid_active: bool,
    has_exempted_media_uris_only: bool,
    has_media_backup_exemption: bool,
    expedited_quota_approved: bool,
    expedited_tare_approved: bool,

    work: Option<Box<WorkList>>,
    persisted_utc_times: Option<Box<PersistedUtcTimes>>,

    /// The bound treated it as expedited when this record was started. Rule: JOB-RUN-016.
    pub started_as_expedited_job: bool,
    /// The bound treated it as user-initiated when this record was started.
    pub started_as_user_initiated_job: bool,
    /// It was started with immediacy privilege (chapter 03).
    pub started_with_immediacy_privilege: bool,
    /// Some network within reach is unmetered.
    pub has_access_to_unmetered: bool,
    /// Its uri grants have been made. Rule: JOB-SCHED-028.
    pub prepared: bool,
    /// Set by the shell's `run`. Rule: JOB-READY-060.
    pub override_state: OverrideState,
    /// The bias of its app when it was last compared. Rule: QUEUE-BIAS.
    pub last_evaluated_bias: i32,
    /// The network it was assigned.
    pub network: Option<i32>,
    /// The process of its service; `None` while the component is missing. Rule: JOB-READY-047.
    pub service_process_name: Option<Arc<str>>,
    /// What triggered it, until it is handed to the app.
    pub changed_content: Option<Box<ChangedContent>>,
    /// When it entered the store.
    pub enqueue_time: Elapsed,
    /// When it entered the pending queue; 0 while it is not there.
    pub made_pending: Uptime,
    /// When it began to run; 0 while it does not.
    pub made_active: Uptime,
    /// When it was first held back for the sake of batching; 0: never.
    pub first_force_batched_time: Elapsed,
    /// When it was first held back because of its bucket; 0: never.
    pub when_standby_deferred: Elapsed,
}

impl JobStatus {
    /// The record of a job that is scheduled `now`. Rules: JOB-INFO-022, JOB-INFO-034, JOB-READY-003.
    pub fn create_from_job_info(
        job: impl Into<Arc<JobInfo>>,
        origin: Origin,
        now: Elapsed,
    ) -> Self {
        let job = job.into();
        let (earliest_run_time, latest_run_time) = record::run_window(&job, now);
        Self::new(
            job,
            origin,
            Lifetime { earliest_run_time, latest_run_time, ..Lifetime::default() },
        )
    }

    /// The record of a job that has lived before: rescheduled, or read from the store.
    pub fn new(job: impl Into<Arc<JobInfo>>, mut origin: Origin, lifetime: Lifetime) -> Self {
        let job = record::with_request_uid(job.into(), origin.source_uid());
        let (source_uid, source_user, source_package, source_tag) = origin.source_of(&job);
        let flexible = record::num_flexible_constraints(&job, &lifetime);
        let mut status = Self {
            record: origin.record,
            namespace: origin.namespace,
            source_package,
            source_tag,
            calling_uid: origin.calling_uid,
            source_uid,
            source_user,
            earliest_run_time: lifetime.earliest_run_time,
            latest_run_time: lifetime.latest_run_time,
            original_latest_run_time: lifetime.latest_run_time,
            num_failures: lifetime.num_failures,
            num_system_stops: lifetime.num_system_stops,
            last_successful_run_time: lifetime.last_successful_run_time,
            last_failed_run_time: lifetime.last_failed_run_time,
            cumulative_execution_time_ms: lifetime.cumulative_execution_time_ms,
            required_constraints: record::required_constraints(&job, &lifetime, flexible),
            satisfied_constraints: Constraints::NONE,
            dynamic_constraints: Constraints::NONE,
            constraint_history: ConstraintHistory::default(),
            internal_flags: InternalFlags::NONE,
            standby_bucket: origin.standby_bucket,
            ready: ReadyFlags::NONE,
            reason_ready_to_unready: StopReason::Undefined,
            num_required_flexible_constraints: flexible,
            num_dropped_flexible_constraints: 0,
            tracking_controllers: 0,
            app_has_doze_exemption: false,
            is_user_bg_restricted: false,
            uid_active: false,
            has_exempted_media_uris_only: record::has_exempted_media_uris_only(&job),
            has_media_backup_exemption: false,
            expedited_quota_approved: false,
            expedited_tare_approved: false,
            work: None,
            persisted_utc_times: None,
            started_as_expedited_job: false,
            started_as_user_initiated_job: false,
            started_with_immediacy_privilege: false,
            has_access_to_unmetered: false,
            prepared: false,
            override_state: OverrideState::None,
            last_evaluated_bias: 0,
            network: None,
            service_process_name: None,
            changed_content: None,
            enqueue_time: Elapsed(0),
            made_pending: Uptime(0),
            made_active: Uptime(0),
            first_force_batched_time: Elapsed(0),
            when_standby_deferred: Elapsed(0),
            job,
        };
        status.add_dynamic_constraints(lifetime.dynamic_constraints);
        // Android asks before it knows the internal flags: a demoted user-initiated job starts
        // with "not dozing". Rule: JOB-READY-004.
        status.start_not_dozing();
        if status.standby_bucket == StandbyBucket::Restricted {
            status.add_dynamic_constraints(Constraints::DYNAMIC_RESTRICTED);
        }
        status.internal_flags = lifetime.internal_flags;
        status.update_media_backup_exemption_status(origin.is_cloud_media_provider);
        status
    }
}
