//! What the controllers have in common: when a job would be ready, and who reacts to which call.

use crate::ids::UserId;
use crate::input::ThermalStatus;
use crate::job::info::{JobInfo, NetworkRequest};
use crate::job::scheduler::tests::device::*;
use crate::job::scheduler::{StateControllers, UserEvent, World};
use crate::rules::ctrl_bg::CTRL_BG_002;
use crate::time::Elapsed;

/// When the alarm for this job's delay is set, if the job would be ready without the delay.
fn delay_alarm(spoil: impl FnOnce(&mut Device)) -> bool {
    let mut device = Device::booted();
    let late = JobInfo { has_early_constraint: true, min_latency_millis: 60_000, ..job(1) };
    device.schedule(APP, late).expect("accepted");
    spoil(&mut device);
    let uid = APP;
    device.act(|scheduler, world| {
        let desk = &mut scheduler.desk;
        desk.controllers.reevaluate_state(&mut desk.board, uid, world);
    });
    let due = device.looper.next_wakeup().elapsed;
    due.is_some_and(|due| due <= Elapsed(device.now.elapsed.millis() + 60_000))
}

#[test]
fn ctrl_gen_011_would_be_ready_with_everything_in_place() {
    assert!(delay_alarm(|_| ()));
    assert!(!delay_alarm(|device| {
        device.facts.out_of_quota.insert(APP);
        device.act(|scheduler, world| scheduler.on_quota_changed(APP, world));
    }));
    assert!(!delay_alarm(|device| {
        let (event, user) = (UserEvent::Stopping, UserId(0));
        device.act(|scheduler, world| scheduler.on_user_event(event, user, world));
    }));
    assert!(!delay_alarm(|device| {
        device.act(|scheduler, world| scheduler.set_backing_up(APP, true, world));
    }));
    assert!(!delay_alarm(|device| {
        let status = ThermalStatus::Severe;
        device.act(|scheduler, world| scheduler.on_thermal_status(status, world));
    }));
    assert!(!delay_alarm(|device| {
        device.facts.bad.insert(APP);
    }));
    assert!(!delay_alarm(|device| {
        let record = device.stored(APP, 1).record();
        let job = device.scheduler.desk.board.job_mut(record).expect("stored");
        job.service_process_name = None;
    }));
}

#[test]
fn ctrl_gen_016_the_look_at_one_job_is_not_a_look_at_everything() {
    let looks_at_background = |info: JobInfo| {
        let mut device = Device::booted();
        device.facts.binds_refused = true;
        device.facts.top.insert(APP);
        device.act(|scheduler, world| scheduler.on_default_network(Some(network(1)), world));
        device.schedule(APP, info).expect("accepted");
        let record = device.stored(APP, 1).record();
        device.out.clear();
        let Device { scheduler, facts, looper, now, out } = &mut device;
        let mut world = World { now: *now, neighbours: facts, looper, out };
        let desk = &mut scheduler.desk;
        desk.controllers.evaluate_state(&mut desk.board, record, &mut world);
        device.went_by(&CTRL_BG_002)
    };
    assert!(looks_at_background(expedited(1)));
    assert!(!looks_at_background(job(1)));
    assert!(!looks_at_background(user_initiated(1)));
    // Quota that came back silently is not noticed by it, a delay that has passed is.
    let ready = |info: JobInfo, change: fn(&mut Device)| {
        let mut device = Device::booted();
        device.facts.binds_refused = true;
        device.facts.out_of_quota.insert(OTHER);
        device.schedule(APP, info).expect("accepted");
        change(&mut device);
        let record = device.stored(APP, 1).record();
        let Device { scheduler, facts, looper, now, out } = &mut device;
        let mut world = World { now: *now, neighbours: facts, looper, out };
        let desk = &mut scheduler.desk;
        desk.controllers.evaluate_state(&mut desk.board, record, &mut world);
        device.stored(APP, 1).is_ready()
    };
    let late = JobInfo { has_early_constraint: true, min_latency_millis: 60_000, ..job(1) };
    assert!(!ready(late.clone(), |_| ()));
    assert!(ready(late, |device| device.now = device.now.awake_for(60_000)), "time is looked at");
    let networked = JobInfo { required_network: NetworkRequest::of_type(1, Some(APP)), ..job(1) };
    assert!(!ready(networked, |_| ()), "there is no network to be found");
    assert!(ready(job(1), |device| {
        device.facts.out_of_quota.insert(APP);
    }));
}
