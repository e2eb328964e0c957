//! What the system says of packages, services and the device that rooms only ask about.

use std::collections::BTreeMap;

use jobwarden_model::fgs::reason::ReasonCode;
use jobwarden_model::input::{SystemFact, TemporaryList};
use jobwarden_model::{ComponentName, Input};
use serde::de::value::{Error, StrDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer};

use super::super::action::Allowlisting;
use super::translate::{Inputs, USER};
use super::Cast;

impl Cast {
    /// Sets or takes marks, by whom they are about.
    pub(super) fn marks(&self, marks: &BTreeMap<String, String>, holds: bool) -> Inputs {
        let mut inputs = Vec::new();
        for (whom, mark) in marks {
            inputs.push(Input::Fact { fact: self.mark(whom, mark, holds)? });
        }
        Ok(inputs)
    }

    fn mark(&self, whom: &str, mark: &str, holds: bool) -> Result<SystemFact, String> {
        let unknown = || format!("`{mark}` is no mark of `{whom}`");
        if whom == "device" {
            let mark = named(mark).ok_or_else(unknown)?;
            return Ok(SystemFact::Device { mark, holds });
        }
        if let Some((package, class)) = whom.split_once('/') {
            let service = ComponentName::new(package, class);
            let firewalled = mark == "firewalled";
            let fact = SystemFact::Firewall { service, blocked: holds };
            return firewalled.then_some(fact).ok_or_else(unknown);
        }
        if mark == "debugging" {
            let pid = self.pids.get(whom).copied();
            let pid = pid.ok_or_else(|| format!("no process of `{whom}` runs"))?;
            return Ok(SystemFact::Debugging { pid, holds });
        }
        if let Some(mark) = named(mark) {
            return Ok(SystemFact::Package { package: whom.to_owned(), user: USER, mark, holds });
        }
        let mark = named(mark).ok_or_else(unknown)?;
        Ok(SystemFact::Uid { uid: self.uid(whom), mark, holds })
    }

    /// Puts uids on the temporary list.
    pub(super) fn allowlists(&self, packages: &BTreeMap<String, Allowlisting>) -> Inputs {
        let mut inputs = Vec::new();
        for (package, Allowlisting { lasts, reason }) in packages {
            let unknown = || format!("`{reason}` is no `REASON_*`");
            let fact = SystemFact::TemporaryAllowlist {
                uid: self.uid(package),
                list: TemporaryList::ForegroundServiceStart,
                duration: lasts.0,
                reason: ReasonCode::by_name(reason).ok_or_else(unknown)?,
            };
            inputs.push(Input::Fact { fact });
        }
        Ok(inputs)
    }
}

/// Who may be associated with whom.
pub(super) fn associations(packages: &BTreeMap<String, Vec<String>>) -> Vec<Input> {
    let fact = |(package, allowed): (&String, &Vec<String>)| SystemFact::Associations {
        package: package.clone(),
        allowed: Some(allowed.iter().cloned().collect()),
    };
    packages.iter().map(fact).map(|fact| Input::Fact { fact }).collect()
}

/// The mark that the model spells `soSpelled` and scenarios `so-spelled`.
fn named<T: DeserializeOwned>(mark: &str) -> Option<T> {
    let mut words = mark.split('-');
    let mut name = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.extend(letters);
    }
    let deserializer: StrDeserializer<'_, Error> = name.as_str().into_deserializer();
    T::deserialize(deserializer).ok()
}
