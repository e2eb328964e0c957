//! What is visible of whom, and what may be started from the background. Rules: BAL, UIJ-VIS.
//!
//! Three questions, and they are not the same: may this activity start go ahead
//! ([`check_background_activity_start`]), may this one process start something
//! ([`ProcessFacts::are_background_activity_starts_allowed`]), and may this app schedule a user-initiated job now.

mod app_switch;
mod code;
mod options;
mod outcome;
mod privilege;
mod process_start;
mod start;

pub use app_switch::{AppSwitchState, AppSwitches};
pub use code::BalCode;
pub use options::{lent_by_sender, BackgroundActivityStartMode, Sending, StartOptions};
pub use outcome::{code_of_rejected_start, outcome, Placement, StartOutcome};
pub use privilege::{BackgroundStartPrivileges, Entity, PrivilegeTokens};
pub use process_start::{is_opted_in, may_draw_over_apps, ProcessFacts, Purpose, TokenFilter};
pub use start::{check_background_activity_start, ActivityStart, StartFacts};

/// Delayed messages of the activity task manager.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Message {
    /// `RESUME_FG_APP_SWITCH_MSG`. Rule: BAL-011.
    ResumeFgAppSwitch,
}
