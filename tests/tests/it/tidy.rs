//! The house rules that a machine can check.

use crate::tree;

/// The most lines a source file may have.
const LINES_MAX: usize = 600;

#[test]
fn files_are_short_and_say_what_they_are() {
    let mut complaints = Vec::new();
    for folder in ["model", "manifest", "service", "tests", "aidl", "fuzz"] {
        for file in tree::files(folder, "rs") {
            let text = tree::read(&file);
            let lines = text.lines().count();
            if lines > LINES_MAX {
                complaints.push(format!("{}: {lines} lines", tree::shown(&file)));
            }
            if !text.starts_with("//!") {
                complaints.push(format!("{}: no first line that says what", tree::shown(&file)));
            }
        }
    }
    tree::fail_on(complaints);
}

#[test]
fn the_model_has_no_clock_no_thread_and_no_hash_order() {
    const FORBIDDEN: &[&str] = &[
        "HashMap",
        "HashSet",
        "std::time",
        "std::thread",
        "std::fs",
        "std::net",
        "std::env",
        "Instant::now",
        "SystemTime",
        "RefCell",
        "Mutex",
        "std::sync::atomic",
        "println!",
    ];
    let mut complaints = Vec::new();
    let is_test = |path: &str| path.ends_with("tests.rs") || path.contains("/tests/");
    for file in tree::files("model/src", "rs") {
        if is_test(&tree::shown(&file)) {
            continue;
        }
        for (index, line) in tree::read(&file).lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            for word in FORBIDDEN.iter().filter(|word| code.contains(**word)) {
                complaints.push(format!("{}:{}: {word}", tree::shown(&file), index + 1));
            }
        }
    }
    tree::fail_on(complaints);
}

#[test]
fn nothing_is_left_for_later() {
    let marks = ["todo!", "unimplemented!", "#[ignore", "TODO", "FIXME", "XXX"];
    let mut complaints = Vec::new();
    for folder in ["model", "manifest", "service", "tests/src", "aidl", "fuzz"] {
        for file in tree::files(folder, "rs") {
            for (index, line) in tree::read(&file).lines().enumerate() {
                if marks.iter().any(|mark| line.contains(mark)) {
                    complaints.push(format!("{}:{}: {line}", tree::shown(&file), index + 1));
                }
            }
        }
    }
    tree::fail_on(complaints);
}

#[test]
fn only_one_file_knows_the_lock_primitives() {
    let mut complaints = Vec::new();
    for file in tree::files("service/src", "rs") {
        let path = tree::shown(&file);
        if path == "service/src/sync/primitive.rs" {
            continue;
        }
        for (index, line) in tree::read(&file).lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            if code.contains("parking_lot") || code.contains("std::sync::Mutex") {
                complaints.push(format!("{path}:{}: {}", index + 1, code.trim()));
            }
        }
    }
    tree::fail_on(complaints);
}

#[test]
fn dependencies_point_down() {
    let forbidden = [
        ("model/Cargo.toml", &["jobwarden-aidl", "jobwarden-conformance", "jobwarden "][..]),
        ("manifest/Cargo.toml", &["jobwarden-aidl", "jobwarden-conformance", "jobwarden "][..]),
        ("tests/Cargo.toml", &["jobwarden "][..]),
        ("aidl/Cargo.toml", &["jobwarden-model", "jobwarden-conformance", "jobwarden "][..]),
    ];
    let mut complaints = Vec::new();
    for (manifest, names) in forbidden {
        let path = tree::root().join(manifest);
        if !path.exists() {
            continue;
        }
        for line in tree::read(&path).lines() {
            for name in names {
                let name = name.trim();
                if line.starts_with(&format!("{name}.")) || line.starts_with(&format!("{name} =")) {
                    complaints.push(format!("{manifest}: {line}"));
                }
            }
        }
    }
    tree::fail_on(complaints);
}

#[test]
fn every_fuzz_target_stands_in_the_table() {
    let table = tree::read(&tree::root().join("fuzz/README.md"));
    let mut complaints = Vec::new();
    for file in tree::files("fuzz/fuzz_targets", "rs") {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if !table.contains(&format!("| `{name}` |")) {
            complaints.push(format!("{name} is missing in fuzz/README.md"));
        }
    }
    tree::fail_on(complaints);
}
