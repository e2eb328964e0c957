//! What the service code reports: services that run in a process, their callbacks and who is bound to them.
//!
//! The trap: the summary of a process is stored. It changes when [`ProcessList::update_foreground`] is called
//! and when a service comes or goes, and is stale in between, as on the platform.

use super::record::RunningService;
use super::{
    BindFlags, Binding, BindingId, ProcState, ProcessList, ProviderClient, ProviderConnection,
    ProviderConnectionId, Urgency,
};
use crate::fgs::effect::ServiceToken;
use crate::ids::Pid;
use crate::time::{Now, Uptime};

impl ProcessList {
    /// A service runs in a process from now on. The summary is left alone, see
    /// [`Self::update_foreground`].
    pub fn start_service(&mut self, pid: Pid, token: ServiceToken, service: RunningService) {
        let bound_at = self.top_binds.get(&token).copied();
        let almost_perceptible = self.is_bound_almost_perceptible(token);
        let Some(record) = self.record_mut(pid) else { return };
        record.services.running.insert(token, service);
        if let Some(at) = bound_at {
            let services = &mut record.services;
            services.last_top_started_almost_perceptible =
                services.last_top_started_almost_perceptible.max(at);
            services.has_top_started_almost_perceptible |= almost_perceptible;
        }
        self.hosts.insert(token, pid);
    }

    /// The running service, to change what is known about it.
    pub fn service_mut(&mut self, token: ServiceToken) -> Option<&mut RunningService> {
        let pid = self.host(token)?;
        self.record_mut(pid)?.services.running.get_mut(&token)
    }

    /// The running service.
    pub fn service(&self, token: ServiceToken) -> Option<&RunningService> {
        self.get(self.host(token)?)?.services.running.get(&token)
    }

    /// In which process the service runs.
    pub fn host(&self, token: ServiceToken) -> Option<Pid> {
        self.hosts.get(&token).copied()
    }

    /// A service does not run in its process any more; its connections stay. The summary is left alone.
    pub fn stop_service(&mut self, token: ServiceToken) {
        let Some(pid) = self.hosts.remove(&token) else { return };
        if let Some(record) = self.record_mut(pid) {
            record.services.running.remove(&token);
        }
        if self.top_binds.contains_key(&token) {
            self.update_top_started_almost_perceptible(pid);
        }
    }

    /// Nothing runs in this process any more. The summary is left alone.
    pub fn stop_all_services(&mut self, pid: Pid) {
        self.hosts.retain(|_, host| *host != pid);
        if let Some(record) = self.record_mut(pid) {
            record.services.running.clear();
        }
        self.update_top_started_almost_perceptible(pid);
    }

    /// The record of a service is gone for good, and with it what was remembered of its bindings.
    pub fn forget_service(&mut self, token: ServiceToken) {
        self.stop_service(token);
        self.top_binds.remove(&token);
        self.drop_bindings(|binding| binding.service == token);
    }

    /// `updateServiceForegroundLocked`: sums up the foreground services of a process.
    ///
    /// A summary that merely lost types is not replaced. Rules: PROC-ADJ-014, FGS-OOM-001, FGS-OOM-002.
    pub fn update_foreground(&mut self, pid: Pid) {
        let Some(record) = self.record_mut(pid) else { return };
        let services = &mut record.services;
        let (mut any, mut types, mut type_none) = (false, 0, false);
        for service in services.running.values() {
            if service.is_foreground || service.start_foreground_owed {
                any = true;
                types |= service.foreground_types;
                type_none |= service.foreground_types == 0;
            }
        }
        let new_type = types & !services.foreground_types != 0;
        if any != services.has_foreground || type_none != services.has_type_none || new_type {
            services.has_foreground = any;
            services.foreground_types = types;
            services.has_type_none = type_none;
        }
    }

    /// A callback of a service begins in the process.
    pub fn start_executing(&mut self, pid: Pid, token: ServiceToken, urgency: Urgency) {
        if let Some(record) = self.record_mut(pid) {
            let executing = record.services.executing.entry(token).or_insert(urgency);
            *executing = urgency.max(*executing);
        }
    }

    /// All callbacks of the service in the process are done.
    pub fn stop_executing(&mut self, pid: Pid, token: ServiceToken) {
        if let Some(record) = self.record_mut(pid) {
            record.services.executing.remove(&token);
        }
    }

    /// A process binds to a service, whether that runs or not. Rule: PROC-ADJ-018.
    pub fn bind(&mut self, id: BindingId, binding: Binding, now: Now) {
        let host = self.host(binding.service);
        if let Some(record) = host.and_then(|pid| self.record_mut(pid)) {
            record.services.treat_like_activity |=
                binding.flags.has(BindFlags::TREAT_LIKE_ACTIVITY);
            let was_top = record.state.cur_proc_state <= ProcState::Top;
            if was_top && binding.flags.has(BindFlags::ALMOST_PERCEPTIBLE) {
                self.top_binds.insert(binding.service, now.uptime);
            }
        }
        let service = binding.service;
        if let Some(earlier) = self.bindings.insert(id, binding) {
            self.bound.remove(&(earlier.service, id));
        }
        self.bound.insert((service, id));
    }

    /// Forgets the connections that `which` names.
    pub(super) fn drop_bindings(&mut self, which: impl Fn(&Binding) -> bool) {
        self.bindings.retain(|_, binding| !which(binding));
        let bindings = &self.bindings;
        self.bound.retain(|(_, id)| bindings.contains_key(id));
    }

    /// A connection ends.
    pub fn unbind(&mut self, id: BindingId) {
        let Some(binding) = self.bindings.remove(&id) else { return };
        self.bound.remove(&(binding.service, id));
        if binding.flags.has(BindFlags::ALMOST_PERCEPTIBLE) {
            // The platform looks at the services of the client here, not at those of the host.
            self.update_top_started_almost_perceptible(binding.client);
        }
        let host = self.host(binding.service);
        if let Some(record) = host.and_then(|pid| self.record_mut(pid)) {
            record.services.treat_like_activity |=
                binding.flags.has(BindFlags::TREAT_LIKE_ACTIVITY);
        }
    }

    /// The connection with this id.
    pub fn binding(&self, id: BindingId) -> Option<&Binding> {
        self.bindings.get(&id)
    }

    /// The connection with this id, to change what is known about it.
    pub fn binding_mut(&mut self, id: BindingId) -> Option<&mut Binding> {
        self.bindings.get_mut(&id)
    }

    /// The connections to a service.
    pub fn bindings_of(&self, token: ServiceToken) -> impl Iterator<Item = (BindingId, &Binding)> {
        self.bound
            .range((token, BindingId(0))..=(token, BindingId(u64::MAX)))
            .filter_map(|&(_, id)| Some((id, self.bindings.get(&id)?)))
    }

    /// Someone uses a provider from now on.
    pub fn connect_provider(&mut self, id: ProviderConnectionId, connection: ProviderConnection) {
        self.providers.insert(id, connection);
    }

    /// Someone has done with a provider. It counts as use if that was a client better than LAST_ACTIVITY.
    /// Rule: PROC-ADJ-031.
    pub fn disconnect_provider(&mut self, id: ProviderConnectionId, now: Now) {
        let Some(connection) = self.providers.remove(&id) else { return };
        let client_state = match connection.client {
            ProviderClient::Process(client) => self.get(client).map(|it| it.set_proc_state()),
            ProviderClient::External => None,
        };
        if client_state.is_some_and(|state| state < ProcState::LastActivity) {
            if let Some(facts) = self.facts_mut(connection.host) {
                facts.last_provider_time = Some(now.uptime);
            }
        }
    }

    fn is_bound_almost_perceptible(&self, token: ServiceToken) -> bool {
        self.bindings_of(token).any(|(_, binding)| binding.flags.has(BindFlags::ALMOST_PERCEPTIBLE))
    }

    /// `updateHasTopStartedAlmostPerceptibleServices`. Rule: PROC-ADJ-018.
    fn update_top_started_almost_perceptible(&mut self, pid: Pid) {
        let Some(record) = self.get(pid) else { return };
        let bound = record
            .running_services()
            .filter_map(|(token, _)| Some((token, *self.top_binds.get(&token)?)))
            .collect::<Vec<_>>();
        let last = bound.iter().map(|&(_, at)| at).max().unwrap_or(Uptime(0));
        let any = bound.iter().any(|&(token, _)| self.is_bound_almost_perceptible(token));
        if let Some(record) = self.record_mut(pid) {
            record.services.has_top_started_almost_perceptible = any;
            record.services.last_top_started_almost_perceptible = last;
        }
    }
}
