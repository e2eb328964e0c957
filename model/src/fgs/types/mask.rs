//! `ServiceInfo.FOREGROUND_SERVICE_TYPE_*`: one bit for each type, and masks of several.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A type of foreground service, a mask of several, or one of the special values
/// [`NONE`](Self::NONE) and [`MANIFEST`](Self::MANIFEST). Signed, as in Java: bit 31 is a bit like
/// any other.
#[derive(
    Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct ForegroundServiceType(pub i32);

/// Declares the types: name, value, label.
macro_rules! types {
    ($($(#[$doc:meta])* $name:ident = $value:literal, $label:literal;)*) => {
        impl ForegroundServiceType {
            $($(#[$doc])* pub const $name: Self = Self($value);)*

            /// `ServiceInfo.foregroundServiceTypeToLabel`: the keyword of exactly one known value,
            /// `unknown` for everything else, combinations included. Rule: FGS-TYPE-003.
            pub const fn label(self) -> &'static str {
                match self.0 {
                    $($value => $label,)*
                    _ => "unknown",
                }
            }
        }

        /// Every known value with its label, in the order of FGS-TYPE-001.
        const LABELS: &[(ForegroundServiceType, &str)] = &[$((ForegroundServiceType::$name, $label)),*];
    };
}

types! {
    /// All types that the manifest names.
    MANIFEST = -1, "manifest";
    /// No type.
    NONE = 0, "none";
    /// Transfer and processing of data.
    DATA_SYNC = 0x1, "dataSync";
    /// Playing audio or video.
    MEDIA_PLAYBACK = 0x2, "mediaPlayback";
    /// An ongoing call.
    PHONE_CALL = 0x4, "phoneCall";
    /// Navigation, location sharing.
    LOCATION = 0x8, "location";
    /// Interaction with a device over Bluetooth, NFC, IR, USB or the network.
    CONNECTED_DEVICE = 0x10, "connectedDevice";
    /// Projection of what the screen shows.
    MEDIA_PROJECTION = 0x20, "mediaProjection";
    /// Access to the camera.
    CAMERA = 0x40, "camera";
    /// Access to the microphone.
    MICROPHONE = 0x80, "microphone";
    /// Fitness.
    HEALTH = 0x100, "health";
    /// Relaying messages between devices.
    REMOTE_MESSAGING = 0x200, "remoteMessaging";
    /// System apps and integrations with the system.
    SYSTEM_EXEMPTED = 0x400, "systemExempted";
    /// Finishing critical work within minutes.
    SHORT_SERVICE = 0x800, "shortService";
    /// Hidden: has a label but no policy. Rule: FGS-TYPE-190.
    FILE_MANAGEMENT = 0x1000, "fileManagement";
    /// What no other type covers.
    SPECIAL_USE = 0x4000_0000, "specialUse";
}

/// A keyword of `android:foregroundServiceType` that names no type.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("no foreground service type has the name `{0}`")]
pub struct UnknownTypeKeyword(pub String);

impl ForegroundServiceType {
    /// `FOREGROUND_SERVICE_TYPES_MAX_INDEX`: the highest bit that a type uses. Rule: FGS-TYPE-004.
    pub const MAX_INDEX: u32 = 30;

    /// The mask of `android:foregroundServiceType`: keywords or numbers, separated by `|`; nothing
    /// at all is [`NONE`](Self::NONE). Rule: FGS-TYPE-002.
    ///
    /// # Errors
    ///
    /// A part is neither a keyword nor a 32-bit number.
    pub fn from_manifest_attribute(text: &str) -> Result<Self, UnknownTypeKeyword> {
        if text.trim().is_empty() {
            return Ok(Self::NONE);
        }
        text.split('|').map(str::trim).try_fold(Self::NONE, |mask, part| {
            keyword(part)
                .or_else(|| number(part))
                .map(|one| mask.with(one))
                .ok_or_else(|| UnknownTypeKeyword(part.to_owned()))
        })
    }

    /// Whether every bit of `other` is set here; always so for [`NONE`](Self::NONE).
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether any bit of `other` is set here.
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The bits of both.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The bits that are not in `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The most significant bit that is set; [`NONE`](Self::NONE) has none.
    pub const fn highest_one_bit(self) -> Option<Self> {
        match self.0 {
            0 => None,
            bits => Some(Self((1_u32 << (31 - bits.leading_zeros())) as i32)),
        }
    }
}

fn keyword(text: &str) -> Option<ForegroundServiceType> {
    // `manifest` and `none` are labels only.
    LABELS
        .iter()
        .filter(|(value, _)| value.0 > 0)
        .find(|(_, label)| *label == text)
        .map(|row| row.0)
}

fn number(text: &str) -> Option<ForegroundServiceType> {
    let bits = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => text.parse().ok()?,
    };
    Some(ForegroundServiceType(bits as i32))
}

/// As Android prints a mask: `0x` and eight upper-case hex digits.
impl fmt::UpperHex for ForegroundServiceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{:08X}", self.0)
    }
}
