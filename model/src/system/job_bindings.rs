//! The scheduler's bindings to job services, as the process code sees them: what a running job does for the
//! importance of its process. Rules: JOB-RUN-014, PROC-ADJ-041, PROC-ADJ-042.
//!
//! The client is the system process. A job service is hosted by the process that its manifest names, from the
//! moment at which both exist; it goes with its last binding. Deliberately absent: the short while in which
//! `onCreate` and `onBind` execute.

use std::collections::{BTreeMap, BTreeSet};

use super::System;
use crate::effect::{Effect, JobEffect};
use crate::fgs::effect::ServiceToken;
use crate::ids::{ComponentName, Pid, Uid};
use crate::job::call::CallbackToken;
use crate::process::{BindFlags, Binding, BindingId, ProcessList, RunningService};
use crate::time::Now;

/// The process of the system itself: it holds the bindings to job services, and nobody else has this pid.
pub(crate) const SYSTEM_SERVER: Pid = Pid(0);

/// Tokens and ids from here on name job services and the bindings to them; the service code counts from 1.
const FIRST: u64 = 1 << 63;

/// A job service: its host's uid and its class.
type Component = (Uid, ComponentName);

/// Which job services are bound, and for which executions.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub(super) struct JobBindings {
    services: BTreeMap<Component, JobService>,
    executions: BTreeMap<CallbackToken, Component>,
    last: u64,
}

#[derive(Clone, Debug, Eq, Hash, PartialEq)]
struct JobService {
    token: ServiceToken,
    process: String,
    executions: BTreeSet<CallbackToken>,
}

fn binding_of(execution: CallbackToken) -> BindingId {
    BindingId(FIRST | execution.0)
}

fn host(processes: &mut ProcessList, pid: Pid, service: ServiceToken, now: Now) {
    let running = RunningService { last_activity: now.uptime, ..RunningService::default() };
    processes.start_service(pid, service, running);
}

impl System {
    /// Takes in what the scheduler has just had bound and unbound; whether there was anything, and all process
    /// states are to be computed anew.
    pub(crate) fn note_job_bindings(&mut self, effects: &[Effect]) -> bool {
        let mut changed = false;
        for effect in effects {
            match effect {
                Effect::Job(JobEffect::Bind { token, component, uid, flags, .. }) => {
                    self.bind_job_service(*token, *uid, component, *flags);
                    changed = true;
                }
                Effect::Job(JobEffect::Unbind { token, .. }) => {
                    self.unbind_job_service(*token);
                    changed = true;
                }
                _ => {}
            }
        }
        changed
    }

    fn bind_job_service(
        &mut self,
        execution: CallbackToken,
        uid: Uid,
        component: &ComponentName,
        flags: u64,
    ) {
        let now = self.now;
        let Some(process) = self.process_of(component, uid) else { return };
        let bindings = &mut self.job_bindings;
        let key = (uid, component.clone());
        let last = &mut bindings.last;
        let service = bindings.services.entry(key.clone()).or_insert_with(|| {
            *last += 1;
            let token = ServiceToken(FIRST | *last);
            JobService { token, process, executions: BTreeSet::new() }
        });
        let (token, process) = (service.token, service.process.as_str());
        service.executions.insert(execution);
        bindings.executions.insert(execution, key);
        let flags = BindFlags::from_bits(flags);
        let binding =
            Binding { client: SYSTEM_SERVER, service: token, flags, activity_visible: None };
        self.processes.bind(binding_of(execution), binding, now);
        if self.processes.host(token).is_none() {
            let pid = self.processes.named(uid, process).map(|it| it.pid());
            if let Some(pid) = pid {
                host(&mut self.processes, pid, token, now);
            }
        }
    }

    /// An execution is over, and with the last one of a job service that service.
    fn unbind_job_service(&mut self, execution: CallbackToken) {
        let bindings = &mut self.job_bindings;
        let Some(key) = bindings.executions.remove(&execution) else { return };
        self.processes.unbind(binding_of(execution));
        let Some(service) = bindings.services.get_mut(&key) else { return };
        service.executions.remove(&execution);
        if service.executions.is_empty() {
            self.processes.forget_service(service.token);
            bindings.services.remove(&key);
        }
    }

    /// A process is there: it hosts the job services that are bound and wait for it.
    pub(super) fn host_job_services(&mut self, pid: Pid, uid: Uid, name: &str) {
        let now = self.now;
        let of_uid = self.job_bindings.services.iter().filter(|((of, _), _)| *of == uid);
        let waiting = of_uid.filter(|(_, service)| service.process == name);
        for (_, service) in waiting {
            host(&mut self.processes, pid, service.token, now);
        }
    }

    /// The process that the manifest names for a service.
    fn process_of(&self, component: &ComponentName, uid: Uid) -> Option<String> {
        let service = self.packages.service(component, uid.user())?;
        let package = self.packages.description(&component.package, uid.user())?;
        Some(package.process_of(service).to_owned())
    }
}
