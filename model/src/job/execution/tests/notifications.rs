//! Notifications of running jobs. Rules: JOB-NOTIF-001 to 015, JOB-API-230, JOB-API-234.

use super::*;
use crate::ids::UserId;

const DETACH: i32 = JOB_END_NOTIFICATION_POLICY_DETACH;
const REMOVE: i32 = JOB_END_NOTIFICATION_POLICY_REMOVE;

/// A stage on which jobs of these kinds work, each in a slot of its own.
fn working(kinds: &[Kind]) -> Stage {
    let mut stage = Stage::new();
    for (kind, slot) in kinds.iter().zip([S0, S1, S2]) {
        let job = stage.job(*kind);
        stage.bring(slot, job, Verb::Executing);
    }
    stage
}

/// What the end of the job in `slot` does to notifications.
fn end(stage: &mut Stage, slot: SlotId) -> Vec<String> {
    stage.log.clear();
    stage.completed = None;
    stage.finish(slot, false).expect("finished");
    let mut log = stage.log();
    log.retain(|event| event.starts_with("cancelNotification") || event.starts_with("stripFlag"));
    log
}

/// Ids and channels of user-initiated jobs of the app.
fn tables(stage: &Stage) -> (Vec<i32>, Vec<String>) {
    let mut apps = stage.execution.user_initiated_notifications().iter();
    let Some((user, package, ids, channels)) = apps.next() else { return (vec![], vec![]) };
    assert_eq!((user, package, apps.next()), (UserId(0), "com.app", None));
    (ids, channels.into_iter().map(str::to_owned).collect())
}

#[test]
fn job_notif_001_tables_are_kept_by_user_and_package() {
    let mut stage = working(&[UserInitiated]);
    stage.set_notification(S0, 4, REMOVE);
    let tables = stage.execution.user_initiated_notifications();
    let (own, other) = (UserId(0), UserId(10));
    assert!(tables.has_id(4, own, "com.app") && tables.has_channel("main", own, "com.app"));
    assert!(!tables.has_id(4, other, "com.app") && !tables.has_channel("main", other, "com.app"));
    assert!(!tables.has_id(4, own, "com.b") && !tables.has_channel("main", own, "com.b"));
    assert!(!tables.has_id(5, own, "com.app") && !tables.has_channel("other", own, "com.app"));
    // The same id of another user's app has nothing to do with it.
    let slots = [(S1, Uid(10_123)), (S2, Uid(1_010_123))];
    for (slot, uid) in slots {
        let job = stage.job(Regular);
        let info = std::sync::Arc::clone(stage.status(job).job());
        let now = stage.now.elapsed;
        let status = JobStatus::create_from_job_info(info, Origin::own(job, uid), now);
        stage.world.jobs.insert(job, status);
        assert!(stage.start(slot, job));
        let notification = Notification {
            channel: "main".to_owned(),
            small_icon: true,
            ..Notification::default()
        };
        let notification = Some(Box::new(notification));
        let call = JobCallbackCall::SetNotification { id: 4, notification, end_policy: REMOVE };
        let token = stage.token(slot);
        stage.call_with(token, uid, call).expect("valid");
    }
    assert_eq!(end(&mut stage, S0), ["stripFlag(4)"], "slot 1 shares it");
    stage.log.clear();
    stage.disconnect(S2);
    assert_eq!(stage.log()[0], "cancelNotification(4)", "slot 2 was alone with it");
}

#[test]
fn job_notif_002_the_flag_is_that_of_a_job_started_as_user_initiated() {
    let mut stage = working(&[UserInitiated]);
    // Demoted by now: what counts is how it was started.
    stage.status(RecordId(0)).add_internal_flags(InternalFlags::DEMOTED_BY_USER);
    stage.set_notification(S0, 1, DETACH);
    assert_eq!(stage.log(), ["notify(1 main flagged)"]);
    assert_eq!(tables(&stage), (vec![1], vec!["main".to_owned()]));

    let mut stage = Stage::new();
    let job = stage.job(UserInitiated);
    stage.status(job).add_internal_flags(InternalFlags::DEMOTED_BY_USER);
    stage.bring(S0, job, Verb::Executing);
    stage.set_notification(S0, 1, DETACH);
    assert_eq!(stage.log(), ["notify(1 main)"]);
    assert_eq!(tables(&stage), (vec![], vec![]));
}

#[test]
fn job_notif_003_jobs_of_an_app_may_share_an_id() {
    let mut stage = working(&[UserInitiated, Regular]);
    stage.set_notification(S0, 1, REMOVE);
    stage.set_notification(S1, 1, REMOVE);
    assert_eq!(stage.log(), ["notify(1 main flagged)", "notify(1 main)"]);
    assert_eq!(end(&mut stage, S1), [""; 0], "the other one still uses it");
    assert_eq!(end(&mut stage, S0), ["cancelNotification(1)"]);
}

#[test]
fn job_notif_004_other_jobs_get_no_flag_but_their_end_asks_for_it_to_be_stripped() {
    for kind in [Regular, Expedited] {
        let mut stage = working(&[kind]);
        stage.set_notification(S0, 1, DETACH);
        assert_eq!(stage.log(), ["notify(1 main)"]);
        assert_eq!(tables(&stage), (vec![], vec![]));
        assert_eq!(end(&mut stage, S0), ["stripFlag(1)"]);
        let mut stage = working(&[kind]);
        stage.set_notification(S0, 1, REMOVE);
        assert_eq!(end(&mut stage, S0), ["cancelNotification(1)"]);
    }
}

#[test]
fn job_notif_005_the_same_id_again_replaces_the_details() {
    let mut stage = working(&[UserInitiated]);
    stage.set_notification(S0, 1, REMOVE);
    stage.set_notification(S0, 1, DETACH);
    assert_eq!(stage.log(), ["notify(1 main flagged)", "notify(1 main flagged)"]);
    assert_eq!(end(&mut stage, S0), ["stripFlag(1)"], "the policy is the latest");
    // The next execution knows nothing of it.
    stage.bring(S0, RecordId(0), Verb::Executing);
    assert_eq!(end(&mut stage, S0), [""; 0]);
}

#[test]
fn job_notif_010_a_job_without_a_notification_leaves_none_behind() {
    let mut stage = working(&[UserInitiated]);
    let before = stage.execution.notifications.clone();
    assert_eq!(end(&mut stage, S0), [""; 0]);
    assert_eq!(stage.execution.notifications, before);
    let mut stage = working(&[UserInitiated]);
    stage.set_notification(S0, 1, DETACH);
    end(&mut stage, S0);
    let empty = JobNotificationCoordinator::default();
    assert_eq!(stage.execution.notifications, empty, "nothing is kept of an association");
}

#[test]
fn job_notif_011_the_policy_of_the_last_job_decides() {
    for (first, last, expected) in
        [(REMOVE, DETACH, "stripFlag(1)"), (DETACH, REMOVE, "cancelNotification(1)")]
    {
        let mut stage = working(&[UserInitiated, UserInitiated]);
        stage.set_notification(S0, 1, first);
        stage.set_notification(S1, 1, last);
        assert_eq!(end(&mut stage, S0), [""; 0]);
        assert_eq!(end(&mut stage, S1), [expected]);
    }
}

#[test]
fn job_notif_012_a_user_stop_removes_whatever_the_policy() {
    // The mark of the Task Manager, and the default reason of the shell.
    let mut stage = working(&[UserInitiated]);
    stage.set_notification(S0, 1, DETACH);
    stage.log.clear();
    stage.mark(S0, StopReason::User, InternalStopReason::UserUiStop);
    stage.disconnect(S0);
    assert_eq!(stage.log()[0], "cancelNotification(1)");

    let mut stage = working(&[Regular]);
    stage.set_notification(S0, 1, DETACH);
    stage.cancel(S0, StopReason::User, InternalStopReason::Unknown);
    stage.log.clear();
    stage.ack_stop(S0, true).expect("acknowledged");
    assert_eq!(stage.log()[0], "cancelNotification(1)");

    // But not while another job uses the id.
    let mut stage = working(&[UserInitiated, UserInitiated]);
    stage.set_notification(S0, 1, DETACH);
    stage.set_notification(S1, 1, DETACH);
    stage.log.clear();
    stage.mark(S0, StopReason::User, InternalStopReason::UserUiStop);
    stage.disconnect(S0);
    assert_eq!(stage.log()[0], "wakeLockRelease");
}

#[test]
fn job_notif_013_the_flag_stays_while_a_user_initiated_job_remains() {
    // who ends, who remains, whether stripping is asked for
    let table = [
        (UserInitiated, UserInitiated, false),
        (UserInitiated, Regular, true),
        (Regular, UserInitiated, false),
        (Regular, Expedited, true),
    ];
    for (ends, remains, strips) in table {
        let mut stage = working(&[ends, remains]);
        stage.set_notification(S0, 1, REMOVE);
        stage.set_notification(S1, 1, REMOVE);
        let expected = if strips { vec!["stripFlag(1)".to_owned()] } else { vec![] };
        assert_eq!(end(&mut stage, S0), expected, "{ends:?} ends, {remains:?} remains");
    }
}

#[test]
fn job_notif_014_ids_and_channels_are_freed_by_the_last_user_initiated_job() {
    let main = || vec!["main".to_owned()];
    let mut stage = working(&[UserInitiated, UserInitiated, UserInitiated]);
    stage.set_notification(S0, 1, DETACH);
    stage.set_notification(S1, 1, DETACH);
    stage.set_notification(S2, 2, DETACH);
    assert_eq!(tables(&stage), (vec![1, 2], main()));
    end(&mut stage, S0);
    assert_eq!(tables(&stage), (vec![1, 2], main()), "slot 1 uses the id");
    end(&mut stage, S1);
    assert_eq!(tables(&stage), (vec![2], main()), "slot 2 uses the channel");
    end(&mut stage, S2);
    assert_eq!(tables(&stage), (vec![], vec![]));
    // A user-initiated job with an id and a channel of its own keeps neither.
    let mut stage = working(&[UserInitiated, UserInitiated]);
    stage.set_notification_on(S0, 1, "main", DETACH).expect("valid");
    stage.set_notification_on(S1, 2, "other", DETACH).expect("valid");
    end(&mut stage, S0);
    assert_eq!(tables(&stage), (vec![2], vec!["other".to_owned()]));
    // A regular job that shares both does not keep them.
    let mut stage = working(&[UserInitiated, Regular]);
    stage.set_notification(S0, 1, DETACH);
    stage.set_notification(S1, 1, DETACH);
    end(&mut stage, S0);
    assert_eq!(tables(&stage), (vec![], vec![]));
}

#[test]
fn job_notif_015_a_channel_left_under_the_same_id_stays_until_another_job_ends_with_it() {
    let mut stage = working(&[UserInitiated, UserInitiated]);
    stage.set_notification_on(S0, 1, "main", DETACH).expect("valid");
    stage.set_notification_on(S0, 1, "other", DETACH).expect("valid");
    end(&mut stage, S0);
    assert_eq!(tables(&stage), (vec![], vec!["main".to_owned()]));
    let regular = stage.job(Regular);
    stage.bring(S2, regular, Verb::Executing);
    stage.set_notification_on(S2, 3, "main", DETACH).expect("valid");
    end(&mut stage, S2);
    assert_eq!(tables(&stage), (vec![], vec!["main".to_owned()]), "a user-initiated one");
    stage.set_notification_on(S1, 2, "main", DETACH).expect("valid");
    end(&mut stage, S1);
    assert_eq!(tables(&stage), (vec![], vec![]));
    // Switching the id as well frees the channel at once.
    let mut stage = working(&[UserInitiated]);
    stage.set_notification_on(S0, 1, "main", DETACH).expect("valid");
    stage.set_notification_on(S0, 2, "other", DETACH).expect("valid");
    assert_eq!(tables(&stage), (vec![2], vec!["other".to_owned()]));
}

#[test]
fn job_api_230_end_policies_have_the_numbers_of_the_platform() {
    assert_eq!((JOB_END_NOTIFICATION_POLICY_DETACH, JOB_END_NOTIFICATION_POLICY_REMOVE), (0, 1));
}

#[test]
fn job_api_234_the_old_notification_goes_by_the_policy_it_was_set_with() {
    for (old_policy, expected) in [(REMOVE, "cancelNotification(1)"), (DETACH, "stripFlag(1)")] {
        let mut stage = working(&[UserInitiated]);
        stage.set_notification(S0, 1, old_policy);
        stage.log.clear();
        stage.set_notification(S0, 2, REMOVE);
        assert_eq!(stage.log(), [expected, "notify(2 main flagged)"]);
        assert_eq!(tables(&stage).0, [2]);
    }
}

#[test]
fn job_api_103_only_what_running_user_initiated_jobs_set_is_associated() {
    let mut stage = working(&[UserInitiated, Regular]);
    stage.set_notification_on(S0, 1, "main", DETACH).expect("valid");
    stage.set_notification_on(S1, 2, "other", DETACH).expect("valid");
    let user = UserId(0);
    let has = |stage: &Stage, id, channel: &str| {
        let tables = stage.execution.user_initiated_notifications();
        (tables.has_id(id, user, "com.app"), tables.has_channel(channel, user, "com.app"))
    };
    assert_eq!(has(&stage, 1, "main"), (true, true));
    assert_eq!(has(&stage, 2, "other"), (false, false), "of a regular job");
    let tables = stage.execution.user_initiated_notifications();
    assert!(!tables.has_id(1, UserId(10), "com.app"), "another user");
    assert!(!tables.has_channel("main", user, "com.other"), "another package");
    assert!(!tables.has_channel("", user, "com.app") && !tables.has_id(1, user, ""), "nobody");
    // Another id: the old one and its channel are free at once.
    stage.set_notification_on(S0, 3, "other", DETACH).expect("valid");
    assert_eq!(has(&stage, 1, "main"), (false, false));
    assert_eq!(has(&stage, 3, "other"), (true, true));
    end(&mut stage, S0);
    assert_eq!(has(&stage, 3, "other"), (false, false), "the job has ended");
}
