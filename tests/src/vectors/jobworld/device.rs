//! The scheduler, its clock and what surrounds it, in the middle of a vector.

use std::collections::BTreeMap;

use jobwarden_model::effect::Effect;
use jobwarden_model::job::call::{CallbackToken, JobCallbackCall, JobSchedulerCall};
use jobwarden_model::job::effect::JobEffect;
use jobwarden_model::job::info::JobParameters;
use jobwarden_model::job::scheduler::{ConnectionEvent, PlatformJobScheduler, UserEvent, World};
use jobwarden_model::job::{InternalStopReason, JobKey, PendingJobReason, StopReason};
use jobwarden_model::looper::{Alarm, Fired, Looper, Message, Posted};
use jobwarden_model::notification::Notification;
use jobwarden_model::{Exception, Now, Output, Reply, Uid, UserId, Wall};
use serde_json::{json, Value};

use super::app::{Act, Connect, Job, Run, Unusual};
use super::world::{User, World as Around};
use super::{Input, Slice};

/// Elapsed realtime at the start: the device has been up for a month.
const START: i64 = 2_592_000_000;
/// The observer of user-visible jobs.
const OBSERVER: u64 = 1;

/// Something an app will do.
#[derive(Clone, Copy, Debug)]
struct Due {
    token: CallbackToken,
    act: Act,
    /// An answer without delay.
    at_once: bool,
    /// How many timers the scheduler had set before.
    timers_before: u64,
}

/// A device.
pub(in crate::vectors) struct Device {
    pub(super) slice: Slice,
    pub(super) scheduler: PlatformJobScheduler,
    pub(super) around: Around,
    looper: Looper,
    out: Output,
    now: Now,
    pub(super) jobs: Vec<Job>,
    /// What apps will do: when, in which order it was set up, and what.
    agenda: BTreeMap<(i64, u64), Due>,
    set_up: u64,
    pub(super) runs: Vec<Run>,
    heartbeat: Option<i64>,
    events: Vec<Value>,
    reasons: Vec<PendingJobReason>,
    /// The network that a running job was told of last.
    networks: BTreeMap<CallbackToken, Option<i32>>,
    pub(super) networks_so_far: i32,
}

impl Device {
    pub(super) fn new(input: &Input, slice: Slice) -> Result<Self, String> {
        let refused = |job: &&(usize, &Job)| {
            matches!(job.1.connect_ms, Some(Connect::Otherwise(Unusual::Refused)))
        };
        let jobs = input.jobs.iter().enumerate();
        let refused_binds =
            jobs.filter(|job| refused(&job)).filter_map(|(index, _)| i32::try_from(index).ok());
        let mut around = Around {
            apps: input.uids.clone(),
            refused_binds: refused_binds.collect(),
            ..Around::default()
        };
        around.users.insert(UserId(0), User { unlocked: true });
        for job in &input.jobs {
            around.app_mut(job.uid);
        }
        let mut started = vec![UserId(0)];
        for uid in around.apps.keys().copied().collect::<Vec<_>>() {
            around.users.insert(uid.user(), User { unlocked: true });
            started.push(uid.user());
        }
        for (&user, described) in &input.users {
            around.users.insert(UserId(user), User { unlocked: described.started });
            started.retain(|&known| known != UserId(user));
            if described.started {
                started.push(UserId(user));
            }
        }
        let mut device = Self {
            slice,
            scheduler: PlatformJobScheduler::new(1),
            around,
            looper: Looper::default(),
            out: Output::new(),
            now: Now::at_boot(Wall(1_700_000_000_000)).awake_for(START),
            jobs: input.jobs.clone(),
            agenda: BTreeMap::new(),
            set_up: 0,
            runs: Vec::new(),
            heartbeat: input.heartbeat_ms,
            events: Vec::new(),
            reasons: vec![PendingJobReason::InvalidJobId; input.jobs.len()],
            networks: BTreeMap::new(),
            networks_so_far: 100,
        };
        let config = super::super::job_description::device_config(&input.device_config);
        device.scheduler.on_config_changed(&config).map_err(|why| why.to_string())?;
        device.act(|scheduler, world| {
            for user in started {
                scheduler.on_user_event(UserEvent::Starting, user, world);
            }
            scheduler.on_system_services_ready(world);
            scheduler.on_third_party_apps_can_start(world);
        });
        if slice == Slice::System {
            let observer = Some(OBSERVER);
            let call = JobSchedulerCall::RegisterUserVisibleJobObserver { observer };
            device.call(Uid::SYSTEM, call).map_err(|why| why.to_string())?;
        }
        Ok(device)
    }

    /// Milliseconds since the start.
    pub(super) fn since_start(&self) -> i64 {
        self.now.elapsed.millis() - START
    }

    /// Elapsed realtime in milliseconds.
    pub(super) fn elapsed_now(&self) -> i64 {
        self.now.elapsed.millis()
    }

    /// The wall clock at a time since the start.
    pub(super) fn wall_at(&self, since_start: i64) -> i64 {
        self.now.wall.millis() - self.since_start() + since_start
    }

    /// Does something, and everything that follows from it at the same instant.
    pub(super) fn act<R>(
        &mut self,
        act: impl FnOnce(&mut PlatformJobScheduler, &mut World<'_>) -> R,
    ) -> R {
        let result = self.turn(act);
        self.settle();
        result
    }

    /// Lets the scheduler do one thing and notes what came of it.
    pub(super) fn turn<R>(
        &mut self,
        act: impl FnOnce(&mut PlatformJobScheduler, &mut World<'_>) -> R,
    ) -> R {
        let mut world = World {
            now: self.now,
            neighbours: &mut self.around,
            looper: &mut self.looper,
            out: &mut self.out,
        };
        let result = act(&mut self.scheduler, &mut world);
        self.note_effects();
        result
    }

    /// Apps answer before the scheduler turns to its next message; of what was set up for this instant,
    /// the first comes first.
    fn settle(&mut self) {
        loop {
            if let Some((token, act)) = self.take_act(|due| due.at_once) {
                self.perform(token, act);
            } else if let Some(posted) = self.looper.pop_posted() {
                if let Posted::Job(posted) = posted {
                    self.turn(|scheduler, world| scheduler.on_posted(posted, world));
                }
            } else if let Some((token, act)) = self.take_act_before_timers() {
                self.perform(token, act);
            } else if let Some(fired) = self.looper.pop_due(self.now) {
                self.turn(|scheduler, world| match fired {
                    Fired::Alarm(Alarm::Job(alarm)) => scheduler.on_alarm(&alarm, world),
                    Fired::Message(Message::Job(message)) => scheduler.on_message(&message, world),
                    Fired::Alarm(_) | Fired::Message(_) => {}
                });
            } else {
                return;
            }
        }
    }

    /// Time passes; whatever comes due meanwhile happens when it is due.
    pub(super) fn advance(&mut self, millis: i64) {
        let end = self.since_start() + millis;
        while self.since_start() < end {
            let here = self.since_start();
            let timer = self.looper.next_wakeup().in_millis(self.now).map(|left| here + left);
            let act = self.agenda.keys().next().map(|&(at, _)| at);
            let beat = self.heartbeat.map(|beat| (here / beat + 1) * beat);
            let next = [timer, act, beat].into_iter().flatten().min().unwrap_or(end);
            let next = next.clamp(here, end);
            self.now = self.now.awake_for(next - here);
            if beat == Some(next) {
                self.turn(|scheduler, world| scheduler.check_all_jobs(world));
            }
            self.settle();
        }
    }

    /// A call of an app.
    pub(super) fn call(&mut self, uid: Uid, call: JobSchedulerCall) -> Result<Reply, Exception> {
        self.act(|scheduler, world| scheduler.call(Around::caller(uid), call, world))
    }

    /// A call of an app about an execution.
    pub(super) fn callback(
        &mut self,
        token: CallbackToken,
        job: usize,
        call: JobCallbackCall,
    ) -> Result<Reply, Exception> {
        let caller = Around::caller(self.jobs[job].uid);
        self.turn(|scheduler, world| scheduler.callback(caller, token, call, world))
    }

    fn run_of(&mut self, token: CallbackToken) -> Option<&mut Run> {
        self.runs.iter_mut().find(|run| run.token == token)
    }

    // What apps do.

    fn plan(&mut self, after: i64, token: CallbackToken, act: Act) {
        if after >= 0 {
            self.set_up += 1;
            let due = Due { token, act, at_once: after == 0, timers_before: self.looper.armed() };
            self.agenda.insert((self.since_start() + after, self.set_up), due);
        }
    }

    fn take_act_before_timers(&mut self) -> Option<(CallbackToken, Act)> {
        let timer = self.looper.first_due(self.now);
        self.take_act(|due| timer.is_none_or(|order| due.timers_before < order))
    }

    /// The first thing that is due, if it is such a one.
    fn take_act(&mut self, which: impl Fn(&Due) -> bool) -> Option<(CallbackToken, Act)> {
        let now = self.since_start();
        let entry = self.agenda.first_entry().filter(|entry| entry.key().0 <= now)?;
        if !which(entry.get()) {
            return None;
        }
        let due = entry.remove();
        Some((due.token, due.act))
    }

    fn perform(&mut self, token: CallbackToken, act: Act) {
        let Some(run) = self.run_of(token).copied() else { return };
        let job = self.jobs[run.job].clone();
        let call = match act {
            Act::Connect => {
                let Some((_, record)) = self.scheduler.execution_of(token) else { return };
                let connected = ConnectionEvent::Connected(record.service_component().clone());
                if let Some(run) = self.run_of(token) {
                    run.connected = true;
                }
                self.turn(|scheduler, world| scheduler.on_connection(token, &connected, world));
                return;
            }
            Act::NullBinding => {
                let null = ConnectionEvent::NullBinding;
                self.turn(|scheduler, world| scheduler.on_connection(token, &null, world));
                return;
            }
            Act::SetNotification => self.set_notification_call(run.job),
            Act::AcknowledgeStart => JobCallbackCall::AcknowledgeStart { ongoing: job.ongoing },
            Act::Finish => {
                if (run.told_to_stop || run.over) && !job.finish_after_stop {
                    return;
                }
                if !run.over || job.finish_after_stop {
                    self.note_finish(run.job, job.wants_reschedule);
                }
                JobCallbackCall::JobFinished { reschedule: job.wants_reschedule }
            }
            Act::AcknowledgeStop => {
                JobCallbackCall::AcknowledgeStop { reschedule: job.reschedule_on_stop }
            }
        };
        // What an app hears of its own calls is recorded for steps only.
        let _heard = self.callback(token, run.job, call);
    }

    pub(super) fn note_finish(&mut self, job: usize, reschedule: bool) {
        let mut event = vec![json!("finish"), json!(job)];
        event.extend(reschedule.then(|| json!("reschedule")));
        self.note(event);
    }

    pub(super) fn set_notification_call(&self, job: usize) -> JobCallbackCall {
        let notification = Notification {
            channel: "main".to_owned(),
            small_icon: true,
            ..Notification::default()
        };
        JobCallbackCall::SetNotification {
            id: i32::try_from(job).unwrap_or(i32::MAX) + 1,
            notification: Some(Box::new(notification)),
            end_policy: self.jobs[job].end_policy.code(),
        }
    }

    // What the scheduler does.

    fn note(&mut self, event: Vec<Value>) {
        let mut timed = vec![json!(self.since_start())];
        timed.extend(event);
        self.events.push(Value::Array(timed));
    }

    fn note_system(&mut self, event: Value) {
        if let (Slice::System, Value::Array(event)) = (self.slice, event) {
            self.note(event);
        }
    }

    fn note_effects(&mut self) {
        let effects = std::mem::take(&mut self.out.effects);
        self.out.clear();
        let mut asked = std::mem::take(&mut self.around.asked).into_iter().peekable();
        for (index, effect) in effects.into_iter().enumerate() {
            while let Some((_, event)) = asked.next_if(|&(position, _)| position <= index) {
                self.note_system(event);
            }
            if let Effect::Job(effect) = effect {
                self.note_effect(effect);
            }
        }
        for (_, event) in asked {
            self.note_system(event);
        }
    }

    fn note_effect(&mut self, effect: JobEffect) {
        match effect {
            JobEffect::Bind { token, .. } => self.bound(token),
            JobEffect::Unbind { token, .. } => {
                if let Some(run) = self.run_of(token) {
                    run.over = true;
                    let job = run.job;
                    self.note_system(json!(["unbind", job]));
                }
            }
            JobEffect::StartJob { parameters, .. } => self.started(&parameters),
            JobEffect::StopJob { parameters, .. } => self.stopped(&parameters),
            JobEffect::NetworkChanged { parameters, .. } => {
                let known = self.networks.insert(parameters.token, parameters.network);
                if known != Some(parameters.network) {
                    self.note(vec![json!("networkChanged"), json!(parameters.job_id)]);
                }
            }
            JobEffect::Anr { uid, what, .. } => self.note_system(json!(["anr", uid, what])),
            JobEffect::UserVisibleJob { summary, running, .. } => {
                self.note_system(json!(["userVisible", summary.job_id, running]));
            }
            JobEffect::WakeLockAcquire { .. }
            | JobEffect::WakeLockRelease { .. }
            | JobEffect::RestrictApp { .. }
            | JobEffect::GrantUri { .. }
            | JobEffect::RevokeUri { .. }
            | JobEffect::JobsActive { .. }
            | JobEffect::Persist { .. } => {}
        }
    }

    fn bound(&mut self, token: CallbackToken) {
        let Some((_, record)) = self.scheduler.execution_of(token) else { return };
        let job = record.job_id() as usize;
        let run = Run { token, job, connected: false, told_to_stop: false, over: false };
        self.runs.push(run);
        if self.jobs[job].connect_ms.is_some() {
            self.note_system(json!(["bind", job]));
        }
        match self.jobs[job].connect_ms.unwrap_or(Connect::After(0)) {
            Connect::After(millis) => self.plan(millis, token, Act::Connect),
            Connect::Otherwise(Unusual::Null) => self.plan(0, token, Act::NullBinding),
            Connect::Otherwise(Unusual::Refused) => {}
        }
    }

    fn started(&mut self, parameters: &JobParameters) {
        let (token, index) = (parameters.token, parameters.job_id as usize);
        let kind = if parameters.user_initiated {
            "userInitiated"
        } else if parameters.expedited {
            "expedited"
        } else {
            "regular"
        };
        let mut event = vec![json!("start"), json!(index), json!(kind)];
        event.extend(parameters.deadline_expired.then(|| json!("deadlineExpired")));
        self.note(event);
        if let Some(uris) = &parameters.triggered_uris {
            let authorities = parameters.triggered_authorities.clone().unwrap_or_default();
            self.note_system(json!(["triggered", index, authorities, uris]));
        }
        self.networks.insert(token, parameters.network);
        let job = self.jobs[index].clone();
        if parameters.user_initiated {
            self.plan(job.notification_ms, token, Act::SetNotification);
        }
        self.plan(job.start_ack_ms, token, Act::AcknowledgeStart);
        self.plan(job.runs_for_ms, token, Act::Finish);
    }

    fn stopped(&mut self, parameters: &JobParameters) {
        let index = parameters.job_id as usize;
        let reason = StopReason::from_code(parameters.stop_reason);
        let mut event = vec![json!("stop"), json!(index), json!(reason)];
        if self.slice == Slice::System {
            event.push(json!(InternalStopReason::from_code(parameters.internal_stop_reason)));
        }
        self.note(event);
        if let Some(run) = self.run_of(parameters.token) {
            run.told_to_stop = true;
        }
        self.plan(self.jobs[index].stop_ack_ms, parameters.token, Act::AcknowledgeStop);
    }

    // What is recorded.

    /// What happened since the last step.
    pub(super) fn take_events(&mut self) -> Vec<Value> {
        std::mem::take(&mut self.events)
    }

    /// The key of a job.
    pub(super) fn key(&self, job: usize) -> JobKey {
        JobKey {
            uid: self.jobs[job].uid,
            namespace: self.jobs[job].namespace.as_deref().map(Into::into),
            id: i32::try_from(job).unwrap_or(i32::MAX),
        }
    }

    /// The reasons that are others than after the step before.
    pub(super) fn changed_reasons(&mut self) -> serde_json::Map<String, Value> {
        let mut changed = serde_json::Map::new();
        for job in 0..self.jobs.len() {
            let JobKey { uid, namespace, id } = self.key(job);
            let namespace = namespace.map(|name| name.to_string());
            self.scheduler.forget_pending_job_reasons();
            let call = JobSchedulerCall::GetPendingJobReason { namespace, id };
            let asked =
                self.turn(|scheduler, world| scheduler.call(Around::caller(uid), call, world));
            let Ok(Reply::Int(code)) = asked else { continue };
            let Some(reason) = PendingJobReason::from_code(code) else { continue };
            if reason != self.reasons[job] {
                self.reasons[job] = reason;
                changed.insert(job.to_string(), json!(reason));
            }
        }
        changed
    }
}
