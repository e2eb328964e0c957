//! Rules QUOTA-EXEMPT-*. Text: `docs/spec/06-job-quota.md`.

use super::{Rule, Status};

rules! { "QUOTA-EXEMPT", 6;
    QUOTA_EXEMPT_001 = "QUOTA-EXEMPT-001", "TARE off means quota on", Status::Planned;
    QUOTA_EXEMPT_002 = "QUOTA-EXEMPT-002", "TARE on means quota always satisfied", Status::Planned;
    QUOTA_EXEMPT_003 = "QUOTA-EXEMPT-003", "Regular-quota predicate for a job (first match wins)", Status::Planned;
    QUOTA_EXEMPT_004 = "QUOTA-EXEMPT-004", "Package predicate (user, package, bucket), first match wins", Status::Planned;
    QUOTA_EXEMPT_005 = "QUOTA-EXEMPT-005", "EJ-quota predicate for a job (first match wins)", Status::Planned;
    QUOTA_EXEMPT_006 = "QUOTA-EXEMPT-006", "TOP-started jobs", Status::Planned;
    QUOTA_EXEMPT_007 = "QUOTA-EXEMPT-007", "Foreground uid", Status::Planned;
    QUOTA_EXEMPT_008 = "QUOTA-EXEMPT-008", "Top uid", Status::Planned;
    QUOTA_EXEMPT_009 = "QUOTA-EXEMPT-009", "Charging", Status::Planned;
    QUOTA_EXEMPT_010 = "QUOTA-EXEMPT-010", "RESTRICTED gets no free quota from charging", Status::Planned;
    QUOTA_EXEMPT_011 = "QUOTA-EXEMPT-011", "Temp-allowlist exemption (EJ only)", Status::Planned;
    QUOTA_EXEMPT_012 = "QUOTA-EXEMPT-012", "Top-app grace (EJ only)", Status::Planned;
    QUOTA_EXEMPT_013 = "QUOTA-EXEMPT-013", "User-initiated jobs", Status::Planned;
    QUOTA_EXEMPT_014 = "QUOTA-EXEMPT-014", "EXEMPTED bucket is limited, not unlimited", Status::Planned;
    QUOTA_EXEMPT_015 = "QUOTA-EXEMPT-015", "No power-allowlist exemption", Status::Planned;
    QUOTA_EXEMPT_016 = "QUOTA-EXEMPT-016", "System installers get more EJ time", Status::Planned;
    QUOTA_EXEMPT_017 = "QUOTA-EXEMPT-017", "\"Special\" EJ addition is inert", Status::Planned;
    QUOTA_EXEMPT_018 = "QUOTA-EXEMPT-018", "Deadline and shell override do not beat quota", Status::Planned;
}
