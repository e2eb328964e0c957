//! What apps do by themselves: answer binds, acknowledge, notify, finish, die when killed.

use jobwarden_model::effect::{JobEffect, NotificationEffect, ProcessEffect, ServiceEffect};
use jobwarden_model::fgs::call::{ServiceCall, ServiceDone};
use jobwarden_model::input::ProcessEvent;
use jobwarden_model::job::call::{CallbackToken, JobCallbackCall};
use jobwarden_model::job::info::JobParameters;
use jobwarden_model::notification::Notification;
use jobwarden_model::{Caller, Effect, Input, Uid};

use super::super::action::DEFAULT_CHANNEL;
use super::super::grammar::{After, EndPolicy, JobBehaviour, StartResult};
use super::{job_name, Cast, Execution};

impl Cast {
    /// Takes note of an effect of the instant `now` and plans what follows from it.
    pub(in super::super) fn react(&mut self, now: i64, effect: &Effect) {
        match effect {
            Effect::Job(effect) => self.react_to_job(now, effect),
            Effect::Service(effect) => self.react_to_service(now, effect),
            Effect::Process(ProcessEffect::KillProcess { pid, .. }) => self.die(now, *pid),
            Effect::Process(ProcessEffect::StartProcess { process, .. }) => {
                if let Some(input) = self.start_process(process) {
                    self.plan(now, input);
                }
            }
            Effect::Notification(NotificationEffect::CrashApp { uid, .. }) => {
                let package = self.package_of(*uid).map(str::to_owned);
                if let Some(pid) = package.and_then(|package| self.pids.get(&package).copied()) {
                    self.crash(now, pid);
                }
            }
            Effect::Notification(_) => {}
        }
    }

    fn react_to_job(&mut self, now: i64, effect: &JobEffect) {
        match effect {
            JobEffect::Bind { token, component, .. } => {
                let behaviour = self
                    .behaviours
                    .get(&*component.package)
                    .map_or_else(JobBehaviour::default, |b| b.jobs);
                if let After::Time(delay) = behaviour.connects {
                    if let Some(input) = self.start_process(&component.package) {
                        self.plan(now, input);
                    }
                    let connected = ProcessEvent::JobServiceConnected {
                        token: *token,
                        component: component.clone(),
                    };
                    self.plan(now + delay.0, Input::Process { change: connected });
                }
            }
            JobEffect::StartJob { uid, parameters, .. } => self.start_job(now, *uid, parameters),
            JobEffect::StopJob { parameters, .. } => self.stop_job(now, parameters.token),
            JobEffect::Unbind { token, .. } => self.forget_plans_for(*token),
            JobEffect::NetworkChanged { .. }
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

    fn start_job(&mut self, now: i64, uid: Uid, parameters: &JobParameters) {
        let package = parameters.service.package.to_string();
        let execution = Execution {
            job: job_name(&package, parameters.namespace.as_deref(), parameters.job_id),
            uid,
            package: package.clone(),
            id: parameters.job_id,
        };
        let behaviour = self.behaviour(&execution);
        let (caller, token) = (self.caller(&package), parameters.token);
        self.executions.insert(token, execution);
        if parameters.user_initiated {
            let end_policy = match behaviour.end_policy {
                EndPolicy::Detach => 0,
                EndPolicy::Remove => 1,
            };
            let call = JobCallbackCall::SetNotification {
                id: parameters.job_id,
                notification: Some(Box::new(transfer_notification())),
                end_policy,
            };
            self.plan_call(now, behaviour.notifies, caller, token, call);
        }
        let started = JobCallbackCall::AcknowledgeStart { ongoing: behaviour.ongoing };
        self.plan_call(now, behaviour.starts, caller, token, started);
        let finished = JobCallbackCall::JobFinished { reschedule: behaviour.wants_reschedule };
        self.plan_call(now, behaviour.finishes, caller, token, finished);
    }

    fn stop_job(&mut self, now: i64, token: CallbackToken) {
        let Some(execution) = self.executions.get(&token).cloned() else { return };
        let behaviour = self.behaviour(&execution);
        let caller = Caller { uid: execution.uid, ..self.caller(&execution.package) };
        // An app that was told to stop does not report the end of its work any more.
        self.forget_plans_for(token);
        let call = JobCallbackCall::AcknowledgeStop { reschedule: behaviour.reschedule_on_stop };
        self.plan_call(now, behaviour.stops, caller, token, call);
    }

    fn behaviour(&self, execution: &Execution) -> JobBehaviour {
        let Some(behaviour) = self.behaviours.get(&execution.package) else {
            return JobBehaviour::default();
        };
        behaviour.job.get(&execution.id).copied().unwrap_or(behaviour.jobs)
    }

    fn plan_call(
        &mut self,
        now: i64,
        after: After,
        caller: Caller,
        token: CallbackToken,
        call: JobCallbackCall,
    ) {
        if let After::Time(delay) = after {
            self.plan(now + delay.0, Input::JobCallback { caller, token, call });
        }
    }

    fn forget_plans_for(&mut self, token: CallbackToken) {
        self.due.retain(|_, input| {
            !matches!(input, Input::JobCallback { token: planned, .. } if *planned == token)
        });
    }

    fn react_to_service(&mut self, now: i64, effect: &ServiceEffect) {
        match effect {
            ServiceEffect::CreateService { uid, service, class, .. } => {
                self.services.insert(*service, class.clone());
                self.answer_service(now, *uid, |_| ServiceCall::ServiceDoneExecuting {
                    service: *service,
                    done: ServiceDone::Anonymous,
                });
            }
            ServiceEffect::StartCommand { uid, service, start_id, .. }
            | ServiceEffect::TaskRemoved { uid, service, start_id, .. } => {
                let result = self.start_result(*uid);
                self.answer_service(now, *uid, |_| ServiceCall::ServiceDoneExecuting {
                    service: *service,
                    done: ServiceDone::Start { start_id: *start_id, result },
                });
            }
            ServiceEffect::BindService { uid, service, action, rebind, .. } => {
                self.answer_service(now, *uid, |_| {
                    if *rebind {
                        ServiceCall::ServiceDoneExecuting {
                            service: *service,
                            done: ServiceDone::Anonymous,
                        }
                    } else {
                        ServiceCall::PublishService {
                            service: *service,
                            action: action.clone(),
                            binder: true,
                        }
                    }
                });
            }
            ServiceEffect::UnbindService { uid, service, action, .. } => {
                self.answer_service(now, *uid, |_| ServiceCall::UnbindFinished {
                    service: *service,
                    action: action.clone(),
                    do_rebind: false,
                });
            }
            ServiceEffect::DestroyService { uid, service, .. } => {
                self.services.remove(service);
                self.answer_service(now, *uid, |_| ServiceCall::ServiceDoneExecuting {
                    service: *service,
                    done: ServiceDone::Stop,
                });
            }
            ServiceEffect::CrashApp { process, .. } => {
                if let Some(pid) = self.pids.get(process).copied() {
                    self.crash(now, pid);
                }
            }
            ServiceEffect::Timeout { .. }
            | ServiceEffect::Connected { .. }
            | ServiceEffect::Anr { .. }
            | ServiceEffect::ForegroundServiceState { .. }
            | ServiceEffect::ForegroundServiceObserver { .. }
            | ServiceEffect::UsageEvent { .. }
            | ServiceEffect::PackageUnstopped { .. }
            | ServiceEffect::ReviewPermissions { .. }
            | ServiceEffect::StartForegroundOp { .. }
            | ServiceEffect::Delegate { .. } => {}
        }
    }

    /// What `onStartCommand` of an app's services returns.
    fn start_result(&self, uid: Uid) -> i32 {
        let behaviour = self.package_of(uid).and_then(|package| self.behaviours.get(package));
        behaviour.map_or_else(StartResult::default, |b| b.on_start_command).number()
    }

    /// A service answers a callback at once, unless its app does not answer at all.
    fn answer_service(&mut self, now: i64, uid: Uid, call: impl FnOnce(Uid) -> ServiceCall) {
        let Some(package) = self.package_of(uid).map(str::to_owned) else { return };
        let answers = self.behaviours.get(&package).and_then(|b| b.services_answer);
        if answers.unwrap_or(true) {
            let caller = self.caller(&package);
            self.plan(now, Input::Service { caller, call: call(uid) });
        }
    }

    fn crash(&mut self, now: i64, pid: jobwarden_model::Pid) {
        self.plan(now, Input::Process { change: ProcessEvent::Crashed { pid } });
        self.die(now, pid);
    }

    fn die(&mut self, now: i64, pid: jobwarden_model::Pid) {
        self.lose_process(pid);
        self.plan(now, Input::Process { change: ProcessEvent::Died { pid } });
    }
}

/// What an app of a scenario shows while it transfers data.
fn transfer_notification() -> Notification {
    Notification {
        channel: DEFAULT_CHANNEL.to_owned(),
        small_icon: true,
        title: "Transfer".to_owned(),
        ..Notification::default()
    }
}
