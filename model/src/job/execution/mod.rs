//! Execution slots: what happens to a job from the bind to the end of its execution, as the platform's
//! `JobServiceContext` and `JobNotificationCoordinator` do it. Rules: JOB-RUN-*, JOB-NOTIF-001 to 015.
//!
//! A slot knows one running record at a time and never decides which: that, and what becomes of a
//! record whose execution ended, is the scheduler's. So every function that can end an execution
//! returns [`Completed`]: by then the slot has done steps 1 to 10 of JOB-RUN-035 and is free again, and
//! the caller owes steps 11 (rescheduling) and 12 (the next job for the slot) *before* it does anything else.
//!
//! The trap: a record may leave the store while its slot still runs it (cancelled, replaced). Slots
//! name records by [`RecordId`] and reach them through [`Host::record`], so the owner of the records
//! keeps one for as long as the store *or* a slot ([`Execution::running`]) refers to it.
//!
//! | question | file |
//! |---|---|
//! | what does a slot remember? | `slot` |
//! | how does a job get into it? | `start` |
//! | what if the service connects, dies, answers with nothing? | `connection` |
//! | what may the app say, and what does it mean by it? | `callback` |
//! | who may stop a job, and how is the app told? | `stop` |
//! | which timer runs, and what if it fires? | `timers`, `timeout` |
//! | in which order does an execution end? | `close` |
//! | whose notification is it? | `notification` |

mod at_work;
mod callback;
mod close;
mod connection;
mod host;
mod notification;
mod slot;
mod start;
mod stop;
mod timeout;
mod timers;
mod view;

use std::collections::BTreeMap;

pub use host::{BindRequest, Host, NotificationKey, NotificationPost, Turn};
pub use notification::{
    UserInitiatedNotifications, FLAG_USER_INITIATED_JOB, JOB_END_NOTIFICATION_POLICY_DETACH,
    JOB_END_NOTIFICATION_POLICY_REMOVE,
};
pub use slot::{BytePair, StopCause, Verb};
pub use start::bind_flags;
pub use stop::StopFilter;
pub use timers::{
    Timeouts, EXECUTION_DURATION_STAMP_PERIOD_MILLIS, STALE_CALLBACK_TOLERANCE_MILLIS,
};
pub use view::SlotView;

use self::at_work::SlotAtWork;
use self::notification::JobNotificationCoordinator;
use self::slot::JobServiceContext;
use crate::exception::Exception;
use crate::facts;
use crate::ids::{Caller, ComponentName, Uid};
use crate::job::call::{CallbackToken, JobCallbackCall};
use crate::job::{RecordId, SlotId};
use crate::reply::Reply;
use crate::rules::job_run::{JOB_RUN_004, JOB_RUN_045};

/// The work type a job was started as: one bit of CONC-TYPE. A slot only keeps it for its neighbours.
pub type WorkType = u32;

/// An execution that has just ended. The slot is free; steps 11 and 12 of JOB-RUN-035 are the caller's.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[must_use = "steps 11 and 12 of JOB-RUN-035 are yet to be done"]
pub struct Completed {
    /// The slot that is free again.
    pub slot: SlotId,
    /// The record that ran.
    pub record: RecordId,
    /// As it was started.
    pub work_type: WorkType,
    /// The public reason that decides about rescheduling: that of the user's mark, if there was one.
    pub stop_reason: i32,
    /// The internal reason that goes with it.
    pub internal_stop_reason: i32,
    /// The app, or the way it ended, asks for another try.
    pub wants_reschedule: bool,
}

/// The outcome of a call of `IJobCallback`.
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use = "the caller waits for an answer"]
pub struct Called {
    /// The execution that the call ended. To be seen to before [`Execution::answer`] is asked.
    pub completed: Option<Completed>,
    /// What the app hears: hand it to [`Execution::answer`].
    pub answer: Answer,
}

impl Called {
    fn answered(answer: Result<Reply, Exception>) -> Self {
        Self { completed: None, answer: Answer(Pending::Known(answer)) }
    }
}

/// An answer to an app that [`Execution::answer`] brings to its end.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Answer(Pending);

#[derive(Clone, Debug, Eq, PartialEq)]
enum Pending {
    Known(Result<Reply, Exception>),
    /// The execution ended in the middle of the acknowledgement of its start.
    StartInterrupted(SlotId),
}

impl Answer {
    fn nothing() -> Self {
        Self(Pending::Known(Ok(Reply::Nothing)))
    }

    fn no_work() -> Self {
        Self(Pending::Known(Ok(Reply::Work(None))))
    }

    fn start_interrupted(slot: SlotId) -> Self {
        Self(Pending::StartInterrupted(slot))
    }
}

/// All execution slots and the notifications of the jobs in them.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Execution {
    timeouts: Timeouts,
    /// A slot exists from its first job on, and for ever: it remembers how its last job ended.
    slots: BTreeMap<SlotId, JobServiceContext>,
    notifications: JobNotificationCoordinator,
    /// How many tokens were given out.
    tokens: u32,
}

impl Execution {
    /// No slot has run anything yet.
    pub fn new(timeouts: Timeouts) -> Self {
        Self {
            timeouts,
            slots: BTreeMap::new(),
            notifications: JobNotificationCoordinator::default(),
            tokens: 0,
        }
    }

    /// `executeRunnableJob`: gives a job to a slot. Whether it runs there now; if not, nothing has
    /// completed and the record stays in the store. Rules: JOB-RUN-006 to 016.
    pub fn start(
        &mut self,
        slot: SlotId,
        record: RecordId,
        work_type: WorkType,
        turn: &mut Turn<'_>,
    ) -> bool {
        let serial = self.tokens.wrapping_add(1);
        let token = token_of(slot, serial);
        self.slots.entry(slot).or_default();
        let started = self
            .at_work(slot, turn, |mut slot| slot.execute_runnable_job(record, work_type, token));
        if started {
            self.tokens = serial;
        }
        started
    }

    /// `cancelExecutingJobLocked`: the job is to stop. Rules: JOB-RUN-042, JOB-RUN-043.
    pub fn cancel(
        &mut self,
        slot: SlotId,
        cause: StopCause,
        turn: &mut Turn<'_>,
    ) -> Option<Completed> {
        self.at_work(slot, turn, |mut slot| slot.do_cancel(cause))
    }

    /// `markForProcessDeathLocked`: the process of the job is about to be killed. Rule: JOB-USERSTOP-004.
    pub fn mark_for_process_death(&mut self, slot: SlotId, cause: StopCause, turn: &mut Turn<'_>) {
        self.at_work(slot, turn, |mut slot| slot.mark_for_process_death(cause));
    }

    /// `stopIfExecutingLocked`: the shell stops jobs that work; whether this slot has one.
    /// Rule: JOB-RUN-055.
    pub fn stop_if_executing(
        &mut self,
        slot: SlotId,
        filter: &StopFilter,
        cause: &StopCause,
        turn: &mut Turn<'_>,
    ) -> (bool, Option<Completed>) {
        self.at_work(slot, turn, |mut slot| slot.stop_if_executing(filter, cause))
    }

    /// `onServiceConnected`: a component answered the bind. Rule: JOB-RUN-018.
    pub fn service_connected(
        &mut self,
        slot: SlotId,
        component: &ComponentName,
        turn: &mut Turn<'_>,
    ) -> Option<Completed> {
        self.at_work(slot, turn, |mut slot| slot.on_service_connected(component))
    }

    /// `onServiceDisconnected`: the process of the service died. Rule: JOB-RUN-037.
    pub fn service_disconnected(&mut self, slot: SlotId, turn: &mut Turn<'_>) -> Option<Completed> {
        self.at_work(slot, turn, |mut slot| slot.on_service_disconnected())
    }

    /// `onBindingDied`: the binding is dead for good. Rule: JOB-RUN-038.
    pub fn binding_died(&mut self, slot: SlotId, turn: &mut Turn<'_>) -> Option<Completed> {
        self.at_work(slot, turn, |mut slot| slot.on_binding_died())
    }

    /// `onNullBinding`: the service has no binder to offer. Rule: JOB-RUN-038.
    pub fn null_binding(&mut self, slot: SlotId, turn: &mut Turn<'_>) -> Option<Completed> {
        self.at_work(slot, turn, |mut slot| slot.on_null_binding())
    }

    /// `informOfNetworkChangeLocked`: the network of the running job changed. Rule: JOB-RUN-045.
    pub fn network_changed(
        &mut self,
        slot: SlotId,
        network: Option<i32>,
        turn: &mut Turn<'_>,
    ) -> Option<Completed> {
        self.at_work(slot, turn, |mut slot| slot.on_network_changed(network))
    }

    /// The slot's timer, [`crate::job::Message::SlotTimeout`], has fired. Rule: JOB-RUN-027.
    pub fn timed_out(&mut self, slot: SlotId, turn: &mut Turn<'_>) -> Option<Completed> {
        turn.out.decide(&JOB_RUN_004, "timer fired", || facts!(slot = slot));
        self.at_work(slot, turn, |mut slot| slot.handle_op_timeout())
    }

    /// A call of `IJobCallback`. See to [`Called::completed`] first, then ask [`Execution::answer`] what
    /// the app hears. Rule: JOB-RUN-039.
    pub fn callback(
        &mut self,
        token: CallbackToken,
        caller: Caller,
        call: JobCallbackCall,
        turn: &mut Turn<'_>,
    ) -> Called {
        self.at_work(slot_of(token), turn, |mut slot| slot.on_callback(token, caller, call))
    }

    /// What the app hears, once everything that its call ended has been seen to.
    ///
    /// # Errors
    ///
    /// `SecurityException` and the like, as the rules of the call say; `NullPointerException` where the
    /// platform trips over an execution that ended in the middle of its own start. Rule: JOB-RUN-045.
    pub fn answer(&mut self, answer: Answer, turn: &mut Turn<'_>) -> Result<Reply, Exception> {
        let slot = match answer.0 {
            Pending::Known(answer) => return answer,
            Pending::StartInterrupted(slot) => slot,
        };
        // The platform goes on with whatever job the slot runs by now, which may be the next one.
        let record = self.running(slot);
        turn.out.decide(&JOB_RUN_045, "the acknowledgement goes on after the end", || {
            facts!(slot = slot, record = record)
        });
        let Some(record) = record else {
            return Err(Exception::NullPointer("no running job".to_owned()));
        };
        if turn.host.record(record).is_user_visible_job() {
            self.at_work(slot, turn, |mut slot| slot.inform_observers(record, true));
        }
        Ok(Reply::Nothing)
    }

    /// `clearPreferredUid`. Rule: JOB-RUN-001.
    pub fn clear_preferred_uid(&mut self, slot: SlotId) {
        if let Some(context) = self.slots.get_mut(&slot) {
            context.preferred_uid = None;
        }
    }

    /// The uid that may have the slot next. Rule: JOB-RUN-042.
    pub fn preferred_uid(&self, slot: SlotId) -> Option<Uid> {
        self.slots.get(&slot)?.preferred_uid
    }

    /// Has a slot act. One that never had a job has nothing to remember, and is not made to.
    fn at_work<T>(
        &mut self,
        slot: SlotId,
        turn: &mut Turn<'_>,
        act: impl FnOnce(SlotAtWork<'_, '_>) -> T,
    ) -> T {
        let mut untouched = JobServiceContext::default();
        act(SlotAtWork {
            id: slot,
            context: self.slots.get_mut(&slot).unwrap_or(&mut untouched),
            notifications: &mut self.notifications,
            timeouts: &self.timeouts,
            turn,
        })
    }
}

/// A token names its slot, because even the token of an execution long over is judged by what its slot
/// remembers (JOB-RUN-041).
fn token_of(slot: SlotId, serial: u32) -> CallbackToken {
    CallbackToken(u64::from(slot.0) << 32 | u64::from(serial))
}

/// The slot that gave out this token.
fn slot_of(token: CallbackToken) -> SlotId {
    SlotId((token.0 >> 32) as u32)
}

#[cfg(test)]
mod tests;
