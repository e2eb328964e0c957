//! A vector told over time: an implementation, and the time since the first step.

use jobwarden_model::{Exception, Input, Reply};

use super::Untold;
use crate::adapter::{Adapter, Answer};

/// Long enough for a device that has just booted to come to rest.
const REST: i64 = 3_600_000;

/// An implementation, and when the first step was.
pub(super) struct Timeline<'a> {
    adapter: &'a mut dyn Adapter,
    /// Milliseconds since its start.
    at: i64,
    /// What `at` was when the first step came.
    zero: i64,
}

impl<'a> Timeline<'a> {
    pub(super) fn new(adapter: &'a mut dyn Adapter) -> Self {
        Self { adapter, at: 0, zero: 0 }
    }

    /// Milliseconds since the first step.
    pub(super) fn now(&self) -> i64 {
        self.at - self.zero
    }

    /// The time of an answer in milliseconds since the first step.
    pub(super) fn time_of(&self, answer: &Answer) -> i64 {
        answer.at - self.zero
    }

    /// Nothing happens for a while; what comes next is the first step.
    pub(super) fn rest(&mut self) -> Result<(), Untold> {
        let end = self.at + REST;
        while self.at < end {
            self.pass(end - self.at)?;
        }
        self.zero = self.at;
        Ok(())
    }

    pub(super) fn apply(&mut self, input: &Input) -> Result<Answer, Untold> {
        Ok(self.adapter.apply(input)?)
    }

    /// Something that must not be refused: the world is made of it.
    pub(super) fn accept(&mut self, input: &Input) -> Result<Answer, Untold> {
        let answer = self.apply(input)?;
        match &answer.reply {
            Some(Err(exception)) => Err(refused(input, exception)),
            Some(Ok(_)) | None => Ok(answer),
        }
    }

    /// Milliseconds until something falls due.
    pub(super) fn next_wakeup(&mut self) -> Result<Option<i64>, Untold> {
        Ok(self.adapter.next_wakeup()?)
    }

    /// Time passes: up to so many milliseconds, but not beyond what falls due first.
    pub(super) fn pass(&mut self, most: i64) -> Result<Vec<Answer>, Untold> {
        let millis = self.next_wakeup()?.map_or(most, |due| due.clamp(0, most));
        self.at += millis;
        Ok(self.adapter.pass(millis, false)?)
    }

    /// Elapsed time passes while the device sleeps.
    pub(super) fn sleep(&mut self, millis: i64) -> Result<Vec<Answer>, Untold> {
        self.at += millis;
        Ok(self.adapter.pass(millis, true)?)
    }
}

/// What a call came to.
pub(super) fn outcome(answer: &Answer) -> Result<Reply, Exception> {
    answer.reply.clone().unwrap_or(Ok(Reply::Nothing))
}

fn refused(input: &Input, exception: &Exception) -> Untold {
    Untold::NotUnderstood(format!("{input:?} was refused: {exception}"))
}
