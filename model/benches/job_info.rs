//! How long a description and a change of readiness take.
//!
//! The goals: a user-initiated `JobInfo` built and validated in 100 ns, readiness after a flipped
//! constraint in 15 ns.

mod calibration;

use calibration::Calibration;
use divan::{black_box, Bencher};
use jobwarden_model::job::info::{BuildingApp, InvalidJob, JobInfoBuilder};
use jobwarden_model::job::status::Origin;
use jobwarden_model::job::{Constraints, JobInfo, JobStatus, RecordId};
use jobwarden_model::{ComponentName, Elapsed, Uid};

const UID: Uid = Uid(10_123);
const NOW: Elapsed = Elapsed(100_000_000);

/// A user-initiated transfer as apps schedule it.
fn user_initiated(app: BuildingApp, service: &ComponentName) -> Result<JobInfo, InvalidJob> {
    let mut builder = JobInfoBuilder::new(app, 7, service.clone());
    builder
        .set_user_initiated(true)
        .set_required_network_type(1)
        .set_estimated_network_bytes(10 << 20, 1 << 10);
    builder.build()
}

/// A record of which everything holds, so that one constraint decides.
fn ready_record(service: &ComponentName) -> JobStatus {
    let app = BuildingApp::new(Some(UID), 34);
    let job = user_initiated(app, service).expect("it is valid");
    let mut status = JobStatus::create_from_job_info(job, Origin::own(RecordId(1), UID), NOW);
    status.service_process_name = Some("com.example".into());
    status.set_tare_wealth_constraint_satisfied(NOW, true);
    status.set_quota_constraint_satisfied(NOW, true);
    status.set_device_not_dozing_constraint_satisfied(NOW, true, false);
    status.set_background_not_restricted_constraint_satisfied(NOW, true, false);
    status.set_constraint_satisfied(Constraints::CONNECTIVITY, NOW, true);
    assert!(status.is_ready());
    status
}

/// Loses the network or finds it again, and asks.
fn flip(status: &mut JobStatus) -> bool {
    let state = !status.is_constraint_satisfied(Constraints::CONNECTIVITY);
    status.set_constraint_satisfied(Constraints::CONNECTIVITY, NOW, black_box(state));
    status.is_ready()
}

#[divan::bench]
fn build_and_validate_user_initiated(bencher: Bencher<'_, '_>) {
    let app = BuildingApp::new(Some(UID), 34);
    let service = ComponentName::new("com.example.transfer", ".Upload");
    bencher.bench_local(|| user_initiated(black_box(app), black_box(&service)));
}

#[divan::bench]
fn create_record(bencher: Bencher<'_, '_>) {
    let app = BuildingApp::new(Some(UID), 34);
    let service = ComponentName::new("com.example.transfer", ".Upload");
    bencher.with_inputs(|| user_initiated(app, &service).expect("it is valid")).bench_local_values(
        |job| JobStatus::create_from_job_info(job, Origin::own(RecordId(1), UID), NOW),
    );
}

#[divan::bench]
fn flip_constraint_and_ask(bencher: Bencher<'_, '_>) {
    let mut status = ready_record(&ComponentName::new("com.example.transfer", ".Upload"));
    bencher.bench_local(|| flip(black_box(&mut status)));
}

#[divan::bench]
fn ask_readiness(bencher: Bencher<'_, '_>) {
    let status = ready_record(&ComponentName::new("com.example.transfer", ".Upload"));
    bencher.bench_local(|| black_box(&status).is_ready());
}

/// Counts allocations, so that the tables say where there are none.
#[global_allocator]
static ALLOCATIONS: divan::AllocProfiler = divan::AllocProfiler::system();

fn main() {
    // Only a real run measures; `cargo test --benches` just tries every benchmark once.
    if std::env::args().any(|argument| argument == "--bench") {
        let calibration = Calibration::measure();
        let app = BuildingApp::new(Some(UID), 34);
        let service = ComponentName::new("com.example.transfer", ".Upload");
        calibration.report("build and validate a user-initiated job", 100_000, || {
            drop(black_box(user_initiated(black_box(app), black_box(&service))));
        });
        let mut status = ready_record(&service);
        calibration.report("flip a constraint and ask for readiness", 100_000, || {
            black_box(flip(black_box(&mut status)));
        });
        let (record, description) =
            (std::mem::size_of::<JobStatus>(), std::mem::size_of::<JobInfo>());
        println!("a record takes {record} bytes, a description {description}");
    }
    divan::main();
}
