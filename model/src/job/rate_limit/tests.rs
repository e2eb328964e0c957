//! Tests of the schedule limit alone.

use super::*;

const USER: UserId = UserId(0);
const APP: &str = "com.example";

fn noted(times: impl IntoIterator<Item = i64>) -> ScheduleRateLimiter {
    let mut limiter = ScheduleRateLimiter::default();
    for at in times {
        limiter.note_event(USER, APP, Elapsed(at));
    }
    limiter
}

#[test]
fn job_sched_011_the_250th_call_of_a_window_passes_and_the_251st_does_not() {
    assert!(noted(0..249).is_within_quota(USER, APP, Elapsed(300)));
    let full = noted(0..250);
    assert!(!full.is_within_quota(USER, APP, Elapsed(300)));
    // An event exactly one window old still counts.
    assert!(!full.is_within_quota(USER, APP, Elapsed(60_000)));
    assert!(full.is_within_quota(USER, APP, Elapsed(60_001)));
}

#[test]
fn job_sched_012_events_belong_to_one_user_and_one_package() {
    let full = noted(0..250);
    assert!(full.is_within_quota(UserId(10), APP, Elapsed(300)));
    assert!(full.is_within_quota(USER, "com.other", Elapsed(300)));
    // Events expire one by one.
    let mut limiter = full;
    assert!(limiter.is_within_quota(USER, APP, Elapsed(60_001)));
    limiter.note_event(USER, APP, Elapsed(60_001));
    assert!(!limiter.is_within_quota(USER, APP, Elapsed(60_001)));
    assert!(limiter.is_within_quota(USER, APP, Elapsed(60_002)));
}

#[test]
fn job_sched_019_configuration_is_clamped_and_switching_off_forgets() {
    let mut limiter = noted(0..250);
    let low = RateLimit { enabled: true, limit: i32::MIN, window_millis: 0 };
    limiter.configure(low).expect("a window of 0 is allowed");
    assert_eq!(limiter.config(), RateLimit { enabled: true, limit: 250, window_millis: 20_000 });
    assert!(!limiter.is_within_quota(USER, APP, Elapsed(20_000)), "recorded events are kept");

    let high = RateLimit { enabled: true, limit: 251, window_millis: i64::MAX };
    limiter.configure(high).expect("a long window is allowed");
    assert_eq!(limiter.config().window_millis, 2_592_000_000);
    assert!(limiter.is_within_quota(USER, APP, Elapsed(300)));

    limiter.configure(RateLimit { enabled: false, ..high }).expect("off is allowed");
    limiter.note_event(USER, APP, Elapsed(300));
    assert!(limiter.is_within_quota(USER, APP, Elapsed(300)));
    limiter.configure(RateLimit::default()).expect("the default is allowed");
    assert_eq!(limiter, ScheduleRateLimiter { events: BTreeMap::new(), ..noted([]) });
}

#[test]
fn job_const_008_a_negative_window_is_refused_and_changes_nothing() {
    for millis in [-1, i64::MIN] {
        let mut limiter = noted(0..250);
        let before = limiter.clone();
        let refused = limiter.configure(RateLimit { window_millis: millis, ..before.config() });
        assert_eq!(refused, Err(NegativeWindow { millis }));
        assert_eq!(limiter, before);
    }
}

#[test]
fn removed_packages_and_users_start_afresh() {
    let mut limiter = noted(0..250);
    limiter.on_package_removed(USER, "com.other");
    assert!(!limiter.is_within_quota(USER, APP, Elapsed(300)));
    limiter.on_package_removed(USER, APP);
    assert!(limiter.is_within_quota(USER, APP, Elapsed(300)));
    let mut limiter = noted(0..250);
    limiter.on_user_removed(USER);
    assert!(limiter.is_within_quota(USER, APP, Elapsed(300)));
}
