//! The state after a step: what of it is new.

use serde_json::{json, Value};

use super::super::describe;
use super::super::system::APP;
use super::{Members, Run, START};

impl Run {
    pub(super) fn changes(&mut self, members: &mut Members) {
        if !self.events.is_empty() {
            members.insert("events".to_owned(), Value::Array(std::mem::take(&mut self.events)));
        }
        let mut services = Members::new();
        for name in self.system.services.keys() {
            let state = self.record(name).map_or(Value::Null, describe::service);
            services.insert(name.clone(), state);
        }
        let mut processes: Members = ["app"]
            .into_iter()
            .chain(self.system.services.values().map(|it| it.process.as_str()))
            .map(|name| (name.to_owned(), Value::Null))
            .collect();
        for record in self.system.list.of_uid(APP).filter(|it| it.is_attached()) {
            processes.insert(record.name().to_owned(), describe::process(record));
        }
        self.changed_members("services", services, members);
        let timers = self.timers();
        let before = self.seen.insert("timers", timers.clone());
        if before.unwrap_or_else(|| json!([])) != timers {
            members.insert("timers".to_owned(), timers);
        }
        self.changed_members("processes", processes, members);
    }

    fn timers(&self) -> Value {
        let pending = self.looper.messages().into_iter().filter_map(|(message, at)| {
            let (kind, service) = describe::timer(message)?;
            let due = at.since(START.uptime);
            Some(match service {
                Some(service) => json!([due, kind, self.ears.name(service)]),
                None => json!([due, kind]),
            })
        });
        Value::Array(pending.collect())
    }

    /// Adds those members of `now` that differ from last time.
    fn changed_members(&mut self, what: &'static str, now: Members, into: &mut Members) {
        let before = self.seen.insert(what, Value::Object(now.clone()));
        let before = before.as_ref().and_then(Value::as_object).cloned().unwrap_or_default();
        let changed: Members = now
            .into_iter()
            .filter(|(name, value)| before.get(name).unwrap_or(&Value::Null) != value)
            .collect();
        if !changed.is_empty() {
            into.insert(what.to_owned(), Value::Object(changed));
        }
    }

    /// The timers of the service that is there, with the milliseconds to go.
    #[cfg(test)]
    pub(in super::super) fn pending(&self) -> std::collections::BTreeMap<String, i64> {
        let pending = self.looper.messages().into_iter().filter_map(|(message, at)| {
            let (kind, service) = describe::timer(message)?;
            let alive = |token| self.services.services().any(|it| it.token() == token);
            if service.is_some_and(|token| !alive(token)) {
                return None;
            }
            Some((kind.to_owned(), at.since(self.now.uptime)))
        });
        pending.collect()
    }

    /// A service, its process, and for how long it has been tracked as a short one.
    #[cfg(test)]
    pub(in super::super) fn look(&self, name: &str) -> (Value, Vec<String>, Option<i64>) {
        let record = self.record(name);
        let service = record.map_or(Value::Null, describe::service);
        let pid = record.and_then(|it| it.app());
        let process = pid
            .and_then(|pid| self.system.list.get(pid))
            .map(|it| serde_json::from_value(describe::process(it)).unwrap_or_default())
            .unwrap_or_default();
        let started = record.and_then(|it| it.short_fgs_started());
        (service, process, started.map(|at| self.now.uptime.since(at)))
    }

    /// For how long a service has been known.
    #[cfg(test)]
    pub(in super::super) fn age(&self, name: &str) -> Option<i64> {
        self.record(name).map(|it| self.now.elapsed.since(it.created()))
    }

    /// Whether the client is bound to a service that is there.
    #[cfg(test)]
    pub(in super::super) fn is_bound(&self, name: &str) -> bool {
        self.record(name).is_some_and(|it| it.connections().next().is_some())
    }
}
