//! Rules THERM-*. Text: `docs/spec/10-process-and-system-state.md`.

use super::{Rule, Status};

rules! { "THERM", 10;
    THERM_001 = "THERM-001", "Values", Status::Planned;
    THERM_002 = "THERM-002", "Device status", Status::Planned;
    THERM_003 = "THERM-003", "Shutdown", Status::Planned;
    THERM_004 = "THERM-004", "Significant change for jobs", Status::Planned;
    THERM_005 = "THERM-005", "Effect of a re-evaluation", Status::Planned;
    THERM_006 = "THERM-006", "Restricted jobs", Status::Planned;
    THERM_007 = "THERM-007", "Exemption", Status::Planned;
    THERM_008 = "THERM-008", "Stop", Status::Planned;
}
