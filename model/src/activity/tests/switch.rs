//! App switches, windows and activity times.

use super::AppSwitchState::{Allow, Disallow, FgOnly};
use super::*;

#[test]
fn bal_010_initially_allowed_and_never_stopped() {
    let switches = AppSwitches::default();
    assert_eq!((switches.state(), switches.last_stop()), (Allow, Uptime(0)));
    assert_eq!([Disallow as i32, FgOnly as i32, Allow as i32], [0, 1, 2]);
}

#[test]
fn bal_011_state_machine() {
    let mut world = World::new();
    let state = |world: &World| world.room.app_switches().state();
    world.stop_switches();
    assert_eq!((state(&world), world.room.app_switches().last_stop()), (Disallow, START.uptime));
    world.pass(300);
    world.stop_switches();
    assert_eq!(world.room.app_switches().last_stop(), world.now.uptime);
    world.pass(499);
    assert_eq!(state(&world), Disallow, "the timer was started anew");
    world.pass(1);
    assert_eq!(state(&world), FgOnly);
    world.pass(3_600_000);
    assert_eq!(state(&world), FgOnly, "no timer leads back");
    world.stop_switches();
    world.room.app_switches_mut().resume(&mut world.looper, &mut world.out);
    assert_eq!(state(&world), Allow);
    world.pass(1_000);
    assert_eq!(state(&world), Allow, "the timer was cancelled");
}

#[test]
fn bal_012_stop_and_resume_take_a_permission() {
    let mut world = World::new();
    let before = world.room.clone();
    let switches = world.room.app_switches_mut();
    let refused = switches.stop_for(APP, false, START, &mut world.looper, &mut world.out);
    assert!(matches!(refused, Err(Exception::Security(_))));
    assert_eq!(world.room, before);
    let switches = world.room.app_switches_mut();
    let done = switches.stop_for(APP, true, START, &mut world.looper, &mut world.out);
    assert_eq!((done, world.room.app_switches().state()), (Ok(()), Disallow));
    let switches = world.room.app_switches_mut();
    assert!(switches.resume_for(APP, false, &mut world.looper, &mut world.out).is_err());
    assert_eq!(world.room.app_switches().state(), Disallow);
    let switches = world.room.app_switches_mut();
    assert_eq!(switches.resume_for(APP, true, &mut world.looper, &mut world.out), Ok(()));
    assert_eq!(world.room.app_switches().state(), Allow);
}

#[test]
fn bal_013_the_system_stops_switches_without_a_permission() {
    let mut world = World::new();
    let rules = world.rules(World::stop_switches);
    assert_eq!((rules, world.room.app_switches().state()), (vec!["BAL-011"], Disallow));
}

#[test]
fn bal_014_an_allowed_start_resumes_switches_unless_it_goes_home() {
    let mut world = World::new();
    let mut on_start = |code, target, home| {
        world.stop_switches();
        let (looper, out) = (&mut world.looper, &mut world.out);
        world.room.app_switches_mut().on_start(code, target, home, looper, out);
        world.room.app_switches().state()
    };
    let allowed = BalCode::BalAllowPermission;
    assert_eq!(on_start(allowed, APP, Some(OTHER)), Allow);
    assert_eq!(on_start(allowed, APP, None), Allow, "no home process");
    assert_eq!(on_start(allowed, OTHER, Some(OTHER)), Disallow, "to home");
    assert_eq!(on_start(BalCode::BalBlock, APP, Some(OTHER)), Disallow);
}

#[test]
fn bal_015_the_resumed_app_sends() {
    let mut world = World::new();
    world.stop_switches();
    world.room.app_switches_mut().on_send_by_resumed(&mut world.out);
    assert_eq!(world.room.app_switches().state(), Allow);
    world.pass(500);
    assert_eq!(world.room.app_switches().state(), Allow, "the timer fires without effect");
}

#[test]
fn bal_020_state_of_a_uid_without_a_process() {
    let (mut world, pid) = World::with_app();
    assert_eq!(world.around.list.uid_proc_state(OTHER), ProcState::Nonexistent);
    let start = ProcessStart::of_app(Pid(90), OTHER, "persistent");
    let max_adj = Some(crate::process::Adj::PERSISTENT_PROC);
    world.around.list.add(ProcessStart { max_adj, ..start });
    world.update();
    let start = ActivityStart { calling_uid: OTHER, ..direct(Some(Pid(90))) };
    assert_eq!(world.check(&start), BalCode::BalAllowVisibleWindow, "idle or not");
    assert_eq!(world.start(Some(pid)), BalCode::BalBlock);
}

#[test]
fn bal_021_active_visible_window() {
    let (mut world, pid) = World::with_app();
    let has = |world: &World| world.room.has_active_visible_window(APP, &world.around.list);
    assert!(!has(&world));
    let requested = Activity { visible_requested: true, ..Activity::default() };
    world.activities(pid, vec![requested]);
    assert!(has(&world));
    let still_shown = Activity { window_visible: true, ..Activity::default() };
    world.activities(pid, vec![Activity::default(), still_shown]);
    assert!(has(&world));
    world.activities(pid, vec![hidden_in_visible_task()]);
    assert!(!has(&world), "a visible task is not enough");
    world.room.on_non_app_window(APP, true, &mut world.out);
    assert!(has(&world));
}

#[test]
fn bal_022_non_application_windows_are_counted() {
    let mut world = World::new();
    let mut window = |shown| {
        world.room.on_non_app_window(APP, shown, &mut world.out);
        world.room.has_non_app_visible_window(APP)
    };
    assert!(!window(false), "hidden without an entry is ignored");
    assert!(window(true) && window(true));
    assert!(window(false), "one is left");
    assert!(!window(false));
}

#[test]
fn bal_023_an_activity_below_another_one_in_a_visible_task() {
    let (mut world, pid) = World::with_app();
    world.activities(pid, vec![hidden_in_visible_task()]);
    assert_eq!(world.process_code(pid, Purpose::Activity), Ok(BalCode::BalAllowForeground));
    world.activities(pid, vec![Activity::default()]);
    assert_eq!(world.process_code(pid, Purpose::Activity), Ok(BalCode::BalBlock));
}

#[test]
fn bal_024_last_launch_only_increases() {
    let (mut world, pid) = World::with_app();
    assert_eq!(world.process_code(pid, Purpose::Activity), Ok(BalCode::BalBlock));
    world.room.on_activity_launched(pid, world.now, &mut world.out);
    let earlier = world.now.awake_for(-9_000);
    world.room.on_activity_launched(pid, earlier, &mut world.out);
    world.pass(9_999);
    assert_eq!(world.process_code(pid, Purpose::Activity), Ok(BalCode::BalAllowGracePeriod));
}

#[test]
fn bal_025_a_finish_counts_only_in_a_visible_task() {
    let (mut world, pid) = World::with_app();
    world.activities(pid, vec![Activity::default()]);
    world.room.on_activity_finish(pid, &world.around.list, world.now, &mut world.out);
    assert_eq!(world.process_code(pid, Purpose::Activity), Ok(BalCode::BalBlock));
    world.activities(pid, vec![hidden_in_visible_task()]);
    world.room.on_activity_finish(pid, &world.around.list, world.now, &mut world.out);
    world.activities(pid, vec![]);
    assert_eq!(world.process_code(pid, Purpose::Activity), Ok(BalCode::BalAllowGracePeriod));
    world.pass(10_000);
    assert_eq!(world.process_code(pid, Purpose::Activity), Ok(BalCode::BalBlock));
}
