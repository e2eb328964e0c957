//! What a process claims by itself: base values, activities, roles.

use super::super::ProcState as P;
use super::*;

#[test]
fn proc_adj_004_a_starting_process_is_worth_nothing() {
    let mut world = World::new();
    let pid = world.app();
    world.visible(pid, 1);
    world.list.device_mut().top = Some(pid);
    assert_eq!(world.found(pid), (0, P::Top));
    let mut start = ProcessStart::of_app(Pid(50), Uid(10_150), "starting");
    start.attached = false;
    world.list.add(start);
    let host = world.app();
    world.bound(Pid(50), host, BindFlags::AUTO_CREATE);
    assert_eq!(world.found(host), (999, P::CachedEmpty), "what the client gives its host");
    world.list.attach(Pid(50));
    assert_eq!(world.found(Pid(50)).1, P::CachedEmpty);
    assert_ne!(world.get(Pid(50)).adj().0, 999);
}

#[test]
fn proc_adj_005_fixed_processes_keep_their_maximum() {
    let mut world = World::new();
    let system = world.system();
    let persistent = world.fixed(Adj::PERSISTENT_PROC);
    assert_eq!(world.found(system), (-900, P::Persistent));
    assert_eq!(world.found(persistent), (-800, P::Persistent));
    assert_eq!(world.capabilities(persistent), 63);
    world.facts(persistent).has_top_ui = true;
    assert_eq!(world.found(persistent), (-800, P::PersistentUi));
    world.list.device_mut().awake = false;
    assert_eq!(world.found(persistent), (-800, P::BoundForegroundService));
    world.facts(persistent).running_remote_animation = true;
    assert_eq!(world.found(persistent), (-800, P::PersistentUi));
    world.facts(persistent).has_top_ui = false;
    assert_eq!(world.found(persistent), (-800, P::Persistent));
    world.visible(persistent, 1);
    assert_eq!(world.found(persistent), (-800, P::PersistentUi));
}

#[test]
fn proc_adj_006_top_state_follows_the_device() {
    let mut world = World::new();
    let pid = world.app();
    world.list.device_mut().top = Some(pid);
    assert_eq!(world.found(pid).1, P::Top);
    world.list.device_mut().awake = false;
    assert_eq!(world.found(pid).1, P::TopSleeping);
    world.list.device_mut().launch_in_progress = true;
    assert_eq!(world.found(pid).1, P::Top);
}

#[test]
fn proc_adj_010_base_values_first_row_wins() {
    let mut world = World::new();
    let pid = world.app();
    let empty = world.found(pid);
    assert_eq!(empty, (905, P::CachedEmpty), "row 7");
    world.list.device_mut().top = Some(pid);
    world.list.device_mut().awake = false;
    assert_eq!(world.found(pid), (0, P::TopSleeping), "row 6");
    world.list.start_executing(pid, ServiceToken(77), Urgency::Background);
    assert_eq!(world.found(pid), (0, P::Service), "row 5");
    world.facts(pid).receiving = Some(Urgency::Background);
    assert_eq!(world.found(pid), (0, P::Receiver), "row 4");
    world.facts(pid).instrumentation = Some(Instrumentation::default());
    assert_eq!(world.found(pid), (0, P::ForegroundService), "row 3");
    assert_eq!(world.capabilities(pid), 16 + 8 + 32 + 6);
    world.facts(pid).running_remote_animation = true;
    assert_eq!(world.found(pid), (100, P::TopSleeping), "row 2");
    world.list.device_mut().awake = true;
    assert_eq!(world.found(pid), (0, P::Top), "row 1");
}

#[test]
fn proc_adj_011_activities_by_category() {
    let mut world = World::new();
    let pid = world.app();
    world.visible(pid, 3);
    assert_eq!(world.found(pid), (103, P::Top));
    world.visible(pid, 150);
    assert_eq!(world.found(pid), (199, P::Top), "99 at most");
    world.facts(pid).activities[0].task_layer = None;
    assert_eq!(world.found(pid), (199, P::Top));
    world.activity(pid, ActivityState::Pausing, false);
    assert_eq!(world.found(pid), (200, P::Top));
    world.activity(pid, ActivityState::Paused, false);
    assert_eq!(world.found(pid), (200, P::Top));
    world.activity(pid, ActivityState::Stopping, false);
    assert_eq!(world.found(pid), (200, P::LastActivity));
    world.activity(pid, ActivityState::Stopping, true);
    assert_eq!(world.found(pid), (200, P::CachedEmpty), "finishing");
    world.activity(pid, ActivityState::Stopped, false);
    assert_eq!(world.found(pid), (900, P::CachedActivity));
    world.facts(pid).running_remote_animation = true;
    assert_eq!(world.found(pid), (199, P::Top), "exactly 100 moves by the layer, whatever it is");
}

#[test]
fn proc_adj_012_recent_tasks_lift_an_empty_process() {
    let mut world = World::new();
    let pid = world.app();
    world.facts(pid).has_recent_tasks = true;
    assert_eq!(world.found(pid), (900, P::CachedRecent));
    world.activity(pid, ActivityState::Stopped, false);
    assert_eq!(world.found(pid).1, P::CachedActivity, "already better");
}

#[test]
fn proc_adj_019_a_toast_forces_importance() {
    let mut world = World::new();
    let pid = world.app();
    world.facts(pid).forcing_to_important = true;
    assert_eq!(world.found(pid), (200, P::TransientBackground));
    world.facts(pid).has_overlay_ui = true;
    assert_eq!(world.found(pid), (200, P::ImportantForeground), "nothing left to raise");
    world.facts(pid).has_overlay_ui = false;
    world.facts(pid).receiving = Some(Urgency::Foreground);
    assert_eq!(world.found(pid), (200, P::TransientBackground), "assigned, even if worse");
}

#[test]
fn proc_adj_020_heavy_weight_home_and_previous() {
    let mut world = World::new();
    let pid = world.app();
    world.list.device_mut().previous = Some(pid);
    assert_eq!(world.found(pid).1, P::CachedEmpty, "previous needs activities");
    world.activity(pid, ActivityState::Stopped, false);
    assert_eq!(world.found(pid), (700, P::LastActivity));
    world.pass(60_000);
    assert_eq!(world.found(pid), (700, P::LastActivity), "at the limit");
    world.pass(1);
    assert_eq!(world.found(pid), (900, P::LastActivity), "expired");
    world.list.device_mut().home = Some(pid);
    assert_eq!(world.found(pid), (600, P::Home));
    world.list.device_mut().heavy_weight = Some(pid);
    assert_eq!(world.found(pid), (400, P::HeavyWeight));
}

#[test]
fn proc_adj_021_backup_target() {
    let mut world = World::new();
    let pid = world.app();
    world.list.device_mut().backup.insert(crate::UserId(0), pid);
    assert_eq!(world.found(pid), (300, P::TransientBackground));
    world.facts(pid).receiving = Some(Urgency::Background);
    assert_eq!(world.found(pid), (0, P::Backup), "only the state is raised");
    world.list.device_mut().backup.insert(crate::UserId(10), pid);
    world.list.device_mut().backup.remove(&crate::UserId(0));
    assert_eq!(world.found(pid), (0, P::Receiver), "of another user");
}

#[test]
fn proc_adj_031_recently_used_provider() {
    let mut world = World::new();
    let (client, host) = (world.app(), world.app());
    let used = ProviderConnectionId(1);
    let connection = ProviderConnection { host, client: ProviderClient::Process(client) };
    world.list.connect_provider(used, connection.clone());
    world.update();
    world.list.disconnect_provider(used, world.now);
    assert_eq!(world.found(host).1, P::CachedEmpty, "the client was no better");
    world.facts(client).has_overlay_ui = true;
    world.list.connect_provider(used, connection);
    world.update();
    world.list.disconnect_provider(used, world.now);
    assert_eq!(world.found(host), (700, P::LastActivity));
    world.pass(19_999);
    assert_eq!(world.found(host), (700, P::LastActivity));
    world.pass(1);
    assert_eq!(world.found(host).1, P::CachedEmpty);
}

#[test]
fn proc_adj_035_no_adjustment_exceeds_the_maximum() {
    let mut world = World::new();
    let start = ProcessStart::of_app(Pid(60), Uid(10_160), "capped");
    world.list.add(ProcessStart { max_adj: Some(Adj::PERCEPTIBLE_APP), ..start });
    assert_eq!(world.found(Pid(60)), (200, P::CachedEmpty));
    assert_eq!(world.get(Pid(60)).sched_group(), SchedGroup::Default);
    world.visible(Pid(60), 1);
    assert_eq!(world.found(Pid(60)), (101, P::Top), "a better one stays");
}

#[test]
fn proc_adj_043_last_top_and_last_state() {
    let mut world = World::new();
    let pid = world.app();
    world.list.device_mut().top = Some(pid);
    world.update();
    assert_eq!(world.get(pid).last_top(), Uptime(0));
    world.pass(500);
    world.list.device_mut().top = None;
    world.update();
    assert_eq!(world.get(pid).last_top(), world.now.uptime);
    let (before, left) = (world.get(pid).state.last_state, world.now.uptime);
    assert_eq!(before, left, "top to cached: another memory class");
    world.pass(500);
    world.activity(pid, ActivityState::Stopped, false);
    world.update();
    assert_eq!(world.get(pid).state.last_state, left, "both are cached");
}

#[test]
fn proc_adj_046_scheduling_groups() {
    let mut world = World::new();
    let pid = world.app();
    let group = |world: &mut World| {
        world.update();
        world.get(pid).sched_group()
    };
    assert_eq!(group(&mut world), SchedGroup::Background);
    world.facts(pid).receiving = Some(Urgency::Foreground);
    assert_eq!(group(&mut world), SchedGroup::Default);
    world.facts(pid).receiving = Some(Urgency::Background);
    assert_eq!(group(&mut world), SchedGroup::Background);
    world.facts(pid).receiving = None;
    world.visible(pid, 1);
    assert_eq!(group(&mut world), SchedGroup::Default);
    world.list.device_mut().awake = false;
    assert_eq!(group(&mut world), SchedGroup::Restricted, "asleep");
    world.list.device_mut().awake = true;
    world.list.device_mut().top = Some(pid);
    assert_eq!(group(&mut world), SchedGroup::TopApp);
}
