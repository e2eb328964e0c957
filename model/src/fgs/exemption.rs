//! Why an app may start a foreground service, and with while-in-use access: two ordered lists.
//!
//! Rules: FGS-WIU-010, FGS-BG-010. The first row that holds names the reason. The trap: a reason of the
//! first list is one of the second, so visible apps never come to the rows below, whatever else they are.
//!
//! The second list gives no while-in-use access (FGS-WIU-011). Roles, jobs and ordinary bindings are in
//! neither (FGS-BG-030). A regular foreground service, or a contract for one, is there by the capability
//! of its uid (FGS-BG-041, FGS-BG-043), a short one is not (FGS-BG-042).

use super::active_services::ActiveServices;
use super::call::BackgroundStartPrivileges;
use super::neighbours::{AppProcess, FgsStartAllowlist, LastInvisible, Neighbours, ServiceInfo};
use super::reason::ReasonCode;
use crate::facts;
use crate::ids::{Pid, Uid};
use crate::output::Output;
use crate::package::AppOpMode;
use crate::process::{BindFlags, Capabilities, ProcState};
use crate::rules::{fgs_bg as bg, fgs_wiu as wiu, Rule};
use crate::time::Now;

/// App id of the NFC service.
const NFC_APP_ID: u32 = 1027;
/// App id of the shell.
const SHELL_APP_ID: u32 = 2000;

/// Whose right is looked at.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Identity {
    /// Its uid.
    pub uid: Uid,
    /// Its process, where it is known.
    pub pid: Option<Pid>,
    /// As what it calls.
    pub package: Option<String>,
}

/// Everything one evaluation looks at.
#[derive(Clone, Copy)]
pub(super) struct Look<'a> {
    pub now: Now,
    pub services: &'a ActiveServices,
    pub neighbours: &'a dyn Neighbours,
    /// The checked identity.
    pub who: &'a Identity,
    /// The process that hosts the service at this moment. Rule: FGS-BG-002.
    pub host: Option<Pid>,
    /// The service that is to go to the foreground, where one is known.
    pub target: Option<&'a ServiceInfo>,
    pub privileges: BackgroundStartPrivileges,
    /// The evaluation is made for a bind.
    pub is_bind: bool,
    /// Rule: FGS-WIU-040.
    pub while_in_use_fix: bool,
}

/// One row of a list.
struct Row {
    rule: &'static Rule,
    verdict: &'static str,
    test: fn(&Look<'_>) -> Option<ReasonCode>,
}

/// The rows of FGS-WIU-010, in its order; the binding test is that of FGS-WIU-040.
static WHILE_IN_USE: [Row; 11] = [
    Row { rule: &wiu::FGS_WIU_010, verdict: "the uid is on top", test: top_for_while_in_use },
    Row { rule: &wiu::FGS_WIU_010, verdict: "the uid is visible", test: visible },
    Row { rule: &wiu::FGS_WIU_013, verdict: "the start lends it", test: activity_privileges },
    Row { rule: &wiu::FGS_WIU_010, verdict: "a system uid", test: system_uid },
    Row { rule: &wiu::FGS_WIU_040, verdict: "bound by the top", test: bound_by_top },
    Row { rule: &wiu::FGS_WIU_016, verdict: "activity grace or token", test: activity_starter },
    Row { rule: &wiu::FGS_WIU_014, verdict: "temporarily allowed", test: temp_while_in_use },
    Row { rule: &wiu::FGS_WIU_010, verdict: "instrumented", test: instrumented_host },
    Row { rule: &wiu::FGS_WIU_010, verdict: "holds the permission", test: activity_permission },
    Row { rule: &wiu::FGS_WIU_015, verdict: "allow-listed package", test: allowlisted_package },
    Row { rule: &wiu::FGS_WIU_010, verdict: "the device owner", test: device_owner },
];

/// The rows 11 to 24 of FGS-BG-010, in its order.
static START_FOREGROUND: [Row; 14] = [
    Row { rule: &bg::FGS_BG_012, verdict: "the uid is on top", test: uid_on_top },
    Row { rule: &bg::FGS_BG_013, verdict: "one of its processes may", test: some_process },
    Row { rule: &bg::FGS_BG_010, verdict: "holds the permission", test: fgs_permission },
    Row { rule: &bg::FGS_BG_018, verdict: "the start lends it", test: fgs_privileges },
    Row { rule: &bg::FGS_BG_019, verdict: "may draw over others", test: overlay },
    Row { rule: &bg::FGS_BG_020, verdict: "companion of a device", test: companion },
    Row { rule: &bg::FGS_BG_021, verdict: "permanently allow-listed", test: permanent_allowlist },
    Row { rule: &bg::FGS_BG_022, verdict: "temporarily allow-listed", test: temporary_allowlist },
    Row { rule: &bg::FGS_BG_010, verdict: "demo mode", test: demo_mode },
    Row { rule: &bg::FGS_BG_010, verdict: "a profile owner", test: profile_owner },
    Row { rule: &bg::FGS_BG_025, verdict: "exempt by app-op", test: power_exempt },
    Row { rule: &bg::FGS_BG_010, verdict: "a VPN", test: vpn },
    Row { rule: &bg::FGS_BG_027, verdict: "the input method", test: input_method },
    Row { rule: &bg::FGS_BG_028, verdict: "opted out", test: opt_out },
];

impl Look<'_> {
    /// The reason for while-in-use access. Rule: FGS-WIU-010.
    pub(super) fn while_in_use(&self, out: &mut Output) -> ReasonCode {
        self.first(&WHILE_IN_USE, out).unwrap_or_else(|| {
            out.decide(&wiu::FGS_WIU_010, "no while-in-use access", || facts!(who = self.who));
            ReasonCode::DENIED
        })
    }

    /// The reason to start a foreground service, given that for while-in-use access; the bindings are
    /// not looked at. Rule: FGS-BG-010, rows 1 to 24.
    pub(super) fn start_foreground_no_binding(
        &self,
        while_in_use: ReasonCode,
        out: &mut Output,
    ) -> ReasonCode {
        if !while_in_use.is_denied() {
            out.decide(&bg::FGS_BG_011, "while-in-use access suffices", || {
                facts!(reason = while_in_use)
            });
            return while_in_use;
        }
        self.first(&START_FOREGROUND, out).unwrap_or(ReasonCode::DENIED)
    }

    /// The same with the bindings. Rule: FGS-BG-010.
    pub(super) fn start_foreground(
        &self,
        while_in_use: ReasonCode,
        out: &mut Output,
    ) -> ReasonCode {
        let reason = self.start_foreground_no_binding(while_in_use, out);
        if reason.is_denied() && self.binding_client_may_start() {
            out.decide(&bg::FGS_BG_029, "a client may", || facts!(who = self.who));
            return ReasonCode::FGS_BINDING;
        }
        if reason.is_denied() {
            out.decide(&bg::FGS_BG_010, "not from the background", || facts!(who = self.who));
        }
        reason
    }

    fn first(&self, rows: &[Row], out: &mut Output) -> Option<ReasonCode> {
        rows.iter().find_map(|row| {
            let reason = (row.test)(self)?;
            out.decide(row.rule, row.verdict, || facts!(who = self.who, reason = reason));
            Some(reason)
        })
    }

    /// Whether the first client that may start foreground services makes this uid do so, too. Its
    /// own clients do not matter. Rule: FGS-BG-029.
    fn binding_client_may_start(&self) -> bool {
        let mut denied: Vec<Uid> = Vec::new();
        for connection in self.services.connections_to(self.neighbours, self.who.uid) {
            let (client, uid) = (connection.key.client, connection.client_uid);
            let persistent = self.neighbours.process(client).is_some_and(|app| app.persistent);
            if persistent || uid == self.who.uid || denied.contains(&uid) {
                continue;
            }
            let who =
                Identity { uid, pid: Some(client), package: connection.client_package.clone() };
            let look = Look {
                who: &who,
                host: None,
                target: None,
                privileges: BackgroundStartPrivileges::None,
                is_bind: false,
                ..*self
            };
            let quiet = &mut Output::new();
            let while_in_use = look.while_in_use(quiet);
            if !look.start_foreground_no_binding(while_in_use, quiet).is_denied() {
                return connection.client_package.is_some();
            }
            denied.push(uid);
        }
        false
    }

    fn uid_state(&self) -> ProcState {
        self.neighbours.uid(self.who.uid).map_or(ProcState::Nonexistent, |uid| uid.cur_proc_state)
    }

    fn package(&self) -> &str {
        self.who.package.as_deref().unwrap_or_default()
    }

    fn holds(&self, permission: &str) -> bool {
        self.neighbours.holds(permission, self.who.pid, self.who.uid)
    }

    /// The mode of an op that counts as allowed. Rule: FGS-BG-047.
    fn op_allowed(&self, op: &str) -> bool {
        matches!(
            self.neighbours.app_op(op, self.who.uid, self.package()),
            AppOpMode::Allowed | AppOpMode::Foreground
        )
    }

    /// The processes of the uid, most recently used first. Rule: FGS-BG-013.
    fn processes(&self) -> impl Iterator<Item = AppProcess> + '_ {
        self.neighbours
            .processes_of_uid(self.who.uid)
            .into_iter()
            .filter_map(|pid| self.neighbours.process(pid))
    }
}

impl ActiveServices {
    /// Why an app has while-in-use access now, given what it holds; `host` is the process whose
    /// instrumentation counts. Rule: UIJ-VIS-022.
    pub fn while_in_use_reason_of(
        &self,
        now: Now,
        who: &Identity,
        host: Option<Pid>,
        privileges: BackgroundStartPrivileges,
        neighbours: &dyn Neighbours,
        out: &mut Output,
    ) -> ReasonCode {
        let look = Look {
            now,
            services: self,
            neighbours,
            who,
            host,
            target: None,
            privileges,
            is_bind: false,
            while_in_use_fix: self.constants().fgs_while_in_use_fix_enabled,
        };
        look.while_in_use(out)
    }
}

fn reason(holds: bool, reason: ReasonCode) -> Option<ReasonCode> {
    holds.then_some(reason)
}

fn of_state(state: ProcState) -> ReasonCode {
    ReasonCode(state.reason_code())
}

fn top_for_while_in_use(look: &Look<'_>) -> Option<ReasonCode> {
    if look.while_in_use_fix && look.is_bind {
        return None;
    }
    uid_on_top(look)
}

fn uid_on_top(look: &Look<'_>) -> Option<ReasonCode> {
    let state = look.uid_state();
    reason(state <= ProcState::Top, of_state(state))
}

fn visible(look: &Look<'_>) -> Option<ReasonCode> {
    reason(look.neighbours.uid_visible(look.who.uid), ReasonCode::UID_VISIBLE)
}

fn activity_privileges(look: &Look<'_>) -> Option<ReasonCode> {
    reason(look.privileges.allows_background_activity_starts(), ReasonCode::START_ACTIVITY_FLAG)
}

fn system_uid(look: &Look<'_>) -> Option<ReasonCode> {
    let uid = look.who.uid;
    let system = uid.holds_everything() || matches!(uid.app_id(), NFC_APP_ID | SHELL_APP_ID);
    reason(system, ReasonCode::SYSTEM_UID)
}

/// As written the platform reads the state of the checked uid, not that of its client.
/// Rule: FGS-WIU-040 (b).
fn bound_by_top(look: &Look<'_>) -> Option<ReasonCode> {
    if !look.while_in_use_fix {
        return None;
    }
    let state = look.uid_state();
    let mut examined: Vec<Uid> = Vec::new();
    for connection in look.services.connections_to(look.neighbours, look.who.uid) {
        let client = connection.client_uid;
        if client == look.who.uid || examined.contains(&client) {
            continue;
        }
        let lends = connection.flags.has(BindFlags::ALLOW_BACKGROUND_ACTIVITY_STARTS);
        if state == ProcState::Top || (state < ProcState::Top && lends) {
            return Some(of_state(state));
        }
        examined.push(client);
    }
    None
}

fn activity_starter(look: &Look<'_>) -> Option<ReasonCode> {
    let allowed = look.processes().any(|app| app.background_fgs_starts_allowed);
    reason(allowed, ReasonCode::ACTIVITY_STARTER)
}

fn temp_while_in_use(look: &Look<'_>) -> Option<ReasonCode> {
    reason(
        look.neighbours.temp_while_in_use_allowlisted(look.now, look.who.uid),
        ReasonCode::TEMP_ALLOWED_WHILE_IN_USE,
    )
}

fn instrumented_host(look: &Look<'_>) -> Option<ReasonCode> {
    let host = look.host.and_then(|pid| look.neighbours.process(pid))?;
    let instrumentation = host.instrumentation?;
    reason(
        instrumentation.start_activities_from_background,
        ReasonCode::INSTR_BACKGROUND_ACTIVITY_PERMISSION,
    )
}

fn activity_permission(look: &Look<'_>) -> Option<ReasonCode> {
    reason(
        look.holds("android.permission.START_ACTIVITIES_FROM_BACKGROUND"),
        ReasonCode::BACKGROUND_ACTIVITY_PERMISSION,
    )
}

fn allowlisted_package(look: &Look<'_>) -> Option<ReasonCode> {
    let (uid, package) = (look.who.uid, look.who.package.as_deref()?);
    let owns = matches!(uid.0, 0 | 1000) || look.neighbours.owns_package(uid, package);
    reason(
        owns && look.neighbours.while_in_use_allowlisted(package),
        ReasonCode::ALLOWLISTED_PACKAGE,
    )
}

fn device_owner(look: &Look<'_>) -> Option<ReasonCode> {
    reason(look.neighbours.device_owner(look.who.uid), ReasonCode::DEVICE_OWNER)
}

/// Rules: FGS-BG-014, FGS-BG-015, FGS-BG-016, in this order for each process.
fn some_process(look: &Look<'_>) -> Option<ReasonCode> {
    let uid_bfsl = look
        .neighbours
        .uid(look.who.uid)
        .is_some_and(|uid| uid.cur_capabilities.contains(Capabilities::BFSL));
    let grace = look.services.constants().fg_to_bg_fgs_grace_duration;
    look.processes().find_map(|app| {
        let state = app.cur_proc_state;
        if state <= ProcState::BoundTop || (uid_bfsl && state <= ProcState::BoundForegroundService)
        {
            return Some(of_state(state));
        }
        if app.instrumentation.is_some_and(|i| i.start_foreground_services_from_background) {
            return Some(ReasonCode::INSTR_BACKGROUND_FGS_PERMISSION);
        }
        let recent = match app.last_invisible {
            LastInvisible::Since(at) => at.0 > 0 && look.now.elapsed.since(at) < grace,
            LastInvisible::Never | LastInvisible::Visible => false,
        };
        reason(recent, ReasonCode::ACTIVITY_VISIBILITY_GRACE_PERIOD)
    })
}

fn fgs_permission(look: &Look<'_>) -> Option<ReasonCode> {
    reason(
        look.holds("android.permission.START_FOREGROUND_SERVICES_FROM_BACKGROUND"),
        ReasonCode::BACKGROUND_FGS_PERMISSION,
    )
}

fn fgs_privileges(look: &Look<'_>) -> Option<ReasonCode> {
    reason(look.privileges.allows_background_fgs_starts(), ReasonCode::START_ACTIVITY_FLAG)
}

fn overlay(look: &Look<'_>) -> Option<ReasonCode> {
    let op = "android:system_alert_window";
    let allowed = match look.neighbours.app_op(op, look.who.uid, look.package()) {
        AppOpMode::Allowed => true,
        AppOpMode::Default => look.holds("android.permission.SYSTEM_ALERT_WINDOW"),
        AppOpMode::Ignored | AppOpMode::Errored | AppOpMode::Foreground => false,
    };
    reason(allowed, ReasonCode::SYSTEM_ALERT_WINDOW_PERMISSION)
}

fn companion(look: &Look<'_>) -> Option<ReasonCode> {
    let allowed = look.neighbours.companion_app(look.who.uid)
        && (look.holds(
            "android.permission.REQUEST_COMPANION_START_FOREGROUND_SERVICES_FROM_BACKGROUND",
        ) || look.holds("android.permission.REQUEST_COMPANION_RUN_IN_BACKGROUND"));
    reason(allowed, ReasonCode::COMPANION_DEVICE_MANAGER)
}

fn permanent_allowlist(look: &Look<'_>) -> Option<ReasonCode> {
    let entry = look.neighbours.fgs_start_allowlist(look.now, look.who.uid);
    reason(entry == Some(FgsStartAllowlist::Permanent), ReasonCode::SYSTEM_ALLOW_LISTED)
}

fn temporary_allowlist(look: &Look<'_>) -> Option<ReasonCode> {
    match look.neighbours.fgs_start_allowlist(look.now, look.who.uid)? {
        FgsStartAllowlist::Permanent => None,
        FgsStartAllowlist::Temporary(code) => reason(!code.is_denied(), code),
    }
}

fn demo_mode(look: &Look<'_>) -> Option<ReasonCode> {
    reason(look.neighbours.device_demo_mode(), ReasonCode::DEVICE_DEMO_MODE)
}

fn profile_owner(look: &Look<'_>) -> Option<ReasonCode> {
    reason(look.neighbours.profile_owner(look.who.uid), ReasonCode::PROFILE_OWNER)
}

fn power_exempt(look: &Look<'_>) -> Option<ReasonCode> {
    let allowed = look.services.constants().system_exempt_power_restrictions_enabled
        && look.op_allowed("android:system_exempt_from_power_restrictions");
    reason(allowed, ReasonCode::SYSTEM_EXEMPT_APP_OP)
}

fn vpn(look: &Look<'_>) -> Option<ReasonCode> {
    reason(look.op_allowed("android:activate_vpn"), ReasonCode::OP_ACTIVATE_VPN).or_else(|| {
        reason(
            look.op_allowed("android:activate_platform_vpn"),
            ReasonCode::OP_ACTIVATE_PLATFORM_VPN,
        )
    })
}

fn input_method(look: &Look<'_>) -> Option<ReasonCode> {
    let package = look.neighbours.input_method_package(look.who.uid.user())?;
    reason(look.who.package.as_ref() == Some(&package), ReasonCode::CURRENT_INPUT_METHOD)
}

fn opt_out(look: &Look<'_>) -> Option<ReasonCode> {
    let asked = look.target?.request_foreground_service_exemption;
    reason(asked && look.services.constants().fgs_allow_opt_out, ReasonCode::OPT_OUT_REQUESTED)
}
