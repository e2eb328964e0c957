//! Rules FGS-DEFER-*: display of notifications now or later.

use super::world::{component, plain, World, APP, DATA_SYNC, USER};
use crate::fgs::types::ForegroundServiceType;
use crate::fgs::{Constants, NotificationPolicy};
use crate::notification::Notification;

/// What the log says of notification 1 after a first `startForeground` with it.
fn first(change: fn(&mut Notification), types: ForegroundServiceType) -> String {
    let mut world = World::on_top();
    world.start("s").expect("started");
    let mut notification = plain();
    change(&mut notification);
    world.promote_with("s", 1, Some(notification), types).expect("promoted");
    world.take().pop().expect("something")
}

fn post(world: &mut World, id: i32) -> NotificationPolicy {
    let mut policy = NotificationPolicy::NotForegroundService;
    world.with(|services, cx| {
        let mut notification = plain();
        policy =
            services.apply_foreground_service_notification(USER, "app", id, &mut notification, cx);
    });
    policy
}

fn report(world: &mut World, shown: bool, id: i32) {
    world.with(|services, cx| {
        services.on_foreground_service_notification_update(shown, USER, "app", id, &plain(), cx);
    });
}

#[test]
fn fgs_defer_001_constants() {
    let it = Constants::default();
    assert!(it.deferral_enabled && !it.deferral_api_gated);
    assert_eq!((it.deferral_interval, it.deferral_interval_for_short), (10_000, 10_000));
    let exclusion = (it.deferral_exclusion_time, it.deferral_exclusion_time_for_short);
    assert_eq!(exclusion, (120_000, 120_000));
    let mut world = World::on_top();
    world.services.device_config("deferred_fgs_notification_interval", Some("500"));
    world.start("s").expect("started");
    world.promote("s", DATA_SYNC).expect("promoted");
    world.take();
    world.advance(500);
    assert_eq!(world.take(), ["show 1"]);
}

#[test]
fn fgs_defer_002_what_is_shown_at_once() {
    assert_eq!(first(|_| {}, DATA_SYNC), "hold 1");
    assert_eq!(first(|it| it.foreground_service_behavior = 1, DATA_SYNC), "show 1");
    assert_eq!(first(|it| it.media_style = true, DATA_SYNC), "show 1");
    assert_eq!(first(|it| it.actions = 1, DATA_SYNC), "show 1");
    for (category, expected) in [("call", "show 1"), ("navigation", "show 1"), ("alarm", "hold 1")]
    {
        let mut world = World::on_top();
        world.start("s").expect("started");
        let notification = Notification { category: Some(category.to_owned()), ..plain() };
        world.promote_with("s", 1, Some(notification), DATA_SYNC).expect("promoted");
        assert_eq!(world.take().pop().as_deref(), Some(expected), "{category}");
    }
    assert_eq!(first(|_| {}, ForegroundServiceType::MEDIA_PLAYBACK), "show 1");
    let deferred = |it: &mut Notification| (it.foreground_service_behavior, it.actions) = (2, 1);
    assert_eq!(first(deferred, ForegroundServiceType::MEDIA_PLAYBACK), "hold 1");
    let gated = |target: i32| {
        let mut world = World::on_top();
        world.device.target_sdk.insert(APP, target);
        world.services.device_config("deferred_fgs_notifications_api_gated", Some("true"));
        world.start("s").expect("started");
        world.promote("s", DATA_SYNC).expect("promoted");
        world.take().pop()
    };
    assert_eq!((gated(30).as_deref(), gated(31).as_deref()), (Some("show 1"), Some("hold 1")));
}

#[test]
fn fgs_defer_003_the_timer_and_the_rate_limit() {
    let mut world = World::on_top();
    world.services.device_config("deferred_fgs_notification_exclusion_time", Some("-20000"));
    for (name, id) in [("s", 1), ("t", 2)] {
        world.start(name).expect("started");
        world.promote_with(name, id, Some(plain()), DATA_SYNC).expect("promoted");
        world.advance(4_000);
    }
    let (first, second) = (world.record("s").deferral, world.record("t").deferral);
    assert_eq!(first.display_time, second.display_time, "the earlier one of the uid");
    world.take();
    world.advance(2_000);
    assert_eq!(world.take(), ["show 2", "show 1"]);
    let mut world = World::with_fgs(DATA_SYNC);
    let eligible = world.services.deferral_eligible[&APP];
    assert_eq!(eligible, world.record("s").deferral.display_time.plus(120_000));
    world.top("app");
    world.start("u").expect("started");
    world.promote_with("u", 3, Some(plain()), DATA_SYNC).expect("promoted");
    assert_eq!(world.take().pop().as_deref(), Some("show 3"), "the rate limit of the uid");
}

#[test]
fn fgs_defer_004_at_its_end_it_is_posted_if_it_still_is_one() {
    let mut world = World::with_fgs(DATA_SYNC);
    world.advance(9_999);
    assert!(world.take().is_empty());
    world.advance(1);
    assert_eq!(world.take(), ["show 1"]);
    let mut world = World::with_fgs(DATA_SYNC);
    world.stop_foreground("s", 1);
    world.take();
    world.advance(10_000);
    assert!(world.decided("FGS-DEFER-004") && world.services.pending_notifications.is_empty());
    assert!(world.take().is_empty());
    assert!(world.record("s").deferral.deferred, "its next attempt shows at once");
}

#[test]
fn fgs_defer_006_shown_for_another_reason() {
    let mut world = World::with_fgs(DATA_SYNC);
    report(&mut world, false, 1);
    assert_eq!(world.services.pending_notifications.len(), 1, "not shown: nothing changes");
    report(&mut world, true, 2);
    assert_eq!(world.services.pending_notifications.len(), 1, "another id");
    report(&mut world, true, 1);
    assert!(world.services.pending_notifications.is_empty());
    let deferral = world.record("s").deferral;
    assert!(deferral.shown && !deferral.deferred && world.decided("FGS-DEFER-006"));
}

#[test]
fn fgs_defer_007_any_post_with_the_id_is_one_of_the_service() {
    let mut world = World::on_top();
    for name in ["s", "t"] {
        world.start(name).expect("started");
        world.promote(name, DATA_SYNC).expect("promoted");
    }
    assert_eq!(post(&mut world, 1), NotificationPolicy::UpdateOnly);
    assert_eq!(post(&mut world, 2), NotificationPolicy::NotForegroundService);
    let flagged = world.record("s").foreground_notification().map(|it| it.flags & 0x40);
    assert_eq!(flagged, Some(0x40));
    let deciding: Vec<_> = world.services.pending_notifications.iter().map(|it| it.token).collect();
    assert_eq!(deciding, [world.record("s").token], "the first by name decides for both");
    world.stop_foreground("s", 0);
    assert!(world.decided("FGS-DEFER-007"));
}

#[test]
fn fgs_defer_008_channels_in_use() {
    let mut world = World::with_fgs(DATA_SYNC);
    let used = |world: &World, package: &str, channel: &str| {
        world.services.has_foreground_service_notification(package, USER, channel)
    };
    assert!(used(&world, "app", "channel"));
    assert!(!used(&world, "app", "other") && !used(&world, "client", "channel"));
    world.stop_foreground("s", 0);
    assert!(!used(&world, "app", "channel"));
    assert!(world.services.by_name(USER, &component("s")).is_some());
}

#[test]
fn fgs_defer_009_the_three_marks() {
    let held = || World::with_fgs(DATA_SYNC);
    let again = |world: &mut World| {
        world.top("app");
        world.take();
        world.promote("s", DATA_SYNC).expect("promoted");
        world.take().pop().expect("something")
    };
    let mut world = held();
    world.stop_foreground("s", 1);
    assert_eq!(again(&mut world), "hold 1", "held, removed, held still");
    let mut world = held();
    world.stop_foreground("s", 0);
    assert_eq!(again(&mut world), "update 1", "displayed by LEGACY, marked shown");
    assert!(world.record("s").deferral.shown);
    let mut world = held();
    world.stop_foreground("s", 2);
    world.top("app");
    world.take();
    world.promote_with("s", 7, Some(plain()), DATA_SYNC).expect("promoted");
    assert_eq!(world.take().pop().as_deref(), Some("hold 7"), "DETACH marks nothing");
    let mut world = World::on_top();
    world.start("s").expect("started");
    let immediate = Notification { foreground_service_behavior: 1, ..plain() };
    world.promote_with("s", 1, Some(immediate), DATA_SYNC).expect("promoted");
    assert!(!world.record("s").deferral.shown, "displayed at once is not marked shown");
    assert!(world.decided("FGS-DEFER-002"));
}

#[test]
fn fgs_defer_005_the_service_is_in_the_foreground_whether_shown_or_not() {
    let mut world = World::with_fgs(DATA_SYNC);
    assert!(world.record("s").is_foreground());
    assert_eq!(world.state("app"), ("FOREGROUND_SERVICE", true));
    world.stop_foreground("s", 1);
    world.advance(20_000);
    assert!(!world.take().contains(&"show 1".to_owned()), "REMOVE never shows it");
}
