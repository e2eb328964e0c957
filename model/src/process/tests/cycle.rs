//! Order of evaluation, and processes that are bound to each other.

use super::super::ProcState as P;
use super::*;

#[test]
fn proc_adj_037_importance_flows_through_a_cycle() {
    let mut world = World::new();
    let (first, second, third) = (world.app(), world.app(), world.app());
    world.bound(first, second, BindFlags::AUTO_CREATE);
    world.bound(second, third, BindFlags::AUTO_CREATE);
    world.bound(third, first, BindFlags::AUTO_CREATE);
    world.facts(first).has_overlay_ui = true;
    for pid in [first, second, third] {
        assert_eq!(world.found(pid), (200, P::ImportantForeground));
    }
    world.facts(first).has_overlay_ui = false;
    let slots = [first, second, third].map(|pid| world.found(pid).0);
    assert_eq!(slots, [905, 905, 905], "cached members of a cycle share a place");
}

#[test]
fn proc_adj_037_two_processes_bound_to_each_other_do_not_keep_each_other_up() {
    let mut world = World::new();
    let (first, second) = (world.app(), world.app());
    world.bound(first, second, BindFlags::AUTO_CREATE);
    world.bound(second, first, BindFlags::AUTO_CREATE);
    world.facts(first).has_overlay_ui = true;
    let lifted = (200, P::ImportantForeground);
    assert_eq!((world.found(first), world.found(second)), (lifted, lifted));
    world.facts(first).has_overlay_ui = false;
    assert_eq!(world.found(first).1, P::CachedEmpty);
    assert_eq!(world.found(second).1, P::CachedEmpty);
}

#[test]
fn proc_adj_003_nothing_changes_between_updates() {
    let mut world = World::new();
    let pid = world.app();
    world.update();
    world.facts(pid).has_overlay_ui = true;
    assert_eq!(world.get(pid).cur_proc_state(), P::CachedEmpty);
    let mut again = world.list.clone();
    assert_eq!(world.found(pid), (200, P::ImportantForeground));
    again.update(world.now, &mut Looper::default(), &mut Output::new());
    assert_eq!(again, world.list, "the same facts give the same answer");
}
