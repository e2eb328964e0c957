//! The clock the engine lives by: the kernel's, with two timers, or one that moves by command only.
//!
//! Alarms run on the boot-time clock and, where the service may, wake the device; delayed messages run
//! on the monotonic clock, which stands still in deep sleep. A timer says no more than "look again":
//! whether anything is due is decided under the core lock, so a timer that races with the call that
//! disarms it has no effect.

use std::io;
use std::os::fd::AsFd;

use jobwarden_model::{Elapsed, Now, Uptime, Wakeup, Wall};
use nix::errno::Errno;
use nix::poll::{poll, PollFd, PollFlags, PollTimeout};
use nix::sys::eventfd::{EfdFlags, EventFd};
use nix::sys::time::{TimeSpec, TimeValLike};
use nix::sys::timerfd::{ClockId, Expiration, TimerFd, TimerFlags, TimerSetTimeFlags};
use nix::time::{clock_gettime, ClockId as Source};

use crate::sync::primitive::Arc;

/// Where `now` comes from.
#[derive(Debug)]
pub enum Clock {
    /// The kernel's clocks.
    Real(RealClock),
    /// Moves by command only.
    Virtual(VirtualClock),
}

impl Clock {
    /// The kernel's clocks.
    pub fn real() -> io::Result<Self> {
        RealClock::new().map(Self::Real)
    }

    /// A clock that stands at `now` until it is told to move.
    pub fn at(now: Now) -> Self {
        Self::Virtual(VirtualClock { now })
    }

    /// The instant on all three clocks.
    pub(crate) fn now(&self) -> Now {
        match self {
            Self::Real(_) => RealClock::now(),
            Self::Virtual(clock) => clock.now,
        }
    }

    /// Sees to it that the engine is looked at again at either instant of `wakeup`.
    pub(crate) fn arm(&mut self, wakeup: Wakeup, now: Now) {
        match self {
            Self::Real(clock) => clock.arm(wakeup, now),
            Self::Virtual(_) => {} // Whoever moves it looks.
        }
    }

    /// A timer has gone off: it is armed no longer.
    pub(crate) fn went_off(&mut self) {
        match self {
            Self::Real(clock) => clock.armed = Wakeup::default(),
            Self::Virtual(_) => {}
        }
    }
}

/// Whether either instant of `wakeup` is reached.
pub(crate) fn is_due(wakeup: Wakeup, now: Now) -> bool {
    wakeup.in_millis(now).is_some_and(|millis| millis == 0)
}

/// A clock that moves by command only.
#[derive(Debug)]
pub struct VirtualClock {
    now: Now,
}

/// Whether the device is awake while a virtual clock moves.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Device {
    /// Elapsed realtime and uptime move alike.
    Awake,
    /// Uptime stands still; alarms still go off, each for an instant.
    Asleep,
}

impl VirtualClock {
    /// Moves to the next instant at which something is due, or to `target` if nothing is before it.
    pub(crate) fn step(&mut self, target: Elapsed, device: Device, wakeup: Wakeup) -> Step {
        if is_due(wakeup, self.now) {
            return Step::Due;
        }
        let left = target.since(self.now.elapsed);
        if left <= 0 {
            return Step::Arrived;
        }
        let audible = match device {
            Device::Awake => wakeup,
            Device::Asleep => Wakeup { uptime: None, ..wakeup },
        };
        let next = audible.in_millis(self.now).filter(|millis| *millis <= left);
        let millis = next.unwrap_or(left);
        self.now = match device {
            Device::Awake => self.now.awake_for(millis),
            Device::Asleep => self.now.asleep_for(millis),
        };
        if next.is_some() {
            Step::Due
        } else {
            Step::Arrived
        }
    }

    /// Someone sets the wall clock.
    pub(crate) fn set_wall(&mut self, wall: Wall) {
        self.now.wall = wall;
    }
}

/// What a virtual clock has come to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Step {
    /// Something is due at this instant.
    Due,
    /// This is where it was told to go, and nothing is due.
    Arrived,
}

/// The kernel's clocks and a timer on two of them.
#[derive(Debug)]
pub struct RealClock {
    armed: Wakeup,
    bell: Arc<Bell>,
}

impl RealClock {
    fn new() -> io::Result<Self> {
        Ok(Self { armed: Wakeup::default(), bell: Arc::new(Bell::new()?) })
    }

    /// What whoever waits for the timers needs.
    pub(crate) fn bell(&self) -> Arc<Bell> {
        self.bell.clone()
    }

    /// The instant on the kernel's clocks.
    pub(crate) fn now() -> Now {
        // In this order uptime is never ahead of elapsed realtime.
        let uptime = read_clock(Source::CLOCK_MONOTONIC);
        let elapsed = read_clock(Source::CLOCK_BOOTTIME);
        let wall = read_clock(Source::CLOCK_REALTIME);
        Now { elapsed: Elapsed(elapsed), uptime: Uptime(uptime), wall: Wall(wall) }
    }

    fn arm(&mut self, wakeup: Wakeup, now: Now) {
        if wakeup.elapsed != self.armed.elapsed {
            let left = wakeup.elapsed.map(|at| at.0.saturating_sub(now.elapsed.0));
            set(&self.bell.alarms, now.elapsed.millis(), left);
        }
        if wakeup.uptime != self.armed.uptime {
            let left = wakeup.uptime.map(|at| at.0.saturating_sub(now.uptime.0));
            set(&self.bell.messages, now.uptime.millis(), left);
        }
        self.armed = wakeup;
    }
}

/// Milliseconds on one of the kernel's clocks. These clocks exist wherever this crate builds.
fn read_clock(source: Source) -> i64 {
    clock_gettime(source).map_or(0, |time| time.num_milliseconds())
}

/// Sets `timer` to go off `left` milliseconds after `now` on its clock, or switches it off. It never
/// goes off early: an instant of the engine is reached once the clock, rounded down, shows it.
fn set(timer: &TimerFd, now: i64, left: Option<i64>) {
    let set = match left {
        Some(left) => {
            let at = TimeSpec::milliseconds(now + left.clamp(0, TIMER_MILLIS_MAX));
            // The kernel takes an instant of 0 for "off".
            let at = Expiration::OneShot(at.max(TimeSpec::nanoseconds(1)));
            timer.set(at, TimerSetTimeFlags::TFD_TIMER_ABSTIME)
        }
        None => timer.unset(),
    };
    if let Err(error) = set {
        tracing::error!(%error, ?left, "timer cannot be set");
    }
}

/// What lies further ahead than a hundred years is looked at again in a hundred years.
const TIMER_MILLIS_MAX: i64 = 100 * 366 * 86_400_000;

/// The two timers, and a third thing that can ring: the end.
#[derive(Debug)]
pub(crate) struct Bell {
    alarms: TimerFd,
    messages: TimerFd,
    end: EventFd,
}

/// Why it rang.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Rang {
    Timer,
    End,
}

impl Bell {
    fn new() -> io::Result<Self> {
        Ok(Self {
            alarms: alarm_timer()?,
            messages: timer(ClockId::CLOCK_MONOTONIC)?,
            end: EventFd::from_flags(EfdFlags::EFD_CLOEXEC | EfdFlags::EFD_NONBLOCK)?,
        })
    }

    /// Blocks until a timer goes off or the end is rung.
    pub(crate) fn wait(&self) -> io::Result<Rang> {
        loop {
            let mut fds = [
                PollFd::new(self.end.as_fd(), PollFlags::POLLIN),
                PollFd::new(self.alarms.as_fd(), PollFlags::POLLIN),
                PollFd::new(self.messages.as_fd(), PollFlags::POLLIN),
            ];
            match poll(&mut fds, PollTimeout::NONE) {
                Ok(_) => {}
                Err(Errno::EINTR) => continue,
                Err(error) => return Err(error.into()),
            }
            let [end, alarms, messages] = fds.map(|fd| fd.any().unwrap_or(false));
            if end {
                return Ok(Rang::End);
            }
            for (rang, timer) in [(alarms, &self.alarms), (messages, &self.messages)] {
                // Set anew in the meantime, it has nothing to read, and is not to be waited for.
                match if rang { timer.wait() } else { Ok(()) } {
                    Ok(()) | Err(Errno::EAGAIN | Errno::ECANCELED) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            if alarms || messages {
                return Ok(Rang::Timer);
            }
        }
    }

    /// Makes every [`wait`](Self::wait) return, now and later.
    pub(crate) fn ring_the_end(&self) {
        // Cannot fail: the counter of an eventfd is far from full after one write.
        let _ = self.end.write(1);
    }
}

/// A timer on elapsed realtime. Only with `CAP_WAKE_ALARM`, and a clock chip, can it wake the device.
fn alarm_timer() -> nix::Result<TimerFd> {
    timer(ClockId::CLOCK_BOOTTIME_ALARM).or_else(|error| {
        tracing::info!(%error, "alarms do not wake this device");
        timer(ClockId::CLOCK_BOOTTIME)
    })
}

fn timer(clock: ClockId) -> nix::Result<TimerFd> {
    TimerFd::new(clock, TimerFlags::TFD_CLOEXEC | TimerFlags::TFD_NONBLOCK)
}

#[cfg(all(test, not(jobwarden_loom)))]
mod tests {
    use super::*;

    fn at(elapsed: i64, uptime: i64) -> Now {
        Now { elapsed: Elapsed(elapsed), uptime: Uptime(uptime), wall: Wall(0) }
    }

    #[test]
    fn due_means_reached_on_either_clock() {
        let wakeup = Wakeup { elapsed: Some(Elapsed(100)), uptime: Some(Uptime(50)) };
        for (now, due) in
            [(at(99, 49), false), (at(100, 49), true), (at(99, 50), true), (at(200, 60), true)]
        {
            assert_eq!(is_due(wakeup, now), due, "{now:?}");
        }
        assert!(!is_due(Wakeup::default(), at(i64::MAX, i64::MAX)));
    }

    #[test]
    fn a_sleeping_device_hears_alarms_only() {
        let mut clock = VirtualClock { now: at(0, 0) };
        let wakeup = Wakeup { elapsed: Some(Elapsed(70)), uptime: Some(Uptime(50)) };
        assert_eq!(clock.step(Elapsed(100), Device::Asleep, wakeup), Step::Due);
        assert_eq!(clock.now, Now { wall: Wall(70), ..at(70, 0) });
        let wakeup = Wakeup { elapsed: None, ..wakeup };
        assert_eq!(clock.step(Elapsed(100), Device::Asleep, wakeup), Step::Arrived);
        assert_eq!(clock.now, Now { wall: Wall(100), ..at(100, 0) });
        assert_eq!(clock.step(Elapsed(200), Device::Awake, wakeup), Step::Due);
        assert_eq!(clock.now, Now { wall: Wall(150), ..at(150, 50) });
    }

    #[test]
    fn an_instant_of_the_target_itself_is_still_reached() {
        let mut clock = VirtualClock { now: at(0, 0) };
        let wakeup = Wakeup { elapsed: Some(Elapsed(100)), uptime: None };
        assert_eq!(clock.step(Elapsed(99), Device::Awake, wakeup), Step::Arrived);
        assert_eq!(clock.step(Elapsed(100), Device::Awake, wakeup), Step::Due);
    }

    #[test]
    fn the_kernel_never_shows_uptime_ahead_of_elapsed_realtime() {
        let now = RealClock::now();
        assert!(now.uptime.millis() <= now.elapsed.millis(), "{now:?}");
        assert!(now.wall.millis() > 0);
    }

    #[test]
    fn a_timer_rings_on_each_clock_and_not_early() {
        for pick in [
            |now: Now| Wakeup { elapsed: Some(now.elapsed.plus(20)), uptime: None },
            |now: Now| Wakeup { elapsed: None, uptime: Some(now.uptime.plus(20)) },
        ] {
            let mut clock = RealClock::new().unwrap();
            let wakeup = pick(RealClock::now());
            clock.arm(wakeup, RealClock::now());
            assert_eq!(clock.bell.wait().unwrap(), Rang::Timer);
            assert!(is_due(wakeup, RealClock::now()));
        }
    }

    #[test]
    fn an_instant_long_past_rings_at_once() {
        for past in [i64::MIN, -1, 0, 1] {
            let mut clock = RealClock::new().unwrap();
            clock.arm(Wakeup { elapsed: Some(Elapsed(past)), uptime: None }, RealClock::now());
            assert_eq!(clock.bell.wait().unwrap(), Rang::Timer, "{past}");
        }
    }

    #[test]
    fn an_instant_out_of_reach_can_be_armed() {
        let mut clock = RealClock::new().unwrap();
        let wakeup = Wakeup { elapsed: Some(Elapsed(i64::MAX)), uptime: Some(Uptime(i64::MAX)) };
        clock.arm(wakeup, RealClock::now());
        assert!(clock.bell.alarms.get().unwrap().is_some());
        assert!(clock.bell.messages.get().unwrap().is_some());
        assert!(!is_due(wakeup, RealClock::now()));
    }

    #[test]
    fn an_instant_that_wrapped_is_due_and_hides_no_other() {
        let wakeup = Wakeup { elapsed: Some(Elapsed(i64::MIN)), uptime: None };
        assert!(is_due(wakeup, at(1, 1)));
    }

    #[test]
    fn the_end_rings_for_good() {
        let clock = RealClock::new().unwrap();
        clock.bell.ring_the_end();
        assert_eq!(clock.bell.wait().unwrap(), Rang::End);
        assert_eq!(clock.bell.wait().unwrap(), Rang::End);
    }
}
