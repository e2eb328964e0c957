//! Why a record is not ready, in the platform's words and in the rules'.

use super::ready::ReadyFlags;
use super::{Constraints, JobStatus};
use crate::facts;
use crate::job::bucket::StandbyBucket;
use crate::job::reason::PendingJobReason;
use crate::output::Output;
use crate::rules::{job_ready, Rule};

/// What keeps a record from being ready.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Obstacle {
    /// Out of quota, and neither expedited nor made up for by imposed constraints.
    Quota,
    /// The app was never used.
    NeverBucket,
    /// The device dozes, and the job may not run then.
    Dozing,
    /// Background work of the app is restricted.
    BackgroundRestricted,
    /// Its service is missing or disabled.
    ComponentMissing,
    /// These constraints of its own do not hold.
    Constraints(Constraints),
}

impl Obstacle {
    /// The rule that makes it one.
    pub fn rule(self) -> &'static Rule {
        match self {
            Self::Quota => &job_ready::JOB_READY_023,
            Self::NeverBucket | Self::Dozing | Self::BackgroundRestricted => {
                &job_ready::JOB_READY_020
            }
            Self::ComponentMissing => &job_ready::JOB_READY_047,
            Self::Constraints(_) => &job_ready::JOB_READY_021,
        }
    }
}

impl JobStatus {
    /// The first thing that keeps the job from being ready; `None` if it is. Rule: JOB-READY-020.
    pub fn obstacle(&self) -> Option<Obstacle> {
        let unaffordable =
            !self.ready_flag(ReadyFlags::WITHIN_QUOTA) || !self.ready_flag(ReadyFlags::TARE_WEALTH);
        let made_up_for =
            self.ready_flag(ReadyFlags::DYNAMIC) || self.should_treat_as_expedited_job();
        if unaffordable && !made_up_for {
            Some(Obstacle::Quota)
        } else if self.effective_standby_bucket() == StandbyBucket::Never {
            Some(Obstacle::NeverBucket)
        } else if !self.ready_flag(ReadyFlags::NOT_DOZING) {
            Some(Obstacle::Dozing)
        } else if !self.ready_flag(ReadyFlags::NOT_RESTRICTED_IN_BG) {
            Some(Obstacle::BackgroundRestricted)
        } else if self.service_process_name.is_none() {
            Some(Obstacle::ComponentMissing)
        } else if self.ready_flag(ReadyFlags::DEADLINE) || self.is_constraints_satisfied() {
            None
        } else {
            let required = self.required_constraints & Constraints::OF_INTEREST;
            Some(Obstacle::Constraints(required.without(self.satisfied_constraints)))
        }
    }

    /// Like [`is_ready`](Self::is_ready), with the rule behind the answer. Rule: JOB-READY-020.
    pub fn explain_ready(&self, out: &mut Output) -> bool {
        let obstacle = self.obstacle();
        let (rule, verdict) = match obstacle {
            Some(obstacle) => (obstacle.rule(), "not ready"),
            None if self.ready_flag(ReadyFlags::DEADLINE) => {
                (&job_ready::JOB_READY_022, "ready: its deadline has passed")
            }
            None => (&job_ready::JOB_READY_020, "ready"),
        };
        out.decide(rule, verdict, || {
            facts!(
                job = self.job_id(),
                uid = self.calling_uid,
                obstacle = obstacle,
                required = self.required_constraints.to_string(),
                imposed = self.dynamic_constraints.to_string(),
                satisfied = self.satisfied_constraints.to_string(),
                bucket = self.effective_standby_bucket(),
            )
        });
        obstacle.is_none()
    }

    /// What the record itself gives as the reason why it does not run. Rules: JOB-READY-081,
    /// JOB-READY-083, JOB-API-075, CTRL-GEN-006.
    pub fn pending_job_reason(&self) -> PendingJobReason {
        use PendingJobReason as Reason;
        let wanted = self.required_constraints | self.dynamic_constraints | Constraints::IMPLICIT;
        let unsatisfied = wanted.without(self.satisfied_constraints);
        let standby_unless_required = |constraint, reason| {
            if self.required_constraints.intersects(constraint) {
                reason
            } else {
                Reason::AppStandby
            }
        };
        let restricted = if self.is_user_bg_restricted {
            Reason::BackgroundRestriction
        } else {
            Reason::DeviceState
        };
        let battery_not_low =
            standby_unless_required(Constraints::BATTERY_NOT_LOW, Reason::ConstraintBatteryNotLow);
        let charging = standby_unless_required(Constraints::CHARGING, Reason::ConstraintCharging);
        let idle = standby_unless_required(Constraints::IDLE, Reason::ConstraintDeviceIdle);
        let in_order = [
            (Constraints::BACKGROUND_NOT_RESTRICTED, restricted),
            (Constraints::BATTERY_NOT_LOW, battery_not_low),
            (Constraints::CHARGING, charging),
            (Constraints::CONNECTIVITY, Reason::ConstraintConnectivity),
            (Constraints::CONTENT_TRIGGER, Reason::ConstraintContentTrigger),
            (Constraints::DEVICE_NOT_DOZING, Reason::DeviceState),
            (Constraints::FLEXIBLE, Reason::JobSchedulerOptimization),
            (Constraints::IDLE, idle),
            (Constraints::PREFETCH, Reason::ConstraintPrefetch),
            (Constraints::STORAGE_NOT_LOW, Reason::ConstraintStorageNotLow),
            (Constraints::TARE_WEALTH, Reason::Quota),
            (Constraints::TIMING_DELAY, Reason::ConstraintMinimumLatency),
            (Constraints::WITHIN_QUOTA, Reason::Quota),
        ];
        let first = in_order.iter().find(|(constraint, _)| unsatisfied.intersects(*constraint));
        match first {
            Some((_, reason)) => *reason,
            None if self.effective_standby_bucket() == StandbyBucket::Never => Reason::User,
            // The test is the wrong way round on Android, too.
            None if self.service_process_name.is_some() => Reason::App,
            None => Reason::Undefined,
        }
    }
}
