//! Scenarios of the repository, the example adapter, and the schema of the language.

use jobwarden_conformance::adapter::{Adapter, AdapterError, Exec, InProcess};
use jobwarden_conformance::{play, scenario};
use jobwarden_manifest::Assumed;
use jobwarden_model::Platform;
use std::path::{Path, PathBuf};

use crate::tree;

fn model() -> Result<Box<dyn Adapter>, AdapterError> {
    Ok(Box::new(InProcess::new(Platform::android_14())))
}

fn example() -> Result<Box<dyn Adapter>, AdapterError> {
    let program = tree::root().join("tests/adapters/example.py");
    Exec::start(&program.to_string_lossy()).map(|exec| Box::new(exec) as Box<dyn Adapter>)
}

fn all() -> Vec<PathBuf> {
    tree::files("tests/scenarios", "yaml")
}

#[test]
fn all_scenarios_pass_on_the_model() {
    let mut told = Vec::new();
    let summary = play::play(&all(), &model, &mut told).expect("a vector can be written");
    assert!(summary.passed > 0 && summary.exit_code() == 0, "{}", String::from_utf8_lossy(&told));
}

#[test]
fn the_example_of_another_implementation_passes_what_it_claims() {
    let mut told = Vec::new();
    let summary = play::play(&all(), &example, &mut told).expect("a vector can be written");
    assert!(summary.passed > 0 && summary.exit_code() == 0, "{}", String::from_utf8_lossy(&told));
}

#[test]
fn a_program_that_does_not_answer_is_named() {
    let Err(error) = Exec::start("/bin/true") else { panic!("/bin/true speaks the protocol") };
    assert!(error.to_string().contains("`/bin/true`"), "{error}");
    let Err(error) = Exec::start("/no/such/program") else { panic!("it does not exist") };
    assert!(error.to_string().contains("`/no/such/program`"), "{error}");
}

/// No archive in the repository is a secret: the text beside it says the same.
#[test]
fn an_archive_beside_a_scenario_says_what_its_text_says() {
    let archives = tree::files("tests/scenarios", "apk");
    assert!(!archives.is_empty());
    for archive in archives {
        let described = |path: &Path| {
            let manifest = jobwarden_manifest::read(path, &Assumed::default());
            manifest.expect("readable").describe(10_000).expect("a package")
        };
        let text = archive.with_extension("xml");
        assert_eq!(described(&archive), described(&text), "{}", tree::shown(&archive));
    }
}

#[test]
fn the_schema_in_the_documentation_is_the_one_of_the_code() {
    let path = tree::root().join("docs/scenario.schema.json");
    let written: serde_json::Value =
        serde_json::from_str(&tree::read(&path)).expect("the schema is JSON");
    assert_eq!(
        written,
        scenario::schema().to_value(),
        "make it again: cargo run -p jobwarden-conformance -- schema > docs/scenario.schema.json"
    );
}
