//! Reason codes of the power exemption manager: why something is allowed. Rule: FGS-BG-031.

use serde::{Deserialize, Serialize};

/// `PowerExemptionManager.REASON_*`; a code that is not listed keeps its number.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReasonCode(pub i32);

/// Declares the codes and the table of their names.
macro_rules! reasons {
    ($($name:ident = $code:literal;)*) => {
        impl ReasonCode {
            $(#[doc = concat!("`REASON_", stringify!($name), "`.")]
            pub const $name: Self = Self($code);)*

            /// Every listed code with its name, by code.
            pub const ALL: &'static [(Self, &'static str)] = &[$((Self($code), stringify!($name))),*];
        }
    };
}

reasons! {
    DENIED = -1;
    UNKNOWN = 0;
    OTHER = 1;
    PROC_STATE_PERSISTENT = 10;
    PROC_STATE_PERSISTENT_UI = 11;
    PROC_STATE_TOP = 12;
    PROC_STATE_BTOP = 13;
    PROC_STATE_FGS = 14;
    PROC_STATE_BFGS = 15;
    UID_VISIBLE = 50;
    SYSTEM_UID = 51;
    ACTIVITY_STARTER = 52;
    START_ACTIVITY_FLAG = 53;
    FGS_BINDING = 54;
    DEVICE_OWNER = 55;
    PROFILE_OWNER = 56;
    COMPANION_DEVICE_MANAGER = 57;
    BACKGROUND_ACTIVITY_PERMISSION = 58;
    BACKGROUND_FGS_PERMISSION = 59;
    INSTR_BACKGROUND_ACTIVITY_PERMISSION = 60;
    INSTR_BACKGROUND_FGS_PERMISSION = 61;
    SYSTEM_ALERT_WINDOW_PERMISSION = 62;
    DEVICE_DEMO_MODE = 63;
    ALLOWLISTED_PACKAGE = 65;
    APPOP = 66;
    ACTIVITY_VISIBILITY_GRACE_PERIOD = 67;
    OP_ACTIVATE_VPN = 68;
    OP_ACTIVATE_PLATFORM_VPN = 69;
    TEMP_ALLOWED_WHILE_IN_USE = 70;
    CURRENT_INPUT_METHOD = 71;
    GEOFENCING = 100;
    PUSH_MESSAGING = 101;
    PUSH_MESSAGING_OVER_QUOTA = 102;
    ACTIVITY_RECOGNITION = 103;
    ACCOUNT_TRANSFER = 104;
    PUSH_MESSAGING_DEFERRABLE = 105;
    BOOT_COMPLETED = 200;
    PRE_BOOT_COMPLETED = 201;
    LOCKED_BOOT_COMPLETED = 202;
    BLUETOOTH_BROADCAST = 203;
    TIMEZONE_CHANGED = 204;
    TIME_CHANGED = 205;
    LOCALE_CHANGED = 206;
    SCHEDULE_EXACT_ALARM_PERMISSION_STATE_CHANGED = 207;
    REFRESH_SAFETY_SOURCES = 208;
    SYSTEM_ALLOW_LISTED = 300;
    ALARM_MANAGER_ALARM_CLOCK = 301;
    ALARM_MANAGER_WHILE_IDLE = 302;
    SERVICE_LAUNCH = 303;
    KEY_CHAIN = 304;
    PACKAGE_VERIFIER = 305;
    SYNC_MANAGER = 306;
    DOMAIN_VERIFICATION_V1 = 307;
    DOMAIN_VERIFICATION_V2 = 308;
    VPN = 309;
    NOTIFICATION_SERVICE = 310;
    PACKAGE_REPLACED = 311;
    LOCATION_PROVIDER = 312;
    MEDIA_BUTTON = 313;
    EVENT_SMS = 314;
    EVENT_MMS = 315;
    SHELL = 316;
    MEDIA_SESSION_CALLBACK = 317;
    ROLE_DIALER = 318;
    ROLE_EMERGENCY = 319;
    SYSTEM_MODULE = 320;
    CARRIER_PRIVILEGED_APP = 321;
    DPO_PROTECTED_APP = 322;
    DISALLOW_APPS_CONTROL = 323;
    ACTIVE_DEVICE_ADMIN = 324;
    MEDIA_NOTIFICATION_TRANSFER = 325;
    PACKAGE_INSTALLER = 326;
    SYSTEM_EXEMPT_APP_OP = 327;
    OPT_OUT_REQUESTED = 1000;
}

impl ReasonCode {
    /// The reason that a process state stands for. Rules: FGS-BG-012, PROC-STATE-007.
    pub const fn of_process_state(state: i32) -> Self {
        match state {
            i32::MIN..=0 => Self::PROC_STATE_PERSISTENT,
            1 => Self::PROC_STATE_PERSISTENT_UI,
            2 => Self::PROC_STATE_TOP,
            3 => Self::PROC_STATE_BTOP,
            4 => Self::PROC_STATE_FGS,
            5 => Self::PROC_STATE_BFGS,
            _ => Self::DENIED,
        }
    }

    /// The name without its common prefix; `None` for a code that is not listed.
    pub fn name(self) -> Option<&'static str> {
        Self::ALL.iter().find(|(code, _)| *code == self).map(|&(_, name)| name)
    }

    /// The code with this name.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, listed)| *listed == name).map(|&(code, _)| code)
    }

    /// Whether this is a reason at all.
    pub fn is_denied(self) -> bool {
        self == Self::DENIED
    }
}

impl Default for ReasonCode {
    fn default() -> Self {
        Self::DENIED
    }
}
