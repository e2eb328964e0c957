//! The permissions and app ops that the types ask for. Rule: FGS-TYPE-033.

use crate::package::AppOpMode;

/// Declares the app ops: name, public name, default mode.
macro_rules! app_ops {
    ($($name:ident = $public:literal, $default:ident;)*) => {
        /// An app op that the policy of a type looks at.
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub enum AppOp {
            $(#[doc = concat!("`android:", $public, "`.")] $name,)*
        }

        impl AppOp {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The name of the public API: `android:camera`.
            pub const fn public_name(self) -> &'static str {
                match self { $(Self::$name => concat!("android:", $public),)* }
            }

            /// The mode as long as nobody sets one. Rules: FGS-TYPE-033, FGS-TYPE-110, FGS-TYPE-160.
            pub const fn default_mode(self) -> AppOpMode {
                match self { $(Self::$name => AppOpMode::$default,)* }
            }
        }
    };
}

app_ops! {
    CoarseLocation = "coarse_location", Allowed;
    FineLocation = "fine_location", Allowed;
    Camera = "camera", Allowed;
    RecordAudio = "record_audio", Allowed;
    BodySensors = "body_sensors", Allowed;
    ActivityRecognition = "activity_recognition", Allowed;
    BluetoothAdvertise = "bluetooth_advertise", Allowed;
    BluetoothConnect = "bluetooth_connect", Allowed;
    BluetoothScan = "bluetooth_scan", Allowed;
    UwbRanging = "uwb_ranging", Allowed;
    ScheduleExactAlarm = "schedule_exact_alarm", Default;
    ForegroundServiceSpecialUse = "foreground_service_special_use", Default;
    ProjectMedia = "project_media", Ignored;
    ActivateVpn = "activate_vpn", Ignored;
}

/// How the grant of a permission and the mode of its app op go together.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum PermissionClass {
    /// No app op behind it: the grant is everything.
    Plain,
    /// A runtime permission: needs the grant, and the op can take it away.
    Runtime(AppOp),
    /// An app-op permission: the op decides, and asks for the grant only in its default mode.
    AppOp(AppOp),
}

/// Declares the permissions: name, constant name, class.
macro_rules! permissions {
    ($($name:ident = $constant:literal, $class:expr;)*) => {
        /// A permission that the policy of a type asks for.
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub enum Permission {
            $(#[doc = concat!("`android.permission.", $constant, "`.")] $name,)*
        }

        impl Permission {
            /// All of them; the position of one is its discriminant.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The full name.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => concat!("android.permission.", $constant),)* }
            }

            /// Which app op stands behind it, and how. Rule: FGS-TYPE-033.
            pub const fn class(self) -> PermissionClass {
                match self { $(Self::$name => $class,)* }
            }
        }
    };
}

use PermissionClass::{Plain, Runtime};

permissions! {
    ForegroundServiceDataSync = "FOREGROUND_SERVICE_DATA_SYNC", Plain;
    ForegroundServiceMediaPlayback = "FOREGROUND_SERVICE_MEDIA_PLAYBACK", Plain;
    ForegroundServicePhoneCall = "FOREGROUND_SERVICE_PHONE_CALL", Plain;
    ForegroundServiceLocation = "FOREGROUND_SERVICE_LOCATION", Plain;
    ForegroundServiceConnectedDevice = "FOREGROUND_SERVICE_CONNECTED_DEVICE", Plain;
    ForegroundServiceMediaProjection = "FOREGROUND_SERVICE_MEDIA_PROJECTION", Plain;
    ForegroundServiceCamera = "FOREGROUND_SERVICE_CAMERA", Plain;
    ForegroundServiceMicrophone = "FOREGROUND_SERVICE_MICROPHONE", Plain;
    ForegroundServiceHealth = "FOREGROUND_SERVICE_HEALTH", Plain;
    ForegroundServiceRemoteMessaging = "FOREGROUND_SERVICE_REMOTE_MESSAGING", Plain;
    ForegroundServiceSystemExempted = "FOREGROUND_SERVICE_SYSTEM_EXEMPTED", Plain;
    ForegroundServiceSpecialUse = "FOREGROUND_SERVICE_SPECIAL_USE",
        PermissionClass::AppOp(AppOp::ForegroundServiceSpecialUse);
    ManageOwnCalls = "MANAGE_OWN_CALLS", Plain;
    AccessCoarseLocation = "ACCESS_COARSE_LOCATION", Runtime(AppOp::CoarseLocation);
    AccessFineLocation = "ACCESS_FINE_LOCATION", Runtime(AppOp::FineLocation);
    BluetoothAdvertise = "BLUETOOTH_ADVERTISE", Runtime(AppOp::BluetoothAdvertise);
    BluetoothConnect = "BLUETOOTH_CONNECT", Runtime(AppOp::BluetoothConnect);
    BluetoothScan = "BLUETOOTH_SCAN", Runtime(AppOp::BluetoothScan);
    ChangeNetworkState = "CHANGE_NETWORK_STATE", Plain;
    // Has an app op, but not one that a permission maps to.
    ChangeWifiState = "CHANGE_WIFI_STATE", Plain;
    ChangeWifiMulticastState = "CHANGE_WIFI_MULTICAST_STATE", Plain;
    Nfc = "NFC", Plain;
    TransmitIr = "TRANSMIT_IR", Plain;
    UwbRanging = "UWB_RANGING", Runtime(AppOp::UwbRanging);
    CaptureVideoOutput = "CAPTURE_VIDEO_OUTPUT", Plain;
    Camera = "CAMERA", Runtime(AppOp::Camera);
    SystemCamera = "SYSTEM_CAMERA", Plain;
    CaptureAudioHotword = "CAPTURE_AUDIO_HOTWORD", Plain;
    CaptureAudioOutput = "CAPTURE_AUDIO_OUTPUT", Plain;
    CaptureMediaOutput = "CAPTURE_MEDIA_OUTPUT", Plain;
    CaptureTunerAudioInput = "CAPTURE_TUNER_AUDIO_INPUT", Plain;
    CaptureVoiceCommunicationOutput = "CAPTURE_VOICE_COMMUNICATION_OUTPUT", Plain;
    RecordAudio = "RECORD_AUDIO", Runtime(AppOp::RecordAudio);
    ActivityRecognition = "ACTIVITY_RECOGNITION", Runtime(AppOp::ActivityRecognition);
    BodySensors = "BODY_SENSORS", Runtime(AppOp::BodySensors);
    HighSamplingRateSensors = "HIGH_SAMPLING_RATE_SENSORS", Plain;
    ScheduleExactAlarm = "SCHEDULE_EXACT_ALARM",
        PermissionClass::AppOp(AppOp::ScheduleExactAlarm);
    UseExactAlarm = "USE_EXACT_ALARM", Plain;
}

impl Permission {
    /// The permission with this full name, if a type asks for it.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|permission| permission.name() == name)
    }

    /// `AppOpsManager.permissionToOpCode`: the op behind it. Rule: FGS-TYPE-033.
    pub const fn app_op(self) -> Option<AppOp> {
        match self.class() {
            PermissionClass::Plain => None,
            PermissionClass::Runtime(op) | PermissionClass::AppOp(op) => Some(op),
        }
    }
}
