//! Taking facts in: what inputs say of processes, visibility, users and the device.

use super::{System, UserFacts, SYSTEM_SERVER};
use crate::activity::{self, ActivityTaskManager};
use crate::fgs;
use crate::ids::{Pid, Uid, UserId};
use crate::input::{
    ActivityFacts, DeviceSignal, MemoryLevel, PackageMark, SystemFact, TemporaryList, UidMark,
};

use crate::looper::Looper;
use crate::notification::NotificationManager;
use crate::output::Output;
use crate::package::Packages;
use crate::process::{
    Activity, ActivityState, Adj, Constants, ProcState, ProcessList, ProcessStart,
    UidObserverController,
};
use crate::time::Now;

/// `UsageStatsManager.STANDBY_BUCKET_ACTIVE`.
const STANDBY_BUCKET_ACTIVE: i32 = 10;

impl System {
    /// A device on a desk that has just booted: user 0 runs, the screen is on, nothing is installed.
    /// `timeout_multiplier` is `ro.hw_timeout_multiplier`.
    pub(crate) fn new(timeout_multiplier: i64) -> Self {
        let user = UserFacts { started: true, stopping: false, unlocked: true };
        Self {
            packages: Packages::default(),
            processes: with_system_server(),
            uid_observers: UidObserverController::default(),
            activities: ActivityTaskManager::new(activity::Constants::android_14(
                timeout_multiplier,
            )),
            notifications: NotificationManager::new(),
            user_initiated: Default::default(),
            job_bindings: Default::default(),
            users: [(UserId(0), user)].into(),
            bad_processes: Default::default(),
            starting_processes: Default::default(),
            killed: Default::default(),
            not_responding: Default::default(),
            standby_buckets: Default::default(),
            power_allowlist: Default::default(),
            temporary_power_allowlist: Default::default(),
            fgs_start_allowlist: Default::default(),
            while_in_use_allowlist: Default::default(),
            told: Default::default(),
            background_restricted: Default::default(),
            quota_verdicts: Default::default(),
            reported_states: Default::default(),
            reported_active: Default::default(),
            memory: MemoryLevel::Normal,
            screen_on: true,
            on_power: false,
            now: Default::default(),
            idle_uids: Vec::new(),
        }
    }
}

impl System {
    /// A process runs. One with the same pid must be gone.
    pub(crate) fn start_process(&mut self, pid: Pid, uid: Uid, name: &str, package: &str) {
        let target_sdk = self.packages.description(package, uid.user()).map(|d| d.target_sdk);
        self.starting_processes.remove(&(uid, name.to_owned()));
        let listed = self.temporary_power_allowlist.contains(&uid.app_id());
        self.processes.add(ProcessStart {
            name: name.to_owned(),
            target_sdk: target_sdk.unwrap_or(34),
            uid_allow_listed: listed,
            ..ProcessStart::of_app(pid, uid, package)
        });
        self.activities.on_process_started(pid);
        self.host_job_services(pid, uid, name);
    }

    /// The activities of a process are now these; `None` where there is no such process.
    pub(crate) fn set_activities(&mut self, pid: Pid, activities: &[ActivityFacts]) -> Option<()> {
        self.processes.facts_mut(pid)?.activities = activities.iter().map(activity).collect();
        Some(())
    }

    /// A process that was on its way will not come.
    pub(crate) fn forget_starting_process(&mut self, uid: Uid, name: &str) {
        self.starting_processes.remove(&(uid, name.to_owned()));
    }

    /// Processes of a package that are on their way are not wanted any more.
    pub(crate) fn forget_starting_processes(&mut self, uid: Uid) {
        self.starting_processes.retain(|(of, _)| *of != uid);
    }

    /// All activities of a process are finished and gone.
    pub(crate) fn finish_activities(&mut self, pid: Pid) {
        if let Some(facts) = self.processes.facts_mut(pid) {
            facts.activities.clear();
        }
        let top = &mut self.processes.device_mut().top;
        *top = top.filter(|top| *top != pid);
    }

    /// What process states go by and the service code was told of. Rules: PROC-ADJ-002, FGS-SHORT-046.
    pub(crate) fn share_constants(&mut self, services: &fgs::Constants) {
        let constants = self.processes.constants_mut();
        constants.short_fgs_timeout_duration_ms = services.short_fgs_timeout;
        constants.short_fgs_proc_state_extra_wait_duration_ms =
            services.short_fgs_proc_state_extra_wait;
    }

    pub(crate) fn set_process_bad(&mut self, name: &str, uid: Uid, bad: bool) {
        let key = (name.to_owned(), uid);
        if bad {
            self.bad_processes.insert(key);
        } else {
            self.bad_processes.remove(&key);
        }
    }

    /// A uid's state is told from now on, or derived again.
    pub(crate) fn report_state(&mut self, uid: Uid, state: Option<ProcState>) {
        match state {
            Some(state) => self.reported_states.insert(uid, state),
            None => self.reported_states.remove(&uid),
        };
    }

    /// Whether a uid is active is told from now on.
    pub(crate) fn report_active(&mut self, uid: Uid, active: bool) {
        self.reported_active.insert(uid, active);
    }

    /// Nothing is told of a uid any more.
    pub(crate) fn forget_reports(&mut self, uid: Uid) {
        self.reported_states.remove(&uid);
        self.reported_active.remove(&uid);
    }

    /// The state of a uid: told, or derived.
    pub(crate) fn uid_state(&self, uid: Uid) -> ProcState {
        self.reported_states
            .get(&uid)
            .copied()
            .unwrap_or_else(|| self.processes.uid_proc_state(uid))
    }

    /// Whether a uid's state is told and not derived.
    pub(crate) fn is_state_reported(&self, uid: Uid) -> bool {
        self.reported_states.contains_key(&uid)
    }

    /// Whether a uid is active: told, or derived. Core uids always are. Rule: PROC-STATE-023.
    pub(crate) fn is_uid_active(&self, uid: Uid) -> bool {
        uid.is_core()
            || self
                .reported_active
                .get(&uid)
                .copied()
                .unwrap_or_else(|| self.processes.is_uid_active(uid))
    }

    /// Whether a uid's activity is told and not derived.
    pub(crate) fn is_activity_reported(&self, uid: Uid) -> bool {
        self.reported_active.contains_key(&uid)
    }

    pub(crate) fn set_user(&mut self, user: UserId, change: impl FnOnce(&mut UserChange<'_>)) {
        let facts = self.users.entry(user).or_default();
        change(&mut UserChange { facts });
    }

    pub(crate) fn remove_user(&mut self, user: UserId) {
        self.users.remove(&user);
        self.standby_buckets.retain(|(_, known), _| *known != user);
    }

    /// Takes in what a signal says of facts that rooms ask for.
    pub(crate) fn on_signal(&mut self, signal: &DeviceSignal) {
        match signal {
            DeviceSignal::Memory { level } => {
                self.memory = *level;
                self.processes.device_mut().memory_level_normal = *level == MemoryLevel::Normal;
            }
            DeviceSignal::Screen { on } => {
                self.screen_on = *on;
                self.processes.device_mut().awake = *on;
            }
            DeviceSignal::StandbyBucket { package, user, bucket } => {
                self.standby_buckets.insert((package.clone(), *user), i32::from(*bucket));
            }
            DeviceSignal::PowerConnected { connected } => self.on_power = *connected,
            DeviceSignal::PowerAllowlist { permanent, temporary } => {
                let dropped = self.temporary_power_allowlist.difference(temporary);
                for app_id in dropped {
                    self.fgs_start_allowlist.remove_app(*app_id);
                }
                self.power_allowlist = permanent.clone();
                self.temporary_power_allowlist = temporary.clone();
            }
            DeviceSignal::BackgroundRestricted { uid, package, restricted } => {
                let key = (*uid, package.clone());
                if *restricted {
                    self.background_restricted.insert(key);
                } else {
                    self.background_restricted.remove(&key);
                }
            }
            DeviceSignal::QuotaVerdict { uid, regular, expedited } => {
                self.quota_verdicts.insert(*uid, (*regular, *expedited));
            }
            DeviceSignal::Charging { .. }
            | DeviceSignal::BatteryLow { .. }
            | DeviceSignal::StorageLow { .. }
            | DeviceSignal::DefaultNetwork { .. }
            | DeviceSignal::NetworkBlocked { .. }
            | DeviceSignal::Doze { .. }
            | DeviceSignal::BatterySaver { .. }
            | DeviceSignal::Thermal { .. }
            | DeviceSignal::DeviceIdle { .. } => {}
        }
    }

    /// Takes a fact in.
    pub(crate) fn on_fact(&mut self, fact: &SystemFact, now: Now, out: &mut Output) {
        self.told.take(fact);
        match fact {
            SystemFact::TemporaryAllowlist { uid, list, duration, reason } => {
                let list = match list {
                    TemporaryList::ForegroundServiceStart => &mut self.fgs_start_allowlist,
                    TemporaryList::WhileInUse => &mut self.while_in_use_allowlist,
                };
                list.add(now.elapsed, *uid, *duration, *reason, out);
            }
            SystemFact::Uid { uid, mark, holds } => self.appoint(*uid, *mark, *holds),
            SystemFact::Package {
                package,
                mark: PackageMark::WhileInUseAllowlisted,
                holds,
                ..
            } => {
                let packages = &mut self.activities.roles_mut().while_in_use_packages;
                if *holds {
                    packages.insert(package.clone());
                } else {
                    packages.remove(package);
                }
            }
            SystemFact::Package { .. }
            | SystemFact::Debugging { .. }
            | SystemFact::AppsControlDisallowed { .. }
            | SystemFact::Device { .. }
            | SystemFact::Firewall { .. }
            | SystemFact::Associations { .. } => {}
        }
    }

    /// Roles of uids that the activity task manager knows, too.
    fn appoint(&mut self, uid: Uid, mark: UidMark, holds: bool) {
        let roles = self.activities.roles_mut();
        match mark {
            UidMark::DeviceOwner if holds => roles.device_owner = Some(uid),
            UidMark::DeviceOwner if roles.device_owner == Some(uid) => roles.device_owner = None,
            UidMark::ProfileOwner if holds => {
                roles.profile_owners.insert(uid);
            }
            UidMark::ProfileOwner => {
                roles.profile_owners.remove(&uid);
            }
            UidMark::CompanionApp if holds => {
                roles.companion_apps.insert(uid);
            }
            UidMark::CompanionApp => {
                roles.companion_apps.remove(&uid);
            }
            UidMark::DeviceOwner | UidMark::AboutToBeTop | UidMark::BackgroundAllowlisted => {}
        }
    }

    /// A process is gone, and with the last one of a uid its temporary entry. Rule: FGS-BG-032.
    pub(crate) fn forget_process(&mut self, pid: Pid, uid: Uid) {
        self.told.forget_process(pid);
        self.killed.remove(&pid);
        self.not_responding.remove(&pid);
        if self.processes.of_uid(uid).next().is_none() {
            self.fgs_start_allowlist.remove(uid);
        }
    }

    /// `UsageStatsManager.STANDBY_BUCKET_*` of an app; ACTIVE where nothing was told.
    pub(crate) fn standby_bucket(&self, package: &str, user: UserId) -> i32 {
        self.standby_buckets
            .get(&(package.to_owned(), user))
            .copied()
            .unwrap_or(STANDBY_BUCKET_ACTIVE)
    }
}

/// Changes what is known of a user.
pub(crate) struct UserChange<'a> {
    facts: &'a mut UserFacts,
}

impl UserChange<'_> {
    pub(crate) fn starts(&mut self) {
        self.facts.started = true;
        self.facts.stopping = false;
    }

    pub(crate) fn unlocks(&mut self) {
        self.facts.unlocked = true;
    }

    pub(crate) fn is_stopping(&mut self) {
        self.facts.stopping = true;
    }

    pub(crate) fn stops(&mut self) {
        *self.facts = UserFacts::default();
    }
}

/// The system's own process runs before anyone could observe it.
fn with_system_server() -> ProcessList {
    let mut processes = ProcessList::new(Constants::default());
    processes.add(ProcessStart {
        name: "system".to_owned(),
        max_adj: Some(Adj::SYSTEM),
        ..ProcessStart::of_app(SYSTEM_SERVER, Uid::SYSTEM, "android")
    });
    processes.update(Now::default(), &mut Looper::default(), &mut Output::new());
    processes
}

fn activity(facts: &ActivityFacts) -> Activity {
    use crate::input::ActivityState as Told;
    Activity {
        visible_requested: facts.visible,
        window_visible: facts.window_visible,
        task_layer: facts.task_visible.then_some(1),
        state: match facts.state {
            Told::Resumed => ActivityState::Resumed,
            Told::Pausing => ActivityState::Pausing,
            Told::Paused => ActivityState::Paused,
            Told::Stopping => ActivityState::Stopping,
            Told::Stopped => ActivityState::Stopped,
        },
        finishing: facts.finishing,
    }
}
