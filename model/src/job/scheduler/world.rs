//! What surrounds one turn of the scheduler: the instant, the neighbours, and where decisions go.

use crate::job::effect::JobEffect;
use crate::job::neighbours::Neighbours;
use crate::job::Posted;
use crate::looper::{self, Looper};
use crate::output::Output;
use crate::time::{Elapsed, Now};

/// One turn: everything a decision may read besides the scheduler's own state, and what it may cause.
pub struct World<'a> {
    /// The instant, on all three clocks.
    pub now: Now,
    /// The rest of the platform.
    pub neighbours: &'a mut dyn Neighbours,
    /// Alarms, messages and posts.
    pub looper: &'a mut Looper,
    /// Effects and decisions.
    pub out: &'a mut Output,
}

impl World<'_> {
    /// Elapsed realtime.
    pub fn elapsed(&self) -> Elapsed {
        self.now.elapsed
    }

    /// Posts a message of the scheduler to itself.
    pub(in crate::job) fn post(&mut self, posted: Posted) {
        self.looper.post(looper::Posted::Job(posted));
    }

    /// Drops posted messages of the scheduler.
    pub(in crate::job) fn remove_posted(&mut self, drop: impl Fn(&Posted) -> bool) {
        self.looper
            .remove_posted(|posted| matches!(posted, looper::Posted::Job(posted) if drop(posted)));
    }

    /// Adds an effect.
    pub(in crate::job) fn effect(&mut self, effect: JobEffect) {
        self.out.effect(effect);
    }
}
