//! The device that a vector is told to: packages come, apps call, facts are reported, time passes.

use jobwarden_model::input::ProcessEvent;
use jobwarden_model::job::call::JobSchedulerCall;
use jobwarden_model::package::{Event as PackageEvent, PackageDescription, ServiceDescription};
use jobwarden_model::{Caller, Exception, Input, Pid, Reply, Uid, UserId};

use super::Untold;
use crate::adapter::Adapter;

/// What a job service must be guarded with.
pub(super) const BIND_JOB_SERVICE: &str = "android.permission.BIND_JOB_SERVICE";

/// An implementation that plays the device.
pub(super) struct Stage<'a> {
    adapter: &'a mut dyn Adapter,
}

impl<'a> Stage<'a> {
    pub(super) fn new(adapter: &'a mut dyn Adapter) -> Self {
        Self { adapter }
    }

    /// Something that may be refused.
    pub(super) fn ask(&mut self, input: &Input) -> Result<Result<Reply, Exception>, Untold> {
        Ok(self.adapter.apply(input)?.reply.unwrap_or(Ok(Reply::Nothing)))
    }

    /// Something that is so.
    pub(super) fn report(&mut self, input: &Input) -> Result<(), Untold> {
        match self.ask(input)? {
            Ok(_) => Ok(()),
            Err(refused) => Err(Untold::NotUnderstood(format!("{input:?}: {refused}"))),
        }
    }

    pub(super) fn install(
        &mut self,
        package: PackageDescription,
        user: UserId,
    ) -> Result<(), Untold> {
        self.package(PackageEvent::Installed { package: Box::new(package), user })
    }

    pub(super) fn package(&mut self, change: PackageEvent) -> Result<(), Untold> {
        self.report(&Input::Package { change })
    }

    pub(super) fn process(&mut self, change: ProcessEvent) -> Result<(), Untold> {
        self.report(&Input::Process { change })
    }

    /// A call of an app on the scheduler.
    pub(super) fn call(
        &mut self,
        caller: Caller,
        call: JobSchedulerCall,
    ) -> Result<Result<Reply, Exception>, Untold> {
        self.ask(&Input::JobScheduler { caller, call })
    }
}

/// A service that the scheduler may bind to.
pub(super) fn job_service(class: &str) -> ServiceDescription {
    ServiceDescription {
        class: class.to_owned(),
        permission: Some(BIND_JOB_SERVICE.to_owned()),
        ..ServiceDescription::default()
    }
}

/// The one process that a uid calls from.
pub(super) fn caller(uid: Uid) -> Caller {
    Caller { uid, pid: Some(Pid(100_000 + i32::try_from(uid.0 % 1_000_000).unwrap_or(0))) }
}
