//! Rules CONC-STOP-*. Text: `docs/spec/03-job-concurrency.md`.

use super::{Rule, Status};

rules! { "CONC-STOP", 3;
    CONC_STOP_001 = "CONC-STOP-001", "Question", Status::Planned;
    CONC_STOP_002 = "CONC-STOP-002", "Protected", Status::Planned;
    CONC_STOP_003 = "CONC-STOP-003", "Device state", Status::Planned;
    CONC_STOP_004 = "CONC-STOP-004", "Restriction", Status::Planned;
    CONC_STOP_005 = "CONC-STOP-005", "Too many jobs", Status::Planned;
    CONC_STOP_006 = "CONC-STOP-006", "Empty queue", Status::Planned;
    CONC_STOP_007 = "CONC-STOP-007", "Running EJ of a background user", Status::Planned;
    CONC_STOP_008 = "CONC-STOP-008", "Running EJ, other slot types", Status::Planned;
    CONC_STOP_009 = "CONC-STOP-009", "Privileged EJ", Status::Planned;
    CONC_STOP_010 = "CONC-STOP-010", "Other jobs, same type", Status::Planned;
    CONC_STOP_011 = "CONC-STOP-011", "Other jobs, different type", Status::Planned;
    CONC_STOP_012 = "CONC-STOP-012", "Counters used", Status::Planned;
    CONC_STOP_013 = "CONC-STOP-013", "Same question, two outcomes", Status::Planned;
    CONC_STOP_014 = "CONC-STOP-014", "UIJs within 6 hours", Status::Planned;
}
