//! The constants of `ISystem`, and what they stand for.

use jobwarden_aidl::aidl::dev::jobwarden::ISystem as codes;
use jobwarden_model::input::{
    AppSwitches, DeviceMark, Doze, MemoryLevel, PackageMark, TemporaryList, ThermalStatus, UidMark,
};
use jobwarden_model::package::{AppOpMode, EnabledState, Granted};

/// `PACKAGE_*`.
pub(crate) const PACKAGE_MARKS: [(i32, PackageMark); 16] = [
    (codes::PACKAGE_FROZEN, PackageMark::Frozen),
    (codes::PACKAGE_NEEDS_PERMISSION_REVIEW, PackageMark::NeedsPermissionReview),
    (codes::PACKAGE_NO_ICON, PackageMark::NoIcon),
    (codes::PACKAGE_PERSISTENT, PackageMark::Persistent),
    (codes::PACKAGE_DEFAULT_INPUT_METHOD, PackageMark::DefaultInputMethod),
    (codes::PACKAGE_WHILE_IN_USE_ALLOWLISTED, PackageMark::WhileInUseAllowlisted),
    (
        codes::PACKAGE_REQUESTS_FOREGROUND_SERVICE_EXEMPTION,
        PackageMark::RequestsForegroundServiceExemption,
    ),
    (codes::PACKAGE_USES_USB_DEVICE, PackageMark::UsesUsbDevice),
    (codes::PACKAGE_USES_USB_ACCESSORY, PackageMark::UsesUsbAccessory),
    (codes::PACKAGE_SYSTEM_MODULE, PackageMark::SystemModule),
    (codes::PACKAGE_CARRIER_PRIVILEGED, PackageMark::CarrierPrivileged),
    (codes::PACKAGE_SYSTEM_CONFIG_EXEMPT, PackageMark::SystemConfigExempt),
    (codes::PACKAGE_BACKGROUND_RESTRICTION_EXEMPT, PackageMark::BackgroundRestrictionExempt),
    (codes::PACKAGE_DEVICE_POLICY_PROTECTED, PackageMark::DevicePolicyProtected),
    (codes::PACKAGE_ACTIVE_DEVICE_ADMIN, PackageMark::ActiveDeviceAdmin),
    (codes::PACKAGE_PACKAGE_INSTALLER, PackageMark::PackageInstaller),
];
/// `UID_*`.
pub(crate) const UID_MARKS: [(i32, UidMark); 5] = [
    (codes::UID_ABOUT_TO_BE_TOP, UidMark::AboutToBeTop),
    (codes::UID_BACKGROUND_ALLOWLISTED, UidMark::BackgroundAllowlisted),
    (codes::UID_DEVICE_OWNER, UidMark::DeviceOwner),
    (codes::UID_PROFILE_OWNER, UidMark::ProfileOwner),
    (codes::UID_COMPANION_APP, UidMark::CompanionApp),
];
/// `DEVICE_*`.
pub(crate) const DEVICE_MARKS: [(i32, DeviceMark); 3] = [
    (codes::DEVICE_DEMO_MODE, DeviceMark::DemoMode),
    (codes::DEVICE_SHUTTING_DOWN, DeviceMark::ShuttingDown),
    (codes::DEVICE_BACKGROUND_CHECK_FORCED, DeviceMark::BackgroundCheckForced),
];
/// `LIST_*`.
pub(crate) const LISTS: [(i32, TemporaryList); 2] = [
    (codes::LIST_FOREGROUND_SERVICE_START, TemporaryList::ForegroundServiceStart),
    (codes::LIST_WHILE_IN_USE, TemporaryList::WhileInUse),
];
/// `COMPONENT_ENABLED_STATE_*`.
pub(crate) const ENABLED: [(i32, EnabledState); 3] = [
    (codes::COMPONENT_ENABLED_STATE_DEFAULT, EnabledState::Default),
    (codes::COMPONENT_ENABLED_STATE_DISABLED, EnabledState::Disabled),
    (codes::COMPONENT_ENABLED_STATE_DISABLED_USER, EnabledState::DisabledByUser),
];
/// `PERMISSION_*`.
pub(crate) const GRANTED: [(i32, Granted); 3] = [
    (codes::PERMISSION_GRANTED, Granted::Granted),
    (codes::PERMISSION_SOFT_DENIED, Granted::SoftDenied),
    (codes::PERMISSION_HARD_DENIED, Granted::HardDenied),
];
/// `MODE_*`.
pub(crate) const MODES: [(i32, AppOpMode); 5] = [
    (codes::MODE_ALLOWED, AppOpMode::Allowed),
    (codes::MODE_IGNORED, AppOpMode::Ignored),
    (codes::MODE_ERRORED, AppOpMode::Errored),
    (codes::MODE_DEFAULT, AppOpMode::Default),
    (codes::MODE_FOREGROUND, AppOpMode::Foreground),
];
/// `APP_SWITCH_*`.
pub(crate) const SWITCHES: [(i32, AppSwitches); 3] = [
    (codes::APP_SWITCH_DISALLOW, AppSwitches::Disallow),
    (codes::APP_SWITCH_FG_ONLY, AppSwitches::ForegroundOnly),
    (codes::APP_SWITCH_ALLOW, AppSwitches::Allow),
];
/// `DOZE_*`.
pub(crate) const DOZE: [(i32, Doze); 3] = [
    (codes::DOZE_OFF, Doze::Off),
    (codes::DOZE_LIGHT, Doze::Light),
    (codes::DOZE_DEEP, Doze::Deep),
];
/// `PowerManager.THERMAL_STATUS_*`.
pub(crate) const THERMAL: [(i32, ThermalStatus); 7] = [
    (0, ThermalStatus::None),
    (1, ThermalStatus::Light),
    (2, ThermalStatus::Moderate),
    (3, ThermalStatus::Severe),
    (4, ThermalStatus::Critical),
    (5, ThermalStatus::Emergency),
    (6, ThermalStatus::Shutdown),
];
/// `ProcessStats.ADJ_MEM_FACTOR_*`.
pub(crate) const MEMORY: [(i32, MemoryLevel); 4] = [
    (0, MemoryLevel::Normal),
    (1, MemoryLevel::Moderate),
    (2, MemoryLevel::Low),
    (3, MemoryLevel::Critical),
];
