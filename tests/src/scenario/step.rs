//! One step of a timeline: when, who does what, and what is expected.

use schemars::{json_schema, JsonSchema, Schema, SchemaGenerator};
use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde::Deserialize;
use serde_saphyr::Spanned;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use super::action::{AppAction, DeviceSpec, PersonAction, SystemAction};
use super::expect::Expect;
use super::units::Millis;

/// What a step may be about, for messages.
pub(super) const ACTORS: &str = "`device`, `person`, `system`, `shell`, `config`, `sleep`";

/// One step. It first lets time pass, then acts, then looks at all that happened since the last one.
#[derive(Clone, Debug)]
pub struct Step {
    /// When, since the start.
    pub at: Millis,
    /// Where in the file.
    pub line: u64,
    /// Where in the file.
    pub column: u64,
    /// For people.
    pub note: Option<String>,
    /// Who does what; `None`: only time passes.
    pub action: Option<Action>,
    /// What must have happened.
    pub expect: Option<Expect>,
}

/// Who does what.
#[derive(Clone, Debug)]
pub enum Action {
    /// The device changes.
    Device(Box<DeviceSpec>),
    /// The person at the device does something.
    Person(PersonAction),
    /// The system does something by itself.
    System(Box<SystemAction>),
    /// A command of `adb shell cmd jobscheduler`.
    Shell(String),
    /// `device_config` values are set.
    Config(BTreeMap<String, BTreeMap<String, Option<String>>>),
    /// The device sleeps deeply for that long before the step; alarms may wake it.
    Sleep(Millis),
    /// An app does something.
    App {
        /// Its package.
        package: String,
        /// What it does.
        action: Box<AppAction>,
    },
}

impl Step {
    /// The package that acts, if one does.
    pub fn package(&self) -> Option<&str> {
        match &self.action {
            Some(Action::App { package, .. }) => Some(package),
            Some(
                Action::Device(_)
                | Action::Person(_)
                | Action::System(_)
                | Action::Shell(_)
                | Action::Config(_)
                | Action::Sleep(_),
            )
            | None => None,
        }
    }
}

impl<'de> Deserialize<'de> for Step {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(StepVisitor)
    }
}

struct StepVisitor;

impl<'de> Visitor<'de> for StepVisitor {
    type Value = Step;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a step: a mapping with `at`, at most one actor, and `expect`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Step, A::Error> {
        let (mut at, mut note, mut action, mut expect) =
            (None::<Spanned<Millis>>, None, None, None);
        while let Some(key) = map.next_key::<String>()? {
            let next = match key.as_str() {
                "at" => {
                    at = Some(map.next_value()?);
                    continue;
                }
                "note" => {
                    note = Some(map.next_value()?);
                    continue;
                }
                "expect" => {
                    expect = Some(map.next_value()?);
                    continue;
                }
                "device" => Action::Device(map.next_value()?),
                "person" => Action::Person(map.next_value()?),
                "system" => Action::System(map.next_value()?),
                "shell" => Action::Shell(map.next_value()?),
                "config" => Action::Config(map.next_value()?),
                "sleep" => Action::Sleep(map.next_value()?),
                package if package.contains('.') => {
                    Action::App { package: package.to_owned(), action: map.next_value()? }
                }
                unknown => {
                    return Err(de::Error::custom(format!(
                        "unknown key `{unknown}`, expected `at`, `note`, `expect`, {ACTORS}, \
                         or a package name"
                    )))
                }
            };
            if action.replace(next).is_some() {
                return Err(de::Error::custom(format!(
                    "`{key}` is the second actor of this step; give it a step of its own"
                )));
            }
        }
        let at = at.ok_or_else(|| de::Error::missing_field("at"))?;
        if action.is_none() && expect.is_none() {
            return Err(de::Error::custom("a step needs an actor or `expect`"));
        }
        Ok(Step {
            at: at.value,
            line: at.referenced.line(),
            column: at.referenced.column(),
            note,
            action,
            expect,
        })
    }
}

impl JsonSchema for Step {
    fn schema_name() -> Cow<'static, str> {
        "Step".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let at = generator.subschema_for::<Millis>();
        let expect = generator.subschema_for::<Expect>();
        let device = generator.subschema_for::<DeviceSpec>();
        let person = generator.subschema_for::<PersonAction>();
        let system = generator.subschema_for::<SystemAction>();
        let app = generator.subschema_for::<AppAction>();
        json_schema!({
            "type": "object",
            "required": ["at"],
            "properties": {
                "at": at,
                "note": {"type": "string"},
                "expect": expect,
                "device": device,
                "person": person,
                "system": system,
                "shell": {"type": "string", "description": "A command of `cmd jobscheduler`."},
                "config": {
                    "type": "object",
                    "additionalProperties": {
                        "type": "object",
                        "additionalProperties": {"type": ["string", "null"]},
                    },
                },
                "sleep": at,
            },
            "patternProperties": {"\\.": app},
            "additionalProperties": false,
        })
    }
}
