//! What others ask of a record: identity, times, priority, how it is treated.

use std::sync::Arc;

use super::{
    ConstraintHistory, Constraints, InternalFlags, JobKey, JobStatus, Lifetime, Origin,
    PersistedUtcTimes, Source, NO_EARLIEST_RUNTIME, NO_LATEST_RUNTIME,
};
use crate::ids::{ComponentName, Uid, UserId};
use crate::job::bucket::StandbyBucket;
use crate::job::info::{
    JobInfo, UserVisibleJobSummary, PRIORITY_DEFAULT, PRIORITY_HIGH, PRIORITY_LOW, PRIORITY_MAX,
    PRIORITY_MIN,
};
use crate::job::reason::StopReason;
use crate::job::RecordId;
use crate::time::{Elapsed, Wall};

/// Delay before a changed uri triggers, where none was given. Rule: JOB-INFO-032.
const DEFAULT_TRIGGER_UPDATE_DELAY: i64 = 10_000;
const MIN_TRIGGER_UPDATE_DELAY: i64 = 500;
const DEFAULT_TRIGGER_MAX_DELAY: i64 = 120_000;
const MIN_TRIGGER_MAX_DELAY: i64 = 1_000;

/// Who and what.
impl JobStatus {
    /// The identity of this record.
    pub fn record(&self) -> RecordId {
        self.record
    }

    /// The description, as the record keeps it. Rule: JOB-INFO-041.
    pub fn job(&self) -> &Arc<JobInfo> {
        &self.job
    }

    /// The id the app chose.
    pub fn job_id(&self) -> i32 {
        self.job.id
    }

    /// The name of the job. Rule: JOB-INFO-017.
    pub fn key(&self) -> JobKey {
        JobKey { uid: self.calling_uid, namespace: self.namespace.clone(), id: self.job.id }
    }

    /// `matches`: it is a record of this job. Rule: JOB-INFO-017.
    pub fn matches(&self, uid: Uid, namespace: Option<&str>, id: i32) -> bool {
        self.job.id == id && self.calling_uid == uid && self.namespace.as_deref() == namespace
    }

    /// The uid that scheduled it and hosts its service.
    pub fn calling_uid(&self) -> Uid {
        self.calling_uid
    }

    /// The user of the calling uid.
    pub fn user(&self) -> UserId {
        self.calling_uid.user()
    }

    /// `None`: the default namespace.
    pub fn namespace(&self) -> Option<&Arc<str>> {
        self.namespace.as_ref()
    }

    /// The job service.
    pub fn service_component(&self) -> &ComponentName {
        &self.job.service
    }

    /// The uid it runs for. Rule: JOB-INFO-018.
    pub fn source_uid(&self) -> Uid {
        self.source_uid
    }

    /// The user it runs for.
    pub fn source_user(&self) -> UserId {
        self.source_user
    }

    /// The package it runs for.
    pub fn source_package(&self) -> &Arc<str> {
        &self.source_package
    }

    /// For battery attribution.
    pub fn source_tag(&self) -> Option<&Arc<str>> {
        self.source_tag.as_ref()
    }

    /// The name under which the battery usage is accounted. Rule: JOB-INFO-019.
    pub fn battery_name(&self) -> String {
        let prefix = self.namespace.as_ref().map_or(String::new(), |name| format!("@{name}@"));
        match &self.source_tag {
            Some(tag) => format!("{prefix}{tag}:{}", self.job.service.package),
            None => format!("{prefix}{}", self.job.service.flatten_to_short_string()),
        }
    }

    /// The tag of the wake lock. Rule: JOB-INFO-019.
    pub fn tag(&self) -> String {
        format!("*job*/{}#{}", self.battery_name(), self.job.id)
    }

    /// What observers of user-visible jobs are told. Rule: JOB-API-094.
    pub fn user_visible_job_summary(&self) -> UserVisibleJobSummary {
        UserVisibleJobSummary {
            calling_uid: self.calling_uid,
            calling_package: self.job.service.package.to_string(),
            source_user: self.source_user,
            source_package: self.source_package.to_string(),
            namespace: self.namespace.as_ref().map(ToString::to_string),
            job_id: self.job.id,
        }
    }

    /// Who asked for it, for a record that takes this one's place.
    pub fn origin_for(&self, record: RecordId) -> Origin {
        Origin {
            record,
            calling_uid: self.calling_uid,
            namespace: self.namespace.clone(),
            source: Some(Source {
                package: Arc::clone(&self.source_package),
                user: self.source_user,
                uid: self.source_uid,
                tag: self.source_tag.clone(),
            }),
            standby_bucket: self.standby_bucket,
            is_cloud_media_provider: false,
        }
    }

    /// What a record that takes this one's place inherits if nothing changes.
    pub fn lifetime(&self) -> Lifetime {
        Lifetime {
            earliest_run_time: self.earliest_run_time,
            latest_run_time: self.latest_run_time,
            num_failures: self.num_failures,
            num_system_stops: self.num_system_stops,
            last_successful_run_time: self.last_successful_run_time,
            last_failed_run_time: self.last_failed_run_time,
            cumulative_execution_time_ms: self.cumulative_execution_time_ms,
            internal_flags: self.internal_flags,
            dynamic_constraints: self.dynamic_constraints,
        }
    }
}

/// When.
impl JobStatus {
    /// [`NO_EARLIEST_RUNTIME`]: no delay.
    pub fn earliest_run_time(&self) -> Elapsed {
        self.earliest_run_time
    }

    /// [`NO_LATEST_RUNTIME`]: no deadline.
    pub fn latest_run_time(&self) -> Elapsed {
        self.latest_run_time
    }

    /// The end of the window on the period grid. Rule: JOB-INFO-025.
    pub fn original_latest_run_time(&self) -> Elapsed {
        self.original_latest_run_time
    }

    /// Moves the period grid. Rule: JOB-INFO-025.
    pub fn set_original_latest_run_time(&mut self, at: Elapsed) {
        self.original_latest_run_time = at;
    }

    /// How much of its run window has passed; 32-bit floats, as on Android. Rule: CTRL-NET.
    pub fn fraction_run_time(&self, now: Elapsed) -> f32 {
        let (earliest, latest) = (self.earliest_run_time, self.latest_run_time);
        let reached = |at: Elapsed| if now >= at { 1.0 } else { 0.0 };
        match (earliest == NO_EARLIEST_RUNTIME, latest == NO_LATEST_RUNTIME) {
            (true, true) => 1.0,
            (true, false) => reached(latest),
            (false, true) => reached(earliest),
            (false, false) if now <= earliest => 0.0,
            (false, false) if now >= latest => 1.0,
            (false, false) => now.since(earliest) as f32 / latest.since(earliest) as f32,
        }
    }

    /// How often it failed.
    pub fn num_failures(&self) -> i32 {
        self.num_failures
    }

    /// How often the system stopped it.
    pub fn num_system_stops(&self) -> i32 {
        self.num_system_stops
    }

    /// Failures and system stops.
    pub fn num_previous_attempts(&self) -> i32 {
        self.num_failures.wrapping_add(self.num_system_stops)
    }

    /// 0: never.
    pub fn last_successful_run_time(&self) -> Wall {
        self.last_successful_run_time
    }

    /// 0: never.
    pub fn last_failed_run_time(&self) -> Wall {
        self.last_failed_run_time
    }

    /// Time spent in executions so far. Rule: JOB-RESCHED-017.
    pub fn cumulative_execution_time_ms(&self) -> i64 {
        self.cumulative_execution_time_ms
    }

    /// Adds the time of an execution, or of a part of one. Rule: JOB-RESCHED-017.
    pub fn increment_cumulative_execution_time(&mut self, millis: i64) {
        self.cumulative_execution_time_ms = self.cumulative_execution_time_ms.wrapping_add(millis);
    }

    /// Its run window on the wall clock, while it is only known there.
    pub fn persisted_utc_times(&self) -> Option<PersistedUtcTimes> {
        self.persisted_utc_times.as_deref().copied()
    }

    /// The wall clock was not trustworthy when it was read. Rule: STORE.
    pub fn set_persisted_utc_times(&mut self, times: PersistedUtcTimes) {
        self.persisted_utc_times = Some(Box::new(times));
    }

    /// From now on a correction of the wall clock does not touch it. Rule: JOB-RUN-011.
    pub fn clear_persisted_utc_times(&mut self) {
        self.persisted_utc_times = None;
    }
}

/// How it is treated.
impl JobStatus {
    /// Built as expedited.
    #[inline]
    pub fn is_requested_expedited_job(&self) -> bool {
        self.job.is_expedited()
    }

    /// Rules: JOB-INFO-037, JOB-READY-009.
    #[inline]
    pub fn should_treat_as_expedited_job(&self) -> bool {
        self.expedited_quota_approved
            && self.expedited_tare_approved
            && self.is_requested_expedited_job()
    }

    /// The quota controller approves expedited treatment.
    pub fn is_expedited_quota_approved(&self) -> bool {
        self.expedited_quota_approved
    }

    /// The economy approves expedited treatment.
    pub fn is_expedited_tare_approved(&self) -> bool {
        self.expedited_tare_approved
    }

    /// Rules: JOB-INFO-036, JOB-READY-008.
    #[inline]
    pub fn should_treat_as_user_initiated_job(&self) -> bool {
        let demoted = InternalFlags::DEMOTED_BY_USER.with(InternalFlags::DEMOTED_BY_SYSTEM_UIJ);
        self.job.is_user_initiated() && !self.internal_flags.intersects(demoted)
    }

    /// Rules: JOB-INFO-038, JOB-READY-010.
    pub fn is_user_visible_job(&self) -> bool {
        self.should_treat_as_user_initiated_job() || self.started_as_user_initiated_job
    }

    /// Rules: JOB-INFO-035, QUEUE-PRI-002, QUEUE-PRI-003, QUEUE-PRI-004, QUEUE-PRI-005, QUEUE-PRI-006.
    pub fn effective_priority(&self) -> i32 {
        let by_user = self.internal_flags.intersects(InternalFlags::DEMOTED_BY_USER);
        let by_system = self.job.is_user_initiated()
            && self.internal_flags.intersects(InternalFlags::DEMOTED_BY_SYSTEM_UIJ);
        let cap = if by_user || by_system { PRIORITY_HIGH } else { PRIORITY_MAX };
        let raw = self.job.priority.min(cap);
        if self.num_failures < 2 || self.should_treat_as_user_initiated_job() {
            return raw;
        }
        if self.is_requested_expedited_job() {
            return PRIORITY_HIGH;
        }
        match self.num_failures / 2 {
            1 => raw.min(PRIORITY_DEFAULT),
            2 => raw.min(PRIORITY_LOW),
            _ => PRIORITY_MIN,
        }
    }

    /// The bucket of the source app.
    pub fn standby_bucket(&self) -> StandbyBucket {
        self.standby_bucket
    }

    /// Rules: JOB-INFO-039, JOB-READY-012.
    #[inline]
    pub fn effective_standby_bucket(&self) -> StandbyBucket {
        let bucket = self.standby_bucket;
        if bucket == StandbyBucket::Exempted {
            return bucket;
        }
        if self.uid_active || self.job.is_exempted_from_app_standby() {
            return StandbyBucket::Active;
        }
        let outcast = matches!(bucket, StandbyBucket::Restricted | StandbyBucket::Never);
        if !outcast && self.has_media_backup_exemption {
            return bucket.min(StandbyBucket::Working);
        }
        bucket
    }

    /// Demotions and exemptions.
    pub fn internal_flags(&self) -> InternalFlags {
        self.internal_flags
    }

    /// Adds flags. Nothing is evaluated anew. Rule: JOB-READY-017.
    pub fn add_internal_flags(&mut self, flags: InternalFlags) {
        self.internal_flags = self.internal_flags.with(flags);
    }

    /// Takes flags away. Nothing is evaluated anew.
    pub fn remove_internal_flags(&mut self, flags: InternalFlags) {
        self.internal_flags = self.internal_flags.without(flags);
    }

    /// Exempts the job if it is free of time constraints and its app is active. Rule: JOB-INFO-043.
    pub fn maybe_add_foreground_exemption(&mut self, is_uid_active: impl FnOnce(Uid) -> bool) {
        let timed = self.job.has_early_constraint || self.job.has_late_constraint;
        let exempt = self.internal_flags.intersects(InternalFlags::HAS_FOREGROUND_EXEMPTION);
        if !timed && !exempt && is_uid_active(self.source_uid) {
            self.add_internal_flags(InternalFlags::HAS_FOREGROUND_EXEMPTION);
        }
    }

    /// `updateMediaBackupExemptionStatus`, given whether the source package is the cloud media
    /// provider of its user; `true` if that is a change. Rules: JOB-INFO-040, JOB-READY-013.
    pub fn update_media_backup_exemption_status(&mut self, is_cloud_media_provider: bool) -> bool {
        let exempt = self.has_exempted_media_uris_only
            && !self.job.has_late_constraint
            && self.job.required_network.is_some()
            && self.effective_priority() >= PRIORITY_DEFAULT
            && is_cloud_media_provider;
        let changed = self.has_media_backup_exemption != exempt;
        self.has_media_backup_exemption = exempt;
        changed
    }

    /// The source uid was active when last told.
    pub fn is_uid_active(&self) -> bool {
        self.uid_active
    }

    /// The user restricts the app, as last told.
    pub fn is_user_bg_restricted(&self) -> bool {
        self.is_user_bg_restricted
    }

    /// The app was on the Doze allowlist when last told.
    pub fn app_has_doze_exemption(&self) -> bool {
        self.app_has_doze_exemption
    }

    /// Why it last turned from ready to not ready; `Undefined` while it is ready. Rule: CTRL-GEN-004.
    pub fn stop_reason(&self) -> StopReason {
        self.reason_ready_to_unready
    }
}

/// What it waits for.
impl JobStatus {
    /// What the app required. Rule: JOB-READY-002.
    pub fn required_constraints(&self) -> Constraints {
        self.required_constraints
    }

    /// What holds now, as far as the controllers have told.
    pub fn satisfied_constraints(&self) -> Constraints {
        self.satisfied_constraints
    }

    /// What the system imposed.
    pub fn dynamic_constraints(&self) -> Constraints {
        self.dynamic_constraints
    }

    /// This constraint holds.
    #[inline]
    pub fn is_constraint_satisfied(&self, constraint: Constraints) -> bool {
        self.satisfied_constraints.contains(constraint)
    }

    /// Required or imposed, at least one of these.
    #[inline]
    pub fn has_constraint(&self, constraints: Constraints) -> bool {
        (self.required_constraints | self.dynamic_constraints).intersects(constraints)
    }

    /// It requires a network.
    pub fn has_connectivity_constraint(&self) -> bool {
        self.required_constraints.contains(Constraints::CONNECTIVITY)
    }

    /// It waits for charging, by its own or the system's wish.
    pub fn has_charging_constraint(&self) -> bool {
        self.has_constraint(Constraints::CHARGING)
    }

    /// It waits for a battery that is not low.
    pub fn has_battery_not_low_constraint(&self) -> bool {
        self.has_constraint(Constraints::BATTERY_NOT_LOW)
    }

    /// It waits for something about the battery.
    pub fn has_power_constraint(&self) -> bool {
        self.has_constraint(Constraints::CHARGING | Constraints::BATTERY_NOT_LOW)
    }

    /// It waits for storage that is not low.
    pub fn has_storage_not_low_constraint(&self) -> bool {
        self.has_constraint(Constraints::STORAGE_NOT_LOW)
    }

    /// It has a delay.
    pub fn has_timing_delay_constraint(&self) -> bool {
        self.has_constraint(Constraints::TIMING_DELAY)
    }

    /// It has a deadline; the window of a periodic job is one.
    pub fn has_deadline_constraint(&self) -> bool {
        self.has_constraint(Constraints::DEADLINE)
    }

    /// It waits for the device to be idle.
    pub fn has_idle_constraint(&self) -> bool {
        self.has_constraint(Constraints::IDLE)
    }

    /// It waits for content to change.
    pub fn has_content_trigger_constraint(&self) -> bool {
        self.required_constraints.contains(Constraints::CONTENT_TRIGGER)
    }

    /// It waits for preferred constraints.
    pub fn has_flexibility_constraint(&self) -> bool {
        self.required_constraints.contains(Constraints::FLEXIBLE)
    }

    /// How many preferred constraints it still waits for.
    pub fn num_required_flexible_constraints(&self) -> i32 {
        i32::from(self.num_required_flexible_constraints) - self.num_dropped_flexible_constraints()
    }

    /// How many preferred constraints it no longer waits for.
    pub fn num_dropped_flexible_constraints(&self) -> i32 {
        i32::from(self.num_dropped_flexible_constraints)
    }

    /// Rule: JOB-INFO-032.
    pub fn trigger_content_update_delay(&self) -> i64 {
        match self.job.trigger_content_update_delay {
            i64::MIN..=-1 => DEFAULT_TRIGGER_UPDATE_DELAY,
            delay => delay.max(MIN_TRIGGER_UPDATE_DELAY),
        }
    }

    /// Rule: JOB-INFO-032.
    pub fn trigger_content_max_delay(&self) -> i64 {
        match self.job.trigger_content_max_delay {
            i64::MIN..=-1 => DEFAULT_TRIGGER_MAX_DELAY,
            delay => delay.max(MIN_TRIGGER_MAX_DELAY),
        }
    }

    /// The last changes of what holds. Rule: CTRL-GEN-004.
    pub fn constraint_history(&self) -> &ConstraintHistory {
        &self.constraint_history
    }

    /// Some controller began to track it; `which` is a `TRACKING_*` bit of that controller's own.
    pub fn set_tracking_controller(&mut self, which: u8) {
        self.tracking_controllers |= which;
    }

    /// That controller no longer tracks it; `true` if it did.
    pub fn clear_tracking_controller(&mut self, which: u8) -> bool {
        let tracked = self.tracking_controllers & which != 0;
        self.tracking_controllers &= !which;
        tracked
    }
}
