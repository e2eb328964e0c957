//! Slice `jobrun`: execution slots over virtual time, and the notifications of the jobs in them.

mod host;
pub(super) mod trace;

use jobwarden_model::job::call::{CallbackToken, JobCallbackCall};
use jobwarden_model::job::execution::{
    Called, Completed, Execution, StopCause, StopFilter, Timeouts, Turn, Verb,
};
use jobwarden_model::job::info::JobWorkItem;
use jobwarden_model::job::status::InternalFlags;
use jobwarden_model::job::{self, InternalStopReason, RecordId, SlotId, StopReason};
use jobwarden_model::looper::{Fired, Message};
use jobwarden_model::notification::Notification;
use jobwarden_model::{
    Caller, ComponentName, Exception, Looper, Now, Output, Reply, Uid, UserId, Wall,
};
use serde_json::{json, Map, Value};

use self::host::World;

/// The answer to one input.
pub(super) fn answer(input: &Value) -> Result<Value, String> {
    let mut device = Device::new(input)?;
    let steps = input["steps"].as_array().ok_or("no steps")?;
    let trace = steps.iter().map(|step| device.step(step)).collect::<Result<Vec<_>, _>>()?;
    let slots: Vec<_> = (0..device.slots).map(|slot| device.query(SlotId(slot))).collect();
    let cumulative: Vec<_> = device.world.cumulative_execution_times();
    Ok(json!({ "trace": trace, "slots": slots, "cumulativeExecutionTimeMs": cumulative }))
}

/// The slots, and everything around them that the input describes.
struct Device {
    slots: u32,
    now: Now,
    execution: Execution,
    looper: Looper,
    world: World,
    /// The executions that were accepted, in order.
    tokens: Vec<(CallbackToken, usize)>,
    events: Vec<Value>,
    user_initiated: Value,
}

/// What a step answers besides its events.
enum Outcome {
    Nothing,
    Result(Value),
    Throws(Exception),
}

impl Device {
    fn new(input: &Value) -> Result<Self, String> {
        let multiplier = input["hwTimeoutMultiplier"].as_i64().unwrap_or(1);
        Ok(Self {
            slots: input["slots"].as_u64().map_or(Ok(1), u32::try_from).map_err(text)?,
            now: Now::at_boot(Wall(0)),
            execution: Execution::new(Timeouts::with_multiplier(multiplier)),
            looper: Looper::default(),
            world: World::new(input)?,
            tokens: Vec::new(),
            events: Vec::new(),
            user_initiated: json!({}),
        })
    }

    /// One step and what is recorded of it.
    fn step(&mut self, step: &Value) -> Result<Value, String> {
        let mut entry = Map::new();
        match self.perform(step)? {
            Outcome::Nothing => {}
            Outcome::Result(result) => {
                entry.insert("result".to_owned(), result);
            }
            Outcome::Throws(exception) => {
                entry.insert("throws".to_owned(), json!(exception.class_name()));
            }
        }
        if !self.events.is_empty() {
            entry.insert("events".to_owned(), json!(std::mem::take(&mut self.events)));
        }
        let user_initiated = trace::user_initiated(self.execution.user_initiated_notifications());
        if user_initiated != self.user_initiated {
            entry.insert("userInitiatedNotifications".to_owned(), user_initiated.clone());
            self.user_initiated = user_initiated;
        }
        Ok(Value::Object(entry))
    }

    fn perform(&mut self, step: &Value) -> Result<Outcome, String> {
        let verb = step[0].as_str().ok_or("a step without a name")?;
        match verb {
            "advance" => self.advance(int(&step[1])?)?,
            "start" => return self.start(step),
            "query" => return Ok(Outcome::Result(self.query(slot(&step[1])?))),
            "connected" | "nullBinding" | "bindingDied" | "disconnected" => {
                self.on_binding(verb, step)?;
            }
            "cancel"
            | "markForProcessDeath"
            | "network"
            | "stopIfExecuting"
            | "clearPreferredUid" => return self.on_scheduler(verb, step),
            "appUnreachable" | "overtimeStop" | "executable" => {
                self.world.set_answer(verb, slot(&step[1])?, step[2].as_bool().unwrap_or(true));
            }
            "enqueueWork" | "expeditedApproved" | "demote" => self.on_job(verb, step)?,
            _ => return self.on_app(verb, step),
        }
        Ok(Outcome::Nothing)
    }

    /// Lets time pass and fires what falls due, in order.
    fn advance(&mut self, millis: i64) -> Result<(), String> {
        let end = self.now.awake_for(millis);
        while let Some(wait) = self.looper.next_wakeup().in_millis(self.now) {
            let at = self.now.awake_for(wait);
            if at.uptime > end.uptime {
                break;
            }
            self.now = at;
            match self.looper.pop_due(at) {
                Some(Fired::Message(Message::Job(job::Message::SlotTimeout { slot }))) => {
                    self.turn(slot, |execution, turn| execution.timed_out(slot, turn))?;
                }
                other => return Err(format!("unexpected timer {other:?}")),
            }
        }
        self.now = end;
        Ok(())
    }

    fn start(&mut self, step: &Value) -> Result<Outcome, String> {
        let (slot, job) = (slot(&step[1])?, index(&step[2])?);
        self.world.bind_accepted = step[3].is_null();
        let mut out = Output::new();
        let mut turn =
            Turn { now: self.now, host: &mut self.world, looper: &mut self.looper, out: &mut out };
        let record = RecordId(job as u64);
        let started = self.execution.start(slot, record, 0, &mut turn);
        if started {
            let view = self.execution.view(slot).ok_or("nothing runs after a start")?;
            self.tokens.push((view.token, job));
            self.world.started(slot, record);
        }
        self.record(slot, &out, None)?;
        Ok(Outcome::Result(json!(started)))
    }

    fn on_binding(&mut self, verb: &str, step: &Value) -> Result<(), String> {
        let slot = slot(&step[1])?;
        let component = self.connected_component(slot, step[2].is_null());
        self.turn(slot, |execution, turn| match verb {
            "connected" => execution.service_connected(slot, &component, turn),
            "nullBinding" => execution.null_binding(slot, turn),
            "bindingDied" => execution.binding_died(slot, turn),
            _ => execution.service_disconnected(slot, turn),
        })
    }

    fn connected_component(&self, slot: SlotId, same: bool) -> ComponentName {
        match self.execution.running(slot) {
            Some(record) if same => self.world.component_of(record),
            _ => ComponentName::new("other", ".Component"),
        }
    }

    fn on_scheduler(&mut self, verb: &str, step: &Value) -> Result<Outcome, String> {
        let slot = slot(&step[1])?;
        match verb {
            "cancel" => {
                let cause = cause(&step[2], &step[3])?;
                self.turn(slot, |execution, turn| execution.cancel(slot, cause, turn))?;
            }
            "markForProcessDeath" => {
                let cause = cause(&step[2], &step[3])?;
                self.turn(slot, |execution, turn| {
                    execution.mark_for_process_death(slot, cause, turn);
                    None
                })?;
            }
            "network" => {
                let network = step[2].as_i64().map(i32::try_from).transpose().map_err(text)?;
                self.turn(slot, |execution, turn| execution.network_changed(slot, network, turn))?;
            }
            "stopIfExecuting" => {
                let (filter, cause) = (filter(&step[2])?, cause_of_shell(&step[2])?);
                let mut found = false;
                self.turn(slot, |execution, turn| {
                    let (stopped, completed) =
                        execution.stop_if_executing(slot, &filter, &cause, turn);
                    found = stopped;
                    completed
                })?;
                return Ok(Outcome::Result(json!(found)));
            }
            _ => self.execution.clear_preferred_uid(slot),
        }
        Ok(Outcome::Nothing)
    }

    fn on_job(&mut self, verb: &str, step: &Value) -> Result<(), String> {
        let (record, now) = (RecordId(index(&step[1])? as u64), self.now.elapsed);
        let job = self.world.job_mut(record)?;
        match verb {
            "enqueueWork" => {
                let bytes = |name: &str| step[2][name].as_i64().unwrap_or(-1);
                job.enqueue_work(JobWorkItem {
                    download_bytes: bytes("downloadBytes"),
                    upload_bytes: bytes("uploadBytes"),
                    ..JobWorkItem::default()
                });
            }
            "expeditedApproved" => {
                job.set_expedited_job_quota_approved(now, step[2] == json!(true));
            }
            _ => job.add_internal_flags(InternalFlags::DEMOTED_BY_USER),
        }
        Ok(())
    }

    /// A call through the callback of an execution.
    fn on_app(&mut self, verb: &str, step: &Value) -> Result<Outcome, String> {
        let (token, job) = *self.tokens.get(index(&step[1])?).ok_or("no such execution")?;
        let record = RecordId(job as u64);
        let uid = self.world.uid_of(record)?;
        let (caller, call) = app_call(verb, step, uid)?;
        let slot = SlotId((token.0 >> 32) as u32);
        let mut out = Output::new();
        let mut turn =
            Turn { now: self.now, host: &mut self.world, looper: &mut self.looper, out: &mut out };
        let Called { completed, answer } = self.execution.callback(token, caller, call, &mut turn);
        self.record(slot, &out, completed)?;
        let mut rest = Output::new();
        let mut turn =
            Turn { now: self.now, host: &mut self.world, looper: &mut self.looper, out: &mut rest };
        let reply = self.execution.answer(answer, &mut turn);
        self.record(slot, &rest, None)?;
        Ok(match reply {
            Err(exception) => Outcome::Throws(exception),
            Ok(Reply::Work(work)) => Outcome::Result(work.map_or(
                Value::Null,
                |work| json!({ "workId": work.work_id, "deliveryCount": work.delivery_count }),
            )),
            Ok(Reply::Boolean(value)) => Outcome::Result(json!(value)),
            Ok(_) => Outcome::Nothing,
        })
    }

    /// One call of the slots, and the record of what it did.
    fn turn(
        &mut self,
        slot: SlotId,
        call: impl FnOnce(&mut Execution, &mut Turn<'_>) -> Option<Completed>,
    ) -> Result<(), String> {
        let mut out = Output::new();
        let mut turn =
            Turn { now: self.now, host: &mut self.world, looper: &mut self.looper, out: &mut out };
        let completed = call(&mut self.execution, &mut turn);
        self.record(slot, &out, completed)
    }

    fn record(
        &mut self,
        slot: SlotId,
        out: &Output,
        completed: Option<Completed>,
    ) -> Result<(), String> {
        let now = self.now.elapsed;
        let events = trace::events(slot, out, &mut self.looper, &mut self.world, completed)?;
        self.events.extend(events.into_iter().map(|event| trace::at(now, event)));
        Ok(())
    }

    /// The state of a slot.
    fn query(&self, slot: SlotId) -> Value {
        let mut state = Map::new();
        let mut put = |name: &str, value: Value| state.insert(name.to_owned(), value);
        put("state", json!(self.execution.verb(slot)));
        if let Some(view) = self.execution.view(slot) {
            debug_assert_ne!(view.verb, Verb::Finished);
            put("job", json!(view.record.0));
            put("startedAt", json!(view.started_at));
            if let Some(at) = self.execution.timer_at(slot, &self.looper) {
                put("timerAt", json!(at));
            }
            let remaining = self.execution.remaining_guaranteed_millis(slot, self.now.elapsed);
            put("remainingGuaranteedTimeMs", json!(remaining));
            let cumulative = self.world.cumulative_execution_time(view.record);
            put("cumulativeExecutionTimeMs", json!(cumulative));
            let bytes = [view.estimated.download, view.estimated.upload];
            put("estimatedNetworkBytes", json!(bytes));
            let bytes = [view.transferred.download, view.transferred.upload];
            put("transferredNetworkBytes", json!(bytes));
        }
        if let Some(uid) = self.execution.preferred_uid(slot) {
            put("preferredUid", json!(uid));
        }
        Value::Object(state)
    }
}

pub(super) fn app_call(
    verb: &str,
    step: &Value,
    uid: Uid,
) -> Result<(Caller, JobCallbackCall), String> {
    let mut caller = Caller { uid, pid: None };
    let flag = || step[2].as_bool().ok_or_else(|| format!("{step}: no boolean"));
    let call = match verb {
        "ackStart" => JobCallbackCall::AcknowledgeStart { ongoing: flag()? },
        "ackStop" => JobCallbackCall::AcknowledgeStop { reschedule: flag()? },
        "jobFinished" => JobCallbackCall::JobFinished { reschedule: flag()? },
        "dequeueWork" => JobCallbackCall::DequeueWork,
        "completeWork" => {
            JobCallbackCall::CompleteWork { work_id: i32::try_from(int(&step[2])?).map_err(text)? }
        }
        "updateEstimatedNetworkBytes" => JobCallbackCall::UpdateEstimatedNetworkBytes {
            download: int(&step[2])?,
            upload: int(&step[3])?,
        },
        "updateTransferredNetworkBytes" => JobCallbackCall::UpdateTransferredNetworkBytes {
            download: int(&step[2])?,
            upload: int(&step[3])?,
        },
        "transferredDownloadBytes" => {
            JobCallbackCall::AcknowledgeTransferredDownloadBytes { bytes: int(&step[2])? }
        }
        "transferredUploadBytes" => {
            JobCallbackCall::AcknowledgeTransferredUploadBytes { bytes: int(&step[2])? }
        }
        "setNotification" => {
            let set = &step[2];
            if let Some(uid) = set["callingUid"].as_u64() {
                caller.uid = Uid(u32::try_from(uid).map_err(text)?);
            }
            set_notification(set)?
        }
        other => return Err(format!("unknown step `{other}`")),
    };
    Ok((caller, call))
}

fn set_notification(set: &Value) -> Result<JobCallbackCall, String> {
    let notification = Notification {
        channel: set["channel"].as_str().unwrap_or_default().to_owned(),
        small_icon: set["noSmallIcon"] != json!(true),
        ..Notification::default()
    };
    let null = set["nullNotification"] == json!(true);
    let end_policy = match &set["endPolicy"] {
        Value::String(name) if name == "DETACH" => 0,
        Value::String(name) if name == "REMOVE" => 1,
        number => i32::try_from(int(number)?).map_err(text)?,
    };
    Ok(JobCallbackCall::SetNotification {
        id: i32::try_from(int(&set["id"])?).map_err(text)?,
        notification: (!null).then(|| Box::new(notification)),
        end_policy,
    })
}

fn cause(stop: &Value, internal: &Value) -> Result<StopCause, String> {
    let stop: StopReason = stop.as_str().unwrap_or_default().parse().map_err(text)?;
    let internal: InternalStopReason =
        internal.as_str().unwrap_or_default().parse().map_err(text)?;
    Ok(StopCause::new(stop, internal, "vector"))
}

fn cause_of_shell(options: &Value) -> Result<StopCause, String> {
    cause(&options["stopReason"], &options["internalStopReason"])
}

fn filter(options: &Value) -> Result<StopFilter, String> {
    let string = |name: &str| options[name].as_str().map(str::to_owned);
    let number = |name: &str| options[name].as_i64();
    Ok(StopFilter {
        user: number("user").map(u32::try_from).transpose().map_err(text)?.map(UserId),
        package: string("package"),
        namespace: string("namespace"),
        job_id: number("jobId").map(i32::try_from).transpose().map_err(text)?,
    })
}

fn slot(value: &Value) -> Result<SlotId, String> {
    u32::try_from(int(value)?).map(SlotId).map_err(text)
}

fn index(value: &Value) -> Result<usize, String> {
    usize::try_from(int(value)?).map_err(text)
}

pub(super) fn int(value: &Value) -> Result<i64, String> {
    value.as_i64().ok_or_else(|| format!("not a number: {value}"))
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
