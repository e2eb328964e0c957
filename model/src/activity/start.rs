//! `BackgroundActivityStartController`: may this activity start go ahead? Rules: BAL-062, BAL-070 … 079.
//!
//! Two apps count for a pending intent: its creator (the caller) and its sender (the real caller). What the
//! sender gives is found early, kept, and answered only where the creator gives nothing and the sender lends it.

use super::options::lent_by_sender;
use super::{
    AppSwitchState, BackgroundActivityStartMode, BackgroundStartPrivileges, BalCode, StartOptions,
};
use crate::ids::{Pid, Uid, UserId};
use crate::process::ProcState;
use crate::rules::bal::{
    BAL_027, BAL_028, BAL_062, BAL_063, BAL_071, BAL_072, BAL_073, BAL_074, BAL_075, BAL_076,
    BAL_077,
};
use crate::{facts, Exception, Output};

/// App id of NFC.
const NFC_APP_ID: u32 = 1027;
/// App ids of applications. Rule: BAL-002.
const APPLICATIONS: std::ops::RangeInclusive<u32> = 10_000..=19_999;
/// App ids of SDK sandboxes: that of their app plus 10000. Rule: BAL-002.
const SDK_SANDBOXES: std::ops::RangeInclusive<u32> = 20_000..=29_999;

/// An activity start.
#[derive(Clone, Copy, Debug)]
pub struct ActivityStart<'a> {
    /// On whose behalf: the creator of a pending intent.
    pub calling_uid: Uid,
    /// Its pid, where it is known.
    pub calling_pid: Option<Pid>,
    /// Its package.
    pub calling_package: Option<&'a str>,
    /// Who really calls: the sender of a pending intent. None for calls that move a task. Rule: BAL-079.
    pub real_calling_uid: Option<Uid>,
    /// Its pid.
    pub real_calling_pid: Option<Pid>,
    /// The process that called, where it was given.
    pub caller: Option<Pid>,
    /// By pending intent.
    pub by_pending_intent: bool,
    /// What a pending intent was handed along.
    pub privileges: BackgroundStartPrivileges,
    /// The merged options.
    pub options: Option<StartOptions>,
}

impl<'a> ActivityStart<'a> {
    /// What "move task to front" asks. Rule: BAL-079.
    pub fn task_to_front(uid: Uid, pid: Option<Pid>, package: &'a str) -> Self {
        Self {
            calling_uid: uid,
            calling_pid: pid,
            calling_package: Some(package),
            real_calling_uid: None,
            real_calling_pid: None,
            caller: pid,
            by_pending_intent: false,
            privileges: BackgroundStartPrivileges::None,
            options: None,
        }
    }

    /// Whether anything about the calling uid counts. Rule: BAL-062.
    fn uses_calling_uid_state(&self) -> bool {
        !self.by_pending_intent
            || self
                .options
                .map_or(true, |options| options.creator_mode != BackgroundActivityStartMode::Denied)
    }
}

/// The roles and rights of uids that the decision asks for, as they are at this instant.
pub trait StartFacts {
    /// Whether apps may switch.
    fn app_switch_state(&self) -> AppSwitchState;

    /// The state of a uid; [`ProcState::Nonexistent`] without a process. Rule: BAL-020.
    fn uid_proc_state(&self, uid: Uid) -> ProcState;

    /// Rule: BAL-021.
    fn has_active_visible_window(&self, uid: Uid) -> bool;

    /// Rule: BAL-022.
    fn has_non_app_visible_window(&self, uid: Uid) -> bool;

    /// The uid of the home process, if one is known. Rule: BAL-027.
    fn home_process(&self) -> Option<Uid>;

    /// The package of the default home activity of a user. Rule: BAL-027.
    fn default_home(&self, user: UserId) -> Option<String>;

    /// The uid that owns the window of the current input method. Rule: BAL-028.
    fn input_method_window_owner(&self) -> Option<Uid>;

    /// Rule: BAL-029.
    fn is_recents(&self, uid: Uid) -> bool;

    /// Rule: BAL-030.
    fn is_device_owner(&self, uid: Uid) -> bool;

    /// Rule: BAL-030.
    fn is_affiliated_profile_owner(&self, uid: Uid) -> bool;

    /// Rule: BAL-030.
    fn is_companion_app(&self, uid: Uid) -> bool;

    /// Whether a uid holds `START_ACTIVITIES_FROM_BACKGROUND`.
    fn holds_start_activities_from_background(&self, pid: Option<Pid>, uid: Uid) -> bool;

    /// Rule: BAL-031.
    fn may_draw_over_apps(&self, pid: Option<Pid>, uid: Uid, package: Option<&str>) -> bool;

    /// The op `SYSTEM_EXEMPT_FROM_ACTIVITY_BG_START_RESTRICTION` is allowed, and is honoured.
    fn is_exempt_by_system(&self, uid: Uid, package: Option<&str>) -> bool;

    /// Change 244637991 is on. Rule: BAL-060.
    fn rescinds_sender_privileges(&self, uid: Option<Uid>) -> bool;

    /// Whose process this is, if there is one.
    fn process_uid(&self, pid: Pid) -> Option<Uid>;

    /// The processes of a uid, by pid. Rule: BAL-076.
    fn processes_of(&self, uid: Uid) -> Vec<Pid>;

    /// The decision about one process for an activity. Rule: BAL-080.
    ///
    /// # Errors
    ///
    /// As for the decision itself. Rule: BAL-052.
    fn check_process(&self, pid: Pid, out: &mut Output) -> Result<BalCode, Exception>;
}

/// Decides one activity start, in the order of the steps of BAL-070.
///
/// # Errors
///
/// The platform's own about tokens that are for foreground services only. Rule: BAL-052.
pub fn check_background_activity_start(
    start: &ActivityStart<'_>,
    facts: &dyn StartFacts,
    out: &mut Output,
) -> Result<BalCode, Exception> {
    let uses_caller = start.uses_calling_uid_state();
    if !uses_caller {
        out.decide(&BAL_062, "the creator counts for nothing", || facts!(uid = start.calling_uid));
    }
    let found = uses_caller
        .then(|| important_caller(start, facts, out).or_else(|| visible_caller(start, facts, out)));
    if let Some(code) = found.flatten().or_else(|| sdk_sandbox(start, facts, out)) {
        return Ok(code);
    }
    let mut sender = Sender::of(start, facts, out);
    if let Some(code) = sender.explicit() {
        return Ok(code);
    }
    if uses_caller {
        if let Some((code, why)) = by_role(start, facts) {
            out.decide(&BAL_075, why, || facts!(uid = start.calling_uid, code = code));
            return Ok(sender.instead_of(code));
        }
        if let Some(code) = by_process(start, facts, &mut sender, out)? {
            return Ok(code);
        }
    }
    let code = sender.instead_of(BalCode::BalBlock);
    out.decide(&BAL_077, "nothing else allows it", || facts!(code = code, sender = sender));
    Ok(code)
}

/// Root, system, NFC, home and the input method.
fn important_caller(
    start: &ActivityStart<'_>,
    facts: &dyn StartFacts,
    out: &mut Output,
) -> Option<BalCode> {
    let uid = start.calling_uid;
    if uid.0 == 0 || matches!(uid.app_id(), 1000 | NFC_APP_ID) {
        out.decide(&BAL_071, "important uid", || facts!(uid = uid));
        return Some(BalCode::BalAllowAllowlistedUid);
    }
    if is_home(uid, start.calling_package, facts) {
        out.decide(&BAL_027, "home app", || facts!(uid = uid));
        return Some(BalCode::BalAllowAllowlistedComponent);
    }
    // An app id is compared with a whole uid: this can only match in user 0.
    if facts.input_method_window_owner() == Some(Uid(uid.app_id())) {
        out.decide(&BAL_028, "input method", || facts!(uid = uid));
        return Some(BalCode::BalAllowAllowlistedComponent);
    }
    None
}

/// The package counts only while no home process is known. Rule: BAL-027.
fn is_home(uid: Uid, package: Option<&str>, facts: &dyn StartFacts) -> bool {
    match facts.home_process() {
        Some(home) => uid == home,
        None => package
            .is_some_and(|package| facts.default_home(uid.user()).as_deref() == Some(package)),
    }
}

fn visible_caller(
    start: &ActivityStart<'_>,
    facts: &dyn StartFacts,
    out: &mut Output,
) -> Option<BalCode> {
    let uid = start.calling_uid;
    let visible = facts.has_active_visible_window(uid)
        && (facts.app_switch_state().allows_foreground() || facts.has_non_app_visible_window(uid));
    let persistent = facts.uid_proc_state(uid) <= ProcState::PersistentUi;
    if !visible && !persistent {
        return None;
    }
    out.decide(&BAL_072, "visible or persistent", || facts!(uid = uid, visible = visible));
    Some(BalCode::BalAllowVisibleWindow)
}

/// The user part of the sandbox is dropped. Rule: BAL-073.
fn sdk_sandbox(
    start: &ActivityStart<'_>,
    facts: &dyn StartFacts,
    out: &mut Output,
) -> Option<BalCode> {
    let app_id = start.real_calling_uid?.app_id();
    let app = Uid(app_id.wrapping_sub(10_000));
    if !SDK_SANDBOXES.contains(&app_id) || !facts.has_active_visible_window(app) {
        return None;
    }
    out.decide(&BAL_073, "sandbox of a visible app", || facts!(app = app));
    Some(BalCode::BalAllowSdkSandbox)
}

/// What the sender of a pending intent gives, and whether it lends that.
#[derive(Clone, Copy, Debug)]
struct Sender {
    /// Allowed if the sender lends activity starts.
    code: BalCode,
    lends: bool,
    made_no_choice: bool,
}

impl Sender {
    /// Rules: BAL-063, BAL-074.
    fn of(start: &ActivityStart<'_>, facts: &dyn StartFacts, out: &mut Output) -> Self {
        let rescinds = facts.rescinds_sender_privileges(start.real_calling_uid);
        let mut sender = Self {
            code: BalCode::BalBlock,
            lends: lent_by_sender(start.options, rescinds, out).allows_background_activity_starts(),
            made_no_choice: StartOptions::is_system_defined(start.options),
        };
        out.decide(&BAL_063, "whether the sender counts", || facts!(sender = sender));
        if let Some(uid) = start.real_calling_uid.filter(|&uid| uid != start.calling_uid) {
            if let Some(why) = sender.counts().then(|| sent_by(uid, start, facts)).flatten() {
                out.decide(&BAL_074, why, || facts!(sender = uid));
                sender.code = BalCode::BalAllowPendingIntent;
            }
        }
        sender
    }

    /// "considerPi". Rule: BAL-063.
    fn counts(self) -> bool {
        self.made_no_choice || self.lends
    }

    /// An explicit "allowed" is answered as soon as the sender gives anything. Rule: BAL-074.
    fn explicit(self) -> Option<BalCode> {
        (self.code.is_allowed() && self.lends && !self.made_no_choice).then_some(self.code)
    }

    /// What is answered where the creator found `code`. Rules: BAL-075, BAL-077, BAL-078.
    fn instead_of(self, code: BalCode) -> BalCode {
        if self.code.is_allowed() && self.lends {
            self.code
        } else {
            code
        }
    }
}

/// Why the sender may start activities, if it may. Rule: BAL-074.
fn sent_by(uid: Uid, start: &ActivityStart<'_>, facts: &dyn StartFacts) -> Option<&'static str> {
    let by_permission = start.options.is_some_and(|options| options.allowed_by_permission);
    let persistent = uid.app_id() == 1000 || facts.uid_proc_state(uid) <= ProcState::PersistentUi;
    if by_permission && facts.holds_start_activities_from_background(None, uid) {
        Some("the sender holds the permission")
    } else if facts.has_active_visible_window(uid) {
        Some("the sender is visible")
    } else if persistent && start.privileges.allows_background_activity_starts() {
        Some("the sender is persistent and was handed privileges")
    } else if facts.is_companion_app(uid) {
        Some("the sender is a companion app")
    } else {
        None
    }
}

/// Roles, permissions and ops of the caller, the first that matches. Rule: BAL-075.
fn by_role(start: &ActivityStart<'_>, facts: &dyn StartFacts) -> Option<(BalCode, &'static str)> {
    let (uid, pid, package) = (start.calling_uid, start.calling_pid, start.calling_package);
    if facts.holds_start_activities_from_background(pid, uid) {
        Some((BalCode::BalAllowPermission, "permission"))
    } else if facts.is_recents(uid) {
        Some((BalCode::BalAllowAllowlistedComponent, "recents"))
    } else if facts.is_device_owner(uid) {
        Some((BalCode::BalAllowAllowlistedComponent, "device owner"))
    } else if facts.is_affiliated_profile_owner(uid) {
        Some((BalCode::BalAllowAllowlistedComponent, "affiliated profile owner"))
    } else if facts.is_companion_app(uid) {
        Some((BalCode::BalAllowAllowlistedComponent, "companion app"))
    } else if facts.may_draw_over_apps(pid, uid, package) {
        Some((BalCode::BalAllowSawPermission, "draws over other apps"))
    } else if facts.is_exempt_by_system(uid, package) {
        Some((BalCode::BalAllowPermission, "exempt by the system"))
    } else {
        None
    }
}

/// The caller's process and its sisters; without one, those of the sender, which then only counts as the
/// sender's. Rule: BAL-076.
fn by_process(
    start: &ActivityStart<'_>,
    facts: &dyn StartFacts,
    sender: &mut Sender,
    out: &mut Output,
) -> Result<Option<BalCode>, Exception> {
    let of_sender = start.caller.is_none() && sender.counts() && !sender.code.is_allowed();
    let (caller, uid) = if of_sender {
        (process_of_sender(start, facts), start.real_calling_uid)
    } else {
        (start.caller, Some(start.calling_uid))
    };
    let (Some(caller), Some(uid)) = (caller, uid) else { return Ok(None) };
    let mut code = facts.check_process(caller, out)?;
    if !code.is_allowed() {
        for pid in facts.processes_of(uid) {
            let found = facts.check_process(pid, out)?;
            if pid != caller && found.is_allowed() {
                code = found;
                break;
            }
        }
    }
    if !code.is_allowed() {
        return Ok(None);
    }
    out.decide(&BAL_076, "a process may", || facts!(uid = uid, code = code, sender = of_sender));
    if of_sender {
        sender.code = code;
        return Ok(sender.explicit());
    }
    Ok(Some(sender.instead_of(code)))
}

/// The process with the sender's pid, if that is an application's own. Rule: BAL-076.
fn process_of_sender(start: &ActivityStart<'_>, facts: &dyn StartFacts) -> Option<Pid> {
    let uid = start.real_calling_uid?;
    start
        .real_calling_pid
        .filter(|&pid| APPLICATIONS.contains(&uid.app_id()) && facts.process_uid(pid) == Some(uid))
}
