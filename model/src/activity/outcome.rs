//! What becomes of an activity start that was decided. Rules: BAL-090 … 093.

use super::BalCode;
use crate::rules::bal::{BAL_090, BAL_091, BAL_092, BAL_093};
use crate::{facts, Output};

/// Where the activity would go.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Placement {
    /// To a task of its own.
    pub new_task: bool,
    /// The target task holds an activity of the calling uid.
    pub task_has_callers_activity: bool,
    /// Single-instance, and the target task is in pinned windowing mode.
    pub single_instance_in_pinned_task: bool,
}

/// What becomes of the start.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum StartOutcome {
    /// It is carried out.
    Started,
    /// It is carried out, but its task does not come to the front and it is not resumed.
    WithoutComingToFront,
    /// Not carried out; who asked for a result hears `RESULT_CANCELED`, the caller hears success.
    Aborted,
}

impl StartOutcome {
    /// `START_ABORTED` or `START_SUCCESS`, as the platform itself sees it. Rule: BAL-091.
    pub const fn internal_result(self) -> i32 {
        match self {
            Self::Aborted => 102,
            Self::Started | Self::WithoutComingToFront => 0,
        }
    }

    /// What the caller of the API hears: `START_SUCCESS`, whatever happened. Rule: BAL-091.
    pub const fn external_result(self) -> i32 {
        0
    }
}

/// The code of a start that others have already rejected: it is not computed. Rule: BAL-093.
pub fn code_of_rejected_start(out: &mut Output) -> BalCode {
    out.decide(&BAL_093, "rejected before it was decided", Vec::new);
    BalCode::BalAllowDefault
}

/// What becomes of a start with this code; `enabled` is `default_background_activity_starts_enabled`.
pub fn outcome(
    code: BalCode,
    enabled: bool,
    placement: Placement,
    out: &mut Output,
) -> StartOutcome {
    if code.is_allowed() {
        return StartOutcome::Started;
    }
    if enabled {
        out.decide(&BAL_090, "background starts are enabled", || facts!(code = code));
        return StartOutcome::Started;
    }
    if placement.new_task
        || !placement.task_has_callers_activity
        || placement.single_instance_in_pinned_task
    {
        out.decide(&BAL_091, "aborted", || facts!(placement = placement));
        StartOutcome::Aborted
    } else {
        out.decide(&BAL_092, "stays behind", || facts!(placement = placement));
        StartOutcome::WithoutComingToFront
    }
}
