//! What was told of other parts of Android: the marks of [`SystemFact`], and who may deal with whom.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::{ComponentName, Pid, Uid, UserId};
use crate::input::{DeviceMark, PackageMark, SystemFact, UidMark};

/// Everything that holds; what is not here does not.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub(crate) struct Told {
    packages: BTreeSet<(UserId, PackageMark, String)>,
    uids: BTreeSet<(UidMark, Uid)>,
    debugging: BTreeSet<Pid>,
    apps_control_disallowed: BTreeSet<UserId>,
    device: BTreeSet<DeviceMark>,
    firewalled: BTreeSet<ComponentName>,
    associations: BTreeMap<String, BTreeSet<String>>,
}

impl Told {
    /// Takes a fact in; what it makes of temporary lists is not kept here.
    pub(super) fn take(&mut self, fact: &SystemFact) {
        match fact {
            SystemFact::Package { package, user, mark, holds } => {
                if *mark == PackageMark::DefaultInputMethod && *holds {
                    self.packages.retain(|(of, known, _)| (of, known) != (user, mark));
                }
                put(&mut self.packages, (*user, *mark, package.clone()), *holds);
            }
            SystemFact::Uid { uid, mark, holds } => put(&mut self.uids, (*mark, *uid), *holds),
            SystemFact::Debugging { pid, holds } => put(&mut self.debugging, *pid, *holds),
            SystemFact::AppsControlDisallowed { user, holds } => {
                put(&mut self.apps_control_disallowed, *user, *holds);
            }
            SystemFact::Device { mark, holds } => put(&mut self.device, *mark, *holds),
            SystemFact::Firewall { service, blocked } => {
                put(&mut self.firewalled, service.clone(), *blocked);
            }
            SystemFact::Associations { package, allowed: Some(allowed) } => {
                self.associations.insert(package.clone(), allowed.clone());
            }
            SystemFact::Associations { package, allowed: None } => {
                self.associations.remove(package);
            }
            SystemFact::TemporaryAllowlist { .. } => {}
        }
    }

    pub(super) fn package(&self, package: &str, user: UserId, mark: PackageMark) -> bool {
        self.packages.contains(&(user, mark, package.to_owned()))
    }

    /// The first package of a user with a mark.
    pub(super) fn package_with(&self, user: UserId, mark: PackageMark) -> Option<&str> {
        let marked = self.packages.iter().find(|(of, known, _)| (*of, *known) == (user, mark));
        marked.map(|(_, _, package)| package.as_str())
    }

    pub(super) fn uid(&self, uid: Uid, mark: UidMark) -> bool {
        self.uids.contains(&(mark, uid))
    }

    pub(super) fn is_debugging(&self, pid: Pid) -> bool {
        self.debugging.contains(&pid)
    }

    pub(super) fn is_apps_control_disallowed(&self, user: UserId) -> bool {
        self.apps_control_disallowed.contains(&user)
    }

    pub(super) fn device(&self, mark: DeviceMark) -> bool {
        self.device.contains(&mark)
    }

    pub(super) fn is_firewalled(&self, service: &ComponentName) -> bool {
        self.firewalled.contains(service)
    }

    /// `validateAssociationAllowedLocked`: each of the two lets itself be associated with the other. The
    /// system, and a uid with itself, always may. Rule: FGS-START-015.
    pub(super) fn are_associated(&self, one: (Uid, &str), other: (Uid, &str)) -> bool {
        let lets = |who: &str, whom: &str| {
            self.associations.get(who).map_or(true, |allowed| allowed.contains(whom))
        };
        let system = |uid: Uid| uid.app_id() == Uid::SYSTEM.app_id();
        one.0 == other.0
            || system(one.0)
            || system(other.0)
            || (lets(one.1, other.1) && lets(other.1, one.1))
    }

    /// A process is gone, and with it what was told of it.
    pub(super) fn forget_process(&mut self, pid: Pid) {
        self.debugging.remove(&pid);
    }
}

fn put<T: Ord>(set: &mut BTreeSet<T>, item: T, holds: bool) {
    if holds {
        set.insert(item);
    } else {
        set.remove(&item);
    }
}
