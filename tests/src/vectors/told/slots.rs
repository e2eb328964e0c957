//! Execution slots under control: an app of its own keeps all of them busy, and makes room for one job.
//!
//! Vectors of single classes know a device on which nothing starts by itself. Here that is a device with
//! more to do than it can: whoever is ready waits. The jobs that keep it busy are in front of every queue.

use jobwarden_model::effect::JobEffect;
use jobwarden_model::input::{ProcessEvent, UserEvent};
use jobwarden_model::job::call::{CallbackToken, JobCallbackCall, JobSchedulerCall as Call};
use jobwarden_model::job::info::{JobInfo, JobParameters};
use jobwarden_model::package::PackageDescription;
use jobwarden_model::{Caller, ComponentName, Effect, Reply, Uid, UserId};

use super::stage::{caller, job_service, Replied, Stage};
use super::Untold;

/// The app that keeps the slots busy.
pub(super) const BUSY_PACKAGE: &str = "busy";
const BUSY_CLASS: &str = "busy.Jobs";
/// Nobody else lives there.
pub(super) const BUSY_USER: UserId = UserId(99);
const BUSY_APP_ID: u32 = 19_999;
/// More slots than any device has.
const SLOTS_MAX: i32 = 100;
/// `JobInfo.BIAS_TOP_APP`: before every other job.
const FIRST: i32 = 40;

/// One execution of a job that the vector knows.
pub(super) struct Run {
    pub(super) token: CallbackToken,
    pub(super) caller: Caller,
    /// The app was asked to stop.
    pub(super) stopping: bool,
    pub(super) over: bool,
}

/// The slots.
#[derive(Default)]
pub(super) struct Slots {
    /// Those of the busy app, and whether it has answered the bind.
    busy: Vec<(CallbackToken, bool)>,
    /// The busy app answers at once.
    for_long: bool,
    jobs: i32,
    pub(super) runs: Vec<Run>,
}

fn busy_uid() -> Uid {
    Uid::of(BUSY_USER, BUSY_APP_ID)
}

fn busy_component() -> ComponentName {
    ComponentName::new(BUSY_PACKAGE, BUSY_CLASS)
}

/// What others need not hear of.
pub(super) fn is_busy(effect: &JobEffect) -> bool {
    match effect {
        JobEffect::Bind { uid, .. }
        | JobEffect::StartJob { uid, .. }
        | JobEffect::StopJob { uid, .. } => *uid == busy_uid(),
        _ => false,
    }
}

impl Slots {
    /// Takes every slot. `for_long`: the busy app answers its binds, so that time may pass.
    pub(super) fn fill(stage: &mut Stage<'_>, for_long: bool) -> Result<Self, Untold> {
        let mut slots = Self { for_long, ..Self::default() };
        stage.user(UserEvent::Started { user: BUSY_USER })?;
        stage.user(UserEvent::Unlocked { user: BUSY_USER })?;
        let package = PackageDescription {
            name: BUSY_PACKAGE.to_owned(),
            app_id: BUSY_APP_ID,
            services: vec![job_service(BUSY_CLASS)],
            ..PackageDescription::default()
        };
        stage.install(package, BUSY_USER)?;
        if for_long {
            // Longer than any vector lasts.
            stage.configure("runtime_min_guarantee_ms", "100000000000".to_owned())?;
        }
        while slots.add(stage)? {
            if slots.jobs >= SLOTS_MAX {
                return Err(Untold::Inexpressible("the slots do not come to an end"));
            }
        }
        slots.answer_binds(stage)?;
        Ok(slots)
    }

    /// One more job of the busy app; whether there was a slot for it.
    fn add(&mut self, stage: &mut Stage<'_>) -> Result<bool, Untold> {
        self.jobs += 1;
        let job = JobInfo { bias: FIRST, ..JobInfo::new(self.jobs, busy_component()) };
        let before = self.busy.len();
        let call = Call::Schedule { namespace: None, job: Some(Box::new(job)) };
        expect_done(stage.call(caller(busy_uid()), call)?)?;
        let effects = stage.effects();
        self.note_binds(&effects);
        Ok(self.busy.len() > before)
    }

    /// Slots that the busy app was given.
    pub(super) fn note_binds(&mut self, effects: &[Effect]) {
        for effect in effects {
            match effect {
                Effect::Job(JobEffect::Bind { token, uid, .. }) if *uid == busy_uid() => {
                    self.busy.push((*token, false));
                }
                _ => {}
            }
        }
    }

    fn answer_binds(&mut self, stage: &mut Stage<'_>) -> Result<(), Untold> {
        for index in 0..self.busy.len() {
            let (token, answered) = self.busy[index];
            if self.for_long && !answered {
                Self::greet(stage, token)?;
                self.busy[index].1 = true;
            }
        }
        Ok(())
    }

    /// The busy app answers a bind, and works on.
    fn greet(stage: &mut Stage<'_>, token: CallbackToken) -> Result<(), Untold> {
        let component = busy_component();
        stage.process(ProcessEvent::JobServiceConnected { token, component })?;
        let working = JobCallbackCall::AcknowledgeStart { ongoing: true };
        expect_done(stage.answer(caller(busy_uid()), token, working)?)?;
        stage.effects();
        Ok(())
    }

    /// One slot becomes free, and whoever is first in the queue gets it: the number of the execution and
    /// what the app was handed. `None`: nobody came.
    pub(super) fn start_next(
        &mut self,
        stage: &mut Stage<'_>,
    ) -> Result<Option<(usize, JobParameters)>, Untold> {
        // The job that waits for a free slot would be first.
        let waiting = Call::Cancel { namespace: None, id: self.jobs };
        expect_done(stage.call(caller(busy_uid()), waiting)?)?;
        let Some((token, answered)) = self.busy.pop() else {
            return Err(Untold::Inexpressible("more runs than slots"));
        };
        if !answered {
            Self::greet(stage, token)?;
        }
        stage.effects();
        let done = JobCallbackCall::JobFinished { reschedule: false };
        expect_done(stage.answer(caller(busy_uid()), token, done)?)?;
        let bound = stage.effects().into_iter().find_map(|effect| match effect {
            Effect::Job(JobEffect::Bind { token, component, uid, .. }) => {
                Some((token, component, uid))
            }
            _ => None,
        });
        let Some((token, component, uid)) = bound else {
            self.keep_busy(stage)?;
            return Ok(None);
        };
        stage.process(ProcessEvent::JobServiceConnected { token, component })?;
        let parameters = stage.effects().into_iter().find_map(|effect| match effect {
            Effect::Job(JobEffect::StartJob { parameters, .. }) => Some(*parameters),
            _ => None,
        });
        let Some(parameters) = parameters else {
            return Err(Untold::Inexpressible("a bind is called off at once"));
        };
        let caller = caller(uid);
        let working = JobCallbackCall::AcknowledgeStart { ongoing: true };
        expect_done(stage.answer(caller, token, working)?)?;
        stage.effects();
        self.add(stage)?;
        self.runs.push(Run { token, caller, stopping: false, over: false });
        Ok(Some((self.runs.len() - 1, parameters)))
    }

    /// An execution ends; the busy app takes its slot.
    pub(super) fn finish(
        &mut self,
        stage: &mut Stage<'_>,
        execution: usize,
        reschedule: bool,
    ) -> Result<(), Untold> {
        let Some(run) = self.runs.get_mut(execution).filter(|run| !run.over) else { return Ok(()) };
        run.over = true;
        let last = if run.stopping {
            JobCallbackCall::AcknowledgeStop { reschedule }
        } else {
            JobCallbackCall::JobFinished { reschedule }
        };
        let (caller, token) = (run.caller, run.token);
        expect_done(stage.answer(caller, token, last)?)
    }

    /// A job for the slot that became free, if one did; what came of it is nobody's business.
    pub(super) fn keep_busy(&mut self, stage: &mut Stage<'_>) -> Result<(), Untold> {
        while self.add(stage)? {}
        self.answer_binds(stage)
    }

    /// The system has the app stop.
    pub(super) fn is_stopping(&mut self, execution: usize) {
        if let Some(run) = self.runs.get_mut(execution) {
            run.stopping = true;
        }
    }

    /// Which execution goes by this token.
    pub(super) fn execution_of(&self, token: CallbackToken) -> Option<usize> {
        self.runs.iter().position(|run| run.token == token)
    }
}

fn expect_done(replied: Replied) -> Result<(), Untold> {
    match replied {
        Ok(Reply::Int(0)) => Err(Untold::NotUnderstood("an app of the kit is refused".to_owned())),
        Ok(_) => Ok(()),
        Err(refused) => Err(Untold::NotUnderstood(format!("an app of the kit: {refused}"))),
    }
}
