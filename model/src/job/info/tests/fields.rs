//! Fields, constants and views of a description.

use super::*;

#[test]
fn job_info_001_a_description_without_calls_has_these_values() {
    let job = built(|builder| builder).unwrap();
    let expected = JobInfo {
        id: 7,
        service: ComponentName::new("com.example", ".Service"),
        extras: Bundle::new(),
        transient_extras: Bundle::new(),
        clip_data: None,
        clip_grant_flags: 0,
        constraint_flags: 0,
        preferred_constraint_flags: 0,
        trigger_content_uris: None,
        trigger_content_update_delay: -1,
        trigger_content_max_delay: -1,
        has_early_constraint: false,
        has_late_constraint: false,
        required_network: None,
        network_download_bytes: -1,
        network_upload_bytes: -1,
        minimum_network_chunk_bytes: -1,
        min_latency_millis: 0,
        max_execution_delay_millis: 0,
        is_periodic: false,
        is_persisted: false,
        interval_millis: 0,
        flex_millis: 0,
        initial_backoff_millis: 30_000,
        backoff_policy: 1,
        bias: 0,
        priority: 300,
        flags: 0,
    };
    assert_eq!(job, expected);
}

#[test]
fn job_info_002_flags_are_bits_in_this_order() {
    let flags = [
        FLAG_WILL_BE_FOREGROUND,
        FLAG_IMPORTANT_WHILE_FOREGROUND,
        FLAG_PREFETCH,
        FLAG_EXEMPT_FROM_APP_STANDBY,
        FLAG_EXPEDITED,
        FLAG_USER_INITIATED,
    ];
    assert_eq!(flags, [1, 2, 4, 8, 16, 32]);
}

#[test]
fn job_info_003_required_and_preferred_share_their_bits() {
    let required = built(|b| {
        b.set_requires_charging(true)
            .set_requires_battery_not_low(true)
            .set_requires_device_idle(true)
            .set_requires_storage_not_low(true)
    });
    assert_eq!(required.unwrap().constraint_flags, 1 | 2 | 4 | 8);
    let preferred = built(|b| {
        b.set_prefers_charging(true).set_prefers_battery_not_low(true).set_prefers_device_idle(true)
    });
    assert_eq!(preferred.unwrap().preferred_constraint_flags, 1 | 2 | 4);
}

#[test]
fn job_info_004_network_types_have_these_numbers() {
    let numbers: Vec<_> = NetworkType::ALL.iter().map(|t| (t.code(), t.name())).collect();
    let expected = [(0, "NONE"), (1, "ANY"), (2, "UNMETERED"), (3, "NOT_ROAMING"), (4, "CELLULAR")];
    assert_eq!(numbers, expected);
}

#[test]
fn job_info_005_priorities_have_these_numbers() {
    let numbers = [PRIORITY_MIN, PRIORITY_LOW, PRIORITY_DEFAULT, PRIORITY_HIGH, PRIORITY_MAX];
    assert_eq!(numbers, [100, 200, 300, 400, 500]);
}

#[test]
fn queue_pri_001_a_higher_number_is_a_higher_priority() {
    let rising = [PRIORITY_MIN, PRIORITY_LOW, PRIORITY_DEFAULT, PRIORITY_HIGH, PRIORITY_MAX];
    assert!(rising.windows(2).all(|pair| pair[1] - pair[0] == 100));
}

#[test]
fn queue_bias_001_the_adjustments_outweigh_every_bias() {
    assert_eq!(BIAS_TOP_APP + BIAS_ADJ_OFTEN_RUNNING, BIAS_DEFAULT);
    assert_eq!(BIAS_TOP_APP + BIAS_ADJ_ALWAYS_RUNNING, -40);
}

#[test]
fn job_info_006_biases_have_these_numbers() {
    let numbers = [
        BIAS_DEFAULT,
        BIAS_SYNC_EXPEDITED,
        BIAS_SYNC_INITIALIZATION,
        BIAS_BOUND_FOREGROUND_SERVICE,
        BIAS_FOREGROUND_SERVICE,
        BIAS_TOP_APP,
        BIAS_ADJ_OFTEN_RUNNING,
        BIAS_ADJ_ALWAYS_RUNNING,
    ];
    assert_eq!(numbers, [0, 10, 20, 30, 35, 40, -40, -80]);
    let job = built(|b| b.set_bias(40)).unwrap();
    assert_eq!((job.bias, job.priority), (40, 300), "bias and priority are independent");
}

#[test]
fn job_info_007_backoff_and_period_have_these_bounds() {
    let numbers = [
        DEFAULT_INITIAL_BACKOFF_MILLIS,
        MIN_BACKOFF_MILLIS,
        MAX_BACKOFF_DELAY_MILLIS,
        MIN_PERIOD_MILLIS,
        MIN_FLEX_MILLIS,
    ];
    assert_eq!(numbers, [30_000, 10_000, 18_000_000, 900_000, 300_000]);
    assert_eq!((BACKOFF_POLICY_LINEAR, BACKOFF_POLICY_EXPONENTIAL), (0, 1));
}

#[test]
fn job_info_008_each_view_tests_one_bit() {
    type View = fn(&JobInfo) -> bool;
    let flags: [(i32, View); 4] = [
        (FLAG_EXPEDITED, |job| job.is_expedited()),
        (FLAG_USER_INITIATED, |job| job.is_user_initiated()),
        (FLAG_IMPORTANT_WHILE_FOREGROUND, |job| job.is_important_while_foreground()),
        (FLAG_PREFETCH, |job| job.is_prefetch()),
    ];
    for (flag, view) in flags {
        assert!(view(&job(|job| job.flags = flag)), "{flag}");
        assert!(!view(&job(|job| job.flags = !flag)), "{flag}");
    }
    let required: [(i32, View); 4] = [
        (CONSTRAINT_FLAG_CHARGING, |job| job.is_require_charging()),
        (CONSTRAINT_FLAG_BATTERY_NOT_LOW, |job| job.is_require_battery_not_low()),
        (CONSTRAINT_FLAG_DEVICE_IDLE, |job| job.is_require_device_idle()),
        (CONSTRAINT_FLAG_STORAGE_NOT_LOW, |job| job.is_require_storage_not_low()),
    ];
    for (bit, view) in required {
        assert!(view(&job(|job| job.constraint_flags = bit)), "{bit}");
        let others = |job: &mut JobInfo| {
            job.constraint_flags = !bit;
            job.preferred_constraint_flags = bit;
        };
        assert!(!view(&job(others)), "{bit}");
    }
    let preferred: [(i32, View); 3] = [
        (CONSTRAINT_FLAG_CHARGING, |job| job.is_prefer_charging()),
        (CONSTRAINT_FLAG_BATTERY_NOT_LOW, |job| job.is_prefer_battery_not_low()),
        (CONSTRAINT_FLAG_DEVICE_IDLE, |job| job.is_prefer_device_idle()),
    ];
    for (bit, view) in preferred {
        assert!(view(&job(|job| job.preferred_constraint_flags = bit)), "{bit}");
        assert!(!view(&job(|job| job.constraint_flags = bit)), "{bit}");
    }
}

#[test]
fn job_info_009_a_periodic_job_is_never_exempt_from_standby() {
    let exempt = |periodic| {
        job(|job| {
            job.flags = FLAG_EXEMPT_FROM_APP_STANDBY;
            job.is_periodic = periodic;
        })
        .is_exempted_from_app_standby()
    };
    assert!(exempt(false));
    assert!(!exempt(true));
    assert!(!job(|job| job.flags = !FLAG_EXEMPT_FROM_APP_STANDBY).is_exempted_from_app_standby());
}

#[test]
fn job_info_010_the_legacy_network_type_is_the_first_that_fits() {
    let view = |capabilities, transports| {
        let request = NetworkRequest { capabilities, transports, ..NetworkRequest::default() };
        job(|job| job.required_network = Some(request)).network_type()
    };
    let unmetered = NetCapabilities::NOT_METERED;
    let not_roaming = NetCapabilities::NOT_ROAMING;
    assert_eq!(JobInfo::default().network_type(), NetworkType::None);
    assert_eq!(
        view(unmetered.with(not_roaming), Transports::CELLULAR),
        NetworkType::Unmetered,
        "unmetered wins"
    );
    assert_eq!(view(not_roaming, Transports::CELLULAR), NetworkType::NotRoaming);
    assert_eq!(view(NetCapabilities::INTERNET, Transports::CELLULAR), NetworkType::Cellular);
    assert_eq!(view(NetCapabilities::INTERNET, Transports::WIFI), NetworkType::Any);
}

#[test]
fn job_info_011_a_delay_or_deadline_of_zero_is_one() {
    let early = built(|b| b.set_minimum_latency(0)).unwrap();
    assert_eq!((early.has_early_constraint, early.has_late_constraint), (true, false));
    let late = built(|b| b.set_override_deadline(0)).unwrap();
    assert_eq!((late.has_early_constraint, late.has_late_constraint), (false, true));
    let periodic = built(|b| b.set_periodic(900_000)).unwrap();
    assert_eq!((periodic.has_early_constraint, periodic.has_late_constraint), (true, true));
}

#[test]
fn job_info_012_a_built_description_does_not_follow_its_builder() {
    let mut builder = builder(34);
    let mut extras = one_extra();
    builder.set_extras(Some(extras.clone())).add_trigger_content_uri(trigger());
    let built = builder.clone().build().unwrap();
    extras.clear();
    builder.set_extras(Some(extras)).add_trigger_content_uri(trigger()).set_persisted(true);
    assert_eq!(built.extras, one_extra());
    assert_eq!(built.trigger_content_uris, Some(vec![trigger()]));
    assert!(!built.is_persisted);
}

#[test]
fn job_info_013_descriptions_with_clip_data_are_never_equal() {
    let plain = job(|job| job.id = 1);
    assert!(plain.equals(&plain.clone()));
    assert!(!plain.equals(&job(|job| job.id = 2)));
    let clip = job(|job| job.clip_data = Some(ClipData { uris: Vec::new() }));
    assert!(!clip.equals(&clip.clone()));
    let other = || TriggerContentUri { uri: "content://com.example/2".into(), flags: 0 };
    let one = job(|job| job.trigger_content_uris = Some(vec![trigger(), other()]));
    let turned = job(|job| job.trigger_content_uris = Some(vec![other(), trigger()]));
    assert!(!one.equals(&turned), "lists compare in order");
}

#[test]
fn job_info_014_bundles_compare_by_structure() {
    let with = |value| job(|job| job.extras = Bundle::from([("key".to_owned(), value)]));
    let nested = || BundleValue::Bundle(one_extra());
    assert!(with(nested()).equals(&with(nested())));
    assert!(!with(nested()).equals(&with(BundleValue::Bundle(Bundle::new()))));
    assert!(!with(BundleValue::Long(1)).equals(&with(BundleValue::Boolean(true))));
}

#[test]
fn job_info_015_triggers_are_equal_if_uri_and_flags_are() {
    assert_eq!(trigger(), trigger());
    assert_ne!(trigger(), TriggerContentUri { flags: 0, ..trigger() });
    assert_ne!(trigger(), TriggerContentUri { uri: "content://other".into(), ..trigger() });
    assert_eq!(TriggerContentUri::FLAG_NOTIFY_FOR_DESCENDANTS, 1);
}
