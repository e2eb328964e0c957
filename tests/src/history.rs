//! Random histories of a small world, from a seed: the same seed is the same history on every
//! implementation that decides alike, and the trail of its decisions has the same hash.

mod act;
mod chance;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use jobwarden_model::Input;
use sha2::{Digest, Sha256};

use self::act::KINDS;
use self::chance::Chance;
use self::world::World;
use crate::adapter::{Adapter, AdapterError, Answer};

/// How many times in a row time may be asked to pass without passing.
const STANDSTILL_MAX: usize = 1000;

/// What happens next.
#[derive(Clone, Debug)]
enum Step {
    /// Somebody says something.
    Apply(Box<Input>),
    /// Nobody does anything for a while.
    Pass {
        /// How long.
        millis: i64,
        /// Whether the device sleeps.
        asleep: bool,
    },
}

/// What a history was like.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Told {
    /// Everything that was applied, instants at which something fell due included.
    pub inputs: u64,
    /// Among them, instants at which something fell due.
    pub ticks: u64,
    /// How many were refused with an exception.
    pub refused: u64,
    /// What the outside had to carry out.
    pub effects: u64,
    /// How often a rule decided.
    pub decisions: u64,
    /// Which rules did.
    pub rules: BTreeSet<String>,
    /// What was drawn, by kind.
    pub drawn: BTreeMap<&'static str, u64>,
    /// SHA-256 of the trail: every answer as a line of JSON.
    pub hash: String,
}

/// Lets `inputs` inputs happen to an implementation; `hear` is told each line of the trail.
///
/// # Errors
///
/// The implementation cannot be asked.
pub fn run(
    seed: u64,
    inputs: u64,
    adapter: &mut dyn Adapter,
    hear: &mut dyn FnMut(&str),
) -> Result<Told, AdapterError> {
    let mut run = Run::new(seed, adapter, hear);
    for input in run.world.beginning() {
        run.apply(&input)?;
    }
    while run.told.inputs < inputs {
        let kind = &KINDS[run.chance.weighted(&run.weights)];
        let Some(step) = (kind.act)(&mut run.world, &mut run.chance) else { continue };
        *run.told.drawn.entry(kind.name).or_default() += 1;
        match step {
            Step::Apply(input) => run.apply(&input)?,
            Step::Pass { millis, asleep } => run.pass(millis, asleep)?,
        }
    }
    run.told.hash = hexadecimal(&run.hash.finalize());
    Ok(run.told)
}

struct Run<'a> {
    chance: Chance,
    weights: Vec<usize>,
    world: World,
    adapter: &'a mut dyn Adapter,
    hear: &'a mut dyn FnMut(&str),
    hash: Sha256,
    told: Told,
}

impl<'a> Run<'a> {
    fn new(seed: u64, adapter: &'a mut dyn Adapter, hear: &'a mut dyn FnMut(&str)) -> Self {
        let mut chance = Chance::new(seed);
        // Each run prefers something else, and leaves something out; but there always are jobs, apps
        // answer, and time passes.
        let weights = KINDS
            .iter()
            .map(|kind| match kind.name {
                "answer" | "schedule" | "time" => {
                    kind.weight_max / 2 + chance.below(kind.weight_max / 2)
                }
                _ if chance.once_in(8) => 0,
                _ => 1 + chance.below(kind.weight_max),
            })
            .collect();
        let (world, hash, told) = (World::default(), Sha256::new(), Told::default());
        Self { chance, weights, world, adapter, hear, hash, told }
    }

    /// Applies one input, and what must follow from it at once.
    fn apply(&mut self, input: &Input) -> Result<(), AdapterError> {
        let answer = self.adapter.apply(input)?;
        self.note(&answer)?;
        self.follow_up()
    }

    fn follow_up(&mut self) -> Result<(), AdapterError> {
        while let Some(input) = self.world.at_once() {
            let answer = self.adapter.apply(&input)?;
            self.note(&answer)?;
        }
        Ok(())
    }

    fn pass(&mut self, millis: i64, asleep: bool) -> Result<(), AdapterError> {
        let (mut left, mut standstill) = (millis, 0);
        while left > 0 {
            let next = self.adapter.next_wakeup()?;
            let step = next.map_or(left, |next| next.clamp(0, left));
            standstill = if step == 0 { standstill + 1 } else { 0 };
            if standstill > STANDSTILL_MAX {
                return Err(AdapterError::Malformed("something is due for ever".to_owned()));
            }
            left -= step;
            for answer in self.adapter.pass(step, asleep)? {
                self.told.ticks += 1;
                self.note(&answer)?;
            }
            self.follow_up()?;
        }
        Ok(())
    }

    fn note(&mut self, answer: &Answer) -> Result<(), AdapterError> {
        let line = serde_json::to_string(answer)
            .map_err(|error| AdapterError::Malformed(error.to_string()))?;
        self.hash.update(line.as_bytes());
        self.hash.update(b"\n");
        (self.hear)(&line);
        self.told.inputs += 1;
        self.told.refused += u64::from(matches!(answer.reply, Some(Err(_))));
        self.told.effects += answer.effects.len() as u64;
        self.told.decisions += answer.decisions.len() as u64;
        for decision in &answer.decisions {
            if !self.told.rules.contains(&decision.rule) {
                self.told.rules.insert(decision.rule.clone());
            }
        }
        self.world.note(answer, &mut self.chance);
        Ok(())
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}"); // Writing to a String cannot fail.
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapter::InProcess;
    use jobwarden_model::Platform;

    fn tell(seed: u64, inputs: u64) -> Told {
        let mut model = InProcess::new(Platform::android_14());
        run(seed, inputs, &mut model, &mut |_| {}).expect("the model always answers")
    }

    #[test]
    fn the_same_seed_is_the_same_history() {
        for seed in 1..=8 {
            assert_eq!(tell(seed, 600), tell(seed, 600), "seed {seed}");
        }
        assert_ne!(tell(1, 600).hash, tell(2, 600).hash);
    }

    /// A generator of which nothing comes would agree with everything.
    #[test]
    fn much_happens_in_some_history() {
        let told: Vec<_> = (1..=12).map(|seed| tell(seed, 1000)).collect();
        let rules: BTreeSet<_> = told.iter().flat_map(|told| told.rules.iter()).collect();
        let effects: u64 = told.iter().map(|told| told.effects).sum();
        let refused: u64 = told.iter().map(|told| told.refused).sum();
        assert!(rules.len() > 120, "{} rules", rules.len());
        assert!(effects > 3000 && refused > 500, "{effects} effects, {refused} refusals");
        for kind in &KINDS {
            assert!(told.iter().any(|told| told.drawn.contains_key(kind.name)), "{}", kind.name);
        }
    }
}
