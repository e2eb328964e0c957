//! What apps ask of the activity manager about services, as values.

use serde::{Deserialize, Serialize};

use super::effect::ServiceToken;
use crate::ids::{ComponentName, UserId};
use crate::notification::Notification;

/// A call about services. The caller is never an argument.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(tag = "call", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ServiceCall {
    /// `Context.startService`.
    StartService {
        /// Which service.
        service: ComponentName,
        /// In which user.
        user: UserId,
    },
    /// `Context.startForegroundService`.
    StartForegroundService {
        /// Which service.
        service: ComponentName,
        /// In which user.
        user: UserId,
    },
    /// `Context.stopService`.
    StopService {
        /// Which service.
        service: ComponentName,
        /// In which user.
        user: UserId,
    },
    /// `Service.stopSelf` and `stopSelfResult`.
    StopSelf {
        /// As handed to the app with `onCreate`.
        service: ServiceToken,
        /// Of the start that is done; -1: all.
        start_id: i32,
    },
    /// `Context.bindService`.
    Bind {
        /// Which service.
        service: ComponentName,
        /// In which user.
        user: UserId,
        /// Names the connection; the caller chooses it.
        connection: u64,
        /// `Context.BIND_*`.
        flags: u64,
    },
    /// `Context.unbindService`.
    Unbind {
        /// As given to the bind.
        connection: u64,
    },
    /// `Service.startForeground`.
    StartForeground {
        /// As handed to the app with `onCreate`.
        service: ServiceToken,
        /// Of the notification.
        id: i32,
        /// `None` stands for Java's `null`.
        notification: Option<Box<Notification>>,
        /// A mask of types; -1: those of the manifest.
        types: i32,
    },
    /// `Service.stopForeground`.
    StopForeground {
        /// As handed to the app with `onCreate`.
        service: ServiceToken,
        /// 1 removes the notification, 2 detaches it, 0 neither.
        flags: i32,
    },
    /// `Service.getForegroundServiceType`.
    GetForegroundServiceType {
        /// As handed to the app with `onCreate`.
        service: ServiceToken,
    },
    /// `onCreate`, `onBind` or `onDestroy` returned.
    DoneExecuting {
        /// As handed to the app with `onCreate`.
        service: ServiceToken,
    },
    /// `onStartCommand` returned.
    StartCommandDone {
        /// As handed to the app with `onCreate`.
        service: ServiceToken,
        /// Which start.
        start_id: i32,
        /// `Service.START_*`.
        result: i32,
    },
}
