//! What the policy of foreground-service types asks.

use super::System;
use crate::fgs::types::{AppOp, ExemptionFact, Facts, Host, Permission};
use crate::ids::{Pid, Uid};
use crate::input::{DeviceMark, PackageMark};
use crate::package::{AppOpMode, Change, Granted};
use crate::process::ProcState;

impl Facts for System {
    fn is_permission_granted(&self, host: &Host<'_>, permission: Permission) -> bool {
        // A soft denial is a grant whose app-op says no; the policy reads the op by itself.
        self.packages.permission(host.uid, permission.name()) != Granted::HardDenied
    }

    fn app_op_mode(&self, host: &Host<'_>, op: AppOp) -> AppOpMode {
        match self.packages.app_op(host.package, host.uid.user(), op.public_name()) {
            AppOpMode::Default => op.default_mode(),
            mode => mode,
        }
    }

    fn holds_role(&self, host: &Host<'_>, role: &str) -> bool {
        self.packages.holds_role(role, host.package, host.uid.user())
    }

    fn may_use_usb_device(&self, package: &str, _pid: Pid, uid: Uid) -> bool {
        self.told.package(package, uid.user(), PackageMark::UsesUsbDevice)
    }

    fn may_use_usb_accessory(&self, pid: Pid, uid: Uid) -> bool {
        self.processes.get(pid).is_some_and(|process| {
            process.packages().iter().any(|package| {
                self.told.package(package, uid.user(), PackageMark::UsesUsbAccessory)
            })
        })
    }

    fn has_media_projection(&self, uid: Uid) -> bool {
        self.packages.has_media_projection(uid)
    }

    fn is_exempt(&self, host: &Host<'_>, fact: ExemptionFact) -> bool {
        let (uid, user) = (host.uid, host.uid.user());
        let state = || self.uid_state(uid);
        let told = |mark| self.told.package(host.package, user, mark);
        let op = |op| self.packages.app_op(host.package, user, op) == AppOpMode::Allowed;
        match fact {
            ExemptionFact::SystemUid => uid.is_core(),
            ExemptionFact::ProcStatePersistent => state() <= ProcState::Persistent,
            ExemptionFact::ProcStatePersistentUi => state() <= ProcState::PersistentUi,
            ExemptionFact::SystemExemptAppOp => op("android:system_exempt_from_power_restrictions"),
            ExemptionFact::ActivateVpn => op("android:activate_vpn"),
            ExemptionFact::ActivatePlatformVpn => op("android:activate_platform_vpn"),
            ExemptionFact::RoleDialer => {
                self.packages.holds_role("android.app.role.DIALER", host.package, user)
            }
            ExemptionFact::RoleEmergency => {
                self.packages.holds_role("android.app.role.EMERGENCY", host.package, user)
            }
            ExemptionFact::SystemDeviceIdleAllowlist | ExemptionFact::DeviceIdleAllowlist => {
                self.power_allowlist.contains(&uid.app_id())
            }
            ExemptionFact::DeviceDemoMode => self.told.device(DeviceMark::DemoMode),
            ExemptionFact::DisallowAppsControl => self.told.is_apps_control_disallowed(user),
            ExemptionFact::DeviceOwner => self.activities.roles().is_device_owner(uid),
            ExemptionFact::ProfileOwner => self.activities.roles().profile_owners.contains(&uid),
            ExemptionFact::CompanionApp => self.activities.roles().is_companion_app(uid),
            ExemptionFact::SystemModule => told(PackageMark::SystemModule),
            ExemptionFact::CarrierPrivileged => told(PackageMark::CarrierPrivileged),
            ExemptionFact::SystemConfig => told(PackageMark::SystemConfigExempt),
            ExemptionFact::BackgroundRestrictionExempted => {
                told(PackageMark::BackgroundRestrictionExempt)
            }
            ExemptionFact::DpoProtected => told(PackageMark::DevicePolicyProtected),
            ExemptionFact::ActiveDeviceAdmin => told(PackageMark::ActiveDeviceAdmin),
            ExemptionFact::PackageInstaller => told(PackageMark::PackageInstaller),
        }
    }

    fn is_change_enabled(&self, uid: Uid, change: Change) -> bool {
        self.packages.change_enabled(uid, change)
    }

    fn skips_manifest_type_check(&self) -> bool {
        false
    }
}
