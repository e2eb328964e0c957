//! What the service code of the activity manager has others carry out.

use serde::{Deserialize, Serialize};

use super::reason::ReasonCode;
use crate::ids::{ComponentName, Uid, UserId};

/// Names a service record: what the app's `Service` object hands back with each call.
#[derive(
    Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct ServiceToken(pub u64);

/// Names a client's connection object (`IServiceConnection`).
#[derive(
    Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct ConnectionToken(pub u64);

/// An effect of the service code.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ServiceEffect {
    /// `onCreate` of a service. One-way; answered by `ServiceDoneExecuting`.
    CreateService {
        /// The uid that hosts it.
        uid: Uid,
        /// The process that hosts it.
        #[serde(default)]
        process: String,
        /// Which service.
        service: ServiceToken,
        /// Its class name.
        class: String,
    },
    /// `onStartCommand` of a service. One-way; answered by `ServiceDoneExecuting`.
    StartCommand {
        /// The uid that hosts it.
        uid: Uid,
        /// The process that hosts it.
        #[serde(default)]
        process: String,
        /// Which service.
        service: ServiceToken,
        /// Counts the starts.
        start_id: i32,
        /// `Service.START_FLAG_*`.
        flags: i32,
        /// The start has no intent: the service is started again after its process died.
        null_intent: bool,
    },
    /// `onTaskRemoved` of a service. One-way; answered by `ServiceDoneExecuting`.
    TaskRemoved {
        /// The uid that hosts it.
        uid: Uid,
        /// The process that hosts it.
        #[serde(default)]
        process: String,
        /// Which service.
        service: ServiceToken,
        /// The latest start.
        start_id: i32,
    },
    /// `onBind`, or `onRebind`, of a service. One-way; answered by `PublishService`, or by
    /// `ServiceDoneExecuting` for `onRebind`.
    BindService {
        /// The uid that hosts it.
        uid: Uid,
        /// The process that hosts it.
        #[serde(default)]
        process: String,
        /// Which service.
        service: ServiceToken,
        /// What it is bound with.
        action: Option<String>,
        /// `onRebind`.
        rebind: bool,
    },
    /// `onUnbind` of a service. One-way; answered by `UnbindFinished`.
    UnbindService {
        /// The uid that hosts it.
        uid: Uid,
        /// The process that hosts it.
        #[serde(default)]
        process: String,
        /// Which service.
        service: ServiceToken,
        /// What it was bound with.
        action: Option<String>,
    },
    /// `onTimeout` of a short service. One-way.
    Timeout {
        /// The uid that hosts it.
        uid: Uid,
        /// The process that hosts it.
        #[serde(default)]
        process: String,
        /// Which service.
        service: ServiceToken,
        /// The latest start at the latest `startForeground`.
        start_id: i32,
    },
    /// `onDestroy` of a service. One-way; answered by `ServiceDoneExecuting`.
    DestroyService {
        /// The uid that hosts it.
        uid: Uid,
        /// The process that hosts it.
        #[serde(default)]
        process: String,
        /// Which service.
        service: ServiceToken,
    },
    /// `IServiceConnection.connected` of a client. One-way.
    Connected {
        /// Whose connection.
        client: Uid,
        /// Of which process; empty if that is gone.
        #[serde(default)]
        process: String,
        /// Which connection.
        connection: ConnectionToken,
        /// The service.
        component: ComponentName,
        /// Whose binder it is handed; `None`: none.
        service: Option<ServiceToken>,
        /// The service is gone.
        dead: bool,
    },
    /// Reports that an app does not respond.
    Anr {
        /// The uid that does not respond.
        uid: Uid,
        /// The process that does not respond.
        process: String,
        /// `TimeoutRecord.TimeoutKind`.
        kind: TimeoutKind,
        /// What took too long.
        reason: String,
    },
    /// Crashes an app with an exception.
    CrashApp {
        /// Whose process.
        uid: Uid,
        /// Which process.
        process: String,
        /// The simple name of the exception.
        exception: String,
        /// What it says.
        message: String,
        /// The process is killed if it does not crash by itself within 5000 ms. Rule: FGS-EXC-061.
        forced: bool,
    },
    /// A service entered or left the foreground state, or was refused it.
    ForegroundServiceState {
        /// Which service.
        component: ComponentName,
        /// Whose.
        uid: Uid,
        /// What happened.
        change: ForegroundServiceChange,
    },
    /// Tells an observer of foreground services.
    ForegroundServiceObserver {
        /// Names the observer.
        observer: u64,
        /// Which service.
        service: ServiceToken,
        /// Its package.
        package: String,
        /// Its user.
        user: UserId,
        /// It is in the foreground state.
        foreground: bool,
    },
    /// Reports a usage event.
    UsageEvent {
        /// Of which package.
        package: String,
        /// The class, where the event concerns one.
        class: Option<String>,
        /// Of which user.
        user: UserId,
        /// `UsageEvents.Event.*`.
        event: i32,
    },
    /// Takes a package out of the stopped state. Rule: FGS-START-097.
    PackageUnstopped {
        /// Which package.
        package: String,
        /// For which user.
        user: UserId,
    },
    /// Launches the screen for a permission review. Rule: FGS-START-023.
    ReviewPermissions {
        /// Of which package.
        package: String,
        /// For which user.
        user: UserId,
    },
    /// The app op START_FOREGROUND starts or ends for an app. Rule: FGS-START-025.
    StartForegroundOp {
        /// Of which package.
        package: String,
        /// Whose.
        uid: Uid,
        /// Starts, or ends.
        active: bool,
    },
    /// Tells the one who asked for a delegate. Rules: FGS-START-098, FGS-START-099.
    Delegate {
        /// Names the connection.
        connection: u64,
        /// The name of the delegate.
        component: ComponentName,
        /// Connected, or disconnected.
        connected: bool,
    },
}

/// `TimeoutRecord.TimeoutKind`: what an app took too long for.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TimeoutKind {
    /// 4: `startForeground` did not follow `startForegroundService`. Rule: FGS-START-075.
    ServiceStart,
    /// 5: a service callback. Rule: FGS-START-096.
    ServiceExec,
    /// 8: a short service did not stop. Rule: FGS-SHORT-016.
    ShortFgsTimeout,
}

/// What happened to the foreground state of a service.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "SCREAMING_SNAKE_CASE", rename_all_fields = "camelCase")]
pub enum ForegroundServiceChange {
    /// It entered the foreground state.
    Enter {
        /// The reduced mask of its types.
        types: i32,
        /// Why it may.
        reason: ReasonCode,
        /// While-in-use access.
        while_in_use: bool,
        /// The last code of the type policy. Rule: FGS-COMBO-030.
        type_check: i32,
    },
    /// It left the foreground state.
    Exit {
        /// Milliseconds of uptime since it entered.
        duration: i64,
        /// What made it leave.
        cause: FgsStopReason,
    },
    /// `startForeground` or `startForegroundService` was refused.
    Denied {
        /// The mask of its types before the call, which is none of those it asked for; 0: it had none.
        types: i32,
        /// The code of the type policy; 0 if something else refused. Rule: FGS-COMBO-030.
        type_check: i32,
    },
    /// A short service has run for its time.
    TimedOut {
        /// Milliseconds of uptime since it entered.
        duration: i64,
    },
}

/// What made a service leave the foreground state.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FgsStopReason {
    /// `stopForeground`, or the system in its place.
    StopForeground,
    /// It was brought down.
    StopService,
}
