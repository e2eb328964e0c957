//! The device before the first step: two packages, their permissions, and the constants.

use std::collections::BTreeSet;

use jobwarden_model::fgs::types::{AppOp, ForegroundServiceType, Permission};
use jobwarden_model::input::DeviceSignal;
use jobwarden_model::notification::call::NotificationCall;
use jobwarden_model::package::{
    AppOpMode, Change, Event, Granted, PackageDescription, ServiceDescription,
};
use jobwarden_model::{Caller, Input as Told, Uid};
use serde_json::Value;

use super::super::super::fgslife::input::{App, Input};
use super::super::super::fgslife::step::USER;
use super::super::super::fgslife::system::{
    app_op_mode, ordinary_permissions, APP, APP_NAME, CHANNEL, CLIENT, CLIENT_NAME,
};
use super::super::Untold;

/// `NotificationManager.IMPORTANCE_DEFAULT`.
const IMPORTANCE_DEFAULT: i32 = 3;

/// Whether there are inputs for all that happens.
pub(super) fn can_be_told(input: &Input) -> Result<(), Untold> {
    for step in &input.steps {
        match step.first().and_then(Value::as_str) {
            Some("tempAllowlist") => {
                return Err(Untold::Inexpressible("a temporary allow-list with a reason"))
            }
            Some("taskRemoved") => {
                return Err(Untold::Inexpressible("the task of an app is removed"))
            }
            Some("debugging") => return Err(Untold::Inexpressible("a debugger is attached")),
            _ => {}
        }
    }
    Ok(())
}

/// What is installed and configured, in order.
pub(super) fn inputs(input: &Input) -> Result<Vec<Told>, Untold> {
    let mut all = vec![package(app_description(input)?)];
    if let Some(client) = &input.client {
        all.push(package(PackageDescription {
            name: CLIENT_NAME.to_owned(),
            app_id: CLIENT.app_id(),
            target_sdk: client.target_sdk_version,
            permissions: vec!["android.permission.FOREGROUND_SERVICE".to_owned()],
            ..PackageDescription::default()
        }));
    }
    let held = held_permissions(&input.app);
    all.extend(op_modes(&held, &input.app.while_in_use_permissions));
    let instant = app_op_mode(&input.app.instant_app_start_foreground_app_op);
    let instant = instant.map_err(Untold::NotUnderstood)?;
    all.push(change(app_op(APP_NAME, "android:instant_app_start_foreground", instant)));
    for (&id, &enabled) in &input.change_overrides {
        let package = APP_NAME.to_owned();
        all.push(change(Event::CompatOverridden { package, change: Change(id), enabled }));
    }
    for (key, value) in &input.device_config {
        all.push(device_config(key, value));
    }
    all.push(Told::Notification {
        caller: Caller { uid: APP, pid: None },
        call: NotificationCall::CreateChannel {
            package: APP_NAME.to_owned(),
            channel: CHANNEL.to_owned(),
            importance: IMPORTANCE_DEFAULT,
            group: None,
        },
    });
    Ok(all)
}

fn app_description(input: &Input) -> Result<PackageDescription, Untold> {
    let mut services = Vec::new();
    for (name, service) in &input.services {
        let types = ForegroundServiceType::from_manifest_attribute(&service.types.join("|"))
            .map_err(|error| Untold::NotUnderstood(error.to_string()))?;
        services.push(ServiceDescription {
            class: name.clone(),
            process: Some(service.process.clone()),
            exported: true,
            foreground_service_types: types.0.cast_unsigned(),
            ..ServiceDescription::default()
        });
    }
    Ok(PackageDescription {
        name: APP_NAME.to_owned(),
        app_id: APP.app_id(),
        target_sdk: input.app.target_sdk_version,
        instant: input.app.instant,
        permissions: held_permissions(&input.app).into_iter().collect(),
        services,
        ..PackageDescription::default()
    })
}

/// The permissions that the app has at first.
pub(super) fn held_permissions(app: &App) -> BTreeSet<String> {
    let mut held = ordinary_permissions();
    held.retain(|name| !app.denied_permissions.contains(name));
    held.extend(app.granted_permissions.iter().cloned());
    held
}

/// The app-ops that go with permissions, as they are with these ones held.
pub(super) fn op_modes<'a>(
    held: &'a BTreeSet<String>,
    while_in_use: &'a BTreeSet<String>,
) -> impl Iterator<Item = Told> + 'a {
    AppOp::ALL.iter().map(|op| {
        let of = |set: &BTreeSet<String>| {
            Permission::ALL.iter().any(|it| it.app_op() == Some(*op) && set.contains(it.name()))
        };
        let mode = if of(while_in_use) {
            AppOpMode::Foreground
        } else if of(held) {
            AppOpMode::Allowed
        } else {
            AppOpMode::Default
        };
        change(app_op(APP_NAME, op.public_name(), mode))
    })
}

pub(super) fn permission(name: &str, granted: bool) -> Told {
    change(Event::PermissionChanged {
        package: APP_NAME.to_owned(),
        user: USER,
        permission: name.to_owned(),
        granted: if granted { Granted::Granted } else { Granted::HardDenied },
    })
}

pub(super) fn start_foreground_op(mode: AppOpMode) -> Told {
    change(app_op(APP_NAME, "android:start_foreground", mode))
}

pub(super) fn media_projection(active: bool) -> Told {
    change(Event::MediaProjectionChanged { package: APP_NAME.to_owned(), user: USER, active })
}

pub(super) fn power_allowlist(exempt: bool) -> Told {
    let permanent = exempt.then(|| APP.app_id()).into_iter().collect();
    let signal = DeviceSignal::PowerAllowlist { permanent, temporary: BTreeSet::new() };
    Told::Device { signal }
}

pub(super) fn background_restricted(restricted: bool) -> Told {
    let (uid, package): (Uid, _) = (APP, APP_NAME.to_owned());
    Told::Device { signal: DeviceSignal::BackgroundRestricted { uid, package, restricted } }
}

pub(super) fn device_config(key: &str, value: &Value) -> Told {
    Told::DeviceConfig {
        namespace: "activity_manager".to_owned(),
        key: key.to_owned(),
        value: Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned)),
    }
}

fn package(description: PackageDescription) -> Told {
    change(Event::Installed { package: Box::new(description), user: USER })
}

fn app_op(package: &str, op: &str, mode: AppOpMode) -> Event {
    Event::AppOpChanged { package: package.to_owned(), user: USER, op: op.to_owned(), mode }
}

fn change(change: Event) -> Told {
    Told::Package { change }
}
