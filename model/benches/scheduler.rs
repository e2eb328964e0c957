//! What a call of the job scheduler costs with 1 000 and 100 000 stored jobs; with
//! `JOBWARDEN_BENCH_MILLION=1` also with 1 000 000.

mod calibration;

use std::cell::RefCell;
use std::collections::BTreeMap;

use calibration::Calibration;
use jobwarden_model::effect::Effect;
use jobwarden_model::job::call::{CallbackToken, JobCallbackCall, JobSchedulerCall};
use jobwarden_model::job::effect::JobEffect;
use jobwarden_model::job::info::JobInfo;
use jobwarden_model::job::neighbours::{ApplicationInfo, Neighbours, ServiceInfo};
use jobwarden_model::job::scheduler::{ConnectionEvent, PlatformJobScheduler, UserEvent, World};
use jobwarden_model::looper::{Looper, Posted};
use jobwarden_model::package::{Change, Granted};
use jobwarden_model::{Caller, ComponentName, Now, Output, Pid, Reply, Uid, UserId, Wall};

/// As many jobs as one app holds in this measurement.
const JOBS_PER_APP: u32 = 100;

fn main() {
    if is_measuring() {
        let calibration = Calibration::measure();
        let mut device = Device::with_jobs(100_000);
        let mut index = 0;
        calibration.report("schedule and cancel with 100 000 stored jobs", 10_000, || {
            index = (index + 7_919) % 100_000;
            schedule_and_cancel_one(&mut device, index);
        });
    }
    divan::main();
}

/// Only a real run measures; `cargo test --benches` just tries every benchmark once.
fn is_measuring() -> bool {
    std::env::args().any(|argument| argument == "--bench")
}

fn sizes() -> Vec<u32> {
    if !is_measuring() {
        return vec![1_000];
    }
    let mut sizes = vec![1_000, 100_000];
    if std::env::var_os("JOBWARDEN_BENCH_MILLION").is_some() {
        sizes.push(1_000_000);
    }
    sizes
}

/// Apps without end: each uid has one package with one job service.
struct Apps;

fn package_of(uid: Uid) -> String {
    format!("com.example.app{}", uid.app_id())
}

impl Neighbours for Apps {
    fn package_uid(&self, package: &str, user: UserId) -> Option<Uid> {
        let app_id = package.strip_prefix("com.example.app")?.parse().ok()?;
        Some(Uid::of(user, app_id))
    }

    fn packages_for_uid(&self, uid: Uid) -> Vec<String> {
        vec![package_of(uid)]
    }

    fn application_info(&self, _package: &str, _user: UserId) -> Option<ApplicationInfo> {
        Some(ApplicationInfo::default())
    }

    fn service_info(&self, component: &ComponentName, user: UserId) -> Option<ServiceInfo> {
        Some(ServiceInfo {
            uid: self.package_uid(&component.package, user)?,
            permission: Some("android.permission.BIND_JOB_SERVICE".to_owned()),
            process_name: component.package.to_string(),
            direct_boot_aware: true,
        })
    }

    fn is_change_enabled(&self, _change: Change, _uid: Uid) -> bool {
        true
    }

    fn check_permission(&self, _permission: &str, _uid: Uid, _pid: Option<Pid>) -> Granted {
        Granted::Granted
    }

    fn user_exists(&self, _user: UserId) -> bool {
        true
    }

    fn is_user_unlocked(&self, _user: UserId) -> bool {
        true
    }

    fn is_uid_top(&self, _uid: Uid) -> bool {
        false
    }

    fn is_uid_active(&self, _uid: Uid) -> bool {
        false
    }

    fn is_app_start_mode_disabled(&self, _uid: Uid, _package: &str) -> bool {
        false
    }

    fn can_schedule_user_initiated_jobs(
        &self,
        _: Uid,
        _: Option<Pid>,
        _: &str,
        _: &mut Output,
    ) -> bool {
        false
    }

    fn is_process_bad(&self, _process: &str, _uid: Uid) -> bool {
        false
    }

    fn standby_bucket(&self, _package: &str, _user: UserId) -> i32 {
        10
    }
}

/// A scheduler with many stored jobs.
struct Device {
    scheduler: PlatformJobScheduler,
    looper: Looper,
    out: Output,
    now: Now,
}

impl Device {
    fn with_jobs(count: u32) -> Self {
        let mut device = Self {
            scheduler: PlatformJobScheduler::new(1),
            looper: Looper::default(),
            out: Output::new(),
            now: Now::at_boot(Wall(1_700_000_000_000)).awake_for(100_000),
        };
        device.act(|scheduler, world| {
            scheduler.on_user_event(UserEvent::Starting, UserId(0), world);
            scheduler.on_third_party_apps_can_start(world);
        });
        for index in 0..count {
            device.schedule(uid_of(index), waiting(index));
        }
        device
    }

    fn act<R>(&mut self, act: impl FnOnce(&mut PlatformJobScheduler, &mut World<'_>) -> R) -> R {
        self.out.clear();
        let mut world = World {
            now: self.now,
            neighbours: &mut Apps,
            looper: &mut self.looper,
            out: &mut self.out,
        };
        let result = act(&mut self.scheduler, &mut world);
        while let Some(posted) = world.looper.pop_posted() {
            if let Posted::Job(posted) = posted {
                self.scheduler.on_posted(posted, &mut world);
            }
        }
        result
    }

    fn call(&mut self, uid: Uid, call: JobSchedulerCall) -> Reply {
        let caller = Caller { uid, pid: None };
        self.act(|scheduler, world| scheduler.call(caller, call, world)).expect("accepted")
    }

    fn schedule(&mut self, uid: Uid, job: JobInfo) {
        let reply = self
            .call(uid, JobSchedulerCall::Schedule { namespace: None, job: Some(Box::new(job)) });
        assert_eq!(reply, Reply::Int(1));
    }

    fn bound(&self) -> CallbackToken {
        let bound = self.out.effects.iter().find_map(|effect| match effect {
            Effect::Job(JobEffect::Bind { token, .. }) => Some(*token),
            _ => None,
        });
        bound.expect("bound at once")
    }

    /// The job starts, works, ends and is rescheduled.
    fn run_and_reschedule(&mut self, uid: Uid, job: JobInfo) {
        let connected = ConnectionEvent::Connected(job.service.clone());
        self.schedule(uid, job);
        let token = self.bound();
        self.act(|scheduler, world| scheduler.on_connection(token, &connected, world));
        let caller = Caller { uid, pid: None };
        for call in [
            JobCallbackCall::AcknowledgeStart { ongoing: true },
            JobCallbackCall::JobFinished { reschedule: true },
        ] {
            self.act(|scheduler, world| scheduler.callback(caller, token, call, world))
                .expect("accepted");
        }
    }
}

fn uid_of(index: u32) -> Uid {
    Uid(10_000 + index / JOBS_PER_APP)
}

fn job(index: u32) -> JobInfo {
    let id = i32::try_from(index % JOBS_PER_APP).expect("small");
    let service = ComponentName::new(package_of(uid_of(index)), ".Service");
    JobInfo { id, service, ..JobInfo::default() }
}

/// A job that waits: half of them for storage, half for a delay of their own.
fn waiting(index: u32) -> JobInfo {
    let delay = 3_600_000 + i64::from(index);
    if index % 2 == 0 {
        JobInfo { constraint_flags: 4, ..job(index) }
    } else {
        JobInfo { has_early_constraint: true, min_latency_millis: delay, ..job(index) }
    }
}

thread_local! {
    static DEVICES: RefCell<BTreeMap<u32, Device>> = const { RefCell::new(BTreeMap::new()) };
}

/// Measures `act` on a device that is made once for each size.
fn measure(bencher: divan::Bencher<'_, '_>, count: u32, act: impl Fn(&mut Device, u32)) {
    DEVICES.with_borrow_mut(|devices| {
        let device = devices.entry(count).or_insert_with(|| Device::with_jobs(count));
        let mut index = 0;
        bencher.bench_local(|| {
            // Far apart, so that every index is walked anew.
            index = (index + 7_919) % count;
            act(device, index);
        });
    });
}

/// One more job, and its end.
#[divan::bench(args = sizes())]
fn schedule_and_cancel(bencher: divan::Bencher<'_, '_>, count: u32) {
    measure(bencher, count, schedule_and_cancel_one);
}

fn schedule_and_cancel_one(device: &mut Device, index: u32) {
    let (uid, id) = (uid_of(index), 1_000);
    device.schedule(uid, JobInfo { id, ..waiting(index) });
    device.call(uid, JobSchedulerCall::Cancel { namespace: None, id });
}

/// A job that replaces one with the same identity.
#[divan::bench(args = sizes())]
fn replace(bencher: divan::Bencher<'_, '_>, count: u32) {
    measure(bencher, count, |device, index| device.schedule(uid_of(index), waiting(index)));
}

/// A job from its start to its next try, which replaces it.
#[divan::bench(args = sizes())]
fn run_and_reschedule(bencher: divan::Bencher<'_, '_>, count: u32) {
    measure(bencher, count, |device, index| {
        device.run_and_reschedule(uid_of(index), JobInfo { id: 1_000, ..job(index) });
    });
}

/// Why a job does not run.
#[divan::bench(args = sizes())]
fn pending_job_reason(bencher: divan::Bencher<'_, '_>, count: u32) {
    measure(bencher, count, |device, index| {
        let id = job(index).id;
        device.call(uid_of(index), JobSchedulerCall::GetPendingJobReason { namespace: None, id });
    });
}
