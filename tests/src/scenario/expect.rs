//! What is expected of a step: of the reply, of the effects, of states, and of the reasons.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

use super::units::Millis;

/// Everything said must hold; what is not said does not matter.
///
/// A job is named `package/id`, or `package/namespace/id`. Effects count from just after the step
/// before up to the end of this one.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Expect {
    /// The result of the call: a name of Android (`RESULT_SUCCESS`) or a value.
    pub returns: Option<Value>,
    /// The simple name of the exception.
    pub throws: Option<String>,
    /// What the exception's message contains.
    pub message: Option<String>,
    /// What the shell command prints contains this.
    pub prints: Option<String>,
    /// The exit code of the shell command.
    pub exit_code: Option<i32>,
    /// Jobs whose `onStartJob` is called.
    pub started: Vec<String>,
    /// Jobs whose `onStartJob` is not called.
    pub not_started: Vec<String>,
    /// Jobs whose `onStopJob` is called, with the public stop reason.
    pub stopped: BTreeMap<String, String>,
    /// Jobs whose execution is over, whatever the cause.
    pub ended: Vec<String>,
    /// Packages of which a process is killed.
    pub killed: Vec<String>,
    /// Packages that do not respond, with what took too long.
    pub anr: BTreeMap<String, String>,
    /// Packages that are crashed, with the exception.
    pub crashed: BTreeMap<String, String>,
    /// Notifications shown: `package/id`.
    pub shown: Vec<String>,
    /// Notifications gone: `package/id`.
    pub removed: Vec<String>,
    /// Each of these matches an effect, in this order: its `effect` and any of its members.
    pub effects: Vec<BTreeMap<String, Value>>,
    /// None of these matches any effect.
    pub no_effects: Vec<BTreeMap<String, Value>>,
    /// Nothing happens.
    pub nothing: Option<bool>,
    /// Nothing happens before this time since the start.
    pub nothing_until: Option<Millis>,
    /// The first effect comes at this time since the start.
    pub first_at: Option<Millis>,
    /// Why jobs wait: `PENDING_JOB_REASON_*`, by job.
    pub pending_reason: BTreeMap<String, String>,
    /// What `cmd jobscheduler get-job-state` prints, by job.
    pub job_state: BTreeMap<String, String>,
    /// Rules that decided, among others. Checked where the adapter gives reasons.
    #[serde(deserialize_with = "one_or_many")]
    #[schemars(with = "OneOrMany")]
    pub because: Vec<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(untagged, expecting = "a rule id, or a list of rule ids")]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

fn one_or_many<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(match OneOrMany::deserialize(deserializer)? {
        OneOrMany::One(one) => vec![one],
        OneOrMany::Many(many) => many,
    })
}
