//! Rules CTRL-DOZE-*. Text: `docs/spec/04-job-constraints.md`.

use super::{Rule, Status};

rules! { "CTRL-DOZE", 4;
    CTRL_DOZE_001 = "CTRL-DOZE-001", "Scope", Status::Implemented;
    CTRL_DOZE_002 = "CTRL-DOZE-002", "Value of the bit", Status::Implemented;
    CTRL_DOZE_003 = "CTRL-DOZE-003", "Readiness boolean", Status::SameAs("JOB-READY-005");
    CTRL_DOZE_004 = "CTRL-DOZE-004", "Jobs that may run in Doze", Status::SameAs("JOB-READY-014");
    CTRL_DOZE_005 = "CTRL-DOZE-005", "Decision table while dozing", Status::Planned;
    CTRL_DOZE_006 = "CTRL-DOZE-006", "Events", Status::Implemented;
    CTRL_DOZE_007 = "CTRL-DOZE-007", "Entering Doze and running jobs", Status::SameAs("JOB-STOP-016");
}
