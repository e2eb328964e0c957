//! Rules FGS-BG-001 … 004, 035 … 038, 044, 046: the flags of a record, computed, kept and reset.

use super::exemption::denied;
use super::world::{World, APP, CLIENT, DATA_SYNC};
use crate::fgs::reason::ReasonCode;
use crate::fgs::Message;
use crate::Reply;

#[test]
fn fgs_bg_001_in_force_for_service_and_caller() {
    let promote = |change: fn(&mut World)| {
        let mut world = denied();
        change(&mut world);
        world.promote("s", DATA_SYNC).is_ok()
    };
    const GATE: u64 = 170_668_199;
    assert!(!promote(|_| {}));
    assert!(promote(|world| {
        world.device.changes.insert((APP, GATE), false);
    }));
    assert!(promote(|world| world
        .services
        .device_config("default_fgs_starts_restriction_enabled", Some("false"))));
    let by_client = |check_caller: &str| {
        let mut world = denied();
        world.start_by("client", "s", false).expect("started");
        world.device.changes.insert((CLIENT, GATE), false);
        let key = "default_fgs_starts_restriction_check_caller_target_sdk";
        world.services.device_config(key, Some(check_caller));
        world.promote("s", DATA_SYNC).is_ok()
    };
    assert!(by_client("true") && !by_client("false"));
}

#[test]
fn fgs_bg_002_the_flags_are_those_of_whoever_starts_binds_or_promotes() {
    let mut world = World::new();
    world.device.background.temp_allowlisted = true;
    world.top("client");
    world.start_by("client", "s", false).expect("started");
    assert_eq!(world.record("s").allow_start_foreground().name(), Some("PROC_STATE_TOP"));
    world.start("t").expect("started");
    assert!(world.record("t").allow_start_foreground().is_denied());
    world.bind_with("t", 0).expect("bound");
    assert_eq!(world.record("t").allow_start_foreground().name(), Some("PROC_STATE_TOP"));
    world.start("u").expect("started");
    world.device.bad_processes = true;
    world.device.services.get_mut("u").expect("u").process = "bad".to_owned();
    world.stop("app", "u").expect("found");
    assert_eq!(world.bind_with("u", 1), Ok(Reply::Int(0)), "the bring-up failed");
    assert!(world.known("u").is_none());
}

#[test]
fn fgs_bg_003_flags_stick() {
    let mut world = World::on_top();
    world.start("s").expect("started");
    world.long_in_background("app");
    world.advance(1);
    world.start("s").expect("started");
    let record = world.record("s");
    assert!(record.allow_while_in_use());
    assert_eq!(record.allow_start_foreground().name(), Some("PROC_STATE_TOP"));
    assert_eq!(record.allow_while_in_use_reason(), ReasonCode::UNKNOWN);
    assert!(world.decided("FGS-BG-003"));
}

#[test]
fn fgs_bg_004_the_master_switch_gives_while_in_use_access_to_everybody() {
    let key = "default_background_fgs_starts_restriction_enabled";
    let mut world = denied();
    world.services.device_config(key, Some("false"));
    assert!(world.promote("s", DATA_SYNC).is_err(), "the other restriction stays in force");
    world.start("s").expect("started");
    let record = world.record("s");
    assert!(record.allow_while_in_use() && record.allow_while_in_use_reason().is_denied());
    assert!(record.allow_start_foreground().is_denied());
    world.services.device_config(key, Some("true"));
    world.start("s").expect("started");
    assert!(world.record("s").allow_while_in_use(), "not taken back");
}

#[test]
fn fgs_bg_035_later_calls_compute_anew() {
    let mut world = World::with_fgs(DATA_SYNC);
    world.long_in_background("app");
    world.promote("s", DATA_SYNC).expect("the flag is kept");
    assert!(world.decided("FGS-BG-035") && world.decided("FGS-BG-003"));
    world.stop_foreground("s", 0);
    world.top("app");
    world.promote("s", DATA_SYNC).expect("allowed anew");
    assert_eq!(world.record("s").allow_start_foreground().name(), Some("PROC_STATE_TOP"));
}

#[test]
fn fgs_bg_036_leaving_the_foreground_resets_the_flags() {
    let mut world = World::with_fgs(DATA_SYNC);
    world.long_in_background("app");
    world.stop_foreground("s", 0);
    let record = world.record("s");
    assert_eq!(record.restriction, Default::default());
    assert!(!record.allow_ui_job_scheduling);
    let refused = world.promote("s", DATA_SYNC).map_err(|e| e.class_name());
    assert_eq!(refused, Err("ForegroundServiceStartNotAllowedException"));
}

#[test]
fn fgs_bg_037_flags_are_trusted_for_10_s() {
    let promoted = |millis: i64| {
        let mut world = World::on_top();
        world.start("s").expect("started");
        world.background("app");
        world.advance(millis);
        let outcome = world.promote("s", DATA_SYNC).is_ok();
        (outcome, world.decided("FGS-BG-037"))
    };
    assert_eq!((promoted(10_000), promoted(10_001)), ((true, false), (false, true)));
    let mut world = denied();
    world.top("app");
    assert!(world.promote("s", DATA_SYNC).is_err(), "denied stays denied for as long");
    world.advance(10_001);
    assert!(world.promote("s", DATA_SYNC).is_ok());
    let mut world = World::on_top();
    world.start_fg("s").expect("started");
    world.advance(10_001);
    world.promote("s", DATA_SYNC).expect("promoted");
    assert!(world.decided("FGS-BG-037"), "also after startForegroundService");
}

#[test]
fn fgs_bg_038_a_bind_lends_the_rights_of_the_client() {
    let mut world = World::new();
    world.top("client");
    world.bind("s");
    let record = world.record("s");
    assert!(record.allow_while_in_use());
    assert_eq!(record.allow_start_foreground().name(), Some("PROC_STATE_TOP"));
    world.background("client");
    world.promote("s", DATA_SYNC).expect("promoted");
    assert!(world.decided("FGS-BG-038") || world.record("s").is_foreground());
}

#[test]
fn fgs_bg_044_a_denial_changes_nothing_else() {
    let mut world = World::new();
    world.device.background.temp_allowlisted = true;
    world.start("s").expect("started");
    let before = world.record("s").clone();
    world.take();
    assert!(world.start_fg("s").is_err());
    assert!(world.decided("FGS-BG-044"));
    assert_eq!(world.record("s"), &before);
    assert_eq!(world.take(), ["DENIED 0 s 0x0"]);
    assert_eq!(world.due(|it| matches!(it, Message::StartForegroundTimeout { .. })), None);
}

#[test]
fn fgs_bg_046_compat_changes() {
    use crate::package::Change;
    let table = [(170_668_199, 31), (174_041_399, 31), (136_219_221, 30)];
    for (id, since) in table {
        assert_eq!(Change(id).enabled_since(), Some(since));
    }
    let promoted = |target: i32| {
        let mut world = World::new();
        world.device.target_sdk.insert(APP, target);
        world.device.background.temp_allowlisted = true;
        world.start("s").expect("started");
        world.promote("s", DATA_SYNC).is_ok()
    };
    assert!(promoted(30) && !promoted(31));
}
