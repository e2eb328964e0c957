//! Rules FGS-STOP-050 … 053: the system takes services down.

use super::world::{World, APP, DATA_SYNC};
use crate::fgs::reason::ReasonCode;
use crate::fgs::Message;

#[test]
fn fgs_stop_050_idle_uids_lose_their_started_services() {
    let mut world = World::on_top();
    for name in ["s", "t"] {
        world.start(name).expect("started");
    }
    world.background("app");
    world.advance(59_999);
    assert!(world.known("s").is_some());
    world.take();
    world.advance(1);
    assert_eq!(world.take(), ["destroy s", "destroy t"]);
    let mut world = World::on_top();
    world.start("s").expect("started");
    world.background("app");
    world.device.background.background_allowlisted = true;
    world.advance(120_000);
    assert!(world.known("s").is_some(), "its start mode is NORMAL");
    let mut world = World::with_fgs(DATA_SYNC);
    world.advance(120_000);
    assert!(world.known("s").is_some(), "a foreground service keeps its uid active");
    world.stop_foreground("s", 0);
    world.device.restricted = true;
    world.take();
    world.advance(60_000);
    assert_eq!(world.take(), ["destroy s", "cancel 1"]);
}

#[test]
fn fgs_stop_051_an_app_becomes_restricted() {
    let mut world = World::with_fgs(DATA_SYNC);
    world.restrict(true);
    assert!(world.take().contains(&"EXIT 0 StopForeground s".to_owned()));
    let record = world.record("s");
    assert!(record.start_requested && !record.is_foreground && record.foreground_id == 1);
    let mut world = World::with_fgs(DATA_SYNC);
    world.edit("s").allow_start_foreground_at_entering = ReasonCode::ALARM_MANAGER_ALARM_CLOCK;
    world.restrict(true);
    assert!(world.record("s").is_foreground, "an alarm clock let it in");
    let mut world = World::with_fgs(DATA_SYNC);
    world.top("app");
    world.restrict(true);
    assert!(world.record("s").is_foreground, "on top it is allowed");
    let mut world = World::with_fgs(DATA_SYNC);
    world.die("app");
    world.restrict(false);
    assert!(!world.record("s").is_foreground, "without a process even lifting takes it out");
    assert!(world.decided("FGS-STOP-051"));
}

#[test]
fn fgs_stop_052_a_restricted_app_leaves_the_top_or_its_client() {
    let mut world = World::on_top();
    world.start("s").expect("started");
    world.promote("s", DATA_SYNC).expect("promoted");
    world.restrict(true);
    assert!(world.record("s").is_foreground);
    world.background("app");
    assert!(!world.record("s").is_foreground, "(a)");
    let mut world = World::with_fgs(DATA_SYNC);
    world.top("client");
    world.bind("s");
    world.restrict(true);
    assert!(world.record("s").is_foreground, "bound by an app that is not restricted");
    world.background("client");
    assert!(!world.record("s").is_foreground, "(b)");
    assert!(world.decided("FGS-STOP-052"));
    let mut world = World::with_fgs(DATA_SYNC);
    world.top("client");
    world.bind("s");
    world.restrict(true);
    world.top("app");
    assert!(!world.record("s").is_foreground, "(b) also by coming to the top itself");
}

#[test]
fn fgs_stop_053_entries_stay_until_they_were_shown_enough() {
    let entries =
        |world: &World| world.services.users.values().map(|it| it.active_apps.len()).sum::<usize>();
    let review = |world: &World| world.due(|it| matches!(it, Message::UpdateForegroundApps { .. }));
    let fgs = |top: bool, screen_on: bool| {
        let mut world = World::new();
        world.device.screen_on = screen_on;
        if top {
            world.top("app");
        }
        world.allowlist(ReasonCode::PUSH_MESSAGING, 600_000);
        world.start_fg("s").expect("started");
        world.promote("s", DATA_SYNC).expect("promoted");
        world
    };
    let mut world = fgs(true, true);
    world.stop_foreground("s", 0);
    assert_eq!(entries(&world), 0, "shown on top");
    let mut world = fgs(false, true);
    world.advance(1_999);
    world.stop_foreground("s", 0);
    assert_eq!((entries(&world), review(&world)), (1, Some(3_000)), "at least 3 000 from now");
    world.advance(3_000);
    assert_eq!(entries(&world), 0);
    let mut world = fgs(false, true);
    world.advance(2_000);
    world.stop_foreground("s", 0);
    assert_eq!(entries(&world), 0, "2 000 are enough");
    let mut world = fgs(false, false);
    world.stop_foreground("s", 0);
    assert_eq!((entries(&world), review(&world)), (1, Some(1_000)), "screen off");
    world.device.screen_on = true;
    world.with(|services, cx| services.on_screen_on(cx));
    assert_eq!(entries(&world), 1);
    let now = world.now.elapsed;
    let user = world.services.users.values().next().expect("one");
    let app = user.active_apps.get("app").expect("an entry");
    assert_eq!((app.start_visible_time, app.uid, app.end_time), (now, APP, now));
    assert!(world.decided("FGS-STOP-053"));
}
