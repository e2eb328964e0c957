//! Slice `fgsstart`: may an app start a foreground service, and with while-in-use access.

mod table;

use std::collections::BTreeMap;

use jobwarden_model::fgs::call::BackgroundStartPrivileges;
use jobwarden_model::fgs::effect::ConnectionToken;
use jobwarden_model::fgs::reason::ReasonCode;
use jobwarden_model::fgs::{
    ActiveServices, BindRequest, Constants, Context, Identity, ServiceInfo, StartCheck,
};
use jobwarden_model::process::BindFlags;
use jobwarden_model::{
    Caller, ComponentName, Elapsed, Looper, Now, Output, Pid, Uid, Uptime, UserId, Wall,
};
use serde::Deserialize;
use serde_json::{json, Value};

use table::{App, Table};

const NOW: Now =
    Now { elapsed: Elapsed(1_000_000_000), uptime: Uptime(900_000_000), wall: Wall(0) };
/// Whose the service is: nobody else's, so that its target SDK and that of its caller can differ.
const SERVICE_UID: Uid = Uid(10_999);
const PACKAGE: &str = "app";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Input {
    calling_uid: Option<u32>,
    app: App,
    #[serde(default)]
    bound_by: Vec<App>,
    #[serde(default)]
    background_start_privileges: BackgroundStartPrivileges,
    #[serde(default)]
    is_bind_service: bool,
    target_sdk_version: Option<i32>,
    recent_calling_target_sdk_version: Option<i32>,
    #[serde(default)]
    while_in_use_allowlisted_package: bool,
    #[serde(default)]
    current_input_method: bool,
    #[serde(default)]
    device_demo_mode: bool,
    #[serde(default)]
    request_foreground_service_exemption: bool,
    #[serde(default)]
    device_config: BTreeMap<String, Value>,
}

pub(super) fn answer(input: &Value) -> Result<Value, String> {
    let input: Input = serde_json::from_value(input.clone()).map_err(|e| e.to_string())?;
    let uid = Uid(input.calling_uid.unwrap_or(10_123));
    let mut table = Table::new(uid, &input.app)?;
    table.while_in_use_package = input.while_in_use_allowlisted_package.then(|| PACKAGE.to_owned());
    table.input_method = input.current_input_method.then(|| PACKAGE.to_owned());
    table.demo_mode = input.device_demo_mode;
    table.target_sdk = BTreeMap::from([
        (SERVICE_UID, input.target_sdk_version.unwrap_or(34)),
        (uid, input.recent_calling_target_sdk_version.unwrap_or(34)),
    ]);
    let mut services = ActiveServices::new(Constants::default());
    bind_clients(&mut services, &mut table, &input.bound_by)?;
    for (key, value) in &input.device_config {
        services.device_config(key, Some(&value.to_string()));
    }
    let check = StartCheck {
        who: Identity { uid, pid: table.first_process(uid), package: Some(PACKAGE.to_owned()) },
        service: ServiceInfo {
            uid: SERVICE_UID,
            request_foreground_service_exemption: input.request_foreground_service_exemption,
            ..ServiceInfo::default()
        },
        recent_caller: uid,
        host: table.first_process(uid),
        privileges: input.background_start_privileges,
        is_bind: input.is_bind_service,
    };
    let verdict = services.check_start(NOW, &check, &table, &mut Output::new());
    Ok(json!({
        "allowWhileInUsePermissionInFgs": verdict.allow_while_in_use,
        "allowWhileInUseReason": name(verdict.while_in_use_reason),
        "allowStartForegroundReason": name(verdict.allow_start_foreground),
        "bgFgsRestrictionEnabled": verdict.restriction_enabled,
        "startForegroundAllowed": verdict.allowed(),
    }))
}

fn name(reason: ReasonCode) -> Value {
    reason.name().map_or_else(|| json!(reason.0), |name| json!(name))
}

/// Every client binds to a service in the app's first process.
fn bind_clients(
    services: &mut ActiveServices,
    table: &mut Table,
    clients: &[App],
) -> Result<(), String> {
    if table.first_process(table.app_uid).is_none() {
        return Ok(());
    }
    for (at, client) in (0..).zip(clients) {
        let uid = Uid(10_200 + at);
        let pid: Pid = table.add(uid, client)?;
        let mut flags = BindFlags::AUTO_CREATE;
        if client.bind_allow_background_activity_starts {
            flags = flags | BindFlags::ALLOW_BACKGROUND_ACTIVITY_STARTS;
        }
        let request = BindRequest {
            service: ComponentName::new(PACKAGE, ".Service"),
            user: UserId(0),
            action: None,
            connection: ConnectionToken(u64::from(at)),
            flags,
            package: Some(format!("client{at}")),
        };
        table.holds_everything = true;
        let mut looper = Looper::default();
        let mut out = Output::new();
        let mut cx = Context { now: NOW, neighbours: table, looper: &mut looper, out: &mut out };
        let caller = Caller { uid, pid: Some(pid) };
        services.bind_service(caller, &request, &mut cx).map_err(|e| e.to_string())?;
        table.holds_everything = false;
    }
    Ok(())
}
