//! Plays the steps of one vector: what app, client and device do.

use std::collections::{BTreeMap, BTreeSet};

use jobwarden_model::effect::NotificationEffect;
use jobwarden_model::fgs::call::ServiceCall;
use jobwarden_model::fgs::effect::ConnectionToken;
use jobwarden_model::fgs::types::ForegroundServiceType;
use jobwarden_model::input::{ActivityFacts, PersonAct};
use jobwarden_model::notification::call::NotificationCall;
use jobwarden_model::{Input as Told, Reply, Uid};
use serde_json::{json, Map, Value};

use super::super::super::fgslife::describe;
use super::super::super::fgslife::hears::Ears;
use super::super::super::fgslife::input::Input;
use super::super::super::fgslife::step::{self, USER};
use super::super::super::fgslife::system::{
    app_op_mode, APP, APP_NAME, CLIENT, CLIENT_NAME, FLAG_FOREGROUND_SERVICE,
};
use super::super::world::{Cast, World};
use super::super::Untold;
use super::expected::looks;
use super::setting;
use crate::adapter::Adapter;

type Members = Map<String, Value>;

/// One vector while it is played.
pub(super) struct Play<'a> {
    world: World<'a>,
    /// Held by the app at the moment, and those of them that are held in use only.
    held: BTreeSet<String>,
    while_in_use: BTreeSet<String>,
    /// The services of the app, in the order of their names.
    services: Vec<String>,
    top: Option<String>,
    bound: BTreeSet<String>,
    /// Visible notifications, and their flags.
    visible: BTreeMap<i32, u32>,
}

impl<'a> Play<'a> {
    /// Everything before the first step.
    pub(super) fn begin(input: &Input, adapter: &'a mut dyn Adapter) -> Result<Self, Untold> {
        let homes = input.services.iter().map(|(name, it)| (name.clone(), it.process.clone()));
        let cast = Cast {
            identity,
            homes: homes.collect(),
            ears: Ears::new(&input.services).map_err(Untold::NotUnderstood)?,
            process_start_ms: input.process_start_ms,
            survives_crashes: input.app_survives_crashes,
        };
        let mut play = Self {
            world: World::new(cast, adapter),
            held: setting::held_permissions(&input.app),
            while_in_use: input.app.while_in_use_permissions.clone(),
            services: input.services.keys().cloned().collect(),
            top: None,
            bound: BTreeSet::new(),
            visible: BTreeMap::new(),
        };
        for told in setting::inputs(input)? {
            play.world.report(&told)?;
        }
        play.world.start_process(APP_NAME)?;
        if input.client.is_some() {
            play.world.start_process(CLIENT_NAME)?;
        }
        play.world.timeline.rest()?;
        play.set_state(APP_NAME, &input.app.state)?;
        if let Some(client) = &input.client {
            play.set_state(CLIENT_NAME, &client.state)?;
        }
        play.follow()?;
        play.world.heard.clear();
        play.world.notified.clear();
        Ok(play)
    }

    /// One step, and what could be seen of it.
    pub(super) fn step(&mut self, step: &[Value]) -> Result<Value, Untold> {
        let result = self.act(step)?;
        self.follow()?;
        let types = self.types()?;
        let (heard, seen) = (std::mem::take(&mut self.world.heard), self.seen());
        Ok(json!({
            "result": result, "events": heard, "notifications": looks(&seen), "types": types,
        }))
    }

    /// Everything due is done, all process states are computed once more, and that is answered, too.
    fn follow(&mut self) -> Result<(), Untold> {
        self.world.settle()?;
        self.world.recompute()?;
        self.world.settle()
    }

    // --- what the steps do

    fn act(&mut self, step: &[Value]) -> Result<Option<Value>, Untold> {
        let text = |at: usize| step.get(at).and_then(Value::as_str);
        let malformed = || Untold::NotUnderstood(format!("step {step:?}"));
        let truth = || step.get(1).and_then(Value::as_bool).ok_or_else(malformed);
        let kind = text(0).ok_or_else(malformed)?;
        let name = text(1).unwrap_or_default();
        match kind {
            "advance" => {
                let millis = step.get(1).and_then(Value::as_i64).ok_or_else(malformed)?;
                self.world.advance(millis)?;
            }
            "app" => self.set_state(APP_NAME, name)?,
            "client" => self.set_state(CLIENT_NAME, name)?,
            "startService" | "startForegroundService" | "stopService" => {
                let by = text(2).unwrap_or(APP_NAME);
                return self.world.call(by, step::start_or_stop(kind, name, by));
            }
            "bind" => {
                let call = step::bind(name, self.connection(name));
                if self.world.is_running(CLIENT_NAME) {
                    self.bound.insert(name.to_owned());
                }
                return self.world.call(CLIENT_NAME, call);
            }
            "unbind" => {
                if !self.bound.remove(name) {
                    return Ok(Some(json!("noService")));
                }
                let connection = self.connection(name);
                return self.world.call(CLIENT_NAME, ServiceCall::Unbind { connection });
            }
            "startForeground" => {
                let call = step::start_foreground(step).map_err(Untold::NotUnderstood)?;
                return self.world.of_service(name, call);
            }
            "stopForeground" => return self.world.of_service(name, step::stop_foreground(step)),
            "stopSelf" => return self.world.of_service(name, step::stop_self(step)),
            "notify" => {
                let id = step.get(1).and_then(Value::as_i64).ok_or_else(malformed)? as i32;
                return self.notify(id);
            }
            "processDies" => {
                let name = text(1).unwrap_or(APP_NAME);
                if !self.world.is_running(name) {
                    return Ok(Some(json!("noProcess")));
                }
                self.world.die(name)?;
            }
            "stopAppForUser" => {
                self.world.forget_starting();
                let act = PersonAct::StopApp { package: APP_NAME.to_owned(), user: USER };
                self.world.report(&Told::Person { act })?;
            }
            "batteryOptimizationExempt" => {
                self.world.report(&setting::power_allowlist(truth()?))?
            }
            "backgroundRestricted" => {
                self.world.report(&setting::background_restricted(truth()?))?;
            }
            "startForegroundAppOp" => {
                let mode = app_op_mode(name).map_err(Untold::NotUnderstood)?;
                self.world.report(&setting::start_foreground_op(mode))?;
            }
            "mediaProjection" => self.world.report(&setting::media_projection(truth()?))?,
            "deny" | "grant" => self.permission(name, kind == "grant")?,
            "deviceConfig" => {
                let value = step.get(2).ok_or_else(malformed)?;
                self.world.report(&setting::device_config(name, value))?;
            }
            _ => return Err(malformed()),
        }
        Ok(None)
    }

    fn permission(&mut self, name: &str, granted: bool) -> Result<(), Untold> {
        if granted {
            self.held.insert(name.to_owned());
        } else {
            self.held.remove(name);
        }
        self.world.report(&setting::permission(name, granted))?;
        let modes: Vec<_> = setting::op_modes(&self.held, &self.while_in_use).collect();
        modes.iter().try_for_each(|mode| self.world.report(mode))
    }

    fn notify(&mut self, id: i32) -> Result<Option<Value>, Untold> {
        let Some(caller) = self.world.caller(APP_NAME) else { return Ok(Some(json!("noProcess"))) };
        let call = NotificationCall::Notify {
            package: APP_NAME.to_owned(),
            tag: None,
            id,
            notification: Box::new(step::plain_notification()),
        };
        self.world.report(&Told::Notification { caller, call })?;
        Ok(None)
    }

    fn connection(&self, name: &str) -> ConnectionToken {
        let at = self.services.iter().position(|it| it == name).unwrap_or_default();
        ConnectionToken(at as u64)
    }

    /// Top, visible or in the background; without a process the app gets one first.
    fn set_state(&mut self, process: &str, state: &str) -> Result<(), Untold> {
        let visible = state != "background";
        if !self.world.is_running(process) {
            if !visible {
                return Ok(());
            }
            self.world.start_process(process)?;
            self.world.settle()?;
        }
        if state == "top" {
            let other = self.top.replace(process.to_owned()).filter(|other| other != process);
            self.show(process, true)?;
            self.world.set_top(Some(process))?;
            if let Some(other) = other {
                self.show(&other, false)?;
            }
        } else {
            if self.top.as_deref() == Some(process) {
                self.top = None;
                self.world.set_top(None)?;
            }
            self.show(process, visible)?;
        }
        Ok(())
    }

    fn show(&mut self, process: &str, visible: bool) -> Result<(), Untold> {
        let activities = visible.then(ActivityFacts::resumed).into_iter().collect();
        self.world.set_activities(process, activities)
    }

    // --- what is seen

    /// What became of notifications since last time.
    fn seen(&mut self) -> Vec<Value> {
        let mut seen = Vec::new();
        for (at, effect) in std::mem::take(&mut self.world.notified) {
            let (kind, what) = match effect {
                NotificationEffect::Show { id, notification, .. } => {
                    let before = self.visible.insert(id, notification.flags);
                    let lost = before.is_some_and(|before| {
                        before & !notification.flags & FLAG_FOREGROUND_SERVICE != 0
                    });
                    let kind = match before {
                        None => "show",
                        Some(_) if lost => "unflag",
                        Some(_) => "update",
                    };
                    (kind, json!(id))
                }
                NotificationEffect::Remove { id, .. } => {
                    self.visible.remove(&id);
                    ("cancel", json!(id))
                }
                NotificationEffect::CrashApp { exception, .. } => ("crash", json!(exception)),
            };
            seen.push(json!([at, kind, what]));
        }
        seen
    }

    /// What each running service in the foreground is told when it asks for its types.
    fn types(&mut self) -> Result<Members, Untold> {
        let mut types = Members::new();
        for (name, service, caller) in self.world.services() {
            let call = ServiceCall::GetForegroundServiceType { service };
            if let Ok(Reply::Int(mask)) = self.world.tell(&Told::Service { caller, call })? {
                if mask != 0 {
                    types.insert(name, json!(describe::types(ForegroundServiceType(mask))));
                }
            }
        }
        Ok(types)
    }
}

/// The uid and the package of a process.
fn identity(process: &str) -> (Uid, &str) {
    if process == CLIENT_NAME {
        (CLIENT, CLIENT_NAME)
    } else {
        (APP, APP_NAME)
    }
}
