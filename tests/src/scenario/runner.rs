//! Plays a scenario: time passes, somebody acts, apps react, and everything is compared.

use jobwarden_model::{Input, Reply};

use super::cast::{self, Cast, NoInput};
use super::check;
use super::expect::Expect;
use super::grammar::Scenario;
use super::report::{Outcome, StepFailure};
use super::step::{Action, Step};
use crate::adapter::{Adapter, AdapterError, Answer};

/// How many acts may follow from one another at one instant before the world counts as stuck.
const ACTS_PER_INSTANT_MAX: usize = 10_000;

/// Plays a scenario on a fresh implementation.
///
/// # Errors
///
/// The implementation cannot be asked.
pub fn run(scenario: &Scenario, adapter: &mut dyn Adapter) -> Result<Outcome, AdapterError> {
    if !adapter.claims(&scenario.rules) {
        return Ok(Outcome::NotClaimed);
    }
    let mut play = Play { cast: Cast::new(&scenario.given), adapter, now: 0, seen: Vec::new() };
    let before = Step::at_start();
    match play.cast.given(&scenario.given) {
        Ok(inputs) => {
            for input in inputs {
                if let Some(failure) = play.set_up(&before, input)? {
                    return Ok(Outcome::Failed(failure));
                }
            }
        }
        Err(NoInput::Scenario(why)) => {
            return Ok(Outcome::Failed(before.failure(vec![why], Vec::new())))
        }
        Err(NoInput::Thrown(exception)) => {
            let why = format!("{} while setting up: {exception}", exception.class_name());
            return Ok(Outcome::Failed(before.failure(vec![why], Vec::new())));
        }
    }
    play.seen.clear();
    for step in &scenario.timeline {
        if let Some(failure) = play.step(step)? {
            return Ok(Outcome::Failed(failure));
        }
    }
    Ok(Outcome::Passed)
}

/// A scenario while it is played.
struct Play<'a> {
    cast: Cast,
    adapter: &'a mut dyn Adapter,
    /// Milliseconds since the start.
    now: i64,
    /// What has happened since the step before.
    seen: Vec<Answer>,
}

impl Play<'_> {
    /// Applies an input of the world at the start; it must be accepted.
    fn set_up(&mut self, step: &Step, input: Input) -> Result<Option<StepFailure>, AdapterError> {
        let reply = self.apply(&input)?;
        self.settle()?;
        Ok(match reply {
            Some(Err(exception)) => {
                let why = format!("{} while setting up: {exception}", exception.class_name());
                Some(step.failure(vec![why], check::story(&self.seen)))
            }
            Some(Ok(_)) | None => None,
        })
    }

    fn step(&mut self, step: &Step) -> Result<Option<StepFailure>, AdapterError> {
        if let Some(Action::Sleep(_)) = step.action {
            self.pass_until(step.at.0, true)?;
        } else {
            self.pass_until(step.at.0, false)?;
        }
        let mut reply = None;
        if let Some(action) = &step.action {
            let inputs = match self.cast.act(action) {
                Ok(inputs) => inputs,
                Err(NoInput::Thrown(exception)) => {
                    reply = Some(Err(exception));
                    Vec::new()
                }
                Err(NoInput::Scenario(why)) => {
                    return Ok(Some(step.failure(vec![why], check::story(&self.seen))))
                }
            };
            for input in inputs {
                reply = self.apply(&input)?.map(|reply| cast::heard(&input, reply));
                self.settle()?;
                if matches!(reply, Some(Err(_))) {
                    break;
                }
            }
        }
        let failures = match &step.expect {
            Some(expect) => self.check(expect, reply.as_ref())?,
            // A refusal that nobody expects is a mistake in the scenario or in the implementation.
            None => check::unexpected_exception(reply.as_ref()),
        };
        let failure =
            (!failures.is_empty()).then(|| step.failure(failures, check::story(&self.seen)));
        self.seen.clear();
        Ok(failure)
    }

    fn check(
        &mut self,
        expect: &Expect,
        reply: check::ReplyRef<'_>,
    ) -> Result<Vec<String>, AdapterError> {
        let mut failures =
            check::step(expect, reply, &self.seen, &self.cast, self.adapter.gives_reasons());
        for (job, reason) in &expect.pending_reason {
            let found = match self.cast.ask_pending_reason(job) {
                Ok(query) => match self.adapter.apply(&query)?.reply {
                    Some(Ok(Reply::Int(number))) => super::name::pending_job_reason(number),
                    other => format!("{other:?}"),
                },
                Err(why) => why,
            };
            if found != *reason {
                failures.push(format!("pending reason of {job}: expected {reason}, got {found}"));
            }
        }
        for (job, state) in &expect.job_state {
            let found = match Cast::ask_job_state(job) {
                Ok(query) => match self.adapter.apply(&query)?.reply {
                    Some(Ok(Reply::Shell { output, .. })) => {
                        output.split_whitespace().collect::<Vec<_>>().join(" ")
                    }
                    other => format!("{other:?}"),
                },
                Err(why) => why,
            };
            if found != *state {
                failures.push(format!("state of {job}: expected `{state}`, got `{found}`"));
            }
        }
        Ok(failures)
    }

    /// Applies one input and lets the cast take note of what it led to.
    fn apply(
        &mut self,
        input: &Input,
    ) -> Result<Option<Result<Reply, jobwarden_model::Exception>>, AdapterError> {
        let answer = self.adapter.apply(input)?;
        let reply = answer.reply.clone();
        self.note(answer);
        Ok(reply)
    }

    fn note(&mut self, mut answer: Answer) {
        answer.at = self.now;
        for effect in &answer.effects {
            self.cast.react(self.now, effect);
        }
        self.seen.push(answer);
    }

    /// Lets apps do what they do at this instant, until none has anything left to do.
    fn settle(&mut self) -> Result<(), AdapterError> {
        for _ in 0..ACTS_PER_INSTANT_MAX {
            match self.cast.pop_due(self.now) {
                Some(input) => {
                    self.apply(&input)?;
                }
                None => return Ok(()),
            }
        }
        Err(AdapterError::Malformed("apps and implementation answer each other for ever".into()))
    }

    fn pass_until(&mut self, target: i64, asleep: bool) -> Result<(), AdapterError> {
        while self.now < target {
            let wakeup = self.adapter.next_wakeup()?.map(|millis| self.now + millis);
            let next = [wakeup, self.cast.next_due()].into_iter().flatten().min();
            let next = next.map_or(target, |next| next.clamp(self.now, target));
            let millis = next - self.now;
            self.now = next;
            for answer in self.adapter.pass(millis, asleep)? {
                self.note(answer);
            }
            self.settle()?;
        }
        Ok(())
    }
}

impl Step {
    /// Stands for the world at the start in reports.
    fn at_start() -> Self {
        Self { at: super::Millis(0), line: 1, column: 1, note: None, action: None, expect: None }
    }

    fn failure(&self, failures: Vec<String>, story: Vec<String>) -> StepFailure {
        StepFailure { line: self.line, at: self.at, failures, story }
    }
}
