//! Services of apps: started, bound and in the foreground. Rules: chapter 08, FGS-EXC-*.
//!
//! [`ActiveServices`] takes calls of apps ([`call::ServiceCall`]), its own timers ([`Message`]) and what
//! others report: processes that attach and die, uids that become idle, apps that the user restricts.
//! What it must know it asks through [`Neighbours`]; it reports there what runs in which process.
//!
//! | question | file |
//! |---|---|
//! | may this service be started now? | `start`, `pending_intent`, `start_mode`, `queue`, `frozen` |
//! | may it go to the foreground? | `foreground`, `restriction`, `exemption`, [`types`] |
//! | what then? | `commit`, `short`, `deferral`, `notify`, `active_apps` |
//! | what if `startForeground` does not follow? | `bring_up`, `contract`, `stop` |
//! | how does it end, and does it come back? | `stop`, `background`, `process_events`, `restart` |
//!
//! Deliberately absent: what a process may do by its state (that is `process`), how a notification looks,
//! isolated processes and SDK sandboxes.

mod active_apps;
mod active_services;
mod background;
mod bind;
mod bring_up;
pub mod call;
mod commit;
mod connection;
mod constants;
mod contract;
mod deferral;
mod delegate;
mod dispatch;
mod done;
pub mod effect;
mod exemption;
mod foreground;
mod frozen;
mod hosted;
mod lookup;
mod neighbours;
mod notify;
mod pending_intent;
mod process_events;
mod queue;
pub mod reason;
mod record;
mod restart;
mod restriction;
mod short;
mod start;
mod start_mode;
mod stop;
mod temp_allowlist;
pub mod types;

use crate::ids::{ComponentName, Pid, Uid, UserId};
use crate::time::Uptime;
use effect::ServiceToken;

pub use active_services::{ActiveServices, Context};
pub use bind::BindRequest;
pub use connection::{ConnectionKey, ConnectionRecord};
pub use constants::Constants;
pub use deferral::NotificationPolicy;
pub use delegate::DelegateOptions;
pub use exemption::Identity;
pub use neighbours::{
    AppProcess, BackgroundStartFacts, FgsStartAllowlist, Gate, LastInvisible, NamedProcess,
    Neighbours, OomAdjReason, Recomputed, ServiceInfo, UidFacts, UserState,
};
pub use notify::PostRequest;
pub use pending_intent::{
    PendingIntentKey, SendOptions, TemporaryAllowlist, START_CANCELED, START_SUCCESS,
};
pub use record::ServiceRecord;
pub use restriction::{StartCheck, StartVerdict};
pub use start::{allows_user_initiated_jobs, client_result, StartRequest};
pub use temp_allowlist::{FgsTempAllowlist, TempAllowlistType};

/// Delayed messages of the service code. All wait on uptime.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Message {
    /// `startForeground` is owed by then. Rule: FGS-START-070.
    StartForegroundTimeout {
        /// By which service.
        service: ServiceToken,
    },
    /// The app does not respond, unless it has crashed by then. Rule: FGS-START-075.
    StartForegroundAnr {
        /// Its process.
        pid: Pid,
        /// Its service.
        component: ComponentName,
        /// Tells it from an earlier record of the same name.
        service: ServiceToken,
    },
    /// The time of a short service is up. Rule: FGS-SHORT-012.
    ShortFgsTimeout {
        /// Which.
        service: ServiceToken,
    },
    /// It no longer counts for the state of its process. Rule: FGS-SHORT-015.
    ShortFgsDemotion {
        /// Which.
        service: ServiceToken,
    },
    /// It does not respond. Rule: FGS-SHORT-016.
    ShortFgsAnr {
        /// Which.
        service: ServiceToken,
    },
    /// A callback may take too long. Rule: FGS-START-096.
    ServiceTimeout {
        /// In which process.
        pid: Pid,
    },
    /// A service is restarted. Rule: FGS-START-093.
    Restart {
        /// Which.
        service: ServiceToken,
    },
    /// The first service of the starting list has had its time. Rule: FGS-START-027.
    BackgroundStartTimeout {
        /// Of which user.
        user: UserId,
    },
    /// Notifications are displayed. Rule: FGS-DEFER-004.
    DeferredNotifications {
        /// When.
        at: Uptime,
        /// For which service this was set.
        service: ServiceToken,
    },
    /// The apps with foreground services are reviewed. Rule: FGS-STOP-052.
    UpdateForegroundApps {
        /// Of which user.
        user: UserId,
        /// When: several may be pending.
        at: Uptime,
    },
}

/// Messages that the service code posts to itself: done after the present call and after every timer
/// that is already due, in the order of posting. Rule: FGS-STOP-032.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Posted {
    /// A notification is posted.
    PostNotification(Box<PostRequest>),
    /// A notification is cancelled.
    CancelNotification {
        /// The uid of its app.
        uid: Uid,
        /// Of which user.
        user: UserId,
        /// Whose.
        package: String,
        /// Which.
        id: i32,
    },
    /// A notification loses its foreground-service flag.
    RemoveForegroundServiceFlag {
        /// Of which user.
        user: UserId,
        /// Whose.
        package: String,
        /// Which.
        id: i32,
    },
    /// An app that broke its contract crashes. Rule: FGS-START-074.
    ForegroundCrash {
        /// Its process.
        pid: Pid,
        /// Its service.
        component: ComponentName,
    },
    /// The apps with foreground services are reviewed. Rule: FGS-STOP-052.
    UpdateForegroundApps {
        /// Of which user.
        user: UserId,
    },
    /// All services of an app leave the foreground. Rule: FGS-STOP-052.
    StopAllForegroundServices {
        /// Whose.
        uid: Uid,
        /// Or of which package.
        package: String,
    },
    /// The starting list has room. Rule: FGS-START-027.
    NextDelayedStart {
        /// Of which user.
        user: UserId,
    },
    /// A service that waited for a restart comes back with its process. Rule: FGS-START-095.
    Restart {
        /// Which.
        service: ServiceToken,
    },
    /// Other restarts move forward. Rule: FGS-START-093.
    RescheduleRestarts,
}

#[cfg(test)]
mod tests;
