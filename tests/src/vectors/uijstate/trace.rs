//! What a vector of `uijstate` records after each step.

use std::collections::BTreeMap;

use jobwarden_model::activity::{self, AppSwitchState, BackgroundStartPrivileges, Purpose};
use jobwarden_model::fgs::reason::ReasonCode;
use jobwarden_model::process::ProcState;
use jobwarden_model::{Caller, Elapsed, Output};
use serde_json::{json, Map, Value};

use super::outside::View as Services;
use super::{uid, Query, World, START, USER};

const PROCESSES: [&str; 5] = ["app", "app:remote", "client", "other", "system"];
const UIDS: [&str; 3] = ["app", "client", "system"];

/// What was recorded last.
#[derive(Default)]
pub(super) struct Seen {
    states: BTreeMap<(&'static str, String), Value>,
    app_switches: Option<AppSwitchState>,
}

/// Looks at the world from outside.
pub(super) trait View {
    /// What changed since the last look, and the result of the step.
    fn look(&mut self, result: Option<Value>) -> Value;
}

impl View for World {
    fn look(&mut self, result: Option<Value>) -> Value {
        let mut entry = Map::new();
        if let Some(result) = result {
            entry.insert("result".to_owned(), result);
        }
        let answers = self
            .queries
            .iter()
            .enumerate()
            .map(|(index, query)| (index.to_string(), self.answer(query), json!({})))
            .collect::<Vec<_>>();
        let processes = PROCESSES.map(|name| (name.to_owned(), self.process(name), Value::Null));
        let uids = UIDS.map(|name| (name.to_owned(), self.uid_state(name), Value::Null));
        let services = self
            .outside
            .declared
            .keys()
            .map(|name| (name.clone(), self.service(name), Value::Null))
            .collect::<Vec<_>>();
        let groups = [
            ("answers", answers),
            ("processes", processes.to_vec()),
            ("uids", uids.to_vec()),
            ("services", services),
        ];
        for (group, states) in groups {
            let mut changed = Map::new();
            for (name, state, at_first) in states {
                let known = self.seen.states.entry((group, name.clone())).or_insert(at_first);
                if *known != state {
                    *known = state.clone();
                    changed.insert(name, state);
                }
            }
            if !changed.is_empty() {
                entry.insert(group.to_owned(), Value::Object(changed));
            }
        }
        let switches = self.outside.activities.app_switches().state();
        if self.seen.app_switches.replace(switches).unwrap_or_default() != switches {
            entry.insert("appSwitchState".to_owned(), json!(switches));
        }
        Value::Object(entry)
    }
}

fn put(state: &mut Map<String, Value>, name: &str, on: bool) {
    if on {
        state.insert(name.to_owned(), json!(true));
    }
}

fn put_reason(state: &mut Map<String, Value>, name: &str, reason: ReasonCode) {
    if !reason.is_denied() {
        state.insert(name.to_owned(), json!(reason.name()));
    }
}

impl World {
    fn view(&self) -> Services<'_> {
        Services { services: &self.services, outside: &self.outside }
    }

    fn answer(&self, query: &Query) -> Value {
        let mut state = Map::new();
        let Ok(uid) = uid(&query.uid) else { return Value::Null };
        let pid = query.process.as_ref().and_then(|process| self.pid(process));
        let who = activity::Identity { uid, pid, package: &query.package };
        let (outside, room, view) = (&self.outside, &self.outside.activities, self.view());
        let out = &mut Output::new();
        match super::job::schedule(self, query, Caller { uid, pid }) {
            Ok(scheduled) => put(&mut state, "mayScheduleUserInitiatedJob", scheduled),
            Err(exception) => {
                state.insert("throws".to_owned(), json!(exception.class_name()));
            }
        }
        let in_state =
            room.is_in_state_to_schedule_user_initiated_jobs(who, outside, &view, self.now, out);
        put(&mut state, "inState", in_state);
        let may = room.can_schedule_user_initiated_jobs(who, outside, &view, self.now, out);
        put(&mut state, "activityManager", may);
        let privileges = room.privileges_of_caller(who, outside, out);
        let reason = activity::Services::while_in_use_reason(&view, who, privileges, self.now, out);
        put_reason(&mut state, "whileInUseReason", reason);
        Value::Object(state)
    }

    fn process(&self, name: &str) -> Value {
        let Some(pid) = self.pid(name) else { return Value::Null };
        let Some(record) = self.outside.list.get(pid) else { return Value::Null };
        let (outside, room, view) = (&self.outside, &self.outside.activities, self.view());
        let out = &mut Output::new();
        let mut state = Map::new();
        state.insert("procState".to_owned(), json!(record.cur_proc_state().name()));
        let may = room.process_may_schedule(record, &view, self.now, out);
        put(&mut state, "mayScheduleUserInitiatedJobs", may);
        for (name, purpose) in
            [("balForFgs", Purpose::ForegroundService), ("bal", Purpose::Activity)]
        {
            match room.are_background_activity_starts_allowed(pid, purpose, outside, self.now, out)
            {
                Ok(code) if code.is_allowed() => {
                    state.insert(name.to_owned(), json!(code.name()));
                }
                Ok(_) => {}
                Err(exception) => {
                    state.insert(name.to_owned(), json!(exception.class_name()));
                }
            }
        }
        let closes = room.can_close_system_dialogs_by_token(pid, outside, out);
        put(&mut state, "canCloseSystemDialogsByToken", closes);
        let privileges = room.privileges_of(pid);
        if privileges != BackgroundStartPrivileges::None {
            state.insert("privileges".to_owned(), json!(privileges));
        }
        match record.last_invisible() {
            Elapsed(0) => {}
            Elapsed(i64::MAX) => {
                state.insert("lastInvisible".to_owned(), json!("VISIBLE"));
            }
            at => {
                state.insert("lastInvisible".to_owned(), json!(at.since(START.elapsed)));
            }
        }
        put(&mut state, "hasForegroundServices", record.has_foreground_services());
        Value::Object(state)
    }

    fn uid_state(&self, name: &str) -> Value {
        let Ok(uid) = uid(name) else { return Value::Null };
        let mut state = Map::new();
        let proc_state = self.outside.list.uid_proc_state(uid);
        if proc_state != ProcState::Nonexistent {
            state.insert("procState".to_owned(), json!(proc_state.name()));
        }
        let visible = self.outside.activities.has_active_visible_window(uid, &self.outside.list);
        put(&mut state, "visible", visible);
        if state.is_empty() {
            return Value::Null;
        }
        Value::Object(state)
    }

    fn service(&self, name: &str) -> Value {
        let Some(record) = self.services.by_name(USER, &self.component(name)) else {
            return Value::Null;
        };
        let mut state = Map::new();
        put(&mut state, "started", record.start_requested());
        put(&mut state, "foreground", record.is_foreground());
        put(&mut state, "owesStartForeground", record.fg_required());
        put(&mut state, "allowUserInitiatedJobs", record.allow_ui_job_scheduling());
        put_reason(&mut state, "whileInUseReason", record.allow_while_in_use_reason());
        put(&mut state, "allowWhileInUsePermissionInFgs", record.allow_while_in_use());
        put_reason(&mut state, "allowStartForegroundReason", record.allow_start_foreground());
        if record.app().is_none() {
            state.insert("process".to_owned(), json!(false));
        }
        Value::Object(state)
    }
}
