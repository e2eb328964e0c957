//! Rules CTRL-COMP-*. Text: `docs/spec/04-job-constraints.md`.

use super::{Rule, Status};

rules! { "CTRL-COMP", 4;
    CTRL_COMP_001 = "CTRL-COMP-001", "Value", Status::Planned;
    CTRL_COMP_002 = "CTRL-COMP-002", "Cache", Status::Planned;
    CTRL_COMP_003 = "CTRL-COMP-003", "Events", Status::Planned;
    CTRL_COMP_004 = "CTRL-COMP-004", "Fresh install", Status::Planned;
    CTRL_COMP_005 = "CTRL-COMP-005", "Bad app", Status::Planned;
    CTRL_COMP_006 = "CTRL-COMP-006", "Pending reason quirk", Status::Planned;
}
