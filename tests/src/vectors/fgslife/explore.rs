//! Every order of starts, bindings, changes of type, visibility, deaths and time on one short service.
//! (The contract of `startForegroundService` has a state table of its own, FGS-START-082.)
//!
//! A small world, searched to the end: two states are one if the service, its timers from now on, its
//! process and what is remembered of the app's visibility are the same. In each of them the statements of
//! FGS-SHORT must hold; and each state of FGS-SHORT-030 must occur, so that nothing holds because
//! nothing happens.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::{json, Value};

use super::input::Input;
use super::run::Run;

/// What can happen at any time; time itself comes on top.
fn actions() -> Vec<Vec<Value>> {
    let steps = [
        json!(["startService", "s"]),
        json!(["startForeground", "s", ["shortService"]]),
        json!(["startForeground", "s", ["dataSync"]]),
        json!(["stopForeground", "s", "LEGACY"]),
        json!(["stopSelf", "s"]),
        json!(["bind", "s"]),
        json!(["unbind", "s"]),
        json!(["app", "top"]),
        json!(["app", "background"]),
        json!(["processDies"]),
    ];
    steps.into_iter().filter_map(|step| step.as_array().cloned()).collect()
}

/// A state, and what of the past is needed to tell it from others.
#[derive(Clone)]
struct Node {
    run: Run,
    top: bool,
    /// Milliseconds since the app left the screen, as far as the visibility grace lasts.
    hidden: i64,
    /// Its process died while it was short and bound: its tracking stays, timers may be spent, and
    /// both count again once it is started (FGS-SHORT-050).
    revived: bool,
}

/// What of a state is looked at.
struct View {
    service: Value,
    process: Vec<String>,
    /// Kinds of timers with the time to go.
    timers: BTreeMap<String, i64>,
    /// Since when it is tracked as a short service.
    tracked: Option<i64>,
}

impl Node {
    fn view(&self) -> View {
        let timers = self.run.pending();
        let (service, process, tracked) = self.run.look("s");
        View { service, process, timers, tracked }
    }

    fn key(&self) -> String {
        let view = self.view();
        let tracked = view.tracked.map(|millis| millis.min(190_001));
        let hidden = self.hidden.min(5_000);
        let age = self.run.age("s").map(|millis| millis > 10_000);
        let bound = self.run.is_bound("s");
        let (service, process, timers) = (view.service, view.process, view.timers);
        json!([service, process, timers, tracked, hidden, age, bound, self.top, self.revived])
            .to_string()
    }

    fn after(&self, step: &[Value]) -> (Self, Value) {
        let mut next = self.clone();
        let entry = next.run.step(step).expect("a valid step");
        match (step[0].as_str(), step.get(1).and_then(Value::as_str)) {
            (Some("app"), Some("top")) => (next.top, next.hidden) = (true, 5_000),
            (Some("app"), _) if self.top => (next.top, next.hidden) = (false, 0),
            (Some("processDies"), _) => (next.top, next.hidden) = (false, 5_000),
            (Some("advance"), _) => {
                let millis = step[1].as_i64().expect("a time");
                next.hidden = (self.hidden + millis).min(5_000);
            }
            _ => {}
        }
        let (before, after) = (self.view(), next.view());
        if step[0] == json!("processDies") && before.tracked.is_some() {
            next.revived = !after.service.is_null();
        } else if after.service.is_null()
            || (after.tracked == Some(0) && after.timers.get("shortService") == Some(&180_000))
        {
            next.revived = false;
        }
        (next, entry)
    }

    /// To the next timer of the service, to just behind a demotion, to the end of the visibility grace.
    fn moments(&self) -> Vec<i64> {
        let next = self.run.pending().into_values().filter(|millis| *millis > 0).min();
        let demoted = (self.view().tracked == Some(185_000)).then_some(1);
        let grace = (self.hidden == 0).then_some(5_000);
        next.into_iter().chain(demoted).chain(grace).collect()
    }
}

/// The state of FGS-SHORT-030 that a view shows.
fn state(view: &View) -> &'static str {
    let types = &view.service["foreground"];
    if types.is_null() {
        "N"
    } else if *types != json!(["shortService"]) {
        "R"
    } else {
        match view.tracked {
            None => "remnant",
            Some(..180_000) => "A",
            Some(180_000..=185_000) => "T",
            Some(185_001..190_000) => "D",
            Some(_) => "X",
        }
    }
}

/// The statements of the chapter.
fn check(node: &Node, view: &View) {
    let timer = |kind: &str| view.timers.get(kind).copied();
    let context = || format!("{} {:?} {:?}", view.service, view.timers, view.tracked);
    if let Some(since) = view.tracked.filter(|_| !node.revived) {
        // FGS-SHORT-004, FGS-SHORT-012: which timers run follows from the time alone.
        let expected = |at: i64, from: i64| (since < at && since >= from).then_some(at - since);
        assert_eq!(timer("shortService"), expected(180_000, 0), "{}", context());
        assert_eq!(timer("shortServiceDemotion"), expected(185_000, 180_000), "{}", context());
        assert_eq!(timer("shortServiceAnr"), expected(190_000, 180_000), "{}", context());
    }
    let only_short = view.service["foreground"] == json!(["shortService"])
        && view.service["owesStartForeground"].is_null();
    let alone = !node.top && !node.run.is_bound("s");
    if only_short && alone && !view.process.is_empty() {
        // FGS-BG-042, FGS-SHORT-015: never the right to start others; no state once demoted.
        assert!(!view.process.contains(&"BFSL".to_owned()), "{}", context());
        let demoted = view.tracked.is_none_or(|since| since > 185_000);
        assert_eq!(view.process[0] != "FOREGROUND_SERVICE", demoted, "{}", context());
    }
    if view.service["foreground"] == json!(["dataSync"]) && !view.process.is_empty() {
        assert!(view.process.contains(&"BFSL".to_owned()), "{}", context());
        assert_eq!(timer("shortService").or(timer("shortServiceAnr")), None, "{}", context());
    }
}

/// What must hold from one state to the next.
fn check_step(before: &View, step: &[Value], entry: &Value, after: &View) {
    let short = |view: &View| view.service["foreground"] == json!(["shortService"]);
    let (kind, result) = (step[0].as_str().unwrap_or_default(), entry["result"].as_str());
    if short(before) && before.tracked.is_some() && kind == "startForeground" && result.is_some() {
        // FGS-SHORT-024, FGS-SHORT-025: refused, it stays what it was.
        let short = |view: &View| {
            let timers = view.timers.iter().filter(|(kind, _)| kind.starts_with("short"));
            timers.map(|(kind, millis)| (kind.clone(), *millis)).collect::<Vec<_>>()
        };
        assert_eq!((before.tracked, short(before)), (after.tracked, short(after)), "{step:?}");
    }
    if kind.starts_with("start") && kind.ends_with("Service") && before.tracked.is_some() {
        // FGS-SHORT-028.
        assert_eq!(before.tracked, after.tracked, "{step:?}");
    }
    if short(before) && before.tracked.is_some() && kind == "processDies" {
        // FGS-SHORT-041: never sticky.
        assert!(after.service["started"].is_null(), "{step:?}");
    }
}

#[test]
fn every_reachable_state_of_a_short_service_keeps_the_rules() {
    let input: Input = serde_json::from_value(json!({
        "app": {"state": "top"},
        "client": {},
        "services": {"s": {"types": ["shortService", "dataSync"]}},
        "deviceConfig": {"deferred_fgs_notifications_enabled": false},
        "steps": [],
    }))
    .expect("a valid input");
    let mut run = Run::new(&input).expect("a world");
    run.initial();
    let first = Node { run, top: true, hidden: 5_000, revived: false };
    let mut seen = BTreeSet::from([first.key()]);
    let mut states: BTreeMap<&str, usize> = BTreeMap::new();
    let mut refused = BTreeSet::new();
    let mut queue = VecDeque::from([first]);
    while let Some(node) = queue.pop_front() {
        let view = node.view();
        check(&node, &view);
        *states.entry(state(&view)).or_default() += 1;
        let times = node.moments().into_iter().map(|millis| vec![json!("advance"), json!(millis)]);
        for step in actions().into_iter().chain(times) {
            let (next, entry) = node.after(&step);
            check_step(&view, &step, &entry, &next.view());
            refused.extend(entry["result"].as_str().map(str::to_owned));
            if seen.insert(next.key()) {
                queue.push_back(next);
            }
        }
        assert!(seen.len() < 200_000, "the world is not small: {states:?}");
    }
    println!("{} states: {states:?}", seen.len());
    for state in ["N", "R", "A", "T", "D", "X", "remnant"] {
        assert!(states.contains_key(state), "{state} never occurs: {states:?}");
    }
    for result in [
        "ForegroundServiceStartNotAllowedException",
        "StartForegroundCalledOnStoppedServiceException",
    ] {
        assert!(refused.contains(result), "{result} never occurs");
    }
}
