//! What apps ask: each call by the method of the interface that an app has for it.

use std::fmt::Debug;

use jobwarden_aidl::aidl::dev::jobwarden::IForegroundServices::IForegroundServices;
use jobwarden_aidl::aidl::dev::jobwarden::IJobScheduler::IJobScheduler;
use jobwarden_aidl::aidl::dev::jobwarden::INotificationManager::INotificationManager;
use jobwarden_aidl::binder::{BinderResult, Status, Strong};
use jobwarden_model::fgs::call::{ServiceCall, ServiceDone};
use jobwarden_model::job::call::{JobCallbackCall, JobSchedulerCall};
use jobwarden_model::notification::call::NotificationCall;

use super::inbox::Started;
use super::wire::{self, signed};

/// What the caller of a typed method heard: the result, spelled out.
pub(super) type Heard = Result<String, Status>;

/// Generated types can be printed, and nothing else.
pub(super) fn heard<T: Debug>(result: BinderResult<T>) -> Heard {
    result.map(|value| format!("{value:?}"))
}

/// `None`: no method says that.
pub(super) fn job_scheduler(
    to: &Strong<dyn IJobScheduler>,
    call: &JobSchedulerCall,
) -> Option<Heard> {
    use JobSchedulerCall as Call;
    Some(match call {
        Call::Schedule { namespace, job } => {
            let job = job.as_deref().map(wire::job);
            heard(to.schedule(namespace.as_deref(), job.as_ref()))
        }
        Call::Enqueue { namespace, job, work } => {
            let (job, work) = (job.as_deref().map(wire::job), work.as_deref().map(wire::work));
            heard(to.enqueue(namespace.as_deref(), job.as_ref(), work.as_ref()))
        }
        Call::ScheduleAsPackage { namespace, job, package, user, tag } => {
            let (job, package) = (job.as_deref().map(wire::job), package.as_deref());
            let namespace = namespace.as_deref();
            heard(to.scheduleAsPackage(namespace, job.as_ref(), package, *user, tag.as_deref()))
        }
        Call::Cancel { namespace, id } => heard(to.cancel(namespace.as_deref(), *id)),
        Call::CancelAll => heard(to.cancelAll()),
        Call::CancelAllInNamespace { namespace } => {
            heard(to.cancelAllInNamespace(namespace.as_deref()))
        }
        Call::GetAllPendingJobs => heard(to.getAllPendingJobs()),
        Call::GetAllPendingJobsInNamespace { namespace } => {
            heard(to.getAllPendingJobsInNamespace(namespace.as_deref()))
        }
        Call::GetPendingJob { namespace, id } => heard(to.getPendingJob(namespace.as_deref(), *id)),
        Call::GetPendingJobReason { namespace, id } => {
            heard(to.getPendingJobReason(namespace.as_deref(), *id))
        }
        Call::CanRunUserInitiatedJobs { package } => heard(to.canRunUserInitiatedJobs(package)),
        Call::HasRunUserInitiatedJobsPermission { package, user } => {
            heard(to.hasRunUserInitiatedJobsPermission(package, *user))
        }
        Call::GetStartedJobs => heard(to.getStartedJobs()),
        Call::GetAllJobSnapshots => heard(to.getAllJobSnapshots()),
        Call::NotePendingUserRequestedAppStop { package, user, debug_reason } => {
            let reason = debug_reason.as_deref();
            heard(to.notePendingUserRequestedAppStop(package.as_deref(), *user, reason))
        }
        // The service numbers observers itself.
        Call::RegisterUserVisibleJobObserver { .. }
        | Call::UnregisterUserVisibleJobObserver { .. } => return None,
    })
}

pub(super) fn job_callback(execution: &Started, call: &JobCallbackCall) -> Heard {
    use JobCallbackCall as Call;
    /// No work item is meant.
    const NO_WORK: i32 = -1;
    let (to, job) = (&execution.callback, execution.job_id);
    match call {
        Call::AcknowledgeStart { ongoing } => heard(to.acknowledgeStartMessage(job, *ongoing)),
        Call::AcknowledgeStop { reschedule } => heard(to.acknowledgeStopMessage(job, *reschedule)),
        Call::JobFinished { reschedule } => heard(to.jobFinished(job, *reschedule)),
        Call::DequeueWork => heard(to.dequeueWork(job)),
        Call::CompleteWork { work_id } => heard(to.completeWork(job, *work_id)),
        Call::UpdateEstimatedNetworkBytes { download, upload } => {
            heard(to.updateEstimatedNetworkBytes(job, None, *download, *upload))
        }
        Call::UpdateTransferredNetworkBytes { download, upload } => {
            heard(to.updateTransferredNetworkBytes(job, None, *download, *upload))
        }
        Call::AcknowledgeTransferredDownloadBytes { bytes } => {
            heard(to.acknowledgeGetTransferredDownloadBytesMessage(job, NO_WORK, *bytes))
        }
        Call::AcknowledgeTransferredUploadBytes { bytes } => {
            heard(to.acknowledgeGetTransferredUploadBytesMessage(job, NO_WORK, *bytes))
        }
        Call::SetNotification { id, notification, end_policy } => {
            let notification = notification.as_deref().map(wire::notification);
            heard(to.setNotification(job, *id, notification.as_ref(), *end_policy))
        }
    }
}

/// `None`: no method says that.
pub(super) fn service(to: &Strong<dyn IForegroundServices>, call: &ServiceCall) -> Option<Heard> {
    use ServiceCall as Call;
    Some(match call {
        Call::StartService { service, calling_package, user } => {
            let (service, user) = (wire::component(service), user.0.cast_signed());
            heard(to.startService(&service, calling_package.as_deref(), user))
        }
        Call::StartForegroundService { service, calling_package, user } => {
            let (service, user) = (wire::component(service), user.0.cast_signed());
            heard(to.startForegroundService(&service, calling_package.as_deref(), user))
        }
        // They name the caller's own user only.
        Call::CreatePendingIntent { intent, service, foreground } => {
            let service = wire::component(service);
            heard(to.createPendingIntent(
                &intent.package,
                intent.request_code,
                &service,
                *foreground,
            ))
        }
        Call::CancelPendingIntent { intent } => {
            heard(to.cancelPendingIntent(&intent.package, intent.request_code))
        }
        Call::SendPendingIntent { intent, options } => {
            let wish = options.temporary_allowlist;
            heard(to.sendPendingIntent(
                &intent.package,
                intent.user.0.cast_signed(),
                intent.request_code,
                wire::start_mode(options.start),
                wish.map_or(0, |wish| wish.duration),
                wish.map_or(0, |wish| wire::allowlist_type(wish.kind)),
                wish.map_or(0, |wish| wish.reason.0),
            ))
        }
        Call::StopService { service, user } => {
            heard(to.stopService(&wire::component(service), user.0.cast_signed()))
        }
        Call::StopSelf { service, start_id } => heard(to.stopSelf(signed(service.0), *start_id)),
        Call::Bind { service, action, connection, flags, calling_package, user } => {
            heard(to.bindService(
                &wire::component(service),
                action.as_deref(),
                signed(connection.0),
                signed(*flags),
                calling_package.as_deref(),
                user.0.cast_signed(),
            ))
        }
        Call::Unbind { connection } => heard(to.unbindService(signed(connection.0))),
        Call::StartForeground { service, id, notification, types } => {
            let notification = notification.as_deref().map(wire::notification);
            heard(to.startForeground(signed(service.0), *id, notification.as_ref(), *types))
        }
        Call::StopForeground { service, flags } => {
            heard(to.stopForeground(signed(service.0), *flags))
        }
        Call::GetForegroundServiceType { service } => {
            heard(to.getForegroundServiceType(signed(service.0)))
        }
        Call::ShouldServiceTimeOut { service } => heard(to.shouldServiceTimeOut(signed(service.0))),
        Call::ServiceDoneExecuting { service, done } => match done {
            ServiceDone::Anonymous => heard(to.serviceDoneExecuting(signed(service.0))),
            ServiceDone::Start { start_id, result } => {
                heard(to.startCommandDone(signed(service.0), *start_id, *result))
            }
            ServiceDone::Stop => heard(to.serviceDestroyed(signed(service.0))),
        },
        Call::PublishService { service, action, binder } => {
            heard(to.publishService(signed(service.0), action.as_deref(), *binder))
        }
        Call::UnbindFinished { service, action, do_rebind } => {
            heard(to.unbindFinished(signed(service.0), action.as_deref(), *do_rebind))
        }
        // The service numbers observers itself.
        Call::RegisterForegroundServiceObserver { .. } => return None,
    })
}

/// `None`: no method says that.
pub(super) fn notification(
    to: &Strong<dyn INotificationManager>,
    call: &NotificationCall,
) -> Option<Heard> {
    use NotificationCall as Call;
    Some(match call {
        Call::CreateChannel { package, channel, importance, group } => {
            heard(to.createChannel(package, channel, *importance, group.as_deref()))
        }
        Call::DeleteChannel { package, channel } => heard(to.deleteChannel(package, channel)),
        Call::Notify { package, tag, id, notification } => {
            heard(to.notify(package, tag.as_deref(), *id, &wire::notification(notification)))
        }
        Call::Cancel { package, tag, id } => heard(to.cancel(package, tag.as_deref(), *id)),
        Call::CancelAll { package } => heard(to.cancelAll(package)),
        Call::DeleteChannelGroup { .. } => return None,
    })
}
