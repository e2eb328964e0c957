//! The cast of a scenario: who has which pid, which execution is whose, and what apps do by themselves.
//!
//! An implementation says what the outside must carry out; here is the outside: effects come in, and
//! what they lead to after some time comes back as inputs. It works alike for every adapter.

mod app;
mod job;
mod react;
mod told;
mod translate;

pub(super) use app::heard;
pub(super) use translate::NoInput;

use std::collections::{BTreeMap, BTreeSet};

use jobwarden_model::fgs::effect::{ConnectionToken, ServiceToken};
use jobwarden_model::job::call::CallbackToken;
use jobwarden_model::{Caller, ComponentName, Input, Pid, Uid};

use super::grammar::{Behaviour, Given};
use super::package::PackageSpec;

/// The pid of the first process.
const FIRST_PID: i32 = 1000;

/// Everybody who plays.
pub(super) struct Cast {
    packages: BTreeMap<String, PackageSpec>,
    behaviours: BTreeMap<String, Behaviour>,
    pids: BTreeMap<String, Pid>,
    next_pid: i32,
    executions: BTreeMap<CallbackToken, Execution>,
    services: BTreeMap<ServiceToken, String>,
    /// Connection objects, by client and service.
    connections: BTreeMap<(String, ComponentName), ConnectionToken>,
    /// What is left of the quotas for regular and for expedited jobs; not said: enough.
    quotas: BTreeMap<Uid, (bool, bool)>,
    /// App ids that power saving spares: permanently, and for a while.
    power_exempt: (BTreeSet<u32>, BTreeSet<u32>),
    due: BTreeMap<(i64, u64), Input>,
    planned: u64,
}

/// One execution of a job.
#[derive(Clone, Debug)]
pub(super) struct Execution {
    /// `package/id`, or `package/namespace/id`.
    pub(super) job: String,
    uid: Uid,
    package: String,
    id: i32,
}

impl Cast {
    pub(super) fn new(given: &Given) -> Self {
        Self {
            packages: given
                .packages
                .iter()
                .map(|package| (package.name().to_owned(), package.clone()))
                .collect(),
            behaviours: given.apps.clone(),
            pids: BTreeMap::new(),
            next_pid: FIRST_PID,
            executions: BTreeMap::new(),
            services: BTreeMap::new(),
            connections: BTreeMap::new(),
            quotas: BTreeMap::new(),
            power_exempt: (BTreeSet::new(), BTreeSet::new()),
            due: BTreeMap::new(),
            planned: 0,
        }
    }

    /// When the next act of an app is due, in milliseconds since the start.
    pub(super) fn next_due(&self) -> Option<i64> {
        self.due.keys().next().map(|&(at, _)| at)
    }

    /// Takes the next act that is due by `now`.
    pub(super) fn pop_due(&mut self, now: i64) -> Option<Input> {
        let (&key, _) = self.due.iter().next().filter(|((at, _), _)| *at <= now)?;
        self.due.remove(&key)
    }

    /// The job behind an execution, if it was ever started.
    pub(super) fn job_of(&self, token: CallbackToken) -> Option<&str> {
        self.executions.get(&token).map(|execution| execution.job.as_str())
    }

    /// The package with this uid whose name comes first.
    pub(super) fn package_of(&self, uid: Uid) -> Option<&str> {
        self.packages.values().find(|package| package.uid() == uid).map(PackageSpec::name)
    }

    fn plan(&mut self, at: i64, input: Input) {
        self.planned += 1;
        self.due.insert((at, self.planned), input);
    }

    fn uid(&self, package: &str) -> Uid {
        self.packages.get(package).map_or(Uid(0), PackageSpec::uid)
    }

    /// The package as a caller. It has a pid only while its process runs.
    pub(super) fn caller(&self, package: &str) -> Caller {
        Caller { uid: self.uid(package), pid: self.pids.get(package).copied() }
    }

    /// The latest execution of a job of this package.
    fn latest(&self, package: &str, job: &str) -> Option<CallbackToken> {
        self.executions
            .iter()
            .rev()
            .find(|(_, execution)| execution.package == package && execution.job == job)
            .map(|(&token, _)| token)
    }

    /// The latest service of this class.
    fn service(&self, class: &str) -> Option<ServiceToken> {
        self.services.iter().rev().find(|(_, known)| *known == class).map(|(&token, _)| token)
    }

    /// A pid for the package's process, and the input that says it runs; `None` if it does already.
    fn start_process(&mut self, package: &str) -> Option<Input> {
        if self.pids.contains_key(package) {
            return None;
        }
        let pid = Pid(self.next_pid);
        self.next_pid += 1;
        self.pids.insert(package.to_owned(), pid);
        Some(Input::Process {
            change: jobwarden_model::input::ProcessEvent::Started {
                pid,
                uid: self.uid(package),
                name: package.to_owned(),
                package: package.to_owned(),
            },
        })
    }

    /// Forgets a process and all that its app had planned.
    fn lose_process(&mut self, pid: Pid) {
        self.pids.retain(|_, known| *known != pid);
        self.due.retain(|_, input| match input {
            Input::JobScheduler { caller, .. }
            | Input::JobCallback { caller, .. }
            | Input::Service { caller, .. }
            | Input::Notification { caller, .. } => caller.pid != Some(pid),
            Input::Tick
            | Input::Package { .. }
            | Input::Process { .. }
            | Input::Activity { .. }
            | Input::User { .. }
            | Input::Device { .. }
            | Input::Fact { .. }
            | Input::Person { .. }
            | Input::DeviceConfig { .. }
            | Input::Shell { .. } => true,
        });
    }
}

/// How a scenario names a job.
pub(super) fn job_name(package: &str, namespace: Option<&str>, id: i32) -> String {
    match namespace {
        Some(namespace) => format!("{package}/{namespace}/{id}"),
        None => format!("{package}/{id}"),
    }
}
