//! Rules CTRL-THERMAL-*. Text: `docs/spec/04-job-constraints.md`.

use super::{Rule, Status};

rules! { "CTRL-THERMAL", 4;
    CTRL_THERMAL_001 = "CTRL-THERMAL-001", "Codes", Status::Implemented;
    CTRL_THERMAL_002 = "CTRL-THERMAL-002", "Matrix", Status::Implemented;
    CTRL_THERMAL_003 = "CTRL-THERMAL-003", "Terms", Status::Implemented;
    CTRL_THERMAL_004 = "CTRL-THERMAL-004", "Status change", Status::Implemented;
    CTRL_THERMAL_005 = "CTRL-THERMAL-005", "Foreground exemption", Status::Implemented;
    CTRL_THERMAL_006 = "CTRL-THERMAL-006", "Stopping overtime jobs on increase", Status::Planned;
    CTRL_THERMAL_007 = "CTRL-THERMAL-007", "Stopping others", Status::Planned;
    CTRL_THERMAL_008 = "CTRL-THERMAL-008", "Retry", Status::Implemented;
}
