//! The bytes of a journal file.
#![no_main]

use jobwarden_model::Input;
use jobwarden_service::journal;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Err(damage) = journal::read::<Input>(data) {
        assert!(damage.to_string().contains("line"), "damage is named with its line: {damage}");
    }
});
