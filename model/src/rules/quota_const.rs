//! Rules QUOTA-CONST-*. Text: `docs/spec/06-job-quota.md`.

use super::{Rule, Status};

rules! { "QUOTA-CONST", 6;
    QUOTA_CONST_000 = "QUOTA-CONST-000", "Arithmetic", Status::Planned;
    QUOTA_CONST_001 = "QUOTA-CONST-001", "Bucket limit table (defaults)", Status::Planned;
    QUOTA_CONST_002 = "QUOTA-CONST-002", "Bucket-independent defaults", Status::Planned;
    QUOTA_CONST_003 = "QUOTA-CONST-003", "Fixed thresholds (not configurable)", Status::Planned;
    QUOTA_CONST_010 = "QUOTA-CONST-010", "Group evaluation order", Status::Planned;
    QUOTA_CONST_011 = "QUOTA-CONST-011", "Clamps of the group", Status::Planned;
    QUOTA_CONST_012 = "QUOTA-CONST-012", "A change of the EXEMPTED window alone is not noticed", Status::Planned;
    QUOTA_CONST_020 = "QUOTA-CONST-020", "Individually handled keys", Status::Planned;
    QUOTA_CONST_021 = "QUOTA-CONST-021", "Rate-limit group", Status::Planned;
    QUOTA_CONST_030 = "QUOTA-CONST-030", "EJ group order and clamps", Status::Planned;
    QUOTA_CONST_031 = "QUOTA-CONST-031", "A change of the EXEMPTED EJ limit alone is not noticed", Status::Planned;
    QUOTA_CONST_032 = "QUOTA-CONST-032", "Quota-bump group", Status::Planned;
    QUOTA_CONST_040 = "QUOTA-CONST-040", "Re-evaluation after constant changes", Status::Planned;
    QUOTA_CONST_041 = "QUOTA-CONST-041", "Running timers keep their cutoff", Status::Planned;
    QUOTA_CONST_042 = "QUOTA-CONST-042", "Values read from JobScheduler constants", Status::Planned;
    QUOTA_CONST_043 = "QUOTA-CONST-043", "schedule() rate-limit constants", Status::Planned;
}
