//! A running service: every input by the typed call that a real client would make, over RPC binder.
//!
//! Each process of the played world attaches through a session of its own identity, publishes its job
//! services when it is asked to, and answers through the callback objects it was handed. What came of a
//! call is read back from the trail of the service, and must be what the caller heard.
//!
//! Only what the interfaces cannot say goes through `ISystem.apply`: calls of nobody's process where the
//! process matters, observers under a number of the caller's choice, and answers that come too late for
//! the object they belong to.

mod apps;
mod calls;
mod facts;
mod inbox;
mod process;
mod reply;
mod trail;
mod wire;

use std::collections::VecDeque;
use std::path::Path;

use jobwarden_aidl::aidl::dev::jobwarden::ISystem::ISystem;
use jobwarden_aidl::aidl::dev::jobwarden::ITaskManager::ITaskManager;
use jobwarden_aidl::binder::{Status, Strong};
use jobwarden_model::input::ProcessEvent;
use jobwarden_model::{Caller, Elapsed, Input, Pid};

use self::apps::Apps;
use self::calls::{heard, Heard};
use self::process::Serving;
pub use self::trail::Noted;
use super::{Adapter, AdapterError, Answer};

/// How many entries of the trail are read at once; more than one input ever leads to.
const ENTRIES_MAX: i32 = 4096;
/// The process of a caller without one, where only the uid matters.
const SOME_PROCESS: Pid = Pid(i32::MAX);

/// A service in a process of its own, and everybody who calls it.
pub struct Service {
    apps: Apps,
    system: Strong<dyn ISystem>,
    task_manager: Strong<dyn ITaskManager>,
    /// The instant that counts as 0.
    started: Elapsed,
    /// The latest entry of the trail that was read.
    latest: i64,
    /// What the service has done by itself: it buries processes that it killed.
    unasked: VecDeque<Noted>,
    /// Ended last: the binder objects above are released first.
    serving: Serving,
}

/// How an input was said.
enum Said {
    /// By a typed method.
    Typed(Heard),
    /// There is no method that says it now.
    Not,
}

impl Service {
    /// Starts `program serve --clock virtual` on a socket of its own.
    ///
    /// # Errors
    ///
    /// It does not start, or cannot be connected to.
    pub fn start(program: &Path) -> Result<Self, AdapterError> {
        let mut serving = Serving::start(program)?;
        let session = serving.session()?;
        let system = session.get_interface("dev.jobwarden.ISystem/default");
        let task_manager = session.get_interface("dev.jobwarden.ITaskManager/default");
        let found = system.and_then(|system: Strong<dyn ISystem>| Ok((system, task_manager?)));
        let (system, task_manager) =
            found.map_err(|status| serving.gone(&format!("an interface is missing: {status}")))?;
        let now = system.now().map_err(|status| serving.gone(&format!("no clock: {status}")))?;
        Ok(Self {
            apps: Apps::new(system.clone()),
            system,
            task_manager,
            started: Elapsed(now.elapsed),
            latest: 0,
            unasked: VecDeque::new(),
            serving,
        })
    }

    /// All that the service still knows of what it was told, and of what it did.
    ///
    /// # Errors
    ///
    /// The service cannot be asked.
    pub fn whole_trail(&mut self) -> Result<Vec<Noted>, AdapterError> {
        let entries = self.system.readTrail(0, ENTRIES_MAX);
        let entries = entries.map_err(|status| self.gone("readTrail", &status))?;
        entries.into_iter().map(|entry| Noted::read(entry, self.started)).collect()
    }

    /// The process of the service.
    pub fn process_id(&self) -> u32 {
        self.serving.process_id()
    }

    fn gone(&mut self, method: &str, status: &Status) -> AdapterError {
        self.serving.gone(&format!("{method}: {status}"))
    }

    /// Says an input as whoever it comes from.
    fn say(&mut self, input: &Input) -> Result<Said, AdapterError> {
        let reported = match input {
            Input::JobScheduler { .. }
            | Input::JobCallback { .. }
            | Input::Service { .. }
            | Input::Notification { .. }
            | Input::Shell { .. } => return self.apps.say(input, &mut self.serving),
            Input::Process { change } => match self.apps.of_process(change, &mut self.serving)? {
                Said::Typed(heard) => return Ok(Said::Typed(heard)),
                Said::Not => facts::process(&self.system, change),
            },
            Input::Package { change } => facts::package(&self.system, change),
            Input::Activity { change } => facts::activity(&self.system, change),
            Input::User { change } => facts::user(&self.system, change),
            Input::Device { signal } => facts::device(&self.system, signal),
            Input::Fact { fact } => facts::told(&self.system, fact),
            Input::Person { act } => facts::person(&self.system, &self.task_manager, act),
            Input::DeviceConfig { namespace, key, value } => {
                Some(self.system.setDeviceConfig(namespace, key, value.as_deref()))
            }
            Input::Tick => None,
        };
        Ok(reported.map_or(Said::Not, |result| Said::Typed(heard(result))))
    }

    /// What is new in the trail, when everything that was decided has left.
    fn read_new(&mut self) -> Result<Vec<Noted>, AdapterError> {
        let entries = self
            .system
            .flush()
            .and_then(|()| self.system.readTrail(self.latest.wrapping_add(1), ENTRIES_MAX));
        let entries = entries.map_err(|status| self.gone("readTrail", &status))?;
        let mut noted = Vec::with_capacity(entries.len());
        for entry in entries {
            let entry = Noted::read(entry, self.started)?;
            if entry.sequence != self.latest.wrapping_add(1) {
                let (after, found) = (self.latest, entry.sequence);
                return Err(AdapterError::Malformed(format!(
                    "the trail goes on with {found} after {after}"
                )));
            }
            self.latest = entry.sequence;
            self.apps.note(&entry)?;
            noted.push(entry);
        }
        Ok(noted)
    }

    /// Applies an input for which there is no method.
    fn apply_as_it_is(&mut self, input: &Input) -> Result<Answer, AdapterError> {
        let input_as_it_is = json(input)?;
        let said = self.system.apply(&input_as_it_is);
        let noted = self.read_new()?;
        match (self.own(noted, &input_as_it_is), said) {
            (Some(answer), Ok(_)) => Ok(answer),
            (_, Err(status)) => Err(self.gone("apply", &status)),
            (None, Ok(_)) => Err(not_noted(input)),
        }
    }

    /// Picks what came of the input that was noted like this; the rest, the service has done by itself.
    fn own(&mut self, noted: Vec<Noted>, expected: &str) -> Option<Answer> {
        let mut own = None;
        for entry in noted {
            if own.is_none() && entry.input == expected {
                own = Some(entry.answer);
            } else {
                self.unasked.push_back(entry);
            }
        }
        own
    }

    /// What the service has done already, if it is this.
    fn done_already(&mut self, input: &Input) -> Result<Option<Answer>, AdapterError> {
        if !matches!(input, Input::Process { change: ProcessEvent::Died { .. } }) {
            return Ok(None);
        }
        let expected = json(input)?;
        let place = self.unasked.iter().position(|entry| entry.input == expected);
        Ok(place.and_then(|place| self.unasked.remove(place)).map(|entry| entry.answer))
    }
}

impl Adapter for Service {
    fn gives_reasons(&self) -> bool {
        true
    }

    fn claims(&self, _rules: &[String]) -> bool {
        true
    }

    fn apply(&mut self, input: &Input) -> Result<Answer, AdapterError> {
        if let Some(answer) = self.done_already(input)? {
            return Ok(answer);
        }
        let Said::Typed(heard) = self.say(input)? else { return self.apply_as_it_is(input) };
        if let Err(status) = &heard {
            if reply::exception_of(status).is_none() {
                return Err(self.gone("a call", status));
            }
        }
        let noted = self.read_new()?;
        let as_heard = json(&with_process(input))?;
        match (self.own(noted, &as_heard), heard) {
            (Some(answer), heard) if reply::agree(&heard, answer.reply.as_ref()) => Ok(answer),
            (Some(answer), heard) => Err(AdapterError::Malformed(format!(
                "the caller heard {heard:?}, the service noted {:?}: {}",
                answer.reply,
                json(input)?
            ))),
            (None, Ok(_)) => Err(not_noted(input)),
            // The object for it is not there any more, or was never handed out: the fact remains.
            (None, Err(_)) if matches!(input, Input::Process { .. }) => self.apply_as_it_is(input),
            // Refused before the model heard of it.
            (None, Err(status)) => {
                Ok(Answer { reply: reply::exception_of(&status).map(Err), ..Answer::default() })
            }
        }
    }

    fn next_wakeup(&mut self) -> Result<Option<i64>, AdapterError> {
        let millis = self.system.nextWakeupMillis();
        let millis = millis.map_err(|status| self.gone("nextWakeupMillis", &status))?;
        Ok((millis >= 0).then_some(millis))
    }

    fn pass(&mut self, millis: i64, asleep: bool) -> Result<Vec<Answer>, AdapterError> {
        let mut answers: Vec<_> = self.unasked.drain(..).map(|entry| entry.answer).collect();
        let passed = if asleep { self.system.sleep(millis) } else { self.system.advance(millis) };
        passed.map_err(|status| self.gone("advance", &status))?;
        let tick = json(&Input::Tick)?;
        for entry in self.read_new()? {
            if entry.input == tick {
                answers.push(entry.answer);
            } else {
                self.unasked.push_back(entry);
            }
        }
        Ok(answers)
    }
}

fn not_noted(input: &Input) -> AdapterError {
    AdapterError::Malformed(format!("the service took, but did not note: {input:?}"))
}

fn json(input: &Input) -> Result<String, AdapterError> {
    serde_json::to_string(input).map_err(|error| AdapterError::Malformed(error.to_string()))
}

/// The caller of a call for which any process will do.
const fn some_process(caller: Caller) -> Caller {
    match caller.pid {
        Some(_) => caller,
        None => Caller { uid: caller.uid, pid: Some(SOME_PROCESS) },
    }
}

/// The input as the service hears it: whoever calls over a wire has a process.
fn with_process(input: &Input) -> Input {
    let mut input = input.clone();
    match &mut input {
        Input::JobScheduler { caller, .. }
        | Input::Notification { caller, .. }
        | Input::Shell { caller, .. } => *caller = some_process(*caller),
        Input::Tick
        | Input::JobCallback { .. }
        | Input::Service { .. }
        | Input::Package { .. }
        | Input::Process { .. }
        | Input::Activity { .. }
        | Input::User { .. }
        | Input::Device { .. }
        | Input::Fact { .. }
        | Input::Person { .. }
        | Input::DeviceConfig { .. } => {}
    }
    input
}
