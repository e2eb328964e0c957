//! The frame of a scenario: title, rules, the world at the start, the timeline.

use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

use jobwarden_model::rules;

use super::action::{DeviceSpec, SystemAction};
use super::package::PackageSpec;
use super::step::{Action, Step};
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

impl Scenario {
    /// Reads the manifests that the scenario names, relative to its folder. On failure: line and column,
    /// and why.
    pub(super) fn read_manifests(&mut self, folder: &Path) -> Result<(), ((u64, u64), String)> {
        let installed = self.timeline.iter_mut().filter_map(|step| {
            let Some(Action::System(act)) = &mut step.action else { return None };
            let SystemAction::Installs(package) = &mut **act else { return None };
            Some(package)
        });
        let mut packages = self.given.packages.iter_mut().chain(installed);
        packages.try_for_each(|package| package.read_manifest(folder))
    }

    /// The packages that are ever installed.
    fn packages(&self) -> impl Iterator<Item = &PackageSpec> {
        let installed = self.timeline.iter().filter_map(|step| {
            let Some(Action::System(act)) = &step.action else { return None };
            let SystemAction::Installs(package) = &**act else { return None };
            Some(package)
        });
        self.given.packages.iter().chain(installed)
    }

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
                if !self.packages().any(|known| known.name() == package) {
                    return Err((
                        place,
                        format!(
                            "`{package}` is neither a package under `given`, nor one that the \
                             system installs, nor one of {}",
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
