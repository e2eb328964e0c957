//! `getAppStartMode`: may a service be started while its app is in the background? Rule: FGS-START-019.

use super::active_services::{ActiveServices, Context};
use crate::facts;
use crate::ids::{Pid, Uid, FIRST_APPLICATION_UID};
use crate::package::AppOpMode;
use crate::process::ProcState;
use crate::rules::fgs_start as rule;

/// `ActivityManager.APP_START_MODE_*`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum AppStartMode {
    /// 0: it may.
    Normal,
    /// 1: it may not, and nobody is told.
    Delayed,
    /// 2: it may not.
    DelayedRigid,
    /// 3: it never may.
    Disabled,
}

/// Which app, and for whom.
pub(super) struct StartModeRequest<'a> {
    pub uid: Uid,
    pub package: &'a str,
    pub target_sdk: i32,
    /// The process that asks, where one does.
    pub caller: Option<Pid>,
    pub forced_standby: bool,
}

impl ActiveServices {
    /// The first row of FGS-START-019 that applies.
    pub(super) fn app_start_mode(
        request: &StartModeRequest<'_>,
        cx: &mut Context<'_>,
    ) -> AppStartMode {
        let mode = app_start_mode(request, cx);
        cx.out.decide(&rule::FGS_START_019, "start mode", || {
            facts!(mode, uid = request.uid, forced_standby = request.forced_standby)
        });
        mode
    }
}

fn app_start_mode(request: &StartModeRequest<'_>, cx: &Context<'_>) -> AppStartMode {
    let facts = cx.neighbours.background_start_facts(request.uid, request.package);
    if facts.about_to_be_top {
        return AppStartMode::Normal;
    }
    let not_idle = cx.neighbours.uid(request.uid).is_some_and(|uid| !uid.idle);
    if not_idle && !request.forced_standby {
        return AppStartMode::Normal;
    }
    if facts.instant {
        return AppStartMode::Disabled;
    }
    if facts.persistent
        || facts.background_allowlisted
        || facts.device_idle_allowlisted
        || facts.temp_allowlisted
    {
        return AppStartMode::Normal;
    }
    if request.target_sdk >= 26 {
        return AppStartMode::DelayedRigid;
    }
    let exempt = facts.except_idle_allowlisted || facts.temp_allowlisted;
    let forced =
        facts.background_check_forced && request.uid.app_id() >= FIRST_APPLICATION_UID && !exempt;
    match legacy_mode(request, facts.restricted_bucket, forced, cx) {
        AppStartMode::Delayed if caller_is_important(request.caller, cx) => AppStartMode::Normal,
        mode => mode,
    }
}

/// Row 6: an app that targets 25 or less.
fn legacy_mode(
    request: &StartModeRequest<'_>,
    restricted_bucket: bool,
    forced: bool,
    cx: &Context<'_>,
) -> AppStartMode {
    if restricted_bucket {
        return AppStartMode::Delayed;
    }
    match cx.neighbours.app_op("android:run_in_background", request.uid, request.package) {
        AppOpMode::Allowed if forced => AppStartMode::Delayed,
        AppOpMode::Allowed => AppStartMode::Normal,
        AppOpMode::Ignored => AppStartMode::Delayed,
        AppOpMode::Errored | AppOpMode::Default | AppOpMode::Foreground => {
            AppStartMode::DelayedRigid
        }
    }
}

/// Row 7.
fn caller_is_important(caller: Option<Pid>, cx: &Context<'_>) -> bool {
    cx.process(caller).is_some_and(|app| app.cur_proc_state < ProcState::TransientBackground)
}
