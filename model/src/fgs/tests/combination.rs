//! Rules FGS-COMBO-013 … 031 as far as they are about a service and not about a mask, and FGS-TYPE-172.

use super::world::{plain, World, APP, DATA_SYNC, SHORT};
use crate::fgs::call::ServiceCall;
use crate::fgs::types::ForegroundServiceType as Type;
use crate::fgs::Message;
use crate::package::AppOpMode;
use crate::process::Capabilities;
use crate::{Exception, Reply};

const LOCATION_CAMERA: Type = Type(0x48);

fn class(outcome: Result<(), Exception>) -> Result<(), &'static str> {
    outcome.map_err(|exception| exception.class_name())
}

/// What `Service.getForegroundServiceType` answers.
fn current(world: &mut World) -> i32 {
    let service = world.record("s").token;
    match world.call("app", ServiceCall::GetForegroundServiceType { service }) {
        Ok(Reply::Int(types)) => types,
        other => panic!("{other:?}"),
    }
}

#[test]
fn fgs_combo_013_subset_failure_leaves_the_contract_open() {
    let mut world = World::on_top();
    world.device.services.get_mut("s").expect("s").types = DATA_SYNC;
    world.start_fg("s").expect("started");
    let timer =
        |world: &World| world.due(|it| matches!(it, Message::StartForegroundTimeout { .. }));
    assert_eq!(timer(&world), Some(30_000));
    world.advance(10_000);
    assert_eq!(class(world.promote("s", Type::CAMERA)), Err("IllegalArgumentException"));
    assert!(world.decided("FGS-COMBO-013"));
    assert_eq!(timer(&world), Some(20_000), "the timer runs on");
    world.advance(20_000);
    assert!(world.known("s").map_or(true, |it| !it.fg_waiting), "and ends the service");
    assert!(world.take().iter().any(|line| line.starts_with("crash app")));

    let mut world = World::on_top();
    world.device.services.get_mut("s").expect("s").types = DATA_SYNC;
    world.start("s").expect("started");
    assert_eq!(class(world.promote("s", Type::CAMERA)), Err("IllegalArgumentException"));
    assert!(!world.decided("FGS-COMBO-013"), "nothing was owed");
}

#[test]
fn fgs_combo_017_the_latest_mask_replaces_the_stored_one() {
    let mut world = World::on_top();
    world.start("s").expect("started");
    assert_eq!(current(&mut world), 0, "not in the foreground");
    for (requested, stored) in [(0x8, 0x8), (0x40, 0x40), (0x809, 0x9), (0x800, 0x800)] {
        world.promote("s", Type(requested)).expect("promoted");
        assert_eq!(current(&mut world), stored, "{requested:#x}");
    }
    world.stop_foreground("s", 0);
    assert_eq!(current(&mut world), 0, "left the foreground");
    let service = world.record("s").token;
    world.stop_self("s", -1);
    let gone = world.call("app", ServiceCall::GetForegroundServiceType { service });
    assert_eq!(gone, Ok(Reply::Int(0)), "no such service any more");
}

#[test]
fn fgs_combo_027_an_added_type_is_checked_with_all_the_others() {
    let camera = "android.permission.FOREGROUND_SERVICE_CAMERA".to_owned();
    let mut world = World::on_top();
    world.start("s").expect("started");
    world.promote("s", Type::LOCATION).expect("promoted");
    world.device.denied.insert(camera.clone());
    let stays = |world: &World| {
        let record = world.record("s");
        let noti = record.foreground_noti.clone();
        (record.is_foreground, record.foreground_service_type, record.foreground_id, noti)
    };
    let before = stays(&world);
    assert_eq!(
        class(world.promote_with("s", 5, Some(plain()), LOCATION_CAMERA)),
        Err("SecurityException")
    );
    assert_eq!(stays(&world), before, "types and notification stay");
    world.device.denied.remove(&camera);
    world.device.denied.insert("android.permission.FOREGROUND_SERVICE_LOCATION".to_owned());
    let old_too = class(world.promote("s", LOCATION_CAMERA));
    assert_eq!(old_too, Err("SecurityException"), "the old bit is checked again");
    assert!(!world.decided("FGS-COMBO-027"));
    world.device.denied.clear();
    world.promote("s", LOCATION_CAMERA).expect("both are granted");
    assert!(world.decided("FGS-COMBO-027"));
    assert_eq!(current(&mut world), LOCATION_CAMERA.0);
}

#[test]
fn fgs_combo_028_a_removed_type_takes_its_capability_along() {
    let mut world = World::on_top();
    world.start("s").expect("started");
    world.promote("s", LOCATION_CAMERA).expect("promoted");
    world.background("app");
    let sensors = |world: &World| {
        let pid = world.device.pid("app").expect("running");
        world.device.list.get(pid).expect("running").capabilities()
            & (Capabilities::FOREGROUND_LOCATION | Capabilities::FOREGROUND_CAMERA)
    };
    assert_eq!(sensors(&world).bits(), 3);
    world.promote("s", Type::LOCATION).expect("narrowed from the background too");
    assert_eq!((sensors(&world).bits(), current(&mut world)), (1, Type::LOCATION.0));
    assert!(world.decided("FGS-COMBO-028"));
}

#[test]
fn fgs_combo_030_what_is_recorded() {
    let mut world = World::on_top();
    world.device.denied.insert("android.permission.FOREGROUND_SERVICE_CAMERA".to_owned());
    world.start("s").expect("started");
    world.take();
    assert_eq!(class(world.promote("s", LOCATION_CAMERA)), Err("SecurityException"));
    assert_eq!(world.take(), ["DENIED 5 s 0x0"], "had no type yet");
    world.promote("s", Type(0x809)).expect("promoted");
    assert!(world.take().contains(&"ENTER 0x9 PROC_STATE_TOP true s".to_owned()), "reduced");
    assert_eq!(class(world.promote("s", Type::CAMERA)), Err("SecurityException"));
    assert_eq!(world.take(), ["DENIED 5 s 0x9"], "the types that it has, not those it asked for");
    world.background("app");
    world.stop_foreground("s", 0);
    assert!(world.take().iter().any(|line| line.starts_with("EXIT")));
    world.advance(5_000);
    world.take();
    assert!(world.promote("s", DATA_SYNC).is_err());
    assert_eq!(world.take(), ["DENIED 0 s 0x0"], "not the type policy");
}

#[test]
fn fgs_combo_031_ignored_calls_are_not_checked_for_types() {
    let forbidden = |prepare: fn(&mut World)| {
        let mut world = World::on_top();
        world.start("s").expect("started");
        world.device.denied.insert("android.permission.FOREGROUND_SERVICE_CAMERA".to_owned());
        prepare(&mut world);
        world.take();
        let outcome = class(world.promote("s", Type::CAMERA));
        let checked = world.decided("FGS-START-052");
        assert!(!world.record("s").is_foreground);
        (outcome, checked, world.decided("FGS-COMBO-031"))
    };
    assert_eq!(forbidden(|_| {}), (Err("SecurityException"), true, false));
    let silent = (Ok(()), false, true);
    let ignored_op = |world: &mut World| {
        let op = (APP, "android:start_foreground".to_owned());
        world.device.ops.insert(op, AppOpMode::Ignored);
    };
    assert_eq!(forbidden(ignored_op), silent, "app-op");
    let restricted = |world: &mut World| {
        world.background("app");
        world.device.background.temp_allowlisted = true;
        world.restrict(true);
        if world.known("s").is_none() {
            world.start("s").expect("started");
        }
    };
    assert_eq!(forbidden(restricted), silent, "restricted by the user");
    let in_background = |world: &mut World| {
        world.device.changes.insert((APP, 174_041_399), false);
        world.long_in_background("app");
        world.advance(10_000);
    };
    assert_eq!(forbidden(in_background), silent, "refused without an exception");
}

#[test]
fn fgs_type_172_short_services_end_whatever_the_app_targets() {
    for target in [26, 33, 34] {
        let mut world = World::on_top();
        world.device.target_sdk.insert(APP, target);
        world.device.services.get_mut("s").expect("s").target_sdk = target;
        world.start("s").expect("started");
        world.promote("s", SHORT).expect("promoted");
        assert_eq!(world.decided("FGS-TYPE-172"), target < 34, "{target}");
        world.background("app");
        world.take();
        world.advance(180_000);
        assert!(world.take().contains(&"timeout s 1".to_owned()), "{target}");
        world.advance(5_001);
        assert_eq!(world.state("app").0, "SERVICE", "{target}");
        world.advance(5_000);
        assert!(world.take().contains(&"anr ShortFgsTimeout app".to_owned()), "{target}");
        world.die("app");
        assert!(world.known("s").is_none(), "{target}: never sticky");
    }
}
