//! What `Model::apply` costs when many jobs are stored: schedule and cancel, replace, finish and reschedule.
//!
//! `cargo bench -p jobwarden-model --bench apply`. A million stored jobs take a while to set up and
//! are measured when `JOBWARDEN_BENCH_MILLION` is set.

use std::time::Instant;

use jobwarden_model::effect::JobEffect;
use jobwarden_model::input::{DeviceSignal, ProcessEvent};
use jobwarden_model::job::call::{CallbackToken, JobCallbackCall, JobSchedulerCall};
use jobwarden_model::job::info::{BuildingApp, JobInfo, JobInfoBuilder};
use jobwarden_model::package::{Event, PackageDescription, ServiceDescription};
use jobwarden_model::{
    Caller, ComponentName, Effect, Input, Model, Now, Output, Platform, Uid, UserId, Wall,
};

mod calibration;

/// An app may hold 150 jobs and one more.
const JOBS_PER_APP: u32 = 150;
const FIRST_APP_ID: u32 = 10_000;
const CALLS: u32 = 2_000;

/// A device with many jobs that wait for a charger.
struct Device {
    model: Model,
    now: Now,
    out: Output,
}

impl Device {
    fn with_jobs(stored: u32) -> Self {
        let now = Now::at_boot(Wall(1_700_000_000_000)).awake_for(100_000);
        let mut device =
            Self { model: Model::new(Platform::android_14()), now, out: Output::new() };
        let apps = stored.div_ceil(JOBS_PER_APP);
        for app in 0..apps {
            device.install(FIRST_APP_ID + app);
        }
        for index in 0..stored {
            let app = FIRST_APP_ID + index / JOBS_PER_APP;
            device.schedule(app, id_of(index % JOBS_PER_APP));
        }
        device
    }

    fn apply(&mut self, input: Input) {
        self.out.clear();
        self.model.apply(self.now, input, &mut self.out);
    }

    fn install(&mut self, app_id: u32) {
        let package = PackageDescription {
            name: package_of(app_id),
            app_id,
            services: vec![ServiceDescription {
                class: format!("{}.Work", package_of(app_id)),
                permission: Some("android.permission.BIND_JOB_SERVICE".into()),
                ..ServiceDescription::default()
            }],
            ..PackageDescription::default()
        };
        let change = Event::Installed { package: Box::new(package), user: UserId(0) };
        self.apply(Input::Package { change });
    }

    fn call(&mut self, app_id: u32, call: JobSchedulerCall) {
        let caller = Caller { uid: Uid(app_id), pid: None };
        self.apply(Input::JobScheduler { caller, call });
        assert!(matches!(self.out.reply, Some(Ok(_))), "{:?}", self.out.reply);
    }

    fn schedule(&mut self, app_id: u32, id: i32) {
        let job = Some(Box::new(job(app_id, id)));
        self.call(app_id, JobSchedulerCall::Schedule { namespace: None, job });
    }

    fn cancel(&mut self, app_id: u32, id: i32) {
        self.call(app_id, JobSchedulerCall::Cancel { namespace: None, id });
    }

    /// Nanoseconds of: schedule and cancel; replace; run, fail, reschedule and cancel.
    fn measure(&mut self, stored: u32, stride: Stride) -> [f64; 3] {
        [
            fastest(stored, stride, |app_id, _| {
                self.schedule(app_id, 0);
                self.cancel(app_id, 0);
            }),
            fastest(stored, stride, |app_id, id| self.schedule(app_id, id)),
            fastest(stored, stride, |app_id, _| self.finish_and_reschedule(app_id)),
        ]
    }

    /// Starts the one job of an app that waits for nothing, ends it as failed, and cancels what is left.
    fn finish_and_reschedule(&mut self, app_id: u32) {
        let mut job = job(app_id, 0);
        job.constraint_flags = 0;
        let job = Some(Box::new(job));
        self.call(app_id, JobSchedulerCall::Schedule { namespace: None, job });
        let token = bound(&self.out).expect("the job waits for nothing");
        let component = ComponentName::new(package_of(app_id), ".Work");
        let change = ProcessEvent::JobServiceConnected { token, component };
        self.apply(Input::Process { change });
        let caller = Caller { uid: Uid(app_id), pid: None };
        for call in [
            JobCallbackCall::AcknowledgeStart { ongoing: true },
            JobCallbackCall::JobFinished { reschedule: true },
        ] {
            self.apply(Input::JobCallback { caller, token, call });
        }
        self.cancel(app_id, 0);
    }
}

fn bound(out: &Output) -> Option<CallbackToken> {
    out.effects.iter().find_map(|effect| match effect {
        Effect::Job(JobEffect::Bind { token, .. }) => Some(*token),
        _ => None,
    })
}

fn package_of(app_id: u32) -> String {
    format!("com.example.app{app_id}")
}

fn id_of(index: u32) -> i32 {
    i32::try_from(index).expect("few jobs per app") + 1
}

/// A job that waits for a charger that never comes.
fn job(app_id: u32, id: i32) -> JobInfo {
    let service = ComponentName::new(package_of(app_id), ".Work");
    let mut builder = JobInfoBuilder::new(BuildingApp::new(Some(Uid(app_id)), 34), id, service);
    builder.set_requires_charging(true);
    builder.build().expect("a valid job")
}

/// How far the job of one call is from the job of the next.
#[derive(Clone, Copy)]
enum Stride {
    /// One app calls again and again.
    OneApp,
    /// Every call is another app's: its memory is cold if there is much of it.
    FarApart,
}

/// Nanoseconds of one call in the fastest of five batches.
fn fastest(stored: u32, stride: Stride, mut work: impl FnMut(u32, i32)) -> f64 {
    let mut index = 0;
    let mut batch = |_| {
        let start = Instant::now();
        for _ in 0..CALLS {
            index = match stride {
                Stride::OneApp => (index + 1) % JOBS_PER_APP,
                Stride::FarApart => (index + 7_919) % stored,
            };
            work(FIRST_APP_ID + index / JOBS_PER_APP, id_of(index % JOBS_PER_APP));
        }
        start.elapsed().as_nanos() as f64 / f64::from(CALLS)
    };
    (0..5).map(&mut batch).fold(f64::INFINITY, f64::min)
}

/// Resident memory of this process in bytes.
fn resident() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let resident = pages.split_whitespace().nth(1).and_then(|word| word.parse().ok());
    resident.unwrap_or(0_u64) * 4096
}

fn main() {
    let calibration = calibration::Calibration::measure();
    let mut sizes = vec![1_000, 10_000, 100_000];
    if std::env::var_os("JOBWARDEN_BENCH_MILLION").is_some() {
        sizes.push(1_000_000);
    }
    let mut floors = [None; 2];
    println!(
        "{:>9} {:>10} {:>10} {:>18} {:>18} {:>22}",
        "stored", "bytes/job", "calls", "schedule+cancel", "replace", "run, fail, reschedule"
    );
    for stored in sizes {
        let before = resident();
        let mut device = Device::with_jobs(stored);
        let bytes = resident().saturating_sub(before) / u64::from(stored);
        device.apply(Input::Device { signal: DeviceSignal::Screen { on: false } });
        let strides = [(Stride::OneApp, "one app"), (Stride::FarApart, "far apart")];
        for ((stride, name), floor) in strides.into_iter().zip(&mut floors) {
            let times = device.measure(stored, stride);
            let floor = *floor.get_or_insert(times);
            let shown = |index: usize| {
                format!("{:.0} ns ({:.2}x)", times[index], times[index] / floor[index])
            };
            let [schedule, replace, run] = [shown(0), shown(1), shown(2)];
            println!("{stored:>9} {bytes:>10} {name:>10} {schedule:>18} {replace:>18} {run:>22}");
        }
    }
    let mut device = Device::with_jobs(10_000);
    calibration.report("schedule and cancel, 10 000 stored", CALLS, || {
        device.schedule(FIRST_APP_ID, 0);
        device.cancel(FIRST_APP_ID, 0);
    });
}
