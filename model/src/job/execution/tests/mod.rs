//! A stage for slots: neighbours that answer what a test sets, and a log of all that happens.

mod calls;
mod histories;
mod notifications;
mod start;
mod states;
mod stop;
mod timers;
mod work;
mod world;

use std::collections::BTreeSet;

use self::world::World;
use super::*;
use crate::effect::Effect;
use crate::job::effect::JobEffect;
use crate::job::info::{JobInfo, JobParameters, JobWorkItem, NetworkRequest};
use crate::job::status::{InternalFlags, Origin};
use crate::job::{InternalStopReason, JobStatus, Posted, StopReason};
use crate::looper::{self, Fired, Looper};
use crate::notification::Notification;
use crate::output::Output;
use crate::package::Change;
use crate::rules::Rule;
use crate::time::{Now, Wall};

const S0: SlotId = SlotId(0);
const S1: SlotId = SlotId(1);
const S2: SlotId = SlotId(2);
const UID: Uid = Uid(10_123);
/// On whose behalf `UID` may schedule.
const SOURCE_UID: Uid = Uid(10_999);
const MINUTE: i64 = 60_000;

/// Slots, their neighbours, and what happened so far.
#[derive(Clone)]
struct Stage {
    now: Now,
    execution: Execution,
    looper: Looper,
    world: World,
    log: Vec<String>,
    rules: Vec<&'static Rule>,
    /// What the app was last handed.
    parameters: Option<JobParameters>,
    /// The execution that ended last.
    completed: Option<Completed>,
    /// The records of all executions that ended.
    ended: Vec<RecordId>,
}

/// The kind of job a test runs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    Regular,
    Expedited,
    UserInitiated,
}

use Kind::{Expedited, Regular, UserInitiated};

impl Stage {
    fn new() -> Self {
        Self {
            // Not at the origin: an instant of 0 means "never" in places.
            now: Now::at_boot(Wall(0)).awake_for(1_000_000),
            execution: Execution::new(Timeouts::with_multiplier(1)),
            looper: Looper::default(),
            world: World::new(),
            log: Vec::new(),
            rules: Vec::new(),
            parameters: None,
            completed: None,
            ended: Vec::new(),
        }
    }

    /// A job that waits for a slot.
    fn job(&mut self, kind: Kind) -> RecordId {
        self.job_with(kind, |_| {})
    }

    fn job_with(&mut self, kind: Kind, change: impl FnOnce(&mut JobInfo)) -> RecordId {
        let record = RecordId(self.world.jobs.len() as u64);
        let mut info = JobInfo {
            id: 100 + record.0 as i32,
            service: ComponentName::new("com.app", ".Service"),
            ..JobInfo::default()
        };
        match kind {
            Regular => {}
            Expedited => info.flags |= crate::job::info::FLAG_EXPEDITED,
            UserInitiated => {
                info.flags |= crate::job::info::FLAG_USER_INITIATED;
                info.required_network = NetworkRequest::of_type(1, None);
            }
        }
        change(&mut info);
        let mut job =
            JobStatus::create_from_job_info(info, Origin::own(record, UID), self.now.elapsed);
        job.set_expedited_job_tare_approved(self.now.elapsed, true);
        job.set_expedited_job_quota_approved(self.now.elapsed, true);
        job.service_process_name = Some("com.app:jobs".into());
        job.network = Some(100);
        self.world.jobs.insert(record, job);
        record
    }

    /// A stage on which a job of this kind has come as far as `verb` in slot 0. The log is empty.
    fn with(kind: Kind, verb: Verb) -> Self {
        let mut stage = Self::new();
        let job = stage.job(kind);
        stage.bring(S0, job, verb);
        stage
    }

    fn bring(&mut self, slot: SlotId, job: RecordId, verb: Verb) {
        self.reach(slot, job, verb);
        self.log.clear();
        self.rules.clear();
        self.completed = None;
    }

    fn reach(&mut self, slot: SlotId, job: RecordId, verb: Verb) {
        assert!(self.start(slot, job), "the slot is free");
        if verb >= Verb::Starting {
            self.connect(slot);
        }
        if verb >= Verb::Executing {
            self.ack_start(slot, true).expect("the start is acknowledged");
        }
        if verb >= Verb::Stopping {
            self.cancel(slot, StopReason::Timeout, InternalStopReason::Timeout);
        }
        if verb >= Verb::Finished {
            self.ack_stop(slot, true).expect("the stop is acknowledged");
        }
        assert_eq!(self.execution.verb(slot), verb, "the job came as far as that");
    }

    /// One turn, and what came of it in the log.
    fn turn<T>(&mut self, call: impl FnOnce(&mut Execution, &mut Turn<'_>) -> T) -> T {
        let mut out = Output::tracing();
        let mut turn =
            Turn { now: self.now, host: &mut self.world, looper: &mut self.looper, out: &mut out };
        let answer = call(&mut self.execution, &mut turn);
        let mut told = std::mem::take(&mut self.world.told).into_iter().peekable();
        for (index, effect) in out.effects.iter().enumerate() {
            while let Some((_, what)) = told.next_if(|(position, _)| *position <= index) {
                self.log.push(what);
            }
            self.log_effect(effect);
        }
        self.log.extend(told.map(|(_, what)| what));
        while let Some(posted) = self.looper.pop_posted() {
            let looper::Posted::Job(Posted::InformObserversOfUserVisibleJobChange {
                summary,
                running,
            }) = posted
            else {
                panic!("unexpected message {posted:?}");
            };
            self.log.push(format!("observers({} {running})", summary.job_id));
        }
        self.rules.extend(out.decisions.iter().map(|decision| decision.rule));
        answer
    }

    fn log_effect(&mut self, effect: &Effect) {
        let Effect::Job(effect) = effect else { panic!("unexpected effect {effect:?}") };
        let text = match effect {
            JobEffect::WakeLockAcquire { uid, .. } => format!("wakeLock({uid})"),
            JobEffect::WakeLockRelease { .. } => "wakeLockRelease".to_owned(),
            JobEffect::Bind { .. } => "bind".to_owned(),
            JobEffect::Unbind { .. } => "unbind".to_owned(),
            JobEffect::StartJob { parameters, .. } => {
                self.parameters = Some((**parameters).clone());
                "startJob".to_owned()
            }
            JobEffect::StopJob { parameters, .. } => {
                self.parameters = Some((**parameters).clone());
                format!("stopJob({} {})", parameters.stop_reason, parameters.internal_stop_reason)
            }
            JobEffect::NetworkChanged { parameters, .. } => {
                self.parameters = Some((**parameters).clone());
                format!("onNetworkChanged({:?})", parameters.network)
            }
            JobEffect::Anr { uid, process, what } => format!("anr({uid} {process} {what:?})"),
            other => panic!("unexpected effect {other:?}"),
        };
        self.log.push(text);
    }

    fn note(&mut self, completed: Option<Completed>) {
        if let Some(end) = completed {
            self.completed = Some(end);
            self.ended.push(end.record);
            self.log.push(format!(
                "completed({} {} {})",
                end.stop_reason, end.internal_stop_reason, end.wants_reschedule
            ));
        }
    }

    fn start(&mut self, slot: SlotId, job: RecordId) -> bool {
        self.turn(|execution, turn| execution.start(slot, job, 1, turn))
    }

    fn connect(&mut self, slot: SlotId) {
        self.connect_component(slot, ComponentName::new("com.app", ".Service"));
    }

    fn connect_component(&mut self, slot: SlotId, component: ComponentName) {
        let end = self.turn(|execution, turn| execution.service_connected(slot, &component, turn));
        self.note(end);
    }

    fn disconnect(&mut self, slot: SlotId) {
        let end = self.turn(|execution, turn| execution.service_disconnected(slot, turn));
        self.note(end);
    }

    fn cancel(&mut self, slot: SlotId, stop: StopReason, internal: InternalStopReason) {
        let cause = StopCause::new(stop, internal, "a test");
        let end = self.turn(|execution, turn| execution.cancel(slot, cause, turn));
        self.note(end);
    }

    fn mark(&mut self, slot: SlotId, stop: StopReason, internal: InternalStopReason) {
        let cause = StopCause::new(stop, internal, "a user");
        self.turn(|execution, turn| execution.mark_for_process_death(slot, cause, turn));
    }

    fn network(&mut self, slot: SlotId, network: Option<i32>) {
        let end = self.turn(|execution, turn| execution.network_changed(slot, network, turn));
        self.note(end);
    }

    fn ack_start(&mut self, slot: SlotId, ongoing: bool) -> Result<Reply, Exception> {
        self.call(slot, JobCallbackCall::AcknowledgeStart { ongoing })
    }

    fn ack_stop(&mut self, slot: SlotId, reschedule: bool) -> Result<Reply, Exception> {
        self.call(slot, JobCallbackCall::AcknowledgeStop { reschedule })
    }

    fn finish(&mut self, slot: SlotId, reschedule: bool) -> Result<Reply, Exception> {
        self.call(slot, JobCallbackCall::JobFinished { reschedule })
    }

    /// A call of the execution that runs in `slot`.
    fn call(&mut self, slot: SlotId, call: JobCallbackCall) -> Result<Reply, Exception> {
        let token = self.token(slot);
        self.call_with(token, UID, call)
    }

    fn call_with(
        &mut self,
        token: CallbackToken,
        uid: Uid,
        call: JobCallbackCall,
    ) -> Result<Reply, Exception> {
        let caller = Caller { uid, pid: None };
        let Called { completed, answer } =
            self.turn(|execution, turn| execution.callback(token, caller, call, turn));
        self.note(completed);
        self.turn(|execution, turn| execution.answer(answer, turn))
    }

    fn set_notification(&mut self, slot: SlotId, id: i32, end_policy: i32) {
        self.set_notification_on(slot, id, "main", end_policy).expect("the notification is valid");
    }

    fn set_notification_on(
        &mut self,
        slot: SlotId,
        id: i32,
        channel: &str,
        end_policy: i32,
    ) -> Result<Reply, Exception> {
        let notification = Notification {
            channel: channel.to_owned(),
            small_icon: true,
            ..Notification::default()
        };
        let notification = Some(Box::new(notification));
        self.call(slot, JobCallbackCall::SetNotification { id, notification, end_policy })
    }

    /// Lets time pass on a device that is awake, timers included.
    fn advance(&mut self, millis: i64) {
        let end = self.now.awake_for(millis);
        while let Some(wait) = self.looper.next_wakeup().in_millis(self.now) {
            let at = self.now.awake_for(wait);
            if at.uptime > end.uptime {
                break;
            }
            self.now = at;
            self.fire();
        }
        self.now = end;
    }

    /// Handles the timer that is due.
    fn fire(&mut self) {
        let Some(Fired::Message(looper::Message::Job(crate::job::Message::SlotTimeout { slot }))) =
            self.looper.pop_due(self.now)
        else {
            panic!("no slot timer is due");
        };
        let end = self.turn(|execution, turn| execution.timed_out(slot, turn));
        self.note(end);
    }

    fn token(&self, slot: SlotId) -> CallbackToken {
        self.execution.view(slot).expect("a job runs").token
    }

    fn verb(&self, slot: SlotId) -> Verb {
        self.execution.verb(slot)
    }

    /// Milliseconds until the timer of the slot fires.
    fn timer(&self, slot: SlotId) -> Option<i64> {
        self.execution.timer_at(slot, &self.looper).map(|at| at.since(self.now.uptime))
    }

    fn status(&mut self, record: RecordId) -> &mut JobStatus {
        self.world.record_mut(record)
    }

    /// What happened since the last time this was asked.
    fn log(&mut self) -> Vec<String> {
        std::mem::take(&mut self.log)
    }

    fn decided(&self, rule: &'static Rule) -> bool {
        self.rules.contains(&rule)
    }
}

/// Everything that an execution ends with, where no notification is involved.
fn ended(stop: i32, internal: i32, reschedule: bool) -> Vec<String> {
    vec![
        "wakeLockRelease".to_owned(),
        "unbind".to_owned(),
        format!("completed({stop} {internal} {reschedule})"),
    ]
}
