//! What a record is made of: identity, source, run window, required constraints.

use super::*;
use crate::job::info::{TriggerContentUri, CONSTRAINT_FLAG_DEVICE_IDLE};

fn for_another(tag: Option<&str>) -> Origin {
    let source = Source {
        package: "com.other".into(),
        user: UserId(10),
        uid: Uid(1_010_200),
        tag: tag.map(Into::into),
    };
    Origin { source: Some(source), ..Origin::own(RecordId(1), UID) }
}

#[test]
fn job_info_017_a_job_is_named_by_uid_namespace_and_id() {
    let origin = Origin { namespace: Some("ns".into()), ..for_another(None) };
    let status = JobStatus::create_from_job_info(info(|_| ()), origin, NOW);
    assert_eq!(status.key(), JobKey { uid: UID, namespace: Some("ns".into()), id: 7 });
    assert!(status.matches(UID, Some("ns"), 7));
    assert!(!status.matches(UID, None, 7), "another namespace");
    assert!(!status.matches(UID, Some("ns"), 8), "another id");
    assert!(!status.matches(Uid(1_010_200), Some("ns"), 7), "the source takes no part");
}

#[test]
fn job_info_018_the_source_is_the_named_app_or_the_caller() {
    let other = JobStatus::create_from_job_info(info(|_| ()), for_another(Some("tag")), NOW);
    assert_eq!(other.source_uid(), Uid(1_010_200));
    assert_eq!(other.source_user(), UserId(10));
    assert_eq!(&**other.source_package(), "com.other");
    assert_eq!(other.source_tag().map(|tag| &**tag), Some("tag"));
    assert_eq!((other.calling_uid(), other.user()), (UID, UserId(0)));
    let own = record(|_| ());
    assert_eq!((own.source_uid(), own.source_user()), (UID, UserId(0)));
    assert_eq!(&**own.source_package(), "com.example");
    assert_eq!(own.source_tag(), None, "there is no tag without a source");
}

#[test]
fn job_info_019_the_battery_name_has_namespace_tag_or_component() {
    let name = |origin: Origin| {
        let status = JobStatus::create_from_job_info(info(|_| ()), origin, NOW);
        (status.battery_name(), status.tag())
    };
    let own = name(Origin::own(RecordId(1), UID));
    assert_eq!(own, ("com.example/.Service".into(), "*job*/com.example/.Service#7".into()));
    let tagged = name(for_another(Some("sync")));
    assert_eq!(tagged.0, "sync:com.example");
    let untagged = Origin { namespace: Some("ns".into()), ..for_another(None) };
    assert_eq!(name(untagged).1, "*job*/@ns@com.example/.Service#7");
}

#[test]
fn job_info_020_constraints_are_these_bits() {
    let bits: Vec<_> =
        Constraints::NAMED.iter().map(|(bit, name)| (bit.0.trailing_zeros(), *name)).collect();
    let expected = [
        (0, "CHARGING"),
        (1, "BATTERY_NOT_LOW"),
        (2, "IDLE"),
        (3, "STORAGE_NOT_LOW"),
        (21, "FLEXIBLE"),
        (22, "BACKGROUND_NOT_RESTRICTED"),
        (23, "PREFETCH"),
        (24, "WITHIN_QUOTA"),
        (25, "DEVICE_NOT_DOZING"),
        (26, "CONTENT_TRIGGER"),
        (27, "TARE_WEALTH"),
        (28, "CONNECTIVITY"),
        (30, "DEADLINE"),
        (31, "TIMING_DELAY"),
    ];
    assert_eq!(bits, expected);
    let implicit: Vec<_> = Constraints::IMPLICIT.names().collect();
    let expected =
        ["BACKGROUND_NOT_RESTRICTED", "WITHIN_QUOTA", "DEVICE_NOT_DOZING", "TARE_WEALTH"];
    assert_eq!(implicit, expected);
}

#[test]
fn ctrl_gen_001_a_description_gives_its_flags_to_the_same_bits() {
    assert_eq!(Constraints::from_flags(i32::MIN), Constraints::TIMING_DELAY, "the sign bit");
    assert_eq!(Constraints::from_flags(8), Constraints::STORAGE_NOT_LOW);
    assert_eq!(Constraints::OF_INTEREST.names().count(), 9);
}

#[test]
fn ctrl_gen_002_the_required_set_never_changes() {
    let mut status = record(needs_network);
    let required = status.required_constraints();
    assert_eq!(status.satisfied_constraints(), Constraints::NONE);
    status.set_standby_bucket(StandbyBucket::Restricted);
    satisfy_implicit(&mut status);
    status.set_constraint_satisfied(Constraints::CONNECTIVITY, NOW, true);
    assert_eq!(status.required_constraints(), required);
}

#[test]
fn job_ready_001_interest_and_soft_override_leave_some_out() {
    let outside = |set: Constraints| {
        let all = Constraints::NAMED.iter().fold(Constraints::NONE, |all, (bit, _)| all | *bit);
        all.without(set).names().collect::<Vec<_>>()
    };
    let not_of_interest = [
        "BACKGROUND_NOT_RESTRICTED",
        "WITHIN_QUOTA",
        "DEVICE_NOT_DOZING",
        "TARE_WEALTH",
        "DEADLINE",
    ];
    assert_eq!(outside(Constraints::OF_INTEREST), not_of_interest);
    let functional = Constraints::OF_INTEREST.without(Constraints::SOFT_OVERRIDE);
    assert_eq!(functional.names().collect::<Vec<_>>(), ["CONTENT_TRIGGER", "CONNECTIVITY"]);
}

#[test]
fn job_info_021_the_required_set_follows_the_description() {
    assert_eq!(record(|_| ()).required_constraints(), Constraints::NONE);
    let flags = record(|job| job.constraint_flags = 15).required_constraints();
    assert_eq!(flags.0, 15);
    assert_eq!(record(needs_network).required_constraints(), Constraints::CONNECTIVITY);
    let prefetch = record(|job| job.flags = FLAG_PREFETCH);
    assert_eq!(prefetch.required_constraints(), Constraints::PREFETCH);
    let empty = record(|job| job.trigger_content_uris = Some(Vec::new()));
    assert_eq!(empty.required_constraints(), Constraints::CONTENT_TRIGGER);
    let periodic = record(|job| {
        job.is_periodic = true;
        job.interval_millis = 900_000;
        job.flex_millis = 300_000;
    });
    let both = Constraints::TIMING_DELAY | Constraints::DEADLINE;
    assert_eq!(periodic.required_constraints(), both);
}

#[test]
fn job_ready_002_a_window_without_ends_requires_nothing() {
    let window = |earliest, latest| {
        let lifetime = Lifetime {
            earliest_run_time: Elapsed(earliest),
            latest_run_time: Elapsed(latest),
            ..Lifetime::default()
        };
        lived(|_| (), lifetime).required_constraints()
    };
    assert_eq!(window(0, i64::MAX), Constraints::NONE);
    assert_eq!(window(1, i64::MAX), Constraints::TIMING_DELAY);
    assert_eq!(window(-1, i64::MAX - 1), Constraints::TIMING_DELAY | Constraints::DEADLINE);
}

fn window_of(change: impl FnOnce(&mut JobInfo)) -> (i64, i64) {
    let status = record(change);
    (status.earliest_run_time().millis(), status.latest_run_time().millis())
}

#[test]
fn job_info_022_delay_and_deadline_count_from_now() {
    assert_eq!(window_of(|_| ()), (0, i64::MAX));
    let timed = window_of(|job| {
        job.has_early_constraint = true;
        job.min_latency_millis = 5;
        job.has_late_constraint = true;
        job.max_execution_delay_millis = 9;
    });
    assert_eq!(timed, (100_000_005, 100_000_009));
    let unmarked = window_of(|job| {
        job.min_latency_millis = 5;
        job.max_execution_delay_millis = 9;
    });
    assert_eq!(unmarked, (0, i64::MAX), "the marker counts, not the value");
}

#[test]
fn job_info_023_sums_wrap_and_two_values_are_sentinels() {
    let early = |millis| {
        record(|job| {
            job.has_early_constraint = true;
            job.min_latency_millis = millis;
        })
    };
    assert_eq!(early(i64::MAX).earliest_run_time(), Elapsed(i64::MIN + 99_999_999));
    assert!(!early(-100_000_000).has_timing_delay_constraint(), "a sum of 0 is no delay");
    assert!(early(-100_000_001).has_timing_delay_constraint());
    let late = |millis| {
        record(|job| {
            job.has_late_constraint = true;
            job.max_execution_delay_millis = millis;
        })
    };
    assert!(!late(i64::MAX - 100_000_000).has_deadline_constraint(), "the highest sum is none");
    assert!(late(i64::MAX).has_deadline_constraint(), "it wraps into the past");
}

fn periodic(interval: i64, flex: i64) -> (i64, i64) {
    let (earliest, latest) = window_of(|job| {
        job.is_periodic = true;
        job.interval_millis = interval;
        job.flex_millis = flex;
    });
    (earliest - NOW.millis(), latest - NOW.millis())
}

#[test]
fn job_info_024_a_period_is_clamped_again() {
    assert_eq!(periodic(900_000, 300_000), (600_000, 900_000));
    assert_eq!(periodic(0, 0), (600_000, 900_000));
    assert_eq!(periodic(3_600_000, 9_000_000), (0, 3_600_000), "flex is no more than the period");
    let year = 31_536_000_000;
    assert_eq!(periodic(year + 1, year + 1), (0, year));
    assert_eq!(periodic(i64::MAX, i64::MIN), (year - 300_000, year));
}

#[test]
fn job_ready_003_a_periodic_job_runs_at_the_end_of_its_period() {
    assert_eq!(periodic(3_600_000, 600_000), (3_000_000, 3_600_000));
}

#[test]
fn job_info_025_the_original_latest_time_moves_only_when_told() {
    let mut status = record(|job| {
        job.is_periodic = true;
        job.interval_millis = 900_000;
        job.flex_millis = 900_000;
    });
    assert_eq!(status.original_latest_run_time(), Elapsed(100_900_000));
    status.set_original_latest_run_time(Elapsed(5));
    assert_eq!(status.original_latest_run_time(), Elapsed(5));
    assert_eq!(status.latest_run_time(), Elapsed(100_900_000), "the window stays");
}

const BUCKETS: [(i32, StandbyBucket); 13] = [
    (i32::MIN, StandbyBucket::Exempted),
    (5, StandbyBucket::Exempted),
    (6, StandbyBucket::Active),
    (10, StandbyBucket::Active),
    (11, StandbyBucket::Working),
    (20, StandbyBucket::Working),
    (21, StandbyBucket::Frequent),
    (30, StandbyBucket::Frequent),
    (31, StandbyBucket::Rare),
    (41, StandbyBucket::Restricted),
    (49, StandbyBucket::Restricted),
    (50, StandbyBucket::Never),
    (51, StandbyBucket::Restricted),
];

#[test]
fn job_info_026_a_bucket_value_maps_to_an_index() {
    for (value, bucket) in BUCKETS {
        assert_eq!(StandbyBucket::from_usage_stats(value), bucket, "{value}");
    }
    let indices: Vec<_> = StandbyBucket::ALL.iter().map(|b| (b.code(), b.name())).collect();
    let expected = [
        (0, "ACTIVE"),
        (1, "WORKING_SET"),
        (2, "FREQUENT"),
        (3, "RARE"),
        (4, "NEVER"),
        (5, "RESTRICTED"),
        (6, "EXEMPTED"),
    ];
    assert_eq!(indices, expected);
}

#[test]
fn job_ready_011_every_bucket_has_its_value() {
    for bucket in StandbyBucket::ALL {
        assert_eq!(StandbyBucket::from_usage_stats(bucket.usage_stats()), *bucket);
    }
}

#[test]
fn job_info_027_a_restricted_app_gets_constraints_imposed() {
    let three = Constraints::BATTERY_NOT_LOW | Constraints::CHARGING | Constraints::IDLE;
    let plain = record_in(StandbyBucket::Restricted, |_| ());
    assert_eq!(plain.dynamic_constraints(), three);
    let network = record_in(StandbyBucket::Restricted, needs_network);
    assert_eq!(network.dynamic_constraints(), three | Constraints::CONNECTIVITY);
    for bucket in StandbyBucket::ALL.iter().filter(|b| **b != StandbyBucket::Restricted) {
        assert_eq!(record_in(*bucket, |_| ()).dynamic_constraints(), Constraints::NONE);
    }
}

#[test]
fn job_info_028_flexible_needs_a_wish_a_window_and_no_first_retry() {
    let flexible = |lifetime: Lifetime, change: fn(&mut JobInfo)| {
        let status = lived(
            |job| {
                job.preferred_constraint_flags = 7;
                change(job);
            },
            lifetime,
        );
        assert_eq!(
            status.num_required_flexible_constraints() > 0,
            status.has_flexibility_constraint()
        );
        status.num_required_flexible_constraints()
    };
    let window = |earliest, latest| Lifetime {
        earliest_run_time: Elapsed(earliest),
        latest_run_time: Elapsed(latest),
        ..Lifetime::default()
    };
    let attempts = |failures, stops| Lifetime {
        num_failures: failures,
        num_system_stops: stops,
        ..Lifetime::default()
    };
    assert_eq!(flexible(Lifetime::default(), |_| ()), 3);
    assert_eq!(flexible(Lifetime::default(), |job| job.preferred_constraint_flags = 0), 0);
    assert_eq!(flexible(Lifetime::default(), expedited), 0);
    assert_eq!(flexible(Lifetime::default(), user_initiated), 0);
    assert_eq!(flexible(window(1_000, 3_601_000), |_| ()), 3);
    assert_eq!(flexible(window(1_000, 3_600_999), |_| ()), 0);
    assert_eq!(flexible(window(0, 3_600_000), |_| ()), 3, "only the deadline's own time counts");
    assert_eq!(flexible(window(-1, i64::MAX), |_| ()), 0, "the difference wraps");
    assert_eq!(flexible(attempts(1, 0), |_| ()), 0);
    assert_eq!(flexible(attempts(0, 1), |_| ()), 0);
    assert_eq!(flexible(attempts(1, 1), |_| ()), 3);
}

#[test]
fn job_info_033_internal_flags_are_these_bits_and_start_clear() {
    let flags = [
        InternalFlags::HAS_FOREGROUND_EXEMPTION,
        InternalFlags::DEMOTED_BY_USER,
        InternalFlags::DEMOTED_BY_SYSTEM_UIJ,
    ];
    assert_eq!(flags.map(|flag| flag.0), [1, 2, 4]);
    assert_eq!(record(|_| ()).internal_flags(), InternalFlags::NONE);
}

#[test]
fn job_info_034_a_fresh_record_has_no_past() {
    let status = record(|_| ());
    assert_eq!((status.num_failures(), status.num_system_stops()), (0, 0));
    assert_eq!(status.last_successful_run_time(), Wall(0));
    assert_eq!(status.last_failed_run_time(), Wall(0));
    assert_eq!(status.cumulative_execution_time_ms(), 0);
    assert_eq!(status.dynamic_constraints(), Constraints::NONE);
    assert_eq!(status.next_work_id(), 1);
    assert_eq!(status.override_state, OverrideState::None);
}

#[test]
fn job_info_041_the_stored_request_names_the_source_uid() {
    let own = Arc::new(info(needs_network));
    let stored =
        JobStatus::create_from_job_info(Arc::clone(&own), Origin::own(RecordId(1), UID), NOW);
    assert!(Arc::ptr_eq(stored.job(), &own), "nothing changes for an app's own job");
    let proxied = JobStatus::create_from_job_info(Arc::clone(&own), for_another(None), NOW);
    let request = proxied.job().required_network.as_ref().unwrap();
    assert_eq!(request.uid, Some(Uid(1_010_200)));
    assert!(
        !proxied.job().equals(&own),
        "an equal description is no longer equal to the stored one"
    );
    let without = info(|job| job.constraint_flags = CONSTRAINT_FLAG_DEVICE_IDLE);
    let stored = JobStatus::create_from_job_info(without.clone(), for_another(None), NOW);
    assert!(stored.job().equals(&without));
}

#[test]
fn job_info_032_trigger_delays_have_defaults_and_least_values() {
    let delays = |update, max| {
        let status = record(|job| {
            job.trigger_content_uris =
                Some(vec![TriggerContentUri { uri: "content://x".into(), flags: 0 }]);
            job.trigger_content_update_delay = update;
            job.trigger_content_max_delay = max;
        });
        (status.trigger_content_update_delay(), status.trigger_content_max_delay())
    };
    assert_eq!(delays(-1, -1), (10_000, 120_000));
    assert_eq!(delays(i64::MIN, i64::MIN), (10_000, 120_000));
    assert_eq!(delays(0, 0), (500, 1_000));
    assert_eq!(delays(500, 1_000), (500, 1_000));
    assert_eq!(delays(501, 1_001), (501, 1_001));
}
