//! Rules FGS-START-040 … 061: `startForeground`, its checks and its commit.

use super::world::{plain, World, APP, DATA_SYNC, SHORT};
use crate::fgs::call::ServiceCall;
use crate::fgs::effect::ServiceToken;
use crate::fgs::reason::ReasonCode;
use crate::fgs::types::ForegroundServiceType;
use crate::fgs::Message;
use crate::package::AppOpMode;
use crate::{Exception, Reply};

const CAMERA: ForegroundServiceType = ForegroundServiceType::CAMERA;

fn class(outcome: Result<(), Exception>) -> Result<(), &'static str> {
    outcome.map_err(|exception| exception.class_name())
}

#[test]
fn fgs_start_040_unknown_token_does_nothing() {
    let mut world = World::with_fgs(DATA_SYNC);
    for service in [ServiceToken(99), world.record("s").token] {
        let before = world.services.clone();
        let call = ServiceCall::StartForeground { service, id: 0, notification: None, types: 0 };
        let caller = crate::Caller { uid: crate::Uid(1_010_123), pid: None };
        assert_eq!(world.bare_call(caller, call), Ok(Reply::Nothing));
        assert_eq!(world.services, before, "unknown, or of another user");
        assert!(world.decided("FGS-START-040"));
    }
}

#[test]
fn fgs_start_041_notification_is_required() {
    let mut world = World::on_top();
    world.start("s").expect("started");
    let before = world.services.clone();
    let refused = world.promote_with("s", 1, None, DATA_SYNC);
    assert_eq!(class(refused), Err("IllegalArgumentException"));
    assert_eq!(world.services, before);
    assert_eq!(class(world.promote_with("s", 0, None, DATA_SYNC)), Ok(()), "id 0 needs none");
}

#[test]
fn fgs_start_042_permission_is_required_from_28_on() {
    for (target, expected) in [(27, Ok(())), (28, Err("SecurityException"))] {
        let mut world = World::on_top();
        world.device.target_sdk.insert(APP, target);
        world.device.denied.insert("android.permission.FOREGROUND_SERVICE".to_owned());
        world.start("s").expect("started");
        assert_eq!(class(world.promote("s", DATA_SYNC)), expected, "{target}");
    }
}

#[test]
fn fgs_start_043_instant_apps_ask_their_op() {
    let table = [
        (AppOpMode::Allowed, Ok(()), true),
        (AppOpMode::Ignored, Ok(()), false),
        (AppOpMode::Errored, Err("SecurityException"), false),
        (AppOpMode::Default, Err("SecurityException"), false),
    ];
    for (mode, expected, foreground) in table {
        let mut world = World::on_top();
        world.device.services.get_mut("s").expect("s").instant = true;
        world.device.denied.insert("android.permission.FOREGROUND_SERVICE".to_owned());
        world.device.ops.insert((APP, "android:instant_app_start_foreground".to_owned()), mode);
        world.start_fg("s").expect("started");
        assert_eq!(class(world.promote("s", DATA_SYNC)), expected, "{mode:?}");
        assert_eq!(world.record("s").is_foreground, foreground, "{mode:?}");
        assert_eq!(world.record("s").fg_required, !foreground, "the contract stays open");
    }
    let mut world = World::on_top();
    world.device.services.get_mut("s").expect("s").instant = true;
    let permission = "android.permission.INSTANT_APP_FOREGROUND_SERVICE".to_owned();
    world.device.held.insert((APP, permission));
    world.start("s").expect("started");
    assert_eq!(class(world.promote("s", DATA_SYNC)), Ok(()), "default with the permission");
}

#[test]
fn fgs_start_044_types_are_resolved_before_the_contract_is_fulfilled() {
    let mut world = World::on_top();
    world.device.services.get_mut("s").expect("s").types = DATA_SYNC;
    world.start_fg("s").expect("started");
    assert_eq!(class(world.promote("s", CAMERA)), Err("IllegalArgumentException"));
    assert!(world.record("s").fg_required && !world.decided("FGS-START-044"));
    assert_eq!(class(world.promote("s", ForegroundServiceType::MANIFEST)), Ok(()));
    assert_eq!(world.record("s").foreground_service_type, DATA_SYNC);
    assert!(world.decided("FGS-START-044"));
}

#[test]
fn fgs_start_045_contract_is_fulfilled_even_by_a_refused_call() {
    let mut world = World::on_top();
    world.start_fg("s").expect("started");
    let timer =
        |world: &World| world.due(|it| matches!(it, Message::StartForegroundTimeout { .. }));
    assert_eq!(timer(&world), Some(30_000));
    world.device.denied.insert("android.permission.FOREGROUND_SERVICE_CAMERA".to_owned());
    assert_eq!(class(world.promote("s", CAMERA)), Err("SecurityException"));
    let record = world.record("s");
    assert!(!record.fg_required && !record.fg_waiting && !record.is_foreground);
    assert_eq!(timer(&world), None);
    world.advance(60_000);
    assert!(!world.take().iter().any(|line| line.starts_with("crash")));
}

#[test]
fn fgs_start_046_the_op_at_start_foreground() {
    let op = (APP, "android:start_foreground".to_owned());
    let table = [
        (AppOpMode::Allowed, Ok(()), true),
        (AppOpMode::Default, Ok(()), true),
        (AppOpMode::Foreground, Ok(()), true),
        (AppOpMode::Ignored, Ok(()), false),
        (AppOpMode::Errored, Err("SecurityException"), false),
    ];
    for (mode, expected, foreground) in table {
        let mut world = World::on_top();
        world.start_fg("s").expect("started");
        world.device.ops.insert(op.clone(), mode);
        assert_eq!(class(world.promote("s", DATA_SYNC)), expected, "{mode:?}");
        let record = world.record("s");
        assert_eq!((record.is_foreground, record.fg_required), (foreground, false), "{mode:?}");
    }
}

#[test]
fn fgs_start_047_a_restricted_app_is_ignored_and_summed_up() {
    let mut world = World::on_top();
    world.start_fg("s").expect("started");
    world.background("app");
    assert_eq!(world.state("app"), ("FOREGROUND_SERVICE", true));
    world.restrict(true);
    assert_eq!(class(world.promote("s", CAMERA)), Ok(()));
    assert!(world.decided("FGS-START-047") && world.decided("FGS-COMBO-031"));
    let record = world.record("s");
    assert!(!record.is_foreground && !record.fg_required);
    assert_eq!(world.state("app").0, "SERVICE", "summed up without the contract");
    world.allowlist(ReasonCode::ALARM_MANAGER_ALARM_CLOCK, 60_000);
    assert_eq!(class(world.promote("s", DATA_SYNC)), Ok(()));
    assert!(world.take().iter().any(|line| line.starts_with("ENTER")), "an alarm clock");
}

#[test]
fn fgs_start_048_restricted_processes_that_are_allowed() {
    let mut world = World::with_fgs(DATA_SYNC);
    world.device.restricted = true;
    world
        .device
        .list
        .facts_mut(world.device.pid("app").expect("running"))
        .expect("app")
        .background_restricted = true;
    let allowed = |world: &mut World| {
        world.take();
        world.promote("s", DATA_SYNC).expect("no exception");
        !world.decided("FGS-START-047")
    };
    assert_eq!(world.state("app").0, "FOREGROUND_SERVICE");
    assert!(!allowed(&mut world), "a foreground service alone is not enough");
    world.top("client");
    world.bind("s");
    assert_eq!(world.state("app").0, "BOUND_TOP");
    assert!(allowed(&mut world), "state at most 3");
    world.visible("client");
    assert!(allowed(&mut world));
    world.background("client");
    assert!(!allowed(&mut world), "bound, but by nobody in the foreground");
}

#[test]
fn fgs_start_049_short_service_needs_a_started_service() {
    let mut world = World::on_top();
    world.bind("s");
    let before = world.services.clone();
    let refused = world.promote("s", SHORT);
    assert_eq!(class(refused), Err("StartForegroundCalledOnStoppedServiceException"));
    assert_eq!(world.services, before);
    world.start("s").expect("started");
    assert_eq!(class(world.promote("s", SHORT)), Ok(()));
}

#[test]
fn fgs_start_050_flags_are_computed_anew_depending_on_the_situation() {
    let mut world = World::on_top();
    world.start("s").expect("started");
    world.promote("s", SHORT).expect("promoted");
    assert!(!world.decided("FGS-BG-035") && !world.decided("FGS-BG-037"), "the first call in time");
    world.promote("s", SHORT).expect("promoted");
    assert!(world.decided("FGS-SHORT-020") && !world.decided("FGS-BG-035"), "a short service");
    world.promote("s", DATA_SYNC).expect("promoted");
    world.promote("s", DATA_SYNC).expect("promoted");
    assert!(world.decided("FGS-BG-035"), "a later call");
}

#[test]
fn fgs_start_051_refused_from_the_background() {
    let mut world = World::new();
    world.device.background.temp_allowlisted = true;
    world.start("s").expect("started");
    world.take();
    let refused = world.promote("s", DATA_SYNC);
    assert_eq!(class(refused), Err("ForegroundServiceStartNotAllowedException"));
    assert_eq!(world.take(), ["DENIED 0 s 0x0"]);
    world.device.changes.insert((APP, 174_041_399), false);
    assert_eq!(class(world.promote("s", DATA_SYNC)), Ok(()), "silent for the service's uid");
    assert!(!world.record("s").is_foreground && world.decided("FGS-START-051"));
    world.device.changes.insert((APP, 170_668_199), false);
    assert_eq!(class(world.promote("s", DATA_SYNC)), Ok(()));
    assert!(world.record("s").is_foreground, "not in force");
}

#[test]
fn fgs_start_052_type_policy_comes_last() {
    let mut world = World::on_top();
    world.device.denied.insert("android.permission.FOREGROUND_SERVICE_DATA_SYNC".to_owned());
    world.start("s").expect("started");
    world.take();
    assert_eq!(class(world.promote("s", DATA_SYNC)), Err("SecurityException"));
    assert_eq!(world.take(), ["DENIED 5 s 0x0"]);
    let mut world = World::new();
    world.device.background.temp_allowlisted = true;
    world.device.denied.insert("android.permission.FOREGROUND_SERVICE_DATA_SYNC".to_owned());
    world.start("s").expect("started");
    let refused = class(world.promote("s", DATA_SYNC));
    assert_eq!(refused, Err("ForegroundServiceStartNotAllowedException"));
    assert!(!world.decided("FGS-START-052"));
}

#[test]
fn fgs_start_053_the_commit_in_its_order() {
    let mut world = World::on_top();
    world.start("s").expect("started");
    let caller = crate::Caller { uid: crate::Uid::SYSTEM, pid: None };
    let call = ServiceCall::RegisterForegroundServiceObserver { observer: 7 };
    for permission in ["MANAGE_ACTIVITY_TASKS", "INTERACT_ACROSS_USERS_FULL"] {
        let permission = format!("android.permission.{permission}");
        world.device.held.insert((caller.uid, permission));
    }
    world.bare_call(caller, call).expect("registered");
    world.take();
    world.promote("s", DATA_SYNC).expect("promoted");
    assert_eq!(
        world.take(),
        ["op true", "usage 19", "ENTER 0x1 PROC_STATE_TOP true s", "observer 7 s true", "hold 1"]
    );
    let record = world.record("s");
    assert_eq!((record.foreground_id, record.start_foreground_count), (1, 1));
    assert_eq!(record.fgs_enter_time, world.now.uptime);
    assert_eq!(record.allow_start_foreground_at_entering, ReasonCode::PROC_STATE_TOP);
    assert_eq!(record.foreground_noti.as_ref().map(|it| it.flags & 0x40), Some(0x40));
    world.promote_with("s", 2, Some(plain()), DATA_SYNC).expect("promoted");
    assert_eq!(world.record("s").foreground_id, 2);
}

#[test]
fn fgs_start_054_a_repeated_call_enters_nothing() {
    let mut world = World::with_fgs(DATA_SYNC);
    let entered = world.record("s").fgs_enter_time;
    world.advance(100);
    world.promote("s", CAMERA).expect("promoted");
    let record = world.record("s");
    assert_eq!(record.foreground_service_type, CAMERA);
    assert_eq!((record.start_foreground_count, record.fgs_enter_time), (1, entered));
    assert!(world.decided("FGS-START-054"));
    assert!(!world.take().iter().any(|line| line.starts_with("ENTER") || line == "usage 19"));
}

#[test]
fn fgs_start_055_a_refused_repeated_call_leaves_the_service_as_it_was() {
    let mut world = World::with_fgs(DATA_SYNC);
    world.device.denied.insert("android.permission.FOREGROUND_SERVICE_CAMERA".to_owned());
    let before = world.record("s").clone();
    let refused = world.promote_with("s", 9, Some(plain()), CAMERA);
    assert_eq!(class(refused), Err("SecurityException"));
    let after = world.record("s");
    assert_eq!(
        (after.is_foreground, after.foreground_service_type, after.foreground_id),
        (before.is_foreground, before.foreground_service_type, before.foreground_id)
    );
    assert_eq!(after.foreground_noti, before.foreground_noti);
    assert!(world.decided("FGS-START-052"));
}

#[test]
fn fgs_start_056_id_0_leaves_the_foreground() {
    let mut world = World::with_fgs(DATA_SYNC);
    world.promote_with("s", 0, None, CAMERA).expect("no exception");
    assert!(world.decided("FGS-START-056"));
    let record = world.record("s");
    assert!(!record.is_foreground);
    assert_eq!(record.foreground_id, 1, "as with LEGACY");
    world.top("app");
    world.start_fg("t").expect("started");
    world.promote_with("t", 0, Some(plain()), DATA_SYNC).expect("no exception");
    assert!(world.record("t").fg_required, "not fulfilled");
}

#[test]
fn fgs_start_057_two_services_may_share_an_id() {
    let mut world = World::on_top();
    for name in ["s", "t"] {
        world.start(name).expect("started");
        world.promote(name, DATA_SYNC).expect("promoted");
    }
    world.advance(10_000);
    world.take();
    world.stop_self("s", -1);
    assert!(!world.take().contains(&"cancel 1".to_owned()), "t still uses it");
    world.stop_self("t", -1);
    assert!(world.take().contains(&"cancel 1".to_owned()));
}

#[test]
fn fgs_start_059_a_bad_notification_is_found_when_it_is_posted() {
    let bad = |target: i32, icon: bool, app_icon: bool, channel: &str| {
        let mut world = World::on_top();
        world.device.target_sdk.insert(APP, target);
        world.device.app_icon = app_icon;
        world.start("s").expect("started");
        let mut notification = plain();
        notification.channel = channel.to_owned();
        notification.small_icon = icon;
        world.promote_with("s", 1, Some(notification), DATA_SYNC).expect("not noticed yet");
        world.known("s").is_none()
    };
    assert!(!bad(34, true, false, "channel"));
    assert!(bad(34, true, true, "unknown") && bad(27, true, true, "unknown"));
    assert!(!bad(26, true, true, "unknown"), "no channels needed");
    assert!(
        bad(34, false, false, "channel") && !bad(34, false, true, "channel"),
        "icon of the app"
    );
}

#[test]
fn fgs_start_060_some_refusals_leave_the_process_state_stale() {
    let state = |refuse: fn(&mut World) -> Result<(), Exception>| {
        let mut world = World::on_top();
        world.start_fg("s").expect("started");
        world.background("app");
        assert_eq!(world.state("app").0, "FOREGROUND_SERVICE");
        let _ = refuse(&mut world);
        assert!(!world.record("s").is_foreground && !world.record("s").fg_required);
        world.state("app").0
    };
    let by_type = |world: &mut World| {
        world.device.denied.insert("android.permission.FOREGROUND_SERVICE_CAMERA".to_owned());
        world.promote("s", CAMERA)
    };
    let by_op = |world: &mut World| {
        let op = (APP, "android:start_foreground".to_owned());
        world.device.ops.insert(op, AppOpMode::Ignored);
        world.promote("s", DATA_SYNC)
    };
    let by_restriction = |world: &mut World| {
        world.restrict(true);
        world.promote("s", DATA_SYNC)
    };
    assert_eq!(state(by_type), "FOREGROUND_SERVICE");
    assert_eq!(state(by_op), "FOREGROUND_SERVICE");
    assert_eq!(state(by_restriction), "SERVICE", "this one sums up");
}

#[test]
fn fgs_start_061_a_bound_service_may_go_to_the_foreground() {
    let mut world = World::on_top();
    world.bind("s");
    world.top("client");
    world.bind("t");
    assert_eq!(class(world.promote("t", DATA_SYNC)), Ok(()));
    assert!(world.record("t").is_foreground && !world.record("t").start_requested);
    assert!(world.decided("FGS-START-061"));
}
