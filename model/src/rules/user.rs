//! Rules USER-*. Text: `docs/spec/10-process-and-system-state.md`.

use super::{Rule, Status};

rules! { "USER", 10;
    USER_001 = "USER-001", "States", Status::Planned;
    USER_002 = "USER-002", "Running", Status::Planned;
    USER_003 = "USER-003", "Started-users set of the scheduler", Status::Planned;
    USER_004 = "USER-004", "Readiness", Status::Planned;
    USER_005 = "USER-005", "Re-evaluation", Status::Planned;
    USER_006 = "USER-006", "User stop and running jobs", Status::Planned;
    USER_007 = "USER-007", "User removed", Status::Planned;
}
