//! `ForegroundServiceTypePolicyInfo`: what each type asks for. Rules: FGS-TYPE-010, FGS-TYPE-050 ff.

use std::fmt::Write;

use super::entry::{Entry, Role};
use super::mask::ForegroundServiceType as Type;
use super::permission::{AppOp, Permission};
use crate::package::Change;
use crate::rules::{fgs_type as rule, Rule};

/// The policy of one type. Rule: FGS-TYPE-010.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct PolicyInfo {
    /// The type.
    pub service_type: Type,
    /// The rule that says what it needs.
    pub rule: &'static Rule,
    /// While this change is on, the type is refused.
    pub disabled_change: Option<Change>,
    /// While this change is on, the type is warned about.
    pub deprecation_change: Option<Change>,
    /// All of these are needed.
    pub all_of: Option<&'static [Entry]>,
    /// At least one of these is needed.
    pub any_of: Option<&'static [Entry]>,
    /// The device-config key that says whether a denial is enforced. Rule: FGS-TYPE-021.
    pub enforcement_flag: Option<&'static str>,
    /// The value of that key as long as it is not set.
    pub enforced_by_default: bool,
    /// Adds a remark to messages and does nothing else. Rule: FGS-TYPE-039.
    pub foreground_only: bool,
}

use Entry::Regular;

/// A type without permissions and gates.
const fn free(service_type: Type, rule: &'static Rule) -> PolicyInfo {
    PolicyInfo {
        service_type,
        rule,
        disabled_change: None,
        deprecation_change: None,
        all_of: None,
        any_of: None,
        enforcement_flag: None,
        enforced_by_default: false,
        foreground_only: false,
    }
}

/// A type that needs permissions, enforced as long as `flag` is not set otherwise.
const fn guarded(
    service_type: Type,
    rule: &'static Rule,
    flag: &'static str,
    all_of: &'static [Entry],
    any_of: Option<&'static [Entry]>,
) -> PolicyInfo {
    PolicyInfo {
        all_of: Some(all_of),
        any_of,
        enforcement_flag: Some(flag),
        enforced_by_default: true,
        ..free(service_type, rule)
    }
}

/// The gates of a service without a type.
const fn untyped(service_type: Type, rule: &'static Rule) -> PolicyInfo {
    PolicyInfo {
        disabled_change: Some(Change::FGS_TYPE_NONE_DISABLED),
        deprecation_change: Some(Change::FGS_TYPE_NONE_DEPRECATION),
        ..free(service_type, rule)
    }
}

/// How many types have a policy.
pub(super) const COUNT: usize = 15;

/// The policy of every registered type; [`index_of`] says where.
pub(super) static RECORDS: [PolicyInfo; COUNT] = [
    untyped(Type::MANIFEST, &rule::FGS_TYPE_052),
    // With only the first gate overridden off, the second one warns. Rule: FGS-TYPE-051.
    untyped(Type::NONE, &rule::FGS_TYPE_050),
    // Both gates are off for every target SDK. Rule: FGS-TYPE-061.
    PolicyInfo {
        disabled_change: Some(Change::FGS_TYPE_DATA_SYNC_DISABLED),
        deprecation_change: Some(Change::FGS_TYPE_DATA_SYNC_DEPRECATION),
        ..guarded(
            Type::DATA_SYNC,
            &rule::FGS_TYPE_060,
            "fgs_type_perm_enforcement_flag_data_sync",
            &[Regular(Permission::ForegroundServiceDataSync)],
            None,
        )
    },
    // The first sample of the documentation. Rule: FGS-TYPE-203.
    guarded(
        Type::MEDIA_PLAYBACK,
        &rule::FGS_TYPE_070,
        "fgs_type_perm_enforcement_flag_media_playback",
        &[Regular(Permission::ForegroundServiceMediaPlayback)],
        None,
    ),
    guarded(
        Type::PHONE_CALL,
        &rule::FGS_TYPE_080,
        "fgs_type_perm_enforcement_flag_phone_call",
        &[Regular(Permission::ForegroundServicePhoneCall)],
        Some(&[Regular(Permission::ManageOwnCalls), Entry::Role(Role::Dialer)]),
    ),
    // Where the entries are granted for use only, the background is denied. Rules: FGS-TYPE-091,
    // FGS-TYPE-121, FGS-TYPE-131, FGS-TYPE-141.
    PolicyInfo {
        foreground_only: true,
        ..guarded(
            Type::LOCATION,
            &rule::FGS_TYPE_090,
            "fgs_type_perm_enforcement_flag_location",
            &[Regular(Permission::ForegroundServiceLocation)],
            Some(&[
                Regular(Permission::AccessCoarseLocation),
                Regular(Permission::AccessFineLocation),
            ]),
        )
    },
    guarded(
        Type::CONNECTED_DEVICE,
        &rule::FGS_TYPE_100,
        "fgs_type_perm_enforcement_flag_connected_device",
        &[Regular(Permission::ForegroundServiceConnectedDevice)],
        Some(&[
            Regular(Permission::BluetoothAdvertise),
            Regular(Permission::BluetoothConnect),
            Regular(Permission::BluetoothScan),
            Regular(Permission::ChangeNetworkState),
            Regular(Permission::ChangeWifiState),
            Regular(Permission::ChangeWifiMulticastState),
            Regular(Permission::Nfc),
            Regular(Permission::TransmitIr),
            Regular(Permission::UwbRanging),
            Entry::UsbDevice,
            Entry::UsbAccessory,
        ]),
    ),
    // Without consent there is neither op nor token. Rule: FGS-TYPE-112.
    guarded(
        Type::MEDIA_PROJECTION,
        &rule::FGS_TYPE_110,
        "fgs_type_perm_enforcement_flag_media_projection",
        &[Regular(Permission::ForegroundServiceMediaProjection)],
        Some(&[Regular(Permission::CaptureVideoOutput), Entry::AppOp(AppOp::ProjectMedia)]),
    ),
    PolicyInfo {
        foreground_only: true,
        ..guarded(
            Type::CAMERA,
            &rule::FGS_TYPE_120,
            "fgs_type_perm_enforcement_flag_camera",
            &[Regular(Permission::ForegroundServiceCamera)],
            Some(&[Regular(Permission::Camera), Regular(Permission::SystemCamera)]),
        )
    },
    PolicyInfo {
        foreground_only: true,
        ..guarded(
            Type::MICROPHONE,
            &rule::FGS_TYPE_130,
            "fgs_type_perm_enforcement_flag_microphone",
            &[Regular(Permission::ForegroundServiceMicrophone)],
            Some(&[
                Regular(Permission::CaptureAudioHotword),
                Regular(Permission::CaptureAudioOutput),
                Regular(Permission::CaptureMediaOutput),
                Regular(Permission::CaptureTunerAudioInput),
                Regular(Permission::CaptureVoiceCommunicationOutput),
                Regular(Permission::RecordAudio),
            ]),
        )
    },
    // Carries no marker, although body sensors are for use only. Rule: FGS-TYPE-142.
    guarded(
        Type::HEALTH,
        &rule::FGS_TYPE_140,
        "fgs_type_perm_enforcement_flag_health",
        &[Regular(Permission::ForegroundServiceHealth)],
        Some(&[
            Regular(Permission::ActivityRecognition),
            Regular(Permission::BodySensors),
            Regular(Permission::HighSamplingRateSensors),
        ]),
    ),
    guarded(
        Type::REMOTE_MESSAGING,
        &rule::FGS_TYPE_150,
        "fgs_type_perm_enforcement_flag_remote_messaging",
        &[Regular(Permission::ForegroundServiceRemoteMessaging)],
        None,
    ),
    guarded(
        Type::SYSTEM_EXEMPTED,
        &rule::FGS_TYPE_160,
        "fgs_type_perm_enforcement_flag_system_exempted",
        &[Regular(Permission::ForegroundServiceSystemExempted)],
        Some(&[
            Regular(Permission::ScheduleExactAlarm),
            Regular(Permission::UseExactAlarm),
            Entry::AppOp(AppOp::ActivateVpn),
        ]),
    ),
    free(Type::SHORT_SERVICE, &rule::FGS_TYPE_170),
    // The op behind the permission can take it away, or give it. Rules: FGS-TYPE-181, FGS-TYPE-205.
    guarded(
        Type::SPECIAL_USE,
        &rule::FGS_TYPE_180,
        "fgs_type_perm_enforcement_flag_special_use",
        &[Regular(Permission::ForegroundServiceSpecialUse)],
        None,
    ),
];

/// Where in [`RECORDS`] the policy of `service_type` stands, if it is registered.
#[inline]
pub(super) const fn index_of(service_type: Type) -> Option<usize> {
    match service_type {
        Type::MANIFEST => Some(0),
        Type::NONE => Some(1),
        Type::SPECIAL_USE => Some(COUNT - 1),
        // One bit, from dataSync to shortService: the records follow the bits.
        Type(bits) if bits > 0 && bits <= Type::SHORT_SERVICE.0 && bits & (bits - 1) == 0 => {
            Some(2 + bits.trailing_zeros() as usize)
        }
        Type(_) => None,
    }
}

impl PolicyInfo {
    /// `toPermissionString`: what the type needs, for messages. Rule: FGS-EXC-020.
    pub fn permission_text(&self) -> String {
        let mut text = String::new();
        for (intro, list) in [("all of", self.all_of), ("any of", self.any_of)] {
            let Some(list) = list else { continue };
            if !text.is_empty() {
                text.push_str(", ");
            }
            let names: Vec<_> = list.iter().map(|entry| entry.name()).collect();
            // Writing to a string cannot fail.
            let _ = write!(text, "{intro} [{}]", names.join(", "));
        }
        if self.foreground_only {
            text.push_str(", in a state that is eligible for foreground-only permissions");
        }
        text
    }
}
