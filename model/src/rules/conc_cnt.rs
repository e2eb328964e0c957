//! Rules CONC-CNT-*. Text: `docs/spec/03-job-concurrency.md`.

use super::{Rule, Status};

rules! { "CONC-CNT", 3;
    CONC_CNT_001 = "CONC-CNT-001", "State", Status::Planned;
    CONC_CNT_002 = "CONC-CNT-002", "New configuration", Status::Planned;
    CONC_CNT_003 = "CONC-CNT-003", "Reset", Status::Planned;
    CONC_CNT_004 = "CONC-CNT-004", "Reservation", Status::Planned;
    CONC_CNT_005 = "CONC-CNT-005", "Can a job start", Status::Planned;
    CONC_CNT_006 = "CONC-CNT-006", "Can a job start in place of type r", Status::Planned;
    CONC_CNT_007 = "CONC-CNT-007", "Staging", Status::Planned;
    CONC_CNT_008 = "CONC-CNT-008", "Adjusting a reservation", Status::Planned;
    CONC_CNT_009 = "CONC-CNT-009", "Start, failure, finish", Status::Planned;
    CONC_CNT_010 = "CONC-CNT-010", "Over the type limit", Status::Planned;
}
