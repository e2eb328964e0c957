//! The decision about one activity start.

use super::BackgroundActivityStartMode::{Allowed, Denied, SystemDefined};
use super::*;
use crate::ids::UserId;

#[test]
fn bal_001_result_codes() {
    let names = [
        "BAL_BLOCK",
        "BAL_ALLOW_DEFAULT",
        "BAL_ALLOW_ALLOWLISTED_UID",
        "BAL_ALLOW_ALLOWLISTED_COMPONENT",
        "BAL_ALLOW_VISIBLE_WINDOW",
        "BAL_ALLOW_PENDING_INTENT",
        "BAL_ALLOW_PERMISSION",
        "BAL_ALLOW_SAW_PERMISSION",
        "BAL_ALLOW_GRACE_PERIOD",
        "BAL_ALLOW_FOREGROUND",
        "BAL_ALLOW_SDK_SANDBOX",
    ];
    let codes = [
        BalCode::BalBlock,
        BalCode::BalAllowDefault,
        BalCode::BalAllowAllowlistedUid,
        BalCode::BalAllowAllowlistedComponent,
        BalCode::BalAllowVisibleWindow,
        BalCode::BalAllowPendingIntent,
        BalCode::BalAllowPermission,
        BalCode::BalAllowSawPermission,
        BalCode::BalAllowGracePeriod,
        BalCode::BalAllowForeground,
        BalCode::BalAllowSdkSandbox,
    ];
    for (number, (code, name)) in (0..).zip(codes.into_iter().zip(names)) {
        assert_eq!((code.number(), code.name(), code.is_allowed()), (number, name, number > 0));
    }
}

#[test]
fn bal_002_constants_of_android_14() {
    let constants = Constants::android_14(1);
    assert_eq!(constants.service_bg_activity_start_timeout_ms, 10_000);
    assert_eq!(constants.allow_bg_activity_start_timeout_ms, 10_000);
    assert!(!constants.default_background_activity_starts_enabled);
    assert!(constants.system_exempt_from_activity_bg_start_restriction_enabled);
    assert_eq!(Constants::android_14(3).allow_bg_activity_start_timeout_ms, 30_000);
    assert_eq!(Constants::android_14(3).service_bg_activity_start_timeout_ms, 10_000);
}

#[test]
fn bal_003_gates_by_target_sdk() {
    let table = [
        (Change::DEFAULT_RESCIND_BAL_PRIVILEGES_FROM_PENDING_INTENT_SENDER, 244_637_991, 34),
        (Change::DEFAULT_RESCIND_BAL_FG_PRIVILEGES_BOUND_SERVICE, 261_072_174, 34),
        (Change::NOTIFICATION_TRAMPOLINE_BLOCK, 167_676_448, 31),
        (Change::NOTIFICATION_TRAMPOLINE_BLOCK_FOR_EXEMPT_ROLES, 227_752_274, 33),
    ];
    for (change, id, since) in table {
        assert_eq!(change, Change(id));
        assert!(change.enabled_for_target_sdk(since) && !change.enabled_for_target_sdk(since - 1));
    }
}

#[test]
fn bal_004_bind_flags() {
    use crate::process::BindFlags;
    assert_eq!(BindFlags::ALLOW_ACTIVITY_STARTS.bits(), 0x200);
    assert_eq!(BindFlags::ALLOW_BACKGROUND_ACTIVITY_STARTS.bits(), 0x10_0000);
}

#[test]
fn bal_027_home_is_the_home_process_or_else_the_default_home_package() {
    let (mut world, pid) = World::with_app();
    let home = world.process(OTHER);
    world.room.roles_mut().default_home.insert(UserId(0), "app".to_owned());
    assert_eq!(world.start(Some(pid)), BalCode::BalAllowAllowlistedComponent);
    let unnamed = ActivityStart { calling_package: None, ..direct(Some(pid)) };
    assert_eq!(world.check(&unnamed), BalCode::BalBlock);
    world.around.list.device_mut().home = Some(home);
    assert_eq!(world.start(Some(pid)), BalCode::BalBlock, "the package is not consulted");
    world.around.list.device_mut().home = Some(pid);
    assert_eq!(world.check(&unnamed), BalCode::BalAllowAllowlistedComponent);
}

#[test]
fn bal_028_input_method_owner_matches_for_user_0_only() {
    let (mut world, pid) = World::with_app();
    world.room.roles_mut().input_method_window_owner = Some(APP);
    assert_eq!(world.start(Some(pid)), BalCode::BalAllowAllowlistedComponent);
    let of_user_10 = Uid(1_010_100);
    let start = ActivityStart { calling_uid: of_user_10, ..direct(None) };
    assert_eq!(world.check(&start), BalCode::BalAllowAllowlistedComponent, "its app id matches");
    world.room.roles_mut().input_method_window_owner = Some(of_user_10);
    assert_eq!(world.check(&start), BalCode::BalBlock, "a full uid never is an app id");
}

#[test]
fn bal_029_recents_match_by_app_id() {
    let (mut world, pid) = World::with_app();
    world.room.roles_mut().recents = Some(Uid(1_010_100));
    assert_eq!(world.start(Some(pid)), BalCode::BalAllowAllowlistedComponent);
    world.room.roles_mut().recents = Some(OTHER);
    assert_eq!(world.start(Some(pid)), BalCode::BalBlock);
}

#[test]
fn bal_030_owners_and_companions() {
    let (mut world, pid) = World::with_app();
    world.room.roles_mut().profile_owners.insert(APP);
    assert_eq!(world.start(Some(pid)), BalCode::BalBlock, "not affiliated");
    world.room.roles_mut().affiliated_users.insert(UserId(0));
    assert_eq!(world.start(Some(pid)), BalCode::BalAllowAllowlistedComponent);
    world.room.roles_mut().profile_owners.clear();
    world.room.roles_mut().companion_apps.insert(Uid(1_010_100));
    assert_eq!(world.start(Some(pid)), BalCode::BalBlock, "of another user");
    world.room.roles_mut().companion_apps.insert(APP);
    assert_eq!(world.start(Some(pid)), BalCode::BalAllowAllowlistedComponent);
    world.room.roles_mut().companion_apps.clear();
    world.room.roles_mut().device_owner = Some(APP);
    assert_eq!(world.start(Some(pid)), BalCode::BalAllowAllowlistedComponent);
}

#[test]
fn bal_031_draw_over_other_apps() {
    let table = [
        (AppOpMode::Allowed, false, true),
        (AppOpMode::Default, false, false),
        (AppOpMode::Default, true, true),
        (AppOpMode::Ignored, true, false),
        (AppOpMode::Errored, true, false),
        (AppOpMode::Foreground, true, false),
    ];
    for (mode, permission, allowed) in table {
        assert_eq!(may_draw_over_apps(mode, permission), allowed, "{mode:?}");
    }
    let (mut world, pid) = World::with_app();
    world.around.ops.insert((APP, "android:system_alert_window"), AppOpMode::Allowed);
    assert_eq!(world.start(Some(pid)), BalCode::BalAllowSawPermission);
}

#[test]
fn bal_062_a_creator_that_denies_counts_for_nothing() {
    let (mut world, pid) = World::with_app();
    world.show(pid);
    let denied = StartOptions { creator_mode: Denied, ..StartOptions::default() };
    let start = ActivityStart { calling_pid: Some(pid), ..sent(None, Some(denied)) };
    assert_eq!(world.check(&start), BalCode::BalBlock);
    let direct = ActivityStart { by_pending_intent: false, ..start };
    assert_eq!(world.check(&direct), BalCode::BalAllowVisibleWindow, "no pending intent");
    let undecided = ActivityStart { options: None, ..start };
    assert_eq!(world.check(&undecided), BalCode::BalAllowVisibleWindow);
}

#[test]
fn bal_063_an_explicit_denial_of_the_sender_hides_what_it_could_give() {
    let mut world = World::new();
    world.room.roles_mut().companion_apps.insert(OTHER);
    let rules = world.rules(|world| {
        assert_eq!(world.check(&sent(None, sender(Denied))), BalCode::BalBlock);
    });
    assert!(rules.contains(&"BAL-063") && !rules.contains(&"BAL-074"), "{rules:?}");
    let rules = world.rules(|world| {
        assert_eq!(world.check(&sent(None, None)), BalCode::BalBlock, "considered, not lent");
    });
    assert!(rules.contains(&"BAL-074"), "{rules:?}");
}

#[test]
fn bal_070_order_of_the_steps() {
    let (mut world, pid) = World::with_app();
    let code = |world: &mut World| world.start(Some(pid));
    world.room.on_activity_launched(pid, world.now, &mut Output::new());
    assert_eq!(code(&mut world), BalCode::BalAllowGracePeriod, "step 6");
    world.around.ops.insert((APP, "android:system_alert_window"), AppOpMode::Allowed);
    assert_eq!(code(&mut world), BalCode::BalAllowSawPermission, "step 5, row 6");
    world.around.held.insert((APP, SAFB));
    assert_eq!(code(&mut world), BalCode::BalAllowPermission, "step 5, row 1");
    world.show(pid);
    assert_eq!(code(&mut world), BalCode::BalAllowVisibleWindow, "step 2");
    world.around.list.device_mut().home = Some(pid);
    assert_eq!(code(&mut world), BalCode::BalAllowAllowlistedComponent, "step 1");
}

#[test]
fn bal_071_important_callers() {
    let mut world = World::new();
    let mut code = |uid| world.check(&ActivityStart { calling_uid: Uid(uid), ..direct(None) });
    for uid in [0, 1000, 1027, 1_001_000, 1_001_027] {
        assert_eq!(code(uid), BalCode::BalAllowAllowlistedUid, "{uid}");
    }
    assert_eq!(code(2000), BalCode::BalBlock, "the shell");
    assert_ne!(code(1_000_000), BalCode::BalAllowAllowlistedUid, "root of user 0 only");
}

#[test]
fn bal_072_visible_while_app_switches_are_stopped() {
    let (mut world, pid) = World::with_app();
    world.show(pid);
    assert_eq!(world.start(Some(pid)), BalCode::BalAllowVisibleWindow);
    world.stop_switches();
    assert_eq!(world.start(Some(pid)), BalCode::BalBlock);
    world.room.on_non_app_window(APP, true, &mut Output::new());
    assert_eq!(world.start(Some(pid)), BalCode::BalAllowVisibleWindow, "an overlay");
    world.room.on_non_app_window(APP, false, &mut Output::new());
    world.pass(500);
    assert_eq!(world.start(Some(pid)), BalCode::BalAllowVisibleWindow, "FG_ONLY");
}

#[test]
fn bal_073_sandbox_of_a_visible_app() {
    let (mut world, pid) = World::with_app();
    world.show(pid);
    let start = |uid| ActivityStart {
        calling_uid: OTHER,
        calling_pid: None,
        real_calling_uid: Some(Uid(uid)),
        ..direct(None)
    };
    assert_eq!(world.check(&start(20_100)), BalCode::BalAllowSdkSandbox);
    assert_eq!(world.check(&start(1_020_100)), BalCode::BalAllowSdkSandbox, "user dropped");
    assert_eq!(world.check(&start(20_200)), BalCode::BalBlock);
    assert_eq!(world.check(&start(30_100)), BalCode::BalBlock, "no sandbox");
}

#[test]
fn bal_074_what_a_sender_gives() {
    let mut world = World::new();
    let explicit = sender(Allowed);
    let code = |world: &mut World, start: ActivityStart<'static>| world.check(&start);
    assert_eq!(code(&mut world, sent(None, explicit)), BalCode::BalBlock);
    world.around.held.insert((OTHER, SAFB));
    assert_eq!(code(&mut world, sent(None, explicit)), BalCode::BalBlock, "not asked for");
    let by_permission = explicit.map(|it| StartOptions { allowed_by_permission: true, ..it });
    assert_eq!(code(&mut world, sent(None, by_permission)), BalCode::BalAllowPendingIntent);
    world.around.held.clear();
    let system = |privileges| ActivityStart {
        real_calling_uid: Some(Uid::SYSTEM),
        privileges,
        ..sent(None, explicit)
    };
    let handed = BackgroundStartPrivileges::AllowBal;
    assert_eq!(code(&mut world, system(handed)), BalCode::BalAllowPendingIntent, "persistent");
    let fgs = BackgroundStartPrivileges::AllowFgs;
    assert_eq!(code(&mut world, system(fgs)), BalCode::BalBlock);
    world.room.roles_mut().companion_apps.insert(OTHER);
    assert_eq!(code(&mut world, sent(None, explicit)), BalCode::BalAllowPendingIntent);
    let own = ActivityStart { real_calling_uid: Some(APP), ..sent(None, explicit) };
    world.room.roles_mut().companion_apps = [OTHER].into();
    assert_eq!(code(&mut world, own), BalCode::BalBlock, "creator and sender are one");
}

#[test]
fn bal_075_roles_and_permissions_of_the_creator() {
    let (mut world, pid) = World::with_app();
    world.room.roles_mut().recents = Some(APP);
    assert_eq!(world.start(Some(pid)), BalCode::BalAllowAllowlistedComponent);
    world.room.roles_mut().recents = None;
    let exempt = "android:system_exempt_from_activity_bg_start_restriction";
    world.around.ops.insert((APP, exempt), AppOpMode::Allowed);
    assert_eq!(world.start(Some(pid)), BalCode::BalAllowPermission, "row 7");
    world.room.constants_mut().system_exempt_from_activity_bg_start_restriction_enabled = false;
    assert_eq!(world.start(Some(pid)), BalCode::BalBlock, "the op is not honoured");
    world.around.held.insert((APP, SAFB));
    assert_eq!(world.start(Some(pid)), BalCode::BalAllowPermission, "row 1");
    world.room.roles_mut().companion_apps.insert(OTHER);
    world.around.target_sdk.insert(OTHER, 33);
    let code = world.check(&sent(None, None));
    assert_eq!(code, BalCode::BalAllowPendingIntent, "the sender's code in its place");
    world.around.target_sdk.insert(OTHER, 34);
    assert_eq!(world.check(&sent(None, None)), BalCode::BalAllowPermission, "not lent");
}

#[test]
fn bal_076_processes_of_the_caller_or_else_of_the_sender() {
    let (mut world, pid) = World::with_app();
    let sister = world.process(APP);
    world.room.on_activity_launched(sister, world.now, &mut Output::new());
    assert_eq!(world.start(Some(pid)), BalCode::BalAllowGracePeriod, "another of its processes");
    assert_eq!(
        world.check(&ActivityStart { real_calling_pid: None, ..direct(None) }),
        BalCode::BalBlock,
        "without a caller process nothing of the uid is looked at"
    );
    let (mut world, _) = World::with_app();
    let sending = world.process(OTHER);
    world.room.on_activity_launched(sending, world.now, &mut Output::new());
    world.around.target_sdk.insert(OTHER, 33);
    let code = world.check(&sent(Some(sending), None));
    assert_eq!(code, BalCode::BalAllowGracePeriod, "the sender's process, lent by default");
    world.around.target_sdk.insert(OTHER, 34);
    assert_eq!(world.check(&sent(Some(sending), None)), BalCode::BalBlock);
    let code = world.check(&sent(Some(sending), sender(Allowed)));
    assert_eq!(code, BalCode::BalAllowGracePeriod);
    let wrong = ActivityStart { real_calling_uid: Some(Uid(10_300)), ..sent(Some(sending), None) };
    assert_eq!(world.check(&wrong), BalCode::BalBlock, "the process of another uid");
}

#[test]
fn bal_077_a_sender_that_does_not_lend_blocks() {
    let mut world = World::new();
    world.room.roles_mut().companion_apps.insert(OTHER);
    let rules = world.rules(|world| {
        assert_eq!(world.check(&sent(None, None)), BalCode::BalBlock);
    });
    assert_eq!(rules.last(), Some(&"BAL-077"));
    world.around.target_sdk.insert(OTHER, 33);
    let rules = world.rules(|world| {
        assert_eq!(world.check(&sent(None, None)), BalCode::BalAllowPendingIntent);
    });
    assert_eq!(rules.last(), Some(&"BAL-077"), "legacy senders");
}

#[test]
fn bal_078_sender_opt_in_matrix() {
    let pending = BalCode::BalAllowPendingIntent;
    let table = [
        (33, SystemDefined, pending),
        (33, Allowed, pending),
        (33, Denied, BalCode::BalBlock),
        (34, SystemDefined, BalCode::BalBlock),
        (34, Allowed, pending),
        (34, Denied, BalCode::BalBlock),
    ];
    for (target_sdk, mode, code) in table {
        let mut world = World::new();
        let pid = world.process(OTHER);
        world.show(pid);
        world.around.target_sdk.insert(OTHER, target_sdk);
        assert_eq!(world.check(&sent(Some(pid), sender(mode))), code, "{target_sdk} {mode:?}");
        if mode == SystemDefined {
            assert_eq!(world.check(&sent(Some(pid), None)), code, "no options at all");
        }
    }
}

#[test]
fn bal_079_bring_task_to_front() {
    let (mut world, pid) = World::with_app();
    let start = ActivityStart::task_to_front(APP, Some(pid), "app");
    let rules = world.rules(|world| assert_eq!(world.check(&start), BalCode::BalBlock));
    assert_eq!(rules.first(), Some(&"BAL-079"));
    world.show(pid);
    assert_eq!(world.check(&start), BalCode::BalAllowVisibleWindow);
}

const BACK_STACK: Placement = Placement {
    new_task: false,
    task_has_callers_activity: true,
    single_instance_in_pinned_task: false,
};

fn becomes(code: BalCode, enabled: bool, placement: Placement) -> StartOutcome {
    outcome(code, enabled, placement, &mut Output::new())
}

#[test]
fn bal_090_the_global_switch_lets_everything_through() {
    let anywhere = Placement { new_task: true, ..BACK_STACK };
    assert_eq!(becomes(BalCode::BalBlock, true, anywhere), StartOutcome::Started);
    assert_eq!(becomes(BalCode::BalBlock, true, BACK_STACK), StartOutcome::Started);
}

#[test]
fn bal_091_aborted_starts_look_like_success_to_the_caller() {
    for placement in [
        Placement { new_task: true, ..BACK_STACK },
        Placement { task_has_callers_activity: false, ..BACK_STACK },
        Placement { single_instance_in_pinned_task: true, ..BACK_STACK },
    ] {
        let outcome = becomes(BalCode::BalBlock, false, placement);
        assert_eq!(outcome, StartOutcome::Aborted);
        assert_eq!((outcome.internal_result(), outcome.external_result()), (102, 0));
        let allowed = becomes(BalCode::BalAllowForeground, false, placement);
        assert_eq!((allowed, allowed.internal_result()), (StartOutcome::Started, 0));
    }
}

#[test]
fn bal_092_into_an_own_task_without_coming_to_the_front() {
    let outcome = becomes(BalCode::BalBlock, false, BACK_STACK);
    assert_eq!(outcome, StartOutcome::WithoutComingToFront);
    assert_eq!(outcome.internal_result(), 0);
}

#[test]
fn bal_093_no_decision_about_a_rejected_start() {
    let mut out = Output::tracing();
    assert_eq!(code_of_rejected_start(&mut out), BalCode::BalAllowDefault);
    assert_eq!(out.decisions[0].rule.id, "BAL-093");
}
