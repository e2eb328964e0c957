//! Rules CTRL-BATT-*. Text: `docs/spec/04-job-constraints.md`.

use super::{Rule, Status};

rules! { "CTRL-BATT", 4;
    CTRL_BATT_001 = "CTRL-BATT-001", "Device battery state", Status::Planned;
    CTRL_BATT_002 = "CTRL-BATT-002", "Battery broadcasts", Status::Implemented;
    CTRL_BATT_003 = "CTRL-BATT-003", "No debounce inside the scheduler", Status::Planned;
    CTRL_BATT_004 = "CTRL-BATT-004", "Power-connected flag", Status::Implemented;
    CTRL_BATT_005 = "CTRL-BATT-005", "Which jobs are tracked", Status::Implemented;
    CTRL_BATT_006 = "CTRL-BATT-006", "Value at tracking start", Status::Implemented;
    CTRL_BATT_007 = "CTRL-BATT-007", "Re-evaluation", Status::Implemented;
    CTRL_BATT_008 = "CTRL-BATT-008", "Top exemption", Status::Implemented;
    CTRL_BATT_009 = "CTRL-BATT-009", "Notification after re-evaluation", Status::Implemented;
    CTRL_BATT_010 = "CTRL-BATT-010", "Trigger events", Status::Implemented;
    CTRL_BATT_011 = "CTRL-BATT-011", "RESTRICTED bucket", Status::Planned;
    CTRL_BATT_012 = "CTRL-BATT-012", "Decision table: required charging", Status::Implemented;
    CTRL_BATT_013 = "CTRL-BATT-013", "UIJ and EJ have no battery exemption", Status::Implemented;
    CTRL_BATT_014 = "CTRL-BATT-014", "Producer of charging broadcasts (optional input model)", Status::Planned;
}
