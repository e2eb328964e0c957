//! What is visible of whom, and what may be started from the background. Rules: BAL, UIJ-VIS.
//!
//! Three questions, and they are not the same: may this activity start go ahead
//! ([`check_background_activity_start`]), may this one process start something
//! ([`ProcessFacts::are_background_activity_starts_allowed`]), and may this app schedule a user-initiated job now
//! ([`ActivityTaskManager::is_in_state_to_schedule_user_initiated_jobs`]).

mod app_switch;
mod code;
mod neighbours;
mod options;
mod outcome;
mod privilege;
mod process_start;
mod roles;
mod service_privilege;
mod start;
mod state;
mod user_initiated;
mod world;

pub use app_switch::{AppSwitchState, AppSwitches};
pub use code::BalCode;
pub use neighbours::{Identity, Neighbours, Services};
pub use options::{lent_by_sender, BackgroundActivityStartMode, Sending, StartOptions};
pub use outcome::{code_of_rejected_start, outcome, Placement, StartOutcome};
pub use privilege::{privileges_of_broadcast, BackgroundStartPrivileges, Entity, PrivilegeTokens};
pub use process_start::{is_opted_in, may_draw_over_apps, ProcessFacts, Purpose, TokenFilter};
pub use roles::Roles;
pub use start::{check_background_activity_start, ActivityStart, StartFacts};
pub use state::{ActivityTaskManager, Constants};

/// Delayed messages of the activity task manager.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Message {
    /// `RESUME_FG_APP_SWITCH_MSG`. Rule: BAL-011.
    ResumeFgAppSwitch,
    /// What a broadcast lent a process is taken back. Rule: BAL-044.
    BroadcastPrivileges {
        /// Which process.
        pid: crate::ids::Pid,
        /// Which broadcast.
        broadcast: u64,
        /// Numbers the removals.
        removal: u64,
    },
    /// What the oldest start lent a service is taken back. Rule: BAL-046.
    ServicePrivileges {
        /// Which service.
        service: crate::fgs::effect::ServiceToken,
        /// Numbers the removals.
        removal: u64,
    },
}

#[cfg(test)]
mod tests;
