//! Instants and the records of decisions, as the wire has them.

use jobwarden_aidl::aidl::dev::jobwarden::{Decision, Instant, TrailEntry};
use jobwarden_aidl::binder::Status;
use jobwarden_model::{Now, Reply};

use super::status::{illegal_argument, illegal_state, unsupported};
use crate::traced::Trace;
use crate::warden::VirtualTimeError;

pub(super) fn time_error(error: &VirtualTimeError) -> Status {
    match error {
        VirtualTimeError::Real => unsupported(&error.to_string()),
        VirtualTimeError::Backwards(_) => illegal_argument(&error.to_string()),
        VirtualTimeError::Refused(_) => illegal_state(&error.to_string()),
    }
}

pub(super) fn instant(now: Now) -> Instant::Instant {
    Instant::Instant {
        elapsed: now.elapsed.millis(),
        uptime: now.uptime.millis(),
        wall: now.wall.millis(),
    }
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|error| format!("{{\"unwritable\":\"{error}\"}}"))
}

pub(super) fn reply_json(reply: &Result<Reply, jobwarden_model::Exception>) -> String {
    match reply {
        Ok(reply) => json(reply),
        Err(exception) => json(exception),
    }
}

pub(super) fn trail_entry(trace: &Trace) -> TrailEntry::TrailEntry {
    let decision = |decision: &jobwarden_model::Decision| Decision::Decision {
        rule: decision.rule.id.to_owned(),
        verdict: decision.verdict.to_owned(),
        facts: decision.facts.iter().map(|(name, value)| format!("{name}={value}")).collect(),
    };
    TrailEntry::TrailEntry {
        sequence: i64::try_from(trace.sequence).unwrap_or(i64::MAX),
        at: instant(trace.now),
        input: json(&trace.input),
        reply: trace.reply.as_ref().map(reply_json),
        effects: trace.effects.iter().map(json).collect(),
        decisions: trace.decisions.iter().map(decision).collect(),
    }
}
