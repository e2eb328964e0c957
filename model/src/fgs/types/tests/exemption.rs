//! The search for an exemption behind `systemExempted`: FGS-TYPE-161 to FGS-TYPE-165.

use super::*;
use PolicyCheck::{Ok as Fine, PermissionDeniedEnforced as Enforced};

/// All facts in the order in which they are looked for: fact, reason, accepted.
const SEARCH: &[(ExemptionFact, i32, bool)] = &[
    (ExemptionFact::SystemUid, 51, true),
    (ExemptionFact::SystemDeviceIdleAllowlist, 300, true),
    (ExemptionFact::DeviceDemoMode, 63, true),
    (ExemptionFact::DisallowAppsControl, 323, true),
    (ExemptionFact::DeviceOwner, 55, true),
    (ExemptionFact::ProfileOwner, 56, true),
    (ExemptionFact::ProcStatePersistent, 10, true),
    (ExemptionFact::ProcStatePersistentUi, 11, true),
    (ExemptionFact::SystemModule, 320, true),
    (ExemptionFact::CarrierPrivileged, 321, true),
    (ExemptionFact::SystemConfig, 300, true),
    (ExemptionFact::BackgroundRestrictionExempted, 300, true),
    (ExemptionFact::DpoProtected, 322, true),
    (ExemptionFact::ActiveDeviceAdmin, 324, true),
    (ExemptionFact::SystemExemptAppOp, 327, true),
    (ExemptionFact::ActivateVpn, 68, false),
    (ExemptionFact::ActivatePlatformVpn, 69, false),
    (ExemptionFact::RoleDialer, 318, false),
    (ExemptionFact::RoleEmergency, 319, true),
    (ExemptionFact::DeviceIdleAllowlist, 65, true),
    (ExemptionFact::CompanionApp, 57, false),
    (ExemptionFact::PackageInstaller, 326, true),
];

/// Rows of the search: they come in this order, each gives its reason, and the search stops there.
fn search_has(first: usize, rule: &str, facts: &[ExemptionFact]) {
    let rows = &SEARCH[first..first + facts.len()];
    assert!(rows.iter().map(|row| &row.0).eq(facts), "{rule}");
    for (index, &(fact, reason, _)) in rows.iter().enumerate() {
        assert_eq!(fact.reason().0, reason, "{fact:?}");
        // Everything from here on holds, too: the first one is found.
        let world = SEARCH[first + index..]
            .iter()
            .fold(World::targeting(34), |world, row| world.exempt(row.0))
            .grant_type(Type::SYSTEM_EXEMPTED);
        let mut out = Output::tracing();
        let policy = ForegroundServiceTypePolicy::new();
        policy.check(info(Type::SYSTEM_EXEMPTED), &world.host(), &world, &mut out);
        let found = out.decisions.iter().find(|decision| decision.rule.id == rule);
        let found = found.expect("the search cites the list it found the fact in").to_string();
        assert!(found.contains(&format!("fact={fact:?} reason={reason}")), "{found}");
        assert_eq!(world.asked().last(), Some(&format!("{fact:?}")));
    }
}

#[test]
fn fgs_type_161_search_runs_after_the_entries_and_ends_with_the_installer() {
    let listed: Vec<_> = SEARCH.iter().map(|row| row.0).collect();
    assert_eq!(ExemptionFact::ALL, listed);
    let world = World::targeting(34).grant_type(Type::SYSTEM_EXEMPTED);
    assert_eq!(check(&world, Type::SYSTEM_EXEMPTED), Enforced);
    let asked = world.asked();
    let names: Vec<_> = SEARCH.iter().map(|row| format!("{:?}", row.0)).collect();
    assert!(asked.ends_with(&names), "{asked:?}");
    search_has(21, "FGS-TYPE-161", &[ExemptionFact::PackageInstaller]);
    // With an entry granted nothing is searched for.
    let alarms = world.grant(Permission::UseExactAlarm).exempt(ExemptionFact::RoleDialer);
    assert_eq!(check(&alarms, Type::SYSTEM_EXEMPTED), Fine);
    assert!(!alarms.asked().contains(&"SystemUid".to_owned()));
}

#[test]
fn fgs_type_162_uid_facts_in_order() {
    search_has(
        0,
        "FGS-TYPE-162",
        &[
            ExemptionFact::SystemUid,
            ExemptionFact::SystemDeviceIdleAllowlist,
            ExemptionFact::DeviceDemoMode,
            ExemptionFact::DisallowAppsControl,
            ExemptionFact::DeviceOwner,
            ExemptionFact::ProfileOwner,
            ExemptionFact::ProcStatePersistent,
            ExemptionFact::ProcStatePersistentUi,
        ],
    );
}

#[test]
fn fgs_type_163_package_facts_in_order() {
    search_has(
        8,
        "FGS-TYPE-163",
        &[
            ExemptionFact::SystemModule,
            ExemptionFact::CarrierPrivileged,
            ExemptionFact::SystemConfig,
            ExemptionFact::BackgroundRestrictionExempted,
            ExemptionFact::DpoProtected,
            ExemptionFact::ActiveDeviceAdmin,
            ExemptionFact::SystemExemptAppOp,
        ],
    );
}

#[test]
fn fgs_type_164_user_given_facts_in_order() {
    search_has(
        15,
        "FGS-TYPE-164",
        &[
            ExemptionFact::ActivateVpn,
            ExemptionFact::ActivatePlatformVpn,
            ExemptionFact::RoleDialer,
            ExemptionFact::RoleEmergency,
            ExemptionFact::DeviceIdleAllowlist,
            ExemptionFact::CompanionApp,
        ],
    );
}

/// The reason found first is judged, so a dialer is refused although it is on the allow-list.
#[test]
fn fgs_type_165_accepted_reasons() {
    let base = World::targeting(34).grant_type(Type::SYSTEM_EXEMPTED);
    for &(fact, _, accepted) in SEARCH {
        let code = if accepted { Fine } else { Enforced };
        assert_eq!(check(&base.clone().exempt(fact), Type::SYSTEM_EXEMPTED), code, "{fact:?}");
    }
    for hiding in [ExemptionFact::RoleDialer, ExemptionFact::ActivatePlatformVpn] {
        let world = base.clone().exempt(hiding).exempt(ExemptionFact::DeviceIdleAllowlist);
        assert_eq!(check(&world, Type::SYSTEM_EXEMPTED), Enforced);
        let earlier = world.exempt(ExemptionFact::SystemModule);
        assert_eq!(check(&earlier, Type::SYSTEM_EXEMPTED), Fine);
    }
}
