//! `BackgroundLaunchProcessController`: may this one process start activities, or foreground services, now?
//!
//! Rules: BAL-080 … 084.

use super::{AppSwitchState, BackgroundStartPrivileges, BalCode, PrivilegeTokens};
use crate::package::AppOpMode;
use crate::process::BindFlags;
use crate::rules::bal::{BAL_032, BAL_051, BAL_052, BAL_080, BAL_081, BAL_082, BAL_084};
use crate::time::Uptime;
use crate::{facts, Exception, Output, Uid};

/// `ACTIVITY_BG_START_GRACE_PERIOD_MS`, uptime. Rule: BAL-002.
const ACTIVITY_BG_START_GRACE_PERIOD_MS: i64 = 10_000;

/// What is to be started.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Purpose {
    /// An activity.
    Activity,
    /// A foreground service; tokens that only allow those count, and notifications are not held back.
    ForegroundService,
}

/// Who has a say when all that allows a start is a token. Rule: BAL-051.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum TokenFilter {
    /// Nobody.
    Absent,
    /// The notification service; whether each of its two changes is on for the process.
    Notifications {
        /// The change that holds for this uid, by its role, is on: trampolines are blocked.
        blocks_trampolines: bool,
        /// The general change is on: no closing of system dialogs. Rule: BAL-084.
        blocks_closing_dialogs: bool,
    },
}

/// What the decision about one process looks at.
#[derive(Clone, Copy, Debug)]
pub struct ProcessFacts<'a> {
    /// Whose process it is.
    pub uid: Uid,
    /// Whether apps may switch.
    pub app_switches: AppSwitchState,
    /// When app switches were last stopped.
    pub last_stop: Uptime,
    /// Instrumented by someone who held `START_ACTIVITIES_FROM_BACKGROUND`.
    pub instrumented_with_privileges: bool,
    /// What it was lent.
    pub tokens: &'a PrivilegeTokens,
    /// Who has a say about tokens.
    pub filter: TokenFilter,
    /// An opted-in client has an active visible window. Rule: BAL-026.
    pub bound_by_visible: bool,
    /// Rule: BAL-023.
    pub has_activity_in_visible_task: bool,
    /// Rule: BAL-024.
    pub last_activity_launch: Uptime,
    /// Rule: BAL-025.
    pub last_activity_finish: Uptime,
}

impl ProcessFacts<'_> {
    /// The first condition that holds, or [`BalCode::BalBlock`].
    ///
    /// # Errors
    ///
    /// The platform's own when activity starts are asked about and all tokens are for foreground
    /// services only. Rule: BAL-052.
    pub fn are_background_activity_starts_allowed(
        &self,
        purpose: Purpose,
        now: Uptime,
        out: &mut Output,
    ) -> Result<BalCode, Exception> {
        if self.instrumented_with_privileges {
            out.decide(&BAL_032, "instrumented with privileges", || facts!(uid = self.uid));
            return Ok(BalCode::BalAllowPermission);
        }
        if self.is_allowed_by_token(purpose, out)? {
            out.decide(&BAL_081, "allowed by token", || facts!(uid = self.uid, purpose = purpose));
            return Ok(BalCode::BalAllowPermission);
        }
        let code = if self.bound_by_visible {
            BalCode::BalAllowVisibleWindow
        } else if self.has_activity_in_visible_task && self.app_switches.allows_foreground() {
            BalCode::BalAllowForeground
        } else if self.app_switches == AppSwitchState::Allow && self.is_within_grace(now, out) {
            BalCode::BalAllowGracePeriod
        } else {
            BalCode::BalBlock
        };
        out.decide(&BAL_080, "process may start", || facts!(uid = self.uid, code = code));
        Ok(code)
    }

    /// Rule: BAL-081.
    fn is_allowed_by_token(&self, purpose: Purpose, out: &mut Output) -> Result<bool, Exception> {
        if self.tokens.is_empty() {
            return Ok(false);
        }
        if purpose == Purpose::ForegroundService {
            return Ok(self
                .tokens
                .iter()
                .any(BackgroundStartPrivileges::allows_background_fgs_starts));
        }
        let mut activity =
            self.tokens.iter().filter(|token| token.allows_background_activity_starts()).peekable();
        let TokenFilter::Notifications { blocks_trampolines, .. } = self.filter else {
            return Ok(activity.peek().is_some());
        };
        if activity.peek().is_none() {
            out.decide(&BAL_052, "tokens for foreground services only", || facts!(uid = self.uid));
            return Err(Exception::IllegalArgument(
                "no token to judge an activity start by".into(),
            ));
        }
        let trampoline = activity.all(|token| token == BackgroundStartPrivileges::Notification);
        if trampoline {
            out.decide(&BAL_051, "notification trampoline", || {
                facts!(uid = self.uid, blocks = blocks_trampolines)
            });
        }
        Ok(!trampoline || !blocks_trampolines)
    }

    /// Launched or finished within ten seconds, and launched or finished since the last stop: either of the
    /// two may do for either half. Rule: BAL-082.
    fn is_within_grace(&self, now: Uptime, out: &mut Output) -> bool {
        let (launch, finish) = (self.last_activity_launch, self.last_activity_finish);
        let recent = |at| now.since(at) < ACTIVITY_BG_START_GRACE_PERIOD_MS;
        let within = (recent(launch) || recent(finish))
            && (launch > self.last_stop || finish > self.last_stop);
        if within {
            out.decide(&BAL_082, "within the grace period", || {
                facts!(launch = launch, finish = finish, last_stop = self.last_stop)
            });
        }
        within
    }

    /// "May close system dialogs by token". Rule: BAL-084.
    pub fn can_close_system_dialogs_by_token(&self, out: &mut Output) -> bool {
        let TokenFilter::Notifications { blocks_closing_dialogs, .. } = self.filter else {
            return false;
        };
        let by_notification =
            self.tokens.iter().any(|token| token == BackgroundStartPrivileges::Notification);
        let can = by_notification && !blocks_closing_dialogs;
        out.decide(&BAL_084, "closing system dialogs by token", || {
            facts!(uid = self.uid, by_notification = by_notification)
        });
        can
    }
}

/// Whether a connection lends its client's visibility; `rescinds` says that change 261072174 is on for the
/// client's package.
///
/// Rule: BAL-026.
pub fn is_opted_in(flags: BindFlags, rescinds: bool) -> bool {
    !rescinds || flags.has(BindFlags::ALLOW_ACTIVITY_STARTS)
}

/// Whether an app may draw over others, by the mode of `SYSTEM_ALERT_WINDOW` and its permission.
///
/// Rule: BAL-031.
pub fn may_draw_over_apps(mode: AppOpMode, permission: bool) -> bool {
    match mode {
        AppOpMode::Allowed => true,
        AppOpMode::Default => permission,
        AppOpMode::Ignored | AppOpMode::Errored | AppOpMode::Foreground => false,
    }
}
