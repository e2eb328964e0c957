//! One step of a vector. Here those that both slices have; the others are in `system`.

use jobwarden_model::input::{Doze, NetworkFacts, ThermalStatus};
use jobwarden_model::job::call::JobSchedulerCall;
use jobwarden_model::job::constraint::IdlenessEvent;
use jobwarden_model::job::info::{NetCapabilities, Transports};
use jobwarden_model::job::StandbyBucket;
use jobwarden_model::process::{Capabilities, ProcState};
use jobwarden_model::{Exception, Reply, Uid};
use serde::de::DeserializeOwned;
use serde_json::{json, Value};

use super::device::Device;
use super::Slice;
use crate::vectors::job_description::{job_info, package_of};

/// What the one who took a step heard.
pub(super) enum Heard {
    Nothing,
    Result(Value),
    Exception(String),
}

/// A step: a name and arguments.
#[derive(Clone, Copy)]
pub(super) struct Step<'a>(&'a Value);

impl<'a> Step<'a> {
    /// What is done.
    pub(super) fn name(self) -> &'a str {
        self.0[0].as_str().unwrap_or_default()
    }

    /// An argument; `null` where there is none.
    pub(super) fn raw(self, index: usize) -> &'a Value {
        &self.0[index]
    }

    /// An argument of a known form.
    pub(super) fn arg<T: DeserializeOwned>(self, index: usize) -> Result<T, String> {
        T::deserialize(self.raw(index)).map_err(|why| format!("argument {index}: {why}"))
    }
}

impl Device {
    /// Takes one step.
    pub(super) fn step(&mut self, step: &Value) -> Result<Heard, String> {
        let step = Step(step);
        match step.name() {
            "schedule" => return self.schedule(step.arg(1)?),
            "cancel" => {
                let key = self.key(step.arg(1)?);
                let namespace = key.namespace.map(|name| name.to_string());
                let call = JobSchedulerCall::Cancel { namespace, id: key.id };
                return Ok(heard_exception(self.call(key.uid, call)));
            }
            "advance" => self.advance(step.arg(1)?),
            "charging" => {
                let charging: bool = step.arg(1)?;
                self.act(|scheduler, world| {
                    scheduler.on_power_connected(charging, world);
                    scheduler.on_charging(charging, world);
                });
            }
            "batteryLow" => {
                let low = step.arg(1)?;
                self.act(|scheduler, world| scheduler.on_battery_low(low, world));
            }
            "storageLow" => {
                let low = step.arg(1)?;
                self.act(|scheduler, world| scheduler.on_storage_low(low, world));
            }
            "doze" => {
                let doze = doze(step.arg(1)?)?;
                self.act(|scheduler, world| scheduler.on_doze(doze, world));
            }
            "batterySaver" => {
                let on = step.arg(1)?;
                self.act(|scheduler, world| scheduler.on_battery_saver(on, world));
            }
            "screen" => {
                let event =
                    if step.arg(1)? { IdlenessEvent::ScreenOn } else { IdlenessEvent::ScreenOff };
                self.act(|scheduler, world| scheduler.on_idleness(event, world));
            }
            "thermalStatus" => {
                let status = thermal(step.arg(1)?)?;
                self.act(|scheduler, world| scheduler.on_thermal_status(status, world));
            }
            "network" => {
                let network = self.network(step.arg(1)?)?;
                self.act(|scheduler, world| scheduler.on_default_network(network, world));
            }
            _ => return self.step_about_app(step),
        }
        Ok(Heard::Nothing)
    }

    fn step_about_app(&mut self, step: Step<'_>) -> Result<Heard, String> {
        match step.name() {
            "standbyBucket" => {
                let (uid, bucket): (Uid, StandbyBucket) = (step.arg(1)?, step.arg(2)?);
                self.around.app_mut(uid).standby_bucket = bucket;
                let package = package_of(uid);
                let bucket = bucket.usage_stats();
                self.act(|scheduler, world| {
                    scheduler.on_standby_bucket(&package, uid, bucket, world);
                });
            }
            "procState" => {
                let (uid, state): (Uid, ProcState) = (step.arg(1)?, step.arg(2)?);
                self.around.app_mut(uid).state.top = state == ProcState::Top;
                self.act(|scheduler, world| {
                    scheduler.on_uid_state_changed(uid, state, Capabilities::NONE, world);
                });
            }
            "uidActive" => {
                let (uid, active) = (step.arg(1)?, step.arg(2)?);
                self.around.app_mut(uid).state.active = active;
                self.act(|scheduler, world| {
                    if active {
                        scheduler.on_uid_active(uid, world);
                    } else {
                        scheduler.on_uid_idle(uid, false, world);
                    }
                });
            }
            "backgroundRestricted" => {
                let uid = step.arg(1)?;
                self.around.app_mut(uid).state.background_restricted = step.arg(2)?;
                self.act(|scheduler, world| scheduler.on_background_restricted(uid, world));
            }
            "dozeAllowlist" => {
                let uid: Uid = step.arg(1)?;
                self.around.allowlist = [uid.app_id()].into();
                self.act(|scheduler, world| scheduler.on_power_allowlist_changed(world));
            }
            "tempAllowlist" => {
                let uid: Uid = step.arg(1)?;
                let listed = step.arg::<bool>(2)?.then_some(uid.app_id());
                self.around.temporary_allowlist = listed.into_iter().collect();
                self.act(|scheduler, world| scheduler.on_power_allowlist_changed(world));
            }
            _ if self.slice == Slice::System => return self.step_of_system(step),
            _ => return Err("unknown step".to_owned()),
        }
        Ok(Heard::Nothing)
    }

    fn schedule(&mut self, index: usize) -> Result<Heard, String> {
        let key = self.key(index);
        let job = Some(Box::new(job_info(&self.jobs[index].calls, key.id, key.uid)?));
        let namespace = key.namespace.map(|name| name.to_string());
        let scheduled = self.call(key.uid, JobSchedulerCall::Schedule { namespace, job });
        Ok(Heard::Result(result_of_schedule(scheduled)))
    }

    /// A new Wi-Fi network of this kind.
    fn network(&mut self, kind: Option<String>) -> Result<Option<NetworkFacts>, String> {
        let Some(kind) = kind else { return Ok(None) };
        let able = NetCapabilities::INTERNET
            .with(NetCapabilities::TRUSTED)
            .with(NetCapabilities::VALIDATED)
            .with(NetCapabilities::NOT_RESTRICTED)
            .with(NetCapabilities::NOT_VPN)
            .with(NetCapabilities::NOT_VCN_MANAGED)
            .with(NetCapabilities::FOREGROUND)
            .with(NetCapabilities::NOT_CONGESTED)
            .with(NetCapabilities::NOT_SUSPENDED);
        let able = match &*kind {
            "UNMETERED" => {
                able.with(NetCapabilities::NOT_METERED).with(NetCapabilities::NOT_ROAMING)
            }
            "METERED" => able.with(NetCapabilities::NOT_ROAMING),
            "METERED_ROAMING" => able,
            _ => return Err(format!("unknown network {kind}")),
        };
        self.networks_so_far += 1;
        Ok(Some(NetworkFacts {
            id: self.networks_so_far,
            capabilities: able.0,
            transports: u32::try_from(Transports::WIFI.0).map_err(|why| why.to_string())?,
            down_kbps: 20_000,
            up_kbps: 5_000,
        }))
    }
}

/// `RESULT_SUCCESS`, `RESULT_FAILURE` or the exception.
pub(super) fn result_of_schedule(scheduled: Result<Reply, Exception>) -> Value {
    match scheduled {
        Ok(Reply::Int(1)) => json!("RESULT_SUCCESS"),
        Ok(_) => json!("RESULT_FAILURE"),
        Err(exception) => json!(exception.class_name()),
    }
}

/// Only an exception is recorded.
pub(super) fn heard_exception(answered: Result<Reply, Exception>) -> Heard {
    match answered {
        Ok(_) => Heard::Nothing,
        Err(exception) => Heard::Exception(exception.class_name().to_owned()),
    }
}

fn doze(name: String) -> Result<Doze, String> {
    serde_json::from_value(json!(name.to_lowercase())).map_err(|why| why.to_string())
}

fn thermal(name: String) -> Result<ThermalStatus, String> {
    serde_json::from_value(json!(name.to_lowercase())).map_err(|why| why.to_string())
}
