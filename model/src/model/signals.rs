//! Signals of the device, passed on to the rooms they concern.

use super::{Model, Turn};
use crate::input::DeviceSignal;
use crate::job::constraint::IdlenessEvent;

impl Model {
    pub(super) fn on_signal(&mut self, signal: DeviceSignal, turn: &mut Turn<'_>) {
        self.system.on_signal(&signal);
        match signal {
            DeviceSignal::PowerConnected { connected } => {
                self.with_jobs(turn, |jobs, world| jobs.on_power_connected(connected, world));
            }
            DeviceSignal::Charging { charging } => {
                self.with_jobs(turn, |jobs, world| jobs.on_charging(charging, world));
            }
            DeviceSignal::BatteryLow { low } => {
                self.with_jobs(turn, |jobs, world| jobs.on_battery_low(low, world));
            }
            DeviceSignal::StorageLow { low } => {
                self.with_jobs(turn, |jobs, world| jobs.on_storage_low(low, world));
            }
            DeviceSignal::DefaultNetwork { network } => {
                self.with_jobs(turn, |jobs, world| jobs.on_default_network(network, world));
            }
            DeviceSignal::NetworkBlocked { uid, reasons } => {
                self.with_jobs(turn, |jobs, world| jobs.on_network_blocked(uid, reasons, world));
            }
            DeviceSignal::Doze { doze } => {
                self.with_jobs(turn, |jobs, world| jobs.on_doze(doze, world));
            }
            DeviceSignal::BatterySaver { on } => {
                self.with_jobs(turn, |jobs, world| jobs.on_battery_saver(on, world));
            }
            DeviceSignal::Thermal { status } => {
                self.with_jobs(turn, |jobs, world| jobs.on_thermal_status(status, world));
            }
            DeviceSignal::DeviceIdle { idle } => {
                self.with_jobs(turn, |jobs, world| jobs.on_device_idle(idle, world));
            }
            DeviceSignal::StandbyBucket { package, user, bucket } => {
                if let Some(uid) = self.system.packages.uid_of(&package, user) {
                    let bucket = i32::from(bucket);
                    self.with_jobs(turn, |jobs, world| {
                        jobs.on_standby_bucket(&package, uid, bucket, world);
                    });
                }
            }
            DeviceSignal::PowerAllowlist { .. } => {
                self.with_jobs(turn, |jobs, world| jobs.on_power_allowlist_changed(world));
            }
            DeviceSignal::BackgroundRestricted { uid, package, restricted } => {
                self.with_jobs(turn, |jobs, world| jobs.on_background_restricted(uid, world));
                self.with_services(turn, |services, cx| {
                    services.on_background_restricted(uid, &package, restricted, cx);
                });
            }
            DeviceSignal::QuotaVerdict { uid, .. } => {
                self.with_jobs(turn, |jobs, world| jobs.on_quota_changed(uid, world));
            }
            DeviceSignal::Screen { on } => {
                let event = if on { IdlenessEvent::ScreenOn } else { IdlenessEvent::ScreenOff };
                self.with_jobs(turn, |jobs, world| jobs.on_idleness(event, world));
                if on {
                    self.with_services(turn, |services, cx| services.on_screen_on(cx));
                }
                self.update_processes(turn);
            }
            DeviceSignal::Memory { .. } => self.update_processes(turn),
        }
    }
}
