//! Foreground services, and what remains of having been on top.

use super::super::ProcState as P;
use super::*;

const DATA_SYNC: i32 = 1;
const LOCATION: i32 = 8;
const CAMERA: i32 = 64;
const MICROPHONE: i32 = 128;
const SHORT: i32 = 2048;

#[test]
fn proc_adj_013_a_foreground_service_assigns_both_values() {
    let mut world = World::new();
    let pid = world.app();
    let service = world.foreground(pid, DATA_SYNC);
    assert_eq!(world.found(pid), (200, P::ForegroundService));
    assert_eq!(world.capabilities(pid), 8 + 16 + 32);
    world.list.start_executing(pid, service, Urgency::Foreground);
    assert_eq!(world.found(pid), (200, P::ForegroundService), "worse than adj 0 of the callback");
    world.visible(pid, 1);
    world.list.stop_executing(pid, service);
    assert_eq!(world.found(pid), (101, P::Top), "adj <= 200 and state <= 4: not entered");
    world.facts(pid).activities.clear();
    world.list.stop_service(service);
    world.list.update_foreground(pid);
    world.facts(pid).has_overlay_ui = true;
    world.list.set_last_top(pid, Uptime(0));
    assert_eq!(world.found(pid), (200, P::ImportantForeground), "overlay");
}

#[test]
fn proc_adj_014_owing_start_foreground_counts() {
    let mut world = World::new();
    let pid = world.app();
    let owed = RunningService {
        start_requested: true,
        start_foreground_owed: true,
        last_activity: world.now.uptime,
        ..RunningService::default()
    };
    let service = world.service(pid, owed);
    assert_eq!(world.found(pid), (200, P::ForegroundService), "type none is not short");
    world.list.service_mut(service).expect("it runs").start_foreground_owed = false;
    assert_eq!(world.found(pid).1, P::ForegroundService, "the summary is stale");
    world.list.update_foreground(pid);
    assert_eq!(world.found(pid), (500, P::Service));
}

#[test]
fn fgs_oom_002_a_summary_that_lost_types_is_not_narrowed() {
    let mut world = World::new();
    let pid = world.app();
    let sync = world.foreground(pid, DATA_SYNC);
    let short = world.foreground(pid, SHORT);
    world.list.service_mut(short).expect("it runs").short_started = Some(world.now.uptime);
    world.list.stop_service(sync);
    world.list.update_foreground(pid);
    assert_eq!(world.found(pid), (200, P::ForegroundService), "still counts as not short");
    world.list.stop_service(short);
    world.list.update_foreground(pid);
    assert!(!world.get(pid).has_foreground_services());
}

#[test]
fn proc_adj_015_short_services_are_demoted_after_their_time() {
    let mut world = World::new();
    let pid = world.app();
    let short = world.foreground(pid, SHORT);
    let started = world.now.uptime;
    world.list.service_mut(short).expect("it runs").short_started = Some(started);
    assert_eq!(world.found(pid), (226, P::ForegroundService));
    assert_eq!(world.capabilities(pid), 8 + 32, "no BFSL");
    world.pass(185_000);
    assert_eq!(world.found(pid), (226, P::ForegroundService), "at the demotion time");
    world.pass(1);
    assert_eq!(world.found(pid), (500, P::Service));
    world.list.service_mut(short).expect("it runs").short_started = Some(world.now.uptime);
    assert_eq!(world.found(pid).0, 226);
    world.list.service_mut(short).expect("it runs").start_requested = false;
    assert_eq!(world.found(pid).1, P::CachedEmpty, "only start-requested ones count");
}

#[test]
fn proc_adj_016_foreground_service_of_an_app_that_was_just_top() {
    let mut world = World::new();
    let pid = world.app();
    world.foreground(pid, DATA_SYNC);
    world.list.device_mut().top = Some(pid);
    world.update();
    world.list.device_mut().top = None;
    assert_eq!(world.found(pid), (50, P::ForegroundService));
    world.pass(14_999);
    assert_eq!(world.found(pid).0, 50);
    world.pass(1);
    assert_eq!(world.found(pid).0, 200);
    let other = world.app();
    world.foreground(other, SHORT);
    let now = world.now.uptime;
    world.list.set_last_top(other, now);
    assert_eq!(world.found(other).0, 51, "short, even though its time is not tracked");
}

#[test]
fn proc_adj_017_job_of_an_app_that_was_just_top() {
    let mut world = World::new();
    let (system, pid) = (world.system(), world.app());
    let service = ServiceToken(900);
    world.list.top_binds.insert(service, world.now.uptime);
    world.bind(system, service, BindFlags::AUTO_CREATE | BindFlags::ALMOST_PERCEPTIBLE);
    world.list.start_service(pid, service, RunningService::default());
    let now = world.now.uptime;
    world.list.set_last_top(pid, now.plus(-14_999));
    assert_eq!(world.found(pid), (52, P::ImportantForeground));
    world.pass(1);
    assert_eq!(world.found(pid), (201, P::ImportantForeground));
}

#[test]
fn proc_adj_018_top_started_almost_perceptible_is_not_computed_on_the_fly() {
    let flags = BindFlags::AUTO_CREATE | BindFlags::ALMOST_PERCEPTIBLE;
    let mut world = World::new();
    let (system, pid) = (world.system(), world.app());
    let service = world.service(pid, RunningService::default());
    world.list.device_mut().top = Some(pid);
    world.update();
    let bound = world.bind(system, service, flags);
    let fact = |world: &World| world.get(pid).services.has_top_started_almost_perceptible;
    assert!(world.list.top_binds.contains_key(&service), "bound while its process was top");
    assert!(!fact(&world), "the bind does not touch the process");
    world.list.stop_all_services(pid);
    assert!(!fact(&world));
    world.list.start_service(pid, service, RunningService::default());
    assert!(fact(&world), "created again, the connection kept");
    world.list.unbind(bound);
    assert!(fact(&world), "the end of a connection looks at the client's process");
    world.list.stop_service(service);
    assert!(!fact(&world));
    world.list.start_service(pid, service, RunningService::default());
    assert!(!fact(&world), "no connection");
    let last = world.get(pid).services.last_top_started_almost_perceptible;
    assert_eq!(last, START.uptime, "but the time counts");
}

#[test]
fn proc_adj_018_first_bind_of_a_service_that_is_not_running_sets_nothing() {
    let mut world = World::new();
    let (system, pid) = (world.system(), world.app());
    world.list.device_mut().top = Some(pid);
    world.update();
    world.bind(system, ServiceToken(901), BindFlags::ALMOST_PERCEPTIBLE);
    assert!(world.list.top_binds.is_empty());
}

#[test]
fn proc_adj_023_started_services() {
    let mut world = World::new();
    let pid = world.app();
    let service = world.started(pid, 1_799_999);
    assert_eq!(world.found(pid), (500, P::Service));
    assert!(world.get(pid).has_started_services());
    world.pass(1);
    assert_eq!(world.found(pid), (905, P::Service), "inactive for half an hour");
    world.list.service_mut(service).expect("it runs").keep_warm = true;
    assert_eq!(world.found(pid), (500, P::Service));
    world.facts(pid).has_shown_ui = true;
    assert_eq!(world.found(pid).0, 500, "kept warm all the same");
    world.list.service_mut(service).expect("it runs").keep_warm = false;
    world.list.service_mut(service).expect("it runs").last_activity = world.now.uptime;
    assert_eq!(world.found(pid), (905, P::Service), "has shown UI");
    world.list.device_mut().home = Some(pid);
    assert_eq!(world.found(pid), (500, P::Service), "but is home");
}

#[test]
fn proc_adj_024_capabilities_of_foreground_services() {
    let mut world = World::new();
    let pid = world.app();
    let service = world.foreground(pid, LOCATION | CAMERA | MICROPHONE);
    assert_eq!(world.capabilities(pid), 8 + 16 + 32, "no while-in-use access");
    world.list.service_mut(service).expect("it runs").while_in_use = true;
    assert_eq!(world.capabilities(pid), 63);
    world.list.service_mut(service).expect("it runs").foreground_types = CAMERA;
    assert_eq!(world.capabilities(pid), 2 + 8 + 16 + 32);
    let start = ProcessStart::of_app(Pid(70), Uid(10_170), "old");
    world.list.add(ProcessStart { target_sdk: 29, ..start });
    let old = world.foreground(Pid(70), DATA_SYNC);
    world.list.service_mut(old).expect("it runs").while_in_use = true;
    assert_eq!(world.capabilities(Pid(70)), 2 + 4 + 8 + 16 + 32, "before SDK 30: always");
    world.list.service_mut(old).expect("it runs").is_foreground = false;
    world.list.update_foreground(Pid(70));
    assert_eq!(world.capabilities(Pid(70)), 0);
}

#[test]
fn proc_adj_036_final_capabilities_lose_bfsl_below_bound_foreground_service() {
    let mut world = World::new();
    let (system, pid) = (world.system(), world.app());
    let flags = BindFlags::AUTO_CREATE | BindFlags::FOREGROUND_SERVICE;
    let service = world.bound(system, pid, flags);
    assert_eq!(world.capabilities(pid), 8 + 16 + 32);
    world.list.forget_service(service);
    world.bound(system, pid, BindFlags::AUTO_CREATE | BindFlags::INCLUDE_CAPABILITIES);
    assert_eq!(world.capabilities(pid), 63 - 16, "state 6: all but BFSL stay");
}

#[test]
fn proc_adj_042_processes_that_only_run_a_job() {
    let job = |flags: &[BindFlags]| {
        let mut world = World::new();
        let (system, pid) = (world.system(), world.app());
        let flags = flags.iter().fold(BindFlags::AUTO_CREATE, |all, &flag| all | flag);
        world.bound(system, pid, flags);
        let found = world.found(pid);
        let uid = world.get(pid).uid();
        (found, world.get(pid).capabilities().bits(), world.list.is_uid_active(uid))
    };
    let user_initiated = job(&[
        BindFlags::ALMOST_PERCEPTIBLE,
        BindFlags::BYPASS_POWER_NETWORK_RESTRICTIONS,
        BindFlags::BYPASS_USER_NETWORK_RESTRICTIONS,
    ]);
    assert_eq!(user_initiated, ((201, P::ImportantForeground), 8 + 32, true));
    let expedited = job(&[
        BindFlags::NOT_FOREGROUND,
        BindFlags::ALMOST_PERCEPTIBLE,
        BindFlags::BYPASS_POWER_NETWORK_RESTRICTIONS,
    ]);
    assert_eq!(expedited, ((227, P::TransientBackground), 8, false));
    let regular = job(&[BindFlags::NOT_FOREGROUND, BindFlags::NOT_PERCEPTIBLE]);
    assert_eq!(regular, ((250, P::TransientBackground), 0, false));
}

#[test]
fn proc_adj_044_examples() {
    let mut world = World::new();
    let (system, top, below, pausing) = (world.system(), world.app(), world.app(), world.app());
    world.visible(top, 1);
    world.visible(below, 1);
    world.activity(pausing, ActivityState::Pausing, false);
    world.list.device_mut().top = Some(top);
    assert_eq!((world.found(top), world.capabilities(top)), ((0, P::Top), 63));
    assert_eq!((world.found(below), world.capabilities(below)), ((101, P::Top), 63));
    assert_eq!((world.found(pausing), world.capabilities(pausing)), ((200, P::Top), 63));
    let job = world.app();
    let flags = BindFlags::AUTO_CREATE | BindFlags::ALMOST_PERCEPTIBLE;
    world.bound(system, job, flags);
    world.foreground(job, DATA_SYNC);
    assert_eq!(world.found(job), (200, P::ForegroundService), "user-initiated job and service");
    let busy = world.app();
    world.bound(system, busy, flags | BindFlags::NOT_FOREGROUND);
    world.facts(busy).receiving = Some(Urgency::Background);
    assert_eq!(world.found(busy), (0, P::TransientBackground), "expedited job and receiver");
    let bound = world.app();
    world.bound(top, bound, BindFlags::AUTO_CREATE);
    assert_eq!(world.found(bound), (100, P::BoundTop));
    assert_eq!(world.capabilities(bound), 8 + 16 + 32);
}
