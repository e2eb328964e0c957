//! May the app schedule a user-initiated job? The table of JOB-SCHED-080, row by row.

use super::*;
use crate::activity::{BackgroundStartPrivileges, Entity};
use crate::fgs::effect::ConnectionToken;
use crate::input::DeviceSignal;
use crate::rules::job_sched::JOB_SCHED_040;

/// `Context.BIND_AUTO_CREATE`.
const AUTO_CREATE: u64 = 1;

/// Whether a call from this process is accepted, and that a refusal is `RESULT_FAILURE` and leaves no trace.
fn accepts(phone: &mut Phone, pid: Pid) -> bool {
    let before = phone.model.clone();
    let reply = phone.schedule(pid, APP, user_initiated(1, ".Job"));
    assert!(phone.out.decisions.iter().any(|decision| *decision.rule == JOB_SCHED_040));
    match reply {
        Ok(Reply::Int(1)) => true,
        Ok(Reply::Int(0)) => {
            assert!(same_but_for_caches(&before, &phone.model), "a refusal left a trace");
            false
        }
        other => panic!("neither accepted nor refused: {other:?}"),
    }
}

/// A row: the only fact that holds.
fn row(prepare: impl FnOnce(&mut Phone)) -> bool {
    let mut phone = Phone::new();
    prepare(&mut phone);
    accepts(&mut phone, PID)
}

fn with_permission(permission: &str) -> bool {
    row(|phone| phone.install(PACKAGE, APP, &[permission]))
}

/// The other app is on top and binds a service of this app.
fn bound_by_top(phone: &mut Phone, class: &str) {
    phone.show(OTHER_PID);
    let call = ServiceCall::Bind {
        service: ComponentName::new(PACKAGE, class),
        action: None,
        connection: ConnectionToken(1),
        flags: AUTO_CREATE,
        calling_package: Some("com.example.other".to_owned()),
        user: USER,
    };
    assert_eq!(phone.service(OTHER_PID, OTHER, call), Ok(Reply::Int(1)));
}

/// Starts `.Work` with this call, promotes it, and lets callbacks return.
fn foreground_service(phone: &mut Phone, call: fn(ComponentName) -> ServiceCall) {
    let component = ComponentName::new(PACKAGE, ".Work");
    phone.service(PID, APP, call(component)).expect("may be started");
    let service = phone.created()[0];
    for done in [ServiceDone::Anonymous, ServiceDone::Start { start_id: 1, result: 2 }] {
        phone.service(PID, APP, ServiceCall::ServiceDoneExecuting { service, done }).expect("may");
    }
    phone.channel();
    let notification = notification();
    let call = ServiceCall::StartForeground { service, id: 1, notification, types: -1 };
    phone.service(PID, APP, call).expect("may be promoted");
    assert_eq!(phone.record(PID).cur_proc_state().number(), if is_top(phone) { 2 } else { 4 });
}

fn is_top(phone: &Phone) -> bool {
    phone.model.system.processes.device().top == Some(PID)
}

fn start_foreground_service(service: ComponentName) -> ServiceCall {
    let calling_package = Some(PACKAGE.to_owned());
    ServiceCall::StartForegroundService { service, calling_package, user: USER }
}

fn start_service(service: ComponentName) -> ServiceCall {
    let calling_package = Some(PACKAGE.to_owned());
    ServiceCall::StartService { service, calling_package, user: USER }
}

fn leave(phone: &mut Phone) {
    phone.hide(PID);
    phone.pass(60 * SECOND);
}

fn power_exempt(phone: &mut Phone) {
    let (permanent, temporary) = ([APP.app_id()].into(), Default::default());
    phone.done(Input::Device { signal: DeviceSignal::PowerAllowlist { permanent, temporary } });
}

#[test]
fn job_sched_080_who_is_seen() {
    assert!(!row(|_| ()), "nothing holds");
    assert!(row(|phone| phone.show(PID)), "TOP");
    assert!(row(|phone| bound_by_top(phone, ".Work")), "the calling process is BOUND_TOP");
    let another: fn(&mut Phone) = |phone| {
        phone.process(Pid(101), APP, &format!("{PACKAGE}:remote"), PACKAGE);
        bound_by_top(phone, ".RemoteWork");
    };
    assert!(row(another), "another process of the uid is BOUND_TOP");
    let beside: fn(&mut Phone) = |phone| {
        phone.show(OTHER_PID);
        phone.activities(PID, vec![ActivityFacts::resumed()]);
    };
    assert!(row(beside), "visible beside the top app");
    assert!(row(|phone| {
        let change = ActivityEvent::NonAppWindow { uid: APP, visible: true };
        phone.done(Input::Activity { change });
    }));
}

#[test]
fn job_sched_080_who_was_just_seen() {
    for (ago, accepted) in [(4_999, true), (5_000, false)] {
        let hidden = |phone: &mut Phone| {
            phone.show(PID);
            phone.pass(60 * SECOND);
            phone.hide(PID);
            phone.pass(ago);
        };
        assert_eq!(row(hidden), accepted, "{ago} ms ago");
    }
    let in_recents: fn(&mut Phone) = |phone| {
        phone.show(PID);
        leave(phone);
    };
    assert!(!row(in_recents), "an activity in a task on Recents");
}

#[test]
fn job_sched_080_foreground_services() {
    let by_user: fn(&mut Phone) = |phone| {
        phone.show(PID);
        foreground_service(phone, start_foreground_service);
        leave(phone);
    };
    assert!(row(by_user), "startForegroundService on top");
    let promoted: fn(&mut Phone) = |phone| {
        phone.show(PID);
        foreground_service(phone, start_service);
        leave(phone);
    };
    assert!(!row(promoted), "startService, then promoted");
    let exempt: fn(&mut Phone) = |phone| {
        power_exempt(phone);
        foreground_service(phone, start_foreground_service);
        phone.pass(60 * SECOND);
    };
    assert!(!row(exempt), "from the background by an exemption");
    assert!(!row(power_exempt), "the exemption by itself");
}

#[test]
fn job_sched_080_who_holds_a_right() {
    assert!(with_permission("android.permission.SYSTEM_ALERT_WINDOW"));
    assert!(with_permission("android.permission.START_ACTIVITIES_FROM_BACKGROUND"));
    let owner = |phone: &mut Phone| {
        phone.model.system.activities.roles_mut().device_owner = Some(APP);
    };
    assert!(row(owner), "device owner");
    let companion = |phone: &mut Phone| {
        phone.model.system.activities.roles_mut().companion_apps.insert(APP);
    };
    assert!(!row(companion), "a companion app without its permission");
    let runs = "android.permission.REQUEST_COMPANION_RUN_IN_BACKGROUND";
    assert!(!with_permission(runs), "the permission without being a companion");
    let both = |phone: &mut Phone| {
        phone.install(PACKAGE, APP, &[runs]);
        companion(phone);
    };
    assert!(row(both));
    let lent = |phone: &mut Phone| {
        let (activities, entity) = (&mut phone.model.system.activities, Entity::System(1));
        let privileges = BackgroundStartPrivileges::AllowBal;
        activities.add_token(PID, entity, privileges).expect("it allows something");
    };
    assert!(row(lent), "a privilege of the calling process");
}
