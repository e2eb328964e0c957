//! Reads what the kernel knows of the device, and tells what has changed.

use std::io;
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

use jobwarden_model::input::{DeviceSignal, MemoryLevel, ThermalStatus};
use jobwarden_model::{Elapsed, Uptime};
use nix::errno::Errno;
use nix::poll::{poll, PollFd, PollFlags, PollTimeout};
use nix::sys::eventfd::{EfdFlags, EventFd};

use super::memory::{Pressure, Stalls};
use super::power::{Battery, Supply};
use super::thermal;
use crate::sync::primitive::{thread, Arc};
use crate::sync::rank::Unlocked;
use crate::sync::{call_out, Held};
use crate::timer::RealClock;

/// How often the kernel is asked: the window of memory pressure.
const PERIOD_MILLIS: u16 = 1_000;

/// Where the kernel tells. A source that is not there is not asked again.
#[derive(Clone, Debug)]
pub struct Sources {
    /// Chargers and batteries.
    pub power_supply: PathBuf,
    /// Zones of heat.
    pub thermal: PathBuf,
    /// Stalls for want of memory.
    pub memory_pressure: PathBuf,
}

impl Default for Sources {
    fn default() -> Self {
        Self {
            power_supply: "/sys/class/power_supply".into(),
            thermal: "/sys/class/thermal".into(),
            memory_pressure: "/proc/pressure/memory".into(),
        }
    }
}

/// Watches the device until it is told to stop.
#[derive(Debug)]
pub struct DeviceWatch {
    end: Arc<EventFd>,
}

impl DeviceWatch {
    /// Starts a thread that calls `tell` for each signal: at first with how things are, then with what
    /// changes. Nothing is locked while it does.
    pub fn start(
        sources: Sources,
        mut tell: impl FnMut(&mut Held<'_, Unlocked>, DeviceSignal) + Send + 'static,
    ) -> io::Result<Self> {
        let end = Arc::new(EventFd::from_flags(EfdFlags::EFD_CLOEXEC | EfdFlags::EFD_NONBLOCK)?);
        let ended = end.clone();
        let mut readings = Readings::new(sources);
        thread::Builder::new().name("device".into()).spawn(move || {
            let mut none = Held::enter();
            loop {
                let now = RealClock::now();
                for signal in call_out(&mut none, || readings.take(now.elapsed, now.uptime)) {
                    tell(&mut none, signal);
                }
                if call_out(&mut none, || is_over(&ended)) {
                    return;
                }
            }
        })?;
        Ok(Self { end })
    }

    /// Ends the watch.
    pub fn stop(&self) {
        // Cannot fail short of 2^64 requests.
        let _ = self.end.write(1);
    }
}

/// Waits for the next reading; whether there is none.
fn is_over(end: &EventFd) -> bool {
    let mut fds = [PollFd::new(end.as_fd(), PollFlags::POLLIN)];
    match poll(&mut fds, PollTimeout::from(PERIOD_MILLIS)) {
        Ok(_) | Err(Errno::EINTR) => fds[0].any().unwrap_or(false),
        Err(error) => {
            tracing::error!(%error, "the device is not watched any more");
            true
        }
    }
}

/// What was read, and told, so far.
struct Readings {
    power_supply: Option<PathBuf>,
    thermal: Option<PathBuf>,
    memory_pressure: Option<PathBuf>,
    battery: Battery,
    pressure: Pressure,
    status: ThermalStatus,
    level: MemoryLevel,
}

impl Readings {
    fn new(sources: Sources) -> Self {
        Self {
            power_supply: Some(sources.power_supply),
            thermal: Some(sources.thermal),
            memory_pressure: Some(sources.memory_pressure),
            battery: Battery::default(),
            pressure: Pressure::default(),
            status: ThermalStatus::None,
            level: MemoryLevel::Normal,
        }
    }

    /// Reads everything; gives what is to be told.
    fn take(&mut self, elapsed: Elapsed, uptime: Uptime) -> Vec<DeviceSignal> {
        let mut told = Vec::new();
        if let Some(supply) = read(&mut self.power_supply, Supply::read) {
            told = self.battery.update(supply, elapsed);
        }
        if let Some(status) = read(&mut self.thermal, thermal::read) {
            if std::mem::replace(&mut self.status, status) != status {
                told.push(DeviceSignal::Thermal { status });
            }
        }
        let stalls = read(&mut self.memory_pressure, Stalls::read);
        if let Some(level) = stalls.and_then(|stalls| self.pressure.update(stalls, uptime)) {
            if std::mem::replace(&mut self.level, level) != level {
                told.push(DeviceSignal::Memory { level });
            }
        }
        told
    }
}

/// Reads a source, unless it was missing before.
fn read<T>(source: &mut Option<PathBuf>, read: impl FnOnce(&Path) -> io::Result<T>) -> Option<T> {
    let path = source.as_ref()?;
    match read(path) {
        Ok(reading) => Some(reading),
        Err(error) => {
            tracing::warn!(path = %path.display(), %error, "not a source of signals");
            *source = None;
            None
        }
    }
}

#[cfg(all(test, not(jobwarden_loom)))]
mod tests {
    use std::fs;
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_first_reading_and_every_change_are_told_and_nothing_twice() {
        let root = std::env::temp_dir().join(format!("jobwarden-device-{}", std::process::id()));
        let (supply, zone) = (root.join("power/AC"), root.join("thermal/thermal_zone0"));
        for directory in [&supply, &zone] {
            fs::create_dir_all(directory).unwrap();
        }
        let put = |file: PathBuf, text: &str| fs::write(file, text).unwrap();
        put(zone.join("temp"), "50000");
        put(zone.join("trip_point_0_type"), "passive");
        put(zone.join("trip_point_0_temp"), "60000");
        put(root.join("memory"), "some total=0\nfull total=0\n");
        let mut readings = Readings::new(Sources {
            power_supply: root.join("power"),
            thermal: root.join("thermal"),
            memory_pressure: root.join("memory"),
        });
        let mut take = |millis| readings.take(Elapsed(millis), Uptime(millis));
        let first = [
            DeviceSignal::PowerConnected { connected: true },
            DeviceSignal::Charging { charging: true },
            DeviceSignal::BatteryLow { low: false },
        ];
        assert_eq!(take(0), first);
        assert_eq!(take(1_000), []);
        put(zone.join("temp"), "60000");
        put(root.join("memory"), "some total=20000\nfull total=0\n");
        let changed = [
            DeviceSignal::Thermal { status: ThermalStatus::Moderate },
            DeviceSignal::Memory { level: MemoryLevel::Moderate },
        ];
        assert_eq!(take(2_000), changed);
        assert_eq!(take(3_000), [DeviceSignal::Memory { level: MemoryLevel::Normal }]);
        fs::remove_dir_all(&root).unwrap();
        assert_eq!(take(4_000), []); // what is gone says nothing
    }

    #[test]
    fn a_watch_tells_from_its_own_thread_until_it_is_stopped() {
        let root = std::env::temp_dir().join(format!("jobwarden-watch-{}", std::process::id()));
        fs::create_dir_all(&root).unwrap();
        let sources = Sources {
            power_supply: root.clone(),
            thermal: root.join("none"),
            memory_pressure: root.join("none"),
        };
        let (teller, told) = mpsc::channel();
        let device = DeviceWatch::start(sources, move |_, signal| {
            let _ = teller.send(signal);
        });
        let device = device.unwrap();
        let wait = Duration::from_secs(10);
        let first = DeviceSignal::PowerConnected { connected: true };
        assert_eq!(told.recv_timeout(wait), Ok(first));
        device.stop();
        while told.recv_timeout(wait).is_ok() {}
        assert_eq!(told.recv_timeout(wait), Err(mpsc::RecvTimeoutError::Disconnected));
        fs::remove_dir_all(&root).unwrap();
    }
}
