//! Slice `jobnotif`: the notification manager, with jobs and foreground services of one app.

mod world;

use std::collections::BTreeMap;

use jobwarden_model::job::call::{CallbackToken, JobCallbackCall};
use jobwarden_model::job::execution::{Execution, StopCause, Timeouts, Turn};
use jobwarden_model::job::{InternalStopReason, RecordId, SlotId, StopReason};
use jobwarden_model::looper::Posted;
use jobwarden_model::notification::call::NotificationCall;
use jobwarden_model::notification::effect::NotificationEffect;
use jobwarden_model::notification::{
    Importance, Key, Notification, Post, FLAG_AUTO_CANCEL, FLAG_FOREGROUND_SERVICE,
    FLAG_GROUP_SUMMARY, FLAG_NO_CLEAR, FLAG_NO_DISMISS, FLAG_ONGOING_EVENT,
    FLAG_USER_INITIATED_JOB,
};
use jobwarden_model::{
    Caller, Effect, Exception, Looper, Now, Output, Pid, Reply, Uid, UserId, Wall,
};
use serde::Deserialize;
use serde_json::{json, Map, Value};

use self::world::World;

pub(super) const UID: Uid = Uid(10_123);
pub(super) const PACKAGE: &str = "p10123";
pub(super) const USER: UserId = UserId(0);
const CALLER: Caller = Caller { uid: UID, pid: Some(Pid(1000)) };

/// In the order in which they are listed.
const FLAGS: [(&str, u32); 7] = [
    ("ONGOING_EVENT", FLAG_ONGOING_EVENT),
    ("AUTO_CANCEL", FLAG_AUTO_CANCEL),
    ("NO_CLEAR", FLAG_NO_CLEAR),
    ("FOREGROUND_SERVICE", FLAG_FOREGROUND_SERVICE),
    ("GROUP_SUMMARY", FLAG_GROUP_SUMMARY),
    ("NO_DISMISS", FLAG_NO_DISMISS),
    ("USER_INITIATED_JOB", FLAG_USER_INITIATED_JOB),
];
const IMPORTANCES: [&str; 6] = ["NONE", "MIN", "LOW", "DEFAULT", "HIGH", "MAX"];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Input {
    pub(super) channels: BTreeMap<String, String>,
    pub(super) allow_dismiss_ongoing: Option<bool>,
    #[serde(default)]
    pub(super) device_owner: bool,
    #[serde(default)]
    pub(super) notifications_blocked: bool,
    pub(super) steps: Vec<Value>,
}

/// A notification as a step describes it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Described {
    pub(super) id: i32,
    pub(super) channel: String,
    #[serde(default)]
    pub(super) tag: Option<String>,
    #[serde(default)]
    pub(super) flags: Vec<String>,
    #[serde(default)]
    pub(super) group: Option<String>,
    #[serde(default)]
    pub(super) end_policy: Option<String>,
}

impl Described {
    pub(super) fn notification(&self) -> Result<Notification, String> {
        let bit = |name: &String| {
            let known = FLAGS.iter().find(|(known, _)| known == name);
            known.map(|&(_, bit)| bit).ok_or_else(|| format!("unknown flag `{name}`"))
        };
        let flags = self.flags.iter().try_fold(0, |all, name| bit(name).map(|bit| all | bit))?;
        Ok(Notification {
            channel: self.channel.clone(),
            flags,
            small_icon: true,
            group: self.group.clone(),
            ..Notification::default()
        })
    }
}

/// What is shown: tag and id, and the rest.
pub(super) type Seen = BTreeMap<(Option<String>, i32), Value>;

/// The answer to one input.
pub(super) fn answer(input: &Value) -> Result<Value, String> {
    let input: Input = serde_json::from_value(input.clone()).map_err(text)?;
    let mut device = Device::new(&input)?;
    let trace = input.steps.iter().map(|step| device.step(step)).collect::<Result<Vec<_>, _>>()?;
    let channels: BTreeMap<_, _> = input
        .channels
        .keys()
        .map(|id| (id, device.world.manager.channel_importance(USER, PACKAGE, id).map(name_of)))
        .collect();
    Ok(json!({ "trace": trace, "channels": channels }))
}

/// The app and the parts of the system that have to do with its notifications.
struct Device {
    now: Now,
    execution: Execution,
    looper: Looper,
    world: World,
    /// The running jobs.
    tokens: BTreeMap<SlotId, CallbackToken>,
    out: Output,
    seen: Seen,
}

impl Device {
    fn new(input: &Input) -> Result<Self, String> {
        let mut world = World::new(input.notifications_blocked, input.device_owner);
        for (id, name) in &input.channels {
            let level = importance(name)?.level();
            let created = world.manager.create_channel(USER, PACKAGE, id, level, None);
            created.map_err(|why| why.to_string())?;
        }
        world.manager.set_allow_dismiss_ongoing(input.allow_dismiss_ongoing.unwrap_or(true));
        Ok(Self {
            now: Now::at_boot(Wall(0)),
            execution: Execution::new(Timeouts::with_multiplier(1)),
            looper: Looper::default(),
            world,
            tokens: BTreeMap::new(),
            out: Output::new(),
            seen: Seen::new(),
        })
    }

    /// One step, all that follows from it, and what is recorded of both.
    fn step(&mut self, step: &Value) -> Result<Value, String> {
        self.out.clear();
        let thrown = self.perform(step)?.err();
        self.drain();
        let mut entry = Map::new();
        let seen: Seen = self.world.manager.shown().map(seen).collect();
        let shown: Vec<_> = seen
            .iter()
            .filter(|(key, now)| self.seen.get(*key) != Some(*now))
            .map(|it| it.1)
            .collect();
        let removed: Vec<_> = self.seen.keys().filter(|key| !seen.contains_key(*key)).collect();
        if !shown.is_empty() {
            entry.insert("shown".to_owned(), json!(shown));
        }
        if !removed.is_empty() {
            entry.insert("removed".to_owned(), json!(removed));
        }
        if let Some(exception) = thrown {
            entry.insert("throws".to_owned(), json!(exception.class_name()));
        }
        for effect in &self.out.effects {
            if let Effect::Notification(NotificationEffect::CrashApp { exception, .. }) = effect {
                entry.insert("appCrash".to_owned(), json!(exception));
            }
        }
        self.seen = seen;
        Ok(Value::Object(entry))
    }

    /// What the notification manager has posted to itself. Nobody else is there to listen.
    fn drain(&mut self) {
        while let Some(posted) = self.looper.pop_posted() {
            if let Posted::Notification(posted) = posted {
                let (manager, mut around) =
                    self.world.split(self.execution.user_initiated_notifications());
                manager.on_posted(posted, self.now, &mut around, &mut self.looper, &mut self.out);
            }
        }
    }

    fn perform(&mut self, step: &Value) -> Result<Result<Reply, Exception>, String> {
        match step[0].as_str().unwrap_or_default() {
            "startJob" | "setNotification" | "endJob" => return self.on_job(step),
            "startForeground" => self.start_foreground(&described(&step[1])?)?,
            "stopForeground" => self.stop_foreground(int(&step[1])?, &step[2]),
            "dismiss" | "clearAll" | "click" | "userSetsImportance" | "timeout" | "error" => {
                self.on_user(step)?;
            }
            _ => return self.on_app(step),
        }
        Ok(Ok(Reply::Nothing))
    }

    fn on_app(&mut self, step: &Value) -> Result<Result<Reply, Exception>, String> {
        let package = PACKAGE.to_owned();
        let call = match step[0].as_str().unwrap_or_default() {
            "notify" => notify(&described(&step[1])?)?,
            "notifyMany" => {
                let (first, count) = (int(&step[1])?, int(&step[2])?);
                for id in first..first + count {
                    let one = described(&json!({ "id": id, "channel": step[3] }))?;
                    self.call(notify(&one)?).map_err(|why| why.to_string())?;
                    // One call after the other: each is handled before the next.
                    self.drain();
                }
                return Ok(Ok(Reply::Nothing));
            }
            "cancel" => {
                let key = key(&step[1], &step[2])?;
                NotificationCall::Cancel { package, tag: key.tag, id: key.id }
            }
            "cancelAll" => NotificationCall::CancelAll { package },
            "deleteChannel" => {
                NotificationCall::DeleteChannel { package, channel: string(&step[1])? }
            }
            other => return Err(format!("unknown step `{other}`")),
        };
        Ok(self.call(call))
    }

    fn call(&mut self, call: NotificationCall) -> Result<Reply, Exception> {
        let (manager, mut around) = self.world.split(self.execution.user_initiated_notifications());
        manager.call(CALLER, call, &mut around, &mut self.looper, &mut self.out)
    }

    fn on_job(&mut self, step: &Value) -> Result<Result<Reply, Exception>, String> {
        let slot = SlotId(u32::try_from(int(&step[1])?).map_err(text)?);
        let record = RecordId(u64::from(slot.0));
        if step[0] == json!("startJob") {
            self.world.add_job(record, step[2] == json!(true))?;
        }
        let mut turn = Turn {
            now: self.now,
            host: &mut self.world,
            looper: &mut self.looper,
            out: &mut self.out,
        };
        match step[0].as_str().unwrap_or_default() {
            "startJob" => {
                self.execution.start(slot, record, 0, &mut turn);
                let view = self.execution.view(slot).ok_or("the job does not run")?;
                self.tokens.insert(slot, view.token);
            }
            "endJob" => {
                if step[2] == json!("USER") {
                    let internal = InternalStopReason::UserUiStop;
                    let cause = StopCause::new(StopReason::User, internal, "user");
                    self.execution.mark_for_process_death(slot, cause, &mut turn);
                }
                // What becomes of the job itself is nobody's question here.
                let _ = self.execution.service_disconnected(slot, &mut turn);
            }
            _ => {
                let described = described(&step[2])?;
                let call = JobCallbackCall::SetNotification {
                    id: described.id,
                    notification: Some(Box::new(described.notification()?)),
                    end_policy: end_policy(&described)?,
                };
                let token = *self.tokens.get(&slot).ok_or("no such job")?;
                let called = self.execution.callback(token, CALLER, call, &mut turn);
                return Ok(self.execution.answer(called.answer, &mut turn));
            }
        }
        Ok(Ok(Reply::Nothing))
    }

    fn start_foreground(&mut self, described: &Described) -> Result<(), String> {
        let notification = described.notification()?;
        self.world.services.insert(described.id, notification.channel.clone());
        let post = Post { key: key_of(None, described.id), uid: UID, notification, policy: None };
        let (manager, mut around) = self.world.split(self.execution.user_initiated_notifications());
        manager.enqueue(post, &mut around, &mut self.looper, &mut self.out);
        Ok(())
    }

    fn stop_foreground(&mut self, id: i32, how: &Value) {
        use jobwarden_model::notification::ServiceOrJob::ForegroundService;
        if self.world.services.remove(&id).is_none() {
            return;
        }
        let manager = &self.world.manager;
        if how == "REMOVE" {
            manager.cancel_by_system(key_of(None, id), &mut self.looper);
        } else {
            manager.remove_flag(USER, PACKAGE, id, ForegroundService, &mut self.looper);
        }
    }

    fn on_user(&mut self, step: &Value) -> Result<(), String> {
        let manager = &mut self.world.manager;
        let looper = &mut self.looper;
        let verb = step[0].as_str().unwrap_or_default();
        match verb {
            "clearAll" => manager.on_clear_all(USER, looper),
            "userSetsImportance" => {
                let (channel, importance) = (string(&step[1])?, importance(&string(&step[2])?)?);
                manager.on_channel_importance(
                    USER,
                    PACKAGE,
                    &channel,
                    importance,
                    looper,
                    &mut self.out,
                );
            }
            _ => {
                let key = key(&step[1], &step[2])?;
                match verb {
                    "dismiss" if manager.is_shown(&key) => manager.on_dismiss(&key, looper),
                    "dismiss" => {}
                    "click" => manager.on_click(&key, looper),
                    "timeout" => manager.on_timeout(&key, looper),
                    _ => manager.on_error(&key, looper, &mut self.out),
                }
            }
        }
        Ok(())
    }
}

pub(super) fn notify(described: &Described) -> Result<NotificationCall, String> {
    Ok(NotificationCall::Notify {
        package: PACKAGE.to_owned(),
        tag: described.tag.clone(),
        id: described.id,
        notification: Box::new(described.notification()?),
    })
}

/// `JobService.JOB_END_NOTIFICATION_POLICY_*`.
pub(super) fn end_policy(described: &Described) -> Result<i32, String> {
    match described.end_policy.as_deref() {
        Some("REMOVE") => Ok(1),
        Some("DETACH") => Ok(0),
        other => Err(format!("unknown end policy {other:?}")),
    }
}

/// How a notification that is shown is written down.
pub(super) fn look(
    tag: Option<String>,
    id: i32,
    importance: i32,
    notification: &Notification,
) -> ((Option<String>, i32), Value) {
    let importance = Importance::from_level(importance).map_or("?", name_of);
    let flags = flag_names(notification.flags);
    let look = json!([tag, id, notification.channel, flags, importance]);
    ((tag, id), look)
}

fn flag_names(flags: u32) -> Vec<&'static str> {
    FLAGS.iter().filter(|(_, bit)| flags & bit != 0).map(|flag| flag.0).collect()
}

fn seen(shown: jobwarden_model::notification::Shown<'_>) -> ((Option<String>, i32), Value) {
    let Key { tag, id, .. } = shown.key;
    let flags = flag_names(shown.flags);
    let look = json!([tag, id, shown.channel, flags, name_of(shown.importance)]);
    ((tag.clone(), *id), look)
}

fn key_of(tag: Option<String>, id: i32) -> Key {
    Key { user: USER, package: PACKAGE.to_owned(), tag, id }
}

fn key(tag: &Value, id: &Value) -> Result<Key, String> {
    Ok(key_of(tag.as_str().map(str::to_owned), int(id)?))
}

fn name_of(importance: Importance) -> &'static str {
    usize::try_from(importance.level())
        .ok()
        .and_then(|level| IMPORTANCES.get(level))
        .unwrap_or(&"?")
}

pub(super) fn importance(name: &str) -> Result<Importance, String> {
    let level = IMPORTANCES.iter().position(|known| *known == name);
    let level = level.and_then(|level| i32::try_from(level).ok());
    level.and_then(Importance::from_level).ok_or_else(|| format!("unknown importance `{name}`"))
}

pub(super) fn described(value: &Value) -> Result<Described, String> {
    serde_json::from_value(value.clone()).map_err(text)
}

pub(super) fn string(value: &Value) -> Result<String, String> {
    value.as_str().map(str::to_owned).ok_or_else(|| format!("not a string: {value}"))
}

pub(super) fn int(value: &Value) -> Result<i32, String> {
    value
        .as_i64()
        .and_then(|number| i32::try_from(number).ok())
        .ok_or_else(|| format!("not a number: {value}"))
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
