//! Rules CONC-ASG-*. Text: `docs/spec/03-job-concurrency.md`.

use super::{Rule, Status};

rules! { "CONC-ASG", 3;
    CONC_ASG_001 = "CONC-ASG-001", "When", Status::Planned;
    CONC_ASG_002 = "CONC-ASG-002", "Preparation", Status::Planned;
    CONC_ASG_003 = "CONC-ASG-003", "Order of the two lists", Status::Planned;
    CONC_ASG_004 = "CONC-ASG-004", "Loop variables", Status::Planned;
    CONC_ASG_005 = "CONC-ASG-005", "Step 1, idle slot", Status::Planned;
    CONC_ASG_006 = "CONC-ASG-006", "Step 2, stoppable slot", Status::Planned;
    CONC_ASG_007 = "CONC-ASG-007", "Step 3, same calling uid", Status::Planned;
    CONC_ASG_008 = "CONC-ASG-008", "Step 4, privileged job", Status::Planned;
    CONC_ASG_009 = "CONC-ASG-009", "Step 5, waiting too long", Status::Planned;
    CONC_ASG_010 = "CONC-ASG-010", "Consequence for an empty same-uid-only list", Status::Planned;
    CONC_ASG_011 = "CONC-ASG-011", "Accounting of a selection", Status::Planned;
    CONC_ASG_012 = "CONC-ASG-012", "The job that displaced another is not bound to its slot", Status::Planned;
    CONC_ASG_013 = "CONC-ASG-013", "Repeated stop requests", Status::Planned;
}
