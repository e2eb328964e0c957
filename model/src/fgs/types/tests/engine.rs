//! The policy engine: order of the check, toggles, gates. Section 3 of the chapter.

use super::*;
use PolicyCheck::{
    Deprecated, Disabled, Ok as Fine, PermissionDeniedEnforced as Enforced,
    PermissionDeniedPermissive as Permissive,
};

const DATA_SYNC_FLAG: &str = "fgs_type_perm_enforcement_flag_data_sync";
const CAMERA_FLAG: &str = "fgs_type_perm_enforcement_flag_camera";

/// The table of FGS-TYPE-021, in the order of the types.
const TOGGLES: &[(Type, &str)] = &[
    (Type::DATA_SYNC, DATA_SYNC_FLAG),
    (Type::MEDIA_PLAYBACK, "fgs_type_perm_enforcement_flag_media_playback"),
    (Type::PHONE_CALL, "fgs_type_perm_enforcement_flag_phone_call"),
    (Type::LOCATION, "fgs_type_perm_enforcement_flag_location"),
    (Type::CONNECTED_DEVICE, "fgs_type_perm_enforcement_flag_connected_device"),
    (Type::MEDIA_PROJECTION, "fgs_type_perm_enforcement_flag_media_projection"),
    (Type::CAMERA, CAMERA_FLAG),
    (Type::MICROPHONE, "fgs_type_perm_enforcement_flag_microphone"),
    (Type::HEALTH, "fgs_type_perm_enforcement_flag_health"),
    (Type::REMOTE_MESSAGING, "fgs_type_perm_enforcement_flag_remote_messaging"),
    (Type::SYSTEM_EXEMPTED, "fgs_type_perm_enforcement_flag_system_exempted"),
    (Type::SPECIAL_USE, "fgs_type_perm_enforcement_flag_special_use"),
];

/// Only an op can take a type permission away, and only one of them has an op.
#[test]
fn fgs_type_007_type_permissions_come_with_their_declaration() {
    for &(service_type, _) in TOGGLES {
        let Some([Entry::Regular(permission)]) = info(service_type).all_of else {
            panic!("{} needs one permission", service_type.label());
        };
        let revocable = permission.app_op().is_some();
        assert_eq!(revocable, service_type == Type::SPECIAL_USE, "{}", permission.name());
        assert_eq!(check(&World::targeting(34), service_type), Enforced);
    }
}

/// The policy remembers nothing about an app: each call is answered by the facts of its moment.
#[test]
fn fgs_type_008_every_call_is_evaluated_again() {
    let policy = ForegroundServiceTypePolicy::new();
    let types = Type::LOCATION.with(Type::DATA_SYNC);
    let before = World::targeting(34).grant_type(Type::DATA_SYNC).grant_type(Type::LOCATION);
    let after = before.clone().grant(Permission::AccessFineLocation);
    assert!(validate(&policy, &before, types).0.is_err());
    assert_eq!(validate(&policy, &after, types).0, Ok(Fine));
    assert!(after.asked().contains(&"android.permission.FOREGROUND_SERVICE_DATA_SYNC".to_owned()));
    assert!(validate(&policy, &before, types).0.is_err());
}

/// A disabled type does not report missing permissions, a denied one no deprecation.
#[test]
fn fgs_type_013_disabled_then_denied_then_deprecated() {
    let gates = |disabled, granted| {
        let world = World::targeting(34)
            .force(Change::FGS_TYPE_DATA_SYNC_DISABLED, disabled)
            .force(Change::FGS_TYPE_DATA_SYNC_DEPRECATION, true);
        if granted {
            world.grant_type(Type::DATA_SYNC)
        } else {
            world
        }
    };
    let policy = ForegroundServiceTypePolicy::new();
    let table = [
        (true, false, Disabled, &["FGS-TYPE-014"][..]),
        (true, true, Disabled, &["FGS-TYPE-014"]),
        (false, false, Enforced, &["FGS-TYPE-034", "FGS-TYPE-016", "FGS-TYPE-018"]),
        (false, true, Deprecated, &["FGS-TYPE-034", "FGS-TYPE-015"]),
    ];
    for (disabled, granted, code, rules) in table {
        let world = gates(disabled, granted);
        let (found, because) = check_with(&policy, &world, Type::DATA_SYNC);
        assert_eq!((found, &because[..]), (code, rules), "{disabled} {granted}");
        assert_eq!(world.asked().is_empty(), disabled, "a disabled type asks for nothing");
    }
}

/// The type's own check replaces what the any-of list said, never what the all-of list said.
#[test]
fn fgs_type_013_custom_check_against_the_lists() {
    let custom = |service_type| {
        let mut policy = ForegroundServiceTypePolicy::without_custom_permissions();
        policy.set_custom_permission(service_type, CustomPermission::MediaProjection);
        policy
    };
    let bare = ForegroundServiceTypePolicy::without_custom_permissions();
    // All-of granted, any-of granted, own check installed, its answer, code.
    let table = [
        (true, false, false, false, Enforced),
        (true, true, false, false, Fine),
        (true, false, true, true, Fine),
        (true, false, true, false, Enforced),
        (true, true, true, false, Fine),
        (false, true, true, true, Enforced),
    ];
    for (all_of, any_of, installed, answer, code) in table {
        let mut world = World::targeting(34);
        world.media_projection = answer;
        if all_of {
            world = world.grant_type(Type::PHONE_CALL);
        }
        if any_of {
            world = world.grant(Permission::ManageOwnCalls);
        }
        let policy = if installed { custom(Type::PHONE_CALL) } else { bare.clone() };
        let found = check_with(&policy, &world, Type::PHONE_CALL).0;
        assert_eq!(found, code, "{all_of} {any_of} {installed} {answer}");
    }
    // A type without an any-of list can be denied by its own check.
    let world = World::targeting(34).grant_type(Type::DATA_SYNC);
    assert_eq!(check_with(&bare, &world, Type::DATA_SYNC).0, Fine);
    assert_eq!(check_with(&custom(Type::DATA_SYNC), &world, Type::DATA_SYNC).0, Enforced);
    // A type without anything is never denied.
    assert_eq!(check(&World::targeting(34), Type::SHORT_SERVICE), Fine);
}

#[test]
fn fgs_type_013_two_types_have_a_check_of_their_own() {
    let mut policy = ForegroundServiceTypePolicy::without_custom_permissions();
    policy.set_custom_permission(Type::MEDIA_PROJECTION, CustomPermission::MediaProjection);
    policy.set_custom_permission(Type::SYSTEM_EXEMPTED, CustomPermission::SystemExempted);
    policy.set_custom_permission(Type(0x2000), CustomPermission::SystemExempted);
    assert_eq!(policy, ForegroundServiceTypePolicy::default());
}

#[test]
fn fgs_type_014_disabled_iff_its_change_is_on() {
    let is_disabled = |world: &World, service_type| {
        ForegroundServiceTypePolicy::is_type_disabled(info(service_type), &world.host(), world)
    };
    let everything = RECORDS.iter().fold(World::targeting(34), |world, record| {
        record.disabled_change.map_or(world.clone(), |change| world.force(change, true))
    });
    for record in &RECORDS {
        let service_type = record.service_type;
        assert_eq!(is_disabled(&everything, service_type), record.disabled_change.is_some());
    }
    assert!(!is_disabled(&World::targeting(33), Type::NONE));
    assert!(is_disabled(&World::targeting(34), Type::NONE));
    let off = World::targeting(34).force(Change::FGS_TYPE_NONE_DISABLED, false);
    assert!(!is_disabled(&off, Type::NONE));
}

#[test]
fn fgs_type_015_deprecated_iff_its_change_is_on() {
    let world = World::targeting(33);
    assert_eq!(check(&world, Type::NONE), Fine);
    let on = world.force(Change::FGS_TYPE_NONE_DEPRECATION, true);
    assert_eq!(check(&on, Type::NONE), Deprecated);
    assert_eq!(outcome(call(&on, Type::NONE, Type::NONE)), "DEPRECATED", "it never blocks");
    // `camera` has no such change: nothing deprecates it.
    let camera = World::targeting(34)
        .grant_type(Type::CAMERA)
        .grant(Permission::Camera)
        .force(Change::FGS_TYPE_NONE_DEPRECATION, true);
    assert_eq!(check(&camera, Type::CAMERA), Fine);
}

#[test]
fn fgs_type_016_lists_are_read_in_order_until_decided() {
    let world = World::targeting(34).grant(Permission::AccessCoarseLocation);
    assert_eq!(check(&world, Type::LOCATION), Enforced);
    assert_eq!(world.asked(), ["android.permission.FOREGROUND_SERVICE_LOCATION"]);
    let world = world.grant_type(Type::LOCATION);
    assert_eq!(check(&world, Type::LOCATION), Fine);
    let asked = world.asked();
    assert_eq!(asked[1], "android.permission.ACCESS_COARSE_LOCATION");
    assert!(!asked.iter().any(|name| name.contains("FINE")), "{asked:?}");
    let world = World::targeting(34).grant_type(Type::PHONE_CALL);
    assert_eq!(check(&world, Type::PHONE_CALL), Enforced);
    assert_eq!(
        world.asked()[1..],
        ["android.permission.MANAGE_OWN_CALLS", "android.app.role.DIALER"]
    );
}

/// Every question names the host of the service; [`World`] insists on it.
#[test]
fn fgs_type_017_host_is_who_is_checked() {
    for record in &RECORDS {
        let mut world = World::targeting(34).in_use(true);
        if record.all_of.is_some() {
            world = world.grant_type(record.service_type);
        }
        check(&world, record.service_type);
        let named = |question: &String| question.starts_with("USB device");
        if let Some(question) = world.asked().iter().find(|question| named(question)) {
            assert_eq!(question, "USB device com.example 4321 1010123");
        }
    }
    // The flag of the service counts, at the moment of the check.
    let world = World::targeting(34)
        .grant_type(Type::CAMERA)
        .grant(Permission::Camera)
        .set(AppOp::Camera, AppOpMode::Foreground);
    assert_eq!(check(&world, Type::CAMERA), Enforced);
    assert_eq!(check(&world.in_use(true), Type::CAMERA), Fine);
}

#[test]
fn fgs_type_018_enforced_iff_toggle_and_change() {
    // Target SDK, toggle, override of change 254662522, code.
    let table = [
        (34, "true", None, Enforced),
        (34, "false", None, Permissive),
        (33, "true", None, Permissive),
        (33, "false", None, Permissive),
        (34, "true", Some(false), Permissive),
        (33, "true", Some(true), Enforced),
        (33, "false", Some(true), Permissive),
    ];
    for &(service_type, key) in TOGGLES {
        for (target_sdk, toggle, forced, code) in table {
            let mut policy = ForegroundServiceTypePolicy::new();
            assert!(policy.on_device_config(key, Some(toggle)));
            let mut world = World::targeting(target_sdk);
            if let Some(enabled) = forced {
                world = world.force(Change::FGS_TYPE_PERMISSION, enabled);
            }
            assert_eq!(check_with(&policy, &world, service_type).0, code, "{key} {target_sdk}");
        }
    }
}

/// Exceptions stop the call; warnings are decisions that name the facts, and the call goes on.
#[test]
fn fgs_type_019_effect_of_each_code() {
    let policy = ForegroundServiceTypePolicy::new();
    let warning = |world: &World, types: Type| {
        let mut out = Output::tracing();
        let code = policy.validate(types, types, &world.host(), world, &mut out);
        let warned = out.decisions.into_iter().find(|d| d.rule.id == "FGS-TYPE-019");
        (code, warned.map(|decision| decision.to_string()), out.effects.len())
    };
    let fine = World::targeting(34).grant_type(Type::DATA_SYNC);
    assert_eq!(warning(&fine, Type::DATA_SYNC), (Ok(Fine), None, 0));
    let deprecated = fine.force(Change::FGS_TYPE_DATA_SYNC_DEPRECATION, true);
    let (code, warned, _) = warning(&deprecated, Type::DATA_SYNC);
    assert_eq!(code, Ok(Deprecated));
    assert_eq!(
        warned.as_deref(),
        Some(
            "FGS-TYPE-019 starts with a warning label=\"dataSync\" code=2 \
             process=\"com.example:fit\" target_sdk=34"
        )
    );
    let (code, warned, _) = warning(&World::targeting(33), Type::CAMERA);
    let warned = warned.expect("a warning");
    assert_eq!(code, Ok(Permissive));
    assert!(warned.contains("code=4") && warned.contains("target_sdk=33"), "{warned}");
    assert!(warned.contains("any of [android.permission.CAMERA, android.permission.SYSTEM_CAMERA]"));
    for (types, expected, class) in [
        (Type::NONE, Disabled, "InvalidForegroundServiceTypeException"),
        (Type::CAMERA, Enforced, "SecurityException"),
    ] {
        let (answer, warned, _) = warning(&World::targeting(34), types);
        let denied = answer.expect_err("an exception");
        assert_eq!((denied.code, denied.exception.class_name()), (expected, class));
        assert_eq!((denied.service_type, warned), (types, None));
    }
}

/// Set, any letter case of "true" is true and all else false; unset, every toggle is true.
#[test]
fn fgs_type_021_toggle_of_each_type() {
    let keys: Vec<_> = RECORDS
        .iter()
        .filter_map(|r| r.enforcement_flag.map(|key| (r.service_type, key)))
        .collect();
    assert_eq!(keys, TOGGLES);
    let values = [
        (Some("true"), Enforced),
        (Some("TRUE"), Enforced),
        (Some("tRuE"), Enforced),
        (Some("false"), Permissive),
        (Some("1"), Permissive),
        (Some("yes"), Permissive),
        (Some(""), Permissive),
        (Some(" true"), Permissive),
        (None, Enforced),
    ];
    for &(service_type, key) in TOGGLES {
        for (value, code) in values {
            let mut policy = ForegroundServiceTypePolicy::new();
            policy.on_device_config(key, value);
            let found = check_with(&policy, &World::targeting(34), service_type).0;
            assert_eq!(found, code, "{key} = {value:?}");
        }
    }
}

#[test]
fn fgs_type_022_a_key_changes_its_own_type_and_deleted_restores_true() {
    let world = World::targeting(34);
    let mut policy = ForegroundServiceTypePolicy::new();
    let codes = |policy: &ForegroundServiceTypePolicy| {
        [Type::DATA_SYNC, Type::CAMERA].map(|one| check_with(policy, &world, one).0)
    };
    assert_eq!(codes(&policy), [Enforced, Enforced]);
    assert!(policy.on_device_config(CAMERA_FLAG, Some("false")));
    assert_eq!(codes(&policy), [Enforced, Permissive]);
    assert!(policy.on_device_config(DATA_SYNC_FLAG, Some("true")));
    assert_eq!(codes(&policy), [Enforced, Permissive], "another key's report re-reads nothing");
    assert!(policy.on_device_config(CAMERA_FLAG, None));
    assert_eq!(codes(&policy), [Enforced, Enforced]);
    assert_eq!(policy, ForegroundServiceTypePolicy::new());
    let before = policy.clone();
    assert!(!policy.on_device_config("fgs_type_perm_enforcement_flag_short_service", Some("false")));
    assert!(!policy.on_device_config("", Some("false")));
    assert_eq!(policy, before);
}

#[test]
fn fgs_type_023_foreground_only_toggle_spans_all_types() {
    let key = "fgs_type_fg_perm_enforcement_flag";
    let table = [
        (Type::LOCATION, Permission::AccessFineLocation, AppOp::FineLocation),
        (Type::CAMERA, Permission::Camera, AppOp::Camera),
        (Type::MICROPHONE, Permission::RecordAudio, AppOp::RecordAudio),
        (Type::HEALTH, Permission::BodySensors, AppOp::BodySensors),
        (Type::CONNECTED_DEVICE, Permission::UwbRanging, AppOp::UwbRanging),
    ];
    for (service_type, permission, op) in table {
        let mut policy = ForegroundServiceTypePolicy::new();
        let world = World::targeting(34)
            .grant_type(service_type)
            .grant(permission)
            .set(op, AppOpMode::Foreground);
        for (value, code) in [(None, Enforced), (Some("false"), Fine), (Some("true"), Enforced)] {
            assert!(policy.on_device_config(key, value));
            assert_eq!(check_with(&policy, &world, service_type).0, code, "{value:?}");
        }
        // Ignored is another matter: the toggle does not help.
        policy.on_device_config(key, Some("false"));
        let ignored = world.set(op, AppOpMode::Ignored);
        assert_eq!(check_with(&policy, &ignored, service_type).0, Enforced);
    }
}

/// The table as the specification prints it.
#[test]
fn fgs_type_024_outcome_by_target_sdk() {
    let missing = "MissingForegroundServiceTypeException";
    let invalid = "InvalidForegroundServiceTypeException";
    let argument = "IllegalArgumentException";
    let unknown = Type(1 << 20);
    // Passed, manifest, with target 33, with target 34.
    let table = [
        (Type::MANIFEST, Type::NONE, "OK", missing),
        (Type::NONE, Type::NONE, "OK", invalid),
        (Type::NONE, Type::LOCATION, "OK", invalid),
        (unknown, unknown, "OK", invalid),
        (Type::LOCATION, Type::LOCATION, "PERMISSION_DENIED_PERMISSIVE", "SecurityException"),
        (Type::LOCATION, Type::CAMERA, argument, argument),
        (Type::DATA_SYNC, Type::DATA_SYNC, "OK", "OK"),
    ];
    for (requested, manifest, until_33, from_34) in table {
        for (target_sdk, expected) in [(29, until_33), (33, until_33), (34, from_34), (35, from_34)]
        {
            let world = World::targeting(target_sdk).grant_type(Type::DATA_SYNC);
            let found = outcome(call(&world, requested, manifest));
            assert_eq!(found, expected, "{requested:X} of {manifest:X} at {target_sdk}");
        }
    }
}
