//! Rules CTRL-IDLE-*. Text: `docs/spec/04-job-constraints.md`.

use super::{Rule, Status};

rules! { "CTRL-IDLE", 4;
    CTRL_IDLE_001 = "CTRL-IDLE-001", "Tracking and value", Status::Implemented;
    CTRL_IDLE_002 = "CTRL-IDLE-002", "New idle value", Status::Implemented;
    CTRL_IDLE_003 = "CTRL-IDLE-003", "RESTRICTED bucket", Status::Implemented;
    CTRL_IDLE_004 = "CTRL-IDLE-004", "Tracker selection", Status::NotModelled("no automotive device");
    CTRL_IDLE_005 = "CTRL-IDLE-005", "Device tracker state machine", Status::Implemented;
    CTRL_IDLE_006 = "CTRL-IDLE-006", "Car tracker state machine", Status::NotModelled("no automotive device");
    CTRL_IDLE_007 = "CTRL-IDLE-007", "Reports only on change", Status::Implemented;
}
