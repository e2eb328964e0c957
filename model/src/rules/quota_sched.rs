//! Rules QUOTA-SCHED-*. Text: `docs/spec/06-job-quota.md`.

use super::{Rule, Status};

rules! { "QUOTA-SCHED", 6;
    QUOTA_SCHED_001 = "QUOTA-SCHED-001", "Which calls are limited", Status::Planned;
    QUOTA_SCHED_002 = "QUOTA-SCHED-002", "Position in the check order", Status::Planned;
    QUOTA_SCHED_003 = "QUOTA-SCHED-003", "Key", Status::Planned;
    QUOTA_SCHED_004 = "QUOTA-SCHED-004", "Sliding window", Status::Planned;
    QUOTA_SCHED_005 = "QUOTA-SCHED-005", "Consequences of an over-limit call (in order)", Status::Planned;
    QUOTA_SCHED_006 = "QUOTA-SCHED-006", "Debuggable lookup is cached under the explicit target package", Status::Planned;
    QUOTA_SCHED_007 = "QUOTA-SCHED-007", "Exception over Binder", Status::Planned;
    QUOTA_SCHED_008 = "QUOTA-SCHED-008", "Enabling and disabling", Status::Planned;
    QUOTA_SCHED_009 = "QUOTA-SCHED-009", "Configuration changes", Status::Planned;
    QUOTA_SCHED_010 = "QUOTA-SCHED-010", "Reset", Status::Planned;
    QUOTA_SCHED_011 = "QUOTA-SCHED-011", "Continuing over-limit calls prolong the limit", Status::Planned;
}
