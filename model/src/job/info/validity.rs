//! What a description may not say (`JobInfo.enforceValidity`). Rules: JOB-VAL-030 and those it orders;
//! per kind of job they add up to JOB-VAL-070, JOB-VAL-071 and JOB-VAL-072, in examples to JOB-VAL-073.

use super::*;
use crate::exception::Exception;
use crate::facts;
use crate::output::Output;
use crate::package::Change;
use crate::rules::{job_val, Rule};

/// The compat changes that validity depends on. Rules: JOB-VAL-001, JOB-VAL-024.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct ValidityGates {
    /// [`Change::DISALLOW_DEADLINES_FOR_PREFETCH_JOBS`].
    pub disallow_prefetch_deadlines: bool,
    /// [`Change::REJECT_NEGATIVE_NETWORK_ESTIMATES`].
    pub reject_negative_network_estimates: bool,
}

impl ValidityGates {
    /// What holds for an app with this target SDK.
    pub fn of_target_sdk(target_sdk: i32) -> Self {
        Self::new(|change| change.enabled_for_target_sdk(target_sdk))
    }

    /// What holds where `is_enabled` says so, as the server asks it for a calling uid.
    pub fn new(is_enabled: impl Fn(Change) -> bool) -> Self {
        Self {
            disallow_prefetch_deadlines: is_enabled(Change::DISALLOW_DEADLINES_FOR_PREFETCH_JOBS),
            reject_negative_network_estimates: is_enabled(
                Change::REJECT_NEGATIVE_NETWORK_ESTIMATES,
            ),
        }
    }
}

/// Declares the ways to be invalid, each with its rule.
macro_rules! invalid {
    ($($(#[$doc:meta])* $variant:ident $(($value:ty))? = $rule:ident, $message:literal;)*) => {
        /// Why a description cannot be built or scheduled. All but one are `IllegalArgumentException`.
        /// Rule: JOB-VAL-003.
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, thiserror::Error)]
        pub enum InvalidJob {
            $($(#[$doc])* #[error($message)] $variant $(($value))?,)*
        }

        impl InvalidJob {
            /// The rule that refuses.
            pub fn rule(self) -> &'static Rule {
                match self {
                    $(Self::$variant { .. } => &job_val::$rule,)*
                }
            }
        }
    };
}

invalid! {
    /// A priority that is off the scale.
    PriorityOutOfRange(i32) = JOB_VAL_010, "priority {0} is out of range";
    /// A chunk that is neither positive nor unknown, given to the builder.
    ChunkGivenNotPositive(i64) = JOB_VAL_020, "minimum chunk size {0} is not positive";
    /// Backoff criteria on a job that waits for the device to be idle.
    BackoffWhileIdle = JOB_VAL_023, "backoff criteria and device idle exclude each other";
    /// `null` for extras or transient extras: a `NullPointerException`.
    NullExtras = JOB_VAL_024, "extras are null";
    /// Traffic without a network.
    EstimateWithoutNetwork = JOB_VAL_031, "estimated network bytes without a required network";
    /// Less than no upload.
    NegativeUpload(i64) = JOB_VAL_032, "network upload bytes {0} are negative";
    /// Less than no download.
    NegativeDownload(i64) = JOB_VAL_033, "network download bytes {0} are negative";
    /// One piece is more than the whole.
    ChunkExceedsEstimate(i64) = JOB_VAL_034, "minimum chunk size {0} exceeds the estimated network bytes";
    /// A chunk that is neither positive nor unknown.
    ChunkNotPositive(i64) = JOB_VAL_035, "minimum chunk size {0} is not positive";
    /// A periodic job's deadline is the end of its period.
    PeriodicWithDeadline = JOB_VAL_036, "periodic job with override deadline";
    /// A periodic job's delay is the rest of its period.
    PeriodicWithLatency = JOB_VAL_037, "periodic job with minimum latency";
    /// A periodic job does not wait for content.
    PeriodicWithTriggers = JOB_VAL_038, "periodic job with trigger content uri";
    /// A prefetch job waits for the app to be launched soon.
    PrefetchWithDeadline = JOB_VAL_039, "prefetch job with override deadline";
    /// A specifier cannot be written to disk.
    PersistedWithSpecifier = JOB_VAL_040, "persisted job with network specifier";
    /// Triggers are not written to disk.
    PersistedWithTriggers = JOB_VAL_041, "persisted job with trigger content uri";
    /// Transient extras are not written to disk.
    PersistedWithTransientExtras = JOB_VAL_042, "persisted job with transient extras";
    /// Clip data is not written to disk.
    PersistedWithClipData = JOB_VAL_043, "persisted job with clip data";
    /// What is important now is not delayed.
    ImportantWithDelay = JOB_VAL_044, "important-while-foreground job with delay";
    /// What is important now has an ordinary or a high priority.
    ImportantPriority(i32) = JOB_VAL_045, "important-while-foreground job with priority {0}";
    /// The highest priority is not for everyone.
    MaxPriority = JOB_VAL_046, "max priority on a job neither expedited nor user-initiated";
    /// A prefetch job is not urgent.
    PrefetchHighPriority = JOB_VAL_047, "prefetch job with high priority";
    /// A periodic job is not urgent.
    PeriodicHighPriority = JOB_VAL_047, "periodic job with high priority";
    /// A priority between the five.
    UnknownPriority(i32) = JOB_VAL_048, "unknown priority {0}";
    /// What is expedited is not delayed.
    ExpeditedWithDelay = JOB_VAL_050, "expedited job with delay";
    /// What is expedited needs no deadline.
    ExpeditedWithDeadline = JOB_VAL_051, "expedited job with deadline";
    /// What is expedited runs once.
    ExpeditedPeriodic = JOB_VAL_052, "expedited job that is periodic";
    /// One or the other.
    ExpeditedUserInitiated = JOB_VAL_053, "expedited job that is user-initiated";
    /// What is expedited is urgent.
    ExpeditedPriority(i32) = JOB_VAL_054, "expedited job with priority {0}";
    /// What is expedited waits for a network and for storage only.
    ExpeditedConstraints = JOB_VAL_055, "expedited job with constraints or flags it cannot have";
    /// What is expedited does not wait for content.
    ExpeditedWithTriggers = JOB_VAL_056, "expedited job with trigger content uri";
    /// Required is more than preferred.
    BatteryNotLowTwice = JOB_VAL_057, "battery-not-low both preferred and required";
    /// Required is more than preferred.
    ChargingTwice = JOB_VAL_057, "charging both preferred and required";
    /// Required is more than preferred.
    DeviceIdleTwice = JOB_VAL_057, "device idle both preferred and required";
    /// Required is more than preferred.
    ConstraintTwice = JOB_VAL_057, "constraint both preferred and required";
    /// The user waits.
    UserInitiatedWithDelay = JOB_VAL_058, "user-initiated job with delay";
    /// The user waits.
    UserInitiatedWithDeadline = JOB_VAL_059, "user-initiated job with deadline";
    /// The user asked once.
    UserInitiatedPeriodic = JOB_VAL_060, "user-initiated job that is periodic";
    /// The user asked now.
    UserInitiatedPrefetch = JOB_VAL_061, "user-initiated job that is prefetch";
    /// The user waits.
    UserInitiatedPriority(i32) = JOB_VAL_062, "user-initiated job with priority {0}";
    /// The user is there.
    UserInitiatedDeviceIdle = JOB_VAL_063, "user-initiated job with device idle";
    /// The user is the trigger.
    UserInitiatedWithTriggers = JOB_VAL_063, "user-initiated job with trigger content uri";
    /// A user-initiated job transfers data.
    UserInitiatedWithoutNetwork = JOB_VAL_064, "user-initiated job without a required network";
}

impl InvalidJob {
    /// Whether the scheduler never repeats the check. Rules: JOB-VAL-023, JOB-VAL-024.
    pub fn is_checked_by_the_app_alone(self) -> bool {
        matches!(self, Self::BackoffWhileIdle | Self::NullExtras)
    }
}

impl From<InvalidJob> for Exception {
    fn from(why: InvalidJob) -> Self {
        match why {
            InvalidJob::NullExtras => Self::NullPointer(why.to_string()),
            other => Self::IllegalArgument(other.to_string()),
        }
    }
}

/// Both directions together, -1 if both are unknown. The sum wraps. Rule: JOB-VAL-034.
pub(super) fn estimated_transfer(download: i64, upload: i64) -> i64 {
    match (download, upload) {
        (download, NETWORK_BYTES_UNKNOWN) => download,
        (NETWORK_BYTES_UNKNOWN, upload) => upload,
        (download, upload) => upload.wrapping_add(download),
    }
}

/// A chunk is more than all there is to transfer. Rule: JOB-VAL-034.
pub(super) fn exceeds_estimate(chunk: i64, download: i64, upload: i64) -> bool {
    let estimate = estimated_transfer(download, upload);
    chunk != NETWORK_BYTES_UNKNOWN && estimate != NETWORK_BYTES_UNKNOWN && chunk > estimate
}

/// Neither unknown nor at least `least`.
pub(super) fn is_known_below(bytes: i64, least: i64) -> bool {
    bytes != NETWORK_BYTES_UNKNOWN && bytes < least
}

/// Refuses where the condition holds.
macro_rules! refuse {
    ($($condition:expr => $why:expr;)*) => {
        $(if $condition { return Err($why); })*
    };
}

impl JobInfo {
    /// `enforceValidity`: the first thing that is wrong. Rule: JOB-VAL-030.
    ///
    /// # Errors
    ///
    /// The description contradicts itself, or asks for what its kind of job cannot have.
    pub fn enforce_validity(&self, gates: ValidityGates) -> Result<(), InvalidJob> {
        self.enforce_network_validity(gates)?;
        self.enforce_periodic_validity()?;
        refuse! {
            gates.disallow_prefetch_deadlines && self.has_deadline() && self.is_prefetch()
                => InvalidJob::PrefetchWithDeadline;
        }
        self.enforce_persisted_validity()?;
        self.enforce_importance_validity()?;
        self.enforce_priority_validity()?;
        self.enforce_expedited_validity()?;
        self.enforce_preference_validity()?;
        self.enforce_user_initiated_validity()
    }

    /// Like [`enforce_validity`](Self::enforce_validity), with the rule behind the answer.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn explain_validity(
        &self,
        gates: ValidityGates,
        out: &mut Output,
    ) -> Result<(), InvalidJob> {
        let outcome = self.enforce_validity(gates);
        match outcome {
            Ok(()) => out.decide(&job_val::JOB_VAL_030, "valid", || facts!(job = self.id)),
            Err(why) => out.decide(why.rule(), "refused", || {
                facts!(job = self.id, why = why, flags = self.flags, priority = self.priority)
            }),
        }
        outcome
    }

    /// A value of 0 counts as none, whoever set it. Rule: JOB-VAL-036.
    fn has_deadline(&self) -> bool {
        self.max_execution_delay_millis != 0
    }

    fn has_triggers(&self) -> bool {
        self.trigger_content_uris.as_ref().is_some_and(|triggers| !triggers.is_empty())
    }

    fn enforce_network_validity(&self, gates: ValidityGates) -> Result<(), InvalidJob> {
        let (download, upload) = (self.network_download_bytes, self.network_upload_bytes);
        let chunk = self.minimum_network_chunk_bytes;
        let has_network = self.required_network.is_some();
        let reject_negative = has_network && gates.reject_negative_network_estimates;
        refuse! {
            !has_network && (download > 0 || upload > 0 || chunk > 0)
                => InvalidJob::EstimateWithoutNetwork;
            reject_negative && is_known_below(upload, 0) => InvalidJob::NegativeUpload(upload);
            reject_negative && is_known_below(download, 0) => InvalidJob::NegativeDownload(download);
            exceeds_estimate(chunk, download, upload) => InvalidJob::ChunkExceedsEstimate(chunk);
            is_known_below(chunk, 1) => InvalidJob::ChunkNotPositive(chunk);
        }
        Ok(())
    }

    fn enforce_periodic_validity(&self) -> Result<(), InvalidJob> {
        if !self.is_periodic {
            return Ok(());
        }
        refuse! {
            self.has_deadline() => InvalidJob::PeriodicWithDeadline;
            self.min_latency_millis != 0 => InvalidJob::PeriodicWithLatency;
            self.trigger_content_uris.is_some() => InvalidJob::PeriodicWithTriggers;
        }
        Ok(())
    }

    fn enforce_persisted_validity(&self) -> Result<(), InvalidJob> {
        if !self.is_persisted {
            return Ok(());
        }
        let has_specifier =
            self.required_network.as_ref().is_some_and(|request| request.specifier.is_some());
        refuse! {
            has_specifier => InvalidJob::PersistedWithSpecifier;
            self.trigger_content_uris.is_some() => InvalidJob::PersistedWithTriggers;
            !self.transient_extras.is_empty() => InvalidJob::PersistedWithTransientExtras;
            self.clip_data.is_some() => InvalidJob::PersistedWithClipData;
        }
        Ok(())
    }

    fn enforce_importance_validity(&self) -> Result<(), InvalidJob> {
        if !self.is_important_while_foreground() {
            return Ok(());
        }
        refuse! {
            self.has_early_constraint => InvalidJob::ImportantWithDelay;
            !matches!(self.priority, PRIORITY_HIGH | PRIORITY_DEFAULT)
                => InvalidJob::ImportantPriority(self.priority);
        }
        Ok(())
    }

    fn enforce_priority_validity(&self) -> Result<(), InvalidJob> {
        match self.priority {
            PRIORITY_MAX if !self.is_expedited() && !self.is_user_initiated() => {
                Err(InvalidJob::MaxPriority)
            }
            PRIORITY_HIGH if self.is_prefetch() => Err(InvalidJob::PrefetchHighPriority),
            PRIORITY_HIGH if self.is_periodic => Err(InvalidJob::PeriodicHighPriority),
            PRIORITY_MAX | PRIORITY_HIGH | PRIORITY_DEFAULT | PRIORITY_LOW | PRIORITY_MIN => Ok(()),
            unknown => Err(InvalidJob::UnknownPriority(unknown)),
        }
    }

    fn enforce_expedited_validity(&self) -> Result<(), InvalidJob> {
        if !self.is_expedited() {
            return Ok(());
        }
        let other_constraints = self.constraint_flags & !CONSTRAINT_FLAG_STORAGE_NOT_LOW;
        let other_flags = self.flags & !(FLAG_EXPEDITED | FLAG_EXEMPT_FROM_APP_STANDBY);
        refuse! {
            self.has_early_constraint => InvalidJob::ExpeditedWithDelay;
            self.has_late_constraint => InvalidJob::ExpeditedWithDeadline;
            self.is_periodic => InvalidJob::ExpeditedPeriodic;
            self.is_user_initiated() => InvalidJob::ExpeditedUserInitiated;
            !matches!(self.priority, PRIORITY_MAX | PRIORITY_HIGH)
                => InvalidJob::ExpeditedPriority(self.priority);
            other_constraints != 0 || other_flags != 0 => InvalidJob::ExpeditedConstraints;
            self.has_triggers() => InvalidJob::ExpeditedWithTriggers;
        }
        Ok(())
    }

    fn enforce_preference_validity(&self) -> Result<(), InvalidJob> {
        let both = self.constraint_flags & self.preferred_constraint_flags;
        refuse! {
            both & CONSTRAINT_FLAG_BATTERY_NOT_LOW != 0 => InvalidJob::BatteryNotLowTwice;
            both & CONSTRAINT_FLAG_CHARGING != 0 => InvalidJob::ChargingTwice;
            both & CONSTRAINT_FLAG_DEVICE_IDLE != 0 => InvalidJob::DeviceIdleTwice;
            both != 0 => InvalidJob::ConstraintTwice;
        }
        Ok(())
    }

    fn enforce_user_initiated_validity(&self) -> Result<(), InvalidJob> {
        if !self.is_user_initiated() {
            return Ok(());
        }
        let idle = self.is_require_device_idle() || self.is_prefer_device_idle();
        refuse! {
            self.has_early_constraint => InvalidJob::UserInitiatedWithDelay;
            self.has_late_constraint => InvalidJob::UserInitiatedWithDeadline;
            self.is_periodic => InvalidJob::UserInitiatedPeriodic;
            self.is_prefetch() => InvalidJob::UserInitiatedPrefetch;
            self.priority != PRIORITY_MAX => InvalidJob::UserInitiatedPriority(self.priority);
            idle => InvalidJob::UserInitiatedDeviceIdle;
            self.has_triggers() => InvalidJob::UserInitiatedWithTriggers;
            self.required_network.is_none() => InvalidJob::UserInitiatedWithoutNetwork;
        }
        Ok(())
    }
}
