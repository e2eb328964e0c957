//! What a process can claim by facts of its own: its base values, activities, foreground services, roles.
//!
//! Rules: PROC-ADJ-010 … 021. The rows are tried in the platform's order; each may only improve what was
//! found so far, except the foreground-service block, which assigns.

use super::adjuster::{FromActivities, Origin, Pass};
use super::record::{Activity, ActivityState, ProcessRecord};
use super::{Adj, Capabilities, ProcState, SchedGroup, Urgency};
use crate::rules::proc_adj::{
    PROC_ADJ_010, PROC_ADJ_011, PROC_ADJ_012, PROC_ADJ_013, PROC_ADJ_016, PROC_ADJ_017,
    PROC_ADJ_019, PROC_ADJ_020, PROC_ADJ_021, PROC_ADJ_031, PROC_ADJ_032, PROC_ADJ_038,
};
use crate::rules::Rule;
use crate::time::Uptime;

/// `VISIBLE_APP_LAYER_MAX`: how far the layer of a task can push a visible process down.
const VISIBLE_APP_LAYER_MAX: i32 = 99;
/// `ServiceInfo.FOREGROUND_SERVICE_TYPE_SHORT_SERVICE`.
const TYPE_SHORT_SERVICE: i32 = 1 << 11;

/// What an evaluation has found so far.
#[derive(Clone, Copy, Debug)]
pub(super) struct Claim {
    pub(super) adj: Adj,
    pub(super) state: ProcState,
    pub(super) group: SchedGroup,
    pub(super) capability: Capabilities,
    /// Counts only if the process has foreground services in the end.
    pub(super) foreground_capability: Capabilities,
    pub(super) foreground_activities: bool,
    pub(super) visible_activities: bool,
    pub(super) scheduled_like_top: bool,
    /// `adjType`: what raised it last.
    pub(super) why: (&'static Rule, &'static str),
}

impl Claim {
    /// Whether bindings and providers could still improve this. Rule: PROC-ADJ-022.
    pub(super) fn is_open(&self) -> bool {
        self.adj > Adj::FOREGROUND_APP
            || self.group == SchedGroup::Background
            || self.state > ProcState::Top
    }
}

/// Which activities of a process count. Rule: PROC-ADJ-011.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Best {
    Visible,
    Paused,
    Stopping { finishing: bool },
    Other,
}

impl Best {
    fn of(activities: &[Activity]) -> Self {
        let is = |state| activities.iter().any(|activity| activity.state == state);
        if activities.iter().any(|activity| activity.visible_requested) {
            Self::Visible
        } else if is(ActivityState::Pausing) || is(ActivityState::Paused) {
            Self::Paused
        } else if is(ActivityState::Stopping) {
            let finishing = activities
                .iter()
                .filter(|activity| activity.state == ActivityState::Stopping)
                .all(|activity| activity.finishing);
            Self::Stopping { finishing }
        } else {
            Self::Other
        }
    }
}

impl Pass<'_> {
    /// Everything up to, but without, the backup target.
    pub(super) fn claim_of_its_own(&mut self, at: usize, origin: Origin) -> Claim {
        let mut claim = self.base(at, origin);
        if !claim.foreground_activities && !self.records[at].facts.activities.is_empty() {
            self.claim_activities(at, &mut claim);
        }
        if claim.state > ProcState::CachedRecent && self.records[at].facts.has_recent_tasks {
            claim.state = ProcState::CachedRecent;
            claim.why = (&PROC_ADJ_012, "recent tasks");
        }
        self.claim_foreground_services(at, &mut claim);
        self.claim_recently_top(at, &mut claim);
        self.claim_forced_important(at, &mut claim);
        self.claim_roles(at, &mut claim);
        claim
    }

    /// The first row that applies. Rule: PROC-ADJ-010.
    fn base(&mut self, at: usize, origin: Origin) -> Claim {
        let top_state = self.stage.top_state();
        let is_top = self.stage.device.top == Some(self.pid(at));
        let cyclic = self.is_cyclic(at);
        let record = &mut self.records[at];
        let mut capability =
            if origin.again { record.state.cur_capability } else { Capabilities::NONE };
        let by_urgency = |urgency| match urgency {
            Urgency::Foreground => SchedGroup::Default,
            Urgency::Background => SchedGroup::Background,
        };
        let executing = record.services.executing.values().max().copied();
        let (mut foreground, mut visible) = (false, false);
        let (adj, state, group, why) = if is_top && top_state == ProcState::Top {
            (foreground, visible) = (true, true);
            (Adj::FOREGROUND_APP, top_state, SchedGroup::TopApp, "top")
        } else if record.facts.running_remote_animation {
            (Adj::VISIBLE_APP, top_state, SchedGroup::TopApp, "remote animation")
        } else if record.facts.instrumentation.is_some() {
            capability |= Capabilities::BFSL;
            let state = ProcState::ForegroundService;
            (Adj::FOREGROUND_APP, state, SchedGroup::Default, "instrumentation")
        } else if let Some(urgency) = record.facts.receiving {
            (Adj::FOREGROUND_APP, ProcState::Receiver, by_urgency(urgency), "broadcast")
        } else if let Some(urgency) = executing {
            (Adj::FOREGROUND_APP, ProcState::Service, by_urgency(urgency), "service callback")
        } else if is_top {
            foreground = true;
            (Adj::FOREGROUND_APP, top_state, SchedGroup::Background, "top, asleep")
        } else {
            record.state.cached = !cyclic;
            (origin.unclaimed, ProcState::CachedEmpty, SchedGroup::Background, "")
        };
        Claim {
            adj,
            state,
            group,
            capability,
            foreground_capability: Capabilities::NONE,
            foreground_activities: foreground,
            visible_activities: visible,
            scheduled_like_top: false,
            why: if why.is_empty() { (&PROC_ADJ_038, "cached") } else { (&PROC_ADJ_010, why) },
        }
    }

    /// What its activities give. Rule: PROC-ADJ-011.
    fn claim_activities(&mut self, at: usize, claim: &mut Claim) {
        let found = match self.marks[at].activities {
            Some(found) => found,
            None => {
                let found = self.look_at_activities(at, claim);
                self.marks[at].activities = Some(found);
                found
            }
        };
        if found.adj < claim.adj || found.state < claim.state {
            claim.why = (&PROC_ADJ_011, "activities");
        }
        claim.adj = found.adj;
        claim.state = found.state;
        claim.group = found.group;
        claim.foreground_activities = found.foreground;
        claim.visible_activities = found.visible;
    }

    fn look_at_activities(&mut self, at: usize, claim: &Claim) -> FromActivities {
        let top_state = self.stage.top_state();
        let record = &mut self.records[at];
        let best = Best::of(&record.facts.activities);
        let (most_adj, most_state) = match best {
            Best::Visible => (Adj::VISIBLE_APP, top_state),
            Best::Paused => (Adj::PERCEPTIBLE_APP, top_state),
            Best::Stopping { finishing: false } => (Adj::PERCEPTIBLE_APP, ProcState::LastActivity),
            Best::Stopping { finishing: true } => (Adj::PERCEPTIBLE_APP, ProcState::Nonexistent),
            Best::Other => (Adj::UNKNOWN, ProcState::CachedActivity),
        };
        let mut adj = claim.adj.min(most_adj);
        if adj == Adj::VISIBLE_APP {
            adj = adj.plus(topmost_layer(&record.facts.activities));
        }
        if best != Best::Other {
            record.state.cached = false;
        }
        FromActivities {
            adj,
            state: claim.state.min(most_state),
            group: match best {
                Best::Visible | Best::Paused => claim.group.max(SchedGroup::Default),
                Best::Stopping { .. } | Best::Other => claim.group,
            },
            foreground: claim.foreground_activities || best != Best::Other,
            visible: best == Best::Visible,
        }
    }

    /// Assigns both values, even where that is worse. Rule: PROC-ADJ-013.
    fn claim_foreground_services(&mut self, at: usize, claim: &mut Claim) {
        if claim.adj <= Adj::PERCEPTIBLE_APP && claim.state <= ProcState::ForegroundService {
            return;
        }
        let now = self.stage.now.uptime;
        let record = &mut self.records[at];
        let (adj, state, why) = if record.has_non_short_foreground_services() {
            claim.foreground_capability |= Capabilities::BFSL;
            (Adj::PERCEPTIBLE_APP, ProcState::ForegroundService, "foreground service")
        } else if record.services.has_foreground
            && !all_short_services_demoted(record, now, self.stage.constants)
        {
            let adj = Adj::PERCEPTIBLE_MEDIUM_APP.plus(1);
            (adj, ProcState::ForegroundService, "short foreground service")
        } else if record.facts.has_overlay_ui {
            (Adj::PERCEPTIBLE_APP, ProcState::ImportantForeground, "overlay")
        } else {
            return;
        };
        record.state.cached = false;
        claim.adj = adj;
        claim.state = state;
        claim.group = SchedGroup::Default;
        claim.why = (&PROC_ADJ_013, why);
    }

    /// A foreground service or a job of an app that was just on top. Rules: PROC-ADJ-016, PROC-ADJ-017.
    fn claim_recently_top(&mut self, at: usize, claim: &mut Claim) {
        let (now, constants) = (self.stage.now.uptime, self.stage.constants);
        let record = &self.records[at];
        let state = &record.state;
        let was_top = |grace_ms| {
            state.last_top.plus(grace_ms) > now || state.set_proc_state <= ProcState::Top
        };
        let recent = Adj::PERCEPTIBLE_RECENT_FOREGROUND_APP;
        if record.services.has_foreground
            && claim.adj > recent
            && was_top(constants.top_to_fgs_grace_duration_ms)
        {
            let short = i32::from(!record.has_non_short_foreground_services());
            claim.adj = recent.plus(short);
            claim.why = (&PROC_ADJ_016, "foreground service, recently top");
        }
        let services = &record.services;
        let since = now.since(services.last_top_started_almost_perceptible);
        let top_started = services.has_top_started_almost_perceptible
            || (services.last_top_started_almost_perceptible > Uptime(0)
                && since < constants.service_bind_almost_perceptible_timeout_ms);
        if top_started
            && claim.adj > recent.plus(2)
            && was_top(constants.top_to_almost_perceptible_grace_duration_ms)
        {
            claim.adj = recent.plus(2);
            claim.why = (&PROC_ADJ_017, "job, recently top");
        }
    }

    /// A toast. Rule: PROC-ADJ-019.
    fn claim_forced_important(&mut self, at: usize, claim: &mut Claim) {
        let record = &mut self.records[at];
        let raises =
            claim.adj > Adj::PERCEPTIBLE_APP || claim.state > ProcState::TransientBackground;
        if raises && record.facts.forcing_to_important {
            record.state.cached = false;
            claim.adj = Adj::PERCEPTIBLE_APP;
            claim.state = ProcState::TransientBackground;
            claim.group = SchedGroup::Default;
            claim.why = (&PROC_ADJ_019, "forced important");
        }
    }

    /// Heavy-weight, home and previous process, in this order. Rule: PROC-ADJ-020.
    fn claim_roles(&mut self, at: usize, claim: &mut Claim) {
        let (device, pid) = (self.stage.device, Some(self.pid(at)));
        if device.heavy_weight == pid {
            self.raise(at, claim, Adj::HEAVY_WEIGHT_APP, ProcState::HeavyWeight, "heavy weight");
        }
        if device.home == pid {
            self.raise(at, claim, Adj::HOME_APP, ProcState::Home, "home");
        }
        if device.previous != pid || self.records[at].facts.activities.is_empty() {
            return;
        }
        let state = &self.records[at].state;
        let expires = state.last_state.plus(self.stage.constants.max_previous_time_ms);
        if claim.state >= ProcState::LastActivity
            && state.set_proc_state == ProcState::LastActivity
            && expires < self.stage.now.uptime
        {
            claim.adj = Adj::CACHED_APP_MIN;
            claim.state = ProcState::LastActivity;
            claim.group = SchedGroup::Background;
            claim.why = (&PROC_ADJ_020, "previous, expired");
        } else {
            self.raise(at, claim, Adj::PREVIOUS_APP, ProcState::LastActivity, "previous");
        }
    }

    fn raise(
        &mut self,
        at: usize,
        claim: &mut Claim,
        adj: Adj,
        state: ProcState,
        why: &'static str,
    ) {
        if claim.adj > adj {
            claim.adj = adj;
            claim.group = SchedGroup::Background;
            self.records[at].state.cached = false;
            claim.why = (&PROC_ADJ_020, why);
        }
        if claim.state > state {
            claim.state = state;
            claim.why = (&PROC_ADJ_020, why);
        }
    }

    /// Rule: PROC-ADJ-021.
    pub(super) fn claim_backup(&mut self, at: usize, claim: &mut Claim) {
        let (pid, user) = (self.pid(at), self.records[at].uid().user());
        if self.stage.device.backup.get(&user) != Some(&pid) {
            return;
        }
        if claim.adj > Adj::BACKUP_APP {
            claim.adj = Adj::BACKUP_APP;
            claim.state = claim.state.min(ProcState::TransientBackground);
            claim.why = (&PROC_ADJ_021, "backup");
            self.records[at].state.cached = false;
        }
        claim.state = claim.state.min(ProcState::Backup);
    }

    /// Rule: PROC-ADJ-031.
    pub(super) fn claim_recent_provider(&mut self, at: usize, claim: &mut Claim) {
        let (now, constants) = (self.stage.now.uptime, self.stage.constants);
        let record = &mut self.records[at];
        let retained = record.facts.last_provider_time.is_some_and(|last| {
            last > Uptime(0) && last.plus(constants.content_provider_retain_time_ms) > now
        });
        if !retained {
            return;
        }
        if claim.adj > Adj::PREVIOUS_APP {
            claim.adj = Adj::PREVIOUS_APP;
            claim.group = SchedGroup::Background;
            record.state.cached = false;
            claim.why = (&PROC_ADJ_031, "recent provider");
        }
        claim.state = claim.state.min(ProcState::LastActivity);
    }

    /// Rule: PROC-ADJ-032.
    pub(super) fn refine_cached(&mut self, at: usize, claim: &mut Claim) {
        if claim.state < ProcState::CachedEmpty {
            return;
        }
        if self.graph.has_client_activities[at] {
            claim.state = ProcState::CachedActivityClient;
            claim.why = (&PROC_ADJ_032, "client has activities");
        } else if self.records[at].services.treat_like_activity {
            claim.state = ProcState::CachedActivity;
            claim.why = (&PROC_ADJ_032, "treated like an activity");
        }
    }
}

/// The smallest layer of the tasks of visible activities. Rule: PROC-ADJ-011.
fn topmost_layer(activities: &[Activity]) -> i32 {
    activities
        .iter()
        .filter(|activity| activity.visible_requested)
        .filter_map(|activity| activity.task_layer)
        .min()
        .map_or(VISIBLE_APP_LAYER_MAX, |layer| layer.clamp(0, VISIBLE_APP_LAYER_MAX))
}

/// Whether no short service of the process is still within its time.
///
/// Only start-requested ones in the foreground whose time is tracked count. Rule: PROC-ADJ-015.
fn all_short_services_demoted(
    record: &ProcessRecord,
    now: Uptime,
    constants: &super::Constants,
) -> bool {
    let lasts_ms = constants
        .short_fgs_timeout_duration_ms
        .wrapping_add(constants.short_fgs_proc_state_extra_wait_duration_ms);
    record
        .services
        .running
        .values()
        .filter(|service| {
            service.start_requested
                && service.is_foreground
                && service.foreground_types == TYPE_SHORT_SERVICE
        })
        .filter_map(|service| service.short_started)
        .all(|started| started.plus(lasts_ms) < now)
}

impl ProcessRecord {
    /// `hasNonShortForegroundServices`. Rule: PROC-ADJ-014.
    pub(super) fn has_non_short_foreground_services(&self) -> bool {
        let services = &self.services;
        services.has_foreground
            && (services.has_type_none || services.foreground_types != TYPE_SHORT_SERVICE)
    }
}
