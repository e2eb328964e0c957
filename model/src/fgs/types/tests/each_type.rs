//! What each type needs: section 5 of the chapter, and the samples of section 6.

use super::*;
use PolicyCheck::{
    Deprecated, Disabled, Ok as Fine, PermissionDeniedEnforced as Enforced,
    PermissionDeniedPermissive as Permissive,
};

/// The type needs its permission and, if `any_of` names entries, one of them: all are named, in the
/// order in which they are asked for, each is enough, and none is not.
fn needs(service_type: Type, any_of: &[&str]) {
    let label = service_type.label();
    let entries = info(service_type).any_of.unwrap_or_default();
    let names: Vec<_> = entries.iter().map(|entry| entry.name()).collect();
    let full = |name: &&str| match name.contains([':', '.', ' ']) {
        true => (*name).to_owned(),
        false => format!("android.permission.{name}"),
    };
    assert_eq!(names, any_of.iter().map(full).collect::<Vec<_>>(), "{label}");
    let base = World::targeting(34).grant_type(service_type);
    let with_none = if any_of.is_empty() { Fine } else { Enforced };
    assert_eq!(check(&base, service_type), with_none, "{label} without any of them");
    for &entry in entries {
        let one = base.clone().satisfy(entry);
        assert_eq!(check(&one, service_type), Fine, "{label} with {}", entry.name());
        let other = World::targeting(34).satisfy(entry);
        assert_eq!(check(&other, service_type), Enforced, "{label} without its permission");
        let old = World::targeting(33).satisfy(entry);
        assert_eq!(check(&old, service_type), Permissive, "{label} for target 33");
    }
}

/// With `permission` only while in use, the type is denied from the background.
fn is_denied_from_background(service_type: Type, permission: Permission) {
    let op = permission.app_op().expect("a permission with an op");
    let world = |target_sdk| {
        World::targeting(target_sdk)
            .grant_type(service_type)
            .grant(permission)
            .set(op, AppOpMode::Foreground)
    };
    assert_eq!(check(&world(34), service_type), Enforced);
    assert_eq!(check(&world(33), service_type), Permissive);
    assert_eq!(check(&world(34).in_use(true), service_type), Fine);
    let everywhere = world(34).set(op, AppOpMode::Allowed);
    assert_eq!(check(&everywhere, service_type), Fine);
    let mut lenient = ForegroundServiceTypePolicy::new();
    lenient.on_device_config("fgs_type_fg_perm_enforcement_flag", Some("false"));
    assert_eq!(check_with(&lenient, &world(34), service_type).0, Fine);
}

#[test]
fn fgs_type_050_none_is_disabled_from_target_34() {
    assert_eq!(check(&World::targeting(34), Type::NONE), Disabled);
    let old = World::targeting(33);
    assert_eq!(check(&old, Type::NONE), Fine);
    assert_eq!(old.asked(), Vec::<String>::new(), "it asks for no permission");
}

#[test]
fn fgs_type_051_none_without_the_disable_change_is_deprecated() {
    let world = World::targeting(34).force(Change::FGS_TYPE_NONE_DISABLED, false);
    assert_eq!(check(&world, Type::NONE), Deprecated);
    assert_eq!(outcome(call(&world, Type::MANIFEST, Type::NONE)), "DEPRECATED");
    let neither = world.force(Change::FGS_TYPE_NONE_DEPRECATION, false);
    assert_eq!(check(&neither, Type::NONE), Fine);
}

/// The record exists with the gates of NONE, but a call never gets as far as asking for it.
#[test]
fn fgs_type_052_manifest_has_a_record_that_calls_do_not_reach() {
    assert_eq!(check(&World::targeting(34), Type::MANIFEST), Disabled);
    assert_eq!(check(&World::targeting(33), Type::MANIFEST), Fine);
    for manifest in [Type::NONE, Type::DATA_SYNC, Type(i32::MAX), Type(i32::MIN)] {
        let policy = ForegroundServiceTypePolicy::new();
        let world = World::targeting(33);
        let request = TypeRequest { requested: Type::MANIFEST, manifest, instant_app: false };
        let mut out = Output::tracing();
        let effective = resolve_type(&request, &world.host(), &world, &mut out).expect("a subset");
        let answer = policy.validate(effective, Type::MANIFEST, &world.host(), &world, &mut out);
        assert!(answer.is_ok());
        assert!(!out.decisions.iter().any(|decision| decision.rule.id == "FGS-TYPE-052"));
    }
}

#[test]
fn fgs_type_060_data_sync_needs_its_permission() {
    needs(Type::DATA_SYNC, &[]);
    assert_eq!(check(&World::targeting(34), Type::DATA_SYNC), Enforced);
}

#[test]
fn fgs_type_061_data_sync_gates_are_off_for_every_target() {
    for target_sdk in [29, 33, 34, 35, 10_000] {
        let world = World::targeting(target_sdk).grant_type(Type::DATA_SYNC);
        assert_eq!(check(&world, Type::DATA_SYNC), Fine, "{target_sdk}");
    }
    let disabled = World::targeting(33).force(Change::FGS_TYPE_DATA_SYNC_DISABLED, true);
    assert_eq!(check(&disabled, Type::DATA_SYNC), Disabled, "before the permission");
    let thrown = outcome(call(&disabled, Type::DATA_SYNC, Type::DATA_SYNC));
    assert_eq!(thrown, "InvalidForegroundServiceTypeException");
    let deprecated = World::targeting(33).force(Change::FGS_TYPE_DATA_SYNC_DEPRECATION, true);
    assert_eq!(check(&deprecated, Type::DATA_SYNC), Permissive, "the permission comes first");
    assert_eq!(check(&deprecated.grant_type(Type::DATA_SYNC), Type::DATA_SYNC), Deprecated);
}

#[test]
fn fgs_type_070_media_playback_needs_its_permission() {
    needs(Type::MEDIA_PLAYBACK, &[]);
    assert_eq!(check(&World::targeting(34), Type::MEDIA_PLAYBACK), Enforced);
}

#[test]
fn fgs_type_080_phone_call_needs_calls_or_the_dialer_role() {
    needs(Type::PHONE_CALL, &["MANAGE_OWN_CALLS", "android.app.role.DIALER"]);
}

#[test]
fn fgs_type_090_location_needs_coarse_or_fine() {
    needs(Type::LOCATION, &["ACCESS_COARSE_LOCATION", "ACCESS_FINE_LOCATION"]);
}

#[test]
fn fgs_type_091_location_from_the_background() {
    is_denied_from_background(Type::LOCATION, Permission::AccessCoarseLocation);
    is_denied_from_background(Type::LOCATION, Permission::AccessFineLocation);
}

#[test]
fn fgs_type_100_connected_device_needs_one_kind_of_connection() {
    needs(
        Type::CONNECTED_DEVICE,
        &[
            "BLUETOOTH_ADVERTISE",
            "BLUETOOTH_CONNECT",
            "BLUETOOTH_SCAN",
            "CHANGE_NETWORK_STATE",
            "CHANGE_WIFI_STATE",
            "CHANGE_WIFI_MULTICAST_STATE",
            "NFC",
            "TRANSMIT_IR",
            "UWB_RANGING",
            "USB Device",
            "USB Accessory",
        ],
    );
}

#[test]
fn fgs_type_110_media_projection_needs_capture_op_or_token() {
    needs(Type::MEDIA_PROJECTION, &["CAPTURE_VIDEO_OUTPUT", "android:project_media"]);
    let mut world = World::targeting(34).grant_type(Type::MEDIA_PROJECTION);
    world.media_projection = true;
    assert_eq!(check(&world, Type::MEDIA_PROJECTION), Fine);
}

/// The token is asked for last, by uid, and only when both entries were denied.
#[test]
fn fgs_type_111_token_is_asked_for_after_the_entries() {
    let world = World::targeting(34).grant_type(Type::MEDIA_PROJECTION);
    assert_eq!(check(&world, Type::MEDIA_PROJECTION), Enforced);
    assert_eq!(
        world.asked()[1..],
        [
            "android.permission.CAPTURE_VIDEO_OUTPUT",
            "android:project_media",
            "media projection 1010123"
        ]
    );
    let world = world.set(AppOp::ProjectMedia, AppOpMode::Allowed);
    assert_eq!(check(&world, Type::MEDIA_PROJECTION), Fine);
    assert!(!world.asked().iter().any(|question| question.starts_with("media")));
    // The op in use is enough where the service is in use, too.
    let world = world.set(AppOp::ProjectMedia, AppOpMode::Foreground);
    assert_eq!(check(&world, Type::MEDIA_PROJECTION), Enforced);
    assert_eq!(check(&world.in_use(true), Type::MEDIA_PROJECTION), Fine);
}

#[test]
fn fgs_type_112_media_projection_before_consent_throws() {
    let media = Type::MEDIA_PROJECTION;
    let mut world = World::targeting(34).grant_type(media);
    assert_eq!(outcome(call(&world, media, media)), "SecurityException");
    world.media_projection = true;
    assert_eq!(outcome(call(&world, media, media)), "OK");
}

#[test]
fn fgs_type_120_camera_needs_camera_or_system_camera() {
    needs(Type::CAMERA, &["CAMERA", "SYSTEM_CAMERA"]);
}

#[test]
fn fgs_type_121_camera_from_the_background() {
    is_denied_from_background(Type::CAMERA, Permission::Camera);
    let system = World::targeting(34)
        .grant_type(Type::CAMERA)
        .grant(Permission::Camera)
        .set(AppOp::Camera, AppOpMode::Foreground)
        .grant(Permission::SystemCamera);
    assert_eq!(check(&system, Type::CAMERA), Fine);
}

#[test]
fn fgs_type_130_microphone_needs_a_capture_or_record_permission() {
    needs(
        Type::MICROPHONE,
        &[
            "CAPTURE_AUDIO_HOTWORD",
            "CAPTURE_AUDIO_OUTPUT",
            "CAPTURE_MEDIA_OUTPUT",
            "CAPTURE_TUNER_AUDIO_INPUT",
            "CAPTURE_VOICE_COMMUNICATION_OUTPUT",
            "RECORD_AUDIO",
        ],
    );
}

#[test]
fn fgs_type_131_microphone_from_the_background() {
    is_denied_from_background(Type::MICROPHONE, Permission::RecordAudio);
    let privileged = World::targeting(34)
        .grant_type(Type::MICROPHONE)
        .grant(Permission::RecordAudio)
        .set(AppOp::RecordAudio, AppOpMode::Foreground)
        .grant(Permission::CaptureAudioHotword);
    assert_eq!(check(&privileged, Type::MICROPHONE), Fine);
}

#[test]
fn fgs_type_140_health_needs_a_sensor_permission() {
    needs(Type::HEALTH, &["ACTIVITY_RECOGNITION", "BODY_SENSORS", "HIGH_SAMPLING_RATE_SENSORS"]);
}

#[test]
fn fgs_type_141_health_with_body_sensors_from_the_background() {
    is_denied_from_background(Type::HEALTH, Permission::BodySensors);
    let body = World::targeting(34)
        .grant_type(Type::HEALTH)
        .grant(Permission::BodySensors)
        .set(AppOp::BodySensors, AppOpMode::Foreground);
    for other in [Permission::HighSamplingRateSensors, Permission::ActivityRecognition] {
        assert_eq!(check(&body.clone().grant(other), Type::HEALTH), Fine);
    }
}

#[test]
fn fgs_type_142_health_denial_lacks_the_eligibility_remark() {
    let world = World::targeting(34).grant_type(Type::HEALTH);
    let denied = call(&world, Type::HEALTH, Type::HEALTH).expect_err("no sensor permission");
    assert!(!denied.to_string().contains("eligible"), "{denied}");
    let camera = call(&world, Type::CAMERA, Type::CAMERA).expect_err("no camera permission");
    assert!(camera.to_string().contains("eligible"), "{camera}");
}

#[test]
fn fgs_type_150_remote_messaging_needs_its_permission() {
    needs(Type::REMOTE_MESSAGING, &[]);
    assert_eq!(check(&World::targeting(34), Type::REMOTE_MESSAGING), Enforced);
}

#[test]
fn fgs_type_160_system_exempted_needs_alarms_vpn_or_an_exemption() {
    needs(
        Type::SYSTEM_EXEMPTED,
        &["SCHEDULE_EXACT_ALARM", "USE_EXACT_ALARM", "android:activate_vpn"],
    );
    let exempt =
        World::targeting(34).grant_type(Type::SYSTEM_EXEMPTED).exempt(ExemptionFact::DeviceOwner);
    assert_eq!(check(&exempt, Type::SYSTEM_EXEMPTED), Fine);
}

#[test]
fn fgs_type_170_short_service_is_always_fine() {
    for target_sdk in [26, 33, 34, 35] {
        let world = World::targeting(target_sdk);
        assert_eq!(check(&world, Type::SHORT_SERVICE), Fine);
        assert_eq!(world.asked(), Vec::<String>::new());
    }
}

#[test]
fn fgs_type_171_short_service_must_be_declared() {
    let world = World::targeting(34);
    let short = Type::SHORT_SERVICE;
    assert_eq!(outcome(call(&world, short, short)), "OK");
    assert_eq!(outcome(call(&world, short, Type::NONE)), "IllegalArgumentException");
    assert_eq!(outcome(call(&world, short, Type::DATA_SYNC)), "IllegalArgumentException");
}

#[test]
fn fgs_type_180_special_use_needs_its_permission() {
    needs(Type::SPECIAL_USE, &[]);
    assert_eq!(check(&World::targeting(34), Type::SPECIAL_USE), Enforced);
    assert_eq!(check(&World::targeting(33), Type::SPECIAL_USE), Permissive);
}

#[test]
fn fgs_type_181_special_use_is_blocked_through_its_op() {
    let op = AppOp::ForegroundServiceSpecialUse;
    let held = World::targeting(34).grant_type(Type::SPECIAL_USE).in_use(true);
    for (mode, code) in [
        (AppOpMode::Ignored, Enforced),
        (AppOpMode::Errored, Enforced),
        (AppOpMode::Default, Fine),
        (AppOpMode::Allowed, Fine),
        (AppOpMode::Foreground, Fine),
    ] {
        assert_eq!(check(&held.clone().set(op, mode), Type::SPECIAL_USE), code, "{mode:?}");
    }
    let not_held = World::targeting(34).set(op, AppOpMode::Allowed);
    assert_eq!(check(&not_held, Type::SPECIAL_USE), Fine, "the op alone is enough");
}

#[test]
fn fgs_type_183_special_use_stands_in_for_unknown_types() {
    let policy = ForegroundServiceTypePolicy::new();
    let types = Type::SPECIAL_USE.with(Type(1 << 20)).with(Type(1 << 12));
    let world = World::targeting(34).grant_type(Type::SPECIAL_USE);
    assert_eq!(validate(&policy, &world, types).0, Ok(Fine));
    let (answer, _) = validate(&policy, &world, types.without(Type::SPECIAL_USE));
    let class = answer.map_err(|denied| denied.exception.class_name());
    assert_eq!(class, Err("InvalidForegroundServiceTypeException"));
}

#[test]
fn fgs_type_190_file_management_behaves_as_unknown() {
    let file = Type::FILE_MANAGEMENT;
    let denied = call(&World::targeting(34), file, file).expect_err("no policy");
    assert_eq!(denied.class_name(), "InvalidForegroundServiceTypeException");
    assert!(denied.to_string().contains("fileManagement"), "{denied}");
    assert_eq!(outcome(call(&World::targeting(33), file, file)), "OK");
    let both = file.with(Type::SPECIAL_USE);
    let world = World::targeting(34).grant_type(Type::SPECIAL_USE);
    assert_eq!(outcome(call(&world, both, both)), "OK");
}

#[test]
fn fgs_type_200_target_34_must_declare_a_type() {
    let missing = "MissingForegroundServiceTypeException";
    assert_eq!(outcome(call(&World::targeting(34), Type::MANIFEST, Type::NONE)), missing);
    assert_eq!(outcome(call(&World::targeting(33), Type::MANIFEST, Type::NONE)), "OK");
}

#[test]
fn fgs_type_201_target_34_must_declare_the_type_permission() {
    for record in RECORDS.iter().filter(|record| record.all_of.is_some()) {
        let mut world = World::targeting(34);
        if let Some(any_of) = record.any_of {
            world = world.satisfy(any_of[0]);
        }
        let one = record.service_type;
        assert_eq!(outcome(call(&world, one, one)), "SecurityException", "{}", one.label());
        assert_eq!(outcome(call(&world.grant_type(one), one, one)), "OK", "{}", one.label());
    }
}

#[test]
fn fgs_type_202_types_that_are_only_declared_are_not_checked() {
    let manifest = Type::CAMERA.with(Type::DATA_SYNC);
    let world = World::targeting(34).grant_type(Type::DATA_SYNC);
    assert_eq!(outcome(call(&world, Type::DATA_SYNC, manifest)), "OK");
    assert_eq!(outcome(call(&world, Type::MANIFEST, manifest)), "SecurityException");
}

#[test]
fn fgs_type_203_media_playback_sample() {
    let manifest = Type::from_manifest_attribute("mediaPlayback").expect("a keyword");
    let world = World::targeting(34).grant(Permission::ForegroundServiceMediaPlayback);
    assert_eq!(call(&world, Type::MANIFEST, manifest), Ok((Type::MEDIA_PLAYBACK, Fine)));
}

#[test]
fn fgs_type_205_special_use_sample() {
    let manifest = Type::from_manifest_attribute("specialUse").expect("a keyword");
    let world = World::targeting(34).grant(Permission::ForegroundServiceSpecialUse);
    assert_eq!(call(&world, Type::MANIFEST, manifest), Ok((Type::SPECIAL_USE, Fine)));
}
