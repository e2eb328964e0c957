//! Process states and capabilities by themselves.

use super::super::ProcState as P;
use super::*;

#[test]
fn proc_state_001_numbers_and_names() {
    let table = [
        (-1, "UNKNOWN"),
        (0, "PERSISTENT"),
        (2, "TOP"),
        (3, "BOUND_TOP"),
        (4, "FOREGROUND_SERVICE"),
        (12, "TOP_SLEEPING"),
        (18, "CACHED_RECENT"),
        (20, "NONEXISTENT"),
    ];
    for (number, name) in table {
        let state = P::from_number(number).expect("a state");
        assert_eq!((state.number(), state.name()), (number, name));
        assert_eq!(P::from_name(name), Some(state));
    }
    assert_eq!((P::from_number(-2), P::from_number(21), P::from_name("top")), (None, None, None));
    for number in -1..20 {
        assert!(P::from_number(number) < P::from_number(number + 1), "smaller is more important");
    }
}

#[test]
fn proc_state_002_derived_predicates() {
    assert!(P::TransientBackground.is_background() && !P::ImportantBackground.is_background());
    assert!(P::CachedActivity.is_cached() && !P::LastActivity.is_cached());
    assert!(P::TopSleeping.is_cached_for_uid_events() && !P::Receiver.is_cached_for_uid_events());
    assert!(P::BoundTop.is_interaction() && !P::ForegroundService.is_interaction());
    assert!(P::ForegroundService.is_foreground_service());
    assert!(!P::BoundForegroundService.is_foreground_service() && !P::Top.is_foreground_service());
    assert!(P::Backup.is_important_for_battery() && !P::Service.is_important_for_battery());
}

#[test]
fn proc_state_003_importance_of_every_state() {
    let found = (0..=20).map(|number| P::from_number(number).map_or(0, P::importance));
    let expected = [
        100, 100, 100, 100, 125, 125, 200, 200, 230, 230, 300, 300, 325, 350, 400, 400, 400, 400,
        400, 400, 1000,
    ];
    assert_eq!(found.collect::<Vec<_>>(), expected);
}

#[test]
fn proc_state_004_capability_bits() {
    let names: Vec<_> = Capabilities::ALL.names().collect();
    assert_eq!(
        names,
        [
            "FOREGROUND_LOCATION",
            "FOREGROUND_CAMERA",
            "FOREGROUND_MICROPHONE",
            "POWER_RESTRICTED_NETWORK",
            "BFSL",
            "USER_RESTRICTED_NETWORK"
        ]
    );
    let bits = [
        Capabilities::FOREGROUND_LOCATION,
        Capabilities::FOREGROUND_CAMERA,
        Capabilities::FOREGROUND_MICROPHONE,
        Capabilities::POWER_RESTRICTED_NETWORK,
        Capabilities::BFSL,
        Capabilities::USER_RESTRICTED_NETWORK,
    ]
    .map(Capabilities::bits);
    assert_eq!(bits, [1, 2, 4, 8, 16, 32]);
    assert_eq!((Capabilities::ALL.bits(), Capabilities::ALL_IMPLICIT.bits()), (63, 6));
}

#[test]
fn proc_state_005_default_capabilities_by_state() {
    let of = |state, instrumented| Capabilities::by_default(state, instrumented).bits();
    for state in [P::Persistent, P::PersistentUi, P::Top] {
        assert_eq!(of(state, false), 63);
    }
    assert_eq!(of(P::BoundTop, false), 16 + 8 + 32);
    assert_eq!(of(P::ForegroundService, false), 8 + 32);
    assert_eq!(of(P::ForegroundService, true), 8 + 32 + 6);
    assert_eq!(of(P::BoundForegroundService, true), 8 + 32);
    for number in 6..=20 {
        assert_eq!(of(P::from_number(number).unwrap_or_default(), true), 0);
    }
}

#[test]
fn proc_state_006_network_by_state_and_capability() {
    let (none, power) = (Capabilities::NONE, Capabilities::POWER_RESTRICTED_NETWORK);
    let user = Capabilities::USER_RESTRICTED_NETWORK;
    assert!(P::BoundForegroundService.is_allowed_while_idle_or_power_save_mode(none));
    assert!(!P::ImportantForeground.is_allowed_while_idle_or_power_save_mode(none));
    assert!(P::CachedEmpty.is_allowed_while_idle_or_power_save_mode(power));
    assert!(!P::Unknown.is_allowed_while_idle_or_power_save_mode(power));
    assert!(P::BoundForegroundService.is_allowed_while_on_restrict_background(none));
    assert!(P::ImportantForeground.is_allowed_while_on_restrict_background(user));
    assert!(!P::ImportantForeground.is_allowed_while_on_restrict_background(none));
    assert!(!P::ImportantBackground.is_allowed_while_on_restrict_background(user));
    assert!(P::BoundTop.is_allowed_while_in_low_power_standby());
    assert!(!P::ForegroundService.is_allowed_while_in_low_power_standby());
    assert!(!P::Nonexistent.is_allowed_while_in_low_power_standby());
}

#[test]
fn proc_state_007_reason_code_of_a_state() {
    let found = (0..=7).map(|number| P::from_number(number).map_or(0, P::reason_code));
    assert_eq!(found.collect::<Vec<_>>(), [10, 11, 12, 13, 14, 15, -1, -1]);
    assert_eq!(P::Nonexistent.reason_code(), -1);
}

#[test]
fn proc_adj_001_values() {
    let values = [
        Adj::INVALID,
        Adj::NATIVE,
        Adj::SYSTEM,
        Adj::PERSISTENT_PROC,
        Adj::PERSISTENT_SERVICE,
        Adj::FOREGROUND_APP,
        Adj::PERCEPTIBLE_RECENT_FOREGROUND_APP,
        Adj::VISIBLE_APP,
        Adj::PERCEPTIBLE_APP,
        Adj::PERCEPTIBLE_MEDIUM_APP,
        Adj::PERCEPTIBLE_LOW_APP,
        Adj::BACKUP_APP,
        Adj::HEAVY_WEIGHT_APP,
        Adj::SERVICE,
        Adj::HOME_APP,
        Adj::PREVIOUS_APP,
        Adj::SERVICE_B,
        Adj::CACHED_APP_MIN,
        Adj::CACHED_APP_LMK_FIRST,
        Adj::CACHED_APP_MAX,
        Adj::UNKNOWN,
    ];
    let expected = [
        -10_000, -1000, -900, -800, -700, 0, 50, 100, 200, 225, 250, 300, 400, 500, 600, 700, 800,
        900, 950, 999, 1001,
    ];
    assert_eq!(values.map(|adj| adj.0), expected);
}

#[test]
fn proc_adj_002_times_of_android_14() {
    let times = Constants::android_14();
    assert_eq!(times.max_service_inactivity_ms, 1_800_000);
    assert_eq!(times.top_to_fgs_grace_duration_ms, 15_000);
    assert_eq!(times.top_to_almost_perceptible_grace_duration_ms, 15_000);
    assert_eq!(times.service_bind_almost_perceptible_timeout_ms, 15_000);
    assert_eq!(times.max_previous_time_ms, 60_000);
    assert_eq!(times.content_provider_retain_time_ms, 20_000);
    assert_eq!(times.short_fgs_timeout_duration_ms, 180_000);
    assert_eq!(times.short_fgs_proc_state_extra_wait_duration_ms, 5_000);
}

#[test]
fn proc_adj_040_bind_flags() {
    let table = [
        ("AUTO_CREATE", 0x1),
        ("NOT_FOREGROUND", 0x4),
        ("ABOVE_CLIENT", 0x8),
        ("ALLOW_OOM_MANAGEMENT", 0x10),
        ("WAIVE_PRIORITY", 0x20),
        ("IMPORTANT", 0x40),
        ("ADJUST_WITH_ACTIVITY", 0x80),
        ("NOT_PERCEPTIBLE", 0x100),
        ("ALLOW_ACTIVITY_STARTS", 0x200),
        ("INCLUDE_CAPABILITIES", 0x1000),
        ("NOT_APP_COMPONENT_USAGE", 0x8000),
        ("ALMOST_PERCEPTIBLE", 0x1_0000),
        ("BYPASS_POWER_NETWORK_RESTRICTIONS", 0x2_0000),
        ("SCHEDULE_LIKE_TOP_APP", 0x8_0000),
        ("ALLOW_BACKGROUND_ACTIVITY_STARTS", 0x10_0000),
        ("IMPORTANT_BACKGROUND", 0x80_0000),
        ("FOREGROUND_SERVICE_WHILE_AWAKE", 0x200_0000),
        ("FOREGROUND_SERVICE", 0x400_0000),
        ("TREAT_LIKE_ACTIVITY", 0x800_0000),
        ("TREAT_LIKE_VISIBLE_FOREGROUND_SERVICE", 0x1000_0000),
        ("SHOWING_UI", 0x2000_0000),
        ("NOT_VISIBLE", 0x4000_0000),
        ("BYPASS_USER_NETWORK_RESTRICTIONS", 0x1_0000_0000),
    ];
    for (name, bits) in table {
        assert_eq!(BindFlags::from_name(name).map(BindFlags::bits), Some(bits), "{name}");
    }
    assert_eq!(BindFlags::from_name("NOTHING"), None);
}
