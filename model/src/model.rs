//! The engine: one mutation, then everything that follows from it at the same instant.

use crate::exception::Exception;
use crate::input::Input;
use crate::looper::{Fired, Looper, Posted};
use crate::output::Output;
use crate::package::Packages;
use crate::platform::Platform;
use crate::time::{Now, Wakeup};

/// Everything Android remembers, as one value.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Model {
    platform: Platform,
    looper: Looper,
    packages: Packages,
}

impl Model {
    /// A device of this release that has just booted: nothing is installed, nobody has called.
    pub fn new(platform: Platform) -> Self {
        Self { platform, looper: Looper::default(), packages: Packages::default() }
    }

    /// Takes one input at one instant, and everything that follows from it at that instant.
    ///
    /// What was due by `now` happens first. Afterwards nothing is pending that this instant could
    /// still change. `now` must not lie before an earlier one on any clock but the wall clock.
    pub fn apply(&mut self, now: Now, input: Input, out: &mut Output) {
        self.settle(now, out);
        let reply = self.handle(now, input, out);
        self.settle(now, out);
        out.reply = reply;
    }

    /// When time itself becomes an input: apply [`Input::Tick`] as soon as either instant is reached.
    pub fn next_wakeup(&self) -> Wakeup {
        self.looper.next_wakeup()
    }

    /// What is installed.
    pub fn packages(&self) -> &Packages {
        &self.packages
    }

    /// Handles everything posted or due, until nothing is left for this instant.
    fn settle(&mut self, now: Now, out: &mut Output) {
        loop {
            if let Some(posted) = self.looper.pop_posted() {
                self.on_posted(now, posted, out);
            } else if let Some(fired) = self.looper.pop_due(now) {
                self.on_fired(now, fired, out);
            } else {
                return;
            }
        }
    }

    fn on_posted(&mut self, _now: Now, posted: Posted, _out: &mut Output) {
        match posted {
            Posted::Job(_) | Posted::Service(_) | Posted::Notification(_) | Posted::Process(_) => {}
        }
    }

    fn on_fired(&mut self, _now: Now, fired: Fired, _out: &mut Output) {
        match fired {
            Fired::Alarm(_) | Fired::Message(_) => {}
        }
    }

    fn handle(
        &mut self,
        _now: Now,
        input: Input,
        _out: &mut Output,
    ) -> Option<Result<crate::Reply, Exception>> {
        match input {
            Input::DeviceConfig { namespace, key, value } => {
                self.platform.configure(&namespace, &key, value.as_deref());
                Some(Ok(crate::Reply::Nothing))
            }
            Input::Package { change } => Some(
                self.packages
                    .on_event(&change)
                    .map(|_| crate::Reply::Nothing)
                    .map_err(|error| Exception::IllegalArgument(error.to_string())),
            ),
            Input::Tick
            | Input::JobScheduler { .. }
            | Input::JobCallback { .. }
            | Input::Service { .. }
            | Input::Notification { .. }
            | Input::Process { .. }
            | Input::Activity { .. }
            | Input::User { .. }
            | Input::Device { .. }
            | Input::Person { .. }
            | Input::Shell { .. } => None,
        }
    }
}
