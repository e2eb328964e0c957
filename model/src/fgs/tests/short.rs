//! Rules FGS-SHORT-001 … 050: short services.

use super::world::{plain, World, APP, DATA_SYNC, SHORT};
use crate::fgs::call::ServiceCall;
use crate::fgs::types::ForegroundServiceType;
use crate::fgs::{Constants, Message};
use crate::Reply;

const BOTH: ForegroundServiceType = ForegroundServiceType(0x801);

/// Due times of the three timers, in milliseconds from now.
fn timers(world: &World) -> [Option<i64>; 3] {
    [
        world.due(|it| matches!(it, Message::ShortFgsTimeout { .. })),
        world.due(|it| matches!(it, Message::ShortFgsDemotion { .. })),
        world.due(|it| matches!(it, Message::ShortFgsAnr { .. })),
    ]
}

/// A short service whose app left the screen too long ago to be permitted anything.
fn in_background() -> World {
    let mut world = World::with_fgs(SHORT);
    world.advance(10_000);
    world.take();
    world
}

fn class(outcome: Result<(), crate::Exception>) -> Result<(), &'static str> {
    outcome.map_err(|exception| exception.class_name())
}

#[test]
fn fgs_short_001_constants() {
    let it = Constants::default();
    let found =
        (it.short_fgs_timeout, it.short_fgs_proc_state_extra_wait, it.short_fgs_anr_extra_wait);
    assert_eq!(found, (180_000, 5_000, 10_000));
    let mut world = World::on_top();
    world.services.device_config("short_fgs_timeout_duration", Some("-1"));
    world.start("s").expect("started");
    world.take();
    world.promote("s", SHORT).expect("promoted");
    assert!(world.take().contains(&"timeout s 1".to_owned()), "not clamped: due at once");
}

#[test]
fn fgs_short_002_started_foreground_and_exactly_this_type() {
    let mut world = World::with_fgs(SHORT);
    assert!(world.record("s").is_short_fgs());
    for spoil in [
        |it: &mut crate::fgs::ServiceRecord| it.start_requested = false,
        |it: &mut crate::fgs::ServiceRecord| it.is_foreground = false,
        |it: &mut crate::fgs::ServiceRecord| it.foreground_service_type = BOTH,
    ] {
        let mut other = world.edit("s").clone();
        spoil(&mut other);
        assert!(!other.is_short_fgs());
    }
}

#[test]
fn fgs_short_003_tracking_is_current_by_count_not_by_start_id() {
    let mut world = in_background();
    let info = world.record("s").short_fgs_info.expect("tracked");
    assert_eq!((info.start_foreground_count, info.start_id), (1, 1));
    world.start("s").expect("started");
    assert!(world.record("s").short_fgs_info_current().is_some(), "whatever the start id");
    world.edit("s").start_foreground_count = 2;
    assert!(world.record("s").short_fgs_info_current().is_none());
}

#[test]
fn fgs_short_004_extra_waits_count_from_the_timeout() {
    let mut world = in_background();
    let info = world.record("s").short_fgs_info.expect("tracked");
    let constants = world.services.constants().clone();
    let from_start = |at: crate::Uptime| at.since(info.start_time);
    assert_eq!(from_start(info.timeout_time(&constants)), 180_000);
    assert_eq!(from_start(info.proc_state_demote_time(&constants)), 185_000);
    assert_eq!(from_start(info.anr_time(&constants)), 190_000);
    world.services.device_config("short_fgs_proc_state_extra_wait_duration", Some("60000"));
    world.advance(170_000);
    assert_eq!(timers(&world), [None, Some(60_000), Some(10_000)], "independent of each other");
}

#[test]
fn fgs_short_005_stale_events_do_nothing() {
    let event = |spoil: fn(&mut World)| {
        let mut world = in_background();
        spoil(&mut world);
        world.take();
        world.advance(170_000);
        world.take().iter().any(|line| line.starts_with("timeout"))
    };
    assert!(event(|_| {}));
    assert!(!event(|world| world.edit("s").start_requested = false));
    assert!(!event(|world| world.edit("s").foreground_service_type = DATA_SYNC));
    assert!(!event(|world| world.edit("s").start_foreground_count = 2));
    assert!(!event(|world| world.edit("s").short_fgs_info = None));
    assert!(!event(|world| {
        world.device.patches.insert("app".to_owned(), |app| app.killed = true);
    }));
    assert!(!event(|world| world
        .services
        .device_config("short_fgs_timeout_duration", Some("180001"))));
}

#[test]
fn fgs_short_010_the_tracking_table() {
    let mut world = World::with_fgs(DATA_SYNC);
    assert_eq!((world.record("s").short_fgs_info, timers(&world)), (None, [None; 3]));
    world.promote("s", SHORT).expect("promoted");
    assert_eq!(timers(&world)[0], Some(180_000), "no tracking before: it begins");
    world.advance(60_000);
    world.start("s").expect("started");
    world.promote("s", SHORT).expect("not extended");
    let info = world.record("s").short_fgs_info.expect("tracked");
    assert_eq!((timers(&world)[0], info.start_id), (Some(120_000), 2), "refreshed");
    world.top("app");
    world.promote("s", SHORT).expect("extended");
    assert_eq!(timers(&world)[0], Some(180_000));
    world.promote("s", DATA_SYNC).expect("changed");
    assert_eq!((world.record("s").short_fgs_info, timers(&world)), (None, [None; 3]));
    assert!(world.decided("FGS-SHORT-010"));
}

#[test]
fn fgs_short_011_the_clock_starts_with_start_foreground() {
    let mut world = World::on_top();
    world.start_fg("s").expect("started");
    world.advance(20_000);
    world.promote("s", SHORT).expect("promoted");
    assert_eq!(timers(&world)[0], Some(180_000));
    world.advance(179_999);
    assert!(!world.take().contains(&"timeout s 1".to_owned()));
    world.advance(1);
    assert_eq!(world.take(), ["TIMED_OUT 180000 s", "timeout s 1"]);
}

#[test]
fn fgs_short_012_timeout_tells_the_app_and_sets_two_timers() {
    let mut world = in_background();
    world.advance(169_999);
    assert!(world.take().iter().all(|line| !line.starts_with("TIMED_OUT")));
    world.advance(1);
    assert_eq!(world.take(), ["TIMED_OUT 180000 s", "timeout s 1"]);
    assert_eq!(timers(&world), [None, Some(5_000), Some(10_000)]);
    assert!(world.record("s").is_short_fgs(), "nobody stops it");
}

#[test]
fn fgs_short_013_the_client_asks_whether_it_still_applies() {
    let ask = |world: &mut World| {
        let service = world.record("s").token;
        world.call("app", ServiceCall::ShouldServiceTimeOut { service })
    };
    let mut world = in_background();
    assert_eq!(ask(&mut world), Ok(Reply::Boolean(false)));
    world.advance(170_000);
    assert_eq!(ask(&mut world), Ok(Reply::Boolean(true)));
    world.stop_foreground("s", 0);
    assert_eq!(ask(&mut world), Ok(Reply::Boolean(false)));
    let service = world.record("s").token;
    world.stop_self("s", -1);
    let gone = world.call("app", ServiceCall::ShouldServiceTimeOut { service });
    assert_eq!(gone, Ok(Reply::Boolean(false)));
}

#[test]
fn fgs_short_014_the_start_id_of_the_latest_start_foreground() {
    let mut world = in_background();
    world.start("s").expect("started");
    world.take();
    world.advance(170_000);
    assert!(world.take().contains(&"timeout s 1".to_owned()));
    assert!(!world.stop_self("s", 1), "not the last start");
    assert_eq!(timers(&world)[2], Some(10_000), "the timers keep running");
    assert!(world.stop_self("s", -1));
    assert_eq!(timers(&world), [None; 3]);
}

#[test]
fn fgs_short_015_demotion_takes_the_foreground_state_away() {
    let mut world = in_background();
    world.advance(174_999);
    assert_eq!(world.state("app").0, "FOREGROUND_SERVICE");
    world.advance(1);
    assert!(world.take().contains(&"demoted".to_owned()));
    world.advance(1);
    assert_eq!(world.state("app").0, "SERVICE", "a merely started service is left");
    assert!(world.record("s").is_foreground());
}

#[test]
fn fgs_short_016_anr_10_s_after_the_timeout() {
    let mut world = in_background();
    world.advance(179_999);
    assert!(!world.take().contains(&"anr ShortFgsTimeout app".to_owned()));
    world.advance(1);
    assert!(world.take().contains(&"anr ShortFgsTimeout app".to_owned()));
    assert!(world.record("s").is_short_fgs(), "nobody stops it");
}

#[test]
fn fgs_short_017_the_anr_comes_whatever_else_the_app_does() {
    let mut world = in_background();
    world.top("app");
    world.start_fg("t").expect("started");
    world.promote_with("t", 2, Some(plain()), DATA_SYNC).expect("promoted");
    world.bind("s");
    world.take();
    world.advance(180_000);
    assert!(world.take().contains(&"anr ShortFgsTimeout app".to_owned()));
}

#[test]
fn fgs_short_020_the_flag_is_computed_anew_but_access_stays() {
    let mut world = in_background();
    world.promote("s", SHORT).expect("no exception");
    let record = world.record("s");
    assert!(record.allow_start_foreground().is_denied() && record.allow_while_in_use());
    assert!(world.decided("FGS-SHORT-020"));
    world.visible("app");
    world.promote("s", SHORT).expect("extended");
    assert_eq!(world.record("s").allow_start_foreground().name(), Some("PROC_STATE_TOP"));
}

#[test]
fn fgs_short_021_extension_also_after_the_timeout() {
    for millis in [1_000, 169_999, 170_000, 175_001, 180_000] {
        let mut world = in_background();
        world.advance(millis);
        world.top("app");
        world.promote("s", SHORT).expect("extended");
        assert_eq!(timers(&world), [Some(180_000), None, None], "{millis}");
        assert!(world.decided("FGS-SHORT-021"));
    }
}

#[test]
fn fgs_short_022_no_extension_and_no_exception() {
    let mut world = in_background();
    world.start("s").expect("started");
    world.promote_with("s", 4, Some(plain()), SHORT).expect("no exception");
    assert_eq!(timers(&world), [Some(170_000), None, None]);
    let record = world.record("s");
    let start_id = record.short_fgs_info.expect("tracked").start_id;
    assert_eq!((record.foreground_id, start_id), (4, 2), "the rest is updated");
    assert!(world.decided("FGS-SHORT-022") && !world.decided("FGS-START-051"));
}

#[test]
fn fgs_short_023_change_of_type_while_permitted() {
    let mut world = in_background();
    world.visible("app");
    world.promote("s", DATA_SYNC).expect("changed");
    assert_eq!((world.record("s").short_fgs_info, timers(&world)), (None, [None; 3]));
    assert_eq!(world.record("s").foreground_service_type, DATA_SYNC);
    assert!(world.decided("FGS-SHORT-023"));
}

#[test]
fn fgs_short_024_change_of_type_while_not_permitted() {
    let mut world = in_background();
    let refused = class(world.promote("s", DATA_SYNC));
    assert_eq!(refused, Err("ForegroundServiceStartNotAllowedException"));
    assert_eq!(timers(&world), [Some(170_000), None, None]);
    assert!(world.record("s").is_short_fgs());
    assert!(world.record("s").allow_start_foreground().is_denied());
    assert!(world.decided("FGS-SHORT-024"));
}

#[test]
fn fgs_short_025_change_of_type_that_the_policy_refuses() {
    let mut world = in_background();
    world.visible("app");
    world.device.denied.insert("android.permission.FOREGROUND_SERVICE_DATA_SYNC".to_owned());
    assert_eq!(class(world.promote("s", DATA_SYNC)), Err("SecurityException"));
    assert!(world.record("s").is_short_fgs() && world.decided("FGS-SHORT-025"));
    assert_eq!(timers(&world), [Some(170_000), None, None]);
}

#[test]
fn fgs_short_026_to_short_at_any_time() {
    let mut world = World::with_fgs(DATA_SYNC);
    world.advance(100_000);
    world.promote("s", SHORT).expect("from the background");
    assert_eq!(timers(&world)[0], Some(180_000));
    assert_eq!(world.record("s").start_foreground_count, 1);
    assert!(world.decided("FGS-SHORT-011"));
}

#[test]
fn fgs_short_027_combined_with_another_type_it_is_ignored() {
    let mut world = in_background();
    let refused = class(world.promote("s", BOTH));
    assert_eq!(refused, Err("ForegroundServiceStartNotAllowedException"), "a change to dataSync");
    let world = World::with_fgs(BOTH);
    assert_eq!(world.record("s").foreground_service_type, DATA_SYNC);
    assert_eq!(timers(&world), [None; 3]);
    assert!(!world.decided("FGS-SHORT-011"));
}

#[test]
fn fgs_short_030_the_state_table() {
    type Step = fn(&mut World);
    let timeout: Step = |world| world.advance(170_000);
    let demoted: Step = |world| world.advance(175_001);
    let anr: Step = |world| world.advance(180_000);
    let later: [Step; 4] = [|_| {}, timeout, demoted, anr];
    for (at, wait) in later.into_iter().enumerate() {
        let state = |act: Step| {
            let mut world = in_background();
            wait(&mut world);
            let before = timers(&world);
            act(&mut world);
            let known = world.known("s").map(|it| (it.is_short_fgs(), it.is_foreground()));
            (known, timers(&world) == before, timers(&world))
        };
        let allowed = state(|world| {
            world.visible("app");
            world.promote("s", SHORT).expect("extended");
        });
        assert_eq!(
            (allowed.0, allowed.2),
            (Some((true, true)), [Some(180_000), None, None]),
            "{at}"
        );
        let refused = state(|world| world.promote("s", SHORT).expect("no exception"));
        assert_eq!((refused.0, refused.1), (Some((true, true)), true), "{at}");
        let other = state(|world| {
            world.visible("app");
            world.promote("s", DATA_SYNC).expect("changed");
        });
        assert_eq!((other.0, other.2), (Some((false, true)), [None; 3]), "{at}");
        let started = state(|world| drop(world.start("s")));
        assert_eq!((started.0, started.1), (Some((true, true)), true), "{at}");
        let left = state(|world| world.stop_foreground("s", 0));
        assert_eq!((left.0, left.2), (Some((false, false)), [None; 3]), "{at}");
        let stopped = state(|world| assert!(world.stop_self("s", 1)));
        assert_eq!((stopped.0, stopped.2), (None, [None; 3]), "{at}");
        let older = state(|world| assert!(!world.stop_self("s", 0)));
        assert_eq!((older.0, older.1), (Some((true, true)), true), "{at}");
        let died = state(|world| world.die("app"));
        assert_eq!((died.0, died.2), (None, [None; 3]), "{at}");
    }
    let world = in_background();
    assert!(world.record("s").is_short_fgs() && !world.decided("FGS-SHORT-005"));
}

#[test]
fn fgs_short_040_after_stop_foreground_it_is_an_ordinary_service() {
    let mut world = in_background();
    world.stop_foreground("s", 0);
    assert_eq!(timers(&world), [None; 3]);
    assert!(world.record("s").start_requested());
    world.advance(59_999);
    assert!(world.known("s").is_some());
    world.advance(1);
    assert!(world.known("s").is_none(), "its uid became idle");
    assert!(world.decided("FGS-SHORT-040"));
}

#[test]
fn fgs_short_041_never_sticky() {
    for result in [1, 2, 3] {
        let mut world = World::on_top();
        world.start_result = result;
        world.start("s").expect("started");
        world.promote("s", SHORT).expect("promoted");
        world.die("app");
        assert!(world.known("s").is_none() && world.decided("FGS-SHORT-041"), "{result}");
    }
}

#[test]
fn fgs_short_042_any_bring_down_ends_the_timers() {
    let mut world = in_background();
    world.with(|services, cx| services.bring_down_package(super::world::USER, "app", cx));
    assert_eq!(timers(&world), [None; 3]);
    assert!(world.known("s").is_none() && world.decided("FGS-SHORT-042"));
}

/// Stopped, but kept by a binding.
fn remnant() -> World {
    let mut world = in_background();
    world.bind("s");
    world.stop_self("s", -1);
    world
}

#[test]
fn fgs_short_043_stopped_but_still_bound() {
    let mut world = remnant();
    let record = world.record("s");
    assert!(record.is_foreground() && !record.start_requested() && !record.is_short_fgs());
    assert_eq!((record.foreground_service_type, record.short_fgs_info), (SHORT, None));
    assert_eq!(timers(&world), [None; 3]);
    world.advance(1);
    assert_ne!(world.state("app").0, "FOREGROUND_SERVICE");
    assert!(world.decided("FGS-STOP-021"));
}

#[test]
fn fgs_short_044_the_remnant_started_again() {
    let mut world = remnant();
    world.top("app");
    world.start("s").expect("started");
    world.long_in_background("app");
    world.advance(1);
    assert!(world.record("s").is_short_fgs());
    assert_eq!(timers(&world), [None; 3], "without tracking");
    world.promote("s", SHORT).expect("no exception");
    assert_eq!(timers(&world)[0], Some(180_000), "whether it may be extended or not");
}

#[test]
fn fgs_short_045_being_exempt_from_battery_optimisation() {
    let mut world = in_background();
    world.device.permanent_allowlist = true;
    assert_eq!(timers(&world)[0], Some(170_000), "no timer changes");
    world.promote("s", SHORT).expect("extended");
    assert_eq!(timers(&world)[0], Some(180_000), "but it may be extended");
}

#[test]
fn fgs_short_046_a_changed_constant_moves_no_timer() {
    let key = "short_fgs_timeout_duration";
    let mut world = in_background();
    world.services.device_config(key, Some("200000"));
    world.advance(300_000);
    assert!(!world.take().iter().any(|line| line.starts_with("timeout")), "no timeout at all");
    let mut world = in_background();
    world.services.device_config(key, Some("60000"));
    world.take();
    world.advance(170_000);
    let log = world.take();
    assert_eq!(log, ["TIMED_OUT 180000 s", "timeout s 1", "demoted", "anr ShortFgsTimeout app"]);
}

#[test]
fn fgs_short_047_at_the_demotion_time_itself_it_still_counts() {
    let mut world = in_background();
    world.advance(175_000);
    assert!(world.take().contains(&"demoted".to_owned()));
    assert_eq!(world.state("app").0, "FOREGROUND_SERVICE");
    world.advance(1);
    assert_eq!(world.state("app").0, "SERVICE");
}

#[test]
fn fgs_short_048_the_boost_comes_with_the_next_computation() {
    let mut world = World::on_top();
    world.start("s").expect("started");
    world.background("app");
    let (service, pid) = (world.record("s").token, world.device.pid("app"));
    let call = ServiceCall::StartForeground {
        service,
        id: 1,
        notification: Some(Box::new(plain())),
        types: SHORT.0,
    };
    world.bare_call(crate::Caller { uid: APP, pid }, call).expect("promoted");
    assert_eq!(world.state("app").0, "SERVICE", "computed before it was tracked");
    world.settle();
    assert_eq!(world.state("app").0, "FOREGROUND_SERVICE");
}

#[test]
fn fgs_short_049_each_short_service_has_its_own_time() {
    let mut world = World::on_top();
    world.start("s").expect("started");
    world.promote("s", SHORT).expect("promoted");
    world.advance(9_000);
    world.start("t").expect("started");
    world.promote_with("t", 2, Some(plain()), SHORT).expect("promoted");
    world.background("app");
    world.advance(176_001);
    assert_eq!(world.state("app").0, "FOREGROUND_SERVICE", "t still counts");
    world.advance(9_000);
    assert_eq!(world.state("app").0, "SERVICE");
    world.advance(10_000);
    let anrs = world.take().iter().filter(|line| line.starts_with("anr")).count();
    assert_eq!(anrs, 2);
}

#[test]
fn fgs_short_050_process_death_of_a_bound_short_service() {
    let mut world = in_background();
    world.bind("s");
    world.die("app");
    let record = world.record("s");
    assert!(record.is_foreground() && !record.start_requested());
    assert!(record.short_fgs_info.is_some(), "the tracking is not cleared");
    assert_eq!(timers(&world)[0], Some(170_000), "nor the timer");
    world.advance(1_000);
    world.top("app");
    world.start("s").expect("started");
    world.take();
    world.advance(169_000);
    assert!(world.take().contains(&"timeout s 1".to_owned()), "it is current again");
    assert!(world.decided("FGS-SHORT-012") || world.record("s").is_short_fgs());
}

#[test]
fn fgs_short_006_no_permission_of_its_own() {
    let mut world = World::on_top();
    world.device.denied =
        crate::fgs::types::Permission::ALL.iter().map(|it| it.name().to_owned()).collect();
    world.start("s").expect("started");
    assert_eq!(class(world.promote("s", SHORT)), Ok(()));
    world.device.services.get_mut("t").expect("t").types = DATA_SYNC;
    world.start("t").expect("started");
    assert_eq!(class(world.promote("t", SHORT)), Err("IllegalArgumentException"), "not declared");
    assert!(world.decided("FGS-COMBO-010"));
}

#[test]
fn fgs_short_028_starting_it_again_has_no_influence() {
    let mut world = in_background();
    world.start("s").expect("started");
    assert_eq!(timers(&world), [Some(170_000), None, None]);
    assert_eq!(world.record("s").foreground_service_type, SHORT);
    assert_eq!(world.record("s").last_start_id, 2);
}
