//! Real manifests and archives, damaged: whatever comes of it is refused or read, never a panic, and
//! never more than the limits allow.

use jobwarden_manifest::compile::{apk, archive, compile, Encoding};
use jobwarden_manifest::{limit, read_bytes, Assumed, Manifest};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, Index};
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::reading::APP;

/// A way to damage bytes.
#[derive(Clone, Debug)]
enum Damage {
    Byte(Index, u8),
    /// A number where lengths, offsets and indexes stand.
    Word(Index, u32),
    Remove(Index, usize),
    /// A part once more, somewhere else.
    Repeat(Index, usize, Index),
    Truncate(Index),
}

impl Damage {
    fn inflict(&self, bytes: &mut Vec<u8>) {
        let range = |bytes: &[u8], at: &Index, length: usize| {
            let start = at.index(bytes.len());
            start..bytes.len().min(start + length)
        };
        if bytes.is_empty() {
            return;
        }
        match self {
            Self::Byte(at, value) => {
                let at = at.index(bytes.len());
                bytes[at] = *value;
            }
            Self::Word(at, value) => {
                // Numbers are aligned in binary XML.
                let at = at.index(bytes.len()) & !3;
                let end = bytes.len().min(at + 4);
                bytes[at..end].copy_from_slice(&value.to_le_bytes()[..end - at]);
            }
            Self::Remove(at, length) => drop(bytes.drain(range(bytes, at, *length))),
            Self::Repeat(at, length, to) => {
                let part = bytes[range(bytes, at, *length)].to_vec();
                let to = to.index(bytes.len());
                bytes.splice(to..to, part);
            }
            Self::Truncate(at) => bytes.truncate(at.index(bytes.len())),
        }
    }
}

fn damage() -> impl Strategy<Value = Damage> {
    let at = any::<Index>;
    let word = prop_oneof![
        3 => 0_u32..64,
        1 => any::<u32>(),
        1 => select(vec![0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x1_0000, i32::MAX as u32, u32::MAX]),
    ];
    prop_oneof![
        4 => (at(), any::<u8>()).prop_map(|(at, value)| Damage::Byte(at, value)),
        4 => (at(), word).prop_map(|(at, value)| Damage::Word(at, value)),
        1 => (at(), 1_usize..200).prop_map(|(at, length)| Damage::Remove(at, length)),
        1 => (at(), 1_usize..200, at()).prop_map(|(at, length, to)| Damage::Repeat(at, length, to)),
        1 => at().prop_map(Damage::Truncate),
    ]
}

/// What is damaged, and whether it is put into an archive afterwards, so that its checksum is right.
#[derive(Clone, Copy, Debug)]
enum Base {
    Text,
    Utf8,
    Utf16,
    Archive,
    InArchive,
}

impl Base {
    fn damaged(self, damages: &[Damage]) -> Vec<u8> {
        let mut bytes = match self {
            Self::Text => APP.as_bytes().to_vec(),
            Self::Utf8 | Self::InArchive => compile(APP, Encoding::Utf8),
            Self::Utf16 => compile(APP, Encoding::Utf16),
            Self::Archive => apk(APP),
        };
        damages.iter().for_each(|damage| damage.inflict(&mut bytes));
        match self {
            Self::InArchive => archive(&[("AndroidManifest.xml", &bytes)]),
            Self::Text | Self::Utf8 | Self::Utf16 | Self::Archive => bytes,
        }
    }
}

fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let bases = vec![Base::Text, Base::Utf8, Base::Utf16, Base::Archive, Base::InArchive];
    (select(bases), vec(damage(), 1..6)).prop_map(|(base, damages)| base.damaged(&damages))
}

/// Whether it can be read; either way no larger than it may be.
fn is_read(bytes: &[u8]) -> bool {
    match read_bytes(bytes, &Assumed::default()) {
        Ok(manifest) => {
            bounded(&manifest);
            // A type without meaning is refused, anything else describes a package.
            let _ = manifest.describe(10_000);
            true
        }
        Err(error) => {
            let said = error.to_string();
            assert!(!said.is_empty() && said.len() < 1_000, "{} bytes", said.len());
            assert!(!said.contains(char::is_control), "{said:?}");
            false
        }
    }
}

fn bounded(manifest: &Manifest) {
    assert!(manifest.services.len() <= limit::SERVICES_MAX);
    assert!(manifest.permissions.len() <= limit::ELEMENTS_MAX);
    let name = |name: &str| assert!(name.len() <= 2 * limit::NAME_BYTES_MAX + 1, "{name}");
    manifest.package.iter().for_each(|package| name(package));
    manifest.permissions.iter().for_each(|permission| name(&permission.name));
    for service in &manifest.services {
        name(&service.class);
        service.permission.iter().chain(&service.process).for_each(|text| name(text));
        for (property, value) in &service.properties {
            name(property);
            assert!(value.len() <= limit::VALUE_BYTES_MAX);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn damaged_manifests_and_archives_are_read_within_limits_or_refused(bytes in damaged()) {
        is_read(&bytes);
    }
}

/// The damage above is neither so slight nor so heavy that it tests one side only.
#[test]
fn some_damage_is_harmless_and_some_is_not() {
    let mut runner = TestRunner::deterministic();
    let (mut read, mut refused) = (0, 0);
    for _ in 0..500 {
        let bytes = damaged().new_tree(&mut runner).expect("bytes").current();
        *if is_read(&bytes) { &mut read } else { &mut refused } += 1;
    }
    assert!(read >= 50 && refused >= 50, "{read} read, {refused} refused");
}
