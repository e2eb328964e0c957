//! Tests of all rooms together: a small phone, driven by inputs alone.

mod bindings;
mod may_schedule;
mod refusals;
mod services;
mod stop_app;

use super::*;
use crate::effect::Effect;
use crate::fgs::call::{ServiceCall, ServiceDone};
use crate::fgs::effect::{ServiceEffect, ServiceToken};
use crate::ids::{Caller, ComponentName, Pid, Uid};
use crate::input::{ActivityEvent, ActivityFacts, NetworkFacts, ProcessEvent};
use crate::job::call::{CallbackToken, JobCallbackCall, JobSchedulerCall};
use crate::job::effect::JobEffect;
use crate::job::info::{
    JobInfo, NetCapabilities, NetworkRequest, FLAG_EXPEDITED, FLAG_USER_INITIATED, PRIORITY_MAX,
};
use crate::notification::call::NotificationCall;
use crate::notification::Notification;
use crate::package::{self, PackageDescription, ServiceDescription};
use crate::process::ProcessRecord;
use crate::time::Wall;

/// The app most tests are about.
const APP: Uid = Uid(10_001);
/// Its package.
const PACKAGE: &str = "com.example.app";
/// Its process.
const PID: Pid = Pid(100);
/// Another app.
const OTHER: Uid = Uid(10_002);
/// Its process.
const OTHER_PID: Pid = Pid(200);
const USER: UserId = UserId(0);
const SECOND: i64 = 1_000;

/// A device with two installed apps whose processes run in the background, and a network.
struct Phone {
    model: Model,
    now: Now,
    /// What the last input had as effects and decisions.
    out: Output,
}

impl Phone {
    fn new() -> Self {
        let mut phone = Self {
            model: Model::new(Platform::android_14()),
            now: Now::at_boot(Wall(1_700_000_000_000)).awake_for(3_600 * SECOND),
            out: Output::tracing(),
        };
        phone.install(PACKAGE, APP, &[]);
        phone.install("com.example.other", OTHER, &[]);
        phone.process(PID, APP, PACKAGE, PACKAGE);
        phone.process(OTHER_PID, OTHER, "com.example.other", "com.example.other");
        let network = Some(NetworkFacts {
            id: 1,
            capabilities: NetCapabilities::INTERNET
                .with(NetCapabilities::TRUSTED)
                .with(NetCapabilities::VALIDATED)
                .with(NetCapabilities::NOT_VCN_MANAGED)
                .with(NetCapabilities::NOT_SUSPENDED)
                .with(NetCapabilities::NOT_METERED)
                .0,
            ..NetworkFacts::default()
        });
        phone
            .done(Input::Device { signal: crate::input::DeviceSignal::DefaultNetwork { network } });
        phone
    }

    /// Installs, or replaces, a package that may run user-initiated jobs; with a service `.Job` in its own
    /// process, `.Remote` in another one and `.Work` for foreground services.
    fn install(&mut self, name: &str, uid: Uid, permissions: &[&str]) {
        let job = |class: &str, process: Option<&str>| ServiceDescription {
            class: format!("{name}{class}"),
            permission: Some("android.permission.BIND_JOB_SERVICE".to_owned()),
            process: process.map(|suffix| format!("{name}{suffix}")),
            ..ServiceDescription::default()
        };
        let exported = |class: &str, process: Option<&str>| ServiceDescription {
            exported: true,
            permission: None,
            ..job(class, process)
        };
        let always = [
            "android.permission.RUN_USER_INITIATED_JOBS",
            "android.permission.ACCESS_NETWORK_STATE",
            "android.permission.FOREGROUND_SERVICE",
            "android.permission.POST_NOTIFICATIONS",
        ];
        let package = PackageDescription {
            name: name.to_owned(),
            app_id: uid.app_id(),
            // Without types that a foreground service must have from 34 on.
            target_sdk: 33,
            permissions: always.iter().chain(permissions).map(|it| (*it).to_owned()).collect(),
            services: vec![
                job(".Job", None),
                job(".RemoteJob", Some(":remote")),
                exported(".Work", None),
                exported(".RemoteWork", Some(":remote")),
            ],
            ..PackageDescription::default()
        };
        let change = package::Event::Installed { package: Box::new(package), user: USER };
        self.done(Input::Package { change });
    }

    fn process(&mut self, pid: Pid, uid: Uid, name: &str, package: &str) {
        let (name, package) = (name.to_owned(), package.to_owned());
        self.done(Input::Process { change: ProcessEvent::Started { pid, uid, name, package } });
    }

    fn apply(&mut self, input: Input) -> Option<Result<Reply, Exception>> {
        self.out.clear();
        self.model.apply(self.now, input, &mut self.out);
        self.out.reply.clone()
    }

    /// An input that nobody can refuse.
    fn done(&mut self, input: Input) {
        let reply = self.apply(input.clone());
        assert_eq!(reply, Some(Ok(Reply::Nothing)), "{input:?}");
    }

    /// Time passes, and whatever comes due meanwhile happens when it is due.
    fn pass(&mut self, millis: i64) {
        let end = self.now.awake_for(millis);
        loop {
            let left = end.elapsed.since(self.now.elapsed);
            match self.model.next_wakeup().in_millis(self.now).filter(|step| *step <= left) {
                Some(step) => {
                    self.now = self.now.awake_for(step);
                    self.apply(Input::Tick);
                }
                None => break,
            }
        }
        self.now = end;
    }

    /// The process shows its activity on top; no other does.
    fn show(&mut self, pid: Pid) {
        self.activities(pid, vec![ActivityFacts::resumed()]);
        self.done(Input::Activity { change: ActivityEvent::Top { pid: Some(pid) } });
    }

    /// The activity of the process is stopped, and nothing is on top.
    fn hide(&mut self, pid: Pid) {
        self.done(Input::Activity { change: ActivityEvent::Top { pid: None } });
        self.activities(pid, vec![ActivityFacts::default()]);
    }

    fn activities(&mut self, pid: Pid, activities: Vec<ActivityFacts>) {
        self.done(Input::Activity { change: ActivityEvent::Activities { pid, activities } });
    }

    fn schedule(&mut self, pid: Pid, uid: Uid, job: JobInfo) -> Result<Reply, Exception> {
        let call = JobSchedulerCall::Schedule { namespace: None, job: Some(Box::new(job)) };
        let caller = Caller { uid, pid: Some(pid) };
        self.apply(Input::JobScheduler { caller, call }).expect("somebody waits for it")
    }

    fn service(&mut self, pid: Pid, uid: Uid, call: ServiceCall) -> Result<Reply, Exception> {
        let caller = Caller { uid, pid: Some(pid) };
        self.apply(Input::Service { caller, call }).expect("somebody waits for it")
    }

    fn callback(&mut self, token: CallbackToken, call: JobCallbackCall) {
        let caller = Caller { uid: APP, pid: Some(PID) };
        let reply = self.apply(Input::JobCallback { caller, token, call });
        assert_eq!(reply, Some(Ok(Reply::Nothing)));
    }

    /// The executions that the last input had bound.
    fn bound(&self) -> Vec<CallbackToken> {
        let bound = |effect: &Effect| match effect {
            Effect::Job(JobEffect::Bind { token, .. }) => Some(*token),
            _ => None,
        };
        self.out.effects.iter().filter_map(bound).collect()
    }

    /// The app's service in its process answers the bind, and the job works.
    fn work(&mut self, token: CallbackToken, class: &str) {
        let component = ComponentName::new(PACKAGE, class);
        self.done(Input::Process {
            change: ProcessEvent::JobServiceConnected { token, component },
        });
        self.callback(token, JobCallbackCall::AcknowledgeStart { ongoing: true });
    }

    fn record(&self, pid: Pid) -> &ProcessRecord {
        self.model.system.processes.get(pid).expect("it runs")
    }

    /// The services that the last input had created, by class.
    fn created(&self) -> Vec<ServiceToken> {
        let created = |effect: &Effect| match effect {
            Effect::Service(ServiceEffect::CreateService { service, .. }) => Some(*service),
            _ => None,
        };
        self.out.effects.iter().filter_map(created).collect()
    }

    /// The app has a channel to notify on.
    fn channel(&mut self) {
        let (package, channel) = (PACKAGE.to_owned(), "main".to_owned());
        let call = NotificationCall::CreateChannel { package, channel, importance: 3, group: None };
        let caller = Caller { uid: APP, pid: Some(PID) };
        let reply = self.apply(Input::Notification { caller, call });
        assert_eq!(reply, Some(Ok(Reply::Nothing)));
    }
}

/// Nothing has changed but the clock and what is remembered of permission checks. Rule: JOB-API-008.
fn same_but_for_caches(before: &Model, after: &Model) -> bool {
    let mut after = after.clone();
    after.system.now = before.system.now;
    after.jobs.forget_permission_checks();
    let mut before = before.clone();
    before.jobs.forget_permission_checks();
    before == after
}

fn notification() -> Option<Box<Notification>> {
    let channel = "main".to_owned();
    Some(Box::new(Notification { small_icon: true, channel, ..Notification::default() }))
}

fn job(id: i32, class: &str) -> JobInfo {
    JobInfo { id, service: ComponentName::new(PACKAGE, class), ..JobInfo::default() }
}

fn expedited(id: i32, class: &str) -> JobInfo {
    JobInfo { flags: FLAG_EXPEDITED, priority: PRIORITY_MAX, ..job(id, class) }
}

fn user_initiated(id: i32, class: &str) -> JobInfo {
    JobInfo {
        flags: FLAG_USER_INITIATED,
        priority: PRIORITY_MAX,
        required_network: NetworkRequest::of_type(1, Some(APP)),
        ..job(id, class)
    }
}
