//! What apps and the system ask of the job scheduler: `IJobScheduler` and `IJobCallback` as values.

use serde::{Deserialize, Serialize};

use super::info::{JobInfo, JobWorkItem};
use crate::notification::Notification;

/// A call of `IJobScheduler`. The caller is never an argument. Rule: JOB-API-003.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(tag = "call", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum JobSchedulerCall {
    /// Schedules or replaces a job.
    Schedule {
        /// `None`: the default namespace.
        namespace: Option<String>,
        /// `None` stands for Java's `null`.
        job: Option<Box<JobInfo>>,
    },
    /// Schedules a job with one more work item.
    Enqueue {
        /// `None`: the default namespace.
        namespace: Option<String>,
        /// `None` stands for Java's `null`.
        job: Option<Box<JobInfo>>,
        /// `None` stands for Java's `null`.
        work: Option<Box<JobWorkItem>>,
    },
    /// Schedules a job on behalf of another app.
    ScheduleAsPackage {
        /// `None`: the default namespace.
        namespace: Option<String>,
        /// `None` stands for Java's `null`.
        job: Option<Box<JobInfo>>,
        /// The app to account the job to.
        package: Option<String>,
        /// The user of that app; -1 stands for none.
        user: i32,
        /// A tag for battery attribution.
        tag: Option<String>,
    },
    /// Cancels one job.
    Cancel {
        /// `None`: the default namespace.
        namespace: Option<String>,
        /// The id the app chose.
        id: i32,
    },
    /// Cancels the caller's jobs in every namespace.
    CancelAll,
    /// Cancels the caller's jobs in one namespace.
    CancelAllInNamespace {
        /// `None`: the default namespace.
        namespace: Option<String>,
    },
    /// The caller's jobs, by namespace.
    GetAllPendingJobs,
    /// The caller's jobs in one namespace.
    GetAllPendingJobsInNamespace {
        /// `None`: the default namespace.
        namespace: Option<String>,
    },
    /// One job of the caller.
    GetPendingJob {
        /// `None`: the default namespace.
        namespace: Option<String>,
        /// The id the app chose.
        id: i32,
    },
    /// Why a job of the caller does not run.
    GetPendingJobReason {
        /// `None`: the default namespace.
        namespace: Option<String>,
        /// The id the app chose.
        id: i32,
    },
    /// Whether the caller may run user-initiated jobs at all.
    CanRunUserInitiatedJobs {
        /// Must be the caller's own.
        package: String,
    },
    /// Whether an app holds the permission for user-initiated jobs.
    HasRunUserInitiatedJobsPermission {
        /// The app asked about.
        package: String,
        /// Its user.
        user: i32,
    },
    /// All running jobs; for the system only.
    GetStartedJobs,
    /// All jobs with their state; for the system only.
    GetAllJobSnapshots,
    /// Wants to hear when user-visible jobs start and end.
    RegisterUserVisibleJobObserver {
        /// Names the observer; `None` stands for Java's `null`.
        observer: Option<u64>,
    },
    /// No longer wants to hear of it.
    UnregisterUserVisibleJobObserver {
        /// Names the observer; `None` stands for Java's `null`.
        observer: Option<u64>,
    },
    /// The user is about to stop an app in the Task Manager.
    NotePendingUserRequestedAppStop {
        /// `None` stands for Java's `null`.
        package: Option<String>,
        /// The user whose app it is.
        user: i32,
        /// For logs.
        debug_reason: Option<String>,
    },
}

/// Names one execution of a job: the callback object that the app was handed with `startJob`.
#[derive(
    Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct CallbackToken(pub u64);

/// A call of `IJobCallback`, always together with a [`CallbackToken`]. Rule: JOB-RUN-039.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(tag = "call", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum JobCallbackCall {
    /// `onStartJob` returned.
    AcknowledgeStart {
        /// Whether work goes on.
        ongoing: bool,
    },
    /// `onStopJob` returned.
    AcknowledgeStop {
        /// Whether the app wants the job again.
        reschedule: bool,
    },
    /// The app is done.
    JobFinished {
        /// Whether the app wants the job again.
        reschedule: bool,
    },
    /// Takes the next work item.
    DequeueWork,
    /// Gives a work item back as done.
    CompleteWork {
        /// As delivered with the item.
        work_id: i32,
    },
    /// Corrects the estimate of bytes to transfer.
    UpdateEstimatedNetworkBytes {
        /// Bytes; -1 is unknown.
        download: i64,
        /// Bytes; -1 is unknown.
        upload: i64,
    },
    /// Reports the bytes transferred so far.
    UpdateTransferredNetworkBytes {
        /// Bytes.
        download: i64,
        /// Bytes.
        upload: i64,
    },
    /// Answers a query for downloaded bytes.
    AcknowledgeTransferredDownloadBytes {
        /// Bytes.
        bytes: i64,
    },
    /// Answers a query for uploaded bytes.
    AcknowledgeTransferredUploadBytes {
        /// Bytes.
        bytes: i64,
    },
    /// Shows the job to the user.
    SetNotification {
        /// The id the app chose.
        id: i32,
        /// `None` stands for Java's `null`.
        notification: Option<Box<Notification>>,
        /// What becomes of the notification when the job ends: 0 detach, 1 remove.
        end_policy: i32,
    },
}
