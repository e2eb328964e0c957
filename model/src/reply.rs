//! What a caller hears when nothing is thrown.

use serde::{Deserialize, Serialize};

use crate::ids::ComponentName;
use crate::job::info::{JobInfo, JobSnapshot, JobWorkItem};

/// The result of a call.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(tag = "reply", content = "value", rename_all = "camelCase")]
pub enum Reply {
    /// `void`.
    Nothing,
    /// `boolean`.
    Boolean(bool),
    /// `int`.
    Int(i32),
    /// A job description, or `null`.
    Job(Option<Box<JobInfo>>),
    /// Job descriptions.
    Jobs(Vec<JobInfo>),
    /// Job descriptions by namespace, in the order of the names; `None` is the default namespace.
    JobsByNamespace(Vec<(Option<String>, Vec<JobInfo>)>),
    /// Job descriptions with their state.
    Snapshots(Vec<JobSnapshot>),
    /// A work item, or `null`.
    Work(Option<Box<JobWorkItem>>),
    /// A component, or `null`.
    Component(Option<ComponentName>),
    /// The end of a shell command.
    Shell {
        /// The exit code.
        exit_code: i32,
        /// What it printed.
        output: String,
    },
}
