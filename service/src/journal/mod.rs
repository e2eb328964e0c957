//! The journal of inputs: queued under the core lock, written outside it, read back and replayed.
//!
//! A line is one [`Entry`] as JSON. The engine takes an input right after its line is queued, so the
//! lines are in the order in which the engine saw them, under the instants at which it saw them. With
//! [`Durability::Acknowledged`] a caller hears nothing before its line is on disk: what was
//! acknowledged survives a crash at any instant. Lines that wait are written together.

mod disk;
mod read;
mod replay;

#[cfg(all(test, not(jobwarden_loom)))]
mod tests;

use std::collections::VecDeque;
use std::io;

use jobwarden_model::Now;
use serde::{Deserialize, Serialize};

use crate::sync::primitive::{isolate, thread, Arc};
use crate::sync::{call_out, rank, Held, Ranked, Signal};

pub use disk::{open, Opened};
pub use read::{read, Damage, Reader};
pub use replay::{replay, trail, trail_of_file, TrailError};

/// How many lines may wait to be written before callers wait with them.
const BACKLOG_MAX: u64 = 4096;

/// One line of the journal.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Entry<I> {
    /// When the engine took the input.
    pub now: Now,
    /// What it took.
    pub input: I,
}

/// When a caller is answered.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Durability {
    /// At once. After a crash the last few inputs may be missing.
    #[default]
    Eventual,
    /// Once the input is on disk.
    Acknowledged,
}

/// The journal cannot be written any more.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the journal cannot be written: {0}")]
pub struct Unwritable(String);

/// Where the lines go.
pub trait Storage: Send + 'static {
    /// Writes lines after those before, and returns once they survive a crash.
    fn append(&mut self, lines: &[u8]) -> io::Result<()>;
}

/// A journal being written, by a thread of its own.
#[derive(Debug)]
pub struct Journal {
    shared: Arc<Shared>,
    durability: Durability,
}

#[derive(Debug)]
struct Shared {
    queue: Ranked<rank::Journal, Queue>,
    changed: Signal,
}

#[derive(Debug, Default)]
struct Queue {
    waiting: VecDeque<(Now, Line)>,
    /// Lines queued, ever.
    queued: u64,
    /// Lines on disk.
    durable: u64,
    failure: Option<Unwritable>,
    closing: bool,
    finished: bool,
}

/// An input as the journal writes it, made before the core lock is taken.
#[derive(Debug)]
pub(crate) struct Line(String);

/// Which line of this journal: 1 is the first.
pub(crate) type LineNumber = u64;

impl Journal {
    /// Starts to write to `storage`.
    pub fn start(storage: impl Storage, durability: Durability) -> io::Result<Self> {
        let queue = Ranked::new(Queue::default());
        let shared = Arc::new(Shared { queue, changed: Signal::default() });
        let writer = shared.clone();
        thread::Builder::new().name("journal".into()).spawn(move || writer.write_all(storage))?;
        Ok(Self { shared, durability })
    }

    /// `input` as it will be written.
    pub(crate) fn line(&self, input: &impl Serialize) -> Result<Line, Unwritable> {
        serde_json::to_string(input).map(Line).map_err(|error| Unwritable(error.to_string()))
    }

    /// Queues a line. The core lock is held, so that the order is the engine's.
    pub(crate) fn queue(
        &self,
        held: &mut Held<'_, rank::Core>,
        now: Now,
        line: Line,
    ) -> LineNumber {
        let (mut queue, _) = held.lock(&self.shared.queue);
        queue.queued += 1;
        let number = queue.queued;
        if queue.failure.is_none() {
            queue.waiting.push_back((now, line));
        }
        drop(queue);
        self.shared.changed.raise();
        number
    }

    /// Waits for as long as the caller of line `number` may not be answered yet.
    pub(crate) fn wait_for(
        &self,
        none: &mut Held<'_, rank::Unlocked>,
        number: LineNumber,
    ) -> Result<(), Unwritable> {
        let enough = match self.durability {
            Durability::Acknowledged => number,
            Durability::Eventual => number.saturating_sub(BACKLOG_MAX),
        };
        let durability = self.durability;
        none.wait(&self.shared.queue, &self.shared.changed, |queue| {
            if queue.durable >= enough {
                return Some(Ok(()));
            }
            // Who was promised nothing is not refused for it: the writer has logged the failure.
            let failure = queue.failure.clone()?;
            Some(if durability == Durability::Eventual { Ok(()) } else { Err(failure) })
        })
    }

    /// Writes what waits and ends the writer. What is queued later is never written.
    pub(crate) fn close(&self, none: &mut Held<'_, rank::Unlocked>) -> Result<(), Unwritable> {
        none.lock(&self.shared.queue).0.closing = true;
        self.shared.changed.raise();
        none.wait(&self.shared.queue, &self.shared.changed, |queue| {
            queue.finished.then(|| queue.failure.clone().map_or(Ok(()), Err))
        })
    }
}

impl Drop for Journal {
    /// Lets the writer end by itself, once it has written what waits.
    fn drop(&mut self) {
        self.shared.lock_to_close();
    }
}

impl Shared {
    fn lock_to_close(&self) {
        // A journal is dropped where nothing is locked: by its owner, or with the warden.
        Held::enter().lock(&self.queue).0.closing = true;
        self.changed.raise();
    }

    /// The writer thread.
    fn write_all(&self, mut storage: impl Storage) {
        let mut none = Held::enter();
        let mut bytes = Vec::new();
        while let Some(lines) = self.take(&mut none) {
            bytes.clear();
            let count = lines.len() as u64;
            let written = call_out(&mut none, || {
                isolate(|| {
                    for (now, line) in &lines {
                        encode(*now, line, &mut bytes)?;
                    }
                    storage.append(&bytes)
                })
                .unwrap_or_else(|| Err(io::Error::other("the writer panicked")))
            });
            let (mut queue, _) = none.lock(&self.queue);
            match written {
                Ok(()) => queue.durable += count,
                Err(error) => {
                    queue.failure = Some(Unwritable(error.to_string()));
                    queue.waiting.clear();
                }
            }
            let failure = queue.failure.clone();
            drop(queue);
            self.changed.raise();
            if let Some(failure) = failure {
                tracing::error!(%failure, "journal ends here");
                break;
            }
        }
        none.lock(&self.queue).0.finished = true;
        self.changed.raise();
    }

    /// Takes all lines that wait, waiting for the first; `None` once there will never be one again.
    fn take(&self, none: &mut Held<'_, rank::Unlocked>) -> Option<VecDeque<(Now, Line)>> {
        none.wait(&self.queue, &self.changed, |queue| {
            if queue.waiting.is_empty() {
                return queue.closing.then_some(None);
            }
            Some(Some(std::mem::take(&mut queue.waiting)))
        })
    }
}

/// Writes an [`Entry`] whose input is JSON already.
fn encode(now: Now, line: &Line, bytes: &mut Vec<u8>) -> io::Result<()> {
    bytes.extend_from_slice(br#"{"now":"#);
    serde_json::to_writer(&mut *bytes, &now)?;
    bytes.extend_from_slice(br#","input":"#);
    bytes.extend_from_slice(line.0.as_bytes());
    bytes.extend_from_slice(b"}\n");
    Ok(())
}
