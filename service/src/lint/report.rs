//! What was found, written down: for people, as JSON, and as SARIF 2.1.0 for the tools that show it
//! beside the code.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::Path;

use serde_json::{json, Value};

use super::files::Checked;
use super::{Finding, Level};

/// How many there are of each.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Summary {
    /// Files looked at, readable or not.
    pub files: usize,
    /// Findings that fail on every device.
    pub errors: usize,
    /// Findings that may fail.
    pub warnings: usize,
    /// Remarks.
    pub notes: usize,
    /// Files that could not be read.
    pub unreadable: usize,
}

impl Summary {
    /// Counts.
    pub fn of(checked: &[Checked]) -> Self {
        let mut summary = Self { files: checked.len(), ..Self::default() };
        for file in checked {
            let Ok(findings) = &file.outcome else {
                summary.unreadable += 1;
                continue;
            };
            for finding in findings {
                *match finding.level {
                    Level::Error => &mut summary.errors,
                    Level::Warning => &mut summary.warnings,
                    Level::Note => &mut summary.notes,
                } += 1;
            }
        }
        summary
    }
}

/// A path as it may stand on a terminal, whatever it is named.
fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    match text.contains(char::is_control) {
        true => text.escape_debug().to_string(),
        false => text.into_owned(),
    }
}

/// For people: one paragraph for each finding, and a line that counts.
///
/// # Errors
///
/// As `out`.
pub fn human(checked: &[Checked], out: &mut impl Write) -> io::Result<()> {
    for file in checked {
        let path = shown(&file.path);
        match &file.outcome {
            Err(error) => writeln!(out, "{path}: unreadable: {error}")?,
            Ok(findings) => {
                for finding in findings {
                    paragraph(&path, finding, out)?;
                }
            }
        }
    }
    let Summary { files, errors, warnings, notes, unreadable } = Summary::of(checked);
    writeln!(
        out,
        "{files} files: {errors} errors, {warnings} warnings, {notes} notes, {unreadable} unreadable"
    )
}

fn paragraph(path: &str, finding: &Finding, out: &mut impl Write) -> io::Result<()> {
    let Finding { rule, level, place, message, fix } = finding;
    let line = place.line.map(|line| format!(":{line}")).unwrap_or_default();
    let element = place.element.escape_debug();
    writeln!(out, "{path}{line}: {level}: <{element}>: {message} [{}]", rule.id)?;
    writeln!(out, "    fix: {fix}")
}

/// One JSON object: `findings` and `unreadable`, each with its file, and the counts.
pub fn json(checked: &[Checked]) -> Value {
    let (mut findings, mut unreadable) = (Vec::new(), Vec::new());
    for file in checked {
        let path = file.path.to_string_lossy();
        match &file.outcome {
            Err(error) => unreadable.push(json!({"file": path, "error": error.to_string()})),
            Ok(found) => findings.extend(found.iter().map(|finding| {
                json!({
                    "file": path,
                    "line": finding.place.line,
                    "element": finding.place.element,
                    "level": finding.level,
                    "rule": finding.rule.id,
                    "title": finding.rule.title,
                    "message": finding.message,
                    "fix": finding.fix,
                })
            })),
        }
    }
    let summary = Summary::of(checked);
    json!({
        "files": summary.files,
        "errors": summary.errors,
        "warnings": summary.warnings,
        "notes": summary.notes,
        "findings": findings,
        "unreadable": unreadable,
    })
}

/// A log in the Static Analysis Results Interchange Format.
pub fn sarif(checked: &[Checked]) -> Value {
    let mut rules = BTreeMap::new();
    let found = || checked.iter().filter_map(|file| Some((file, file.outcome.as_ref().ok()?)));
    for finding in found().flat_map(|(_, findings)| findings) {
        rules.insert(finding.rule.id, finding.rule);
    }
    let ids: Vec<&str> = rules.keys().copied().collect();
    let results: Vec<Value> = found()
        .flat_map(|(file, findings)| findings.iter().map(move |finding| (file, finding)))
        .map(|(file, finding)| result(&file.path, finding, &ids))
        .collect();
    let described: Vec<Value> = rules
        .values()
        .map(|rule| json!({"id": rule.id, "shortDescription": {"text": rule.title}}))
        .collect();
    let unreadable: Vec<Value> = checked.iter().filter_map(notification).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "jobwarden",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": described,
            }},
            "invocations": [{
                "executionSuccessful": unreadable.is_empty(),
                "toolExecutionNotifications": unreadable,
            }],
            "results": results,
        }],
    })
}

fn result(path: &Path, finding: &Finding, ids: &[&str]) -> Value {
    let mut location = location(path);
    if let Some(line) = finding.place.line {
        location["physicalLocation"]["region"] = json!({"startLine": line});
    }
    let element = &finding.place.element;
    location["logicalLocations"] = json!([{"fullyQualifiedName": element, "kind": "element"}]);
    json!({
        "ruleId": finding.rule.id,
        "ruleIndex": ids.binary_search(&finding.rule.id).ok(),
        "level": finding.level,
        "message": {"text": format!("{}. Fix: {}.", finding.message, finding.fix)},
        "locations": [location],
    })
}

fn notification(file: &Checked) -> Option<Value> {
    let error = file.outcome.as_ref().err()?;
    Some(json!({
        "level": "error",
        "message": {"text": error.to_string()},
        "locations": [location(&file.path)],
    }))
}

fn location(path: &Path) -> Value {
    json!({"physicalLocation": {"artifactLocation": {"uri": uri(path)}}})
}

/// A path as a reference by RFC 3986: relative paths stay relative.
fn uri(path: &Path) -> String {
    let mut uri = String::new();
    if path.is_absolute() {
        uri.push_str("file://");
    }
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                uri.push(char::from(*byte));
            }
            // Writing to a string cannot fail.
            other => drop(write!(uri, "%{other:02X}")),
        }
    }
    uri
}
