//! Tests of this room, by part of the chapter; [`World`] is what its facts say.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::entry::{Entry, Probe};
use super::records::{index_of, RECORDS};
use super::{
    resolve_type, AppOp, CustomPermission, ExemptionFact, Facts, ForegroundServiceType as Type,
    ForegroundServiceTypePolicy, Host, Permission, PolicyCheck, PolicyInfo, Role, TypeDenied,
    TypeRequest,
};
use crate::exception::Exception;
use crate::ids::{Pid, Uid};
use crate::output::Output;
use crate::package::{AppOpMode, Change};

mod combination;
mod constants;
mod each_type;
mod engine;
mod exemption;
mod primitives;

/// Everything the facts may say about one app, and what they were asked.
#[derive(Clone, Debug)]
struct World {
    target_sdk: i32,
    allow_while_in_use: bool,
    granted: BTreeSet<Permission>,
    modes: BTreeMap<AppOp, AppOpMode>,
    roles: BTreeSet<&'static str>,
    usb_device: bool,
    usb_accessory: bool,
    media_projection: bool,
    exempt: BTreeSet<ExemptionFact>,
    overrides: BTreeMap<Change, bool>,
    skips_manifest_type_check: bool,
    asked: RefCell<Vec<String>>,
}

const UID: Uid = Uid(1_010_123);
const PID: Pid = Pid(4321);

impl World {
    /// An app that holds nothing at all.
    fn targeting(target_sdk: i32) -> Self {
        Self {
            target_sdk,
            allow_while_in_use: false,
            granted: BTreeSet::new(),
            modes: BTreeMap::new(),
            roles: BTreeSet::new(),
            usb_device: false,
            usb_accessory: false,
            media_projection: false,
            exempt: BTreeSet::new(),
            overrides: BTreeMap::new(),
            skips_manifest_type_check: false,
            asked: RefCell::default(),
        }
    }

    /// The same app, with a permission.
    fn grant(mut self, permission: Permission) -> Self {
        self.granted.insert(permission);
        self
    }

    /// The same app, with the permission of a type.
    fn grant_type(self, service_type: Type) -> Self {
        match info(service_type).all_of {
            Some([Entry::Regular(permission)]) => self.grant(*permission),
            other => panic!("{} asks for {other:?}", service_type.label()),
        }
    }

    /// The same app, with an op set.
    fn set(mut self, op: AppOp, mode: AppOpMode) -> Self {
        self.modes.insert(op, mode);
        self
    }

    /// The same app, with a compat change forced.
    fn force(mut self, change: Change, enabled: bool) -> Self {
        self.overrides.insert(change, enabled);
        self
    }

    /// The same app, in use or not.
    fn in_use(mut self, allow_while_in_use: bool) -> Self {
        self.allow_while_in_use = allow_while_in_use;
        self
    }

    /// The same app, for which a fact speaks.
    fn exempt(mut self, fact: ExemptionFact) -> Self {
        self.exempt.insert(fact);
        self
    }

    /// The same app, with whatever this entry asks for.
    fn satisfy(mut self, entry: Entry) -> Self {
        match entry {
            Entry::Regular(permission) => self = self.grant(permission),
            Entry::AppOp(op) => self = self.set(op, AppOpMode::Allowed),
            Entry::Role(role) => drop(self.roles.insert(role.name())),
            Entry::UsbDevice => self.usb_device = true,
            Entry::UsbAccessory => self.usb_accessory = true,
        }
        self
    }

    fn host(&self) -> Host<'static> {
        Host {
            uid: UID,
            pid: PID,
            process: "com.example:fit",
            package: "com.example",
            target_sdk: self.target_sdk,
            allow_while_in_use: self.allow_while_in_use,
        }
    }

    fn note(&self, question: impl Into<String>) {
        self.asked.borrow_mut().push(question.into());
    }

    /// What was asked since the last time.
    fn asked(&self) -> Vec<String> {
        self.asked.take()
    }
}

impl Facts for World {
    fn is_permission_granted(&self, host: &Host<'_>, permission: Permission) -> bool {
        assert_eq!(*host, self.host());
        self.note(permission.name());
        self.granted.contains(&permission)
    }

    fn app_op_mode(&self, host: &Host<'_>, op: AppOp) -> AppOpMode {
        assert_eq!(*host, self.host());
        self.note(op.public_name());
        self.modes.get(&op).copied().unwrap_or_else(|| op.default_mode())
    }

    fn holds_role(&self, host: &Host<'_>, role: &str) -> bool {
        assert_eq!(*host, self.host());
        self.note(role);
        self.roles.contains(role)
    }

    fn may_use_usb_device(&self, package: &str, pid: Pid, uid: Uid) -> bool {
        self.note(format!("USB device {package} {pid} {uid}"));
        self.usb_device
    }

    fn may_use_usb_accessory(&self, pid: Pid, uid: Uid) -> bool {
        self.note(format!("USB accessory {pid} {uid}"));
        self.usb_accessory
    }

    fn has_media_projection(&self, uid: Uid) -> bool {
        self.note(format!("media projection {uid}"));
        self.media_projection
    }

    fn is_exempt(&self, host: &Host<'_>, fact: ExemptionFact) -> bool {
        assert_eq!(*host, self.host());
        self.note(format!("{fact:?}"));
        self.exempt.contains(&fact)
    }

    fn is_change_enabled(&self, uid: Uid, change: Change) -> bool {
        assert_eq!(uid, UID);
        let forced = self.overrides.get(&change).copied();
        forced.unwrap_or_else(|| change.enabled_for_target_sdk(self.target_sdk))
    }

    fn skips_manifest_type_check(&self) -> bool {
        self.skips_manifest_type_check
    }
}

/// The policy of a registered type.
fn info(service_type: Type) -> &'static PolicyInfo {
    let index = index_of(service_type).expect("a registered type");
    &RECORDS[index]
}

/// What the policy says of one registered type.
fn check(world: &World, service_type: Type) -> PolicyCheck {
    check_with(&ForegroundServiceTypePolicy::new(), world, service_type).0
}

/// The same with a policy of one's own, and the ids of the rules that decided.
fn check_with(
    policy: &ForegroundServiceTypePolicy,
    world: &World,
    service_type: Type,
) -> (PolicyCheck, Vec<&'static str>) {
    let mut out = Output::tracing();
    let code = policy.check(info(service_type), &world.host(), world, &mut out);
    (code, out.decisions.iter().map(|decision| decision.rule.id).collect())
}

/// A whole call: resolved, then checked. Types are those passed and those of the manifest.
fn call(world: &World, requested: Type, manifest: Type) -> Result<(Type, PolicyCheck), Exception> {
    let policy = ForegroundServiceTypePolicy::new();
    let request = TypeRequest { requested, manifest, instant_app: false };
    let host = world.host();
    let effective = resolve_type(&request, &host, world, &mut Output::new())?;
    policy
        .validate(effective, requested, &host, world, &mut Output::new())
        .map(|code| (effective, code))
        .map_err(|denied| denied.exception)
}

/// A call whose manifest declares just what is passed; what decided comes with it.
fn validate(
    policy: &ForegroundServiceTypePolicy,
    world: &World,
    types: Type,
) -> (Result<PolicyCheck, TypeDenied>, Vec<&'static str>) {
    let mut out = Output::tracing();
    let answer = policy.validate(types, types, &world.host(), world, &mut out);
    (answer, out.decisions.iter().map(|decision| decision.rule.id).collect())
}

/// The class of what a call throws, or what it is worth.
fn outcome(answer: Result<(Type, PolicyCheck), Exception>) -> &'static str {
    match answer {
        Ok((_, code)) => code.name(),
        Err(exception) => exception.class_name(),
    }
}
