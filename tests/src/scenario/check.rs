//! Compares what is expected of a step with what happened.

use jobwarden_model::effect::{JobEffect, NotificationEffect, ProcessEffect, ServiceEffect};
use jobwarden_model::{Effect, Exception, Reply};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

use super::cast::{job_name, Cast};
use super::expect::Expect;
use super::name;
use crate::adapter::Answer;

/// The reply of the step's action, if it had one.
pub(super) type ReplyRef<'a> = Option<&'a Result<Reply, Exception>>;

/// What happened, by the kinds that scenarios ask about.
#[derive(Default)]
struct Happened {
    started: Vec<String>,
    stopped: BTreeMap<String, String>,
    ended: Vec<String>,
    killed: Vec<String>,
    anr: BTreeMap<String, String>,
    crashed: BTreeMap<String, String>,
    shown: Vec<String>,
    removed: Vec<String>,
}

/// Everything that is not as expected, a line each.
pub(super) fn step(
    expect: &Expect,
    reply: ReplyRef<'_>,
    seen: &[Answer],
    cast: &Cast,
    reasons: bool,
) -> Vec<String> {
    let mut failures = check_reply(expect, reply);
    let happened = happened(seen, cast);
    for (what, expected, found) in [
        ("started", &expect.started, &happened.started),
        ("ended", &expect.ended, &happened.ended),
        ("killed", &expect.killed, &happened.killed),
        ("shown", &expect.shown, &happened.shown),
        ("removed", &expect.removed, &happened.removed),
    ] {
        for missing in expected.iter().filter(|one| !found.contains(one)) {
            failures.push(format!("{what}: {missing} is missing, found {found:?}"));
        }
    }
    for started in expect.not_started.iter().filter(|one| happened.started.contains(one)) {
        failures.push(format!("not-started: {started} was started"));
    }
    for (what, expected, found) in [
        ("stopped", &expect.stopped, &happened.stopped),
        ("anr", &expect.anr, &happened.anr),
        ("crashed", &expect.crashed, &happened.crashed),
    ] {
        for (who, why) in expected {
            match found.get(who) {
                Some(real) if real == why => {}
                other => failures.push(format!("{what}: {who}: expected {why}, got {other:?}")),
            }
        }
    }
    failures.extend(check_effects(expect, seen));
    failures.extend(check_times(expect, seen));
    if reasons {
        let given: BTreeSet<_> =
            seen.iter().flat_map(|answer| &answer.decisions).map(|reason| &reason.rule).collect();
        for rule in expect.because.iter().filter(|rule| !given.contains(rule)) {
            failures.push(format!("because: {rule} did not decide; those that did: {given:?}"));
        }
    }
    failures
}

/// An exception where the step says nothing of one.
pub(super) fn unexpected_exception(reply: ReplyRef<'_>) -> Vec<String> {
    match reply {
        Some(Err(exception)) => {
            vec![format!("{} that nobody expects: {exception}", exception.class_name())]
        }
        Some(Ok(_)) | None => Vec::new(),
    }
}

fn check_reply(expect: &Expect, reply: ReplyRef<'_>) -> Vec<String> {
    let mut failures = Vec::new();
    match (&expect.throws, reply) {
        (None, _) => failures.extend(unexpected_exception(reply)),
        (Some(name), Some(Err(exception))) if exception.class_name() == name => {
            if let Some(part) = &expect.message {
                if !exception.to_string().contains(part.as_str()) {
                    failures.push(format!("message: `{part}` is not in `{exception}`"));
                }
            }
        }
        (Some(name), other) => failures.push(format!("throws: expected {name}, got {other:?}")),
    }
    if let Some(expected) = &expect.returns {
        let found = reply.and_then(|reply| reply.as_ref().ok()).map(value_of);
        let expected = match expected {
            Value::String(text) => name::number(text).map_or_else(|| expected.clone(), Value::from),
            other => other.clone(),
        };
        if found.as_ref() != Some(&expected) {
            failures.push(format!("returns: expected {expected}, got {found:?}"));
        }
    }
    let shell = reply.and_then(|reply| match reply {
        Ok(Reply::Shell { exit_code, output }) => Some((*exit_code, output.as_str())),
        Ok(_) | Err(_) => None,
    });
    if let Some(expected) = expect.exit_code {
        if shell.map(|(code, _)| code) != Some(expected) {
            failures.push(format!("exit-code: expected {expected}, got {shell:?}"));
        }
    }
    if let Some(part) = &expect.prints {
        if !shell.is_some_and(|(_, output)| output.contains(part.as_str())) {
            failures.push(format!("prints: `{part}` is missing, got {shell:?}"));
        }
    }
    failures
}

/// The plain value of a reply.
fn value_of(reply: &Reply) -> Value {
    let json = serde_json::to_value(reply).unwrap_or_default();
    json.get("value").cloned().unwrap_or_default()
}

fn check_effects(expect: &Expect, seen: &[Answer]) -> Vec<String> {
    let all: Vec<Value> =
        effects(seen).map(|(_, effect)| serde_json::to_value(effect).unwrap_or_default()).collect();
    let mut failures = Vec::new();
    let mut rest = all.as_slice();
    for wanted in &expect.effects {
        match rest.iter().position(|effect| matches(wanted, effect)) {
            Some(index) => rest = &rest[index + 1..],
            None => failures.push(format!("effects: none matches {}", json(wanted))),
        }
    }
    for unwanted in &expect.no_effects {
        if let Some(found) = all.iter().find(|effect| matches(unwanted, effect)) {
            failures.push(format!("no-effects: {} matches {found}", json(unwanted)));
        }
    }
    failures
}

fn json(pattern: &BTreeMap<String, Value>) -> String {
    serde_json::to_string(pattern).unwrap_or_default()
}

/// Every member named is there with that value; nested mappings likewise.
fn matches(pattern: &BTreeMap<String, Value>, effect: &Value) -> bool {
    pattern.iter().all(|(key, wanted)| effect.get(key).is_some_and(|found| covers(wanted, found)))
}

fn covers(wanted: &Value, found: &Value) -> bool {
    match (wanted, found) {
        (Value::Object(wanted), Value::Object(found)) => wanted
            .iter()
            .all(|(key, wanted)| found.get(key).is_some_and(|found| covers(wanted, found))),
        (Value::String(text), Value::Number(number)) => {
            name::number(text).map(Value::from) == Some(Value::Number(number.clone()))
        }
        (wanted, found) => wanted == found,
    }
}

fn check_times(expect: &Expect, seen: &[Answer]) -> Vec<String> {
    let mut failures = Vec::new();
    let first = effects(seen).map(|(at, _)| at).next();
    if expect.nothing == Some(true) {
        if let Some((at, effect)) = effects(seen).next() {
            failures.push(format!("nothing: at {at} ms there was {effect:?}"));
        }
    }
    if let Some(until) = expect.nothing_until {
        if first.is_some_and(|at| at < until.0) {
            failures.push(format!("nothing-until: something happened at {first:?} ms"));
        }
    }
    if let Some(at) = expect.first_at {
        if first != Some(at.0) {
            failures.push(format!("first-at: expected {} ms, got {first:?}", at.0));
        }
    }
    failures
}

/// What someone outside could notice: book-keeping between model and service is left out.
fn effects(seen: &[Answer]) -> impl Iterator<Item = (i64, &Effect)> {
    seen.iter()
        .flat_map(|answer| answer.effects.iter().map(move |effect| (answer.at, effect)))
        .filter(|(_, effect)| {
            !matches!(effect, Effect::Job(JobEffect::JobsActive { .. } | JobEffect::Persist { .. }))
        })
}

fn happened(seen: &[Answer], cast: &Cast) -> Happened {
    let mut happened = Happened::default();
    let package = |uid| cast.package_of(uid).unwrap_or("?").to_owned();
    for (_, effect) in effects(seen) {
        match effect {
            Effect::Job(JobEffect::StartJob { parameters, .. }) => {
                happened.started.push(job_name(
                    &parameters.service.package,
                    parameters.namespace.as_deref(),
                    parameters.job_id,
                ));
            }
            Effect::Job(JobEffect::StopJob { parameters, .. }) => {
                let job = job_name(
                    &parameters.service.package,
                    parameters.namespace.as_deref(),
                    parameters.job_id,
                );
                happened.stopped.insert(job, name::stop_reason(parameters.stop_reason));
            }
            Effect::Job(JobEffect::Unbind { token, .. }) => {
                happened.ended.extend(cast.job_of(*token).map(str::to_owned));
            }
            Effect::Job(JobEffect::Anr { uid, what, .. }) => {
                let what = serde_json::to_value(what).unwrap_or_default();
                happened.anr.insert(package(*uid), what.as_str().unwrap_or("?").to_owned());
            }
            Effect::Process(ProcessEffect::KillProcess { uid, .. }) => {
                happened.killed.push(package(*uid));
            }
            Effect::Service(ServiceEffect::Anr { uid, kind, .. }) => {
                let kind = serde_json::to_value(kind).unwrap_or_default();
                happened.anr.insert(package(*uid), kind.as_str().unwrap_or("?").to_owned());
            }
            Effect::Service(ServiceEffect::CrashApp { uid, exception, .. })
            | Effect::Notification(NotificationEffect::CrashApp { uid, exception }) => {
                happened.crashed.insert(package(*uid), exception.clone());
            }
            Effect::Notification(NotificationEffect::Show { package, id, .. }) => {
                happened.shown.push(format!("{package}/{id}"));
            }
            Effect::Notification(NotificationEffect::Remove { package, id, .. }) => {
                happened.removed.push(format!("{package}/{id}"));
            }
            Effect::Job(_) | Effect::Service(_) | Effect::Process(_) => {}
        }
    }
    happened
}

/// What happened, a line each: when, effects and the reasons behind them.
pub(super) fn story(seen: &[Answer]) -> Vec<String> {
    let mut lines = Vec::new();
    for answer in seen {
        for reason in &answer.decisions {
            lines.push(format!("{} ms  because {}", answer.at, reason.text));
        }
        for effect in &answer.effects {
            let json = serde_json::to_string(effect).unwrap_or_default();
            lines.push(format!("{} ms  {json}", answer.at));
        }
    }
    lines
}
