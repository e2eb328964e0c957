//! Rules CONC-EXEC-*. Text: `docs/spec/03-job-concurrency.md`.

use super::{Rule, Status};

rules! { "CONC-EXEC", 3;
    CONC_EXEC_001 = "CONC-EXEC-001", "Change list", Status::Planned;
    CONC_EXEC_002 = "CONC-EXEC-002", "Clean-up", Status::Planned;
    CONC_EXEC_003 = "CONC-EXEC-003", "Starting a job", Status::Planned;
    CONC_EXEC_004 = "CONC-EXEC-004", "Failed start", Status::Planned;
    CONC_EXEC_005 = "CONC-EXEC-005", "TOP-started jobs", Status::Planned;
    CONC_EXEC_006 = "CONC-EXEC-006", "Order of a pass", Status::Planned;
}
