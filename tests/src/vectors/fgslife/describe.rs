//! The state of services, timers and processes in the form of the recordings.

use jobwarden_model::fgs::types::ForegroundServiceType;
use jobwarden_model::fgs::{Message, ServiceRecord};
use jobwarden_model::looper;
use jobwarden_model::process::{Capabilities, ProcessRecord};
use serde_json::{json, Map, Value};

use super::system::state_name;

/// The types of a mask, lowest bit first.
pub(in crate::vectors) fn types(mask: ForegroundServiceType) -> Vec<&'static str> {
    (0..32)
        .map(|bit| ForegroundServiceType(1_i32.wrapping_shl(bit)))
        .filter(|one| mask.0 & one.0 != 0)
        .map(ForegroundServiceType::label)
        .collect()
}

pub(super) fn service(record: &ServiceRecord) -> Value {
    let mut members = Map::new();
    let mut flag = |name: &str, value: bool| {
        if value {
            members.insert(name.to_owned(), json!(true));
        }
    };
    flag("started", record.start_requested());
    flag("owesStartForeground", record.fg_required());
    flag("allowWhileInUsePermissionInFgs", record.allow_while_in_use());
    if record.is_foreground() {
        members.insert("foreground".to_owned(), json!(types(record.foreground_service_type())));
    }
    if record.foreground_id() != 0 {
        members.insert("notificationId".to_owned(), json!(record.foreground_id()));
    }
    let reason = record.allow_start_foreground();
    if !reason.is_denied() {
        members.insert("allowStartForegroundReason".to_owned(), json!(reason.name()));
    }
    if record.app().is_none() {
        members.insert("process".to_owned(), json!(false));
    }
    Value::Object(members)
}

pub(super) fn process(record: &ProcessRecord) -> Value {
    let named = [
        (Capabilities::BFSL, "BFSL"),
        (Capabilities::FOREGROUND_LOCATION, "LOCATION"),
        (Capabilities::FOREGROUND_CAMERA, "CAMERA"),
        (Capabilities::FOREGROUND_MICROPHONE, "MICROPHONE"),
    ];
    let held = record.capabilities();
    let mut members = vec![state_name(record.set_proc_state())];
    members.extend(named.iter().filter(|(bit, _)| held.contains(*bit)).map(|(_, name)| *name));
    json!(members)
}

/// The kind of a timer and its service, for those that are recorded.
pub(super) fn timer(
    message: &looper::Message,
) -> Option<(&'static str, Option<jobwarden_model::fgs::effect::ServiceToken>)> {
    let looper::Message::Service(message) = message else { return None };
    match message {
        Message::StartForegroundTimeout { service } => Some(("startForeground", Some(*service))),
        Message::StartForegroundAnr { .. } => Some(("startForegroundAnr", None)),
        Message::ShortFgsTimeout { service } => Some(("shortService", Some(*service))),
        Message::ShortFgsDemotion { service } => Some(("shortServiceDemotion", Some(*service))),
        Message::ShortFgsAnr { service } => Some(("shortServiceAnr", Some(*service))),
        Message::ServiceTimeout { .. }
        | Message::Restart { .. }
        | Message::BackgroundStartTimeout { .. }
        | Message::DeferredNotifications { .. }
        | Message::UpdateForegroundApps { .. } => None,
    }
}
