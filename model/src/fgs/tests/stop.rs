//! Rules FGS-STOP-001 … 041, 064: leaving the foreground, stopping, bring-down.

use super::world::{plain, World, APP, DATA_SYNC, SHORT, USER};
use crate::fgs::call::ServiceCall;
use crate::Reply;

fn is(log: &[String], line: &str) -> bool {
    log.iter().any(|it| it == line)
}

/// In the foreground, its notification displayed.
fn shown() -> World {
    let mut world = World::with_fgs(DATA_SYNC);
    world.advance(10_000);
    world.take();
    world
}

#[test]
fn fgs_stop_001_leaving_the_foreground_state() {
    let mut world = shown();
    world.stop_foreground("s", 0);
    assert_eq!(world.take()[..3], ["op false", "EXIT 10000 StopForeground s", "usage 20"]);
    let record = world.record("s");
    assert!(!record.is_foreground && record.start_requested && record.app.is_some());
    assert_eq!(record.foreground_service_type.0, 0);
    assert_eq!(world.state("app").0, "SERVICE");
    let before = world.services.clone();
    world.stop_foreground("s", 1);
    assert_eq!(world.services, before, "no effect without a foreground service");
}

#[test]
fn fgs_stop_002_what_becomes_of_the_notification() {
    // flags, then: cancelled, unflagged, id kept.
    let table =
        [(0, false, true, 1), (1, true, false, 0), (2, false, true, 0), (3, true, false, 0)];
    for (flags, cancelled, unflagged, id) in table {
        let mut world = shown();
        world.stop_foreground("s", flags);
        let log = world.take();
        let found = (is(&log, "cancel 1"), is(&log, "unflag 1"), world.record("s").foreground_id);
        assert_eq!(found, (cancelled, unflagged, id), "{flags}");
    }
    for flags in [0, 2] {
        let mut world = World::with_fgs(DATA_SYNC);
        world.stop_foreground("s", flags);
        assert!(is(&world.take(), "show 1"), "held until now: {flags}");
    }
    let mut world = World::on_top();
    world.device.target_sdk.insert(APP, 20);
    world.start("s").expect("started");
    world.promote("s", DATA_SYNC).expect("promoted");
    world.take();
    world.stop_foreground("s", 2);
    let log = world.take();
    assert!(!is(&log, "show 1") && !is(&log, "unflag 1"));
    assert_eq!(world.record("s").foreground_id, 1, "below 21 only REMOVE touches it");
}

#[test]
fn fgs_stop_004_no_checks_at_all() {
    let mut world = shown();
    world.device.denied.insert("android.permission.FOREGROUND_SERVICE".to_owned());
    let op = (APP, "android:start_foreground".to_owned());
    world.device.ops.insert(op, crate::package::AppOpMode::Errored);
    world.device.restricted = true;
    world.stop_foreground("s", 1);
    assert!(!world.record("s").is_foreground && world.decided("FGS-STOP-004"));
}

#[test]
fn fgs_stop_006_shared_notification() {
    let mut world = World::on_top();
    for name in ["s", "t"] {
        world.start(name).expect("started");
        world.promote(name, DATA_SYNC).expect("promoted");
    }
    world.advance(10_000);
    world.take();
    world.stop_foreground("s", 0);
    let log = world.take();
    assert!(!is(&log, "unflag 1") && !is(&log, "cancel 1"));
    world.promote_with("s", 2, Some(plain()), DATA_SYNC).expect("promoted");
    world.stop_foreground("t", 1);
    assert!(is(&world.take(), "cancel 1"), "nobody else uses it any more");
}

#[test]
fn fgs_stop_020_stop_service() {
    let mut world = World::on_top();
    assert_eq!(world.stop("app", "s"), Ok(Reply::Int(0)), "unknown");
    world.bind("s");
    assert_eq!(world.stop("app", "s"), Ok(Reply::Int(1)), "not started");
    world.device.services.get_mut("s").expect("s").exported = false;
    assert_eq!(world.stop("client", "s"), Ok(Reply::Int(-1)));
    world.start("s").expect("started");
    world.stop("app", "s").expect("found");
    let record = world.record("s");
    assert!(!record.start_requested && !record.call_start, "kept by the binding");
    world.start("t").expect("started");
    world.stop("app", "t").expect("found");
    assert!(world.known("t").is_none() && world.decided("FGS-STOP-020"));
}

#[test]
fn fgs_stop_021_stop_self_of_everything() {
    let mut world = World::on_top();
    world.start("s").expect("started");
    world.start("s").expect("started");
    world.take();
    assert!(world.stop_self("s", -1));
    assert_eq!(world.take(), ["destroy s"]);
    assert!(world.decided("FGS-STOP-021") || world.known("s").is_none());
}

#[test]
fn fgs_stop_022_stop_self_of_one_start() {
    let mut world = World::on_top();
    world.start_result = 3;
    for _ in 0..3 {
        world.start("s").expect("started");
    }
    assert!(!world.stop_self("s", 2), "not the last");
    let left: Vec<i32> = world.record("s").delivered_starts.iter().map(|it| it.id).collect();
    assert_eq!(left, [3], "up to and including it");
    assert!(!world.stop_self("s", 4));
    assert!(world.decided("FGS-STOP-022"));
    assert!(world.stop_self("s", 3));
    assert!(world.known("s").is_none());
}

#[test]
fn fgs_stop_030_bring_down_in_its_order() {
    let mut world = shown();
    world.bind("s");
    world.take();
    world.with(|services, cx| {
        let token = services.services().next().expect("s").token();
        services.bring_down_service(token, cx);
    });
    world.settle();
    assert_eq!(
        world.take(),
        [
            "disconnected s",
            "unbind s",
            "op false",
            "EXIT 10000 StopService s",
            "usage 20",
            "destroy s",
            "cancel 1",
        ]
    );
    assert!(world.known("s").is_none() && world.services.records.is_empty());
}

#[test]
fn fgs_stop_031_unbinding() {
    let mut world = World::new();
    world.bind("s");
    assert_eq!(world.take(), ["usage 31", "unstopped", "create s", "bind s", "connected s"]);
    world.unbind("s");
    assert_eq!(world.take(), ["unbind s", "destroy s"], "nothing wants it any more");
    let mut world = World::on_top();
    world.start("s").expect("started");
    world.bind("s");
    world.unbind("s");
    world.take();
    world.bind("s");
    assert_eq!(world.take(), ["connected s"], "the same instance: no onBind");
    world.unbind("s");
    assert!(world.take().is_empty(), "and no onUnbind");
    world.device.process_start_ms = 1_000;
    world.start("r").expect("started");
    world.bind("r");
    world.unbind("r");
    world.take();
    world.advance(1_000);
    assert!(!is(&world.take(), "create r"), "its bring-up was dropped");
    world.start("r").expect("started");
    let log = world.take();
    assert!(is(&log, "start r 1") && is(&log, "start r 2"));
}

#[test]
fn fgs_stop_032_notifications_are_queued() {
    let mut world = shown();
    let service = world.record("s").token;
    let caller = crate::Caller { uid: APP, pid: world.device.pid("app") };
    let call = ServiceCall::StopSelf { service, start_id: -1 };
    world.bare_call(caller, call).expect("stopped");
    let log = world.take();
    assert!(is(&log, "EXIT 10000 StopService s") && is(&log, "destroy s"));
    assert!(!is(&log, "cancel 1"));
    world.settle();
    assert_eq!(world.take(), ["cancel 1"]);
    let mut world = shown();
    world.advance(1);
    world.promote("s", DATA_SYNC).expect("promoted");
    assert!(world.decided("FGS-STOP-032"));
}

#[test]
fn fgs_stop_040_process_death() {
    let mut world = World::on_top();
    world.start_result = 2;
    world.start("s").expect("started");
    world.promote("s", DATA_SYNC).expect("promoted");
    world.take();
    world.die("app");
    let log = world.take();
    assert!(is(&log, "EXIT 0 StopService s") && !is(&log, "destroy s"));
    let mut world = World::on_top();
    world.start("s").expect("started");
    world.bind("s");
    world.take();
    world.die("app");
    assert!(!is(&world.take(), "disconnected s"), "it comes back");
    world.advance(1_000);
    assert!(is(&world.take(), "connected s"));
    assert!(!world.decided("FGS-STOP-040"), "this was said at the death");
}

#[test]
fn fgs_stop_041_the_task_is_removed() {
    let mut world = World::on_top();
    world.device.services.get_mut("t").expect("t").stop_with_task = true;
    for name in ["s", "t"] {
        world.start(name).expect("started");
    }
    world.bind("u");
    world.take();
    world.with(|services, cx| services.clean_up_services(USER, "app", cx));
    world.settle();
    assert_eq!(world.take(), ["taskRemoved s", "destroy t"], "u is not started");
    assert_eq!(world.record("s").last_start_id, 1);
    assert!(world.record("s").delivered_starts.is_empty());
}

#[test]
fn fgs_stop_063_stop_app_for_user() {
    let mut world = World::with_fgs(SHORT);
    world.top("app");
    world.start_fg("t").expect("started");
    world.take();
    world.with(|services, cx| services.bring_down_package(USER, "app", cx));
    world.settle();
    let log = world.take();
    assert!(is(&log, "EXIT 0 StopService s"));
    assert!(
        !log.iter().any(|line| line.starts_with("crash") || line.starts_with("destroy")),
        "{log:?}"
    );
    assert!(world.services.services().next().is_none());
    assert!(
        world.services.pending_notifications.is_empty() && world.services.restarting.is_empty()
    );
}

#[test]
fn fgs_stop_064_a_new_observer_hears_of_its_own_uid() {
    let mut world = shown();
    let call = || ServiceCall::RegisterForegroundServiceObserver { observer: 1 };
    let refused = world.call("app", call()).map_err(|e| e.class_name());
    assert_eq!(refused, Err("SecurityException"));
    for uid in [APP, super::world::CLIENT] {
        for permission in ["MANAGE_ACTIVITY_TASKS", "INTERACT_ACROSS_USERS_FULL"] {
            world.device.held.insert((uid, format!("android.permission.{permission}")));
        }
    }
    world
        .call("client", ServiceCall::RegisterForegroundServiceObserver { observer: 2 })
        .expect("may");
    assert!(world.take().is_empty(), "not its uid");
    world.call("app", call()).expect("may");
    assert_eq!(world.take(), ["observer 1 s true"]);
    world.promote("s", DATA_SYNC).expect("promoted");
    let log = world.take();
    assert!(is(&log, "observer 1 s true") && is(&log, "observer 2 s true"), "of all later on");
}

#[test]
fn fgs_stop_023_stop_self_with_an_open_contract_crashes() {
    let mut world = World::on_top();
    world.start_fg("s").expect("started");
    world.take();
    assert!(world.stop_self("s", 1));
    let crash = "crash app ForegroundServiceDidNotStartInTimeException";
    assert_eq!(world.take(), ["op false", "destroy s", crash]);
}
