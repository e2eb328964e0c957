//! The stop button of the Task Manager, all the way through.

use std::collections::BTreeSet;

use super::*;
use crate::effect::ProcessEffect;
use crate::input::PersonAct;
use crate::rules::job_userstop::JOB_USERSTOP_006;

const REMOTE: Pid = Pid(101);

fn stop(phone: &mut Phone, package: &str) {
    let act = PersonAct::StopApp { package: package.to_owned(), user: USER };
    phone.done(Input::Person { act });
}

/// The processes that the last input had killed.
fn killed(phone: &Phone) -> BTreeSet<Pid> {
    let killed = |effect: &Effect| match effect {
        Effect::Process(ProcessEffect::KillProcess { pid, .. }) => Some(*pid),
        _ => None,
    };
    phone.out.effects.iter().filter_map(killed).collect()
}

/// Whether a service that was started runs in the process of the app.
fn has_started_service(phone: &Phone) -> bool {
    phone.record(PID).running_services().any(|(_, service)| service.start_requested)
}

/// The app is on top with a started service, a job at work, one that waits, and a second process.
fn busy() -> (Phone, CallbackToken) {
    let mut phone = Phone::new();
    phone.process(REMOTE, APP, &format!("{PACKAGE}:remote"), PACKAGE);
    phone.show(PID);
    let service = ComponentName::new(PACKAGE, ".Work");
    let calling_package = Some(PACKAGE.to_owned());
    let call = ServiceCall::StartService { service, calling_package, user: USER };
    phone.service(PID, APP, call).expect("on top");
    let token = phone.created()[0];
    for done in [ServiceDone::Anonymous, ServiceDone::Start { start_id: 1, result: 2 }] {
        let call = ServiceCall::ServiceDoneExecuting { service: token, done };
        phone.service(PID, APP, call).expect("may");
    }
    phone.schedule(PID, APP, job(1, ".Job")).expect("accepted");
    let token = phone.bound()[0];
    phone.work(token, ".Job");
    let waiting = JobInfo { constraint_flags: 4, ..job(2, ".Job") };
    phone.schedule(PID, APP, waiting).expect("accepted");
    (phone, token)
}

#[test]
fn job_userstop_006_activities_processes_then_services() {
    let (mut phone, _) = busy();
    assert!(phone.model.system.processes.device().top == Some(PID));
    assert!(has_started_service(&phone));
    stop(&mut phone, PACKAGE);
    assert!(phone.out.decisions.iter().any(|decision| *decision.rule == JOB_USERSTOP_006));
    assert!(phone.record(PID).facts().activities.is_empty(), "finished");
    assert_eq!(phone.model.system.processes.device().top, None);
    assert_eq!(killed(&phone), [PID, REMOTE].into());
    assert!(!has_started_service(&phone), "brought down");
    for pid in [PID, REMOTE] {
        phone.done(Input::Process { change: ProcessEvent::Died { pid } });
    }
    // Not a force stop: both jobs are still there.
    for id in [1, 2] {
        let caller = Caller { uid: APP, pid: None };
        let call = JobSchedulerCall::GetPendingJob { namespace: None, id };
        let found = phone.apply(Input::JobScheduler { caller, call });
        assert!(matches!(found, Some(Ok(Reply::Job(Some(_))))), "{found:?}");
    }
}

#[test]
fn job_userstop_006_whoever_is_unknown_or_protected_goes_on() {
    let (mut phone, token) = busy();
    stop(&mut phone, "com.example.missing");
    assert_eq!(killed(&phone), [].into());
    stop(&mut phone, "com.example.other");
    assert_eq!(killed(&phone), [OTHER_PID].into(), "another app alone");
    phone.model.system.activities.roles_mut().device_owner = Some(APP);
    stop(&mut phone, PACKAGE);
    assert_eq!(killed(&phone), [].into(), "the device owner");
    assert_eq!(phone.record(PID).facts().activities.len(), 1);
    let roles = phone.model.system.activities.roles_mut();
    roles.device_owner = None;
    roles.profile_owners.insert(APP);
    stop(&mut phone, PACKAGE);
    assert_eq!(killed(&phone), [].into(), "a profile owner");
    phone.callback(token, JobCallbackCall::JobFinished { reschedule: false });
    phone.model.system.activities.roles_mut().profile_owners.clear();
    stop(&mut phone, PACKAGE);
    assert_eq!(killed(&phone), [PID, REMOTE].into());
}
