//! The steps of a vector of `uijstate`.

use jobwarden_model::activity::{
    BackgroundActivityStartMode, BackgroundStartPrivileges, Entity, Sending, StartOptions,
};
use jobwarden_model::fgs::call::ServiceCall;
use jobwarden_model::fgs::effect::ConnectionToken;
use jobwarden_model::fgs::reason::ReasonCode;
use jobwarden_model::fgs::{BindRequest, Identity, StartRequest};
use jobwarden_model::notification::Notification;
use jobwarden_model::package::Change;
use jobwarden_model::process::{Activity, ActivityState, BindFlags, Instrumentation};
use jobwarden_model::{Caller, Exception, Reply};
use serde::Deserialize;
use serde_json::{json, Value};

use super::outside::uid_of_process;
use super::{uid, World, USER};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::vectors) struct ActivityInput {
    #[serde(default)]
    pub(in crate::vectors) visible: bool,
    pub(in crate::vectors) window_visible: Option<bool>,
    pub(in crate::vectors) task_visible: Option<bool>,
    pub(in crate::vectors) state: Option<String>,
    #[serde(default)]
    pub(in crate::vectors) finishing: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PendingIntent {
    #[serde(default = "super::app")]
    creator: String,
    #[serde(default = "client")]
    sender: String,
    sender_mode: Option<BackgroundActivityStartMode>,
    #[serde(default)]
    notification: bool,
}

fn client() -> String {
    "client".to_owned()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[derive(Default)]
struct InstrumentationInput {
    start_activities_from_background: bool,
    start_foreground_services_from_background: bool,
}

/// What a step answers; `None` for one that nobody waits for.
type Answer = Option<Value>;

fn void(why: &str) -> Answer {
    Some(json!(why))
}

fn thrown(exception: &Exception) -> Answer {
    Some(json!(exception.class_name()))
}

pub(in crate::vectors) fn text(step: &[Value], at: usize) -> Result<&str, String> {
    step.get(at).and_then(Value::as_str).ok_or_else(|| format!("no text at {at}: {step:?}"))
}

pub(in crate::vectors) fn number(step: &[Value], at: usize) -> Result<i64, String> {
    step.get(at).and_then(Value::as_i64).ok_or_else(|| format!("no number at {at}: {step:?}"))
}

pub(in crate::vectors) fn truth(step: &[Value], at: usize) -> Result<bool, String> {
    step.get(at).and_then(Value::as_bool).ok_or_else(|| format!("no boolean at {at}: {step:?}"))
}

impl World {
    pub(super) fn step(&mut self, step: &[Value]) -> Result<Answer, String> {
        match text(step, 0)? {
            "nothing" => {}
            "advance" => self.advance(number(step, 1)?),
            "sleep" => self.set_now(self.now.asleep_for(number(step, 1)?)),
            "screen" => {
                self.outside.screen_on = truth(step, 1)?;
                self.outside.list.device_mut().awake = truth(step, 1)?;
            }
            "deviceConfig" => self.configure(text(step, 1)?, step.get(2).ok_or("no value")?),
            "run" => {
                if self.pid(text(step, 1)?).is_some() {
                    return Ok(void("running"));
                }
                let pid = self.outside.run(text(step, 1)?);
                self.with_services(|services, cx| services.attach_application(pid, cx));
            }
            "die" => {
                if self.pid(text(step, 1)?).is_none() {
                    return Ok(void("noProcess"));
                }
                self.die(text(step, 1)?);
            }
            "activities" | "top" | "launch" | "finish" | "instrument" | "token" | "removeToken"
            | "broadcast" => return self.process_step(step),
            "stopAppSwitches" => {
                let (now, looper, out) = (self.now, &mut self.looper, &mut self.out);
                self.outside.activities.app_switches_mut().stop(now, looper, out);
            }
            "resumeAppSwitches" => {
                let switches = self.outside.activities.app_switches_mut();
                switches.resume(&mut self.looper, &mut self.out);
            }
            "nonAppWindow" => {
                let (uid, shown) = (uid(text(step, 1)?)?, truth(step, 2)?);
                self.outside.activities.on_non_app_window(uid, shown, &mut self.out);
            }
            "startService"
            | "startForegroundService"
            | "stopService"
            | "bind"
            | "unbind"
            | "startForeground"
            | "stopForeground"
            | "stopSelf" => return self.service_step(step),
            _ => return self.appoint(step),
        }
        Ok(None)
    }

    /// Something about one process.
    fn process_step(&mut self, step: &[Value]) -> Result<Answer, String> {
        if text(step, 0)? == "top" && step.get(1).is_some_and(Value::is_null) {
            self.outside.list.device_mut().top = None;
            return Ok(None);
        }
        let Some(pid) = self.pid(text(step, 1)?) else { return Ok(void("noProcess")) };
        let out = &mut self.out;
        match text(step, 0)? {
            "activities" => {
                let activities = activities(step.get(2).ok_or("no activities")?)?;
                if let Some(facts) = self.outside.list.facts_mut(pid) {
                    facts.activities = activities;
                }
            }
            "top" => self.outside.list.device_mut().top = Some(pid),
            "launch" => self.outside.activities.on_activity_launched(pid, self.now, out),
            "finish" => {
                self.outside.activities.on_activity_finish(pid, &self.outside.list, self.now, out);
            }
            "instrument" => {
                let by: Option<InstrumentationInput> =
                    serde_json::from_value(step.get(2).cloned().unwrap_or_default())
                        .map_err(|error| error.to_string())?;
                if let Some(facts) = self.outside.list.facts_mut(pid) {
                    facts.instrumentation = by.map(|by| Instrumentation {
                        start_activities_from_background: by.start_activities_from_background,
                        start_foreground_services_from_background: by
                            .start_foreground_services_from_background,
                    });
                }
            }
            "token" => {
                let entity = entity(text(step, 2)?);
                let lent = self.privilege(step.get(3).ok_or("no privilege")?)?;
                let result = self.outside.activities.add_token(pid, entity, lent);
                return Ok(result.err().as_ref().and_then(thrown));
            }
            "removeToken" => self.outside.activities.remove_token(pid, entity(text(step, 2)?)),
            "broadcast" => {
                let lent = self.privilege(step.get(2).ok_or("no privilege")?)?;
                self.connections += 1;
                let (broadcast, now) = (self.connections, self.now);
                let (looper, out) = (&mut self.looper, &mut self.out);
                self.outside.activities.on_broadcast(pid, broadcast, lent, now, looper, out);
            }
            unknown => return Err(format!("unknown step `{unknown}`")),
        }
        Ok(None)
    }

    /// Roles, rights and lists.
    fn appoint(&mut self, step: &[Value]) -> Result<Answer, String> {
        match text(step, 0)? {
            "grant" => {
                self.outside.held.insert((uid(text(step, 1)?)?, text(step, 2)?.to_owned()));
            }
            "deny" => {
                self.outside.held.remove(&(uid(text(step, 1)?)?, text(step, 2)?.to_owned()));
            }
            "systemAlertWindow" => {
                let mode = serde_json::from_value(step.get(2).cloned().unwrap_or_default())
                    .map_err(|error| error.to_string())?;
                self.outside.alert_window.insert(text(step, 1)?.to_owned(), mode);
            }
            "companionApp" => {
                let uid = uid(text(step, 1)?)?;
                let companions = &mut self.outside.activities.roles_mut().companion_apps;
                if truth(step, 2)? {
                    companions.insert(uid);
                } else {
                    companions.remove(&uid);
                }
            }
            "deviceOwner" => {
                let owner = step.get(1).and_then(Value::as_str).map(uid).transpose()?;
                self.outside.activities.roles_mut().device_owner = owner;
            }
            "whileInUseAllowlist" => {
                let packages = &mut self.outside.activities.roles_mut().while_in_use_packages;
                if truth(step, 2)? {
                    packages.insert(text(step, 1)?.to_owned());
                } else {
                    packages.remove(text(step, 1)?);
                }
            }
            "tempWhileInUse" => {
                let (uid, ms) = (uid(text(step, 1)?)?, number(step, 2)?);
                let (now, reason) = (self.now.elapsed, ReasonCode::MEDIA_SESSION_CALLBACK);
                self.outside.while_in_use.add(now, uid, ms, reason, &mut self.out);
            }
            "tempAllowlist" => {
                let reason = ReasonCode::by_name(text(step, 1)?).ok_or("unknown reason")?;
                let (ms, now) = (number(step, 2)?, self.now);
                let app = super::APP;
                self.outside.allow_temporarily(app, reason, ms, now, &mut self.out);
            }
            "batteryOptimizationExempt" => self.outside.permanent = truth(step, 1)?,
            "runUserInitiatedJobs" => {
                let (package, state) = (text(step, 1)?.to_owned(), text(step, 2)?.to_owned());
                self.permission_states.insert(package, state);
            }
            unknown => return Err(format!("unknown step `{unknown}`")),
        }
        Ok(None)
    }

    /// Calls about services.
    fn service_step(&mut self, step: &[Value]) -> Result<Answer, String> {
        let service = text(step, 1)?.to_owned();
        match text(step, 0)? {
            "startService" => self.start(&service, false, step.get(2)),
            "startForegroundService" => self.start(&service, true, step.get(2)),
            "stopService" => {
                let Some(caller) = self.caller(step.get(2))? else { return Ok(void("noProcess")) };
                let service = self.component(&service);
                let call = ServiceCall::StopService { service, user: USER };
                let reply = self.with_services(|services, cx| services.call(caller, call, cx));
                Ok(match reply {
                    Ok(Reply::Int(0)) => void("notFound"),
                    Ok(_) => None,
                    Err(exception) => thrown(&exception),
                })
            }
            "bind" => self.bind(&service, step),
            "unbind" => {
                let by = step.get(2).and_then(Value::as_str).unwrap_or("app").to_owned();
                let Some(pid) = self.pid(&by) else { return Ok(void("noProcess")) };
                let Some(connection) = self.bound.remove(&(service, by.clone())) else {
                    return Ok(void("notBound"));
                };
                let caller = Caller { uid: uid_of_process(&by), pid: Some(pid) };
                let call = ServiceCall::Unbind { connection: ConnectionToken(connection) };
                let reply = self.with_services(|services, cx| services.call(caller, call, cx));
                Ok(reply.err().as_ref().and_then(thrown))
            }
            "startForeground" => {
                let types = match step.get(2) {
                    Some(types) => types_of(types)?,
                    None => -1,
                };
                let notification = Some(Box::new(Notification {
                    channel: "c".to_owned(),
                    small_icon: true,
                    ..Notification::default()
                }));
                self.call_of(&service, |service| ServiceCall::StartForeground {
                    service,
                    id: 1,
                    notification,
                    types,
                })
            }
            "stopForeground" => {
                self.call_of(&service, |service| ServiceCall::StopForeground { service, flags: 1 })
            }
            "stopSelf" => {
                self.call_of(&service, |service| ServiceCall::StopSelf { service, start_id: -1 })
            }
            unknown => Err(format!("unknown step `{unknown}`")),
        }
    }

    /// A call that a running service makes about itself.
    fn call_of(
        &mut self,
        service: &str,
        call: impl FnOnce(jobwarden_model::fgs::effect::ServiceToken) -> ServiceCall,
    ) -> Result<Answer, String> {
        let Some(token) = self.token(service) else { return Ok(void("noService")) };
        let Some(caller) = self.host(token) else { return Ok(void("noService")) };
        let reply = self.with_services(|services, cx| services.call(caller, call(token), cx));
        Ok(match reply {
            Ok(Reply::Boolean(false)) => Some(json!("false")),
            Ok(_) => None,
            Err(exception) => thrown(&exception),
        })
    }

    fn caller(&self, by: Option<&Value>) -> Result<Option<Caller>, String> {
        let by = by.map_or(Ok("app"), |by| by.as_str().ok_or("not a process"))?;
        Ok(self.pid(by).map(|pid| Caller { uid: uid_of_process(by), pid: Some(pid) }))
    }

    fn start(&mut self, service: &str, fg: bool, by: Option<&Value>) -> Result<Answer, String> {
        let component = self.component(service);
        let request = match by {
            Some(by @ Value::Object(_)) => {
                let sent = pending_intent(by)?;
                let privileges = self.privilege(by)?;
                let package = (sent.creator != "system").then(|| sent.creator.clone());
                StartRequest {
                    service: component,
                    user: USER,
                    who: Identity {
                        uid: uid(&sent.creator)?,
                        pid: None,
                        package: package.or_else(|| Some("android".to_owned())),
                    },
                    thread: None,
                    fg_required: fg,
                    privileges,
                }
            }
            by => {
                let Some(caller) = self.caller(by)? else { return Ok(void("noProcess")) };
                let process = by.and_then(Value::as_str).unwrap_or("app");
                let package = package_of(process).to_owned();
                StartRequest {
                    service: component,
                    user: USER,
                    who: Identity { uid: caller.uid, pid: caller.pid, package: Some(package) },
                    thread: caller.pid,
                    fg_required: fg,
                    privileges: BackgroundStartPrivileges::None,
                }
            }
        };
        let result = self.with_services(|services, cx| services.start_service(&request, cx));
        Ok(match result {
            Ok(None) => void("null"),
            Ok(Some(component)) => {
                let started: &str = &component.package;
                (started != "app").then(|| json!(started))
            }
            Err(exception) => thrown(&exception),
        })
    }

    fn bind(&mut self, service: &str, step: &[Value]) -> Result<Answer, String> {
        let by = step.get(2).and_then(Value::as_str).unwrap_or("app").to_owned();
        let Some(pid) = self.pid(&by) else { return Ok(void("noProcess")) };
        let key = (service.to_owned(), by.clone());
        if self.bound.contains_key(&key) {
            return Ok(void("alreadyBound"));
        }
        let mut flags = BindFlags::AUTO_CREATE;
        for name in step.get(3).and_then(Value::as_array).into_iter().flatten() {
            let name = name.as_str().unwrap_or_default();
            flags = flags | BindFlags::from_name(name).ok_or_else(|| format!("flag {name}"))?;
        }
        self.connections += 1;
        let connection = self.connections;
        let request = BindRequest {
            service: self.component(service),
            user: USER,
            action: None,
            connection: ConnectionToken(connection),
            flags,
            package: Some(package_of(&by).to_owned()),
        };
        let caller = Caller { uid: uid_of_process(&by), pid: Some(pid) };
        let result = self.with_services(|services, cx| services.bind_service(caller, &request, cx));
        match result {
            Ok(_) => {
                self.bound.insert(key, connection);
                Ok(None)
            }
            Err(exception) => Ok(thrown(&exception)),
        }
    }

    /// What is lent, directly or by a pending intent.
    fn privilege(&mut self, value: &Value) -> Result<BackgroundStartPrivileges, String> {
        if value.is_string() {
            return serde_json::from_value(value.clone()).map_err(|error| error.to_string());
        }
        let sent = pending_intent(value)?;
        let sender = uid(&sent.sender)?;
        let change = Change::DEFAULT_RESCIND_BAL_PRIVILEGES_FROM_PENDING_INTENT_SENDER;
        let sending = Sending {
            creator: uid(&sent.creator)?,
            sender,
            by_notification: sent.notification,
            sender_visible: self
                .outside
                .activities
                .has_active_visible_window(sender, &self.outside.list),
            options: sent
                .sender_mode
                .map(|sender_mode| StartOptions { sender_mode, ..StartOptions::default() }),
            rescinds: change.enabled_for_target_sdk(self.outside.sdk_of(sender)),
        };
        Ok(sending.privileges_for_service_or_broadcast(&mut self.out))
    }
}

pub(in crate::vectors) fn package_of(process: &str) -> &str {
    match process {
        "app:remote" => "app",
        "system" => "android",
        process => process,
    }
}

fn pending_intent(value: &Value) -> Result<PendingIntent, String> {
    serde_json::from_value(value.clone()).map_err(|error| error.to_string())
}

fn entity(name: &str) -> Entity {
    Entity::System(name.bytes().fold(0, |hash, byte| hash * 256 + u64::from(byte)))
}

pub(in crate::vectors) fn types_of(value: &Value) -> Result<i32, String> {
    let names = value.as_array().ok_or("types")?;
    let names = names.iter().map(|name| name.as_str().unwrap_or_default()).collect::<Vec<_>>();
    if names.is_empty() {
        return Ok(0);
    }
    jobwarden_model::fgs::types::ForegroundServiceType::from_manifest_attribute(&names.join("|"))
        .map(|types| types.0)
        .map_err(|error| error.to_string())
}

fn activities(value: &Value) -> Result<Vec<Activity>, String> {
    let inputs: Vec<ActivityInput> =
        serde_json::from_value(value.clone()).map_err(|error| error.to_string())?;
    inputs
        .into_iter()
        .map(|input| {
            let state = match input.state.as_deref() {
                None if input.visible => ActivityState::Resumed,
                Some("RESUMED") => ActivityState::Resumed,
                Some("PAUSING") => ActivityState::Pausing,
                Some("PAUSED") => ActivityState::Paused,
                Some("STOPPING") => ActivityState::Stopping,
                None | Some("STOPPED") => ActivityState::Stopped,
                Some(unknown) => return Err(format!("unknown activity state `{unknown}`")),
            };
            Ok(Activity {
                visible_requested: input.visible,
                window_visible: input.window_visible.unwrap_or(input.visible),
                task_layer: input.task_visible.unwrap_or(input.visible).then_some(1),
                state,
                finishing: input.finishing,
            })
        })
        .collect()
}
