//! The strings of binary XML: decoded when they are asked for, never all at once.

use super::binary::Bytes;
use super::{limit, ReadError};

/// Bytes are UTF-8, not UTF-16.
const UTF8: u32 = 0x100;
/// The header of the chunk.
const HEADER: usize = 28;
/// The longest name that any element or attribute here has, with room to spare.
const TAG_UNITS_MAX: usize = 40;

/// Offsets and bytes of the strings.
#[derive(Default)]
pub(super) struct Pool<'a> {
    chunk: Option<Bytes<'a>>,
    offsets: usize,
    count: usize,
    strings: usize,
    utf8: bool,
}

/// Where a string lies, and how many units it has: bytes or UTF-16 units.
struct Extent {
    start: usize,
    units: usize,
}

impl<'a> Pool<'a> {
    /// A pool in its chunk. All offsets are checked when a string is read.
    pub(super) fn new(chunk: Bytes<'a>, header: usize) -> Result<Self, ReadError> {
        if header < HEADER {
            return Err(chunk.damaged(0, "a string pool without room for its header"));
        }
        let (count, flags, strings) = (chunk.size(8)?, chunk.u32(16)?, chunk.size(20)?);
        let room = chunk.bytes.len().saturating_sub(header) / 4;
        if count > room {
            return Err(chunk.damaged(8, "more strings than the pool has room for"));
        }
        if count > 0 && strings < header + count * 4 {
            return Err(chunk.damaged(20, "strings overlap their offsets"));
        }
        Ok(Self { chunk: Some(chunk), offsets: header, count, strings, utf8: flags & UTF8 != 0 })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.chunk.is_none()
    }

    /// The name of an element or attribute: empty if it is longer than any that is known.
    pub(super) fn name(&self, index: u32) -> Result<String, ReadError> {
        let (chunk, extent) = self.find(index)?;
        match extent.units > TAG_UNITS_MAX {
            true => Ok(String::new()),
            false => self.decode(&chunk, &extent),
        }
    }

    /// A value.
    pub(super) fn text(&self, index: u32) -> Result<String, ReadError> {
        let (chunk, extent) = self.find(index)?;
        if extent.units > limit::VALUE_BYTES_MAX {
            return Err(chunk.damaged(extent.start, "a string is too long"));
        }
        self.decode(&chunk, &extent)
    }

    fn find(&self, index: u32) -> Result<(Bytes<'a>, Extent), ReadError> {
        let Some(chunk) = self.chunk else {
            return Err(ReadError::Binary { offset: 0, what: "a string before the string pool" });
        };
        let index = usize::try_from(index).unwrap_or(usize::MAX);
        if index >= self.count {
            return Err(chunk.damaged(0, "no string has this index"));
        }
        let offset = chunk.size(self.offsets + index * 4)?;
        let at = self.strings.saturating_add(offset);
        let extent = if self.utf8 {
            // The length in UTF-16 units comes first and tells us nothing.
            let (_, skipped) = short_length(&chunk, at)?;
            let (units, more) = short_length(&chunk, at + skipped)?;
            Extent { start: at + skipped + more, units }
        } else {
            let (units, skipped) = long_length(&chunk, at)?;
            Extent { start: at + skipped, units }
        };
        Ok((chunk, extent))
    }

    fn decode(&self, chunk: &Bytes<'_>, extent: &Extent) -> Result<String, ReadError> {
        let width = if self.utf8 { 1 } else { 2 };
        let length = extent.units.saturating_mul(width);
        let end = extent.start.saturating_add(length);
        let Some(bytes) = chunk.bytes.get(extent.start..end) else {
            return Err(chunk.damaged(extent.start, "a string leaves its pool"));
        };
        let text = match self.utf8 {
            true => std::str::from_utf8(bytes).ok().map(str::to_owned),
            false => {
                let units: Vec<u16> = bytes
                    .chunks_exact(2)
                    .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
                    .collect();
                String::from_utf16(&units).ok()
            }
        };
        text.ok_or_else(|| chunk.damaged(extent.start, "a string is not Unicode"))
    }
}

/// The length of a UTF-8 string: one byte, or two if the first has its top bit set.
fn short_length(chunk: &Bytes<'_>, at: usize) -> Result<(usize, usize), ReadError> {
    let first = usize::from(chunk.u8(at)?);
    match first & 0x80 {
        0 => Ok((first, 1)),
        _ => Ok(((first & 0x7f) << 8 | usize::from(chunk.u8(at + 1)?), 2)),
    }
}

/// The length of a UTF-16 string: one unit, or two if the first has its top bit set.
fn long_length(chunk: &Bytes<'_>, at: usize) -> Result<(usize, usize), ReadError> {
    let first = usize::from(chunk.u16(at)?);
    match first & 0x8000 {
        0 => Ok((first, 2)),
        _ => Ok(((first & 0x7fff) << 16 | usize::from(chunk.u16(at + 2)?), 4)),
    }
}
