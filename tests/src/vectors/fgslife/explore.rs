//! Every order of starts, stops, bindings, changes of type, visibility, permission, deaths and time on one
//! short service. (The contract of `startForegroundService` has a state table of its own, FGS-START-082.)
//!
//! A small world, searched to the end: two states are one if the service, its timers from now on, its
//! process and what is remembered of the app's visibility are the same. In each of them, and on each step
//! from one to the next, the statements of FGS-SHORT must hold; each state and each row of FGS-SHORT-030
//! must occur, so that nothing holds because nothing happens.

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
        json!(["startForeground", "s", ["dataSync", "shortService"]]),
        // Whose permission the app does not have.
        json!(["startForeground", "s", ["health"]]),
        json!(["stopForeground", "s", "LEGACY"]),
        json!(["stopSelf", "s"]),
        // Of a start long done with: start ids begin at 1.
        json!(["stopSelf", "s", 0]),
        json!(["stopService", "s"]),
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
        let flags = [bound, self.top, self.revived];
        json!([service, process, timers, tracked, hidden, age, flags]).to_string()
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

/// What of a view is about timers of short services.
fn short_timers(view: &View) -> Vec<(String, i64)> {
    let timers = view.timers.iter().filter(|(kind, _)| kind.starts_with("short"));
    timers.map(|(kind, millis)| (kind.clone(), *millis)).collect()
}

/// How often an event of this kind was reported in a step.
fn count(entry: &Value, kind: &str) -> usize {
    let events = entry["events"].as_array().map_or(&[][..], Vec::as_slice);
    events.iter().filter(|event| event[1] == json!(kind)).count()
}

/// One step, and the states on both sides of it.
struct Passage<'a> {
    node: &'a Node,
    before: &'a View,
    step: &'a [Value],
    entry: &'a Value,
    after: &'a View,
}

impl Passage<'_> {
    fn is_short_running(&self) -> bool {
        matches!(state(self.before), "A" | "T" | "D" | "X")
    }

    fn result(&self) -> Option<&str> {
        self.entry["result"].as_str()
    }

    /// Nothing of the tracking has changed.
    fn stays(&self) {
        let all = |view: &View| (state(view), view.tracked, short_timers(view));
        assert_eq!(all(self.before), all(self.after), "{:?} {}", self.step, self.entry);
    }

    /// Its time has begun at this instant.
    fn begins(&self) {
        let expected = ("A", Some(0), vec![("shortService".to_owned(), 180_000)]);
        let after = (state(self.after), self.after.tracked, short_timers(self.after));
        assert_eq!(after, expected, "{:?} {}", self.step, self.entry);
    }

    /// No timer of a short service is left.
    fn ends(&self) {
        let left = (self.after.tracked, short_timers(self.after));
        assert_eq!(left, (None, Vec::new()), "{:?} {}", self.step, self.entry);
    }

    /// The row of FGS-SHORT-030, or of the rules around it, that this step is; checked.
    fn check(&self) -> Option<&'static str> {
        let short = self.is_short_running();
        match (self.step[0].as_str().unwrap_or_default(), self.step.get(2)) {
            ("advance", _) => self.check_time(),
            ("startForeground", Some(types)) if *types != json!(["shortService"]) => {
                self.check_other_type(short, *types == json!(["health"]))
            }
            ("startForeground", _) => self.check_short(short),
            ("startService", _) if short => {
                self.stays();
                Some("started again")
            }
            ("stopSelf", Some(_)) => {
                self.stays();
                assert_eq!(self.before.service, self.after.service, "an older id stops nothing");
                short.then_some("stopSelf(older id)")
            }
            ("stopSelf" | "stopService", _) if short => {
                self.ends();
                let bound = self.node.run.is_bound("s");
                assert_eq!(state(self.after), if bound { "remnant" } else { "N" });
                assert_eq!(self.after.service.is_null(), !bound, "{}", self.after.service);
                Some(if bound { "stopped, bound" } else { "stopped" })
            }
            ("stopForeground", _) if short => {
                self.ends();
                assert_eq!(
                    (state(self.after), &self.after.service["started"]),
                    ("N", &json!(true))
                );
                Some("stopForeground")
            }
            ("processDies", _) if short && self.result().is_none() => {
                // FGS-SHORT-041: never sticky.
                assert!(self.after.service["started"].is_null(), "{:?}", self.after.service);
                let bound = self.node.run.is_bound("s");
                assert_eq!(self.after.service.is_null(), !bound, "{}", self.after.service);
                Some(if bound { "dies, bound" } else { "dies" })
            }
            ("app" | "bind" | "unbind", _) if short => {
                // FGS-SHORT-045 in spirit: nothing around it moves a timer.
                self.stays();
                None
            }
            _ => None,
        }
    }

    /// FGS-SHORT-005, FGS-SHORT-012, FGS-SHORT-016, FGS-SHORT-017: events come at their time, once, whoever
    /// is visible or bound; and none comes where they are stale.
    fn check_time(&self) -> Option<&'static str> {
        let events = (count(self.entry, "TIMED_OUT"), count(self.entry, "anr"));
        if self.node.revived {
            let fired = short_timers(self.before).len() > short_timers(self.after).len();
            return (fired && events == (0, 0)).then_some("stale");
        }
        let Some(since) = self.before.tracked.filter(|_| self.is_short_running()) else {
            assert_eq!(events, (0, 0), "{}", self.entry);
            return None;
        };
        let until = since + self.step[1].as_i64().unwrap_or_default();
        let crosses = |at: i64| usize::from(since < at && at <= until);
        assert_eq!(events, (crosses(180_000), crosses(190_000)), "{since} to {until}");
        assert_eq!(count(self.entry, "onTimeout"), events.0, "the app is told");
        match (state(self.before), state(self.after)) {
            ("A", "T") => Some("timeout"),
            ("T", "D") => Some("demotion"),
            ("T" | "D", "X") => Some("anr"),
            _ => None,
        }
    }

    /// FGS-SHORT-021, FGS-SHORT-022, FGS-SHORT-026, FGS-SHORT-044, FGS-SHORT-050.
    fn check_short(&self, short: bool) -> Option<&'static str> {
        if self.result() == Some("noService") {
            return None; // Nobody runs that could call.
        }
        if self.result() == Some("StartForegroundCalledOnStoppedServiceException") {
            assert_ne!(self.before.service["started"], json!(true));
            self.stays();
            return Some("short, not started");
        }
        if self.result().is_some() {
            self.stays();
            assert!(!short, "never refused: {}", self.entry);
            assert!(["N", "remnant"].contains(&state(self.before)), "a regular one may always");
            return Some("short, refused");
        }
        assert_eq!(self.before.service["started"], json!(true));
        let allowed = self.node.top || self.node.hidden < 5_000;
        if short && allowed {
            self.begins();
            Some("extended")
        } else if short {
            self.stays();
            Some("not extended")
        } else if self.node.revived {
            None
        } else {
            self.begins();
            Some(match state(self.before) {
                "R" => "other to short",
                "remnant" => "remnant to short",
                _ => "new short",
            })
        }
    }

    /// FGS-SHORT-023, FGS-SHORT-024, FGS-SHORT-025, FGS-SHORT-027.
    fn check_other_type(&self, short: bool, forbidden: bool) -> Option<&'static str> {
        match self.result() {
            Some("noService") => None,
            Some(exception) => {
                self.stays();
                let by_policy = exception == "SecurityException";
                assert!(forbidden || !by_policy, "{exception}");
                short.then_some(if by_policy { "other, by policy" } else { "other, refused" })
            }
            None => {
                self.ends();
                assert_eq!(state(self.after), "R");
                assert!(!forbidden);
                short.then_some("short to other")
            }
        }
    }
}

/// Every row that must occur.
const ROWS: [&str; 22] = [
    "timeout",
    "demotion",
    "anr",
    "stale",
    "new short",
    "short, refused",
    "short, not started",
    "other to short",
    "remnant to short",
    "extended",
    "not extended",
    "short to other",
    "other, refused",
    "other, by policy",
    "started again",
    "stopForeground",
    "stopped",
    "stopped, bound",
    "stopSelf(older id)",
    "dies",
    "dies, bound",
    "revived",
];

#[test]
fn every_reachable_state_of_a_short_service_keeps_the_rules() {
    let input: Input = serde_json::from_value(json!({
        "app": {
            "state": "top",
            "deniedPermissions": ["android.permission.FOREGROUND_SERVICE_HEALTH"],
        },
        "client": {},
        "services": {"s": {"types": ["shortService", "dataSync", "health"]}},
        "deviceConfig": {"deferred_fgs_notifications_enabled": false},
        "steps": [],
    }))
    .expect("a valid input");
    let mut run = Run::new(&input).expect("a world");
    run.initial();
    let first = Node { run, top: true, hidden: 5_000, revived: false };
    let mut seen = BTreeSet::from([first.key()]);
    let mut states: BTreeMap<&str, usize> = BTreeMap::new();
    let mut rows: BTreeMap<&str, usize> = BTreeMap::new();
    let mut queue = VecDeque::from([first]);
    while let Some(node) = queue.pop_front() {
        let view = node.view();
        check(&node, &view);
        *states.entry(state(&view)).or_default() += 1;
        let times = node.moments().into_iter().map(|millis| vec![json!("advance"), json!(millis)]);
        for step in actions().into_iter().chain(times) {
            let (next, entry) = node.after(&step);
            let after = next.view();
            let (node, before, entry, after) = (&node, &view, &entry, &after);
            let row = Passage { node, before, step: &step, entry, after }.check();
            for row in row.into_iter().chain(next.revived.then_some("revived")) {
                *rows.entry(row).or_default() += 1;
            }
            if seen.insert(next.key()) {
                queue.push_back(next);
            }
        }
        assert!(seen.len() < 200_000, "the world is not small: {states:?}");
    }
    println!("{} states: {states:?}; steps: {rows:?}", seen.len());
    for state in ["N", "R", "A", "T", "D", "X", "remnant"] {
        assert!(states.contains_key(state), "{state} never occurs: {states:?}");
    }
    for row in ROWS {
        assert!(rows.contains_key(row), "`{row}` never occurs: {rows:?}");
    }
}
