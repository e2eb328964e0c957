//! Charger and battery, from the kernel's `power_supply` class. Rules: CTRL-BATT-001, CTRL-BATT-014.
//!
//! The platform does not say "charging" when a plug goes in: the battery has to be nearly full, or to have
//! gained charge for a while. [`Battery`] is that producer; the scheduler adds no delay of its own.

use std::fs;
use std::io;
use std::path::Path;

use jobwarden_model::input::DeviceSignal;
use jobwarden_model::Elapsed;

/// `config_lowBatteryWarningLevel`: at this level, in percent, an unplugged battery is low.
const LOW_LEVEL: u8 = 15;
/// `config_lowBatteryCloseWarningBump`: so much above it is no longer.
const LOW_LEVEL_BUMP: u8 = 5;
/// From this level on, plugged in means charging.
const FULL_LEVEL: u8 = 90;
/// `battery_charging_state_update_delay`: how long a battery has to gain charge first.
const CHARGING_DELAY_MILLIS: i64 = 900_000;

/// What powers the device.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Supply {
    /// A charger is connected, or there is no battery to live from.
    pub(super) plugged: bool,
    /// The device's battery, in percent; `None`: it has none.
    pub(super) level: Option<u8>,
}

impl Supply {
    /// Reads `/sys/class/power_supply`, or a directory that looks like it.
    pub(super) fn read(class: &Path) -> io::Result<Self> {
        let (mut online, mut level) = (false, None);
        for supply in fs::read_dir(class)? {
            let supply = supply?.path();
            let attribute = |name: &str| {
                fs::read_to_string(supply.join(name)).ok().map(|text| text.trim().to_owned())
            };
            // The battery of a mouse says nothing about the device.
            if attribute("scope").as_deref() == Some("Device") {
                continue;
            }
            match attribute("type").as_deref() {
                Some("Battery") if attribute("present").as_deref() != Some("0") => {
                    let capacity = attribute("capacity").and_then(|text| text.parse().ok());
                    level = capacity.map(|percent: u8| percent.min(100)).or(level);
                }
                Some("Mains" | "USB" | "Wireless") => {
                    online |= attribute("online").is_some_and(|online| online != "0");
                }
                Some(_) | None => {}
            }
        }
        Ok(Self { plugged: online || level.is_none(), level })
    }
}

/// What has been told about the battery, and what is still to come.
#[derive(Debug, Default)]
pub(super) struct Battery {
    last: Option<Supply>,
    charging: bool,
    low: bool,
    /// The level while plugged in, one update ago.
    last_level: u8,
    /// When a battery that gains charge counts as charging.
    charging_at: Option<Elapsed>,
}

impl Battery {
    /// Takes a reading; gives what is to be told.
    pub(super) fn update(&mut self, supply: Supply, now: Elapsed) -> Vec<DeviceSignal> {
        // A device without a battery is fully charged, for all that anybody can tell.
        let level = supply.level.unwrap_or(100);
        let mut told = Vec::new();
        let last = self.last.replace(supply);
        if last.map(|last| last.plugged) != Some(supply.plugged) {
            told.push(DeviceSignal::PowerConnected { connected: supply.plugged });
            self.last_level = level;
        }
        let charging = match last {
            Some(_) => self.charging_after(supply.plugged, level, now),
            None => supply.plugged,
        };
        if last.is_none() || charging != self.charging {
            told.push(DeviceSignal::Charging { charging });
            self.charging = charging;
            self.charging_at = None;
        }
        let low = self.low_after(last, supply.plugged, level);
        if last.is_none() || low != self.low {
            told.push(DeviceSignal::BatteryLow { low });
            self.low = low;
        }
        told
    }

    fn charging_after(&mut self, plugged: bool, level: u8, now: Elapsed) -> bool {
        if !plugged {
            self.charging_at = None;
            return false;
        }
        let before = std::mem::replace(&mut self.last_level, level);
        if level >= FULL_LEVEL {
            return true;
        }
        if self.charging {
            return level >= before;
        }
        if level > before {
            self.charging_at.get_or_insert(now.plus(CHARGING_DELAY_MILLIS));
        } else if level < before {
            self.charging_at = None;
        }
        self.charging_at.is_some_and(|at| now >= at)
    }

    fn low_after(&self, last: Option<Supply>, plugged: bool, level: u8) -> bool {
        if self.low {
            return level < LOW_LEVEL + LOW_LEVEL_BUMP;
        }
        let was_fine = last.map_or(true, |last| {
            last.plugged || last.level.map_or(true, |level| level > LOW_LEVEL)
        });
        !plugged && level <= LOW_LEVEL && was_fine
    }
}

#[cfg(all(test, not(jobwarden_loom)))]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;

    /// Plays updates of (minute, plugged, level) and notes what is told at which minute.
    fn play(updates: &[(i64, bool, u8)]) -> Vec<(i64, &'static str, bool)> {
        let mut battery = Battery::default();
        let mut told = Vec::new();
        for &(minute, plugged, level) in updates {
            let supply = Supply { plugged, level: Some(level) };
            for signal in battery.update(supply, Elapsed(minute * MINUTE)) {
                told.push(match signal {
                    DeviceSignal::PowerConnected { connected } => (minute, "power", connected),
                    DeviceSignal::Charging { charging } => (minute, "charging", charging),
                    DeviceSignal::BatteryLow { low } => (minute, "low", low),
                    other => panic!("{other:?} is not about the battery"),
                });
            }
        }
        told
    }

    /// What is told after the first reading, which tells everything.
    fn changes(updates: &[(i64, bool, u8)]) -> Vec<(i64, &'static str, bool)> {
        let mut told = play(updates);
        assert_eq!(
            told.iter().map(|t| t.1).take(3).collect::<Vec<_>>(),
            ["power", "charging", "low"]
        );
        told.drain(..3);
        told
    }

    #[test]
    fn the_first_reading_tells_everything() {
        for (plugged, level, low) in [(false, 15, true), (false, 16, false), (true, 15, false)] {
            let expected = [(0, "power", plugged), (0, "charging", plugged), (0, "low", low)];
            assert_eq!(play(&[(0, plugged, level)]), expected);
        }
    }

    #[test]
    fn a_nearly_full_battery_charges_as_soon_as_it_is_plugged_in() {
        let expected = [(1, "power", true), (1, "charging", true)];
        assert_eq!(changes(&[(0, false, 90), (1, true, 90)]), expected);
        assert_eq!(changes(&[(0, false, 89), (1, true, 89)]), [(1, "power", true)]);
    }

    #[test]
    fn a_battery_charges_a_quarter_of_an_hour_after_it_first_gained() {
        let updates = [
            (0, false, 50),
            (1, true, 50),
            (2, true, 51),
            (10, true, 51),
            (16, true, 52),
            (17, true, 52),
        ];
        assert_eq!(changes(&updates), [(1, "power", true), (17, "charging", true)]);
    }

    #[test]
    fn a_loss_starts_the_wait_anew_and_ends_charging() {
        let updates = [(0, false, 50), (1, true, 50), (2, true, 51), (3, true, 50), (18, true, 50)];
        assert_eq!(changes(&updates), [(1, "power", true)]);
        let updates = [(0, true, 50), (1, true, 49), (2, false, 49)];
        assert_eq!(changes(&updates), [(1, "charging", false), (2, "power", false)]);
    }

    #[test]
    fn a_battery_is_low_at_15_and_fine_again_at_20() {
        let updates = [(0, false, 16), (1, false, 15), (2, true, 15), (3, true, 19), (4, true, 20)];
        let told = changes(&updates);
        assert_eq!(told, [(1, "low", true), (2, "power", true), (4, "low", false)]);
    }

    #[test]
    fn supplies_are_read_by_their_kind() {
        let class = std::env::temp_dir().join(format!("jobwarden-power-{}", std::process::id()));
        let put = |supply: &str, attributes: &[(&str, &str)]| {
            fs::create_dir_all(class.join(supply)).unwrap();
            for (name, value) in attributes {
                fs::write(class.join(supply).join(name), format!("{value}\n")).unwrap();
            }
        };
        fs::create_dir_all(&class).unwrap();
        let read = || Supply::read(&class).unwrap();
        assert_eq!(read(), Supply { plugged: true, level: None });
        put("mouse", &[("type", "Battery"), ("scope", "Device"), ("capacity", "3")]);
        put("BAT0", &[("type", "Battery"), ("present", "1"), ("capacity", "42")]);
        put("AC", &[("type", "Mains"), ("online", "0")]);
        assert_eq!(read(), Supply { plugged: false, level: Some(42) });
        put("usb", &[("type", "USB"), ("online", "1")]);
        assert_eq!(read(), Supply { plugged: true, level: Some(42) });
        fs::remove_dir_all(&class).unwrap();
    }
}
