//! App switches: whether apps may come to the front by themselves just after the user left one. Rules: BAL-010 … 015.
//!
//! The trap: nothing but an explicit resume leads from FG_ONLY back to ALLOW.

use serde::{Deserialize, Serialize};

use super::Message;
use crate::looper::Message as Timer;
use crate::rules::bal::{BAL_011, BAL_012, BAL_014, BAL_015};
use crate::time::{Now, Uptime};
use crate::{facts, Exception, Looper, Output, Uid};

/// `RESUME_FG_APP_SWITCH_MS`: how long after a stop apps in the foreground may switch again; uptime.
///
/// Rule: BAL-002.
const RESUME_FG_APP_SWITCH_MS: i64 = 500;

/// `APP_SWITCH_*`. Rule: BAL-010.
#[derive(
    Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AppSwitchState {
    /// 0: nobody may switch.
    Disallow,
    /// 1: apps in the foreground may.
    FgOnly,
    /// 2: as usual.
    #[default]
    Allow,
}

impl AppSwitchState {
    /// ALLOW or FG_ONLY.
    pub fn allows_foreground(self) -> bool {
        self != Self::Disallow
    }
}

/// The state of app switches and when they were last stopped.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct AppSwitches {
    state: AppSwitchState,
    last_stop: Uptime,
}

impl AppSwitches {
    /// Whether apps may switch.
    pub fn state(&self) -> AppSwitchState {
        self.state
    }

    /// When they were last stopped; 0 at first.
    pub fn last_stop(&self) -> Uptime {
        self.last_stop
    }

    /// The system itself takes the user away from an app: the home key, gestures to recents.
    ///
    /// Rules: BAL-011, BAL-013.
    pub fn stop(&mut self, now: Now, looper: &mut Looper, out: &mut Output) {
        out.decide(&BAL_011, "app switches stopped", || facts!(was = self.state));
        self.state = AppSwitchState::Disallow;
        self.last_stop = now.uptime;
        let at = now.uptime.plus(RESUME_FG_APP_SWITCH_MS);
        looper.send_at(Timer::Activity(Message::ResumeFgAppSwitch), at);
    }

    /// Apps may switch as usual again. Rule: BAL-011.
    pub fn resume(&mut self, looper: &mut Looper, out: &mut Output) {
        out.decide(&BAL_011, "app switches resumed", || facts!(was = self.state));
        self.state = AppSwitchState::Allow;
        looper.remove_message(&Timer::Activity(Message::ResumeFgAppSwitch));
    }

    /// `stopAppSwitches` as a call. The state stays as it was if the permission is missing.
    ///
    /// # Errors
    ///
    /// `SecurityException` without `STOP_APP_SWITCHES`. Rule: BAL-012.
    pub fn stop_for(
        &mut self,
        caller: Uid,
        may_stop: bool,
        now: Now,
        looper: &mut Looper,
        out: &mut Output,
    ) -> Result<(), Exception> {
        self.check(caller, may_stop, out)?;
        self.stop(now, looper, out);
        Ok(())
    }

    /// `resumeAppSwitches` as a call.
    ///
    /// # Errors
    ///
    /// As for [`Self::stop_for`].
    pub fn resume_for(
        &mut self,
        caller: Uid,
        may_stop: bool,
        looper: &mut Looper,
        out: &mut Output,
    ) -> Result<(), Exception> {
        self.check(caller, may_stop, out)?;
        self.resume(looper, out);
        Ok(())
    }

    fn check(&self, caller: Uid, may_stop: bool, out: &mut Output) -> Result<(), Exception> {
        if may_stop {
            return Ok(());
        }
        out.decide(&BAL_012, "may not touch app switches", || facts!(caller = caller));
        Err(Exception::Security(format!("uid {caller} does not hold STOP_APP_SWITCHES")))
    }

    /// The time after a stop is over: apps in the foreground may switch. Rule: BAL-011.
    pub fn on_resume_fg_app_switch(&mut self, out: &mut Output) {
        if self.state == AppSwitchState::Disallow {
            out.decide(&BAL_011, "apps in the foreground may switch", Vec::new);
            self.state = AppSwitchState::FgOnly;
        }
    }

    /// An activity start was decided: allowed starts of anyone but the home app resume switches, before
    /// the start itself. Rule: BAL-014.
    pub fn on_start(
        &mut self,
        code: super::BalCode,
        target: Uid,
        home: Option<Uid>,
        looper: &mut Looper,
        out: &mut Output,
    ) {
        if code.is_allowed() && home != Some(target) {
            out.decide(&BAL_014, "an allowed start resumes app switches", || {
                facts!(target = target, code = code)
            });
            self.resume(looper, out);
        }
    }

    /// The app on top sends a pending intent as an activity: allowed, but a running timer stays.
    ///
    /// Rule: BAL-015.
    pub fn on_send_by_resumed(&mut self, out: &mut Output) {
        out.decide(&BAL_015, "the resumed app sends", || facts!(was = self.state));
        self.state = AppSwitchState::Allow;
    }
}
