//! `AndroidManifest.xml` as builds compile it: chunks, each with its length, in one long row.
//!
//! Every read is checked against the end of its chunk, and every chunk against the end of the document;
//! a chunk is at least as long as its header, so the walk always moves forward. Chunks of kinds that are
//! not known here are skipped, as the platform does.

use super::collect::Collector;
use super::document::{within, Attribute, Element, Meter, Tag, Value};
use super::pool::Pool;
use super::{limit, ReadError};

/// Kinds of chunks.
mod kind {
    pub(super) const STRING_POOL: u16 = 0x0001;
    pub(super) const XML: u16 = 0x0003;
    pub(super) const START_ELEMENT: u16 = 0x0102;
    pub(super) const END_ELEMENT: u16 = 0x0103;
    pub(super) const RESOURCE_MAP: u16 = 0x0180;
}

/// Types of values.
mod value {
    pub(super) const REFERENCE: u8 = 0x01;
    pub(super) const STRING: u8 = 0x03;
    pub(super) const FLOAT: u8 = 0x04;
    pub(super) const DYNAMIC_REFERENCE: u8 = 0x07;
    pub(super) const DECIMAL: u8 = 0x10;
    pub(super) const HEXADECIMAL: u8 = 0x11;
    pub(super) const BOOLEAN: u8 = 0x12;
}

/// The header of a chunk: kind, length of the header, length of all.
const CHUNK_HEADER: usize = 8;
/// The header of a chunk of the tree: also line and comment.
const NODE_HEADER: usize = 16;
/// An attribute: namespace, name, raw text, and the value with its length, type and data.
const ATTRIBUTE: usize = 20;
/// Stands for "no string".
const NONE: u32 = u32::MAX;

/// Whether this can be binary XML at all.
pub(super) fn is_binary(bytes: &[u8]) -> bool {
    bytes.starts_with(&[3, 0, 8, 0])
}

/// Reads a document and hands its elements on.
pub(super) fn read(bytes: &[u8], collector: &mut Collector<'_>) -> Result<(), ReadError> {
    let all = Bytes { bytes, offset: 0 };
    let document = all.chunk(0)?;
    if document.kind != kind::XML {
        return Err(all.damaged(0, "not an XML chunk"));
    }
    let mut tree = Tree { pool: Pool::default(), ids: Vec::new(), meter: Meter::default() };
    let body = document.body;
    let mut at = document.header;
    while at < body.bytes.len() {
        let chunk = body.chunk(at)?;
        tree.take(&chunk, collector)?;
        at += chunk.body.bytes.len();
    }
    match tree.meter.is_complete() {
        true => Ok(()),
        false => Err(body.damaged(at, "the document ends before its root element does")),
    }
}

/// A part of the document that knows where it begins.
#[derive(Clone, Copy)]
pub(super) struct Bytes<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) offset: usize,
}

/// A chunk, with its header.
struct Chunk<'a> {
    kind: u16,
    header: usize,
    body: Bytes<'a>,
}

impl<'a> Bytes<'a> {
    pub(super) fn damaged(&self, at: usize, what: &'static str) -> ReadError {
        ReadError::Binary { offset: self.offset.saturating_add(at), what }
    }

    fn array<const N: usize>(&self, at: usize) -> Result<[u8; N], ReadError> {
        let end = at.checked_add(N);
        let found = end.and_then(|end| self.bytes.get(at..end));
        let array = found.and_then(|bytes| bytes.try_into().ok());
        array.ok_or_else(|| self.damaged(at, "cut off"))
    }

    pub(super) fn u8(&self, at: usize) -> Result<u8, ReadError> {
        self.array::<1>(at).map(|[byte]| byte)
    }

    pub(super) fn u16(&self, at: usize) -> Result<u16, ReadError> {
        self.array(at).map(u16::from_le_bytes)
    }

    pub(super) fn u32(&self, at: usize) -> Result<u32, ReadError> {
        self.array(at).map(u32::from_le_bytes)
    }

    /// A length or an offset.
    pub(super) fn size(&self, at: usize) -> Result<usize, ReadError> {
        let size = self.u32(at)?;
        usize::try_from(size).map_err(|_| self.damaged(at, "larger than memory"))
    }

    fn chunk(&self, at: usize) -> Result<Chunk<'a>, ReadError> {
        let (kind, header, size) =
            (self.u16(at)?, usize::from(self.u16(at + 2)?), self.size(at + 4)?);
        if header < CHUNK_HEADER || size < header {
            return Err(self.damaged(at, "a chunk is shorter than its header"));
        }
        let end = at.checked_add(size);
        let Some(bytes) = end.and_then(|end| self.bytes.get(at..end)) else {
            return Err(self.damaged(at, "a chunk is longer than what it is in"));
        };
        Ok(Chunk { kind, header, body: Bytes { bytes, offset: self.offset + at } })
    }
}

/// What the chunks so far amount to.
struct Tree<'a> {
    pool: Pool<'a>,
    /// The resource ids of the first strings of the pool.
    ids: Vec<u32>,
    meter: Meter,
}

impl<'a> Tree<'a> {
    fn take(&mut self, chunk: &Chunk<'a>, collector: &mut Collector<'_>) -> Result<(), ReadError> {
        let body = chunk.body;
        match chunk.kind {
            kind::STRING_POOL if self.pool.is_empty() => {
                self.pool = Pool::new(body, chunk.header)?;
            }
            kind::STRING_POOL => return Err(body.damaged(0, "a second string pool")),
            kind::RESOURCE_MAP if self.ids.is_empty() => self.map(chunk)?,
            kind::RESOURCE_MAP => return Err(body.damaged(0, "a second resource map")),
            kind::START_ELEMENT => self.open(chunk, collector)?,
            kind::END_ELEMENT => {
                if !self.meter.close() {
                    return Err(body.damaged(0, "an end without a beginning"));
                }
                collector.end();
            }
            _ => {}
        }
        Ok(())
    }

    fn map(&mut self, chunk: &Chunk<'_>) -> Result<(), ReadError> {
        let ids = chunk.body.bytes.get(chunk.header..).unwrap_or_default();
        self.ids = (0..ids.len() / 4)
            .map(|index| chunk.body.u32(chunk.header + index * 4))
            .collect::<Result<_, _>>()?;
        Ok(())
    }

    fn open(&mut self, chunk: &Chunk<'_>, collector: &mut Collector<'_>) -> Result<(), ReadError> {
        let (body, start) = (chunk.body, chunk.header);
        if start < NODE_HEADER {
            return Err(body.damaged(0, "an element without room for its line"));
        }
        // 0 and -1 are what builds write that keep no lines.
        let line = Some(body.u32(8)?).filter(|line| (1..NONE).contains(line));
        let in_namespace = body.u32(start)? != NONE;
        let tag = match in_namespace {
            true => Tag::Other,
            false => Tag::of(&self.pool.name(body.u32(start + 4)?)?),
        };
        let mut element = Element::new(tag, line);
        self.meter.open(&element)?;
        let first = start + usize::from(body.u16(start + 8)?);
        let stride = usize::from(body.u16(start + 10)?);
        let count = usize::from(body.u16(start + 12)?);
        within(count, limit::ATTRIBUTES_MAX, "attributes", &element)?;
        if count > 0 && stride < ATTRIBUTE {
            return Err(body.damaged(start + 10, "attributes overlap"));
        }
        for index in 0..count {
            let at = first + index * stride;
            let Some(name) = self.attribute(&body, at)? else { continue };
            let value = self.value(&body, at, &element)?;
            element.attributes.push((name, value));
        }
        collector.start(&element)
    }

    /// Which attribute stands here. What has a resource id is that attribute, whatever its name.
    fn attribute(&self, body: &Bytes<'_>, at: usize) -> Result<Option<Attribute>, ReadError> {
        let (namespace, name) = (body.u32(at)?, body.u32(at + 4)?);
        let id = usize::try_from(name).ok().and_then(|index| self.ids.get(index)).copied();
        if let Some(id) = id.filter(|id| *id != 0) {
            return Ok(Attribute::of_id(id));
        }
        if namespace != NONE {
            return Ok(None);
        }
        let is_package = self.pool.name(name)? == Attribute::Package.name();
        Ok(is_package.then_some(Attribute::Package))
    }

    fn value(
        &mut self,
        body: &Bytes<'_>,
        at: usize,
        element: &Element,
    ) -> Result<Value, ReadError> {
        let (kind, data) = (body.u8(at + 15)?, body.u32(at + 16)?);
        Ok(match kind {
            value::STRING => {
                let text = self.pool.text(data)?;
                self.meter.text(text.len(), element)?;
                Value::Text(text)
            }
            value::DECIMAL | value::HEXADECIMAL => {
                Value::Number(i32::from_ne_bytes(data.to_ne_bytes()))
            }
            value::BOOLEAN => Value::Boolean(data != 0),
            value::FLOAT => Value::Float(f32::from_bits(data)),
            value::REFERENCE | value::DYNAMIC_REFERENCE => Value::Reference(data),
            _ => Value::Other,
        })
    }
}
