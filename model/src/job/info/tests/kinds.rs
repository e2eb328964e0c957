//! What each kind of job may be combined with, as the table of the specification has it.

use super::*;

type Calls = fn(&mut JobInfoBuilder);

/// Regular, periodic, persisted, prefetch, important while foreground, expedited, user-initiated.
const KINDS: [Calls; 7] = [
    |_| (),
    |b| {
        b.set_periodic(900_000);
    },
    |b| {
        b.set_persisted(true);
    },
    |b| {
        b.set_prefetch(true);
    },
    |b| {
        b.set_important_while_foreground(true);
    },
    |b| {
        b.set_expedited(true);
    },
    |b| {
        b.set_user_initiated(true).set_required_network_type(1);
    },
];

/// The rule that refuses, by the number behind `JOB-VAL-`; 0: accepted.
const TABLE: &[(&str, Calls, [u32; 7])] = &[
    ("network", |b| void(b.set_required_network_type(1)), [0, 0, 0, 0, 0, 0, 0]),
    ("specifier", specifier, [0, 0, 40, 0, 0, 0, 0]),
    ("requires charging", |b| void(b.set_requires_charging(true)), [0, 0, 0, 0, 0, 55, 0]),
    ("requires battery", |b| void(b.set_requires_battery_not_low(true)), [0, 0, 0, 0, 0, 55, 0]),
    ("requires storage", |b| void(b.set_requires_storage_not_low(true)), [0, 0, 0, 0, 0, 0, 0]),
    ("requires idle", |b| void(b.set_requires_device_idle(true)), [0, 0, 0, 0, 0, 55, 63]),
    ("prefers charging", |b| void(b.set_prefers_charging(true)), [0, 0, 0, 0, 0, 0, 0]),
    ("prefers battery", |b| void(b.set_prefers_battery_not_low(true)), [0, 0, 0, 0, 0, 0, 0]),
    ("prefers idle", |b| void(b.set_prefers_device_idle(true)), [0, 0, 0, 0, 0, 0, 63]),
    ("latency", |b| void(b.set_minimum_latency(1)), [0, 37, 0, 0, 44, 50, 58]),
    ("deadline", |b| void(b.set_override_deadline(1)), [0, 36, 0, 39, 0, 51, 59]),
    ("periodic", |b| void(b.set_periodic(900_000)), [0, 0, 0, 0, 44, 50, 58]),
    ("triggers", |b| void(b.add_trigger_content_uri(trigger())), [0, 38, 41, 0, 0, 56, 63]),
    (
        "transient extras",
        |b| void(b.set_transient_extras(Some(one_extra()))),
        [0, 0, 42, 0, 0, 0, 0],
    ),
    ("clip data", clip, [0, 0, 43, 0, 0, 0, 0]),
    ("extras", |b| void(b.set_extras(Some(one_extra()))), [0, 0, 0, 0, 0, 0, 0]),
    ("estimates alone", |b| void(b.set_estimated_network_bytes(1, 1)), [31, 31, 31, 31, 31, 31, 0]),
    ("backoff", |b| void(b.set_backoff_criteria(30_000, 0)), [0, 0, 0, 0, 0, 0, 0]),
    ("persisted", |b| void(b.set_persisted(true)), [0, 0, 0, 0, 0, 0, 0]),
    ("prefetch", |b| void(b.set_prefetch(true)), [0, 0, 0, 0, 47, 55, 61]),
    ("important", |b| void(b.set_important_while_foreground(true)), [0, 44, 0, 47, 0, 45, 45]),
    ("will be foreground", |b| add_flag(b, FLAG_WILL_BE_FOREGROUND), [0, 0, 0, 0, 0, 55, 0]),
    ("exempt", |b| add_flag(b, FLAG_EXEMPT_FROM_APP_STANDBY), [0, 0, 0, 0, 0, 0, 0]),
    ("min", |b| priority(b, PRIORITY_MIN), [0, 0, 0, 0, 45, 54, 62]),
    ("low", |b| priority(b, PRIORITY_LOW), [0, 0, 0, 0, 45, 54, 62]),
    ("default", |b| priority(b, PRIORITY_DEFAULT), [0, 0, 0, 0, 0, 54, 62]),
    ("high", |b| priority(b, PRIORITY_HIGH), [0, 47, 0, 47, 0, 0, 62]),
    ("max", |b| priority(b, PRIORITY_MAX), [46, 46, 46, 46, 45, 0, 0]),
];

fn void(_: &mut JobInfoBuilder) {}

fn priority(builder: &mut JobInfoBuilder, priority: i32) {
    builder.set_priority(priority).unwrap();
}

fn add_flag(builder: &mut JobInfoBuilder, flag: i32) {
    let flags = builder.clone().build().unwrap().flags;
    builder.set_flags(flags | flag);
}

fn clip(builder: &mut JobInfoBuilder) {
    builder.set_clip_data(Some(ClipData { uris: Vec::new() }), 1);
}

fn specifier(builder: &mut JobInfoBuilder) {
    let request = builder.network_request().set_network_specifier(Some("eth0".into())).build();
    builder.set_required_network(Some(request));
}

#[test]
fn job_val_070_each_kind_of_job_has_its_own_limits() {
    for (setting, calls, refused_by) in TABLE {
        for (index, (kind, rule)) in KINDS.iter().zip(refused_by).enumerate() {
            let mut builder = builder(34);
            kind(&mut builder);
            calls(&mut builder);
            let refused = builder.build().err().map(|why| why.rule().id.to_owned());
            let expected = (*rule != 0).then(|| format!("JOB-VAL-{rule:03}"));
            assert_eq!(refused, expected, "{setting} on kind {index}");
        }
    }
}

#[test]
fn job_val_071_a_user_initiated_job_may_have_all_of_these() {
    let job = built_for(34, |b| {
        b.set_user_initiated(true)
            .set_required_network_type(2)
            .set_backoff_criteria(10_000, BACKOFF_POLICY_LINEAR)
            .set_clip_data(Some(ClipData { uris: Vec::new() }), 1)
            .set_estimated_network_bytes(100, 100)
            .set_minimum_network_chunk_bytes(10)?
            .set_requires_battery_not_low(true)
            .set_requires_charging(true)
            .set_requires_storage_not_low(true)
            .set_extras(Some(one_extra()))
            .set_minimum_network_chunk_bytes(20)
    });
    assert!(job.unwrap().is_user_initiated());
    let persisted =
        built(|b| b.set_user_initiated(true).set_required_network_type(1).set_persisted(true));
    assert!(persisted.unwrap().is_persisted);
}

#[test]
fn job_val_072_persisted_excludes_clips_and_transient_extras_for_every_kind() {
    let refused = |calls: Calls| {
        let mut builder = builder(34);
        builder.set_user_initiated(true).set_required_network_type(1).set_persisted(true);
        calls(&mut builder);
        builder.build().unwrap_err()
    };
    assert_eq!(refused(clip), InvalidJob::PersistedWithClipData);
    let transient: Calls = |b| void(b.set_transient_extras(Some(one_extra())));
    assert_eq!(refused(transient), InvalidJob::PersistedWithTransientExtras);
}
