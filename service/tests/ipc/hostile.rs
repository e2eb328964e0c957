//! Clients that do not behave. Each of them is refused or dropped; the others do not notice.

use std::time::{Duration, Instant};

use jobwarden_service::client::Connection;
use jobwarden_service::ipc::aidl::BundleEntry::BundleEntry;
use jobwarden_service::ipc::aidl::IServiceCallback::{BnServiceCallback, IServiceCallback};
use jobwarden_service::ipc::aidl::IUserVisibleJobObserver::{
    BnUserVisibleJobObserver, IUserVisibleJobObserver,
};
use jobwarden_service::ipc::aidl::NetworkRequest::NetworkRequest;
use jobwarden_service::ipc::aidl::UserVisibleJobSummary::UserVisibleJobSummary;
use jobwarden_service::ipc::binder::rpc::PeerIdentity;
use jobwarden_service::ipc::binder::{BinderResult, ExceptionCode, Interface, Remotable};
use jobwarden_service::ipc::names;

use crate::peer::{connect, install, job, refusal, service, session, APP, PACKAGE};

const IAE: ExceptionCode = ExceptionCode::IllegalArgument;

#[test]
fn parcels_past_a_limit_are_illegal_arguments_that_name_it() {
    let service = service();
    let app = connect(&service, APP, 1);
    let scheduler = app.job_scheduler().unwrap();
    let schedule = |change: &dyn Fn(&mut jobwarden_service::ipc::aidl::JobInfo::JobInfo)| {
        let mut job = job(1);
        change(&mut job);
        refusal(scheduler.schedule(None, Some(&job)))
    };
    let huge = "x".repeat(70_000);
    let namespace = refusal(scheduler.schedule(Some(&huge), Some(&job(1))));
    assert_eq!(namespace, (IAE, "namespace has 70000 bytes, more than 65536".into()));
    let nul = schedule(&|job| job.service.className = "a\0b".into());
    assert_eq!(nul, (IAE, "class name contains a NUL".into()));
    let name = schedule(&|job| job.service.packageName = "x".repeat(1025));
    assert_eq!(name, (IAE, "package name has 1025 bytes, more than 1024".into()));
    let deep = schedule(&|job| {
        job.extras = (0..100)
            .map(|depth| BundleEntry {
                depth,
                key: Some("k".into()),
                r#type: 5,
                ..BundleEntry::default()
            })
            .collect();
    });
    assert_eq!(deep, (IAE, "bundle: it nests too deep".into()));
    let null = schedule(&|job| job.clipUris = Some(vec![None]));
    assert_eq!(null, (IAE, "clip contains null".into()));
    let many = schedule(&|job| job.triggerContentUris = Some((0..5000).map(|_| None).collect()));
    assert_eq!(many, (IAE, "trigger uris has 5000 entries, more than 4096".into()));
    let bit = schedule(&|job| {
        let capabilities = vec![64];
        job.requiredNetwork = Some(NetworkRequest { capabilities, ..NetworkRequest::default() });
    });
    assert_eq!(bit, (IAE, "capability cannot be 64".into()));
    let total = schedule(&|job| {
        job.clipUris = Some((0..17).map(|_| Some("x".repeat(65_536))).collect());
    });
    assert_eq!(total, (IAE, "the strings of one call have more than 1048576 bytes".into()));
}

#[test]
fn facts_that_stand_for_nothing_are_refused() {
    let service = service();
    let root = connect(&service, 0, 1);
    let system = root.system().unwrap();
    for (refused, message) in [
        (system.setThermalStatus(7), "thermal status cannot be 7"),
        (system.setUserState(-1, 0), "user cannot be -1"),
        (system.setUserState(0, 6), "state of a user cannot be 6"),
        (system.processDied(0), "pid cannot be 0"),
        (system.setUidState(10_001, 21), "process state cannot be 21"),
        (system.setAppOp("p", 0, "o", 5), "mode cannot be 5"),
        (system.setStandbyBucket("p", 0, 256), "standby bucket cannot be 256"),
        (system.markPackage("p", 0, 16, true), "mark of a package cannot be 16"),
        (system.markUid(10_001, -1, true), "mark of a uid cannot be -1"),
        (system.markDevice(3, true), "mark of the device cannot be 3"),
        (system.allowlistTemporarily(10_001, 2, 1, 0), "temporary list cannot be 2"),
        (system.setAssociations("p", Some(&[None])), "associations contains null"),
        (system.advance(-1), "time cannot move by -1 ms"),
        (
            system.apply("{").map(|_| ()),
            "not an input: EOF while parsing an object at line 1 column 1",
        ),
    ] {
        assert_eq!(refusal(refused), (IAE, message.into()));
    }
    assert_eq!(system.readTrail(0, 99).unwrap().len(), 0, "nothing reached the model");
}

#[test]
fn another_apps_bind_cannot_be_answered() {
    let service = service();
    let client = connect(&service, APP, 1);
    let app = client.foreground_services().unwrap();
    let (code, message) = refusal(app.publishJobService(12, None));
    assert_eq!((code, message.as_str()), (ExceptionCode::Security, "no bind 12 of uid 10123"));
}

struct Silent;
impl Interface for Silent {}
#[allow(non_snake_case, reason = "names of the interface")]
impl IUserVisibleJobObserver for Silent {
    fn onUserVisibleJobStateChanged(&self, _: &UserVisibleJobSummary, _: bool) -> BinderResult<()> {
        Ok(())
    }
}

#[test]
fn a_callback_that_could_never_be_called_is_refused_at_once() {
    let service = service();
    let mute = session(&service, PeerIdentity::Local { uid: 1000, pid: 5 }, 0);
    let mute = Connection::from_session(mute);
    let scheduler = mute.job_scheduler().unwrap();
    let observer = BnUserVisibleJobObserver::new_binder(Silent);
    let (code, message) = refusal(scheduler.registerUserVisibleJobObserver(Some(&observer)));
    assert_eq!(code, ExceptionCode::UnsupportedOperation);
    assert!(message.contains("cannot carry callbacks"), "{message}");
}

/// A process that takes its calls, or blocks in the first one for ever.
pub struct Process {
    pub stuck: bool,
}

impl Interface for Process {}

impl Process {
    fn take(&self) -> BinderResult<()> {
        if self.stuck {
            std::thread::sleep(Duration::from_secs(300));
        }
        Ok(())
    }
}

#[allow(non_snake_case, reason = "names of the interface")]
impl IServiceCallback for Process {
    fn bindJobService(
        &self,
        _: i64,
        _: &jobwarden_service::ipc::aidl::ComponentName::ComponentName,
    ) -> BinderResult<()> {
        self.take()
    }
    fn unbindJobService(&self, _: i64) -> BinderResult<()> {
        self.take()
    }
    fn onCreate(&self, _: i64, _: &str) -> BinderResult<()> {
        self.take()
    }
    fn onStartCommand(&self, _: i64, _: i32, _: i32, _: bool) -> BinderResult<()> {
        self.take()
    }
    fn onTaskRemoved(&self, _: i64, _: i32) -> BinderResult<()> {
        self.take()
    }
    fn onBind(&self, _: i64, _: Option<&str>, _: bool) -> BinderResult<()> {
        self.take()
    }
    fn onUnbind(&self, _: i64, _: Option<&str>) -> BinderResult<()> {
        self.take()
    }
    fn onTimeout(&self, _: i64, _: i32) -> BinderResult<()> {
        self.take()
    }
    fn onDestroy(&self, _: i64) -> BinderResult<()> {
        self.take()
    }
    fn onServiceConnected(
        &self,
        _: i64,
        _: &jobwarden_service::ipc::aidl::ComponentName::ComponentName,
        _: bool,
        _: bool,
    ) -> BinderResult<()> {
        self.take()
    }
    fn crash(&self, _: &str, _: &str) -> BinderResult<()> {
        self.take()
    }
    fn notResponding(&self, _: &str) -> BinderResult<()> {
        self.take()
    }
}

/// Waits until the trail shows an input that contains `text`.
pub fn await_input(root: &Connection, text: &str) {
    let system = root.system().unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let trail = system.readTrail(0, 4096).unwrap();
        if trail.iter().any(|entry| entry.input.contains(text)) {
            return;
        }
        assert!(Instant::now() < deadline, "no input with {text}: {trail:?}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_process_is_its_own_packages_and_attaches_once() {
    let service = service();
    let root = connect(&service, 0, 1);
    install(&root);
    let played = root.system().unwrap().openApp(i32::try_from(APP).unwrap(), 77).unwrap();
    let services = played.getForegroundServices().unwrap();
    let process = BnServiceCallback::new_binder(Process { stuck: false });
    let foreign = services.attachApplication("com.example.other", "p", &process);
    assert_eq!(refusal(foreign).0, ExceptionCode::Security);
    services.attachApplication(PACKAGE, PACKAGE, &process).unwrap();
    let again = services.attachApplication(PACKAGE, PACKAGE, &process);
    let message = "process 77 is attached already".to_owned();
    assert_eq!(refusal(again), (ExceptionCode::IllegalState, message));
}

#[test]
fn a_client_that_ends_is_a_dead_process() {
    let service = service();
    let root = connect(&service, 0, 1);
    install(&root);
    let test = connect(&service, 0, 2);
    let played = test.system().unwrap().openApp(i32::try_from(APP).unwrap(), 77).unwrap();
    let process = BnServiceCallback::new_binder(Process { stuck: false });
    played.getForegroundServices().unwrap().attachApplication(PACKAGE, PACKAGE, &process).unwrap();
    await_input(&root, "\"event\":\"started\"");
    drop(test);
    await_input(&root, "\"event\":\"died\"");
}

#[test]
fn malformed_parcels_hurt_nobody() {
    let service = service();
    let bad = session(&service, PeerIdentity::Local { uid: APP, pid: 3 }, 0);
    let good = connect(&service, 0, 1);
    for name in [names::JOB_SCHEDULER, names::SYSTEM, names::FOREGROUND_SERVICES, names::SHELL] {
        let binder = bad.get_service(name).unwrap();
        for code in 1..90 {
            for length in [0, 1, 3, 16, 64] {
                let proxy = (*binder).as_any();
                let Some(proxy) =
                    proxy.downcast_ref::<jobwarden_service::ipc::binder::rpc::RpcProxy>()
                else {
                    panic!("not a proxy")
                };
                let descriptor = match name {
                    names::JOB_SCHEDULER => descriptor_of_scheduler(),
                    _ => "dev.jobwarden.Wrong",
                };
                let mut data = proxy.build_request(descriptor).unwrap();
                for word in 0..length {
                    data.write(&(word * 0x0101_7fff)).unwrap();
                }
                let _ = proxy.transact(code, &data, 0);
            }
        }
        assert!(good.system().unwrap().now().is_ok());
    }
}

fn descriptor_of_scheduler() -> &'static str {
    use jobwarden_service::ipc::aidl::IJobScheduler::BnJobScheduler;
    BnJobScheduler::descriptor()
}
