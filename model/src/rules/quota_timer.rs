//! Rules QUOTA-TIMER-*. Text: `docs/spec/06-job-quota.md`.

use super::{Rule, Status};

rules! { "QUOTA-TIMER", 6;
    QUOTA_TIMER_001 = "QUOTA-TIMER-001", "Timers", Status::Planned;
    QUOTA_TIMER_002 = "QUOTA-TIMER-002", "Which timer", Status::Planned;
    QUOTA_TIMER_003 = "QUOTA-TIMER-003", "When tracking counts", Status::Planned;
    QUOTA_TIMER_004 = "QUOTA-TIMER-004", "Current duration", Status::Planned;
    QUOTA_TIMER_010 = "QUOTA-TIMER-010", "Transition table", Status::Planned;
    QUOTA_TIMER_011 = "QUOTA-TIMER-011", "Emission", Status::Planned;
    QUOTA_TIMER_012 = "QUOTA-TIMER-012", "Failed start", Status::Planned;
    QUOTA_TIMER_013 = "QUOTA-TIMER-013", "Joining a passive timer", Status::Planned;
    QUOTA_TIMER_014 = "QUOTA-TIMER-014", "Last stop while quota is free", Status::Planned;
    QUOTA_TIMER_015 = "QUOTA-TIMER-015", "Un-preparing a job", Status::Planned;
    QUOTA_TIMER_016 = "QUOTA-TIMER-016", "Time starts before the app is bound", Status::Planned;
    QUOTA_TIMER_020 = "QUOTA-TIMER-020", "Delivery of uid reports", Status::Planned;
    QUOTA_TIMER_021 = "QUOTA-TIMER-021", "Uid-report table", Status::Planned;
    QUOTA_TIMER_022 = "QUOTA-TIMER-022", "A killed foreground app stays \"foreground\"", Status::Planned;
    QUOTA_TIMER_023 = "QUOTA-TIMER-023", "End-of-grace step", Status::Planned;
    QUOTA_TIMER_024 = "QUOTA-TIMER-024", "Temp-allowlist events", Status::Planned;
    QUOTA_TIMER_025 = "QUOTA-TIMER-025", "Charging transition", Status::Planned;
    QUOTA_TIMER_026 = "QUOTA-TIMER-026", "Running time on the charger is free", Status::Planned;
    QUOTA_TIMER_027 = "QUOTA-TIMER-027", "Signals that do not matter", Status::Planned;
    QUOTA_TIMER_030 = "QUOTA-TIMER-030", "Regular cutoff", Status::Planned;
    QUOTA_TIMER_031 = "QUOTA-TIMER-031", "EJ cutoff", Status::Planned;
    QUOTA_TIMER_032 = "QUOTA-TIMER-032", "Cutoff clock", Status::Planned;
    QUOTA_TIMER_033 = "QUOTA-TIMER-033", "Joining an active timer does not move the cutoff", Status::Planned;
    QUOTA_TIMER_034 = "QUOTA-TIMER-034", "Late cutoff where the window equals the allowed time", Status::Planned;
}
