//! The job scheduler: from `schedule` to the end of a job.

pub mod bias;
pub mod bucket;
pub mod call;
pub mod concurrency;
pub mod constants;
pub mod constraint;
pub mod effect;
pub mod execution;
pub mod info;
pub mod neighbours;
pub mod pending_reason;
pub mod quota_time;
pub mod rate_limit;
pub mod reason;
mod record_set;
pub mod reschedule;
pub mod restriction;
pub mod scheduler;
pub mod shell;
pub mod status;
pub mod store;
pub mod time_limits;
pub mod uri_grants;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use bucket::StandbyBucket;
pub use info::JobInfo;
pub use reason::{InternalStopReason, PendingJobReason, StopReason};
pub use status::{Constraints, JobKey, JobStatus};

use crate::ids::{Uid, UserId};
use crate::process::{Capabilities, ProcState};

/// Alarms of the job scheduler.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Alarm {
    /// `*job.deadline*`, one for all jobs. Rule: CTRL-TIME-005.
    Deadline,
    /// `*job.delay*`, one for all jobs. Rule: CTRL-TIME-005.
    Delay,
    /// `*job.idle*`: nobody has looked at the device for long enough. Rule: CTRL-IDLE-005.
    IdleCheck,
}

/// Delayed messages of the job scheduler.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Message {
    /// The client in this execution slot has not answered in time. Rule: JOB-RUN-004.
    SlotTimeout {
        /// Which slot.
        slot: SlotId,
    },
    /// Some time after Doze, jobs of inactive apps may run again. Rule: CTRL-DOZE-006.
    DozeExitPass {
        /// Several passes may be on their way.
        serial: u32,
    },
}

/// Messages that the job scheduler posts to itself without delay. Rule: JOB-PROC-003.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Posted {
    /// `MSG_CHECK_JOB`: look at every job; with batching, unless the scheduler counts as active.
    CheckJob,
    /// `MSG_CHECK_JOB_GREEDY`: take every job that is ready, without batching.
    CheckJobGreedy,
    /// `MSG_CHECK_CHANGED_JOB_LIST`: look at the jobs in the changed list.
    CheckChangedJobList,
    /// `MSG_CHECK_INDIVIDUAL_JOB`: take this job if it is executable.
    CheckIndividualJob {
        /// Which record.
        record: RecordId,
    },
    /// `MSG_STOP_JOB`: cancel a running job whose app may not start any more.
    StopJob {
        /// Which record.
        record: RecordId,
    },
    /// `MSG_UID_STATE_CHANGED`.
    UidStateChanged {
        /// Whose state.
        uid: Uid,
        /// Which.
        proc_state: ProcState,
        /// What its processes may do.
        capabilities: Capabilities,
    },
    /// `MSG_UID_GONE`.
    UidGone {
        /// Which uid.
        uid: Uid,
        /// Its app may not start in the background any more.
        disabled: bool,
    },
    /// `MSG_UID_ACTIVE`.
    UidActive {
        /// Which uid.
        uid: Uid,
    },
    /// `MSG_UID_IDLE`.
    UidIdle {
        /// Which uid.
        uid: Uid,
        /// Its app may not start in the background any more.
        disabled: bool,
    },
    /// `MSG_CHECK_MEDIA_EXEMPTION`: another app provides cloud media now. Rule: JOB-PROC-027.
    CheckMediaExemption {
        /// To which user.
        user: UserId,
        /// Which app did.
        from: Option<String>,
        /// Which app does.
        to: Option<String>,
    },
    /// `MSG_INFORM_OBSERVER_OF_ALL_USER_VISIBLE_JOBS`. Rule: JOB-API-091.
    InformObserverOfAllUserVisibleJobs {
        /// Names the observer.
        observer: u64,
    },
    /// `MSG_INFORM_OBSERVERS_OF_USER_VISIBLE_JOB_CHANGE`. Rules: JOB-API-092, JOB-API-093.
    InformObserversOfUserVisibleJobChange {
        /// Which job.
        summary: Box<info::UserVisibleJobSummary>,
        /// It started, or ended.
        running: bool,
    },
    /// A message of a constraint controller to itself.
    Controller(ControllerPosted),
}

/// Messages that constraint controllers post to themselves without delay.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum ControllerPosted {
    /// The battery controller looks at all its jobs. Rule: CTRL-BATT-010.
    ReevaluateBattery,
    /// The background-jobs controller looks at all jobs. Rule: CTRL-BG-009.
    UpdateAllBackground,
    /// The background-jobs controller looks at the jobs of one uid. Rule: CTRL-BG-009.
    UpdateBackgroundOfUid {
        /// Which source uid.
        uid: Uid,
        /// Whether it is active, where the event said so.
        active: Option<bool>,
    },
    /// The prefetch controller asks when an app will be opened next. Rule: JOB-PROC-022.
    RetrieveLaunchTime {
        /// The source user.
        user: UserId,
        /// The source package.
        package: Arc<str>,
    },
}

/// Names an execution slot.
#[derive(
    Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct SlotId(pub u32);

/// Names a record of the scheduler (`JobStatus`) by identity. A job that is replaced or rescheduled
/// gets a new record under the same key; "running", "pending" and "stored" are said of records.
/// Rule: JOB-PROC-026.
#[derive(
    Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct RecordId(pub u64);
