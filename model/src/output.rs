//! What comes out of one mutation: the reply, the effects to carry out, and why.

use crate::decision::{Decision, Facts};
use crate::effect::Effect;
use crate::exception::Exception;
use crate::rules::Rule;
use crate::Reply;

/// Collects everything one [`Model::apply`](crate::Model::apply) decides.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Output {
    /// The answer to the caller; stays `None` for inputs that nobody waits for.
    pub reply: Option<Result<Reply, Exception>>,
    /// What the outside must carry out, in this order.
    pub effects: Vec<Effect>,
    /// The rules that decided, in order; empty unless tracing.
    pub decisions: Vec<Decision>,
    tracing: bool,
}

impl Output {
    /// An output that does not record decisions: facts are not even built.
    pub fn new() -> Self {
        Self::default()
    }

    /// An output that records the rule behind every decision.
    pub fn tracing() -> Self {
        Self { tracing: true, ..Self::default() }
    }

    /// Forgets the previous input; keeps the tracing mode and the buffers.
    pub fn clear(&mut self) {
        self.reply = None;
        self.effects.clear();
        self.decisions.clear();
    }

    /// Adds an effect after the earlier ones.
    pub fn effect(&mut self, effect: impl Into<Effect>) {
        self.effects.push(effect.into());
    }

    /// Records that `rule` decided; `facts` is called only when tracing.
    #[inline]
    pub fn decide(
        &mut self,
        rule: &'static Rule,
        verdict: &'static str,
        facts: impl FnOnce() -> Facts,
    ) {
        if self.tracing {
            self.record(rule, verdict, facts);
        }
    }

    /// Kept out of line: a decision that nobody traces is one test of a flag.
    #[cold]
    fn record(
        &mut self,
        rule: &'static Rule,
        verdict: &'static str,
        facts: impl FnOnce() -> Facts,
    ) {
        self.decisions.push(Decision { rule, verdict, facts: facts() });
    }
}
