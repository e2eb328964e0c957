//! Uids: their state, their events and their idleness.

use super::super::ProcState as P;
use super::*;
use crate::looper::{Fired, Message as Timer, Posted as Queue};

/// Lets time pass until the idle check is due, and takes it.
fn idle_check(world: &mut World, millis: i64) -> Vec<(u32, Vec<&'static str>)> {
    world.pass(millis);
    let mut outcomes = Vec::new();
    while let Some(fired) = world.looper.pop_due(world.now) {
        assert_eq!(fired, Fired::Message(Timer::Process(Message::IdleUids)));
        outcomes.extend(world.list.on_idle_uids(world.now, &mut world.looper, &mut world.out));
    }
    events(outcomes)
}

#[test]
fn proc_state_010_minimum_of_states_and_union_of_capabilities() {
    let mut world = World::new();
    let uid = Uid(10_200);
    assert_eq!(world.list.uid_proc_state(uid), P::Nonexistent);
    let (first, second) = (world.process(uid), world.process(uid));
    world.facts(first).has_overlay_ui = true;
    let service = world.foreground(second, 8);
    world.list.service_mut(service).expect("it runs").while_in_use = true;
    world.update();
    assert_eq!(world.list.uid_proc_state(uid), P::ForegroundService);
    assert_eq!(world.list.uid_capabilities(uid).bits(), 1 + 8 + 16 + 32);
    world.list.forget_service(service);
    world.list.update_foreground(second);
    world.update();
    assert_eq!(world.list.uid_proc_state(uid), P::ImportantForeground);
    assert_eq!(world.list.uid_capabilities(uid), Capabilities::NONE);
}

#[test]
fn proc_state_011_events_carry_what_changed() {
    let mut world = World::new();
    let pid = world.app();
    world.list.device_mut().top = Some(pid);
    let first = events(world.update());
    let all = vec!["ACTIVE", "UNCACHED", "CAPABILITY", "PROCADJ", "PROCSTATE"];
    assert_eq!(first, [(10_100, all)]);
    assert_eq!(events(world.update()), []);
    world.visible(pid, 2);
    world.list.device_mut().top = None;
    assert_eq!(events(world.update()), [(10_100, vec!["PROCADJ"])]);
    world.list.device_mut().awake = false;
    let asleep = vec!["CACHED", "CAPABILITY", "PROCSTATE"];
    assert_eq!(events(world.update()), [(10_100, asleep)]);
    world.list.set_uid_temp_allow_listed(Uid(10_100), true);
    assert_eq!(events(world.update()), [], "the list alone is no event");
}

#[test]
fn proc_state_011_queued_events_of_a_uid_are_merged() {
    let mut observers = UidObserverController::default();
    let (mut looper, mut out) = (Looper::default(), Output::new());
    let event = |uid, changes, proc_state| UidEvent {
        uid: Uid(uid),
        changes,
        proc_state,
        capabilities: Capabilities::NONE,
        ephemeral: false,
    };
    let active = UidChanges::ACTIVE | UidChanges::CACHED | UidChanges::PROCSTATE;
    observers.enqueue(event(1, active, P::Service), &mut looper, &mut out);
    observers.enqueue(event(2, UidChanges::IDLE, P::Service), &mut looper, &mut out);
    observers.enqueue(event(1, UidChanges::CAPABILITY, P::Receiver), &mut looper, &mut out);
    observers.enqueue(event(2, UidChanges::ACTIVE, P::Top), &mut looper, &mut out);
    let posted = looper.pop_posted();
    assert_eq!(posted, Some(Queue::Process(Posted::DispatchUidsChanged)));
    assert_eq!(looper.pop_posted(), None, "one dispatch for all");
    let merged = observers.dispatch();
    assert_eq!(merged[0], event(1, active | UidChanges::CAPABILITY, P::Receiver));
    assert_eq!(merged[1], event(2, UidChanges::ACTIVE, P::Top), "the newer one has its own");
    let gone = UidChanges::GONE | UidChanges::PROCSTATE;
    assert_eq!(gone.merged_over(active), gone, "gone erases active and cached");
    assert_eq!(gone.merged_over(UidChanges::IDLE), gone | UidChanges::IDLE);
    assert_eq!(observers.dispatch(), []);
}

#[test]
fn proc_state_012_callbacks_in_their_order() {
    let uid = Uid(5);
    let calls = |changes| {
        let event = UidEvent {
            uid,
            changes,
            proc_state: P::Top,
            capabilities: Capabilities::ALL,
            ephemeral: true,
        };
        event.callbacks().collect::<Vec<_>>()
    };
    let changed =
        UidCallback::StateChanged { uid, proc_state: P::Top, capabilities: Capabilities::ALL };
    let (idle, gone) =
        (UidCallback::Idle { uid, ephemeral: true }, UidCallback::Gone { uid, ephemeral: true });
    assert_eq!(calls(UidChanges::IDLE | UidChanges::PROCSTATE), [idle, changed]);
    assert_eq!(calls(UidChanges::ACTIVE), [UidCallback::Active { uid }, changed]);
    assert_eq!(calls(UidChanges::GONE | UidChanges::IDLE), [idle, gone]);
    assert_eq!(calls(UidChanges::CAPABILITY), [changed]);
    assert_eq!(calls(UidChanges::PROCADJ), [], "an adjustment alone is not told");
    assert_eq!(calls(UidChanges::PROCADJ | UidChanges::CAPABILITY), [changed]);
}

#[test]
fn proc_state_020_a_uid_becomes_idle_a_minute_after_going_to_the_background() {
    let mut world = World::new();
    let pid = world.app();
    world.facts(pid).has_overlay_ui = true;
    world.update();
    world.facts(pid).has_overlay_ui = false;
    world.update();
    assert!(world.list.is_uid_active(Uid(10_100)));
    assert_eq!(idle_check(&mut world, 59_999), []);
    let idle = vec![(10_100, vec!["STOP_SERVICES"]), (10_100, vec!["IDLE", "PROCSTATE"])];
    assert_eq!(idle_check(&mut world, 1), idle);
    assert!(!world.list.is_uid_active(Uid(10_100)));
    world.list.set_uid_temp_allow_listed(Uid(10_100), true);
    assert_eq!(events(world.update()), [(10_100, vec!["ACTIVE"])]);
    assert_eq!(idle_check(&mut world, 600_000), [], "as long as it is on the list");
    world.list.set_uid_temp_allow_listed(Uid(10_100), false);
    world.update();
    assert_eq!(idle_check(&mut world, 60_000), idle);
}

#[test]
fn proc_state_020_the_mark_is_one_of_the_full_uid() {
    let mut world = World::new();
    world.process(Uid(10_300));
    world.process(Uid(1_010_300));
    world.list.set_uid_temp_allow_listed(Uid(1_010_300), true);
    world.update();
    assert!(!world.list.is_uid_active(Uid(10_300)));
    world.list.set_uid_temp_allow_listed(Uid(10_300), false);
    world.update();
    assert!(world.list.is_uid_active(Uid(1_010_300)));
}

#[test]
fn proc_state_021_settle_time_runs_on_elapsed_time_but_the_look_on_uptime() {
    let mut world = World::new();
    let pid = world.app();
    world.facts(pid).has_overlay_ui = true;
    world.update();
    world.pass(1);
    world.facts(pid).has_overlay_ui = false;
    world.update();
    world.now = world.now.asleep_for(60_000);
    assert_eq!(idle_check(&mut world, 0), [], "asleep nobody looks");
    assert_eq!(idle_check(&mut world, 59_999), []);
    assert_eq!(idle_check(&mut world, 1).len(), 2);
    world.list.constants_mut().background_settle_time_ms = 10;
    world.facts(pid).has_overlay_ui = true;
    world.update();
    world.facts(pid).has_overlay_ui = false;
    world.update();
    world.looper = Looper::default();
    world.pass(10);
    let outcomes = world.list.on_idle_uids(world.now, &mut world.looper, &mut world.out);
    assert_eq!(outcomes.len(), 2);
}

#[test]
fn proc_state_022_a_new_uid_in_the_background_is_idle_from_the_start() {
    let mut world = World::new();
    let pid = world.app();
    world.started(pid, 0);
    let found = events(world.update());
    assert_eq!(found, [(10_100, vec!["IDLE", "UNCACHED", "PROCADJ", "PROCSTATE"])]);
    assert_eq!(idle_check(&mut world, 120_000), [], "no service is stopped");
}

#[test]
fn proc_state_023_active_is_what_was_last_applied() {
    let mut world = World::new();
    assert!(!world.list.is_uid_active(Uid(10_100)), "no record");
    let pid = world.app();
    assert!(world.list.is_uid_active(Uid(10_100)), "nothing was applied yet");
    world.update();
    assert!(!world.list.is_uid_active(Uid(10_100)));
    world.visible(pid, 1);
    assert!(!world.list.is_uid_active(Uid(10_100)));
    world.update();
    assert!(world.list.is_uid_active(Uid(10_100)));
}

#[test]
fn proc_state_024_only_a_user_initiated_job_keeps_its_uid_active() {
    let mut world = World::new();
    let (system, pid) = (world.system(), world.app());
    let flags = BindFlags::AUTO_CREATE | BindFlags::ALMOST_PERCEPTIBLE;
    let service = world.bound(system, pid, flags);
    let uid = world.get(pid).uid();
    world.update();
    assert!(world.list.is_uid_active(uid), "state 6");
    world.list.forget_service(service);
    world.bound(system, pid, flags | BindFlags::NOT_FOREGROUND);
    world.update();
    let idle = vec![(uid.0, vec!["STOP_SERVICES"]), (uid.0, vec!["IDLE", "PROCSTATE"])];
    assert_eq!(idle_check(&mut world, 60_000), idle, "state 8: idle while the job runs");
}

#[test]
fn proc_state_025_the_last_process_takes_its_uid_along() {
    let mut world = World::new();
    let uid = Uid(10_400);
    let (first, second) = (world.process(uid), world.process(uid));
    world.facts(first).has_overlay_ui = true;
    world.update();
    assert_eq!(world.list.remove(second, &mut world.out), None);
    let gone = world.list.remove(first, &mut world.out).expect("the last one");
    assert_eq!(gone.changes, UidChanges::GONE | UidChanges::IDLE | UidChanges::PROCSTATE);
    assert_eq!(world.list.uid_proc_state(uid), P::Nonexistent);
    let fresh = world.process(uid);
    world.update();
    let gone = world.list.remove(fresh, &mut world.out).expect("the last one");
    assert_eq!(gone.changes, UidChanges::GONE | UidChanges::PROCSTATE, "it was idle");
}
