//! What `jobwarden check` costs: a thousand manifests as text, compiled and in archives, against reading
//! the same files and doing nothing, and against doing nothing but cutting the text into elements.
//!
//! ```text
//! cargo bench -p jobwarden --no-default-features --features manifest --bench check
//! ```

// Benchmarks are built by a newer compiler than the library needs.
#![allow(clippy::incompatible_msrv)]

#[allow(dead_code)]
#[path = "../../model/benches/calibration.rs"]
mod calibration;

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use calibration::Calibration;
use divan::counter::ItemsCount;
use divan::{black_box, Bencher};
use jobwarden_manifest::{compile as build, read_bytes, Assumed};
use jobwarden_service::lint::check;
use jobwarden_service::lint::files::check_all;
use quick_xml::events::Event;
use quick_xml::Reader;
use rayon::prelude::*;
use tempfile::TempDir;

const FILES: usize = 1_000;
const ROUNDS: usize = 20;

fn main() {
    // Only a real run measures; `cargo test --benches` just tries every benchmark once.
    if std::env::args().any(|argument| argument == "--bench") {
        Calibration::measure();
        let threads = rayon::current_num_threads();
        println!("{FILES} manifests of {} bytes as text, {threads} threads", xml(7).len());
        KEPT.into_iter().for_each(compare);
    }
    divan::main();
}

/// How the manifests are kept.
#[derive(Clone, Copy, Debug)]
enum Kept {
    Text,
    Binary,
    Archive,
}

const KEPT: [Kept; 3] = [Kept::Text, Kept::Binary, Kept::Archive];

/// An app like many: a dozen permissions, twenty activities, ten services, some of them wrong.
fn xml(number: usize) -> String {
    let permissions = build::permissions(&[
        "INTERNET",
        "ACCESS_NETWORK_STATE",
        "WAKE_LOCK",
        "VIBRATE",
        "POST_NOTIFICATIONS",
        "CAMERA",
        "RECEIVE_BOOT_COMPLETED",
        "FOREGROUND_SERVICE",
        "FOREGROUND_SERVICE_DATA_SYNC",
        "NFC",
        "FOREGROUND_SERVICE_CAMERA",
        "ACCESS_FINE_LOCATION",
    ]);
    let mut inside = String::new();
    for index in 0..20 {
        inside += &format!(
            "<activity android:name=\".screen{number}.Screen{index}\" android:exported=\"true\">\
             <intent-filter><action android:name=\"com.example.SHOW_{index}\"/></intent-filter>\
             <meta-data android:name=\"com.example.key\" android:value=\"value {index}\"/>\
             </activity>\n"
        );
    }
    for (index, types) in ["dataSync", "camera", "location", "dataSync|camera", "microphone"]
        .iter()
        .cycle()
        .take(10)
        .enumerate()
    {
        inside += &format!(
            "<service android:name=\".work.Service{index}\" android:exported=\"false\" \
             android:foregroundServiceType=\"{types}\"/>\n"
        );
    }
    build::manifest(34, &permissions, &inside)
}

fn bytes(kept: Kept, number: usize) -> Vec<u8> {
    let xml = xml(number);
    match kept {
        Kept::Text => xml.into_bytes(),
        Kept::Binary => build::compile(&xml, build::Encoding::Utf8),
        Kept::Archive => build::apk(&xml),
    }
}

fn folder(kept: Kept) -> (TempDir, Vec<PathBuf>) {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |number: usize| {
        let path = folder.path().join(format!("{number}.apk"));
        fs::write(&path, bytes(kept, number)).expect("room");
        path
    };
    let paths = (0..FILES).map(write).collect();
    (folder, paths)
}

/// From paths to findings, on all processors.
fn checked(paths: &[PathBuf]) -> usize {
    check_all(black_box(paths).to_vec(), &Assumed::default(), || {}).len()
}

/// The floor: the same files, read and forgotten, on all processors.
fn only_read(paths: &[PathBuf]) -> usize {
    black_box(paths).par_iter().map(|path| fs::read(path).map_or(0, |all| all.len())).sum()
}

/// The floor of text: the same files, read and cut into elements and attributes by the parser.
fn only_parsed(paths: &[PathBuf]) -> usize {
    let parse = |path: &PathBuf| {
        let text = fs::read_to_string(path).expect("text");
        let mut reader = Reader::from_str(&text);
        let mut attributes = 0;
        loop {
            match reader.read_event().expect("well-formed") {
                Event::Start(element) | Event::Empty(element) => {
                    attributes += element.attributes().flatten().count();
                }
                Event::Eof => return attributes,
                _ => {}
            }
        }
    };
    black_box(paths).par_iter().map(parse).sum()
}

/// Runs the works in turn, so that a busy machine is busy for all of them; the fastest round of each.
fn fastest<const N: usize>(
    paths: &[PathBuf],
    works: [fn(&[PathBuf]) -> usize; N],
) -> [Duration; N] {
    let mut fastest = [Duration::MAX; N];
    for _ in 0..ROUNDS {
        for (work, fastest) in works.iter().zip(&mut fastest) {
            let start = Instant::now();
            black_box(work(paths));
            *fastest = start.elapsed().min(*fastest);
        }
    }
    fastest
}

/// Files in a second, and how many times the floors of the same run that takes.
fn compare(kept: Kept) {
    let (_folder, paths) = folder(kept);
    let per_second = |time: Duration| FILES as f64 / time.as_secs_f64();
    let (checked, floors) = match kept {
        Kept::Text => {
            let [all, read, parsed] = fastest(&paths, [checked, only_read, only_parsed]);
            (all, vec![("only read", read), ("only read and parsed", parsed)])
        }
        Kept::Binary | Kept::Archive => {
            let [all, read] = fastest(&paths, [checked, only_read]);
            (all, vec![("only read", read)])
        }
    };
    println!("{kept:?}: {:.0} files/s checked", per_second(checked));
    for (floor, time) in floors {
        let ratio = checked.as_secs_f64() / time.as_secs_f64();
        println!(
            "{kept:?}: {:.0} files/s {floor}; checking takes {ratio:.2}x that",
            per_second(time)
        );
    }
}

/// One manifest in memory: no files, one processor.
#[divan::bench(args = KEPT)]
fn in_memory(bencher: Bencher<'_, '_>, kept: Kept) {
    let bytes = bytes(kept, 7);
    bencher.counter(ItemsCount::new(1_usize)).bench_local(|| {
        read_bytes(black_box(&bytes), &Assumed::default()).map(|manifest| check(&manifest).len())
    });
}
