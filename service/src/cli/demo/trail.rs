//! What the service decided, as it happens: waited for, shown with its rules, and checked.

use std::time::{Duration, Instant};

use jobwarden_service::ipc::aidl::ISystem::ISystem;
use jobwarden_service::ipc::aidl::TrailEntry::TrailEntry;
use jobwarden_service::ipc::binder::Strong;

use super::super::Failure;

/// Rules shown for one event.
const SHOWN: usize = 4;
/// Characters shown of what a rule looked at.
const FACTS: usize = 72;

/// Reads the service's trail from where it was read last.
pub(super) struct Trail {
    system: Strong<dyn ISystem>,
    next: i64,
    unread: Vec<TrailEntry>,
}

impl Trail {
    pub(super) fn new(system: Strong<dyn ISystem>) -> Self {
        Self { system, next: 1, unread: Vec::new() }
    }

    fn read(&mut self) -> Result<(), Failure> {
        loop {
            let more = self.system.readTrail(self.next, 256)?;
            let Some(last) = more.last() else { return Ok(()) };
            self.next = last.sequence + 1;
            self.unread.extend(more);
        }
    }

    /// Waits for an input that is what the claim says, and shows why; earlier ones are done with.
    ///
    /// # Errors
    ///
    /// The claim is not true in time, or no rule of these areas decided.
    pub(super) fn claim(
        &mut self,
        claim: &str,
        because: &[&str],
        is: impl Fn(&TrailEntry) -> bool,
    ) -> Result<TrailEntry, Failure> {
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            self.read()?;
            if let Some(found) = self.unread.iter().position(&is) {
                let entry = self.unread.drain(..=found).next_back();
                let entry = entry.ok_or_else(|| Failure::new("the trail is empty"))?;
                return explain(claim, because, entry);
            }
            if Instant::now() > deadline {
                return Err(Failure::new(format!("not true: {claim}")));
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Checks that nothing of the kind has happened since what was claimed last.
    pub(super) fn deny(
        &mut self,
        claim: &str,
        is: impl Fn(&TrailEntry) -> bool,
    ) -> Result<(), Failure> {
        self.read()?;
        match self.unread.iter().any(is) {
            true => Err(Failure::new(format!("not true: {claim}"))),
            false => {
                println!("  + {claim}");
                Ok(())
            }
        }
    }
}

/// Shows an event with the rules behind it.
fn explain(claim: &str, because: &[&str], entry: TrailEntry) -> Result<TrailEntry, Failure> {
    println!("  + {claim}");
    let relevant: Vec<_> = entry
        .decisions
        .iter()
        .filter(|decision| because.iter().any(|area| decision.rule.starts_with(area)))
        .collect();
    for decision in relevant.iter().take(SHOWN) {
        let facts: String = decision.facts.join(", ").chars().take(FACTS).collect();
        println!("      {}  {}  {facts}", decision.rule, decision.verdict);
    }
    if relevant.is_empty() && !because.is_empty() {
        let rules: Vec<_> = entry.decisions.iter().map(|decision| &decision.rule).collect();
        return Err(Failure::new(format!("not true: {because:?} decided ({rules:?}): {claim}")));
    }
    Ok(entry)
}

/// Whether an entry has an effect of this kind that says all of this.
pub(super) fn effect(entry: &TrailEntry, kind: &str, says: &[&str]) -> bool {
    let kind = format!("\"effect\":\"{kind}\"");
    entry
        .effects
        .iter()
        .any(|effect| effect.contains(&kind) && says.iter().all(|text| effect.contains(text)))
}
