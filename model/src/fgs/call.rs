//! What apps and the system ask of the service code: the service part of `IActivityManager` as values.

use serde::{Deserialize, Serialize};

use super::effect::{ConnectionToken, ServiceToken};
use super::pending_intent::{PendingIntentKey, SendOptions};
pub use crate::activity::BackgroundStartPrivileges;
use crate::ids::{ComponentName, UserId};
use crate::notification::Notification;

/// `Service.STOP_FOREGROUND_REMOVE`.
pub const STOP_FOREGROUND_REMOVE: i32 = 1;
/// `Service.STOP_FOREGROUND_DETACH`.
pub const STOP_FOREGROUND_DETACH: i32 = 2;

/// `ServiceInfo.FOREGROUND_SERVICE_TYPE_MANIFEST`: all types of the manifest. Rule: FGS-COMBO-001.
pub const FOREGROUND_SERVICE_TYPE_MANIFEST: i32 = -1;

/// A call of an app or of the app's `ActivityThread`. The caller is never an argument.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(tag = "call", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ServiceCall {
    /// `Context.startService`.
    StartService {
        /// Which.
        service: ComponentName,
        /// The package that calls; `None` stands for Java's `null`.
        calling_package: Option<String>,
        /// The user of the service.
        user: UserId,
    },
    /// `Context.startForegroundService`.
    StartForegroundService {
        /// Which.
        service: ComponentName,
        /// The package that calls; `None` stands for Java's `null`.
        calling_package: Option<String>,
        /// The user of the service.
        user: UserId,
    },
    /// `PendingIntent.getService`, `getForegroundService`. Rule: FGS-START-100.
    CreatePendingIntent {
        /// Its name.
        intent: PendingIntentKey,
        /// Which service it starts.
        service: ComponentName,
        /// `getForegroundService`.
        foreground: bool,
    },
    /// `PendingIntent.send`. Rule: FGS-START-100.
    SendPendingIntent {
        /// Which.
        intent: PendingIntentKey,
        /// What the sender adds.
        #[serde(default)]
        options: SendOptions,
    },
    /// `PendingIntent.cancel`. Rule: FGS-START-100.
    CancelPendingIntent {
        /// Which.
        intent: PendingIntentKey,
    },
    /// `Context.stopService`.
    StopService {
        /// Which.
        service: ComponentName,
        /// The user of the service.
        user: UserId,
    },
    /// `Service.stopSelf`, `stopSelfResult`: `stopServiceToken`.
    StopSelf {
        /// The service that calls.
        service: ServiceToken,
        /// The start it is done with; negative: all.
        start_id: i32,
    },
    /// `Context.bindService`.
    Bind {
        /// Which.
        service: ComponentName,
        /// Bindings with different actions are bound separately.
        action: Option<String>,
        /// The client's connection object; the caller chooses it.
        connection: ConnectionToken,
        /// `Context.BIND_*`.
        flags: u64,
        /// The package that calls; `None` stands for Java's `null`.
        calling_package: Option<String>,
        /// The user of the service.
        user: UserId,
    },
    /// `Context.unbindService`.
    Unbind {
        /// The connection object it was bound with.
        connection: ConnectionToken,
    },
    /// `Service.startForeground`.
    StartForeground {
        /// The service that calls.
        service: ServiceToken,
        /// The notification's id; 0 leaves the foreground. Rule: FGS-START-056.
        id: i32,
        /// The notification; `None` stands for Java's `null`.
        notification: Option<Box<Notification>>,
        /// `FOREGROUND_SERVICE_TYPE_*`; -1: those of the manifest.
        types: i32,
    },
    /// `Service.stopForeground`.
    StopForeground {
        /// The service that calls.
        service: ServiceToken,
        /// `STOP_FOREGROUND_*`. Rule: FGS-STOP-002.
        flags: i32,
    },
    /// `Service.getForegroundServiceType`.
    GetForegroundServiceType {
        /// The service that calls.
        service: ServiceToken,
    },
    /// The client side of `onTimeout` asks whether the timeout still applies. Rule: FGS-SHORT-013.
    ShouldServiceTimeOut {
        /// The service that is about to be told.
        service: ServiceToken,
    },
    /// A callback has returned.
    ServiceDoneExecuting {
        /// Whose callback.
        service: ServiceToken,
        /// Which callback.
        done: ServiceDone,
    },
    /// `onBind` has returned.
    PublishService {
        /// Whose callback.
        service: ServiceToken,
        /// What it was bound with.
        action: Option<String>,
        /// Whether there is a binder; `false` stands for Java's `null`.
        binder: bool,
    },
    /// `onUnbind` has returned.
    UnbindFinished {
        /// Whose callback.
        service: ServiceToken,
        /// What it was bound with.
        action: Option<String>,
        /// `onUnbind` returned `true`: the next client comes with `onRebind`.
        do_rebind: bool,
    },
    /// Wants to hear when foreground services start and stop. Rule: FGS-STOP-064.
    RegisterForegroundServiceObserver {
        /// Names the observer.
        observer: u64,
    },
}

/// Which callback of a service has returned.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(tag = "done", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ServiceDone {
    /// `onCreate`, or `onRebind`: nothing to report.
    Anonymous,
    /// `onStartCommand`, or `onTaskRemoved`.
    Start {
        /// Of which start.
        start_id: i32,
        /// `Service.START_*`. Rule: FGS-START-090.
        result: i32,
    },
    /// `onDestroy`.
    Stop,
}
