//! Giving a job to a slot. Rules: JOB-RUN-006 to 016, 054, JOB-TIME-022, JOB-API-208, JOB-API-228.

use super::*;
use crate::job::status::{ChangedContent, PersistedUtcTimes, Source};
use crate::time::Elapsed;

#[test]
fn job_run_006_a_busy_slot_refuses_and_changes_nothing() {
    let mut stage = Stage::with(Regular, Verb::Executing);
    let other = stage.job(Regular);
    let before = (stage.execution.clone(), stage.looper.clone());
    assert!(!stage.start(S0, other));
    assert_eq!((stage.execution.clone(), stage.looper.clone()), before);
    assert_eq!(stage.log(), [""; 0]);
    assert!(stage.start(S1, other), "another slot is free");
}

#[test]
fn job_run_007_a_start_stores_the_limits_and_the_totals_of_that_moment() {
    let mut stage = Stage::new();
    let job = stage.job_with(UserInitiated, |info| info.network_download_bytes = 5_000);
    stage.bring(S0, job, Verb::Binding);
    stage.world.guarantee = 1;
    stage.world.maximum = 1;
    stage.status(job).add_internal_flags(InternalFlags::DEMOTED_BY_USER);
    let view = stage.execution.view(S0).expect("it runs");
    assert_eq!((view.record, view.work_type, view.verb), (job, 1, Verb::Binding));
    assert_eq!(view.started_at, stage.now.elapsed);
    assert_eq!(view.earliest_stop, stage.now.elapsed.plus(10 * MINUTE));
    assert_eq!(view.latest_stop, stage.now.elapsed.plus(30 * MINUTE));
    assert_eq!(view.estimated, BytePair { download: 5_000, upload: -1 });
    assert_eq!(view.transferred, BytePair { download: 0, upload: 0 });
    assert!(view.awaiting_notification, "demotion after the start changes nothing");
}

#[test]
fn job_run_007_the_preferred_uid_is_forgotten_even_if_the_bind_is_refused() {
    let mut stage = Stage::with(Regular, Verb::Executing);
    stage.cancel(S0, StopReason::Preempt, InternalStopReason::Preempt);
    stage.ack_stop(S0, true).expect("acknowledged");
    assert_eq!(stage.execution.preferred_uid(S0), Some(UID));
    let next = stage.job(Regular);
    stage.world.bind_accepted = false;
    assert!(!stage.start(S0, next));
    assert_eq!(stage.execution.preferred_uid(S0), None);
}

#[test]
fn job_run_008_the_app_is_handed_what_the_record_says_at_the_start() {
    let mut stage = Stage::new();
    let job = stage.job_with(UserInitiated, |info| {
        info.clip_grant_flags = 1;
        info.extras.insert("a".to_owned(), crate::job::info::BundleValue::Long(1));
    });
    stage.bring(S0, job, Verb::Starting);
    let token = stage.token(S0);
    let handed = stage.parameters.clone().expect("startJob was sent");
    let expected = JobParameters {
        token,
        job_id: 100,
        service: ComponentName::new("com.app", ".Service"),
        extras: handed.extras.clone(),
        clip_grant_flags: 1,
        user_initiated: true,
        network: Some(100),
        stop_reason: 0,
        internal_stop_reason: -1,
        ..JobParameters::default()
    };
    assert_eq!(handed, expected);
    assert_eq!(handed.extras.len(), 1);
}

#[test]
fn job_run_008_a_demoted_job_is_not_called_user_initiated() {
    let mut stage = Stage::new();
    let job = stage.job(UserInitiated);
    stage.status(job).add_internal_flags(InternalFlags::DEMOTED_BY_SYSTEM_UIJ);
    stage.bring(S0, job, Verb::Starting);
    assert!(!stage.parameters.as_ref().expect("startJob was sent").user_initiated);
}

#[test]
fn job_run_009_a_deadline_has_expired_strictly_after_it() {
    for (waited, expired) in [(59_999, false), (60_000, false), (60_001, true)] {
        let mut stage = Stage::new();
        let job = stage.job_with(Regular, |info| {
            info.has_late_constraint = true;
            info.max_execution_delay_millis = 60_000;
        });
        stage.advance(waited);
        stage.bring(S0, job, Verb::Starting);
        let handed = stage.parameters.clone().expect("startJob was sent");
        assert_eq!(handed.deadline_expired, expired, "after {waited} ms");
    }
}

#[test]
fn job_run_009_the_window_of_a_periodic_job_is_a_deadline() {
    let mut stage = Stage::new();
    let job = stage.job_with(Regular, |info| {
        info.is_periodic = true;
        info.has_early_constraint = true;
        info.has_late_constraint = true;
        info.interval_millis = 900_000;
        info.flex_millis = 900_000;
    });
    stage.advance(900_001);
    stage.bring(S0, job, Verb::Starting);
    assert!(stage.parameters.as_ref().expect("startJob was sent").deadline_expired);
}

#[test]
fn job_run_010_who_is_handed_the_network() {
    // required network, target SDK, permission: handed
    let table = [
        (true, 34, true, Some(100)),
        (true, 34, false, None),
        (true, 33, false, Some(100)),
        (true, 33, true, Some(100)),
        (false, 34, true, None),
        (false, 33, true, None),
    ];
    for (required, target_sdk, permission, network) in table {
        let mut stage = Stage::new();
        stage.world.target_sdk = target_sdk;
        stage.world.holds_network_permission = permission;
        let kind = if required { UserInitiated } else { Regular };
        let job = stage.job(kind);
        stage.bring(S0, job, Verb::Starting);
        let handed = stage.parameters.clone().expect("startJob was sent");
        assert_eq!(handed.network, network, "{required} {target_sdk} {permission}");
    }
}

#[test]
fn job_run_011_a_start_drops_the_persisted_times_even_if_the_bind_is_refused() {
    let mut stage = Stage::new();
    let job = stage.job(Regular);
    let times = PersistedUtcTimes { earliest: Wall(1), latest: Wall(2) };
    stage.status(job).set_persisted_utc_times(times);
    stage.world.bind_accepted = false;
    assert!(!stage.start(S0, job));
    assert_eq!(stage.status(job).persisted_utc_times(), None);
}

#[test]
fn job_run_012_the_wake_lock_is_that_of_the_source_from_before_the_bind_to_before_the_unbind() {
    let mut stage = Stage::new();
    let job = stage.job(Regular);
    let source = Source {
        package: "com.source".into(),
        user: SOURCE_UID.user(),
        uid: SOURCE_UID,
        tag: None,
    };
    let origin = Origin { source: Some(source), ..Origin::own(job, UID) };
    let info = std::sync::Arc::clone(stage.status(job).job());
    let scheduled_for_another = JobStatus::create_from_job_info(info, origin, Elapsed(0));
    stage.world.jobs.insert(job, scheduled_for_another);
    assert!(stage.start(S0, job));
    assert_eq!(stage.log(), ["wakeLock(10999)", "bindService(0x8105)", "bind"]);
    stage.disconnect(S0);
    assert_eq!(stage.log(), ended(0, -1, true));
}

#[test]
fn job_run_013_the_bind_timer_runs_before_the_bind_is_answered() {
    let mut stage = Stage::new();
    let job = stage.job(Regular);
    assert!(stage.start(S0, job));
    assert_eq!((stage.verb(S0), stage.timer(S0)), (Verb::Binding, Some(18_000)));
    let request = stage.execution.view(S0).expect("it runs");
    assert_eq!(stage.execution.slot_of(request.token), Some(S0));
}

#[test]
fn job_run_014_the_kind_of_binding_follows_the_treatment_at_the_bind() {
    let table = [
        (UserInitiated, true, InternalFlags::NONE, bind_flags::USER_INITIATED),
        (UserInitiated, true, InternalFlags::DEMOTED_BY_USER, bind_flags::REGULAR),
        (Expedited, true, InternalFlags::NONE, bind_flags::EXPEDITED),
        (Expedited, false, InternalFlags::NONE, bind_flags::REGULAR),
        (Regular, true, InternalFlags::NONE, bind_flags::REGULAR),
    ];
    for (kind, approved, flags, binding) in table {
        let mut stage = Stage::new();
        let job = stage.job(kind);
        let now = stage.now.elapsed;
        stage.status(job).set_expedited_job_quota_approved(now, approved);
        stage.status(job).add_internal_flags(flags);
        assert!(stage.start(S0, job));
        assert_eq!(stage.log()[1], format!("bindService({binding:#x})"), "{kind:?} {approved}");
    }
    // Only the binding of a user-initiated job may raise the process to the foreground.
    let raises = |flags: u64| flags & bind_flags::NOT_FOREGROUND == 0;
    assert!(raises(bind_flags::USER_INITIATED));
    assert!(!raises(bind_flags::EXPEDITED) && !raises(bind_flags::REGULAR));
    assert_eq!(bind_flags::USER_INITIATED, 0x1_0003_8001);
    assert_eq!(bind_flags::EXPEDITED, 0x3_8005);
    assert_eq!(bind_flags::REGULAR, 0x8105);
}

#[test]
fn job_run_015_a_refused_bind_leaves_the_slot_free_and_completes_nothing() {
    let mut stage = Stage::new();
    let job = stage.job(Expedited);
    stage.world.bind_accepted = false;
    assert!(!stage.start(S0, job));
    assert_eq!(stage.log(), ["wakeLock(10123)", "bindService(0x38005)", "wakeLockRelease"]);
    assert_eq!((stage.verb(S0), stage.timer(S0)), (Verb::Finished, None));
    assert_eq!(stage.execution.view(S0), None);
    assert!(!stage.status(job).started_as_expedited_job, "it was never started");
    assert!(stage.world.noted_active.is_empty());
    stage.world.bind_accepted = true;
    assert!(stage.start(S0, job), "the slot stayed available");
}

#[test]
fn job_run_016_how_a_job_was_started_is_settled_after_the_bind() {
    let mut stage = Stage::new();
    let job = stage.job(Expedited);
    stage.world.bind_disapproves = true;
    assert!(stage.start(S0, job));
    // The binding is that of an expedited job, the job no longer is one.
    assert_eq!(stage.log()[1], format!("bindService({:#x})", bind_flags::EXPEDITED));
    assert!(!stage.status(job).started_as_expedited_job);
    assert_eq!(stage.world.noted_active, [job]);
    assert_eq!(stage.verb(S0), Verb::Binding);

    let mut stage = Stage::with(UserInitiated, Verb::Finished);
    assert!(stage.execution.last_stop(S0).is_some());
    assert!(stage.start(S0, RecordId(0)));
    assert!(stage.status(RecordId(0)).started_as_user_initiated_job);
    assert_eq!(stage.execution.last_stop(S0), None, "why the last job ended is forgotten");
}

#[test]
fn job_run_054_only_a_job_treated_as_user_initiated_must_show_a_notification() {
    let table = [
        (UserInitiated, InternalFlags::NONE, true),
        (UserInitiated, InternalFlags::DEMOTED_BY_USER, false),
        (UserInitiated, InternalFlags::DEMOTED_BY_SYSTEM_UIJ, false),
        (Expedited, InternalFlags::NONE, false),
        (Regular, InternalFlags::NONE, false),
    ];
    for (kind, flags, must) in table {
        let mut stage = Stage::new();
        let job = stage.job(kind);
        stage.status(job).add_internal_flags(flags);
        stage.bring(S0, job, Verb::Executing);
        let awaiting = stage.execution.view(S0).expect("it runs").awaiting_notification;
        assert_eq!(awaiting, must, "{kind:?} {flags:?}");
        stage.advance(10_000);
        let expected = if must { Verb::Finished } else { Verb::Executing };
        assert_eq!(stage.verb(S0), expected, "{kind:?} {flags:?}");
    }
}

#[test]
fn job_time_022_the_maximum_is_never_less_than_the_guarantee() {
    for (guarantee, maximum, effective) in [(600_000, 0, 600_000), (600_000, 600_001, 600_001)] {
        let mut stage = Stage::new();
        stage.world.guarantee = guarantee;
        stage.world.maximum = maximum;
        let job = stage.job(Regular);
        stage.bring(S0, job, Verb::Binding);
        let view = stage.execution.view(S0).expect("it runs");
        assert_eq!(view.latest_stop.since(view.started_at), effective);
    }
}

#[test]
fn job_api_208_what_triggered_the_job_is_handed_over_only_if_something_did() {
    let mut stage = Stage::new();
    let job = stage.job(Regular);
    stage.bring(S0, job, Verb::Starting);
    let handed = stage.parameters.clone().expect("startJob was sent");
    assert_eq!((handed.triggered_uris, handed.triggered_authorities), (None, None));

    let triggered = stage.job(Regular);
    let uri = "content://media/external/images/media".to_owned();
    stage.status(triggered).changed_content = Some(Box::new(ChangedContent {
        uris: BTreeSet::from([uri.clone()]),
        authorities: BTreeSet::from(["media".to_owned()]),
    }));
    stage.bring(S1, triggered, Verb::Starting);
    let handed = stage.parameters.clone().expect("startJob was sent");
    assert_eq!(handed.triggered_uris, Some(vec![uri]));
    assert_eq!(handed.triggered_authorities, Some(vec!["media".to_owned()]));
}

#[test]
fn job_api_228_each_execution_starts_from_the_totals_of_its_record() {
    let mut stage = Stage::new();
    let job = stage.job_with(UserInitiated, |info| info.network_upload_bytes = 70);
    stage.bring(S0, job, Verb::Executing);
    let said = JobCallbackCall::UpdateEstimatedNetworkBytes { download: 1, upload: 2 };
    stage.call(S0, said).expect("taken");
    let said = JobCallbackCall::UpdateTransferredNetworkBytes { download: 3, upload: 4 };
    stage.call(S0, said).expect("taken");
    stage.disconnect(S0);
    assert!(stage.start(S0, job));
    let estimated = stage.execution.estimated_network_bytes(S0);
    assert_eq!(estimated, Some(BytePair { download: -1, upload: 70 }));
    let transferred = stage.execution.transferred_network_bytes(S0);
    assert_eq!(transferred, Some(BytePair { download: 0, upload: 0 }));
}
