//! Facts of other parts of Android that rooms ask about and that change rarely: marks on packages, uids,
//! processes, users and the device, and the lists around them.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

use crate::fgs::reason::ReasonCode;
use crate::ids::{ComponentName, Pid, Uid, UserId};

/// One fact. Nothing that was not told holds.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum SystemFact {
    /// A mark on a package of a user.
    Package {
        /// Which package.
        package: String,
        /// Of which user.
        user: UserId,
        /// What is so.
        mark: PackageMark,
        /// Whether it is.
        holds: bool,
    },
    /// A mark on a uid.
    Uid {
        /// Which uid.
        uid: Uid,
        /// What is so.
        mark: UidMark,
        /// Whether it is.
        holds: bool,
    },
    /// A debugger is attached to a process, or no longer. Rules: FGS-START-073, FGS-START-096.
    Debugging {
        /// Which process.
        pid: Pid,
        /// Whether it is.
        holds: bool,
    },
    /// `UserManager.DISALLOW_APPS_CONTROL` of a user. Rule: FGS-TYPE-162.
    AppsControlDisallowed {
        /// Of which user.
        user: UserId,
        /// Whether it is set.
        holds: bool,
    },
    /// A mark on the device.
    Device {
        /// What is so.
        mark: DeviceMark,
        /// Whether it is.
        holds: bool,
    },
    /// The intent firewall blocks a service, for everybody. Rule: FGS-START-015.
    Firewall {
        /// Which service.
        service: ComponentName,
        /// Whether it does.
        blocked: bool,
    },
    /// The packages that one may be associated with. Rule: FGS-START-015.
    Associations {
        /// Which package.
        package: String,
        /// `None`: with all.
        allowed: Option<BTreeSet<String>>,
    },
    /// A uid is put on a temporary list. Rules: FGS-BG-032, FGS-WIU-014.
    TemporaryAllowlist {
        /// Which uid.
        uid: Uid,
        /// Which list.
        list: TemporaryList,
        /// Milliseconds of elapsed realtime.
        duration: i64,
        /// `PowerExemptionManager.REASON_*`.
        reason: ReasonCode,
    },
}

/// What can be so of a package of a user.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PackageMark {
    /// It is being updated. Rule: FGS-START-022.
    Frozen,
    /// It must be reviewed before it runs. Rule: FGS-START-023.
    NeedsPermissionReview,
    /// It has no icon of its own. Rule: FGS-START-059.
    NoIcon,
    /// It has the persistent flag. Rules: FGS-START-019, FGS-BG-028.
    Persistent,
    /// It is the default input method of the user, in place of any other. Rule: FGS-BG-010.
    DefaultInputMethod,
    /// It always has while-in-use access. Rule: FGS-WIU-010.
    WhileInUseAllowlisted,
    /// Its manifest asks for the exemption of persistent apps. Rule: FGS-BG-028.
    RequestsForegroundServiceExemption,
    /// It may use an attached USB device. Rule: FGS-TYPE-037.
    UsesUsbDevice,
    /// It may use an attached USB accessory. Rule: FGS-TYPE-038.
    UsesUsbAccessory,
    /// It is a system module. Rule: FGS-TYPE-163.
    SystemModule,
    /// It has carrier privileges. Rule: FGS-TYPE-163.
    CarrierPrivileged,
    /// The system configuration exempts it. Rule: FGS-TYPE-163.
    SystemConfigExempt,
    /// It is in `bg_restriction_exempted_packages`. Rule: FGS-TYPE-163.
    BackgroundRestrictionExempt,
    /// Device policy protects it. Rule: FGS-TYPE-163.
    DevicePolicyProtected,
    /// It is an active device admin. Rule: FGS-TYPE-163.
    ActiveDeviceAdmin,
    /// It is a known package installer. Rule: FGS-TYPE-161.
    PackageInstaller,
}

/// What can be so of a uid.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum UidMark {
    /// An activity start for it is pending. Rule: FGS-START-019.
    AboutToBeTop,
    /// It is on the allow-list for background work. Rule: FGS-START-019.
    BackgroundAllowlisted,
    /// It is the device owner, in place of any other. Rules: FGS-BG-010, BAL-030.
    DeviceOwner,
    /// It is a profile owner. Rule: FGS-BG-010.
    ProfileOwner,
    /// It is associated with a companion device. Rules: FGS-BG-010, BAL-030.
    CompanionApp,
}

/// What can be so of the device.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DeviceMark {
    /// It is in demo mode. Rule: FGS-BG-010.
    DemoMode,
    /// It is shutting down. Rule: FGS-SHORT-018.
    ShuttingDown,
    /// The background check is forced for everybody. Rule: FGS-START-019.
    BackgroundCheckForced,
}

/// A temporary list of uids.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TemporaryList {
    /// May start foreground services. Rule: FGS-BG-022.
    ForegroundServiceStart,
    /// Has while-in-use access. Rule: FGS-WIU-014.
    WhileInUse,
}
