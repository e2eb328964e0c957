//! Foreground-service types: what each needs and whether the manifest can give it.

use std::collections::BTreeSet;

use jobwarden_model::fgs::types::{
    AppOp, Entry, ExemptionFact, Facts, ForegroundServiceType, ForegroundServiceTypePolicy, Host,
    Permission, PolicyCheck, PolicyInfo, Role,
};
use jobwarden_model::ids::{Pid, Uid};
use jobwarden_model::output::Output;
use jobwarden_model::package::{AppOpMode, Change};
use jobwarden_model::rules::{fgs_combo, fgs_start, fgs_type};

use super::{App, Finding, Level};
use jobwarden_manifest::{Manifest, Service};

/// What every foreground service needs, whatever its type.
const FOREGROUND_SERVICE: &str = "android.permission.FOREGROUND_SERVICE";
/// The first target SDK that needs it. Rule: FGS-START-042.
const PERMISSION_SINCE: i32 = 28;
/// `PackageManager.PROPERTY_SPECIAL_USE_FGS_SUBTYPE`.
const SPECIAL_USE_SUBTYPE: &str = "android.app.PROPERTY_SPECIAL_USE_FGS_SUBTYPE";
/// Permissions with this prefix say that the system binds to the service.
const BOUND_BY_THE_SYSTEM: &str = "android.permission.BIND_";
/// What an app declares that may become the default dialer.
const ACTION_DIAL: &str = "android.intent.action.DIAL";
/// What an app declares that talks to USB devices, and to USB accessories.
const USB_HOST: &str = "android.hardware.usb.host";
const USB_ACCESSORY: &str = "android.hardware.usb.accessory";

pub(super) fn check(app: &App<'_>, findings: &mut Vec<Finding>) {
    let manifest = app.manifest;
    let typed = |service: &&Service| service.types.mask != ForegroundServiceType::NONE;
    if let Some(first) = manifest.services.iter().find(typed) {
        general_permission(app, first, findings);
    }
    for service in &manifest.services {
        keywords(service, findings);
        if service.types.mask == ForegroundServiceType::NONE {
            untyped(app, service, findings);
            continue;
        }
        for info in policies(service.types.mask) {
            type_permission(app, service, info, findings);
            prerequisite(app, service, info, findings);
        }
        unregistered(manifest, service, findings);
        special_use(service, findings);
        short_service(service, findings);
    }
}

/// The single bits of a mask, lowest first.
fn bits(mask: ForegroundServiceType) -> impl Iterator<Item = ForegroundServiceType> {
    let single = (0..u32::BITS).map(|bit| ForegroundServiceType(1_i32.wrapping_shl(bit)));
    single.filter(move |bit| mask.contains(*bit))
}

/// The policy of a type, if it has one.
fn policy(bit: ForegroundServiceType) -> Option<&'static PolicyInfo> {
    ForegroundServiceTypePolicy::policy_info(bit, bit).ok()
}

fn policies(mask: ForegroundServiceType) -> impl Iterator<Item = &'static PolicyInfo> {
    bits(mask).filter_map(policy)
}

/// Rule: FGS-START-042. Once for the app: one line heals all of its services.
fn general_permission(app: &App<'_>, first: &Service, findings: &mut Vec<Finding>) {
    let target = app.manifest.target_sdk;
    if app.requests(FOREGROUND_SERVICE) || target < PERMISSION_SINCE {
        return;
    }
    findings.push(Finding {
        rule: &fgs_start::FGS_START_042,
        level: Level::Error,
        place: first.place.clone(),
        message: format!(
            "with target SDK {target}, startForeground throws SecurityException without \
             {FOREGROUND_SERVICE}"
        ),
        fix: app.how_to_request(FOREGROUND_SERVICE),
    });
}

/// Rule: FGS-TYPE-002.
fn keywords(service: &Service, findings: &mut Vec<Finding>) {
    if service.types.unknown.is_empty() {
        return;
    }
    let known: Vec<_> = bits(ForegroundServiceType(-1)).filter_map(policy).collect();
    let known: Vec<_> = known.iter().map(|info| info.service_type.label()).collect();
    findings.push(Finding {
        rule: &fgs_type::FGS_TYPE_002,
        level: Level::Error,
        place: service.place.clone(),
        message: format!(
            "foregroundServiceType has parts that name no type: `{}`",
            service.types.unknown.join("`, `").escape_debug()
        ),
        fix: format!("use one or several of {}, separated by |", known.join(", ")),
    });
}

/// Rule: FGS-TYPE-200. A manifest does not say which services go to the foreground.
fn untyped(app: &App<'_>, service: &Service, findings: &mut Vec<Finding>) {
    let target = app.manifest.target_sdk;
    if !service.types.unknown.is_empty()
        || !Change::FGS_TYPE_NONE_DISABLED.enabled_for_target_sdk(target)
    {
        return;
    }
    let for_the_system =
        service.permission.as_deref().is_some_and(|name| name.starts_with(BOUND_BY_THE_SYSTEM));
    let by_its_name = service.class.to_ascii_lowercase().contains("foreground");
    let level = match app.requests(FOREGROUND_SERVICE) && !for_the_system {
        true => Level::Warning,
        false if by_its_name => Level::Note,
        false => return,
    };
    findings.push(Finding {
        rule: &fgs_type::FGS_TYPE_200,
        level,
        place: service.place.clone(),
        message: format!(
            "no foregroundServiceType: if this service calls startForeground, with target SDK \
             {target} it throws MissingForegroundServiceTypeException"
        ),
        fix: "declare android:foregroundServiceType if it is a foreground service".to_owned(),
    });
}

/// Rule: FGS-TYPE-201.
fn type_permission(
    app: &App<'_>,
    service: &Service,
    info: &'static PolicyInfo,
    findings: &mut Vec<Finding>,
) {
    for entry in info.all_of.unwrap_or_default() {
        let Entry::Regular(permission) = entry else { continue };
        if app.requests(permission.name()) {
            continue;
        }
        let (level, outcome) = consequence(app.manifest, info, app);
        findings.push(Finding {
            rule: &fgs_type::FGS_TYPE_201,
            level,
            place: service.place.clone(),
            message: format!(
                "type {} needs {}: {outcome}",
                info.service_type.label(),
                permission.name()
            ),
            fix: app.how_to_request(permission.name()),
        });
    }
}

/// At least one of what a type asks for must be within reach. Rules: FGS-TYPE-080 ff.
fn prerequisite(
    app: &App<'_>,
    service: &Service,
    info: &'static PolicyInfo,
    findings: &mut Vec<Finding>,
) {
    let Some(any_of) = info.any_of else { return };
    let within_reach = |entry: &Entry| match entry {
        Entry::Regular(permission) => app.requests(permission.name()),
        Entry::Role(Role::Dialer) => app.manifest.actions.contains(ACTION_DIAL),
        Entry::UsbDevice => app.manifest.features.contains(USB_HOST),
        Entry::UsbAccessory => app.manifest.features.contains(USB_ACCESSORY),
        Entry::AppOp(_) => false,
    };
    if any_of.iter().any(within_reach) {
        return;
    }
    let (permissions, others): (Vec<&Entry>, Vec<&Entry>) =
        any_of.iter().partition(|entry| matches!(entry, Entry::Regular(_)));
    let names = |entries: &[&Entry]| {
        entries.iter().map(|entry| entry.name()).collect::<Vec<_>>().join(", ")
    };
    let label = info.service_type.label();
    let granted_while_running = others.iter().any(|entry| matches!(entry, Entry::AppOp(_)));
    let (level, message) = if others.is_empty() {
        let (level, outcome) = consequence(app.manifest, info, app);
        (level, format!("type {label} needs one of {}: {outcome}", names(&permissions)))
    } else {
        let level = if granted_while_running { Level::Note } else { Level::Warning };
        let others = names(&others);
        (level, format!("no permission for type {label}: it works only while the app has {others}"))
    };
    findings.push(Finding {
        rule: info.rule,
        level,
        place: service.place.clone(),
        message,
        fix: format!(
            "request one of {}, and ask the user for it if it is a runtime permission",
            names(&permissions)
        ),
    });
}

/// What the policy of the model does when `startForeground` is called with this type, in a world that
/// is as kind to the app as its manifest allows.
fn consequence(manifest: &Manifest, info: &PolicyInfo, app: &App<'_>) -> (Level, String) {
    let package = manifest.package.as_deref().unwrap_or_default();
    let host = Host {
        uid: Uid(10_000),
        pid: Pid(1),
        process: package,
        package,
        target_sdk: manifest.target_sdk,
        allow_while_in_use: true,
    };
    let facts = Declared { requested: &app.requested, target_sdk: manifest.target_sdk };
    let policy = ForegroundServiceTypePolicy::new();
    let target = manifest.target_sdk;
    match policy.check(info, &host, &facts, &mut Output::new()) {
        PolicyCheck::PermissionDeniedEnforced | PolicyCheck::Disabled => (
            Level::Error,
            format!("with target SDK {target}, startForeground throws SecurityException"),
        ),
        PolicyCheck::Unknown
        | PolicyCheck::Ok
        | PolicyCheck::Deprecated
        | PolicyCheck::PermissionDeniedPermissive => {
            (Level::Warning, format!("only logged with target SDK {target}, refused from 34 on"))
        }
    }
}

/// The kindest world: everything that is requested is granted, and all else that could speak for the app
/// does.
struct Declared<'a> {
    requested: &'a BTreeSet<&'a str>,
    target_sdk: i32,
}

impl Facts for Declared<'_> {
    fn is_permission_granted(&self, _: &Host<'_>, permission: Permission) -> bool {
        self.requested.contains(permission.name())
    }

    fn app_op_mode(&self, _: &Host<'_>, op: AppOp) -> AppOpMode {
        match op.default_mode() {
            // Until the user agrees to it.
            AppOpMode::Ignored => AppOpMode::Allowed,
            mode => mode,
        }
    }

    fn holds_role(&self, _: &Host<'_>, _: &str) -> bool {
        true
    }

    fn may_use_usb_device(&self, _: &str, _: Pid, _: Uid) -> bool {
        true
    }

    fn may_use_usb_accessory(&self, _: Pid, _: Uid) -> bool {
        true
    }

    fn has_media_projection(&self, _: Uid) -> bool {
        true
    }

    fn is_exempt(&self, _: &Host<'_>, _: ExemptionFact) -> bool {
        true
    }

    fn is_change_enabled(&self, _: Uid, change: Change) -> bool {
        change.enabled_for_target_sdk(self.target_sdk)
    }

    fn skips_manifest_type_check(&self) -> bool {
        false
    }
}

/// Bits without a policy. Rules: FGS-COMBO-022, FGS-TYPE-183, FGS-TYPE-190.
fn unregistered(manifest: &Manifest, service: &Service, findings: &mut Vec<Finding>) {
    let mask = service.types.mask;
    let disabled = Change::FGS_TYPE_NONE_DISABLED.enabled_for_target_sdk(manifest.target_sdk);
    let (level, outcome) = match mask.contains(ForegroundServiceType::SPECIAL_USE) {
        true => (Level::Warning, "passes as specialUse here"),
        false if disabled => {
            (Level::Error, "startForeground with it throws InvalidForegroundServiceTypeException")
        }
        false => (Level::Warning, "counts as no type at all"),
    };
    let hidden = ForegroundServiceType::FILE_MANAGEMENT;
    let without = bits(mask).filter(|bit| policy(*bit).is_none() && *bit != hidden);
    let undefined = without.fold(ForegroundServiceType::NONE, ForegroundServiceType::with);
    let mut tell = |rule, what: String| {
        findings.push(Finding {
            rule,
            level,
            place: service.place.clone(),
            message: format!("foregroundServiceType has {what}: {outcome}"),
            fix: "declare only types that Android 14 knows".to_owned(),
        });
    };
    if undefined != ForegroundServiceType::NONE {
        tell(&fgs_combo::FGS_COMBO_022, format!("bits that no type has, {undefined:X}"));
    }
    if mask.contains(hidden) {
        let what = format!("{}, which has no policy", hidden.label());
        tell(&fgs_type::FGS_TYPE_190, what);
    }
}

/// Rule: FGS-TYPE-182. No device looks at it, but whoever reviews the app does.
fn special_use(service: &Service, findings: &mut Vec<Finding>) {
    let subtype = service.properties.get(SPECIAL_USE_SUBTYPE);
    let explained = subtype.is_some_and(|text| !text.trim().is_empty());
    if explained || !service.types.mask.contains(ForegroundServiceType::SPECIAL_USE) {
        return;
    }
    findings.push(Finding {
        rule: &fgs_type::FGS_TYPE_182,
        level: Level::Warning,
        place: service.place.clone(),
        message: format!("type specialUse without the property {SPECIAL_USE_SUBTYPE}"),
        fix: format!(
            "add <property android:name=\"{SPECIAL_USE_SUBTYPE}\" android:value=\"what it is \
             for\"/> to the service"
        ),
    });
}

/// Rule: FGS-COMBO-016.
fn short_service(service: &Service, findings: &mut Vec<Finding>) {
    let (mask, short) = (service.types.mask, ForegroundServiceType::SHORT_SERVICE);
    if !mask.contains(short) || mask == short {
        return;
    }
    findings.push(Finding {
        rule: &fgs_combo::FGS_COMBO_016,
        level: Level::Note,
        place: service.place.clone(),
        message: "shortService beside other types: it is ignored when startForeground is called \
                  without a type"
            .to_owned(),
        fix: "pass FOREGROUND_SERVICE_TYPE_SHORT_SERVICE alone where the short service is meant"
            .to_owned(),
    });
}
