//! What the job scheduler has others carry out.

use serde::{Deserialize, Serialize};

use super::call::CallbackToken;
use super::info::{JobParameters, UserVisibleJobSummary};
use super::SlotId;
use crate::ids::{ComponentName, Uid, UserId};

/// An effect of the job scheduler, in the order in which it must be carried out.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum JobEffect {
    /// Binds to a job service. Answered by [`crate::input::ProcessEvent::JobServiceConnected`] and its kin.
    Bind {
        /// For which slot.
        slot: SlotId,
        /// The execution that the binding belongs to.
        token: CallbackToken,
        /// The job service.
        component: ComponentName,
        /// The uid that hosts it.
        uid: Uid,
        /// The process that hosts it.
        #[serde(default)]
        process: String,
        /// `Context.BIND_*` flags. Rule: JOB-RUN-014.
        flags: u64,
    },
    /// Ends a binding.
    Unbind {
        /// For which slot.
        slot: SlotId,
        /// The execution that the binding belonged to.
        token: CallbackToken,
    },
    /// `onStartJob` of the app. One-way.
    StartJob {
        /// The uid that hosts the job service.
        uid: Uid,
        /// The process that hosts it.
        #[serde(default)]
        process: String,
        /// What the app is handed.
        parameters: Box<JobParameters>,
    },
    /// `onStopJob` of the app. One-way.
    StopJob {
        /// The uid that hosts the job service.
        uid: Uid,
        /// The process that hosts it.
        #[serde(default)]
        process: String,
        /// As in `StartJob`, with the stop reasons.
        parameters: Box<JobParameters>,
    },
    /// `onNetworkChanged` of the app. One-way.
    NetworkChanged {
        /// The uid that hosts the job service.
        uid: Uid,
        /// The process that hosts it.
        #[serde(default)]
        process: String,
        /// As in `StartJob`, with the new network.
        parameters: Box<JobParameters>,
    },
    /// Reports that an app does not respond.
    Anr {
        /// The uid that does not respond.
        uid: Uid,
        /// The process that hosts the job service.
        process: String,
        /// What took too long.
        what: SlowAnswer,
    },
    /// Keeps the CPU awake on behalf of an app.
    WakeLockAcquire {
        /// For which slot.
        slot: SlotId,
        /// The uid it is attributed to.
        uid: Uid,
    },
    /// Lets the CPU sleep again.
    WakeLockRelease {
        /// For which slot.
        slot: SlotId,
    },
    /// Tells observers that a user-visible job started or ended.
    UserVisibleJob {
        /// Names the observer.
        observer: u64,
        /// Which job.
        summary: Box<UserVisibleJobSummary>,
        /// It started, or ended.
        running: bool,
    },
    /// Asks the standby subsystem to restrict an app. Rule: JOB-SCHED-013.
    RestrictApp {
        /// The app.
        package: String,
        /// Its user.
        user: UserId,
    },
    /// Grants access to a uri. Rule: JOB-SCHED-028.
    GrantUri {
        /// From whom.
        from: Uid,
        /// To which package.
        package: String,
        /// The uri without an embedded user.
        uri: String,
        /// `Intent.FLAG_GRANT_*`.
        flags: i32,
        /// The user whose content it is.
        owner: UserId,
        /// The user of the app it is granted to.
        user: UserId,
    },
    /// Takes such a grant back.
    RevokeUri {
        /// The uri without an embedded user.
        uri: String,
        /// `Intent.FLAG_GRANT_*`.
        flags: i32,
        /// The user of the source uid.
        user: UserId,
    },
    /// Tells the Doze controller whether jobs are active. Rule: JOB-PROC-020.
    JobsActive {
        /// Whether they are.
        active: bool,
    },
    /// A job that is persisted changed: its uid's file is to be written.
    Persist {
        /// Whose jobs.
        uid: Uid,
    },
}

/// What an app took too long to answer. Rule: JOB-RUN-003.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SlowAnswer {
    /// The bind.
    Bind,
    /// `onStartJob`.
    OnStartJob,
    /// `onStopJob`.
    OnStopJob,
    /// The notification of a user-initiated job.
    Notification,
}
