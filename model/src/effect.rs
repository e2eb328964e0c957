//! What the outside must carry out: one enum that wraps the effects of every room.

use serde::{Deserialize, Serialize};

pub use crate::fgs::effect::ServiceEffect;
pub use crate::job::effect::JobEffect;
pub use crate::notification::effect::NotificationEffect;
pub use crate::process::effect::ProcessEffect;

/// Something to carry out. Effects leave in the order in which they were decided.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Effect {
    /// Of the job scheduler.
    Job(JobEffect),
    /// Of the service code of the activity manager.
    Service(ServiceEffect),
    /// Of the notification manager.
    Notification(NotificationEffect),
    /// Of the process code of the activity manager.
    Process(ProcessEffect),
}

impl From<JobEffect> for Effect {
    fn from(effect: JobEffect) -> Self {
        Self::Job(effect)
    }
}

impl From<ServiceEffect> for Effect {
    fn from(effect: ServiceEffect) -> Self {
        Self::Service(effect)
    }
}

impl From<NotificationEffect> for Effect {
    fn from(effect: NotificationEffect) -> Self {
        Self::Notification(effect)
    }
}

impl From<ProcessEffect> for Effect {
    fn from(effect: ProcessEffect) -> Self {
        Self::Process(effect)
    }
}
