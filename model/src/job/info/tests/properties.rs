//! The builder with whatever numbers an app may come up with.

use proptest::prelude::*;

use super::*;

/// Numbers at which something changes, and any others.
fn numbers() -> impl Strategy<Value = i64> {
    prop_oneof![
        prop::sample::select(vec![
            i64::MIN,
            i64::MIN + 1,
            -2,
            -1,
            0,
            1,
            9_999,
            10_000,
            299_999,
            300_000,
            899_999,
            900_000,
            i64::MAX / 5,
            i64::MAX / 5 + 1,
            i64::MAX - 1,
            i64::MAX,
        ]),
        any::<i64>(),
    ]
}

/// One call with arbitrary arguments; what it refuses is left undone.
fn calls() -> impl Strategy<Value = Vec<(u8, i64, i64)>> {
    prop::collection::vec((0..20_u8, numbers(), numbers()), 0..12)
}

fn perform(builder: &mut JobInfoBuilder, (call, one, other): (u8, i64, i64)) {
    // Any bits of the number will do.
    let (small, yes) = (one as i32, other % 2 == 0);
    let job = match call {
        0 => builder.set_periodic(one),
        1 => builder.set_periodic_with_flex(one, other),
        2 => builder.set_minimum_latency(one),
        3 => builder.set_override_deadline(one),
        4 => builder.set_backoff_criteria(one, small),
        5 => builder.set_estimated_network_bytes(one, other),
        6 => builder.set_flags(small),
        7 => builder.set_bias(small),
        8 => builder.set_required_network_type(small % 7),
        9 => builder.set_expedited(yes),
        10 => builder.set_user_initiated(yes),
        11 => builder.set_important_while_foreground(yes),
        12 => builder.set_prefetch(yes),
        13 => builder.set_persisted(yes),
        14 => builder.set_requires_device_idle(yes),
        15 => builder.set_prefers_charging(yes),
        16 => builder.set_trigger_content_max_delay(one),
        17 => builder.add_trigger_content_uri(trigger()),
        18 => match builder.set_priority(small) {
            Ok(builder) => builder,
            Err(_) => return,
        },
        _ => match builder.set_minimum_network_chunk_bytes(one) {
            Ok(builder) => builder,
            Err(_) => return,
        },
    };
    assert!(job.network_request().build().uid.is_some());
}

proptest! {
    #[test]
    fn whatever_is_built_is_valid_and_within_the_clamps(calls in calls(), target in 30..36_i32) {
        let mut builder = builder(target);
        for call in calls {
            perform(&mut builder, call);
        }
        if let Ok(job) = builder.build() {
            prop_assert_eq!(job.enforce_validity(ValidityGates::of_target_sdk(target)), Ok(()));
            prop_assert!(job.initial_backoff_millis >= MIN_BACKOFF_MILLIS);
            prop_assert!(!job.is_periodic || job.interval_millis >= MIN_PERIOD_MILLIS);
            prop_assert!(!job.is_periodic || job.flex_millis >= MIN_FLEX_MILLIS);
            prop_assert!(!job.is_user_initiated() || job.required_network.is_some());
            let again = JobInfoBuilder::from_job(BuildingApp::new(None, target), job.clone());
            prop_assert_eq!(again.build(), Ok(job));
        }
    }

    #[test]
    fn a_stricter_platform_refuses_whatever_a_laxer_one_refuses(calls in calls()) {
        let mut builder = builder(34);
        for call in calls {
            perform(&mut builder, call);
        }
        let lax = builder.clone().build_with(ValidityGates::default());
        if let Err(why) = lax {
            // The order of the checks is the same, so a gate can only refuse earlier.
            prop_assert!(builder.build().is_err(), "{}", why);
        }
    }
}
