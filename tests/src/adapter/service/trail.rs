//! What the service noted down of an input, read back.

use jobwarden_aidl::aidl::dev::jobwarden::TrailEntry::TrailEntry;
use jobwarden_model::{Effect, Elapsed, Exception, Input, Now, Reply, Uptime, Wall};

use super::super::{AdapterError, Answer, Reason};

/// One input with all that came of it.
pub struct Noted {
    /// Counts from 1.
    pub sequence: i64,
    /// When it was applied.
    pub now: Now,
    /// What went in, as JSON.
    pub input: String,
    /// What came of it.
    pub answer: Answer,
}

impl Noted {
    /// Reads an entry; `started` is the instant that counts as 0.
    pub(super) fn read(entry: TrailEntry, started: Elapsed) -> Result<Self, AdapterError> {
        let now = Now {
            elapsed: Elapsed(entry.at.elapsed),
            uptime: Uptime(entry.at.uptime),
            wall: Wall(entry.at.wall),
        };
        let effects = entry.effects.iter().map(|effect| parse::<Effect>(effect));
        let decisions = entry.decisions.into_iter().map(|decision| {
            let mut text = format!("{} {}", decision.rule, decision.verdict);
            for fact in &decision.facts {
                text.push(' ');
                text.push_str(fact);
            }
            Reason { rule: decision.rule, text }
        });
        let answer = Answer {
            at: now.elapsed.since(started),
            reply: entry.reply.as_deref().map(reply).transpose()?,
            effects: effects.collect::<Result<_, _>>()?,
            decisions: decisions.collect(),
        };
        Ok(Self { sequence: entry.sequence, now, input: entry.input, answer })
    }

    /// What went in.
    ///
    /// # Errors
    ///
    /// It is no input that this kit knows.
    pub fn input(&self) -> Result<Input, AdapterError> {
        parse(&self.input)
    }
}

/// A reply or an exception; both are objects that say which they are.
fn reply(json: &str) -> Result<Result<Reply, Exception>, AdapterError> {
    if json.starts_with("{\"exception\"") {
        parse(json).map(Err)
    } else {
        parse(json).map(Ok)
    }
}

fn parse<T: serde::de::DeserializeOwned>(json: &str) -> Result<T, AdapterError> {
    serde_json::from_str(json).map_err(|error| AdapterError::Malformed(format!("{error}: {json}")))
}
