//! How long the type policy takes: `location` with everything granted, and the whole of a call.
//!
//! The goal for the first is 25 ns. It asks three questions of the facts; here they cost a mask each.

mod calibration;

use calibration::Calibration;
use divan::{black_box, Bencher};
use jobwarden_model::fgs::types::{
    resolve_type, AppOp, ExemptionFact, Facts, ForegroundServiceType, ForegroundServiceTypePolicy,
    Host, Permission, TypeRequest,
};
use jobwarden_model::package::{AppOpMode, Change};
use jobwarden_model::{Output, Pid, Uid};

/// An app as a handful of masks: permissions by position, one mode for all ops.
struct App {
    permissions: u64,
    mode: AppOpMode,
    target_sdk: i32,
}

impl App {
    /// Holds every permission a type asks for.
    fn with_everything() -> Self {
        Self { permissions: u64::MAX, mode: AppOpMode::Allowed, target_sdk: 34 }
    }
}

impl Facts for App {
    fn is_permission_granted(&self, _: &Host<'_>, permission: Permission) -> bool {
        self.permissions & (1 << permission as u64) != 0
    }

    fn app_op_mode(&self, _: &Host<'_>, _: AppOp) -> AppOpMode {
        self.mode
    }

    fn holds_role(&self, _: &Host<'_>, _: &str) -> bool {
        false
    }

    fn may_use_usb_device(&self, _: &str, _: Pid, _: Uid) -> bool {
        false
    }

    fn may_use_usb_accessory(&self, _: Pid, _: Uid) -> bool {
        false
    }

    fn has_media_projection(&self, _: Uid) -> bool {
        false
    }

    fn is_exempt(&self, _: &Host<'_>, _: ExemptionFact) -> bool {
        false
    }

    fn is_change_enabled(&self, _: Uid, change: Change) -> bool {
        change.enabled_for_target_sdk(self.target_sdk)
    }

    fn skips_manifest_type_check(&self) -> bool {
        false
    }
}

const HOST: Host<'static> = Host {
    uid: Uid(10_123),
    pid: Pid(4321),
    process: "com.example",
    package: "com.example",
    target_sdk: 34,
    allow_while_in_use: true,
};

/// A call that passes: both types are declared.
const REQUEST: TypeRequest = TypeRequest {
    requested: ForegroundServiceType(0x48),
    manifest: ForegroundServiceType(0x48),
    instant_app: false,
};

/// One check of `location`. The facts are behind `dyn`, as they are for the room in the model.
fn check_location(policy: &ForegroundServiceTypePolicy, facts: &dyn Facts, out: &mut Output) {
    let location = ForegroundServiceType::LOCATION;
    let none = ForegroundServiceType::NONE;
    if let Ok(info) = ForegroundServiceTypePolicy::policy_info(black_box(location), none) {
        black_box(policy.check(info, black_box(&HOST), facts, out));
    }
}

/// The whole type part of a call with two types.
fn start_camera_and_location(
    policy: &ForegroundServiceTypePolicy,
    facts: &dyn Facts,
    out: &mut Output,
) {
    let request = black_box(&REQUEST);
    if let Ok(effective) = resolve_type(request, &HOST, facts, out) {
        let _ = black_box(policy.validate(effective, request.requested, &HOST, facts, out));
    }
}

#[divan::bench]
fn location_with_everything_granted(bencher: Bencher) {
    let (policy, app) = (ForegroundServiceTypePolicy::new(), App::with_everything());
    let mut out = Output::new();
    bencher.bench_local(|| check_location(black_box(&policy), black_box(&app), &mut out));
}

#[divan::bench]
fn camera_and_location_with_everything_granted(bencher: Bencher) {
    let (policy, app) = (ForegroundServiceTypePolicy::new(), App::with_everything());
    let mut out = Output::new();
    bencher
        .bench_local(|| start_camera_and_location(black_box(&policy), black_box(&app), &mut out));
}

#[divan::bench]
fn location_denied(bencher: Bencher) {
    let policy = ForegroundServiceTypePolicy::new();
    let app = App { permissions: 0, ..App::with_everything() };
    let mut out = Output::new();
    bencher.bench_local(|| check_location(black_box(&policy), black_box(&app), &mut out));
}

/// Counts allocations, so that the tables say where there are none.
#[global_allocator]
static ALLOCATIONS: divan::AllocProfiler = divan::AllocProfiler::system();

fn main() {
    // Only a real run measures; `cargo test --benches` just tries every benchmark once.
    if std::env::args().any(|argument| argument == "--bench") {
        let calibration = Calibration::measure();
        let (policy, app) = (ForegroundServiceTypePolicy::new(), App::with_everything());
        let mut out = Output::new();
        calibration.report("location with everything granted", 100_000, || {
            check_location(black_box(&policy), black_box(&app), &mut out);
        });
    }
    divan::main();
}
