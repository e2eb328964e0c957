//! How fast this machine is: two fixed pieces of work, so that figures of different machines compare.
//!
//! A benchmark measures them in the same run as its own subject and prints each figure twice: in
//! nanoseconds, and in rounds of the calibration.

use std::hint::black_box;
use std::time::Instant;

use sha2::{Digest, Sha256};

/// Rounds of xorshift64 in one measurement.
const XORSHIFT_ROUNDS: u32 = 100_000_000;
/// Bytes hashed in one measurement.
const SHA2_BYTES: usize = 64 * 1024;
/// Batches of which the fastest counts; the others met a busy machine.
const BATCHES: u32 = 50;

/// What the two pieces of work took.
pub struct Calibration {
    /// Nanoseconds for one round of xorshift64, out of 100 million.
    xorshift64_round_ns: f64,
    /// Nanoseconds for SHA-256 of 64 KiB.
    sha2_64kib_ns: f64,
}

impl Calibration {
    /// Measures both, and prints them.
    pub fn measure() -> Self {
        let xorshift64_round_ns = xorshift64_ns() / f64::from(XORSHIFT_ROUNDS);
        let input = vec![0x5a_u8; SHA2_BYTES];
        let sha2_64kib_ns = fastest_ns(20, || {
            black_box(Sha256::digest(black_box(&input)));
        });
        println!("calibration: xorshift64, 100 million rounds: {:.1} ms ({xorshift64_round_ns:.3} ns each)",
            xorshift64_round_ns * f64::from(XORSHIFT_ROUNDS) / 1e6);
        println!("calibration: SHA-256 of 64 KiB: {:.1} us", sha2_64kib_ns / 1e3);
        Self { xorshift64_round_ns, sha2_64kib_ns }
    }

    /// Times `work`, called `calls` times a batch, and prints the time of one call, absolute and in
    /// terms of the calibration. Returns it in nanoseconds.
    pub fn report(&self, name: &str, calls: u32, work: impl FnMut()) -> f64 {
        let ns = fastest_ns(calls, work);
        println!(
            "{name}: {ns:.1} ns = {:.1} rounds of xorshift64 = {:.6} of SHA-256 of 64 KiB",
            ns / self.xorshift64_round_ns,
            ns / self.sha2_64kib_ns,
        );
        ns
    }
}

/// Nanoseconds of one call in the fastest batch of `calls`.
fn fastest_ns(calls: u32, mut work: impl FnMut()) -> f64 {
    let batch = || {
        let start = Instant::now();
        for _ in 0..calls {
            work();
        }
        start.elapsed().as_nanos() as f64 / f64::from(calls)
    };
    std::iter::repeat_with(batch).take(BATCHES as usize).fold(f64::INFINITY, f64::min)
}

/// Nanoseconds of all rounds. Each depends on the one before, so nothing runs in parallel.
fn xorshift64_ns() -> f64 {
    let mut state = black_box(0x9e37_79b9_7f4a_7c15_u64);
    let start = Instant::now();
    for _ in 0..XORSHIFT_ROUNDS {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
    }
    black_box(state);
    start.elapsed().as_nanos() as f64
}
