//! What this room must ask of its neighbours.

use super::exemption::ExemptionFact;
use super::permission::{AppOp, Permission};
use crate::ids::{Pid, Uid};
use crate::package::{AppOpMode, Change};

/// The process that hosts the service: everything is checked against it, whoever asked for the
/// service to be started. Rule: FGS-TYPE-017.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Host<'a> {
    /// Its uid.
    pub uid: Uid,
    /// Its pid.
    pub pid: Pid,
    /// Its name, for messages.
    pub process: &'a str,
    /// The package of the service.
    pub package: &'a str,
    /// The API level that the app targets, for messages.
    pub target_sdk: i32,
    /// The service's while-in-use flag at this moment (FGS-WIU-*).
    pub allow_while_in_use: bool,
}

/// What the rest of the system knows about an app.
///
/// Asked only when a rule needs the answer, and in the platform's order.
pub trait Facts {
    /// Whether the permission is granted to the uid; an undeclared one is not. Rule: FGS-TYPE-007.
    fn is_permission_granted(&self, host: &Host<'_>, permission: Permission) -> bool;

    /// The raw mode of the op for the uid and package.
    fn app_op_mode(&self, host: &Host<'_>, op: AppOp) -> AppOpMode;

    /// Whether the package is among the role's holders in the uid's user.
    fn holds_role(&self, host: &Host<'_>, role: &str) -> bool;

    /// Whether the package, pid and uid may use a USB device that is attached.
    fn may_use_usb_device(&self, package: &str, pid: Pid, uid: Uid) -> bool;

    /// Whether the pid and uid may use a USB accessory that is attached.
    fn may_use_usb_accessory(&self, pid: Pid, uid: Uid) -> bool;

    /// Whether the uid owns a live media-projection token.
    fn has_media_projection(&self, uid: Uid) -> bool;

    /// Whether this fact speaks for a system exemption of the app.
    fn is_exempt(&self, host: &Host<'_>, fact: ExemptionFact) -> bool;

    /// Whether the compat change is on for the uid: by its target SDK, unless overridden.
    fn is_change_enabled(&self, uid: Uid, change: Change) -> bool;

    /// System property `debug.skip_fgs_manifest_type_check`.
    fn skips_manifest_type_check(&self) -> bool;
}
