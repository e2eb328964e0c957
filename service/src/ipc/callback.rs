//! `IJobCallback`: what a running job says. One object per execution.

use jobwarden_aidl::aidl::dev::jobwarden::IJobCallback::IJobCallback;
use jobwarden_aidl::aidl::dev::jobwarden::{JobWorkItem, Notification};
use jobwarden_aidl::binder::{BinderResult, Interface, Status};
use jobwarden_model::job::call::{CallbackToken, JobCallbackCall as Call};
use jobwarden_model::{Input, Reply, Uid};

use super::host::{boolean, nothing, read, unexpected, Desk};
use super::status::security;
use super::wire::{notification_from_wire, work_from_wire, work_to_wire, Budget, Wire};

/// The binder object of one execution.
pub(crate) struct JobCallback {
    pub(crate) desk: Desk,
    pub(crate) token: CallbackToken,
    /// Who was handed it.
    pub(crate) uid: Uid,
}

impl Interface for JobCallback {}

impl JobCallback {
    /// Who asks; only the app that was handed this object may.
    fn ask(&self, build: impl FnOnce(&mut Budget) -> Wire<Call>) -> Result<Reply, Status> {
        let caller = self.desk.caller()?;
        if caller.uid != self.uid {
            return Err(security(&format!("this execution belongs to uid {}", self.uid)));
        }
        let call = read(build)?;
        self.desk.host.submit(Input::JobCallback { caller, token: self.token, call })
    }
}

/// The item of a report is not looked at (JOB-API-226), but must be well-formed.
fn check(item: Option<&JobWorkItem::JobWorkItem>, budget: &mut Budget) -> Wire<()> {
    item.map(|item| work_from_wire(item, budget)).transpose().map(|_| ())
}

#[allow(non_snake_case, reason = "names of the interface")]
impl IJobCallback for JobCallback {
    fn acknowledgeStartMessage(&self, _job: i32, ongoing: bool) -> BinderResult<()> {
        nothing(self.ask(|_| Ok(Call::AcknowledgeStart { ongoing }))?)
    }

    fn acknowledgeStopMessage(&self, _job: i32, reschedule: bool) -> BinderResult<()> {
        nothing(self.ask(|_| Ok(Call::AcknowledgeStop { reschedule }))?)
    }

    fn dequeueWork(&self, _job: i32) -> BinderResult<Option<JobWorkItem::JobWorkItem>> {
        match self.ask(|_| Ok(Call::DequeueWork))? {
            Reply::Work(work) => Ok(work.as_deref().map(work_to_wire)),
            other => Err(unexpected(&other)),
        }
    }

    fn completeWork(&self, _job: i32, work_id: i32) -> BinderResult<bool> {
        boolean(self.ask(|_| Ok(Call::CompleteWork { work_id }))?)
    }

    fn jobFinished(&self, _job: i32, reschedule: bool) -> BinderResult<()> {
        nothing(self.ask(|_| Ok(Call::JobFinished { reschedule }))?)
    }

    fn updateEstimatedNetworkBytes(
        &self,
        _job: i32,
        item: Option<&JobWorkItem::JobWorkItem>,
        download: i64,
        upload: i64,
    ) -> BinderResult<()> {
        nothing(self.ask(|budget| {
            check(item, budget)?;
            Ok(Call::UpdateEstimatedNetworkBytes { download, upload })
        })?)
    }

    fn updateTransferredNetworkBytes(
        &self,
        _job: i32,
        item: Option<&JobWorkItem::JobWorkItem>,
        download: i64,
        upload: i64,
    ) -> BinderResult<()> {
        nothing(self.ask(|budget| {
            check(item, budget)?;
            Ok(Call::UpdateTransferredNetworkBytes { download, upload })
        })?)
    }

    fn acknowledgeGetTransferredDownloadBytesMessage(
        &self,
        _job: i32,
        _work: i32,
        bytes: i64,
    ) -> BinderResult<()> {
        nothing(self.ask(|_| Ok(Call::AcknowledgeTransferredDownloadBytes { bytes }))?)
    }

    fn acknowledgeGetTransferredUploadBytesMessage(
        &self,
        _job: i32,
        _work: i32,
        bytes: i64,
    ) -> BinderResult<()> {
        nothing(self.ask(|_| Ok(Call::AcknowledgeTransferredUploadBytes { bytes }))?)
    }

    fn setNotification(
        &self,
        _job: i32,
        id: i32,
        notification: Option<&Notification::Notification>,
        end_policy: i32,
    ) -> BinderResult<()> {
        nothing(self.ask(|budget| {
            let notification = notification
                .map(|notification| notification_from_wire(notification, budget).map(Box::new))
                .transpose()?;
            Ok(Call::SetNotification { id, notification, end_policy })
        })?)
    }
}
