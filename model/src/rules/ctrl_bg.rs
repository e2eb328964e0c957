//! Rules CTRL-BG-*. Text: `docs/spec/04-job-constraints.md`.

use super::{Rule, Status};

rules! { "CTRL-BG", 4;
    CTRL_BG_001 = "CTRL-BG-001", "Scope", Status::Planned;
    CTRL_BG_002 = "CTRL-BG-002", "jobsRestricted decision list", Status::Implemented;
    CTRL_BG_003 = "CTRL-BG-003", "Force-all-apps-standby flag", Status::Planned;
    CTRL_BG_004 = "CTRL-BG-004", "Jobs that may run in battery saver", Status::Planned;
    CTRL_BG_005 = "CTRL-BG-005", "Matrix (uid inactive, not power-exempt)", Status::Planned;
    CTRL_BG_006 = "CTRL-BG-006", "Feature flag", Status::Planned;
    CTRL_BG_007 = "CTRL-BG-007", "Recorded user restriction", Status::Planned;
    CTRL_BG_008 = "CTRL-BG-008", "Uid-active side effect", Status::Planned;
    CTRL_BG_009 = "CTRL-BG-009", "Events", Status::Implemented;
}
