//! Compat changes: behaviour that depends on the target SDK of an app.

use serde::{Deserialize, Serialize};

/// A gate of the compat framework, by the number the platform gives it.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Change(pub u64);

/// Declares the changes this crate knows, with the target SDK from which each is on.
macro_rules! changes {
    ($($(#[$doc:meta])* $name:ident = $id:literal, $since:expr;)*) => {
        impl Change {
            $($(#[$doc])* pub const $name: Self = Self($id);)*

            /// The first target SDK with which the change is on; `None`: off unless overridden, which
            /// is also the answer for a change that is not known here.
            pub const fn enabled_since(self) -> Option<i32> {
                match self.0 {
                    $($id => $since,)*
                    _ => None,
                }
            }
        }
    };
}

changes! {
    /// Prefetch jobs cannot have a deadline. Rule: JOB-VAL-001.
    DISALLOW_DEADLINES_FOR_PREFETCH_JOBS = 194_532_703, Some(33);
    /// A priority out of range throws. Rule: JOB-VAL-001.
    THROW_ON_INVALID_PRIORITY_VALUE = 140_852_299, Some(33);
    /// Negative byte estimates throw. Rule: JOB-VAL-001.
    REJECT_NEGATIVE_NETWORK_ESTIMATES = 253_665_015, Some(34);
    /// Work items with byte estimates need a job with a network. Rule: JOB-VAL-001.
    REQUIRE_NETWORK_CONSTRAINT_FOR_NETWORK_JOB_WORK_ITEMS = 241_104_082, Some(34);
    /// Network jobs need `ACCESS_NETWORK_STATE`. Rule: JOB-VAL-001.
    REQUIRE_NETWORK_PERMISSIONS_FOR_CONNECTIVITY_JOBS = 271_850_009, Some(34);
    /// The getters for transferred bytes must be overridden. Rule: JOB-VAL-001.
    THROW_ON_INVALID_DATA_TRANSFER_IMPLEMENTATION = 255_371_817, Some(34);
    /// Slow answers to the older calls count as not responding. Rule: JOB-VAL-001.
    ANR_PRE_UDC_APIS_ON_SLOW_RESPONSES = 258_236_856, Some(34);
    /// A foreground service without a type is deprecated. Rule: FGS-TYPE-020.
    FGS_TYPE_NONE_DEPRECATION = 255_042_465, Some(34);
    /// A foreground service without a type is disabled. Rule: FGS-TYPE-020.
    FGS_TYPE_NONE_DISABLED = 255_038_118, Some(34);
    /// Type `dataSync` is deprecated. Rule: FGS-TYPE-020.
    FGS_TYPE_DATA_SYNC_DEPRECATION = 255_039_210, None;
    /// Type `dataSync` is disabled. Rule: FGS-TYPE-020.
    FGS_TYPE_DATA_SYNC_DISABLED = 255_659_651, None;
    /// Denied prerequisites of a foreground-service type are enforced. Rule: FGS-TYPE-020.
    FGS_TYPE_PERMISSION = 254_662_522, Some(34);
    /// A type that the manifest does not name throws for instant apps, too. Rule: FGS-TYPE-020.
    FGS_TYPE_CHECK_FOR_INSTANT_APPS = 261_055_255, Some(34);
    /// Foreground services cannot be started from the background. Rule: FGS-BG-046.
    FGS_BG_START_RESTRICTION = 170_668_199, Some(31);
    /// A refused start from the background throws. Rule: FGS-BG-046.
    FGS_START_EXCEPTION = 174_041_399, Some(31);
    /// Camera and microphone need their types. Rule: PROC-ADJ-024.
    CAMERA_MICROPHONE_CAPABILITY = 136_219_221, Some(30);
    /// A TOP client passes its capabilities only if asked to. Rule: PROC-ADJ-028.
    PROCESS_CAPABILITY = 136_274_596, Some(30);
    /// A sender of a pending intent lends less. Rule: BAL-003.
    DEFAULT_RESCIND_BAL_PRIVILEGES_FROM_PENDING_INTENT_SENDER = 244_637_991, Some(34);
    /// A binding lends visibility only if asked to. Rule: BAL-003.
    DEFAULT_RESCIND_BAL_FG_PRIVILEGES_BOUND_SERVICE = 261_072_174, Some(34);
    /// Notification trampolines are blocked. Rule: BAL-003.
    NOTIFICATION_TRAMPOLINE_BLOCK = 167_676_448, Some(31);
    /// The same for holders of the browser role. Rule: BAL-003.
    NOTIFICATION_TRAMPOLINE_BLOCK_FOR_EXEMPT_ROLES = 227_752_274, Some(33);
}

impl Change {
    /// Whether an override of this change counts. Rule: FGS-TYPE-020.
    pub const fn is_overridable(self) -> bool {
        self.0 != Self::FGS_TYPE_CHECK_FOR_INSTANT_APPS.0
    }

    /// Whether the change is on for an app with this target SDK that has no override.
    pub const fn enabled_for_target_sdk(self, target_sdk: i32) -> bool {
        match self.enabled_since() {
            Some(since) => target_sdk >= since,
            None => false,
        }
    }
}
