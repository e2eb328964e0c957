//! What the host runs: something that takes inputs at instants and says what is to be done.
//!
//! The host is generic over it, so that loom drives a three-line engine through the very code that
//! ships with the model.

use jobwarden_model::effect::{JobEffect, NotificationEffect, ProcessEffect, ServiceEffect};
use jobwarden_model::{Effect, Input, Model, Now, Output, Uid, Wakeup};
use serde::Serialize;

use crate::outbox::Addressee;

/// A deterministic engine without I/O. It is driven by one thread at a time, under the core lock.
pub trait Engine: Send + 'static {
    /// What it takes; written to the journal where there is one.
    type Input: Serialize + Send + 'static;
    /// What it wants carried out.
    type Effect: Send + 'static;
    /// Where one mutation puts its reply and its effects.
    type Output: Default + Send + 'static;

    /// The only mutation. Afterwards nothing is pending that `now` could still change.
    fn apply(&mut self, now: Now, input: Self::Input, out: &mut Self::Output);

    /// When time itself becomes an input.
    fn next_wakeup(&self) -> Wakeup;

    /// The input that says that time has come.
    fn tick() -> Self::Input;

    /// The effects in `out`, in the order in which they must be carried out. The host takes them away.
    fn effects(out: &mut Self::Output) -> &mut Vec<Self::Effect>;

    /// Empties `out` for the next input.
    fn clear(out: &mut Self::Output);
}

impl Engine for Model {
    type Input = Input;
    type Effect = Effect;
    type Output = Output;

    fn apply(&mut self, now: Now, input: Input, out: &mut Output) {
        Model::apply(self, now, input, out);
    }

    fn next_wakeup(&self) -> Wakeup {
        Model::next_wakeup(self)
    }

    fn tick() -> Input {
        Input::Tick
    }

    fn effects(out: &mut Output) -> &mut Vec<Effect> {
        &mut out.effects
    }

    fn clear(out: &mut Output) {
        out.clear();
    }
}

/// Who carries out an effect of the model: what a client's own object is called with goes to that
/// client, everything that an app has no part in goes to the system side of the service.
pub fn addressee(effect: &Effect) -> Addressee {
    match effect {
        Effect::Job(effect) => job(effect),
        Effect::Service(effect) => service(effect),
        Effect::Notification(
            NotificationEffect::Show { .. }
            | NotificationEffect::Remove { .. }
            | NotificationEffect::CrashApp { .. },
        )
        | Effect::Process(ProcessEffect::StartProcess { .. } | ProcessEffect::KillProcess { .. }) => {
            Addressee::System
        }
    }
}

/// The process of this name. Without a name any process of the uid will do.
fn app(uid: Uid, process: &str) -> Addressee {
    Addressee::App { uid, process: (!process.is_empty()).then(|| process.to_owned()) }
}

fn job(effect: &JobEffect) -> Addressee {
    match effect {
        JobEffect::StartJob { uid, process, .. }
        | JobEffect::StopJob { uid, process, .. }
        | JobEffect::NetworkChanged { uid, process, .. } => app(*uid, process),
        JobEffect::UserVisibleJob { observer, .. } => Addressee::Observer(*observer),
        JobEffect::Bind { .. }
        | JobEffect::Unbind { .. }
        | JobEffect::Anr { .. }
        | JobEffect::WakeLockAcquire { .. }
        | JobEffect::WakeLockRelease { .. }
        | JobEffect::RestrictApp { .. }
        | JobEffect::GrantUri { .. }
        | JobEffect::RevokeUri { .. }
        | JobEffect::JobsActive { .. }
        | JobEffect::Persist { .. } => Addressee::System,
    }
}

fn service(effect: &ServiceEffect) -> Addressee {
    match effect {
        ServiceEffect::CreateService { uid, process, .. }
        | ServiceEffect::StartCommand { uid, process, .. }
        | ServiceEffect::TaskRemoved { uid, process, .. }
        | ServiceEffect::BindService { uid, process, .. }
        | ServiceEffect::UnbindService { uid, process, .. }
        | ServiceEffect::Timeout { uid, process, .. }
        | ServiceEffect::DestroyService { uid, process, .. }
        | ServiceEffect::Connected { client: uid, process, .. } => app(*uid, process),
        ServiceEffect::ForegroundServiceObserver { observer, .. } => Addressee::Observer(*observer),
        ServiceEffect::Delegate { connection, .. } => Addressee::Observer(*connection),
        ServiceEffect::Anr { .. }
        | ServiceEffect::CrashApp { .. }
        | ServiceEffect::ForegroundServiceState { .. }
        | ServiceEffect::UsageEvent { .. }
        | ServiceEffect::PackageUnstopped { .. }
        | ServiceEffect::ReviewPermissions { .. }
        | ServiceEffect::StartForegroundOp { .. } => Addressee::System,
    }
}
