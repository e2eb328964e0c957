//! Heat, from the kernel's `thermal` class. Rules: THERM-001, THERM-002.
//!
//! The platform hears a throttling status from its vendor's thermal service. The kernel knows trip points:
//! what it does about the heat of a zone. They are taken for the status that stands for the same remedy,
//! and the device is as hot as its hottest zone.

use std::fs;
use std::io;
use std::path::Path;

use jobwarden_model::input::ThermalStatus;

/// Reads `/sys/class/thermal`, or a directory that looks like it.
pub(super) fn read(class: &Path) -> io::Result<ThermalStatus> {
    let mut hottest = ThermalStatus::None;
    for zone in fs::read_dir(class)? {
        let zone = zone?;
        if zone.file_name().to_string_lossy().starts_with("thermal_zone") {
            hottest = hottest.max(zone_status(&zone.path()));
        }
    }
    Ok(hottest)
}

/// The worst of the trip points that a zone has reached. A zone that cannot be read is not hot.
fn zone_status(zone: &Path) -> ThermalStatus {
    let attribute = |name: &str| fs::read_to_string(zone.join(name)).ok();
    let millidegrees =
        |name: &str| attribute(name).and_then(|text| text.trim().parse::<i64>().ok());
    let Some(temperature) = millidegrees("temp") else { return ThermalStatus::None };
    let reached = |point: u32| {
        let kind = attribute(&format!("trip_point_{point}_type"))?;
        let at = millidegrees(&format!("trip_point_{point}_temp"))?;
        // Firmware writes 0 or less where there is no such limit.
        Some(if at > 0 && temperature >= at { remedy(kind.trim()) } else { ThermalStatus::None })
    };
    (0..).map_while(reached).max().unwrap_or(ThermalStatus::None)
}

/// The status that stands for what the kernel does at a trip point.
fn remedy(kind: &str) -> ThermalStatus {
    match kind {
        "active" => ThermalStatus::Light,      // A fan runs.
        "passive" => ThermalStatus::Moderate,  // The device is slowed down.
        "hot" => ThermalStatus::Critical,      // The firmware is told.
        "critical" => ThermalStatus::Shutdown, // The device is switched off.
        _ => ThermalStatus::None,
    }
}

#[cfg(all(test, not(jobwarden_loom)))]
mod tests {
    use super::*;

    #[test]
    fn the_hottest_zone_decides_by_the_worst_point_it_has_reached() {
        let class = std::env::temp_dir().join(format!("jobwarden-thermal-{}", std::process::id()));
        let put = |zone: &str, temperature: i64| {
            let zone = class.join(zone);
            fs::create_dir_all(&zone).unwrap();
            fs::write(zone.join("temp"), format!("{temperature}\n")).unwrap();
            let points =
                [("active", 40_000), ("hot", 0), ("passive", 60_000), ("critical", 90_000)];
            for (n, (kind, at)) in points.into_iter().enumerate() {
                fs::write(zone.join(format!("trip_point_{n}_type")), format!("{kind}\n")).unwrap();
                fs::write(zone.join(format!("trip_point_{n}_temp")), format!("{at}\n")).unwrap();
            }
        };
        fs::create_dir_all(class.join("cooling_device0")).unwrap();
        assert_eq!(read(&class).unwrap(), ThermalStatus::None);
        put("thermal_zone0", 20_000);
        for (temperature, expected) in [
            (39_999, ThermalStatus::None),
            (40_000, ThermalStatus::Light),
            (59_999, ThermalStatus::Light),
            (60_000, ThermalStatus::Moderate),
            (89_999, ThermalStatus::Moderate),
            (90_000, ThermalStatus::Shutdown),
        ] {
            put("thermal_zone1", temperature);
            assert_eq!(read(&class).unwrap(), expected, "{temperature}");
        }
        fs::remove_dir_all(&class).unwrap();
    }
}
