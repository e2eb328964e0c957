//! The model in this process.

use jobwarden_model::{Input, Model, Now, Output, Platform, Wall};

use super::{Adapter, AdapterError, Answer, Reason};

/// The wall clock at the start of every scenario: 2023-11-14, 22:13:20 UTC.
pub(crate) const WALL_AT_START: Wall = Wall(1_700_000_000_000);

/// A model and the clocks of its device.
pub struct InProcess {
    model: Model,
    now: Now,
    started: Now,
    out: Output,
}

impl InProcess {
    /// A device that has just booted.
    pub fn new(platform: Platform) -> Self {
        let now = Now::at_boot(WALL_AT_START);
        Self { model: Model::new(platform), now, started: now, out: Output::tracing() }
    }

    /// Applies an input at an instant of the caller's choice, as a journal has it.
    pub fn apply_at(&mut self, now: Now, input: Input) -> Answer {
        self.now = now;
        self.answer(input)
    }

    fn answer(&mut self, input: Input) -> Answer {
        self.out.clear();
        self.model.apply(self.now, input, &mut self.out);
        Answer {
            at: self.now.elapsed.since(self.started.elapsed),
            reply: self.out.reply.take(),
            effects: std::mem::take(&mut self.out.effects),
            decisions: self
                .out
                .decisions
                .drain(..)
                .map(|decision| Reason {
                    rule: decision.rule.id.to_owned(),
                    text: decision.to_string(),
                })
                .collect(),
        }
    }
}

impl Adapter for InProcess {
    fn gives_reasons(&self) -> bool {
        true
    }

    fn claims(&self, _rules: &[String]) -> bool {
        true
    }

    fn apply(&mut self, input: &Input) -> Result<Answer, AdapterError> {
        Ok(self.answer(input.clone()))
    }

    fn next_wakeup(&mut self) -> Result<Option<i64>, AdapterError> {
        Ok(self.model.next_wakeup().in_millis(self.now))
    }

    fn pass(&mut self, millis: i64, asleep: bool) -> Result<Vec<Answer>, AdapterError> {
        self.now = if asleep { self.now.asleep_for(millis) } else { self.now.awake_for(millis) };
        let due = self.model.next_wakeup().in_millis(self.now) == Some(0);
        Ok(if due { vec![self.answer(Input::Tick)] } else { Vec::new() })
    }
}
