//! One app with one job, on a device whose slots are all taken: what slices about a single job need.

use std::collections::BTreeSet;

use jobwarden_model::input::{DeviceSignal, NetworkFacts, ProcessEvent, UserEvent};
use jobwarden_model::job::call::JobSchedulerCall as Call;
use jobwarden_model::job::info::{JobInfo, FLAG_EXEMPT_FROM_APP_STANDBY};
use jobwarden_model::job::PendingJobReason;
use jobwarden_model::package::PackageDescription;
use jobwarden_model::process::ProcState;
use jobwarden_model::{Reply, Uid};

use super::slots::{Slots, BUSY_USER};
use super::stage::{caller, job_service, Stage};
use super::Untold;
use crate::adapter::Adapter;

/// When the job is scheduled. At 0, "no delay" and "now" would be the same.
const START: i64 = 100_000_000;
/// The id of the job.
pub(super) const JOB_ID: i32 = 1;
/// All that a description may ask for.
const PERMISSIONS: &[&str] = &[
    "android.permission.RECEIVE_BOOT_COMPLETED",
    "android.permission.ACCESS_NETWORK_STATE",
    "android.permission.CONNECTIVITY_INTERNAL",
    "android.permission.RUN_USER_INITIATED_JOBS",
];

/// The device, the app and its job.
pub(super) struct Single<'a> {
    pub(super) stage: Stage<'a>,
    pub(super) slots: Slots,
    pub(super) job: JobInfo,
    pub(super) uid: Uid,
}

/// A network that is good enough for every job.
pub(super) fn any_network() -> NetworkFacts {
    NetworkFacts { id: 100, capabilities: u64::MAX, transports: u32::MAX, down_kbps: 0, up_kbps: 0 }
}

impl<'a> Single<'a> {
    /// The app is installed, in the background, and has not scheduled anything yet.
    pub(super) fn new(
        adapter: &'a mut dyn Adapter,
        job: JobInfo,
        uid: Uid,
    ) -> Result<Self, Untold> {
        if job.flags & FLAG_EXEMPT_FROM_APP_STANDBY != 0 {
            return Err(Untold::Inexpressible("only the system may ask for this flag"));
        }
        let mut stage = Stage::new(adapter);
        stage.wait(START)?;
        let slots = Slots::fill(&mut stage, true)?;
        let package = PackageDescription {
            name: job.service.package.to_string(),
            app_id: uid.app_id(),
            permissions: PERMISSIONS.iter().map(|&name| name.to_owned()).collect(),
            services: vec![job_service(&job.service.class)],
            ..PackageDescription::default()
        };
        stage.install(package, uid.user())?;
        let mut single = Self { stage, slots, job, uid };
        single.state(ProcState::CachedEmpty)?;
        single.active(false)?;
        single.stage.effects();
        Ok(single)
    }

    pub(super) fn state(&mut self, state: ProcState) -> Result<(), Untold> {
        let process_state = Some(state.number());
        self.stage.process(ProcessEvent::UidState { uid: self.uid, process_state })
    }

    pub(super) fn active(&mut self, active: bool) -> Result<(), Untold> {
        self.stage.process(ProcessEvent::UidActive { uid: self.uid, active })
    }

    pub(super) fn network(&mut self, there: bool) -> Result<(), Untold> {
        let network = there.then(any_network);
        self.stage.device(DeviceSignal::DefaultNetwork { network })
    }

    /// The app schedules its job; a user-initiated one from the top of the screen.
    pub(super) fn schedule(&mut self) -> Result<(), Untold> {
        let user_initiated = self.job.is_user_initiated();
        if user_initiated {
            self.state(ProcState::Top)?;
        }
        let job = Some(Box::new(self.job.clone()));
        let call = Call::Schedule { namespace: None, job };
        match self.stage.call(caller(self.uid), call)? {
            Ok(Reply::Int(1)) => {}
            other => return Err(Untold::NotUnderstood(format!("schedule: {other:?}"))),
        }
        if user_initiated {
            self.state(ProcState::CachedEmpty)?;
        }
        Ok(())
    }

    /// Whether the job is still scheduled.
    pub(super) fn is_scheduled(&mut self) -> Result<bool, Untold> {
        let call = Call::GetPendingJob { namespace: None, id: JOB_ID };
        let replied = self.stage.call(caller(self.uid), call)?;
        Ok(matches!(replied, Ok(Reply::Job(Some(_)))))
    }

    /// Why the job does not run, as the app is told.
    pub(super) fn reason(&mut self) -> Result<Option<PendingJobReason>, Untold> {
        let call = Call::GetPendingJobReason { namespace: None, id: JOB_ID };
        match self.stage.call(caller(self.uid), call)? {
            Ok(Reply::Int(code)) => Ok(PendingJobReason::from_code(code)),
            other => Err(Untold::NotUnderstood(format!("getPendingJobReason: {other:?}"))),
        }
    }

    /// A command of the shell about the job: what it printed.
    pub(super) fn shell(&mut self, verb: &str, options: &[&str]) -> Result<String, Untold> {
        let (package, id) = (self.job.service.package.clone(), JOB_ID.to_string());
        let mut words = vec![verb];
        words.extend(options);
        words.extend([&*package, id.as_str()]);
        match self.stage.shell(&words)? {
            (0, printed) => Ok(printed),
            (code, printed) => {
                Err(Untold::NotUnderstood(format!("{words:?} ended with {code}: {printed}")))
            }
        }
    }

    /// All jobs are looked at: a user has started, not that of the app.
    pub(super) fn look(&mut self) -> Result<(), Untold> {
        self.stage.user(UserEvent::Unlocked { user: BUSY_USER })
    }

    /// Whether all constraints of the job hold.
    pub(super) fn is_ready(&mut self) -> Result<bool, Untold> {
        let printed = self.shell("get-job-state", &[])?;
        let states: BTreeSet<_> = printed.split_whitespace().collect();
        Ok(states.contains("ready"))
    }
}
