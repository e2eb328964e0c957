//! Random calls of apps on the whole model: a refusal leaves everything as it was.

use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::*;
use crate::fgs::effect::ConnectionToken;
use crate::job::info::{ClipData, JobWorkItem};

/// Numbers at which something changes, and any others.
fn number() -> impl Strategy<Value = i64> {
    prop_oneof![
        prop::sample::select(vec![i64::MIN, -2, -1, 0, 1, 900_000, i64::MAX - 1, i64::MAX]),
        any::<i64>(),
    ]
}

fn small() -> impl Strategy<Value = i32> {
    prop_oneof![4 => 0..4_i32, 1 => any::<i32>(), 1 => Just(i32::MIN), 1 => Just(i32::MAX)]
}

fn name() -> impl Strategy<Value = Option<String>> {
    let names = ["n", "", " ", "n\0", "com.example.other", PACKAGE, "com.example.missing"];
    prop::option::of(prop::sample::select(names.map(str::to_owned).to_vec()))
}

fn description() -> BoxedStrategy<JobInfo> {
    let class = prop::sample::select(vec![".Job", ".RemoteJob", ".Work", ".Missing"]);
    let numbers = (number(), number(), number(), number());
    let flags = prop_oneof![Just(0), Just(16), Just(32), small()];
    let bools = prop::array::uniform6(prop::bool::weighted(0.2));
    (small(), class, numbers, flags, small(), bools)
        .prop_map(
            |(
                id,
                class,
                (a, b, c, d),
                flags,
                constraint_flags,
                [early, late, periodic, kept, net, clip],
            )| {
                JobInfo {
                    flags,
                    priority: if matches!(flags, 16 | 32) { PRIORITY_MAX } else { 300 },
                    constraint_flags,
                    has_early_constraint: early,
                    min_latency_millis: if early { a } else { 0 },
                    has_late_constraint: late,
                    max_execution_delay_millis: if late { b } else { 0 },
                    is_periodic: periodic,
                    interval_millis: c,
                    flex_millis: d,
                    is_persisted: kept,
                    required_network: (net || flags == 32)
                        .then(|| NetworkRequest::of_type(1, Some(APP)))
                        .flatten(),
                    network_download_bytes: if net { a } else { -1 },
                    minimum_network_chunk_bytes: if net && clip { b } else { -1 },
                    clip_data: clip.then(|| ClipData { uris: vec!["content://x/1".to_owned()] }),
                    initial_backoff_millis: d,
                    ..job(id, class)
                }
            },
        )
        .boxed()
}

fn work() -> BoxedStrategy<JobWorkItem> {
    (number(), number(), number(), small())
        .prop_map(|(download, upload, chunk, count)| JobWorkItem {
            download_bytes: download,
            upload_bytes: upload,
            minimum_chunk_bytes: chunk,
            delivery_count: count,
            ..JobWorkItem::default()
        })
        .boxed()
}

fn scheduler_call() -> BoxedStrategy<JobSchedulerCall> {
    use JobSchedulerCall as Call;
    let boxed = || prop::option::weighted(0.95, description().prop_map(Box::new));
    prop_oneof![
        4 => (name(), boxed()).prop_map(|(namespace, job)| Call::Schedule { namespace, job }),
        2 => (name(), boxed(), prop::option::weighted(0.95, work().prop_map(Box::new)))
            .prop_map(|(namespace, job, work)| Call::Enqueue { namespace, job, work }),
        1 => (name(), boxed(), name(), small()).prop_map(|(namespace, job, package, user)| {
            Call::ScheduleAsPackage { namespace, job, package, user, tag: None }
        }),
        1 => (name(), small()).prop_map(|(namespace, id)| Call::Cancel { namespace, id }),
        1 => name().prop_map(|namespace| Call::CancelAllInNamespace { namespace }),
        1 => (name(), small()).prop_map(|(namespace, id)| Call::GetPendingJob { namespace, id }),
        1 => (name(), small()).prop_map(|(package, user)| {
            Call::NotePendingUserRequestedAppStop { package, user, debug_reason: None }
        }),
        1 => prop::option::of(any::<u64>())
            .prop_map(|observer| Call::RegisterUserVisibleJobObserver { observer }),
    ]
    .boxed()
}

fn callback() -> BoxedStrategy<JobCallbackCall> {
    use JobCallbackCall as Call;
    prop_oneof![
        any::<bool>().prop_map(|ongoing| Call::AcknowledgeStart { ongoing }),
        any::<bool>().prop_map(|reschedule| Call::AcknowledgeStop { reschedule }),
        any::<bool>().prop_map(|reschedule| Call::JobFinished { reschedule }),
        Just(Call::DequeueWork),
        small().prop_map(|work_id| Call::CompleteWork { work_id }),
        (number(), number())
            .prop_map(|(download, upload)| Call::UpdateEstimatedNetworkBytes { download, upload }),
        (small(), any::<bool>(), small()).prop_map(|(id, some, end_policy)| {
            let notification = if some { notification() } else { None };
            Call::SetNotification { id, notification, end_policy }
        }),
    ]
    .boxed()
}

fn service_call() -> BoxedStrategy<ServiceCall> {
    let component = || {
        let class = prop::sample::select(vec![".Work", ".RemoteWork", ".Job", ".Missing"]);
        class.prop_map(|class| ComponentName::new(PACKAGE, class))
    };
    prop_oneof![
        (component(), name()).prop_map(|(service, calling_package)| {
            ServiceCall::StartService { service, calling_package, user: USER }
        }),
        (component(), name()).prop_map(|(service, calling_package)| {
            ServiceCall::StartForegroundService { service, calling_package, user: USER }
        }),
        (component(), any::<u64>()).prop_map(|(service, flags)| ServiceCall::Bind {
            service,
            action: None,
            connection: ConnectionToken(1),
            flags,
            calling_package: None,
            user: USER,
        }),
        (0..4_u64, small(), any::<bool>(), small()).prop_map(|(service, id, some, types)| {
            let notification = if some { notification() } else { None };
            ServiceCall::StartForeground { service: ServiceToken(service), id, notification, types }
        }),
    ]
    .boxed()
}

/// An input of an app, or something that happens to the device.
fn input() -> BoxedStrategy<(Input, i64)> {
    let uids = vec![APP, APP, APP, OTHER, Uid::SYSTEM, Uid(1_010_001), Uid(u32::MAX)];
    let caller = (
        prop::sample::select(uids),
        prop::option::of(prop::sample::select(vec![PID, OTHER_PID, Pid(9)])),
    );
    let caller = move || caller.clone().prop_map(|(uid, pid)| Caller { uid, pid });
    let token = prop_oneof![(0..12_u64), any::<u64>()].prop_map(CallbackToken);
    // Boxed, because descriptions are large and the stack of a test is small.
    let inputs = prop_oneof![
        5 => (caller(), scheduler_call())
            .prop_map(|(caller, call)| Input::JobScheduler { caller, call }),
        3 => (caller(), token.clone(), callback())
            .prop_map(|(caller, token, call)| Input::JobCallback { caller, token, call }),
        2 => (caller(), service_call()).prop_map(|(caller, call)| Input::Service { caller, call }),
        2 => token.prop_map(|token| Input::Process {
            change: ProcessEvent::JobServiceConnected {
                token,
                component: ComponentName::new(PACKAGE, ".Job"),
            },
        }),
        1 => any::<bool>().prop_map(|shown| Input::Activity {
            change: ActivityEvent::Activities {
                pid: PID,
                activities: if shown { vec![ActivityFacts::resumed()] } else { Vec::new() },
            },
        }),
    ];
    (inputs, prop::sample::select(vec![0, 1, 1_000, 60_000, 3_600_000])).boxed()
}

/// Whether a refusal of this input may leave something behind, and which rule says so.
fn may_leave_a_trace(input: &Input) -> bool {
    use JobSchedulerCall as Call;
    match input {
        // An event of the schedule limit; a job whose work item was refused. Rules: JOB-SCHED-002, JOB-SCHED-031.
        Input::JobScheduler { call, .. } => match call {
            Call::Enqueue { .. } | Call::ScheduleAsPackage { .. } => true,
            Call::Schedule { job, .. } => job.as_ref().is_some_and(|job| job.is_persisted),
            _ => false,
        },
        // The record that was looked up, and what it now knows of the caller; a promotion that throws half-way.
        // Rules: FGS-START-010, FGS-START-060.
        Input::Service { .. } => true,
        _ => false,
    }
}

/// Plays the inputs; how many of them were refused.
fn play(inputs: Vec<(Input, i64)>) -> Result<usize, TestCaseError> {
    let mut phone = Phone::new();
    phone.channel();
    let mut refused = 0;
    for (input, wait) in inputs {
        phone.pass(wait);
        let before = phone.model.clone();
        let reply = phone.apply(input.clone());
        if matches!(reply, Some(Err(_))) && !may_leave_a_trace(&input) {
            refused += 1;
            prop_assert!(
                same_but_for_caches(&before, &phone.model),
                "{input:?} was refused with {reply:?} and left a trace"
            );
            prop_assert_eq!(phone.out.effects.len(), 0, "{:?}", input);
        }
    }
    Ok(refused)
}

#[test]
fn a_refusal_leaves_everything_as_it_was() {
    let config =
        ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() };
    let refused = std::cell::Cell::new(0);
    let outcome = TestRunner::new(config).run(&prop::collection::vec(input(), 1..40), |inputs| {
        refused.set(refused.get() + play(inputs)?);
        Ok(())
    });
    assert!(outcome.is_ok(), "{outcome:?}");
    assert!(refused.get() > 200, "only {} calls were refused", refused.get());
}
