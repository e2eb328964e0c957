//! Places of cached processes, B services, and who is too many.

use super::super::ProcState as P;
use super::*;
use crate::effect::{Effect, ProcessEffect};

#[test]
fn proc_adj_033_services_far_down_the_order_of_use_are_b() {
    let mut world = World::new();
    let pids: Vec<_> = (0..6)
        .map(|_| {
            let pid = world.app();
            world.started(pid, 0);
            pid
        })
        .collect();
    world.update();
    let adjs = |world: &World| pids.iter().map(|&pid| world.get(pid).adj().0).collect::<Vec<_>>();
    assert_eq!(adjs(&world), [800, 800, 800, 800, 800, 500], "a third of none");
    world.update();
    assert_eq!(adjs(&world), [800, 800, 800, 500, 500, 500], "more than a third of six");
    world.list.device_mut().memory_level_normal = false;
    let last = *pids.last().expect("six");
    world.facts(last).exceeds_cached_restore_threshold = true;
    world.update();
    assert_eq!(adjs(&world), [800, 800, 500, 500, 500, 800], "a large one when memory is short");
}

#[test]
fn proc_adj_038_places_of_cached_processes() {
    let mut world = World::new();
    let pids: Vec<_> = (0..4).map(|_| world.app()).collect();
    world.activity(pids[0], ActivityState::Stopped, false);
    world.facts(pids[2]).has_recent_tasks = true;
    world.update();
    let adjs = |world: &World| pids.iter().map(|&pid| world.get(pid).adj().0).collect::<Vec<_>>();
    assert_eq!(adjs(&world), [910, 915, 900, 905]);
    for _ in 0..20 {
        world.app();
    }
    world.update();
    world.update();
    let mut empty: Vec<_> = world.list.iter().rev().map(|record| record.adj().0).collect();
    empty.truncate(5);
    assert_eq!(empty, [905, 905, 905, 915, 915], "22 share ten places by threes");
    world.list.constants_mut().use_tiered_cached_adj = true;
    world.update();
    assert!(world.list.iter().all(|record| record.adj().0 == 910));
    world.pass(60_000);
    world.update();
    assert_eq!(world.get(pids[3]).adj().0, 910, "not yet");
    world.pass(1);
    world.update();
    assert!(world.list.iter().all(|record| record.adj().0 == 950));
}

#[test]
fn proc_adj_045_surplus_cached_processes_are_killed() {
    let mut world = World::new();
    world.list.constants_mut().max_cached_processes = 4;
    let pids: Vec<_> = (0..6).map(|_| world.app()).collect();
    for &pid in &pids[..3] {
        world.activity(pid, ActivityState::Stopped, false);
    }
    let killed = |world: &mut World| {
        world.out.effects.clear();
        world.update();
        world
            .out
            .effects
            .iter()
            .map(|effect| match effect {
                Effect::Process(ProcessEffect::KillProcess { pid, reason, .. }) => {
                    (*pid, reason.clone())
                }
                other => panic!("unexpected {other:?}"),
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(killed(&mut world), [], "no user has been unlocked");
    world.list.device_mut().last_user_unlocking = Some(world.now.uptime.plus(-599_999));
    assert_eq!(killed(&mut world), [], "ten minutes are not over");
    world.pass(1);
    let expected =
        [(pids[3], "too many empty".to_owned()), (pids[0], "too many cached".to_owned())];
    assert_eq!(killed(&mut world), expected, "the least recently used of each kind");
    assert_eq!(killed(&mut world), [], "whoever was killed is not killed again");
}

#[test]
fn proc_adj_045_empty_processes_unused_for_long_are_trimmed() {
    let mut world = World::new();
    world.list.constants_mut().max_cached_processes = 4;
    let pids: Vec<_> = (0..3).map(|_| world.app()).collect();
    for &pid in &pids {
        world.list.touch(pid, world.now);
    }
    world.pass(1000 * 3_600_000);
    world.update();
    assert_eq!(world.out.effects, []);
    world.pass(1);
    world.update();
    let uid = world.get(pids[0]).uid();
    let reason = "empty for too long".to_owned();
    assert_eq!(
        world.out.effects,
        [Effect::Process(ProcessEffect::KillProcess { pid: pids[0], uid, reason })],
        "limit 1: two stay"
    );
    assert_eq!(world.get(pids[1]).cur_proc_state(), P::CachedEmpty);
}
