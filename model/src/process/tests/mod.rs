//! Tests of the process room, one small world each.

mod activity;
mod cached;
mod client;
mod cycle;
mod foreground;
mod state;
mod uid;

use super::*;
use crate::fgs::effect::ServiceToken;
use crate::{Elapsed, Looper, Now, Output, Pid, Uid, Uptime, Wall};

/// Long after boot; the clocks differ.
const START: Now =
    Now { elapsed: Elapsed(2_000_000_000), uptime: Uptime(1_000_000_000), wall: Wall(0) };

/// Processes and what surrounds them.
struct World {
    list: ProcessList,
    looper: Looper,
    now: Now,
    out: Output,
    next: u64,
}

impl World {
    fn new() -> Self {
        Self {
            list: ProcessList::default(),
            looper: Looper::default(),
            now: START,
            out: Output::new(),
            next: 0,
        }
    }

    /// A process of an app of its own, the most recently used one.
    fn app(&mut self) -> Pid {
        let uid = Uid(10_100 + self.list.iter().len() as u32);
        self.process(uid)
    }

    fn process(&mut self, uid: Uid) -> Pid {
        self.next += 1;
        let pid = Pid(self.next as i32);
        self.list.add(ProcessStart::of_app(pid, uid, format!("p{pid}")));
        pid
    }

    fn system(&mut self) -> Pid {
        self.fixed(Adj::SYSTEM)
    }

    fn fixed(&mut self, adj: Adj) -> Pid {
        self.next += 1;
        let pid = Pid(self.next as i32);
        let start = ProcessStart::of_app(pid, Uid::SYSTEM, format!("p{pid}"));
        self.list.add(ProcessStart { max_adj: Some(adj), ..start });
        pid
    }

    fn facts(&mut self, pid: Pid) -> &mut ProcessFacts {
        self.list.facts_mut(pid).expect("the process was added")
    }

    fn visible(&mut self, pid: Pid, layer: i32) {
        self.facts(pid).activities = vec![Activity {
            visible_requested: true,
            window_visible: true,
            task_layer: Some(layer),
            state: ActivityState::Resumed,
            finishing: false,
        }];
    }

    fn activity(&mut self, pid: Pid, state: ActivityState, finishing: bool) {
        self.facts(pid).activities = vec![Activity { state, finishing, ..Activity::default() }];
    }

    fn service(&mut self, pid: Pid, service: RunningService) -> ServiceToken {
        self.next += 1;
        let token = ServiceToken(self.next);
        self.list.start_service(pid, token, service);
        self.list.update_foreground(pid);
        token
    }

    /// A service that is started and in the foreground with these types.
    fn foreground(&mut self, pid: Pid, types: i32) -> ServiceToken {
        let last_activity = self.now.uptime;
        self.service(
            pid,
            RunningService {
                start_requested: true,
                is_foreground: true,
                foreground_types: types,
                last_activity,
                ..RunningService::default()
            },
        )
    }

    /// A started service whose last activity was so long ago.
    fn started(&mut self, pid: Pid, ago_ms: i64) -> ServiceToken {
        let last_activity = self.now.uptime.plus(-ago_ms);
        let service =
            RunningService { start_requested: true, last_activity, ..RunningService::default() };
        self.service(pid, service)
    }

    fn bind(&mut self, client: Pid, service: ServiceToken, flags: BindFlags) -> BindingId {
        self.next += 1;
        let id = BindingId(self.next);
        let binding = Binding { client, service, flags, activity_visible: None };
        self.list.bind(id, binding, self.now);
        id
    }

    /// The client binds to a new service of the host.
    fn bound(&mut self, client: Pid, host: Pid, flags: BindFlags) -> ServiceToken {
        let last_activity = self.now.uptime;
        let service =
            self.service(host, RunningService { last_activity, ..RunningService::default() });
        self.bind(client, service, flags);
        service
    }

    fn update(&mut self) -> Vec<UidOutcome> {
        self.list.update(self.now, &mut self.looper, &mut self.out)
    }

    fn get(&self, pid: Pid) -> &ProcessRecord {
        self.list.get(pid).expect("the process was added")
    }

    /// Adjustment and state after an update.
    fn found(&mut self, pid: Pid) -> (i32, ProcState) {
        self.update();
        (self.get(pid).adj().0, self.get(pid).cur_proc_state())
    }

    fn capabilities(&mut self, pid: Pid) -> u32 {
        self.update();
        self.get(pid).capabilities().bits()
    }

    fn pass(&mut self, millis: i64) {
        self.now = self.now.awake_for(millis);
    }
}

/// What the events among these outcomes say: uid and changes.
fn events(outcomes: Vec<UidOutcome>) -> Vec<(u32, Vec<&'static str>)> {
    outcomes
        .into_iter()
        .map(|outcome| match outcome {
            UidOutcome::Event(event) => (event.uid.0, event.changes.names().collect()),
            UidOutcome::StopBackgroundServices(uid) => (uid.0, vec!["STOP_SERVICES"]),
        })
        .collect()
}
