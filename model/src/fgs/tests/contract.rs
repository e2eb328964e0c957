//! Rules FGS-START-070 … 082: `startForeground` is owed after `startForegroundService`.

use super::world::{World, DATA_SYNC};
use crate::fgs::Message;

fn timer(world: &World) -> Option<i64> {
    world.due(|it| matches!(it, Message::StartForegroundTimeout { .. }))
}

fn crashes(world: &mut World) -> usize {
    world.take().iter().filter(|line| line.starts_with("crash")).count()
}

/// (fgRequired, fgWaiting) of `s`.
fn contract(world: &World) -> (bool, bool) {
    let record = world.record("s");
    (record.fg_required, record.fg_waiting)
}

/// A contract that was cancelled while its timer ran.
fn cancelled() -> World {
    let mut world = World::on_top();
    world.start_fg("s").expect("started");
    world.start("s").expect("started");
    world
}

#[test]
fn fgs_start_070_timer_starts_with_the_delivery() {
    let mut world = World::on_top();
    world.device.process_start_ms = 12_000;
    world.start_fg("r").expect("started");
    world.advance(11_999);
    assert_eq!(timer(&world), None);
    world.advance(1);
    assert_eq!(timer(&world), Some(30_000));
    assert!(world.record("r").fg_waiting);
    world.advance(5_000);
    world.start_fg("r").expect("started");
    assert_eq!(timer(&world), Some(25_000), "one timer for all starts");
}

#[test]
fn fgs_start_071_a_foreground_service_owes_nothing() {
    let mut world = World::on_top();
    world.start("s").expect("started");
    world.promote("s", DATA_SYNC).expect("promoted");
    world.start_fg("s").expect("started");
    assert_eq!((contract(&world), timer(&world)), ((false, false), None));
    assert!(world.decided("FGS-START-071"));
}

#[test]
fn fgs_start_073_expiry_stops_the_service() {
    let mut world = World::on_top();
    world.start_fg("s").expect("started");
    world.advance(29_999);
    assert!(world.known("s").is_some());
    world.advance(1);
    assert!(world.known("s").is_none());
    let anr = world.due(|it| matches!(it, Message::StartForegroundAnr { .. }));
    assert_eq!(anr, Some(10_000));
    let mut world = World::on_top();
    world.device.patches.insert("app".to_owned(), |app| app.debugging = true);
    world.start_fg("s").expect("started");
    world.advance(60_000);
    assert_eq!((contract(&world), timer(&world)), ((true, true), None), "debugged: no re-arm");
}

#[test]
fn fgs_start_074_a_broken_contract_crashes_after_everything_else() {
    let mut world = World::on_top();
    world.start_fg("s").expect("started");
    world.start_fg("t").expect("started");
    world.take();
    world.advance(30_000);
    let crash = "crash app ForegroundServiceDidNotStartInTimeException";
    let log = world.take();
    let order: Vec<_> = log.iter().filter(|it| *it == crash || it.starts_with("destroy")).collect();
    assert_eq!(order, ["destroy s", "destroy t", crash, crash]);
    let mut world = World::on_top();
    world.device.process_start_ms = 1_000;
    world.start_fg("r").expect("started");
    world
        .with(|services, cx| services.process_start_timed_out(super::world::APP, "app:remote", cx));
    world.settle();
    assert!(world.known("r").is_none());
    assert_eq!(crashes(&mut world), 0, "no process, no crash");
}

#[test]
fn fgs_start_075_anr_10_s_later_unless_the_process_is_gone() {
    let mut world = World::on_top();
    world.start_fg("s").expect("started");
    world.advance(30_000);
    world.take();
    world.advance(9_999);
    assert!(world.take().is_empty());
    world.advance(1);
    assert_eq!(world.take(), ["anr ServiceStart app"]);
    let mut world = World::on_top();
    world.start_fg("s").expect("started");
    world.advance(30_000);
    world.die("app");
    world.take();
    world.advance(10_000);
    assert!(world.decided("FGS-START-075") && world.take().is_empty());
}

#[test]
fn fgs_start_076_expiry_of_a_bound_service_crashes_nobody() {
    let mut world = World::on_top();
    world.bind("s");
    world.start_fg("s").expect("started");
    world.take();
    world.advance(30_000);
    assert_eq!(contract(&world), (true, false));
    assert!(!world.record("s").start_requested && world.decided("FGS-START-076"));
    assert_eq!(crashes(&mut world), 0);
    world.advance(10_000);
    assert_eq!(world.take(), ["anr ServiceStart app"]);
}

#[test]
fn fgs_start_077_stop_foreground_fulfils_nothing() {
    let mut world = World::on_top();
    world.start_fg("s").expect("started");
    world.take();
    let before = world.services.clone();
    world.stop_foreground("s", 1);
    assert_eq!(world.services, before);
    assert!(world.decided("FGS-START-077"));
}

#[test]
fn fgs_start_078_a_later_start_cancels_the_contract() {
    let mut world = cancelled();
    assert_eq!((contract(&world), timer(&world)), ((false, true), Some(30_000)));
    world.advance(30_000);
    assert_eq!(crashes(&mut world), 0);
    assert_eq!(contract(&world), (false, true), "the mark stays");
}

#[test]
fn fgs_start_079_the_mark_gets_stuck() {
    let mut world = cancelled();
    world.advance(10_000);
    world.start_fg("s").expect("started");
    assert_eq!((contract(&world), timer(&world)), ((true, true), Some(20_000)), "the old timer");
    let mut world = cancelled();
    world.advance(30_000);
    world.start_fg("s").expect("started");
    assert_eq!((contract(&world), timer(&world)), ((true, true), None), "no timer at all");
    let mut world = cancelled();
    world.promote("s", DATA_SYNC).expect("promoted");
    assert_eq!(contract(&world), (false, true));
    world.start_fg("s").expect("started");
    assert_eq!(contract(&world), (true, true), "although it is in the foreground");
    world.take();
    world.stop_self("s", -1);
    assert_eq!(crashes(&mut world), 1);
}

#[test]
fn fgs_start_080_which_refusals_leave_the_contract_open() {
    let open = |refuse: fn(&mut World)| {
        let mut world = World::on_top();
        world.start_fg("s").expect("started");
        refuse(&mut world);
        assert!(!world.record("s").is_foreground);
        (world.record("s").fg_required, timer(&world).is_some())
    };
    let deny = |world: &mut World, what: &str| {
        world.device.denied.insert(format!("android.permission.{what}"));
    };
    assert_eq!(open(|world| drop(world.promote_with("s", 1, None, DATA_SYNC))), (true, true));
    let without_permission = |world: &mut World| {
        world.device.denied.insert("android.permission.FOREGROUND_SERVICE".to_owned());
        drop(world.promote("s", DATA_SYNC));
    };
    assert_eq!(open(without_permission), (true, true));
    let without_type = |world: &mut World| {
        world.device.denied.insert("android.permission.FOREGROUND_SERVICE_DATA_SYNC".to_owned());
        drop(world.promote("s", DATA_SYNC));
    };
    assert_eq!(open(without_type), (false, false));
    let mut world = World::on_top();
    world.start_fg("s").expect("started");
    deny(&mut world, "FOREGROUND_SERVICE_DATA_SYNC");
    assert!(world.promote("s", DATA_SYNC).is_err() && world.decided("FGS-START-045"));
}

#[test]
fn fgs_start_081_process_death_with_an_open_contract() {
    let mut world = World::on_top();
    world.bind("s");
    world.start_fg("s").expect("started");
    world.take();
    world.die("app");
    assert_eq!((contract(&world), timer(&world)), ((true, false), None));
    assert!(world.decided("FGS-START-081"));
    world.advance(1_000);
    assert_eq!((contract(&world), timer(&world)), ((true, true), Some(30_000)), "anew");
    assert_eq!(crashes(&mut world), 0);
}

#[test]
fn fgs_start_082_the_state_table() {
    type Step = fn(&mut World);
    let start: Step = |world| drop(world.start("s"));
    let start_fg: Step = |world| drop(world.start_fg("s"));
    let promote: Step = |world| drop(world.promote("s", DATA_SYNC));
    let timer: Step = |world| world.advance(30_000);
    let table: [(&[Step], (bool, bool)); 8] = [
        (&[start], (false, false)),
        (&[start_fg], (true, true)),
        (&[start_fg, promote], (false, false)),
        (&[start_fg, start], (false, true)),
        (&[start_fg, start, timer], (false, true)),
        (&[start_fg, start, start_fg], (true, true)),
        (&[start_fg, start, promote], (false, true)),
        (&[start_fg, start_fg], (true, true)),
    ];
    for (at, (steps, expected)) in table.into_iter().enumerate() {
        let mut world = World::on_top();
        for step in steps {
            step(&mut world);
        }
        assert_eq!(contract(&world), expected, "line {at}");
    }
    let mut world = World::on_top();
    world.bind("s");
    start_fg(&mut world);
    timer(&mut world);
    assert_eq!(contract(&world), (true, false), "W, timer, still bound: P");
    start_fg(&mut world);
    assert_eq!(contract(&world), (true, true), "P, delivered: W");
    assert!(world.decided("FGS-START-070"));
}
