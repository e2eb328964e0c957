//! Rules CTRL-CONTENT-*. Text: `docs/spec/04-job-constraints.md`.

use super::{Rule, Status};

rules! { "CTRL-CONTENT", 4;
    CTRL_CONTENT_001 = "CTRL-CONTENT-001", "Constants", Status::Planned;
    CTRL_CONTENT_002 = "CTRL-CONTENT-002", "Observers", Status::Planned;
    CTRL_CONTENT_003 = "CTRL-CONTENT-003", "Tracking start", Status::Planned;
    CTRL_CONTENT_004 = "CTRL-CONTENT-004", "A change arrives", Status::Planned;
    CTRL_CONTENT_005 = "CTRL-CONTENT-005", "Either timer fires", Status::Planned;
    CTRL_CONTENT_006 = "CTRL-CONTENT-006", "State machine per job", Status::Planned;
    CTRL_CONTENT_007 = "CTRL-CONTENT-007", "Execution hand-over", Status::Planned;
    CTRL_CONTENT_008 = "CTRL-CONTENT-008", "Reschedule and replace", Status::Planned;
    CTRL_CONTENT_009 = "CTRL-CONTENT-009", "Kinds", Status::Planned;
}
