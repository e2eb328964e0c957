//! `DefaultForegroundServiceTypePolicy`: may this app run a service of this one type?

use super::entry::{Entry, Probe};
use super::exemption::is_system_exempted;
use super::facts::{Facts, Host};
use super::mask::ForegroundServiceType;
use super::records::{index_of, PolicyInfo, COUNT, RECORDS};
use crate::exception::Exception;
use crate::facts;
use crate::output::Output;
use crate::package::Change;
use crate::rules::fgs_type as rule;

/// `FGS_TYPE_POLICY_CHECK_*`. Rule: FGS-TYPE-012.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[repr(u8)]
pub enum PolicyCheck {
    /// Not evaluated.
    #[default]
    Unknown = 0,
    /// The service may have the type.
    Ok = 1,
    /// It may, with a warning: the type will go away.
    Deprecated = 2,
    /// It may not: the type is gone.
    Disabled = 3,
    /// It may, with a warning: a prerequisite is missing.
    PermissionDeniedPermissive = 4,
    /// It may not: a prerequisite is missing.
    PermissionDeniedEnforced = 5,
}

impl PolicyCheck {
    /// The number of the Java constant.
    pub const fn code(self) -> i32 {
        self as i32
    }

    /// The name of the Java constant without its prefix.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "UNKNOWN",
            Self::Ok => "OK",
            Self::Deprecated => "DEPRECATED",
            Self::Disabled => "DISABLED",
            Self::PermissionDeniedPermissive => "PERMISSION_DENIED_PERMISSIVE",
            Self::PermissionDeniedEnforced => "PERMISSION_DENIED_ENFORCED",
        }
    }
}

/// A check of its own that a type may have beside its lists.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum CustomPermission {
    /// The uid owns a media-projection token. Rule: FGS-TYPE-111.
    MediaProjection,
    /// The system exempts the app. Rule: FGS-TYPE-161.
    SystemExempted,
}

/// The policy of all types and what can change about it while the device runs.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct ForegroundServiceTypePolicy {
    /// The cached toggle of each record. Rule: FGS-TYPE-022.
    enforced: [bool; COUNT],
    custom: [Option<CustomPermission>; COUNT],
    foreground_only_enforced: bool,
}

/// `fgs_type_fg_perm_enforcement_flag`. Rule: FGS-TYPE-023.
const FOREGROUND_ONLY_FLAG: &str = "fgs_type_fg_perm_enforcement_flag";
/// Its value as long as it is not set.
const FOREGROUND_ONLY_DEFAULT: bool = true;

impl Default for ForegroundServiceTypePolicy {
    fn default() -> Self {
        Self::new()
    }
}

impl ForegroundServiceTypePolicy {
    /// As on a device that has started: every toggle has its default, and `mediaProjection` and
    /// `systemExempted` have their own checks. Rule: FGS-TYPE-013.
    pub fn new() -> Self {
        let mut policy = Self::without_custom_permissions();
        let custom = [
            (ForegroundServiceType::MEDIA_PROJECTION, CustomPermission::MediaProjection),
            (ForegroundServiceType::SYSTEM_EXEMPTED, CustomPermission::SystemExempted),
        ];
        for (service_type, permission) in custom {
            policy.set_custom_permission(service_type, permission);
        }
        policy
    }

    /// Before the service code installs the checks of its own.
    pub fn without_custom_permissions() -> Self {
        Self {
            enforced: std::array::from_fn(|index| RECORDS[index].enforced_by_default),
            custom: [None; COUNT],
            foreground_only_enforced: FOREGROUND_ONLY_DEFAULT,
        }
    }

    /// `setCustomPermission`; nothing happens for a type that is not registered.
    pub fn set_custom_permission(
        &mut self,
        service_type: ForegroundServiceType,
        permission: CustomPermission,
    ) {
        if let Some(index) = index_of(service_type) {
            self.custom[index] = Some(permission);
        }
    }

    /// A key of namespace `activity_manager` is set or, with `None`, deleted. Says whether the key
    /// belongs here. Rules: FGS-TYPE-021, FGS-TYPE-022, FGS-TYPE-023.
    pub fn on_device_config(&mut self, key: &str, value: Option<&str>) -> bool {
        let or_default = |default| value.map_or(default, |text| text.eq_ignore_ascii_case("true"));
        if key == FOREGROUND_ONLY_FLAG {
            self.foreground_only_enforced = or_default(FOREGROUND_ONLY_DEFAULT);
            return true;
        }
        match RECORDS.iter().position(|info| info.enforcement_flag == Some(key)) {
            Some(index) => {
                self.enforced[index] = or_default(RECORDS[index].enforced_by_default);
                true
            }
            None => false,
        }
    }

    /// The policy of `service_type` or, if that is not registered, of `default_to`.
    /// Rule: FGS-TYPE-011.
    ///
    /// # Errors
    ///
    /// `IllegalArgumentException` if neither is registered.
    #[inline]
    pub fn policy_info(
        service_type: ForegroundServiceType,
        default_to: ForegroundServiceType,
    ) -> Result<&'static PolicyInfo, Exception> {
        match index_of(service_type).or_else(|| index_of(default_to)) {
            Some(index) => Ok(&RECORDS[index]),
            None => Err(nothing_to_fall_back_on(default_to)),
        }
    }

    /// `isTypeDisabled`. Rule: FGS-TYPE-014.
    pub fn is_type_disabled<F: Facts + ?Sized>(
        info: &PolicyInfo,
        host: &Host<'_>,
        facts: &F,
    ) -> bool {
        info.disabled_change.is_some_and(|change| facts.is_change_enabled(host.uid, change))
    }

    /// `checkForegroundServiceTypePolicy`: the five steps of FGS-TYPE-013 for one type.
    pub fn check<F: Facts + ?Sized>(
        &self,
        info: &PolicyInfo,
        host: &Host<'_>,
        facts: &F,
        out: &mut Output,
    ) -> PolicyCheck {
        if Self::is_type_disabled(info, host, facts) {
            out.decide(&rule::FGS_TYPE_014, "type is disabled", || {
                facts!(label = info.service_type.label(), target_sdk = host.target_sdk)
            });
            return PolicyCheck::Disabled;
        }
        if !self.has_prerequisites(info, host, facts, out) {
            return self.denial(info, host, facts, out);
        }
        let deprecation = info.deprecation_change;
        if deprecation.is_some_and(|change| facts.is_change_enabled(host.uid, change)) {
            out.decide(&rule::FGS_TYPE_015, "type is deprecated", || {
                facts!(label = info.service_type.label(), target_sdk = host.target_sdk)
            });
            return PolicyCheck::Deprecated;
        }
        out.decide(info.rule, "prerequisites met", || facts!(label = info.service_type.label()));
        PolicyCheck::Ok
    }

    /// Steps 2 to 4: both lists and the type's own check.
    fn has_prerequisites<F: Facts + ?Sized>(
        &self,
        info: &PolicyInfo,
        host: &Host<'_>,
        facts: &F,
        out: &mut Output,
    ) -> bool {
        let foreground_only_enforced = self.foreground_only_enforced;
        let probe = Probe { host, facts, foreground_only_enforced };
        let granted = |entry: &Entry, out: &mut Output| entry.is_granted(&probe, out);
        let all_of = info.all_of.unwrap_or_default();
        if let Some(missing) = all_of.iter().find(|entry| !granted(entry, out)) {
            out.decide(&rule::FGS_TYPE_016, "not all granted", || facts!(missing = missing.name()));
            return false;
        }
        if let Some(any_of) = info.any_of {
            if any_of.iter().any(|entry| granted(entry, out)) {
                return true;
            }
            out.decide(&rule::FGS_TYPE_016, "none granted", || facts!(entries = any_of.len()));
        }
        let custom = index_of(info.service_type).and_then(|index| self.custom[index]);
        match custom {
            // What the lists said no longer counts, be it yes or no.
            Some(CustomPermission::MediaProjection) => {
                let has_token = facts.has_media_projection(host.uid);
                let verdict = if has_token { "has a projection" } else { "has no projection" };
                out.decide(&rule::FGS_TYPE_111, verdict, || facts!(uid = host.uid));
                has_token
            }
            Some(CustomPermission::SystemExempted) => is_system_exempted(host, facts, out),
            None => info.any_of.is_none(),
        }
    }

    /// Step 5: is the denial enforced? Rule: FGS-TYPE-018.
    fn denial<F: Facts + ?Sized>(
        &self,
        info: &PolicyInfo,
        host: &Host<'_>,
        facts: &F,
        out: &mut Output,
    ) -> PolicyCheck {
        let toggle = index_of(info.service_type).is_some_and(|index| self.enforced[index]);
        let enforced = toggle && facts.is_change_enabled(host.uid, Change::FGS_TYPE_PERMISSION);
        let verdict = if enforced { "denial is enforced" } else { "denial is permissive" };
        out.decide(&rule::FGS_TYPE_018, verdict, || {
            facts!(label = info.service_type.label(), toggle = toggle, target_sdk = host.target_sdk)
        });
        if enforced {
            PolicyCheck::PermissionDeniedEnforced
        } else {
            PolicyCheck::PermissionDeniedPermissive
        }
    }
}

/// Rule: FGS-TYPE-011. Cannot happen in a call, which falls back on a registered type.
#[cold]
fn nothing_to_fall_back_on(default_to: ForegroundServiceType) -> Exception {
    Exception::IllegalArgument(format!("no policy for type {} to fall back on", default_to.0))
}
