//! Uri permissions that live as long as a job or a work item: the platform's `GrantedUriPermissions`.
//!
//! A uri may name the user whose content it is (`content://10@authority/...`); the grant is made for
//! that user, and for the uri without the name. It is taken back for the user of the source uid, whoever
//! the content belongs to. Rules: JOB-SCHED-028, JOB-SCHED-031.

use std::collections::BTreeMap;

use super::effect::JobEffect;
use super::info::{ClipData, WorkIntent};
use super::neighbours::Neighbours;
use super::RecordId;
use crate::exception::Exception;
use crate::ids::{Uid, UserId};
use crate::output::Output;
use crate::rules;

/// `Intent.FLAG_GRANT_READ_URI_PERMISSION`.
pub const FLAG_GRANT_READ: i32 = 1;
/// `Intent.FLAG_GRANT_WRITE_URI_PERMISSION`.
pub const FLAG_GRANT_WRITE: i32 = 2;

/// Between whom a grant is made.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Parties<'a> {
    /// Whose permission is passed on.
    pub from: Uid,
    /// The package that is granted access.
    pub package: &'a str,
    /// Its user.
    pub user: UserId,
}

/// What was granted together, and is taken back together.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
struct Granted {
    flags: i32,
    source_user: UserId,
    uris: Vec<String>,
}

/// What is granted on behalf of one record.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
struct OfRecord {
    clip: Option<Granted>,
    /// By work id.
    work: BTreeMap<i32, Granted>,
}

/// Everything that is granted at the moment.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct UriGrants {
    records: BTreeMap<RecordId, OfRecord>,
}

impl UriGrants {
    /// `prepareLocked`: grants what the clip of a job shares. Rule: JOB-SCHED-028.
    ///
    /// # Errors
    ///
    /// A uri may not be granted. What was granted before it stays granted.
    pub fn grant_clip(
        &mut self,
        record: RecordId,
        clip: Option<&ClipData>,
        flags: i32,
        parties: Parties<'_>,
        neighbours: &dyn Neighbours,
        out: &mut Output,
    ) -> Result<(), Exception> {
        let Some(clip) = clip.filter(|_| asks_for_access(flags)) else { return Ok(()) };
        let granted = grant(&clip.uris, flags, parties, neighbours, out)?;
        if granted.is_some() {
            self.records.entry(record).or_default().clip = granted;
        }
        Ok(())
    }

    /// Grants what the intent of a work item shares. Rule: JOB-SCHED-031.
    ///
    /// # Errors
    ///
    /// A uri may not be granted. What was granted before it stays granted.
    pub fn grant_work(
        &mut self,
        record: RecordId,
        work_id: i32,
        intent: Option<&WorkIntent>,
        parties: Parties<'_>,
        neighbours: &dyn Neighbours,
        out: &mut Output,
    ) -> Result<(), Exception> {
        let Some(intent) = intent.filter(|intent| asks_for_access(intent.flags)) else {
            return Ok(());
        };
        let uris = intent.data.iter().chain(&intent.clip);
        if let Some(granted) = grant(uris, intent.flags, parties, neighbours, out)? {
            self.records.entry(record).or_default().work.insert(work_id, granted);
        }
        Ok(())
    }

    /// `unprepareLocked`: takes back what the clip of a job shared.
    pub fn revoke_clip(&mut self, record: RecordId, out: &mut Output) {
        if let Some(granted) = self.records.get_mut(&record).and_then(|of| of.clip.take()) {
            revoke(granted, out);
        }
        self.forget_if_empty(record);
    }

    /// Takes back what a work item shared.
    pub fn revoke_work(&mut self, record: RecordId, work_id: i32, out: &mut Output) {
        if let Some(granted) = self.records.get_mut(&record).and_then(|of| of.work.remove(&work_id))
        {
            revoke(granted, out);
        }
        self.forget_if_empty(record);
    }

    /// The work items of a record move to its successor; nothing is taken back. Rule: JOB-SCHED-060.
    pub fn move_work(&mut self, from: RecordId, to: RecordId) {
        let Some(work) = self.records.get_mut(&from).map(|of| std::mem::take(&mut of.work)) else {
            return;
        };
        self.forget_if_empty(from);
        if !work.is_empty() {
            self.records.entry(to).or_default().work.extend(work);
        }
    }

    /// A record was refused after all: what was granted for it stays granted, and nobody will take it
    /// back. Rule: JOB-SCHED-029.
    pub fn forget(&mut self, record: RecordId) {
        self.records.remove(&record);
    }

    fn forget_if_empty(&mut self, record: RecordId) {
        if self.records.get(&record).is_some_and(|of| of.clip.is_none() && of.work.is_empty()) {
            self.records.remove(&record);
        }
    }
}

fn asks_for_access(flags: i32) -> bool {
    flags & (FLAG_GRANT_READ | FLAG_GRANT_WRITE) != 0
}

fn grant<'u>(
    uris: impl IntoIterator<Item = &'u String>,
    flags: i32,
    parties: Parties<'_>,
    neighbours: &dyn Neighbours,
    out: &mut Output,
) -> Result<Option<Granted>, Exception> {
    let mut granted = Granted { flags, source_user: parties.from.user(), uris: Vec::new() };
    for uri in uris {
        let (owner, uri) = split_user(uri);
        let allowed = match owner {
            Owner::Named(owner) => Some(owner),
            Owner::OfSource => Some(parties.from.user()),
            Owner::Nobody => None,
        }
        .filter(|&owner| neighbours.may_grant_uri(parties.from, &uri, flags, owner));
        let Some(owner) = allowed else {
            out.decide(&rules::job_sched::JOB_SCHED_028, "uri not granted", || {
                crate::facts!(from = parties.from, uri = uri, flags = flags)
            });
            return Err(Exception::Security(format!(
                "uid {} may not grant access to {uri}",
                parties.from
            )));
        };
        out.effect(JobEffect::GrantUri {
            from: parties.from,
            package: parties.package.to_owned(),
            uri: uri.clone(),
            flags,
            owner,
            user: parties.user,
        });
        granted.uris.push(uri);
    }
    Ok((!granted.uris.is_empty()).then_some(granted))
}

/// The last one granted is the first one taken back.
fn revoke(granted: Granted, out: &mut Output) {
    let Granted { flags, source_user, uris } = granted;
    for uri in uris.into_iter().rev() {
        out.effect(JobEffect::RevokeUri { uri, flags, user: source_user });
    }
}

/// Whose content a uri names.
enum Owner {
    /// The user before the `@`.
    Named(UserId),
    /// No user is named: the user of whoever grants.
    OfSource,
    /// What stands before the `@` is no user.
    Nobody,
}

/// `ContentProvider.getUserIdFromUri` and `getUriWithoutUserId`.
fn split_user(uri: &str) -> (Owner, String) {
    let Some((scheme, rest)) = uri.split_once("://") else {
        return (Owner::OfSource, uri.to_owned());
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(end);
    match authority.rsplit_once('@') {
        None => (Owner::OfSource, uri.to_owned()),
        Some((user, host)) => {
            let owner = user.parse().map_or(Owner::Nobody, |user| Owner::Named(UserId(user)));
            (owner, format!("{scheme}://{host}{tail}"))
        }
    }
}
