//! What a running job does for the process that hosts its service.

use super::*;
use crate::process::{Adj, Capabilities, ProcState};
use crate::rules::uij_vis::UIJ_VIS_030;

const REMOTE: Pid = Pid(101);

type Kind = fn(i32, &str) -> JobInfo;

/// Adjustment, state and capabilities of a process.
fn importance(phone: &Phone, pid: Pid) -> (i32, ProcState, Capabilities) {
    let record = phone.record(pid);
    (record.adj().0, record.cur_proc_state(), record.capabilities())
}

/// A job of an app that has been in the background for a while, at work.
fn at_work(kind: Kind) -> (Phone, CallbackToken) {
    let mut phone = Phone::new();
    phone.show(PID);
    phone.done(Input::Device { signal: network(None) });
    let mut info = kind(1, ".Job");
    info.required_network = NetworkRequest::of_type(1, Some(APP));
    assert_eq!(phone.schedule(PID, APP, info), Ok(Reply::Int(1)));
    phone.activities(PID, Vec::new());
    phone.done(Input::Activity { change: ActivityEvent::Top { pid: None } });
    phone.pass(120 * SECOND);
    assert!(importance(&phone, PID).1 >= ProcState::CachedActivity);
    phone.done(Input::Device { signal: network(Some(1)) });
    let token = phone.bound()[0];
    phone.work(token, ".Job");
    (phone, token)
}

fn network(id: Option<i32>) -> crate::input::DeviceSignal {
    let able = NetCapabilities::INTERNET
        .with(NetCapabilities::TRUSTED)
        .with(NetCapabilities::VALIDATED)
        .with(NetCapabilities::NOT_VCN_MANAGED)
        .with(NetCapabilities::NOT_SUSPENDED)
        .with(NetCapabilities::NOT_METERED);
    let network = id.map(|id| NetworkFacts { id, capabilities: able.0, ..NetworkFacts::default() });
    crate::input::DeviceSignal::DefaultNetwork { network }
}

#[test]
fn proc_adj_042_a_process_that_only_runs_a_job() {
    let power = Capabilities::POWER_RESTRICTED_NETWORK;
    let both = power | Capabilities::USER_RESTRICTED_NETWORK;
    let rows: [(&str, Kind, i32, ProcState, Capabilities); 3] = [
        ("UIJ", user_initiated, 201, ProcState::ImportantForeground, both),
        ("expedited", expedited, 227, ProcState::TransientBackground, power),
        ("other", job, 250, ProcState::TransientBackground, Capabilities::NONE),
    ];
    for (name, kind, adj, state, capabilities) in rows {
        let (mut phone, token) = at_work(kind);
        assert_eq!(importance(&phone, PID), (adj, state, capabilities), "{name}");
        let active = phone.model.system.is_uid_active(APP);
        assert_eq!(active, name == "UIJ", "{name}");
        phone.callback(token, JobCallbackCall::JobFinished { reschedule: false });
        let (after, state, capabilities) = importance(&phone, PID);
        assert!(after >= Adj::CACHED_APP_MIN.0 && state >= ProcState::CachedActivity, "{name}");
        assert_eq!(capabilities, Capabilities::NONE, "{name}");
    }
}

#[test]
fn job_run_014_of_several_jobs_in_a_process_the_most_important_counts() {
    let (mut phone, by_user) = at_work(user_initiated);
    phone.schedule(PID, APP, job(2, ".Job")).expect("accepted");
    let plain = phone.bound()[0];
    phone.work(plain, ".Job");
    assert_eq!(importance(&phone, PID).0, 201);
    phone.callback(by_user, JobCallbackCall::JobFinished { reschedule: false });
    assert_eq!(importance(&phone, PID).0, 250, "the service lives on with the other binding");
    phone.callback(plain, JobCallbackCall::JobFinished { reschedule: false });
    assert!(importance(&phone, PID).0 >= Adj::CACHED_APP_MIN.0);
}

#[test]
fn job_run_014_the_process_of_the_manifest_hosts_the_service() {
    let mut phone = Phone::new();
    let before = importance(&phone, PID);
    phone.schedule(PID, APP, job(1, ".RemoteJob")).expect("accepted");
    let token = phone.bound()[0];
    assert_eq!(importance(&phone, PID), before, "not the one that happens to run");
    phone.process(REMOTE, APP, &format!("{PACKAGE}:remote"), PACKAGE);
    assert_eq!(importance(&phone, REMOTE).0, 250);
    assert_eq!(importance(&phone, PID), before);
    let component = ComponentName::new(PACKAGE, ".RemoteJob");
    phone.done(Input::Process { change: ProcessEvent::JobServiceConnected { token, component } });
    let told = |effect: &Effect| match effect {
        Effect::Job(JobEffect::StartJob { process, .. }) => Some(process.clone()),
        _ => None,
    };
    let told: Vec<_> = phone.out.effects.iter().filter_map(told).collect();
    assert_eq!(told, [format!("{PACKAGE}:remote")], "the effect names who is to be called");
    // Its death ends the execution, and that of the other one does not.
    phone.callback(token, JobCallbackCall::AcknowledgeStart { ongoing: true });
    phone.done(Input::Process { change: ProcessEvent::Died { pid: PID } });
    assert_eq!(importance(&phone, REMOTE).0, 250);
    phone.done(Input::Process { change: ProcessEvent::Died { pid: REMOTE } });
    let unbound = |effect: &Effect| matches!(effect, Effect::Job(JobEffect::Unbind { .. }));
    assert!(phone.out.effects.iter().any(unbound));
}

#[test]
fn uij_vis_050_running_a_user_initiated_job_is_no_reason_for_another() {
    let (mut phone, _) = at_work(user_initiated);
    assert_eq!(phone.schedule(PID, APP, user_initiated(2, ".Job")), Ok(Reply::Int(0)));
    assert!(phone.out.decisions.iter().all(|decision| *decision.rule != UIJ_VIS_030));
}
