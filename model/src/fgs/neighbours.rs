//! What the service code asks of its neighbours, and what it has them do.
//!
//! The whole model answers in earnest; a test answers from a table. Facts come as plain values; the
//! few methods that change something are those the activity manager calls on its other parts at
//! exactly this point of a decision, because a later line of the same decision reads the outcome.

use super::call::BackgroundStartPrivileges;
use super::deferral::NotificationPolicy;
use super::effect::ServiceToken;
use super::exemption::Identity;
use super::reason::ReasonCode;
use super::types::{Facts, ForegroundServiceType};
use super::ActiveServices;
use crate::ids::{ComponentName, Pid, Uid, UserId};
use crate::looper::Looper;
use crate::notification::Notification;
use crate::output::Output;
use crate::package::AppOpMode;
use crate::process::{Capabilities, Instrumentation, ProcState, ProcessList};
use crate::time::{Elapsed, Now};

/// What the package manager says of a service: `ServiceInfo` with its `ApplicationInfo`.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct ServiceInfo {
    /// The component.
    pub name: ComponentName,
    /// The uid of its app.
    pub uid: Uid,
    /// The process it runs in.
    pub process: String,
    /// `foregroundServiceType` of the manifest.
    pub types: ForegroundServiceType,
    /// Others may use it.
    pub exported: bool,
    /// What a caller must hold.
    pub permission: Option<String>,
    /// The manifest says that it stops with its task.
    pub stop_with_task: bool,
    /// The app's target SDK.
    pub target_sdk: i32,
    /// The app runs without being installed.
    pub instant: bool,
    /// The app has the persistent flag.
    pub persistent: bool,
    /// The app asks for the foreground-service exemption. Rule: FGS-BG-028.
    pub request_foreground_service_exemption: bool,
}

/// A gate that a caller must pass to use a service. Rule: FGS-START-015.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Gate {
    /// The two packages may be associated.
    Association,
    /// The intent firewall lets the intent through.
    Firewall,
}

/// When a process was last seen.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum LastInvisible {
    /// It never had a visible activity.
    #[default]
    Never,
    /// It has one now.
    Visible,
    /// It had one until then.
    Since(Elapsed),
}

/// The process with a certain name and uid.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum NamedProcess {
    /// There is none.
    Absent,
    /// It is on its way: its application thread is not known yet.
    Starting,
    /// It is there.
    Attached(Pid),
}

/// What is known of one process.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct AppProcess {
    /// Its uid.
    pub uid: Uid,
    /// Its name.
    pub name: String,
    /// The first package that it runs.
    pub package: String,
    /// It was killed, and its death has not been noticed yet.
    pub killed: bool,
    /// A debugger is attached to it.
    pub debugging: bool,
    /// Its app has the persistent flag.
    pub persistent: bool,
    /// The process state as last computed.
    pub cur_proc_state: ProcState,
    /// The process state as last applied.
    pub set_proc_state: ProcState,
    /// The scheduling group as last applied is the background one.
    pub background_sched_group: bool,
    /// The user restricted the app, as the process remembers it. Rule: FGS-START-048.
    pub background_restricted: bool,
    /// As last applied: bound by an app that is not restricted. Rule: FGS-START-048.
    pub bound_by_non_restricted: bool,
    /// Rule: FGS-BG-016.
    pub last_invisible: LastInvisible,
    /// Rule: FGS-BG-015.
    pub instrumentation: Option<Instrumentation>,
    /// What the window manager allows: activity grace and tokens. Rule: FGS-WIU-016.
    pub background_fgs_starts_allowed: bool,
}

/// What is known of a uid that has a process.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct UidFacts {
    /// The best state of its processes, as last computed.
    pub cur_proc_state: ProcState,
    /// The capabilities of all its processes, as last computed.
    pub cur_capabilities: Capabilities,
    /// Idle, as last computed.
    pub idle: bool,
    /// Idle, as last applied.
    pub set_idle: bool,
}

/// An entry that lets a uid start foreground services. Rules: FGS-BG-021, FGS-BG-022.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum FgsStartAllowlist {
    /// The app is on the permanent list.
    Permanent,
    /// The uid is on the temporary list, for this reason.
    Temporary(ReasonCode),
}

/// What an app is, for the background check of a start. Rule: FGS-START-019.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct BackgroundStartFacts {
    /// An activity start for the uid is pending.
    pub about_to_be_top: bool,
    /// The app is instant.
    pub instant: bool,
    /// The package is persistent.
    pub persistent: bool,
    /// The uid is on the allow-list for background work.
    pub background_allowlisted: bool,
    /// The app id is on the full device-idle allow-list.
    pub device_idle_allowlisted: bool,
    /// The app id is on the except-idle list.
    pub except_idle_allowlisted: bool,
    /// The app id is on the temporary device-idle allow-list, or the uid is about to be.
    pub temp_allowlisted: bool,
    /// On battery, restriction is enforced, and the app's standby bucket is RESTRICTED.
    pub restricted_bucket: bool,
    /// The background check is forced for everybody.
    pub background_check_forced: bool,
}

/// How a user is.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum UserState {
    /// There is no such user.
    Missing,
    /// It exists but is not started.
    Stopped,
    /// It is started.
    Started,
    /// It is being stopped: started, but not running.
    Stopping,
}

/// Why all process states are computed once more.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum OomAdjReason {
    /// A service was started.
    StartService,
    /// A service was bound.
    BindService,
    /// A service was unbound.
    UnbindService,
    /// A service was stopped.
    StopService,
    /// A callback of a service returned.
    ExecutingService,
    /// A foreground service came, went or changed.
    UiVisibility,
    /// A short service has outlived its time.
    ShortFgsTimeout,
    /// A uid became idle.
    UidIdle,
    /// A process is gone.
    ProcessEnd,
    /// A component was disabled, or its app stopped.
    ComponentDisabled,
    /// A task was removed.
    RemoveTask,
}

/// What a computation of process states has found that concerns services. Rule: FGS-STOP-052.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Recomputed {
    /// Uid and package of each restricted process that is no longer bound by an app that is not.
    pub unbound: Vec<(Uid, String)>,
    /// The uids that have foreground services by their summary and of which something changed.
    pub uids: Vec<Uid>,
}

/// Whom the service code asks, and whom it has act.
pub trait Neighbours: Facts {
    /// Looks a service up for a caller; `None`: it does not resolve, or is hidden from the caller.
    fn resolve_service(
        &self,
        component: &ComponentName,
        user: UserId,
        caller: Uid,
    ) -> Option<ServiceInfo>;

    /// Whether a caller passes a gate.
    fn passes(
        &self,
        gate: Gate,
        caller: Uid,
        caller_package: Option<&str>,
        to: &ServiceInfo,
    ) -> bool;

    /// Whether a uid holds a permission.
    fn holds(&self, permission: &str, pid: Option<Pid>, uid: Uid) -> bool;

    /// The app-op that guards a permission.
    fn app_op_of(&self, permission: &str) -> Option<String>;

    /// The evaluated mode of an app-op. Rule: FGS-BG-047.
    fn app_op(&self, op: &str, uid: Uid, package: &str) -> AppOpMode;

    /// How a user is.
    fn user(&self, user: UserId) -> UserState;

    /// Whether a package is being updated. Rule: FGS-START-022.
    fn package_frozen(&self, package: &str, user: UserId) -> bool;

    /// Whether the app must be reviewed before it runs. Rule: FGS-START-023.
    fn needs_permission_review(&self, package: &str, user: UserId) -> bool;

    /// Whether `package` really is one of `uid`. Rule: FGS-WIU-015.
    fn owns_package(&self, uid: Uid, package: &str) -> bool;

    /// The process with this name and uid.
    fn process_named(&self, name: &str, uid: Uid) -> NamedProcess;

    /// What is known of an attached process; `None` once it is gone.
    fn process(&self, pid: Pid) -> Option<AppProcess>;

    /// The processes of a uid, the most recently used first.
    fn processes_of_uid(&self, uid: Uid) -> Vec<Pid>;

    /// The process of a uid that runs a package; of several the first by name.
    fn process_in_package(&self, uid: Uid, package: &str) -> Option<Pid>;

    /// What is known of a uid; `None` without a process.
    fn uid(&self, uid: Uid) -> Option<UidFacts>;

    /// The uid has a visible activity or another window that counts. Rule: FGS-WIU-010.
    fn uid_visible(&self, uid: Uid) -> bool;

    /// What lets the uid start foreground services. Rules: FGS-BG-021, FGS-BG-022.
    fn fgs_start_allowlist(&self, now: Now, uid: Uid) -> Option<FgsStartAllowlist>;

    /// The uid is on the temporary while-in-use list. Rule: FGS-WIU-014.
    fn temp_while_in_use_allowlisted(&self, now: Now, uid: Uid) -> bool;

    /// The package is on the while-in-use package list.
    fn while_in_use_allowlisted(&self, package: &str) -> bool;

    /// What the app is for the background check. Rule: FGS-START-019.
    fn background_start_facts(&self, uid: Uid, package: &str) -> BackgroundStartFacts;

    /// The user restricted the app: "app is background-restricted".
    fn background_restricted(&self, uid: Uid, package: &str) -> bool;

    /// The uid is the device owner.
    fn device_owner(&self, uid: Uid) -> bool;

    /// The uid is a profile owner.
    fn profile_owner(&self, uid: Uid) -> bool;

    /// The uid is an associated companion app of its user.
    fn companion_app(&self, uid: Uid) -> bool;

    /// The device is in demo mode.
    fn device_demo_mode(&self) -> bool;

    /// The package of the default input method of a user.
    fn input_method_package(&self, user: UserId) -> Option<String>;

    /// UIJ-VIS-021 for a caller; the decisions behind the answer go to `out`. Rule: FGS-START-026.
    fn can_schedule_user_initiated_jobs(
        &self,
        services: &ActiveServices,
        now: Now,
        who: &Identity,
        out: &mut Output,
    ) -> bool;

    /// The memory level: 0 normal, 1 moderate, 2 low, 3 critical. Rule: FGS-START-093.
    fn memory_level(&self) -> usize;

    /// The device is shutting down.
    fn shutting_down(&self) -> bool;

    /// The screen is on.
    fn screen_on(&self) -> bool;

    /// Starts a process for a service; `false`: it cannot be launched.
    fn start_process(
        &mut self,
        now: Now,
        service: &ServiceInfo,
        looper: &mut Looper,
        out: &mut Output,
    ) -> bool;

    /// Where the service code reports what runs in which process, and who is bound to whom.
    fn processes_mut(&mut self) -> &mut ProcessList;

    /// Computes all process states once more; answers what of it concerns services.
    fn update_oom_adj(
        &mut self,
        now: Now,
        reason: OomAdjReason,
        looper: &mut Looper,
        out: &mut Output,
    ) -> Recomputed;

    /// Lends a service what its start lent it: a token of the process that hosts it. Rule: BAL-046.
    fn add_start_privileges(
        &mut self,
        now: Now,
        service: ServiceToken,
        privileges: BackgroundStartPrivileges,
        looper: &mut Looper,
        out: &mut Output,
    );

    /// `ServiceRecord.setProcess`: the service runs in this process now, or in none. Rule: BAL-047.
    fn set_service_process(
        &mut self,
        service: ServiceToken,
        host: Option<Pid>,
        looper: &mut Looper,
        out: &mut Output,
    ) {
        let _ = (service, host, looper, out);
    }

    /// Whether a connection to the service lets it start activities from the background. Rule: BAL-048.
    fn set_service_allowed_by_binding(
        &mut self,
        service: ServiceToken,
        bound: bool,
        out: &mut Output,
    ) {
        let _ = (service, bound, out);
    }

    /// Notes the user's restriction of an app in its process. Rule: FGS-START-095.
    fn set_background_restricted(&mut self, process: Pid, restricted: bool);

    /// Puts a uid on the temporary power allow-list. Rule: FGS-START-028.
    #[allow(clippy::too_many_arguments)] // As many as an entry has: whose, how long, why, by whom.
    fn temp_allowlist_uid(
        &mut self,
        now: Now,
        uid: Uid,
        duration: i64,
        reason: ReasonCode,
        calling_uid: Uid,
        looper: &mut Looper,
        out: &mut Output,
    );

    /// A process does not respond: what becomes of it is decided there; whether that is reported.
    /// Rule: FGS-SHORT-018.
    fn app_not_responding(&mut self, process: Pid, out: &mut Output) -> bool {
        let _ = (process, out);
        true
    }

    /// Whether a notification channel exists.
    fn has_channel(&self, uid: Uid, package: &str, channel: &str) -> bool;

    /// The app's own icon, which stands in for a missing one, exists. Rule: FGS-START-059.
    fn has_app_icon(&self, uid: Uid, package: &str) -> bool;

    /// Posts a notification of a foreground service; answers whether the user sees it now.
    #[allow(clippy::too_many_arguments)] // As many as a post has: whose, which, what, how.
    fn enqueue_notification(
        &mut self,
        now: Now,
        uid: Uid,
        package: &str,
        id: i32,
        notification: &Notification,
        policy: NotificationPolicy,
        looper: &mut Looper,
        out: &mut Output,
    ) -> bool;

    /// Cancels a notification of a foreground service.
    fn cancel_notification(
        &mut self,
        now: Now,
        uid: Uid,
        package: &str,
        id: i32,
        looper: &mut Looper,
        out: &mut Output,
    );

    /// Takes the foreground-service flag off a notification.
    fn remove_foreground_service_flag(
        &mut self,
        now: Now,
        package: &str,
        id: i32,
        user: UserId,
        looper: &mut Looper,
        out: &mut Output,
    );
}
