//! The job scheduler: from `schedule` to the end of a job.

pub mod call;
pub mod effect;
pub mod info;

use serde::{Deserialize, Serialize};

/// Alarms of the job scheduler.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Alarm {
    /// `*job.deadline*`, one for all jobs. Rule: CTRL-TIME-005.
    Deadline,
    /// `*job.delay*`, one for all jobs. Rule: CTRL-TIME-005.
    Delay,
}

/// Delayed messages of the job scheduler.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Message {
    /// The client in this execution slot has not answered in time. Rule: JOB-RUN-004.
    SlotTimeout {
        /// Which slot.
        slot: SlotId,
    },
}

/// Messages that the job scheduler posts to itself without delay. Rule: JOB-PROC-003.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Posted {
    /// `MSG_CHECK_JOB`.
    CheckJob,
}

/// Names an execution slot.
#[derive(
    Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct SlotId(pub u32);
