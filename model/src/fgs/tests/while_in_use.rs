//! Rules FGS-WIU-001 … 041: while-in-use access.

use super::world::{World, APP, CLIENT, DATA_SYNC, SHORT};
use crate::fgs::reason::ReasonCode;
use crate::fgs::types::ForegroundServiceType;
use crate::fgs::{AppProcess, Identity};
use crate::ids::Uid;
use crate::process::{Capabilities, Instrumentation};
use crate::Output;

const LOCATION: ForegroundServiceType = ForegroundServiceType::LOCATION;

fn reason_of(world: &mut World, uid: Uid) -> &'static str {
    let who = Identity { uid, pid: None, package: Some("app".to_owned()) };
    let World { services, device, now, out, .. } = world;
    services.while_in_use_reason(*now, &who, device, out).name().unwrap_or("?")
}

fn reason(world: &mut World) -> &'static str {
    reason_of(world, APP)
}

fn capabilities(world: &World) -> Capabilities {
    let pid = world.device.pid("app").expect("running");
    world.device.list.get(pid).expect("running").capabilities()
}

#[test]
fn fgs_wiu_001_the_flag_belongs_to_the_record() {
    let mut world = World::on_top();
    world.start("s").expect("started");
    world.long_in_background("app");
    world.advance(1);
    world.start("s").expect("started");
    assert!(world.record("s").allow_while_in_use(), "however visible the app is now");
    assert_eq!(reason(&mut world), "DENIED");
}

#[test]
fn fgs_wiu_010_the_first_row_that_holds_names_the_reason() {
    let mut world = World::new();
    assert_eq!(reason(&mut world), "DENIED");
    type Grant = fn(&mut World);
    let rows: [(&str, Grant); 6] = [
        ("DEVICE_OWNER", |world| world.device.device_owner = Some(APP)),
        ("ALLOWLISTED_PACKAGE", |world| world.device.while_in_use_package = Some("app".to_owned())),
        ("BACKGROUND_ACTIVITY_PERMISSION", |world| {
            let permission = "android.permission.START_ACTIVITIES_FROM_BACKGROUND";
            world.device.held.insert((APP, permission.to_owned()));
        }),
        ("TEMP_ALLOWED_WHILE_IN_USE", |world| {
            let (now, push) = (world.now.elapsed, ReasonCode::PUSH_MESSAGING);
            world.device.while_in_use.add(now, APP, 60_000, push, &mut Output::new());
        }),
        ("ACTIVITY_STARTER", |world| {
            let patch: fn(&mut AppProcess) = |app| app.background_fgs_starts_allowed = true;
            world.device.patches.insert("app".to_owned(), patch);
        }),
        ("PROC_STATE_TOP", |world| world.top("app")),
    ];
    for (expected, grant) in rows {
        grant(&mut world);
        assert_eq!(reason(&mut world), expected);
    }
    for uid in [0, 1_000, 1_027, 2_000, 1_001_000] {
        assert_eq!(reason_of(&mut world, Uid(uid)), "SYSTEM_UID", "{uid}");
    }
    assert_eq!(reason_of(&mut world, Uid(1_001)), "ALLOWLISTED_PACKAGE");
}

#[test]
fn fgs_wiu_011_what_permits_the_start_only() {
    let mut world = World::new();
    world.device.profile_owner = Some(APP);
    world.device.companion = Some(APP);
    world.device.permanent_allowlist = true;
    world.device.demo_mode = true;
    world.device.input_method = Some("app".to_owned());
    world.visible("app");
    world.background("app");
    assert_eq!(reason(&mut world), "DENIED");
    world.start_fg("s").expect("permitted all the same");
    assert!(!world.record("s").allow_while_in_use());
    assert!(world.decided("FGS-WIU-010"));
}

#[test]
fn fgs_wiu_013_activity_start_privileges() {
    use crate::fgs::call::BackgroundStartPrivileges as Privileges;
    use crate::fgs::{ServiceInfo, StartCheck};
    for (privileges, expected) in [
        (Privileges::AllowBal, ReasonCode::START_ACTIVITY_FLAG),
        (Privileges::AllowFgs, ReasonCode::DENIED),
    ] {
        let mut world = World::new();
        let check = StartCheck {
            who: Identity { uid: APP, pid: None, package: None },
            service: ServiceInfo::default(),
            privileges,
            ..StartCheck::default()
        };
        let World { services, device, now, out, .. } = &mut world;
        assert_eq!(services.check_start(*now, &check, device, out).while_in_use_reason, expected);
    }
}

#[test]
fn fgs_wiu_014_temporary_list_of_its_own() {
    let mut world = World::new();
    world.allowlist(ReasonCode::PUSH_MESSAGING, 60_000);
    assert_eq!(reason(&mut world), "DENIED", "the other list");
    let now = world.now.elapsed;
    world.device.while_in_use.add(now, APP, 1_000, ReasonCode::OTHER, &mut Output::new());
    world.advance(1_000);
    assert_eq!(reason(&mut world), "TEMP_ALLOWED_WHILE_IN_USE", "at its expiry");
    world.advance(1);
    assert_eq!(reason(&mut world), "DENIED");
}

#[test]
fn fgs_wiu_015_packages_must_be_owned() {
    let mut world = World::new();
    world.device.while_in_use_package = Some("app".to_owned());
    world.device.foreign_packages.insert("app".to_owned());
    world.device.device_owner = Some(APP);
    assert_eq!(reason(&mut world), "DEVICE_OWNER", "the evaluation goes on");
    world.device.foreign_packages.clear();
    assert_eq!(reason(&mut world), "ALLOWLISTED_PACKAGE");
    assert!(world.decided("FGS-WIU-015"));
}

#[test]
fn fgs_wiu_016_activity_grace_of_any_process() {
    let mut world = World::new();
    world.add_process(APP, "app:remote");
    world
        .device
        .patches
        .insert("app:remote".to_owned(), |app| app.background_fgs_starts_allowed = true);
    assert_eq!(reason(&mut world), "ACTIVITY_STARTER");
    assert_eq!(reason_of(&mut world, CLIENT), "DENIED");
    let mut world = World::new();
    world.device.patches.insert("app".to_owned(), |app| {
        app.instrumentation = Some(Instrumentation {
            start_activities_from_background: true,
            ..Instrumentation::default()
        });
    });
    assert_eq!(reason(&mut world), "DENIED", "instrumentation counts for the hosted service only");
    world.device.background.temp_allowlisted = true;
    world.start("s").expect("started");
    assert!(!world.record("s").allow_while_in_use(), "no host yet");
    world.start("s").expect("started");
    assert!(world.record("s").allow_while_in_use());
}

#[test]
fn fgs_wiu_020_types_give_capabilities() {
    let sensors = |types: ForegroundServiceType, target: i32| {
        let mut world = World::on_top();
        world.device.target_sdk.insert(APP, target);
        let pid = world.device.pid("app").expect("running");
        world.device.list.remove(pid, &mut Output::new());
        world.add_process(APP, "app");
        world.top("app");
        world.start("s").expect("started");
        world.promote("s", types).expect("promoted");
        world.background("app");
        capabilities(&world).bits() & 7
    };
    assert_eq!(sensors(LOCATION, 34), 1);
    assert_eq!(sensors(ForegroundServiceType::CAMERA, 34), 2);
    assert_eq!(sensors(ForegroundServiceType::MICROPHONE, 30), 4);
    assert_eq!(sensors(DATA_SYNC, 30), 0);
    assert_eq!(sensors(DATA_SYNC, 29), 6, "whatever the types");
}

#[test]
fn fgs_wiu_021_without_access_there_are_no_sensors() {
    let mut world = World::new();
    world.device.target_sdk.insert(APP, 33);
    world.allowlist(ReasonCode::PUSH_MESSAGING, 60_000);
    world.start_fg("s").expect("started");
    world.promote("s", LOCATION).expect("promoted");
    assert_eq!(capabilities(&world).bits() & 7, 0);
    assert!(world.decided("FGS-WIU-021"));
}

#[test]
fn fgs_wiu_030_the_type_policy_sees_the_flag() {
    let promoted = |visible: bool| {
        let mut world = World::new();
        for op in ["android:fine_location", "android:coarse_location"] {
            world.device.ops.insert((APP, op.to_owned()), crate::package::AppOpMode::Foreground);
        }
        world.allowlist(ReasonCode::PUSH_MESSAGING, 60_000);
        if visible {
            world.visible("app");
        }
        world.start_fg("s").expect("started");
        world.promote("s", LOCATION).map_err(|e| e.class_name())
    };
    assert_eq!((promoted(true), promoted(false)), (Ok(()), Err("SecurityException")));
}

#[test]
fn fgs_wiu_031_access_is_kept_while_the_service_runs() {
    let mut world = World::with_fgs(DATA_SYNC);
    world.advance(100_000);
    world.promote("s", ForegroundServiceType(0x9)).expect("location added from the background");
    assert_eq!(capabilities(&world).bits() & 7, 1);
    world.stop_foreground("s", 0);
    assert!(!world.record("s").allow_while_in_use());
}

#[test]
fn fgs_wiu_032_access_can_be_gained_later() {
    let mut world = World::new();
    world.allowlist(ReasonCode::PUSH_MESSAGING, 60_000);
    world.start_fg("s").expect("started");
    world.promote("s", LOCATION).expect("promoted");
    assert!(!world.record("s").allow_while_in_use());
    world.visible("client");
    world.bind("s");
    assert!(world.record("s").allow_while_in_use(), "bound by a visible client");
    assert_eq!(capabilities(&world).bits() & 7, 1);
}

#[test]
fn fgs_wiu_040_the_alternative_mode() {
    let fixed = || {
        let mut world = World::new();
        world.services.device_config("key_enable_fgs_while_in_use_fix", Some("true"));
        world
    };
    let mut world = fixed();
    world.top("client");
    world.bind("s");
    assert!(!world.record("s").allow_while_in_use(), "(a) a bind grants nothing");
    let mut world = fixed();
    world.top("app");
    world.start("s").expect("started");
    assert_eq!(world.record("s").last_untrusted_allowed_time, world.now.elapsed, "the mark");
    world.long_in_background("app");
    world.advance(5_000);
    world.promote("s", DATA_SYNC).expect("10 000 ms are not too much");
    let mut world = fixed();
    world.top("app");
    world.start("s").expect("started");
    world.long_in_background("app");
    world.advance(5_001);
    assert!(world.promote("s", DATA_SYNC).is_err(), "(c) reset");
    assert!(world.decided("FGS-WIU-040"));
}

#[test]
fn fgs_wiu_041_access_without_a_reason() {
    let mut world = World::with_fgs(SHORT);
    world.long_in_background("app");
    world.advance(1);
    world.promote("s", SHORT).expect("no exception");
    let record = world.record("s");
    assert!(record.allow_while_in_use() && record.allow_while_in_use_reason().is_denied());
    assert!(world.decided("FGS-WIU-041"));
}
