//! Slice `balprocess`: `BackgroundLaunchProcessController`, one process.

use jobwarden_model::activity::{
    AppSwitchState, BackgroundStartPrivileges, BalCode, Entity, PrivilegeTokens, ProcessFacts,
    Purpose, TokenFilter,
};
use jobwarden_model::package::Change;
use jobwarden_model::process::BindFlags;
use jobwarden_model::{Exception, Output, Uid, Uptime};
use serde::Deserialize;
use serde_json::{json, Value};

/// Long after boot: times in the input count from here.
const NOW: Uptime = Uptime(1_000_000_000);

#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Process {
    app_switch_state: AppSwitchState,
    #[serde(default)]
    is_checking_for_fgs_start: bool,
    has_activity_in_visible_task: bool,
    has_background_activity_start_privileges: bool,
    last_stop_app_switches: i64,
    last_activity_launch: i64,
    last_activity_finish: i64,
    #[serde(default)]
    tokens: Vec<BackgroundStartPrivileges>,
    callback: Option<Callback>,
    #[serde(default)]
    bound_clients: Vec<Client>,
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase")]
enum Callback {
    Allow,
    Deny,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Client {
    target_sdk_version: i32,
    bind_allow_activity_starts: bool,
    has_visible_window: bool,
}

impl Client {
    fn lends_visibility(self) -> bool {
        let flags = if self.bind_allow_activity_starts {
            BindFlags::ALLOW_ACTIVITY_STARTS
        } else {
            BindFlags::NONE
        };
        let change = Change::DEFAULT_RESCIND_BAL_FG_PRIVILEGES_BOUND_SERVICE;
        let rescinds = change.enabled_for_target_sdk(self.target_sdk_version);
        self.has_visible_window && jobwarden_model::activity::is_opted_in(flags, rescinds)
    }
}

impl Process {
    pub(super) fn purpose(&self) -> Purpose {
        if self.is_checking_for_fgs_start {
            Purpose::ForegroundService
        } else {
            Purpose::Activity
        }
    }

    pub(super) fn app_switch_state(&self) -> AppSwitchState {
        self.app_switch_state
    }

    /// What it was lent. A recorded callback answers for every token, so each is one it is asked about;
    /// asked about none it says no instead of throwing as the notification service does.
    fn tokens(&self, purpose: Purpose) -> Result<PrivilegeTokens, Exception> {
        let mut tokens = PrivilegeTokens::default();
        let asked = self.tokens.contains(&BackgroundStartPrivileges::AllowBal);
        if self.callback.is_some() && purpose == Purpose::Activity && !asked {
            return Ok(tokens);
        }
        for (entity, &lent) in (0..).zip(&self.tokens) {
            let lent = match (lent, self.callback) {
                (BackgroundStartPrivileges::AllowBal, Some(_)) => {
                    BackgroundStartPrivileges::Notification
                }
                (lent, _) => lent,
            };
            tokens.add_or_update(Entity::System(entity), lent)?;
        }
        Ok(tokens)
    }

    pub(super) fn with_facts<T>(
        &self,
        app_switches: AppSwitchState,
        purpose: Purpose,
        ask: impl FnOnce(&ProcessFacts<'_>) -> T,
    ) -> Result<T, Exception> {
        let tokens = self.tokens(purpose)?;
        let blocks = self.callback == Some(Callback::Deny);
        let filter = match self.callback {
            None => TokenFilter::Absent,
            Some(_) => TokenFilter::Notifications {
                blocks_trampolines: blocks,
                blocks_closing_dialogs: blocks,
            },
        };
        Ok(ask(&ProcessFacts {
            uid: Uid(10123),
            app_switches,
            last_stop: NOW.plus(self.last_stop_app_switches),
            instrumented_with_privileges: self.has_background_activity_start_privileges,
            tokens: &tokens,
            filter,
            bound_by_visible: self.bound_clients.iter().any(|client| client.lends_visibility()),
            has_activity_in_visible_task: self.has_activity_in_visible_task,
            last_activity_launch: NOW.plus(self.last_activity_launch),
            last_activity_finish: NOW.plus(self.last_activity_finish),
        }))
    }

    /// The decision.
    pub(super) fn decide(
        &self,
        app_switches: AppSwitchState,
        purpose: Purpose,
        out: &mut Output,
    ) -> Result<BalCode, Exception> {
        self.with_facts(app_switches, purpose, |facts| {
            facts.are_background_activity_starts_allowed(purpose, NOW, out)
        })?
    }
}

/// The decision about one process.
pub(super) fn answer(input: &Value) -> Result<Value, String> {
    let process: Process =
        serde_json::from_value(input.clone()).map_err(|error| error.to_string())?;
    let mut out = Output::new();
    let code = process.decide(process.app_switch_state(), process.purpose(), &mut out);
    let code = code.map_err(|exception| exception.to_string())?;
    let closes = process
        .with_facts(process.app_switch_state(), process.purpose(), |facts| {
            facts.can_close_system_dialogs_by_token(&mut out)
        })
        .map_err(|exception| exception.to_string())?;
    Ok(json!({
        "result": code.name(),
        "allowed": code.is_allowed(),
        "canCloseSystemDialogsByToken": closes,
    }))
}
