//! What the service code of the activity manager has others carry out.

use serde::{Deserialize, Serialize};

use crate::ids::Uid;

/// Names a service record: what the app's `Service` object hands back with each call.
#[derive(
    Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct ServiceToken(pub u64);

/// An effect of the service code.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ServiceEffect {
    /// `onCreate` of a service. One-way.
    CreateService {
        /// The uid that hosts it.
        uid: Uid,
        /// Which service.
        service: ServiceToken,
        /// Its class name.
        class: String,
    },
    /// `onStartCommand` of a service. One-way.
    StartCommand {
        /// The uid that hosts it.
        uid: Uid,
        /// Which service.
        service: ServiceToken,
        /// Counts the starts.
        start_id: i32,
    },
    /// `onTimeout` of a short service. One-way.
    Timeout {
        /// The uid that hosts it.
        uid: Uid,
        /// Which service.
        service: ServiceToken,
        /// The latest start.
        start_id: i32,
    },
    /// `onDestroy` of a service. One-way.
    DestroyService {
        /// The uid that hosts it.
        uid: Uid,
        /// Which service.
        service: ServiceToken,
    },
    /// Reports that an app does not respond.
    Anr {
        /// The uid that does not respond.
        uid: Uid,
        /// What took too long.
        reason: String,
    },
    /// Crashes an app with an exception.
    CrashApp {
        /// Whose process.
        uid: Uid,
        /// The simple name of the exception.
        exception: String,
        /// What it says.
        message: String,
    },
}
