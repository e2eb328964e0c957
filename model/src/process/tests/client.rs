//! What clients of services and providers give to their hosts.

use super::super::ProcState as P;
use super::*;

/// The host of a service that a client binds with these flags; the client is set up first.
fn host_of(client: impl FnOnce(&mut World) -> Pid, flags: BindFlags) -> (World, Pid, Pid) {
    let mut world = World::new();
    let client = client(&mut world);
    let host = world.app();
    world.bound(client, host, BindFlags::AUTO_CREATE | flags);
    (world, client, host)
}

fn top(world: &mut World) -> Pid {
    let pid = world.app();
    world.list.device_mut().top = Some(pid);
    pid
}

fn overlay(world: &mut World) -> Pid {
    let pid = world.app();
    world.facts(pid).has_overlay_ui = true;
    pid
}

#[test]
fn proc_adj_022_a_top_process_does_not_look_at_its_services() {
    let mut world = World::new();
    let pid = top(&mut world);
    world.started(pid, 0);
    world.update();
    assert!(!world.get(pid).has_started_services());
    world.list.device_mut().top = None;
    world.update();
    assert!(world.get(pid).has_started_services());
}

#[test]
fn proc_adj_025_capabilities_pass_over_bindings() {
    let caps = |client: fn(&mut World) -> Pid, flags| {
        let (mut world, _, host) = host_of(client, flags);
        world.capabilities(host)
    };
    let system = World::system;
    assert_eq!(caps(system, BindFlags::NONE), 0, "state <= 5: only by request");
    assert_eq!(caps(system, BindFlags::BYPASS_POWER_NETWORK_RESTRICTIONS), 8);
    assert_eq!(caps(system, BindFlags::BYPASS_USER_NETWORK_RESTRICTIONS), 32);
    assert_eq!(caps(system, BindFlags::INCLUDE_CAPABILITIES), 63 - 16);
    assert_eq!(caps(system, BindFlags::INCLUDE_CAPABILITIES | BindFlags::WAIVE_PRIORITY), 0);
    // A client of state 6 that has both network bits passes the first always, the second by request.
    let chain = |flags| {
        let both = BindFlags::BYPASS_POWER_NETWORK_RESTRICTIONS
            | BindFlags::BYPASS_USER_NETWORK_RESTRICTIONS;
        let (mut world, _, middle) = host_of(system, both);
        let host = world.app();
        world.bound(middle, host, BindFlags::AUTO_CREATE | flags);
        world.capabilities(host)
    };
    assert_eq!(chain(BindFlags::NONE), 8);
    assert_eq!(chain(BindFlags::BYPASS_USER_NETWORK_RESTRICTIONS), 8 + 32);
}

#[test]
fn proc_adj_026_what_counts_of_a_client() {
    let (mut world, client, host) = host_of(overlay, BindFlags::ALLOW_OOM_MANAGEMENT);
    assert_eq!(world.found(host), (200, P::ImportantForeground));
    world.pass(1_800_000);
    assert_eq!(world.found(host), (905, P::ImportantForeground), "inactive: the adj has no effect");
    world.facts(host).has_shown_ui = true;
    assert_eq!(world.found(host), (905, P::CachedEmpty), "shown UI: nothing has");
    world.facts(client).has_overlay_ui = false;
    world.activity(client, ActivityState::Stopped, false);
    let (mut world, client, host) = host_of(World::app, BindFlags::NONE);
    world.activity(client, ActivityState::Stopped, false);
    world.facts(host).receiving = Some(Urgency::Background);
    assert_eq!(world.found(host), (0, P::Receiver));
    assert_eq!(world.get(client).cur_proc_state(), P::CachedActivity);
    let above = world.app();
    let service = world.service(above, RunningService::default());
    world.bind(client, service, BindFlags::ABOVE_CLIENT);
    world.facts(client).has_overlay_ui = true;
    world.facts(host).receiving = None;
    assert_eq!(world.found(client).0, 250, "the penalty");
    assert_eq!(world.found(host).0, 200, "is not inherited");
}

#[test]
fn proc_adj_027_adjustment_by_flags() {
    let adj = |client: fn(&mut World) -> Pid, flags: BindFlags| {
        let (mut world, _, host) = host_of(client, flags);
        world.found(host).0
    };
    assert_eq!(adj(World::system, BindFlags::ABOVE_CLIENT), -700, "row 1");
    assert_eq!(adj(top, BindFlags::IMPORTANT), 0, "row 1");
    assert_eq!(adj(overlay, BindFlags::NOT_PERCEPTIBLE), 250, "row 2 takes 200 as well");
    assert_eq!(adj(top, BindFlags::ALMOST_PERCEPTIBLE), 201, "row 3");
    assert_eq!(adj(top, BindFlags::ALMOST_PERCEPTIBLE | BindFlags::NOT_FOREGROUND), 227, "row 4");
    assert_eq!(adj(top, BindFlags::NOT_VISIBLE), 200, "row 5");
    assert_eq!(adj(overlay, BindFlags::NOT_VISIBLE), 200, "row 6");
    let treat = BindFlags::TREAT_LIKE_VISIBLE_FOREGROUND_SERVICE;
    assert_eq!(adj(World::system, treat), 100, "row 7");
    assert_eq!(adj(top, BindFlags::NONE), 100, "row 8");
    let mut world = World::new();
    let (client, host) = (top(&mut world), world.app());
    world.visible(host, 1);
    world.facts(host).activities[0].visible_requested = true;
    world.bound(client, host, BindFlags::ALMOST_PERCEPTIBLE);
    assert_eq!(world.found(host).0, 101, "row 8: below its own bound it is no improvement");
}

#[test]
fn proc_adj_027_a_process_that_has_shown_ui_is_not_lifted_by_weak_clients() {
    let (mut world, client, host) = host_of(World::app, BindFlags::NONE);
    world.started(client, 0);
    world.facts(host).has_shown_ui = true;
    assert_eq!(world.found(host), (905, P::Service), "the state passes, the adj does not");
    world.facts(client).has_overlay_ui = true;
    assert_eq!(world.found(host).0, 200);
}

#[test]
fn proc_adj_028_state_by_flags() {
    let state = |client: fn(&mut World) -> Pid, flags: BindFlags| {
        let (mut world, _, host) = host_of(client, flags);
        world.found(host).1
    };
    assert_eq!(state(World::system, BindFlags::NONE), P::ImportantForeground);
    assert_eq!(state(World::system, BindFlags::FOREGROUND_SERVICE), P::BoundForegroundService);
    let awake = BindFlags::FOREGROUND_SERVICE_WHILE_AWAKE;
    assert_eq!(state(World::system, awake), P::BoundForegroundService);
    let (mut asleep, _, host) = host_of(World::system, awake);
    asleep.list.device_mut().awake = false;
    assert_eq!(asleep.found(host).1, P::ImportantForeground);
    let treat = BindFlags::TREAT_LIKE_VISIBLE_FOREGROUND_SERVICE;
    assert_eq!(state(World::system, treat), P::ForegroundService);
    assert_eq!(state(top, BindFlags::NONE), P::BoundTop);
    assert_eq!(state(top, BindFlags::NOT_FOREGROUND), P::TransientBackground);
    assert_eq!(state(top, BindFlags::IMPORTANT_BACKGROUND), P::ImportantBackground);
    assert_eq!(state(overlay, BindFlags::NONE), P::ImportantForeground);
    let (mut world, client, host) = host_of(top, BindFlags::NONE);
    assert_eq!(world.capabilities(host), 8 + 16 + 32);
    let start = ProcessStart::of_app(client, world.get(client).uid(), "old");
    world.list.add(ProcessStart { target_sdk: 29, ..start });
    let service = world.list.bindings.values().next().expect("it is bound").service;
    world.bind(client, service, BindFlags::AUTO_CREATE);
    assert_eq!(world.capabilities(host), 63, "a TOP client before SDK 30 passes all");
}

#[test]
fn proc_adj_029_a_visible_activity_of_the_client_raises_to_0() {
    let flags = BindFlags::ADJUST_WITH_ACTIVITY | BindFlags::WAIVE_PRIORITY;
    let (mut world, _, host) = host_of(World::app, flags);
    assert_eq!(world.found(host).1, P::CachedEmpty, "not bound on behalf of an activity");
    let id = *world.list.bindings.keys().next().expect("it is bound");
    world.list.binding_mut(id).expect("it is bound").activity_visible = Some(false);
    assert_eq!(world.found(host).0, 905);
    world.list.binding_mut(id).expect("it is bound").activity_visible = Some(true);
    assert_eq!(world.found(host), (0, P::CachedEmpty));
}

#[test]
fn proc_adj_030_clients_of_providers() {
    let mut world = World::new();
    let (client, host) = (top(&mut world), world.app());
    let id = ProviderConnectionId(1);
    let process = ProviderClient::Process(client);
    world.list.connect_provider(id, ProviderConnection { host, client: process });
    assert_eq!(world.found(host), (0, P::BoundTop));
    assert_eq!(world.capabilities(host), 8 + 16 + 32);
    world.list.device_mut().top = None;
    world.foreground(client, 1);
    world.list.set_last_top(client, Uptime(0));
    world.list.set_last_top(host, Uptime(0));
    world.update();
    world.list.set_last_top(client, Uptime(0));
    assert_eq!(world.found(host), (200, P::BoundForegroundService));
    world.list.disconnect_provider(id, Now::default());
    let external = ProviderConnection { host, client: ProviderClient::External };
    world.list.connect_provider(id, external);
    assert_eq!(world.found(host), (0, P::ImportantForeground), "an external handle");
}

#[test]
fn proc_adj_032_cached_refinements() {
    let (mut world, client, host) = host_of(World::app, BindFlags::WAIVE_PRIORITY);
    assert_eq!(world.found(host).1, P::CachedEmpty);
    world.activity(client, ActivityState::Stopped, false);
    assert_eq!(world.found(host).1, P::CachedActivityClient);
    let (mut world, _, host) = host_of(World::app, BindFlags::TREAT_LIKE_ACTIVITY);
    assert_eq!(world.found(host).1, P::CachedActivity);
}

#[test]
fn proc_adj_034_client_of_a_service_above_itself() {
    let table = [
        (-1, -1),
        (0, 100),
        (99, 100),
        (100, 200),
        (200, 250),
        (250, 900),
        (899, 900),
        (900, 901),
        (998, 999),
        (999, 999),
    ];
    for (raw, reduced) in table {
        assert_eq!(adjuster::below_service(Adj(raw), true), Adj(reduced), "{raw}");
        assert_eq!(adjuster::below_service(Adj(raw), false), Adj(raw));
    }
    let (mut world, client, _) = host_of(overlay, BindFlags::ABOVE_CLIENT);
    world.update();
    assert_eq!((world.get(client).raw_adj(), world.get(client).adj()), (Adj(200), Adj(250)));
}
