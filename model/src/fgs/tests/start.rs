//! Rules FGS-START-001 … 031: who may start a service, and what a start does.

use super::world::{component, World, APP, CLIENT, DATA_SYNC, SHORT, USER};
use crate::fgs::call::{BackgroundStartPrivileges, ServiceCall};
use crate::fgs::reason::ReasonCode;
use crate::fgs::{
    allows_user_initiated_jobs, client_result, Constants, Identity, Message, StartRequest,
    UserState,
};
use crate::ids::{Caller, ComponentName, Pid};
use crate::package::AppOpMode;
use crate::Exception;

const SPECIAL: Result<Option<String>, Exception> = Ok(None);

fn package(name: &str) -> Result<Option<String>, Exception> {
    Ok(Some(name.to_owned()))
}

#[test]
fn fgs_start_001_constants_as_the_specification_prints_them() {
    let mut it = Constants::default();
    let table = [
        (it.service_start_foreground_timeout, 30_000),
        (it.service_start_foreground_anr_delay, 10_000),
        (it.fgs_start_foreground_timeout, 10_000),
        (it.fg_to_bg_fgs_grace_duration, 5_000),
        (it.service_bg_start_timeout, 15_000),
        (it.service_restart_duration, 1_000),
        (it.service_restart_duration_factor, 4),
        (it.service_reset_run_duration, 60_000),
        (it.service_min_restart_time_between, 10_000),
        (it.bound_service_crash_restart_duration, 1_800_000),
    ];
    for (value, expected) in table {
        assert_eq!(value, expected);
    }
    assert_eq!((it.max_starting_background, it.bound_service_max_crash_retry), (8, 16));
    assert_eq!(it.extra_service_restart_delay, [0, 10_000, 20_000, 30_000]);
    it.configure("service_start_foreground_timeout_ms", Some("-5"));
    assert_eq!(it.service_start_foreground_timeout, -5, "no value is clamped");
    it.configure("extra_delay_svc_restart_mem_pressure", Some("1,2,3,4"));
    assert_eq!(it.extra_service_restart_delay, [1, 2, 3, 4]);
    it.configure("service_start_foreground_timeout_ms", None);
    assert_eq!(it.service_start_foreground_timeout, 30_000);
}

#[test]
fn fgs_start_002_start_ids_count_from_1_and_again_from_1() {
    let mut world = World::on_top();
    world.bind("s");
    let record = world.record("s");
    assert_eq!((record.last_start_id, record.foreground_id), (0, 0));
    assert!(record.restriction.allow_start_foreground.is_denied());
    world.edit("s").last_start_id = i32::MAX - 1;
    world.take();
    world.start("s").expect("started");
    world.start("s").expect("started");
    assert_eq!(world.take(), ["start s 2147483647", "start s 1"]);
}

#[test]
fn fgs_start_003_even_a_stop_makes_the_recent_caller() {
    let mut world = World::on_top();
    world.bind("s");
    assert_eq!(world.record("s").recent_calling_uid, CLIENT);
    world.start("s").expect("started");
    let record = world.record("s");
    assert_eq!(
        (record.recent_calling_uid, record.recent_calling_package.as_deref()),
        (APP, Some("app"))
    );
    world.stop("client", "s").expect("found");
    let record = world.record("s");
    assert_eq!((record.recent_calling_uid, &record.recent_calling_package), (CLIENT, &None));
    world.start("s").expect("started");
    world.device.services.get_mut("s").expect("s").exported = false;
    assert_eq!(world.start_by("client", "s", false), package("!"));
    assert_eq!(world.record("s").recent_calling_uid, CLIENT, "also by a refused start");
    world.stop("app", "unknown").expect("not found");
    assert!(world.known("unknown").is_none());
}

#[test]
fn fgs_start_010_checks_come_in_their_order() {
    // Each start breaks everything from its row on; the row decides.
    let mut world = World::new();
    let mut call = World::start_call("app", "s", true);
    if let ServiceCall::StartForegroundService { calling_package, .. } = &mut call {
        *calling_package = None;
    }
    let null = world.call("app", call);
    assert_eq!(null.map_err(|e| e.class_name()), Err("IllegalArgumentException"));
    world.device.user = None;
    world.device.ops.insert((APP, "android:start_foreground".to_owned()), AppOpMode::Errored);
    world.device.frozen = true;
    assert_eq!(world.start_fg("nothing"), SPECIAL);
    assert_eq!(world.start_fg("s"), SPECIAL, "missing user before the background check");
    world.device.user = Some(UserState::Started);
    let refused = world.start_fg("s").map_err(|e| e.class_name());
    assert_eq!(refused, Err("ForegroundServiceStartNotAllowedException"));
    world.top("app");
    assert_eq!(world.start_fg("s"), package("!!"), "the op before the frozen package");
    world.device.ops.clear();
    assert_eq!(world.start_fg("s"), SPECIAL, "frozen");
    world.device.frozen = false;
    assert_eq!(world.start_fg("s"), package("app"));
    assert_eq!(world.record("s").last_start_id, 1);
}

#[test]
fn fgs_start_011_unknown_caller_is_refused_and_none_is_the_system() {
    let mut world = World::new();
    let stranger = Caller { uid: APP, pid: Some(Pid(9)) };
    let refused = world.bare_call(stranger, World::start_call("app", "s", false));
    assert_eq!(refused.map_err(|e| e.class_name()), Err("SecurityException"));
    assert!(world.decided("FGS-START-011") && world.known("s").is_none());
    let system = Caller { uid: crate::Uid::SYSTEM, pid: None };
    let call = World::start_call("android", "s", true);
    assert!(world.bare_call(system, call).is_ok());
    assert!(world.record("s").created_from_fg);
}

#[test]
fn fgs_start_012_refused_foreground_start_throws_or_is_silent() {
    let mut world = World::new();
    let refused = world.start_fg("s").map_err(|e| e.class_name());
    assert_eq!(refused, Err("ForegroundServiceStartNotAllowedException"));
    assert_eq!(world.take(), ["DENIED 0 s 0x0"]);
    assert!(!world.record("s").start_requested && world.record("s").last_start_id == 0);
    // Which of the two depends on the caller, not on the service.
    world.device.changes.insert((APP, 174_041_399), false);
    assert_eq!(world.start_fg("s"), SPECIAL);
    assert!(world.decided("FGS-START-012"));
    world.device.changes.insert((APP, 170_668_199), false);
    world.device.background.temp_allowlisted = true;
    assert_eq!(world.start_fg("s"), package("app"), "not in force");
}

#[test]
fn fgs_start_013_an_ordinary_start_only_remembers_the_flags() {
    let mut world = World::new();
    world.device.background.temp_allowlisted = true;
    assert_eq!(world.start("s"), package("app"));
    let record = world.record("s");
    assert!(record.start_requested && record.restriction.allow_start_foreground.is_denied());
    assert!(!world.decided("FGS-START-012"));
    world.top("app");
    world.start("s").expect("started");
    assert_eq!(world.record("s").restriction.allow_start_foreground, ReasonCode::PROC_STATE_TOP);
}

#[test]
fn fgs_start_014_missing_user() {
    let mut world = World::on_top();
    world.device.user = None;
    assert_eq!(world.start("s"), SPECIAL);
    assert!(world.decided("FGS-START-014"));
    let record = world.record("s");
    assert!(!record.start_requested);
    assert_eq!(record.restriction.allow_start_foreground, ReasonCode::PROC_STATE_TOP);
}

#[test]
fn fgs_start_015_lookup_refusals_in_their_order() {
    let mut world = World::on_top();
    let service = world.device.services.get_mut("s").expect("s");
    (service.exported, service.permission) = (false, Some("op.permission".to_owned()));
    world.device.closed_gates = ["Association", "Firewall"].map(str::to_owned).into();
    let class =
        |world: &mut World| match world.call("client", World::start_call("client", "s", false)) {
            Ok(crate::Reply::Component(it)) => {
                it.map(|it| (it.package.to_string(), it.class.to_string()))
            }
            other => panic!("{other:?}"),
        };
    let refusal = |why: &str| Some(("!".to_owned(), why.to_owned()));
    assert_eq!(class(&mut world), refusal("association not allowed"));
    assert!(world.known("s").is_none(), "no record for apps that may not associate");
    world.device.closed_gates.remove("Association");
    assert_eq!(class(&mut world), refusal("blocked by firewall"));
    assert!(world.known("s").is_some());
    world.device.closed_gates.clear();
    assert_eq!(class(&mut world), refusal("not exported from uid 10123"));
    world.device.services.get_mut("s").expect("s").exported = true;
    assert_eq!(class(&mut world), refusal("op.permission"));
    world.device.held.insert((CLIENT, "op.permission".to_owned()));
    assert_eq!(class(&mut world), None, "the op of the permission is not allowed");
    world.device.ops.insert((CLIENT, "android:op".to_owned()), AppOpMode::Allowed);
    assert_eq!(class(&mut world), Some(("app".to_owned(), "s".to_owned())));
    let app = world.start("s");
    assert_eq!(app, SPECIAL, "the own app needs no permission, but its op counts");
}

#[test]
fn fgs_start_016_forced_standby() {
    let mut world = World::new();
    world.device.restricted = true;
    world.device.background.device_idle_allowlisted = false;
    world.allowlist(ReasonCode::PUSH_MESSAGING, 60_000);
    assert_eq!(world.start_fg("s"), SPECIAL, "idle, restricted, not an alarm clock");
    assert!(world.decided("FGS-START-016"));
    world.allowlist(ReasonCode::ALARM_MANAGER_ALARM_CLOCK, 90_000);
    assert_eq!(world.start_fg("s"), package("app"));
    let mut world = World::new();
    world.device.restricted = true;
    world.allowlist(ReasonCode::ALARM_MANAGER_ALARM_CLOCK, 90_000);
    world.device.permanent_allowlist = true;
    assert_eq!(world.start_fg("s"), SPECIAL, "a permanent entry hides the alarm clock");
    let mut world = World::on_top();
    world.device.restricted = true;
    assert_eq!(world.start_fg("s"), package("app"), "the uid is active");
}

#[test]
fn fgs_start_017_the_op_at_start() {
    let op = (APP, "android:start_foreground".to_owned());
    for (mode, contract) in
        [(AppOpMode::Allowed, true), (AppOpMode::Default, true), (AppOpMode::Ignored, false)]
    {
        let mut world = World::on_top();
        world.device.ops.insert(op.clone(), mode);
        assert_eq!(world.start_fg("s"), package("app"));
        assert_eq!(world.record("s").fg_required, contract, "{mode:?}");
    }
    let mut world = World::on_top();
    world.device.ops.insert(op, AppOpMode::Errored);
    assert_eq!(world.start_fg("s"), package("!!"));
    assert!(world.decided("FGS-START-017") && !world.record("s").start_requested);
    assert_eq!(world.start("s"), package("app"), "an ordinary start does not ask");
}

#[test]
fn fgs_start_018_who_is_checked_for_being_in_the_background() {
    let mut world = World::new();
    assert_eq!(world.start("s"), package("?"));
    world.allowlist(ReasonCode::PUSH_MESSAGING, 60_000);
    assert_eq!(world.start_fg("s"), package("app"), "a foreground request is not");
    assert!(world.decided("FGS-START-018"));
    assert_eq!(world.start("s"), package("app"), "nor a service that is started already");
    assert_eq!(world.record("s").last_start_id, 2);
}

#[test]
fn fgs_start_019_start_modes_in_their_order() {
    let mut world = World::new();
    world.device.background.instant = true;
    world.device.background.about_to_be_top = true;
    assert_eq!(world.start("s"), package("app"), "row 1");
    let mut world = World::on_top();
    world.device.background.instant = true;
    assert_eq!(world.start("s"), package("app"), "row 2");
    let mut world = World::new();
    world.device.background.instant = true;
    world.device.background.persistent = true;
    assert_eq!(world.start("s"), package("?"), "row 3");
    world.device.background.instant = false;
    assert_eq!(world.start("s"), package("app"), "row 4");
    let mut world = World::new();
    world.device.background.except_idle_allowlisted = true;
    assert_eq!(world.start("s"), package("?"), "row 5: the except-idle list does not count");
    let op = (APP, "android:run_in_background".to_owned());
    for (mode, expected) in [
        (AppOpMode::Allowed, package("app")),
        (AppOpMode::Ignored, SPECIAL),
        (AppOpMode::Errored, package("?")),
    ] {
        let mut world = World::new();
        world.device.target_sdk.insert(APP, 25);
        world.device.ops.insert(op.clone(), mode);
        assert_eq!(world.start("s"), expected, "row 6: {mode:?}");
    }
    let mut world = World::new();
    world.device.target_sdk.insert(APP, 25);
    world.device.background.restricted_bucket = true;
    assert_eq!(world.start("s"), SPECIAL, "row 6: restricted bucket");
    world.top("client");
    assert_eq!(world.start_by("client", "s", false), package("app"), "row 7");
}

#[test]
fn fgs_start_020_refusals_are_silent_or_not() {
    let mut world = World::new();
    world.device.ops.insert((APP, "android:start_foreground".to_owned()), AppOpMode::Ignored);
    assert_eq!(world.start("s"), package("?"));
    world.allowlist(ReasonCode::PUSH_MESSAGING, 60_000);
    assert_eq!(world.start_fg("s"), SPECIAL, "degraded");
    let mut world = World::new();
    world.device.restricted = true;
    assert_eq!(world.start("s"), package("?"), "forced into standby, an ordinary request");
    world.allowlist(ReasonCode::PUSH_MESSAGING, 60_000);
    assert_eq!(world.start_fg("s"), SPECIAL, "forced into standby, a foreground request");
    assert!(world.decided("FGS-START-020"));
}

#[test]
fn fgs_start_021_no_contract_below_26() {
    for (target, contract) in [(25, false), (26, true)] {
        let mut world = World::on_top();
        world.device.target_sdk.insert(APP, target);
        world.start_fg("s").expect("started");
        assert_eq!(world.record("s").fg_required, contract, "{target}");
    }
}

#[test]
fn fgs_start_022_frozen_package_replays_the_last_first() {
    let mut world = World::on_top();
    world.device.frozen = true;
    assert_eq!(world.start_fg("s"), SPECIAL);
    assert_eq!(world.start("s"), SPECIAL);
    assert!(!world.record("s").start_requested);
    world.device.frozen = false;
    world.long_in_background("app");
    world.take();
    world.with(|services, cx| services.package_unfrozen(USER, "app", cx));
    assert!(
        world.record("s").fg_required,
        "the foreground request was the first, so it is the last"
    );
    assert_eq!(world.record("s").last_start_id, 2);
    let mut world = World::on_top();
    world.device.frozen = true;
    world.bind("s");
    assert!(world.record("s").app.is_none() || world.decided("FGS-START-022"));
}

#[test]
fn fgs_start_023_review_is_shown_to_foreground_callers_only() {
    let mut world = World::new();
    world.device.review = true;
    world.device.background.temp_allowlisted = true;
    assert_eq!(world.start("s"), SPECIAL);
    assert!(!world.take().contains(&"review".to_owned()));
    world.top("app");
    assert_eq!(world.start("s"), SPECIAL);
    assert_eq!(world.take(), ["review"]);
    assert!(!world.record("s").start_requested);
}

#[test]
fn fgs_start_024_a_start_overwrites_what_it_finds() {
    let mut world = World::on_top();
    world.start_fg("s").expect("started");
    assert!(world.record("s").call_start);
    world.answering = false;
    world.advance(7);
    world.start("s").expect("started");
    let now = world.now.uptime;
    let record = world.record("s");
    assert!(!record.fg_required, "not added to");
    assert!(!record.call_start && !record.delayed_stop);
    assert_eq!((record.last_activity, record.last_start_id), (now, 2));
    let mut world = World::on_top();
    let request = StartRequest {
        service: component("s"),
        user: USER,
        who: Identity { uid: APP, pid: None, package: Some("app".to_owned()) },
        thread: None,
        fg_required: false,
        privileges: BackgroundStartPrivileges::AllowFgs,
    };
    world.with(|services, cx| assert!(services.start_service(&request, cx).is_ok()));
    assert!(world.take().contains(&"privileges AllowFgs".to_owned()));
}

#[test]
fn fgs_start_025_an_open_contract_counts_when_the_instance_is_created() {
    let mut world = World::on_top();
    world.start_fg("s").expect("started");
    world.background("app");
    assert_eq!(world.state("app"), ("FOREGROUND_SERVICE", true));
    assert!(world.take().contains(&"op true".to_owned()));
    let mut world = World::on_top();
    world.start("s").expect("started");
    world.start_fg("s").expect("started");
    world.background("app");
    assert_eq!(world.state("app"), ("SERVICE", false), "a delivered start is not summed up");
}

#[test]
fn fgs_start_026_user_initiated_jobs_of_a_foreground_service() {
    let mut world = World::on_top();
    world.start_fg("s").expect("started");
    assert!(world.record("s").allow_ui_job_scheduling);
    let pid = world.device.pid("app").expect("running");
    assert!(!world.services.may_schedule_user_initiated_jobs(pid), "not in the foreground yet");
    world.start_fg("s").expect("started");
    assert!(!world.record("s").allow_ui_job_scheduling, "the reason is now UNKNOWN");
    world.device.uij = true;
    world.start_fg("s").expect("started");
    assert!(world.record("s").allow_ui_job_scheduling, "the second alternative");
    world.start("s").expect("started");
    assert!(!world.record("s").allow_ui_job_scheduling, "no foreground request any more");
    world.start_fg("s").expect("started");
    world.promote("s", DATA_SYNC).expect("promoted");
    assert!(world.services.may_schedule_user_initiated_jobs(pid), "in the foreground, and flagged");
    world.stop_foreground("s", 0);
    assert!(!world.services.may_schedule_user_initiated_jobs(pid), "the flags were reset");
    let listed = [10, 11, 12, 13, 50, 51, 53, 57, 58, 60, 62, 67];
    let allowed: Vec<i32> =
        (-1..1_001).filter(|code| allows_user_initiated_jobs(ReasonCode(*code))).collect();
    assert_eq!(allowed, listed);
}

#[test]
fn fgs_start_027_only_so_many_services_start_in_the_background_at_once() {
    let mut world = World::new();
    world.device.background.temp_allowlisted = true;
    world.services.constants.max_starting_background = 1;
    world.device.process_start_ms = 100_000;
    let start = |world: &mut World, name: &str| {
        world.device.services.entry(name.to_owned()).or_insert_with(|| {
            let mut info =
                crate::fgs::ServiceInfo { uid: APP, target_sdk: 34, ..Default::default() };
            (info.name, info.process) = (component(name), format!("app:{name}"));
            info
        });
        assert_eq!(world.start(name), package("app"));
    };
    start(&mut world, "a");
    start(&mut world, "b");
    start(&mut world, "c");
    let starting = |world: &World| world.device.starting.len();
    assert_eq!(starting(&world), 1);
    assert!(world.record("b").delayed && world.record("c").delayed && !world.record("a").delayed);
    start(&mut world, "b");
    assert_eq!(world.record("b").last_start_id, 2, "it stays in its place");
    world.stop("app", "c").expect("found");
    assert!(world.record("c").delayed_stop && world.record("c").start_requested);
    world.advance(14_999);
    assert_eq!(starting(&world), 1);
    world.advance(1);
    assert_eq!(starting(&world), 2, "b has its turn");
    world.advance(15_000);
    assert!(!world.record("c").start_requested, "stopped as soon as its process was asked for");
    assert!(world.decided("FGS-START-027"));
}

#[test]
fn fgs_start_028_launch_allowlist_entry_of_a_process_that_starts() {
    let mut world = World::on_top();
    world.start_fg("s").expect("started");
    assert!(!world.decided("FGS-START-028"), "the process runs");
    world.device.process_start_ms = 1_000;
    world.take();
    world.start_fg("r").expect("started");
    world.advance(10);
    world.start_fg("r").expect("started");
    world.start("t").expect("started");
    let entries = world.take().iter().filter(|line| *line == "allowlist 30000 303").count();
    assert_eq!(entries, 2);
    world.advance(990);
    world.start_fg("r").expect("started");
    assert!(!world.decided("FGS-START-028"), "attached by now");
}

#[test]
fn fgs_start_029_bring_up_failures_end_the_service() {
    let mut world = World::on_top();
    world.device.bad_processes = true;
    assert_eq!(world.start("r"), package("!!"));
    assert!(world.known("r").is_none());
    world.device.user = Some(UserState::Stopped);
    assert_eq!(world.start("s"), package("!!"));
    assert!(world.known("s").is_none() && world.decided("FGS-START-029"));
    world.device.user = Some(UserState::Stopping);
    assert_eq!(world.start("s"), package("app"));
}

#[test]
fn fgs_start_030_special_results_at_the_client() {
    let result = |package: &str, foreground| {
        let component = ComponentName { package: package.into(), class: "why".into() };
        client_result(Some(component), foreground).map_err(|e| e.class_name())
    };
    assert_eq!(client_result(None, true), Ok(None));
    assert_eq!(result("!", false), Err("SecurityException"));
    assert_eq!(result("!!", true), Err("SecurityException"));
    assert_eq!(result("?", true), Err("ForegroundServiceStartNotAllowedException"));
    assert_eq!(result("?", false), Err("BackgroundServiceStartNotAllowedException"));
    assert_eq!(result("app", false).map(|it| it.is_some()), Ok(true));
}

#[test]
fn fgs_start_031_starting_a_running_short_service_again_extends_nothing() {
    let mut world = World::with_fgs(SHORT);
    world.advance(100_000);
    assert_eq!(world.start_fg("s"), package("app"), "the allowed flag is kept");
    let due = world.due(|it| matches!(it, Message::ShortFgsTimeout { .. }));
    assert_eq!(due, Some(80_000));
    assert_eq!(world.record("s").foreground_service_type, SHORT);
    world.advance(80_001);
    assert_eq!(world.start("s"), package("app"));
    world.long_in_background("app");
    world.promote("s", SHORT).expect("no extension, no exception");
    let refused = world.start_fg("s").map_err(|e| e.class_name());
    assert_eq!(refused, Err("ForegroundServiceStartNotAllowedException"));
}
