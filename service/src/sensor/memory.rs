//! Memory pressure, from the kernel's stall accounting (PSI). Rules: MEM-001, MEM-005.

use std::fs;
use std::io;
use std::path::Path;

use jobwarden_model::input::MemoryLevel;
use jobwarden_model::Uptime;

/// Over how long stalls are added up.
const WINDOW_MILLIS: i64 = 1_000;
/// Milliseconds in a window in which something waited for memory: moderate.
const SOME_STALLED_MILLIS: i64 = 15;
/// In which everything did: low.
const ALL_STALLED_MILLIS: i64 = 30;
/// In which everything did: critical.
const ALL_STALLED_LONG_MILLIS: i64 = 50;

/// For how many microseconds since boot something, or everything, has waited for memory.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Stalls {
    some: i64,
    full: i64,
}

impl Stalls {
    /// Reads `/proc/pressure/memory`, or a file that looks like it.
    pub(super) fn read(file: &Path) -> io::Result<Self> {
        let text = fs::read_to_string(file)?;
        let total = |kind: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(kind))?;
            line.split_whitespace().find_map(|field| field.strip_prefix("total="))?.parse().ok()
        };
        let [some, full] = ["some ", "full "].map(total);
        let stalls = some.zip(full).map(|(some, full)| Self { some, full });
        stalls.ok_or_else(|| io::Error::other("it does not look like stall accounting"))
    }
}

/// The level that follows from stalls.
#[derive(Debug, Default)]
pub(super) struct Pressure {
    last: Option<(Stalls, Uptime)>,
}

impl Pressure {
    /// Takes a reading; the level of the window that ends here. `None`: it has only begun.
    pub(super) fn update(&mut self, stalls: Stalls, now: Uptime) -> Option<MemoryLevel> {
        let Some((before, since)) = self.last else {
            self.last = Some((stalls, now));
            return None;
        };
        let millis = now.since(since);
        if millis < WINDOW_MILLIS {
            return None;
        }
        self.last = Some((stalls, now));
        // Microseconds of stall by milliseconds of window: parts of a thousand, as are the limits.
        let share = |from: i64, to: i64| to.wrapping_sub(from) / millis;
        let (some, full) = (share(before.some, stalls.some), share(before.full, stalls.full));
        Some(if full >= ALL_STALLED_LONG_MILLIS {
            MemoryLevel::Critical
        } else if full >= ALL_STALLED_MILLIS {
            MemoryLevel::Low
        } else if some >= SOME_STALLED_MILLIS {
            MemoryLevel::Moderate
        } else {
            MemoryLevel::Normal
        })
    }
}

#[cfg(all(test, not(jobwarden_loom)))]
mod tests {
    use super::*;

    /// The level after a window of `millis` with so many milliseconds of stalls.
    fn level(millis: i64, some: i64, full: i64) -> Option<MemoryLevel> {
        let start = Stalls { some: 7_000, full: 3_000 };
        let end = Stalls { some: start.some + some * 1_000, full: start.full + full * 1_000 };
        let mut pressure = Pressure::default();
        assert_eq!(pressure.update(start, Uptime(500)), None);
        pressure.update(end, Uptime(500 + millis))
    }

    #[test]
    fn each_level_begins_at_its_limit() {
        use MemoryLevel::{Critical, Low, Moderate, Normal};
        let table = [
            (0, 0, Normal),
            (14, 0, Normal),
            (15, 0, Moderate),
            (900, 29, Moderate),
            (30, 30, Low),
            (49, 49, Low),
            (50, 50, Critical),
            (1000, 1000, Critical),
        ];
        for (some, full, expected) in table {
            assert_eq!(level(1_000, some, full), Some(expected), "{some} {full}");
            assert_eq!(level(4_000, some * 4, full * 4), Some(expected), "{some} {full}");
        }
    }

    #[test]
    fn a_window_is_judged_when_it_is_over() {
        assert_eq!(level(999, 900, 900), None);
    }

    #[test]
    fn what_the_kernel_prints_is_read() {
        let file = std::env::temp_dir().join(format!("jobwarden-psi-{}", std::process::id()));
        fs::write(
            &file,
            "some avg10=0.08 avg60=0.19 avg300=0.06 total=365018\n\
             full avg10=0.00 avg60=0.01 avg300=0.00 total=157983\n",
        )
        .unwrap();
        assert_eq!(Stalls::read(&file).unwrap(), Stalls { some: 365_018, full: 157_983 });
        fs::write(&file, "some avg10=0.08\n").unwrap();
        assert!(Stalls::read(&file).is_err());
        fs::remove_file(&file).unwrap();
    }
}
