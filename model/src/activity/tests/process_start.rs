//! The decision about one process.

use super::BackgroundStartPrivileges::{AllowBal, AllowFgs, Notification};
use super::*;
use crate::process::{BindFlags, Binding, BindingId, Instrumentation, RunningService};

/// `OTHER` binds a service of the process with these flags and is visible.
fn bind_by_visible(world: &mut World, pid: Pid, flags: BindFlags) {
    let client = world.process(OTHER);
    let token = ServiceToken(9);
    world.around.list.start_service(pid, token, RunningService::default());
    let binding = Binding { client, service: token, flags, activity_visible: None };
    world.around.list.bind(BindingId(1), binding, START);
    world.room.on_non_app_window(OTHER, true, &mut Output::new());
}

#[test]
fn bal_026_only_opted_in_clients_lend_visibility() {
    assert!(is_opted_in(BindFlags::NONE, false));
    assert!(!is_opted_in(BindFlags::NONE, true));
    assert!(is_opted_in(BindFlags::ALLOW_ACTIVITY_STARTS, true));
    let (mut world, pid) = World::with_app();
    bind_by_visible(&mut world, pid, BindFlags::AUTO_CREATE);
    assert_eq!(world.process_code(pid, Purpose::Activity), Ok(BalCode::BalBlock));
    world.around.target_sdk.insert(OTHER, 33);
    world.stop_switches();
    let code = world.process_code(pid, Purpose::Activity);
    assert_eq!(code, Ok(BalCode::BalAllowVisibleWindow), "app switches do not matter");
    world.room.on_non_app_window(OTHER, false, &mut Output::new());
    assert_eq!(world.process_code(pid, Purpose::Activity), Ok(BalCode::BalBlock));
}

#[test]
fn bal_032_instrumentation_by_a_privileged_starter() {
    let (mut world, pid) = World::with_app();
    let by = Instrumentation::default();
    world.around.list.facts_mut(pid).expect("added").instrumentation = Some(by);
    assert_eq!(world.process_code(pid, Purpose::Activity), Ok(BalCode::BalBlock));
    let by = Instrumentation { start_activities_from_background: true, ..by };
    world.around.list.facts_mut(pid).expect("added").instrumentation = Some(by);
    assert_eq!(world.process_code(pid, Purpose::Activity), Ok(BalCode::BalAllowPermission));
}

#[test]
fn bal_051_notification_trampolines_are_filtered() {
    let (mut world, pid) = World::with_app();
    world.lend(pid, 1, Notification);
    let code = |world: &mut World| world.process_code(pid, Purpose::Activity);
    assert_eq!(code(&mut world), Ok(BalCode::BalBlock));
    world.around.target_sdk.insert(APP, 30);
    assert_eq!(code(&mut world), Ok(BalCode::BalAllowPermission));
    world.around.target_sdk.insert(APP, 32);
    assert_eq!(code(&mut world), Ok(BalCode::BalBlock));
    world.room.roles_mut().exempt_from_trampolines.insert(APP);
    assert_eq!(code(&mut world), Ok(BalCode::BalAllowPermission), "a browser until 32");
    world.around.target_sdk.insert(APP, 33);
    assert_eq!(code(&mut world), Ok(BalCode::BalBlock));
    world.lend(pid, 2, AllowBal);
    assert_eq!(code(&mut world), Ok(BalCode::BalAllowPermission), "not by notification alone");
}

#[test]
fn bal_052_tokens_for_foreground_services_only() {
    let (mut world, pid) = World::with_app();
    world.lend(pid, 1, AllowFgs);
    let code = world.process_code(pid, Purpose::Activity);
    assert!(matches!(code, Err(Exception::IllegalArgument(_))));
    let code = world.process_code(pid, Purpose::ForegroundService);
    assert_eq!(code, Ok(BalCode::BalAllowPermission));
    world.lend(pid, 2, Notification);
    assert_eq!(world.process_code(pid, Purpose::Activity), Ok(BalCode::BalBlock));
}

#[test]
fn bal_080_first_match_wins() {
    let (mut world, pid) = World::with_app();
    let code = |world: &mut World| world.process_code(pid, Purpose::Activity);
    world.room.on_activity_launched(pid, world.now, &mut Output::new());
    assert_eq!(code(&mut world), Ok(BalCode::BalAllowGracePeriod), "row 5");
    world.activities(pid, vec![hidden_in_visible_task()]);
    assert_eq!(code(&mut world), Ok(BalCode::BalAllowForeground), "row 4");
    bind_by_visible(&mut world, pid, BindFlags::ALLOW_ACTIVITY_STARTS);
    assert_eq!(code(&mut world), Ok(BalCode::BalAllowVisibleWindow), "row 3");
    world.lend(pid, 1, AllowBal);
    assert_eq!(code(&mut world), Ok(BalCode::BalAllowPermission), "row 2");
}

#[test]
fn bal_080_app_switches_hold_back_tasks_and_grace() {
    let (mut world, pid) = World::with_app();
    world.activities(pid, vec![hidden_in_visible_task()]);
    world.stop_switches();
    assert_eq!(world.process_code(pid, Purpose::Activity), Ok(BalCode::BalBlock));
    world.pass(500);
    assert_eq!(world.process_code(pid, Purpose::Activity), Ok(BalCode::BalAllowForeground));
    world.activities(pid, vec![]);
    world.room.on_activity_launched(pid, world.now, &mut Output::new());
    assert_eq!(world.process_code(pid, Purpose::Activity), Ok(BalCode::BalBlock), "FG_ONLY");
}

#[test]
fn bal_081_two_variants_of_the_token_check() {
    let (mut world, pid) = World::with_app();
    world.lend(pid, 1, Notification);
    assert_eq!(world.process_code(pid, Purpose::Activity), Ok(BalCode::BalBlock));
    let code = world.process_code(pid, Purpose::ForegroundService);
    assert_eq!(code, Ok(BalCode::BalAllowPermission), "no trampoline filter");
    let code = |lent: &[BackgroundStartPrivileges]| {
        let mut tokens = PrivilegeTokens::default();
        for (entity, &lent) in (0..).zip(lent) {
            tokens.add_or_update(Entity::System(entity), lent).expect("it allows something");
        }
        let facts = ProcessFacts {
            uid: APP,
            app_switches: AppSwitchState::Disallow,
            last_stop: Uptime(0),
            instrumented_with_privileges: false,
            tokens: &tokens,
            filter: TokenFilter::Absent,
            bound_by_visible: false,
            has_activity_in_visible_task: false,
            last_activity_launch: Uptime(0),
            last_activity_finish: Uptime(0),
        };
        let out = &mut Output::new();
        facts.are_background_activity_starts_allowed(Purpose::Activity, Uptime(0), out)
    };
    assert_eq!(code(&[]), Ok(BalCode::BalBlock));
    assert_eq!(code(&[AllowFgs]), Ok(BalCode::BalBlock), "nobody has a say");
    assert_eq!(code(&[AllowFgs, Notification]), Ok(BalCode::BalAllowPermission));
}

#[test]
fn bal_082_ten_seconds_of_grace() {
    let grace = |stop, launch, finish, now| {
        let tokens = PrivilegeTokens::default();
        let facts = ProcessFacts {
            uid: APP,
            app_switches: AppSwitchState::Allow,
            last_stop: Uptime(stop),
            instrumented_with_privileges: false,
            tokens: &tokens,
            filter: TokenFilter::Absent,
            bound_by_visible: false,
            has_activity_in_visible_task: false,
            last_activity_launch: Uptime(launch),
            last_activity_finish: Uptime(finish),
        };
        let (now, out) = (Uptime(now), &mut Output::new());
        facts.are_background_activity_starts_allowed(Purpose::Activity, now, out)
            == Ok(BalCode::BalAllowGracePeriod)
    };
    assert!(!grace(5_000, 4_000, 0, 6_000), "the launch came before the stop");
    assert!(grace(5_000, 4_000, 5_001, 6_000), "the finish after it");
    assert!(!grace(5_000, 5_000, 0, 6_000), "strictly after");
    assert!(grace(0, 0, 20_000, 29_999));
    assert!(!grace(0, 0, 20_000, 30_000), "exactly ten seconds");
    assert!(grace(15_000, 20_000, 12_000, 29_999), "one for each half");
    assert!(!grace(0, 0, 0, 5_000), "nothing right after boot");
}

#[test]
fn bal_083_foreground_service_variant() {
    let (mut world, pid) = World::with_app();
    let allowed = |world: &mut World| {
        let (around, now, out) = (&world.around, world.now, &mut world.out);
        world.room.are_background_fgs_starts_allowed(pid, around, now, out)
    };
    assert!(!allowed(&mut world));
    world.lend(pid, 1, AllowFgs);
    assert!(allowed(&mut world));
    world.room.remove_token(pid, Entity::System(1));
    world.activities(pid, vec![hidden_in_visible_task()]);
    assert!(allowed(&mut world));
    world.stop_switches();
    assert!(!allowed(&mut world), "the app-switch state counts");
}

#[test]
fn bal_084_closing_system_dialogs_by_token() {
    let (mut world, pid) = World::with_app();
    let closes = |world: &mut World| {
        world.room.can_close_system_dialogs_by_token(pid, &world.around, &mut world.out)
    };
    world.around.target_sdk.insert(APP, 30);
    assert!(!closes(&mut world), "no token");
    world.lend(pid, 1, AllowFgs);
    assert!(!closes(&mut world), "and no exception either");
    world.lend(pid, 2, AllowBal);
    assert!(!closes(&mut world));
    world.lend(pid, 3, Notification);
    assert!(closes(&mut world));
    world.around.target_sdk.insert(APP, 31);
    world.room.roles_mut().exempt_from_trampolines.insert(APP);
    assert!(!closes(&mut world), "the role does not matter");
}
