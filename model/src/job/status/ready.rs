//! What a record waits for, and whether it is ready: setters of the controllers and the predicate.

use super::{Constraints, InternalFlags, JobStatus, OverrideState};
use crate::job::bucket::StandbyBucket;
use crate::job::reason::StopReason;
use crate::time::Elapsed;

/// Readiness as far as it is remembered between changes. Rule: JOB-READY-005.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(super) struct ReadyFlags(u8);

impl ReadyFlags {
    pub(super) const NONE: Self = Self(0);
    pub(super) const DEADLINE: Self = Self(1);
    pub(super) const NOT_DOZING: Self = Self(2);
    pub(super) const NOT_RESTRICTED_IN_BG: Self = Self(4);
    pub(super) const WITHIN_QUOTA: Self = Self(8);
    pub(super) const TARE_WEALTH: Self = Self(16);
    pub(super) const DYNAMIC: Self = Self(32);

    /// All flags of `other` are set.
    #[inline]
    pub(super) const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    #[inline]
    const fn set(self, other: Self, value: bool) -> Self {
        if value {
            Self(self.0 | other.0)
        } else {
            Self(self.0 & !other.0)
        }
    }

    /// The flag that stands for this constraint, if one does.
    #[inline]
    const fn of(constraint: Constraints) -> Option<Self> {
        match constraint {
            Constraints::DEADLINE => Some(Self::DEADLINE),
            Constraints::DEVICE_NOT_DOZING => Some(Self::NOT_DOZING),
            Constraints::BACKGROUND_NOT_RESTRICTED => Some(Self::NOT_RESTRICTED_IN_BG),
            Constraints::WITHIN_QUOTA => Some(Self::WITHIN_QUOTA),
            Constraints::TARE_WEALTH => Some(Self::TARE_WEALTH),
            _ => None,
        }
    }
}

impl JobStatus {
    /// The bit of one constraint becomes `state`; `true` if that is a change. Rules: CTRL-GEN-004, JOB-READY-005.
    ///
    /// Doze and background restriction come with a fact of their own: see
    /// [`set_device_not_dozing_constraint_satisfied`](Self::set_device_not_dozing_constraint_satisfied) and
    /// [`set_background_not_restricted_constraint_satisfied`](Self::set_background_not_restricted_constraint_satisfied).
    #[inline]
    pub fn set_constraint_satisfied(
        &mut self,
        constraint: Constraints,
        now: Elapsed,
        state: bool,
    ) -> bool {
        if self.satisfied_constraints.contains(constraint) == state {
            return false;
        }
        let was_ready = !state && self.is_ready();
        self.satisfied_constraints = self.satisfied_constraints.set(constraint, state);
        self.update_dynamic_satisfied();
        self.constraint_history.push(now, self.satisfied_constraints);
        // The remembered flags still are those from before: Android asks before it updates them.
        let is_ready = self.readiness_status_with_constraint(constraint, state);
        self.note_readiness(was_ready, is_ready, self.constraint_to_stop_reason(constraint));
        if let Some(flag) = ReadyFlags::of(constraint) {
            let value = match constraint {
                Constraints::DEADLINE => {
                    !self.job.is_periodic && self.has_deadline_constraint() && state
                }
                Constraints::DEVICE_NOT_DOZING => state || self.can_run_in_doze(),
                _ => state,
            };
            self.ready = self.ready.set(flag, value);
        }
        true
    }

    /// The device dozes or not, and whether the app is on the allowlist. The loss may leave a stop
    /// reason on a job that stays ready. Rules: JOB-READY-005, JOB-READY-032.
    pub fn set_device_not_dozing_constraint_satisfied(
        &mut self,
        now: Elapsed,
        state: bool,
        allowlisted: bool,
    ) -> bool {
        self.app_has_doze_exemption = allowlisted;
        self.set_constraint_satisfied(Constraints::DEVICE_NOT_DOZING, now, state)
    }

    /// Background work is restricted or not, and whether it is the user who restricts it.
    /// Rule: JOB-READY-005.
    pub fn set_background_not_restricted_constraint_satisfied(
        &mut self,
        now: Elapsed,
        state: bool,
        is_user_bg_restricted: bool,
    ) -> bool {
        self.is_user_bg_restricted = is_user_bg_restricted;
        self.set_constraint_satisfied(Constraints::BACKGROUND_NOT_RESTRICTED, now, state)
    }

    /// Within quota or not.
    pub fn set_quota_constraint_satisfied(&mut self, now: Elapsed, state: bool) -> bool {
        self.set_constraint_satisfied(Constraints::WITHIN_QUOTA, now, state)
    }

    /// Wealthy enough or not.
    pub fn set_tare_wealth_constraint_satisfied(&mut self, now: Elapsed, state: bool) -> bool {
        self.set_constraint_satisfied(Constraints::TARE_WEALTH, now, state)
    }

    /// The deadline has passed or not. Without effect on readiness of a periodic job.
    /// Rules: JOB-READY-005, JOB-READY-006.
    pub fn set_deadline_constraint_satisfied(&mut self, now: Elapsed, state: bool) -> bool {
        self.set_constraint_satisfied(Constraints::DEADLINE, now, state)
    }

    /// The quota controller approves expedited treatment or not; `true` if that is a change.
    pub fn set_expedited_job_quota_approved(&mut self, _now: Elapsed, state: bool) -> bool {
        let changed = self.expedited_quota_approved != state;
        if changed {
            self.change_expedited_approval(state, |status| status.expedited_quota_approved = state);
        }
        changed
    }

    /// The economy approves expedited treatment or not; `true` if that is a change.
    pub fn set_expedited_job_tare_approved(&mut self, _now: Elapsed, state: bool) -> bool {
        let changed = self.expedited_tare_approved != state;
        if changed {
            self.change_expedited_approval(state, |status| status.expedited_tare_approved = state);
        }
        changed
    }

    fn change_expedited_approval(&mut self, state: bool, change: impl FnOnce(&mut Self)) {
        let was_ready = !state && self.is_ready();
        change(self);
        let not_dozing =
            self.is_constraint_satisfied(Constraints::DEVICE_NOT_DOZING) || self.can_run_in_doze();
        self.ready = self.ready.set(ReadyFlags::NOT_DOZING, not_dozing);
        self.note_readiness(was_ready, self.is_ready(), StopReason::Quota);
    }

    /// Losing readiness leaves a reason, gaining it clears the reason. Rule: CTRL-GEN-004.
    #[inline]
    fn note_readiness(&mut self, was_ready: bool, is_ready: bool, reason: StopReason) {
        if was_ready && !is_ready {
            self.reason_ready_to_unready = reason;
        } else if !was_ready && is_ready {
            self.reason_ready_to_unready = StopReason::Undefined;
        }
    }

    /// The source uid is active or not; `true` if that is a change.
    pub fn set_uid_active(&mut self, active: bool) -> bool {
        let changed = self.uid_active != active;
        self.uid_active = active;
        changed
    }

    /// The bucket of the source app; entering and leaving the restricted one imposes and lifts
    /// constraints. Rule: JOB-READY-024.
    pub fn set_standby_bucket(&mut self, bucket: StandbyBucket) {
        if bucket == StandbyBucket::Restricted {
            self.add_dynamic_constraints(Constraints::DYNAMIC_RESTRICTED);
        } else if self.standby_bucket == StandbyBucket::Restricted {
            self.dynamic_constraints =
                self.dynamic_constraints.without(Constraints::DYNAMIC_RESTRICTED);
            self.update_dynamic_satisfied();
        }
        self.standby_bucket = bucket;
    }

    /// Imposes constraints. Quota is never imposed; network and content only on jobs that asked for
    /// them. Rule: JOB-INFO-027.
    pub fn add_dynamic_constraints(&mut self, constraints: Constraints) {
        let never = Constraints::WITHIN_QUOTA | Constraints::TARE_WEALTH;
        let only_required = Constraints::CONNECTIVITY | Constraints::CONTENT_TRIGGER;
        let imposed =
            constraints.without(never).without(only_required.without(self.required_constraints));
        self.dynamic_constraints = self.dynamic_constraints.with(imposed);
        self.update_dynamic_satisfied();
    }

    /// From now on it waits for the end of doze and of battery saver. While both are off that makes up
    /// for quota. Rules: JOB-RESCHED-015, JOB-RESCHED-016.
    pub fn disallow_run_in_battery_saver_and_doze(&mut self) {
        self.add_dynamic_constraints(Constraints::DYNAMIC_EXPEDITED_DEFERRAL);
    }

    /// `adjustNumRequiredFlexibleConstraints`: how many preferred constraints are still waited for.
    /// Rule: CTRL-FLEX.
    pub fn adjust_num_required_flexible_constraints(&mut self, adjustment: i32) {
        let required = i32::from(self.num_required_flexible_constraints);
        let dropped = i32::from(self.num_dropped_flexible_constraints);
        let dropped = dropped.wrapping_sub(adjustment).min(required).max(0);
        self.num_dropped_flexible_constraints = u8::try_from(dropped).unwrap_or(u8::MAX);
    }

    pub(super) fn start_not_dozing(&mut self) {
        self.ready = self.ready.set(ReadyFlags::NOT_DOZING, self.can_run_in_doze());
    }

    #[inline]
    fn update_dynamic_satisfied(&mut self) {
        let satisfied = self.dynamic_satisfied_by(self.satisfied_constraints);
        self.ready = self.ready.set(ReadyFlags::DYNAMIC, satisfied);
    }

    #[inline]
    fn dynamic_satisfied_by(&self, satisfied: Constraints) -> bool {
        !self.dynamic_constraints.is_empty() && satisfied.contains(self.dynamic_constraints)
    }

    /// The job may run, as far as its own record tells. No bucket but NEVER keeps a job within quota.
    /// Rules: JOB-READY-020, JOB-READY-025, CTRL-GEN-007.
    #[inline]
    pub fn is_ready(&self) -> bool {
        self.is_ready_with(self.ready, self.satisfied_constraints)
    }

    /// It would be ready were this constraint satisfied. Rule: JOB-READY-030.
    pub fn would_be_ready_with_constraint(&self, constraint: Constraints) -> bool {
        self.readiness_status_with_constraint(constraint, true)
    }

    /// Whether the job would be ready if `constraint` were `value`. Rules: JOB-READY-030, CTRL-GEN-013.
    #[inline]
    pub fn readiness_status_with_constraint(&self, constraint: Constraints, value: bool) -> bool {
        let mut ready = self.ready;
        let mut satisfied = self.satisfied_constraints & Constraints::OF_INTEREST;
        match ReadyFlags::of(constraint) {
            Some(flag) => ready = ready.set(flag, value),
            None => {
                satisfied = satisfied.set(constraint, value);
                ready = ready.set(ReadyFlags::DYNAMIC, self.dynamic_satisfied_by(satisfied));
            }
        }
        if constraint != Constraints::FLEXIBLE {
            satisfied = satisfied.with(Constraints::FLEXIBLE);
        }
        self.is_ready_with(ready, satisfied)
    }

    #[inline]
    fn is_ready_with(&self, ready: ReadyFlags, satisfied: Constraints) -> bool {
        let affordable = ready
            .has(ReadyFlags(ReadyFlags::WITHIN_QUOTA.0 | ReadyFlags::TARE_WEALTH.0))
            || ready.has(ReadyFlags::DYNAMIC)
            || self.should_treat_as_expedited_job();
        affordable
            && self.effective_standby_bucket() != StandbyBucket::Never
            && ready.has(ReadyFlags(ReadyFlags::NOT_DOZING.0 | ReadyFlags::NOT_RESTRICTED_IN_BG.0))
            && self.service_process_name.is_some()
            && (ready.has(ReadyFlags::DEADLINE) || self.is_satisfied_by(satisfied))
    }

    /// All that the app required holds, or is overridden. Rule: JOB-READY-021.
    #[inline]
    pub fn is_constraints_satisfied(&self) -> bool {
        self.is_satisfied_by(self.satisfied_constraints)
    }

    #[inline]
    fn is_satisfied_by(&self, satisfied: Constraints) -> bool {
        let required = self.required_constraints & Constraints::OF_INTEREST;
        match self.override_state {
            OverrideState::Full => true,
            OverrideState::Soft => satisfied.contains(required.without(Constraints::SOFT_OVERRIDE)),
            OverrideState::None | OverrideState::Sorting => satisfied.contains(required),
        }
    }

    /// The remembered flag is set, as [`is_ready`](Self::is_ready) sees it.
    pub(super) fn ready_flag(&self, flag: ReadyFlags) -> bool {
        self.ready.has(flag)
    }

    /// Constraints are imposed, and all of them hold. Rule: JOB-READY-005.
    pub fn are_dynamic_constraints_satisfied(&self) -> bool {
        self.ready.has(ReadyFlags::DYNAMIC)
    }

    /// May start and go on while the device dozes. Rule: JOB-READY-014.
    pub fn can_run_in_doze(&self) -> bool {
        self.app_has_doze_exemption
            || self.job.flags & crate::job::info::FLAG_WILL_BE_FOREGROUND != 0
            || self.should_treat_as_user_initiated_job()
            || self.is_or_was_expedited_without(Constraints::DEVICE_NOT_DOZING)
    }

    /// May start and go on in battery saver. Rule: JOB-READY-015.
    pub fn can_run_in_battery_saver(&self) -> bool {
        self.internal_flags.intersects(InternalFlags::HAS_FOREGROUND_EXEMPTION)
            || self.should_treat_as_user_initiated_job()
            || self.is_or_was_expedited_without(Constraints::BACKGROUND_NOT_RESTRICTED)
    }

    fn is_or_was_expedited_without(&self, imposed: Constraints) -> bool {
        (self.should_treat_as_expedited_job() || self.started_as_expedited_job)
            && !self.dynamic_constraints.intersects(imposed)
    }

    /// What the app is told if this constraint stops the job. Rule: CTRL-GEN-005.
    fn constraint_to_stop_reason(&self, constraint: Constraints) -> StopReason {
        let required_or_standby = |reason| {
            if self.required_constraints.intersects(constraint) {
                reason
            } else {
                StopReason::AppStandby
            }
        };
        match constraint {
            Constraints::BATTERY_NOT_LOW => {
                required_or_standby(StopReason::ConstraintBatteryNotLow)
            }
            Constraints::CHARGING => required_or_standby(StopReason::ConstraintCharging),
            Constraints::IDLE => required_or_standby(StopReason::ConstraintDeviceIdle),
            Constraints::CONNECTIVITY => StopReason::ConstraintConnectivity,
            Constraints::STORAGE_NOT_LOW => StopReason::ConstraintStorageNotLow,
            Constraints::BACKGROUND_NOT_RESTRICTED if self.is_user_bg_restricted => {
                StopReason::BackgroundRestriction
            }
            Constraints::BACKGROUND_NOT_RESTRICTED | Constraints::DEVICE_NOT_DOZING => {
                StopReason::DeviceState
            }
            Constraints::PREFETCH => StopReason::EstimatedAppLaunchTimeChanged,
            Constraints::TARE_WEALTH | Constraints::WITHIN_QUOTA => StopReason::Quota,
            // These never turn from satisfied to unsatisfied, or are no reason to stop.
            _ => StopReason::Undefined,
        }
    }
}
