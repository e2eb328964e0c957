//! What the service calls in apps: the binder objects that this kit hands it, and what they note down.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use jobwarden_aidl::aidl::dev::jobwarden::ComponentName::ComponentName;
use jobwarden_aidl::aidl::dev::jobwarden::IJobCallback::IJobCallback;
use jobwarden_aidl::aidl::dev::jobwarden::IJobService::IJobService;
use jobwarden_aidl::aidl::dev::jobwarden::IServiceCallback::IServiceCallback;
use jobwarden_aidl::aidl::dev::jobwarden::JobParameters::JobParameters;
use jobwarden_aidl::aidl::dev::jobwarden::JobWorkItem::JobWorkItem;
use jobwarden_aidl::binder::{BinderResult, Interface, Strong};
use jobwarden_model::job::call::CallbackToken;

/// How long a call that was decided may be on its way.
const ARRIVAL_MAX: Duration = Duration::from_secs(10);
/// The same, if it may have been called off.
const LATE_ARRIVAL_MAX: Duration = Duration::from_millis(50);
/// How many executions are remembered; apps do talk about executions that are over.
const EXECUTIONS_MAX: usize = 256;

/// One execution as the app knows it.
#[derive(Clone)]
pub(super) struct Started {
    /// As handed over with `startJob`.
    pub(super) job_id: i32,
    /// Where answers go.
    pub(super) callback: Strong<dyn IJobCallback>,
}

/// Collects what arrives on the threads of binder.
#[derive(Default)]
pub(super) struct Inbox {
    started: Mutex<BTreeMap<CallbackToken, Started>>,
    arrival: Condvar,
}

impl Inbox {
    /// The execution, as soon as its `startJob` has arrived; `None` after a long time without. What is
    /// `over` may never arrive: its bind may have gone first.
    pub(super) fn wait_for(&self, token: CallbackToken, over: bool) -> Option<Started> {
        let patience = if over { LATE_ARRIVAL_MAX } else { ARRIVAL_MAX };
        let started = self.started.lock().unwrap_or_else(PoisonError::into_inner);
        let (started, _) = self
            .arrival
            .wait_timeout_while(started, patience, |started| !started.contains_key(&token))
            .unwrap_or_else(PoisonError::into_inner);
        started.get(&token).cloned()
    }

    fn note(&self, token: CallbackToken, execution: Started) {
        let mut started = self.started.lock().unwrap_or_else(PoisonError::into_inner);
        started.insert(token, execution);
        let oldest = (started.len() > EXECUTIONS_MAX).then(|| started.pop_first());
        drop(started);
        self.arrival.notify_all();
        drop(oldest); // Its binder is released outside the lock.
    }
}

/// `IApplicationThread` of an app. What it is told, the trail of the service tells, too.
pub(super) struct Process;

impl Interface for Process {}

#[allow(non_snake_case, reason = "names of the interface")]
impl IServiceCallback for Process {
    fn bindJobService(&self, _bind: i64, _service: &ComponentName) -> BinderResult<()> {
        Ok(())
    }
    fn unbindJobService(&self, _bind: i64) -> BinderResult<()> {
        Ok(())
    }
    fn onCreate(&self, _service: i64, _class: &str) -> BinderResult<()> {
        Ok(())
    }
    fn onStartCommand(
        &self,
        _service: i64,
        _start_id: i32,
        _flags: i32,
        _null_intent: bool,
    ) -> BinderResult<()> {
        Ok(())
    }
    fn onTaskRemoved(&self, _service: i64, _start_id: i32) -> BinderResult<()> {
        Ok(())
    }
    fn onBind(&self, _service: i64, _action: Option<&str>, _rebind: bool) -> BinderResult<()> {
        Ok(())
    }
    fn onUnbind(&self, _service: i64, _action: Option<&str>) -> BinderResult<()> {
        Ok(())
    }
    fn onTimeout(&self, _service: i64, _start_id: i32) -> BinderResult<()> {
        Ok(())
    }
    fn onDestroy(&self, _service: i64) -> BinderResult<()> {
        Ok(())
    }
    fn onServiceConnected(
        &self,
        _connection: i64,
        _service: &ComponentName,
        _binder: bool,
        _dead: bool,
    ) -> BinderResult<()> {
        Ok(())
    }
    fn crash(&self, _exception: &str, _message: &str) -> BinderResult<()> {
        Ok(())
    }
    fn notResponding(&self, _reason: &str) -> BinderResult<()> {
        Ok(())
    }
}

/// The job service that an app published for one execution.
pub(super) struct JobService {
    pub(super) token: CallbackToken,
    pub(super) inbox: Arc<Inbox>,
}

impl Interface for JobService {}

#[allow(non_snake_case, reason = "names of the interface")]
impl IJobService for JobService {
    fn startJob(
        &self,
        parameters: &JobParameters,
        callback: &Strong<dyn IJobCallback>,
    ) -> BinderResult<()> {
        let (job_id, callback) = (parameters.jobId, callback.clone());
        self.inbox.note(self.token, Started { job_id, callback });
        Ok(())
    }
    fn stopJob(
        &self,
        _parameters: &JobParameters,
        _callback: &Strong<dyn IJobCallback>,
    ) -> BinderResult<()> {
        Ok(())
    }
    fn onNetworkChanged(
        &self,
        _parameters: &JobParameters,
        _callback: &Strong<dyn IJobCallback>,
    ) -> BinderResult<()> {
        Ok(())
    }
    fn getTransferredDownloadBytes(
        &self,
        _parameters: &JobParameters,
        _callback: &Strong<dyn IJobCallback>,
        _item: Option<&JobWorkItem>,
    ) -> BinderResult<()> {
        Ok(())
    }
    fn getTransferredUploadBytes(
        &self,
        _parameters: &JobParameters,
        _callback: &Strong<dyn IJobCallback>,
        _item: Option<&JobWorkItem>,
    ) -> BinderResult<()> {
        Ok(())
    }
}
