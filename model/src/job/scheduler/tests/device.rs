//! A small device for tests: a few packages, one user, a scheduler with all its rooms.

use std::collections::{BTreeMap, BTreeSet};

use crate::effect::Effect;
use crate::exception::Exception;
use crate::ids::{Caller, ComponentName, Pid, Uid, UserId};
use crate::input::NetworkFacts;
use crate::job::call::{CallbackToken, JobCallbackCall, JobSchedulerCall};
use crate::job::effect::JobEffect;
use crate::job::info::{
    JobInfo, JobWorkItem, NetCapabilities, NetworkRequest, CONSTRAINT_FLAG_DEVICE_IDLE,
    FLAG_EXPEDITED, FLAG_USER_INITIATED, PRIORITY_MAX,
};
use crate::job::neighbours::{ApplicationInfo, Neighbours, ServiceInfo};
use crate::job::scheduler::{ConnectionEvent, PlatformJobScheduler, UserEvent, World};
use crate::job::{JobKey, JobStatus};
use crate::looper::{Fired, Looper, Posted};
use crate::output::Output;
use crate::package::{Change, Granted};
use crate::reply::Reply;
use crate::time::{Now, Wall};

/// The app most tests are about.
pub(in crate::job) const APP: Uid = Uid(10_001);
/// Another app.
pub(in crate::job) const OTHER: Uid = Uid(10_002);
/// Its package.
pub(in crate::job) const PACKAGE: &str = "com.example.app";

/// What the rest of the platform answers; every field can be changed by a test.
#[derive(Clone, Debug)]
pub(in crate::job) struct Facts {
    pub packages: BTreeMap<(String, UserId), Uid>,
    pub debuggable: BTreeSet<String>,
    pub services: BTreeMap<(ComponentName, UserId), ServiceInfo>,
    pub changes_off: BTreeSet<(Change, Uid)>,
    pub denied: BTreeMap<(String, Uid), Granted>,
    pub top: BTreeSet<Uid>,
    pub active: BTreeSet<Uid>,
    pub start_mode_disabled: BTreeSet<Uid>,
    pub may_schedule_user_initiated: BTreeSet<Uid>,
    pub bad: BTreeSet<Uid>,
    pub buckets: BTreeMap<Uid, i32>,
    pub out_of_quota: BTreeSet<Uid>,
    pub out_of_expedited_quota: BTreeSet<Uid>,
    pub ungrantable: BTreeSet<String>,
    pub users: BTreeSet<UserId>,
    pub binds_refused: bool,
    pub background_restricted: BTreeSet<Uid>,
    pub power_allowlisted: BTreeSet<u32>,
    pub temporarily_allowlisted: BTreeSet<u32>,
    pub launches: BTreeMap<String, i64>,
}

impl Facts {
    fn new() -> Self {
        let mut facts = Self {
            packages: BTreeMap::new(),
            debuggable: BTreeSet::new(),
            services: BTreeMap::new(),
            changes_off: BTreeSet::new(),
            denied: BTreeMap::new(),
            top: BTreeSet::new(),
            active: BTreeSet::new(),
            start_mode_disabled: BTreeSet::new(),
            may_schedule_user_initiated: BTreeSet::new(),
            bad: BTreeSet::new(),
            buckets: BTreeMap::new(),
            out_of_quota: BTreeSet::new(),
            out_of_expedited_quota: BTreeSet::new(),
            ungrantable: BTreeSet::new(),
            users: BTreeSet::from([UserId(0)]),
            binds_refused: false,
            background_restricted: BTreeSet::new(),
            power_allowlisted: BTreeSet::new(),
            temporarily_allowlisted: BTreeSet::new(),
            launches: BTreeMap::new(),
        };
        facts.install(PACKAGE, APP);
        facts.install("com.example.other", OTHER);
        facts
    }

    /// Installs a package with one job service, `.Service`.
    pub fn install(&mut self, package: &str, uid: Uid) {
        let user = uid.user();
        self.packages.insert((package.to_owned(), user), uid);
        let info = ServiceInfo {
            uid,
            permission: Some("android.permission.BIND_JOB_SERVICE".to_owned()),
            process_name: package.to_owned(),
            direct_boot_aware: false,
        };
        self.services.insert((ComponentName::new(package, ".Service"), user), info);
    }

    pub fn uninstall(&mut self, package: &str, user: UserId) {
        self.packages.remove(&(package.to_owned(), user));
        self.services.retain(|(component, _), _| *component.package != *package);
    }
}

impl Neighbours for Facts {
    fn package_uid(&self, package: &str, user: UserId) -> Option<Uid> {
        self.packages.get(&(package.to_owned(), user)).copied()
    }

    fn packages_for_uid(&self, uid: Uid) -> Vec<String> {
        let of_uid = self.packages.iter().filter(|(_, known)| **known == uid);
        of_uid.map(|((package, _), _)| package.clone()).collect()
    }

    fn application_info(&self, package: &str, user: UserId) -> Option<ApplicationInfo> {
        self.package_uid(package, user)
            .map(|_| ApplicationInfo { debuggable: self.debuggable.contains(package) })
    }

    fn service_info(&self, component: &ComponentName, user: UserId) -> Option<ServiceInfo> {
        self.services.get(&(component.clone(), user)).cloned()
    }

    fn is_change_enabled(&self, change: Change, uid: Uid) -> bool {
        !self.changes_off.contains(&(change, uid))
    }

    fn check_permission(&self, permission: &str, uid: Uid, _pid: Option<Pid>) -> Granted {
        if uid.holds_everything() {
            return Granted::Granted;
        }
        let default = match permission {
            "android.permission.RECEIVE_BOOT_COMPLETED"
            | "android.permission.ACCESS_NETWORK_STATE"
            | "android.permission.RUN_USER_INITIATED_JOBS" => Granted::Granted,
            _ => Granted::HardDenied,
        };
        self.denied.get(&(permission.to_owned(), uid)).copied().unwrap_or(default)
    }

    fn user_exists(&self, user: UserId) -> bool {
        self.users.contains(&user)
    }

    fn is_user_unlocked(&self, user: UserId) -> bool {
        self.users.contains(&user)
    }

    fn is_uid_top(&self, uid: Uid) -> bool {
        self.top.contains(&uid)
    }

    fn is_uid_active(&self, uid: Uid) -> bool {
        self.active.contains(&uid)
    }

    fn is_app_start_mode_disabled(&self, uid: Uid, _package: &str) -> bool {
        self.start_mode_disabled.contains(&uid)
    }

    fn can_schedule_user_initiated_jobs(
        &self,
        uid: Uid,
        _: Option<Pid>,
        _: &str,
        _: &mut Output,
    ) -> bool {
        self.may_schedule_user_initiated.contains(&uid)
    }

    fn is_process_bad(&self, _process: &str, uid: Uid) -> bool {
        self.bad.contains(&uid)
    }

    fn bind_service(
        &mut self,
        _request: &crate::job::execution::BindRequest,
        _out: &mut Output,
    ) -> bool {
        !self.binds_refused
    }

    fn standby_bucket(&self, package: &str, user: UserId) -> i32 {
        let uid = self.package_uid(package, user);
        uid.and_then(|uid| self.buckets.get(&uid).copied()).unwrap_or(10)
    }

    fn may_grant_uri(&self, _from: Uid, uri: &str, _flags: i32, _owner: UserId) -> bool {
        !self.ungrantable.contains(uri)
    }

    fn may_run_any_in_background(&self, uid: Uid, _package: &str) -> bool {
        !self.background_restricted.contains(&uid)
    }

    fn is_power_allowlisted_by_user(&self, app_id: u32) -> bool {
        self.power_allowlisted.contains(&app_id)
    }

    fn is_temporarily_allowlisted(&self, app_id: u32) -> bool {
        self.temporarily_allowlisted.contains(&app_id)
    }

    fn next_estimated_launch_time(&self, package: &str, _user: UserId) -> i64 {
        self.launches.get(package).copied().unwrap_or(i64::MAX)
    }

    fn is_within_quota(&self, uid: Uid, _package: &str) -> bool {
        !self.out_of_quota.contains(&uid)
    }

    fn is_within_expedited_quota(&self, uid: Uid, _package: &str) -> bool {
        !self.out_of_expedited_quota.contains(&uid)
    }
}

/// A device: the scheduler, what surrounds it, and the clocks.
#[derive(Clone, Debug)]
pub(in crate::job) struct Device {
    pub scheduler: PlatformJobScheduler,
    pub facts: Facts,
    pub looper: Looper,
    pub now: Now,
    /// What the last act had as effects and decisions.
    pub out: Output,
}

impl Device {
    /// Booted, user 0 started, on battery, with a working network.
    pub fn booted() -> Self {
        let mut device = Self::before_boot();
        device.act(|scheduler, world| {
            scheduler.on_user_event(UserEvent::Starting, UserId(0), world);
            scheduler.on_system_services_ready(world);
            scheduler.on_third_party_apps_can_start(world);
        });
        device
    }

    /// Nothing has started yet.
    pub fn before_boot() -> Self {
        Self {
            scheduler: PlatformJobScheduler::new(1),
            facts: Facts::new(),
            looper: Looper::default(),
            now: Now::at_boot(Wall(1_700_000_000_000)).awake_for(100_000),
            out: Output::tracing(),
        }
    }

    /// Does something, and everything that follows from it at the same instant.
    pub fn act<R>(
        &mut self,
        act: impl FnOnce(&mut PlatformJobScheduler, &mut World<'_>) -> R,
    ) -> R {
        self.out.clear();
        let result = act(
            &mut self.scheduler,
            &mut World {
                now: self.now,
                neighbours: &mut self.facts,
                looper: &mut self.looper,
                out: &mut self.out,
            },
        );
        self.settle();
        result
    }

    fn settle(&mut self) {
        loop {
            let mut world = World {
                now: self.now,
                neighbours: &mut self.facts,
                looper: &mut self.looper,
                out: &mut self.out,
            };
            if let Some(posted) = world.looper.pop_posted() {
                if let Posted::Job(posted) = posted {
                    self.scheduler.on_posted(posted, &mut world);
                }
            } else if let Some(fired) = world.looper.pop_due(self.now) {
                match fired {
                    Fired::Alarm(crate::looper::Alarm::Job(alarm)) => {
                        self.scheduler.on_alarm(&alarm, &mut world);
                    }
                    Fired::Message(crate::looper::Message::Job(message)) => {
                        self.scheduler.on_message(&message, &mut world);
                    }
                    Fired::Alarm(_) | Fired::Message(_) => {}
                }
            } else {
                return;
            }
        }
    }

    /// Time passes, and whatever comes due meanwhile happens when it is due.
    pub fn advance(&mut self, millis: i64) {
        let end = self.now.awake_for(millis);
        loop {
            let step = self.looper.next_wakeup().in_millis(self.now);
            let left = end.elapsed.since(self.now.elapsed);
            match step {
                Some(step) if step <= left => self.now = self.now.awake_for(step),
                _ => {
                    self.now = end;
                    return;
                }
            }
            self.act(|_, _| {});
        }
    }

    /// A call of `IJobScheduler` by an app whose pid is its uid.
    pub fn call(&mut self, uid: Uid, call: JobSchedulerCall) -> Result<Reply, Exception> {
        self.act(|scheduler, world| scheduler.call(caller(uid), call, world))
    }

    /// `schedule` in the default namespace.
    pub fn schedule(&mut self, uid: Uid, job: JobInfo) -> Result<Reply, Exception> {
        let job = Some(Box::new(job));
        self.call(uid, JobSchedulerCall::Schedule { namespace: None, job })
    }

    /// `schedule` in a namespace.
    pub fn schedule_in(
        &mut self,
        uid: Uid,
        namespace: &str,
        job: JobInfo,
    ) -> Result<Reply, Exception> {
        let (namespace, job) = (Some(namespace.to_owned()), Some(Box::new(job)));
        self.call(uid, JobSchedulerCall::Schedule { namespace, job })
    }

    /// `enqueue` in the default namespace.
    pub fn enqueue(
        &mut self,
        uid: Uid,
        job: JobInfo,
        work: JobWorkItem,
    ) -> Result<Reply, Exception> {
        let (job, work) = (Some(Box::new(job)), Some(Box::new(work)));
        self.call(uid, JobSchedulerCall::Enqueue { namespace: None, job, work })
    }

    /// `scheduleAsPackage` in the default namespace and user 0.
    pub fn schedule_as(
        &mut self,
        uid: Uid,
        package: &str,
        job: JobInfo,
    ) -> Result<Reply, Exception> {
        let (job, package) = (Some(Box::new(job)), Some(package.to_owned()));
        let tag = Some("tag".to_owned());
        let (namespace, user) = (None, 0);
        let call = JobSchedulerCall::ScheduleAsPackage { namespace, job, package, user, tag };
        self.call(uid, call)
    }

    /// `cancel` in the default namespace.
    pub fn cancel(&mut self, uid: Uid, id: i32) {
        let done = self.call(uid, JobSchedulerCall::Cancel { namespace: None, id });
        assert_eq!(done, Ok(Reply::Nothing));
    }

    /// The call is refused with this exception by this rule, and leaves everything as it was.
    pub fn refuses(
        &mut self,
        uid: Uid,
        call: JobSchedulerCall,
        exception: &str,
        rule: &'static crate::rules::Rule,
    ) {
        let before = self.scheduler.clone();
        let refused = self.call(uid, call).expect_err("refused");
        assert_eq!(refused.class_name(), exception, "{refused}");
        self.assert_unchanged(&before, rule);
    }

    /// The call returns `RESULT_FAILURE` by this rule, and leaves everything as it was.
    pub fn fails(&mut self, uid: Uid, call: JobSchedulerCall, rule: &'static crate::rules::Rule) {
        let before = self.scheduler.clone();
        assert_eq!(self.call(uid, call), Ok(Reply::Int(0)));
        self.assert_unchanged(&before, rule);
    }

    fn assert_unchanged(
        &mut self,
        before: &PlatformJobScheduler,
        rule: &'static crate::rules::Rule,
    ) {
        assert!(self.went_by(rule), "not by {rule}: {:?}", self.out.decisions);
        // Outcomes of permission checks are kept, whatever the end of the call. Rule: JOB-API-008.
        let mut after = self.scheduler.clone();
        after.permissions = before.permissions.clone();
        assert!(*before == after, "the refusal by {rule} left a trace");
    }

    /// The stored job of an app in the default namespace.
    pub fn stored(&self, uid: Uid, id: i32) -> JobStatus {
        self.stored_in(uid, None, id)
    }

    /// The stored job of an app in a namespace.
    pub fn stored_in(&self, uid: Uid, namespace: Option<&str>, id: i32) -> JobStatus {
        let key = JobKey { uid, namespace: namespace.map(Into::into), id };
        self.scheduler.job(&key).expect("stored").clone()
    }

    /// Whether a job is in the pending queue.
    pub fn is_pending(&self, uid: Uid, id: i32) -> bool {
        self.scheduler.board().is_pending(self.stored(uid, id).record())
    }

    /// Schedules a job that starts at once, and has the app work at it.
    pub fn run(&mut self, uid: Uid, job: JobInfo) -> CallbackToken {
        assert_eq!(self.schedule(uid, job), Ok(Reply::Int(1)));
        let token = *self.bound().first().expect("bound at once");
        self.start_work(uid, token);
        token
    }

    /// The app is done with a job.
    pub fn finish(&mut self, uid: Uid, token: CallbackToken, reschedule: bool) {
        let done = self.callback(uid, token, JobCallbackCall::JobFinished { reschedule });
        assert_eq!(done, Ok(Reply::Nothing));
    }

    /// The process of a job dies.
    pub fn kill(&mut self, token: CallbackToken) {
        self.act(|scheduler, world| {
            scheduler.on_connection(token, &ConnectionEvent::Disconnected, world);
        });
    }

    /// The stop reasons that apps were told with `onStopJob` in the last act: public and internal.
    pub fn stops(&self) -> Vec<(i32, i32)> {
        let stop = |effect: JobEffect| match effect {
            JobEffect::StopJob { parameters, .. } => {
                Some((parameters.stop_reason, parameters.internal_stop_reason))
            }
            _ => None,
        };
        self.effects().into_iter().filter_map(stop).collect()
    }

    /// Uri grants and revocations of the last act, in order: `+uri`, `-uri`.
    pub fn grants(&self) -> Vec<String> {
        let grant = |effect: JobEffect| match effect {
            JobEffect::GrantUri { uri, .. } => Some(format!("+{uri}")),
            JobEffect::RevokeUri { uri, .. } => Some(format!("-{uri}")),
            _ => None,
        };
        self.effects().into_iter().filter_map(grant).collect()
    }

    /// `getPendingJobReason` in the default namespace.
    pub fn reason(&mut self, uid: Uid, id: i32) -> i32 {
        match self.call(uid, JobSchedulerCall::GetPendingJobReason { namespace: None, id }) {
            Ok(Reply::Int(reason)) => reason,
            other => panic!("not a reason: {other:?}"),
        }
    }

    /// A call of `IJobCallback` by the app of a job.
    pub fn callback(
        &mut self,
        uid: Uid,
        token: CallbackToken,
        call: JobCallbackCall,
    ) -> Result<Reply, Exception> {
        self.act(|scheduler, world| scheduler.callback(caller(uid), token, call, world))
    }

    /// The service answers the bind, and the app says that it works.
    pub fn start_work(&mut self, uid: Uid, token: CallbackToken) {
        let component = self.component_of(token);
        self.act(|scheduler, world| {
            let connected = ConnectionEvent::Connected(component);
            scheduler.on_connection(token, &connected, world);
        });
        let answer = self.callback(uid, token, JobCallbackCall::AcknowledgeStart { ongoing: true });
        assert_eq!(answer, Ok(Reply::Nothing));
    }

    fn component_of(&self, token: CallbackToken) -> ComponentName {
        let (_, job) = self.scheduler.execution_of(token).expect("the token names an execution");
        job.service_component().clone()
    }

    /// The job effects of the last act.
    pub fn effects(&self) -> Vec<JobEffect> {
        let job = |effect: &Effect| match effect {
            Effect::Job(effect) => Some(effect.clone()),
            Effect::Service(_) | Effect::Notification(_) | Effect::Process(_) => None,
        };
        self.out.effects.iter().filter_map(job).collect()
    }

    /// The executions that the last act bound for.
    pub fn bound(&self) -> Vec<CallbackToken> {
        let bound = |effect: JobEffect| match effect {
            JobEffect::Bind { token, .. } => Some(token),
            _ => None,
        };
        self.effects().into_iter().filter_map(bound).collect()
    }

    /// Whether the last act went by this rule.
    pub fn went_by(&self, rule: &crate::rules::Rule) -> bool {
        self.out.decisions.iter().any(|decision| decision.rule == rule)
    }

    /// Whether a job is stored.
    pub fn is_stored(&self, uid: Uid, id: i32) -> bool {
        self.scheduler.desk.board.store.find(&JobKey { uid, namespace: None, id }).is_some()
    }
}

/// The caller of an app whose pid is its uid.
pub(in crate::job) fn caller(uid: Uid) -> Caller {
    Caller { uid, pid: i32::try_from(uid.0).ok().map(Pid) }
}

/// `schedule` in the default namespace, as a call.
pub(in crate::job) fn schedule_call(job: JobInfo) -> JobSchedulerCall {
    JobSchedulerCall::Schedule { namespace: None, job: Some(Box::new(job)) }
}

/// `enqueue` in the default namespace, as a call.
pub(in crate::job) fn enqueue_call(job: JobInfo, work: JobWorkItem) -> JobSchedulerCall {
    let (job, work) = (Some(Box::new(job)), Some(Box::new(work)));
    JobSchedulerCall::Enqueue { namespace: None, job, work }
}

/// A job that requires what never holds here: the device to be idle.
pub(in crate::job) fn waiting(id: i32) -> JobInfo {
    JobInfo { constraint_flags: CONSTRAINT_FLAG_DEVICE_IDLE, ..job(id) }
}

/// A user-initiated job: it requires a network.
pub(in crate::job) fn user_initiated(id: i32) -> JobInfo {
    JobInfo {
        flags: FLAG_USER_INITIATED,
        priority: PRIORITY_MAX,
        required_network: NetworkRequest::of_type(1, Some(APP)),
        ..job(id)
    }
}

/// An expedited job.
pub(in crate::job) fn expedited(id: i32) -> JobInfo {
    JobInfo { flags: FLAG_EXPEDITED, priority: PRIORITY_MAX, ..job(id) }
}

/// A network that every request for any network takes.
pub(in crate::job) fn network(id: i32) -> NetworkFacts {
    let able = NetCapabilities::INTERNET
        .with(NetCapabilities::TRUSTED)
        .with(NetCapabilities::VALIDATED)
        .with(NetCapabilities::NOT_VCN_MANAGED)
        .with(NetCapabilities::NOT_SUSPENDED)
        .with(NetCapabilities::NOT_METERED);
    NetworkFacts { id, capabilities: able.0, ..NetworkFacts::default() }
}

/// A plain job of the app: nothing required.
pub(in crate::job) fn job(id: i32) -> JobInfo {
    JobInfo { id, service: ComponentName::new(PACKAGE, ".Service"), ..JobInfo::default() }
}
