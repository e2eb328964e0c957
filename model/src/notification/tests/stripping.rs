//! The end of a job or a service, and the limit on notifications: JOB-NOTIF-025 and 028.

use super::*;
use ServiceOrJob::{ForegroundService, UserInitiatedJob};

/// Ids of ordinary notifications in `many`.
const FIRST: i32 = 100;

fn many(count: i32) -> Phone {
    let mut phone = Phone::new();
    for id in FIRST..FIRST + count {
        phone.notify(id, on("default", 0));
    }
    phone
}

#[test]
fn job_notif_025_limit_spares_what_is_flagged() {
    let mut phone = many(49);
    phone.notify(1, on("default", 0));
    assert_eq!(phone.flags(1), Some(0), "the 50th");
    phone.notify(2, on("default", 0));
    assert_eq!(phone.flags(2), None, "the 51st");
    assert!(phone.cites("JOB-NOTIF-025"));
    phone.notify(1, on("default", FLAG_ONGOING_EVENT));
    assert_eq!(phone.flags(1), Some(FLAG_ONGOING_EVENT), "an update does not count against itself");
    phone.post_for_job(3, on("default", 0));
    phone.post_for_service(4, on("default", 0));
    assert!(phone.flags(3).is_some() && phone.flags(4).is_some());
    // Flagged ones count against the others.
    phone.cancel(FIRST);
    phone.notify(5, on("default", 0));
    assert_eq!(phone.flags(5), None);
}

/// Another app's and another user's notifications do not count.
#[test]
fn job_notif_025_each_package_has_its_own_limit() {
    let mut phone = many(50);
    let other = Key { package: "com.other".to_owned(), ..key(1) };
    let created = phone.manager.create_channel(USER, "com.other", "default", 3, None);
    created.expect("a valid channel");
    let post =
        Post { key: other.clone(), uid: Uid(10_124), notification: on("default", 0), policy: None };
    let Phone { manager, around, looper, out, .. } = &mut phone;
    assert!(manager.enqueue(post, around, looper, out));
    phone.settle();
    assert!(phone.manager.is_shown(&other));
}

/// The flag goes and the notification stays with 50 in all; with 51 it goes, too.
#[test]
fn job_notif_025_one_too_many_without_its_flag_is_cancelled() {
    for (ordinary, stays) in [(49, true), (50, false)] {
        let mut phone = many(ordinary);
        phone.post_for_job(1, on("default", 0));
        phone.around.jobs.clear();
        phone.remove_flag(1, UserInitiatedJob);
        assert_eq!(phone.flags(1), stays.then_some(0), "{ordinary}");
    }
}

/// Stripping is a message: what is posted before it is handled is stripped, too.
#[test]
fn job_notif_025_stripping_waits_for_its_turn() {
    let mut phone = Phone::new();
    phone.post_for_job(1, on("default", 0));
    phone.manager.remove_flag(USER, APP, 1, UserInitiatedJob, &mut phone.looper);
    assert_eq!(phone.flags(1), Some(FLAG_USER_INITIATED_JOB));
    phone.settle();
    assert_eq!(phone.flags(1), Some(0));
}

/// Job and service share an id: whoever ends second brings the flag of the first back.
#[test]
fn job_notif_028_stripping_restores_what_was_accepted() {
    let shared = || {
        let mut phone = Phone::new();
        phone.around.services.insert(1, "default".to_owned());
        phone.post_for_job(1, on("default", FLAG_AUTO_CANCEL));
        let both = FLAG_FOREGROUND_SERVICE | FLAG_USER_INITIATED_JOB | FLAG_NO_CLEAR;
        assert_eq!(phone.flags(1), Some(both));
        phone
    };
    let table = [
        (UserInitiatedJob, ForegroundService, FLAG_FOREGROUND_SERVICE, FLAG_USER_INITIATED_JOB),
        (ForegroundService, UserInitiatedJob, FLAG_USER_INITIATED_JOB, FLAG_FOREGROUND_SERVICE),
    ];
    for (first, second, after_first, after_second) in table {
        let mut phone = shared();
        phone.remove_flag(1, first);
        assert_eq!(phone.flags(1), Some(after_first), "NO_CLEAR is undone, too");
        phone.around.jobs.clear();
        phone.around.services.clear();
        phone.remove_flag(1, second);
        assert_eq!(phone.flags(1), Some(after_second));
        phone.cancel(1);
        assert_eq!(phone.ids(), [1], "protected although nothing runs");
        assert!(phone.cites("JOB-NOTIF-028"));
    }
}

/// An update of a service's notification keeps the flag that the service gave it, until stripped.
#[test]
fn job_notif_028_update_keeps_the_flag_of_a_service() {
    let mut phone = Phone::new();
    phone.post_for_service(1, on("default", 0));
    phone.around.services.clear();
    phone.notify(1, on("low", FLAG_ONGOING_EVENT));
    let flags = FLAG_ONGOING_EVENT | FLAG_FOREGROUND_SERVICE | FLAG_NO_CLEAR;
    assert_eq!(phone.flags(1), Some(flags));
    phone.remove_flag(1, ForegroundService);
    assert_eq!(phone.flags(1), Some(FLAG_ONGOING_EVENT));
}

/// Only what is shown without a tag is stripped; where there is nothing, nothing happens.
#[test]
fn job_notif_028_stripping_nothing() {
    let mut phone = Phone::new();
    phone.post_for_job(1, on("default", 0));
    let before = phone.manager.clone();
    phone.remove_flag(2, UserInitiatedJob);
    assert_eq!(phone.manager, before);
}
