//! What an app does with its job, and when: answers to the binder and timers of its own.

use serde::Deserialize;
use serde_json::Value;

use jobwarden_model::job::call::CallbackToken;
use jobwarden_model::Uid;

/// A job of an input: what it asks for, and how its app behaves.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::vectors) struct Job {
    pub(super) uid: Uid,
    pub(super) calls: Vec<Value>,
    #[serde(default)]
    pub(super) namespace: Option<String>,
    #[serde(default = "half_a_minute")]
    pub(super) runs_for_ms: i64,
    #[serde(default)]
    pub(super) wants_reschedule: bool,
    #[serde(default = "yes")]
    pub(super) reschedule_on_stop: bool,
    #[serde(default)]
    pub(super) connect_ms: Option<Connect>,
    #[serde(default)]
    pub(super) start_ack_ms: i64,
    #[serde(default = "yes")]
    pub(super) ongoing: bool,
    #[serde(default)]
    pub(super) notification_ms: i64,
    #[serde(default)]
    pub(super) end_policy: EndPolicy,
    #[serde(default)]
    pub(super) stop_ack_ms: i64,
    #[serde(default)]
    pub(super) finish_after_stop: bool,
}

/// How the job service answers a bind.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Connect {
    /// After this many milliseconds; -1: never.
    After(i64),
    /// Otherwise.
    Otherwise(Unusual),
}

/// An answer to a bind that is no connection.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "camelCase")]
pub(super) enum Unusual {
    /// A null binding.
    Null,
    /// The bind call returns false.
    Refused,
}

/// What becomes of the notification at the end.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum EndPolicy {
    #[default]
    Remove,
    Detach,
}

impl EndPolicy {
    pub(super) const fn code(self) -> i32 {
        match self {
            Self::Detach => 0,
            Self::Remove => 1,
        }
    }
}

const fn half_a_minute() -> i64 {
    30_000
}

const fn yes() -> bool {
    true
}

/// Something an app or the platform around it will do about an execution.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Act {
    Connect,
    NullBinding,
    SetNotification,
    AcknowledgeStart,
    Finish,
    AcknowledgeStop,
}

/// An execution that the scheduler bound for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    pub(super) token: CallbackToken,
    pub(super) job: usize,
    pub(super) connected: bool,
    pub(super) told_to_stop: bool,
    pub(super) over: bool,
}
