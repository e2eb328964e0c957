//! Reading a journal back. A last line cut off by a crash is left out; other damage is named.

use std::io::{self, BufRead};
use std::marker::PhantomData;

use serde::de::DeserializeOwned;

use super::Entry;

/// Why a journal cannot be read to its end.
#[derive(Debug, thiserror::Error)]
pub enum Damage {
    /// It cannot be read at all.
    #[error("the journal cannot be read")]
    Unreadable(#[from] io::Error),
    /// A line is not an entry.
    #[error("line {line} of the journal is damaged: {reason}")]
    Line {
        /// The first line is 1.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
}

/// Reads all entries.
pub fn read<I: DeserializeOwned>(source: impl BufRead) -> Result<Vec<Entry<I>>, Damage> {
    Reader::new(source).collect()
}

/// Reads a journal entry by entry; ends after the first damage.
#[derive(Debug)]
pub struct Reader<R, I> {
    source: R,
    line: u64,
    /// Bytes of the lines that were read whole.
    intact: u64,
    ended: bool,
    bytes: Vec<u8>,
    input: PhantomData<fn() -> I>,
}

impl<R: BufRead, I: DeserializeOwned> Reader<R, I> {
    /// Reads from `source`.
    pub fn new(source: R) -> Self {
        Self { source, line: 0, intact: 0, ended: false, bytes: Vec::new(), input: PhantomData }
    }

    /// How many bytes the entries read so far take: whatever follows at the end is a torn line.
    pub fn intact(&self) -> u64 {
        self.intact
    }

    fn entry(&mut self) -> Result<Option<Entry<I>>, Damage> {
        self.bytes.clear();
        self.line += 1;
        let read = self.source.read_until(b'\n', &mut self.bytes)?;
        // A line is acknowledged only with its end: without it, it is the trace of a crash.
        if self.bytes.last() != Some(&b'\n') {
            return Ok(None);
        }
        let entry = serde_json::from_slice(&self.bytes)
            .map_err(|error| Damage::Line { line: self.line, reason: error.to_string() })?;
        self.intact += read as u64;
        Ok(Some(entry))
    }
}

impl<R: BufRead, I: DeserializeOwned> Iterator for Reader<R, I> {
    type Item = Result<Entry<I>, Damage>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let entry = self.entry().transpose();
        self.ended = !matches!(entry, Some(Ok(_)));
        entry
    }
}
