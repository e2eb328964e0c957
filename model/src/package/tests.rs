//! Tests of the package room.

use super::*;
use crate::ids::Uid;

const USER: UserId = UserId(0);

fn sync_app() -> PackageDescription {
    PackageDescription {
        name: "com.example.sync".into(),
        app_id: 10_101,
        permissions: vec!["android.permission.INTERNET".into()],
        services: vec![ServiceDescription {
            class: "com.example.sync.Upload".into(),
            ..ServiceDescription::default()
        }],
        ..PackageDescription::default()
    }
}

fn installed(description: PackageDescription) -> Packages {
    let mut packages = Packages::default();
    let event = Event::Installed { package: Box::new(description), user: USER };
    assert_eq!(packages.on_event(&event), Ok(Changed::Added(Uid(10_101))));
    packages
}

#[test]
fn a_package_is_found_by_name_and_by_uid() {
    let packages = installed(sync_app());
    assert_eq!(packages.uid_of("com.example.sync", USER), Some(Uid(10_101)));
    assert_eq!(packages.uid_of("com.example.sync", UserId(10)), None);
    assert_eq!(packages.of_uid(Uid(10_101)).collect::<Vec<_>>(), ["com.example.sync"]);
}

#[test]
fn a_refused_event_changes_nothing() {
    let mut packages = installed(sync_app());
    let before = packages.clone();
    let unknown = Event::Removed { package: "com.example.other".into(), user: USER };
    assert!(matches!(packages.on_event(&unknown), Err(PackageError::Unknown { .. })));
    let other_app_id = PackageDescription { app_id: 10_102, ..sync_app() };
    let update = Event::Installed { package: Box::new(other_app_id), user: USER };
    assert!(matches!(packages.on_event(&update), Err(PackageError::Invalid { .. })));
    assert_eq!(packages, before);
}

#[test]
fn a_service_resolves_only_while_it_and_its_package_are_enabled() {
    let mut packages = installed(sync_app());
    let upload = ComponentName::new("com.example.sync", ".Upload");
    assert!(packages.service(&upload, USER).is_some());
    let disable =
        Event::ServiceEnabledChanged { service: upload.clone(), user: USER, enabled: false };
    assert_eq!(packages.on_event(&disable), Ok(Changed::Component(Uid(10_101))));
    assert!(packages.service(&upload, USER).is_none());
}

#[test]
fn a_permission_is_held_when_declared_and_until_taken_away() {
    let mut packages = installed(sync_app());
    let internet = "android.permission.INTERNET";
    assert_eq!(packages.permission(Uid(10_101), internet), Granted::Granted);
    assert_eq!(packages.permission(Uid(10_101), "android.permission.NFC"), Granted::HardDenied);
    assert_eq!(packages.permission(Uid::SYSTEM, "android.permission.NFC"), Granted::Granted);
    let idle_state = "android.permission.CHANGE_APP_IDLE_STATE";
    assert_eq!(packages.permission(Uid::SHELL, idle_state), Granted::Granted);
    assert_eq!(packages.permission(Uid::SHELL, internet), Granted::HardDenied);
    let soft = Event::PermissionChanged {
        package: "com.example.sync".into(),
        user: USER,
        permission: internet.into(),
        granted: Granted::SoftDenied,
    };
    assert_eq!(packages.on_event(&soft), Ok(Changed::Nothing));
    assert_eq!(packages.permission(Uid(10_101), internet), Granted::SoftDenied);
}

#[test]
fn job_val_002_a_change_needs_every_package_of_the_uid_to_have_it() {
    let mut packages = installed(sync_app());
    let change = Change::REJECT_NEGATIVE_NETWORK_ESTIMATES;
    assert!(packages.change_enabled(Uid(10_101), change));
    let older = PackageDescription {
        name: "com.example.older".into(),
        target_sdk: 33,
        services: Vec::new(),
        ..sync_app()
    };
    let event = Event::Installed { package: Box::new(older), user: USER };
    assert_eq!(packages.on_event(&event), Ok(Changed::Added(Uid(10_101))));
    assert!(!packages.change_enabled(Uid(10_101), change));
    assert!(packages.change_enabled(Uid(19_999), change), "no package: the default");
}
