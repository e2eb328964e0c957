//! `ForegroundServiceTypePermission`: one line of a type's permission lists. Rules: FGS-TYPE-030 ff.
//!
//! The trap: whether a permission is granted is asked twice. The preflight mixes grant and op mode
//! into granted, soft or hard denied; then the raw op mode is looked at again, and only there does
//! the while-in-use flag count.

use super::facts::{Facts, Host};
use super::permission::{AppOp, Permission, PermissionClass};
use crate::facts;
use crate::output::Output;
use crate::package::AppOpMode;
use crate::rules::fgs_type as rule;

/// The role of the default dialer.
pub const ROLE_DIALER: &str = "android.app.role.DIALER";
/// The role of the app for emergencies.
pub const ROLE_EMERGENCY: &str = "android.app.role.EMERGENCY";

/// Something an app must have.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Entry {
    /// A permission.
    Regular(Permission),
    /// An app op without a permission behind it.
    AppOp(AppOp),
    /// A role.
    Role(&'static str),
    /// Access to an attached USB device.
    UsbDevice,
    /// Access to an attached USB accessory.
    UsbAccessory,
}

/// What `PermissionChecker` says before anything is done.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Preflight {
    /// `PERMISSION_GRANTED`.
    Granted,
    /// `PERMISSION_SOFT_DENIED`: granted, but the op ignores it.
    SoftDenied,
    /// `PERMISSION_HARD_DENIED`.
    HardDenied,
}

/// Whom an entry is checked for, and how strictly.
pub(super) struct Probe<'a, F: ?Sized> {
    pub(super) host: &'a Host<'a>,
    pub(super) facts: &'a F,
    /// Toggle `fgs_type_fg_perm_enforcement_flag`. Rule: FGS-TYPE-023.
    pub(super) foreground_only_enforced: bool,
}

impl Entry {
    /// As messages name it. Rule: FGS-EXC-020.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Regular(permission) => permission.name(),
            Self::AppOp(op) => op.public_name(),
            Self::Role(role) => role,
            Self::UsbDevice => "USB Device",
            Self::UsbAccessory => "USB Accessory",
        }
    }

    /// Whether the host has it.
    pub(super) fn is_granted<F: Facts + ?Sized>(
        self,
        probe: &Probe<'_, F>,
        out: &mut Output,
    ) -> bool {
        let host = probe.host;
        let (rule, granted) = match self {
            Self::Regular(permission) => {
                (&rule::FGS_TYPE_034, permission.is_granted_to(probe, out))
            }
            Self::AppOp(op) => (&rule::FGS_TYPE_035, op.is_allowed_to(probe)),
            Self::Role(role) => (&rule::FGS_TYPE_036, probe.facts.holds_role(host, role)),
            Self::UsbDevice => (
                &rule::FGS_TYPE_037,
                probe.facts.may_use_usb_device(host.package, host.pid, host.uid),
            ),
            Self::UsbAccessory => {
                (&rule::FGS_TYPE_038, probe.facts.may_use_usb_accessory(host.pid, host.uid))
            }
        };
        let verdict = if granted { "granted" } else { "denied" };
        out.decide(rule, verdict, || {
            facts!(entry = self.name(), allow_while_in_use = host.allow_while_in_use)
        });
        granted
    }
}

impl Permission {
    /// What the preflight answers for this host. Rules: FGS-TYPE-030, FGS-TYPE-031, FGS-TYPE-032.
    pub fn preflight<F: Facts + ?Sized>(self, host: &Host<'_>, facts: &F) -> Preflight {
        let granted = || facts.is_permission_granted(host, self);
        match self.class() {
            PermissionClass::Plain if granted() => Preflight::Granted,
            PermissionClass::Plain => Preflight::HardDenied,
            PermissionClass::Runtime(op) => {
                if !granted() {
                    return Preflight::HardDenied;
                }
                match facts.app_op_mode(host, op) {
                    AppOpMode::Errored => Preflight::HardDenied,
                    AppOpMode::Ignored => Preflight::SoftDenied,
                    AppOpMode::Allowed | AppOpMode::Foreground | AppOpMode::Default => {
                        Preflight::Granted
                    }
                }
            }
            PermissionClass::AppOp(op) => match facts.app_op_mode(host, op) {
                AppOpMode::Ignored | AppOpMode::Errored => Preflight::HardDenied,
                AppOpMode::Default if granted() => Preflight::Granted,
                AppOpMode::Default => Preflight::HardDenied,
                AppOpMode::Allowed | AppOpMode::Foreground => Preflight::Granted,
            },
        }
    }

    /// `RegularPermission.checkPermission`. Rule: FGS-TYPE-034.
    fn is_granted_to<F: Facts + ?Sized>(self, probe: &Probe<'_, F>, out: &mut Output) -> bool {
        let host = probe.host;
        let preflight = self.preflight(host, probe.facts);
        if preflight == Preflight::HardDenied {
            return false;
        }
        let granted = preflight == Preflight::Granted;
        let Some(op) = self.app_op() else { return granted };
        match probe.facts.app_op_mode(host, op) {
            AppOpMode::Allowed => true,
            AppOpMode::Default => granted,
            AppOpMode::Foreground => {
                if !probe.foreground_only_enforced {
                    out.decide(&rule::FGS_TYPE_023, "foreground only, not enforced", || {
                        facts!(permission = self.name())
                    });
                }
                host.allow_while_in_use || !probe.foreground_only_enforced
            }
            AppOpMode::Ignored => host.allow_while_in_use && preflight == Preflight::SoftDenied,
            AppOpMode::Errored => false,
        }
    }
}

impl AppOp {
    /// `AppOpPermission.checkPermission`. Rule: FGS-TYPE-035.
    fn is_allowed_to<F: Facts + ?Sized>(self, probe: &Probe<'_, F>) -> bool {
        match probe.facts.app_op_mode(probe.host, self) {
            AppOpMode::Allowed => true,
            AppOpMode::Foreground => probe.host.allow_while_in_use,
            AppOpMode::Ignored | AppOpMode::Errored | AppOpMode::Default => false,
        }
    }
}
