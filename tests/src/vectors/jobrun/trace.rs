//! What a turn of the slots did, as the slice records it.

use jobwarden_model::effect::Effect;
use jobwarden_model::job::effect::JobEffect;
use jobwarden_model::job::execution::{bind_flags, Completed, UserInitiatedNotifications};
use jobwarden_model::job::info::JobParameters;
use jobwarden_model::job::{InternalStopReason, Posted, SlotId, StopReason};
use jobwarden_model::looper;
use jobwarden_model::{Elapsed, Looper, Output};
use serde_json::{json, Map, Value};

use super::host::World;

/// Names of bind flags in the order of JOB-RUN-014.
const FLAG_NAMES: &[(u64, &str)] = &[
    (bind_flags::AUTO_CREATE, "AUTO_CREATE"),
    (bind_flags::NOT_FOREGROUND, "NOT_FOREGROUND"),
    (bind_flags::NOT_PERCEPTIBLE, "NOT_PERCEPTIBLE"),
    (bind_flags::ALMOST_PERCEPTIBLE, "ALMOST_PERCEPTIBLE"),
    (bind_flags::BYPASS_POWER_NETWORK_RESTRICTIONS, "BYPASS_POWER_NETWORK_RESTRICTIONS"),
    (bind_flags::BYPASS_USER_NETWORK_RESTRICTIONS, "BYPASS_USER_NETWORK_RESTRICTIONS"),
    (bind_flags::NOT_APP_COMPONENT_USAGE, "NOT_APP_COMPONENT_USAGE"),
];

/// Everything a turn did, in order: effects and calls of neighbours, messages to observers, the end.
pub(super) fn events(
    slot: SlotId,
    out: &Output,
    looper: &mut Looper,
    world: &mut World,
    completed: Option<Completed>,
) -> Result<Vec<Value>, String> {
    let mut events = Vec::new();
    let mut calls = std::mem::take(&mut world.calls).into_iter().peekable();
    for (index, effect) in out.effects.iter().enumerate() {
        while let Some((_, call)) = calls.next_if(|&(position, _)| position <= index) {
            events.push(call);
        }
        events.push(of_effect(slot, effect)?);
    }
    events.extend(calls.map(|(_, call)| call));
    while let Some(posted) = looper.pop_posted() {
        match posted {
            looper::Posted::Job(Posted::InformObserversOfUserVisibleJobChange {
                summary,
                running,
            }) => {
                events.push(json!(["userVisibleJob", slot, summary.job_id, running]));
            }
            other => return Err(format!("unexpected message {other:?}")),
        }
    }
    if let Some(end) = completed {
        events.push(json!([
            "completed",
            end.slot,
            end.record,
            StopReason::from_code(end.stop_reason),
            InternalStopReason::from_code(end.internal_stop_reason),
            end.wants_reschedule
        ]));
    }
    Ok(events)
}

/// An event with the time in front.
pub(super) fn at(now: Elapsed, event: Value) -> Value {
    match event {
        Value::Array(mut members) => {
            members.insert(0, json!(now));
            Value::Array(members)
        }
        other => other,
    }
}

pub(in crate::vectors) fn of_effect(slot: SlotId, effect: &Effect) -> Result<Value, String> {
    let Effect::Job(effect) = effect else {
        return Err(format!("unexpected effect {effect:?}"));
    };
    Ok(match effect {
        JobEffect::WakeLockAcquire { slot, uid } => json!(["wakeLockAcquire", slot, uid]),
        JobEffect::WakeLockRelease { slot } => json!(["wakeLockRelease", slot]),
        JobEffect::Bind { slot, uid, flags, .. } => bind(*slot, *flags, uid.user().0),
        JobEffect::Unbind { slot, .. } => json!(["unbind", slot]),
        JobEffect::StartJob { parameters, .. } => json!(["startJob", slot, start(parameters)]),
        JobEffect::StopJob { parameters, .. } => json!([
            "stopJob",
            slot,
            StopReason::from_code(parameters.stop_reason),
            InternalStopReason::from_code(parameters.internal_stop_reason)
        ]),
        JobEffect::NetworkChanged { parameters, .. } => {
            json!(["onNetworkChanged", slot, parameters.network])
        }
        JobEffect::Anr { uid, process, what } => json!(["anr", slot, what, process, uid]),
        other => return Err(format!("unexpected effect {other:?}")),
    })
}

/// The bind call.
pub(super) fn bind(slot: SlotId, flags: u64, user: u32) -> Value {
    let names: Vec<_> =
        FLAG_NAMES.iter().filter(|(bit, _)| flags & bit != 0).map(|(_, name)| name).collect();
    json!(["bind", slot, names, user])
}

fn start(parameters: &JobParameters) -> Value {
    let mut told = Map::new();
    told.insert("job".to_owned(), json!(parameters.job_id));
    let flags = [
        ("deadlineExpired", parameters.deadline_expired),
        ("expedited", parameters.expedited),
        ("userInitiated", parameters.user_initiated),
    ];
    for (name, _) in flags.iter().filter(|(_, set)| *set) {
        told.insert((*name).to_owned(), json!(true));
    }
    if let Some(network) = parameters.network {
        told.insert("network".to_owned(), json!(network));
    }
    if let Some(namespace) = &parameters.namespace {
        told.insert("namespace".to_owned(), json!(namespace));
    }
    if parameters.stop_reason != StopReason::Undefined.code() {
        let reason = StopReason::from_code(parameters.stop_reason);
        told.insert("stopReason".to_owned(), json!(reason));
    }
    Value::Object(told)
}

/// Ids and channels of user-initiated jobs, by user and package.
pub(super) fn user_initiated(tables: &UserInitiatedNotifications) -> Value {
    let apps = tables.iter().map(|(user, package, ids, channels)| {
        (format!("{user}/{package}"), json!({ "ids": ids, "channels": channels }))
    });
    Value::Object(apps.collect())
}
