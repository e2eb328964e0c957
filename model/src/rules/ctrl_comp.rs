//! Rules CTRL-COMP-*. Text: `docs/spec/04-job-constraints.md`.

use super::{Rule, Status};

rules! { "CTRL-COMP", 4;
    CTRL_COMP_001 = "CTRL-COMP-001", "Value", Status::Implemented;
    CTRL_COMP_002 = "CTRL-COMP-002", "Cache", Status::Implemented;
    CTRL_COMP_003 = "CTRL-COMP-003", "Events", Status::Implemented;
    CTRL_COMP_004 = "CTRL-COMP-004", "Fresh install", Status::Implemented;
    CTRL_COMP_005 = "CTRL-COMP-005", "Bad app", Status::SameAs("JOB-READY-046");
    CTRL_COMP_006 = "CTRL-COMP-006", "Pending reason quirk", Status::Implemented;
}
