//! The device that a vector is told to: packages come, apps call, facts are reported, time passes.

use jobwarden_model::input::{DeviceSignal, ProcessEvent, UserEvent};
use jobwarden_model::job::call::{CallbackToken, JobCallbackCall, JobSchedulerCall};
use jobwarden_model::package::{Event as PackageEvent, PackageDescription, ServiceDescription};
use jobwarden_model::{Caller, Effect, Exception, Input, Pid, Reply, Uid, UserId};

use super::Untold;
use crate::adapter::{Adapter, Answer};

/// What a job service must be guarded with.
pub(super) const BIND_JOB_SERVICE: &str = "android.permission.BIND_JOB_SERVICE";

/// How often something may fall due while time passes.
const TICKS_MAX: u32 = 600;

/// The rule by which jobs whose constraints changed are looked at.
const CHANGED_JOBS_LOOKED_AT: &str = "JOB-PROC-012";

/// What a call answered.
pub(super) type Replied = Result<Reply, Exception>;

/// An implementation that plays the device, and what it had others carry out since the last look.
pub(super) struct Stage<'a> {
    adapter: &'a mut dyn Adapter,
    effects: Vec<Effect>,
    looked: bool,
}

impl<'a> Stage<'a> {
    pub(super) fn new(adapter: &'a mut dyn Adapter) -> Self {
        Self { adapter, effects: Vec::new(), looked: false }
    }

    /// What had to be carried out since this was asked last, in order.
    pub(super) fn effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    /// Whether a change of the device had the scheduler look at jobs since this was asked last. An
    /// implementation that gives no reasons may have done so at any time.
    pub(super) fn looked(&mut self) -> bool {
        std::mem::take(&mut self.looked) || !self.adapter.gives_reasons()
    }

    fn note(&mut self, answer: Answer) -> Option<Replied> {
        self.looked |= answer.decisions.iter().any(|reason| reason.rule == CHANGED_JOBS_LOOKED_AT);
        self.effects.extend(answer.effects);
        answer.reply
    }

    /// Something that may be refused.
    pub(super) fn ask(&mut self, input: &Input) -> Result<Replied, Untold> {
        let answer = self.adapter.apply(input)?;
        Ok(self.note(answer).unwrap_or(Ok(Reply::Nothing)))
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

    pub(super) fn user(&mut self, change: UserEvent) -> Result<(), Untold> {
        self.report(&Input::User { change })
    }

    pub(super) fn device(&mut self, signal: DeviceSignal) -> Result<(), Untold> {
        self.report(&Input::Device { signal })
    }

    /// A setting of the job scheduler.
    pub(super) fn configure(&mut self, key: &str, value: String) -> Result<(), Untold> {
        self.report(&Input::DeviceConfig {
            namespace: "jobscheduler".to_owned(),
            key: key.to_owned(),
            value: Some(value),
        })
    }

    /// A call of an app on the scheduler.
    pub(super) fn call(
        &mut self,
        caller: Caller,
        call: JobSchedulerCall,
    ) -> Result<Replied, Untold> {
        self.ask(&Input::JobScheduler { caller, call })
    }

    /// What an app says about one execution.
    pub(super) fn answer(
        &mut self,
        caller: Caller,
        token: CallbackToken,
        call: JobCallbackCall,
    ) -> Result<Replied, Untold> {
        self.ask(&Input::JobCallback { caller, token, call })
    }

    /// A command of the scheduler's shell, by root: the exit code and what it printed.
    pub(super) fn shell(&mut self, arguments: &[&str]) -> Result<(i32, String), Untold> {
        let caller = Caller { uid: Uid::ROOT, pid: None };
        let arguments: Vec<_> = arguments.iter().map(|&word| word.to_owned()).collect();
        match self.ask(&Input::Shell { caller, arguments })? {
            Ok(Reply::Shell { exit_code, output }) => Ok((exit_code, output)),
            other => Err(Untold::NotUnderstood(format!("the shell said {other:?}"))),
        }
    }

    /// Time passes on a device that stays awake. Whether anything fell due meanwhile.
    pub(super) fn wait(&mut self, millis: i64) -> Result<bool, Untold> {
        let (mut left, mut fired) = (millis, false);
        for _ in 0..TICKS_MAX {
            if left == 0 {
                return Ok(fired);
            }
            let next = self.adapter.next_wakeup()?.map_or(left, |next| next.clamp(0, left));
            left -= next;
            for answer in self.adapter.pass(next, false)? {
                fired = true;
                self.note(answer);
            }
        }
        Err(Untold::Inexpressible("too much happens meanwhile"))
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
    Caller { uid, pid: Some(Pid(100_000 + i32::try_from(uid.0).unwrap_or(0))) }
}
