//! Several types, special values, exceptions: sections 7 and 8 of the chapter.

use super::*;
use PolicyCheck::{
    Disabled, Ok as Fine, PermissionDeniedEnforced as Enforced,
    PermissionDeniedPermissive as Permissive,
};

const CAMERA_LOCATION: Type = Type(0x48);
const MISSING: &str = "MissingForegroundServiceTypeException";
const INVALID: &str = "InvalidForegroundServiceTypeException";
const ARGUMENT: &str = "IllegalArgumentException";

/// What a call comes down to; the app can do nothing, but nothing is checked here yet.
fn resolve(
    world: &World,
    requested: Type,
    manifest: Type,
    instant: bool,
) -> Result<Type, Exception> {
    let request = TypeRequest { requested, manifest, instant_app: instant };
    resolve_type(&request, &world.host(), world, &mut Output::new())
}

fn ordinary(requested: i32, manifest: i32) -> Result<Type, Exception> {
    resolve(&World::targeting(34), Type(requested), Type(manifest), false)
}

/// Every type of these masks is granted.
fn holding(types: &[Type]) -> World {
    types.iter().fold(World::targeting(34), |world, &one| {
        let world = world.grant_type(one);
        info(one).any_of.map_or(world.clone(), |any_of| world.satisfy(any_of[0]))
    })
}

#[test]
fn fgs_combo_001_manifest_means_all_manifest_types() {
    for manifest in [0, 0x1, 0x48, 0x4000_0008, i32::MIN, i32::MAX] {
        assert_eq!(ordinary(-1, manifest).map(|t| t.0 | 0x800), Ok(manifest | 0x800));
        assert_eq!(ordinary(0, manifest), Ok(Type::NONE), "0 is not open");
    }
    let mut out = Output::tracing();
    let world = World::targeting(34);
    let request =
        TypeRequest { requested: Type::MANIFEST, manifest: Type::CAMERA, instant_app: false };
    assert_eq!(resolve_type(&request, &world.host(), &world, &mut out), Ok(Type::CAMERA));
    assert_eq!(out.decisions[0].rule.id, "FGS-COMBO-001");
}

/// Same effective mask, different exception.
#[test]
fn fgs_combo_002_original_argument_chooses_the_exception() {
    let world = World::targeting(34);
    assert_eq!(outcome(call(&world, Type::MANIFEST, Type::NONE)), MISSING);
    assert_eq!(outcome(call(&world, Type::NONE, Type::NONE)), INVALID);
}

#[test]
fn fgs_combo_010_subset_of_the_manifest() {
    let table = [
        (0x8, 0x8, true),
        (0x8, 0x48, true),
        (0x48, 0x48, true),
        (0x48, 0x8, false),
        (0x8, 0, false),
        (0, 0, true),
        (0, 0x8, true),
        (i32::MIN, 0x8, false),
        (i32::MIN, i32::MIN, true),
        (0x1000, 0x8, false),
    ];
    for (requested, manifest, subset) in table {
        for target_sdk in [28, 33, 34] {
            let world = World::targeting(target_sdk);
            let answer = resolve(&world, Type(requested), Type(manifest), false);
            assert_eq!(answer.is_ok(), subset, "{requested:#x} of {manifest:#x}");
            assert!(answer.map_or_else(|error| error.class_name() == ARGUMENT, |_| true));
            let mut lenient = World::targeting(target_sdk);
            lenient.skips_manifest_type_check = true;
            let skipped = resolve(&lenient, Type(requested), Type(manifest), false);
            assert_eq!(skipped, Ok(Type(requested)));
        }
    }
    let text = ordinary(0x4000_00ab, 0x1).expect_err("not a subset").to_string();
    assert!(text.contains("0x400000AB") && text.contains("0x00000001"), "{text}");
    let text = ordinary(i32::MIN, 0).expect_err("not a subset").to_string();
    assert!(text.contains("0x80000000") && text.contains("0x00000000"), "{text}");
}

#[test]
fn fgs_combo_011_instant_app_is_warned_until_target_34() {
    for (target_sdk, class) in [(33, None), (34, Some(ARGUMENT))] {
        let world = World::targeting(target_sdk);
        let answer = resolve(&world, CAMERA_LOCATION, Type::LOCATION, true);
        assert_eq!(answer.as_ref().err().map(Exception::class_name), class);
        if class.is_none() {
            assert_eq!(answer, Ok(CAMERA_LOCATION), "unchanged");
        }
        assert_eq!(resolve(&world, Type::LOCATION, Type::LOCATION, true), Ok(Type::LOCATION));
    }
}

#[test]
fn fgs_combo_012_subset_is_judged_before_short_service_is_dropped() {
    assert_eq!(ordinary(0x801, 0x1).map_err(|error| error.class_name()), Err(ARGUMENT));
    assert_eq!(ordinary(0x801, 0x800).map_err(|error| error.class_name()), Err(ARGUMENT));
    assert_eq!(ordinary(0x801, 0x801), Ok(Type::DATA_SYNC));
}

#[test]
fn fgs_combo_015_short_service_is_ignored_beside_others() {
    let table = [
        (0x800, 0x800),
        (0x801, 0x1),
        (0x848, 0x48),
        (0x4000_0800, 0x4000_0000),
        (0x1800, 0x1000),
        (i32::MIN | 0x800, i32::MIN),
        (0x48, 0x48),
    ];
    for (requested, effective) in table {
        assert_eq!(ordinary(requested, requested), Ok(Type(effective)), "{requested:#x}");
    }
    // The rest still needs what it needs.
    let both = Type(0x801);
    assert_eq!(outcome(call(&World::targeting(34), both, both)), "SecurityException");
    assert_eq!(call(&holding(&[Type::DATA_SYNC]), both, both), Ok((Type::DATA_SYNC, Fine)));
}

#[test]
fn fgs_combo_016_manifest_combination_is_no_short_service() {
    assert_eq!(ordinary(-1, 0x801), Ok(Type::DATA_SYNC));
    assert_eq!(ordinary(0x800, 0x801), Ok(Type::SHORT_SERVICE));
    assert_eq!(ordinary(-1, 0x800), Ok(Type::SHORT_SERVICE));
}

#[test]
fn fgs_combo_020_no_type_is_checked_once_as_none() {
    let policy = ForegroundServiceTypePolicy::new();
    let (answer, because) = validate(&policy, &World::targeting(33), Type::NONE);
    assert_eq!((answer, &because[..]), (Ok(Fine), &["FGS-COMBO-020", "FGS-TYPE-050"][..]));
    let (answer, _) = validate(&policy, &World::targeting(34), Type::NONE);
    let denied = answer.expect_err("disabled");
    assert_eq!((denied.code, denied.service_type), (Disabled, Type::NONE));
}

/// All 32 bits, everything denied permissively but each one tried on its own: the order is theirs.
#[test]
fn fgs_combo_021_highest_bit_first() {
    let order: Vec<_> = (0..32).rev().map(|bit| Type((1_u32 << bit) as i32)).collect();
    let policy = ForegroundServiceTypePolicy::new();
    // Whatever the lowest bits of the mask are, the highest that is left fails first.
    for (index, &highest) in order.iter().enumerate() {
        let mask = order[index..].iter().fold(Type::NONE, |mask, &one| mask.with(one));
        if mask.contains(Type::SHORT_SERVICE) && mask != Type::SHORT_SERVICE {
            continue;
        }
        let denied = validate(&policy, &World::targeting(34), mask).0.expect_err("nothing is held");
        assert_eq!(denied.service_type, highest, "{mask:X}");
    }
    let world = holding(&[Type::SPECIAL_USE]);
    let mask = Type(-1).without(Type::SHORT_SERVICE);
    let denied = validate(&policy, &world, mask).0.expect_err("only specialUse is held");
    assert_eq!(denied.service_type, Type::SYSTEM_EXEMPTED, "unknown bits pass as specialUse");
    assert!(denied.exception.to_string().contains("systemExempted"));
    let (answer, _) = validate(&policy, &World::targeting(34), Type(i32::MIN | 0x48));
    let denied = answer.expect_err("bit 31 is checked first");
    assert_eq!((denied.service_type.0, denied.code), (i32::MIN, Disabled));
    assert!(denied.exception.to_string().contains("unknown"));
}

#[test]
fn fgs_combo_021_every_type_is_asked_in_turn() {
    let policy = ForegroundServiceTypePolicy::new();
    let all: Vec<_> =
        RECORDS.iter().filter(|r| r.all_of.is_some()).map(|r| r.service_type).collect();
    let world = holding(&all);
    let mask = all.iter().fold(Type::NONE, |mask, &one| mask.with(one));
    assert_eq!(validate(&policy, &world, mask).0, Ok(Fine));
    let own: Vec<_> =
        world.asked().into_iter().filter(|name| name.contains("permission.FOREGROUND")).collect();
    let expected = [
        "SPECIAL_USE",
        "SYSTEM_EXEMPTED",
        "REMOTE_MESSAGING",
        "HEALTH",
        "MICROPHONE",
        "CAMERA",
        "MEDIA_PROJECTION",
        "CONNECTED_DEVICE",
        "LOCATION",
        "PHONE_CALL",
        "MEDIA_PLAYBACK",
        "DATA_SYNC",
    ];
    let expected: Vec<_> = expected
        .iter()
        .map(|name| format!("android.permission.FOREGROUND_SERVICE_{name}"))
        .collect();
    assert_eq!(own, expected);
}

#[test]
fn fgs_combo_022_fallback_of_unregistered_bits() {
    let unknown = Type(1 << 20);
    let policy = ForegroundServiceTypePolicy::new();
    // Mask, what is held, target SDK, outcome.
    let special = unknown.with(Type::SPECIAL_USE);
    let located = unknown.with(Type::LOCATION);
    let table = [
        (unknown, &[][..], 34, Err(Disabled)),
        (unknown, &[], 33, Ok(Fine)),
        (special, &[Type::SPECIAL_USE], 34, Ok(Fine)),
        (special, &[], 34, Err(Enforced)),
        (special, &[], 33, Ok(Permissive)),
        (located, &[Type::LOCATION], 34, Err(Disabled)),
        (located, &[Type::LOCATION], 33, Ok(Fine)),
    ];
    for (mask, held, target_sdk, expected) in table {
        let world = World { target_sdk, ..holding(held) };
        let (answer, because) = validate(&policy, &world, mask);
        assert_eq!(answer.map_err(|denied| denied.code), expected, "{mask:X} at {target_sdk}");
        let reached = mask != special || expected == Ok(Fine);
        assert_eq!(because.contains(&"FGS-COMBO-022"), reached, "{mask:X} at {target_sdk}");
    }
}

/// A denial that only warns hides an enforced one on a lower bit, and so does a deprecation.
#[test]
fn fgs_combo_023_first_code_other_than_ok_ends_the_loop() {
    let mut policy = ForegroundServiceTypePolicy::new();
    policy.on_device_config("fgs_type_perm_enforcement_flag_camera", Some("false"));
    let world = World::targeting(34);
    let (answer, because) = validate(&policy, &world, CAMERA_LOCATION);
    assert_eq!(answer, Ok(Permissive));
    assert_eq!(because.last(), Some(&"FGS-COMBO-023"));
    assert!(!world.asked().iter().any(|name| name.contains("LOCATION")));
    // The other way round, the enforced one is met first.
    policy.on_device_config("fgs_type_perm_enforcement_flag_camera", None);
    policy.on_device_config("fgs_type_perm_enforcement_flag_location", Some("false"));
    assert_eq!(validate(&policy, &world, CAMERA_LOCATION).0.map_err(|d| d.code), Err(Enforced));
    // With the camera granted the loop goes on, and the lower bit's code is the one to record.
    let camera = holding(&[Type::CAMERA]);
    assert_eq!(validate(&policy, &camera, CAMERA_LOCATION).0, Ok(Permissive));
}

/// Every subset of four types, held or not: it passes iff all are held.
#[test]
fn fgs_combo_024_all_types_must_pass() {
    let types = [Type::CAMERA, Type::LOCATION, Type::PHONE_CALL, Type::DATA_SYNC];
    let policy = ForegroundServiceTypePolicy::new();
    let chosen = |bits: u32| -> Vec<Type> {
        (0..types.len())
            .filter(|index| bits & (1 << index) != 0)
            .map(|index| types[index])
            .collect()
    };
    for asked in 1..16 {
        let mask = chosen(asked).iter().fold(Type::NONE, |mask, &one| mask.with(one));
        for held in 0..16 {
            let (answer, _) = validate(&policy, &holding(&chosen(held)), mask);
            // The types are listed from the highest bit down.
            let first_missing = chosen(asked & !held).first().copied();
            match answer {
                Ok(code) => assert_eq!((code, first_missing), (Fine, None)),
                Err(denied) => {
                    assert_eq!(Some(denied.service_type), first_missing, "{mask:X}");
                    assert_eq!(denied.exception.class_name(), "SecurityException");
                }
            }
        }
    }
}

#[test]
fn fgs_combo_025_camera_is_named_before_location() {
    let error = call(&World::targeting(34), CAMERA_LOCATION, CAMERA_LOCATION);
    let error = error.expect_err("both are missing");
    assert_eq!(error.class_name(), "SecurityException");
    assert!(error.to_string().contains("camera") && !error.to_string().contains("location"));
}

#[test]
fn fgs_combo_026_unknown_bit_without_special_use_is_invalid() {
    for (bits, label) in [(1 << 20, "unknown"), (0x1000, "fileManagement")] {
        for requested in [Type(bits), Type::MANIFEST] {
            let error = call(&World::targeting(34), requested, Type(bits)).expect_err("disabled");
            assert_eq!(error.class_name(), INVALID);
            assert!(error.to_string().contains(label), "{error}");
        }
    }
}

#[test]
fn fgs_exc_010_missing_iff_none_was_left_open() {
    // Passed, manifest, exception.
    let unknown = Type(1 << 20);
    let table = [
        (Type::MANIFEST, Type::NONE, MISSING),
        (Type::NONE, Type::NONE, INVALID),
        (Type::NONE, Type::LOCATION, INVALID),
        (Type::MANIFEST, unknown, INVALID),
        (Type::MANIFEST, unknown.with(Type::SHORT_SERVICE), INVALID),
    ];
    for (requested, manifest, class) in table {
        let error = call(&World::targeting(34), requested, manifest).expect_err("disabled");
        assert_eq!(error.class_name(), class, "{requested:X} of {manifest:X}");
    }
    let error = call(&World::targeting(34), Type::MANIFEST, Type::NONE).expect_err("disabled");
    assert_eq!(
        error.to_string(),
        "foreground service without a type: 4321:com.example:fit/1010123, target SDK 34"
    );
}

#[test]
fn fgs_exc_011_invalid_for_every_other_disabled_type() {
    let error = call(&World::targeting(34), Type::NONE, Type::LOCATION).expect_err("explicit 0");
    assert_eq!(error.class_name(), INVALID);
    assert_eq!(
        error.to_string(),
        "foreground service of type none is prohibited: \
         4321:com.example:fit/1010123, target SDK 34"
    );
    let world = holding(&[Type::DATA_SYNC]).force(Change::FGS_TYPE_DATA_SYNC_DISABLED, true);
    for requested in [Type::MANIFEST, Type::DATA_SYNC] {
        let error = call(&world, requested, Type::DATA_SYNC).expect_err("disabled by override");
        assert_eq!(error.class_name(), INVALID);
        assert!(error.to_string().contains("dataSync"), "{error}");
    }
}

#[test]
fn fgs_exc_020_security_exception_names_what_is_needed() {
    let error = |one: Type| call(&World::targeting(34), one, one).expect_err("denied").to_string();
    assert_eq!(
        error(Type::PHONE_CALL),
        "foreground service of type phoneCall requires \
         all of [android.permission.FOREGROUND_SERVICE_PHONE_CALL], \
         any of [android.permission.MANAGE_OWN_CALLS, android.app.role.DIALER]: \
         4321:com.example:fit/1010123, target SDK 34"
    );
    let connected = error(Type::CONNECTED_DEVICE);
    assert!(connected.contains("USB Device, USB Accessory]"), "{connected}");
    let projection = error(Type::MEDIA_PROJECTION);
    assert!(projection.contains("CAPTURE_VIDEO_OUTPUT, android:project_media]"), "{projection}");
    for one in [Type::LOCATION, Type::CAMERA, Type::MICROPHONE] {
        assert!(error(one).contains("eligible for foreground-only permissions"));
    }
    for one in [Type::DATA_SYNC, Type::PHONE_CALL, Type::HEALTH, Type::SPECIAL_USE] {
        assert!(!error(one).contains("eligible"), "{}", one.label());
    }
    assert!(!error(Type::DATA_SYNC).contains("any of"));
}
