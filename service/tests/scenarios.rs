//! The whole service, from the socket to the model: scenarios and random histories over binder, and the
//! trail that the service keeps, beside what the model alone says.
#![cfg(feature = "ipc")]

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Mutex;

use jobwarden_conformance::adapter::{Adapter, Answer, InProcess, Noted, Service};
use jobwarden_conformance::{history, play, scenario, vectors};
use jobwarden_model::input::DeviceSignal;
use jobwarden_model::{Input, Platform};

const JOBWARDEN: &str = env!("CARGO_BIN_EXE_jobwarden");
/// Services that run at the same time.
const THREADS: usize = 4;

fn start() -> Service {
    Service::start(Path::new(JOBWARDEN)).unwrap()
}

fn scenarios() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/scenarios");
    let files = play::scenario_files(&[folder]).unwrap();
    assert!(files.len() > 50, "only {} scenarios", files.len());
    files
}

fn line(answer: &Answer) -> String {
    serde_json::to_string(answer).unwrap()
}

/// What the model alone says to the inputs of a trail, at their instants.
fn replay(trail: &[Noted]) -> Vec<String> {
    let mut model = InProcess::new(Platform::android_14());
    trail.iter().map(|noted| line(&model.apply_at(noted.now, noted.input().unwrap()))).collect()
}

/// Plays one scenario on a service, then on the model what the service says it was told.
fn play_and_replay(file: &Path) -> Result<(), String> {
    let scenario = scenario::parse(file).map_err(|error| error.to_string())?;
    let mut service = start();
    let outcome = scenario::run(&scenario, &mut service).map_err(|error| error.to_string())?;
    if outcome != scenario::Outcome::Passed {
        return Err(format!("{outcome:?}"));
    }
    let trail = service.whole_trail().map_err(|error| error.to_string())?;
    if trail.first().map(|noted| noted.sequence) != Some(1) {
        return Err("the trail does not begin at the beginning".to_owned());
    }
    let (once, again) = (replay(&trail), replay(&trail));
    for (noted, said) in trail.iter().zip(&once) {
        let noted_line = line(&noted.answer);
        if noted_line != *said {
            return Err(format!("{}\nservice: {noted_line}\nmodel:   {said}", noted.input));
        }
    }
    if once == again {
        Ok(())
    } else {
        Err("the model does not say the same twice".to_owned())
    }
}

#[test]
fn every_scenario_passes_on_the_service_and_replays_byte_for_byte_on_the_model() {
    let (files, next, failed) = (scenarios(), AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(why) = play_and_replay(file) {
                        failed.lock().unwrap().push(format!("{}: {why}", file.display()));
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap();
    assert!(failed.is_empty(), "{} failed:\n{}", failed.len(), failed.join("\n"));
}

/// Both hear the same inputs, each through its own door, and leave the same trail.
fn compare(seed: u64, inputs: u64) {
    let (mut alone, mut served) = (Vec::new(), Vec::new());
    let mut model = InProcess::new(Platform::android_14());
    let expected =
        history::run(seed, inputs, &mut model, &mut |line| alone.push(line.to_owned())).unwrap();
    let mut service = start();
    let found = history::run(seed, inputs, &mut service, &mut |line| served.push(line.to_owned()))
        .unwrap_or_else(|error| panic!("seed {seed} after {} inputs: {error}", served.len()));
    for (number, (alone, served)) in alone.iter().zip(&served).enumerate() {
        assert_eq!(alone, served, "seed {seed}, input {number}");
    }
    assert_eq!(expected, found, "seed {seed}");
}

#[test]
fn random_histories_leave_the_same_trail_on_model_and_service() {
    std::thread::scope(|scope| {
        for seed in 1..=4 {
            scope.spawn(move || compare(seed, 500));
        }
    });
}

/// How many vectors of each slice are told. More of them: `.ci/run told`.
const TOLD: usize = 6;

#[test]
fn a_sample_of_every_slice_that_can_be_told_agrees_over_binder() {
    for told in vectors::TOLD {
        let file = format!("../tests/vectors/{}.public.jsonl.xz", told.name);
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        let start = || Ok(Box::new(start()) as Box<dyn Adapter>);
        let told = vectors::tell(&file, Some(TOLD), &start, |_, _| {}).unwrap();
        assert!(told.report.failed.is_empty(), "{:#?}", told.report.failed);
        assert!(!told.report.passed.is_empty(), "{}: {:?}", told.report.slice, told.untold);
    }
}

#[test]
fn a_service_that_dies_is_named_with_its_exit() {
    let mut service = start();
    let pid = nix::unistd::Pid::from_raw(service.process_id().try_into().unwrap());
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGKILL).unwrap();
    let input = Input::Device { signal: DeviceSignal::Charging { charging: true } };
    let error = loop {
        // It takes a moment to die.
        if let Err(error) = service.apply(&input) {
            break error.to_string();
        }
    };
    assert!(error.contains(JOBWARDEN) && error.contains("signal: 9"), "{error}");
}

#[test]
fn a_program_that_is_no_service_is_named() {
    let Err(error) = Service::start(Path::new("/bin/true")) else { panic!("/bin/true serves") };
    let error = error.to_string();
    assert!(error.contains("/bin/true") && error.contains("instead of `ready`"), "{error}");
}

#[test]
fn nothing_is_left_behind() {
    let service = start();
    let process = PathBuf::from(format!("/proc/{}", service.process_id()));
    assert!(process.exists());
    drop(service);
    assert!(!process.exists(), "{} still runs", process.display());
}
