//! What the rest of Android answers when a room asks: packages, processes, visibility, users, the device.
//!
//! Jobs and services each declare what they ask; [`System`] answers from facts that came in as inputs and
//! from the process room. Nothing here decides: a fact that nobody has reported has the value of a device
//! on a desk that has just booted.

mod facts;
mod job_bindings;
mod job_neighbours;
mod not_responding;
mod notification_neighbours;
mod service_neighbours;
mod start;
#[cfg(test)]
mod tests;
mod told;
mod type_facts;

use std::collections::{BTreeMap, BTreeSet};

pub(crate) use job_bindings::SYSTEM_SERVER;
pub(crate) use job_neighbours::JobNeighbours;

use crate::activity::ActivityTaskManager;
use crate::fgs::FgsTempAllowlist;
use crate::ids::{Pid, Uid, UserId};
use crate::input::MemoryLevel;

use crate::job::execution::UserInitiatedNotifications;
use crate::notification::NotificationManager;
use crate::package::Packages;
use crate::process::{ProcState, ProcessList, UidObserverController};
use crate::time::Now;
use told::Told;

/// The facts, and the rooms that only hold facts.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) struct System {
    pub(crate) packages: Packages,
    pub(crate) processes: ProcessList,
    pub(crate) uid_observers: UidObserverController,
    pub(crate) activities: ActivityTaskManager,
    pub(crate) notifications: NotificationManager,
    /// Ids and channels of user-initiated jobs, as the job scheduler last had them.
    pub(crate) user_initiated: UserInitiatedNotifications,
    job_bindings: job_bindings::JobBindings,
    users: BTreeMap<UserId, UserFacts>,
    bad_processes: BTreeSet<(String, Uid)>,
    /// Processes that were asked for and have not attached yet.
    starting_processes: BTreeSet<(Uid, String)>,
    /// Killed; their deaths are not reported yet.
    killed: BTreeSet<Pid>,
    /// Of which the person was asked.
    not_responding: BTreeSet<Pid>,
    standby_buckets: BTreeMap<(String, UserId), i32>,
    /// App ids exempt from power saving: chosen by the system or the user, and for a while.
    power_allowlist: BTreeSet<u32>,
    temporary_power_allowlist: BTreeSet<u32>,
    /// Uids that may start foreground services for a while.
    fgs_start_allowlist: FgsTempAllowlist,
    /// Uids that have while-in-use access for a while.
    while_in_use_allowlist: FgsTempAllowlist,
    /// Marks, and who may deal with whom.
    pub(crate) told: Told,
    background_restricted: BTreeSet<(Uid, String)>,
    /// Regular and expedited verdicts, where they are told and not computed.
    quota_verdicts: BTreeMap<Uid, (bool, bool)>,
    reported_states: BTreeMap<Uid, ProcState>,
    reported_active: BTreeMap<Uid, bool>,
    memory: MemoryLevel,
    screen_on: bool,
    on_power: bool,
    /// The instant of the present input, for questions that do not carry it.
    pub(crate) now: Now,
    /// Uids that became idle: their background services are to be stopped.
    pub(crate) idle_uids: Vec<Uid>,
}

/// What is known of an Android user.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
struct UserFacts {
    started: bool,
    stopping: bool,
    unlocked: bool,
}
