//! What the setters of the builder do, in which order they may come, and what they refuse.

use super::*;
use crate::package::Change;

#[test]
fn job_val_001_each_change_is_on_from_its_target_sdk_on() {
    let table = [
        (Change::DISALLOW_DEADLINES_FOR_PREFETCH_JOBS, 194_532_703, 33),
        (Change::THROW_ON_INVALID_PRIORITY_VALUE, 140_852_299, 33),
        (Change::REJECT_NEGATIVE_NETWORK_ESTIMATES, 253_665_015, 34),
        (Change::REQUIRE_NETWORK_CONSTRAINT_FOR_NETWORK_JOB_WORK_ITEMS, 241_104_082, 34),
        (Change::REQUIRE_NETWORK_PERMISSIONS_FOR_CONNECTIVITY_JOBS, 271_850_009, 34),
        (Change::THROW_ON_INVALID_DATA_TRANSFER_IMPLEMENTATION, 255_371_817, 34),
        (Change::ANR_PRE_UDC_APIS_ON_SLOW_RESPONSES, 258_236_856, 34),
    ];
    for (change, id, since) in table {
        assert_eq!(change.0, id);
        assert!(change.enabled_for_target_sdk(since), "{id}");
        assert!(!change.enabled_for_target_sdk(since - 1), "{id}");
    }
}

#[test]
fn job_val_010_a_priority_off_the_scale_throws_or_is_ignored() {
    for priority in [99, 501, i32::MIN, i32::MAX] {
        let refused = built_for(33, |b| b.set_priority(priority));
        assert_eq!(refused.unwrap_err(), InvalidJob::PriorityOutOfRange(priority));
        let ignored = built_for(32, |b| b.set_priority(200)?.set_priority(priority));
        assert_eq!(ignored.unwrap().priority, 200, "the previous one stays");
    }
    for priority in [100, 101, 499, 500] {
        assert!(builder(34).set_priority(priority).is_ok(), "{priority} is on the scale");
    }
}

#[test]
fn job_val_011_expedited_raises_the_default_priority() {
    let raised = built(|b| b.set_expedited(true)).unwrap();
    assert_eq!((raised.priority, raised.flags), (500, FLAG_EXPEDITED));
    let back = built(|b| b.set_expedited(true).set_expedited(false)).unwrap();
    assert_eq!((back.priority, back.flags), (300, 0));
    let chosen = built_for(34, |b| Ok(b.set_priority(400)?.set_expedited(true)));
    assert_eq!(chosen.unwrap().priority, 400);
    let without = built_for(34, |b| Ok(b.set_priority(500)?.set_expedited(false)));
    assert_eq!(without.unwrap_err(), InvalidJob::MaxPriority, "500 stays if the flag was not set");
}

#[test]
fn job_val_012_user_initiated_raises_the_default_priority() {
    let raised = built(|b| b.set_user_initiated(true).set_required_network_type(1)).unwrap();
    assert_eq!((raised.priority, raised.flags), (500, FLAG_USER_INITIATED));
    let back = built(|b| b.set_user_initiated(true).set_user_initiated(false)).unwrap();
    assert_eq!((back.priority, back.flags), (300, 0));
    let without = built_for(34, |b| Ok(b.set_priority(500)?.set_user_initiated(false)));
    assert_eq!(without.unwrap_err(), InvalidJob::MaxPriority, "500 stays if the flag was not set");
}

#[test]
fn job_val_013_important_while_foreground_raises_the_default_priority() {
    let raised = built(|b| b.set_important_while_foreground(true)).unwrap();
    assert_eq!((raised.priority, raised.flags), (400, FLAG_IMPORTANT_WHILE_FOREGROUND));
    let back =
        built(|b| b.set_important_while_foreground(true).set_important_while_foreground(false));
    assert_eq!(back.unwrap().priority, 300);
    let kept = built_for(34, |b| Ok(b.set_priority(400)?.set_important_while_foreground(false)));
    assert_eq!(kept.unwrap().priority, 400);
}

#[test]
fn job_val_014_a_chosen_default_cannot_be_told_from_an_implicit_one() {
    let chosen_default = built_for(34, |b| {
        Ok(b.set_priority(300)?.set_user_initiated(true).set_required_network_type(1))
    });
    assert_eq!(chosen_default.unwrap().priority, 500);
    let chosen_max = built_for(34, |b| {
        Ok(b.set_priority(500)?.set_user_initiated(true).set_user_initiated(false))
    });
    assert_eq!(chosen_max.unwrap().priority, 300);
    let lowered = built_for(34, |b| {
        b.set_required_network_type(1).set_user_initiated(true).set_priority(400)
    });
    assert_eq!(lowered.unwrap_err(), InvalidJob::UserInitiatedPriority(400));
}

#[test]
fn job_val_015_set_flags_replaces_the_mask_and_leaves_the_priority() {
    let job = built(|b| b.set_prefetch(true).set_flags(FLAG_WILL_BE_FOREGROUND)).unwrap();
    assert_eq!(job.flags, FLAG_WILL_BE_FOREGROUND);
    let refused = built(|b| b.set_expedited(true).set_flags(0));
    assert_eq!(refused.unwrap_err(), InvalidJob::MaxPriority, "the priority stays 500");
    let plain = built(|b| b.set_flags(FLAG_EXPEDITED));
    assert_eq!(plain.unwrap_err(), InvalidJob::ExpeditedPriority(300));
}

#[test]
fn job_val_016_each_setter_sets_and_clears_its_own_bit() {
    let both = |b: &mut JobInfoBuilder| {
        b.set_requires_charging(true).set_requires_battery_not_low(true).set_prefetch(true);
    };
    let mut builder = builder(34);
    both(&mut builder);
    builder.set_requires_charging(false).set_prefers_device_idle(true).set_prefetch(false);
    let job = builder.build().unwrap();
    assert_eq!(job.constraint_flags, CONSTRAINT_FLAG_BATTERY_NOT_LOW);
    assert_eq!(job.preferred_constraint_flags, CONSTRAINT_FLAG_DEVICE_IDLE);
    assert_eq!((job.flags, job.priority), (0, 300));
}

#[test]
fn job_val_017_a_period_is_raised_to_the_least_allowed() {
    let table = [
        (0, 0, 900_000, 300_000),
        (i64::MIN, i64::MIN, 900_000, 300_000),
        (899_999, 900_000, 900_000, 900_000),
        (86_400_000, 1, 86_400_000, 4_320_000),
        (86_400_000, 4_320_001, 86_400_000, 4_320_001),
        (900_000, 1_000_000_000_000, 900_000, 1_000_000_000_000),
        (3_000_000_000_000_000_000, 1, 3_000_000_000_000_000_000, 300_000),
        (i64::MAX, 1, i64::MAX, 92_233_720_368_547_758),
    ];
    for (interval, flex, expected_interval, expected_flex) in table {
        let job = built(|b| b.set_periodic_with_flex(interval, flex)).unwrap();
        let actual = (job.is_periodic, job.interval_millis, job.flex_millis);
        assert_eq!(actual, (true, expected_interval, expected_flex), "({interval}, {flex})");
    }
    let short = built(|b| b.set_periodic(0)).unwrap();
    assert_eq!((short.interval_millis, short.flex_millis), (900_000, 300_000));
}

#[test]
fn job_val_018_backoff_is_raised_and_any_policy_is_taken() {
    for (given, kept) in [(9_999, 10_000), (10_000, 10_000), (10_001, 10_001), (i64::MAX, i64::MAX)]
    {
        let job = built(|b| b.set_backoff_criteria(given, 77)).unwrap();
        assert_eq!((job.initial_backoff_millis, job.backoff_policy), (kept, 77));
    }
}

#[test]
fn job_val_020_a_chunk_that_is_not_positive_throws_at_once() {
    for chunk in [0, -2, i64::MIN] {
        let refused = built_for(21, |b| b.set_minimum_network_chunk_bytes(chunk));
        assert_eq!(refused.unwrap_err(), InvalidJob::ChunkGivenNotPositive(chunk));
    }
    assert!(built_for(34, |b| b.set_minimum_network_chunk_bytes(-1)).is_ok());
}

#[test]
fn job_val_021_estimates_are_stored_as_given() {
    let job = built(|b| b.set_estimated_network_bytes(-5, i64::MIN)).unwrap();
    assert_eq!((job.network_download_bytes, job.network_upload_bytes), (-5, i64::MIN));
}

#[test]
fn job_val_023_idle_excludes_backoff_in_either_order() {
    let one = built(|b| b.set_backoff_criteria(30_000, 0).set_requires_device_idle(true));
    assert_eq!(one.unwrap_err(), InvalidJob::BackoffWhileIdle);
    let other = built(|b| b.set_requires_device_idle(true).set_backoff_criteria(30_000, 0));
    assert_eq!(other.unwrap_err(), InvalidJob::BackoffWhileIdle);
    assert!(built(|b| b.set_backoff_criteria(30_000, 0).set_prefers_device_idle(true)).is_ok());
}

#[test]
fn job_val_024_null_extras_come_after_backoff_and_before_validity() {
    let null = |b: &mut JobInfoBuilder| {
        b.set_extras(None).set_minimum_latency(1).set_expedited(true);
    };
    let mut invalid = builder(34);
    null(&mut invalid);
    assert_eq!(invalid.build().unwrap_err(), InvalidJob::NullExtras);
    let mut backoff = builder(34);
    null(&mut backoff);
    backoff.set_requires_device_idle(true).set_backoff_criteria(0, 0);
    assert_eq!(backoff.build().unwrap_err(), InvalidJob::BackoffWhileIdle);
    let transient = built(|b| b.set_transient_extras(None)).unwrap_err();
    assert_eq!(crate::Exception::from(transient).class_name(), "NullPointerException");
    let mended = built(|b| b.set_extras(None).set_extras(Some(one_extra())));
    assert_eq!(mended.unwrap().extras, one_extra());
}

#[test]
fn job_val_025_a_copy_forgets_that_backoff_was_set() {
    let original = built(|b| b.set_backoff_criteria(50_000, 0).set_persisted(true)).unwrap();
    let app = BuildingApp::new(None, 34);
    assert_eq!(JobInfoBuilder::from_job(app, original.clone()).build(), Ok(original.clone()));
    let mut copy = JobInfoBuilder::from_job(app, original);
    copy.set_requires_device_idle(true);
    assert_eq!(copy.clone().build().unwrap().initial_backoff_millis, 50_000);
    copy.set_backoff_criteria(50_000, 0);
    assert_eq!(copy.build().unwrap_err(), InvalidJob::BackoffWhileIdle);
}

#[test]
fn job_val_026_triggers_add_up_and_delays_are_stored_as_given() {
    let job = built(|b| {
        b.add_trigger_content_uri(trigger())
            .add_trigger_content_uri(trigger())
            .set_trigger_content_update_delay(-7)
            .set_trigger_content_max_delay(i64::MIN)
    })
    .unwrap();
    assert_eq!(job.trigger_content_uris, Some(vec![trigger(), trigger()]));
    assert_eq!(job.trigger_content_update_delay, -7);
    assert_eq!(job.trigger_content_max_delay, i64::MIN);
}

#[test]
fn job_val_073_these_calls_have_these_outcomes() {
    type Calls = fn(&mut JobInfoBuilder) -> Result<&mut JobInfoBuilder, InvalidJob>;
    let table: [(i32, Calls, Result<(), InvalidJob>); 12] = [
        (34, |b| Ok(b.set_prefetch(true).set_override_deadline(0)), Ok(())),
        (
            34,
            |b| Ok(b.set_prefetch(true).set_override_deadline(-1)),
            Err(InvalidJob::PrefetchWithDeadline),
        ),
        (32, |b| Ok(b.set_prefetch(true).set_override_deadline(-1)), Ok(())),
        (28, |b| b.set_priority(150), Err(InvalidJob::UnknownPriority(150))),
        (
            34,
            |b| Ok(b.set_required_network_type(1).set_estimated_network_bytes(-2, 5)),
            Err(InvalidJob::NegativeDownload(-2)),
        ),
        (33, |b| Ok(b.set_required_network_type(1).set_estimated_network_bytes(-2, 5)), Ok(())),
        (34, |b| Ok(b.set_estimated_network_bytes(-2, -5)), Ok(())),
        (21, |b| Ok(b.set_estimated_network_bytes(1, -1)), Err(InvalidJob::EstimateWithoutNetwork)),
        (
            34,
            |b| {
                b.set_required_network_type(1)
                    .set_estimated_network_bytes(5, 5)
                    .set_minimum_network_chunk_bytes(10)
            },
            Ok(()),
        ),
        (
            34,
            |b| {
                b.set_required_network_type(1)
                    .set_estimated_network_bytes(-1, 0)
                    .set_minimum_network_chunk_bytes(1)
            },
            Err(InvalidJob::ChunkExceedsEstimate(1)),
        ),
        (
            34,
            |b| Ok(b.set_expedited(true).set_minimum_latency(0)),
            Err(InvalidJob::ExpeditedWithDelay),
        ),
        (
            34,
            |b| Ok(b.set_user_initiated(true).set_persisted(true).set_required_network_type(1)),
            Ok(()),
        ),
    ];
    for (index, (target, calls, expected)) in table.into_iter().enumerate() {
        assert_eq!(built_for(target, calls).map(|_| ()), expected, "row {index}");
    }
}
