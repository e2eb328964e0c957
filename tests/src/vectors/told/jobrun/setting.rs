//! The apps and the device before the first step, and what of a vector can be told.

use std::collections::{BTreeMap, BTreeSet};

use jobwarden_model::input::{DeviceSignal, NetworkFacts, UserEvent};
use jobwarden_model::job::call::JobSchedulerCall;
use jobwarden_model::job::StandbyBucket;
use jobwarden_model::notification::call::NotificationCall;
use jobwarden_model::package::{Event, PackageDescription};
use jobwarden_model::{Caller, Input as Told, Uid, UserId};
use serde_json::Value;

use super::super::super::job_description::{device_config, package_of, JobDescription};
use super::super::stage::job_service;
use super::super::Untold;

/// The channels that every app has.
const CHANNELS: [&str; 2] = ["main", "other"];
/// `NotificationManager.IMPORTANCE_DEFAULT`.
const IMPORTANCE_DEFAULT: i32 = 3;
/// Names the observer of user-visible jobs.
const OBSERVER: u64 = 1;

/// The number of the network of a job that asks for one, and is recorded without.
pub(super) const SOME_NETWORK: i32 = 1;

/// One job: how it is described, on whose behalf, and the network that it is given.
pub(super) struct Job {
    pub(super) description: JobDescription,
    pub(super) source: Uid,
    pub(super) network: Option<i32>,
}

/// What a vector says.
pub(super) struct Setting {
    pub(super) jobs: Vec<Job>,
    pub(super) steps: Vec<Value>,
    /// Target SDK and denied permissions.
    apps: BTreeMap<Uid, (i32, BTreeSet<String>)>,
    configuration: Vec<(String, String)>,
}

impl Setting {
    pub(super) fn read(input: &Value) -> Result<Self, Untold> {
        if input["hwTimeoutMultiplier"].as_i64().unwrap_or(1) != 1 {
            return Err(Untold::Inexpressible("a slower device"));
        }
        let steps: Vec<Value> = input["steps"].as_array().cloned().unwrap_or_default();
        let lasts =
            steps.iter().filter(|step| step[0] == "advance").filter_map(|it| it[1].as_i64());
        let lasts = lasts.fold(0, i64::saturating_add);
        let mut jobs = Vec::new();
        for (index, job) in input["jobs"].as_array().into_iter().flatten().enumerate() {
            let description: JobDescription = serde_json::from_value(job.clone())
                .map_err(|error| Untold::NotUnderstood(error.to_string()))?;
            let network = if steps.iter().any(|it| it[0] == "start" && it[2] == index) {
                can_be_scheduled(job, &description, lasts)?;
                network_of(job, &description)?
            } else {
                None
            };
            let source = job["sourceUid"].as_u64().and_then(|uid| u32::try_from(uid).ok());
            let source = source.map_or(description.uid, Uid);
            jobs.push(Job { description, source, network });
        }
        for step in &steps {
            can_be_told(step)?;
        }
        let mut apps: BTreeMap<_, _> = jobs
            .iter()
            .flat_map(|job| [job.description.uid, job.source])
            .map(|uid| (uid, (34, BTreeSet::new())))
            .collect();
        for (uid, app) in input["uids"].as_object().into_iter().flatten() {
            let wrong = |error: std::num::ParseIntError| Untold::NotUnderstood(error.to_string());
            let sdk = app["targetSdkVersion"].as_i64().and_then(|sdk| i32::try_from(sdk).ok());
            let denied = app["deniedPermissions"].as_array().into_iter().flatten();
            let denied = denied.filter_map(Value::as_str).map(str::to_owned).collect();
            apps.insert(Uid(uid.parse().map_err(wrong)?), (sdk.unwrap_or(34), denied));
        }
        let configuration = input["deviceConfig"].as_object().map(device_config);
        let configuration = configuration.map(|it| it.0).unwrap_or_default();
        Ok(Self { jobs, steps, apps, configuration: configuration.into_iter().collect() })
    }

    /// The apps that have jobs.
    pub(super) fn uids(&self) -> impl Iterator<Item = Uid> + '_ {
        self.apps.keys().copied()
    }

    /// What is installed and configured, and the state of the device, in order.
    pub(super) fn inputs(&self) -> Vec<Told> {
        let mut all = Vec::new();
        let users: BTreeSet<UserId> = self.apps.keys().map(|uid| uid.user()).collect();
        for user in users.into_iter().filter(|user| user.0 != 0) {
            all.push(Told::User { change: UserEvent::Started { user } });
            all.push(Told::User { change: UserEvent::Unlocked { user } });
        }
        for (uid, (target_sdk, denied)) in &self.apps {
            all.push(install(*uid, *target_sdk, denied));
            for channel in CHANNELS {
                let call = NotificationCall::CreateChannel {
                    package: package_of(*uid),
                    channel: channel.to_owned(),
                    importance: IMPORTANCE_DEFAULT,
                    group: None,
                };
                all.push(Told::Notification { caller: Caller { uid: *uid, pid: None }, call });
            }
        }
        for (key, value) in &self.configuration {
            let (namespace, value) = ("jobscheduler".to_owned(), Some(value.clone()));
            all.push(Told::DeviceConfig { namespace, key: key.clone(), value });
        }
        let signals = [
            DeviceSignal::PowerConnected { connected: true },
            DeviceSignal::Charging { charging: true },
            DeviceSignal::BatteryLow { low: false },
            DeviceSignal::StorageLow { low: false },
            DeviceSignal::DeviceIdle { idle: true },
        ];
        all.extend(signals.into_iter().map(|signal| Told::Device { signal }));
        all.push(Told::JobScheduler {
            caller: Caller { uid: Uid::SYSTEM, pid: None },
            call: JobSchedulerCall::RegisterUserVisibleJobObserver { observer: Some(OBSERVER) },
        });
        all
    }
}

/// Whether an app can schedule a job with this history and these limits. `lasts`: milliseconds from the
/// first step to the last.
fn can_be_scheduled(job: &Value, description: &JobDescription, lasts: i64) -> Result<(), Untold> {
    // A limit that nothing reaches is no matter.
    let limited = job["quotaMaxMs"].as_i64().is_some_and(|limit| limit <= lasts);
    if job["expeditedApproved"] == Value::Bool(false) || limited {
        return Err(Untold::Inexpressible("a verdict of the quota about one job"));
    }
    let past = description.num_failures != 0
        || description.num_system_stops != 0
        || !description.internal_flags.is_empty();
    if past || description.standby_bucket != StandbyBucket::Active {
        return Err(Untold::Inexpressible("a job with a past"));
    }
    Ok(())
}

/// The network that the job is given. What does not ask for one has none. Rule: JOB-RUN-010.
fn network_of(job: &Value, description: &JobDescription) -> Result<Option<i32>, Untold> {
    let info = description.job_info(0).map_err(Untold::NotUnderstood)?;
    if info.required_network.is_none() {
        return Ok(None);
    }
    let recorded = job["network"].as_i64().and_then(|network| i32::try_from(network).ok());
    Ok(Some(recorded.unwrap_or(SOME_NETWORK)))
}

fn can_be_told(step: &Value) -> Result<(), Untold> {
    match step[0].as_str().unwrap_or_default() {
        "start" if !step[3].is_null() => {
            Err(Untold::Inexpressible("the activity manager refuses the bind call"))
        }
        "cancel" if step[2] != "CANCELLED_BY_APP" || step[3] != "CANCELED" => {
            Err(Untold::Inexpressible("a stop for a reason that the scheduler alone has"))
        }
        "markForProcessDeath" if step[2] != "USER" || step[3] != "USER_UI_STOP" => {
            Err(Untold::Inexpressible("a stop for a reason that the scheduler alone has"))
        }
        "overtimeStop" | "executable" if step[2] == Value::Bool(false) => Ok(()),
        "overtimeStop" | "executable" | "clearPreferredUid" | "expeditedApproved" | "demote" => {
            Err(Untold::Inexpressible("what only the scheduler tells a slot"))
        }
        "appUnreachable" => Err(Untold::Inexpressible("a call to an app that dies meanwhile")),
        _ => Ok(()),
    }
}

/// The default network of everybody.
pub(super) fn network(id: i32) -> Told {
    let network = NetworkFacts {
        id,
        capabilities: u64::MAX,
        transports: u32::MAX,
        ..NetworkFacts::default()
    };
    Told::Device { signal: DeviceSignal::DefaultNetwork { network: Some(network) } }
}

fn install(uid: Uid, target_sdk: i32, denied: &BTreeSet<String>) -> Told {
    let name = package_of(uid);
    let permissions = ["RUN_USER_INITIATED_JOBS", "ACCESS_NETWORK_STATE", "UPDATE_DEVICE_STATS"];
    let permissions = permissions.iter().map(|it| format!("android.permission.{it}"));
    let package = PackageDescription {
        app_id: uid.app_id(),
        target_sdk,
        permissions: permissions.filter(|it| !denied.contains(it)).collect(),
        services: vec![job_service(&format!("{name}.Service"))],
        name,
        ..PackageDescription::default()
    };
    Told::Package { change: Event::Installed { package: Box::new(package), user: uid.user() } }
}
