//! `IJobScheduler`: the calls of apps to the job scheduler.

use std::io::Write;

use jobwarden_aidl::aidl::dev::jobwarden::IJobScheduler::IJobScheduler;
use jobwarden_aidl::aidl::dev::jobwarden::IUserVisibleJobObserver::IUserVisibleJobObserver;
use jobwarden_aidl::aidl::dev::jobwarden::{JobInfo, JobSnapshot, JobWorkItem, NamespacedJobs};
use jobwarden_aidl::binder::{BinderResult, Interface, ParcelFileDescriptor, Status, Strong};
use jobwarden_model::job::call::JobSchedulerCall as Call;
use jobwarden_model::{Input, Reply};

use super::host::{boolean, int, nothing, read, require_callbacks, unexpected, Desk};
use super::status::illegal_state;
use super::wire::{job_from_wire, job_to_wire, snapshot_to_wire, work_from_wire, Budget, Wire};
use super::{shell, switchboard};

/// The binder object.
pub(crate) struct JobScheduler(pub(crate) Desk);

impl JobScheduler {
    /// Who asks, then what is asked, then the answer.
    fn ask(&self, build: impl FnOnce(&mut Budget) -> Wire<Call>) -> Result<Reply, Status> {
        let caller = self.0.caller()?;
        let call = read(build)?;
        self.0.host.submit(Input::JobScheduler { caller, call })
    }
}

impl Interface for JobScheduler {
    /// `dumpsys`, where the transport has binder's own dump transaction.
    fn dump(
        &self,
        writer: &mut dyn Write,
        arguments: &[String],
    ) -> jobwarden_aidl::binder::Result<()> {
        let text = shell::dump(&self.0, arguments).unwrap_or_else(|status| format!("{status}\n"));
        writer.write_all(text.as_bytes()).map_err(Into::into)
    }
}

fn job(job: Option<&JobInfo::JobInfo>, budget: &mut Budget) -> Wire<Option<Box<JobModel>>> {
    job.map(|job| job_from_wire(job, budget).map(Box::new)).transpose()
}

type JobModel = jobwarden_model::job::info::JobInfo;

fn jobs(reply: Reply) -> Result<Vec<JobInfo::JobInfo>, Status> {
    match reply {
        Reply::Jobs(jobs) => Ok(jobs.iter().map(job_to_wire).collect()),
        other => Err(unexpected(&other)),
    }
}

#[allow(non_snake_case, reason = "names of the interface")]
impl IJobScheduler for JobScheduler {
    fn schedule(
        &self,
        namespace: Option<&str>,
        info: Option<&JobInfo::JobInfo>,
    ) -> BinderResult<i32> {
        int(self.ask(|budget| {
            let namespace = budget.optional("namespace", namespace)?;
            Ok(Call::Schedule { namespace, job: job(info, budget)? })
        })?)
    }

    fn enqueue(
        &self,
        namespace: Option<&str>,
        info: Option<&JobInfo::JobInfo>,
        work: Option<&JobWorkItem::JobWorkItem>,
    ) -> BinderResult<i32> {
        int(self.ask(|budget| {
            let namespace = budget.optional("namespace", namespace)?;
            let job = job(info, budget)?;
            let work = work.map(|work| work_from_wire(work, budget).map(Box::new)).transpose()?;
            Ok(Call::Enqueue { namespace, job, work })
        })?)
    }

    fn scheduleAsPackage(
        &self,
        namespace: Option<&str>,
        info: Option<&JobInfo::JobInfo>,
        package: Option<&str>,
        user: i32,
        tag: Option<&str>,
    ) -> BinderResult<i32> {
        int(self.ask(|budget| {
            Ok(Call::ScheduleAsPackage {
                namespace: budget.optional("namespace", namespace)?,
                job: job(info, budget)?,
                package: budget.optional("package name", package)?,
                user,
                tag: budget.optional("tag", tag)?,
            })
        })?)
    }

    fn cancel(&self, namespace: Option<&str>, id: i32) -> BinderResult<()> {
        nothing(self.ask(|budget| {
            Ok(Call::Cancel { namespace: budget.optional("namespace", namespace)?, id })
        })?)
    }

    fn cancelAll(&self) -> BinderResult<()> {
        nothing(self.ask(|_| Ok(Call::CancelAll))?)
    }

    fn cancelAllInNamespace(&self, namespace: Option<&str>) -> BinderResult<()> {
        nothing(self.ask(|budget| {
            Ok(Call::CancelAllInNamespace { namespace: budget.optional("namespace", namespace)? })
        })?)
    }

    fn getAllPendingJobs(&self) -> BinderResult<Vec<NamespacedJobs::NamespacedJobs>> {
        match self.ask(|_| Ok(Call::GetAllPendingJobs))? {
            Reply::JobsByNamespace(all) => Ok(all
                .into_iter()
                .map(|(namespace, jobs)| NamespacedJobs::NamespacedJobs {
                    namespace,
                    jobs: jobs.iter().map(job_to_wire).collect(),
                })
                .collect()),
            other => Err(unexpected(&other)),
        }
    }

    fn getAllPendingJobsInNamespace(
        &self,
        namespace: Option<&str>,
    ) -> BinderResult<Vec<JobInfo::JobInfo>> {
        jobs(self.ask(|budget| {
            let namespace = budget.optional("namespace", namespace)?;
            Ok(Call::GetAllPendingJobsInNamespace { namespace })
        })?)
    }

    fn getPendingJob(
        &self,
        namespace: Option<&str>,
        id: i32,
    ) -> BinderResult<Option<JobInfo::JobInfo>> {
        let reply = self.ask(|budget| {
            Ok(Call::GetPendingJob { namespace: budget.optional("namespace", namespace)?, id })
        })?;
        match reply {
            Reply::Job(job) => Ok(job.as_deref().map(job_to_wire)),
            other => Err(unexpected(&other)),
        }
    }

    fn getPendingJobReason(&self, namespace: Option<&str>, id: i32) -> BinderResult<i32> {
        int(self.ask(|budget| {
            let namespace = budget.optional("namespace", namespace)?;
            Ok(Call::GetPendingJobReason { namespace, id })
        })?)
    }

    fn canRunUserInitiatedJobs(&self, package: &str) -> BinderResult<bool> {
        boolean(self.ask(|budget| {
            Ok(Call::CanRunUserInitiatedJobs { package: budget.name("package name", package)? })
        })?)
    }

    fn hasRunUserInitiatedJobsPermission(&self, package: &str, user: i32) -> BinderResult<bool> {
        boolean(self.ask(|budget| {
            let package = budget.name("package name", package)?;
            Ok(Call::HasRunUserInitiatedJobsPermission { package, user })
        })?)
    }

    fn getStartedJobs(&self) -> BinderResult<Vec<JobInfo::JobInfo>> {
        jobs(self.ask(|_| Ok(Call::GetStartedJobs))?)
    }

    fn getAllJobSnapshots(&self) -> BinderResult<Vec<JobSnapshot::JobSnapshot>> {
        match self.ask(|_| Ok(Call::GetAllJobSnapshots))? {
            Reply::Snapshots(all) => Ok(all.iter().map(snapshot_to_wire).collect()),
            other => Err(unexpected(&other)),
        }
    }

    fn registerUserVisibleJobObserver(
        &self,
        observer: Option<&Strong<dyn IUserVisibleJobObserver>>,
    ) -> BinderResult<()> {
        let caller = self.0.caller()?;
        let Some(observer) = observer else {
            let call = Call::RegisterUserVisibleJobObserver { observer: None };
            return nothing(self.0.host.submit(Input::JobScheduler { caller, call })?);
        };
        require_callbacks()?;
        switchboard::observe_jobs(&self.0.host, caller, observer)
    }

    fn unregisterUserVisibleJobObserver(
        &self,
        observer: Option<&Strong<dyn IUserVisibleJobObserver>>,
    ) -> BinderResult<()> {
        let caller = self.0.caller()?;
        let known = observer.map(|observer| {
            // An observer nobody knows has the number 0, which is never given.
            switchboard::observer_number(&self.0.host, caller, &observer.as_binder()).unwrap_or(0)
        });
        let call = Call::UnregisterUserVisibleJobObserver { observer: known };
        self.0.host.submit(Input::JobScheduler { caller, call })?;
        if let Some(number) = known {
            switchboard::forget_observer(&self.0.host, number);
        }
        Ok(())
    }

    fn notePendingUserRequestedAppStop(
        &self,
        package: Option<&str>,
        user: i32,
        debug_reason: Option<&str>,
    ) -> BinderResult<()> {
        nothing(self.ask(|budget| {
            Ok(Call::NotePendingUserRequestedAppStop {
                package: budget.optional("package name", package)?,
                user,
                debug_reason: budget.optional("reason", debug_reason)?,
            })
        })?)
    }

    fn dumpTo(&self, fd: &ParcelFileDescriptor, arguments: &[String]) -> BinderResult<()> {
        let text = shell::dump(&self.0, arguments)?;
        shell::write_to(fd, &text).map_err(|error| illegal_state(&error.to_string()))
    }
}
