//! A small world, so that things collide: three apps, one user, few ids.

use std::collections::{BTreeMap, VecDeque};

use jobwarden_model::effect::{JobEffect, NotificationEffect, ProcessEffect, ServiceEffect};
use jobwarden_model::fgs::call::{ServiceCall, ServiceDone};
use jobwarden_model::fgs::effect::ServiceToken;
use jobwarden_model::input::{ProcessEvent, UserEvent};
use jobwarden_model::job::call::{CallbackToken, JobCallbackCall};
use jobwarden_model::notification::call::NotificationCall;
use jobwarden_model::notification::Notification;
use jobwarden_model::package::{Event, PackageDescription, ServiceDescription};
use jobwarden_model::{Caller, ComponentName, Effect, Input, Pid, Uid, UserId};

use super::chance::Chance;
use crate::adapter::Answer;

/// The only Android user.
pub(super) const USER: UserId = UserId(0);
/// The channel that every app has.
pub(super) const CHANNEL: &str = "channel";
/// A caller that no process stands for.
pub(super) const NO_PROCESS: Pid = Pid(999);
/// Work that apps have not got round to; beyond that they forget.
const PENDING_MAX: usize = 24;
/// Executions and services that apps still talk about.
const REMEMBERED_MAX: usize = 8;

/// An app: its package, its uid, its SDK and the permissions in its manifest.
pub(super) struct App {
    pub(super) package: &'static str,
    pub(super) uid: Uid,
    pub(super) target_sdk: i32,
    permissions: &'static [&'static str],
}

/// Everybody.
pub(super) const APPS: [App; 3] = [
    App {
        package: "com.example.one",
        uid: Uid(10_001),
        target_sdk: 34,
        permissions: &[
            "android.permission.ACCESS_NETWORK_STATE",
            "android.permission.FOREGROUND_SERVICE",
            "android.permission.FOREGROUND_SERVICE_DATA_SYNC",
            "android.permission.FOREGROUND_SERVICE_SPECIAL_USE",
            "android.permission.POST_NOTIFICATIONS",
            "android.permission.RECEIVE_BOOT_COMPLETED",
            "android.permission.RUN_USER_INITIATED_JOBS",
        ],
    },
    App {
        package: "com.example.two",
        uid: Uid(10_002),
        target_sdk: 34,
        permissions: &[
            "android.permission.ACCESS_NETWORK_STATE",
            "android.permission.FOREGROUND_SERVICE",
            "android.permission.RUN_USER_INITIATED_JOBS",
            "android.permission.START_FOREGROUND_SERVICES_FROM_BACKGROUND",
        ],
    },
    App {
        package: "com.example.old",
        uid: Uid(10_003),
        target_sdk: 30,
        permissions: &["android.permission.FOREGROUND_SERVICE"],
    },
];

/// What an app runs jobs with.
pub(super) const JOB_SERVICE: &str = ".Jobs";
/// Services of an app, with their types: data sync and special use; short service; none.
pub(super) const SERVICES: [(&str, u32); 3] =
    [(".Sync", 1 | 1 << 30), (".Short", 1 << 11), (".Plain", 0)];

/// What is so, as far as those who act in it know.
#[derive(Default)]
pub(super) struct World {
    pids: BTreeMap<usize, Pid>,
    /// The processes that apps had last.
    dead: BTreeMap<usize, Pid>,
    started: i32,
    /// What apps are about to say.
    pending: VecDeque<Input>,
    /// What must be said at once: processes that the system has killed are dead.
    killed: VecDeque<Pid>,
    crashed: VecDeque<Pid>,
    executions: VecDeque<(usize, CallbackToken)>,
    services: VecDeque<(usize, ServiceToken)>,
}

pub(super) fn component(app: usize, class: &str) -> ComponentName {
    ComponentName::new(APPS[app].package, class)
}

fn app_of(uid: Uid) -> Option<usize> {
    APPS.iter().position(|app| app.uid == uid)
}

pub(super) fn install(app: usize) -> Input {
    let app = &APPS[app];
    let class = |class: &str| format!("{}{class}", app.package);
    let mut services = vec![ServiceDescription {
        class: class(JOB_SERVICE),
        permission: Some("android.permission.BIND_JOB_SERVICE".to_owned()),
        ..ServiceDescription::default()
    }];
    services.extend(SERVICES.iter().map(|(name, types)| ServiceDescription {
        class: class(name),
        foreground_service_types: *types,
        exported: true,
        ..ServiceDescription::default()
    }));
    let package = PackageDescription {
        name: app.package.to_owned(),
        app_id: app.uid.app_id(),
        target_sdk: app.target_sdk,
        permissions: app.permissions.iter().map(|&name| name.to_owned()).collect(),
        services,
        ..PackageDescription::default()
    };
    Input::Package { change: Event::Installed { package: Box::new(package), user: USER } }
}

pub(super) fn notification(chance: &mut Chance) -> Box<Notification> {
    Box::new(Notification {
        channel: if chance.once_in(12) { "missing" } else { CHANNEL }.to_owned(),
        small_icon: !chance.once_in(12),
        title: "Transfer".to_owned(),
        progress: chance.once_in(2).then_some((1, 2)),
        foreground_service_behavior: chance.pick(&[0, 0, 1, 2]),
        ..Notification::default()
    })
}

impl World {
    /// The inputs that make it.
    pub(super) fn beginning(&mut self) -> Vec<Input> {
        let mut inputs = vec![
            Input::User { change: UserEvent::Started { user: USER } },
            Input::User { change: UserEvent::Unlocked { user: USER } },
        ];
        for (app, described) in APPS.iter().enumerate() {
            inputs.push(install(app));
            inputs.extend(self.start(app));
            inputs.push(Input::Notification {
                caller: self.caller(app),
                call: NotificationCall::CreateChannel {
                    package: described.package.to_owned(),
                    channel: CHANNEL.to_owned(),
                    importance: 3,
                    group: None,
                },
            });
        }
        inputs
    }

    /// An app as a caller; whoever has died calls once more from its last process.
    pub(super) fn caller(&self, app: usize) -> Caller {
        let pid = self.pid(app).or_else(|| self.dead.get(&app).copied()).unwrap_or(NO_PROCESS);
        Caller { uid: APPS[app].uid, pid: Some(pid) }
    }

    pub(super) fn pid(&self, app: usize) -> Option<Pid> {
        self.pids.get(&app).copied()
    }

    /// An app's process starts, unless it runs.
    pub(super) fn start(&mut self, app: usize) -> Option<Input> {
        if self.pids.contains_key(&app) {
            return None;
        }
        self.started += 1;
        let pid = Pid(1000 + self.started);
        self.pids.insert(app, pid);
        let (uid, name) = (APPS[app].uid, APPS[app].package.to_owned());
        let package = name.clone();
        Some(Input::Process { change: ProcessEvent::Started { pid, uid, name, package } })
    }

    /// A process is gone, with all it was about to say.
    pub(super) fn die(&mut self, pid: Pid) -> Option<Input> {
        let app = self.pids.iter().find(|(_, known)| **known == pid).map(|(app, _)| *app)?;
        self.pids.remove(&app);
        self.dead.insert(app, pid);
        if let Some(place) = self.pending.iter().position(|input| starts(input, Some(pid))) {
            self.pending.remove(place); // It never lived.
            return None;
        }
        let uid = APPS[app].uid;
        self.pending.retain(|input| match input {
            Input::JobCallback { caller, .. } | Input::Service { caller, .. } => caller.uid != uid,
            _ => true,
        });
        Some(Input::Process { change: ProcessEvent::Died { pid } })
    }

    /// What cannot wait.
    pub(super) fn at_once(&mut self) -> Option<Input> {
        loop {
            let pid = self.killed.pop_front().or_else(|| self.crashed.pop_front())?;
            if let Some(input) = self.die(pid) {
                return Some(input);
            }
        }
    }

    /// What some app says next of its own accord; mostly the oldest.
    pub(super) fn next_pending(&mut self, chance: &mut Chance) -> Option<Input> {
        let last = self.pending.len().checked_sub(1)?;
        let place = if chance.once_in(4) { chance.below(last + 1) } else { 0 };
        let input = self.pending.remove(place)?;
        Some(self.now_by(input))
    }

    /// A process may have been started since somebody planned to start it.
    fn now_by(&mut self, mut input: Input) -> Input {
        if let Input::JobCallback { caller, .. } | Input::Service { caller, .. } = &mut input {
            if let Some(app) = app_of(caller.uid) {
                *caller = self.caller(app);
            }
        }
        input
    }

    pub(super) fn execution(&self, chance: &mut Chance) -> Option<(usize, CallbackToken)> {
        let place = chance.below(self.executions.len());
        self.executions.get(place).copied()
    }

    pub(super) fn service(&self, chance: &mut Chance) -> Option<(usize, ServiceToken)> {
        let place = chance.below(self.services.len());
        self.services.get(place).copied()
    }

    /// Takes note of what came of an input.
    pub(super) fn note(&mut self, answer: &Answer, chance: &mut Chance) {
        for effect in &answer.effects {
            match effect {
                Effect::Process(ProcessEffect::KillProcess { pid, .. }) => {
                    self.killed.push_back(*pid);
                }
                Effect::Notification(NotificationEffect::CrashApp { uid, .. })
                | Effect::Service(ServiceEffect::CrashApp { uid, .. }) => {
                    let pid = app_of(*uid).and_then(|app| self.pid(app));
                    self.crashed.extend(pid);
                }
                Effect::Job(effect) => self.note_job(effect, chance),
                Effect::Service(effect) => self.note_service(effect, chance),
                Effect::Process(ProcessEffect::StartProcess { uid, .. }) => {
                    if let Some(input) = app_of(*uid).and_then(|app| self.start(app)) {
                        self.pending.push_front(input);
                    }
                }
                Effect::Notification(_) => {}
            }
        }
        while self.pending.len() > PENDING_MAX {
            // A process that was to start does start.
            let oldest = self.pending.iter().position(|input| !starts(input, None));
            self.pending.remove(oldest.unwrap_or(0));
        }
    }

    /// Plans an answer, which few apps forget.
    fn plan(&mut self, chance: &mut Chance, input: Input) {
        if !chance.once_in(10) {
            self.pending.push_back(input);
        }
    }

    fn note_job(&mut self, effect: &JobEffect, chance: &mut Chance) {
        let say = |uid: Uid, token, call| Input::JobCallback {
            caller: Caller { uid, pid: None },
            token,
            call,
        };
        match effect {
            JobEffect::Bind { token, component, uid, .. } => {
                if let Some(input) = app_of(*uid).and_then(|app| self.start(app)) {
                    self.pending.push_front(input);
                }
                let (token, component) = (*token, component.clone());
                let change = if chance.once_in(20) {
                    ProcessEvent::JobServiceNullBinding { token }
                } else {
                    ProcessEvent::JobServiceConnected { token, component }
                };
                self.plan(chance, Input::Process { change });
            }
            JobEffect::StartJob { uid, parameters, .. } => {
                let token = parameters.token;
                if let Some(app) = app_of(*uid) {
                    remember(&mut self.executions, (app, token));
                }
                if parameters.user_initiated || chance.once_in(6) {
                    let call = JobCallbackCall::SetNotification {
                        id: parameters.job_id,
                        notification: Some(notification(chance)),
                        end_policy: chance.pick(&[0, 1]),
                    };
                    self.plan(chance, say(*uid, token, call));
                }
                let ongoing = !chance.once_in(5);
                let call = JobCallbackCall::AcknowledgeStart { ongoing };
                self.plan(chance, say(*uid, token, call));
            }
            JobEffect::StopJob { uid, parameters, .. } => {
                let reschedule = chance.once_in(2);
                let call = JobCallbackCall::AcknowledgeStop { reschedule };
                self.plan(chance, say(*uid, parameters.token, call));
            }
            JobEffect::Unbind { .. }
            | JobEffect::NetworkChanged { .. }
            | JobEffect::Anr { .. }
            | JobEffect::WakeLockAcquire { .. }
            | JobEffect::WakeLockRelease { .. }
            | JobEffect::UserVisibleJob { .. }
            | JobEffect::RestrictApp { .. }
            | JobEffect::GrantUri { .. }
            | JobEffect::RevokeUri { .. }
            | JobEffect::JobsActive { .. }
            | JobEffect::Persist { .. } => {}
        }
    }

    fn note_service(&mut self, effect: &ServiceEffect, chance: &mut Chance) {
        let done = |service, done| ServiceCall::ServiceDoneExecuting { service, done };
        let (uid, call) = match effect {
            ServiceEffect::CreateService { uid, service, .. } => {
                if let Some(app) = app_of(*uid) {
                    remember(&mut self.services, (app, *service));
                }
                (uid, done(*service, ServiceDone::Anonymous))
            }
            ServiceEffect::StartCommand { uid, service, start_id, .. }
            | ServiceEffect::TaskRemoved { uid, service, start_id, .. } => {
                let result = chance.pick(&[0, 1, 2, 2, 3]);
                (uid, done(*service, ServiceDone::Start { start_id: *start_id, result }))
            }
            ServiceEffect::BindService { uid, service, rebind: true, .. } => {
                (uid, done(*service, ServiceDone::Anonymous))
            }
            ServiceEffect::BindService { uid, service, action, rebind: false, .. } => {
                let (action, binder) = (action.clone(), !chance.once_in(8));
                (uid, ServiceCall::PublishService { service: *service, action, binder })
            }
            ServiceEffect::UnbindService { uid, service, action, .. } => {
                let (action, do_rebind) = (action.clone(), chance.once_in(3));
                (uid, ServiceCall::UnbindFinished { service: *service, action, do_rebind })
            }
            ServiceEffect::DestroyService { uid, service, .. } => {
                (uid, done(*service, ServiceDone::Stop))
            }
            ServiceEffect::Timeout { uid, service, start_id, .. } => {
                (uid, ServiceCall::StopSelf { service: *service, start_id: *start_id })
            }
            ServiceEffect::Connected { .. }
            | ServiceEffect::Anr { .. }
            | ServiceEffect::CrashApp { .. }
            | ServiceEffect::ForegroundServiceState { .. }
            | ServiceEffect::ForegroundServiceObserver { .. }
            | ServiceEffect::UsageEvent { .. }
            | ServiceEffect::PackageUnstopped { .. }
            | ServiceEffect::ReviewPermissions { .. }
            | ServiceEffect::StartForegroundOp { .. }
            | ServiceEffect::Delegate { .. } => return,
        };
        let caller = Caller { uid: *uid, pid: None };
        self.plan(chance, Input::Service { caller, call });
    }
}

/// The process starts; `None`: any process.
fn starts(input: &Input, which: Option<Pid>) -> bool {
    match input {
        Input::Process { change: ProcessEvent::Started { pid, .. } } => {
            which.is_none_or(|which| which == *pid)
        }
        _ => false,
    }
}

fn remember<T>(known: &mut VecDeque<T>, new: T) {
    known.push_back(new);
    if known.len() > REMEMBERED_MAX {
        known.pop_front();
    }
}
