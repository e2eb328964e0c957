//! Inputs of the privileged side: each fact by the method of `ISystem` that reports it.

use jobwarden_aidl::aidl::dev::jobwarden::ISystem::{self as codes, ISystem};
use jobwarden_aidl::aidl::dev::jobwarden::ITaskManager::ITaskManager;
use jobwarden_aidl::binder::{BinderResult, Strong};
use jobwarden_model::input::{
    ActivityEvent, ActivityState, AppSwitches, DeviceMark, DeviceSignal, Doze, MemoryLevel,
    PackageMark, PersonAct, ProcessEvent, SystemFact, TemporaryList, ThermalStatus, UidMark,
    UserEvent,
};
use jobwarden_model::package::{AppOpMode, EnabledState, Event as PackageEvent, Granted};

use super::wire;

/// What came of a typed call; `None`: there is no method for this input.
pub(super) type Reported = Option<BinderResult<()>>;

pub(super) fn activity_state(state: ActivityState) -> i32 {
    match state {
        ActivityState::Resumed => codes::ACTIVITY_RESUMED,
        ActivityState::Pausing => codes::ACTIVITY_PAUSING,
        ActivityState::Paused => codes::ACTIVITY_PAUSED,
        ActivityState::Stopping => codes::ACTIVITY_STOPPING,
        ActivityState::Stopped => codes::ACTIVITY_STOPPED,
    }
}

pub(super) fn package(system: &Strong<dyn ISystem>, change: &PackageEvent) -> Reported {
    Some(match change {
        PackageEvent::Installed { package, user } => {
            system.installPackage(&wire::package(package), user.0.cast_signed())
        }
        PackageEvent::Removed { package, user } => {
            system.removePackage(package, user.0.cast_signed())
        }
        PackageEvent::EnabledChanged { package, user, state } => {
            let state = match state {
                EnabledState::Default => codes::COMPONENT_ENABLED_STATE_DEFAULT,
                EnabledState::Disabled => codes::COMPONENT_ENABLED_STATE_DISABLED,
                EnabledState::DisabledByUser => codes::COMPONENT_ENABLED_STATE_DISABLED_USER,
            };
            system.setPackageEnabled(package, user.0.cast_signed(), state)
        }
        PackageEvent::ServiceEnabledChanged { service, user, enabled } => {
            system.setServiceEnabled(&wire::component(service), user.0.cast_signed(), *enabled)
        }
        PackageEvent::PermissionChanged { package, user, permission, granted } => {
            let granted = match granted {
                Granted::Granted => codes::PERMISSION_GRANTED,
                Granted::SoftDenied => codes::PERMISSION_SOFT_DENIED,
                Granted::HardDenied => codes::PERMISSION_HARD_DENIED,
            };
            system.setPermission(package, user.0.cast_signed(), permission, granted)
        }
        PackageEvent::AppOpChanged { package, user, op, mode } => {
            let mode = match mode {
                AppOpMode::Allowed => codes::MODE_ALLOWED,
                AppOpMode::Ignored => codes::MODE_IGNORED,
                AppOpMode::Errored => codes::MODE_ERRORED,
                AppOpMode::Default => codes::MODE_DEFAULT,
                AppOpMode::Foreground => codes::MODE_FOREGROUND,
            };
            system.setAppOp(package, user.0.cast_signed(), op, mode)
        }
        PackageEvent::CompatOverridden { package, change, enabled } => {
            system.setCompatChange(package, wire::signed(change.0), *enabled)
        }
        PackageEvent::RoleChanged { .. } | PackageEvent::MediaProjectionChanged { .. } => {
            return None
        }
    })
}

/// What is reported of processes; what they say themselves is not among it.
pub(super) fn process(system: &Strong<dyn ISystem>, change: &ProcessEvent) -> Reported {
    Some(match change {
        ProcessEvent::Started { pid, uid, name, package } => {
            system.processStarted(pid.0, uid.0.cast_signed(), name, package)
        }
        ProcessEvent::StartTimedOut { uid, name } => {
            system.processStartTimedOut(uid.0.cast_signed(), name)
        }
        ProcessEvent::Died { pid } => system.processDied(pid.0),
        ProcessEvent::Bad { name, uid, bad } => {
            system.setProcessBad(name, uid.0.cast_signed(), *bad)
        }
        ProcessEvent::UidState { uid, process_state } => {
            system.setUidState(uid.0.cast_signed(), process_state.unwrap_or(-1))
        }
        ProcessEvent::UidActive { uid, active } => {
            system.setUidActive(uid.0.cast_signed(), *active)
        }
        ProcessEvent::UidGone { uid, disabled } => system.uidGone(uid.0.cast_signed(), *disabled),
        ProcessEvent::Crashed { .. }
        | ProcessEvent::JobServiceConnected { .. }
        | ProcessEvent::JobServiceNullBinding { .. }
        | ProcessEvent::JobServiceBindingDied { .. }
        | ProcessEvent::JobServiceDisconnected { .. } => return None,
    })
}

pub(super) fn activity(system: &Strong<dyn ISystem>, change: &ActivityEvent) -> Reported {
    Some(match change {
        ActivityEvent::Activities { pid, activities } => {
            let activities: Vec<_> = activities.iter().map(wire::activity).collect();
            system.setActivities(pid.0, &activities)
        }
        ActivityEvent::Top { pid } => system.setTop(pid.map_or(-1, |pid| pid.0)),
        ActivityEvent::Launched { pid } => system.activityLaunched(pid.0),
        ActivityEvent::FinishRequested { pid } => system.activityFinishRequested(pid.0),
        ActivityEvent::NonAppWindow { uid, visible } => {
            system.setNonAppWindow(uid.0.cast_signed(), *visible)
        }
        ActivityEvent::AppSwitches { state } => system.setAppSwitches(match state {
            AppSwitches::Disallow => codes::APP_SWITCH_DISALLOW,
            AppSwitches::ForegroundOnly => codes::APP_SWITCH_FG_ONLY,
            AppSwitches::Allow => codes::APP_SWITCH_ALLOW,
        }),
    })
}

pub(super) fn user(system: &Strong<dyn ISystem>, change: &UserEvent) -> Reported {
    let (user, state) = match change {
        UserEvent::Started { user } => (user, codes::USER_STARTED),
        UserEvent::Unlocked { user } => (user, codes::USER_UNLOCKED),
        UserEvent::Stopping { user } => (user, codes::USER_STOPPING),
        UserEvent::Stopped { user } => (user, codes::USER_STOPPED),
        UserEvent::Switched { user } => (user, codes::USER_SWITCHED),
        UserEvent::Removed { user } => (user, codes::USER_REMOVED),
    };
    Some(system.setUserState(user.0.cast_signed(), state))
}

pub(super) fn device(system: &Strong<dyn ISystem>, signal: &DeviceSignal) -> Reported {
    Some(match signal {
        DeviceSignal::PowerConnected { connected } => system.setPowerConnected(*connected),
        DeviceSignal::Charging { charging } => system.setCharging(*charging),
        DeviceSignal::BatteryLow { low } => system.setBatteryLow(*low),
        DeviceSignal::StorageLow { low } => system.setStorageLow(*low),
        DeviceSignal::DefaultNetwork { network } => {
            system.setDefaultNetwork(network.as_ref().map(wire::network).as_ref())
        }
        DeviceSignal::NetworkBlocked { uid, reasons } => {
            system.setNetworkBlocked(uid.0.cast_signed(), reasons.cast_signed())
        }
        DeviceSignal::Doze { doze } => system.setDoze(match doze {
            Doze::Off => codes::DOZE_OFF,
            Doze::Light => codes::DOZE_LIGHT,
            Doze::Deep => codes::DOZE_DEEP,
        }),
        DeviceSignal::BatterySaver { on } => system.setBatterySaver(*on),
        DeviceSignal::Thermal { status } => system.setThermalStatus(match status {
            ThermalStatus::None => 0,
            ThermalStatus::Light => 1,
            ThermalStatus::Moderate => 2,
            ThermalStatus::Severe => 3,
            ThermalStatus::Critical => 4,
            ThermalStatus::Emergency => 5,
            ThermalStatus::Shutdown => 6,
        }),
        DeviceSignal::Memory { level } => system.setMemoryLevel(match level {
            MemoryLevel::Normal => 0,
            MemoryLevel::Moderate => 1,
            MemoryLevel::Low => 2,
            MemoryLevel::Critical => 3,
        }),
        DeviceSignal::Screen { on } => system.setScreen(*on),
        DeviceSignal::DeviceIdle { idle } => system.setDeviceIdle(*idle),
        DeviceSignal::StandbyBucket { package, user, bucket } => {
            system.setStandbyBucket(package, user.0.cast_signed(), i32::from(*bucket))
        }
        DeviceSignal::PowerAllowlist { permanent, temporary } => {
            let ids = |ids: &std::collections::BTreeSet<u32>| -> Vec<i32> {
                ids.iter().map(|id| id.cast_signed()).collect()
            };
            system.setPowerAllowlist(&ids(permanent), &ids(temporary))
        }
        DeviceSignal::BackgroundRestricted { uid, package, restricted } => {
            system.setBackgroundRestricted(uid.0.cast_signed(), package, *restricted)
        }
        DeviceSignal::QuotaVerdict { uid, regular, expedited } => {
            system.setQuotaVerdict(uid.0.cast_signed(), *regular, *expedited)
        }
    })
}

pub(super) fn person(
    system: &Strong<dyn ISystem>,
    task_manager: &Strong<dyn ITaskManager>,
    act: &PersonAct,
) -> Reported {
    Some(match act {
        PersonAct::StopApp { package, user } => task_manager.stop(package, user.0.cast_signed()),
        PersonAct::ForceStop { package, user } => system.forceStop(package, user.0.cast_signed()),
        PersonAct::ClearData { package, user } => system.clearData(package, user.0.cast_signed()),
        PersonAct::AnswerNotResponding { pid, close } => system.answerNotResponding(pid.0, *close),
        PersonAct::TapNotification { intent } => system.tapNotification(
            &intent.package,
            intent.user.0.cast_signed(),
            intent.request_code,
        ),
        PersonAct::NotificationError { .. } => return None,
        PersonAct::ClickNotification { package, user, tag, id } => {
            system.clickNotification(package, user.0.cast_signed(), tag.as_deref(), *id)
        }
        PersonAct::ClearNotifications { user } => system.clearNotifications(user.0.cast_signed()),
        PersonAct::SetChannelImportance { package, user, channel, importance } => {
            system.setChannelImportance(package, user.0.cast_signed(), channel, *importance)
        }
        PersonAct::DismissNotification { package, user, tag, id } => {
            system.dismissNotification(package, user.0.cast_signed(), tag.as_deref(), *id)
        }
    })
}

/// What other parts of Android say.
pub(super) fn told(system: &Strong<dyn ISystem>, fact: &SystemFact) -> Reported {
    Some(match fact {
        SystemFact::Package { package, user, mark, holds } => {
            system.markPackage(package, user.0.cast_signed(), package_mark(*mark), *holds)
        }
        SystemFact::Uid { uid, mark, holds } => {
            system.markUid(uid.0.cast_signed(), uid_mark(*mark), *holds)
        }
        SystemFact::Device { mark, holds } => system.markDevice(device_mark(*mark), *holds),
        SystemFact::Debugging { pid, holds } => system.setDebugging(pid.0, *holds),
        SystemFact::AppsControlDisallowed { user, holds } => {
            system.setAppsControlDisallowed(user.0.cast_signed(), *holds)
        }
        SystemFact::Firewall { service, blocked } => {
            system.setFirewalled(&wire::component(service), *blocked)
        }
        SystemFact::Associations { package, allowed } => {
            let allowed: Option<Vec<_>> =
                allowed.as_ref().map(|names| names.iter().cloned().map(Some).collect());
            system.setAssociations(package, allowed.as_deref())
        }
        SystemFact::TemporaryAllowlist { uid, list, duration, reason } => {
            let list = match list {
                TemporaryList::ForegroundServiceStart => codes::LIST_FOREGROUND_SERVICE_START,
                TemporaryList::WhileInUse => codes::LIST_WHILE_IN_USE,
            };
            system.allowlistTemporarily(uid.0.cast_signed(), list, *duration, reason.0)
        }
    })
}

fn package_mark(mark: PackageMark) -> i32 {
    match mark {
        PackageMark::Frozen => codes::PACKAGE_FROZEN,
        PackageMark::NeedsPermissionReview => codes::PACKAGE_NEEDS_PERMISSION_REVIEW,
        PackageMark::NoIcon => codes::PACKAGE_NO_ICON,
        PackageMark::Persistent => codes::PACKAGE_PERSISTENT,
        PackageMark::DefaultInputMethod => codes::PACKAGE_DEFAULT_INPUT_METHOD,
        PackageMark::WhileInUseAllowlisted => codes::PACKAGE_WHILE_IN_USE_ALLOWLISTED,
        PackageMark::RequestsForegroundServiceExemption => {
            codes::PACKAGE_REQUESTS_FOREGROUND_SERVICE_EXEMPTION
        }
        PackageMark::UsesUsbDevice => codes::PACKAGE_USES_USB_DEVICE,
        PackageMark::UsesUsbAccessory => codes::PACKAGE_USES_USB_ACCESSORY,
        PackageMark::SystemModule => codes::PACKAGE_SYSTEM_MODULE,
        PackageMark::CarrierPrivileged => codes::PACKAGE_CARRIER_PRIVILEGED,
        PackageMark::SystemConfigExempt => codes::PACKAGE_SYSTEM_CONFIG_EXEMPT,
        PackageMark::BackgroundRestrictionExempt => codes::PACKAGE_BACKGROUND_RESTRICTION_EXEMPT,
        PackageMark::DevicePolicyProtected => codes::PACKAGE_DEVICE_POLICY_PROTECTED,
        PackageMark::ActiveDeviceAdmin => codes::PACKAGE_ACTIVE_DEVICE_ADMIN,
        PackageMark::PackageInstaller => codes::PACKAGE_PACKAGE_INSTALLER,
    }
}

fn uid_mark(mark: UidMark) -> i32 {
    match mark {
        UidMark::AboutToBeTop => codes::UID_ABOUT_TO_BE_TOP,
        UidMark::BackgroundAllowlisted => codes::UID_BACKGROUND_ALLOWLISTED,
        UidMark::DeviceOwner => codes::UID_DEVICE_OWNER,
        UidMark::ProfileOwner => codes::UID_PROFILE_OWNER,
        UidMark::CompanionApp => codes::UID_COMPANION_APP,
    }
}

fn device_mark(mark: DeviceMark) -> i32 {
    match mark {
        DeviceMark::DemoMode => codes::DEVICE_DEMO_MODE,
        DeviceMark::ShuttingDown => codes::DEVICE_SHUTTING_DOWN,
        DeviceMark::BackgroundCheckForced => codes::DEVICE_BACKGROUND_CHECK_FORCED,
    }
}
