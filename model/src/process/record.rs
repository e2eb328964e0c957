//! `ProcessRecord`: a process, the facts known about it, and what the last computation made of them.

use std::collections::BTreeMap;

use super::{Adj, Capabilities, ProcState, SchedGroup};
use crate::fgs::effect::ServiceToken;
use crate::ids::{Pid, Uid};
use crate::time::{Elapsed, Now, Uptime};

/// A process that comes into being.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct ProcessStart {
    /// Its pid.
    pub pid: Pid,
    /// Whose it is.
    pub uid: Uid,
    /// Its name, such as `com.example.app:remote`.
    pub name: String,
    /// The packages that run in it, the one it was started for first.
    pub packages: Vec<String>,
    /// The target SDK of that package.
    pub target_sdk: i32,
    /// What holds its adjustment down, if anything does.
    pub max_adj: Option<Adj>,
    /// An instant app.
    pub ephemeral: bool,
    /// Whether its application thread is attached already.
    pub attached: bool,
    /// Whether its uid is on the temporary power allow-list; read when the uid has no record yet.
    pub uid_allow_listed: bool,
}

impl ProcessStart {
    /// An ordinary, attached process of an app that targets Android 14, named like its package.
    pub fn of_app(pid: Pid, uid: Uid, package: impl Into<String>) -> Self {
        let package = package.into();
        Self {
            pid,
            uid,
            name: package.clone(),
            packages: vec![package],
            target_sdk: 34,
            max_adj: None,
            ephemeral: false,
            attached: true,
            uid_allow_listed: false,
        }
    }
}

/// `ActivityRecord.State` as far as importance depends on it.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum ActivityState {
    /// Resumed.
    Resumed,
    /// On its way to paused.
    Pausing,
    /// Paused.
    Paused,
    /// On its way to stopped.
    Stopping,
    /// Stopped, or anything else that does not count.
    #[default]
    Stopped,
}

/// An activity hosted by a process.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct Activity {
    /// `isVisibleRequested`.
    pub visible_requested: bool,
    /// `isVisible`: still shown.
    pub window_visible: bool,
    /// Rank of its task among the visible ones, 1 on top; none: the task is not visible.
    pub task_layer: Option<i32>,
    /// Its state.
    pub state: ActivityState,
    /// It is finishing.
    pub finishing: bool,
}

/// Who waits for a broadcast or a service callback in a process.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Urgency {
    /// Something in the background.
    Background,
    /// Something in the foreground.
    Foreground,
}

/// `ActiveInstrumentation`: what its starter was allowed to do when it started it.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct Instrumentation {
    /// It held `START_ACTIVITIES_FROM_BACKGROUND`. Rule: BAL-032.
    pub start_activities_from_background: bool,
    /// It held `START_FOREGROUND_SERVICES_FROM_BACKGROUND`.
    pub start_foreground_services_from_background: bool,
}

/// What others report about a process. Change freely, then update.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct ProcessFacts {
    /// Its activities that are not destroyed.
    pub activities: Vec<Activity>,
    /// It has tasks in recents.
    pub has_recent_tasks: bool,
    /// It has shown UI since it was started, or since it last went to the cache.
    pub has_shown_ui: bool,
    /// It shows the top UI, such as the status bar.
    pub has_top_ui: bool,
    /// It shows an overlay.
    pub has_overlay_ui: bool,
    /// It runs a remote animation.
    pub running_remote_animation: bool,
    /// Something, such as a toast, forces it to be important.
    pub forcing_to_important: bool,
    /// The instrumentation that runs in it.
    pub instrumentation: Option<Instrumentation>,
    /// It is receiving a broadcast.
    pub receiving: Option<Urgency>,
    /// When one of its providers was last used, if ever.
    pub last_provider_time: Option<Uptime>,
    /// Its memory reaches the threshold above which a cached process is not worth restoring.
    pub exceeds_cached_restore_threshold: bool,
    /// The user restricted the app in the background.
    pub background_restricted: bool,
}

/// `ServiceRecord` as the process that runs it sees it.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct RunningService {
    /// Start-requested.
    pub start_requested: bool,
    /// When it last did something. Rule: FGS-OOM-015.
    pub last_activity: Uptime,
    /// In the foreground state.
    pub is_foreground: bool,
    /// `ServiceInfo.FOREGROUND_SERVICE_TYPE_*` it is in the foreground with.
    pub foreground_types: i32,
    /// `fgRequired`: startForegroundService was called, startForeground not yet.
    pub start_foreground_owed: bool,
    /// `mAllowWhileInUsePermissionInFgs`.
    pub while_in_use: bool,
    /// The start of its time as a short service, while that is tracked.
    pub short_started: Option<Uptime>,
    /// Its process is kept warm.
    pub keep_warm: bool,
}

/// `ProcessServiceRecord`: the services of one process and what is summed up of them.
///
/// The sums are stored, not derived: they change when the service code says so and are stale in between.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub(crate) struct ProcessServices {
    pub(super) running: BTreeMap<ServiceToken, RunningService>,
    pub(super) executing: BTreeMap<ServiceToken, Urgency>,
    pub(super) has_foreground: bool,
    pub(super) foreground_types: i32,
    pub(super) has_type_none: bool,
    /// Rule: PROC-ADJ-018, the flag.
    pub(super) has_top_started_almost_perceptible: bool,
    /// Rule: PROC-ADJ-018, the time; 0 is never.
    pub(super) last_top_started_almost_perceptible: Uptime,
    pub(super) treat_like_activity: bool,
}

/// `ProcessStateRecord`: the results of the computation.
///
/// "cur" is what the running computation has found, "set" what was last applied.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) struct ProcessState {
    pub(super) cur_raw_adj: Adj,
    pub(super) cur_adj: Adj,
    pub(super) set_adj: Adj,
    pub(super) cur_raw_proc_state: ProcState,
    pub(super) cur_proc_state: ProcState,
    pub(super) set_proc_state: ProcState,
    pub(super) cur_capability: Capabilities,
    pub(super) cur_sched_group: SchedGroup,
    pub(super) cached: bool,
    pub(super) set_cached: bool,
    pub(super) has_foreground_activities: bool,
    pub(super) has_started_services: bool,
    pub(super) service_b: bool,
    /// Rule: FGS-START-048.
    pub(super) cur_bound_by_non_restricted: bool,
    pub(super) set_bound_by_non_restricted: bool,
    /// Rule: UIJ-VIS-031. 0 is never visible, `i64::MAX` visible.
    pub(super) last_invisible: Elapsed,
    pub(super) last_top: Uptime,
    pub(super) last_state: Uptime,
}

impl Default for ProcessState {
    fn default() -> Self {
        Self {
            cur_raw_adj: Adj::INVALID,
            cur_adj: Adj::INVALID,
            set_adj: Adj::INVALID,
            cur_raw_proc_state: ProcState::Nonexistent,
            cur_proc_state: ProcState::Nonexistent,
            set_proc_state: ProcState::Nonexistent,
            cur_capability: Capabilities::NONE,
            cur_sched_group: SchedGroup::Background,
            cached: false,
            set_cached: false,
            has_foreground_activities: false,
            has_started_services: false,
            service_b: false,
            cur_bound_by_non_restricted: false,
            set_bound_by_non_restricted: false,
            last_invisible: Elapsed(0),
            last_top: Uptime(0),
            last_state: Uptime(0),
        }
    }
}

impl ProcessState {
    /// After an evaluation that found visible activities or none. Rule: UIJ-VIS-031.
    pub(super) fn note_visibility(&mut self, visible: bool, now: Now) {
        if visible {
            self.last_invisible = Elapsed(i64::MAX);
        } else if self.last_invisible == Elapsed(i64::MAX) {
            self.last_invisible = now.elapsed;
        }
    }
}

/// A process.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct ProcessRecord {
    pub(super) start: ProcessStart,
    pub(super) facts: ProcessFacts,
    pub(super) services: ProcessServices,
    pub(super) state: ProcessState,
    /// When it last moved in the order of use. Rule: PROC-ADJ-045.
    pub(super) last_activity: Uptime,
    /// The platform killed it; its death is yet to be reported.
    pub(super) killed: bool,
}

impl ProcessRecord {
    pub(super) fn new(start: ProcessStart) -> Self {
        Self {
            start,
            facts: ProcessFacts::default(),
            services: ProcessServices::default(),
            state: ProcessState::default(),
            last_activity: Uptime(0),
            killed: false,
        }
    }

    /// Its pid.
    pub fn pid(&self) -> Pid {
        self.start.pid
    }

    /// Whose it is.
    pub fn uid(&self) -> Uid {
        self.start.uid
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.start.name
    }

    /// The packages that run in it, the one it was started for first.
    pub fn packages(&self) -> &[String] {
        &self.start.packages
    }

    /// The target SDK of its first package.
    pub fn target_sdk(&self) -> i32 {
        self.start.target_sdk
    }

    /// `isPersistent`, and the system process.
    pub fn is_fixed(&self) -> bool {
        self.start.max_adj.is_some_and(|adj| adj <= Adj::FOREGROUND_APP)
    }

    /// Whether its application thread is attached.
    pub fn is_attached(&self) -> bool {
        self.start.attached
    }

    /// What others reported about it.
    pub fn facts(&self) -> &ProcessFacts {
        &self.facts
    }

    /// The state found by the last computation.
    pub fn cur_proc_state(&self) -> ProcState {
        self.state.cur_proc_state
    }

    /// The state last applied.
    pub fn set_proc_state(&self) -> ProcState {
        self.state.set_proc_state
    }

    /// The adjustment found by the last computation.
    pub fn adj(&self) -> Adj {
        self.state.cur_adj
    }

    /// The adjustment before the reduction for a client of an above-client service.
    pub fn raw_adj(&self) -> Adj {
        self.state.cur_raw_adj
    }

    /// Bound by an app that the user has not restricted, as last applied. Rule: FGS-START-048.
    pub fn is_bound_by_non_restricted(&self) -> bool {
        self.state.set_bound_by_non_restricted
    }

    /// Its capabilities.
    pub fn capabilities(&self) -> Capabilities {
        self.state.cur_capability
    }

    /// Its scheduling group.
    pub fn sched_group(&self) -> SchedGroup {
        self.state.cur_sched_group
    }

    /// Whether the last computation found activities that count as foreground.
    pub fn has_foreground_activities(&self) -> bool {
        self.state.has_foreground_activities
    }

    /// Whether the last computation met a started service.
    pub fn has_started_services(&self) -> bool {
        self.state.has_started_services
    }

    /// Whether its summary says foreground services run in it. Rule: PROC-ADJ-014.
    pub fn has_foreground_services(&self) -> bool {
        self.services.has_foreground
    }

    /// When it was last seen invisible after having been visible: 0 if it never was visible,
    /// `i64::MAX` while it is. Rule: UIJ-VIS-031.
    pub fn last_invisible(&self) -> Elapsed {
        self.state.last_invisible
    }

    /// When it was last top. Rule: PROC-ADJ-043.
    pub fn last_top(&self) -> Uptime {
        self.state.last_top
    }

    /// The services that run in it.
    pub fn running_services(&self) -> impl Iterator<Item = (ServiceToken, &RunningService)> {
        self.services.running.iter().map(|(&token, service)| (token, service))
    }

    /// Whether it is executing a service callback.
    pub fn is_executing_services(&self) -> bool {
        !self.services.executing.is_empty()
    }
}
