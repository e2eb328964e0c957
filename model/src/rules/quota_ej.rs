//! Rules QUOTA-EJ-*. Text: `docs/spec/06-job-quota.md`.

use super::{Rule, Status};

rules! { "QUOTA-EJ", 6;
    QUOTA_EJ_001 = "QUOTA-EJ-001", "EJ ledger of sessions", Status::Planned;
    QUOTA_EJ_002 = "QUOTA-EJ-002", "Debit ledger", Status::Planned;
    QUOTA_EJ_003 = "QUOTA-EJ-003", "Transaction", Status::Planned;
    QUOTA_EJ_010 = "QUOTA-EJ-010", "Remaining EJ time (computed with side effects)", Status::Planned;
    QUOTA_EJ_011 = "QUOTA-EJ-011", "Approval boundary", Status::Planned;
    QUOTA_EJ_012 = "QUOTA-EJ-012", "EJ time and regular time are separate", Status::Planned;
    QUOTA_EJ_020 = "QUOTA-EJ-020", "Definition", Status::Planned;
    QUOTA_EJ_030 = "QUOTA-EJ-030", "Instant rewards", Status::Planned;
    QUOTA_EJ_031 = "QUOTA-EJ-031", "Applying a reward", Status::Planned;
    QUOTA_EJ_032 = "QUOTA-EJ-032", "Top-app tracker", Status::Planned;
    QUOTA_EJ_033 = "QUOTA-EJ-033", "Reward while the app is on top", Status::Planned;
    QUOTA_EJ_034 = "QUOTA-EJ-034", "Chunk count conversion", Status::Planned;
    QUOTA_EJ_035 = "QUOTA-EJ-035", "Session ageing returns the full length", Status::Planned;
    QUOTA_EJ_036 = "QUOTA-EJ-036", "Over-credit is possible", Status::Planned;
    QUOTA_EJ_040 = "QUOTA-EJ-040", "Scheduling an EJ without EJ quota fails", Status::Planned;
    QUOTA_EJ_041 = "QUOTA-EJ-041", "Rescheduling never fails for lack of EJ quota", Status::Planned;
    QUOTA_EJ_042 = "QUOTA-EJ-042", "Losing approval while pending", Status::Planned;
}
