//! Privileges: values, tokens, and how broadcasts, starts and bindings lend them.

use super::BackgroundStartPrivileges::{AllowBal, AllowFgs, None as Nothing, Notification};
use super::*;
use crate::ids::Caller;

const SERVICE: ServiceToken = ServiceToken(7);

#[test]
fn bal_040_values() {
    assert_eq!(BackgroundStartPrivileges::of(false, false), Ok(Nothing));
    assert_eq!(BackgroundStartPrivileges::of(false, true), Ok(AllowFgs));
    assert_eq!(BackgroundStartPrivileges::of(true, true), Ok(AllowBal));
    let refused = BackgroundStartPrivileges::of(true, false);
    assert!(matches!(refused, Err(Exception::IllegalArgument(_))));
    let allows = |it: BackgroundStartPrivileges| {
        (it.allows_background_activity_starts(), it.allows_background_fgs_starts(), it.allows_any())
    };
    assert_eq!(allows(Nothing), (false, false, false));
    assert_eq!(allows(AllowFgs), (false, true, true));
    assert_eq!(allows(AllowBal), (true, true, true));
    assert_eq!(allows(Notification), (true, true, true));
}

#[test]
fn bal_041_merge() {
    let table = [
        (Nothing, Notification, Notification),
        (Notification, Nothing, Notification),
        (Nothing, AllowFgs, AllowFgs),
        (AllowFgs, AllowFgs, AllowFgs),
        (AllowFgs, AllowBal, AllowBal),
        (Notification, Notification, Notification),
        (Notification, AllowBal, AllowBal),
        (AllowFgs, Notification, AllowBal),
    ];
    for (one, other, merged) in table {
        assert_eq!(one.merge(other), merged, "{one:?} and {other:?}");
    }
}

#[test]
fn bal_042_token_map_of_a_process() {
    let (mut world, pid) = World::with_app();
    world.lend(pid, 1, AllowBal);
    world.lend(pid, 1, AllowFgs);
    assert_eq!(world.room.privileges_of(pid), AllowFgs, "replaced");
    world.lend(pid, 2, Notification);
    assert_eq!(world.room.privileges_of(pid), AllowBal);
    let before = world.room.clone();
    let refused = world.room.add_token(pid, Entity::System(3), Nothing);
    assert!(matches!(refused, Err(Exception::IllegalArgument(_))));
    world.room.remove_token(pid, Entity::System(3));
    assert_eq!(world.room, before);
    world.room.remove_token(pid, Entity::System(1));
    world.room.remove_token(pid, Entity::System(2));
    assert_eq!(world.room.privileges_of(pid), Nothing);
}

#[test]
fn bal_043_privilege_of_a_uid_is_that_of_its_processes() {
    let (mut world, first) = World::with_app();
    let second = world.process(APP);
    world.lend(first, 1, AllowFgs);
    let merged = |world: &mut World, uid| {
        world.room.privileges_of_uid(uid, &world.around.list, &mut world.out)
    };
    assert_eq!(merged(&mut world, APP), AllowFgs);
    world.lend(second, 1, AllowBal);
    assert_eq!(merged(&mut world, APP), AllowBal);
    assert_eq!(merged(&mut world, OTHER), Nothing, "no record");
}

#[test]
fn bal_044_a_broadcast_lends_for_ten_seconds() {
    let (mut world, pid) = World::with_app();
    let (now, looper, out) = (world.now, &mut world.looper, &mut world.out);
    world.room.on_broadcast(pid, 5, Notification, now, looper, out);
    world.room.on_broadcast(pid, 6, Nothing, now, looper, out);
    assert_eq!(world.room.privileges_of(pid), Notification);
    world.pass(9_999);
    assert_eq!(world.room.privileges_of(pid), Notification);
    world.pass(1);
    assert_eq!(world.room.privileges_of(pid), Nothing);
    world.room = ActivityTaskManager::new(Constants::android_14(3));
    world.room.on_process_started(pid);
    let (now, looper, out) = (world.now, &mut world.looper, &mut world.out);
    world.room.on_broadcast(pid, 7, AllowBal, now, looper, out);
    world.pass(29_999);
    assert_eq!(world.room.privileges_of(pid), AllowBal, "three times as long on slow hardware");
    world.pass(1);
    assert_eq!(world.room.privileges_of(pid), Nothing);
}

#[test]
fn bal_045_options_that_ask_for_activity_starts() {
    let caller = Caller { uid: APP, pid: None };
    let out = &mut Output::new();
    let lent = privileges_of_broadcast(AllowFgs, false, caller, false, out);
    assert_eq!(lent, Ok(AllowFgs), "as handed along");
    let lent = privileges_of_broadcast(Notification, true, caller, true, out);
    assert_eq!(lent, Ok(AllowBal), "replaced, without token");
    let refused = privileges_of_broadcast(AllowBal, true, caller, false, out);
    assert!(matches!(refused, Err(Exception::Security(_))));
}

/// A service that runs in a process is started with these privileges.
fn started(lent: BackgroundStartPrivileges) -> (World, Pid) {
    let (mut world, pid) = World::with_app();
    start(&mut world, Some(pid), lent);
    (world, pid)
}

fn start(world: &mut World, host: Option<Pid>, lent: BackgroundStartPrivileges) {
    let (now, looper, out) = (world.now, &mut world.looper, &mut world.out);
    world.room.on_service_start(SERVICE, host, lent, now, looper, out);
}

fn move_to(world: &mut World, host: Option<Pid>) {
    world.room.set_service_process(SERVICE, host, &mut world.looper, &mut world.out);
}

#[test]
fn bal_046_starts_lend_for_ten_seconds_each_the_oldest_goes_first() {
    let (mut world, pid) = started(Notification);
    assert_eq!(world.room.privileges_of(pid), Notification);
    world.pass(4_000);
    start(&mut world, Some(pid), AllowFgs);
    assert_eq!(world.room.privileges_of(pid), AllowBal, "merged");
    world.pass(5_999);
    assert_eq!(world.room.privileges_of(pid), AllowBal);
    world.pass(1);
    assert_eq!(world.room.privileges_of(pid), AllowFgs, "the oldest is gone");
    world.pass(4_000);
    assert_eq!(world.room.privileges_of(pid), Nothing);
}

#[test]
fn bal_046_a_service_without_process_lends_when_it_gets_one() {
    let (mut world, pid) = World::with_app();
    start(&mut world, None, AllowBal);
    assert_eq!(world.room.privileges_of(pid), Nothing);
    world.pass(6_000);
    move_to(&mut world, Some(pid));
    assert_eq!(world.room.privileges_of(pid), AllowBal);
    world.pass(3_999);
    assert_eq!(world.room.privileges_of(pid), AllowBal);
    world.pass(1);
    assert_eq!(world.room.privileges_of(pid), Nothing, "ten seconds from the start");
}

#[test]
fn bal_046_the_token_outlives_the_service() {
    let (mut world, pid) = started(AllowBal);
    move_to(&mut world, None);
    world.pass(9_999);
    assert_eq!(world.room.privileges_of(pid), AllowBal);
    world.pass(1);
    assert_eq!(world.room.privileges_of(pid), Nothing);
}

#[test]
fn bal_047_a_new_process_takes_the_token_over_and_keeps_it() {
    let (mut world, old) = started(AllowBal);
    move_to(&mut world, None);
    let new = world.process(APP);
    move_to(&mut world, Some(new));
    assert_eq!(world.room.privileges_of(old), Nothing);
    assert_eq!(world.room.privileges_of(new), AllowBal);
    world.pass(3_600_000);
    assert_eq!(world.room.privileges_of(new), AllowBal, "the removal was cancelled");
    start(&mut world, Some(new), AllowFgs);
    world.pass(10_000);
    assert_eq!(world.room.privileges_of(new), AllowFgs, "it removed the old start, not its own");
}

#[test]
fn bal_048_privileged_bindings() {
    let (mut world, pid) = started(AllowFgs);
    world.room.set_service_allowed_by_binding(SERVICE, true, &mut world.out);
    assert_eq!(world.room.privileges_of(pid), AllowBal);
    world.room.set_service_allowed_by_binding(SERVICE, false, &mut world.out);
    assert_eq!(world.room.privileges_of(pid), AllowFgs, "that of the start is put back");
    world.room.set_service_allowed_by_binding(SERVICE, true, &mut world.out);
    world.pass(10_000);
    assert_eq!(world.room.privileges_of(pid), AllowBal, "the start is over, the binding is not");
    world.room.set_service_allowed_by_binding(SERVICE, false, &mut world.out);
    assert_eq!(world.room.privileges_of(pid), Nothing);
}

fn sending() -> Sending {
    Sending {
        creator: APP,
        sender: OTHER,
        by_notification: false,
        sender_visible: true,
        options: None,
        rescinds: false,
    }
}

#[test]
fn bal_049_what_a_pending_intent_hands_along() {
    let lent = |sending: Sending| sending.privileges_for_service_or_broadcast(&mut Output::new());
    assert_eq!(lent(sending()), AllowBal);
    assert_eq!(lent(Sending { rescinds: true, ..sending() }), AllowFgs);
    assert_eq!(lent(Sending { sender_visible: false, ..sending() }), Nothing);
    assert_eq!(lent(Sending { sender: APP, ..sending() }), Nothing, "creator and sender are one");
    assert_eq!(sending().privileges_for_activity(), Nothing, "only tokens count for activities");
}

#[test]
fn bal_050_sent_from_a_notification() {
    let sent = Sending { by_notification: true, sender_visible: false, ..sending() };
    assert_eq!(sent.privileges_for_service_or_broadcast(&mut Output::new()), Notification);
    assert_eq!(sent.privileges_for_activity(), Notification);
}

#[test]
fn bal_060_what_the_sender_lends() {
    use BackgroundActivityStartMode::{Allowed, Denied, SystemDefined};
    let table = [
        (sender(Allowed), true, AllowBal),
        (sender(Denied), false, Nothing),
        (sender(SystemDefined), false, AllowBal),
        (sender(SystemDefined), true, AllowFgs),
        (None, false, AllowBal),
        (None, true, AllowFgs),
    ];
    for (options, rescinds, lent) in table {
        assert_eq!(lent_by_sender(options, rescinds, &mut Output::new()), lent);
    }
}

#[test]
fn bal_061_modes() {
    use BackgroundActivityStartMode::{Allowed, Denied, SystemDefined};
    let mode = |number| BackgroundActivityStartMode::from_number(number, &mut Output::new());
    assert_eq!([mode(0), mode(1), mode(2)], [Ok(SystemDefined), Ok(Allowed), Ok(Denied)]);
    assert!(matches!(mode(3), Err(Exception::IllegalArgument(_))));
    assert!(matches!(mode(-1), Err(Exception::IllegalArgument(_))));
    assert_eq!(StartOptions::default().creator_mode, SystemDefined);
}

#[test]
fn bal_064_options_are_merged_key_by_key() {
    use BackgroundActivityStartMode::{Allowed, Denied, SystemDefined};
    let merged = |creator, sender| StartOptions::merged(creator, sender, &mut Output::new());
    let creator =
        StartOptions { creator_mode: Allowed, sender_mode: Denied, allowed_by_permission: true };
    let sender = StartOptions {
        creator_mode: Denied,
        sender_mode: SystemDefined,
        allowed_by_permission: false,
    };
    let both =
        StartOptions { creator_mode: Denied, sender_mode: Denied, allowed_by_permission: true };
    assert_eq!(merged(Some(creator), Some(sender)), Some(both), "absence overrides nothing");
    assert_eq!(merged(Some(creator), None), Some(creator));
    assert_eq!(merged(None, Some(sender)), Some(sender));
    assert_eq!(merged(None, None), None);
}
