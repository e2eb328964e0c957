//! What may happen next: calls, signals, acts and spans of time, drawn by weights that a seed chooses.

use jobwarden_model::fgs::call::{
    ServiceCall, FOREGROUND_SERVICE_TYPE_MANIFEST, STOP_FOREGROUND_DETACH, STOP_FOREGROUND_REMOVE,
};
use jobwarden_model::fgs::effect::ConnectionToken;
use jobwarden_model::input::{
    ActivityEvent, ActivityFacts, AppSwitches, DeviceSignal, Doze, MemoryLevel, NetworkFacts,
    PersonAct, ProcessEvent, ThermalStatus, UserEvent,
};
use jobwarden_model::job::call::{JobCallbackCall, JobSchedulerCall};
use jobwarden_model::job::info::{BuildingApp, JobInfo, JobInfoBuilder, JobWorkItem};
use jobwarden_model::notification::call::NotificationCall;
use jobwarden_model::package::{AppOpMode, EnabledState, Event, Granted};
use jobwarden_model::{Caller, Input, Uid};

use super::chance::Chance;
use super::world::{
    component, install, notification, World, APPS, CHANNEL, JOB_SERVICE, NO_PROCESS, SERVICES, USER,
};
use super::Step;

/// Something that may happen: its name, how often a run may weigh it at most, and what it is.
pub(super) struct Kind {
    pub(super) name: &'static str,
    pub(super) weight_max: usize,
    pub(super) act: fn(&mut World, &mut Chance) -> Option<Step>,
}

/// Everything that may happen. What an app owes the system is likely, what breaks it is rare.
pub(super) const KINDS: [Kind; 14] = [
    Kind { name: "answer", weight_max: 60, act: answer },
    Kind { name: "schedule", weight_max: 30, act: schedule },
    Kind { name: "cancel", weight_max: 6, act: cancel },
    Kind { name: "ask", weight_max: 6, act: ask },
    Kind { name: "callback", weight_max: 20, act: callback },
    Kind { name: "service", weight_max: 24, act: service },
    Kind { name: "notification", weight_max: 8, act: notify },
    Kind { name: "person", weight_max: 10, act: person },
    Kind { name: "device", weight_max: 16, act: device },
    Kind { name: "process", weight_max: 6, act: process },
    Kind { name: "package", weight_max: 4, act: package },
    Kind { name: "system", weight_max: 4, act: system },
    Kind { name: "shell", weight_max: 4, act: shell },
    Kind { name: "time", weight_max: 24, act: time },
];

fn app(chance: &mut Chance) -> usize {
    chance.weighted(&[4, 2, 1])
}

fn namespace(chance: &mut Chance) -> Option<String> {
    chance.once_in(4).then(|| "sync".to_owned())
}

fn job_id(chance: &mut Chance) -> i32 {
    chance.pick(&[1, 2, 3, 4])
}

fn some(input: Input) -> Option<Step> {
    Some(Step::Apply(Box::new(input)))
}

fn answer(world: &mut World, chance: &mut Chance) -> Option<Step> {
    some(world.next_pending(chance)?)
}

fn job(app: usize, chance: &mut Chance) -> Box<JobInfo> {
    let building = BuildingApp::new(Some(APPS[app].uid), APPS[app].target_sdk);
    let mut job = JobInfoBuilder::new(building, job_id(chance), component(app, JOB_SERVICE));
    match chance.weighted(&[6, 3, 4, 1]) {
        0 => {}
        1 => {
            job.set_expedited(true);
        }
        2 => {
            job.set_user_initiated(true);
        }
        _ => {
            job.set_periodic(chance.pick(&[900_000, 3_600_000]));
        }
    }
    if chance.once_in(2) {
        job.set_required_network_type(chance.pick(&[1, 1, 2, 3, 4]));
        if chance.once_in(3) {
            job.set_estimated_network_bytes(chance.pick(&[-1, 1_000, 1 << 30]), 0);
        }
    }
    type Setter = fn(&mut JobInfoBuilder, bool) -> &mut JobInfoBuilder;
    let switches: [(usize, Setter); 6] = [
        (8, JobInfoBuilder::set_requires_charging),
        (8, JobInfoBuilder::set_requires_battery_not_low),
        (10, JobInfoBuilder::set_requires_storage_not_low),
        (16, JobInfoBuilder::set_requires_device_idle),
        (12, JobInfoBuilder::set_prefetch),
        (8, JobInfoBuilder::set_persisted),
    ];
    for (rarity, setter) in switches {
        if chance.once_in(rarity) {
            setter(&mut job, true);
        }
    }
    if chance.once_in(6) {
        job.set_minimum_latency(chance.pick(&[0, 1_000, 60_000]));
    }
    if chance.once_in(6) {
        job.set_override_deadline(chance.pick(&[0, 5_000, 600_000]));
    }
    if chance.once_in(5) {
        job.set_backoff_criteria(chance.pick(&[10_000, 30_000]), chance.pick(&[0, 1]));
    }
    if chance.once_in(4) {
        // Out of range is refused here already; the job stays as it is.
        let _ = job.set_priority(chance.pick(&[100, 200, 300, 400, 500]));
    }
    Box::new(job.build_unchecked())
}

fn schedule(world: &mut World, chance: &mut Chance) -> Option<Step> {
    let app = app(chance);
    let (namespace, job) = (namespace(chance), Some(job(app, chance)));
    let call = if chance.once_in(6) {
        let work =
            JobWorkItem { download_bytes: chance.pick(&[-1, 5_000]), ..JobWorkItem::default() };
        JobSchedulerCall::Enqueue { namespace, job, work: Some(Box::new(work)) }
    } else {
        JobSchedulerCall::Schedule { namespace, job }
    };
    some(Input::JobScheduler { caller: world.caller(app), call })
}

fn cancel(world: &mut World, chance: &mut Chance) -> Option<Step> {
    let (namespace, id) = (namespace(chance), job_id(chance));
    let call = match chance.weighted(&[8, 1, 1]) {
        0 => JobSchedulerCall::Cancel { namespace, id },
        1 => JobSchedulerCall::CancelAllInNamespace { namespace },
        _ => JobSchedulerCall::CancelAll,
    };
    some(Input::JobScheduler { caller: world.caller(app(chance)), call })
}

fn ask(world: &mut World, chance: &mut Chance) -> Option<Step> {
    let app = app(chance);
    let (namespace, id) = (namespace(chance), job_id(chance));
    let package = APPS[app].package.to_owned();
    let mut caller = world.caller(app);
    let call = match chance.below(8) {
        0 => JobSchedulerCall::GetAllPendingJobs,
        1 => JobSchedulerCall::GetAllPendingJobsInNamespace { namespace },
        2 => JobSchedulerCall::GetPendingJob { namespace, id },
        3 => JobSchedulerCall::CanRunUserInitiatedJobs { package },
        4 => JobSchedulerCall::HasRunUserInitiatedJobsPermission { package, user: 0 },
        5 => {
            caller = Caller { uid: Uid::SYSTEM, pid: Some(NO_PROCESS) };
            JobSchedulerCall::GetAllJobSnapshots
        }
        6 => JobSchedulerCall::GetStartedJobs,
        _ => JobSchedulerCall::GetPendingJobReason { namespace, id },
    };
    some(Input::JobScheduler { caller, call })
}

fn callback(world: &mut World, chance: &mut Chance) -> Option<Step> {
    let (app, token) = world.execution(chance)?;
    let bytes = chance.pick(&[0, 10, 1 << 20]);
    let call = match chance.weighted(&[5, 4, 2, 3, 2, 2, 1]) {
        0 => JobCallbackCall::JobFinished { reschedule: chance.once_in(3) },
        1 => JobCallbackCall::SetNotification {
            id: job_id(chance),
            notification: (!chance.once_in(10)).then(|| notification(chance)),
            end_policy: chance.pick(&[0, 1, 1, 2]),
        },
        2 => JobCallbackCall::DequeueWork,
        3 => JobCallbackCall::CompleteWork { work_id: chance.pick(&[0, 1, 2, 3]) },
        4 => JobCallbackCall::UpdateEstimatedNetworkBytes { download: bytes, upload: -1 },
        5 => JobCallbackCall::UpdateTransferredNetworkBytes { download: bytes, upload: bytes },
        _ => JobCallbackCall::AcknowledgeStart { ongoing: true },
    };
    some(Input::JobCallback { caller: world.caller(app), token, call })
}

fn service(world: &mut World, chance: &mut Chance) -> Option<Step> {
    let (by, of) = (app(chance), app(chance));
    let of = if chance.once_in(4) { of } else { by };
    let (class, types) = chance.pick(&SERVICES);
    let service = component(of, class);
    let calling_package = Some(APPS[by].package.to_owned());
    let connection = ConnectionToken(chance.pick(&[1, 2, 3]) + 10 * by as u64);
    let running = world.service(chance);
    let (by, call) = match (chance.weighted(&[5, 3, 2, 2, 1, 6, 2, 2]), running) {
        (0, _) => {
            (by, ServiceCall::StartForegroundService { service, calling_package, user: USER })
        }
        (1, _) => (by, ServiceCall::StartService { service, calling_package, user: USER }),
        (2, _) => (by, ServiceCall::StopService { service, user: USER }),
        (3, _) => {
            let (action, flags, user) = (None, chance.pick(&[1, 0x21, 0x4000_0001]), USER);
            let bind =
                ServiceCall::Bind { service, action, connection, flags, calling_package, user };
            (by, bind)
        }
        (4, _) => (by, ServiceCall::Unbind { connection }),
        (5, Some((app, service))) => {
            let call = ServiceCall::StartForeground {
                service,
                id: chance.pick(&[1, 2, 3, 0]),
                notification: (!chance.once_in(10)).then(|| notification(chance)),
                types: chance.pick(&[
                    FOREGROUND_SERVICE_TYPE_MANIFEST,
                    FOREGROUND_SERVICE_TYPE_MANIFEST,
                    0,
                    1,
                    1 << 11,
                    types.cast_signed(),
                ]),
            };
            (app, call)
        }
        (6, Some((app, service))) => {
            let flags = chance.pick(&[STOP_FOREGROUND_REMOVE, STOP_FOREGROUND_DETACH]);
            (app, ServiceCall::StopForeground { service, flags })
        }
        (_, Some((app, service))) => {
            (app, ServiceCall::StopSelf { service, start_id: chance.pick(&[-1, 1, 2]) })
        }
        (_, None) => return None,
    };
    some(Input::Service { caller: world.caller(by), call })
}

fn notify(world: &mut World, chance: &mut Chance) -> Option<Step> {
    let app = app(chance);
    let (package, id) = (APPS[app].package.to_owned(), job_id(chance));
    let channel = CHANNEL.to_owned();
    let call = match chance.weighted(&[4, 3, 1, 1, 1]) {
        0 => {
            let notification = notification(chance);
            NotificationCall::Notify { package, tag: None, id, notification }
        }
        1 => NotificationCall::Cancel { package, tag: None, id },
        2 => NotificationCall::CancelAll { package },
        3 => {
            let importance = chance.pick(&[0, 2, 3, 4]);
            NotificationCall::CreateChannel { package, channel, importance, group: None }
        }
        _ => NotificationCall::DeleteChannel { package, channel },
    };
    some(Input::Notification { caller: world.caller(app), call })
}

fn person(world: &mut World, chance: &mut Chance) -> Option<Step> {
    let app = app(chance);
    let (package, user) = (APPS[app].package.to_owned(), USER);
    let act = match chance.weighted(&[6, 4, 4, 2, 1, 1, 3]) {
        0 => {
            let (pid, activities) = (world.pid(app)?, vec![ActivityFacts::resumed()]);
            return some(Input::Activity { change: ActivityEvent::Activities { pid, activities } });
        }
        1 => {
            let (pid, activities) = (world.pid(app)?, vec![ActivityFacts::default()]);
            return some(Input::Activity { change: ActivityEvent::Activities { pid, activities } });
        }
        2 => {
            let pid = (!chance.once_in(3)).then(|| world.pid(app)).flatten();
            return some(Input::Activity { change: ActivityEvent::Top { pid } });
        }
        3 => PersonAct::StopApp { package, user },
        4 => PersonAct::ForceStop { package, user },
        5 => PersonAct::ClearData { package, user },
        _ => PersonAct::DismissNotification { package, user, tag: None, id: job_id(chance) },
    };
    some(Input::Person { act })
}

fn network(chance: &mut Chance) -> Option<NetworkFacts> {
    // INTERNET, NOT_RESTRICTED, TRUSTED, NOT_VPN, VALIDATED, FOREGROUND, NOT_CONGESTED,
    // NOT_SUSPENDED and NOT_VCN_MANAGED; NOT_METERED and NOT_ROAMING come on top.
    const USUAL: u64 = 0x1039_F000;
    let (id, transport, more): (i32, u32, u64) = chance.pick(&[
        (100, 1, 1 << 11 | 1 << 18),
        (101, 1, 1 << 18),
        (102, 0, 1 << 18),
        (103, 0, 0),
    ]);
    (!chance.once_in(3)).then(|| NetworkFacts {
        id,
        capabilities: USUAL | more,
        transports: 1 << transport,
        down_kbps: chance.pick(&[0, 20_000]),
        up_kbps: 5_000,
    })
}

fn device(_: &mut World, chance: &mut Chance) -> Option<Step> {
    let app = &APPS[app(chance)];
    let (uid, package, on) = (app.uid, app.package.to_owned(), chance.once_in(2));
    use ThermalStatus::{Critical, Light, Moderate, None as Cool, Severe};
    let signal = match chance.weighted(&[3, 3, 3, 2, 8, 2, 2, 2, 2, 1, 2, 1, 2, 1, 1, 1]) {
        0 => DeviceSignal::PowerConnected { connected: on },
        1 => DeviceSignal::Charging { charging: on },
        2 => DeviceSignal::BatteryLow { low: on },
        3 => DeviceSignal::StorageLow { low: on },
        4 => DeviceSignal::DefaultNetwork { network: network(chance) },
        5 => DeviceSignal::NetworkBlocked { uid, reasons: chance.pick(&[0, 0, 1, 4]) },
        6 => DeviceSignal::Doze { doze: chance.pick(&[Doze::Off, Doze::Light, Doze::Deep]) },
        7 => DeviceSignal::BatterySaver { on },
        8 => {
            let status = chance.pick(&[Cool, Cool, Light, Moderate, Severe, Critical]);
            DeviceSignal::Thermal { status }
        }
        9 => {
            let levels = [MemoryLevel::Normal, MemoryLevel::Low, MemoryLevel::Critical];
            DeviceSignal::Memory { level: chance.pick(&levels) }
        }
        10 => DeviceSignal::Screen { on },
        11 => DeviceSignal::DeviceIdle { idle: on },
        12 => {
            let bucket = chance.pick(&[5, 10, 20, 30, 40, 45]);
            DeviceSignal::StandbyBucket { package, user: USER, bucket }
        }
        13 => {
            let permanent = on.then(|| uid.app_id()).into_iter().collect();
            DeviceSignal::PowerAllowlist { permanent, temporary: std::iter::empty().collect() }
        }
        14 => DeviceSignal::BackgroundRestricted { uid, package, restricted: on },
        _ => DeviceSignal::QuotaVerdict { uid, regular: true, expedited: on },
    };
    some(Input::Device { signal })
}

fn process(world: &mut World, chance: &mut Chance) -> Option<Step> {
    let app = app(chance);
    match world.pid(app) {
        None => some(world.start(app)?),
        Some(pid) if chance.once_in(2) => some(world.die(pid)?),
        Some(_) => {
            let active = chance.once_in(2);
            some(Input::Process { change: ProcessEvent::UidActive { uid: APPS[app].uid, active } })
        }
    }
}

fn package(_: &mut World, chance: &mut Chance) -> Option<Step> {
    let index = app(chance);
    let (package, user) = (APPS[index].package.to_owned(), USER);
    let change = match chance.below(5) {
        0 => return some(install(index)),
        1 => {
            let states = [EnabledState::Default, EnabledState::Default, EnabledState::Disabled];
            Event::EnabledChanged { package, user, state: chance.pick(&states) }
        }
        2 => {
            let (service, enabled) = (component(index, JOB_SERVICE), !chance.once_in(3));
            Event::ServiceEnabledChanged { service, user, enabled }
        }
        3 => Event::PermissionChanged {
            package,
            user,
            permission: chance
                .pick(&[
                    "android.permission.RUN_USER_INITIATED_JOBS",
                    "android.permission.FOREGROUND_SERVICE",
                ])
                .to_owned(),
            granted: chance.pick(&[Granted::Granted, Granted::Granted, Granted::HardDenied]),
        },
        _ => Event::AppOpChanged {
            package,
            user,
            op: "android:run_user_initiated_jobs".to_owned(),
            mode: chance.pick(&[AppOpMode::Default, AppOpMode::Allowed, AppOpMode::Errored]),
        },
    };
    some(Input::Package { change })
}

fn system(_: &mut World, chance: &mut Chance) -> Option<Step> {
    some(match chance.below(4) {
        0 => Input::User { change: UserEvent::Unlocked { user: USER } },
        1 => {
            let switches = [AppSwitches::Allow, AppSwitches::ForegroundOnly, AppSwitches::Disallow];
            Input::Activity { change: ActivityEvent::AppSwitches { state: chance.pick(&switches) } }
        }
        2 => Input::DeviceConfig {
            namespace: "jobscheduler".to_owned(),
            key: "min_ready_non_active_jobs_count".to_owned(),
            value: chance.pick(&[None, Some("1"), Some("3")]).map(str::to_owned),
        },
        _ => Input::DeviceConfig {
            namespace: "activity_manager".to_owned(),
            key: "short_fgs_timeout_duration".to_owned(),
            value: chance.pick(&[None, Some("20000")]).map(str::to_owned),
        },
    })
}

fn shell(_: &mut World, chance: &mut Chance) -> Option<Step> {
    let package = APPS[app(chance)].package;
    let id = job_id(chance).to_string();
    let words: Vec<&str> = match chance.below(5) {
        0 => vec!["run", "-f", package, &id],
        1 => vec!["timeout", package, &id],
        2 => vec!["cancel", package, &id],
        3 => vec!["run", "-s", package, &id],
        _ => vec!["get-job-state", package, &id],
    };
    let arguments = words.into_iter().map(str::to_owned).collect();
    some(Input::Shell { caller: Caller { uid: Uid::SHELL, pid: Some(NO_PROCESS) }, arguments })
}

fn time(_: &mut World, chance: &mut Chance) -> Option<Step> {
    let millis = match chance.weighted(&[4, 8, 6, 3, 1]) {
        0 => chance.below(10),
        1 => chance.below(20_000),
        2 => chance.below(5 * 60_000),
        3 => chance.below(60 * 60_000),
        _ => chance.below(26 * 60 * 60_000),
    };
    let millis = i64::try_from(millis).unwrap_or(0);
    Some(Step::Pass { millis, asleep: chance.once_in(5) })
}
