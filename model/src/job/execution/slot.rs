//! `JobServiceContext`: what one slot remembers. Rules: JOB-RUN-001, JOB-RUN-002.
//!
//! Everything about an execution lives in [`Running`] and goes with it; what survives between two
//! jobs stands beside it. So a slot is available exactly while nothing runs in it.

use serde::{Deserialize, Serialize};

use super::WorkType;
use crate::ids::Uid;
use crate::job::call::CallbackToken;
use crate::job::info::JobParameters;
use crate::job::{InternalStopReason, RecordId, StopReason};
use crate::time::Elapsed;

/// What a slot waits for. Rule: JOB-RUN-002.
#[derive(
    Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[repr(u8)]
pub enum Verb {
    /// The bind was made; the service has not connected.
    Binding = 0,
    /// `onStartJob` was called; its answer is awaited.
    Starting = 1,
    /// The app works.
    Executing = 2,
    /// `onStopJob` was called; its answer is awaited.
    Stopping = 3,
    /// Nothing runs.
    #[default]
    Finished = 4,
}

/// Why an execution is to end: what the app is told, what the system goes by, and a text for people.
///
/// The two codes are numbers, because the shell may give any (SHELL-020).
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct StopCause {
    /// `JobParameters.STOP_REASON_*`. Rule: JOB-STOP-001.
    pub stop_reason: i32,
    /// `JobParameters.INTERNAL_STOP_REASON_*`. Rule: JOB-STOP-002.
    pub internal_stop_reason: i32,
    /// For logs and dumps.
    pub debug_reason: String,
}

impl StopCause {
    /// A cause with reasons that the platform knows.
    pub fn new(
        stop_reason: StopReason,
        internal_stop_reason: InternalStopReason,
        debug_reason: impl Into<String>,
    ) -> Self {
        Self {
            stop_reason: stop_reason.code(),
            internal_stop_reason: internal_stop_reason.code(),
            debug_reason: debug_reason.into(),
        }
    }

    pub(super) fn is(&self, reason: StopReason) -> bool {
        self.stop_reason == reason.code()
    }
}

/// Bytes in both directions; -1 is unknown.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, Serialize, Deserialize)]
pub struct BytePair {
    /// To the device.
    pub download: i64,
    /// From the device.
    pub upload: i64,
}

/// When and why an execution was first told to stop.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) struct Stopped {
    pub(super) reason: String,
    pub(super) at: Elapsed,
}

/// One execution of one job.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) struct Running {
    /// Never [`Verb::Finished`].
    pub(super) verb: Verb,
    pub(super) record: RecordId,
    pub(super) work_type: WorkType,
    pub(super) token: CallbackToken,
    /// As the app is handed them; they carry the stop reasons.
    pub(super) parameters: JobParameters,
    pub(super) started_at: Elapsed,
    /// Snapshots: nothing that happens later changes them. Rule: JOB-RUN-007.
    pub(super) min_guarantee_millis: i64,
    pub(super) max_execution_millis: i64,
    pub(super) awaiting_notification: bool,
    /// Up to when the execution time is accounted for. Rule: JOB-RUN-033.
    pub(super) stamped_at: Elapsed,
    pub(super) estimated: BytePair,
    pub(super) transferred: BytePair,
    /// Cancelled before the app could be told.
    pub(super) cancelled: bool,
    /// The user stops the app: why the job will have ended. Rule: JOB-USERSTOP-004.
    pub(super) death_mark: Option<StopCause>,
    /// A quota stop that waits for the guarantee to be used up. Rule: JOB-RUN-043.
    pub(super) pending_stop: Option<StopCause>,
    pub(super) pending_network: Option<i32>,
    /// When the timer fires, counted on the elapsed clock; for dumps.
    pub(super) timeout_at: Elapsed,
    pub(super) stopped: Option<Stopped>,
}

impl Running {
    pub(super) fn earliest_stop(&self) -> Elapsed {
        self.started_at.plus(self.min_guarantee_millis)
    }

    pub(super) fn latest_stop(&self) -> Elapsed {
        self.started_at.plus(self.max_execution_millis)
    }

    /// Puts the reasons into the parameters.
    pub(super) fn set_stop_reason(&mut self, cause: &StopCause) {
        self.parameters.stop_reason = cause.stop_reason;
        self.parameters.internal_stop_reason = cause.internal_stop_reason;
        self.parameters.debug_stop_reason = Some(cause.debug_reason.clone());
    }

    /// The first text wins: it tells what began the end.
    pub(super) fn apply_stopped_reason(&mut self, reason: &str, at: Elapsed) {
        if self.stopped.is_none() {
            self.stopped = Some(Stopped { reason: reason.to_owned(), at });
        }
    }
}

/// One slot: the job that runs in it, if any, and what outlives a job.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub(super) struct JobServiceContext {
    pub(super) running: Option<Running>,
    /// Only a job of this uid may be given the slot next. Rule: JOB-RUN-042.
    pub(super) preferred_uid: Option<Uid>,
    pub(super) previous_job_had_successful_finish: bool,
    pub(super) last_unsuccessful_finish: Elapsed,
    /// The execution that ended last, and why; for people only.
    pub(super) last_stopped: Option<(CallbackToken, Option<Stopped>)>,
}

impl JobServiceContext {
    pub(super) fn verb(&self) -> Verb {
        self.running.as_ref().map_or(Verb::Finished, |running| running.verb)
    }
}
