//! Why the system may exempt an app: the search behind `systemExempted`. Rules: FGS-TYPE-161 ff.
//!
//! The trap: the first fact that holds gives the reason, and only then is the reason judged. The
//! dialer role or the platform-VPN op hides a reason further down that would have been accepted.

use super::facts::{Facts, Host};
use crate::facts;
use crate::fgs::reason::ReasonCode;
use crate::output::Output;
use crate::rules::fgs_type as rule;

/// Declares the facts: name, reason, whether the reason is accepted.
macro_rules! exemptions {
    ($($table:ident { $($(#[$doc:meta])* $name:ident = $reason:ident;)* })*) => {
        /// A fact that speaks for a system exemption.
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub enum ExemptionFact {
            $($($(#[$doc])* $name,)*)*
        }

        impl ExemptionFact {
            /// All facts in the order of the search. Rules: FGS-TYPE-161 to FGS-TYPE-164.
            pub const ALL: &'static [Self] = &[$($(Self::$name),*),*];

            /// The reason it gives.
            pub const fn reason(self) -> ReasonCode {
                match self { $($(Self::$name => ReasonCode::$reason,)*)* }
            }

            /// Where the specification lists it.
            fn rule(self) -> &'static crate::rules::Rule {
                match self { $($(Self::$name => &rule::$table,)*)* }
            }
        }
    };
}

/// Reasons for which an app may have the type. Rule: FGS-TYPE-165.
const ACCEPTED: &[ReasonCode] = &[
    ReasonCode::SYSTEM_UID,
    ReasonCode::SYSTEM_ALLOW_LISTED,
    ReasonCode::DEVICE_DEMO_MODE,
    ReasonCode::DISALLOW_APPS_CONTROL,
    ReasonCode::DEVICE_OWNER,
    ReasonCode::PROFILE_OWNER,
    ReasonCode::PROC_STATE_PERSISTENT,
    ReasonCode::PROC_STATE_PERSISTENT_UI,
    ReasonCode::SYSTEM_MODULE,
    ReasonCode::CARRIER_PRIVILEGED_APP,
    ReasonCode::DPO_PROTECTED_APP,
    ReasonCode::ACTIVE_DEVICE_ADMIN,
    ReasonCode::ROLE_EMERGENCY,
    ReasonCode::ALLOWLISTED_PACKAGE,
    ReasonCode::PACKAGE_INSTALLER,
    ReasonCode::SYSTEM_EXEMPT_APP_OP,
];

exemptions! {
    FGS_TYPE_162 {
        /// App id below 10000.
        SystemUid = SYSTEM_UID;
        /// App id on the system's device-idle allow-list, normal or except-idle.
        SystemDeviceIdleAllowlist = SYSTEM_ALLOW_LISTED;
        /// The device is in demo mode.
        DeviceDemoMode = DEVICE_DEMO_MODE;
        /// User restriction `DISALLOW_APPS_CONTROL`.
        DisallowAppsControl = DISALLOW_APPS_CONTROL;
        /// The uid is the device owner.
        DeviceOwner = DEVICE_OWNER;
        /// The uid is a profile owner.
        ProfileOwner = PROFILE_OWNER;
        /// Process state at most `PERSISTENT`.
        ProcStatePersistent = PROC_STATE_PERSISTENT;
        /// Process state at most `PERSISTENT_UI`.
        ProcStatePersistentUi = PROC_STATE_PERSISTENT_UI;
    }
    FGS_TYPE_163 {
        /// A system module.
        SystemModule = SYSTEM_MODULE;
        /// Has carrier privileges.
        CarrierPrivileged = CARRIER_PRIVILEGED_APP;
        /// Exempt in the system configuration.
        SystemConfig = SYSTEM_ALLOW_LISTED;
        /// In `bg_restriction_exempted_packages`.
        BackgroundRestrictionExempted = SYSTEM_ALLOW_LISTED;
        /// Protected by device policy.
        DpoProtected = DPO_PROTECTED_APP;
        /// An active device admin.
        ActiveDeviceAdmin = ACTIVE_DEVICE_ADMIN;
        /// Feature on, and op `SYSTEM_EXEMPT_FROM_POWER_RESTRICTIONS` allowed.
        SystemExemptAppOp = SYSTEM_EXEMPT_APP_OP;
    }
    FGS_TYPE_164 {
        /// Op `ACTIVATE_VPN` allowed.
        ActivateVpn = OP_ACTIVATE_VPN;
        /// Op `ACTIVATE_PLATFORM_VPN` allowed.
        ActivatePlatformVpn = OP_ACTIVATE_PLATFORM_VPN;
        /// The uid holds the dialer role.
        RoleDialer = ROLE_DIALER;
        /// The uid holds the emergency role.
        RoleEmergency = ROLE_EMERGENCY;
        /// App id on the device-idle allow-list, the user's or the system's.
        DeviceIdleAllowlist = ALLOWLISTED_PACKAGE;
        /// Associated with a companion device.
        CompanionApp = COMPANION_DEVICE_MANAGER;
    }
    FGS_TYPE_161 {
        /// A known package installer of the system user.
        PackageInstaller = PACKAGE_INSTALLER;
    }
}

/// `SystemExemptedFgsTypePermission.checkPermission`. Rules: FGS-TYPE-161, FGS-TYPE-165.
pub(super) fn is_system_exempted<F: Facts + ?Sized>(
    host: &Host<'_>,
    facts: &F,
    out: &mut Output,
) -> bool {
    let found = ExemptionFact::ALL.iter().copied().find(|&fact| facts.is_exempt(host, fact));
    let Some(fact) = found else {
        out.decide(&rule::FGS_TYPE_161, "no system exemption", Vec::new);
        return false;
    };
    let reason = fact.reason();
    out.decide(fact.rule(), "exemption found", || facts!(fact = fact, reason = reason.0));
    let accepted = ACCEPTED.contains(&reason);
    let verdict = if accepted { "reason accepted" } else { "reason not accepted" };
    out.decide(&rule::FGS_TYPE_165, verdict, || facts!(reason = reason.0));
    accepted
}
