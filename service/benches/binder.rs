//! What binder costs and what the scheduler adds: the cheapest call against `schedule`, over a Unix socket.
//!
//! `cargo bench -p jobwarden --bench binder`. Service and client are two threads of one process; the ratio
//! is what counts.

use std::time::{Duration, Instant};

use jobwarden_aidl::aidl::dev::jobwarden::ComponentName::ComponentName;
use jobwarden_aidl::aidl::dev::jobwarden::JobInfo::JobInfo;
use jobwarden_model::package::{Event, PackageDescription, ServiceDescription};
use jobwarden_model::{Input, Model, Now, Output, Platform, UserId, Wall};
use jobwarden_service::client::{Connection, Target};
use jobwarden_service::ipc::host::ClockKind;
use jobwarden_service::ipc::serve::{Config, Service};
use jobwarden_service::ipc::socket::Access;

const PACKAGE: &str = "com.example.bench";
const CALLS: u32 = 5_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let own = nix::unistd::Uid::effective().as_raw();
    let mut model = Model::new(Platform::android_14());
    let package = PackageDescription {
        name: PACKAGE.into(),
        app_id: own % 100_000,
        services: vec![ServiceDescription {
            class: format!("{PACKAGE}.Work"),
            permission: Some("android.permission.BIND_JOB_SERVICE".into()),
            ..ServiceDescription::default()
        }],
        ..PackageDescription::default()
    };
    let change = Event::Installed { package: Box::new(package), user: UserId(own / 100_000) };
    model.apply(Now::at_boot(Wall(0)), Input::Package { change }, &mut Output::new());

    let folder = tempfile::tempdir()?;
    let path = folder.path().join("socket");
    let mut config = Config::new(model, ClockKind::Virtual);
    config.socket = Some((path.clone(), Access::Own));
    let service = Service::start(config)?;
    let connection = Connection::open(&Target::Socket(path))?;
    let (system, jobs) = (connection.system()?, connection.job_scheduler()?);
    let job = JobInfo {
        id: 1,
        service: ComponentName {
            packageName: PACKAGE.into(),
            className: format!("{PACKAGE}.Work"),
        },
        constraintFlags: 1,
        ..JobInfo::default()
    };

    let empty = fastest(|| {
        system.now().map(drop).expect("the service answers");
    });
    let schedule = fastest(|| {
        let result = jobs.schedule(None, Some(&job)).expect("the service answers");
        assert_eq!(result, 1, "RESULT_SUCCESS");
    });
    println!("cheapest call over RPC: {:.2} us", empty / 1e3);
    println!(
        "schedule over RPC:      {:.2} us = {:.2} cheapest calls",
        schedule / 1e3,
        schedule / empty
    );
    drop(connection);
    service.stop(Duration::from_secs(1));
    Ok(())
}

/// Nanoseconds of one call in the fastest of five batches.
fn fastest(mut work: impl FnMut()) -> f64 {
    (0..5)
        .map(|_| {
            let start = Instant::now();
            (0..CALLS).for_each(|_| work());
            start.elapsed().as_nanos() as f64 / f64::from(CALLS)
        })
        .fold(f64::INFINITY, f64::min)
}
