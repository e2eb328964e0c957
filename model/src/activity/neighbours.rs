//! What the activity task manager asks of the rest of the platform, as it is at this instant.

use super::BackgroundStartPrivileges;
use crate::fgs::reason::ReasonCode;
use crate::ids::{Pid, Uid};
use crate::package::{AppOpMode, Change};
use crate::process::ProcessList;
use crate::time::Now;
use crate::Output;

/// Who calls, as what.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Identity<'a> {
    /// Its uid.
    pub uid: Uid,
    /// Its pid, where it is known.
    pub pid: Option<Pid>,
    /// Its package.
    pub package: &'a str,
}

/// The rest of the platform, as the activity task manager sees it.
pub trait Neighbours {
    /// The processes and what is visible of them.
    fn processes(&self) -> &ProcessList;

    /// Whether a compat change is on for the packages of a uid.
    fn is_change_enabled(&self, change: Change, uid: Uid) -> bool;

    /// Whether a uid holds a permission; root and system hold all.
    fn holds(&self, permission: &str, pid: Option<Pid>, uid: Uid) -> bool;

    /// The evaluated mode of an app-op of a package.
    fn app_op(&self, op: &str, uid: Uid, package: &str) -> AppOpMode;
}

/// The service code, as the activity task manager sees it.
pub trait Services {
    /// The service code's reason for while-in-use access, given these privileges; the process that the pid
    /// names is the one whose instrumentation counts. Rule: UIJ-VIS-022.
    fn while_in_use_reason(
        &self,
        who: Identity<'_>,
        privileges: BackgroundStartPrivileges,
        now: Now,
        out: &mut Output,
    ) -> ReasonCode;

    /// Whether a service of the process is in the foreground with its flag for user-initiated jobs set.
    ///
    /// Only a start sets that flag: startForeground (UIJ-VIS-043) and a bind (UIJ-VIS-045) do not, but a service
    /// that starts itself keeps it (UIJ-VIS-044). Rule: UIJ-VIS-040.
    fn has_service_for_user_initiated_jobs(&self, pid: Pid) -> bool;
}
