//! The frame of a scenario: title, rules, the world at the start, the timeline.

use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

use jobwarden_model::rules;

use super::action::DeviceSpec;
use super::step::Step;
use super::units::Millis;

/// One scenario: one behaviour, and no more world than it needs.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Scenario {
    /// The behaviour in a few words.
    pub title: String,
    /// The rules it shows, by id.
    pub rules: Vec<String>,
    /// The statements of the public documentation it shows, in a few words each.
    #[serde(default)]
    pub documentation: Vec<String>,
    /// The release of Android.
    #[serde(default)]
    pub platform: PlatformName,
    /// The world at the start.
    #[serde(default)]
    pub given: Given,
    /// What happens, and what is expected.
    pub timeline: Vec<Step>,
}

/// A release of Android.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub enum PlatformName {
    /// API level 34.
    #[default]
    #[serde(rename = "android-14")]
    Android14,
}

/// The world at the start.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Given {
    /// The device; what is not said is as on an idle desk: battery fine, no charger, no network.
    pub device: DeviceSpec,
    /// The installed packages, in user 0. The process of each runs unless it says otherwise.
    pub packages: Vec<PackageSpec>,
    /// Values of `device_config`: namespace, key, value.
    pub config: BTreeMap<String, BTreeMap<String, String>>,
    /// How apps behave by themselves, by package. What is not said is the well-behaved default.
    pub apps: BTreeMap<String, Behaviour>,
}

/// An installed package.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PackageSpec {
    /// Its name, with at least one dot.
    pub name: String,
    /// Its uid in user 0; packages with the same uid share it.
    pub uid: u32,
    /// The SDK it was made for.
    #[serde(default = "current_sdk")]
    pub target_sdk: i32,
    /// Permissions, by full name or without `android.permission.`. What is not said: those that an
    /// ordinary app with jobs declares.
    #[serde(default = "usual_permissions")]
    pub permissions: Vec<String>,
    /// Its services: class names, or more about each.
    #[serde(default)]
    pub services: Vec<ServiceSpec>,
    /// May be debugged.
    #[serde(default)]
    pub debuggable: bool,
    /// Its process runs at the start.
    #[serde(default = "yes")]
    pub running: bool,
}

/// A service: `.Name`, or a mapping that says more.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(from = "ServiceShape")]
#[schemars(with = "ServiceShape")]
pub struct ServiceSpec {
    /// The class, relative to the package if it starts with a dot.
    pub class: String,
    /// What a caller must hold.
    pub permission: Option<String>,
    /// Foreground-service types, as in the manifest.
    pub types: Vec<String>,
    /// Its process, if not the package's own.
    pub process: Option<String>,
    /// Others may use it.
    pub exported: bool,
    /// `property` elements.
    pub properties: BTreeMap<String, String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(untagged, expecting = "a class name such as `.Upload`, or a mapping with `class`")]
enum ServiceShape {
    /// A job service, guarded as it must be.
    Class(String),
    Full(FullService),
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct FullService {
    class: String,
    /// `none`: no permission; not said: `android.permission.BIND_JOB_SERVICE` without types.
    #[serde(default)]
    permission: Option<String>,
    #[serde(default)]
    types: Vec<String>,
    #[serde(default)]
    process: Option<String>,
    #[serde(default)]
    exported: bool,
    #[serde(default)]
    properties: BTreeMap<String, String>,
}

const BIND_JOB_SERVICE: &str = "android.permission.BIND_JOB_SERVICE";

impl From<ServiceShape> for ServiceSpec {
    fn from(shape: ServiceShape) -> Self {
        match shape {
            ServiceShape::Class(class) => Self {
                class,
                permission: Some(BIND_JOB_SERVICE.into()),
                types: Vec::new(),
                process: None,
                exported: false,
                properties: BTreeMap::new(),
            },
            ServiceShape::Full(full) => Self {
                permission: match full.permission {
                    Some(none) if none == "none" => None,
                    None if full.types.is_empty() => Some(BIND_JOB_SERVICE.into()),
                    permission => permission,
                },
                class: full.class,
                types: full.types,
                process: full.process,
                exported: full.exported,
                properties: full.properties,
            },
        }
    }
}

/// How an app behaves by itself.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Behaviour {
    /// Of all its jobs.
    pub jobs: JobBehaviour,
    /// Of single jobs, by id, in place of the former.
    pub job: BTreeMap<i32, JobBehaviour>,
    /// Its services answer every call at once.
    pub services_answer: Option<bool>,
    /// What `onStartCommand` of its services returns.
    pub on_start_command: StartResult,
}

/// What `onStartCommand` returns.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq)]
pub enum StartResult {
    /// Once its process died it is started again, without an intent.
    #[serde(rename = "START_STICKY")]
    Sticky,
    /// It is not started again.
    #[default]
    #[serde(rename = "START_NOT_STICKY")]
    NotSticky,
    /// It is started again with the last intent.
    #[serde(rename = "START_REDELIVER_INTENT")]
    RedeliverIntent,
}

impl StartResult {
    /// `Service.START_*`.
    pub(super) const fn number(self) -> i32 {
        match self {
            Self::Sticky => 1,
            Self::NotSticky => 2,
            Self::RedeliverIntent => 3,
        }
    }
}

/// How an app runs a job.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct JobBehaviour {
    /// How long until the job service is connected; `never`.
    pub connects: After,
    /// How long until `onStartJob` returns; `never`.
    pub starts: After,
    /// What `onStartJob` returns.
    pub ongoing: bool,
    /// How long until a user-initiated job posts its notification; `never`.
    pub notifies: After,
    /// What becomes of that notification at the end.
    pub end_policy: EndPolicy,
    /// How long until the app calls `jobFinished`; `never`.
    pub finishes: After,
    /// What it passes to `jobFinished`.
    pub wants_reschedule: bool,
    /// How long until `onStopJob` returns; `never`.
    pub stops: After,
    /// What `onStopJob` returns.
    pub reschedule_on_stop: bool,
}

impl Default for JobBehaviour {
    /// Answers at once, works for ever, wants the job again when it is stopped.
    fn default() -> Self {
        Self {
            connects: After::Time(Millis(0)),
            starts: After::Time(Millis(0)),
            ongoing: true,
            notifies: After::Time(Millis(0)),
            end_policy: EndPolicy::Remove,
            finishes: After::Never,
            wants_reschedule: false,
            stops: After::Time(Millis(0)),
            reschedule_on_stop: true,
        }
    }
}

/// What becomes of a job's notification when the job ends.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq)]
pub enum EndPolicy {
    /// It stays.
    #[serde(rename = "JOB_END_NOTIFICATION_POLICY_DETACH")]
    Detach,
    /// It goes.
    #[serde(rename = "JOB_END_NOTIFICATION_POLICY_REMOVE")]
    Remove,
}

/// After some time, or never.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(untagged, expecting = "a duration with its unit, such as `10s`, or `never`")]
pub enum After {
    /// After that long.
    Time(Millis),
    /// Never.
    #[serde(with = "never")]
    #[schemars(with = "String")]
    Never,
}

/// The word `never`.
mod never {
    use serde::de::{Deserialize, Deserializer, Error};

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<(), D::Error> {
        match String::deserialize(deserializer)?.as_str() {
            "never" => Ok(()),
            other => Err(D::Error::custom(format!("`{other}` is neither a duration nor `never`"))),
        }
    }
}

fn current_sdk() -> i32 {
    34
}

fn yes() -> bool {
    true
}

fn usual_permissions() -> Vec<String> {
    ["ACCESS_NETWORK_STATE", "RECEIVE_BOOT_COMPLETED", "RUN_USER_INITIATED_JOBS"]
        .map(|name| format!("android.permission.{name}"))
        .to_vec()
}

impl Scenario {
    /// What is wrong beyond the shape: line and column, and why.
    pub(super) fn check(&self) -> Result<(), ((u64, u64), String)> {
        if let Some(unknown) = self.rules.iter().find(|id| rules::find(id).is_none()) {
            return Err((
                (1, 1),
                format!("`{unknown}` is not a rule; `jobwarden rules` lists them"),
            ));
        }
        let mut before = Millis(0);
        for step in &self.timeline {
            let place = (step.line, step.column);
            if step.at < before {
                return Err((
                    place,
                    format!("{} is earlier than the step before, at {before}", step.at),
                ));
            }
            before = step.at;
            if let Some(package) = step.package() {
                if !self.given.packages.iter().any(|known| known.name == package) {
                    return Err((
                        place,
                        format!(
                            "`{package}` is neither a package under `given` nor one of {}",
                            super::step::ACTORS
                        ),
                    ));
                }
            }
            if let Some(unknown) = step
                .expect
                .iter()
                .flat_map(|expect| expect.because.iter())
                .find(|id| rules::find(id).is_none())
            {
                return Err((place, format!("`because: {unknown}` is not a rule")));
            }
        }
        Ok(())
    }
}
