//! Plays the steps of one vector, and watches the notifications.

use std::collections::{BTreeMap, BTreeSet};

use jobwarden_model::effect::{JobEffect, NotificationEffect};
use jobwarden_model::fgs::call::ServiceCall;
use jobwarden_model::fgs::types::ForegroundServiceType;
use jobwarden_model::input::{ActivityFacts, DeviceSignal, NetworkFacts, PersonAct, ProcessEvent};
use jobwarden_model::job::call::{CallbackToken, JobCallbackCall, JobSchedulerCall};
use jobwarden_model::notification::call::NotificationCall;
use jobwarden_model::package::{Event, Granted, PackageDescription, ServiceDescription};
use jobwarden_model::{Caller, ComponentName, Exception, Input as Told, Reply, Uid};
use serde_json::{json, Map, Value};

use super::super::super::fgslife::hears::Ears;
use super::super::super::job_description::job_info;
use super::super::super::jobnotif::{
    described, end_policy, importance, int, look, notify, string, Input, Seen, PACKAGE, UID, USER,
};
use super::super::stage::job_service;
use super::super::world::{Cast, World};
use super::super::Untold;
use crate::adapter::Adapter;

/// The class of the app's job service.
const JOB_SERVICE: &str = "p10123.Service";
/// `Service.STOP_FOREGROUND_REMOVE`, `STOP_FOREGROUND_DETACH`.
const STOP_FOREGROUND: [i32; 2] = [1, 2];

/// One vector while it is played.
pub(super) struct Play<'a> {
    world: World<'a>,
    /// Running jobs by number.
    jobs: BTreeMap<i32, CallbackToken>,
    /// Services in the foreground, by the id of their notification; with how it looked when they posted
    /// it, if they chose no flags.
    foreground: BTreeMap<i32, Option<Value>>,
    channels: BTreeSet<String>,
    seen: Seen,
    crash: Option<String>,
}

impl<'a> Play<'a> {
    /// Everything before the first step.
    pub(super) fn begin(input: &Input, adapter: &'a mut dyn Adapter) -> Result<Self, Untold> {
        let services: BTreeSet<String> = input
            .steps
            .iter()
            .filter(|step| step[0] == "startForeground")
            .map(|step| service_of(&step[1]["id"]))
            .collect();
        let cast = Cast {
            identity: |process| (UID, process),
            homes: services.iter().map(|name| (name.clone(), PACKAGE.to_owned())).collect(),
            ears: Ears::default(),
            process_start_ms: 0,
            survives_crashes: true,
        };
        let mut world = World::new(cast, adapter);
        world.report(&change(Event::Installed {
            package: Box::new(package(services)),
            user: USER,
        }))?;
        if input.notifications_blocked {
            world.report(&change(Event::PermissionChanged {
                package: PACKAGE.to_owned(),
                user: USER,
                permission: "android.permission.POST_NOTIFICATIONS".to_owned(),
                granted: Granted::SoftDenied,
            }))?;
        }
        world.report(&Told::DeviceConfig {
            namespace: "activity_manager".to_owned(),
            key: "deferred_fgs_notifications_enabled".to_owned(),
            value: Some("false".to_owned()),
        })?;
        let network = NetworkFacts {
            id: 100,
            capabilities: u64::MAX,
            transports: u32::MAX,
            ..NetworkFacts::default()
        };
        let signal = DeviceSignal::DefaultNetwork { network: Some(network) };
        world.report(&Told::Device { signal })?;
        world.start_process(PACKAGE)?;
        world.set_activities(PACKAGE, vec![ActivityFacts::resumed()])?;
        world.set_top(Some(PACKAGE))?;
        for (id, name) in &input.channels {
            let call = NotificationCall::CreateChannel {
                package: PACKAGE.to_owned(),
                channel: id.clone(),
                importance: importance(name).map_err(Untold::NotUnderstood)?.level(),
                group: None,
            };
            world.report(&Told::Notification { caller: caller(&world)?, call })?;
        }
        world.timeline.rest()?;
        let channels = input.channels.keys().cloned().collect();
        Ok(Self {
            world,
            jobs: BTreeMap::new(),
            foreground: BTreeMap::new(),
            channels,
            seen: Seen::new(),
            crash: None,
        })
    }

    /// One step, and what of it the user and the app see.
    pub(super) fn step(&mut self, step: &Value) -> Result<Value, Untold> {
        let before = self.seen.clone();
        let thrown = self.act(step)?.err();
        self.world.settle()?;
        self.look();
        let mut entry = Map::new();
        let shown: Vec<_> = self
            .seen
            .iter()
            .filter(|(key, now)| before.get(*key) != Some(*now))
            .map(|it| it.1)
            .collect();
        let removed: Vec<_> = before.keys().filter(|key| !self.seen.contains_key(*key)).collect();
        if !shown.is_empty() {
            entry.insert("shown".to_owned(), json!(shown));
        }
        if !removed.is_empty() {
            entry.insert("removed".to_owned(), json!(removed));
        }
        if let Some(exception) = thrown {
            entry.insert("throws".to_owned(), json!(exception.class_name()));
        }
        if let Some(crash) = self.crash.take() {
            entry.insert("appCrash".to_owned(), json!(crash));
        }
        Ok(Value::Object(entry))
    }

    /// Takes in what became of notifications.
    fn look(&mut self) {
        for (_, effect) in std::mem::take(&mut self.world.notified) {
            match effect {
                NotificationEffect::Show { tag, id, importance, notification, .. } => {
                    let (key, now) = look(tag, id, importance, &notification);
                    self.seen.insert(key, now);
                }
                NotificationEffect::Remove { tag, id, .. } => {
                    self.seen.remove(&(tag, id));
                }
                NotificationEffect::CrashApp { exception, .. } => self.crash = Some(exception),
            }
        }
    }

    fn act(&mut self, step: &Value) -> Result<Result<Reply, Exception>, Untold> {
        let wrong = Untold::NotUnderstood;
        match step[0].as_str().unwrap_or_default() {
            "startJob" => self.start_job(int(&step[1]).map_err(wrong)?, step[2] == json!(true))?,
            "endJob" => self.end_job(int(&step[1]).map_err(wrong)?, step[2] == json!("USER"))?,
            "setNotification" => {
                let job = int(&step[1]).map_err(wrong)?;
                let described = described(&step[2]).map_err(wrong)?;
                let call = JobCallbackCall::SetNotification {
                    id: described.id,
                    notification: Some(Box::new(described.notification().map_err(wrong)?)),
                    end_policy: end_policy(&described).map_err(wrong)?,
                };
                return self.callback(job, call);
            }
            "startForeground" => {
                let described = described(&step[1]).map_err(wrong)?;
                if !self.channels.contains(&described.channel) {
                    return Err(Untold::Inexpressible(
                        "a service that may not post is crashed before",
                    ));
                }
                let notification = described.notification().map_err(wrong)?;
                let plain = notification.flags == 0;
                self.start_foreground(described.id, notification)?;
                self.look();
                let look = self.seen.get(&(None, described.id)).filter(|_| plain).cloned();
                self.foreground.insert(described.id, look);
            }
            "stopForeground" => {
                let id = int(&step[1]).map_err(wrong)?;
                if let Some(posted) = self.foreground.remove(&id) {
                    let [remove, detach] = STOP_FOREGROUND;
                    let flags = if step[2] == "REMOVE" { remove } else { detach };
                    // The service code knows only of notifications that were held back whether they are
                    // shown; any other it posts again before its flag goes. Rule: FGS-STOP-002.
                    let changed = posted.is_none() || posted.as_ref() != self.seen.get(&(None, id));
                    if flags == detach && changed {
                        return Err(Untold::Inexpressible("a service that leaves posts once more"));
                    }
                    let call = |service| ServiceCall::StopForeground { service, flags };
                    self.world.of_service(&service_of(&step[1]), call)?;
                }
            }
            "dismiss" => {
                let (tag, id) =
                    (step[1].as_str().map(str::to_owned), int(&step[2]).map_err(wrong)?);
                if self.seen.contains_key(&(tag.clone(), id)) {
                    let package = PACKAGE.to_owned();
                    self.person(PersonAct::DismissNotification { package, user: USER, tag, id })?;
                }
            }
            verb @ ("click" | "error") => {
                let (package, user) = (PACKAGE.to_owned(), USER);
                let (tag, id) =
                    (step[1].as_str().map(str::to_owned), int(&step[2]).map_err(wrong)?);
                self.person(if verb == "click" {
                    PersonAct::ClickNotification { package, user, tag, id }
                } else {
                    PersonAct::NotificationError { package, user, tag, id }
                })?;
            }
            "clearAll" => self.person(PersonAct::ClearNotifications { user: USER })?,
            "userSetsImportance" => {
                let (package, channel) = (PACKAGE.to_owned(), string(&step[1]).map_err(wrong)?);
                let level = string(&step[2]).and_then(|name| importance(&name)).map_err(wrong)?;
                let (user, importance) = (USER, level.level());
                // What is posted from now on looks different.
                self.foreground.values_mut().for_each(|posted| *posted = None);
                self.person(PersonAct::SetChannelImportance {
                    package,
                    user,
                    channel,
                    importance,
                })?;
            }
            _ => return self.on_app(step),
        }
        Ok(Ok(Reply::Nothing))
    }

    fn person(&mut self, act: PersonAct) -> Result<(), Untold> {
        self.world.report(&Told::Person { act })
    }

    fn on_app(&mut self, step: &Value) -> Result<Result<Reply, Exception>, Untold> {
        let wrong = Untold::NotUnderstood;
        let package = PACKAGE.to_owned();
        let call = match step[0].as_str().unwrap_or_default() {
            "notify" => described(&step[1]).and_then(|one| notify(&one)).map_err(wrong)?,
            "notifyMany" => {
                let first = int(&step[1]).map_err(wrong)?;
                for id in first..first + int(&step[2]).map_err(wrong)? {
                    let one = described(&json!({ "id": id, "channel": step[3] }));
                    self.notification(one.and_then(|one| notify(&one)).map_err(wrong)?)?
                        .map_err(|thrown| wrong(thrown.to_string()))?;
                }
                return Ok(Ok(Reply::Nothing));
            }
            "cancel" => NotificationCall::Cancel {
                package,
                tag: step[1].as_str().map(str::to_owned),
                id: int(&step[2]).map_err(wrong)?,
            },
            "cancelAll" => NotificationCall::CancelAll { package },
            "deleteChannel" => {
                let channel = string(&step[1]).map_err(wrong)?;
                let call = NotificationCall::DeleteChannel { package, channel: channel.clone() };
                let outcome = self.notification(call)?;
                if outcome.is_ok() {
                    self.channels.remove(&channel);
                }
                return Ok(outcome);
            }
            other => return Err(wrong(format!("unknown step `{other}`"))),
        };
        self.notification(call)
    }

    fn notification(&mut self, call: NotificationCall) -> Result<Result<Reply, Exception>, Untold> {
        let caller = caller(&self.world)?;
        self.world.tell(&Told::Notification { caller, call })
    }

    // --- jobs

    /// The app schedules a job, which starts at once.
    fn start_job(&mut self, id: i32, user_initiated: bool) -> Result<(), Untold> {
        let calls = if user_initiated {
            vec![json!(["setUserInitiated", true]), json!(["setRequiredNetworkType", 1])]
        } else {
            Vec::new()
        };
        let job = job_info(&calls, id, UID).map_err(Untold::NotUnderstood)?;
        let caller = caller(&self.world)?;
        let call = JobSchedulerCall::Schedule { namespace: None, job: Some(Box::new(job)) };
        self.world.report(&Told::JobScheduler { caller, call })?;
        self.run_jobs()?;
        if self.jobs.contains_key(&id) {
            return Ok(());
        }
        Err(Untold::Inexpressible("more jobs at once than the device runs"))
    }

    /// What the scheduler asks of the app, which answers at once.
    fn run_jobs(&mut self) -> Result<(), Untold> {
        while let Some((_, effect)) = self.world.jobs.pop_front() {
            match effect {
                JobEffect::Bind { token, component, .. } => {
                    let change = ProcessEvent::JobServiceConnected { token, component };
                    self.world.report(&Told::Process { change })?;
                }
                JobEffect::StartJob { parameters, .. } => {
                    self.jobs.insert(parameters.job_id, parameters.token);
                    let call = JobCallbackCall::AcknowledgeStart { ongoing: true };
                    let said = self.callback(parameters.job_id, call)?;
                    said.map_err(|why| Untold::NotUnderstood(why.to_string()))?;
                }
                JobEffect::StopJob { parameters, .. } => {
                    let call = JobCallbackCall::AcknowledgeStop { reschedule: false };
                    let said = self.callback(parameters.job_id, call)?;
                    said.map_err(|why| Untold::NotUnderstood(why.to_string()))?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Its process seems to be gone, or the user stops it; it does not come back.
    fn end_job(&mut self, id: i32, by_user: bool) -> Result<(), Untold> {
        let Some(&token) = self.jobs.get(&id) else { return Ok(()) };
        if by_user {
            let words = ["stop", "-u", "0", "-s", "13", "-i", "11", PACKAGE, &id.to_string()];
            let arguments = words.iter().map(|&word| word.to_owned()).collect();
            let caller = Caller { uid: Uid::ROOT, pid: None };
            self.world.report(&Told::Shell { caller, arguments })?;
        } else {
            let change = ProcessEvent::JobServiceDisconnected { token };
            self.world.report(&Told::Process { change })?;
        }
        self.run_jobs()?;
        self.jobs.remove(&id);
        let caller = caller(&self.world)?;
        let call = JobSchedulerCall::Cancel { namespace: None, id };
        self.world.report(&Told::JobScheduler { caller, call })
    }

    fn callback(
        &mut self,
        job: i32,
        call: JobCallbackCall,
    ) -> Result<Result<Reply, Exception>, Untold> {
        let unknown = || Untold::NotUnderstood(format!("job {job} does not run"));
        let token = *self.jobs.get(&job).ok_or_else(unknown)?;
        let caller = caller(&self.world)?;
        self.world.tell(&Told::JobCallback { caller, token, call })
    }

    // --- services

    fn start_foreground(
        &mut self,
        id: i32,
        notification: jobwarden_model::notification::Notification,
    ) -> Result<(), Untold> {
        let name = service_of(&json!(id));
        if !self.foreground.contains_key(&id) {
            let call = ServiceCall::StartForegroundService {
                service: ComponentName::new(PACKAGE, name.as_str()),
                calling_package: Some(PACKAGE.to_owned()),
                user: USER,
            };
            self.world.call(PACKAGE, call)?;
            self.world.settle()?;
        }
        let call = |service| ServiceCall::StartForeground {
            service,
            id,
            notification: Some(Box::new(notification)),
            types: ForegroundServiceType::MANIFEST.0,
        };
        match self.world.of_service(&name, call)? {
            None => Ok(()),
            Some(thrown) => Err(Untold::NotUnderstood(format!("startForeground: {thrown}"))),
        }
    }
}

fn caller(world: &World<'_>) -> Result<Caller, Untold> {
    world.caller(PACKAGE).ok_or_else(|| Untold::NotUnderstood("the app does not run".to_owned()))
}

/// The service whose notification has this id.
fn service_of(id: &Value) -> String {
    format!("p10123.Service{id}")
}

fn package(services: BTreeSet<String>) -> PackageDescription {
    let foreground = services.into_iter().map(|class| ServiceDescription {
        class,
        foreground_service_types: ForegroundServiceType::DATA_SYNC.0.cast_unsigned(),
        ..ServiceDescription::default()
    });
    let permissions = [
        "FOREGROUND_SERVICE",
        "FOREGROUND_SERVICE_DATA_SYNC",
        "RUN_USER_INITIATED_JOBS",
        "ACCESS_NETWORK_STATE",
    ];
    PackageDescription {
        name: PACKAGE.to_owned(),
        app_id: UID.app_id(),
        permissions: permissions.iter().map(|it| format!("android.permission.{it}")).collect(),
        services: foreground.chain([job_service(JOB_SERVICE)]).collect(),
        ..PackageDescription::default()
    }
}

fn change(change: Event) -> Told {
    Told::Package { change }
}
