//! The text of a scenario.
#![no_main]

use jobwarden_conformance::scenario::{parse_text, ScenarioError};
use libfuzzer_sys::fuzz_target;
use std::path::Path;

fuzz_target!(|text: &str| {
    if let Err(ScenarioError::Malformed { why, .. }) = parse_text(Path::new("fuzzed.yaml"), text) {
        assert!(!why.is_empty(), "a mistake is named");
    }
});
