//! Tests of the shell verbs that act on jobs.

use crate::ids::{Uid, UserId};
use crate::job::call::JobCallbackCall;
use crate::job::info::{JobInfo, NetworkRequest};
use crate::job::scheduler::tests::device::*;
use crate::job::scheduler::UserEvent;
use crate::job::status::OverrideState;
use crate::package::Granted;
use crate::reply::Reply;
use crate::rules::job_api::*;
use crate::rules::shell::*;

fn shell_as(device: &mut Device, uid: Uid, command: &str) -> (i32, String) {
    let command: Vec<_> = command.split_whitespace().map(str::to_owned).collect();
    match device.act(|scheduler, world| scheduler.shell(caller(uid), &command, world)) {
        Reply::Shell { exit_code, output } => (exit_code, output),
        other => panic!("not a command: {other:?}"),
    }
}

fn shell(device: &mut Device, command: &str) -> (i32, String) {
    shell_as(device, Uid::ROOT, command)
}

fn networked(id: i32) -> JobInfo {
    JobInfo { required_network: NetworkRequest::of_type(1, Some(APP)), ..job(id) }
}

#[test]
fn job_api_110_others_than_root_need_a_permission() {
    let mut device = Device::booted();
    let (exit_code, output) = shell_as(&mut device, Uid::SHELL, "run com.example.app 1");
    assert_eq!(exit_code, -1);
    let expected =
        "Exception: java.lang.SecurityException: Uid 2000 not permitted to force scheduled jobs\n";
    assert_eq!(output, expected);
    assert!(device.went_by(&JOB_API_110));
    let permission = "android.permission.CHANGE_APP_IDLE_STATE".to_owned();
    device.facts.denied.insert((permission, Uid::SHELL), Granted::Granted);
    let (exit_code, _) = shell_as(&mut device, Uid::SHELL, "run com.example.app 1");
    assert_eq!(exit_code, -1001);
}

#[test]
fn job_api_111_run_overrides_what_is_soft_and_forced_everything() {
    let mut device = Device::booted();
    device.schedule(APP, waiting(1)).expect("accepted");
    device.schedule(APP, networked(2)).expect("accepted");
    assert_eq!(shell(&mut device, "run com.example.absent 1").0, -1000);
    assert_eq!(shell(&mut device, "run com.example.app 9").0, -1001);
    assert_eq!(shell(&mut device, "run -f -s com.example.app 1").0, -1);
    assert_eq!(shell(&mut device, "run -s com.example.app 1").0, -1002);
    assert_eq!(device.stored(APP, 1).override_state, OverrideState::None);
    assert_eq!(shell(&mut device, "run com.example.app 1"), (0, "Running job\n".to_owned()));
    assert_eq!(device.bound().len(), 1);
    assert_eq!(shell(&mut device, "run com.example.app 2").0, -1002, "a network is functional");
    assert!(device.went_by(&JOB_API_111));
    let forced = shell(&mut device, "run -f -u0 com.example.app 2");
    assert_eq!(forced, (0, "Running job [FORCED]\n".to_owned()));
    assert_eq!(device.bound().len(), 1);
}

#[test]
fn job_api_112_force_does_not_get_past_a_stopped_user() {
    let mut device = Device::booted();
    let user = UserId(0);
    device.act(|scheduler, world| scheduler.on_user_event(UserEvent::Stopping, user, world));
    device.schedule(APP, waiting(1)).expect("accepted");
    assert_eq!(shell(&mut device, "run -f com.example.app 1").0, 0);
    assert!(device.went_by(&JOB_API_112) && device.bound().is_empty());
    assert_eq!(device.stored(APP, 1).override_state, OverrideState::Full);
}

#[test]
fn job_ready_061_run_takes_every_ready_job_with_it() {
    let mut device = Device::booted();
    let token = device.run(APP, job(7));
    device.finish(APP, token, true);
    device.schedule(APP, waiting(1)).expect("accepted");
    device.advance(60_000);
    assert!(device.bound().is_empty(), "its delay has passed unnoticed");
    assert_eq!(shell(&mut device, "run com.example.app 1").0, 0);
    assert_eq!(device.bound().len(), 2);
}

#[test]
fn job_api_113_timeout_stops_working_jobs_only() {
    let mut device = Device::booted();
    device.run(APP, job(1));
    device.schedule(APP, job(2)).expect("accepted");
    let (exit_code, output) = shell(&mut device, "timeout");
    assert_eq!((exit_code, device.stops()), (0, vec![(3, 3)]));
    assert_eq!(output, "Stopping job: #u0a1/1 com.example.app/.Service\n");
    assert!(device.went_by(&JOB_API_113));
}

#[test]
fn job_stop_022_no_match_is_no_error() {
    let mut device = Device::booted();
    device.run(APP, job(1));
    for command in
        ["timeout -n x", "timeout -u 10", "timeout com.example.other", "timeout com.example.app 2"]
    {
        let none = (0, "No matching executing jobs found.\n".to_owned());
        assert_eq!(shell(&mut device, command), none, "{command}");
        assert_eq!(device.stops(), []);
    }
    shell(&mut device, "timeout -u 0 com.example.app 1");
    assert_eq!(device.stops(), [(3, 3)]);
}

#[test]
fn job_api_114_stop_takes_any_reasons() {
    for (options, reasons) in [("", (13, -1)), ("-s 77 -i -9", (77, -9))] {
        let mut device = Device::booted();
        device.run(APP, job(1));
        assert_eq!(shell(&mut device, &format!("stop {options}")).0, 0);
        assert_eq!(device.stops(), [reasons]);
        assert!(device.went_by(&JOB_API_114));
    }
}

#[test]
fn job_api_115_cancel_takes_the_namespace_as_it_is() {
    let mut device = Device::booted();
    device.schedule_in(APP, "n", waiting(1)).expect("accepted");
    device.schedule(APP, waiting(2)).expect("accepted");
    assert_eq!(shell(&mut device, "cancel com.example.absent").0, -1000);
    assert_eq!(shell(&mut device, "cancel -u all com.example.app").0, -1);
    let (_, output) = shell(&mut device, "cancel com.example.app 1");
    assert!(output.ends_with("No matching job found.\n"), "{output}");
    shell(&mut device, "cancel -n n com.example.app 1");
    assert_eq!(device.scheduler.jobs().count(), 1);
    shell(&mut device, "cancel com.example.app");
    assert_eq!(device.scheduler.jobs().count(), 0);
    assert!(device.went_by(&JOB_API_115));
}

#[test]
fn job_api_116_other_verbs() {
    let mut device = Device::booted();
    device.schedule(APP, waiting(1)).expect("accepted");
    let state = |device: &mut Device, id: i32| {
        shell(device, &format!("get-job-state com.example.app {id}"))
    };
    assert_eq!(state(&mut device, 1), (0, "waiting\n".to_owned()));
    assert_eq!(state(&mut device, 9).0, -1001);
    let sized = JobInfo { network_download_bytes: 5, ..networked_now(&mut device) };
    let token = device.run(APP, sized);
    assert_eq!(state(&mut device, 2), (0, "active\n ready\n\n".to_owned()));
    let bytes = |device: &mut Device, what: &str| {
        shell(device, &format!("get-{what}-download-bytes com.example.app 2")).1
    };
    assert_eq!(bytes(&mut device, "estimated"), "5\n\n");
    assert_eq!(bytes(&mut device, "transferred"), "0\n\n");
    let update = JobCallbackCall::UpdateTransferredNetworkBytes { download: i64::MIN, upload: 0 };
    device.callback(APP, token, update).expect("accepted");
    assert_eq!(bytes(&mut device, "transferred"), format!("{}\n\n", i64::MIN));
    assert_eq!(shell(&mut device, "heartbeat").0, -1);
    assert_eq!(shell(&mut device, "reset-schedule-quota"), (0, String::new()));
    assert_eq!(shell(&mut device, "reset-execution-quota com.example.app"), (0, String::new()));
    assert_eq!(shell(&mut device, "frobnicate").0, -1);
}

#[test]
fn shell_009_help_is_no_success_and_needs_no_permission() {
    let mut device = Device::booted();
    for command in ["", "help", "-h"] {
        let (exit_code, output) = shell_as(&mut device, Uid::SHELL, command);
        assert_eq!(exit_code, -1);
        assert!(output.starts_with("Job scheduler (jobscheduler) commands:\n"), "{output}");
        assert!(device.went_by(&SHELL_009));
    }
    // Each verb that it lists is one, and every verb is listed, but for the one that is gone.
    let listed = shell(&mut device, "help").1;
    let verbs = listed.lines().skip(1).filter(|line| !line.starts_with("   "));
    for verb in verbs.filter_map(|line| line.split_whitespace().next()) {
        assert_ne!(shell(&mut device, verb).1, format!("Unknown command: {verb}\n"));
    }
    for (verb, _) in OPERATIONS.iter().filter(|(verb, _)| *verb != "heartbeat") {
        assert!(listed.contains(&format!("\n  {verb}")), "{verb}");
    }
    assert_eq!(shell(&mut device, "tare"), (-1, "Unknown command: tare\n".to_owned()));
}

/// What is reported is asked without a permission, and the old value is not.
#[test]
fn battery_and_storage_are_as_they_were_reported_last() {
    let mut device = Device::booted();
    let asked = |device: &mut Device| {
        ["get-battery-charging", "get-battery-not-low", "get-storage-not-low"].map(|verb| {
            let (exit_code, output) = shell_as(device, Uid::SHELL, verb);
            assert_eq!(exit_code, 0, "{verb}");
            output
        })
    };
    device.act(|scheduler, world| {
        scheduler.on_charging(true, world);
        scheduler.on_battery_low(true, world);
        scheduler.on_storage_low(true, world);
    });
    assert_eq!(asked(&mut device), ["true\n", "false\n", "false\n"]);
    device.act(|scheduler, world| {
        scheduler.on_charging(false, world);
        scheduler.on_battery_low(false, world);
        scheduler.on_storage_low(false, world);
    });
    assert_eq!(asked(&mut device), ["false\n", "true\n", "true\n"]);
}

#[test]
fn shell_050_monitor_battery_takes_on_or_off() {
    let mut device = Device::booted();
    let table = [
        ("on", (0, "Battery monitoring enabled\n")),
        ("on", (0, "Battery monitoring enabled\n")),
        ("off", (0, "Battery monitoring disabled\n")),
        ("maybe", (1, "Error: unknown option maybe\n")),
    ];
    for (word, (exit_code, output)) in table {
        let ended = shell(&mut device, &format!("monitor-battery {word}"));
        assert_eq!(ended, (exit_code, output.to_owned()));
        assert!(device.went_by(&SHELL_050));
    }
    assert_eq!(shell(&mut device, "monitor-battery").0, -1);
}

#[test]
fn shell_051_a_dock_that_idles_lets_the_device_count_as_idle() {
    let mut device = Device::booted();
    device.schedule(APP, waiting(1)).expect("accepted");
    assert_eq!(shell(&mut device, "trigger-dock-state idle"), (0, String::new()));
    assert!(device.went_by(&SHELL_051));
    device.advance(1_859_999);
    assert!(device.bound().is_empty(), "half an hour and a minute have not passed");
    device.advance(1);
    assert_eq!(device.bound().len(), 1);
    // The wait of another device is over before it began.
    let mut device = Device::booted();
    device.schedule(APP, waiting(1)).expect("accepted");
    shell(&mut device, "trigger-dock-state idle");
    assert_eq!(shell(&mut device, "trigger-dock-state active"), (0, String::new()));
    device.advance(4_000_000);
    assert!(device.bound().is_empty());
    let unknown = (1, "Error: unknown option busy\n".to_owned());
    assert_eq!(shell(&mut device, "trigger-dock-state busy"), unknown);
}

/// As the specification lists them.
const OPERATIONS: &[(&str, &str)] = &[
    ("run", "force scheduled jobs"),
    ("timeout", "force timeout jobs"),
    ("cancel", "cancel jobs"),
    ("monitor-battery", "change battery monitoring"),
    ("get-estimated-download-bytes", "get estimated bytes"),
    ("get-estimated-upload-bytes", "get estimated bytes"),
    ("get-transferred-download-bytes", "get transferred bytes"),
    ("get-transferred-upload-bytes", "get transferred bytes"),
    ("get-job-state", "get job state"),
    ("heartbeat", "manipulate scheduler heartbeat"),
    ("reset-execution-quota", "reset execution quota"),
    ("reset-schedule-quota", "reset schedule quota"),
    ("stop", "stop jobs"),
    ("trigger-dock-state", "trigger wireless charging dock state"),
];

/// Before any argument is looked at: none of these commands has one.
#[test]
fn shell_056_the_refusal_names_the_operation() {
    let mut device = Device::booted();
    for (verb, operation) in OPERATIONS {
        let (exit_code, output) = shell_as(&mut device, Uid::SHELL, verb);
        assert_eq!(exit_code, -1);
        let expected = format!(
            "Exception: java.lang.SecurityException: Uid 2000 not permitted to {operation}\n"
        );
        assert_eq!(output, expected);
        assert!(device.went_by(&SHELL_056));
    }
}

fn networked_now(device: &mut Device) -> JobInfo {
    let network = network(1);
    device.act(|scheduler, world| scheduler.on_default_network(Some(network), world));
    networked(2)
}

#[test]
fn what_is_no_number_or_missing_is_an_exception() {
    let mut device = Device::booted();
    for (command, exception) in [
        ("run com.example.app x", "java.lang.NumberFormatException: For input string: \"x\""),
        ("run com.example.app", "java.lang.IllegalArgumentException: Argument expected after"),
        ("run -fx com.example.app 1", "java.lang.IllegalArgumentException: No argument expected"),
        ("cancel -u nobody com.example.app", "java.lang.IllegalArgumentException: Bad user number"),
    ] {
        let (exit_code, output) = shell(&mut device, command);
        assert_eq!(exit_code, -1);
        assert!(output.starts_with(&format!("Exception: {exception}")), "{output}");
    }
}
