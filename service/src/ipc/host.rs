//! What every binder object shares: the warden of the model, who is who, and who may do what.

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use jobwarden_aidl::binder::{calling_caps, Status, TransportCaps};
use jobwarden_model::effect::Effect;
use jobwarden_model::{Caller, Exception, Input, Output, Reply, Uid};

use super::caller::{caller, Privileged};
use super::status::{illegal_state, invalid, status_of, unsupported};
use super::switchboard::Switchboard;
use super::wire::{Budget, Wire};
use crate::outbox::{Addressee, Deliver};
use crate::sensor::process::Processes;
use crate::sync::rank::Unlocked;
use crate::sync::Held;
use crate::traced::Traced;
use crate::warden::{SubmitError, Warden};

/// Whether time moves by itself.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ClockKind {
    /// The kernel's clocks; identities come from the kernel, unless sessions are allowed.
    Real,
    /// Moves by command.
    Virtual,
}

/// Shared by every binder object of one service.
pub(crate) struct Host {
    pub(crate) warden: Warden<Traced>,
    pub(crate) switchboard: Switchboard,
    pub(crate) privileged: Privileged,
    /// Whether privileged clients may act as other uids.
    pub(crate) sessions: bool,
    /// The processes of this machine that attached.
    pub(crate) processes: Processes,
    /// Started with uid and process name when an app needs a process.
    pub(crate) launcher: Option<PathBuf>,
}

impl Host {
    /// Lets the model take an input and maps its answer.
    pub(crate) fn submit(&self, input: Input) -> Result<Reply, Status> {
        match self.try_submit(input)? {
            Some(Ok(reply)) => Ok(reply),
            Some(Err(exception)) => Err(status_of(&exception)),
            None => Ok(Reply::Nothing),
        }
    }

    /// The model's own answer; `None`: nobody waits for one.
    pub(crate) fn try_submit(
        &self,
        input: Input,
    ) -> Result<Option<Result<Reply, Exception>>, Status> {
        let mut out = Output::new();
        let mut none = Held::enter();
        self.warden.submit(&mut none, input, &mut out).map_err(|error| refused(&error))?;
        Ok(out.reply)
    }

    /// Has a process started for an app. It attaches when it is ready.
    pub(crate) fn start_process(&self, uid: Uid, process: &str) {
        let Some(launcher) = &self.launcher else {
            return tracing::info!(%uid, process, "an app needs a process; nobody launches it");
        };
        match Command::new(launcher).arg(uid.to_string()).arg(process).spawn() {
            Ok(mut child) => {
                tracing::info!(%uid, process, pid = child.id(), "launched");
                // Collects its exit status; that it is gone is noticed by its connection.
                let _ =
                    std::thread::Builder::new().name("launched".into()).spawn(move || child.wait());
            }
            Err(error) => tracing::error!(%uid, process, %error, "cannot launch"),
        }
    }

    /// Connects a client: effects for `addressee` go to `sink`, on a thread of its own.
    pub(crate) fn connect(
        &self,
        none: &mut Held<'_, Unlocked>,
        addressee: Addressee,
        last_will: Option<Input>,
        sink: impl Deliver<Effect>,
    ) -> Result<crate::outbox::ClientId, Status> {
        self.warden
            .connect(none, addressee, last_will, sink)
            .map_err(|error| illegal_state(&error.to_string()))
    }
}

fn refused(error: &SubmitError) -> Status {
    illegal_state(&error.to_string())
}

/// As whom a binder object acts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Identity {
    /// Whoever calls it.
    Caller,
    /// Always this one; only privileged clients may call it.
    Fixed(Caller),
}

/// Where one binder object stands: what it shares, and as whom it acts.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) host: Arc<Host>,
    pub(crate) identity: Identity,
}

impl Desk {
    /// Who asks. The first thing every method of an app-facing interface does.
    pub(crate) fn caller(&self) -> Result<Caller, Status> {
        match self.identity {
            Identity::Caller => caller(),
            Identity::Fixed(fixed) => self.host.privileged.check(caller()?).map(|_| fixed),
        }
    }

    /// Who asks, if they may use a privileged interface.
    pub(crate) fn privileged(&self) -> Result<Caller, Status> {
        self.host.privileged.check(self.caller()?)
    }

    /// The uid under which the kernel knows the caller's process; `None`: a test plays the process.
    pub(crate) fn real_uid(&self) -> Result<Option<Uid>, Status> {
        let vouched_for = caller()?;
        Ok(match self.identity {
            Identity::Caller => Some(vouched_for.uid),
            Identity::Fixed(fixed) => (fixed.pid == vouched_for.pid).then_some(vouched_for.uid),
        })
    }
}

/// Converts what came with a call, within one budget.
pub(crate) fn read<T>(build: impl FnOnce(&mut Budget) -> Wire<T>) -> Result<T, Status> {
    build(&mut Budget::default()).map_err(|error| invalid(&error))
}

/// Refuses a callback that could never be called.
pub(crate) fn require_callbacks() -> Result<(), Status> {
    match calling_caps() {
        Some(caps) if caps.contains(TransportCaps::CALLBACKS) => Ok(()),
        _ => Err(unsupported("this connection cannot carry callbacks: open incoming connections")),
    }
}

/// The answer to a call that returns nothing.
pub(crate) fn nothing(_: Reply) -> Result<(), Status> {
    Ok(())
}

/// The answer as an `int`.
pub(crate) fn int(reply: Reply) -> Result<i32, Status> {
    match reply {
        Reply::Int(value) => Ok(value),
        other => Err(unexpected(&other)),
    }
}

/// The answer as a `boolean`.
pub(crate) fn boolean(reply: Reply) -> Result<bool, Status> {
    match reply {
        Reply::Boolean(value) => Ok(value),
        other => Err(unexpected(&other)),
    }
}

/// A bug of this service, told to the caller instead of a panic.
pub(crate) fn unexpected(reply: &Reply) -> Status {
    tracing::error!(?reply, "the model answered with something else");
    illegal_state("the service has no answer to this call")
}
