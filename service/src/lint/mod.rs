//! What is wrong with what an app declares, found without running it.
//!
//! [`check`] looks at one [`Manifest`]; [`files`] finds manifests and looks at many at once; [`report`]
//! writes down what was found. `docs/lint.md` lists the checks.
//!
//! What a type needs is not repeated here: it is asked of the policy of the model, the very one that
//! refuses `startForeground` at run time. The rule a finding cites is the one that would refuse.
//!
//! The trap: a manifest does not say which services go to the foreground, nor what the user will grant.
//! Where that is open a finding is a note, or says what it depends on.

pub mod files;
mod jobs;
pub mod report;
mod types;

use std::collections::BTreeSet;
use std::fmt;

use jobwarden_model::rules::Rule;
use serde::Serialize;

use jobwarden_manifest::{Manifest, Place};

/// How bad a finding is.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Worth a look; not a finding that fails a build.
    Note,
    /// Fails under circumstances that the manifest does not settle, or only warns on a device.
    Warning,
    /// Fails on every device.
    Error,
}

impl Level {
    /// The word for it, also in SARIF.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// Something wrong.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule that makes it wrong; its text stands in `docs/spec/`.
    pub rule: &'static Rule,
    /// How bad it is.
    pub level: Level,
    /// Which element.
    pub place: Place,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub fix: String,
}

/// Looks at one manifest. What is found comes in the order of the document.
pub fn check(manifest: &Manifest) -> Vec<Finding> {
    let app = App::of(manifest);
    let mut findings = Vec::new();
    types::check(&app, &mut findings);
    jobs::check(&app, &mut findings);
    // Stable: what is said of one element keeps its order.
    findings.sort_by_key(|finding| finding.place.line.unwrap_or(0));
    findings
}

/// A manifest and what is asked of it again and again.
struct App<'a> {
    manifest: &'a Manifest,
    requested: BTreeSet<&'a str>,
}

impl<'a> App<'a> {
    fn of(manifest: &'a Manifest) -> Self {
        Self { manifest, requested: manifest.requested() }
    }

    fn requests(&self, permission: &str) -> bool {
        self.requested.contains(permission)
    }

    /// How to get a permission that is not requested.
    fn how_to_request(&self, permission: &str) -> String {
        let capped = self.manifest.permissions.iter().find(|asked| asked.name == permission);
        match capped.and_then(|asked| asked.max_sdk) {
            Some(max) => format!(
                "remove maxSdkVersion from <uses-permission android:name=\"{permission}\">: it is \
                 requested up to API {max} only"
            ),
            None => format!("add <uses-permission android:name=\"{permission}\"/> to <manifest>"),
        }
    }
}
