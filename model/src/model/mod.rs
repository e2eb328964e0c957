//! The engine: one mutation, then everything that follows from it at the same instant.
//!
//! Here the rooms meet. Each input goes to the room it is about; what a room asks of the others goes
//! through `System` and its views. No rule is decided here.

mod events;
mod person;
mod signals;

use crate::exception::Exception;
use crate::fgs::{self, ActiveServices, NotificationPolicy};
use crate::input::Input;
use crate::job::scheduler::{PlatformJobScheduler, UserEvent, World};
use crate::looper::{Alarm, Fired, Looper, Message, Posted};
use crate::output::Output;
use crate::package::Packages;
use crate::platform::Platform;
use crate::process;
use crate::reply::Reply;
use crate::system::{JobNeighbours, System};
use crate::time::{Now, Wakeup};
use crate::UserId;

/// The answer to an input: `None` where nobody waits for one.
type Answer = Option<Result<Reply, Exception>>;

/// Everything Android remembers, as one value.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Model {
    platform: Platform,
    looper: Looper,
    system: System,
    services: ActiveServices,
    jobs: PlatformJobScheduler,
}

/// One turn of a room: the instant, and where decisions go.
pub(crate) struct Turn<'a> {
    now: Now,
    out: &'a mut Output,
}

impl Model {
    /// A device of this release that has just booted: user 0 has started, nothing is installed.
    pub fn new(platform: Platform) -> Self {
        let multiplier = platform.timeout_multiplier;
        let mut model = Self {
            jobs: PlatformJobScheduler::new(multiplier),
            platform,
            looper: Looper::default(),
            system: System::new(multiplier),
            services: ActiveServices::new(fgs::Constants::on_hardware(multiplier)),
        };
        let mut unheard = Output::new();
        let mut turn = Turn { now: Now::default(), out: &mut unheard };
        model.with_jobs(&mut turn, |jobs, world| {
            jobs.on_user_event(UserEvent::Starting, UserId(0), world);
            jobs.on_system_services_ready(world);
            jobs.on_third_party_apps_can_start(world);
        });
        model.settle(&mut turn);
        model
    }

    /// Takes one input at one instant, and everything that follows from it at that instant.
    ///
    /// What was due by `now` happens first. Afterwards nothing is pending that this instant could
    /// still change. `now` must not lie before an earlier one on any clock but the wall clock.
    pub fn apply(&mut self, now: Now, input: Input, out: &mut Output) {
        self.system.now = now;
        let mut turn = Turn { now, out };
        self.settle(&mut turn);
        let answer = self.handle(input, &mut turn);
        self.settle(&mut turn);
        out.reply = answer;
    }

    /// When time itself becomes an input: apply [`Input::Tick`] as soon as either instant is reached.
    pub fn next_wakeup(&self) -> Wakeup {
        self.looper.next_wakeup()
    }

    /// What is installed.
    pub fn packages(&self) -> &Packages {
        &self.system.packages
    }

    /// Handles everything due or posted, until nothing is left for this instant. What has been due for a
    /// while stands before what was posted only now. Rule: FGS-STOP-032.
    fn settle(&mut self, turn: &mut Turn<'_>) {
        loop {
            if let Some(fired) = self.looper.pop_due(turn.now) {
                self.on_fired(fired, turn);
            } else if let Some(posted) = self.looper.pop_posted() {
                self.on_posted(posted, turn);
            } else {
                return;
            }
        }
    }

    fn handle(&mut self, input: Input, turn: &mut Turn<'_>) -> Answer {
        match input {
            Input::Tick => None,
            Input::JobScheduler { caller, call } => {
                Some(self.with_jobs(turn, |jobs, world| jobs.call(caller, call, world)))
            }
            Input::JobCallback { caller, token, call } => {
                Some(self.with_jobs(turn, |jobs, world| jobs.callback(caller, token, call, world)))
            }
            Input::Service { caller, call } => {
                Some(self.with_services(turn, |services, cx| services.call(caller, call, cx)))
            }
            Input::Notification { caller, call } => Some(self.on_notification(caller, call, turn)),
            Input::Package { change } => Some(self.on_package(change, turn)),
            Input::Process { change } => Some(self.on_process(change, turn)),
            Input::Activity { change } => Some(self.on_activity(change, turn)),
            Input::User { change } => {
                self.on_user(change, turn);
                Some(Ok(Reply::Nothing))
            }
            Input::Device { signal } => {
                self.on_signal(signal, turn);
                Some(Ok(Reply::Nothing))
            }
            Input::Fact { fact } => {
                self.on_fact(&fact, turn);
                Some(Ok(Reply::Nothing))
            }
            Input::Person { act } => Some(self.on_person(act, turn)),
            Input::DeviceConfig { namespace, key, value } => {
                Some(self.configure(&namespace, &key, value.as_deref()))
            }
            Input::Shell { caller, arguments } => {
                Some(Ok(self.with_jobs(turn, |jobs, world| jobs.shell(caller, &arguments, world))))
            }
        }
    }

    fn configure(
        &mut self,
        namespace: &str,
        key: &str,
        value: Option<&str>,
    ) -> Result<Reply, Exception> {
        let mut platform = self.platform.clone();
        platform.configure(namespace, key, value);
        match namespace {
            "jobscheduler" => self
                .jobs
                .on_config_changed(&platform.configured(namespace).collect())
                .map_err(|error| Exception::IllegalArgument(error.to_string()))?,
            "activity_manager" => {
                self.services.device_config(key, value);
                self.system.share_constants(self.services.constants());
            }
            _ => {}
        }
        self.platform = platform;
        Ok(Reply::Nothing)
    }

    fn on_posted(&mut self, posted: Posted, turn: &mut Turn<'_>) {
        match posted {
            Posted::Job(posted) => {
                self.with_jobs(turn, |jobs, world| jobs.on_posted(posted, world));
            }
            Posted::Service(posted) => {
                self.with_services(turn, |services, cx| services.on_posted(posted, cx));
            }
            Posted::Process(process::Posted::DispatchUidsChanged) => self.tell_of_uids(turn),
            Posted::Notification(posted) => {
                let policy = NotificationPolicy::NotForegroundService;
                let (manager, mut neighbours) =
                    self.system.notification_room(Some(&self.services), policy);
                manager.on_posted(posted, turn.now, &mut neighbours, &mut self.looper, turn.out);
            }
        }
    }

    fn on_fired(&mut self, fired: Fired, turn: &mut Turn<'_>) {
        match fired {
            Fired::Alarm(Alarm::Job(alarm)) => {
                self.with_jobs(turn, |jobs, world| jobs.on_alarm(&alarm, world));
            }
            Fired::Alarm(Alarm::Notification(alarm)) => {
                self.system.notifications.on_alarm(&alarm, &mut self.looper);
            }
            Fired::Message(Message::Job(message)) => {
                self.with_jobs(turn, |jobs, world| jobs.on_message(&message, world));
            }
            Fired::Message(Message::Service(message)) => {
                self.with_services(turn, |services, cx| services.on_message(message, cx));
            }
            Fired::Message(Message::Process(process::Message::IdleUids)) => {
                let outcomes =
                    self.system.processes.on_idle_uids(turn.now, &mut self.looper, turn.out);
                for outcome in outcomes {
                    self.system.note(outcome, &mut self.looper, turn.out);
                }
                self.stop_idle(turn);
            }
            Fired::Message(Message::Activity(message)) => {
                self.system.activities.on_message(message, turn.out);
            }
        }
    }

    /// One turn of the job scheduler, with everything around it.
    fn with_jobs<T>(
        &mut self,
        turn: &mut Turn<'_>,
        act: impl FnOnce(&mut PlatformJobScheduler, &mut World<'_>) -> T,
    ) -> T {
        let effects_before = turn.out.effects.len();
        let mut neighbours =
            JobNeighbours { system: &mut self.system, services: &mut self.services, now: turn.now };
        let mut world = World {
            now: turn.now,
            neighbours: &mut neighbours,
            looper: &mut self.looper,
            out: turn.out,
        };
        let result = act(&mut self.jobs, &mut world);
        let user_initiated = self.jobs.concurrency().execution().user_initiated_notifications();
        if self.system.user_initiated != *user_initiated {
            self.system.user_initiated = user_initiated.clone();
        }
        if self.system.note_job_bindings(&turn.out.effects[effects_before..]) {
            self.update_processes(turn);
        }
        result
    }

    /// One turn of the service code, with everything around it.
    fn with_services<T>(
        &mut self,
        turn: &mut Turn<'_>,
        act: impl FnOnce(&mut ActiveServices, &mut fgs::Context<'_>) -> T,
    ) -> T {
        let mut context = fgs::Context {
            now: turn.now,
            neighbours: &mut self.system,
            looper: &mut self.looper,
            out: turn.out,
        };
        let result = act(&mut self.services, &mut context);
        self.stop_idle(turn);
        result
    }

    /// Computes all process states once more. Uids that became idle lose their background services.
    fn update_processes(&mut self, turn: &mut Turn<'_>) {
        self.services.report_services(&mut self.system.processes);
        let recomputed = self.system.update_processes(turn.now, &mut self.looper, turn.out);
        self.with_services(turn, |services, cx| services.on_recomputed(recomputed, cx));
    }

    fn stop_idle(&mut self, turn: &mut Turn<'_>) {
        while let Some(uid) = self.system.idle_uids.pop() {
            let mut context = fgs::Context {
                now: turn.now,
                neighbours: &mut self.system,
                looper: &mut self.looper,
                out: turn.out,
            };
            self.services.stop_in_background(uid, &mut context);
        }
    }
}

#[cfg(test)]
mod tests;
