//! Rules CTRL-FLEX-*. Text: `docs/spec/04-job-constraints.md`.

use super::{Rule, Status};

rules! { "CTRL-FLEX", 4;
    CTRL_FLEX_001 = "CTRL-FLEX-001", "Enabled state", Status::Planned;
    CTRL_FLEX_002 = "CTRL-FLEX-002", "Which jobs have FLEXIBLE", Status::Planned;
    CTRL_FLEX_003 = "CTRL-FLEX-003", "Satisfaction", Status::Planned;
    CTRL_FLEX_004 = "CTRL-FLEX-004", "System-wide inputs", Status::Planned;
    CTRL_FLEX_005 = "CTRL-FLEX-005", "Tracking", Status::Planned;
    CTRL_FLEX_006 = "CTRL-FLEX-006", "Constants", Status::Planned;
    CTRL_FLEX_007 = "CTRL-FLEX-007", "Lifecycle", Status::Planned;
    CTRL_FLEX_008 = "CTRL-FLEX-008", "Dropping", Status::Planned;
    CTRL_FLEX_010 = "CTRL-FLEX-010", "Estimate change", Status::Planned;
    CTRL_FLEX_009 = "CTRL-FLEX-009", "TOP transitions", Status::Planned;
}
