//! The bias of an app and of its jobs.

use super::*;

#[test]
fn ctrl_bias_001_a_process_state_stands_for_a_bias() {
    let table = [
        (ProcState::Persistent, 35),
        (ProcState::PersistentUi, 35),
        (ProcState::Top, 40),
        (ProcState::BoundTop, 35),
        (ProcState::ForegroundService, 35),
        (ProcState::BoundForegroundService, 30),
        (ProcState::ImportantForeground, 0),
        (ProcState::CachedEmpty, 0),
    ];
    for (state, bias) in table {
        assert_eq!(uid_bias(state), bias, "{state:?}");
    }
}

#[test]
fn queue_bias_002_an_unknown_state_counts_as_foreground_service() {
    assert_eq!(uid_bias(ProcState::Unknown), 35);
}

fn evaluate(job: i32, uid: i32, load: f32) -> i32 {
    evaluate_job_bias(job, uid, || load, &Constants::android_14())
}

#[test]
fn queue_bias_005_a_high_bias_of_the_job_comes_before_that_of_its_app() {
    assert_eq!(evaluate(0, 0, 0.0), 0);
    assert_eq!(evaluate(10, 0, 0.0), 10);
    assert_eq!(evaluate(10, 40, 0.0), 40);
    assert_eq!(evaluate(29, 30, 0.0), 30);
    assert_eq!(evaluate(30, 40, 0.0), 30);
}

#[test]
fn queue_bias_006_a_busy_app_stands_back_unless_it_is_on_top() {
    assert_eq!(evaluate(0, 35, 0.49), 35);
    assert_eq!(evaluate(0, 35, 0.5), -5);
    assert_eq!(evaluate(0, 35, 0.9), -45);
    assert_eq!(evaluate(0, 40, 1.0), 40);
    let unasked = || unreachable!("the load of an app on top does not matter");
    assert_eq!(evaluate_job_bias(0, 40, unasked, &Constants::android_14()), 40);
}

#[test]
fn ctrl_bias_006_a_bias_at_the_end_of_the_range_wraps() {
    assert_eq!(evaluate(i32::MIN, 0, 0.9), i32::MIN.wrapping_sub(80));
}
