//! Rules FGS-OOM-*: what services contribute to the state of their process.

use super::world::{plain, World, APP, DATA_SYNC, SHORT};
use crate::fgs::OomAdjReason;
use crate::process::{Adj, Capabilities, ProcessRecord};

fn process<'a>(world: &'a World, name: &str) -> &'a ProcessRecord {
    let pid = world.device.pid(name).expect("running");
    world.device.list.get(pid).expect("running")
}

#[test]
fn fgs_oom_001_summary_of_foreground_services_and_open_contracts() {
    let mut world = World::on_top();
    world.start("s").expect("started");
    assert!(!process(&world, "app").has_foreground_services());
    world.start_fg("t").expect("started");
    assert!(process(&world, "app").has_foreground_services(), "an open contract");
    world.promote("t", DATA_SYNC).expect("promoted");
    assert!(process(&world, "app").has_foreground_services() && world.decided("FGS-OOM-001"));
    world.stop_foreground("t", 0);
    assert!(!process(&world, "app").has_foreground_services());
}

#[test]
fn fgs_oom_002_the_summary_is_not_narrowed() {
    let mut world = World::on_top();
    for (name, id, types) in [("s", 1, SHORT), ("t", 2, DATA_SYNC)] {
        world.start(name).expect("started");
        world.promote_with(name, id, Some(plain()), types).expect("promoted");
    }
    world.background("app");
    world.advance(1);
    assert_eq!(world.state("app"), ("FOREGROUND_SERVICE", true));
    world.stop_self("t", -1);
    assert_eq!(world.state("app"), ("FOREGROUND_SERVICE", true), "still counts as dataSync");
    world.advance(190_000);
    assert_eq!(world.state("app").0, "FOREGROUND_SERVICE", "and is not demoted");
    assert!(world.take().contains(&"anr ShortFgsTimeout app".to_owned()));
}

#[test]
fn fgs_oom_013_a_short_type_without_tracking_contributes_nothing() {
    let mut world = World::with_fgs(SHORT);
    world.advance(1);
    assert_eq!(world.state("app").0, "FOREGROUND_SERVICE");
    world.edit("s").short_fgs_info = None;
    world.settle();
    assert_eq!(world.state("app").0, "SERVICE");
}

#[test]
fn fgs_oom_015_started_services_and_their_last_activity() {
    let mut world = World::new();
    world.device.background.background_allowlisted = true;
    world.start("s").expect("started");
    assert_eq!(process(&world, "app").adj(), Adj::SERVICE);
    world.advance(1_799_999);
    assert_eq!(process(&world, "app").adj(), Adj::SERVICE);
    world.advance(1);
    assert_ne!(process(&world, "app").adj(), Adj::SERVICE);
    assert_eq!(world.state("app").0, "SERVICE", "the state stays");
    world.bind("s");
    assert_eq!(process(&world, "app").adj(), Adj::SERVICE, "an auto-create bind is activity");
    let mut world = World::on_top();
    world.start("s").expect("started");
    world.background("app");
    assert_ne!(process(&world, "app").adj(), Adj::SERVICE, "it has shown UI");
}

#[test]
fn fgs_oom_021_when_states_are_computed_anew() {
    let mut world = World::on_top();
    world.start_fg("s").expect("started");
    world.promote("s", DATA_SYNC).expect("promoted");
    world.background("app");
    let caller = crate::Caller { uid: APP, pid: world.device.pid("app") };
    let service = world.record("s").token;
    let stop = crate::fgs::call::ServiceCall::StopForeground { service, flags: 0 };
    world.bare_call(caller, stop).expect("no checks");
    assert_eq!(world.state("app").0, "SERVICE", "at once");
    assert_eq!(process(&world, "app").capabilities(), Capabilities::NONE);
    world.with(|services, cx| services.update_oom_adj(OomAdjReason::UiVisibility, cx));
    assert_eq!(world.state("app").0, "SERVICE");
}

#[test]
fn fgs_oom_003_a_non_short_service_among_short_ones() {
    let mut world = World::on_top();
    world.start("s").expect("started");
    world.promote("s", SHORT).expect("promoted");
    world.background("app");
    world.advance(1);
    assert_eq!(world.state("app"), ("FOREGROUND_SERVICE", false), "only short ones");
    world.top("app");
    world.start_fg("t").expect("started");
    world.background("app");
    assert_eq!(world.state("app"), ("FOREGROUND_SERVICE", true), "one of type none");
}

#[test]
fn fgs_oom_012_demoted_strictly_after_the_demotion_time() {
    let mut world = World::with_fgs(SHORT);
    world.advance(185_000);
    assert_eq!(world.state("app").0, "FOREGROUND_SERVICE");
    world.advance(1);
    assert_eq!(world.state("app").0, "SERVICE");
}

#[test]
fn fgs_oom_010_a_regular_foreground_service() {
    let mut world = World::with_fgs(DATA_SYNC);
    world.advance(15_001);
    assert_eq!(
        (world.state("app"), process(&world, "app").adj()),
        (("FOREGROUND_SERVICE", true), Adj(200))
    );
}

#[test]
fn fgs_oom_011_a_short_foreground_service() {
    let mut world = World::with_fgs(SHORT);
    world.advance(15_001);
    let found = (world.state("app"), process(&world, "app").adj());
    assert_eq!(found, (("FOREGROUND_SERVICE", false), Adj(226)));
}

#[test]
fn fgs_oom_014_recently_on_top() {
    for (types, adj) in [(DATA_SYNC, 50), (SHORT, 51)] {
        let mut world = World::with_fgs(types);
        world.advance(14_999);
        assert_eq!(process(&world, "app").adj(), Adj(adj));
        world.advance(1);
        assert_ne!(process(&world, "app").adj(), Adj(adj), "15 s after it was on top");
    }
}

#[test]
fn fgs_oom_017_network_in_the_foreground() {
    for types in [DATA_SYNC, SHORT] {
        let mut world = World::with_fgs(types);
        world.advance(1);
        let network =
            Capabilities::POWER_RESTRICTED_NETWORK | Capabilities::USER_RESTRICTED_NETWORK;
        assert!(process(&world, "app").capabilities().contains(network));
        world.stop_foreground("s", 0);
        assert!(!process(&world, "app").capabilities().contains(network));
    }
}

#[test]
fn fgs_oom_019_a_client_passes_its_right_on() {
    let bound_by = |types| {
        let mut world = World::with_fgs(types);
        let mut remote = world.device.services["r"].clone();
        remote.uid = super::world::CLIENT;
        remote.process = "client".to_owned();
        world.device.services.insert("c".to_owned(), remote);
        world.advance(1);
        let caller = crate::Caller { uid: APP, pid: world.device.pid("app") };
        let call = crate::fgs::call::ServiceCall::Bind {
            service: super::world::component("c"),
            action: None,
            connection: crate::fgs::effect::ConnectionToken(9),
            flags: 1,
            calling_package: Some("app".to_owned()),
            user: super::world::USER,
        };
        world.bare_call(caller, call).expect("bound");
        world.settle();
        world.state("client")
    };
    assert_eq!(bound_by(DATA_SYNC), ("FOREGROUND_SERVICE", true));
    assert_eq!(bound_by(SHORT), ("FOREGROUND_SERVICE", false), "a short service passes none");
}

#[test]
fn fgs_oom_020_the_uid_takes_the_best_of_its_processes() {
    let mut world = World::on_top();
    world.start_fg("r").expect("started");
    world.promote("r", DATA_SYNC).expect("promoted");
    world.background("app");
    let uid = world.device.list.uid(APP).expect("running");
    assert_eq!(uid.cur_proc_state().name(), "FOREGROUND_SERVICE");
    assert!(uid.capabilities().contains(Capabilities::BFSL));
    assert_eq!(world.state("app:remote").0, "FOREGROUND_SERVICE");
}

#[test]
fn fgs_oom_016_sensors_of_all_services_together() {
    use crate::fgs::types::ForegroundServiceType;
    let mut world = World::on_top();
    for (name, id, types) in
        [("s", 1, ForegroundServiceType::LOCATION), ("t", 2, ForegroundServiceType::CAMERA)]
    {
        world.start(name).expect("started");
        world.promote_with(name, id, Some(plain()), types).expect("promoted");
    }
    world.background("app");
    assert_eq!(process(&world, "app").capabilities().bits() & 7, 3);
    world.stop_foreground("t", 0);
    assert_eq!(process(&world, "app").capabilities().bits() & 7, 1);
}

#[test]
fn fgs_oom_018_the_right_to_start_foreground_services_by_state() {
    use crate::process::Instrumentation;
    let right = |world: &World| {
        let capabilities = process(world, "app").capabilities();
        (world.state("app").0, capabilities.contains(Capabilities::BFSL))
    };
    let mut world = World::new();
    assert!(!right(&world).1, "cached");
    world.top("app");
    assert_eq!(right(&world), ("TOP", true));
    assert_eq!(process(&world, "app").capabilities(), Capabilities::ALL);
    world.background("app");
    world.device.background.background_allowlisted = true;
    world.start("s").expect("started");
    assert_eq!(right(&world), ("SERVICE", false));
    world.top("client");
    world.bind("s");
    assert_eq!(right(&world), ("BOUND_TOP", true));
    world.background("client");
    world.unbind("s");
    assert_eq!(right(&world), ("SERVICE", false), "it does not outlast the state");

    let mut world = World::new();
    let pid = world.device.pid("app").expect("running");
    let facts = world.device.list.facts_mut(pid).expect("running");
    facts.instrumentation = Some(Instrumentation::default());
    world.settle();
    assert_eq!(right(&world), ("FOREGROUND_SERVICE", true), "the state comes from it");
    let sensors = process(&world, "app").capabilities().bits() & 7;
    assert_eq!(sensors, Capabilities::ALL_IMPLICIT.bits(), "camera and microphone");
}
