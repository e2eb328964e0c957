//! What clients give to the process that hosts a service or a provider for them. Rules: PROC-ADJ-022 … 030.
//!
//! Jobs are such clients, too: the system process binds their services. What that makes of a process that only
//! runs a job (PROC-ADJ-042), of its uid (PROC-STATE-024) and of the worlds of PROC-ADJ-044 follows from here.

use super::adjuster::{Origin, Pass};
use super::claim::Claim;
use super::graph::{Connection, Service};
use super::{Adj, BindFlags, Capabilities, ProcState, SchedGroup};
use crate::package::Change;
use crate::rules::proc_adj::{
    PROC_ADJ_023, PROC_ADJ_027, PROC_ADJ_028, PROC_ADJ_029, PROC_ADJ_030,
};

/// The values of a client as its host may take them over.
#[derive(Clone, Copy, Debug)]
struct Offer {
    adj: Adj,
    state: ProcState,
    /// Better than TOP: a persistent process.
    from_system: bool,
}

impl Pass<'_> {
    /// Started services and their clients, as long as they can improve anything. Rule: PROC-ADJ-022.
    pub(super) fn claim_by_services(&mut self, at: usize, claim: &mut Claim, origin: Origin) {
        let span = self.graph.services_of[at];
        for service in (span.from..span.to).rev() {
            if !claim.is_open() {
                return;
            }
            let service = self.graph.services[service];
            self.claim_started(at, claim, service);
            claim.foreground_capability |= service.capabilities;
            for connection in service.connections.from..service.connections.to {
                if !claim.is_open() {
                    break;
                }
                let connection = self.graph.connections[connection];
                if connection.client != at {
                    self.claim_by_client(at, claim, service, connection, origin);
                }
            }
        }
    }

    /// Rule: PROC-ADJ-023.
    fn claim_started(&mut self, at: usize, claim: &mut Claim, service: Service) {
        if !service.start_requested {
            return;
        }
        let spent = self.has_shown_ui_and_is_not_home(at);
        self.records[at].state.has_started_services = true;
        if claim.state > ProcState::Service {
            claim.state = ProcState::Service;
            claim.why = (&PROC_ADJ_023, "started service");
        }
        if spent && !service.keep_warm {
            return;
        }
        if (service.keep_warm || self.is_recently_active(service)) && claim.adj > Adj::SERVICE {
            claim.adj = Adj::SERVICE;
            claim.why = (&PROC_ADJ_023, "started service");
            self.records[at].state.cached = false;
        }
    }

    fn is_recently_active(&self, service: Service) -> bool {
        let lasts_ms = self.stage.constants.max_service_inactivity_ms;
        self.stage.now.uptime < service.last_activity.plus(lasts_ms)
    }

    fn has_shown_ui_and_is_not_home(&self, at: usize) -> bool {
        self.records[at].facts.has_shown_ui && self.stage.device.home != Some(self.pid(at))
    }

    fn claim_by_client(
        &mut self,
        at: usize,
        claim: &mut Claim,
        service: Service,
        connection: Connection,
        origin: Origin,
    ) {
        let flags = connection.flags;
        self.compute(connection.client, origin);
        let client = &self.records[connection.client].state;
        let offer = Offer {
            adj: client.cur_raw_adj,
            state: client.cur_raw_proc_state,
            from_system: client.cur_raw_proc_state < ProcState::Top,
        };
        claim.capability |= self.bfsl_of(connection.client);
        self.note_non_restricted_client(at, connection.client);
        if !flags.has(BindFlags::WAIVE_PRIORITY) {
            claim.capability |= self.capabilities_of(connection, offer.state);
            if self.skips_for_cycle(at, connection.client, claim, origin) {
                return;
            }
            let offer = self.as_client(at, claim, service, flags, offer);
            let before = *claim;
            if claim.adj > offer.adj {
                self.claim_adj(at, claim, connection, offer);
            }
            self.claim_state(at, claim, connection, offer);
            if claim.adj < before.adj {
                claim.why = (&PROC_ADJ_027, "bound service");
            } else if claim.state < before.state {
                claim.why = (&PROC_ADJ_028, "bound service");
            }
        }
        self.records[at].services.treat_like_activity |= flags.has(BindFlags::TREAT_LIKE_ACTIVITY);
        self.claim_with_activity(at, claim, connection);
    }

    /// Whether this client lets its host have foreground services although the user restricted the
    /// host. Rule: FGS-START-048.
    fn note_non_restricted_client(&mut self, at: usize, client: usize) {
        let client = &self.records[client];
        let state = client.state.cur_raw_proc_state;
        let lets = client.state.cur_bound_by_non_restricted
            || state <= ProcState::BoundTop
            || (state == ProcState::ForegroundService && !client.facts.background_restricted);
        self.records[at].state.cur_bound_by_non_restricted |= lets;
    }

    /// Step 1 of PROC-ADJ-025.
    fn bfsl_of(&self, client: usize) -> Capabilities {
        let client = &self.records[client].state;
        if client.cur_proc_state < ProcState::ForegroundService {
            Capabilities::BFSL
        } else {
            client.cur_capability & Capabilities::BFSL
        }
    }

    /// Step 2 of PROC-ADJ-025.
    fn capabilities_of(&self, connection: Connection, state: ProcState) -> Capabilities {
        let flags = connection.flags;
        let client = self.records[connection.client].state.cur_capability;
        let mut passed = Capabilities::NONE;
        if flags.has(BindFlags::INCLUDE_CAPABILITIES) {
            passed |= client;
        }
        if state > ProcState::BoundForegroundService
            || flags.has(BindFlags::BYPASS_POWER_NETWORK_RESTRICTIONS)
        {
            passed |= client & Capabilities::POWER_RESTRICTED_NETWORK;
        }
        if state <= ProcState::ImportantForeground
            && flags.has(BindFlags::BYPASS_USER_NETWORK_RESTRICTIONS)
        {
            passed |= client & Capabilities::USER_RESTRICTED_NETWORK;
        }
        passed
    }

    /// The values of the client that count for this service. Rule: PROC-ADJ-026.
    fn as_client(
        &mut self,
        at: usize,
        claim: &Claim,
        service: Service,
        flags: BindFlags,
        mut offer: Offer,
    ) -> Offer {
        if offer.state.is_cached() {
            offer.state = ProcState::CachedEmpty;
        }
        if flags.has(BindFlags::ALLOW_OOM_MANAGEMENT) {
            if self.has_shown_ui_and_is_not_home(at) {
                self.records[at].state.cached = false;
                offer.adj = claim.adj;
                offer.state = claim.state;
            } else if !self.is_recently_active(service) {
                offer.adj = claim.adj;
            }
        }
        offer
    }

    /// Rule: PROC-ADJ-027.
    fn claim_adj(&mut self, at: usize, claim: &mut Claim, connection: Connection, offer: Offer) {
        if self.has_shown_ui_and_is_not_home(at) && offer.adj > Adj::PERCEPTIBLE_APP {
            return;
        }
        let flags = connection.flags;
        let found = if !flags.has(BindFlags::ABOVE_CLIENT | BindFlags::IMPORTANT) {
            adj_by_flags(flags, claim.adj, offer.adj)
        } else if offer.adj >= Adj::PERSISTENT_SERVICE {
            offer.adj
        } else {
            claim.group = SchedGroup::Default;
            claim.state = ProcState::Persistent;
            Adj::PERSISTENT_SERVICE
        };
        let client_is_cached = self.records[connection.client].state.cached;
        let state = &mut self.records[at].state;
        state.cached &= client_is_cached;
        if claim.adj > found {
            claim.adj = found;
            state.cur_raw_adj = found;
        }
    }

    /// Rule: PROC-ADJ-028.
    fn claim_state(&mut self, at: usize, claim: &mut Claim, connection: Connection, offer: Offer) {
        let flags = connection.flags;
        let client = &self.records[connection.client];
        let passed = if !flags.has(BindFlags::NOT_FOREGROUND | BindFlags::IMPORTANT_BACKGROUND) {
            let group = client.state.cur_sched_group;
            if group > claim.group {
                let important = flags.has(BindFlags::IMPORTANT);
                claim.group = if important { group } else { SchedGroup::Default };
            }
            if offer.state < ProcState::Top {
                state_of_persistent_client(flags, self.stage.device.awake)
            } else if offer.state == ProcState::Top {
                let selective =
                    Change::PROCESS_CAPABILITY.enabled_for_target_sdk(client.target_sdk());
                if !selective || flags.has(BindFlags::INCLUDE_CAPABILITIES) {
                    claim.capability |= client.state.cur_capability;
                }
                ProcState::BoundTop
            } else {
                offer.state
            }
        } else if flags.has(BindFlags::IMPORTANT_BACKGROUND) {
            offer.state.max(ProcState::ImportantBackground)
        } else {
            offer.state.max(ProcState::TransientBackground)
        };
        if claim.group < SchedGroup::TopApp
            && flags.has(BindFlags::SCHEDULE_LIKE_TOP_APP)
            && offer.from_system
        {
            claim.group = SchedGroup::TopApp;
            claim.scheduled_like_top = true;
        }
        if claim.state > passed {
            claim.state = passed;
            self.records[at].state.cur_raw_proc_state = passed;
        }
    }

    /// Rule: PROC-ADJ-029.
    fn claim_with_activity(&mut self, at: usize, claim: &mut Claim, connection: Connection) {
        let flags = connection.flags;
        if !flags.has(BindFlags::ADJUST_WITH_ACTIVITY)
            || connection.activity_visible != Some(true)
            || claim.adj <= Adj::FOREGROUND_APP
        {
            return;
        }
        claim.adj = Adj::FOREGROUND_APP;
        claim.why = (&PROC_ADJ_029, "bound with a visible activity");
        if !flags.has(BindFlags::NOT_FOREGROUND) {
            let important = flags.has(BindFlags::IMPORTANT);
            claim.group = if important { SchedGroup::TopAppBound } else { SchedGroup::Default };
        }
        let state = &mut self.records[at].state;
        state.cur_raw_adj = claim.adj;
        state.cached = false;
    }

    /// The clients of its providers, the latest first, then external handles. Rule: PROC-ADJ-030.
    pub(super) fn claim_by_providers(&mut self, at: usize, claim: &mut Claim, origin: Origin) {
        let span = self.graph.provider_clients_of[at];
        if span.from == span.to || !claim.is_open() {
            return;
        }
        for client in (span.from..span.to).rev() {
            if !claim.is_open() {
                break;
            }
            match self.graph.provider_clients[client] {
                Some(client) if client != at => {
                    self.claim_by_provider_client(at, claim, client, origin);
                }
                Some(_) | None => {}
            }
        }
        let external = self.graph.provider_clients[span.from..span.to].iter().any(Option::is_none);
        if !external {
            return;
        }
        let state = &mut self.records[at].state;
        if claim.adj > Adj::FOREGROUND_APP {
            claim.adj = Adj::FOREGROUND_APP;
            claim.group = SchedGroup::Default;
            claim.why = (&PROC_ADJ_030, "external provider handle");
            state.cur_raw_adj = claim.adj;
            state.cached = false;
        }
        if claim.state > ProcState::ImportantForeground {
            claim.state = ProcState::ImportantForeground;
            state.cur_raw_proc_state = claim.state;
        }
    }

    fn claim_by_provider_client(
        &mut self,
        at: usize,
        claim: &mut Claim,
        client: usize,
        origin: Origin,
    ) {
        self.compute(client, origin);
        if self.skips_for_cycle(at, client, claim, origin) {
            return;
        }
        claim.capability |= self.bfsl_of(client);
        self.note_non_restricted_client(at, client);
        let spent = self.has_shown_ui_and_is_not_home(at);
        let client = &self.records[client].state;
        let (client_adj, client_cached) = (client.cur_raw_adj, client.cached);
        let (client_state, client_group) = (client.cur_raw_proc_state, client.cur_sched_group);
        let state = &mut self.records[at].state;
        if claim.adj > client_adj {
            if !spent || client_adj <= Adj::PERCEPTIBLE_APP {
                claim.adj = client_adj.max(Adj::FOREGROUND_APP);
                claim.why = (&PROC_ADJ_030, "provider");
                state.cur_raw_adj = claim.adj;
            }
            state.cached &= client_cached;
        }
        let passed = if client_state.is_cached() {
            ProcState::CachedEmpty
        } else if client_state == ProcState::Top {
            ProcState::BoundTop
        } else if client_state <= ProcState::ForegroundService {
            ProcState::BoundForegroundService
        } else {
            client_state
        };
        if claim.state > passed {
            claim.state = passed;
            state.cur_raw_proc_state = passed;
        }
        if client_group > claim.group {
            claim.group = SchedGroup::Default;
        }
    }
}

/// What a client at `client` makes of a service at `own` without ABOVE_CLIENT and IMPORTANT.
///
/// The lower bound of one row stays for the rows after it. Rule: PROC-ADJ-027, rows 2 to 9.
fn adj_by_flags(flags: BindFlags, own: Adj, client: Adj) -> Adj {
    let perceptible = client < Adj::PERCEPTIBLE_APP;
    let almost = flags.has(BindFlags::ALMOST_PERCEPTIBLE) && perceptible;
    let not_foreground = flags.has(BindFlags::NOT_FOREGROUND);
    let expedited = Adj::PERCEPTIBLE_MEDIUM_APP.plus(2);
    let rows = [
        (
            flags.has(BindFlags::NOT_PERCEPTIBLE) && client <= Adj::PERCEPTIBLE_APP,
            Adj::PERCEPTIBLE_LOW_APP,
            Adj::PERCEPTIBLE_LOW_APP,
        ),
        (almost && !not_foreground, Adj::PERCEPTIBLE_APP, Adj::PERCEPTIBLE_APP.plus(1)),
        (almost && not_foreground, expedited, expedited),
        (
            flags.has(BindFlags::NOT_VISIBLE) && perceptible,
            Adj::PERCEPTIBLE_APP,
            Adj::PERCEPTIBLE_APP,
        ),
    ];
    let mut lower_bound = Adj::VISIBLE_APP;
    for (applies, bound, found) in rows {
        if applies {
            lower_bound = bound;
            if own >= bound {
                return found;
            }
        }
    }
    if client >= Adj::PERCEPTIBLE_APP {
        client
    } else if own <= Adj::VISIBLE_APP {
        own
    } else if flags.has(BindFlags::TREAT_LIKE_VISIBLE_FOREGROUND_SERVICE)
        && client <= Adj::VISIBLE_APP
    {
        Adj::VISIBLE_APP
    } else {
        client.max(lower_bound)
    }
}

/// A persistent client is not on top and does not pass its state. Rule: PROC-ADJ-028.
fn state_of_persistent_client(flags: BindFlags, awake: bool) -> ProcState {
    if flags.has(BindFlags::TREAT_LIKE_VISIBLE_FOREGROUND_SERVICE) {
        ProcState::ForegroundService
    } else if flags.has(BindFlags::FOREGROUND_SERVICE)
        || (awake && flags.has(BindFlags::FOREGROUND_SERVICE_WHILE_AWAKE))
    {
        ProcState::BoundForegroundService
    } else {
        ProcState::ImportantForeground
    }
}
