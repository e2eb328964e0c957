//! What a description may not say, rule by rule, on both sides of each line.

use super::*;
use crate::output::Output;
use crate::Exception;

/// Makes the job require a network, with this traffic.
fn traffic(job: &mut JobInfo, download: i64, upload: i64, chunk: i64) {
    job.required_network = NetworkRequest::of_type(1, None);
    job.network_download_bytes = download;
    job.network_upload_bytes = upload;
    job.minimum_network_chunk_bytes = chunk;
}

fn triggers(job: &mut JobInfo) {
    job.trigger_content_uris = Some(vec![trigger()]);
}

/// An empty list is one, too.
fn no_triggers(job: &mut JobInfo) {
    job.trigger_content_uris = Some(Vec::new());
}

#[test]
fn job_val_003_a_refusal_names_what_is_wrong_and_its_rule() {
    let why = validity_of(|job| traffic(job, 5, -9, -1)).unwrap_err();
    assert_eq!(why.rule().id, "JOB-VAL-032");
    let exception = Exception::from(why);
    assert_eq!(exception.class_name(), "IllegalArgumentException");
    assert_eq!(exception.to_string(), "network upload bytes -9 are negative");
    let mut out = Output::tracing();
    let gates = ValidityGates::of_target_sdk(34);
    let invalid = job(|job| traffic(job, 5, -9, -1));
    assert_eq!(invalid.explain_validity(gates, &mut out), Err(why));
    assert_eq!(out.decisions[0].rule.id, "JOB-VAL-032");
}

#[test]
fn job_val_030_the_first_line_wins() {
    // Everything is wrong at once; what is refused is then mended, line by line.
    let mut job = job(|job| {
        job.flags = FLAG_IMPORTANT_WHILE_FOREGROUND | FLAG_PREFETCH | FLAG_EXPEDITED;
        job.flags |= FLAG_USER_INITIATED;
        job.priority = 450;
        job.network_download_bytes = -5;
        job.network_upload_bytes = -6;
        job.minimum_network_chunk_bytes = 100;
        job.is_periodic = true;
        job.is_persisted = true;
        job.has_early_constraint = true;
        job.has_late_constraint = true;
        job.max_execution_delay_millis = 1;
        job.min_latency_millis = 1;
        job.trigger_content_uris = Some(vec![trigger()]);
        job.transient_extras = one_extra();
        job.clip_data = Some(ClipData { uris: Vec::new() });
        job.constraint_flags = CONSTRAINT_FLAG_DEVICE_IDLE;
        job.preferred_constraint_flags = CONSTRAINT_FLAG_DEVICE_IDLE;
    });
    type Mend = fn(&mut JobInfo);
    let lines: [(&str, Mend); 18] = [
        ("JOB-VAL-031", |job| {
            job.required_network = NetworkRequestBuilder::new(None)
                .set_network_specifier(Some("eth0".into()))
                .build()
                .into();
        }),
        ("JOB-VAL-032", |job| job.network_upload_bytes = 6),
        ("JOB-VAL-033", |job| job.network_download_bytes = 5),
        ("JOB-VAL-034", |job| job.minimum_network_chunk_bytes = 0),
        ("JOB-VAL-035", |job| job.minimum_network_chunk_bytes = 1),
        ("JOB-VAL-036", |job| job.is_periodic = false),
        ("JOB-VAL-039", |job| job.max_execution_delay_millis = 0),
        ("JOB-VAL-040", |job| job.required_network = NetworkRequest::of_type(1, None)),
        ("JOB-VAL-041", |job| job.is_persisted = false),
        ("JOB-VAL-044", |job| job.has_early_constraint = false),
        ("JOB-VAL-045", |job| job.flags &= !FLAG_IMPORTANT_WHILE_FOREGROUND),
        ("JOB-VAL-048", |job| job.priority = PRIORITY_MAX),
        ("JOB-VAL-051", |job| job.flags &= !FLAG_EXPEDITED),
        ("JOB-VAL-057", |job| job.constraint_flags = 0),
        ("JOB-VAL-059", |job| job.has_late_constraint = false),
        ("JOB-VAL-061", |job| job.flags &= !FLAG_PREFETCH),
        ("JOB-VAL-063", |job| job.preferred_constraint_flags = 0),
        ("JOB-VAL-063", |job| job.trigger_content_uris = None),
    ];
    for (rule, mend) in lines {
        let refused = job.enforce_validity(ValidityGates::of_target_sdk(34)).unwrap_err();
        assert_eq!(refused.rule().id, rule);
        mend(&mut job);
    }
    assert_eq!(job.enforce_validity(ValidityGates::of_target_sdk(34)), Ok(()));
}

#[test]
fn job_val_031_traffic_needs_a_network() {
    type Set = fn(&mut JobInfo, i64);
    let directions: [Set; 3] = [
        |job, bytes| job.network_download_bytes = bytes,
        |job, bytes| job.network_upload_bytes = bytes,
        |job, bytes| job.minimum_network_chunk_bytes = bytes,
    ];
    for set in directions {
        assert_eq!(validity_of(|job| set(job, 1)), Err(InvalidJob::EstimateWithoutNetwork));
    }
    for bytes in [0, -1, -2, i64::MIN] {
        assert_eq!(validity_of(|job| job.network_download_bytes = bytes), Ok(()));
        assert_eq!(validity_of(|job| job.network_upload_bytes = bytes), Ok(()));
    }
}

#[test]
fn job_val_032_a_negative_upload_is_refused_from_34_on() {
    let job = job(|job| traffic(job, -2, -2, -1));
    let new = job.enforce_validity(ValidityGates::of_target_sdk(34));
    assert_eq!(new, Err(InvalidJob::NegativeUpload(-2)), "before download");
    assert_eq!(job.enforce_validity(ValidityGates::of_target_sdk(33)), Ok(()));
    assert_eq!(validity_of(|job| traffic(job, 0, -1, -1)), Ok(()), "-1 is unknown");
}

#[test]
fn job_val_033_a_negative_download_is_refused_from_34_on() {
    let job = job(|job| traffic(job, i64::MIN, 0, -1));
    let new = job.enforce_validity(ValidityGates::of_target_sdk(34));
    assert_eq!(new, Err(InvalidJob::NegativeDownload(i64::MIN)));
    assert_eq!(job.enforce_validity(ValidityGates::of_target_sdk(33)), Ok(()));
}

#[test]
fn job_val_034_a_chunk_is_no_more_than_the_sum() {
    let with = |down, up, chunk| validity_of(|job| traffic(job, down, up, chunk));
    assert_eq!(with(5, 5, 10), Ok(()));
    assert_eq!(with(5, 5, 11), Err(InvalidJob::ChunkExceedsEstimate(11)));
    assert_eq!(with(5, -1, 5), Ok(()));
    assert_eq!(with(5, -1, 6), Err(InvalidJob::ChunkExceedsEstimate(6)));
    assert_eq!(with(-1, 5, 6), Err(InvalidJob::ChunkExceedsEstimate(6)));
    assert_eq!(with(-1, -1, i64::MAX), Ok(()), "nothing is known");
    let wrapped = with(i64::MAX, i64::MAX, 1);
    assert_eq!(wrapped, Err(InvalidJob::ChunkExceedsEstimate(1)), "the sum wraps to -2");
}

#[test]
fn job_val_035_a_chunk_is_positive_whoever_made_the_description() {
    for chunk in [0, -2, i64::MIN] {
        let refused = validity_of(|job| job.minimum_network_chunk_bytes = chunk);
        assert_eq!(refused, Err(InvalidJob::ChunkNotPositive(chunk)));
    }
    assert_eq!(validity_of(|job| traffic(job, -1, -1, 1)), Ok(()));
}

#[test]
fn job_val_036_a_periodic_job_has_no_deadline_but_0() {
    let with = |deadline| {
        validity_of(|job| {
            job.is_periodic = true;
            job.has_late_constraint = true;
            job.max_execution_delay_millis = deadline;
        })
    };
    assert_eq!(with(0), Ok(()));
    assert_eq!(with(1), Err(InvalidJob::PeriodicWithDeadline));
    assert_eq!(with(-1), Err(InvalidJob::PeriodicWithDeadline));
}

#[test]
fn job_val_037_a_periodic_job_has_no_latency_but_0() {
    let with = |latency| {
        validity_of(|job| {
            job.is_periodic = true;
            job.min_latency_millis = latency;
        })
    };
    assert_eq!(with(0), Ok(()));
    assert_eq!(with(-1), Err(InvalidJob::PeriodicWithLatency));
}

#[test]
fn job_val_038_a_periodic_job_has_no_triggers() {
    for list in [triggers, no_triggers] {
        let refused = validity_of(|job| {
            job.is_periodic = true;
            list(job);
        });
        assert_eq!(refused, Err(InvalidJob::PeriodicWithTriggers));
    }
}

#[test]
fn job_val_039_a_prefetch_job_has_no_deadline_from_33_on() {
    let with = |target_sdk, deadline| {
        job(|job| {
            job.flags = FLAG_PREFETCH;
            job.has_late_constraint = true;
            job.max_execution_delay_millis = deadline;
        })
        .enforce_validity(ValidityGates::of_target_sdk(target_sdk))
    };
    assert_eq!(with(33, 1), Err(InvalidJob::PrefetchWithDeadline));
    assert_eq!(with(33, -1), Err(InvalidJob::PrefetchWithDeadline));
    assert_eq!(with(33, 0), Ok(()));
    assert_eq!(with(32, 1), Ok(()));
}

#[test]
fn job_val_040_a_persisted_job_has_no_specifier() {
    let with = |persisted| {
        validity_of(|job| {
            job.is_persisted = persisted;
            let request = NetworkRequestBuilder::new(None);
            job.required_network = Some(request.set_network_specifier(Some("x".into())).build());
        })
    };
    assert_eq!(with(true), Err(InvalidJob::PersistedWithSpecifier));
    assert_eq!(with(false), Ok(()));
}

#[test]
fn job_val_041_a_persisted_job_has_no_triggers() {
    for list in [triggers, no_triggers] {
        let refused = validity_of(|job| {
            job.is_persisted = true;
            list(job);
        });
        assert_eq!(refused, Err(InvalidJob::PersistedWithTriggers));
    }
}

#[test]
fn job_val_042_a_persisted_job_has_no_transient_extras() {
    let with = |extras: Bundle| {
        validity_of(|job| {
            job.is_persisted = true;
            job.transient_extras = extras;
        })
    };
    assert_eq!(with(one_extra()), Err(InvalidJob::PersistedWithTransientExtras));
    assert_eq!(with(Bundle::new()), Ok(()));
}

#[test]
fn job_val_043_a_persisted_job_has_no_clip_data() {
    let refused = validity_of(|job| {
        job.is_persisted = true;
        job.clip_data = Some(ClipData { uris: Vec::new() });
    });
    assert_eq!(refused, Err(InvalidJob::PersistedWithClipData));
}

#[test]
fn job_val_044_important_while_foreground_has_no_delay() {
    let refused = validity_of(|job| {
        job.flags = FLAG_IMPORTANT_WHILE_FOREGROUND;
        job.has_early_constraint = true;
        job.priority = PRIORITY_LOW;
    });
    assert_eq!(refused, Err(InvalidJob::ImportantWithDelay), "before the priority");
    let periodic = built(|b| b.set_important_while_foreground(true).set_periodic(900_000));
    assert_eq!(periodic.unwrap_err(), InvalidJob::ImportantWithDelay);
}

#[test]
fn job_val_045_important_while_foreground_is_high_or_default() {
    let with = |priority| {
        validity_of(|job| {
            job.flags = FLAG_IMPORTANT_WHILE_FOREGROUND;
            job.priority = priority;
        })
    };
    for priority in [PRIORITY_MIN, PRIORITY_LOW, PRIORITY_MAX, 301] {
        assert_eq!(with(priority), Err(InvalidJob::ImportantPriority(priority)));
    }
    assert_eq!(with(PRIORITY_HIGH), Ok(()));
    assert_eq!(with(PRIORITY_DEFAULT), Ok(()));
}

#[test]
fn job_val_046_the_highest_priority_is_for_two_kinds() {
    assert_eq!(validity_of(|job| job.priority = PRIORITY_MAX), Err(InvalidJob::MaxPriority));
    assert_eq!(validity_of(expedited), Ok(()));
    assert_eq!(validity_of(user_initiated), Ok(()));
}

#[test]
fn job_val_047_prefetch_and_periodic_jobs_are_not_high() {
    let with = |flags, periodic| {
        validity_of(|job| {
            job.priority = PRIORITY_HIGH;
            job.flags = flags;
            job.is_periodic = periodic;
        })
    };
    assert_eq!(with(FLAG_PREFETCH, true), Err(InvalidJob::PrefetchHighPriority), "it comes first");
    assert_eq!(with(0, true), Err(InvalidJob::PeriodicHighPriority));
    assert_eq!(with(0, false), Ok(()));
}

#[test]
fn job_val_048_a_priority_is_one_of_five() {
    for priority in [0, 99, 150, 301, 501, i32::MIN, i32::MAX] {
        let refused = validity_of(|job| job.priority = priority);
        assert_eq!(refused, Err(InvalidJob::UnknownPriority(priority)));
    }
    for priority in [PRIORITY_MIN, PRIORITY_LOW, PRIORITY_DEFAULT, PRIORITY_HIGH] {
        assert_eq!(validity_of(|job| job.priority = priority), Ok(()));
    }
}

/// What validity says of an expedited job with this change.
fn of_expedited(change: impl FnOnce(&mut JobInfo)) -> Result<(), InvalidJob> {
    validity_of(|job| {
        expedited(job);
        change(job);
    })
}

#[test]
fn job_val_050_an_expedited_job_has_no_delay() {
    let delayed = of_expedited(|job| job.has_early_constraint = true);
    assert_eq!(delayed, Err(InvalidJob::ExpeditedWithDelay));
    let periodic = built(|b| b.set_expedited(true).set_periodic(900_000));
    assert_eq!(periodic.unwrap_err(), InvalidJob::ExpeditedWithDelay);
}

#[test]
fn job_val_051_an_expedited_job_has_no_deadline_not_even_0() {
    let refused = built(|b| b.set_expedited(true).set_override_deadline(0));
    assert_eq!(refused.unwrap_err(), InvalidJob::ExpeditedWithDeadline);
}

#[test]
fn job_val_052_an_expedited_job_is_not_periodic() {
    let refused = of_expedited(|job| job.is_periodic = true);
    assert_eq!(refused, Err(InvalidJob::ExpeditedPeriodic));
}

#[test]
fn job_val_053_an_expedited_job_is_not_user_initiated() {
    let refused = of_expedited(user_initiated);
    assert_eq!(refused, Err(InvalidJob::ExpeditedUserInitiated));
}

#[test]
fn job_val_054_an_expedited_job_is_high_or_max() {
    for priority in [PRIORITY_MIN, PRIORITY_LOW, PRIORITY_DEFAULT] {
        let refused = of_expedited(|job| job.priority = priority);
        assert_eq!(refused, Err(InvalidJob::ExpeditedPriority(priority)));
    }
    assert_eq!(of_expedited(|job| job.priority = PRIORITY_HIGH), Ok(()));
}

#[test]
fn job_val_055_an_expedited_job_waits_for_network_and_storage_only() {
    for bit in 0..32 {
        let flag = 1 << bit;
        let constrained = of_expedited(|job| job.constraint_flags = flag);
        let allowed = flag == CONSTRAINT_FLAG_STORAGE_NOT_LOW;
        assert_eq!(constrained.is_ok(), allowed, "constraint {flag}");
        let flagged = of_expedited(|job| job.flags |= flag);
        let allowed = flag == FLAG_EXPEDITED || flag == FLAG_EXEMPT_FROM_APP_STANDBY;
        assert_eq!(flagged.is_ok(), allowed, "flag {flag}");
    }
    assert_eq!(of_expedited(|job| job.preferred_constraint_flags = 7), Ok(()));
    let prefetch = of_expedited(|job| job.flags |= FLAG_PREFETCH);
    assert_eq!(prefetch, Err(InvalidJob::ExpeditedConstraints));
}

#[test]
fn job_val_056_an_expedited_job_has_no_triggers() {
    assert_eq!(of_expedited(triggers), Err(InvalidJob::ExpeditedWithTriggers));
    assert_eq!(of_expedited(no_triggers), Ok(()), "an empty list is none here");
}

#[test]
fn job_val_057_what_is_required_is_not_preferred() {
    let with = |required, preferred| {
        validity_of(|job| {
            job.constraint_flags = required;
            job.preferred_constraint_flags = preferred;
        })
    };
    assert_eq!(with(7, 7), Err(InvalidJob::BatteryNotLowTwice));
    assert_eq!(with(5, 5), Err(InvalidJob::ChargingTwice));
    assert_eq!(with(4, 4), Err(InvalidJob::DeviceIdleTwice));
    assert_eq!(with(8, 8), Err(InvalidJob::ConstraintTwice));
    assert_eq!(with(1, 6), Ok(()));
}

/// What validity says of a user-initiated job with this change.
fn of_user_initiated(change: impl FnOnce(&mut JobInfo)) -> Result<(), InvalidJob> {
    validity_of(|job| {
        user_initiated(job);
        change(job);
    })
}

#[test]
fn job_val_058_a_user_initiated_job_has_no_delay() {
    let delayed = of_user_initiated(|job| job.has_early_constraint = true);
    assert_eq!(delayed, Err(InvalidJob::UserInitiatedWithDelay));
    let periodic =
        built(|b| b.set_user_initiated(true).set_required_network_type(1).set_periodic(900_000));
    assert_eq!(periodic.unwrap_err(), InvalidJob::UserInitiatedWithDelay);
}

#[test]
fn job_val_059_a_user_initiated_job_has_no_deadline_not_even_0() {
    let refused = built(|b| b.set_user_initiated(true).set_override_deadline(0));
    assert_eq!(refused.unwrap_err(), InvalidJob::UserInitiatedWithDeadline, "before the network");
}

#[test]
fn job_val_060_a_user_initiated_job_is_not_periodic() {
    let refused = of_user_initiated(|job| job.is_periodic = true);
    assert_eq!(refused, Err(InvalidJob::UserInitiatedPeriodic));
}

#[test]
fn job_val_061_a_user_initiated_job_is_not_prefetch() {
    let refused = of_user_initiated(|job| job.flags |= FLAG_PREFETCH);
    assert_eq!(refused, Err(InvalidJob::UserInitiatedPrefetch));
}

#[test]
fn job_val_062_a_user_initiated_job_is_max() {
    for priority in [PRIORITY_MIN, PRIORITY_LOW, PRIORITY_DEFAULT, PRIORITY_HIGH] {
        let refused = of_user_initiated(|job| job.priority = priority);
        assert_eq!(refused, Err(InvalidJob::UserInitiatedPriority(priority)));
    }
}

#[test]
fn job_val_063_a_user_initiated_job_waits_neither_for_idle_nor_for_content() {
    let idle = CONSTRAINT_FLAG_DEVICE_IDLE;
    let required = of_user_initiated(|job| {
        job.constraint_flags = idle;
        triggers(job);
    });
    assert_eq!(required, Err(InvalidJob::UserInitiatedDeviceIdle), "idle comes first");
    let preferred = of_user_initiated(|job| job.preferred_constraint_flags = idle);
    assert_eq!(preferred, Err(InvalidJob::UserInitiatedDeviceIdle));
    assert_eq!(of_user_initiated(triggers), Err(InvalidJob::UserInitiatedWithTriggers));
    assert_eq!(of_user_initiated(no_triggers), Ok(()), "an empty list is none here");
}

#[test]
fn job_val_064_a_user_initiated_job_needs_a_network() {
    let refused = of_user_initiated(|job| job.required_network = None);
    assert_eq!(refused, Err(InvalidJob::UserInitiatedWithoutNetwork));
    assert_eq!(of_user_initiated(|_| ()), Ok(()));
}
