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

/// A role that a type asks for.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Role {
    /// The default dialer.
    Dialer,
}

impl Role {
    /// The name of the role.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dialer => "android.app.role.DIALER",
        }
    }
}

/// Something an app must have.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Entry {
    /// A permission.
    Regular(Permission),
    /// An app op without a permission behind it.
    AppOp(AppOp),
    /// A role.
    Role(Role),
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
            Self::Role(role) => role.name(),
            Self::UsbDevice => "USB Device",
            Self::UsbAccessory => "USB Accessory",
        }
    }

    /// Whether the host has it.
    #[inline]
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
            Self::Role(role) => (&rule::FGS_TYPE_036, probe.facts.holds_role(host, role.name())),
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
        self.preflight_and_mode(host, facts).0
    }

    /// The preflight, and the raw mode of the op where there is one and it matters.
    fn preflight_and_mode<F: Facts + ?Sized>(
        self,
        host: &Host<'_>,
        facts: &F,
    ) -> (Preflight, Option<AppOpMode>) {
        let granted = || match facts.is_permission_granted(host, self) {
            true => Preflight::Granted,
            false => Preflight::HardDenied,
        };
        match self.class() {
            PermissionClass::Plain => (granted(), None),
            PermissionClass::Runtime(op) => {
                if granted() == Preflight::HardDenied {
                    return (Preflight::HardDenied, None);
                }
                let mode = facts.app_op_mode(host, op);
                let preflight = match mode {
                    AppOpMode::Errored => Preflight::HardDenied,
                    AppOpMode::Ignored => Preflight::SoftDenied,
                    AppOpMode::Allowed | AppOpMode::Foreground | AppOpMode::Default => {
                        Preflight::Granted
                    }
                };
                (preflight, Some(mode))
            }
            PermissionClass::AppOp(op) => {
                let mode = facts.app_op_mode(host, op);
                let preflight = match mode {
                    AppOpMode::Ignored | AppOpMode::Errored => Preflight::HardDenied,
                    AppOpMode::Default => granted(),
                    AppOpMode::Allowed | AppOpMode::Foreground => Preflight::Granted,
                };
                (preflight, Some(mode))
            }
        }
    }

    /// `RegularPermission.checkPermission`. Rule: FGS-TYPE-034.
    #[inline]
    fn is_granted_to<F: Facts + ?Sized>(self, probe: &Probe<'_, F>, out: &mut Output) -> bool {
        let host = probe.host;
        let (preflight, mode) = self.preflight_and_mode(host, probe.facts);
        if preflight == Preflight::HardDenied {
            return false;
        }
        match mode {
            None | Some(AppOpMode::Default) => preflight == Preflight::Granted,
            Some(AppOpMode::Allowed) => true,
            Some(AppOpMode::Foreground) => {
                if !probe.foreground_only_enforced {
                    out.decide(&rule::FGS_TYPE_023, "foreground only, not enforced", || {
                        facts!(permission = self.name())
                    });
                }
                host.allow_while_in_use || !probe.foreground_only_enforced
            }
            Some(AppOpMode::Ignored) => {
                host.allow_while_in_use && preflight == Preflight::SoftDenied
            }
            Some(AppOpMode::Errored) => false,
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
