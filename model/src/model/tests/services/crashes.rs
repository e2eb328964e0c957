//! Crashes of an app, and when its services come back.

use super::*;
use crate::effect::ProcessEffect;

fn starts(effect: &Effect) -> bool {
    matches!(effect, Effect::Process(ProcessEffect::StartProcess { .. }))
}

/// The app reports a crash if it does, and dies; how long until its process is asked for again.
fn comes_back_after(phone: &mut Phone, crashes: bool) -> i64 {
    if crashes {
        let change = ProcessEvent::Crashed { pid: APP.pid.expect("a process") };
        phone.tell(Input::Process { change });
    }
    phone.die(APP);
    phone.forget();
    let died = phone.now;
    while !phone.has(starts) {
        let wait = phone.model.next_wakeup().in_millis(phone.now).expect("a restart is due");
        phone.advance(wait.max(0));
    }
    phone.run(NAME, APP);
    assert!(phone.is_running("S"));
    phone.now.uptime.millis() - died.uptime.millis()
}

fn with_started_service() -> Phone {
    let mut phone = Phone::new();
    phone.show(APP, true);
    phone.start("S", false).expect("allowed on top");
    phone
}

#[test]
fn fgs_start_093_a_second_crash_soon_after_costs_half_an_hour() {
    let mut crashing = with_started_service();
    assert_eq!(comes_back_after(&mut crashing, true), 1_000);
    assert_eq!(comes_back_after(&mut crashing, true), 1_800_000);
    assert_eq!(comes_back_after(&mut crashing, true), 3_600_000);
    crashing.advance(120_001);
    assert_eq!(comes_back_after(&mut crashing, true), 1_000, "counted from one again");
}

#[test]
fn fgs_start_093_a_death_without_a_crash_does_not_count() {
    let mut dying = with_started_service();
    assert_eq!(comes_back_after(&mut dying, false), 1_000);
    assert_eq!(comes_back_after(&mut dying, false), 4_000);
}

#[test]
fn a_crash_of_no_process_is_refused() {
    let mut phone = Phone::new();
    let before = phone.model.clone();
    let change = ProcessEvent::Crashed { pid: Pid(999) };
    let refused = phone.apply(Input::Process { change });
    assert!(matches!(refused, Err(Exception::IllegalArgument(_))), "{refused:?}");
    assert_eq!(phone.model, before);
}
