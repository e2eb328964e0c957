//! The SARIF log against the 2.1.0 schema: of each object the members it must have and may have.
//!
//! The schema (OASIS, `sarif-schema-2.1.0.json`) closes every object: what is not a member is a mistake. The
//! table has those objects that a log of ours is made of.

use jobwarden_manifest::compile::{apk, manifest, permissions};
use jobwarden_manifest::Assumed;
use jobwarden_service::lint::{files, report};
use serde_json::{Map, Value};

/// What a member holds.
#[derive(Clone, Copy, Debug)]
enum Holds {
    Text,
    /// A reference by RFC 3986: no blanks and nothing outside of ASCII.
    Uri,
    Truth,
    /// No smaller than this.
    Number(i64),
    OneOf(&'static [&'static str]),
    Object(&'static Kind),
    List(&'static Kind),
}

/// A definition of the schema.
#[derive(Debug)]
struct Kind {
    name: &'static str,
    required: &'static [&'static str],
    members: &'static [(&'static str, Holds)],
}

const LEVELS: Holds = Holds::OneOf(&["none", "note", "warning", "error"]);

const LOG: Kind = Kind {
    name: "sarifLog",
    required: &["version", "runs"],
    members: &[
        ("$schema", Holds::Uri),
        ("version", Holds::OneOf(&["2.1.0"])),
        ("runs", Holds::List(&RUN)),
    ],
};
const RUN: Kind = Kind {
    name: "run",
    required: &["tool"],
    members: &[
        ("tool", Holds::Object(&TOOL)),
        ("invocations", Holds::List(&INVOCATION)),
        ("results", Holds::List(&RESULT)),
    ],
};
const TOOL: Kind =
    Kind { name: "tool", required: &["driver"], members: &[("driver", Holds::Object(&DRIVER))] };
const DRIVER: Kind = Kind {
    name: "toolComponent",
    required: &["name"],
    members: &[
        ("name", Holds::Text),
        ("semanticVersion", Holds::Text),
        ("rules", Holds::List(&RULE)),
    ],
};
const RULE: Kind = Kind {
    name: "reportingDescriptor",
    required: &["id"],
    members: &[("id", Holds::Text), ("shortDescription", Holds::Object(&MESSAGE))],
};
const MESSAGE: Kind =
    Kind { name: "message", required: &["text"], members: &[("text", Holds::Text)] };
const INVOCATION: Kind = Kind {
    name: "invocation",
    required: &["executionSuccessful"],
    members: &[
        ("executionSuccessful", Holds::Truth),
        ("toolExecutionNotifications", Holds::List(&NOTIFICATION)),
    ],
};
const NOTIFICATION: Kind = Kind {
    name: "notification",
    required: &["message"],
    members: &[
        ("level", LEVELS),
        ("message", Holds::Object(&MESSAGE)),
        ("locations", Holds::List(&LOCATION)),
    ],
};
const RESULT: Kind = Kind {
    name: "result",
    required: &["message"],
    members: &[
        ("ruleId", Holds::Text),
        ("ruleIndex", Holds::Number(-1)),
        ("level", LEVELS),
        ("message", Holds::Object(&MESSAGE)),
        ("locations", Holds::List(&LOCATION)),
    ],
};
const LOCATION: Kind = Kind {
    name: "location",
    required: &[],
    members: &[
        ("physicalLocation", Holds::Object(&PLACE)),
        ("logicalLocations", Holds::List(&ELEMENT)),
    ],
};
const PLACE: Kind = Kind {
    name: "physicalLocation",
    // Or `address`, which we never have.
    required: &["artifactLocation"],
    members: &[("artifactLocation", Holds::Object(&FILE)), ("region", Holds::Object(&REGION))],
};
const FILE: Kind =
    Kind { name: "artifactLocation", required: &[], members: &[("uri", Holds::Uri)] };
const REGION: Kind = Kind {
    name: "region",
    // Or an offset, which we never have.
    required: &["startLine"],
    members: &[("startLine", Holds::Number(1))],
};
const ELEMENT: Kind = Kind {
    name: "logicalLocation",
    required: &[],
    members: &[("fullyQualifiedName", Holds::Text), ("kind", Holds::Text)],
};

/// What is wrong with an object, if anything.
fn mistakes(kind: &Kind, object: &Map<String, Value>, found: &mut Vec<String>) {
    for required in kind.required.iter().filter(|name| !object.contains_key(**name)) {
        found.push(format!("{} without {required}", kind.name));
    }
    for (name, value) in object {
        match kind.members.iter().find(|(known, _)| known == name) {
            Some((_, holds)) if holds.fits(value, found) => {}
            Some((_, holds)) => found.push(format!("{}.{name} is {value}: {holds:?}", kind.name)),
            None => found.push(format!("{} has no member {name}", kind.name)),
        }
    }
}

impl Holds {
    /// Whether the value is of this type; what is wrong inside of it goes to `found`.
    fn fits(self, value: &Value, found: &mut Vec<String>) -> bool {
        let mut object = |kind: &Kind, value: &Value| {
            let object = value.as_object();
            object.map(|object| mistakes(kind, object, found)).is_some()
        };
        match self {
            Self::Text => value.is_string(),
            Self::Uri => {
                value.as_str().is_some_and(|uri| uri.bytes().all(|b| b.is_ascii_graphic()))
            }
            Self::Truth => value.is_boolean(),
            Self::Number(min) => value.as_i64().is_some_and(|number| number >= min),
            Self::OneOf(words) => value.as_str().is_some_and(|word| words.contains(&word)),
            Self::Object(kind) => object(kind, value),
            Self::List(kind) => match value.as_array() {
                Some(list) => list.iter().all(|value| object(kind, value)),
                None => false,
            },
        }
    }
}

/// A log with findings in text and in an archive, with and without lines, and a file that is unreadable.
fn log() -> Value {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let service = "<service android:name=\".Work\" android:foregroundServiceType=\"camera|x\"/>";
    let xml = manifest(34, &permissions(&["FOREGROUND_SERVICE"]), service);
    std::fs::create_dir(at("ein Verzeichnis")).unwrap();
    std::fs::write(at("ein Verzeichnis/AndroidManifest.xml"), &xml).unwrap();
    std::fs::write(at("a%é.apk"), apk(&xml.replace("|x", ""))).unwrap();
    std::fs::write(at("c.apk"), b"PK\x03\x04").unwrap();
    let (paths, _) = files::gather(&[folder.path().to_owned()]);
    report::sarif(&files::check_all(paths, &Assumed::default(), || {}))
}

#[test]
fn a_log_has_what_the_schema_requires_and_nothing_that_it_does_not_know() {
    let log = log();
    let mut found = Vec::new();
    mistakes(&LOG, log.as_object().expect("an object"), &mut found);
    assert_eq!(found, Vec::<String>::new());
    let run = &log["runs"][0];
    let (rules, results) = (&run["tool"]["driver"]["rules"], run["results"].as_array().unwrap());
    assert_eq!(results.len(), 5);
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_i64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
    }
    let notifications = &run["invocations"][0]["toolExecutionNotifications"];
    assert_eq!(notifications.as_array().unwrap().len(), 1);
}

#[test]
fn the_check_sees_what_is_missing_unknown_or_of_another_type() {
    let mut log = log();
    log["runs"][0]["results"][0]["ruleIndex"] = Value::Null;
    log["runs"][0]["invocations"][0]["toolExecutionNotifications"][0]["text"] = "x".into();
    log["runs"][0]["tool"]["driver"].as_object_mut().unwrap().remove("name");
    log["version"] = "2.2".into();
    let mut found = Vec::new();
    mistakes(&LOG, log.as_object().expect("an object"), &mut found);
    assert_eq!(found.len(), 4, "{found:#?}");
}
