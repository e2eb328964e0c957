//! The device before the first step, and what of a vector can be told.

use std::collections::{BTreeMap, BTreeSet};

use jobwarden_model::fgs::types::ForegroundServiceType;
use jobwarden_model::input::DeviceSignal;
use jobwarden_model::notification::call::NotificationCall;
use jobwarden_model::package::{Event, Granted, PackageDescription, ServiceDescription};
use jobwarden_model::{Caller, Input as Told, Uid};
use serde_json::Value;

use super::super::super::fgslife::step::USER;
use super::super::super::fgslife::system::ordinary_permissions;
use super::super::super::uijstate::outside::{uid_of_process, APP, CLIENT};
use super::super::super::uijstate::step::types_of;
use super::super::super::uijstate::{uid, Input, Query, JOB_SERVICE};
use super::super::stage::job_service;
use super::super::Untold;

/// The channel of the services' notifications.
pub(super) const CHANNEL: &str = "c";
/// `NotificationManager.IMPORTANCE_DEFAULT`.
const IMPORTANCE_DEFAULT: i32 = 3;

/// Whether there are inputs for all that happens.
pub(super) fn can_be_told(input: &Input) -> Result<(), Untold> {
    if input.app_is_browser {
        return Err(Untold::Inexpressible("an app that is exempt by its role"));
    }
    let denies = |step: &Vec<Value>| {
        step[0] == "runUserInitiatedJobs" && step[1] != "client" && step[2] == "HARD_DENIED"
    };
    if input.steps.iter().any(denies) {
        return Err(Untold::Inexpressible("packages that share a uid do not share a permission"));
    }
    for step in &input.steps {
        let of_system = step.iter().any(|it| it.as_str() == Some("system"));
        let sent = step.iter().find(|it| it.is_object()).cloned().unwrap_or_default();
        match step.first().and_then(Value::as_str).unwrap_or_default() {
            "token" | "removeToken" | "broadcast" => {
                return Err(Untold::Inexpressible("a token or a broadcast lends a right"))
            }
            "instrument" => return Err(Untold::Inexpressible("an app is instrumented")),
            "tempWhileInUse" | "tempAllowlist" => {
                return Err(Untold::Inexpressible("a temporary allow-list with a reason"))
            }
            "whileInUseAllowlist" | "companionApp" | "deviceOwner" => {
                return Err(Untold::Inexpressible("a role that the device policy gives"))
            }
            "grant" | "deny" | "nonAppWindow" => {}
            _ if of_system => return Err(Untold::Inexpressible("a persistent process")),
            "startService" | "startForegroundService"
                if sent["creator"] == "system"
                    || sent["sender"] == "system"
                    || sent["notification"] == true =>
            {
                return Err(Untold::Inexpressible("a pending intent of the system"))
            }
            _ => {}
        }
    }
    Ok(())
}

/// The questions that an app can ask: about its own job service, from its own process.
pub(super) fn queries(input: &Input) -> Result<BTreeMap<usize, Query>, Untold> {
    let owner = |package: &str| if package == "client" { CLIENT } else { APP };
    let own = |query: &Query| {
        let uid = uid(&query.uid).ok();
        let process = query.process.as_deref();
        uid == Some(owner(&query.package))
            && process.is_none_or(|process| uid == Some(uid_of_process(process)))
    };
    let told: BTreeMap<_, _> =
        input.queries().into_iter().enumerate().filter(|(_, query)| own(query)).collect();
    if told.is_empty() {
        return Err(Untold::Inexpressible("only others than the owner of the job service ask"));
    }
    Ok(told)
}

/// What is installed and configured, in order.
pub(super) fn inputs(input: &Input) -> Result<Vec<Told>, Untold> {
    let mut all = Vec::new();
    for name in ["app", "other", "client"] {
        let owner = if name == "client" { "client" } else { "app" };
        let mut services = vec![job_service(JOB_SERVICE)];
        if name == "app" {
            for (class, service) in &input.services {
                let types = match &service.types {
                    None => types_of(&serde_json::json!(["dataSync"])),
                    Some(types) => types_of(&serde_json::json!(types)),
                };
                services.push(ServiceDescription {
                    class: class.clone(),
                    process: Some(service.process.clone()),
                    exported: true,
                    foreground_service_types: types.map_err(Untold::NotUnderstood)?.cast_unsigned(),
                    ..ServiceDescription::default()
                });
            }
        }
        let package = PackageDescription {
            name: name.to_owned(),
            app_id: uid(owner).map_err(Untold::NotUnderstood)?.app_id(),
            target_sdk: input.target_sdk_version.get(owner).copied().unwrap_or(34),
            permissions: permissions(input, owner).into_iter().collect(),
            services,
            ..PackageDescription::default()
        };
        all.push(change(Event::Installed { package: Box::new(package), user: USER }));
    }
    for (key, value) in &input.device_config {
        all.push(device_config(key, value));
    }
    all.push(Told::Notification {
        caller: Caller { uid: APP, pid: None },
        call: NotificationCall::CreateChannel {
            package: "app".to_owned(),
            channel: CHANNEL.to_owned(),
            importance: IMPORTANCE_DEFAULT,
            group: None,
        },
    });
    Ok(all)
}

/// What foreground services need, what `schedule` asks for, and what the vector says.
fn permissions(input: &Input, owner: &str) -> BTreeSet<String> {
    let mut held = ordinary_permissions();
    held.insert(full("RUN_USER_INITIATED_JOBS"));
    held.insert(full("UPDATE_DEVICE_STATS"));
    held.insert(full("ACCESS_NETWORK_STATE"));
    held.extend(input.permissions.get(owner).into_iter().flatten().map(|name| full(name)));
    held
}

fn full(permission: &str) -> String {
    format!("android.permission.{permission}")
}

/// A permission of a uid; the ones of the system are no question.
pub(super) fn permission(of: &str, name: &str, granted: bool) -> Vec<Told> {
    let packages: &[&str] = match of {
        "app" => &["app", "other"],
        "client" => &["client"],
        _ => &[],
    };
    let state = if granted { Granted::Granted } else { Granted::HardDenied };
    packages.iter().map(|package| package_permission(package, name, state)).collect()
}

pub(super) fn package_permission(package: &str, name: &str, granted: Granted) -> Told {
    change(Event::PermissionChanged {
        package: package.to_owned(),
        user: USER,
        permission: full(name),
        granted,
    })
}

pub(super) fn system_alert_window(package: &str, mode: &Value) -> Result<Told, Untold> {
    let mode = serde_json::from_value(mode.clone())
        .map_err(|error| Untold::NotUnderstood(error.to_string()))?;
    Ok(change(Event::AppOpChanged {
        package: package.to_owned(),
        user: USER,
        op: "android:system_alert_window".to_owned(),
        mode,
    }))
}

pub(super) fn power_allowlist(exempt: bool) -> Told {
    let permanent = exempt.then(|| APP.app_id()).into_iter().collect();
    let signal = DeviceSignal::PowerAllowlist { permanent, temporary: BTreeSet::new() };
    Told::Device { signal }
}

pub(super) fn device_config(key: &str, value: &Value) -> Told {
    Told::DeviceConfig {
        namespace: "activity_manager".to_owned(),
        key: key.to_owned(),
        value: Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned)),
    }
}

/// The uid and the package of a process.
pub(super) fn identity(process: &str) -> (Uid, &str) {
    let package = if process == "app:remote" { "app" } else { process };
    (uid_of_process(process), package)
}

/// `ForegroundServiceType::MANIFEST` where the step has no types.
pub(super) fn types(value: Option<&Value>) -> Result<i32, Untold> {
    value.map_or(Ok(ForegroundServiceType::MANIFEST.0), types_of).map_err(Untold::NotUnderstood)
}

fn change(change: Event) -> Told {
    Told::Package { change }
}
