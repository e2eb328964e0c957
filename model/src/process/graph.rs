//! Who depends on whom, laid out for one update: services, their clients and the clients of providers, by process.

use super::record::{ProcessRecord, RunningService};
use super::{BindFlags, Capabilities, ProcessList, ProviderClient};
use crate::package::Change;
use crate::time::Uptime;

/// `ServiceInfo.FOREGROUND_SERVICE_TYPE_LOCATION`.
const TYPE_LOCATION: i32 = 1 << 3;
/// `ServiceInfo.FOREGROUND_SERVICE_TYPE_CAMERA`.
const TYPE_CAMERA: i32 = 1 << 6;
/// `ServiceInfo.FOREGROUND_SERVICE_TYPE_MICROPHONE`.
const TYPE_MICROPHONE: i32 = 1 << 7;

/// Where in a list something lies together.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Span {
    pub(super) from: usize,
    pub(super) to: usize,
}

/// A running service.
#[derive(Clone, Copy, Debug)]
pub(super) struct Service {
    pub(super) start_requested: bool,
    pub(super) keep_warm: bool,
    pub(super) last_activity: Uptime,
    /// What being in the foreground gives its process.
    pub(super) capabilities: Capabilities,
    pub(super) connections: Span,
}

/// A connection to a running service.
#[derive(Clone, Copy, Debug)]
pub(super) struct Connection {
    pub(super) client: usize,
    pub(super) flags: BindFlags,
    pub(super) activity_visible: Option<bool>,
}

/// Everything by place in the order of use.
#[derive(Debug, Default)]
pub(super) struct Graph {
    pub(super) services: Vec<Service>,
    pub(super) services_of: Vec<Span>,
    pub(super) connections: Vec<Connection>,
    /// The clients of published providers; none is an external handle.
    pub(super) provider_clients: Vec<Option<usize>>,
    pub(super) provider_clients_of: Vec<Span>,
    /// Whether the process bound a service with `ABOVE_CLIENT`.
    pub(super) has_above_client: Vec<bool>,
    /// Whether a client in another process has activities. Rule: PROC-ADJ-032.
    pub(super) has_client_activities: Vec<bool>,
}

impl Graph {
    pub(super) fn of(list: &ProcessList) -> Self {
        let mut graph = Self {
            has_above_client: vec![false; list.lru.len()],
            has_client_activities: vec![false; list.lru.len()],
            ..Self::default()
        };
        graph.lay_out_services(list);
        graph.lay_out_providers(list);
        graph
    }

    fn lay_out_services(&mut self, list: &ProcessList) {
        let mut bound = Vec::with_capacity(list.bindings.len());
        for binding in list.bindings.values() {
            let Some(&client) = list.index.get(&binding.client) else { continue };
            if binding.flags.has(BindFlags::ABOVE_CLIENT) {
                self.has_above_client[client] = true;
            }
            let (flags, activity_visible) = (binding.flags, binding.activity_visible);
            bound.push((binding.service, Connection { client, flags, activity_visible }));
        }
        bound.sort_by_key(|&(service, _)| service);
        for (host, record) in list.lru.iter().enumerate() {
            let from = self.services.len();
            for (token, service) in record.running_services() {
                let first = bound.partition_point(|&(bound, _)| bound < token);
                let clients = bound[first..].iter().take_while(|&&(bound, _)| bound == token);
                let connections = self.connections.len();
                self.connections.extend(clients.map(|&(_, connection)| connection));
                self.services.push(Service {
                    start_requested: service.start_requested,
                    keep_warm: service.keep_warm,
                    last_activity: service.last_activity,
                    capabilities: foreground_capabilities(service, record),
                    connections: Span { from: connections, to: self.connections.len() },
                });
                self.has_client_activities[host] |=
                    self.connections[connections..].iter().any(|connection| {
                        connection.client != host
                            && !list.lru[connection.client].facts.activities.is_empty()
                    });
            }
            self.services_of.push(Span { from, to: self.services.len() });
        }
    }

    fn lay_out_providers(&mut self, list: &ProcessList) {
        let mut used = Vec::with_capacity(list.providers.len());
        for connection in list.providers.values() {
            let Some(&host) = list.index.get(&connection.host) else { continue };
            match connection.client {
                ProviderClient::External => used.push((host, None)),
                ProviderClient::Process(pid) => {
                    used.extend(list.index.get(&pid).map(|&client| (host, Some(client))));
                }
            }
        }
        used.sort_by_key(|&(host, _)| host);
        for host in 0..list.lru.len() {
            let from = self.provider_clients.len();
            let rest = used[from..].iter().take_while(|&&(used, _)| used == host);
            self.provider_clients.extend(rest.map(|&(_, client)| client));
            self.provider_clients_of.push(Span { from, to: self.provider_clients.len() });
        }
    }
}

/// What a service in the foreground with while-in-use access gives its process.
///
/// Rule: PROC-ADJ-024.
fn foreground_capabilities(service: &RunningService, host: &ProcessRecord) -> Capabilities {
    let mut capabilities = Capabilities::NONE;
    if !service.is_foreground || !service.while_in_use {
        return capabilities;
    }
    if service.foreground_types & TYPE_LOCATION != 0 {
        capabilities |= Capabilities::FOREGROUND_LOCATION;
    }
    if !Change::CAMERA_MICROPHONE_CAPABILITY.enabled_for_target_sdk(host.target_sdk()) {
        return capabilities | Capabilities::ALL_IMPLICIT;
    }
    if service.foreground_types & TYPE_CAMERA != 0 {
        capabilities |= Capabilities::FOREGROUND_CAMERA;
    }
    if service.foreground_types & TYPE_MICROPHONE != 0 {
        capabilities |= Capabilities::FOREGROUND_MICROPHONE;
    }
    capabilities
}
