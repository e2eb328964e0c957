//! The type part of `startForeground`: which types a call is about, and whether it may have them.
//!
//! Rules: FGS-COMBO-*, FGS-TYPE-019, FGS-EXC-010, FGS-EXC-011, FGS-EXC-020.

use super::facts::{Facts, Host};
use super::mask::ForegroundServiceType;
use super::policy::{ForegroundServiceTypePolicy, PolicyCheck};
use super::records::PolicyInfo;
use crate::exception::Exception;
use crate::facts;
use crate::output::Output;
use crate::package::Change;
use crate::rules::{fgs_combo as combo, fgs_exc, fgs_type as rule};

/// The types of one call to `startForeground`.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct TypeRequest {
    /// As passed; the call without a type passes [`ForegroundServiceType::MANIFEST`]. Kept to the
    /// end, where it chooses between two exceptions. Rule: FGS-COMBO-002.
    pub requested: ForegroundServiceType,
    /// As the manifest declares the service. What is not passed is not checked.
    /// Rule: FGS-TYPE-202.
    pub manifest: ForegroundServiceType,
    /// The app is an instant app.
    pub instant_app: bool,
}

/// The type policy refuses a call. Nothing about the service changes.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{exception}")]
pub struct TypeDenied {
    /// What the policy said of the type that failed. Rule: FGS-COMBO-030.
    pub code: PolicyCheck,
    /// The type that failed: a single bit, or none.
    pub service_type: ForegroundServiceType,
    /// What the app gets.
    pub exception: Exception,
}

/// The types that a call is about: the manifest's in place of -1, and without `shortService` where
/// that comes with others. All of them must be declared, a `shortService` that is about to be dropped
/// included. Rules: FGS-COMBO-001, FGS-COMBO-010, FGS-COMBO-011, FGS-COMBO-012, FGS-COMBO-015,
/// FGS-COMBO-016, FGS-TYPE-171.
///
/// # Errors
///
/// `IllegalArgumentException` if the manifest does not declare all of them.
pub fn resolve_type<F: Facts + ?Sized>(
    request: &TypeRequest,
    host: &Host<'_>,
    facts: &F,
    out: &mut Output,
) -> Result<ForegroundServiceType, Exception> {
    let manifest = request.manifest;
    let mut effective = request.requested;
    if effective == ForegroundServiceType::MANIFEST {
        out.decide(&combo::FGS_COMBO_001, "types of the manifest", || facts!(manifest = manifest));
        effective = manifest;
    }
    if !manifest.contains(effective) && !facts.skips_manifest_type_check() {
        refuse_undeclared(request, effective, host, facts, out)?;
    }
    let short = ForegroundServiceType::SHORT_SERVICE;
    if effective.contains(short) && effective != short {
        out.decide(&combo::FGS_COMBO_015, "shortService is ignored beside other types", || {
            facts!(effective = effective)
        });
        effective = effective.without(short);
    }
    Ok(effective)
}

/// Types that the manifest lacks: an exception, or a warning for an instant app that targets an
/// older platform. Rules: FGS-COMBO-010, FGS-COMBO-011.
fn refuse_undeclared<F: Facts + ?Sized>(
    request: &TypeRequest,
    effective: ForegroundServiceType,
    host: &Host<'_>,
    facts: &F,
    out: &mut Output,
) -> Result<(), Exception> {
    let masks = || facts!(effective = effective, manifest = request.manifest);
    if request.instant_app
        && !facts.is_change_enabled(host.uid, Change::FGS_TYPE_CHECK_FOR_INSTANT_APPS)
    {
        out.decide(&combo::FGS_COMBO_011, "undeclared types of an instant app: warning", masks);
        return Ok(());
    }
    let rule = if request.instant_app { &combo::FGS_COMBO_011 } else { &combo::FGS_COMBO_010 };
    out.decide(rule, "types that the manifest does not declare", masks);
    Err(Exception::IllegalArgument(format!(
        "foreground service type {effective:X} is not a subset of {:X}, which the manifest declares",
        request.manifest
    )))
}

impl ForegroundServiceTypePolicy {
    /// Whether the host may run a foreground service of these types: `effective` as
    /// [`resolve_type`] gave it, `requested` as the app passed it. The answer is the code to record:
    /// `Ok`, or `Deprecated` or `PermissionDeniedPermissive` for a start with a warning. Nothing of
    /// it is remembered: the next call is answered by the facts of its own moment.
    /// Rules: FGS-TYPE-008, FGS-TYPE-024, FGS-COMBO-020, FGS-COMBO-021, FGS-COMBO-022, FGS-COMBO-023.
    ///
    /// With the usual toggles and a target SDK of 34 or later every type must pass, and the highest
    /// one that does not is named. Rules: FGS-COMBO-024, FGS-COMBO-025, FGS-TYPE-200, FGS-TYPE-201.
    ///
    /// # Errors
    ///
    /// The first type that fails, from the highest bit down.
    pub fn validate<F: Facts + ?Sized>(
        &self,
        effective: ForegroundServiceType,
        requested: ForegroundServiceType,
        host: &Host<'_>,
        facts: &F,
        out: &mut Output,
    ) -> Result<PolicyCheck, TypeDenied> {
        // A type of a later release passes as specialUse where that comes with it, and is invalid
        // without. Rules: FGS-TYPE-183, FGS-COMBO-026.
        let special = ForegroundServiceType::SPECIAL_USE;
        let default_to =
            if effective.contains(special) { special } else { ForegroundServiceType::NONE };
        let one = Single { requested, host, facts };
        let Some(highest) = effective.highest_one_bit() else {
            out.decide(&combo::FGS_COMBO_020, "checked as type none", Vec::new);
            return one.validate(self, effective, default_to, out);
        };
        let mut service_type = highest;
        let mut rest = effective;
        loop {
            let code = one.validate(self, service_type, default_to, out)?;
            rest = rest.without(service_type);
            if code != PolicyCheck::Ok {
                out.decide(&combo::FGS_COMBO_023, "lower bits are not checked", || {
                    facts!(code = code, checked_last = service_type.label(), unchecked = rest)
                });
                return Ok(code);
            }
            match rest.highest_one_bit() {
                Some(next) => service_type = next,
                None => return Ok(code),
            }
        }
    }
}

/// The check of one type in one call.
struct Single<'a, F: ?Sized> {
    requested: ForegroundServiceType,
    host: &'a Host<'a>,
    facts: &'a F,
}

impl<F: Facts + ?Sized> Single<'_, F> {
    /// `validateForegroundServiceType`: what the code of one type does. Rule: FGS-TYPE-019.
    fn validate(
        &self,
        policy: &ForegroundServiceTypePolicy,
        service_type: ForegroundServiceType,
        default_to: ForegroundServiceType,
        out: &mut Output,
    ) -> Result<PolicyCheck, TypeDenied> {
        let denied = |code, exception| TypeDenied { code, service_type, exception };
        let info = ForegroundServiceTypePolicy::policy_info(service_type, default_to)
            .map_err(|exception| denied(PolicyCheck::Unknown, exception))?;
        if info.service_type != service_type {
            out.decide(&combo::FGS_COMBO_022, "unregistered type", || {
                facts!(service_type = service_type, stands_in = info.service_type.label())
            });
        }
        let code = policy.check(info, self.host, self.facts, out);
        match code {
            PolicyCheck::Unknown | PolicyCheck::Ok => Ok(code),
            PolicyCheck::Deprecated | PolicyCheck::PermissionDeniedPermissive => {
                out.decide(&rule::FGS_TYPE_019, "starts with a warning", || {
                    let mut facts = facts!(
                        label = service_type.label(),
                        code = code.code(),
                        process = self.host.process,
                        target_sdk = self.host.target_sdk,
                    );
                    if code == PolicyCheck::PermissionDeniedPermissive {
                        facts.push(("required_permissions", info.permission_text()));
                    }
                    facts
                });
                Ok(code)
            }
            PolicyCheck::Disabled => Err(denied(code, self.disabled(service_type, out))),
            PolicyCheck::PermissionDeniedEnforced => {
                Err(denied(code, self.missing_permission(service_type, info, out)))
            }
        }
    }

    /// Rules: FGS-EXC-010, FGS-EXC-011.
    fn disabled(&self, service_type: ForegroundServiceType, out: &mut Output) -> Exception {
        let app = self.app();
        let left_open = self.requested == ForegroundServiceType::MANIFEST;
        if left_open && service_type == ForegroundServiceType::NONE {
            out.decide(&fgs_exc::FGS_EXC_010, "no type given", || facts!(app = app));
            return Exception::MissingForegroundServiceType(format!(
                "foreground service without a type: {app}"
            ));
        }
        let label = service_type.label();
        out.decide(&fgs_exc::FGS_EXC_011, "type is prohibited", || {
            facts!(label = label, app = app)
        });
        Exception::InvalidForegroundServiceType(format!(
            "foreground service of type {label} is prohibited: {app}"
        ))
    }

    /// Rule: FGS-EXC-020.
    fn missing_permission(
        &self,
        service_type: ForegroundServiceType,
        info: &PolicyInfo,
        out: &mut Output,
    ) -> Exception {
        let (label, app) = (service_type.label(), self.app());
        let needs = info.permission_text();
        out.decide(&fgs_exc::FGS_EXC_020, "prerequisite missing", || {
            facts!(label = label, app = app, needs = needs)
        });
        Exception::Security(format!("foreground service of type {label} requires {needs}: {app}"))
    }

    /// Process and target SDK, for messages.
    fn app(&self) -> String {
        let Host { uid, pid, process, target_sdk, .. } = *self.host;
        format!("{pid}:{process}/{uid}, target SDK {target_sdk}")
    }
}
