//! Rules QUOTA-STATE-*. Text: `docs/spec/06-job-quota.md`.

use super::{Rule, Status};

rules! { "QUOTA-STATE", 6;
    QUOTA_STATE_001 = "QUOTA-STATE-001", "Value of WITHIN_QUOTA", Status::Planned;
    QUOTA_STATE_002 = "QUOTA-STATE-002", "Readiness term", Status::Planned;
    QUOTA_STATE_003 = "QUOTA-STATE-003", "EJ-approval changes", Status::Planned;
    QUOTA_STATE_004 = "QUOTA-STATE-004", "Pending reason", Status::Planned;
    QUOTA_STATE_010 = "QUOTA-STATE-010", "Path A: tracking starts", Status::Planned;
    QUOTA_STATE_011 = "QUOTA-STATE-011", "Path B: package evaluation", Status::Planned;
    QUOTA_STATE_012 = "QUOTA-STATE-012", "Path C: uid evaluation", Status::Planned;
    QUOTA_STATE_013 = "QUOTA-STATE-013", "Path B can put an exempt job out of quota", Status::Planned;
    QUOTA_STATE_014 = "QUOTA-STATE-014", "Path B stops running jobs on count limits", Status::Planned;
    QUOTA_STATE_015 = "QUOTA-STATE-015", "Starting or finishing a job is not an evaluation", Status::Planned;
    QUOTA_STATE_016 = "QUOTA-STATE-016", "Synchronous and posted parts", Status::Planned;
    QUOTA_STATE_020 = "QUOTA-STATE-020", "Pending job goes out of quota", Status::Planned;
    QUOTA_STATE_021 = "QUOTA-STATE-021", "Running regular job goes out of quota", Status::Planned;
    QUOTA_STATE_022 = "QUOTA-STATE-022", "Internal reason in RESTRICTED", Status::Planned;
    QUOTA_STATE_023 = "QUOTA-STATE-023", "Stop reason bookkeeping", Status::Planned;
    QUOTA_STATE_024 = "QUOTA-STATE-024", "Running EJ goes out of EJ quota", Status::Planned;
    QUOTA_STATE_025 = "QUOTA-STATE-025", "A quota stop is a system stop", Status::Planned;
    QUOTA_STATE_026 = "QUOTA-STATE-026", "Simulated stop is a timeout", Status::Planned;
    QUOTA_STATE_027 = "QUOTA-STATE-027", "Shell reset of execution quota", Status::Planned;
    QUOTA_STATE_028 = "QUOTA-STATE-028", "App or user removal", Status::Planned;
    QUOTA_STATE_040 = "QUOTA-STATE-040", "Regular job (first match)", Status::Planned;
    QUOTA_STATE_041 = "QUOTA-STATE-041", "Job treated as expedited (first match); u = QUOTA-EJ-020", Status::Planned;
    QUOTA_STATE_042 = "QUOTA-STATE-042", "Final maximum", Status::Planned;
    QUOTA_STATE_050 = "QUOTA-STATE-050", "Quota has no prefetch rule", Status::Planned;
    QUOTA_STATE_051 = "QUOTA-STATE-051", "Prefetch constraint", Status::Planned;
    QUOTA_STATE_052 = "QUOTA-STATE-052", "Prefetch threshold alarm", Status::Planned;
}
