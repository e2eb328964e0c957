//! Rules CONC-DONE-*. Text: `docs/spec/03-job-concurrency.md`.

use super::{Rule, Status};

rules! { "CONC-DONE", 3;
    CONC_DONE_001 = "CONC-DONE-001", "Bookkeeping", Status::Planned;
    CONC_DONE_002 = "CONC-DONE-002", "Empty queue", Status::Planned;
    CONC_DONE_003 = "CONC-DONE-003", "Still at or over the limit", Status::Planned;
    CONC_DONE_004 = "CONC-DONE-004", "After a same-uid preemption (preferred uid set)", Status::Planned;
    CONC_DONE_005 = "CONC-DONE-005", "Ordinary case", Status::Planned;
    CONC_DONE_006 = "CONC-DONE-006", "Privilege is not consulted here", Status::Planned;
    CONC_DONE_007 = "CONC-DONE-007", "Order against rescheduling", Status::Planned;
}
