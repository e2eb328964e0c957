//! May this app schedule a user-initiated job now?

use super::BackgroundStartPrivileges::{AllowBal, AllowFgs};
use super::*;
use crate::process::{BindFlags, Binding, BindingId, RunningService};

#[test]
fn uij_vis_003_an_activity_on_recents_is_not_enough() {
    let (mut world, pid) = World::with_app();
    world.activities(pid, vec![Activity::default()]);
    world.around.list.facts_mut(pid).expect("added").has_recent_tasks = true;
    world.update();
    assert!(!world.may_schedule(Some(pid)));
    world.show(pid);
    assert!(world.may_schedule(Some(pid)));
}

#[test]
fn uij_vis_020_exactly_top_or_what_the_activity_manager_says() {
    let (mut world, pid) = World::with_app();
    assert!(!world.may_schedule(Some(pid)));
    world.around.list.device_mut().top = Some(pid);
    world.update();
    let rules = world.rules(|world| assert!(world.may_schedule(None)));
    assert_eq!(rules, ["UIJ-VIS-020"]);
    world.around.list.device_mut().awake = false;
    world.update();
    assert_eq!(world.around.list.uid_proc_state(APP), ProcState::TopSleeping);
    world.pass(5_000);
    assert!(!world.may_schedule(Some(pid)));
}

#[test]
fn uij_vis_021_conditions_of_the_activity_manager() {
    let may = |set: fn(&mut World, Pid)| {
        let (mut world, pid) = World::with_app();
        set(&mut world, pid);
        world.may_schedule(Some(pid))
    };
    assert!(!may(|_, _| {}));
    assert!(may(|world, pid| world.lend(pid, 1, AllowBal)));
    assert!(!may(|world, pid| world.lend(pid, 1, AllowFgs)), "only through while-in-use access");
    assert!(may(|world, _| {
        world.around.reasons.insert(APP, ReasonCode::DEVICE_OWNER);
    }));
    assert!(may(|world, _| {
        world.around.held.insert((APP, "android.permission.SYSTEM_ALERT_WINDOW"));
    }));
    assert!(!may(|world, _| {
        world.room.roles_mut().companion_apps.insert(APP);
    }));
    assert!(may(|world, _| {
        world.room.roles_mut().companion_apps.insert(APP);
        let run = "android.permission.REQUEST_COMPANION_RUN_IN_BACKGROUND";
        world.around.held.insert((APP, run));
    }));
}

#[test]
fn uij_vis_021_an_unknown_pid_falls_back_to_the_uid() {
    let (mut world, first) = World::with_app();
    let second = world.process(APP);
    world.lend(second, 1, AllowBal);
    let out = &mut Output::new();
    let privileges = |world: &World, pid, out: &mut Output| {
        let who = Identity { uid: APP, pid, package: "app" };
        world.room.privileges_of_caller(who, &world.around, out)
    };
    assert_eq!(privileges(&world, None, out), AllowBal);
    assert_eq!(privileges(&world, Some(Pid(99)), out), AllowBal, "not running");
    assert_eq!(privileges(&world, Some(first), out), BackgroundStartPrivileges::None);
}

#[test]
fn uij_vis_022_the_service_code_is_asked_with_what_the_caller_holds() {
    let (mut world, pid) = World::with_app();
    world.around.reasons.insert(APP, ReasonCode::BACKGROUND_ACTIVITY_PERMISSION);
    let rules = world.rules(|world| assert!(world.may_schedule(Some(pid))));
    assert!(rules.contains(&"UIJ-VIS-022"), "{rules:?}");
    world.around.reasons.insert(APP, ReasonCode::DENIED);
    assert!(!world.may_schedule(Some(pid)));
}

#[test]
fn uij_vis_023_every_reason_for_while_in_use_access_counts() {
    let (mut world, pid) = World::with_app();
    for reason in [
        ReasonCode::ACTIVITY_STARTER,
        ReasonCode::DEVICE_OWNER,
        ReasonCode::ALLOWLISTED_PACKAGE,
        ReasonCode::TEMP_ALLOWED_WHILE_IN_USE,
    ] {
        world.around.reasons.insert(APP, reason);
        let rules = world.rules(|world| assert!(world.may_schedule(Some(pid))));
        assert!(rules.contains(&"UIJ-VIS-023"), "{reason:?}");
    }
}

/// The system binds a service of the process, which makes it BOUND_TOP or less.
fn bind_by_top(world: &mut World, pid: Pid, flags: BindFlags) {
    let client = world.process(OTHER);
    world.around.list.device_mut().top = Some(client);
    let token = ServiceToken(9);
    world.around.list.start_service(pid, token, RunningService::default());
    let binding = Binding { client, service: token, flags, activity_visible: None };
    world.around.list.bind(BindingId(1), binding, START);
    world.update();
}

#[test]
fn uij_vis_030_process_condition() {
    let why = |set: fn(&mut World, Pid)| {
        let (mut world, pid) = World::with_app();
        set(&mut world, pid);
        world.out = Output::tracing();
        let process = world.around.list.get(pid).expect("added");
        let out = &mut world.out;
        world.room.process_may_schedule(process, &world.around, world.now, out);
        let last = world.out.decisions.into_iter().last().filter(|it| it.rule.id == "UIJ-VIS-030");
        last.map(|decision| decision.verdict)
    };
    assert_eq!(why(|_, _| {}), None);
    assert_eq!(why(|world, pid| world.lend(pid, 1, AllowBal)), Some("may start activities"));
    let bound = why(|world, pid| bind_by_top(world, pid, BindFlags::AUTO_CREATE));
    assert_eq!(bound, Some("top or bound by top"));
    let weaker = why(|world, pid| bind_by_top(world, pid, BindFlags::NOT_FOREGROUND));
    assert_eq!(weaker, None);
    let flagged = |world: &mut World, pid: Pid| {
        world.around.flagged.insert(pid);
        let token = ServiceToken(3);
        let service = RunningService { is_foreground: true, ..RunningService::default() };
        world.around.list.start_service(pid, token, service);
    };
    assert_eq!(why(flagged), None, "the summary knows of no foreground service");
    let (mut world, pid) = World::with_app();
    flagged(&mut world, pid);
    world.around.list.update_foreground(pid);
    world.update();
    assert!(world.may_schedule(Some(pid)));
}

#[test]
fn uij_vis_031_five_seconds_after_becoming_invisible() {
    let (mut world, pid) = World::with_app();
    world.show(pid);
    world.activities(pid, vec![]);
    world.stop_switches();
    world.now = world.now.asleep_for(4_999);
    assert!(world.may_schedule(Some(pid)), "even though app switches are stopped");
    world.now = world.now.asleep_for(1);
    assert!(!world.may_schedule(Some(pid)), "elapsed time, asleep or not");
    let never = world.process(OTHER);
    assert_eq!(world.around.list.get(never).expect("added").last_invisible(), Elapsed(0));
    world.show(pid);
    world.update();
    assert_eq!(world.around.list.get(pid).expect("added").last_invisible(), Elapsed(i64::MAX));
    let pausing = Activity { state: ActivityState::Pausing, ..Activity::default() };
    world.activities(pid, vec![pausing]);
    let at = world.around.list.get(pid).expect("added").last_invisible();
    assert_eq!(at, world.now.elapsed, "pausing is not visible");
    world.pass(100);
    world.update();
    assert_eq!(world.around.list.get(pid).expect("added").last_invisible(), at);
}

#[test]
fn uij_vis_032_any_process_of_the_uid_will_do() {
    let (mut world, pid) = World::with_app();
    let sister = world.process(APP);
    world.show(sister);
    world.activities(sister, vec![]);
    assert_eq!(world.around.list.uid_proc_state(APP), ProcState::CachedEmpty);
    let rules = world.rules(|world| assert!(world.may_schedule(Some(pid))));
    assert_eq!(rules.last(), Some(&"UIJ-VIS-032"));
    let rules = world.rules(|world| assert!(world.may_schedule(Some(sister))));
    assert!(!rules.contains(&"UIJ-VIS-022"), "the calling process comes first");
    assert!(world.may_schedule(None));
}

#[test]
fn uij_vis_033_packages_that_share_a_uid_share_its_visibility() {
    let (mut world, pid) = World::with_app();
    world.show(pid);
    let ask = |world: &mut World, package| {
        let who = Identity { uid: APP, pid: None, package };
        let (around, now, out) = (&world.around, world.now, &mut world.out);
        world.room.is_in_state_to_schedule_user_initiated_jobs(who, around, around, now, out)
    };
    assert!(ask(&mut world, "app") && ask(&mut world, "sharer"));
    world.activities(pid, vec![]);
    world.pass(5_000);
    assert!(!ask(&mut world, "sharer"));
    world.around.ops.insert((APP, "android:system_alert_window"), AppOpMode::Allowed);
    let rules = world.rules(|world| assert!(ask(world, "sharer")));
    assert_eq!(rules.last(), Some(&"UIJ-VIS-033"), "the op is asked for the package");
}

#[test]
fn uij_vis_050_examples() {
    let may = |set: fn(&mut World, Pid)| {
        let (mut world, pid) = World::with_app();
        set(&mut world, pid);
        world.update();
        world.may_schedule(Some(pid))
    };
    assert!(may(|world, pid| world.show(pid)), "visible behind a translucent activity");
    assert!(may(|world, pid| {
        let paused = Activity { state: ActivityState::Paused, ..Activity::default() };
        world.activities(pid, vec![paused]);
    }));
    let job = |world: &mut World, pid: Pid, flags: BindFlags| {
        let start = ProcessStart::of_app(Pid(80), Uid::SYSTEM, "system");
        let max_adj = Some(crate::process::Adj::SYSTEM);
        world.around.list.add(ProcessStart { max_adj, ..start });
        let token = ServiceToken(9);
        world.around.list.start_service(pid, token, RunningService::default());
        let flags = BindFlags::AUTO_CREATE | BindFlags::ALMOST_PERCEPTIBLE | flags;
        let binding = Binding { client: Pid(80), service: token, flags, activity_visible: None };
        world.around.list.bind(BindingId(1), binding, START);
    };
    for flags in [BindFlags::NONE, BindFlags::NOT_FOREGROUND] {
        let (mut world, pid) = World::with_app();
        job(&mut world, pid, flags);
        world.update();
        assert!(!world.may_schedule(Some(pid)), "a running job is not itself a condition");
    }
    assert!(!may(|world, pid| {
        world.around.list.facts_mut(pid).expect("added").receiving =
            Some(crate::process::Urgency::Foreground);
    }));
    assert!(may(|world, pid| world.lend(pid, 1, BackgroundStartPrivileges::Notification)));
}
