//! `retrieveService`: which record a call is about, and whether the caller may use it.
//!
//! The trap: whoever looks a record up becomes its recent caller, even if the call is refused further
//! down, and even if all it wanted was to stop the service. Rules: FGS-START-003, FGS-START-015.

use super::active_services::{ActiveServices, Context};
use super::effect::ServiceToken;
use super::exemption::Identity;
use super::neighbours::{Gate, ServiceInfo};
use super::record::ServiceRecord;
use crate::facts;
use crate::ids::{ComponentName, UserId};
use crate::package::AppOpMode;
use crate::rules::fgs_start as rule;

/// What a look-up found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Lookup {
    /// Nothing that the caller may know of.
    Missing,
    /// Something that the caller may not use; the class of a result with package `!`.
    Refused(String),
    /// A record.
    Found(ServiceToken),
}

/// What to look for.
pub(super) struct Wanted<'a> {
    pub component: &'a ComponentName,
    pub user: UserId,
    pub who: &'a Identity,
    /// Makes a record if there is none.
    pub create: bool,
    /// The caller is in the foreground.
    pub caller_fg: bool,
}

impl ActiveServices {
    /// Looks a service up for a caller.
    pub(super) fn retrieve_service(&mut self, wanted: &Wanted<'_>, cx: &mut Context<'_>) -> Lookup {
        let key = (wanted.user, wanted.component.clone());
        let known = self.by_name.get(&key).copied();
        let resolved = cx.neighbours.resolve_service(wanted.component, wanted.user, wanted.who.uid);
        let Some(info) = resolved else {
            cx.out.decide(&rule::FGS_START_015, "does not resolve", || facts!(key));
            return Lookup::Missing;
        };
        if known.is_none() && !wanted.create {
            return Lookup::Missing;
        }
        let package = wanted.who.package.as_deref();
        let associated = cx.neighbours.passes(Gate::Association, wanted.who.uid, package, &info);
        let token = match known {
            Some(token) => token,
            None if !associated => return refused("association not allowed", cx),
            None => self.create_record(info.clone(), wanted, cx),
        };
        let record = self.record_mut(token);
        record.recent_calling_uid = wanted.who.uid;
        record.recent_calling_package = wanted.who.package.clone();
        cx.out.decide(&rule::FGS_START_003, "recent caller", || facts!(who = wanted.who));
        if !associated {
            return refused("association not allowed", cx);
        }
        match refusal(&info, wanted.who, cx) {
            Some(lookup) => lookup,
            None => Lookup::Found(token),
        }
    }

    fn create_record(
        &mut self,
        info: ServiceInfo,
        wanted: &Wanted<'_>,
        cx: &mut Context<'_>,
    ) -> ServiceToken {
        self.last_token += 1;
        let token = ServiceToken(self.last_token);
        let name = info.name.clone();
        cx.out.decide(&rule::FGS_START_002, "a new record", || facts!(token, name));
        self.by_name.insert((wanted.user, name), token);
        let now = cx.now.elapsed;
        let record = ServiceRecord::new(token, info, wanted.user, now, wanted.caller_fg);
        self.records.insert(token, record);
        token
    }
}

fn refused(why: &str, cx: &mut Context<'_>) -> Lookup {
    cx.out.decide(&rule::FGS_START_015, "refused", || facts!(why));
    Lookup::Refused(why.to_owned())
}

/// Firewall, export, permission and its app-op, in this order. Rule: FGS-START-015.
fn refusal(info: &ServiceInfo, who: &Identity, cx: &mut Context<'_>) -> Option<Lookup> {
    let package = who.package.as_deref();
    if !cx.neighbours.passes(Gate::Firewall, who.uid, package, info) {
        return Some(refused("blocked by firewall", cx));
    }
    let privileged = who.uid.holds_everything() || who.uid.app_id() == info.uid.app_id();
    if !privileged && !info.exported {
        return Some(refused(&format!("not exported from uid {}", info.uid), cx));
    }
    let permission = info.permission.as_deref()?;
    if !privileged && !cx.neighbours.holds(permission, who.pid, who.uid) {
        return Some(refused(permission, cx));
    }
    let op = cx.neighbours.app_op_of(permission)?;
    let mode = cx.neighbours.app_op(&op, who.uid, package.unwrap_or_default());
    if mode == AppOpMode::Allowed || mode == AppOpMode::Foreground {
        return None;
    }
    cx.out.decide(&rule::FGS_START_015, "app-op not allowed", || facts!(op, mode));
    Some(Lookup::Missing)
}
