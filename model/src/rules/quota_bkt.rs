//! Rules QUOTA-BKT-*. Text: `docs/spec/06-job-quota.md`.

use super::{Rule, Status};

rules! { "QUOTA-BKT", 6;
    QUOTA_BKT_001 = "QUOTA-BKT-001", "Bucket normalisation", Status::Planned;
    QUOTA_BKT_002 = "QUOTA-BKT-002", "Stored (real) bucket of a job", Status::Planned;
    QUOTA_BKT_003 = "QUOTA-BKT-003", "Effective bucket of a job (first match wins)", Status::Planned;
    QUOTA_BKT_004 = "QUOTA-BKT-004", "Uid-active changes do not re-run quota by themselves", Status::Planned;
    QUOTA_BKT_005 = "QUOTA-BKT-005", "Which bucket is used where", Status::Planned;
    QUOTA_BKT_010 = "QUOTA-BKT-010", "Bucket-change event", Status::Planned;
    QUOTA_BKT_011 = "QUOTA-BKT-011", "RESTRICTED adds dynamic constraints", Status::Planned;
    QUOTA_BKT_012 = "QUOTA-BKT-012", "The scheduler's own standby listener ignores bucket changes", Status::Planned;
    QUOTA_BKT_020 = "QUOTA-BKT-020", "Quota bump event", Status::Planned;
    QUOTA_BKT_021 = "QUOTA-BKT-021", "Origin of bump events", Status::Planned;
    QUOTA_BKT_022 = "QUOTA-BKT-022", "NEVER bucket", Status::Planned;
    QUOTA_BKT_023 = "QUOTA-BKT-023", "NEVER bucket: reported reasons", Status::Planned;
    QUOTA_BKT_024 = "QUOTA-BKT-024", "RESTRICTED bucket: one session in 24 h", Status::Planned;
}
