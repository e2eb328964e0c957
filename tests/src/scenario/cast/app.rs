//! What an app does in a step, as the calls it makes.

use jobwarden_model::activity::{BackgroundActivityStartMode, StartOptions};
use jobwarden_model::fgs::call::{
    ServiceCall, FOREGROUND_SERVICE_TYPE_MANIFEST, STOP_FOREGROUND_DETACH, STOP_FOREGROUND_REMOVE,
};
use jobwarden_model::fgs::client_result;
use jobwarden_model::fgs::effect::{ConnectionToken, ServiceToken};
use jobwarden_model::fgs::{PendingIntentKey, SendOptions};
use jobwarden_model::job::call::{JobCallbackCall, JobSchedulerCall};
use jobwarden_model::notification::call::NotificationCall;
use jobwarden_model::notification::Notification;
use jobwarden_model::{Exception, Input, Reply};

use super::super::action::{AppAction, JobName, LentStarts, StartForeground};
use super::super::job_spec::JobSpec;
use super::translate::{
    component, pending_intent, split_job, type_mask, Inputs, IMPORTANCE_DEFAULT, USER,
};
use super::Cast;

/// `Context.BIND_AUTO_CREATE`.
const BIND_AUTO_CREATE: u64 = 1;
/// The most jobs that one step schedules; ten times what Android lets an app have.
const JOBS_AT_ONCE_MAX: i64 = 1500;

/// What the app hears of a call: its own side of the interface makes exceptions of some results.
/// Rule: FGS-START-030.
pub(in super::super) fn heard(
    input: &Input,
    reply: Result<Reply, Exception>,
) -> Result<Reply, Exception> {
    let Input::Service { call, .. } = input else { return reply };
    let foreground = match call {
        ServiceCall::StartService { .. } => false,
        ServiceCall::StartForegroundService { .. } => true,
        ServiceCall::CreatePendingIntent { .. }
        | ServiceCall::SendPendingIntent { .. }
        | ServiceCall::CancelPendingIntent { .. }
        | ServiceCall::StopService { .. }
        | ServiceCall::StopSelf { .. }
        | ServiceCall::Bind { .. }
        | ServiceCall::Unbind { .. }
        | ServiceCall::StartForeground { .. }
        | ServiceCall::StopForeground { .. }
        | ServiceCall::GetForegroundServiceType { .. }
        | ServiceCall::ShouldServiceTimeOut { .. }
        | ServiceCall::ServiceDoneExecuting { .. }
        | ServiceCall::PublishService { .. }
        | ServiceCall::UnbindFinished { .. }
        | ServiceCall::RegisterForegroundServiceObserver { .. } => return reply,
    };
    match reply {
        Ok(Reply::Component(component)) => {
            client_result(component, foreground).map(Reply::Component)
        }
        other => other,
    }
}

impl Cast {
    /// What an app does, as the calls that it makes.
    pub(super) fn app(&mut self, package: &str, action: &AppAction) -> Inputs {
        let caller = self.caller(package);
        let jobs = |call| Ok(vec![Input::JobScheduler { caller, call }]);
        let callback = |job: &JobName, call| -> Inputs {
            let job = self.full_name(package, job)?;
            let token = self.latest(package, &job);
            let token = token.ok_or_else(|| format!("`{job}` has never been started"))?;
            Ok(vec![Input::JobCallback { caller, token, call }])
        };
        let service = |call| Ok(vec![Input::Service { caller, call }]);
        let notification = |call| Ok(vec![Input::Notification { caller, call }]);
        match action {
            AppAction::Schedule(job) => {
                let namespace = job.as_ref().and_then(|job| job.namespace.clone());
                let job = job.as_ref().map(|job| self.job(package, job)).transpose()?;
                jobs(JobSchedulerCall::Schedule { namespace, job })
            }
            AppAction::ScheduleEach { first, last, job } => {
                self.schedule_each(package, *first, *last, job)
            }
            AppAction::Enqueue { job, work } => {
                let (namespace, job) = (job.namespace.clone(), Some(self.job(package, job)?));
                let work = Some(Box::new(work.build()));
                jobs(JobSchedulerCall::Enqueue { namespace, job, work })
            }
            AppAction::Cancel(job) => {
                let (namespace, id) = split_job(job)?;
                jobs(JobSchedulerCall::Cancel { namespace, id })
            }
            AppAction::CancelAll(_) => {
                jobs(JobSchedulerCall::CancelAllInNamespace { namespace: None })
            }
            AppAction::CancelInAllNamespaces(_) => jobs(JobSchedulerCall::CancelAll),
            AppAction::GetPendingJob(job) => {
                let (namespace, id) = split_job(job)?;
                jobs(JobSchedulerCall::GetPendingJob { namespace, id })
            }
            AppAction::GetPendingJobReason(job) => {
                let (namespace, id) = split_job(job)?;
                jobs(JobSchedulerCall::GetPendingJobReason { namespace, id })
            }
            AppAction::CanRunUserInitiatedJobs(_) => {
                jobs(JobSchedulerCall::CanRunUserInitiatedJobs { package: package.to_owned() })
            }
            AppAction::JobFinished { job, reschedule } => {
                callback(job, JobCallbackCall::JobFinished { reschedule: *reschedule })
            }
            AppAction::SetNotification {
                job,
                id,
                channel,
                end_policy,
                small_icon,
                notification,
            } => {
                let shown = Notification {
                    channel: channel.clone(),
                    small_icon: *small_icon,
                    ..Notification::default()
                };
                callback(
                    job,
                    JobCallbackCall::SetNotification {
                        id: *id,
                        notification: notification.then(|| Box::new(shown)),
                        end_policy: *end_policy,
                    },
                )
            }
            AppAction::UpdateEstimatedNetworkBytes { job, download, upload } => {
                let (download, upload) = (download.0, upload.0);
                callback(job, JobCallbackCall::UpdateEstimatedNetworkBytes { download, upload })
            }
            AppAction::UpdateTransferredNetworkBytes { job, download, upload } => {
                let (download, upload) = (download.0, upload.0);
                callback(job, JobCallbackCall::UpdateTransferredNetworkBytes { download, upload })
            }
            AppAction::DequeueWork(job) => callback(job, JobCallbackCall::DequeueWork),
            AppAction::CompleteWork { job, work_id } => {
                callback(job, JobCallbackCall::CompleteWork { work_id: *work_id })
            }
            AppAction::StartService(class) => service(ServiceCall::StartService {
                service: component(package, class),
                calling_package: Some(package.to_owned()),
                user: USER,
            }),
            AppAction::StartForegroundService(class) => {
                service(ServiceCall::StartForegroundService {
                    service: component(package, class),
                    calling_package: Some(package.to_owned()),
                    user: USER,
                })
            }
            AppAction::CreatePendingIntent { service: class, foreground, request_code } => {
                let (package, request_code) = (package.to_owned(), *request_code);
                service(ServiceCall::CreatePendingIntent {
                    service: component(&package, class),
                    intent: PendingIntentKey { package, user: USER, request_code },
                    foreground: *foreground,
                })
            }
            AppAction::SendPendingIntent { intent, background_starts } => {
                let sender_mode = match background_starts {
                    LentStarts::SystemDefined => BackgroundActivityStartMode::SystemDefined,
                    LentStarts::Allowed => BackgroundActivityStartMode::Allowed,
                    LentStarts::Denied => BackgroundActivityStartMode::Denied,
                };
                let start = Some(StartOptions { sender_mode, ..StartOptions::default() });
                service(ServiceCall::SendPendingIntent {
                    intent: pending_intent(intent)?,
                    options: SendOptions { start, temporary_allowlist: None },
                })
            }
            AppAction::CancelPendingIntent(request_code) => {
                let (package, request_code) = (package.to_owned(), *request_code);
                let intent = PendingIntentKey { package, user: USER, request_code };
                service(ServiceCall::CancelPendingIntent { intent })
            }
            AppAction::StopService(class) => {
                service(ServiceCall::StopService { service: component(package, class), user: USER })
            }
            AppAction::BindService(class) => {
                let connection = self.connection(package, class);
                service(ServiceCall::Bind {
                    service: component(package, class),
                    action: None,
                    connection,
                    flags: BIND_AUTO_CREATE,
                    calling_package: Some(package.to_owned()),
                    user: USER,
                })
            }
            AppAction::UnbindService(class) => {
                let key = (package.to_owned(), component(package, class));
                let connection = self.connections.get(&key).copied();
                let connection =
                    connection.ok_or_else(|| format!("`{package}` has not bound `{class}`"))?;
                service(ServiceCall::Unbind { connection })
            }
            AppAction::StopSelf(class) => service(ServiceCall::StopSelf {
                service: self.running_service(package, class)?,
                start_id: -1,
            }),
            AppAction::StartForeground(start) => service(self.start_foreground(package, start)?),
            AppAction::StopForeground { service: class, remove } => {
                service(ServiceCall::StopForeground {
                    service: self.running_service(package, class)?,
                    flags: if *remove { STOP_FOREGROUND_REMOVE } else { STOP_FOREGROUND_DETACH },
                })
            }
            AppAction::GetForegroundServiceType(class) => {
                service(ServiceCall::GetForegroundServiceType {
                    service: self.running_service(package, class)?,
                })
            }
            AppAction::CancelNotification(id) => notification(NotificationCall::Cancel {
                package: package.to_owned(),
                tag: None,
                id: *id,
            }),
            AppAction::CreateChannel(channel) => notification(NotificationCall::CreateChannel {
                package: package.to_owned(),
                channel: channel.clone(),
                importance: IMPORTANCE_DEFAULT,
                group: None,
            }),
            AppAction::DeleteChannel(channel) => notification(NotificationCall::DeleteChannel {
                package: package.to_owned(),
                channel: channel.clone(),
            }),
        }
    }

    fn start_foreground(
        &self,
        package: &str,
        start: &StartForeground,
    ) -> Result<ServiceCall, String> {
        let types = match &start.types {
            None => FOREGROUND_SERVICE_TYPE_MANIFEST,
            Some(types) => type_mask(types)?,
        };
        let notification = Notification {
            channel: start.channel.clone(),
            small_icon: true,
            ..Notification::default()
        };
        Ok(ServiceCall::StartForeground {
            service: self.running_service(package, &start.service)?,
            id: start.id,
            notification: start.notification.then(|| Box::new(notification)),
            types,
        })
    }

    fn running_service(&self, package: &str, class: &str) -> Result<ServiceToken, String> {
        let class = component(package, class).class;
        self.service(&class).ok_or_else(|| format!("service `{class}` is not running"))
    }

    /// One job under many ids.
    fn schedule_each(&self, package: &str, first: i32, last: i32, job: &JobSpec) -> Inputs {
        let count = i64::from(last) - i64::from(first) + 1;
        if !(1..=JOBS_AT_ONCE_MAX).contains(&count) {
            let why = format!("`{first}` to `{last}` are not 1 to {JOBS_AT_ONCE_MAX} ids");
            return Err(why.into());
        }
        let caller = self.caller(package);
        let schedule = |id| {
            let job = JobSpec { id, ..job.clone() };
            let (namespace, job) = (job.namespace.clone(), Some(self.job(package, &job)?));
            let call = JobSchedulerCall::Schedule { namespace, job };
            Ok(Input::JobScheduler { caller, call })
        };
        (first..=last).map(schedule).collect()
    }

    /// The connection object of a client to a service: the same one for each bind.
    fn connection(&mut self, package: &str, class: &str) -> ConnectionToken {
        let next = ConnectionToken(self.connections.len() as u64 + 1);
        let key = (package.to_owned(), component(package, class));
        *self.connections.entry(key).or_insert(next)
    }
}
