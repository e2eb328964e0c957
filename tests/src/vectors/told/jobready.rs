//! Slice `jobready`, told: what controllers tell a record becomes what is so on a device, and the shell says
//! after each change whether the job is ready.
//!
//! What is compared: readiness throughout, and at the end why a job that is not ready does not run. A
//! constraint that the job does not have is not told; nobody would.

use std::collections::BTreeMap;

use jobwarden_model::input::{DeviceSignal, Doze};
use jobwarden_model::job::{JobInfo, PendingJobReason, StandbyBucket};
use jobwarden_model::package::Event as PackageEvent;
use serde_json::{json, Value};

use super::single::{Single, JOB_ID};
use super::Untold;
use crate::adapter::Adapter;
use crate::vectors::job_description::named;
use crate::vectors::jobready::{Initial, Input};
use crate::vectors::{differences, Difference, Vector};

/// What is so, as a controller would tell it, and what the device shows of it.
struct Facts {
    /// By the names of the vectors, as far as devices decide them for this job.
    satisfied: BTreeMap<&'static str, bool>,
    dozing: bool,
    allowlisted: bool,
    restricted_by_user: bool,
    uid_active: bool,
    bucket: StandbyBucket,
}

/// How long jobs of the background wait after Doze.
const AFTER_DOZE_MS: i64 = 3_000;

/// What a device can be told of in this order.
const TOLD: &[&str] = &[
    "charging",
    "batteryNotLow",
    "storageNotLow",
    "deviceIdle",
    "connectivity",
    "deviceNotDozing",
    "backgroundNotRestricted",
    "withinQuota",
    "expeditedQuotaApproved",
];

pub(super) fn tell(vector: &Vector, adapter: &mut dyn Adapter) -> Result<Vec<Difference>, Untold> {
    let input: Input = serde_json::from_value(vector.input.clone())
        .map_err(|why| Untold::NotUnderstood(why.to_string()))?;
    expressible(&input)?;
    let job = input.job.job_info(JOB_ID).map_err(Untold::NotUnderstood)?;
    let mut device = Device::new(&input, job, adapter)?;
    let mut trace = String::new();
    device.note(&mut trace)?;
    for event in &input.events {
        device.change(event)?;
        device.note(&mut trace)?;
    }
    let mut told = json!({ "readyTrace": trace });
    let mut recorded = json!({ "readyTrace": vector.expect["readyTrace"] });
    if trace.ends_with('-') && !device.looked {
        // The service adds reasons of its own to those of a job that is ready.
        let reason = vector.expect.get("pendingJobReason").cloned();
        recorded["pendingJobReason"] = reason.unwrap_or_else(|| json!("UNDEFINED"));
        told["pendingJobReason"] = json!(device.single.reason()?.map(PendingJobReason::name));
    }
    Ok(differences(&recorded, &told))
}

/// What a record may have behind it that no device brings about in a moment.
fn expressible(input: &Input) -> Result<(), Untold> {
    let lives = input.job.num_failures != 0 || input.job.num_system_stops != 0;
    if lives || !input.job.internal_flags.is_empty() {
        return Err(Untold::Inexpressible("a job with a past"));
    }
    if input.started_as.is_some() || input.disallow_run_in_battery_saver_and_doze {
        return Err(Untold::Inexpressible("a job that runs, or ran too long"));
    }
    if json!(input.override_state) != json!("NONE") {
        return Err(Untold::Inexpressible("a job that the shell forces to run"));
    }
    if input.cloud_media_provider {
        return Err(Untold::Inexpressible("a provider of cloud media"));
    }
    Ok(())
}

/// The device in the middle of a vector.
struct Device<'a> {
    single: Single<'a>,
    facts: Facts,
    /// All jobs were looked at: what the scheduler found then is the reason it gives for a while.
    looked: bool,
    /// Some time the app is in the restricted bucket, which imposes constraints.
    restricted: bool,
}

impl<'a> Device<'a> {
    fn new(input: &Input, job: JobInfo, adapter: &'a mut dyn Adapter) -> Result<Self, Untold> {
        let all = input.initial == Initial::All;
        let enters_restricted =
            input.events.iter().any(|event| event.get(1) == Some(&json!("RESTRICTED")));
        let restricted = enters_restricted || input.job.standby_bucket == StandbyBucket::Restricted;
        let single = Single::new(adapter, job, input.job.uid)?;
        let facts = Facts {
            satisfied: TOLD.iter().map(|&name| (name, all)).collect(),
            dozing: false,
            allowlisted: false,
            restricted_by_user: false,
            uid_active: input.uid_active,
            bucket: input.job.standby_bucket,
        };
        let mut device = Self { single, facts, looked: false, restricted };
        device.never_again(all)?;
        device.single.active(input.uid_active)?;
        device.tell_bucket()?;
        for name in TOLD {
            device.tell(name)?;
        }
        device.schedule(all)?;
        if !input.service_process_present {
            let service = device.single.job.service.clone();
            let user = device.single.uid.user();
            let change = PackageEvent::ServiceEnabledChanged { service, user, enabled: false };
            device.single.stage.package(change)?;
        }
        Ok(device)
    }

    /// Constraints that nothing outside turns on, or off again.
    fn never_again(&self, all: bool) -> Result<(), Untold> {
        let job = &self.single.job;
        if job.trigger_content_uris.is_some() && all {
            return Err(Untold::Inexpressible("content that changed"));
        }
        if job.is_prefetch() && !all {
            return Err(Untold::Inexpressible("an app that is not about to be opened"));
        }
        let prefers = job.preferred_constraint_flags != 0;
        if prefers && !all {
            return Err(Untold::Inexpressible("preferences, with the policy for them off"));
        }
        if all && job.is_periodic && job.interval_millis > job.flex_millis {
            return Err(Untold::Inexpressible("a period whose window opens at once"));
        }
        let delay = self.delay();
        if all && delay > 0 && job.has_late_constraint && job.max_execution_delay_millis <= delay {
            return Err(Untold::Inexpressible("a delay that outlasts the deadline"));
        }
        Ok(())
    }

    fn delay(&self) -> i64 {
        let job = &self.single.job;
        if job.has_early_constraint {
            job.min_latency_millis.max(0)
        } else {
            0
        }
    }

    /// An expedited job is only taken while there is quota for it. A delay is waited out if it is to be over.
    fn schedule(&mut self, all: bool) -> Result<(), Untold> {
        let uid = self.single.uid;
        let plenty = DeviceSignal::QuotaVerdict { uid, regular: true, expedited: true };
        self.single.stage.device(plenty)?;
        self.single.schedule()?;
        self.tell("withinQuota")?;
        if all && self.delay() > 0 {
            self.single.stage.wait(self.delay())?;
            self.single.look()?;
            self.looked = true;
        }
        Ok(())
    }

    /// Whether the job asks for it, or is made to.
    fn has(&self, name: &str) -> bool {
        let job = &self.single.job;
        match name {
            "charging" => job.is_require_charging() || self.restricted,
            "batteryNotLow" => job.is_require_battery_not_low() || self.restricted,
            "storageNotLow" => job.is_require_storage_not_low(),
            "deviceIdle" => job.is_require_device_idle() || self.restricted,
            "connectivity" => job.required_network.is_some(),
            "prefetch" => job.is_prefetch(),
            "timingDelay" => job.has_early_constraint || job.is_periodic,
            "deadline" => job.has_late_constraint && !job.is_periodic,
            "contentTrigger" => job.trigger_content_uris.is_some(),
            "flexible" => job.preferred_constraint_flags != 0,
            "expeditedQuotaApproved" => job.is_expedited(),
            _ => true,
        }
    }

    fn is(&self, name: &str) -> bool {
        self.facts.satisfied.get(name).copied().unwrap_or_default()
    }

    /// One event of the vector.
    fn change(&mut self, event: &[Value]) -> Result<(), Untold> {
        let name = event.first().and_then(Value::as_str).unwrap_or_default();
        let state = event.get(1).and_then(Value::as_bool);
        let fact = event.get(2).and_then(Value::as_bool).unwrap_or_default();
        let Some(state) = state else {
            let bucket = event.get(1).and_then(Value::as_str).unwrap_or_default();
            self.facts.bucket = named(bucket).map_err(Untold::NotUnderstood)?;
            self.tell_bucket()?;
            self.tell("backgroundNotRestricted")?;
            return self.tell("withinQuota");
        };
        if name == "uidActive" {
            self.facts.uid_active = state;
            self.single.active(state)?;
            return self.tell("backgroundNotRestricted");
        }
        if !self.has(name) {
            return Ok(());
        }
        match name {
            "deviceNotDozing" => self.facts.allowlisted = fact,
            "backgroundNotRestricted" => self.facts.restricted_by_user = fact,
            _ => {}
        }
        match self.facts.satisfied.get_mut(name) {
            Some(known) => *known = state,
            None => return Err(Untold::Inexpressible("what only time, or content, brings about")),
        }
        match TOLD.iter().find(|known| **known == name) {
            Some(known) => self.tell(known),
            None => Ok(()),
        }
    }

    fn tell_bucket(&mut self) -> Result<(), Untold> {
        let bucket = u8::try_from(self.facts.bucket.usage_stats());
        let bucket = bucket.map_err(|why| Untold::NotUnderstood(why.to_string()))?;
        let (package, user) = (self.single.job.service.package.to_string(), self.single.uid.user());
        self.single.stage.device(DeviceSignal::StandbyBucket { package, user, bucket })
    }

    /// Makes one constraint be as the vector has it.
    fn tell(&mut self, name: &str) -> Result<(), Untold> {
        let holds = self.is(name);
        let (uid, package) = (self.single.uid, self.single.job.service.package.to_string());
        match name {
            "charging" | "batteryNotLow" => self.tell_battery(),
            "storageNotLow" => self.single.stage.device(DeviceSignal::StorageLow { low: !holds }),
            "deviceIdle" => self.single.stage.device(DeviceSignal::DeviceIdle { idle: holds }),
            "connectivity" => self.single.network(holds),
            "deviceNotDozing" => {
                self.tell_doze()?;
                self.tell("backgroundNotRestricted")
            }
            "backgroundNotRestricted" => {
                let by_user = self.facts.restricted_by_user;
                if self.facts.uid_active && (!holds || by_user) {
                    return Err(Untold::Inexpressible("an active app that is restricted"));
                }
                let job = &self.single.job;
                let exempt = self.facts.allowlisted
                    || self.facts.bucket == StandbyBucket::Exempted
                    || job.is_expedited()
                    || job.is_user_initiated();
                if !holds && !by_user && exempt {
                    return Err(Untold::Inexpressible("battery saver does not restrict it"));
                }
                if holds && by_user {
                    return Err(Untold::Inexpressible("restricted by the user, to no effect"));
                }
                let stage = &mut self.single.stage;
                stage.device(DeviceSignal::BackgroundRestricted {
                    uid,
                    package,
                    restricted: by_user,
                })?;
                stage.device(DeviceSignal::BatterySaver { on: !holds && !by_user })
            }
            _ => {
                let (regular, expedited) =
                    (self.is("withinQuota"), self.is("expeditedQuotaApproved"));
                if !regular && self.single.job.is_user_initiated() {
                    return Err(Untold::Inexpressible("a user-initiated job without quota"));
                }
                if regular && self.facts.bucket == StandbyBucket::Never {
                    return Err(Untold::Inexpressible("an app that is never used has quota"));
                }
                self.single.stage.device(DeviceSignal::QuotaVerdict { uid, regular, expedited })
            }
        }
    }

    /// The battery controller takes a device with a low battery for one that does not charge.
    fn tell_battery(&mut self) -> Result<(), Untold> {
        let (mut charging, mut not_low) = (self.is("charging"), self.is("batteryNotLow"));
        if charging && !not_low {
            // It is enough if nobody can tell.
            if !self.has("batteryNotLow") {
                not_low = true;
            } else if !self.has("charging") {
                charging = false;
            } else {
                return Err(Untold::Inexpressible("charging with a low battery"));
            }
        }
        let stage = &mut self.single.stage;
        stage.device(DeviceSignal::PowerConnected { connected: charging })?;
        stage.device(DeviceSignal::BatteryLow { low: !not_low })?;
        stage.device(DeviceSignal::Charging { charging })
    }

    fn tell_doze(&mut self) -> Result<(), Untold> {
        let (holds, listed) = (self.is("deviceNotDozing"), self.facts.allowlisted);
        if listed && !holds {
            return Err(Untold::Inexpressible("on the allow-list, to no effect"));
        }
        let doze = if holds && !listed { Doze::Off } else { Doze::Deep };
        let ids = listed.then(|| self.single.uid.app_id()).into_iter().collect();
        let stage = &mut self.single.stage;
        let temporary = Default::default();
        stage.device(DeviceSignal::PowerAllowlist { permanent: ids, temporary })?;
        stage.device(DeviceSignal::Doze { doze })?;
        if std::mem::replace(&mut self.facts.dozing, doze != Doze::Off) && doze == Doze::Off {
            stage.wait(AFTER_DOZE_MS)?;
        }
        Ok(())
    }

    /// Whether the job is ready now.
    fn note(&mut self, trace: &mut String) -> Result<(), Untold> {
        trace.push(if self.single.is_ready()? { 'R' } else { '-' });
        Ok(())
    }
}
