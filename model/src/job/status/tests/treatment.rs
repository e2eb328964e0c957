//! How a record is treated: kind, priority, bucket, exemptions.

use super::*;
use crate::job::info::{
    TriggerContentUri, FLAG_EXEMPT_FROM_APP_STANDBY, FLAG_WILL_BE_FOREGROUND, PRIORITY_DEFAULT,
    PRIORITY_HIGH, PRIORITY_LOW, PRIORITY_MIN,
};

/// The effective priority after so many failures, with these flags.
fn priority(change: fn(&mut JobInfo), failures: i32, flags: InternalFlags) -> i32 {
    let lifetime =
        Lifetime { num_failures: failures, internal_flags: flags, ..Lifetime::default() };
    lived(change, lifetime).effective_priority()
}

#[test]
fn job_info_035_priority_decays_with_failures() {
    let none = InternalFlags::NONE;
    let high: fn(&mut JobInfo) = |job| job.priority = PRIORITY_HIGH;
    let table = [(0, 400), (1, 400), (2, 300), (3, 300), (4, 200), (5, 200), (6, 100), (99, 100)];
    for (failures, expected) in table {
        assert_eq!(priority(high, failures, none), expected, "{failures} failures");
    }
    let low: fn(&mut JobInfo) = |job| job.priority = PRIORITY_MIN;
    assert_eq!(priority(low, 2, none), PRIORITY_MIN, "it never rises");
    assert_eq!(priority(user_initiated, 99, none), PRIORITY_MAX);
    assert_eq!(priority(expedited, 1, none), PRIORITY_MAX);
    assert_eq!(priority(expedited, 2, none), PRIORITY_HIGH);
    assert_eq!(priority(expedited, 99, none), PRIORITY_HIGH, "approved or not");
    let stops = Lifetime { num_system_stops: 99, ..Lifetime::default() };
    assert_eq!(lived(high, stops).effective_priority(), PRIORITY_HIGH, "system stops do not count");
}

#[test]
fn queue_pri_002_a_demoted_job_is_high_at_most() {
    let by_user = InternalFlags::DEMOTED_BY_USER;
    let by_system = InternalFlags::DEMOTED_BY_SYSTEM_UIJ;
    assert_eq!(priority(expedited, 0, by_user), PRIORITY_HIGH);
    assert_eq!(priority(expedited, 0, by_system), PRIORITY_MAX, "only user-initiated ones");
    assert_eq!(priority(user_initiated, 0, by_system), PRIORITY_HIGH);
    assert_eq!(priority(user_initiated, 0, by_user), PRIORITY_HIGH);
    assert_eq!(priority(|_| (), 0, by_user), PRIORITY_DEFAULT);
}

#[test]
fn queue_pri_003_one_failure_changes_nothing() {
    for failures in [0, 1] {
        for raw in [PRIORITY_MIN, PRIORITY_LOW, PRIORITY_DEFAULT, PRIORITY_HIGH] {
            let lifetime = Lifetime { num_failures: failures, ..Lifetime::default() };
            assert_eq!(lived(|job| job.priority = raw, lifetime).effective_priority(), raw);
        }
    }
}

#[test]
fn queue_pri_004_a_user_initiated_job_keeps_its_priority() {
    assert_eq!(priority(user_initiated, 2, InternalFlags::NONE), PRIORITY_MAX);
}

#[test]
fn queue_pri_005_a_failing_expedited_job_is_high_whatever_it_was() {
    let min: fn(&mut JobInfo) = |job| {
        expedited(job);
        job.priority = PRIORITY_MIN;
    };
    assert_eq!(priority(min, 2, InternalFlags::NONE), PRIORITY_HIGH, "it even rises");
    assert_eq!(priority(min, 1, InternalFlags::NONE), PRIORITY_MIN);
}

#[test]
fn queue_pri_006_a_demoted_user_initiated_job_decays() {
    let demoted = InternalFlags::DEMOTED_BY_SYSTEM_UIJ;
    let decayed = [2, 4, 6].map(|failures| priority(user_initiated, failures, demoted));
    assert_eq!(decayed, [PRIORITY_DEFAULT, PRIORITY_LOW, PRIORITY_MIN]);
}

#[test]
fn job_info_036_user_initiated_ends_with_either_demotion() {
    let treated = |change: fn(&mut JobInfo), flags| {
        let mut status = record(change);
        status.add_internal_flags(flags);
        status.should_treat_as_user_initiated_job()
    };
    assert!(treated(user_initiated, InternalFlags::NONE));
    assert!(treated(user_initiated, InternalFlags::HAS_FOREGROUND_EXEMPTION));
    assert!(!treated(user_initiated, InternalFlags::DEMOTED_BY_USER));
    assert!(!treated(user_initiated, InternalFlags::DEMOTED_BY_SYSTEM_UIJ));
    assert!(!treated(|_| (), InternalFlags::NONE));
}

#[test]
fn job_ready_008_demotion_can_be_taken_back() {
    let mut status = record(user_initiated);
    status.add_internal_flags(InternalFlags::DEMOTED_BY_USER);
    assert!(!status.should_treat_as_user_initiated_job());
    status.remove_internal_flags(InternalFlags::DEMOTED_BY_USER);
    assert!(status.should_treat_as_user_initiated_job());
}

#[test]
fn job_info_037_expedited_needs_both_approvals() {
    let mut status = record(expedited);
    assert!(!status.should_treat_as_expedited_job(), "a new record has neither");
    assert!(status.set_expedited_job_quota_approved(NOW, true));
    assert!(!status.should_treat_as_expedited_job());
    assert!(status.set_expedited_job_tare_approved(NOW, true));
    assert!(status.should_treat_as_expedited_job());
    assert!(!status.set_expedited_job_tare_approved(NOW, true), "that is no change");
}

#[test]
fn job_ready_009_only_a_job_built_as_expedited_is_treated_so() {
    let mut regular = record(|_| ());
    approve_expedited(&mut regular);
    assert!(!regular.should_treat_as_expedited_job());
    let mut demoted = record(expedited);
    approve_expedited(&mut demoted);
    demoted.add_internal_flags(InternalFlags::DEMOTED_BY_USER);
    assert!(demoted.should_treat_as_expedited_job(), "the user does not take it away");
}

#[test]
fn job_info_038_what_was_started_as_user_initiated_stays_visible() {
    let mut status = record(user_initiated);
    assert!(status.is_user_visible_job());
    status.add_internal_flags(InternalFlags::DEMOTED_BY_USER);
    assert!(!status.is_user_visible_job());
    status.started_as_user_initiated_job = true;
    assert!(status.is_user_visible_job());
}

#[test]
fn job_ready_010_an_expedited_job_is_not_visible() {
    let mut status = record(expedited);
    approve_expedited(&mut status);
    status.started_as_expedited_job = true;
    assert!(!status.is_user_visible_job());
}

fn media_backup(job: &mut JobInfo) {
    needs_network(job);
    let trigger = |uri: &str| TriggerContentUri { uri: uri.into(), flags: 1 };
    job.trigger_content_uris = Some(vec![
        trigger("content://media/external/images/media"),
        trigger("content://media/external/video/media"),
    ]);
}

/// The effective bucket of a job of the cloud media provider.
fn provider_bucket(bucket: StandbyBucket, change: impl FnOnce(&mut JobInfo)) -> StandbyBucket {
    let origin = Origin {
        standby_bucket: bucket,
        is_cloud_media_provider: true,
        ..Origin::own(RecordId(1), UID)
    };
    JobStatus::create_from_job_info(info(change), origin, NOW).effective_standby_bucket()
}

#[test]
fn job_info_039_activity_and_exemptions_improve_the_bucket() {
    use StandbyBucket as Bucket;
    for bucket in StandbyBucket::ALL.iter().copied() {
        let mut active = record_in(bucket, |_| ());
        assert_eq!(active.effective_standby_bucket(), bucket);
        assert!(active.set_uid_active(true));
        assert!(!active.set_uid_active(true), "that is no change");
        let exempt = record_in(bucket, |job| job.flags = FLAG_EXEMPT_FROM_APP_STANDBY);
        let expected = if bucket == Bucket::Exempted { bucket } else { Bucket::Active };
        assert_eq!(active.effective_standby_bucket(), expected);
        assert_eq!(exempt.effective_standby_bucket(), expected);
        let media = match bucket {
            Bucket::Frequent | Bucket::Rare => Bucket::Working,
            other => other,
        };
        assert_eq!(provider_bucket(bucket, media_backup), media, "{bucket}");
    }
}

#[test]
fn job_ready_012_a_periodic_job_is_not_exempt_from_standby() {
    let periodic = record_in(StandbyBucket::Rare, |job| {
        job.flags = FLAG_EXEMPT_FROM_APP_STANDBY;
        job.is_periodic = true;
    });
    assert_eq!(periodic.effective_standby_bucket(), StandbyBucket::Rare);
}

#[test]
fn job_info_040_a_media_backup_is_exempt_only_as_a_whole() {
    let with = |change: fn(&mut JobInfo)| {
        let bucket = provider_bucket(StandbyBucket::Rare, |job| {
            media_backup(job);
            change(job);
        });
        bucket == StandbyBucket::Working
    };
    assert!(with(|_| ()));
    assert!(with(|job| job.trigger_content_uris = Some(Vec::new())), "an empty list is one");
    assert!(!with(|job| job.trigger_content_uris = None));
    assert!(!with(|job| {
        let other = TriggerContentUri { uri: "content://contacts".into(), flags: 0 };
        job.trigger_content_uris.get_or_insert_with(Vec::new).push(other);
    }));
    assert!(!with(|job| job.has_late_constraint = true));
    assert!(!with(|job| job.required_network = None));
    assert!(!with(|job| job.priority = PRIORITY_LOW));
    assert!(with(|job| job.priority = PRIORITY_DEFAULT));
}

#[test]
fn job_ready_013_the_exemption_follows_the_provider() {
    let mut status = record_in(StandbyBucket::Rare, media_backup);
    assert_eq!(status.effective_standby_bucket(), StandbyBucket::Rare);
    assert!(status.update_media_backup_exemption_status(true));
    assert!(!status.update_media_backup_exemption_status(true), "that is no change");
    assert_eq!(status.effective_standby_bucket(), StandbyBucket::Working);
    assert!(status.update_media_backup_exemption_status(false));
    assert_eq!(status.effective_standby_bucket(), StandbyBucket::Rare);
}

#[test]
fn job_info_043_a_job_from_the_foreground_is_exempt_unless_timed() {
    let exempt = |change: fn(&mut JobInfo), active: bool| {
        let mut status = record(change);
        status.maybe_add_foreground_exemption(|uid| {
            assert_eq!(uid, UID, "the source uid is asked for");
            active
        });
        status.internal_flags().intersects(InternalFlags::HAS_FOREGROUND_EXEMPTION)
    };
    assert!(exempt(|_| (), true));
    assert!(!exempt(|_| (), false));
    assert!(!exempt(|job| job.has_early_constraint = true, true));
    assert!(!exempt(|job| job.has_late_constraint = true, true));
}

#[test]
fn job_ready_007_the_foreground_exemption_is_never_lost() {
    let mut status = record(|_| ());
    status.maybe_add_foreground_exemption(|_| true);
    status.maybe_add_foreground_exemption(|_| false);
    assert_eq!(status.internal_flags(), InternalFlags::HAS_FOREGROUND_EXEMPTION);
}

#[test]
fn job_ready_014_these_may_run_in_doze() {
    assert!(!record(|_| ()).can_run_in_doze());
    assert!(record(|job| job.flags = FLAG_WILL_BE_FOREGROUND).can_run_in_doze());
    assert!(record(user_initiated).can_run_in_doze());
    let mut allowlisted = record(|_| ());
    allowlisted.set_device_not_dozing_constraint_satisfied(NOW, false, true);
    assert!(allowlisted.can_run_in_doze());
    let mut urgent = record(expedited);
    assert!(!urgent.can_run_in_doze());
    urgent.started_as_expedited_job = true;
    assert!(urgent.can_run_in_doze(), "started as one is enough");
    urgent.started_as_expedited_job = false;
    approve_expedited(&mut urgent);
    assert!(urgent.can_run_in_doze());
    urgent.disallow_run_in_battery_saver_and_doze();
    assert!(!urgent.can_run_in_doze());
}

#[test]
fn job_ready_015_these_may_run_in_battery_saver() {
    assert!(!record(|job| job.flags = FLAG_WILL_BE_FOREGROUND).can_run_in_battery_saver());
    assert!(record(user_initiated).can_run_in_battery_saver());
    let mut foreground = record(|_| ());
    foreground.maybe_add_foreground_exemption(|_| true);
    assert!(foreground.can_run_in_battery_saver());
    let mut urgent = record(expedited);
    approve_expedited(&mut urgent);
    assert!(urgent.can_run_in_battery_saver());
    urgent.disallow_run_in_battery_saver_and_doze();
    assert!(!urgent.can_run_in_battery_saver());
}
