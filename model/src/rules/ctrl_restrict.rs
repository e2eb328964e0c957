//! Rules CTRL-RESTRICT-*. Text: `docs/spec/04-job-constraints.md`.

use super::{Rule, Status};

rules! { "CTRL-RESTRICT", 4;
    CTRL_RESTRICT_001 = "CTRL-RESTRICT-001", "Bucket indices", Status::Planned;
    CTRL_RESTRICT_002 = "CTRL-RESTRICT-002", "Effective bucket", Status::Planned;
    CTRL_RESTRICT_003 = "CTRL-RESTRICT-003", "Dynamic set", Status::Planned;
    CTRL_RESTRICT_004 = "CTRL-RESTRICT-004", "Meaning", Status::Planned;
    CTRL_RESTRICT_005 = "CTRL-RESTRICT-005", "Entering / leaving", Status::Planned;
    CTRL_RESTRICT_006 = "CTRL-RESTRICT-006", "Stop reason", Status::Planned;
    CTRL_RESTRICT_007 = "CTRL-RESTRICT-007", "NEVER bucket", Status::Planned;
    CTRL_RESTRICT_008 = "CTRL-RESTRICT-008", "Deferral set after timeout or preemption", Status::Planned;
    CTRL_RESTRICT_009 = "CTRL-RESTRICT-009", "UIJ", Status::Planned;
}
