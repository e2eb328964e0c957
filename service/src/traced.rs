//! The model with a memory: the latest inputs, each with all that came of it and why.

use std::collections::VecDeque;

use jobwarden_model::{Decision, Effect, Exception, Input, Model, Now, Output, Reply, Wakeup};

use crate::engine::Engine;

/// One input with all that came of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Trace {
    /// Counts from 1 without gaps.
    pub sequence: u64,
    /// When it was applied.
    pub now: Now,
    /// What went in.
    pub input: Input,
    /// The answer to the caller; `None`: nobody waited for one.
    pub reply: Option<Result<Reply, Exception>>,
    /// What the outside had to carry out, in order.
    pub effects: Vec<Effect>,
    /// Why, in order.
    pub decisions: Vec<Decision>,
}

/// Runs a model and remembers the latest [`Trace`]s.
#[derive(Debug)]
pub struct Traced {
    model: Model,
    traces: VecDeque<Trace>,
    keep: usize,
    sequence: u64,
    output: Output,
}

impl Traced {
    /// Keeps the last `keep` traces. With 0, decisions are not even recorded.
    pub fn new(model: Model, keep: usize) -> Self {
        let output = if keep == 0 { Output::new() } else { Output::tracing() };
        Self { model, traces: VecDeque::new(), keep, sequence: 0, output }
    }

    /// The model as it is.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// What is still known from a sequence number on, at most `max` of it.
    pub fn traces(&self, from: u64, max: usize) -> impl Iterator<Item = &Trace> {
        self.traces.iter().skip_while(move |trace| trace.sequence < from).take(max)
    }

    /// The number of the latest input; 0 if there was none.
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    fn remember(&mut self, now: Now, input: Input) {
        if self.traces.len() == self.keep {
            self.traces.pop_front();
        }
        self.traces.push_back(Trace {
            sequence: self.sequence,
            now,
            input,
            reply: self.output.reply.clone(),
            effects: self.output.effects.clone(),
            decisions: std::mem::take(&mut self.output.decisions),
        });
    }
}

impl Engine for Traced {
    type Input = Input;
    type Effect = Effect;
    type Output = Output;

    fn apply(&mut self, now: Now, input: Input, out: &mut Output) {
        self.sequence += 1;
        if self.keep == 0 {
            return self.model.apply(now, input, out);
        }
        self.output.clear();
        self.model.apply(now, input.clone(), &mut self.output);
        self.remember(now, input);
        out.reply = self.output.reply.take();
        out.effects.append(&mut self.output.effects);
    }

    fn next_wakeup(&self) -> Wakeup {
        self.model.next_wakeup()
    }

    fn tick() -> Input {
        Input::Tick
    }

    fn effects(out: &mut Output) -> &mut Vec<Effect> {
        &mut out.effects
    }

    fn clear(out: &mut Output) {
        out.clear();
    }
}

#[cfg(all(test, not(jobwarden_loom)))]
mod tests {
    use super::*;
    use jobwarden_model::{Platform, Wall};

    fn configure(key: &str) -> Input {
        Input::DeviceConfig { namespace: "jobscheduler".into(), key: key.into(), value: None }
    }

    #[test]
    fn it_keeps_the_latest_and_numbers_all() {
        let mut engine = Traced::new(Model::new(Platform::android_14()), 2);
        let mut out = Output::new();
        for key in ["a", "b", "c"] {
            engine.apply(Now::at_boot(Wall(0)), configure(key), &mut out);
        }
        let numbers =
            |from, max| engine.traces(from, max).map(|trace| trace.sequence).collect::<Vec<_>>();
        assert_eq!(numbers(0, 9), [2, 3]);
        assert_eq!(numbers(3, 9), [3]);
        assert_eq!(numbers(0, 1), [2]);
        assert_eq!(engine.sequence(), 3);
        assert_eq!(engine.traces(3, 1).next().map(|trace| &trace.input), Some(&configure("c")));
    }

    #[test]
    fn replies_are_the_same_with_and_without_memory() {
        let apply = |keep| {
            let mut engine = Traced::new(Model::new(Platform::android_14()), keep);
            let mut out = Output::new();
            engine.apply(Now::at_boot(Wall(0)), configure("a"), &mut out);
            (engine.model().clone(), out.reply, out.effects)
        };
        assert_eq!(apply(0), apply(8));
        assert!(apply(0).1.is_some());
    }
}
