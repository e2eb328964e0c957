//! Rules FGS-BG-001 … 047: who may start a foreground service from the background.

use super::world::{World, APP, CLIENT, DATA_SYNC, SHORT};
use crate::fgs::reason::ReasonCode;
use crate::fgs::{AppProcess, Constants, FgsTempAllowlist, Identity, TempAllowlistType};
use crate::ids::Uid;
use crate::package::AppOpMode;
use crate::process::{Instrumentation, ProcState};
use crate::time::Elapsed;
use crate::{Output, Reply};

/// Why the app may start a foreground service now.
fn reason(world: &mut World) -> &'static str {
    reason_of(world, APP, "app")
}

fn reason_of(world: &mut World, uid: Uid, package: &str) -> &'static str {
    let pid = world.device.pid(package);
    let who = Identity { uid, pid, package: Some(package.to_owned()) };
    let World { services, device, now, out, .. } = world;
    services.start_foreground_reason(*now, &who, device, out).name().unwrap_or("?")
}

fn hold(world: &mut World, permission: &str) {
    world.device.held.insert((APP, format!("android.permission.{permission}")));
}

fn patch(world: &mut World, patch: fn(&mut AppProcess)) {
    world.device.patches.insert("app".to_owned(), patch);
}

fn op(world: &mut World, name: &str, mode: AppOpMode) {
    world.device.ops.insert((APP, format!("android:{name}")), mode);
}

/// A service that was started while its app was in the background.
pub(super) fn denied() -> World {
    let mut world = World::new();
    world.device.background.temp_allowlisted = true;
    world.start("s").expect("started");
    world.take();
    world
}

#[test]
fn fgs_bg_010_the_first_row_that_holds_names_the_reason() {
    let mut world = World::new();
    assert_eq!(reason(&mut world), "DENIED");
    // From the last row to the first: each hides those before it.
    type Grant = fn(&mut World);
    let rows: [(&str, Grant); 13] = [
        ("CURRENT_INPUT_METHOD", |world| world.device.input_method = Some("app".to_owned())),
        ("OP_ACTIVATE_PLATFORM_VPN", |world| {
            op(world, "activate_platform_vpn", AppOpMode::Allowed)
        }),
        ("OP_ACTIVATE_VPN", |world| op(world, "activate_vpn", AppOpMode::Allowed)),
        ("SYSTEM_EXEMPT_APP_OP", |world| {
            op(world, "system_exempt_from_power_restrictions", AppOpMode::Allowed);
        }),
        ("PROFILE_OWNER", |world| world.device.profile_owner = Some(APP)),
        ("DEVICE_DEMO_MODE", |world| world.device.demo_mode = true),
        ("PUSH_MESSAGING", |world| world.allowlist(ReasonCode::PUSH_MESSAGING, 60_000)),
        ("SYSTEM_ALLOW_LISTED", |world| world.device.permanent_allowlist = true),
        ("COMPANION_DEVICE_MANAGER", |world| {
            world.device.companion = Some(APP);
            hold(world, "REQUEST_COMPANION_RUN_IN_BACKGROUND");
        }),
        ("SYSTEM_ALERT_WINDOW_PERMISSION", |world| {
            op(world, "system_alert_window", AppOpMode::Allowed)
        }),
        ("BACKGROUND_FGS_PERMISSION", |world| {
            hold(world, "START_FOREGROUND_SERVICES_FROM_BACKGROUND")
        }),
        ("PROC_STATE_BTOP", |world| {
            patch(world, |app| app.cur_proc_state = ProcState::BoundTop);
        }),
        ("DEVICE_OWNER", |world| world.device.device_owner = Some(APP)),
    ];
    for (expected, grant) in rows {
        grant(&mut world);
        assert_eq!(reason(&mut world), expected);
    }
}

#[test]
fn fgs_bg_011_while_in_use_access_suffices() {
    let mut world = World::new();
    world.visible("app");
    patch(&mut world, |app| app.cur_proc_state = ProcState::Service);
    world.device.companion = Some(APP);
    hold(&mut world, "REQUEST_COMPANION_RUN_IN_BACKGROUND");
    assert_eq!(reason(&mut world), "PROC_STATE_TOP", "with the reason of the first list");
    assert!(world.decided("FGS-BG-011"));
}

#[test]
fn fgs_bg_012_reasons_of_states() {
    let codes: Vec<i32> = (-1..=20).map(|state| ReasonCode::of_process_state(state).0).collect();
    let mut expected = vec![10, 10, 11, 12, 13, 14, 15];
    expected.resize(22, -1);
    assert_eq!(codes, expected);
    let mut world = World::on_top();
    assert_eq!(reason(&mut world), "PROC_STATE_TOP");
    assert_eq!(reason_of(&mut world, Uid(10_555), "nobody"), "DENIED", "no process");
    assert!(world.decided("FGS-WIU-010"));
}

#[test]
fn fgs_bg_013_the_most_recently_used_process_comes_first() {
    let mut world = World::on_top();
    world.add_process(APP, "app:remote");
    world.settle();
    world.background("app");
    world
        .device
        .patches
        .insert("app:remote".to_owned(), |app| app.cur_proc_state = ProcState::BoundTop);
    assert_eq!(reason(&mut world), "ACTIVITY_VISIBILITY_GRACE_PERIOD");
    let remote = world.device.pid("app:remote").expect("running");
    world.device.list.touch(remote, world.now);
    assert_eq!(reason(&mut world), "PROC_STATE_BTOP");
    world.start("s").expect("started");
    world.bind("s");
    assert_eq!(
        reason(&mut world),
        "ACTIVITY_VISIBILITY_GRACE_PERIOD",
        "a bind makes the host recent"
    );
    assert!(world.decided("FGS-BG-013"));
}

#[test]
fn fgs_bg_014_state_with_the_capability() {
    let mut world = World::with_fgs(DATA_SYNC);
    world.advance(5_000);
    assert_eq!(reason(&mut world), "PROC_STATE_FGS");
    patch(&mut world, |app| app.cur_proc_state = ProcState::BoundForegroundService);
    assert_eq!(reason(&mut world), "PROC_STATE_BFGS");
    patch(&mut world, |app| app.cur_proc_state = ProcState::ImportantForeground);
    assert_eq!(reason(&mut world), "DENIED");
    let mut world = World::new();
    patch(&mut world, |app| app.cur_proc_state = ProcState::ForegroundService);
    assert_eq!(reason(&mut world), "DENIED", "without the capability of the uid");
    assert!(!world.decided("FGS-BG-013"));
}

#[test]
fn fgs_bg_015_instrumentation() {
    let mut world = World::new();
    patch(&mut world, |app| {
        app.instrumentation = Some(Instrumentation {
            start_activities_from_background: true,
            start_foreground_services_from_background: false,
        });
    });
    assert_eq!(reason(&mut world), "DENIED");
    patch(&mut world, |app| {
        app.instrumentation = Some(Instrumentation {
            start_activities_from_background: false,
            start_foreground_services_from_background: true,
        });
    });
    assert_eq!(reason(&mut world), "INSTR_BACKGROUND_FGS_PERMISSION");
}

#[test]
fn fgs_bg_016_visibility_grace_of_less_than_5_s() {
    let mut world = World::new();
    assert_eq!(reason(&mut world), "DENIED", "never visible");
    world.visible("app");
    world.background("app");
    world.advance(4_999);
    assert_eq!(reason(&mut world), "ACTIVITY_VISIBILITY_GRACE_PERIOD");
    world.advance(1);
    assert_eq!(reason(&mut world), "DENIED");
    world.services.device_config("fg_to_bg_fgs_grace_duration", Some("5001"));
    assert_eq!(reason(&mut world), "ACTIVITY_VISIBILITY_GRACE_PERIOD");
    let mut world = World::new();
    world.visible("app");
    world.background("app");
    world.now = world.now.asleep_for(5_000);
    assert_eq!(reason(&mut world), "DENIED", "sleep counts");
}

#[test]
fn fgs_bg_018_privileges_of_the_start() {
    use crate::fgs::call::BackgroundStartPrivileges as Privileges;
    use crate::fgs::{ServiceInfo, StartCheck};
    let table = [
        (Privileges::None, "DENIED", false),
        (Privileges::AllowFgs, "START_ACTIVITY_FLAG", false),
        (Privileges::AllowBal, "START_ACTIVITY_FLAG", true),
    ];
    for (privileges, expected, while_in_use) in table {
        let mut world = World::new();
        let check = StartCheck {
            who: Identity { uid: APP, pid: None, package: Some("app".to_owned()) },
            service: ServiceInfo { uid: APP, ..ServiceInfo::default() },
            recent_caller: APP,
            privileges,
            ..StartCheck::default()
        };
        let World { services, device, now, out, .. } = &mut world;
        let verdict = services.check_start(*now, &check, device, out);
        assert_eq!(verdict.allow_start_foreground.name(), Some(expected));
        assert_eq!(verdict.allow_while_in_use, while_in_use);
    }
}

#[test]
fn fgs_bg_019_overlay_permission() {
    let allowed = |mode, held: bool| {
        let mut world = World::new();
        op(&mut world, "system_alert_window", mode);
        if held {
            hold(&mut world, "SYSTEM_ALERT_WINDOW");
        }
        reason(&mut world) == "SYSTEM_ALERT_WINDOW_PERMISSION"
    };
    assert!(allowed(AppOpMode::Allowed, false));
    assert!(allowed(AppOpMode::Default, true) && !allowed(AppOpMode::Default, false));
    for mode in [AppOpMode::Ignored, AppOpMode::Errored, AppOpMode::Foreground] {
        assert!(!allowed(mode, true), "{mode:?}");
    }
}

#[test]
fn fgs_bg_020_companion_apps_need_a_permission() {
    for permission in [
        "REQUEST_COMPANION_START_FOREGROUND_SERVICES_FROM_BACKGROUND",
        "REQUEST_COMPANION_RUN_IN_BACKGROUND",
    ] {
        let mut world = World::new();
        hold(&mut world, permission);
        assert_eq!(reason(&mut world), "DENIED", "no companion");
        world.device.companion = Some(APP);
        assert_eq!(reason(&mut world), "COMPANION_DEVICE_MANAGER");
        world.device.held.clear();
        assert_eq!(reason(&mut world), "DENIED", "no permission");
    }
}

#[test]
fn fgs_bg_021_the_permanent_list_comes_before_the_temporary_one() {
    let mut world = World::new();
    world.allowlist(ReasonCode::PUSH_MESSAGING, 60_000);
    world.device.permanent_allowlist = true;
    assert_eq!(reason(&mut world), "SYSTEM_ALLOW_LISTED");
    assert!(world.decided("FGS-BG-021"));
}

#[test]
fn fgs_bg_022_an_entry_gives_its_own_reason() {
    for (code, expected) in
        [(101, "PUSH_MESSAGING"), (0, "UNKNOWN"), (301, "ALARM_MANAGER_ALARM_CLOCK")]
    {
        let mut world = World::new();
        world.allowlist(ReasonCode(code), 60_000);
        assert_eq!(reason(&mut world), expected);
    }
    let mut world = World::new();
    world.allowlist(ReasonCode::DENIED, 60_000);
    world.device.demo_mode = true;
    assert_eq!(reason(&mut world), "DEVICE_DEMO_MODE", "code -1 lets the evaluation go on");
}

#[test]
fn fgs_bg_025_power_exemption_op_with_its_flag() {
    let mut world = World::new();
    op(&mut world, "system_exempt_from_power_restrictions", AppOpMode::Default);
    assert_eq!(reason(&mut world), "DENIED");
    op(&mut world, "system_exempt_from_power_restrictions", AppOpMode::Allowed);
    assert_eq!(reason(&mut world), "SYSTEM_EXEMPT_APP_OP");
    assert!(world.decided("FGS-BG-025"));
}

#[test]
fn fgs_bg_027_input_method_by_package() {
    let mut world = World::new();
    world.device.input_method = Some("other".to_owned());
    assert_eq!(reason(&mut world), "DENIED");
    world.device.input_method = Some("app".to_owned());
    assert_eq!(reason(&mut world), "CURRENT_INPUT_METHOD");
    assert!(world.decided("FGS-BG-027"));
}

#[test]
fn fgs_bg_028_opt_out_is_off_by_default() {
    let started = |configured: bool, asked: bool| {
        let mut world = World::new();
        world.device.background.temp_allowlisted = true;
        world.device.services.get_mut("s").expect("s").request_foreground_service_exemption = asked;
        if configured {
            world.services.device_config("fgs_allow_opt_out", Some("true"));
        }
        world.start_fg("s").is_ok()
    };
    assert!(started(true, true) && !started(false, true) && !started(true, false));
}

#[test]
fn fgs_bg_029_bound_by_a_client_that_may() {
    let mut world = denied();
    world.bind("s");
    assert_eq!(reason(&mut world), "DENIED");
    world.allowlist(ReasonCode::PUSH_MESSAGING, 0);
    world.device.allowlist.add(
        world.now.elapsed,
        CLIENT,
        60_000,
        ReasonCode::PUSH_MESSAGING,
        &mut Output::new(),
    );
    assert_eq!(reason(&mut world), "FGS_BINDING", "whatever the reason of the client");
    assert!(world.decided("FGS-BG-029"));
    world.device.patches.insert("client".to_owned(), |app| app.persistent = true);
    assert_eq!(reason(&mut world), "DENIED", "persistent clients are skipped");
    world.device.patches.clear();
    for connection in world.edit("s").connections.values_mut() {
        connection.client_package = None;
    }
    assert_eq!(reason(&mut world), "DENIED", "the client recorded no package");
    world.unbind("s");
    assert_eq!(reason(&mut world), "DENIED");
}

#[test]
fn fgs_bg_031_reason_codes() {
    assert_eq!(ReasonCode::ALL.len(), 74);
    let by_code: Vec<i32> = ReasonCode::ALL.iter().map(|(code, _)| code.0).collect();
    assert!(by_code.windows(2).all(|pair| pair[0] < pair[1]) && !by_code.contains(&64));
    assert_eq!(ReasonCode::by_name("SERVICE_LAUNCH"), Some(ReasonCode(303)));
    assert_eq!(ReasonCode(1_000).name(), Some("OPT_OUT_REQUESTED"));
    assert_eq!(ReasonCode(64).name(), None);
}

#[test]
fn fgs_bg_032_temporary_entries() {
    let mut list = FgsTempAllowlist::default();
    let out = &mut Output::new();
    let (now, push) = (Elapsed(1_000), ReasonCode::PUSH_MESSAGING);
    assert!(!list.add(now, APP, 0, push, out) && list.get(now, APP).is_none());
    assert!(list.add(now, APP, 500, push, out));
    assert!(!list.add(now, APP, 500, ReasonCode::BOOT_COMPLETED, out), "must end later");
    assert_eq!(list.get(Elapsed(1_500), APP), Some(push), "still valid at its expiry");
    assert_eq!(list.get(Elapsed(1_501), APP), None);
    assert!(list.add(now, APP, 501, ReasonCode::BOOT_COMPLETED, out));
    assert_eq!(list.get(Elapsed(1_501), APP), Some(ReasonCode::BOOT_COMPLETED));
    assert_eq!(list.get(now, CLIENT), None);
    list.remove(APP);
    assert_eq!(list.get(now, APP), None);
}

#[test]
fn fgs_bg_033_the_flag_of_the_power_exemption() {
    assert!(Constants::default().system_exempt_power_restrictions_enabled);
    let mut world = World::new();
    op(&mut world, "system_exempt_from_power_restrictions", AppOpMode::Allowed);
    world.services.device_config("system_exempt_power_restrictions_enabled", Some("false"));
    assert_eq!(reason(&mut world), "DENIED");
}

#[test]
fn fgs_bg_034_types_of_temporary_entries() {
    use TempAllowlistType::{ForegroundServiceAllowed, ForegroundServiceNotAllowed, None};
    let out = &mut Output::new();
    let over = ReasonCode::PUSH_MESSAGING_OVER_QUOTA;
    for (behavior, expected) in [
        (-1, None),
        (0, ForegroundServiceAllowed),
        (1, ForegroundServiceNotAllowed),
        (2, ForegroundServiceNotAllowed),
        (-2, ForegroundServiceNotAllowed),
    ] {
        assert_eq!(
            ForegroundServiceAllowed.for_reason(over, behavior, out),
            expected,
            "{behavior}"
        );
    }
    assert_eq!(ForegroundServiceAllowed.for_reason(ReasonCode::DENIED, 0, out), None);
    let push = ReasonCode::PUSH_MESSAGING;
    assert_eq!(ForegroundServiceAllowed.for_reason(push, -1, out), ForegroundServiceAllowed);
    assert_eq!(Constants::default().push_messaging_over_quota_behavior, 1);
}

#[test]
fn fgs_bg_039_may_this_app_start_one_now() {
    let may = |world: &mut World| {
        let who = Identity { uid: APP, pid: None, package: Some("app".to_owned()) };
        let World { services, device, now, out, .. } = world;
        services.can_start_foreground_service(*now, &who, device, out)
    };
    let mut world = World::new();
    assert!(!may(&mut world));
    world.services.device_config("default_fgs_starts_restriction_enabled", Some("false"));
    assert!(!may(&mut world), "this switch plays no role");
    world
        .services
        .device_config("default_background_fgs_starts_restriction_enabled", Some("false"));
    assert!(may(&mut world));
    let mut world = denied();
    world.bind("s");
    world.top("client");
    assert!(may(&mut world), "row 25 counts");
}

#[test]
fn fgs_bg_045_the_bind_flag_needs_a_permission_and_does_nothing() {
    let mut world = World::new();
    let refused = world.bind_with("s", 0x4_0001).map_err(|e| e.class_name());
    assert_eq!(refused, Err("SecurityException"));
    assert!(world.known("s").is_none());
    let permission = "android.permission.START_FOREGROUND_SERVICES_FROM_BACKGROUND";
    world.device.held.insert((CLIENT, permission.to_owned()));
    assert_eq!(world.bind_with("s", 0x4_0001), Ok(Reply::Int(1)));
    world.device.held.clear();
    assert_eq!(reason(&mut world), "DENIED");
}

#[test]
fn fgs_bg_047_mode_foreground_counts_as_allowed_except_for_overlays() {
    for (name, expected) in [
        ("activate_vpn", "OP_ACTIVATE_VPN"),
        ("activate_platform_vpn", "OP_ACTIVATE_PLATFORM_VPN"),
        ("system_exempt_from_power_restrictions", "SYSTEM_EXEMPT_APP_OP"),
        ("system_alert_window", "DENIED"),
    ] {
        let mut world = World::new();
        hold(&mut world, "SYSTEM_ALERT_WINDOW");
        op(&mut world, "system_alert_window", AppOpMode::Ignored);
        op(&mut world, name, AppOpMode::Foreground);
        assert_eq!(reason(&mut world), expected, "{name}");
    }
}

#[test]
fn fgs_bg_041_a_regular_service_lets_the_app_start_more() {
    let mut world = World::with_fgs(DATA_SYNC);
    world.advance(5_000);
    world.start_fg("t").expect("started");
    assert_eq!(world.record("t").allow_start_foreground().name(), Some("PROC_STATE_FGS"));
}

#[test]
fn fgs_bg_042_a_short_service_does_not() {
    let mut world = World::with_fgs(SHORT);
    world.advance(5_000);
    assert_eq!(world.state("app"), ("FOREGROUND_SERVICE", false));
    let refused = world.start_fg("t").map_err(|e| e.class_name());
    assert_eq!(refused, Err("ForegroundServiceStartNotAllowedException"));
}

#[test]
fn fgs_bg_043_an_open_contract_does() {
    let mut world = World::on_top();
    world.start_fg("s").expect("started");
    world.long_in_background("app");
    assert_eq!(world.state("app"), ("FOREGROUND_SERVICE", true));
    world.start_fg("t").expect("started");
}

#[test]
fn fgs_bg_030_what_is_no_exemption() {
    let mut world = World::new();
    world.device.while_in_use_package = Some("other".to_owned());
    world.device.background.background_allowlisted = true;
    world.device.background.device_idle_allowlisted = true;
    patch(&mut world, |app| {
        app.cur_proc_state = ProcState::BoundForegroundService;
    });
    world.start("s").expect("started");
    world.bind("s");
    assert_eq!(reason(&mut world), "DENIED");
    assert!(world.decided("FGS-BG-010"));
}
