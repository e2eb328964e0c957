//! Makes what a build makes, for tests and benchmarks: binary XML from text, and archives around it.
//!
//! It compiles what the reader looks at and no more, and panics on text that is not well-formed: it is
//! given manifests that a test wrote. The pieces are public so that a test can also make broken ones.

use std::io::Write;

use jobwarden_model::fgs::types::ForegroundServiceType;
use quick_xml::events::{BytesStart, Event};
use quick_xml::Reader;

/// The attributes that have resource ids; they come first in the pool.
const IDS: &[(&str, u32)] = &[
    ("name", 0x0101_0003),
    ("permission", 0x0101_0006),
    ("debuggable", 0x0101_000f),
    ("exported", 0x0101_0010),
    ("process", 0x0101_0011),
    ("value", 0x0101_0024),
    ("resource", 0x0101_0025),
    ("minSdkVersion", 0x0101_020c),
    ("targetSdkVersion", 0x0101_0270),
    ("maxSdkVersion", 0x0101_0271),
    ("foregroundServiceType", 0x0101_0599),
];
const ANDROID: &str = "http://schemas.android.com/apk/res/android";
const NONE: u32 = u32::MAX;

/// How a pool keeps its strings.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Encoding {
    /// As new tools write them.
    Utf8,
    /// As old ones did.
    Utf16,
}

#[derive(Default)]
struct Strings(Vec<String>);

impl Strings {
    fn index(&mut self, text: &str) -> u32 {
        let found = self.0.iter().position(|known| known == text);
        let index = found.unwrap_or_else(|| {
            self.0.push(text.to_owned());
            self.0.len() - 1
        });
        index as u32
    }
}

/// A chunk: its kind, what its header holds beside that, and what follows.
pub fn chunk(kind: u16, header: &[u8], body: &[u8]) -> Vec<u8> {
    let mut bytes = kind.to_le_bytes().to_vec();
    bytes.extend((8 + header.len() as u16).to_le_bytes());
    bytes.extend((8 + header.len() as u32 + body.len() as u32).to_le_bytes());
    bytes.extend(header);
    bytes.extend(body);
    bytes
}

/// Numbers in a row.
pub fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// A string pool.
pub fn pool(strings: &[String], encoding: Encoding) -> Vec<u8> {
    let (mut offsets, mut data) = (Vec::new(), Vec::new());
    for text in strings {
        offsets.push(data.len() as u32);
        let units: Vec<u16> = text.encode_utf16().collect();
        match encoding {
            Encoding::Utf8 => {
                for length in [units.len(), text.len()] {
                    if length > 0x7f {
                        data.push(0x80 | (length >> 8) as u8);
                    }
                    data.push(length as u8);
                }
                data.extend(text.as_bytes());
                data.push(0);
            }
            Encoding::Utf16 => {
                if units.len() > 0x7fff {
                    data.extend((0x8000 | (units.len() >> 16) as u16).to_le_bytes());
                }
                data.extend((units.len() as u16).to_le_bytes());
                data.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
                data.extend([0, 0]);
            }
        }
    }
    data.resize(data.len().next_multiple_of(4), 0);
    let flags = if encoding == Encoding::Utf8 { 0x100 } else { 0 };
    let start = 28 + 4 * strings.len() as u32;
    let header = words(&[strings.len() as u32, 0, flags, start, 0]);
    chunk(1, &header, &[words(&offsets), data].concat())
}

/// The document around its chunks.
pub fn document(chunks: &[Vec<u8>]) -> Vec<u8> {
    chunk(3, &[], &chunks.concat())
}

/// The beginning of an element: its name and its attributes of (namespace, name, type, data).
pub fn start(line: u32, name: u32, attributes: &[(u32, u32, u8, u32)]) -> Vec<u8> {
    let mut body = words(&[NONE, name]);
    for half in [20, 20, attributes.len() as u16, 0, 0, 0] {
        body.extend(half.to_le_bytes());
    }
    for (namespace, name, kind, data) in attributes {
        body.extend(words(&[*namespace, *name, NONE]));
        body.extend([8, 0, 0, *kind]);
        body.extend(data.to_le_bytes());
    }
    chunk(0x102, &words(&[line, NONE]), &body)
}

/// The end of an element.
pub fn end(line: u32, name: u32) -> Vec<u8> {
    chunk(0x103, &words(&[line, NONE]), &words(&[NONE, name]))
}

/// Binary XML of a manifest in text.
///
/// # Panics
///
/// The text is not well-formed, or names a type that there is not.
pub fn compile(xml: &str, encoding: Encoding) -> Vec<u8> {
    let mut strings = Strings(IDS.iter().map(|(name, _)| (*name).to_owned()).collect());
    let mut nodes = Vec::new();
    let mut reader = Reader::from_str(xml);
    loop {
        let position = reader.buffer_position() as usize;
        let line = 1 + xml[..position].matches('\n').count() as u32;
        match reader.read_event().expect("well-formed") {
            Event::Start(element) => nodes.push(compile_start(&element, line, &mut strings)),
            Event::Empty(element) => {
                nodes.push(compile_start(&element, line, &mut strings));
                nodes.push(compile_end(element.name().as_ref(), line, &mut strings));
            }
            Event::End(element) => {
                nodes.push(compile_end(element.name().as_ref(), line, &mut strings));
            }
            Event::Eof => break,
            _ => {}
        }
    }
    let ids: Vec<u32> = IDS.iter().map(|(_, id)| *id).collect();
    let mut chunks = vec![pool(&strings.0, encoding), chunk(0x180, &[], &words(&ids))];
    chunks.extend(nodes);
    document(&chunks)
}

fn compile_end(name: &[u8], line: u32, strings: &mut Strings) -> Vec<u8> {
    end(line, strings.index(std::str::from_utf8(name).unwrap()))
}

fn compile_start(element: &BytesStart<'_>, line: u32, strings: &mut Strings) -> Vec<u8> {
    let mut attributes = Vec::new();
    for attribute in element.attributes() {
        let attribute = attribute.expect("an attribute");
        let key = std::str::from_utf8(attribute.key.into_inner()).unwrap();
        let value = attribute.unescape_value().expect("a value");
        if key.starts_with("xmlns") {
            continue;
        }
        let (namespace, name) = match key.strip_prefix("android:") {
            Some(local) => (strings.index(ANDROID), local),
            None => (NONE, key),
        };
        let (kind, data) = match (name, &*value) {
            (_, "true") => (0x12, u32::MAX),
            (_, "false") => (0x12, 0),
            ("foregroundServiceType", text) => {
                let mask = ForegroundServiceType::from_manifest_attribute(text).expect("types");
                (0x11, mask.0 as u32)
            }
            (name, text) if name.ends_with("SdkVersion") => (0x10, text.parse().expect("number")),
            (_, text) => (3, strings.index(text)),
        };
        attributes.push((namespace, strings.index(name), kind, data));
    }
    start(line, strings.index(std::str::from_utf8(element.name().as_ref()).unwrap()), &attributes)
}

/// An archive of deflated files.
///
/// # Panics
///
/// The names are too long for an archive.
pub fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut archive = rawzip::ZipArchiveWriter::new(&mut bytes);
    for (name, content) in files {
        let (mut entry, config) = archive
            .new_file(name)
            .compression_method(rawzip::CompressionMethod::Deflate)
            .start()
            .expect("an entry");
        let encoder =
            flate2::write::DeflateEncoder::new(&mut entry, flate2::Compression::default());
        let mut writer = config.wrap(encoder);
        writer.write_all(content).expect("room");
        let (encoder, descriptor) = writer.finish().expect("the size");
        encoder.finish().expect("the end");
        entry.finish(descriptor).expect("the descriptor");
    }
    archive.finish().expect("the directory");
    bytes
}

/// An `.apk` with this manifest, and some other files as there always are.
///
/// # Panics
///
/// As [`compile`].
pub fn apk(xml: &str) -> Vec<u8> {
    let manifest = compile(xml, Encoding::Utf8);
    archive(&[
        ("classes.dex", b"dex\n035\0"),
        ("AndroidManifest.xml", &manifest),
        ("resources.arsc", &[0; 4096]),
    ])
}

/// A manifest around what is inside of it, and of its application.
pub fn manifest(target_sdk: i32, outside: &str, inside: &str) -> String {
    format!(
        "<manifest xmlns:android=\"{ANDROID}\" package=\"com.example.app\">\n\
         <uses-sdk android:minSdkVersion=\"21\" android:targetSdkVersion=\"{target_sdk}\"/>\n\
         {outside}\n<application>\n{inside}\n</application>\n</manifest>\n"
    )
}

/// `uses-permission` for each.
pub fn permissions(names: &[&str]) -> String {
    let line =
        |name: &&str| format!("<uses-permission android:name=\"android.permission.{name}\"/>\n");
    names.iter().map(line).collect()
}
