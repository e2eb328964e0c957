//! Rules QUOTA-WIN-*. Text: `docs/spec/06-job-quota.md`.

use super::{Rule, Status};

rules! { "QUOTA-WIN", 6;
    QUOTA_WIN_001 = "QUOTA-WIN-001", "Regular ledger", Status::Planned;
    QUOTA_WIN_002 = "QUOTA-WIN-002", "Clean-up is not observable, with three exceptions", Status::Planned;
    QUOTA_WIN_003 = "QUOTA-WIN-003", "Result caching is transparent", Status::Planned;
    QUOTA_WIN_010 = "QUOTA-WIN-010", "Inputs and initial values", Status::Planned;
    QUOTA_WIN_011 = "QUOTA-WIN-011", "Active timer, bumps, then sessions", Status::Planned;
    QUOTA_WIN_012 = "QUOTA-WIN-012", "Remaining time", Status::Planned;
    QUOTA_WIN_013 = "QUOTA-WIN-013", "Effect of quota-bump markers", Status::Planned;
    QUOTA_WIN_014 = "QUOTA-WIN-014", "Job-count condition", Status::Planned;
    QUOTA_WIN_015 = "QUOTA-WIN-015", "Session-count condition", Status::Planned;
    QUOTA_WIN_016 = "QUOTA-WIN-016", "Coalescing of sessions (session count only)", Status::Planned;
    QUOTA_WIN_017 = "QUOTA-WIN-017", "No hysteresis in the predicate", Status::Planned;
    QUOTA_WIN_018 = "QUOTA-WIN-018", "RESTRICTED window above 24 h", Status::Planned;
    QUOTA_WIN_019 = "QUOTA-WIN-019", "What is a job in jobsW", Status::Planned;
    QUOTA_WIN_020 = "QUOTA-WIN-020", "Rate-limit counters", Status::Planned;
    QUOTA_WIN_021 = "QUOTA-WIN-021", "What is added", Status::Planned;
    QUOTA_WIN_022 = "QUOTA-WIN-022", "Reset", Status::Planned;
    QUOTA_WIN_030 = "QUOTA-WIN-030", "Purpose", Status::Planned;
    QUOTA_WIN_031 = "QUOTA-WIN-031", "Empty ledger", Status::Planned;
    QUOTA_WIN_032 = "QUOTA-WIN-032", "Non-empty ledger", Status::Planned;
    QUOTA_WIN_033 = "QUOTA-WIN-033", "The roll function", Status::Planned;
    QUOTA_WIN_040 = "QUOTA-WIN-040", "When an alarm is requested", Status::Planned;
    QUOTA_WIN_041 = "QUOTA-WIN-041", "Early exits of the alarm computation (in order)", Status::Planned;
    QUOTA_WIN_042 = "QUOTA-WIN-042", "Regular part", Status::Planned;
    QUOTA_WIN_043 = "QUOTA-WIN-043", "EJ part", Status::Planned;
    QUOTA_WIN_044 = "QUOTA-WIN-044", "Resulting alarm", Status::Planned;
    QUOTA_WIN_045 = "QUOTA-WIN-045", "When the alarm is removed", Status::Planned;
    QUOTA_WIN_046 = "QUOTA-WIN-046", "Alarm queue: one device alarm for all packages", Status::Planned;
    QUOTA_WIN_047 = "QUOTA-WIN-047", "Alarm queue: firing", Status::Planned;
}
