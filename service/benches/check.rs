//! What `jobwarden check` costs: a thousand manifests as text, compiled and in archives, against reading
//! the same files and doing nothing.
//!
//! ```text
//! cargo bench -p jobwarden --no-default-features --features manifest --bench check
//! ```

// Benchmarks are built by a newer compiler than the library needs.
#![allow(clippy::incompatible_msrv)]

use std::fs;
use std::path::PathBuf;

use divan::counter::ItemsCount;
use divan::{black_box, Bencher};
use jobwarden_manifest::{compile as build, read_bytes, Assumed};
use jobwarden_service::lint::check;
use jobwarden_service::lint::files::check_all;
use rayon::prelude::*;
use tempfile::TempDir;

const FILES: usize = 1_000;

fn main() {
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
#[divan::bench(args = KEPT, sample_count = 10)]
fn checked(bencher: Bencher<'_, '_>, kept: Kept) {
    let (_folder, paths) = folder(kept);
    bencher
        .counter(ItemsCount::new(FILES))
        .bench_local(|| check_all(black_box(paths.clone()), &Assumed::default(), || {}));
}

/// The same files, read and forgotten, on all processors.
#[divan::bench(args = KEPT, sample_count = 10)]
fn only_read(bencher: Bencher<'_, '_>, kept: Kept) {
    let (_folder, paths) = folder(kept);
    bencher.counter(ItemsCount::new(FILES)).bench_local(|| {
        black_box(&paths)
            .par_iter()
            .map(|path| fs::read(path).map_or(0, |all| all.len()))
            .sum::<usize>()
    });
}

/// One manifest in memory: no files, one processor.
#[divan::bench(args = KEPT)]
fn in_memory(bencher: Bencher<'_, '_>, kept: Kept) {
    let bytes = bytes(kept, 7);
    bencher.counter(ItemsCount::new(1_usize)).bench_local(|| {
        read_bytes(black_box(&bytes), &Assumed::default()).map(|manifest| check(&manifest).len())
    });
}
