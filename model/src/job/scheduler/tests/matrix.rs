//! The matrices of chapter 02: which obstacle keeps which kind of job from running, cell by cell.

use super::device::*;
use crate::ids::{Uid, UserId};
use crate::input::{Doze, ThermalStatus};
use crate::job::call::{CallbackToken, JobCallbackCall, JobSchedulerCall as Call};
use crate::job::info::{
    JobInfo, CONSTRAINT_FLAG_BATTERY_NOT_LOW, CONSTRAINT_FLAG_CHARGING,
    CONSTRAINT_FLAG_STORAGE_NOT_LOW, FLAG_IMPORTANT_WHILE_FOREGROUND, FLAG_WILL_BE_FOREGROUND,
    PRIORITY_HIGH, PRIORITY_LOW, PRIORITY_MIN,
};
use crate::job::scheduler::desk::IfRunning;
use crate::job::scheduler::{PackageEvent, UserEvent, World};
use crate::job::{Constraints, JobStatus};
use crate::notification::Notification;
use crate::package::Granted;
use crate::reply::Reply;
use crate::rules::job_stop::*;

const HOUR: i64 = 3_600_000;

type Change = fn(&mut Device);
type Kind = fn() -> JobInfo;

fn regular() -> JobInfo {
    job(1)
}

fn urgent() -> JobInfo {
    expedited(1)
}

fn by_user() -> JobInfo {
    user_initiated(1)
}

/// The columns of the matrix.
const KINDS: [(&str, Kind); 3] = [("regular", regular), ("EJ", urgent), ("UIJ", by_user)];

/// An app that was on top for a moment, on a device with a network, and its job 1. Binds are refused, so
/// the job is never running.
fn stored(info: JobInfo) -> Device {
    let mut device = Device::booted();
    device.facts.binds_refused = true;
    device.facts.top.insert(APP);
    device.act(|scheduler, world| scheduler.on_default_network(Some(network(1)), world));
    let will = "android.permission.CONNECTIVITY_INTERNAL".to_owned();
    device.facts.denied.insert((will, APP), Granted::Granted);
    device.schedule(APP, info).expect("accepted");
    device.facts.top.clear();
    device
}

/// Whether job 1 could be executed now.
fn may_run(device: &mut Device) -> bool {
    let record = device.stored(APP, 1).record();
    let Device { scheduler, facts, looper, now, out } = device;
    let mut world = World { now: *now, neighbours: facts, looper, out };
    scheduler.desk.is_ready_to_be_executed(record, IfRunning::Reject, &mut world)
}

fn change_record(device: &mut Device, change: impl FnOnce(&mut JobStatus)) {
    let record = device.stored(APP, 1).record();
    change(device.scheduler.desk.board.job_mut(record).expect("stored"));
}

/// One row: the obstacle, then what each kind makes of it.
fn row(name: &str, obstacle: Change, expected: [bool; 3]) {
    for ((kind, info), expected) in KINDS.into_iter().zip(expected) {
        let mut device = stored(info());
        assert!(may_run(&mut device), "{name}: {kind} has no other obstacle");
        obstacle(&mut device);
        assert_eq!(may_run(&mut device), expected, "{name}: {kind}");
    }
}

/// The obstacle with something that makes up for it.
fn cell(name: &str, info: JobInfo, obstacle: Change, exempt: Change, expected: bool) {
    let mut device = stored(info);
    exempt(&mut device);
    obstacle(&mut device);
    assert_eq!(may_run(&mut device), expected, "{name}");
}

fn nothing(_: &mut Device) {}

fn light_doze(device: &mut Device) {
    device.act(|scheduler, world| scheduler.on_doze(Doze::Light, world));
}

fn deep_doze(device: &mut Device) {
    device.act(|scheduler, world| scheduler.on_doze(Doze::Deep, world));
}

fn battery_saver(device: &mut Device) {
    device.act(|scheduler, world| scheduler.on_battery_saver(true, world));
}

fn denied_by_user(device: &mut Device) {
    device.facts.background_restricted.insert(APP);
    device.act(|scheduler, world| scheduler.on_background_restricted(APP, world));
}

fn out_of_quota(device: &mut Device) {
    device.facts.out_of_quota.insert(APP);
    device.act(|scheduler, world| scheduler.on_quota_changed(APP, world));
}

fn out_of_expedited_quota(device: &mut Device) {
    device.facts.out_of_expedited_quota.insert(APP);
    device.act(|scheduler, world| scheduler.on_quota_changed(APP, world));
}

fn bucket(device: &mut Device, bucket: i32) {
    device.facts.buckets.insert(APP, bucket);
    device.act(|scheduler, world| scheduler.on_standby_bucket(PACKAGE, APP, bucket, world));
}

fn active(device: &mut Device) {
    device.facts.active.insert(APP);
    device.act(|scheduler, world| scheduler.on_uid_active(APP, world));
}

fn power_exempt(device: &mut Device) {
    device.facts.power_allowlisted.insert(APP.app_id());
    device.act(|scheduler, world| scheduler.on_power_allowlist_changed(world));
}

fn temporarily_exempt(device: &mut Device) {
    device.facts.temporarily_allowlisted.insert(APP.app_id());
    device.act(|scheduler, world| scheduler.on_power_allowlist_changed(world));
}

/// What a stop for time or preemption leaves behind. Rule: JOB-RESCHED-015.
fn deferred(device: &mut Device) {
    change_record(device, JobStatus::disallow_run_in_battery_saver_and_doze);
}

fn heat(device: &mut Device, status: ThermalStatus) {
    device.act(|scheduler, world| scheduler.on_thermal_status(status, world));
}

#[test]
fn job_ready_070_doze() {
    for (name, doze) in [("light Doze", light_doze as Change), ("deep Doze", deep_doze)] {
        row(name, doze, [false, true, true]);
        cell(name, regular(), doze, power_exempt, true);
        cell(name, regular(), doze, temporarily_exempt, false);
        let will_be = JobInfo { flags: FLAG_WILL_BE_FOREGROUND, ..regular() };
        cell(name, will_be, doze, nothing, true);
        let important = || JobInfo { flags: FLAG_IMPORTANT_WHILE_FOREGROUND, ..regular() };
        cell(name, important(), doze, nothing, false);
        cell(name, important(), doze, temporarily_exempt, true);
        cell(name, important(), doze, active, true);
        cell(name, urgent(), doze, deferred, false);
        cell(name, by_user(), doze, deferred, true);
    }
}

#[test]
fn job_ready_070_battery_saver() {
    row("battery saver", battery_saver, [false, true, true]);
    cell("active", regular(), battery_saver, active, true);
    cell("power-exempt", regular(), battery_saver, power_exempt, true);
    cell("temporarily exempt", regular(), battery_saver, temporarily_exempt, true);
    cell("exempted bucket", regular(), battery_saver, |device| bucket(device, 5), true);
    cell("deferred", urgent(), battery_saver, deferred, false);
    cell("deferred", by_user(), battery_saver, deferred, true);
    let exempt_since_scheduled: Change = |device| {
        device.facts.active.insert(APP);
        device.schedule(APP, regular()).expect("accepted");
        device.facts.active.clear();
    };
    cell("foreground exemption", regular(), battery_saver, exempt_since_scheduled, true);
}

#[test]
fn job_ready_070_what_the_user_denies() {
    row("RUN_ANY_IN_BACKGROUND denied", denied_by_user, [false, false, false]);
    for (kind, info) in KINDS {
        cell(kind, info(), denied_by_user, active, true);
        cell(kind, info(), denied_by_user, power_exempt, true);
    }
}

#[test]
fn job_ready_070_quota_and_buckets() {
    row("regular quota exhausted", out_of_quota, [false, true, true]);
    cell("dynamic constraints hold", regular(), out_of_quota, deferred, true);
    let restricted: Change = |device| bucket(device, 45);
    row("RESTRICTED, within quota", restricted, [true, true, true]);
    let spent: Change = |device| {
        bucket(device, 45);
        out_of_quota(device);
    };
    row("RESTRICTED, out of quota", spent, [false, true, true]);
    cell("RESTRICTED, not approved", urgent(), spent, out_of_expedited_quota, false);
    cell("RESTRICTED, the dynamic set holds", regular(), spent, nothing, false);
    let mut device = stored(JobInfo {
        required_network: crate::job::info::NetworkRequest::of_type(1, Some(APP)),
        ..regular()
    });
    spent(&mut device);
    assert!(!may_run(&mut device));
    let now = device.now.elapsed;
    change_record(&mut device, |job| {
        for bit in [Constraints::CHARGING, Constraints::BATTERY_NOT_LOW, Constraints::IDLE] {
            assert!(!job.are_dynamic_constraints_satisfied(), "before {bit:?}");
            job.set_constraint_satisfied(bit, now, true);
        }
    });
    assert!(may_run(&mut device), "the dynamic set makes up for quota");
    let never: Change = |device| bucket(device, 50);
    row("NEVER, inactive", never, [false, false, false]);
    for (kind, info) in KINDS {
        cell(kind, info(), never, active, true);
    }
}

#[test]
fn job_ready_070_heat() {
    row("LIGHT", |device| heat(device, ThermalStatus::Light), [true, true, true]);
    for (priority, expected) in
        [(PRIORITY_MIN, false), (PRIORITY_LOW, false), (PRIORITY_HIGH, true)]
    {
        let info = JobInfo { priority, ..regular() };
        cell("LIGHT", info, |device| heat(device, ThermalStatus::Light), nothing, expected);
    }
    row("MODERATE", |device| heat(device, ThermalStatus::Moderate), [false, true, true]);
    row("SEVERE", |device| heat(device, ThermalStatus::Severe), [false, false, false]);
    // A second attempt of an expedited job bears no moderate heat.
    let mut device = Device::booted();
    let token = device.run(APP, urgent());
    device.finish(APP, token, true);
    heat(&mut device, ThermalStatus::Moderate);
    assert_eq!(device.stored(APP, 1).num_previous_attempts(), 1);
    device.advance(60_000);
    assert!(!may_run(&mut device));
    heat(&mut device, ThermalStatus::Light);
    assert_eq!(device.bound().len(), 1, "what its class allows at LIGHT");
}

#[test]
fn job_ready_070_flexible_constraints() {
    let preferring =
        |info: JobInfo| JobInfo { preferred_constraint_flags: CONSTRAINT_FLAG_CHARGING, ..info };
    for ((kind, info), applies) in KINDS.into_iter().zip([true, false, false]) {
        let mut device = stored(preferring(info()));
        assert_eq!(device.stored(APP, 1).has_constraint(Constraints::FLEXIBLE), applies, "{kind}");
        let now = device.now.elapsed;
        change_record(&mut device, |job| {
            job.set_constraint_satisfied(Constraints::FLEXIBLE, now, false);
        });
        assert_eq!(may_run(&mut device), !applies, "{kind}");
    }
}

#[test]
fn job_ready_070_batching() {
    for ((kind, info), batched) in KINDS.into_iter().zip([true, false, false]) {
        let mut device = stored(info());
        bucket(&mut device, 40);
        device.facts.binds_refused = false;
        device.act(|scheduler, world| scheduler.check_all_jobs(world));
        assert_eq!(device.bound().is_empty(), batched, "{kind}");
    }
}

#[test]
fn job_ready_070_explicit_constraints() {
    let need = |info: JobInfo, constraint_flags| JobInfo { constraint_flags, ..info };
    let networked = |info: JobInfo| JobInfo {
        required_network: crate::job::info::NetworkRequest::of_type(1, Some(APP)),
        ..info
    };
    for (kind, info) in KINDS {
        let mut device = stored(networked(info()));
        assert!(may_run(&mut device), "{kind}");
        device.act(|scheduler, world| scheduler.on_default_network(None, world));
        assert!(!may_run(&mut device), "{kind} without a network");
        let mut device = stored(need(info(), CONSTRAINT_FLAG_STORAGE_NOT_LOW));
        assert!(may_run(&mut device), "{kind}");
        device.act(|scheduler, world| scheduler.on_storage_low(true, world));
        assert!(!may_run(&mut device), "{kind} with low storage");
    }
    // An expedited job may not ask for power.
    for info in [regular(), by_user()] {
        let mut device = stored(need(info.clone(), CONSTRAINT_FLAG_CHARGING));
        assert!(!may_run(&mut device), "not charging");
        device.act(|scheduler, world| scheduler.on_battery_low(false, world));
        device.act(|scheduler, world| scheduler.on_charging(true, world));
        device.act(|scheduler, world| scheduler.on_power_connected(true, world));
        assert!(may_run(&mut device), "charging");
        let mut device = stored(need(info, CONSTRAINT_FLAG_BATTERY_NOT_LOW));
        device.act(|scheduler, world| scheduler.on_battery_low(false, world));
        assert!(may_run(&mut device), "battery fine");
        device.act(|scheduler, world| scheduler.on_battery_low(true, world));
        assert!(!may_run(&mut device), "battery low");
    }
}

#[test]
fn job_ready_070_component_user_and_backup() {
    row(
        "component disabled",
        |device| {
            device.facts.services.clear();
            let event = PackageEvent::ComponentsChanged;
            device.act(|scheduler, world| scheduler.on_package_event(event, PACKAGE, APP, world));
        },
        [false; 3],
    );
    row(
        "user stopped",
        |device| {
            let user = UserId(0);
            device
                .act(|scheduler, world| scheduler.on_user_event(UserEvent::Stopping, user, world));
        },
        [false; 3],
    );
    let backup: Change = |device| {
        device.act(|scheduler, world| scheduler.set_backing_up(APP, true, world));
    };
    row("backup", backup, [false; 3]);
}

/// A device on which the user-initiated job 1 works; its app is neither on top nor active any more.
fn by_user_at_work() -> (Device, CallbackToken) {
    let mut device = Device::booted();
    device.facts.top.insert(APP);
    device.act(|scheduler, world| scheduler.on_default_network(Some(network(1)), world));
    device.schedule(APP, by_user()).expect("accepted");
    let token = device.bound()[0];
    device.start_work(APP, token);
    let notification = Notification { small_icon: true, ..Notification::default() };
    let call = JobCallbackCall::SetNotification {
        id: 1,
        notification: Some(Box::new(notification)),
        end_policy: 0,
    };
    assert_eq!(device.callback(APP, token, call), Ok(Reply::Nothing));
    // Quota treats jobs that were started on top in a way of its own; this one was not.
    device.facts.top.clear();
    device.scheduler.desk.controllers.forget_top_starts();
    (device, token)
}

/// What the app is told when this happens while its user-initiated job works.
fn stops_by(event: impl FnOnce(&mut Device)) -> Vec<(i32, i32)> {
    let (mut device, token) = by_user_at_work();
    event(&mut device);
    let stops = device.stops();
    let runs = device.scheduler.execution_of(token).is_some();
    assert!(runs, "asked to stop, it may still answer");
    stops
}

#[test]
fn job_stop_020_what_does_not_stop_a_user_initiated_job() {
    assert_eq!(stops_by(out_of_quota), []);
    assert_eq!(stops_by(out_of_expedited_quota), []);
    assert_eq!(stops_by(light_doze), []);
    assert_eq!(stops_by(deep_doze), []);
    assert_eq!(stops_by(battery_saver), []);
    assert_eq!(stops_by(|device| bucket(device, 45)), [], "RESTRICTED");
    let check: Change = |device| device.act(|scheduler, world| scheduler.check_all_jobs(world));
    assert_eq!(stops_by(check), [], "batching");
    assert_eq!(stops_by(|device| heat(device, ThermalStatus::Moderate)), []);
    assert_eq!(stops_by(|device| device.advance(6 * HOUR - 1)), [], "within the guarantee");
    let denied_while_active: Change = |device| {
        active(device);
        denied_by_user(device);
    };
    assert_eq!(stops_by(denied_while_active), []);
    let denied_though_exempt: Change = |device| {
        power_exempt(device);
        denied_by_user(device);
    };
    assert_eq!(stops_by(denied_though_exempt), []);
}

#[test]
fn job_stop_020_what_stops_a_user_initiated_job() {
    let offline: Change =
        |device| device.act(|scheduler, world| scheduler.on_default_network(None, world));
    assert_eq!(stops_by(offline), [(7, 1)], "CONSTRAINT_CONNECTIVITY");
    assert_eq!(stops_by(|device| heat(device, ThermalStatus::Severe)), [(4, 5)]);
    assert_eq!(stops_by(denied_by_user), [(11, 1)], "BACKGROUND_RESTRICTION");
    assert_eq!(stops_by(|device| bucket(device, 50)), [(0, 1)], "NEVER");
    assert_eq!(stops_by(|device| device.cancel(APP, 1)), [(1, 0)], "CANCELLED_BY_APP");
    assert_eq!(stops_by(|device| device.advance(12 * HOUR)), [(3, 3)], "TIMEOUT");
    for overtime in [deep_doze as Change, battery_saver] {
        let late = |device: &mut Device| {
            device.advance(6 * HOUR);
            assert_eq!(device.stops(), [], "nothing competes");
            overtime(device);
        };
        assert_eq!(stops_by(late), [(4, 3)], "the guarantee is used up");
    }
    // The death of its process ends it without a word, and so does the user.
    let (mut device, token) = by_user_at_work();
    device.kill(token);
    assert_eq!((device.stops(), device.is_stored(APP, 1)), (vec![], true), "to be retried");
    let (mut device, token) = by_user_at_work();
    let note = Call::NotePendingUserRequestedAppStop {
        package: Some(PACKAGE.to_owned()),
        user: 0,
        debug_reason: None,
    };
    device.call(Uid::SYSTEM, note).expect("may");
    device.kill(token);
    assert_eq!((device.stops(), device.is_stored(APP, 1)), (vec![], false), "the user has spoken");
}

#[test]
fn job_stop_024_never_ends_what_quota_ends() {
    // The bit is lost after readiness was: nothing is recorded as the reason.
    for (kind, info) in KINDS {
        let mut device = Device::booted();
        device.facts.top.insert(APP);
        device.act(|scheduler, world| scheduler.on_default_network(Some(network(1)), world));
        device.run(APP, info());
        device.facts.top.clear();
        device.scheduler.desk.controllers.forget_top_starts();
        bucket(&mut device, 50);
        assert!(device.went_by(&JOB_STOP_024));
        assert_eq!(device.stops(), [(0, 1)], "{kind}");
    }
}

#[test]
fn job_stop_024_active_exempt_or_started_on_top_it_goes_on() {
    let (mut device, _) = by_user_at_work();
    active(&mut device);
    bucket(&mut device, 50);
    assert_eq!(device.stops(), [], "its effective bucket is ACTIVE");
    let mut device = Device::booted();
    device.facts.top.insert(APP);
    device.run(APP, regular());
    device.facts.top.clear();
    bucket(&mut device, 50);
    assert_eq!(device.stops(), [], "started on top: its quota stays, nobody looks");
    device.act(|scheduler, world| scheduler.check_all_jobs(world));
    assert_eq!(device.stops(), [(0, 1)], "the next look finds it");
    let mut device = Device::booted();
    device.run(APP, regular());
    device.facts.out_of_quota.insert(APP);
    bucket(&mut device, 50);
    assert_eq!(device.stops(), [(0, 1)]);
}
