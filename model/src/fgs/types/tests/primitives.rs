//! Permission primitives: section 4 of the chapter.

use super::*;
use crate::fgs::types::{PermissionClass, Preflight};
use AppOpMode::{Allowed, Default as Unset, Errored, Foreground, Ignored};

/// Whether the host has `entry`, with the foreground-only toggle as given.
fn granted(world: &World, entry: Entry, toggle: bool) -> bool {
    let host = world.host();
    let probe = Probe { host: &host, facts: world, foreground_only_enforced: toggle };
    entry.is_granted(&probe, &mut Output::new())
}

fn preflight(world: &World, permission: Permission) -> Preflight {
    permission.preflight(&world.host(), world)
}

fn of_class(which: fn(PermissionClass) -> bool) -> impl Iterator<Item = Permission> {
    Permission::ALL.iter().copied().filter(move |permission| which(permission.class()))
}

fn op_of(permission: Permission) -> AppOp {
    permission.app_op().expect("a permission with an op")
}

#[test]
fn fgs_type_030_op_decides_over_app_op_permission() {
    use Preflight::{Granted, HardDenied};
    let table = [
        (Ignored, HardDenied, HardDenied),
        (Errored, HardDenied, HardDenied),
        (Unset, HardDenied, Granted),
        (Allowed, Granted, Granted),
        (Foreground, Granted, Granted),
    ];
    for permission in [Permission::ScheduleExactAlarm, Permission::ForegroundServiceSpecialUse] {
        for (mode, without, with) in table {
            let world = World::targeting(34).set(op_of(permission), mode);
            assert_eq!(preflight(&world, permission), without, "{mode:?}");
            assert_eq!(preflight(&world.grant(permission), permission), with, "{mode:?}");
        }
    }
}

#[test]
fn fgs_type_031_runtime_permission_needs_grant_and_op() {
    use Preflight::{Granted, HardDenied, SoftDenied};
    let table = [
        (Errored, HardDenied),
        (Ignored, SoftDenied),
        (Allowed, Granted),
        (Foreground, Granted),
        (Unset, Granted),
    ];
    for permission in of_class(|class| matches!(class, PermissionClass::Runtime(_))) {
        for (mode, with) in table {
            let world = World::targeting(34).set(op_of(permission), mode);
            assert_eq!(preflight(&world, permission), HardDenied, "{mode:?}");
            assert_eq!(preflight(&world.grant(permission), permission), with, "{mode:?}");
        }
    }
}

#[test]
fn fgs_type_032_other_permission_is_its_grant() {
    let plain: Vec<_> = of_class(|class| class == PermissionClass::Plain).collect();
    assert_eq!(plain.len(), Permission::ALL.len() - 12);
    for permission in plain {
        let world = World::targeting(34);
        assert_eq!(preflight(&world, permission), Preflight::HardDenied);
        assert_eq!(preflight(&world.grant(permission), permission), Preflight::Granted);
    }
    assert_eq!(Permission::from_name("android.permission.NO_SUCH_THING"), None);
}

#[test]
fn fgs_type_033_which_permissions_have_an_op() {
    let table = [
        ("ACCESS_COARSE_LOCATION", "coarse_location", Allowed),
        ("ACCESS_FINE_LOCATION", "fine_location", Allowed),
        ("CAMERA", "camera", Allowed),
        ("RECORD_AUDIO", "record_audio", Allowed),
        ("BODY_SENSORS", "body_sensors", Allowed),
        ("ACTIVITY_RECOGNITION", "activity_recognition", Allowed),
        ("BLUETOOTH_ADVERTISE", "bluetooth_advertise", Allowed),
        ("BLUETOOTH_CONNECT", "bluetooth_connect", Allowed),
        ("BLUETOOTH_SCAN", "bluetooth_scan", Allowed),
        ("UWB_RANGING", "uwb_ranging", Allowed),
        ("SCHEDULE_EXACT_ALARM", "schedule_exact_alarm", Unset),
        ("FOREGROUND_SERVICE_SPECIAL_USE", "foreground_service_special_use", Unset),
    ];
    for (constant, op, mode) in table {
        let permission = Permission::from_name(&format!("android.permission.{constant}"));
        let found = permission.and_then(Permission::app_op).expect(constant);
        assert_eq!(found.public_name(), format!("android:{op}"));
        assert_eq!(found.default_mode(), mode);
    }
    let with_op = Permission::ALL.iter().filter(|permission| permission.app_op().is_some()).count();
    assert_eq!(with_op, table.len());
    assert_eq!(Permission::ChangeWifiState.app_op(), None);
}

/// A runtime permission that is granted: row by row, in use or not.
#[test]
fn fgs_type_034_regular_entry() {
    let entry = Entry::Regular(Permission::Camera);
    // Mode, toggle of FGS-TYPE-023, granted when not in use, granted when in use.
    let table = [
        (Allowed, true, true, true),
        (Unset, true, true, true),
        (Foreground, true, false, true),
        (Foreground, false, true, true),
        (Ignored, true, false, true),
        (Ignored, false, false, true),
        (Errored, true, false, false),
        (Errored, false, false, false),
    ];
    for (mode, toggle, idle, used) in table {
        let world = World::targeting(34).set(AppOp::Camera, mode);
        for (allow_while_in_use, expected) in [(false, idle), (true, used)] {
            let world = world.clone().in_use(allow_while_in_use);
            assert!(!granted(&world, entry, toggle), "{mode:?} without the permission");
            let world = world.grant(Permission::Camera);
            assert_eq!(granted(&world, entry, toggle), expected, "{mode:?} {toggle}");
        }
    }
}

/// Row 2: no op; neither the toggle nor the use of the app counts.
#[test]
fn fgs_type_034_regular_entry_without_op() {
    let entry = Entry::Regular(Permission::Nfc);
    for toggle in [false, true] {
        let world = World::targeting(34).in_use(true);
        assert!(!granted(&world, entry, toggle));
        assert!(granted(&world.in_use(false).grant(Permission::Nfc), entry, toggle));
    }
}

#[test]
fn fgs_type_035_app_op_entry() {
    let table = [
        (Allowed, true, true),
        (Foreground, false, true),
        (Unset, false, false),
        (Ignored, false, false),
        (Errored, false, false),
    ];
    for op in [AppOp::ProjectMedia, AppOp::ActivateVpn] {
        for (mode, idle, used) in table {
            for toggle in [false, true] {
                let world = World::targeting(34).set(op, mode);
                assert_eq!(granted(&world, Entry::AppOp(op), toggle), idle, "{mode:?}");
                assert_eq!(granted(&world.in_use(true), Entry::AppOp(op), toggle), used);
            }
        }
        assert_eq!(op.default_mode(), Ignored);
    }
}

#[test]
fn fgs_type_036_role_entry() {
    let entry = Entry::Role(Role::Dialer);
    let mut world = World::targeting(34);
    world.roles.insert("android.app.role.BROWSER");
    assert!(!granted(&world, entry, true));
    world.roles.insert("android.app.role.DIALER");
    assert!(granted(&world, entry, true));
}

#[test]
fn fgs_type_037_usb_device_entry_asks_for_package_pid_and_uid() {
    let mut world = World::targeting(34);
    world.usb_accessory = true;
    assert!(!granted(&world, Entry::UsbDevice, true));
    assert_eq!(world.asked(), ["USB device com.example 4321 1010123"]);
    world.usb_device = true;
    assert!(granted(&world, Entry::UsbDevice, true));
}

#[test]
fn fgs_type_038_usb_accessory_entry_asks_for_pid_and_uid() {
    let mut world = World::targeting(34);
    world.usb_device = true;
    assert!(!granted(&world, Entry::UsbAccessory, true));
    assert_eq!(world.asked(), ["USB accessory 4321 1010123"]);
    world.usb_accessory = true;
    assert!(granted(&world, Entry::UsbAccessory, true));
}

/// BODY_SENSORS obeys the foreground mode although `health` does not carry the marker.
#[test]
fn fgs_type_039_marker_changes_only_text() {
    let marked = [Type::LOCATION, Type::CAMERA, Type::MICROPHONE];
    for record in &RECORDS {
        let remark = record.permission_text().contains("eligible for foreground-only");
        assert_eq!(record.foreground_only, marked.contains(&record.service_type));
        assert_eq!(remark, record.foreground_only, "{}", record.service_type.label());
    }
    let sensors = World::targeting(34)
        .grant_type(Type::HEALTH)
        .grant(Permission::BodySensors)
        .set(AppOp::BodySensors, Foreground);
    assert_eq!(check(&sensors, Type::HEALTH), PolicyCheck::PermissionDeniedEnforced);
}
