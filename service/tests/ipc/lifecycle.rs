//! Jobs and services from call to callback, with apps that a test plays.

use std::mem::ManuallyDrop;
use std::sync::mpsc::{channel, Receiver, Sender};
use std::time::{Duration, Instant};

use jobwarden_service::client::app::{App, Job, JobService};
use jobwarden_service::client::Connection;
use jobwarden_service::ipc::aidl::ActivityFacts::ActivityFacts;
use jobwarden_service::ipc::aidl::ComponentName::ComponentName;
use jobwarden_service::ipc::aidl::IAppSession::IAppSession;
use jobwarden_service::ipc::aidl::IServiceCallback::BnServiceCallback;
use jobwarden_service::ipc::aidl::JobInfo::JobInfo;
use jobwarden_service::ipc::aidl::NetworkFacts::NetworkFacts;
use jobwarden_service::ipc::aidl::NetworkRequest::NetworkRequest;
use jobwarden_service::ipc::binder::{ExceptionCode, Strong};
use jobwarden_service::ipc::serve::Service;

use crate::hostile::{await_input, Process};
use crate::peer::{connect, install, job, refusal, service, APP, PACKAGE};

const PID: i32 = 77;
const SOON: Duration = Duration::from_secs(20);

/// A device with a network whose user looks at the app.
fn stage(service: &Service) -> (Connection, Strong<dyn IAppSession>) {
    let root = connect(service, 0, 1);
    install(&root);
    let system = root.system().unwrap();
    let capabilities = [11, 12, 13, 14, 15, 16, 18, 19, 20, 21, 28].map(|bit| 1_i64 << bit);
    let wifi = NetworkFacts {
        id: 100,
        capabilities: capabilities.iter().sum(),
        transports: 2,
        ..NetworkFacts::default()
    };
    system.setDefaultNetwork(Some(&wifi)).unwrap();
    for permission in ["RUN_USER_INITIATED_JOBS", "ACCESS_NETWORK_STATE"] {
        system.setPermission(PACKAGE, 0, &format!("android.permission.{permission}"), 0).unwrap();
    }
    let app = system.openApp(i32::try_from(APP).unwrap(), PID).unwrap();
    (root, app)
}

fn show(root: &Connection) {
    let resumed = ActivityFacts {
        visible: true,
        windowVisible: true,
        taskVisible: true,
        state: 0,
        finishing: false,
    };
    let system = root.system().unwrap();
    system.setActivities(PID, &[resumed]).unwrap();
    system.setTop(PID).unwrap();
}

fn user_initiated(id: i32) -> JobInfo {
    let network =
        NetworkRequest { capabilities: vec![12, 14, 16, 28], ..NetworkRequest::default() };
    JobInfo { requiredNetwork: Some(network), flags: 32, priority: 500, ..job(id) }
}

/// Hands what it is told to the test.
struct Reporter(Sender<(&'static str, Job)>);

impl JobService for Reporter {
    fn on_start_job(&mut self, job: Job) -> bool {
        self.0.send(("start", job)).unwrap();
        true
    }
    fn on_stop_job(&mut self, job: Job) -> bool {
        self.0.send(("stop", job)).unwrap();
        false
    }
}

/// Attaches an app that runs on a thread of its own.
fn attach(app: &Strong<dyn IAppSession>) -> Receiver<(&'static str, Job)> {
    let (sender, events) = channel();
    let services = app.getForegroundServices().unwrap();
    let app = App::new(services).job_service(&format!("{PACKAGE}.Jobs"), Reporter(sender));
    app.attach(PACKAGE, PACKAGE).unwrap();
    std::thread::spawn(move || app.run());
    events
}

#[test]
fn a_job_runs_from_schedule_to_finish() {
    let service = service();
    let (root, app) = stage(&service);
    let events = attach(&app);
    show(&root);
    let scheduler = app.getJobScheduler().unwrap();
    assert_eq!(scheduler.schedule(None, Some(&user_initiated(5))).unwrap(), 1);
    let (what, job) = events.recv_timeout(SOON).unwrap();
    assert_eq!((what, job.parameters.jobId, job.parameters.userInitiated), ("start", 5, true));
    await_input(&root, "acknowledgeStart");
    assert_eq!(scheduler.getPendingJobReason(None, 5).unwrap(), -1); // executing
    job.callback.jobFinished(5, false).unwrap();
    assert_eq!(scheduler.getPendingJobReason(None, 5).unwrap(), -2); // no such job
    assert!(scheduler.getPendingJob(None, 5).unwrap().is_none());
}

#[test]
fn a_cancelled_job_is_stopped_and_says_why() {
    let service = service();
    let (root, app) = stage(&service);
    let events = attach(&app);
    show(&root);
    let scheduler = app.getJobScheduler().unwrap();
    scheduler.schedule(Some("space"), Some(&user_initiated(6))).unwrap();
    assert_eq!(events.recv_timeout(SOON).unwrap().0, "start");
    await_input(&root, "acknowledgeStart");
    let listed = scheduler.getAllPendingJobs().unwrap();
    assert_eq!(listed[0].namespace.as_deref(), Some("space"));
    assert_eq!(listed[0].jobs[0].requiredNetwork.as_ref().unwrap().capabilities, [12, 14, 16, 28]);
    scheduler.cancel(Some("space"), 6).unwrap();
    let (what, job) = events.recv_timeout(SOON).unwrap();
    assert_eq!((what, job.parameters.stopReason), ("stop", 1)); // STOP_REASON_CANCELLED_BY_APP
}

#[test]
fn exceptions_of_the_rules_reach_the_app_as_the_platforms() {
    let service = service();
    let (_root, app) = stage(&service);
    let scheduler = app.getJobScheduler().unwrap();
    assert_eq!(refusal(scheduler.schedule(None, None)).0, ExceptionCode::NullPointer);
    assert_eq!(refusal(scheduler.getStartedJobs()).0, ExceptionCode::Security);
    let mut unknown = job(1);
    unknown.service = ComponentName { packageName: PACKAGE.into(), className: ".Nowhere".into() };
    let refused = refusal(scheduler.schedule(None, Some(&unknown)));
    assert_eq!(refused.0, ExceptionCode::IllegalArgument);
    // Nobody looks at the app: no exception, but no job either.
    assert_eq!(scheduler.schedule(None, Some(&user_initiated(1))).unwrap(), 0);
}

#[test]
fn one_app_does_not_see_the_jobs_of_another() {
    let service = service();
    let (root, app) = stage(&service);
    let scheduler = app.getJobScheduler().unwrap();
    scheduler.schedule(None, Some(&job(1))).unwrap();
    let other = root.system().unwrap().openApp(i32::try_from(APP).unwrap() + 1, 78).unwrap();
    let other = other.getJobScheduler().unwrap();
    assert!(other.getPendingJob(None, 1).unwrap().is_none());
    other.cancel(None, 1).unwrap();
    other.cancelAll().unwrap();
    let theirs = refusal(other.schedule(None, Some(&job(1))));
    assert_eq!(theirs.0, ExceptionCode::IllegalArgument);
    assert_eq!(scheduler.getPendingJob(None, 1).unwrap().map(|job| job.id), Some(1));
}

#[test]
fn the_stop_button_ends_a_played_process() {
    let service = service();
    let (root, app) = stage(&service);
    let events = attach(&app);
    show(&root);
    app.getJobScheduler().unwrap().schedule(None, Some(&user_initiated(5))).unwrap();
    assert_eq!(events.recv_timeout(SOON).unwrap().0, "start");
    await_input(&root, "acknowledgeStart");
    root.task_manager().unwrap().stop(PACKAGE, 0).unwrap();
    await_input(&root, "\"event\":\"died\"");
    assert_eq!(app.getJobScheduler().unwrap().getPendingJobReason(None, 5).unwrap(), -2);
}

#[test]
fn a_client_that_does_not_read_delays_nobody_but_itself() {
    let service = service();
    let (root, app) = stage(&service);
    // Never closed: its thread sleeps, and closing would wait for it.
    let stuck = ManuallyDrop::new(connect(&service, 0, 2));
    let played = stuck.system().unwrap().openApp(i32::try_from(APP).unwrap(), PID).unwrap();
    let process = BnServiceCallback::new_binder(Process { stuck: true });
    played.getForegroundServices().unwrap().attachApplication(PACKAGE, PACKAGE, &process).unwrap();
    show(&root);
    let services = app.getForegroundServices().unwrap();
    let component = ComponentName { packageName: PACKAGE.into(), className: ".Jobs".into() };
    let began = Instant::now();
    // Each start is a call to the process that it never takes. Once it counts as dead, it has no more say.
    let dead = (0..5000).any(|_| services.startService(&component, Some(PACKAGE), 0).is_err());
    assert!(dead, "it takes calls for ever");
    assert!(root.system().unwrap().now().is_ok());
    assert!(began.elapsed() < SOON, "{:?}", began.elapsed());
    await_input(&root, "\"event\":\"died\""); // That is what it is now.
}
