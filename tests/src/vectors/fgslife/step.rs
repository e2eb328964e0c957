//! What a step asks of the service code, and how its result is written down.

use jobwarden_model::fgs::call::ServiceCall;
use jobwarden_model::fgs::effect::{ConnectionToken, ServiceToken};
use jobwarden_model::fgs::types::ForegroundServiceType;
use jobwarden_model::notification::Notification;
use jobwarden_model::{ComponentName, Exception, Reply, UserId};
use serde_json::{json, Value};

use super::system::{APP_NAME, CHANNEL, CLIENT_NAME};

pub(in crate::vectors) const USER: UserId = UserId(0);
/// `Context.BIND_AUTO_CREATE`.
const BIND_AUTO_CREATE: u64 = 1;

/// What `onStartCommand` returns.
pub(in crate::vectors) fn start_result(name: &str) -> Result<i32, String> {
    Ok(match name {
        "STICKY_COMPATIBILITY" => 0,
        "STICKY" => 1,
        "NOT_STICKY" => 2,
        "REDELIVER_INTENT" => 3,
        other => return Err(format!("unknown result {other}")),
    })
}

/// `startService`, `startForegroundService` or `stopService`, by the package of that name.
pub(in crate::vectors) fn start_or_stop(kind: &str, service: &str, by: &str) -> ServiceCall {
    let service = ComponentName::new(APP_NAME, service);
    let calling_package = Some(by.to_owned());
    match kind {
        "startService" => ServiceCall::StartService { service, calling_package, user: USER },
        "startForegroundService" => {
            ServiceCall::StartForegroundService { service, calling_package, user: USER }
        }
        _ => ServiceCall::StopService { service, user: USER },
    }
}

/// The client binds a service.
pub(in crate::vectors) fn bind(service: &str, connection: ConnectionToken) -> ServiceCall {
    ServiceCall::Bind {
        service: ComponentName::new(APP_NAME, service),
        action: None,
        connection,
        flags: BIND_AUTO_CREATE,
        calling_package: Some(CLIENT_NAME.to_owned()),
        user: USER,
    }
}

/// `startForeground` of a service that is not known yet.
pub(in crate::vectors) fn start_foreground(
    step: &[Value],
) -> Result<impl FnOnce(ServiceToken) -> ServiceCall, String> {
    let types = match step.get(2) {
        Some(Value::String(_)) => ForegroundServiceType::MANIFEST,
        Some(Value::Array(list)) => {
            let keywords: Vec<_> = list.iter().filter_map(Value::as_str).collect();
            ForegroundServiceType::from_manifest_attribute(&keywords.join("|"))
                .map_err(|error| error.to_string())?
        }
        _ => return Err("no types".to_owned()),
    };
    let options = step.get(3);
    let id = options.and_then(|it| it.get("id")).and_then(Value::as_i64).unwrap_or(1);
    let notification = match options.and_then(|it| it.get("notification")) {
        None => Some(plain_notification()),
        Some(Value::Null) => None,
        Some(kind) => Some(notification(kind.as_str().unwrap_or_default())?),
    };
    Ok(move |service| ServiceCall::StartForeground {
        service,
        id: id as i32,
        notification: notification.map(Box::new),
        types: types.0,
    })
}

/// `stopForeground` of a service that is not known yet.
pub(in crate::vectors) fn stop_foreground(
    step: &[Value],
) -> impl FnOnce(ServiceToken) -> ServiceCall {
    let flags = match step.get(2).and_then(Value::as_str) {
        Some("REMOVE") => 1,
        Some("DETACH") => 2,
        _ => 0,
    };
    move |service| ServiceCall::StopForeground { service, flags }
}

/// `stopSelf` of a service that is not known yet.
pub(in crate::vectors) fn stop_self(step: &[Value]) -> impl FnOnce(ServiceToken) -> ServiceCall {
    let start_id = step.get(2).and_then(Value::as_i64).unwrap_or(-1) as i32;
    move |service| ServiceCall::StopSelf { service, start_id }
}

/// The member `result` for what came of a call.
pub(in crate::vectors) fn result(outcome: &Result<Reply, Exception>) -> Option<Value> {
    match outcome {
        Err(exception) => Some(json!(exception.class_name())),
        Ok(Reply::Component(None)) => Some(json!("null")),
        Ok(Reply::Component(Some(component))) => match &*component.package {
            special @ ("?" | "!" | "!!") => Some(json!(special)),
            _ => None,
        },
        Ok(Reply::Int(0)) => Some(json!(0)),
        Ok(Reply::Boolean(false)) => Some(json!("false")),
        Ok(_) => None,
    }
}

pub(in crate::vectors) fn plain_notification() -> Notification {
    Notification { channel: CHANNEL.to_owned(), small_icon: true, ..Default::default() }
}

fn notification(kind: &str) -> Result<Notification, String> {
    let mut it = plain_notification();
    match kind {
        "immediate" => it.foreground_service_behavior = 1,
        "deferred" => it.foreground_service_behavior = 2,
        "call" | "navigation" => it.category = Some(kind.to_owned()),
        "action" => it.actions = 1,
        "media" => it.media_style = true,
        "deferredWithAction" => {
            it.foreground_service_behavior = 2;
            it.actions = 1;
        }
        "badChannel" => it.channel = "unknown".to_owned(),
        other => return Err(format!("unknown notification {other}")),
    }
    Ok(it)
}
