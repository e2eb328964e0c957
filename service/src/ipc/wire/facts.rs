//! Facts that the privileged side reports: packages, activities, networks.

use std::collections::BTreeMap;

use jobwarden_aidl::aidl::dev::jobwarden as aidl;
use jobwarden_aidl::aidl::dev::jobwarden::ISystem as system;
use jobwarden_model::input::{ActivityFacts, ActivityState, NetworkFacts};
use jobwarden_model::package::{PackageDescription, ServiceDescription};

use super::{bits, choose, count, unsigned, Budget, InvalidParcel, Wire, MAX_LIST};

/// A package as its manifest describes it.
pub(crate) fn package(
    wire: &aidl::PackageDescription::PackageDescription,
    budget: &mut Budget,
) -> Wire<PackageDescription> {
    count("services", wire.services.len(), MAX_LIST)?;
    let services = wire.services.iter().map(|service| service_of(wire, service, budget));
    Ok(PackageDescription {
        services: services.collect::<Wire<_>>()?,
        name: budget.name("package name", &wire.name)?,
        app_id: unsigned("app id", wire.appId)?,
        target_sdk: wire.targetSdk,
        debuggable: wire.debuggable,
        instant: wire.instant,
        system: wire.system,
        permissions: budget.texts("permissions", &wire.permissions)?,
    })
}

fn service_of(
    package: &aidl::PackageDescription::PackageDescription,
    wire: &aidl::ServiceDescription::ServiceDescription,
    budget: &mut Budget,
) -> Wire<ServiceDescription> {
    count("properties", wire.properties.len(), MAX_LIST)?;
    let mut properties = BTreeMap::new();
    for property in &wire.properties {
        properties.insert(
            budget.name("property", &property.name)?,
            budget.text("property", &property.value)?,
        );
    }
    let class = budget.name("class name", &wire.className)?;
    Ok(ServiceDescription {
        class: if class.starts_with('.') { format!("{}{class}", package.name) } else { class },
        permission: budget.optional("permission", wire.permission.as_deref())?,
        process: budget.optional("process name", wire.process.as_deref())?,
        exported: wire.exported,
        foreground_service_types: u32::from_ne_bytes(wire.foregroundServiceTypes.to_ne_bytes()),
        properties,
    })
}

/// The activities of a process.
pub(crate) fn activities(wire: &[aidl::ActivityFacts::ActivityFacts]) -> Wire<Vec<ActivityFacts>> {
    const STATES: [(i32, ActivityState); 5] = [
        (system::ACTIVITY_RESUMED, ActivityState::Resumed),
        (system::ACTIVITY_PAUSING, ActivityState::Pausing),
        (system::ACTIVITY_PAUSED, ActivityState::Paused),
        (system::ACTIVITY_STOPPING, ActivityState::Stopping),
        (system::ACTIVITY_STOPPED, ActivityState::Stopped),
    ];
    count("activities", wire.len(), MAX_LIST)?;
    let activity = |wire: &aidl::ActivityFacts::ActivityFacts| {
        Ok(ActivityFacts {
            visible: wire.visible,
            window_visible: wire.windowVisible,
            task_visible: wire.taskVisible,
            state: choose("activity state", &STATES, wire.state)?,
            finishing: wire.finishing,
        })
    };
    wire.iter().map(activity).collect()
}

/// A network.
pub(crate) fn network_facts(wire: &aidl::NetworkFacts::NetworkFacts) -> Wire<NetworkFacts> {
    if wire.downKbps < 0 || wire.upKbps < 0 {
        let value = i64::from(wire.downKbps.min(wire.upKbps));
        return Err(InvalidParcel::Number { what: "bandwidth", value });
    }
    Ok(NetworkFacts {
        id: wire.id,
        capabilities: bits(wire.capabilities),
        transports: u32::from_ne_bytes(wire.transports.to_ne_bytes()),
        down_kbps: wire.downKbps,
        up_kbps: wire.upKbps,
    })
}
