//! Input made to hurt: refused in words, in little time and memory, and never with a panic.

use std::io::Write;
use std::time::{Duration, Instant};

use jobwarden_manifest::{limit, read, read_bytes, Assumed, ReadError};
use proptest::prelude::*;

use jobwarden_manifest::compile::{
    apk, archive, chunk, compile, document, end, manifest, pool, start, words, Encoding,
};

const NONE: u32 = u32::MAX;

fn refusal(bytes: &[u8]) -> String {
    let begun = Instant::now();
    let error = read_bytes(bytes, &Assumed::default()).expect_err("refused");
    assert!(begun.elapsed() < Duration::from_secs(20), "{error}");
    error.to_string()
}

fn refused(bytes: &[u8], because: &str) {
    let error = refusal(bytes);
    assert!(error.contains(because), "`{error}` instead of `{because}`");
    assert!(!error.contains(char::is_control), "{error:?}");
}

#[test]
fn what_is_no_manifest_is_called_so() {
    refused(b"", "is empty");
    refused(b" \n ", "is empty");
    refused(b"hello", "neither XML text");
    refused(b"\x7fELF\x01\x01", "neither XML text");
    refused(b"<manifest>\xff</manifest>", "line 1: not well-formed XML: not UTF-8");
    refused(b"<manifest>\n\0</manifest>", "line 2: not well-formed XML: a NUL");
    refused(b"<manifest>\n<a></b></manifest>", "line 2: not well-formed XML");
    refused(b"<manifest><application>", "ends before its root");
    refused(b"<!-- nothing -->", "ends before its root");
    refused(b"<resources/>", "line 1: <?>: the root element must be <manifest>");
    refused(b"<manifest/><manifest/>", "second root");
    refused(b"<manifest package='a.b' package='a.c'/>", "line 1: not well-formed XML");
}

/// What a document says of itself is repeated in part, and never as it stands: a terminal shows it.
#[test]
fn errors_repeat_no_control_characters_and_no_long_names() {
    refused(
        b"<manifest>\n<a\x1b[2J></b></manifest>",
        "line 2: not well-formed XML: ill-formed document: expected `</a\\u{1b}[2J>`",
    );
    let long = "a".repeat(1 << 20);
    let error = refusal(format!("<manifest><{long}></b></manifest>").as_bytes());
    assert!(error.len() < 1_000 && error.contains("aaa"), "{} bytes", error.len());
}

#[test]
fn errors_of_an_element_name_it_and_its_line() {
    let table = [
        ("<service/>", "line 5: <service>: attribute android:name is missing"),
        ("<service android:name=''/>", "line 5: <service >: attribute android:name is no usable"),
        ("<service android:name='a b'/>", "no usable name: `a b`"),
        ("<service android:name='a&#7;'/>", "no usable name: `a\\u{7}`"),
        ("<service android:name='a&#0;'/>", "line 5: not well-formed XML"),
        ("<service android:name='.A' android:exported='yes'/>", "neither true nor false: `yes`"),
        ("<service android:name='.A&evil;'/>", "line 5: not well-formed XML"),
        (
            "<service android:name='.A'><property android:name='p'/></service>",
            "android:value is missing",
        ),
    ];
    for (inside, because) in table {
        refused(manifest(34, "", inside).as_bytes(), because);
    }
    let sdk = manifest(34, "", "").replace("\"34\"", "\"UpsideDownCake\"");
    refused(
        sdk.as_bytes(),
        "line 2: <uses-sdk>: attribute android:targetSdkVersion is not a number",
    );
    refused(b"<manifest package='../../etc'/>", "attribute package is no usable name");
}

#[test]
fn too_much_of_anything_is_refused() {
    let nested = "<a>".repeat(limit::DEPTH_MAX + 1);
    refused(format!("<manifest>{nested}").as_bytes(), "more than 64 levels of elements");
    let many = "<a/>".repeat(limit::ELEMENTS_MAX);
    refused(format!("<manifest>{many}</manifest>").as_bytes(), "more than 50000 elements");
    let attributes: String = (0..300_000).map(|n| format!(" a{n}=''")).collect();
    refused(format!("<manifest{attributes}/>").as_bytes(), "more than 256 attributes");
    let prefixes: String = (0..100).map(|n| format!(" xmlns:a{n}='u'")).collect();
    refused(format!("<manifest{prefixes}/>").as_bytes(), "more than 64 namespace prefixes");
    let services: String =
        (0..=limit::SERVICES_MAX).map(|n| format!("<service android:name='.S{n}'/>")).collect();
    refused(manifest(34, "", &services).as_bytes(), "more than 5000 services");
    let long = "x".repeat(limit::NAME_BYTES_MAX + 1);
    let long = manifest(34, "", &format!("<service android:name='{long}'/>"));
    refused(long.as_bytes(), "no usable name");
    let huge = "x".repeat(limit::VALUE_BYTES_MAX + 1);
    let huge = manifest(34, "", &format!("<service android:name='{huge}'/>"));
    refused(huge.as_bytes(), "more than 32768 bytes in a value");
    refused(&compile(&huge, Encoding::Utf16), "a string is too long");
    let large = vec![b' '; 5 << 20];
    refused(&large, "larger than 4194304 bytes");
}

#[test]
fn entities_do_not_multiply() {
    let laughs = "<!DOCTYPE m [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]>\
                  <manifest package='&b;'/>";
    refused(laughs.as_bytes(), "not well-formed XML");
}

#[test]
fn every_way_to_cut_binary_xml_short_is_refused() {
    let whole = compile(&manifest(34, "", "<service android:name='.Sync'/>"), Encoding::Utf16);
    for length in 4..whole.len() {
        refusal(&whole[..length]);
    }
    assert!(read_bytes(&whole, &Assumed::default()).is_ok());
}

#[test]
fn every_byte_of_binary_xml_and_of_an_archive_may_be_wrong() {
    let xml = manifest(34, "", "<service android:name='.Sync'/>");
    for whole in [compile(&xml, Encoding::Utf8), apk(&xml)] {
        for index in 0..whole.len() {
            for value in [0, 1, 0x7f, 0x80, 0xff] {
                let mut changed = whole.clone();
                changed[index] = value;
                // Some changes are harmless; none may panic.
                let _ = read_bytes(&changed, &Assumed::default());
            }
        }
    }
}

/// A document with one element and these strings.
fn one_element(strings: &[&str], attributes: &[(u32, u32, u8, u32)]) -> Vec<u8> {
    let strings: Vec<_> = strings.iter().map(|text| (*text).to_owned()).collect();
    document(&[pool(&strings, Encoding::Utf8), start(1, 0, attributes), end(1, 0)])
}

#[test]
fn strings_that_are_not_where_they_should_be() {
    refused(&document(&[start(1, 0, &[]), end(1, 0)]), "a string before the string pool");
    refused(&one_element(&["manifest"], &[(NONE, 7, 3, 0)]), "no string has this index");
    refused(&one_element(&["manifest", "package"], &[(NONE, 1, 3, 9)]), "no string has this index");
    let count = chunk(1, &words(&[u32::MAX, 0, 0x100, 28, 0]), &[]);
    refused(&document(&[count]), "more strings than the pool has room for");
    let overlap = chunk(1, &words(&[1, 0, 0x100, 0, 0]), &words(&[0]));
    refused(&document(&[overlap]), "strings overlap their offsets");
    for offset in [1000, u32::MAX] {
        let away = chunk(1, &words(&[1, 0, 0x100, 32, 0]), &words(&[offset, 0]));
        refused(&document(&[away, start(1, 0, &[])]), "cut off");
    }
    let leaves = chunk(1, &words(&[1, 0, 0x100, 32, 0]), &words(&[0, 0x2020]));
    refused(&document(&[leaves, start(1, 0, &[])]), "a string leaves its pool");
    let twice = pool(&["manifest".to_owned()], Encoding::Utf8);
    refused(&document(&[twice.clone(), twice]), "a second string pool");
}

#[test]
fn chunks_that_do_not_end_or_do_not_fit() {
    let mut endless = chunk(9, &[], &[]);
    endless[4..8].copy_from_slice(&0_u32.to_le_bytes());
    refused(&document(&[endless]), "a chunk is shorter than its header");
    let mut long = chunk(9, &[], &[]);
    long[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
    refused(&document(&[long]), "a chunk is longer than what it is in");
    refused(&document(&[end(1, 0)]), "an end without a beginning");
    refused(&document(&[]), "ends before its root");
}

#[test]
fn attributes_that_lie_about_themselves() {
    let strings = pool(&["manifest".to_owned()], Encoding::Utf8);
    let with = |stride: u16, count: u16| {
        let mut element = start(1, 0, &[]);
        element[26..28].copy_from_slice(&stride.to_le_bytes());
        element[28..30].copy_from_slice(&count.to_le_bytes());
        document(&[strings.clone(), element])
    };
    refused(&with(0, 5), "attributes overlap");
    refused(&with(20, 5), "cut off");
    refused(&with(20, u16::MAX), "<manifest>: more than 256 attributes");
}

#[test]
fn nul_and_missing_package_in_binary_xml() {
    refused(&one_element(&["manifest"], &[]), "<manifest>: attribute package is missing");
    let nul = one_element(&["manifest", "package", "a\0b"], &[(NONE, 1, 3, 2)]);
    refused(&nul, "<manifest>: attribute package contains a NUL");
    let deep = vec![start(1, 1, &[]); 70].concat();
    let strings = ["manifest", "package", "a.b"].map(str::to_owned);
    let root = start(1, 0, &[(NONE, 1, 3, 2)]);
    refused(&document(&[pool(&strings, Encoding::Utf8), root, deep]), "more than 64 levels");
}

#[test]
fn a_name_without_its_id_is_not_the_attribute() {
    // Named `package` but with an id: the platform goes by the id.
    let strings = ["package", "manifest", "a.b"].map(str::to_owned);
    let map = chunk(0x180, &[], &words(&[0x0101_0003]));
    let root = start(1, 1, &[(NONE, 0, 3, 2)]);
    let bytes = document(&[pool(&strings, Encoding::Utf8), map, root, end(1, 1)]);
    refused(&bytes, "attribute package is missing");
}

#[test]
fn one_long_string_used_again_and_again_costs_no_more_than_the_limit() {
    let class = "c".repeat(1000);
    let mut strings: Vec<String> = ["manifest", "package", "a.b"].map(str::to_owned).into();
    strings.push("v".repeat(30_000));
    strings.push(class);
    let mut chunks = vec![pool(&strings, Encoding::Utf8), start(1, 0, &[(NONE, 1, 3, 2)])];
    for _ in 0..1000 {
        chunks.push(start(1, 0, &[(NONE, 1, 3, 3)]));
        chunks.push(end(1, 0));
    }
    refused(&document(&chunks), "bytes in all values");
}

#[test]
fn archives_that_are_none_or_too_much() {
    refused(b"PK\x03\x04", "damaged archive");
    refused(&archive(&[("classes.dex", b"")]), "archive has no AndroidManifest.xml");
    refused(
        &archive(&[("base/manifest/AndroidManifest.xml", b"")]),
        "an app bundle is not an .apk",
    );
    refused(&archive(&[("AndroidManifest.xml", b"<manifest/>")]), "not binary XML");
    let binary = compile(&manifest(34, "", ""), Encoding::Utf8);
    let twice = archive(&[("AndroidManifest.xml", &binary), ("AndroidManifest.xml", &binary)]);
    refused(&twice, "two entries");
    let bomb = archive(&[("AndroidManifest.xml", &vec![0; 64 << 20])]);
    assert!(bomb.len() < 100_000);
    refused(&bomb, "larger than 4194304 bytes");
}

/// The directory says that it is small; what counts is what comes out.
#[test]
fn a_bomb_that_lies_about_its_size_is_stopped_too() {
    let mut bomb = archive(&[("AndroidManifest.xml", &vec![0; 64 << 20])]);
    let directory = bomb.windows(4).rposition(|bytes| bytes == b"PK\x01\x02").unwrap();
    bomb[directory + 24..directory + 28].copy_from_slice(&100_u32.to_le_bytes());
    let error = refusal(&bomb);
    assert!(error.contains("larger than") || error.contains("damaged archive"), "{error}");
}

#[test]
fn a_folder_and_a_file_that_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let assumed = Assumed::default();
    assert!(matches!(read(folder.path(), &assumed), Err(ReadError::Folder | ReadError::Io(_))));
    assert!(matches!(read(&folder.path().join("no"), &assumed), Err(ReadError::Io(_))));
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(&apk(&manifest(34, "", ""))).unwrap();
    assert!(read(file.path(), &assumed).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..512)) {
        let _ = read_bytes(&bytes, &Assumed::default());
    }

    #[test]
    fn arbitrary_chunks_never_panic(
        chunks in proptest::collection::vec(
            (
                prop_oneof![Just(1_u16), Just(0x180), Just(0x102), Just(0x103), any::<u16>()],
                proptest::collection::vec(prop_oneof![0_u32..64, any::<u32>()], 0..5),
                proptest::collection::vec(prop_oneof![0_u32..64, any::<u32>()], 0..24),
            ),
            0..12,
        )
    ) {
        let chunks: Vec<_> = chunks
            .iter()
            .map(|(kind, header, body)| chunk(*kind, &words(header), &words(body)))
            .collect();
        let _ = read_bytes(&document(&chunks), &Assumed::default());
    }

    #[test]
    fn archives_with_wrong_bytes_never_panic(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = apk(&manifest(34, "", "<service android:name='.Sync'/>"));
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        let _ = read_bytes(&bytes, &Assumed::default());
        bytes.truncate(cut.index(bytes.len()));
        let _ = read_bytes(&bytes, &Assumed::default());
    }

    #[test]
    fn text_made_of_pieces_of_xml_never_panics(
        pieces in proptest::collection::vec(
            prop_oneof![
                Just("<manifest"), Just(" package='a.b'"), Just(">"), Just("/>"), Just("</manifest>"),
                Just("<application>"), Just("<service android:name='.A'"), Just("<![CDATA["), Just("]]>"),
                Just(" xmlns:android='http://schemas.android.com/apk/res/android'"), Just("&amp;"),
                Just("<!DOCTYPE"), Just("<?x"), Just("?>"), Just("'"), Just("="), Just("é"), Just("\n"),
            ],
            0..24,
        )
    ) {
        let _ = read_bytes(pieces.concat().as_bytes(), &Assumed::default());
    }
}
