//! What the scenarios as a whole must show: the statements of the documentation, every exception, and
//! every reason to stop a job.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jobwarden_conformance::scenario::{self, Scenario};
use jobwarden_model::exception::RemoteServiceException;
use jobwarden_model::job::StopReason;
use jobwarden_model::Exception;

use crate::tree;

/// The folders of which every scenario shows a statement of the documentation.
const FOLDERS: [&str; 3] = ["user-initiated/", "foreground-service-types/", "short-service/"];

/// Every scenario by its path below `tests/scenarios/`.
fn all() -> BTreeMap<String, Scenario> {
    let root = tree::root().join("tests/scenarios");
    let read = |file: &Path| scenario::parse(file).unwrap_or_else(|error| panic!("{error}"));
    tree::files("tests/scenarios", "yaml")
        .into_iter()
        .map(|file| {
            let name = file.strip_prefix(&root).unwrap_or(&file).display().to_string();
            (name, read(&file))
        })
        .collect()
}

/// The rows of `docs/statements.md`: statement, scenarios, rules.
fn rows() -> Vec<(String, Vec<String>, Vec<String>)> {
    let text = tree::read(&tree::root().join("docs/statements.md"));
    let list = |cell: &str| -> Vec<String> {
        cell.split(',').map(|one| one.trim().trim_matches('`').to_owned()).collect()
    };
    let rows: Vec<_> = text
        .lines()
        .filter(|line| line.starts_with("| ") && line.contains(".yaml"))
        .map(|line| {
            let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
            let [statement, scenarios, rules] = cells[..] else {
                panic!("not three cells: {line}")
            };
            (statement.to_owned(), list(scenarios), list(rules))
        })
        .collect();
    assert!(rows.len() > 100, "the table was not found");
    rows
}

#[test]
fn every_statement_names_scenarios_that_exist_and_rules_that_they_show() {
    let scenarios = all();
    let mut complaints = Vec::new();
    for (statement, files, rules) in rows() {
        for file in files.iter().filter(|file| !scenarios.contains_key(*file)) {
            complaints.push(format!("{statement}: there is no {file}"));
        }
        let shown: BTreeSet<_> = files
            .iter()
            .filter_map(|file| scenarios.get(file))
            .flat_map(|scenario| &scenario.rules)
            .collect();
        for rule in rules.iter().filter(|rule| !shown.contains(rule)) {
            complaints.push(format!("{statement}: none of its scenarios shows {rule}"));
        }
    }
    tree::fail_on(complaints);
}

#[test]
fn every_scenario_of_the_documentation_stands_beside_a_statement() {
    let named: BTreeSet<_> = rows().into_iter().flat_map(|(_, files, _)| files).collect();
    let of_the_documentation =
        |name: &String| FOLDERS.iter().any(|folder| name.starts_with(folder));
    let scenarios = all();
    let mut found = scenarios.keys().filter(|name| of_the_documentation(name)).peekable();
    assert!(found.peek().is_some(), "no scenario lies in {FOLDERS:?}");
    let forgotten = found.filter(|name| !named.contains(*name));
    tree::fail_on(forgotten.map(|name| format!("{name} is not in docs/statements.md")).collect());
}

/// What the scenarios expect to be thrown, or to crash an app.
fn expected_exceptions() -> BTreeSet<String> {
    all()
        .into_values()
        .flat_map(|scenario| scenario.timeline)
        .filter_map(|step| step.expect)
        .flat_map(|expect| expect.throws.into_iter().chain(expect.crashed.into_values()))
        .collect()
}

/// Makes the list of all variants, which does not compile once one is missing.
macro_rules! one_of_each {
    ($($variant:ident),* $(,)?) => {
        fn every_exception() -> Vec<Exception> {
            let listed = |exception: &Exception| match exception {
                $(Exception::$variant(_) => true,)*
            };
            let all = vec![$(Exception::$variant(String::new())),*];
            assert!(all.iter().all(listed));
            all
        }
    };
}

one_of_each! {
    Security,
    IllegalArgument,
    NullPointer,
    IllegalState,
    LimitExceeded,
    UnsupportedOperation,
    ForegroundServiceStartNotAllowed,
    InvalidForegroundServiceType,
    MissingForegroundServiceType,
    StartForegroundCalledOnStoppedService,
    BackgroundServiceStartNotAllowed,
}

#[test]
fn every_exception_that_can_be_thrown_is_expected_somewhere() {
    // Only the service throws it, where a transport or a clock cannot do what is asked.
    let never = ["UnsupportedOperationException"];
    let expected = expected_exceptions();
    let mut complaints = Vec::new();
    for exception in every_exception() {
        let name = exception.class_name();
        if expected.contains(name) == never.contains(&name) {
            complaints.push(format!("{name}: expected by a scenario: {}", expected.contains(name)));
        }
    }
    tree::fail_on(complaints);
}

#[test]
fn every_exception_that_can_crash_an_app_is_expected_somewhere() {
    use RemoteServiceException as Crash;
    // A device-policy call and `am crash` are no part of the model.
    let never = [Crash::MissingRequestPasswordComplexityPermission, Crash::CrashedByAdb];
    let expected = expected_exceptions();
    let mut complaints = Vec::new();
    for crash in Crash::ALL {
        let is_expected = expected.contains(crash.class_name());
        if is_expected == never.contains(&crash) {
            complaints
                .push(format!("{}: expected by a scenario: {is_expected}", crash.class_name()));
        }
    }
    tree::fail_on(complaints);
}

#[test]
fn every_public_reason_to_stop_a_job_is_expected_somewhere() {
    let expected: BTreeSet<String> = all()
        .into_values()
        .flat_map(|scenario| scenario.timeline)
        .filter_map(|step| step.expect)
        .flat_map(|expect| expect.stopped.into_values())
        .collect();
    let names = StopReason::ALL.iter().map(|reason| format!("STOP_REASON_{}", reason.name()));
    let missing = names.filter(|name| !expected.contains(name));
    tree::fail_on(missing.map(|name| format!("no scenario expects {name}")).collect());
}
