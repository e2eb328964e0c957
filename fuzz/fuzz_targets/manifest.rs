//! The bytes of a manifest: as text, as binary XML, or in an archive.
#![no_main]

use jobwarden_manifest::{limit, read_bytes, Assumed};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| match read_bytes(data, &Assumed::default()) {
    Ok(manifest) => {
        assert!(manifest.services.len() <= limit::SERVICES_MAX);
        let text = manifest.services.iter().flat_map(|service| service.properties.values());
        assert!(text.map(String::len).sum::<usize>() <= limit::TEXT_BYTES_MAX);
        if let Err(mistake) = manifest.describe(10_000) {
            assert!(!mistake.to_string().is_empty(), "a mistake is named");
        }
    }
    Err(error) => {
        let said = error.to_string();
        assert!(!said.is_empty() && said.len() < 1_000, "a mistake is named in short: {said}");
        assert!(!said.contains(char::is_control), "a terminal may show it: {said:?}");
    }
});
