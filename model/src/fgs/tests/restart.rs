//! Rules FGS-START-090 … 099: results of callbacks, restarts, attach, time limits, delegates.

use super::world::{component, World, APP, CLIENT, DATA_SYNC, USER};
use crate::fgs::call::{ServiceCall, ServiceDone};
use crate::fgs::{DelegateOptions, Message, UserState};
use crate::{Caller, Exception};

fn restart_due(world: &World) -> Option<i64> {
    world.due(|it| matches!(it, Message::Restart { .. }))
}

/// `s` was started and its process died.
fn died(result: i32) -> World {
    let mut world = World::on_top();
    world.start_result = result;
    world.start("s").expect("started");
    world.take();
    world.die("app");
    world
}

#[test]
fn fgs_start_090_results_of_on_start_command() {
    // result, then: stop if killed, call start, delivered items left.
    let table = [(0, false, false, 0), (1, false, true, 0), (2, true, true, 0), (3, true, true, 1)];
    for (result, stop_if_killed, call_start, left) in table {
        let mut world = World::on_top();
        world.start_result = result;
        world.start("s").expect("started");
        let record = world.record("s");
        let found = (record.stop_if_killed, record.call_start, record.delivered_starts.len());
        assert_eq!(found, (stop_if_killed, call_start, left), "{result}");
    }
    let mut world = World::on_top();
    world.answering = false;
    world.start("s").expect("started");
    let caller = Caller { uid: APP, pid: world.device.pid("app") };
    let service = world.record("s").token;
    let done = ServiceDone::Start { start_id: 1, result: 4 };
    let refused = world.bare_call(caller, ServiceCall::ServiceDoneExecuting { service, done });
    assert_eq!(refused.map_err(|e| e.class_name()), Err("IllegalArgumentException"));
    let mut world = died(1);
    world.advance(1_000);
    assert!(world.take().contains(&"start s 2 null".to_owned()));
}

#[test]
fn fgs_start_091_restart_or_bring_down() {
    assert!(died(1).known("s").is_some(), "sticky");
    assert!(died(2).known("s").is_none(), "not sticky");
    let case = |prepare: fn(&mut World)| {
        let mut world = World::on_top();
        world.start("s").expect("started");
        prepare(&mut world);
        world.die("app");
        world.known("s").is_some()
    };
    assert!(case(|_| {}));
    assert!(!case(|world| world.edit("s").restart.crash_count = 16));
    assert!(case(|world| world.edit("s").restart.crash_count = 15));
    assert!(!case(|world| world.device.user = Some(UserState::Stopping)));
    assert!(!case(|world| world.device.shutting_down = true));
    let mut world = World::on_top();
    world.device.services.get_mut("s").expect("s").persistent = true;
    world.start("s").expect("started");
    world.take();
    world.die("app");
    assert!(world.take().contains(&"create s".to_owned()), "at once");
    let mut world = World::on_top();
    world.start_result = 2;
    world.start("s").expect("started");
    world.bind("s");
    world.die("app");
    assert!(!world.record("s").start_requested, "restarted for its binding only");
}

#[test]
fn fgs_start_092_unfinished_starts_are_delivered_again() {
    let mut world = World::on_top();
    world.answering = false;
    world.start("s").expect("started");
    world.advance(4_000);
    world.answering = true;
    world.die("app");
    assert_eq!(restart_due(&world), Some(8_000), "twice the time since the delivery");
    assert!(world.decided("FGS-START-092"));
    world.take();
    world.advance(8_000);
    assert!(world.take().contains(&"start s 1 retry".to_owned()));
    let given_up = |delivery: u32, done: u32| {
        let mut world = World::on_top();
        world.start_result = 3;
        world.start("s").expect("started");
        let item = &mut world.edit("s").delivered_starts[0];
        (item.delivery_count, item.done_executing_count) = (delivery, done);
        world.die("app");
        world.known("s").is_none()
    };
    assert!(!given_up(2, 5) && given_up(3, 5) && given_up(2, 6));
}

#[test]
fn fgs_start_093_delays_grow_and_keep_their_distance() {
    let mut world = died(1);
    assert_eq!(restart_due(&world), Some(1_000));
    for expected in [4_000, 16_000] {
        world.advance(restart_due(&world).expect("waiting"));
        world.die("app");
        assert_eq!(restart_due(&world), Some(expected));
    }
    world.advance(16_000);
    world.advance(60_000);
    let mut late = World::on_top();
    std::mem::swap(&mut late, &mut world);
    late.die("app");
    assert_eq!(restart_due(&late), Some(64_000), "exactly the reset time is not more");
    let mut world = died(1);
    world.advance(1_000);
    world.advance(60_001);
    world.die("app");
    assert_eq!(restart_due(&world), Some(1_000), "ran for longer than the reset time");
    let mut world = World::on_top();
    for name in ["s", "t"] {
        world.start(name).expect("started");
    }
    world.die("app");
    let due: Vec<_> = world
        .services
        .restarting
        .iter()
        .map(|it| world.services.record(*it).expect("known").restart.delay)
        .collect();
    assert_eq!(due, [1_000, 11_000]);
    let mut world = World::on_top();
    world.start("s").expect("started");
    world.device.memory_level = 2;
    world.die("app");
    assert_eq!(restart_due(&world), Some(20_000), "memory is low");
    world.top("client");
    world.start_by("client", "s", false).expect("started");
    assert_eq!(world.record("s").restart.delay, 0, "a new start resets");
    let mut world = World::on_top();
    world.start("s").expect("started");
    world.edit("s").restart.delay = 500;
    world.edit("s").restart.crash_count = 3;
    world.die("app");
    assert_eq!(restart_due(&world), Some(3_600_000), "crashed three times");
    let mut world = World::on_top();
    world.services.set_restart_backoff("app", false);
    world.start("s").expect("started");
    world.edit("s").restart.delay = 50_000;
    world.die("app");
    assert_eq!(restart_due(&world), Some(1_000), "no back-off");
}

#[test]
fn fgs_start_094_the_foreground_state_survives() {
    let mut world = World::with_fgs(DATA_SYNC);
    world.advance(10_000);
    world.take();
    world.die("app");
    assert_eq!(world.take(), ["cancel 1"]);
    let record = world.record("s");
    assert!(record.is_foreground && record.foreground_service_type == DATA_SYNC);
    assert!(!record.restriction.allow_start_foreground.is_denied());
    world.advance(1_000);
    let log = world.take();
    assert!(log.contains(&"create s".to_owned()) && log.contains(&"show 1".to_owned()), "{log:?}");
    assert_eq!(world.state("app"), ("FOREGROUND_SERVICE", true));
    world.promote("s", DATA_SYNC).expect("a repeated call");
    assert_eq!(world.record("s").start_foreground_count, 1);
    let mut world = died(1);
    world.advance(1_000);
    assert!(world.decided("FGS-START-094"));
}

#[test]
fn fgs_start_095_attach_creates_what_waits_in_the_order_it_was_asked_for() {
    let mut world = World::on_top();
    let mut late = world.device.services["r"].clone();
    late.name = component("q");
    world.device.services.insert("q".to_owned(), late);
    world.device.process_start_ms = 1_000;
    for name in ["r", "q"] {
        world.start_fg(name).expect("started");
    }
    assert!(matches!(world.stop("app", "r"), Ok(crate::Reply::Int(1))));
    assert!(world.known("r").is_some(), "it waits for its process");
    world.take();
    world.advance(1_000);
    let log = world.take();
    let seen: Vec<_> = log
        .iter()
        .filter(|it| ["create", "destroy", "crash"].iter().any(|kind| it.starts_with(kind)))
        .collect();
    let crash = "crash app:remote ForegroundServiceDidNotStartInTimeException";
    assert_eq!(seen, ["create r", "destroy r", "create q", crash]);
    let mut world = died(1);
    let pid = world.add_process(APP, "app");
    world.with(|services, cx| services.attach_application(pid, cx));
    world.settle();
    assert!(world.take().contains(&"create s".to_owned()), "no need to wait any longer");
}

#[test]
fn fgs_start_096_callbacks_that_take_too_long() {
    let limit = |foreground: bool| {
        let mut world = World::on_top();
        if !foreground {
            world.background("app");
        }
        world.answering = false;
        world.start("s").expect("started");
        world.due(|it| matches!(it, Message::ServiceTimeout { .. }))
    };
    assert_eq!((limit(true), limit(false)), (Some(20_000), Some(200_000)));
    let mut world = World::on_top();
    world.answering = false;
    world.start("s").expect("started");
    world.take();
    world.advance(20_000);
    assert!(world.take().is_empty(), "strictly longer than the limit");
    world.advance(1);
    assert_eq!(world.take(), ["anr ServiceExec app"]);
}

#[test]
fn fgs_start_097_use_by_another_app_is_reported() {
    let mut world = World::on_top();
    world.start("s").expect("started");
    let log = world.take();
    assert!(log.contains(&"unstopped".to_owned()) && !log.contains(&"usage 31".to_owned()));
    world.start_by("client", "s", false).expect("started");
    assert!(!world.take().contains(&"unstopped".to_owned()), "it runs");
    world.top("client");
    world.start_by("client", "t", false).expect("started");
    assert_eq!(world.take()[..2], ["usage 31", "unstopped"]);
    world.device.user = Some(UserState::Stopped);
    world.start_by("client", "u", false).expect("refused");
    assert!(!world.take().contains(&"unstopped".to_owned()));
}

fn delegate(world: &World) -> DelegateOptions {
    DelegateOptions {
        kind: 1,
        kind_name: "mediaPlayback".to_owned(),
        pid: world.device.pid("client").expect("running"),
        uid: CLIENT,
        package: "client".to_owned(),
        instance: "one".to_owned(),
        types: 2,
        connection: Some(5),
    }
}

fn start_delegate(world: &mut World, options: &DelegateOptions) -> Result<bool, Exception> {
    let mut outcome = Ok(false);
    world.with(|services, cx| outcome = services.start_foreground_service_delegate(options, cx));
    world.settle();
    outcome
}

#[test]
fn fgs_start_098_a_delegate_starts_without_app_code() {
    let mut world = World::new();
    let options = delegate(&world);
    assert_eq!(start_delegate(&mut world, &options), Ok(false), "denied for the client");
    world.top("client");
    let stranger = DelegateOptions { pid: crate::Pid(1), ..options.clone() };
    let refused = start_delegate(&mut world, &stranger).map_err(|e| e.class_name());
    assert_eq!(refused, Err("SecurityException"));
    world.take();
    assert_eq!(start_delegate(&mut world, &options), Ok(true));
    assert_eq!(
        world.take(),
        ["op true", "ENTER 0x2 PROC_STATE_TOP true mediaPlayback:one", "delegate true"]
    );
    assert_eq!(start_delegate(&mut world, &options), Ok(false), "it runs already");
    world.background("client");
    assert_eq!(world.state("client"), ("FOREGROUND_SERVICE", true));
    assert!(world.decided("FGS-START-098"));
    assert_eq!(world.services.services().count(), 1);
    assert_eq!(world.services.services().next().map(|it| it.user), Some(USER));
}

#[test]
fn fgs_start_099_a_delegate_stops_by_identity_or_connection() {
    for by_connection in [false, true] {
        let mut world = World::new();
        world.top("client");
        let options = delegate(&world);
        start_delegate(&mut world, &options).expect("started");
        world.take();
        world.with(|services, cx| {
            if by_connection {
                services.stop_foreground_service_delegate_of(4, cx);
                services.stop_foreground_service_delegate_of(5, cx);
            } else {
                services.stop_foreground_service_delegate(&options, cx);
            }
        });
        assert!(world.decided("FGS-START-099"));
        let log = world.take();
        assert!(log.contains(&"usage 20".to_owned()) && log.contains(&"delegate false".to_owned()));
        assert!(!log.iter().any(|line| line.starts_with("destroy")), "{log:?}");
        assert_eq!(start_delegate(&mut world, &options), Ok(true), "its identity is free again");
    }
}
