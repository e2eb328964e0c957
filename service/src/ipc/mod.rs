//! The binder side: parcels in, inputs to the model; effects out, callbacks to clients.
//!
//! A binder method is two lines: who calls, then one question to the model whose answer is mapped. What
//! an app sends is converted in `wire`, refused in `status`, and judged by the model alone.
//!
//! **Invariants.** No client is called under a lock. Wire types are not model types. Only [`caller`] says
//! who calls. Only `status` knows exception codes.

pub mod acceptor;
pub mod caller;
pub mod serve;
pub mod socket;
pub mod status;

mod callback;
mod deliver;
pub mod host;
mod notifications;
mod scheduler;
mod services;
mod session;
mod shell;
mod switchboard;
mod system;
mod task_manager;
mod trail;
pub(crate) mod wire;

pub use jobwarden_aidl::aidl::dev::jobwarden as aidl;
pub use jobwarden_aidl::binder;

/// The names under which the service is found.
pub mod names {
    /// `IJobScheduler`.
    pub const JOB_SCHEDULER: &str = "dev.jobwarden.IJobScheduler/default";
    /// `IForegroundServices`.
    pub const FOREGROUND_SERVICES: &str = "dev.jobwarden.IForegroundServices/default";
    /// `INotificationManager`.
    pub const NOTIFICATION_MANAGER: &str = "dev.jobwarden.INotificationManager/default";
    /// `IShell`.
    pub const SHELL: &str = "dev.jobwarden.IShell/default";
    /// `ISystem`.
    pub const SYSTEM: &str = "dev.jobwarden.ISystem/default";
    /// `ITaskManager`.
    pub const TASK_MANAGER: &str = "dev.jobwarden.ITaskManager/default";
}
