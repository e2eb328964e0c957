//! Foreground-service types and `ForegroundServiceTypePolicy`. Rules: FGS-TYPE-*, FGS-COMBO-*.
//!
//! `Service.startForeground` asks this room twice. [`resolve_type`] says, early in the call, which
//! types it is about; [`ForegroundServiceTypePolicy::validate`] says, at its end, whether the app may
//! run a foreground service of them. In between the service code decides whether the app may start
//! one at all.
//!
//! The trap: of several types the highest bit is checked first, and the first answer that is not
//! [`PolicyCheck::Ok`] ends the check, even one that lets the service start. So a denial that is only
//! logged hides an enforced one on a lower bit.
//!
//! What the room must know of the app it asks through [`Facts`]. Its own state is the cached value of
//! each type's enforcement toggle.

mod entry;
mod exemption;
mod facts;
mod mask;
mod permission;
mod policy;
mod records;
mod start;

#[cfg(test)]
mod tests;

pub use entry::{Entry, Preflight, Role};
pub use exemption::ExemptionFact;
pub use facts::{Facts, Host};
pub use mask::{ForegroundServiceType, UnknownTypeKeyword};
pub use permission::{AppOp, Permission, PermissionClass};
pub use policy::{CustomPermission, ForegroundServiceTypePolicy, PolicyCheck};
pub use records::PolicyInfo;
pub use start::{resolve_type, TypeDenied, TypeRequest};
