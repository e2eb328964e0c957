//! `AndroidManifest.xml` as people write it.
//!
//! Namespaces are resolved here, by a short list: the parser's own resolver takes as many as there are.

use quick_xml::events::{BytesStart, Event};
use quick_xml::Reader;

use super::collect::Collector;
use super::document::{printable, within, Attribute, Element, Meter, Tag, Value};
use super::{limit, ReadError};

const ANDROID: &str = "http://schemas.android.com/apk/res/android";
const TOOLS: &str = "http://schemas.android.com/tools";

/// Reads a document and hands its elements on.
pub(super) fn read(bytes: &[u8], collector: &mut Collector<'_>) -> Result<(), ReadError> {
    let text = checked(bytes)?;
    let mut document = Document {
        reader: Reader::from_str(text),
        text,
        lines: Lines { position: 0, line: 1 },
        meter: Meter::default(),
        prefixes: Vec::new(),
        marks: Vec::new(),
    };
    document.run(collector)
}

/// As text that may be XML at all.
fn checked(bytes: &[u8]) -> Result<&str, ReadError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    match first {
        None => return Err(ReadError::Empty),
        Some(b'<') => {}
        Some(_) => return Err(ReadError::NotAManifest),
    }
    let line_of = |end: usize| Lines { position: 0, line: 1 }.advance(bytes, end);
    let text = std::str::from_utf8(bytes).map_err(|error| ReadError::Text {
        line: line_of(error.valid_up_to()),
        what: "not UTF-8".to_owned(),
    })?;
    match text.bytes().position(|byte| byte == 0) {
        Some(at) => Err(ReadError::Text { line: line_of(at), what: "a NUL character".to_owned() }),
        None => Ok(text),
    }
}

/// The line of a position that only moves forward.
struct Lines {
    position: usize,
    line: u32,
}

impl Lines {
    fn advance(&mut self, bytes: &[u8], position: usize) -> u32 {
        let passed = bytes.get(self.position..position).unwrap_or_default();
        let breaks = passed.iter().filter(|byte| **byte == b'\n').count();
        self.line = self.line.saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX));
        self.position = self.position.max(position);
        self.line
    }
}

/// What a prefix stands for.
#[derive(Clone, Copy)]
enum Namespace {
    Android,
    Tools,
    Other,
}

struct Document<'a> {
    reader: Reader<&'a [u8]>,
    text: &'a str,
    lines: Lines,
    meter: Meter,
    /// Prefixes in force, innermost last.
    prefixes: Vec<(Vec<u8>, Namespace)>,
    /// How many were in force outside each open element.
    marks: Vec<usize>,
}

impl<'a> Document<'a> {
    fn run(&mut self, collector: &mut Collector<'_>) -> Result<(), ReadError> {
        loop {
            let position = usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX);
            let line = self.lines.advance(self.text.as_bytes(), position);
            let event = self.reader.read_event().map_err(|error| malformed(line, &error))?;
            match event {
                Event::Start(start) => self.open(&start, line, collector)?,
                Event::Empty(start) => {
                    self.open(&start, line, collector)?;
                    self.close(line, collector)?;
                }
                Event::End(_) => self.close(line, collector)?,
                Event::Eof if self.meter.is_complete() => return Ok(()),
                Event::Eof => {
                    let what = "the document ends before its root element does".to_owned();
                    return Err(ReadError::Text { line, what });
                }
                // Says nothing about an app. Entities are not expanded: a document type defines none.
                Event::Text(_)
                | Event::CData(_)
                | Event::Comment(_)
                | Event::Decl(_)
                | Event::PI(_)
                | Event::DocType(_)
                | Event::GeneralRef(_) => {}
            }
        }
    }

    fn open(
        &mut self,
        start: &BytesStart<'_>,
        line: u32,
        collector: &mut Collector<'_>,
    ) -> Result<(), ReadError> {
        // A name with a prefix is none of ours.
        let tag = Tag::of(std::str::from_utf8(start.name().into_inner()).unwrap_or_default());
        let mut element = Element::new(tag, Some(line));
        self.meter.open(&element)?;
        self.marks.push(self.prefixes.len());
        self.bind(start, &element)?;
        for (index, attribute) in start.attributes().enumerate() {
            within(index + 1, limit::ATTRIBUTES_MAX, "attributes", &element)?;
            let attribute = attribute.map_err(|error| malformed(line, &error))?;
            let Some(name) = self.attribute(attribute.key.into_inner()) else { continue };
            within(attribute.value.len(), limit::TEXT_BYTES_MAX, "bytes in a value", &element)?;
            let value = attribute.unescape_value().map_err(|error| malformed(line, &error))?;
            self.meter.text(value.len(), &element)?;
            element.attributes.push((name, Value::Text(value.into_owned())));
        }
        collector.start(&element)
    }

    /// Notes the prefixes that an element declares.
    fn bind(&mut self, start: &BytesStart<'_>, element: &Element) -> Result<(), ReadError> {
        let line = element.line.unwrap_or_default();
        // Checked for duplicates when they are read again.
        for (index, attribute) in start.attributes().with_checks(false).enumerate() {
            within(index + 1, limit::ATTRIBUTES_MAX, "attributes", element)?;
            let attribute = attribute.map_err(|error| malformed(line, &error))?;
            let Some(prefix) = prefix_declared(attribute.key.into_inner()) else { continue };
            let value = attribute.unescape_value().map_err(|error| malformed(line, &error))?;
            let namespace = match &*value {
                ANDROID => Namespace::Android,
                TOOLS => Namespace::Tools,
                _ => Namespace::Other,
            };
            self.prefixes.push((prefix.to_owned(), namespace));
            within(self.prefixes.len(), limit::PREFIXES_MAX, "namespace prefixes", element)?;
        }
        Ok(())
    }

    fn attribute(&self, name: &[u8]) -> Option<Attribute> {
        let name = std::str::from_utf8(name).ok()?;
        let Some((prefix, local)) = name.split_once(':') else {
            return (name == "package").then_some(Attribute::Package);
        };
        let bound = self.prefixes.iter().rev().find(|(known, _)| known == prefix.as_bytes())?;
        match bound.1 {
            Namespace::Android => Attribute::of_android(local),
            Namespace::Tools => (local == "node").then_some(Attribute::ToolsNode),
            Namespace::Other => None,
        }
    }

    fn close(&mut self, line: u32, collector: &mut Collector<'_>) -> Result<(), ReadError> {
        if !self.meter.close() {
            return Err(ReadError::Text { line, what: "an end without a beginning".to_owned() });
        }
        self.prefixes.truncate(self.marks.pop().unwrap_or_default());
        collector.end();
        Ok(())
    }
}

fn prefix_declared(name: &[u8]) -> Option<&[u8]> {
    name.strip_prefix(b"xmlns:")
}

fn malformed(line: u32, error: &impl std::fmt::Display) -> ReadError {
    ReadError::Text { line, what: printable(&error.to_string()) }
}
