//! The conditions that let an app start activities, beside those that let it schedule user-initiated jobs.

use super::*;
use crate::process::{BindFlags, Binding, BindingId, RunningService};

/// One row: what holds, the code of an activity start, and whether a user-initiated job may be scheduled.
type Row = (u32, fn(&mut World, Pid), BalCode, bool);

fn home(world: &mut World, pid: Pid) {
    world.around.list.device_mut().home = Some(pid);
    world.update();
}

fn bound_by_top(world: &mut World, pid: Pid) {
    let client = world.process(OTHER);
    world.around.list.device_mut().top = Some(client);
    let token = ServiceToken(9);
    world.around.list.start_service(pid, token, RunningService::default());
    let flags = BindFlags::AUTO_CREATE;
    let binding = Binding { client, service: token, flags, activity_visible: None };
    world.around.list.bind(BindingId(1), binding, START);
    world.update();
}

const TABLE: &[Row] = &[
    (1, |world, pid| world.show(pid), BalCode::BalAllowVisibleWindow, true),
    (
        2,
        |world, pid| {
            world.show(pid);
            world.stop_switches();
        },
        BalCode::BalBlock,
        true,
    ),
    (5, |world, pid| world.activities(pid, vec![Activity::default()]), BalCode::BalBlock, false),
    (9, bound_by_top, BalCode::BalBlock, true),
    (
        11,
        |world, pid| world.lend(pid, 1, BackgroundStartPrivileges::Notification),
        BalCode::BalBlock,
        true,
    ),
    (
        16,
        |world, _| {
            world.room.roles_mut().companion_apps.insert(APP);
        },
        BalCode::BalAllowAllowlistedComponent,
        false,
    ),
    (
        18,
        |world, _| {
            world.room.roles_mut().profile_owners.insert(APP);
            world.room.roles_mut().affiliated_users.insert(APP.user());
        },
        BalCode::BalAllowAllowlistedComponent,
        false,
    ),
    (
        19,
        |world, _| {
            world.around.ops.insert((APP, "android:system_alert_window"), AppOpMode::Allowed);
        },
        BalCode::BalAllowSawPermission,
        true,
    ),
    (22, home, BalCode::BalAllowAllowlistedComponent, false),
    (
        23,
        |world, _| world.room.roles_mut().input_method_window_owner = Some(APP),
        BalCode::BalAllowAllowlistedComponent,
        false,
    ),
    (
        24,
        |world, _| world.room.roles_mut().recents = Some(APP),
        BalCode::BalAllowAllowlistedComponent,
        false,
    ),
    (
        25,
        |world, _| {
            let op = "android:system_exempt_from_activity_bg_start_restriction";
            world.around.ops.insert((APP, op), AppOpMode::Allowed);
        },
        BalCode::BalAllowPermission,
        false,
    ),
    (
        30,
        |world, pid| {
            world.show(pid);
            world.activities(pid, vec![]);
        },
        BalCode::BalBlock,
        true,
    ),
];

#[test]
fn bal_100_both_directions_of_the_difference() {
    for &(row, set, code, may_schedule) in TABLE {
        let (mut world, pid) = World::with_app();
        set(&mut world, pid);
        assert_eq!(world.start(Some(pid)), code, "row {row}");
        assert_eq!(world.may_schedule(Some(pid)), may_schedule, "row {row}");
    }
}

#[test]
fn bal_101_a_temporary_power_allow_list_entry_allows_neither() {
    let (mut world, pid) = World::with_app();
    world.around.list.set_uid_temp_allow_listed(APP, true);
    world.update();
    assert!(world.around.list.is_uid_active(APP));
    assert_eq!(world.start(Some(pid)), BalCode::BalBlock);
    assert!(!world.may_schedule(Some(pid)));
}
