//! `JobInfo.Builder`, as it runs in the process of the app.

use super::*;
use crate::ids::Uid;
use crate::package::Change;

/// The app that builds a description, as far as the builder asks.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct BuildingApp {
    /// Its uid, which its network requests carry. Rule: JOB-VAL-027.
    pub uid: Option<Uid>,
    /// [`Change::THROW_ON_INVALID_PRIORITY_VALUE`].
    pub throw_on_invalid_priority: bool,
    /// The changes that decide at `build()`.
    pub validity: ValidityGates,
}

impl BuildingApp {
    /// An app without compat overrides. Rules: JOB-VAL-001, JOB-VAL-002.
    pub fn new(uid: Option<Uid>, target_sdk: i32) -> Self {
        Self {
            uid,
            throw_on_invalid_priority: Change::THROW_ON_INVALID_PRIORITY_VALUE
                .enabled_for_target_sdk(target_sdk),
            validity: ValidityGates::of_target_sdk(target_sdk),
        }
    }
}

/// `JobInfo.Builder`. Setters are Android's and may be called in any order, any number of times.
#[derive(Clone, Debug)]
pub struct JobInfoBuilder {
    app: BuildingApp,
    job: JobInfo,
    backoff_policy_set: bool,
    null_extras: bool,
    null_transient_extras: bool,
}

/// Sets or clears a bit.
fn with_bit(mask: i32, bit: i32, set: bool) -> i32 {
    if set {
        mask | bit
    } else {
        mask & !bit
    }
}

impl JobInfoBuilder {
    /// A builder with every default. Rule: JOB-INFO-001.
    pub fn new(app: BuildingApp, id: i32, service: ComponentName) -> Self {
        Self::from_job(app, JobInfo::new(id, service))
    }

    /// A builder with everything an existing description says, except that backoff criteria were set.
    /// Rule: JOB-VAL-025.
    pub fn from_job(app: BuildingApp, job: JobInfo) -> Self {
        Self {
            app,
            job,
            backoff_policy_set: false,
            null_extras: false,
            null_transient_extras: false,
        }
    }

    /// `setBias`, hidden.
    pub fn set_bias(&mut self, bias: i32) -> &mut Self {
        self.job.bias = bias;
        self
    }

    /// `setPriority`: a number off the scale throws, or is ignored by older apps. Rule: JOB-VAL-010.
    ///
    /// # Errors
    ///
    /// The number is off the scale and the app targets API level 33 or later.
    pub fn set_priority(&mut self, priority: i32) -> Result<&mut Self, InvalidJob> {
        if (PRIORITY_MIN..=PRIORITY_MAX).contains(&priority) {
            self.job.priority = priority;
        } else if self.app.throw_on_invalid_priority {
            return Err(InvalidJob::PriorityOutOfRange(priority));
        }
        Ok(self)
    }

    /// `setFlags`, hidden: replaces the whole mask, priority apart. Rule: JOB-VAL-015.
    pub fn set_flags(&mut self, flags: i32) -> &mut Self {
        self.job.flags = flags;
        self
    }

    /// `setExtras`; `None` stands for `null`.
    pub fn set_extras(&mut self, extras: Option<Bundle>) -> &mut Self {
        self.null_extras = extras.is_none();
        self.job.extras = extras.unwrap_or_default();
        self
    }

    /// `setTransientExtras`; `None` stands for `null`.
    pub fn set_transient_extras(&mut self, extras: Option<Bundle>) -> &mut Self {
        self.null_transient_extras = extras.is_none();
        self.job.transient_extras = extras.unwrap_or_default();
        self
    }

    /// `setClipData`.
    pub fn set_clip_data(&mut self, clip: Option<ClipData>, grant_flags: i32) -> &mut Self {
        self.job.clip_data = clip;
        self.job.clip_grant_flags = grant_flags;
        self
    }

    /// `setRequiredNetworkType`. Rule: JOB-VAL-019.
    pub fn set_required_network_type(&mut self, network_type: i32) -> &mut Self {
        self.job.required_network = NetworkRequest::of_type(network_type, self.app.uid);
        self
    }

    /// `setRequiredNetwork`: overwrites what the former call set, and the other way round.
    pub fn set_required_network(&mut self, request: Option<NetworkRequest>) -> &mut Self {
        self.job.required_network = request;
        self
    }

    /// A request builder in the name of this app, for [`set_required_network`](Self::set_required_network).
    pub fn network_request(&self) -> NetworkRequestBuilder {
        NetworkRequestBuilder::new(self.app.uid)
    }

    /// `setEstimatedNetworkBytes`: checks nothing. Rule: JOB-VAL-021.
    pub fn set_estimated_network_bytes(&mut self, download: i64, upload: i64) -> &mut Self {
        self.job.network_download_bytes = download;
        self.job.network_upload_bytes = upload;
        self
    }

    /// `setMinimumNetworkChunkBytes`. Rule: JOB-VAL-020.
    ///
    /// # Errors
    ///
    /// Neither unknown nor positive, whatever the app targets.
    pub fn set_minimum_network_chunk_bytes(&mut self, chunk: i64) -> Result<&mut Self, InvalidJob> {
        if validity::is_known_below(chunk, 1) {
            return Err(InvalidJob::ChunkGivenNotPositive(chunk));
        }
        self.job.minimum_network_chunk_bytes = chunk;
        Ok(self)
    }

    /// `setRequiresCharging`. Rule: JOB-VAL-016.
    pub fn set_requires_charging(&mut self, requires: bool) -> &mut Self {
        self.require(CONSTRAINT_FLAG_CHARGING, requires)
    }

    /// `setRequiresBatteryNotLow`.
    pub fn set_requires_battery_not_low(&mut self, requires: bool) -> &mut Self {
        self.require(CONSTRAINT_FLAG_BATTERY_NOT_LOW, requires)
    }

    /// `setRequiresDeviceIdle`.
    pub fn set_requires_device_idle(&mut self, requires: bool) -> &mut Self {
        self.require(CONSTRAINT_FLAG_DEVICE_IDLE, requires)
    }

    /// `setRequiresStorageNotLow`.
    pub fn set_requires_storage_not_low(&mut self, requires: bool) -> &mut Self {
        self.require(CONSTRAINT_FLAG_STORAGE_NOT_LOW, requires)
    }

    /// `setPrefersCharging`.
    pub fn set_prefers_charging(&mut self, prefers: bool) -> &mut Self {
        self.prefer(CONSTRAINT_FLAG_CHARGING, prefers)
    }

    /// `setPrefersBatteryNotLow`.
    pub fn set_prefers_battery_not_low(&mut self, prefers: bool) -> &mut Self {
        self.prefer(CONSTRAINT_FLAG_BATTERY_NOT_LOW, prefers)
    }

    /// `setPrefersDeviceIdle`.
    pub fn set_prefers_device_idle(&mut self, prefers: bool) -> &mut Self {
        self.prefer(CONSTRAINT_FLAG_DEVICE_IDLE, prefers)
    }

    fn require(&mut self, bit: i32, requires: bool) -> &mut Self {
        self.job.constraint_flags = with_bit(self.job.constraint_flags, bit, requires);
        self
    }

    fn prefer(&mut self, bit: i32, prefers: bool) -> &mut Self {
        let preferred = with_bit(self.job.preferred_constraint_flags, bit, prefers);
        self.job.preferred_constraint_flags = preferred;
        self
    }

    /// `addTriggerContentUri`: there is no way back. Rule: JOB-VAL-026.
    pub fn add_trigger_content_uri(&mut self, trigger: TriggerContentUri) -> &mut Self {
        self.job.trigger_content_uris.get_or_insert_with(Vec::new).push(trigger);
        self
    }

    /// `setTriggerContentUpdateDelay`: stored as given. Rule: JOB-VAL-026.
    pub fn set_trigger_content_update_delay(&mut self, millis: i64) -> &mut Self {
        self.job.trigger_content_update_delay = millis;
        self
    }

    /// `setTriggerContentMaxDelay`: stored as given. Rule: JOB-VAL-026.
    pub fn set_trigger_content_max_delay(&mut self, millis: i64) -> &mut Self {
        self.job.trigger_content_max_delay = millis;
        self
    }

    /// `setPeriodic(interval)`: the whole interval is flexible. Rule: JOB-VAL-017.
    pub fn set_periodic(&mut self, interval: i64) -> &mut Self {
        self.set_periodic_with_flex(interval, interval)
    }

    /// `setPeriodic(interval, flex)`: raised to the least allowed. Five times the interval may wrap.
    /// Rule: JOB-VAL-017.
    pub fn set_periodic_with_flex(&mut self, interval: i64, flex: i64) -> &mut Self {
        let interval = interval.max(MIN_PERIOD_MILLIS);
        let min_flex = (interval.wrapping_mul(5) / 100).max(MIN_FLEX_MILLIS);
        self.job.is_periodic = true;
        self.job.interval_millis = interval;
        self.job.flex_millis = flex.max(min_flex);
        self.job.has_early_constraint = true;
        self.job.has_late_constraint = true;
        self
    }

    /// `setMinimumLatency`: 0 is a delay, too. Rule: JOB-INFO-011.
    pub fn set_minimum_latency(&mut self, millis: i64) -> &mut Self {
        self.job.min_latency_millis = millis;
        self.job.has_early_constraint = true;
        self
    }

    /// `setOverrideDeadline`: 0 is a deadline, too. Rule: JOB-INFO-011.
    pub fn set_override_deadline(&mut self, millis: i64) -> &mut Self {
        self.job.max_execution_delay_millis = millis;
        self.job.has_late_constraint = true;
        self
    }

    /// `setBackoffCriteria`: raised to the least allowed, any policy is taken. Rule: JOB-VAL-018.
    pub fn set_backoff_criteria(&mut self, initial_millis: i64, policy: i32) -> &mut Self {
        self.backoff_policy_set = true;
        self.job.initial_backoff_millis = initial_millis.max(MIN_BACKOFF_MILLIS);
        self.job.backoff_policy = policy;
        self
    }

    /// `setExpedited`. Rules: JOB-VAL-011, JOB-VAL-014.
    pub fn set_expedited(&mut self, expedited: bool) -> &mut Self {
        self.set_flag_with_priority(FLAG_EXPEDITED, expedited, PRIORITY_MAX)
    }

    /// `setUserInitiated`. Rules: JOB-VAL-012, JOB-VAL-014.
    pub fn set_user_initiated(&mut self, user_initiated: bool) -> &mut Self {
        self.set_flag_with_priority(FLAG_USER_INITIATED, user_initiated, PRIORITY_MAX)
    }

    /// `setImportantWhileForeground`. Rules: JOB-VAL-013, JOB-VAL-014.
    pub fn set_important_while_foreground(&mut self, important: bool) -> &mut Self {
        self.set_flag_with_priority(FLAG_IMPORTANT_WHILE_FOREGROUND, important, PRIORITY_HIGH)
    }

    /// The default priority becomes that of the flag, and the other way round. Whether the app chose
    /// the number or it came about like this cannot be told.
    fn set_flag_with_priority(&mut self, flag: i32, set: bool, priority: i32) -> &mut Self {
        let job = &mut self.job;
        if set && job.priority == PRIORITY_DEFAULT {
            job.priority = priority;
        } else if !set && job.priority == priority && job.flags & flag != 0 {
            job.priority = PRIORITY_DEFAULT;
        }
        job.flags = with_bit(job.flags, flag, set);
        self
    }

    /// `setPrefetch`: sets its flag only. Rule: JOB-VAL-016.
    pub fn set_prefetch(&mut self, prefetch: bool) -> &mut Self {
        self.job.flags = with_bit(self.job.flags, FLAG_PREFETCH, prefetch);
        self
    }

    /// `setPersisted`.
    pub fn set_persisted(&mut self, persisted: bool) -> &mut Self {
        self.job.is_persisted = persisted;
        self
    }

    /// `build()`: the description, if it is valid for the app. It no longer follows the builder.
    /// Rules: JOB-INFO-012, JOB-VAL-023, JOB-VAL-024.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong with it.
    pub fn build(self) -> Result<JobInfo, InvalidJob> {
        let gates = self.app.validity;
        self.build_with(gates)
    }

    /// `build()` with the two compat changes as given.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong with it.
    pub fn build_with(self, gates: ValidityGates) -> Result<JobInfo, InvalidJob> {
        if self.backoff_policy_set && self.job.is_require_device_idle() {
            return Err(InvalidJob::BackoffWhileIdle);
        }
        if self.null_extras || self.null_transient_extras {
            return Err(InvalidJob::NullExtras);
        }
        self.job.enforce_validity(gates)?;
        Ok(self.job)
    }

    /// The description as it stands, as raw marshalling could make it. The scheduler checks it again.
    /// Rule: JOB-API-030.
    pub fn build_unchecked(self) -> JobInfo {
        self.job
    }
}
