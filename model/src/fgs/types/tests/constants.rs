//! Types, labels, manifest attribute, codes, records: sections 2 and 3 of the chapter.

use super::*;

/// The table of FGS-TYPE-001: label, value, permission without its prefix, registered.
const TABLE: &[(&str, i64, &str, bool)] = &[
    ("manifest", -1, "", true),
    ("none", 0, "", true),
    ("dataSync", 1, "FOREGROUND_SERVICE_DATA_SYNC", true),
    ("mediaPlayback", 2, "FOREGROUND_SERVICE_MEDIA_PLAYBACK", true),
    ("phoneCall", 4, "FOREGROUND_SERVICE_PHONE_CALL", true),
    ("location", 8, "FOREGROUND_SERVICE_LOCATION", true),
    ("connectedDevice", 16, "FOREGROUND_SERVICE_CONNECTED_DEVICE", true),
    ("mediaProjection", 32, "FOREGROUND_SERVICE_MEDIA_PROJECTION", true),
    ("camera", 64, "FOREGROUND_SERVICE_CAMERA", true),
    ("microphone", 128, "FOREGROUND_SERVICE_MICROPHONE", true),
    ("health", 256, "FOREGROUND_SERVICE_HEALTH", true),
    ("remoteMessaging", 512, "FOREGROUND_SERVICE_REMOTE_MESSAGING", true),
    ("systemExempted", 1024, "FOREGROUND_SERVICE_SYSTEM_EXEMPTED", true),
    ("shortService", 2048, "", true),
    ("fileManagement", 4096, "", false),
    ("specialUse", 1_073_741_824, "FOREGROUND_SERVICE_SPECIAL_USE", true),
];

fn of(value: i64) -> Type {
    Type(i32::try_from(value).expect("the table has 32-bit values"))
}

#[test]
fn fgs_type_001_table_of_types() {
    for &(label, value, permission, registered) in TABLE {
        let service_type = of(value);
        assert_eq!(service_type.label(), label);
        assert_eq!(index_of(service_type).is_some(), registered, "{label}");
        if !registered {
            continue;
        }
        let needs: Vec<_> = info(service_type).all_of.unwrap_or_default().to_vec();
        let expected: Vec<_> = Permission::from_name(&format!("android.permission.{permission}"))
            .map(Entry::Regular)
            .into_iter()
            .collect();
        assert_eq!(needs, expected, "{label}");
        assert_eq!(expected.is_empty(), permission.is_empty(), "{label}");
    }
    assert_eq!(TABLE.iter().filter(|row| row.3).count(), RECORDS.len());
}

#[test]
fn fgs_type_002_attribute_is_the_or_of_its_keywords() {
    let table = [
        ("", 0),
        ("  ", 0),
        ("location", 0x8),
        ("location|camera", 0x48),
        (" camera | location ", 0x48),
        ("location|location", 0x8),
        ("shortService|dataSync", 0x801),
        ("specialUse|fileManagement", 0x4000_1000),
        ("0x48", 0x48),
        ("0X8|64", 0x48),
        ("location|0x40", 0x48),
        ("0xFFFFFFFF", -1),
        ("2147483648", i32::MIN),
    ];
    for (text, mask) in table {
        assert_eq!(Type::from_manifest_attribute(text), Ok(Type(mask)), "{text}");
    }
    for &(label, value, ..) in TABLE.iter().filter(|row| row.1 > 0) {
        assert_eq!(Type::from_manifest_attribute(label), Ok(of(value)));
    }
}

/// What is only a label, or nothing at all, is no keyword.
#[test]
fn fgs_type_002_unknown_keywords_are_named() {
    let table = [
        ("manifest", "manifest"),
        ("none", "none"),
        ("unknown", "unknown"),
        ("Location", "Location"),
        ("location|", ""),
        ("location|sofa", "sofa"),
        ("0x100000000", "0x100000000"),
        ("-1", "-1"),
        ("0x", "0x"),
    ];
    for (text, part) in table {
        let error = Type::from_manifest_attribute(text).expect_err(text);
        assert_eq!(error.0, part);
        assert_eq!(error.to_string(), format!("no foreground service type has the name `{part}`"));
    }
}

#[test]
fn fgs_type_003_label_of_anything_but_one_known_value_is_unknown() {
    for bits in [0x9, 0x801, 0x2000, 1 << 29, i32::MIN, -2, i32::MAX] {
        assert_eq!(Type(bits).label(), "unknown", "{bits:#x}");
    }
    let known = (0..32).filter(|bit| Type((1_u32 << bit) as i32).label() != "unknown").count();
    assert_eq!(known, TABLE.len() - 2, "all but manifest and none are single bits");
}

#[test]
fn fgs_type_004_highest_bit_is_30() {
    let highest = TABLE.iter().map(|row| row.1).max().map(|value| value.ilog2());
    assert_eq!(highest, Some(Type::MAX_INDEX));
    assert_eq!(Type::SPECIAL_USE, Type(1 << Type::MAX_INDEX));
}

/// Exactly the registered values have a record, each its own, whatever 32 bits one asks for.
#[test]
fn fgs_type_010_every_registered_type_has_its_record() {
    for (index, record) in RECORDS.iter().enumerate() {
        assert_eq!(index_of(record.service_type), Some(index), "{}", record.service_type.label());
        let guarded = record.enforcement_flag.is_some();
        assert_eq!(record.all_of.is_some(), guarded);
        assert_eq!(record.enforced_by_default, guarded);
        assert!(record.any_of.is_none() || guarded);
    }
    let gated = |of: fn(&PolicyInfo) -> Option<Change>| -> Vec<_> {
        RECORDS.iter().filter_map(|r| of(r).map(|change| (r.service_type, change))).collect()
    };
    let disabled = [
        (Type::MANIFEST, Change(255_038_118)),
        (Type::NONE, Change(255_038_118)),
        (Type::DATA_SYNC, Change(255_659_651)),
    ];
    let deprecated = [
        (Type::MANIFEST, Change(255_042_465)),
        (Type::NONE, Change(255_042_465)),
        (Type::DATA_SYNC, Change(255_039_210)),
    ];
    assert_eq!(gated(|record| record.disabled_change), disabled);
    assert_eq!(gated(|record| record.deprecation_change), deprecated);
    for bits in [3, 5, 0x1000, 0x2000, 1 << 29, i32::MIN, i32::MAX, -2, 0x801] {
        assert_eq!(index_of(Type(bits)), None, "{bits:#x}");
    }
}

#[test]
fn fgs_type_011_lookup_falls_back_and_then_gives_up() {
    let lookup = |service_type, default_to| {
        ForegroundServiceTypePolicy::policy_info(service_type, default_to)
            .map(|info| info.service_type)
    };
    assert_eq!(lookup(Type::LOCATION, Type::SPECIAL_USE), Ok(Type::LOCATION));
    assert_eq!(lookup(Type(0x2000), Type::SPECIAL_USE), Ok(Type::SPECIAL_USE));
    assert_eq!(lookup(Type(0x2000), Type::NONE), Ok(Type::NONE));
    assert_eq!(lookup(Type::FILE_MANAGEMENT, Type::NONE), Ok(Type::NONE));
    let error = lookup(Type(0x2000), Type(0x4000)).expect_err("neither is registered");
    assert_eq!(error.class_name(), "IllegalArgumentException");
    assert_eq!(error.to_string(), "no policy for type 16384 to fall back on");
}

#[test]
fn fgs_type_012_result_codes() {
    let table = [
        (PolicyCheck::Unknown, 0, "UNKNOWN"),
        (PolicyCheck::Ok, 1, "OK"),
        (PolicyCheck::Deprecated, 2, "DEPRECATED"),
        (PolicyCheck::Disabled, 3, "DISABLED"),
        (PolicyCheck::PermissionDeniedPermissive, 4, "PERMISSION_DENIED_PERMISSIVE"),
        (PolicyCheck::PermissionDeniedEnforced, 5, "PERMISSION_DENIED_ENFORCED"),
    ];
    for (code, number, name) in table {
        assert_eq!((code.code(), code.name()), (number, name));
    }
    assert_eq!(PolicyCheck::default(), PolicyCheck::Unknown);
}

/// Outside API 34 no release is modelled, so all keywords parse; the ids of the gates are as listed.
#[test]
fn fgs_type_020_compat_changes() {
    let table = [
        (Change::FGS_TYPE_NONE_DEPRECATION, 255_042_465, Some(34), true),
        (Change::FGS_TYPE_NONE_DISABLED, 255_038_118, Some(34), true),
        (Change::FGS_TYPE_DATA_SYNC_DEPRECATION, 255_039_210, None, true),
        (Change::FGS_TYPE_DATA_SYNC_DISABLED, 255_659_651, None, true),
        (Change::FGS_TYPE_PERMISSION, 254_662_522, Some(34), true),
        (Change::FGS_TYPE_CHECK_FOR_INSTANT_APPS, 261_055_255, Some(34), false),
    ];
    for (change, id, since, overridable) in table {
        assert_eq!(change.0, id);
        assert_eq!(change.enabled_since(), since, "{id}");
        assert_eq!(change.is_overridable(), overridable, "{id}");
        assert_eq!(change.enabled_for_target_sdk(34), since.is_some(), "{id}");
        assert!(!change.enabled_for_target_sdk(33), "{id}");
    }
}
