//! Constants of `activity_manager` that services and process states both go by.

use super::*;
use crate::process::ProcState;

fn state(phone: &Phone) -> ProcState {
    let pid = APP.pid.expect("a process");
    phone.model.system.processes.get(pid).expect("it runs").cur_proc_state()
}

fn configure(phone: &mut Phone, key: &str, value: Option<&str>) {
    let (namespace, key) = ("activity_manager".to_owned(), key.to_owned());
    phone.tell(Input::DeviceConfig { namespace, key, value: value.map(str::to_owned) });
}

/// How long a short service keeps the state of its app, in seconds of uptime.
fn demoted_at(phone: &mut Phone) -> i32 {
    phone.show(APP, true);
    phone.start("S", true).expect("allowed on top");
    phone.promote("S", 1, SHORT).expect("allowed on top");
    phone.show(APP, false);
    for seconds in 0..300 {
        if state(phone) > ProcState::ForegroundService {
            return seconds;
        }
        // Just behind its end something must look again: at exactly its end it still counts (FGS-SHORT-047).
        phone.advance(if seconds == 0 { 1_001 } else { 1_000 });
        phone.show(APP, false);
    }
    panic!("never: {:?}", state(phone));
}

#[test]
fn fgs_short_046_process_states_follow_the_configured_times() {
    assert_eq!(demoted_at(&mut Phone::new()), 185);
    let mut shorter = Phone::new();
    configure(&mut shorter, "short_fgs_timeout_duration", Some("60000"));
    assert_eq!(demoted_at(&mut shorter), 65);
    let mut later = Phone::new();
    configure(&mut later, "short_fgs_proc_state_extra_wait_duration", Some("7000"));
    assert_eq!(demoted_at(&mut later), 187);
    let mut reset = Phone::new();
    for value in [Some("60000"), None] {
        configure(&mut reset, "short_fgs_timeout_duration", value);
    }
    assert_eq!(demoted_at(&mut reset), 185);
}
