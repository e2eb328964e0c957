//! The app-ops of the platform: which stands behind a permission, and their modes as long as nobody sets one.
//!
//! Only runtime permissions and app-op permissions have one: an op that merely names a permission, such as
//! that of WAKE_LOCK, guards something else.

use super::AppOpMode;

/// Permissions without `android.permission.`, and their ops without `android:`, where the name of the op is
/// not that of the permission in small letters.
const SPELLED_DIFFERENTLY: &[(&str, &str)] = &[
    ("ACCESS_COARSE_LOCATION", "coarse_location"),
    ("ACCESS_FINE_LOCATION", "fine_location"),
    ("FOREGROUND_SERVICE", "start_foreground"),
    ("INSTANT_APP_FOREGROUND_SERVICE", "instant_app_start_foreground"),
    ("POST_NOTIFICATIONS", "post_notification"),
];

/// All others.
const SPELLED_ALIKE: &[&str] = &[
    "ACCEPT_HANDOVER",
    "ACCESS_MEDIA_LOCATION",
    "ACCESS_NOTIFICATIONS",
    "ACTIVITY_RECOGNITION",
    "ANSWER_PHONE_CALLS",
    "BLUETOOTH_ADVERTISE",
    "BLUETOOTH_CONNECT",
    "BLUETOOTH_SCAN",
    "BODY_SENSORS",
    "CALL_PHONE",
    "CAMERA",
    "CAPTURE_CONSENTLESS_BUGREPORT_ON_USERDEBUG_BUILD",
    "FOREGROUND_SERVICE_SPECIAL_USE",
    "GET_ACCOUNTS",
    "INTERACT_ACROSS_PROFILES",
    "LOADER_USAGE_STATS",
    "MANAGE_EXTERNAL_STORAGE",
    "MANAGE_IPSEC_TUNNELS",
    "MANAGE_MEDIA",
    "MANAGE_ONGOING_CALLS",
    "NEARBY_WIFI_DEVICES",
    "PROCESS_OUTGOING_CALLS",
    "READ_CALENDAR",
    "READ_CALL_LOG",
    "READ_CELL_BROADCASTS",
    "READ_CONTACTS",
    "READ_EXTERNAL_STORAGE",
    "READ_MEDIA_AUDIO",
    "READ_MEDIA_IMAGES",
    "READ_MEDIA_VIDEO",
    "READ_MEDIA_VISUAL_USER_SELECTED",
    "READ_PHONE_NUMBERS",
    "READ_PHONE_STATE",
    "READ_SMS",
    "RECEIVE_MMS",
    "RECEIVE_SMS",
    "RECEIVE_WAP_PUSH",
    "RECORD_AUDIO",
    "REQUEST_INSTALL_PACKAGES",
    "SCHEDULE_EXACT_ALARM",
    "SEND_SMS",
    "SMS_FINANCIAL_TRANSACTIONS",
    "SYSTEM_ALERT_WINDOW",
    "TURN_SCREEN_ON",
    "USE_FULL_SCREEN_INTENT",
    "USE_ICC_AUTH_WITH_DEVICE_IDENTIFIER",
    "USE_SIP",
    "UWB_RANGING",
    "WRITE_CALENDAR",
    "WRITE_CALL_LOG",
    "WRITE_CONTACTS",
    "WRITE_EXTERNAL_STORAGE",
    "WRITE_SETTINGS",
];

/// The public name of the op behind a permission, if it has one. Rule: FGS-TYPE-033.
pub fn permission_to_op(permission: &str) -> Option<String> {
    // The one permission of this table that is not the platform's own.
    if permission == "com.android.voicemail.permission.ADD_VOICEMAIL" {
        return Some("android:add_voicemail".to_owned());
    }
    let name = permission.strip_prefix("android.permission.")?;
    let different = SPELLED_DIFFERENTLY.iter().find(|(known, _)| *known == name);
    let op = match different {
        Some((_, op)) => (*op).to_owned(),
        None if SPELLED_ALIKE.contains(&name) => name.to_ascii_lowercase(),
        None => return None,
    };
    Some(format!("android:{op}"))
}

/// Ops that are ignored by default, without `android:`.
const IGNORED: &[&str] = &["activate_platform_vpn", "activate_vpn", "project_media", "write_sms"];

/// Ops that are refused by default.
const ERRORED: &[&str] = &[
    "manage_ipsec_tunnels",
    "mock_location",
    "no_isolated_storage",
    "read_device_identifiers",
    "write_media_audio",
    "write_media_images",
    "write_media_video",
];

/// Ops whose default leaves the decision to something else, most often a permission.
const DEFAULT: &[&str] = &[
    "auto_revoke_permissions_if_unused",
    "capture_consentless_bugreport_on_userdebug_build",
    "foreground_service_special_use",
    "get_usage_stats",
    "instant_app_start_foreground",
    "interact_across_profiles",
    "legacy_storage",
    "loader_usage_stats",
    "manage_credentials",
    "manage_external_storage",
    "manage_media",
    "manage_ongoing_calls",
    "query_all_packages",
    "request_install_packages",
    "schedule_exact_alarm",
    "sms_financial_transactions",
    "system_alert_window",
    "system_exempt_from_activity_bg_start_restriction",
    "system_exempt_from_dismissible_notifications",
    "system_exempt_from_hibernation",
    "system_exempt_from_power_restrictions",
    "system_exempt_from_suspension",
    "turn_screen_on",
    "use_full_screen_intent",
    "use_icc_auth_with_device_identifier",
    "write_settings",
];

/// `AppOpsManager.opToDefaultMode`, by the public name of an op. Rule: FGS-TYPE-033.
pub fn default_mode(op: &str) -> AppOpMode {
    match op.strip_prefix("android:") {
        Some(op) if IGNORED.contains(&op) => AppOpMode::Ignored,
        Some(op) if ERRORED.contains(&op) => AppOpMode::Errored,
        Some(op) if DEFAULT.contains(&op) => AppOpMode::Default,
        Some(_) | None => AppOpMode::Allowed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fgs::types::{AppOp, Permission};

    #[test]
    fn fgs_type_033_the_table_says_what_the_type_policy_says() {
        for permission in Permission::ALL {
            let op = permission.app_op().map(|op| op.public_name().to_owned());
            assert_eq!(permission_to_op(permission.name()), op, "{}", permission.name());
        }
        for op in AppOp::ALL {
            assert_eq!(default_mode(op.public_name()), op.default_mode(), "{}", op.public_name());
        }
    }

    #[test]
    fn permissions_without_an_op() {
        for name in ["WAKE_LOCK", "BIND_JOB_SERVICE", "VIBRATE", "PACKAGE_USAGE_STATS", ""] {
            assert_eq!(permission_to_op(&format!("android.permission.{name}")), None, "{name}");
        }
        assert_eq!(permission_to_op("com.example.CAMERA"), None, "of an app");
        let op = permission_to_op("android.permission.FOREGROUND_SERVICE");
        assert_eq!(op.as_deref(), Some("android:start_foreground"));
    }
}
