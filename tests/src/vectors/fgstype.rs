//! Slice `fgstype`: `ForegroundServiceTypePolicy`, one type at a time.

use std::collections::{BTreeMap, BTreeSet};

use jobwarden_model::fgs::types::{
    AppOp, CustomPermission, ExemptionFact, Facts, ForegroundServiceType,
    ForegroundServiceTypePolicy, Host, Permission,
};
use jobwarden_model::package::{AppOpMode, Change};
use jobwarden_model::{Output, Pid, Uid};
use serde::Deserialize;
use serde_json::{json, Value};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    foreground_service_type: ForegroundServiceType,
    #[serde(default)]
    default_to_type: ForegroundServiceType,
    target_sdk_version: i32,
    allow_while_in_use: bool,
    granted_permissions: BTreeSet<String>,
    app_ops: BTreeMap<String, AppOpMode>,
    #[serde(default)]
    roles: BTreeSet<String>,
    #[serde(default)]
    usb_device: Usb,
    #[serde(default)]
    usb_accessory: Usb,
    custom_permission: Option<Custom>,
    #[serde(default)]
    change_overrides: BTreeMap<String, bool>,
    /// The keys of device config.
    #[serde(flatten)]
    device_config: BTreeMap<String, Value>,
}

#[derive(Clone, Copy, Default, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase")]
enum Usb {
    /// Nothing is attached.
    #[default]
    None,
    Denied,
    Granted,
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase")]
enum Custom {
    Granted,
    Denied,
}

impl Facts for Input {
    fn is_permission_granted(&self, _: &Host<'_>, permission: Permission) -> bool {
        self.granted_permissions.contains(permission.name())
    }

    fn app_op_mode(&self, _: &Host<'_>, op: AppOp) -> AppOpMode {
        self.app_ops.get(op.public_name()).copied().unwrap_or_else(|| op.default_mode())
    }

    fn holds_role(&self, _: &Host<'_>, role: &str) -> bool {
        self.roles.contains(role)
    }

    fn may_use_usb_device(&self, _: &str, _: Pid, _: Uid) -> bool {
        self.usb_device == Usb::Granted
    }

    fn may_use_usb_accessory(&self, _: Pid, _: Uid) -> bool {
        self.usb_accessory == Usb::Granted
    }

    fn has_media_projection(&self, _: Uid) -> bool {
        self.custom_permission == Some(Custom::Granted)
    }

    fn is_exempt(&self, _: &Host<'_>, _: ExemptionFact) -> bool {
        false
    }

    fn is_change_enabled(&self, _: Uid, change: Change) -> bool {
        let forced = self.change_overrides.get(&change.0.to_string()).copied();
        forced.unwrap_or_else(|| change.enabled_for_target_sdk(self.target_sdk_version))
    }

    fn skips_manifest_type_check(&self) -> bool {
        false
    }
}

/// The check of one type.
pub(super) fn answer(input: &Value) -> Result<Value, String> {
    let input: Input = serde_json::from_value(input.clone()).map_err(|error| error.to_string())?;
    let info = ForegroundServiceTypePolicy::policy_info(
        input.foreground_service_type,
        input.default_to_type,
    )
    .map_err(|exception| exception.to_string())?;
    let mut policy = ForegroundServiceTypePolicy::without_custom_permissions();
    for (key, value) in &input.device_config {
        if !policy.on_device_config(key, Some(&value.to_string())) {
            return Err(format!("unknown member `{key}`"));
        }
    }
    if input.custom_permission.is_some() {
        // Any check that asks a single yes-or-no question stands in for the recorded one.
        policy.set_custom_permission(info.service_type, CustomPermission::MediaProjection);
    }
    let host = Host {
        uid: Uid(10123),
        pid: Pid(1234),
        process: "p10123",
        package: "p10123",
        target_sdk: input.target_sdk_version,
        allow_while_in_use: input.allow_while_in_use,
    };
    let check = policy.check(info, &host, &input, &mut Output::new());
    Ok(json!({
        "policyForegroundServiceType": info.service_type,
        "isTypeDisabled": ForegroundServiceTypePolicy::is_type_disabled(info, &host, &input),
        "hasForegroundOnlyPermission": info.foreground_only,
        "check": check.name(),
    }))
}
